"""The talk: what was said, what is on the table, and what could be said next."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message

from simulator.model.errors import CAUSES, Cause, UsageError
from simulator.model.language import _
from simulator.model.position import LOST, Move
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import AttemptScreen, cancelled
from simulator.tui.screens.casefile import CaseFile
from simulator.tui.texts import clean, meter_text
from simulator.tui.views import (
    ExchangeView,
    HintView,
    TalkView,
    confirmation,
    hint_views,
    not_followed,
    question_view,
    rubric_of,
    talk_view,
)
from simulator.tui.widgets.moves import Moves
from simulator.tui.widgets.panels import Panel
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.transcript import Transcript
from simulator.workflows.rehearse import Aside, Exchange, Rehearsal

if TYPE_CHECKING:
    from simulator.adapters.settings import Settings
    from simulator.workflows.speaking import Spoken
    from simulator.workflows.talking import Taken, Talk

# What is waited for, while nothing else may change the record.
Waiting = Literal["", "record", "listening", "answer"]
# What is said while the debtor answers; it goes when he has.
_ANSWERING = N_("He is answering … Esc shows his answer at once.")
_IN_TURN = N_("One after the other: your line stays here until it can be said.")


class TalkMoved(Message):
    """A turn was taken back, and that is on record."""

    def __init__(self, view: TalkView) -> None:
        super().__init__()
        self.view = view


class LineTaken(Message):
    """It is clear what a typed line is taken for; nothing is on record yet."""

    def __init__(self, taken: Taken) -> None:
        super().__init__()
        self.taken = taken


class LineSaid(Message):
    """Something was said, and is on record.

    Attributes:
        exchange: the turn; None where it was no tactic.
        typed: what was typed; None where a move was picked.
        spent: seconds of the turn's patience that hearing it took.
        notice: what is to be said of it.
    """

    def __init__(
        self,
        view: TalkView,
        exchange: Exchange | None,
        typed: str | None = None,
        spent: float = 0.0,
        notice: str = "",
    ) -> None:
        super().__init__()
        self.view, self.exchange, self.typed, self.spent, self.notice = view, exchange, typed, spent, notice


class AnswerGrew(Message):
    """The debtor's answer to a turn as far as it is said."""

    def __init__(self, turn: int, text: str) -> None:
        super().__init__()
        self.turn, self.text = turn, text


class AnswerGiven(Message):
    """The answer is said, and whose wording it was is on record.

    Attributes:
        why: what kept a model's wording from being shown.
    """

    def __init__(self, view: TalkView, why: Cause | None) -> None:
        super().__init__()
        self.view, self.why = view, why


class HintGiven(Message):
    """The best moves were found; the turn is marked."""

    def __init__(self, hints: tuple[HintView, ...], view: TalkView) -> None:
        super().__init__()
        self.hints, self.view = hints, view


