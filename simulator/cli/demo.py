"""``huikuan demo``: a simulated group over three months, in a store of its own."""

from __future__ import annotations

import argparse
import shlex
import sys
from dataclasses import asdict, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.adapters import settings as settings_file
from simulator.bootstrap import House
from simulator.cli import diagnostics, output, parts
from simulator.cli.play import need_terminal
from simulator.model.errors import UsageError
from simulator.model.language import _

if TYPE_CHECKING:
    from simulator.adapters.settings import Settings
    from simulator.tui.app import HuikuanApp
    from simulator.workflows.simulating import Simulated

_PEOPLE = 40
_STEP = 5  # per cent between two lines of progress


def describe() -> str:
    return _("fill a store of its own with a simulated group, to see what HR sees")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--people", type=int, default=_PEOPLE, metavar="N", help=_("how many (default: 40)"))
    parser.add_argument("--seed", type=int, default=1, metavar="N", help=_("seed of the draws"))
    parser.add_argument("--end", type=parts.day, metavar=_("DAY"), help=_("the last day (default: yesterday)"))
    parser.add_argument("--anew", action="store_true", help=_("replaces the simulated group that is there"))
    parser.add_argument("--open", action="store_true", help=_("opens it at the group, without asking"))
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    if arguments.open:
        need_terminal()
    settings = settings_file.load(language=arguments.lang)
    path = _place(settings, arguments.store)
    at_hand = _is_demo(path, settings)
    is_asked = not arguments.json and sys.stdin.isatty() and sys.stdout.isatty()
    if at_hand and not arguments.anew:
        there = _("There is a simulated group in “{path}” already. --anew makes it again.", path=path)
        if not (arguments.open or is_asked):
            raise UsageError(there)
        output.line(output.plain(there))
    else:
        _tell(_make(settings, path, arguments), path, arguments)
    if arguments.open or (is_asked and _agrees()):
        return _open(replace(settings, store=str(path)))
    if not arguments.json:
        output.line(_("To open it: {command}", command=f"huikuan --store {shlex.quote(str(path))}"))
    return diagnostics.FINE


def _place(settings: Settings, told: str | None) -> Path:
    """The file of the simulated group: the one that was named, or ``demo.db`` beside the user's own record."""
    if told is None:
        return House(settings).data / "demo.db"
    if "://" in told:
        raise UsageError(_("A simulated group is put into a file, not on a server. Name a file with --store."))
    path = Path(told).expanduser().absolute()
    if path.is_dir():
        raise UsageError(_("“{path}” is a folder. Name a file.", path=path))
    return path


def _is_demo(path: Path, settings: Settings) -> bool:
    """Whether a simulated group is there already; False where nothing is.

    Raises:
        UsageError: it is the user's own record, or another that is not simulated.
        StoreError: it is no store, or cannot be read.
    """
    is_own = "://" not in settings.store and path == Path(settings.store).absolute()
    refused = UsageError(
        _("“{path}” is no simulated record, and was left as it is. Name another file with --store.", path=path)
    )
    if not path.exists():
        if is_own:
            raise refused
        return False
    from simulator.adapters.store.sql import SqlStore

    store = SqlStore(path)
    try:
        if store.simulated:
            return True
        if is_own or store.people() or store.attempts() or store.journal():
            raise refused
    finally:
        store.close()
    return False


def _make(settings: Settings, path: Path, arguments: argparse.Namespace) -> Simulated:
    from simulator.adapters.store.memory import MemoryStore
    from simulator.adapters.store.pouring import pour
    from simulator.workflows.simulating import Plan, simulate

    house, progress = House(settings), diagnostics.Progress()
    end = arguments.end or date.today() - timedelta(days=1)  # noqa: DTZ011 - the day where this machine is
    plan = Plan(end, arguments.people, arguments.seed, settings.language)
    diagnostics.say(
        _(
            "Simulating three months. This takes about a minute, and the first time some more, since {count} scenarios "
            "have to be solved once. Ctrl+C stops; nothing is written before the end.",
            count=len(plan.programme.played),
        )
    )

    def doing(done: int, of: int) -> None:
        progress.doing(_("simulating: {share} %", share=100 * done // max(of, 1) // _STEP * _STEP))

    filled = MemoryStore()
    made = simulate(filled, house.library, house.cache, plan, doing, progress.cancelled)
    pour(filled, path)
    return made


def _tell(made: Simulated, path: Path, arguments: argparse.Namespace) -> None:
    if arguments.json:
        output.document({"simulated": True, "store": str(path), **asdict(made)})
        return
    counts = _(
        "Simulated: {people} people, {talks} talks, {certificates} certificates, {appeals} appeals.",
        people=made.people,
        talks=made.talks,
        certificates=made.certificates,
        appeals=made.appeals,
    )
    output.line(counts)
    output.line(output.plain(_("Written: {path}", path=path)))


def _agrees() -> bool:
    """Whether it is to be opened now; yes is the default."""
    output.line(_("Open it now? [Y/n] "), end="")
    said = sys.stdin.readline()
    return bool(said) and said.strip().casefold() in ("", "y", "yes", "是", "好")


def _open(settings: Settings) -> int:
    from simulator.tui.app import run_app

    def at_group(app: HuikuanApp) -> None:
        app.home.after_notice(app.home.show_group)

    return run_app(House(settings), at_group)
