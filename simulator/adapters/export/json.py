"""A report as one JSON document, and the schema of it that is published."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter

from scoring.objectives import Observation
from simulator.model.reports import AttemptReport, CertificateReport, GroupReport, PersonReport, Report

SCHEMA = "report.schema.json"
_NONE = b'"observations":[]'
_BLOCK = 5_000  # observations between two looks whether to go on
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


@cache
def _adapter() -> TypeAdapter[Report]:
    of = GroupReport | PersonReport | AttemptReport | CertificateReport
    return TypeAdapter(Annotated[of, Field(discriminator="kind")])


def write(report: Report, path: Path, tick: Callable[[], None] = lambda: None) -> None:
    """Writes the document: UTF-8, times in ISO 8601, no NaN. Observations are written as they are read."""
    with path.open("wb") as file:
        for piece in pieces(report):
            tick()
            file.write(piece)


def pieces(report: Report) -> Iterator[bytes]:
    """The document as UTF-8, piece by piece."""
    if not isinstance(report, GroupReport):
        yield _adapter().dump_json(report) + b"\n"
        return
    before, _list, after = _adapter().dump_json(replace(report, observations=iter(()))).rpartition(_NONE)
    yield before + _NONE[:-1]
    rest, comma = iter(report.observations), b""
    while block := list(islice(rest, _BLOCK)):
        yield comma + _observations().dump_json(block)[1:-1]
        comma = b","
    yield b"]" + after + b"\n"


@cache
def _observations() -> TypeAdapter[list[Observation]]:
    return TypeAdapter(list[Observation])


def schema() -> str:
    """The schema as it stands in ``scenarios/schema/``."""
    made: dict[str, Any] = _closed(_adapter().json_schema(mode="serialization"))
    return json.dumps({"$schema": _DIALECT, "title": "huikuan-report/1", **made}, ensure_ascii=False, indent=2) + "\n"


def write_schema(folder: Path) -> None:
    """Writes the schema into ``folder``; a test holds that in ``scenarios/schema/`` current with the models."""
    (folder / SCHEMA).write_text(schema(), encoding="utf-8")


def _closed(made: Any) -> Any:
    """Drops titles that only repeat the key, and lets no key pass that is not told of."""
    if isinstance(made, list):
        return [_closed(item) for item in made]
    if not isinstance(made, dict):
        return made
    kept = {key: _closed(value) for key, value in made.items() if not (key == "title" and isinstance(value, str))}
    if kept.get("type") == "object" and "properties" in kept:
        kept.setdefault("additionalProperties", False)
    return kept
