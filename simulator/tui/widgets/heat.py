"""The heat table: people by objectives, each cell a band's sign with its number of chances.

Head and first column stay where they are; the arrows move the cell. A sign and a number say what a colour says, and the
current cell stands in brackets.
"""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.views.group import HeatView
from simulator.tui.views.progress import SIGNS, Band
from simulator.tui.widgets.plain import cells, fit

NAME = -1  # the column of the names
_HEAD = 2  # lines: modules, and the numbers of the objectives
_MARK = 2  # cells before a name
_LEAST_NAME, _MOST_NAME, _MOST_NAME_WIDE = 11, 14, 26
_WIDE = 100


class Heat(Widget, can_focus=True):
    """The table. ``row`` and ``column`` are the current cell; the column ``NAME`` is that of the names."""

    HELP = N_(
        "A row is a person, a column an objective by its number. + meets the standard, ~ more evidence needed, - not "
        "yet, . not observed; behind the sign stands how many chances there were. The arrows move, Enter shows the "
        "lines that a cell comes from, and on a name it opens the person, as Space does everywhere."
    )
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Heat { height: 1fr; background: $background; color: $foreground; }
    Heat > .heat--head { color: $primary; text-style: bold; }
    Heat > .heat--meets { background: $success 30%; }
    Heat > .heat--more { background: $warning 25%; }
    Heat > .heat--not-yet { background: $error 35%; text-style: bold; }
    Heat > .heat--unseen { color: $text-muted; }
    Heat > .heat--row { text-style: bold; }
    Heat > .heat--cursor { background: $panel; text-style: bold; }
    Heat:focus > .heat--cursor { background: $primary; color: $background; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "heat--head",
        "heat--meets",
        "heat--more",
        "heat--not-yet",
        "heat--unseen",
        "heat--row",
        "heat--cursor",
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Lines")),
        Binding("space", "person", N_("Person"), show=False),
        Binding("up", "step(-1, 0)", N_("Up"), show=False),
        Binding("down", "step(1, 0)", N_("Down"), show=False),
        Binding("left", "step(0, -1)", N_("Left"), show=False),
        Binding("right", "step(0, 1)", N_("Right"), show=False),
        Binding("pageup", "page(-1)", N_("Page Up"), show=False),
        Binding("pagedown", "page(1)", N_("Page Down"), show=False),
        Binding("home", "edge(-1)", N_("To the names"), show=False),
        Binding("end", "edge(1)", N_("To the last objective"), show=False),
    ]

    class Moved(Message):
        """Another cell is the current one."""

    class Chosen(Message):
        """The current cell was chosen."""

        def __init__(self, row: int, column: int) -> None:
            super().__init__()
            self.row, self.column = row, column

    class PersonChosen(Message):
        """The current row's person was chosen."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.view: HeatView | None = None
        self.row = self.column = 0
        self._top = self._left = 0
        self._wide = self._name_cells = 0

    def show(self, view: HeatView) -> None:
        """Shows another table; the person and the objective that were current stay so where they are in it."""
        person, objective = self._current()
        self.view = view
        self.row = next((at for at, (one, _name) in enumerate(view.people) if one == person), 0)
        columns = [one.objective for one in view.columns]
        self.column = NAME if objective == "" else columns.index(objective) if objective in columns else 0
        self._measure()
        self._moved()

    def _current(self) -> tuple[str, str | None]:
        """The person and the objective of the current cell, empty for his name; None for what is not there."""
        view = self.view
        if view is None or not view.people:
            return "", None
        return view.people[self.row][0], "" if self.column == NAME else view.columns[self.column].objective

    # What stands where

    def _measure(self) -> None:
        """The widths of the columns: as wide as the longest entry needs, and brackets around it."""
        view = self.view
        if view is None or not self.size.width:
            return
        numbers = [str(column.number) for column in view.columns]
        self._wide = max(map(len, (_entry("meets", view.most), *numbers))) + 2
        most = _MOST_NAME_WIDE if self.size.width >= _WIDE else _MOST_NAME
        longest = max((cells(_shown(name)) for _person, name in view.people), default=0)
        self._name_cells = min(max(longest, _LEAST_NAME), most)
        self._into_sight()

    @property
    def _columns_seen(self) -> int:
        return max((self.size.width - _MARK - self._name_cells - 1) // self._wide, 1) if self._wide else 1

    @property
    def _rows_seen(self) -> int:
        return max(self.size.height - _HEAD, 1)

    def _into_sight(self) -> None:
        self._top = _window(self._top, self.row, self._rows_seen)
        self._left = _window(self._left, max(self.column, 0), self._columns_seen)

    def on_resize(self) -> None:
        self._measure()
        self.refresh()

    # Moving

    def _moved(self) -> None:
        self._into_sight()
        self.refresh()
        self.post_message(self.Moved())

    def action_step(self, down: int, right: int) -> None:
        """Moves by rows and columns."""
        self._go(self.row + down, self.column + right)

    def action_page(self, by: int) -> None:
        """Moves by as many rows as are seen."""
        self._go(self.row + by * self._rows_seen, self.column)

    def action_edge(self, to: int) -> None:
        """Moves to the names, or to the last objective."""
        self._go(self.row, NAME if to < 0 else len(self.view.columns) - 1 if self.view else 0)

    def go_to(self, objective: str) -> None:
        """Makes another objective of the current person the current cell."""
        columns = self.view.columns if self.view else ()
        self._go(self.row, next((at for at, one in enumerate(columns) if one.objective == objective), 0))

    def _go(self, row: int, column: int) -> None:
        if self.view is None or not self.view.people:
            return
        self.row = min(max(row, 0), len(self.view.people) - 1)
        self.column = min(max(column, NAME), len(self.view.columns) - 1)
        self._moved()

    def action_choose(self) -> None:
        """Chooses the current cell; on a name, the person."""
        if self.view is None or not self.view.people:
            return
        if self.column == NAME:
            self.action_person()
        else:
            self.post_message(self.Chosen(self.row, self.column))

    def action_person(self) -> None:
        """Chooses the current row's person."""
        if self.view is not None and self.view.people:
            self.post_message(self.PersonChosen(self.row))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.action_step(3, 0)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.action_step(-3, 0)

    def on_click(self, event: events.Click) -> None:
        if self.view is None:
            return
        row, right = event.y - _HEAD + self._top, event.x - _MARK - self._name_cells - 1
        column = NAME if right < 0 else self._left + right // self._wide
        if event.y < _HEAD or row >= len(self.view.people) or column >= len(self.view.columns):
            return
        if (row, column) == (self.row, self.column):
            self.action_choose()
        else:
            self._go(row, column)

    # Painting

    def render_line(self, y: int) -> Strip:
        view, width = self.view, self.size.width
        line = self._top + y - _HEAD
        if view is None or not view.people or (y >= _HEAD and line >= len(view.people)):
            return Strip.blank(width, self.rich_style)
        seen = range(self._left, min(self._left + self._columns_seen, len(view.columns)))
        if y < _HEAD:
            segments = self._numbers(view, seen) if y else self._modules(view, seen)
        else:
            segments = self._people(view, seen, line)
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _style(self, component: str) -> Style:
        return self.get_component_rich_style(f"heat--{component}")

    def _modules(self, view: HeatView, seen: range) -> list[Segment]:
        """The titles of the modules above their objectives, as far as they fit; behind the last one there is room."""
        parts = [" " * (_MARK + self._name_cells + 1)]
        shown = view.columns[seen.start : seen.stop]
        for title, columns in groupby(shown, key=lambda column: column.module):
            wide = sum(1 for _column in columns) * self._wide
            is_last = title == shown[-1].module
            parts.append(fit(f" {title}", self.size.width - sum(map(cells, parts)) if is_last else wide))
        return [Segment("".join(parts), self._style("head"))]

    def _numbers(self, view: HeatView, seen: range) -> list[Segment]:
        """Which of the objectives are seen, and their numbers."""
        which = _("{first}-{last} of {all}", first=seen.start + 1, last=seen.stop, all=len(view.columns))
        head = self._style("head")
        segments = [Segment(fit(f"  {which}", _MARK + self._name_cells + 1), self.rich_style)]
        for at in seen:
            text = self._framed(str(view.columns[at].number), at == self.column)
            segments.append(Segment(text, head))
        return segments

    def _people(self, view: HeatView, seen: range, line: int) -> list[Segment]:
        current = line == self.row
        name = fit(_shown(view.people[line][1]), self._name_cells)
        on_name = current and self.column == NAME
        style = self._style("cursor" if on_name else "row") if current else self.rich_style
        segments = [Segment(("> " if current else "  ") + name, style), Segment(" ", self.rich_style)]
        for at in seen:
            band, here = view.band(line, at), current and at == self.column
            text = self._framed(_entry(band, view.chances(line, at)), here)
            segments.append(Segment(text, self._style("cursor" if here else band)))
        return segments

    def _framed(self, text: str, current: bool) -> str:
        """An entry in its column; the current one in brackets."""
        inner = text.rjust(self._wide - 2)
        return f"[{inner}]" if current else f" {inner} "


def _entry(band: Band, chances: int) -> str:
    return f"{SIGNS[band]}{chances}" if chances else SIGNS["unseen"]


def _shown(name: str) -> str:
    return name or _("(erased)")


def _window(start: int, at: int, seen: int) -> int:
    """The first of ``seen`` entries, moved no further than it takes to have ``at`` among them."""
    return min(max(start, at - seen + 1, 0), at)
