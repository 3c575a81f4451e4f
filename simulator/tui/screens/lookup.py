"""What a figure leads back to: the debrief of an attempt, opened at a turn, and back again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.message import Message

from simulator.tui.screens.base import HuikuanScreen

if TYPE_CHECKING:
    from simulator.tui.source import Source
    from simulator.workflows.rehearse import Rehearsal


class DebriefFound(Message):
    """An attempt was read to be looked at.

    Attributes:
        turn: the one to open it at; 0 for preparation and note, None for where the talk turned.
        own: it is the trainee's own.
    """

    def __init__(self, rehearsal: Rehearsal, turn: int | None, own: bool) -> None:
        super().__init__()
        self.rehearsal, self.turn, self.own = rehearsal, turn, own


class Stale(Message):
    """The figures that are shown may be others by now."""


class LooksUp(HuikuanScreen[None]):
    """A screen whose figures lead to debriefs; Esc on a debrief comes back to it, and what was decided there shows."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source = source
        self._version: int | None = None

    def read(self) -> None:
        """Works the figures out, anew where there are some; those stay until the others are there."""
        raise NotImplementedError

    def mark_version(self) -> None:
        """Called in the thread before figures are read: what they are of."""
        self._version = self.source.version()

    def on_screen_resume(self) -> None:
        if self._version is not None:
            self.errand(self._look_again, group="stale")

    def _look_again(self) -> Message | None:
        return Stale() if self.source.version() != self._version else None

    def on_stale(self) -> None:
        self.read()

    def open_debrief(self, attempt: str, turn: int | None = None) -> None:
        """Opens the debrief of an attempt at a turn; at 0 that is preparation and note, at None where it turned."""
        self.errand(partial(self._look_up, attempt, turn))

    def _look_up(self, attempt: str, turn: int | None) -> Message:
        from simulator.workflows.permission import known_person
        from simulator.workflows.rehearse import resume

        desk = self.host.house.desk
        rehearsal = resume(desk, attempt)
        return DebriefFound(rehearsal, turn, rehearsal.state.started.person == known_person(desk, self.host.trainee))

    def on_debrief_found(self, event: DebriefFound) -> None:
        from simulator.tui.screens.evidence import DebriefLookedUp

        if self.is_current:
            self.app.push_screen(DebriefLookedUp(event.rehearsal, event.turn, event.own))
