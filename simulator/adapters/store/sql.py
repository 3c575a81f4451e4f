"""The record in a SQL database: SQLite as a file, or a server by URL."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnElement, Connection, Engine, Select, Table, insert, make_url, select, type_coerce, update
from sqlalchemy.exc import ArgumentError, IntegrityError
from sqlalchemy.types import NullType

from simulator.adapters.store import chain
from simulator.adapters.store.chain import Entry, Link, Owner, Written
from simulator.adapters.store.evidence import Evidence, content_fault, intact, suspect
from simulator.adapters.store.schema import attempts, contents, events, people, texts
from simulator.adapters.store.server import Server
from simulator.adapters.store.sqlite import SqliteFile
from simulator.model.errors import StoreError, UnknownName
from simulator.model.language import _
from simulator.workflows.ports import AttemptSummary, ChainFault, Recorded

if TYPE_CHECKING:
    from simulator.model.record import Event

WAIT = 2.0
"""Seconds to wait for another process: long against a commit (milliseconds), short against a person's patience."""
_NAMED = 200  # how many latest attempts (and people) an UnknownName compares with


class Place(Protocol):
    """Where a store is: how to open it, and what its failures mean."""

    @property
    def read_options(self) -> Mapping[str, Any]:
        """Execution options of a transaction that sees one moment of the record."""

    @property
    def write_options(self) -> Mapping[str, Any]:
        """Execution options of a transaction that writes."""

    def open(self) -> tuple[Engine, bool]:
        """An engine, and whether it is good for more than one use."""

    def check_place(self) -> None:
        """Whether what was opened is still there."""

    def translated(self) -> contextlib.AbstractContextManager[None]:
        """Turns foreign exceptions into errors of the store."""

    def check(self, connection: Connection) -> None:
        """Checks what lies under the rows."""

    def forget(self, engine: Engine) -> None:
        """Removes the remains of what was erased."""


def _place(where: str | Path, wait: float) -> Place:
    if isinstance(where, Path) or "://" not in where:
        return SqliteFile(Path(where), wait)
    try:
        url = make_url(where)
    except ArgumentError as error:
        raise StoreError(_("“{url}” is no address of a database.", url=where)) from error
    if url.get_backend_name() != "sqlite":
        return Server(url)
    if not url.database or url.database == ":memory:":
        raise StoreError(_("“{url}” names no file.", url=where))
    return SqliteFile(Path(url.database), wait)


class SqlStore:
    """A ``Store`` in a database. Making one opens nothing; it is opened when first used. Safe between threads.

    Args:
        where: path of a SQLite file, or a URL.
        wait: seconds to wait for another process that holds a SQLite file.

    Raises:
        StoreError: the URL is none.
    """

    def __init__(self, where: str | Path, wait: float = WAIT) -> None:
        self._at = _place(where, wait)
        self._opened: Engine | None = None
        self._opening = threading.Lock()
        # SQLite's waiting is not fair: between threads of one process, this is.
        self._writer = threading.Lock()

    # People

    def person(self, name: str) -> str:
        name = chain.proper_name(name)
        known = select(people.c.person).where(people.c.name == name)
        with self._reading() as connection:
            found: str | None = connection.scalar(known)
        if found is not None:
            return found
        owner = chain.newcomer(name)
        try:
            with self._writing() as connection:
                _insert(connection, people, asdict(owner))
        except _Taken:  # by another process, since we looked
            return self.person(name)
        return owner.person

    def name(self, person: str) -> str | None:
        with self._reading() as connection:
            return _owner(connection, person).name

    def erase(self, person: str) -> None:
        with self._writing() as connection:
            _owner(connection, person)
            emptied = {"name": None, "key": None, "erased": 1}
            connection.execute(update(people).where(people.c.person == person).values(emptied))
            theirs = select(attempts.c.attempt).where(attempts.c.person == person)
            connection.execute(update(texts).where(texts.c.attempt.in_(theirs)).values(text=None))
        with self._writer:
            self._at.forget(self._engine())

    # Content

    def keep(self, content: bytes) -> str:
        digest = chain.content_digest(content)
        with self._reading() as connection:
            if connection.scalar(select(contents.c.sha256).where(contents.c.sha256 == digest)):
                return digest
        with contextlib.suppress(_Taken), self._writing() as connection:
            _insert(connection, contents, {"sha256": digest, "bytes": content})
        return digest

    def content(self, digest: str) -> bytes:
        with self._reading() as connection:
            return intact(digest, connection.scalar(select(contents.c.bytes).where(contents.c.sha256 == digest)))

    # Attempts

    def begin(self, attempt: str, event: Event, at: datetime, text: str | None = None) -> Recorded:
        start = chain.start(event)
        with self._writing() as connection:
            known = connection.scalar(select(attempts.c.count).where(attempts.c.attempt == attempt))
            if known is not None:
                raise chain.moved(attempt, 0, known)
            written = chain.begun(attempt, _owner(connection, start.person), start, at, text)
            try:
                _insert(connection, attempts, asdict(written.entry))
            except _Taken as error:
                raise chain.moved(attempt, 0, 1) from error
            return _record(connection, written)

    def append(
        self,
        attempt: str,
        expected: int,
        event: Event,
        at: datetime,
        finished: bool = False,
        text: str | None = None,
    ) -> Recorded:
        with self._writing() as connection:
            entry = _entry(connection, attempt, to_write=True)
            owner = _owner(connection, entry.person)
            written = chain.continued(entry, expected, owner, event, at, text, finished)
            connection.execute(update(attempts).where(attempts.c.attempt == attempt).values(asdict(written.entry)))
            return _record(connection, written)

    def events(self, attempt: str) -> Sequence[Recorded]:
        with self._reading() as connection:
            _entry(connection, attempt)
            return [chain.recorded(link) for link in _links(connection, attempt)]

    def texts(self, attempt: str) -> Mapping[int, str | None]:
        with self._reading() as connection:
            _entry(connection, attempt)
            return _texts(connection, attempt)

    def attempts(self, person: str | None = None, scenario: str | None = None) -> Sequence[AttemptSummary]:
        chosen = select(attempts).order_by(attempts.c.last.desc(), attempts.c.attempt.desc())
        if person is not None:
            chosen = chosen.where(attempts.c.person == person)
        if scenario is not None:
            chosen = chosen.where(attempts.c.scenario == scenario)
        with self._reading() as connection:
            return [chain.summary(Entry(*row)) for row in connection.execute(chosen)]

    # The whole

    def faults(self, attempt: str | None = None) -> Sequence[ChainFault]:
        with self._reading() as connection:
            if attempt is not None:
                evidence = _evidence(connection, attempt)
                if not evidence.any:
                    raise _unknown(connection, attempt)
                return evidence.faults()
            self._at.check(connection)
            found = [fault for one in _known(connection) for fault in _evidence(connection, one).faults()]
            return [*_content_faults(connection), *found]

    def close(self) -> None:
        with self._opening:
            self._let_go()

    # Inside

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
        with (
            self._writer,
            self._at.translated(),
            engine.connect().execution_options(**self._at.write_options) as connection,
            connection.begin(),
        ):
            yield connection


