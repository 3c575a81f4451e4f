"""How plays spread over the positions: probability mass carried forward, turn by turn, exactly.

The values are those of typical play, by which losses are measured too. A *depth* is the number of turns played.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

import numpy as np
from numpy.typing import NDArray

from scoring.accuracy import accuracy
from simulator.engine.explore import Explored, ending_code
from simulator.engine.reached import WAYS
from simulator.engine.solve import Solution, Solver, shares
from simulator.model.errors import Cancelled

_CHUNK = 1 << 13  # positions at once: moves × chunk of float64 stays within the second-level cache
_GRID = 9  # decimals to which worths that come from the same sums in another order are taken as one

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]


@cache
def _accuracies() -> Floats:
    """The accuracy of a move by its loss in thousandths, up to the loss from which it is 0."""
    found: list[float] = []
    while not found or found[-1] > 0:
        found.append(accuracy(len(found) / 1000))
    return np.array(found)


def accuracies(losses: Floats) -> Floats:
    """The accuracies of losses that are rounded to 0.001; of an infinite one, 0."""
    table = _accuracies()
    steps = np.minimum(np.nan_to_num(losses * 1000, posinf=len(table)), len(table) - 1)
    return np.asarray(table[np.rint(steps).astype(np.int64)])


@dataclass(frozen=True, slots=True)
class Spread:
    """What comes of a way to play, exactly.

    Attributes:
        worths: each worth that a talk can have, in points, ascending, with its chance.
        endings: the chance of each ending that has one, the likeliest first.
        turns: the expected number.
        tactics: the expected mark of the tactics part, 0–100.
        result: the expected mark of the result part, 0–100.
    """

    worths: tuple[tuple[float, float], ...]
    endings: tuple[tuple[str, float], ...]
    turns: float
    tactics: float
    result: float

    @property
    def mean(self) -> float:
        """The expected worth."""
        return sum(worth * chance for worth, chance in self.worths)

    def quantile(self, share: float) -> float:
        """The least worth that is not exceeded in that share of plays."""
        below = 0.0
        for worth, chance in self.worths:
            below += chance
            if below >= share - 1e-12:
                return worth
        return self.worths[-1][0]


class Board:
    """A solved scenario, laid out for following many plays at once."""

    def __init__(self, solver: Solver, graph: Explored, solution: Solution) -> None:
        self.solver, self.graph, self.solution = solver, graph, solution
        self.program = solver.program
        self.turns = self.program.scenario.turns
        self.turn_cost = self.program.scenario.worth.turn

    def tail(self, depth: int) -> Floats:
        """The typical value of every target of a move played after ``depth`` turns, its own turn's cost aside."""
        values = self.solution.valued.values[self.turns - depth - 1]
        return self.graph.tail(self.turns - depth, values[: self.graph.first_after(depth + 1)])

    def targets(self, numbers: Numbers, rows: Numbers | None = None) -> NDArray[np.int32]:
        """Where moves lead from some positions, given in ascending order: rows × positions; lawful ones by default."""
        every = slice(self.program.lawful) if rows is None else rows
        found = []
        for level in self.graph.levels:
            first, last = np.searchsorted(numbers, [level.first, level.first + len(level.keys)])
            if level.targets is not None and first < last:
                found.append(level.targets[every][:, numbers[first:last] - level.first])
        return np.concatenate(found, axis=1)

    def losses(self, worth: Floats) -> Floats:
        """How far each move stays behind the best, rounded as in the scorecard; infinite where it is not open."""
        return np.asarray(np.round(worth.max(axis=0) - worth, 3))

    def result(self, worth: Floats) -> Floats:
        """The mark of the result part for a finished talk's worth."""
        span = self.solution.best - self.solution.floor
        if span <= 0:
            return np.full(len(worth), 100.0)
        return np.asarray(np.clip(100.0 * (worth - self.solution.floor) / span, 0.0, 100.0))

    def timeouts(self, numbers: Numbers) -> Numbers:
        """The target that stands for running out of turns in each of some positions."""
        keys = np.concatenate([level.keys for level in self.graph.levels])[numbers]
        columns = self.graph.space.columns(keys)
        return np.asarray(-2 - ending_code(self.program, "timeout", columns), dtype=np.int64)

    def size(self, depth: int) -> int:
        """The length of ``tail(depth)``: positions, chance nodes, ways to end, and what is not open."""
        return self.graph.first_after(depth + 1) + self.graph.node_count + len(self.graph.endings) + 1

    def settle(self, depth: int, mass: Floats) -> None:
        """Carries the mass on chance nodes, laid out as ``tail`` is, on to what they lead to."""
        ends = len(self.graph.endings)
        for nodes in reversed(self.graph.nodes):
            if nodes.depth > depth:
                continue
            own = -2 - ends - np.arange(nodes.first, nodes.first + nodes.children.shape[1])
            here = np.flatnonzero(mass[own])
            for weight, children in zip(nodes.weights, nodes.children[:, here], strict=True):
                np.add.at(mass, children, mass[own[here]] * (weight / sum(nodes.weights)))


