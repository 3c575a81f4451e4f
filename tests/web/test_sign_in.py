"""Signing in, out, and who is believed."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from doubles import QuickPasswords
from web.browsing import PATIENCE, Served, emptied, tab
from web.team import Visitor, counter, house_of, password_of, staffed, team, visiting

from simulator.bootstrap import House
from simulator.model.errors import UsageError
from simulator.model.journal import Denied
from simulator.model.secret import Secret
from simulator.web import sign_in
from simulator.web.front import Front
from simulator.web.gate import LocalOwner
from simulator.web.sign_in import MOST_WAITING, Trusted, gate_for
from simulator.workflows import accounts
from simulator.workflows.preferences import preferences
from simulator.workflows.rehearse import begin

Company = tuple[Served, House]
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A server for a small company, and its record."""
    with team(tmp_path_factory.mktemp("company")) as opened:
        yield opened


@pytest.fixture
async def visitor(company: Company) -> AsyncIterator[Visitor]:
    """Somebody at his browser who is not signed in, when nobody else is at work any more."""
    async with visiting(company[0].url) as one:
        await emptied(company[0])
        yield one


async def opens(served: Served, visitor: Visitor) -> bool:
    """Whether a session is opened."""
    try:
        async with tab(served, Cookie=visitor.cookie):
            return True
    except aiohttp.WSServerHandshakeError:
        return False


async def test_stranger_is_led_to_a_page_to_sign_in(company: Company, visitor: Visitor) -> None:
    """Page, session and password are for those who are signed in; the form says in both languages what it wants."""
    for path in ("/", "/password"):
        status, head, _text = await visitor.get(path)
        assert (status, head["Location"]) == (303, "sign-in")
    assert not await opens(company[0], visitor)
    status, head, text = await visitor.get("/sign-in")
    assert status == 200
    assert "<script" not in text
    assert "Sign in" in text
    assert text.index('lang="zh"') < text.index('lang="en"')
    policy = head["Content-Security-Policy"]
    assert "form-action 'self'" in policy
    assert "script-src" not in policy
    assert head["Cache-Control"] == "no-store"


async def test_signed_in_person_plays_under_his_own_name(company: Company, visitor: Visitor) -> None:
    """The cookie opens the page and a session, is for no script and for no other site, and shows nothing."""
    status, head, _text = await visitor.sign_in("王芳")
    assert (status, head["Location"]) == (303, "./")
    given = head["Set-Cookie"]
    assert {part.strip() for part in given.split(";")[1:]} == {"HttpOnly", "Path=/", "SameSite=Strict"}
    assert (await visitor.get("/"))[0] == 200
    assert (await visitor.get("/sign-in"))[1]["Location"] == "./"
    async with tab(company[0], Cookie=visitor.cookie) as browser:
        await browser.sees("王芳")


@pytest.mark.parametrize("name", ["Li Lei", "nobody", "<script>alert(1)</script>", "x" * 300, "\u202etrainee", "🙂"])
async def test_wrong_password_is_told_and_no_more(visitor: Visitor, name: str) -> None:
    """It is not told whether there is such a name; what was typed is shown as it was typed, and never a password."""
    status, head, text = await visitor.sign_in(name, "not my password")
    assert (status, "Set-Cookie" in head) == (403, False)
    assert "do not fit" in text
    assert "not my password" not in text
    assert "<script" not in text
    assert (await visitor.get("/"))[0] == 303


async def test_guessing_has_to_wait(tmp_path: Path) -> None:
    """After some guesses from one place the right password has to wait too, and is told for how long."""
    async with counter(tmp_path, Front.of("127.0.0.1", 0), now=lambda: NOON) as (guesser, _house):
        answers = [await guesser.sign_in("Root", f"guess {number}") for number in range(7)]
        assert [status for status, _head, _text in answers][:5] == [403] * 5
        status, head, text = await guesser.sign_in("Root")
        assert status == 429
        assert int(head["Retry-After"]) > 0
        assert "Try again in" in text
        assert "Set-Cookie" not in head


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", ""])
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/password"])
async def test_form_from_another_site_does_nothing(visitor: Visitor, path: str, origin: str) -> None:
    """Neither is somebody signed in or out by it, nor is a password changed; not even with the right one."""
    await visitor.sign_in("Li Lei")
    before = visitor.cookie
    own = password_of("Li Lei")
    fields = {"name": "Li Lei", "password": own, "old": own, "new": "another long one", "again": "another long one"}
    status, head, _text = await visitor.post(path, fields, Origin=origin)
    assert (status, "Set-Cookie" in head) == (403, False)
    visitor.cookie = before
    assert (await visitor.get("/"))[0] == 200


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 415),
        ({"name": "Li Lei"}, 400),
        ({"name": "", "password": "x"}, 400),
        ({"name": "Li\0Lei", "password": "x"}, 400),
        ({"name": "x" * 9000, "password": "x"}, 415),
        (b"%ff%fe=%00", 415),
    ],
)
async def test_form_that_is_none_is_refused(visitor: Visitor, fields: object, status: int) -> None:
    """What our page never sends is read no further."""
    answer, head, _text = await visitor.post("/sign-in", fields)
    assert (answer, "Set-Cookie" in head) == (status, False)


