"""Hostile and broken browsers: they harm themselves and nobody else."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import socket
import struct
import threading
import time
from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest
from web.browsing import PATIENCE, Browser, Served, alive, got, memory, serving, tab, until

from simulator.web.doors import MOST_SILENT
from simulator.web.session import LONGEST_MESSAGE

# Seconds for a key while somebody misbehaves: 0.03 on a quiet machine; a server that is held up does not answer at all.
_ANSWER = 10.0


@pytest.fixture(scope="module")
def hurried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that soon takes a browser for gone that does not answer."""
    with serving(tmp_path_factory.mktemp("hurried"), "ours", "--heartbeat", "2") as served:
        yield served


@pytest.fixture
async def neighbour(hurried: Served) -> AsyncIterator[Browser]:
    """Somebody else's session, which must not notice anything."""
    assert await until(lambda: not hurried.sessions())
    async with tab(hurried) as browser:
        await browser.opened()
        yield browser


async def answers(browser: Browser, letter: str = "q") -> float:
    """Types a letter, and takes it back; the seconds until it was seen."""
    await browser.say("stdin", letter)
    took = await browser.sees(letter)
    await browser.say("stdin", "\x7f")
    await browser.sees("find")  # the line is empty, and says what it is for
    return took


def dialled(served: Served, head: bytes = b"") -> socket.socket:
    """A bare connection."""
    line = socket.create_connection(("127.0.0.1", served.port), PATIENCE)
    line.sendall(head)
    return line


def upgraded(served: Served) -> socket.socket:
    """A bare connection with a session behind it, of which nothing has been read but the head."""
    key = base64.b64encode(os.urandom(16)).decode()
    asked = (
        "GET /ws?width=500&height=200 HTTP/1.1",
        f"Host: 127.0.0.1:{served.port}",
        f"Origin: {served.url}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Key: {key}",
    )
    line = dialled(served, "\r\n".join((*asked, "", "")).encode())
    head = b""
    while b"\r\n\r\n" not in head and (sign := line.recv(1)):
        head += sign
    if b" 101 " not in head:
        line.close()
        raise ConnectionRefusedError(head)
    return line


def frame(text: str, claimed: int | None = None) -> bytes:
    """One masked text frame, as browsers send it; the length may be a lie."""
    payload = text.encode()
    length = len(payload) if claimed is None else claimed
    size = struct.pack("!BQ", 0xFF, length) if length > 0xFFFF else struct.pack("!BH", 0xFE, length)
    return b"\x81" + size + b"\0\0\0\0" + payload


async def figure(served: Served, name: str) -> float:
    """One of the server's figures."""
    _status, _head, text = await got(served, "/metrics")
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith(name))


async def test_thousand_half_open_sockets_keep_nobody_out(hurried: Served, neighbour: Browser) -> None:
    """A thousand connections that never finish a request leave room, memory and quiet for those that ask."""
    before = memory(hurried.process.pid)
    lines = []
    try:
        for number in range(1000):
            with contextlib.suppress(OSError):
                lines.append(dialled(hurried, b"GET / HTTP/1.1\r\nHost: 127" if number % 2 else b""))
            if number % 50 == 0:
                await asyncio.sleep(0)
        assert await answers(neighbour) < _ANSWER
        begun = time.perf_counter()
        status, _head, _text = await got(hurried, "/")
        assert (status, time.perf_counter() - begun < _ANSWER) == (200, True)
        async with asyncio.timeout(PATIENCE):
            while await figure(hurried, "huikuan_connections") > MOST_SILENT + 8:
                await asyncio.sleep(0.05)
        assert memory(hurried.process.pid) - before < 24
    finally:
        for line in lines:
            line.close()


async def test_huge_frame_is_refused_before_it_is_read(hurried: Served, neighbour: Browser) -> None:
    """A frame that claims a gigabyte ends its own session at once, and the server holds none of it."""
    before = memory(hurried.process.pid)
    with upgraded(hurried) as line:
        with contextlib.suppress(OSError):
            line.sendall(frame("x" * 1000, claimed=1 << 30))
            for _piece in range(512):
                line.sendall(b"x" * 65_536)
        assert memory(hurried.process.pid) - before < 16
    assert await answers(neighbour) < _ANSWER


async def test_message_over_the_limit_ends_its_session_alone(hurried: Served, neighbour: Browser) -> None:
    """One message that is too long is answered with the code for that."""
    async with tab(hurried) as browser:
        await browser.opened()
        await browser.say("stdin", "x" * LONGEST_MESSAGE)
        assert await browser.closed() == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    assert await answers(neighbour) < _ANSWER


