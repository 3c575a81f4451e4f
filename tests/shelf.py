"""The scenarios that tests play: the shipped ones, and the tests' own small content."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.engine.bots import Rehearsals
from simulator.engine.explore import Explored
from simulator.engine.program import Program
from simulator.engine.solve import Solution, Solver
from simulator.model.scenario import Scenario

SHIPPED = Path(__file__).parents[1] / "scenarios"
SHIPPED_IDS = sorted(path.parent.name for path in SHIPPED.glob("library/*/scenario.yaml"))
# Easy, middling and hard: what costs seconds a scenario is asked of these, and of the others by the slow suite.
WORKED = ("invoice-not-found", "gearboxes-missing-signature", "line-stop-bully")
CONTENT = Path(__file__).parent / "content"  # small and complete: one of everything that the language has


@dataclass(frozen=True)
class Solved:
    """A scenario with everything that is worked out from it, made once for all tests."""

    scenario: Scenario
    program: Program
    solver: Solver
    solution: Solution
    graph: Explored
    rehearsals: Rehearsals
    seconds: float
