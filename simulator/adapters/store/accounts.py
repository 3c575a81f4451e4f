"""Accounts, sessions and guesses: what all stores share, and those in memory."""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.adapters.store.chain import Owner
from simulator.model.errors import UnknownName, UsageError
from simulator.model.guessing import Guesses, login_key, one_less, one_more
from simulator.model.language import _
from simulator.model.login import login_of
from simulator.workflows.ports import Account, Counted, Entered, OpenSession

if TYPE_CHECKING:
    from simulator.model.guessing import Limit
    from simulator.model.journal import AccountChanged, DeskEvent
    from simulator.model.secret import Secret


def no_account(person: str, known: Iterable[str]) -> UnknownName:
    """That person has none."""
    return UnknownName(_("account"), person, known)


def has_one() -> UsageError:
    """That person has one."""
    return UsageError(_("This person has an account already."))


def erased() -> UsageError:
    """That person has no name any more."""
    return UsageError(_("The data of this person were erased; nothing more can be recorded of him."))


def login_taken(login: str) -> UsageError:
    """Somebody else signs in with that name."""
    return UsageError(
        _("Somebody signs in as “{login}” already; two names must differ in more than case.", login=login)
    )


def changed(was: Account, change: Callable[[Account], Account]) -> Account:
    """The account as it is to be; what no change may touch stays."""
    return replace(change(was), person=was.person, name=was.name, login=was.login, made=was.made)


def check_administered(was: Account, now: Account | None, others: Iterable[Account]) -> None:
    """Whether somebody can administer accounts after a change.

    Raises:
        UsageError: it would take the last enabled administrator.
    """
    keeps = now is not None and now.is_administrator
    if was.is_administrator and not keeps and not any(one.is_administrator for one in others):
        raise UsageError(_("{name} is the only administrator. Make somebody else one first.", name=was.name))


def in_order(accounts: Iterable[Account]) -> list[Account]:
    """By login; databases sort by rules of their own."""
    return sorted(accounts, key=lambda one: one.login)


