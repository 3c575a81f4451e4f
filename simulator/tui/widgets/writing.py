"""A text of some lines that a person writes."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from simulator.tui.keys import N_
from simulator.tui.lines import clean
from simulator.tui.widgets.keys_in_order import edit_at_once


class Writing(TextArea, inherit_bindings=False):
    """Where one writes. Tab leads out of it; Esc is the screen's."""

    HELP = N_("Here you write; Enter begins a new line, Tab goes on to the next part.")
    DEFAULT_CSS = """
    Writing { border: none; border-left: blank; padding: 0 1; background: $surface; scrollbar-gutter: stable; }
    Writing:focus { border: none; border-left: outer $primary; background: $panel; }
    Writing > .text-area--cursor-line { background: $panel; }
    """
    # Textual's keys for moving and deleting, without its English words; its F-keys belong to the screens, and Ctrl+W to
    # the browser.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(one.key, one.action, "", show=False)
        for one in Binding.make_bindings(TextArea.BINDINGS)
        if one.key not in ("f6", "f7", "ctrl+w")
    ]

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.show(text)
        self.cursor_blink = False

    def show(self, text: str) -> None:
        """Shows another text, to be gone on with at its end."""
        self.text = clean(text)
        self.move_cursor(self.document.end)

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted holds no sign that steers the terminal."""
        event.text = clean(event.text)

    async def on_key(self, event: events.Key) -> None:
        """Textual would take Esc for leaving the text; what it does, the screen says."""
        if event.key == "escape":
            event.prevent_default()
        else:
            await edit_at_once(self, event)
