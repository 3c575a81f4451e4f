"""Choosing what to open in the Studio: one's own scenarios, a copy of a shipped one, or a new one."""

from __future__ import annotations

from typing import ClassVar

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
from simulator.tui.screens.studio_file import DraftOpened, begun, copied, opened
from simulator.tui.studio_listing import StudioListing
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import Row, RowList
from simulator.tui.words import in_language


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
        "Text that was not saved when the Studio ended stands at the top."
    )
    DEFAULT_CSS = """
    StudioListScreen #list { height: 1fr; padding: 0 1; }
    StudioListScreen #about { height: 6; padding: 0 2; border-top: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "new", N_("New")),
        Binding("f3", "copy", N_("Copy")),
        Binding("f8", "drop", N_("Drop unsaved text"), show=False),
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

        house = self.host.house
        titles = tuple(house.library.titles())
        own = frozenset(one.id for one in titles if not house.library.locate(one.id).shipped)
        return ScenariosListed(StudioListing(titles, own, recover(house.files)))

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

        def drop() -> None:
            discard(self.host.house.files, kept)
            self.reload()

        self.host.ask(_("Drop this unsaved text? It cannot be had back."), drop, yes=_("Drop it"), no=_("Keep it"))

    # Making one

    def action_new(self) -> None:
        """Asks for the id and the persona of a new scenario."""
        self.errand(self._read_personas, group="personas")

    def _read_personas(self) -> Message:
        names = self.host.house.library.words().personas
        return PersonasRead({name: text.to(current()) if text else "" for name, text in names.items()})

    def on_personas_read(self, event: PersonasRead) -> None:
        self.app.push_screen(NewScenario(_("A new scenario"), event.personas), self._make)

    def _make(self, named: Named | None) -> None:
        if named:
            self.errand(lambda: DraftOpened(begun(self.host.house, named)))

    def action_copy(self) -> None:
        """Asks for the id of a copy of the highlighted scenario."""
        title = self.listing.title(self.query_one(RowList).highlighted)
        if title is None:
            return
        name = title.id

        def make(named: Named | None) -> None:
            if named:
                self.errand(lambda: DraftOpened(copied(self.host.house, name, named.id)))

        heading = _("A copy of “{title}”", title=in_language(title.title)[0] or name)
        self.app.push_screen(NewScenario(heading, proposed=f"my-{name}"), make)

    def leave(self) -> None:
        line = self.query_one("#filter", Line)
        if line.value:
            line.value = ""
        else:
            self.host.go_home()
