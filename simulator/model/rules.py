"""Rules, habits and initiative with every name in them resolved, or the faults that stand in the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.model import conditions
from simulator.model.language import _
from simulator.model.names import Gone, Names, Path, listed
from simulator.model.scenario import (
    Habit,
    InitiativeRule,
    Layer,
    LayerName,
    Outcome,
    PlacedHabit,
    PlacedInitiative,
    PlacedRule,
    Rule,
)
from simulator.model.tactics import Tactic


@dataclass(frozen=True, slots=True)
class Dropped:
    """A rule of a lower layer that names what this scenario does not have."""

    layer: LayerName
    path: Path
    missing: str


@dataclass(slots=True)
class Resolver:
    """Reads the rules of all layers, the uppermost first."""

    layers: Mapping[LayerName, Layer]
    names: Names
    dropped: list[Dropped] = field(default_factory=list)

    def placed(self, section: str) -> Iterator[Any]:
        place = {"rules": PlacedRule, "initiative": PlacedInitiative, "habits": PlacedHabit}[section]
        for layer_name, layer in self.layers.items():
            for index, rule in enumerate(getattr(layer, section)):
                path: Path = (section, index)
                try:
                    resolved = self._resolve(layer_name, path, rule)
                except Gone as gone:
                    self.dropped.append(Dropped(layer_name, path, str(gone)))
                    continue
                fields = {name: getattr(resolved, name) for name in type(resolved).model_fields}
                yield place(**fields, layer=layer_name, index=index)

    def _resolve(self, layer: LayerName, path: Path, rule: Any) -> Any:
        """The rule with its lists trimmed to what exists; raises Gone where nothing of it is left."""
        update: dict[str, Any] = {}
        cards: tuple[str, ...] = ()
        if isinstance(rule, Rule | Habit):
            tactics = self._resolve_tactics(layer, (*path, "tactic"), rule.tactic)
            update["tactic"] = listed(rule.tactic) if layer == "scenario" else tactics[0]
            cards = self._aimable(tactics[1])
            if rule.card is not None:
                named = self.names.trim(layer, (*path, "card"), _("card"), listed(rule.card), self.names.kinds)
                update["card"] = named
                cards = tuple(card for card in named if card in cards)
                if not cards and named:
                    message = _("no tactic of this rule is aimed at {cards}", cards=", ".join(named))
                    self.names.fault(layer, (*path, "card"), "wrong-card", message)
        if rule.stage is not None:
            update["stage"] = self.names.trim(
                layer, (*path, "stage"), _("stage"), listed(rule.stage), self.names.stages
            )
        initiative = isinstance(rule, InitiativeRule) and not isinstance(rule, Rule)
        for name, condition in rule.when.items():
            self.check_guard(layer, (*path, "when", name), name, condition, cards, initiative)
        if isinstance(rule, InitiativeRule):
            self._check_outcomes(layer, path, rule, cards)
        else:
            self._check_then(layer, path, rule.then, cards)
        return rule.model_copy(update=update)

    def _check_outcomes(self, layer: LayerName, path: Path, rule: InitiativeRule, cards: tuple[str, ...]) -> None:
        outcomes: list[tuple[Path, Outcome]] = [(path, rule)]
        if rule.chance:
            own = {"then", "to", "end", "say"} & rule.model_fields_set
            if own:
                keys = "”, “".join(sorted(own))
                message = _("a rule with “chance” states “{keys}” within its chances only", keys=keys)
                self.names.fault(layer, (*path, "chance"), "chance-and-outcome", message)
            outcomes = [((*path, "chance", i), chance) for i, chance in enumerate(rule.chance)]
        for place, outcome in outcomes:
            self._check_then(layer, place, outcome.then, cards)
            if outcome.to is not None:
                self.names.known(layer, (*place, "to"), _("stage"), outcome.to, self.names.stages)
            if outcome.end is not None:
                self.names.known(layer, (*place, "end"), _("ending"), outcome.end, self.names.endings)

    def _check_then(self, layer: LayerName, path: Path, then: Mapping[str, object], cards: tuple[str, ...]) -> None:
        for name, effect in then.items():
            self.check_effect(layer, (*path, "then", name), name, effect, cards)

    def _resolve_tactics(self, layer: LayerName, path: Path, tactic: str | tuple[str, ...]) -> tuple[Any, Any]:
        patterns = listed(tactic)
        kept = self.names.trim(layer, path, _("tactic"), patterns, self.names.patterns)
        meant = set(kept)
        return kept, [one for one in self.names.tactics.values() if meant & {"*", one.id, f"{one.family}.*"}]

    def _aimable(self, tactics: Iterable[Tactic]) -> tuple[str, ...]:
        kinds = {kind for tactic in tactics for kind in tactic.takes}
        return tuple(card for card, kind in self.names.kinds.items() if kind in kinds)

    def check_guard(
        self, layer: LayerName, path: Path, name: str, condition: object, cards: tuple[str, ...], initiative: bool
    ) -> None:
        if isinstance(condition, int | float) and not isinstance(condition, bool):
            number = _("a bare number is no condition; write “= {value}” or “>= {value}”", value=condition)
            self.names.fault(layer, path, "bare-number", number)
            return
        same = () if initiative else ("same",)
        fixed = {
            "stage": self.names.stages,
            "last": ("none", *self.names.families, *same),
            "conduct": conditions.CONDUCT,
        }
        try:
            if name in fixed:
                self._check_status(layer, path, condition, fixed[name])
            elif name in self.names.meters:
                conditions.meter_guard(condition)
            elif name == "card" and not initiative:
                self._check_card_status(layer, path, condition, cards)
            elif self.names.known(layer, path, _("fact"), name, self.names.facts):
                self._check_status(layer, path, condition, self.names.statuses(name) or ())
        except ValueError as fault:
            self.names.fault(layer, path, "wrong-value", str(fault))

    def _check_status(self, layer: LayerName, path: Path, condition: object, statuses: tuple[str, ...]) -> None:
        if layer != "scenario" and path[-1] in ("stage", "last"):
            names = {str(value).removeprefix("not ").strip() for value in listed(condition)}
            if gone := names - set(statuses):
                raise Gone(", ".join(sorted(gone)))
        conditions.status_guard(condition, statuses)

    def _check_card_status(self, layer: LayerName, path: Path, condition: object, cards: tuple[str, ...]) -> None:
        kinds = {self.names.kinds[card] for card in cards}
        every = tuple(dict.fromkeys(status for kind in conditions.STATUSES for status in conditions.STATUSES[kind]))
        conditions.status_guard(condition, every)
        if not any(conditions.card_guard(condition, kind) for kind in kinds):
            if not cards and layer != "scenario":
                raise Gone("card")
            message = _("no card that this rule can be aimed at ever has the status {value}", value=condition)
            self.names.fault(layer, path, "wrong-value", message)

    def check_effect(self, layer: str, path: Path, name: str, effect: object, cards: tuple[str, ...]) -> None:
        place: LayerName = layer  # type: ignore[assignment]
        if name in ("stage", "last", "conduct"):
            message = _("“then” cannot name “{name}”; use “to” for the stage", name=name)
            self.names.fault(layer, path, "wrong-effect", message)
            return
        try:
            if name in self.names.meters:
                conditions.meter_effect(effect)
            elif name == "card" and path[0] != "endings" and path[0] != "initiative":
                kinds = {self.names.kinds[card] for card in cards}
                if not any(effect in conditions.STATUSES[kind] for kind in kinds):
                    if not cards and place != "scenario":
                        raise Gone("card")
                    message = _("no card that this rule can be aimed at ever has the status {value}", value=effect)
                    self.names.fault(layer, path, "wrong-value", message)
            elif self.names.known(place, path, _("fact"), name, self.names.facts):
                statuses = self.names.statuses(name) or ()
                if effect not in statuses:
                    message = _("“{value}” must be one of: {known}", value=effect, known=", ".join(statuses))
                    self.names.fault(layer, path, "wrong-value", message)
        except ValueError as fault:
            self.names.fault(layer, path, "wrong-value", str(fault))
