"""The author's manual: what it shows is read, checked and played, and its tables name every code."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from doubles import MemoryCache
from shelf import SHIPPED

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.program import Program
from simulator.workflows.author import run_plan
from simulator.workflows.checking import check
from simulator.workflows.solutions import Solutions

MANUAL = (SHIPPED / "README.md").read_text(encoding="utf-8")
_FIRST, _REST = MANUAL.split("## The language, piece by piece")
BLOCKS = re.compile(r"^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STEPS = [block for block in BLOCKS.findall(_FIRST) if not block.startswith("seed:")]
(PLAN,) = [block for block in BLOCKS.findall(_FIRST) if block.startswith("seed:")]
PIECES = BLOCKS.findall(_REST)
RULES = ("rules", "habits", "initiative")
LISTS = (*RULES, "preparation", "note")


def write(folder: Path, text: str) -> Path:
    """The manual's scenario, or a variant of it, as files."""
    scenario = folder / "late-pallets"
    (scenario / "paths").mkdir(parents=True)
    (scenario / "scenario.yaml").write_text(text, encoding="utf-8")
    (scenario / "paths" / "good-line.yaml").write_text(PLAN, encoding="utf-8")
    return scenario


def with_piece(piece: str) -> dict[str, Any]:
    """The manual's scenario with a piece put in: rules above its own, everything else by its key."""
    scenario: dict[str, Any] = yaml.safe_load("".join(STEPS))
    for key, value in yaml.safe_load(piece).items():
        if key in LISTS:
            scenario[key] = value + scenario[key]
        elif isinstance(value, dict):
            scenario[key] = {**scenario.get(key, {}), **value}
        else:
            scenario[key] = value
    return scenario


def test_the_steps_make_a_sound_scenario(tmp_path: Path, library: YamlLibrary) -> None:
    """Typed one after the other, they check without error or finding."""
    scenario = write(tmp_path, "".join(STEPS))
    assert check(library, [str(scenario)], Solutions(MemoryCache())) == ()
    assert len(STEPS) >= 4


def test_the_plan_of_the_manual_holds(tmp_path: Path, library: YamlLibrary) -> None:
    """It plays on the scenario of the steps as it says."""
    scenario = write(tmp_path, "".join(STEPS))
    read = library.read(str(scenario))
    assert read.scenario is not None
    (plan,), broken = library.plans(str(scenario))
    assert list(broken) == []
    assert run_plan(Program(read.scenario), plan, Solutions(MemoryCache())).failures == ()


@pytest.mark.parametrize("piece", [one for one in PIECES if not one.startswith("persona:")])
def test_piece_fits_into_the_scenario(piece: str, tmp_path: Path, library: YamlLibrary) -> None:
    """Each shows something that the language has: put in, it is read without an error, and means something."""
    scenario = write(tmp_path, yaml.safe_dump(with_piece(piece), allow_unicode=True, sort_keys=False))
    read = library.read(str(scenario))
    assert [str(one) for one in read.problems if one.severity == "error"] == []
    assert read.scenario is not None
    assert Program(read.scenario).moves


@pytest.mark.parametrize("piece", [one for one in PIECES if one.startswith("persona:")])
def test_persona_of_the_manual_can_be_stood_on(piece: str, tmp_path: Path, library: YamlLibrary) -> None:
    """In a folder of its own it is the layer under the scenario."""
    name = yaml.safe_load(piece)["persona"]
    (tmp_path / "personas").mkdir()
    (tmp_path / "personas" / f"{name}.yaml").write_text(piece, encoding="utf-8")
    (tmp_path / "standard.yaml").write_text((SHIPPED / "standard.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    scenario = write(tmp_path / "library", "".join(STEPS) + f"persona: {name}\n")
    read = library.read(str(scenario))
    assert [str(one) for one in read.problems if one.severity == "error"] == []
    assert read.scenario is not None
    assert read.scenario.meters["trust"] == 3


EXAMPLES = {path.stem for path in (Path(__file__).parent / "broken").iterdir()}
OF_THE_FILE_ITSELF = {"not-a-file", "unreadable", "too-large"}  # no small file can be an example of these


def test_tables_name_every_code() -> None:
    """Those with an example and those of the file itself: none is missing, and none is made up."""
    tables = MANUAL.split("## Every problem, by its code")[1]
    named = {
        code for row in re.findall(r"^\| (`.*?) \|", tables, re.MULTILINE) for code in re.findall(r"`([^`]+)`", row)
    }
    assert named == EXAMPLES | OF_THE_FILE_ITSELF | {"plan-fails"}  # the last is about two files
