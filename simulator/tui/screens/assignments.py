"""What people were asked to play, and how far they are: the list, who has done it, and reminders to send."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input

from simulator.model.language import Language, _, current
from simulator.tui.assignment_listing import (
    Choices,
    Names,
    about_lines,
    assignment_rows,
    choices_of,
    names_of,
    people_rows,
    person_lines,
)
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import HuikuanScreen, cancelled
from simulator.tui.texts import Line as TextLine
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.lines import Lines
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from simulator.workflows.following import Followed
    from simulator.workflows.permission import Deed
    from simulator.workflows.reminding import Reminder

_LANGUAGES = {"zh": "中文", "en": "English"}


class AssignmentsRead(Message):
    """Every assignment was read, with how far everybody is."""

    def __init__(self, every: tuple[Followed, ...], names: Names, choices: Choices) -> None:
        super().__init__()
        self.every, self.names, self.choices = every, names, choices


class AssignmentWithdrawn(Message):
    """An assignment was taken back."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.title_withdrawn = title


class RemindersMade(Message):
    """What to send to each who has something to do."""

    def __init__(self, reminders: tuple[Reminder, ...], language: Language) -> None:
        super().__init__()
        self.reminders, self.language = reminders, language


class AssignmentsScreen(HuikuanScreen[None]):
    """All assignments, the one that was made last first."""

    HEADING = N_("Assignments")
    HELP = N_(
        "What people were asked to play, how many of them have done it, and who is late. Enter shows everybody. F2 "
        "makes a new assignment, F4 gives one another last day, F8 takes it back; what was played under it stays. F6 "
        "writes reminders, to be sent by you: the program sends nothing."
    )
    DEEDS: ClassVar[Mapping[str, Deed]] = {"people": "people.see"}
    DEFAULT_CSS = """
    AssignmentsScreen #columns { height: 1fr; }
    AssignmentsScreen #list { height: 1fr; width: 1fr; padding: 0 1; }
    AssignmentsScreen #about { height: 9; border-top: solid $panel; padding: 0 1; }
    AssignmentsScreen.-wide #about { height: 12; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "new", N_("New")),
        Binding("enter", "open", N_("Who has done it")),
        Binding("f4", "extend", N_("Last day")),
        Binding("f6", "remind", N_("Reminders")),
        Binding("f8", "withdraw", N_("Take back")),
        Binding("f7", "people", N_("People")),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.every: tuple[Followed, ...] | None = None
        self.names, self.choices = Names({}, {}, {}, {}), Choices({}, {})
        self._built_for = 0

    def body(self) -> ComposeResult:
        with Vertical(id="columns"):
            yield RowList(id="list")
            yield Lines(id="about")

    def on_mount(self) -> None:
        self.query_one(RowList).focus()
        self.screen_layout_refresh_signal.subscribe(self, self._fit)
        self._tell(_("Reading what was assigned …"))
        self.reload()

    def on_screen_resume(self) -> None:
        if self.every is not None:
            self.reload()

    def reload(self) -> None:
        """Reads everything anew."""
        self.errand(self._read, group="read")

    def _read(self) -> Message:
        from simulator.workflows.following import followed
        from simulator.workflows.people import directory

        house = self.host.house
        every, known, titles = followed(house.desk, cancelled), directory(house.desk), house.library.titles()
        names = names_of(titles, house.library.courses(), known)
        return AssignmentsRead(every, names, choices_of(titles, names, known))

    def on_assignments_read(self, event: AssignmentsRead) -> None:
        self.every, self.names, self.choices = event.every, event.names, event.choices
        self._show()

    def _show(self) -> None:
        rows = self.query_one(RowList)
        self._built_for = rows.scrollable_content_region.width
        rows.show([Row(row.text, row.id) for row in assignment_rows(self.every or (), self._built_for - 2)])
        self._describe()
        self.refresh_bindings()

    def _fit(self, _screen: object) -> None:
        """Makes the rows anew where the list has another width now."""
        if self.every is not None and self.query_one(RowList).scrollable_content_region.width != self._built_for:
            self._show()

    @property
    def chosen(self) -> Followed | None:
        """The highlighted assignment."""
        id = self.query_one(RowList).highlighted
        return next((one for one in self.every or () if one.assignment.id == id), None)

    def _describe(self) -> None:
        one = self.chosen
        if one is not None:
            self.query_one(Lines).show(about_lines(one, self.names))
        elif self.every is not None:
            self._tell(_("Nothing is assigned. F2 makes an assignment."))

    def _tell(self, text: str) -> None:
        self.query_one(Lines).show([TextLine("", text)])

    def on_row_list_highlighted(self, _event: RowList.Highlighted) -> None:
        self._describe()
        self.refresh_bindings()

    def on_row_list_chosen(self, _event: RowList.Chosen) -> None:
        self.action_open()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done with an assignment needs one that stands."""
        if self.is_mounted and action in ("open", "extend", "remind", "withdraw"):
            one = self.chosen
            if one is None or (action != "open" and one.assignment.is_withdrawn):
                return False
        if action == "new" and self.every is None:
            return False
        return super().check_action(action, parameters)

    def action_open(self) -> None:
        """Shows who is how far."""
        if self.chosen:
            self.app.push_screen(FollowScreen(self.chosen, self.names))

    def action_new(self) -> None:
        """Opens the form of a new assignment."""
        from simulator.tui.screens.assign import AssignScreen

        self.app.push_screen(AssignScreen(self.choices))

    def action_extend(self) -> None:
        """Asks for another last day."""
        from simulator.tui.screens.assign import ExtendDialog

        if self.chosen:
            self.app.push_screen(ExtendDialog(self.chosen.assignment))

    def action_remind(self) -> None:
        """Opens the reminders of the highlighted assignment."""
        if self.chosen:
            self.app.push_screen(RemindScreen(self.chosen))

    def action_withdraw(self) -> None:
        """Asks whether the highlighted assignment is to be taken back."""
        one = self.chosen
        if one is None:
            return
        question = _(
            "Take “{title}” back? Nobody can begin anything under it any more; what was played stays on record.",
            title=one.assignment.title,
        )
        self.host.ask(question, partial(self._withdraw, one), yes=_("Take it back"), no=_("Leave it"))

    def _withdraw(self, one: Followed) -> None:
        house = self.host.house

        def work() -> Message:
            from simulator.workflows.assigning import withdraw

            return AssignmentWithdrawn(withdraw(house.desk, one.assignment.id, house.by).title)

        self.errand(work, group="record")

    def on_assignment_withdrawn(self, event: AssignmentWithdrawn) -> None:
        self.host.tell(_("Taken back: “{title}”.", title=event.title_withdrawn))
        self.reload()

    def action_people(self) -> None:
        """Opens the roster."""
        from simulator.tui.screens.roster import RosterScreen

        self.app.push_screen(RosterScreen())


