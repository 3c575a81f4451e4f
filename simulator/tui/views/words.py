"""A scenario's texts and names, and the program's words for what scoring and scenarios name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.rubric import Name, PartName
from simulator.model.case import Answer, FormQuestion
from simulator.model.figures import figures, fill
from simulator.model.language import Language, _
from simulator.model.position import LOST, Move
from simulator.model.scenario import Scenario
from simulator.model.text import Text

if TYPE_CHECKING:
    pass


class Texts:
    """Texts in one language, as they stand."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def text(self, text: Text | None) -> str:
        """The text in this language; empty where there is none."""
        return text.to(self.language) if text else ""


class Words(Texts):
    """A scenario's texts and names in one language, figures filled in."""

    def __init__(self, scenario: Scenario, language: Language) -> None:
        super().__init__(language)
        self.scenario = scenario
        self._figures = figures(scenario, language)
        self._tactics = {tactic.id: tactic for tactic in scenario.tactics}
        self._kinds = scenario.card_kinds()

    def fill(self, text: str) -> str:
        return fill(text, self._figures)

    def text(self, text: Text | None) -> str:
        """The text in this language with its figures; empty where there is none."""
        return self.fill(super().text(text))

    def named(self, name: str) -> str:
        """A stage or meter."""
        own = {"trust": _("Trust"), "pressure": _("Pressure"), "hostility": _("Hostility")}
        return self.text(self.scenario.names.get(name)) or own.get(name, name)

    def card(self, card: str | None) -> str:
        """A card's name; its id where it has none."""
        return (self.text(self.scenario.card(card).name) or card) if card else ""

    def tactic(self, tactic: str) -> str:
        return self.text(self._tactics[tactic].name) or tactic

    def move(self, move: Move) -> str:
        """A move in words: the tactic, and the card it is aimed at."""
        if move == LOST:
            return _("Turn lost")
        if not move.card:
            return self.tactic(move.tactic)
        return _("{tactic}: {card}", tactic=self.tactic(move.tactic), card=self.card(move.card))

    def example(self, move: Move) -> str:
        """What the move sounds like: the tactic's first sample."""
        examples = self._tactics[move.tactic].examples
        return self.fill(examples.to(self.language)[0]) if examples else self.move(move)

    def kind(self, card: str) -> str:
        return kind_word(self._kinds[card])


def kind_word(kind: str) -> str:
    """What a kind of card is called."""
    return {
        "excuse": _("excuse"),
        "point": _("pressure point"),
        "secret": _("secret"),
        "document": _("document"),
        "law": _("law"),
        "offer": _("offer"),
    }[kind]


def name_word(name: Name) -> str:
    """What a move's name is called."""
    return {
        "best": _("Best"),
        "good": _("Good"),
        "inaccuracy": _("Inaccuracy"),
        "mistake": _("Mistake"),
        "blunder": _("Blunder"),
        "breach": _("Breach"),
    }[name]


def part_word(part: PartName) -> str:
    """What a part of the scorecard is called."""
    return {
        "result": _("Result"),
        "tactics": _("Tactics"),
        "discovery": _("Discovery"),
        "paperwork": _("Paperwork"),
    }[part]


def channel_word(channel: str) -> str:
    return {"phone": _("phone call"), "visit": _("visit"), "message": _("messages"), "letter": _("letter")}[channel]


def answer_words(words: Words, asked: FormQuestion, answer: Answer) -> str:
    """An answer as people read it."""
    option = {name: words.text(text) for name, text in asked.options.items()}
    group = {name: words.text(text) for name, text in asked.classes.items()}
    match answer:
        case None | "" | "none" | ():
            return _("(left empty)")
        case dict():
            return _("; ").join(f"{option.get(key, key)} = {group.get(value, value)}" for key, value in answer.items())
        case tuple() | list():
            chosen = [option.get(key, key) for key in answer]
            numbered = [f"{number}. {text}" for number, text in enumerate(chosen, 1)]
            return _("; ").join(numbered if asked.kind == "order" else chosen)
        case str():
            return option.get(answer, answer)
        case _:
            return f"{answer:,g} {words.text(asked.unit)}".strip() if abs(answer) < 1e6 else _big(words, asked, answer)


def _big(words: Words, asked: FormQuestion, answer: float) -> str:
    whole = f"{answer:,.0f}" if answer == int(answer) else f"{answer:,.2f}"
    return f"{whole} {words.text(asked.unit)}".strip()
