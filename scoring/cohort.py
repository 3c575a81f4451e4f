"""From many scorecards and masteries to a group's figures. What has no data is None, never a number made up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from scoring.mastery import Band

_RISK = 0.05  # of the bound on breaches: it is wrong at most once in twenty times
BINS = 10  # of a distribution: 0 to under 10, …, 90 to 100


@dataclass(frozen=True, slots=True)
class Spread:
    """How values from 0 to 100 lie.

    Attributes:
        quarter, median, three_quarters: quartiles, between values in proportion.
        counts: how many lie in each ``BINS``.
    """

    n: int
    least: float
    quarter: float
    median: float
    three_quarters: float
    most: float
    mean: float
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Lift:
    """From the first attempt on a scenario to later ones, over those who played it at least twice.

    The best of several rises by luck alone, so the latest stands beside it.

    Attributes:
        pairs: a person and a scenario each.
        first, best, latest: mean totals, 0–100.
        attempts: mean number of them.
    """

    pairs: int
    first: float
    best: float
    latest: float
    attempts: float

    @property
    def lift(self) -> float:
        """Points from the first to the best."""
        return self.best - self.first


@dataclass(frozen=True, slots=True)
class Compliance:
    """How often forbidden acts were committed.

    Attributes:
        talks: scored attempts; breached: those with at least one breach.
        at_most: what no breach in so many talks bounds their rate at, 0–1, with 95 % confidence; None where there was a
            breach, or no talk.
    """

    talks: int
    breached: int
    at_most: float | None


@dataclass(frozen=True, slots=True)
class Shares:
    """How many of a group stand in each band on an objective."""

    meets: int
    more: int
    not_yet: int
    not_observed: int

    @property
    def people(self) -> int:
        return self.meets + self.more + self.not_yet + self.not_observed

    @property
    def observed(self) -> int:
        return self.meets + self.more + self.not_yet

    @property
    def lacking(self) -> float | None:
        """The share, of those observed, that does not meet the standard yet or needs more evidence; None for nobody."""
        return (self.more + self.not_yet) / self.observed if self.observed else None


def bound(talks: int) -> float | None:
    """What no breach in so many talks bounds the rate of breaches at, 0–1: ``1 − .05^(1/n)``; None for no talk."""
    return 1.0 - _RISK ** (1.0 / talks) if talks > 0 else None


def compliance(breaches: Iterable[int]) -> Compliance:
    """From the number of breaches in each talk."""
    every = list(breaches)
    breached = sum(1 for number in every if number)
    return Compliance(len(every), breached, None if breached else bound(len(every)))


def spread(values: Iterable[float]) -> Spread | None:
    """How values lie; None where there are none."""
    ordered = sorted(values)
    if not ordered:
        return None
    bins = Counter(min(int(value * BINS / 100), BINS - 1) for value in ordered)
    quarter, median, three_quarters = (_between(ordered, share) for share in (0.25, 0.5, 0.75))
    return Spread(
        n=len(ordered),
        least=ordered[0],
        quarter=quarter,
        median=median,
        three_quarters=three_quarters,
        most=ordered[-1],
        mean=fsum(ordered) / len(ordered),
        counts=tuple(bins[place] for place in range(BINS)),
    )


def lift(totals: Iterable[Sequence[float]]) -> Lift | None:
    """From the totals of each person on each scenario, oldest first; None where nobody played anything twice."""
    again = [of_pair for of_pair in totals if len(of_pair) > 1]
    if not again:
        return None
    pairs = len(again)
    return Lift(
        pairs=pairs,
        first=fsum(one[0] for one in again) / pairs,
        best=fsum(max(one) for one in again) / pairs,
        latest=fsum(one[-1] for one in again) / pairs,
        attempts=sum(map(len, again)) / pairs,
    )


def shares(bands: Mapping[Band, int], people: int) -> Shares:
    """The shares on an objective, from how many stand in each band and how many there are."""
    meets, more, not_yet = (bands.get(band, 0) for band in ("meets", "more", "not-yet"))
    return Shares(meets, more, not_yet, people - meets - more - not_yet)


def _between(ordered: Sequence[float], share: float) -> float:
    """The value that so large a share lies below, in proportion between its neighbours."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
