"""What happened in an attempt, as frozen facts. The simulator writes them; everything here reads them.

Values and losses are points on the scale of a finished talk's worth (about −60 to 100).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Option:
    """A lawful move that was open, with its loss and the objectives that playing it would have shown."""

    move: str
    loss: float
    objectives: frozenset[str]


@dataclass(frozen=True, slots=True)
class Turn:
    """One move of the trainee.

    Attributes:
        number: counted from 1.
        move: ``tactic`` or ``tactic:card``.
        loss: points, rounded to 0.001; how far the move stayed behind the best lawful one under typical play.
        breach: the tactic is forbidden.
        hinted: the trainee had asked for a hint on this turn.
        objectives: those that the move gives evidence of.
        options: the lawful moves that were open.
        chance_of_good: the typical player's chance of a *good* or better move in that position, 0–1.
    """

    number: int
    move: str
    loss: float
    breach: bool
    hinted: bool
    objectives: frozenset[str]
    options: tuple[Option, ...]
    chance_of_good: float

    @property
    def family(self) -> str:
        return self.move.split(".", 1)[0]


@dataclass(frozen=True, slots=True)
class FormField:
    """One preparation question or note field with its credit, 0–1."""

    part: Literal["preparation", "note"]
    field: str
    objective: str | None
    credit: float


@dataclass(frozen=True, slots=True)
class Transcript:
    """Everything of an attempt that marks are made from.

    Attributes:
        turns: the counted moves: after a take-back the first one of each turn.
        forms: the fields asked; empty where nobody was asked.
        learnable, learned: secrets and points hidden at the start that lawful play can learn, and did.
        worth: the finished talk's worth, turn costs included.
        best, floor: the scenario's values at its plain start.
    """

    attempt: str
    scenario: str
    turns: tuple[Turn, ...]
    forms: tuple[FormField, ...]
    learnable: frozenset[str]
    learned: frozenset[str]
    worth: float
    best: float
    floor: float