@dataclass(slots=True)
class Tally:
    """Adds up how plays end."""

    board: Board
    codes: list[Numbers] = field(default_factory=list)
    chances: list[Floats] = field(default_factory=list)
    depths: list[Floats] = field(default_factory=list)
    tactics: float = 0.0

    def add(self, turns: int, codes: Numbers, chances: Floats, gained: Floats) -> None:
        """Plays that end after so many turns.

        Args:
            codes: the ways to end.
            gained: the sum of the accuracies of their moves, times their chance.
        """
        self.codes.append(codes)
        self.chances.append(chances)
        self.depths.append(np.full(len(codes), float(turns)))
        self.tactics += float(gained.sum()) / turns

    def spread(self) -> Spread:
        """All of it."""
        codes, chances, depths = (np.concatenate(self.codes), np.concatenate(self.chances), np.concatenate(self.depths))
        worth = np.round(self.board.graph.endings[codes] + self.board.turn_cost * depths, _GRID)
        values, where = np.unique(worth, return_inverse=True)
        by_ending = np.bincount(codes // WAYS, weights=chances, minlength=len(self.board.program.endings))
        endings = sorted(zip(self.board.program.endings, by_ending.tolist(), strict=True), key=lambda pair: -pair[1])
        return Spread(
            worths=tuple(zip(values.tolist(), np.bincount(where, weights=chances).tolist(), strict=True)),
            endings=tuple((name, chance) for name, chance in endings if chance > 0),
            turns=float((depths * chances).sum()),
            tactics=self.tactics,
            result=float((self.board.result(worth) * chances).sum()),
        )


@dataclass(frozen=True, slots=True)
class View:
    """Some positions after ``depth`` turns, as somebody who watches the plays sees them. Arrays are moves × positions.

    Attributes:
        worth: −inf where a move is not open.
        mass: the chance that a play of the watched trainee stands in each position then.
        share: how often he plays each move there.
    """

    depth: int
    numbers: Numbers
    worth: Floats
    losses: Floats
    mass: Floats
    share: Floats


def follow(
    board: Board,
    lapses: Sequence[float],
    watch: Callable[[View], None] = lambda _view: None,
    watched: int = 0,
    advanced: Callable[[int], None] = lambda _depth: None,
) -> tuple[Spread, ...]:
    """What comes of trainees who do just anything in these shares of their moves, and else mostly what is best.

    Args:
        watch: is shown every position in which a play of the trainee ``watched`` can stand.
        advanced: is told each depth when it is begun.
    """
    tallies = [Tally(board) for _lapse in lapses]
    mass, gained = np.ones((len(lapses), 1)), np.zeros((len(lapses), 1))
    for depth in range(board.turns):
        advanced(depth)
        into = np.zeros((2, len(lapses), board.size(depth)))
        for numbers, targets, worth in _chunks(board, depth, mass):
            losses = board.losses(worth)
            exact = accuracies(losses)
            soft, uniform = (shares(worth, board.solver.rubric.temperature, one) for one in (0.0, 1.0))
            played = worth > -np.inf
            indices = np.where(targets < 0, targets + board.size(depth), targets)[played]
            for which, lapse in enumerate(lapses):
                share = (1.0 - lapse) * soft + lapse * uniform
                flow, own = share * mass[which, numbers], share * gained[which, numbers]
                _scatter(into[0, which], indices, flow[played])
                _scatter(into[1, which], indices, (own + flow * exact)[played])
                if which == watched:
                    watch(View(depth, numbers, worth, losses, mass[which, numbers], share))
        mass, gained = _advanced(board, depth, into, tallies)
    for which, tally in enumerate(tallies):
        numbers = np.flatnonzero(mass[which])
        tally.add(board.turns, -2 - board.timeouts(numbers), mass[which, numbers], gained[which, numbers])
    return tuple(tally.spread() for tally in tallies)


def _chunks(board: Board, depth: int, mass: Floats) -> Iterator[tuple[Numbers, NDArray[np.int32], Floats]]:
    """The positions that any play stands in, by chunks, with their lawful targets and what these are worth."""
    tail = board.tail(depth)
    for level in board.graph.levels[: depth + 1]:
        for begin in range(0, len(level.keys), _CHUNK):
            if board.solver.cancelled():
                raise Cancelled
            end = min(begin + _CHUNK, len(level.keys))
            here = np.flatnonzero(mass[:, level.first + begin : level.first + end].any(axis=0)) + begin
            if level.targets is not None and len(here):
                targets = level.targets[: board.program.lawful, here]
                yield here + level.first, targets, tail[targets]


def _scatter(into: Floats, indices: Numbers, mass: Floats) -> None:
    into += np.bincount(indices, weights=mass, minlength=len(into))


def _advanced(board: Board, depth: int, into: Floats, tallies: Sequence[Tally]) -> tuple[Floats, Floats]:
    """The mass on the positions after the turn; what has ended in it is tallied."""
    positions = board.graph.first_after(depth + 1)
    first_end = positions + board.graph.node_count
    for which, tally in enumerate(tallies):
        for one in into[:, which]:
            board.settle(depth, one)
        ended = into[:, which, first_end:-1][:, ::-1]
        codes = np.flatnonzero(ended[0])
        tally.add(depth + 1, codes, ended[0, codes], ended[1, codes])
    return into[0, :, :positions], into[1, :, :positions]
