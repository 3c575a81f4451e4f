"""A server in a process of its own: ``python serving.py stock|ours [--spawn] [--names] …``; it prints its port."""

from __future__ import annotations

import argparse
import asyncio
import shlex
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

from aiohttp import web

from simulator.adapters.settings import load
from simulator.bootstrap import House
from simulator.web.front import Front
from simulator.web.gate import Gate, Identity, LocalOwner
from simulator.web.page import notice
from simulator.web.server import Plan, TeamServer
from simulator.web.sign_in import Trusted, gate_for
from simulator.web.starting import ForkStarter, SpawnStarter

_APPLICATION = """
from simulator.adapters.settings import load
from simulator.bootstrap import House
from simulator.tui.app import run_app
run_app(House(load()))
"""


class NamesGate:
    """Takes everybody's word on who he is, and lets nobody in without one. Stands for a sign-in."""

    way_out = ""

    def __init__(self) -> None:
        self.changed = asyncio.Event()

    async def identify(self, request: web.Request) -> Identity | None:
        name = request.headers.get("X-Person")
        return Identity(name.encode("latin-1").decode(), name) if name else None

    async def turn_away(self, request: web.Request) -> web.StreamResponse:
        return notice(401, "Who are you?")

    async def holds(self, identity: Identity, active: bool) -> bool:
        return True

    def routes(self, base: str) -> Iterable[web.RouteDef]:
        return ()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("stock", "ours"))
    parser.add_argument("--limit", type=int, default=4)
    parser.add_argument("--public-url", default="")
    parser.add_argument("--heartbeat", type=float, default=20.0)
    parser.add_argument("--spawn", action="store_true")
    parser.add_argument("--names", action="store_true")
    parser.add_argument("--sign-in", action="store_true", help="passwords are compared quickly")
    parser.add_argument("--proxy", action="append", default=[])
    parser.add_argument("--sso-header", default="")
    parser.add_argument("--sso-from", default="")
    given = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if given.kind == "stock":
        _stock(port)
    else:
        _ours(port, given)


def _stock(port: int) -> None:
    from textual_serve.server import Server

    class Announced(Server):
        async def on_startup(self, app: web.Application) -> None:
            asyncio.get_running_loop().call_later(0.2, _announce, port)

    Announced(f"{shlex.quote(sys.executable)} -c {shlex.quote(_APPLICATION)}", host="127.0.0.1", port=port).serve()


def _ours(port: int, given: argparse.Namespace) -> None:
    def say(text: str) -> None:
        print(text, file=sys.stderr, flush=True)
        if "http" in text:
            _announce(port)

    front = Front.of("127.0.0.1", port, given.public_url, given.proxy)
    plan = Plan(front, _gate(front, given), given.limit, looking=0.5)
    starter = SpawnStarter() if given.spawn else ForkStarter(say)
    asyncio.run(TeamServer(plan, starter, say, given.heartbeat).run())


def _gate(front: Front, given: argparse.Namespace) -> Gate:
    if not given.sign_in:
        return NamesGate() if given.names else LocalOwner()
    sys.path.append(str(Path(__file__).parents[1]))
    from doubles import QuickPasswords

    house = House(load())
    house.passwords = QuickPasswords()
    return gate_for(house, front, Trusted.of(given.sso_header, given.sso_from))


def _announce(port: int) -> None:
    print(f"port {port}", flush=True)


if __name__ == "__main__":
    main()
