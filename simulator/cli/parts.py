"""What several commands share: the parts of the program, made from the arguments."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from simulator.adapters import settings as settings_file
from simulator.bootstrap import House
from simulator.cli import diagnostics
from simulator.model.errors import BadFile
from simulator.model.language import current

if TYPE_CHECKING:
    from simulator.workflows.ports import Read


def house(arguments: argparse.Namespace) -> House:
    """The parts of the program for these arguments.

    Raises:
        SettingsError: the settings are wrong.
    """
    return House(settings_file.load(language=current(), store=getattr(arguments, "store", None)))


def scenario(library_read: Read) -> Read:
    """What was read, if it has a meaning; its findings are narrated.

    Raises:
        BadFile: it has none.
    """
    if library_read.scenario is None:
        raise BadFile(library_read.problems)
    diagnostics.problems(library_read.problems)
    return library_read


def add_json(parser: argparse.ArgumentParser, help_text: str) -> None:
    parser.add_argument("--json", action="store_true", help=help_text)
