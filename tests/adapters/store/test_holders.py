"""Who has which attempt open, over all stores."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from postgres import Cable, Postgres, is_wanted

from simulator.adapters.store import schema
from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import AttemptMoved, StoreLost, TakenOver, UnknownName
from simulator.model.record import Hinted, Played, Remarked
from simulator.workflows.ports import BEAT, STALE, Store

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
Begin = Callable[..., str]
needs_server = pytest.mark.skipif(not is_wanted(), reason="the extra for tests asks for no PostgreSQL")


def _after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_second_holder_is_told_who_has_it(store: Store, begin: Begin) -> None:
    """Who comes second gets the hold of the first, and changes nothing."""
    begin(store)
    first = store.hold("a1", "one", NOON)
    assert (first.attempt, first.holder, first.since, first.seen) == ("a1", "one", NOON, NOON)
    assert store.hold("a1", "two", _after(5)) == first
    assert store.beat("two", _after(6)) == []
    assert store.beat("one", _after(7)) == ["a1"]


def test_hold_is_of_an_attempt_that_there_is(store: Store) -> None:
    """Nobody holds what is not there."""
    with pytest.raises(UnknownName):
        store.hold("nothing", "one", NOON)


def test_holder_that_comes_again_has_it_since_he_first_came(store: Store, begin: Begin) -> None:
    """Opening it anew in the same program is no other opening, whether his last sign of life was just now or not."""
    begin(store)
    store.hold("a1", "one", NOON)
    assert store.hold("a1", "one", _after(1)).since == NOON
    later = store.hold("a1", "one", _after(BEAT + 1))
    assert (later.since, later.seen) == (NOON, _after(BEAT + 1))


def test_hold_without_a_sign_of_life_is_taken_silently(store: Store, begin: Begin) -> None:
    """A program that died does not keep anybody out for long; one that lives does, however long nothing is said."""
    begin(store)
    store.hold("a1", "one", NOON)
    assert store.hold("a1", "two", NOON + STALE - timedelta(seconds=1)).holder == "one"
    store.beat("one", NOON + STALE)
    assert store.hold("a1", "two", NOON + STALE + timedelta(seconds=1)).holder == "one"
    taken = store.hold("a1", "two", NOON + 2 * STALE)
    assert (taken.holder, taken.since) == ("two", NOON + 2 * STALE)


def test_taking_over_is_told_to_whoever_had_it(store: Store, begin: Begin) -> None:
    """His next event is refused and nothing of it is kept; the one who took over goes on."""
    begin(store)
    store.hold("a1", "one", NOON)
    store.append("a1", 1, Played(turn=1, move="probe"), _after(1), text="第一", holder="one")
    assert store.hold("a1", "two", _after(2), force=True).holder == "two"
    with pytest.raises(TakenOver) as raised:
        store.append("a1", 2, Played(turn=2, move="probe"), _after(3), text="第二", holder="one")
    assert raised.value.since == _after(2)
    store.append("a1", 2, Played(turn=2, move="press"), _after(4), text="别的", holder="two")
    assert store.texts("a1") == {1: "第一", 2: "别的"}
    assert store.faults() == []


def test_what_was_taken_over_can_be_taken_back(store: Store, begin: Begin) -> None:
    """And so to and fro."""
    begin(store)
    for step, holder in enumerate(("one", "two", "one", "two"), start=1):
        store.hold("a1", holder, _after(step), force=True)
        store.append("a1", step, Hinted(turn=step), _after(step), holder=holder)
    assert len(store.events("a1")) == 5


def test_released_attempt_is_free(store: Store, begin: Begin) -> None:
    """Who leaves lets go of one or of all that is his, and of nobody else's."""
    for attempt, holder in (("a1", "one"), ("a2", "one"), ("a3", "two")):
        begin(store, attempt)
        store.hold(attempt, holder, NOON)
    store.release("one", "a3")
    store.release("one", "a1")
    assert store.hold("a1", "two", _after(1)).holder == "two"
    assert store.hold("a2", "two", _after(1)).holder == "one"
    store.release("one")
    assert store.hold("a2", "two", _after(1)).holder == "two"
    assert store.beat("two", _after(2)) == ["a1", "a2", "a3"]


def test_who_goes_on_with_what_nobody_has_holds_it(store: Store, begin: Begin) -> None:
    """An attempt that nobody has open, or nobody any more, belongs to whoever records its next event."""
    begin(store)
    store.append("a1", 1, Hinted(turn=1), NOON, holder="one")
    assert store.hold("a1", "two", _after(1)).holder == "one"
    store.append("a1", 2, Hinted(turn=2), NOON + STALE, holder="two")
    assert store.beat("one", NOON + STALE) == []


def test_what_is_recorded_beside_asks_nobody(store: Store, begin: Begin) -> None:
    """A remark, or the end of an exam's time, is recorded whoever has the attempt open."""
    begin(store)
    store.hold("a1", "one", NOON)
    store.append("a1", 1, Remarked(turn=1, by=store.person("韩梅梅"), replaces=None), NOON, text="好")
    assert len(store.events("a1")) == 2


