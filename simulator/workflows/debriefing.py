"""The debrief: a play reviewed move by move, marked, and led back to its lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scoring.evidence import FormField, Transcript
from scoring.objectives import Observation, observations
from scoring.rubric import CURRENT, Rubric
from scoring.scorecard import Scorecard, scorecard
from simulator.engine.machine import Step
from simulator.engine.program import Program
from simulator.engine.replay import replay
from simulator.engine.review import ReviewedTurn, Reviewer
from simulator.engine.solve import Solution, Solver
from simulator.model.position import Move
from simulator.workflows.attempt import FirstTry
from simulator.workflows.solutions import Solutions


@dataclass(frozen=True, slots=True)
class Debrief:
    """Everything that is said of a finished play.

    Attributes:
        turns: of the play as it stands.
        first_tries: by turn, the reviewed first move where a take-back replaced it; that one counts.
        values: the talk's expected worth after each turn, in points, turn costs so far counted: the curve; the first
            is that of the start, the last the talk's worth.
        scorecard, observations: None and empty where the attempt is not scored.
        learned, missed: the secrets and points found out, and those that could have been.
    """

    turns: tuple[ReviewedTurn, ...]
    first_tries: dict[int, ReviewedTurn]
    values: tuple[float, ...]
    worth: float
    ending: str
    solution: Solution
    transcript: Transcript
    scorecard: Scorecard | None
    observations: tuple[Observation, ...]
    learned: tuple[str, ...]
    missed: tuple[str, ...]
    forms: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Play:
    """A play to be reviewed.

    Attributes:
        given: facts that the preparation gave at the start.
        closed: it was ended as it stood, which is an ending by ``timeout``.
        forms: the fields asked with their credit; empty where nobody was asked.
    """

    attempt: str
    moves: tuple[Move, ...]
    seed: int
    given: Mapping[str, object]
    forms: tuple[FormField, ...] = ()
    first_tries: Mapping[int, FirstTry] | None = None
    scored: bool = True
    closed: bool = False


class Debriefer:
    """Makes debriefs of one scenario's plays."""

    def __init__(self, program: Program, solutions: Solutions, rubric: Rubric = CURRENT) -> None:
        self.program, self.solutions, self.rubric = program, solutions, rubric

    def debrief(self, play: Play, pass_mark: float | None = None) -> Debrief:
        """Reviews and marks a play whose talk is over.

        Raises:
            ReplayMismatch: the moves do not fit the scenario.
        """
        plain = self.solutions.solve(self.program, None, self.rubric)
        own = self.solutions.solve(self.program, play.given, self.rubric) if play.given else plain
        reviewer = Reviewer(Solver(self.program, self.rubric), own.valued)
        steps = replay(self.program, play.moves, play.seed, play.given)
        turns = tuple(reviewer.review(step) for step in steps)
        first, hinted = self._first_tries(play, reviewer, turns)
        counted = tuple(first.get(turn.step.turn, turn) for turn in turns)
        start = steps[0].before if steps else tuple(int(code) for code in self.program.start(play.given))
        end = steps[-1].after if steps else start
        worth, values = worth_of(self.program, turns), curve(self.program, turns)
        if play.closed and not (steps and steps[-1].ending):
            worth = cut_worth(self.program, end, len(steps))
            values = (*values[:-1], worth)
        learnable = frozenset(own.learnable)
        found = frozenset(reviewer.hidden(start)) - frozenset(reviewer.hidden(end))
        transcript = Transcript(
            attempt=play.attempt,
            scenario=self.program.scenario.id,
            turns=tuple(reviewer.evidence(turn, turn.step.turn in hinted) for turn in counted),
            forms=play.forms,
            learnable=learnable,
            learned=found & learnable,
            worth=worth,
            best=plain.best,
            floor=plain.floor,
        )
        return Debrief(
            turns=turns,
            first_tries=first,
            values=values,
            worth=worth,
            ending=steps[-1].ending or "timeout" if steps else "timeout",
            solution=plain,
            transcript=transcript,
            scorecard=scorecard(transcript, self.rubric, pass_mark) if play.scored else None,
            observations=observations(transcript, self.rubric) if play.scored else (),
            learned=tuple(sorted(found)),
            missed=tuple(sorted(learnable - found)),
            forms=play.forms,
        )

    def _first_tries(
        self, play: Play, reviewer: Reviewer, turns: Sequence[ReviewedTurn]
    ) -> tuple[dict[int, ReviewedTurn], frozenset[int]]:
        """The reviewed first tries that differ from the play as it stands, and the turns that count as hinted."""
        first: dict[int, ReviewedTurn] = {}
        tries = play.first_tries or {}
        for number, tried in tries.items():
            stands = play.moves[:number] == (*tried.before, tried.move)
            if not stands and number <= len(turns):
                step = replay(self.program, (*tried.before, tried.move), play.seed, play.given)[-1]
                first[number] = reviewer.review(step)
        return first, frozenset(number for number, tried in tries.items() if tried.hinted)


def worth_of(program: Program, turns: Sequence[ReviewedTurn]) -> float:
    """The worth of a finished talk, turn costs included."""
    return turns[-1].value_after + program.scenario.worth.turn * len(turns) if turns else 0.0


def cut_worth(program: Program, codes: Sequence[int], turns: int) -> float:
    """The worth of a talk that was cut off after so many turns, in this position: it ends by ``timeout`` there.

    The turns that were not played cost nothing, and nothing is said of how they would have been.
    """
    trust, hostility, breached = (codes[program.index[name]] for name in ("trust", "hostility", "conduct"))
    ended = float(program.end_value("timeout", trust, hostility, breached))
    return ended + program.scenario.worth.turn * turns


def curve(program: Program, turns: Sequence[ReviewedTurn]) -> tuple[float, ...]:
    """The talk's expected worth at its start and after each turn, under typical play."""
    cost = program.scenario.worth.turn
    start = (turns[0].value,) if turns else ()
    return start + tuple(turn.value_after + cost * turn.step.turn for turn in turns)


def steps_of(program: Program, play: Play) -> tuple[Step, ...]:
    """The steps of a play, without values."""
    return replay(program, play.moves, play.seed, play.given)
