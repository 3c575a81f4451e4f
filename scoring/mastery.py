"""From observations to mastery, with its uncertainty: a posterior over ability for each person and objective.

Rasch with known difficulty, guessing and slips: ``P(credit | θ) = c + (1 − s − c)/(1 + e^−(θ − b))``. A credit y enters
as ``y·ln P + (1 − y)·ln(1 − P)``, weighed by ``.90^age · min(1, 4/n)``: one attempt says little, an old one less, and
twenty turns of one talk are not twenty talks. Everything is worked out in columns, since a group has a million
observations; one person's one objective goes the same way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Band = Literal["meets", "more", "not-yet"]
Direction = Literal["up", "level", "down"]

VERSION = "1"  # of everything below; figures that are kept name it

# Conventions until there are enough real attempts to fit them (decided 2026-11).
GUESSING, SLIPPING = 0.05, 0.08  # c and s
PRIOR_SD = 1.2
STEP, REACH = 0.05, 4.0  # of the grid over θ
HARDEST = 2.0  # difficulties are clipped to ± this
FADING = 0.90  # what an observation's weight is multiplied by for each later attempt that observed the objective
FULL = 4  # so many observations in an attempt count in full; more share their weight
STANDARD = math.log(0.7 / 0.3)  # θ at which 70 % of ordinary chances are taken, judged without error
MEETS_FROM, MEETS_ATTEMPTS, MEETS_SCENARIOS = 0.70, 3, 2
NOT_YET_UP_TO, NOT_YET_ATTEMPTS = 0.20, 2
MOST_FURTHER = 20  # further attempts looked ahead: twice the eleven that one objective takes to a reliability of .80
TREND_OBSERVATIONS, TREND_ATTEMPTS = 8, 4  # fewer say nothing of a change: at least four chances in each half
TREND_NOTICED = 0.10  # credit by which the halves must differ to be called a change

_MILLI = 1_000  # a difficulty is rounded half-even to a thousandth, as losses are: so it is the same on any machine
_HARDEST = round(HARDEST * _MILLI)
_ROUNDED = 6  # decimals of a probability: below what machines differ by, far above what a band could turn on
_TOGETHER = 1024  # observations worked on at once, over the whole grid 1.3 MB: they stay within the second-level cache

_ABILITY = np.round(np.arange(-round(REACH / STEP), round(REACH / STEP) + 1) * STEP, 2)
_PRIOR = -0.5 * (_ABILITY / PRIOR_SD) ** 2
_FIRST_ABLE = int(np.searchsorted(_ABILITY, STANDARD))
NOTHING_KNOWN = float(np.exp(_PRIOR[_FIRST_ABLE:]).sum() / np.exp(_PRIOR).sum())
"""P_std before any observation: the prior's own, 0–1."""

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Mastery:
    """What can be said of one person on one objective.

    Attributes:
        p_std: the posterior probability that he takes at least 70 % of ordinary chances, 0–1.
        n: observations, which are chances.
        taken: the sum of their credits: "12 of 15 chances taken".
        attempts, scenarios: how many of them the observations come from.
        trend: mean credit of the last half of the observations less that of the first, −1 to 1; None with too few. Not
            adjusted for difficulty.
        further: while more evidence is needed, about how many more attempts will do, each taken to be the average of
            those so far and one of them, where need be, on another scenario; None where 20 would not do, or none is
            needed.
    """

    p_std: float
    band: Band
    n: int
    taken: float
    attempts: int
    scenarios: int
    trend: float | None = None
    further: int | None = None


@dataclass(frozen=True, slots=True)
class Chance:
    """An observation as mastery counts it.

    Attributes:
        credit: 0–1.
        of_good: the typical player's chance of a good or better move there, 0–1; None for preparation and note.
    """

    attempt: str
    scenario: str
    credit: float
    of_good: float | None


@dataclass(frozen=True, slots=True)
class Chances:
    """Observations in columns. Those of a cell, one person's one objective, stand together, the oldest attempt first.

    Attributes:
        cells: ascending, every number from 0 on.
        attempts: those of an attempt stand together within the cell.
        credits: 0–1.
        difficulties: in thousandths, as ``difficulties`` gives them.
    """

    cells: Integers
    attempts: Integers
    scenarios: Integers
    credits: Floats
    difficulties: NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Masteries:
    """What can be said of each cell, in columns; as ``Mastery``, with NaN for no trend and 0 for no ``further``.

    Attributes:
        bands: places in ``BANDS``.
    """

    p_std: Floats
    bands: NDArray[np.int8]
    n: Integers
    taken: Floats
    attempts: Integers
    scenarios: Integers
    trend: Floats
    further: Integers

    def __len__(self) -> int:
        return len(self.p_std)

    def at(self, cell: int) -> Mastery:
        """One cell's."""
        trend, further = float(self.trend[cell]), int(self.further[cell])
        return Mastery(
            p_std=float(self.p_std[cell]),
            band=BANDS[self.bands[cell]],
            n=int(self.n[cell]),
            taken=float(self.taken[cell]),
            attempts=int(self.attempts[cell]),
            scenarios=int(self.scenarios[cell]),
            trend=None if math.isnan(trend) else trend,
            further=further or None,
        )


