"""Second ratings: who is drawn, that raters are blind, and how far they agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from workflows.talks import PAID, RIGHT, play, start

from simulator.engine.program import Program
from simulator.model.decisions import LINES, Line, Rated
from simulator.model.errors import UnknownName, UsageError
from simulator.workflows.deciding import decisions, matter, overrule
from simulator.workflows.descriptors import DESCRIPTORS, LEVELS
from simulator.workflows.ports import Result
from simulator.workflows.rating import MARGIN, agreed, due_for_rating, filed, is_borderline, is_drawn, rate
from simulator.workflows.rehearse import Desk, Rehearsal
from simulator.workflows.remarking import remark

ALL: dict[Line, float] = {"result": 90.0, "tactics": 60.0, "discovery": 50.0, "paperwork": 75.0, "compliance": 100.0}
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
KEPT = Result(
    attempt="a",
    rubric="1",
    person="p",
    scenario="small-debt",
    content="c",
    mode="exam",
    language="en",
    assignment=None,
    started=AT,
    ended=AT + timedelta(minutes=9),
    seconds=540.0,
    turns=3,
    total=90.0,
    before_gate=90.0,
    passed=True,
    pass_mark=70.0,
    parts={"result": 90.0, "tactics": 90.0, "discovery": None, "paperwork": 90.0},
    breaches=(),
    worth=50.0,
    best=60.0,
    floor=10.0,
    ending="paid",
    evidence=True,
    head="h",
)


def finished(desk: Desk, small: Program) -> Rehearsal:
    rehearsal = start(desk, small, RIGHT, "exam")
    play(rehearsal, PAID)
    rehearsal.file_note({})
    return rehearsal


@pytest.fixture
def over(desk: Desk, small: Program) -> Rehearsal:
    """An exam of Wang Min's that is over."""
    return finished(desk, small)


def id_that(is_wanted: Callable[[str], bool]) -> str:
    return next(name for name in map(str, range(10_000)) if is_wanted(name))


# Who is drawn


def test_a_tenth_is_drawn_by_the_id_alone() -> None:
    """Nobody chooses, and everybody who knows the id can check; of ten thousand ids about a thousand."""
    drawn = [name for name in map(str, range(10_000)) if is_drawn(name)]
    assert 900 <= len(drawn) <= 1100
    assert drawn == [name for name in map(str, range(10_000)) if is_drawn(name)]


@pytest.mark.parametrize(("total", "near"), [(65.0, True), (75.0, True), (64.9, False), (75.1, False), (70.0, True)])
def test_borderline_is_within_five_points_on_either_side(total: float, near: bool) -> None:
    assert MARGIN == 5.0
    assert is_borderline(total, 70.0) == near


def test_due_are_the_drawn_and_the_borderline_that_count(desk: Desk) -> None:
    """Exams, and assigned talks that are evidence; not practice of one's own, and nothing that is no evidence."""
    drawn, spared = id_that(is_drawn), id_that(lambda name: not is_drawn(name))
    cases = {
        drawn: replace(KEPT, attempt=drawn),
        spared: replace(KEPT, attempt=spared),
        "near": replace(KEPT, attempt="near", total=74.0),
        "far": replace(KEPT, attempt="far", total=74.9, pass_mark=80.0),
        "own": replace(KEPT, attempt="own", total=70.0, mode="practice"),
        "assigned": replace(KEPT, attempt="assigned", total=70.0, mode="practice", assignment="x"),
        "hidden": replace(KEPT, attempt="hidden", total=70.0, assignment="x", evidence=False),
    }
    desk.store.put_results(cases.values())
    wanted = {drawn: "random", "near": "borderline", "assigned": "borderline"}
    assert {one.attempt: one.why for one in due_for_rating(desk)} == wanted


def test_due_is_nobody_s_own_and_nothing_that_was_rated(desk: Desk, over: Rehearsal) -> None:
    """Who is to rate does not see his own talks, and who was rated once is done."""
    person = desk.store.person("Wang Min")
    desk.store.put_results([replace(KEPT, attempt=over.attempt, person=person, total=70.0)])
    assert due_for_rating(desk, "Wang Min") == ()
    assert [one.attempt for one in due_for_rating(desk, "Li Lei")] == [over.attempt]
    rate(desk, over.attempt, "韩梅梅", ALL)
    assert due_for_rating(desk, "Li Lei") == ()


def test_talk_of_somebody_erased_is_not_due(desk: Desk, over: Rehearsal) -> None:
    """Nothing more can be recorded of him, so nobody is sent to try."""
    person = desk.store.person("Wang Min")
    desk.store.put_results([replace(KEPT, attempt=over.attempt, person=person, total=70.0)])
    desk.store.erase(person)
    assert due_for_rating(desk, "Li Lei") == ()


# Rating


