"""The command line in this process: its exit code, what it says on each stream, and a house of its own."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator.cli import main


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


Huikuan = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that holds everything this run of the program keeps, but for solutions, which all tests share."""
    monkeypatch.setenv("HUIKUAN_CONFIG", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("HUIKUAN_STORE", str(tmp_path / "huikuan.db"))
    monkeypatch.setenv("HUIKUAN_LANG", "en")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "settings.toml").write_text(f'cache = "{shared_cache.as_posix()}"\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def huikuan(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Huikuan:
    """Runs a command in this process."""

    def run(*arguments: str, stdin: str = "") -> Ran:
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run
