"""Settling: what an ended attempt came to, kept beside the record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from doubles import Clock, desk_over
from workflows.talks import LEFT, PAID, RIGHT, play, start

from scoring.rubric import CURRENT
from simulator.adapters.store.memory import MemoryStore
from simulator.engine.program import Program
from simulator.model.errors import Cancelled, UnknownName
from simulator.model.journal import Shared
from simulator.model.record import Closed, Played, Started
from simulator.workflows.deciding import overrule
from simulator.workflows.rehearse import Desk, Rehearsal, Terms, begin
from simulator.workflows.remarking import remark
from simulator.workflows.settling import PAUSE, settle, settle_all, settled, time_spent
from simulator.workflows.solutions import Solutions


def finished(desk: Desk, small: Program, mode: str = "exam") -> Rehearsal:
    rehearsal = start(desk, small, RIGHT, mode="exam" if mode == "exam" else "practice")
    play(rehearsal, PAID)
    rehearsal.file_note({})
    return rehearsal


def test_settled_exam_says_what_its_debrief_says(desk: Desk, small: Program) -> None:
    """The very marks and observations, kept under the rubric it was started under, with the chain's head."""
    rehearsal = finished(desk, small)
    made, debrief = settle(desk, rehearsal.attempt), rehearsal.debrief()
    assert made is not None
    assert debrief.scorecard is not None
    assert (made.total, made.passed, made.breaches) == (debrief.scorecard.total, debrief.scorecard.passed, ())
    assert made.observations == debrief.observations
    assert made.head == desk.store.head(rehearsal.attempt)[1]
    assert (made.turns, made.worth, made.ending, made.evidence) == (3, debrief.worth, debrief.ending, True)
    assert desk.store.result(rehearsal.attempt, CURRENT.version) == made


def test_practice_is_no_evidence_before_it_is_shared(desk: Desk, small: Program) -> None:
    """A trainee's practice is his own; what the journal shares counts from the next settling on."""
    rehearsal = finished(desk, small, "practice")
    made = settle(desk, rehearsal.attempt)
    assert made is not None
    assert not made.evidence
    desk.store.enter(Shared(person=made.person, attempt=made.attempt), desk.now())
    assert settle_all(desk).made == 1
    kept = desk.store.result(made.attempt, CURRENT.version)
    assert kept is not None
    assert kept.evidence


def test_attempt_that_is_not_over_or_tries_again_has_no_result(desk: Desk, small: Program) -> None:
    """Nothing is made up for a talk that goes on, a note that is not filed, or a turn that is tried again."""
    going_on, unfiled, whole = start(desk, small), start(desk, small, RIGHT), finished(desk, small, "practice")
    play(unfiled, PAID)
    again = whole.try_again_from(2)
    play(again, PAID[1:])
    for one in (going_on, unfiled, again):
        assert settle(desk, one.attempt) is None
    with pytest.raises(UnknownName):
        settle(desk, "nothing")


def test_settling_everything_settles_what_has_no_result_of_now(desk: Desk, small: Program) -> None:
    """Once each; and again after a remark has moved the chain's head."""
    first, second = finished(desk, small), finished(desk, small)
    told: list[tuple[int, int]] = []
    assert settle_all(desk, lambda done, of: told.append((done, of))).made == 2
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert settle_all(desk).made == 0
    remark(desk, first.attempt, 1, "Well begun.", "Li Na")
    assert desk.store.unsettled(CURRENT.version) == [first.attempt]
    assert settle_all(desk).made == 1
    assert settled(desk, second.attempt) == desk.store.result(second.attempt, CURRENT.version)


def test_settling_can_be_stopped_and_keeps_what_was_done(desk: Desk, small: Program) -> None:
    """Who stops after the first of two has one."""
    finished(desk, small), finished(desk, small)
    asked = iter((False, True))
    with pytest.raises(Cancelled):
        settle_all(desk, cancelled=lambda: next(asked))
    assert len(desk.store.results()) == 1
    assert settle_all(desk).made == 1


