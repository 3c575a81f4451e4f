"""``huikuan play``, and ``huikuan`` alone: the application."""

from __future__ import annotations

import argparse
import getpass
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.errors import UsageError
from simulator.model.language import _, current
from simulator.workflows.publishing import demand_published

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.model.record import Mode
    from simulator.workflows.ports import Read


def describe() -> str:
    return _("open a scenario and play it")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar=_("SCENARIO"), help=_("id of a scenario, or path of its file or folder"))
    parser.add_argument("--mode", choices=("practice", "exam"), default="practice", help=_("practice or exam"))
    parser.add_argument("--seed", type=int, metavar="N", help=_("seed of the draws"))
    parser.add_argument("--as", dest="name", metavar="NAME", help=_("who plays"))
    parser.add_argument("--plain", action="store_true", help=_("line by line, without a full screen"))


def run(arguments: argparse.Namespace) -> int:
    house = parts.house(arguments)
    if arguments.name:
        house.settings = replace(house.settings, name=arguments.name.strip())
    read = parts.scenario(house.library.read(arguments.scenario))
    if read.scenario is not None:
        demand_published(read.scenario.status, arguments.mode)
    if arguments.plain:
        return _plain(house, read, arguments.mode, arguments.seed)
    need_terminal()
    from simulator.tui.app import StartScenario, run_app

    return run_app(house, StartScenario(arguments.scenario, arguments.mode, arguments.seed))


def open_application(arguments: argparse.Namespace) -> int:
    """Opens the application at Home."""
    house = parts.house(arguments)
    need_terminal()
    from simulator.tui.app import run_app

    return run_app(house)


def need_terminal() -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(_("The application needs a terminal. Use “huikuan play SCENARIO --plain” in pipes."))


def _plain(house: House, read: Read, mode: Mode, seed: int | None) -> int:
    from simulator.tui.plain import play_plain
    from simulator.workflows.holding import held
    from simulator.workflows.rehearse import begin

    if read.scenario is None:
        return diagnostics.PROBLEMS
    parts.tell_simulated(house, argparse.Namespace())
    name = house.settings.name or getpass.getuser()
    rehearsal = begin(house.desk, read.scenario, name, mode, current(), seed)

    def write(text: str) -> None:
        output.line(output.plain(text))

    with held(rehearsal):
        return play_plain(rehearsal, sys.stdin, write, house.library.courses(), house.library, house.talk(rehearsal))
