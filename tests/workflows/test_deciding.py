"""Decisions: appeals, answers and overrules stand beside the original, and what they come to is made anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from doubles import FailingStore, desk_over
from workflows.talks import PAID, RIGHT, play, start

from scoring.accuracy import accuracy
from scoring.rubric import CURRENT
from simulator.adapters.store.sql import SqlStore
from simulator.engine.program import Program
from simulator.model.actor import Actor
from simulator.model.decisions import Answered, Appealed, Overruled, Rated
from simulator.model.errors import AttemptMoved, StoreDamaged, UnknownName, UsageError
from simulator.model.record import Event, Played, Started, TookBack
from simulator.workflows.attempt import fold
from simulator.workflows.certifying import certify, propose
from simulator.workflows.deciding import (
    LONGEST,
    answer,
    appeal,
    applied,
    decisions,
    demand_reviewer,
    doubtful_turns,
    in_doubt,
    matter,
    mildest,
    namings,
    overrule,
    waiting,
)
from simulator.workflows.rating import rate
from simulator.workflows.rehearse import Desk, Rehearsal
from simulator.workflows.sharing import share
from simulator.workflows.solutions import Solutions
from simulator.workflows.verifying import verify

A, B = "rapport.chat", "ask.plain"
WEAK = ("rapport.chat", "ask.plain", "end.leave")  # a wasted move first, and nothing comes of the talk
LED = {"by": "Li Lei", "reason": "misheard", "text": "He said it."}


def finished(desk: Desk, small: Program, moves: tuple[str, ...] = PAID) -> Rehearsal:
    rehearsal = start(desk, small, RIGHT, "exam")
    play(rehearsal, moves)
    rehearsal.file_note({})
    return rehearsal


@pytest.fixture
def over(desk: Desk, small: Program) -> Rehearsal:
    """An exam of Wang Min's that is over, in which nothing was reached."""
    return finished(desk, small, WEAK)


def worst(over: Rehearsal) -> int:
    """The turn that lost most."""
    return max(over.debrief().turns, key=lambda turn: turn.loss).step.turn


# What comes of overrules


def test_named_otherwise_gives_the_mildest_loss_of_the_new_name(desk: Desk, over: Rehearsal) -> None:
    """Best costs nothing, every other name its lower threshold; marks and evidence of that turn alone follow."""
    turn = worst(over)
    before = matter(desk, over.attempt).original()
    for name in ("best", "good", "inaccuracy", "mistake", "blunder"):
        if name == before.names[turn]:
            continue
        after = overrule(desk, over.attempt, what="name", turn=turn, after=name, **LED).after  # type: ignore[arg-type]
        loss = mildest(name, CURRENT)
        assert after.names == {**before.names, turn: name}
        assert [one.loss for one in after.transcript.turns if one.number == turn] == [loss]
        assert after.scorecard is not None
        tactics = [accuracy(one.loss) for one in after.transcript.turns]
        assert after.scorecard.mark("tactics").points == pytest.approx(sum(tactics) / len(tactics))
        shown = [one.credit for one in after.observations if one.turn == turn and one.reason == "shown"]
        assert shown == [accuracy(loss) / 100.0] * len(shown)
    assert [mildest(name, CURRENT) for name in ("best", "good", "inaccuracy", "mistake", "blunder")] == [
        0.0,
        0.501,
        2.5,
        6.0,
        14.0,
    ]


def test_program_s_own_name_gives_the_program_s_own_loss_back(desk: Desk, over: Rehearsal) -> None:
    """Who takes an overrule back gets what was there, not the mildest of it."""
    turn, original = worst(over), matter(desk, over.attempt).original()
    overrule(desk, over.attempt, what="name", turn=turn, after="best", **LED)  # type: ignore[arg-type]
    back = overrule(desk, over.attempt, what="name", turn=turn, after=original.names[turn], **LED)  # type: ignore[arg-type]
    assert back.after.transcript == original.transcript
    assert back.after.scorecard == original.scorecard
    assert back.after.overruled


