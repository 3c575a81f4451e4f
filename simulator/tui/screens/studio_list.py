"""Choosing what to open in the Studio: the team's scenarios, one's own, a copy of a shipped one, or a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from simulator.model.language import _, current
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import HuikuanScreen
from simulator.tui.screens.studio_dialogs import Named, NewScenario
from simulator.tui.screens.studio_file import (
    DraftOpened,
    StatusChanged,
    begun,
    copied,
    opened,
    set_on_shelf,
    status_question,
)
from simulator.tui.studio_listing import StudioListing, status_name
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import Row, RowList
from simulator.tui.words import in_language
from simulator.workflows.ports import on_shelf

if TYPE_CHECKING:
    from simulator.model.scenario import Status


class ScenariosListed(Message):
    """What there is to open was listed."""

    def __init__(self, listing: StudioListing) -> None:
        super().__init__()
        self.listing = listing


class PersonasRead(Message):
    """The kinds of debtor that a scenario can start from are known, with their names."""

    def __init__(self, personas: dict[str, str]) -> None:
        super().__init__()
        self.personas = personas


class Wanted(Line):
    """The line that filters the list. What Enter does is said in its name, since it takes that key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", N_("Open"))]


class StudioListScreen(HuikuanScreen[None]):
    """The scenarios there are, one's own first."""

    HEADING = N_("Studio · scenarios to write")
    HELP = N_(
        "Scenarios are written here. Type to find one and press Enter to open it; one that came with the program is "
        "shown and stays as it is, and F3 makes a copy that you can change. F2 begins a new one from a kind of debtor. "
        "Text that was not saved when the Studio ended stands at the top. What stands on the team's shelf is written "
        "by all instructors; F9 publishes it or retires it."
    )
    DEFAULT_CSS = """
    StudioListScreen #list { height: 1fr; padding: 0 1; }
    StudioListScreen #about { height: 6; padding: 0 2; border-top: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "new", N_("New")),
        Binding("f3", "copy", N_("Copy")),
        Binding("f8", "drop", N_("Drop unsaved text"), show=False),
        Binding("f9", "status", N_("Status")),
        Binding("up", "step(-1)", N_("Up"), show=False),
        Binding("down", "step(1)", N_("Down"), show=False),
        Binding("pageup", "step(-10)", N_("Page Up"), show=False),
        Binding("pagedown", "step(10)", N_("Page Down"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.listing = StudioListing()

    def body(self) -> ComposeResult:
        with Vertical():
            yield Wanted(placeholder=_("Type to find a scenario"), id="filter")
            yield RowList(id="list", classes="-led")
            yield Plain(_("Reading the scenarios …"), id="about")

    def on_mount(self) -> None:
        self.query_one("#filter").focus()
        self.screen_layout_refresh_signal.subscribe(self, self._fit)
        self.reload()

    def on_screen_resume(self) -> None:
        if self.listing.titles is not None:
            self.reload()

    def reload(self) -> None:
        """Lists what there is anew."""
        self.errand(self._list, group="read")

    def _list(self) -> Message:
        from simulator.workflows.drafts import recover
        from simulator.workflows.team_scenarios import shelf

        house = self.host.house
        titles = tuple(house.library.titles(with_team=False))
        own = frozenset(one.id for one in titles if not house.library.locate(one.id).shipped)
        if not house.actor.is_owner:
            titles, own = tuple(one for one in titles if one.id not in own), frozenset()
        team = shelf(house.desk, house.library) if house.has_store else ()
        return ScenariosListed(StudioListing(titles, own, recover(house.files), team))

    def on_scenarios_listed(self, event: ScenariosListed) -> None:
        self.listing = event.listing
        self._show()

    _built_for = 0

    def _show(self) -> None:
        rows = self.query_one(RowList)
        self._built_for = rows.scrollable_content_region.width
        found = self.listing.rows(self.query_one("#filter", Line).value, self._built_for - 2)
        rows.show([Row(row.text, row.id) for row in found])
        self._describe()

    def _fit(self, _screen: object) -> None:
        """Makes the rows anew where the list has another width now."""
        if self.query_one(RowList).scrollable_content_region.width != self._built_for:
            self._show()

    def _describe(self) -> None:
        text = self.listing.describe(self.query_one(RowList).highlighted, self.query_one("#filter", Line).value)
        self.query_one("#about", Plain).update(text)

    def on_input_changed(self, _event: Input.Changed) -> None:
        if self.is_mounted:
            self._show()

    def on_row_list_highlighted(self, _event: RowList.Highlighted) -> None:
        self._describe()

    def action_step(self, by: int) -> None:
        """Moves in the list while the focus stays in the line."""
        self.query_one(RowList).action_step(by)

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        self.action_open()

    def on_row_list_chosen(self, _event: RowList.Chosen) -> None:
        self.action_open()

    # Opening

    def action_open(self) -> None:
        """Opens the highlighted scenario, or the file of the highlighted unsaved text."""
        highlighted = self.query_one(RowList).highlighted
        title, kept = self.listing.title(highlighted), self.listing.kept_of(highlighted)
        if title:
            self.open(title.id)
        elif self.listing.shown(highlighted):
            self.open(highlighted)
        elif kept:
            self.open(str(kept.path))

    def open(self, name: str) -> None:
        """Opens a scenario by its id or path."""
        self.errand(lambda: DraftOpened(opened(self.host.house, name)))

    def on_draft_opened(self, event: DraftOpened) -> None:
        from simulator.tui.screens.studio import StudioScreen

        self._describe()
        self.app.push_screen(StudioScreen(event.draft))

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        self._describe()

    def action_drop(self) -> None:
        """Asks whether the highlighted unsaved text is to be dropped."""
        from simulator.workflows.drafts import discard

        kept = self.listing.kept_of(self.query_one(RowList).highlighted)
        if kept is None:
            return

        def work() -> Message:
            discard(self.host.house.files, kept)
            return self._list()

        def drop() -> None:
            self.errand(work, group="record")

        self.host.ask(_("Drop this unsaved text? It cannot be had back."), drop, yes=_("Drop it"), no=_("Keep it"))

    # Making one

    def action_new(self) -> None:
        """Asks for the id and the persona of a new scenario."""
        self.errand(self._read_personas, group="personas")

    def _read_personas(self) -> Message:
        names = self.host.house.library.words().personas
        return PersonasRead({name: text.to(current()) if text else "" for name, text in names.items()})

    def on_personas_read(self, event: PersonasRead) -> None:
        self.app.push_screen(NewScenario(_("A new scenario"), event.personas, shelf=self._where()), self._make)

    def _where(self) -> bool | None:
        """Whether what is made comes on the team's shelf; None where that is to be asked."""
        if not self.host.house.actor.is_owner:
            return True
        return None if self.listing.team else False

    def _make(self, named: Named | None) -> None:
        if named:
            self.errand(lambda: DraftOpened(begun(self.host.house, named)))

    def action_copy(self) -> None:
        """Asks for the id of a copy of the highlighted scenario."""
        highlighted = self.query_one(RowList).highlighted
        title, shown = self.listing.title(highlighted), self.listing.shown(highlighted)
        if title is None and shown is None:
            return
        name = highlighted if shown else title.id if title else ""

        def make(named: Named | None) -> None:
            if named:
                self.errand(lambda: DraftOpened(copied(self.host.house, name, named)))

        about = shown.title if shown else title
        id = on_shelf(name) or name
        heading = _("A copy of “{title}”", title=(in_language(about.title)[0] if about else "") or id)
        where = True if shown else self._where()
        self.app.push_screen(NewScenario(heading, proposed=f"my-{id}", shelf=where), make)

    # The team's

    def action_status(self) -> None:
        """Asks what the highlighted scenario of the team is to be; of a file, its own screen asks that."""
        shown = self.listing.shown(self.query_one(RowList).highlighted)
        if shown is None:
            self.host.tell(_("F9 is for the team's scenarios. Of a file, open it and press F9 there."))
            return
        scenario = shown.one.scenario
        question = status_question(shown.one.status, shown.goes_on)
        self.app.push_screen(question, lambda status: self._set_status(scenario, status))

    def _set_status(self, scenario: str, status: str | None) -> None:
        if status is None:
            return
        house = self.host.house

        def work() -> Message:
            set_on_shelf(house, scenario, cast("Status", status))
            return StatusChanged(status)

        self.host.tell(_("Looking at every way to play it … Esc stops.") if status == "published" else _("Writing …"))
        self.errand(work)

    def on_status_changed(self, event: StatusChanged) -> None:
        self.host.tell(_("Status: {status}", status=status_name(event.status)))
        self.reload()

    def leave(self) -> None:
        line = self.query_one("#filter", Line)
        if line.value:
            line.value = ""
        else:
            self.host.go_home()
