"""Verifying the record: chains recomputed, attempts played again."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.model.errors import HuikuanError, UnknownName
from simulator.model.language import _
from simulator.workflows.ports import ChainFault
from simulator.workflows.rehearse import Desk, resume


@dataclass(frozen=True, slots=True)
class Verified:
    """How many attempts were verified, and where the record is broken."""

    attempts: int
    faults: tuple[ChainFault, ...]


def verify(desk: Desk, attempt: str | None = None) -> Verified:
    """Recomputes every chain and plays every attempt again.

    Raises:
        UnknownName: there is no such attempt.
    """
    every = [summary.attempt for summary in desk.store.attempts()]
    if attempt is not None and attempt not in every:
        raise UnknownName(_("attempt"), attempt, every)
    chosen = every if attempt is None else [attempt]
    faults = list(desk.store.faults(attempt))
    broken = {fault.attempt for fault in faults}
    for one in chosen:
        if one not in broken:
            try:
                resume(desk, one)
            except HuikuanError as why:
                faults.append(ChainFault(one, -1, str(why)))
    return Verified(len(chosen), tuple(faults))
