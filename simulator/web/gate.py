"""Who somebody is: the place where a sign-in gives a session its identity."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from simulator.model.actor import OWNER, Actor
from simulator.model.errors import UsageError
from simulator.model.language import N_, _
from simulator.model.secret import Secret

# What a request says of those before it. Where one of them is set, the peer is a proxy and not the person.
FORWARDING = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a session is held by. It goes with the order into the session's process.

    Attributes:
        name: the name that attempts are recorded under; empty for the one whose settings these are.
        key: tells two people of one name apart, in figures and limits; it stands in no page.
        actor: on whose behalf the session does what it does.
        own: settings that he has chosen for himself, by their names.
        token: what shows that he is signed in; empty where nobody signs in.
    """

    name: str
    key: str
    actor: Actor = OWNER
    own: Mapping[str, object] = field(default_factory=dict, compare=False)
    token: Secret = field(default_factory=Secret, compare=False)


class Gate(Protocol):
    """What says who somebody is, asked again for every page and every session.

    Attributes:
        changed: set where somebody has just signed out; whoever waits for it clears it.
        way_out: the page to sign out at; empty where nobody signs in.
    """

    changed: asyncio.Event
    way_out: str

    async def identify(self, request: web.Request) -> Identity | None:
        """Who asks; None where that is not known, and then nothing is shown to him and no session opened.

        Raises:
            StoreError: it cannot be known now.
        """

    async def turn_away(self, request: web.Request) -> web.StreamResponse:
        """What one gets who is nobody yet: a page to sign in, or a refusal."""

    async def holds(self, identity: Identity, active: bool) -> bool:
        """Whether he who holds a session may go on.

        Args:
            active: he has done something since this was asked last.

        Raises:
            StoreError: it cannot be known now.
        """

    def routes(self, base: str) -> Iterable[web.RouteDef]:
        """Its own pages, each path beginning with ``base``, which is empty or begins with a slash."""


class LocalOwner:
    """Whoever sits at this very machine is its owner, as at a terminal. For a server on loopback alone."""

    way_out = ""

    def __init__(self) -> None:
        self.changed = asyncio.Event()

    async def identify(self, request: web.Request) -> Identity | None:
        """The owner, if the request comes straight from this machine and is meant for it."""
        if any(name in request.headers for name in FORWARDING) or not is_loopback(request.remote):
            return None
        return Identity("", "owner")

    async def turn_away(self, request: web.Request) -> web.StreamResponse:  # noqa: ARG002 - the port's
        """A refusal: there is nothing to sign in to."""
        from simulator.web.page import notice

        return notice(403, REFUSED)

    async def holds(self, identity: Identity, active: bool) -> bool:  # noqa: ARG002 - the port's
        return True

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
        raise UsageError(
            _(
                "Nobody can sign in yet, and so the application is served on this machine alone: --host 127.0.0.1. "
                "For a team, add its first administrator: huikuan user add NAME --role administrator"
            )
        )
    return LocalOwner()
