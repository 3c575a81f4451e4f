"""The outbox in a SQL database."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from simulator.adapters.store.chain import instant
from simulator.adapters.store.connections import NAMED, Connected, owner_of
from simulator.adapters.store.outbox import (
    DELIVERED,
    PARKED,
    SENT,
    UNSURE,
    WAITS,
    Changes,
    Queued,
    changes,
    stamp_of,
    waiting,
)
from simulator.adapters.store.schema import attempts, outbox, outbox_marks, people, results
from simulator.model.errors import UnknownName
from simulator.model.language import _
from simulator.workflows.ports import OutboxCount, Parked, Statement, Unqueued, Voiding, Waiting

_AT_ONCE = 500  # values in one list: SQLite takes 32,766 in a statement, PostgreSQL 65,535
_ORDER = (outbox.c.place, outbox.c.statement)


class SqlOutbox(Connected):
    """An ``Outbox`` as part of a store in a database."""

    def unqueued(self, most: int) -> Sequence[Unqueued]:
        with self._reading() as connection:
            rows = connection.execute(_unqueued().limit(most))
            return [Unqueued(row.attempt, bool(row.finished), row.stamp) for row in rows]

    def queue_statements(
        self, attempt: str, stamp: str, wanted: Sequence[Statement] | None, voiding: Voiding, at: datetime
    ) -> int:
        with self._writing() as connection:
            person = _hold(connection, attempt)  # so that nobody queues for it in between
            is_erased = owner_of(connection, person, to_write=True).erased
            found = connection.execute(select(outbox).where(outbox.c.attempt == attempt))
            todo = Changes() if is_erased else changes([Queued(*row) for row in found], wanted, voiding)
            for ids in _pieces(todo.gone):
                connection.execute(delete(outbox).where(outbox.c.statement.in_(ids)))
            place = 1 + (connection.scalar(select(func.max(outbox.c.place))) or 0)
            rows = [
                asdict(Queued(one.id, place + count, person, attempt, one.voids, one.body, WAITS, 0, instant(at)))
                for count, one in enumerate(todo.new)
            ]
            if rows:
                connection.execute(insert(outbox), rows)
            _mark(connection, attempt, UNSURE if todo.is_unsure else stamp)
            return len(rows)

    def take_statements(self, most: int, now: datetime, until: datetime) -> Sequence[Waiting]:
        due = select(outbox).where(outbox.c.state == WAITS, outbox.c.due <= instant(now)).order_by(*_ORDER)
        with self._writing() as connection:
            # Rows that another one is just taking are not waited for: they are his.
            rows = [Queued(*row) for row in connection.execute(due.limit(most).with_for_update(skip_locked=True))]
            for ids in _pieces([row.statement for row in rows]):
                taken = update(outbox).where(outbox.c.statement.in_(ids))
                connection.execute(taken.values(due=instant(until), tries=outbox.c.tries + 1))
        return [waiting(Queued(**(asdict(row) | {"tries": row.tries + 1}))) for row in rows]

    def delivered_statements(self, ids: Collection[str]) -> None:
        self._change(ids, outbox.c.state.in_((WAITS, PARKED)), state=SENT, told=None)

    def put_off_statements(self, ids: Collection[str], until: datetime, due: datetime) -> None:
        still_taken = and_(outbox.c.state == WAITS, outbox.c.due == instant(until))
        self._change(ids, still_taken, due=instant(due))

    def hurry_statements(self, due: datetime) -> None:
        with self._writing() as connection:
            connection.execute(update(outbox).where(outbox.c.state == WAITS).values(due=instant(due)))

    def park_statements(self, told: Mapping[str, str]) -> None:
        refused = update(outbox).where(outbox.c.statement == bindparam("of"), outbox.c.state == WAITS)
        if told:
            with self._writing() as connection:
                values = [{"of": statement, "said": said} for statement, said in sorted(told.items())]
                connection.execute(refused.values(state=PARKED, told=bindparam("said")), values)

    def unpark_statements(self) -> int:
        with self._writing() as connection:
            theirs = select(outbox.c.attempt).where(outbox.c.state == PARKED)
            connection.execute(delete(outbox_marks).where(outbox_marks.c.attempt.in_(theirs)))
            return connection.execute(delete(outbox).where(outbox.c.state == PARKED)).rowcount

    def parked_statements(self) -> Sequence[Parked]:
        with self._reading() as connection:
            rows = connection.execute(select(outbox).where(outbox.c.state == PARKED).order_by(*_ORDER))
            return [Parked(row.statement, row.attempt, row.person, row.told or "") for row in rows]

    def unlogged_statements(self, most: int) -> Sequence[Waiting]:
        with self._reading() as connection:
            sent = select(outbox).where(outbox.c.state == SENT).order_by(*_ORDER).limit(most)
            return [waiting(Queued(*row)) for row in connection.execute(sent)]

    def logged_statements(self, ids: Collection[str]) -> None:
        self._change(ids, outbox.c.state == SENT, state=DELIVERED, body="")

    def count_statements(self, person: str | None = None) -> OutboxCount:
        counted = select(outbox.c.state, func.count(), func.min(outbox.c.due)).group_by(outbox.c.state)
        if person is not None:
            counted = counted.where(outbox.c.person == person)
        with self._reading() as connection:
            found = {state: (int(count), due) for state, count, due in connection.execute(counted)}
        count, due = found.get(WAITS, (0, None))
        return OutboxCount(
            waiting=count,
            parked=found.get(PARKED, (0, None))[0],
            delivered=found.get(SENT, (0, None))[0] + found.get(DELIVERED, (0, None))[0],
            due=None if due is None else datetime.fromisoformat(due),
        )

    def erased_statements(self) -> Mapping[str, int]:
        gone = select(outbox.c.person, func.count()).join(people, people.c.person == outbox.c.person)
        with self._reading() as connection:
            counted = connection.execute(gone.where(people.c.erased == 1).group_by(outbox.c.person))
            return {person: int(count) for person, count in sorted(counted)}

    def _change(self, ids: Collection[str], where: ColumnElement[bool], **values: object) -> None:
        if ids:
            with self._writing() as connection:
                for piece in _pieces(sorted(ids)):  # in one order, so that no two wait for each other
                    connection.execute(update(outbox).where(outbox.c.statement.in_(piece), where).values(values))


def erase(connection: Connection, person: str) -> None:
    """Removes what waits of a person, and the words of what may have gone out."""
    theirs = outbox.c.person == person
    here = or_(outbox.c.state == PARKED, and_(outbox.c.state == WAITS, outbox.c.tries == 0))
    connection.execute(delete(outbox).where(theirs, here))
    left = update(outbox).where(theirs)
    connection.execute(left.values(body=""))
    connection.execute(left.where(outbox.c.state == WAITS).values(state=DELIVERED))


def _unqueued() -> Any:
    """The query for attempts whose mark is not what they are now, with the stamp of that."""
    figures = (
        func.count(results.c.rubric),
        func.coalesce(func.sum(results.c.evidence), 0),
        func.coalesce(func.sum(case((results.c.head == attempts.c.head, 1), else_=0)), 0),
    )
    now: ColumnElement[str] = attempts.c.head
    for figure in figures:
        now = now + literal(":") + cast(figure, Text)
    stamp = case((attempts.c.finished == 1, now), else_=stamp_of("", False, 0, 0, 0))
    return (
        select(attempts.c.attempt, attempts.c.finished, stamp.label("stamp"))
        .outerjoin(outbox_marks, outbox_marks.c.attempt == attempts.c.attempt)
        .outerjoin(results, results.c.attempt == attempts.c.attempt)
        .where(attempts.c.origin.is_(None))
        .group_by(attempts.c.attempt, outbox_marks.c.stamp)
        .having(or_(outbox_marks.c.stamp.is_(None), outbox_marks.c.stamp != stamp))
        .order_by(attempts.c.started, attempts.c.attempt)
    )


def _hold(connection: Connection, attempt: str) -> str:
    """Whose attempt it is; its row is held until the transaction ends."""
    wanted = select(attempts.c.person).where(attempts.c.attempt == attempt)
    person: str | None = connection.scalar(wanted.with_for_update(key_share=True))
    if person is None:
        latest = select(attempts.c.attempt).order_by(attempts.c.last.desc()).limit(NAMED)
        raise UnknownName(_("attempt"), attempt, connection.scalars(latest))
    return person


def _mark(connection: Connection, attempt: str, stamp: str) -> None:
    there = update(outbox_marks).where(outbox_marks.c.attempt == attempt).values(stamp=stamp)
    if not connection.execute(there).rowcount:
        connection.execute(insert(outbox_marks).values(attempt=attempt, stamp=stamp))


def _pieces(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[first : first + _AT_ONCE] for first in range(0, len(ids), _AT_ONCE))
