"""What people are asked to play: assignments, who has which, how far they are, and starting under one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Literal

from scoring.rubric import RUBRICS
from simulator.model.errors import AttemptMoved, BadFile, StoreDamaged, UnknownName, UsageError
from simulator.model.journal import LONGEST_TITLE, Assigned, Extended, Withdrawn
from simulator.model.language import N_, Language, _
from simulator.model.record import Closed, Mode, Started
from simulator.workflows.people import Person, Roster, roster
from simulator.workflows.permission import demand, demand_own, needs

if TYPE_CHECKING:
    from simulator.workflows.ports import AttemptSummary, Library, Result, Store
    from simulator.workflows.rehearse import Desk, Rehearsal

_FURTHEST = 100  # years to a due date: more is a slip of the pen, and near the end of all calendars

State = Literal["open", "overdue", "done", "passed"]
STATES: dict[State, str] = {
    "open": N_("to do"),
    "overdue": N_("overdue"),
    "done": N_("done"),
    "passed": N_("passed"),
}


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants to assign.

    Attributes:
        title: empty for one made of what is assigned.
        scenarios: ids; none where a course is given.
        course: its id: all of its published scenarios.
        groups, people: by id, name, number or pseudonym.
        due: the last day, where this machine is.
        attempts: of each scenario; None for one in an exam and any number in practice, 0 for any number.
        pass_mark: 0–100; None for the rubric's.
        model: whether a model may listen and speak.
        shared: whether practice under it is seen by instructors and HR.
    """

    title: str = ""
    scenarios: tuple[str, ...] = ()
    course: str | None = None
    groups: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    mode: Mode = "practice"
    due: date | None = None
    attempts: int | None = None
    pass_mark: float | None = None
    model: bool = False
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment as the journal has it.

    Attributes:
        at: when it was made, in UTC.
        event: as it stands: with the due date that it was given last.
    """

    id: str
    at: datetime
    event: Assigned
    is_withdrawn: bool = False

    @property
    def title(self) -> str:
        return self.event.title


@dataclass(frozen=True, slots=True)
class Due:
    """A scenario that a person has under an assignment.

    Attributes:
        state: what is left to do: ``passed`` with a pass, ``done`` where one was finished and nothing more is asked or
            allowed, ``overdue`` after the due date.
        used: attempts begun.
        left: attempts that may still be begun; None for any number.
        attempt: one that is not over, to go on with.
        can_start: whether a new one may be begun now.
    """

    assignment: Assignment
    scenario: str
    state: State
    used: int
    left: int | None
    attempt: str | None
    can_start: bool


def end_of(day: date) -> datetime:
    """The last second of a day where this machine is, in UTC."""
    return datetime.combine(day, time(23, 59, 59)).astimezone().astimezone(UTC)


@needs("figures.see")
def every_assignment(desk: Desk) -> tuple[Assignment, ...]:
    """All assignments, in the order in which they were made, withdrawn ones too."""
    return assignments(desk.store)


def assignments(store: Store) -> tuple[Assignment, ...]:
    """As ``every_assignment``, whoever asks."""
    made: dict[str, Assignment] = {}
    for entered in store.journal():
        match entered.event:
            case Assigned() as event:
                made[event.assignment] = Assignment(event.assignment, entered.at, event)
            case Extended(assignment=identity, due=day) if identity in made:
                made[identity] = _due_on(made[identity], day)
            case Withdrawn(assignment=identity) if identity in made:
                one = made[identity]
                made[identity] = Assignment(one.id, one.at, one.event, is_withdrawn=True)
    return tuple(made.values())


def find(store: Store, name: str) -> Assignment:
    """An assignment by id, by the beginning of its id (four signs or more), or by its title.

    Raises:
        UnknownName: there is none.
        UsageError: several are meant.
    """
    every = assignments(store)
    short = len(name) >= 4
    found = [one for one in every if one.id == name] or [
        one for one in every if one.title == name or (short and one.id.startswith(name))
    ]
    if len(found) > 1:
        ids = ", ".join(one.id[:8] for one in found)
        raise UsageError(_("Several assignments are called “{name}”: {ids}. Name one by its id.", name=name, ids=ids))
    if not found:
        raise UnknownName(_("assignment"), name, (*(one.id[:8] for one in every), *(one.title for one in every)))
    return found[0]


# Assigning


@needs("assign")
def assign(desk: Desk, library: Library, order: Order, by: str) -> Assignment:
    """Puts an assignment on record.

    Args:
        by: the reviewer's pseudonym.

    Raises:
        UsageError: something in the order does not exist or makes no sense.
    """
    known = roster(desk.store)
    scenarios = _scenarios(library, order)
    groups = tuple(dict.fromkeys(known.group(one) for one in order.groups))
    people = tuple(dict.fromkeys(_present(known.find(one)).person for one in order.people))
    if not groups and not people:
        raise UsageError(_("Say to whom: name a group or a person."))
    due = _due_date(desk, order.due)
    event = Assigned(
        assignment=desk.new_id(),
        title=_title(known, order, scenarios, people),
        scenarios=scenarios,
        course=order.course,
        groups=groups,
        people=people,
        mode=order.mode,
        due=due,
        attempts=_attempts(order),
        pass_mark=_pass_mark(order.pass_mark),
        model=order.model,
        shared=order.shared,
        by=by,
    )
    entered = desk.store.enter(event, desk.now())
    return Assignment(event.assignment, entered.at, event)


@needs("assign")
def extend(desk: Desk, name: str, due: date | None, by: str) -> Assignment:
    """Gives an assignment another due date, for everybody who has it; exams that were begun keep the one they had.

    Args:
        due: the last day, where this machine is; None for none.

    Raises:
        UsageError: there is no such assignment, it was withdrawn, it is due then already, or the day is over.
    """
    one = find(desk.store, name)
    if one.is_withdrawn:
        raise UsageError(_("“{title}” was withdrawn already.", title=one.title))
    moved = _due_on(one, _due_date(desk, due))
    if moved.event.due == one.event.due:
        raise UsageError(_("“{title}” is due then already.", title=one.title))
    desk.store.enter(Extended(assignment=one.id, due=moved.event.due, by=by), desk.now())
    return moved


def _due_on(one: Assignment, due: datetime | None) -> Assignment:
    return replace(one, event=one.event.model_copy(update={"due": due}))


def _due_date(desk: Desk, day: date | None) -> datetime | None:
    """The moment by which it is to be done.

    Raises:
        UsageError: the day is over, or so far off that it is a slip of the pen.
    """
    if day is None:
        return None
    if day.year > desk.now().year + _FURTHEST:
        raise UsageError(_("{day} is too far off. Name a day within {years} years.", day=day, years=_FURTHEST))
    # What is over for good need not be worked out: the first day that there is has no moment east of Greenwich.
    due = end_of(day) if day.year >= desk.now().year - 1 else None
    if due is None or due < desk.now():
        raise UsageError(_("{day} is over. Name a day to come.", day=day))
    return due


@needs("assign")
def withdraw(desk: Desk, name: str, by: str) -> Assignment:
    """Takes an assignment back; what was played under it stays.

    Raises:
        UsageError: there is none, or it was withdrawn already.
    """
    one = find(desk.store, name)
    if one.is_withdrawn:
        raise UsageError(_("“{title}” was withdrawn already.", title=one.title))
    desk.store.enter(Withdrawn(assignment=one.id, by=by), desk.now())
    return Assignment(one.id, one.at, one.event, is_withdrawn=True)


def _scenarios(library: Library, order: Order) -> tuple[str, ...]:
    titles = {title.id: title for title in library.titles()}
    if order.course is not None:
        if order.scenarios:
            raise UsageError(_("Name scenarios or a course, not both."))
        courses = [course.course for course in library.courses()]
        if order.course not in courses:
            raise UnknownName(_("course"), order.course, courses)
        chosen = tuple(one.id for one in titles.values() if order.course in one.courses and one.status == "published")
        if not chosen:
            raise UsageError(_("No published scenario belongs to the course “{course}”.", course=order.course))
        return chosen
    if not order.scenarios:
        raise UsageError(_("Say what is to be played: name scenarios or a course."))
    for one in order.scenarios:
        if one not in titles:
            raise UnknownName(_("scenario"), one, titles)
        if titles[one].status != "published":
            raise UsageError(_("“{scenario}” is not published, so nobody can be asked to play it.", scenario=one))
    return tuple(dict.fromkeys(order.scenarios))


def _present(person: Person) -> Person:
    if person.is_erased or person.left is not None:
        raise UsageError(_("{name} has left.", name=person.shown))
    return person


def _attempts(order: Order) -> int | None:
    if order.attempts is None:
        return 1 if order.mode == "exam" else None
    if order.attempts < 0:
        raise UsageError(_("The number of attempts is at least 1, or 0 for any number."))
    return order.attempts or None


def _pass_mark(mark: float | None) -> float | None:
    if mark is not None and not 0 <= mark <= 100:
        raise UsageError(_("A pass mark is a number from 0 to 100."))
    return mark


def _title(known: Roster, order: Order, scenarios: Sequence[str], people: Iterable[str]) -> str:
    title = order.title.strip() or order.course or ", ".join(scenarios)
    if order.title and len(title) > LONGEST_TITLE:
        raise UsageError(_("A title has at most {most} characters.", most=LONGEST_TITLE))
    for person in people:
        named = known.people[person]
        if any(name and name in title for name in (named.name, named.called)):
            raise UsageError(
                _("Leave “{name}” out of the title: it stands in the record for good.", name=named.called or named.name)
            )
    return title[:LONGEST_TITLE]


# Who has what


def concerned(known: Roster, assignment: Assignment) -> tuple[Person, ...]:
    """Who has an assignment now: those whom it names and the members of its groups, in the order of their names."""
    event = assignment.event
    return tuple(one for one in known.people.values() if _has(one, event))


def _has(person: Person, event: Assigned) -> bool:
    if person.is_erased or person.left is not None:
        return False
    return person.person in event.people or (person.group is not None and person.group in event.groups)


def due_of(desk: Desk, person: str) -> tuple[Due, ...]:
    """What a person has under assignments that stand: what is to be done first, by due date; then what is done.

    Args:
        person: the pseudonym.

    Raises:
        Forbidden: he is another, and whoever asks may not see his figures; that is logged.
    """
    demand_own(desk, person, "figures.see")
    return due(desk.store, person, desk.now())


def due(store: Store, person: str, now: datetime) -> tuple[Due, ...]:
    """As ``due_of``, whoever asks.

    Args:
        person: the pseudonym.
        now: the time, in UTC.
    """
    one = roster(store).people.get(person)
    standing = [] if one is None else [a for a in assignments(store) if not a.is_withdrawn and _has(one, a.event)]
    if not standing:
        return ()
    played = Played(store.attempts(person), passes_of(store.results(person, with_observations=False)))
    found = [
        due_under(assignment, scenario, played, now)
        for assignment in standing
        for scenario in assignment.event.scenarios
    ]
    late = datetime.max.replace(tzinfo=UTC)
    # Sorting keeps the order of the assignment where nothing else tells.
    return tuple(sorted(found, key=lambda each: (each.state in ("done", "passed"), each.assignment.event.due or late)))


@dataclass(frozen=True, slots=True)
class Played:
    """A person's attempts, and whether those that have a result passed."""

    attempts: Sequence[AttemptSummary]
    passes: Mapping[str, bool] = field(default_factory=dict)

    def under(self, assignment: str, scenario: str) -> list[AttemptSummary]:
        return [
            one
            for one in self.attempts
            if one.assignment == assignment and one.scenario == scenario and one.origin is None
        ]


