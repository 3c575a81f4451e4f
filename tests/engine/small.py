"""Tiny scenarios written down in a test, and the shipped ones."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from engine.strategies import resolved

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.program import Program
from simulator.model.position import Move
from simulator.model.scenario import Scenario

SHIPPED = Path(__file__).parents[2] / "scenarios"

TACTICS: dict[str, dict[str, Any]] = {
    "talk.chat": {},
    "talk.nod": {},
    "ask.plain": {},
    "press.hard": {},
    "press.law": {"takes": ["law"]},
    "probe.verify": {"takes": ["excuse"]},
    "press.hold": {"takes": ["point"]},
    "firm.show": {"takes": ["document"]},
    "firm.cite": {"takes": ["document", "law"]},
    "close.deal": {"takes": ["offer"]},
    "value.repair": {"takes": ["excuse", "document"], "alone": True},
    "end.leave": {},
    "red.threat": {"forbidden": True},
}
CHAT, NOD, ASK, THREAT = Move("talk.chat"), Move("talk.nod"), Move("ask.plain"), Move("red.threat")


def tiny(
    *tactics: str, persona: dict[str, Any] | None = None, standard: dict[str, Any] | None = None, **scenario: Any
) -> Scenario:
    """A scenario with these tactics and keys, over a standard that answers everything and does nothing.

    Without more it starts with every meter at 0 in its only stage, lasts three turns and ends in ``timeout``.
    """
    lower = standard or {}
    return resolved(
        {
            "scenario": {"scenario": "tiny", "turns": 3, **scenario},
            "persona": {"persona": "somebody", **persona} if persona else None,
            "standard": {
                "stages": ["guarded"],
                "endings": {"timeout": {"recovers": 0.1}},
                **lower,
                "rules": [*lower.get("rules", ()), {"tactic": "*"}],
            },
            "catalogue": {"tactics": [{"id": name, **TACTICS[name]} for name in tactics]},
        }
    )


@cache
def shipped(name: str) -> Program:
    """A shipped scenario, compiled; its problems are others' business as long as it has a meaning."""
    read = YamlLibrary(SHIPPED).read(name)
    assert read.scenario is not None, [str(problem) for problem in read.problems]
    return Program(read.scenario)
