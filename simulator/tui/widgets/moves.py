"""The menu of moves: a line to type in, which filters; the moves by family; and what the highlighted one is like."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.views import MenuView, MoveView
from simulator.tui.widgets.aside import Aside, without_layout
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import plain
from simulator.tui.widgets.rows import Row, RowList

_QUESTION_MARKS = ("?", "？")  # the second is what a Chinese input method types


class SayLine(Line):
    """The line that the trainee types in."""

    HELP = N_(
        "Type words to look for among the moves: in their names, families, cards and sample lines. Up and Down choose "
        "a move, Enter says it, Esc clears what you typed; ? alone opens the handbook, in practice. Shift+Up and "
        "Shift+Down scroll what is told of the move."
    )


class Menu(RowList, can_focus=False):
    """The list of the moves; its scrollbar always stands, so that filtering needs no new layout."""

    DEFAULT_CSS = """
    Menu { overflow-y: scroll; padding-left: 1; }
    """

    def grow(self, size: Size) -> None:
        without_layout(self, size)


class Moves(Widget):
    """The moves that are open. The typing line keeps the focus throughout."""

    DEFAULT_CSS = """
    Moves { height: 10; layout: vertical; }
    Moves #say { background: $panel; }
    Moves #menu { width: 2fr; }
    Moves #about { width: 3fr; padding: 0 1; border-left: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", N_("Clear")),
        Binding("up", "step(-1)", N_("Move before"), show=False),
        Binding("down", "step(1)", N_("Next move"), show=False),
        Binding("shift+up", "scroll_about(-1)", "", show=False),
        Binding("shift+down", "scroll_about(1)", "", show=False),
    ]

    class Said(Message):
        """The trainee wants to make a move."""

        def __init__(self, move: MoveView) -> None:
            super().__init__()
            self.move = move

    class Asked(Message):
        """The trainee typed nothing but a question mark: he wants to look something up."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._menu = MenuView()
        self._typed = False

    def compose(self) -> ComposeResult:
        yield SayLine(placeholder=_("Type to look for a move; Up and Down choose; Enter says it"), id="say")
        with Horizontal():
            yield Menu(id="menu")
            yield Aside(id="about")

    @property
    def line(self) -> Input:
        return self.query_one("#say", Input)

    @property
    def list(self) -> RowList:
        return self.query_one("#menu", RowList)

    @property
    def highlighted(self) -> MoveView | None:
        """The move that Enter would say."""
        return self._menu.find(self.list.highlighted) if self.list.highlighted else None

    def show(self, menu: MenuView) -> None:
        """Shows the moves that are open now."""
        self._menu = menu
        if self.line.value:
            self.line.value = ""  # its change lists the moves
        else:
            self._list()

    # What is typed and pressed

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value in _QUESTION_MARKS:
            self.line.value = ""
            self.post_message(self.Asked())
            return
        self._list()
        if bool(event.value) != self._typed:  # what Esc does changes only then
            self._typed = bool(event.value)
            self.refresh_bindings()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._say()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        event.stop()
        self._tell()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self._say()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc clears only where there is something to clear; else it leaves the screen."""
        if action == "clear" and not (self.is_mounted and self.line.value):
            return False
        return super().check_action(action, parameters)

    def action_clear(self) -> None:
        """Shows all moves again."""
        self.line.value = ""

    def action_step(self, by: int) -> None:
        """Highlights the next move, or the one before."""
        self.list.action_step(by)
        self._tell()

    def action_scroll_about(self, by: int) -> None:
        """Scrolls what is told of the highlighted move."""
        self.query_one(Aside).scroll_relative(y=by * 3, animate=False)

    def _say(self) -> None:
        if self.highlighted:
            self.post_message(self.Said(self.highlighted))

    # What is shown

    def _list(self) -> None:
        shown = self._menu.filtered(self.line.value)
        rows: list[Row] = []
        for family in shown.families:
            rows.append(Row(family.name))
            rows.extend(Row(move.label, move.id) for move in family.moves)
        self.list.show(rows)
        self._tell()

    def _tell(self) -> None:
        """Tells of the highlighted move; at once, so that list and text change in one paint."""
        move, typed = self.highlighted, self.line.value
        content = (
            about_content(move) if move else plain(_("No move has “{typed}”. Esc shows all of them.", typed=typed))
        )
        about = self.query_one(Aside)
        if content != about.content:
            about.show(content)


def about_content(move: MoveView) -> Content:
    """A move with what would be said, and when it works and backfires."""
    lines = [plain(move.label, "bold $primary"), plain(_("“{line}”", line=move.sample))]
    if move.works:
        lines.append(Content.assemble(plain(_("Works: "), "bold"), plain(move.works)))
    if move.backfires:
        lines.append(Content.assemble(plain(_("Backfires: "), "bold"), plain(move.backfires)))
    return Content("\n").join(lines)
