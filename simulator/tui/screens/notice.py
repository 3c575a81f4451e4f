"""Before the first talk: who will see what. It is confirmed once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Input

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain, plain

if TYPE_CHECKING:
    from simulator.adapters.settings import Settings

_SAYS = (
    (
        N_("Practice is yours"),
        N_("Nobody else sees your practice unless you share it, or it was assigned to you as shared."),
    ),
    (
        N_("An exam is evidence"),
        N_("Its record, with every move, is kept for those who set the exam, and cannot be changed afterwards."),
    ),
    (
        N_("Your name stands apart"),
        N_("The record holds a pseudonym. Your name is kept beside it and can be erased without touching the record."),
    ),
    (
        N_("Everything stays here"),
        N_(
            "The program works without a network; the record is a file or a database of your company. What came of "
            "exams and of practice that others see goes to your company's learning system where it has set one up."
        ),
    ),
    (
        N_("Figures are for learning"),
        N_("Scores say how a rehearsed talk went. They are no basis for decisions about pay, promotion or dismissal."),
    ),
    (
        N_("You may see and erase it"),
        N_(
            "You have a right to see everything that is kept about you, and to have it erased; ask for either at any "
            "time."
        ),
    ),
)


class NoticeAccepted(Message):
    """The trainee has read the notice; it need not be shown again."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings


class NoticeScreen(HuikuanDialog[bool]):
    """Who will see what. Confirming it is the way to the first talk; Esc goes back."""

    HELP = N_("Read who sees what, say under which name your attempts are recorded, and confirm with Enter or F9.")
    DEFAULT_CSS = """
    NoticeScreen > .box { height: 22; max-height: 100%; padding: 0 1; }
    NoticeScreen.-tall > .box { height: auto; padding: 1 2; }
    NoticeScreen #text { height: 1fr; }
    NoticeScreen.-tall #text { height: auto; }
    NoticeScreen.-tall #text Plain { margin-bottom: 1; }
    NoticeScreen .buttons { margin: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "agree", N_("I have read this")),
        Binding("escape", "back", N_("Not now")),
        Binding("pagedown", "scroll_text(1)", N_("Scroll down"), show=False),
        Binding("pageup", "scroll_text(-1)", N_("Scroll up"), show=False),
    ]

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            with VerticalScroll(id="text", can_focus=True, classes="page"):
                yield Plain(_("Before your first talk: who will see what"), classes="heading")
                for head, text in _SAYS:
                    yield Plain(Content.assemble(plain(_("{head}. ", head=_(head)), "bold"), plain(_(text))))
            yield Plain(_("Your name, as your attempts are recorded:"), classes="hint")
            name = Line(self.host.trainee, max_length=80, id="name")
            name.disabled = not self.host.house.actor.is_owner  # who is signed in has the name of his account
            yield name
            with Horizontal(classes="buttons"):
                yield Button(plain(_("I have read this")), id="agree", variant="primary")
                yield Button(plain(_("Not now")), id="later")

    def on_mount(self) -> None:
        self.query_one("#text").focus()

    def action_scroll_text(self, pages: int) -> None:
        text = self.query_one("#text")
        text.scroll_relative(y=pages * max(text.size.height - 1, 1), animate=False)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "agree":
            self.action_agree()
        else:
            self.leave()

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        self.action_agree()

    def action_agree(self) -> None:
        """Keeps that the notice was read, and under which name attempts are recorded."""
        name = self.query_one("#name", Line).value.strip()
        if not name:
            self.host.tell(_("A name is needed to find your attempts again; any name will do."), "warning")
            self.query_one("#name").focus()
            return
        settings = self.host.settings
        if settings.notice_read:  # confirmed in this run, though it could not be written
            self.dismiss(True)
            return
        house = self.host.house
        is_other = house.actor.is_owner and name != settings.name
        changes: dict[str, object] = {"notice_read": True} | ({"name": name} if is_other else {})
        self.errand(lambda: NoticeAccepted(house.keep(changes)), group="record")

    def on_notice_accepted(self, event: NoticeAccepted) -> None:
        self.host.house.settings = event.settings
        self.dismiss(True)

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        """The base shows why it could not be kept; it holds for this run all the same."""
        name = self.query_one("#name", Line).value.strip()
        self.host.house.settings = replace(self.host.settings, notice_read=True, name=name)

    def leave(self) -> None:
        self.dismiss(False)
