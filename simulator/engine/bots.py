"""Simulated trainees: they play over the same values that the losses are measured by."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.engine.explore import Explored
from simulator.engine.machine import Debtor, Step
from simulator.engine.solve import Solver, Valued, shares, targets_of
from simulator.model.position import Move

# How often each level does just anything; scoring.md, "What a move was worth". The first is the weakest.
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
        self._tails = {
            left: graph.tail(left, valued.values[left - 1][: graph.first_after(turns - left + 1)])
            for left in range(1, turns + 1)
        }

    def values(self, codes: Sequence[int], turns_left: int) -> NDArray[np.float64]:
        """The value of every lawful move of the program, −inf where it is not open."""
        number = self.valued.number(self.graph.space.key(codes))
        targets = targets_of(self.graph, number)[: self.solver.program.lawful]
        worth: NDArray[np.float64] = self._tails[turns_left][targets]
        values: NDArray[np.float64] = worth + self.solver.program.scenario.worth.turn
        return values

    def play(self, habit: Habit, seed: int) -> tuple[Step, ...]:
        """One talk to its end; the same seed gives the same talk."""
        chance = random.Random(seed)  # noqa: S311 -- a simulation, not a secret
        debtor = Debtor(self.solver.program, seed)
        steps: list[Step] = []
        while debtor.ending is None:
            worth = self.values(debtor.codes, self.solver.program.scenario.turns - debtor.turn)
            steps.append(debtor.step(self._draw(chance, habit(worth))))
        return tuple(steps)

    def _draw(self, chance: random.Random, weights: NDArray[np.float64]) -> Move:
        drawn = chance.random() * float(weights.sum())
        return self._moves[min(int(np.searchsorted(np.cumsum(weights), drawn, side="right")), len(weights) - 1)]


def trainee(solver: Solver, lapses: float) -> Habit:
    """A trainee who does just anything in so many of his moves, and else mostly what is best."""

    def habit(worth: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(shares(worth[:, None], solver.rubric.temperature, lapses)[:, 0])

    return habit


def random_play(worth: NDArray[np.float64]) -> NDArray[np.float64]:
    """Any lawful move, each as likely as the next."""
    return (worth > -np.inf).astype(np.float64)


def only(solver: Solver, pattern: Callable[[Move], bool]) -> Habit:
    """One who plays only the moves that fit the pattern, the best of them, and leaves when none is open."""
    fits = np.array([pattern(compiled.move) for compiled in solver.program.moves[: solver.program.lawful]])
    leaves = np.array([c.move.tactic == "end.leave" for c in solver.program.moves[: solver.program.lawful]])

    def habit(worth: NDArray[np.float64]) -> NDArray[np.float64]:
        own = np.where(fits, worth, -np.inf)
        if not (own > -np.inf).any():
            return leaves.astype(np.float64)
        return (np.arange(len(own)) == int(np.argmax(own))).astype(np.float64)

    return habit
