"""A group at a glance, as HR and the instructor see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Protocol, cast

from scoring.mastery import Mastery
from simulator.model.language import _
from simulator.tui.views.progress import Band, StandingView, standing_view

DecisionKind = Literal["certificate", "not-yet", "appeal", "doubt", "breach", "rating"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be chosen in the filter: names by id."""

    courses: dict[str, str]
    groups: dict[str, str]
    scenarios: dict[str, str]


@dataclass(frozen=True, slots=True)
class ColumnView:
    """One objective of the heat table.

    Attributes:
        at: its place among the columns of the figures, from 0.
        number: its place in its course, from 1.
        module: the title that it stands below.
        observed: somebody was observed on it.
    """

    at: int
    objective: str
    number: int
    statement: str
    module: str
    observed: bool = True


class Cells(Protocol):
    """The figures of people by objectives; nothing is made of a cell before it is looked at."""

    def band(self, row: int, column: int) -> str | None:
        """The band; None where nothing was observed."""

    def n(self, row: int, column: int) -> int:
        """How many observations there are."""

    def at(self, row: int, column: int) -> Mastery | None:
        """The whole cell; None where nothing was observed."""


@dataclass(frozen=True, slots=True)
class HeatView:
    """A course as a table of people by objectives.

    Attributes:
        people: pseudonym and name of each row; the name is empty once he was erased.
        most: the largest number of observations in a cell; no cell has more.
    """

    course: str
    title: str
    columns: tuple[ColumnView, ...]
    people: tuple[tuple[str, str], ...]
    cells: Cells
    most: int = 0

    def observed(self) -> HeatView:
        """The same without the objectives that nobody was observed on; as it is where nobody was on any."""
        seen = tuple(one for one in self.columns if one.observed)
        return replace(self, columns=seen) if seen else self

    def band(self, row: int, column: int) -> Band:
        """The band of a cell."""
        return cast("Band", self.cells.band(row, self.columns[column].at) or "unseen")

    def chances(self, row: int, column: int) -> int:
        """The number of observations of a cell."""
        return self.cells.n(row, self.columns[column].at)

    def standing(self, row: int, column: int) -> StandingView:
        """A cell as the screens of one person show it."""
        of = self.columns[column]
        return standing_view(of.objective, of.number, of.statement, self.cells.at(row, of.at))


@dataclass(frozen=True, slots=True)
class MemberView:
    """Who has done what.

    Attributes:
        attempts, passed: ended and scored ones that others may see.
        minutes: of time spent in them.
        last: when the latest one ended, as lists show it; empty where there is none.
        bands: how many objectives of the course are in which band.
        withheld: practice attempts that are his own.
        undone: assigned scenarios without a finished attempt; ``late`` of them are overdue.
    """

    person: str
    name: str
    attempts: int = 0
    passed: int = 0
    minutes: float = 0.0
    last: str = ""
    bands: tuple[tuple[Band, int], ...] = ()
    withheld: int = 0
    undone: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class DueView:
    """Something that waits for a person's decision.

    Attributes:
        title: the scenario, the course, or what is not there yet.
        renews: the certificate whose place the new one takes.
        why: what makes it wait, in a line; empty for a second rating, which is made without knowing.
    """

    kind: DecisionKind
    person: str
    name: str
    title: str
    when: str = ""
    why: str = ""
    attempt: str = ""
    turn: int = 0
    course: str = ""
    renews: str = ""


@dataclass(frozen=True, slots=True)
class LackView:
    """An objective as the group has it: how many people are in each band; they sum up to the group."""

    objective: str
    number: int
    statement: str
    course: str
    counts: tuple[tuple[Band, int], ...]

    @property
    def people(self) -> int:
        return sum(n for _band, n in self.counts)

    def count(self, band: Band) -> int:
        """How many people are in a band."""
        return dict(self.counts).get(band, 0)


@dataclass(frozen=True, slots=True)
class ScenarioFigures:
    """The scores of one scenario.

    Attributes:
        par: the total that a typical player comes to; None where it cannot be said.
        totals: how many scored attempts came to 0–9, 10–19, …, 90–100.
        median: None where there is no scored attempt.
        first, best, latest: mean totals of the ``again`` people who tried it more than once.
        minutes: the median of time spent; None where there is no attempt.
    """

    scenario: str
    title: str
    par: float | None
    totals: tuple[int, ...]
    median: float | None
    passed: int
    people: int
    first: float | None = None
    best: float | None = None
    latest: float | None = None
    again: int = 0
    minutes: float | None = None

    @property
    def attempts(self) -> int:
        return sum(self.totals)


@dataclass(frozen=True, slots=True)
class AgreementView:
    """How the program and blind raters agree on one line of the rubric.

    Attributes:
        alpha: Krippendorff's, interval; None where there is too little to tell.
        talks: that it stands on.
        among: of the people among themselves; None where no two rated the same talk.
    """

    line: str
    alpha: float | None
    talks: int
    among: float | None = None


@dataclass(frozen=True, slots=True)
class DeskView:
    """Everything that the Group screen shows.

    Attributes:
        people: in the group.
        attempts: that the figures stand on; ``withheld`` ones are practice and their owners' own.
        heats: one a course, in the order of the courses.
        lacks: what the group lacks most first, what nobody met at the end.
        first, best, latest: mean totals over the ``again`` times that somebody tried a scenario more than once.
        minutes: of time spent.
        compliance: what can be said of forbidden acts; empty where there is no talk to say it of.
        rubric: its version.
        parless: hashes of the contents of scenarios whose par was never worked out.
        faults: how many attempts of anybody could not be worked out; they are in no figure.
    """

    people: int
    attempts: int
    withheld: int
    choices: Choices
    heats: tuple[HeatView, ...]
    members: tuple[MemberView, ...] = ()
    due: tuple[DueView, ...] = ()
    lacks: tuple[LackView, ...] = ()
    scenarios: tuple[ScenarioFigures, ...] = ()
    agreement: tuple[AgreementView, ...] = ()
    first: float | None = None
    best: float | None = None
    latest: float | None = None
    again: int = 0
    minutes: float = 0.0
    compliance: str = ""
    rubric: str = ""
    parless: tuple[str, ...] = ()
    faults: int = 0


def decision_word(kind: DecisionKind) -> str:
    """What waits for a decision."""
    return {
        "certificate": _("Certificate"),
        "not-yet": _("Not yet ready"),
        "appeal": _("Appeal"),
        "doubt": _("Possible forbidden act"),
        "breach": _("Forbidden acts"),
        "rating": _("Second rating"),
    }[kind]