def passes_of(results: Iterable[Result]) -> dict[str, bool]:
    """By attempt, whether it passed under the oldest rubric it was marked by: that is the one it was begun under."""
    passes: dict[str, bool] = {}
    for result in sorted(results, key=lambda one: _age(one.rubric)):
        passes.setdefault(result.attempt, result.passed)
    return passes


def _age(rubric: str) -> int:
    return list(RUBRICS).index(rubric) if rubric in RUBRICS else len(RUBRICS)


def due_under(assignment: Assignment, scenario: str, played: Played, now: datetime) -> Due:
    """How far a person is with a scenario of an assignment that he has, by what he played."""
    event, begun = assignment.event, played.under(assignment.id, scenario)
    left = None if event.attempts is None else max(event.attempts - len(begun), 0)
    is_over = event.due is not None and event.due < now
    finished = [one for one in begun if one.finished]
    going_on = next((one.attempt for one in begun if not one.finished), None)
    may_start = left != 0 and not (is_over and event.mode == "exam")
    state: State = "overdue" if is_over else "open"
    if any(played.passes.get(one.attempt) for one in finished):
        state = "passed"
    elif finished and going_on is None and (not may_start or not _asks_for_a_pass(event)):
        state = "done"
    return Due(assignment, scenario, state, len(begun), left, going_on, may_start and going_on is None)


