"""Who may sign in: accounts, sessions, guesses, and how passwords are kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from simulator.model.actor import Role
    from simulator.model.guessing import Guesses, Limit
    from simulator.model.journal import AccountChanged
    from simulator.model.language import Language
    from simulator.model.secret import Secret


@dataclass(frozen=True, slots=True)
class Account:
    """What lets a person sign in.

    Attributes:
        name: the person's, as the store has it; it is kept with the person and not here.
        login: what he types, as ``model.login.login_of`` makes it of the name; unique.
        password: its hash; None where he comes by single sign-on alone.
        language: of what he is shown; None for the house's.
        must_change: the password was given to him for once.
        made, changed, signed_in: when the account was made, the password was set, and he signed in last; in UTC.
    """

    person: str
    name: str
    login: str
    password: Secret | None
    roles: frozenset[Role]
    language: Language | None
    is_disabled: bool
    must_change: bool
    made: datetime
    changed: datetime
    signed_in: datetime | None = None

    @property
    def is_administrator(self) -> bool:
        """Whether he could give others an account now."""
        return "administrator" in self.roles and not self.is_disabled


@dataclass(frozen=True, slots=True)
class OpenSession:
    """Somebody is signed in.

    Attributes:
        key: hex SHA-256 of the token that he holds; the token itself is kept nowhere.
        by_header: a proxy said who he is, and no password was asked for.
        begun, seen, expires: in UTC; ``seen`` is at most a minute behind.
    """

    key: str
    person: str
    by_header: bool
    begun: datetime
    seen: datetime
    expires: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of a guess.

    Attributes:
        until: it has to wait and was not counted; None where it may be judged.
        counts: guesses by key, with this one.
    """

    until: datetime | None
    counts: Mapping[str, int]


class Passwords(Protocol):
    """How passwords are kept. Slow by design; safe between threads."""

    def hash(self, password: Secret) -> Secret:
        """What is kept of a password; another one each time."""

    def verify(self, password: Secret, hashed: Secret | None) -> bool:
        """Whether it is that password. Where there is none to compare with it takes as long, and it is not."""

    def needs_rehash(self, hashed: Secret) -> bool:
        """Whether it was hashed more cheaply than is done now."""


class Accounts(Protocol):
    """The part of a store that knows who may sign in. Nothing of it is part of a chain but the events.

    Every method raises a ``StoreError`` where the store cannot be read or written.
    """

    def account(self, person: str) -> Account | None:
        """A person's account."""

    def account_of(self, login: str) -> Account | None:
        """The account with a login."""

    def accounts(self) -> Sequence[Account]:
        """Every account, in the order of the logins."""

    def add_account(self, account: Account, event: AccountChanged, at: datetime) -> None:
        """Gives a person an account, and enters the event with it.

        Raises:
            UnknownName: there is no such person.
            UsageError: he has one, the login is another's, or his data were erased.
        """

    def change_account(
        self,
        person: str,
        change: Callable[[Account], Account],
        event: AccountChanged | None,
        at: datetime,
        ends: bool = False,
        keep: str | None = None,
    ) -> Account:
        """Changes a person's account, and enters the event with it; the account as it is then.

        Args:
            change: makes the new account of the one that is there; nobody else changes it meanwhile. Person, name,
                login and the time when it was made stay.
            ends: his sessions are over with it.
            keep: the key of a session that goes on all the same.

        Raises:
            UnknownName: he has none.
            UsageError: nobody could administer accounts any more.
        """

    def remove_account(self, person: str, event: AccountChanged, at: datetime) -> None:
        """Takes a person's account away, with sessions and guesses, and enters the event with it.

        Raises:
            UnknownName: he has none.
            UsageError: nobody could administer accounts any more.
        """

    def begin_session(self, session: OpenSession, password: Secret | None) -> bool:
        """Lets a person in, and notes when; False where the account is gone, disabled, or not what was judged.

        Args:
            password: the hash that his password was compared with; None where a proxy said who he is.
        """

    def session(self, key: str) -> tuple[OpenSession, Account] | None:
        """A session, over or not, with the account as it is now."""

    def sessions(self, person: str | None = None) -> Sequence[OpenSession]:
        """Sessions, over or not, in the order in which they began."""

    def see_session(self, key: str, at: datetime) -> None:
        """Notes that somebody was there; harmless where the session is gone."""

    def end_session(self, key: str) -> None:
        """Ends a session; harmless where it is gone."""

    def end_sessions(self, event: AccountChanged, at: datetime) -> int:
        """Ends every session of the event's person, and enters the event if there were any; how many."""

    def sweep(self, over: datetime, idle: datetime) -> None:
        """Removes sessions that expired by ``over`` or were seen last by ``idle``, and guesses that are forgotten."""

    def guesses(self, key: str) -> Guesses | None:
        """What was guessed under a key."""

    def guess(self, limits: Mapping[str, Limit], at: datetime) -> Counted:
        """Counts a guess under each of the keys, before it is judged; under none where one of them has to wait.

        Of several at once, by whatever process, each sees the others'.
        """

    def forgive(self, key: str, at: datetime) -> None:
        """Takes one guess back, and the wait with it: it was none."""

    def forget_guesses(self, key: str) -> None:
        """Drops what was guessed under a key."""

    def trust(self, key: str, person: str, at: datetime, forget: datetime) -> None:
        """Notes that a person is known under a key, nothing having been guessed there."""
