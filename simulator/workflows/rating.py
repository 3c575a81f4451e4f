"""Second ratings: people mark a share of the talks themselves, without the program's marks, and it is told how far
they agree.

A random tenth is rated, so that agreement is known for ordinary talks, and every talk whose total lies near the pass
mark, where a mark judged otherwise decides. Only blind ratings count for agreement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scoring.agreement import Agreement, agreement
from scoring.agreement import Rating as OneRating
from scoring.scorecard import Scorecard
from simulator.model.decisions import LINES, Line, Rated
from simulator.model.errors import UnknownName, UsageError
from simulator.model.language import _
from simulator.workflows.attempt import AttemptState, fold
from simulator.workflows.deciding import (
    Decided,
    Matter,
    decisions,
    demand_decidable,
    demand_open,
    matter,
    proper,
    record,
)
from simulator.workflows.permission import known_person, needs, own_person

if TYPE_CHECKING:
    from simulator.workflows.ports import Result, Store
    from simulator.workflows.rehearse import Desk, Rehearsal

PROGRAM = "program"
"""The program as a rater; no pseudonym is this word."""
SHARE = 0.1
"""The share of the talks that is drawn for a second rating."""
MARGIN = 5.0
"""Points from the pass mark within which a talk is a borderline case.

So much comes of one move and one field judged otherwise: among eight moves one that is named a blunder rather than
best moves the total by 35 % of 47/8, which is 2.1, and one of seven fields moves it by 20/7, which is 2.9.
"""

Why = Literal["random", "borderline"]


@dataclass(frozen=True, slots=True)
class Due:
    """A talk that waits for a second rating.

    Attributes:
        why: not to be shown to who rates: that a case is borderline tells its total.
    """

    attempt: str
    person: str
    scenario: str
    why: Why


@dataclass(frozen=True, slots=True)
class Rating:
    """What a rating is set beside once it is filed.

    Attributes:
        seq: the number of its event.
        program: the program's own points by line, whatever was overruled; None where it observed nothing.
        others: what other people rated.
    """

    seq: int
    own: Rated
    program: Mapping[Line, float | None]
    others: tuple[Decided, ...]


@dataclass(frozen=True, slots=True)
class Agreed:
    """How far blind raters agree, by line; a line that nobody rated is not there.

    Attributes:
        human: people among themselves.
        program: people and the program, which is one more rater.
        talks, raters: how many talks were rated blind, and by how many people.
    """

    human: Mapping[str, Agreement]
    program: Mapping[str, Agreement]
    talks: int
    raters: int


# Who is drawn


def is_drawn(attempt: str) -> bool:
    """Whether an attempt is of the random tenth. It follows from its id, so nobody chooses."""
    first = int.from_bytes(hashlib.sha256(attempt.encode()).digest()[:2])
    return first < SHARE * 0x1_0000


def is_borderline(total: float, pass_mark: float) -> bool:
    """Whether a total lies so near the pass mark that one move and one field judged otherwise decide."""
    return abs(total - pass_mark) <= MARGIN


@needs("decide")
def due_for_rating(desk: Desk, by: str | None = None, among: Iterable[Result] | None = None) -> tuple[Due, ...]:
    """The talks that wait for a second rating: exams and assigned talks that are evidence and that nobody rated yet.

    Of who was erased nothing more can be recorded, so his are not among them.

    Args:
        by: the name of who is to rate; his own talks are left out.
        among: the results to look at; None for all that are kept.
    """
    return unrated(desk.store, known_person(desk, by) if by is not None else None, among)


def unrated(store: Store, me: str | None = None, among: Iterable[Result] | None = None) -> tuple[Due, ...]:
    """As ``due_for_rating``, whoever asks.

    Args:
        me: the pseudonym of who is to rate.
    """
    erased = frozenset(person for person, name in store.people() if name is None)
    rated = frozenset(one for one in store.decided("rated") if _ratings(store, one))
    found: dict[str, Due] = {}
    for one in store.results(with_observations=False) if among is None else among:
        why = _why(one)
        if why and one.attempt not in rated and one.person != me and one.person not in erased:
            found.setdefault(one.attempt, Due(one.attempt, one.person, one.scenario, why))
    return tuple(found.values())


def _why(one: Result) -> Why | None:
    if not one.evidence or (one.mode != "exam" and one.assignment is None):
        return None
    if is_borderline(one.total, one.pass_mark):
        return "borderline"
    return "random" if is_drawn(one.attempt) else None


# Rating


@needs("decide")
def rate(desk: Desk, attempt: str, by: str, lines: Mapping[Line, float], text: str = "") -> Rating:
    """Puts a person's own marks of a talk on record. Only then he learns what the program and others marked.

    It is blind unless the record shows that he has dealt with the attempt before: with a remark or a decision.

    Args:
        by: the rater's name.
        lines: 0–100 by line; a line that he could not judge is left out.
        text: what he wants to say with it; may be empty.

    Raises:
        UsageError: it is his own attempt, he has rated it already, or no line is marked, or one beyond 0–100.
        UnknownName: there is no such attempt or line.
    """
    _check_lines(lines)
    written = proper(text) if text.strip() else None

    def making(about: Matter) -> Rated:
        demand_may_rate(desk, about.rehearsal, by)
        rater = own_person(desk, by)
        blind = rater not in dealt_with(about.rehearsal.state)
        return Rated(by=rater, blind=blind, lines={line: float(lines[line]) for line in LINES if line in lines})

    recorded = record(desk, attempt, making, written)
    return filed(desk, attempt, recorded.seq)


def demand_may_rate(desk: Desk, rehearsal: Rehearsal, by: str) -> None:
    """Whether somebody, by his name, may rate an attempt.

    Raises:
        UsageError: it is his own, he has rated it already, it is not over, never scored, or not shown to others.
    """
    demand_decidable(rehearsal)
    rater = known_person(desk, by)
    if rater == rehearsal.state.started.person:
        raise UsageError(_("Nobody rates his own attempt."))
    demand_open(desk, rehearsal)
    if any(one.by == rater for _seq, one in rehearsal.state.docket.ratings):
        raise UsageError(_("You have rated this talk already."))


@needs("decide")
def filed(desk: Desk, attempt: str, seq: int) -> Rating:
    """A rating on record beside what the program and others marked.

    Raises:
        UnknownName: there is no such rating.
    """
    about = matter(desk, attempt)
    own = dict(about.docket.ratings).get(seq)
    if own is None:
        raise UnknownName(_("rating"), str(seq), (str(number) for number, _rated in about.docket.ratings))
    others = tuple(one for one in decisions(desk.store, attempt) if isinstance(one.event, Rated) and one.by != own.by)
    return Rating(seq, own, program_points(about.original().scorecard), others)


def dealt_with(state: AttemptState) -> frozenset[str]:
    """Who has remarked or decided on an attempt: he has seen its marks."""
    docket = state.docket
    return frozenset(
        (*(one.by for one in state.remarks), *(one.by for _seq, one in docket.overrules), *docket.answerers)
    )


def program_points(card: Scorecard | None) -> dict[Line, float | None]:
    """The program's own points by line; compliance is all or nothing."""
    if card is None:
        return dict.fromkeys(LINES)
    points: dict[Line, float | None] = {mark.part: mark.points for mark in card.marks}
    return {**points, "compliance": 0.0 if card.breaches else 100.0}


