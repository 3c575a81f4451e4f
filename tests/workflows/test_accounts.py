"""Keeping accounts: adding, roles, passwords, the last administrator, and what is logged of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from doubles import Clock, Ids, MemoryCache, QuickPasswords

from simulator.adapters.store.memory import MemoryStore
from simulator.model.actor import ROLES, Actor, Role
from simulator.model.errors import Forbidden, UnknownName, UsageError
from simulator.model.journal import AccountChanged, Denied, Guessed, Joined, Left
from simulator.model.secret import Secret
from simulator.workflows import accounts
from simulator.workflows.passwords import LEAST, MOST, one_time_password, why_not
from simulator.workflows.ports import Account
from simulator.workflows.rehearse import Desk
from simulator.workflows.signing_in import Reception, Refused, Session, session, sign_in
from simulator.workflows.solutions import Solutions

GOOD, OTHER = Secret("correct horse"), Secret("another horse")
HERE = "192.0.2.7"


@pytest.fixture
def desk() -> Desk:
    """The desk of a server's command line."""
    return Desk(MemoryStore(), Solutions(MemoryCache()), Clock(), Ids(), lambda: 1)


@pytest.fixture
def by(desk: Desk) -> str:
    """Who keeps the accounts there."""
    return desk.store.person("Root")


@pytest.fixture
def add(desk: Desk, by: str) -> Callable[..., Account]:
    """Adds an account with a good password."""

    def add(name: str, *roles: Role, **more: Any) -> Account:
        values: dict[str, Any] = {"password": GOOD}
        return accounts.add(desk, QuickPasswords(), name, roles or ("trainee",), by, **(values | more))

    return add


def _signed_in(desk: Desk, login: str, password: Secret = GOOD) -> Session | Refused:
    return sign_in(Reception(desk.store, QuickPasswords(), desk.now), login, password, HERE)


def _token(desk: Desk, login: str, password: Secret = GOOD) -> Secret:
    made = _signed_in(desk, login, password)
    assert isinstance(made, Session), made
    return made.token


def _told(desk: Desk) -> list[str]:
    return [one.event.what for one in desk.store.journal() if isinstance(one.event, AccountChanged)]


def test_account_is_added_for_who_is_there_or_new(desk: Desk, by: str, add: Callable[..., Account]) -> None:
    """By name, staff number or pseudonym; the event says who did it, which roles, and no name."""
    known = desk.store.person("王芳 (7)")
    desk.store.enter(Joined(person=known), desk.now(), '{"name": "王芳", "number": "7"}', known)
    made = add("7", "hr", "instructor", language="zh")
    assert (made.person, made.name, made.login) == (known, "王芳 (7)", "王芳 (7)")
    assert desk.store.account(known) == made
    new = add("Ann")
    assert desk.store.known("Ann") == new.person
    events = [one.event for one in desk.store.journal() if isinstance(one.event, AccountChanged)]
    assert events[0] == AccountChanged(person=known, what="made", roles=("instructor", "hr"), by=by)
    assert not any(word in str(desk.store.journal()) for word in ("Ann", "horse", "quick$"))
    assert [one.account.login for one in accounts.accounts(desk)] == ["ann", "王芳 (7)"]


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("", {}, "characters"),
        ("\u200b", {}, "characters"),
        ("x" * 201, {}, "characters"),
        ("\ufdfa" * 200, {}, "characters"),
        ("ANN", {}, "has an account already"),
        ("A\u200bnn", {}, "has an account already"),
        ("Bob", {"password": Secret("short")}, "at least 10"),
        ("Bob", {"language": "fr"}, "no language"),
        ("Bob", {"roles": ("boss",)}, "no role"),
        ("Bob", {"roles": ()}, "which roles"),
    ],
)
def test_account_that_cannot_be_is_refused(
    desk: Desk, by: str, add: Callable[..., Account], name: str, more: dict[str, Any], said: str
) -> None:
    """It is said why; nobody is entered and nothing is logged."""
    add("Ann")
    before = (desk.store.people(), len(desk.store.journal()))
    values: dict[str, Any] = {"roles": ("trainee",), "language": None, "password": GOOD}
    with pytest.raises(UsageError, match=said):
        accounts.add(desk, QuickPasswords(), name, by=by, **(values | more))
    assert (desk.store.people(), len(desk.store.journal())) == before


