"""The forms before and after the talk: credit of each kind, what right answers give, and which answers are right."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workflows.talks import LEFT, PAID, RIGHT, play, start

from simulator.engine.program import Program
from simulator.model.case import Answer, FormQuestion, NoteAnswer, Question, credit
from simulator.model.errors import UnknownName, UsageError
from simulator.workflows.forms import check_answers, given_by, note_credit, preparation_credit, right_answer
from simulator.workflows.play_through import play_through
from simulator.workflows.rehearse import Desk
from simulator.workflows.solutions import Solutions


def question(small: Program, name: str) -> Question:
    return next(asked for asked in small.scenario.preparation if asked.id == name)


def credited(small: Program, name: str, answer: Any) -> float:
    asked = question(small, name)
    return credit(asked, asked.answer, answer)


@pytest.mark.parametrize(
    ("name", "answer", "points"),
    [
        # a number within its tolerance of 1 is right
        ("days", 10, 1.0),
        ("days", 9, 1.0),
        ("days", 11.0, 1.0),
        ("days", 11.01, 0.0),
        ("days", 8.9, 0.0),
        ("days", -10, 0.0),
        ("days", float("nan"), 0.0),
        ("days", None, 0.0),
        # one choice is right or wrong
        ("who", "boss", 1.0),
        ("who", "clerk", 0.0),
        ("who", None, 0.0),
        # of several, each right one counts and each wrong one takes it away again
        ("papers", ("slip-a", "order-a"), 1.0),
        ("papers", ("order-a", "slip-a"), 1.0),
        ("papers", ["slip-a", "order-a"], 1.0),
        ("papers", ("slip-a",), 0.5),
        ("papers", ("slip-a", "order-a", "rumour"), 0.5),
        ("papers", ("slip-a", "rumour"), 0.0),
        ("papers", ("rumour",), 0.0),
        ("papers", (), 0.0),
        # a ranking counts the pairs in their right order
        ("steps", ("first", "second", "third"), 1.0),
        ("steps", ("second", "first", "third"), 2 / 3),
        ("steps", ("second", "third", "first"), 1 / 3),
        ("steps", ("third", "second", "first"), 0.0),
        # a sorting counts the options in their right class
        ("sums", {"goods": "due", "deposit": "later"}, 1.0),
        ("sums", {"goods": "due", "deposit": "due"}, 0.5),
        ("sums", {"goods": "due"}, 0.5),
        ("sums", {"goods": "later", "deposit": "due"}, 0.0),
        ("sums", {}, 0.0),
    ],
)
def test_credit_of_each_kind(small: Program, name: str, answer: Any, points: float) -> None:
    """How right an answer is, from 0 to 1, by the kind of its field."""
    assert credited(small, name, answer) == pytest.approx(points)


@pytest.mark.parametrize("empty", [None, "", (), "none"])
@pytest.mark.parametrize("right", [None, "none"])
def test_credit_where_the_field_is_to_stay_empty(small: Program, right: Answer, empty: Answer) -> None:
    """`none` is the right answer of a field that stays empty: leaving it so, or saying so, is full credit."""
    asked = question(small, "days")
    assert credit(asked, right, empty) == 1.0
    assert credit(asked, right, 10) == 0.0


OPTIONS = ["a", "b", "c", "d"]
ANSWERS: dict[str, st.SearchStrategy[Any]] = {
    "one": st.sampled_from(OPTIONS),
    "number": st.floats(allow_nan=False, allow_infinity=False),
    "many": st.lists(st.sampled_from(OPTIONS), unique=True).map(tuple),
    "order": st.permutations(OPTIONS).map(tuple),
    "sort": st.dictionaries(st.sampled_from(OPTIONS), st.sampled_from(["x", "y"])),
}


@given(st.data(), st.sampled_from(sorted(ANSWERS)))
def test_law_credit_lies_within_0_and_1_and_is_full_for_the_right_answer(data: st.DataObject, kind: Any) -> None:
    """No answer of any kind earns less than nothing or more than all, and the right one earns all."""
    field = FormQuestion(id="field", kind=kind)
    right, answer = data.draw(ANSWERS[kind]), data.draw(ANSWERS[kind])
    assert 0.0 <= credit(field, right, answer) <= 1.0
    assert credit(field, right, right) == 1.0


def test_credit_of_the_preparation_counts_every_question_asked(small: Program) -> None:
    """A question without an answer has none, and still was asked."""
    fields = preparation_credit(small.scenario, {"days": 10, "steps": ("second", "first", "third")})
    assert [(one.part, one.field, one.objective) for one in fields] == [
        ("preparation", "days", "small/talk.file"),
        ("preparation", "who", "small/talk.file"),
        ("preparation", "papers", None),
        ("preparation", "steps", None),
        ("preparation", "sums", None),
    ]
    assert [one.credit for one in fields] == [1.0, 0.0, 0.0, pytest.approx(2 / 3), 0.0]


# Give


@pytest.mark.parametrize(
    ("answers", "facts"),
    [
        ({}, {}),
        (RIGHT, {"slip": "held", "supply": "known", "trust": 6}),
        ({"days": 9}, {"slip": "held"}),
        ({"days": 8}, {}),
        ({"who": "boss"}, {"supply": "known", "trust": 6}),
        ({"papers": ("slip-a", "order-a")}, {}),
    ],
)
def test_right_answers_give_their_facts(small: Program, answers: dict[str, Answer], facts: dict[str, object]) -> None:
    """Only a fully right answer gives, and only what its own question gives."""
    assert given_by(small.scenario, answers) == facts


def test_a_half_right_answer_gives_nothing(small: Program) -> None:
    """Part of the credit is not part of the facts."""
    giving = question(small, "papers").model_copy(update={"give": {"slip": "held"}})
    scenario = small.scenario.model_copy(update={"preparation": (giving,)})
    assert given_by(scenario, {"papers": ("slip-a",)}) == {}
    assert given_by(scenario, {"papers": ("slip-a", "order-a")}) == {"slip": "held"}


# The note


def note(small: Program, name: str) -> Any:
    return next(field for field in small.scenario.note if field.id == name)


@pytest.mark.parametrize(
    ("ending", "right"),
    [("paid", 10000), ("promised", 5000), ("left", "none"), ("timeout", "none"), ("scandal", "none")],
)
def test_note_is_marked_by_the_ending(small: Program, ending: str, right: Answer) -> None:
    """`answers` by ending, and `otherwise` for the endings that it does not name."""
    assert right_answer(small, note(small, "sum"), ending, small.start()) == right


@pytest.mark.parametrize(
    ("ending", "facts", "right"),
    [
        ("paid", {}, "wait"),
        ("paid", {"conduct": "breached"}, "wait"),
        ("promised", {"trust": 5}, "call"),
        ("left", {"trust": 9}, "call"),
        ("left", {"trust": 4}, "call"),
        ("scandal", {"conduct": "breached"}, "escalate"),
        ("left", {"trust": 4, "conduct": "breached"}, "escalate"),
        ("left", {"trust": 5, "conduct": "breached"}, "call"),
    ],
)
def test_note_is_marked_by_facts_the_first_that_hold(
    small: Program, ending: str, facts: dict[str, object], right: str
) -> None:
    """`answers` by `when`: an ending, meters and statuses at the end; the first whose conditions all hold."""
    assert right_answer(small, note(small, "next-step"), ending, small.codes(facts)) == right


def test_note_may_ask_for_the_family_of_the_last_move(desk: Desk, small: Program, solutions: Solutions) -> None:
    """`last` is a fact like another, even where no rule tells families apart and positions do not hold it; screen and
    command agree on it."""
    rules = (
        NoteAnswer(when={"last": ["end", "red"]}, answer="wait"),
        NoteAnswer(when={"last": "not ask"}, answer="call"),
    )
    field = note(small, "next-step").model_copy(update={"answers": rules, "otherwise": "escalate"})
    program = Program(small.scenario.model_copy(update={"note": (field,)}))
    wanted = {"end": "wait", "red": "wait", "ask": "escalate", "rapport": "call", "none": "call"}
    assert {last: right_answer(program, field, "left", program.start(), last) for last in wanted} == wanted
    rehearsal = start(desk, program)
    play(rehearsal, LEFT)
    rehearsal.file_note({"next-step": "wait"})
    played = play_through(program, solutions, LEFT, 1, "en", {"note": {"next-step": "wait"}})
    for debrief in (rehearsal.debrief(), played.debrief):
        assert debrief is not None
        assert [one.credit for one in debrief.forms if one.part == "note"] == [1.0]


def test_note_reads_facts_that_no_guard_reads(small: Program) -> None:
    """What was learned counts in the note even where it is no part of the position."""
    field = note(small, "learned")
    assert right_answer(small, field, "left", small.codes({"owner": "known"})) == ("cash", "boss-away")
    assert right_answer(small, field, "left", small.codes({})) == "none"


def test_note_credit_counts_every_field(small: Program) -> None:
    """Fields left out have no credit, unless empty is right."""
    fields = note_credit(small, {"sum": 9995}, "paid", small.codes({"owner": "known"}))
    assert [(one.part, one.field, one.credit) for one in fields] == [
        ("note", "sum", 1.0),
        ("note", "next-step", 0.0),
        ("note", "learned", 0.0),
    ]
    empty = note_credit(small, {}, "timeout", small.start())
    assert [one.credit for one in empty] == [1.0, 0.0, 1.0]


# Refusing


@pytest.mark.parametrize("name", ["days", "who", "papers", "steps", "sums"])
@pytest.mark.parametrize("answer", [None, "none"])
def test_any_field_may_be_left_empty(small: Program, name: str, answer: Answer) -> None:
    """No answer is an answer."""
    check_answers({name: answer}, small.scenario.preparation)


def test_right_answers_fit_their_fields(small: Program) -> None:
    """What the author calls right is never refused, as tuples or as the lists of JSON."""
    check_answers(RIGHT, small.scenario.preparation)
    as_json: dict[str, Any] = {name: list(one) if isinstance(one, tuple) else one for name, one in RIGHT.items()}
    check_answers(as_json, small.scenario.preparation)


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("days", "10"),
        ("days", ("10",)),
        ("days", True),
        ("who", 1),
        ("who", ("boss",)),
        ("who", "bos"),
        ("papers", "slip-a"),
        ("papers", ("slip-a", "receipt")),
        ("papers", ("slip-a", "slip-a")),
        ("steps", ("first", "second", "second")),
        ("steps", ("first", "second")),
        ("sums", ("goods",)),
        ("sums", {"food": "due"}),
        ("sums", {"goods": "never"}),
        ("papers", ([],)),
        ("sums", {"goods": []}),
    ],
)
def test_answer_of_the_wrong_kind_is_refused(small: Program, name: str, answer: Any) -> None:
    """The message names the field."""
    with pytest.raises(UsageError, match=f"^{name}: "):
        check_answers({name: answer}, small.scenario.preparation)


def test_unknown_field_is_refused_with_the_nearest(small: Program) -> None:
    """A misspelt field is not a field left out."""
    with pytest.raises(UnknownName, match="Did you mean “papers”"):
        check_answers({"paperz": ()}, small.scenario.preparation)


# In an attempt


def test_forms_of_an_attempt_are_its_paperwork(desk: Desk, small: Program) -> None:
    """Five questions and three fields: three and two of them right make 5 / 8."""
    rehearsal = start(desk, small, {"days": 10, "who": "boss", "papers": ("slip-a", "order-a"), "steps": None})
    play(rehearsal, PAID)
    rehearsal.file_note({"sum": 10000, "next-step": "call"})
    debrief = rehearsal.debrief()
    assert debrief.scorecard is not None
    paperwork = debrief.scorecard.mark("paperwork")
    assert (paperwork.got, paperwork.of, paperwork.points) == (5.0, 8.0, 62.5)
    seen = [(one.reason, one.what, one.credit) for one in debrief.observations if one.turn == 0]
    assert seen == [
        ("preparation", "days", 1.0),
        ("preparation", "who", 1.0),
        ("note", "sum", 1.0),
        ("note", "next-step", 0.0),
    ]


def test_note_reads_the_facts_as_the_ending_left_them(desk: Desk, small: Program) -> None:
    """The promise costs a point of trust before the note is marked: from 5 to 4, so that nobody calls by the rule for
    trust of 5 and more."""
    rehearsal = start(desk, small, {"days": 10}, seed=_seed_of_a_promise(desk, small))
    play(rehearsal, ["rapport.chat", "ask.plain", "firm.check:no-slip", "close.deal:half"])
    assert rehearsal.ending == "promised"
    assert rehearsal.program.position(rehearsal.codes)["trust"] == 4


def test_attempt_left_at_once_has_its_forms_marked(desk: Desk, small: Program) -> None:
    """Nothing prepared and nothing filed is eight fields asked; those that were to stay empty are right."""
    rehearsal = start(desk, small)
    play(rehearsal, LEFT)
    rehearsal.file_note({})
    debrief = rehearsal.debrief()
    assert debrief.scorecard is not None
    assert (debrief.scorecard.mark("paperwork").got, debrief.scorecard.mark("paperwork").of) == (2.0, 8)


def _seed_of_a_promise(desk: Desk, small: Program) -> int:
    """A seed by which closing for half is taken at once."""
    for seed in range(50):
        rehearsal = start(desk, small, {"days": 10}, seed=seed)
        play(rehearsal, ["rapport.chat", "ask.plain", "firm.check:no-slip", "close.deal:half"])
        if rehearsal.ending == "promised":
            return seed
    raise AssertionError("no seed promises anything")
