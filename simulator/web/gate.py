"""Who somebody is: the place where a sign-in gives a session its identity."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web

from simulator.model.errors import UsageError
from simulator.model.language import N_, _

# What a request says of those before it. Where one of them is set, the peer is a proxy and not the person.
FORWARDING = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a session is held by. It goes with the order into the session's process.

    Attributes:
        name: the name that attempts are recorded under; empty for the one whose settings these are.
        key: tells two people of one name apart, in figures and limits; it stands in no page.
    """

    name: str
    key: str


class Gate(Protocol):
    """What says who somebody is, asked again for every page and every session."""

    async def identify(self, request: web.Request) -> Identity | None:
        """Who asks; None where that is not known, and then nothing is shown to him and no session opened."""

    async def turn_away(self, request: web.Request) -> web.StreamResponse:
        """What one gets who is nobody yet: a page to sign in, or a refusal."""

    def routes(self, base: str) -> Iterable[web.RouteDef]:
        """Its own pages, each path beginning with ``base``, which is empty or begins with a slash."""


class LocalOwner:
    """Whoever sits at this very machine is its owner, as at a terminal. For a server on loopback alone."""

    async def identify(self, request: web.Request) -> Identity | None:
        """The owner, if the request comes straight from this machine and is meant for it."""
        if any(name in request.headers for name in FORWARDING) or not is_loopback(request.remote):
            return None
        return Identity("", "owner")

    async def turn_away(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - the port's
        """A refusal: there is nothing to sign in to."""
        from simulator.web.page import notice

        return notice(403, REFUSED)

    def routes(self, base: str) -> Iterable[web.RouteDef]:  # noqa: ARG002 - the port's
        return ()


REFUSED = N_("This server is for the person at its own machine.")


def is_loopback(address: str | None) -> bool:
    """Whether an address, or a host's name, is this machine's own."""
    if address in LOOPBACK:
        return True
    try:
        found = ipaddress.ip_address((address or "").strip("[]"))
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def local_gate(host: str, public_url: str) -> Gate:
    """The gate of a server without sign-in.

    Raises:
        UsageError: others than the owner could reach it.
    """
    if public_url or not is_loopback(host):
        raise UsageError(_("Without sign-in the application is served on this machine alone: --host 127.0.0.1."))
    return LocalOwner()