async def test_file_is_not_taken_for_a_form(visitor: Visitor) -> None:
    """Forms with files in them, which would be kept on the disk, are refused unread."""
    form = aiohttp.FormData({"name": "Li Lei", "password": password_of("Li Lei")})
    form.add_field("file", b"x" * 5000, filename="x")
    assert (await visitor.post("/sign-in", form))[0] == 415


async def test_link_from_elsewhere_finds_who_is_signed_in(visitor: Visitor) -> None:
    """A browser that was led here by another site brings no cookie at first; the page asks once more by itself."""
    status, _head, text = await visitor.get("/", Sec_Fetch_Site="cross-site")
    assert status == 200
    assert "url=./" in text
    assert (await visitor.get("/", Sec_Fetch_Site="same-origin"))[0] == 303


async def test_signing_out_ends_the_persons_session_and_no_other(company: Company, visitor: Visitor) -> None:
    """The tab is told so at once; the cookie is taken back and is worth nothing any more."""
    served, _house = company
    async with visiting(served.url) as other:
        await other.sign_in("Han Meimei")
        await visitor.sign_in("王芳")
        stolen = visitor.cookie
        async with tab(served, Cookie=visitor.cookie) as mine, tab(served, Cookie=other.cookie) as theirs:
            await mine.opened()
            await theirs.opened()
            assert (await visitor.get("/sign-out"))[0] == 200
            assert not mine._reading.done()
            status, head, _text = await visitor.post("/sign-out", {})
            assert (status, head["Location"]) == (303, "sign-in?out")
            assert visitor.cookie == ""
            assert await mine.closed() == 4003
            await theirs.say("stdin", "q")
            await theirs.sees("q")
        visitor.cookie = stolen
        assert (await visitor.get("/"))[0] == 303


async def test_disabled_person_loses_his_session(company: Company, visitor: Visitor) -> None:
    """Whoever is disabled at another machine is shown out here soon, and gets in no more."""
    served, house = company
    by = house.store.person("Root")
    accounts.add(house.desk, house.passwords, "Leaver", ("trainee",), by, password=Secret(password_of("Leaver")))
    await visitor.sign_in("Leaver")
    async with tab(served, Cookie=visitor.cookie) as browser:
        await browser.opened()
        await asyncio.to_thread(accounts.disable, house.desk, "Leaver", by)
        assert await browser.closed() == 4003
    assert (await visitor.get("/"))[0] == 303
    assert (await visitor.sign_in("Leaver"))[0] == 403


async def test_one_time_password_leads_to_one_of_ones_own(company: Company, visitor: Visitor) -> None:
    """Before that nothing else is shown and no session opened; after it the given one is worth nothing."""
    served, house = company
    by = house.store.person("Root")
    accounts.add(house.desk, house.passwords, "New", ("trainee",), by, password=Secret("given for once"), once=True)
    status, head, _text = await visitor.sign_in("New", "given for once")
    assert (status, head["Location"]) == (303, "password")
    assert (await visitor.get("/"))[1]["Location"] == "password"
    assert not await opens(served, visitor)
    assert "Choose a password" in (await visitor.get("/password"))[2]

    async def change(old: str, new: str, again: str) -> tuple[int, str]:
        status, _head, text = await visitor.post("/password", {"old": old, "new": new, "again": again})
        return status, text

    assert (await change("given for once", "a sentence of mine", "another"))[0] == 400
    assert "too short" in (await change("given for once", "short", "short"))[1]
    assert (await change("not it", "a sentence of mine", "a sentence of mine"))[0] == 403
    assert (await change("given for once", "a sentence of mine", "a sentence of mine"))[0] == 303
    assert (await visitor.get("/"))[0] == 200
    assert await opens(served, visitor)
    assert (await visitor.sign_in("New", "given for once"))[0] == 403