def _asks_for_a_pass(event: Assigned) -> bool:
    return event.mode == "exam" or event.pass_mark is not None


# Playing under one


def start(
    desk: Desk, library: Library, name: str, scenario: str, person: str, language: Language, seed: int | None = None
) -> Rehearsal:
    """Begins an attempt under an assignment, or goes on with the one that is not over.

    Args:
        name: of the assignment, as ``find`` reads it.
        person: the pseudonym.

    Raises:
        UsageError: it was withdrawn, the person does not have it, the scenario is none of it, its time is over, or no
            attempt is left.
        BadFile: the scenario cannot be read.
        Forbidden: the person is another than who asks; that is logged.
    """
    demand_own(desk, person, None)
    from simulator.workflows.rehearse import resume  # what is due is shown on the first screen, without the engine

    one = find(desk.store, name)
    given = [each for each in due(desk.store, person, desk.now()) if each.assignment.id == one.id]
    if one.is_withdrawn:
        raise UsageError(_("“{title}” was withdrawn already.", title=one.title))
    if not given:
        raise UsageError(_("“{title}” was not assigned to this person.", title=one.title))
    chosen = next((each for each in given if each.scenario == scenario), None)
    if chosen is None:
        raise UnknownName(_("scenario"), scenario, one.event.scenarios)
    if chosen.attempt is not None:
        return resume(desk, chosen.attempt)
    if not chosen.can_start:
        raise UsageError(
            _("No attempt is left.") if chosen.left == 0 else _("The time for this exam is over; it cannot be begun.")
        )
    return _begin(desk, library, one.event, scenario, person, language, seed)


