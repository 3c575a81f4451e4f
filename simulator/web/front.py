"""From where one may come: the addresses that this server is known by, and the proxies that it believes."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from urllib.parse import SplitResult, urlsplit

from aiohttp import web

from simulator.model.errors import UsageError
from simulator.model.language import _
from simulator.web.gate import FORWARDING, LOOPBACK, is_loopback

_PORTS = {"http": 80, "https": 443}
_EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104 - compared with, not listened on

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class Front:
    """What a request must look like to be answered.

    Attributes:
        host, port: where the server listens.
        public: the address in people's browsers where that is another one, such as a reverse proxy's.
        proxies: whose word on the person behind them is taken.
        watchers: who may read the figures, besides this machine itself.
    """

    host: str
    port: int
    public: SplitResult | None = None
    proxies: tuple[Network, ...] = ()
    watchers: tuple[Network, ...] = ()

    @classmethod
    def of(
        cls, host: str, port: int, public_url: str = "", proxies: Sequence[str] = (), watchers: Sequence[str] = ()
    ) -> Front:
        """From what was written on the command line.

        Raises:
            UsageError: an address is none.
        """
        public = _public(public_url) if public_url else None
        return cls(host, port, public, tuple(map(network, proxies)), tuple(map(network, watchers)))

    @property
    def prefix(self) -> str:
        """The path that everything lies under in people's browsers: empty, or with a slash at its beginning alone."""
        return self.public.path.rstrip("/") if self.public else ""

    @property
    def url(self) -> str:
        """Where to go with a browser."""
        if self.public:
            return self.public.geturl().rstrip("/") + "/"
        host = "127.0.0.1" if self.host in _EVERYWHERE else self.host
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"

    def knows_host(self, request: web.Request) -> bool:
        """Whether a request is meant for this server, by the name that it was asked under.

        A page elsewhere whose name is made to lead here (DNS rebinding) asks under that name, and is found out by it.
        """
        if self.host in _EVERYWHERE and self.public is None:
            return True  # by which names it is reached, only its people know; they are asked who they are
        return _host_of(request.headers.get("Host", "")) in self._hosts()

    def knows_origin(self, request: web.Request) -> bool:
        """Whether the page that opens a session was this server's own. A browser always says whose page it is."""
        try:
            origin = urlsplit(request.headers.get("Origin", ""))
            asked = (origin.scheme, _bare(origin.hostname), origin.port or _PORTS[origin.scheme])
        except (ValueError, KeyError):
            return False
        if self.public and asked == self._public_origin(self.public):
            return True
        scheme = self._scheme(request)
        host = urlsplit(f"//{request.headers.get('Host', '')}")
        own = (scheme, _bare(host.hostname), host.port or _PORTS.get(scheme))
        return asked == own and (self.public is None or is_loopback(own[1]))

    def person(self, request: web.Request) -> str:
        """The address of whoever asks; a proxy's word is taken on it only where the proxy is a listed one."""
        address = request.remote or ""
        if not within(address, self.proxies):
            return address
        told = ",".join(request.headers.getall("X-Forwarded-For", []))  # a proxy may add a line to those claimed
        for named in reversed([one.strip() for one in told.split(",")]):
            if not _is_address(named):
                break
            address = named
            if not within(named, self.proxies):  # what stands further left is anybody's word
                break
        return address

    def is_secure(self, request: web.Request) -> bool:
        """Whether a browser reaches this server by TLS, so that a cookie can be kept to that."""
        return (self.public is not None and self.public.scheme == "https") or self._scheme(request) == "https"

    def may_watch(self, request: web.Request) -> bool:
        """Whether somebody may read the figures: this machine, or a listed address, and not through a proxy."""
        if any(name in request.headers for name in FORWARDING):
            return False
        return is_loopback(request.remote) or within(request.remote or "", self.watchers)

    def _scheme(self, request: web.Request) -> str:
        told = request.headers.get("X-Forwarded-Proto", "").strip().lower()
        return told if told in _PORTS and within(request.remote or "", self.proxies) else "http"

    def _hosts(self) -> set[str]:
        named = {self.host, *LOOPBACK} if is_loopback(self.host) or self.public else {self.host}
        return {_bare(one) for one in (*named, self.public.hostname if self.public else None) if one}

    @staticmethod
    def _public_origin(public: SplitResult) -> tuple[str, str, int]:
        return public.scheme, _bare(public.hostname), public.port or _PORTS[public.scheme]


def _bare(host: str | None) -> str:
    return (host or "").strip("[]").casefold()


def _host_of(header: str) -> str:
    try:
        return _bare(urlsplit(f"//{header}").hostname)
    except ValueError:
        return ""


def _public(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        fits = parts.scheme in _PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or parts.username is not None or any(map(str.isspace, url)):
        raise UsageError(
            _("--public-url must be an address such as https://example.com/huikuan, not “{url}”.", url=url)
        )
    return parts


def network(written: str) -> Network:
    """An address, or a network of them.

    Raises:
        UsageError: it is none.
    """
    try:
        return ipaddress.ip_network(written, strict=False)
    except ValueError as error:
        raise UsageError(_("“{address}” is no address and no network such as 10.0.0.0/8.", address=written)) from error


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def within(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address belongs to one of some networks; what is no address belongs to none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in network for network in networks if network.version == found.version)
