"""The server: pages, sockets, and sessions within a limit, from its beginning to its end."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import quote, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler
from textual_serve.server import Server

from simulator.model.errors import StoreError, UsageError
from simulator.model.language import N_, _, current
from simulator.web import page, seats
from simulator.web.doors import Doors
from simulator.web.figures import Figures
from simulator.web.front import Front
from simulator.web.gate import Gate, Identity
from simulator.web.order import Order, fitting, told
from simulator.web.session import CODES, LONGEST_MESSAGE, Session, Why
from simulator.web.starting import CannotStart, Starter

# Seconds from the word to stop to the end of the server. Sessions are told at once, and killed after their GRACE.
STOPS_WITHIN = 5.0
HEARTBEAT = 20.0  # seconds between two looks whether a browser that says nothing is there
_KEEP_ALIVE = 15.0  # seconds that a connection stays open after an answer
_CLOSING = 1.0  # seconds that a browser has to agree that its socket is closed
_QUIET = 60.0  # seconds between two lines on one fault that every request meets
_HELD = 1 << 16  # bytes on their way to one browser, here and in the kernel each
_SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # without one, a browser hides where a form comes from even to us
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Server": "huikuan",
}

ELSEWHERE = N_("This address does not belong to this server.")
# Seconds between two looks whether those who hold sessions are still signed in.
LOOKING = 10.0
MOST_TABS = 3  # sessions of one person: a talk, what he reads up for it, and one that he forgot
_ATTEMPT, _PAGE = re.compile(r"[\w.:-]{1,64}", re.ASCII), re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Plan:
    """How to serve.

    Attributes:
        limit: sessions at once.
        language, store: of the command line, handed on to every session.
        tabs: sessions of one person at once; the machine's owner has as many as there are.
        looking: seconds between two looks whether those who hold sessions are still signed in.
    """

    front: Front
    gate: Gate
    limit: int
    language: str | None = None
    store: str | None = None
    tabs: int = MOST_TABS
    looking: float = LOOKING


@dataclass(eq=False, slots=True)
class Seat:
    """One of the sessions that fit, from the moment that somebody is let in to the end of its process.

    Attributes:
        page: tells the open page that it belongs to from all others; empty where that did not say.
        session: None before its process is there.
        gone: set once the seat is free.
    """

    number: int
    identity: Identity
    page: str
    session: Session | None = None
    gone: asyncio.Event = field(default_factory=asyncio.Event)


class TeamServer(Server):
    """textual-serve's server, fit to face users.

    Args:
        say: takes a line for the operator.
        heartbeat: a browser that is gone without a word is known by one and a half times these seconds of silence.
    """

    def __init__(self, plan: Plan, starter: Starter, say: Callable[[str], None], heartbeat: float = HEARTBEAT) -> None:
        super().__init__("", host=plan.front.host, port=plan.front.port, public_url=plan.front.url)
        self.plan, self.figures = plan, Figures()
        self._starter, self._say, self._heartbeat = starter, say, heartbeat
        self._seats: dict[int, Seat] = {}
        self._count = 0
        self._ending: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._doors: Doors | None = None
        self._quiet_until = 0.0

    async def run(self) -> None:
        """Serves until it is told to stop.

        Raises:
            UsageError: it cannot listen at that address.
            CannotStart: no session can be started here.
        """
        seats.raise_handles()
        page.statics()
        await self._starter.open()
        runner = web.AppRunner(
            await self._make_app(), access_log=None, handle_signals=False, keepalive_timeout=_KEEP_ALIVE,
            lingering_time=_CLOSING, shutdown_timeout=_CLOSING,
        )  # fmt: skip
        await runner.setup()
        try:
            listening = await self._listen(runner)
            watching = asyncio.create_task(self._watch())
            stopping = asyncio.create_task(self._stop.wait())
            try:
                await asyncio.wait({stopping, watching}, return_when=asyncio.FIRST_COMPLETED)
                if not stopping.done():  # who cannot tell who is signed in serves nobody
                    watching.result()
            finally:
                watching.cancel()
                stopping.cancel()
                listening.close()
                await self._end_all()
        finally:
            await runner.cleanup()
            await self._starter.close()

    def stop(self) -> None:
        """Ends it, within ``STOPS_WITHIN`` seconds."""
        self._stop.set()

    async def _listen(self, runner: web.AppRunner) -> asyncio.Server:
        front, loop = self.plan.front, asyncio.get_running_loop()
        self._doors = doors = Doors(runner, self.plan.limit)
        self.figures.now = {
            "huikuan_sessions": lambda: len(self._seats),
            "huikuan_sessions_most": lambda: self.plan.limit,
            "huikuan_connections": lambda: doors.open,
        }
        try:
            listening = await loop.create_server(doors, front.host or None, front.port, backlog=1024)
        except (OSError, OverflowError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise UsageError(
                _("{host} port {port} cannot be served at: {why}", host=front.host, port=front.port, why=why)
            ) from error
        for wanted in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):  # not on Windows, where Ctrl+C is an exception
                loop.add_signal_handler(wanted, self.stop)
        port = listening.sockets[0].getsockname()[1]
        url = front.url.replace(":0/", f":{port}/") if front.port == 0 else front.url
        self._say(_("Open {url} in a browser. Up to {limit} sessions; Ctrl+C ends it.", url=url, limit=self.plan.limit))
        return listening

    # What is answered

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=LONGEST_MESSAGE)
        for base in {"", self.plan.front.prefix}:
            app.add_routes(
                [
                    web.get(base + "/", self.handle_index),
                    web.get(base + "/ws", self.handle_session),
                    web.get(base + "/download/{key}", self.handle_download),
                    web.get(base + "/static/{name}", self.handle_static),
                    web.get(base + "/health", self.handle_health),
                    web.get(base + "/metrics", self.handle_metrics),
                    *self.plan.gate.routes(base),
                ]
            )
            if base:
                app.router.add_get(base, self._with_slash)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self._doors is not None:
            self._doors.spoken(request.protocol)
        if not self.plan.front.knows_host(request) and not request.path.endswith("/health"):
            return self._refuse("host", page.notice(421, ELSEWHERE))
        try:
            response = await handler(request)
        except web.HTTPException as error:
            response = page.notice(error.status, page.NOBODY) if error.status == 404 else error
        except StoreError as error:
            self._say_away(error)
            response = self._refuse("record", self._later(page.AWAY))
        if not response.prepared:
            for name, value in _SAFE.items():
                response.headers.setdefault(name, value)
        return response

    async def handle_index(self, request: web.Request) -> web.StreamResponse:
        """The page with the terminal; a notice where no seat is free."""
        identity = await self.plan.gate.identify(request)
        if identity is None:
            return self._refuse("nobody", await self.plan.gate.turn_away(request))
        if (refusal := self._no_seat(identity)) is not None:
            return refusal
        url = urlsplit(self.plan.front.url)
        scheme, host = ("wss", url.netloc) if url.scheme == "https" else ("ws", request.host)
        origin = f"{scheme}://{quote(host, safe='.:[]-')}"
        return page.page(current(), origin, identity.key, self.plan.gate.way_out)

    async def handle_static(self, request: web.Request) -> web.StreamResponse:
        """One of the page's files."""
        served = page.statics().get(request.match_info["name"])
        if served is None:
            raise web.HTTPNotFound
        # Asked for anew with each page, answered in full only when it has changed: an upgrade is seen at once.
        tag = page.tag(served)
        headers = {"Cache-Control": "no-cache", "ETag": tag}
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers=headers)
        response = web.Response(body=served.content, content_type=served.kind, headers=headers)
        response.charset = None if served.kind.startswith("font/") else "utf-8"
        response.enable_compression()
        return response

    async def handle_health(self, _request: web.Request) -> web.StreamResponse:
        """Whether sessions can be opened here, for whoever shares people out between servers."""
        stopping = self._stop.is_set()
        said = {"status": "stopping" if stopping else "ok", "sessions": len(self._seats), "limit": self.plan.limit}
        return web.json_response(said, status=503 if stopping else 200)

    async def handle_metrics(self, request: web.Request) -> web.StreamResponse:
        """The figures, for this machine and listed addresses."""
        if not self.plan.front.may_watch(request):
            raise web.HTTPNotFound
        return web.Response(text=self.figures.written(), headers={"Content-Type": "text/plain; version=0.0.4"})

    async def handle_download(self, request: web.Request) -> web.StreamResponse:
        """A file that an application hands to the one who sits before it, and to nobody else."""
        identity = await self.plan.gate.identify(request)
        try:
            download = await self.download_manager.get_download_metadata(request.match_info["key"])
        except KeyError:
            raise web.HTTPNotFound from None
        seat = self._seats.get(getattr(download.app_service, "number", -1))
        if identity is None or seat is None or seat.identity.key != identity.key:
            raise web.HTTPNotFound
        named = quote(download.file_name, safe="")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{named}", **_SAFE}
        response = web.StreamResponse(headers=headers)
        response.content_type = "application/octet-stream"  # it is saved, and never shown under this server's name
        await response.prepare(request)
        async for piece in self.download_manager.download(download.delivery_key):
            await response.write(piece)
        await response.write_eof()
        return response

    async def _with_slash(self, _request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound(f"{self.plan.front.prefix.rpartition('/')[2]}/")

    def _refuse(self, why: str, response: web.StreamResponse) -> web.StreamResponse:
        self.figures.refused[why] += 1
        return response

    def _later(self, text: str, status: int = 503, **values: object) -> web.StreamResponse:
        return page.notice(status, text, again=True, base=self.plan.front.prefix, **values)

    def _no_seat(self, identity: Identity) -> web.StreamResponse | None:
        if self._stop.is_set():
            return self._refuse("stopping", self._later(page.STOPPING))
        own = sum(seat.identity.key == identity.key for seat in self._seats.values())
        if own >= self.plan.tabs and not identity.actor.is_owner:
            return self._refuse("tabs", self._later(page.TABS, 429, most=self.plan.tabs))
        if len(self._seats) >= self.plan.limit:
            return self._refuse("full", self._later(page.FULL))
        return None

    # Sessions

    async def handle_session(self, request: web.Request) -> web.StreamResponse:
        """A session, from the opening of its socket to its end."""
        if not self.plan.front.knows_origin(request):
            return self._refuse("origin", page.notice(403, ELSEWHERE))
        identity = await self.plan.gate.identify(request)
        if identity is None:
            return self._refuse("nobody", await self.plan.gate.turn_away(request))
        opened = _told(request, "page", _PAGE)
        await self._make_way(identity, opened)
        if (refusal := self._no_seat(identity)) is not None:
            return refusal
        browser = web.WebSocketResponse(
            heartbeat=self._heartbeat,
            timeout=_CLOSING,
            max_msg_size=LONGEST_MESSAGE,
            compress=False,
            writer_limit=_HELD,
        )
        self._count += 1
        seat = self._seats[self._count] = Seat(self._count, identity, opened)  # before anything is waited for
        try:
            await browser.prepare(request)
            why = await self._serve(seat, request, browser)
        finally:
            if seat.session is None:  # there never was one
                self._free(seat)
        with contextlib.suppress(TimeoutError, ConnectionError):
            await asyncio.wait_for(browser.close(code=CODES[why]), _CLOSING * 2)
        if request.transport is not None:
            request.transport.abort()  # one that does not read would hold on to what is on its way
        return browser

    async def _make_way(self, identity: Identity, opened: str) -> None:
        """Ends what is left of a session whose page has lost its line and comes again."""
        for seat in tuple(self._seats.values()):
            if opened and seat.page == opened and seat.identity.key == identity.key and seat.session is not None:
                seat.session.leave("again")
                await seat.gone.wait()

    async def _serve(self, seat: Seat, request: web.Request, browser: web.WebSocketResponse) -> Why:
        begun = monotonic()
        _bound(request)
        try:
            running = await self._starter.start(self._order(seat, request))
        except CannotStart as error:
            self._say(_("Session {number}: {why}", number=seat.number, why=error))
            self.figures.ended["fault"] += 1
            return "fault"
        self.figures.opened += 1
        session = seat.session = Session(
            seat.number, running, browser, self.download_manager, self.figures,
            lambda: self.figures.first_sign(monotonic() - begun),
        )  # fmt: skip
        if self._stop.is_set():
            session.leave("stop")
        why: Why = "left"
        try:
            why = await session.serve()
        finally:
            ending = asyncio.get_running_loop().create_task(self._end(seat, session, why))
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
        return why

    def _order(self, seat: Seat, request: web.Request) -> Order:
        plan, identity = self.plan, seat.identity
        return Order(
            seat.number,
            fitting(_number(request, "width"), _number(request, "height")),
            name=identity.name,
            person=identity.actor.person,
            roles=tuple(sorted(identity.actor.roles)),
            own=identity.own,
            attempt=_told(request, "attempt", _ATTEMPT),
            page=seat.page,
            language=plan.language,
            store=plan.store,
            told=told(),
        )

    async def _end(self, seat: Seat, session: Session, why: Why) -> None:
        """Ends a session's process, and frees its seat once it is gone."""
        try:
            killed = await session.end()
            if session.fault or why == "fault":
                code = session.running.ended.result()
                fault = session.fault or _("its process ended with {code}", code=code)
                self._say(_("Session {number}: {why}", number=session.number, why=fault))
            self.figures.ended["killed" if killed else why] += 1
        finally:
            self._free(seat)

    def _free(self, seat: Seat) -> None:
        del self._seats[seat.number]
        seat.gone.set()

    async def _watch(self) -> None:
        """Ends the sessions of those who are no longer signed in."""
        gate = self.plan.gate
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(gate.changed.wait(), self.plan.looking)
            gate.changed.clear()
            try:
                await self._look_at_all(gate)
            except StoreError as error:  # nobody can play without it either; who may go on is known when it is back
                self._say_away(error)

    def _say_away(self, error: StoreError) -> None:
        if monotonic() >= self._quiet_until:
            self._say(_("The record cannot be reached: {why}", why=error))
            self._quiet_until = monotonic() + _QUIET

    async def _look_at_all(self, gate: Gate) -> None:
        for seat in tuple(self._seats.values()):
            if (session := seat.session) is not None:
                if not await gate.holds(seat.identity, session.active):
                    session.leave("out")
                session.active = False

    async def _end_all(self) -> None:
        for seat in tuple(self._seats.values()):
            if seat.session is not None:
                seat.session.leave("stop")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(STOPS_WITHIN - 2 * _CLOSING):
                while self._seats:
                    await asyncio.sleep(0.02)


def _told(request: web.Request, name: str, form: re.Pattern[str]) -> str:
    """What a page says of itself, if it has that form; empty for nothing."""
    said = request.query.get(name, "")
    return said if form.fullmatch(said) else ""


def _number(request: web.Request, name: str) -> int | None:
    try:
        return int(request.query[name][:9])
    except (KeyError, ValueError):
        return None


def _bound(request: web.Request) -> None:
    """Holds little for a browser that does not read."""
    transport = request.transport
    if isinstance(transport, asyncio.WriteTransport):
        transport.set_write_buffer_limits(high=_HELD)
        with contextlib.suppress(OSError):
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _HELD)
