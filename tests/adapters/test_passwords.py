"""How passwords are kept. The cost is small in tests, but for one."""

from __future__ import annotations

import sys
import threading
import time

import pytest
from argon2 import Parameters, Type

from simulator.adapters.passwords import ArgonPasswords
from simulator.model.errors import UsageError
from simulator.model.secret import Secret

CHEAP = Parameters(Type.ID, 19, 16, 32, time_cost=1, memory_cost=8, parallelism=1)
DEARER = Parameters(Type.ID, 19, 16, 32, time_cost=2, memory_cost=64, parallelism=2)


@pytest.fixture
def passwords() -> ArgonPasswords:
    """With a cost of next to nothing."""
    return ArgonPasswords(CHEAP)


@pytest.mark.parametrize("password", ["correct horse", "密码很长很长很长", "🙂" * 10, " " * 10, "a" * 200])
def test_password_fits_its_own_hash_alone(passwords: ArgonPasswords, password: str) -> None:
    """Each hash is another one, and what is like the password is not it."""
    hashed = passwords.hash(Secret(password))
    assert hashed != passwords.hash(Secret(password))
    assert passwords.verify(Secret(password), hashed)
    assert not passwords.verify(Secret(password + "x"), hashed)
    assert not passwords.verify(Secret(password[:-1]), hashed)
    assert not passwords.verify(Secret(password), None)


@pytest.mark.parametrize("damaged", ["", "x", "$argon2id$", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", "$2b$12$abc"])
def test_damaged_hash_fits_nothing(passwords: ArgonPasswords, damaged: str) -> None:
    """It is no error: nobody gets in with it."""
    assert not passwords.verify(Secret("correct horse"), Secret(damaged))


def test_hash_of_a_lower_cost_is_to_be_made_anew(passwords: ArgonPasswords) -> None:
    """It still fits meanwhile."""
    hashed, dearer = passwords.hash(Secret("correct horse")), ArgonPasswords(DEARER)
    assert (passwords.needs_rehash(hashed), dearer.needs_rehash(hashed)) == (False, True)
    assert dearer.verify(Secret("correct horse"), hashed)


def test_nobodys_hash_costs_as_much_as_any(passwords: ArgonPasswords) -> None:
    """It has the parameters of a real one, so that nothing is done more quickly for an unknown name."""
    for one in (passwords, ArgonPasswords(DEARER)):
        real, nobodys = one.hash(Secret("correct horse")), one._nobodys
        assert real.reveal().split("$")[:4] == nobodys.reveal().split("$")[:4]
        assert [len(part) for part in real.reveal().split("$")] == [len(part) for part in nobodys.reveal().split("$")]
        assert not one.needs_rehash(nobodys)


def test_passwords_cost_what_rfc_9106_asks() -> None:
    """The real thing: Argon2id with 64 MiB, three passes and four lanes, as slow for nobody as for somebody."""
    passwords = ArgonPasswords()
    hashed = passwords.hash(Secret("correct horse"))
    assert hashed.reveal().startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    taken = {}
    for name, one in (("somebody", hashed), ("nobody", None)):
        began = time.process_time()
        assert passwords.verify(Secret("wrong horse"), one) is False
        taken[name] = time.process_time() - began
    assert taken["nobody"] > taken["somebody"] / 3  # a constant answer would take a ten-thousandth


def test_few_passwords_are_worked_out_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many sign in together, two take memory, and the others wait."""
    passwords = ArgonPasswords(CHEAP)
    now, most, lock = 0, 0, threading.Lock()
    plain = type(passwords._hasher).hash

    def hash_slowly(self: object, password: str) -> str:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.01)
        with lock:
            now -= 1
        return plain(passwords._hasher, password)

    monkeypatch.setattr(type(passwords._hasher), "hash", hash_slowly)
    threads = [threading.Thread(target=passwords.hash, args=[Secret("correct horse")]) for _each in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making the adapter needs nothing; a password does."""
    passwords = ArgonPasswords()
    monkeypatch.setitem(sys.modules, "argon2", None)
    with pytest.raises(UsageError, match=r"pip install .\.\[serve\]"):
        passwords.hash(Secret("correct horse"))
    with pytest.raises(UsageError, match=r"pip install .\.\[serve\]"):
        passwords.verify(Secret("correct horse"), None)