async def test_browser_that_reads_nothing_does_not_grow_the_server(hurried: Served, neighbour: Browser) -> None:
    """What is painted for one who does not read waits in his own application; soon he is taken for gone."""
    before, others = memory(hurried.process.pid), set(hurried.sessions())
    with upgraded(hurried) as line:
        line.setblocking(False)
        largest, theirs, rounds = before, set[int](), 0
        while rounds < 60 or not theirs:  # three seconds; each round asks for two full screens
            rounds += 1
            assert rounds < 2000, "he has no session"
            with contextlib.suppress(OSError):
                for size in ((500, 200), (499, 199)):
                    line.sendall(frame(json.dumps(["resize", {"width": size[0], "height": size[1]}])))
            theirs |= set(hurried.sessions()) - others
            largest = max(largest, memory(hurried.process.pid))
            await asyncio.sleep(0.05)
        assert largest - before < 8
        assert await until(lambda: not any(map(alive, theirs)))
    assert await answers(neighbour) < _ANSWER


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "null",
        "[]",
        '["stdin"]',
        '["stdin", 7]',
        '["stdin", {"a": 1}]',
        '["resize", "80x24"]',
        '["quit"]',
        '["stdin", "a", "b"]',
        "[" * 50_000,
        '{"stdin": "a"}',
        "[" + "9" * 5000 + "]",
    ],
)  # fmt: skip
async def test_words_that_the_page_never_says_end_their_session_alone(
    hurried: Served, neighbour: Browser, said: str
) -> None:
    """What is no envelope of ours closes the socket as a violation, and goes no further."""
    async with tab(hurried) as browser:
        await browser.socket.send_str(said)
        assert await browser.closed() == aiohttp.WSCloseCode.POLICY_VIOLATION
    assert await answers(neighbour) < _ANSWER


@pytest.mark.parametrize(
    "size", [{"width": None, "height": "x"}, {"width": -5, "height": 1e308}, {"width": True}, {}, {"width": 10**40}]
)
async def test_sizes_that_are_none_are_taken_for_usual_ones(neighbour: Browser, size: dict[str, object]) -> None:
    """No size that a browser claims ends its session."""
    await neighbour.say("resize", size)
    await neighbour.say("resize", {"width": 80, "height": 24})
    assert await answers(neighbour) < _ANSWER


@pytest.mark.parametrize(
    "typed", ["\ud800", "\udfff\ud800", "\x1b", "\x1b[", "\x1b[<0;99999;99999M", "\x00", "\x1b[200~"]
)
async def test_signs_that_no_keyboard_sends_do_not_end_a_session(hurried: Served, typed: str) -> None:
    """Half characters, half sequences and places off the screen are borne."""
    assert await until(lambda: not hurried.sessions())
    async with tab(hurried) as browser:
        await browser.opened()
        await browser.say("stdin", typed)
        await asyncio.sleep(0.3)
        await browser.say("stdin", "\x1b[201~")
        await browser.say("resize", {"width": 90, "height": 30})
        await browser.sees("F1")


async def test_flood_of_messages_waits_on_its_own_side(hurried: Served, neighbour: Browser) -> None:
    """Somebody sends as fast as he can: his neighbour's keys are answered all the same."""
    over = threading.Event()
    many = frame('["stdin", "x"]') * 1000

    def flood() -> None:
        while not over.is_set():
            with contextlib.suppress(OSError), upgraded(hurried) as line:
                line.settimeout(1)
                while not over.is_set():
                    line.sendall(many)

    flooding = threading.Thread(target=flood)
    flooding.start()
    try:
        await asyncio.sleep(1)
        waits = [await answers(neighbour, letter) for letter in "qzqzqzqz"]
        assert sorted(waits)[len(waits) // 2] < _ANSWER / 2
    finally:
        over.set()
        await asyncio.to_thread(flooding.join)


async def test_session_that_is_killed_leaves_the_others(hurried: Served, neighbour: Browser) -> None:
    """A process that breaks off is told as that to its own browser alone."""
    others = set(hurried.sessions())
    async with tab(hurried) as browser:
        await browser.opened()
        (own,) = set(hurried.sessions()) - others
        os.kill(own, 11)
        assert await browser.closed() == 4001
    assert await answers(neighbour) < _ANSWER


@pytest.mark.parametrize(
    "asked",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: [\r\n\r\n",
        b"GET /static/..%2f..%2fpage.py HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: http://[\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n",
    ],
)
async def test_requests_that_are_none_are_refused(hurried: Served, asked: bytes) -> None:
    """Nothing but the page's own requests is answered with success, and nothing breaks the server."""

    def asking() -> bytes:
        with dialled(hurried, asked) as line:
            return line.recv(64)

    answer = await asyncio.to_thread(asking)
    assert answer.split()[1][:1] == b"4"
    assert (await got(hurried, "/health"))[0] == 200
