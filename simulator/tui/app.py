"""The application: which screen is open, and the few things that any screen may ask for.

Nothing heavy is imported here: the first frame is painted before the scenario language, the solver or the store load.
"""

from __future__ import annotations

import contextlib
import getpass
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, TypeAlias

from textual.app import App
from textual.binding import Binding, BindingType
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import get_current_worker

from simulator.model import language
from simulator.model.errors import Cancelled, HuikuanError
from simulator.model.language import _
from simulator.tui.keys import N_, key_name
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import AttemptScreen, HuikuanScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.themes import THEMES, theme_name
from simulator.tui.widgets.bars import KeyBar, TitleBar
from simulator.tui.widgets.plain import clean

if TYPE_CHECKING:
    from simulator.adapters.settings import Settings
    from simulator.bootstrap import House
    from simulator.model.case import Answer
    from simulator.workflows.permission import Deed
    from simulator.workflows.rehearse import Rehearsal

COMING_BACK = 3.0  # seconds; a session whose line is gone ends within 1.5
LETTING_GO = 1.0  # seconds that the end waits for the record to hear of it
KEEPING_AFTER = 10.0  # seconds after the start: whoever opens it wants to see it first


@dataclass(frozen=True, slots=True)
class StartScenario:
    """Open a new attempt at a scenario at once."""

    scenario: str
    mode: Literal["practice", "exam"] = "practice"
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class GoOn:
    """Open an attempt where it stands."""

    attempt: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """What the application ends with to be opened again, under other settings, where it was."""

    settings: Settings
    start: Start | None


@dataclass
class Desktop:
    """What outlives a reopening.

    Attributes:
        drafts: answers that are not handed in yet, by attempt and field.
        lines: what was written in a talk and is not said yet, by attempt.
        totals: what finished attempts came to; None where one is not scored or its record no longer fits.
        heads: the heads of the chains that they were worked out from; decided on since, they are worked out anew.
    """

    drafts: dict[str, dict[str, Answer]] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    totals: dict[str, float | None] = field(default_factory=dict)
    heads: dict[str, str] = field(default_factory=dict)


# What to open at once: a scenario, an attempt on record, an attempt at hand, or whatever a function opens.
Start: TypeAlias = "StartScenario | GoOn | Rehearsal | Callable[[HuikuanApp], None]"


