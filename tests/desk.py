"""Desk parts for tests: a result, and a roster of people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from scoring.objectives import Observation
from simulator.workflows.ports import Result

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


def observation(attempt: str = "a1", **more: Any) -> Observation:
    """An observation of a talk."""
    values = {"objective": "collection/a.b", "turn": 1, "credit": 0.75, "reason": "shown", "what": "probe"}
    return Observation(attempt=attempt, **({"chance_of_good": 0.5} | values | more))


def result(attempt: str = "a1", **more: Any) -> Result:
    """A result of an exam that passed, with two observations."""
    values: dict[str, Any] = {
        "rubric": "1",
        "person": "p1",
        "scenario": "invoice-not-found",
        "content": "c" * 64,
        "mode": "exam",
        "language": "zh",
        "assignment": None,
        "started": NOON,
        "ended": NOON.replace(hour=13),
        "seconds": 600.5,
        "turns": 12,
        "total": 81.25,
        "before_gate": 81.25,
        "passed": True,
        "pass_mark": 70.0,
        "parts": {"result": 80.0, "tactics": 90.5, "discovery": None, "paperwork": 70.0},
        "breaches": (),
        "worth": 61.5,
        "best": 87.5,
        "floor": 16.25,
        "ending": "promise",
        "evidence": True,
        "head": "h" * 64,
        "observations": (
            observation(attempt),
            observation(attempt, objective="credit/c.d", turn=0, credit=0.0, reason="note", chance_of_good=None),
        ),
    }
    return Result(attempt=attempt, **(values | more))
