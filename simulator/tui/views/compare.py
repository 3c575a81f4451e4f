"""Two attempts at one scenario side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.tui.views.debrief import DebriefView, PartView, ScorecardView, TurnView


@dataclass(frozen=True, slots=True)
class PairedTurn:
    """The turns of one number; None where the talk was over."""

    number: int
    left: TurnView | None
    right: TurnView | None

    @property
    def same(self) -> bool:
        """Both played the same move."""
        return self.left is not None and self.right is not None and self.left.id == self.right.id


@dataclass(frozen=True, slots=True)
class PairedPart:
    name: str
    left: PartView | None
    right: PartView | None


@dataclass(frozen=True, slots=True)
class CompareView:
    """Two attempts at one scenario, side by side; ``parted`` is the first turn on which they differ."""

    left: DebriefView
    right: DebriefView
    turns: tuple[PairedTurn, ...]
    parts: tuple[PairedPart, ...]
    parted: int | None


def compare_view(left: DebriefView, right: DebriefView) -> CompareView:
    """Two debriefs, their turns aligned by number."""
    most = max(len(left.turns), len(right.turns))
    turns = tuple(
        PairedTurn(
            number,
            left.turns[number - 1] if number <= len(left.turns) else None,
            right.turns[number - 1] if number <= len(right.turns) else None,
        )
        for number in range(1, most + 1)
    )
    return CompareView(
        left=left,
        right=right,
        turns=turns,
        parts=tuple(_paired_parts(left.scorecard, right.scorecard)),
        parted=next((pair.number for pair in turns if not pair.same), None),
    )


def _paired_parts(left: ScorecardView | None, right: ScorecardView | None) -> Iterable[PairedPart]:
    mine = {part.name: part for part in left.parts} if left else {}
    other = {part.name: part for part in right.parts} if right else {}
    for name in dict.fromkeys((*mine, *other)):
        yield PairedPart(name, mine.get(name), other.get(name))
