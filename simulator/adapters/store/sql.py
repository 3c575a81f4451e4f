"""The record in a SQL database: SQLite as a file, or a server by URL."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection, insert, select, type_coerce, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.types import NullType

from simulator.adapters.store import chain, sql_accounts, sql_holders, sql_journal, sql_outbox, sql_results, sql_shelf
from simulator.adapters.store.chain import Entry, Link, Written
from simulator.adapters.store.connections import (
    NAMED,
    WAIT,
    Place,
    Taken,
    as_it_stands,
    found_owner,
    insert_row,
    owner_of,
    plain,
)
from simulator.adapters.store.evidence import Evidence, content_fault, intact, suspect
from simulator.adapters.store.journal import Told, renamed, retained, taken
from simulator.adapters.store.schema import NOTE, SIMULATED, attempts, contents, events, meta, people, texts
from simulator.model.errors import UnknownName
from simulator.model.language import _
from simulator.workflows.ports import JOURNAL, AttemptSummary, ChainFault, DecisionKind, Entered, Recorded

if TYPE_CHECKING:
    from simulator.model.record import Event

__all__ = ["WAIT", "Place", "SqlStore"]


class SqlStore(
    sql_journal.SqlJournal,
    sql_results.SqlResults,
    sql_shelf.SqlShelf,
    sql_accounts.SqlAccounts,
    sql_outbox.SqlOutbox,
    sql_holders.SqlHolders,
):
    """A ``Store`` in a database.

    Where several processes write at once, the database makes them wait for each other's rows. Whoever holds several
    takes them in this order, so that no two wait for each other: the journal's head, the number of results, an attempt,
    a person, everything else.
    """

    # People

    def person(self, name: str) -> str:
        name = chain.proper_name(name)
        with self._reading() as connection:
            found = _known_as(connection, name)
        if found is not None:
            return found
        owner = chain.newcomer(name)
        try:
            with self._writing() as connection:
                insert_row(connection, people, asdict(owner))
        except Taken:  # by another process, since we looked
            return self.person(name)
        return owner.person

    def name(self, person: str) -> str | None:
        with self._reading() as connection:
            return owner_of(connection, person).name

    def erase(self, person: str) -> None:
        with self._writing() as connection:
            sql_journal.head(connection, to_write=True)
            sql_results.hold(connection)
            owner_of(connection, person)
            emptied = {"name": None, "key": None, "erased": 1}
            connection.execute(update(people).where(people.c.person == person).values(emptied))
            theirs = select(attempts.c.attempt).where(attempts.c.person == person)
            connection.execute(update(texts).where(texts.c.attempt.in_(theirs)).values(text=None))
            sql_journal.erase(connection, person)
            sql_results.forget_person(connection, person)
            sql_shelf.forget_openings(connection, person)
            sql_accounts.forget_person(connection, person)
            sql_outbox.erase(connection, person)
            sql_holders.forget_person(connection, person)
        self._forget()

    def known(self, name: str) -> str | None:
        with self._reading() as connection:
            return _known_as(connection, chain.proper_name(name))

    def people(self) -> Sequence[tuple[str, str | None]]:
        with self._reading() as connection:
            return chain.by_name((row.person, row.name) for row in connection.execute(select(people)))

    def rename(self, person: str, name: str, by: str, at: datetime) -> Entered:
        name = chain.proper_name(name)
        with self._writing() as connection:
            sql_journal.head(connection, to_write=True)
            event, text = renamed(owner_of(connection, person), name, by)
            if _known_as(connection, name) is not None:
                raise taken(name)
            try:
                connection.execute(update(people).where(people.c.person == person).values(name=name))
            except IntegrityError as error:  # entered by another process, since we looked
                raise taken(name) from error
            sql_accounts.rename(connection, person, name)
            return sql_journal.enter(connection, event, at, text, person)

    # Content

    def keep(self, content: bytes) -> str:
        digest = chain.content_digest(content)
        with self._reading() as connection:
            if connection.scalar(select(contents.c.sha256).where(contents.c.sha256 == digest)):
                return digest
        with contextlib.suppress(Taken), self._writing() as connection:
            insert_row(connection, contents, {"sha256": digest, "bytes": content})
        return digest

    def content(self, digest: str) -> bytes:
        with self._reading() as connection:
            return intact(digest, connection.scalar(select(contents.c.bytes).where(contents.c.sha256 == digest)))

    # Attempts

    def begin(self, attempt: str, event: Event, at: datetime, text: str | None = None) -> Recorded:
        start = chain.start(event)
        with self._unsure.sending(attempt) as sending, self._writing() as connection:
            known = connection.scalar(select(attempts.c.count).where(attempts.c.attempt == attempt))
            if known is not None:
                sent = _found(connection, sending.before)
                if sent is not None and chain.says(sent, owner_of(connection, start.person), event, text):
                    return chain.recorded(sent)
                raise chain.moved(attempt, 0, known)
            owner = owner_of(connection, start.person, to_write=True)
            written = chain.begun(attempt, owner, start, at, text)
            try:
                insert_row(connection, attempts, asdict(written.entry))
            except Taken as error:
                raise chain.moved(attempt, 0, 1) from error
            sending.before, sending.row = None, written.link
            return _record(connection, written)

    def append(
        self,
        attempt: str,
        expected: int,
        event: Event,
        at: datetime,
        finished: bool = False,
        text: str | None = None,
        *,
        holder: str | None = None,
    ) -> Recorded:
        with self._unsure.sending(attempt) as sending, self._writing() as connection:
            entry = _entry(connection, attempt, to_write=True)
            owner = owner_of(connection, entry.person, to_write=True)
            sent = _found(connection, sending.before)
            if sent is not None and _is_sent(sent, expected, event) and chain.says(sent, owner, event, text):
                return chain.recorded(sent)
            if holder is not None:
                sql_holders.demand(connection, attempt, holder, at)
            written = chain.continued(entry, expected, owner, event, at, text, finished)
            sending.before, sending.row = None, written.link
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

    def head(self, attempt: str) -> tuple[int, str]:
        with self._reading() as connection:
            entry = _entry(connection, attempt)
            return entry.count - 1, entry.head

    def decided(self, kind: DecisionKind) -> Sequence[str]:
        of_kind = events.c.payload.like(f"%{chain.kind_of(kind)}%")
        chosen = select(events.c.attempt).distinct().where(of_kind)
        if kind != "marked":
            chosen = chosen.join(attempts, attempts.c.attempt == events.c.attempt).where(attempts.c.beside > 0)
        with self._reading() as connection:
            return sorted(connection.scalars(chosen))

    def retain(self, what: Literal["typed", "practice"], before: datetime, at: datetime) -> int:
        with self._writing() as connection:
            sql_journal.head(connection, to_write=True)
            count = sql_journal.empty_spoken(connection, what == "practice", chain.instant(before))
            if count:
                sql_journal.enter(connection, retained(what, before, count), at)
        if count:
            self._forget()
        return count

    def retainable(self, what: Literal["typed", "practice"], before: datetime) -> int:
        with self._reading() as connection:
            return len(sql_journal.spoken_before(connection, what == "practice", chain.instant(before)))

    def noted(self, key: str) -> str | None:
        with self._reading() as connection:
            found: str | None = connection.scalar(select(meta.c.value).where(meta.c.key == NOTE + key))
            return found

    def note(self, key: str, value: str) -> None:
        noted = update(meta).where(meta.c.key == NOTE + key).values(value=value)
        try:
            with self._writing() as connection:
                if connection.execute(noted).rowcount == 0:
                    insert_row(connection, meta, {"key": NOTE + key, "value": value})
        except Taken:  # by another process, since we looked
            self.note(key, value)

    # The whole

    @property
    def simulated(self) -> bool:
        with self._reading() as connection:
            return connection.scalar(select(meta.c.value).where(meta.c.key == SIMULATED)) is not None

    def mark_simulated(self) -> None:
        with contextlib.suppress(Taken), self._writing() as connection:
            insert_row(connection, meta, {"key": SIMULATED, "value": "1"})

    def faults(self, attempt: str | None = None) -> Sequence[ChainFault]:
        with self._reading() as connection:
            if attempt == JOURNAL:
                return sql_journal.evidence(connection).faults()
            if attempt is not None:
                evidence = _evidence(connection, attempt, sql_journal.tells(connection))
                if not evidence.any:
                    raise _unknown(connection, attempt)
                return evidence.faults()
            return self._all_faults(connection)

    def _all_faults(
        self, connection: Connection, done: Callable[[int, int], None] = lambda _done, _of: None
    ) -> list[ChainFault]:
        """Where any chain is broken.

        Args:
            done: told how many attempts are verified, of how many; what it raises ends the work.
        """
        self._at.check(connection)
        told, known, found = sql_journal.tells(connection), _known(connection), list[ChainFault]()
        for number, attempt in enumerate(known):
            done(number, len(known))
            found += _evidence(connection, attempt, told).faults()
        done(len(known), len(known))
        return [*_content_faults(connection), *sql_journal.evidence(connection).faults(), *found]

    def _claim(self, connection: Connection, attempt: str) -> None:
        _entry(connection, attempt, to_write=True)

    def _forget(self) -> None:
        with self._writer:
            self._at.forget(self._engine())


def _known_as(connection: Connection, name: str) -> str | None:
    found: str | None = connection.scalar(select(people.c.person).where(people.c.name == name))
    return found


def _record(connection: Connection, written: Written) -> Recorded:
    link = written.link
    connection.execute(insert(events).values(asdict(link)))
    if written.text is not None:
        connection.execute(insert(texts).values(attempt=link.attempt, seq=link.seq, text=written.text))
    return chain.recorded(link)


def _entry(connection: Connection, attempt: str, to_write: bool = False) -> Entry:
    """An attempt's row; to write, it is held until the transaction ends, so that nobody appends in between."""
    wanted = select(attempts).where(attempts.c.attempt == attempt)
    row = connection.execute(wanted.with_for_update(key_share=True) if to_write else wanted).first()
    if row is None:
        raise _unknown(connection, attempt)
    return Entry(*row)


