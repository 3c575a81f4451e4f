"""From where one may come, and whose word is taken on it."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict
from web.browsing import got, tab
from web.conftest import Open

from simulator.model.errors import UsageError
from simulator.web.front import Front
from simulator.web.gate import LocalOwner, is_loopback, local_gate


class _Peer:
    """The socket of a request that came from an address."""

    def __init__(self, address: str) -> None:
        self._address = address

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self._address, 40_000) if name == "peername" else default


def asked(peer: str, headers: Mapping[str, str]):  # type: ignore[no-untyped-def]
    """A request from an address."""
    return make_mocked_request("GET", "/", headers=dict(headers), transport=_Peer(peer))


def opens(front: Front, origin: str, host: str, peer: str = "127.0.0.1", **more: str) -> bool:
    """Whether a page of that origin may open a session."""
    named = {name.replace("_", "-"): value for name, value in more.items()}
    return front.knows_origin(asked(peer, {"Origin": origin, "Host": host, **named}))


LOCAL = Front.of("127.0.0.1", 8000)
PUBLIC = Front.of("127.0.0.1", 8000, "https://train.example.com/huikuan", ["127.0.0.1"])
OPEN = Front.of("0.0.0.0", 8000, "", ["10.0.0.0/8"])


@pytest.mark.parametrize(
    ("front", "origin", "host", "may"),
    [
        (LOCAL, "http://127.0.0.1:8000", "127.0.0.1:8000", True),
        (LOCAL, "http://localhost:8000", "localhost:8000", True),
        (LOCAL, "http://localhost:8000", "127.0.0.1:8000", False),
        (LOCAL, "http://127.0.0.1:9000", "127.0.0.1:8000", False),
        (LOCAL, "https://127.0.0.1:8000", "127.0.0.1:8000", False),
        (LOCAL, "null", "127.0.0.1:8000", False),
        (LOCAL, "", "127.0.0.1:8000", False),
        (LOCAL, "http://[", "127.0.0.1:8000", False),
        (PUBLIC, "https://train.example.com", "train.example.com", True),
        (PUBLIC, "https://train.example.com", "127.0.0.1:8000", True),
        (PUBLIC, "https://train.example.com:443", "train.example.com", True),
        (PUBLIC, "https://TRAIN.example.com", "train.example.com", True),
        (PUBLIC, "http://train.example.com", "train.example.com", False),
        (PUBLIC, "https://train.example.com.evil.example", "train.example.com", False),
        (PUBLIC, "https://evil.example", "evil.example", False),
        (PUBLIC, "http://127.0.0.1:8000", "127.0.0.1:8000", True),
        (OPEN, "http://box:8000", "box:8000", True),
        (OPEN, "http://elsewhere:8000", "box:8000", False),
    ],
)
def test_session_is_opened_for_our_own_page_alone(front: Front, origin: str, host: str, may: bool) -> None:
    """Scheme, name and port of the page must be those that this server is known by."""
    assert opens(front, origin, host) is may


def test_scheme_is_taken_from_a_listed_proxy_alone() -> None:
    """A proxy on the list may say that the browser came by TLS; a stranger may not."""
    assert opens(OPEN, "https://box", "box", "10.1.2.3", X_Forwarded_Proto="https")
    assert not opens(OPEN, "https://box", "box", "192.0.2.1", X_Forwarded_Proto="https")


@pytest.mark.parametrize(
    ("peer", "told", "person"),
    [
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "1.1.1.1, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.7", "198.51.100.7"),
    ],
)
def test_persons_address_is_a_listed_proxys_last_word(peer: str, told: str, person: str) -> None:
    """What others wrote into the list before our own proxies is not believed."""
    assert OPEN.person(asked(peer, {"X-Forwarded-For": told})) == person


def test_persons_address_is_the_last_word_on_several_lines_too() -> None:
    """A proxy may add a line of its own below what a browser claims (HAProxy does): the list goes over all of them."""
    claimed = CIMultiDict([("X-Forwarded-For", "1.1.1.1"), ("X-Forwarded-For", "198.51.100.7")])
    assert OPEN.person(make_mocked_request("GET", "/", headers=claimed, transport=_Peer("10.0.0.1"))) == "198.51.100.7"


@pytest.mark.parametrize(
    ("front", "host", "known"),
    [
        (LOCAL, "127.0.0.1:8000", True),
        (LOCAL, "[::1]:8000", True),
        (LOCAL, "rebound.evil.example", False),
        (LOCAL, "[", False),
        (LOCAL, "", False),
        (PUBLIC, "train.example.com", True),
        (PUBLIC, "other.example.com", False),
        (OPEN, "anything", True),
    ],
)
def test_request_for_another_name_is_not_meant_for_us(front: Front, host: str, known: bool) -> None:
    """A name that was made to lead here is not one of ours."""
    assert front.knows_host(asked("127.0.0.1", {"Host": host})) is known


def test_figures_are_for_this_machine_and_for_those_listed() -> None:
    """What comes through a proxy is somebody else's, wherever the proxy stands."""
    front = Front.of("0.0.0.0", 8000, "", [], ["192.0.2.0/24"])
    assert front.may_watch(asked("127.0.0.1", {}))
    assert front.may_watch(asked("192.0.2.9", {}))
    assert not front.may_watch(asked("198.51.100.7", {}))
    assert not front.may_watch(asked("127.0.0.1", {"X-Forwarded-For": "198.51.100.7"}))


