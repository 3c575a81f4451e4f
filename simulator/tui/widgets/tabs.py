"""The names of a screen's tabs in a line, each behind the key that opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from simulator.model.language import _
from simulator.tui.keys import key_name
from simulator.tui.widgets.papers import PaperNames


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: how the program names it, its title as an English msgid, and its key."""

    id: str
    title: str
    key: str


class Tabs(PaperNames):
    """The names of the tabs, the open one in brackets; a click opens one."""

    DEFAULT_CSS = """
    Tabs { height: 1; }
    """

    class Picked(Message):
        """The name of a tab was clicked."""

        def __init__(self, tab: str) -> None:
            super().__init__()
            self.tab = tab

    def __init__(self, tabs: Sequence[Tab], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.tabs = tuple(tabs)
        self.name_open = self.tabs[0].id

    def open(self, tab: str) -> None:
        """Shows another one as open."""
        self.name_open = tab
        self.on_resize()

    def on_resize(self) -> None:
        """Their line is known only once they stand on the screen."""
        ids = [tab.id for tab in self.tabs]
        self.show([f"{key_name(tab.key)} {_(tab.title)}" for tab in self.tabs], ids.index(self.name_open))

    def on_click(self, event: events.Click) -> None:
        at = event.style.meta.get("tab")
        if isinstance(at, int):
            self.post_message(self.Picked(self.tabs[at].id))