class HuikuanApp(App[Reopen]):
    """Huikuan on the screen."""

    TITLE = "Huikuan"
    CSS_PATH = Path(__file__).with_name("styles.tcss")
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "palette", N_("More"), priority=True),
        Binding("ctrl+q", "quit", N_("Quit"), show=False, priority=True),
    ]

    def _fatal_error(self) -> None:
        """Ends a program that broke, with where it broke but without the values there: they may be a key or words.

        Textual prints them all.
        """
        from rich.segment import Segments
        from rich.traceback import Traceback

        traceback = Traceback(show_locals=False, width=None)
        self._exit_renderables.append(Segments(self.console.render(traceback, self.console.options)))
        self._close_messages_no_wait()

    def __init__(
        self,
        house: House,
        start: Start | None = None,
        desktop: Desktop | None = None,
    ) -> None:
        super().__init__()
        self.house = house
        self.start = start
        self.desktop = desktop or Desktop()
        # Seconds to wait for whoever has the first attempt open: a browser that comes back meets what it left behind.
        self.patience = COMING_BACK if isinstance(start, GoOn) else 0.0
        self.holds = False  # an attempt was opened to go on with it
        self.home = HomeScreen()
        self.simulated = False  # what is shown is simulated, which every screen says; known once the record is read
        self._solving: tuple[str, bool] | None = None  # the attempt that is solved ahead, and whether unprepared
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = theme_name(house.settings.theme)
        self.animation_level = "none"  # nothing moves that nobody moved: input methods and screen readers want it so

    @property
    def settings(self) -> Settings:
        return self.house.settings

    @property
    def trainee(self) -> str:
        """The name that attempts are recorded under."""
        return self.house.actor.name or self.settings.name.strip() or getpass.getuser()

    def may(self, deed: Deed) -> bool:
        """Whether something is to be offered to whoever sits here. The workflows ask again, whatever is offered."""
        from simulator.workflows.permission import may

        return may(self.house.actor, deed)

    def on_unmount(self) -> None:
        """Lets go of a model that is waited for, and of what is open: the threads end before the program does."""
        self.house.forget_model()
        if self.holds:
            releasing = threading.Thread(target=self._release, daemon=True)
            releasing.start()
            releasing.join(LETTING_GO)

    def on_mount(self) -> None:
        self.push_screen(self.home)
        self.run_worker(self._look_whether_simulated, thread=True, group="simulated")
        if self.house.actor.is_owner:  # else the server does it, which is nobody's session
            self.set_timer(KEEPING_AFTER, self._keep_periods)
        if self.start is not None:
            self.call_after_refresh(self._open_start)

    def _keep_periods(self) -> None:
        """Empties in the background what is kept for longer than the periods say, at most once a day."""
        house = self.house

        def run() -> None:
            from simulator.workflows.privacy import apply_daily

            try:
                apply_daily(house.desk, house.exports, house.periods)
            except (HuikuanError, OSError) as error:
                self.post_message(ErrandFailed(error, "periods"))

        self.run_worker(run, group="periods", thread=True)

    def _look_whether_simulated(self) -> None:
        """Marks every screen where the people in the record are simulated."""
        try:
            simulated = self.house.store.simulated
        except (HuikuanError, OSError):  # whoever needs the record says why it cannot be read
            return
        if simulated:
            self.call_from_thread(self._mark_simulated)

    def _mark_simulated(self) -> None:
        self.simulated = True
        for screen in self.screen_stack:
            for bar in (*screen.query(TitleBar), *screen.query(KeyBar)):
                bar.refresh()

    def _open_start(self) -> None:
        start, self.start = self.start, None
        if isinstance(start, StartScenario):
            self.home.begin(start.scenario, start.mode, start.seed)
        elif isinstance(start, GoOn):
            self.home.go_on(start.attempt)
        elif callable(start):
            start(self)
        elif start is not None:
            self.home.after_notice(partial(self.show_phase, start))

    # Attempts

    def show_phase(self, rehearsal: Rehearsal) -> None:
        """Shows the screen that fits where an attempt stands, in place of whatever is open above Home."""
        self._above_home(_screen_for(rehearsal))
        if rehearsal.phase == "debrief":
            self._let_go(rehearsal.attempt)
        self.solve_ahead(rehearsal)

    def go_home(self, message: str = "") -> None:
        """Closes everything above Home, which shows the record as it is now."""
        self.workers.cancel_group(self, "solve")
        self._solving = None
        left = [screen.rehearsal for screen in self.screen_stack if isinstance(screen, AttemptScreen)]
        for one in left:
            self._let_go(one.attempt)
        self._above_home(None)
        self.home.reload(*(f"scenario:{one.scenario.id}" for one in left[-1:] if one.phase == "debrief"))
        if message:
            self.tell(message)

    def _let_go(self, attempt: str) -> None:
        """Has an attempt no longer open; in the background, and without a word: whoever cannot, is found to be gone."""
        if self.holds:
            self.run_worker(partial(self._release, attempt), thread=True, group="release")

    def _release(self, attempt: str | None = None) -> None:
        from simulator.workflows.holding import release

        with contextlib.suppress(HuikuanError, OSError):
            release(self.house.desk, attempt)

    def solve_ahead(self, rehearsal: Rehearsal) -> None:
        """Solves an attempt's scenario in the background, so that hints and debrief are there when they are wanted."""
        from scoring.rubric import CURRENT, RUBRICS

        wanted = (rehearsal.attempt, rehearsal.phase == "briefing")
        if rehearsal.phase == "debrief" or wanted == self._solving:
            return
        self._solving = wanted
        program, solutions = rehearsal.program, self.house.solutions
        starts = [None, rehearsal.given] if rehearsal.given else [None]
        rubric = RUBRICS.get(rehearsal.state.started.rubric, CURRENT)

        def run() -> None:
            worker = get_current_worker()
            try:
                for given in starts:
                    solutions.solve(program, given, rubric, lambda: worker.is_cancelled)
            except Cancelled:
                return
            except (HuikuanError, OSError) as error:
                self.post_message(ErrandFailed(error, "solve"))

        self.run_worker(run, group="solve", exclusive=True, thread=True)

    def _above_home(self, screen: Screen[None] | None) -> None:
        """Leaves Home as it is and puts ``screen`` alone above it."""
        above = self.screen_stack[self.screen_stack.index(self.home) + 1 :]
        for _closed in above[1:] if screen else above:
            self.pop_screen()
        if screen is None:
            return
        if above:
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def on_errand_failed(self, event: ErrandFailed) -> None:
        """Shows why what was done in the background failed."""
        self.fail(event.error)

    # Asking and telling

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002 - Textual's signature
    ) -> None:
        """As Textual's, but the text is never read as markup, whatever ``markup`` says."""
        super().notify(clean(message), title=clean(title), severity=severity, timeout=timeout, markup=False)

    def tell(self, message: str, severity: SeverityLevel = "information") -> None:
        """Says something in passing."""
        self.notify(message, severity=severity)

    def fail(self, error: Exception) -> None:
        """Says what went wrong and stays until it is read."""
        self.announce(_("That did not work"), str(error) or type(error).__name__)

    def announce(self, heading: str, text: str) -> None:
        """Says something that stays until it is read."""
        from simulator.tui.screens.ask import Announce

        self.push_screen(Announce(heading, text))

    def ask(self, question: str, then: Callable[[], None], *, yes: str = "", no: str = "") -> None:
        """Asks whether to go ahead, and does so if the answer is yes. No is the default."""
        from simulator.tui.screens.ask import Ask

        self.push_screen(Ask(question, yes or _("Yes"), no or _("No")), lambda sure: then() if sure else None)

    # Screens that open from everywhere

    def show_help(self, screen: Screen[object]) -> None:
        """Explains the focused widget, the screen and the keys."""
        from simulator.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen.of(screen))

    def show_settings(self) -> None:
        """Opens the settings, once."""
        from simulator.tui.screens.settings import SettingsScreen

        if not any(isinstance(screen, SettingsScreen) for screen in self.screen_stack):
            self.push_screen(SettingsScreen())

    def show_studio(self) -> None:
        """Opens the list of scenarios that can be written."""
        from simulator.tui.screens.studio_list import StudioListScreen

        self.push_screen(StudioListScreen())

    def action_palette(self) -> None:
        """Lists everything that can be done now."""
        from simulator.tui.screens.palette import PaletteScreen

        screen = self.screen
        if isinstance(screen, HuikuanScreen) and not isinstance(screen, PaletteScreen) and not screen.covered:
            self.push_screen(PaletteScreen(screen, self.home.listing))

    def action_help_quit(self) -> None:
        """Ctrl+C copies; who presses it to leave is told the key that does."""
        self.tell(_("{key} quits. The attempt you are in is saved.", key=key_name("ctrl+q")))

    async def action_quit(self) -> None:
        """Quits; asks first where answers that are not handed in would be lost. Who presses twice means it."""
        from simulator.tui.screens.ask import Ask

        answers = [answer for draft in self.desktop.drafts.values() for answer in draft.values()]
        warnings = [screen.unsaved for screen in self.screen_stack if isinstance(screen, HuikuanScreen)]
        if any(answer is not None for answer in answers):
            warnings.append(_("You have answers that are not handed in. They are lost if you quit now."))
        if any(line.strip() for line in self.desktop.lines.values()):
            warnings.append(_("What you wrote in a talk is not said yet; it is lost if you quit now."))
        if any(warnings) and not isinstance(self.screen, Ask):
            self.ask("\n".join(filter(None, warnings)), self.exit, yes=_("Quit"), no=_("Stay"))
        else:
            self.exit()

    def reopen(self, settings: Settings) -> None:
        """Ends the application so that it opens again under other settings where it was."""
        attempts = [screen.rehearsal.attempt for screen in self.screen_stack if isinstance(screen, AttemptScreen)]
        same_record = settings.store == self.settings.store
        again = [screen.again for screen in self.screen_stack if isinstance(screen, HuikuanScreen) and screen.again]
        start = GoOn(attempts[-1]) if attempts and same_record else None
        self.exit(Reopen(settings, again[-1] if again else start))


