"""One session: words to and fro between a browser's socket and the process that runs the application.

Nothing is held here beyond a few buffers of a stated size. A browser that does not read makes its own application wait;
an application that does not read makes its own browser lose the session; neither makes anybody else wait.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any, Literal

from aiohttp import WSMsgType, web
from textual_serve.app_service import AppService
from textual_serve.download_manager import DownloadManager

from simulator.web.figures import Figures
from simulator.web.order import fitting
from simulator.web.pace import Pace
from simulator.web.starting import Running

Why = Literal["left", "quit", "fault", "wrong", "flood", "stop", "out", "again"]

# How the browser is told: codes of RFC 6455, section 7.4, and some of our own (static/page.js shows a text for each).
CODES: dict[Why, int] = {
    "left": 1000,
    "again": 1000,  # the page itself came back before the old line was known to be lost
    "quit": 4000,
    "fault": 4001,
    "out": 4003,
    "wrong": 1008,
    "flood": 1009,
    "stop": 1012,
}

# Seconds that a process has for its end once it was told, or its line is cut; after that it is killed. Together with
# what a kill takes, a session is gone within two seconds of its tab.
GRACE = 1.5
LONGEST_MESSAGE = 1 << 17  # bytes; the page cuts what is pasted into pieces of 16 KiB
_PIECE = 1 << 16
_MOST_META = 1 << 16  # bytes; what an application says of itself
_MOST_PACKED = 1 << 20  # bytes; a piece of a file, of which 64 KiB are asked for
_MOST_UNREAD = 1 << 20  # bytes that were typed and that the application has not read: more than the longest paste
_RESIZING = 20.0  # messages that one resize counts for: it makes the application paint everything


class Session(AppService):
    """One browser and one process, from the first word to the end of both."""

    def __init__(
        self,
        number: int,
        running: Running,
        socket: web.WebSocketResponse,
        downloads: DownloadManager,
        figures: Figures,
        first_sign: Callable[[], None],
    ) -> None:
        super().__init__(
            "", write_bytes=self._paint, write_str=socket.send_str, close=_nothing, download_manager=downloads
        )
        self.number = number
        self.running = running
        self.fault = ""  # what the application said of its own
        self.active = True  # something was typed since this was looked at last
        self._socket, self._figures, self._first_sign = socket, figures, first_sign
        self._pace = Pace()
        self._why: asyncio.Future[Why] = asyncio.get_running_loop().create_future()

    async def serve(self) -> Why:
        """Carries words until one of the two is gone or ``leave`` is called; why it ended."""
        both = (asyncio.create_task(self._inward()), asyncio.create_task(self._outward()))
        try:
            return await self._why
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    def leave(self, why: Why) -> None:
        """Ends the session."""
        if not self._why.done():
            self._why.set_result(why)

    async def end(self) -> bool:
        """Ends the process; whether it had to be killed. It is gone when this returns."""
        await self._download_manager.cancel_app_downloads(self.app_service_id)
        self._post(b"M", b'{"type": "quit"}')
        with contextlib.suppress(OSError, RuntimeError):  # it is gone
            self.running.writer.write_eof()
        drained = asyncio.create_task(self._drain())
        try:
            await asyncio.wait_for(asyncio.shield(self.running.ended), GRACE)
            return False
        except TimeoutError:
            self.running.kill()
            await self.running.ended
            return True
        finally:
            drained.cancel()
            await asyncio.gather(drained, return_exceptions=True)
            self.running.writer.transport.abort()

    # To the application

    async def _inward(self) -> None:
        async for message in self._socket:
            if message.type is WSMsgType.ERROR:  # aiohttp has closed it, and said why
                self.leave("flood" if self._socket.close_code == CODES["flood"] else "left")
                return
            try:
                if message.type is not WSMsgType.TEXT:
                    raise _Wrong
                await self._pace.spend(*self._obey(message.data))
            except _Wrong:
                self.leave("wrong")
                return
        self.leave("left")

    def _obey(self, text: str) -> tuple[float, int]:
        """Does what a browser says; what that costs of its pace."""
        kind, said = _envelope(text)
        if kind == "stdin" and isinstance(said, str):
            typed = said.encode("utf-8", "replace")
            self._figures.received += len(typed)
            self.active = True
            self._post(b"D", typed)
            return 1, len(typed)
        if kind == "resize" and isinstance(said, dict):
            width, height = fitting(said.get("width"), said.get("height"))
            self._meta(type="resize", width=width, height=height)
            return _RESIZING, 0
        if kind in ("focus", "blur"):
            self._meta(type=kind)
            return 1, 0
        raise _Wrong

    def _meta(self, **word: object) -> None:
        self._post(b"M", json.dumps(word).encode("ascii"))

    def _post(self, kind: Literal[b"D", b"M"], payload: bytes) -> bool:
        writer = self.running.writer
        if writer.is_closing():
            return False
        writer.write(self.encode_packet(kind, payload))
        if writer.transport.get_write_buffer_size() > _MOST_UNREAD:
            self.leave("flood")
        return True

    async def send_meta(self, data: dict[str, str | int | bool | None]) -> bool:
        """As textual-serve's, for its downloads, but without waiting for the application."""
        return self._post(b"M", json.dumps(data).encode("ascii"))

    # To the browser

    async def _outward(self) -> None:
        try:
            while True:
                head = await self.running.reader.readexactly(5)
                await self._pass_on(head[:1], int.from_bytes(head[1:], "big"))
        except asyncio.IncompleteReadError:
            self.leave("fault" if self.fault else "quit" if await self._ended_well() else "fault")
        except (ConnectionError, RuntimeError):  # the browser's socket is closing
            self.leave("left")
        except _Wrong:
            self.leave("fault")

    async def _pass_on(self, kind: bytes, size: int) -> None:
        if kind == b"D":
            while size:
                piece = await self.running.reader.read(min(size, _PIECE))
                if not piece:
                    raise asyncio.IncompleteReadError(b"", size)
                size -= len(piece)
                await self.on_data(piece)
        elif size > {b"M": _MOST_META, b"P": _MOST_PACKED}.get(kind, 0):
            raise _Wrong
        else:
            payload = await self.running.reader.readexactly(size)
            await (self.on_meta if kind == b"M" else self.on_packed)(payload)

    async def _paint(self, piece: bytes) -> None:
        if (first_sign := self._first_sign) is not _told:
            self._first_sign = _told
            first_sign()
        self._figures.sent += len(piece)
        await self._socket.send_bytes(piece)

    async def on_meta(self, data: bytes) -> None:
        word: dict[str, Any] = json.loads(data)
        if word["type"] == "fault":
            self.fault = str(word["text"])
        elif word["type"] == "at":
            await self._socket.send_str(json.dumps(["at", str(word["attempt"])]))
        elif word["type"] in ("open_url", "deliver_file_start"):
            await super().on_meta(data)

    async def _ended_well(self) -> bool:
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(asyncio.shield(self.running.ended), GRACE) == 0
        return False

    async def _drain(self) -> None:
        """Takes what the application still says: one that waits to be heard could not end."""
        with contextlib.suppress(ConnectionError):
            while await self.running.reader.read(_PIECE):
                pass


class _Wrong(Exception):
    """Somebody says what the page, or the application, never says."""


def _envelope(text: str) -> tuple[object, object]:
    try:
        envelope = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _Wrong from error
    if not isinstance(envelope, list) or not 1 <= len(envelope) <= 2:
        raise _Wrong
    return envelope[0], envelope[1] if len(envelope) == 2 else None


async def _nothing() -> None:
    """The end of an application is told by the end of its line."""


def _told() -> None:
    """The first sign was told before."""