async def test_person_has_a_stated_number_of_tabs(company: Company, visitor: Visitor) -> None:
    """The fourth is refused politely and looks again by itself; others find their seats all the same."""
    served, _house = company
    async with visiting(served.url) as other:
        await other.sign_in("Han Meimei")
        await visitor.sign_in("王芳")
        own = visitor.cookie
        async with tab(served, Cookie=own), tab(served, Cookie=own), tab(served, Cookie=own):
            status, head, text = await visitor.get("/")
            assert (status, bool(head["Retry-After"])) == (429, True)
            assert "3 times" in text
            assert not await opens(served, visitor)
            assert await opens(served, other)


async def test_page_that_comes_again_takes_its_own_place(company: Company, visitor: Visitor) -> None:
    """A page whose line was lost gets its seat back before the old line is known to be gone."""
    served, _house = company
    await visitor.sign_in("王芳")
    own, mark = visitor.cookie, "0123456789abcdef" * 2
    async with tab(served, Cookie=own, page=mark) as first:
        await first.opened()
        async with tab(served, Cookie=own), tab(served, Cookie=own), tab(served, Cookie=own, page=mark) as again:
            await again.opened()
            assert await first.closed() == 1000


# Single sign-on


async def test_header_of_a_trusted_proxy_signs_in(tmp_path: Path) -> None:
    """Whom it names is in, by whatever signs his name is written; who has no account is told to ask for one."""
    trusted = Trusted.of("X-Remote-User", "127.0.0.1, 10.0.0.0/8")
    async with counter(tmp_path, Front.of("127.0.0.1", 0), trusted) as (visitor, house):
        for name in ("王芳", "Han Meimei", "HAN MEIMEI", "Han Meimei"):
            assert (await visitor.get("/", X_Remote_User=name))[0] == 200
        assert len(house.store.sessions()) == 2
        for unknown in ("nobody", "\u200b", "x" * 1000, "", "  "):
            status, head, _text = await visitor.get("/", X_Remote_User=unknown)
            assert (status, "Set-Cookie" in head) == (403, False), unknown
        assert (await visitor.get("/"))[1]["Location"] == "sign-in"
        assert (await visitor.sign_in("Root"))[0] == 303  # who is not named may still come by his password
        await asyncio.to_thread(accounts.disable, house.desk, "Han Meimei", house.store.person("Root"))
        assert (await visitor.get("/", X_Remote_User="Han Meimei"))[0] == 403
        assert (await visitor.get("/", X_Remote_User="王芳"))[0] == 200


async def test_header_from_anywhere_else_is_refused(tmp_path: Path) -> None:
    """It is never believed, and makes what comes with it suspicious, even a cookie that is right."""
    trusted = Trusted.of("X-Remote-User", "10.0.0.0/8,192.0.2.7")
    async with counter(tmp_path, Front.of("127.0.0.1", 0, "", ["127.0.0.1"]), trusted) as (visitor, _house):
        assert (await visitor.get("/", X_Remote_User="Root"))[0] == 403
        assert (await visitor.get("/", X_Remote_User="Root", X_Forwarded_For="10.0.0.1"))[0] == 403
        assert (await visitor.sign_in("王芳", X_Remote_User="Root"))[0] == 403
        assert (await visitor.sign_in("王芳"))[0] == 303
        assert (await visitor.get("/"))[0] == 200
        assert (await visitor.get("/ws", X_Remote_User="王芳", Origin=visitor.url))[0] == 403
        assert (await visitor.get("/", X_Remote_User="Root"))[0] == 403


async def test_header_is_no_header_unless_it_is_set_up(company: Company, visitor: Visitor) -> None:
    """Without the option, whatever a request claims is not looked at."""
    assert (await visitor.get("/", X_Remote_User="Root"))[1]["Location"] == "sign-in"


@pytest.mark.parametrize(
    ("header", "senders"),
    [("X-Remote-User", ""), ("", "127.0.0.1"), ("X Remote", "127.0.0.1"), ("X-Remote-User", "nonsense"), ("é", "::1")],
)
def test_half_a_single_sign_on_is_refused(english: None, header: str, senders: str) -> None:
    """A header that anybody may send, or a list without a header, is told at the start."""
    with pytest.raises(UsageError):
        Trusted.of(header, senders)


# Cookies and gates