def _check_lines(lines: Mapping[Line, float]) -> None:
    for line, points in lines.items():
        if line not in LINES:
            raise UnknownName(_("line of the rubric"), line, LINES)
        if not 0 <= points <= 100:
            raise UsageError(_("A line is marked from 0 to 100."))
    if not lines:
        raise UsageError(_("Mark at least one line."))


# Agreement


@needs("decide")
def agreed(desk: Desk, attempts: Iterable[str] | None = None) -> Agreed:
    """How far blind raters agree with one another, and with the program.

    Args:
        attempts: those to look at; by default every one that was rated.
    """
    wanted = None if attempts is None else frozenset(attempts)
    human: list[OneRating] = []
    program: list[OneRating] = []
    for attempt in desk.store.decided("rated"):
        if wanted is None or attempt in wanted:
            ratings = _blind(desk.store, attempt)
            human.extend(ratings)
            if ratings:
                program.extend(_of_program(matter(desk, attempt), {one.line for one in ratings}))
    return Agreed(
        human=agreement(human),
        program=agreement((*human, *program)),
        talks=len({one.attempt for one in human}),
        raters=len({one.rater for one in human}),
    )


def _blind(store: Store, attempt: str) -> list[OneRating]:
    blind = [one for one in _ratings(store, attempt) if one.blind]
    return [OneRating(attempt, line, one.by, points) for one in blind for line, points in one.lines.items()]


def _of_program(about: Matter, lines: Collection[str]) -> list[OneRating]:
    points = program_points(about.original().scorecard)
    return [
        OneRating(about.attempt, line, PROGRAM, points_of)
        for line, points_of in points.items()
        if line in lines and points_of is not None
    ]


def _ratings(store: Store, attempt: str) -> list[Rated]:
    return [one for _seq, one in fold(one.event for one in store.events(attempt)).docket.ratings]
