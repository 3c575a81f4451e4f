"""What reports are made of: the parts of the program they are read from, and the rows that all kinds have."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from simulator import __version__
from simulator.model.decisions import REASONS, Answered, Appealed, Overruled
from simulator.model.errors import StoreDamaged
from simulator.model.figures import figures, fill
from simulator.model.language import Language
from simulator.model.reports import (
    AttemptRow,
    CertificateRow,
    ChainHead,
    DecisionRow,
    Format,
    Head,
    Kind,
    MoveName,
    ObjectiveRef,
    PersonRef,
    ScenarioRef,
    Standing,
)
from simulator.workflows.cells import Asked, Filters, Progress, never, unheeded
from simulator.workflows.certifying import REVOKED_FOR, Held
from simulator.workflows.deciding import Decided, decisions, matter, unanswered
from simulator.workflows.people import roster
from simulator.workflows.rating import unrated
from simulator.workflows.report_words import Say, mode_word, move_word, number
from simulator.workflows.solutions import scenario_from

if TYPE_CHECKING:
    from scoring.mastery import Mastery
    from simulator.model.reports import Document, Report, Table
    from simulator.model.scenario import Course
    from simulator.workflows.people import Roster
    from simulator.workflows.ports import Exports, Library, Result, Title
    from simulator.workflows.rehearse import Desk

_MOVE_NAMES: tuple[MoveName, ...] = ("best", "good", "inaccuracy", "mistake", "blunder", "breach")


class Writer(Protocol):
    """What puts a report into a file."""

    def write(
        self,
        report: Report,
        document: Document,
        tables: Sequence[Table],
        format: Format,
        path: Path,
        tick: Asked,
    ) -> int:
        """Writes the file; how many rows of data are in it. ``tick`` is asked now and then whether to stop.

        Raises:
            Cancelled: somebody asked to stop; what is at the path is of no use.
            OSError: nothing can be written there.
        """


class House(Protocol):
    """The parts of the program that reports are made with."""

    @property
    def desk(self) -> Desk: ...

    @property
    def library(self) -> Library: ...

    @property
    def exports(self) -> Exports: ...

    @property
    def exporter(self) -> Writer: ...


@dataclass(frozen=True, slots=True)
class Request:
    """A report that somebody wants.

    Attributes:
        of: the group's id or name, empty for everybody; the person's pseudonym; the attempt's id; the certificate's id
            or code.
        by: the name of who takes it out.
        identified: whether names stand in it. None for the custom: what is of one person was asked for by his name and
            bears it; a group's report is handed on to people who need figures and no names, and so has pseudonyms.
        table: of CSV, the one table that is wanted; None for all of them in an archive.
    """

    kind: Kind
    of: str
    format: Format
    language: Language
    by: str
    identified: bool | None = None
    filters: Filters = field(default_factory=Filters)
    table: str | None = None

    @property
    def with_names(self) -> bool:
        return self.kind != "group" if self.identified is None else self.identified


class Material:
    """Everything that a report is read from, looked up once; whether it may be made has been asked before."""

    def __init__(self, house: House, request: Request, progress: Progress = unheeded, cancelled: Asked = never) -> None:
        self.house, self.request, self.progress, self.cancelled = house, request, progress, cancelled
        self.desk, self.store = house.desk, house.desk.store
        self.say = Say(request.language)
        self.reader = self.store.known(request.by)
        self.faults = 0

    @cached_property
    def roster(self) -> Roster:
        return roster(self.store)

    @cached_property
    def courses(self) -> Sequence[Course]:
        return self.house.library.courses()

    @cached_property
    def titles(self) -> Mapping[str, Title]:
        return {one.id: one for one in self.house.library.titles()}

    @cached_property
    def objectives(self) -> Mapping[str, ObjectiveRef]:
        """Every objective of the courses, in their order."""
        language = self.request.language
        return {
            f"{course.course}/{module.id}.{one.id}": ObjectiveRef(
                f"{course.course}/{module.id}.{one.id}",
                one.statement.to(language),
                course.title.to(language),
                module.title.to(language),
            )
            for course in self.courses
            for module in course.modules
            for one in module.objectives
        }

    def objective(self, name: str) -> ObjectiveRef:
        return self.objectives.get(name) or ObjectiveRef(name, name)

    # People

    def person(self, pseudonym: str) -> PersonRef:
        """A person as the report may show him."""
        known = self.roster.people.get(pseudonym)
        if known is None or not self.request.with_names:
            return PersonRef(pseudonym)
        return PersonRef(pseudonym, known.name, known.number)

    def label(self, pseudonym: str) -> str:
        """A reviewer, or anybody who is only named."""
        return self.person(pseudonym).label

    def words(self, text: str | None) -> str:
        """What a person wrote or typed. It may name people, so a report without names leaves it out."""
        if text and not self.request.with_names:
            _ = self.say
            return _("(words are left out of a report without names)")
        return text or ""

    @property
    def by(self) -> str:
        """Who takes the report out, as it may show him."""
        if self.request.with_names:
            return self.request.by
        _ = self.say
        return self.reader[:8] if self.reader else _("(nobody known)")

    # Scenarios

    def title(self, scenario: str) -> str:
        known = self.titles.get(scenario)
        if known is None:
            return scenario
        return known.title.get(self.request.language) or next(iter(known.title.values()), scenario)

    @cached_property
    def _endings(self) -> dict[tuple[str, str], str]:
        return {}

    def ending(self, content: str, ending: str) -> str:
        """What an ending of a pinned scenario is called."""
        if (content, ending) not in self._endings:
            try:
                endings = scenario_from(self.store.content(content)).endings
            except StoreDamaged:  # the figures stand all the same; ``verify`` tells what is broken
                endings = {}
            for name, one in endings.items():
                self._endings[content, name] = one.name.to(self.request.language) if one.name else name
            self._endings.setdefault((content, ending), ending)
        return self._endings[content, ending]

    @cached_property
    def _fields(self) -> dict[str, dict[str, str]]:
        return {}

    def field(self, content: str, name: str) -> str:
        """What a field of a pinned scenario asks."""
        if content not in self._fields:
            language = self.request.language
            try:
                scenario = scenario_from(self.store.content(content))
            except StoreDamaged:  # as with endings
                self._fields[content] = {}
            else:
                known = figures(scenario, language)
                asked = (*scenario.preparation, *scenario.note)
                self._fields[content] = {one.id: fill(one.ask.to(language), known) for one in asked if one.ask}
        return self._fields[content].get(name, name)

    # Rows

    def attempt(self, result: Result, before: float | None = None) -> AttemptRow:
        return AttemptRow(
            attempt=result.attempt,
            person=self.person(result.person),
            scenario=result.scenario,
            title=self.title(result.scenario),
            mode=result.mode,
            language=result.language,
            started=result.started,
            ended=result.ended,
            seconds=result.seconds,
            turns=result.turns,
            total=result.total,
            pass_mark=result.pass_mark,
            passed=result.passed,
            result=result.parts.get("result"),
            tactics=result.parts.get("tactics"),
            discovery=result.parts.get("discovery"),
            paperwork=result.parts.get("paperwork"),
            breaches=result.breaches,
            worth=result.worth,
            best=result.best,
            floor=result.floor,
            ending=self.ending(result.content, result.ending),
            rubric=result.rubric,
            content=result.content,
            head=result.head,
            assignment=result.assignment,
            before=before,
        )

    def total_before(self, result: Result) -> float | None:
        """What the program totalled where a reviewer's decision is in the result; solves the scenario if need be."""
        if not result.overruled:
            return None
        card = matter(self.desk, result.attempt).original().scorecard
        return card.total if card else None

    def standing(self, person: str, objective: str, known: Mastery) -> Standing:
        return Standing(
            person=person,
            objective=objective,
            band=known.band,
            mastery=known.p_std,
            taken=known.taken,
            chances=known.n,
            attempts=known.attempts,
            scenarios=known.scenarios,
            needed=known.further or None,
            trend=known.trend,
        )

    @cached_property
    def _appealed(self) -> dict[str, int]:
        """Appeals that wait, by attempt."""
        found: dict[str, int] = {}
        for attempt, _plea in unanswered(self.store):
            found[attempt] = found.get(attempt, 0) + 1
        return found

    def unrated(self, results: Iterable[Result]) -> frozenset[str]:
        """The attempts among some that wait for a second rating."""
        return frozenset(one.attempt for one in unrated(self.store, among=results))

    def waiting(self, results: Iterable[Result], unrated: Collection[str], held: Iterable[Held]) -> tuple[str, ...]:
        """What waits for a reviewer among a person's attempts and certificates, in words."""
        _, attempts = self.say, [one.attempt for one in results]
        appeals = sum(self._appealed.get(one, 0) for one in attempts)
        ratings = sum(one in unrated for one in attempts)
        found = []
        if appeals:
            found.append(_("appeals: {count}", count=appeals))
        if ratings:
            found.append(_("second ratings: {count}", count=ratings))
        if any(one.state == "due" for one in held):
            found.append(_("a certificate to be renewed"))
        return tuple(found)

    def certificate(self, held: Held) -> CertificateRow:
        event = held.event
        return CertificateRow(
            code=held.code,
            person=self.person(event.person),
            course=self.course_title(event.course),
            issued=event.issued,
            valid_until=event.valid_until,
            by=self.label(event.by),
            revoked=self.revoked(held),
        )

    def course_title(self, course: str) -> str:
        known = next((one for one in self.courses if one.course == course), None)
        return known.title.to(self.request.language) if known else course

    def revoked(self, held: Held) -> str | None:
        """Why a certificate was revoked, in words; None where it was not."""
        reason = getattr(held.revoked.event, "reason", "") if held.revoked else None
        if reason is None:
            return None
        return self.say(REVOKED_FOR[reason]) if reason in REVOKED_FOR else reason

    def decisions(self, attempts: Iterable[str]) -> tuple[DecisionRow, ...]:
        """Appeals, their answers, and what was overruled on some attempts, in the order of time."""
        wanted = frozenset(attempts)
        decided = {one for kind in ("appealed", "overruled") for one in self.store.decided(kind)}
        found: list[DecisionRow] = []
        for attempt in sorted(decided & wanted):
            started = self.store.events(attempt)[0].event
            person = self.person(getattr(started, "person", ""))
            every = decisions(self.store, attempt)
            answers = {one.event.appeal: one for one in every if isinstance(one.event, Answered)}
            found.extend(row for one in every if (row := self._decision(attempt, person, one, answers)))
        return tuple(sorted(found, key=lambda row: row.at))

    def _decision(
        self, attempt: str, person: PersonRef, one: Decided, answers: Mapping[int, Decided]
    ) -> DecisionRow | None:
        _ = self.say
        event = one.event
        text = self.words(one.text)
        if isinstance(event, Appealed):
            answer = answers.get(one.seq)
            state = _("open")
            if answer is not None and isinstance(answer.event, Answered):
                state = _("upheld") if answer.event.upheld else _("refused")
                text = _("{appeal} — answered: {answer}", appeal=text, answer=self.words(answer.text))
            who = self.label(event.by)
            return DecisionRow(one.at, person, attempt, event.turn, _("appeal"), "", "", "", text, who, state)
        if isinstance(event, Overruled):
            what = {"name": _("name of the move"), "breach": _("breach"), "total": _("total")}[event.what]
            before, after = (self._value(value) for value in (event.before, event.after))
            reason = _(REASONS[event.reason])
            by = self.label(event.by)
            return DecisionRow(one.at, person, attempt, event.turn, what, before, after, reason, text, by, _("stands"))
        return None

    def _value(self, value: str | bool | float) -> str:
        _ = self.say
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, str):
            return next((move_word(_, name) for name in _MOVE_NAMES if name == value), value)
        return number(value)

    # The head

    def head(self, results: Sequence[Result], attempt: str = "", missing: Iterable[str] = ()) -> Head:
        """What stands on the report.

        Args:
            attempt: the one that the report is of, if it is of one.
        """
        seq, journal = self.store.journal_head()
        heads = {one.attempt: one.head for one in results}
        of_attempt = self.store.head(attempt) if attempt else (-1, "")
        if attempt:
            heads[attempt] = of_attempt[1]
        lines = "".join(f"{name} {heads[name]}\n" for name in sorted(heads))
        versions: dict[str, dict[str, None]] = {}
        for one in results:
            versions.setdefault(one.scenario, {})[one.content] = None
        return Head(
            kind=self.request.kind,
            made=self.desk.now(),
            by=self.by,
            language=self.request.language,
            identified=self.request.with_names,
            simulated=self.store.simulated,
            program=__version__,
            rubrics=tuple(sorted({one.rubric for one in results})),
            scenarios=tuple(ScenarioRef(name, self.title(name), tuple(versions[name])) for name in sorted(versions)),
            chain=ChainHead(
                journal_seq=seq,
                journal=journal if seq >= 0 else "",
                attempts=len(heads),
                digest=hashlib.sha256(lines.encode()).hexdigest(),
                attempt=of_attempt[1],
                attempt_seq=of_attempt[0],
            ),
            filters=tuple(self._filters()),
            missing=(*missing, *self._faults()),
        )

    def _faults(self) -> Iterable[str]:
        if self.faults:
            _ = self.say
            yield _(
                "{count} attempts could not be marked and are not in here; `huikuan verify` tells why.",
                count=self.faults,
            )

    def _filters(self) -> Iterable[tuple[str, str]]:
        _, filters = self.say, self.request.filters
        if filters.course is not None:
            yield _("course"), self.course_title(filters.course)
        if filters.group is not None:
            yield _("group"), self.roster.groups.get(filters.group, filters.group)
        if filters.scenario is not None:
            yield _("scenario"), self.title(filters.scenario)
        if filters.since is not None or filters.until is not None:
            since = str(filters.since) if filters.since else _("the beginning")
            yield _("period"), _("{since} to {until}", since=since, until=filters.until or _("today"))
        if filters.mode is not None:
            yield _("mode"), mode_word(_, filters.mode)
        if filters.language is not None:
            yield _("language of the talk"), {"zh": "中文", "en": "English"}[filters.language]
        if filters.assignment is not None:
            yield _("assignment"), filters.assignment
