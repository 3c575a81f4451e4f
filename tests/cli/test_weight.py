"""What a command loads: nothing heavy before it is needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from shelf import CONTENT

HEAVY = {"textual", "openai", "numpy", "sqlalchemy", "pydantic", "yaml", "transitions", "rich"}
SMALL = str(CONTENT / "library" / "small-debt" / "scenario.yaml")
PROBE = """
import json, sys
sys.argv = ["huikuan", *{words!r}]
{code}
sys.stderr.write("LOADED " + json.dumps(sorted({{name.split(".")[0] for name in sys.modules}})))
"""
RUN = "from simulator.cli import main; code = main(); assert code == 0, code"


def loaded(code: str, *words: str) -> set[str]:
    """The top packages that a fresh interpreter has loaded after some code."""
    ran = subprocess.run(
        [sys.executable, "-c", PROBE.format(words=list(words), code=code)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "HUIKUAN_LANG": "en"},
        capture_output=True,
        text=True,
        timeout=120,
        input="end.leave\n",
        check=False,
    )
    assert "LOADED " in ran.stderr, ran.stderr
    found: list[str] = json.loads(ran.stderr.rpartition("LOADED ")[2])
    return set(found)


def test_probe_sees_what_is_loaded() -> None:
    """The probe is one that can find something."""
    assert {"yaml", "numpy"} <= loaded("import numpy, yaml")


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version_loads_nothing_heavy(flag: str, home: Path) -> None:
    """Asking for the version costs the interpreter and nothing else."""
    assert loaded(RUN, flag) & HEAVY == set()


def test_import_of_the_command_line_loads_nothing_heavy() -> None:
    """`import simulator.cli` is the face of everything else."""
    assert loaded("import simulator.cli") & HEAVY == set()


def test_importing_every_command_loads_no_textual() -> None:
    """Whoever tests or embeds a command does not pay for screens."""
    code = """
import importlib, pkgutil, simulator.cli
for one in pkgutil.iter_modules(simulator.cli.__path__):
    if one.name != "__main__":
        importlib.import_module(f"simulator.cli.{one.name}")
"""
    assert loaded(code) & {"textual", "rich", "openai"} == set()


@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["check", "invoice-not-found"],
        ["test", SMALL],
        ["solve", SMALL],
        ["graph", SMALL],
        ["run", SMALL, "--moves", "-"],
        ["schema"],
        ["verify"],
        ["listen"],
    ],
    ids=lambda words: words[0],
)
def test_command_without_a_screen_loads_no_textual(words: list[str], home: Path) -> None:
    """Only the application opens Textual."""
    assert loaded(RUN, *words) & {"textual", "rich", "openai"} == set()


@pytest.mark.parametrize(
    "words",
    [["list"], ["check", "invoice-not-found"], ["graph", SMALL], ["schema"], ["listen"]],
    ids=lambda words: words[0],
)
def test_command_that_reads_no_record_loads_no_database(words: list[str], home: Path) -> None:
    """A scenario can be checked without a store."""
    assert "sqlalchemy" not in loaded(RUN, *words)
    assert not (home / "huikuan.db").exists()
