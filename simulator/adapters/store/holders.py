"""Who has which attempt open, in a store in memory."""

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
            kept = self.holds.get(attempt)
            if kept is not None and not force and (kept.stands(holder, at) or kept.is_told(holder, at)):
                return kept
            since = kept.since if kept is not None and kept.holder == holder else at
            self.holds[attempt] = Hold(attempt, holder, since, at)
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
