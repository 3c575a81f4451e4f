"""The roster: who belongs to the house and to which group; adding, transferring, leaving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.message import Message
from textual.widgets import Button, Input

from simulator.model.errors import UsageError
from simulator.model.language import _
from simulator.tui.assignment_listing import day_of
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.roster_listing import roster_rows
from simulator.tui.screens.base import HuikuanDialog, HuikuanScreen
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.workflows.people import Person, Roster
    from simulator.workflows.permission import Deed


class RosterRead(Message):
    """Who there is was read."""

    def __init__(self, known: Roster) -> None:
        super().__init__()
        self.known = known


class RosterChanged(Message):
    """A person was added, put elsewhere, or left."""

    def __init__(self, person: Person) -> None:
        super().__init__()
        self.person = person


class RosterScreen(HuikuanScreen[None]):
    """Everybody, by group."""

    HEADING = N_("People")
    HELP = N_(
        "Who belongs to the house, group by group. Type to find somebody. F2 adds a person, F3 puts the highlighted "
        "one into another group, F8 says that he left. A whole roster comes in with `huikuan people import`."
    )
    DEEDS: ClassVar[Mapping[str, Deed]] = {
        "add": "people.enrol",
        "transfer": "people.enrol",
        "leave_house": "people.enrol",
    }
    DEFAULT_CSS = """
    RosterScreen #list { height: 1fr; padding: 0 1; }
    RosterScreen #about { height: 2; padding: 0 2; border-top: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "add", N_("Add")),
        Binding("f3", "transfer", N_("Other group")),
        Binding("f8", "leave_house", N_("Leaves the house")),
        Binding("up", "step(-1)", N_("Up"), show=False),
        Binding("down", "step(1)", N_("Down"), show=False),
        Binding("pageup", "step(-10)", N_("Page Up"), show=False),
        Binding("pagedown", "step(10)", N_("Page Down"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.known: Roster | None = None
        self._built_for = 0

    def body(self) -> ComposeResult:
        yield Line(placeholder=_("Type to find a person or a group"), id="filter")
        yield RowList(id="list", classes="-led")
        yield Plain(_("Reading the roster …"), id="about")

    def on_mount(self) -> None:
        self.query_one("#filter").focus()
        self.screen_layout_refresh_signal.subscribe(self, self._fit)
        self.reload()

    def on_screen_resume(self) -> None:
        if self.known is not None:
            self.reload()

    def reload(self) -> None:
        """Reads the roster anew."""
        self.errand(self._read, group="read")

    def _read(self) -> Message:
        from simulator.workflows.people import directory

        return RosterRead(directory(self.host.house.desk))

    def on_roster_read(self, event: RosterRead) -> None:
        self.known = event.known
        self._show()

    def _show(self) -> None:
        if self.known is None:
            return
        rows = self.query_one(RowList)
        self._built_for = rows.scrollable_content_region.width
        found = roster_rows(self.known, self.query_one("#filter", Line).value, self._built_for - 2)
        rows.show([Row(row.text, row.id) for row in found])
        told = "" if found else _("Nobody here. F2 adds a person; `huikuan people import` takes a roster in.")
        self.query_one("#about", Plain).update(told)
        self.refresh_bindings()

    def _fit(self, _screen: object) -> None:
        """Makes the rows anew where the list has another width now."""
        if self.query_one(RowList).scrollable_content_region.width != self._built_for:
            self._show()

    @property
    def chosen(self) -> Person | None:
        """The highlighted person."""
        return self.known.people.get(self.query_one(RowList).highlighted) if self.known else None

    def on_input_changed(self, _event: Input.Changed) -> None:
        if self.is_mounted:
            self._show()

    def on_row_list_highlighted(self, _event: RowList.Highlighted) -> None:
        self.refresh_bindings()

    def action_step(self, by: int) -> None:
        """Moves in the list while the focus stays in the line."""
        self.query_one(RowList).action_step(by)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is done with a person needs one who is there."""
        if action in ("transfer", "leave_house") and self.is_mounted and (self.chosen is None or self.chosen.left):
            return False
        return super().check_action(action, parameters)

    def action_add(self) -> None:
        """Asks for a new person."""
        fields = {"name": _("Name"), "number": _("Staff number, if there is one"), "group": _("Group, if in one")}
        self.app.push_screen(PersonDialog(_("A new person"), fields, self._adding), self._changed)

    def _adding(self, typed: Mapping[str, str]) -> Person | str:
        from simulator.workflows.enrolling import Entry, add

        house = self.host.house
        if not typed["name"]:
            return _("A person needs a name.")
        return add(house.desk, Entry(typed["name"], typed["number"] or None, typed["group"] or None), house.by)

    def action_transfer(self) -> None:
        """Asks for the group that the highlighted person goes to."""
        one = self.chosen
        if one is None or self.known is None:
            return
        person = one.person

        def transferring(typed: Mapping[str, str]) -> Person | str:
            from simulator.workflows.people import transfer

            return transfer(self.host.house.desk, person, typed["group"] or None, self.host.house.by)

        groups = _(", ").join(self.known.groups.values())
        fields = {"group": _("Group; a new name makes one, empty is none. There are: {groups}", groups=groups or "-")}
        self.app.push_screen(PersonDialog(one.shown, fields, transferring), self._changed)

    def action_leave_house(self) -> None:
        """Asks for the last day of the highlighted person."""
        one = self.chosen
        if one is None:
            return
        person = one.person

        def leaving(typed: Mapping[str, str]) -> Person | str:
            from simulator.workflows.people import leave

            day = day_of(typed["on"])
            if isinstance(day, str) or day is None:
                return day or _("Write the last day.")
            return leave(self.host.house.desk, person, day, self.host.house.by)

        today = f"{self.host.house.desk.now().astimezone():%Y-%m-%d}"
        fields = {"on": _("Last day, as 2026-03-05")}
        self.app.push_screen(PersonDialog(one.shown, fields, leaving, {"on": today}), self._changed)

    def _changed(self, person: Person | None) -> None:
        if person is not None:
            self.host.tell(_("On record: {name}.", name=person.shown))


class PersonDialog(HuikuanDialog["Person"]):
    """A few lines about a person, and what comes of them.

    Args:
        fields: by name, what a line is for.
        work: makes the change in a thread; gives the person, or what is wrong with what was typed.
        typed: what stands in the lines already.
    """

    DEFAULT_CSS = """
    PersonDialog .label { margin-top: 1; text-style: bold; height: auto; max-height: 4; }
    PersonDialog #fault { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "take", N_("Take it")),
        Binding("escape", "back", N_("Cancel")),
    ]

    def __init__(
        self,
        about: str,
        fields: Mapping[str, str],
        work: Callable[[Mapping[str, str]], Person | str],
        typed: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__()
        self.about, self.fields, self.work, self.typed = about, fields, work, typed or {}

    def body(self) -> ComposeResult:
        with VerticalScroll(classes="box", can_focus=False):
            yield Plain(self.about, classes="heading")
            for name, words in self.fields.items():
                yield Plain(words, classes="label")
                yield Line(self.typed.get(name, ""), max_length=200, id=name)
            yield Plain("", id="fault", classes="wrong")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Take it")), id="take", variant="primary")
                yield Button(plain(_("Cancel")), id="back")

    def on_mount(self) -> None:
        self.query(Line).first().focus()

    def on_input_submitted(self) -> None:
        """Enter in the last line takes it."""
        if self.focused is self.query(Line).last():
            self.action_take()
        else:
            self.focus_next()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "take":
            self.action_take()
        else:
            self.leave()

    def action_take(self) -> None:
        """Makes the change, or says what is wrong."""
        typed = {name: self.query_one(f"#{name}", Line).value.strip() for name in self.fields}

        def work() -> Message:
            made = self.work(typed)
            if isinstance(made, str):
                raise UsageError(made)
            return RosterChanged(made)

        self.errand(work, group="record")

    def on_roster_changed(self, event: RosterChanged) -> None:
        self.dismiss(event.person)

    def on_errand_failed(self, event: ErrandFailed) -> None:
        """What cannot be taken is said where it stands."""
        if isinstance(event.error, UsageError):
            event.prevent_default()
            event.stop()
            self.query_one("#fault", Plain).update(str(event.error))
