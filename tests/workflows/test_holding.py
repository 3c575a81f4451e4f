"""One program at a time has an attempt open; what was begun and not acknowledged is begun once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from doubles import desk_over

from simulator.adapters.store.memory import MemoryStore
from simulator.engine.program import Program
from simulator.model.actor import Actor
from simulator.model.errors import AttemptMoved, StoreLost, TakenOver
from simulator.model.position import Move
from simulator.model.record import Event
from simulator.workflows.holding import beat, held, hold, open_attempt, release, take
from simulator.workflows.ports import STALE, Recorded
from simulator.workflows.rehearse import Desk, Rehearsal, begin, resume
from simulator.workflows.solutions import Solutions

CHAT, ASK = Move.parse("rapport.chat"), Move.parse("ask.plain")
MakeDesk = Callable[[str], Desk]


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def at(store: MemoryStore, solutions: Solutions) -> MakeDesk:
    """A program's desk over the one record."""
    desk = desk_over(store, solutions)
    return lambda holder: replace(desk, holder=holder)


def _begun(desk: Desk, small: Program) -> Rehearsal:
    rehearsal = begin(desk, small.scenario, "Wang Min", "practice", "en", 1)
    rehearsal.prepare({})
    return rehearsal


def test_attempt_is_open_in_one_program(at: MakeDesk, small: Program) -> None:
    """The second is told and can move nothing; where it takes over, the first cannot, until it takes it back."""
    one = _begun(at("one"), small)
    assert hold(one).elsewhere is None
    second = open_attempt(at("two"), one.attempt)
    assert second.elsewhere is not None
    assert second.elsewhere.holder == "one"
    with pytest.raises(TakenOver):
        second.rehearsal.play(CHAT)
    assert len(second.rehearsal.exchanges) == 0
    two = open_attempt(at("two"), one.attempt, force=True).rehearsal
    two.play(CHAT)
    with pytest.raises(AttemptMoved):
        one.play(ASK)
    assert len(one.exchanges) == 0
    again = open_attempt(at("one"), one.attempt, force=True)
    assert [str(move) for move in again.rehearsal.state.moves] == ["rapport.chat"]
    again.rehearsal.play(ASK)


def test_what_went_on_before_it_was_taken_is_read(at: MakeDesk, small: Program) -> None:
    """Between the reading and the taking somebody else may have moved it."""
    one = _begun(at("one"), small)
    read = resume(at("two"), one.attempt)
    one.play(CHAT)
    release(one.desk)
    kept = hold(read)
    assert kept.rehearsal is not read
    assert len(kept.rehearsal.exchanges) == 1


def test_program_that_ended_is_waited_for_a_moment(at: MakeDesk, small: Program) -> None:
    """A browser that comes back finds the attempt free as soon as the session that it left has ended."""
    one = _begun(at("one"), small)
    looked: list[int] = []

    def stop() -> bool:
        looked.append(1)
        release(one.desk)
        return False

    assert hold(resume(at("two"), one.attempt), 60.0, stop).elsewhere is None
    assert looked == [1]
    assert hold(resume(at("three"), one.attempt), 60.0, lambda: True).elsewhere is not None


def test_what_is_over_or_anothers_is_held_by_nobody(at: MakeDesk, store: MemoryStore, small: Program) -> None:
    """A debrief is looked at by many, and so is another's talk by who may see it."""
    one = _begun(at("one"), small)
    release(one.desk)
    desk = replace(at("two"), actor=Actor("somebody", "Li", frozenset({"instructor"})))
    assert take(Rehearsal(desk, one.attempt, one.state)) is None
    assert store.holds == {}
    one.play(Move.parse("end.leave"))
    one.file_note({})
    release(one.desk)
    assert take(one) is None
    assert store.holds == {}


def test_desk_that_is_no_program_holds_nothing(store: MemoryStore, solutions: Solutions, small: Program) -> None:
    """Simulated people, regrading and trials ask nobody."""
    rehearsal = _begun(desk_over(store, solutions), small)
    assert hold(rehearsal).elsewhere is None
    assert beat(rehearsal.desk) == ()
    release(rehearsal.desk)
    assert store.holds == {}


def test_block_has_it_open_and_lets_go(at: MakeDesk, store: MemoryStore, small: Program) -> None:
    """However the block ends; and it does not begin where the attempt is open elsewhere."""
    one = _begun(at("one"), small)

    def fails() -> None:
        assert list(store.holds) == [one.attempt]
        with pytest.raises(TakenOver), held(resume(at("two"), one.attempt)):
            pytest.fail("it is open elsewhere")
        raise KeyError

    with pytest.raises(KeyError), held(one):
        fails()
    assert store.holds == {}


def test_program_that_died_keeps_nobody_out(at: MakeDesk, small: Program) -> None:
    """Without a sign of life the hold is nobody's, and nothing is asked."""
    one = _begun(at("one"), small)
    late = replace(at("two"), now=lambda: datetime.fromisoformat("2026-03-02T09:00:00Z") + STALE + timedelta(hours=1))
    assert open_attempt(late, one.attempt).elsewhere is None


# Beginnings whose answer was lost


class Losing(MemoryStore):
    """A store that records, and loses the answer, while ``loses`` says at what."""

    def __init__(self) -> None:
        super().__init__()
        self.loses = ""

    def begin(self, attempt: str, event: Event, at: datetime, text: str | None = None) -> Recorded:
        return self._lose("started", super().begin(attempt, event, at, text))

    def append(self, *arguments: Any, **named: Any) -> Recorded:
        return self._lose(arguments[2].kind, super().append(*arguments, **named))

    def _lose(self, kind: str, recorded: Recorded) -> Recorded:
        if kind == self.loses:
            self.loses = ""
            lost = StoreLost("the answer was lost")
            lost.is_unsure = True
            raise lost
        return recorded


@pytest.mark.parametrize("seed", [None, 5])
def test_beginning_asked_for_again_is_the_one_that_was_begun(
    solutions: Solutions, small: Program, seed: int | None
) -> None:
    """With the seed that was drawn for it; another beginning after it is another attempt."""
    store = Losing()
    desk = desk_over(store, solutions)
    store.loses = "started"
    with pytest.raises(StoreLost):
        begin(desk, small.scenario, "Wang Min", "practice", "en", seed)
    other = begin(desk, small.scenario, "Wang Min", "exam", "en", seed)
    rehearsal = begin(desk, small.scenario, "Wang Min", "practice", "en", seed)
    assert {one.attempt for one in store.attempts()} == {rehearsal.attempt, other.attempt}
    rehearsal.prepare({})
    assert begin(desk, small.scenario, "Wang Min", "practice", "en", seed).attempt != rehearsal.attempt
    assert not desk.begun


@pytest.mark.parametrize("loses", ["started", "prepared"])
def test_trying_again_asked_for_again_is_one_attempt(solutions: Solutions, small: Program, loses: str) -> None:
    """Wherever on the way the answer was lost."""
    store = Losing()
    rehearsal = _begun(desk_over(store, solutions), small)
    rehearsal.play(CHAT)
    store.loses = loses
    with pytest.raises(StoreLost):
        rehearsal.try_again_from(1)
    again = rehearsal.try_again_from(1)
    assert again.phase == "talk"
    assert {one.attempt for one in store.attempts()} == {rehearsal.attempt, again.attempt}
    assert [one.event.kind for one in store.events(again.attempt)] == ["started", "prepared"]
    again.play(ASK)
