"""Moves and positions."""

from __future__ import annotations

from typing import NamedTuple


class Move(NamedTuple):
    """A tactic and, where the tactic takes one, the card it is aimed at."""

    tactic: str
    card: str | None = None

    @property
    def family(self) -> str:
        return self.tactic.split(".", 1)[0]

    @classmethod
    def parse(cls, text: str) -> Move:
        """``tactic`` or ``tactic:card``, as ``str`` writes it."""
        tactic, _, card = text.strip().partition(":")
        return cls(tactic, card or None)

    def __str__(self) -> str:
        return f"{self.tactic}:{self.card}" if self.card else self.tactic


LOST = Move("none")
"""What a turn that was lost has in the place of a move; no tactic can be called so."""

# Every fact of a scenario, by name, with its value: stages and statuses as strings, meters as whole numbers.
Position = dict[str, str | int]
