"""The team's shelf: what all stores share, and the one in memory."""

from __future__ import annotations

import hashlib
import threading
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.model.errors import ChangedElsewhere, UnknownName
from simulator.model.language import _
from simulator.workflows.ports import Entered, Opening, TeamScenario, shelf_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.model.journal import DeskEvent
    from simulator.model.scenario import Status


def stamp_of(text: str, status: str, published: str | None) -> str:
    """The stamp of a scenario of the shelf: hex SHA-256 of everything that somebody else could have changed."""
    digest = hashlib.sha256(f"{status}\n{published or ''}\n".encode())
    digest.update(text.encode())
    return digest.hexdigest()


def unknown(scenario: str, known: Iterable[str]) -> UnknownName:
    """There is no such scenario on the shelf."""
    return UnknownName(_("scenario of the team"), scenario, known)


def changed(scenario: str, text: str) -> ChangedElsewhere:
    """It is no longer as it was read."""
    return ChangedElsewhere(shelf_path(scenario), text)


class MemoryShelf:
    """A ``TeamShelf`` as part of a store in memory."""

    def __init__(self) -> None:
        self.on_shelf: dict[str, tuple[TeamScenario, str]] = {}
        self.open_texts: dict[tuple[str, str], Opening] = {}
        self._lock = threading.RLock()

    @abstractmethod
    def enter(self, event: DeskEvent, at: datetime, text: str | None = None, about: str | None = None) -> Entered:
        """As ``Store.enter``."""

    def shelved(self) -> Sequence[TeamScenario]:
        with self._lock:
            return [one for _scenario, (one, _text) in sorted(self.on_shelf.items())]

    def shelved_text(self, scenario: str) -> tuple[TeamScenario, str]:
        with self._lock:
            if scenario not in self.on_shelf:
                raise unknown(scenario, self.on_shelf)
            return self.on_shelf[scenario]

    def shelved_texts(self) -> Mapping[str, str]:
        with self._lock:
            return {scenario: text for scenario, (_one, text) in self.on_shelf.items()}

    def shelve(
        self,
        scenario: str,
        text: str,
        expected: str | None,
        by: str,
        at: datetime,
        *,
        status: Status = "draft",
        published: str | None = None,
        event: DeskEvent | None = None,
    ) -> TeamScenario:
        made = TeamScenario(scenario, status, stamp_of(text, status, published), published, by, at)
        with self._lock:
            there = self.on_shelf.get(scenario)
            if there is None and expected is not None:
                raise unknown(scenario, self.on_shelf)
            if there is not None and there[0].stamp == made.stamp:
                return there[0]
            if there is not None and there[0].stamp != expected:
                raise changed(scenario, there[1])
            self.on_shelf[scenario] = (made, text)
            if event is not None:
                self.enter(event, at)
        return made

    def openings(self, scenario: str | None = None) -> Sequence[Opening]:
        with self._lock:
            chosen = [one for one in self.open_texts.values() if scenario in (None, one.scenario)]
        return sorted(chosen, key=lambda one: (one.since, one.scenario, one.token))

    def put_opening(self, opening: Opening) -> None:
        with self._lock:
            self.shelved_text(opening.scenario)
            self.open_texts[opening.scenario, opening.token] = opening

    def drop_opening(self, scenario: str, token: str) -> None:
        with self._lock:
            self.open_texts.pop((scenario, token), None)
