"""A list of one-line rows of which one is highlighted: quick with hundreds of rows, and every row data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from simulator.tui.keys import N_
from simulator.tui.widgets.plain import cells, fit

_MARK, _NO_MARK = "> ", "  "


@dataclass(frozen=True, slots=True)
class Row:
    """One row; without an id it is a heading that cannot be highlighted."""

    text: str
    id: str = ""
    aside: str = ""


class RowList(ScrollView, can_focus=True):
    """Rows, one of them highlighted: by a mark before it, not by colour alone.

    A click highlights a row; a click on the highlighted one chooses it, as Enter does.
    """

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    RowList { background: $background; color: $foreground; height: 1fr; scrollbar-gutter: stable; overflow-x: hidden; }
    RowList > .rowlist--heading { color: $primary; text-style: bold; }
    RowList > .rowlist--cursor { background: $panel; color: $foreground; text-style: bold; }
    RowList:focus > .rowlist--cursor { background: $primary; color: $background; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"rowlist--heading", "rowlist--cursor"}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", N_("Up"), show=False),
        Binding("down", "step(1)", N_("Down"), show=False),
        Binding("home", "edge(0)", N_("First"), show=False),
        Binding("end", "edge(-1)", N_("Last"), show=False),
        Binding("enter", "choose", N_("Select"), show=False),
    ]

    highlighted: reactive[str] = reactive("", init=False)

    class Highlighted(Message):
        """Another row is highlighted; ``id`` is empty where there is none."""

        def __init__(self, rows: RowList, id: str) -> None:
            super().__init__()
            self.rows, self.id = rows, id

        @property
        def control(self) -> RowList:
            return self.rows

    class Chosen(Message):
        """The highlighted row was chosen."""

        def __init__(self, rows: RowList, id: str) -> None:
            super().__init__()
            self.rows, self.id = rows, id

        @property
        def control(self) -> RowList:
            return self.rows

    def __init__(self, rows: Sequence[Row] = (), *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._rows: tuple[Row, ...] = tuple(rows)

    @property
    def rows(self) -> tuple[Row, ...]:
        return self._rows

    @property
    def ids(self) -> tuple[str, ...]:
        """The rows that can be highlighted."""
        return tuple(row.id for row in self._rows if row.id)

    def on_mount(self) -> None:
        self.show(self._rows)

    def show(self, rows: Sequence[Row], highlight: str = "") -> None:
        """Shows other rows; what was highlighted stays so where it is among them, else the first one is."""
        self._rows = tuple(rows)
        self.grow(Size(0, len(self._rows)))
        wanted = highlight or self.highlighted
        ids = self.ids
        self.highlighted = wanted if wanted in ids else ids[0] if ids else ""
        self._keep_in_sight()
        self.refresh()

    def watch_highlighted(self, highlighted: str) -> None:
        self._keep_in_sight()
        self.refresh()
        self.post_message(self.Highlighted(self, highlighted))

    def grow(self, size: Size) -> None:
        """Takes another virtual size."""
        self.virtual_size = size

    # Moving

    def action_step(self, by: int) -> None:
        """Highlights the next row, or the one before."""
        ids = self.ids
        if ids:
            now = ids.index(self.highlighted) if self.highlighted in ids else 0
            self.highlighted = ids[min(max(now + by, 0), len(ids) - 1)]

    def action_edge(self, index: int) -> None:
        """Highlights the first or the last row."""
        if self.ids:
            self.highlighted = self.ids[index]

    def action_choose(self) -> None:
        """Chooses the highlighted row."""
        if self.highlighted:
            self.post_message(self.Chosen(self, self.highlighted))

    def on_click(self, event: events.Click) -> None:
        line = event.y + self.scroll_offset.y
        if not 0 <= line < len(self._rows) or not self._rows[line].id:
            return
        if self._rows[line].id == self.highlighted:
            self.action_choose()
        else:
            self.highlighted = self._rows[line].id

    def _keep_in_sight(self) -> None:
        line = next((i for i, row in enumerate(self._rows) if row.id and row.id == self.highlighted), None)
        if line is None:
            self.scroll_to(0, 0, animate=False)
            return
        # The heading above the first row of its group is shown with it.
        top = line - 1 if line and not self._rows[line - 1].id else line
        self.scroll_to_region(Region(0, top, 1, line - top + 1), animate=False, force=True)

    # Painting

    def render_line(self, y: int) -> Strip:
        line, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if line >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[line]
        if not row.id:
            return self._strip(fit(row.text, width), "rowlist--heading")
        marked = row.id == self.highlighted
        text = (_MARK if marked else _NO_MARK) + _beside(row, max(width - len(_MARK), 0))
        return self._strip(text, "rowlist--cursor" if marked else "")

    def _strip(self, text: str, component: str) -> Strip:
        style = self.get_component_rich_style(component) if component else self.rich_style
        return Strip([Segment(text, style)])


def _beside(row: Row, width: int) -> str:
    """The row's text, and what stands at its right."""
    if not row.aside:
        return fit(row.text, width)
    aside = " " + row.aside
    from_right = min(cells(aside), width)
    return fit(row.text, width - from_right) + fit(aside, from_right)
