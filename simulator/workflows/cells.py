"""The cells of people by objectives: observations in columns, worked out many at once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from scoring.mastery import BANDS, Band, Chances, Masteries, Mastery, difficulties, masteries
from simulator.model.errors import Cancelled
from simulator.workflows.ports import EvidenceColumns

if TYPE_CHECKING:
    from simulator.model.language import Language
    from simulator.model.record import Mode

_PEOPLE = 100  # worked out between two looks whether to go on: a quarter of a second's work

Progress = Callable[[int, int], None]
Asked = Callable[[], bool]


def unheeded(_done: int, _of: int) -> None:
    """Progress that nobody looks at."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


@dataclass(frozen=True, slots=True)
class Filters:
    """What figures are of. None is no limit.

    Attributes:
        course: objectives of this course alone; attempts count all the same.
        group: its members as they are now.
        since, until: days on which attempts ended, both included, by this machine's clock.
    """

    course: str | None = None
    group: str | None = None
    scenario: str | None = None
    since: date | None = None
    until: date | None = None
    mode: Mode | None = None
    language: Language | None = None
    assignment: str | None = None

    @property
    def narrows_attempts(self) -> bool:
        """Whether some attempts are left out, so that mastery has to be worked out anew."""
        limits = (self.scenario, self.since, self.until, self.mode, self.language, self.assignment)
        return any(limit is not None for limit in limits)

    def admit(
        self,
        scenario: Sequence[str],
        mode: Sequence[str],
        language: Sequence[str],
        assignment: Sequence[str | None],
        ended: Sequence[str],
    ) -> NDArray[np.bool_]:
        """Which attempts count.

        Args:
            ended: as ``moment`` writes it.
        """
        found = np.ones(len(scenario), dtype=np.bool_)
        limits = (self.scenario, self.mode, self.language, self.assignment)
        for limit, column in zip(limits, (scenario, mode, language, assignment), strict=True):
            if limit is not None:
                found &= np.array([one == limit for one in column], dtype=np.bool_)
        if self.since is not None:
            begin = _begin(self.since)
            found &= np.array([one >= begin for one in ended], dtype=np.bool_)
        if self.until is not None and self.until < date.max:
            end = _begin(self.until + timedelta(days=1))
            found &= np.array([one < end for one in ended], dtype=np.bool_)
        return found


def _begin(day: date) -> str:
    """When a day begins by this machine's clock, as ``moment`` writes it."""
    try:
        return moment(datetime.combine(day, time()).astimezone())
    except (OverflowError, ValueError):  # that moment is before the first year or after the last one
        return f"{day.isoformat()}T00:00:00.000000+00:00"