def test_best_turn_no_longer_misses_what_was_called_for(desk: Desk, over: Rehearsal) -> None:
    """If the move was best after all, no other one was called for in its place."""
    about = matter(desk, over.attempt)
    missed = {one.turn for one in about.original().observations if one.reason == "missed"}
    for turn in missed:
        after = overrule(desk, over.attempt, what="name", turn=turn, after="best", **LED).after  # type: ignore[arg-type]
        assert not [one for one in after.observations if one.turn == turn and one.reason == "missed"]


def test_breach_is_set_and_lifted_and_caps_what_is_above(desk: Desk, small: Program) -> None:
    """Set, it caps the total and fails the attempt; lifted, everything is as it was."""
    over = finished(desk, small)
    ruling = overrule(desk, over.attempt, what="breach", turn=2, after=True, **LED)  # type: ignore[arg-type]
    assert ruling.before.scorecard is not None
    assert ruling.after.scorecard is not None
    assert ruling.before.scorecard.passed
    assert (ruling.after.scorecard.breaches, ruling.after.scorecard.passed) == ((2,), False)
    assert ruling.after.scorecard.total == CURRENT.cap_on_breach
    assert ruling.after.names[2] == "breach"
    lifted = overrule(desk, over.attempt, what="breach", turn=2, after=False, **LED)  # type: ignore[arg-type]
    assert lifted.after.scorecard == ruling.before.scorecard
    assert lifted.after.observations == ruling.before.observations


def test_total_that_is_replaced_stays_so_but_for_the_cap_of_a_breach(desk: Desk, over: Rehearsal) -> None:
    """A later name does not move it, a later breach caps it, and above the cap none is taken while a breach stands."""
    ruling = overrule(desk, over.attempt, what="total", turn=None, after=82.5, **LED)  # type: ignore[arg-type]
    assert ruling.after.scorecard is not None
    assert (ruling.after.scorecard.total, ruling.after.scorecard.passed) == (82.5, True)
    named = overrule(desk, over.attempt, what="name", turn=worst(over), after="best", **LED).after  # type: ignore[arg-type]
    assert named.scorecard is not None
    assert named.scorecard.total == 82.5
    breached = overrule(desk, over.attempt, what="breach", turn=1, after=True, **LED).after  # type: ignore[arg-type]
    assert breached.scorecard is not None
    assert (breached.scorecard.total, breached.scorecard.passed) == (40.0, False)
    with pytest.raises(UsageError, match="Lift the breach"):
        overrule(desk, over.attempt, what="total", turn=None, after=41, **LED)  # type: ignore[arg-type]


def test_own_pass_mark_of_the_attempt_decides(desk: Desk, small: Program) -> None:
    """A total is held against the mark that the attempt was started under."""
    over = finished(desk, small, WEAK)
    ruled = [Overruled(what="total", turn=None, before=1.0, after=75.0, reason="other", by="r")]
    for mark, passed in ((80.0, False), (75.0, True), (None, True)):
        card = applied(over.debrief(), ruled, CURRENT, mark).scorecard
        assert card is not None
        assert card.passed == passed


def test_without_overrules_the_program_s_own_marks_stand(desk: Desk, over: Rehearsal) -> None:
    """The very scorecard and the very observations of the debrief, and nothing of it is a person's."""
    debrief = over.debrief()
    standing = matter(desk, over.attempt).standing()
    assert standing.scorecard is not None
    assert (standing.scorecard, standing.observations, standing.overruled) == (
        debrief.scorecard,
        debrief.observations,
        False,
    )


def test_overruling_edits_nothing(desk: Desk, over: Rehearsal) -> None:
    """The events before it, the program's own debrief and the attempt's place in the list are what they were."""
    events, listed, debrief = desk.store.events(over.attempt), desk.store.attempts(), over.debrief()
    overrule(desk, over.attempt, what="name", turn=worst(over), after="best", **LED)  # type: ignore[arg-type]
    assert desk.store.events(over.attempt)[:-1] == events
    assert desk.store.attempts() == listed
    again = matter(desk, over.attempt)
    assert again.debrief.scorecard == debrief.scorecard
    assert again.original().scorecard == debrief.scorecard
    assert verify(desk).faults == ()


