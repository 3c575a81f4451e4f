"""A form of several questions, one on the screen at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.style import Style

from simulator.model.case import Answer, FormQuestion
from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.views import Texts
from simulator.tui.widgets.choices import Answered, Confirmed, Turned, answer_widget, focusable, how_to_answer
from simulator.tui.widgets.plain import Plain, plain


class Steps(Plain):
    """Where one is in the form: `` 1x [2 ] 3 ``; a click goes there."""

    def show(self, ids: Sequence[str], now: int, answers: Mapping[str, Answer]) -> None:
        """Shows which questions are answered and which one is on the screen."""
        done = sum(answers.get(name) is not None for name in ids)
        parts = [plain(_("{done} of {all} answered", done=done, all=len(ids)), "bold")]
        for at, name in enumerate(ids):
            answered = "x" if answers.get(name) is not None else " "
            sign = f"[{at + 1}{answered}]" if at == now else f" {at + 1}{answered} "
            parts.append(Content.styled(sign, Style.from_meta({"step": at}) + Style(bold=at == now)))
        self.update(Content(" ").join(parts))


class Form(Vertical):
    """Questions one at a time, with what was answered. It keeps answers; handing them in is the screen's business."""

    HELP = N_(
        "Page Down goes to the next question, Page Up to the one before. What you leave open stays open; you can come "
        "back to it until you hand the form in."
    )
    DEFAULT_CSS = """
    Form { height: 1fr; padding: 0 1; }
    Form #steps { height: 1; }
    Form #ask { height: auto; margin-top: 1; text-style: bold; }
    Form #how { height: auto; color: $text-muted; }
    Form #asked { height: auto; max-height: 60%; }
    Form #answer { height: 1fr; margin-top: 1; }
    Form Options { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "go(1)", N_("Next question"), show=False),
        Binding("pageup", "go(-1)", N_("Question before"), show=False),
    ]

    class Changed(Message):
        """An answer is another one now."""

    class AtEnd(Message):
        """The last question was confirmed."""

    def __init__(
        self,
        asked: Sequence[FormQuestion],
        words: Texts,
        answers: Mapping[str, Answer],
        *,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.asked, self.words = tuple(asked), words
        self.answers: dict[str, Answer] = {one.id: answers.get(one.id) for one in asked}
        self.now = 0

    def compose(self) -> ComposeResult:
        yield Steps(id="steps")
        with VerticalScroll(id="asked", can_focus=False):
            yield Plain(id="ask")
            yield Plain(id="how")
        self._widgets = [answer_widget(one, self.words, self.answers[one.id]) for one in self.asked]
        yield Vertical(*self._widgets, id="answer")

    def on_mount(self) -> None:
        self.show(self._first_open())

    @property
    def open(self) -> int:
        """How many questions are not answered."""
        return sum(answer is None for answer in self.answers.values())

    def show(self, at: int) -> None:
        """Puts a question on the screen."""
        if not self.asked:
            return
        self.now = min(max(at, 0), len(self.asked) - 1)
        one = self.asked[self.now]
        self._show_steps()
        number = _("{n}. {question}", n=self.now + 1, question=self.words.text(one.ask) or one.id)
        self.query_one("#ask", Plain).update(number)
        self.query_one("#how", Plain).update(how_to_answer(one, self.words))
        for number_of, widget in enumerate(self._widgets):
            widget.display = number_of == self.now

    def focus_answer(self) -> None:
        """Gives the question on the screen the focus."""
        if self.asked:
            self.screen.set_focus(focusable(self._widgets[self.now]))

    def action_go(self, by: int) -> None:
        """Goes to another question."""
        self.show(self.now + by)
        self.focus_answer()

    def on_answered(self, event: Answered) -> None:
        event.stop()
        self.answers[event.question] = event.answer
        self._show_steps()
        self.post_message(self.Changed())

    def on_confirmed(self, event: Confirmed) -> None:
        event.stop()
        if self.now + 1 < len(self.asked):
            self.action_go(1)
        else:
            self.post_message(self.AtEnd())

    def on_turned(self, event: Turned) -> None:
        event.stop()
        self.action_go(event.by)

    def on_click(self, event: events.Click) -> None:
        step = event.style.meta.get("step")
        if isinstance(step, int):
            self.show(step)
            self.focus_answer()

    def _first_open(self) -> int:
        return next((at for at, one in enumerate(self.asked) if self.answers[one.id] is None), 0)

    def _show_steps(self) -> None:
        self.query_one(Steps).show([one.id for one in self.asked], self.now, self.answers)
