"""How far everybody is with what was assigned: one reading of the record for all assignments and all people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.workflows.assigning import (
    Assignment,
    Due,
    Played,
    State,
    assignments,
    close_over,
    concerned,
    due_under,
    find,
    passes_of,
)
from simulator.workflows.people import Person, roster
from simulator.workflows.permission import needs
from simulator.workflows.settling import settle_all

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.workflows.ports import AttemptSummary
    from simulator.workflows.rehearse import Desk

_WORST: tuple[State, ...] = ("overdue", "open", "done", "passed")


@dataclass(frozen=True, slots=True)
class Follow:
    """How far one person is with one assignment.

    Attributes:
        dues: of each of its scenarios, in its order.
    """

    person: Person
    dues: tuple[Due, ...]

    @property
    def state(self) -> State:
        """That of the scenario with which he is least far: ``passed`` where all are."""
        return min((one.state for one in self.dues), key=_WORST.index, default="open")

    @property
    def is_left(self) -> bool:
        """Whether something is still to be done."""
        return self.state in ("open", "overdue")

    @property
    def left(self) -> tuple[Due, ...]:
        """What is still to be done."""
        return tuple(one for one in self.dues if one.state in ("open", "overdue"))


@dataclass(frozen=True, slots=True)
class Followed:
    """An assignment with everybody who has it now, in the order of their names.

    Attributes:
        by: the name of who made it; None once he was erased.
    """

    assignment: Assignment
    people: tuple[Follow, ...]
    by: str | None

    def count(self, *states: State) -> int:
        """How many people are in one of these states."""
        return sum(one.state in states for one in self.people)


@needs("figures.see")
def followed(desk: Desk, cancelled: Callable[[], bool] = lambda: False) -> tuple[Followed, ...]:
    """Every assignment, the one that was made last first, withdrawn ones at the end.

    Exams that are over are closed, and results that are missing are worked out, which may take a while after many.

    Raises:
        Cancelled: somebody asked to stop.
    """
    every = sorted(assignments(desk.store), key=lambda one: one.at, reverse=True)
    return _followed(desk, sorted(every, key=lambda one: one.is_withdrawn), cancelled)


@needs("figures.see")
def follow(desk: Desk, name: str, cancelled: Callable[[], bool] = lambda: False) -> Followed:
    """One assignment, otherwise as ``followed``.

    Args:
        name: its id, the beginning of that, or its title.

    Raises:
        UsageError: there is none of that name, or there are several.
        Cancelled: somebody asked to stop.
    """
    return _followed(desk, [find(desk.store, name)], cancelled)[0]


def _followed(desk: Desk, every: Iterable[Assignment], cancelled: Callable[[], bool]) -> tuple[Followed, ...]:
    close_over(desk)
    settle_all(desk, cancelled=cancelled)  # what cannot be settled counts as not done; verifying says why
    known, now = roster(desk.store), desk.now()
    attempts: dict[str, list[AttemptSummary]] = {}
    for summary in desk.store.attempts():
        if summary.assignment is not None:
            attempts.setdefault(summary.person, []).append(summary)
    passes = passes_of(desk.store.results(with_observations=False))
    played = {person: Played(attempts.get(person, ()), passes) for person in known.people}
    return tuple(
        Followed(
            one,
            tuple(Follow(person, _dues(one, played[person.person], now)) for person in concerned(known, one)),
            _name(known.people.get(one.event.by)),
        )
        for one in every
    )


def _dues(assignment: Assignment, played: Played, now: datetime) -> tuple[Due, ...]:
    return tuple(due_under(assignment, scenario, played, now) for scenario in assignment.event.scenarios)


def _name(person: Person | None) -> str | None:
    return person.name if person else None
