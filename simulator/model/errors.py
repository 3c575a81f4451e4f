"""The errors that are raised, in one tree. A fault in somebody's file is a ``Problem`` instead.

HuikuanError
├── UsageError            what was asked for does not exist or makes no sense   (exit code 2)
│   ├── UnknownName       …with the nearest names that do exist
│   ├── IllegalMove       a move that the position does not offer
│   └── ChangedElsewhere  a file is no longer as it was read, so nothing was written over it
├── Forbidden             somebody who is signed in may not do that                (exit code 2)
├── SettingsError         the settings file or an environment variable is wrong  (exit code 2)
├── BadFile               a file has problems that leave it without a meaning    (exit code 1)
│   └── NotPublishable    …or that stand in the way of publishing it
├── TooManyPositions      exploring met its limit                                (exit code 1)
├── ReplayMismatch        a record and the rules disagree, with the turn          (exit code 1)
├── Cancelled             somebody asked long work to stop                        (exit code 130)
├── ModelError            a model gave nothing that can be used; a talk goes on without it  (exit code 2)
│   ├── ModelUnreachable  nobody answers at its address
│   ├── ModelTooSlow      the patience ran out
│   ├── ModelRefused      it does not accept the key, or knows nothing under that address or name
│   ├── ModelBusy         it asks to come back later, and that is too late
│   ├── ModelBroken       the server has a fault of its own
│   ├── ModelDeclined     it does not know what was asked for beside the text, such as a schema
│   ├── ModelCut          its answer broke off before the end
│   ├── ModelUnfit        its answer is not what was asked for
│   └── ModelResting      it failed so often that it is left alone for a while
└── StoreError            the record cannot be read or written                    (exit code 3)
    ├── StoreLocked       another process holds it
    ├── StoreLost         the connection to its server broke
    ├── StoreUnreached    its server does not answer
    ├── StoreReadOnly     no right to write
    ├── StoreTooNew       written by a newer version of the program
    ├── StoreDamaged      not a store, or its chain is broken
    └── AttemptMoved      the attempt went on elsewhere since it was read
        └── TakenOver     …or is open elsewhere now, and goes on there
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, Literal

from simulator.model.language import N_, _

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from simulator.model.problem import Problem


# Why a model's words were not used. They stand in records: a new one may be added, none renamed.
Cause = Literal["unreachable", "slow", "refused", "busy", "broken", "declined", "cut", "unfit", "resting"]
CAUSES: dict[Cause, str] = {
    "unreachable": N_("The model cannot be reached. The talk goes on offline."),
    "slow": N_("The model took too long. The talk goes on offline."),
    "refused": N_("The model's server does not accept the key, the address or the model's name. See Settings."),
    "busy": N_("The model is busy. The talk goes on offline."),
    "broken": N_("The model's server reports a fault of its own. The talk goes on offline."),
    "declined": N_("The model's server does not know this kind of request. The talk goes on offline."),
    "cut": N_("The model's answer broke off. The talk goes on offline."),
    "unfit": N_("The model's answer was of no use. The talk goes on offline."),
    "resting": N_("The model failed several times and is left alone for a while. The talk goes on offline."),
}


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


class Forbidden(HuikuanError):
    """Somebody who is signed in may not do that. It is raised in the workflows, and logged there.

    Attributes:
        deed: what he may not do: a name of ``workflows.permission``.
    """

    def __init__(self, deed: str) -> None:
        super().__init__(_("You may not do that here. Ask an administrator, if it should be yours to do."))
        self.deed = deed


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


class ModelError(HuikuanError):
    """A model gave nothing that can be used.

    Nothing that a server wrote stands in it, and no key: what is said is said here.

    Attributes:
        cause: what happened, in a word; it is recorded.
    """

    cause: ClassVar[Cause] = "unfit"

    def __init__(self) -> None:
        super().__init__(_(CAUSES[self.cause]))


class ModelUnreachable(ModelError):
    """Nobody answers at its address."""

    cause = "unreachable"


class ModelTooSlow(ModelError):
    """The patience ran out."""

    cause = "slow"


class ModelRefused(ModelError):
    """It does not accept the key, or knows nothing under that address or name."""

    cause = "refused"


class ModelBusy(ModelError):
    """It asks to come back later, and that is too late.

    Attributes:
        after: in how many seconds it may be asked again; None where it did not say.
    """

    cause = "busy"

    def __init__(self, after: float | None = None) -> None:
        super().__init__()
        self.after = after


class ModelBroken(ModelError):
    """The server has a fault of its own."""

    cause = "broken"


class ModelDeclined(ModelError):
    """It does not know what was asked for beside the text, such as a schema."""

    cause = "declined"


class ModelCut(ModelError):
    """Its answer broke off before the end."""

    cause = "cut"


class ModelUnfit(ModelError):
    """Its answer is not what was asked for. ``why`` is for those who look into it, in one word or two."""

    cause = "unfit"

    def __init__(self, why: str = "") -> None:
        super().__init__()
        self.why = why


class ModelResting(ModelError):
    """It failed so often that it is left alone for a while."""

    cause = "resting"


class StoreError(HuikuanError):
    """The record cannot be read or written."""


class StoreLocked(StoreError):
    """Another process holds the store."""


class StoreLost(StoreError):
    """The connection to the store's server broke; the next use connects anew.

    Attributes:
        is_unsure: what was being recorded may be recorded: the answer to its commit is what was lost. Who asks for the
            same again gets what is there, or records it now; never twice.
    """

    is_unsure = False


class StoreUnreached(StoreError):
    """The store's server does not answer, and has not before; nothing was recorded."""


class StoreReadOnly(StoreError):
    """There is no right to write to the store."""


class StoreTooNew(StoreError):
    """The store was written by a newer version of the program."""


class StoreDamaged(StoreError):
    """The file is not a store, or a chain in it is broken."""


class AttemptMoved(StoreError):
    """The attempt went on elsewhere since it was read."""


class TakenOver(AttemptMoved):
    """The attempt is open elsewhere now; nothing was recorded.

    Attributes:
        since: when it was opened there, in UTC.
    """

    def __init__(self, since: datetime) -> None:
        self.since = since
        super().__init__(
            _(
                "This attempt was opened elsewhere at {time}, and goes on there. Nothing was recorded here.",
                time=f"{since.astimezone():%H:%M}",
            )
        )


_MOST_LISTED = 32  # names; all the commands, and at their length no more than five lines of 80 cells
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