@pytest.mark.parametrize(
    ("url", "begins", "path"),
    [
        ("https://train.example.com/", "__Host-huikuan=", "Path=/"),
        ("https://train.example.com/team", "__Secure-huikuan=", "Path=/team/"),
    ],
)
async def test_cookie_is_kept_to_tls_and_to_the_prefix(tmp_path: Path, url: str, begins: str, path: str) -> None:
    """Where people come by https, no plain line and no neighbouring path ever sees it."""
    async with counter(tmp_path, Front.of("127.0.0.1", 0, url, ["127.0.0.1"])) as (visitor, _house):
        status, head, _text = await visitor.sign_in("王芳", Origin="https://train.example.com")
        assert status == 303
        given = head["Set-Cookie"]
        assert given.startswith(begins)
        assert {part.strip() for part in given.split(";")[1:]} == {"HttpOnly", path, "SameSite=Strict", "Secure"}
        assert (await visitor.get("/"))[0] == 200


async def test_guesses_are_counted_by_the_persons_own_address(tmp_path: Path) -> None:
    """That is what a listed proxy says: who guesses behind it keeps nobody else out whom it has let in before."""
    front, ours = Front.of("127.0.0.1", 0, "https://train.example.com", ["127.0.0.1"]), "https://train.example.com"
    async with counter(tmp_path, front, now=lambda: NOON) as (visitor, _house):
        assert (await visitor.sign_in("Root", Origin=ours, X_Forwarded_For="192.0.2.7"))[0] == 303
        for _guess in range(8):
            last = await visitor.sign_in("Root", "wrong words", Origin=ours, X_Forwarded_For="192.0.2.1")
        assert last[0] == 429
        assert (await visitor.sign_in("Root", Origin=ours, X_Forwarded_For="192.0.2.1"))[0] == 429
        assert (await visitor.sign_in("Root", Origin=ours, X_Forwarded_For="192.0.2.7"))[0] == 303


async def test_record_that_is_away_is_told_politely(tmp_path: Path) -> None:
    """Who asks while the database is gone is asked to wait, and nobody is let in or thrown out by that."""
    async with counter(tmp_path, Front.of("127.0.0.1", 0)) as (visitor, house):
        await visitor.sign_in("王芳")
        house.store.close()
        (tmp_path / "huikuan.db").rename(tmp_path / "away.db")
        (tmp_path / "huikuan.db").mkdir()
        status, head, text = await visitor.get("/")
        assert (status, bool(head["Retry-After"])) == (503, True)
        assert "cannot be reached" in text
        (tmp_path / "huikuan.db").rmdir()
        (tmp_path / "away.db").rename(tmp_path / "huikuan.db")
        assert (await visitor.get("/"))[0] == 200


def test_gate_follows_the_record(tmp_path: Path, english: None) -> None:
    """Nobody has an account: the machine's owner alone. Somebody has one: who comes signs in, the owner too."""
    house = house_of(tmp_path / "huikuan.db")
    near, far = Front.of("127.0.0.1", 8000), Front.of("0.0.0.0", 8000)
    assert isinstance(gate_for(house, near, None), LocalOwner)
    assert not (tmp_path / "huikuan.db").exists()
    with pytest.raises(UsageError, match="huikuan user add"):
        gate_for(house, far, None)
    with pytest.raises(UsageError, match="needs accounts"):
        gate_for(house, near, Trusted.of("X-Remote-User", "127.0.0.1"))
    staffed(tmp_path / "huikuan.db").store.close()
    for front in (near, far):
        assert gate_for(house, front, None).way_out == "sign-out"
    house.store.close()


# Going on


async def test_attempt_goes_on_where_the_line_was_lost(company: Company, visitor: Visitor) -> None:
    """A page that comes again opens its attempt at once, and hears of every other that is opened after it."""
    served, house = company
    attempt = left_behind(house, "王芳")
    await visitor.sign_in("王芳")
    async with tab(served, Cookie=visitor.cookie, attempt=attempt) as browser:
        async with asyncio.timeout(PATIENCE):
            while ["at", attempt] not in browser.told:
                await asyncio.sleep(0.05)


async def test_attempt_of_another_is_not_opened(company: Company, visitor: Visitor) -> None:
    """Whoever names somebody else's attempt, or none that there is, finds himself at Home; the former is logged."""
    served, house = company
    attempt = left_behind(house, "王芳")
    await visitor.sign_in("Li Lei")
    li_lei = house.store.known("Li Lei")
    for named in (attempt, "nonsense", "../../etc", "a" * 300):
        async with tab(served, Cookie=visitor.cookie, attempt=named) as browser:
            await browser.sees("Li Lei")
            if named in (attempt, "nonsense"):
                await browser.sees("That did not work")
            assert not browser.told
    denied = [entered.event for entered in house.store.journal() if isinstance(entered.event, Denied)]
    assert [(one.by, one.about) for one in denied] == [(li_lei, attempt)]