def moment(at: datetime) -> str:
    """A moment in UTC as the record writes it: text order is time order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Table:
    """People by objectives. A cell without an observation says so, and never 0.

    Attributes:
        places: by row and column, the place in ``found``; -1 where nothing was observed.
    """

    people: tuple[str, ...]
    objectives: tuple[str, ...]
    places: NDArray[np.int32]
    found: Masteries

    def at(self, row: int, column: int) -> Mastery | None:
        """What can be said of a person on an objective."""
        place = int(self.places[row, column])
        return None if place < 0 else self.found.at(place)

    def band(self, row: int, column: int) -> Band | None:
        """The band alone."""
        place = int(self.places[row, column])
        return None if place < 0 else BANDS[self.found.bands[place]]

    def n(self, row: int, column: int) -> int:
        """How many observations there are."""
        place = int(self.places[row, column])
        return 0 if place < 0 else int(self.found.n[place])

    def of_row(self, row: int) -> dict[Band, int]:
        """How many objectives a person has in each band."""
        return self._count(self.places[row])

    def of_column(self, column: int) -> dict[Band, int]:
        """How many people an objective has in each band."""
        return self._count(self.places[:, column])

    def _count(self, places: NDArray[np.int32]) -> dict[Band, int]:
        counts = np.bincount(self.found.bands[places[places >= 0]], minlength=len(BANDS))
        return {band: int(count) for band, count in zip(BANDS, counts, strict=True)}


@dataclass(frozen=True, slots=True)
class Cells:
    """Masteries with the person and the objective that each is of, as places in two lists; persons stand together."""

    people: tuple[str, ...]
    objectives: tuple[str, ...]
    person: NDArray[np.int64]
    objective: NDArray[np.int64]
    found: Masteries

    def table(self, people: Sequence[str], objectives: Sequence[str]) -> Table:
        """These people by these objectives."""
        rows = _places(self.people, people)
        columns = _places(self.objectives, objectives)
        places = np.full((len(people), len(objectives)), -1, dtype=np.int32)
        if len(self.person):
            row, column = rows[self.person], columns[self.objective]
            shown = (row >= 0) & (column >= 0)
            places[row[shown], column[shown]] = np.flatnonzero(shown)
        return Table(tuple(people), tuple(objectives), places, self.found)

    def by_person(self) -> dict[str, dict[str, Mastery]]:
        """The masteries of each person by objective."""
        made: dict[str, dict[str, Mastery]] = {person: {} for person in self.people}
        for place, (person, objective) in enumerate(zip(self.person.tolist(), self.objective.tolist(), strict=True)):
            made[self.people[person]][self.objectives[objective]] = self.found.at(place)
        return made


def work_out(
    columns: EvidenceColumns,
    filters: Filters | None = None,
    closely: bool = True,
    progress: Progress = unheeded,
    cancelled: Asked = never,
    people: Collection[str] | None = None,
) -> Cells:
    """Every cell that some observation falls into.

    Args:
        closely: see ``scoring.mastery.masteries``.
        people: None for everybody.

    Raises:
        Cancelled: somebody asked to stop.
    """
    work = _Work(columns, filters or Filters(), people)
    parts: list[tuple[NDArray[np.int64], NDArray[np.int64], Masteries]] = []
    for begin in range(0, len(work.people), _PEOPLE):
        if cancelled():
            raise Cancelled
        progress(begin, len(work.people))
        parts.append(work.of_people(begin, begin + _PEOPLE, closely))
    progress(len(work.people), len(work.people))
    people, objectives, found = zip(*parts, strict=True) if parts else ((), (), ())
    none = np.zeros(0, dtype=np.int64)
    return Cells(
        people=tuple(work.people),
        objectives=columns.objectives,
        person=np.concatenate([none, *people]),
        objective=np.concatenate([none, *objectives]),
        found=joined(found),
    )


def joined(parts: Sequence[Masteries]) -> Masteries:
    """Masteries one after the other."""
    if not parts:
        none, whole = np.zeros(0), np.zeros(0, dtype=np.int64)
        return Masteries(none, np.zeros(0, dtype=np.int8), whole, none, whole, whole, none, whole)
    return Masteries(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Masteries)))


class _Work:
    """Columns of evidence, ready to be worked out a few people at a time."""

    def __init__(self, columns: EvidenceColumns, filters: Filters, people: Collection[str] | None) -> None:
        self.people = [person for person, _results in groupby(columns.person)]
        person = _codes(columns.person)
        self._first_results = np.flatnonzero(np.diff(person, prepend=-1))
        self._observed = np.array(columns.observed, dtype=np.int64)
        self._first = np.append(0, np.cumsum(self._observed))
        self._chosen = filters.admit(
            columns.scenario, columns.mode, columns.language, columns.assignment, columns.ended
        )
        if people is not None:
            wanted = frozenset(people)
            self._chosen &= np.array([person in wanted for person in self.people], dtype=np.bool_)[person]
        self._scenarios = _codes(columns.scenario)
        self._objective = np.array(columns.objective, dtype=np.int64)
        self._credit = np.array(columns.credit, dtype=np.float64)
        self._difficulty = difficulties(np.array(columns.chance, dtype=np.float64))
        self._width = len(columns.objectives) or 1

    def of_people(self, begin: int, end: int, closely: bool) -> tuple[NDArray[np.int64], NDArray[np.int64], Masteries]:
        """Person, objective and mastery of the cells of some people."""
        firsts = np.append(self._first_results, len(self._observed))
        low, high = int(firsts[begin]), int(firsts[min(end, len(self.people))])
        results = np.repeat(np.arange(low, high), self._observed[low:high])
        here = np.arange(self._first[low], self._first[high])
        chosen = self._chosen[results]
        results, here = results[chosen], here[chosen]
        person = np.searchsorted(self._first_results, results, side="right") - 1
        key = person * self._width + self._objective[here]
        order = np.argsort(key, kind="stable")
        key, here, results = key[order], here[order], results[order]
        if not len(key):
            return key, key, joined(())
        begins = np.diff(key, prepend=-1) != 0
        cells = key[begins]
        chances = Chances(
            np.cumsum(begins) - 1, results, self._scenarios[results], self._credit[here], self._difficulty[here]
        )
        return cells // self._width, cells % self._width, masteries(chances, closely)


def _codes(names: Sequence[str]) -> NDArray[np.int64]:
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)


def _places(names: Sequence[str], among: Sequence[str]) -> NDArray[np.int64]:
    """Where each name stands among others; -1 where it does not."""
    known: Mapping[str, int] = {name: place for place, name in enumerate(among)}
    return np.array([known.get(name, -1) for name in names], dtype=np.int64)
