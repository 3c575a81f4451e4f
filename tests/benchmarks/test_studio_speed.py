"""How fast a key is in the Studio with a file of 2,000 lines; in a pseudo-terminal."""

from __future__ import annotations

from pathlib import Path
from statistics import quantiles

import pytest
from benchmarks.terminal import Terminal
from shelf import SHIPPED

pytestmark = pytest.mark.benchmark

# Wanted (decided 2026-11), as of the talk: nobody feels less.
MOST_SECONDS_A_KEY = 0.040
LINES, KEYS = 2_000, 80

STUDIO = "import sys; from simulator.cli import main; sys.exit(main(['--lang', 'en', 'studio', {path!r}]))"


def test_key_is_painted_at_once_in_2000_lines(tmp_path: Path) -> None:
    """Of letters typed, of steps and of new lines in the middle of the file, 95 of 100 are painted within 40 ms."""
    config = tmp_path / "settings.toml"
    config.write_text('name = "Bench"\nnotice_read = true\n', encoding="utf-8")
    environment = {
        "HUIKUAN_CONFIG": str(config),
        "HUIKUAN_STORE": str(tmp_path / "record.db"),
        "XDG_CACHE_HOME": str(tmp_path),
    }
    shipped = max((path.read_text(encoding="utf-8") for path in SHIPPED.glob("library/*/scenario.yaml")), key=len)
    assert shipped.count("\n") >= LINES
    file = tmp_path / "own" / "scenario.yaml"
    file.parent.mkdir()
    file.write_text(shipped, encoding="utf-8")
    with Terminal(STUDIO.format(path=str(file)), environment, columns=120, rows=40) as terminal:
        terminal.wait_for("Line 1, column 1")
        terminal.settle(3.0)
        terminal.press(b"\x07")  # Ctrl+G, and a line in the middle
        for key in (b"1", b"0", b"0", b"0", b"\r"):
            terminal.press(key)
        terminal.settle(1.0)
        for keys in ((b"a", b"\x7f"), (b"\x1b[B", b"\x1b[A"), (b"\r", b"\x7f")):
            took = [terminal.press(key) for _ in range(KEYS // 2) for key in keys]
            assert quantiles(took, n=20)[-1] <= MOST_SECONDS_A_KEY, keys
