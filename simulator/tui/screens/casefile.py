"""The case file over the talk, to look something up."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical

from simulator.tui.keys import N_
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.views import Words
from simulator.tui.widgets.papers import Folder
from simulator.workflows.rehearse import Rehearsal


class CaseFile(HuikuanDialog[None]):
    """The case file; Esc closes it."""

    HEADING = N_("Case file")
    HELP = N_("The case file as you studied it. Esc goes back to the talk.")
    DEFAULT_CSS = """
    CaseFile > .box { height: 90%; }
    """

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__()
        self.rehearsal = rehearsal

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Folder(self.rehearsal.scenario.case, Words(self.rehearsal.scenario, self.rehearsal.language))

    def on_mount(self) -> None:
        self.query_one(Folder).focus_page()
