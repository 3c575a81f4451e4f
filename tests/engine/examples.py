"""The examples of what is wrong with a scenario, one file for each code, with the lines marked."""

from __future__ import annotations

from pathlib import Path

BROKEN = Path(__file__).parents[1] / "scenarios" / "broken"


def marked(code: str) -> list[int]:
    """The lines of the example that have the problem."""
    lines = (BROKEN / f"{code}.yaml").read_bytes().decode("latin-1").splitlines()
    return [number for number, line in enumerate(lines, start=1) if f"# expect: {code}" in line]
