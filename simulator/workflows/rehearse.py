"""A trainee's attempt, from the case file to the debrief: the only place where an attempt moves.

Every change is recorded, and committed, before anything that follows from it is shown. An attempt is therefore at any
moment what its events say, and resuming is reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

from scoring.rubric import CURRENT, RUBRICS, Rubric
from simulator.engine.machine import Debtor, Step, spoken
from simulator.engine.program import CompiledMove, Program
from simulator.engine.review import Better, Reviewer
from simulator.engine.solve import Solver
from simulator.model.actor import OWNER, Actor
from simulator.model.case import Answer
from simulator.model.errors import AttemptMoved, Cause, IllegalMove, UsageError
from simulator.model.language import Language, _
from simulator.model.position import LOST, Move
from simulator.model.record import (
    Closed,
    Event,
    Filed,
    Hinted,
    Mode,
    Played,
    Prepared,
    Started,
    TookBack,
    Unheard,
    Voiced,
)
from simulator.model.scenario import Scenario
from simulator.workflows.attempt import AttemptState, fold
from simulator.workflows.debriefing import Debrief, Debriefer, Play
from simulator.workflows.forms import check_answers, given_by, last_family, note_credit, preparation_credit
from simulator.workflows.listening import filler
from simulator.workflows.permission import demand_own, may, own_person
from simulator.workflows.play_through import utterance
from simulator.workflows.ports import Store
from simulator.workflows.publishing import demand_published
from simulator.workflows.shown import demand_shown, known_state
from simulator.workflows.solutions import Solutions, content_of, scenario_from

Phase = Literal["briefing", "talk", "note", "debrief"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What an attempt needs from outside.

    Attributes:
        now: the time, in UTC.
        new_id: a new attempt's id.
        new_seed: a new attempt's seed.
        programs: of pinned contents by their hash, where many attempts are played one after the other.
        actor: on whose behalf everything at this desk is done.
        holder: the running program, of which no two go on with one attempt at a time; None where nobody else can.
        begun: attempts of which nobody knows whether they were begun: whoever asks again goes on with those.
    """

    store: Store
    solutions: Solutions
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_seed: Callable[[], int]
    programs: MutableMapping[str, Program] | None = None
    actor: Actor = OWNER
    holder: str | None = None
    begun: MutableMapping[str, tuple[str, Started]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn as it is told: what the trainee said and what the debtor answered.

    Attributes:
        said: empty where it was typed and has been erased.
        typed: the trainee typed it; else it is one of the tactic's examples.
    """

    step: Step
    said: str
    answer: tuple[str, ...]
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """A line that the trainee typed, and how it was heard.

    Attributes:
        confidence: how sure it is that it means the move that is played, 0–1; None where it means none.
        picked: he was asked what it means, and picked.
        marked: a forbidden act that it may have been, for a person to look at.
    """

    text: str
    confidence: float | None = None
    picked: bool = False
    marked: Move | None = None


@dataclass(frozen=True, slots=True)
class Aside:
    """A line that was no tactic, and what the debtor said to it. It is no turn.

    Attributes:
        turn: the turn that was to be played.
        said: empty where it has been erased.
    """

    turn: int
    said: str
    answer: str


class Rehearsal:
    """One attempt, open for its trainee's moves. Not to be shared between threads.

    Made by ``begin`` and ``resume``, which ask who may see it; that a move is his own it asks itself.

    Args:
        programs: of pinned contents by their hash, where many attempts are read one after the other.
    """

    def __init__(
        self, desk: Desk, attempt: str, state: AttemptState, programs: MutableMapping[str, Program] | None = None
    ) -> None:
        self.desk, self.attempt, self.state = desk, attempt, state
        self.program = _program(desk, state.started.content, desk.programs if programs is None else programs)
        self.scenario: Scenario = self.program.scenario
        self.exchanges: list[Exchange] = []
        self._texts: dict[int, str | None] = {}
        if state.has_texts:
            self._texts = dict(desk.store.texts(attempt))
        self._replay()

    # What it is now

    @property
    def mode(self) -> Mode:
        return self.state.started.mode

    @property
    def language(self) -> Language:
        return self.state.started.language

    @property
    def scored(self) -> bool:
        """Trying again from a turn is for learning and never scored."""
        return self.state.started.origin is None

    @property
    def phase(self) -> Phase:
        if self.state.closed:
            return "debrief"
        if self.scored and self.state.answers is None:
            return "briefing"
        if not self._debtor.ending:
            return "talk"
        if self.scored and self.scenario.note and self.state.filed is None:
            return "note"
        return "debrief"

    @property
    def given(self) -> dict[str, object]:
        """The facts that the preparation gave."""
        return given_by(self.scenario, self.state.answers or {})

    @property
    def codes(self) -> tuple[int, ...]:
        return self._debtor.codes

    @property
    def turn(self) -> int:
        """The number of the turn to be played next."""
        return self._debtor.turn + 1

    @property
    def turns_left(self) -> int:
        return self.scenario.turns - self._debtor.turn

    @property
    def ending(self) -> str | None:
        return self._debtor.ending or ("timeout" if self.state.closed else None)

    def legal(self) -> tuple[CompiledMove, ...]:
        """The moves that are open now."""
        return () if self.state.closed else self._debtor.legal()

    def utterance(self, move: Move) -> str:
        """What the trainee would say with a move this turn: one of the tactic's examples."""
        return utterance(self.program, move, self.turn, self.state.started.seed, self.language)

    def worded(self) -> dict[int, str | None]:
        """By turn, the model's wording that was shown instead of the written answer; None where it was erased."""
        return {turn: self._texts.get(seq) for turn, seq in self.state.voiced.items() if seq is not None}

    def shown(self, exchange: Exchange) -> tuple[str, ...]:
        """What was shown as the debtor's answer: the model's wording, or the lines as they are written."""
        wording = self.worded().get(exchange.step.turn)
        return exchange.answer if wording is None else (wording,)

    def first_said(self) -> dict[int, str]:
        """By turn, what was typed in the first try; empty where it was erased."""
        return {
            turn: self._texts.get(tried.typed) or ""
            for turn, tried in self.state.first_tries.items()
            if tried.typed is not None
        }

    @property
    def asides(self) -> tuple[Aside, ...]:
        """The lines that were no tactic, in order."""
        found: list[Aside] = []
        for turn, seq in self.state.unheard:
            number = sum(one.turn == turn for one in found)
            found.append(Aside(turn, self._texts.get(seq) or "", self._filler(turn, number)))
        return tuple(found)

    # What moves it

    def prepare(self, answers: Mapping[str, Answer]) -> None:
        """Hands the preparation in; the talk can begin."""
        if self.phase != "briefing":
            raise UsageError(_("The preparation has been handed in already."))
        check_answers(answers, self.scenario.preparation)
        self._record(Prepared(answers=dict(answers)))
        self._debtor = Debtor(self.program, self.state.started.seed, self.given)

    def play(self, move: Move, typed: Typed | None = None) -> Exchange:
        """Plays one turn; it is on record before the debtor answers.

        Args:
            typed: the line that was taken for the move; None where it was picked from the menu.

        Raises:
            IllegalMove: the position does not offer the move.
            AttemptMoved: the attempt went on elsewhere; nothing was played.
        """
        if move == LOST:
            raise IllegalMove(str(move), self.turn, (str(one.move) for one in self.legal()))
        return self._play(move, typed)

    def lose(self, typed: Typed) -> Exchange:
        """Costs the exam's trainee a turn, for a line that was no tactic once too often.

        Raises:
            UsageError: it is no exam.
            AttemptMoved: the attempt went on elsewhere; nothing was lost.
        """
        if self.mode != "exam":
            raise UsageError(_("Only in an exam does a line cost a turn that it was not understood in."))
        return self._play(LOST, typed)

    def not_follow(self, typed: Typed) -> Aside:
        """Records a line that was no tactic: it is no turn, and nothing changes.

        Raises:
            AttemptMoved: the attempt went on elsewhere.
        """
        if self.phase != "talk":
            raise UsageError(_("The talk is not going on."))
        marked = str(typed.marked) if typed.marked else None
        self._record(Unheard(turn=self.turn, marked=marked), text=typed.text)
        return self.asides[-1]

    def _play(self, move: Move, typed: Typed | None) -> Exchange:
        if self.phase != "talk":
            raise UsageError(_("The talk is not going on."))
        before, turn = self.codes, self.turn
        exchange = self._step(move, typed.text if typed else None)
        complete = self._debtor.ending is not None and not (self.scored and self.scenario.note)
        try:
            self._record(_played(turn, move, typed), finished=complete, text=typed.text if typed else None)
        except BaseException:
            self.exchanges.pop()
            self._debtor.place(before, turn - 1)
            raise
        return exchange

    def voice(self, exchange: Exchange, wording: str | None, why: Cause | None = None) -> bool:
        """Records how the answer of a turn was shown, where a voice was asked for it.

        Args:
            wording: the model's; None where the answer was shown as it is written.
            why: what kept the model's wording from being shown.

        Returns:
            Whether it was recorded; not where the turn was taken back meanwhile.
        """
        if not any(one is exchange for one in self.exchanges):
            return False
        event = Voiced(turn=exchange.step.turn, shown="authored" if wording is None else "model", why=why)
        self._record(event, finished=self.phase == "debrief", text=wording)
        return True

    def hint(self) -> tuple[Better, ...]:
        """The three best moves now. The turn will not count as the trainee's own."""
        self._demand_own()
        self._practice_only()
        if self.phase != "talk":
            raise UsageError(_("The talk is not going on."))
        if self.turn not in self.state.hints:
            self._record(Hinted(turn=self.turn))
        solver = Solver(self.program, RUBRICS.get(self.state.started.rubric, CURRENT))
        solution = self.desk.solutions.solve(self.program, self.given, solver.rubric)
        reviewer = Reviewer(solver, solution.valued)
        return reviewer.best_moves(self.codes, reviewer.choices(self.codes, self.turns_left))

    def take_back(self, turn: int | None = None) -> None:
        """Goes back so that ``turn`` (by default the last one) is played next."""
        self._practice_only()
        back_to = self._debtor.turn if turn is None else turn
        first = len(self.state.started.prefix) + 1
        if not first <= back_to <= self._debtor.turn or self.state.filed is not None:
            raise UsageError(_("There is no turn to take back."))
        self._record(TookBack(turn=back_to))
        self._replay()

    def file_note(self, answers: Mapping[str, Answer]) -> None:
        """Files the note; the attempt is complete."""
        if self.phase != "note":
            raise UsageError(_("There is no note to file now."))
        check_answers(answers, self.scenario.note)
        self._record(Filed(answers=dict(answers)), finished=True)

    def try_again_from(self, turn: int) -> Rehearsal:
        """A new practice attempt that begins with this one's moves before ``turn``.

        Raises:
            UsageError: no move stands at that turn; or this is an exam that is not over, which nobody may try out.
            Forbidden: it is another's; that is logged.
        """
        self._demand_own()
        if self.mode == "exam" and self.phase != "debrief":
            raise UsageError(_("An exam can be tried again only after it is over."))
        if not 1 <= turn <= len(self.state.moves):
            raise UsageError(_("There is no turn {turn} to try again from.", turn=turn))
        prefix = tuple(str(move) for move in self.state.moves[: turn - 1])
        origin = self.state.started
        free = {"assignment": None, "pass_mark": None, "shared": False, "model": True, "closes": None}
        own = {"mode": "practice", "origin": (self.attempt, turn), "prefix": prefix}
        started = origin.model_copy(update=free | own)
        return Rehearsal(self.desk, *_begun(self.desk, started, self.state.answers))

    def close_if_over(self) -> bool:
        """Ends the attempt as it stands where its time is over; whether it was ended now."""
        closes = self.state.started.closes
        if closes is None or self.phase == "debrief" or self.desk.now() < closes:
            return False
        self._append(Closed(), finished=True)
        return True

    # What came of it

    def debrief(self, rubric: Rubric | None = None) -> Debrief:
        """The review of a talk that is over.

        Args:
            rubric: None for the one that it was started under.

        Raises:
            UsageError: it is not.
        """
        if not self.ending:
            raise UsageError(_("The talk is not over yet."))
        by = rubric or RUBRICS.get(self.state.started.rubric, CURRENT)
        return Debriefer(self.program, self.desk.solutions, by).debrief(self._as_play(), self.state.started.pass_mark)

    def _as_play(self) -> Play:
        # What a closed attempt was asked for and did not hand in, it has wrong; the note is asked for after the talk.
        answers = {} if self.state.answers is None and self.state.closed else self.state.answers
        filed = {} if self.state.filed is None and self.state.closed else self.state.filed
        forms = () if answers is None else preparation_credit(self.scenario, answers)
        if filed is not None and self._debtor.ending:
            last = last_family(self.state.moves)
            forms += note_credit(self.program, filed, self._debtor.ending, self.codes, last)
        return Play(
            attempt=self.attempt,
            moves=tuple(self.state.moves),
            seed=self.state.started.seed,
            given=self.given,
            forms=forms if self.scored else (),
            first_tries=self.state.first_tries,
            scored=self.scored,
            closed=self.state.closed,
        )

    # Inside

    def _record(self, event: Event, finished: bool = False, text: str | None = None) -> None:
        """Records an event of the trainee's.

        Raises:
            UsageError: the time of the exam is over; it is closed as it stands.
            Forbidden: it is another's, and nobody goes on with that; that is logged.
        """
        self._demand_own()
        if self.close_if_over():
            raise UsageError(_("The time for this exam is over. It was closed as it stood."))
        self._append(event, finished, text, self.desk.holder)

    def _append(self, event: Event, finished: bool = False, text: str | None = None, holder: str | None = None) -> None:
        seq, now = self.state.next_seq, self.desk.now()
        self.desk.store.append(self.attempt, seq, event, now, finished, text, holder=holder)
        if text is not None:
            self._texts[self.state.next_seq] = text
        self.state.apply(event)

    def _replay(self) -> None:
        self._debtor = Debtor(self.program, self.state.started.seed, self.given)
        self.exchanges = []
        for turn, move in enumerate(self.state.moves, 1):
            seq = self.state.typed.get(turn)
            self._step(move, None if seq is None else self._texts.get(seq) or "")

    def _step(self, move: Move, typed: str | None) -> Exchange:
        """Plays a move without recording it.

        Args:
            typed: what the trainee typed, empty where it was erased; None where he typed nothing.
        """
        step = self._debtor.step(move)
        seed, last = self.state.started.seed, frozenset(self.exchanges[-1].answer) if self.exchanges else frozenset()
        said = utterance(self.program, move, step.turn, seed, self.language) if typed is None else typed
        answer = spoken(self.program, step, seed, self.language, last)
        if move == LOST:
            answer = (self._filler(step.turn, self.state.fillers(step.turn)),)
        self.exchanges.append(Exchange(step, said, answer, typed is not None))
        return self.exchanges[-1]

    def _filler(self, turn: int, number: int) -> str:
        return filler(self.language, self.state.started.seed, turn, number)

    def _demand_own(self) -> None:
        demand_own(self.desk, self.state.started.person, None, self.attempt)

    def _practice_only(self) -> None:
        if self.mode != "practice":
            raise UsageError(_("An exam has no hints and no take-back."))


def _played(turn: int, move: Move, typed: Typed | None) -> Played:
    if typed is None:
        return Played(turn=turn, move=str(move))
    return Played(
        turn=turn,
        move=str(move),
        how="typed",
        confidence=None if typed.confidence is None else round(typed.confidence, 3),
        picked=typed.picked,
        marked=str(typed.marked) if typed.marked else None,
    )


@dataclass(frozen=True, slots=True)
class Terms:
    """What an assignment asks of an attempt that is played under it; field by field as in ``Started``."""

    assignment: str
    pass_mark: float | None = None
    shared: bool = False
    model: bool = False
    closes: datetime | None = None


def begin(
    desk: Desk,
    scenario: Scenario,
    name: str,
    mode: Mode,
    language: Language,
    seed: int | None = None,
    terms: Terms | None = None,
) -> Rehearsal:
    """A new attempt, on record from its first moment with the scenario pinned as it is now.

    Args:
        name: whose it is; who is signed in begins none in another's name.
        terms: of the assignment that it is played under.

    Raises:
        UsageError: the scenario is not published, and it is an exam, or who asks writes none; or his data were erased.
        Forbidden: it is to be another's; that is logged.
    """
    if not desk.actor.is_owner and name != desk.actor.name:
        demand_own(desk, desk.store.known(name), None)
    demand_published(scenario.status, mode, may(desk.actor, "scenarios.write"))
    person = own_person(desk, name)
    if desk.store.name(person) is None:
        raise UsageError(_("The data of this person were erased; nothing more can be recorded of him."))
    wanted = Started(
        scenario=scenario.id,
        content=desk.store.keep(content_of(scenario)),
        rubric=CURRENT.version,
        person=person,
        mode=mode,
        language=language,
        seed=desk.new_seed() if seed is None else seed,
        **({} if terms is None else asdict(terms)),
    )
    return Rehearsal(desk, *_begun(desk, wanted, is_drawn=seed is None))


def _begun(
    desk: Desk, wanted: Started, answers: Mapping[str, Answer] | None = None, is_drawn: bool = False
) -> tuple[str, AttemptState]:
    """Puts the beginning of an attempt on record, once: whose answer was lost is gone on with when it is asked again.

    Args:
        answers: to be handed in at once as the preparation.
        is_drawn: its seed was drawn and not asked for.
    """
    asked = wanted.model_copy(update={"seed": -1}) if is_drawn else wanted
    key = asked.model_dump_json()
    is_first = key not in desk.begun
    if is_first:
        desk.begun[key] = desk.new_id(), wanted
    attempt, started = desk.begun[key]
    try:
        desk.store.begin(attempt, started, desk.now())
        state = fold([started])
    except AttemptMoved:
        if is_first:
            del desk.begun[key]
            raise
        state = known_state(desk, attempt)
    if answers is not None and state.answers is None:
        prepared = Prepared(answers=dict(answers))
        desk.store.append(attempt, state.next_seq, prepared, desk.now())
        state.apply(prepared)
    del desk.begun[key]
    return attempt, state


def resume(desk: Desk, attempt: str, programs: MutableMapping[str, Program] | None = None) -> Rehearsal:
    """An attempt as its record has it; ``programs`` as in ``Rehearsal``. Of others' those that are shown to others.

    Raises:
        UnknownName: there is no such attempt.
        Forbidden: it is another's, and not shown or not for who asks; that is logged.
    """
    state = known_state(desk, attempt)
    demand_shown(desk, attempt, state)
    return Rehearsal(desk, attempt, state, programs)


def replayed(desk: Desk, attempt: str, programs: MutableMapping[str, Program] | None = None) -> Rehearsal:
    """As ``resume``, whoever asks: the inside of workflows that have asked already, or that show nothing of it."""
    return Rehearsal(desk, attempt, known_state(desk, attempt), programs)


def _program(desk: Desk, content: str, programs: MutableMapping[str, Program] | None) -> Program:
    programs = {} if programs is None else programs
    if content not in programs:
        programs[content] = Program(scenario_from(desk.store.content(content)))
    return programs[content]
