"""A scenario compiled to functions that serve one position and a million alike.

A position is a row of *codes*, one for each fact: the index of the fact's value in its domain. ``Columns`` is whatever
gives the code of a fact: a list of whole numbers (one position, live) or of int16 arrays (many positions at once). A
guard is a table of truth values over a fact's domain and an effect a table of new codes, so that looking up works on
both, and there is one meaning for the machine and for the explorer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from simulator.model import conditions
from simulator.model.names import listed, matches
from simulator.model.position import Move, Position
from simulator.model.scenario import (
    Chance,
    Outcome,
    PlacedHabit,
    PlacedInitiative,
    PlacedRule,
    Scenario,
)
from simulator.model.tactics import Tactic

Codes = Any  # one code (int), or many (int16 array)
STAGE, LAST, CONDUCT = "stage", "last", "conduct"


class Columns(Protocol):
    """Gives the code, or the column of codes, of a fact by its number."""

    def __getitem__(self, fact: int, /) -> Codes: ...


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact with its small finite domain.

    Attributes:
        values: the domain; a code is an index into it.
        start: the code at the plain start.
        tracked: whether it is part of the position; the others only stand in the record.
    """

    name: str
    kind: str
    values: tuple[str | int, ...]
    start: int
    tracked: bool


@dataclass(frozen=True, slots=True)
class Guard:
    """A conjunction of tests, each a table of truth values over one fact's domain."""

    tests: tuple[tuple[int, NDArray[np.bool_]], ...] = ()

    def __call__(self, columns: Columns) -> Any:
        """Whether the guard holds: one truth value, or one for each row."""
        held: Any = True
        for fact, table in self.tests:
            held = table[columns[fact]] & held
        return held


@dataclass(frozen=True, slots=True)
class Effect:
    """Changes to facts, each a table of new codes by old code."""

    changes: tuple[tuple[int, NDArray[np.int16]], ...] = ()

    def __call__(self, columns: Columns, among: Container[int] | None = None) -> dict[int, Codes]:
        """The new codes of the facts that the effect is about, all read from the old ones.

        Args:
            among: the facts that ``columns`` has, where it lacks some; the others are passed over.
        """
        return {fact: table[columns[fact]] for fact, table in self.changes if among is None or fact in among}


@dataclass(frozen=True, slots=True)
class Branch:
    """What happens when a rule fires, or one of its chances."""

    outcome: Outcome
    weight: int
    effect: Effect
    end: str | None


@dataclass(frozen=True, slots=True)
class Reaction:
    """A rule as it applies to one move (or, for an initiative rule, after a move of one family)."""

    rule: PlacedRule | PlacedInitiative
    guard: Guard
    branches: tuple[Branch, ...]

    @property
    def total(self) -> int:
        return sum(branch.weight for branch in self.branches)


@dataclass(frozen=True, slots=True)
class Addition:
    """A habit as it applies to one move."""

    habit: PlacedHabit
    guard: Guard
    effect: Effect


@dataclass(frozen=True, slots=True)
class CompiledMove:
    """A move with everything that can come of it, in the order in which it is tried."""

    move: Move
    tactic: Tactic
    legal: Guard
    reactions: tuple[Reaction, ...]
    habits: tuple[Addition, ...]
    mark: Effect
    """Sets ``last``, and ``conduct`` for a forbidden tactic."""
    initiative: tuple[Reaction, ...]