def test_what_would_stand_is_told_before_anything_is_written(desk: Desk, over: Rehearsal) -> None:
    """Foreseen is what comes of it, and foreseeing writes nothing."""
    turn = worst(over)
    before, after = matter(desk, over.attempt).foresee("name", turn, "best")
    assert decisions(desk.store, over.attempt) == ()
    ruling = overrule(desk, over.attempt, what="name", turn=turn, after="best", **LED)  # type: ignore[arg-type]
    assert (ruling.before, ruling.after) == (before, after)


def test_overrule_says_what_stood_and_what_stands(desk: Desk, over: Rehearsal) -> None:
    """In the event itself; the reason in words is kept apart, and no name is in the chain."""
    turn = worst(over)
    name = matter(desk, over.attempt).original().names[turn]
    overrule(desk, over.attempt, what="name", turn=turn, after="best", **LED)  # type: ignore[arg-type]
    (one,) = decisions(desk.store, over.attempt)
    assert one.event == Overruled(
        what="name", turn=turn, before=name, after="best", reason="misheard", by=desk.store.person("Li Lei")
    )
    assert (one.name, one.text) == ("Li Lei", "He said it.")
    last = desk.store.events(over.attempt)[-1]
    assert "He said it" not in repr(last)
    assert "Li Lei" not in repr(last)


# Who may, and what


@pytest.mark.parametrize(
    ("what", "turn", "after"),
    [
        ("name", None, "best"),
        ("name", 1, "breach"),
        ("name", 1, "perfect"),
        ("name", 9, "best"),
        ("name", 0, "best"),
        ("breach", 1, "yes"),
        ("breach", 1, False),
        ("breach", None, True),
        ("total", 1, 50.0),
        ("total", None, 101.0),
        ("total", None, -1.0),
        ("total", None, float("nan")),
        ("total", None, True),
        ("total", None, "high"),
    ],
)
def test_what_makes_no_sense_is_refused(
    desk: Desk, over: Rehearsal, what: str, turn: int | None, after: str | bool | float
) -> None:
    """A name or a breach without its turn, a turn that was not played, a total beyond 0 to 100, and what stands."""
    with pytest.raises(UsageError):
        overrule(desk, over.attempt, what=what, turn=turn, after=after, **LED)  # type: ignore[arg-type]
    assert decisions(desk.store, over.attempt) == ()


def test_asking_is_never_named_worse_than_an_inaccuracy(desk: Desk, small: Program) -> None:
    """Nobody could know; so neither can a reviewer name it so."""
    over = finished(desk, small, ("probe.cause", "end.leave"))
    (probe, *_others) = over.debrief().transcript.turns
    assert namings(probe) == ("best", "good", "inaccuracy")
    with pytest.raises(UnknownName):
        overrule(desk, over.attempt, what="name", turn=1, after="mistake", **LED)  # type: ignore[arg-type]


def test_breach_is_lifted_before_it_is_named(desk: Desk, over: Rehearsal) -> None:
    overrule(desk, over.attempt, what="breach", turn=1, after=True, **LED)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="Lift the breach"):
        overrule(desk, over.attempt, what="name", turn=1, after="best", **LED)  # type: ignore[arg-type]


def test_nobody_decides_on_his_own_attempt(desk: Desk, over: Rehearsal) -> None:
    """Neither overrules nor answers; and asking does not enter anybody."""
    plea = appeal(desk, over.attempt, "Wang Min", 1, "unfair")
    with pytest.raises(UsageError, match="his own"):
        overrule(desk, over.attempt, "Wang Min", "name", 1, "best", "other", "mine")
    with pytest.raises(UsageError, match="his own"):
        answer(desk, over.attempt, "Wang Min", plea, True, "mine")


