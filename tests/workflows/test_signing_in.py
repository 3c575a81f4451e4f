"""Signing in: who gets a session, who waits, and when a session is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from doubles import MemoryCache, QuickPasswords

from simulator.adapters.store.memory import MemoryStore
from simulator.adapters.store.sql import SqlStore
from simulator.model.actor import Actor
from simulator.model.errors import UsageError
from simulator.model.guessing import Limit
from simulator.model.journal import Guessed, Joined, Left
from simulator.model.login import login_of
from simulator.model.secret import Secret
from simulator.workflows import accounts
from simulator.workflows.rehearse import Desk
from simulator.workflows.signing_in import (
    ABSOLUTE,
    ADDRESS,
    IDLE,
    LOGIN,
    ONE_TIME,
    Reception,
    Refused,
    Session,
    refused_words,
    session,
    session_key,
    sign_in,
    sign_in_by_header,
    sign_out,
)
from simulator.workflows.solutions import Solutions

GOOD = Secret("correct horse")
HERE = "192.0.2.7"


@dataclass
class Standing:
    """A clock that goes on when it is told to."""

    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def wait(self, time: timedelta | None = None, **more: float) -> None:
        self.now += timedelta(**more) if time is None else time


@pytest.fixture
def clock() -> Standing:
    return Standing()


@pytest.fixture
def desk(clock: Standing) -> Desk:
    """A desk with two who may sign in."""
    desk = Desk(MemoryStore(), Solutions(MemoryCache()), clock, lambda: "a", lambda: 1)
    _add(desk, "王芳", {"hr"})
    _add(desk, "Boss", {"administrator"})
    return desk


@pytest.fixture
def reception(desk: Desk) -> Reception:
    return Reception(desk.store, QuickPasswords(), desk.now)


def _add(desk: Desk, name: str, roles: set[str], **more: Any) -> None:
    values: dict[str, Any] = {"password": GOOD}
    accounts.add(desk, QuickPasswords(), name, roles, desk.store.person("Boss"), **(values | more))


def _in(reception: Reception, login: str = "王芳", password: Secret = GOOD, address: str = HERE) -> Session:
    made = sign_in(reception, login, password, address)
    assert isinstance(made, Session), made
    return made


def _guess(reception: Reception, login: str = "王芳", address: str = HERE) -> Refused:
    made = sign_in(reception, login, Secret("wrong horse"), address)
    assert isinstance(made, Refused)
    return made


# Who gets in


def test_sign_in_gives_a_session_with_name_and_roles(desk: Desk, reception: Reception) -> None:
    """The token says who he is as long as the session lasts; the store has only its hash."""
    made = _in(reception)
    person = desk.store.known("王芳")
    assert made.who.actor == Actor(person, "王芳", frozenset({"hr"}))
    assert (made.who.must_change, made.who.language, made.who.expires) == (False, None, desk.now() + IDLE)
    assert session(reception, made.token) == session(reception, made.token.reveal()) == made.who
    assert len(made.token.reveal()) == 43
    assert isinstance(desk.store, MemoryStore)
    assert made.token.reveal() not in str(desk.store.kept_sessions)
    assert made.token.reveal() not in repr(made)


@pytest.mark.parametrize("login", ["BOSS", " boss ", "Ｂｏｓｓ", "bo\u200bss", "\u202eBoss"])
def test_login_does_not_depend_on_how_it_is_typed(reception: Reception, login: str) -> None:
    """Neither case nor width nor invisible signs."""
    assert _in(reception, login).who.actor.name == "Boss"


def test_password_does_not_depend_on_the_keyboard(desk: Desk, reception: Reception) -> None:
    """Wide digits and composed letters are the same; case and spaces are not. In names, ß is ss as well."""
    _add(desk, "Ann", {"trainee"}, password=Secret("Café ２０２６ horse"))
    _in(reception, "Ann", Secret("Cafe\u0301 2026 horse"))
    for other in ("café 2026 horse", "Café 2026 horse ", "Café2026horse"):
        assert sign_in(reception, "Ann", Secret(other), HERE) == Refused("wrong")
    _add(desk, "Anna Groß", {"trainee"})
    _in(reception, "ANNA GROSS")


def test_refusal_does_not_tell_why(desk: Desk, reception: Reception) -> None:
    """An unknown name, an unfit one, a wrong password, a disabled account, one without a password, and who left: each
    costs one comparison with something, and gets the same answer."""
    _add(desk, "Off", {"trainee"})
    accounts.disable(desk, "Off", desk.store.person("Boss"))
    _add(desk, "Header", {"trainee"}, password=None)
    _add(desk, "Gone", {"trainee"})
    gone = desk.store.person("Gone")
    desk.store.enter(Joined(person=gone), desk.now(), '{"name": "Gone"}', gone)
    desk.store.enter(Left(person=gone, on=date(2026, 3, 1)), desk.now())
    assert isinstance(reception.passwords, QuickPasswords)
    for login in ("nobody", "", "\u200b", "x" * 10_000, "Off", "Header", "Gone", "=1+1", "'; DROP TABLE accounts; --"):
        compared = len(reception.passwords.compared)
        assert sign_in(reception, login, GOOD, HERE) == Refused("wrong"), login
        assert len(reception.passwords.compared) == compared + 1
    for password in ("", "x" * 1_000_000, "\ud800", "correct horse\x00"):
        assert sign_in(reception, "Boss", Secret(password), HERE) == Refused("wrong")
    assert {refused_words(Refused("wrong"), desk.now())} == {
        "Name and password do not fit. After a reset, only the new password does."
    }


def test_who_leaves_comes_in_on_his_last_day(desk: Desk, reception: Reception) -> None:
    """And no more when it is over everywhere; a proxy's word does not help him."""
    person = desk.store.person("王芳")
    desk.store.enter(Left(person=person, on=date(2026, 3, 2)), desk.now())
    _in(reception)
    reception = replace(reception, now=lambda: datetime(2026, 3, 4, 0, 0, tzinfo=UTC))
    assert sign_in(reception, "王芳", GOOD, HERE) == sign_in_by_header(reception, "王芳") == Refused("wrong")


