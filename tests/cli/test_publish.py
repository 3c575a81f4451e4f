"""``huikuan publish``, and who may play what from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from shelf import SHIPPED_IDS

from simulator.model.scenario import STATUSES


@pytest.fixture
def draft(huikuan: Any, home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a sound draft, in a folder that the settings name and that this run is in."""
    folder = tmp_path_factory.mktemp("own")
    monkeypatch.chdir(folder)
    with (home / "settings.toml").open("a", encoding="utf-8") as settings:
        settings.write(f'scenarios = ["{folder.as_posix()}"]\n')
    huikuan("new", "late-pallets")
    path = folder / "late-pallets" / "scenario.yaml"
    assert "\nstatus: draft\n" in path.read_text(encoding="utf-8")
    return path


def status(path: Path) -> str:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("status:"))


def test_publish_puts_a_sound_draft_before_the_class(huikuan: Any, draft: Path) -> None:
    """Exit code 0, the file says so, and the list too."""
    before = draft.read_bytes()
    ran = huikuan("publish", "late-pallets")
    assert (ran.code, ran.out) == (0, "")
    assert "is published now" in ran.err
    assert draft.read_bytes() == before.replace(b"\nstatus: draft\n", b"\nstatus: published\n")
    listed = {one["id"]: one["status"] for one in huikuan("list", "--json").json["scenarios"]}
    assert listed == dict.fromkeys((*SHIPPED_IDS, "late-pallets"), "published")
    again = huikuan("publish", str(draft))
    assert again.code == 0
    assert "was published already" in again.err


def test_publish_says_where_home_does_not_look(
    huikuan: Any, draft: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Outside the folders of the settings it is published, and the setting that is missing is named."""
    assert "Home does not look" not in huikuan("publish", str(draft)).err
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "lone-debt"
    draft.parent.rename(elsewhere)
    path = elsewhere / "scenario.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("published", "draft"), encoding="utf-8")
    ran = huikuan("publish", str(path))
    assert ran.code == 0
    assert f"Home does not look into “{elsewhere.parent}”" in ran.err


@pytest.mark.parametrize("wanted", STATUSES)
def test_publish_sets_any_status(huikuan: Any, draft: Path, wanted: str) -> None:
    """A draft again, or retired; as a document too."""
    found = huikuan("publish", "late-pallets", "--status", wanted, "--json")
    assert found.code == 0
    assert found.json == {"path": str(draft), "status": wanted, "changed": wanted != "draft", "problems": []}
    assert status(draft) == f"status: {wanted}"


def test_publish_lists_what_stands_in_the_way(huikuan: Any, draft: Path) -> None:
    """Every problem as `check` prints it, exit code 1, and the file as it was."""
    text = draft.read_text(encoding="utf-8").replace("endings:\n", "endings:\n  never: {recovers: 0.9}\n", 1)
    draft.write_text(text, encoding="utf-8")
    ran = huikuan("publish", "late-pallets")
    assert ran.code == 1
    assert ran.out == huikuan("check", "late-pallets").out != ""
    assert "Not published: 1 problems" in ran.err
    found = huikuan("publish", "late-pallets", "--json")
    assert found.code == 1
    assert [one["code"] for one in found.json["problems"]] == ["ending-unreachable"]
    assert (found.json["status"], found.json["changed"]) == (None, False)
    assert draft.read_text(encoding="utf-8") == text
    assert huikuan("publish", "late-pallets", "--status", "retired").code == 0


def test_publish_refuses_what_it_must_not_write(huikuan: Any, draft: Path) -> None:
    """A shipped scenario, one that is not there, a status that is none: exit code 2."""
    for words in ((SHIPPED_IDS[0],), ("nowhere",), ("late-pallets", "--status", "secret"), ()):
        ran = huikuan("publish", *words)
        assert (ran.code, ran.out) == (2, ""), words
    draft.write_text("scenario: [", encoding="utf-8")
    ran = huikuan("publish", "late-pallets", "--status", "draft")
    assert ran.code == 1
    assert "not-yaml" in ran.err


@pytest.mark.parametrize("by", ["id", "path"])
def test_draft_can_be_practised_and_is_no_exam(huikuan: Any, draft: Path, by: str) -> None:
    """By its id or its path, line by line or on the screen; the refusal says why, and nothing is recorded."""
    name = "late-pallets" if by == "id" else str(draft)
    for words in (("--plain",), ()):
        ran = huikuan("play", name, "--mode", "exam", *words)
        assert (ran.code, ran.out) == (2, "")
        assert "“draft”" in ran.err
    assert huikuan("verify", "--json").json["attempts"] == 0
    ran = huikuan("play", name, "--plain", stdin=":quit\n")
    assert ran.code == 0
    assert huikuan("verify", "--json").json["attempts"] == 1


def test_published_scenario_is_an_exam(huikuan: Any, draft: Path) -> None:
    """And a retired one no more."""
    huikuan("publish", "late-pallets")
    assert huikuan("play", "late-pallets", "--mode", "exam", "--plain", stdin=":quit\n").code == 0
    huikuan("publish", "late-pallets", "--status", "retired")
    assert huikuan("play", "late-pallets", "--mode", "exam", "--plain", stdin=":quit\n").code == 2


def test_debrief_of_a_talk_says_which_version_it_was_held_on(huikuan: Any, draft: Path) -> None:
    """Played line by line to its end, while the file stays as it is."""
    note = "\n" * 20
    ran = huikuan("play", "late-pallets", "--plain", "--seed", "1", stdin="\n" * 3 + "end.leave\nyes\n" + note)
    assert ran.code == 0
    assert "Held on version " in ran.out
    assert "changed since" not in ran.out