def test_nobody_decides_on_his_own_attempt_by_his_pseudonym_either(desk: Desk, over: Rehearsal) -> None:
    """Whoever is signed in may sign with it instead of his name: it stays his own, and nobody is entered so."""
    person = over.state.started.person
    own = replace(desk, actor=Actor(person, "Wang Min", frozenset({"instructor", "hr"})))
    people = desk.store.people()
    with pytest.raises(UsageError, match="own attempt"):
        overrule(own, over.attempt, person, "total", None, 99.0, "misheard", "He said it.")
    with pytest.raises(UsageError, match="own attempt"):
        rate(own, over.attempt, person, {"tactics": 100.0})
    with pytest.raises(UsageError, match="own certificate"):
        certify(own, person, propose(own, person, "collection", ()))
    assert desk.store.people() == people


def test_only_the_trainee_appeals_and_once_while_it_waits(desk: Desk, over: Rehearsal) -> None:
    """Another one overrules instead; a second appeal on the same waits for the first one's answer."""
    with pytest.raises(UsageError, match="trainee himself"):
        appeal(desk, over.attempt, "Li Lei", 1, "unfair")
    assert desk.store.known("Li Lei") is None
    plea = appeal(desk, over.attempt, "Wang Min", 1, " unfair ")
    with pytest.raises(UsageError, match="already"):
        appeal(desk, over.attempt, "Wang Min", 1, "again")
    whole = appeal(desk, over.attempt, "Wang Min", None, "all of it")
    assert [(one.turn, one.seq) for _attempt, one in waiting(desk)] == [(1, plea), (None, whole)]
    answer(desk, over.attempt, "Li Lei", plea, False, "No.")
    again = appeal(desk, over.attempt, "Wang Min", 1, "again")
    assert [one.seq for _attempt, one in waiting(desk)] == [whole, again]
    with pytest.raises(UsageError, match="no turn 9"):
        appeal(desk, over.attempt, "Wang Min", 9, "where?")


def test_appeal_is_answered_once_and_an_overrule_names_it(desk: Desk, over: Rehearsal) -> None:
    """The answer says who was right; what follows from it is an event of its own."""
    plea = appeal(desk, over.attempt, "Wang Min", 1, "unfair")
    overrule(desk, over.attempt, what="name", turn=worst(over), after="best", plea=plea, **LED)  # type: ignore[arg-type]
    answer(desk, over.attempt, "Li Lei", plea, True, "You are right.")
    with pytest.raises(UsageError, match="answered already"):
        answer(desk, over.attempt, "韩梅梅", plea, False, "No.")
    with pytest.raises(UnknownName):
        answer(desk, over.attempt, "Li Lei", plea + 1, True, "?")
    with pytest.raises(UnknownName):
        overrule(desk, over.attempt, what="name", turn=1, after="best", plea=99, **LED)  # type: ignore[arg-type]
    asked, ruled, answered = decisions(desk.store, over.attempt)
    assert isinstance(ruled.event, Overruled)
    assert isinstance(answered.event, Answered)
    assert (ruled.event.appeal, answered.event.appeal, answered.event.upheld) == (asked.seq, asked.seq, True)
    assert [one.text for one in (asked, ruled, answered)] == ["unfair", "He said it.", "You are right."]


@pytest.mark.parametrize("text", ["", " \n ", "字" * (LONGEST + 1)])
def test_every_decision_needs_a_reason_in_words(desk: Desk, over: Rehearsal, text: str) -> None:
    """None is too little and more than a page too much; so it is with “other” above all."""
    plea = appeal(desk, over.attempt, "Wang Min", 1, "unfair")
    for ask in (
        lambda: appeal(desk, over.attempt, "Wang Min", 2, text),
        lambda: answer(desk, over.attempt, "Li Lei", plea, True, text),
        lambda: overrule(desk, over.attempt, "Li Lei", "total", None, 10.0, "other", text),
    ):
        with pytest.raises(UsageError, match="2,000"):
            ask()


