"""The parts beside the Studio's editor: problems, graph, balance, what-if and play. They show views and say what was
chosen; what comes of it the screen decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.message import Message

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.texts import Line as TextLine
from simulator.tui.views.studio import MoveRow, Place, PlayView, ProblemView, WhyRow
from simulator.tui.widgets.aside import Aside
from simulator.tui.widgets.lines import Lines, lines_content
from simulator.tui.widgets.plain import Plain, fit, plain, wrap
from simulator.tui.widgets.rows import Row, RowList

_RULE = 13  # cells of the column of the rule: standard 1234
POSITION = "position"  # the row that leads to the choice of a position


class Jumped(Message):
    """Somebody wants to see a place in the text."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


class PositionWanted(Message):
    """Somebody wants to choose another position."""


class BalanceWanted(Message):
    """Somebody wants to know what simulated trainees say."""


class MoveTried(Message):
    """Somebody makes a move in a trial."""

    def __init__(self, move: str) -> None:
        super().__init__()
        self.move = move


class MoveTakenBack(Message):
    """Somebody takes the last move of a trial back."""


class Part(Vertical):
    """One part: a note above it, which says so where what it shows is old, and what has the focus in it."""

    DEFAULT_CSS = """
    Part { height: 1fr; }
    Part > .note { height: auto; max-height: 4; padding: 0 1; background: $surface; color: $warning; display: none; }
    """
    FOCUS: ClassVar[str] = "RowList"

    def compose(self) -> ComposeResult:
        yield Plain(classes="note")
        yield from self.contents()

    def contents(self) -> ComposeResult:
        """What stands below the note."""
        yield from ()

    def tell(self, note: str) -> None:
        """Shows a note, or none."""
        for shown in self.query(".note").results(Plain):
            shown.update(note)
            shown.display = bool(note)

    def take_focus(self) -> None:
        """Gives the focus to what one moves in."""
        self.screen.set_focus(self.query(self.FOCUS).first())  # at once: the next key is meant for it already