def test_one_broken_attempt_keeps_no_other_from_being_settled(solutions: Solutions, small: Program) -> None:
    """It is named with what is wrong, and the rest is there."""
    store = MemoryStore()
    desk = desk_over(store, solutions)
    broken, whole = finished(desk, small), finished(desk, small)
    links = store.links[broken.attempt]
    links[2] = replace(links[2], payload=links[2].payload.replace('"ask.plain"', '"press.hold:supply"'))
    found = settle_all(desk)
    assert [fault.attempt for fault in found.faults] == [broken.attempt]
    assert [one.attempt for one in store.results()] == [whole.attempt]


def test_time_spent_leaves_long_pauses_out(desk: Desk, small: Program) -> None:
    """Pauses up to five minutes are thought; longer ones, and what came after the end, are none."""
    clock = desk.now
    assert isinstance(clock, Clock)
    rehearsal = start(desk, small, RIGHT)
    begun = desk.store.events(rehearsal.attempt)[0].at
    play(rehearsal, PAID[:1])
    clock.now += PAUSE + timedelta(seconds=1)
    play(rehearsal, PAID[1:])
    rehearsal.file_note({})
    clock.now += timedelta(seconds=60)
    remark(desk, rehearsal.attempt, 1, "Well begun.", "Li Na")
    events = desk.store.events(rehearsal.attempt)
    ended, seconds = time_spent(events)
    assert ended == next(one.at for one in events if one.event.kind == "filed")
    assert seconds < (ended - begun).total_seconds() - PAUSE.total_seconds()
    assert any(isinstance(one.event, Played) for one in events)
    assert seconds > 0


def test_leaving_early_is_settled_too(desk: Desk, small: Program) -> None:
    """A bad talk counts as much as a good one."""
    rehearsal = start(desk, small, mode="exam")
    play(rehearsal, LEFT)
    rehearsal.file_note({})
    made = settle(desk, rehearsal.attempt)
    assert made is not None
    assert not made.passed


def test_exam_that_its_deadline_closed_counts_and_ended_then(desk: Desk, small: Program) -> None:
    """Left unfinished it is settled as it stood; it ended at its deadline, not when somebody looked."""
    clock = desk.now
    assert isinstance(clock, Clock)
    rehearsal = start(desk, small, RIGHT, mode="exam")
    play(rehearsal, PAID[:1])
    assert settle(desk, rehearsal.attempt) is None
    deadline = clock.now + timedelta(hours=1)
    clock.now += timedelta(days=3)
    desk.store.append(rehearsal.attempt, rehearsal.state.next_seq, Closed(), desk.now(), finished=True)
    made = settle(desk, rehearsal.attempt)
    assert made is not None
    assert (made.ending, made.turns, made.evidence) == ("timeout", 1, True)
    first, *others = desk.store.events(rehearsal.attempt)
    assert isinstance(first.event, Started)
    closing = replace(first, event=first.event.model_copy(update={"closes": deadline}))
    ended, seconds = time_spent([closing, *others])
    assert ended == deadline
    assert 0 < seconds < PAUSE.total_seconds()


def test_settling_takes_what_a_reviewer_overruled(desk: Desk, small: Program) -> None:
    """The result is that of the decision, and says so; the attempt's own events are what they were."""
    attempt = finished(desk, small).attempt
    before = settle(desk, attempt)
    assert before is not None
    overrule(desk, attempt, "Li Na", "name", 1, "blunder", "misheard", "He said something else.")
    after = settle_all(desk)
    kept = desk.store.result(attempt, CURRENT.version)
    assert (after.made, kept is not None) == (1, True)
    assert kept is not None
    assert (before.overruled, kept.overruled) == (False, True)
    assert kept.total < before.total
    assert kept.observations != before.observations


def test_settling_goes_by_the_pass_mark_of_the_assignment(desk: Desk, small: Program) -> None:
    """The same talk passes where a point less is asked, and fails where a point more is."""
    free = settle(desk, finished(desk, small).attempt)
    assert free is not None
    assert 1 < free.total < 99
    for mark, passed in ((free.total - 1, True), (free.total + 1, False)):
        rehearsal = begin(desk, small.scenario, "Wang Min", "exam", "en", 1, Terms("spring", pass_mark=mark))
        rehearsal.prepare(RIGHT)
        play(rehearsal, PAID)
        rehearsal.file_note({})
        made = settle(desk, rehearsal.attempt)
        assert made is not None
        assert (made.pass_mark, made.passed, made.total, made.assignment) == (mark, passed, free.total, "spring")
