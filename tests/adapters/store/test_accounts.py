"""What every store promises of accounts, sessions and guesses, run over all of them."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import UnknownName, UsageError
from simulator.model.guessing import Limit, login_key
from simulator.model.journal import AccountChanged
from simulator.model.secret import Secret
from simulator.workflows.ports import JOURNAL, Account, OpenSession, Store

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
HASH = Secret("$argon2id$of王芳")
LIMIT = Limit(free=2, longest=timedelta(minutes=5), memory=timedelta(days=1))


def _account(store: Store, name: str = "王芳", **more: Any) -> Account:
    values: dict[str, Any] = {
        "person": store.person(name),
        "name": name,
        "login": name.casefold(),
        "password": HASH,
        "roles": frozenset({"trainee"}),
        "language": None,
        "is_disabled": False,
        "must_change": False,
        "made": NOON,
        "changed": NOON,
    }
    return Account(**(values | more))


def _event(account: Account, what: Any = "made") -> AccountChanged:
    return AccountChanged(person=account.person, what=what, roles=("trainee",), by=account.person)


def _add(store: Store, name: str = "王芳", **more: Any) -> Account:
    account = _account(store, name, **more)
    store.add_account(account, _event(account), NOON)
    return account


def _session(account: Account, key: str = "k1", **more: Any) -> OpenSession:
    values: dict[str, Any] = {
        "key": key,
        "person": account.person,
        "by_header": False,
        "begun": NOON,
        "seen": NOON,
        "expires": NOON + timedelta(hours=12),
    }
    return OpenSession(**(values | more))


def test_account_is_read_as_it_was_added(store: Store) -> None:
    """By person, by login and in the list, whatever it holds; what stands for it in the journal has no password."""
    plain = _add(store)
    full = _add(
        store,
        "=HYPERLINK('x') [b]🙂\u202e",
        roles=frozenset({"hr", "administrator"}),
        language="en",
        password=None,
        is_disabled=True,
        must_change=True,
    )
    assert store.account(plain.person) == store.account_of("王芳") == plain
    assert list(store.accounts()) == [full, plain]
    assert store.account("nobody") is store.account_of("nobody") is None
    assert [one.event.kind for one in store.journal()] == ["account-changed"] * 2
    assert "argon2" not in str(store.journal())
    assert store.faults(JOURNAL) == []


def test_account_is_refused_where_it_cannot_be(store: Store) -> None:
    """One a person, one a login, and none for nobody or for who was erased; nothing is entered then."""
    _add(store, "Ann")
    for account in (_account(store, "Ann"), _account(store, "ann")):
        with pytest.raises(UsageError, match="already"):
            store.add_account(account, _event(account), NOON)
    nobody = replace(_account(store, "Bob"), person="nobody")
    with pytest.raises(UnknownName):
        store.add_account(nobody, _event(nobody), NOON)
    erased = _account(store, "Cid")
    store.erase(erased.person)
    with pytest.raises(UsageError, match="erased"):
        store.add_account(erased, _event(erased), NOON)
    assert len(store.journal()) == len(store.accounts()) == 1


def test_account_changes_with_an_event_and_ends_sessions(store: Store) -> None:
    """Only what may change does; of the sessions the one that is kept stays."""
    account = _add(store)
    for key in ("k1", "k2", "k3"):
        assert store.begin_session(_session(account, key), HASH)
    other = replace(account, person="x", login="x", name="x", made=NOON + timedelta(1), language="en")
    made = store.change_account(account.person, lambda _one: other, _event(account, "language"), NOON)
    assert made == store.account(account.person) == replace(account, language="en", signed_in=None)
    assert len(store.sessions()) == 3
    store.change_account(account.person, lambda one: one, _event(account, "changed"), NOON, ends=True, keep="k2")
    assert [one.key for one in store.sessions(account.person)] == ["k2"]
    assert [getattr(one.event, "what", "") for one in store.journal()] == ["made", "language", "changed"]
    with pytest.raises(UnknownName):
        store.change_account("nobody", lambda one: one, None, NOON)


def test_account_change_that_fails_leaves_everything(store: Store) -> None:
    """What the change raises comes through; neither account nor journal nor sessions know of it."""
    account = _add(store)
    store.begin_session(_session(account), HASH)

    def refuse(_one: Account) -> Account:
        raise UsageError("no")

    with pytest.raises(UsageError, match="no"):
        store.change_account(account.person, refuse, _event(account, "changed"), NOON, ends=True)
    assert (len(store.journal()), len(store.sessions())) == (1, 1)


def test_last_administrator_stays_one(store: Store) -> None:
    """He keeps role and account until there is another who is enabled."""
    boss = _add(store, "Boss", roles=frozenset({"administrator", "hr"}))
    idle = _add(store, "Idle", roles=frozenset({"administrator"}), is_disabled=True)
    for change in (
        lambda one: replace(one, is_disabled=True),
        lambda one: replace(one, roles=frozenset({"hr"})),
    ):
        with pytest.raises(UsageError, match="Boss"):
            store.change_account(boss.person, change, _event(boss, "roles"), NOON)
    with pytest.raises(UsageError, match="Boss"):
        store.remove_account(boss.person, _event(boss, "removed"), NOON)
    store.remove_account(idle.person, _event(idle, "removed"), NOON)
    _add(store, "Next", roles=frozenset({"administrator"}))
    store.remove_account(boss.person, _event(boss, "removed"), NOON)
    assert [one.login for one in store.accounts()] == ["next"]


def test_two_administrators_cannot_disable_each_other_at_once(rows: Any) -> None:
    """Of two processes, one waits until the other is done, and one administrator remains."""
    both = [_add(rows.store, name, roles=frozenset({"administrator"})) for name in ("Ann", "Bob")]
    refused: list[str] = []
    together = threading.Barrier(2)

    def disable(store: Store, one: Account) -> None:
        def change(now: Account) -> Account:
            with contextlib.suppress(threading.BrokenBarrierError):  # as it must be: nobody else gets here meanwhile
                together.wait(0.3)
            return replace(now, is_disabled=True)

        try:
            store.change_account(one.person, change, _event(one, "disabled"), NOON)
        except UsageError as why:
            refused.append(str(why))

    with _two(rows) as stores, ThreadPoolExecutor(2) as threads:
        list(threads.map(disable, stores, both))
    assert len(refused) == 1
    assert sum(one.is_administrator for one in rows.store.accounts()) == 1


@contextlib.contextmanager
def _two(rows: Any) -> Iterator[tuple[Store, Store]]:
    """Two stores over the same rows, as two processes have them; in memory, the one that there is."""
    if isinstance(rows.store, SqlStore):
        other = SqlStore(rows._engine.url.render_as_string(hide_password=False), wait=30)
        other.accounts()  # opened before it is hurried
        yield rows.store, other
        other.close()
    else:
        yield rows.store, rows.store


def test_session_begins_for_the_account_that_was_judged(store: Store) -> None:
    """Not where it is gone, disabled, or has another password by now; by header the password does not matter."""
    account = _add(store)
    assert not store.begin_session(_session(account), Secret("another"))
    assert not store.begin_session(_session(account), None)
    assert store.begin_session(_session(account), HASH)
    assert store.begin_session(_session(account, "k2", by_header=True), None)
    assert store.account(account.person) == replace(account, signed_in=NOON)
    store.change_account(account.person, lambda one: replace(one, is_disabled=True), None, NOON)
    assert not store.begin_session(_session(account, "k3", by_header=True), None)
    nobody = _account(store, "Nobody")
    assert not store.begin_session(_session(nobody, "k4"), HASH)
    assert [one.key for one in store.sessions()] == ["k1", "k2"]


def test_session_of_an_account_without_password_needs_the_header(store: Store) -> None:
    """No password is not the empty password."""
    account = _add(store, password=None)
    assert not store.begin_session(_session(account), None)
    assert not store.begin_session(_session(account), Secret())
    assert store.begin_session(_session(account, by_header=True), None)


def test_session_is_read_seen_and_ended(store: Store) -> None:
    """With the account as it is now."""
    account = _add(store)
    store.begin_session(_session(account), HASH)
    later = NOON + timedelta(minutes=3)
    store.see_session("k1", later)
    assert store.session("k1") == (_session(account, seen=later), replace(account, signed_in=NOON))
    store.end_session("k1")
    for harmless in (store.end_session, lambda key: store.see_session(key, later)):
        harmless("k1")
    assert store.session("k1") is None
    store.begin_session(_session(account, "k2"), HASH)
    store.begin_session(_session(account, "k3"), HASH)
    assert store.end_sessions(_event(account, "sessions"), NOON) == 2
    assert store.end_sessions(_event(account, "sessions"), NOON) == 0
    assert len(store.journal()) == 2


def test_sweep_removes_what_is_over(store: Store) -> None:
    """Sessions that expired or idle, and guesses that are forgotten."""
    account = _add(store)
    store.begin_session(_session(account, "old", expires=NOON), HASH)
    store.begin_session(_session(account, "idle", seen=NOON - timedelta(hours=2)), HASH)
    store.begin_session(_session(account, "new"), HASH)
    store.guess({"a": LIMIT}, NOON - timedelta(days=1))
    store.guess({"b": LIMIT}, NOON)
    store.sweep(NOON, NOON - timedelta(hours=1))
    assert [one.key for one in store.sessions()] == ["new"]
    assert store.guesses("a") is None
    assert store.guesses("b") is not None


def test_guesses_are_counted_until_they_have_to_wait(store: Store) -> None:
    """Two are free, then 1, 2, 4 … seconds; what waits is not counted, and what is forgotten begins anew."""
    at, waits = NOON, []
    for _each in range(6):
        counted = store.guess({"a": LIMIT, "b": LIMIT}, at)
        assert counted.until is None
        there = store.guesses("a")
        assert there is not None
        waits.append((there.until - at).total_seconds())
        if there.until > at:
            held = store.guess({"b": LIMIT, "a": LIMIT}, there.until - timedelta(microseconds=1))
            assert (held.until, held.counts) == (there.until, {})
        at = there.until
    assert waits == [0, 0, 1, 2, 4, 8]
    assert counted.counts == {"a": 6, "b": 6}
    assert store.guess({"a": LIMIT}, at + timedelta(days=1)).counts == {"a": 1}
    assert store.guess({"b": LIMIT, "c": LIMIT}, at).counts == {"b": 7, "c": 1}


def test_guess_that_was_right_is_taken_back(store: Store) -> None:
    """With its wait; and a key can be forgotten, or trusted with nothing guessed."""
    person = store.person("王芳")
    for _each in range(3):
        store.guess({"a": LIMIT}, NOON)
    store.forgive("a", NOON)
    assert store.guess({"a": LIMIT}, NOON).counts == {"a": 3}
    store.forget_guesses("a")
    assert store.guesses("a") is None
    for harmless in (store.forget_guesses, lambda key: store.forgive(key, NOON)):
        harmless("nothing")
    store.trust("a", person, NOON, NOON + timedelta(days=30))
    store.guess({"a": LIMIT}, NOON)
    store.trust("a", person, NOON, NOON + timedelta(days=30))
    assert store.guess({"a": LIMIT}, NOON).counts == {"a": 1}


def test_guesses_at_once_see_each_other(rows: Any) -> None:
    """Of ten at the same moment, through two processes, as many are judged as are free, and one that costs a wait."""
    gate = threading.Barrier(10)

    def guess(store: Store) -> int:
        gate.wait()
        return store.guess({"b": LIMIT, "a": LIMIT}, NOON).counts.get("a", 0)

    with _two(rows) as stores, ThreadPoolExecutor(10) as threads:
        judged = list(threads.map(guess, stores * 5))
    assert sorted(judged) == [0] * 7 + [1, 2, 3]


def test_first_guess_of_two_processes_is_counted_twice(rows: Any) -> None:
    """Both find nothing under the key, and one of them is later all the same."""
    together = threading.Barrier(2)

    class Slow(Limit):
        def wait(self, count: int) -> timedelta:
            with contextlib.suppress(threading.BrokenBarrierError):  # the other waits for what this one holds
                together.wait(0.3)
            return super().wait(count)

    slow = Slow(LIMIT.free, LIMIT.longest, LIMIT.memory)
    with _two(rows) as stores, ThreadPoolExecutor(2) as threads:
        counted = list(threads.map(lambda store: store.guess({"a": slow}, NOON).counts["a"], stores))
    assert sorted(counted) == [1, 2]


def test_erased_person_leaves_no_account(rows: Any) -> None:
    """Account, sessions and what was guessed are gone with his name, and with his account alone too."""
    store = rows.store
    kept = _add(store, "Ann")
    for how in ("erase", "remove"):
        gone = _add(store, f"Bob {how}")
        store.begin_session(_session(gone, how), HASH)
        store.begin_session(_session(kept, f"kept {how}"), HASH)
        store.guess({login_key(gone.login): LIMIT, "elsewhere": LIMIT}, NOON)
        store.trust(f"known {how}", gone.person, NOON, NOON + timedelta(days=30))
        if how == "erase":
            store.erase(gone.person)
            store.trust("late", gone.person, NOON, NOON + timedelta(days=30))
        else:
            store.remove_account(gone.person, _event(gone, "removed"), NOON)
        assert store.account(gone.person) is None
        assert store.sessions(gone.person) == []
        assert [store.guesses(key) for key in (login_key(gone.login), f"known {how}", "late")] == [None] * 3
    assert store.account(kept.person) == replace(kept, signed_in=NOON)
    assert len(store.sessions(kept.person)) == 2
    assert store.guesses("elsewhere") is not None


def test_corrected_name_is_the_new_login(store: Store) -> None:
    """Who is renamed signs in with the new name, unless somebody else does; who has no account is free."""
    account, other = _add(store, "Ann"), _add(store, "Bob")
    free = store.person("Cid")
    store.rename(account.person, "ANNE", other.person, NOON)
    assert store.account(account.person) == replace(account, name="ANNE", login="anne")
    with pytest.raises(UsageError, match="already"):
        store.rename(account.person, "bob", other.person, NOON)
    with pytest.raises(UsageError, match="typed"):
        store.rename(account.person, "\u200b", other.person, NOON)
    assert store.name(account.person) == "ANNE"
    store.rename(free, "bob", other.person, NOON)
    assert store.faults() == []


def test_password_stands_in_no_representation(store: Store) -> None:
    """Neither of an account nor of an error."""
    account = _add(store)
    assert "argon2" not in repr(account)
    with pytest.raises(UsageError) as raised:
        store.add_account(account, _event(account), NOON)
    assert "argon2" not in repr(raised.value) + repr(raised.value.__cause__)
