"""The end of a server, of a session and of the parent of sessions."""

from __future__ import annotations

import os
import signal
import time

import pytest
from web.browsing import PATIENCE, Served, alive, descendants, got, parent, tab, until
from web.conftest import Open

from simulator.web.server import STOPS_WITHIN


@pytest.mark.parametrize("word", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)])
async def test_server_stops_gracefully_within_its_time(fresh: Open, word: signal.Signals) -> None:
    """Every browser is told, every process ends, a blocked one too, and the exit code says that all is well."""
    with fresh("ours") as served:
        async with tab(served) as quick, tab(served) as blocked:
            await quick.opened()
            await blocked.opened()
            everything = descendants(served.process.pid)
            os.kill(served.sessions()[-1], signal.SIGSTOP)
            begun = time.perf_counter()
            served.process.send_signal(word)
            assert [await quick.closed(), await blocked.closed()] == [1012, 1012]
            told = time.perf_counter() - begun
            assert await until(served.ended)
            took = time.perf_counter() - begun
        assert served.process.returncode == 0
        assert told < STOPS_WITHIN  # at once, on a quiet machine
        assert took < 3 * STOPS_WITHIN  # and the promise itself; here others are at work too
        assert not [process for process in everything if alive(process)]


async def test_quitting_ends_the_session_and_says_so(served: Served) -> None:
    """Ctrl+Q in the application closes the socket with the code for that, and frees the seat."""
    async with tab(served) as browser:
        await browser.opened()
        await browser.say("stdin", "\x11")
        assert await browser.closed() == 4000
    assert await until(lambda: not served.sessions())


async def test_other_language_opens_the_application_again_in_the_same_session(served: Served) -> None:
    """Settings that ask for it end the application and open it again (child.py); its session goes on and hears keys."""
    async with tab(served) as browser:
        await browser.opened()
        (before,) = served.sessions()
        await browser.say("focus")
        await browser.say("stdin", "\x1b[21~")  # F10: settings
        await browser.sees("Colours")
        await browser.say("stdin", "\x1b[D")  # left, from English to Chinese
        await browser.sees("\x1b[")
        await browser.say("stdin", "\x1b[20~")  # F9: save
        await browser.sees("帮助")
        assert served.sessions() == [before]
        await browser.say("stdin", "zz")
        await browser.sees("zz")
        await browser.say("stdin", "\x11")
        assert await browser.closed() == 4000


async def test_dead_parent_of_sessions_is_replaced(fresh: Open) -> None:
    """Where the sessions' parent dies, its sessions end, are told so, and the next one opens."""
    with fresh("ours") as served:
        async with tab(served) as browser:
            await browser.opened()
            (session,) = served.sessions()
            os.kill(parent(session), signal.SIGKILL)
            assert await browser.closed() == 4001
        assert await until(lambda: not alive(session))
        async with tab(served) as browser:
            await browser.opened()
        assert (await got(served, "/health"))[0] == 200


async def test_seat_is_free_again_after_a_session(fresh: Open) -> None:
    """One seat serves one after another, and a refused one is told when to come again."""
    with fresh("ours", "--limit", "1") as served:
        for _turn in range(3):
            async with tab(served) as browser:
                await browser.opened()
                status, head, text = await got(served, "/")
                assert (status, head["Retry-After"]) == (503, "20")
                assert 'lang="zh"' in text
                assert "Every seat is taken" in text
            status, begun = 503, time.perf_counter()
            while status == 503 and time.perf_counter() - begun < PATIENCE:
                status, _head, _text = await got(served, "/")
            assert status == 200


async def test_started_sessions_keep_the_same_promises(fresh: Open) -> None:
    """Where nothing can be forked, sessions are started anew: they end with their tab and with the server."""
    with fresh("ours", "--spawn") as served:
        async with tab(served) as browser:
            await browser.opened()
            assert b"Wang Min" in browser.painted
            (first,) = served.sessions()
            os.kill(first, signal.SIGSTOP)
        assert await until(lambda: not alive(first))
        async with tab(served) as browser:
            await browser.opened()
            (second,) = served.sessions()
            served.process.kill()
            assert await until(lambda: not alive(second))
