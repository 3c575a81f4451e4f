"""JSON Schema of the files, for editors: made from the models, with their docstrings as hover texts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from simulator.adapters.scenario_yaml.plan import Plan
from simulator.model.handbook import Handbook
from simulator.model.scenario import Course, Persona, ScenarioFile, Standard
from simulator.model.tactics import Catalogue

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_KINDS: Mapping[str, type[BaseModel]] = {
    "scenario": ScenarioFile,
    "persona": Persona,
    "standard": Standard,
    "tactics": Catalogue,
    "course": Course,
    "handbook": Handbook,
    "plan": Plan,
}


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each kind of file: scenario, persona, standard, tactics, course, handbook, plan."""
    return {kind: _schema(model) for kind, model in _KINDS.items()}


def files() -> dict[str, str]:
    """The schemas as they stand in ``scenarios/schema/``, by file name."""
    return {
        f"{kind}.schema.json": json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
        for kind, schema in schemas().items()
    }


def write(folder: Path) -> None:
    """Writes the schemas into ``folder``; a test holds those in ``scenarios/schema/`` current with the models."""
    for name, text in files().items():
        (folder / name).write_text(text, encoding="utf-8")


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema: dict[str, Any] = _closed(model.model_json_schema())
    return {"$schema": DIALECT, **schema}


def _closed(schema: Any) -> Any:
    """Lets no key pass that has another form than the pattern, and drops titles that only repeat the key."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
    if "patternProperties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed
