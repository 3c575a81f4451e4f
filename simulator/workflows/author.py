"""What an author asks of a scenario: is it sound, what is it worth, does it still play as its test plans say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from time import perf_counter

from simulator.engine.machine import Debtor, spoken
from simulator.engine.program import Program
from simulator.engine.solve import Solution
from simulator.model import conditions
from simulator.model.errors import BadFile, IllegalMove, TooManyPositions
from simulator.model.language import LANGUAGES, _
from simulator.model.position import Move
from simulator.model.problem import Problem
from simulator.workflows.debriefing import Debriefer, Play
from simulator.workflows.ports import Library, Read, TestPlan
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
        raise BadFile([Problem(str(read.path), 1, 1, "too-many-positions", str(error))]) from error
    return Solved(solution, perf_counter() - begun)


def program_of(read: Read) -> Program:
    """The program of what was read.

    Raises:
        BadFile: it has errors.
    """
    if read.scenario is None:
        raise BadFile(read.problems)
    return Program(read.scenario)


def check(library: Library, names: Iterable[str], solutions: Solutions) -> tuple[Problem, ...]:
    """Every problem of the named scenarios and of their test plans; those of a scenario too large to explore too."""
    found: list[Problem] = []
    for name in names:
        read = library.read(name)
        found.extend(read.problems)
        found.extend(library.plans(name)[1])
        if read.scenario is not None:
            try:
                solutions.solve(Program(read.scenario))
            except TooManyPositions as error:
                found.append(Problem(str(read.path), 1, 1, "too-many-positions", str(error)))
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class PlanResult:
    """A test plan as it was played; ``failures`` is empty where all was as expected."""

    plan: TestPlan
    failures: tuple[str, ...]


def run_plan(program: Program, plan: TestPlan, solutions: Solutions) -> PlanResult:
    """Plays a test plan and compares."""
    debtor, failures = Debtor(program, plan.seed), list[str]()
    said: dict[int, str] = {}
    expectations = [(_after(expected), expected) for expected in plan.expect]
    for number, move in enumerate(plan.moves, start=1):
        try:
            step = debtor.step(Move.parse(move))
        except IllegalMove as error:
            return PlanResult(plan, (*failures, str(error)))
        said[number] = "\n".join(line for one in LANGUAGES for line in spoken(program, step, plan.seed, one))
        for after, expected in expectations:
            if after == number:
                failures.extend(_differences(program, debtor, expected, said[number], number))
    wanted = None if plan.ending in (None, "none") else plan.ending
    if debtor.ending != wanted:
        failures.append(
            _("ending: expected {expected}, got {got}", expected=wanted or "none", got=debtor.ending or "none")
        )
    if plan.score is not None:
        failures.extend(_score_differences(program, plan, debtor, solutions))
    return PlanResult(plan, tuple(failures))


def _after(expected: dict[str, object]) -> int:
    after = expected["after"]
    return after if isinstance(after, int) else 0


def _differences(program: Program, debtor: Debtor, expected: dict[str, object], said: str, turn: int) -> Sequence[str]:
    position, found = debtor.position, []
    for name, condition in expected.items():
        if name == "after":
            continue
        if name == "says":
            pieces = condition if isinstance(condition, list | tuple) else (condition,)
            missing = [str(piece) for piece in pieces if str(piece) not in said]
            if missing:
                found.append(
                    _("turn {turn}: expected “{piece}” in: {said}", turn=turn, piece=missing[0], said=said or "—")
                )
            continue
        fact = program.facts[program.index[name]]
        values: frozenset[object] = (
            frozenset(conditions.meter_guard(condition))
            if fact.kind == "meter"
            else frozenset(conditions.status_guard(condition, tuple(str(value) for value in fact.values)))
        )
        if position[name] not in values:
            found.append(
                _(
                    "turn {turn}: {name}: expected {expected}, got {got}",
                    turn=turn,
                    name=name,
                    expected=condition,
                    got=position[name],
                )
            )
    return found


def _score_differences(program: Program, plan: TestPlan, debtor: Debtor, solutions: Solutions) -> Sequence[str]:
    if debtor.ending is None:
        return [_("score: the talk is not over, so it has no score")]
    play = Play("plan", tuple(Move.parse(move) for move in plan.moves), plan.seed, {})
    card = Debriefer(program, solutions).debrief(play).scorecard
    low, _dots, high = str(plan.score).partition("..")
    if card is None or float(low) <= card.total <= float(high or low):
        return []
    return [_("score: expected {expected}, got {got}", expected=plan.score, got=f"{card.total:.1f}")]
