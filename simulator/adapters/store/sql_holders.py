"""Who has which attempt open, in a SQL database."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from simulator.adapters.store.chain import instant
from simulator.adapters.store.connections import Connected
from simulator.adapters.store.holders import taken
from simulator.adapters.store.schema import attempts, holders
from simulator.model.errors import TakenOver
from simulator.workflows.ports import Hold


class SqlHolders(Connected):
    """``Holders`` as part of a store in a database.

    Whoever changes who has an attempt holds the attempt's row, as whoever records an event of it does: each of the two
    sees what the other one did.
    """

    @abstractmethod
    def _claim(self, connection: Connection, attempt: str) -> None:
        """Holds an attempt's row until the transaction ends.

        Raises:
            UnknownName: there is no such attempt.
        """

    def hold(self, attempt: str, holder: str, at: datetime, force: bool = False) -> Hold:
        with self._writing() as connection:
            self._claim(connection, attempt)
            return _take(connection, attempt, holder, at, force)

    def beat(self, holder: str, at: datetime) -> Sequence[str]:
        seen = update(holders).where(holders.c.holder == holder).values(seen=instant(at))
        with self._writing() as connection:
            connection.execute(seen)
            return sorted(connection.scalars(select(holders.c.attempt).where(holders.c.holder == holder)))

    def release(self, holder: str, attempt: str | None = None) -> None:
        going = delete(holders).where(holders.c.holder == holder)
        with self._writing() as connection:
            connection.execute(going if attempt is None else going.where(holders.c.attempt == attempt))


def demand(connection: Connection, attempt: str, holder: str, at: datetime) -> None:
    """Does nothing if who records an event has the attempt open, or nobody has: then he has from now on.

    Raises:
        TakenOver: another one has.
    """
    kept = _take(connection, attempt, holder, at)
    if kept.holder != holder:
        raise TakenOver(kept.since)


def forget_person(connection: Connection, person: str) -> None:
    """Nobody has the attempts of an erased person open."""
    theirs = select(attempts.c.attempt).where(attempts.c.person == person)
    connection.execute(delete(holders).where(holders.c.attempt.in_(theirs)))


def _take(connection: Connection, attempt: str, holder: str, at: datetime, force: bool = False) -> Hold:
    row = connection.execute(select(holders).where(holders.c.attempt == attempt)).first()
    kept = None if row is None else _hold(*row)
    hold = taken(kept, attempt, holder, at, force)
    values = {"holder": hold.holder, "since": instant(hold.since), "seen": instant(hold.seen)}
    if kept is None:
        connection.execute(insert(holders).values(attempt=attempt, **values))
    elif hold is not kept:
        connection.execute(update(holders).where(holders.c.attempt == attempt).values(values))
    return hold


def _hold(attempt: str, holder: str, since: str, seen: str) -> Hold:
    return Hold(attempt, holder, datetime.fromisoformat(since), datetime.fromisoformat(seen))
