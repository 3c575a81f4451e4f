"""What all screens share.

How a screen is written::

    class TalkScreen(AttemptScreen):
        HEADING = N_("Talk")                      # an English msgid: translated where it is shown
        HELP = N_("Choose what you say …")         # what F1 says of the screen; a widget's HELP is said first
        BINDINGS = [Binding("f4", "hint", N_("Hint"))]   # N_, never _: see simulator.tui.keys

        def body(self) -> ComposeResult:           # compose() puts the bars around it
            yield Transcript(…)

* Every shown binding is a command of the palette and a line of the help by itself: give it a description.
* Keys that are taken everywhere: F1 help, F10 settings, Esc back, Ctrl+P palette, Ctrl+Q quit.
* Longer work goes through ``self.errand(work)``: it runs in a thread and gives back a message, which is posted to the
  screen; Esc cancels it (``cancelled()`` tells the work so), and an error is shown.
* ``self.host`` is the application: ``show_phase``, ``go_home``, ``tell``, ``ask``, ``house``, ``settings``.
* What only some may do stands in ``DEEDS`` by its action, so that no key and no command offers it to others; it is the
  workflow that refuses it.
* A screen's rules stand in its own ``DEFAULT_CSS`` and are read when it is first opened; ``styles.tcss`` holds what is
  shared. The screen has the class ``-wide`` from 120 columns and ``-tall`` from 36 lines.
* Inputs are ``simulator.tui.widgets.line.Line``; texts are ``simulator.tui.widgets.plain.Plain``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.geometry import Offset
from textual.message import Message
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.timer import Timer
from textual.widget import Widget
from textual.worker import Worker, WorkerState, get_current_worker

from simulator.model.errors import (
    AttemptMoved,
    Cancelled,
    HuikuanError,
    StoreError,
    StoreLocked,
    StoreLost,
    StoreUnreached,
)
from simulator.model.language import _, current
from simulator.tui.keys import N_, key_name, spoken
from simulator.tui.messages import (
    AttemptOpened,
    ErrandCancelled,
    ErrandFailed,
    OpenElsewhere,
    RecordAway,
    RecordBack,
)
from simulator.tui.widgets.bars import Alarm, KeyBar, TitleBar, TooSmall
from simulator.tui.words import language_mark

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.model.text import Text
    from simulator.tui.app import HuikuanApp
    from simulator.workflows.permission import Deed
    from simulator.workflows.rehearse import Rehearsal

_AGAIN = "ctrl+r"
_PAUSES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds before the record is tried again; then always the last
# What passes by itself: a server that restarts, a line that is down, another program that writes for long.
_PASSING = (StoreLost, StoreUnreached, StoreLocked)
_ALWAYS = frozenset({"quit", "app.quit", "help_quit", "back", "copy_text"})


class HuikuanScreen(Screen[ScreenResultType]):
    """A screen with the title bar, the keys, help, settings and a way back."""

    HEADING: ClassVar[str] = N_("Huikuan")
    HELP: ClassVar[str | None] = None
    DEEDS: ClassVar[Mapping[str, Deed]] = {}  # actions that are offered only to those who may do that
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - Textual declares both
    VERTICAL_BREAKPOINTS = [(0, "-low"), (36, "-tall")]  # noqa: RUF012
    DEFAULT_CSS = """
    HuikuanScreen { layers: default cover; overflow: hidden hidden; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", N_("Help")),
        Binding("f10", "settings", N_("Settings")),
        Binding("escape", "back", N_("Back")),
        Binding(_AGAIN, "try_again", N_("Try now"), priority=True),
    ]

    # What it is made of

    def compose(self) -> ComposeResult:
        yield TitleBar(self.heading(), self.aside())
        yield from self.body()
        yield KeyBar()
        yield TooSmall()

    def body(self) -> ComposeResult:
        """What stands between the bars."""
        yield from ()

    def heading(self) -> str:
        """The title bar's words."""
        return _(self.HEADING)

    def aside(self) -> str:
        """The words at the right of the title bar."""
        return ""

    @property
    def unsaved(self) -> str:
        """What to say before quitting, where something on the screen would be lost; else empty."""
        return ""

    @property
    def again(self) -> Callable[[HuikuanApp], None] | None:
        """Opens the screen anew after the application was reopened; None where nothing but Home is wanted."""
        return None

    def refresh_bar(self) -> None:
        """Shows ``heading()`` and ``aside()`` as they are now."""
        for bar in self.query(TitleBar):
            bar.show(self.heading(), self.aside())

    @property
    def host(self) -> HuikuanApp:
        """The application."""
        return cast("HuikuanApp", self.app)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The bindings that work now, with their words in the current language."""
        return {key: spoken(active) for key, active in super().active_bindings.items()}

    # Help, settings, back

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Nothing is done blindly while the notice of a too small window covers the screen; what one may not, never."""
        if self.covered and action not in _ALWAYS:
            return False
        if action in self.DEEDS and not self.host.may(self.DEEDS[action]):
            return False
        if action == "try_again" and not self._away:
            return False
        return super().check_action(action, parameters)

    def action_help(self) -> None:
        """Shows what the focused widget and the screen are for, and the keys."""
        self.host.show_help(cast("Screen[object]", self))

    def action_settings(self) -> None:
        """Opens the settings."""
        self.host.show_settings()

    def action_back(self) -> None:
        """Stops what is going on in the background, or leaves the screen."""
        if self.stop_errands():
            self.host.tell(_("Stopped."))
        else:
            self.leave()

    def leave(self) -> None:
        """Goes back to where one came from."""
        if len(self.app.screen_stack) > 1:
            self.dismiss()

    # Work in the background

    def errand(self, work: Callable[[], Message | None], group: str = "errand", lasting: bool = False) -> Worker[None]:
        """Runs ``work`` in a thread and posts the message that it gives back to this screen.

        Args:
            group: a new errand replaces an earlier one of its group, whose message is dropped. Esc stops the group
                ``errand`` alone; name another one for work that nobody waits for.
            lasting: where the record cannot be reached, it is done again until it can, or Esc stops it. For work that
                may be done twice: what was recorded and not acknowledged is not recorded again.
        """

        def run() -> None:
            message = _outcome(work, group)
            if cancelled():
                return
            if lasting and isinstance(message, ErrandFailed) and isinstance(message.error, _PASSING):
                message = RecordAway(message.error, group, partial(self.errand, work, group, lasting=True))
            elif group in self._away:
                self.post_message(RecordBack(group))
            if message is not None:
                self.post_message(message)

        return self.run_worker(run, group=group, exclusive=True, thread=True)

    def stop_errands(self) -> bool:
        """Cancels the work that somebody waits for; whether there was any."""
        running = [
            worker
            for worker in self.workers
            if worker.node is self
            and worker.group == "errand"
            and worker.state in (WorkerState.PENDING, WorkerState.RUNNING)
        ]
        for worker in running:
            worker.cancel()
        return self._give_up() or bool(running)

    def on_errand_failed(self, event: ErrandFailed) -> None:
        """Shows the error."""
        event.stop()
        self.host.fail(event.error)

    # While the record cannot be reached

    _away: Mapping[str, RecordAway] = MappingProxyType({})  # by group, what waits for the record
    _tries = 0
    _next_try: Timer | None = None
    _has_given_up = False

    @property
    def waits_for_record(self) -> bool:
        """Whether something is to be done as soon as the record can be reached."""
        return bool(self._away)

    def alarm(self, text: str) -> None:
        """Says above the keys what stands in the way; nothing takes it away."""
        shown = next(iter(self.query(Alarm)), None)
        if shown is not None:
            shown.update(text)
            shown.display = bool(text)
        elif text:
            self.mount(Alarm(text), before=self.query_one(KeyBar))

    def on_record_away(self, event: RecordAway) -> None:
        """Says so, and tries again after a while, and after a longer one each time."""
        event.stop()
        if self._has_given_up:
            self._leave_off(event)
            return
        self._away = {**self._away, event.group: event}
        self.alarm(_away_text(event.error))
        if self._next_try is None:
            self._next_try = self.set_timer(_PAUSES[min(self._tries, len(_PAUSES) - 1)], self.action_try_again)
            self._tries += 1
        self.refresh_bindings()

    def action_try_again(self) -> None:
        """Does now what waits for the record."""
        if self._next_try is not None:
            self._next_try.stop()
            self._next_try = None
            self.alarm(_("Trying to reach the record …"))
            for waiting in self._away.values():
                waiting.again()

    def on_record_back(self, event: RecordBack) -> None:
        """What stood in the way is gone."""
        event.stop()
        self._away = {group: one for group, one in self._away.items() if group != event.group}
        if not self._away:
            self._calm_down()

    def _give_up(self) -> bool:
        """Waits for the record no longer; whether anything did. A try that is under way is let finish."""
        if self._next_try is None:
            self._has_given_up = bool(self._away)
        else:
            self._next_try.stop()
            self._next_try = None
            for waiting in self._away.values():
                self._leave_off(waiting)
        return bool(self._away)

    def _leave_off(self, waiting: RecordAway) -> None:
        self.post_message(RecordBack(waiting.group))
        self.post_message(ErrandFailed(waiting.error, waiting.group))

    def _calm_down(self) -> None:
        if self._next_try is not None:
            self._next_try.stop()
        self._next_try, self._tries, self._has_given_up = None, 0, False
        self.alarm("")
        self.refresh_bindings()

    # Size, and the place of the input method

    _is_covered = False
    _focused_before: Widget | None = None

    @property
    def covered(self) -> bool:
        """Whether the window is too small and the notice of that covers the screen."""
        return self._is_covered

    def on_mount(self) -> None:
        self._measure()
        self.screen_layout_refresh_signal.subscribe(self, self._anchor)

    def on_resize(self, _event: events.Resize) -> None:
        self._measure()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if self.covered:
            self._focused_before = event.widget
            self.set_focus(None)
        self.call_after_refresh(self._anchor)

    def on_screen_resume(self) -> None:
        self._measure()
        self.call_after_refresh(self._anchor)

    def _measure(self) -> None:
        for cover in self.query(TooSmall):
            was, self._is_covered = self._is_covered, cover.measure(*self.app.size)
            if was != self._is_covered:
                self._hide()

    def _hide(self) -> None:
        """Takes the focus away while nothing of the screen can be seen, and gives it back."""
        if self.covered:
            self._focused_before = self.focused
            self.set_focus(None)
        elif self._focused_before is not None and self._focused_before.is_attached:
            self.set_focus(self._focused_before)
        self.refresh_bindings()

    def _anchor(self, _screen: object = None) -> None:
        """Puts the terminal's own cursor, and with it the input method's window, where the caret is."""
        caret = getattr(self.focused, "cursor_screen_offset", None) if self.app.screen is self else None
        if self.focused is not None and isinstance(caret, Offset) and caret != self.app.cursor_position:
            self.app.cursor_position = caret
            self.focused.refresh()


