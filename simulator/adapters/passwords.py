"""How passwords are kept: Argon2id, by argon2-cffi."""

from __future__ import annotations

import base64
import threading
from functools import cached_property
from typing import TYPE_CHECKING

from simulator.model.errors import UsageError
from simulator.model.language import _
from simulator.model.secret import Secret

if TYPE_CHECKING:
    from argon2 import Parameters, PasswordHasher

AT_ONCE = 2
"""Passwords worked out at the same time: each takes 64 MiB, and a house that signs in at nine has fewer cores free."""


class ArgonPasswords:
    """``Passwords``. The library is loaded when a password is first asked about.

    Args:
        parameters: what a guess costs; by default the second recommended option of RFC 9106, section 4 (64 MiB, three
            passes, four lanes), which the library has as its own default. The first option's 2 GiB for each guess would
            let a few strangers who guess at once take a server's memory.
    """

    def __init__(self, parameters: Parameters | None = None) -> None:
        self._given = parameters
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: Secret) -> Secret:
        with self._turn:
            return Secret(self._hasher.hash(password.reveal()))

    def verify(self, password: Secret, hashed: Secret | None) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        with self._turn:
            try:
                return self._hasher.verify((hashed or self._nobodys).reveal(), password.reveal()) and hashed is not None
            except (VerificationError, InvalidHashError):  # one that somebody damaged fits nothing
                return False

    def needs_rehash(self, hashed: Secret) -> bool:
        return self._hasher.check_needs_rehash(hashed.reveal())

    @cached_property
    def _hasher(self) -> PasswordHasher:
        try:
            from argon2 import PasswordHasher
            from argon2.profiles import RFC_9106_LOW_MEMORY
        except ImportError as error:
            raise UsageError(
                _("Passwords need argon2-cffi. Where the program's source is: pip install '.[serve]'")
            ) from error
        return PasswordHasher.from_parameters(self._given or RFC_9106_LOW_MEMORY)

    @cached_property
    def _nobodys(self) -> Secret:
        """A hash that no password has, and that costs as much to compare with as any other."""
        mine = self._hasher
        salt, digest = (base64.b64encode(bytes(size)).decode().rstrip("=") for size in (mine.salt_len, mine.hash_len))
        costs = f"m={mine.memory_cost},t={mine.time_cost},p={mine.parallelism}"
        return Secret(f"$argon2{mine.type.name.lower()}$v=19${costs}${salt}${digest}")
