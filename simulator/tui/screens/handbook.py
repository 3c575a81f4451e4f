"""The handbook: tactics, excuses, pressure points, law and knowledge cards, to be looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input

from simulator.model.language import _, current
from simulator.tui.keys import N_
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.widgets.aside import Aside
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from simulator.workflows.handbook import Entry


class HandbookRead(Message):
    """The handbook's entries were read."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        super().__init__()
        self.entries = entries


class SearchLine(Line):
    """The line that looks for entries; it keeps the focus, and Up and Down choose below it."""

    HELP = N_(
        "Type words that must all stand in an entry. Up and Down choose one, Page Up and Page Down scroll what it says."
    )


class HandbookScreen(HuikuanDialog[None]):
    """A line to type in, the entries that have those words, and what the highlighted one says."""

    HEADING = N_("Handbook")
    HELP = N_(
        "The handbook says when each tactic works, how to tell a true excuse from a pretext, what matters to a debtor, "
        "and what the law says and whom it binds. Knowledge cards end with a few questions, which F4 asks."
    )
    DEFAULT_CSS = """
    HandbookScreen > .box { width: 96%; height: 90%; padding: 0 1; max-width: 150; }
    HandbookScreen #columns { height: 1fr; }
    HandbookScreen #entries { width: 2fr; }
    HandbookScreen #entry { width: 3fr; padding: 0 1; border-left: solid $panel; }
    HandbookScreen.-narrow #columns { layout: vertical; }
    HandbookScreen.-narrow #entries { width: 100%; height: 7; }
    HandbookScreen.-narrow #entry { width: 100%; height: 1fr; border-left: none; border-top: solid $panel; }
    HandbookScreen #none { display: none; padding: 1 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("Close")),
        Binding("f4", "quiz", N_("Questions")),
        Binding("up", "step(-1)", N_("Up"), show=False),
        Binding("down", "step(1)", N_("Down"), show=False),
        Binding("pageup", "page(-1)", N_("Scroll up"), show=False),
        Binding("pagedown", "page(1)", N_("Scroll down"), show=False),
    ]

    def __init__(self, wanted: str = "") -> None:
        """Opens at the entry of this id, where there is one."""
        super().__init__()
        self.wanted = wanted
        self.known: dict[str, Entry] = {}

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield SearchLine(placeholder=_("Type what you want to look up"), id="search")
            yield Plain(_("Reading the handbook …"), id="none", classes="hint")
            with Horizontal(id="columns"):
                yield RowList(id="entries", classes="-led")
                yield Aside(id="entry")

    def on_mount(self) -> None:
        self.query_one("#search").focus()
        library, language = self.host.house.library, current()

        def read() -> Message:
            from simulator.workflows.handbook import entries

            return HandbookRead(entries(library.handbook(), library.catalogue(), language))

        self.errand(read)

    @property
    def entry(self) -> Entry | None:
        """The highlighted entry."""
        return self.known.get(self.query_one(RowList).highlighted)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only knowledge cards have questions."""
        if action == "quiz" and not (self.entry and self.entry.quiz):
            return False
        return super().check_action(action, parameters)

    def on_handbook_read(self, event: HandbookRead) -> None:
        self.known = {entry.id: entry for entry in event.entries}
        self._list(self.query_one("#search", Input).value, self.wanted)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._list(event.value)

    def _list(self, words: str, at: str = "") -> None:
        from simulator.tui.views.handbook import entry_rows
        from simulator.workflows.handbook import find

        if not self.known:
            return
        found = find(tuple(self.known.values()), words)
        rows = [Row(row.text, row.id) for row in entry_rows(found)]
        first = at if at in self.known else found[0].id if found else ""
        self.query_one(RowList).show(rows, first)
        none = self.query_one("#none", Plain)
        none.update(_("Nothing in the handbook has “{words}” in it.", words=words))
        none.display = not found
        self._tell()

    def on_row_list_highlighted(self, _event: RowList.Highlighted) -> None:
        self._tell()

    def on_row_list_chosen(self, _event: RowList.Chosen) -> None:
        if self.check_action("quiz", ()):
            self.action_quiz()

    def _tell(self) -> None:
        from simulator.tui.views.handbook import entry_lines

        lines = entry_lines(self.entry, self.known) if self.entry else ()
        shown = [plain(line.text, "bold $primary" if line.heading else "") for line in lines]
        self.query_one(Aside).show(Content("\n").join(shown))
        self.refresh_bindings()

    def action_step(self, by: int) -> None:
        """Moves in the list while the focus stays in the line."""
        self.query_one(RowList).action_step(by)

    def action_page(self, pages: int) -> None:
        """Scrolls what the entry says."""
        aside = self.query_one(Aside)
        aside.scroll_relative(y=pages * max(aside.size.height - 2, 1), animate=False)

    def action_quiz(self) -> None:
        """Asks the questions of a knowledge card."""
        from simulator.tui.screens.quiz import QuizScreen

        if self.entry and self.entry.quiz:
            self.app.push_screen(QuizScreen(self.entry))
