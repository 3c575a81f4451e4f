"""``huikuan new``: a small complete scenario to start from."""

from __future__ import annotations

import argparse
from pathlib import Path

from simulator.cli import diagnostics, output, parts
from simulator.model.language import _, current


def describe() -> str:
    return _("write a small complete scenario to start from")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=_("its id; a folder of that name is made here"))
    parser.add_argument("--from", dest="persona", metavar="PERSONA", help=_("the kind of debtor under it"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows import checking

    house, here = parts.house(arguments), Path.cwd()
    written = house.library.start(arguments.id, arguments.persona, current(), here)
    output.line(output.plain(str(written)))
    progress = diagnostics.Progress()
    found = checking.check(house.library, [str(written)], house.solutions, progress.doing, progress.cancelled)
    diagnostics.problems(found)
    if found:
        diagnostics.say(_("The persona brings what the scenario does not use yet; see above."))
    else:
        diagnostics.say(_("It checks clean. Next: huikuan balance {id}, huikuan play {id}", id=arguments.id))
    return diagnostics.FINE
