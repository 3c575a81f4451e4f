"""Who may sign in, and as what: accounts, as administrators keep them, and everybody's own password."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from simulator.model.actor import ROLES, Role
from simulator.model.errors import UnknownName, UsageError
from simulator.model.guessing import key_of
from simulator.model.journal import AccountChange, AccountChanged, Denied, Guessed
from simulator.model.language import LANGUAGES, _
from simulator.model.login import login_of
from simulator.workflows.passwords import demand_fit, one_time_password
from simulator.workflows.people import Roster, roster
from simulator.workflows.permission import needs
from simulator.workflows.ports import Account, OpenSession
from simulator.workflows.signing_in import LOGIN, Refused, end_of, normal, session_key

if TYPE_CHECKING:
    from simulator.model.language import Language
    from simulator.model.secret import Secret
    from simulator.workflows.ports import Passwords
    from simulator.workflows.rehearse import Desk


@dataclass(frozen=True, slots=True)
class Listed:
    """An account, as lists show it.

    Attributes:
        sessions: how many are open now.
        left: the person's last day in the house; with the day after he can no more sign in.
    """

    account: Account
    sessions: int
    left: date | None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that somebody was refused.

    Attributes:
        at: in UTC.
        person: who asked, or whose password was guessed, by pseudonym; None where that is nobody's.
        name: his; None where there is none any more.
        deed: what he may not do; ``sign-in`` where passwords were guessed.
        about: the attempt, person or group; ``login`` or ``address`` where passwords were guessed.
        guesses: how many by then; 0 otherwise.
    """

    at: datetime
    person: str | None
    name: str | None
    deed: str
    about: str | None
    guesses: int = 0


# Looking


@needs("accounts")
def accounts(desk: Desk) -> Sequence[Listed]:
    """Every account, in the order of the logins."""
    people = roster(desk.store).people
    count: dict[str, int] = {}
    for one in _open(desk, None):
        count[one.person] = count.get(one.person, 0) + 1
    return [
        Listed(one, count.get(one.person, 0), people[one.person].left if one.person in people else None)
        for one in desk.store.accounts()
    ]


@needs("accounts")
def find(desk: Desk, who: str) -> Account:
    """An account by login, or by name, staff number or pseudonym of its person.

    Raises:
        UnknownName: there is none.
        UsageError: several people have that name.
    """
    return _find(desk, who)


def _find(desk: Desk, who: str) -> Account:
    try:
        found = desk.store.account_of(login_of(who))
    except UsageError:  # nobody signs in with it; a number or a pseudonym it may be
        found = None
    if found is None:
        one = roster(desk.store).find(who)
        found = desk.store.account(one.person)
        if found is None:
            raise UnknownName(_("account"), one.shown, (other.login for other in desk.store.accounts()))
    return found


@needs("accounts")
def sessions(desk: Desk, who: str | None = None) -> Sequence[OpenSession]:
    """Who is signed in, or where somebody is, in the order in which they signed in.

    Raises:
        UsageError: there is no such account.
    """
    return _open(desk, None if who is None else _find(desk, who).person)


def _open(desk: Desk, person: str | None) -> list[OpenSession]:
    now = desk.now()
    return [one for one in desk.store.sessions(person) if now < end_of(one)]


@needs("accounts")
def refusals(desk: Desk) -> Sequence[Refusal]:
    """What somebody was refused, the latest first."""
    names = dict(desk.store.people())
    found: list[Refusal] = []
    for entered in desk.store.journal():
        match entered.event:
            case Denied(by=by, deed=deed, about=about):
                found.append(Refusal(entered.at, by, names.get(by), deed, about))
            case Guessed(person=person, of=of, count=count):
                name = None if person is None else names.get(person)
                found.append(Refusal(entered.at, person, name, "sign-in", of, count))
    return found[::-1]


# Keeping


