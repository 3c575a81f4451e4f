"""Sharing practice: whose it is to say, and what follows from it."""

from __future__ import annotations

import pytest
from tui.playing import begun, finished

from simulator.engine.program import Program
from simulator.model.errors import UsageError
from simulator.model.journal import Shared, Unshared
from simulator.workflows.rehearse import Desk
from simulator.workflows.settling import settle
from simulator.workflows.sharing import share


def test_sharing_makes_practice_evidence_and_can_be_taken_back(desk: Desk, small: Program) -> None:
    """Each is an event of its own, and doing it again is none."""
    attempt = finished(desk, small.scenario).attempt
    before = settle(desk, attempt)
    assert before is not None
    assert not before.evidence
    for shared in (True, True, False, False):
        share(desk, attempt, "Wang Min", shared)
        kept = desk.store.result(attempt, before.rubric)
        assert kept is not None
        assert kept.evidence is shared
    events = [type(one.event) for one in desk.store.journal()]
    assert events.count(Shared) == events.count(Unshared) == 1


def test_only_whose_it_is_can_share(desk: Desk, small: Program) -> None:
    """Neither a reviewer nor a stranger can, and asking enters nobody into the record."""
    attempt = finished(desk, small.scenario).attempt
    people = desk.store.people()
    with pytest.raises(UsageError):
        share(desk, attempt, "Li Na")
    assert desk.store.people() == people


def test_exams_and_what_is_not_over_or_not_scored_cannot_be_shared(desk: Desk, small: Program) -> None:
    """An exam is seen anyhow; what is not scored can be no evidence."""
    whole = finished(desk, small.scenario)
    for attempt in (
        finished(desk, small.scenario, mode="exam").attempt,
        begun(desk, small.scenario).attempt,
        whole.try_again_from(2).attempt,
    ):
        with pytest.raises(UsageError):
            share(desk, attempt, "Wang Min")
