"""Connections to a store in a database, and what every part of it does with its rows."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, insert, make_url, select, type_coerce
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.types import NullType

from simulator.adapters.store.chain import Link, Owner
from simulator.adapters.store.journal import DeskLink
from simulator.adapters.store.schema import people
from simulator.adapters.store.server import Server, shown, shown_raw
from simulator.adapters.store.sqlite import SqliteFile
from simulator.adapters.store.unsure import Unsure
from simulator.model.errors import StoreError, StoreLost, UnknownName
from simulator.model.language import _

WAIT = 2.0
"""Seconds to wait for another process: long against a commit (milliseconds), short against a person's patience."""
NAMED = 200  # how many latest attempts (and people) an UnknownName compares with


class Place(Protocol):
    """Where a store is: how to open it, and what its failures mean."""

    @property
    def read_options(self) -> Mapping[str, Any]:
        """Execution options of a transaction that sees one moment of the record."""

    @property
    def write_options(self) -> Mapping[str, Any]:
        """Execution options of a transaction that writes."""

    @property
    def shown(self) -> str:
        """The place as people may see it: no password is in it."""

    def open(self) -> tuple[Engine, bool]:
        """An engine, and whether it is good for more than one use."""

    def version(self) -> int | None:
        """The version of the schema that is there now; None where there is no store yet. Nothing is changed."""

    def check_place(self) -> None:
        """Whether what was opened is still there."""

    def translated(self) -> contextlib.AbstractContextManager[None]:
        """Turns foreign exceptions into errors of the store."""

    def check(self, connection: Connection) -> None:
        """Checks what lies under the rows."""

    def hold(self, connection: Connection) -> None:
        """Keeps everybody else from writing until the transaction ends."""

    def connections(self, connection: Connection) -> tuple[int, int] | None:
        """How many connections to its server are open, and how many there can be; None where there is no server."""

    def forget(self, engine: Engine) -> None:
        """Removes the remains of what was erased."""


def _place(where: str | Path, wait: float) -> Place:
    if isinstance(where, Path) or "://" not in where:
        return SqliteFile(Path(where), wait)
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):  # their texts may repeat the address, password and all
        raise StoreError(_("“{url}” is no address of a database.", url=shown_raw(where))) from None
    if url.get_backend_name() in ("postgresql", "postgres"):
        return Server(url)
    if url.get_backend_name() != "sqlite":
        raise StoreError(
            _(
                "“{url}” is neither a file nor a database of PostgreSQL, whose addresses are such as "
                "postgresql+psycopg://user@host/database.",
                url=shown(url),
            )
        )
    if not url.database or url.database == ":memory:":
        raise StoreError(_("“{url}” names no file.", url=where))
    return SqliteFile(Path(url.database), wait)


class Connected:
    """A store's connections. Making one opens nothing; it is opened when first used. Safe between threads.

    Args:
        where: path of a SQLite file, or a URL.
        wait: seconds to wait for another process that holds a SQLite file.

    Raises:
        StoreError: the URL is none of a database that can hold a record.
    """

    def __init__(self, where: str | Path, wait: float = WAIT) -> None:
        self._at = _place(where, wait)
        self._opened: Engine | None = None
        self._opening = threading.Lock()
        self._unsure: Unsure[Link] = Unsure()
        self._unsure_entry: Unsure[DeskLink] = Unsure()
        # SQLite's waiting is not fair: between threads of one process, this is.
        self._writer = threading.Lock()

    def close(self) -> None:
        with self._opening:
            self._let_go()

    def _engine(self) -> Engine:
        with self._opening:
            if self._opened is not None:
                self._stay()
                return self._opened
            engine, lasting = self._at.open()
            if lasting:
                self._opened = engine
            return engine

    def _stay(self) -> None:
        try:
            self._at.check_place()
        except StoreError:
            self._let_go()
            raise

    def _let_go(self) -> None:
        if self._opened is not None:
            self._opened.dispose()
            self._opened = None

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        engine = self._engine()
        with (
            self._at.translated(),
            engine.connect().execution_options(**self._at.read_options) as connection,
            connection.begin(),
        ):
            yield connection

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that is committed, for good, when the block ends."""
        engine = self._engine()
        is_over = False
        try:
            with (
                self._writer,
                self._at.translated(),
                engine.connect().execution_options(**self._at.write_options) as connection,
                connection.begin(),
            ):
                yield connection
                is_over = True
        except StoreLost as lost:
            lost.is_unsure = is_over
            raise


class Taken(Exception):
    """A row of that key is there already: somebody else was first."""


def insert_row(connection: Connection, table: Table, row: Mapping[str, object]) -> None:
    """Inserts a row.

    Raises:
        Taken: there is one of that key.
    """
    try:
        connection.execute(insert(table).values(dict(row)))
    except IntegrityError as error:
        raise Taken from error


def as_it_stands(table: Table) -> Select[Any]:
    """All columns, in the order of the row's fields, untouched by types: whoever tampers keeps to none."""
    columns: list[ColumnElement[Any]] = [type_coerce(column, NullType()) for column in table.columns]
    return select(*columns)


def plain(value: object) -> object:
    """Some drivers give bytes as a memoryview."""
    return bytes(value) if isinstance(value, memoryview) else value


def owner_of(connection: Connection, person: str, to_write: bool = False) -> Owner:
    """A person's row; to write words of his, it is held until the transaction ends, so that he is not erased meanwhile.

    Raises:
        UnknownName: there is none.
    """
    owner = found_owner(connection, person, to_write)
    if owner is None:
        raise UnknownName(_("person"), person, connection.scalars(select(people.c.person).limit(NAMED)))
    return owner


def found_owner(connection: Connection, person: str | None, to_write: bool = False) -> Owner | None:
    """A person's row as it stands; None where there is none."""
    wanted = as_it_stands(people).where(people.c.person == person)
    row = connection.execute(wanted.with_for_update(read=True, of=people) if to_write else wanted).first()
    return None if row is None else Owner(*map(plain, row))  # type: ignore[arg-type]
