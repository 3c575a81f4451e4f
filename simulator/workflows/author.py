"""What an author asks of a scenario: is it sound, what is it worth, does it still play as its test plans say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from simulator.engine import balance as engine_balance
from simulator.engine.balance import PLAYS, Balance, Partial
from simulator.engine.machine import Debtor, spoken
from simulator.engine.program import LAST, Program
from simulator.engine.solve import Solution
from simulator.model.errors import BadFile, IllegalMove, TooManyPositions, UnknownName
from simulator.model.language import LANGUAGES, Language, _
from simulator.model.position import Move, Position
from simulator.workflows.checking import check as check
from simulator.workflows.checking import error_of
from simulator.workflows.debriefing import Debriefer, Play
from simulator.workflows.forms import wanted_values
from simulator.workflows.ports import Read, TestPlan
from simulator.workflows.solutions import Solutions


@dataclass(frozen=True, slots=True)
class Solved:
    """A solution with the seconds that it took."""

    solution: Solution
    seconds: float


def solve(read: Read, solutions: Solutions) -> Solved:
    """Solves a scenario anew, whatever is remembered of it.

    Raises:
        BadFile: it is too large, named as a problem of its file.
    """
    program = program_of(read)
    begun = perf_counter()
    try:
        solution = solutions.solve_anew(program)
    except TooManyPositions as error:
        raise BadFile([error_of(read, error)]) from error
    return Solved(solution, perf_counter() - begun)


def program_of(read: Read) -> Program:
    """The program of what was read.

    Raises:
        BadFile: it has errors.
    """
    if read.scenario is None:
        raise BadFile(read.problems)
    return Program(read.scenario)


def balance(
    read: Read,
    plays: int = PLAYS,
    doing: Callable[[str], None] = lambda _what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Balance | Partial:
    """What simulated trainees say about a scenario; of one too large to explore, what is known all the same.

    Args:
        plays: of each trainee whose totals are sampled; at least 2.
        doing: is told what is begun.

    Raises:
        BadFile: it has errors.
        Cancelled: somebody asked to stop.
    """
    return engine_balance.balance(program_of(read), plays, doing, cancelled)


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A test plan as it was played; ``failures`` is empty where all was as expected."""

    plan: TestPlan
    failures: tuple[str, ...]


def run_plan(program: Program, plan: TestPlan, solutions: Solutions) -> PlanResult:
    """Plays a test plan and compares. A plan without an ending leaves open how its talk ends, and whether."""
    debtor, failures = Debtor(program, plan.seed), list[str]()
    position, said = debtor.position | {LAST: "none"}, dict[Language, tuple[str, ...]]()
    for number, move in enumerate(("", *plan.moves)):
        if number:
            try:
                step = debtor.step(Move.parse(move))
            except IllegalMove as error:
                return PlanResult(plan, (*failures, str(error)))
            position = debtor.position | {LAST: step.move.family}
            said = {one: spoken(program, step, plan.seed, one, frozenset(said.get(one, ()))) for one in LANGUAGES}
        for expected in plan.expect:
            if expected["after"] == number:
                failures.extend(_differences(program, position, expected, said))
    failures.extend(_too_late(plan))
    if plan.ending is not None and (debtor.ending or "none") != plan.ending:
        failures.append(_("ending: expected {expected}, got {got}", expected=plan.ending, got=debtor.ending or "none"))
    if plan.score is not None:
        failures.extend(_score_differences(program, plan, debtor, solutions))
    return PlanResult(plan, tuple(failures))


def _too_late(plan: TestPlan) -> Iterator[str]:
    """What is expected after turns that the plan never plays."""
    for expected in plan.expect:
        turn, most = expected["after"], len(plan.moves)
        if isinstance(turn, int) and turn > most:
            yield _("turn {turn}: the plan has only {most} moves", turn=turn, most=most)


def _differences(
    program: Program, position: Position, expected: Mapping[str, object], said: Mapping[Language, Sequence[str]]
) -> Iterator[str]:
    turn, answer = expected["after"], "\n".join(line for lines in said.values() for line in lines)
    for name, condition in expected.items():
        if name == "says":
            if str(condition) not in answer:
                yield _("turn {turn}: expected “{piece}” in: {said}", turn=turn, piece=condition, said=answer or "—")
        elif name != "after":
            try:
                if position.get(name) not in wanted_values(program, name, condition):
                    wanted = _("expected {expected}, got {got}", expected=_written(condition), got=position[name])
                    yield _("turn {turn}: {why}", turn=turn, why=f"{name}: {wanted}")
            except (UnknownName, ValueError) as why:
                yield _("turn {turn}: {why}", turn=turn, why=why)


def _written(condition: object) -> str:
    """A condition as its author wrote it."""
    return ", ".join(map(str, condition)) if isinstance(condition, list | tuple) else str(condition)


def _score_differences(program: Program, plan: TestPlan, debtor: Debtor, solutions: Solutions) -> Sequence[str]:
    if debtor.ending is None:
        return [_("score: the talk is not over, so it has no score")]
    play = Play("plan", tuple(Move.parse(move) for move in plan.moves), plan.seed, {})
    card = Debriefer(program, solutions).debrief(play).scorecard
    low, _dots, high = str(plan.score).partition("..")
    if card is None or float(low) <= card.total <= float(high or low):
        return []
    return [_("score: expected {expected}, got {got}", expected=plan.score, got=f"{card.total:.1f}")]
