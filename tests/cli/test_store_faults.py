"""A record that cannot be trusted, read or written: a message, exit code 1 or 3, and the file as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from shelf import CONTENT

SMALL = str(CONTENT / "library" / "small-debt" / "scenario.yaml")
TALK = "\n".join(["", "", "", "", "", "rapport.chat", "ask.plain", "end.leave", "yes", "", "", "", ""])
NOBODY = 65534


@pytest.fixture
def store(home: Path, huikuan: Any) -> Path:
    """A record with two attempts in it."""
    for seed in ("1", "2"):
        ran = huikuan("play", SMALL, "--plain", "--as", "Wang Min", "--seed", seed, stdin=TALK)
        assert ran.code == 0, ran.err
    path = home / "huikuan.db"
    _one_file(path)
    return path


def _one_file(path: Path) -> None:
    """Everything in the one file, none of it in a log beside it."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def attempts_of(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT DISTINCT attempt FROM events ORDER BY attempt").fetchall()
    connection.close()
    return [row[0] for row in rows]


def test_verify_of_a_whole_record_exits_0(store: Path, huikuan: Any) -> None:
    """All attempts, no fault; one attempt by its id too."""
    whole = {"attempts": 2, "results": 2, "stale": 0, "unknown_rubric": 0, "whole": True, "faults": []}
    assert huikuan("verify", "--json").json == whole
    assert huikuan("verify", attempts_of(store)[0]).code == 0
    assert "2 attempts, 0 faults" in huikuan("verify").out


def test_attempt_verifies_after_its_scenario_has_changed_or_gone(huikuan: Any, tmp_path: Path) -> None:
    """The version that was played is kept in the record: the file may be edited, broken or thrown away."""
    folder = tmp_path / "content"
    shutil.copytree(CONTENT, folder)
    file = folder / "library" / "small-debt" / "scenario.yaml"
    assert huikuan("play", str(file), "--plain", "--as", "A", "--seed", "1", stdin=TALK).code == 0
    whole = {"attempts": 1, "results": 1, "stale": 0, "unknown_rubric": 0, "whole": True, "faults": []}
    text = file.read_text(encoding="utf-8")
    assert "stage: guarded" in text
    for changed in (text.replace("stage: guarded", "stage: bargaining"), "nothing: at all\n"):
        file.write_text(changed, encoding="utf-8")
        assert huikuan("verify", "--json").json == whole
    shutil.rmtree(folder)
    assert huikuan("verify", "--json").json == whole


def test_changed_byte_is_found_with_its_attempt_and_event(store: Path, huikuan: Any) -> None:
    """One byte of one move, changed in the file itself: verify exits 1 and names where."""
    content = store.read_bytes()
    place = content.index(b'"move":"ask.plain"')
    changed = bytearray(content)
    changed[place + len(b'"move":"')] ^= 1
    store.write_bytes(changed)
    with sqlite3.connect(store) as connection:
        ((attempt, seq),) = connection.execute(
            'SELECT attempt, seq FROM events WHERE payload LIKE \'%"move":"`sk.plain"%\''
        ).fetchall()
    connection.close()
    ran = huikuan("verify", "--json")
    assert (ran.code, ran.json["whole"], ran.json["attempts"]) == (1, False, 2)
    assert (attempt, seq) in {(fault["attempt"], fault["event"]) for fault in ran.json["faults"]}
    assert {fault["attempt"] for fault in ran.json["faults"]} == {attempt}
    assert all(fault["why"] for fault in ran.json["faults"])
    words = huikuan("verify")
    assert words.code == 1
    assert f"attempt {attempt}, event {seq}: " in words.out
    other = next(one for one in attempts_of(store) if one != attempt)
    assert huikuan("verify", other).code == 0


@pytest.mark.parametrize("column", ["payload", "hash", "previous", "at"])
def test_changed_column_is_found(store: Path, huikuan: Any, column: str) -> None:
    """Every column of every event is covered by the chain."""
    with sqlite3.connect(store) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        attempt = attempts_of(store)[1]
        connection.execute(
            f"UPDATE events SET {column} = replace({column}, substr({column}, -3, 1), '#') "
            "WHERE attempt = ? AND seq = 2",
            (attempt,),
        )
    connection.close()
    ran = huikuan("verify", "--json")
    assert ran.code == 1
    assert {fault["attempt"] for fault in ran.json["faults"]} == {attempt}
    assert {fault["event"] for fault in ran.json["faults"]} & {2, 3}


