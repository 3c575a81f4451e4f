"""The record in a PostgreSQL database: everything that is PostgreSQL's own."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import quote, quote_plus

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, select, text
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, SQLAlchemyError

from simulator.adapters.store import schema
from simulator.model.errors import StoreDamaged, StoreError, StoreLocked, StoreLost, StoreReadOnly, StoreUnreached
from simulator.model.language import _

# Keys of a URL's query in which libpq takes a secret, https://www.postgresql.org/docs/18/libpq-connect.html
_SECRET = ("password", "sslpassword", "passfile", "oauth_client_secret")

# A commit is on the disk when it returns, whatever the server's default is. Who waits for a row of another gives up
# after five seconds, longer than any transaction here takes; one left open by a process that is gone is ended.
_OPTIONS = "-c synchronous_commit=on -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
# A network that swallows everything is found out after half a minute, not after two hours as the system does.
_PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
_ONE_AT_A_TIME = 0x6875696B75616E  # the key of the advisory lock under which tables are made and changed: "huikuan"

# SQLSTATE, https://www.postgresql.org/docs/18/errcodes-appendix.html
_GOING = ("08", "57P01", "57P02", "57P03", "57P05", "25P03")  # the connection, or the server that is going or coming
_HELD = ("55P03", "57014", "40001", "40P01")
_NO_RIGHT = ("42501", "25006")
_FULL = ("53100",)


class Server:
    """The place of a store that is a database on a server."""

    # Who reads sees one moment of the record; who writes waits for the row instead of being refused.
    read_options: ClassVar[Mapping[str, Any]] = {"isolation_level": "REPEATABLE READ"}
    write_options: ClassVar[Mapping[str, Any]] = {"isolation_level": "READ COMMITTED"}

    def __init__(self, url: URL) -> None:
        self._url = url.set(drivername="postgresql+psycopg") if "+" not in url.drivername else url
        self.shown = shown(url)
        self._was_there = False

    def open(self) -> tuple[Engine, bool]:
        """An engine on the database, whose tables are made if missing and brought forward if old."""
        with self.translated():
            engine = self._engine()
            try:
                if self._version(engine) != schema.VERSION:
                    self._prepare(engine)
            except BaseException:
                engine.dispose()
                raise
        self._was_there = True
        return engine, True

    def version(self) -> int | None:
        """The version of the schema as it stands there; None where there is no store yet."""
        with self.translated():
            engine = self._engine()
            try:
                return self._version(engine)
            finally:
                engine.dispose()

    def _engine(self) -> Engine:
        given = {key: value for key, value in {**_PATIENCE, "options": _OPTIONS}.items() if key not in self._url.query}
        # One connection is kept: processes are many, and a server has a hundred of them unless told otherwise. Only
        # while several threads of a process use the record at one moment has it more, and never more than ten.
        return create_engine(
            self._url, hide_parameters=True, pool_pre_ping=True, pool_size=1, max_overflow=9, connect_args=given
        )

    def _prepare(self, engine: Engine) -> None:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
            version = self._found(connection)
            if version is None:
                self._check_empty(connection)
                schema.create(connection)
            elif version < schema.VERSION:
                schema.migrate(connection)

    def _version(self, engine: Engine) -> int | None:
        with engine.begin() as connection:
            return self._found(connection)

    def _found(self, connection: Connection) -> int | None:
        """The version of the schema that the transaction sees.

        Raises:
            StoreTooNew: a newer program wrote it.
            StoreDamaged: what is there is no store.
        """
        looking = inspect(connection)
        if not looking.has_table(schema.meta.name):
            return None
        if not {"key", "value"} <= {column["name"] for column in looking.get_columns(schema.meta.name)}:
            raise self._none()
        found = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == "schema"))
        version = schema.found_version(found, self.shown)
        if not version:
            raise self._none()
        return version

    def _check_empty(self, connection: Connection) -> None:
        if set(inspect(connection).get_table_names()) & set(schema.tables.tables):
            raise self._none()
        encoding = connection.scalar(text("SHOW server_encoding"))
        if encoding != "UTF8":
            raise StoreError(
                _(
                    "“{url}” cannot hold every text: its encoding is {encoding}. Make a database with the encoding "
                    "UTF8.",
                    url=self.shown,
                    encoding=encoding,
                )
            )

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """Turns what the driver and SQLAlchemy raise into errors of the store."""
        try:
            yield
        except ImportError as error:
            raise StoreError(
                _(
                    "“{url}” needs the driver for PostgreSQL. Where the program's source is: pip install '.[postgres]'",
                    url=self.shown,
                )
            ) from error
        except ArgumentError:  # its text may repeat the address, password and all
            raise StoreError(_("“{url}” is no address of a database.", url=self.shown)) from None
        except SQLAlchemyError as error:
            raise self._meaning(error) from error

    def _meaning(self, error: SQLAlchemyError) -> StoreError:
        if isinstance(error, IntegrityError):
            return StoreDamaged(
                _("“{url}” holds rows that contradict each other. `huikuan verify` shows them.", url=self.shown)
            )
        why: object = error.orig if isinstance(error, DBAPIError) else error
        state = str(getattr(why, "sqlstate", None) or "")
        if self._is_lost(error, state):
            return StoreLost(
                _(
                    "The connection to “{url}” was lost. Whatever was acknowledged is recorded. Do the last thing "
                    "again when the server is back: nothing is recorded twice.",
                    url=self.shown,
                )
            )
        if state in _HELD:
            return StoreLocked(_("“{url}” is held by another program. Try again.", url=self.shown))
        if state in _NO_RIGHT:
            return StoreReadOnly(
                _(
                    "“{url}” can be read but not written: {why}. Ask its administrator for the right.",
                    url=self.shown,
                    why=self._said(why),
                )
            )
        if state in _FULL:
            return StoreError(
                _("The disk of “{path}” is full; nothing was recorded. Make room and try again.", path=self.shown)
            )
        meant = StoreUnreached if not state and _is_of_the_line(error) else StoreError
        return meant(
            _(
                "“{url}” cannot be used: {why}. Check the server and the address.",
                url=self.shown,
                why=self._said(why),
            )
        )

    def _is_lost(self, error: SQLAlchemyError, state: str) -> bool:
        """Whether the connection is gone, or cannot be had now though it could be had before."""
        if not isinstance(error, DBAPIError):
            return False
        if error.connection_invalidated or state.startswith(_GOING):
            return True
        return not state and self._was_there and _is_of_the_line(error)

    def _said(self, why: object) -> str:
        """What the server said, in its first line, and without the password if that is in it."""
        lines = str(why).strip().splitlines() or [""]
        said = lines[0].rstrip(".")
        secrets = [self._url.password, *(self._url.query.get(key) for key in _SECRET)]
        for secret in (str(one) for one in secrets if one):
            for written in sorted({secret, quote(secret, safe=""), quote_plus(secret)}, key=len, reverse=True):
                said = said.replace(written, "***")
        return said

    def _none(self) -> StoreDamaged:
        return StoreDamaged(_("“{url}” holds no store of Huikuan. Name another database.", url=self.shown))

    def check_place(self) -> None:
        """A server's database stays where it is."""

    def check(self, connection: Connection) -> None:
        """Pages and indexes are the server's business."""

    def hold(self, connection: Connection) -> None:
        """Keeps everybody else from writing until the transaction ends."""
        names = ", ".join(table.name for table in schema.tables.sorted_tables)
        connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")

    def connections(self, connection: Connection) -> tuple[int, int] | None:
        """How many connections of people's programs the server has now, and how many it takes."""
        count = text("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'")
        limits = text(
            "SELECT sum(CASE name WHEN 'max_connections' THEN setting::int ELSE -setting::int END) FROM pg_settings "
            "WHERE name IN ('max_connections', 'superuser_reserved_connections', 'reserved_connections')"
        )
        return int(connection.scalar(count) or 0), int(connection.scalar(limits) or 0)

    def forget(self, engine: Engine) -> None:
        """Old pages are the server's business: its vacuum and its backups are the administrator's."""


def _is_of_the_line(error: SQLAlchemyError) -> bool:
    """Whether it is the driver that speaks, of a connection that it cannot have."""
    return isinstance(error, DBAPIError) and type(error.orig).__name__ in ("OperationalError", "ConnectionTimeout")


def shown(url: URL) -> str:
    """An address as people may see it: without anything secret."""
    hidden = {key: "***" for key in url.query if key in _SECRET}
    return url.update_query_dict(hidden).render_as_string(hide_password=True).replace(quote("***"), "***")


def shown_raw(address: str) -> str:
    """An address that cannot be read, as people may see it: whatever stands before its last @ may be a password."""
    scheme, _separator, rest = address.partition("://")
    _user, at, rest = rest.rpartition("@")
    rest = re.sub(rf"((?:{'|'.join(_SECRET)})=)[^&]*", r"\1***", rest)
    return f"{scheme}://{'***@' if at else ''}{rest}"