HOSTILE = [
    "=HYPERLINK('x')",
    "[b]x[/b]",
    "<script>",
    "../../x",
    "\u202eevil",
    "👩🏽‍🚀",
    "'; DROP TABLE accounts; --",
    "x" * 200,
]


@pytest.mark.parametrize("name", HOSTILE)
def test_name_of_any_kind_signs_in_as_it_is_written(desk: Desk, add: Callable[..., Account], name: str) -> None:
    """It is data, and stays what it is."""
    assert add(name).name == name
    made = _signed_in(desk, name)
    assert isinstance(made, Session)
    assert made.who.actor.name == name


def test_name_of_a_new_account_is_one_line(desk: Desk, add: Callable[..., Account]) -> None:
    """Pasted with an end of line in it, it would break every table and letter that it stands in."""
    assert add(" Wu\n  Lan\t").name == "Wu Lan"


def test_account_is_found_by_what_is_known_of_its_person(desk: Desk, by: str, add: Callable[..., Account]) -> None:
    """Login, name, number or pseudonym; who has none is named."""
    made = add("Ann")
    desk.store.enter(Joined(person=made.person), desk.now(), '{"name": "Anna", "number": "7"}', made.person)
    desk.store.person("Bob")
    for who in ("ann", " ANN ", "Anna", "7", made.person):
        assert accounts.find(desk, who) == made
    for who in ("Bob", "nobody", "", "\u200b"):
        with pytest.raises(UnknownName):
            accounts.find(desk, who)


def test_changes_are_made_once_and_logged(desk: Desk, by: str, add: Callable[..., Account]) -> None:
    """What is so already is no change; each change has its event."""
    add("Ann")
    for _each in range(2):
        assert accounts.set_roles(desk, "Ann", ("hr", "trainee"), by).roles == {"hr", "trainee"}
        assert accounts.set_language(desk, "Ann", "en", by).language == "en"
        assert accounts.disable(desk, "Ann", by).is_disabled
    for _each in range(2):
        assert not accounts.enable(desk, "Ann", by).is_disabled
    assert accounts.set_language(desk, "Ann", None, by).language is None
    accounts.remove(desk, "Ann", by)
    assert _told(desk) == ["made", "roles", "language", "disabled", "enabled", "language", "removed"]
    assert desk.store.known("Ann") is not None
    for refused in (
        lambda: accounts.set_roles(desk, "Ann", ("hr",), by),
        lambda: accounts.remove(desk, "Ann", by),
        lambda: accounts.reset(desk, QuickPasswords(), "Ann", by),
    ):
        with pytest.raises(UnknownName):
            refused()


def test_last_administrator_keeps_the_keys(desk: Desk, by: str, add: Callable[..., Account]) -> None:
    """He cannot be disabled, removed or lose the role; once there is another he can."""
    add("Boss", "administrator")
    for refused in (
        lambda: accounts.disable(desk, "Boss", by),
        lambda: accounts.remove(desk, "Boss", by),
        lambda: accounts.set_roles(desk, "Boss", ("hr",), by),
    ):
        with pytest.raises(UsageError, match="only administrator"):
            refused()
    assert accounts.set_roles(desk, "Boss", ("hr", "administrator"), by).is_administrator
    add("Next", "administrator")
    accounts.disable(desk, "Next", by)
    with pytest.raises(UsageError, match="only administrator"):
        accounts.disable(desk, "Boss", by)
    accounts.enable(desk, "Next", by)
    accounts.disable(desk, "Boss", by)


