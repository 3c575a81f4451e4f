"""What to say next: a move of the menu, or a line in one's own words. Tab goes from one to the other.

Above both stands what Enter does. In the menu's line one types words to look for; the moves stand by family, with what
the highlighted one is like beside them.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.views import MenuView, MoveView
from simulator.tui.widgets.aside import Aside, without_layout
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.rows import Row, RowList
from simulator.tui.widgets.writing import Writing

_QUESTION_MARKS = ("?", "？")  # the second is what a Chinese input method types


class SayLine(Line):
    """The line that the trainee types in."""

    HELP = N_(
        "Here Enter picks the highlighted move. Type words to look for among the moves: in their names, families, "
        "cards and sample lines. Up and Down choose a move, Esc clears what you typed; ? alone opens the handbook, in "
        "practice. Shift+Up and Shift+Down scroll what is told of the move. Tab: say it in your own words instead."
    )


class OwnWords(Writing, inherit_bindings=False):
    """Where the trainee writes what he would really say."""

    HELP = N_(
        "Here Enter says what you wrote, as you wrote it. Write what you would really say: it is taken for the move "
        "that it means, you are asked where that is not clear, and asking costs no turn. Ctrl+J begins a new line. "
        "Tab: choose from the menu instead; what you wrote stays."
    )
    BINDINGS: ClassVar[list[BindingType]] = [  # the pages are the transcript's, which is longer than what one writes
        one for one in Binding.make_bindings(Writing.BINDINGS) if one.key not in ("pageup", "pagedown")
    ]

    class Sent(Message):
        """The line is to be said."""

    async def on_key(self, event: events.Key) -> None:
        """Enter says the line instead of beginning a new one."""
        if event.key == "enter":
            event.prevent_default()
            event.stop()
            self.post_message(self.Sent())
        elif event.key == "ctrl+j":
            event.prevent_default()
            event.stop()
            self.insert("\n")


class Menu(RowList, can_focus=False):
    """The list of the moves; its scrollbar always stands, so that filtering needs no new layout."""

    DEFAULT_CSS = """
    Menu { overflow-y: scroll; padding-left: 1; }
    """

    def grow(self, size: Size) -> None:
        without_layout(self, size)


class Moves(Widget):
    """The moves that are open, and the line for one's own words. The typing line keeps the focus throughout."""

    DEFAULT_CSS = """
    Moves { height: 10; layout: vertical; }
    Moves #typing { height: 1; }
    Moves .enter { width: auto; padding: 0 0 0 1; color: $primary; text-style: bold; }
    Moves #say { background: $panel; width: 1fr; }
    Moves #writing { display: none; height: 1fr; }
    Moves #own { height: 1fr; }
    Moves #rule { height: auto; padding: 0 1; color: $text-muted; }
    Moves.-own { height: 7; }
    Moves.-own #typing, Moves.-own #choosing { display: none; }
    Moves.-own #writing { display: block; }
    Moves #menu { width: 2fr; }
    Moves #about { width: 3fr; padding: 0 1; border-left: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab,f8", "write", N_("Own words")),
        Binding("tab,f8", "choose", N_("Choose a move")),
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

    class Worded(Message):
        """The trainee wants to say something in his own words."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Drafted(Worded):
        """What stands there in his own words is this now; it is not said yet."""

    class Asked(Message):
        """The trainee typed nothing but a question mark: he wants to look something up."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._menu = MenuView()
        self._typed = False

    def compose(self) -> ComposeResult:
        with Horizontal(id="typing"):
            yield Plain(_("Enter picks:"), classes="enter")
            yield SayLine(placeholder=_("type to look for a move; Up and Down choose; Tab: your own words"), id="say")
        with Horizontal(id="choosing"):
            yield Menu(id="menu")
            yield Aside(id="about")
        with Vertical(id="writing"):
            yield Plain(_("Enter says what you write, in your own words:"), classes="enter")
            yield OwnWords(id="own")
            yield Plain(_("Where it is not clear you are asked, at no cost. Tab: choose a move instead."), id="rule")

    @property
    def line(self) -> Input:
        return self.query_one("#say", Input)

    @property
    def own(self) -> OwnWords:
        return self.query_one("#own", OwnWords)

    @property
    def writes(self) -> bool:
        """Whether Enter says one's own words."""
        return self.has_class("-own")

    def go(self) -> None:
        """Gives the focus to what is typed in."""
        (self.own if self.writes else self.line).focus()

    @property
    def list(self) -> RowList:
        return self.query_one("#menu", RowList)

    @property
    def highlighted(self) -> MoveView | None:
        """The move that Enter would say."""
        return self._menu.find(self.list.highlighted) if self.list.highlighted else None

    def show(self, menu: MenuView) -> None:
        """Shows the moves that are open now; what is typed stays."""
        self._menu = menu
        self._list()

    def clear(self, said: str | None = None) -> None:
        """Empties what was typed, once it is said.

        Args:
            said: the words that were said; what has been written since stays. None where a move was picked.
        """
        if said is None:
            self.line.value = ""
        elif self.own.text.strip() == said:
            self.own.show("")

    def restore(self, text: str) -> None:
        """Puts back words that were not said."""
        self.own.show(text)
        self._turn(to_own=True)

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

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Drafted(self.own.text))

    def on_own_words_sent(self, event: OwnWords.Sent) -> None:
        event.stop()
        self.post_message(self.Worded(self.own.text))

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
        """Esc clears only where there is something to clear; else it leaves the screen. Own words it never clears."""
        if action == "clear" and not (self.is_mounted and self.line.value and not self.writes):
            return False
        if action == "clear" and getattr(self.screen, "waits_for_record", False):
            return False  # Esc waits no longer, and what was chosen stays
        if action in ("write", "choose") and self.writes != (action == "choose"):
            return False
        return super().check_action(action, parameters)

    def action_clear(self) -> None:
        """Shows all moves again."""
        self.line.value = ""

    def action_write(self) -> None:
        """Goes over to one's own words, with what was typed so far."""
        typed = self.line.value
        if typed.strip() and not self.own.text.strip():
            self.own.show(typed)
        self.line.value = ""
        self._turn(to_own=True)

    def action_choose(self) -> None:
        """Goes back to the menu; what was written stays."""
        self._turn(to_own=False)

    def _turn(self, to_own: bool) -> None:
        self.set_class(to_own, "-own")
        self.go()
        self.refresh_bindings()

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
            about_content(move)
            if move
            else plain(_("No move has “{typed}”. Tab says it in your own words; Esc shows all moves.", typed=typed))
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