def test_damaged_file_exits_3_and_is_left_alone(home: Path, huikuan: Any) -> None:
    """Something else under the store's name is not overwritten."""
    path = home / "huikuan.db"
    for content in (b"this is no store", b"SQLite format 3\x00" + bytes(200), bytes(4096), "回款".encode() * 500):
        path.write_bytes(content)
        for words in (["verify"], ["play", SMALL, "--plain", "--as", "A"]):
            ran = huikuan(*words)
            assert (ran.code, ran.out) == (3, ""), content[:20]
            assert str(path) in ran.err
            assert "Traceback" not in ran.err
        assert path.read_bytes() == content


def test_truncated_store_exits_3_or_1_and_is_left_alone(store: Path, huikuan: Any) -> None:
    """Half a record is told, and not repaired behind anybody's back."""
    content = store.read_bytes()[: store.stat().st_size // 2]
    store.write_bytes(content)
    ran = huikuan("verify")
    assert ran.code in (1, 3)
    assert ran.err or ran.out
    assert "Traceback" not in ran.err
    assert store.read_bytes() == content


def test_store_of_a_newer_version_exits_3_and_is_left_alone(store: Path, huikuan: Any) -> None:
    """A file from a newer program is not opened by an older one."""
    with sqlite3.connect(store) as connection:
        connection.execute("UPDATE meta SET value = '1000' WHERE key = 'schema'")
        assert connection.execute("SELECT changes()").fetchone() == (1,)
    connection.close()
    _one_file(store)
    content = store.read_bytes()
    for words in (["verify"], ["play", SMALL, "--plain", "--as", "A"]):
        ran = huikuan(*words)
        assert (ran.code, ran.out) == (3, "")
        assert "newer" in ran.err
    assert store.read_bytes() == content


def test_locked_store_exits_3_and_keeps_what_it_has(store: Path, huikuan: Any) -> None:
    """While another process writes, nothing is lost and nobody waits for ever."""
    holder = sqlite3.connect(store, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        ran = huikuan("play", SMALL, "--plain", "--as", "A", stdin=TALK)
    finally:
        holder.rollback()
        holder.close()
    assert ran.code == 3
    assert "Traceback" not in ran.err
    assert str(store) in ran.err
    whole = {"attempts": 2, "results": 2, "stale": 0, "unknown_rubric": 0, "whole": True, "faults": []}
    assert huikuan("verify", "--json").json == whole


@contextmanager
def without_rights(*paths: Path) -> Iterator[None]:
    """Nobody may write these; run as nobody where the tests run as root, to whom no file is read-only."""
    modes = [path.stat().st_mode for path in paths]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        for path, mode in zip(paths, modes, strict=True):
            path.chmod(mode)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="file rights as POSIX has them")
def test_read_only_store_can_be_verified_and_not_played(store: Path, huikuan: Any) -> None:
    """Reading needs no right to write; writing without it exits 3 and says so, and the file is as it was."""
    content = store.read_bytes()
    for folder in [store.parent, *store.parent.parents]:
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o005:
            folder.chmod(folder.stat().st_mode | 0o055)
    with without_rights(store, store.parent):
        ran = huikuan("play", SMALL, "--plain", "--as", "A", stdin=TALK)
        read = huikuan("verify", "--json")
    assert ran.code == 3
    assert str(store) in ran.err
    assert "Traceback" not in ran.err
    assert read.code == 0, read.err
    assert (read.json["attempts"], read.json["whole"], read.json["faults"]) == (2, True, [])
    assert store.read_bytes() == content


def test_store_that_is_a_folder_exits_3(huikuan: Any, tmp_path: Path) -> None:
    """A folder is no record."""
    ran = huikuan("--store", str(tmp_path), "verify")
    assert (ran.code, ran.out) == (3, "")
    assert str(tmp_path) in ran.err
