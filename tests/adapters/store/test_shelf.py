"""The team's shelf keeps its contract in memory, in a file and on a server."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.model.errors import ChangedElsewhere, UnknownName
from simulator.model.journal import Shelved
from simulator.workflows.ports import JOURNAL, Opening, Store

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
TEXT = "scenario: late-pallets\ntitle: 晚到的托盘\n"


def shelve(store: Store, text: str = TEXT, expected: str | None = None, name: str = "王芳", **more: Any) -> Any:
    """Puts a text on the shelf."""
    return store.shelve("late-pallets", text, expected, store.person(name), NOON, **more)


def test_shelf_gives_back_what_was_put_on_it(store: Store) -> None:
    """Text, status, who and when come back as they were, with and without the text."""
    one = shelve(store)
    assert store.shelved_text("late-pallets") == (one, TEXT)
    assert store.shelved() == [one]
    assert store.shelved_texts() == {"late-pallets": TEXT}
    assert (one.status, one.published, one.by, one.at) == ("draft", None, store.known("王芳"), NOON)
    assert not one.is_offered


def test_shelf_sorts_by_the_letters_of_ids(store: Store) -> None:
    """The order is the same wherever it is kept."""
    ids = ("b-2", "a-1", "a1", "b")
    for scenario in ids:
        store.shelve(scenario, TEXT, None, store.person("王芳"), NOON)
    assert [one.scenario for one in store.shelved()] == sorted(ids)


def test_shelf_refuses_who_read_something_else(store: Store) -> None:
    """Of two who read the same text the second is told, with what is there now, and nothing of the first is lost."""
    read = shelve(store).stamp
    first = shelve(store, "first", read)
    with pytest.raises(ChangedElsewhere) as told:
        shelve(store, "second", read, "李雷")
    assert told.value.text == "first"
    assert store.shelved_text("late-pallets") == (first, "first")
    assert shelve(store, "second", first.stamp, "李雷").by == store.known("李雷")


def test_shelf_refuses_a_second_of_the_same_id(store: Store) -> None:
    """Who begins what somebody else has just begun is told."""
    shelve(store)
    with pytest.raises(ChangedElsewhere):
        shelve(store, "another")


def test_shelf_takes_the_same_again_and_enters_it_once(store: Store) -> None:
    """Who does not know whether it arrived may send it again: it stands there once, and so does the event."""
    read, content = shelve(store).stamp, store.keep(TEXT.encode())
    event = Shelved(scenario="late-pallets", status="published", content=content, by=store.person("王芳"))
    for _again in range(2):
        shelve(store, TEXT, read, status="published", published=content, event=event)
    assert [entered.event for entered in store.journal()] == [event]
    assert store.shelved()[0].is_offered
    assert store.faults(JOURNAL) == []


def test_shelf_enters_nothing_where_nothing_was_written(store: Store) -> None:
    """The journal says what happened, and nothing happened."""
    shelve(store)
    event = Shelved(scenario="late-pallets", status="retired", by=store.person("王芳"))
    with pytest.raises(ChangedElsewhere):
        shelve(store, TEXT, "another stamp", status="retired", event=event)
    assert store.journal() == []


def test_shelf_knows_what_changes_a_stamp(store: Store) -> None:
    """Another status is another stamp, though the text is the same: whoever publishes has seen what is retired."""
    draft = shelve(store)
    retired = shelve(store, TEXT, draft.stamp, status="retired")
    assert retired.stamp != draft.stamp
    with pytest.raises(ChangedElsewhere):
        shelve(store, TEXT, draft.stamp, status="published", published=store.keep(TEXT.encode()))


def test_shelf_lets_one_of_many_win(store: Store) -> None:
    """Eight who save at once over the same text: one of them is on the shelf, seven are told."""
    read, told = shelve(store).stamp, []

    def save(number: int) -> None:
        try:
            shelve(store, f"text {number}", read)
        except ChangedElsewhere:
            told.append(number)

    threads = [threading.Thread(target=save, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (won,) = set(range(8)) - set(told)
    assert store.shelved_text("late-pallets")[1] == f"text {won}"


def test_shelf_says_what_it_does_not_have(store: Store) -> None:
    """An id that nothing has is named with those that there are."""
    shelve(store)
    for ask in (
        lambda: store.shelved_text("late-palets"),
        lambda: store.shelve("late-palets", TEXT, "stamp", store.person("王芳"), NOON),
        lambda: store.put_opening(Opening("late-palets", "t", store.person("王芳"), NOON, NOON)),
    ):
        with pytest.raises(UnknownName, match="late-pallets"):
            ask()


def test_shelf_keeps_what_is_open_until_it_is_dropped(store: Store) -> None:
    """Of each Studio there is what it said last; dropping is harmless where there is nothing."""
    shelve(store)
    first = Opening("late-pallets", "one", store.person("王芳"), NOON, NOON)
    second = Opening("late-pallets", "two", store.person("李雷"), NOON + timedelta(seconds=1), NOON, "未保存", "b", "s")
    for opening in (second, first):
        store.put_opening(opening)
    first = replace(first, text="kept", base="from", stamp="stamp", seen=NOON + timedelta(minutes=1))
    store.put_opening(first)
    assert store.openings() == store.openings("late-pallets") == [first, second]
    assert store.openings("another") == []
    for _again in range(2):
        store.drop_opening("late-pallets", "one")
    assert store.openings() == [second]


def test_shelf_forgets_unsaved_text_with_its_person(store: Store) -> None:
    """What a person typed and did not save is his, and goes when he is erased; the team's text stays."""
    shelve(store)
    store.put_opening(Opening("late-pallets", "one", store.person("王芳"), NOON, NOON, "typed"))
    store.put_opening(Opening("late-pallets", "two", store.person("李雷"), NOON, NOON, "typed too"))
    store.erase(store.person("王芳"))
    assert [one.token for one in store.openings()] == ["two"]
    assert store.shelved_text("late-pallets")[1] == TEXT
