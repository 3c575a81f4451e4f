"""The figures of a group and of a person as reports; nothing in them is worked out here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from statistics import median

from scoring.mastery import BANDS
from scoring.objectives import Observation
from simulator.model.errors import UsageError
from simulator.model.position import Move
from simulator.model.reports import (
    Advice,
    AgreementRow,
    AttemptRow,
    GroupReport,
    ObservationRow,
    Part,
    PersonReport,
    PersonRow,
    ScenarioScores,
    Standing,
)
from simulator.workflows.certifying import Held, certificates
from simulator.workflows.group import GroupFigures, Member, group_figures
from simulator.workflows.next_practice import assigned_objectives, next_practice
from simulator.workflows.ports import Result
from simulator.workflows.profiling import library_profiles
from simulator.workflows.progress import PersonFigures, person_figures
from simulator.workflows.rating import agreed
from simulator.workflows.report_material import Material
from simulator.workflows.report_words import part_word
from simulator.workflows.standing import admitted

ALONE = 1


# The group


def group_report(material: Material) -> GroupReport:
    """A group's figures, or everybody's.

    Raises:
        UnknownName: there is no such group.
        Cancelled: somebody asked to stop.
    """
    _, request = material.say, material.request
    group = material.roster.group(request.of) if request.of else request.filters.group
    filters = replace(request.filters, group=group)
    figures = group_figures(material.desk, material.courses, filters, material.progress, material.cancelled)
    order = _order(material, figures)
    results = _results(material, figures, order)
    by_person: defaultdict[str, list[Result]] = defaultdict(list)
    for one in results:
        by_person[one.person].append(one)
    unrated = material.unrated(results)
    members = {one.person for one in figures.people}
    held = [one for one in certificates(material.desk) if one.event.person in members]
    columns = [column for column, share in enumerate(figures.shares) if share.observed]
    attempts = tuple(material.attempt(one) for one in results)
    return GroupReport(
        head=material.head(results, missing=_missing(material, figures)),
        group=group or "",
        title=material.roster.groups.get(group, group) if group else _("Everybody"),
        people=tuple(
            _person_row(material, figures.people[row], by_person[figures.people[row].person], unrated, held)
            for row in order
        ),
        objectives=tuple(material.objective(figures.objectives[column]) for column in columns),
        unmet=tuple(material.objective(figures.objectives[column]) for column in figures.unmet),
        standings=tuple(_standings(material, figures, order, columns)),
        scenarios=tuple(_scenarios(material, figures, results)),
        attempts=attempts,
        decisions=material.decisions(one.attempt for one in results),
        certificates=tuple(material.certificate(one) for one in held),
        agreement=_agreement(material, results),
        talks=figures.compliance.talks,
        breach_bound=figures.compliance.at_most,
        observations=_Observations(material, results),
    )


def _order(material: Material, figures: GroupFigures) -> list[int]:
    """The rows of the people in order: by name, and without names by pseudonym, or the order would tell."""
    rows = range(len(figures.people))
    return list(rows) if material.request.with_names else sorted(rows, key=lambda row: figures.people[row].person)


def _results(material: Material, figures: GroupFigures, order: Sequence[int]) -> list[Result]:
    """The results that the figures stand on, in the order of the people and then of time."""
    found: dict[str, list[Result]] = {figures.people[row].person: [] for row in order}
    every = material.store.results(rubric=figures.rubric, with_observations=False)
    for one in admitted([one for one in every if one.evidence and one.person in found], figures.filters):
        found[one.person].append(one)
    return [one for of_person in found.values() for one in of_person]


def _missing(material: Material, figures: GroupFigures) -> Iterator[str]:
    _ = material.say
    withheld = sum(one.withheld for one in figures.people)
    if len(figures.people) == ALONE:
        yield _("This group is one person: its figures are his.")
    if withheld:
        yield _("{count} practice attempts are people's own and are not shown.", count=withheld)


def _person_row(
    material: Material, member: Member, results: Sequence[Result], unrated: Collection[str], held: Sequence[Held]
) -> PersonRow:
    own = [one for one in held if one.event.person == member.person]
    valid = [one.event.valid_until for one in own if one.state in ("valid", "due") and one.event.valid_until]
    return PersonRow(
        person=material.person(member.person),
        attempts=member.talks,
        passed=member.passed,
        breaches=sum(bool(one.breaches) for one in results),
        seconds=member.seconds,
        last=member.last,
        **_totals(results),
        meets=member.bands.get("meets", 0),
        more=member.bands.get("more", 0),
        not_yet=member.bands.get("not-yet", 0),
        certificate=max(valid, default=None),
        waiting=material.waiting(results, unrated, own),
    )


def _totals(results: Sequence[Result]) -> dict[str, float | None]:
    totals = [one.total for one in results]
    return {
        "first": totals[0] if totals else None,
        "latest": totals[-1] if totals else None,
        "best": max(totals, default=None),
        "lift": max(totals) - totals[0] if len(totals) > ALONE else None,
    }


def _standings(
    material: Material, figures: GroupFigures, order: Sequence[int], columns: Sequence[int]
) -> Iterator[Standing]:
    heat = figures.heat
    for row in order:
        member = figures.people[row]
        for column in columns:
            known = heat.at(row, column)
            if known is not None:
                yield material.standing(member.person, figures.objectives[column], known)


def _scenarios(material: Material, figures: GroupFigures, results: Sequence[Result]) -> Iterator[ScenarioScores]:
    by_scenario: defaultdict[str, list[Result]] = defaultdict(list)
    for one in results:
        by_scenario[one.scenario].append(one)
    for figure in figures.scenarios:
        played = by_scenario[figure.scenario]
        known = material.titles.get(figure.scenario)
        yield ScenarioScores(
            scenario=figure.scenario,
            title=material.title(figure.scenario),
            level=known.level if known else None,
            par=figure.par,
            pass_mark=played[-1].pass_mark if played else 0.0,
            people=figure.people,
            passed=figure.passed,
            totals=tuple(sorted(one.total for one in played)),
            seconds=median(one.seconds for one in played) if played else None,
        )


def _agreement(material: Material, results: Sequence[Result]) -> tuple[AgreementRow, ...]:
    found = agreed(material.desk, [one.attempt for one in results])
    lines = dict.fromkeys((*found.human, *found.program))
    rows = []
    for line in lines:
        people, program = found.human.get(line), found.program.get(line)
        rows.append(
            AgreementRow(
                line=_line_word(material, line),
                people=people.alpha if people else None,
                people_talks=people.attempts if people else 0,
                program=program.alpha if program else None,
                program_talks=program.attempts if program else 0,
            )
        )
    return tuple(rows)


def _line_word(material: Material, line: str) -> str:
    parts: tuple[Part, ...] = ("result", "tactics", "discovery", "paperwork")
    return next((part_word(material.say, part) for part in parts if part == line), material.say("Compliance"))


class _Observations:
    """Every observation of some results, read person by person whenever it is gone through."""

    def __init__(self, material: Material, results: Sequence[Result]) -> None:
        self._store = material.store
        self._rubric = results[0].rubric if results else ""
        self._wanted: defaultdict[str, set[str]] = defaultdict(set)
        for one in results:
            self._wanted[one.person].add(one.attempt)

    def __iter__(self) -> Iterator[Observation]:
        for person, attempts in self._wanted.items():
            for result in self._store.results(person, self._rubric):
                if result.attempt in attempts:
                    yield from result.observations


def observation_row(one: Observation, person: str, label: str = "") -> ObservationRow:
    return ObservationRow(
        one.attempt, person, one.objective, one.turn, one.credit, one.reason, one.what, one.chance_of_good, label
    )


# The person


def person_report(material: Material) -> PersonReport:
    """A person's figures, with the lines that they stand on. His own report holds his own practice too.

    Raises:
        UnknownName: there is no such person.
    """
    _, request = material.say, material.request
    person = request.of
    own = material.reader == person
    figures = person_figures(material.desk, material.courses, person, request.filters, own)
    if figures.name is None and request.with_names:
        raise UsageError(_("The data of this person were erased; only a report without names can be made of him."))
    results = sorted((*figures.attempts, *figures.own_practice), key=lambda one: one.ended)
    attempts = tuple(material.attempt(one, material.total_before(one)) for one in results)
    held = certificates(material.desk, person)
    known = [one for course in figures.courses for one in course.objectives]
    standings = tuple(material.standing(person, one.objective, one.mastery) for one in known if one.mastery is not None)
    member = material.roster.people.get(person)
    group = material.roster.groups.get(member.group, member.group) if member and member.group else None
    return PersonReport(
        head=material.head(results, missing=_missing_of(material, figures, own)),
        person=material.person(person),
        groups=(group,) if group else (),
        summary=_summary(material, figures, standings, attempts, held),
        objectives=tuple(material.objective(one.objective) for one in known if one.mastery is not None),
        unmet=tuple(material.objective(one.objective) for one in known if one.mastery is None),
        standings=standings,
        attempts=attempts,
        decisions=material.decisions(one.attempt for one in results),
        certificates=tuple(material.certificate(one) for one in held),
        advice=tuple(_advice(material, person)) if figures.name is not None else (),
        talks=figures.compliance.talks,
        breach_bound=figures.compliance.at_most,
        observations=tuple(_observations_of(material, person, {one.attempt for one in figures.attempts})),
    )


def _missing_of(material: Material, figures: PersonFigures, own: bool) -> Iterator[str]:
    _ = material.say
    if own and figures.own_practice:
        yield _(
            "{count} of the attempts are your own practice: they are listed, and count for no objective.",
            count=len(figures.own_practice),
        )
    elif figures.withheld:
        yield _("{count} practice attempts are his own and are not shown.", count=figures.withheld)


def _summary(
    material: Material,
    figures: PersonFigures,
    standings: Sequence[Standing],
    attempts: Sequence[AttemptRow],
    held: Sequence[Held],
) -> PersonRow:
    bands = {band: sum(one.band == band for one in standings) for band in BANDS}
    valid = [one.event.valid_until for one in held if one.state in ("valid", "due") and one.event.valid_until]
    return PersonRow(
        person=material.person(figures.person),
        attempts=len(figures.attempts),
        passed=figures.passed,
        breaches=sum(bool(one.breaches) for one in figures.attempts),
        seconds=figures.seconds,
        last=attempts[-1].ended if attempts else None,
        **_totals(figures.attempts),
        meets=bands["meets"],
        more=bands["more"],
        not_yet=bands["not-yet"],
        certificate=max(valid, default=None),
        waiting=material.waiting(figures.attempts, material.unrated(figures.attempts), held),
    )


def _advice(material: Material, person: str) -> Iterator[Advice]:
    """What to practise next, by what is known of the scenarios already: a report does not explore them."""
    _ = material.say
    offered = [one.id for one in material.titles.values() if one.status == "published"]
    profiles = library_profiles(material.house.library, material.desk.solutions, offered, work=False)
    wanted = assigned_objectives(material.desk, material.courses, person, profiles)
    for one in next_practice(material.desk, person, profiles, wanted):
        statements = _("; ").join(material.objective(aim.objective).statement.rstrip("。.") for aim in one.aims)
        yield Advice(one.scenario, material.title(one.scenario), statements)


def _observations_of(material: Material, person: str, attempts: set[str]) -> Iterator[ObservationRow]:
    names = _tactics(material)
    for result in material.store.results(person):
        if result.attempt in attempts:
            for one in result.observations:
                is_field = one.reason in ("preparation", "note")
                label = material.field(result.content, one.what) if is_field else names(one)
                yield observation_row(one, person, label)


def _tactics(material: Material) -> Callable[[Observation], str]:
    """What names a move by its tactic; the card it is aimed at stands in the transcript."""
    language = material.request.language
    names = {
        one.id: one.name.to(language) for one in material.house.library.catalogue().tactics if one.name is not None
    }
    return lambda one: names.get(Move.parse(one.what).tactic, one.what)
