"""Home: go on where you left off, or start a scenario.

The frame is painted first; scenarios, then attempts, then their totals come in from the background. The line for
filtering keeps the focus, so that one can always type; the arrows move in the list below it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input

from simulator.model.errors import Cancelled, HuikuanError
from simulator.model.language import _, current
from simulator.tui.keys import N_
from simulator.tui.listing import Listing
from simulator.tui.messages import (
    AttemptOpened,
    AttemptScored,
    AttemptsDated,
    AttemptsRead,
    ErrandCancelled,
    ErrandFailed,
    ScenarioBroken,
    TitlesRead,
)
from simulator.tui.screens.base import HuikuanScreen, cancelled
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import Row, RowList

if TYPE_CHECKING:
    from simulator.workflows.ports import Title

Mode = Literal["practice", "exam"]


class Finder(Line):
    """The line that filters the list. What Enter does is said in its name, since it takes that key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", N_("Start or go on"))]


class HomeScreen(HuikuanScreen[None]):
    """What there is to do."""

    HEADING = N_("Huikuan · talks about money that is due")
    HELP = N_(
        "Here you choose what to practise. Type to find a scenario, move with Up and Down, and press Enter to start "
        "it, or to go on with an attempt that is not finished. In practice you see the debtor's meters and may ask for "
        "hints and take moves back; an exam is one go without them. F3 lists what you have finished of a scenario, "
        "with its debriefs."
    )
    DEFAULT_CSS = """
    HomeScreen #filter { margin: 0; }
    HomeScreen #columns { height: 1fr; }
    HomeScreen #list { width: 1fr; padding: 0 1; }
    HomeScreen #about { height: 6; padding: 0 2; border-top: solid $panel; }
    HomeScreen.-narrow #columns { layout: vertical; }
    HomeScreen.-wide #columns { layout: horizontal; }
    HomeScreen.-wide #list { width: 3fr; }
    HomeScreen.-wide #about { width: 2fr; height: 100%; border-top: none; border-left: solid $panel; padding: 1 2; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "exam", N_("Exam")),
        Binding("f3", "attempts", N_("Finished")),
        Binding("f7", "handbook", N_("Handbook")),
        Binding("f9", "studio", N_("Studio")),
        Binding("up", "step(-1)", N_("Up"), show=False),
        Binding("down", "step(1)", N_("Down"), show=False),
        Binding("pageup", "step(-10)", N_("Page Up"), show=False),
        Binding("pagedown", "step(10)", N_("Page Down"), show=False),
        Binding("escape", "back", N_("Clear"), show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.listing = Listing()
        self._built_for = 0
        self._moved, self._wanted = False, ""  # until he moves, the first row is the one to start with

    @property
    def titles(self) -> Sequence[Title]:
        """The scenarios that were found so far."""
        return self.listing.titles or ()

    def aside(self) -> str:
        return self.host.trainee

    def body(self) -> ComposeResult:
        yield Finder(placeholder=_("Type to find a scenario"), id="filter")
        with Horizontal(id="columns"):
            yield RowList(id="list", classes="-led")
            yield Plain(_("Reading the scenarios …"), id="about")

    def on_mount(self) -> None:
        self.query_one("#filter").focus()
        self.screen_layout_refresh_signal.subscribe(self, self._fit_rows)
        self.call_after_refresh(self.reload)  # not before the first frame is painted: imports would hold it up

    # What comes in

    def reload(self, highlight: str = "") -> None:
        """Reads the scenarios and the record anew.

        Args:
            highlight: a scenario or attempt to highlight, as the rows name it; else the first row.
        """
        self._moved, self._wanted = False, highlight
        self.errand(self._read, group="read")

    def _read(self) -> Message | None:
        titles = tuple(self.host.house.library.titles())  # each time: one may have been published since
        if titles != self.listing.titles:
            self.post_message(TitlesRead(titles))
        if not self.host.settings.notice_read or cancelled():
            return None  # Nobody is entered into the record before he has read who sees it.
        store = self.host.house.store
        attempts = store.attempts(person=store.person(self.host.trainee))
        return AttemptsRead(attempts)

    def on_titles_read(self, event: TitlesRead) -> None:
        self.listing.titles = tuple(event.titles)
        self._rebuild()

    def on_attempts_read(self, event: AttemptsRead) -> None:
        self.listing.attempts = tuple(event.attempts)
        self._rebuild()
        self.errand(self._date, group="date")
        self.errand(self._score, group="score")

    def _date(self) -> Message | None:
        """Looks up which attempts to go on with are held on an older version of their scenario."""
        unfinished = self.listing.unfinished()
        if not unfinished:
            return None
        from simulator.workflows.versions import older  # loads the engine

        house = self.host.house
        return AttemptsDated(frozenset(older(house.store, house.library, unfinished, cancelled)))

    def on_attempts_dated(self, event: AttemptsDated) -> None:
        self.listing.outdated = event.outdated
        self._describe()

    def _score(self) -> None:
        """Works out what finished attempts came to, the latest first; each is known once and for all."""
        for summary in self.listing.attempts:
            if cancelled() or self.app.screen is not self:
                return
            if not summary.finished or summary.origin or summary.attempt in self.host.desktop.totals:
                continue
            from simulator.workflows.rehearse import resume  # loads the engine

            try:
                card = resume(self.host.house.desk, summary.attempt).debrief().scorecard
            except HuikuanError:
                card = None  # The reason is shown to whoever opens that attempt.
            self.post_message(AttemptScored(summary.attempt, card.total if card else None))

    def on_attempt_scored(self, event: AttemptScored) -> None:
        self.host.desktop.totals[event.attempt] = event.total
        self.listing.totals = self.host.desktop.totals
        self._rebuild()

    # The list

    def _rebuild(self) -> None:
        rows = self.query_one(RowList)
        self._built_for = rows.scrollable_content_region.width
        found = self.listing.rows(self.query_one("#filter", Line).value, self._built_for - 2)
        ids = [row.id for row in found if row.id]
        wanted = self._wanted if self._wanted in ids else ids[0] if ids and not self._moved else ""
        rows.show([Row(row.text, row.id) for row in found], wanted)
        self._describe()

    def _describe(self) -> None:
        text = self.listing.describe(self.query_one(RowList).highlighted, self.query_one("#filter", Line).value)
        self.query_one("#about", Plain).update(text)

    def on_input_changed(self, _event: Input.Changed) -> None:
        if self.is_mounted:
            self._moved, self._wanted = False, ""
            self._rebuild()

    def on_row_list_highlighted(self, _event: RowList.Highlighted) -> None:
        self._describe()

    def _fit_rows(self, _screen: object) -> None:
        """Makes the rows anew where the list has another width now."""
        if self.query_one(RowList).scrollable_content_region.width != self._built_for:
            self._rebuild()

    def action_step(self, by: int) -> None:
        """Moves in the list while the focus stays in the line."""
        self._moved, self._wanted = True, ""
        self.query_one(RowList).action_step(by)

    # Opening

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        self.action_open()

    def on_row_list_chosen(self, _event: RowList.Chosen) -> None:
        self.action_open()

    def action_open(self) -> None:
        """Starts the highlighted scenario as practice, or goes on with the highlighted attempt."""
        kind, _colon, name = self.query_one(RowList).highlighted.partition(":")
        if kind == "attempt":
            self.go_on(name)
        elif kind == "scenario":
            self.begin(name, "practice")

    def action_exam(self) -> None:
        """Asks whether the highlighted scenario is to be an exam."""
        title = self.listing.title(self.listing.scenario_of(self.query_one(RowList).highlighted))
        if title is None:
            return
        if title.status != "published":
            self.host.tell(_("This scenario is not published, so there is no exam on it. It can be practised."))
            return
        self.host.ask(
            _(
                "“{title}” as an exam? One go, without meters, hints or take-back. Its record is evidence of what you "
                "can do, and those who set the exam see it.",
                title=self.listing.name(title.id),
            ),
            partial(self.begin, title.id, "exam"),
            yes=_("Begin the exam"),
            no=_("Not now"),
        )

    def action_attempts(self) -> None:
        """Lists the finished attempts at the highlighted scenario."""
        from simulator.tui.screens.attempts import AttemptsScreen

        scenario = self.listing.scenario_of(self.query_one(RowList).highlighted)
        if scenario is None:
            return
        if not self.listing.finished(scenario):
            self.host.tell(_("You have not finished this scenario yet. Enter starts it."))
            return
        self.app.push_screen(AttemptsScreen(scenario, self.listing))

    def action_handbook(self) -> None:
        """Opens the handbook."""
        from simulator.tui.screens.handbook import HandbookScreen

        self.app.push_screen(HandbookScreen())

    def action_studio(self) -> None:
        """Opens the Studio, where scenarios are written."""
        self.host.show_studio()

    def begin_from_anywhere(self, scenario: str) -> None:
        """Begins practice from whatever screen is open."""
        self.host.go_home()
        self.begin(scenario, "practice")

    def begin(self, scenario: str, mode: Mode, seed: int | None = None) -> None:
        """Begins an attempt, after the notice if it has not been read."""
        self.after_notice(partial(self._start, scenario, mode, seed))

    def after_notice(self, then: Callable[[], None]) -> None:
        """Goes ahead once the trainee has read who will see what."""
        if self.host.settings.notice_read:
            then()
            return
        from simulator.tui.screens.notice import NoticeScreen

        self.app.push_screen(NoticeScreen(), lambda agreed: then() if agreed else None)

    def _start(self, scenario: str, mode: Mode, seed: int | None) -> None:
        self._waiting(_("Opening “{title}” … Esc stops.", title=self.listing.name(scenario)))
        self.errand(partial(self._begin, scenario, mode, seed))

    def _begin(self, scenario: str, mode: Mode, seed: int | None) -> Message:
        from simulator.workflows.rehearse import begin

        read = self.host.house.library.read(scenario)
        if read.scenario is None:
            return ScenarioBroken(scenario, read.problems)
        if cancelled():
            raise Cancelled
        return AttemptOpened(begin(self.host.house.desk, read.scenario, self.host.trainee, mode, current(), seed))

    def go_on(self, attempt: str) -> None:
        """Opens an attempt where it stands."""
        self._waiting(_("Opening the attempt … Esc stops."))
        self.errand(partial(self._resume, attempt))

    def _resume(self, attempt: str) -> Message:
        from simulator.workflows.rehearse import resume

        return AttemptOpened(resume(self.host.house.desk, attempt))

    def on_attempt_opened(self, event: AttemptOpened) -> None:
        self._describe()
        self.host.show_phase(event.rehearsal)

    def on_scenario_broken(self, event: ScenarioBroken) -> None:
        self._describe()
        faults = [problem for problem in event.problems if problem.severity == "error"]
        self.host.announce(
            _("“{name}” has problems and cannot be played", name=event.name),
            "\n\n".join(str(problem) for problem in faults),
        )

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        self._describe()

    def on_errand_cancelled(self, _event: ErrandCancelled) -> None:
        self._describe()

    def _waiting(self, text: str) -> None:
        self.query_one("#about", Plain).update(text)

    def leave(self) -> None:
        """Esc clears the filter; there is nowhere further back."""
        line = self.query_one("#filter", Line)
        if line.value:
            line.value = ""
        else:
            self.host.action_help_quit()