BANDS: tuple[Band, ...] = ("more", "meets", "not-yet")


def difficulties(chances_of_good: Floats) -> NDArray[np.int16]:
    """b = ln((1 − p)/p) within ±2, in thousandths; 0 where the chance is NaN, which preparation and note have."""
    with np.errstate(divide="ignore", over="ignore"):  # a chance of 0 is as hard as the hardest
        difficulty = np.log((1.0 - chances_of_good) / chances_of_good)
    difficulty = np.where(np.isnan(chances_of_good), 0.0, np.clip(difficulty, -HARDEST, HARDEST))
    thousandths: NDArray[np.int16] = np.rint(difficulty * _MILLI).astype(np.int16)
    return thousandths


def mastery(chances: Sequence[Chance]) -> Mastery | None:
    """One person's mastery of one objective; None where it was not observed.

    Args:
        chances: in order of time; those of an attempt count at the place of its first.
    """
    if not chances:
        return None
    attempts = {name: number for number, name in enumerate(dict.fromkeys(one.attempt for one in chances))}
    scenarios = {name: number for number, name in enumerate(dict.fromkeys(one.scenario for one in chances))}
    ordered = sorted(chances, key=lambda one: attempts[one.attempt])
    of_good = np.array([np.nan if one.of_good is None else one.of_good for one in ordered], dtype=np.float64)
    columns = Chances(
        cells=np.zeros(len(ordered), dtype=np.int64),
        attempts=np.array([attempts[one.attempt] for one in ordered], dtype=np.int64),
        scenarios=np.array([scenarios[one.scenario] for one in ordered], dtype=np.int64),
        credits=np.array([one.credit for one in ordered], dtype=np.float64),
        difficulties=difficulties(of_good),
    )
    return masteries(columns).at(0)


def masteries(chances: Chances, closely: bool = True) -> Masteries:
    """The mastery of every cell.

    Args:
        closely: with trends and how many further attempts; a group's table needs neither.
    """
    runs = _runs(chances)
    n = np.bincount(chances.cells)
    attempts = np.bincount(chances.cells[runs.first], minlength=len(n))
    scenarios = _distinct(chances.cells, chances.scenarios, len(n))
    p_std, further = np.empty(len(n)), np.zeros(len(n), dtype=np.int64)
    for cells, posterior, typical in _blocks(chances, runs, n, closely):
        p_std[cells] = _mass(posterior)
        if closely:
            further[cells] = _further(posterior, typical, attempts[cells])
    bands = _bands(p_std, attempts, scenarios)
    return Masteries(
        p_std=p_std,
        bands=bands,
        n=n,
        taken=np.bincount(chances.cells, chances.credits).astype(np.float64),
        attempts=attempts,
        scenarios=scenarios,
        trend=_trends(chances, n, attempts) if closely else np.full(len(n), np.nan),
        further=np.where(bands == BANDS.index("more"), further, 0),
    )


def direction(trend: float | None) -> Direction | None:
    """What a trend is called; None where nothing can be said."""
    if trend is None:
        return None
    if abs(trend) < TREND_NOTICED:
        return "level"
    return "up" if trend > 0 else "down"


@dataclass(frozen=True, slots=True)
class _Runs:
    """The attempts of each cell: where each begins, how many observations it has, and how old it is, by observation."""

    first: Integers
    sizes: Integers
    ages: Integers


def _runs(chances: Chances) -> _Runs:
    cells, attempts = chances.cells, chances.attempts
    begins = np.ones(len(cells), dtype=bool)
    begins[1:] = (cells[1:] != cells[:-1]) | (attempts[1:] != attempts[:-1])
    first = np.flatnonzero(begins)
    run = np.cumsum(begins) - 1
    sizes = np.diff(np.append(first, len(cells)))
    last_run = np.cumsum(np.bincount(cells[first])) - 1 if len(cells) else np.zeros(0, dtype=np.int64)
    return _Runs(first, sizes[run], last_run[cells] - run)