def test_session_of_who_left_ends_with_his_last_day(desk: Desk, reception: Reception) -> None:
    """It does not go on because it was begun before; nothing is in the way of who joins again."""
    person, night = desk.store.person("王芳"), datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
    token = _in(replace(reception, now=lambda: night)).token
    morning = replace(reception, now=lambda: night + timedelta(minutes=5))
    assert session(morning, token) is not None
    desk.store.enter(Left(person=person, on=date(2026, 2, 27)), desk.now())
    assert session(morning, token) is None
    desk.store.enter(Joined(person=person), desk.now(), '{"name": "王芳"}', person)
    assert session(morning, token) is not None


def test_header_lets_in_who_has_an_account(desk: Desk, reception: Reception) -> None:
    """Without a password, and without having to change one; never who is unknown or disabled."""
    _add(desk, "Ann", {"trainee"}, once=True)
    made = sign_in_by_header(reception, "ANN")
    assert isinstance(made, Session)
    assert (made.who.actor.roles, made.who.must_change) == ({"trainee"}, False)
    assert session(reception, made.token) == made.who
    accounts.disable(desk, "Ann", desk.store.person("Boss"))
    assert session(reception, made.token) is None
    for name in ("Ann", "nobody", "", "\x00"):
        assert sign_in_by_header(reception, name) == Refused("wrong")
    assert desk.store.known("nobody") is None


