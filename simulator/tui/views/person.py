"""The very lines behind a figure: what a person said, what came of it, and what it was worth."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.tui.views.progress import StandingView


@dataclass(frozen=True, slots=True)
class LineView:
    """One observation with the line it came from.

    Attributes:
        attempt, turn: where the line stands; turn 0 for preparation and note.
        credit: 0–1.
        move: what the record names: the move, or the field.
        what: that in words; the move made, or the one that would have shown the objective.
        missed: the objective was called for and not shown.
        source: ``turn 3``, ``preparation``, ``note``.
        said, came, name, why: what the talk's review tells; None in ``said`` until it has been read.
        note: what a person decided on it; empty where none did.
    """

    attempt: str
    turn: int
    when: str
    scenario: str
    mode: str
    credit: float
    move: str
    what: str
    missed: bool
    source: str
    said: str | None = None
    came: tuple[str, ...] = ()
    name: str = ""
    why: str = ""
    better: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CellView:
    """A person on an objective, with the lines that this stands on: the counter-evidence first, then the latest."""

    standing: StandingView
    lines: tuple[LineView, ...]