def run_app(
    house: House, start: Start | None = None, run: Callable[[HuikuanApp], Reopen | None] = HuikuanApp.run
) -> int:
    """Runs the application until it is quit, opening it again whenever its settings ask for that; its exit code."""
    desktop = Desktop()
    while True:
        language.use(house.settings.language)
        app = HuikuanApp(house, start, desktop)
        ended = run(app)
        if not isinstance(ended, Reopen):
            return app.return_code or 0
        start = ended.start
        _resettle(house, ended.settings)


def _resettle(house: House, settings: Settings) -> None:
    """Gives the house other settings; what was made under those that changed is made anew."""
    made_from = {"store": ("store", "desk"), "cache": ("cache", "solutions", "desk"), "scenarios": ("library",)}
    before, house.settings = house.settings, settings
    for name, parts in made_from.items():
        if getattr(before, name) != getattr(settings, name):
            if name == "store" and "store" in house.__dict__:
                house.store.close()
            for part in parts:
                house.__dict__.pop(part, None)
    house.forget_model()


def _screen_for(rehearsal: Rehearsal) -> AttemptScreen:
    """The screen of an attempt's phase, imported when it is first shown."""
    if rehearsal.phase == "briefing":
        from simulator.tui.screens.briefing import BriefingScreen

        return BriefingScreen(rehearsal)
    if rehearsal.phase == "talk":
        from simulator.tui.screens.talk import TalkScreen

        return TalkScreen(rehearsal)
    if rehearsal.phase == "note":
        from simulator.tui.screens.note import NoteScreen

        return NoteScreen(rehearsal)
    from simulator.tui.screens.debrief import DebriefScreen

    return DebriefScreen(rehearsal)
