"""What several commands share: the parts of the program, made from the arguments."""

from __future__ import annotations

import argparse
import getpass
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from simulator.adapters import settings as settings_file
from simulator.bootstrap import House
from simulator.cli import diagnostics, output
from simulator.model.errors import BadFile
from simulator.model.language import _

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


def add_by(parser: argparse._ActionsContainer) -> None:
    """Lets somebody say who he is, where that goes on record."""
    parser.add_argument("--by", metavar=_("NAME"), help=_("who you are (by default whom the settings name)"))


def reviewer_name(house: House, arguments: argparse.Namespace) -> str:
    """The name of who gives the command."""
    return str(arguments.by or house.settings.name or getpass.getuser())


def reviewer(house: House, arguments: argparse.Namespace) -> str:
    """The pseudonym of who gives the command."""
    return house.store.person(reviewer_name(house, arguments))


def tell_simulated(house: House, arguments: argparse.Namespace) -> None:
    """Says so where the people in the record are simulated: beside a JSON document, else above what is said of them."""
    if house.store.simulated:
        say = diagnostics.say if getattr(arguments, "json", False) else output.line
        say(_("Simulated data: these people do not exist; a program played them."))


def day(text: str) -> date:
    """A day as an argument says it.

    Raises:
        ArgumentTypeError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(_("“{text}” is no day; write it as 2026-03-05", text=text)) from None


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
