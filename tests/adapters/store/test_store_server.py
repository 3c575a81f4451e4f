"""What the store on a server promises beside the contract: its database, its address, its rights, its locks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from postgres import Postgres, is_wanted
from sqlalchemy import inspect, make_url

from simulator.adapters.store import schema
from simulator.adapters.store.moving import MovingStore
from simulator.adapters.store.server import Server
from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import StoreDamaged, StoreError, StoreLocked, StoreReadOnly, StoreTooNew
from simulator.model.journal import Joined
from simulator.model.record import Hinted, Started
from simulator.workflows.ports import Standing

pytestmark = pytest.mark.skipif(not is_wanted(), reason="the extra for tests asks for no PostgreSQL")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Talk = Callable[..., str]


@pytest.fixture
def database(postgres: Postgres) -> str:
    """The name of an empty database."""
    return postgres.database()


@pytest.fixture
def url(postgres: Postgres, database: str) -> str:
    """Its address."""
    return postgres.url(database)


def _together(count: int, work: Callable[[int], object]) -> list[BaseException]:
    """Does the work in several threads at one moment; what failed."""
    gate, failed = threading.Barrier(count), list[BaseException]()

    def one(number: int) -> None:
        try:
            gate.wait()
            work(number)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


# Making and bringing forward


def test_server_store_is_made_once_by_several_at_once(url: str) -> None:
    """Six programs that open an empty database at one moment share one store."""
    digests: list[str] = []
    assert _together(6, lambda number: digests.append(SqlStore(url).keep(f"content {number}".encode()))) == []
    store = SqlStore(url)
    assert sorted(store.content(digest) for digest in digests) == [f"content {n}".encode() for n in range(6)]


@pytest.fixture(params=[1, 2])
def version(request: pytest.FixtureRequest) -> int:
    """A version of the schema that was released."""
    return int(request.param)


@pytest.fixture
def older(postgres: Postgres, database: str, version: int) -> int:
    """The database holds the store that the program of a version left, as it stands in a file of SQLite; which."""
    written = (Path(__file__).parent / f"version-{version}.sql").read_text(encoding="utf-8")
    written = written.replace(" BLOB", " BYTEA").replace(" DOUBLE", " DOUBLE PRECISION").replace("X'", r"'\x")
    statements = [one.strip() for one in written.split(";\n") if one.strip() not in ("BEGIN TRANSACTION", "COMMIT", "")]
    order = ["meta", "people", "contents", "attempts", "events", "texts"]
    order += ["journal", "journal_texts", "objectives", "results", "standings"]
    sorted_out = [
        statement
        for start in ("CREATE TABLE {} ", 'INSERT INTO "{}"', "CREATE INDEX ix_{}_")
        for table in order
        for statement in statements
        if statement.startswith(start.format(table))
    ]
    assert len(sorted_out) == len(statements)
    postgres.run(";\n".join(sorted_out), database)
    return version


def test_older_server_store_is_brought_forward_whole(older: int, url: str) -> None:
    """A database of an older version keeps every event, text and name, and takes what is new."""
    store = MovingStore(url)
    assert store.version() == older
    assert store.faults() == []
    assert store.version() == schema.VERSION
    assert [one.attempt for one in store.attempts()] == ["a2", "a1", "a3"]
    started = store.events("a1")[0].event
    assert isinstance(started, Started)
    assert started.assignment is None
    assert store.texts("a1") == {0: "开始吧", 2: "您好,请问发票收到了吗?", 4: "先寒暄"}
    assert store.decided("remarked") == ["a1"]
    assert len(store.journal()) == {1: 0, 2: 5}[older]
    assert [one.total for one in store.results()] == {1: [], 2: [81.25]}[older]
    store.append("a2", 1, Hinted(turn=1), NOON)
    person = store.person("王芳")
    store.enter(Joined(person=person, group="east"), NOON, '{"name":"王芳"}', person)
    store.erase(person)
    assert store.faults() == []


@pytest.mark.usefixtures("older")
def test_older_server_store_has_the_tables_of_a_new_one(postgres: Postgres, url: str) -> None:
    """Brought forward, a database has the columns, keys and indexes of a new one."""
    new = postgres.url(postgres.database())

    def made(address: str) -> dict[str, Any]:
        store = SqlStore(address)
        looking = inspect(store._engine())
        asks = ("get_columns", "get_indexes", "get_foreign_keys", "get_unique_constraints", "get_pk_constraint")
        found = {(table, ask): getattr(looking, ask)(table) for table in schema.tables.tables for ask in asks}
        store.close()
        return {str(key): sorted(map(str, value)) for key, value in found.items()}

    assert made(url) == made(new)


def test_older_server_store_is_brought_forward_once(older: int, url: str) -> None:
    """Several programs that open it at the same moment bring it forward together, once."""
    assert _together(6, lambda number: len(SqlStore(url).attempts()) == 3 or pytest.fail("lost")) == []
    store = SqlStore(url)
    assert store.faults() == []
    assert store.journal_head()[0] == {1: -1, 2: 4}[older]


def test_migration_that_fails_leaves_the_old_store(postgres: Postgres, database: str, url: str, older: int) -> None:
    """Everything or nothing: where a step fails, everything is as it was, and it can be tried again."""
    postgres.run("CREATE TABLE outbox (something TEXT)", database)
    with pytest.raises(StoreError):
        SqlStore(url).attempts()
    assert MovingStore(url).version() == older
    assert postgres.run("SELECT to_regclass('accounts') IS NULL", database) == [(True,)]
    assert postgres.run("SELECT to_regclass('journal') IS NULL", database) == [(older == 1,)]
    postgres.run("DROP TABLE outbox", database)
    assert len(SqlStore(url).attempts()) == 3


def test_newer_server_store_is_refused(postgres: Postgres, database: str, url: str) -> None:
    """A store that a newer program wrote is StoreTooNew with both versions, and stays as it is."""
    SqlStore(url).person("王芳")
    postgres.run("UPDATE meta SET value = '99' WHERE key = 'schema'", database)
    for use in (SqlStore(url).attempts, SqlStore(url).faults, lambda: SqlStore(url).keep(b"x")):
        with pytest.raises(StoreTooNew, match="99"):
            use()
    assert postgres.run("SELECT count(*) FROM contents", database) == [(0,)]


@pytest.mark.parametrize(
    "table", ["people (id TEXT)", "meta (something TEXT)", "meta (key TEXT PRIMARY KEY, value TEXT)"]
)
def test_database_of_something_else_is_left_alone(postgres: Postgres, database: str, url: str, table: str) -> None:
    """A database with tables of ours that are not ours is StoreDamaged, and nothing is added to it."""
    postgres.run(f"CREATE TABLE {table}", database)
    with pytest.raises(StoreDamaged, match="Name another database"):
        SqlStore(url).attempts()
    assert postgres.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database) == [(1,)]


def test_database_that_cannot_hold_chinese_is_refused(postgres: Postgres) -> None:
    """An encoding other than UTF-8 is told before anything is made."""
    postgres.run("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    with pytest.raises(StoreError, match="LATIN1"):
        SqlStore(postgres.url("latin")).attempts()
    assert postgres.run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", "latin") == [(0,)]


def test_server_store_waits_for_the_disk(postgres: Postgres, database: str, url: str) -> None:
    """Whatever the database's default is, a commit returns when it is on the disk."""
    postgres.run(f"ALTER DATABASE {database} SET synchronous_commit = off")
    with SqlStore(url)._writing() as connection:
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://me:hunter2@127.0.0.1:1/huikuan",
        "postgresql+psycopg://me@127.0.0.1:1/huikuan?password=hunter2",
        "postgresql+psycopg://me:hunter2@127.0.0.1:port/huikuan",
        "postgresql+psycopg://me:hun/ter2@x:port/huikuan?password=hunter2",
        "postgresql+psycopg://me:hunter2@[::1/huikuan",
        "postgresql+nosuchdriver://me:hunter2@localhost/huikuan",
        "mysql://me:hunter2@localhost/huikuan",
        "://me:hunter2@localhost",
    ],
)
def test_no_message_shows_a_password(address: str) -> None:
    """However wrong an address is, what is said of it holds no password."""
    with pytest.raises(StoreError) as raised:
        SqlStore(address).attempts()
    assert "hunter2" not in str(raised.value)
    assert "ter2" not in str(raised.value)
    assert "***" in str(raised.value)


