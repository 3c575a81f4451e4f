"""The scenario language a second time: slow, plain, and written from the two design pages alone.

Nothing here comes from ``simulator.engine``: facts are dictionaries, conditions are read from their text as it stands
in the file, and values are worked out by recursion with a memo. Where the pages leave room, a comment says which
reading was taken.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple

Facts = dict[str, Any]
Key = tuple[Hashable, ...]

DOMAINS = {
    "excuse": ("unsaid", "standing", "settled"),
    "point": ("hidden", "known", "used"),
    "secret": ("hidden", "known"),
    "document": ("missing", "held", "shown"),
    "law": ("uncited", "cited"),
    "offer": ("open", "tabled", "refused"),
}
AIMED_AT = {
    "excuse": {"standing"},
    "point": {"known", "used"},
    "document": {"held", "shown"},
    "law": {"uncited", "cited"},
    "offer": {"open", "tabled", "refused"},
    "secret": set(),
}
SECTIONS = {
    "excuses": "excuse",
    "points": "point",
    "secrets": "secret",
    "documents": "document",
    "laws": "law",
    "offers": "offer",
}
EPSILON = 0.3
TAU = 1.0


class Act(NamedTuple):
    """A move: a tactic and, perhaps, the card it is aimed at."""

    tactic: str
    card: str | None

    def __str__(self) -> str:
        return f"{self.tactic}:{self.card}" if self.card else self.tactic


class Branch(NamedTuple):
    """One way a turn can go."""

    weight: float
    facts: Facts
    ending: str | None
    reaction: tuple[Any, Any]
    """The rule that fired and the outcome of it."""
    initiative: tuple[Any, Any] | None


def family(tactic: str) -> str:
    return tactic.split(".")[0]


def listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def means(patterns: Any, tactic: str) -> bool:
    """Whether ``tactic:`` of a rule (an id, ``family.*``, ``*`` or a list of these) means this tactic."""
    return any(
        pattern == "*" or pattern == tactic or (pattern.endswith(".*") and pattern[:-2] == family(tactic))
        for pattern in listed(patterns)
    )


def meter_holds(condition: str, value: int) -> bool:
    text = condition.strip()
    if text.startswith("not "):
        return not meter_holds(text[4:], value)
    if ".." in text:
        low, high = text.split("..")
        return int(low) <= value <= int(high)
    sign, number = re.fullmatch(r"([<>=]+)\s*(\d+)", text).groups()  # type: ignore[union-attr]
    bound = int(number)
    answers = {">=": value >= bound, "<=": value <= bound, ">": value > bound, "<": value < bound, "=": value == bound}
    return answers[sign]


def meter_after(effect: int | str, value: int) -> int:
    if isinstance(effect, int):
        after = value + effect
    elif found := re.fullmatch(r"\s*\+\s*(\d+)\s+up\s+to\s+(\d+)\s*", effect):
        after = value if value > int(found[2]) else min(value + int(found[1]), int(found[2]))
    elif found := re.fullmatch(r"\s*-\s*(\d+)\s+down\s+to\s+(\d+)\s*", effect):
        after = value if value < int(found[2]) else max(value - int(found[1]), int(found[2]))
    else:
        after = int(re.fullmatch(r"\s*=\s*(\d+)\s*", effect)[1])  # type: ignore[index]
    return 0 if after < 0 else 10 if after > 10 else after


def one_of(condition: Any, domain: tuple[str, ...], holds: Callable[[str], bool]) -> bool:
    """One value or a list of values, of which one must hold; a value outside the domain never does."""
    for value in listed(condition):
        negated = value.startswith("not ")
        bare = value[4:].strip() if negated else value
        if bare in domain and holds(bare) != negated:
            return True
    return False


class Reference:
    """One scenario, worked out by the letter.

    Args:
        scenario: layers merged.
        reduced: whether a position holds only what can matter later; False keeps every fact.
    """

    def __init__(self, scenario: Any, reduced: bool = True) -> None:
        self.scenario = scenario
        self.kind: dict[str, str] = {}
        self.cards: dict[str, Any] = {}
        for section, kind in SECTIONS.items():
            for card, what in getattr(scenario, section).items():
                self.kind[card] = kind
                self.cards[card] = what
        self.meters = set(scenario.meters)
        self.families = list(dict.fromkeys(family(tactic.id) for tactic in scenario.tactics))
        self.forbidden = {tactic.id for tactic in scenario.tactics if tactic.forbidden}
        self.acts: list[Act] = []
        for tactic in scenario.tactics:
            if not tactic.takes or tactic.alone:
                self.acts.append(Act(tactic.id, None))
            self.acts += [Act(tactic.id, card) for card in self.kind if self.kind[card] in tactic.takes]
        self.last_of: dict[str, Hashable] = {}
        self.tracked = self._tracked() if reduced else [*self.start(), "last"]
        if not reduced:
            self.last_of = {value: value for value in ("none", *self.families)}
        self._turns: dict[Key, dict[Act, list[Branch]]] = {}
        self._values: dict[tuple[str, Key, int], float] = {}

    # Facts

    def start(self, **given: Any) -> Facts:
        facts: Facts = {"stage": self.scenario.stages[0], **self.scenario.meters}
        facts |= {card: what.start for card, what in self.cards.items()}
        return facts | {"last": "none", "conduct": "lawful"} | given

    def key(self, facts: Facts) -> Key:
        """The position: what of the facts can matter later."""
        return tuple(self.last_of[facts["last"]] if name == "last" else facts[name] for name in self.tracked)

    def _aims(self, rule: Any) -> list[Act]:
        """The moves that a rule or habit can answer."""
        cards = None if rule.card is None else listed(rule.card)
        return [act for act in self.acts if means(rule.tactic, act.tactic) and (cards is None or act.card in cards)]

    def _reading(self) -> Iterator[tuple[Any, list[Act]]]:
        """Everything with a guard and effects, with the moves that it can answer (an initiative rule answers none)."""
        for rule in (*self.scenario.rules, *self.scenario.habits):
            yield rule, self._aims(rule)
        for rule in self.scenario.initiative:
            yield rule, []

    def _tracked(self) -> list[str]:
        read: set[str] = set()
        for rule, acts in self._reading():
            read |= set(rule.when)
            if "card" in rule.when:
                read |= {act.card for act in acts if act.card}
        self.last_of = self._last_told_apart()
        missing = self._can_be_missing()
        kept = ["stage", "trust", "hostility", "conduct"]
        kept += [meter for meter in self.scenario.meters if meter in read and meter not in kept]
        kept += ["last"] if len(set(self.last_of.values())) > 1 else []
        kept += [
            card for card, kind in self.kind.items() if kind in ("excuse", "point") or card in read or card in missing
        ]
        return kept

    def _last_told_apart(self) -> dict[str, Hashable]:
        """For each value of ``last``, how the guards of rules and habits answer it; alike answered, it is one value."""
        answers: dict[str, list[bool]] = {value: [] for value in ("none", *self.families)}
        for rule, acts in self._reading():
            for now in dict.fromkeys(family(act.tactic) for act in acts) if "last" in rule.when else ():
                for value in answers:
                    answers[value].append(self._last_holds(rule.when["last"], value, now))
        return {value: tuple(answer) for value, answer in answers.items()}

    def _can_be_missing(self) -> set[str]:
        """The documents that start missing or that some effect sets missing.

        An ending's effect comes when the talk is over: nothing is later, so it does not count.
        """
        found = {card for card, kind in self.kind.items() if kind == "document" and self.cards[card].start == "missing"}
        for rule, acts in self._reading():
            for outcome in getattr(rule, "chance", ()) or (rule,):
                found |= {card for card, status in outcome.then.items() if status == "missing"}
                if outcome.then.get("card") == "missing":  # an id named outright wins over `card`
                    found |= {act.card for act in acts if act.card and act.card not in outcome.then}
        return {card for card in found if self.kind.get(card) == "document"}

    # Guards and effects

    def _last_holds(self, condition: Any, last: str, now: str | None) -> bool:
        domain = ("none", *self.families) + (("same",) if now else ())
        return one_of(condition, domain, lambda value: last == now if value == "same" else last == value)

    def _holds(self, when: dict[str, Any], facts: Facts, act: Act | None) -> bool:
        return all(self._entry_holds(name, condition, when, facts, act) for name, condition in when.items())

    def _entry_holds(self, name: str, condition: Any, when: dict[str, Any], facts: Facts, act: Act | None) -> bool:
        if name in self.meters:
            return meter_holds(condition, facts[name])
        if name == "last":
            return self._last_holds(condition, facts["last"], family(act.tactic) if act else None)
        if name != "card":
            return one_of(condition, self._domain(name), facts[name].__eq__)
        if act is None or act.card is None:
            return False
        # An id named outright wins over `card`.
        return act.card in when or one_of(condition, self._domain(act.card), facts[act.card].__eq__)

    def _domain(self, fact: str) -> tuple[str, ...]:
        if fact == "stage":
            return tuple(self.scenario.stages)
        return ("lawful", "breached") if fact == "conduct" else DOMAINS[self.kind[fact]]

    def _matches(self, rule: Any, facts: Facts, act: Act | None) -> bool:
        if act is not None:
            if not means(rule.tactic, act.tactic):
                return False
            if rule.card is not None and act.card not in listed(rule.card):
                return False
        if rule.stage is not None and facts["stage"] not in listed(rule.stage):
            return False
        return self._holds(rule.when, facts, act)

    def _after(self, then: dict[str, Any], facts: Facts, act: Act | None) -> Facts:
        """The facts after an effect, which reads the old values."""
        new = dict(facts)
        for name, effect in then.items():
            if name == "card":
                card = act.card if act else None
                if card is not None and card not in then and effect in DOMAINS[self.kind[card]]:
                    new[card] = effect
            elif name in self.meters:
                new[name] = meter_after(effect, facts[name])
            else:
                new[name] = effect
        return new

    # Moves and turns

    def legal(self, facts: Facts) -> list[Act]:
        """The moves that are open, forbidden ones too, in the order of the catalogue and of the cards."""
        return [act for act in self.acts if act.card is None or facts[act.card] in AIMED_AT[self.kind[act.card]]]

    def lawful(self, facts: Facts) -> list[Act]:
        return [act for act in self.legal(facts) if act.tactic not in self.forbidden]

    def fired(self, facts: Facts, act: Act) -> Any:
        """The first rule that answers the move."""
        return next(rule for rule in self.scenario.rules if self._matches(rule, facts, act))

    @staticmethod
    def _outcomes(rule: Any) -> list[tuple[float, Any]]:
        if not rule.chance:
            return [(1.0, rule)]
        total = sum(chance.weight for chance in rule.chance)
        return [(chance.weight / total, chance) for chance in rule.chance]

    def react(self, facts: Facts, act: Act, outcome: Any) -> Facts:
        """The facts after the reaction: effect, stage, conduct, last, then the habits."""
        new = self._after(outcome.then, facts, act)
        if outcome.to is not None:
            new["stage"] = outcome.to
        if act.tactic in self.forbidden:
            new["conduct"] = "breached"
        new["last"] = family(act.tactic)
        for habit in self.scenario.habits:
            if self._matches(habit, facts, act):
                new = self._after(habit.then, new, act)
        return new

    def take_initiative(self, facts: Facts, outcome: Any) -> Facts:
        new = self._after(outcome.then, facts, None)
        if outcome.to is not None:
            new["stage"] = outcome.to
        return new

    def initiative(self, facts: Facts) -> Any | None:
        return next((rule for rule in self.scenario.initiative if self._matches(rule, facts, None)), None)

    def turn(self, facts: Facts, act: Act) -> list[Branch]:
        """Every way this turn can go; patience is left to who counts the turns."""
        ways: list[Branch] = []
        rule = self.fired(facts, act)
        for weight, outcome in self._outcomes(rule):
            new = self.react(facts, act, outcome)
            if outcome.end is not None:
                ways.append(Branch(weight, new, outcome.end, (rule, outcome), None))
                continue
            own = self.initiative(new)
            if own is None:
                ways.append(Branch(weight, new, None, (rule, outcome), None))
                continue
            for part, second in self._outcomes(own):
                after = self.take_initiative(new, second)
                ways.append(Branch(weight * part, after, second.end, (rule, outcome), (own, second)))
        return ways

    def turns(self, facts: Facts) -> dict[Act, list[Branch]]:
        """`turn` of every legal move, remembered by position."""
        key = self.key(facts)
        if key not in self._turns:
            self._turns[key] = {act: self.turn(facts, act) for act in self.legal(facts)}
        return self._turns[key]

    # Positions

    def positions(self, limit: int | None = None) -> dict[Key, Facts]:
        """The positions in which the talk goes on, each with facts that stand for it.

        Raises:
            OverflowError: there are more than ``limit``.
        """
        start = self.start()
        seen = {self.key(start): start}
        level = [start]
        for _turn in range(self.scenario.turns):
            following: list[Facts] = []
            for facts in level:
                for ways in self.turns(facts).values():
                    for way in ways:
                        if way.ending is None and self.key(way.facts) not in seen:
                            seen[self.key(way.facts)] = way.facts
                            following.append(way.facts)
                if limit is not None and len(seen) > limit:
                    raise OverflowError(len(seen))
            level = following
        return seen

    # Values

    def worth(self, ending: str, facts: Facts, turns: int) -> float:
        """What a finished talk is worth after so many turns."""
        weights = self.scenario.worth
        what = self.scenario.endings[ending]
        final = self._after(what.then, facts, None)
        points: float = 0.0
        points += weights.recovers * what.recovers
        points += weights.trust * final["trust"] / 10
        points += weights.calm * (1 - final["hostility"] / 10)
        points += weights.breach if final["conduct"] == "breached" else 0
        points += weights.turn * turns
        return points

    def q(self, facts: Facts, act: Act, left: int, play: str) -> float:
        """What the move is worth from here on, with ``left`` turns left and ``play`` after it.

        Args:
            play: ``best``, ``typical``, ``floor``, or ``free``: best with forbidden acts allowed.
        """
        total = 0.0
        for way in self.turns(facts)[act]:
            if way.ending is not None:
                total += way.weight * self.worth(way.ending, way.facts, 0)
            else:
                total += way.weight * self.value(way.facts, left - 1, play)
        return float(self.scenario.worth.turn) + total

    def value(self, facts: Facts, left: int, play: str) -> float:
        """What the rest of the talk is worth with ``left`` turns left."""
        if left == 0:
            return self.worth("timeout", facts, 0)
        name = (play, self.key(facts), left)
        if name not in self._values:
            acts = self.legal(facts) if play == "free" else self.lawful(facts)
            worths = [self.q(facts, act, left, play) for act in acts]
            if play in ("best", "free"):
                self._values[name] = max(worths)
            elif play == "floor":
                self._values[name] = sum(worths) / len(worths)
            else:
                top = max(worths)
                odds = [math.exp((worth - top) / TAU) for worth in worths]
                shares = [(1 - EPSILON) * odd / sum(odds) + EPSILON / len(worths) for odd in odds]
                self._values[name] = math.fsum(share * worth for share, worth in zip(shares, worths, strict=True))
        return self._values[name]

    def solve(self, play: str) -> float:
        return self.value(self.start(), self.scenario.turns, play)

    def line(self, play: str, close: float = 1e-9) -> Iterator[Act | None]:
        """The moves of highest value from the start along the likeliest outcomes, as far as both are beyond doubt.

        Ends with None where two moves are worth the same or two outcomes are as likely.
        """
        facts = self.start()
        for left in range(self.scenario.turns, 0, -1):
            worths = {act: self.q(facts, act, left, play) for act in self.lawful(facts)}
            best = [act for act, worth in worths.items() if worth >= max(worths.values()) - close]
            if len(best) > 1:
                yield None
                return
            yield best[0]
            way = self._likeliest(self.turns(facts)[best[0]])
            if way is None:
                yield None
                return
            if way.ending is not None:
                return
            facts = way.facts

    @staticmethod
    def _likeliest(ways: list[Branch]) -> Branch | None:
        """The likeliest way, if it is so both in all and step by step: reaction first, then initiative."""
        reactions: dict[int, float] = {}
        for way in ways:
            reactions[id(way.reaction[1])] = reactions.get(id(way.reaction[1]), 0) + way.weight
        first = max(reactions, key=lambda one: reactions[one])
        second = max((way for way in ways if id(way.reaction[1]) == first), key=lambda way: way.weight)
        rivals = [one for one, odds in reactions.items() if odds >= reactions[first] - 1e-9]
        rivals += [1 for way in ways if way is not second and way.weight >= second.weight - 1e-9]
        return second if len(rivals) == 1 else None

    # Playing

    def play(self, seed: int, facts: Facts, act: Act, turn: int) -> Branch:
        """The way that a turn takes by the draws of this seed; ``turn`` is counted from 1."""
        ways = self.turn(facts, act)
        rule = ways[0].reaction[0]
        outcome = drawn(rule, seed, turn, "reaction")
        ways = [way for way in ways if way.reaction[1] is outcome]
        if ways[0].initiative:
            outcome = drawn(ways[0].initiative[0], seed, turn, "initiative")
            ways = [way for way in ways if way.initiative and way.initiative[1] is outcome]
        (way,) = ways
        if way.ending is None and turn == self.scenario.turns:
            way = way._replace(ending="timeout")
        if way.ending is not None:
            way = way._replace(facts=self._after(self.scenario.endings[way.ending].then, way.facts, None))
        return way

    def pieces(self, before: Facts, act: Act, way: Branch) -> list[tuple[str, Any]]:
        """What the debtor says, in its order: the purpose of each draw, and the lines to draw from."""
        _rule, outcome = way.reaction
        said = list(self._said("say-reaction", outcome, before, self._after(outcome.then, before, act)))
        if way.initiative:
            middle = self.react(before, act, outcome)
            _rule, own = way.initiative
            said += self._said("say-initiative", own, middle, self._after(own.then, middle, None))
        return said

    def _said(self, purpose: str, outcome: Any, old: Facts, new: Facts) -> Iterator[tuple[str, Any]]:
        if outcome.say:
            yield purpose, outcome.say
        for card, excuse in self.scenario.excuses.items():
            if old[card] == "unsaid" and new[card] == "standing" and excuse.line and not excuse.quiet:
                yield f"excuse:{card}", excuse.line


def number_drawn(seed: int, turn: int, purpose: str, total: int) -> int:
    """The first eight bytes of the SHA-256 of the three, modulo the total."""
    return int(hashlib.sha256("/".join((str(seed), str(turn), purpose)).encode()).hexdigest()[:16], 16) % total


def drawn(rule: Any, seed: int, turn: int, purpose: str) -> Any:
    """The outcome of a rule that the draw falls on."""
    if not rule.chance:
        return rule
    tickets = [chance for chance in rule.chance for _ticket in range(chance.weight)]
    return tickets[number_drawn(seed, turn, purpose, len(tickets))]


def worded(pieces: list[tuple[str, Any]], seed: int, turn: int, language: str, said_last: set[str]) -> list[str]:
    """The variant drawn of each piece, skipping cyclically one that was said in the answer before."""
    words = []
    for purpose, lines in pieces:
        variants = list(lines.to(language))
        first = number_drawn(seed, turn, purpose, len(variants))
        turned = variants[first:] + variants[:first]
        words.append(next((one for one in turned if one not in said_last), turned[0]))
    return words
