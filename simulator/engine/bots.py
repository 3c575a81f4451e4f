"""Simulated trainees: they play over the same values that the losses are measured by."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from scoring.evidence import Transcript, Turn
from scoring.scorecard import Scorecard, scorecard
from simulator.engine.explore import Explored
from simulator.engine.machine import Debtor, Step
from simulator.engine.review import end_worth, hidden
from simulator.engine.solve import Solution, Solver, Valued, first_of_best, shares, targets_of
from simulator.model.position import Move

# How often each level does just anything (decided 2026-11). The first is the weakest.
LEVELS = (0.8, 0.6, 0.4, 0.2, 0.05)

# From the values of the moves (−inf where not open) to how often each is played.
Habit = Callable[[NDArray[np.float64]], NDArray[np.float64]]


class Rehearsals:
    """Plays a scenario over and over from its plain start: values come from the graph, turns from the machine."""

    def __init__(self, solver: Solver, graph: Explored, valued: Valued) -> None:
        self.solver, self.graph, self.valued = solver, graph, valued
        program = solver.program
        turns = program.scenario.turns
        self._moves = [compiled.move for compiled in program.moves]
        self._rows = {move: row for row, move in enumerate(self._moves)}
        self._debtor = Debtor(program, 0)  # one for all talks: teaching a machine its transitions is what costs
        self._tails = {
            left: graph.tail(left, valued.values[left - 1][: graph.first_after(turns - left + 1)])
            for left in range(1, turns + 1)
        }

    def values(self, codes: Sequence[int], turns_left: int) -> NDArray[np.float64]:
        """The value of every move of the program, −inf where it is not open; the lawful ones stand first."""
        number = self.valued.number(self.graph.space.key(codes))
        worth: NDArray[np.float64] = self._tails[turns_left][targets_of(self.graph, number)]
        values: NDArray[np.float64] = worth + np.float64(self.solver.program.scenario.worth.turn)
        return values

    def value(self, step: Step) -> float:
        """What the move of a step was worth, before any draw."""
        return float(self.values(step.before, self._turns_left(step))[self._rows[step.move]])

    def play(self, habit: Habit, seed: int, lawful: bool = True) -> tuple[Step, ...]:
        """One talk to its end; the same seed gives the same talk.

        Args:
            lawful: only lawful moves are laid before the habit.
        """
        program, debtor = self.solver.program, self._debtor
        chance = random.Random(seed)  # noqa: S311 -- a simulation, not a secret
        debtor.seed = seed
        debtor.place(program.start(), 0)
        steps: list[Step] = []
        while debtor.ending is None:
            worth = self.values(debtor.codes, program.scenario.turns - debtor.turn)
            steps.append(debtor.step(self._draw(chance, habit(worth[: program.lawful] if lawful else worth))))
        return tuple(steps)

    def scorecard(self, solution: Solution, steps: Sequence[Step]) -> Scorecard:
        """The marks of a simulated talk; nobody fills forms in one, so paperwork is not observed."""
        program, end = self.solver.program, steps[-1].after
        made = Transcript(
            attempt="simulated",
            scenario=program.scenario.id,
            turns=tuple(self._evidence(step) for step in steps),
            forms=(),
            learnable=frozenset(solution.learnable),
            learned=frozenset(solution.learnable).difference(hidden(program, end)),
            worth=end_worth(program, steps[-1].ending or "timeout", end) + program.scenario.worth.turn * len(steps),
            best=solution.best,
            floor=solution.floor,
        )
        return scorecard(made, self.solver.rubric)

    def _evidence(self, step: Step) -> Turn:
        """A turn with its loss; what it shows of objectives is left to the reviewer."""
        program = self.solver.program
        worth = self.values(step.before, self._turns_left(step))
        loss = round(float(worth[: program.lawful].max() - worth[self._rows[step.move]]), 3)
        breach = program.by_move[step.move].tactic.forbidden
        return Turn(step.turn, str(step.move), loss, breach, False, frozenset(), (), 0.0)

    def _turns_left(self, step: Step) -> int:
        return self.solver.program.scenario.turns - step.turn + 1

    def _draw(self, chance: random.Random, weights: NDArray[np.float64]) -> Move:
        drawn = chance.random() * float(weights.sum())
        return self._moves[min(int(np.searchsorted(np.cumsum(weights), drawn, side="right")), len(weights) - 1)]


def trainee(solver: Solver, lapses: float) -> Habit:
    """A trainee who does just anything in so many of his moves, and else mostly what is best."""

    def habit(worth: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(shares(worth[:, None], solver.rubric.temperature, lapses)[:, 0])

    return habit


def random_play(worth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Any move that is open, each as likely as the next."""
    return (worth > -np.inf).astype(np.float64)


def only(solver: Solver, pattern: Callable[[Move], bool]) -> Habit:
    """One who plays only the moves that fit the pattern, the best of them, and leaves when none is open."""
    fits = np.array([pattern(compiled.move) for compiled in solver.program.moves[: solver.program.lawful]])
    leaves = np.array([c.move.tactic == "end.leave" for c in solver.program.moves[: solver.program.lawful]])

    def habit(worth: NDArray[np.float64]) -> NDArray[np.float64]:
        own = np.where(fits, worth, -np.inf)
        if not (own > -np.inf).any():
            return leaves.astype(np.float64)
        return np.asarray(np.arange(len(own)) == first_of_best(own), dtype=np.float64)

    return habit