def left_behind(house: House, name: str) -> str:
    """An attempt that somebody has begun; its id."""
    scenario = house.library.read("invoice-not-found").scenario
    assert scenario is not None
    return begin(house.desk, scenario, name, "practice", "en", seed=1).attempt


# Floods


class Slow(QuickPasswords):
    """Passwords whose comparing waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.go = threading.Event()

    def verify(self, password: Secret, hashed: Secret | None) -> bool:
        self.go.wait(60)
        return super().verify(password, hashed)


async def test_flood_of_passwords_is_asked_to_come_again(tmp_path: Path) -> None:
    """So many wait to be compared and no more; who is signed in already notices nothing of it."""
    slow = Slow()
    slow.go.set()
    async with counter(tmp_path, Front.of("127.0.0.1", 0), passwords=slow) as (visitor, _house):
        await visitor.sign_in("王芳")
        own = visitor.cookie
        slow.go.clear()
        sent = [asyncio.create_task(visitor.sign_in(f"n{number}", "guess")) for number in range(MOST_WAITING + 5)]
        done: set[asyncio.Task[tuple[int, Mapping[str, str], str]]] = set()
        async with asyncio.timeout(PATIENCE):
            while len(done) < 5:
                done, _waiting = await asyncio.wait(sent, return_when=asyncio.FIRST_COMPLETED)
                await asyncio.sleep(0.01)
        assert {task.result()[0] for task in done} == {503}
        assert all(task.result()[1]["Retry-After"] for task in done)
        visitor.cookie = own
        assert (await visitor.get("/"))[0] == 200
        slow.go.set()
        statuses = [status for status, _head, _text in await asyncio.gather(*sent)]
        assert statuses.count(503) == 5
        assert set(statuses) <= {503, 403, 429}


async def test_form_that_never_comes_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that is announced and not sent is given up, and so is one in signs that are none."""
    monkeypatch.setattr(sign_in, "_PATIENCE", 0.2)
    async with counter(tmp_path, Front.of("127.0.0.1", 0)) as (visitor, _house):

        def asking(head: str, body: bytes) -> bytes:
            place = urlsplit(visitor.url)
            with socket.create_connection((place.hostname, place.port), 20) as line:
                asked = f"POST /sign-in HTTP/1.1\r\nHost: {place.netloc}\r\nOrigin: {visitor.url}\r\n{head}\r\n\r\n"
                line.sendall(asked.encode() + body)
                return line.recv(64)

        form = "Content-Type: application/x-www-form-urlencoded"
        for head, body in (
            (f"{form}\r\nContent-Length: 100", b"name="),
            (f"{form}; charset=nonsense\r\nContent-Length: 6", b"name=x"),
            (f"{form}\r\nTransfer-Encoding: chunked", b"5\r\nname="),
            (f"{form}\r\nContent-Length: 999999", b"name="),
        ):
            assert (await asyncio.to_thread(asking, head, body)).split()[1][:1] == b"4", head


# What is one's own


async def test_what_somebody_sets_is_his_alone(company: Company, visitor: Visitor) -> None:
    """Another language holds for him, in his next session too, and for nobody else; the server's file stays."""
    served, house = company
    file = Path(house.settings.store).with_name("settings.toml")
    before = file.read_bytes()
    await visitor.sign_in("Li Lei")
    async with tab(served, Cookie=visitor.cookie) as browser:
        await browser.opened()
        await browser.say("focus")
        await browser.say("stdin", "\x1b[21~")  # F10: settings
        await browser.sees("Colours")
        await browser.say("stdin", "\x1b[D")  # left, from English to Chinese
        await browser.sees("\x1b[")
        await browser.say("stdin", "\x1b[20~")  # F9: save
        await browser.sees("帮助")
    assert file.read_bytes() == before
    assert preferences(house.store, house.store.known("Li Lei") or "") == {"language": "zh"}
    async with tab(served, Cookie=visitor.cookie) as browser:
        await browser.sees("帮助")
    await visitor.sign_in("王芳")
    async with tab(served, Cookie=visitor.cookie) as browser:
        await browser.opened()
        assert "帮助".encode() not in browser.painted
