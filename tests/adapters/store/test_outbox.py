"""What every store promises of its outbox, run over all of them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from desk import result

from simulator.model.errors import UnknownName
from simulator.model.record import Remarked
from simulator.workflows.ports import OutboxCount, Parked, Statement, Store, Unqueued

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
Talk = Callable[..., str]


def said(*names: str) -> list[Statement]:
    return [Statement(name, json.dumps({"id": name, "said": "欠款 🙂"}, ensure_ascii=False)) for name in names]


def back(gone: str) -> Statement:
    return Statement(f"no-{gone}", json.dumps({"id": f"no-{gone}"}), gone)


def queue(store: Store, attempt: str, *names: str, at: datetime = NOON) -> int:
    return store.queue_statements(attempt, "stamp", said(*names), back, at)


def ids(store: Store, now: datetime = NOON, until: datetime = LATER, most: int = 50) -> list[str]:
    return [one.statement.id for one in store.take_statements(most, now, until)]


def test_queue_gives_each_statement_once_in_its_order(store: Store, talk: Talk) -> None:
    """As it was put in, to whoever takes it first; nobody else gets it while that one has it."""
    talk(store)
    assert queue(store, "a1", "s1", "s2", "s3") == 3
    first = store.take_statements(2, NOON, LATER)
    assert [one.statement for one in first] == said("s1", "s2")
    assert [(one.attempt, one.person, one.tries) for one in first] == [("a1", store.person("王芳"), 1)] * 2
    assert ids(store) == ["s3"]
    assert ids(store) == []
    assert [one.tries for one in store.take_statements(9, LATER, LATER + timedelta(1))] == [2, 2, 2]


def test_queueing_the_same_again_changes_nothing(store: Store, talk: Talk) -> None:
    """Neither what waits, nor what was delivered or parked; what is new goes behind."""
    talk(store)
    queue(store, "a1", "s1", "s2", "s3")
    assert ids(store) == ["s1", "s2", "s3"]
    store.delivered_statements(["s1"])
    store.park_statements({"s2": "no"})
    assert queue(store, "a1", "s1", "s2", "s3") == 0
    assert queue(store, "a1", "s1", "s2", "s3", "s4") == 1
    assert ids(store) == ["s4"]
    assert store.count_statements() == OutboxCount(waiting=2, parked=1, delivered=1, due=LATER)


def test_what_is_not_wanted_any_more_is_dropped_or_taken_back(store: Store, talk: Talk) -> None:
    """What never went out is dropped; what arrived is taken back, once; what is on its way is taken back later."""
    talk(store)
    queue(store, "a1", "there", "refused", "going", "here")
    assert ids(store, most=3) == ["there", "refused", "going"]
    store.delivered_statements(["there"])
    store.park_statements({"refused": "no"})
    assert queue(store, "a1", "new") == 2
    assert [one.attempt for one in store.unqueued(9)] == ["a1"], "one is on its way: it is to be looked at again"
    assert ids(store) == ["no-there", "new"]
    assert store.parked_statements() == []
    store.delivered_statements(["going", "no-there"])
    assert queue(store, "a1", "new") == 1
    assert ids(store) == ["no-going"]
    assert queue(store, "a1", "new") == 0
    assert store.queue_statements("a1", "stamp", None, back, NOON) == 0
    assert store.count_statements().delivered == 3


def test_what_was_put_off_is_due_then(store: Store, talk: Talk) -> None:
    """Nobody gets it before; who no longer has it cannot put it off; it can be called in."""
    talk(store)
    queue(store, "a1", "s1", "s2")
    assert ids(store) == ["s1", "s2"]
    due = NOON + timedelta(seconds=30)
    store.put_off_statements(["s1"], LATER, due)
    store.put_off_statements(["s2"], NOON, due)
    assert ids(store, NOON + timedelta(seconds=29)) == []
    assert store.count_statements().due == due
    assert ids(store, due) == ["s1"]
    store.hurry_statements(NOON)
    assert ids(store) == ["s1", "s2"]


def test_parked_statement_waits_for_nobody(store: Store, talk: Talk) -> None:
    """It says what the receiver said; made anew, its attempt is looked at again."""
    talk(store)
    queue(store, "a1", "s1", "s2")
    assert ids(store) == ["s1", "s2"]
    store.park_statements({"s2": "actor: “王” is none"})
    store.park_statements({})
    assert store.parked_statements() == [Parked("s2", "a1", store.person("王芳"), "actor: “王” is none")]
    assert ids(store, LATER) == ["s1"]
    store.queue_statements("a1", store.unqueued(9)[0].stamp, said("s1", "s2"), back, NOON)
    assert store.unqueued(9) == []
    assert store.unpark_statements() == 1
    assert (store.parked_statements(), [one.attempt for one in store.unqueued(9)]) == ([], ["a1"])
    assert queue(store, "a1", "s1", "s2") == 1


def test_delivered_statement_keeps_its_words_until_it_is_logged(store: Store, talk: Talk) -> None:
    """Then it is an id, so that it is never queued again."""
    talk(store)
    queue(store, "a1", "s1", "s2")
    assert ids(store) == ["s1", "s2"]
    store.delivered_statements(["s2", "s1"])
    store.delivered_statements([])
    sent = store.unlogged_statements(9)
    assert [one.statement for one in sent] == said("s1", "s2")
    store.logged_statements(["s1", "s2"])
    assert (store.unlogged_statements(9), store.count_statements().delivered) == ([], 2)
    assert queue(store, "a1", "s1", "s2") == 0


def test_unqueued_is_what_began_ended_or_came_out_otherwise(store: Store, begin: Talk, talk: Talk) -> None:
    """Each once for what it is now; an attempt that tries again from a turn never."""
    begin(store, "going", origin=None)
    begin(store, "again", origin=("going", 2))
    (going,) = store.unqueued(9)
    assert (going.attempt, going.finished) == ("going", False)

    def mark() -> list[Unqueued]:
        found = list(store.unqueued(9))
        for one in found:
            store.queue_statements(one.attempt, one.stamp, (), back, NOON)
        assert store.unqueued(9) == []
        return found

    mark()
    talk(store, "ended")
    assert [(one.attempt, one.finished) for one in mark()] == [("ended", True)]
    made = result("ended", head=store.head("ended")[1], person=store.person("王芳"), evidence=False)
    for changed in (made, replace(made, evidence=True), replace(made, rubric="2"), replace(made, evidence=False)):
        store.put_results([changed])
        assert [one.attempt for one in mark()] == ["ended"]
    store.put_results([made])
    assert mark() == []
    store.append("ended", 7, Remarked(turn=1, by=made.person), NOON, True)
    assert [one.attempt for one in mark()] == ["ended"]
    store.put_results([replace(made, head=store.head("ended")[1])])
    assert [one.attempt for one in mark()] == ["ended"]


def test_erased_person_leaves_ids_of_what_went_out(store: Store, talk: Talk) -> None:
    """What waits is gone; what arrived, or may have, is counted without its words; nothing new is queued of him."""
    talk(store)
    talk(store, "a2", "李娜")
    queue(store, "a2", "other")
    queue(store, "a1", "there", "refused", "going", "here")
    assert ids(store, most=4) == ["other", "there", "refused", "going"]
    store.delivered_statements(["there"])
    store.park_statements({"refused": "no"})
    person = store.person("王芳")
    store.erase(person)
    assert store.count_statements(person) == OutboxCount(waiting=0, parked=0, delivered=2, due=None)
    assert [one.statement.body for one in store.unlogged_statements(9)] == [""]
    store.put_off_statements(["going"], LATER, NOON)
    store.delivered_statements(["going"])
    assert queue(store, "a1", "there", "going", "new") == 0
    assert ids(store, LATER) == ["other"]
    assert store.erased_statements() == {person: 2}


def test_outbox_knows_no_attempt_that_is_not_there(store: Store, talk: Talk) -> None:
    """It says so, and names those that are."""
    talk(store)
    with pytest.raises(UnknownName, match="a1"):
        queue(store, "a9", "s1")


def test_several_who_take_at_once_get_each_statement_once(store: Store, talk: Talk) -> None:
    """Together they have everything, and no two the same."""
    talk(store)
    queue(store, "a1", *(f"s{number:03}" for number in range(60)))
    taken: list[list[str]] = [[] for _ in range(4)]
    gate = threading.Barrier(len(taken))

    def take(mine: list[str]) -> None:
        gate.wait()
        while found := ids(store, most=7):
            mine.extend(found)

    threads = [threading.Thread(target=take, args=(mine,)) for mine in taken]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [one for mine in taken for one in mine]
    # Where rows that another is taking are passed over, the last may stop before he has put them back.
    every += ids(store)
    assert sorted(every) == [f"s{number:03}" for number in range(60)]
