"""Signing in: a name and a password, or a proxy's word for somebody, become a session; a session becomes an ``Actor``.

Nobody is signed in yet when these are asked, so they take no ``Desk`` and demand no deed.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import threading
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from simulator.model.actor import Actor
from simulator.model.errors import UsageError
from simulator.model.guessing import Limit, key_of, login_key
from simulator.model.journal import Guessed, Joined, Left
from simulator.model.language import _
from simulator.model.login import login_of
from simulator.model.secret import Secret
from simulator.workflows.ports import OpenSession

if TYPE_CHECKING:
    from simulator.model.language import Language
    from simulator.workflows.ports import Account, Passwords, Store

IDLE = timedelta(hours=1)
"""A session that nobody uses is over after that: the longest that NIST SP 800-63B-4, section 2.2.3, has at level 2.
Reading a case file and thinking over a note take less; a desk that was left for lunch may take more."""
ABSOLUTE = timedelta(hours=12)
"""A session is over after that whatever is done in it: a working day with overtime, so that everybody signs in each
morning; the same section has 24 hours at most."""
ONE_TIME = timedelta(days=14)
"""A one-time password is good for that long: who gets it on paper may be away for two weeks."""
TOLD_APART = timedelta(minutes=1)
"""Times of last use are no more exact than that, so that using a session does not mean writing all the time."""
LONGEST_PASSWORD = 200  # characters, far more than anybody types, and few enough to be no burden to hash

_DAY, _MONTH = timedelta(days=1), timedelta(days=30)
LOGIN = Limit(free=5, longest=timedelta(minutes=15), memory=_DAY)
"""Guesses at one name. From the sixteenth on there are four an hour, 35,000 a year; people mistype two or three."""
KNOWN = Limit(free=5, longest=timedelta(minutes=15), memory=_MONTH)
"""Guesses at a name from an address from which he signed in during the last month. They are counted apart, so that
whoever guesses elsewhere keeps nobody out of his own office."""
ADDRESS = Limit(free=60, longest=timedelta(minutes=1), memory=_DAY)
"""Guesses from one address at any name: an office behind one address may sign in at nine together, and nobody in it
can keep his colleagues out for longer than a minute."""


class LastDays:
    """Who left the house, and when, as the journal has it. It is asked for at every look, and read on, not anew."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._read, self._days = -1, dict[str, date]()

    def of(self, store: Store, person: str) -> date | None:
        """A person's last day; None where he has none."""
        with self._reading:
            for entered in store.journal(self._read):
                match entered.event:
                    case Left(person=gone, on=on):
                        self._days[gone] = on
                    case Joined(person=back):
                        self._days.pop(back, None)
                self._read = entered.seq
            return self._days.get(person)