def test_reason_is_one_of_a_few(desk: Desk, over: Rehearsal) -> None:
    with pytest.raises(UnknownName, match="misheard"):
        overrule(desk, over.attempt, "Li Lei", "total", None, 10.0, "misherd", "x")  # type: ignore[arg-type]


def test_what_changed_since_the_reviewer_looked_is_not_overruled_blindly(desk: Desk, over: Rehearsal) -> None:
    """He saw one total, another stands: he looks again."""
    seen = matter(desk, over.attempt).standing().value("total", None)
    overrule(desk, over.attempt, "韩梅梅", "total", None, 55.0, "other", "quicker")
    with pytest.raises(UsageError, match="meanwhile"):
        overrule(desk, over.attempt, "Li Lei", "total", None, 60.0, "other", "slower", seen=seen)
    overrule(desk, over.attempt, "Li Lei", "total", None, 60.0, "other", "slower", seen=55.0)


def test_nothing_is_decided_while_a_talk_goes_on_or_is_never_scored(desk: Desk, small: Program) -> None:
    """Not before the note is filed, and not where somebody tried a turn again."""
    running = start(desk, small, RIGHT, "exam")
    play(running, PAID)
    with pytest.raises(UsageError, match="not over"):
        appeal(desk, running.attempt, "Wang Min", 1, "now")
    running.file_note({})
    again = running.try_again_from(2)
    play(again, PAID[1:])
    with pytest.raises(UsageError, match="practice"):
        overrule(desk, again.attempt, "Li Lei", "name", 1, "best", "other", "x")


def test_practice_is_the_trainee_s_own_until_it_is_shown(desk: Desk, small: Program) -> None:
    """Others decide on it once he shares it; and where he appeals against it, which shows it too."""
    rehearsal = start(desk, small, RIGHT)
    play(rehearsal, PAID)
    rehearsal.file_note({})
    attempt = rehearsal.attempt

    def rule(total: float) -> None:
        overrule(desk, attempt, "Li Lei", "total", None, total, "other", "x")

    with pytest.raises(UsageError, match="trainee's own"):
        rule(10.0)
    share(desk, attempt, "Wang Min")
    rule(20.0)
    share(desk, attempt, "Wang Min", shared=False)
    with pytest.raises(UsageError, match="trainee's own"):
        rule(30.0)
    appeal(desk, attempt, "Wang Min", None, "look at it")
    rule(40.0)


def test_what_may_be_a_forbidden_act_is_found_among_exams(any_desk: Desk, small: Program) -> None:
    """By attempt and turn, until somebody looked at it."""
    over = finished(any_desk, small)
    store, events = any_desk.store, any_desk.store.events(over.attempt)
    store.begin("marked", events[0].event, events[0].at)
    for one in events[1:]:
        event = one.event
        if isinstance(event, Played) and event.turn == 2:
            event = event.model_copy(update={"how": "typed", "confidence": 0.5, "marked": "red.threat"})
        store.append("marked", one.seq, event, one.at, finished=True)
    assert in_doubt(any_desk) == (("marked", 2),)
    overrule(any_desk, "marked", "Li Lei", "breach", 2, True, "other", "He threatened.")
    assert in_doubt(any_desk) == ()


def test_what_may_be_a_forbidden_act_is_found_in_practice_that_was_shared(desk: Desk, small: Program) -> None:
    """By its trainee too, since it is evidence then; and of somebody erased nothing waits, as nobody can decide it."""
    rehearsal = start(desk, small, RIGHT)
    play(rehearsal, PAID)
    rehearsal.file_note({})
    events = desk.store.events(rehearsal.attempt)
    desk.store.begin("marked", events[0].event, events[0].at)
    for one in events[1:]:
        event = one.event
        if isinstance(event, Played) and event.turn == 2:
            event = event.model_copy(update={"how": "typed", "confidence": 0.5, "marked": "red.threat"})
        desk.store.append("marked", one.seq, event, one.at, finished=True)
    assert in_doubt(desk) == ()
    share(desk, "marked", "Wang Min")
    assert in_doubt(desk) == (("marked", 2),)
    appeal(desk, "marked", "Wang Min", 1, "look at it")
    assert len(waiting(desk)) == 1
    desk.store.erase(rehearsal.state.started.person)
    assert (in_doubt(desk), waiting(desk)) == ((), ())


