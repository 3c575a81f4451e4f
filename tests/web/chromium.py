"""Chromium without a screen, by its DevTools protocol: one page, looked at and typed into."""

from __future__ import annotations

import asyncio
import base64
import json
import shutil
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_PATIENCE = 40.0  # seconds
_CONTROL = 2


class Page:
    """One page.

    Attributes:
        asked: every address that it asked for.
        complaints: what it said of itself on its console.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._count, self._session = socket, 0, ""
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self._reading = asyncio.create_task(self._read())

    async def begin(self) -> None:
        """Makes the page."""
        target = await self.do("Target.createTarget", url="about:blank")
        attached = await self.do("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.do(f"{domain}.enable")

    async def do(self, method: str, **params: object) -> dict[str, Any]:
        """One command; what it answers."""
        self._count += 1
        answer = self._answers[self._count] = asyncio.get_running_loop().create_future()
        word: dict[str, object] = {"id": self._count, "method": method, "params": params}
        await self._socket.send_json(word | ({"sessionId": self._session} if self._session else {}))
        return await asyncio.wait_for(answer, _PATIENCE)

    async def value(self, expression: str) -> Any:
        """What an expression is worth on the page."""
        named = {"expression": expression, "returnByValue": True, "awaitPromise": True, "userGesture": True}
        answer = await self.do("Runtime.evaluate", **named)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def text(self) -> str:
        """What stands in the terminal."""
        return str(
            await self.value(
                "window.terminal ? Array.from({length: terminal.rows}, (_, row) => "
                "terminal.buffer.active.getLine(row).translateToString(true)).join('\\n') : ''"
            )
        )

    async def shows(self, words: str) -> str:
        """Waits until words stand in the terminal; all of its text."""
        until = time.monotonic() + _PATIENCE
        while words not in (text := await self.text()):
            assert time.monotonic() < until, f"“{words}” is not in:\n{text}"
            await asyncio.sleep(0.1)
        return text

    async def until(self, expression: str) -> None:
        """Waits until an expression is true on the page."""
        async with asyncio.timeout(_PATIENCE):
            while not await self.value(expression):
                await asyncio.sleep(0.1)

    async def press(self, key: str, code: str, number: int, *, control: bool = False, command: str = "") -> None:
        """Presses a key, with what a browser does at it."""
        named = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": _CONTROL if control else 0}
        await self.do("Input.dispatchKeyEvent", type="rawKeyDown", commands=[command] if command else [], **named)
        await self.do("Input.dispatchKeyEvent", type="keyUp", **named)

    async def picture(self, file: Path) -> bytes:
        """Takes a picture of the page."""
        content = base64.b64decode((await self.do("Page.captureScreenshot", format="png"))["data"])
        file.write_bytes(content)
        return content

    async def _read(self) -> None:
        async for message in self._socket:
            word = json.loads(message.data)
            if "id" in word:
                answer = self._answers.pop(word["id"])
                if not answer.done():
                    answer.set_result(word.get("result", {"exceptionDetails": word.get("error")}))
            elif word["method"] == "Network.requestWillBeSent":
                self.asked.append(word["params"]["request"]["url"])
            elif word["method"] == "Network.webSocketCreated":
                self.asked.append(word["params"]["url"])
            elif word["method"] in ("Log.entryAdded", "Runtime.exceptionThrown"):
                if word["params"].get("entry", {}).get("source") == "rendering":
                    continue  # how fast this machine paints
                self.complaints.append(json.dumps(word["params"])[:500])


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Page]:
    """A page in a browser of its own, ended at the end."""
    assert PROGRAM is not None
    command = [PROGRAM, "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"]
    command += [f"--user-data-dir={folder / 'profile'}", "--window-size=1000,640", "--no-first-run", "about:blank"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        told = folder / "profile/DevToolsActivePort"
        async with asyncio.timeout(_PATIENCE):
            while not (told.exists() and told.read_text().count("\n")):
                await asyncio.sleep(0.1)
        port, path = told.read_text().split("\n")[:2]
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(f"ws://127.0.0.1:{port}{path}", max_msg_size=0) as socket,
        ):
            page = Page(socket)
            await page.begin()
            yield page
    finally:
        process.terminate()
        process.wait(10)