def test_one_time_password_opens_only_the_way_to_a_new_one(desk: Desk, reception: Reception, clock: Standing) -> None:
    """With no role at all until then, and for two weeks."""
    once = accounts.reset(desk, QuickPasswords(), "王芳", desk.store.person("Boss"))
    made = _in(reception, password=once)
    assert (made.who.must_change, made.who.actor.roles) == (True, frozenset())
    own = replace(desk, actor=made.who.actor)
    assert accounts.change_password(own, reception.passwords, once, Secret("a new horse"), made.token) is None
    there = session(reception, made.token)
    assert there is not None
    assert (there.must_change, there.actor.roles) == (False, {"hr"})
    assert sign_in(reception, "王芳", once, HERE) == Refused("wrong")
    once = accounts.reset(desk, QuickPasswords(), "王芳", desk.store.person("Boss"))
    assert session(reception, made.token) is None
    clock.wait(ONE_TIME)
    _in(reception, password=once)
    clock.wait(seconds=1)
    assert sign_in(reception, "王芳", once, HERE) == Refused("expired")
    assert "new one" in refused_words(Refused("expired"), desk.now())
    accounts.disable(desk, "王芳", desk.store.person("Boss"))
    assert sign_in(reception, "王芳", once, HERE) == Refused("wrong")


def test_cheap_hash_is_made_anew(desk: Desk, reception: Reception) -> None:
    """With the next sign-in, and without an event; the session stays."""
    events = len(desk.store.journal())
    dearer = replace(reception, passwords=QuickPasswords("dearer"))
    made = _in(dearer)
    kept = desk.store.account_of("王芳")
    assert kept is not None
    assert kept.password is not None
    assert kept.password.reveal().startswith("dearer$")
    assert session(reception, made.token) is not None
    assert len(desk.store.journal()) == events
    _in(dearer)


def test_account_disabled_while_the_password_is_compared_stays_out(desk: Desk, reception: Reception) -> None:
    """What is judged is judged again when the session begins."""

    class Meanwhile(QuickPasswords):
        def verify(self, password: Secret, hashed: Secret | None) -> bool:
            accounts.disable(desk, "王芳", desk.store.person("Boss"))
            return super().verify(password, hashed)

    assert sign_in(replace(reception, passwords=Meanwhile()), "王芳", GOOD, HERE) == Refused("wrong")
    assert desk.store.sessions() == []


# When it is over


def test_session_is_over_when_nobody_uses_it(reception: Reception, clock: Standing) -> None:
    """After an hour; to look whether somebody is there does not keep him there."""
    made = _in(reception)
    for _each in range(5):
        clock.wait(minutes=59)
        there = session(reception, made.token)
        assert there is not None
        assert there.expires == clock.now + IDLE
    clock.wait(minutes=59)
    assert session(reception, made.token, touch=False) is not None
    clock.wait(minutes=1)
    assert session(reception, made.token) is None


def test_session_is_over_after_a_day_of_work(reception: Reception, clock: Standing) -> None:
    """Whatever is done in it; the last hour is shown as it is."""
    made = _in(reception)
    end = clock.now + ABSOLUTE
    while clock.now + timedelta(minutes=50) < end:
        clock.wait(minutes=50)
        there = session(reception, made.token)
        assert there is not None
        assert there.expires == min(end, clock.now + IDLE)
    clock.now = end - timedelta(microseconds=1)
    assert session(reception, made.token) is not None
    clock.now = end
    assert session(reception, made.token) is None


def test_session_is_written_once_a_minute(desk: Desk, reception: Reception, clock: Standing) -> None:
    """However often it is used."""

    class Counting(MemoryStore):
        written = 0

        def see_session(self, key: str, at: datetime) -> None:
            self.written += 1
            super().see_session(key, at)

    store = Counting()
    assert isinstance(desk.store, MemoryStore)
    store.__dict__.update(desk.store.__dict__)
    reception = replace(reception, store=store)
    made = _in(reception)
    for _each in range(180):
        session(reception, made.token)
        clock.wait(seconds=1)
    assert store.written == 2


def test_session_ends(desk: Desk, reception: Reception) -> None:
    """By signing out, by losing a role, being removed or erased; more roles come without signing in again."""
    boss = desk.store.person("Boss")
    made = _in(reception)
    sign_out(reception, made.token)
    sign_out(reception, "no token")
    assert session(reception, made.token) is session(reception, "") is session(reception, "\ud800") is None
    made = _in(reception)
    accounts.set_roles(desk, "王芳", {"hr", "instructor"}, boss)
    there = session(reception, made.token)
    assert there is not None
    assert there.actor.roles == {"hr", "instructor"}
    accounts.set_roles(desk, "王芳", {"instructor", "trainee"}, boss)
    assert session(reception, made.token) is None
    made, person = _in(reception), desk.store.person("王芳")
    desk.store.change_account(person, lambda one: replace(one, is_disabled=True), None, desk.now())
    assert session(reception, made.token) is None
    desk.store.change_account(person, lambda one: replace(one, is_disabled=False), None, desk.now())
    assert session(reception, made.token) is not None
    desk.store.erase(person)
    assert session(reception, made.token) is None


