"""How far raters agree: Krippendorff's alpha for interval data, where ratings may be missing.

Source: K. Krippendorff, Content Analysis, chapter on reliability; "Computing Krippendorff's Alpha-Reliability" (2011).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum


@dataclass(frozen=True, slots=True)
class Rating:
    """What one rater gave one line of the rubric in one attempt.

    Attributes:
        points: 0–100.
    """

    attempt: str
    line: str
    rater: str
    points: float


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree on a line of the rubric.

    Attributes:
        alpha: 1 is full agreement, 0 what chance would give, below 0 worse than chance; None where it is undefined: no
            attempt has two ratings, or everybody always gave the same points.
        attempts: those with at least two ratings; only they count.
        ratings, raters: in those attempts.
    """

    alpha: float | None
    attempts: int
    ratings: int
    raters: int


def agreement(ratings: Iterable[Rating]) -> dict[str, Agreement]:
    """The agreement on each line that was rated, in the order in which the lines first come.

    Of two ratings of one line of one attempt by one rater the later counts.
    """
    lines: defaultdict[str, defaultdict[str, dict[str, float]]] = defaultdict(lambda: defaultdict(dict))
    for one in ratings:
        lines[one.line][one.attempt][one.rater] = one.points
    return {line: _of_line(list(attempts.values())) for line, attempts in lines.items()}


def alpha(units: Iterable[Sequence[float | None]]) -> float | None:
    """Krippendorff's alpha with the interval metric; None where it is undefined.

    Args:
        units: what each unit was given; None where a rater did not rate it. Units with fewer than two values do not
            count.
    """
    paired = [values for unit in units if len(values := [value for value in unit if value is not None]) > 1]
    every = [value for values in paired for value in values]
    if not every or min(every) == max(every):
        return None
    # Sums of squared differences over all ordered pairs of m values are 2m times the squares about their mean.
    observed = fsum(2 * len(values) * _squares(values) / (len(values) - 1) for values in paired) / len(every)
    expected = 2 * _squares(every) / (len(every) - 1)
    return 1.0 - observed / expected if expected else None  # values closer than a float can square are the same


def _of_line(units: Sequence[dict[str, float]]) -> Agreement:
    paired = [unit for unit in units if len(unit) > 1]
    raters = {rater for unit in paired for rater in unit}
    return Agreement(alpha([[*unit.values()] for unit in paired]), len(paired), sum(map(len, paired)), len(raters))


def _squares(values: Sequence[float]) -> float:
    """The sum of squares about the mean."""
    mean = fsum(values) / len(values)
    return fsum((value - mean) ** 2 for value in values)