def test_rating_is_on_record_before_anything_is_set_beside_it(desk: Desk, over: Rehearsal) -> None:
    """What comes back holds the program's own points and what others rated; the record holds only his own."""
    first = rate(desk, over.attempt, "韩梅梅", {"tactics": 50.0}, "short")
    second = rate(desk, over.attempt, "Li Lei", ALL)
    card = over.debrief().scorecard
    assert card is not None
    assert first.others == ()
    assert [(one.name, one.text) for one in second.others] == [("韩梅梅", "short")]
    assert second.program == {**{mark.part: mark.points for mark in card.marks}, "compliance": 100.0}
    assert second.own == Rated(by=desk.store.person("Li Lei"), blind=True, lines=ALL)
    assert filed(desk, over.attempt, first.seq).others[0].name == "Li Lei"


def test_program_s_points_are_its_own_whatever_was_overruled(desk: Desk, over: Rehearsal) -> None:
    """Agreement is with the program, not with a reviewer who corrected it."""
    overrule(desk, over.attempt, "Meng", "breach", 2, True, "other", "x")
    assert rate(desk, over.attempt, "Li Lei", ALL).program["compliance"] == 100.0


def test_who_has_dealt_with_the_talk_is_not_blind(desk: Desk, over: Rehearsal) -> None:
    """With a remark or a decision he has seen the marks; his rating is kept and does not count for agreement."""
    remark(desk, over.attempt, 1, "hm", "Li Lei")
    overrule(desk, over.attempt, "韩梅梅", "total", None, 60.0, "other", "x")
    blind = [rate(desk, over.attempt, name, ALL).own.blind for name in ("Li Lei", "韩梅梅", "Meng")]
    assert blind == [False, False, True]
    assert (agreed(desk).talks, agreed(desk).raters) == (1, 1)


def test_nobody_rates_himself_nor_twice(desk: Desk, over: Rehearsal) -> None:
    with pytest.raises(UsageError, match="his own"):
        rate(desk, over.attempt, "Wang Min", ALL)
    rate(desk, over.attempt, "Li Lei", ALL)
    with pytest.raises(UsageError, match="already"):
        rate(desk, over.attempt, "Li Lei", ALL)
    assert len(decisions(desk.store, over.attempt)) == 1


@pytest.mark.parametrize("lines", [{}, {"tactics": 101.0}, {"tactics": -0.1}, {"tactics": float("nan")}])
def test_rating_has_a_line_and_none_beyond_the_scale(desk: Desk, over: Rehearsal, lines: dict[Line, float]) -> None:
    with pytest.raises(UsageError):
        rate(desk, over.attempt, "Li Lei", lines)
    with pytest.raises(UnknownName, match="tactics"):
        rate(desk, over.attempt, "Li Lei", {"tactic": 50.0})  # type: ignore[dict-item]
    assert decisions(desk.store, over.attempt) == ()


def test_rating_moves_no_mark(desk: Desk, over: Rehearsal) -> None:
    """It is a measure of the program, not a decision on the trainee."""
    rate(desk, over.attempt, "Li Lei", dict.fromkeys(LINES, 0.0))
    assert matter(desk, over.attempt).standing().scorecard == over.debrief().scorecard


def test_rating_asked_for_by_a_wrong_number_is_told(desk: Desk, over: Rehearsal) -> None:
    with pytest.raises(UnknownName):
        filed(desk, over.attempt, 99)


# Agreement


def test_agreement_is_told_for_people_alone_and_with_the_program(desk: Desk, small: Program) -> None:
    """Two people who always give the same agree fully; with a program that gives otherwise they do not."""
    for number in range(4):
        over = finished(desk, small)
        for name in ("Li Lei", "韩梅梅"):
            rate(desk, over.attempt, name, {"tactics": 20.0 * number, "compliance": 100.0})
    found = agreed(desk)
    assert (found.talks, found.raters) == (4, 2)
    assert found.human["tactics"].alpha == 1.0
    assert found.human["compliance"].alpha is None  # who always gives the same cannot be told from who does not look
    with_program = found.program["tactics"]
    assert with_program.alpha is not None
    assert with_program.alpha < 1.0
    assert (with_program.raters, with_program.ratings) == (3, 12)
    assert "paperwork" not in found.program


def test_agreement_of_chosen_talks_and_of_none(desk: Desk, small: Program) -> None:
    """Nothing rated is told as nothing, without a division by it."""
    assert agreed(desk).human == {}
    over = finished(desk, small)
    rate(desk, over.attempt, "Li Lei", ALL)
    assert agreed(desk, ["other"]).talks == 0
    one = agreed(desk, [over.attempt])
    assert one.talks == 1
    assert one.human["tactics"].alpha is None


# Descriptors


def test_every_line_is_described_at_every_level_in_words_of_its_own() -> None:
    assert set(DESCRIPTORS) == set(LINES)
    every = [text for one in DESCRIPTORS.values() for text in (one.asks, *one.levels)]
    assert len(set(every)) == len(every) == len(LINES) * (1 + len(LEVELS))
