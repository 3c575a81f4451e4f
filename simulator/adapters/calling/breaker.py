"""A circuit breaker: an endpoint that keeps failing is left alone, so that a talk does not wait for it turn after turn.

Closed, calls pass. After ``IN_A_ROW`` failures it opens, and calls are refused at once. After ``REST`` it is half open:
one call passes, and the others are still refused; if that one succeeds it closes, else it opens for twice as long.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Literal

# One failure is chance and two may be a restart; with the third, a trainee has waited for nothing three times.
IN_A_ROW = 3
# Seconds. A turn takes a trainee about that long to read and type, so at most every other turn tries in vain.
REST = 30.0
# Seconds. A talk lasts ten to twenty minutes: an endpoint that comes back is found again within the same talk.
LONGEST_REST = 300.0

State = Literal["closed", "open", "half-open"]


@dataclass(frozen=True, slots=True)
class Pass:
    """The right to make one call, to be given back by ``settle``. ``number`` tells calls of one closure apart."""

    number: int
    is_trial: bool


class Breaker:
    """Safe between threads.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._rest = REST
        self._until: float | None = None  # None while closed
        self._trial = False
        self._period = 0  # grows with each opening and closing: a call of an earlier period says nothing of this one

    @property
    def state(self) -> State:
        with self._lock:
            if self._until is None:
                return "closed"
            return "half-open" if self._clock() >= self._until else "open"

    @property
    def rests_for(self) -> float:
        """Seconds until a call may be tried again; 0 where one may now."""
        with self._lock:
            return 0.0 if self._until is None else max(self._until - self._clock(), 0.0)

    def enter(self) -> Pass | None:
        """The right to make a call; None where it is to be left alone."""
        with self._lock:
            if self._until is None:
                return Pass(self._period, is_trial=False)
            if self._clock() < self._until or self._trial:
                return None
            self._trial = True
            return Pass(self._period, is_trial=True)

    def settle(self, given: Pass, well: bool | None, at_once: bool = False, rest: float | None = None) -> None:
        """Takes back what ``enter`` gave.

        Args:
            well: whether the endpoint did its part; None where the call was given up and says nothing about it.
            at_once: a failure that trying again cannot mend: it opens without waiting for others.
            rest: how long the endpoint itself asked to be left alone, in seconds.
        """
        with self._lock:
            if given.number != self._period:
                return
            if given.is_trial:
                self._trial = False
            if well:
                self._failures, self._rest = 0, REST
                if self._until is not None:
                    self._until, self._period = None, self._period + 1
            elif well is not None:
                self._failures += 1
                if given.is_trial:
                    self._rest = min(self._rest * 2, LONGEST_REST)
                if given.is_trial or at_once or self._failures >= IN_A_ROW:
                    self._open(LONGEST_REST if at_once else max(self._rest, min(rest or 0.0, LONGEST_REST)))

    def _open(self, seconds: float) -> None:
        self._until, self._period = self._clock() + seconds, self._period + 1
        self._failures, self._trial = 0, False