class _Taken(Exception):
    """A row of that key is there already: somebody else was first."""


def _insert(connection: Connection, table: Table, row: Mapping[str, object]) -> None:
    try:
        connection.execute(insert(table).values(dict(row)))
    except IntegrityError as error:
        raise _Taken from error


def _record(connection: Connection, written: Written) -> Recorded:
    link = written.link
    connection.execute(insert(events).values(asdict(link)))
    if written.text is not None:
        connection.execute(insert(texts).values(attempt=link.attempt, seq=link.seq, text=written.text))
    return chain.recorded(link)


def _as_it_stands(table: Table) -> Select[Any]:
    """All columns, in the order of the row's fields, untouched by types: whoever tampers keeps to none."""
    columns: list[ColumnElement[Any]] = [type_coerce(column, NullType()) for column in table.columns]
    return select(*columns)


def _plain(value: object) -> object:
    """Some drivers give bytes as a memoryview."""
    return bytes(value) if isinstance(value, memoryview) else value


def _owner(connection: Connection, person: str) -> Owner:
    owner = _found_owner(connection, person)
    if owner is None:
        raise UnknownName(_("person"), person, connection.scalars(select(people.c.person).limit(_NAMED)))
    return owner


def _found_owner(connection: Connection, person: str | None) -> Owner | None:
    row = connection.execute(_as_it_stands(people).where(people.c.person == person)).first()
    return None if row is None else Owner(*map(_plain, row))  # type: ignore[arg-type]


def _entry(connection: Connection, attempt: str, to_write: bool = False) -> Entry:
    wanted = select(attempts).where(attempts.c.attempt == attempt)
    row = connection.execute(wanted.with_for_update() if to_write else wanted).first()
    if row is None:
        raise _unknown(connection, attempt)
    return Entry(*row)


def _unknown(connection: Connection, attempt: str) -> UnknownName:
    latest = select(attempts.c.attempt).order_by(attempts.c.last.desc()).limit(_NAMED)
    return UnknownName(_("attempt"), attempt, connection.scalars(latest))


def _links(connection: Connection, attempt: str) -> list[Link]:
    rows = connection.execute(select(events).where(events.c.attempt == attempt).order_by(events.c.seq))
    return [Link(*row) for row in rows]


def _texts(connection: Connection, attempt: str) -> dict[int, str | None]:
    rows = connection.execute(select(texts.c.seq, texts.c.text).where(texts.c.attempt == attempt).order_by(texts.c.seq))
    return {row.seq: row.text for row in rows}


def _known(connection: Connection) -> list[str]:
    """Every attempt that any table knows of."""
    each = (connection.scalars(select(table.c.attempt).distinct()) for table in (attempts, events, texts))
    return sorted({str(attempt) for found in each for attempt in found})


def _evidence(connection: Connection, attempt: str) -> Evidence:
    row = connection.execute(select(attempts).where(attempts.c.attempt == attempt)).first()
    entry, links = None if row is None else Entry(*row), _links(connection, attempt)
    return Evidence(
        attempt=attempt,
        entry=entry,
        links=links,
        owner=_found_owner(connection, entry.person if entry else suspect(links)),
        texts=_texts(connection, attempt),
        content_fault=lambda digest: content_fault(digest, _content(connection, digest)),
    )


def _content(connection: Connection, digest: str) -> object:
    kept = select(type_coerce(contents.c.bytes, NullType())).where(contents.c.sha256 == digest)
    return _plain(connection.scalar(kept))


def _content_faults(connection: Connection) -> Iterator[ChainFault]:
    for digest, content in connection.execute(_as_it_stands(contents)):
        why = content_fault(digest, _plain(content))
        if why:
            yield ChainFault("", -1, why)
