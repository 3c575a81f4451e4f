"""`huikuan team` and `huikuan assign remind`: the shelf and reminders from the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

Huikuan = Callable[..., Any]


@pytest.fixture
def file(huikuan: Huikuan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound scenario in one's own editor."""
    monkeypatch.chdir(tmp_path)
    assert huikuan("new", "late-pallets").code == 0
    return tmp_path / "late-pallets" / "scenario.yaml"


def test_team_puts_publishes_and_retires_a_file(huikuan: Huikuan, file: Path) -> None:
    """From the editor onto the shelf and to everybody, and back; who did it stands in the history."""
    assert "Nothing is on the team's shelf" in huikuan("team", "list").out
    assert huikuan("team", "put", "late-pallets", str(file), "--by", "Ms Bai").code == 0
    assert "team:" not in huikuan("list", "--json").out
    (listed,) = json.loads(huikuan("team", "list", "--json").out)
    assert (listed["scenario"], listed["status"], listed["by"]) == ("late-pallets", "draft", "Ms Bai")
    published = json.loads(huikuan("team", "publish", "late-pallets", "--json", "--by", "Mr Qi").out)
    assert published["status"] == "published"
    assert "team:late-pallets" in huikuan("list", "--json").out
    assert huikuan("team", "retire", "late-pallets").code == 0
    assert huikuan("team", "draft", "late-pallets").code == 0
    told = json.loads(huikuan("team", "history", "late-pallets", "--json").out)
    assert [(one["status"], one["by"]) for one in told][2] == ("published", "Mr Qi")
    ran = huikuan("team", "get", "late-pallets", "--content", published["published"][:10])
    assert "status: published" in ran.out


def test_team_text_goes_into_an_editor_and_back(huikuan: Huikuan, file: Path, tmp_path: Path) -> None:
    """What `get` gives, `put` takes; where somebody else was quicker, nothing is written over."""
    huikuan("team", "put", "late-pallets", str(file))
    mine, theirs = tmp_path / "mine.yaml", tmp_path / "theirs.yaml"
    text = huikuan("team", "get", "late-pallets").out
    mine.write_text(text + "# mine\n", encoding="utf-8")
    theirs.write_text(text + "# theirs\n", encoding="utf-8")
    assert huikuan("team", "put", "late-pallets", str(theirs)).code == 0
    ran = huikuan("team", "put", "late-pallets", str(mine))
    assert ran.code == 2
    assert "changed elsewhere" in ran.err
    assert json.loads(huikuan("team", "get", "late-pallets", "--json").out)["text"].endswith("# theirs\n")
    assert "huikuan team get" in huikuan("team", "put", "late-pallets", str(file)).err
    assert huikuan("team", "put", "late-pallets", str(file), "--over").code == 0
    assert "theirs" not in huikuan("team", "get", "late-pallets").out


def test_team_publishes_nothing_that_has_problems(huikuan: Huikuan, file: Path) -> None:
    """The problems are named by line, exit code 1, and nobody is offered it."""
    file.write_text(file.read_text(encoding="utf-8").replace("turns: 10", "turns: 1"), encoding="utf-8")
    huikuan("team", "put", "late-pallets", str(file))
    ran = huikuan("team", "publish", "late-pallets", "--json")
    assert ran.code == 1
    assert {one["file"] for one in json.loads(ran.out)["problems"]} == {"team:late-pallets"}
    assert huikuan("play", "team:late-pallets", "--plain").code == 2
    ran = huikuan("publish", "team:late-pallets")
    assert (ran.code, "huikuan team publish late-pallets" in ran.err) == (2, True)


@pytest.mark.parametrize(
    "words",
    [
        ("get", "nothing"),
        ("publish", "nothing"),
        ("history", "nothing"),
        ("put", "../../x", "late-pallets/scenario.yaml"),
        ("put", "invoice-not-found", "late-pallets/scenario.yaml"),
        ("put", "late-pallets", "missing.yaml"),
        ("put", "late-pallets", "/dev/zero"),
    ],
)
def test_team_says_what_there_is_not(huikuan: Huikuan, file: Path, words: tuple[str, ...]) -> None:
    """An id or a file that is none is told in a line, and nothing is written."""
    assert file.exists()
    ran = huikuan("team", *words)
    assert ran.code in (1, 2)
    assert "Traceback" not in ran.err
    assert json.loads(huikuan("team", "list", "--json").out) == []


def test_reminders_are_printed_in_either_language(huikuan: Huikuan) -> None:
    """A text for each, with an empty line between; as JSON with whom it is for; nobody who has nothing to do."""
    due = (date.today() + timedelta(days=9)).isoformat()  # noqa: DTZ011 - the day where this machine is
    for name in ("Ann", "Ben"):
        huikuan("people", "add", name, "--group", "East")
    made = huikuan("assign", "new", "invoice-not-found", "--group", "East", "--due", due, "--title", "Spring", "--json")
    assert made.code == 0
    ran = huikuan("assign", "remind", "Spring")
    assert ran.out.count("Hello") == 2
    assert f"It is due on {due}." in ran.out
    assert "\n\nHello Ben," in ran.out
    (ann, _ben) = json.loads(huikuan("--lang", "zh", "assign", "remind", "Spring", "--json").out)
    assert (ann["name"], ann["scenarios"]) == ("Ann", ["invoice-not-found"])
    assert "没收到的发票" in ann["text"]
    assert huikuan("assign", "remind", "nothing").code == 2
    for name in ("Ann", "Ben"):
        huikuan("people", "leave", name)
    assert "Nobody has anything to do." in huikuan("assign", "remind", "Spring").out
