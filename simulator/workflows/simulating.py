"""A simulated house: three months of people who learn, played through the same doors as everybody's.

Nothing in it is made by hand: every talk is held move by move over the solved values, every event is recorded by the
workflow that records it for people, and every figure is worked out from these events. Only the clock is its own. The
same plan gives the same talks and the same figures; pseudonyms and keys are drawn anew, and with them every hash.
"""

from __future__ import annotations

import heapq
import random
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, cast

from simulator.model.errors import BadFile, Cancelled, UsageError
from simulator.model.language import Language, _
from simulator.workflows.assigning import Assignment, Order, assign, close_over, start, withdraw
from simulator.workflows.certifying import certificates, standard_of
from simulator.workflows.enrolling import carry_out, plan_import
from simulator.workflows.people import leave, roster, transfer
from simulator.workflows.rehearse import Desk, Rehearsal, begin
from simulator.workflows.report_words import Say
from simulator.workflows.settling import settle, settle_all
from simulator.workflows.sharing import share
from simulator.workflows.simulated_cast import Trainee, cast_of
from simulator.workflows.simulated_review import (
    certify_proposed,
    judge,
    plead,
    raise_total,
    rate_waiting,
    remark_on,
    revoke_last,
)
from simulator.workflows.simulated_talk import Manner, Remembered, Talk
from simulator.workflows.standing import bodies

if TYPE_CHECKING:
    from simulator.workflows.ports import Library, Result, SolutionCache, Store

DAYS = 91  # three months
_OFFICE = (1, 9)  # hours in UTC within which people begin a talk; nine to five where most of them are
_WEEKEND = 5  # the first weekday that is none of work


@dataclass(frozen=True, slots=True)
class Programme:
    """What the groups of the house are trained in.

    Attributes:
        courses: of each group but the last the one that it is to be certified in.
        scenarios: of each group but the last.
        rounds: how often each of them plays these at first; a certificate takes some fifteen talks.
        alone: the course of the group of one, and the scenarios of it that he plays.
    """

    courses: tuple[str, ...]
    scenarios: tuple[tuple[str, ...], ...]
    rounds: tuple[int, ...]
    alone: tuple[str, tuple[str, ...]]

    @property
    def played(self) -> tuple[str, ...]:
        """Every scenario once."""
        return tuple(dict.fromkeys(one for some in (*self.scenarios, self.alone[1]) for one in some))


# Scenarios of the shipped library that are solved in a second or two. Within a group most objectives are shown by two
# of them at least, without which nobody could meet a standard.
SHIPPED = Programme(
    courses=("roles", "process", "collection"),
    scenarios=(
        ("three-invoices-by-chat", "two-bad-pallets", "free-credit", "letters-to-head-office"),
        ("bank-slip-please", "mind-the-list", "friday-for-certain", "nobody-has-seen-the-boss"),
        ("friday-for-certain", "two-bad-pallets", "everyone-at-the-gate", "line-stop-bully"),
    ),
    rounds=(3, 1, 1),
    alone=("process", ("bank-slip-please", "friday-for-certain")),
)

