"""Each fault of textual-serve's own server (1.1.3) that would harm users: ours holds the claim, and it does not."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from web.browsing import Served, alive, descendants, emptied, end, environ, got, memory, serving, tab, until
from web.conftest import BOTH

_SECRETS = {
    "OPENAI_API_KEY": "sk-of-the-server",
    "HUIKUAN_MODEL_KEY": "sk-of-the-model",
    "DATABASE_PASSWORD": "pw-of-db",
}
_MUCH = 400.0  # MiB; a session on the largest screen that we make has 80
# Seconds. Ours takes two on a quiet machine, and some more where there is other work; of the stock server's, sessions
# outlive it for ever, and blocked ones their tab for 40: more than a moment need not be waited for that.
_GONE = {"ours": 20.0, "stock": 2.0}
# A session of the stock server's whose server is gone lives on, unless it happens to write: then it breaks off.
_AT_TIMES = pytest.mark.xfail(strict=False, raises=AssertionError, reason="the fault that is mended, most times")
AT_TIMES = [pytest.param("stock", marks=_AT_TIMES), "ours"]


@pytest.fixture(scope="module", params=BOTH)
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Each of the two servers, with seats for two, for those alone who say who they are."""
    folder = tmp_path_factory.mktemp("either")
    extra = ("--limit", "2", "--names") if request.param == "ours" else ()
    with serving(folder, request.param, *extra, environment=_SECRETS) as served:
        yield served


@pytest.fixture(autouse=True)
async def no_sessions_left(request: pytest.FixtureRequest) -> AsyncIterator[None]:
    """The sessions of a test end with it: some of textual-serve's would not."""
    yield
    if "either" in request.fixturenames:
        served: Served = request.getfixturevalue("either")
        for session in served.sessions():
            end(session)
        assert await until(lambda: not served.sessions())
        await emptied(served)


async def opens(served: Served, origin: str = "", **headers: str) -> bool:
    """Whether a socket is opened."""
    try:
        async with tab(served, origin=origin, **headers):
            return True
    except aiohttp.WSServerHandshakeError:
        return False


async def test_stranger_gets_neither_page_nor_session(either: Served) -> None:
    """Who does not say who he is sees no page and opens no session (gate.py)."""
    status, _head, _text = await got(either, "/")
    assert status in (401, 403)
    assert not await opens(either)


async def test_session_is_not_opened_for_a_page_from_elsewhere(either: Served) -> None:
    """A page of another origin opens no session with its visitor's rights, nor does one that hides it (front.py)."""
    assert not await opens(either, origin="https://elsewhere.example", X_Person="Eve")
    assert not await opens(either, origin="null", X_Person="Eve")


async def test_session_does_not_inherit_the_servers_secrets(either: Served) -> None:
    """No key that the server was given stands in a session's environment (order.py)."""
    async with tab(either, X_Person="Wang") as browser:
        await browser.opened()
        sessions = either.sessions()
        assert sessions
        for session in sessions:
            assert not [value for value in _SECRETS.values() if value in environ(session)]


async def test_screen_that_nobody_has_is_not_made(either: Served) -> None:
    """However large a screen a browser claims to have, a session stays small (order.py)."""
    async with tab(either, size=(100_000, 100_000), X_Person="Wang") as browser:
        await browser.say("resize", {"width": 100_000, "height": 100_000})
        painted, largest = asyncio.create_task(browser.sees("F1", 40)), 0.0
        while not painted.done() and largest < _MUCH:
            await asyncio.sleep(0.1)
            largest = max([largest, *(memory(session) for session in either.sessions())])
        painted.cancel()
        await asyncio.gather(painted, return_exceptions=True)
        for session in either.sessions():  # before it takes the machine's memory
            end(session)
        assert largest < _MUCH


@pytest.mark.parametrize("path", ["/static/", "/static/js/", "/static"])
async def test_folders_are_not_listed(either: Served, path: str) -> None:
    """No path shows what files there are (page.py)."""
    status, _head, text = await got(either, path, X_Person="Wang")
    assert status == 404 or "Index of" not in text
    assert status != 200 or path == "/static"


async def test_sessions_are_not_without_number(either: Served) -> None:
    """Beyond the stated limit there is a polite refusal (seats.py)."""
    async with tab(either, X_Person="A") as first, tab(either, X_Person="B") as second:
        await first.opened()
        await second.opened()
        assert not await opens(either, X_Person="C")
        status, head, _text = await got(either, "/", X_Person="C")
        assert (status, bool(head.get("Retry-After"))) == (503, True)


async def test_session_knows_whose_it_is(either: Served) -> None:
    """The name that the sign-in gave stands on the screen, and so in the record (gate.py)."""
    async with tab(either, X_Person="Han Meimei") as browser:
        await browser.opened()
        assert b"Han Meimei" in browser.painted


async def test_page_asks_nobody_else_for_anything(either: Served) -> None:
    """Every file comes from the server itself, and the page's policy lets in no other (page.py)."""
    _status, head, text = await got(either, "/", X_Person="Wang")
    asked = re.findall(r"(?:src|href)=\"([^\"]+)\"", text)
    own = urlsplit(either.url).netloc
    assert asked
    assert [url for url in asked if urlsplit(url).netloc not in ("", own)] == []
    assert "default-src 'none'" in head.get("Content-Security-Policy", "")


@pytest.mark.parametrize("kind", AT_TIMES)
async def test_sessions_do_not_outlive_a_killed_server(kind: str, tmp_path: Path) -> None:
    """A server that is killed takes its sessions with it, at once or nearly (nursery.py)."""
    with serving(tmp_path, kind) as served:
        async with tab(served) as browser:
            await browser.opened()
            sessions = served.sessions()
            assert sessions
            everything = descendants(served.process.pid)
            served.process.kill()
            gone = await until(lambda: not any(map(alive, everything)), _GONE[kind])
            for left in everything:
                end(left)
            assert gone


@pytest.mark.parametrize("kind", BOTH)
async def test_blocked_session_ends_with_its_tab(kind: str, tmp_path: Path) -> None:
    """A session that does nothing any more is gone soon after its tab (session.py)."""
    with serving(tmp_path, kind) as served:
        async with tab(served) as browser:
            await browser.opened()
            sessions = served.sessions()
            for session in sessions:
                os.kill(session, signal.SIGSTOP)
        gone = await until(lambda: not any(map(alive, sessions)), _GONE[kind])
        for session in sessions:
            end(session)
        assert sessions
        assert gone
