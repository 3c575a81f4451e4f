"""What simulated trainees say about a scenario: is it fair, does it tell people apart, can it be gamed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import fmean, variance

import numpy as np
from numpy.typing import NDArray

from simulator.engine.alone import Alone
from simulator.engine.bots import LEVELS, Habit, Rehearsals, random_play, trainee
from simulator.engine.explore import LIMIT
from simulator.engine.gains import Gain, gains
from simulator.engine.program import STAGE, Program
from simulator.engine.proof import Proof
from simulator.engine.reached import Reached
from simulator.engine.spread import Spread, follow
from simulator.engine.watching import Dull, MoveUse, ObjectiveUse, Watch
from simulator.model.errors import TooManyPositions
from simulator.model.language import _
from simulator.model.names import matches
from simulator.model.position import Move

PLAYS = 400  # of each simulated trainee: a pass share is then known to 2.5 points (standard error), a mean to 1
# Wanted of every scenario (decided 2026-11): random lawful play passes in under 5 %, the best level scores 75 or more
# on average.
MOST_RANDOM_PASSES, LEAST_BEST_MEAN = 0.05, 75.0
# The moves that a yielding trainee would make, and those of one who does nothing but press.
CONCEDING = ("red.beg", "value.trade", "rapport.*")
THREATENING = ("press.*", "red.*")
_SEEDS_APART = 1_000_000  # so that no two trainees share a seed


@dataclass(frozen=True, slots=True)
class Sample:
    """The totals of seeded plays, ascending: the total is no function of the position, so it is sampled."""

    totals: tuple[float, ...]
    pass_mark: float

    @property
    def mean(self) -> float:
        return fmean(self.totals)

    @property
    def mean_error(self) -> float:
        """The standard error of the mean."""
        return math.sqrt(variance(self.totals) / len(self.totals)) if len(self.totals) > 1 else math.inf

    @property
    def passes(self) -> float:
        """The share of plays that pass."""
        return sum(total >= self.pass_mark for total in self.totals) / len(self.totals)

    @property
    def passes_error(self) -> float:
        """The standard error of that share, with two passes and two failures added, so that it is never 0."""
        count = len(self.totals) + 4
        share = (self.passes * len(self.totals) + 2) / count
        return math.sqrt(share * (1 - share) / count)

    def quantile(self, share: float) -> float:
        """The least total that is not exceeded in that share of plays."""
        return self.totals[min(max(math.ceil(share * len(self.totals)) - 1, 0), len(self.totals) - 1)]


@dataclass(frozen=True, slots=True)
class Level:
    """A simulated trainee who does just anything in the share ``lapses`` of his moves."""

    lapses: float
    spread: Spread
    sample: Sample


@dataclass(frozen=True, slots=True)
class Abuse:
    """A trainee who plays only some of the moves, as well as that can be done.

    Attributes:
        spread: what comes of it when he goes for the worth of the talk.
        total: the greatest expected total, when he goes for that, with no form asked.
    """

    name: str
    spread: Spread
    total: float


@dataclass(frozen=True, slots=True)
class Apart:
    """The chance that the better of two neighbouring levels scores higher, ties counted half, with standard error."""

    worse: float
    better: float
    chance: float
    error: float


@dataclass(frozen=True, slots=True)
class Balance:
    """Everything that they say. Values are points of a finished talk's worth, totals and marks 0–100.

    Attributes:
        plays: how many were played of each trainee whose totals are sampled.
        levels: the weakest first.
        random: uniformly random lawful play.
        typical: the trainee that losses are measured by; moves, objectives and dull turns are his.
        faults: what is wrong, in words; empty where the scenario is sound.
    """

    scenario: str
    positions: int
    best: float
    typical_value: float
    floor: float
    pass_mark: float
    plays: int
    levels: tuple[Level, ...]
    random: Level
    typical: Spread
    apart: tuple[Apart, ...]
    tactics: tuple[Abuse, ...]
    families: tuple[Abuse, ...]
    conceding: Abuse
    threatening: Abuse
    gains: tuple[Gain, ...]
    moves: tuple[MoveUse, ...]
    dull: Dull
    objectives: tuple[ObjectiveUse, ...]
    faults: tuple[str, ...] = ()

    @property
    def best_nowhere(self) -> tuple[Move, ...]:
        """The moves that are among the best in no position that lawful play reaches."""
        return tuple(use.move for use in self.moves if not use.is_best_somewhere)

    @property
    def verdict(self) -> str:
        """One line: sound, or what is wrong."""
        return _("sound") if not self.faults else _("not sound: {faults}", faults="; ".join(self.faults))


@dataclass(frozen=True, slots=True)
class Partial:
    """What is known of a scenario that is too large to explore.

    Attributes:
        why: the limit, and the facts to blame.
        by_turn: how many positions are first reached after each number of turns, as far as was explored.
        stages, endings: those reached so far.
    """

    scenario: str
    why: str
    facts: tuple[tuple[str, int], ...]
    by_turn: tuple[int, ...]
    stages: tuple[str, ...]
    endings: tuple[str, ...]


def balance(
    program: Program,
    plays: int = PLAYS,
    doing: Callable[[str], None] = lambda _what: None,
    cancelled: Callable[[], bool] = lambda: False,
    limit: int = LIMIT,
) -> Balance | Partial:
    """Plays a scenario in every way.

    Args:
        doing: is told what is begun.

    Raises:
        Cancelled: somebody asked to stop.
    """
    proof = Proof(program, cancelled, limit)
    doing(_("exploring"))
    try:
        proof.solution  # noqa: B018 -- explores and solves now, so that nothing else raises
    except TooManyPositions as error:
        return _partial(proof, error)
    made = _balance(proof, plays, doing)
    return replace(made, faults=tuple(_faults(made)))


def _balance(proof: Proof, plays: int, doing: Callable[[str], None]) -> Balance:
    program, solution = proof.program, proof.solution
    watch = Watch(proof.board)
    doing(_("following every play"))
    lapses = (proof.solver.rubric.lapses, *LEVELS, 1.0)
    typical, *spreads = follow(proof.board, lapses, watch)
    rehearsals = Rehearsals(proof.solver, proof.plain, solution.valued)
    habits: list[Habit] = [*(trainee(proof.solver, one) for one in LEVELS), random_play]
    levels = []
    for which, (habit, spread) in enumerate(zip(habits, spreads, strict=True)):
        doing(_("playing as trainee {which} of {all}", which=which + 1, all=len(habits)))
        sample = _sample(proof, rehearsals, habit, which * _SEEDS_APART, plays)
        levels.append(Level(lapses[which + 1], spread, sample))
    doing(_("trying to game it"))
    moves = [compiled.move for compiled in program.moves[: program.lawful]]
    tactics = [_abuse(proof, name, (name,)) for name in dict.fromkeys(move.tactic for move in moves)]
    families = [_abuse(proof, f"{name}.*", (f"{name}.*",)) for name in dict.fromkeys(move.family for move in moves)]
    conceding, threatening = _abuse(proof, "concede", CONCEDING), _abuse(proof, "threaten", THREATENING)
    doing(_("valuing secrets, documents and preparation"))
    return Balance(
        scenario=proof.scenario.id,
        positions=solution.positions,
        best=solution.best,
        typical_value=solution.typical,
        floor=solution.floor,
        pass_mark=proof.solver.rubric.pass_mark,
        plays=plays,
        levels=tuple(levels[:-1]),
        random=levels[-1],
        typical=typical,
        apart=tuple(apart(worse, better) for worse, better in pairwise(levels[:-1])),
        tactics=tuple(tactics),
        families=tuple(families),
        conceding=conceding,
        threatening=threatening,
        gains=tuple(gains(proof)),
        moves=watch.move_uses(),
        dull=watch.dull(),
        objectives=watch.objective_uses(),
    )


def _sample(proof: Proof, rehearsals: Rehearsals, habit: Habit, first_seed: int, plays: int) -> Sample:
    totals = []
    for seed in range(first_seed, first_seed + plays):
        proof.go_on()
        totals.append(rehearsals.scorecard(proof.solution, rehearsals.play(habit, seed)).total)
    return Sample(tuple(sorted(totals)), proof.solver.rubric.pass_mark)


def _abuse(proof: Proof, name: str, patterns: tuple[str, ...]) -> Abuse:
    alone = Alone(proof.board, lambda move: matches(patterns, move))
    return Abuse(name, alone.spread(), alone.best_total())


def apart(worse: Level, better: Level) -> Apart:
    """How well two levels are told apart by their totals.

    The error is that of DeLong, DeLong and Clarke-Pearson (Biometrics 44, 1988), from each play's own share of plays
    of the other level that it beats.
    """
    low, high = np.array(worse.sample.totals), np.array(better.sample.totals)
    beaten, beaten_by = _beats(high, low), _beats(low, high)
    spread = beaten.var(ddof=1) / len(high) + beaten_by.var(ddof=1) / len(low)
    return Apart(worse.lapses, better.lapses, float(beaten.mean()), math.sqrt(spread))


def _beats(own: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of the others, ascending, that each of one's own totals is higher than, equal ones counted half."""
    lower, not_higher = np.searchsorted(others, own, side="left"), np.searchsorted(others, own, side="right")
    return np.asarray((lower + not_higher) / (2 * len(others)))