@dataclass(frozen=True, slots=True)
class Reception:
    """What signing in needs from outside.

    Attributes:
        now: the time, in UTC.
    """

    store: Store
    passwords: Passwords
    now: Callable[[], datetime]
    last_days: LastDays = field(default_factory=LastDays, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody who has a session.

    Attributes:
        actor: with no role while he must change his password: before that he may do nothing.
        language: his own; None for the house's.
        must_change: his password was given to him for once.
        expires: when the session is over unless he does something, in UTC.
    """

    actor: Actor
    language: Language | None
    must_change: bool
    expires: datetime


@dataclass(frozen=True, slots=True)
class Session:
    """What a sign-in gives.

    Attributes:
        token: 256 random bits as 43 characters that can stand in a URL. Whoever holds them is that person.
    """

    who: SignedIn
    token: Secret


RefusedWhy = Literal["wrong", "wait", "expired"]


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody is signed in.

    Attributes:
        why: ``wrong``: there is no such name, or that is not its password, or it has none, or it is disabled, or he
            left the house: these are not told apart. ``wait``: too much was guessed. ``expired``: the one-time password
            is right and too old.
        until: when he may try again, in UTC; with ``wait`` only.
    """

    why: RefusedWhy
    until: datetime | None = None


def refused_words(refused: Refused, now: datetime) -> str:
    """What is said to somebody who was refused."""
    if refused.why == "expired":
        return _("This one-time password is too old. Ask an administrator for a new one.")
    if refused.until is None:
        return _("Name and password do not fit. After a reset, only the new password does.")
    seconds = max(int((refused.until - now).total_seconds()), 0) + 1
    if seconds < 60:
        return _("Too many wrong passwords. Try again in {count} s.", count=seconds)
    return _("Too many wrong passwords. Try again in {count} min.", count=-(-seconds // 60))


# Coming in


def sign_in(reception: Reception, login: str, password: Secret, address: str) -> Session | Refused:
    """Lets somebody in by name and password. It takes as long whether there is such a name or not.

    Args:
        address: from which he asks: his own, not a proxy's; empty where that is not known.
    """
    now = reception.now()
    try:
        login = login_of(login)
    except UsageError:  # nobody has such a name; it is counted, compared and refused as any other
        login = ""
    account = reception.store.account_of(login)
    door = _Door(reception, login, address, account)
    held = door.knock(now)
    if held is not None:
        return Refused("wait", held)
    if not _fits(reception, account, password) or account is None or account.is_disabled:
        return Refused("wrong")
    if _has_left(reception, account.person, now):
        return Refused("wrong")
    if account.must_change and now - account.changed > ONE_TIME:
        return Refused("expired")
    made = _begin(reception, account, now, by_header=False)
    if isinstance(made, Session):
        door.open(account.person, now)
        _rehash(reception, account, password)
    return made


def sign_in_by_header(reception: Reception, name: str) -> Session | Refused:
    """Lets somebody in on a proxy's word. That the proxy is one to be trusted is the caller's to know."""
    now = reception.now()
    try:
        account = reception.store.account_of(login_of(name))
    except UsageError:
        return Refused("wrong")
    if account is None or _has_left(reception, account.person, now):
        return Refused("wrong")
    return _begin(reception, account, now, by_header=True)


def _begin(reception: Reception, account: Account, now: datetime, by_header: bool) -> Session | Refused:
    token = Secret(secrets.token_urlsafe(32))
    session = OpenSession(session_key(token), account.person, by_header, now, now, now + ABSOLUTE)
    if not reception.store.begin_session(session, account.password):
        return Refused("wrong")  # disabled, or given another password, while this one was compared
    reception.store.sweep(now, now - IDLE)
    return Session(_signed_in(session, account), token)


def _rehash(reception: Reception, account: Account, password: Secret) -> None:
    """Keeps a password that was hashed more cheaply than is done now as it is done now."""
    if account.password is None or not reception.passwords.needs_rehash(account.password):
        return
    hashed = reception.passwords.hash(normal(password))
    reception.store.change_account(
        account.person,
        lambda one: replace(one, password=hashed) if one.password == account.password else one,
        None,
        reception.now(),
    )


def _fits(reception: Reception, account: Account | None, password: Secret) -> bool:
    return reception.passwords.verify(normal(password), None if account is None else account.password)


def _has_left(reception: Reception, person: str, now: datetime) -> bool:
    """Whether his last day in the house, by the clock on its wall, is over."""
    last = reception.last_days.of(reception.store, person)
    return last is not None and last < now.astimezone().date()


def normal(password: Secret) -> Secret:
    """A password as it is hashed: NFKC, so that it is the same from every keyboard; cut where it is far too long."""
    kept = unicodedata.normalize("NFKC", password.reveal()[: LONGEST_PASSWORD + 1])
    return Secret(kept.encode("utf-8", "replace").decode())


class _Door:
    """The guesses that a sign-in counts among.

    One is counted before it is judged, so that many at once gain nothing, and taken back where it was right.
    """

    def __init__(self, reception: Reception, login: str, address: str, account: Account | None) -> None:
        self._store = reception.store
        self._account = account
        self._login = login_key(login)
        near = _near(address)
        self._address = key_of("address", near) if near else None
        self._known = key_of("known", login, near) if near else None

    def knock(self, now: datetime) -> datetime | None:
        """Counts a guess; until when it has to wait, and then it must not be judged."""
        limits = self._limits(now)
        counted = self._store.guess(limits, now)
        for key, count in counted.counts.items():
            if limits[key].tells(count):
                self._store.enter(self._event(key, count), now)
        return counted.until

    def open(self, person: str, now: datetime) -> None:
        """It was right: nothing was guessed."""
        if self._known is None:
            self._store.forget_guesses(self._login)
            return
        if not self._is_known(now):
            self._store.forget_guesses(self._login)
            if self._address is not None:
                self._store.forgive(self._address, now)
        self._store.trust(self._known, person, now, now + KNOWN.memory)

    def _limits(self, now: datetime) -> Mapping[str, Limit]:
        if self._known is not None and self._is_known(now):
            return {self._known: KNOWN}
        return {self._login: LOGIN} | ({} if self._address is None else {self._address: ADDRESS})

    def _is_known(self, now: datetime) -> bool:
        there = None if self._known is None else self._store.guesses(self._known)
        return there is not None and now < there.forget

    def _event(self, key: str, count: int) -> Guessed:
        if key == self._address:
            return Guessed(of="address", count=count)
        return Guessed(person=None if self._account is None else self._account.person, of="login", count=count)


def _near(address: str) -> str:
    """What is counted as one address: of version 6 the network, of which every machine has 2^64 addresses."""
    try:
        found = ipaddress.ip_address(address.strip("[]").partition("%")[0])
    except ValueError:
        return address[:LONGEST_PASSWORD]
    mapped = getattr(found, "ipv4_mapped", None)
    if found.version == 4 or mapped is not None:
        return str(mapped or found)
    return str(ipaddress.ip_network((found, 64), strict=False))


# Being there


def session(reception: Reception, token: Secret | str, touch: bool = True) -> SignedIn | None:
    """Who holds a token; None where its session is over, whatever ended it.

    Args:
        touch: he did something just now; else somebody only looks whether he is still there.
    """
    now = reception.now()
    found = reception.store.session(session_key(token))
    if found is None:
        return None
    one, account = found
    if account.is_disabled or end_of(one) <= now or _has_left(reception, account.person, now):
        return None
    if touch and now - one.seen >= TOLD_APART:
        reception.store.see_session(one.key, now)
    return _signed_in(replace(one, seen=now) if touch else one, account)


def sign_out(reception: Reception, token: Secret | str) -> None:
    """Ends a session; harmless where it is over."""
    reception.store.end_session(session_key(token))


def session_key(token: Secret | str) -> str:
    """What the store has of a token: hex SHA-256. It needs no slow hash, since 256 random bits cannot be guessed."""
    held = token.reveal() if isinstance(token, Secret) else token
    return hashlib.sha256(held.encode("utf-8", "replace")).hexdigest()


def end_of(one: OpenSession) -> datetime:
    """When a session is over unless somebody does something in it, in UTC."""
    return min(one.expires, one.seen + IDLE)


def _signed_in(one: OpenSession, account: Account) -> SignedIn:
    must_change = account.must_change and not one.by_header
    roles = frozenset() if must_change else account.roles
    return SignedIn(Actor(account.person, account.name, roles), account.language, must_change, end_of(one))
