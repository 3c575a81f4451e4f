"""The rubric is what was decided, and keeps its version."""

from __future__ import annotations

import dataclasses

import pytest

from scoring.rubric import CURRENT, RUBRIC_1, RUBRICS


def test_rubric_1_has_the_numbers_of_the_page() -> None:
    """Whoever changes a number has to make a new version: attempts are pinned to this one."""
    assert dataclasses.asdict(RUBRIC_1) == {
        "version": "1",
        "weights": (("result", 35.0), ("tactics", 35.0), ("discovery", 10.0), ("paperwork", 20.0)),
        "best_up_to": 0.5,
        "inaccuracy_from": 2.5,
        "mistake_from": 6.0,
        "blunder_from": 14.0,
        "pass_mark": 70.0,
        "cap_on_breach": 40.0,
        "retry_within": 4.0,
        "called_for_loss": 1.0,
        "otherwise_loss": 3.0,
        "temperature": 1.0,
        "lapses": 0.3,
    }


def test_rubric_is_found_by_its_version() -> None:
    """An attempt names its rubric by version; the current one is among those that can be named."""
    assert {version: rubric.version for version, rubric in RUBRICS.items()} == {one: one for one in RUBRICS}
    assert RUBRICS[CURRENT.version] is CURRENT


def test_rubric_weights_sum_to_100() -> None:
    """The parts of a scorecard share one whole."""
    for rubric in RUBRICS.values():
        assert sum(weight for _part, weight in rubric.weights) == 100.0


def test_rubric_cannot_be_changed_in_place() -> None:
    """A rubric is frozen: no attempt can change what others are marked by."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        RUBRIC_1.pass_mark = 0.0  # type: ignore[misc]
