"""The names of what a house has: objectives by number and statement, scenarios and courses by title."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from simulator.model.language import current
from simulator.tui.words import in_language
from simulator.workflows.permission import known_person

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.model.scenario import Course
    from simulator.workflows.rehearse import Desk


@dataclass(frozen=True, slots=True)
class Known:
    """An objective by what people call it.

    Attributes:
        number: its place in its course, from 1.
    """

    number: int
    statement: str
    module: str
    course: str


class Names:
    """What the people, the objectives and the scenarios of a house are called. Used in threads, one after the other."""

    def __init__(self, house: House, trainee: str) -> None:
        self.house, self.trainee = house, trainee

    @property
    def desk(self) -> Desk:
        return self.house.desk

    @property
    def me(self) -> str | None:
        """The trainee himself, by pseudonym; None where the record does not know him yet."""
        return known_person(self.desk, self.trainee)

    def version(self) -> int:
        """As ``Source`` says."""
        return self.desk.store.results_version()

    # Names

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        return tuple(self.house.library.courses())

    @cached_property
    def objectives(self) -> dict[str, Known]:
        """Every objective of every course by its full name."""
        language = current()
        return {
            f"{course.course}/{module.id}.{one.id}": Known(
                number, one.statement.to(language), module.title.to(language), course.title.to(language)
            )
            for course in self.courses
            for number, (module, one) in enumerate(
                ((module, one) for module in course.modules for one in module.objectives), 1
            )
        }

    @cached_property
    def scenarios(self) -> dict[str, str]:
        """The titles of the scenarios at hand."""
        return {one.id: in_language(one.title)[0] or one.id for one in self.house.library.titles()}

    def title(self, scenario: str) -> str:
        """A scenario's title; its id where it is not at hand."""
        return self.scenarios.get(scenario, scenario)

    def course_title(self, course: str) -> str:
        """A course's title."""
        return next((one.title.to(current()) for one in self.courses if one.course == course), course)
