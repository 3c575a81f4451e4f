"""Every reachable position, in batches.

A position is one whole number, its key: the codes of the tracked facts in a mixed radix. Positions are numbered in
the order of the turn in which they are first reached and, within a turn, in the order of their keys; so the positions
that can matter with *t* turns left are the first so many.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.engine.program import Addition, Branch, CompiledMove, Effect, Program, Reaction
from simulator.model.errors import Cancelled, TooManyPositions

LIMIT = 5_000_000  # positions; more cannot be solved in bounded time and memory (decided 2026-11)
_CHUNK = 1 << 17  # rows stepped at once: the columns of a chunk stay in the cache (measured in a prototype)
_LARGEST_KEY = 1 << 62

Keys = NDArray[np.int64]
Targets = NDArray[np.int64]

# A target below zero is not a position. The tail of values that it indexes from the end is laid out so:
ILLEGAL = -1  # then the ways to end, then the chance nodes


class KeySpace:
    """The mixed-radix numbering of a program's positions."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.strides: dict[int, int] = {}
        size = 1
        for fact in reversed(program.tracked):
            self.strides[fact] = size
            size *= len(program.facts[fact].values)
        self.size = size
        if size > _LARGEST_KEY:
            raise TooManyPositions(LIMIT, LIMIT, self.dearest())

    def key(self, codes: Sequence[int]) -> int:
        """The key of one position."""
        return sum(int(codes[fact]) * stride for fact, stride in self.strides.items())

    def columns(self, keys: Keys) -> dict[int, NDArray[np.int16]]:
        """The codes of many positions, a column for each tracked fact."""
        return {fact: self.column(keys, fact) for fact in self.strides}

    def column(self, keys: Keys, fact: int) -> NDArray[np.int16]:
        """The codes of one tracked fact in many positions."""
        return np.asarray((keys // self.strides[fact]) % len(self.program.facts[fact].values), dtype=np.int16)

    def codes(self, key: int) -> list[int]:
        """The codes of one position; facts outside the position are as at the start."""
        codes = self.program.start()
        for fact, stride in self.strides.items():
            codes[fact] = key // stride % len(self.program.facts[fact].values)
        return codes

    def too_many(self, keys: Keys, limit: int, turns: int) -> TooManyPositions:
        """The error that names the facts which make these positions, reached within ``turns`` turns, so many."""
        return TooManyPositions(len(keys), limit, self.dearest(keys), turns)

    def dearest(self, keys: Keys | None = None) -> tuple[tuple[str, int], ...]:
        """The five facts that take most values in some positions (in all thinkable ones by default)."""
        facts = self.program.facts
        columns = None if keys is None else self.columns(keys)
        counts = [
            (facts[fact].name, len(facts[fact].values if columns is None else np.unique(columns[fact])))
            for fact in self.strides
        ]
        return tuple(sorted(counts, key=lambda pair: -pair[1])[:5])


class _Rows:
    """Some rows of a batch, with changes laid over them; columns are taken when they are first asked for."""

    def __init__(self, space: KeySpace, parent: Any, keys: Keys, rows: NDArray[np.int64] | None) -> None:
        self._space, self._parent, self._rows = space, parent, rows
        self.keys = keys
        self._columns: dict[int, NDArray[np.int16]] = {}

    def __getitem__(self, fact: int) -> NDArray[np.int16]:
        if fact not in self._columns:
            column = self._parent[fact]
            self._columns[fact] = column if self._rows is None else column[self._rows]
        return self._columns[fact]

    def __len__(self) -> int:
        return len(self.keys)

    def take(self, rows: NDArray[np.int64]) -> _Rows:
        """Some of these rows, ascending; all of them cost nothing."""
        if len(rows) == len(self.keys):
            return self.copy()
        return _Rows(self._space, self, self.keys[rows], rows)

    def copy(self) -> _Rows:
        """The same rows, to lay changes over that these do not see."""
        return _Rows(self._space, self, self.keys, None)

    def change(self, effect: Effect, before: _Rows | None = None, where: NDArray[np.bool_] | None = None) -> None:
        """Lays an effect over the rows, or over those where ``where`` holds.

        Args:
            before: the rows that the effect reads; these ones if None.
        """
        for fact, new in effect(before or self, self._space.strides).items():
            old = self[fact]
            if where is not None:
                new = np.where(where, new, old)
            self.keys = self.keys + (new.astype(np.int64) - old) * self._space.strides[fact]
            self._columns[fact] = new


@dataclass(slots=True)
class ChanceNodes:
    """Chance nodes that share their weights: ``children[k, i]`` is the target of node ``first + i`` by outcome k.

    ``depth`` is the number of turns after which the positions that lead to them are first reached.
    """

    depth: int
    first: int
    weights: tuple[int, ...]
    children: NDArray[np.int64]


@dataclass(slots=True)
class Level:
    """The positions first reached after ``depth`` turns, and where each move leads from them.

    Attributes:
        keys: ascending.
        targets: moves × positions; a position's number, or a negative index into the tail of values. None after the
            last turn.
    """

    first: int
    keys: Keys
    targets: NDArray[np.int32] | None = None


@dataclass(slots=True)
class Explored:
    """The graph of a scenario's positions from one start.

    Attributes:
        levels: by the turn in which positions are first reached; level t has those reached after t turns.
        endings: the value of each way to end, without turn costs; code ``e`` is target ``-2 - e``.
        nodes: the chance nodes, inner ones first; node ``n`` is target ``-2 - len(endings) - n``.
        fired: the rules that fire somewhere, as (section, layer, index).
        revealed: the facts (secrets and points) that something which happens in lawful play makes known.
    """

    program: Program
    space: KeySpace
    levels: list[Level] = field(default_factory=list)
    endings: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    nodes: list[ChanceNodes] = field(default_factory=list)
    node_count: int = 0
    fired: set[tuple[str, str, int]] = field(default_factory=set)
    revealed: set[int] = field(default_factory=set)

    @property
    def positions(self) -> int:
        return sum(len(level.keys) for level in self.levels)

    def first_after(self, depth: int) -> int:
        """How many positions are reached within ``depth`` turns."""
        return sum(len(level.keys) for level in self.levels[: depth + 1])

    def tail(self, turns_left: int, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values of all targets of a move played with ``turns_left`` turns left.

        Args:
            values: the value of each position with one turn fewer left, by number.
        """
        count = len(values)
        every = np.empty(count + self.node_count + len(self.endings) + 1)
        every[:count] = values
        every[ILLEGAL] = -np.inf
        every[count + self.node_count : -1] = self.endings[::-1]
        last_depth = self.program.scenario.turns - turns_left
        for nodes in self.nodes:
            if nodes.depth > last_depth:
                break
            weights = np.array(nodes.weights, dtype=np.float64) / sum(nodes.weights)
            end = count + self.node_count - nodes.first
            every[end - nodes.children.shape[1] : end] = (weights @ every[nodes.children])[::-1]
        return every

    @property
    def keys(self) -> Keys:
        """The keys of all positions, by number."""
        return np.concatenate([level.keys for level in self.levels])


def ending_values(program: Program) -> NDArray[np.float64]:
    """The value of every way to end: ending × trust × hostility × conduct, flattened."""
    trust, hostility, breached = np.meshgrid(np.arange(11), np.arange(11), np.arange(2), indexing="ij")
    return np.concatenate(
        [np.asarray(program.end_value(ending, trust, hostility, breached)).ravel() for ending in program.endings]
    )


def ending_code(program: Program, ending: str, columns: Any) -> Any:
    """The code of a way to end, before the ending's own effect."""
    trust, hostility = columns[program.index["trust"]], columns[program.index["hostility"]]
    breached = columns[program.index["conduct"]]
    return ((program.endings.index(ending) * 11 + np.asarray(trust, dtype=np.int64)) * 11 + hostility) * 2 + breached


class Explorer:
    """Lists the positions of a program, breadth first."""

    def __init__(self, program: Program, limit: int = LIMIT, cancelled: Callable[[], bool] = lambda: False) -> None:
        self.program = program
        self.space = KeySpace(program)
        self._conduct = program.index["conduct"]
        self.limit = limit
        self.cancelled = cancelled
        self.so_far = Explored(program, self.space)
        """What the latest exploration has listed, whole or not."""

    def explore(self, *starts: Sequence[int]) -> Explored:
        """Everything reachable from the starts within the turns of the scenario, forbidden acts allowed.

        Raises:
            TooManyPositions: there are more than the limit.
            Cancelled: somebody asked to stop.
        """
        graph = self.so_far = Explored(self.program, self.space, endings=ending_values(self.program))
        frontier: Keys = np.unique(np.array([self.space.key(start) for start in starts], dtype=np.int64))
        known, numbers = np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
        waiting: list[NDArray[np.int64]] = []
        for depth in range(self.program.scenario.turns + 1):
            first = len(known)
            graph.levels.append(Level(first, frontier))
            where = np.searchsorted(known, frontier)
            known = np.insert(known, where, frontier)
            numbers = np.insert(numbers, where, np.arange(first, first + len(frontier)))
            if len(known) > self.limit:
                raise self.space.too_many(known, self.limit, depth)
            self._settle(graph, depth, waiting, known, numbers)
            if depth == self.program.scenario.turns or not len(frontier):
                break
            waiting, frontier = self._expand(graph, frontier, known)
        return graph

    def step(self, codes: Sequence[int]) -> tuple[Explored, Targets]:
        """One position's moves: their targets (keys, ways to end, chance nodes), and the graph that holds the nodes."""
        graph = Explored(self.program, self.space, endings=ending_values(self.program))
        graph.levels.append(Level(0, np.empty(0, dtype=np.int64)))
        keys = np.array([self.space.key(codes)], dtype=np.int64)
        batch = _Rows(self.space, self.space.columns(keys), keys, None)
        block = np.empty((len(self.program.moves), 1), dtype=np.int64)
        for row, compiled in enumerate(self.program.moves):
            self._step(graph, compiled, batch, block[row])
        return graph, block[:, 0]

    def _expand(self, graph: Explored, frontier: Keys, known: Keys) -> tuple[list[Targets], Keys]:
        """Steps a level; its targets with keys still in place of numbers, and the keys not seen before."""
        blocks, new = [], [np.empty(0, dtype=np.int64)]
        for begin in range(0, len(frontier), _CHUNK):
            keys = frontier[begin : begin + _CHUNK]
            if self.cancelled():
                raise Cancelled
            block, nodes_before = np.empty((len(self.program.moves), len(keys)), dtype=np.int64), len(graph.nodes)
            batch = _Rows(self.space, self.space.columns(keys), keys, None)
            for row, compiled in enumerate(self.program.moves):
                self._step(graph, compiled, batch, block[row])
            blocks.append(block)
            reached = [block[block >= 0], *(n.children[n.children >= 0] for n in graph.nodes[nodes_before:])]
            new.append(_unseen(np.concatenate(reached), known))
        return blocks, _distinct(np.concatenate(new))

    def _settle(self, graph: Explored, depth: int, waiting: list[Targets], known: Keys, numbers: Keys) -> None:
        """Replaces keys by numbers in what the level before led to."""

        def number(targets: NDArray[np.int64]) -> NDArray[np.int32]:
            settled = targets.astype(np.int32)
            here = targets >= 0
            settled[here] = numbers[np.searchsorted(known, targets[here])]
            return settled

        if depth and waiting:
            graph.levels[depth - 1].targets = np.concatenate([number(block) for block in waiting], axis=1)
            for nodes in graph.nodes:
                if nodes.depth == depth - 1:
                    nodes.children = number(nodes.children).astype(np.int64)

    # One move, many positions

    def _step(self, graph: Explored, compiled: CompiledMove, batch: _Rows, into: Targets) -> None:
        into.fill(ILLEGAL)
        legal = np.broadcast_to(compiled.legal(batch), len(batch))
        for reaction, rows in _firing(compiled.reactions, batch, legal):
            self._note(graph, "rules", reaction, batch, rows, compiled.tactic.forbidden)
            before = batch.take(rows)
            into[rows] = _join(graph, reaction, [self._reacted(graph, compiled, b, before) for b in reaction.branches])
        missed = np.flatnonzero(into == ILLEGAL)
        missed = missed[legal[missed]]
        if len(missed):
            into[missed] = self._reacted(graph, compiled, None, batch.take(missed))

    def _reacted(self, graph: Explored, compiled: CompiledMove, branch: Branch | None, before: _Rows) -> Targets:
        """Where the turn leads once a reaction's branch has been taken (None: no rule matched)."""
        after = before.copy()
        if branch:
            after.change(branch.effect, before)
        after.change(compiled.mark)
        for addition in compiled.habits:
            held = np.broadcast_to(addition.guard(before), len(before))
            if held.any():
                after.change(addition.effect, where=held)
                self._note(graph, "habits", addition, after, np.flatnonzero(held))
        if branch and branch.end:
            return self._end(branch.end, after)
        targets = after.keys
        for reaction, rows in _firing(compiled.initiative, after, np.ones(len(after), dtype=bool)):
            if targets is after.keys:
                targets = targets.copy()
            self._note(graph, "initiative", reaction, after, rows)
            settled = after.take(rows)
            targets[rows] = _join(graph, reaction, [self._took_initiative(b, settled) for b in reaction.branches])
        return targets

    def _note(
        self,
        graph: Explored,
        section: str,
        fired: Reaction | Addition,
        batch: _Rows,
        rows: NDArray[np.int64],
        forbidden: bool = False,
    ) -> None:
        """Remembers what fired, and what it made known where no forbidden act had been committed."""
        rule = fired.habit if isinstance(fired, Addition) else fired.rule
        graph.fired.add((section, rule.layer, rule.index))
        if forbidden or not (batch[self._conduct][rows] == 0).any():
            return
        effects = [fired.effect] if isinstance(fired, Addition) else [branch.effect for branch in fired.branches]
        for effect in effects:
            for fact, table in effect.changes:
                if self.program.facts[fact].kind in ("secret", "point") and table[0]:
                    graph.revealed.add(fact)

    def _took_initiative(self, branch: Branch, before: _Rows) -> Targets:
        after = before.copy()
        after.change(branch.effect, before)
        return self._end(branch.end, after) if branch.end else after.keys

    def _end(self, ending: str, rows: _Rows) -> Targets:
        targets: Targets = -2 - ending_code(self.program, ending, rows)
        return targets


def _join(graph: Explored, reaction: Reaction, targets: Sequence[Targets]) -> Targets:
    """The targets of a reaction's branches as one; where it has chances, through new chance nodes."""
    if len(targets) == 1:
        return targets[0]
    children = np.stack(targets)
    weights = tuple(branch.weight for branch in reaction.branches)
    first = graph.node_count
    graph.nodes.append(ChanceNodes(len(graph.levels) - 1, first, weights, children))
    graph.node_count += children.shape[1]
    nodes: Targets = -2 - len(graph.endings) - np.arange(first, graph.node_count, dtype=np.int64)
    return nodes


def _firing(
    reactions: Sequence[Reaction], batch: _Rows, open_rows: NDArray[np.bool_]
) -> Iterator[tuple[Reaction, NDArray[np.int64]]]:
    """Each reaction with the rows in which it is the first whose guard holds."""
    left = open_rows.copy()
    for reaction in reactions:
        hit = left & reaction.guard(batch)
        rows = np.flatnonzero(hit)
        if len(rows):
            yield reaction, rows
            left &= ~hit
            if not left.any():
                return


def _unseen(keys: Keys, known: Keys) -> Keys:
    found = _distinct(keys)
    where = np.minimum(np.searchsorted(known, found), len(known) - 1)
    return np.asarray(found[known[where] != found])


def _distinct(keys: Keys) -> Keys:
    """The keys, ascending, each once: by sorting, three to fifteen times as fast as the hashing of ``np.unique``."""
    ordered = np.sort(keys)
    is_first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return np.asarray(ordered[is_first])
