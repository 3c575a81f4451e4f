"""``huikuan play``, and ``huikuan`` alone: the application."""

from __future__ import annotations

import argparse
import getpass
import sys
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.errors import UsageError
from simulator.model.language import _, current

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.workflows.rehearse import Rehearsal


def describe() -> str:
    return _("open a scenario and play it")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar=_("SCENARIO"), help=_("id of a scenario, or path of its file or folder"))
    parser.add_argument("--mode", choices=("practice", "exam"), default="practice", help=_("practice or exam"))
    parser.add_argument("--seed", type=int, metavar="N", help=_("seed of the draws"))
    parser.add_argument("--as", dest="name", metavar="NAME", help=_("who plays"))
    parser.add_argument("--plain", action="store_true", help=_("line by line, without a full screen"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows.rehearse import begin

    house = parts.house(arguments)
    read = parts.scenario(house.library.read(arguments.scenario))
    if read.scenario is None:
        return diagnostics.PROBLEMS
    if not arguments.plain:
        _need_terminal()
    name = (arguments.name or house.settings.name or getpass.getuser()).strip()
    rehearsal = begin(house.desk, read.scenario, name, arguments.mode, current(), arguments.seed)
    return _plain(rehearsal) if arguments.plain else _open(house, rehearsal)


def open_application(arguments: argparse.Namespace) -> int:
    """Opens the application at Home."""
    house = parts.house(arguments)
    _need_terminal()
    return _open(house, None)


def _need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(_("The application needs a terminal. Use “huikuan play SCENARIO --plain” in pipes."))


def _open(house: House, rehearsal: Rehearsal | None) -> int:
    from simulator.tui.app import run_app

    return run_app(house, rehearsal)


def _plain(rehearsal: Rehearsal) -> int:
    from simulator.tui.plain import play_plain

    return play_plain(rehearsal, sys.stdin, lambda text: output.line(output.plain(text)))
