"""`huikuan studio`: the Studio from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from shelf import CONTENT
from tui.terminal import running

SMALL = CONTENT / "library" / "small-debt" / "scenario.yaml"
COMMAND = "import sys; from simulator.cli import main; sys.exit(main(['--lang', 'en', 'studio', *{words!r}]))"


def test_studio_needs_a_terminal(huikuan: Any) -> None:
    """In a pipe it says so, with the code of wrong use."""
    ran = huikuan("studio", str(SMALL))
    assert ran.code == 2
    assert "needs a terminal" in ran.err


def test_studio_names_the_nearest_scenario(huikuan: Any) -> None:
    """A misspelt id is told before anything is opened."""
    ran = huikuan("studio", "invoice-not-fund")
    assert ran.code == 2
    assert "invoice-not-found" in ran.err


def test_studio_refuses_a_file_that_is_no_text(huikuan: Any, tmp_path: Path) -> None:
    """Bytes that are no UTF-8 are a problem of the file, with the code of problems."""
    file = tmp_path / "scenario.yaml"
    file.write_bytes(b"\xff\xfe\x00")
    ran = huikuan("studio", str(file))
    assert ran.code == 1
    assert "not-utf8" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_studio_opens_a_scenario_at_once_with_the_cursor_at_its_caret(tmp_path: Path) -> None:
    """The first thing that is seen is the text; the terminal's own cursor follows the caret, for input methods."""
    file = tmp_path / "own" / "scenario.yaml"
    file.parent.mkdir()
    file.write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    places = {"HUIKUAN_CONFIG": str(tmp_path / "settings.toml"), "HUIKUAN_STORE": str(tmp_path / "huikuan.db")}
    with running(COMMAND.format(words=[str(file)]), places) as terminal:
        terminal.wait_for(b"Line 1, column 1")
        terminal.settle(1.0)
        column, row = terminal.cursor
        assert (column, row) == (6, 3)
        terminal.type("ab")
        assert terminal.cursor == (column + 2, row)
        terminal.type("发票")
        assert terminal.cursor == (column + 6, row)
        terminal.type("\x1b[D")
        assert terminal.cursor == (column + 4, row)
