"""Copying a whole store from one database to another, in either direction, while it is in use."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from desk import result
from postgres import is_wanted

from simulator.adapters.store import schema
from simulator.adapters.store.moving import MovingStore
from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import Cancelled, StoreDamaged, StoreError, StoreTooNew, UsageError
from simulator.model.journal import Joined
from simulator.model.record import Hinted
from simulator.workflows import storekeeping
from simulator.workflows.ports import Standing, Store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
Talk = Callable[..., str]
KINDS = ["sqlite", *(["postgresql"] if is_wanted() else [])]


@pytest.fixture
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """A place of a kind that holds nothing."""
    numbers = iter(range(99))

    def place(kind: str) -> str:
        if kind == "postgresql":
            return str(request.getfixturevalue("postgres").url(request.getfixturevalue("lend")()))
        if kind == "postgresql without tables":
            server = request.getfixturevalue("postgres")
            return str(server.url(server.database()))
        return str(tmp_path / f"store{next(numbers)}.db")

    return place


@pytest.fixture
def fill(talk: Talk, begin: Talk) -> Callable[[str], MovingStore]:
    """Makes a store with something of everything in it."""

    def fill(where: str) -> MovingStore:
        store = MovingStore(where)
        talk(store, "a1", "王芳", "开始吧 🙂")
        talk(store, "a2", "李雷")
        begin(store, "a3", "韩梅梅", origin=("a1", 2), prefix=("probe",))
        person, gone = store.person("王芳"), store.person("李雷")
        store.enter(Joined(person=person, group="east"), NOON, '{"name":"王芳"}', person)
        store.rename(person, "王芳芳", person, NOON)
        store.erase(gone)
        store.keep(bytes(range(256)) * 40)
        store.note("seen", "x")
        store.mark_simulated()
        store.put_results([result(attempt="a1", person=person, head=store.head("a1")[1])])
        store.put_standings([Standing(person, "1", "stamp", "{}")])
        return store

    return fill


def _shown(store: Store) -> dict[str, Any]:
    """Everything that a store tells."""
    return {
        "people": store.people(),
        "attempts": store.attempts(),
        "events": {one.attempt: (store.events(one.attempt), store.texts(one.attempt)) for one in store.attempts()},
        "journal": (store.journal(), store.journal_texts(), store.journal_head()),
        "results": (store.results(), store.results_version(), store.standings("1")),
        "rest": (store.simulated, store.noted("seen"), store.unsettled("1"), store.decided("marked")),
        "faults": store.faults(),
    }


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("source", KINDS)
def test_copy_is_the_store_itself(
    place: Callable[[str], str], fill: Callable[[str], MovingStore], source: str, target: str
) -> None:
    """Everything that the original tells, the copy tells too, and it goes on from there by itself."""
    original, copy = fill(place(source)), MovingStore(place(target))
    copied = storekeeping.copy(original, copy)
    assert copied.is_whole
    assert copied.rows == {name: count for name, count in original.rows().items() if count}
    assert copied.rows["events"] == 15
    assert _shown(copy) == _shown(original)
    assert _shown(copy)["faults"] == []
    copy.append("a3", 1, Hinted(turn=2), NOON, text="更多")
    copy.enter(Joined(person=copy.person("新人"), group=None), NOON)
    assert copy.faults() == []
    assert len(original.events("a3")) == 1


def test_copy_there_and_back_is_the_same(place: Callable[[str], str], fill: Callable[[str], MovingStore]) -> None:
    """Nothing wears off on the way."""
    original = fill(place("sqlite"))
    stores = [original, *(MovingStore(place(kind)) for kind in (KINDS[-1], "sqlite", KINDS[-1]))]
    for source, target in pairwise(stores):
        assert storekeeping.copy(source, target).is_whole
    assert _shown(stores[-1]) == _shown(original)


@pytest.mark.parametrize("target", KINDS)
@pytest.mark.parametrize("what", ["person", "content", "note", "journal", "simulated"])
def test_target_that_holds_anything_is_refused(
    place: Callable[[str], str], fill: Callable[[str], MovingStore], target: str, what: str
) -> None:
    """However little it is; nothing is written to it."""
    there = MovingStore(place(target))
    {
        "person": lambda: there.person("谁"),
        "content": lambda: there.keep(b"x"),
        "note": lambda: there.note("a", "b"),
        "journal": lambda: there.enter(Joined(person=there.person("谁"), group=None), NOON),
        "simulated": there.mark_simulated,
    }[what]()
    before = there.rows()
    with pytest.raises(UsageError, match="holds something already"):
        storekeeping.copy(fill(place("sqlite")), there)
    assert there.rows() == before


@pytest.mark.parametrize("target", ["sqlite", *(["postgresql without tables"] if is_wanted() else [])])
def test_target_that_was_made_and_not_used_is_taken(
    place: Callable[[str], str], fill: Callable[[str], MovingStore], target: str
) -> None:
    """A store that was only made holds nothing."""
    there = MovingStore(place(target))
    assert storekeeping.prepare(there).before is None
    assert storekeeping.prepare(there).before == schema.VERSION
    assert storekeeping.copy(fill(place("sqlite")), there).is_whole


@pytest.mark.parametrize("target", KINDS)
def test_copy_that_is_stopped_leaves_nothing(
    place: Callable[[str], str], fill: Callable[[str], MovingStore], target: str
) -> None:
    """Everything or nothing; afterwards it can be done again."""
    original, there = fill(place("sqlite")), MovingStore(place(target))
    asked: Iterator[bool] = iter([False, False, False, True])
    with pytest.raises(Cancelled):
        storekeeping.copy(original, there, cancelled=lambda: next(asked))
    assert {name for name, count in there.rows().items() if count} == {"meta"}
    assert storekeeping.copy(original, there).is_whole


@pytest.mark.parametrize("kind", KINDS)
def test_store_in_use_is_copied_as_it_is_at_one_moment(
    place: Callable[[str], str], fill: Callable[[str], MovingStore], kind: str
) -> None:
    """A backup of a running store is whole, whatever is recorded meanwhile, and whoever records is not held up."""
    where = place(kind)
    fill(where)
    done, appended = threading.Event(), list[int]()

    def work() -> None:
        store = SqlStore(where, wait=30)
        seq = 1
        while not done.is_set():
            store.append("a3", seq, Hinted(turn=1), NOON, text="说")
            store.enter(Joined(person=store.person("王芳芳"), group=f"g{seq}"), NOON)
            appended.append(seq)
            seq += 1
        store.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for _round in range(3):
            copy = MovingStore(place("sqlite"))
            copied = storekeeping.copy(MovingStore(where, wait=30), copy)
            assert copied.is_whole, copied
            copy.close()
    finally:
        done.set()
        thread.join()
    assert appended


def test_store_with_broken_chains_is_copied_with_them(
    place: Callable[[str], str], fill: Callable[[str], MovingStore]
) -> None:
    """A copy hides nothing and mends nothing: the faults of the original are those of the copy, and are told."""
    where = place("sqlite")
    fill(where).close()
    with closing(sqlite3.connect(where)) as connection:
        connection.execute("UPDATE events SET payload = replace(payload, 'probe', 'press') WHERE attempt = 'a3'")
        connection.execute("UPDATE texts SET text = '别的' WHERE attempt = 'a1' AND seq = 2")
        connection.commit()
    copied = storekeeping.copy(MovingStore(where), MovingStore(place(KINDS[-1])))
    assert not copied.is_whole
    assert copied.differing == ()
    assert {(fault.attempt, fault.seq) for fault in copied.faults} == {("a3", 0), ("a1", 2)} | {
        (fault.attempt, fault.seq) for fault in copied.inherited
    }
    assert set(copied.faults) == set(copied.inherited)


class Forgetful(MovingStore):
    """A database that loses what it acknowledged."""

    def take(self, pieces: Any) -> None:
        super().take(pieces)
        with self._writing() as connection:
            connection.exec_driver_sql("DELETE FROM texts WHERE seq = 4")


def test_copy_that_lost_something_says_so(place: Callable[[str], str], fill: Callable[[str], MovingStore]) -> None:
    """What arrived is read again and compared, row for row."""
    copied = storekeeping.copy(fill(place("sqlite")), Forgetful(place("sqlite")))
    assert copied.differing == ("texts",)
    assert not copied.is_whole


def test_fingerprint_knows_no_order_and_every_value() -> None:
    """The same rows in another order are the same; another value, kind of value or number of rows is not."""
    rows = [("a", 1, None), ("b", 2, b"x"), ("b", 2, b"x")]

    def of(rows: list[tuple[Any, ...]]) -> storekeeping.Fingerprint:
        made = storekeeping.Fingerprint()
        for row in rows:
            made.add("t", [row])
        return made

    assert of(rows).differing(of(rows[::-1])) == ()
    others = (rows[:2], [*rows, rows[2]], [("a", "1", None), *rows[1:]], [("a", 1, ""), *rows[1:]], [])
    assert all(of(rows).differing(of(other)) == ("t",) for other in others)


def test_store_that_is_not_there_is_not_made_by_looking(tmp_path: Path) -> None:
    """What is to be copied, checked or brought forward must be there."""
    store = MovingStore(tmp_path / "none.db", must_exist=True)
    for use in (lambda: storekeeping.check(store), lambda: storekeeping.prepare(store)):
        with pytest.raises(UsageError, match=r"none\.db"):
            use()
    with pytest.raises(UsageError):
        storekeeping.copy(store, MovingStore(tmp_path / "copy.db"))
    assert list(tmp_path.iterdir()) == []


def test_store_of_a_newer_program_is_not_copied(
    place: Callable[[str], str], fill: Callable[[str], MovingStore]
) -> None:
    """Neither from nor to."""
    where = place("sqlite")
    fill(where).close()
    with closing(sqlite3.connect(where)) as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
        connection.commit()
    for source, target in ((where, place("sqlite")), (place("sqlite"), where)):
        with pytest.raises(StoreTooNew):
            storekeeping.copy(MovingStore(source), MovingStore(target))


@pytest.mark.skipif(not is_wanted(), reason="the extra for tests asks for no PostgreSQL")
def test_rows_that_the_target_cannot_hold_are_an_error_that_leaves_nothing(
    place: Callable[[str], str], fill: Callable[[str], MovingStore]
) -> None:
    """A file of SQLite that somebody tampered with may hold what no other database takes."""
    where = place("sqlite")
    fill(where).close()
    with closing(sqlite3.connect(where)) as connection:
        connection.execute("UPDATE attempts SET turns = 'many' WHERE attempt = 'a1'")
        connection.execute("INSERT INTO texts VALUES ('nowhere', 1, 'x')")
        connection.commit()
    there = MovingStore(place("postgresql"))
    with pytest.raises((StoreDamaged, StoreError)):
        storekeeping.copy(MovingStore(where), there)
    assert there.rows()["people"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_verifying_tells_how_far_it_is_and_stops_when_asked(
    place: Callable[[str], str], fill: Callable[[str], MovingStore], kind: str
) -> None:
    """Attempt by attempt; who asks to stop is heard between two of them."""
    store, said = fill(place(kind)), list[tuple[str, int]]()
    kept = storekeeping.check(store, lambda what, number: said.append((what, number)))
    assert kept.faults == ()
    assert said == [("verifying", number) for number in range(4)]
    asked: Iterator[bool] = iter([False, False, True])
    with pytest.raises(Cancelled):
        storekeeping.check(store, cancelled=lambda: next(asked))
    steps = list[str]()
    with pytest.raises(Cancelled):
        storekeeping.copy(
            store,
            MovingStore(place("sqlite")),
            lambda what, _number: steps.append(what),
            lambda: "verifying" in steps,
        )
    assert store.faults() == []


def test_check_counts_the_connections_of_a_server(
    place: Callable[[str], str], fill: Callable[[str], MovingStore]
) -> None:
    """How many are open and how many there can be; a file has none."""
    assert storekeeping.check(fill(place("sqlite"))).connections is None
    if "postgresql" not in KINDS:
        return
    where = place("postgresql")
    connections = storekeeping.check(fill(where)).connections
    assert connections is not None
    opened, most = connections
    assert 1 <= opened < most
    assert most < 300  # of which the server keeps some for itself
