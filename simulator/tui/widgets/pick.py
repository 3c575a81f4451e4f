"""One of a few things, in one line: ``(x) Dark   ( ) Light``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from simulator.tui.keys import N_
from simulator.tui.widgets.plain import Plain, plain


class Pick(Plain, can_focus=True):
    """A choice among a few; what is chosen stands in a sign, not in a colour."""

    HELP = N_("Left and Right, or Space, choose another one.")
    DEFAULT_CSS = """
    Pick { height: 1; padding: 0 1; background: $surface; border-left: blank; }
    Pick:focus { background: $panel; border-left: outer $primary; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "step(1)", N_("Next")),
        Binding("left", "step(-1)", N_("The one before"), show=False),
    ]

    chosen: reactive[str] = reactive("", init=False)

    def __init__(self, choices: Mapping[str, str], chosen: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.choices = dict(choices)
        self.set_reactive(Pick.chosen, chosen)

    def on_mount(self) -> None:
        self.watch_chosen()

    def watch_chosen(self) -> None:
        parts = [
            plain(f"{'(x)' if name == self.chosen else '( )'} {words}", Style.from_meta({"pick": name}))
            for name, words in self.choices.items()
        ]
        self.update(Content("   ").join(parts))

    def action_step(self, by: int) -> None:
        """Chooses the next one, or the one before."""
        names = list(self.choices)
        at = names.index(self.chosen) if self.chosen in names else -1
        self.chosen = names[(at + by) % len(names)]

    def on_click(self, event: events.Click) -> None:
        name = event.style.meta.get("pick")
        if isinstance(name, str):
            self.chosen = name
