"""How far raters agree: Krippendorff's alpha with the interval metric."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.agreement import Agreement, Rating, agreement, alpha

# K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), example C: four observers, twelve units.
OBSERVERS: tuple[tuple[int | None, ...], ...] = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3),
    (None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None),
)
UNITS = tuple(zip(*OBSERVERS, strict=True))


def test_alpha_of_the_published_example() -> None:
    """With missing values, interval metric: 0.849."""
    assert alpha(UNITS) == pytest.approx(0.849, abs=0.0005)


def test_alpha_agrees_with_the_formula_written_out() -> None:
    """Pair by pair: observed over expected disagreement."""
    units = [[value for value in unit if value is not None] for unit in UNITS]
    paired = [unit for unit in units if len(unit) > 1]
    every = [value for unit in paired for value in unit]
    observed = sum(sum((a - b) ** 2 for a in unit for b in unit) / (len(unit) - 1) for unit in paired) / len(every)
    expected = sum((a - b) ** 2 for a in every for b in every) / (len(every) * (len(every) - 1))
    assert alpha(UNITS) == pytest.approx(1 - observed / expected, abs=1e-12)


@pytest.mark.parametrize(
    "units",
    [[], [[70.0]], [[70.0, None], [None, 30.0]], [[70.0, 70.0], [70.0, 70.0]]],
    ids=["nothing", "one rating", "never two of one talk", "everybody always the same"],
)
def test_alpha_is_undefined_without_anything_to_compare(units: list[list[float | None]]) -> None:
    """None, and never a division by zero."""
    assert alpha(units) is None


def test_alpha_of_full_agreement_is_one_and_of_opposites_below_zero() -> None:
    """The ends of the scale."""
    assert alpha([[10, 10], [60, 60], [90, 90]]) == 1.0
    low = alpha([[0, 100], [100, 0]])
    assert low is not None
    assert low < 0


points = st.floats(0, 100).map(lambda value: round(value, 3))


@given(st.lists(st.lists(st.none() | points, max_size=4), max_size=8), st.randoms(use_true_random=False))
def test_alpha_is_at_most_one_and_knows_no_order(units: list[list[float | None]], chance: object) -> None:
    """Neither the order of talks nor that of raters counts."""
    found = alpha(units)
    shuffled = [chance.sample(unit, len(unit)) for unit in units]  # type: ignore[attr-defined]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    again = alpha(shuffled)
    if found is None:
        assert again is None
    else:
        assert found <= 1.0
        assert again == pytest.approx(found, abs=1e-6)


def test_agreement_is_told_line_by_line() -> None:
    """Each line of the rubric has its own; a line that one person alone rated has none."""
    ratings = [
        Rating("a", "tactics", "x", 10),
        Rating("a", "tactics", "y", 10),
        Rating("b", "tactics", "x", 90),
        Rating("b", "tactics", "y", 90),
        Rating("c", "tactics", "x", 50),
        Rating("a", "result", "x", 40),
    ]
    assert agreement(ratings) == {"tactics": Agreement(1.0, 2, 4, 2), "result": Agreement(None, 0, 0, 0)}


def test_later_rating_of_the_same_rater_counts() -> None:
    """Who corrects himself is one rater."""
    ratings = [Rating("a", "tactics", "x", 0), Rating("a", "tactics", "x", 60), Rating("a", "tactics", "y", 60)]
    more = [Rating("b", "tactics", "x", 20), Rating("b", "tactics", "y", 20)]
    assert agreement([*ratings, *more])["tactics"] == Agreement(1.0, 2, 4, 2)
