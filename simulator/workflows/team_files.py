"""The texts of the team's shelf as files that a Studio edits, so that one Studio serves both."""

from __future__ import annotations

import socket
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.model.errors import ChangedElsewhere, UsageError
from simulator.model.language import _
from simulator.workflows import team_scenarios
from simulator.workflows.permission import demand
from simulator.workflows.ports import Claim, Kept, Loaded, Opening, ScenarioFiles, on_shelf, shelf_path

if TYPE_CHECKING:
    from simulator.workflows.rehearse import Desk

# A Studio that is open says so every ten minutes; one that was not heard of for twice that is gone.
_GONE = timedelta(minutes=20)
_ASIDE = "-"  # stands in the token of a text that was put aside, and in no Studio's


class TeamFiles:
    """``ScenarioFiles`` over the shelf: every text belongs to the store, unsaved ones too, and to the person.

    Args:
        desk: gives the desk; None while there is no store, where nothing is on the shelf.
        by: gives the pseudonym of who writes.
        files: for every path that is none of the shelf.
        only: the folder whose files alone can be read, and none be written; None for whose files they all are.
    """

    def __init__(
        self, desk: Callable[[], Desk | None], by: Callable[[], str], files: ScenarioFiles, only: Path | None = None
    ) -> None:
        self._desk, self._by, self._files, self._only = desk, by, files, only
        self._token = uuid.uuid4().hex

    def load(self, path: Path) -> Loaded:
        """The text that is being written."""
        scenario = on_shelf(path)
        if scenario is None:
            return self._readable(path).load(path)
        one, text = team_scenarios.text_of(self._at(), scenario)
        return Loaded(text, one.stamp)

    def stamp(self, path: Path) -> str | None:
        """The stamp of the text that is being written; None where it is gone."""
        scenario = on_shelf(path)
        if scenario is None:
            return self._readable(path).stamp(path)
        heads = self._at().store.shelved()
        return next((one.stamp for one in heads if one.scenario == scenario), None)

    def save(self, path: Path, text: str, expected: str | None) -> str:
        """Saves the text on the shelf, if it is still the one that it was made from.

        Raises:
            ChangedElsewhere: somebody else saved meanwhile.
            UsageError: the text cannot be kept, or it is not on the shelf any more.
        """
        scenario = on_shelf(path)
        if scenario is None:
            return self._beyond().save(path, text, expected)
        if expected is None:
            raise ChangedElsewhere(path, None)
        return team_scenarios.save(self._at(), scenario, text, expected, self._by()).stamp

    def beside(self, path: Path, mark: str, text: str) -> Path:
        """Keeps a text as unsaved text of whoever writes, which the Studio offers him; where it would be found."""
        scenario = on_shelf(path)
        if scenario is None:
            return self._beyond().beside(path, mark, text)
        desk = self._at()
        now = desk.now()
        desk.store.put_opening(Opening(scenario, f"{mark}{_ASIDE}{self._token}", self._by(), now, now, text))
        return path

    # Who has it open, and what is not saved

    def claim(self, path: Path) -> Claim | None:
        """Says that this Studio has the text open, and tells who else has; the one who has had it longest."""
        scenario = on_shelf(path)
        if scenario is None:
            return self._beyond().claim(path)
        own = self._own(scenario)
        desk = self._at()
        now = desk.now()
        desk.store.put_opening(replace(own or Opening(scenario, self._token, self._by(), now, now), seen=now))
        for other in desk.store.openings(scenario):
            if _ASIDE not in other.token and other.token != self._token and now - other.seen < _GONE:
                return Claim(desk.store.name(other.person) or other.person[:8], socket.gethostname(), 0, other.since)
        return None

    def release(self, path: Path) -> None:
        """Takes this Studio's claim back; harmless where there is none."""
        scenario = on_shelf(path)
        if scenario is None:
            self._beyond().release(path)
        else:
            self._at().store.drop_opening(scenario, self._token)

    def keep(self, path: Path, text: str, base: str, stamp: str | None) -> None:
        """Keeps unsaved text in the store, in place of what this Studio kept of that scenario before."""
        scenario = on_shelf(path)
        if scenario is None:
            self._beyond().keep(path, text, base, stamp)
            return
        desk, own = self._at(), self._own(scenario)
        now = desk.now()
        own = own or Opening(scenario, self._token, self._by(), now, now)
        desk.store.put_opening(replace(own, seen=now, text=text, base=base, stamp=stamp))

    def forget(self, path: Path, token: str | None = None) -> None:
        """Drops what was kept of a text: of this Studio, or what ``token`` names. Harmless where there is nothing."""
        scenario = on_shelf(path)
        if scenario is None:
            self._beyond().forget(path, token)
            return
        desk, own = self._at(), self._own(scenario)
        if token is not None:
            desk.store.drop_opening(scenario, token)
        elif own is not None and own.text is not None:
            desk.store.put_opening(replace(own, text=None, base="", stamp=None))

    def kept(self, path: Path | None = None) -> Sequence[Kept]:
        """Unsaved text of the same person's earlier Studios, of one text or of all, the latest first."""
        scenario = None if path is None else on_shelf(path)
        found: list[Kept] = []
        if self._only is None and scenario is None:
            found.extend(self._files.kept(path))
        desk = self._desk()
        if desk is not None and (path is None or scenario is not None):
            demand(desk, "scenarios.write")
            found.extend(
                _kept(desk, one, one.text)
                for one in desk.store.openings(scenario)
                if one.text is not None and one.token != self._token and one.person == self._by()
            )
        return sorted(found, key=lambda one: one.at, reverse=True)

    def _own(self, scenario: str) -> Opening | None:
        return next((one for one in self._at().store.openings(scenario) if one.token == self._token), None)

    def _at(self) -> Desk:
        desk = self._desk()
        if desk is None:
            raise UsageError(_("There is no store yet, so nothing is on the team's shelf."))
        demand(desk, "scenarios.write")
        return desk

    def _beyond(self) -> ScenarioFiles:
        if self._only is not None:
            raise UsageError(_("Whoever is signed in writes scenarios on the team's shelf, and in no folder."))
        return self._files

    def _readable(self, path: Path) -> ScenarioFiles:
        if self._only is None:
            return self._files
        demand(self._at(), "scenarios.write")
        if not path.resolve().is_relative_to(self._only.resolve()):
            raise UsageError(_("Only the team's texts and those that came with the program can be reached here."))
        return self._files


def _kept(desk: Desk, one: Opening, text: str) -> Kept:
    """Unsaved text; what was put aside is taken up over the text as it is now, since it was decided between the two."""
    base, stamp = one.base, one.stamp
    if _ASIDE in one.token:
        there, base = desk.store.shelved_text(one.scenario)
        stamp = there.stamp
    return Kept(shelf_path(one.scenario), text, base, stamp, one.seen, one.token)
