"""A trainee's attempt, from the case file to the debrief: the only place where an attempt moves.

Every change is recorded, and committed, before anything that follows from it is shown. An attempt is therefore at any
moment what its events say, and resuming is reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from scoring.rubric import CURRENT, RUBRICS
from simulator.engine.machine import Debtor, Step, spoken
from simulator.engine.program import CompiledMove, Program
from simulator.engine.review import Better, Reviewer
from simulator.engine.solve import Solver
from simulator.model.case import Answer
from simulator.model.errors import Cause, UsageError
from simulator.model.language import Language, _
from simulator.model.position import Move
from simulator.model.record import Event, Filed, Hinted, Mode, Played, Prepared, Started, TookBack, Voiced
from simulator.model.scenario import Scenario
from simulator.workflows.attempt import AttemptState, fold
from simulator.workflows.debriefing import Debrief, Debriefer, Play
from simulator.workflows.forms import check_answers, given_by, note_credit, preparation_credit
from simulator.workflows.play_through import utterance
from simulator.workflows.ports import Store
from simulator.workflows.publishing import demand_published
from simulator.workflows.solutions import Solutions, content_of, scenario_from

Phase = Literal["briefing", "talk", "note", "debrief"]


@dataclass(frozen=True, slots=True)
class Desk:
    """What an attempt needs from outside.

    Attributes:
        now: the time, in UTC.
        new_id: a new attempt's id.
        new_seed: a new attempt's seed.
    """

    store: Store
    solutions: Solutions
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_seed: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One turn as it is told: what the trainee said and what the debtor answered."""

    step: Step
    said: str
    answer: tuple[str, ...]


class Rehearsal:
    """One attempt, open for moves. Not to be shared between threads."""

    def __init__(self, desk: Desk, attempt: str, state: AttemptState) -> None:
        self.desk, self.attempt, self.state = desk, attempt, state
        self.scenario: Scenario = scenario_from(desk.store.content(state.started.content))
        self.program = Program(self.scenario)
        self.exchanges: list[Exchange] = []
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
        return self._debtor.ending

    def legal(self) -> tuple[CompiledMove, ...]:
        """The moves that are open now."""
        return self._debtor.legal()

    def utterance(self, move: Move) -> str:
        """What the trainee would say with a move this turn: one of the tactic's examples."""
        return utterance(self.program, move, self.turn, self.state.started.seed, self.language)

    def worded(self) -> dict[int, str | None]:
        """By turn, the model's wording that was shown instead of the written answer; None where it was erased."""
        if not any(self.state.voiced.values()):
            return {}
        texts = self.desk.store.texts(self.attempt)
        return {turn: texts.get(seq) for turn, seq in self.state.voiced.items() if seq is not None}

    # What moves it

    def prepare(self, answers: Mapping[str, Answer]) -> None:
        """Hands the preparation in; the talk can begin."""
        if self.phase != "briefing":
            raise UsageError(_("The preparation has been handed in already."))
        check_answers(answers, self.scenario.preparation)
        self._record(Prepared(answers=dict(answers)))
        self._debtor = Debtor(self.program, self.state.started.seed, self.given)

    def play(self, move: Move) -> Exchange:
        """Plays one turn; it is on record before the debtor answers.

        Raises:
            IllegalMove: the position does not offer the move.
            AttemptMoved: the attempt went on elsewhere; nothing was played.
        """
        if self.phase != "talk":
            raise UsageError(_("The talk is not going on."))
        before, turn = self.codes, self.turn
        exchange = self._step(move)
        complete = self._debtor.ending is not None and not (self.scored and self.scenario.note)
        try:
            self._record(Played(turn=turn, move=str(move)), finished=complete)
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
        """
        if self.mode == "exam" and self.phase != "debrief":
            raise UsageError(_("An exam can be tried again only after it is over."))
        if not 1 <= turn <= len(self.state.moves):
            raise UsageError(_("There is no turn {turn} to try again from.", turn=turn))
        prefix = tuple(str(move) for move in self.state.moves[: turn - 1])
        origin = self.state.started
        started = origin.model_copy(update={"mode": "practice", "origin": (self.attempt, turn), "prefix": prefix})
        again = self.desk.new_id()
        self.desk.store.begin(again, started, self.desk.now())
        state = fold([started])
        if self.state.answers is not None:
            prepared = Prepared(answers=self.state.answers)
            self.desk.store.append(again, 1, prepared, self.desk.now())
            state.apply(prepared)
        return Rehearsal(self.desk, again, state)

    # What came of it

    def debrief(self) -> Debrief:
        """The review of a talk that is over.

        Raises:
            UsageError: it is not.
        """
        if not self._debtor.ending:
            raise UsageError(_("The talk is not over yet."))
        rubric = RUBRICS.get(self.state.started.rubric, CURRENT)
        return Debriefer(self.program, self.desk.solutions, rubric).debrief(self._as_play())

    def _as_play(self) -> Play:
        forms = preparation_credit(self.scenario, self.state.answers or {}) if self.state.answers is not None else ()
        if self.state.filed is not None and self._debtor.ending:
            last = self.state.moves[-1].family
            forms += note_credit(self.program, self.state.filed, self._debtor.ending, self.codes, last)
        return Play(
            attempt=self.attempt,
            moves=tuple(self.state.moves),
            seed=self.state.started.seed,
            given=self.given,
            forms=forms if self.scored else (),
            first_tries=self.state.first_tries,
            scored=self.scored,
        )

    # Inside

    def _record(self, event: Event, finished: bool = False, text: str | None = None) -> None:
        self.desk.store.append(self.attempt, self.state.next_seq, event, self.desk.now(), finished, text)
        self.state.apply(event)

    def _replay(self) -> None:
        self._debtor = Debtor(self.program, self.state.started.seed, self.given)
        self.exchanges = []
        for move in self.state.moves:
            self._step(move)

    def _step(self, move: Move) -> Exchange:
        step = self._debtor.step(move)
        seed, last = self.state.started.seed, frozenset(self.exchanges[-1].answer) if self.exchanges else frozenset()
        said = utterance(self.program, move, step.turn, seed, self.language)
        answer = spoken(self.program, step, seed, self.language, last)
        self.exchanges.append(Exchange(step, said, answer))
        return self.exchanges[-1]

    def _practice_only(self) -> None:
        if self.mode != "practice":
            raise UsageError(_("An exam has no hints and no take-back."))


def begin(
    desk: Desk, scenario: Scenario, name: str, mode: Mode, language: Language, seed: int | None = None
) -> Rehearsal:
    """A new attempt, on record from its first moment with the scenario pinned as it is now.

    Raises:
        UsageError: it is an exam, and the scenario is not published.
    """
    demand_published(scenario.status, mode)
    started = Started(
        scenario=scenario.id,
        content=desk.store.keep(content_of(scenario)),
        rubric=CURRENT.version,
        person=desk.store.person(name),
        mode=mode,
        language=language,
        seed=desk.new_seed() if seed is None else seed,
    )
    attempt = desk.new_id()
    desk.store.begin(attempt, started, desk.now())
    return Rehearsal(desk, attempt, fold([started]))


def resume(desk: Desk, attempt: str) -> Rehearsal:
    """An attempt as its record has it."""
    return Rehearsal(desk, attempt, fold(recorded.event for recorded in desk.store.events(attempt)))
