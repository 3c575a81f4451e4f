"""The names that a merged scenario has, and the faults of those that it does not have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.model import conditions
from simulator.model.errors import did_you_mean
from simulator.model.language import _
from simulator.model.position import Move
from simulator.model.problem import Fault
from simulator.model.scenario import LayerName
from simulator.model.tactics import CardKind, Tactic

Path = tuple[str | int, ...]


class Gone(Exception):
    """A name of a lower layer's rule that this scenario does not have: the rule is dropped."""


@dataclass(slots=True)
class Names:
    """Everything that has a name once the layers are merged.

    Attributes:
        kinds: every card's kind.
        patterns: what a rule may give as its tactic.
        facts: what a guard may read and, but for the first three, an effect may change.
    """

    kinds: Mapping[str, CardKind]
    stages: tuple[str, ...]
    endings: tuple[str, ...]
    meters: Mapping[str, int]
    tactics: Mapping[str, Tactic]
    families: tuple[str, ...] = ()
    patterns: frozenset[str] = frozenset()
    facts: Mapping[str, None] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.families = tuple(dict.fromkeys(tactic.family for tactic in self.tactics.values()))
        self.patterns = frozenset((*self.tactics, *(f"{family}.*" for family in self.families), "*"))
        self.facts = dict.fromkeys(("stage", "last", "conduct", *self.meters, *self.kinds))

    def fault(self, layer: str, path: Path, code: str, message: str) -> None:
        """Notes a fault at a path of keys within a layer."""
        self.faults.append(Fault(layer, path, code, message))

    def trim(self, layer: LayerName, path: Path, kind: str, names: tuple[str, ...], known: Collection[str]) -> Any:
        for i, name in enumerate(names):
            if layer == "scenario":
                place = path if len(names) == 1 else (*path, i)
                self.known(layer, place, kind, name, known)
        kept = tuple(name for name in names if name in known)
        if not kept and layer != "scenario":
            raise Gone(", ".join(names))
        return kept

    def known(self, layer: LayerName, path: Path, kind: str, name: str, known: Collection[str]) -> bool:
        if name in known:
            return True
        if layer != "scenario":
            raise Gone(name)
        message = _("there is no {kind} “{name}”.", kind=kind, name=name) + " " + did_you_mean(name, known)
        self.fault(layer, path, "unknown-name", message)
        return False

    def statuses(self, card: str) -> tuple[str, ...]:
        """The statuses that a card can have; none where there is no such card."""
        kind = self.kinds.get(card)
        return conditions.STATUSES[kind] if kind else ()


def matches(patterns: str | tuple[str, ...], tactic: Tactic | Move) -> bool:
    """Whether one of the patterns (an id, ``family.*`` or ``*``) means this tactic."""
    name = tactic.id if isinstance(tactic, Tactic) else tactic.tactic
    return any(one in ("*", name, f"{tactic.family}.*") for one in listed(patterns))


def listed(value: Any) -> tuple[str, ...]:
    """One value or a list of them, as a tuple."""
    return tuple(value) if isinstance(value, tuple | list) else (value,)
