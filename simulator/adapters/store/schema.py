"""The record's tables, in types that every database has. A column is named as the field of its row in ``chain``."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import (
    Column,
    Connection,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    func,
    insert,
    select,
    text,
    update,
)

from simulator.adapters.store.journal import Head
from simulator.model.errors import StoreTooNew
from simulator.model.language import _

VERSION = 3
"""Version of the schema. Another one is written with every change of a table."""

tables = MetaData()

meta = Table("meta", tables, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

people = Table(
    "people",
    tables,
    Column("person", Text, primary_key=True),
    Column("name", Text, unique=True),
    Column("key", LargeBinary),
    Column("erased", Integer, nullable=False),
)

attempts = Table(
    "attempts",
    tables,
    Column("attempt", Text, primary_key=True),
    Column("person", Text, ForeignKey(people.c.person), nullable=False, index=True),
    Column("scenario", Text, nullable=False, index=True),
    Column("mode", Text, nullable=False),
    Column("started", Text, nullable=False),
    Column("last", Text, nullable=False, index=True),
    Column("turns", Integer, nullable=False),
    Column("origin", Text),
    Column("origin_turn", Integer),
    Column("finished", Integer, nullable=False),
    Column("count", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("assignment", Text),
    Column("beside", Integer, nullable=False, server_default=text("0")),
)

events = Table(
    "events",
    tables,
    Column("attempt", Text, ForeignKey(attempts.c.attempt), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("commitment", Text),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

texts = Table(
    "texts",
    tables,
    Column("attempt", Text, primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("text", Text),
    ForeignKeyConstraint(["attempt", "seq"], [events.c.attempt, events.c.seq]),
)

contents = Table(
    "contents",
    tables,
    Column("sha256", Text, primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
)


journal = Table(
    "journal",
    tables,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("about", Text, ForeignKey(people.c.person), index=True),
    Column("commitment", Text),
    Column("previous", Text, nullable=False),
    Column("hash", Text, nullable=False),
)

journal_texts = Table(
    "journal_texts",
    tables,
    Column("seq", Integer, ForeignKey(journal.c.seq), primary_key=True, autoincrement=False),
    Column("text", Text),
)

# What follows is computed from the events, and can be dropped and made again at any time.

objectives = Table(
    "objectives",
    tables,
    Column("code", Integer, primary_key=True, autoincrement=False),
    Column("objective", Text, nullable=False, unique=True),
)

results = Table(
    "results",
    tables,
    Column("attempt", Text, ForeignKey(attempts.c.attempt), primary_key=True),
    Column("rubric", Text, primary_key=True),
    Column("person", Text, nullable=False, index=True),
    Column("scenario", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("assignment", Text),
    Column("started", Text, nullable=False),
    Column("ended", Text, nullable=False),
    Column("seconds", Double, nullable=False),
    Column("turns", Integer, nullable=False),
    Column("total", Double, nullable=False),
    Column("before_gate", Double, nullable=False),
    Column("passed", Integer, nullable=False),
    Column("pass_mark", Double, nullable=False),
    Column("parts", Text, nullable=False),
    Column("breaches", Text, nullable=False),
    Column("worth", Double, nullable=False),
    Column("best", Double, nullable=False),
    Column("floor", Double, nullable=False),
    Column("ending", Text, nullable=False),
    Column("evidence", Integer, nullable=False),
    Column("overruled", Integer, nullable=False),
    Column("head", Text, nullable=False),
    Column("observed", Integer, nullable=False),
    Column("objective", LargeBinary, nullable=False),
    Column("turn", LargeBinary, nullable=False),
    Column("credit", LargeBinary, nullable=False),
    Column("chance", LargeBinary, nullable=False),
    Column("reason", LargeBinary, nullable=False),
    Column("what", Text, nullable=False),
    Index("ix_results_order", "rubric", "person", "ended", "attempt"),  # 50,000 rows come sorted a quarter sooner
)

standings = Table(
    "standings",
    tables,
    Column("person", Text, ForeignKey(people.c.person), primary_key=True),
    Column("rubric", Text, primary_key=True),
    Column("stamp", Text, nullable=False),
    Column("body", Text, nullable=False),
)

# The team: who may sign in, what is open, what it wrote, and what is to go out. None of it is part of a chain.

accounts = Table(
    "accounts",
    tables,
    Column("person", Text, ForeignKey(people.c.person), primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("password", Text),
    Column("roles", Text, nullable=False),
    Column("language", Text),
    Column("disabled", Integer, nullable=False),
    Column("must_change", Integer, nullable=False),
    Column("made", Text, nullable=False),
    Column("changed", Text, nullable=False),
    Column("signed_in", Text),
)

sessions = Table(
    "sessions",
    tables,
    Column("key", Text, primary_key=True),
    Column("person", Text, ForeignKey(people.c.person), nullable=False, index=True),
    Column("by_header", Integer, nullable=False),
    Column("begun", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("expires", Text, nullable=False),
)

guesses = Table(
    "guesses",
    tables,
    Column("key", Text, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("until", Text, nullable=False),
    Column("forget", Text, nullable=False, index=True),
    Column("person", Text, ForeignKey(people.c.person), index=True),
)

holders = Table(
    "holders",
    tables,
    Column("attempt", Text, ForeignKey(attempts.c.attempt), primary_key=True),
    Column("holder", Text, nullable=False, index=True),
    Column("since", Text, nullable=False),
    Column("seen", Text, nullable=False),
)

team_scenarios = Table(
    "team_scenarios",
    tables,
    Column("scenario", Text, primary_key=True),
    Column("status", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("stamp", Text, nullable=False),
    Column("published", Text, ForeignKey(contents.c.sha256)),
    Column("by", Text, ForeignKey(people.c.person), nullable=False),
    Column("at", Text, nullable=False),
)

openings = Table(
    "openings",
    tables,
    Column("scenario", Text, ForeignKey(team_scenarios.c.scenario), primary_key=True),
    Column("token", Text, primary_key=True),
    Column("person", Text, ForeignKey(people.c.person), nullable=False, index=True),
    Column("since", Text, nullable=False),
    Column("seen", Text, nullable=False),
    Column("text", Text),
    Column("base", Text, nullable=False),
    Column("stamp", Text),
)

outbox = Table(
    "outbox",
    tables,
    Column("statement", Text, primary_key=True),
    Column("place", Integer, nullable=False, index=True),
    Column("person", Text, ForeignKey(people.c.person), nullable=False, index=True),
    Column("attempt", Text, ForeignKey(attempts.c.attempt), nullable=False, index=True),
    Column("voids", Text),
    Column("body", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("due", Text, nullable=False),
    Column("told", Text),
    Index("ix_outbox_next", "state", "place"),
)

outbox_marks = Table(
    "outbox_marks",
    tables,
    Column("attempt", Text, ForeignKey(attempts.c.attempt), primary_key=True),
    Column("stamp", Text, nullable=False),
)

# What `meta` has beside the schema's version.
JOURNAL_HEAD, RESULTS_VERSION, SIMULATED, NOTE = "journal", "results", "simulated", "note:"


def found_version(version: object, place: object) -> int:
    """The version that ``version`` says, as it stands in ``meta``; 0 where it is none that this program reads.

    An older one than ``VERSION`` is to be brought forward before anything else.

    Raises:
        StoreTooNew: a newer program wrote it.
    """
    text = str(version)
    number = int(text) if re.fullmatch("[0-9]{1,9}", text) else 0
    if number > VERSION:
        raise StoreTooNew(
            _(
                "“{place}” was written by a newer Huikuan (store version {found}; this one knows {known}). Update "
                "Huikuan, or name another store. Nothing was changed.",
                place=place,
                found=number,
                known=VERSION,
            )
        )
    return number


def create(connection: Connection) -> None:
    """Makes the tables in an empty database."""
    tables.create_all(connection)
    connection.execute(insert(meta).values(key="schema", value=str(VERSION)))
    _begin_journal(connection)


def migrate(connection: Connection) -> None:
    """Brings a database of an older version forward, a version at a time. Nothing that was recorded is changed.

    Harmless where another process was first.
    """
    kept = select(meta.c.value).where(meta.c.key == "schema").with_for_update()
    for older in range(int(str(connection.scalar(kept))), VERSION):
        _STEPS[older](connection)
    connection.execute(update(meta).where(meta.c.key == "schema").values(value=str(VERSION)))


def _to_2(connection: Connection) -> None:
    """The journal, what is computed, and the assignment that an attempt is played under."""
    connection.exec_driver_sql("ALTER TABLE attempts ADD COLUMN assignment TEXT")
    connection.exec_driver_sql("ALTER TABLE attempts ADD COLUMN beside INTEGER DEFAULT 0 NOT NULL")
    remarks = select(func.count()).where(events.c.attempt == attempts.c.attempt)
    remarks = remarks.where(events.c.payload.like('%"kind":"remarked"%'))  # the only such kind of that version
    connection.execute(update(attempts).values(beside=remarks.scalar_subquery()))
    for table in (journal, journal_texts, objectives, results, standings):
        table.create(connection)
    _begin_journal(connection)


def _to_3(connection: Connection) -> None:
    """The team's tables."""
    for table in (accounts, sessions, guesses, holders, team_scenarios, openings, outbox, outbox_marks):
        table.create(connection)


def _begin_journal(connection: Connection) -> None:
    connection.execute(insert(meta).values(key=JOURNAL_HEAD, value=str(Head())))
    connection.execute(insert(meta).values(key=RESULTS_VERSION, value="0"))


_STEPS: dict[int, Callable[[Connection], None]] = {1: _to_2, 2: _to_3}
"""By version, the step to the next one. A step that was released is never changed."""
