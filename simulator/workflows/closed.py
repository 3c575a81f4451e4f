"""Scenarios as those have them who play and do not write: what there is and what is played, without the answers.

The Studio works through a library and through files alone. Whoever may not write scenarios is given these in their
place, so that whatever opens a text, solves, draws or tries one for him is refused, and logged.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from simulator.workflows.permission import may, refuse

if TYPE_CHECKING:
    from simulator.workflows.permission import Asking
    from simulator.workflows.ports import Library, Read, ScenarioFiles

_OPEN = frozenset({"titles", "locate", "stamp", "courses", "catalogue", "handbook"})
"""What of a library is everybody's. All else is refused, what will be added too."""


def library_for(asking: Asking, library: Library) -> Library:
    """A library for whoever asks: closed, unless he may write scenarios."""
    return library if may(asking.actor, "scenarios.write") else cast("Library", _ClosedLibrary(asking, library))


def files_for(asking: Asking, files: ScenarioFiles) -> ScenarioFiles:
    """The texts of scenarios for whoever asks: closed, unless he may write them."""
    return files if may(asking.actor, "scenarios.write") else cast("ScenarioFiles", _ClosedFiles(asking))


class _ClosedLibrary:
    def __init__(self, asking: Asking, library: Library) -> None:
        self._asking, self._library = asking, library

    def read(self, name: str, text: str | None = None) -> Read:
        """A scenario that is at hand, to be played; no text that somebody has written."""
        if text is not None:
            refuse(self._asking, "scenarios.write")
        return self._library.read(name)

    def __getattr__(self, name: str) -> object:
        return getattr(self._library, name) if name in _OPEN else _refusing(self._asking)


class _ClosedFiles:
    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def __getattr__(self, name: str) -> object:
        return _refusing(self._asking)


def _refusing(asking: Asking) -> Callable[..., object]:
    def refused(*_args: object, **_more: object) -> object:
        refuse(asking, "scenarios.write")

    return refused
