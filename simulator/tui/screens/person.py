"""HR's view of one person: the same as his Progress, without the practice that is his own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.progress_texts import name_text
from simulator.tui.screens.progress import PersonFigures

if TYPE_CHECKING:
    from simulator.tui.source import Source
    from simulator.workflows.permission import Deed


class PersonScreen(PersonFigures):
    """One person, as a reviewer sees him."""

    HEADING = N_("Person")
    HELP = N_(
        "What this person can do, and on what evidence: exams, and practice that he or an assignment shares. His other "
        "practice is his own; only its number is said. Enter on an objective shows the very lines. F6 decides on the "
        "highlighted attempt; what you decide stands beside the original, with your name and your reason. F9 writes a "
        "report into a file: on him, or on the highlighted attempt, or the highlighted certificate."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "decide", N_("Decide")),
        Binding("f8", "certify", N_("Certify")),
    ]
    NEEDS_FIGURES = PersonFigures.NEEDS_FIGURES | {"decide", "certify"}
    DEEDS: ClassVar[Mapping[str, Deed]] = {"decide": "decide", "certify": "certify", "export": "report"}

    def __init__(self, source: Source, person: str, name: str) -> None:
        super().__init__(source, person)
        self.person_name = name

    def heading(self) -> str:
        return " · ".join((_(self.HEADING), name_text(self.person_name)))

    def no_talks(self) -> str:
        if self.view and self.view.withheld:
            return _("There is no attempt that others may see. What there is, is practice of his own.")
        return _("This person has not finished an attempt yet.")

    def no_standings(self) -> str:
        return _("There is no evidence yet. F7 shows the objectives of each course.")

    def take_advice(self, scenario: str) -> None:
        """Starting it is the trainee's to do."""
        self.host.tell(_("Only the trainee can start it: tell him, or `huikuan assign {name}`.", name=scenario))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A decision needs an attempt, a certificate a course."""
        if action == "decide" and self.is_mounted and self.made and (self.tab != "talks" or self.talk() is None):
            return False
        return super().check_action(action, parameters)

    def action_decide(self) -> None:
        """Opens the turns of the highlighted attempt to be decided on."""
        from simulator.tui.screens.decide import DecideScreen

        talk = self.talk()
        if talk is not None:
            self.app.push_screen(DecideScreen(talk.attempt), self._decided)

    def action_certify(self) -> None:
        """Asks whether to certify the course that is looked at."""
        from simulator.tui.screens.certify import CertifyDialog

        if self.person is None:
            return
        if not self.course:
            self.host.tell(_("F7 chooses the course to certify first."))
            return
        self.app.push_screen(CertifyDialog(self.person, self.course), self._decided)

    def _decided(self, changed: bool | None) -> None:
        if changed:
            self.read()
