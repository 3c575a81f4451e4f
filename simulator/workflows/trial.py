"""A talk played from any position, without any record: what an author tries while he writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.engine.machine import Debtor, Step, spoken
from simulator.engine.program import STAGE, CompiledMove, Fact, Program
from simulator.engine.solve import Solution, Solver
from simulator.model.conditions import METER_TOP
from simulator.model.errors import UnknownName, did_you_mean
from simulator.model.language import Language, _, current
from simulator.model.position import Move, Position


@dataclass(frozen=True, slots=True)
class Placed:
    """A position by its facts.

    Attributes:
        codes: with facts at fault, and those left out, as at the start.
        faults: what is wrong, by the name of the fact.
    """

    codes: tuple[int, ...]
    faults: Mapping[str, str]


def placed(program: Program, facts: Mapping[str, object]) -> Placed:
    """The position with these facts.

    Args:
        facts: values by name, also as they are typed (``"5"``); ``last`` by one family or as the position states it.
    """
    codes, faults = program.start(), dict[str, str]()
    for name, value in facts.items():
        fact = program.index.get(name)
        if fact is None:
            faults[name] = _("There is no fact “{name}”.", name=name) + " " + did_you_mean(name, program.index)
            continue
        code = _code(program.facts[fact], value)
        if code is None:
            faults[name] = _wrong(program.facts[fact], value)
        else:
            codes[fact] = code
    return Placed(tuple(codes), faults)


def _code(fact: Fact, value: object) -> int | None:
    typed = str(value).strip()
    for code, known in enumerate(fact.values):
        if typed == str(known) or (fact.kind == "last" and typed in str(known).split("|")):
            return code
    return None


def _wrong(fact: Fact, value: object) -> str:
    if fact.kind == "meter":
        return _("a meter is a whole number from 0 to {top}", top=METER_TOP)
    known = [one for value in fact.values for one in str(value).split("|")]
    return _("“{value}” must be one of: {known}", value=value, known=", ".join(known))


def stage_start(program: Program, stage: str) -> tuple[int, ...]:
    """The start, but in that stage.

    Raises:
        UnknownName: there is no such stage.
    """
    stages = program.scenario.stages
    if stage not in stages:
        raise UnknownName(_("stage"), stage, stages)
    codes = program.start()
    codes[program.index[STAGE]] = stages.index(stage)
    return tuple(codes)


def valued(program: Program, solution: Solution, codes: Sequence[int], turns_left: int) -> Mapping[Move, float]:
    """What each move is worth under typical play, in points; nothing where no play reaches the position in time.

    Args:
        turns_left: this one counted.
    """
    if not 1 <= turns_left <= program.scenario.turns:
        return {}
    try:
        choices = Solver(program).choices(solution.valued, codes, turns_left)
    except (KeyError, IndexError):  # not reached, or only with fewer turns left
        return {}
    return {choice.move: choice.value for choice in choices}


@dataclass(frozen=True, slots=True)
class Played:
    """A turn with the debtor's answer in the language that was current, a line an utterance."""

    step: Step
    lines: tuple[str, ...]


class Trial:
    """A talk from any position. Not to be shared between threads.

    Attributes:
        played: the turns so far.
    """

    def __init__(self, program: Program, codes: Sequence[int] | None = None, seed: int = 1, turn: int = 0) -> None:
        """Begins a talk.

        Args:
            codes: of every fact; None for the plain start.
            turn: how many turns are taken to have been played.
        """
        self.program, self.seed = program, seed
        self._start, self._first = tuple(program.start() if codes is None else codes), turn
        self._debtor = Debtor(program, seed)
        self._debtor.place(self._start, turn)
        self.played: list[Played] = []

    @property
    def codes(self) -> tuple[int, ...]:
        """Every fact's code now."""
        return self._debtor.codes

    @property
    def position(self) -> Position:
        """Every fact now, by name."""
        return self._debtor.position

    @property
    def turn(self) -> int:
        """How many turns have been played, those before this talk counted."""
        return self._debtor.turn

    @property
    def turns_left(self) -> int:
        """How many the debtor's patience still allows; 0 once the talk is over."""
        return 0 if self.ended else max(self.program.scenario.turns - self.turn, 0)

    @property
    def ended(self) -> str | None:
        """The ending; None while the talk goes on."""
        return self._debtor.ending

    def moves(self) -> tuple[CompiledMove, ...]:
        """The moves that are open, the lawful ones first; none once the talk is over."""
        return self._debtor.legal()

    def play(self, move: Move, language: Language | None = None) -> Played:
        """Plays a turn.

        Args:
            language: of the debtor's lines; by default the current one.

        Raises:
            IllegalMove: the position does not offer the move, or the talk is over.
        """
        said = frozenset(self.played[-1].lines) if self.played else frozenset[str]()
        step = self._debtor.step(move)
        played = Played(step, spoken(self.program, step, self.seed, language or current(), said))
        self.played.append(played)
        return played

    def undo(self) -> bool:
        """Takes the last turn back; False where there is none."""
        if not self.played:
            return False
        step = self.played.pop().step
        self._debtor.place(step.before, step.turn - 1)
        return True
