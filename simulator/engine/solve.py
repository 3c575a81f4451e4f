"""Best, typical and floor values of every position, exactly, by working backwards from the last turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.rubric import CURRENT, Rubric
from simulator.engine.explore import LIMIT, Explored, Explorer, ending_code
from simulator.engine.program import Program
from simulator.model.errors import Cancelled
from simulator.model.position import Move

SAME = 1e-9  # values closer than this are equal: they come from the same sums in another order
_CHUNK = 1 << 13  # positions valued at once: moves × chunk of float64 stays within the second-level cache

Values = NDArray[np.float64]
# From the values of moves (moves × positions, −inf where not offered) to the positions' values.
Policy = Callable[[NDArray[np.float64]], Values]


def best_play(moves: NDArray[np.float64]) -> Values:
    """The value under best play."""
    return np.asarray(moves.max(axis=0))


def shares(moves: NDArray[np.float64], temperature: float, lapses: float) -> NDArray[np.float64]:
    """How often each move is played: (1 − ε)·softmax(Q/τ) + ε·uniform, down each column."""
    weights = np.exp((moves - moves.max(axis=0)) / temperature)
    weights *= (1.0 - lapses) / weights.sum(axis=0)
    offered = moves > -np.inf
    weights += offered * (lapses / offered.sum(axis=0))
    return np.asarray(weights)


def typical_play(rubric: Rubric) -> Policy:
    """The value in the hands of a decent but human collector, as the rubric has him."""

    def value(moves: NDArray[np.float64]) -> Values:
        weights = shares(moves, rubric.temperature, rubric.lapses)
        return np.asarray((weights * np.where(moves > -np.inf, moves, 0.0)).sum(axis=0))

    return value


def random_play(moves: NDArray[np.float64]) -> Values:
    """The value under uniformly random lawful play: the floor."""
    offered = moves > -np.inf
    total: Values = np.where(offered, moves, 0.0).sum(axis=0)
    return np.asarray(total / offered.sum(axis=0))


@dataclass(frozen=True, slots=True)
class Valued:
    """The typical values of every position, looked up by position.

    Attributes:
        keys: ascending.
        numbers: the number of each key.
        values: by turns left, the values of the positions that can matter then, by number.
    """

    keys: NDArray[np.int64]
    numbers: NDArray[np.int64]
    values: tuple[Values, ...]

    def number(self, key: int) -> int:
        """The number of a position.

        Raises:
            KeyError: it was not reached from this start.
        """
        where = int(np.searchsorted(self.keys, key))
        if where == len(self.keys) or self.keys[where] != key:
            raise KeyError(key)
        return int(self.numbers[where])


@dataclass(frozen=True, slots=True)
class Solution:
    """What a scenario is worth from one start.

    Attributes:
        positions: the distinct positions in which the talk goes on, those after the last turn included.
        best, typical, floor: the start's values, in points.
        line: best play along the likeliest outcomes.
        sound: the line of least loss under typical play, along the likeliest outcomes.
        learnable: the secrets and points hidden at the start that lawful play can learn.
    """

    positions: int
    best: float
    typical: float
    floor: float
    line: tuple[Move, ...]
    sound: tuple[Move, ...]
    learnable: tuple[str, ...]
    valued: Valued


@dataclass(frozen=True, slots=True)
class Choice:
    """A move with what it is worth under typical play (Q), in points."""

    move: Move
    value: float


class Solver:
    """Solves a program from any start and values moves in its positions."""

    def __init__(
        self,
        program: Program,
        rubric: Rubric = CURRENT,
        cancelled: Callable[[], bool] = lambda: False,
        limit: int = LIMIT,
    ) -> None:
        self.program = program
        self.rubric = rubric
        self.explorer = Explorer(program, limit, cancelled)
        self.cancelled = cancelled

    def solve(self, start: Sequence[int] | None = None) -> tuple[Solution, Explored]:
        """The solution from a start (the plain one by default), and the graph that it was made from.

        Raises:
            TooManyPositions: see ``Explorer.explore``.
            Cancelled: somebody asked to stop.
        """
        start = self.program.start() if start is None else start
        graph = self.explorer.explore(start)
        best = self.sweep(graph, best_play)
        return self.solution(graph, start, best), graph

    def solution(self, graph: Explored, start: Sequence[int], best: list[Values]) -> Solution:
        """What a graph that was explored from one start says, with its values under best play."""
        typical = self.sweep(graph, typical_play(self.rubric))
        floor = self.sweep(graph, random_play)
        keys = graph.keys
        order = np.argsort(keys)
        return Solution(
            positions=graph.positions,
            best=float(best[-1][0]),
            typical=float(typical[-1][0]),
            floor=float(floor[-1][0]),
            line=self.line(graph, best),
            sound=self.line(graph, typical),
            learnable=tuple(self.program.facts[fact].name for fact in sorted(graph.revealed) if not start[fact]),
            valued=Valued(keys[order], order.astype(np.int64), tuple(typical)),
        )

    def sweep(self, graph: Explored, policy: Policy, lawful_only: bool = True) -> list[Values]:
        """The values of all positions under a policy, by turns left."""
        turns = self.program.scenario.turns
        rows = self.program.lawful if lawful_only else len(self.program.moves)
        columns = graph.space.columns(graph.keys)
        full = [columns.get(fact) for fact in range(len(self.program.facts))]
        values: list[Values] = [graph.endings[ending_code(self.program, "timeout", full)]]
        for left in range(1, turns + 1):
            every = graph.tail(left, values[-1][: graph.first_after(turns - left + 1)])
            found = []
            for level in graph.levels[: turns - left + 1]:
                targets = level.targets
                for begin in range(0, len(level.keys), _CHUNK):
                    if self.cancelled():
                        raise Cancelled
                    if targets is not None:
                        found.append(policy(every[targets[:rows, begin : begin + _CHUNK]]))
            values.append(np.concatenate(found) + self.program.scenario.worth.turn)
        return values

    def line(self, graph: Explored, values: list[Values], lawful_only: bool = True) -> tuple[Move, ...]:
        """The moves of highest value from the first position along the likeliest outcomes.

        Of values that are the ``SAME`` the first counts: equal moves never change places by a value's last bit.
        """
        rows = self.program.lawful if lawful_only else len(self.program.moves)
        moves: list[Move] = []
        number = 0
        for left in range(self.program.scenario.turns, 0, -1):
            targets = targets_of(graph, number)[:rows]
            turns = self.program.scenario.turns
            every = graph.tail(left, values[left - 1][: graph.first_after(turns - left + 1)])
            row = int(first_of_best(every[targets]))
            moves.append(self.program.moves[row].move)
            number = likeliest(graph, int(targets[row]))
            if number < 0:
                break
        return tuple(moves)

    def choices(self, valued: Valued, codes: Sequence[int], turns_left: int) -> tuple[Choice, ...]:
        """Every move that a position offers with its value under typical play, the lawful ones first."""
        graph, targets = self.explorer.step(codes)
        later = valued.values[turns_left - 1]
        children = [targets[targets >= 0]]
        children += [nodes.children[nodes.children >= 0] for nodes in graph.nodes]
        keys = np.unique(np.concatenate(children))
        numbers = [valued.number(int(key)) for key in keys]
        for nodes in graph.nodes:
            nodes.children = _renumber(nodes.children, keys)
            nodes.depth = 0
        every = graph.tail(self.program.scenario.turns, later[numbers])
        worth = every[_renumber(targets, keys)] + self.program.scenario.worth.turn
        return tuple(
            Choice(compiled.move, float(value))
            for compiled, value in zip(self.program.moves, worth, strict=True)
            if value > -np.inf
        )

    def value(self, valued: Valued, codes: Sequence[int], turns_left: int) -> float:
        """The typical value of a position."""
        return float(valued.values[turns_left][valued.number(self.explorer.space.key(codes))])


def first_of_best(moves: NDArray[np.float64]) -> NDArray[np.int64]:
    """Down each column (or in the one there is), the place of the first value that is the ``SAME`` as the greatest."""
    return np.asarray(np.argmax(moves >= moves.max(axis=0) - SAME, axis=0))


def _renumber(targets: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    found = targets.copy()
    here = targets >= 0
    found[here] = np.searchsorted(keys, targets[here])
    return found


def targets_of(graph: Explored, number: int) -> NDArray[np.int32]:
    """Where each move leads from the position of that number.

    Raises:
        KeyError: the position is first reached after the last turn.
    """
    for level in graph.levels:
        if number < level.first + len(level.keys) and level.targets is not None:
            column: NDArray[np.int32] = level.targets[:, number - level.first]
            return column
    raise KeyError(number)


def likeliest(graph: Explored, target: int) -> int:
    """The target; of a chance node, where its outcome of greatest weight leads, the first of equals."""
    while target < -1 - len(graph.endings):
        node = -2 - len(graph.endings) - target
        nodes = next(n for n in graph.nodes if n.first <= node < n.first + n.children.shape[1])
        target = int(nodes.children[int(np.argmax(nodes.weights)), node - nodes.first])
    return target
