"""A group's figures out of a house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from scoring.mastery import Band as Mastered
from simulator.model.language import current
from simulator.tui.screens.base import cancelled
from simulator.tui.source import Going
from simulator.tui.sources.names import Names
from simulator.tui.views.group import (
    Choices,
    ColumnView,
    DeskView,
    HeatView,
    LackView,
    MemberView,
    ScenarioFigures,
)
from simulator.tui.views.progress import Band, compliance_text
from simulator.tui.words import moment
from simulator.workflows.group import group_figures
from simulator.workflows.people import directory
from simulator.workflows.profiling import profile
from simulator.workflows.settling import settle_all
from simulator.workflows.solutions import scenario_from

if TYPE_CHECKING:
    from scoring.cohort import Shares
    from simulator.workflows.cells import Filters
    from simulator.workflows.group import GroupFigures, Member
    from simulator.workflows.group import ScenarioFigures as OfScenario

_ORDER: tuple[Mastered, ...] = ("meets", "more", "not-yet")


class Groups(Names):
    """A group's figures."""

    def group(self, filters: Filters, going: Going) -> DeskView:
        """As ``Source`` says."""
        faults = len(settle_all(self.desk, going, cancelled).faults)
        figures = group_figures(self.desk, self.courses, filters, going, cancelled)
        choices = Choices(
            {one.course: one.title.to(current()) for one in self.courses},
            dict(directory(self.desk).groups),
            self.scenarios,
        )
        lift = figures.lift
        return DeskView(
            people=len(figures.people),
            attempts=figures.talks,
            withheld=sum(one.withheld for one in figures.people),
            choices=choices,
            heats=tuple(self._heats(figures)),
            members=tuple(_member(one) for one in figures.people),
            lacks=tuple(
                self._lack(figures.objectives[at], figures.shares[at]) for at in (*figures.lacks, *figures.unmet)
            ),
            scenarios=tuple(self._scenario(one) for one in figures.scenarios),
            first=lift.first if lift else None,
            best=lift.best if lift else None,
            latest=lift.latest if lift else None,
            again=lift.pairs if lift else 0,
            minutes=figures.seconds / 60,
            compliance=compliance_text(figures.compliance),
            rubric=figures.rubric,
            faults=faults,
            parless=tuple(one.content for one in figures.scenarios if one.par is None),
        )

    def _heats(self, figures: GroupFigures) -> Iterable[HeatView]:
        people = tuple((one.person, one.name or "") for one in figures.people)
        at = {name: column for column, name in enumerate(figures.objectives)}
        most = int(figures.heat.found.n.max(initial=0))  # over all courses, whose columns are as wide as one another
        for course in self.courses:
            names = [name for name in course.objective_names() if name in at]
            if not names:
                continue
            columns = tuple(
                ColumnView(
                    at[name], name, known.number, known.statement, known.module, figures.shares[at[name]].observed > 0
                )
                for name, known in ((name, self.objectives[name]) for name in names)
            )
            yield HeatView(
                course.course,
                course.title.to(current()),
                columns,
                people,
                figures.heat,
                most,
            )

    def _lack(self, objective: str, of: Shares) -> LackView:
        known = self.objectives[objective]
        counts: tuple[tuple[Band, int], ...] = (
            ("not-yet", of.not_yet),
            ("more", of.more),
            ("meets", of.meets),
            ("unseen", of.not_observed),
        )
        return LackView(objective, known.number, known.statement, known.course, counts)

    def _scenario(self, one: OfScenario) -> ScenarioFigures:
        lift = one.lift
        return ScenarioFigures(
            scenario=one.scenario,
            title=self.title(one.scenario),
            par=one.par,
            totals=one.totals.counts,
            median=one.totals.median,
            passed=one.passed,
            people=one.people,
            first=lift.first if lift else None,
            best=lift.best if lift else None,
            latest=lift.latest if lift else None,
            again=lift.pairs if lift else 0,
            minutes=one.seconds / 60,
        )

    def pars(self, view: DeskView, going: Going) -> Mapping[str, float | None]:
        """As ``Source`` says."""
        found: dict[str, float | None] = {}
        for done, content in enumerate(view.parless):
            going(done, len(view.parless))
            scenario = scenario_from(self.desk.store.content(content))
            found[scenario.id] = profile(self.desk.solutions, scenario, cancelled).par
        return found


def _member(one: Member) -> MemberView:
    return MemberView(
        person=one.person,
        name=one.name or "",
        attempts=one.talks,
        passed=one.passed,
        minutes=one.seconds / 60,
        last=moment(one.last) if one.last else "",
        bands=tuple((band, one.bands.get(band, 0)) for band in _ORDER),
        withheld=one.withheld,
    )
