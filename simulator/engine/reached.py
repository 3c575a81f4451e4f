"""Questions about explored positions: what is seen in them, what ends in them, and the shortest way to one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from simulator.engine.explore import Explored, Explorer, Keys, KeySpace
from simulator.engine.program import Program
from simulator.model.errors import TooManyPositions
from simulator.model.position import Move

WAYS = 11 * 11 * 2  # of each ending: trust × hostility × conduct
_ENDLESS = 400  # turns; every shipped scenario shows nothing new after 27
# Positions up to which a talk is followed beyond its last turn, as a multiple of those within it, and at least. The
# closures of the shipped scenarios are up to 1.7 times as large; what is larger is left open.
_CLOSURE, _LEAST_CLOSURE = 3, 10_000

Mask = NDArray[np.bool_]


class Columns:
    """The facts of some positions, a column each, taken when first asked for."""

    def __init__(self, space: KeySpace, keys: Keys) -> None:
        self._space, self._keys = space, keys
        self._columns: dict[int, NDArray[np.int16]] = {}

    def __getitem__(self, fact: int) -> NDArray[np.int16]:
        if fact not in self._columns:
            self._columns[fact] = self._space.column(self._keys, fact)
        return self._columns[fact]

    def __len__(self) -> int:
        return len(self._keys)


class Reached:
    """What can be said of the positions of one graph.

    Masks of targets are laid out as ``Explored.tail`` lays out values: positions by number, then from the end the ways
    to end and the chance nodes, so that a negative target is an index too.
    """

    def __init__(self, graph: Explored) -> None:
        self.graph = graph
        self.program: Program = graph.program
        self._endings: dict[bool, set[str]] = {}

    @cached_property
    def columns(self) -> Columns:
        return Columns(self.graph.space, self.graph.keys)

    @cached_property
    def lawful(self) -> Mask:
        """Which positions come about without a forbidden act, by number."""
        return np.asarray(self.columns[self.program.index["conduct"]] == 0)

    def seen(self, name: str, lawful: bool = False) -> set[str | int]:
        """The values of a fact in these positions; of one that is not part of them, its whole domain."""
        fact = self.program.index[name]
        values = self.program.facts[fact].values
        if fact not in self.graph.space.strides:
            return set(values)
        column = self.columns[fact]
        return {values[int(code)] for code in np.unique(column[self.lawful] if lawful else column)}

    def endings(self, lawful: bool) -> set[str]:
        """The endings that some play reaches."""
        if lawful not in self._endings:
            *_before, last = self.by_turn(lawful)
            self._endings[lawful] = self.ended(lawful) | ({"timeout"} if last.any() else set())
        return self._endings[lawful]

    def ended(self, lawful: bool = False) -> set[str]:
        """The endings that some rule brings about in a position that was stepped."""
        graph = self.graph
        rows = self.program.lawful if lawful else len(self.program.moves)
        marked = self._no_target()
        for level in graph.levels:
            if level.targets is not None:
                here = self.lawful[level.first : level.first + len(level.keys)] if lawful else slice(None)
                marked[level.targets[:rows, here].ravel()] = True
        self._spread(marked)
        codes = np.flatnonzero(marked[graph.positions + graph.node_count : -1][::-1])
        return {self.program.endings[int(code) // WAYS] for code in codes}

    def by_turn(self, lawful: bool = True) -> Iterator[Mask]:
        """For each number of turns played, from none to all, which positions the talk can stand in after them."""
        graph = self.graph
        rows = self.program.lawful if lawful else len(self.program.moves)
        now = np.zeros(graph.positions, dtype=bool)
        now[: len(graph.levels[0].keys)] = True
        yield now
        for _turn in range(self.program.scenario.turns):
            marked = self._no_target()
            for level in graph.levels:
                here = np.flatnonzero(now[level.first : level.first + len(level.keys)])
                if level.targets is not None and len(here):
                    marked[level.targets[:rows, here].ravel()] = True
            self._spread(marked)
            now = marked[: graph.positions]
            yield now

    def _no_target(self) -> Mask:
        return np.zeros(self.graph.positions + self.graph.node_count + len(self.graph.endings) + 1, dtype=bool)

    def _spread(self, marked: Mask) -> None:
        """Marks what the marked chance nodes can lead to."""
        for nodes in reversed(self.graph.nodes):
            own = -2 - len(self.graph.endings) - np.arange(nodes.first, nodes.first + nodes.children.shape[1])
            marked[nodes.children[:, marked[own]].ravel()] = True

    def leading_to(self, wanted: Mask) -> Mask:
        """The targets that are wanted, or chance nodes that can lead to one. ``wanted`` is changed."""
        graph = self.graph
        for nodes in graph.nodes:
            own = -2 - len(graph.endings) - np.arange(nodes.first, nodes.first + nodes.children.shape[1])
            wanted[own] = wanted[nodes.children].any(axis=0)
        return wanted

    def alive(self, endings: Mapping[str, bool], unknown: bool) -> Mask:
        """Which positions some lawful play within these leads out of, to one of the endings that are true.

        Args:
            unknown: whether positions after the last turn, of which nothing is known, count as such.
        """
        graph = self.graph
        out = np.repeat([endings[name] for name in self.program.endings], WAYS)
        alive = np.zeros(graph.positions, dtype=bool)
        for level in graph.levels:
            alive[level.first : level.first + len(level.keys)] = unknown and level.targets is None
        while True:
            before = int(alive.sum())
            wanted = self._no_target()
            wanted[: graph.positions] = alive
            wanted[graph.positions + graph.node_count : -1] = out[::-1]
            self.leading_to(wanted)
            for level in reversed(graph.levels):
                if level.targets is not None:
                    here = slice(level.first, level.first + len(level.keys))
                    alive[here] |= wanted[level.targets[: self.program.lawful]].any(axis=0)
            if int(alive.sum()) == before:
                return alive

    def witness(self, number: int) -> tuple[Move, ...]:
        """The shortest moves that lead to a position from a start."""
        moves: list[Move] = []
        while (step := self.before(number)) is not None:
            row, number = step
            moves.append(self.program.moves[row].move)
        return tuple(reversed(moves))

    def way(self, number: int, turns: int) -> tuple[Move, ...]:
        """Lawful moves that lead to a position in just so many turns; there must be such."""
        moves: list[Move] = []
        for mask in reversed(list(islice(self.by_turn(), turns))):
            wanted = self._no_target()
            wanted[number] = True
            row, number = self._into(self.leading_to(wanted), mask)
            moves.append(self.program.moves[row].move)
        return tuple(reversed(moves))

    def _into(self, wanted: Mask, mask: Mask) -> tuple[int, int]:
        """A lawful move, by its row, from one of the masked positions to a wanted target, and that position."""
        for level in self.graph.levels:
            here = np.flatnonzero(mask[level.first : level.first + len(level.keys)])
            if level.targets is not None and len(here):
                leads = wanted[level.targets[: self.program.lawful, here]]
                if leads.any():
                    row, column = np.argwhere(leads)[0]
                    return int(row), level.first + int(here[column])
        raise KeyError

    def before(self, number: int) -> tuple[int, int] | None:
        """The move, by its row, and the position one turn earlier that first lead to a position; None at a start."""
        depth = next(d for d, level in enumerate(self.graph.levels) if number < level.first + len(level.keys))
        if depth == 0:
            return None
        level = self.graph.levels[depth - 1]
        assert level.targets is not None  # noqa: S101 -- a level with a successor has been stepped
        wanted = np.array(sorted({number} | self._nodes_over(depth - 1, number)))
        row, column = np.argwhere(np.isin(level.targets, wanted))[0]
        return int(row), level.first + int(column)

    def _nodes_over(self, depth: int, number: int) -> set[int]:
        graph, wanted = self.graph, {number}
        for nodes in graph.nodes:
            if nodes.depth == depth:
                over = np.isin(nodes.children, list(wanted)).any(axis=0)
                first = -2 - len(graph.endings) - nodes.first
                wanted |= {first - int(i) for i in np.flatnonzero(over)}
        return wanted

    def codes(self, number: int) -> list[int]:
        """The codes of a position; facts outside it are as at the plain start."""
        level = next(one for one in self.graph.levels if number < one.first + len(one.keys))
        return self.graph.space.codes(int(level.keys[number - level.first]))


def closure(explorer: Explorer, within: Explored, start: Sequence[int]) -> Explored:
    """What is reachable from a start however long the talk goes on; where that is far more, what is within its turns.

    The positions ``within`` the turns have the same numbers in it.
    """
    endless = Program(explorer.program.scenario.model_copy(update={"turns": _ENDLESS}))
    limit = min(explorer.limit, _CLOSURE * within.positions + _LEAST_CLOSURE)
    try:
        return Explorer(endless, limit, explorer.cancelled).explore(start)
    except TooManyPositions:
        return within
