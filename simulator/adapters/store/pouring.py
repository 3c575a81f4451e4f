"""A store that was filled in memory, put into a file: whole, or not at all."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import Connection, Table, insert, update

from simulator.adapters.store.memory import MemoryStore
from simulator.adapters.store.schema import (
    JOURNAL_HEAD,
    attempts,
    contents,
    events,
    journal,
    journal_texts,
    meta,
    people,
    texts,
)
from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import StoreError, StoreLocked
from simulator.model.language import _

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite puts beside a file while somebody has it open."""


def pour(filled: MemoryStore, path: Path) -> None:
    """Writes what a store in memory holds into a SQLite file, in place of the one that is there.

    The rows are the same in both, so that every chain verifies in the file as it did before.

    Raises:
        StoreLocked: another program has the file open.
        StoreError: nothing can be written there.
    """
    draft = path.with_name(f".{uuid.uuid4().hex}.new")
    try:
        store = _Vessel(draft)
        try:
            store.take(filled)
        finally:
            store.close()
        _put(draft, path)
    except OSError as why:
        raise StoreError(_("“{path}” cannot be made: {why}.", path=path, why=why.strerror)) from why
    finally:
        for suffix in ("", *_BESIDE):
            with contextlib.suppress(OSError):  # there may not even be a folder
                draft.with_name(draft.name + suffix).unlink(missing_ok=True)


class _Vessel(SqlStore):
    def take(self, filled: MemoryStore) -> None:
        with self._writing() as connection:
            _rows(connection, people, map(asdict, filled.owners.values()))
            _rows(connection, contents, ({"sha256": key, "bytes": one} for key, one in filled.contents.items()))
            _rows(connection, attempts, map(asdict, filled.entries.values()))
            _rows(connection, events, (asdict(link) for links in filled.links.values() for link in links))
            _rows(
                connection,
                texts,
                (
                    {"attempt": attempt, "seq": seq, "text": text}
                    for attempt, kept in filled.kept_texts.items()
                    for seq, text in kept.items()
                ),
            )
            _rows(connection, journal, map(asdict, filled.desk))
            kept = ({"seq": seq, "text": text} for seq, text in filled.desk_texts.items())
            _rows(connection, journal_texts, kept)
            connection.execute(update(meta).where(meta.c.key == JOURNAL_HEAD).values(value=filled.desk_head))
        self.put_results(filled.kept_results.values())
        self.put_standings(filled.kept_standings.values())
        if filled.simulated:
            self.mark_simulated()


def _rows(connection: Connection, table: Table, rows: Iterable[Mapping[str, object]]) -> None:
    made = [dict(row) for row in rows]
    if made:
        connection.execute(insert(table), made)


def _put(draft: Path, path: Path) -> None:
    """Puts a finished file in its place."""
    if any(path.with_name(path.name + suffix).exists() for suffix in _BESIDE):
        raise StoreLocked(_("“{path}” is open in another program. Close that program and try again.", path=path))
    draft.replace(path)