def test_wrong_password_is_told_without_it(postgres: Postgres) -> None:
    """The server's own answer stands in the message, and the password does not."""
    postgres.run("CREATE ROLE locked LOGIN PASSWORD 'right'")
    rules = postgres.folder / "pg_hba.conf"
    rules.write_text("local all locked scram-sha-256\n" + rules.read_text())
    postgres.run("SELECT pg_reload_conf()")
    for address in (postgres.url("postgres", "locked:hunter2"), postgres.url("postgres", "locked", password="hunter2")):
        with pytest.raises(StoreError, match="authentication failed") as raised:
            SqlStore(address).attempts()
        assert "hunter2" not in str(raised.value)


def test_answer_of_the_server_is_told_without_the_password() -> None:
    """Should a server or its driver ever repeat it, written in whatever way."""
    place = Server(make_url("postgresql://me:hun%20ter%402@host/db?sslpassword=s3cret"))
    said = place._said("no: hun ter@2, hun%20ter%402, hun+ter%402, s3cret.\nmore")
    assert said == "no: ***, ***, ***, ***"


def test_address_without_a_driver_is_one_of_ours(url: str) -> None:
    """``postgresql://`` is enough; the driver is ours to choose."""
    SqlStore(url).person("王芳")
    for scheme in ("postgresql", "postgres"):
        assert len(SqlStore(url.replace("postgresql+psycopg", scheme)).people()) == 1


