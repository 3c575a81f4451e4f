"""A talk as a simulated trainee holds it: over the values of the moves, through the same door as anybody's."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from scoring.rubric import CURRENT, Rubric
from simulator.engine.program import Program
from simulator.engine.solve import Choice, Solution, Solver, shares
from simulator.model.case import Answer, FormQuestion
from simulator.workflows.forms import last_family, right_answer
from simulator.workflows.ports import SolutionCache
from simulator.workflows.rehearse import Rehearsal
from simulator.workflows.solutions import Solutions

_SHUNNED = 0.25  # how often what is shunned is played, against what one of his level would
_FORMS = 0.7  # of the lapses: how often a field is answered wrongly; reading a file is easier than talking
_HINT, _BACK = 0.12, 0.3  # chances in practice: to ask for a hint in a turn, to take a bad move back
_BAD = 6.0  # points a move must cost to be taken back: a mistake by the rubric
_BREACH_FROM = 3  # turns; who threatens does so when nothing else has helped
# Seconds, least and most, that things take; none of them is a pause.
_PREPARING, _MOVING, _NOTING = (110, 280), (20, 95), (60, 200)


class Remembered(Solutions):
    """Solutions that stay in memory while hundreds of talks of the same few scenarios are played.

    A scenario is known by its id: its content must not change meanwhile.
    """

    def __init__(self, cache: SolutionCache) -> None:
        super().__init__(cache)
        self._known: dict[tuple[str, str, str], Solution] = {}
        self._choices: dict[tuple[str, str, tuple[int, ...], int], tuple[Choice, ...]] = {}

    def solve(
        self,
        program: Program,
        given: Mapping[str, object] | None = None,
        rubric: Rubric = CURRENT,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Solution:
        key = (program.scenario.id, repr(sorted((given or {}).items())), rubric.version)
        if key not in self._known:
            self._known[key] = super().solve(program, given, rubric, cancelled)
        return self._known[key]

    def choices(self, rehearsal: Rehearsal) -> tuple[Choice, ...]:
        """The moves that are open now with their values; many talks begin alike, so these stay in memory too."""
        program, given = rehearsal.program, rehearsal.given
        key = (program.scenario.id, repr(sorted(given.items())), rehearsal.codes, rehearsal.turns_left)
        if key not in self._choices:
            valued = self.solve(program, given).valued
            self._choices[key] = Solver(program).choices(valued, rehearsal.codes, rehearsal.turns_left)
        return self._choices[key]


@dataclass(frozen=True, slots=True)
class Manner:
    """How somebody holds one talk.

    Attributes:
        lapses: how often he does just anything, 0–1.
        shuns: a family of moves that he avoids; empty for none.
        breaches: whether he commits a forbidden act in it.
        turns: after how many he walks away; None for never.
    """

    lapses: float
    shuns: str = ""
    breaches: bool = False
    turns: int | None = None


class Talk:
    """A talk to be held.

    Args:
        wait: lets seconds pass.
    """

    def __init__(
        self,
        rehearsal: Rehearsal,
        solutions: Remembered,
        manner: Manner,
        chance: random.Random,
        wait: Callable[[float], None],
    ) -> None:
        self.rehearsal, self.solutions = rehearsal, solutions
        self.manner, self.chance, self._wait = manner, chance, wait
        self._may_go_back = rehearsal.mode == "practice"

    def hold(self) -> None:
        """Holds it from where it stands to its end, the forms with it, or until he walks away."""
        rehearsal = self.rehearsal
        if rehearsal.phase == "briefing":
            self._pass(_PREPARING)
            rehearsal.prepare({one.id: self._answer(one, one.answer) for one in rehearsal.scenario.preparation})
        while rehearsal.phase == "talk":
            if self.manner.turns is not None and rehearsal.turn > self.manner.turns:
                return
            self._turn()
        if rehearsal.phase == "note":
            self._pass(_NOTING)
            rehearsal.file_note(self._note())

    def _pass(self, between: tuple[int, int]) -> None:
        self._wait(self.chance.uniform(*between))

    def _turn(self) -> None:
        rehearsal, program = self.rehearsal, self.rehearsal.program
        choices = self.solutions.choices(rehearsal)
        lawful = [one for one in choices if not program.by_move[one.move].tactic.forbidden]
        best = max(lawful, key=lambda one: one.value)
        chosen = self._chosen(lawful)
        if self.manner.breaches and rehearsal.turn == _BREACH_FROM and len(lawful) < len(choices):
            chosen = self.chance.choice([one for one in choices if one not in lawful])
        elif rehearsal.mode == "practice" and self.chance.random() < _HINT * self.manner.lapses:
            self._pass(_MOVING)
            rehearsal.hint()
            chosen = best
        self._pass(_MOVING)
        rehearsal.play(chosen.move)
        is_bad = best.value - chosen.value >= _BAD
        if self._may_go_back and is_bad and rehearsal.phase == "talk" and self.chance.random() < _BACK:
            self._may_go_back = False
            self._pass(_MOVING)
            rehearsal.take_back()
            self._pass(_MOVING)
            rehearsal.play(best.move)

    def _chosen(self, lawful: list[Choice]) -> Choice:
        rubric = CURRENT
        worth = np.array([[one.value] for one in lawful])
        weights = shares(worth, rubric.temperature, self.manner.lapses)[:, 0]
        shunned = [one.move.family == self.manner.shuns for one in lawful]
        return self.chance.choices(lawful, (weights * np.where(shunned, _SHUNNED, 1.0)).tolist())[0]

    def _note(self) -> dict[str, Answer]:
        rehearsal, program = self.rehearsal, self.rehearsal.program
        last = last_family(rehearsal.state.moves)
        ending = rehearsal.ending or "timeout"
        return {
            field.id: self._answer(field, right_answer(program, field, ending, rehearsal.codes, last))
            for field in program.scenario.note
        }

    def _answer(self, field: FormQuestion, right: Answer) -> Answer:
        knows = self.chance.random() >= _FORMS * self.manner.lapses
        return right if knows else wrong(field, right, self.chance)


def wrong(field: FormQuestion, right: Answer, chance: random.Random) -> Answer:
    """A wrong answer that fits the field; None, which is none at all, where there is no other."""
    options = list(field.options)
    match field.kind:
        case "number":
            true = right if isinstance(right, int | float) else 0.0
            return round(true * chance.choice((0.5, 0.9, 1.1, 2.0)) + 3 * field.tolerance + 1, 2)
        case "one":
            others = [one for one in options if one != right]
            return chance.choice(others) if others else None
        case "many":
            chosen = tuple(one for one in options if chance.random() < 0.4)
            return chosen if set(chosen) != set(_listed(right)) else tuple(options[:1])
        case "order":
            chance.shuffle(options)
            return tuple(options)
        case "sort":
            return {one: chance.choice(list(field.classes)) for one in options}
    return None


def _listed(answer: Answer) -> tuple[str, ...]:
    return tuple(answer) if isinstance(answer, tuple | list) else ()
