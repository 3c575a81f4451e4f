"""What simulated trainees say about the shipped scenarios."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from repeating import Repeating
from shelf import SHIPPED_IDS, WORKED, Solved

from simulator.engine.bots import LEVELS, only, random_play, trainee
from simulator.engine.machine import Debtor, Step
from simulator.engine.program import Program
from simulator.engine.replay import replay
from simulator.model.position import Move
from simulator.workflows.debriefing import Debriefer, Play
from simulator.workflows.solutions import Solutions

every_scenario = pytest.mark.parametrize("name", SHIPPED_IDS)
worked_scenario = pytest.mark.parametrize("name", WORKED)
# A thousand plays take seconds: of the others they are played by the slow suite.
played_scenario = pytest.mark.parametrize(
    "name", [name if name in WORKED else pytest.param(name, marks=pytest.mark.slow) for name in SHIPPED_IDS]
)
RANDOM_SEEDS = 1_000
LEVEL_SEEDS = 150


def drew(step: Step) -> bool:
    """Whether chance had a say in a turn."""
    return any(fired is not None and fired.rule.chance for fired in (step.reaction, step.initiative))


def likeliest(step: Step) -> bool:
    """Whether whatever was drawn in a turn is its likeliest outcome, the first of equals."""
    for fired in (step.reaction, step.initiative):
        if fired is not None and fired.rule.chance:
            weights = [chance.weight for chance in fired.rule.chance]
            if fired.chosen != weights.index(max(weights)):
                return False
    return True


@cache
def along_the_likeliest(program: Program, moves: tuple[Move, ...]) -> tuple[int, tuple[Step, ...]]:
    """A seed under which every draw of these moves falls on the likeliest outcome, and the steps that it gives."""
    for seed in range(500):
        debtor, steps = Debtor(program, seed), []
        for move in moves:
            steps.append(debtor.step(move))
            if not likeliest(steps[-1]):
                break
        else:
            return seed, tuple(steps)
    raise AssertionError("no seed follows the likeliest outcomes")


@every_scenario
def test_line_gets_the_full_result(name: str, solved: Callable[[str], Solved], solutions: Solutions) -> None:
    """Best play brings in all there is: result 100, exactly where nothing is drawn; and the talk is over with it."""
    known = solved(name)
    seed, steps = along_the_likeliest(known.program, known.solution.line)
    assert steps[-1].ending is not None
    debrief = Debriefer(known.program, solutions).debrief(Play("line", known.solution.line, seed, {}))
    assert debrief.scorecard is not None
    if not any(map(drew, steps)):
        assert debrief.worth == pytest.approx(known.solution.best, abs=1e-9)
    assert debrief.worth >= known.solution.best - 1e-9, "the likeliest outcomes are no worse than the mean"
    assert debrief.scorecard.mark("result").points == pytest.approx(100.0, abs=1e-9)
    assert debrief.scorecard.passed


@every_scenario
def test_sound_gets_the_full_tactics(name: str, solved: Callable[[str], Solved], solutions: Solutions) -> None:
    """The line of least loss loses nothing on any turn: tactics 100, every move named best."""
    known = solved(name)
    seed, steps = along_the_likeliest(known.program, known.solution.sound)
    assert steps[-1].ending is not None
    debrief = Debriefer(known.program, solutions).debrief(Play("sound", known.solution.sound, seed, {}))
    assert debrief.scorecard is not None
    assert debrief.scorecard.mark("tactics").points == 100.0
    assert {turn.name for turn in debrief.turns} == {"best"}
    assert debrief.scorecard.passed


@every_scenario
def test_lines_are_lawful_and_good_lessons(name: str, solved: Callable[[str], Solved]) -> None:
    """Neither needs a forbidden act nor bluff nor begging, and neither says the same thing three times running."""
    solution = solved(name).solution
    for moves in (solution.line, solution.sound):
        assert not any(move.family == "red" for move in moves)
        assert all(len(set(three)) > 1 for three in zip(moves, moves[1:], moves[2:], strict=False))
        assert len({move.family for move in moves}) >= 5


@played_scenario
def test_random_lawful_play_hardly_ever_passes(name: str, solved: Callable[[str], Solved]) -> None:
    """Under 5 % of 1,000 seeds."""
    known = solved(name)
    cards = [
        known.rehearsals.scorecard(known.solution, known.rehearsals.play(random_play, seed))
        for seed in range(RANDOM_SEEDS)
    ]
    assert sum(card.passed for card in cards) < 0.05 * RANDOM_SEEDS
    assert not any(card.breaches for card in cards)


@played_scenario
def test_mean_score_rises_over_the_five_levels(name: str, solved: Callable[[str], Solved]) -> None:
    """Paperwork not observed: whoever errs less scores more, and the best of them 75 or more on average."""
    known = solved(name)
    means = []
    for lapses in LEVELS:
        habit = trainee(known.solver, lapses)
        talks = (known.rehearsals.play(habit, seed) for seed in range(LEVEL_SEEDS))
        cards = [known.rehearsals.scorecard(known.solution, steps) for steps in talks]
        assert all(card.mark("paperwork").points is None for card in cards)
        means.append(float(np.mean([card.total for card in cards])))
    assert means == sorted(means), means
    assert all(after > before + 1 for before, after in pairwise(means)), means
    assert means[-1] >= 75


@worked_scenario
def test_simulated_score_is_the_debriefs(name: str, solved: Callable[[str], Solved], solutions: Solutions) -> None:
    """The quick way to a score is the same score."""
    known = solved(name)
    debriefer = Debriefer(known.program, solutions)
    for seed in range(6):
        steps = known.rehearsals.play(trainee(known.solver, LEVELS[seed % 5]), seed)
        quick = known.rehearsals.scorecard(known.solution, steps)
        slow = debriefer.debrief(Play("a", tuple(step.move for step in steps), seed, {})).scorecard
        assert slow is not None
        for one, other in zip(quick.marks, slow.marks, strict=True):
            assert one.points == pytest.approx(other.points, abs=0.01)  # losses are rounded in between
        assert quick.total == pytest.approx(slow.total, abs=0.01)


@worked_scenario
def test_simulated_talk_is_its_seeds(name: str, solved: Callable[[str], Solved]) -> None:
    """The same seed gives the same talk, whatever was played before, and it replays in a machine of its own."""
    known = solved(name)
    first = known.rehearsals.play(random_play, 3)
    known.rehearsals.play(trainee(known.solver, 0.05), 4)
    assert known.rehearsals.play(random_play, 3) == first
    assert replay(known.program, [step.move for step in first], 3) == first


@played_scenario
def test_no_single_tactic_repeated_passes(name: str, solved: Callable[[str], Solved]) -> None:
    """Whatever lawful tactic is played over and over, at whatever cards and with whatever luck: never 70. The bound is
    none that lies below what a simulated trainee with only that tactic gets."""
    known = solved(name)
    tactics = dict.fromkeys(one.move.tactic for one in known.program.moves[: known.program.lawful])
    totals = {tactic: Repeating(known, tactic).total() for tactic in tactics}
    assert len(totals) == 37
    for tactic, most in totals.items():
        steps = known.rehearsals.play(only(known.solver, lambda move, own=tactic: move.tactic == own), 1)  # type: ignore[misc]
        assert known.rehearsals.scorecard(known.solution, steps).total <= most + 0.01, tactic
    assert all(0 < total < 70 for total in totals.values()), sorted(totals.items(), key=lambda one: -one[1])[:3]
