"""What the file store says of files that it cannot use, and that it leaves them alone."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from desk import result
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import OperationalError
from sqlalchemy.schema import CreateTable

from simulator.adapters.store import chain, schema, sql
from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import (
    StoreDamaged,
    StoreError,
    StoreLocked,
    StoreReadOnly,
    StoreTooNew,
)
from simulator.model.journal import Joined, Left
from simulator.model.record import Hinted, Started
from simulator.workflows.ports import JOURNAL

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Talk = Callable[..., str]
Nobody = Callable[[], AbstractContextManager[None]]


@pytest.fixture
def filled(open_folder: Path, talk: Talk) -> Path:
    """A store's file with one attempt, closed and to be read by everybody."""
    path = open_folder / "record.db"
    store = SqlStore(path)
    talk(store)
    store.close()
    path.chmod(0o666)
    return path


def _folder(path: Path) -> dict[str, bytes]:
    """Every file beside ``path``, byte for byte."""
    return {one.name: one.read_bytes() for one in path.parent.iterdir() if one.is_file()}


def _uses(store: SqlStore) -> list[Callable[[], object]]:
    """One use of every kind."""
    return [
        store.attempts,
        store.faults,
        lambda: store.events("a1"),
        lambda: store.texts("a1"),
        lambda: store.person("王芳"),
        lambda: store.keep(b"x"),
        lambda: store.append("a1", 7, Hinted(turn=1), NOON),
    ]


def _refused(path: Path, error: type[StoreError], *words: str) -> None:
    """Every use raises ``error`` with the path and ``words``, and no file in the folder is changed, added or lost."""
    before = _folder(path)
    for use in _uses(SqlStore(path, wait=0.1)):
        with pytest.raises(error) as raised:
            use()
        assert type(raised.value) is error
        assert str(path) in str(raised.value)
        for word in words:
            assert word in str(raised.value)
    assert _folder(path) == before


# Making and opening


def test_store_is_opened_when_first_used(tmp_path: Path) -> None:
    """Making a SqlStore touches nothing; its first use makes the file and the folders above it."""
    path = tmp_path / "not" / "yet" / "record.db"
    store = SqlStore(path)
    assert list(tmp_path.iterdir()) == []
    assert store.attempts() == []
    assert path.is_file()


def test_store_goes_on_after_close(filled: Path) -> None:
    """A closed store opens again when it is used, and closing twice is harmless."""
    store = SqlStore(filled)
    assert len(store.attempts()) == 1
    store.close()
    store.close()
    assert len(store.attempts()) == 1


def test_store_takes_paths_and_addresses(tmp_path: Path, talk: Talk) -> None:
    """A path as text, a path with signs that mean something in an address, and an SQLite address are all files."""
    odd = tmp_path / "回款 100%?#&mode=ro.db"
    talk(SqlStore(str(odd)))
    assert [one.name for one in tmp_path.iterdir() if not one.name.endswith(("-wal", "-shm"))] == [odd.name]
    assert len(SqlStore(odd).attempts()) == 1
    plain = tmp_path / "plain.db"
    talk(SqlStore(f"sqlite:///{plain}"))
    assert plain.is_file()


def test_store_through_a_link_is_the_file_itself(filled: Path, open_folder: Path) -> None:
    """A symbolic link to a store, read and written, leaves no side files where the link is."""
    link = open_folder / "links" / "mine.db"
    link.parent.mkdir()
    link.symlink_to(filled)
    SqlStore(link).append("a1", 7, Hinted(turn=1), NOON)
    assert len(SqlStore(filled).events("a1")) == 8
    assert [one.name for one in link.parent.iterdir()] == ["mine.db"]


def test_store_keeps_what_is_committed_on_the_disk(filled: Path) -> None:
    """The file is in WAL mode, commits wait for the disk, and erased bytes are overwritten."""
    store = SqlStore(filled)
    with store._writing() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "trusted_schema")
        }
    full = 2  # https://www.sqlite.org/pragma.html#pragma_synchronous
    assert asked == {
        "journal_mode": "wal", "synchronous": full, "foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0,
    }  # fmt: skip