class FollowScreen(HuikuanScreen[None]):
    """Everybody who has an assignment, those who are late first."""

    HELP = N_("Who is how far with this assignment. Type to find somebody; Up and Down move. F6 writes reminders.")
    DEFAULT_CSS = """
    FollowScreen #list { height: 1fr; padding: 0 1; }
    FollowScreen #about { height: 7; border-top: solid $panel; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "remind", N_("Reminders")),
        Binding("up", "step(-1)", N_("Up"), show=False),
        Binding("down", "step(1)", N_("Down"), show=False),
        Binding("pageup", "step(-10)", N_("Page Up"), show=False),
        Binding("pagedown", "step(10)", N_("Page Down"), show=False),
    ]

    def __init__(self, one: Followed, names: Names) -> None:
        super().__init__()
        self.one, self.names = one, names
        self._built_for = 0

    def heading(self) -> str:
        return " · ".join((_("Assignments"), self.one.assignment.title))

    def aside(self) -> str:
        return _("{n} of {all} done", n=self.one.count("done", "passed"), all=len(self.one.people))

    def body(self) -> ComposeResult:
        yield Line(placeholder=_("Type to find a person"), id="filter")
        yield RowList(id="list", classes="-led")
        yield Lines(id="about")

    def on_mount(self) -> None:
        self.query_one("#filter").focus()
        self.screen_layout_refresh_signal.subscribe(self, self._fit)
        self._show()

    def _show(self) -> None:
        rows = self.query_one(RowList)
        self._built_for = rows.scrollable_content_region.width
        found = people_rows(self.one, self.names, self._built_for - 2, self.query_one("#filter", Line).value)
        rows.show([Row(row.text, row.id) for row in found])
        self._describe()

    def _fit(self, _screen: object) -> None:
        """Makes the rows anew where the list has another width now."""
        if self.query_one(RowList).scrollable_content_region.width != self._built_for:
            self._show()

    def _describe(self) -> None:
        person = self.query_one(RowList).highlighted
        each = next((one for one in self.one.people if one.person.person == person), None)
        nobody = [TextLine("", _("Nobody here has it."))]
        self.query_one(Lines).show(person_lines(each, self.names) if each else nobody)

    def on_input_changed(self, _event: Input.Changed) -> None:
        if self.is_mounted:
            self._show()

    def on_row_list_highlighted(self, _event: RowList.Highlighted) -> None:
        self._describe()

    def action_step(self, by: int) -> None:
        """Moves in the list while the focus stays in the line."""
        self.query_one(RowList).action_step(by)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Of what was withdrawn nobody is reminded."""
        if action == "remind" and self.one.assignment.is_withdrawn:
            return False
        return super().check_action(action, parameters)

    def action_remind(self) -> None:
        """Opens the reminders."""
        self.app.push_screen(RemindScreen(self.one))


