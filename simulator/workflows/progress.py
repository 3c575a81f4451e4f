"""A person's figures: by course, module and objective, with his attempts and the time that he spent."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.cohort import Compliance, compliance
from scoring.mastery import BANDS, Band, Mastery
from scoring.rubric import CURRENT
from simulator.model.scenario import Course
from simulator.workflows.cells import Filters
from simulator.workflows.permission import demand_own
from simulator.workflows.ports import Result
from simulator.workflows.standing import admitted, stands

if TYPE_CHECKING:
    from simulator.workflows.rehearse import Desk


@dataclass(frozen=True, slots=True)
class ObjectiveFigures:
    """An objective by its full name, with what can be said of it; None where it was not observed."""

    objective: str
    mastery: Mastery | None


@dataclass(frozen=True, slots=True)
class ModuleFigures:
    """A module's objectives, in its order."""

    module: str
    objectives: tuple[ObjectiveFigures, ...]


@dataclass(frozen=True, slots=True)
class CourseFigures:
    """A course's modules, in its order."""

    course: str
    modules: tuple[ModuleFigures, ...]

    @property
    def objectives(self) -> tuple[ObjectiveFigures, ...]:
        """All of its objectives, in order."""
        return tuple(one for module in self.modules for one in module.objectives)

    @property
    def bands(self) -> dict[Band, int]:
        """How many of its objectives are in each band."""
        found = [one.mastery.band for one in self.objectives if one.mastery]
        return {band: found.count(band) for band in BANDS}

    @property
    def observed(self) -> int:
        """How many of its objectives were observed."""
        return sum(one.mastery is not None for one in self.objectives)

    @property
    def of(self) -> int:
        """How many objectives it has."""
        return len(self.objectives)


@dataclass(frozen=True, slots=True)
class PersonFigures:
    """A person's figures.

    Mastery stands on the same evidence for whoever looks: exams, and practice that is shared. What a trainee plays for
    himself would else make a figure that only he sees, and a bar that HR's would not match.

    Attributes:
        name: None once erased.
        attempts: those that are evidence and that the filters leave, the one that ended first at the head, without
            their observations.
        own_practice: those of his own that are no evidence; only where he looks himself.
        withheld: how many of those there are.
        compliance: over ``attempts``.
        passed: how many of ``attempts``.
        seconds: spent in ``attempts``, pauses aside.
        unsettled: his ended attempts whose result is not worked out yet.
    """

    person: str
    name: str | None
    filters: Filters
    courses: tuple[CourseFigures, ...]
    attempts: tuple[Result, ...]
    own_practice: tuple[Result, ...]
    withheld: int
    compliance: Compliance
    passed: int
    seconds: float
    unsettled: int


def person_figures(
    desk: Desk,
    courses: Iterable[Course],
    person: str,
    filters: Filters | None = None,
    own: bool = False,
    rubric: str = CURRENT.version,
) -> PersonFigures:
    """A person's figures, as far as his attempts are settled.

    Args:
        person: his pseudonym.
        own: it is he himself who looks.

    Raises:
        UnknownName: there is no such person.
        Forbidden: he is another, and whoever asks may not see his figures; or his own practice. That is logged.
    """
    demand_own(desk, person, None if own else "figures.see")
    filters = filters or Filters()
    known = stands(desk, person, filters, rubric)
    left = admitted(desk.store.results(person, rubric, with_observations=False), filters)
    attempts = tuple(one for one in left if one.evidence)
    practice = tuple(one for one in left if not one.evidence)
    return PersonFigures(
        person=person,
        name=desk.store.name(person),
        filters=filters,
        courses=tuple(course_figures(chosen_courses(courses, filters), known.mastery)),
        attempts=attempts,
        own_practice=practice if own else (),
        withheld=len(practice),
        compliance=compliance(len(one.breaches) for one in attempts),
        passed=sum(one.passed for one in attempts),
        seconds=sum(one.seconds for one in attempts),
        unsettled=len(desk.store.unsettled(rubric, person)),
    )


def course_figures(courses: Iterable[Course], known: Mapping[str, Mastery]) -> Iterator[CourseFigures]:
    """Courses with what is known of their objectives."""
    for course in courses:
        modules = (
            ModuleFigures(
                module.id,
                tuple(_of(f"{course.course}/{module.id}.{objective.id}", known) for objective in module.objectives),
            )
            for module in course.modules
        )
        yield CourseFigures(course.course, tuple(modules))


def chosen_courses(courses: Iterable[Course], filters: Filters) -> Sequence[Course]:
    """The courses that filters leave."""
    return [course for course in courses if filters.course in (None, course.course)]


def objectives_of(courses: Collection[Course]) -> tuple[str, ...]:
    """The full names of the objectives of courses, in order."""
    return tuple(name for course in courses for name in course.objective_names())


def _of(objective: str, known: Mapping[str, Mastery]) -> ObjectiveFigures:
    return ObjectiveFigures(objective, known.get(objective))
