"""The version of a scenario that an attempt is held on, beside the one that the library has now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from simulator.model.errors import Cancelled, StoreDamaged, UsageError
from simulator.model.record import Started
from simulator.model.scenario import Scenario
from simulator.workflows.ports import AttemptSummary, Library, Store
from simulator.workflows.solutions import content_of, scenario_from

_DIGITS = 8  # of the hash; among a thousand versions of one scenario two share a name once in 8,600 times


@dataclass(frozen=True, slots=True)
class Version:
    """A scenario's version as an attempt has it.

    Attributes:
        held: the one that the attempt began with and keeps.
        now: that of the scenario of the same id which the library has; None where it has none, or a broken one.
    """

    held: str
    now: str | None

    @property
    def is_older(self) -> bool:
        """The scenario has gone on since."""
        return self.now is not None and self.now != self.held


def version_of(scenario: Scenario) -> str:
    """The name of a version: of everything that a talk is held on. Its status is no part of that."""
    content = content_of(scenario.model_copy(update={"status": "published"}))
    return hashlib.sha256(content).hexdigest()[:_DIGITS]


def version(scenario: Scenario, library: Library) -> Version:
    """The version of a scenario that an attempt has pinned."""
    return Version(version_of(scenario), _now(library, scenario.id))


def older(
    store: Store,
    library: Library,
    attempts: Iterable[AttemptSummary],
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[str]:
    """Those of the attempts whose scenario has gone on since they began. One whose record is damaged is left out.

    Raises:
        Cancelled: somebody asked to stop.
    """
    known: dict[str, str | None] = {}
    for one in attempts:
        if cancelled():
            raise Cancelled
        try:
            held = version_of(_pinned(store, one.attempt))
        except StoreDamaged:  # whoever opens the attempt is told why
            continue
        if one.scenario not in known:
            known[one.scenario] = _now(library, one.scenario)
        if Version(held, known[one.scenario]).is_older:
            yield one.attempt


def _pinned(store: Store, attempt: str) -> Scenario:
    start = store.events(attempt)[0].event
    if not isinstance(start, Started):
        raise StoreDamaged
    return scenario_from(store.content(start.content))


def _now(library: Library, scenario: str) -> str | None:
    try:
        found = library.read(scenario).scenario
    except UsageError:  # it was removed, or was opened by its path
        return None
    return None if found is None else version_of(found)
