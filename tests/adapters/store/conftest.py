"""The stores that keep the contract, each with a back door through which tests tamper with its rows."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from postgres import Postgres, is_wanted
from sqlalchemy import create_engine, delete, insert, select

from simulator.adapters.store import schema
from simulator.adapters.store.chain import Entry, Link, Owner
from simulator.adapters.store.journal import DeskLink
from simulator.adapters.store.memory import MemoryStore
from simulator.adapters.store.sql import SqlStore
from simulator.model import language
from simulator.model.record import Filed, Hinted, Played, Prepared, Started, TookBack
from simulator.workflows.ports import Store

Row = dict[str, Any]
NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
NOBODY = 65534


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


class MemoryRows:
    """The rows of a memory store."""

    def __init__(self) -> None:
        self.store = MemoryStore()

    def read(self, table: str) -> list[Row]:
        kept = self.store
        match table:
            case "people":
                return [asdict(owner) for owner in kept.owners.values()]
            case "attempts":
                return [asdict(entry) for entry in kept.entries.values()]
            case "events":
                return [asdict(link) for links in kept.links.values() for link in links]
            case "texts":
                return [{"attempt": a, "seq": s, "text": t} for a, by in kept.kept_texts.items() for s, t in by.items()]
            case "journal":
                return [asdict(link) for link in kept.desk]
            case "journal_texts":
                return [{"seq": seq, "text": text} for seq, text in kept.desk_texts.items()]
            case "meta":
                return [{"key": "journal", "value": kept.desk_head}]
            case _:
                return [{"sha256": digest, "bytes": content} for digest, content in kept.contents.items()]

    def write(self, table: str, rows: list[Row]) -> None:
        kept = self.store
        match table:
            case "people":
                kept.owners = {row["person"]: Owner(**row) for row in rows}
            case "attempts":
                kept.entries = {row["attempt"]: Entry(**row) for row in rows}
            case "events":
                ordered = sorted((Link(**row) for row in rows), key=lambda link: link.seq)
                names = {link.attempt for link in ordered}
                kept.links = {name: [link for link in ordered if link.attempt == name] for name in names}
            case "texts":
                names = {row["attempt"] for row in rows}
                kept.kept_texts = {n: {r["seq"]: r["text"] for r in rows if r["attempt"] == n} for n in names}
            case "journal":
                kept.desk = sorted((DeskLink(**row) for row in rows), key=lambda link: link.seq)
            case "journal_texts":
                kept.desk_texts = {row["seq"]: row["text"] for row in rows}
            case "meta":
                kept.desk_head = next(row["value"] for row in rows if row["key"] == "journal")
            case _:
                kept.contents = {row["sha256"]: row["bytes"] for row in rows}


class SqlRows:
    """The rows of a SQL store, through a connection of its own that heeds no foreign key."""

    def __init__(self, url: str) -> None:
        self.store = SqlStore(url)
        self._engine = create_engine(url)
        self._free = "SET session_replication_role = replica" if url.startswith("postgresql") else "SELECT 1"

    def read(self, table: str) -> list[Row]:
        with self._engine.begin() as connection:
            return [dict(row) for row in connection.execute(select(schema.tables.tables[table])).mappings()]

    def write(self, table: str, rows: list[Row]) -> None:
        with self._engine.begin() as connection:
            connection.exec_driver_sql(self._free)
            connection.execute(delete(schema.tables.tables[table]))
            if rows:
                connection.execute(insert(schema.tables.tables[table]), rows)

    def close(self) -> None:
        """Lets go of it."""
        self.store.close()
        self._engine.dispose()


_ON_A_SERVER = {"payload", "text", "name", "bytes", "last"}  # a column of each table, of each type


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tampers on a server with a few columns only: what finds it is the same for every database, and takes its time."""
    spared = [item for item in items if _is_spared(getattr(item, "callspec", None))]
    items[:] = [item for item in items if item not in spared]
    config.hook.pytest_deselected(items=spared)


def _is_spared(spec: Any) -> bool:
    given = {} if spec is None else spec.params
    return given.get("rows") == "postgresql" and given.get("column", "name") not in _ON_A_SERVER


@pytest.fixture
def lend(postgres: Postgres) -> Iterator[Callable[[], str]]:
    """Gives names of databases with an empty store."""
    with postgres.stores() as lending:
        yield lending


@pytest.fixture(params=["memory", "sqlite", *(["postgresql"] if is_wanted() else [])])
def rows(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryRows | SqlRows]:
    """A store with its back door."""
    if request.param == "memory":
        yield MemoryRows()
        return
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        made = SqlRows(server.url(request.getfixturevalue("lend")()))
    else:
        made = SqlRows(f"sqlite:///{tmp_path / 'record.db'}")
    yield made
    made.close()


@pytest.fixture
def store(rows: MemoryRows | SqlRows) -> Store:
    """A store, whichever it is."""
    return rows.store


@pytest.fixture
def begin() -> Callable[..., str]:
    """Begins an attempt of a person and gives its id."""

    def begin(store: Store, attempt: str = "a1", name: str = "王芳", text: str | None = None, **more: Any) -> str:
        values = {
            "scenario": "invoice-not-found",
            "content": store.keep(b"id: invoice-not-found"),
            "rubric": "1",
            "person": store.person(name),
            "mode": "practice",
            "language": "zh",
            "seed": 7,
        }
        store.begin(attempt, Started(**(values | more)), NOON, text)
        return attempt

    return begin


@pytest.fixture
def talk(begin: Callable[..., str]) -> Callable[..., str]:
    """A whole attempt of seven events, two of them with typed text."""

    def talk(store: Store, attempt: str = "a1", name: str = "王芳", text: str | None = None) -> str:
        begin(store, attempt, name, text)
        steps = [
            (
                Prepared(answers={"limit": 3.5, "who": "cfo", "docs": ("pod", "po"), "none": None, "s": {"a": "b"}}),
                None,
            ),
            (Played(turn=1, move="open-question:not-found"), "您好,请问发票收到了吗?"),
            (Hinted(turn=2), None),
            (Played(turn=2, move="resend"), "我再发一次 🙂"),
            (TookBack(turn=2), None),
            (Filed(answers={"promise": "2026-04-01"}), None),
        ]
        for seq, (event, typed) in enumerate(steps, start=1):
            store.append(attempt, seq, event, NOON + timedelta(seconds=seq), seq == len(steps), typed)
        return attempt

    return talk


@contextmanager
def without_rights() -> Iterator[None]:
    """Runs as nobody where the tests run as root, to whom no file is read-only."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        yield
        return
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def nobody() -> Callable[[], Any]:
    """A context without the rights of root."""
    return without_rights


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that nobody can reach too: pytest's own is for its user alone."""
    with tempfile.TemporaryDirectory(dir="/tmp" if os.name == "posix" else None) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


@pytest.fixture
def outsider() -> Callable[[Path], sqlite3.Connection]:
    """A bare connection to a file, as another program would have it."""
    return lambda path: sqlite3.connect(path, isolation_level=None)
