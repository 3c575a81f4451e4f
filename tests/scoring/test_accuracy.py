"""From loss to accuracy and name."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.accuracy import accuracy, name
from scoring.rubric import RUBRIC_1

LOSSES = st.floats(-200, 200)

# Worked out with 40 decimal places from the constants of lila's AccuracyPercent.scala.
BY_HAND = [
    (0.001, 99.9953931173),
    (0.5, 97.7780048494),
    (1.0, 95.6039765109),
    (2.5, 89.3588090361),
    (4.0, 83.5085161283),
    (6.0, 76.2794506186),
    (14.0, 52.9102599244),
    (20.0, 40.0168187414),
    (40.0, 14.9090020021),
    (80.0, 0.0001706403),
]


@pytest.mark.parametrize(("loss", "expected"), BY_HAND)
def test_accuracy_follows_the_curve(loss: float, expected: float) -> None:
    """Between 0 and the end of the scale the accuracy is lila's curve, without its +1."""
    assert accuracy(loss) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("loss", [0.0, -0.0, -0.001, -3.0, -1000.0])
def test_accuracy_of_no_loss_is_exactly_100(loss: float) -> None:
    """A loss of 0, or less than 0, is 100 and not the 99.99… of the curve."""
    assert accuracy(loss) == 100.0


@pytest.mark.parametrize("loss", [81.0, 150.0, 1e6])
def test_accuracy_of_a_great_loss_is_clipped_at_0(loss: float) -> None:
    """Past 80 points the curve runs below 0, and the accuracy does not."""
    assert accuracy(loss) == 0.0


@pytest.mark.parametrize("loss", [-5.0, 0.0, 1.0, 90.0])
def test_accuracy_of_a_breach_is_0(loss: float) -> None:
    """A forbidden act has accuracy 0, whatever it brings in."""
    assert accuracy(loss, breach=True) == 0.0


@given(LOSSES, LOSSES)
def test_accuracy_never_rises_with_the_loss(one: float, other: float) -> None:
    """Whoever loses more is never more accurate, and every accuracy is a number from 0 to 100."""
    less, more = sorted((one, other))
    assert accuracy(less) >= accuracy(more)
    assert 0.0 <= accuracy(one) <= 100.0
    assert not math.isnan(accuracy(one))


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (-1.0, "best"),
        (0.0, "best"),
        (0.5, "best"),
        (0.501, "good"),
        (2.499, "good"),
        (2.5, "inaccuracy"),
        (5.999, "inaccuracy"),
        (6.0, "mistake"),
        (13.999, "mistake"),
        (14.0, "blunder"),
        (95.0, "blunder"),
    ],
)
def test_name_changes_exactly_at_the_thresholds(loss: float, expected: str) -> None:
    """0.5 is still best; 2.5, 6 and 14 begin the next name."""
    assert name(loss, RUBRIC_1) == expected


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (0.5, "best"),
        (2.499, "good"),
        (2.5, "inaccuracy"),
        (6.0, "inaccuracy"),
        (14.0, "inaccuracy"),
        (80, "inaccuracy"),
    ],
)
def test_name_of_a_probe_is_never_worse_than_inaccuracy(loss: float, expected: str) -> None:
    """Asking for what one could not know is at worst an inaccuracy; up to there a probe is named like any move."""
    assert name(loss, RUBRIC_1, probe=True) == expected


@pytest.mark.parametrize("probe", [False, True])
@pytest.mark.parametrize("loss", [0.0, 3.0, 50.0])
def test_name_of_a_forbidden_act_is_breach(loss: float, probe: bool) -> None:
    """A forbidden act is always a breach, even one that loses nothing."""
    assert name(loss, RUBRIC_1, breach=True, probe=probe) == "breach"


@given(LOSSES, LOSSES)
def test_name_never_improves_with_the_loss(one: float, other: float) -> None:
    """Whoever loses more is never named better."""
    order = ["best", "good", "inaccuracy", "mistake", "blunder"]
    less, more = sorted((one, other))
    assert order.index(name(less, RUBRIC_1)) <= order.index(name(more, RUBRIC_1))