_JOINS, _LEAVES, _MOVES = 40, 64, 50  # days: when one joins late, one leaves, one goes to another group
_LATE = 6  # days after the last one until which the second exam may be taken: some have it still before them
_BREACHES = 0.35  # in how many of his talks somebody who does commits a forbidden act
_PRIVATE = 1  # talks of his own that a trainee holds at most beside what is assigned
_RATED = 7  # talks that both reviewers rate at a time: enough for a figure, and some are left to be rated
_APPEALS = 3  # of each round of exams
_REMARKS = 6
_SHARING = 0.25  # how many of these talks are shown to others
_AGAIN = 2  # scenarios that are practised once more between the exams
_ANSWERED = 4  # days until an appeal is answered
_LEFT_OVER = 1  # of those whose certificates nobody has confirmed yet when the three months are over


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be simulated.

    Attributes:
        end: the last day.
        language: that of the house, and of three in four of its people.
    """

    end: date
    people: int = 40
    seed: int = 1
    language: Language = "zh"
    programme: Programme = SHIPPED


@dataclass(frozen=True, slots=True)
class Simulated:
    """What was simulated: how many people there are, talks that were held, certificates, and appeals."""

    people: int
    talks: int
    certificates: int
    appeals: int


class _Shelf:
    """A library whose scenarios are read once; hundreds of attempts begin with the same few."""

    def __init__(self, library: Library) -> None:
        self._library, self._read = library, dict[str, object]()

    def read(self, name: str) -> object:
        if name not in self._read:
            self._read[name] = self._library.read(name)
        return self._read[name]

    def __getattr__(self, name: str) -> object:
        return getattr(self._library, name)


def simulate(
    store: Store,
    library: Library,
    cache: SolutionCache,
    plan: Plan,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Simulated:
    """Fills an empty store with a simulated house and marks it as such.

    Args:
        progress: is told how many of how many things are done.

    Raises:
        UsageError: too few or too many people are asked for, or the store holds something.
        Cancelled: somebody asked to stop; the store is half filled then.
    """
    if store.people() or store.attempts() or store.journal():
        raise UsageError(_("Only an empty store can be filled with a simulated group."))
    store.mark_simulated()
    months = _Months(store, cast("Library", _Shelf(library)), Remembered(cache), plan)
    months.plan_all()
    while months.agenda:
        if cancelled():
            raise Cancelled
        progress(months.agenda.done, months.agenda.done + len(months.agenda))
        months.agenda.next()
    settle_all(months.desk, cancelled=cancelled)
    bodies(store)
    return months.simulated()


class _Agenda:
    """What is still to happen, and the time, which goes from one thing to the next."""

    def __init__(self, end: date) -> None:
        self.start = end - timedelta(days=DAYS - 1)
        self.now = self.moment(0)
        self._until = self.moment(DAYS)
        self._waiting: list[tuple[datetime, int, Callable[[], object]]] = []
        self._ever = self.done = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def day(self, day: int) -> date:
        """A day counted from 0."""
        return self.start + timedelta(days=day)

    def moment(self, day: int, hour: float = 0.5) -> datetime:
        """A moment of a day, so many hours after midnight in UTC."""
        return datetime.combine(self.day(day), time(), UTC) + timedelta(hours=hour)

    def working(self, chance: random.Random, first: int, last: int) -> datetime:
        """Some moment of a working day between two days, or of the first of them where none is one."""
        days = [day for day in range(first, last + 1) if self.day(day).weekday() < _WEEKEND]
        return self.moment(chance.choice(days or [first]), chance.uniform(*_OFFICE))

    def later(self, days: float) -> datetime:
        """So many days from now."""
        return self.now + timedelta(days=days)

    def at(self, when: datetime, do: Callable[[], object]) -> None:
        """Puts something down, unless it would be after the last day."""
        if when < self._until:
            heapq.heappush(self._waiting, (when, self._ever, do))
            self._ever += 1

    def next(self) -> None:
        """Lets the next thing happen."""
        self.now, _number, do = heapq.heappop(self._waiting)
        do()
        self.done += 1

    def wait(self, seconds: float) -> None:
        """Lets time pass within what happens."""
        self.now += timedelta(seconds=seconds)


@dataclass
class _Record:
    """What a simulated person has done so far, and what he draws from."""

    chance: random.Random
    talks: int = 0


class _Months:
    """Three months of a house."""

    def __init__(self, store: Store, library: Library, solutions: Remembered, plan: Plan) -> None:
        self.store, self.library, self.solutions = store, library, solutions
        self.chance = random.Random(f"{plan.seed}")  # noqa: S311 -- a simulation, not a secret
        self.programme, self.agenda = plan.programme, _Agenda(plan.end)
        self.desk = Desk(
            store=store,
            solutions=solutions,
            now=lambda: self.agenda.now,
            new_id=lambda: uuid.UUID(int=self.chance.getrandbits(128), version=4).hex,
            new_seed=lambda: self.chance.randrange(1_000_000),
            programs={},
        )
        _ = self.say = Say(plan.language)
        self.groups = (_("East"), _("South"), _("North"), _("Head office"))
        self.manager = _("Training manager (simulated)")
        self.reviewers = (_("Reviewer A (simulated)"), _("Reviewer B (simulated)"))
        self.cast = cast_of(plan.people, len(self.groups), plan.language, self.chance)
        self.records = {one.name: _Record(random.Random(f"{plan.seed}/{one.number}")) for one in self.cast}  # noqa: S311
        self.orders: dict[str, Assignment] = {}
        self.appeals = {"b": 0, "d": 0}
        self.remarks = 0

    def simulated(self) -> Simulated:
        """What came of it."""
        return Simulated(
            people=len(self.cast),
            talks=sum(one.talks for one in self.records.values()),
            certificates=len(certificates(self.desk)),
            appeals=sum(self.appeals.values()),
        )

    # What happens when

    def plan_all(self) -> None:
        """Puts everything down that does not follow from something else."""
        self._plan_groups()
        for one in self.cast:
            self._plan_person(one)
        at, moment = self.agenda.at, self.agenda.moment
        at(moment(46, 0.2), lambda: close_over(self.desk))
        for day in (47, 84):
            at(moment(day, 3), lambda: rate_waiting(self.desk, self.reviewers, _RATED, self.chance))
        at(moment(75, 4), lambda: self._certify(0))
        at(moment(82, 4), lambda: revoke_last(self.desk, self.manager, self.say))
        at(moment(89, 4), lambda: self._certify(_LEFT_OVER))

    def _plan_groups(self) -> None:
        _ = self.say
        at, day, moment = self.agenda.at, self.agenda.day, self.agenda.moment

        def order(key: str, made: int, due: int, asked: Order) -> None:
            at(moment(made), partial(self._assign, key, replace(asked, due=day(due))))

        at(moment(0), self._enrol)
        for group, scenarios in enumerate(self.programme.scenarios):
            name, groups = self.groups[group], (self.groups[group],)
            basics = Order(_("Basics: {group}", group=name), scenarios, groups=groups, shared=True)
            deeper = Order(_("Deeper: {group}", group=name), scenarios, groups=groups, shared=True)
            first = Order(_("First exam: {group}", group=name), _first(scenarios), groups=groups, mode="exam")
            second = Order(_("Second exam: {group}", group=name), _second(scenarios), groups=groups, mode="exam")
            order(f"a{group}", 1, 30, basics)
            order(f"b{group}", 32, 45, first)
            order(f"c{group}", 46, 75, deeper)
            order(f"d{group}", 76, DAYS + _LATE, second)
        order("alone", 3, 70, Order(course=self.programme.alone[0], groups=(self.groups[-1],), shared=True))
        order("mistaken", 8, 30, Order(_("Assigned by mistake"), self.programme.played[:1], groups=(self.groups[1],)))
        at(moment(9), lambda: withdraw(self.desk, self.orders["mistaken"].id, self._by()))

    def _plan_person(self, one: Trainee) -> None:
        chance, agenda = self.records[one.name].chance, self.agenda
        first, last = 1, DAYS + _LATE
        if one.part == "absent":
            return
        if one.part == "late":
            first = _JOINS
            agenda.at(agenda.moment(_JOINS), lambda: self._import([one], _JOINS))
        if one.part == "leaver":
            last = _LEAVES
            agenda.at(agenda.moment(_LEAVES + 1), lambda: leave(self.desk, one.name, agenda.day(_LEAVES), self._by()))
        if one.part == "mover":
            to = self.groups[self._next(one.group)]
            agenda.at(agenda.moment(_MOVES), lambda: transfer(self.desk, one.name, to, self._by()))
        for key, scenario, since, until in self._duties(one, chance):
            begun, ends = max(since, first), min(until, last)
            if begun <= ends and chance.random() < one.diligence:
                agenda.at(agenda.working(chance, begun, ends), partial(self._duty, one, key, scenario))
        for _talk in range(chance.randint(0, _PRIVATE)):
            own = partial(self._own, one, chance.choice(self._set_of(one)), chance.random() < _SHARING)
            agenda.at(agenda.working(chance, first + 2, last), own)

    def _duties(self, one: Trainee, chance: random.Random) -> Iterable[tuple[str, str, int, int]]:
        """What a person is asked to play: the order's key, the scenario, and the days between which he does it."""
        scenarios, group = self._set_of(one), one.group
        if one.part == "alone":
            yield from (("alone", scenario, 4, 68) for scenario in (*scenarios, *scenarios))
            return
        yield from ((f"a{group}", scenario, 2, 29) for scenario in scenarios * self.programme.rounds[group])
        yield from ((f"b{group}", scenario, 33, 44) for scenario in _first(scenarios))
        if one.part == "mover":
            group = self._next(group)
            scenarios = self.programme.scenarios[group]
        yield from (
            (f"c{group}", scenario, _MOVES + 1, 74)
            for scenario in chance.sample(scenarios, min(_AGAIN, len(scenarios)))
        )
        yield from ((f"d{group}", scenario, 77, DAYS + _LATE) for scenario in _second(scenarios))

    # The desk

    def _by(self) -> str:
        return self.store.person(self.manager)

    def _enrol(self) -> None:
        self._import([one for one in self.cast if one.part != "late"], 0)

    def _import(self, people: Sequence[Trainee], day: int) -> None:
        head = ("name", "number", "group", "joined")
        rows = [(one.name, one.number, self.groups[one.group], self.agenda.day(day).isoformat()) for one in people]
        made = plan_import(self.store, list(enumerate((head, *rows), start=1)))
        carry_out(self.desk, made, self._by())

    def _assign(self, key: str, order: Order) -> None:
        self.orders[key] = assign(self.desk, self.library, order, self._by())

    def _certify(self, left_over: int) -> None:
        courses = {one.course: one for one in self.library.courses()}
        known = roster(self.store)
        for group, course in enumerate(self.programme.courses):
            standard = standard_of(self.library, courses[course])
            people = [one.person for one in known.members(known.group(self.groups[group]))]
            certify_proposed(self.desk, people, standard, self.manager, left_over)

    # Talks

    def _duty(self, one: Trainee, key: str, scenario: str) -> None:
        person = roster(self.store).find(one.name).person
        rehearsal = start(self.desk, self.library, self.orders[key].id, scenario, person, one.language)
        result = self._hold(one, rehearsal)
        if result is None and key[0] == "b":  # he walked away; the exam is closed when its time is over
            raising = partial(raise_total, self.desk, rehearsal.attempt, self.manager, self.say)
            self.agenda.at(self.agenda.moment(52, 2), raising)
        elif result is not None and not result.passed and self.appeals.get(key[0], _APPEALS) < _APPEALS:
            self.appeals[key[0]] += 1
            self.agenda.at(self.agenda.later(1), partial(self._plead, one, rehearsal.attempt, self.appeals[key[0]]))
        elif result is not None and key[0] == "c" and self.remarks < _REMARKS:
            self.remarks += 1
            remarking = partial(remark_on, self.desk, rehearsal.attempt, self.manager, Say(one.language))
            self.agenda.at(self.agenda.later(2), remarking)

    def _plead(self, one: Trainee, attempt: str, number: int) -> None:
        seq = plead(self.desk, attempt, one.name, Say(one.language))
        upheld = number % 2 == 1
        judging = partial(judge, self.desk, attempt, self.reviewers[0], seq, upheld, Say(one.language))
        self.agenda.at(self.agenda.later(_ANSWERED), judging)

    def _own(self, one: Trainee, scenario: str, shares: bool) -> None:
        read = self.library.read(scenario)
        if read.scenario is None:
            raise BadFile(read.problems)
        rehearsal = begin(self.desk, read.scenario, one.name, "practice", one.language)
        if self._hold(one, rehearsal) is not None and shares:
            self.agenda.at(self.agenda.later(1), partial(share, self.desk, rehearsal.attempt, one.name))

    def _hold(self, one: Trainee, rehearsal: Rehearsal) -> Result | None:
        record = self.records[one.name]
        manner = Manner(
            lapses=one.kind.lapses(record.talks),
            shuns=one.shuns,
            breaches=one.part == "breaker" and record.chance.random() < _BREACHES,
            turns=2 if one.part == "walker" and rehearsal.mode == "exam" else None,
        )
        Talk(rehearsal, self.solutions, manner, record.chance, self.agenda.wait).hold()
        record.talks += 1
        return settle(self.desk, rehearsal.attempt)

    def _set_of(self, one: Trainee) -> tuple[str, ...]:
        return self.programme.alone[1] if one.part == "alone" else self.programme.scenarios[one.group]

    def _next(self, group: int) -> int:
        return (group + 1) % len(self.programme.scenarios)


def _first(scenarios: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the first exam; the second has the others."""
    return scenarios[: (len(scenarios) + 1) // 2]


def _second(scenarios: tuple[str, ...]) -> tuple[str, ...]:
    return scenarios[len(_first(scenarios)) :] or scenarios