class HuikuanDialog(HuikuanScreen[ScreenResultType], ModalScreen[ScreenResultType]):
    """A box over the screen that asked. It has no bars of its own but the keys."""

    DEFAULT_CSS = """
    HuikuanDialog { align: center middle; background: $background 70%; }
    HuikuanDialog > .box {
        width: 76; max-width: 96%; height: auto; max-height: 90%;
        border: round $primary; background: $surface; padding: 1 2;
    }
    HuikuanDialog.-wide > .box { width: 96; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f10", "settings", N_("Settings"), show=False)]

    def compose(self) -> ComposeResult:
        yield from self.body()
        yield KeyBar()
        yield TooSmall()

    def action_settings(self) -> None:
        """A dialog is answered first."""

    def leave(self) -> None:
        self.dismiss(None)


class AttemptScreen(HuikuanScreen[None]):
    """A screen on which an attempt goes on. Esc goes Home; the attempt is on record and waits there."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("Home")),
        Binding(_AGAIN, "take_over", N_("Take over"), priority=True),
        Binding(_AGAIN, "try_again", N_("Try now"), priority=True),
    ]

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__()
        self.rehearsal = rehearsal
        self.elsewhere: datetime | None = None  # since when it is open elsewhere; here one only looks

    # One program at a time

    def on_mount(self) -> None:
        if self.rehearsal.desk.holder is not None and self.rehearsal.phase != "debrief":
            from simulator.workflows.ports import BEAT

            self.host.holds = True
            self.errand(partial(self._hold, self.host.patience), "hold", lasting=True)
            self.host.patience = 0.0
            self.set_interval(BEAT, self._beat)

    def _hold(self, patience: float) -> Message | None:
        """Has the attempt open from now on, unless it is open elsewhere."""
        from simulator.workflows.holding import hold

        kept = hold(self.rehearsal, patience, cancelled)
        if kept.elsewhere is not None:
            return OpenElsewhere(kept.elsewhere.since)
        return None if kept.rehearsal is self.rehearsal else AttemptOpened(kept.rehearsal)

    def _beat(self) -> None:
        if self.elsewhere is None:
            self.errand(self._still, "beat")

    def _still(self) -> Message | None:
        from simulator.workflows.holding import beat, take

        try:
            if self.rehearsal.attempt in beat(self.rehearsal.desk):
                return None
            other = take(self.rehearsal)
        except StoreError:  # whoever records something next is told
            return None
        return None if other is None else OpenElsewhere(other.since)

    def on_open_elsewhere(self, event: OpenElsewhere) -> None:
        """Says since when, and asks whether to take it over."""
        self._yield_to(
            event.since,
            _(
                "This attempt is open elsewhere, since {time}. You can take it over and go on here; what is not "
                "recorded there yet is not recorded then. Or you only look.",
                time=f"{event.since.astimezone():%H:%M}",
            ),
        )

    def on_errand_failed(self, event: ErrandFailed) -> None:
        """Where the attempt went on elsewhere, one can go on here from there; what was typed stays."""
        if isinstance(event.error, AttemptMoved):
            event.stop()
            event.prevent_default()
            since = getattr(event.error, "since", None) or self.rehearsal.desk.now()
            text = _("{why} What you typed or chose stays here. Go on here from where it is now?", why=event.error)
            self._yield_to(since, text)

    def _yield_to(self, since: datetime, text: str) -> None:
        from simulator.tui.screens.elsewhere import Elsewhere

        self.elsewhere = since
        self.alarm(_("You only look here: the attempt is open elsewhere. {key} takes it over.", key=key_name(_AGAIN)))
        self.refresh_bindings()
        self.app.push_screen(Elsewhere(text), self._answered_elsewhere)

    def _answered_elsewhere(self, answer: str | None) -> None:
        if answer == "take":
            self.action_take_over()
        elif answer == "leave":
            self.leave()

    def action_take_over(self) -> None:
        """Opens the attempt here, as it is now; wherever else it is open, it can only be looked at."""
        from simulator.workflows.holding import open_attempt

        desk, attempt = self.rehearsal.desk, self.rehearsal.attempt
        self.errand(lambda: AttemptOpened(open_attempt(desk, attempt, force=True).rehearsal), "hold", lasting=True)

    def on_attempt_opened(self, event: AttemptOpened) -> None:
        self.host.show_phase(event.rehearsal)

    def only_looks(self) -> bool:
        """Whether nothing can be done here; then it is said how it could."""
        if self.elsewhere is not None:
            self.post_message(OpenElsewhere(self.elsewhere))
        return self.elsewhere is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "take_over" and (self.elsewhere is None or self.waits_for_record):
            return False
        return super().check_action(action, parameters)

    # Its bars, and the way out

    def heading(self) -> str:
        title = self.rehearsal.scenario.title.to(self.rehearsal.language)
        return " · ".join((title, _(self.HEADING)))

    def aside(self) -> str:
        mode = _("Exam") if self.rehearsal.mode == "exam" else _("Practice")
        return "  ".join(part for part in (language_tag(self.rehearsal), mode) if part)

    def leave(self) -> None:
        over = self.rehearsal.phase == "debrief"
        self.host.go_home("" if over else _("The attempt is saved. Home offers to go on with it."))


def language_tag(rehearsal: Rehearsal) -> str:
    """Says so where an attempt is held in another language than the program's, or its scenario lacks that language."""
    wanted = current()
    held = rehearsal.language
    scenario = rehearsal.scenario
    texts: list[Text | None] = [scenario.title, scenario.summary, scenario.case.briefing, scenario.debtor.name]
    if held == wanted and any(text is not None and wanted in text.missing for text in texts):
        held = "en" if wanted == "zh" else "zh"
    return language_mark(held) if held != wanted else ""


def cancelled() -> bool:
    """Whether the work that this thread does is no longer wanted."""
    return get_current_worker().is_cancelled


def _away_text(error: Exception) -> str:
    """What is said while the record cannot be reached."""
    why = _("The record cannot be reached.") if isinstance(error, StoreLost) else str(error)
    return _(
        "{why} Nothing that was recorded is lost, and what you typed or chose stays here. It is tried again by itself; "
        "{key} tries at once, Esc stops.",
        why=why,
        key=key_name(_AGAIN),
    )


def _outcome(work: Callable[[], Message | None], group: str) -> Message | None:
    try:
        return work()
    except Cancelled:
        return ErrandCancelled()
    except (HuikuanError, OSError) as error:
        return ErrandFailed(error, group)
