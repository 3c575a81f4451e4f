"""The record in one SQLite file: everything that is SQLite's own.

A file that is missing is built beside its place and put there whole, so that nobody ever sees half a store. A file that
is there is looked at without a trace before anything is written, so that what is not ours stays as it was.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool, Pool, QueuePool

from simulator.adapters.store import schema
from simulator.model.errors import StoreDamaged, StoreError, StoreLocked, StoreReadOnly
from simulator.model.language import _

# A commit is on the disk when it returns (synchronous; fullfsync is what that takes on macOS). What is erased is
# overwritten (secure_delete). A file from a stranger must not run functions of ours (trusted_schema).
PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA fullfsync=ON",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA cell_size_check=ON",
    "PRAGMA trusted_schema=OFF",
)


class SqliteFile:
    """The place of a store that is a file.

    Args:
        wait: seconds to wait for another process that holds it.
    """

    read_options: ClassVar[Mapping[str, Any]] = {}
    write_options: ClassVar[Mapping[str, Any]] = {"immediate": True}

    def __init__(self, path: Path, wait: float) -> None:
        # Links are followed now: SQLite keeps its side files beside the real file.
        self.path, self._wait = path.resolve(), wait
        self._seen: tuple[int, int] | None = None

    @property
    def shown(self) -> str:
        """The path."""
        return str(self.path)

    def version(self) -> int | None:
        """The version of the schema in the file as it is; None where there is no file."""
        with self.translated():
            return self._inspect() if self._is_there() else None

    def open(self) -> tuple[Engine, bool]:
        """An engine on the file, which is made if missing, and whether it is good for more than one use.

        Without the right to write, it is not: how the file can be read depends on who else has it open at that moment.
        """
        with self.translated():
            if not self._is_there():
                self._build()
            is_older = self._inspect() < schema.VERSION
            if self._writable():
                self._seen = self._identity()
                engine = self._engine(lambda: self._connect_to_write("mode=rw"), QueuePool)
                if is_older:
                    self._migrate(engine)
                return engine, True
            if is_older:
                raise self._too_old()
            return self._engine(self._connect_to_read, NullPool), False

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """Turns what SQLite, SQLAlchemy and the system raise into errors of the store."""
        try:
            yield
        except DBAPIError as error:
            raise self._meaning(error.orig) from error
        except (sqlite3.Error, SQLAlchemyError, OSError) as error:
            raise self._meaning(error) from error

    def check_place(self) -> None:
        """Whether the file that was opened is still the one at its path.

        Raises:
            StoreError: it was deleted, moved or replaced; what is written to it would be lost.
        """
        if self._identity() != self._seen:
            raise StoreError(
                _(
                    "“{path}” was deleted, moved or replaced while it was open. Nothing was recorded. Put it back, "
                    "and start again.",
                    path=self.path,
                )
            )

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def check(self, connection: Connection) -> None:
        """Checks pages and indexes.

        Raises:
            StoreDamaged: they contradict each other.
        """
        said = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if said != "ok":
            raise self._damaged(str(said))

    def hold(self, connection: Connection) -> None:
        """A transaction that writes has the file to itself."""

    def connections(self, connection: Connection) -> tuple[int, int] | None:  # noqa: ARG002 - as every place has it
        """A file has no server."""
        return None

    def forget(self, engine: Engine) -> None:
        """Rewrites the file without the remains of what was erased.

        ``secure_delete`` alone is not enough: in 1 of 30 random stores a row that SQLite had moved left a copy of its
        text in unused space (measured with 3.40.1, 2026-11).

        Raises:
            StoreLocked: another process has it open to read old pages.
        """
        with self.translated(), contextlib.closing(engine.raw_connection()) as pooled:
            connection = pooled.driver_connection
            if connection is None:
                raise sqlite3.OperationalError("no connection")
            connection.execute("VACUUM")
            busy, *_counts = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise self._locked()

    # Looking

    def _is_there(self) -> bool:
        if self.path.is_dir():
            example = self.path / "huikuan.db"
            raise StoreDamaged(
                _("“{path}” is a folder; a store is a file. Name a file: “{example}”.", path=self.path, example=example)
            )
        return self.path.exists()

    def _inspect(self) -> int:
        """The version of the schema."""
        if not self.path.is_file():
            raise self._damaged(_("not a regular file"))
        with self.path.open("rb"):  # where that fails, the system's reason is clearer than SQLite's
            pass
        with contextlib.closing(self._connect_to_read()) as connection:
            found = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        version = schema.found_version(found[0] if found else None, self.path)
        if not version:
            raise self._damaged(_("no store version"))
        return version

    def _writable(self) -> bool:
        return _may_write(self.path) and _may_write(self.path.parent)

    # Connecting

    def _connect(self, how: str, *more: str) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self.path.as_uri()}?{how}", uri=True, timeout=self._wait, isolation_level=None, check_same_thread=False
        )
        # A byte that was changed may leave no text; what is read and what is checked must be the same all the same.
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        try:
            for pragma in (*PRAGMAS, *more):
                connection.execute(pragma)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _connect_to_write(self, how: str) -> sqlite3.Connection:
        return self._connect(how, "PRAGMA journal_mode=WAL")  # it is already, unless the file is a copy made by hand

    def _connect_to_read(self) -> sqlite3.Connection:
        """A connection that changes nothing. ``immutable`` leaves no side files, but must not miss another's."""
        alone = not self.path.with_name(self.path.name + "-wal").exists()
        return self._connect("mode=ro&immutable=1" if alone else "mode=ro")

    @staticmethod
    def _engine(connect: Callable[[], sqlite3.Connection], pool: type[Pool]) -> Engine:
        engine = create_engine("sqlite://", creator=connect, poolclass=pool, hide_parameters=True)
        event.listen(engine, "begin", _begin)
        return engine

    # Making

    def _build(self) -> None:
        journal = self.path.with_name(self.path.name + "-wal")
        if journal.exists() and journal.stat().st_size:  # SQLite would mix it into any file put in that place
            raise self._damaged(_("only its journal is left: {journal}", journal=journal.name))
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._not_made(error) from error
        if not _may_write(self.path.parent):
            raise self._not_made(None)
        draft = SqliteFile(self.path.with_name(f".{uuid.uuid4().hex}.new"), self._wait)
        try:
            draft._fill()
            self._publish(draft.path)
        finally:
            for suffix in ("", "-wal", "-shm", "-journal"):
                draft.path.with_name(draft.path.name + suffix).unlink(missing_ok=True)

    def _fill(self) -> None:
        engine = self._engine(lambda: self._connect_to_write("mode=rwc"), NullPool)
        with engine.connect().execution_options(**self.write_options) as connection, connection.begin():
            schema.create(connection)

    def _migrate(self, engine: Engine) -> None:
        with engine.connect().execution_options(**self.write_options) as connection, connection.begin():
            schema.migrate(connection)

    def _publish(self, draft: Path) -> None:
        """Puts the finished file in its place, unless another process was first."""
        try:
            os.link(draft, self.path)
        except FileExistsError:
            return
        except OSError:  # a file system without hard links
            _copy_to_new(draft, self.path)
        _sync_folder(self.path.parent)

    # Failing

    def _not_made(self, error: OSError | None) -> StoreError:
        why = error.strerror if error else _("no right to write to the folder")
        text = _("“{path}” cannot be made: {why}. Name another store in the settings.", path=self.path, why=why)
        denied = error is None or isinstance(error, PermissionError) or error.errno == errno.EROFS
        return StoreReadOnly(text) if denied else StoreError(text)

    def _damaged(self, why: str) -> StoreDamaged:
        return StoreDamaged(
            _(
                "“{path}” is no store of Huikuan, or it is damaged ({why}). It was left as it is. Put a backup in its "
                "place, or name another store.",
                path=self.path,
                why=why,
            )
        )

    def _read_only(self) -> StoreReadOnly:
        return StoreReadOnly(
            _(
                "“{path}” can be read but not written. Allow writing to the file and to its folder, or name another "
                "store.",
                path=self.path,
            )
        )

    def _too_old(self) -> StoreReadOnly:
        return StoreReadOnly(
            _(
                "“{path}” was written by an older Huikuan and has to be brought forward, but it cannot be written. "
                "Allow writing to the file and to its folder, or name another store.",
                path=self.path,
            )
        )

    def _locked(self) -> StoreLocked:
        return StoreLocked(
            _(
                "“{path}” is held by another program, even after {wait:g} seconds. Close that program and try again.",
                path=self.path,
                wait=self._wait,
            )
        )

    def _meaning(self, error: BaseException | None) -> StoreError:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the primary one, https://www.sqlite.org/rescode.html
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return self._locked()
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            return self._read_only()
        # SQLITE_ERROR is what a missing table or column gives, SQLITE_CONSTRAINT a row that must not be there.
        if code in (
            sqlite3.SQLITE_CORRUPT,
            sqlite3.SQLITE_NOTADB,
            sqlite3.SQLITE_ERROR,
            sqlite3.SQLITE_CONSTRAINT,
            sqlite3.SQLITE_MISMATCH,
        ):
            return self._damaged(str(error))
        if code == sqlite3.SQLITE_FULL:
            return StoreError(
                _("The disk of “{path}” is full; nothing was recorded. Make room and try again.", path=self.path)
            )
        why = error.strerror if isinstance(error, OSError) else error
        return StoreError(_("“{path}” cannot be used: {why}. Check the file and its folder.", path=self.path, why=why))


def _begin(connection: Connection) -> None:
    """A writer takes the lock at once: one who read first and writes then would be refused, not made to wait."""
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _copy_to_new(draft: Path, path: Path) -> None:
    with contextlib.suppress(FileExistsError), path.open("xb") as target:
        target.write(draft.read_bytes())
        target.flush()
        os.fsync(target.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
