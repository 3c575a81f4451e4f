"""What of the record is said to the learning system: which attempts, and in which statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from typing import TYPE_CHECKING

from scoring.rubric import RUBRICS
from simulator.model.actor import OWNER, Actor
from simulator.model.decisions import Overruled
from simulator.model.errors import Cancelled, HuikuanError, StoreLocked, StoreLost, StoreReadOnly
from simulator.model.journal import Assigned, Shared, Unshared
from simulator.model.record import Closed, Filed, Played, Prepared, Started
from simulator.model.text import Frozen
from simulator.workflows.cells import Asked, never
from simulator.workflows.ports import ChainFault, Receiver, Recorded, Result, Statement, Unqueued
from simulator.workflows.rehearse import Desk, resume
from simulator.workflows.settling import settle_all, time_spent
from simulator.workflows.solutions import scenario_from
from simulator.workflows.xapi import Line, Told, statements, voiding

if TYPE_CHECKING:
    from simulator.model.scenario import Course, Scenario
    from simulator.workflows.ports import Entered, Library, Store

_AT_ONCE = 500  # attempts looked up together
_MOVING = (Started, Prepared, Played, Filed, Closed)  # the events by which an attempt moves
_Down = (StoreLocked, StoreLost, StoreReadOnly)  # it is the store's fault, and no attempt's


@dataclass(frozen=True)
class Dispatch:
    """What telling the learning system takes.

    Attributes:
        home: the organisation's address, an IRI, under which accounts and activities are named; empty for none.
        texts: whether the words of talks go out.
        receiver: None where none is set.
        chance: from 0 to 1, to spread over time what several would do at once.
    """

    desk: Desk
    library: Library
    home: str
    texts: bool
    receiver: Receiver | None
    chance: Callable[[], float]

    @property
    def actor(self) -> Actor:
        return self.desk.actor

    @property
    def inside(self) -> Desk:
        """The desk of the program itself, for who may have it tell: what is told is not for him to see."""
        return replace(self.desk, actor=OWNER)


class Speaker:
    """Makes statements of attempts, as the record has them now. One object is one look at the record."""

    def __init__(self, dispatch: Dispatch) -> None:
        self._desk, self._home, self._texts = dispatch.inside, dispatch.home, dispatch.texts
        self._library = dispatch.library
        self._scenarios: dict[str, Scenario] = {}

    def wanted(self, attempt: str, finished: bool, since: date | None = None) -> tuple[Statement, ...] | None:
        """What is said of an attempt: nothing of practice that is the trainee's own, or of one who was erased.

        None where that cannot be told yet: it is over, and there is no result of it as it is now.

        Args:
            since: nothing where it ended, and was decided on, before that day, as this machine counts days.

        Raises:
            UnknownName: there is no such attempt.
            StoreDamaged: its record is broken.
        """
        events = self._store.events(attempt)
        started = events[0].event
        if not isinstance(started, Started) or started.origin is not None or self._store.name(started.person) is None:
            return ()
        if (
            since is not None
            and max(time_spent(events)[0], _last(events, (*_MOVING, Overruled)).at).astimezone().date() < since
        ):
            return ()
        results = self._results(attempt, events[-1].hash)
        if finished and not any(one.rubric == started.rubric for one in results):
            return None
        if not (any(one.evidence for one in results) or started.mode == "exam" or started.shared):
            return ()
        return statements(self._told(attempt, started, events, results))

    @property
    def _store(self) -> Store:
        return self._desk.store

    def _told(self, attempt: str, started: Started, events: Sequence[Recorded], results: tuple[Result, ...]) -> Told:
        ruled = [one for one in events if isinstance(one.event, Overruled)]
        own = started.mode == "practice" and not started.shared
        return Told(
            home=self._home,
            attempt=attempt,
            started=started,
            begun=events[0].at,
            first=events[0].hash,
            scenario=self._scenario(started.content),
            courses=self._courses,
            assignment=self._titles.get(started.assignment or ""),
            results=results,
            last=_last(events, _MOVING).hash,
            ruled=ruled[-1] if ruled else None,
            shared=self._shared.get(attempt) if own else None,
            lines=self._lines(attempt) if self._texts and results else None,
            simulated=self._store.simulated,
        )

    def _results(self, attempt: str, head: str) -> tuple[Result, ...]:
        kept = (self._store.result(attempt, rubric) for rubric in RUBRICS)
        return tuple(one for one in kept if one is not None and one.head == head)

    def _scenario(self, content: str) -> Scenario:
        if content not in self._scenarios:
            self._scenarios[content] = scenario_from(self._store.content(content))
        return self._scenarios[content]

    def _lines(self, attempt: str) -> tuple[Line, ...]:
        exchanges = resume(self._desk, attempt).exchanges
        return tuple(
            Line(turn, _sayable(one.said), _sayable(" ".join(one.answer))) for turn, one in enumerate(exchanges, 1)
        )

    @cached_property
    def _courses(self) -> Mapping[str, Course]:
        return {course.course: course for course in self._library.courses()}

    @cached_property
    def _journal(self) -> Sequence[Entered]:
        return self._store.journal()

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        told = (one.event for one in self._journal)
        return {event.assignment: event.title for event in told if isinstance(event, Assigned)}

    @cached_property
    def _shared(self) -> Mapping[str, int]:
        """By attempt that its trainee shows, the number of the event since which he does."""
        shared: dict[str, int] = {}
        for one in self._journal:
            if isinstance(one.event, Shared):
                shared.setdefault(one.event.attempt, one.seq)
            elif isinstance(one.event, Unshared):
                shared.pop(one.event.attempt, None)
        return shared


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling the outbox came to.

    Attributes:
        queued: how many statements wait now that did not.
        faults: the attempts of which nothing can be said, and why.
    """

    queued: int = 0
    faults: tuple[ChainFault, ...] = ()


