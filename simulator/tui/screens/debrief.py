"""The debrief: where the talk turned, what would have been better and why, and a way to try again from there."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.messages import AttemptOpened, AttemptsRead, ErrandFailed
from simulator.tui.screens.base import AttemptScreen, cancelled
from simulator.tui.texts import (
    Line,
    forms_lines,
    hidden_lines,
    objective_lines,
    outcome_lines,
    rubric_text,
    scorecard_lines,
    turn_lines,
    version_text,
)
from simulator.tui.views import (
    DebriefView,
    RemarkView,
    TurnView,
    rehearsal_debrief_view,
    remark_views,
    rubric_of,
)
from simulator.tui.views.decide import WHOLE, decided_lines, stands_of
from simulator.tui.widgets.busy import Busy
from simulator.tui.widgets.curve import Curve
from simulator.tui.widgets.lines import Lines
from simulator.tui.widgets.papers import PaperNames
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.rows import Row, RowList
from simulator.workflows.deciding import appeal, decided_on
from simulator.workflows.permission import known_person
from simulator.workflows.rehearse import Rehearsal
from simulator.workflows.remarking import remark, remarks_on
from simulator.workflows.settling import settled
from simulator.workflows.shown import attempts_of

if TYPE_CHECKING:
    from simulator.tui.screens.appeal import Pleaded
    from simulator.tui.screens.remark import Written

_TABS = {
    "turns": N_("Turns"),
    "scorecard": N_("Scorecard"),
    "objectives": N_("Objectives"),
    "hidden": N_("Hidden"),
    "forms": N_("Forms"),
}


class TabNames(PaperNames):
    """The names of the tabs, the open one in brackets."""

    name_open = "turns"

    def open(self, name: str) -> None:
        self.name_open = name
        self.on_resize()

    def on_resize(self) -> None:
        """Their line is known only once they stand on the screen."""
        self.show([_(title) for title in _TABS.values()], list(_TABS).index(self.name_open))


class DebriefMade(Message):
    """The talk was reviewed.

    Attributes:
        decided: what people decided on it, by turn.
        stands: what it comes to where that is a person's decision; else empty.
    """

    def __init__(self, view: DebriefView, decided: Mapping[int, tuple[Line, ...]], stands: str) -> None:
        super().__init__()
        self.view, self.decided, self.stands = view, decided, stands


class RemarkKept(Message):
    """A remark is on record; ``remarks`` are all that stand now, by turn."""

    def __init__(self, turn: int, remarks: Mapping[int, tuple[RemarkView, ...]]) -> None:
        super().__init__()
        self.turn, self.remarks = turn, remarks


class Asked(Message):
    """Somebody wants something decided on a turn; ``is_own`` is whether the attempt is his own."""

    def __init__(self, turn: int, is_own: bool) -> None:
        super().__init__()
        self.turn, self.is_own = turn, is_own


class DecidedAnew(Message):
    """More was decided than was shown; ``decided`` and ``stands`` are as in ``DebriefMade``.

    Attributes:
        appealed: the turn on which an appeal was written; None where there was none.
    """

    def __init__(self, decided: Mapping[int, tuple[Line, ...]], stands: str, appealed: int | None = None) -> None:
        super().__init__()
        self.decided, self.stands, self.appealed = decided, stands, appealed


class DebriefScreen(AttemptScreen):
    """One debrief. It is made in a thread, since a scenario that was never solved takes a moment."""

    HEADING = N_("Debrief")
    HELP = N_(
        "The curve is what the talk was worth after each turn, in points, if a decent collector went on from there. "
        "Up and Down choose a turn, Page Up and Page Down scroll what is said of it. Marks: !! best, ! good, "
        "?! inaccuracy, ? mistake, ?? blunder, X breach. From any turn you can try again. F9 writes a remark on the "
        "chosen turn; turns with remarks or decisions have a * behind them. Shift+F9 appeals against how a turn of "
        "your own was judged; a reviewer decides on turns with the same key."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f7", "again", N_("Try again from here")),
        Binding("f8", "compare", N_("Compare")),
        Binding("f9", "remark", N_("Remark")),
        Binding("shift+f9,f21", "appeal", N_("Appeal, decide")),
        Binding("f2", "tab('turns')", N_("Turns")),
        Binding("f3", "tab('scorecard')", N_("Scorecard")),
        Binding("f4", "tab('objectives')", N_("Objectives")),
        Binding("f5", "tab('hidden')", N_("Hidden")),
        Binding("f6", "tab('forms')", N_("Forms")),
        Binding("pageup", "page(-1)", N_("Scroll up"), show=False),
        Binding("pagedown", "page(1)", N_("Scroll down"), show=False),
    ]
    DEFAULT_CSS = """
    DebriefScreen #waiting { height: 1fr; align: center middle; }
    DebriefScreen #waiting Plain { width: auto; max-width: 90%; }
    DebriefScreen #waiting Busy { height: 3; }
    DebriefScreen #review { height: 1fr; display: none; }
    DebriefScreen.-made #review { display: block; }
    DebriefScreen #outcome { height: 1; padding: 0 1; background: $surface; }
    DebriefScreen Curve { height: 7; }
    DebriefScreen.-tall Curve { height: 10; }
    DebriefScreen ContentSwitcher { height: 1fr; }
    DebriefScreen #list { width: 9fr; max-width: 60; }
    DebriefScreen #turn { width: 11fr; border-left: solid $panel; }
    """

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__(rehearsal)
        self.view: DebriefView | None = None
        self.begun: dict[int, Written] = {}  # remarks that are begun and not on record, by turn
        self.pleaded: dict[int, Pleaded] = {}  # appeals that are, likewise
        self.decided: Mapping[int, tuple[Line, ...]] = {}

    def body(self) -> ComposeResult:
        with Vertical(id="waiting"):
            yield Plain(_("Reviewing every move of the talk … Esc stops and goes Home; the debrief stays available."))
            yield Busy()
        with Vertical(id="review"):
            yield Plain(id="outcome")
            yield Curve(id="curve")
            yield TabNames(id="tabs")
            with ContentSwitcher(initial="turns"):
                with Horizontal(id="turns"):
                    yield RowList(id="list")
                    turn = Lines(id="turn")
                    turn.can_focus = False
                    yield turn
                for name in list(_TABS)[1:]:
                    yield Lines(id=name)

    def on_mount(self) -> None:
        self.errand(self._review, lasting=True)

    # Making it

    def _review(self) -> Message:
        """In a thread: what takes long first, since that can be stopped."""
        rehearsal, house = self.rehearsal, self.host.house
        for given in (None, rehearsal.given):
            house.solutions.solve(rehearsal.program, given, rubric_of(rehearsal), cancelled)
        view = rehearsal_debrief_view(rehearsal, house.library.courses(), house.library)
        return DebriefMade(view, *self._decided())

    def _decided(self) -> tuple[Mapping[int, tuple[Line, ...]], str]:
        """In a thread: what people decided on it, and what it comes to by that."""
        desk, attempt = self.host.house.desk, self.rehearsal.attempt
        return decided_lines(decided_on(desk, attempt)), stands_of(desk, attempt)

    def _settle(self) -> None:
        """In a thread that nobody waits for: what the attempt came to is kept, for figures and assignments."""
        settled(self.host.house.desk, self.rehearsal.attempt)

    def on_debrief_made(self, event: DebriefMade) -> None:
        self.errand(self._settle, group="settle")
        view = self.view = event.view
        self.decided = event.decided
        self.add_class("-made")
        self.query_one("#waiting").remove()
        self._show_outcome(view, event.stands)
        self.query_one(Curve).show(view.curve, [turn.cost for turn in view.turns], (view.best, view.floor))
        turning = str(view.turning.number) if view.turning else ""
        self.query_one(RowList).show(turn_rows(view.turns, self.decided), turning)
        self._show_lines(view)
        self.action_tab("turns")
        self.refresh_bindings()

    def _show_outcome(self, view: DebriefView, stands: str) -> None:
        self.query_one("#outcome", Plain).update(plain("  ".join(filter(None, (outcome_text(view), stands)))))

    def _show_lines(self, view: DebriefView) -> None:
        quiet = [Line("", rubric_text(view), "quiet"), Line("", version_text(view), "quiet")]
        card = [Line(""), *scorecard_lines(view.scorecard)] if view.scorecard else []
        objectives = objective_lines(view.objectives) or [Line("", view.unscored or _("None was observed."))]
        for name, lines in {
            "scorecard": [*outcome_lines(view), *self.decided.get(WHOLE, ()), *card, Line(""), *quiet],
            "objectives": objectives,
            "hidden": hidden_lines(view),
            "forms": forms_lines(view.forms) or [Line("", view.unscored or _("Nothing was asked."))],
        }.items():
            self.query_one(f"#{name}", Lines).show(lines)

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        """The base shows the error; without a debrief there is nothing to wait for."""
        if self.view is None:
            self.query_one("#waiting Plain", Plain).update(_("There is no debrief. Esc goes Home."))
            self.query_one(Busy).display = False

    def action_back(self) -> None:
        """Stops what is going on, and leaves unless there is something to stay for."""
        stopped = self.stop_errands()
        if stopped and self.view is not None:
            self.host.tell(_("Stopped."))
        else:
            self.leave()

    # Looking

    @property
    def turn(self) -> TurnView | None:
        """The chosen turn."""
        chosen = self.query_one(RowList).highlighted
        return self.view.turns[int(chosen) - 1] if self.view and chosen else None

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        if self.view and event.id:
            turn = self.view.turns[int(event.id) - 1]
            self.query_one("#turn", Lines).show(self._of_turn(turn))
            self.query_one(Curve).mark(turn.number)

    def _of_turn(self, turn: TurnView) -> list[Line]:
        return [*turn_lines(turn), *self.decided.get(turn.number, ())]

    def on_curve_turn_picked(self, event: Curve.TurnPicked) -> None:
        self.action_tab("turns")
        self.query_one(RowList).highlighted = str(event.turn)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Before there is a debrief one can only wait or leave."""
        if self.view is None and action in ("again", "compare", "remark", "appeal", "tab", "page"):
            return False
        if action == "appeal" and not self.rehearsal.scored:  # who tried a turn again has no marks to appeal against
            return False
        if action in ("remark", "appeal") and not (self.is_own or self.host.may("decide")):
            return False
        if action == "again" and not self.is_own:
            return False
        return super().check_action(action, parameters)

    @property
    def is_own(self) -> bool:
        """Whether it is the attempt of who is signed in; on one's own machine every one is."""
        actor = self.host.house.actor
        return actor.is_owner or actor.person == self.rehearsal.state.started.person

    def action_tab(self, name: str) -> None:
        """Opens a tab and puts the focus into it."""
        self.query_one(ContentSwitcher).current = name
        self.query_one(TabNames).open(name)
        self.query_one("#list" if name == "turns" else f"#{name}").focus()

    def on_click(self, event: events.Click) -> None:
        """A click on a tab's name opens it."""
        tab = event.style.meta.get("tab")
        if isinstance(tab, int):
            self.action_tab(list(_TABS)[tab])

    def action_page(self, pages: int) -> None:
        """Scrolls what is said of the turn, or the open tab."""
        name = self.query_one(ContentSwitcher).current
        self.query_one("#turn" if name == "turns" else f"#{name}", Lines).page(pages)

    # Trying again

    def action_again(self) -> None:
        """Begins a new practice attempt just before the chosen turn."""
        turn = self.turn
        if turn is None:
            return
        number = turn.number

        def begin() -> None:
            self.errand(lambda: AttemptOpened(self.rehearsal.try_again_from(number)), lasting=True)

        self.host.ask(
            _("Try again from turn {turn}? A new practice talk begins just before it; it is not scored.", turn=number),
            begin,
            yes=_("Try again"),
            no=_("Stay here"),
        )

    # Remarks

    def action_remark(self) -> None:
        """Opens the dialog for a remark on the chosen turn."""
        turn = self.turn
        if turn is None:
            return
        from simulator.tui.screens.remark import RemarkDialog

        name = self.host.trainee
        own = [one for one in turn.remarks if one.name == name]
        dialog = RemarkDialog(turn, own, name, self.begun.get(turn.number))
        self.app.push_screen(dialog, partial(self._written, turn.number))

    def _written(self, turn: int, written: Written | None) -> None:
        if written is None:
            return
        self.begun[turn] = written  # until it is on record: if that fails, nobody writes it twice
        if not written.kept:
            return
        desk, attempt, name = self.host.house.desk, self.rehearsal.attempt, self.host.trainee

        def work() -> Message:
            remark(desk, attempt, turn, written.text, name, written.replaces)
            return RemarkKept(turn, remark_views(remarks_on(desk, attempt)))

        self.errand(work, group="record", lasting=True)

    def on_remark_kept(self, event: RemarkKept) -> None:
        self.begun.pop(event.turn, None)
        if self.view is None:
            return
        turns = tuple(replace(turn, remarks=event.remarks.get(turn.number, ())) for turn in self.view.turns)
        view = self.view = replace(self.view, turns=turns)
        self.query_one(RowList).show(turn_rows(view.turns, self.decided), str(event.turn))
        self.query_one("#turn", Lines).show(self._of_turn(view.turns[event.turn - 1]))
        self.query_one("#turn", Lines).scroll_end(animate=False)
        self.host.tell(_("The remark is on record."))

    # Appeals and decisions

    def action_appeal(self) -> None:
        """Opens the dialog for an appeal on the chosen turn of one's own; a reviewer decides on it."""
        turn, house = self.turn, self.host.house
        if turn is None:
            return
        number, own = turn.number, self.rehearsal.state.started.person

        def begin() -> Message:
            return Asked(number, known_person(house.desk, self.host.trainee) == own)

        self.errand(begin)

    def on_asked(self, event: Asked) -> None:
        if self.view is None:
            return
        if event.is_own:
            from simulator.tui.screens.appeal import AppealDialog

            dialog = AppealDialog(self.view.turns[event.turn - 1], self.pleaded.get(event.turn))
            self.app.push_screen(dialog, partial(self._appealed, event.turn))
        else:
            from simulator.tui.screens.decide import DecideScreen

            self.app.push_screen(DecideScreen(self.rehearsal.attempt, event.turn), self._looked)

    def _looked(self, is_decided: bool | None) -> None:
        if is_decided:
            self.errand(lambda: DecidedAnew(*self._decided()))

    def _appealed(self, turn: int, pleaded: Pleaded | None) -> None:
        if pleaded is None:
            return
        self.pleaded[turn] = pleaded  # until it is on record: if that fails, nobody writes it twice
        if not pleaded.kept:
            return
        desk, attempt, name = self.host.house.desk, self.rehearsal.attempt, self.host.trainee

        def work() -> Message:
            appeal(desk, attempt, name, None if pleaded.whole else turn, pleaded.text)
            return DecidedAnew(*self._decided(), turn)

        self.errand(work, group="record", lasting=True)

    def on_decided_anew(self, event: DecidedAnew) -> None:
        view, self.decided = self.view, event.decided
        if view is None:
            return
        if event.appealed is not None:
            self.pleaded.pop(event.appealed, None)
            self.host.tell(_("The appeal is on record. A reviewer will answer it."))
        self._show_outcome(view, event.stands)
        self._show_lines(view)
        rows = self.query_one(RowList)
        rows.show(turn_rows(view.turns, self.decided), rows.highlighted)
        if self.turn is not None:
            self.query_one("#turn", Lines).show(self._of_turn(self.turn))

    # Comparing

    def action_compare(self) -> None:
        """Looks for other finished attempts at this scenario."""
        started = self.rehearsal.state.started
        desk = self.host.house.desk
        self.errand(lambda: AttemptsRead(attempts_of(desk, started.person, started.scenario)))

    def on_attempts_read(self, event: AttemptsRead) -> None:
        from simulator.tui.screens.compare import ChooseAttempt, CompareScreen

        others = [one for one in event.attempts if one.finished and one.attempt != self.rehearsal.attempt]
        view = self.view
        if not others or view is None:
            self.host.tell(_("There is no other finished attempt at this scenario yet. Try again from a turn first."))
            return

        def compare(attempt: str | None) -> None:
            if attempt:
                self.app.push_screen(CompareScreen(view, attempt))

        self.app.push_screen(ChooseAttempt(others), compare)


def turn_rows(turns: tuple[TurnView, ...], decided: Container[int] = ()) -> list[Row]:
    """The list of turns: number, glyph, what was done, whether somebody wrote or decided on it, and the name in words.

    Args:
        decided: the turns on which there was an appeal or a decision.
    """
    rows = []
    for turn in turns:
        mark = " *" if turn.remarks or turn.number in decided else ""
        rows.append(Row(f"{turn.number:>2} {turn.glyph:<2} {turn.label}{mark}", str(turn.number), turn.name))
    return rows


def outcome_text(view: DebriefView) -> str:
    """How the talk ended, in one line."""
    parts = [view.ending.name]
    if view.scorecard:
        verdict = _("passed") if view.scorecard.passed else _("not passed")
        parts.append(_("{total} of 100, {verdict}", total=f"{view.scorecard.total:.1f}", verdict=verdict))
    else:
        parts.append(_("not scored"))
    parts.append(_("worth {worth} (best {best})", worth=f"{view.worth:.1f}", best=f"{view.best:.1f}"))
    if view.newer:
        parts.append(_("on an older version"))
    return "  ".join(parts)
