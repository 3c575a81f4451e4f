"""Writing a remark on a turn, or correcting one of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Button

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.lines import fit
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.views import RemarkView, TurnView
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.writing import Writing
from simulator.workflows.remarking import LONGEST

_NEW = "new"
_BEGIN = 16  # cells: three remarks to choose from stand on two lines


@dataclass(frozen=True, slots=True)
class Written:
    """What the dialog is left with.

    Attributes:
        replaces: the own remark that it corrects.
        kept: it is to go on record; else it is only what was begun.
    """

    text: str
    replaces: int | None = None
    kept: bool = False


def _begin(one: RemarkView) -> str:
    """How a remark begins, in a few cells."""
    return fit(one.text or one.when, _BEGIN).rstrip()


class RemarkDialog(HuikuanDialog[Written]):
    """A remark. What is begun and left is there again when one comes back."""

    HELP = N_(
        "A remark stands with its turn in the debrief, signed with your name, for whoever may read that. It changes no "
        "mark. F9 puts it on record; a remark can be corrected later, and what it said before stays on record too."
    )
    DEFAULT_CSS = """
    RemarkDialog #said { height: auto; max-height: 2; color: $text-muted; }
    RemarkDialog #which { margin-top: 1; height: auto; max-height: 3; }
    RemarkDialog Writing { height: 6; margin-top: 1; }
    RemarkDialog.-tall Writing { height: 14; }
    RemarkDialog #fault { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "keep", N_("Put on record")),
        Binding("escape", "back", N_("Back")),
    ]

    def __init__(self, turn: TurnView, own: Sequence[RemarkView], name: str, begun: Written | None) -> None:
        super().__init__()
        self.turn, self.own, self.signed = turn, {str(one.number): one for one in own}, name
        corrects = str(begun.replaces) if begun and str(begun.replaces) in self.own else _NEW
        self.which = corrects
        self.texts = {_NEW: "", **{number: one.text for number, one in self.own.items()}}
        if begun:
            self.texts[corrects] = begun.text

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(
                _("Remark on turn {turn}, signed {name}", turn=self.turn.number, name=self.signed), classes="heading"
            )
            yield Plain(_("{name}: {text}", name=self.turn.label, text=self.turn.said), id="said")
            if self.own:
                corrections = {number: _("correct “{words}”", words=_begin(one)) for number, one in self.own.items()}
                yield Pick({_NEW: _("a new one"), **corrections}, self.which, id="which")
            yield Writing(self.texts[self.which], id="text")
            yield Plain("", id="fault", classes="wrong")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Put on record")), id="keep", variant="primary")
                yield Button(plain(_("Back")), id="back")

    def on_mount(self) -> None:
        self.query_one(Writing).focus()
        for pick in self.query(Pick):
            self.watch(pick, "chosen", self._turn_to, init=False)

    def _turn_to(self, which: str) -> None:
        """Shows the text of what is to be written; what was begun of the other stays."""
        writing = self.query_one(Writing)
        self.texts[self.which] = writing.text
        self.which = which
        writing.show(self.texts[which])

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "keep":
            self.action_keep()
        else:
            self.leave()

    def action_keep(self) -> None:
        """Gives the text to be put on record, or says what is wrong with it."""
        written = self._written(kept=True)
        if not 1 <= len(written.text) <= LONGEST:
            fault = _("A remark has 1 to {most} characters; this one has {now}.", most=LONGEST, now=len(written.text))
            self.query_one("#fault", Plain).update(fault)
            return
        self.dismiss(written)

    def leave(self) -> None:
        self.dismiss(self._written(kept=False))

    def _written(self, kept: bool) -> Written:
        text = self.query_one(Writing).text.strip()
        return Written(text, None if self.which == _NEW else int(self.which), kept)
