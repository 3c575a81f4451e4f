"""The only writer to standard error, and the only one that knows exit codes."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from time import monotonic

from simulator.cli import output
from simulator.model.errors import (
    BadFile,
    Cancelled,
    HuikuanError,
    ReplayMismatch,
    StoreError,
    TooManyPositions,
)
from simulator.model.language import _
from simulator.model.problem import Problem

FINE, PROBLEMS, USAGE, STORE, INTERRUPTED = 0, 1, 2, 3, 130


def say(text: str) -> None:
    """Narration: what is being done, beside the output."""
    sys.stderr.write(output.plain(text) + "\n")
    sys.stderr.flush()


def report(error: HuikuanError) -> int:
    """Says what went wrong; the exit code for it."""
    if isinstance(error, BadFile):
        problems(error.problems)
        return PROBLEMS
    if isinstance(error, Cancelled):
        return interrupted()
    say("huikuan: " + str(error))
    if isinstance(error, StoreError):
        return STORE
    return PROBLEMS if isinstance(error, TooManyPositions | ReplayMismatch) else USAGE


def problems(found: Iterable[Problem]) -> None:
    """Problems, a line each, as compilers write them."""
    for problem in found:
        say(str(problem))


class Progress:
    """Says what long work is at: nothing within the first second, then what is begun, and now and then how long."""

    _QUIET, _EVERY = 1.0, 5.0  # what takes longer than a second shows progress (decided 2026-11)

    def __init__(self) -> None:
        self._begun = self._said = monotonic()
        self._what = self._told = ""

    def doing(self, what: str) -> None:
        """Takes note of what is begun."""
        self._what = what
        self.cancelled()

    def cancelled(self) -> bool:
        """Never: Ctrl-C is an exception. But long work asks all the time, so it is heard of here."""
        now = monotonic()
        is_new = self._what != self._told
        if self._what and now - self._begun > self._QUIET and (is_new or now - self._said > self._EVERY):
            say(self._what + ("…" if is_new else f"… {now - self._begun:.0f} s"))
            self._said, self._told = now, self._what
        return False


def interrupted() -> int:
    say(_("Interrupted."))
    return INTERRUPTED
