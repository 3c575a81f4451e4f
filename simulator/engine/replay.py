"""A record played again: scenario, moves and seed give the same steps, or the turn at which they no longer fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from simulator.engine.machine import Debtor, Step
from simulator.engine.program import Program
from simulator.model.errors import IllegalMove, ReplayMismatch
from simulator.model.position import Move


def replay(
    program: Program, moves: Iterable[Move], seed: int, given: Mapping[str, object] | None = None
) -> tuple[Step, ...]:
    """The steps of a play, from a start with facts that the preparation gave.

    Raises:
        ReplayMismatch: a move is not open where the record has it.
    """
    debtor = Debtor(program, seed, given)
    steps: list[Step] = []
    for move in moves:
        try:
            steps.append(debtor.step(move))
        except IllegalMove as why:
            raise ReplayMismatch(len(steps) + 1, str(why)) from why
    return tuple(steps)
