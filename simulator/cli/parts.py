"""What several commands share: the parts of the program, made from the arguments."""

from __future__ import annotations

import argparse
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from simulator.adapters import settings as settings_file
from simulator.bootstrap import House
from simulator.cli import diagnostics, output
from simulator.model.errors import BadFile

if TYPE_CHECKING:
    from simulator.workflows.ports import Read


def house(arguments: argparse.Namespace) -> House:
    """The parts of the program for these arguments.

    Raises:
        SettingsError: the settings are wrong.
    """
    return House(settings_file.load(language=arguments.lang, store=arguments.store))


def scenario(library_read: Read) -> Read:
    """What was read, if it has a meaning; its findings are narrated.

    Raises:
        BadFile: it has none.
    """
    if library_read.scenario is None:
        raise BadFile(library_read.problems)
    diagnostics.problems(library_read.problems)
    return library_read


def add_json(parser: argparse._ActionsContainer, help_text: str) -> None:
    parser.add_argument("--json", action="store_true", help=help_text)


def table(rows: Iterable[Sequence[str]], indent: str = "  ") -> Iterator[str]:
    """Rows as lines with aligned columns: the first to the left, the others to the right."""
    cells = [[output.plain(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = [" " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        first, *others = zip(row, padded, strict=True)
        yield (indent + first[0] + first[1] + "".join(f"  {pad}{cell}" for cell, pad in others)).rstrip()


def _width(text: str) -> int:
    """The cells that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