def test_nobody_has_an_attempt_of_somebody_erased(store: Store, begin: Begin) -> None:
    """What says when he had what open goes with him; others' stays."""
    begin(store)
    begin(store, "a2", "李雷")
    for attempt in ("a1", "a2"):
        store.hold(attempt, "one", NOON)
    store.erase(store.person("王芳"))
    assert store.beat("one", NOON) == ["a2"]


def test_wrong_number_is_told_before_anything_else_is(store: Store, begin: Begin) -> None:
    """Who has it open and is behind all the same is told so: AttemptMoved, not TakenOver."""
    begin(store)
    store.hold("a1", "one", NOON)
    with pytest.raises(AttemptMoved) as raised:
        store.append("a1", 0, Hinted(turn=1), NOON, holder="one")
    assert not isinstance(raised.value, TakenOver)


def test_two_that_take_it_from_each_other_never_mix(store: Store, begin: Begin) -> None:
    """Whoever records has it at that moment: every event is of the one who took it last before."""
    begin(store)
    gate, said, failed = threading.Barrier(2), dict[int, str](), list[BaseException]()

    def work(holder: str) -> None:
        gate.wait()
        try:
            for _round in range(12):
                store.hold("a1", holder, datetime.now(UTC), force=True)
                try:
                    seq = store.head("a1")[0] + 1
                    for step in range(3):
                        store.append("a1", seq + step, Hinted(turn=1), datetime.now(UTC), text=holder, holder=holder)
                        said[seq + step] = holder
                except AttemptMoved:
                    continue
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert {seq: store.texts("a1")[seq] for seq in said} == said
    assert len(store.events("a1")) == len(said) + 1
    assert store.faults() == []


_OTHER = """
import sys
from datetime import UTC, datetime
from simulator.adapters.store.sql import SqlStore
from simulator.model.record import Hinted
store = SqlStore(sys.argv[1], wait=30)
print(store.hold("a1", "other", datetime.now(UTC)).holder, flush=True)
sys.stdin.readline()
store.hold("a1", "other", datetime.now(UTC), force=True)
print("taken", flush=True)
sys.stdin.readline()
store.append("a1", 2, Hinted(turn=2), datetime.now(UTC), holder="other")
store.release("other")
"""


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=needs_server)])
def test_another_process_is_told_and_takes_over(
    kind: str, tmp_path: Path, begin: Begin, request: pytest.FixtureRequest
) -> None:
    """Between two processes it is as between two parts of one."""
    if kind == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        where = server.url(request.getfixturevalue("lend")())
    else:
        where = str(tmp_path / "record.db")
    store = SqlStore(where, wait=30)
    begin(store)
    store.hold("a1", "here", datetime.now(UTC))
    arguments = [sys.executable, "-c", _OTHER, where]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        assert other.stdout.readline() == "here\n"
        store.append("a1", 1, Hinted(turn=1), datetime.now(UTC), holder="here")
        print(file=other.stdin, flush=True)
        assert other.stdout.readline() == "taken\n"
        with pytest.raises(TakenOver):
            store.append("a1", 2, Hinted(turn=2), datetime.now(UTC), holder="here")
        print(file=other.stdin, flush=True)
        assert other.wait(60) == 0
    assert store.hold("a1", "here", datetime.now(UTC)).holder == "here"
    assert len(store.events("a1")) == 3
    store.close()


_VALUES = ["CAST(x'ff41' AS TEXT)", "x'00ff'", "55", "''"]


@pytest.mark.parametrize("column", [column.name for column in schema.holders.columns])
def test_holds_that_make_no_sense_leave_the_chains_whole(
    tmp_path: Path, begin: Begin, outsider: Any, column: str
) -> None:
    """Whoever tampers with them breaks no chain."""
    path = tmp_path / "record.db"
    store = SqlStore(path)
    begin(store)
    store.hold("a1", "one", NOON)
    for value in _VALUES:
        outsider(path).execute(f"UPDATE holders SET {column} = {value}").connection.close()
        assert store.faults() == []
    store.close()


@needs_server
@pytest.mark.parametrize("when", ["before", "after"])
def test_remark_whose_answer_was_lost_is_recorded_once(
    postgres: Postgres, lend: Callable[[], str], begin: Begin, when: Any
) -> None:
    """Who writes beside an attempt reads it anew before he tries again, and meets his own remark: it is not doubled."""
    cable = Cable(postgres)
    far = SqlStore(cable.url(lend()))
    begin(far)
    remark = Remarked(turn=1, by=far.person("韩梅梅"), replaces=None)
    cable.cut_at_commit(when)
    with pytest.raises(StoreLost):
        far.append("a1", 1, remark, NOON, text="好")
    recorded = far.append("a1", far.head("a1")[0] + 1, remark, _after(1), text="好")
    assert far.events("a1")[1:] == [recorded]
    far.append("a1", 2, remark, _after(2), text="好")
    assert len(far.events("a1")) == 3
    cable.close()
    far.close()