def test_what_would_stand_is_foreseen_by_who_may_decide(desk: Desk, small: Program) -> None:
    """Practice that is the trainee's own shows nobody else what it came to; and asking enters nobody."""
    rehearsal = start(desk, small, RIGHT)
    play(rehearsal, PAID)
    rehearsal.file_note({})
    people = desk.store.people()
    with pytest.raises(UsageError, match="trainee's own"):
        demand_reviewer(desk, rehearsal, "Li Lei")
    with pytest.raises(UsageError, match="own attempt"):
        demand_reviewer(desk, rehearsal, "Wang Min")
    share(desk, rehearsal.attempt, "Wang Min")
    demand_reviewer(desk, rehearsal, "Li Lei")
    assert desk.store.people() == people


# What is kept, what is erased, and others at the same time


@pytest.fixture(params=["memory", "sqlite"])
def any_desk(request: pytest.FixtureRequest, tmp_path: Path, solutions: Solutions, desk: Desk) -> Desk:
    """A desk over each kind of store."""
    return desk if request.param == "memory" else desk_over(SqlStore(tmp_path / "record.db"), solutions)


def test_decisions_go_and_stay_as_remarks_do(any_desk: Desk, small: Program) -> None:
    """With the trainee go the words, with the reviewer his name; the chain verifies, and marks stay overruled."""
    over = finished(any_desk, small, WEAK)
    plea = appeal(any_desk, over.attempt, "Wang Min", 1, "unfair")
    overrule(any_desk, over.attempt, "Li Lei", "total", None, 71.0, "other", "so be it", plea)
    answer(any_desk, over.attempt, "Li Lei", plea, True, "right")
    assert any_desk.store.decided("appealed") == [over.attempt]
    assert any_desk.store.decided("rated") == []
    any_desk.store.erase(any_desk.store.person("Li Lei"))
    assert [one.name for one in decisions(any_desk.store, over.attempt)] == ["Wang Min", None, None]
    assert [one.text for one in decisions(any_desk.store, over.attempt)] == ["unfair", "so be it", "right"]
    any_desk.store.erase(any_desk.store.person("Wang Min"))
    assert [one.text for one in decisions(any_desk.store, over.attempt)] == [None, None, None]
    card = matter(any_desk, over.attempt).standing().scorecard
    assert card is not None
    assert card.total == 71.0
    assert verify(any_desk).faults == ()


class Interrupted(FailingStore):
    """A store in which somebody else is quicker, a number of times."""

    def __init__(self) -> None:
        super().__init__()
        self.before: list[Callable[[], object]] = []

    def append(self, *arguments: object, **named: object) -> object:  # type: ignore[override]
        if self.before:
            self.before.pop()()
        return super().append(*arguments, **named)  # type: ignore[arg-type]


def test_two_reviewers_at_once_are_decided_one_on_the_other(solutions: Solutions, small: Program) -> None:
    """The second one's “before” is the first one's “after”."""
    store = Interrupted()
    desk = desk_over(store, solutions)
    over = finished(desk, small, WEAK)
    store.before = [lambda: overrule(desk, over.attempt, "韩梅梅", "total", None, 55.0, "other", "quicker")]
    overrule(desk, over.attempt, "Li Lei", "total", None, 60.0, "other", "slower")
    events = [one.event for one in decisions(store, over.attempt)]
    assert [(one.before, one.after) for one in events if isinstance(one, Overruled)][1] == (55.0, 60.0)


