"""What a question is answered with: one choice, several, a ranking, a sorting, a number. Each by keyboard alone.

All lists look and work alike: Up and Down move, Space answers, and the answer stands as a sign before the option, so
that it is seen without colour: ``(x)``, ``[x]``, ``2.``, ``[2]``.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.visual import Visual
from textual.widget import Widget
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from simulator.model.case import Answer, FormQuestion
from simulator.model.language import _
from simulator.tui.answers import read_answer
from simulator.tui.keys import N_
from simulator.tui.views import Texts
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain, cells, plain, prose


class Answered(Message):
    """The answer to a question is another one now; None where it is open."""

    def __init__(self, question: str, answer: Answer) -> None:
        super().__init__()
        self.question, self.answer = question, answer


class Confirmed(Message):
    """The answer stands; the next question can come."""


class Turned(Message):
    """Another question is wanted: the next one, or the one before."""

    def __init__(self, by: int) -> None:
        super().__init__()
        self.by = by


class Options(OptionList):
    """The options of a question with a sign before each that says what was answered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "answer", N_("Choose")),
        Binding("enter", "confirm", N_("Next")),
        Binding("pagedown", "turn_page(1)", N_("Next question"), show=False),
        Binding("pageup", "turn_page(-1)", N_("Question before"), show=False),
    ]

    def __init__(self, asked: FormQuestion, words: Texts, answer: Answer) -> None:
        super().__init__(markup=False, classes="page")
        self.asked, self.words = asked, words
        self.order = list(asked.options)
        self.take(answer)
        self.add_options(Option("", id=name) for name in self.order)
        self.highlighted = 0 if self.order else None
        self._sign()

    # What a kind of question decides

    def take(self, answer: Answer) -> None:
        """Takes an answer that was given before."""

    def mark(self, name: str) -> str:
        """The sign before an option."""
        raise NotImplementedError

    def remark(self, _name: str) -> str:
        """What is said behind an option."""
        return ""

    def choose(self, name: str) -> None:
        """Answers with the highlighted option."""
        raise NotImplementedError

    @property
    def answer(self) -> Answer:
        """The answer as it stands; None while the question is open."""
        raise NotImplementedError

    def confirm(self, name: str) -> None:
        """What Enter does before it goes on."""

    # What all have in common

    def action_answer(self) -> None:
        """Answers with the highlighted option."""
        if self.highlighted_option is not None and self.highlighted_option.id:
            self.choose(self.highlighted_option.id)
            self.tell()

    def action_confirm(self) -> None:
        """Lets the answer stand and goes on."""
        if self.highlighted_option is not None and self.highlighted_option.id:
            self.confirm(self.highlighted_option.id)
            self.tell()
        self.post_message(Confirmed())

    def action_turn_page(self, by: int) -> None:
        """Asks for another question; a list of options is too short for pages."""
        self.post_message(Turned(by))

    def tell(self) -> None:
        """Shows the answer and says it."""
        self._sign()
        self.post_message(Answered(self.asked.id, self.answer))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_answer()  # a click; Enter is bound to confirming

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        self._sign()

    def _sign(self) -> None:
        for at, name in enumerate(self.order):
            self.replace_option_prompt_at_index(at, self._prompt(at, name))

    def _prompt(self, at: int, name: str) -> Visual:
        sign = f"{'>' if at == self.highlighted else ' '} {self.mark(name)} "
        text = self.words.text(self.asked.options[name]).replace("\n", " ")
        return prose(plain(sign + text + self.remark(name)), hang=cells(sign))


class OneChoice(Options):
    """One option."""

    HELP = N_("Up and Down move, Space or Enter chooses. Space on the chosen option leaves the question open again.")

    def take(self, answer: Answer) -> None:
        self.chosen = answer if isinstance(answer, str) and answer in self.asked.options else None

    def mark(self, name: str) -> str:
        return "(x)" if name == self.chosen else "( )"

    def choose(self, name: str) -> None:
        self.chosen = None if name == self.chosen else name

    def confirm(self, name: str) -> None:
        self.chosen = name

    @property
    def answer(self) -> Answer:
        return self.chosen


class ManyChoices(Options):
    """All the options that are right."""

    HELP = N_("Up and Down move, Space marks an option or takes the mark away. Enter goes to the next question.")

    def take(self, answer: Answer) -> None:
        self.chosen = set(answer) & set(self.asked.options) if isinstance(answer, tuple | list) else set()

    def mark(self, name: str) -> str:
        return "[x]" if name in self.chosen else "[ ]"

    def choose(self, name: str) -> None:
        self.chosen ^= {name}

    @property
    def answer(self) -> Answer:
        return tuple(name for name in self.asked.options if name in self.chosen) or None


class Ranking(Options):
    """The options in an order."""

    HELP = N_(
        "Up and Down move between the options. Left moves the highlighted option up and Right moves it down; a digit "
        "puts it at that place. Enter takes the order as it stands and goes to the next question."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,ctrl+up,minus", "shift(-1)", N_("Earlier")),
        Binding("right,ctrl+down,plus", "shift(1)", N_("Later")),
        Binding("space", "answer", N_("Take this order"), show=False),
        *(Binding(str(digit), f"place({digit})", N_("To this place"), show=False) for digit in range(1, 10)),
    ]

    def take(self, answer: Answer) -> None:
        given = list(answer) if isinstance(answer, tuple | list) else []
        self.ranked = sorted(given) == sorted(self.asked.options)
        if self.ranked:
            self.order = given

    def mark(self, name: str) -> str:
        return f"{self.order.index(name) + 1}." if self.ranked else "-."

    def choose(self, _name: str) -> None:
        self.ranked = True

    def confirm(self, _name: str) -> None:
        self.ranked = True

    @property
    def answer(self) -> Answer:
        return tuple(self.order) if self.ranked else None

    def action_shift(self, by: int) -> None:
        """Moves the highlighted option up or down."""
        if self.highlighted is not None:
            self._move(self.highlighted, self.highlighted + by)

    def action_place(self, number: int) -> None:
        """Puts the highlighted option at a place."""
        if self.highlighted is not None and number <= len(self.order):
            self._move(self.highlighted, number - 1)

    def _move(self, at: int, to: int) -> None:
        to = min(max(to, 0), len(self.order) - 1)
        self.order.insert(to, self.order.pop(at))
        self.ranked = True
        self.set_options(Option("", id=name) for name in self.order)
        self.highlighted = to
        self.tell()


