"""The findings that a schema cannot see, proved by the explored positions.

Each finding names the layer and the path of keys that it is about, and where a play shows it, the shortest list of
moves that does: its witness.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from simulator.engine import check_reach, check_reading, check_worth
from simulator.engine.explore import LIMIT
from simulator.engine.program import Program
from simulator.engine.proof import Finding, Proof

__all__ = ["Finding", "Findings"]


class Findings:
    """Looks for everything that can be proved about a scenario."""

    def __init__(self, program: Program, cancelled: Callable[[], bool] = lambda: False, limit: int = LIMIT) -> None:
        self.program = program
        self.proof = Proof(program, cancelled, limit)

    def all(self) -> tuple[Finding, ...]:
        """Every finding that the scenario does not silence.

        Raises:
            TooManyPositions: it is too large to explore; ``from_reading`` still says what it can.
            Cancelled: somebody asked to stop.
        """
        looks = (*check_reach.LOOKS, *check_worth.LOOKS)
        explored = chain.from_iterable(look(self.proof) for look in looks)
        return (*self._loud(explored), *self.from_reading())

    def from_reading(self) -> tuple[Finding, ...]:
        """The findings for which nothing has to be explored."""
        return self._loud(chain.from_iterable(look(self.program) for look in check_reading.LOOKS))

    def _loud(self, found: Iterator[Finding]) -> tuple[Finding, ...]:
        return tuple(one for one in found if one.fault.code not in self.program.scenario.silence)