def test_endless_company_is_given_up_on(solutions: Solutions, small: Program) -> None:
    store = FailingStore()
    desk = desk_over(store, solutions)
    over = finished(desk, small, WEAK)
    store.failing = AttemptMoved("again and again")
    with pytest.raises(AttemptMoved):
        overrule(desk, over.attempt, "Li Lei", "total", None, 60.0, "other", "x")


# Folding

STARTED = Started(scenario="s", content="c", rubric="1", person="p", mode="practice", language="en", seed=1)
TWO: list[Event] = [STARTED, Played(turn=1, move=A), Played(turn=2, move=B)]


def test_fold_keeps_what_was_decided_in_order() -> None:
    """Appeals with their answers, overrules and ratings by the numbers of their events."""
    ruled = Overruled(what="name", turn=2, before="good", after="best", reason="other", by="r", appeal=3)
    rated = Rated(by="s", blind=True, lines={"tactics": 60.0})
    docket = fold([*TWO, Appealed(turn=2, by="p"), ruled, Answered(appeal=3, upheld=True, by="r"), rated]).docket
    assert [(one.seq, one.turn, one.answered, one.upheld) for one in docket.pleas] == [(3, 2, 5, True)]
    assert docket.overrules == [(4, ruled)]
    assert docket.ratings == [(6, rated)]
    assert docket.waiting == ()


def test_fold_gives_an_answer_to_the_appeal_that_it_names() -> None:
    """Of several that wait the one, and no other in its place."""
    asked: list[Event] = [*TWO, Appealed(turn=1, by="p"), Appealed(turn=2, by="p")]
    docket = fold([*asked, Answered(appeal=4, upheld=False, by="r")]).docket
    assert [(one.seq, one.upheld) for one in docket.pleas] == [(3, None), (4, False)]
    with pytest.raises(StoreDamaged, match="appeal 9"):
        fold([*asked, Answered(appeal=9, upheld=True, by="r")])


def test_talk_that_went_on_another_way_has_no_decided_total() -> None:
    """What was decided on the whole was decided on another talk; a turn's first try counts as before."""
    total = Overruled(what="total", before=10.0, after=80.0, reason="other", by="r")
    named = Overruled(what="name", turn=1, before="good", after="best", reason="other", by="r")
    rated = Rated(by="s", blind=True, lines={"tactics": 60.0})
    docket = fold([*TWO, total, named, rated, TookBack(turn=2)]).docket
    assert docket.overrules == [(4, named)]
    assert docket.ratings == []


@pytest.mark.parametrize(
    "event",
    [
        Appealed(turn=3, by="p"),
        Overruled(what="breach", turn=3, before=False, after=True, reason="other", by="r"),
        Answered(appeal=9, upheld=True, by="r"),
        Answered(appeal=1, upheld=True, by="r"),
    ],
)
def test_record_with_an_impossible_decision_is_damaged(event: Event) -> None:
    """On a turn that was never played, or an answer to what is no appeal."""
    with pytest.raises(StoreDamaged):
        fold([*TWO, event])


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "name", "turn": None, "before": "good", "after": "best"},
        {"what": "total", "turn": 1, "before": 1.0, "after": 2.0},
        {"what": "name", "turn": 1, "before": "good", "after": "breach"},
        {"what": "breach", "turn": 1, "before": False, "after": "true"},
        {"what": "total", "before": 1.0, "after": 100.1},
        {"what": "total", "before": 1.0, "after": True},
    ],
)
def test_event_holds_only_what_can_be_overruled(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"turn|fit|name for a move|less than"):
        Overruled.model_validate({"reason": "other", "by": "r", **wrong})


def test_line_that_may_be_a_forbidden_act_waits_for_a_person() -> None:
    """Until somebody decided whether it was one, either way."""
    marked: list[Event] = [STARTED, Played(turn=1, move=A, how="typed", confidence=0.5, marked="x.threat")]
    assert doubtful_turns(fold(marked)) == {1}
    seen = Overruled(what="breach", turn=1, before=False, after=False, reason="other", by="r")
    assert doubtful_turns(fold([*marked, seen])) == frozenset()