def test_only_administrators_keep_accounts(desk: Desk, by: str, add: Callable[..., Account]) -> None:
    """Every workflow of them is refused to every other role, and logged; nobody acts in another's name."""
    boss = add("Boss", "administrator")
    passwords = QuickPasswords()
    for role in ROLES:
        other = add(f"The {role}", role)
        theirs = replace(desk, actor=Actor(other.person, other.name, frozenset({role})))
        asked: list[Callable[[], Any]] = [
            lambda d=theirs: accounts.accounts(d),
            lambda d=theirs: accounts.find(d, "Boss"),
            lambda d=theirs: accounts.sessions(d),
            lambda d=theirs: accounts.refusals(d),
            lambda d=theirs, p=other.person, r=role: accounts.add(d, passwords, f"New {r}", ("hr",), p, password=GOOD),
            lambda d=theirs, p=other.person: accounts.set_roles(d, d.actor.name, ROLES, p),
            lambda d=theirs, p=other.person: accounts.set_language(d, "Boss", "en", p),
            lambda d=theirs, p=other.person: accounts.set_password(d, passwords, "Boss", OTHER, p),
            lambda d=theirs, p=other.person: accounts.reset(d, passwords, "Boss", p),
            lambda d=theirs, p=other.person: accounts.end_sessions(d, "Boss", p),
            lambda d=theirs, p=other.person: accounts.end_all(d, p),
            lambda d=theirs, p=other.person: accounts.disable(d, "Boss", p),
            lambda d=theirs, p=other.person: accounts.enable(d, "Boss", p),
            lambda d=theirs, p=other.person: accounts.remove(d, "Boss", p),
        ]
        for ask in asked:
            if role == "administrator":
                ask()
            else:
                with pytest.raises(Forbidden):
                    ask()
    with pytest.raises(Forbidden):
        accounts.set_roles(replace(desk, actor=Actor(by, "Root", frozenset({"administrator"}))), "Root", ("hr",), "x")
    assert desk.store.account(boss.person) is None  # the other administrator did what the others could not
    assert {one.event.deed for one in desk.store.journal() if isinstance(one.event, Denied)} == {"accounts"}


def test_sessions_are_listed_and_ended(desk: Desk, by: str, add: Callable[..., Account]) -> None:
    """Of one or of all; ended ones let nobody in any more, and that is logged."""
    ann = add("Ann")
    add("Bob")
    tokens = [_token(desk, name) for name in ("Ann", "Ann", "Bob")]
    assert [one.sessions for one in accounts.accounts(desk)] == [2, 1]
    assert {one.person for one in accounts.sessions(desk, "Ann")} == {ann.person}
    assert accounts.end_sessions(desk, "Ann", by) == 2
    reception = Reception(desk.store, QuickPasswords(), desk.now)
    assert [session(reception, token) is None for token in tokens] == [True, True, False]
    assert accounts.end_all(desk, by) == 1
    assert accounts.sessions(desk) == []
    assert _told(desk)[-2:] == ["sessions", "sessions"]


def test_disabled_account_has_no_session_when_it_is_enabled_again(
    desk: Desk, by: str, add: Callable[..., Account]
) -> None:
    """He signs in anew."""
    add("Ann")
    token, reception = _token(desk, "Ann"), Reception(desk.store, QuickPasswords(), desk.now)
    accounts.disable(desk, "Ann", by)
    accounts.enable(desk, "Ann", by)
    assert session(reception, token) is None
    _token(desk, "Ann")


def test_list_says_who_left(desk: Desk, add: Callable[..., Account]) -> None:
    """So that his account is not forgotten."""
    made = add("Ann")
    desk.store.enter(Left(person=made.person, on=date(2026, 3, 1)), desk.now())
    assert [one.left for one in accounts.accounts(desk)] == [date(2026, 3, 1)]


