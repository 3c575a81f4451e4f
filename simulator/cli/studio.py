"""``huikuan studio``: the Studio, where scenarios are written."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from simulator.cli import parts
from simulator.cli.play import need_terminal
from simulator.model.language import _

if TYPE_CHECKING:
    from simulator.tui.app import HuikuanApp


def describe() -> str:
    return _("write scenarios, and see at once what they mean")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "scenario", metavar=_("SCENARIO"), nargs="?", help=_("id of a scenario, or path of its file or folder")
    )


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows.drafts import Draft

    house, named = parts.house(arguments), arguments.scenario
    draft = Draft.open(house.files, house.library, str(house.library.locate(named).path)) if named else None
    need_terminal()
    from simulator.tui.app import run_app

    def start(app: HuikuanApp) -> None:
        if draft is None:
            app.show_studio()
        else:
            from simulator.tui.screens.studio import StudioScreen

            app.push_screen(StudioScreen(draft))

    return run_app(house, start)
