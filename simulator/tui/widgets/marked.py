"""Several of many: a line to find by typing, and a list below it in which Enter marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.listing import matches
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import Row, RowList

_SHOWN = 5  # rows at once; with the line above and the count below, two such lists fit on 24 lines beside the rest


class Finding(Line):
    """The line above the list. What Enter does is said in its name, since it takes that key."""

    HELP = N_("Type to find, move with Up and Down, and press Enter to mark, or to take the mark away. Tab goes on.")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", N_("Mark"))]


class Marked(Vertical):
    """Rows of which several can be marked; a mark is a sign, not a colour.

    Args:
        choices: names by id, in order; the part of an id before its colon is the group it stands in.
        headings: what the groups are called.
    """

    DEFAULT_CSS = """
    Marked { height: auto; }
    Marked RowList { height: 5; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "step(-1)", N_("Up"), show=False),
        Binding("down", "step(1)", N_("Down"), show=False),
        Binding("pageup", f"step(-{_SHOWN})", N_("Page Up"), show=False),
        Binding("pagedown", f"step({_SHOWN})", N_("Page Down"), show=False),
    ]

    def __init__(
        self, choices: Mapping[str, str], headings: Mapping[str, str], none: str, *, id: str | None = None
    ) -> None:
        """Makes the list.

        Args:
            none: what is said where there is nothing to choose from.
        """
        super().__init__(id=id)
        self.choices, self.headings, self.none = dict(choices), dict(headings), none
        self.marked: list[str] = []

    def compose(self) -> ComposeResult:
        yield Finding(placeholder=_("Type to find; Enter marks"))
        yield RowList(classes="-led")
        yield Plain("", classes="hint")

    def on_mount(self) -> None:
        self._show()

    def offer(self, choices: Mapping[str, str]) -> None:
        """Shows other choices; what was marked and is not among them is marked no more."""
        self.choices = dict(choices)
        self.marked = [name for name in self.marked if name in self.choices]
        self._show()

    def take_focus(self) -> None:
        """Puts the focus into the line."""
        self.query_one(Finding).focus()

    def action_step(self, by: int) -> None:
        """Moves in the list while the focus stays in the line."""
        self.query_one(RowList).action_step(by)

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._mark()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self._mark()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        event.stop()

    def _mark(self) -> None:
        name = self.query_one(RowList).highlighted
        if name in self.marked:
            self.marked.remove(name)
        elif name:
            self.marked.append(name)
        self._show()

    def _show(self) -> None:
        filtered = self.query_one(Finding).value
        found = [name for name, words in self.choices.items() if matches(filtered, words, name)]
        self.query_one(RowList).show(self._rows(found))
        told = _(", ").join(self.choices[name] for name in self.marked)
        self.query_one(Plain).update(_("Marked: {names}", names=told) if told else "" if self.choices else self.none)

    def _rows(self, found: Sequence[str]) -> list[Row]:
        rows: list[Row] = []
        heading = ""
        for name in found:
            kind = name.partition(":")[0]
            if kind != heading:
                heading = kind
                rows.append(Row(self.headings.get(kind, kind)))
            rows.append(Row(f"{'[x]' if name in self.marked else '[ ]'} {self.choices[name]}", name))
        return rows