class ProblemsPart(Part):
    """Every problem of the text, and all of what is said of the highlighted one."""

    HELP = N_(
        "The problems of the text as it stands, errors first. Enter goes to the place. Errors (!) leave the text "
        "without a meaning; findings (?) come from exploring every way to play, some seconds after the last key."
    )
    DEFAULT_CSS = """
    ProblemsPart > #problems { height: 2fr; }
    ProblemsPart > #problem { height: 1fr; min-height: 5; padding: 0 1; border-top: solid $panel; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._views: tuple[ProblemView, ...] = ()

    def contents(self) -> ComposeResult:
        yield RowList(id="problems")
        yield Aside(id="problem")

    def show(self, views: Sequence[ProblemView], empty: str) -> None:
        """Shows other problems; ``empty`` is said where there is none."""
        self._views = tuple(views)
        rows = [Row(view.row, str(at)) for at, view in enumerate(self._views)]
        self.query_one(RowList).show(rows or [Row(empty)])
        self._tell()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        event.stop()
        self._tell()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        view = self._chosen
        if view:
            self.post_message(Jumped(view.place))

    @property
    def _chosen(self) -> ProblemView | None:
        chosen = self.query_one(RowList).highlighted
        return self._views[int(chosen)] if chosen and int(chosen) < len(self._views) else None

    def _tell(self) -> None:
        view = self._chosen
        self.query_one(Aside).show(lines_content(view.lines) if view else plain(""))


class GraphPart(Part):
    """The stages and endings, and what leads from one to another."""

    HELP = N_(
        "The stages of the talk in their order, and what leads from each to others and to the endings. The arrow keys "
        "and Page Up and Page Down scroll."
    )
    DEFAULT_CSS = """
    GraphPart > VerticalScroll { height: 1fr; padding: 0 1; }
    """
    FOCUS = "VerticalScroll"

    class Resized(Message):
        """There is another width to draw in."""

        def __init__(self, width: int) -> None:
            super().__init__()
            self.width = width

    def contents(self) -> ComposeResult:
        with VerticalScroll(classes="page"):
            yield Plain(id="drawing")

    @property
    def width(self) -> int:
        """The cells that there are for a line of the drawing."""
        return max(self.query_one(VerticalScroll).scrollable_content_region.width - 1, 20)

    def show(self, drawing: str) -> None:
        """Shows another drawing."""
        self.query_one("#drawing", Plain).update(plain(drawing))

    def on_resize(self) -> None:
        self.post_message(self.Resized(self.width))


class BalancePart(Part):
    """What simulated trainees say, the verdict first."""

    HELP = N_(
        "What simulated trainees say of the text: whether it is fair, tells people apart, and can be gamed. Enter "
        "works it out anew for the text as it stands, which takes some seconds; Esc stops it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "work_out", N_("Work it out")),
    ]
    FOCUS = "Lines"

    def contents(self) -> ComposeResult:
        lines = Lines(id="figures")
        lines.add_class("page")
        yield lines

    def show(self, lines: Iterable[TextLine]) -> None:
        """Shows other figures."""
        self.query_one(Lines).show(lines)

    def action_work_out(self) -> None:
        """Asks for the figures of the text as it stands."""
        self.post_message(BalanceWanted())


class WhatIfPart(Part):
    """What each move would bring in a position, and why the rules above the one that fires do not."""

    HELP = N_(
        "What every move would bring in a position, with the rule that fires. The first row chooses the position. "
        "Below stands what the highlighted move does, and which rules above that one were passed over and why: Enter "
        "on a move goes there, and Enter on a rule goes to its line in the text."
    )
    DEFAULT_CSS = """
    WhatIfPart > #answers { height: 1fr; }
    WhatIfPart > #why { height: 1fr; border-top: solid $panel; }
    WhatIfPart > #why > .rowlist--heading { color: $foreground; text-style: none; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "position", N_("Position"))]
    FOCUS = "#answers"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: tuple[MoveRow, ...] = ()
        self._why: tuple[WhyRow, ...] = ()

    def contents(self) -> ComposeResult:
        yield RowList(id="answers")
        yield RowList(id="why")

    def show(self, position: str, rows: Sequence[MoveRow]) -> None:
        """Shows the moves of a position."""
        self._rows = tuple(rows)
        listed = [Row(row.text, row.move, f"{row.worth:>5} {fit(row.rule, _RULE)}") for row in self._rows]
        answers = self.query_one("#answers", RowList)
        answers.show([Row(_("Position: {position}", position=position), POSITION), *listed])
        if answers.highlighted == POSITION and listed:
            answers.highlighted = listed[0].id
        self._explain()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        event.stop()
        if event.rows.id == "answers":
            self._explain()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if event.id == POSITION:
            self.action_position()
        elif event.rows.id == "answers":
            self.query_one("#why").focus()
        elif place := self._why[int(event.id)].place:
            self.post_message(Jumped(place))

    def action_position(self) -> None:
        """Asks for another position."""
        self.post_message(PositionWanted())

    def _explain(self) -> None:
        chosen = self.query_one("#answers", RowList).highlighted
        self._why = next((row.why for row in self._rows if row.move == chosen), ())
        why = self.query_one("#why", RowList)
        width = max(why.scrollable_content_region.width - 2, 20)
        why.show([row for at, one in enumerate(self._why) for row in _broken(one, str(at), width)])


def _broken(row: WhyRow, id: str, width: int) -> list[Row]:
    """A row with what has no room in it on lines of its own below, further in."""
    text = row.text.lstrip(" ")
    inner = len(row.text) - len(text)
    first, *others = wrap(text, max(width - inner - 2, 10))
    begin = Row(" " * inner + first, id) if row.place else Row("  " + " " * inner + first)
    return [begin, *(Row(" " * (inner + 4) + line) for line in others)]


class PlayPart(Part):
    """A talk tried out from a position; nothing of it is on record."""

    HELP = N_(
        "A talk tried out from the chosen position, with nothing put on record. Enter makes the highlighted move, "
        "Backspace takes the last one back; the first row chooses where to begin."
    )
    DEFAULT_CSS = """
    PlayPart > #said { height: 1fr; }
    PlayPart > #moves { height: 1fr; border-top: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace", "take_back", N_("Take back")),
        Binding("f6", "position", N_("Position")),
    ]
    FOCUS = "#moves"

    def contents(self) -> ComposeResult:
        said = Lines(id="said")
        said.can_focus = False
        yield said
        yield RowList(id="moves")

    def show(self, view: PlayView) -> None:
        """Shows a trial as it stands."""
        said = self.query_one(Lines)
        said.show(view.lines)
        said.scroll_end(animate=False)
        begin = Row(_("Begin anew from: {position}", position=view.position), POSITION)
        rows = [Row(move.text, move.move) for move in view.moves]
        moves = self.query_one("#moves", RowList)
        moves.show([begin, *rows], rows[0].id if rows else POSITION)

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        event.stop()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if event.id == POSITION:
            self.action_position()
        else:
            self.post_message(MoveTried(event.id))

    def action_take_back(self) -> None:
        """Takes the last move back."""
        self.post_message(MoveTakenBack())

    def action_position(self) -> None:
        """Asks where to begin."""
        self.post_message(PositionWanted())