def _distinct(cells: Integers, values: Integers, count: int) -> Integers:
    """How many different values each cell has."""
    if not len(cells):
        return np.zeros(count, dtype=np.int64)
    width = int(values.max()) + 1
    return np.bincount(np.unique(cells * width + values) // width, minlength=count)


def _blocks(chances: Chances, runs: _Runs, n: Integers, closely: bool) -> Iterator[tuple[slice, Floats, Floats]]:
    """The cells a few at a time, with each one's log-likelihood over the grid.

    Last comes, if wanted closely, that of the cell's average attempt, unfaded.
    """
    weights = np.minimum(1.0, FULL / runs.sizes)
    fading = FADING**runs.ages
    if not closely:
        weights *= fading
    attempts = np.bincount(chances.cells[runs.first], minlength=len(n))
    (odds, missed), rows = _tables(), chances.difficulties.astype(np.int64) + _HARDEST
    starts = np.append(np.cumsum(n) - n, len(chances.cells))
    begin = 0
    while begin < len(n):
        end = max(begin + 1, int(np.searchsorted(starts, starts[begin] + _TOGETHER, side="right")) - 1)
        here, firsts = slice(starts[begin], starts[end]), starts[begin:end] - starts[begin]
        likely = odds[rows[here]]
        likely *= chances.credits[here, None]
        likely += missed[rows[here]]
        likely *= weights[here, None]
        whole = likely * fading[here, None] if closely else likely
        typical = np.add.reduceat(likely, firsts, axis=0) / attempts[begin:end, None] if closely else likely[:0]
        yield slice(begin, end), np.add.reduceat(whole, firsts, axis=0), typical
        begin = end


@cache
def _tables() -> tuple[Floats, Floats]:
    """For each thousandth of difficulty, the least first: ln P − ln(1 − P), and ln(1 − P), over the grid. 10 MB."""
    difficulty = np.arange(-_HARDEST, _HARDEST + 1) / _MILLI
    chance = GUESSING + (1.0 - SLIPPING - GUESSING) / (1.0 + np.exp(difficulty[:, None] - _ABILITY))
    missed = np.log1p(-chance)
    return np.log(chance) - missed, missed


def _mass(likelihoods: Floats) -> Floats:
    """The posterior mass from the standard upwards, by row of log-likelihoods."""
    posterior = likelihoods + _PRIOR
    posterior = np.exp(posterior - posterior.max(axis=1, keepdims=True))
    share: Floats = np.round(posterior[:, _FIRST_ABLE:].sum(axis=1) / posterior.sum(axis=1), _ROUNDED)
    return share


def _bands(p_std: Floats, attempts: Integers, scenarios: Integers) -> NDArray[np.int8]:
    meets = (p_std >= MEETS_FROM) & (attempts >= MEETS_ATTEMPTS) & (scenarios >= MEETS_SCENARIOS)
    not_yet = (p_std <= NOT_YET_UP_TO) & (attempts >= NOT_YET_ATTEMPTS)
    return np.where(meets, BANDS.index("meets"), np.where(not_yet, BANDS.index("not-yet"), 0)).astype(np.int8)


def _further(likelihoods: Floats, typical: Floats, attempts: Integers) -> Integers:
    """After how many further average attempts a cell is settled; 0 where it is not within the most looked ahead."""
    found = np.zeros(len(attempts), dtype=np.int64)
    open_ = np.arange(len(attempts))
    for ahead in range(1, MOST_FURTHER + 1):
        likelihoods = FADING * likelihoods + typical
        p_std = _mass(likelihoods)
        settled = _bands(p_std, attempts + ahead, np.full(len(attempts), MEETS_SCENARIOS)) != 0
        found[open_[settled]] = ahead
        likelihoods, typical, attempts = likelihoods[~settled], typical[~settled], attempts[~settled]
        open_ = open_[~settled]
        if not len(open_):
            break
    return found


def _trends(chances: Chances, n: Integers, attempts: Integers) -> Floats:
    """Mean credit of each cell's last half less that of its first, the middle one of an odd number in neither."""
    rank = np.arange(len(chances.cells)) - np.repeat(np.cumsum(n) - n, n)
    half = np.repeat(n // 2, n)
    side = np.where(rank >= np.repeat(n, n) - half, 1.0, np.where(rank < half, -1.0, 0.0))
    enough = (n >= TREND_OBSERVATIONS) & (attempts >= TREND_ATTEMPTS)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.bincount(chances.cells, side * chances.credits) / (n // 2)
    return np.where(enough, change, np.nan)
