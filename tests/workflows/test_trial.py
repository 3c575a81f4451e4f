"""Talks from any position, without any record: the same debtor as in an attempt."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from shelf import Solved

from simulator.engine.machine import Debtor, spoken
from simulator.engine.program import Program
from simulator.engine.solve import Solver
from simulator.model.errors import IllegalMove, UnknownName
from simulator.model.position import Move
from simulator.workflows.trial import Trial, placed, stage_start, valued

CHAT, ASK, CAUSE = Move("rapport.chat"), Move("ask.plain"), Move("probe.cause")


def test_trial_from_the_start_is_the_talk_of_an_attempt_with_that_seed(small: Program) -> None:
    """The same positions, the same words, the same end."""
    trial, debtor, said = Trial(small, seed=7), Debtor(small, 7), frozenset[str]()
    while trial.moves():
        move = trial.moves()[0].move
        played, step = trial.play(move, "en"), debtor.step(move)
        lines = spoken(small, step, 7, "en", said)
        said = frozenset(lines)
        assert (played.step, played.lines) == (step, lines)
        assert (trial.position, trial.ended, trial.turn) == (debtor.position, debtor.ending, debtor.turn)
    assert trial.ended
    assert trial.turns_left == 0


def test_trial_begins_in_any_position(small: Program) -> None:
    """By facts; the moves are those that it offers."""
    codes = placed(small, {"stage": "bargaining", "trust": 9, "no-slip": "standing", "slip": "held"}).codes
    trial = Trial(small, codes)
    assert trial.position["stage"] == "bargaining"
    assert Move("firm.check", "no-slip") in [one.move for one in trial.moves()]
    assert trial.play(Move("firm.check", "no-slip")).step.before == codes


def test_undo_takes_back_turn_by_turn_to_where_the_trial_began(small: Program) -> None:
    """Out of an ending too; and what is played again is the same, words included."""
    trial = Trial(small, stage_start(small, "open"), seed=3, turn=2)
    first, second = trial.play(CAUSE), trial.play(Move("end.leave"))
    assert trial.ended == "left"
    assert trial.undo()
    assert (trial.ended, trial.turn, trial.codes) == (None, 3, first.step.after)
    assert trial.play(Move("end.leave")) == second
    assert [trial.undo(), trial.undo(), trial.undo()] == [True, True, False]
    assert (trial.codes, trial.turn, trial.played) == (stage_start(small, "open"), 2, [])
    assert trial.play(CAUSE) == first


def test_patience_counts_from_the_turn_that_is_given(small: Program) -> None:
    """With one turn left, any move that ends nothing is the last."""
    trial = Trial(small, turn=small.scenario.turns - 1)
    assert trial.turns_left == 1
    assert trial.play(CHAT).step.timed_out
    assert trial.ended == "timeout"


def test_move_that_is_not_open_is_refused_and_changes_nothing(small: Program) -> None:
    trial = Trial(small)
    with pytest.raises(IllegalMove):
        trial.play(Move("press.hold", "supply"))
    assert (trial.turn, trial.played) == (0, [])


@pytest.mark.parametrize("value", [7, "7", " 7 "])
def test_values_are_taken_as_they_are_typed(small: Program, value: object) -> None:
    """A number of a meter as text, with spaces."""
    put = placed(small, {"trust": value})
    assert (put.faults, small.position(put.codes)["trust"]) == ({}, 7)


@pytest.mark.parametrize(
    ("fact", "value", "why"),
    [
        ("trust", "11", "a meter is a whole number from 0 to 10"),
        ("trust", "many", "a meter is a whole number from 0 to 10"),
        ("trust", True, "a meter is a whole number from 0 to 10"),
        ("no-slip", "hidden", "“hidden” must be one of: unsaid, standing, settled"),
        ("stage", "opn", "“opn” must be one of: guarded, open, bargaining"),
        ("last", "rapprt", "must be one of"),
        ("trst", "5", "There is no fact “trst”. Did you mean “trust”?"),
    ],
)
def test_value_that_is_none_of_the_facts_is_told_and_left_as_at_the_start(
    small: Program, fact: str, value: object, why: str
) -> None:
    """The others are taken."""
    put = placed(small, {fact: value, "pressure": 4})
    assert list(put.faults) == [fact]
    assert why in put.faults[fact]
    start = small.position(small.start())
    assert small.position(put.codes) == start | {"pressure": 4}


def test_every_position_can_be_given_by_its_facts(small: Program) -> None:
    """As the trial states it, and ``last`` by one family alone."""
    trial = Trial(small)
    trial.play(ASK)
    put = placed(small, trial.position)
    assert (put.codes, put.faults) == (trial.codes, {})
    assert placed(small, {"last": "ask"}).faults == {}


def test_stage_is_entered_with_all_else_as_at_the_start(small: Program) -> None:
    """And one that is none is named with what is near."""
    assert small.position(stage_start(small, "open")) == small.position(small.start()) | {"stage": "open"}
    with pytest.raises(UnknownName, match="guarded"):
        stage_start(small, "guardd")


def test_moves_are_worth_what_the_review_says(solved: Callable[[str], Solved]) -> None:
    """Under typical play, with the turns that are left."""
    known = solved("invoice-not-found")
    program, turns = known.program, known.scenario.turns
    found = valued(program, known.solution, program.start(), turns)
    choices = Solver(program).choices(known.solution.valued, program.start(), turns)
    assert found == {one.move: one.value for one in choices}
    assert set(found) == {one.move for one in program.legal(program.start())}


def test_position_that_no_play_reaches_has_no_values(solved: Callable[[str], Solved]) -> None:
    """One may play on from it all the same."""
    known = solved("invoice-not-found")
    program = known.program
    settled = dict.fromkeys(program.scenario.excuses, "settled")
    codes = placed(program, settled | {"stage": program.scenario.stages[0]}).codes
    assert valued(program, known.solution, codes, 3) == {}
    for left in (-1, 0, 99):
        assert valued(program, known.solution, program.start(), left) == {}
    assert Trial(program, codes).moves()
