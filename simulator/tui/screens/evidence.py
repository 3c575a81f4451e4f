"""The very lines behind a figure, the counter-evidence first; and the debrief of an attempt as somebody looks it up."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.lines import fit
from simulator.tui.progress_texts import evidence_lines, name_text, standing_lines
from simulator.tui.screens.base import cancelled
from simulator.tui.screens.debrief import DebriefMade, DebriefScreen
from simulator.tui.screens.lookup import LooksUp
from simulator.tui.widgets.lines import Lines, lines_content
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from simulator.tui.source import Source
    from simulator.tui.views.person import CellView, LineView
    from simulator.tui.views.progress import StandingView
    from simulator.workflows.cells import Filters
    from simulator.workflows.rehearse import Rehearsal


class CellRead(Message):
    """The observations are there, as yet without their words."""

    def __init__(self, view: CellView) -> None:
        super().__init__()
        self.view = view


class TalkRead(Message):
    """The lines of one attempt have their words."""

    def __init__(self, attempt: str, lines: tuple[LineView, ...]) -> None:
        super().__init__()
        self.attempt, self.lines = attempt, lines


class EvidenceLines(RowList):
    """The observations. What Enter does is said in its name, since it takes that key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("That turn"))]


class EvidenceScreen(LooksUp):
    """A person on one objective: every line that counts, the one that speaks most against him first."""

    HEADING = N_("Evidence")
    HELP = N_(
        "Every chance to show this objective, the least taken first: what was said, what the debtor answered, and how "
        "much of the chance was taken. Enter opens the debrief at that turn. Older talks weigh less, and no talk "
        "weighs more than four chances."
    )
    DEFAULT_CSS = """
    EvidenceScreen #standing { height: auto; max-height: 5; padding: 0 1; background: $surface; }
    EvidenceScreen #lines { height: 1fr; min-height: 4; }
    EvidenceScreen #line { height: 2fr; border-top: solid $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pageup", "page(-1)", N_("Scroll up"), show=False),
        Binding("pagedown", "page(1)", N_("Scroll down"), show=False),
    ]

    def __init__(
        self,
        source: Source,
        person: str | None,
        name: str,
        standing: StandingView,
        filters: Filters | None = None,
    ) -> None:
        super().__init__(source)
        self.person, self.person_name = person, name
        self.standing, self.filters = standing, filters
        self.lines: tuple[LineView, ...] = ()

    def heading(self) -> str:
        number = _("objective {n}", n=self.standing.number)
        return " · ".join((name_text(self.person_name), number, _(self.HEADING)))

    def body(self) -> ComposeResult:
        with Vertical():
            yield Plain(lines_content(standing_lines(self.standing)), id="standing")
            yield EvidenceLines(id="lines")
            detail = Lines(id="line")
            detail.can_focus = False
            yield detail

    def on_mount(self) -> None:
        self.query_one(EvidenceLines).focus()
        self.read()

    def read(self) -> None:
        self.errand(self._read)

    def _read(self) -> Message:
        self.mark_version()
        return CellRead(self.source.cell(self.person, self.standing.objective, self.filters))

    def on_cell_read(self, event: CellRead) -> None:
        self.standing, self.lines = event.view.standing, event.view.lines
        self.query_one("#standing", Plain).update(lines_content(standing_lines(self.standing)))
        self._show()
        self.errand(self._read_talks, group="talks")

    def _read_talks(self) -> None:
        """Reads what was said, attempt by attempt in the order of the lines, and says so after each."""
        for attempt in dict.fromkeys(line.attempt for line in self.lines):
            told = self.source.told([line for line in self.lines if line.attempt == attempt])
            if cancelled():
                return
            self.post_message(TalkRead(attempt, told))

    def on_talk_read(self, event: TalkRead) -> None:
        told = iter(event.lines)
        self.lines = tuple(next(told) if line.attempt == event.attempt else line for line in self.lines)
        self._show()

    def _show(self) -> None:
        rows = [_row(one, str(at)) for at, one in enumerate(self.lines)]
        self.query_one(EvidenceLines).show(rows)
        self._tell()
        self.refresh_bindings()

    @property
    def line(self) -> LineView | None:
        """The highlighted line."""
        chosen = self.query_one(EvidenceLines).highlighted
        return self.lines[int(chosen)] if chosen else None

    def on_row_list_highlighted(self, _event: RowList.Highlighted) -> None:
        self._tell()

    def _tell(self) -> None:
        line = self.line
        self.query_one("#line", Lines).show(evidence_lines(line) if line else ())

    def on_row_list_chosen(self, _event: RowList.Chosen) -> None:
        if self.line:
            self.open_debrief(self.line.attempt, self.line.turn)

    def action_page(self, pages: int) -> None:
        """Scrolls what is said of the line."""
        self.query_one("#line", Lines).page(pages)


def _row(one: LineView, id: str) -> Row:
    credit = f"{100 * one.credit:>3.0f} %"
    name = _("missed") if one.missed else one.name
    said = one.said if one.said is not None else "…"
    return Row(f"{credit}  {fit(name, 10)}  {fit(said, 200).rstrip()}", id, f"{one.source}  {one.when}")


class DebriefLookedUp(DebriefScreen):
    """A debrief that was opened from a figure: at the turn that it stands on, and Esc goes back to the figure.

    Only whose talk it was can try again from a turn.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", N_("Back"))]

    def __init__(self, rehearsal: Rehearsal, turn: int | None, own: bool) -> None:
        """Opens it at a turn.

        Args:
            turn: 0 for preparation and note; None for where the talk turned.
            own: it is the trainee's own.
        """
        super().__init__(rehearsal)
        self.wanted_turn, self.own = turn, own

    def on_debrief_made(self, event: DebriefMade) -> None:
        event.prevent_default()  # Textual would show it once more, and without the turn
        super().on_debrief_made(event)
        if any(turn.number == self.wanted_turn for turn in event.view.turns):
            self.query_one("#list", RowList).highlighted = str(self.wanted_turn)
        elif self.wanted_turn == 0:
            self.action_tab("forms")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "again" and not self.own:
            return False
        return super().check_action(action, parameters)

    def leave(self) -> None:
        self.dismiss()
