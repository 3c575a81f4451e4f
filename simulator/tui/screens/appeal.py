"""Writing an appeal against what was made of a turn of one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.views import TurnView
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.writing import Writing
from simulator.workflows.deciding import LONGEST

_TURN, _ALL = "turn", "all"


@dataclass(frozen=True, slots=True)
class Pleaded:
    """What the dialog is left with.

    Attributes:
        whole: it is about the attempt as a whole and not about the turn.
        kept: it is to go on record; else it is only what was begun.
    """

    text: str
    whole: bool = False
    kept: bool = False


class AppealDialog(HuikuanDialog[Pleaded]):
    """An appeal. What is begun and left is there again when one comes back."""

    HELP = N_(
        "An appeal asks a reviewer to look again at how a turn, or the whole attempt, was judged. Say what was judged "
        "wrongly and why. F9 puts it on record, where it stays with its answer; the marks move only if a reviewer "
        "overrules them."
    )
    DEFAULT_CSS = """
    AppealDialog #said { height: auto; max-height: 3; color: $text-muted; }
    AppealDialog #which { margin-top: 1; }
    AppealDialog Writing { height: 6; margin-top: 1; }
    AppealDialog.-tall Writing { height: 14; }
    AppealDialog #fault { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "keep", N_("Put on record")),
        Binding("escape", "back", N_("Back")),
    ]

    def __init__(self, turn: TurnView, begun: Pleaded | None = None) -> None:
        super().__init__()
        self.turn, self.begun = turn, begun or Pleaded("")

    def body(self) -> ComposeResult:
        turn = self.turn
        with Vertical(classes="box"):
            yield Plain(
                _("Appeal on turn {turn}: {verdict}", turn=turn.number, verdict=turn.verdict), classes="heading"
            )
            yield Plain(_("{name}: {text}", name=turn.label, text=turn.said), id="said")
            about = {_TURN: _("this turn"), _ALL: _("the whole attempt")}
            yield Pick(about, _ALL if self.begun.whole else _TURN, id="which")
            yield Writing(self.begun.text, id="text")
            yield Plain("", id="fault", classes="wrong")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Put on record")), id="keep", variant="primary")
                yield Button(plain(_("Back")), id="back")

    def on_mount(self) -> None:
        self.query_one(Writing).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "keep":
            self.action_keep()
        else:
            self.leave()

    def action_keep(self) -> None:
        """Gives the text to be put on record, or says what is wrong with it."""
        written = self._written(kept=True)
        if not 1 <= len(written.text) <= LONGEST:
            self.query_one("#fault", Plain).update(fault_text(written.text))
            return
        self.dismiss(written)

    def leave(self) -> None:
        self.dismiss(self._written(kept=False))

    def _written(self, kept: bool) -> Pleaded:
        text = self.query_one(Writing).text.strip()
        return Pleaded(text, self.query_one(Pick).chosen == _ALL, kept)


def fault_text(text: str) -> str:
    """What is wrong with a reason that is empty or too long."""
    return _("Say why, in 1 to {most} characters; these are {now}.", most=LONGEST, now=len(text))
