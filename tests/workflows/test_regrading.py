"""Regrading: marks under another version of the rubric, beside those that stand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from workflows.figures import ASK, CLOSE, result
from workflows.talks import LEFT, PAID, RIGHT, play, start

from scoring.rubric import CURRENT, RUBRICS
from simulator.engine.program import Program
from simulator.model.errors import Cancelled, UnknownName
from simulator.workflows.regrading import BandChange, PassChange, regrade, rubric_of
from simulator.workflows.rehearse import Desk
from simulator.workflows.settling import settle_all

# Another version: the result alone counts, and nobody passes below 101.
STRICT = replace(CURRENT, version="strict", weights=(("result", 100.0), ("tactics", 0.0), *CURRENT.weights[2:]))
UNKIND = replace(CURRENT, version="unkind", pass_mark=100.5)


def exams(desk: Desk, small: Program, count: int) -> list[str]:
    attempts = []
    for _exam in range(count):
        rehearsal = start(desk, small, RIGHT, mode="exam")
        play(rehearsal, PAID)
        rehearsal.file_note({})
        attempts.append(rehearsal.attempt)
    settle_all(desk)
    return attempts


def test_regrading_makes_new_results_beside_the_old_ones(desk: Desk, small: Program) -> None:
    """Both are there; the old ones are what they were; the new ones are marked by the new weights."""
    exams(desk, small, 2)
    before = desk.store.results(rubric=CURRENT.version)
    regraded = regrade(desk, STRICT)
    assert (regraded.rubric, regraded.before, regraded.made, regraded.compared) == ("strict", CURRENT.version, 2, 2)
    assert desk.store.results(rubric=CURRENT.version) == before
    after = desk.store.results(rubric="strict")
    assert [one.attempt for one in after] == [one.attempt for one in before]
    assert all(one.rubric == "strict" for one in after)
    assert [one.total for one in after] != [one.total for one in before]
    assert [one.observations for one in after] == [one.observations for one in before]


def test_regrading_again_makes_nothing_new(desk: Desk, small: Program) -> None:
    """What is marked under it already stays."""
    exams(desk, small, 1)
    assert regrade(desk, STRICT).made == 1
    again = regrade(desk, STRICT)
    assert (again.made, again.compared) == (0, 1)


def test_regrading_shows_who_no_longer_passes(desk: Desk, small: Program) -> None:
    """Under a pass mark that nobody reaches every attempt that passed is named, and none that had not."""
    exams(desk, small, 2)
    failed = start(desk, small, mode="exam")
    play(failed, LEFT)
    failed.file_note({})
    settle_all(desk)
    passed = [one for one in desk.store.results() if one.passed]
    assert len(passed) == 2
    assert regrade(desk, UNKIND).passes == tuple(
        PassChange(one.attempt, one.person, one.total, one.total, False) for one in passed
    )


def test_regrading_shows_who_changes_band(desk: Desk) -> None:
    """By person and objective, with both bands; a band that stays is not named."""
    for day in range(2):
        made = result(desk, "Wang Min", f"talk-{day}", {ASK: (0.0, 0.0), CLOSE: (0.0, 0.0)}, day=day)
        other = {CLOSE: (0.0, 0.0), **({ASK: (1.0,) * 5} if day else {})}
        result(desk, "Wang Min", f"talk-{day}", other, day=day, rubric="strict")
    regraded = regrade(desk, STRICT)
    assert regraded.bands == (BandChange(made.person, ASK, "not-yet", "more"),)
    back = regrade(desk, CURRENT, before="strict")
    assert back.bands == (BandChange(made.person, ASK, "more", "not-yet"),)


def test_regrading_under_the_only_rubric_compares_nothing(desk: Desk, small: Program) -> None:
    """Settled already, and there is no other version to compare with."""
    exams(desk, small, 1)
    assert list(RUBRICS) == [CURRENT.version]
    regraded = regrade(desk, CURRENT)
    assert (regraded.before, regraded.made, regraded.bands, regraded.passes) == (None, 0, (), ())


def test_regrading_can_be_stopped(desk: Desk, small: Program) -> None:
    """What is marked stays."""
    exams(desk, small, 2)
    asked = iter((False, True))
    with pytest.raises(Cancelled):
        regrade(desk, STRICT, cancelled=lambda: next(asked))
    assert len(desk.store.results(rubric="strict")) == 1
    assert regrade(desk, STRICT).made == 1


def test_unknown_rubric_is_named_with_those_there_are() -> None:
    """A version that this program does not have is no version."""
    with pytest.raises(UnknownName, match="7"):
        rubric_of("7")
    assert rubric_of(CURRENT.version) is CURRENT
