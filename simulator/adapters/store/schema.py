"""The record's tables, in types that every database has. A column is named as the field of its row in ``chain``."""

from __future__ import annotations

import re

from sqlalchemy import (
    Column,
    Connection,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    insert,
)

from simulator.model.errors import StoreTooNew
from simulator.model.language import _

VERSION = 1
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


def is_known(version: object, place: object) -> bool:
    """Whether ``version``, as it stands in ``meta``, is one that this program reads.

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
    return number == VERSION


def create(connection: Connection) -> None:
    """Makes the tables in an empty database."""
    tables.create_all(connection)
    connection.execute(insert(meta).values(key="schema", value=str(VERSION)))