def test_refusals_are_the_latest_first(desk: Desk, add: Callable[..., Account]) -> None:
    """What was asked for, and what was guessed; of who was erased, without a name."""
    ann = add("Ann")
    desk.store.enter(Denied(by=ann.person, deed="decide", about="a1"), desk.now())
    desk.store.enter(Guessed(person=ann.person, of="login", count=6), desk.now())
    desk.store.enter(Guessed(of="address", count=61), desk.now())
    said = [(one.name, one.deed, one.about, one.guesses) for one in accounts.refusals(desk)]
    assert said == [(None, "sign-in", "address", 61), ("Ann", "sign-in", "login", 6), ("Ann", "decide", "a1", 0)]
    desk.store.erase(ann.person)
    assert [one.name for one in accounts.refusals(desk)] == [None, None, None]


# Passwords


def test_password_that_is_set_ends_sessions(desk: Desk, by: str, add: Callable[..., Account]) -> None:
    """The old one is good no more; one for once has to be changed."""
    add("Ann")
    token = _token(desk, "Ann")
    accounts.set_password(desk, QuickPasswords(), "Ann", OTHER, by)
    assert session(Reception(desk.store, QuickPasswords(), desk.now), token) is None
    assert _signed_in(desk, "Ann") == Refused("wrong")
    _token(desk, "Ann", OTHER)
    once = accounts.reset(desk, QuickPasswords(), "Ann", by)
    made = _signed_in(desk, "Ann", once)
    assert isinstance(made, Session)
    assert made.who.must_change
    accounts.set_password(desk, QuickPasswords(), "Ann", OTHER, by, once=True)
    assert desk.store.account_of("ann") == replace(accounts.find(desk, "ann"), must_change=True)
    with pytest.raises(UsageError, match="at least"):
        accounts.set_password(desk, QuickPasswords(), "Ann", Secret("short"), by)
    assert _told(desk) == ["made", "password", "reset", "password"]


def test_own_password_is_changed_with_the_old_one(desk: Desk, add: Callable[..., Account]) -> None:
    """By anybody; the session in which he does it goes on, the others end."""
    ann = add("Ann")
    here, there = _token(desk, "Ann"), _token(desk, "Ann")
    own = replace(desk, actor=Actor(ann.person, "Ann", frozenset()))
    passwords, reception = QuickPasswords(), Reception(desk.store, QuickPasswords(), desk.now)
    assert accounts.change_password(own, passwords, OTHER, Secret("a new horse"), here) == Refused("wrong")
    for unfit, said in ((GOOD, "Take another"), (Secret("short"), "at least"), (Secret("13800138000"), "Digits")):
        with pytest.raises(UsageError, match=said):
            accounts.change_password(own, passwords, GOOD, unfit, here)
    assert session(reception, there) is not None
    assert accounts.change_password(own, passwords, GOOD, OTHER, here) is None
    assert (session(reception, here) is None, session(reception, there) is None) == (False, True)
    assert accounts.change_password(own, passwords, OTHER, GOOD, None) is None
    assert session(reception, here) is None
    _token(desk, "Ann")
    changed = [one.event for one in desk.store.journal() if isinstance(one.event, AccountChanged)][1:]
    assert [(one.what, one.by) for one in changed] == [("changed", ann.person)] * 2


def test_old_password_is_not_guessed_in_somebodys_session(desk: Desk, add: Callable[..., Account]) -> None:
    """Whoever finds a terminal open waits as at the door; the door itself does not mind."""
    ann = add("Ann")
    own = replace(desk, actor=Actor(ann.person, "Ann", frozenset({"trainee"})), now=lambda: Clock().now)
    answers = [accounts.change_password(own, QuickPasswords(), OTHER, GOOD, None) for _each in range(7)]
    assert [one.why for one in answers if one] == ["wrong"] * 6 + ["wait"]
    waiting = accounts.change_password(own, QuickPasswords(), GOOD, OTHER, None)
    assert waiting is not None
    assert waiting.why == "wait"
    assert [one.guesses for one in accounts.refusals(desk)] == [6]
    door = Reception(desk.store, QuickPasswords(), own.now)
    assert isinstance(sign_in(door, "Ann", GOOD, HERE), Session)