def _found(connection: Connection, sent: Link | None) -> Link | None:
    """The very row that was sent, if it was recorded after all."""
    if sent is None:
        return None
    wanted = select(events).where(events.c.attempt == sent.attempt, events.c.seq == sent.seq)
    row = connection.execute(wanted.where(events.c.hash == sent.hash)).first()
    return None if row is None else Link(*row)


def _is_sent(sent: Link, expected: int, event: Event) -> bool:
    """Whether an event that is asked for may be the one that was sent and recorded.

    Who writes beside an attempt reads it anew each time, and has met the lost one by then as the last there is.
    """
    return sent.seq == expected or (event.kind in chain.BESIDE and sent.seq == expected - 1)


def _unknown(connection: Connection, attempt: str) -> UnknownName:
    latest = select(attempts.c.attempt).order_by(attempts.c.last.desc()).limit(NAMED)
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


def _evidence(connection: Connection, attempt: str, told: Told) -> Evidence:
    row = connection.execute(select(attempts).where(attempts.c.attempt == attempt)).first()
    entry, links = None if row is None else Entry(*row), _links(connection, attempt)
    return Evidence(
        attempt=attempt,
        entry=entry,
        links=links,
        owner=found_owner(connection, entry.person if entry else suspect(links)),
        texts=_texts(connection, attempt),
        content_fault=lambda digest: content_fault(digest, _content(connection, digest)),
        told=told,
    )


def _content(connection: Connection, digest: str) -> object:
    kept = select(type_coerce(contents.c.bytes, NullType())).where(contents.c.sha256 == digest)
    return plain(connection.scalar(kept))


def _content_faults(connection: Connection) -> Iterator[ChainFault]:
    for digest, content in connection.execute(as_it_stands(contents)):
        why = content_fault(digest, plain(content))
        if why:
            yield ChainFault("", -1, why)
