"""Two small boxes: a question with yes and no, and a message that stays until it is read."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Button

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.widgets.plain import Plain, plain


class Ask(HuikuanDialog[bool]):
    """A question; the safe answer has the focus and is what Esc gives."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,right", "other", N_("Other answer"), show=False),
        Binding("escape", "back", N_("No")),
    ]

    def __init__(self, question: str, yes: str, no: str) -> None:
        super().__init__()
        self.question, self.yes, self.no = question, yes, no

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            with VerticalScroll(classes="long", can_focus=False):
                yield Plain(self.question)
            with Horizontal(classes="buttons"):
                yield Button(plain(self.no), id="no", variant="primary")
                yield Button(plain(self.yes), id="yes")

    def on_mount(self) -> None:
        self.query_one("#no", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "yes")

    def action_other(self) -> None:
        self.app.action_focus_next()

    def leave(self) -> None:
        self.dismiss(False)


class Announce(HuikuanDialog[None]):
    """A message with a heading; it may be long."""

    DEFAULT_CSS = """
    Announce .heading { margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("Close")),
        Binding("up,pageup", "scroll_text(-1)", N_("Scroll up"), show=False),
        Binding("down,pagedown", "scroll_text(1)", N_("Scroll down"), show=False),
    ]

    def __init__(self, heading: str, text: str) -> None:
        super().__init__()
        self.words = (heading, text)

    def body(self) -> ComposeResult:
        heading, text = self.words
        with Vertical(classes="box"):
            yield Plain(heading, classes="heading")
            with VerticalScroll(classes="long", can_focus=False):
                yield Plain(text)
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Close")), id="close", variant="primary")

    def on_mount(self) -> None:
        self.query_one("#close", Button).focus()

    def on_button_pressed(self, _event: Button.Pressed) -> None:
        self.dismiss(None)

    def action_scroll_text(self, pages: int) -> None:
        """Scrolls the message by half of what is seen."""
        text = self.query_one(".long")
        text.scroll_relative(y=pages * max(text.size.height // 2, 1), animate=False)
