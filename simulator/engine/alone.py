"""Trainees who play only some of the moves: one tactic, one family, nothing but concessions, nothing but threats.

They make the best of it: of their own moves they choose the one, and of its cards the card, that brings most; where
none of their moves is open they leave, and where they cannot leave the talk runs out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simulator.engine.explore import ILLEGAL
from simulator.engine.program import CompiledMove, Program
from simulator.engine.review import first_reaction
from simulator.engine.solve import first_of_best, likeliest
from simulator.engine.spread import Board, Floats, Numbers, Spread, Tally, accuracies
from simulator.model.position import Move

LEAVE = "end.leave"
_ROUND = 9  # decimals to which slopes and heights of lines that come from the same sums are taken as one


@dataclass(frozen=True, slots=True)
class Turns:
    """The positions that such a trainee can stand in after some turns, and what he can do there.

    Attributes:
        numbers: ascending.
        rows: his moves as rows of the program's; the last is leaving, or −1 for letting the talk run out.
        targets: moves × positions; where one of his own is open, leaving is not.
        accuracy: of each, 0–100.
    """

    numbers: Numbers
    rows: tuple[int, ...]
    targets: NDArray[np.int64]
    accuracy: Floats


class Alone:
    """One such trainee.

    Args:
        fits: whether a lawful move is one of his.
    """

    def __init__(self, board: Board, fits: Callable[[Move], bool]) -> None:
        self.board, self.program = board, board.program
        moves = [compiled.move for compiled in self.program.moves[: self.program.lawful]]
        self.rows = np.array([row for row, move in enumerate(moves) if fits(move)], dtype=np.int64)
        self.leave = next((row for row, move in enumerate(moves) if move.tactic == LEAVE), -1)
        self.turns = tuple(self._turns())

    def _turns(self) -> Iterator[Turns]:
        numbers = np.zeros(1, dtype=np.int64)
        for depth in range(self.board.turns):
            turn = self._turn(depth, numbers)
            yield turn
            marked = np.zeros(self.board.size(depth))
            marked[turn.targets.ravel()] = 1.0
            marked[ILLEGAL] = 0.0
            self.board.settle(depth, marked)
            numbers = np.flatnonzero(marked[: self.board.graph.first_after(depth + 1)])
            if not len(numbers):
                return

    def _turn(self, depth: int, numbers: Numbers) -> Turns:
        every = self.board.targets(numbers)
        own = every[self.rows].astype(np.int64)
        stuck = (own == ILLEGAL).all(axis=0)
        leaving = every[self.leave].astype(np.int64) if self.leave >= 0 else self.board.timeouts(numbers)
        exact = accuracies(self.board.losses(self.board.tail(depth)[every]))
        last = exact[self.leave] if self.leave >= 0 else np.zeros(len(numbers))
        return Turns(
            numbers,
            (*self.rows.tolist(), self.leave),
            np.concatenate([own, np.where(stuck, leaving, ILLEGAL)[None]]),
            np.concatenate([exact[self.rows], last[None]]),
        )

    # The most that his talks can be worth

    def spread(self) -> Spread:
        """What comes of him when he goes for the worth of the finished talk."""
        chosen = self._chosen()
        tally = Tally(self.board)
        mass, gained = np.ones(1), np.zeros(1)
        for depth, (turn, choice) in enumerate(zip(self.turns, chosen, strict=True)):
            here = np.arange(len(turn.numbers))
            into = np.zeros((2, self.board.size(depth)))
            np.add.at(into[0], turn.targets[choice, here], mass)
            np.add.at(into[1], turn.targets[choice, here], gained + mass * turn.accuracy[choice, here])
            for one in into:
                self.board.settle(depth, one)
            positions = self.board.graph.first_after(depth + 1)
            ended = into[:, positions + self.board.graph.node_count : -1][:, ::-1]
            codes = np.flatnonzero(ended[0])
            tally.add(depth + 1, codes, ended[0, codes], ended[1, codes])
            following = self.numbers(depth + 1)
            mass, gained = into[0, following], into[1, following]
        following = self.numbers(len(self.turns))
        tally.add(self.board.turns, -2 - self.board.timeouts(following), mass, gained)
        return tally.spread()

    def numbers(self, depth: int) -> Numbers:
        """The positions that he can stand in after so many turns."""
        if depth < len(self.turns):
            return self.turns[depth].numbers
        if depth < self.board.turns:
            return np.empty(0, dtype=np.int64)
        turn = self.turns[-1]
        marked = np.zeros(self.board.size(depth - 1))
        marked[turn.targets.ravel()] = 1.0
        self.board.settle(depth - 1, marked)
        return np.flatnonzero(marked[: self.board.graph.first_after(depth)])

    def _chosen(self) -> list[NDArray[np.int64]]:
        """For each turn, the place of the move of most worth in each position, the first of equals."""
        graph, chosen = self.board.graph, []
        after = self.numbers(len(self.turns))
        values = np.zeros(graph.first_after(len(self.turns)))
        values[after] = graph.endings[-2 - self.board.timeouts(after)]
        for depth in reversed(range(len(self.turns))):
            turn = self.turns[depth]
            worth = graph.tail(self.board.turns - depth, values)[turn.targets]
            chosen.append(first_of_best(worth))
            values = np.zeros(graph.first_after(depth))
            values[turn.numbers] = worth.max(axis=0) + self.board.turn_cost
        return chosen[::-1]

    # The most that his talks can score

    def best_total(self) -> float:
        """The greatest expected total over his choices, with no form asked. See ``_Totals``."""
        return _Totals(self).best()

    def best_moves(self) -> tuple[Move, ...]:
        """The moves that score so, along the likeliest outcomes."""
        return _Totals(self).moves()


Line = tuple[float, float]  # height and slope over the sum of the accuracies so far


@dataclass(slots=True)
class _Totals:
    """The greatest expected total, exactly.

    The total is no function of the position, since the tactics part is a mean over all moves made. But for one way to
    go on it is a line over the sum of the accuracies so far: its slope is the expected weight of one more point. So
    each position after each number of turns has the upper envelope of some lines, and they are made backwards.

    What any outcome of the last turn can make known counts as learned, and so does a secret that no guard reads if
    one of his moves can bring it out: a shade too much where chance decides.
    """

    alone: Alone
    _known: dict[tuple[int, int], tuple[Line, ...]] = field(default_factory=dict)
    _learnable: frozenset[int] = field(init=False)
    _weights: dict[str, float] = field(init=False)
    _free: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        program, solution = self.alone.program, self.alone.board.solution
        self._learnable = frozenset(program.index[name] for name in solution.learnable)
        weights = {part: weight for part, weight in self.alone.board.solver.rubric.weights if part != "paperwork"}
        if not self._learnable:
            del weights["discovery"]
        self._weights = {part: weight / sum(weights.values()) for part, weight in weights.items()}
        told = {fact for row in self.alone.rows for fact in _tells(program.moves[row])}
        self._free = frozenset(fact for fact in told & self._learnable if not program.facts[fact].tracked)

    def best(self) -> float:
        for depth in reversed(range(len(self.alone.turns) + 1)):  # backwards, so that nothing recurs a whole talk deep
            for number in self.alone.numbers(depth):
                self._lines(depth, int(number))
        return max(height for height, _slope in self._lines(0, 0))

    def moves(self) -> tuple[Move, ...]:
        self.best()
        number, gained, moves = 0, 0.0, list[Move]()
        for depth in range(len(self.alone.turns)):
            place, target, exact = max(
                self._options(depth, number), key=lambda option: self._height(depth, number, option, gained)
            )
            row = self.alone.turns[depth].rows[place]
            if row < 0:
                break
            moves.append(self.alone.program.moves[row].move)
            gained += exact
            number = likeliest(self.alone.board.graph, target)
            if number < 0:
                break
        return tuple(moves)

    def _height(self, depth: int, number: int, option: tuple[int, int, float], gained: float) -> float:
        place, target, exact = option
        lines = self._of_target(depth, number, place, target)
        return max(height + slope * (gained + exact) for height, slope in lines)

    def _options(self, depth: int, number: int) -> list[tuple[int, int, float]]:
        """What he can do: the place of the move, its target and its accuracy."""
        turn = self.alone.turns[depth]
        column = int(np.searchsorted(turn.numbers, number))
        return [
            (place, int(target), float(turn.accuracy[place, column]))
            for place, target in enumerate(turn.targets[:, column])
            if target != ILLEGAL
        ]

    def _lines(self, depth: int, number: int) -> tuple[Line, ...]:
        """The envelope of a position after so many turns, over the sum of the accuracies so far."""
        if (depth, number) not in self._known:
            if depth == self.alone.board.turns:
                code = -2 - int(self.alone.board.timeouts(np.array([number]))[0])
                found = [self._ended(depth, code, self._learned(number))]
            else:
                found = [
                    (height + slope * exact, slope)
                    for place, target, exact in self._options(depth, number)
                    for height, slope in self._of_target(depth, number, place, target)
                ]
            self._known[depth, number] = _envelope(found, 100.0 * depth)
        return self._known[depth, number]

    def _of_target(self, depth: int, number: int, place: int, target: int) -> tuple[Line, ...]:
        graph = self.alone.board.graph
        if target >= 0:
            return self._lines(depth + 1, target)
        if target > -2 - len(graph.endings):
            row = self.alone.turns[depth].rows[place]
            learned = self._learned(number)
            if row >= 0:
                learned |= _tells_at_the_end(self.alone.program.moves[row], self._codes(number))
            return (self._ended(depth + 1, -2 - target, learned),)
        node = -2 - len(graph.endings) - target
        nodes = next(one for one in graph.nodes if one.first <= node < one.first + one.children.shape[1])
        mixed: list[Line] = [(0.0, 0.0)]
        for weight, child in zip(nodes.weights, nodes.children[:, node - nodes.first], strict=True):
            share = weight / sum(nodes.weights)
            lines = self._of_target(depth, number, place, int(child))
            mixed = [(h + share * height, s + share * slope) for h, s in mixed for height, slope in lines]
            mixed = list(_envelope(mixed, 100.0 * (depth + 1)))
        return tuple(mixed)

    def _ended(self, turns: int, code: int, learned: frozenset[int]) -> Line:
        board = self.alone.board
        worth = board.graph.endings[[code]] + board.turn_cost * turns
        height = self._weights["result"] * float(board.result(worth)[0])
        if self._learnable:
            height += self._weights["discovery"] * 100.0 * len(learned & self._learnable) / len(self._learnable)
        return height, self._weights["tactics"] / turns

    def _codes(self, number: int) -> list[int]:
        graph = self.alone.board.graph
        level = next(one for one in graph.levels if number < one.first + len(one.keys))
        return graph.space.codes(int(level.keys[number - level.first]))

    def _learned(self, number: int) -> frozenset[int]:
        codes = self._codes(number)
        return self._free | frozenset(fact for fact in self._learnable if codes[fact])


def _envelope(lines: Iterable[Line], widest: float) -> tuple[Line, ...]:
    """The lines of which each is the highest somewhere between 0 and ``widest``."""
    best: dict[float, float] = {}
    for height, slope in lines:
        slope = round(slope, _ROUND)
        best[slope] = max(best.get(slope, -np.inf), height)
    kept: list[Line] = []
    for slope, height in sorted(best.items()):
        while kept and height >= kept[-1][0]:
            kept.pop()  # the steeper line is nowhere lower
        kept.append((height, slope))
    top = max(height + slope * widest for height, slope in kept)
    while len(kept) > 1 and kept[-2][0] + kept[-2][1] * widest >= top:
        kept.pop()  # too steep to be the highest before the end
    return tuple(kept)


def _tells(compiled: CompiledMove) -> set[int]:
    """The facts that some outcome of a move can make known."""
    effects = [addition.effect for addition in compiled.habits]
    for reaction in (*compiled.reactions, *compiled.initiative):
        effects += [branch.effect for branch in reaction.branches]
    return {fact for effect in effects for fact, table in effect.changes if table[0]}


def _tells_at_the_end(compiled: CompiledMove, codes: list[int]) -> set[int]:
    """The facts that a turn which ends the talk can make known on the way."""
    reaction = first_reaction(compiled, codes)
    branches = [] if reaction is None else list(reaction.branches)
    if not all(branch.end for branch in branches):
        branches += [branch for one in compiled.initiative for branch in one.branches if branch.end]
    effects = [branch.effect for branch in branches]
    effects += [addition.effect for addition in compiled.habits if addition.guard(codes)]
    return {fact for effect in effects for fact, table in effect.changes if table[0]}


def passing(board: Board, pass_mark: float) -> Iterator[tuple[str, Alone, float]]:
    """The tactics that pass by being repeated, each with its greatest expected total."""
    program: Program = board.program
    for tactic in dict.fromkeys(compiled.tactic.id for compiled in program.moves[: program.lawful]):
        alone = Alone(board, lambda move, own=tactic: move.tactic == own)  # type: ignore[misc]
        total = alone.best_total()
        if total >= pass_mark:
            yield tactic, alone, total
