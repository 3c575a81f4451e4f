"""What waits for somebody in a group: for a decision, for a second rating, for what was assigned to be done."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property
from typing import TYPE_CHECKING, cast

from scoring.rubric import CURRENT
from simulator.model.decisions import LINES
from simulator.model.language import _
from simulator.model.record import Started
from simulator.tui.source import Going, Waiting
from simulator.tui.sources.names import Names
from simulator.tui.views.group import AgreementView, DeskView, DueView, HeatView
from simulator.tui.views.words import part_word
from simulator.tui.words import moment
from simulator.workflows.assigning import concerned, every_assignment
from simulator.workflows.certifying import SHARE, Standard, certificates, propose, standard_of
from simulator.workflows.deciding import decided_on, in_doubt, waiting
from simulator.workflows.people import directory
from simulator.workflows.rating import agreed, due_for_rating

if TYPE_CHECKING:
    from simulator.workflows.ports import Library, Result


class Waits(Names):
    """What waits for somebody in a group."""

    def waiting(self, view: DeskView, going: Going) -> Waiting:
        """As ``Source`` says."""
        names = {one.person: one.name for one in view.members}
        found = [*self._appeals(names), *self._doubts(names)]
        going(0, 0)
        found += self._breaches(names)
        going(0, 0)
        assigned = self._assigned()
        for heat in view.heats:
            found += self._certificates_due(heat, assigned, going)
        found += self._ratings(names)
        found += self._not_ready(view)  # last, since in a young group it is nearly everybody
        going(0, 0)
        return Waiting(tuple(found), self._undone(names), tuple(self._agreement()))

    def _agreement(self) -> Iterable[AgreementView]:
        """How far blind raters agree with the program and with one another, by line of the rubric."""
        found = agreed(self.desk)
        for line in LINES:
            of, among = found.program.get(line), found.human.get(line)
            if of is None:
                continue
            name = _("Compliance") if line == "compliance" else part_word(line)
            yield AgreementView(name, of.alpha, of.attempts, among.alpha if among else None)

    def _assigned(self) -> Mapping[str, set[str]]:
        """The scenarios that each has under assignments that stand."""
        known, found = directory(self.desk), defaultdict[str, set[str]](set)
        for one in every_assignment(self.desk):
            for person in () if one.is_withdrawn else concerned(known, one):
                found[person.person].update(one.event.scenarios)
        return found

    @cached_property
    def _standards(self) -> Mapping[str, Standard]:
        """The standard of each course. Reads every published scenario, which takes seconds."""
        once = cast("Library", _ReadOnce(self.house.library))
        return {course.course: standard_of(once, course) for course in self.courses}

    def _undone(self, names: Mapping[str, str]) -> Mapping[str, tuple[int, int]]:
        """How much of what each was assigned has no finished attempt, and how much of that is late."""
        store, now = self.desk.store, self.desk.now()
        standing = [one for one in every_assignment(self.desk) if not one.is_withdrawn]
        if not standing:
            return {}
        finished = {(one.person, one.assignment, one.scenario) for one in store.attempts() if one.finished}
        known, found = directory(self.desk), dict.fromkeys(names, (0, 0))
        for one in standing:
            is_late = one.event.due is not None and one.event.due < now
            for person in concerned(known, one):
                if person.person in found:
                    open_ = sum((person.person, one.id, scenario) not in finished for scenario in one.event.scenarios)
                    undone, late = found[person.person]
                    found[person.person] = (undone + open_, late + open_ * is_late)
        return {person: counts for person, counts in found.items() if counts[0]}

    def _appeals(self, names: Mapping[str, str]) -> Iterable[DueView]:
        for attempt, plea in waiting(self.desk):
            started = self.desk.store.events(attempt)[0].event
            if not isinstance(started, Started) or started.person not in names:
                continue
            said = next((one for one in decided_on(self.desk, attempt) if one.seq == plea.seq), None)
            where = _("turn {turn}", turn=plea.turn) if plea.turn else _("the attempt as a whole")
            yield DueView(
                "appeal",
                started.person,
                names[started.person],
                _("{a}, {b}", a=self.title(started.scenario), b=where),
                moment(said.at) if said else "",
                (said.text or _("(erased)")) if said else "",
                attempt,
                plea.turn or 0,
            )

    def _doubts(self, names: Mapping[str, str]) -> Iterable[DueView]:
        """The lines that may be a forbidden act and that nobody has looked at."""
        for attempt, turn in in_doubt(self.desk):
            events = self.desk.store.events(attempt)
            started = events[0].event
            if not isinstance(started, Started) or started.person not in names:
                continue
            where = _("turn {turn}", turn=turn)
            why = _(
                "What was typed may be a forbidden act. Until somebody has looked at it, nobody is certified on it."
            )
            yield DueView(
                "doubt",
                started.person,
                names[started.person],
                _("{a}, {b}", a=self.title(started.scenario), b=where),
                moment(events[-1].at),
                why,
                attempt,
                turn,
            )

    def _breaches(self, names: Mapping[str, str]) -> Iterable[DueView]:
        """Who committed forbidden acts in talks that count, those with most of them first."""
        found: defaultdict[str, list[Result]] = defaultdict(list)
        for one in self.desk.store.results(rubric=CURRENT.version, with_observations=False):
            if one.evidence and one.breaches and one.person in names:
                found[one.person].append(one)
        why = _("Nobody is certified on talks with a forbidden act. Enter opens the latest of them at that turn.")
        for person, talks in sorted(found.items(), key=lambda each: -len(each[1])):
            last = max(talks, key=lambda each: each.ended)
            title = _("in {n} talks", n=len(talks)) if len(talks) > 1 else _("in one talk")
            yield DueView(
                "breach", person, names[person], title, moment(last.ended), why, last.attempt, last.breaches[0]
            )

    def _not_ready(self, view: DeskView) -> Iterable[DueView]:
        """Whom the program holds for not ready, those with most against them first. It proposes; people decide."""
        found = [(dict(one.bands).get("not-yet", 0), one) for one in view.members]
        for count, one in sorted(found, key=lambda each: -each[0]):
            if count:
                title = _("{n} objectives not yet", n=count) if count > 1 else _("one objective not yet")
                why = _(
                    "Look at the lines before you decide: Enter opens the person, Enter there an objective's lines."
                )
                yield DueView("not-yet", one.person, one.name, title, one.last, why)

    def _certificates_due(self, heat: HeatView, assigned: Mapping[str, set[str]], going: Going) -> Iterable[DueView]:
        """Who meets a course's standard and has no certificate, and whose certificate is to be renewed."""
        held = {
            one.event.person: one
            for one in certificates(self.desk)
            if one.event.course == heat.course and one.state in ("valid", "due")
        }
        columns = range(len(heat.columns))
        for row, (person, name) in enumerate(heat.people):
            going(0, 0)
            has = held.get(person)
            if (has and has.state == "valid") or all(heat.band(row, at) != "meets" for at in columns):
                continue
            asked = self._standards[heat.course].asked(assigned.get(person, ()))
            if self._may_meet(heat, row, asked) and propose(self.desk, person, heat.course, asked).is_met:
                why = _("The standard of the course is met. Nothing is certified before somebody confirms it.")
                why = _("The certificate ends soon; the standard is met.") if has else why
                renews = has.event.certificate if has else ""
                yield DueView("certificate", person, name, heat.title, "", why, course=heat.course, renews=renews)

    def _may_meet(self, heat: HeatView, row: int, asked: Sequence[str]) -> bool:
        """Whether it is worth looking closer: enough objectives meet the standard, and none is not yet."""
        bands = [heat.band(row, at) for at, one in enumerate(heat.columns) if one.objective in asked]
        return bool(bands) and "not-yet" not in bands and bands.count("meets") >= SHARE * len(bands)

    def _ratings(self, names: Mapping[str, str]) -> Iterable[DueView]:
        """What waits for a second rating. Why it does is not said: that a case is borderline tells its total."""
        for one in due_for_rating(self.desk, self.trainee):
            if one.person in names:
                yield DueView("rating", one.person, names[one.person], self.title(one.scenario), attempt=one.attempt)


class _ReadOnce:
    """A library that reads each of its scenarios once, for as long as this is held."""

    def __init__(self, library: Library) -> None:
        self.titles, self.catalogue, self.handbook = library.titles, library.catalogue, library.handbook
        self.read = cache(library.read)
