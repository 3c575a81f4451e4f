"""A small company that signs in: its people, and a browser's side of the forms."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import aiohttp
from aiohttp.test_utils import TestServer
from doubles import QuickPasswords
from web.browsing import Served, serving

from simulator.adapters.settings import load
from simulator.bootstrap import House
from simulator.model.secret import Secret
from simulator.web.front import Front
from simulator.web.server import Plan, TeamServer
from simulator.web.sign_in import Trusted, gate_for
from simulator.web.starting import SpawnStarter
from simulator.workflows import accounts

# Nobody of these is a real person.
PEOPLE = {"王芳": "trainee", "Li Lei": "trainee", "Han Meimei": "instructor", "Root": "administrator"}


def password_of(name: str) -> str:
    return f"the long words of {sum(map(ord, name))}"


def house_of(store: Path) -> House:
    """A record seen from its own machine, whatever settings that has."""
    nowhere = {"HUIKUAN_CONFIG": str(store.with_name("none.toml"))}
    return House(load(language="en", store=str(store), environ=nowhere))


def staffed(store: Path) -> House:
    """A record in which these people may sign in, seen from its own machine; passwords are compared quickly."""
    house = house_of(store)
    house.passwords = QuickPasswords()
    by = house.store.person("Root")
    for name, role in PEOPLE.items():
        accounts.add(house.desk, house.passwords, name, (role,), by, password=Secret(password_of(name)))
    return house


@contextmanager
def team(folder: Path, *arguments: str, **named: Mapping[str, str]) -> Iterator[tuple[Served, House]]:
    """A server for them, and its record seen from its own machine."""
    house = staffed(folder / "huikuan.db")
    try:
        with serving(folder, "ours", "--sign-in", "--limit", "8", *arguments, **named) as served:
            yield served, house
    finally:
        house.store.close()


@asynccontextmanager
async def counter(
    folder: Path,
    front: Front,
    trusted: Trusted | None = None,
    passwords: QuickPasswords | None = None,
    now: Callable[[], datetime] | None = None,
) -> AsyncIterator[tuple[Visitor, House]]:
    """A visitor of a server in this very process, where nobody wants a session, and its record.

    Args:
        now: the server's clock, where a test must not depend on how fast it is.
    """
    house = staffed(folder / "huikuan.db")
    house.passwords = passwords or house.passwords
    house.reception = replace(house.reception, now=now or house.reception.now)
    server = TeamServer(Plan(front, gate_for(house, front, trusted), 2), SpawnStarter(), lambda _text: None)
    async with (
        TestServer(await server._make_app()) as listening,
        visiting(str(listening.make_url("")).rstrip("/")) as one,
    ):
        yield one, house
    house.store.close()


@asynccontextmanager
async def visiting(url: str) -> AsyncIterator[Visitor]:
    """Somebody at his browser who is not signed in."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
        yield Visitor(url, client)


class Visitor:
    """A browser without a screen: it keeps cookies, and follows nothing by itself."""

    def __init__(self, url: str, client: aiohttp.ClientSession) -> None:
        self.url, self._client = url, client
        self.cookie = ""

    async def get(self, path: str, **headers: str) -> tuple[int, Mapping[str, str], str]:
        """What a page says: status, head and text."""
        return await self._ask("GET", path, None, {"Sec-Fetch-Site": "none", **_named(headers)})

    async def post(self, path: str, fields: object, **headers: str) -> tuple[int, Mapping[str, str], str]:
        """Sends a form from this server's own page."""
        return await self._ask("POST", path, fields, {"Origin": self.url, **_named(headers)})

    async def sign_in(self, name: str, password: str = "", **headers: str) -> tuple[int, Mapping[str, str], str]:
        """Signs in, by the person's own password unless another is tried."""
        return await self.post("/sign-in", {"name": name, "password": password or password_of(name)}, **headers)

    async def _ask(
        self, method: str, path: str, fields: object, headers: Mapping[str, str]
    ) -> tuple[int, Mapping[str, str], str]:
        sent = {**headers, **({"Cookie": self.cookie} if self.cookie else {})}
        async with self._client.request(
            method, self.url + path, data=fields, headers=sent, allow_redirects=False
        ) as answer:
            if (given := answer.headers.get("Set-Cookie")) is not None:
                first = given.partition(";")[0]
                self.cookie = first if first.partition("=")[2].strip('"') else ""
            return answer.status, answer.headers, await answer.text()


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
