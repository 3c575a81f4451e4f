from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from simulator.adapters.scenario_yaml import schema
from simulator.adapters.scenario_yaml.source import Findings
from simulator.adapters.scenario_yaml.tree import compose, data

SHIPPED = Path(__file__).parents[3] / "scenarios"
BROKEN = Path(__file__).parents[2] / "scenarios" / "broken"
SCHEMAS = schema.schemas()
WHERE = {
    "scenario": "library/*/scenario.yaml",
    "plan": "library/*/paths/*.yaml",
    "persona": "personas/*.yaml",
    "course": "courses/*.yaml",
    "standard": "standard.yaml",
    "tactics": "tactics.yaml",
}
FILES = [(kind, path) for kind, pattern in WHERE.items() for path in sorted(SHIPPED.glob(pattern))]


def content(path: Path) -> Any:
    findings = Findings(str(path))
    root = compose(path.read_text(encoding="utf-8"), findings)
    assert root is not None
    return data(root)


def test_shipped_schemas_are_current() -> None:
    """The files in scenarios/schema/ are what the models give; write them anew with ``schema.write``."""
    files = {path.name: path.read_text(encoding="utf-8") for path in (SHIPPED / "schema").glob("*.json")}
    files.pop("report.schema.json")  # of what comes out; tests/adapters/export has it
    assert files == schema.files(), (
        'run: python -c "from pathlib import Path; from simulator.adapters.scenario_yaml import schema; '
        "schema.write(Path('scenarios/schema'))\""
    )


@pytest.mark.parametrize("kind", SCHEMAS)
def test_schema_is_valid_itself(kind: str) -> None:
    """Each is a JSON Schema of draft 2020-12."""
    assert SCHEMAS[kind]["$schema"] == schema.DIALECT
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[kind])


@pytest.mark.parametrize(("kind", "path"), FILES, ids=[str(path.relative_to(SHIPPED)) for _kind, path in FILES])
def test_shipped_file_fits_its_schema(kind: str, path: Path) -> None:
    """An editor underlines nothing in what is shipped."""
    errors = jsonschema.Draft202012Validator(SCHEMAS[kind]).iter_errors(content(path))
    assert [f"{error.json_path}: {error.message[:200]}" for error in errors] == []


@pytest.mark.parametrize("code", ["unknown-key", "missing-key", "wrong-type", "wrong-value"])
def test_schema_refuses_what_the_reader_refuses(code: str) -> None:
    """The faults of form that the reader finds are underlined by an editor too."""
    validator = jsonschema.Draft202012Validator(SCHEMAS["scenario"])
    assert not validator.is_valid(content(BROKEN / f"{code}.yaml"))


@pytest.mark.parametrize(
    ("more", "fits"),
    [
        ({"points": {"supply": {"start": "known"}}}, True),
        ({"points": {"supply": None}}, True),
        ({"points": {"Supply": {"start": "known"}}}, False),
        ({"title": "Two invoices"}, True),
        ({"title": {"zh": "两张发票"}}, True),
        ({"title": {"de": "Zwei Rechnungen"}}, False),
        ({"case": {"papers": {"log": "None."}}}, True),
        ({"case": {"papers": {"log": {"zh": "无"}}}}, True),
        ({"case": {"papers": {"log": {"title": "Log", "text": "None."}}}}, True),
        ({"case": {"papers": {"log": {"txt": "None."}}}}, False),
        ({"rules": [{"tactic": "*", "say": ["Well.", {"zh": "好。"}]}]}, True),
        ({"rules": [{"tactic": "*", "say": 5}]}, False),
    ],
)
def test_schema_knows_the_shorter_forms(more: dict[str, Any], fits: bool) -> None:
    """Texts, lines and papers may be written short; keys of cards must be ids."""
    validator = jsonschema.Draft202012Validator(SCHEMAS["scenario"])
    assert validator.is_valid({"scenario": "two-invoices", "turns": 6, **more}) == fits


def _keys(node: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        for name, value in node.get("properties", {}).items():
            yield f"{path}.{name}", value
        for key, value in node.items():
            yield from _keys(value, f"{path}.{key}")
    elif isinstance(node, list):
        for item in node:
            yield from _keys(item, path)


@pytest.mark.parametrize("kind", SCHEMAS)
def test_every_key_has_a_hover_text(kind: str) -> None:
    """Each key says what it is, itself or by what it refers to; only the languages of a text need no words."""
    silent = [
        path
        for path, value in _keys(SCHEMAS[kind], kind)
        if not {"description", "$ref"} & value.keys() and path.rsplit(".", 1)[1] not in ("zh", "en")
    ]
    assert silent == []


def test_files_are_json_that_people_can_read() -> None:
    """The files are indented and keep Chinese and typographic signs as they are."""
    text = schema.files()["scenario.schema.json"]
    assert json.loads(text) == SCHEMAS["scenario"]
    assert "E01–E28" in text
