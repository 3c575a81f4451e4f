"""Who has an attempt open to go on with it, as the record keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

BEAT = 20.0
"""Seconds between two signs of life of a program that has an attempt open."""
STALE = timedelta(seconds=60)
"""Without a sign of life for that long, who has an attempt open is gone: three signs that did not come, of which a busy
database may have cost one."""


@dataclass(frozen=True, slots=True)
class Hold:
    """An attempt that is open.

    Attributes:
        holder: the running program that has it open.
        since: when it was opened there, in UTC.
        seen: its last sign of life, in UTC.
    """

    attempt: str
    holder: str
    since: datetime
    seen: datetime

    def stands(self, holder: str, at: datetime) -> bool:
        """Whether it keeps another one, who comes at that moment, from going on with the attempt."""
        return self.holder != holder and at - self.seen < STALE

    def is_told(self, holder: str, at: datetime) -> bool:
        """Whether it is one's own, and its last sign of life is so fresh that another one is not worth writing."""
        return self.holder == holder and timedelta() <= at - self.seen < timedelta(seconds=BEAT)


class Holders(Protocol):
    """Who has which attempt open. Nothing of it is part of a chain."""

    def hold(self, attempt: str, holder: str, at: datetime, force: bool = False) -> Hold:
        """Takes hold of an attempt, unless another one has it.

        Args:
            force: takes it from whoever has it; his next event is refused.

        Returns:
            The hold as it is now: another's, if he keeps it.

        Raises:
            UnknownName: there is no such attempt.
        """

    def beat(self, holder: str, at: datetime) -> Sequence[str]:
        """A sign of life; the attempts that the holder has, in the order of their ids."""

    def release(self, holder: str, attempt: str | None = None) -> None:
        """Lets go of an attempt, or of all that the holder has. What another one has is left alone."""
