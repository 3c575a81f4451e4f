"""``huikuan store``: made, brought forward, checked, copied; what it says, its exit codes, its documents."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from postgres import Postgres, is_wanted
from shelf import CONTENT

from simulator.adapters.store import schema

SMALL = str(CONTENT / "library" / "small-debt" / "scenario.yaml")
TALK = "\n".join(["", "", "", "", "", "rapport.chat", "ask.plain", "end.leave", "yes", "", "", "", ""])
OLD = Path(__file__).parents[1] / "adapters" / "store" / "version-1.sql"
needs_server = pytest.mark.skipif(not is_wanted(), reason="the extra for tests asks for no PostgreSQL")
Huikuan = Callable[..., Any]


@pytest.fixture
def played(home: Path, huikuan: Huikuan) -> Path:
    """A record with an attempt in it, where the settings say."""
    ran = huikuan("play", SMALL, "--plain", "--as", "Wang Min", "--seed", "1", stdin=TALK)
    assert ran.code == 0, ran.err
    return home / "huikuan.db"


def test_init_makes_a_store_once(home: Path, huikuan: Huikuan) -> None:
    """Where there is none; where there is one it says so and leaves it."""
    ran = huikuan("store", "init")
    assert (ran.code, ran.err) == (0, "")
    assert "huikuan.db” is made (store version" in ran.out
    assert "is there already" in huikuan("store", "init").out
    other = home / "new" / "other.db"
    assert huikuan("store", "init", str(other), "--json").json == {
        "store": str(other),
        "before": None,
        "version": schema.VERSION,
    }
    assert other.is_file()


def test_migrate_brings_an_old_store_forward(home: Path, huikuan: Huikuan) -> None:
    """It says from which version to which; where there is no store it makes none."""
    path = home / "old.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(OLD.read_text(encoding="utf-8"))
    ran = huikuan("store", "migrate", str(path))
    assert (ran.code, ran.err) == (0, "")
    assert f"is brought forward from store version 1 to {schema.VERSION}" in ran.out
    assert huikuan("store", "migrate", str(path), "--json").json["before"] == schema.VERSION
    ran = huikuan("store", "migrate", str(home / "none.db"))
    assert (ran.code, ran.out) == (2, "")
    assert "There is no store at" in ran.err
    assert not (home / "none.db").exists()


def test_check_counts_and_finds_what_is_broken(played: Path, huikuan: Huikuan) -> None:
    """Exit code 0 and no fault; after a change exit code 1, the attempt and the event."""
    ran = huikuan("store", "check")
    assert (ran.code, ran.out.splitlines()[-1]) == (0, "0 faults")
    assert ran.out.startswith("1 attempts with ")
    document = huikuan("store", "check", "--json").json
    assert (document["whole"], document["faults"], document["rows"]["attempts"]) == (True, [], 1)
    with closing(sqlite3.connect(played)) as connection:
        connection.execute("UPDATE events SET payload = replace(payload, 'ask.plain', 'ask.plaim')")
        connection.commit()
    ran = huikuan("store", "check")
    assert ran.code == 1
    assert "the event was changed after it was written" in ran.out
    assert huikuan("store", "check", "--json").json["whole"] is False


def test_copy_is_a_backup_that_works(played: Path, home: Path, huikuan: Huikuan) -> None:
    """The tested way back: copy the record, lose it, put the copy in its place."""
    backup = home / "backup" / "record.db"
    ran = huikuan("store", "copy", str(played), str(backup))
    assert ran.code == 0, ran.err
    assert "is the same, row for row, and every chain is whole" in ran.out
    before = huikuan("verify", "--json").json
    for suffix in ("", "-wal", "-shm"):
        played.with_name(played.name + suffix).unlink(missing_ok=True)
    shutil.copy(backup, played)
    assert huikuan("verify", "--json").json == before
    assert before["attempts"] == 1


def test_copy_to_a_place_that_holds_something_is_refused(played: Path, home: Path, huikuan: Huikuan) -> None:
    """Exit code 2, and both are as they were."""
    backup = home / "backup.db"
    assert huikuan("store", "copy", str(played), str(backup)).code == 0
    ran = huikuan("store", "copy", str(played), str(backup))
    assert (ran.code, ran.out) == (2, "")
    assert "holds something already" in ran.err
    assert huikuan("store", "copy", str(played), str(played)).code == 2
    assert huikuan("store", "copy", str(home / "none.db"), str(home / "new.db")).code == 2
    assert not (home / "new.db").exists()


def test_copy_of_a_broken_store_says_so(played: Path, home: Path, huikuan: Huikuan) -> None:
    """Exit code 1, the faults, and that the original has them."""
    with closing(sqlite3.connect(played)) as connection:
        connection.execute("UPDATE events SET payload = replace(payload, 'ask.plain', 'ask.plaim')")
        connection.commit()
    ran = huikuan("store", "copy", str(played), str(home / "a.db"))
    assert ran.code == 1
    assert "with the faults that the original had before" in ran.out
    document = huikuan("store", "copy", str(played), str(home / "b.db"), "--json").json
    assert (document["same"], document["whole"]) == (True, False)
    assert document["faults"] == document["faults_of_original"] != []


@needs_server
def test_record_moves_to_a_server_and_back(
    played: Path, home: Path, huikuan: Huikuan, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the file to the database and back into a file; the program works on each of them as on the first."""
    url = postgres.url(postgres.database())
    assert huikuan("store", "copy", str(played), url).code == 0
    whole = huikuan("verify", "--json").json
    monkeypatch.setenv("HUIKUAN_STORE", url)
    assert huikuan("verify", "--json").json == whole
    ran = huikuan("play", SMALL, "--plain", "--as", "Wang Min", "--seed", "2", stdin=TALK)
    assert ran.code == 0, ran.err
    assert huikuan("store", "copy", url, str(home / "back.db")).code == 0
    monkeypatch.setenv("HUIKUAN_STORE", str(home / "back.db"))
    document = huikuan("verify", "--json").json
    assert (document["attempts"], document["whole"]) == (2, True)