class Program:
    """A scenario ready to be played or explored.

    Attributes:
        facts: every fact, the tracked ones first, in an order that never changes for one scenario.
        moves: every move that any position may offer, the lawful ones first, in the order of the catalogue.
        lawful: how many of ``moves`` are lawful.
    """

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.kinds = scenario.card_kinds()
        self._tactics = {tactic.id: tactic for tactic in scenario.tactics}
        self._families = tuple(dict.fromkeys(tactic.family for tactic in scenario.tactics))
        self.facts_read = frozenset(self._facts_read())
        self._last_codes = self._last_classes()
        self.facts = self._facts()
        self.index = {fact.name: i for i, fact in enumerate(self.facts)}
        self.tracked = tuple(i for i, fact in enumerate(self.facts) if fact.tracked)
        self._initiative = {family: self._compile_initiative(family) for family in self._families}
        moves = [self._compile_move(move) for move in self._all_moves()]
        self.moves = (*(m for m in moves if not m.tactic.forbidden), *(m for m in moves if m.tactic.forbidden))
        self.lawful = sum(not compiled.tactic.forbidden for compiled in self.moves)
        self.by_move = {compiled.move: compiled for compiled in self.moves}
        self.endings = tuple(scenario.endings)
        self._ending_effects = {
            name: self._effect(ending.then, None, None) for name, ending in scenario.endings.items()
        }

    # What the guards read

    def _aimable(self, rule: PlacedRule | PlacedHabit) -> tuple[str, ...]:
        """The cards that a rule or habit can be aimed at."""
        kinds = {kind for tactic in self.scenario.tactics if matches(rule.tactic, tactic) for kind in tactic.takes}
        return tuple(
            card for card, kind in self.kinds.items() if kind in kinds and (rule.card is None or card in rule.card)
        )

    def _facts_read(self) -> set[str]:
        read: set[str] = set()
        for rule in self._aimed_rules():
            read |= set(rule.when)
            if "card" in rule.when:
                read |= set(self._aimable(rule))
        return read.union(*(rule.when for rule in self.scenario.initiative))

    def _aimed_rules(self) -> Iterable[PlacedRule | PlacedHabit]:
        yield from self.scenario.rules
        yield from self.scenario.habits

    def _last_classes(self) -> dict[str, int]:
        """The code of ``last`` for each of its values, those that no guard tells apart taken as one."""
        values = ("none", *self._families)
        signatures: dict[str, list[bool]] = {value: [] for value in values}
        for rule in self._aimed_rules():
            if LAST not in rule.when:
                continue
            families = {move.family for move in self._all_moves() if self._aims(rule, move)}
            for family in sorted(families):
                held = self._last_values(rule.when[LAST], family)
                for value in values:
                    signatures[value].append(value in held)
        classes = {signature: code for code, signature in enumerate(dict.fromkeys(map(tuple, signatures.values())))}
        return {value: classes[tuple(signatures[value])] for value in values}

    def _last_values(self, condition: object, family: str) -> frozenset[str]:
        """The values of ``last`` that satisfy a condition when a move of ``family`` is played."""
        values = ("none", *self._families)
        held: set[str] = set()
        for one in listed(condition):
            negated = one.startswith("not ")
            name = one.removeprefix("not ").strip()
            wanted = {family if name == "same" else name}
            held |= set(values) - wanted if negated else wanted
        return frozenset(held)

    def _facts(self) -> tuple[Fact, ...]:
        scenario, read = self.scenario, self.facts_read
        made_missing = self._made_missing()
        classes = max(self._last_codes.values()) + 1
        last_values = tuple(
            "|".join(value for value, code in self._last_codes.items() if code == one) for one in range(classes)
        )
        facts = [
            Fact(STAGE, STAGE, scenario.stages, 0, True),
            Fact(CONDUCT, CONDUCT, conditions.CONDUCT, 0, True),
            Fact(LAST, LAST, last_values, self._last_codes["none"], classes > 1),
        ]
        for meter, start in scenario.meters.items():
            tracked = meter in ("trust", "hostility") or meter in read
            facts.append(Fact(meter, "meter", tuple(range(conditions.METER_TOP + 1)), start, tracked))
        for card, kind in self.kinds.items():
            start_status = getattr(scenario.card(card), "start", conditions.FIRST_STATUS[kind])
            tracked = (
                kind in ("excuse", "point")
                or card in read
                or (kind == "document" and (start_status == "missing" or card in made_missing))
            )
            statuses = conditions.STATUSES[kind]
            facts.append(Fact(card, kind, statuses, statuses.index(start_status), tracked))
        return tuple(sorted(facts, key=lambda fact: not fact.tracked))

    def _made_missing(self) -> set[str]:
        """The cards that some effect sets to ``missing``."""
        made: set[str] = set()
        rules: list[PlacedRule | PlacedHabit | PlacedInitiative] = [*self._aimed_rules(), *self.scenario.initiative]
        for rule in rules:
            outcomes = (rule,) if isinstance(rule, PlacedHabit) else (rule, *rule.chance)
            aimed = () if isinstance(rule, PlacedInitiative) else self._aimable(rule)
            for then in (outcome.then for outcome in outcomes):
                made |= {card for card, status in then.items() if status == "missing"}
                if then.get("card") == "missing":
                    made |= {card for card in aimed if card not in then}
        return made

    # Compiling

    def _all_moves(self) -> Iterable[Move]:
        for tactic in self.scenario.tactics:
            if not tactic.takes or tactic.alone:
                yield Move(tactic.id)
            for card, kind in self.kinds.items():
                if kind in tactic.takes:
                    yield Move(tactic.id, card)

    def _compile_move(self, move: Move) -> CompiledMove:
        tactic = self._tactics[move.tactic]
        legal = Guard()
        if move.card and self.facts[self.index[move.card]].tracked:  # one that is not can always be aimed at
            fact = self.index[move.card]
            legal = Guard(((fact, self._table(fact, conditions.AIMABLE[self.kinds[move.card]])),))
        mark: dict[int, NDArray[np.int16]] = {}
        if self._last_codes[tactic.family] or len(self.facts[self.index[LAST]].values) > 1:
            mark[self.index[LAST]] = self._constant(self.index[LAST], self._last_codes[tactic.family])
        if tactic.forbidden:
            mark[self.index[CONDUCT]] = self._constant(self.index[CONDUCT], 1)
        return CompiledMove(
            move=move,
            tactic=tactic,
            legal=legal,
            reactions=tuple(self._reactions(self.scenario.rules, move)),
            habits=tuple(self._habits(move)),
            mark=Effect(tuple(mark.items())),
            initiative=self._initiative[tactic.family],
        )

    def _reactions(self, rules: Iterable[PlacedRule], move: Move) -> Iterable[Reaction]:
        for rule in rules:
            if not self._aims(rule, move):
                continue
            guard = self._guard(rule.when, rule.stage, move, move.family)
            if guard is not None:
                yield Reaction(rule, guard, self._branches(rule, move))
                if not guard.tests:
                    return  # nothing below can ever fire

    def guards(self, rule: PlacedRule | PlacedHabit) -> Iterator[tuple[CompiledMove, Guard]]:
        """The moves that a rule is about, each with its guard; those for which it can never hold are left out."""
        for compiled in self.moves:
            if self._aims(rule, compiled.move):
                guard = self._guard(rule.when, rule.stage, compiled.move, compiled.move.family)
                if guard is not None:
                    yield compiled, guard

    def _habits(self, move: Move) -> Iterable[Addition]:
        for habit in self.scenario.habits:
            if self._aims(habit, move):
                guard = self._guard(habit.when, habit.stage, move, move.family)
                if guard is not None:
                    yield Addition(habit, guard, self._effect(habit.then, move, None))

    def _compile_initiative(self, family: str) -> tuple[Reaction, ...]:
        reactions = []
        for rule in self.scenario.initiative:
            guard = self._guard(rule.when, rule.stage, None, family, just_played=True)
            if guard is not None:
                reactions.append(Reaction(rule, guard, self._branches(rule, None)))
        return tuple(reactions)

    @staticmethod
    def _aims(rule: PlacedRule | PlacedHabit, move: Move) -> bool:
        return matches(rule.tactic, move) and (rule.card is None or move.card in rule.card)

    def _branches(self, rule: PlacedRule | PlacedInitiative, move: Move | None) -> tuple[Branch, ...]:
        outcomes: tuple[Outcome, ...] = rule.chance or (rule,)
        return tuple(
            Branch(
                outcome=outcome,
                weight=outcome.weight if isinstance(outcome, Chance) else 1,
                effect=self._effect(outcome.then, move, outcome.to),
                end=outcome.end,
            )
            for outcome in outcomes
        )

    def _guard(
        self, when: Mapping[str, object], stage: object, move: Move | None, family: str, just_played: bool = False
    ) -> Guard | None:
        """The compiled guard, or None where it can never hold for this move."""
        held: dict[int, NDArray[np.bool_]] = {}
        for _key, fact, table in self._tests(when, stage, move, family, just_played):
            held[fact] = held[fact] & table if fact in held else table
        if any(not table.any() for table in held.values()):
            return None
        return Guard(tuple((fact, table) for fact, table in sorted(held.items()) if not table.all()))

    def tests(self, rule: PlacedRule | PlacedHabit, move: Move) -> Iterator[tuple[str, int, NDArray[np.bool_]]]:
        """What a rule's guard asks when a move that it is about is played, part by part, in the order of the file.

        Each part is the key in ``when`` (empty for the rule's own ``stage``), the fact that it reads, and the table of
        the fact's values that satisfy it. The guard holds where all parts do.
        """
        return self._tests(rule.when, rule.stage, move, move.family, False)

    def _tests(
        self, when: Mapping[str, object], stage: object, move: Move | None, family: str, just_played: bool
    ) -> Iterator[tuple[str, int, NDArray[np.bool_]]]:
        at = self.index[STAGE]
        if stage is not None:
            yield "", at, self._table(at, listed(stage))
        for name, condition in when.items():
            if name == LAST:
                wanted = self._last_values(condition, family)
                if not just_played:
                    yield name, self.index[LAST], self._last_table(wanted)
                elif family not in wanted:  # the family just played needs no memory
                    yield name, at, self._table(at, ())
            elif name != "card":
                yield name, self.index[name], self._held(self.index[name], condition)
            elif move is None or move.card is None:
                yield name, at, self._table(at, ())
            elif move.card not in when:  # an id named outright wins over "card"
                yield name, self.index[move.card], self._card_held(move.card, condition)

    def _last_table(self, wanted: frozenset[str]) -> NDArray[np.bool_]:
        codes = {self._last_codes[value] for value in wanted}
        return np.array([code in codes for code in range(len(self.facts[self.index[LAST]].values))])

    def _held(self, fact: int, condition: object) -> NDArray[np.bool_]:
        if self.facts[fact].kind == "meter":
            return self._table(fact, conditions.meter_guard(condition))
        return self._table(fact, conditions.status_guard(condition, tuple(map(str, self.facts[fact].values))))

    def _card_held(self, card: str, condition: object) -> NDArray[np.bool_]:
        """Where ``card`` stands for this card; a status that is not of its kind does not hold."""
        return self._table(self.index[card], conditions.card_guard(condition, self.kinds[card]))

    def _effect(self, then: Mapping[str, object], move: Move | None, to: str | None) -> Effect:
        changes: dict[int, NDArray[np.int16]] = {}
        for name, effect in then.items():
            if name == "card":
                card = move.card if move else None
                if card is None or card in then or effect not in conditions.STATUSES[self.kinds[card]]:
                    continue
                name = card
            fact = self.index[name]
            if self.facts[fact].kind == "meter":
                changes[fact] = np.array(conditions.meter_effect(effect), dtype=np.int16)
            else:
                changes[fact] = self._constant(fact, self.facts[fact].values.index(str(effect)))
        if to is not None:
            changes[self.index[STAGE]] = self._constant(self.index[STAGE], self.scenario.stages.index(to))
        return Effect(tuple(sorted(changes.items())))

    def _table(self, fact: int, wanted: Iterable[object]) -> NDArray[np.bool_]:
        held = set(wanted)
        return np.array([value in held for value in self.facts[fact].values])

    def _constant(self, fact: int, code: int) -> NDArray[np.int16]:
        return np.full(len(self.facts[fact].values), code, dtype=np.int16)

    # Positions

    def start(self, given: Mapping[str, object] | None = None) -> list[int]:
        """The codes at the start, with facts that the preparation gave."""
        codes = [fact.start for fact in self.facts]
        for name, value in (given or {}).items():
            fact = self.index[name]
            codes[fact] = self.facts[fact].values.index(cast("str | int", value))
        return codes

    def position(self, codes: Sequence[int]) -> Position:
        """The facts by name, of a row of codes."""
        return {fact.name: fact.values[int(code)] for fact, code in zip(self.facts, codes, strict=True)}

    def codes(self, position: Mapping[str, object]) -> list[int]:
        """The row of codes of a position; facts that it leaves out are as at the start."""
        codes = [fact.start for fact in self.facts]
        for name, value in position.items():
            fact = self.index[name]
            codes[fact] = self.facts[fact].values.index(cast("str | int", value))
        return codes

    def legal(self, columns: Columns) -> tuple[CompiledMove, ...]:
        """The moves that one position offers, the lawful ones first."""
        return tuple(compiled for compiled in self.moves if compiled.legal(columns))

    # Endings

    def finish(self, ending: str, columns: Columns) -> dict[int, Codes]:
        """What the ending itself changes before the talk is valued."""
        return self._ending_effects[ending](columns)

    def end_value(self, ending: str, trust: Codes, hostility: Codes, breached: Codes) -> Any:
        """The worth of a talk that ends so, but for the turns it took, with its meters before the ending's effect."""
        effect = dict(self._ending_effects[ending].changes)
        t, h = self.index["trust"], self.index["hostility"]
        return self.final_value(
            ending,
            effect[t][trust] if t in effect else trust,
            effect[h][hostility] if h in effect else hostility,
            breached,
        )

    def final_value(self, ending: str, trust: Codes, hostility: Codes, breached: Codes) -> Any:
        """The worth of a finished talk in points, but for the turns it took."""
        worth, top = self.scenario.worth, conditions.METER_TOP
        return (
            worth.recovers * (self.scenario.endings[ending].recovers or 0.0)
            + worth.trust * np.asarray(trust, dtype=np.float64) / top
            + worth.calm * (1.0 - np.asarray(hostility, dtype=np.float64) / top)
            + worth.breach * np.asarray(breached, dtype=np.float64)
        )
