"""Remarks: written on the turns of a talk that is over, kept apart from the chain, and never part of a mark."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from doubles import FailingStore, desk_over
from workflows.talks import PAID, RIGHT, play, start

from simulator.adapters.store.sql import SqlStore
from simulator.engine.program import Program
from simulator.model.errors import AttemptMoved, StoreDamaged, StoreLocked, UnknownName, UsageError
from simulator.model.record import Event, Played, Remarked, Started, TookBack
from simulator.workflows.attempt import Noted, fold
from simulator.workflows.rehearse import Desk, Rehearsal, resume
from simulator.workflows.remarking import LONGEST, remark, remarks
from simulator.workflows.solutions import Solutions
from simulator.workflows.verifying import verify

A, B = "rapport.chat", "ask.plain"


@pytest.fixture
def over(desk: Desk, small: Program) -> Rehearsal:
    """An exam that is over, of three turns."""
    return finished(desk, small)


def finished(desk: Desk, small: Program) -> Rehearsal:
    rehearsal = start(desk, small, RIGHT, "exam")
    play(rehearsal, PAID)
    rehearsal.file_note({})
    return rehearsal


def said(desk: Desk, attempt: str) -> list[tuple[int, str | None, str | None, bool]]:
    return [(one.turn, one.name, one.text, one.corrected) for one in remarks(desk.store, attempt)]


def test_remarks_are_read_with_their_turns_and_who_wrote_them(desk: Desk, over: Rehearsal) -> None:
    """Several on one turn, of several reviewers, in the order in which they were written."""
    first = remark(desk, over.attempt, 2, "  You had the slip in your hands.\nShow it.  ", "Li Lei")
    remark(desk, over.attempt, 2, "好。", "韩梅梅")
    remark(desk, over.attempt, 1, "Too short.", "Li Lei")
    assert said(desk, over.attempt) == [
        (2, "Li Lei", "You had the slip in your hands.\nShow it.", False),
        (2, "韩梅梅", "好。", False),
        (1, "Li Lei", "Too short.", False),
    ]
    assert remarks(desk.store, over.attempt)[0] == first
    assert first.by == desk.store.person("Li Lei")
    assert first.at == desk.store.events(over.attempt)[first.seq].at


def test_correction_takes_the_place_and_the_old_one_stays_on_record(desk: Desk, over: Rehearsal) -> None:
    """In its place, marked as corrected; the record has both texts, and the chain is whole."""
    wrong = remark(desk, over.attempt, 2, "wrong", "Li Lei")
    remark(desk, over.attempt, 2, "other", "韩梅梅")
    right = remark(desk, over.attempt, 2, "right", "Li Lei", wrong.seq)
    again = remark(desk, over.attempt, 2, "right indeed", "Li Lei", right.seq)
    assert said(desk, over.attempt) == [(2, "Li Lei", "right indeed", True), (2, "韩梅梅", "other", False)]
    assert set(desk.store.texts(over.attempt).values()) == {"wrong", "other", "right", "right indeed"}
    events = [one.event for one in desk.store.events(over.attempt)]
    assert [one.replaces for one in events if isinstance(one, Remarked)] == [None, None, wrong.seq, right.seq]
    assert again.corrected
    assert verify(desk).faults == ()


def test_remark_is_corrected_by_who_wrote_it_alone_and_once(desk: Desk, over: Rehearsal) -> None:
    """Not by another, not on another turn, not one that was corrected already or is none."""
    mine = remark(desk, over.attempt, 2, "mine", "Li Lei")
    with pytest.raises(UsageError, match="your own"):
        remark(desk, over.attempt, 2, "yours", "韩梅梅", mine.seq)
    for turn, number in ((1, mine.seq), (2, 0), (2, mine.seq + 1)):
        with pytest.raises(UnknownName):
            remark(desk, over.attempt, turn, "other", "Li Lei", number)
    remark(desk, over.attempt, 2, "better", "Li Lei", mine.seq)
    with pytest.raises(UnknownName):
        remark(desk, over.attempt, 2, "best", "Li Lei", mine.seq)
    assert said(desk, over.attempt) == [(2, "Li Lei", "better", True)]


def test_remark_changes_neither_score_nor_anything_else_of_the_debrief(desk: Desk, over: Rehearsal) -> None:
    """The debrief, its scorecard and its evidence are equal before and after, and so is what the attempt is."""
    before, state = over.debrief(), over.state
    for turn in (1, 2, 3):
        remark(desk, over.attempt, turn, "0 points!", "Li Lei")
    after = resume(desk, over.attempt)
    again = after.debrief()
    assert (again.scorecard, again.transcript, again.values, again.observations) == (
        before.scorecard,
        before.transcript,
        before.values,
        before.observations,
    )
    assert (after.state.moves, after.state.filed, after.phase) == (state.moves, state.filed, "debrief")


def test_attempt_stays_complete_and_does_not_move_in_the_list(desk: Desk, over: Rehearsal, small: Program) -> None:
    """A remark of today does not make an attempt of last year the latest one."""
    later = finished(desk, small)
    before = desk.store.attempts()
    assert [one.attempt for one in before] == [later.attempt, over.attempt]
    remark(desk, over.attempt, 1, "late", "Li Lei")
    assert desk.store.attempts() == before
    assert all(one.finished for one in before)


@pytest.mark.parametrize("turn", [0, -1, 4])
def test_remark_needs_a_turn_that_was_played(desk: Desk, over: Rehearsal, turn: int) -> None:
    """The talk had three."""
    with pytest.raises(UsageError, match="turn"):
        remark(desk, over.attempt, turn, "where?", "Li Lei")
    assert remarks(desk.store, over.attempt) == ()


@pytest.mark.parametrize("text", ["", " \n ", "字" * (LONGEST + 1)])
def test_remark_needs_words_and_not_too_many(desk: Desk, over: Rehearsal, text: str) -> None:
    """A page at most; and a page is in order."""
    with pytest.raises(UsageError, match="2,000"):
        remark(desk, over.attempt, 1, text, "Li Lei")
    remark(desk, over.attempt, 1, f" {'字' * LONGEST} ", "Li Lei")
    assert len(remarks(desk.store, over.attempt)) == 1


def test_nobody_remarks_on_a_talk_while_it_goes_on(desk: Desk, small: Program) -> None:
    """Neither in the talk nor before the note is filed: it would take the next number from under the trainee."""
    running = start(desk, small, RIGHT, "exam")
    for moves in ((), PAID):
        play(running, moves)
        with pytest.raises(UsageError, match="not over"):
            remark(desk, running.attempt, 1, "now!", "Li Lei")
    running.file_note({})
    remark(desk, running.attempt, 1, "now", "Li Lei")


def test_remark_on_an_unknown_attempt_is_told(desk: Desk, over: Rehearsal) -> None:
    """With those that are there."""
    for ask in (lambda: remark(desk, "a9", 1, "x", "Li Lei"), lambda: remarks(desk.store, "a9")):
        with pytest.raises(UnknownName, match=over.attempt):
            ask()


# What is kept, and what is erased


@pytest.fixture(params=["memory", "sqlite"])
def any_desk(request: pytest.FixtureRequest, tmp_path: Path, solutions: Solutions, desk: Desk) -> Desk:
    """A desk over each kind of store."""
    return desk if request.param == "memory" else desk_over(SqlStore(tmp_path / "record.db"), solutions)


def test_chain_holds_no_word_of_a_remark_and_no_name(any_desk: Desk, small: Program) -> None:
    """Only the pseudonym, the turn and a keyed commitment."""
    over = finished(any_desk, small)
    remark(any_desk, over.attempt, 1, "ask first", "Li Lei")
    last = any_desk.store.events(over.attempt)[-1]
    assert last.event == Remarked(turn=1, by=any_desk.store.person("Li Lei"))
    assert last.commitment
    assert "Li Lei" not in repr(last)
    assert "ask first" not in repr(last)
    assert verify(any_desk).faults == ()


def test_remarks_go_with_the_data_of_the_person(any_desk: Desk, small: Program) -> None:
    """Who was remarked on is erased: the texts are gone, that there were some is not, and nothing more is written."""
    over = finished(any_desk, small)
    first = remark(any_desk, over.attempt, 1, "ask first", "Li Lei")
    any_desk.store.erase(any_desk.store.person("Wang Min"))
    assert said(any_desk, over.attempt) == [(1, "Li Lei", None, False)]
    with pytest.raises(UsageError, match="erased"):
        remark(any_desk, over.attempt, 1, "again", "Li Lei", first.seq)
    assert verify(any_desk).faults == ()


def test_remarks_outlive_the_name_of_who_wrote_them(any_desk: Desk, small: Program) -> None:
    """The reviewer is erased: his words belong to the trainee's attempt, his name is gone."""
    over = finished(any_desk, small)
    remark(any_desk, over.attempt, 1, "ask first", "Li Lei")
    any_desk.store.erase(any_desk.store.person("Li Lei"))
    assert said(any_desk, over.attempt) == [(1, None, "ask first", False)]
    assert verify(any_desk).faults == ()


