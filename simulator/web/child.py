"""The process of one session: the application, its screen at the other end of a line to the server.

The line is standard input and output. Over it go packets of a type (``D`` data, ``M`` word about the session as JSON,
``P`` a piece of a file), four bytes of length and what there is to say. One thread reads it for the whole life of the
process: the application itself may end and open again in between, when its settings ask for that.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import select
import signal
import sys
import threading
import traceback
from codecs import getincrementaldecoder
from dataclasses import replace
from functools import partial
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from textual import events, messages
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver
from textual.geometry import Size

from simulator.web.order import Order
from simulator.web.rehearsing import share_styles

if TYPE_CHECKING:
    from simulator.adapters.settings import Settings

# Seconds from the end of the line to that of a process that does not end by itself. The server waits no longer either.
GRACE = 1.5
_TICK = 0.05  # seconds; how soon a lone Escape is known to be one
_SETTLED = 0.5  # seconds after which a sign that came means what it means; Textual waits 0.1
_CHUNK = 1 << 16


class Line:
    """The line to the server. What the browser last said of itself is kept for an application that opens again."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size, self.focused = size, False
        self.attempt = ""  # the one that is on the screen, as the server was told last
        self._driver: SessionDriver | None = None
        self._sending = threading.Lock()  # a download is answered by the reading thread
        self._hearing = threading.Lock()
        self._tick_until = 0.0

    def open(self) -> None:
        """Begins to read."""
        threading.Thread(target=self._listen, name="line", daemon=True).start()
        if sys.platform == "win32":
            threading.Thread(target=self._tick_for_ever, name="ticks", daemon=True).start()

    def attach(self, driver: SessionDriver | None) -> None:
        """Who hears what comes in from now on."""
        self._driver = driver

    def send(self, kind: bytes, payload: bytes) -> None:
        """Sends a packet; waits while the other end does not read. Once that is gone, nothing is sent to anybody."""
        rest = memoryview(b"%s%s%s" % (kind, len(payload).to_bytes(4, "big"), payload))
        with self._sending:
            try:
                while rest:
                    rest = rest[os.write(1, rest) :]
            except OSError:  # the end of the line is heard by whoever reads it, and he ends the process
                return

    def _listen(self) -> None:
        stream = ByteStream()
        while True:
            if self._comes():
                if not (got := _read()):
                    break
                with self._hearing:
                    for kind, payload in stream.feed(got):
                        self._hear(kind, payload)
                self._tick_until = monotonic() + _SETTLED
            else:
                self._tick()
        threading.Timer(GRACE, os._exit, (0,)).start()
        if self._driver is not None:
            self._driver.leave()
        else:
            os._exit(0)

    def _comes(self) -> bool:
        """Waits until there is something to read; for a moment only, if what came last may mean more with time."""
        if sys.platform == "win32":
            return True  # nothing there waits for a pipe but reading it
        line = select.poll()
        line.register(0, select.POLLIN)
        return bool(line.poll(_TICK * 1000 if monotonic() < self._tick_until else None))

    def _tick(self) -> None:
        with self._hearing:
            if self._driver is not None:
                self._driver.tick()

    def _tick_for_ever(self) -> None:
        while True:
            sleep(_TICK)
            self._tick()

    def _hear(self, kind: str, payload: bytes) -> None:
        driver = self._driver
        if kind == "D":
            if driver is not None:
                driver.typed(payload)
            return
        word = json.loads(payload)
        if word["type"] == "resize":
            self.size = (word["width"], word["height"])
        elif word["type"] in ("focus", "blur"):
            self.focused = word["type"] == "focus"
        if driver is not None:
            driver.on_meta(word["type"], word)