def test_old_sessions_are_cleared_away(desk: Desk, reception: Reception, clock: Standing) -> None:
    """By the next who signs in."""
    _in(reception)
    clock.wait(IDLE)
    _in(reception, "Boss")
    assert len(desk.store.sessions()) == 1


# Guessing


def test_guesser_waits_longer_and_longer_but_never_for_good(reception: Reception, clock: Standing) -> None:
    """Five guesses are free, each further one doubles the wait up to a quarter of an hour.

    While he waits even the right password does not help, and after it does.
    """
    waits = []
    for _each in range(20):
        assert _guess(reception) == Refused("wrong")
        held = sign_in(reception, "王芳", GOOD, "198.51.100.9") if len(waits) >= LOGIN.free else None
        waits.append(held.until - clock.now if isinstance(held, Refused) and held.until else timedelta())
        clock.wait(waits[-1])
    assert waits == [timedelta()] * 5 + [timedelta(seconds=2**n) for n in range(10)] + [timedelta(minutes=15)] * 5
    _in(reception)
    assert _guess(reception) == Refused("wrong")


def test_unknown_name_waits_as_a_known_one(reception: Reception, clock: Standing) -> None:
    """So that nobody learns from the wait who has an account."""
    for _each in range(12):
        known, unknown = _guess(reception), _guess(reception, "nobody")
        assert known == unknown
        clock.wait(seconds=0.7)


def test_right_password_is_no_guess(reception: Reception) -> None:
    """Neither under the name nor from the address."""
    for _each in range(3 * ADDRESS.free):
        _in(reception)
        _in(reception, address="198.51.100.9")
    for _each in range(LOGIN.free):
        assert _guess(reception) == Refused("wrong")
        _in(reception)


def test_who_is_known_at_an_address_is_not_kept_out_from_elsewhere(reception: Reception, clock: Standing) -> None:
    """Somebody guesses at his name all day: he signs in at his desk all the same."""
    _in(reception)
    for _each in range(50):
        _guess(reception, address="198.51.100.9")
        clock.wait(seconds=10)
    assert _guess(reception, address="198.51.100.9").why == "wait"
    _in(reception)
    assert _guess(reception, address="198.51.100.9").why == "wait"
    assert [_guess(reception).why for _each in range(7)] == ["wrong"] * 6 + ["wait"]


def test_address_that_tries_many_names_waits(reception: Reception, clock: Standing) -> None:
    """Up to a minute; other addresses do not, and networks of version 6 count as one."""
    for number in range(ADDRESS.free + 1):
        assert _guess(reception, f"name {number}").why == "wrong"
    assert _guess(reception, "one more").why == "wait"
    assert _guess(reception, "one more", "::ffff:192.0.2.7").why == "wait"
    assert _guess(reception, "one more", "192.0.2.8").why == "wrong"
    for number in range(ADDRESS.free + 1):
        assert _guess(reception, f"six {number}", f"2001:db8::{number:x}").why == "wrong"
    assert _guess(reception, "six", "2001:db8::ffff:1").why == "wait"
    assert _guess(reception, "six", "2001:db8:0:1::1").why == "wrong"
    for _each in range(20):
        clock.wait(minutes=1)
        assert _guess(reception, f"later {clock.now}").why == "wrong"


def test_office_behind_one_address_signs_in_together(desk: Desk, reception: Reception) -> None:
    """More than are free of a wait, all at the same second, and then again, each with a wrong password first."""
    for number in range(ADDRESS.free + 10):
        _add(desk, f"Worker {number}", {"trainee"})
        _in(reception, f"Worker {number}")
    for number in range(ADDRESS.free + 10):
        _guess(reception, f"Worker {number}")
        _in(reception, f"Worker {number}")