@needs("accounts")
def add(
    desk: Desk,
    passwords: Passwords,
    name: str,
    roles: Collection[str],
    by: str,
    language: str | None = None,
    password: Secret | None = None,
    once: bool = False,
) -> Account:
    """Lets somebody sign in, who is entered if he is new.

    Args:
        name: the person's, or his staff number or pseudonym where he is known.
        by: the administrator's pseudonym, here and below.
        password: None where he is to come by single sign-on alone.
        once: he must change it when he signs in first.

    Raises:
        UsageError: he has an account, his name is no login or another's, the password is unfit, or there is no such
            role or language.
    """
    called = _known(roster(desk.store), name) or " ".join(name.split())
    return _add(desk, passwords, called, checked_roles(roles), by, checked_language(language), password, once)


def _known(people: Roster, name: str) -> str | None:
    try:
        return people.find(name).name
    except UnknownName:
        return None


def _add(
    desk: Desk,
    passwords: Passwords,
    name: str,
    roles: frozenset[Role],
    by: str,
    language: Language | None,
    password: Secret | None,
    once: bool,
) -> Account:
    login = login_of(name)
    there = desk.store.account_of(login)
    if there is not None:
        raise UsageError(_("“{name}” has an account already.", name=there.name))
    if password is not None:
        demand_fit(password, name)
    hashed = None if password is None else passwords.hash(normal(password))
    person, now = desk.store.person(name), desk.now()
    made = Account(
        person=person,
        name=desk.store.name(person) or "",
        login=login,
        password=hashed,
        roles=roles,
        language=language,
        is_disabled=False,
        must_change=once and password is not None,
        made=now,
        changed=now,
    )
    desk.store.add_account(made, _event(person, "made", by, roles), now)
    return made


@needs("accounts")
def set_roles(desk: Desk, who: str, roles: Collection[str], by: str) -> Account:
    """Gives somebody these roles and no other. Where he loses one, his sessions are over.

    Raises:
        UsageError: there is no such account or role, or nobody could administer accounts any more.
    """
    return _set_roles(desk, _find(desk, who), checked_roles(roles), by)


def _set_roles(desk: Desk, one: Account, roles: frozenset[Role], by: str) -> Account:
    if one.roles == roles:
        return one
    event = _event(one.person, "roles", by, roles)
    return _change(desk, one, event, lambda now: replace(now, roles=roles), ends=bool(one.roles - roles))


@needs("accounts")
def set_language(desk: Desk, who: str, language: str | None, by: str) -> Account:
    """Shows somebody everything in a language; None for the house's.

    Raises:
        UsageError: there is no such account or language.
    """
    one, chosen = _find(desk, who), checked_language(language)
    if one.language == chosen:
        return one
    return _change(desk, one, _event(one.person, "language", by), lambda now: replace(now, language=chosen))


@needs("accounts")
def disable(desk: Desk, who: str, by: str) -> Account:
    """Lets somebody sign in no more; his sessions are over.

    Raises:
        UsageError: there is no such account, or nobody could administer accounts any more.
    """
    one = _find(desk, who)
    if one.is_disabled:
        return one
    event = _event(one.person, "disabled", by)
    return _change(desk, one, event, lambda now: replace(now, is_disabled=True), ends=True)


@needs("accounts")
def enable(desk: Desk, who: str, by: str) -> Account:
    """Lets somebody sign in again.

    Raises:
        UsageError: there is no such account.
    """
    one = _find(desk, who)
    if not one.is_disabled:
        return one
    return _change(desk, one, _event(one.person, "enabled", by), lambda now: replace(now, is_disabled=False))


@needs("accounts")
def remove(desk: Desk, who: str, by: str) -> Account:
    """Takes somebody's account away, with his sessions. What he did stays on record.

    Raises:
        UsageError: there is no such account, or nobody could administer accounts any more.
    """
    one = _find(desk, who)
    desk.store.remove_account(one.person, _event(one.person, "removed", by), desk.now())
    return one


@needs("accounts")
def end_sessions(desk: Desk, who: str, by: str) -> int:
    """Signs somebody out wherever he is; how many sessions that were, those that were over included.

    Raises:
        UsageError: there is no such account.
    """
    return desk.store.end_sessions(_event(_find(desk, who).person, "sessions", by), desk.now())


@needs("accounts")
def end_all(desk: Desk, by: str) -> int:
    """Signs everybody out."""
    people = sorted({one.person for one in desk.store.sessions()})
    return sum(desk.store.end_sessions(_event(person, "sessions", by), desk.now()) for person in people)


