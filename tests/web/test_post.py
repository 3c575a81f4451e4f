"""Delivering to the learning system while the server runs."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from learning_system import KEY, SECRET, LearningSystem, learning_system
from shelf import CONTENT
from web.browsing import descendants, until

from simulator.adapters.settings import Settings
from simulator.adapters.store.sql import SqlStore
from simulator.bootstrap import House
from simulator.web.order import told
from simulator.web.post import delivering
from simulator.workflows.rehearse import begin

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no such signals")


@pytest.fixture
def system() -> Iterator[LearningSystem]:
    with learning_system() as system:
        yield system


@pytest.fixture
def told_settings(
    settings: Settings, tmp_path: Path, system: LearningSystem, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings as the server has them: its environment has the key."""
    told = {"URL": system.url, "KEY": KEY, "SECRET": SECRET, "HOME": "https://training.example.com"}
    for name, value in told.items():
        monkeypatch.setenv(f"HUIKUAN_XAPI_{name}", value)
    monkeypatch.setenv("HUIKUAN_CONFIG", str(tmp_path / "settings.toml"))
    (tmp_path / "settings.toml").write_text(f'cache = "{tmp_path.as_posix()}/solutions"\n', encoding="utf-8")
    return replace(settings, xapi_url=system.url, xapi_home="https://training.example.com")


def exam(settings: Settings) -> None:
    """An exam is begun."""
    house = House(settings, shipped=CONTENT)
    scenario = house.library.read("small-debt").scenario
    assert scenario is not None
    begin(house.desk, scenario, "Wang Min", "exam", "en")
    house.store.close()


@pytest.fixture
def ours() -> Callable[[], list[int]]:
    """The processes below this one that were not there before the test."""
    before = set(descendants(os.getpid()))
    return lambda: [one for one in descendants(os.getpid()) if one not in before]


async def test_statements_are_delivered_while_the_server_runs(
    told_settings: Settings, system: LearningSystem, ours: Callable[[], list[int]], english: None
) -> None:
    """By a process of its own, which is begun again where it is killed, and ends with the server."""
    exam(told_settings)
    said: list[str] = []
    async with delivering(told_settings, said.append, again=0.01):
        assert await until(lambda: len(system.stored) == 1)
        (first,) = ours()
        os.kill(first, signal.SIGKILL)
        assert await until(lambda: said)
        exam(told_settings)
        assert await until(lambda: len(system.stored) == 2)
    assert "is begun again" in said[0]
    assert ours() == []


async def test_nothing_runs_where_no_learning_system_is_set(settings: Settings, ours: Callable[[], list[int]]) -> None:
    """No process is made."""
    async with delivering(settings, pytest.fail):
        assert ours() == []


async def test_simulated_people_are_told_to_nobody(
    told_settings: Settings, system: LearningSystem, ours: Callable[[], list[int]]
) -> None:
    """The process says why once, ends, and is not begun again."""
    exam(told_settings)
    store = SqlStore(told_settings.store)
    store.mark_simulated()
    store.close()
    async with delivering(told_settings, pytest.fail, again=0.01):
        assert await until(ours)
        assert await until(lambda: not ours())
        await asyncio.sleep(0.2)
        assert ours() == []
    assert system.asked == []


def test_sessions_are_not_told_the_key_of_the_learning_system() -> None:
    """What the server's environment says of it stays with the server."""
    environ = {"HUIKUAN_XAPI_SECRET": SECRET, "HUIKUAN_STORE": "x", "LANG": "C", "PATH": "/"}
    assert told(environ) == {"HUIKUAN_STORE": "x", "LANG": "C"}
