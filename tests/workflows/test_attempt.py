"""An attempt as its events make it, and records that no attempt can have made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.model.errors import StoreDamaged
from simulator.model.position import Move
from simulator.model.record import Event, Filed, Hinted, Played, Prepared, Started, TookBack
from simulator.workflows.attempt import fold

STARTED = Started(
    scenario="small-debt", content="0" * 64, rubric="1", person="p", mode="practice", language="en", seed=1
)
A, B, C = "rapport.chat", "firm.check:no-slip", "end.leave"


def played(*moves: str, first: int = 1) -> list[Event]:
    return [Played(turn=number, move=move) for number, move in enumerate(moves, start=first)]


def test_fold_takes_every_event_in() -> None:
    """Answers, moves, hints, note and the number of the next event are all there is to an attempt."""
    state = fold(
        [STARTED, Prepared(answers={"days": 10}), *played(A), Hinted(turn=2), *played(B, first=2), Filed(answers={})]
    )
    assert [str(move) for move in state.moves] == [A, B]
    assert (state.answers, state.filed, state.hints, state.next_seq) == ({"days": 10}, {}, {2}, 6)
    assert state.first_tries[2].hinted
    assert not state.first_tries[1].hinted


def test_fold_keeps_the_first_try_of_every_turn() -> None:
    """After take-backs the moves are the last ones made and the first tries the first ones, with what led to them."""
    state = fold([STARTED, *played(A, B), TookBack(turn=1), *played(C, A), TookBack(turn=2), *played(B, first=2)])
    assert [str(move) for move in state.moves] == [C, B]
    assert {turn: str(tried.move) for turn, tried in state.first_tries.items()} == {1: A, 2: B}
    assert state.first_tries[2].before == (Move.parse(A),)


def test_fold_begins_with_the_prefix_of_an_attempt_that_tries_again() -> None:
    """The prefix's moves stand, and are nobody's first tries in this attempt."""
    again = STARTED.model_copy(update={"origin": ("attempt-1", 3), "prefix": (A, B)})
    state = fold([again, *played(C, first=3)])
    assert [str(move) for move in state.moves] == [A, B, C]
    assert list(state.first_tries) == [3]


@pytest.mark.parametrize(
    "events",
    [
        [],
        [Prepared(answers={})],
        played(A),
        [STARTED, STARTED],
        [STARTED, *played(A, first=2)],
        [STARTED, *played(A), *played(B)],
        [STARTED, *played(A, B), TookBack(turn=1), *played(C, first=2)],
    ],
)
def test_fold_refuses_a_record_that_does_not_follow(events: list[Event]) -> None:
    """A record that begins without its start, starts twice or skips a turn is damaged, and says so."""
    with pytest.raises(StoreDamaged):
        fold(events)


@given(st.lists(st.one_of(st.just("back"), st.sampled_from([A, B, C])), max_size=20))
def test_law_folding_is_going_on(acts: list[str]) -> None:
    """An attempt folded as a whole is the one that took each event in as it came."""
    events: list[Event] = [STARTED]
    standing: list[str] = []
    live = fold(events)
    for act in acts:
        if act == "back" and not standing:
            continue
        event: Event = TookBack(turn=len(standing)) if act == "back" else Played(turn=len(standing) + 1, move=act)
        standing = standing[:-1] if act == "back" else [*standing, act]
        events.append(event)
        live.apply(event)
        assert fold(events) == live
        assert [str(move) for move in live.moves] == standing
        assert live.next_seq == len(events)
