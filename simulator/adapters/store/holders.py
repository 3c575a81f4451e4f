"""Who has which attempt open: what all stores share, and the one in memory."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.model.errors import TakenOver
from simulator.workflows.ports import Hold

if TYPE_CHECKING:
    import threading

    from simulator.adapters.store.chain import Entry


def taken(kept: Hold | None, attempt: str, holder: str, at: datetime, force: bool) -> Hold:
    """The hold once somebody has asked for it; ``kept`` itself where that stays, and nothing is to be written."""
    if kept is not None and not force and (kept.stands(holder, at) or kept.is_told(holder, at)):
        return kept
    since = kept.since if kept is not None and kept.holder == holder else at
    return Hold(attempt, holder, since, at)


class MemoryHolders:
    """``Holders`` as part of a store in memory."""

    holds: dict[str, Hold]
    _lock: threading.RLock

    @abstractmethod
    def _entry(self, attempt: str) -> Entry:
        """An attempt's row."""

    def hold(self, attempt: str, holder: str, at: datetime, force: bool = False) -> Hold:
        with self._lock:
            self._entry(attempt)
            self.holds[attempt] = taken(self.holds.get(attempt), attempt, holder, at, force)
            return self.holds[attempt]

    def beat(self, holder: str, at: datetime) -> Sequence[str]:
        with self._lock:
            mine = {key: replace(one, seen=at) for key, one in self.holds.items() if one.holder == holder}
            self.holds |= mine
            return sorted(mine)

    def release(self, holder: str, attempt: str | None = None) -> None:
        with self._lock:
            self.holds = {
                key: one
                for key, one in self.holds.items()
                if one.holder != holder or (attempt is not None and key != attempt)
            }

    def _demand_held(self, attempt: str, holder: str, at: datetime) -> None:
        kept = self.hold(attempt, holder, at)
        if kept.holder != holder:
            raise TakenOver(kept.since)
