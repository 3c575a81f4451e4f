"""Throttled guessing: how long somebody waits who keeps guessing passwords."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """How fast may be guessed under a key.

    Attributes:
        free: guesses that cost no wait.
        longest: of all waits; nobody is ever kept out for longer.
        memory: after how long without a guess everything is forgotten.
    """

    free: int
    longest: timedelta
    memory: timedelta

    def wait(self, count: int) -> timedelta:
        """How long is to be waited after a number of guesses: 1, 2, 4, 8 … seconds after those that are free."""
        over = count - self.free
        if over <= 0:
            return timedelta()
        return min(self.longest, timedelta(seconds=2 ** min(over - 1, 30)))

    def tells(self, count: int) -> bool:
        """Whether that many guesses are worth an entry in a log: the 1st, 2nd, 4th, 8th … that costs a wait."""
        over = count - self.free
        return over > 0 and over & (over - 1) == 0


@dataclass(frozen=True, slots=True)
class Guesses:
    """What was guessed under a key.

    Attributes:
        count: wrong guesses, and those that are not judged yet.
        until: nothing more is judged before that; in UTC, as the next one.
        forget: when it counts no more.
    """

    count: int
    until: datetime
    forget: datetime

    def holds(self, at: datetime) -> bool:
        """Whether a guess at that moment has to wait."""
        return at < self.until and at < self.forget


def one_more(before: Guesses | None, limit: Limit, at: datetime) -> Guesses:
    """A key's guesses with one more at a moment."""
    count = 1 if before is None or before.forget <= at else before.count + 1
    wait = limit.wait(count)
    return Guesses(count, at + wait, at + max(wait, limit.memory))


def one_less(before: Guesses, at: datetime) -> Guesses:
    """A key's guesses where the last one turned out to be none."""
    return Guesses(max(before.count - 1, 0), at, before.forget)


def key_of(*words: str) -> str:
    """The key of a login, of an address, or of both: hex SHA-256, since people type passwords into the wrong field."""
    return hashlib.sha256("\x00".join(words).encode("utf-8", "replace")).hexdigest()


def login_key(login: str) -> str:
    """The key of all guesses at a login, wherever they come from."""
    return key_of("login", login)
