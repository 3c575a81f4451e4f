"""Verifying the record: chains recomputed, attempts played again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from doubles import desk_over
from workflows.talks import LEFT, PAID, RIGHT, play, start

from simulator.adapters.store.memory import MemoryStore
from simulator.engine.program import Program
from simulator.model.errors import Cancelled, UnknownName
from simulator.model.record import Played, Started
from simulator.workflows.ports import JOURNAL, ChainFault
from simulator.workflows.rehearse import Desk
from simulator.workflows.remarking import remark
from simulator.workflows.settling import settle
from simulator.workflows.solutions import Solutions
from simulator.workflows.verifying import place, verify


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def desk(store: MemoryStore, solutions: Solutions) -> Desk:
    return desk_over(store, solutions)


def three_attempts(desk: Desk, small: Program) -> list[str]:
    """One that is complete, one with a take-back that goes on, one that tries again."""
    done, open_ = start(desk, small, RIGHT), start(desk, small)
    play(done, PAID)
    done.file_note({})
    play(open_, ["rapport.chat", "ask.plain"])
    open_.take_back(1)
    play(open_, ["ask.plain"])
    again = done.try_again_from(2)
    play(again, ["rapport.chat"])
    return [done.attempt, open_.attempt, again.attempt]


def test_verify_of_a_whole_record_finds_nothing(desk: Desk, small: Program) -> None:
    """Every attempt is counted, whatever its state."""
    three_attempts(desk, small)
    verified = verify(desk)
    assert (verified.attempts, verified.faults) == (3, ())


def test_verify_of_an_empty_record_is_fine(desk: Desk) -> None:
    """Nothing recorded is nothing broken."""
    assert verify(desk).attempts == 0


def test_verify_names_attempt_and_event_of_a_change(desk: Desk, store: MemoryStore, small: Program) -> None:
    """One move changed in the store: that attempt, that event, and the others are still whole."""
    first, second, third = three_attempts(desk, small)
    links = store.links[second]
    where = next(i for i, link in enumerate(links) if "rapport.chat" in link.payload)
    links[where] = replace(links[where], payload=links[where].payload.replace("rapport.chat", "rapport.chaT"))
    verified = verify(desk)
    assert verified.attempts == 3
    assert {(fault.attempt, fault.seq) for fault in verified.faults} == {(second, where)}
    assert verify(desk, first).faults == ()
    assert verify(desk, third).faults == ()
    assert verify(desk, second).faults == verified.faults


def test_verify_plays_attempts_again(desk: Desk, store: MemoryStore, small: Program) -> None:
    """A chain that is whole but holds a move which the rules did not offer is found by replaying."""
    attempt = start(desk, small).attempt
    desk.store.append(attempt, 2, Played(turn=1, move="press.hold:supply"), desk.now())
    (fault,) = verify(desk).faults
    assert (fault.attempt, fault.seq) == (attempt, -1)
    assert "press.hold:supply" in fault.why


@pytest.mark.parametrize("move", ["no.such-tactic", "rapport.chat:nothing", ""])
def test_verify_reports_a_move_that_nobody_knows(desk: Desk, small: Program, move: str) -> None:
    """A move outside the catalogue is a fault of the record and not a traceback."""
    attempt = start(desk, small).attempt
    desk.store.append(attempt, 2, Played(turn=1, move=move), desk.now())
    assert [fault.attempt for fault in verify(desk).faults] == [attempt]


def test_verify_reports_a_turn_that_does_not_follow(desk: Desk, small: Program) -> None:
    """A turn out of order is found even where the chain is whole."""
    attempt = start(desk, small).attempt
    desk.store.append(attempt, 2, Played(turn=2, move="rapport.chat"), desk.now())
    (fault,) = verify(desk).faults
    assert fault.why == "The record has turn 2 where turn 1 is due."


def test_verify_reports_content_that_is_gone(desk: Desk, store: MemoryStore, small: Program) -> None:
    """Without the pinned scenario an attempt cannot be made again, and verify says which."""
    attempts = three_attempts(desk, small)
    store.contents.clear()
    assert {fault.attempt for fault in verify(desk).faults} == set(attempts)


def test_verify_reports_content_that_is_no_scenario(desk: Desk, store: MemoryStore, small: Program) -> None:
    """A hash that fits makes no scenario of what was kept."""
    attempt = start(desk, small).attempt
    digest = store.keep(b"{}")
    started = store.events(attempt)[0].event
    assert isinstance(started, Started)
    store.begin("odd", started.model_copy(update={"content": digest}), desk.now())
    assert [fault.attempt for fault in verify(desk).faults] == ["odd"]


def test_verify_of_an_unknown_attempt_names_what_there_is(desk: Desk, small: Program) -> None:
    """Did you mean…"""
    attempt = start(desk, small).attempt
    with pytest.raises(UnknownName, match=f"Did you mean “{attempt}”"):
        verify(desk, "atempt-1")


def test_erased_person_leaves_a_record_that_verifies(desk: Desk, store: MemoryStore, small: Program) -> None:
    """The name is gone, the chain is whole, and the attempts still replay."""
    rehearsal = start(desk, small)
    play(rehearsal, LEFT)
    store.erase(rehearsal.state.started.person)
    assert store.name(rehearsal.state.started.person) is None
    assert verify(desk).faults == ()


# What was worked out of the record


def test_verify_makes_kept_results_again(desk: Desk, store: MemoryStore, small: Program) -> None:
    """A result that is what its attempt comes to is no fault; a changed figure is, by its name."""
    attempt = three_attempts(desk, small)[0]
    made = settle(desk, attempt)
    assert made is not None
    verified = verify(desk)
    assert (verified.results, verified.stale, verified.faults) == (1, 0, ())
    better = replace(made, total=made.total + 1, parts={**made.parts, "tactics": 1.0})
    store.put_results([better])
    (fault,) = verify(desk).faults
    assert (fault.attempt, fault.seq) == (attempt, -1)
    assert "total, parts" in fault.why
    assert verify(desk, attempt).faults == (fault,)


def test_verify_finds_a_changed_observation(desk: Desk, store: MemoryStore, small: Program) -> None:
    """What mastery stands on is compared one by one."""
    made = settle(desk, three_attempts(desk, small)[0])
    assert made is not None
    first, *others = made.observations
    store.put_results([replace(made, observations=(replace(first, credit=1 - first.credit), *others))])
    (fault,) = verify(desk).faults
    assert "observations" in fault.why
    store.put_results(
        [
            replace(made, observations=(*others, first)),
        ]
    )
    assert len(verify(desk).faults) == 1


def test_verify_allows_for_the_last_bits_of_another_machine(desk: Desk, store: MemoryStore, small: Program) -> None:
    """Sums in another order are the same figure."""
    made = settle(desk, three_attempts(desk, small)[0])
    assert made is not None
    store.put_results([replace(made, total=made.total + 1e-9)])
    assert verify(desk).faults == ()


def test_verify_counts_results_that_are_older_than_their_attempt(desk: Desk, small: Program) -> None:
    """A remark since is no fault: the result is made again when figures are next shown."""
    attempt = three_attempts(desk, small)[0]
    settle(desk, attempt)
    remark(desk, attempt, 1, "Well begun.", "Li Na")
    verified = verify(desk)
    assert (verified.results, verified.stale, verified.faults) == (0, 1, ())


def test_verify_finds_a_result_with_a_head_that_never_was(desk: Desk, store: MemoryStore, small: Program) -> None:
    """It was made from another record."""
    made = settle(desk, three_attempts(desk, small)[0])
    assert made is not None
    store.put_results([replace(made, head="f" * 64)])
    (fault,) = verify(desk).faults
    assert "head" in fault.why


def test_verify_finds_a_result_without_an_attempt(desk: Desk, store: MemoryStore, small: Program) -> None:
    """Figures that stand on nothing."""
    made = settle(desk, three_attempts(desk, small)[0])
    assert made is not None
    store.put_results([replace(made, attempt="invented")])
    assert [fault.attempt for fault in verify(desk).faults] == ["invented"]


def test_verify_counts_results_under_a_rubric_that_it_does_not_have(
    desk: Desk, store: MemoryStore, small: Program
) -> None:
    """They cannot be made again here, and that is said; it is no fault of the record."""
    made = settle(desk, three_attempts(desk, small)[0])
    assert made is not None
    store.put_results([replace(made, rubric="from-the-future")])
    verified = verify(desk)
    assert (verified.results, verified.unknown, verified.faults) == (1, 1, ())


def test_verify_can_be_stopped(desk: Desk, small: Program) -> None:
    """A large record takes its time."""
    three_attempts(desk, small)
    with pytest.raises(Cancelled):
        verify(desk, cancelled=lambda: True)


def test_place_of_a_fault_is_told_in_words() -> None:
    """The journal and kept content are no attempts."""
    assert place(ChainFault("a", 3, "")) == "attempt a, event 3"
    assert place(ChainFault(JOURNAL, 2, "")) == "journal, event 2"
    assert place(ChainFault("", -1, "")) == "kept content"
