"""The terminal's own cursor, where input methods open their window."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from shelf import CONTENT
from tui.terminal import running

HOME = f"""
from pathlib import Path
from simulator.adapters.settings import load
from simulator.bootstrap import House
from simulator.tui.app import run_app
run_app(House(load(language="en"), shipped=Path({str(CONTENT)!r})))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_the_real_cursor_stands_at_the_caret_of_the_line(tmp_path: Path) -> None:
    """From the first frame on, after Latin and Chinese letters, after moving, and after coming back."""
    places = {"HUIKUAN_CONFIG": str(tmp_path / "settings.toml"), "HUIKUAN_STORE": str(tmp_path / "huikuan.db")}
    with running(HOME, places) as terminal:
        terminal.wait_for(b"A small debt")
        terminal.settle()
        column, row = terminal.cursor
        assert (column, row) == (3, 2)
        terminal.type("ab")
        assert terminal.cursor == (column + 2, row)
        terminal.type("发票")
        assert terminal.cursor == (column + 6, row)
        terminal.type("\x1b[D")
        assert terminal.cursor == (column + 4, row)
        terminal.type("\x1b[21~")  # F10: the settings
        terminal.wait_for(b"Record: a file")
        terminal.type("\x1b")
        terminal.settle(1.0)
        assert terminal.cursor == (column + 4, row)
