"""The questions of a knowledge card, and what came of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll

from simulator.model.language import current
from simulator.tui.keys import N_
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.views import Texts
from simulator.tui.views.handbook import quiz_result
from simulator.tui.widgets.form import Form
from simulator.tui.widgets.plain import Plain

if TYPE_CHECKING:
    from simulator.workflows.handbook import Entry


class QuizScreen(HuikuanDialog[None]):
    """A few questions, marked at once. Nothing of it is recorded."""

    HEADING = N_("Questions")
    HELP = N_(
        "Answer the questions, then F2 says which are right and why; F2 again goes back to the questions, Esc to the "
        "handbook."
    )
    DEFAULT_CSS = """
    QuizScreen > .box { height: 90%; padding: 0 1; }
    QuizScreen #title { height: auto; padding: 0 1; text-style: bold; }
    QuizScreen #marked { height: 1fr; padding: 1; display: none; }
    QuizScreen.-marked #marked { display: block; }
    QuizScreen.-marked #quiz { display: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "mark", N_("Mark")),
        Binding("escape", "back", N_("Close")),
    ]

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self.entry.title, id="title")
            yield Form(self.entry.quiz, Texts(current()), {}, id="quiz")
            with VerticalScroll(id="marked"):
                yield Plain(id="result")

    def on_mount(self) -> None:
        self.query_one(Form).focus_answer()

    def on_form_at_end(self, event: Form.AtEnd) -> None:
        event.stop()
        self.action_mark()

    def action_mark(self) -> None:
        """Says which answers are right, and why; again, and the questions are back."""
        self.toggle_class("-marked")
        if self.has_class("-marked"):
            answers = self.query_one(Form).answers
            self.query_one("#result", Plain).update(quiz_result(self.entry.quiz, answers, current()))
            self.query_one("#marked").focus()
        else:
            self.query_one(Form).focus_answer()
