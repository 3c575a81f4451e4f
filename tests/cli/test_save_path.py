"""`huikuan run --save-path`: a play becomes a test plan that passes until the scenario plays otherwise."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from shelf import CONTENT, WORKED

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.bootstrap import shipped_scenarios


@pytest.fixture
def copied(tmp_path: Path) -> Any:
    """A shipped scenario in a folder of one's own, without its plans."""

    def copying(name: str) -> Path:
        folder = tmp_path / name
        (folder / "paths").mkdir(parents=True)
        shutil.copy(shipped_scenarios() / "library" / name / "scenario.yaml", folder)
        return folder

    return copying


def saved(huikuan: Any, folder: Path, moves: list[str], *words: str, name: str = "saved") -> Any:
    file = folder / "moves.txt"
    file.write_text("\n".join(moves), encoding="utf-8")
    plan = str(folder / "paths" / f"{name}.yaml")
    return huikuan("run", str(folder), "--moves", str(file), "--save-path", plan, *words)


@pytest.mark.parametrize("name", WORKED)
def test_saved_play_is_a_plan_that_passes(name: str, huikuan: Any, copied: Any) -> None:
    """Every shipped plan, played and saved again: moves, stage, meters, changed cards, ending and score all hold."""
    folder = copied(name)
    plans, _problems = YamlLibrary(shipped_scenarios()).plans(name)
    for plan in plans:
        assert saved(huikuan, folder, list(plan.moves), "--seed", str(plan.seed), name=plan.name).code == 0
    tested = huikuan("test", str(folder), "--json").json
    assert len(tested["plans"]) == len(plans)
    assert tested["passed"], tested
    assert huikuan("check", str(folder)).code == 0


def test_saved_plan_states_what_changed_after_each_turn(huikuan: Any, tmp_path: Path) -> None:
    """Stage and meters always, cards where they changed; an author can read and edit it."""
    folder = tmp_path / "content" / "library" / "small-debt"
    shutil.copytree(CONTENT, tmp_path / "content")
    ran = saved(huikuan, folder, ["ask.plain", "red.threat"], "--seed", "3")
    assert "Test plan written" in ran.err
    text = (folder / "paths" / "saved.yaml").read_text(encoding="utf-8")
    assert yaml.safe_load(text) == {
        "seed": 3,
        "moves": ["ask.plain", "red.threat"],
        "expect": [
            {"after": 1, "stage": "open", "trust": "= 4", "pressure": "= 0", "hostility": "= 2", "no-slip": "standing"},
            {"after": 2, "stage": "open", "trust": "= 0", "pressure": "= 0", "hostility": "= 2", "conduct": "breached"},
        ],
        "ending": "scandal",
        "score": yaml.safe_load(text)["score"],
    }
    assert huikuan("test", str(folder)).code == 0


def test_saved_plan_of_a_talk_that_goes_on_has_no_score(huikuan: Any, copied: Any) -> None:
    """Its ending is none, and it passes."""
    folder = copied("invoice-not-found")
    assert saved(huikuan, folder, ["ask.gentle"]).code == 0
    plan = yaml.safe_load((folder / "paths" / "saved.yaml").read_text(encoding="utf-8"))
    assert plan["ending"] == "none"
    assert "score" not in plan
    assert huikuan("test", str(folder)).code == 0


def test_saved_plan_fails_when_the_scenario_plays_otherwise(huikuan: Any, copied: Any) -> None:
    """It is a test that can fail."""
    folder = copied("invoice-not-found")
    saved(huikuan, folder, ["gatekeeper.help"])
    file = folder / "scenario.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("  trust: 4\n", "  trust: 3\n", 1), encoding="utf-8")
    ran = huikuan("test", str(folder))
    assert ran.code == 1
    assert "turn 1: trust: expected = " in ran.out


def test_save_path_never_overwrites(huikuan: Any, copied: Any) -> None:
    """What is there stays as it is."""
    folder = copied("invoice-not-found")
    saved(huikuan, folder, ["ask.gentle"])
    plan = folder / "paths" / "saved.yaml"
    before = plan.read_bytes()
    again = saved(huikuan, folder, ["gatekeeper.help"])
    assert again.code == 2
    assert "already there" in again.err
    assert plan.read_bytes() == before


@pytest.mark.parametrize("words", [["--seed", "-1"], ["--answers", "answers.json"]])
def test_save_path_refuses_what_no_plan_can_state(words: list[str], huikuan: Any, copied: Any) -> None:
    """A plan plays from the plain start, fills no forms and has a seed of 0 or more."""
    folder = copied("invoice-not-found")
    (folder / "answers.json").write_text(json.dumps({"preparation": {}}), encoding="utf-8")
    given = [str(folder / word) if word.endswith(".json") else word for word in words]
    ran = saved(huikuan, folder, ["ask.gentle"], *given)
    assert (ran.code, ran.out) == (2, "")
    assert list((folder / "paths").iterdir()) == []


def test_save_path_into_nowhere_says_so(huikuan: Any, copied: Any) -> None:
    """A folder that is not there is not made."""
    folder = copied("invoice-not-found")
    ran = saved(huikuan, folder, ["ask.gentle"], name="no/such")
    assert ran.code == 2
    assert "cannot be written" in ran.err