def _begin(
    desk: Desk, library: Library, event: Assigned, scenario: str, person: str, language: Language, seed: int | None
) -> Rehearsal:
    from simulator.workflows.rehearse import Terms, begin

    read = library.read(scenario)
    if read.scenario is None:
        raise BadFile(read.problems)
    terms = Terms(
        assignment=event.assignment,
        pass_mark=event.pass_mark,
        shared=event.shared and event.mode == "practice",
        model=event.model,
        closes=event.due if event.mode == "exam" else None,
    )
    name = desk.store.name(person)
    if name is None:
        raise UsageError(_("The data of this person were erased; nothing more can be recorded of him."))
    return begin(desk, read.scenario, name, event.mode, language, seed, terms)


def close_over(desk: Desk, person: str | None = None) -> tuple[str, ...]:
    """Closes the exams whose time is over, as they stand; the ids of those that were closed now.

    Whoever looks does it, and doing it again is harmless.

    Args:
        person: the pseudonym; None for everybody.

    Raises:
        Forbidden: he is another, and whoever asks may not see his figures; that is logged.
    """
    if person is None:
        demand(desk, "figures.see")
    else:
        demand_own(desk, person, "figures.see")
    closed: list[str] = []
    for summary in desk.store.attempts(person):
        if summary.mode == "exam" and summary.assignment is not None and not summary.finished:
            try:
                closed += [summary.attempt] if _close(desk, summary.attempt) else []
            except (AttemptMoved, StoreDamaged):
                # Somebody else closed it just now, or it is broken, which `verify` says.
                continue
    return tuple(closed)


def _close(desk: Desk, attempt: str) -> bool:
    events = desk.store.events(attempt)
    started = events[0].event
    if not isinstance(started, Started) or started.closes is None or desk.now() < started.closes:
        return False
    desk.store.append(attempt, len(events), Closed(), desk.now(), finished=True)
    return True
