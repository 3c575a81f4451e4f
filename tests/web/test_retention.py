"""Retention on a server: the server does it, and no session of somebody who has signed in."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from doubles import FailingStore, desk_over
from web.browsing import PATIENCE, until
from web.team import staffed

from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.model.errors import StoreLocked
from simulator.web.retention import keeping
from simulator.workflows.solutions import Solutions


def served(settings: Settings, solutions: Solutions, store: MemoryStore) -> House:
    house = House(settings)
    house.__dict__.update(store=store, solutions=solutions)
    house.__dict__["desk"] = desk_over(store, solutions)
    return house


async def test_server_keeps_the_periods_from_its_start(settings: Settings, solutions: Solutions) -> None:
    """The day on which it was done last is on record, and nothing is said of what went well."""
    store, said = MemoryStore(), list[str]()
    async with keeping(served(settings, solutions, store), said.append):
        assert await until(lambda: store.noted("retention"))
    assert said == []


async def test_server_says_what_keeps_it_from_that_and_tries_again(settings: Settings, solutions: Solutions) -> None:
    """A record that is away for a while ends neither the server nor the keeping."""

    class Away(FailingStore):
        def noted(self, key: str) -> str | None:
            if self.failing:
                raise self.failing
            return super().noted(key)

    store, said = Away(), list[str]()
    store.failing = StoreLocked("it is away")
    async with keeping(served(settings, solutions, store), said.append, every=0.01):
        assert await until(lambda: said)
        store.failing = None
        assert await until(lambda: store.noted("retention"))
    assert "it is away" in said[0]


async def test_the_command_does_it_where_people_sign_in(tmp_path: Path) -> None:
    """As soon as it serves, before anybody has come."""
    house = staffed(tmp_path / "huikuan.db")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = (sys.executable, "-c", "import sys; from simulator.cli import main; sys.exit(main())")
    environment = {**os.environ, "HUIKUAN_CONFIG": str(tmp_path / "settings.toml")}
    server = subprocess.Popen([*command, "--store", house.settings.store, "serve", "--port", port], env=environment)
    try:
        assert await until(lambda: house.store.noted("retention"))
    finally:
        server.terminate()
        server.wait(PATIENCE)
        house.store.close()