@needs_server
def test_check_of_a_server_tells_its_connections(huikuan: Huikuan, home: Path, postgres: Postgres) -> None:
    """How many are open and how many it takes, for whoever wonders how many sessions fit."""
    with postgres.stores() as lend:
        url = postgres.url(lend())
        assert "connections to the server are open, and it takes" in huikuan("store", "check", url).out
        assert set(huikuan("store", "check", url, "--json").json["connections"]) == {"open", "most"}
    assert huikuan("store", "init").code == 0
    assert huikuan("store", "check", "--json").json["connections"] is None


@needs_server
@pytest.mark.parametrize(
    "words", [("verify",), ("store", "check"), ("play", SMALL, "--plain", "--as", "Wang Min"), ("people", "list")]
)
def test_server_that_does_not_answer_is_told(
    home: Path, huikuan: Huikuan, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    """Whatever needs the record: exit code 3, the address without its password, the reason, nothing on the output."""
    monkeypatch.setenv("HUIKUAN_STORE", "postgresql://me:hunter2@127.0.0.1:1/huikuan")
    ran = huikuan(*words, stdin=TALK)
    assert (ran.code, ran.out) == (3, "")
    assert "postgresql://me:***@127.0.0.1:1/huikuan” cannot be used" in ran.err.replace("+psycopg", "")
    assert "Check the server and the address" in ran.err
    assert "hunter2" not in ran.err
    assert "Traceback" not in ran.err


@needs_server
def test_no_command_shows_a_password(home: Path, huikuan: Huikuan, postgres: Postgres) -> None:
    """Neither in what is said nor in a document, whether it works or not."""
    secret = postgres.url(postgres.database(), "postgres:hunter2")
    for arguments in (
        ("init", secret),
        ("init", secret, "--json"),
        ("migrate", secret),
        ("check", secret, "--json"),
        ("copy", secret, str(home / "copy.db"), "--json"),
        ("copy", secret, secret),
        ("check", "postgresql://me:hunter2@127.0.0.1:1/x"),
        ("check", "postgresql://me:hunter2@127.0.0.1:port/x"),
    ):
        ran = huikuan("store", *arguments)
        assert "hunter2" not in ran.out + ran.err, arguments
        assert ran.code == (0 if "127" not in arguments[1] and arguments != ("copy", secret, secret) else ran.code)
        assert ran.code in (0, 2, 3)


def test_words_of_the_command_are_those_of_the_language(huikuan: Huikuan) -> None:
    """Help is there for each action."""
    for action in ("init", "migrate", "check", "copy"):
        with pytest.raises(SystemExit) as left:
            huikuan("store", action, "--help")
        assert left.value.code == 0
