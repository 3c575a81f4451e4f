"""What was computed, in a SQL database. The functions work within the connection's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, insert, or_, select, update

from simulator.adapters.store.connections import Connected
from simulator.adapters.store.results import (
    BODIES,
    FIELDS,
    HEADS,
    codes_of,
    columns_of,
    observations_of,
    result_of,
    row_of,
)
from simulator.adapters.store.schema import RESULTS_VERSION, attempts, meta, objectives, results, standings
from simulator.workflows.ports import EvidenceColumns, Result, Standing

_AT_ONCE = 500  # values in one list: SQLite takes 32,766 in a statement, PostgreSQL 65,535
_FIELDS = [results.c[name] for name in FIELDS]
_WHOLE = [*_FIELDS, *(results.c[name] for name in (*BODIES, "what"))]
_ORDER = (results.c.person, results.c.ended, results.c.attempt)


class SqlResults(Connected):
    """What a store keeps of what was computed."""

    def put_results(self, results: Iterable[Result]) -> None:
        made = list(results)
        if made:
            with self._writing() as connection:
                put(connection, made)

    def results(
        self, person: str | None = None, rubric: str | None = None, with_observations: bool = True
    ) -> Sequence[Result]:
        with self._reading() as connection:
            return read(connection, person, rubric, with_observations)

    def result(self, attempt: str, rubric: str) -> Result | None:
        with self._reading() as connection:
            return find(connection, attempt, rubric)

    def drop_results(self, attempts: Iterable[str]) -> None:
        with self._writing() as connection:
            drop(connection, attempts)

    def unsettled(self, rubric: str, person: str | None = None) -> Sequence[str]:
        with self._reading() as connection:
            return unsettled(connection, rubric, person)

    def evidence_columns(self, rubric: str, person: str | None = None) -> EvidenceColumns:
        with self._reading() as connection:
            return columns(connection, rubric, person)

    def results_version(self) -> int:
        with self._reading() as connection:
            return version(connection)

    def put_standings(self, standings: Iterable[Standing]) -> None:
        made = list(standings)
        if made:
            with self._writing() as connection:
                put_standings(connection, made)

    def standings(self, rubric: str, person: str | None = None) -> Sequence[Standing]:
        with self._reading() as connection:
            return read_standings(connection, rubric, person)


def codes(connection: Connection) -> dict[str, int]:
    """The objectives that the store met, by name."""
    rows = connection.execute(select(objectives.c.objective, objectives.c.code).order_by(objectives.c.code))
    return {row.objective: row.code for row in rows}


def put(connection: Connection, made: Sequence[Result]) -> None:
    """Puts results in place of those of their attempts under their rubrics."""
    _count(connection)  # first, since it holds other writers back: two would give one code to two objectives
    known = codes(connection)
    all_codes = codes_of(made, known)
    new = [{"objective": name, "code": code} for name, code in all_codes.items() if name not in known]
    if new:
        connection.execute(insert(objectives), new)
    latest = {(one.attempt, one.rubric): one for one in made}
    for rubric in {one.rubric for one in made}:
        _drop(connection, results, (one.attempt for one in made if one.rubric == rubric), results.c.rubric == rubric)
    if latest:
        connection.execute(insert(results), [row_of(one, all_codes) for one in latest.values()])
    _drop(connection, standings, {one.person for one in made})


def drop(connection: Connection, gone: Iterable[str]) -> None:
    """Drops the results of attempts."""
    _count(connection)
    known = list(gone)
    for first in range(0, len(known), _AT_ONCE):
        theirs = select(results.c.person).where(results.c.attempt.in_(known[first : first + _AT_ONCE])).distinct()
        _drop(connection, standings, connection.scalars(theirs).all())
    _drop(connection, results, known)


def read(connection: Connection, person: str | None, rubric: str | None, with_observations: bool) -> list[Result]:
    """Results in their order."""
    chosen = select(*(_WHOLE if with_observations else _FIELDS))
    if person is not None:
        chosen = chosen.where(results.c.person == person)
    if rubric is not None:
        chosen = chosen.where(results.c.rubric == rubric)
    rows = connection.execute(chosen.order_by(*_ORDER, results.c.rubric)).all()
    if not with_observations:
        return [result_of(row) for row in rows]
    names = list(codes(connection))
    return [_whole(row, names) for row in rows]


def find(connection: Connection, attempt: str, rubric: str) -> Result | None:
    """The result of an attempt under a rubric."""
    chosen = select(*_WHOLE).where(results.c.attempt == attempt, results.c.rubric == rubric)
    row = connection.execute(chosen).first()
    return None if row is None else _whole(row, list(codes(connection)))


def _whole(row: Row[Any], names: Sequence[str]) -> Result:
    return result_of(row[: len(FIELDS)], observations_of(dict(row._mapping), names))


def unsettled(connection: Connection, rubric: str, person: str | None) -> list[str]:
    """Ended and scored attempts without a result of their present head."""
    own = and_(results.c.attempt == attempts.c.attempt, results.c.rubric == rubric)
    chosen = (
        select(attempts.c.attempt)
        .outerjoin(results, own)
        .where(attempts.c.finished == 1, attempts.c.origin.is_(None))
        .where(or_(results.c.head.is_(None), results.c.head != attempts.c.head))
        .order_by(attempts.c.started, attempts.c.attempt)
    )
    if person is not None:
        chosen = chosen.where(attempts.c.person == person)
    return list(connection.scalars(chosen))


def columns(connection: Connection, rubric: str, person: str | None) -> EvidenceColumns:
    """The results that are evidence, as columns."""
    wanted = [results.c[name] for name in (*HEADS, *BODIES)]
    chosen = select(*wanted).where(results.c.rubric == rubric, results.c.evidence == 1)
    if person is not None:
        chosen = chosen.where(results.c.person == person)
    rows = connection.execute(chosen.order_by(*_ORDER)).all()
    return columns_of(rows, list(codes(connection)))


def version(connection: Connection) -> int:
    """How often results were put or dropped."""
    return int(connection.scalar(select(meta.c.value).where(meta.c.key == RESULTS_VERSION)) or 0)


def hold(connection: Connection) -> int:
    """Holds back everybody else who writes what is computed; the number of results as it stands."""
    kept = select(meta.c.value).where(meta.c.key == RESULTS_VERSION).with_for_update()
    return int(connection.scalar(kept) or 0)


def _count(connection: Connection) -> None:
    grown = str(hold(connection) + 1)
    connection.execute(update(meta).where(meta.c.key == RESULTS_VERSION).values(value=grown))


def put_standings(connection: Connection, made: Sequence[Standing]) -> None:
    """Puts standings in place of those of their persons under their rubrics."""
    hold(connection)  # two who put those of one person would both find none to replace
    latest = {(one.person, one.rubric): one for one in made}
    for rubric in {one.rubric for one in made}:
        theirs = (one.person for one in made if one.rubric == rubric)
        _drop(connection, standings, theirs, standings.c.rubric == rubric)
    if latest:
        rows = [
            {"person": one.person, "rubric": one.rubric, "stamp": one.stamp, "body": one.body}
            for one in latest.values()
        ]
        connection.execute(insert(standings), rows)


def read_standings(connection: Connection, rubric: str, person: str | None) -> list[Standing]:
    """Standings in the order of persons."""
    chosen = select(standings).where(standings.c.rubric == rubric)
    if person is not None:
        chosen = chosen.where(standings.c.person == person)
    return [Standing(*row) for row in connection.execute(chosen.order_by(standings.c.person))]


def forget_person(connection: Connection, person: str) -> None:
    """Drops what is kept to be shown of a person."""
    _drop(connection, standings, [person])


def _drop(connection: Connection, table: Table, keys: Iterable[str], also: Any = None) -> None:
    """Deletes the rows of a table whose first column is among the keys."""
    rest = iter(keys)
    while part := list(islice(rest, _AT_ONCE)):
        gone = delete(table).where(next(iter(table.columns)).in_(part))
        connection.execute(gone if also is None else gone.where(also))
