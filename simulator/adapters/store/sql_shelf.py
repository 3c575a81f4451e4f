"""The team's shelf in a SQL database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection, Row, delete, select, update

from simulator.adapters.store import sql_journal
from simulator.adapters.store.chain import instant
from simulator.adapters.store.connections import Connected, Taken, insert_row
from simulator.adapters.store.schema import openings, team_scenarios
from simulator.adapters.store.shelf import changed, stamp_of, unknown
from simulator.workflows.ports import Opening, TeamScenario

if TYPE_CHECKING:
    from simulator.model.journal import DeskEvent
    from simulator.model.scenario import Status

_HEAD = [column for column in team_scenarios.columns if column is not team_scenarios.c.text]


class SqlShelf(Connected):
    """A ``TeamShelf`` as part of a store in a database."""

    def shelved(self) -> Sequence[TeamScenario]:
        with self._reading() as connection:
            rows = connection.execute(select(*_HEAD))
            # sorted here: databases have rules of their own
            return sorted(map(_scenario, rows), key=lambda one: one.scenario)

    def shelved_text(self, scenario: str) -> tuple[TeamScenario, str]:
        with self._reading() as connection:
            row = _row(connection, scenario)
            if row is None:
                raise unknown(scenario, _known(connection))
            return _scenario(row), row.text

    def shelved_texts(self) -> Mapping[str, str]:
        with self._reading() as connection:
            rows = connection.execute(select(team_scenarios.c.scenario, team_scenarios.c.text))
            return {row.scenario: row.text for row in rows}

    def shelve(
        self,
        scenario: str,
        text: str,
        expected: str | None,
        by: str,
        at: datetime,
        *,
        status: Status = "draft",
        published: str | None = None,
        event: DeskEvent | None = None,
    ) -> TeamScenario:
        made = TeamScenario(scenario, status, stamp_of(text, status, published), published, by, at)
        try:
            with self._writing() as connection:
                if event is not None:
                    sql_journal.head(connection, to_write=True)  # first of all, as everybody takes it
                if there := _standing(connection, made, expected):
                    return there
                _put(connection, made, text, is_new=expected is None)
                if event is not None:
                    sql_journal.enter(connection, event, at)
                return made
        except Taken:  # by another process, since we looked
            raise changed(scenario, self.shelved_text(scenario)[1]) from None

    def openings(self, scenario: str | None = None) -> Sequence[Opening]:
        chosen = select(openings)
        if scenario is not None:
            chosen = chosen.where(openings.c.scenario == scenario)
        with self._reading() as connection:
            found = [_opening(row) for row in connection.execute(chosen)]
        return sorted(found, key=lambda one: (one.since, one.scenario, one.token))

    def put_opening(self, opening: Opening) -> None:
        row = asdict(opening) | {"since": instant(opening.since), "seen": instant(opening.seen)}
        try:
            with self._writing() as connection:
                if _row(connection, opening.scenario) is None:
                    raise unknown(opening.scenario, _known(connection))
                there = update(openings).where(_of(opening.scenario, opening.token))
                if connection.execute(there.values(row)).rowcount == 0:
                    insert_row(connection, openings, row)
        except Taken:  # by this very Studio, in another thread
            self.put_opening(opening)

    def drop_opening(self, scenario: str, token: str) -> None:
        with self._writing() as connection:
            connection.execute(delete(openings).where(_of(scenario, token)))


def forget_openings(connection: Connection, person: str) -> None:
    """Removes what a person had not saved."""
    connection.execute(delete(openings).where(openings.c.person == person))


def _standing(connection: Connection, made: TeamScenario, expected: str | None) -> TeamScenario | None:
    """What is there already, if that is what is wanted.

    Raises:
        ChangedElsewhere: it is something else, and not what was expected either.
    """
    row = _row(connection, made.scenario, to_write=True)
    if row is None:
        if expected is not None:
            raise unknown(made.scenario, _known(connection))
        return None
    if row.stamp == made.stamp:
        return _scenario(row)
    if row.stamp != expected:
        raise changed(made.scenario, row.text)
    return None


def _put(connection: Connection, made: TeamScenario, text: str, is_new: bool) -> None:
    row = asdict(made) | {"at": instant(made.at), "text": text}
    if is_new:
        insert_row(connection, team_scenarios, row)
    else:
        of = team_scenarios.c.scenario == made.scenario
        connection.execute(update(team_scenarios).where(of).values(row))


def _row(connection: Connection, scenario: str, to_write: bool = False) -> Row[Any] | None:
    wanted = select(team_scenarios).where(team_scenarios.c.scenario == scenario)
    return connection.execute(wanted.with_for_update() if to_write else wanted).first()


def _known(connection: Connection) -> list[str]:
    return list(connection.scalars(select(team_scenarios.c.scenario)))


def _of(scenario: str, token: str) -> Any:
    return (openings.c.scenario == scenario) & (openings.c.token == token)


def _scenario(row: Row[Any]) -> TeamScenario:
    at = datetime.fromisoformat(row.at)
    return TeamScenario(row.scenario, cast("Status", row.status), row.stamp, row.published, row.by, at)


def _opening(row: Row[Any]) -> Opening:
    since, seen = datetime.fromisoformat(row.since), datetime.fromisoformat(row.seen)
    return Opening(row.scenario, row.token, row.person, since, seen, row.text, row.base, row.stamp)
