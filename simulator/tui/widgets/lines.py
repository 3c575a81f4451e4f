"""The lines of a debrief as contents."""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from simulator.tui.texts import Line
from simulator.tui.widgets.plain import Plain, plain

QUIET = "$foreground 70%"
_LABEL = {"head": "bold $primary", "quiet": QUIET, "": "bold"}
_TEXT = {"head": "bold", "quiet": QUIET, "": ""}


def lines_content(lines: Iterable[Line]) -> Content:
    """The lines, their labels told apart by weight."""
    return Content("\n").join(
        Content.assemble(plain(line.label, _LABEL[line.tone]), plain(line.text, _TEXT[line.tone])) for line in lines
    )


class Lines(VerticalScroll):
    """Lines that scroll."""

    DEFAULT_CSS = """
    Lines { padding: 0 1; height: 1fr; }
    Lines > Plain { height: auto; }
    """

    def compose(self) -> ComposeResult:
        yield Plain()

    def show(self, lines: Iterable[Line]) -> None:
        """Shows other lines from their head."""
        self.query_one(Plain).update(lines_content(lines))
        self.scroll_home(animate=False)

    def page(self, pages: int) -> None:
        """Scrolls by pages."""
        self.scroll_relative(y=pages * max(self.size.height - 2, 1), animate=False)
