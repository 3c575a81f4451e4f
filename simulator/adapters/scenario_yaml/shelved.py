"""The scenarios that the team has published, as a source of texts beside the folders."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.adapters.scenario_yaml.head import given_title
from simulator.workflows.ports import shelf_path

if TYPE_CHECKING:
    from simulator.workflows.ports import TeamScenario, TeamShelf, Title

_MOST_KEPT = 500  # texts of about 50,000 bytes


class Shelved:
    """What the shelf has published, also if it was retired or withdrawn since: who played it wants to know its name.

    The shelf is asked each time, which is one small query: what another process publishes is there at once. A published
    text never changes, so each is fetched once.

    Args:
        shelf: gives the shelf; None while there is no store.
    """

    def __init__(self, shelf: Callable[[], TeamShelf | None]) -> None:
        self._shelf = shelf
        self._texts: dict[str, str] = {}

    def scenarios(self) -> Mapping[str, TeamScenario]:
        """Those that were ever published, by id."""
        shelf = self._shelf()
        return {one.scenario: one for one in shelf.shelved() if one.published} if shelf else {}

    def taken(self) -> frozenset[str]:
        """The ids of all that stand on the shelf, drafts too."""
        shelf = self._shelf()
        return frozenset(one.scenario for one in shelf.shelved()) if shelf else frozenset()

    def text(self, one: TeamScenario) -> str:
        """The text that was published last.

        Raises:
            StoreDamaged: it is not there, or no longer what it was.
        """
        shelf, digest = self._shelf(), one.published
        if shelf is None or digest is None:
            raise ValueError("only a scenario of the shelf that was published has such a text")
        if digest not in self._texts:
            if len(self._texts) >= _MOST_KEPT:
                self._texts.clear()
            self._texts[digest] = shelf.content(digest).decode()
        return self._texts[digest]

    def title(self, one: TeamScenario) -> Title | None:
        """Its entry in a list; None where its text is too broken for one."""
        title = given_title(self.text(one), shelf_path(one.scenario), one.scenario)
        return replace(title, status=one.status) if title else None
