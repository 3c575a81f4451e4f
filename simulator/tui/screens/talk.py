"""The talk: what was said, what is on the table, and what could be said next."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message

from simulator.model.language import _
from simulator.model.position import Move
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import AttemptScreen, cancelled
from simulator.tui.screens.casefile import CaseFile
from simulator.tui.texts import clean, meter_text
from simulator.tui.views import HintView, TalkView, confirmation, hint_views, rubric_of, talk_view
from simulator.tui.widgets.moves import Moves
from simulator.tui.widgets.panels import Panel
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.transcript import Transcript
from simulator.workflows.rehearse import Rehearsal


class TalkMoved(Message):
    """A turn was played or taken back, and is on record."""

    def __init__(self, view: TalkView) -> None:
        super().__init__()
        self.view = view


class HintGiven(Message):
    """The best moves were found; the turn is marked."""

    def __init__(self, hints: tuple[HintView, ...], view: TalkView) -> None:
        super().__init__()
        self.hints, self.view = hints, view


class TalkScreen(AttemptScreen):
    """One talk. A thread writes the record, one turn at a time; what follows from it is shown when it is safe."""

    HEADING = N_("Talk")
    HELP = N_(
        "You are talking to the debtor. Choose a move and say it; he answers. The talk ends when you agree, when he "
        "has had enough, or when you leave. Page Up and Page Down scroll what was said."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", N_("Go on")),
        Binding("f2", "table", N_("On the table")),
        Binding("f3", "hint", N_("Hint")),
        Binding("f4", "take_back", N_("Take back")),
        Binding("f6", "case", N_("Case file")),
        Binding("f7,question_mark", "handbook", N_("Handbook"), key_display="F7"),
        Binding("f5", "leave_talk", N_("Leave the talk")),
        Binding("pageup", "page(-1)", N_("Scroll up"), show=False),
        Binding("pagedown", "page(1)", N_("Scroll down"), show=False),
    ]
    DEFAULT_CSS = """
    TalkScreen #state { height: 1; padding: 0 1; background: $surface; color: $foreground; }
    TalkScreen #upper { height: 1fr; }
    TalkScreen #lower { height: auto; }
    TalkScreen.-low #say { height: 1 !important; border: none !important; padding: 0 1 !important; }
    TalkScreen.-tall Moves { height: 16; }
    TalkScreen #side { display: none; }
    TalkScreen.-side #side { display: block; }
    TalkScreen.-side #transcript { display: none; }
    TalkScreen.-wide #transcript { display: block; width: 2fr; }
    TalkScreen.-wide #side { display: block; width: 1fr; max-width: 60; border-left: solid $panel; }
    TalkScreen #hints { height: auto; padding: 0 1; background: $panel; display: none; }
    TalkScreen #ending { height: auto; max-height: 12; padding: 1 2; background: $surface; display: none; }
    TalkScreen.-over #ending { display: block; }
    TalkScreen.-over Moves { display: none; }
    """

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__(rehearsal)
        self.view = talk_view(rehearsal)
        self.busy = False
        self._record = Lock()

    def body(self) -> ComposeResult:
        yield Plain(id="state")
        with Horizontal(id="upper"):
            yield Transcript(
                self.view.debtor.name,
                _("Nothing has been said yet. Choose your first move below and press Enter to say it."),
                id="transcript",
            )
            yield Panel(id="side")
        with Vertical(id="lower"):
            yield Plain(id="hints")
            yield Moves(id="moves")
            yield Plain(id="ending")

    def aside(self) -> str:
        return super().aside() if self.view.scored else f"{super().aside()}  {_('not scored')}"

    def on_mount(self) -> None:
        self._show(self.view)
        self.query_one(Moves).line.focus()

    # Saying something

    def on_moves_said(self, event: Moves.Said) -> None:
        move = event.move
        if self.busy or self.view.ending:
            return
        question = confirmation(self.view, move)
        if question:
            self.host.ask(question, lambda: self._play(move.move), yes=_("Do it"), no=_("No"))
        else:
            self._play(move.move)

    def _play(self, move: Move) -> None:
        def work() -> Message:
            with self._record:
                self.rehearsal.play(move)
                return TalkMoved(talk_view(self.rehearsal))

        self._run(work)

    def _run(self, work: Callable[[], Message | None], group: str = "record") -> None:
        """Runs what changes the record; until it is done nothing else does."""
        if not self.busy:
            self.busy = True
            self.errand(work, group)

    def on_talk_moved(self, event: TalkMoved) -> None:
        self.busy = False
        self.query_one("#hints").display = False
        self._show(event.view)

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        """The base shows the error; nothing was played, and the talk is where it was."""
        self.busy = False
        self.query_one("#hints").display = False

    # Hints, taking back, leaving

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Exams have neither hints, handbook nor take-back; all show where they work."""
        going_on = self.view.ending is None
        allowed = {
            "hint": self.view.practice and going_on,
            "take_back": self.view.practice and self.view.can_take_back,
            "leave_talk": going_on,
            "go_on": not going_on,
            "table": not self.has_class("-wide"),
            "handbook": self.view.practice,
        }
        if not allowed.get(action, True):
            return False
        return super().check_action(action, parameters)

    def action_hint(self) -> None:
        """Names the three best moves; the turn then does not count as the trainee's own."""

        def work() -> Message:
            rehearsal = self.rehearsal
            # What takes long can be stopped; asking after it does not take long any more.
            self.host.house.solutions.solve(rehearsal.program, rehearsal.given, rubric_of(rehearsal), cancelled)
            with self._record:
                best = rehearsal.hint()
                return HintGiven(hint_views(rehearsal, best), talk_view(rehearsal))

        if not self.busy:
            self._tell_hint(_("Looking for the best moves … Esc stops."))
            self._run(work, "errand")

    def on_hint_given(self, event: HintGiven) -> None:
        self.busy = False
        named = [f"{number}. {hint.label}" for number, hint in enumerate(event.hints, 1)]
        self._tell_hint("  ".join([_("Hint, and this turn will not count as your own:"), *named]))
        self.view = event.view

    def _tell_hint(self, text: str) -> None:
        shown = self.query_one("#hints", Plain)
        shown.update(text)
        shown.display = True

    def action_take_back(self) -> None:
        """Goes back to before the last turn; the first try stays the one that counts."""

        def work() -> Message:
            with self._record:
                self.rehearsal.take_back()
                return TalkMoved(talk_view(self.rehearsal))

        self._run(work)

    def action_leave_talk(self) -> None:
        """Ends the talk by leaving, which is a move of its own."""
        leave = self.view.menu.find("end.leave")
        if leave:
            self.on_moves_said(Moves.Said(leave))

    def action_back(self) -> None:
        """Stops looking for a hint, or goes Home; the attempt is saved."""
        if self.stop_errands():
            self.busy = False
            self.query_one("#hints").display = False
            self.host.tell(_("Stopped."))
        else:
            self.leave()

    def action_go_on(self) -> None:
        """Goes on to the note or the debrief once the talk is over."""
        if not self.busy:
            self.host.show_phase(self.rehearsal)

    # Looking

    def action_table(self) -> None:
        """Shows what is on the table in place of the transcript, and back; a wide screen shows both."""
        self.toggle_class("-side")

    def action_case(self) -> None:
        """Opens the case file."""
        self.app.push_screen(CaseFile(self.rehearsal))

    def action_handbook(self) -> None:
        """Opens the handbook at what the highlighted move is about."""
        from simulator.tui.screens.handbook import HandbookScreen
        from simulator.tui.views.handbook import relevant

        move = self.query_one(Moves).highlighted
        self.app.push_screen(HandbookScreen(relevant(self.rehearsal.scenario, move.move if move else None)))

    def on_moves_asked(self, _event: Moves.Asked) -> None:
        if self.view.practice:
            self.action_handbook()

    def action_page(self, pages: int) -> None:
        """Scrolls what was said, or the table where that is shown instead."""
        if self.has_class("-side") and not self.has_class("-wide"):
            side = self.query_one(Panel)
            side.scroll_relative(y=pages * max(side.size.height - 2, 1), animate=False)
        else:
            self.query_one(Transcript).page(pages)

    def _show(self, view: TalkView) -> None:
        """Shows the talk as it stands."""
        was_over, self.view = self.view.ending is not None, view
        self.query_one("#state", Plain).update(plain(state_text(view)))
        self.query_one(Transcript).show(view.exchanges)
        self.query_one(Panel).show(view)
        self.set_class(view.ending is not None, "-over")
        if view.ending:
            self.query_one("#ending", Plain).update(ending_text(view))
            self.set_focus(None)
        else:
            self.query_one(Moves).show(view.menu)
            if was_over:
                self.query_one(Moves).line.focus()
        self.refresh_bindings()


def state_text(view: TalkView) -> str:
    """Where the talk stands, in one line; in practice with the meters."""
    parts = [_("Turn {turn} of {turns}", turn=view.turn, turns=view.turns), view.stage]
    return clean("  ".join((*parts, *map(meter_text, view.meters))))


def ending_text(view: TalkView) -> str:
    """How the talk ended, and what comes next."""
    if view.ending is None:
        return ""
    then = _("Enter: file the note.") if view.note_next else _("Enter: to the debrief.")
    if view.can_take_back:
        then += " " + _("F4 takes the last turn back.")
    return "\n\n".join(
        part
        for part in (_("The talk is over: {ending}", ending=view.ending.name), view.ending.text.strip(), then)
        if part
    )
