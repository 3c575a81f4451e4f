"""Home: go on where you left off, or start a scenario.

The frame is painted first; scenarios, then attempts, then their totals come in from the background. The line for
filtering keeps the focus, so that one can always type; the arrows move in the list below it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    DueRead,
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
    from simulator.workflows.assigning import Due
    from simulator.workflows.cells import Filters
    from simulator.workflows.permission import Deed
    from simulator.workflows.ports import Title

Mode = Literal["practice", "exam"]


class Finder(Line):
    """The line that filters the list. What Enter does is said in its name, since it takes that key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", N_("Start or go on"))]


class Figures(Message):
    """What works figures out is loaded: those of a group through a filter, or the trainee's own progress."""

    def __init__(self, group: bool = False, filters: Filters | None = None) -> None:
        super().__init__()
        self.group, self.filters = group, filters


class HomeScreen(HuikuanScreen[None]):
    """What there is to do."""

    HEADING = N_("Huikuan · talks about money that is due")
    HELP = N_(
        "Here you choose what to practise. Type to find a scenario, move with Up and Down, and press Enter to start "
        "it, or to go on with an attempt that is not finished. In practice you see the debtor's meters and may ask for "
        "hints and take moves back; an exam is one go without them. What you were assigned stands at the top, what is "
        "due first before the rest. F3 lists what you have finished of a scenario, with its debriefs; F4 shows what "
        "you can do by now, and F5 a group, for those who teach and answer for one."
    )
    DEEDS: ClassVar[Mapping[str, Deed]] = {
        "group": "figures.see",
        "studio": "scenarios.write",
        "assignments": "assign",
        "people": "people.see",
    }
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
        Binding("f4", "progress", N_("Progress")),
        Binding("f5", "group", N_("Group")),
        Binding("f3", "attempts", N_("Finished")),
        Binding("f7", "handbook", N_("Handbook")),
        Binding("f9", "studio", N_("Studio")),
        Binding("f8", "assignments", N_("Assignments")),
        Binding("f6", "people", N_("People"), show=False),
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
        self.errand(self._read, group="read", lasting=True)

    def _read(self) -> Message | None:
        house = self.host.house
        if self.listing.titles is None:  # the files are there at once; for the team's the store is opened
            self.post_message(TitlesRead(house.library.titles(with_team=False)))
        titles = tuple(house.library.titles())  # each time: one may have been published since
        if titles != self.listing.titles:
            self.post_message(TitlesRead(titles))
        if (house.actor.is_owner and not self.host.settings.notice_read) or cancelled():
            return None  # Nobody is entered into the record before he has read who sees it; who signed in is on it.
        from simulator.workflows.permission import own_person
        from simulator.workflows.shown import attempts_of

        desk = self.host.house.desk
        return AttemptsRead(attempts_of(desk, own_person(desk, self.host.trainee)))

    def on_titles_read(self, event: TitlesRead) -> None:
        self.listing.titles = tuple(event.titles)
        self._rebuild()

    def on_attempts_read(self, event: AttemptsRead) -> None:
        self.listing.attempts = tuple(event.attempts)
        self._rebuild()
        self.errand(self._date, group="date", lasting=True)
        self.errand(self._read_due, group="due", lasting=True)
        self.errand(self._score, group="score", lasting=True)

    def _date(self) -> Message | None:
        """Looks up which attempts to go on with are held on an older version of their scenario."""
        unfinished = self.listing.unfinished()
        if not unfinished:
            return None
        from simulator.workflows.versions import older  # loads the engine

        house = self.host.house
        return AttemptsDated(frozenset(older(house.store, house.library, unfinished, cancelled)))

    def _read_due(self) -> Message | None:
        """Reads what the trainee was assigned; an exam whose time is over is closed by whoever looks."""
        from simulator.workflows.permission import known_person

        desk = self.host.house.desk
        person = known_person(desk, self.host.trainee)
        if person is None:
            return None
        from simulator.workflows.assigning import close_over, due_of  # loads the engine

        close_over(desk, person)
        return DueRead(due_of(desk, person))

    def on_due_read(self, event: DueRead) -> None:
        self.listing.due = tuple(event.due)
        self._rebuild()

    def on_attempts_dated(self, event: AttemptsDated) -> None:
        self.listing.outdated = event.outdated
        self._describe()

    def _score(self) -> None:
        """Works out what finished attempts came to, the latest first; each once, until somebody decides on it."""
        desk, desktop = self.host.house.desk, self.host.desktop
        for summary in self.listing.attempts:
            if cancelled() or self.app.screen is not self:
                return
            if not summary.finished or summary.origin:
                continue
            _seq, head = desk.store.head(summary.attempt)
            if summary.attempt in desktop.totals and desktop.heads.get(summary.attempt) == head:
                continue
            from simulator.workflows.deciding import matter  # loads the engine

            try:
                card = matter(desk, summary.attempt).standing().scorecard
            except HuikuanError:
                card = None  # The reason is shown to whoever opens that attempt.
            desktop.heads[summary.attempt] = head
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
        chosen = self.query_one(RowList).highlighted
        kind, _colon, name = chosen.partition(":")
        assigned = self.listing.assigned(chosen)
        if assigned:
            self._open_assigned(assigned)
        elif kind == "attempt":
            self.go_on(name)
        elif kind == "scenario":
            self.begin(name, "practice")

    def action_exam(self) -> None:
        """Asks whether the highlighted scenario is to be an exam."""
        chosen = self.query_one(RowList).highlighted
        title = self.listing.title(self.listing.scenario_of(chosen))
        if self.listing.assigned(chosen):
            self.action_open()  # what was assigned is played as it was assigned
            return
        if title is None:
            return
        if title.status != "published":
            self.host.tell(_("This scenario is not published, so there is no exam on it. It can be practised."))
            return
        self._ask_for_exam(title.id, partial(self.begin, title.id, "exam"))

    def _open_assigned(self, one: Due) -> None:
        """Goes on with what was assigned, or starts it; asks first where it is an exam."""
        event = one.assignment.event
        if one.attempt is not None:
            self.go_on(one.attempt)
        elif not one.can_start:
            self.host.tell(_("It cannot be started any more."))
        elif event.mode == "practice":
            self.after_notice(partial(self._start_assigned, one))
        else:
            self._ask_for_exam(one.scenario, partial(self.after_notice, partial(self._start_assigned, one)))

    def _ask_for_exam(self, scenario: str, then: Callable[[], None]) -> None:
        self.host.ask(
            _(
                "“{title}” as an exam? One go, without meters, hints or take-back. Its record is evidence of what you "
                "can do, and those who set the exam see it.",
                title=self.listing.name(scenario),
            ),
            then,
            yes=_("Begin the exam"),
            no=_("Not now"),
        )

    def _start_assigned(self, one: Due) -> None:
        self._waiting(_("Opening “{title}” … Esc stops.", title=self.listing.name(one.scenario)))
        self.errand(partial(self._begin_assigned, one), lasting=True)

    def _begin_assigned(self, one: Due) -> Message:
        from simulator.workflows.assigning import start
        from simulator.workflows.permission import own_person

        house = self.host.house
        person = own_person(house.desk, self.host.trainee)
        return AttemptOpened(start(house.desk, house.library, one.assignment.id, one.scenario, person, current()))

    def action_progress(self) -> None:
        """Opens the trainee's own progress."""
        self._open_figures(Figures())

    def action_group(self) -> None:
        """Opens the group."""
        self.show_group()

    def show_group(self, filters: Filters | None = None) -> None:
        """Opens the group through a filter."""
        self._open_figures(Figures(group=True, filters=filters))

    def _open_figures(self, wanted: Figures) -> None:
        """Opens what shows figures, once what works them out is loaded, which takes a moment the first time."""
        self._waiting(_("Opening the figures … Esc stops."))
        self.errand(lambda: _loaded(wanted))

    def on_figures(self, event: Figures) -> None:
        from simulator.tui.screens.group import GroupScreen
        from simulator.tui.screens.progress import ProgressScreen
        from simulator.tui.sources.house import HouseSource

        self._describe()
        source = HouseSource(self.host.house, self.host.trainee)
        self.app.push_screen(GroupScreen(source, event.filters) if event.group else ProgressScreen(source))

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

    def action_assignments(self) -> None:
        """Opens what people were asked to play."""
        from simulator.tui.screens.assignments import AssignmentsScreen

        self.app.push_screen(AssignmentsScreen())

    def action_people(self) -> None:
        """Opens the roster."""
        from simulator.tui.screens.roster import RosterScreen

        self.app.push_screen(RosterScreen())

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
        self.errand(partial(self._begin, scenario, mode, seed), lasting=True)

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
        self.errand(partial(self._resume, attempt), lasting=True)

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


def _loaded(wanted: Figures) -> Figures:
    """In a thread: loads what the screens of figures and their sources are made of."""
    import simulator.tui.screens.group
    import simulator.tui.sources.house  # noqa: F401

    return wanted