_NONE = (
    *("example.com", "ftp://example.com", "https://", "https://a:b@c", "https://x?y"),
    *("https://x\u3000y", "https://x y", "https://x:0", "https://["),
)


@pytest.mark.parametrize("url", _NONE)
def test_public_url_that_is_none_is_refused(english: None, url: str) -> None:
    """A mistyped address is told at the start."""
    with pytest.raises(UsageError, match="--public-url must be an address"):
        Front.of("127.0.0.1", 8000, url)
    with pytest.raises(UsageError, match="is no address and no network"):
        Front.of("127.0.0.1", 8000, "", ["10.0.0.0/99"])


def test_owner_is_known_on_his_own_machine_alone(english: None) -> None:
    """Without sign-in nothing is served beyond the machine, by any way round."""
    assert isinstance(local_gate("127.0.0.1", ""), LocalOwner)
    assert isinstance(local_gate("::1", ""), LocalOwner)
    for host, url in (("0.0.0.0", ""), ("192.0.2.1", ""), ("127.0.0.1", "https://example.com"), ("", "")):
        with pytest.raises(UsageError, match="on this machine alone"):
            local_gate(host, url)
    assert is_loopback("::ffff:127.0.0.1")
    assert not is_loopback("127.0.0.1.evil.example")


@pytest.mark.parametrize(
    ("peer", "headers", "name"),
    [
        ("127.0.0.1", {}, ""),
        ("::1", {}, ""),
        ("192.0.2.1", {}, None),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, None),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, None),
        ("127.0.0.1", {"Via": "1.1 proxy"}, None),
    ],
)
async def test_nobody_is_the_owner_through_a_proxy(peer: str, headers: dict[str, str], name: str | None) -> None:
    """A proxy on this machine makes everybody a neighbour; he is not taken for the owner."""
    identity = await LocalOwner().identify(asked(peer, headers))
    assert (identity.name if identity else None) == name


async def test_page_works_under_a_path_prefix(fresh: Open) -> None:
    """Behind a proxy that keeps the prefix and behind one that strips it, page, files and session are found."""
    with fresh("ours", "--public-url", "https://train.example.com/huikuan", "--names") as served:
        for base in ("/huikuan", ""):
            for path in ("/", "/static/page.js", "/static/terminal.js", "/health"):
                assert (await got(served, base + path, X_Person="Wang"))[0] == 200, base + path
            _status, head, text = await got(served, base + "/", X_Person="Wang")
            assert "wss://train.example.com" in head["Content-Security-Policy"]
            assert 'src="/' not in text
            async with tab(served, origin="https://train.example.com", path=base + "/ws", X_Person="Wang") as browser:
                await browser.opened()
        status, head, _text = await got(served, "/huikuan", X_Person="Wang")
        assert (status, head["Location"]) == (302, "huikuan/")
        assert (await got(served, "/", X_Person="Wang", Host="evil.example"))[0] == 421
        assert (await got(served, "/metrics"))[0] == 200
        assert (await got(served, "/huikuan/metrics", X_Forwarded_For="192.0.2.1"))[0] == 404
        with pytest.raises(aiohttp.WSServerHandshakeError):
            async with tab(served, origin="https://evil.example", X_Person="Wang"):
                pass
