"""A store that was filled in memory and put into a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from doubles import MemoryCache
from simulated_by_small import PLAN, filled

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.store.memory import MemoryStore
from simulator.adapters.store.pouring import pour
from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import StoreError, StoreLocked
from simulator.workflows.standing import bodies


@pytest.fixture(scope="module")
def memory(content: YamlLibrary) -> MemoryStore:
    return filled(content, MemoryCache(), PLAN)


def test_poured_store_says_what_it_said_in_memory(memory: MemoryStore, tmp_path: Path) -> None:
    """Events, words, journal, results and standings are the same, the mark too, and every chain verifies."""
    pour(memory, tmp_path / "demo.db")
    store = SqlStore(tmp_path / "demo.db")
    assert list(store.faults()) == []
    assert store.simulated
    assert store.people() == memory.people()
    assert store.attempts() == memory.attempts()
    for one in memory.attempts():
        assert store.events(one.attempt) == memory.events(one.attempt)
        assert store.texts(one.attempt) == memory.texts(one.attempt)
    assert store.journal() == memory.journal()
    assert store.journal_texts() == memory.journal_texts()
    assert store.journal_head() == memory.journal_head()
    assert store.results() == memory.results()
    assert store.unsettled("1") == memory.unsettled("1")
    assert bodies(store) == bodies(memory)
    assert store.decided("rated") == memory.decided("rated")
    store.close()


def test_poured_store_goes_on_as_any(memory: MemoryStore, tmp_path: Path) -> None:
    """More can be recorded in it."""
    pour(memory, tmp_path / "demo.db")
    store = SqlStore(tmp_path / "demo.db")
    person = store.person("Li Hua")
    store.rename(person, "Li Hua 2", person, memory.journal()[-1].at)
    assert list(store.faults()) == []
    store.close()


def test_pouring_takes_the_place_of_a_file_whole(memory: MemoryStore, tmp_path: Path) -> None:
    """What was there is gone, and nothing else is left beside it."""
    path = tmp_path / "demo.db"
    pour(memory, path)
    pour(MemoryStore(), path)
    store = SqlStore(path)
    assert store.people() == []
    store.close()
    assert [one.name for one in tmp_path.iterdir()] == ["demo.db"]


def test_file_that_is_open_elsewhere_is_left_alone(memory: MemoryStore, tmp_path: Path) -> None:
    """Who looks at it goes on looking at it; no draft is left."""
    path = tmp_path / "demo.db"
    pour(memory, path)
    reading = SqlStore(path)
    before = reading.people()
    with pytest.raises(StoreLocked):
        pour(MemoryStore(), path)
    assert reading.people() == before
    reading.close()
    assert [one.name for one in tmp_path.iterdir()] == ["demo.db"]


def test_pouring_that_fails_leaves_nothing(memory: MemoryStore, tmp_path: Path) -> None:
    """Where nothing can be written there is no half a store."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError):
        pour(memory, tmp_path / "file" / "demo.db")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]
