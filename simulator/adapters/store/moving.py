"""A store's rows, taken out of one database and put into another, as they stand."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from simulator.adapters.store import schema
from simulator.adapters.store.connections import WAIT, as_it_stands, plain
from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import StoreDamaged, UsageError
from simulator.model.language import _
from simulator.workflows.ports import ChainFault

_AT_ONCE = 500  # rows; the largest are content of tens of kilobytes
_TABLES = {table.name: table for table in schema.tables.sorted_tables}
_BORN_WITH = frozenset({schema.JOURNAL_HEAD, schema.RESULTS_VERSION})
"""What a store that holds nothing has in ``meta``, beside its version."""


class MovingStore(SqlStore):
    """A store that can be looked after as a whole.

    Args:
        must_exist: it is not made where it is missing.
    """

    def __init__(self, where: str | Path, wait: float = WAIT, must_exist: bool = False) -> None:
        super().__init__(where, wait)
        self._must_exist = must_exist

    @property
    def shown(self) -> str:
        """Where it is, as people may see it: no password is in it."""
        return self._at.shown

    def version(self) -> int | None:
        """The version of its tables as they are, before this program brings them forward; None where there are none."""
        return self._at.version()

    def prepare(self) -> int:
        """Makes the tables where they are missing, and brings them forward where they are old; their version then.

        Raises:
            UsageError: there is no store, and it is not to be made.
        """
        if self._must_exist and self.version() is None:
            raise UsageError(_("There is no store at “{place}”.", place=self.shown))
        with self._reading():
            return schema.VERSION

    def verify(self, done: Callable[[int, int], None]) -> Sequence[ChainFault]:
        """Where chains are broken.

        Args:
            done: told how many attempts are verified, of how many; what it raises ends the work.
        """
        self.prepare()
        with self._reading() as connection:
            return self._all_faults(connection, done)

    def connections(self) -> tuple[int, int] | None:
        """How many connections to its server are open, and how many there can be; None of a file.

        Of the latter those are left out that the server keeps for whoever looks after it.
        """
        self.prepare()
        with self._reading() as connection:
            return self._at.connections(connection)

    def rows(self) -> Mapping[str, int]:
        """How many rows each table has."""
        self.prepare()
        with self._reading() as connection:
            return {name: _count(connection, name) for name in _TABLES}

    @contextlib.contextmanager
    def giving(self) -> Iterator[Iterator[tuple[str, Sequence[tuple[Any, ...]]]]]:
        """Everything, as it is at one moment, in pieces: the name of a table, and rows of it.

        Tables come in an order in which they can be filled. Whoever records meanwhile is not held up.
        """
        self.prepare()
        with self._reading() as connection:
            yield self._pieces(connection)

    def take(self, pieces: Iterable[tuple[str, Sequence[tuple[Any, ...]]]]) -> None:
        """Puts in what another store gave: everything, or nothing where that fails.

        Raises:
            UsageError: it holds something already.
        """
        self.prepare()
        with self._writing() as connection:
            self._at.hold(connection)
            self._check_empty(connection)
            for name, rows in pieces:
                if name == schema.meta.name:
                    _put_meta(connection, rows)
                elif rows:
                    columns = [column.name for column in _TABLES[name].columns]
                    filled = [dict(zip(columns, row, strict=True)) for row in rows]
                    connection.execute(insert(_TABLES[name]), filled)

    def _pieces(self, connection: Connection) -> Iterator[tuple[str, Sequence[tuple[Any, ...]]]]:
        # Whoever asks for the next piece may be writing to another database; what fails here is not its failure.
        with self._at.translated():
            for name, table in _TABLES.items():
                found = connection.execute(as_it_stands(table), execution_options={"yield_per": _AT_ONCE})
                for rows in found.partitions(_AT_ONCE):
                    yield name, [tuple(map(plain, row)) for row in rows]

    def _check_empty(self, connection: Connection) -> None:
        kept = select(schema.meta.c.key).where(schema.meta.c.key != "schema")
        there = {name for name in _TABLES if name != schema.meta.name and _count(connection, name)}
        if there or set(connection.scalars(kept)) - _BORN_WITH:
            raise UsageError(
                _(
                    "“{place}” holds something already, and nothing was written to it. Name a place that holds "
                    "nothing.",
                    place=self.shown,
                )
            )


def _count(connection: Connection, name: str) -> int:
    return connection.scalar(select(func.count()).select_from(_TABLES[name])) or 0


def _put_meta(connection: Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Puts what the other store kept about itself in place of what an empty one has."""
    for key, value in rows:
        if key == "schema":
            if str(value) != str(schema.VERSION):
                raise StoreDamaged(_("The two stores have different versions. Do it again."))
        elif not connection.execute(update(schema.meta).where(schema.meta.c.key == key).values(value=value)).rowcount:
            connection.execute(insert(schema.meta).values(key=key, value=value))
