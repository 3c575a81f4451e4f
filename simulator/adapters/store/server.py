"""The record on a database server, by URL; the driver must be installed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from sqlalchemy import URL, Connection, Engine, create_engine, inspect, select
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError

from simulator.adapters.store import schema
from simulator.model.errors import StoreDamaged, StoreError
from simulator.model.language import _


class Server:
    """The place of a store that is a database on a server."""

    # Who reads sees one moment of the record; who writes waits for the row instead of being refused.
    read_options: ClassVar[Mapping[str, Any]] = {"isolation_level": "REPEATABLE READ"}
    write_options: ClassVar[Mapping[str, Any]] = {"isolation_level": "READ COMMITTED"}

    def __init__(self, url: URL) -> None:
        self._url = url
        self._shown = url.render_as_string(hide_password=True)

    def open(self) -> tuple[Engine, bool]:
        """An engine on the database, whose tables are made if missing."""
        with self.translated():
            engine = create_engine(self._url, hide_parameters=True, pool_pre_ping=True)
            try:
                self._prepare(engine)
            except (IntegrityError, ProgrammingError):  # another process made the tables at the same moment
                self._prepare(engine)
            self._inspect(engine)
        return engine, True

    @staticmethod
    def _prepare(engine: Engine) -> None:
        with engine.begin() as connection:
            if not inspect(connection).has_table(schema.meta.name):
                schema.create(connection)

    def _inspect(self, engine: Engine) -> None:
        with engine.connect() as connection:
            found = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == "schema"))
        version = schema.found_version(found, self._shown)
        if not version:
            raise StoreDamaged(_("“{url}” holds no store of Huikuan. Name another database.", url=self._shown))
        if version < schema.VERSION:
            with engine.begin() as connection:
                schema.migrate(connection)

    @contextlib.contextmanager
    def translated(self) -> Iterator[None]:
        """Turns what the driver and SQLAlchemy raise into errors of the store."""
        try:
            yield
        except ModuleNotFoundError as error:
            raise StoreError(
                _("“{url}” needs the package “{package}”. Install it.", url=self._shown, package=error.name)
            ) from error
        except ArgumentError as error:
            raise StoreError(_("“{url}” is no address of a database.", url=self._shown)) from error
        except IntegrityError as error:
            raise StoreDamaged(
                _("“{url}” holds rows that contradict each other. `huikuan verify` shows them.", url=self._shown)
            ) from error
        except SQLAlchemyError as error:
            why = error.orig if isinstance(error, DBAPIError) else error
            raise StoreError(
                _("“{url}” cannot be used: {why}. Check the server and the address.", url=self._shown, why=why)
            ) from error

    def check_place(self) -> None:
        """A server's database stays where it is."""

    def check(self, connection: Connection) -> None:
        """Pages and indexes are the server's business."""

    def forget(self, engine: Engine) -> None:
        """Old pages are the server's business: its vacuum and its backups are the administrator's."""
