"""The errors that are raised, in one tree. A fault in somebody's file is a ``Problem`` instead.

HuikuanError
├── UsageError            what was asked for does not exist or makes no sense   (exit code 2)
│   ├── UnknownName       …with the nearest names that do exist
│   ├── IllegalMove       a move that the position does not offer
│   └── ChangedElsewhere  a file is no longer as it was read, so nothing was written over it
├── SettingsError         the settings file or an environment variable is wrong  (exit code 2)
├── BadFile               a file has problems that leave it without a meaning    (exit code 1)
│   └── NotPublishable    …or that stand in the way of publishing it
├── TooManyPositions      exploring met its limit                                (exit code 1)
├── ReplayMismatch        a record and the rules disagree, with the turn          (exit code 1)
├── Cancelled             somebody asked long work to stop                        (exit code 130)
└── StoreError            the record cannot be read or written                    (exit code 3)
    ├── StoreLocked       another process holds it
    ├── StoreReadOnly     no right to write
    ├── StoreTooNew       written by a newer version of the program
    ├── StoreDamaged      not a store, or its chain is broken
    └── AttemptMoved      the attempt went on elsewhere since it was read
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from simulator.model.language import _

if TYPE_CHECKING:
    from pathlib import Path

    from simulator.model.problem import Problem


class HuikuanError(Exception):
    """The root. Its text is for people, in the current language, and says what to do."""


class UsageError(HuikuanError):
    """What was asked for does not exist or makes no sense."""


class UnknownName(UsageError):
    """A name that nothing has."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        super().__init__(_("There is no {kind} “{name}”.", kind=kind, name=name) + " " + did_you_mean(name, self.known))


class IllegalMove(UsageError):
    """A move that the position does not offer."""

    def __init__(self, move: str, turn: int, legal: Iterable[str]) -> None:
        self.move, self.turn, self.legal = move, turn, tuple(legal)
        super().__init__(
            _("Turn {turn}: “{move}” is not a move that is open here.", turn=turn, move=move)
            + " "
            + did_you_mean(move, self.legal)
        )


class ChangedElsewhere(UsageError):
    """A file is no longer as it was read, so it was not written over.

    Attributes:
        text: what it holds now; None where it is gone, or is none that can be read as text.
    """

    def __init__(self, path: Path, text: str | None) -> None:
        self.path, self.text = path, text
        super().__init__(_("“{path}” was changed elsewhere since it was read; nothing was written.", path=path))


class SettingsError(HuikuanError):
    """The settings file or an environment variable is wrong."""


class BadFile(HuikuanError):
    """A file has problems that leave it without a meaning; all of them are in ``problems``."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class NotPublishable(BadFile):
    """A scenario was not published for its problems, errors or findings; all of them are in ``problems``."""


class TooManyPositions(HuikuanError):
    """Exploring met its limit; ``facts`` are the dearest ones, each with the number of values it takes.

    Attributes:
        positions: how many had been reached by then, within ``turns`` turns; more are certain.
    """

    def __init__(self, positions: int, limit: int, facts: tuple[tuple[str, int], ...], turns: int = 0) -> None:
        self.positions, self.limit, self.facts, self.turns = positions, limit, facts, turns
        super().__init__(
            _(
                "More than {limit} positions can be reached. The facts that cost most: {facts}. Tie rules to stages, "
                "cap effects (“+1 up to 6”), or drop guards that tell too much apart.",
                limit=f"{limit:,}",
                facts=", ".join(f"{name} ({values})" for name, values in facts),
            )
        )


class ReplayMismatch(HuikuanError):
    """A record and the rules disagree from ``turn`` on."""

    def __init__(self, turn: int, why: str) -> None:
        self.turn = turn
        super().__init__(_("The record no longer fits at turn {turn}: {why}", turn=turn, why=why))


class Cancelled(HuikuanError):
    """Somebody asked long work to stop."""


class StoreError(HuikuanError):
    """The record cannot be read or written."""


class StoreLocked(StoreError):
    """Another process holds the store."""


class StoreReadOnly(StoreError):
    """There is no right to write to the store."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of the program."""


class StoreDamaged(StoreError):
    """The file is not a store, or a chain in it is broken."""


class AttemptMoved(StoreError):
    """The attempt went on elsewhere since it was read."""


_MOST_LISTED = 24  # names; all the commands, and at their length no more than four lines of 80 cells
_MOST_COMPARED = 500  # names; comparing costs time with each, and a file may name as many as it likes


def did_you_mean(name: str, known: Iterable[str], most: int = 3) -> str:
    """The nearest of the known names as a question; where none is near, the names that exist."""
    names = sorted(set(known))
    near = difflib.get_close_matches(name[:100], names, n=most, cutoff=0.6) if len(names) <= _MOST_COMPARED else []
    if near:
        return _("Did you mean {names}?", names=_(" or ").join(f"“{one}”" for one in near))
    if not names:
        return _("There are none.")
    shown = ", ".join(names[:_MOST_LISTED]) + (" …" if len(names) > _MOST_LISTED else "")
    return _("There are: {names}", names=shown)
