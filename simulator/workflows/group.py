"""A group's figures: who stands where on what, what the group lacks, and how its talks went, scenario by scenario."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from math import fsum
from typing import TYPE_CHECKING

from scoring.cohort import Compliance, Lift, Shares, Spread, compliance, lift, shares, spread
from scoring.mastery import Band
from scoring.rubric import CURRENT
from simulator.model.scenario import Course
from simulator.workflows.cells import Asked, Filters, Progress, Table, never, unheeded, work_out
from simulator.workflows.people import Person, roster
from simulator.workflows.permission import needs
from simulator.workflows.profiling import remembered
from simulator.workflows.progress import chosen_courses, objectives_of
from simulator.workflows.standing import Body, Talks, bodies, cells_of

if TYPE_CHECKING:
    from simulator.workflows.rehearse import Desk


@dataclass(frozen=True, slots=True)
class Member:
    """Who has done what.

    Attributes:
        name: None once erased.
        group: as it is now; None for none.
        talks, passed: attempts that are evidence.
        seconds: spent in them, pauses aside.
        last: when the latest of them ended, in UTC; None where there is none.
        bands: how many of the objectives shown are in each band.
        withheld: practice attempts that are his own, whatever the filters.
    """

    person: str
    name: str | None
    group: str | None
    talks: int
    passed: int
    seconds: float
    last: datetime | None
    bands: Mapping[Band, int]
    withheld: int


@dataclass(frozen=True, slots=True)
class ScenarioFigures:
    """How the talks on a scenario went.

    Attributes:
        content: hash of a content that one of them played last.
        people: how many played it.
        totals: 0–100.
        par: what the typical player totals on average with no form asked; None where it was not worked out.
        seconds: of a talk, the mean.
        lift: None where nobody played it twice.
    """

    scenario: str
    content: str
    talks: int
    people: int
    passed: int
    totals: Spread
    par: float | None
    seconds: float
    lift: Lift | None


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """A group's figures. Where there is no data the lists are empty and the figures None.

    Attributes:
        people: in the order of their names, the erased last; the rows of ``heat``.
        objectives: in the order of the courses; the columns of ``heat``.
        shares: a column each.
        scenarios: in the order of their ids.
        totals: of all talks; None for no talk.
        contents: that of each scenario, to work the missing pars out.
        unsettled: ended attempts of anybody whose result is not worked out yet.
    """

    filters: Filters
    rubric: str
    people: tuple[Member, ...]
    objectives: tuple[str, ...]
    heat: Table
    shares: tuple[Shares, ...]
    scenarios: tuple[ScenarioFigures, ...]
    totals: Spread | None
    lift: Lift | None
    compliance: Compliance
    talks: int
    passed: int
    seconds: float
    contents: tuple[str, ...]
    unsettled: int

    @property
    def lacks(self) -> tuple[int, ...]:
        """The columns observed, those first of which the largest share does not meet the standard yet.

        Of equal shares the larger share that needs more evidence comes first, then the order of the courses.
        """
        return tuple(sorted((at for at, one in enumerate(self.shares) if one.observed), key=self._lack))

    @property
    def unmet(self) -> tuple[int, ...]:
        """The columns that nobody was observed on."""
        return tuple(at for at, one in enumerate(self.shares) if not one.observed)

    def _lack(self, at: int) -> tuple[float, float, int]:
        one = self.shares[at]
        return -one.not_yet / one.observed, -one.more / one.observed, at


@needs("figures.see")
def group_figures(
    desk: Desk,
    courses: Iterable[Course],
    filters: Filters | None = None,
    progress: Progress = unheeded,
    cancelled: Asked = never,
    rubric: str = CURRENT.version,
) -> GroupFigures:
    """A group's figures, or the whole house's, as far as attempts are settled.

    Who left the house is not among them, nor an erased person of a group so small that figures would tell of him.
    Without a group, who is on no roster is shown if he has a talk that counts.

    Raises:
        Cancelled: somebody asked to stop.
    """
    filters = filters or Filters()
    people = {one.person: one for one in _people(desk, filters)}
    kept = bodies(desk.store, list(people), rubric, progress, cancelled) if people else []
    talks = {body.person: body.talks.admitted(filters) for body in kept}
    kept = [body for body in kept if _is_shown(people[body.person], len(talks[body.person]))]
    objectives = objectives_of(chosen_courses(courses, filters))
    heat = _heat(desk, kept, objectives, filters, progress, cancelled, rubric)
    every = Every(kept, [talks[body.person] for body in kept])
    scenarios = _scenarios(desk, kept, every)
    return GroupFigures(
        filters=filters,
        rubric=rubric,
        people=tuple(
            _member(people[body.person], body, talks[body.person], heat, row) for row, body in enumerate(kept)
        ),
        objectives=objectives,
        heat=heat,
        shares=tuple(shares(heat.of_column(column), len(kept)) for column in range(len(objectives))),
        scenarios=scenarios,
        totals=spread(every.total),
        lift=lift(every.again()),
        compliance=compliance(every.breaches),
        talks=len(every.total),
        passed=sum(every.passed),
        seconds=fsum(every.seconds),
        contents=tuple(one.content for one in scenarios),
        unsettled=len(desk.store.unsettled(rubric)),
    )


def _people(desk: Desk, filters: Filters) -> list[Person]:
    """Those who may be shown, in the order of their names."""
    known = roster(desk.store)
    return [
        one
        for one in known.people.values()
        if one.left is None and one.person not in known.silent and filters.group in (None, one.group)
    ]


def _is_shown(person: Person, talks: int) -> bool:
    return talks > 0 or (person.is_listed and not person.is_erased)


def _heat(
    desk: Desk,
    kept: Sequence[Body],
    objectives: Sequence[str],
    filters: Filters,
    progress: Progress,
    cancelled: Asked,
    rubric: str,
) -> Table:
    people = [body.person for body in kept]
    if not filters.narrows_attempts or not people:
        return cells_of(kept).table(people, objectives)
    columns = desk.store.evidence_columns(rubric, people[0] if len(people) == 1 else None)
    return work_out(columns, filters, False, progress, cancelled, people).table(people, objectives)


def _member(person: Person, body: Body, talks: Talks, heat: Table, row: int) -> Member:
    return Member(
        person=person.person,
        name=person.name,
        group=person.group,
        talks=len(talks),
        passed=sum(talks.passed),
        seconds=fsum(talks.seconds),
        last=datetime.fromisoformat(talks.ended[-1]) if len(talks) else None,
        bands=heat.of_row(row),
        withheld=body.own,
    )


class Every:
    """The talks of many people, in columns, a person's together, oldest first."""

    def __init__(self, kept: Sequence[Body], talks: Sequence[Talks]) -> None:
        self.people = [body.person for body, of_person in zip(kept, talks, strict=True) for _one in of_person.attempt]
        self.scenario = list(chain.from_iterable(one.scenario for one in talks))
        self.total = list(chain.from_iterable(one.total for one in talks))
        self.passed = list(chain.from_iterable(one.passed for one in talks))
        self.breaches = list(chain.from_iterable(one.breaches for one in talks))
        self.seconds = list(chain.from_iterable(one.seconds for one in talks))

    def by_scenario(self) -> dict[str, list[int]]:
        """The places of the talks on each scenario, in the order of their ids."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for place, scenario in enumerate(self.scenario):
            found[scenario].append(place)
        return dict(sorted(found.items()))

    def again(self, places: Iterable[int] | None = None) -> list[list[float]]:
        """The totals of each person on each scenario, oldest first."""
        found: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        for place in range(len(self.total)) if places is None else places:
            found[self.people[place], self.scenario[place]].append(self.total[place])
        return list(found.values())


def _scenarios(desk: Desk, kept: Sequence[Body], every: Every) -> tuple[ScenarioFigures, ...]:
    contents = {scenario: content for body in kept for scenario, content in body.contents.items()}
    return tuple(
        _scenario(desk, scenario, contents[scenario], every, places) for scenario, places in every.by_scenario().items()
    )


def _scenario(desk: Desk, scenario: str, content: str, every: Every, places: Sequence[int]) -> ScenarioFigures:
    totals = spread(every.total[place] for place in places)
    if totals is None:
        raise AssertionError("a scenario is only named by talks on it")
    profile = remembered(desk.solutions, desk.store.content(content))
    return ScenarioFigures(
        scenario=scenario,
        content=content,
        talks=len(places),
        people=len({every.people[place] for place in places}),
        passed=sum(every.passed[place] for place in places),
        totals=totals,
        par=profile.par if profile else None,
        seconds=fsum(every.seconds[place] for place in places) / len(places),
        lift=lift(every.again(places)),
    )