class Sorting(Options):
    """A class for every option."""

    HELP = N_(
        "Up and Down move between the options. Right, Left or Space goes through the classes for the highlighted "
        "option; a digit gives it the class of that number. Enter goes to the next question."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "turn(1)", N_("Class")),
        Binding("left", "turn(-1)", N_("Class before"), show=False),
        Binding("backspace,delete", "open", N_("No class"), show=False),
        *(Binding(str(digit), f"give({digit})", N_("This class"), show=False) for digit in range(1, 10)),
    ]

    def take(self, answer: Answer) -> None:
        given = answer if isinstance(answer, dict) else {}
        self.groups = [*self.asked.classes]
        self.given = {name: group for name, group in given.items() if group in self.groups}

    def mark(self, name: str) -> str:
        return f"[{self.groups.index(self.given[name]) + 1}]" if name in self.given else "[ ]"

    def remark(self, name: str) -> str:
        return f" = {self.words.text(self.asked.classes[self.given[name]])}" if name in self.given else ""

    def choose(self, name: str) -> None:
        self._turn(name, 1)

    @property
    def answer(self) -> Answer:
        return {name: self.given[name] for name in self.asked.options if name in self.given} or None

    def action_turn(self, by: int) -> None:
        """Goes through the classes for the highlighted option."""
        if self.highlighted is not None:
            self._turn(self.order[self.highlighted], by)
            self.tell()

    def action_give(self, number: int) -> None:
        """Gives the highlighted option the class of that number, and goes to the next option."""
        if self.highlighted is not None and number <= len(self.groups):
            self.given[self.order[self.highlighted]] = self.groups[number - 1]
            self.highlighted = min(self.highlighted + 1, len(self.order) - 1)
            self.tell()

    def action_open(self) -> None:
        """Takes the highlighted option's class away."""
        if self.highlighted is not None:
            self.given.pop(self.order[self.highlighted], None)
            self.tell()

    def _turn(self, name: str, by: int) -> None:
        if name in self.given:
            self.given[name] = self.groups[(self.groups.index(self.given[name]) + by) % len(self.groups)]
        elif self.groups:
            self.given[name] = self.groups[0 if by > 0 else -1]


class Number(Vertical):
    """A line for a number, with what is wrong about it below."""

    HELP = N_("Type a number: 25026, 25,026.00 or 2.5万. Enter takes it and goes to the next question.")
    DEFAULT_CSS = """
    Number { height: auto; }
    Number > #unit { padding: 0 1; }
    Number > #fault { padding: 0 1; height: auto; }
    """

    def __init__(self, asked: FormQuestion, words: Texts, answer: Answer) -> None:
        super().__init__()
        self.asked, self.words = asked, words
        self.answer: Answer = answer if isinstance(answer, int | float) else None

    def compose(self) -> ComposeResult:
        written = "" if not isinstance(self.answer, int | float) else f"{self.answer:.10g}"
        unit = self.words.text(self.asked.unit)
        yield Plain(_("In {unit}:", unit=unit) if unit else _("A number:"), id="unit", classes="hint")
        yield Line(written, max_length=30, id="number")
        yield Plain("", id="fault", classes="wrong")

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        self._read(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._read(event.value):
            self.post_message(Confirmed())

    def _read(self, typed: str) -> bool:
        """Takes what was typed; whether it is a number or nothing."""
        fault = ""
        before, self.answer = self.answer, None
        try:
            self.answer = read_answer(self.asked, typed)
        except ValueError as error:
            fault = str(error)
        self.query_one("#fault", Plain).update(fault)
        if self.answer != before:
            self.post_message(Answered(self.asked.id, self.answer))
        return not fault


_LISTS: dict[str, type[Options]] = {"one": OneChoice, "many": ManyChoices, "order": Ranking, "sort": Sorting}


def answer_widget(asked: FormQuestion, words: Texts, answer: Answer) -> Options | Number:
    """The widget that a question is answered with."""
    if asked.kind == "number":
        return Number(asked, words, answer)
    return _LISTS[asked.kind](asked, words, answer)


def focusable(widget: Options | Number) -> Widget:
    """What of an answer's widget takes the focus."""
    return widget.query_one(Line) if isinstance(widget, Number) else widget


def how_to_answer(asked: FormQuestion, words: Texts) -> str:
    """How the question is answered; for a sorting with its classes."""
    match asked.kind:
        case "one":
            return _("One is right.")
        case "many":
            return _("Mark all that are right, with Space.")
        case "order":
            return _("Put them in order: Left moves an option up, Right moves it down.")
        case "sort":
            return "\n".join((_("Give each a class, with its digit or with Right:"), *_classes(asked, words)))
    return ""


def _classes(asked: FormQuestion, words: Texts) -> list[str]:
    return [f"  {number} {words.text(text)}" for number, text in enumerate(asked.classes.values(), 1)]
