"""``huikuan serve``: the application in the browser."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from simulator.cli import diagnostics, parts
from simulator.model.errors import UsageError
from simulator.model.language import _

_MOST_PORT = 65_535


def describe() -> str:
    return _("the application in the browser, for a team")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", metavar="ADDRESS", help=_("where to listen; else 127.0.0.1"))
    parser.add_argument("--port", type=int, default=8000, metavar="N", help=_("the port to listen at; else 8000"))
    parser.add_argument("--public-url", default="", metavar="URL", help=_("the address in people's browsers"))
    parser.add_argument("--limit", type=int, metavar="N", help=_("sessions at once; else as many as the memory bears"))
    proxies = _("a reverse proxy whose word on the people behind it is taken; may be given more than once")
    parser.add_argument("--proxy", action="append", default=[], metavar="ADDRESS", help=proxies)
    header = _("single sign-on: the header in which a reverse proxy says who somebody is")
    parser.add_argument("--sso-header", default="", metavar="NAME", help=header)
    senders = _("who may send it: addresses or networks with commas between them; from all others it is refused")
    parser.add_argument("--sso-from", default="", metavar="ADDRESSES", help=senders)
    watchers = _("who may read /metrics besides this machine; may be given more than once")
    parser.add_argument("--metrics-for", action="append", default=[], metavar="ADDRESS", help=watchers)


def run(arguments: argparse.Namespace) -> int:
    house = parts.house(arguments)  # wrong settings are told now, and not to the first who comes
    _check(arguments)
    try:
        from simulator.web import post, retention, seats
        from simulator.web.front import Front
        from simulator.web.gate import is_loopback
        from simulator.web.server import Plan, TeamServer
        from simulator.web.sign_in import Trusted, gate_for
        from simulator.web.starting import starter
    except ModuleNotFoundError as error:
        if error.name is None or error.name.startswith("simulator"):
            raise
        raise UsageError(
            _("Serving needs more packages. Where the program's source is: pip install '.[serve]'")
        ) from error
    front = Front.of(
        arguments.host, arguments.port, arguments.public_url, arguments.proxy, arguments.metrics_for
    )  # fmt: skip
    gate = gate_for(house, front, Trusted.of(arguments.sso_header, arguments.sso_from))
    if gate.way_out and not (is_loopback(front.host) or front.url.startswith("https:")):
        diagnostics.say(
            _("Passwords reach this server as they are typed, for all to read. Put a proxy with TLS before it.")
        )
    plan = Plan(front, gate, arguments.limit or seats.fitting(), arguments.lang, arguments.store)

    # Where somebody signs in, data are kept to their periods by the server; else by the application, as at a terminal.
    keeping = retention.keeping(house, diagnostics.say) if gate.way_out else contextlib.nullcontext()

    async def serve() -> None:
        async with post.delivering(house.settings, diagnostics.say), keeping:
            await TeamServer(plan, starter(diagnostics.say, house.settings.has_model), diagnostics.say).run()

    asyncio.run(serve())
    return diagnostics.FINE


def _check(arguments: argparse.Namespace) -> None:
    if not 0 <= arguments.port <= _MOST_PORT:
        raise UsageError(_("--port must be a number from 0 to {most}.", most=_MOST_PORT))
    if arguments.limit is not None and arguments.limit < 1:
        raise UsageError(_("--limit must be at least 1."))
