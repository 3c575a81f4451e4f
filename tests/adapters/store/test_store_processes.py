"""What the file store promises when processes meet or die."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.adapters.store.sql import SqlStore
from simulator.model.record import Hinted

APPENDER = Path(__file__).with_name("appender.py")
ROOT = Path(__file__).parents[3]


def _start(path: Path, mark: int, count: int) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, str(APPENDER), str(path), str(mark), str(count)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env=environment)


def _turns(store: SqlStore) -> list[int]:
    return [recorded.event.turn for recorded in store.events("a1") if isinstance(recorded.event, Hinted)]


def test_processes_never_lose_or_double_an_event(tmp_path: Path, begin: Callable[..., str]) -> None:
    """Three processes that append to one attempt leave every event once, and a whole chain."""
    path = tmp_path / "record.db"
    store = SqlStore(path)
    begin(store)
    running = [_start(path, 1000 * number, 15) for number in (1, 2, 3)]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    assert sorted(_turns(store)) == [1000 * number + step for number in (1, 2, 3) for step in range(15)]
    assert store.faults() == []


def test_processes_that_make_the_store_at_once_share_it(tmp_path: Path) -> None:
    """Six stores opened on a missing file at one moment are one store, and nothing else is left in the folder."""
    path, gate = tmp_path / "new" / "record.db", threading.Barrier(6)
    digests: list[str] = []

    def work(number: int) -> None:
        store = SqlStore(path, wait=30)
        gate.wait()
        digests.append(store.keep(f"content {number}".encode()))
        store.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = SqlStore(path)
    assert sorted(store.content(digest) for digest in digests) == [f"content {n}".encode() for n in range(6)]
    store.close()
    assert [left.name for left in path.parent.iterdir()] == ["record.db"]


@pytest.mark.parametrize("kills", [4, pytest.param(40, marks=pytest.mark.slow)])
def test_sigkill_leaves_every_acknowledged_event(tmp_path: Path, begin: Callable[..., str], kills: int) -> None:
    """A process killed in the middle of appending leaves what it acknowledged, at most one more, and a whole chain."""
    path, chance = tmp_path / "record.db", random.Random(7)
    store = SqlStore(path)
    begin(store)
    store.close()
    expected: list[int] = []
    for kill in range(kills):
        process = _start(path, 10_000 * (kill + 1), 9_999)
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(chance.randint(2, 25))]
        assert acknowledged[0] == "ready\n"
        process.kill()
        acknowledged += process.stdout.readlines()
        process.wait()
        process.stdout.close()
        said = [int(line) for line in acknowledged[1:] if line.endswith("\n")]
        after = _turns(store)[len(expected) :]
        assert after[: len(said)] == said
        assert len(after) - len(said) <= 1
        assert store.texts("a1")[len(expected) + len(said)] == f"第{said[-1]}句"
        assert store.faults() == []
        expected += after
    assert len(expected) > kills
