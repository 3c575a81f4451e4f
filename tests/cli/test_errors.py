"""What is wrong with a command is said, with what exists, and told apart by the exit code."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from shelf import CONTENT

from simulator import __version__
from simulator.cli import main
from simulator.model.language import LANGUAGES, translator

HUIKUAN = [sys.executable, "-c", "from simulator.cli import main; raise SystemExit(main())"]
SMALL = str(CONTENT / "library" / "small-debt" / "scenario.yaml")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["sovle", "x"], ["There is no command “sovle”.", "Did you mean “solve”"]),
        (["frobnicate"], ["There is no command “frobnicate”.", "There are: ", "check", "verify"]),
        (
            ["solve", "gearbox-missing-signature"],
            ["There is no scenario", "Did you mean “gearboxes-missing-signature”?"],
        ),
        (["run", "invoice-not-fond", "--moves", "-"], ["Did you mean “invoice-not-found”?"]),
        (["check", "line-stop-buly"], ["Did you mean “line-stop-bully”?"]),
        (["test", "zzz"], ["There is no scenario “zzz”.", "There are: "]),
        (["graph", "no/such/file.yaml"], ["no/such/file.yaml"]),
        (["verify", "nobody"], ["There is no attempt “nobody”."]),
        (["solve"], ["SCENARIO", "usage: huikuan solve"]),
        (["solve", SMALL, "--jsn"], ["--jsn", "usage:"]),
        (["solve", SMALL, "--js"], ["--js"]),
        (["graph", SMALL, "--format", "png"], ["png", "mermaid"]),
        (["schema", "scenarios"], ["scenarios", "scenario"]),
        (["run", SMALL], ["--moves"]),
        (["run", SMALL, "--moves", "-", "--seed", "one"], ["one"]),
        (["run", SMALL, "--moves", "no-such-file.txt"], ["no-such-file.txt"]),
        (["run", SMALL, "--moves", "/"], ["Cannot read /"]),
        (["--lang", "de", "list"], ["de"]),
        (["play", SMALL, "--mode", "cheat"], ["cheat"]),
    ],
)
def test_usage_error_exits_2_and_says_what_exists(words: list[str], said: list[str], huikuan: Any) -> None:
    """Nothing on standard output, and on standard error what was wrong and what would be right."""
    ran = huikuan(*words)
    assert ran.code == 2
    assert ran.out == ""
    for piece in said:
        assert piece in ran.err


@pytest.mark.parametrize("flag", ["--json", None])
def test_unknown_move_exits_2_with_its_turn_and_the_nearest(flag: str | None, huikuan: Any) -> None:
    """A misspelt tactic or card, one that is not open here, and a move after the end."""
    more = [flag] if flag else []
    for moves, said in {
        "rapport.chat\nask.plane\n": "Turn 2: “ask.plane” is not a move that is open here. Did you mean “ask.plain”?",
        "firm.check:no-slip\n": "Turn 1: “firm.check:no-slip”",
        "end.leave\nrapport.chat\n": "The talk is over after turn 1",
        "rapport.chat:slip\n": "Did you mean “rapport.chat”",
    }.items():
        ran = huikuan("run", SMALL, "--moves", "-", *more, stdin=moves)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ("{", "line 1: not JSON"),
        ('{"preparation": {"days": 10,}}', "line 1: not JSON"),
        ("[]", "wanted {preparation"),
        ('{"prep": {}}', "wanted {preparation"),
        ('{"preparation": []}', "wanted {preparation"),
        ('{"preparation": {"dayz": 10}}', "Did you mean “days”?"),
        ('{"preparation": {"days": "ten"}}', "days: a number is wanted here"),
        ('{"preparation": {"days": 1e999}}', "days: a number is wanted here"),
        ('{"preparation": {"days": ' + "9" * 5000 + "}}", "not JSON of answers"),
        ('{"preparation": {"days": ' + "9" * 400 + "}}", "days: a number is wanted here"),
        ('{"preparation": {"days": NaN}}', "days: a number is wanted here"),
        ('{"preparation": {"papers": [[]]}}', "papers: the answer must be made of the options"),
        ('{"preparation": {"sums": {"goods": {}}}}', "sums: the answer must be made of the options"),
        ("[" * 50_000, "not JSON of answers"),
        ('{"a": "' + "x" * 200_000 + '"}', "too long"),
    ],
)
def test_broken_answers_exit_2_and_never_crash(answers: str, said: str, huikuan: Any, tmp_path: Path) -> None:
    """Whatever stands in the file, the message says what is wrong with it."""
    file = tmp_path / "answers.json"
    file.write_text(answers, encoding="utf-8")
    ran = huikuan("run", SMALL, "--moves", "-", "--answers", str(file), stdin="end.leave\n")
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_file_of_moves_may_begin_with_a_byte_order_mark(huikuan: Any, tmp_path: Path) -> None:
    """Some editors put one there."""
    file = tmp_path / "moves.txt"
    file.write_bytes(b"\xef\xbb\xbfrapport.chat\r\nend.leave\r\n")
    assert huikuan("run", SMALL, "--moves", str(file)).code == 0


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"rapport.chat\n" * 20_000])
def test_file_of_moves_that_is_none_exits_2(content: bytes, huikuan: Any, tmp_path: Path) -> None:
    """Neither bytes that are no text nor a file that is far too long is played."""
    file = tmp_path / "moves.txt"
    file.write_bytes(content)
    ran = huikuan("run", SMALL, "--moves", str(file))
    assert (ran.code, ran.out) == (2, "")
    assert "moves.txt" in ran.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('languag = "en"', "There is no setting “languag”. Did you mean “language”?"),
        ('theme = "pink"', "“theme” must be “dark” or “light”"),
        ("theme = ", "this is not TOML"),
    ],
)
def test_wrong_setting_exits_2_with_its_line(line: str, said: str, huikuan: Any, home: Path) -> None:
    """The file, the line, and what would be right."""
    (home / "settings.toml").write_text(f"# mine\n{line}\n")
    ran = huikuan("list")
    assert (ran.code, ran.out) == (2, "")
    assert f"{home / 'settings.toml'}:2" in ran.err
    assert said.casefold() in ran.err.casefold()


def test_wrong_variable_exits_2(huikuan: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment variable is a setting too."""
    monkeypatch.setenv("HUIKUAN_LANG", "german")
    ran = huikuan("list")
    assert ran.code == 2
    assert "HUIKUAN_LANG" in ran.err


