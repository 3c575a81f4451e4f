"""`huikuan new`: a small complete scenario that is clean, sound and played by its own test plan."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from shelf import SHIPPED

PERSONAS = sorted(path.stem for path in SHIPPED.glob("personas/*.yaml"))
every_start = pytest.mark.parametrize("persona", [None, *PERSONAS])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Path) -> Path:
    """The folder in which the author stands."""
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def new(huikuan: Any, persona: str | None, *words: str) -> Any:
    return huikuan("new", "late-pallets", *(["--from", persona] if persona else []), *words)


@every_start
def test_new_scenario_checks_clean_and_passes_its_plan(persona: str | None, huikuan: Any, here: Path) -> None:
    """No errors, no findings, and a test plan that plays through, over every shipped persona and over none."""
    ran = new(huikuan, persona)
    assert ran.code == 0
    assert ran.out.strip() == str(here / "late-pallets" / "scenario.yaml")
    assert "It checks clean" in ran.err
    checked = huikuan("check", "late-pallets", "--json").json
    assert checked["problems"] == []
    tested = huikuan("test", "late-pallets", "--json").json
    assert tested["passed"]
    assert [plan["plan"] for plan in tested["plans"]] == ["good-line"]


@every_start
def test_new_scenario_is_sound(persona: str | None, huikuan: Any, here: Path) -> None:
    """Fair from the start: nobody games it, and it tells people apart."""
    new(huikuan, persona)
    found = huikuan("balance", "late-pallets", "--plays", "100", "--json").json
    assert found["verdict"] == "sound"


@every_start
@pytest.mark.parametrize("language", ["zh", "en"])
def test_new_scenario_has_both_languages_and_comments_in_one(
    persona: str | None, language: str, huikuan: Any, here: Path
) -> None:
    """Texts in both; what explains the file is in the language of the run."""
    new(huikuan, persona, "--lang", language)
    text = (here / "late-pallets" / "scenario.yaml").read_text(encoding="utf-8")
    comments = [line for line in text.splitlines()[1:] if line.startswith("#")]
    assert len(comments) > 10
    assert bool(re.search("[\u4e00-\u9fff]", "".join(comments))) == (language == "zh")
    assert not re.search(r"@[A-Z]+@|^#(zh|en|each|end)\b", text, re.MULTILINE)
    data = yaml.safe_load(text)
    assert set(data["title"]) == {"zh", "en"}
    assert (data["scenario"], data.get("persona")) == ("late-pallets", persona)


def test_new_scenario_names_a_schema_that_is_there(huikuan: Any, here: Path) -> None:
    """The first line is what an editor completes by."""
    new(huikuan, None)
    first = (here / "late-pallets" / "scenario.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=file:///")
    assert Path(first.partition("file://")[2]).is_file()


def test_new_never_overwrites(huikuan: Any, here: Path) -> None:
    """What is there stays as it is, a folder, a file or a link."""
    new(huikuan, None)
    mine = here / "late-pallets" / "scenario.yaml"
    mine.write_text("mine", encoding="utf-8")
    again = new(huikuan, None)
    assert (again.code, again.out) == (2, "")
    assert "already" in again.err
    assert mine.read_text(encoding="utf-8") == "mine"
    (here / "a-file").write_text("mine", encoding="utf-8")
    (here / "a-link").symlink_to(here / "nowhere")
    for name in ("a-file", "a-link"):
        assert huikuan("new", name).code == 2
    assert (here / "a-file").read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in here.iterdir()) == ["a-file", "a-link", "late-pallets"]


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "/tmp/evil",
        "a/b",
        "a\\b",
        "..",
        ".",
        "",
        "Late",
        "late_pallets",
        "on",
        "null",
        "9lives",
        "a--b",
        "x" * 61,
        "a\0b",
        "a b",
    ],
)
def test_new_refuses_a_name_that_is_no_id(name: str, huikuan: Any, here: Path) -> None:
    """Nothing is written anywhere."""
    ran = huikuan("new", name)
    assert (ran.code, ran.out) == (2, "")
    assert list(here.iterdir()) == []
    assert "\0" not in ran.err


def test_new_refuses_an_id_that_is_taken(huikuan: Any, here: Path) -> None:
    """A shipped scenario of that id would always be found first."""
    ran = huikuan("new", "invoice-not-found")
    assert ran.code == 2
    assert "already" in ran.err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize("persona", ["process-hidr", "../standard", "no such"])
def test_new_from_an_unknown_persona_names_those_there_are(persona: str, huikuan: Any, here: Path) -> None:
    """With the nearest, and nothing is written."""
    ran = huikuan("new", "late-pallets", "--from", persona)
    assert ran.code == 2
    assert "process-hider" in ran.err
    assert list(here.iterdir()) == []


def test_new_where_nothing_can_be_written_says_so(huikuan: Any, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 2, and no half of a scenario."""

    def refuse(*_arguments: Any, **_named: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", refuse)
    ran = huikuan("new", "late-pallets")
    monkeypatch.undo()
    assert ran.code == 2
    assert "No space left" in ran.err
    assert list(here.iterdir()) == []
