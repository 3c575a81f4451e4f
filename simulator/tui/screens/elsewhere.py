"""An attempt is open elsewhere: take it over, only look, or leave it there."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.widgets.plain import Plain, plain


class Elsewhere(HuikuanDialog[str]):
    """What to do: ``take``, ``look`` or ``leave``. Nothing is taken from anybody unasked: looking has the focus."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "app.focus_previous", N_("Other answer"), show=False),
        Binding("right", "app.focus_next", N_("Other answer"), show=False),
        Binding("escape", "back", N_("Only look")),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self.text)
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Only look")), id="look", variant="primary")
                yield Button(plain(_("Take over")), id="take")
                yield Button(plain(_("Home")), id="leave")

    def on_mount(self) -> None:
        self.query_one("#look", Button).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id)

    def leave(self) -> None:
        self.dismiss("look")
