"""What can be written at the caret of a scenario's text: keys that the schema allows there, ids of the right kind."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from simulator.model import conditions
from simulator.model.figures import FIGURES
from simulator.model.language import N_, _, current
from simulator.model.scenario import BASE_METERS, CARD_SECTIONS
from simulator.workflows.outline import Outline, Path, Spot, outline
from simulator.workflows.ports import LayerWords, Words

if TYPE_CHECKING:
    from simulator.model.text import Text

Schema = Mapping[str, object]

KIND_NAMES = {
    "excuse": N_("excuse"),
    "point": N_("pressure point"),
    "secret": N_("secret"),
    "document": N_("document"),
    "law": N_("law"),
    "offer": N_("offer"),
}
_RULES = ("rules", "habits", "initiative")
# What needs no quotes in YAML wherever it stands, and means what it says.
_PLAIN = re.compile(r"[a-z][a-z0-9]*([-./][a-z0-9]+)*(\.\*)?|not [a-z][a-z0-9-]*|[+-]\d+( (up|down) to \d+)?|[0-9]+")
_CHANGING = ("on", "off", "yes", "no", "true", "false", "null")
_FIGURE = re.compile(r"\{([a-z_]*)$")
_COMPARING = re.compile(r"(not )?(>=|<=|>|<|=)\s*\d*$")
_METERS = range(conditions.METER_TOP + 1)


@dataclass(frozen=True, slots=True)
class Completion:
    """Something that can be written at the caret.

    Attributes:
        text: what to put in place of ``replaces``, with the colon or the quotes that it needs there.
        detail: what it is, in the current language where that is known; may be empty.
        replaces: from and to, columns of the caret's line in code points.
    """

    text: str
    detail: str
    replaces: tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Offer:
    """Something that could stand here, before it is made to fit.

    Attributes:
        literal: written as it is, for YAML's own words.
        holds: what a key holds: one value, or entries below it.
    """

    text: str
    detail: str = ""
    literal: bool = False
    holds: bool = False


def complete(text: str, line: int, column: int, words: Words) -> tuple[Completion, ...]:
    """Everything that can be written at the caret, what begins as the word there first.

    Args:
        line, column: as a caret has them, counted from 0; the column in code points.
    """
    found = outline(text, line, column)
    spot = found.spot
    if spot is None:
        return ()
    here = _Here(found, words)
    if figures := tuple(_figures(here, spot)):
        return figures
    if spot.role == "key":
        return tuple(_fitting(here.keys(spot), spot, is_key=True))
    values = list(_fitting(here.values(spot), spot, is_key=False))
    if spot.role == "item" and not spot.flow and not spot.quote:
        values += _fitting(here.keys(spot), spot, is_key=True)
    return tuple(values)


def _fitting(offers: Iterable[_Offer], spot: Spot, is_key: bool) -> Iterator[Completion]:
    ranked = [(rank, offer) for offer in offers if (rank := _rank(offer, spot.before)) is not None]
    for _rank_of, offer in sorted(ranked, key=lambda one: one[0]):
        written = offer.text if offer.literal or spot.quote else _quoted(offer.text)
        if is_key and not spot.colon and not spot.quote:
            written += ":" if offer.holds and not spot.flow else ": "
        yield Completion(written, offer.detail, (spot.start, spot.end))


def _rank(offer: _Offer, typed: str) -> int | None:
    """How well an offer fits what was typed, 0 the best; None where it does not."""
    typed, text = typed.strip().casefold(), offer.text.casefold()
    if text.startswith(typed):
        return 0
    if any(part.startswith(typed) for part in re.split(r"[-./ ]", text)):
        return 1
    if typed in text:
        return 2
    return 3 if typed in offer.detail.casefold() else None


def _quoted(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and text not in _CHANGING else f'"{text}"'


def _figures(here: _Here, spot: Spot) -> Iterator[Completion]:
    """Figures of the case within a text, behind a brace."""
    typed = _FIGURE.search(spot.before)
    if spot.role == "key" or typed is None or not here.is_text(spot.path):
        return
    start = spot.start + typed.start(1)
    for figure in FIGURES:
        if figure.startswith(typed[1]):
            yield Completion(figure + "}", _("figure of the case"), (start, spot.start + len(spot.before)))


class _Here:
    """What exists in the text and below it."""

    def __init__(self, found: Outline, words: Words) -> None:
        self.found, self.words = found, words

    # Names

    @cached_property
    def layers(self) -> tuple[LayerWords, ...]:
        """The lower layers, the uppermost first."""
        persona = self.words.below.get(self.found.values.get(("persona",), ""))
        return (persona, self.words.standard) if persona else (self.words.standard,)

    @cached_property
    def cards(self) -> Mapping[str, str]:
        """The kind of every card that the scenario has."""
        own = {card: kind for section, kind in CARD_SECTIONS.items() for card in self.found.keys.get((section,), {})}
        gone = {card for section in CARD_SECTIONS for card in own if self._is_gone((section, card))}
        below = {card: kind for layer in self.layers for card, kind in layer.cards.items()}
        return {
            card: kind
            for card, kind in (own | {c: k for c, k in below.items() if c not in own}).items()
            if card not in gone
        }

    @cached_property
    def stages(self) -> tuple[str, ...]:
        own = self.found.items(("stages",))
        return own or next((layer.stages for layer in self.layers if layer.stages), ())

    @cached_property
    def endings(self) -> tuple[str, ...]:
        own = tuple(self.found.keys.get(("endings",), {}))
        known = dict.fromkeys((*own, *(ending for layer in self.layers for ending in layer.endings)))
        return tuple(ending for ending in known if not self._is_gone(("endings", ending)))

    @cached_property
    def meters(self) -> tuple[str, ...]:
        own = self.found.keys.get(("meters",), {})
        return tuple(dict.fromkeys((*BASE_METERS, *own, *(meter for layer in self.layers for meter in layer.meters))))

    @cached_property
    def families(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tactic.split(".")[0] for tactic in self.words.tactics))

    def _is_gone(self, path: Path) -> bool:
        return self.found.values.get(path) in ("null", "~")

    def _aimable(self, rule: Path) -> list[str]:
        """The cards that a rule can be aimed at: those its tactics take, and of these the ones that it names."""
        patterns = self.found.items((*rule, "tactic")) or ("*",)
        takes = {
            kind
            for tactic, kinds in self.words.takes.items()
            if any(one in ("*", tactic, tactic.split(".")[0] + ".*") for one in patterns)
            for kind in kinds
        }
        return [card for card, kind in self.cards.items() if kind in takes]

    # Keys

    def keys(self, spot: Spot) -> Iterator[_Offer]:
        """The keys of a mapping that are not there yet; the one under the caret is not there."""
        there = self.found.keys.get(spot.path, {})
        own = spot.colon and spot.before
        for offer in self._known_keys(spot.path):
            if offer.text not in there or (own and offer.text.startswith(str(own))):
                yield offer

    def _known_keys(self, path: Path) -> Iterator[_Offer]:
        named = list(self._named_keys(path))
        if named:
            yield from named
            return
        for node in self._at(path):
            properties = node.get("properties")
            for key, value in properties.items() if isinstance(properties, dict) else ():
                yield _Offer(key, self._detail(value), holds=self._holds(value))

    def _named_keys(self, path: Path) -> Iterator[_Offer]:
        """The keys that are names: of facts, cards, endings, options."""
        match path:
            case (section,) if section in CARD_SECTIONS:
                kind = CARD_SECTIONS[str(section)]
                below = (layer.cards.items() for layer in self.layers)
                yield from (
                    _Offer(card, _(KIND_NAMES[kind]), holds=True) for cards in below for card, k in cards if k == kind
                )
            case ("endings",):
                yield from (
                    _Offer(ending, _("ending"), holds=True) for layer in self.layers for ending in layer.endings
                )
            case ("meters",):
                yield from (_Offer(meter, _("meter")) for meter in self.meters)
            case ("names",):
                yield from (_Offer(stage, _("stage"), holds=True) for stage in self.stages)
                yield from (_Offer(meter, _("meter"), holds=True) for meter in self.meters)
            case (section, int(), *rest) if section in _RULES and rest and rest[-1] in ("when", "then"):
                yield from self._fact_keys(str(rest[-1]), section != "initiative")
            case ("endings", _, "then") | ("preparation", int(), "give"):
                yield from self._fact_keys("then", False)
            case ("note", int(), "answers", int(), "when"):
                yield _Offer("ending", _("ending"))
                yield from self._fact_keys("when", False)
            case ("note", int(), "answers"):
                yield from (_Offer(ending, _("ending")) for ending in self.endings)
            case ("preparation", int(), "answer"):
                yield from (_Offer(option) for option in self.found.keys.get((*path[:-1], "options"), {}))

    def _fact_keys(self, where: str, aimed: bool) -> Iterator[_Offer]:
        yield from (_Offer(meter, _("meter")) for meter in self.meters)
        if aimed:
            yield _Offer("card", _("the card that the move is aimed at"))
        yield from (_Offer(card, _(KIND_NAMES[kind])) for card, kind in self.cards.items())
        if where == "when":
            yield _Offer("stage", _("stage"))
            yield _Offer("last", _("the family of the move before"))
            yield _Offer("conduct", _("whether a forbidden act was committed"))

    # Values

    def values(self, spot: Spot) -> list[_Offer]:
        """The values that can stand at a path, but for those that its list has already."""
        offers = list(self._known_values(spot.path, spot.before)) or list(self._schema_values(spot.path))
        if not spot.path or not isinstance(spot.path[-1], int):
            return offers
        listed, number = spot.path[:-1], spot.path[-1]
        there = {one for i, one in enumerate(self.found.items(listed)) if i != number}
        return [offer for offer in offers if offer.text not in there]

    def _known_values(self, path: Path, typed: str) -> Iterator[_Offer]:
        steps = path[:-1] if path and isinstance(path[-1], int) else path
        match steps:
            case (section, int(), *rest) if section in _RULES:
                yield from self._rule_values(path[:2], tuple(one for one in rest if not isinstance(one, int)), typed)
            case ("persona",):
                yield from self._texts(self.words.personas)
            case ("courses",):
                yield from self._texts(self.words.courses)
            case ("objectives",) | ("excuses", _, "objectives") | ("preparation" | "note", int(), "objective"):
                yield from self._texts(self.words.objectives)
            case ("endings", _, "then", fact):
                yield from self._effects(str(fact), ())
            case ("preparation", int(), "give", fact):
                yield from self._given(str(fact))
            case ("note", int(), "answers", int(), "when", fact):
                yield from self._conditions(str(fact), (), typed, same=False)
            case ("preparation" | "note", int(), *rest):
                yield from self._answers(path[:2], tuple(rest))

    def _rule_values(self, rule: Path, rest: tuple[object, ...], typed: str) -> Iterator[_Offer]:
        match rest[1:] if rest and rest[0] == "chance" else rest:
            case ("tactic",):
                yield from self._texts(self.words.tactics)
                yield from (_Offer(f"{family}.*", _("every tactic of the family")) for family in self.families)
                yield _Offer("*", _("any tactic"))
            case ("card",):
                yield from (_Offer(card, _(KIND_NAMES[self.cards[card]])) for card in self._aimable(rule))
            case ("stage",) | ("to",):
                yield from (_Offer(stage, _("stage")) for stage in self.stages)
            case ("end",):
                yield from (_Offer(ending, _("ending")) for ending in self.endings)
            case ("when", fact):
                yield from self._conditions(str(fact), self._kinds(rule), typed, same=rule[0] != "initiative")
            case ("then", fact):
                yield from self._effects(str(fact), self._kinds(rule))

    def _kinds(self, rule: Path) -> Sequence[str]:
        """The kinds of the cards that ``card`` can stand for."""
        named = self.found.items((*rule, "card"))
        cards = [card for card in self._aimable(rule) if not named or card in named]
        return tuple(dict.fromkeys(self.cards[card] for card in cards))

    def _conditions(self, fact: str, kinds: Sequence[str], typed: str, same: bool) -> Iterator[_Offer]:
        if fact in self.meters:
            yield from (_Offer(guard, _("meter")) for guard in _guards(typed))
            return
        fixed: Mapping[str, Sequence[str]] = {
            "stage": self.stages,
            "last": ("none", *(("same",) if same else ()), *self.families),
            "conduct": conditions.CONDUCT,
            "ending": self.endings,
        }
        values = fixed[fact] if fact in fixed else self._statuses(fact, kinds)
        yield from (_Offer(value) for value in values)
        yield from (_Offer(f"not {value}") for value in values)

    def _effects(self, fact: str, kinds: Sequence[str]) -> Iterator[_Offer]:
        if fact in self.meters:
            yield from (_Offer(step, literal=True) for step in ("+1", "+2", "+3", "-1", "-2", "-3"))
            yield from (_Offer(step) for step in ("+1 up to 7", "+2 up to 7", "-1 down to 3", "= 5"))
        yield from (_Offer(status) for status in self._statuses(fact, kinds))

    def _given(self, fact: str) -> Iterator[_Offer]:
        if fact in self.meters:
            yield from (_Offer(str(value), literal=True) for value in _METERS)
        yield from (_Offer(status) for status in self._statuses(fact, ()))

    def _statuses(self, fact: str, kinds: Sequence[str]) -> tuple[str, ...]:
        meant = kinds if fact == "card" else [self.cards[fact]] if fact in self.cards else ()
        return tuple(dict.fromkeys(status for kind in meant for status in conditions.STATUSES[kind]))

    def _answers(self, form: Path, rest: tuple[object, ...]) -> Iterator[_Offer]:
        """The options of a question or field, and for sorting its classes."""
        options = tuple(self.found.keys.get((*form, "options"), {}))
        classes = tuple(self.found.keys.get((*form, "classes"), {}))
        match rest:
            case ("answer",) | ("otherwise",) | ("answers", _) | ("answers", int(), "answer"):
                yield from (_Offer(option) for option in options)
                if form[0] == "note":
                    yield _Offer("none", _("the field stays empty"))
            case ("answer" | "otherwise", _) | ("answers", _, _):
                yield from (_Offer(one) for one in classes)

    def _texts(self, names: Mapping[str, Text | None]) -> Iterator[_Offer]:
        for name, text in names.items():
            yield _Offer(name, text.to(current()) if text else "")

    # The schema

    def is_text(self, path: Path) -> bool:
        """Whether what is said or read stands there."""
        return any(
            one in ("say", "why", "line", "text", "briefing", "ask", "title", "summary", "papers") for one in path
        )

    def _at(self, path: Path) -> list[Schema]:
        """What the schema says of a path; several where there is a choice."""
        nodes = list(self._choices(self.words.schema))
        for step in path:
            nodes = [choice for node in nodes for inner in _inside(node, step) for choice in self._choices(inner)]
        return nodes

    def _choices(self, node: object) -> Iterator[Schema]:
        if not isinstance(node, dict):
            return
        if isinstance(reference := node.get("$ref"), str):
            definitions = self.words.schema.get("$defs")
            target = definitions.get(reference.rpartition("/")[2]) if isinstance(definitions, dict) else None
            yield from self._choices(target)
        elif isinstance(choices := node.get("anyOf"), list):
            for choice in choices:
                yield from self._choices(choice)
        else:
            yield node

    def _detail(self, node: object) -> str:
        """What a key means: its own description, else that of what it holds."""
        if isinstance(node, dict) and isinstance(said := node.get("description"), str):
            return _(said)  # marked in key_texts.py
        return next((_(str(one["description"])) for one in self._choices(node) if "description" in one), "")

    def _holds(self, node: object) -> bool:
        """Whether what a key holds stands below it, and never beside it."""
        kinds = {choice.get("type") for choice in self._choices(node)} - {"null"}
        return bool(kinds) and kinds <= {"object", "array"}

    def _schema_values(self, path: Path) -> Iterator[_Offer]:
        for node in self._at(path):
            values = node.get("enum")
            yield from (_Offer(str(value)) for value in values) if isinstance(values, list) else ()
            if node.get("type") == "boolean":
                yield from (_Offer(word, literal=True) for word in ("true", "false"))


def _inside(node: Schema, step: str | int) -> Iterator[object]:
    if isinstance(step, int):
        yield node.get("items")
        return
    properties = node.get("properties")
    if isinstance(properties, dict) and step in properties:
        yield properties[step]
        return
    patterns = node.get("patternProperties")
    yield from patterns.values() if isinstance(patterns, dict) else ()
    yield node.get("additionalProperties")


def _guards(typed: str) -> Collection[str]:
    """Conditions on a meter: one of each form, or with the comparison that was typed, every number."""
    if begun := _COMPARING.fullmatch(typed.strip()):
        return [f"{begun[1] or ''}{begun[2]} {value}" for value in _METERS]
    return (">= 5", "<= 5", "> 5", "< 5", "= 5", "4..6")