def checked_roles(roles: Collection[str]) -> frozenset[Role]:
    """Roles as they are meant.

    Raises:
        UsageError: there are none, or one that does not exist.
    """
    for one in roles:
        if one not in ROLES:
            raise UnknownName(_("role"), one, ROLES)
    if not roles:
        raise UsageError(_("Say which roles: {roles}.", roles=", ".join(ROLES)))
    return frozenset(cast("Collection[Role]", roles))


def checked_language(language: str | None) -> Language | None:
    """A language as it is meant.

    Raises:
        UsageError: there is no such language.
    """
    if language is not None and language not in LANGUAGES:
        raise UnknownName(_("language"), language, LANGUAGES)
    return language


def _event(person: str, what: AccountChange, by: str | None, roles: Collection[Role] = ()) -> AccountChanged:
    return AccountChanged(person=person, what=what, by=by, roles=tuple(role for role in ROLES if role in roles))


def _change(
    desk: Desk,
    one: Account,
    event: AccountChanged,
    change: Callable[[Account], Account],
    ends: bool = False,
    keep: str | None = None,
) -> Account:
    return desk.store.change_account(one.person, change, event, desk.now(), ends, keep)


# Passwords


@needs("accounts")
def set_password(desk: Desk, passwords: Passwords, who: str, password: Secret, by: str, once: bool = False) -> Account:
    """Gives somebody another password; his sessions are over.

    Args:
        once: he must change it when he signs in next.

    Raises:
        UsageError: there is no such account, or the password is unfit.
    """
    one = _find(desk, who)
    demand_fit(password, one.name)
    return _set_password(desk, passwords, one, password, _event(one.person, "password", by), once)


@needs("accounts")
def reset(desk: Desk, passwords: Passwords, who: str, by: str) -> Secret:
    """Gives somebody a new password for once, to be handed to him; his sessions are over.

    Raises:
        UsageError: there is no such account.
    """
    one, password = _find(desk, who), one_time_password()
    _set_password(desk, passwords, one, password, _event(one.person, "reset", by), once=True)
    return password


def _set_password(
    desk: Desk,
    passwords: Passwords,
    one: Account,
    password: Secret,
    event: AccountChanged,
    once: bool,
    keep: str | None = None,
) -> Account:
    hashed, at = passwords.hash(normal(password)), desk.now()

    def change(now: Account) -> Account:
        if event.what == "changed" and now.password != one.password:
            raise UsageError(_("The password was changed elsewhere meanwhile. Sign in with the new one."))
        return replace(now, password=hashed, must_change=once, changed=at)

    return _change(desk, one, event, change, ends=True, keep=keep)


def change_password(
    desk: Desk, passwords: Passwords, old: Secret, new: Secret, keep: Secret | str | None
) -> Refused | None:
    """Changes one's own password; one's other sessions are over. It is everybody's to do.

    Args:
        old: the one that was good until now; guessing it is throttled.
        keep: the token of the session in which he does it.

    Returns:
        Why it was not done: the old one is wrong, or too much was guessed. None where it was done.

    Raises:
        UsageError: the new one is unfit, or he has no account or no password.
    """
    one = None if desk.actor.person is None else desk.store.account(desk.actor.person)
    if one is None or one.password is None:
        raise UsageError(_("You sign in without a password here, so there is none to change."))
    key = key_of("old", one.login)
    counted = desk.store.guess({key: LOGIN}, desk.now())
    if counted.until is not None:
        return Refused("wait", counted.until)
    if LOGIN.tells(counted.counts[key]):
        desk.store.enter(Guessed(person=one.person, of="login", count=counted.counts[key]), desk.now())
    if not passwords.verify(normal(old), one.password):
        return Refused("wrong")
    desk.store.forget_guesses(key)
    if normal(old) == normal(new):
        raise UsageError(_("That is the password that you have. Take another one."))
    demand_fit(new, one.name)
    kept = None if keep is None else session_key(keep)
    _set_password(desk, passwords, one, new, _event(one.person, "changed", one.person), once=False, keep=kept)
    return None
