"""Names and files of strangers are shown as text, never obeyed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from shelf import CONTENT

from simulator.cli import output

SMALL = str(CONTENT / "library" / "small-debt" / "scenario.yaml")
# Colour, window title, the 8-bit form of an escape sequence, a bell, a change of writing direction, delete.
HOSTILE = ["\x1b[31mred", "\x1b]0;owned\x07", "\x9b31mred", "bell\x07", "\u202etxt.exe", "\x7f\x7f", "a\rb"]
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def calm(ran: Any) -> None:
    """Neither stream holds anything that a terminal would obey."""
    assert not OBEYED.search(ran.out), repr(ran.out)
    assert not OBEYED.search(ran.err), repr(ran.err)
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_argument_is_shown_and_not_obeyed(name: str, huikuan: Any) -> None:
    """As command, scenario, path, move, attempt or value of an option."""
    for words in (
        [name],
        ["solve", name],
        ["solve", f"./{name}.yaml"],
        ["check", name, "--json"],
        ["graph", SMALL, "--format", name],
        ["verify", name],
        ["run", SMALL, "--moves", name],
        ["run", SMALL, "--moves", "-", "--seed", name],
        ["--lang", name, "list"],
    ):
        ran = huikuan(*words)
        assert ran.code == 2, words
        calm(ran)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_move_is_shown_and_not_obeyed(name: str, huikuan: Any) -> None:
    """In a list of moves too."""
    ran = huikuan("run", SMALL, "--moves", "-", stdin=f"rapport.chat\nask.{name}\n")
    assert ran.code == 2
    calm(ran)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_name_is_shown_and_not_obeyed(name: str, huikuan: Any, tmp_path: Path) -> None:
    """A scenario, a test plan and a file of answers may be called anything; --json too holds only escapes of it."""
    folder = tmp_path / name
    shutil.copytree(CONTENT, folder)
    scenario = folder / "library" / "small-debt"
    (scenario / "paths" / f"{name}.yaml").write_text('moves: [rapport.chat]\nexpect: [{after: 1, trust: "= 9"}]\n')
    (scenario / "paths" / f"{name}-broken.yaml").write_text("moves: 3\n")
    for words, code in (
        (["test", str(scenario)], 1),
        (["test", str(scenario), "--json"], 1),
        (["check", str(scenario)], 1),
        (["check", str(scenario), "--json"], 1),
        (["check", str(scenario), "--verbose"], 1),
        (["solve", str(scenario), "--json"], 0),
        (["run", str(scenario), "--moves", "-", "--answers", str(folder / "none.json")], 2),
    ):
        ran = huikuan(*words, stdin="end.leave\n")
        assert ran.code == code, (words, ran)
        calm(ran)
    found = huikuan("test", str(scenario), "--json").json
    assert name in [row["plan"] for row in found["plans"]], "the escapes of the document are those of the name"


@pytest.mark.parametrize("piece", ["\\e[31m", "\\x9b31m", "\\u202e"])
def test_hostile_text_in_a_scenario_is_a_problem_with_a_line(piece: str, huikuan: Any, tmp_path: Path) -> None:
    """Control characters in a text are refused, and the message does not hold them."""
    file = tmp_path / "scenario.yaml"
    file.write_text(f'scenario: x\ntitle: "{piece}X"\nturns: 2\ndebtor: {{name: Y}}\n')
    ran = huikuan("solve", str(file))
    assert ran.code == 1
    assert f"{file}:2:" in ran.err
    calm(ran)


@pytest.mark.parametrize(
    "title", ["[red]X[/red]", "[@click=app.quit]X[/]", "{amount.__class__}", "=1+1", "%s %d", "{}"]
)
def test_markup_in_a_scenario_is_text(title: str, huikuan: Any, tmp_path: Path) -> None:
    """Brackets and braces stand as they are written, or are a problem; never an error of the program."""
    file = tmp_path / "scenario.yaml"
    file.write_text(
        f'scenario: x\ntitle: "{title}"\nturns: 2\ndebtor: {{name: "{title}"}}\n'
        f'rules:\n  - {{tactic: rapport.chat, say: {{zh: ["{title}"], en: ["{title}"]}}}}\n'
    )
    ran = huikuan("run", str(file), "--moves", "-", stdin="rapport.chat\n")
    if "{" in title:
        assert ran.code == 1
        assert "unknown-placeholder" in ran.err
    else:
        assert ran.code == 0
        assert title in ran.out
    calm(ran)


def test_name_of_a_trainee_is_text(huikuan: Any) -> None:
    """A name with markup or escapes is kept and never obeyed."""
    for name in ["[red]Wang[/]", "\x1b[31mWang", "=cmd()"]:
        ran = huikuan("play", SMALL, "--plain", "--as", name, stdin="")
        assert ran.code in (0, 2)
        calm(ran)


def test_plain_keeps_what_people_read_and_shows_what_they_do_not() -> None:
    """Chinese with its own space, accents and signs stand as they are; control characters are written out."""
    assert output.plain("第四条　卖方\tA é €\n") == "第四条　卖方\tA é €\n"
    assert output.plain("\x1b[31m\x9b\x7f\u202e\r") == "\\x1b[31m\\x9b\\x7f\\x202e\\x0d"


def test_case_file_is_printed_with_its_chinese_spaces(huikuan: Any) -> None:
    """A contract clause is typeset with an ideographic space."""
    ran = huikuan("--lang", "zh", "play", "invoice-not-found", "--plain", "--as", "A", stdin="")
    assert "第四条　卖方" in ran.out
    assert "\\x3000" not in ran.out
