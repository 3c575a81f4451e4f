"""A group's figures: distribution, lift, compliance, shares; and what is said where there is no data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.cohort import Shares, bound, compliance, lift, shares, spread


def test_bound_on_breaches_is_that_of_the_design() -> None:
    """No breach in 22 talks bounds the rate at 12.7 %; no talk bounds nothing."""
    assert bound(22) == pytest.approx(0.127, abs=0.0005)
    assert bound(1) == pytest.approx(0.95)
    assert bound(0) is None


def test_compliance_with_a_breach_has_no_bound() -> None:
    """The bound is for none at all; two breaches in one talk are one talk with a breach."""
    assert compliance([0] * 22).at_most == pytest.approx(0.127, abs=0.0005)
    found = compliance([0, 2, 0])
    assert (found.talks, found.breached, found.at_most) == (3, 1, None)
    assert compliance([]).at_most is None


def test_spread_of_nothing_is_none() -> None:
    """No talk has no mean."""
    assert spread([]) is None


def test_spread_of_one_talk_is_that_talk() -> None:
    """Everything is the one value there is."""
    found = spread([100.0])
    assert found is not None
    assert (found.n, found.least, found.median, found.most, found.mean) == (1, 100.0, 100.0, 100.0, 100.0)
    assert found.counts == (0, 0, 0, 0, 0, 0, 0, 0, 0, 1)


@given(st.lists(st.floats(0, 100), min_size=1))
def test_spread_holds_every_value_once(values: list[float]) -> None:
    """The bins add up, and the quartiles lie in order between the ends."""
    found = spread(values)
    assert found is not None
    assert sum(found.counts) == found.n == len(values)
    ordered = (found.least, found.quarter, found.median, found.three_quarters, found.most)
    assert list(ordered) == sorted(ordered)
    assert found.least - 1e-9 <= found.mean <= found.most + 1e-9


def test_lift_counts_only_who_played_again() -> None:
    """From the first to the best, with the latest beside it, since the best of several rises by luck."""
    found = lift([[40.0, 70.0, 60.0], [50.0], [80.0, 60.0], []])
    assert found is not None
    assert (found.pairs, found.first, found.best, found.latest, found.attempts) == (2, 60.0, 75.0, 60.0, 2.5)
    assert found.lift == 15.0


def test_lift_of_nobody_is_none() -> None:
    """Where nobody played anything twice there is nothing to compare."""
    assert lift([]) is None
    assert lift([[50.0], [70.0]]) is None


def test_shares_tell_the_not_observed_apart() -> None:
    """Not observed is not zero: what is lacking is a share of those observed."""
    found = shares({"meets": 3, "more": 4, "not-yet": 1}, 20)
    assert found == Shares(3, 4, 1, 12)
    assert (found.people, found.observed, found.lacking) == (20, 8, 0.625)
    assert shares({}, 20).lacking is None
    assert shares({}, 0).people == 0