class MemoryAccounts:
    """``Accounts`` as part of a store in memory."""

    owners: dict[str, Owner]
    _lock: threading.RLock

    def __init__(self) -> None:
        super().__init__()
        self.kept_accounts: dict[str, Account] = {}
        self.kept_sessions: dict[str, OpenSession] = {}
        self.kept_guesses: dict[str, tuple[Guesses, str | None]] = {}

    @abstractmethod
    def enter(self, event: DeskEvent, at: datetime, text: str | None = None, about: str | None = None) -> Entered:
        """As ``Store.enter``."""

    def account(self, person: str) -> Account | None:
        return self.kept_accounts.get(person)

    def account_of(self, login: str) -> Account | None:
        with self._lock:
            return next((one for one in self.kept_accounts.values() if one.login == login), None)

    def accounts(self) -> Sequence[Account]:
        with self._lock:
            return in_order(self.kept_accounts.values())

    def add_account(self, account: Account, event: AccountChanged, at: datetime) -> None:
        with self._lock:
            owner = self.owners.get(account.person)
            if owner is None:
                raise UnknownName(_("person"), account.person, self.owners)
            if owner.name is None:
                raise erased()
            if account.person in self.kept_accounts:
                raise has_one()
            if self.account_of(account.login) is not None:
                raise login_taken(account.login)
            self.kept_accounts[account.person] = replace(account, name=owner.name)
            self.enter(event, at)

    def change_account(
        self,
        person: str,
        change: Callable[[Account], Account],
        event: AccountChanged | None,
        at: datetime,
        ends: bool = False,
        keep: str | None = None,
    ) -> Account:
        with self._lock:
            was = self._account(person)
            now = changed(was, change)
            check_administered(was, now, self._others(person))
            self.kept_accounts[person] = now
            if ends:
                self._end(person, keep)
            if event is not None:
                self.enter(event, at)
            return now

    def remove_account(self, person: str, event: AccountChanged, at: datetime) -> None:
        with self._lock:
            check_administered(self._account(person), None, self._others(person))
            self._forget_account(person)
            self.enter(event, at)

    def begin_session(self, session: OpenSession, password: Secret | None) -> bool:
        with self._lock:
            there = self.kept_accounts.get(session.person)
            fits = session.by_header or (password is not None and there is not None and there.password == password)
            if there is None or there.is_disabled or not fits:
                return False
            self.kept_accounts[session.person] = replace(there, signed_in=session.begun)
            self.kept_sessions[session.key] = session
            return True

    def session(self, key: str) -> tuple[OpenSession, Account] | None:
        with self._lock:
            found = self.kept_sessions.get(key)
            return None if found is None else (found, self._account(found.person))

    def sessions(self, person: str | None = None) -> Sequence[OpenSession]:
        with self._lock:
            chosen = [one for one in self.kept_sessions.values() if person in (None, one.person)]
        return sorted(chosen, key=lambda one: (one.begun, one.key))

    def see_session(self, key: str, at: datetime) -> None:
        with self._lock:
            if key in self.kept_sessions:
                self.kept_sessions[key] = replace(self.kept_sessions[key], seen=at)

    def end_session(self, key: str) -> None:
        with self._lock:
            self.kept_sessions.pop(key, None)

    def end_sessions(self, event: AccountChanged, at: datetime) -> int:
        with self._lock:
            count = self._end(event.person, None)
            if count:
                self.enter(event, at)
            return count

    def sweep(self, over: datetime, idle: datetime) -> None:
        with self._lock:
            self.kept_sessions = {
                key: one for key, one in self.kept_sessions.items() if one.expires > over and one.seen > idle
            }
            self.kept_guesses = {key: one for key, one in self.kept_guesses.items() if one[0].forget > over}

    def guesses(self, key: str) -> Guesses | None:
        found = self.kept_guesses.get(key)
        return None if found is None else found[0]

    def guess(self, limits: Mapping[str, Limit], at: datetime) -> Counted:
        with self._lock:
            before = {key: self.guesses(key) for key in limits}
            until = held(before.values(), at)
            if until is not None:
                return Counted(until, {})
            after = {key: one_more(before[key], limit, at) for key, limit in limits.items()}
            for key, one in after.items():
                self.kept_guesses[key] = (one, self.kept_guesses.get(key, (one, None))[1])
            return Counted(None, {key: one.count for key, one in after.items()})

    def forgive(self, key: str, at: datetime) -> None:
        with self._lock:
            if key in self.kept_guesses:
                one, person = self.kept_guesses[key]
                self.kept_guesses[key] = (one_less(one, at), person)

    def forget_guesses(self, key: str) -> None:
        with self._lock:
            self.kept_guesses.pop(key, None)

    def trust(self, key: str, person: str, at: datetime, forget: datetime) -> None:
        with self._lock:
            if self.owners[person].name is not None:
                self.kept_guesses[key] = (Guesses(0, at, forget), person)

    def _account(self, person: str) -> Account:
        if person not in self.kept_accounts:
            raise no_account(person, self.kept_accounts)
        return self.kept_accounts[person]

    def _others(self, person: str) -> list[Account]:
        return [one for one in self.kept_accounts.values() if one.person != person]

    def _end(self, person: str, keep: str | None) -> int:
        gone = [key for key, one in self.kept_sessions.items() if one.person == person and key != keep]
        for key in gone:
            del self.kept_sessions[key]
        return len(gone)

    def _forget_account(self, person: str) -> None:
        """Removes everything that is here about a person."""
        account = self.kept_accounts.pop(person, None)
        self._end(person, None)
        theirs = None if account is None else login_key(account.login)
        self.kept_guesses = {key: one for key, one in self.kept_guesses.items() if key != theirs and one[1] != person}

    def _rename_account(self, person: str, name: str) -> None:
        """Lets a person whose name was corrected sign in with the new one."""
        account = self.kept_accounts.get(person)
        if account is None:
            return
        login = login_of(name)
        there = self.account_of(login)
        if there is not None and there.person != person:
            raise login_taken(login)
        self.kept_accounts[person] = replace(account, name=name, login=login)


def held(guesses: Iterable[Guesses | None], at: datetime) -> datetime | None:
    """Until when a guess has to wait; None where it need not."""
    waits = [one.until for one in guesses if one is not None and one.holds(at)]
    return max(waits, default=None)
