"""Several application processes on one database, which goes away and comes back, while the processes are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from postgres import Postgres, is_wanted, running

from simulator.adapters.store.sql import SqlStore
from simulator.model.journal import Joined
from simulator.model.record import Hinted

pytestmark = pytest.mark.skipif(not is_wanted(), reason="the extra for tests asks for no PostgreSQL")
TRAINEES, APPENDER = (Path(__file__).with_name(name) for name in ("trainees.py", "appender.py"))
ROOT = Path(__file__).parents[3]
ENTRY_EVERY, TAKING_EVERY = 20, 15  # turns


@dataclass
class Team:
    """The processes, and everything that was acknowledged to them."""

    url: str
    people: int
    processes: int
    turns: list[tuple[str, int, str]] = field(default_factory=list)
    entries: list[tuple[int, str]] = field(default_factory=list)
    ready: set[int] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    running: dict[int, subprocess.Popen[str]] = field(default_factory=dict)
    _hearing: list[threading.Thread] = field(default_factory=list)

    def start(self, mark: int) -> None:
        """Starts a process; it goes on where the one of that number was."""
        numbers = map(str, (mark, self.people, ENTRY_EVERY, TAKING_EVERY, self.processes))
        arguments = [sys.executable, str(TRAINEES), self.url, *numbers]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.running[mark] = process
        hearing = threading.Thread(target=self._hear, args=(mark, process))
        hearing.start()
        self._hearing.append(hearing)

    def kill(self, mark: int) -> None:
        """Kills a process, whatever it is doing."""
        self.ready.discard(mark)
        self.running[mark].kill()
        self.running[mark].wait()

    def end(self) -> list[int]:
        """Lets all of them finish what they are doing; their exit codes."""
        for process in self.running.values():
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        codes = [process.wait(120) for process in self.running.values()]
        for hearing in self._hearing:
            hearing.join()
        return codes

    def wait(self) -> None:
        """Waits until all of them talk."""
        self._wait_until(lambda: len(self.ready) == len(self.running))

    def wait_for_enough(self, turns: int) -> None:
        """Waits until there is something to check: so many turns, attempts taken over, and those who noticed it."""
        self._wait_until(lambda: len(self.turns) >= turns and self.taken and self.back)

    def _wait_until(self, true: Callable[[], object]) -> None:
        until = time.monotonic() + 120
        while not true():
            assert time.monotonic() < until
            assert [process.poll() for process in self.running.values()] == [None] * len(self.running)
            time.sleep(0.05)

    def _hear(self, mark: int, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            match line.split() if line.endswith("\n") else []:
                case ["turn", attempt, seq, words]:
                    self.turns.append((attempt, int(seq), words))
                case ["desk", seq, group]:
                    self.entries.append((int(seq), group))
                case ["taken", attempt]:
                    self.taken.append(attempt)
                case ["back", attempt]:
                    self.back.append(attempt)
                case ["ready"]:
                    self.ready.add(mark)
                case said:
                    self.strange.append(" ".join(said))
        process.stdout.close()


def _check(team: Team) -> None:
    """Every acknowledged turn and entry is there, once, as it was acknowledged; every chain is whole."""
    store = SqlStore(team.url)
    acknowledged: dict[str, dict[int, str]] = {}
    for attempt, seq, words in team.turns:
        assert acknowledged.setdefault(attempt, {}).setdefault(seq, words) == words
    there = {one.attempt: store.texts(one.attempt) for one in store.attempts()}
    for attempt, turns in acknowledged.items():
        assert {seq: there[attempt].get(seq) for seq in turns} == turns
    spoken = Counter(words for texts in there.values() for words in texts.values())
    assert [words for words, count in spoken.items() if count > 1] == []
    groups = {one.seq: one.event.group for one in store.journal() if isinstance(one.event, Joined)}
    assert {seq: groups.get(seq) for seq, _group in team.entries} == dict(team.entries)
    assert [group for group, count in Counter(groups.values()).items() if count > 1] == []
    assert store.faults() == []
    store.close()


@pytest.mark.parametrize(
    ("processes", "seconds", "people"),
    [(2, 6, 10), pytest.param(4, 300, 50, marks=pytest.mark.slow)],
    ids=["short", "long"],
)
def test_team_loses_and_doubles_nothing(processes: int, seconds: int, people: int) -> None:
    """Processes of many people that take over from each other, and are killed; the database stops once, crashes once.

    The long one: ``pytest -n 0 -s -m slow tests/adapters/store/test_store_team.py``. It takes six minutes.
    """
    chance = random.Random(7)
    with running(durable=seconds > 60) as server:
        team = Team(server.url(server.database()), people, processes)
        SqlStore(team.url).person("somebody")
        for mark in range(processes):
            team.start(mark)
        try:
            team.wait()
            kills = _live(team, server, seconds, chance)
            team.wait()
            team.wait_for_enough(5 * seconds)
            assert team.end() == [0] * processes
        finally:
            for process in team.running.values():
                process.kill()
        _check(team)
        print(
            f"{len(team.turns)} turns, {len(team.entries)} entries, {len(team.taken)} taken over, "
            f"{len(team.back)} taken back, {kills} kills"
        )


def _live(team: Team, server: Postgres, seconds: int, chance: random.Random) -> int:
    """Lets time pass, with a stop at a third of it, a crash at two thirds, and killings; how many were killed.

    On a slow machine it lasts longer: until both have been, and a killing for every ten seconds, one at least.
    """
    begun, kills = time.monotonic(), 0
    downs = [(seconds / 3, signal.SIGINT), (2 * seconds / 3, signal.SIGQUIT)]
    while (now := time.monotonic() - begun) < seconds or downs or kills < max(1, seconds // 10):
        if downs and now > downs[0][0]:
            server.stop(downs.pop(0)[1])
            time.sleep(chance.uniform(0, 1.5))
            server.start()
        time.sleep(chance.uniform(0.2, 2))
        if team.ready:
            mark = chance.choice(sorted(team.ready))
            team.kill(mark)
            team.start(mark)
            kills += 1
    return kills


def test_processes_never_lose_or_double_an_event_on_a_server(
    postgres: Postgres, lend: Callable[[], str], begin: Callable[..., str]
) -> None:
    """Three processes that append to one attempt on a server leave every event once, and a whole chain."""
    url = postgres.url(lend())
    store = SqlStore(url)
    begin(store)
    arguments = [[sys.executable, str(APPENDER), url, str(1000 * number), "15"] for number in (1, 2, 3)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    running = [subprocess.Popen(one, stdout=subprocess.DEVNULL, env=environment) for one in arguments]
    assert [one.wait(120) for one in running] == [0, 0, 0]
    turns = [recorded.event.turn for recorded in store.events("a1") if isinstance(recorded.event, Hinted)]
    assert sorted(turns) == [1000 * number + step for number in (1, 2, 3) for step in range(15)]
    assert store.faults() == []
