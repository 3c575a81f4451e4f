"""What can be written into a scenario file, gathered from the lower layers and the schema."""

from __future__ import annotations

from functools import cache
from typing import Any

from simulator.adapters.scenario_yaml.schema import schemas
from simulator.adapters.scenario_yaml.shelf import Shelf
from simulator.model.scenario import CARD_SECTIONS, Layer
from simulator.workflows.ports import LayerWords, Words


def words_of(shelf: Shelf) -> Words:
    """The words of a shelf; of files that are broken, none."""
    catalogue, standard = shelf.catalogue().model, shelf.standard().model
    tactics = catalogue.tactics if catalogue else ()
    courses = [checked.model for checked in shelf.courses() if checked.model]
    read = {name: shelf.persona(name) for name in sorted(shelf.personas())}
    personas = {name: checked.model for name, checked in read.items() if checked and checked.model}
    return Words(
        schema=_scenario_schema(),
        tactics={tactic.id: tactic.name for tactic in tactics},
        takes={tactic.id: tactic.takes for tactic in tactics},
        personas={name: persona.name for name, persona in personas.items()},
        courses={course.course: course.title for course in courses},
        objectives={name: one.statement for course in courses for name, one in course.objective_names().items()},
        standard=_layer(standard) if standard else LayerWords(),
        below={name: _layer(persona) for name, persona in personas.items()},
    )


@cache
def _scenario_schema() -> dict[str, Any]:
    return schemas()["scenario"]


def _layer(layer: Layer) -> LayerWords:
    return LayerWords(
        cards={
            card: kind
            for section, kind in CARD_SECTIONS.items()
            for card, stated in getattr(layer, section).items()
            if stated is not None
        },
        stages=layer.stages or (),
        endings=tuple(name for name, ending in layer.endings.items() if ending is not None),
        meters=tuple(layer.meters),
    )