class TalkScreen(AttemptScreen):
    """One talk. A thread writes the record, one turn at a time; what follows from it is shown when it is safe."""

    HEADING = N_("Talk")
    HELP = N_(
        "You are talking to the debtor. Choose a move, or press Tab and say it in your own words; what Enter does "
        "always stands at the line. He answers. The talk ends when you agree, when he has had enough, or when you "
        "leave. Page Up and Page Down scroll what was said."
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
    TalkScreen.-tall Moves.-own { height: 9; }
    TalkScreen #side { display: none; }
    TalkScreen.-side #side { display: block; }
    TalkScreen.-side #transcript { display: none; }
    TalkScreen.-wide #transcript { display: block; width: 2fr; }
    TalkScreen.-wide #side { display: block; width: 1fr; max-width: 60; border-left: solid $panel; }
    TalkScreen #hints { height: auto; padding: 0 1; background: $panel; display: none; }
    TalkScreen #notice { height: auto; max-height: 3; padding: 0 1; color: $warning; display: none; }
    TalkScreen #ending { height: auto; max-height: 12; padding: 1 2; background: $surface; display: none; }
    TalkScreen.-over #ending { display: block; }
    TalkScreen.-over Moves { display: none; }
    """

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__(rehearsal)
        self.view = talk_view(rehearsal)
        self.waiting: Waiting = ""
        self._record, self._opening = Lock(), Lock()
        self._talk: tuple[Settings, Talk] | None = None
        self._said = ""  # the typed line that is being listened to
        self._unasked: LineTaken | None = None  # a question that waits until this screen is in sight again
        self._answering: Exchange | None = None

    def body(self) -> ComposeResult:
        yield Plain(id="state")
        with Horizontal(id="upper"):
            yield Transcript(
                self.view.debtor.name,
                _("Nothing has been said yet. Choose your first move below, or press Tab and use your own words."),
                id="transcript",
            )
            yield Panel(id="side")
        with Vertical(id="lower"):
            yield Plain(id="hints")
            yield Moves(id="moves")
            yield Plain(id="ending")
            yield Plain(id="notice")

    def aside(self) -> str:
        return super().aside() if self.view.scored else f"{super().aside()}  {_('not scored')}"

    def on_mount(self) -> None:
        self._show(self.view)
        moves = self.query_one(Moves)
        moves.go()
        if draft := self.host.desktop.lines.get(self.rehearsal.attempt):
            moves.restore(draft)
        self.errand(self._prepare, "listen")

    def _prepare(self) -> None:
        """Loads what listening needs, and a model's client; in the background."""
        self._open().ready()

    def _open(self) -> Talk:
        """The talk under the settings of now; for a thread in the background."""
        with self._opening:
            house = self.host.house
            if self._talk is None or self._talk[0] is not house.settings:
                self._talk = (house.settings, house.talk(self.rehearsal))
            return self._talk[1]

    @property
    def _opened(self) -> Talk | None:
        """The talk, where it is there already; none that was opened under other settings: a model may be off now."""
        known = self._talk
        return known[1] if known and known[0] is self.host.house.settings else None

    def on_screen_resume(self) -> None:
        taken, self._unasked = self._unasked, None
        if taken is not None:
            self.call_after_refresh(self.on_line_taken, taken)
        if self._talk is not None and self._opened is None:
            self.errand(self._prepare, "listen")

    @property
    def busy(self) -> bool:
        return bool(self.waiting)

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
                exchange = self.rehearsal.play(move)
                return LineSaid(talk_view(self.rehearsal), exchange)

        self._run(work)

    def _run(
        self,
        work: Callable[[], Message | None],
        group: str = "record",
        waiting: Waiting = "record",
        notice: str | None = "",
    ) -> None:
        """Runs what changes the record; until it is done nothing else does.

        Args:
            notice: what is said meanwhile; None leaves what is said.
        """
        if not self.busy and not self.only_looks():
            self.waiting = waiting
            if notice is not None:
                self._notice(notice)
            self.errand(work, group, lasting=True)

    def on_talk_moved(self, event: TalkMoved) -> None:
        self.waiting = ""
        self.query_one("#hints").display = False
        self._show(event.view)

    def on_errand_failed(self, event: ErrandFailed) -> None:
        """The base shows the error; nothing was played, the talk is where it was, and what was typed still stands."""
        if event.group == "listen":
            return
        self.waiting, self._answering = "", None
        self.query_one("#hints").display = False
        self._notice("")
        self._show(self.view)

    # In one's own words

    def on_moves_drafted(self, event: Moves.Drafted) -> None:
        self.host.desktop.lines[self.rehearsal.attempt] = event.text

    def on_moves_worded(self, event: Moves.Worded) -> None:
        from simulator.workflows.talking import demand_sayable

        if self.view.ending:
            return
        if self.busy:
            self._notice(_(_IN_TURN))
            return
        try:
            said = demand_sayable(event.text)
        except UsageError as why:
            self._notice(str(why))
            return
        self._listen(said)

    def _listen(self, said: str, offline: bool = False) -> None:
        """Finds out what a line means."""

        def work() -> Message:
            return LineTaken(self._open().hear(said, offline))

        self._said = said
        waits = _("Listening … Esc goes on without the model.") if self._asks_model and not offline else ""
        self._run(work, "errand", "listening", waits)

    @property
    def _asks_model(self) -> bool:
        talk = self._opened
        return talk is not None and talk.through is not None

    def on_line_taken(self, event: LineTaken) -> None:
        if event.taken.question and self.app.screen is not self:
            self._unasked = event
            return
        self.waiting = ""
        taken = event.taken
        self._notice(_(CAUSES[taken.hearing.why]) if taken.hearing.why else "")
        if taken.question is None:
            self._say(taken, None)
            return
        from simulator.tui.screens.hearing_question import HearingQuestion

        asked = question_view(self.rehearsal, self.view.menu, taken.question)
        self.app.push_screen(
            HearingQuestion(taken.text, asked, late=taken.hearing.asked),
            lambda move: self._say(taken, move) if move else self._rephrase(),
        )

    def _rephrase(self) -> None:
        self._notice(_("Nothing was said, and no turn is gone. Say it in other words."))

    def _say(self, taken: Taken, move: Move | None) -> None:
        drafts, attempt = self.host.desktop.lines, self.rehearsal.attempt

        def work() -> Message:
            talk = self._open()
            with self._record:
                told = talk.say(taken, move)
                if drafts.get(attempt, "").strip() == taken.text:
                    drafts.pop(attempt)  # here: whoever went Home meanwhile is not to find it as one not said
                exchange = None if isinstance(told, Aside) else told
                notice = "" if exchange and exchange.step.move != LOST else not_followed(self.rehearsal)
                return LineSaid(talk_view(self.rehearsal), exchange, taken.text, taken.hearing.seconds, notice)

        self._run(work, notice=None)

    def on_line_said(self, event: LineSaid) -> None:
        """Shows the turn; where a voice says the answer, it is shown as it comes."""
        self.waiting = ""
        self.query_one("#hints").display = False
        self.query_one(Moves).clear(event.typed)
        talk = self._opened
        if event.notice:
            self._notice(event.notice)
        if event.exchange is None or talk is None or talk.voice is None:
            self._show(event.view)
            return
        self._answer(talk, event.exchange, event.view, event.spent)

    # The debtor's voice

    def _answer(self, talk: Talk, exchange: Exchange, view: TalkView, spent: float) -> None:
        """Lets the voice say the answer, in a thread."""
        turn = exchange.step.turn
        whole: list[Spoken] = []  # the answer, once it is said: where only the record was away, it is not said again

        def say() -> None:
            from simulator.workflows.speaking import Piece

            said = ""
            with closing(talk.answer(exchange, spent)) as pieces:
                for piece in pieces:
                    if cancelled():
                        return
                    if isinstance(piece, Piece):
                        said += piece.text
                        self.post_message(AnswerGrew(turn, said))
                    else:
                        whole.append(piece)

        def work() -> None:
            if not whole:
                say()
            if not whole:
                return
            with self._record:
                if cancelled():
                    return
                talk.keep(exchange, whole[-1])
                # Told even to one who stops waiting just now: it is on record, and shown as it is there.
                self.post_message(AnswerGiven(talk_view(self.rehearsal), whole[-1].why))

        self.view, self._answering = view, exchange
        self.query_one(Transcript).show([*view.exchanges[:-1], self._unanswered("…")])
        self._run(work, "answer", "answer", notice=None)
        if not self.query_one("#notice", Plain).text:
            self._notice(_(_ANSWERING))

    def _unanswered(self, text: str) -> ExchangeView:
        return replace(self.view.exchanges[-1], answer=(text,), notices=(), changes=())

    def on_answer_grew(self, event: AnswerGrew) -> None:
        if self._answering is not None and self._answering.step.turn == event.turn:
            self.query_one(Transcript).retell_last(self._unanswered(event.text))

    def on_answer_given(self, event: AnswerGiven) -> None:
        if self.waiting == "answer":
            self.waiting = ""
        self._answering = None
        self._answered()
        if event.why:
            self._notice(_(CAUSES[event.why]))
        if len(event.view.exchanges) == len(self.view.exchanges):
            self._show(event.view)

    def _stop_waiting(self) -> bool:
        """Goes on without the model that is waited for; whether one was."""
        if self.waiting == "answer":
            self.workers.cancel_group(self, "answer")
            self.waiting, self._answering = "", None
            self._answered()
            self._show(self.view)
            return True
        if self.waiting == "listening" and self._asks_model:
            self.stop_errands()
            self.waiting = ""
            self._listen(self._said, offline=True)
            return True
        return False

    def _answered(self) -> None:
        """Says no more that he is answering; what listening met stays said."""
        if self.query_one("#notice", Plain).text in (_(_ANSWERING), _(_IN_TURN)):
            self._notice("")

    def _notice(self, text: str) -> None:
        """Says something in the line above the keys, until the next thing is said there."""
        shown = self.query_one("#notice", Plain)
        shown.update(text)
        shown.display = bool(text)

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
        self.waiting = ""
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
        """Stops waiting for the model or looking for a hint, or goes Home; the attempt is saved."""
        if self._stop_waiting():
            return
        if self.stop_errands():
            self.waiting = ""
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
        self.query_one(Transcript).show(view.exchanges, view.asides)
        self.query_one(Panel).show(view)
        self.set_class(view.ending is not None, "-over")
        if view.ending:
            self.host.desktop.lines.pop(self.rehearsal.attempt, None)
            self.query_one("#ending", Plain).update(ending_text(view))
            self.set_focus(None)
        else:
            self.query_one(Moves).show(view.menu)
            if was_over:
                self.query_one(Moves).go()
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
