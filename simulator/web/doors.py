"""Connections before they ask for anything: they cost little, wait not long, and are never too many."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

# Seconds for a first request, head and all. A browser sends it at once; a phone on a poor line within five.
PATIENCE = 10.0
# Connections that have asked for nothing yet. A further one takes the place of the one that has waited longest, so
# that a thousand of them keep nobody out who does ask.
MOST_SILENT = 128
# Open connections over and above what the sessions need: pages and figures, each for the seconds of its keep-alive.
MOST_BESIDES = 512
_COMING = 0.2  # seconds from the making of a protocol to its having a connection, of many that come at once


class Doors:
    """Makes the protocol of each new connection, and shuts out those that ask for nothing.

    Args:
        runner: set up, with the server that speaks over the connections.
        sessions: how many of them may be sessions.
    """

    def __init__(self, runner: web.AppRunner, sessions: int) -> None:
        self._runner, self._most = runner, sessions + MOST_BESIDES
        self._silent: dict[Any, asyncio.TimerHandle] = {}  # in the order of their coming

    @property
    def open(self) -> int:
        """How many connections there are."""
        return len(self._runner.server.connections) if self._runner.server else 0

    def __call__(self) -> asyncio.Protocol:
        if self._runner.server is None:  # it has ended
            raise ConnectionAbortedError
        protocol: asyncio.Protocol = self._runner.server()
        loop = asyncio.get_running_loop()
        self._silent[protocol] = loop.call_later(PATIENCE, self._shut, protocol)
        if len(self._silent) > MOST_SILENT:
            self._shut(next(iter(self._silent)))
        elif self.open > self._most:
            loop.call_soon(self._shut, protocol)
        return protocol

    def spoken(self, protocol: object) -> None:
        """This one has asked for something."""
        if (waiting := self._silent.pop(protocol, None)) is not None:
            waiting.cancel()

    def _shut(self, protocol: Any) -> None:
        self.spoken(protocol)
        if protocol.transport is not None:
            protocol.transport.abort()
        else:  # it has gone, or it comes just now
            asyncio.get_running_loop().call_later(_COMING, _abort, protocol)


def _abort(protocol: Any) -> None:
    if protocol.transport is not None:
        protocol.transport.abort()
