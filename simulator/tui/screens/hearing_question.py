"""What is asked before a typed line counts: which move it means, or whether it is meant."""

from __future__ import annotations

from time import monotonic
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from simulator.model.language import _
from simulator.model.position import Move
from simulator.tui.keys import N_
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.views import QuestionView
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import Row, RowList

_REPHRASE = "rephrase"  # no move is called so: their names have a dot
# Seconds. Who writes his next line when the question comes late types some three keys before he sees it.
_SEEN = 0.5


class HearingQuestion(HuikuanDialog[Move | None]):
    """The likeliest readings of a line. Esc gives None: it is said in other words, and costs nothing.

    Args:
        late: it comes when one may be writing on; what is typed before it can have been seen, answers nothing.
    """

    HELP = N_(
        "Choose what your line means by its number, or with Up, Down and Enter. Esc goes back to the line, to say it "
        "in other words. Neither costs a turn."
    )
    DEFAULT_CSS = """
    HearingQuestion #said { max-height: 4; margin-bottom: 1; color: $foreground 70%; }
    HearingQuestion #question { margin-bottom: 1; }
    HearingQuestion RowList { height: auto; max-height: 10; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", N_("Say it otherwise"))]

    def __init__(self, said: str, asked: QuestionView, late: bool = False) -> None:
        super().__init__()
        self.said, self.asked, self.late = said, asked, late
        self._since = 0.0

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            with VerticalScroll(id="said", classes="long", can_focus=False):
                yield Plain(_("“{line}”", line=self.said))
            yield Plain(self.asked.text, id="question")
            yield RowList(self._rows(), id="choices")

    def on_mount(self) -> None:
        self._since = monotonic()
        rows = self.query_one(RowList)
        rows.styles.height = min(len(rows.rows), 10)
        rows.show(rows.rows, _REPHRASE if self.asked.safe else "")
        rows.focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self._answer(event.id)

    def on_key(self, event: events.Key) -> None:
        """A number picks its row."""
        ids = self.query_one(RowList).ids
        if event.key.isdecimal() and 1 <= int(event.key) <= min(len(ids), 9):
            event.stop()
            self._answer(ids[int(event.key) - 1])

    def _answer(self, row: str) -> None:
        if self.late and monotonic() < self._since + _SEEN:
            return
        self.dismiss(None if row == _REPHRASE else Move.parse(row))

    def _rows(self) -> list[Row]:
        labels = [(choice.label, choice.id) for choice in self.asked.choices]
        labels.append((_("Say it in other words"), _REPHRASE))
        return [Row(f"{number}. {label}", name) for number, (label, name) in enumerate(labels, 1)]
