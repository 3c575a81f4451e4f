"""The finished attempts at one scenario: open a debrief, or put two side by side."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.lines import fit
from simulator.tui.listing import Listing
from simulator.tui.messages import AttemptOpened
from simulator.tui.screens.base import HuikuanScreen, cancelled
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import Row, RowList
from simulator.tui.words import mode_name, moment, score

if TYPE_CHECKING:
    from simulator.tui.views import DebriefView
    from simulator.workflows.ports import AttemptSummary

_TWO = 2


class FirstReviewed(Message):
    """The first of two attempts to be compared was reviewed."""

    def __init__(self, view: DebriefView, other: str) -> None:
        super().__init__()
        self.view, self.other = view, other


class Finished(RowList):
    """The attempts. What Enter does is said in its name, since it takes that key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", N_("Debrief"))]


class AttemptsScreen(HuikuanScreen[None]):
    """What was finished of a scenario, the latest first."""

    HEADING = N_("Finished attempts")
    HELP = N_(
        "Enter opens the debrief of the highlighted attempt. Space marks an attempt; when two are marked, F4 shows "
        "them side by side."
    )
    DEFAULT_CSS = """
    AttemptsScreen #attempts { height: 1fr; padding: 1 1 0 1; }
    AttemptsScreen #said { height: auto; padding: 0 2; margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", N_("Mark")),
        Binding("f4", "compare", N_("Compare two")),
    ]

    def __init__(self, scenario: str, listing: Listing) -> None:
        super().__init__()
        self.scenario, self.listing = scenario, listing
        self.marked: list[str] = []

    def heading(self) -> str:
        return " · ".join((self.listing.name(self.scenario), _(self.HEADING)))

    def body(self) -> ComposeResult:
        yield Finished(id="attempts")
        yield Plain(_("Enter opens a debrief. Mark two with Space to compare them."), id="said", classes="hint")

    def on_mount(self) -> None:
        self._show()
        self.query_one(RowList).focus()

    def _show(self) -> None:
        rows = [self._row(one) for one in self.listing.finished(self.scenario)]
        self.query_one(RowList).show(rows)

    def _row(self, one: AttemptSummary) -> Row:
        sign = "[x]" if one.attempt in self.marked else "[ ]"
        total = self.listing.totals.get(one.attempt)
        parts = [sign, fit(moment(one.last), 20), fit(mode_name(one.mode), 10)]
        parts.append(fit(_("{n} turns", n=one.turns), 10))
        parts.append(_("tried again from turn {n}", n=one.origin[1]) if one.origin else _points(total))
        return Row(" ".join(parts), one.attempt)

    def action_mark(self) -> None:
        """Marks the highlighted attempt, or takes its mark away; of three the first gives way."""
        chosen = self.query_one(RowList).highlighted
        if not chosen:
            return
        if chosen in self.marked:
            self.marked.remove(chosen)
        else:
            self.marked = [*self.marked, chosen][-_TWO:]
        self._show()

    def on_row_list_chosen(self, _event: RowList.Chosen) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Opens the debrief of the highlighted attempt."""
        chosen = self.query_one(RowList).highlighted
        if chosen:
            self._say(_("Opening the debrief … Esc stops."))
            self.errand(partial(self._read, chosen))

    def _read(self, attempt: str) -> Message:
        from simulator.workflows.rehearse import resume

        return AttemptOpened(resume(self.host.house.desk, attempt))

    def on_attempt_opened(self, event: AttemptOpened) -> None:
        self.host.show_phase(event.rehearsal)

    def action_compare(self) -> None:
        """Puts the two marked attempts side by side, the earlier one first."""
        if len(self.marked) != _TWO:
            self.host.tell(_("Mark two attempts with Space first."))
            return
        order = [one.attempt for one in reversed(self.listing.finished(self.scenario))]
        earlier, later = sorted(self.marked, key=order.index)
        self._say(_("Opening both … Esc stops."))
        self.errand(partial(self._review, earlier, later))

    def _review(self, earlier: str, later: str) -> Message:
        from simulator.tui.views import rehearsal_debrief_view, rubric_of
        from simulator.workflows.rehearse import resume

        house = self.host.house
        one = resume(house.desk, earlier)
        house.solutions.solve(one.program, one.given, rubric_of(one), cancelled)
        return FirstReviewed(rehearsal_debrief_view(one, house.library.courses(), house.library), later)

    def on_first_reviewed(self, event: FirstReviewed) -> None:
        from simulator.tui.screens.compare import CompareScreen

        self._say(_("Enter opens a debrief. Mark two with Space to compare them."))
        self.app.push_screen(CompareScreen(event.view, event.other))

    def on_errand_cancelled(self) -> None:
        self._say("")

    def _say(self, text: str) -> None:
        self.query_one("#said", Plain).update(text)


def _points(total: float | None) -> str:
    return _("{points} points", points=score(total)) if total is not None else ""