def test_remark_of_somebody_whom_the_record_does_not_know_is_there_all_the_same(desk: Desk, over: Rehearsal) -> None:
    """A record put together from parts."""
    event = Remarked(turn=1, by="nobody")
    desk.store.append(over.attempt, over.state.next_seq, event, desk.now(), finished=True, text="who?")
    assert said(desk, over.attempt) == [(1, None, "who?", False)]


# Others at the same time


class Interrupted(FailingStore):
    """A store in which somebody else is quicker, a number of times."""

    def __init__(self) -> None:
        super().__init__()
        self.before: list[Callable[[], object]] = []

    def append(self, *arguments: object, **named: object) -> object:  # type: ignore[override]
        if self.before:
            self.before.pop()()
        return super().append(*arguments, **named)  # type: ignore[arg-type]


def test_two_reviewers_at_once_are_both_heard(solutions: Solutions, small: Program) -> None:
    """Who comes second tries again by himself."""
    store = Interrupted()
    desk = desk_over(store, solutions)
    over = finished(desk, small)
    store.before = [lambda: remark(desk, over.attempt, 1, "quicker", "韩梅梅")]
    remark(desk, over.attempt, 1, "slower", "Li Lei")
    assert [one[2] for one in said(desk, over.attempt)] == ["quicker", "slower"]


