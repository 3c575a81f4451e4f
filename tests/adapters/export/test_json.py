from __future__ import annotations

import json as reading
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from reports_by_hand import HOSTILE, attempt_report, certificate, group, person_report

from simulator.adapters.export import json
from simulator.bootstrap import shipped_scenarios

MAKERS = (group, person_report, attempt_report, certificate)


def document(make: Any, **how: Any) -> dict[str, Any]:
    found: dict[str, Any] = reading.loads(b"".join(json.pieces(make(**how))))
    return found


def test_published_schema_is_current() -> None:
    """The file in scenarios/schema/ is what the models give."""
    shipped = (shipped_scenarios() / "schema" / json.SCHEMA).read_text(encoding="utf-8")
    assert shipped == json.schema(), (
        'run: python -c "from pathlib import Path; from simulator.adapters.export import json; '
        "json.write_schema(Path('scenarios/schema'))\""
    )


def test_schema_is_valid_itself() -> None:
    """It is a JSON Schema of draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(reading.loads(json.schema()))


@pytest.mark.parametrize("make", MAKERS)
def test_report_fits_the_schema(make: Any) -> None:
    """Every kind of report is what the schema says, and a key that it does not know is refused."""
    validator = jsonschema.Draft202012Validator(reading.loads(json.schema()))
    found = document(make, language="zh", simulated=True)
    assert [error.message for error in validator.iter_errors(found)] == []
    assert list(validator.iter_errors(found | {"surprise": 1}))


def test_names_come_back_as_they_are() -> None:
    """JSON holds any name."""
    assert [row["person"]["name"] for row in document(group)["people"]] == list(HOSTILE)


def test_observations_are_all_there_and_lead_to_attempts() -> None:
    """Though they are written piece by piece, and also where there are none."""
    found = document(group)
    assert len(found["observations"]) == 4 * len(found["attempts"])
    assert {one["attempt"] for one in found["observations"]} == {one["attempt"] for one in found["attempts"]}


def test_pieces_make_one_document_whatever_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of observations are joined as a list of all would be."""
    whole = document(group)
    monkeypatch.setattr(json, "_BLOCK", 7)
    assert document(group) == whole


def test_simulated_report_says_so() -> None:
    """The head has it, for machines."""
    assert document(person_report, simulated=True)["head"]["simulated"] is True


def test_file_is_written_whole(tmp_path: Path) -> None:
    """The file holds the document and a line end."""
    json.write(certificate(), tmp_path / "c.json")
    assert (tmp_path / "c.json").read_bytes() == b"".join(json.pieces(certificate()))
