"""Small real parts that take the place of the program's own in tests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from simulator.adapters.store.memory import MemoryStore
from simulator.model.errors import StoreError, StoreLocked
from simulator.model.record import Event
from simulator.model.secret import Secret
from simulator.workflows.ports import Recorded, Store
from simulator.workflows.rehearse import Desk
from simulator.workflows.solutions import Solutions


class MemoryCache:
    """A solution cache that lasts as long as the object; it counts what it is asked for. Its bytes are open."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}
        self.puts = 0

    def get(self, key: str) -> bytes | None:
        return self.kept.get(key)

    def put(self, key: str, data: bytes) -> None:
        self.kept[key] = data
        self.puts += 1


class FailingStore(MemoryStore):
    """A memory store that refuses to append while ``failing`` holds an error."""

    def __init__(self) -> None:
        super().__init__()
        self.failing: BaseException | None = None

    def append(
        self,
        attempt: str,
        expected: int,
        event: Event,
        at: datetime,
        finished: bool = False,
        text: str | None = None,
        *,
        holder: str | None = None,
    ) -> Recorded:
        if self.failing:
            raise self.failing
        return super().append(attempt, expected, event, at, finished, text, holder=holder)


@dataclass
class Clock:
    """A clock that goes on by a second each time it is looked at."""

    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Ids:
    """Ids in order: attempt-1, attempt-2, …"""

    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __call__(self) -> str:
        return f"attempt-{next(self.numbers)}"


def desk_over(store: Store, solutions: Solutions, seed: int = 1) -> Desk:
    """A desk with a clock and ids of its own; every new attempt has the same seed."""
    return Desk(store=store, solutions=solutions, now=Clock(), new_id=Ids(), new_seed=lambda: seed)


class QuickPasswords:
    """``Passwords`` that cost nothing; what they compare is open, with who there was none for as None.

    Args:
        pepper: with another one, what was hashed before has to be hashed anew.
    """

    def __init__(self, pepper: str = "quick") -> None:
        self.pepper = pepper
        self.compared: list[Secret | None] = []

    def hash(self, password: Secret) -> Secret:
        return Secret(f"{self.pepper}${hashlib.sha256(password.reveal().encode()).hexdigest()}")

    def verify(self, password: Secret, hashed: Secret | None) -> bool:
        self.compared.append(hashed)
        return (
            hashed is not None and hashed.reveal().partition("$")[2] == self.hash(password).reveal().partition("$")[2]
        )

    def needs_rehash(self, hashed: Secret) -> bool:
        return not hashed.reveal().startswith(f"{self.pepper}$")


LOCKED: StoreError = StoreLocked("the store is locked")
