"""The commands that the READMEs state, run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READMES = (ROOT / "README.md", ROOT / "scenarios" / "README.md")
# What stands for a real thing in the text.
MEANT = {
    "PATH": str(ROOT / "scenarios" / "library" / "invoice-not-found"),
    "SCENARIO": "invoice-not-found",
    "PERSONA": "process-hider",
}
# The application itself: used by the tests of the screens, and of the browser.
NEEDS_A_PERSON = {"huikuan", "huikuan studio", "huikuan studio PATH", "huikuan serve"}
# Solves ten scenarios and plays 400 talks: tests/cli/test_demo.py makes a small group, and its slow test this one.
TAKES_MINUTES = {"huikuan demo"}


def _commands() -> list[str]:
    """Every command of the program that the READMEs name, with its options in turn."""
    found: list[str] = []
    for readme in READMES:
        text = re.sub(r"\s+", " ", readme.read_text(encoding="utf-8"))
        for command in re.findall(r"`(huikuan[^`]*)`", text):
            choices = re.search(r" \[([^]]+)\]", command)
            plain = command.replace(choices[0], "") if choices else command
            found += [plain, *(f"{plain} {choice}" for choice in choices[1].split("|"))] if choices else [plain]
    return [command for command in dict.fromkeys(found) if command not in NEEDS_A_PERSON | TAKES_MINUTES]


def _run(arguments: list[str], folder: Path, cache: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "settings.toml").write_text(f'cache = "{cache.as_posix()}"\n', encoding="utf-8")
    places = {"HUIKUAN_CONFIG": str(folder / "settings.toml"), "HUIKUAN_STORE": str(folder / "record.db")}
    return subprocess.run(
        arguments,
        cwd=folder,
        env={**os.environ, **places, "XDG_CACHE_HOME": str(folder), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def _write_the_manuals_scenario(folder: Path) -> None:
    """What somebody has at hand who followed the author's manual to its end."""
    tour = READMES[1].read_text(encoding="utf-8").split("## The language, piece by piece")[0]
    *steps, plan = re.findall(r"^```yaml\n(.*?)^```$", tour, re.MULTILINE | re.DOTALL)
    (folder / "late-pallets" / "paths").mkdir(parents=True)
    (folder / "late-pallets" / "scenario.yaml").write_text("".join(steps), encoding="utf-8")
    (folder / "late-pallets" / "paths" / "good-line.yaml").write_text(plan, encoding="utf-8")
    (folder / "moves.txt").write_text("ask.gentle\nprobe.verify:not-accepted\n", encoding="utf-8")


@pytest.mark.parametrize("command", _commands())
def test_command_of_a_readme_runs(command: str, tmp_path: Path, shared_cache: Path) -> None:
    """A command that a README states does what it says, and ends with 0."""
    _write_the_manuals_scenario(tmp_path)
    words = [MEANT.get(word, word) for word in command.split()[1:]]
    program = "import sys; from simulator.cli import main; sys.exit(main())"
    language = [] if "--lang" in words else ["--lang", "en"]
    if words[0] == "play" and "--plain" not in words:
        words.append("--plain")  # there is no terminal here
    done = _run([sys.executable, "-c", program, *words, *language], tmp_path, shared_cache)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("marker", ["slow", "benchmark", "outside"])
def test_marker_of_the_readme_exists(marker: str) -> None:
    """The suites that the test command leaves out are the ones that the README names."""
    assert re.search(f"`pytest -m {marker}( -n 0)?`", READMES[0].read_text(encoding="utf-8"))
    assert f'"{marker}:' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_installed_package_carries_everything(tmp_path: Path, shared_cache: Path) -> None:
    """What `pip install .` puts in place runs on its own: content, words, styles and command are all in it."""
    target = tmp_path / "installed"
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    done = _run([*install, "--target", str(target), str(ROOT)], tmp_path, shared_cache)
    assert done.returncode == 0, done.stderr
    for carried in (
        "scenarios/tactics.yaml",
        "simulator/tui/styles.tcss",
        "simulator/locale/zh/LC_MESSAGES/huikuan.mo",
    ):
        assert (target / carried).is_file()
    done = _run(
        [str(target / "bin" / "huikuan"), "check", "--lang", "zh", "invoice-not-found"],
        tmp_path,
        shared_cache,
        PYTHONPATH=str(target),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "个场景" in done.stdout + done.stderr


def test_picture_of_the_readme_is_there() -> None:
    """The README's picture is one that the documented command makes."""
    text = READMES[0].read_text(encoding="utf-8")
    (picture,) = re.findall(r"!\[[^]]*\]\(([^)]+)\)", text)
    svg = (ROOT / picture).read_text(encoding="utf-8")
    assert svg.startswith("<svg")
    assert "@font-face" not in svg  # it asks no server for anything