@pytest.mark.parametrize("command", ["solve", "graph", "run", "test", "play"])
def test_scenario_with_errors_exits_1_with_all_its_problems(command: str, huikuan: Any, tmp_path: Path) -> None:
    """Every command that needs a meaning says every problem at once, as compilers write them."""
    file = tmp_path / "scenario.yaml"
    file.write_text("scenario: x\ntitle: X\nturns: many\nlevel: 9\ndebtor: {name: Y}\n")
    more = {"run": ["--moves", "-"], "play": ["--plain", "--as", "A"]}.get(command, [])
    ran = huikuan(command, str(file), *more)
    assert (ran.code, ran.out) == (1, "")
    assert f"{file}:3:" in ran.err
    assert f"{file}:4:" in ran.err


def test_options_before_the_command_are_options(huikuan: Any, tmp_path: Path) -> None:
    """The value of --store is no command, with a blank or an equals sign, before the command or after it."""
    store = str(tmp_path / "other.db")
    for words in (
        ["--store", store, "verify", "--json"],
        ["--store", store, "--lang", "en", "verify", "--json"],
        ["--lang", "en", "--store", store, "verify", "--json"],
        [f"--store={store}", "verify", "--json"],
        ["verify", "--store", store, "--json"],
    ):
        ran = huikuan(*words)
        assert (ran.code, ran.json["attempts"]) == (0, 0), (words, ran.err)
    assert Path(store).exists()


def test_errors_come_in_the_language_that_is_spoken(huikuan: Any) -> None:
    """Chinese where Chinese is spoken, whatever the settings say."""
    for lang in LANGUAGES:
        said = translator(lang)("There is no command “{name}”.").format(name="sovle")
        ran = huikuan("--lang", lang, "sovle")
        assert ran.code == 2
        assert said in ran.err


def test_version_is_printed_alone(huikuan: Any) -> None:
    """One line on standard output."""
    for flag in ("--version", "-V"):
        assert huikuan(flag).out == f"huikuan {__version__}\n"


@pytest.mark.parametrize("words", [["--help"], ["solve", "--help"], ["run", "-h"]])
def test_help_exits_0(words: list[str], huikuan: Any) -> None:
    """Asking for help is no error."""
    with pytest.raises(SystemExit) as left:
        huikuan(*words)
    assert left.value.code == 0


def test_interrupt_exits_130(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is neither success nor failure, and no traceback."""

    class Interrupting(io.StringIO):
        def read(self, size: int | None = -1) -> str:
            raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdin", Interrupting())
    monkeypatch.setattr("sys.stderr", io.StringIO())
    try:
        code = main(["run", SMALL, "--moves", "-"])
    except KeyboardInterrupt:
        pytest.fail("the interrupt came out of the program")  # else pytest would take it for its own
    assert code == 130


@pytest.mark.parametrize("words", [["list", "--json"], ["schema"], ["--version"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_reader_that_goes_away_is_no_error(home: Path, words: list[str], unbuffered: str) -> None:
    """`huikuan list | true` ends quietly, much said or little."""
    process = subprocess.Popen(
        [*HUIKUAN, *words],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "HUIKUAN_LANG": "en", "PYTHONUNBUFFERED": unbuffered},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    assert (process.wait(timeout=60), said) == (0, "")


def test_output_survives_a_terminal_that_knows_no_chinese(home: Path) -> None:
    """In an ASCII locale what cannot be shown is escaped, and --json is still one document."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "HUIKUAN_LANG": "zh"}
    for words in (["list"], ["list", "--json"], ["sovle"]):
        ran = subprocess.run(
            [*HUIKUAN, *words],
            cwd=Path(__file__).parents[2],
            env=environment,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == (2 if words == ["sovle"] else 0), ran.stderr
        assert b"Traceback" not in ran.stderr
        if words[-1] == "--json":
            assert json.loads(ran.stdout)["scenarios"]
