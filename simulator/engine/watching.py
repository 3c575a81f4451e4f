"""What can be seen when the plays of one trainee are followed over all positions: moves, objectives, dull turns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.engine.alone import LEAVE
from simulator.engine.check_worth import DULL
from simulator.engine.reached import Reached
from simulator.engine.review import Reviewer
from simulator.engine.spread import Board, Floats, View
from simulator.model.position import Move

_WORD = 64  # bits


@dataclass(frozen=True, slots=True)
class MoveUse:
    """A lawful move in the plays of a trainee; figures are expected turns of a play.

    Attributes:
        open: in which it can be made.
        played: in which he makes it.
        best: in which it is one of the best (its loss is that of a *best* move).
        is_best_somewhere: it is so in some position that lawful play reaches, however unlikely.
    """

    move: Move
    open: float
    played: float
    best: float
    is_best_somewhere: bool


@dataclass(frozen=True, slots=True)
class Dull:
    """Positions in which all lawful moves but leaving are within a point of each other.

    Attributes:
        positions: how many there are among those that lawful play reaches with turns left.
        share: of a play's turns, expected.
        likeliest: the moves that lead to the likeliest of them; None where there is none.
        chance: that a play comes to that one, at that turn.
    """

    positions: int
    share: float
    likeliest: tuple[Move, ...] | None
    chance: float


@dataclass(frozen=True, slots=True)
class ObjectiveUse:
    """An objective in the plays of a trainee.

    Attributes:
        claimed: the scenario claims to train it.
        asked: a question or field of a form asks for it.
        shown: how often a play shows it by a move, expected.
        called: how often a play calls for it, expected; see ``scoring.objectives``.
    """

    name: str
    claimed: bool
    asked: bool
    shown: float
    called: float


class Watch:
    """Takes what ``follow`` shows of one trainee and adds it up."""

    def __init__(self, board: Board) -> None:
        self.board, self.program = board, board.program
        self.rubric = board.solver.rubric
        lawful = self.program.moves[: self.program.lawful]
        self.moves = tuple(compiled.move for compiled in lawful)
        reviewer = Reviewer(board.solver, board.solution.valued)
        self._evidence = tuple(reviewer.objectives(move) for move in self.moves)
        self._names = tuple(sorted(frozenset[str]().union(*self._evidence)))
        self._masks = self._bits()
        self._goes_on = np.array([move.tactic != LEAVE for move in self.moves])
        self._open, self._played, self._best = (np.zeros(len(self.moves)) for _which in range(3))
        self._best_somewhere = np.zeros(len(self.moves), dtype=bool)
        self._called = np.zeros(_WORD * len(self._masks))
        self._dull = np.zeros(board.graph.positions, dtype=bool)
        self._dull_mass = self._mass = self._likeliest_chance = 0.0
        self._likeliest = -1

    def _bits(self) -> list[NDArray[np.uint64]]:
        """Which objectives each move shows, as bits of words, a column of moves for each word."""
        words = []
        for first in range(0, max(len(self._names), 1), _WORD):
            own = {name: 1 << bit for bit, name in enumerate(self._names[first : first + _WORD])}
            words.append(
                np.array([sum(own.get(name, 0) for name in shown) for shown in self._evidence], dtype=np.uint64)
            )
        return words

    def __call__(self, view: View) -> None:
        """Adds what is seen of some positions."""
        there = view.mass > 0
        is_open = view.worth > -np.inf
        best = view.losses <= self.rubric.best_up_to
        self._open += is_open @ view.mass
        self._played += view.share @ view.mass
        self._best += best @ view.mass
        self._best_somewhere |= (best & there).any(axis=1)
        self._mass += float(view.mass.sum())
        self._watch_dull(view, is_open & self._goes_on[:, None], there)
        self._watch_objectives(view)

    def _watch_dull(self, view: View, going_on: NDArray[np.bool_], there: NDArray[np.bool_]) -> None:
        high = np.where(going_on, view.worth, -np.inf).max(axis=0)
        low = np.where(going_on, view.worth, np.inf).min(axis=0)
        dull = (high - low <= DULL) & there
        self._dull[view.numbers[dull]] = True
        mass = np.where(dull, view.mass, 0.0)
        self._dull_mass += float(mass.sum())
        if len(mass) and mass.max() > self._likeliest_chance:
            self._likeliest_chance, self._likeliest = float(mass.max()), int(view.numbers[mass.argmax()])

    def _watch_objectives(self, view: View) -> None:
        """An objective is called for where every move that loses less than the rubric says shows it."""
        near = view.losses < self.rubric.otherwise_loss
        for word, masks in enumerate(self._masks):
            every = np.where(near, masks[:, None], ~np.uint64(0))
            called = np.bitwise_and.reduce(every, axis=0)
            bits = np.unpackbits(called.view(np.uint8).reshape(-1, 8), axis=1, bitorder="little")
            self._called[word * _WORD : (word + 1) * _WORD] += view.mass @ bits

    def move_uses(self) -> tuple[MoveUse, ...]:
        """Every lawful move that some play opens, in the order of the catalogue."""
        return tuple(
            MoveUse(move, float(is_open), float(played), float(best), bool(somewhere))
            for move, is_open, played, best, somewhere in zip(
                self.moves, self._open, self._played, self._best, self._best_somewhere, strict=True
            )
            if is_open > 0
        )

    def dull(self) -> Dull:
        """The dull positions; of the likeliest one the shortest way that leads there."""
        found = None if self._likeliest < 0 else Reached(self.board.graph).witness(self._likeliest)
        return Dull(int(self._dull.sum()), self._dull_mass / self._mass, found, self._likeliest_chance)

    def objective_uses(self) -> tuple[ObjectiveUse, ...]:
        """Every objective that the scenario claims, asks for in a form or can show, the claimed ones first."""
        scenario = self.program.scenario
        asked = {form.objective for form in (*scenario.preparation, *scenario.note) if form.objective}
        called = dict(zip(self._names, self._called.tolist(), strict=False))
        shown = self._shown(self._played)
        names = dict.fromkeys((*scenario.objectives, *sorted({*asked, *(name for name in shown if shown[name] > 0)})))
        return tuple(
            ObjectiveUse(
                name, name in scenario.objectives, name in asked, shown.get(name, 0.0), float(called.get(name, 0.0))
            )
            for name in names
        )

    def _shown(self, played: Floats) -> dict[str, float]:
        shown = dict.fromkeys(self._names, 0.0)
        for objectives, turns in zip(self._evidence, played, strict=True):
            for name in objectives:
                shown[name] += float(turns)
        return shown
