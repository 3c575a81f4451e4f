"""What changed in meaning between two versions of a scenario: its values, its contents and rules, its texts."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from simulator.engine.program import Program
from simulator.engine.solve import Solution
from simulator.model.errors import TooManyPositions
from simulator.model.language import LANGUAGES
from simulator.model.names import listed
from simulator.model.scenario import CARD_SECTIONS, PlacedHabit, PlacedInitiative, PlacedRule, Scenario
from simulator.model.text import Frozen, Lines, Text
from simulator.workflows.solutions import Solutions

Path = tuple[str | int, ...]
How = Literal["added", "removed", "changed", "moved"]
AnyRule = PlacedRule | PlacedInitiative | PlacedHabit

_BY_ID = ("names", "families", *CARD_SECTIONS, "endings", "meters")
_FORMS = ("preparation", "note")
_RULES = ("rules", "initiative", "habits")
_LISTED = ("tactics",)
_PROVENANCE = ("layer", "index")  # where a rule stands, not what it means
_NOT_COMPARED = ("origins", "silence", *_BY_ID, *_FORMS, *_RULES, *_LISTED)


@dataclass(frozen=True, slots=True)
class Detail:
    """One value that differs; None where it is not there. ``path`` leads to it within its thing."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was added, removed, changed or moved.

    Attributes:
        section: the key in the file that it stands under.
        name: its id; of a rule, what it is about.
        before, after: of a rule, its place among those of all layers, counted from 1; None where it is not there.
    """

    how: How
    section: str
    name: str
    details: tuple[Detail, ...] = ()
    before: int | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Rewording:
    """A text that differs in one language; None where it is not there."""

    place: str
    language: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What a version is worth, as ``huikuan solve`` has it."""

    positions: int
    best: float
    typical: float
    floor: float
    line: tuple[str, ...]
    sound: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs.

    Attributes:
        before, after: the figures; None of a version that is too large to solve.
        texts: of what stands in both versions.
    """

    before: Figures | None
    after: Figures | None
    changes: tuple[Change, ...]
    texts: tuple[Rewording, ...]

    @property
    def is_none(self) -> bool:
        """The two mean and say the same."""
        return self.before == self.after and not self.changes and not self.texts


def compare(
    before: Scenario,
    after: Scenario,
    solutions: Solutions,
    cancelled: Callable[[], bool] = lambda: False,
) -> Difference:
    """What differs between two versions, lower layers included.

    Raises:
        Cancelled: somebody asked to stop.
    """
    compared = _Compared(before, after)
    return Difference(
        before=_figures(before, solutions, cancelled),
        after=_figures(after, solutions, cancelled),
        changes=tuple(compared.changes()),
        texts=tuple(compared.rewordings),
    )


def _figures(scenario: Scenario, solutions: Solutions, cancelled: Callable[[], bool]) -> Figures | None:
    try:
        found: Solution = solutions.solve(Program(scenario), cancelled=cancelled)
    except TooManyPositions:
        return None
    return Figures(
        found.positions,
        found.best,
        found.typical,
        found.floor,
        tuple(map(str, found.line)),
        tuple(map(str, found.sound)),
    )


class _Compared:
    """Two versions side by side; ``rewordings`` grows while ``changes`` is read."""

    def __init__(self, before: Scenario, after: Scenario) -> None:
        self.before, self.after = before, after
        self.rewordings: list[Rewording] = []

    def changes(self) -> Iterator[Change]:
        yield from self._fields()
        for section in _BY_ID:
            yield from self._by_id(section, getattr(self.before, section), getattr(self.after, section))
        for section in (*_FORMS, *_LISTED):
            old, new = ({one.id: one for one in getattr(version, section)} for version in (self.before, self.after))
            yield from self._by_id(section, old, new)
        for section in _RULES:
            yield from self._rules(section, getattr(self.before, section), getattr(self.after, section))

    def _fields(self) -> Iterator[Change]:
        """The scenario's own fields, each a thing by itself."""
        for name in Scenario.model_fields:
            if name not in _NOT_COMPARED:
                details = self._details(getattr(self.before, name), getattr(self.after, name), (name,))
                if details:
                    yield Change("changed", name, name, details)

    def _by_id(self, section: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
        for name in old:
            if name not in new:
                yield Change("removed", section, name)
        for name, thing in new.items():
            if name not in old:
                yield Change("added", section, name)
            elif details := self._details(old[name], thing, (section, name)):
                yield Change("changed", section, name, details)
        orders = [name for name in old if name in new], [name for name in new if name in old]
        if orders[0] != orders[1]:
            yield Change("moved", section, "", (Detail("", *orders),))

    def _details(self, old: object, new: object, place: Path) -> tuple[Detail, ...]:
        """The values that differ; texts that differ are noted apart."""
        self.rewordings.extend(_reworded(old, new, place))
        return tuple(
            Detail(".".join(map(str, path)), before, after)
            for path, before, after in _differing(_bare(old), _bare(new))
        )

    def _rules(self, section: str, old: Sequence[AnyRule], new: Sequence[AnyRule]) -> Iterator[Change]:
        """Rules have no ids: those that mean the same are matched in order, the rest by what they are about."""
        keys = [_key(rule) for rule in old], [_key(rule) for rule in new]
        gone, come = list[int](), list[int]()
        for tag, i, i_end, j, j_end in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_opcodes():
            if tag == "equal":
                for one, other in zip(old[i:i_end], new[j:j_end], strict=True):
                    self._details(one, other, (section, _about(other)))
            else:
                gone += range(i, i_end)
                come += range(j, j_end)
        for how, was, now in _matched(old, new, gone, come):
            before, after = (None if was is None else old[was]), (None if now is None else new[now])
            name = _about(after or before or old[0])
            details = self._details(before, after, (section, name)) if before and after else ()
            yield Change(how, section, name, details, *(None if place is None else place + 1 for place in (was, now)))


def _matched(
    old: Sequence[AnyRule], new: Sequence[AnyRule], gone: list[int], come: list[int]
) -> Iterator[tuple[How, int | None, int | None]]:
    """Pairs rules that are no longer where they were: first those that mean the same, then those about the same."""
    tests: tuple[tuple[How, Callable[[AnyRule], str]], ...] = (("moved", _key), ("changed", _about))
    for how, same in tests:
        for one in list(gone):
            found = next((other for other in come if same(old[one]) == same(new[other])), None)
            if found is not None:
                gone.remove(one)
                come.remove(found)
                yield how, one, found
    yield from (("removed", one, None) for one in gone)
    yield from (("added", None, other) for other in come)


def _key(rule: AnyRule) -> str:
    return json.dumps(_bare(rule), sort_keys=True, default=str)


def _about(rule: AnyRule) -> str:
    """The moves that a rule is about, and the stages that it holds in."""
    parts = []
    if not isinstance(rule, PlacedInitiative):
        cards = ", ".join(listed(rule.card)) if rule.card else ""
        parts.append(" | ".join(listed(rule.tactic)) + (f": {cards}" if cards else ""))
    else:
        parts.append("initiative: " + ", ".join(rule.when))
    if rule.stage:
        parts.append(f"({', '.join(listed(rule.stage))})")
    return " ".join(parts)


# Meaning and texts apart


def _bare(value: object) -> Any:
    """A value as plain data without its texts and without its place among the layers."""
    if isinstance(value, Text | Lines):
        return None
    if isinstance(value, Frozen):
        fields = {name: getattr(value, name) for name in type(value).model_fields if name not in _PROVENANCE}
        return {name: _bare(one) for name, one in fields.items() if not isinstance(one, Text | Lines)}
    if isinstance(value, dict):
        return {key: _bare(one) for key, one in value.items() if not isinstance(one, Text | Lines)}
    if isinstance(value, tuple | list):
        return [_bare(one) for one in value]
    return value


def _differing(old: Any, new: Any, path: Path = ()) -> Iterator[tuple[Path, Any, Any]]:
    """The innermost values that differ; None where one is not there."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            yield from _differing(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for i, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from _differing(one, other, (*path, i))
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield path, old, new


def _texts(value: object, path: Path) -> Iterator[tuple[str, str, str]]:
    """Every text within, as its place, its language and its words."""
    if isinstance(value, Text | Lines):
        for language in LANGUAGES:
            words = getattr(value, language)
            if words:
                yield ".".join(map(str, path)), language, words if isinstance(words, str) else "\n".join(words)
    elif isinstance(value, Frozen):
        for name in type(value).model_fields:
            yield from _texts(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _texts(one, (*path, key))
    elif isinstance(value, tuple):
        for i, one in enumerate(value):
            yield from _texts(one, (*path, i))


def _reworded(old: object, new: object, place: Path) -> Iterable[Rewording]:
    before, after = (
        {(where, language): words for where, language, words in _texts(version, place)} for version in (old, new)
    )
    return [
        Rewording(*key, before.get(key), after.get(key))
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key)
    ]
