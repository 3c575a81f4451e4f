"""Scenario over persona over standard: one resolved ``Scenario``, or the faults that stand in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.model.case import Person
from simulator.model.contents import ContentCheck
from simulator.model.names import Names
from simulator.model.problem import Fault
from simulator.model.rules import Dropped, Resolver
from simulator.model.scenario import (
    BASE_METERS,
    CARD_SECTIONS,
    Layer,
    LayerName,
    Persona,
    Scenario,
    ScenarioFile,
    Standard,
    Worth,
)
from simulator.model.tactics import Catalogue
from simulator.model.text import Text


@dataclass(slots=True)
class Merged:
    """What merging gave: the scenario, unless there are faults."""

    scenario: Scenario | None = None
    faults: list[Fault] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def merge(
    scenario: ScenarioFile,
    persona: Persona | None,
    standard: Standard,
    catalogue: Catalogue,
    objectives: Iterable[str] | None = None,
) -> Merged:
    """Merges the layers and resolves every name.

    Args:
        objectives: the full names that exist; None where no course is at hand, and then none is refused.
    """
    return _Merger(scenario, persona, standard, catalogue, objectives).merge()


class _Merger:
    def __init__(
        self,
        scenario: ScenarioFile,
        persona: Persona | None,
        standard: Standard,
        catalogue: Catalogue,
        objectives: Iterable[str] | None,
    ) -> None:
        self.file = scenario
        self.layers: dict[LayerName, Layer] = {"scenario": scenario}
        if persona:
            self.layers["persona"] = persona
        self.layers["standard"] = standard
        self.catalogue = catalogue
        self.objectives = None if objectives is None else frozenset(objectives)
        self.persona = persona

    def merge(self) -> Merged:
        sections = {section: self._merge_section(section) for section in CARD_SECTIONS}
        endings = self._merge_section("endings")
        names = Names(
            kinds={card: CARD_SECTIONS[section] for section, cards in sections.items() for card in cards},
            stages=next((layer.stages for layer in self.layers.values() if layer.stages), ()),
            endings=tuple(endings),
            meters=dict.fromkeys(BASE_METERS, 0) | self._merge_flat("meters"),
            tactics={tactic.id: tactic for tactic in self.catalogue.tactics},
        )
        resolver = Resolver(self.layers, names)
        contents = ContentCheck(self.file, self.layers, names, resolver, self.objectives)
        contents.check_names(sections, endings)
        rules = {section: tuple(resolver.placed(section)) for section in ("rules", "initiative", "habits")}
        contents.check_forms()
        contents.check_texts()
        scenario = None if names.faults else self._scenario(names, {**sections, "endings": endings, **rules})
        return Merged(scenario, names.faults, resolver.dropped)

    def _scenario(self, names: Names, merged: Mapping[str, Any]) -> Scenario:
        return Scenario(
            id=self.file.scenario,
            title=self.file.title or Text(zh=self.file.scenario, en=self.file.scenario),
            summary=self.file.summary,
            status=self.file.status,
            courses=self.file.courses,
            objectives=self.file.objectives,
            level=self.file.level,
            channel=self.file.channel,
            turns=self.file.turns,
            persona=self.file.persona,
            persona_name=self.persona.name if self.persona else None,
            debtor=self.file.debtor or Person(name=Text(zh="对方", en="The debtor")),
            case=self.file.case,
            preparation=self.file.preparation,
            note=self.file.note,
            names=self._merge_flat("names"),
            meters=dict(names.meters),
            worth=self._merge_worth(),
            stages=names.stages,
            tactics=self.catalogue.tactics,
            families={family.id: family.name for family in self.catalogue.families},
            silence=self._merge_flat("silence"),
            origins=self._origins(),
            **merged,
        )

    # Merging

    def _merge_section(self, section: str) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for name in reversed(self.layers):
            for key, value in getattr(self.layers[name], section).items():
                if value is None:
                    merged.pop(key, None)
                elif key in merged:
                    merged[key] = _over(value, merged[key])
                else:
                    merged[key] = value
        own = getattr(self.file, section)
        return {key: merged[key] for key in (*own, *merged) if key in merged}

    def _origins(self) -> dict[str, dict[str, LayerName]]:
        return {
            section: {key: name for name in reversed(self.layers) for key in getattr(self.layers[name], section) or ()}
            for section in (*CARD_SECTIONS, "endings", "stages", "names")
        }

    def _merge_flat(self, key: str) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for name in reversed(self.layers):
            merged |= getattr(self.layers[name], key)
        return merged

    def _merge_worth(self) -> Worth:
        worth = Worth()
        for name in reversed(self.layers):
            if upper := self.layers[name].worth:
                worth = _over(upper, worth)
        return worth


def _over(upper: Any, lower: Any) -> Any:
    """``upper`` with the fields it leaves out taken from ``lower``; of different kinds, ``upper`` alone."""
    if type(upper) is not type(lower):
        return upper
    return lower.model_copy(update={name: getattr(upper, name) for name in upper.model_fields_set})
