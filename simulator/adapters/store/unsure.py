"""Events whose commit was sent and never acknowledged: they are recognised when they are asked for again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from simulator.model.errors import StoreLost

Row = TypeVar("Row")


@dataclass(slots=True)
class Sending(Generic[Row]):
    """One try to record an event.

    Attributes:
        before: the row that was sent last time on this chain and never acknowledged; to be set to None once it is known
            that it was not recorded.
        row: what is sent this time.
    """

    before: Row | None
    row: Row | None = None


class Unsure(Generic[Row]):
    """By chain, the row of which nobody knows whether it was recorded.

    A row is told by its hash, in which its moment is and all that came before it: it is the very row that was sent, and
    not one that says the same. It is remembered until the chain is written to again, whatever comes of that.
    """

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}

    @contextlib.contextmanager
    def sending(self, chain: str) -> Iterator[Sending[Row]]:
        """A try to record an event on a chain."""
        trial = Sending(self._rows.pop(chain, None))
        try:
            yield trial
        except StoreLost as lost:
            left = trial.row if lost.is_unsure and trial.row is not None else trial.before
            if left is not None:
                self._rows[chain] = left
            raise
