"""Two attempts at one scenario side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import HuikuanDialog, HuikuanScreen, cancelled
from simulator.tui.texts import Line, turn_lines
from simulator.tui.views import (
    CompareView,
    DebriefView,
    PairedTurn,
    TurnView,
    compare_view,
    rehearsal_debrief_view,
    rubric_of,
)
from simulator.tui.widgets.busy import Busy
from simulator.tui.widgets.curve import Curve
from simulator.tui.widgets.lines import Lines
from simulator.tui.widgets.plain import Plain, fit, plain
from simulator.tui.widgets.rows import Row, RowList
from simulator.tui.widgets.table import Column, table
from simulator.tui.words import mode_name, moment
from simulator.workflows.ports import AttemptSummary
from simulator.workflows.rehearse import resume


class ChooseAttempt(HuikuanDialog[str]):
    """Asks which attempt to compare with; gives its id."""

    HEADING = N_("Compare with")
    HELP = N_("Your other finished attempts at this scenario, the latest first. Enter compares, Esc goes back.")
    DEFAULT_CSS = """
    ChooseAttempt RowList { height: auto; max-height: 14; margin-top: 1; }
    """

    def __init__(self, attempts: Sequence[AttemptSummary]) -> None:
        super().__init__()
        self.attempts = attempts

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(_("Compare with which attempt?"), classes="heading")
            yield RowList([Row(attempt_text(one), one.attempt) for one in self.attempts])

    def on_mount(self) -> None:
        rows = self.query_one(RowList)
        rows.styles.height = min(len(self.attempts), 14)
        rows.focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        self.dismiss(event.id)


class Compared(Message):
    """The other attempt was reviewed."""

    def __init__(self, view: CompareView) -> None:
        super().__init__()
        self.view = view


class CompareScreen(HuikuanScreen[None]):
    """Curves, parts and turns of two attempts; this one at the left, the other at the right."""

    HEADING = N_("Two attempts side by side")
    HELP = N_(
        "The attempt that you came from is at the left, the other at the right. Up and Down choose a turn; Page Up and "
        "Page Down scroll what is said of it; F2 shows scorecards in place of turns."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "parts", N_("Scorecards")),
        Binding("pageup", "page(-1)", N_("Scroll up"), show=False),
        Binding("pagedown", "page(1)", N_("Scroll down"), show=False),
    ]
    DEFAULT_CSS = """
    CompareScreen #waiting { height: 1fr; align: center middle; }
    CompareScreen #waiting Plain { width: auto; }
    CompareScreen #waiting Busy { height: 3; }
    CompareScreen #both { height: 1fr; display: none; }
    CompareScreen.-made #both { display: block; }
    CompareScreen .pair { height: auto; }
    CompareScreen .outcome { width: 1fr; height: 2; padding: 0 1; background: $surface; }
    CompareScreen Curve { width: 1fr; height: 6; }
    CompareScreen.-tall Curve { height: 10; }
    CompareScreen #turns { height: 5; border-top: solid $panel; border-bottom: solid $panel; }
    CompareScreen.-tall #turns { height: 12; }
    CompareScreen #details { height: 1fr; }
    CompareScreen #details Lines { width: 1fr; }
    CompareScreen #parts { display: none; padding: 1; height: 1fr; }
    CompareScreen.-parts #parts { display: block; }
    CompareScreen.-parts #turns, CompareScreen.-parts #details { display: none; }
    """

    def __init__(self, left: DebriefView, attempt: str) -> None:
        super().__init__()
        self.left, self.attempt = left, attempt
        self.view: CompareView | None = None

    def heading(self) -> str:
        return f"{self.left.title} · {_(self.HEADING)}"

    def body(self) -> ComposeResult:
        with Vertical(id="waiting"):
            yield Plain(_("Reviewing the other attempt … Esc stops."))
            yield Busy()
        with Vertical(id="both"):
            with Horizontal(classes="pair"):
                yield Plain(id="left-outcome", classes="outcome")
                yield Plain(id="right-outcome", classes="outcome")
            with Horizontal(classes="pair"):
                yield Curve(id="left-curve")
                yield Curve(id="right-curve")
            yield RowList(id="turns")
            with Horizontal(id="details"):
                yield self._quiet(Lines(id="left-turn"))
                yield self._quiet(Lines(id="right-turn"))
            yield Plain(id="parts")

    @staticmethod
    def _quiet(lines: Lines) -> Lines:
        """The list keeps the focus, and both sides scroll together."""
        lines.can_focus = False
        return lines

    def on_mount(self) -> None:
        self.errand(self._review)

    def _review(self) -> Message:
        house = self.host.house
        other = resume(house.desk, self.attempt)
        for given in (None, other.given):
            house.solutions.solve(other.program, given, rubric_of(other), cancelled)
        return Compared(compare_view(self.left, rehearsal_debrief_view(other, house.library.courses(), house.library)))

    def on_compared(self, event: Compared) -> None:
        view = self.view = event.view
        self.add_class("-made")
        self.query_one("#waiting").remove()
        for side, debrief in (("left", view.left), ("right", view.right)):
            self.query_one(f"#{side}-outcome", Plain).update(plain(side_text(debrief)))
            bounds = (view.left.best, view.left.floor, *view.left.curve, *view.right.curve)
            self.query_one(f"#{side}-curve", Curve).show(debrief.curve, [turn.cost for turn in debrief.turns], bounds)
        self.query_one("#parts", Plain).update(parts_content(view))
        rows = self.query_one(RowList)
        rows.show(paired_rows(view.turns, max(self.size.width - 12, 40)), str(view.parted or 1))
        rows.focus()
        self.refresh_bindings()

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        """The base shows the error."""
        self.query_one("#waiting Plain", Plain).update(_("There is nothing to compare with. Esc goes back."))
        self.query_one(Busy).display = False

    def action_back(self) -> None:
        """Stops the review, if it is going on, and goes back to the debrief."""
        self.stop_errands()
        self.leave()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        if self.view is None or not event.id:
            return
        pair = self.view.turns[int(event.id) - 1]
        for side, turn in (("left", pair.left), ("right", pair.right)):
            over = [Line("", _("The talk was over by then."), "quiet")]
            self.query_one(f"#{side}-turn", Lines).show(turn_lines(turn) if turn else over)
            self.query_one(f"#{side}-curve", Curve).mark(pair.number if turn else 0)

    def action_page(self, pages: int) -> None:
        """Scrolls both sides."""
        for lines in self.query("#details Lines").results(Lines):
            lines.page(pages)

    def action_parts(self) -> None:
        """Shows the scorecards in place of the turns, and back."""
        self.toggle_class("-parts")


def attempt_text(one: AttemptSummary) -> str:
    """An attempt as the list of attempts shows it."""
    parts = [moment(one.started), mode_name(one.mode), _("{turns} turns", turns=one.turns)]
    if one.origin:
        parts.append(_("again from turn {turn}", turn=one.origin[1]))
    return "  ".join(parts)


def side_text(view: DebriefView) -> str:
    """The outcome of one side."""
    if view.scorecard:
        marks = _("{total} of 100, worth {worth}", total=f"{view.scorecard.total:.1f}", worth=f"{view.worth:.1f}")
    else:
        marks = _("not scored, worth {worth}", worth=f"{view.worth:.1f}")
    return f"{view.ending.name}\n{marks}"


def paired_rows(turns: Sequence[PairedTurn], width: int) -> list[Row]:
    """The turns of both, aligned by number: an equals sign where both played the same."""
    half = max((width - 6) // 2, 10)
    return [
        Row(
            f"{pair.number:>2} {'=' if pair.same else '/'} {fit(_side(pair.left), half)}  {_side(pair.right)}",
            str(pair.number),
        )
        for pair in turns
    ]


def _side(turn: TurnView | None) -> str:
    return _("{name}: {text}", name=turn.verdict, text=turn.label) if turn else _("(over)")


def parts_content(view: CompareView) -> Content:
    """Both scorecards and their differences."""
    columns = [
        Column(_("Part")),
        Column(_("This one"), "right"),
        Column(_("The other"), "right"),
        Column(_("Difference"), "right"),
    ]
    rows = []
    for part in view.parts:
        points = [None if one is None else one.points for one in (part.left, part.right)]
        rows.append((part.name, *_points(points)))
    totals = [card.total if card else None for card in (view.left.scorecard, view.right.scorecard)]
    rows.append((_("Total"), *_points(totals)))
    rows.append((_("Worth"), *_points([view.left.worth, view.right.worth])))
    return table(columns, rows)


def _points(both: Sequence[float | None]) -> tuple[str, str, str]:
    left, right = both
    known = left is not None and right is not None
    difference = f"{left - right:+.1f}" if left is not None and right is not None else "-"
    shown = ["-" if one is None else f"{one:.1f}" for one in both]
    return shown[0], shown[1], difference if known else "-"
