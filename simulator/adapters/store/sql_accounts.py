"""Accounts, sessions and guesses in a SQL database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import ColumnElement, Connection, Row, Select, Table, delete, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from simulator.adapters.store import sql_journal
from simulator.adapters.store.accounts import (
    changed,
    check_administered,
    erased,
    has_one,
    held,
    in_order,
    login_taken,
    no_account,
)
from simulator.adapters.store.chain import instant
from simulator.adapters.store.connections import NAMED, Connected, Taken, insert_row, owner_of
from simulator.adapters.store.schema import accounts, guesses, people, sessions
from simulator.model.actor import ROLES, Role
from simulator.model.guessing import Guesses, login_key, one_less, one_more
from simulator.model.login import login_of
from simulator.model.secret import Secret
from simulator.workflows.ports import Account, Counted, OpenSession

if TYPE_CHECKING:
    from simulator.model.guessing import Limit
    from simulator.model.journal import AccountChanged
    from simulator.model.language import Language

_AT_ONCE = 500  # rows that one sign-in clears away
_WHOLE: Select[Any] = select(accounts, people.c.name).join(people, people.c.person == accounts.c.person)


class SqlAccounts(Connected):
    """``Accounts`` as part of a store in a database.

    Whoever changes an account holds the journal's head, so that of two who do, the second sees what the first did.
    """

    def account(self, person: str) -> Account | None:
        with self._reading() as connection:
            return _found(connection, person)

    def account_of(self, login: str) -> Account | None:
        with self._reading() as connection:
            row = connection.execute(_WHOLE.where(accounts.c.login == login)).first()
            return None if row is None else _account(row)

    def accounts(self) -> Sequence[Account]:
        with self._reading() as connection:
            return in_order(map(_account, connection.execute(_WHOLE)))

    def add_account(self, account: Account, event: AccountChanged, at: datetime) -> None:
        with self._writing() as connection:
            sql_journal.head(connection, to_write=True)
            if owner_of(connection, account.person, to_write=True).name is None:
                raise erased()
            if _found(connection, account.person) is not None:
                raise has_one()
            if connection.scalar(select(accounts.c.login).where(accounts.c.login == account.login)) is not None:
                raise login_taken(account.login)
            connection.execute(insert(accounts).values(_row(account)))
            sql_journal.enter(connection, event, at)

    def change_account(
        self,
        person: str,
        change: Callable[[Account], Account],
        event: AccountChanged | None,
        at: datetime,
        ends: bool = False,
        keep: str | None = None,
    ) -> Account:
        with self._writing() as connection:
            sql_journal.head(connection, to_write=True)
            was = _held(connection, person)
            now = changed(was, change)
            check_administered(was, now, _others(connection, person))
            connection.execute(update(accounts).where(accounts.c.person == person).values(_row(now)))
            if ends:
                _end(connection, person, keep)
            if event is not None:
                sql_journal.enter(connection, event, at)
            return now

    def remove_account(self, person: str, event: AccountChanged, at: datetime) -> None:
        with self._writing() as connection:
            sql_journal.head(connection, to_write=True)
            check_administered(_held(connection, person), None, _others(connection, person))
            forget_person(connection, person)
            sql_journal.enter(connection, event, at)

    def begin_session(self, session: OpenSession, password: Secret | None) -> bool:
        # The account's row is taken, as by whoever changes it: either he ends this session, or it does not begin. The
        # person's comes before it, since whoever erases him takes both in that order.
        mine = update(accounts).where(accounts.c.person == session.person, accounts.c.disabled == 0)
        if not session.by_header:
            mine = mine.where(accounts.c.password == (password or Secret()).reveal())
        with self._writing() as connection:
            owner_of(connection, session.person, to_write=True)
            if not connection.execute(mine.values(signed_in=instant(session.begun))).rowcount:
                return False
            insert_row(connection, sessions, _session_row(session))
            return True

    def session(self, key: str) -> tuple[OpenSession, Account] | None:
        with self._reading() as connection:
            row = connection.execute(select(sessions).where(sessions.c.key == key)).first()
            account = None if row is None else _found(connection, row.person)
            return None if row is None or account is None else (_session(row), account)

    def sessions(self, person: str | None = None) -> Sequence[OpenSession]:
        chosen = select(sessions).order_by(sessions.c.begun, sessions.c.key)
        if person is not None:
            chosen = chosen.where(sessions.c.person == person)
        with self._reading() as connection:
            return [_session(row) for row in connection.execute(chosen)]

    def see_session(self, key: str, at: datetime) -> None:
        with self._writing() as connection:
            connection.execute(update(sessions).where(sessions.c.key == key).values(seen=instant(at)))

    def end_session(self, key: str) -> None:
        with self._writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.key == key))

    def end_sessions(self, event: AccountChanged, at: datetime) -> int:
        with self._writing() as connection:
            sql_journal.head(connection, to_write=True)
            count = _end(connection, event.person, None)
            if count:
                sql_journal.enter(connection, event, at)
            return count

    def sweep(self, over: datetime, idle: datetime) -> None:
        with self._writing() as connection:
            _drop(connection, sessions, or_(sessions.c.expires <= instant(over), sessions.c.seen <= instant(idle)))
        with self._writing() as connection:
            _drop(connection, guesses, guesses.c.forget <= instant(over))

    def guesses(self, key: str) -> Guesses | None:
        with self._reading() as connection:
            return _guesses(connection, [key]).get(key)

    def guess(self, limits: Mapping[str, Limit], at: datetime) -> Counted:
        try:
            with self._writing() as connection:
                before = _guesses(connection, limits, to_write=True)
                until = held(before.values(), at)
                if until is not None:
                    return Counted(until, {})
                after = {key: one_more(before.get(key), limits[key], at) for key in sorted(limits)}
                for key, one in after.items():
                    _put(connection, key, one, is_new=key not in before)
                return Counted(None, {key: one.count for key, one in after.items()})
        except Taken:  # by another process, since we looked
            return self.guess(limits, at)

    def forgive(self, key: str, at: datetime) -> None:
        with self._writing() as connection:
            before = _guesses(connection, [key], to_write=True)
            if key in before:
                _put(connection, key, one_less(before[key], at), is_new=False)

    def forget_guesses(self, key: str) -> None:
        with self._writing() as connection:
            connection.execute(delete(guesses).where(guesses.c.key == key))

    def trust(self, key: str, person: str, at: datetime, forget: datetime) -> None:
        try:
            with self._writing() as connection:
                if owner_of(connection, person, to_write=True).name is None:
                    return
                is_new = not _guesses(connection, [key], to_write=True)
                _put(connection, key, Guesses(0, at, forget), is_new, person)
        except Taken:  # by another process, since we looked
            self.trust(key, person, at, forget)


def forget_person(connection: Connection, person: str) -> None:
    """Removes everything that is here about a person."""
    login = connection.scalar(select(accounts.c.login).where(accounts.c.person == person))
    connection.execute(delete(accounts).where(accounts.c.person == person))
    connection.execute(delete(sessions).where(sessions.c.person == person))
    theirs = [guesses.c.person == person]
    if login is not None:
        theirs.append(guesses.c.key == login_key(login))
    connection.execute(delete(guesses).where(or_(*theirs)))


def rename(connection: Connection, person: str, name: str) -> None:
    """Lets a person whose name was corrected sign in with the new one.

    Raises:
        UsageError: he has an account, and the name is none to sign in with, or somebody else's login.
    """
    if _found(connection, person) is None:
        return
    login = login_of(name)
    try:
        connection.execute(update(accounts).where(accounts.c.person == person).values(login=login))
    except IntegrityError as error:
        raise login_taken(login) from error


# Accounts


def _found(connection: Connection, person: str) -> Account | None:
    row = connection.execute(_WHOLE.where(accounts.c.person == person)).first()
    return None if row is None else _account(row)


def _held(connection: Connection, person: str) -> Account:
    """An account that nobody else changes until the transaction ends."""
    row = connection.execute(_WHOLE.where(accounts.c.person == person).with_for_update(of=accounts)).first()
    if row is None:
        raise no_account(person, connection.scalars(select(accounts.c.person).limit(NAMED)))
    return _account(row)


def _others(connection: Connection, person: str) -> list[Account]:
    return [_account(row) for row in connection.execute(_WHOLE.where(accounts.c.person != person))]


def _row(account: Account) -> dict[str, object]:
    return {
        "person": account.person,
        "login": account.login,
        "password": account.password.reveal() if account.password else None,
        "roles": " ".join(role for role in ROLES if role in account.roles),
        "language": account.language,
        "disabled": int(account.is_disabled),
        "must_change": int(account.must_change),
        "made": instant(account.made),
        "changed": instant(account.changed),
        "signed_in": account.signed_in and instant(account.signed_in),
    }


def _account(row: Row[Any]) -> Account:
    return Account(
        person=row.person,
        name=row.name or "",
        login=row.login,
        password=None if row.password is None else Secret(row.password),
        roles=frozenset(cast("Role", role) for role in row.roles.split() if role in ROLES),
        language=cast("Language | None", row.language),
        is_disabled=bool(row.disabled),
        must_change=bool(row.must_change),
        made=datetime.fromisoformat(row.made),
        changed=datetime.fromisoformat(row.changed),
        signed_in=row.signed_in and datetime.fromisoformat(row.signed_in),
    )


# Sessions


def _end(connection: Connection, person: str, keep: str | None) -> int:
    gone = delete(sessions).where(sessions.c.person == person)
    return connection.execute(gone if keep is None else gone.where(sessions.c.key != keep)).rowcount


def _session_row(session: OpenSession) -> dict[str, object]:
    return {
        "key": session.key,
        "person": session.person,
        "by_header": int(session.by_header),
        "begun": instant(session.begun),
        "seen": instant(session.seen),
        "expires": instant(session.expires),
    }


def _session(row: Row[Any]) -> OpenSession:
    return OpenSession(
        key=row.key,
        person=row.person,
        by_header=bool(row.by_header),
        begun=datetime.fromisoformat(row.begun),
        seen=datetime.fromisoformat(row.seen),
        expires=datetime.fromisoformat(row.expires),
    )


def _drop(connection: Connection, table: Table, gone: ColumnElement[bool]) -> None:
    """Deletes rows that nobody has in hand just now; whoever comes next deletes the others."""
    chosen = select(table.c.key).where(gone).limit(_AT_ONCE).with_for_update(skip_locked=True)
    keys = connection.scalars(chosen).all()
    if keys:
        connection.execute(delete(table).where(table.c.key.in_(keys)))


# Guesses


def _guesses(connection: Connection, keys: Iterable[str], to_write: bool = False) -> dict[str, Guesses]:
    """What was guessed under keys; to write, held until the transaction ends, in the order of the keys."""
    chosen = select(guesses).where(guesses.c.key.in_(list(keys))).order_by(guesses.c.key)
    return {
        key: Guesses(count, datetime.fromisoformat(until), datetime.fromisoformat(forget))
        for key, count, until, forget, _person in connection.execute(chosen.with_for_update() if to_write else chosen)
    }


def _put(connection: Connection, key: str, one: Guesses, is_new: bool, person: str | None = None) -> None:
    row = {"count": one.count, "until": instant(one.until), "forget": instant(one.forget)}
    row |= {} if person is None else {"person": person}
    if is_new:
        insert_row(connection, guesses, {"key": key, **row})
    else:
        connection.execute(update(guesses).where(guesses.c.key == key).values(row))
