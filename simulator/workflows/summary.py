"""The library at a glance, as a page of Markdown: a row a scenario, and where good practice is trained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.engine.balance import PLAYS, Balance
from simulator.engine.bots import LEVELS
from simulator.model.scenario import Scenario
from simulator.workflows.versions import version_of

_PAGE = f"""# The library

Made by `huikuan balance --all --summary scenarios/library/README.md`; a test holds it current.

Best, typical and floor are what the talk is worth in points under best, typical and random lawful play. The
percentages are of {PLAYS} plays of simulated trainees who do just anything in so many of their moves, no form asked:
the share that reaches the pass mark.

{{table}}

## Where good practice is trained

The loss is what a move costs in points under typical play; the opposite of each practice costs more where it is
trained.

{{practices}}
"""

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


def solved_cells(scenario: Scenario, positions: int, best: float, typical: float, floor: float) -> tuple[str, ...]:
    """The cells that solving alone gives; values in points."""
    about = (str(scenario.level), scenario.persona or "—", scenario.channel)
    return (*about, f"{positions:,}", *(f"{value:.1f}" for value in (best, typical, floor)))


def row(scenario: Scenario, made: Balance) -> Row:
    """The row of a scenario."""
    solved = solved_cells(scenario, made.positions, made.best, made.typical_value, made.floor)
    passes = tuple(f"{level.sample.passes:.0%}" for level in made.levels)
    return Row(scenario.id, solved, passes, version_of(scenario))


def page(rows: Iterable[Row], practices: Iterable[str]) -> str:
    """The page: both tables, and how it is made anew."""
    head = ("| " + " | ".join(_HEAD) + " |", "|" + "---|" * len(_HEAD))
    table = "\n".join((*head, *(one.markdown for one in sorted(rows, key=lambda one: (one.solved[0], one.scenario)))))
    return _PAGE.format(table=table, practices="\n".join(practices))