def test_store_made_without_hard_links_is_whole(tmp_path: Path, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the file system has no hard links, the new file is copied into its place, and never over another."""

    def no_links(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    store = SqlStore(tmp_path / "record.db")
    talk(store)
    assert store.faults() == []
    store.close()
    assert [one.name for one in tmp_path.iterdir()] == ["record.db"]


@pytest.mark.parametrize("loss", ["deleted", "moved", "replaced"])
def test_store_lost_while_open_acknowledges_nothing(filled: Path, loss: str) -> None:
    """A file that was deleted, moved or replaced under an open store is a StoreError, not a lost event."""
    store, backup = SqlStore(filled), filled.with_name("backup.db")
    shutil.copy(filled, backup)
    assert len(store.events("a1")) == 7
    filled.unlink() if loss == "deleted" else filled.rename(filled.with_name("elsewhere.db"))
    if loss == "replaced":
        shutil.copy(backup, filled)
    with pytest.raises(StoreError, match="while it was open"):
        store.append("a1", 7, Hinted(turn=1), NOON)
    shutil.copy(backup, filled)
    store.append("a1", 7, Hinted(turn=1), NOON)
    assert len(SqlStore(filled).events("a1")) == 8


def test_connection_never_makes_a_file(filled: Path) -> None:
    """Only opening makes a store; a connection to one that is gone by then fails."""
    engine = SqlStore(filled)._engine()
    filled.unlink()
    with pytest.raises(OperationalError):
        engine.connect()
    assert not filled.exists()


def test_store_copied_by_hand_works_in_any_journal_mode(filled: Path, outsider: Any) -> None:
    """A copy that SQLite made without a WAL is a store like another."""
    copy = filled.with_name("copy.db")
    with closing(outsider(filled)) as connection:
        connection.execute(f"VACUUM INTO '{copy}'")
    store = SqlStore(copy)
    store.append("a1", 7, Hinted(turn=1), NOON)
    assert store.faults() == []


def test_importing_the_memory_store_loads_no_sql() -> None:
    """Who wants the double, or only the package, does not wait for SQLAlchemy."""
    code = (
        "import sys, simulator.adapters.store, simulator.adapters.store.memory;"
        "sys.exit('sqlalchemy' in sys.modules or 'sqlite3' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], check=False).returncode == 0


def test_schema_has_types_that_every_database_has() -> None:
    """Every table compiles for PostgreSQL, and every column is text, a number or bytes there."""
    dialect = postgresql.dialect()
    for table in schema.tables.tables.values():
        assert str(CreateTable(table).compile(dialect=dialect))
        assert {column.type.compile(dialect=dialect) for column in table.columns} <= {
            "TEXT",
            "INTEGER",
            "DOUBLE PRECISION",
            "BYTEA",
        }


# Older ones


@pytest.fixture(params=[1, 2])
def version(request: pytest.FixtureRequest) -> int:
    """A version of the schema that was released."""
    return int(request.param)


@pytest.fixture
def older(open_folder: Path, outsider: Any, version: int) -> Path:
    """A store of an older version, as the program of that version left it."""
    path = open_folder / "older.db"
    with closing(outsider(path)) as connection:
        connection.executescript((Path(__file__).parent / f"version-{version}.sql").read_text(encoding="utf-8"))
    path.chmod(0o666)
    return path


def test_there_is_a_store_of_every_older_version() -> None:
    """Every released version can be brought forward: a step from each, and a store that it left."""
    kept = {int(path.stem.partition("-")[2]) for path in Path(__file__).parent.glob("version-*.sql")}
    assert kept == set(schema._STEPS) == set(range(1, schema.VERSION))


def test_older_store_is_brought_forward_whole(older: Path, version: int) -> None:
    """A file keeps every event, text and name; its chains are whole, and it takes what is new."""
    before, contents = _rows(older, "events"), _rows(older, "contents")
    store = SqlStore(older)
    assert store.faults() == []
    assert [one.attempt for one in store.attempts()] == ["a2", "a1", "a3"]
    started = store.events("a1")[0].event
    assert isinstance(started, Started)
    assert (started.assignment, started.pass_mark, started.shared, started.closes) == (None, None, False, None)
    assert store.texts("a1") == {0: "开始吧", 2: "您好,请问发票收到了吗?", 4: "先寒暄"}
    assert store.decided("remarked") == ["a1"]
    assert len(store.journal()) == {1: 0, 2: 5}[version]
    assert store.known("王芳") is not None
    store.append("a2", 1, Hinted(turn=1), NOON)
    person = store.person("王芳")
    store.enter(Joined(person=person, group="east"), NOON, '{"name":"王芳"}', person)
    store.erase(person)
    assert store.faults() == []
    store.close()
    assert _rows(older, "meta")[0] == ("schema", str(schema.VERSION))
    assert [row for row in _rows(older, "events") if row[:2] != ("a2", 1)] == before
    assert _rows(older, "contents") == contents


@pytest.mark.parametrize("version", [2], indirect=True)
def test_store_of_version_2_keeps_journal_results_and_standings(older: Path) -> None:
    """What version 2 had beside the attempts is there: the desk's events and words, what was computed."""
    before = {table: _rows(older, table) for table in ("journal", "journal_texts", "results", "standings")}
    store = SqlStore(older)
    person = store.person("王芳")
    kinds = [entered.event.kind for entered in store.journal()]
    assert kinds == ["group-made", "joined", "joined", "assigned", "erased"]
    assert store.journal_texts() == {1: '{"name":"王芳"}', 2: None}
    assert [(one.attempt, one.total) for one in store.results(person)] == [("a1", 81.25)]
    assert len(store.results(person)[0].observations) == 2
    assert [one.stamp for one in store.standings("1")] == ["stamp"]
    assert store.attempts()[0].assignment == "march"
    store.close()
    assert {table: _rows(older, table) for table in before} == before


def test_older_store_has_the_tables_of_a_new_one(older: Path, tmp_path: Path) -> None:
    """Brought forward, a store has the very columns and indexes that a new one has."""
    new = tmp_path / "new.db"
    SqlStore(new).attempts()
    SqlStore(older).attempts()
    for table in schema.tables.tables:
        for ask in ("table_info", "index_list", "foreign_key_list"):
            made, brought = ({row[1:] for row in _asked(path, f"PRAGMA {ask}({table})")} for path in (new, older))
            assert brought == made, (table, ask)


def test_older_store_is_brought_forward_once(older: Path) -> None:
    """Several programs that open it at the same moment bring it forward together, once."""
    failed: list[BaseException] = []

    def work() -> None:
        try:
            assert len(SqlStore(older, wait=30).attempts()) == 3
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert SqlStore(older).faults() == []


def test_older_store_that_cannot_be_written_says_so(older: Path, nobody: Nobody) -> None:
    """Without the right to write it cannot be brought forward: StoreReadOnly, and it stays as it is."""
    older.chmod(0o444)
    older.parent.chmod(0o555)
    before = older.read_bytes()
    with nobody(), pytest.raises(StoreReadOnly, match="older"):
        SqlStore(older).attempts()
    assert older.read_bytes() == before


def test_older_store_stays_as_it_was_where_bringing_forward_fails(
    older: Path, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A step that breaks off leaves the older version, whole; the next opening does it."""

    def breaks(connection: object) -> None:
        step(connection)
        raise OSError(5, "pulled the plug")

    step, before = schema._STEPS[2], _rows(older, "meta")
    monkeypatch.setitem(schema._STEPS, 2, breaks)
    with pytest.raises(StoreError, match="plug"):
        SqlStore(older).attempts()
    assert _rows(older, "meta") == before
    assert before[0] == ("schema", str(version))
    monkeypatch.setitem(schema._STEPS, 2, step)
    assert SqlStore(older).faults() == []


def _rows(path: Path, table: str) -> list[tuple[object, ...]]:
    return _asked(path, f"SELECT * FROM {table}")


def _asked(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


# Files that are none


@pytest.mark.parametrize(
    "content",
    [b"", b"x", b"hello, this is a letter\n" * 400, b"SQLite format 3\x00", b"SQLite format 3\x00" + b"\xff" * 8000],
    ids=["empty", "one-byte", "letter", "magic-alone", "magic-and-noise"],
)
def test_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file of something else, the empty one included, is StoreDamaged and stays as it is."""
    path = tmp_path / "record.db"
    path.write_bytes(content)
    _refused(path, StoreDamaged, "backup")


@pytest.mark.parametrize("part", [0.001, 0.03, 0.3, 0.5, 0.9])
def test_truncated_file_is_refused(filled: Path, part: float) -> None:
    """A store that was cut off, wherever, is StoreDamaged and stays as it is."""
    content = filled.read_bytes()
    filled.write_bytes(content[: int(len(content) * part)])
    _refused(filled, StoreDamaged, "backup")


def test_file_whose_first_pages_are_noise_is_refused(filled: Path) -> None:
    """A store with noise in the page that lists its tables is StoreDamaged and stays as it is."""
    content = filled.read_bytes()
    filled.write_bytes(content[:100] + b"\xa5" * 3000 + content[3100:])
    _refused(filled, StoreDamaged)


@pytest.mark.parametrize("step", [499, pytest.param(29, marks=pytest.mark.slow)])
def test_any_changed_byte_is_found_or_idle(filled: Path, step: int) -> None:
    """A changed byte anywhere in the file gives a fault or a StoreError, or else everything reads as before."""
    content = filled.read_bytes()
    before = _everything(SqlStore(filled))
    silent = 0
    for at in range(0, len(content), step):
        for side in ("-wal", "-shm"):
            filled.with_name(filled.name + side).unlink(missing_ok=True)
        filled.write_bytes(content[:at] + bytes([content[at] ^ 0x15]) + content[at + 1 :])
        store = SqlStore(filled, wait=0.1)
        try:
            if not store.faults():
                assert _everything(store) == before, at
                silent += 1
        except StoreError:
            pass
        store.close()
    assert silent < len(range(0, len(content), step))


def test_faults_find_an_index_that_contradicts_its_table(filled: Path, outsider: Any) -> None:
    """An index that lists other rows than its table, so that lists would be wrong, is StoreDamaged."""
    partial = "UPDATE sqlite_master SET sql = sql || ' WHERE 0' WHERE name = 'ix_attempts_person'"
    whole = "UPDATE sqlite_master SET sql = replace(sql, ' WHERE 0', '') WHERE name = 'ix_attempts_person'"
    for steps in (["PRAGMA writable_schema=ON", partial], ["REINDEX"], ["PRAGMA writable_schema=ON", whole]):
        with closing(outsider(filled)) as connection:
            for step in steps:
                connection.execute(step)
    store = SqlStore(filled)
    assert store.attempts(person=store.attempts()[0].person) == []
    with pytest.raises(StoreDamaged, match="ix_attempts_person"):
        store.faults()


_VALUES = ["CAST(x'ff41' AS TEXT)", "x'00ff'", "55", "1.5", "-9223372036854775808", "''", "'['"]
_COLUMNS = [(table, column.name) for table in schema.tables.sorted_tables for column in table.columns]
# What is computed can be made again, and `verify` compares it; of what the team has beside, nothing is in a chain.
_CHAINED = {"people", "contents", "attempts", "events", "texts"}


@pytest.mark.parametrize(("table", "column"), [(t, c) for t, c in _COLUMNS if t.name in _CHAINED and c != "finished"])
def test_faults_go_through_whatever_stands_in_a_column(filled: Path, outsider: Any, table: Any, column: str) -> None:
    """Broken text, bytes, numbers of any kind and size where they do not belong are faults of the attempt, no crash."""
    for value in _VALUES:
        copy = filled.with_name("copy.db")
        shutil.copy(filled, copy)
        with closing(outsider(copy)) as connection:
            where = f"rowid = (SELECT min(rowid) FROM {table.name})"
            connection.execute(f"UPDATE {table.name} SET {column} = {value} WHERE {where}")
        store = SqlStore(copy)
        assert "a1" in {fault.attempt for fault in store.faults()}, value
        store.close()


_DESK = [(table, column) for table, column in _COLUMNS if table.name in ("journal", "journal_texts")]


@pytest.mark.parametrize(("table", "column"), _DESK)
def test_faults_go_through_whatever_stands_in_the_journal(filled: Path, outsider: Any, table: Any, column: str) -> None:
    """The same of the journal: whatever stands in its rows is a fault of the journal, and no crash."""
    store = SqlStore(filled)
    person = store.person("王芳")
    store.enter(Joined(person=person, group="east"), NOON, '{"name":"王芳"}', person)
    store.enter(Left(person=person, on=NOON.date()), NOON)
    store.close()
    for value in _VALUES if column != "seq" else ["55", "-9223372036854775808"]:  # SQLite takes nothing else there
        copy = filled.with_name("copy.db")
        shutil.copy(filled, copy)
        with closing(outsider(copy)) as connection:
            connection.execute("PRAGMA foreign_keys=OFF")
            where = f"rowid = (SELECT min(rowid) FROM {table.name})"
            connection.execute(f"UPDATE {table.name} SET {column} = {value} WHERE {where}")
        store = SqlStore(copy)
        assert {fault.attempt for fault in store.faults()} == {JOURNAL}, value
        store.close()


_KEPT = [column.name for column in schema.results.columns]


@pytest.mark.parametrize("column", _KEPT)
def test_results_that_make_no_sense_are_damage_and_no_crash(filled: Path, outsider: Any, column: str) -> None:
    """Whatever stands in a column of the kept results, reading them gives results or StoreDamaged."""
    store = SqlStore(filled)
    store.put_results([result()])
    store.close()
    for value in _VALUES:
        copy = filled.with_name("copy.db")
        shutil.copy(filled, copy)
        with closing(outsider(copy)) as connection:
            connection.execute(f"UPDATE results SET {column} = {value}")
        store = SqlStore(copy)
        for read in (store.results, lambda one=store: one.evidence_columns("1"), lambda one=store: one.unsettled("1")):
            with contextlib.suppress(StoreDamaged):
                read()
        store.close()


def _everything(store: SqlStore) -> object:
    attempts = store.attempts()
    names = [store.name(one.person) for one in attempts]
    said = [(store.events(one.attempt), store.texts(one.attempt)) for one in attempts]
    return attempts, names, said


def test_database_of_another_program_is_refused(tmp_path: Path, outsider: Any) -> None:
    """A sound SQLite file that is no store of ours is StoreDamaged and stays as it is."""
    path = tmp_path / "music.db"
    with closing(outsider(path)) as connection:
        connection.execute("CREATE TABLE songs (title)")
    _refused(path, StoreDamaged)
    with closing(outsider(path)) as connection:
        connection.execute("CREATE TABLE meta (key, value)")
    _refused(path, StoreDamaged, "version")
    for version in ("0", "-1", "1.0", "one", "9" * 5000):
        with closing(outsider(path)) as connection:
            connection.execute("DELETE FROM meta")
            connection.execute("INSERT INTO meta VALUES ('schema', ?)", (version,))
        _refused(path, StoreDamaged, "version")


def test_store_that_lacks_a_table_is_damaged(filled: Path, outsider: Any) -> None:
    """A store whose table somebody dropped is StoreDamaged, with the table's name."""
    with closing(outsider(filled)) as connection:
        connection.execute("DROP TABLE texts")
    with pytest.raises(StoreDamaged, match="texts"):
        SqlStore(filled).texts("a1")


@pytest.mark.parametrize("kind", ["folder", "pipe"])
def test_path_that_is_no_file_is_refused(tmp_path: Path, kind: str) -> None:
    """A folder or a pipe at the path is StoreDamaged at once, with what to do."""
    path = tmp_path / "record.db"
    if kind == "folder":
        path.mkdir()
        _refused(path, StoreDamaged, str(path / "huikuan.db"))
    elif hasattr(os, "mkfifo"):
        os.mkfifo(path)
        _refused(path, StoreDamaged)


def test_path_below_a_file_is_refused(tmp_path: Path) -> None:
    """A path whose folder is a file is a StoreError that says so."""
    (tmp_path / "note").write_text("x")
    path = tmp_path / "note" / "record.db"
    with pytest.raises(StoreError, match="note") as raised:
        SqlStore(path).attempts()
    assert "Name another store" in str(raised.value)
    assert (tmp_path / "note").read_text() == "x"


def test_newer_store_is_refused_untouched(filled: Path, outsider: Any) -> None:
    """A store of a newer version is StoreTooNew with both versions, and stays as it is."""
    with closing(outsider(filled)) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(schema.VERSION + 1),))
    _refused(filled, StoreTooNew, str(schema.VERSION + 1), "Update")


