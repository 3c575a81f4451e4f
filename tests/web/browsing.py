"""A browser without a screen, a server in a process of its own, and looks at what runs behind it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp

_HERE = Path(__file__).parent
PATIENCE = 60.0  # seconds for what takes one on a quiet machine


class Served:
    """A server at work."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def sessions(self) -> list[int]:
        """The processes of the sessions: what is below the server, but for a parent or a shell of theirs."""
        return [process for process in descendants(self.process.pid) if _is_session(process)]

    def ended(self) -> bool:
        return self.process.poll() is not None


class Browser:
    """One tab. It reads all the time, as browsers do.

    Attributes:
        painted: since something was said last.
        told: words of the server, all of them.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket, self.painted = socket, b""
        self.told: list[list[str]] = []
        self._more = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    async def say(self, *words: object) -> None:
        """Says something to the server; what was painted before is forgotten."""
        self.painted = b""
        await self.socket.send_str(json.dumps(words))

    async def sees(self, words: str, patience: float = PATIENCE) -> float:
        """Waits until something was painted since something was said; the seconds that took from now on."""
        begun = time.perf_counter()
        await self._painted(words, patience)
        return time.perf_counter() - begun

    async def opened(self) -> None:
        """Waits until the application stands on the screen."""
        await self._painted("F1", PATIENCE)

    async def closed(self, patience: float = PATIENCE) -> int | None:
        """Waits until the server ends it; the code it gives."""
        await asyncio.wait_for(asyncio.shield(self._reading), patience)
        return self.socket.close_code

    async def leave(self) -> None:
        """Closes the tab."""
        await self.socket.close()
        await self._reading

    async def _painted(self, words: str, patience: float) -> None:
        async with asyncio.timeout(patience):
            while words.encode() not in self.painted:
                assert not self._reading.done(), f"closed with {self.socket.close_code} after {self.painted[-300:]!r}"
                self._more.clear()
                await self._more.wait()

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is aiohttp.WSMsgType.BINARY:
                self.painted += message.data
                self._more.set()
            elif message.type is aiohttp.WSMsgType.TEXT:
                self.told.append(json.loads(message.data))
        self._more.set()


@contextmanager
def serving(folder: Path, *arguments: str, environment: Mapping[str, str] | None = None) -> Iterator[Served]:
    """A server over a folder of its own, killed at the end with all that it left running."""
    written = folder / "settings.toml"
    written.write_text(
        f'language = "en"\nname = "Wang Min"\nnotice_read = true\nstore = "{folder / "huikuan.db"}"\n'
        f'cache = "{folder / "solutions"}"\n'
    )
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIKUAN_")}
    environ = {**clean, "HUIKUAN_CONFIG": str(written), **(environment or {})}
    command = [sys.executable, str(_HERE / "serving.py"), *arguments]
    errors = folder / "errors.txt"
    with errors.open("w") as told:
        process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=told, text=True)
    assert process.stdout is not None
    below: list[int] = []
    try:
        first = process.stdout.readline()
        while first and not first.startswith("port "):
            first = process.stdout.readline()
        assert first, errors.read_text()
        served = Served(process, int(first.split()[1]))
        yield served
        below = descendants(process.pid)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        for left in below:
            end(left)


@asynccontextmanager
async def tab(
    served: Served,
    *,
    size: tuple[int, int] = (80, 24),
    origin: str = "",
    path: str = "/ws",
    page: str = "",
    attempt: str = "",
    **headers: str,
) -> AsyncIterator[Browser]:
    """A tab with a session, closed at the end."""
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(
            f"{served.url}{path}?width={size[0]}&height={size[1]}&page={page}&attempt={attempt}",
            origin=origin or served.url,
            headers={name.replace("_", "-"): value for name, value in headers.items()},
            max_msg_size=0,
        ) as socket,
    ):
        browser = Browser(socket)
        try:
            yield browser
        finally:
            await browser.leave()


async def got(served: Served, path: str, **headers: str) -> tuple[int, Mapping[str, str], str]:
    """What the server answers: status, head and text."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession() as client,
        client.get(served.url + path, headers=named, allow_redirects=False) as answer,
    ):
        return answer.status, answer.headers, (await answer.read()).decode("utf-8", "replace")


async def emptied(served: Served) -> None:
    """Waits until a server has every seat free again; textual-serve's own counts none."""
    async with asyncio.timeout(PATIENCE):
        status, _head, text = await got(served, "/health")
        while status == 200 and json.loads(text)["sessions"]:
            await asyncio.sleep(0.02)
            status, _head, text = await got(served, "/health")


async def until(true: Callable[[], object], patience: float = PATIENCE) -> bool:
    """Waits until a function says so; whether it did in time. It looks once at least."""
    end_of_it = time.perf_counter() + patience
    while not (found := true()) and time.perf_counter() < end_of_it:
        await asyncio.sleep(0.02)
    return bool(found)


def descendants(process: int) -> list[int]:
    """All processes below one."""
    try:
        below = [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []
    return [found for one in below for found in (one, *descendants(one))]


def alive(process: int) -> bool:
    """Whether a process runs, and is not merely waiting to be counted out."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def end(process: int) -> None:
    """Ends one process of ours."""
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return


def memory(process: int, kind: str = "Rss") -> float:
    """MiB."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0.0
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:")) / 1024


def environ(process: int) -> str:
    return Path(f"/proc/{process}/environ").read_bytes().decode("utf-8", "replace")


def _is_session(process: int) -> bool:
    """Whether it is no shell and no parent of sessions; forked ones have the name of that parent."""
    words = _words(process)
    if not alive(process) or words.startswith((b"/bin/sh", b"sh")):
        return False
    return b"nursery" not in words or b"nursery" in _words(parent(process))


def parent(process: int) -> int:
    """The process that made one; 0 where that one has just ended."""
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _words(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""
