"""Looking after a store as a whole: made, brought forward, checked, copied."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from simulator.model.errors import Cancelled
from simulator.workflows.ports import ChainFault

Piece = tuple[str, Sequence[tuple[Any, ...]]]
"""The name of a table and some of its rows; values are text, bytes, numbers or None."""


class Keepable(Protocol):
    """A store, as who looks after it sees it."""

    @property
    def shown(self) -> str:
        """Where it is, without a password."""

    def version(self) -> int | None:
        """The version of its tables as they are; None where there are none."""

    def prepare(self) -> int:
        """Makes its tables, or brings them forward; their version then."""

    def rows(self) -> Mapping[str, int]:
        """How many rows each table has."""

    def giving(self) -> AbstractContextManager[Iterator[Piece]]:
        """Everything as it is at one moment."""

    def take(self, pieces: Iterable[Piece]) -> None:
        """Puts in what another store gave: everything or nothing.

        Raises:
            UsageError: it holds something already.
        """

    def verify(self, done: Callable[[int, int], None]) -> Sequence[ChainFault]:
        """Where its chains are broken; ``done`` is told how many attempts are verified, of how many."""

    def connections(self) -> tuple[int, int] | None:
        """How many connections to its server are open, and how many there can be; None of a file."""


Doing = Callable[[str, int], None]
"""Told what is being done, ``reading``, ``verifying`` or ``comparing``, and how many rows, or attempts, are done."""
Asked = Callable[[], bool]


def unheeded(_what: str, _rows: int) -> None:
    """Nobody asked how far it is."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Kept:
    """The state of a store.

    Attributes:
        before: the version that its tables had; None where there were none.
        version: the one that they have now.
        rows: by table.
        connections: how many to its server are open, and how many there can be; None of a file.
    """

    place: str
    before: int | None
    version: int
    rows: Mapping[str, int] = field(default_factory=dict)
    faults: tuple[ChainFault, ...] = ()
    connections: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Copied:
    """What copying came to.

    Attributes:
        rows: by table, as many as were copied.
        differing: the tables that are not the same on both sides, row for row; always empty unless a database fails.
        faults: where the chains of the copy are broken.
        inherited: those of the original, which were there before.
    """

    source: str
    target: str
    rows: Mapping[str, int]
    differing: tuple[str, ...]
    faults: tuple[ChainFault, ...]
    inherited: tuple[ChainFault, ...]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is lost, and no chain is broken."""
        return not (self.differing or self.faults or self.inherited)


def prepare(store: Keepable) -> Kept:
    """Makes a store where there is none, and brings an old one forward."""
    before = store.version()
    return Kept(store.shown, before, store.prepare())


def check(store: Keepable, doing: Doing = unheeded, cancelled: Asked = never) -> Kept:
    """Counts what a store holds and recomputes every chain in it.

    Raises:
        Cancelled: somebody asked to stop.
    """
    before, version = store.version(), store.prepare()
    faults = _verified(store, doing, cancelled)
    return Kept(store.shown, before, version, store.rows(), faults, store.connections())


def copy(source: Keepable, target: Keepable, doing: Doing = unheeded, cancelled: Asked = never) -> Copied:
    """Copies everything that a store holds at this moment into another one that holds nothing.

    The source may be in use. What arrived is read again and compared row for row, and the chains are recomputed on both
    sides. A store with broken chains is copied as it is, and the faults are told: a copy mends nothing and hides
    nothing.

    Raises:
        UsageError: the target holds something, or there is no source.
        Cancelled: somebody asked to stop; before everything was copied, the target is as it was.
    """
    source.prepare()
    target.prepare()
    sent, arrived = Fingerprint(), Fingerprint()
    with source.giving() as pieces:
        target.take(_watched(pieces, sent, "reading", doing, cancelled))
    with target.giving() as pieces:
        for _piece in _watched(pieces, arrived, "comparing", doing, cancelled):
            pass
    return Copied(
        source=source.shown,
        target=target.shown,
        rows=dict(sent.rows),
        differing=sent.differing(arrived),
        faults=_verified(target, doing, cancelled),
        inherited=_verified(source, doing, cancelled),
    )


def _verified(store: Keepable, doing: Doing, cancelled: Asked) -> tuple[ChainFault, ...]:
    def done(number: int, _of: int) -> None:
        if cancelled():
            raise Cancelled
        doing("verifying", number)

    return tuple(store.verify(done))


class Fingerprint:
    """The sum of the hashes of rows, by table: the same for the same rows in whatever order they come."""

    def __init__(self) -> None:
        self.rows: dict[str, int] = {}
        self._sums: dict[str, int] = {}

    def add(self, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
        """Takes rows into account."""
        self.rows[table] = self.rows.get(table, 0) + len(rows)
        hashes = (int.from_bytes(hashlib.sha256(repr(row).encode("utf-8", "surrogatepass")).digest()) for row in rows)
        self._sums[table] = (self._sums.get(table, 0) + sum(hashes)) % 2**256

    def differing(self, other: Fingerprint) -> tuple[str, ...]:
        """The tables in which the other has other rows."""
        tables = sorted({*self.rows, *other.rows})
        return tuple(table for table in tables if self._of(table) != other._of(table))

    def _of(self, table: str) -> tuple[int, int]:
        return self.rows.get(table, 0), self._sums.get(table, 0)


def _watched(
    pieces: Iterable[Piece], fingerprint: Fingerprint, what: str, doing: Doing, cancelled: Asked
) -> Iterator[Piece]:
    for table, rows in pieces:
        if cancelled():
            raise Cancelled
        fingerprint.add(table, rows)
        doing(what, sum(fingerprint.rows.values()))
        yield table, rows