def _faults(made: Balance) -> list[str]:
    """What is wrong, the worst first."""
    faults = [
        _("“{name}” alone passes with {total}", name=abuse.name, total=f"{abuse.total:.1f}")
        for abuse in (*made.tactics, *made.families, made.conceding, made.threatening)
        if abuse.total >= made.pass_mark
    ]
    if made.random.sample.passes >= MOST_RANDOM_PASSES:
        share = f"{100 * made.random.sample.passes:.1f} %"
        faults.append(_("{share} of random lawful play passes", share=share))
    for worse, better in pairwise(made.levels):
        if better.sample.mean <= worse.sample.mean:
            names = {"worse": f"{100 * worse.lapses:.0f} %", "better": f"{100 * better.lapses:.0f} %"}
            faults.append(_("trainees with {better} lapses score no more than those with {worse}", **names))
    if made.levels[-1].sample.mean < LEAST_BEST_MEAN:
        faults.append(_("the best trainees score {mean} on average", mean=f"{made.levels[-1].sample.mean:.1f}"))
    missing = [use.name for use in made.objectives if use.claimed and not use.asked and not use.shown]
    faults.extend(_("no play shows the claimed objective {name}", name=name) for name in missing)
    return faults


def _partial(proof: Proof, error: TooManyPositions) -> Partial:
    """What was explored before the limit was met; nothing at all where the facts alone are too many."""
    if proof.so_far is None:
        return Partial(proof.scenario.id, str(error), error.facts, (), (), ())
    reached = Reached(proof.so_far)
    return Partial(
        scenario=proof.scenario.id,
        why=str(error),
        facts=error.facts,
        by_turn=tuple(len(level.keys) for level in proof.so_far.levels),
        stages=tuple(sorted(map(str, reached.seen(STAGE)))),
        endings=tuple(sorted(reached.ended())),
    )
