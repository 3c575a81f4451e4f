"""The figures of Progress, Group and Person out of a house: workflows on one side, views on the other.

It brings the engine and numpy: import it in a thread.
"""

from __future__ import annotations

from pathlib import Path

from simulator.tui.screens.base import cancelled
from simulator.tui.source import Going, Wish
from simulator.tui.sources.advice import Advice
from simulator.tui.sources.groups import Groups
from simulator.tui.sources.lines import Lines
from simulator.tui.sources.persons import Persons
from simulator.tui.sources.waits import Waits
from simulator.workflows.cells import Filters
from simulator.workflows.reporting import Request, export, proposed_name
from simulator.workflows.sharing import share


class HouseSource(Persons, Advice, Groups, Waits, Lines):
    """The figures of a house, and what leaves it."""

    def share(self, attempt: str, shared: bool) -> None:
        """As ``Source`` says."""
        share(self.desk, attempt, self.trainee, shared)

    def proposed(self, wish: Wish) -> Path:
        """As ``Source`` says."""
        name = proposed_name(self._request(wish), self.desk.now().astimezone().date())
        return self.house.exports.folder / name if self.desk.actor.is_owner else Path(name)

    def export(self, wish: Wish, going: Going) -> Path:
        """As ``Source`` says."""
        return export(self.house, self._request(wish), wish.path, going, cancelled)

    def _request(self, wish: Wish) -> Request:
        return Request(
            wish.scope,
            wish.subject,
            wish.form,
            wish.language,
            self.trainee,
            identified=wish.identified,
            filters=wish.filters or Filters(),
        )