def test_correction_of_what_was_corrected_meanwhile_is_refused(solutions: Solutions, small: Program) -> None:
    """Two windows of one reviewer: the second correction is no blind overwriting."""
    store = Interrupted()
    desk = desk_over(store, solutions)
    over = finished(desk, small)
    first = remark(desk, over.attempt, 1, "first", "Li Lei")
    store.before = [lambda: remark(desk, over.attempt, 1, "quicker", "Li Lei", first.seq)]
    with pytest.raises(UnknownName):
        remark(desk, over.attempt, 1, "slower", "Li Lei", first.seq)
    assert [one[2] for one in said(desk, over.attempt)] == ["quicker"]


def test_endless_company_is_given_up_on(solutions: Solutions, small: Program) -> None:
    """It is told, not tried for ever."""
    store = FailingStore()
    desk = desk_over(store, solutions)
    over = finished(desk, small)
    store.failing = AttemptMoved("again and again")
    with pytest.raises(AttemptMoved):
        remark(desk, over.attempt, 1, "slower", "Li Lei")


def test_record_that_cannot_be_written_says_so(solutions: Solutions, small: Program) -> None:
    """And nothing is shown as written."""
    store = FailingStore()
    desk = desk_over(store, solutions)
    over = finished(desk, small)
    store.failing = StoreLocked("held")
    with pytest.raises(StoreLocked):
        remark(desk, over.attempt, 1, "lost?", "Li Lei")
    assert remarks(store, over.attempt) == ()


# Folding


STARTED = Started(scenario="s", content="c", rubric="1", person="p", mode="practice", language="en", seed=1)


def test_fold_keeps_the_remarks_that_stand() -> None:
    """In the order in which they were first written, each with its number and what it corrects."""
    events: list[Event] = [
        STARTED,
        Played(turn=1, move=A),
        Played(turn=2, move=B),
        Remarked(turn=2, by="r"),
        Remarked(turn=1, by="r"),
        Remarked(turn=2, by="r", replaces=3),
    ]
    assert fold(events).remarks == [Noted(5, 2, "r", 3), Noted(4, 1, "r")]


def test_fold_drops_remarks_on_turns_that_were_taken_back() -> None:
    """What is played there afterwards is another move."""
    events: list[Event] = [STARTED, Played(turn=1, move=A), Played(turn=2, move=B)]
    remarked: list[Event] = [Remarked(turn=1, by="r"), Remarked(turn=2, by="r")]
    assert fold([*events, *remarked, TookBack(turn=2), Played(turn=2, move=A)]).remarks == [Noted(3, 1, "r")]


@pytest.mark.parametrize(
    "event",
    [
        Remarked(turn=2, by="r"),
        Remarked(turn=1, by="r", replaces=9),
        Remarked(turn=1, by="another", replaces=2),
        Remarked(turn=1, by="r", replaces=1),
    ],
)
def test_record_with_an_impossible_remark_is_damaged(event: Event) -> None:
    """On a turn that was never played, or in place of what is no remark of that reviewer on that turn."""
    with pytest.raises(StoreDamaged, match="remark"):
        fold([STARTED, Played(turn=1, move=A), Remarked(turn=1, by="r"), event])
