"""Faults that authors make, made on purpose: one small change to the data of a scenario file."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from simulator.model.conditions import STATUSES

CARDS = {
    "excuses": "excuse",
    "points": "point",
    "secrets": "secret",
    "documents": "document",
    "laws": "law",
    "offers": "offer",
}
RULES = ("rules", "initiative")
# Below these, keys are ids: to change one is to change an id, and not to misspell a key.
NAMED = {*CARDS, "endings", "meters", "names", "options", "classes", "papers", "answers", "answer", "silence"}
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BEYOND = "> 10"  # what no meter is

Data = dict[str, Any]


@dataclass(frozen=True)
class Mutation:
    """A changed copy of a scenario file's data, and what was done to it."""

    kind: str
    what: str
    data: Data


def mutate(data: Data, seed: int) -> Mutation:
    """One mutation; the kinds come in turn, everything else is drawn from the seed."""
    kind, mutation = KINDS[seed % len(KINDS)]
    changed = copy.deepcopy(data)
    what = mutation(changed, random.Random(seed))
    return Mutation(kind, what, changed)


def _entries(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Data, str]]:
    """Every key of every mapping, with the path of the mapping and the mapping."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield path, value, key
            yield from _entries(item, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _entries(item, (*path, i))


def _misspelt(word: str, chance: random.Random) -> str:
    """The word with a letter too many, too few or in the wrong place; never the word itself."""
    while True:
        at = chance.randrange(len(word))
        how = chance.randrange(3)
        if how == 0:
            new = word[:at] + chance.choice(LETTERS) + word[at:]
        elif how == 1:
            new = word[:at] + word[at + 1 :]
        else:
            new = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
        if new and new != word and new[0].isalpha() and not new.endswith("-") and "--" not in new:
            return new


def _renamed_key(mapping: Data, key: str, new: str) -> None:
    items = [(new if one == key else one, value) for one, value in mapping.items()]
    mapping.clear()
    mapping.update(items)


def key_misspelt(data: Data, chance: random.Random) -> str:
    keys = [(path, mapping, key) for path, mapping, key in _entries(data) if not path or path[-1] not in NAMED]
    path, mapping, key = chance.choice(keys)
    new = _misspelt(key, chance)
    _renamed_key(mapping, key, new)
    return f"{path}: {key} -> {new}"


def id_changed(data: Data, chance: random.Random) -> str:
    """An id where it is defined, or one of the places where it is used."""
    places: list[tuple[Any, Any, bool]] = []
    for section in (*CARDS, "endings"):
        places += [(data[section], name, True) for name in data.get(section, {})]
    for path, mapping, key in _entries(data):
        if path and path[0] in (*RULES, "habits") and key in ("card", "to", "end", "stage", "tactic"):
            value = mapping[key]
            places += (
                [(value, i, False) for i in range(len(value))] if isinstance(value, list) else [(mapping, key, False)]
            )
        elif path and path[-1] in ("when", "then", "give"):
            places.append((mapping, key, True))
    holder, key, is_key = chance.choice(places)
    old = key if is_key else holder[key]
    head, dot, name = str(old).rpartition(".")
    if name == "*":
        head, dot, name = "", "", str(old).removesuffix(".*")
    new = _misspelt(name, chance) if name != "*" and name else "anything"
    new = head + dot + new + (".*" if str(old).endswith(".*") and not dot else "")
    if is_key:
        _renamed_key(holder, key, new)
    else:
        holder[key] = new
    return f"{old} -> {new}"


def _rule(data: Data, chance: random.Random) -> tuple[str, list[Data], int]:
    section = chance.choice([name for name in RULES if data.get(name)])
    return section, data[section], chance.randrange(len(data[section]))


def rule_removed(data: Data, chance: random.Random) -> str:
    section, rules, at = _rule(data, chance)
    rule = rules.pop(at)
    return f"{section} {at}: {rule.get('tactic')} {rule.get('card')}"


def rule_duplicated(data: Data, chance: random.Random) -> str:
    section, rules, at = _rule(data, chance)
    rules.insert(at + 1, copy.deepcopy(rules[at]))
    return f"{section} {at}: {rules[at].get('tactic')}"


def rule_moved_up(data: Data, chance: random.Random) -> str:
    rules = data["rules"]
    at = chance.randrange(1, len(rules))
    to = chance.randrange(at)
    rules.insert(to, rules.pop(at))
    return f"{at} -> {to}: {rules[to].get('tactic')} {rules[to].get('card')}"


def guard_beyond_reach(data: Data, chance: random.Random) -> str:
    section, rules, at = _rule(data, chance)
    when = rules[at].setdefault("when", {})
    meter = chance.choice(["trust", "hostility"])
    when[meter] = BEYOND
    return f"{section} {at}: {meter} {BEYOND}"


def status_of_wrong_kind(data: Data, chance: random.Random) -> str:
    kinds = {name: kind for section, kind in CARDS.items() for name in data.get(section, {})}
    places = [
        (mapping, key)
        for path, mapping, key in _entries(data)
        if path and path[0] in (*RULES, "habits") and path[-1] in ("when", "then") and key in kinds
    ]
    mapping, key = chance.choice(places)
    every = sorted({status for statuses in STATUSES.values() for status in statuses})
    wrong = chance.choice([status for status in every if status not in STATUSES[kinds[key]]])
    old, mapping[key] = mapping[key], wrong
    return f"{key}: {old} -> {wrong}"


def ending_unlinked(data: Data, chance: random.Random) -> str:
    ends = [
        (mapping, mapping[key]) for path, mapping, key in _entries(data) if path and path[0] in RULES and key == "end"
    ]
    own = sorted({name for _mapping, name in ends if name in data.get("endings", {})})
    name = chance.choice(own)
    for mapping, other in ends:
        if other == name:
            del mapping["end"]
    return name


KINDS: tuple[tuple[str, Callable[[Data, random.Random], str]], ...] = (
    ("key misspelt", key_misspelt),
    ("id changed", id_changed),
    ("rule removed", rule_removed),
    ("rule duplicated", rule_duplicated),
    ("rule moved up", rule_moved_up),
    ("guard beyond reach", guard_beyond_reach),
    ("status of the wrong kind", status_of_wrong_kind),
    ("ending unlinked", ending_unlinked),
)