def test_newer_store_is_refused_with_its_journal_untouched(filled: Path, outsider: Any, tmp_path: Path) -> None:
    """A newer store whose program died before tidying up keeps file and journal byte for byte."""
    copy = tmp_path / "copy.db"
    with closing(outsider(filled)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
        for side in ("", "-wal"):
            shutil.copy(f"{filled}{side}", f"{copy}{side}")
    before = {side: Path(f"{copy}{side}").read_bytes() for side in ("", "-wal")}
    assert before["-wal"]
    with pytest.raises(StoreTooNew, match="99"):
        SqlStore(copy).attempts()
    assert {side: Path(f"{copy}{side}").read_bytes() for side in ("", "-wal")} == before


def test_journal_without_its_file_is_refused(filled: Path, outsider: Any, tmp_path: Path) -> None:
    """Where only the journal of a store is left, no new store is made over it: SQLite would mix the two."""
    copy = tmp_path / "copy.db"
    with closing(outsider(filled)) as connection:
        connection.execute("UPDATE attempts SET turns = 2")
        shutil.copy(f"{filled}-wal", f"{copy}-wal")
    _refused(copy, StoreDamaged, "copy.db-wal")


def test_full_disk_is_told_and_nothing_is_half_recorded(filled: Path) -> None:
    """An append that finds the disk full is a StoreError that says so; the record is as before and goes on after."""
    store = SqlStore(filled)
    with store._reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    driver = store._engine().raw_connection()
    driver.driver_connection.execute(f"PRAGMA max_page_count={pages}")
    driver.close()
    with pytest.raises(StoreError, match="is full; nothing was recorded"):
        store.append("a1", 7, Hinted(turn=1), NOON, text="长" * 20_000)
    assert len(store.events("a1")) == 7
    assert store.faults() == []
    store.close()
    store.append("a1", 7, Hinted(turn=1), NOON, text="长" * 20_000)
    assert store.faults() == []


# Rights


def _reads_but_does_not_write(path: Path, nobody: Nobody) -> None:
    before = _folder(path)
    store = SqlStore(path)
    with nobody():
        assert [one.attempt for one in store.attempts()] == ["a1"]
        assert len(store.events("a1")) == 7
        assert store.faults() == []
        assert store.person("王芳") == store.attempts()[0].person
        for write in (
            lambda: store.append("a1", 7, Hinted(turn=1), NOON),
            lambda: store.person("李雷"),
            lambda: store.keep(b"new"),
            lambda: store.erase(store.person("王芳")),
        ):
            with pytest.raises(StoreReadOnly, match="Allow writing") as raised:
                write()
            assert str(path) in str(raised.value)
    assert _folder(path) == before


def test_read_only_file_is_read(filled: Path, nobody: Nobody) -> None:
    """A file without the right to write is read; writing is StoreReadOnly; nothing is left beside it."""
    filled.chmod(0o444)
    filled.parent.chmod(0o777)
    _reads_but_does_not_write(filled, nobody)


def test_read_only_folder_is_read(filled: Path, nobody: Nobody) -> None:
    """So is a file in a folder without the right to write, where SQLite cannot put its side files."""
    filled.parent.chmod(0o555)
    _reads_but_does_not_write(filled, nobody)


def test_read_only_store_shows_what_its_owner_does(filled: Path, nobody: Nobody) -> None:
    """Who may only read sees what another process records meanwhile, and writes once he gets the right to."""
    filled.parent.chmod(0o555)
    reader, owner = SqlStore(filled), SqlStore(filled)
    with nobody():
        assert len(reader.events("a1")) == 7
    filled.parent.chmod(0o755)
    owner.append("a1", 7, Hinted(turn=1), NOON)
    filled.parent.chmod(0o555)
    with nobody():
        assert len(reader.events("a1")) == 8
    owner.close()
    filled.parent.chmod(0o777)
    with nobody():
        reader.append("a1", 8, Hinted(turn=1), NOON)
    assert len(reader.events("a1")) == 9


def test_unreadable_file_is_refused(filled: Path, nobody: Nobody) -> None:
    """A file without the right to read is a StoreError that says so."""
    filled.chmod(0o000)
    with nobody(), pytest.raises(StoreError, match="ermission denied"):
        SqlStore(filled).attempts()


def test_new_store_in_a_read_only_folder_is_refused(open_folder: Path, nobody: Nobody) -> None:
    """Where no file can be made, that is StoreReadOnly with the path, also some folders up."""
    open_folder.chmod(0o555)
    for path in (open_folder / "record.db", open_folder / "a" / "b" / "record.db"):
        with nobody(), pytest.raises(StoreReadOnly, match="cannot be made"):
            SqlStore(path).attempts()
    assert list(open_folder.iterdir()) == []


# Locks


def test_locked_store_is_told_and_read(filled: Path, outsider: Any) -> None:
    """While another process writes, writing waits and is then StoreLocked; reading goes on; later all is well."""
    store = SqlStore(filled, wait=0.3)
    with closing(outsider(filled)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        with pytest.raises(StoreLocked, match="try again") as raised:
            store.append("a1", 7, Hinted(turn=1), NOON)
        assert 0.25 < time.monotonic() - began < 5
        assert str(filled) in str(raised.value)
        assert len(store.events("a1")) == 7
        other.execute("ROLLBACK")
    store.append("a1", 7, Hinted(turn=1), NOON)
    assert store.faults() == []


def test_locked_store_is_waited_for(filled: Path) -> None:
    """A lock that is let go of in time is no error; by default that is two seconds."""
    assert sql.WAIT == 2.0
    code = (
        "import sqlite3, sys, time; c = sqlite3.connect(sys.argv[1], isolation_level=None);"
        "c.execute('BEGIN IMMEDIATE'); print('held', flush=True); time.sleep(0.7); c.execute('ROLLBACK')"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(filled)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        store = SqlStore(filled)
        store.append("a1", 7, Hinted(turn=1), NOON)
        assert len(store.events("a1")) == 8


def test_store_held_for_itself_by_another_is_refused_untouched(filled: Path, outsider: Any) -> None:
    """A file that another program keeps wholly to itself is StoreLocked and stays as it is."""
    with closing(outsider(filled)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN EXCLUSIVE")
        _refused(filled, StoreLocked, "Close that program")


def test_threads_of_one_process_do_not_lock_each_other_out(filled: Path) -> None:
    """Threads that record at once wait for each other, however short the patience with other processes is."""
    store, failed = SqlStore(filled, wait=0), []
    store.attempts()

    def work(number: int) -> None:
        try:
            for step in range(25):
                store.keep(f"{number}/{step}".encode())
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_person_and_content_entered_meanwhile_are_the_same(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who enters a name or content just before us, after we looked, has entered ours too."""
    store, other = SqlStore(filled), SqlStore(filled)
    newcomer, insert = chain.newcomer, sql.insert_row
    theirs: list[str] = []

    def overtaken(name: str) -> chain.Owner:
        monkeypatch.setattr(chain, "newcomer", newcomer)
        theirs.append(other.person(name))
        return newcomer(name)

    monkeypatch.setattr(chain, "newcomer", overtaken)
    assert [store.person("李雷")] == theirs

    def doubled(*row: Any) -> None:
        insert(*row)
        insert(*row)

    monkeypatch.setattr(sql, "insert_row", doubled)
    assert store.keep(b"new") == hashlib.sha256(b"new").hexdigest()


# Erasing


def test_erased_words_are_nowhere_in_the_file(tmp_path: Path, talk: Talk, begin: Callable[..., str]) -> None:
    """After erasing, neither name nor text nor key is in any byte of the store's files, while it is open or closed."""
    path = tmp_path / "record.db"
    store = SqlStore(path)
    for number in range(20):
        talk(store, f"a{number}", "王芳芳" if number % 2 else "李雷雷", f"typed-secret-{number % 2}-{number}")
    person = store.person("王芳芳")
    with closing(sqlite3.connect(path)) as connection:
        (key,) = connection.execute("SELECT key FROM people WHERE person = ?", (person,)).fetchone()
        connection.execute("PRAGMA secure_delete=OFF")  # as by another program, or by SQLite moving a row
        connection.execute("INSERT INTO texts VALUES ('a1', 3, 'left-by-a-row')")
        connection.execute("DELETE FROM texts WHERE text = 'left-by-a-row'")
        connection.commit()
    secrets = ["王芳芳".encode(), key, b"typed-secret-1", b"left-by-a-row"]
    assert all(any(secret in content for content in _folder(path).values()) for secret in secrets)
    store.erase(person)
    assert not any(secret in content for secret in secrets for content in _folder(path).values())
    assert any(b"typed-secret-0" in content for content in _folder(path).values())
    assert store.faults() == []
    store.close()
    assert not any(secret in content for secret in secrets for content in _folder(path).values())


def test_erase_that_another_reader_holds_up_says_so(filled: Path, outsider: Any) -> None:
    """While another process reads the old pages, erasing is StoreLocked; doing it again finishes the work."""
    store = SqlStore(filled, wait=0.2)
    person = store.attempts()[0].person
    with closing(outsider(filled)) as other:
        other.execute("BEGIN")
        other.execute("SELECT name FROM people").fetchall()
        with pytest.raises(StoreLocked):
            store.erase(person)
        assert store.name(person) is None
        other.execute("COMMIT")
    store.erase(person)
    assert not any("王芳".encode() in content for content in _folder(filled).values())


# Addresses


@pytest.mark.parametrize("url", ["://", "sqlite://", "sqlite:///:memory:", "nosuch://host/db"])
def test_address_that_is_none_is_refused(url: str) -> None:
    """An address that names no database is a StoreError that repeats it."""
    with pytest.raises(StoreError) as raised:
        SqlStore(url).attempts()
    assert url.split(":")[0] in str(raised.value)


def test_address_never_shows_its_password() -> None:
    """Where the server cannot be used, the message names it without the password."""
    with pytest.raises(StoreError) as raised:
        SqlStore("postgresql+nosuchdriver://me:hunter2@localhost/huikuan").attempts()
    assert "localhost" in str(raised.value)
    assert "hunter2" not in str(raised.value)


def test_errors_of_the_store_speak_the_current_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages go through the translation, so Chinese catalogues reach them."""
    asked: list[str] = []
    monkeypatch.setattr("simulator.adapters.store.sqlite._", lambda text, **_: asked.append(text) or "译文")
    (tmp_path / "record.db").write_bytes(b"x")
    with pytest.raises(StoreDamaged, match="译文"):
        SqlStore(tmp_path / "record.db").attempts()
    assert asked
