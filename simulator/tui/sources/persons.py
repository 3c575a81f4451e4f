"""One person's figures out of a house, with what was decided on him."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.model.decisions import Appealed, Rated
from simulator.model.language import _, current
from simulator.tui.screens.base import cancelled
from simulator.tui.source import Going
from simulator.tui.sources.names import Names
from simulator.tui.views.decide import decided_lines
from simulator.tui.views.progress import (
    CourseView,
    DecisionView,
    ModuleView,
    ProgressView,
    TalkView,
    certificate_word,
    compliance_text,
    standing_view,
)
from simulator.tui.words import moment
from simulator.workflows.certifying import certificates
from simulator.workflows.deciding import decided_on, person_name
from simulator.workflows.permission import may
from simulator.workflows.progress import person_figures
from simulator.workflows.settling import settle_all, shared_attempts

if TYPE_CHECKING:
    from scoring.mastery import Mastery
    from simulator.workflows.ports import Result
    from simulator.workflows.progress import PersonFigures


class Persons(Names):
    """One person's figures."""

    def progress(self, person: str | None, going: Going) -> ProgressView:
        """As ``Source`` says."""
        who = self.me if person is None else person
        if who is None:  # nobody is entered into the record for having looked at it
            return ProgressView("", self.trainee, tuple(self._course(one.course, {}) for one in self.courses))
        only = None if may(self.desk.actor, "figures.see") else who
        faults = len(settle_all(self.desk, going, cancelled, person=only).faults)
        figures = person_figures(self.desk, self.courses, who, own=person is None)
        shared = shared_attempts(self.desk.store)
        mastery = {one.objective: one.mastery for course in figures.courses for one in course.objectives}
        talks = sorted((*figures.attempts, *figures.own_practice), key=lambda one: one.ended)
        return ProgressView(
            person=who,
            name=figures.name or "",
            courses=tuple(self._course(one.course, mastery) for one in figures.courses),
            talks=tuple(self._talk(one, shared) for one in talks),
            decisions=tuple(self._decisions(figures)),
            compliance=compliance_text(figures.compliance),
            withheld=0 if person is None else figures.withheld,
            rubric=figures.attempts[-1].rubric if figures.attempts else "",
            faults=faults,
        )

    def _course(self, course: str, known: Mapping[str, Mastery | None]) -> CourseView:
        of = next(one for one in self.courses if one.course == course)
        modules = tuple(
            ModuleView(
                module.title.to(current()),
                tuple(
                    standing_view(name, self.objectives[name].number, self.objectives[name].statement, known.get(name))
                    for name in (f"{course}/{module.id}.{one.id}" for one in module.objectives)
                ),
            )
            for module in of.modules
        )
        return CourseView(course, of.title.to(current()), modules)

    def _talk(self, one: Result, shared: frozenset[str]) -> TalkView:
        return TalkView(
            attempt=one.attempt,
            scenario=one.scenario,
            title=self.title(one.scenario),
            when=moment(one.ended),
            mode=one.mode,
            total=one.total,
            pass_mark=one.pass_mark,
            passed=one.passed,
            own=not one.evidence,
            sharing=one.mode == "practice" and (not one.evidence or one.attempt in shared),
            note=_("a reviewer's decision is in it") if one.overruled else "",
        )

    def _decisions(self, figures: PersonFigures) -> Iterable[DecisionView]:
        """What was decided on the person's attempts, and his certificates; the latest first."""
        store = self.desk.store
        decided = {attempt for kind in ("appealed", "overruled", "answered") for attempt in store.decided(kind)}
        found = [
            dated
            for one in (*figures.attempts, *figures.own_practice)
            if one.attempt in decided
            for dated in self._decided(one)
        ]
        found += self._certificates(figures.person)
        return [view for _at, view in sorted(found, key=lambda dated: dated[0], reverse=True)]

    def _decided(self, one: Result) -> Iterable[tuple[datetime, DecisionView]]:
        """What was decided on an attempt, turn by turn, each with the moment of the latest."""
        found = [decision for decision in decided_on(self.desk, one.attempt) if not isinstance(decision.event, Rated)]
        appealed = {decision.event.turn or 0 for decision in found if isinstance(decision.event, Appealed)}
        for turn, lines in decided_lines(found).items():
            at = found[-1].at
            where = _("{a}, turn {n}", a=self.title(one.scenario), n=turn) if turn else self.title(one.scenario)
            kind = _("Appeal") if turn in appealed else _("Decision")
            yield at, DecisionView(kind, where, moment(at), tuple(map(str, lines)), one.attempt, turn)

    def _certificates(self, person: str) -> Iterable[tuple[datetime, DecisionView]]:
        for held in certificates(self.desk, person):
            by = person_name(self.desk.store, held.event.by) or _("(erased)")
            until = held.event.valid_until
            lines = (
                certificate_word(held.state),
                _("Issued on {day}, confirmed by {name}.", day=held.event.issued.isoformat(), name=by),
                _("Valid until {day}.", day=until.isoformat()) if until else _("Valid without an end."),
                _("Code: {code}. `huikuan verify` checks it.", code=held.code),
            )
            at = held.entered.at
            title, identity = self.course_title(held.event.course), held.event.certificate
            yield at, DecisionView(_("Certificate"), title, moment(at), lines, certificate=identity)
