"""Confirming a certificate on the evidence that is there, and revoking one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.appeal import fault_text
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.texts import Line
from simulator.tui.views.certify import ProposalView, held_lines, proposal_view
from simulator.tui.widgets.lines import Lines
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.writing import Writing
from simulator.workflows.certifying import REVOKED_FOR, Held, RevokedFor, certificate, certify, revoke
from simulator.workflows.deciding import LONGEST, person_name

if TYPE_CHECKING:
    from simulator.workflows.permission import Deed


class ProposalRead(Message):
    """What a person has shown was worked out."""

    def __init__(self, view: ProposalView) -> None:
        super().__init__()
        self.view = view


class CertificateRead(Message):
    """A certificate was read."""

    def __init__(self, lines: list[Line]) -> None:
        super().__init__()
        self.lines = lines


class Entered(Message):
    """It is on record."""

    def __init__(self, held: Held) -> None:
        super().__init__()
        self.held = held


class CertifyDialog(HuikuanDialog[bool]):
    """The evidence for a certificate, and its confirmation; left with whether one was issued.

    Args:
        person: the pseudonym of whom it is for.
        course: its id.
        renews: the id of the certificate whose place it takes.
        scenarios: those by which he is judged; none for those that were assigned to him, or all where none was.
    """

    HELP = N_(
        "The program proposes and you decide. At least four in five of the course's objectives that scenarios can "
        "show have to meet the standard, none may stand at “not yet”, and no forbidden act may be in the attempts of "
        "the last twelve months. F9 confirms the certificate with your name; it is valid for twelve months."
    )
    DEEDS: ClassVar[Mapping[str, Deed]] = {"confirm": "certify"}
    DEFAULT_CSS = """
    CertifyDialog > .box { height: 90%; }
    CertifyDialog Lines { height: 1fr; padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "confirm", N_("Confirm")),
        Binding("escape", "back", N_("Back")),
        Binding("pageup", "page(-1)", N_("Scroll up"), show=False),
        Binding("pagedown", "page(1)", N_("Scroll down"), show=False),
    ]

    def __init__(self, person: str, course: str, renews: str | None = None, scenarios: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.person, self.course, self.renews, self.scenarios = person, course, renews, scenarios
        self.view: ProposalView | None = None

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(_("Looking at the evidence …"), id="title", classes="heading")
            yield Lines(id="evidence")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Confirm")), id="confirm", variant="primary", disabled=True)
                yield Button(plain(_("Back")), id="back")

    def on_mount(self) -> None:
        house = self.host.house
        self.query_one("#evidence").focus()
        self.errand(
            lambda: ProposalRead(proposal_view(house.desk, house.library, self.person, self.course, self.scenarios))
        )

    def on_proposal_read(self, event: ProposalRead) -> None:
        view = self.view = event.view
        about = _("Renew the certificate: {name}, {course}") if self.renews else _("Certificate: {name}, {course}")
        self.query_one("#title", Plain).update(about.format(name=view.name, course=view.title))
        self.query_one("#evidence", Lines).show(view.lines)
        self.query_one("#confirm", Button).disabled = not (view.proposal.is_met and self.host.may("certify"))
        self.refresh_bindings()

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        """The base shows the error; what is there stays to be read."""
        if self.view is None:
            self.query_one("#title", Plain).update(_("There is nothing to confirm. Esc goes back."))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What does not meet the standard is not confirmed."""
        if action == "confirm" and not (self.view and self.view.proposal.is_met):
            return False
        return super().check_action(action, parameters)

    def action_page(self, pages: int) -> None:
        """Scrolls the evidence."""
        self.query_one("#evidence", Lines).page(pages)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "confirm":
            self.action_confirm()
        else:
            self.leave()

    def action_confirm(self) -> None:
        """Issues the certificate."""
        if self.view is None:
            return
        desk, by, proposal = self.host.house.desk, self.host.trainee, self.view.proposal
        self.errand(lambda: Entered(certify(desk, by, proposal, self.renews)), group="record")

    def on_entered(self, event: Entered) -> None:
        held = event.held
        self.host.tell(
            _("Certificate {code} is issued, valid until {until}.", code=held.code, until=held.event.valid_until)
        )
        self.dismiss(True)

    def leave(self) -> None:
        self.dismiss(False)


class RevokeDialog(HuikuanDialog[bool]):
    """A certificate, and why it is revoked; left with whether it was.

    Args:
        certificate: its id or its code.
    """

    HELP = N_(
        "A certificate that is revoked stays on record with the reason, and who checks its code is told. F9 revokes "
        "it, signed with your name."
    )
    DEEDS: ClassVar[Mapping[str, Deed]] = {"revoke": "certify"}
    DEFAULT_CSS = """
    RevokeDialog > .box { padding: 0 2; }
    RevokeDialog #about { height: auto; max-height: 7; }
    RevokeDialog Pick { height: auto; max-height: 3; margin-top: 1; }
    RevokeDialog Writing { height: 3; margin-top: 1; }
    RevokeDialog #fault { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "revoke", N_("Revoke")),
        Binding("escape", "back", N_("Back")),
    ]

    def __init__(self, certificate: str) -> None:
        super().__init__()
        self.certificate = certificate
        self.is_read = False

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(_("Revoke a certificate"), classes="heading")
            yield Plain("", id="about")
            yield Pick({name: _(words) for name, words in REVOKED_FOR.items()}, next(iter(REVOKED_FOR)))
            yield Writing(id="text")
            yield Plain("", id="fault", classes="wrong")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Revoke")), id="revoke", variant="warning")
                yield Button(plain(_("Back")), id="back")

    def on_mount(self) -> None:
        desk = self.host.house.desk

        def read() -> Message:
            held = certificate(desk, self.certificate)
            return CertificateRead(held_lines(held, person_name(desk.store, held.event.person)))

        self.query_one(Pick).focus()
        self.errand(read)

    def on_certificate_read(self, event: CertificateRead) -> None:
        self.is_read = True
        self.query_one("#about", Plain).update("\n".join(map(str, event.lines)))
        self.refresh_bindings()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "revoke":
            self.action_revoke()
        else:
            self.leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is revoked that was not seen."""
        if action == "revoke" and not self.is_read:
            return False
        return super().check_action(action, parameters)

    def action_revoke(self) -> None:
        """Revokes it, or says what is missing."""
        text = self.query_one(Writing).text.strip()
        if not self.is_read:
            return
        if not 1 <= len(text) <= LONGEST:
            self.query_one("#fault", Plain).update(fault_text(text))
            return
        desk, by, reason = self.host.house.desk, self.host.trainee, cast("RevokedFor", self.query_one(Pick).chosen)
        self.errand(lambda: Entered(revoke(desk, by, self.certificate, reason, text)), group="record")

    def on_entered(self, event: Entered) -> None:
        self.host.tell(_("Certificate {code} is revoked.", code=event.held.code))
        self.dismiss(True)

    def leave(self) -> None:
        self.dismiss(False)
