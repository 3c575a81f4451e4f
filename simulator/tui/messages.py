"""What workers tell the screens: facts, in the past tense. A worker never touches a widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from simulator.model.problem import Problem
    from simulator.workflows.assigning import Due
    from simulator.workflows.ports import AttemptSummary, Title
    from simulator.workflows.rehearse import Rehearsal


class ErrandFailed(Message):
    """Work in the background met an error that people can do something about."""

    def __init__(self, error: Exception, group: str) -> None:
        super().__init__()
        self.error, self.group = error, group


class RecordAway(Message):
    """Work in the background could not reach the record. It waits to be done again; ``again`` does that."""

    def __init__(self, error: Exception, group: str, again: Callable[[], object]) -> None:
        super().__init__()
        self.error, self.group, self.again = error, group, again


class RecordBack(Message):
    """Work that waited for the record met it again."""

    def __init__(self, group: str) -> None:
        super().__init__()
        self.group = group


class OpenElsewhere(Message):
    """The attempt is open elsewhere, since that moment, and goes on there."""

    def __init__(self, since: datetime) -> None:
        super().__init__()
        self.since = since


class ErrandCancelled(Message):
    """Somebody stopped work in the background."""


class AttemptOpened(Message):
    """An attempt was begun or read; it belongs to the screens from now on."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__()
        self.rehearsal = rehearsal


class ScenarioBroken(Message):
    """A scenario could not be opened for the problems in its files."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__()
        self.name, self.problems = name, problems


class TitlesRead(Message):
    """The library was listed."""

    def __init__(self, titles: Sequence[Title]) -> None:
        super().__init__()
        self.titles = titles


class AttemptsRead(Message):
    """The trainee's attempts were listed, the latest first."""

    def __init__(self, attempts: Sequence[AttemptSummary]) -> None:
        super().__init__()
        self.attempts = attempts


class AttemptsDated(Message):
    """It was looked up whose scenario was changed since he began; ``outdated`` names those attempts."""

    def __init__(self, outdated: frozenset[str]) -> None:
        super().__init__()
        self.outdated = outdated


class DueRead(Message):
    """What the trainee was assigned was read: what is to be done first at the head, then what is done."""

    def __init__(self, due: Sequence[Due]) -> None:
        super().__init__()
        self.due = due


class AttemptScored(Message):
    """A finished attempt's total was worked out; None where it is not scored or its record no longer fits."""

    def __init__(self, attempt: str, total: float | None) -> None:
        super().__init__()
        self.attempt, self.total = attempt, total
