"""A simulated house over the tests' own small content: quick, and all happens in it that happens in a real one."""

from __future__ import annotations

from datetime import date

from simulator.adapters.store.memory import MemoryStore
from simulator.workflows.ports import Library, SolutionCache
from simulator.workflows.simulating import Plan, Programme, simulate

SMALL = Programme(
    courses=("small", "small", "small"),
    scenarios=(("small-debt",), ("small-debt",), ("small-debt",)),
    rounds=(3, 2, 1),
    alone=("small", ("small-debt",)),
)
PLAN = Plan(end=date(2026, 11, 20), people=16, seed=1, language="en", programme=SMALL)


def filled(library: Library, cache: SolutionCache, plan: Plan = PLAN) -> MemoryStore:
    """A store in memory that was filled by a plan."""
    store = MemoryStore()
    simulate(store, library, cache, plan)
    return store
