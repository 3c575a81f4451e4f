"""What exploring proves about a scenario: its positions, their values, and what of it a play can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, islice

from scoring.rubric import CURRENT
from simulator.engine.explore import LIMIT, Explored, Explorer
from simulator.engine.program import Program
from simulator.engine.reached import Reached
from simulator.engine.solve import Solution, Solver, Values, best_play
from simulator.engine.spread import Board
from simulator.model.case import Question
from simulator.model.errors import Cancelled, TooManyPositions
from simulator.model.position import Move
from simulator.model.problem import Fault
from simulator.model.scenario import LayerName, PlacedHabit, PlacedInitiative, PlacedRule, Scenario

_MOST_STARTS = 64  # distinct starts that answers to the preparation can give; all right answers together are the last

Path = tuple[str | int, ...]
AnyRule = PlacedRule | PlacedHabit | PlacedInitiative


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of meaning, with the shortest play that shows it where there is one."""

    fault: Fault
    witness: tuple[Move, ...] = ()


def finding(code: str, path: Path, message: str, witness: Sequence[Move] = ()) -> Finding:
    """A finding in the scenario's own file."""
    return Finding(Fault("scenario", path, code, message), tuple(witness))


class Proof:
    """A scenario with everything that is proved about it, each when it is first asked for.

    Every property may raise ``TooManyPositions`` or ``Cancelled``.
    """

    def __init__(self, program: Program, cancelled: Callable[[], bool] = lambda: False, limit: int = LIMIT) -> None:
        self.program = program
        self.scenario: Scenario = program.scenario
        self._cancelled, self._limit = cancelled, limit

    @cached_property
    def solver(self) -> Solver:
        return Solver(self.program, CURRENT, self._cancelled, self._limit)

    @cached_property
    def plain(self) -> Explored:
        """Everything reachable from the plain start."""
        return self.solver.explorer.explore(self.program.start())

    @cached_property
    def every(self) -> Explored:
        """Everything reachable from any start that answers to the preparation can give."""
        starts = dict.fromkeys(tuple(self.program.start(given)) for given in _given(self.scenario.preparation))
        return self.plain if len(starts) == 1 else self.solver.explorer.explore(*starts)

    @cached_property
    def reached(self) -> Reached:
        """From the plain start."""
        return Reached(self.plain)

    @cached_property
    def reached_by_any(self) -> Reached:
        """From any start."""
        return self.reached if self.every is self.plain else Reached(self.every)

    @cached_property
    def best(self) -> list[Values]:
        """The values under best play, by turns left."""
        return self.solver.sweep(self.plain, best_play)

    @cached_property
    def solution(self) -> Solution:
        return self.solver.solution(self.plain, self.program.start(), self.best)

    @cached_property
    def board(self) -> Board:
        return Board(self.solver, self.plain, self.solution)

    @cached_property
    def starved(self) -> dict[int, frozenset[int]]:
        """By the place of an initiative rule that never changes what it asks, those below that it keeps from firing.

        That it does is proved by leaving it out: then they fire.
        """
        rules = self.scenario.initiative
        silent = {i for i, rule in enumerate(rules) if not self.fires("initiative", rule)}
        found: dict[int, frozenset[int]] = {}
        for i, rule in enumerate(rules):
            below = {j for j in silent if j > i} - frozenset().union(*found.values())
            if i not in silent and below and _keeps_firing(rule):
                freed = frozenset(j for j in below if self._fires_without(i, rules[j]))
                if freed:
                    found[i] = freed
        return found

    @property
    def so_far(self) -> Explored | None:
        """What exploring has listed, where it met its limit; None where the facts alone were too many to begin."""
        try:
            return self.solver.explorer.so_far
        except TooManyPositions:
            return None

    def go_on(self) -> None:
        """Lets work go on, or raises ``Cancelled``."""
        if self._cancelled():
            raise Cancelled

    def _fires_without(self, place: int, rule: PlacedInitiative) -> bool:
        rest = (*self.scenario.initiative[:place], *self.scenario.initiative[place + 1 :])
        program = Program(self.scenario.model_copy(update={"initiative": rest}))
        explorer = Explorer(program, self.solver.explorer.limit, self.solver.cancelled)
        return ("initiative", rule.layer, rule.index) in explorer.explore(program.start()).fired

    # What is reached from any start: most of it is from the plain one, and then the others need not be explored

    def fires(self, section: str, rule: AnyRule) -> bool:
        """Whether a rule fires in some play from any start."""
        rule_id = (section, rule.layer, rule.index)
        return rule_id in self.plain.fired or rule_id in self.every.fired

    def sees(self, name: str, values: Iterable[str | int], lawful: bool = False) -> bool:
        """Whether some play from any start comes to where a fact has one of these values."""
        wanted = set(values)
        return not wanted.isdisjoint(self.reached.seen(name, lawful)) or not wanted.isdisjoint(
            self.reached_by_any.seen(name, lawful)
        )

    def learned(self, names: Iterable[str]) -> set[str]:
        """Which of these points and secrets lawful play from any start makes known."""
        wanted = set(names)
        known = self._revealed(self.plain)
        return wanted & (known if wanted <= known else self._revealed(self.every))

    def ends(self, names: Iterable[str], lawful: bool) -> set[str]:
        """Which of these endings some play from any start reaches."""
        wanted = set(names)
        found = wanted & self.reached.endings(lawful)
        return found if found == wanted else wanted & self.reached_by_any.endings(lawful)

    def _revealed(self, graph: Explored) -> set[str]:
        return {self.program.facts[fact].name for fact in graph.revealed}

    # Where things stand in the file

    def place(self, section: str, name: str, *more: str | int) -> Path:
        """Where a card, stage or ending stands; of a lower layer, where that is named."""
        layer = layer_of(self.scenario, section, name)
        if section == "stages" and layer == "scenario":
            return section, self.scenario.stages.index(name)
        return (section, name, *more) if layer == "scenario" else named(layer)


def layer_of(scenario: Scenario, section: str, name: str) -> LayerName:
    """The uppermost layer that states a card, stage or ending."""
    return scenario.origins.get(section, {}).get(name, "scenario")


def named(layer: LayerName) -> Path:
    """Where the scenario's own file names a lower layer: the persona has a key, the standard none."""
    return ("persona",) if layer == "persona" else ()


def rule_place(section: str, rule: AnyRule, *more: str | int) -> Path:
    """Where a rule stands; of a lower layer, where that is named."""
    return (section, rule.index, *more) if rule.layer == "scenario" else named(rule.layer)


def _keeps_firing(rule: PlacedInitiative) -> bool:
    """Once what it asks has come together, it fires turn after turn: nothing that it does changes that."""
    asked = set(rule.when) | ({"stage"} if rule.stage else set())
    outcomes = rule.chance or (rule,)
    changed = {name for outcome in outcomes for name in (*outcome.then, *(("stage",) if outcome.to else ()))}
    return not asked & changed and not any(outcome.end for outcome in outcomes)


def _given(questions: Sequence[Question]) -> Iterator[dict[str, object]]:
    """The facts that each set of right answers gives, none first, all last; no more than ``_MOST_STARTS`` of them."""
    gifts = [question.give for question in questions if question.give]
    some = (combination for size in range(len(gifts)) for combination in combinations(gifts, size))
    for combination in (*islice(some, _MOST_STARTS - 1), tuple(gifts)):
        merged: dict[str, object] = {}
        for gift in combination:
            merged |= gift
        yield merged
