"""The form of a new assignment."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Button

from simulator.model.errors import UsageError
from simulator.model.language import _
from simulator.tui.assignment_listing import Choices, Form, day_of, order_of
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import HuikuanDialog, HuikuanScreen
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.marked import Marked
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.words import mode_name

if TYPE_CHECKING:
    from simulator.model.record import Mode
    from simulator.workflows.assigning import Assignment

_YES, _NO = "yes", "no"


class AssignmentMade(Message):
    """An assignment is on record, or another one than before."""

    def __init__(self, assignment: Assignment) -> None:
        super().__init__()
        self.assignment = assignment


class AssignScreen(HuikuanScreen[bool]):
    """A form for a new assignment; left with whether one was made."""

    HEADING = N_("New assignment")
    HELP = N_(
        "Say what is to be played, by whom, and on which terms. Tab goes from one part to the next; in a list type to "
        "find and press Enter to mark; Left and Right choose among a few. Without a title it is called after what is "
        "assigned. An exam may be begun once unless you say how often, practice any number of times. F9 assigns it; it "
        "then stands at the top of everybody's first screen."
    )
    DEFAULT_CSS = """
    AssignScreen #all { height: 1fr; padding: 0 2; }
    AssignScreen .label { margin-top: 1; text-style: bold; }
    AssignScreen #fault { height: auto; padding: 0 2; }
    AssignScreen .buttons { margin: 1 0 0 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f9", "assign", N_("Assign it"))]

    def __init__(self, choices: Choices) -> None:
        super().__init__()
        self.choices = choices

    def body(self) -> ComposeResult:
        with VerticalScroll(id="all", can_focus=False):
            yield Plain(_("What is to be played: scenarios, or a course"), classes="label")
            kinds = {"course": _("Courses"), "scenario": _("Scenarios")}
            yield Marked(self.choices.what, kinds, _("No scenario is published."), id="what")
            yield Plain(_("By whom: groups and people"), classes="label")
            kinds = {"group": _("Groups"), "person": _("People")}
            yield Marked(self.choices.whom, kinds, _("There is nobody on the roster yet."), id="whom")
            yield Plain(_("Mode"), classes="label")
            yield Pick({mode: mode_name(mode) for mode in ("practice", "exam")}, "practice", id="mode")
            yield Plain(_("Last day, as 2026-03-05; empty for none"), classes="label")
            yield Line("", max_length=10, id="due")
            yield Plain(_("Attempts at each scenario; 0 for any number, empty for the usual"), classes="label")
            yield Line("", max_length=4, id="attempts")
            yield Plain(_("Pass mark, 0 to 100; empty for the usual one"), classes="label")
            yield Line("", max_length=6, id="pass_mark")
            yield Plain(_("A model may listen and speak, where one is set up"), classes="label")
            yield Pick({_NO: _("no"), _YES: _("yes")}, _NO, id="model")
            yield Plain(_("Practice under it is seen by instructors and HR"), classes="label")
            yield Pick({_NO: _("no"), _YES: _("yes")}, _NO, id="shared")
            yield Plain(_("Title, as everybody reads it; without names of people"), classes="label")
            yield Line("", max_length=200, id="title")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Assign it")), id="assign", variant="primary")
                yield Button(plain(_("Back")), id="back")
        yield Plain("", id="fault", classes="wrong")

    def on_mount(self) -> None:
        self.query_one("#what", Marked).take_focus()
        self.call_after_refresh(self.query_one("#all").scroll_home, animate=False)

    @property
    def form(self) -> Form:
        """What stands in the form now."""
        typed = {name: self.query_one(f"#{name}", Line).value for name in ("title", "due", "attempts", "pass_mark")}
        return Form(
            what=tuple(self.query_one("#what", Marked).marked),
            whom=tuple(self.query_one("#whom", Marked).marked),
            mode=cast("Mode", self.query_one("#mode", Pick).chosen),
            model=self.query_one("#model", Pick).chosen == _YES,
            shared=self.query_one("#shared", Pick).chosen == _YES,
            **typed,
        )

    @property
    def unsaved(self) -> str:
        return _("The assignment is not made yet; it is lost if you quit now.") if self.form.is_begun else ""

    def on_input_submitted(self) -> None:
        """Enter in a line of the form goes on; F9 assigns."""
        self.focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "assign":
            self.action_assign()
        else:
            self.leave()

    def action_assign(self) -> None:
        """Makes the assignment, or says what is missing."""
        order, house = order_of(self.form, self.choices), self.host.house
        if isinstance(order, str):
            self._say(order)
            return

        def work() -> Message:
            from simulator.workflows.assigning import assign

            return AssignmentMade(assign(house.desk, house.library, order, house.by))

        self._say("")
        self.errand(work, group="record")

    def on_assignment_made(self, event: AssignmentMade) -> None:
        self.host.tell(_("Assigned: “{title}”.", title=event.assignment.title))
        self.dismiss(True)

    def on_errand_failed(self, event: ErrandFailed) -> None:
        """What is wrong with the order is said where it stands; the form stays as it is."""
        if isinstance(event.error, UsageError):
            event.prevent_default()
            event.stop()
            self._say(str(event.error))

    def _say(self, fault: str) -> None:
        self.query_one("#fault", Plain).update(fault)

    def leave(self) -> None:
        if self.form.is_begun:
            self.host.ask(_("Leave without assigning it?"), self._drop, yes=_("Leave"), no=_("Stay here"))
        else:
            self._drop()

    def _drop(self) -> None:
        self.dismiss(False)


class ExtendDialog(HuikuanDialog[bool]):
    """Asks for another last day of an assignment; left with whether it has one."""

    HELP = N_(
        "The day counts for everybody who has the assignment. Exams that were begun keep the day that they had. Empty "
        "is no last day at all."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "extend", N_("Take it")),
        Binding("escape", "back", N_("Cancel")),
    ]

    def __init__(self, assignment: Assignment) -> None:
        super().__init__()
        self.assignment = assignment

    def body(self) -> ComposeResult:
        due = self.assignment.event.due
        with VerticalScroll(classes="box", can_focus=False):
            yield Plain(self.assignment.title, classes="heading")
            yield Plain(_("Last day, as 2026-03-05; empty for none"), classes="label")
            yield Line(f"{due.astimezone():%Y-%m-%d}" if due else "", max_length=10, id="due")
            yield Plain("", id="fault", classes="wrong")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Take it")), id="extend", variant="primary")
                yield Button(plain(_("Cancel")), id="back")

    def on_mount(self) -> None:
        self.query_one("#due").focus()

    def on_input_submitted(self) -> None:
        self.action_extend()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "extend":
            self.action_extend()
        else:
            self.leave()

    def action_extend(self) -> None:
        """Gives it the day, or says what is wrong with that."""
        day, house, assignment = day_of(self.query_one("#due", Line).value), self.host.house, self.assignment
        if isinstance(day, str):
            self._say(day)
            return

        def work() -> Message:
            from simulator.workflows.assigning import extend

            return AssignmentMade(extend(house.desk, assignment.id, day, house.by))

        self.errand(work, group="record")

    def on_assignment_made(self, _event: AssignmentMade) -> None:
        self.dismiss(True)

    def on_errand_failed(self, event: ErrandFailed) -> None:
        """A day that cannot be taken is said here."""
        if isinstance(event.error, UsageError):
            event.prevent_default()
            event.stop()
            self._say(str(event.error))

    def _say(self, fault: str) -> None:
        self.query_one("#fault", Plain).update(fault)

    def leave(self) -> None:
        self.dismiss(False)
