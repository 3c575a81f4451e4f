"""The only writer to standard error, and the only one that knows exit codes."""

from __future__ import annotations

import sys
from collections.abc import Iterable

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


def interrupted() -> int:
    say(_("Interrupted."))
    return INTERRUPTED