def fill(dispatch: Dispatch, cancelled: Asked = never) -> Filled:
    """Settles what is not settled, and queues what is to be said and is not queued yet.

    Raises:
        Cancelled: somebody asked to stop; what is queued stays.
    """
    desk = dispatch.inside
    faults = list(settle_all(desk, cancelled=cancelled).faults)
    speaker, queued = Speaker(dispatch), 0
    for one in _changed(desk.store):
        if cancelled():
            raise Cancelled
        wanted = _or_fault(speaker, one.attempt, one.finished, faults)
        now = desk.now()
        taking_back = partial(voiding, dispatch.home, at=now)
        queued += desk.store.queue_statements(one.attempt, one.stamp, wanted, taking_back, now)
    return Filled(queued, tuple(faults))


def _changed(store: Store) -> Iterator[Unqueued]:
    """Every attempt of which something is to be queued, once."""
    seen: set[str] = set()
    while new := [one for one in store.unqueued(_AT_ONCE) if one.attempt not in seen]:
        seen.update(one.attempt for one in new)
        yield from new


@dataclass(slots=True)
class Said:
    """What is to be said of everything, whether it was delivered or not.

    Attributes:
        people: pseudonyms of whom it is about.
        faults: the attempts of which nothing can be said, and why.
    """

    people: set[str] = field(default_factory=set)
    faults: list[ChainFault] = field(default_factory=list)

    def of(self, dispatch: Dispatch, since: date | None = None, cancelled: Asked = never) -> Iterator[Statement]:
        """The statements, in the order in which the attempts were begun.

        Args:
            since: as ``Speaker.wanted``.

        Raises:
            Cancelled: somebody asked to stop.
        """
        self.faults.extend(settle_all(dispatch.inside, cancelled=cancelled).faults)
        speaker = Speaker(dispatch)
        for one in sorted(dispatch.desk.store.attempts(), key=lambda one: (one.started, one.attempt)):
            if cancelled():
                raise Cancelled
            found = _or_fault(speaker, one.attempt, one.finished, self.faults, since)
            if found:
                self.people.add(one.person)
                yield from found


def _or_fault(
    speaker: Speaker, attempt: str, finished: bool, faults: list[ChainFault], since: date | None = None
) -> tuple[Statement, ...] | None:
    """What is said of one of many attempts; what keeps it from being said is put with the faults."""
    try:
        return speaker.wanted(attempt, finished, since)
    except (*_Down, Cancelled):
        raise
    except HuikuanError as why:
        faults.append(ChainFault(attempt, -1, str(why)))
        return None


def _last(events: Sequence[Recorded], kinds: tuple[type[Frozen], ...]) -> Recorded:
    return [one for one in events if isinstance(one.event, kinds)][-1]


def _sayable(text: str) -> str:
    """A text as UTF-8 holds it: broken terminal input may have left half a sign."""
    return text.encode("utf-8", "replace").decode("utf-8")
