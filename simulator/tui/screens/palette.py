"""Ctrl+P: everything that can be done now, to be found by typing.

It lists what is bound on the screen that it was opened from, so that whatever has a key is here too, and every
scenario. Textual's own palette is not used: its words are English and it reads what it lists as markup.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input, OptionList

from simulator.model.language import _
from simulator.tui.keys import N_, key_name
from simulator.tui.listing import Listing, matches
from simulator.tui.screens.base import HuikuanDialog, HuikuanScreen
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import Row, RowList

_TEXTUALS_OWN = ("app.focus_next", "app.focus_previous", "screen.copy_text", "palette", "help_quit", "back")
_MOST_ROWS = 14


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done."""

    name: str
    key: str
    run: Callable[[], object]


class Wanted(Line):
    """The line that filters the commands. What Enter does is said in its name, since it takes that key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", N_("Do it"))]


class PaletteScreen(HuikuanDialog[None]):
    """A line to type in and the commands that have those words."""

    DEFAULT_CSS = """
    PaletteScreen { align: center top; }
    PaletteScreen > .box { margin-top: 2; padding: 0; height: auto; max-height: 20; }
    PaletteScreen #commands { background: $surface; margin: 1 1 0 0; }
    PaletteScreen #none { padding: 1 2 0 2; display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+p", "back", N_("Close")),
        Binding("up", "step(-1)", N_("Up"), show=False),
        Binding("down", "step(1)", N_("Down"), show=False),
        Binding("pageup", "step(-10)", N_("Page Up"), show=False),
        Binding("pagedown", "step(10)", N_("Page Down"), show=False),
    ]

    def __init__(self, asked_from: HuikuanScreen[object], listing: Listing) -> None:
        super().__init__()
        self.asked_from, self.listing = asked_from, listing
        self.commands: list[Command] = []

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Wanted(placeholder=_("What do you want to do?"), id="wanted")
            yield RowList(id="commands", classes="-led")
            yield Plain(_("There is no such command. Esc closes."), id="none", classes="hint")

    def on_mount(self) -> None:
        self.commands = [*self._bound(), *self._scenarios()]
        self._show("")
        self.query_one("#wanted").focus()

    def _bound(self) -> list[Command]:
        """What the screen underneath has keys for."""
        found: dict[str, Command] = {}
        for key, active in self.asked_from.active_bindings.items():
            binding = active.binding
            if binding.description and active.enabled and binding.action not in _TEXTUALS_OWN:
                if isinstance(active.node, OptionList | RowList | Input):
                    continue  # moving in a list or line is nothing to be looked for by name
                run = partial(self.app.run_action, binding.action, active.node)
                found.setdefault(binding.action, Command(binding.description, key_name(key), run))
        return list(found.values())

    def _scenarios(self) -> list[Command]:
        return [
            Command(
                _("Start: {title}", title=self.listing.name(title.id)),
                "",
                partial(self.host.home.begin_from_anywhere, title.id),
            )
            for title in self.listing.offered
        ]

    def _show(self, filtered: str) -> None:
        found = [
            Row(one.name, str(at), one.key)
            for at, one in enumerate(self.commands)
            if matches(filtered, one.name, one.key)
        ]
        rows = self.query_one(RowList)
        rows.show(found, found[0].id if found else "")
        rows.styles.height = min(len(found), _MOST_ROWS)
        rows.display = bool(found)
        self.query_one("#none").display = not found

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show(event.value)

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        self.action_run()

    def on_row_list_chosen(self, _event: RowList.Chosen) -> None:
        self.action_run()

    def action_step(self, by: int) -> None:
        """Moves in the list while the focus stays in the line."""
        self.query_one(RowList).action_step(by)

    def action_run(self) -> None:
        """Closes the palette, then does what is highlighted."""
        chosen = self.query_one(RowList).highlighted
        if chosen:
            self.dismiss(None)
            self.app.call_later(self.commands[int(chosen)].run)

    def action_palette(self) -> None:
        self.dismiss(None)