class RemindScreen(HuikuanScreen[None]):
    """A text for everybody who has something to do, to be copied or saved, and sent by a person."""

    HEADING = N_("Reminders")
    HELP = N_(
        "A text for each who has not done it, in the language chosen at the top. F2 copies the highlighted one, F3 all "
        "of them; F9 saves them as a file. Send them as you usually write to your people: the program sends nothing."
    )
    DEFAULT_CSS = """
    RemindScreen #columns { height: 1fr; }
    RemindScreen #list { width: 26; height: 1fr; padding: 0 1; }
    RemindScreen #text { width: 1fr; height: 1fr; border-left: solid $panel; }
    RemindScreen.-wide #list { width: 40; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "copy", N_("Copy")),
        Binding("f3", "copy_all", N_("Copy all")),
        Binding("f9", "save", N_("Save all")),
    ]

    def __init__(self, one: Followed) -> None:
        super().__init__()
        self.one = one
        self.reminders: tuple[Reminder, ...] | None = None

    def heading(self) -> str:
        return " · ".join((_(self.HEADING), self.one.assignment.title))

    def body(self) -> ComposeResult:
        yield Pick(_LANGUAGES, current(), id="language")
        with Horizontal(id="columns"):
            yield RowList(id="list")
            yield Lines(id="text")

    def on_mount(self) -> None:
        self.query_one(RowList).focus()
        self.watch(self.query_one(Pick), "chosen", self._make)

    def _make(self) -> None:
        house, name = self.host.house, self.one.assignment.id
        language = cast("Language", self.query_one(Pick).chosen)

        def work() -> Message:
            from simulator.workflows.reminding import reminders

            return RemindersMade(reminders(house.desk, house.library, name, language, cancelled), language)

        self.errand(work, group="read")

    def on_reminders_made(self, event: RemindersMade) -> None:
        self.reminders = event.reminders
        self.query_one(RowList).show([Row(one.person.shown, one.person.person) for one in event.reminders])
        self._show()
        self.refresh_bindings()

    def on_errand_failed(self, event: ErrandFailed) -> None:
        """The base shows the error; there is nothing to be sent."""
        if event.group == "read":
            self.query_one(Lines).show([])

    @property
    def chosen(self) -> Reminder | None:
        """The highlighted one."""
        person = self.query_one(RowList).highlighted
        return next((one for one in self.reminders or () if one.person.person == person), None)

    def _show(self) -> None:
        one = self.chosen
        text = one.text if one else _("Nobody has anything to do.") if self.reminders is not None else ""
        self.query_one(Lines).show([TextLine("", line) for line in text.split("\n")])

    def on_row_list_highlighted(self, _event: RowList.Highlighted) -> None:
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There has to be somebody."""
        if action in ("copy", "copy_all", "save") and not self.reminders:
            return False
        return super().check_action(action, parameters)

    @property
    def whole(self) -> str:
        """All texts, with an empty line between two."""
        return "\n\n".join(one.text for one in self.reminders or ())

    def action_copy(self) -> None:
        """Copies the highlighted text."""
        if self.chosen:
            self.app.copy_to_clipboard(self.chosen.text)
            self.host.tell(_("Copied: the reminder to {name}.", name=self.chosen.person.shown))

    def action_copy_all(self) -> None:
        """Copies every text."""
        self.app.copy_to_clipboard(self.whole)
        self.host.tell(_("Copied: {n} reminders.", n=len(self.reminders or ())))

    def action_save(self) -> None:
        """Gives every text as a file: to the browser, or into the folder of downloads."""
        self.app.deliver_text(StringIO(self.whole + "\n"), save_filename="reminders.txt", mime_type="text/plain")
        self.host.tell(_("Saved as reminders.txt, where downloads go."))
