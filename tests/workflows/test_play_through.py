"""A list of moves played through without a record."""

from __future__ import annotations

from typing import Any

import pytest
from workflows.talks import LEFT, PAID, RIGHT, play, start

from simulator.engine.program import Program
from simulator.model.errors import UsageError
from simulator.workflows.play_through import Played, play_through
from simulator.workflows.rehearse import Desk
from simulator.workflows.solutions import Solutions


def through(small: Program, solutions: Solutions, *moves: str, answers: Any = None, seed: int = 1) -> Played:
    return play_through(small, solutions, moves, seed, "en", answers)


def test_play_through_says_what_the_attempt_says(desk: Desk, small: Program, solutions: Solutions) -> None:
    """Screen and command share one core: the same moves, seed and answers give the same lines, marks and evidence."""
    for seed in range(6):
        rehearsal = start(desk, small, RIGHT, seed=seed)
        play(rehearsal, [*["rapport.chat"] * 5, "end.leave"])
        rehearsal.file_note({"sum": None, "next-step": "call"})
        attempt = rehearsal.debrief()
        moves = [str(move) for move in rehearsal.state.moves]
        played = through(
            small, solutions, *moves, answers={"preparation": RIGHT, "note": {"next-step": "call"}}, seed=seed
        )
        assert [(said, answer) for _turn, said, answer, _position in played.rows] == [
            (exchange.said, exchange.answer) for exchange in rehearsal.exchanges
        ]
        assert played.debrief is not None
        assert played.debrief.scorecard == attempt.scorecard
        assert played.debrief.values == attempt.values
        assert [(one.objective, one.credit) for one in played.debrief.observations] == [
            (one.objective, one.credit) for one in attempt.observations
        ]


def test_play_through_without_answers_does_not_observe_paperwork(small: Program, solutions: Solutions) -> None:
    """Where nobody fills forms they are not observed; an empty answer file is somebody who filled in nothing."""
    without, empty = through(small, solutions, *LEFT), through(small, solutions, *LEFT, answers={})
    assert without.debrief is not None
    assert empty.debrief is not None
    assert without.debrief.scorecard is not None
    assert empty.debrief.scorecard is not None
    assert without.debrief.scorecard.mark("paperwork").points is None
    assert empty.debrief.scorecard.mark("paperwork").points == 25.0


def test_play_through_of_a_talk_that_goes_on_has_rows_and_no_marks(small: Program, solutions: Solutions) -> None:
    """Losses can be told turn by turn before the end."""
    played = through(small, solutions, "rapport.chat", "ask.plain")
    assert (played.ending, played.debrief, len(played.rows)) == (None, None, 2)
    whole = through(small, solutions, "rapport.chat", "ask.plain", "end.leave")
    assert [row[0].loss for row in played.rows] == [row[0].loss for row in whole.rows[:2]]
    assert played.best > played.typical > played.floor


def test_play_through_of_no_moves_is_the_scenario_alone(small: Program, solutions: Solutions) -> None:
    """An empty list is a talk that has not begun."""
    played = through(small, solutions)
    assert (played.rows, played.ending, played.debrief) == ((), None, None)


def test_play_through_rows_tell_the_position_after_the_turn(small: Program, solutions: Solutions) -> None:
    """Every fact by name."""
    rows = through(small, solutions, "rapport.chat", "ask.plain").rows
    assert [row[3]["trust"] for row in rows] == [5, 5]
    assert rows[1][3]["stage"] == "open"
    assert rows[1][3]["no-slip"] == "standing"


def test_play_through_starts_where_right_answers_put_it(small: Program, solutions: Solutions) -> None:
    """`give` counts without a record too."""
    played = through(small, solutions, *PAID, answers={"preparation": RIGHT})
    assert played.ending == "paid"
    with pytest.raises(UsageError, match=r"firm\.check:no-slip"):
        through(small, solutions, "firm.check:no-slip")


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        (["rapport.chatt"], "Turn 1: “rapport.chatt” is not a move that is open here. Did you mean “rapport.chat”?"),
        (["rapport.chat", "ask.plain:slip"], "Turn 2: “ask.plain:slip” is not a move"),
        ([*LEFT, "rapport.chat"], "The talk is over after turn 2; there are more moves."),
        ([*["rapport.chat"] * 7], "The talk is over after turn 6; there are more moves."),
        ([""], "Turn 1"),
        (["\x1b[31m"], "Turn 1"),
    ],
)
def test_move_that_is_not_open_is_refused_with_its_turn(
    small: Program, solutions: Solutions, moves: list[str], said: str
) -> None:
    """A list that does not fit is a fault of the list: nothing of it is marked."""
    with pytest.raises(UsageError) as caught:
        through(small, solutions, *moves)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    "answers",
    [
        {"preparation": {"dayz": 1}},
        {"note": {"summ": 1}},
        {"note": {"days": 1}},
        {"preparation": {"days": "many"}},
        {"note": {"next-step": "sleep"}},
    ],
)
def test_answer_that_fits_no_field_is_refused(small: Program, solutions: Solutions, answers: dict[str, Any]) -> None:
    """A misspelt field is a fault of the file, not an empty answer."""
    with pytest.raises(UsageError):
        through(small, solutions, *LEFT, answers=answers)