# Rights and locks


def test_server_store_that_may_only_be_read_is_read(postgres: Postgres, database: str, url: str, talk: Talk) -> None:
    """Who has no right to write reads everything, and writing is StoreReadOnly with the server's reason."""
    talk(SqlStore(url))
    postgres.run("DROP ROLE IF EXISTS looker")
    postgres.run("CREATE ROLE looker LOGIN")
    postgres.run("GRANT SELECT ON ALL TABLES IN SCHEMA public TO looker", database)
    store = SqlStore(postgres.url(database, "looker"))
    assert len(store.events("a1")) == 7
    assert store.faults() == []
    with pytest.raises(StoreReadOnly, match="attempts"):
        store.append("a1", 7, Hinted(turn=1), NOON)
    with pytest.raises(StoreReadOnly):
        SqlStore(postgres.url(postgres.database(), "looker")).attempts()
    store.close()
    postgres.run("DROP OWNED BY looker", database)


def test_row_held_by_another_is_waited_for_and_then_told(postgres: Postgres, database: str, talk: Talk) -> None:
    """Who is held up longer than he waits gets StoreLocked; reading goes on; later all is well."""
    url = postgres.url(database, options="-c lock_timeout=200ms")
    store, other = SqlStore(url), SqlStore(url)
    talk(store)
    with other._writing() as connection:
        connection.exec_driver_sql("SELECT * FROM attempts FOR UPDATE")
        with pytest.raises(StoreLocked, match="Try again"):
            store.append("a1", 7, Hinted(turn=1), NOON)
        assert len(store.events("a1")) == 7
    store.append("a1", 7, Hinted(turn=1), NOON)
    assert store.faults() == []


def test_nothing_is_left_of_somebody_who_is_erased_while_he_talks(url: str, begin: Talk) -> None:
    """Words that arrive while their speaker is erased are either erased with the others, or refused."""
    for number in range(8):
        store, other, begun = SqlStore(url), SqlStore(url), threading.Event()
        attempt = begin(store, f"a{number}", f"王芳{number}")
        person = store.person(f"王芳{number}")

        def work(store: SqlStore = store, attempt: str = attempt, begun: threading.Event = begun) -> None:
            try:
                for seq in range(1, 200):
                    store.append(attempt, seq, Hinted(turn=1), NOON, text="秘密")
                    begun.set()
            except StoreError:
                raise
            except Exception:
                begun.set()

        thread = threading.Thread(target=work)
        thread.start()
        begun.wait(30)
        other.erase(person)
        thread.join()
        assert set(other.texts(attempt).values()) == {None}
        assert other.faults() == []
        store.close()
        other.close()


def test_what_is_computed_at_once_by_several_is_kept_once(url: str) -> None:
    """Programs that put standings of the same people at one moment do not disturb each other."""
    store = SqlStore(url)
    people = [store.person(name) for name in ("王芳", "李雷", "韩梅梅")]

    def work(number: int) -> None:
        mine = SqlStore(url)
        for step in range(10):
            order = people if number % 2 else people[::-1]
            mine.put_standings(Standing(one, "1", f"{number}/{step}", "{}") for one in order)
        mine.close()

    assert _together(4, work) == []
    assert [one.person for one in store.standings("1")] == sorted(people)


def test_what_is_noted_at_once_by_several_is_noted_once(url: str) -> None:
    """Programs that note something new under the same key at one moment: one of them stands."""
    store = SqlStore(url)
    mine = [SqlStore(url) for _ in range(6)]
    for one in mine:
        one.noted("seen")
    for step in range(20):
        key = f"seen {step}"
        assert _together(6, lambda number, key=key: mine[number].note(key, str(number))) == []
        assert store.noted(key) in set("012345")
    for one in mine:
        one.close()


def test_names_corrected_and_people_erased_at_once_do_not_wait_for_each_other(url: str, begin: Talk) -> None:
    """Correcting, erasing, entering and computing at one moment: nobody is held up for good, all is whole."""
    store = SqlStore(url)
    people = [store.person(f"王{number}") for number in range(4)]
    for number in range(4):
        begin(store, f"a{number}", f"王{number}")

    def work(number: int) -> None:
        mine = SqlStore(url)
        for step in range(6):
            person = people[(number + step) % 4]
            mine.put_standings([Standing(one, "1", "s", "{}") for one in people])
            mine.rename(person, f"王{number}-{step}-{person}", person, NOON)
            mine.enter(Joined(person=person, group="east"), NOON, "{}", person)
            mine.retain("typed", datetime(2027, 1, 1, tzinfo=UTC), NOON)
        mine.close()

    assert _together(4, work) == []
    assert _together(4, lambda number: SqlStore(url).erase(people[number])) == []
    assert store.faults() == []
