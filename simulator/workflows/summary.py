"""The library at a glance: a table with a row a scenario, as Markdown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from simulator.engine.balance import Balance
from simulator.engine.bots import LEVELS
from simulator.engine.solve import Solution
from simulator.model.scenario import Scenario
from simulator.workflows.solutions import content_of

_HEAD = (
    "scenario",
    "level",
    "persona",
    "channel",
    "positions",
    "best",
    "typical",
    "floor",
    *(f"{level:.0%}" for level in LEVELS),
    "version",
)


@dataclass(frozen=True, slots=True)
class Row:
    """What the table says of a scenario.

    Attributes:
        solved: level, persona, channel, positions, best, typical and floor value, as text.
        passes: the share of plays that pass for each level of simulated trainee, the weakest first, as text.
        version: the first eight signs of the hash of its content, so that a changed scenario shows.
    """

    scenario: str
    solved: tuple[str, ...]
    passes: tuple[str, ...]
    version: str

    @property
    def markdown(self) -> str:
        cells = (f"[{self.scenario}]({self.scenario}/scenario.yaml)", *self.solved, *self.passes, f"`{self.version}`")
        return "| " + " | ".join(cells) + " |"


def solved_cells(scenario: Scenario, solution: Solution) -> tuple[str, ...]:
    """The cells that solving alone gives."""
    values = (solution.best, solution.typical, solution.floor)
    about = (str(scenario.level), scenario.persona or "—", scenario.channel)
    return (*about, f"{solution.positions:,}", *(f"{value:.1f}" for value in values))


def row(scenario: Scenario, solution: Solution, balance: Balance) -> Row:
    """The row of a scenario."""
    passes = tuple(f"{level.sample.passes:.0%}" for level in balance.levels)
    return Row(scenario.id, solved_cells(scenario, solution), passes, version_of(scenario))


def version_of(scenario: Scenario) -> str:
    """The first eight signs of the hash of a scenario's content."""
    return hashlib.sha256(content_of(scenario)).hexdigest()[:8]


def table(rows: Iterable[Row]) -> str:
    """The table."""
    lines = ["| " + " | ".join(_HEAD) + " |", "|" + "---|" * len(_HEAD), *(row.markdown for row in rows)]
    return "\n".join(lines) + "\n"
