"""Certificates: the program proposes who meets a course's standard, a named person confirms, and anybody can check.

The standard of a course, by the objectives of it that scenarios can show (of those assigned, where any were):

* at least 80 % of them are in the band "meets the standard". Not all: a band is a judgement with an error of its own.
  Who meets each of ten objectives, and is seen to with a chance of .9, is seen to on all ten with a chance of .35, on
  at least eight with one of .93;
* none of them is in the band "not yet": a hole that is known is not made up for by strength elsewhere;
* no forbidden act in the attempts of the last twelve months, the time that a certificate holds. That is a gate and
  never averaged, and how much it can mean is told with it: without a breach in n talks the rate is below
  1 - .05^(1/n), at 95 %;
* no line of these attempts still waits for a person to look whether it was a forbidden act.

A certificate holds for twelve months, as trainings on compliance are commonly repeated every year; sixty days before
its end it can be renewed, which leaves time for the three attempts that a band asks for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from scoring.mastery import Chance, Mastery, mastery
from scoring.rubric import CURRENT
from simulator.model.errors import UnknownName, UsageError
from simulator.model.grounds import REVOKED_FOR as REVOKED_FOR
from simulator.model.grounds import RevokedFor as RevokedFor
from simulator.model.journal import Certified, Revoked
from simulator.model.language import _
from simulator.workflows.assigning import assignments, concerned
from simulator.workflows.attempt import fold
from simulator.workflows.coverage import coverage
from simulator.workflows.deciding import doubtful_turns, person_name, proper
from simulator.workflows.people import roster
from simulator.workflows.permission import demand, demand_own, is_own, known_person, may, needs, own_person
from simulator.workflows.ports import JOURNAL

if TYPE_CHECKING:
    from simulator.model.scenario import Course
    from simulator.workflows.ports import Entered, Library, Result, Store
    from simulator.workflows.rehearse import Desk

SHARE = 0.80
MONTHS = 12
RENEWABLE = timedelta(days=60)
_UNSURE = 0.05  # of the bound on the rate of breaches: it holds in 95 of 100 cases

State = Literal["valid", "due", "expired", "revoked", "renewed"]
"""``due``: valid, and to be renewed; ``renewed``: another one took its place."""


# Who meets a standard


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a person has shown of a course's standard.

    Attributes:
        asked: the objectives that count, in the course's order.
        standings: what is known of each; None where it was never observed.
        stands_on: the attempts counted, each with the head of its chain when its result was made.
        breaches: the forbidden acts in them, as attempt and turn.
        doubts: the lines in them that still wait for a person's eye, as attempt and turn.
    """

    person: str
    course: str
    rubric: str
    asked: tuple[str, ...]
    standings: Mapping[str, Mastery | None]
    stands_on: tuple[tuple[str, str], ...]
    breaches: tuple[tuple[str, int], ...]
    doubts: tuple[tuple[str, int], ...]

    def in_band(self, band: str) -> tuple[str, ...]:
        """The objectives in a band."""
        return tuple(name for name in self.asked if (known := self.standings[name]) and known.band == band)

    @property
    def wanted(self) -> int:
        """How many objectives have to meet the standard."""
        return -int(-SHARE * len(self.asked) // 1)

    @property
    def bound(self) -> float | None:
        """What the rate of breaches is below, at 95 %; None where there was one, or no attempt."""
        return breach_bound(len(self.stands_on)) if self.stands_on and not self.breaches else None

    @property
    def is_met(self) -> bool:
        """Whether the program proposes the certificate."""
        return not self.lacks()

    def lacks(self) -> tuple[str, ...]:
        """What stands in the way, in words; nothing where the standard is met."""
        meets, not_yet = len(self.in_band("meets")), len(self.in_band("not-yet"))
        found = []
        if not self.asked:
            found.append(_("No scenario shows an objective of this course."))
        if meets < self.wanted:
            found.append(
                _(
                    "{meets} of {all} objectives meet the standard; {wanted} have to.",
                    meets=meets,
                    all=len(self.asked),
                    wanted=self.wanted,
                )
            )
        if not_yet:
            found.append(_("Objectives in the band “not yet”: {count}.", count=not_yet))
        if self.breaches:
            found.append(_("Forbidden acts in the attempts counted: {count}.", count=len(self.breaches)))
        if self.doubts:
            found.append(_("Lines that a person has yet to look at: {count}.", count=len(self.doubts)))
        return tuple(found)


def breach_bound(talks: int) -> float:
    """What the rate of breaches is below, at 95 %, after so many talks without one; 0–1."""
    return 1.0 - _UNSURE ** (1.0 / talks) if talks else 1.0


@dataclass(frozen=True, slots=True)
class Standard:
    """The objectives of a course that published scenarios show, in its order, each with the scenarios that show it."""

    course: str
    shown: Mapping[str, frozenset[str]]

    def asked(self, scenarios: Collection[str] = ()) -> tuple[str, ...]:
        """The objectives that count: those that some scenarios show; all of them where these show none.

        Args:
            scenarios: those that were assigned.
        """
        assigned = frozenset(scenarios)
        return tuple(name for name, where in self.shown.items() if where & assigned) or tuple(self.shown)


def standard_of(library: Library, course: Course) -> Standard:
    """The standard of a course. Reads every published scenario: ask once for many people."""
    ids = [one.id for one in library.titles() if one.status == "published"]
    read = (library.read(identity).scenario for identity in ids)
    known = coverage([course], (one for one in read if one), library.catalogue(), library.handbook())
    where = {one.objective: frozenset((*one.talks, *one.preparation, *one.note)) for one in known}
    return Standard(course.course, {name: scenarios for name, scenarios in where.items() if scenarios})


def asked_of(library: Library, course: Course, scenarios: Collection[str] = ()) -> tuple[str, ...]:
    """As ``Standard.asked``, for one."""
    return standard_of(library, course).asked(scenarios)


def asked_by_assignment(desk: Desk, person: str) -> frozenset[str]:
    """The scenarios that a person, by his pseudonym, has under assignments that stand.

    Raises:
        Forbidden: he is another, and whoever asks may not see his figures; that is logged.
    """
    demand_own(desk, person, "figures.see")
    return assigned_to(desk.store, person)


def assigned_to(store: Store, person: str) -> frozenset[str]:
    """As ``asked_by_assignment``, whoever asks."""
    known = roster(store)
    stand = [one for one in assignments(store) if not one.is_withdrawn]
    his = (one for one in stand if any(who.person == person for who in concerned(known, one)))
    return frozenset(scenario for one in his for scenario in one.event.scenarios)


def propose(desk: Desk, person: str, course: str, asked: Sequence[str], rubric: str = CURRENT.version) -> Proposal:
    """What a person has shown of a course's standard, from the results that are kept of him.

    Args:
        person: his pseudonym.
        asked: the objectives that count, as ``asked_of`` gives them.

    Raises:
        Forbidden: he is another, and whoever asks may not see his figures; that is logged.
    """
    demand_own(desk, person, "figures.see")
    results = [one for one in desk.store.results(person, rubric) if one.evidence]
    counted = _counted(results, asked, _today(desk))
    return Proposal(
        person=person,
        course=course,
        rubric=rubric,
        asked=tuple(asked),
        standings=_standings(results, asked),
        stands_on=tuple((one.attempt, one.head) for one in counted),
        breaches=tuple((one.attempt, turn) for one in counted for turn in one.breaches),
        doubts=tuple((one.attempt, turn) for one in counted for turn in _doubts(desk.store, one.attempt)),
    )


@needs("figures.see")
def candidates(
    desk: Desk, people: Iterable[str], course: str, asked: Sequence[str], rubric: str = CURRENT.version
) -> tuple[Proposal, ...]:
    """Those of some people, by pseudonym, who meet a course's standard and have no certificate of it that holds on."""
    held = {one.event.person for one in certificates(desk) if one.event.course == course and one.state == "valid"}
    found = (propose(desk, one, course, asked, rubric) for one in people if one not in held)
    return tuple(one for one in found if one.is_met)


def _counted(results: Iterable[Result], asked: Collection[str], today: date) -> list[Result]:
    """The results of the time that a certificate holds in which an objective of the course was observed."""
    since = _months_before(today)
    return [
        one
        for one in results
        if one.ended.astimezone().date() >= since and any(seen.objective in asked for seen in one.observations)
    ]


def _standings(results: Iterable[Result], asked: Iterable[str]) -> dict[str, Mastery | None]:
    chances: dict[str, list[Chance]] = {name: [] for name in asked}
    for one in results:
        for seen in one.observations:
            if seen.objective in chances:
                chances[seen.objective].append(Chance(one.attempt, one.scenario, seen.credit, seen.chance_of_good))
    return {name: mastery(found) for name, found in chances.items()}


def _doubts(store: Store, attempt: str) -> list[int]:
    return sorted(doubtful_turns(fold(one.event for one in store.events(attempt))))


# Certificates


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate, as the journal has it.

    Attributes:
        entered: the journal's entry that it was issued by.
        code: what stands on it and can be checked.
        revoked: the entry that revoked it.
        renewed_by: the certificate that took its place.
    """

    entered: Entered
    event: Certified
    code: str
    state: State
    revoked: Entered | None = None
    renewed_by: str | None = None


def certificates(desk: Desk, person: str | None = None) -> tuple[Held, ...]:
    """Every certificate ever issued, or those of a person by his pseudonym, in order.

    Raises:
        Forbidden: they are of others, and whoever asks may not see their figures; that is logged.
    """
    if person is None:
        demand(desk, "figures.see")
    else:
        demand_own(desk, person, "figures.see")
    return issued(desk, person)


def issued(desk: Desk, person: str | None = None) -> tuple[Held, ...]:
    """As ``certificates``, whoever asks: the inside of workflows that have asked, or that show only what they may."""
    journal = desk.store.journal()
    certified = [(one, one.event) for one in journal if isinstance(one.event, Certified)]
    revoked = {one.event.certificate: one for one in journal if isinstance(one.event, Revoked)}
    renewed = {event.renews: event.certificate for _entered, event in certified if event.renews}
    today = _today(desk)
    return tuple(
        Held(
            entered=entered,
            event=event,
            code=code_of(entered.hash),
            state=_state(event, event.certificate in revoked, event.certificate in renewed, today),
            revoked=revoked.get(event.certificate),
            renewed_by=renewed.get(event.certificate),
        )
        for entered, event in certified
        if person in (None, event.person)
    )


def certificate(desk: Desk, identity: str) -> Held:
    """A certificate by its id or its code.

    Raises:
        UnknownName: there is none; of those of others nothing is told who may not see their figures.
        Forbidden: it is another's, and whoever asks may not see his figures; that is logged.
    """
    every = issued(desk)
    code = _tidied(identity)
    for one in every:
        if identity == one.event.certificate or code == _tidied(one.code):
            demand_own(desk, one.event.person, "figures.see", one.code)
            return one
    seen = [one for one in every if may(desk.actor, "figures.see") or is_own(desk.actor, one.event.person)]
    raise UnknownName(_("certificate"), identity, (one.code for one in seen))


@needs("certify")
def certify(desk: Desk, by: str, proposal: Proposal, renews: str | None = None) -> Held:
    """Issues a certificate to who meets the standard, confirmed by a reviewer.

    Args:
        by: the reviewer's name.
        proposal: what he looked at, and what is named as the evidence. What is known by now has to meet it too.
        renews: the id of the certificate whose place it takes.

    Raises:
        UsageError: he confirms his own, the person was erased, the standard is not met, a certificate of that course
            is valid, or the one to be renewed is not due, not his or not of that course.
        UnknownName: there is no certificate to renew.
    """
    if known_person(desk, by) == proposal.person:
        raise UsageError(_("Nobody confirms his own certificate. Another reviewer has to."))
    if person_name(desk.store, proposal.person) is None:
        raise UsageError(_("The data of this person were erased; nothing more can be recorded of him."))
    by_now = propose(desk, proposal.person, proposal.course, proposal.asked, proposal.rubric)
    if lacks := proposal.lacks() or by_now.lacks():
        raise UsageError(_("The standard is not met.") + " " + " ".join(lacks))
    _check_renewal(desk, proposal, renews)
    today = _today(desk)
    event = Certified(
        certificate=desk.new_id(),
        person=proposal.person,
        course=proposal.course,
        issued=today,
        valid_until=_months_after(today),
        stands_on=proposal.stands_on,
        rubric=proposal.rubric,
        renews=renews,
        by=own_person(desk, by),
    )
    desk.store.enter(event, desk.now())
    return certificate(desk, event.certificate)


@needs("certify")
def renew(desk: Desk, by: str, identity: str, proposal: Proposal) -> Held:
    """Issues a certificate in the place of one that ends soon or has ended, on evidence of now.

    Raises:
        UsageError, UnknownName: as ``certify``.
    """
    return certify(desk, by, proposal, certificate(desk, identity).event.certificate)


@needs("certify")
def revoke(desk: Desk, by: str, identity: str, reason: RevokedFor, text: str) -> Held:
    """Takes a certificate back, which stays on record as it was.

    Args:
        by: the reviewer's name.
        identity: its id or its code.

    Raises:
        UsageError: it is his own or was revoked already, or the text is empty or too long.
        UnknownName: there is no such certificate or reason.
    """
    written = proper(text)
    if reason not in REVOKED_FOR:
        raise UnknownName(_("reason"), reason, REVOKED_FOR)
    held = certificate(desk, identity)
    if known_person(desk, by) == held.event.person:
        raise UsageError(_("Nobody decides on his own certificate. Another reviewer has to."))
    if held.state == "revoked":
        raise UsageError(_("This certificate was revoked already."))
    event = Revoked(certificate=held.event.certificate, reason=reason, by=own_person(desk, by))
    if person_name(desk.store, held.event.person) is None:  # erased: words about him have no place any more
        desk.store.enter(event, desk.now())
    else:
        desk.store.enter(event, desk.now(), written, held.event.person)
    return certificate(desk, held.event.certificate)


def _check_renewal(desk: Desk, proposal: Proposal, renews: str | None) -> None:
    if renews is not None:
        old = certificate(desk, renews)
        if (old.event.person, old.event.course) != (proposal.person, proposal.course):
            raise UsageError(_("A certificate is renewed for the same person and the same course."))
        if old.state not in ("due", "expired"):
            raise UsageError(
                _(
                    "This certificate cannot be renewed: a valid one can from {days} days before its end.",
                    days=RENEWABLE.days,
                )
            )
    for one in certificates(desk, proposal.person):
        if one.event.course == proposal.course and one.state in ("valid", "due") and one.event.certificate != renews:
            raise UsageError(
                _("There is a valid certificate of this course: {code}. Renew or revoke it.", code=one.code)
            )


def _state(event: Certified, is_revoked: bool, is_renewed: bool, today: date) -> State:
    if is_revoked:
        return "revoked"
    if is_renewed:
        return "renewed"
    if event.valid_until is None:
        return "valid"
    if today > event.valid_until:
        return "expired"
    return "due" if today >= event.valid_until - RENEWABLE else "valid"


def _today(desk: Desk) -> date:
    """The day of now where the program runs, which is the day that people write on a certificate."""
    return desk.now().astimezone().date()


def _months_after(day: date, months: int = MONTHS) -> date:
    """The same day so many months later; of a month that is too short its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def _months_before(day: date) -> date:
    return _months_after(day, -MONTHS)


# Checking one


@dataclass(frozen=True, slots=True)
class Head:
    """An attempt that a certificate stands on, as its chain is now.

    Attributes:
        stands: what it was then is still the chain's beginning.
        decided_since: a reviewer overruled something on it since.
    """

    attempt: str
    stands: bool
    decided_since: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """What a code on a certificate is worth.

    Attributes:
        state: ``unknown`` where this record issued no such certificate; ``mistyped`` where no record can have.
        name: whose it is; None where unknown or erased.
        journal_faults: what is wrong with the journal that holds it.
    """

    code: str
    state: State | Literal["unknown", "mistyped"]
    held: Held | None = None
    name: str | None = None
    heads: tuple[Head, ...] = ()
    journal_faults: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether the certificate holds, and the record with it."""
        whole = not self.journal_faults and all(one.stands for one in self.heads)
        return self.state in ("valid", "due") and whole


def check(desk: Desk, code: str) -> Checked:
    """Whether a code is that of a certificate, and whether that holds; in whatever spelling it was typed.

    Anybody may ask who has been shown the code: that is what it is for.
    """
    signs = _tidied(code)
    if not is_code(code):
        return Checked(code, "mistyped")
    held = next((one for one in issued(desk) if _tidied(one.code) == signs), None)
    if held is None:
        return Checked(code, "unknown")
    faults = tuple(one.why for one in desk.store.faults(JOURNAL))
    heads = tuple(_head(desk.store, attempt, head) for attempt, head in held.event.stands_on)
    return Checked(held.code, held.state, held, person_name(desk.store, held.event.person), heads, faults)


def _head(store: Store, attempt: str, head: str) -> Head:
    try:
        events = store.events(attempt)
    except UnknownName:
        return Head(attempt, stands=False)
    place = next((place for place, one in enumerate(events) if one.hash == head), None)
    if place is None or store.faults(attempt):
        return Head(attempt, stands=False)
    return Head(attempt, True, any(one.event.kind == "overruled" for one in events[place + 1 :]))


# The code: eleven signs of the entry's hash (55 bits) and a check sign, in Crockford's base 32: no I, no L, no O, no U.

PREFIX = "HK-"
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DATA = 11
_READ_AS = str.maketrans("ILO", "110")


def code_of(digest: str) -> str:
    """The code of a certificate, from the hex hash of its journal entry: ``HK-XXXX-XXXX-XXXX``."""
    bits = int(digest[:16], 16) >> (64 - 5 * _DATA)
    values = [bits >> 5 * place & 31 for place in reversed(range(_DATA))]
    signs = "".join(_SIGNS[value] for value in (*values, _check_sign(values)))
    return PREFIX + "-".join(signs[at : at + 4] for at in range(0, len(signs), 4))


def is_code(text: str) -> bool:
    """Whether it can be a code: the right length and signs, and the check sign fits."""
    signs = _tidied(text)
    if len(signs) != _DATA + 1 or any(sign not in _SIGNS for sign in signs):
        return False
    *values, last = (_SIGNS.index(sign) for sign in signs)
    return _check_sign(values) == last


def _tidied(text: str) -> str:
    """The signs of a code as it was typed, without all between them, and with letters read as the digits they mean."""
    signs = "".join(sign for sign in text.upper() if sign.isalnum())
    return signs.removeprefix("HK").translate(_READ_AS)


def _check_sign(values: Iterable[int]) -> int:
    """A sum in the field of 32 elements, each place times another power of its generator.

    One wrong sign changes it, and so does exchanging any two: a plain sum would not notice that.
    """
    total = 0
    for value in values:
        total = _doubled(total ^ value)
    return total


def _doubled(value: int) -> int:
    """Times the generator, modulo x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