def test_guesses_are_forgotten_after_a_day(reception: Reception, clock: Standing) -> None:
    """Who comes back tomorrow begins anew."""
    for _each in range(6):
        _guess(reception)
    clock.wait(days=1, seconds=1)
    assert [_guess(reception).why for _each in range(7)] == ["wrong"] * 6 + ["wait"]


def test_guessing_is_logged_ever_less_often(desk: Desk, reception: Reception, clock: Standing) -> None:
    """Enough to be seen and too little to fill the journal; an unknown name has nobody's pseudonym."""
    for _each in range(24):
        _guess(reception)
        _guess(reception, "nobody", "198.51.100.9")
        clock.wait(minutes=15)
    told = [one.event for one in desk.store.journal() if isinstance(one.event, Guessed)]
    person = desk.store.person("王芳")
    assert [one.count for one in told if one.person == person] == [6, 7, 9, 13, 21]
    assert [one.count for one in told if one.person is None] == [6, 7, 9, 13, 21]
    assert {one.of for one in told} == {"login"}
    assert not any(word in str(desk.store.journal()) for word in ("wrong horse", HERE, "nobody"))


def test_guesses_count_across_processes(clock: Standing, tmp_path: Path) -> None:
    """Two stores on one database see one throttle, and a session of the one is one of the other."""
    stores = [SqlStore(tmp_path / "record.db"), SqlStore(tmp_path / "record.db")]
    desk = Desk(stores[0], Solutions(MemoryCache()), clock, lambda: "a", lambda: 1)
    _add(desk, "王芳", {"hr"})
    doors = [Reception(store, QuickPasswords(), clock) for store in stores]
    made = _in(doors[0], address="198.51.100.9")
    assert session(doors[1], made.token) == made.who
    assert [_guess(doors[number % 2]).why for number in range(7)] == ["wrong"] * 6 + ["wait"]
    sign_out(doors[1], made.token)
    assert session(doors[0], made.token) is None
    for store in stores:
        store.close()


def test_wait_is_said_in_seconds_or_minutes(clock: Standing) -> None:
    """Rounded up, so that who comes back then does get in."""

    def said(seconds: float) -> str:
        return refused_words(Refused("wait", clock.now + timedelta(seconds=seconds)), clock.now)

    assert "in 1 s" in said(0.5)
    assert "in 59 s" in said(58.5)
    assert "in 2 min" in said(90)
    assert "in 1 s" in said(-5)


@pytest.mark.parametrize(
    ("free", "count", "seconds"), [(5, 5, 0), (5, 6, 1), (5, 7, 2), (0, 1, 1), (0, 1_000_000, 900), (5, 0, 0)]
)
def test_limit_gives_waits(free: int, count: int, seconds: int) -> None:
    """Whatever the numbers, none is longer than the longest."""
    limit = Limit(free, timedelta(minutes=15), timedelta(days=1))
    assert limit.wait(count) == timedelta(seconds=seconds)


@pytest.mark.parametrize("name", ["", " ", "\u200b\u202e", "\x00", "x" * 201, "\ufdfa" * 200])
def test_login_is_refused_where_nothing_can_be_typed(name: str) -> None:
    """Or where the folded name would be longer than any database can look up."""
    with pytest.raises(UsageError, match="characters"):
        login_of(name)


@pytest.mark.parametrize(
    "name", ["王芳", "=HYPERLINK('x')", "[b]x[/b]", "<script>", "../../x", "ß" * 100, "שלום", "👩🏽‍🚀"]
)
def test_login_of_a_login_is_itself(name: str) -> None:
    """So that it can be typed as it is shown."""
    assert login_of(login_of(name)) == login_of(name)


def test_session_key_is_a_hash_of_the_token(reception: Reception, desk: Desk) -> None:
    """What the store has cannot be used as a token."""
    made = _in(reception)
    key = session_key(made.token)
    assert [one.key for one in desk.store.sessions()] == [key]
    assert session(reception, key) is None