def test_right_old_password_forgets_wrong_ones(desk: Desk, add: Callable[..., Account]) -> None:
    """Who mistypes now and then over a day does not wait in the end."""
    ann = add("Ann")
    own = replace(desk, actor=Actor(ann.person, "Ann", frozenset({"trainee"})), now=lambda: Clock().now)
    for old, new in ((GOOD, OTHER), (OTHER, GOOD)):
        for _each in range(5):
            assert accounts.change_password(own, QuickPasswords(), Secret("wrong horse"), new, None) == Refused("wrong")
        assert accounts.change_password(own, QuickPasswords(), old, new, None) is None


def test_password_that_an_administrator_reset_meanwhile_stays(desk: Desk, by: str, add: Callable[..., Account]) -> None:
    """The one who changes his own at that moment is told."""
    ann = add("Ann")
    own = replace(desk, actor=Actor(ann.person, "Ann", frozenset()))
    given: list[Secret] = []

    class Meanwhile(QuickPasswords):
        def verify(self, password: Secret, hashed: Secret | None) -> bool:
            given.append(accounts.reset(desk, QuickPasswords(), "Ann", by))
            return super().verify(password, hashed)

    with pytest.raises(UsageError, match="elsewhere"):
        accounts.change_password(own, Meanwhile(), GOOD, OTHER, None)
    _token(desk, "Ann", given[0])


def test_who_has_no_password_has_none_to_change(desk: Desk, add: Callable[..., Account]) -> None:
    """The owner of the machine, who comes by header, and who has no account."""
    header, nobody = add("Ann", password=None), desk.store.person("Bob")
    for person in (None, header.person, nobody):
        own = replace(desk, actor=Actor(person, "x", frozenset()))
        with pytest.raises(UsageError, match="without a password"):
            accounts.change_password(own, QuickPasswords(), GOOD, OTHER, None)


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("a1 b2 c3 d", None),
        ("密码很长也要想得起来", None),
        ("🐎🔋📎✅🙂🐎🔋📎✅🙂", None),
        ("x" * 150 + "correct horse" * 3, None),
        ("１２３４ 五六七八 ab", None),
        ("short", "at least 10"),
        ("", "at least 10"),
        ("x" * (MOST + 1), "at most 200"),
        ("1380013800", "Digits alone"),
        ("１３８００１３８０００", "Digits alone"),
        ("٠١٢٣٤٥٦٧٨٩", "Digits alone"),
        ("aaaaaaaaaaaa", "first"),
        ("abababababab", "first"),
        ("abcdefghijkl", "first"),
        ("jihgfedcba", "first"),
        ("Password123!", "first"),
        ("123qwertyuiop", "first"),
        ("1q2w3e4r5t", "first"),
        ("Administrator1", "first"),
        ("Wang Fang 王芳", "your name"),
        ("ＷＡＮＧ fang 王芳1!", "your name"),
        ("correct\x00horse", "typed"),
        ("correct\nhorse", "typed"),
        ("correct \ud800 horse", "typed"),
    ],
)
def test_password_is_taken_or_it_is_said_why_not(password: str, said: str | None) -> None:
    """By length, by what is guessed first, and by the name."""
    why = why_not(Secret(password), "Wang Fang 王芳")
    assert (why is None) if said is None else said in (why or "")


def test_shortest_password_has_as_many_characters_as_is_said() -> None:
    """Counted as they are hashed: one more than the name does not make of a short one a long one."""
    long = "aB3 xy_Z9q"
    assert len(long) == LEAST
    assert why_not(Secret(long), "Ann") is None
    assert why_not(Secret(long[:-1]), "Ann") is not None
    assert why_not(Secret("e\u0301" * 3 + "abc xy"), "Ann") is not None  # nine, once they are composed


def test_one_time_passwords_are_fit_and_differ() -> None:
    """Every one is taken, and none comes twice."""
    made = [one_time_password() for _each in range(200)]
    assert len({one.reveal() for one in made}) == 200
    assert {why_not(one, "Ann") for one in made} == {None}
    assert {len(one.reveal()) for one in made} == {19}
