"""The journal in a SQL database. The functions work within the connection's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from simulator.adapters.store.chain import Owner, words
from simulator.adapters.store.connections import Connected, as_it_stands, owner_of, plain
from simulator.adapters.store.journal import (
    DeskLink,
    Head,
    JournalEvidence,
    Told,
    entered,
    is_over,
    read,
    says,
    told,
)
from simulator.adapters.store.schema import JOURNAL_HEAD, attempts, events, journal, journal_texts, meta, people, texts
from simulator.workflows.ports import JOURNAL, Entered

if TYPE_CHECKING:
    from simulator.model.journal import DeskEvent


class SqlJournal(Connected):
    """The journal of a store."""

    def enter(self, event: DeskEvent, at: datetime, text: str | None = None, about: str | None = None) -> Entered:
        with self._unsure_entry.sending(JOURNAL) as sending, self._writing() as connection:
            sent = _found(connection, sending.before)
            if sent is not None and says(sent, event, text, _about(connection, about)):
                return read(sent)
            sending.before, sending.row = None, _write(connection, event, at, text, about)
            return read(sending.row)

    def journal(self, after: int = -1) -> Sequence[Entered]:
        with self._reading() as connection:
            return [read(link) for link in links(connection, after)]

    def journal_texts(self) -> Mapping[int, str | None]:
        with self._reading() as connection:
            return words_of(connection)

    def journal_head(self) -> tuple[int, str]:
        with self._reading() as connection:
            there = head(connection)
            return there.count - 1, there.hash


def head(connection: Connection, to_write: bool = False) -> Head:
    """The journal's head; to write, it is held until the transaction ends, so that nobody enters in between."""
    kept = select(meta.c.value).where(meta.c.key == JOURNAL_HEAD)
    return Head.parse(connection.scalar(kept.with_for_update() if to_write else kept))


def enter(
    connection: Connection, event: DeskEvent, at: datetime, text: str | None = None, about: str | None = None
) -> Entered:
    """Enters the next event."""
    return read(_write(connection, event, at, text, about))


def _write(connection: Connection, event: DeskEvent, at: datetime, text: str | None, about: str | None) -> DeskLink:
    there = head(connection, to_write=True)
    link = entered(there, event, at, text, _about(connection, about))
    connection.execute(insert(journal).values(asdict(link)))
    if text is not None:
        connection.execute(insert(journal_texts).values(seq=link.seq, text=words(text)))
    after = str(Head(link.seq + 1, link.hash))
    connection.execute(update(meta).where(meta.c.key == JOURNAL_HEAD).values(value=after))
    return link


def _about(connection: Connection, person: str | None) -> Owner | None:
    return None if person is None else owner_of(connection, person, to_write=True)


def _found(connection: Connection, sent: DeskLink | None) -> DeskLink | None:
    """The very row that was sent, if it was entered after all; the journal is held, so that this is certain."""
    if sent is None:
        return None
    head(connection, to_write=True)
    row = connection.execute(select(journal).where(journal.c.seq == sent.seq, journal.c.hash == sent.hash)).first()
    return None if row is None else DeskLink(*row)


def links(connection: Connection, after: int = -1) -> list[DeskLink]:
    """The rows whose number is higher, in order."""
    rows = connection.execute(select(journal).where(journal.c.seq > after).order_by(journal.c.seq))
    return [DeskLink(*row) for row in rows]


def words_of(connection: Connection) -> dict[int, str | None]:
    """The texts by the number of their event."""
    rows = connection.execute(select(journal_texts.c.seq, journal_texts.c.text).order_by(journal_texts.c.seq))
    return {row.seq: row.text for row in rows}


def erase(connection: Connection, person: str) -> None:
    """Empties the texts that are about a person."""
    theirs = select(journal.c.seq).where(journal.c.about == person)
    connection.execute(update(journal_texts).where(journal_texts.c.seq.in_(theirs)).values(text=None))


def tells(connection: Connection) -> Told:
    """What the journal tells about the words of attempts."""
    spoken = select(journal).where(
        journal.c.payload.like('%"kind":"retained"%') | journal.c.payload.like('%"kind":"corrected"%')
    )
    return told([DeskLink(*row) for row in connection.execute(spoken.order_by(journal.c.seq))], words_of(connection))


def evidence(connection: Connection) -> JournalEvidence:
    """Everything about the journal, as it stands."""
    rows = [DeskLink(*row) for row in connection.execute(as_it_stands(journal).order_by(journal.c.seq))]
    return JournalEvidence(
        head=connection.scalar(select(meta.c.value).where(meta.c.key == JOURNAL_HEAD)),
        links=rows,
        owners=_owners(connection),
        texts=words_of(connection),
    )


def _owners(connection: Connection) -> dict[str, Owner]:
    named = as_it_stands(people).where(people.c.person.in_(select(journal.c.about)))
    owners = (Owner(*map(plain, row)) for row in connection.execute(named))  # type: ignore[arg-type]
    return {owner.person: owner for owner in owners}


def spoken_before(connection: Connection, practice_only: bool, before: str) -> list[tuple[str, int]]:
    """The attempt and the number of every text of a talk that was recorded before a moment and is still there."""
    of_event = and_(events.c.attempt == texts.c.attempt, events.c.seq == texts.c.seq)
    chosen = select(events.c.attempt, events.c.seq, events.c.at, events.c.payload).join(texts, of_event)
    chosen = chosen.where(texts.c.text.is_not(None), events.c.at < before)
    if practice_only:
        chosen = chosen.join(attempts, attempts.c.attempt == events.c.attempt).where(attempts.c.mode == "practice")
    rows = connection.execute(chosen)
    return [(row.attempt, row.seq) for row in rows if is_over(row.payload, row.at, before)]


def empty_spoken(connection: Connection, practice_only: bool, before: str) -> int:
    """Empties the texts that ``spoken_before`` finds; how many there were."""
    gone = spoken_before(connection, practice_only, before)
    if gone:
        row = (texts.c.attempt == bindparam("of")) & (texts.c.seq == bindparam("number"))
        named = [{"of": attempt, "number": seq} for attempt, seq in gone]
        connection.execute(update(texts).where(row).values(text=None), named)
    return len(gone)