class SessionDriver(WebDriver):
    """Textual's driver for the web, over a line that outlives it."""

    def __init__(self, line: Line, app: App[Any], *, debug: bool = False, mouse: bool = True, **_size: object) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=line.size)
        self._line = line
        self._parser = XTermParser(debug=debug)
        self._decode = getincrementaldecoder("utf-8")("replace").decode

    def write(self, data: str) -> None:
        self._line.send(b"D", data.encode("utf-8", "replace"))
        if (attempt := _attempt_on(self._app)) != self._line.attempt:
            self._line.attempt = attempt
            self.write_meta({"type": "at", "attempt": attempt})

    def write_meta(self, data: dict[str, object]) -> None:
        self._line.send(b"M", json.dumps(data).encode("ascii"))

    def write_binary_encoded(self, data: tuple[str | bytes, ...]) -> None:
        from textual._binary_encode import dump

        self._line.send(b"P", dump(data))

    def start_application_mode(self) -> None:
        """As Textual's, but for the mark at the line's beginning, which it has but one of."""
        loop = asyncio.get_running_loop()
        if sys.platform != "win32":
            for wanted in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(wanted, self.leave)
        self.write("\x1b[?1049h")
        self._enable_mouse_support()
        self.write("\x1b[?25l")
        size = Size(*self._line.size)
        self._app.post_message(events.Resize(size, size))
        self._request_terminal_sync_mode_support()
        self._enable_bracketed_paste()
        self._line.attach(self)
        focus = events.AppFocus() if self._line.focused else events.AppBlur()
        self._app.call_later(self._app.post_message, focus)

    def stop_application_mode(self) -> None:
        self._line.attach(None)

    def typed(self, payload: bytes) -> None:
        """Hears what was typed. A size among it is passed over: the server tells that, within bounds."""
        try:
            heard = [*self._parser.feed(self._decode(payload))]
        except (ValueError, OverflowError):  # a key of a number that no key has; the parser is of no use after it
            self._parser = XTermParser(debug=self._debug)
            return
        for event in heard:
            if not isinstance(event, events.Resize):
                self.process_message(event)

    def tick(self) -> None:
        """Lets time pass for what is known only by what does not follow it."""
        for event in self._parser.tick():
            self.process_message(event)

    def leave(self) -> None:
        """Ends the application; safe between threads."""
        self._app.post_message(messages.ExitApp())


def play(order: Order) -> int:
    """Runs the application at standard input and output until it is quit or the line ends; the exit code."""
    from simulator.bootstrap import House
    from simulator.tui.app import GoOn, run_app

    # A page that comes again is whoever had its attempt open: nobody else, who would have to be asked.
    house = House(_settings(order), actor=order.actor, holder=order.page or secrets.token_hex(16))
    line = Line(order.size)
    line.open()

    def shown(app: Any) -> Any:
        app.driver_class = partial(SessionDriver, line)
        share_styles(app)
        app.error_console.quiet = True  # what it prints of a fault shows what people typed
        ended = app.run()
        if app._exception is not None:
            line.send(b"M", json.dumps({"type": "fault", "text": _fault(app._exception)}).encode("ascii"))
        return ended

    code = run_app(house, GoOn(order.attempt) if order.attempt else None, run=shown)
    if "store" in house.__dict__:
        house.store.close()
    line.send(b"M", json.dumps({"type": "ended", "code": code}).encode("ascii"))
    return code


def _settings(order: Order) -> Settings:
    """The server's settings, with the name of who is signed in and what he has chosen for himself."""
    from simulator.adapters.settings import faults, load

    loaded = load(language=order.language, store=order.store, environ=order.told)
    chosen = {name: value for name, value in order.own.items() if not faults({name: value})}
    if order.person is not None:
        chosen = {"notice_read": False, **chosen}  # what the server's own user has read, nobody else has
    return replace(loaded, **chosen, **({"name": order.name} if order.name else {}))  # type: ignore[arg-type]


def run(order: Order) -> int:
    """``play``, and what breaks it on its way in one line on standard error, without a word of anybody's."""
    try:
        return play(order)
    except Exception as error:  # the last place where it can be said
        sys.stderr.write(f"huikuan: session {order.number}: {_fault(error)}\n")
        return 1


def _attempt_on(app: App[Any]) -> str:
    """The attempt that is open on an application's screens; empty for none."""
    for screen in reversed(app._screen_stack):
        if (rehearsal := getattr(screen, "rehearsal", None)) is not None:
            return str(rehearsal.attempt)
    return ""


def _fault(error: BaseException) -> str:
    """What an operator needs of a fault: its kind and the way to it. No message and no values: they are people's."""
    way = " ← ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(_frames(error)))
    return f"{type(error).__name__} at {way}"


def _frames(error: BaseException) -> list[traceback.FrameSummary]:
    return traceback.extract_tb(error.__traceback__)[-6:]


def _read() -> bytes:
    try:
        return os.read(0, _CHUNK)
    except OSError:
        return b""


def _first_line() -> bytes:
    """The order, read sign by sign: what follows it belongs to the application."""
    line = b""
    while not line.endswith(b"\n") and (sign := os.read(0, 1)):
        line += sign
    return line


if __name__ == "__main__":
    sys.exit(run(Order.read(_first_line())))
