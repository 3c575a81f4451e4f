"""What to practise next: the scenario that is expected to tell most about what is weakest, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.mastery import FULL, NOTHING_KNOWN, Mastery
from scoring.rubric import CURRENT
from simulator.workflows.assigning import due_of
from simulator.workflows.profiling import Profile
from simulator.workflows.standing import stands

if TYPE_CHECKING:
    from simulator.model.scenario import Course
    from simulator.workflows.rehearse import Desk

MOST = 3  # suggestions: what fits on a screen beside their reasons, and no more than one can weigh
AIMS = 3  # reasons named of each
_LEAST = 0.05  # expected observations a talk: one in twenty talks is no reason to play it


@dataclass(frozen=True, slots=True)
class Aim:
    """An objective that a scenario would tell about.

    Attributes:
        mastery: what is known of it; None where it was not observed.
        observations: expected of a talk.
        evidence: what they count, since more than four of a talk share their weight, times how weak it is.
    """

    objective: str
    mastery: Mastery | None
    observations: float
    evidence: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A scenario to practise.

    Attributes:
        expected: the evidence of all its aims.
        aims: the objectives that it would tell most about, the most first: why it is suggested.
        played: how many of his attempts on it are evidence.
    """

    scenario: str
    expected: float
    aims: tuple[Aim, ...]
    played: int


def next_practice(
    desk: Desk,
    person: str,
    profiles: Mapping[str, Profile],
    wanted: Collection[str] | None = None,
    rubric: str = CURRENT.version,
) -> tuple[Suggestion, ...]:
    """What a person would best practise next, the best first; nothing where all that is wanted meets the standard.

    A scenario's expected evidence is the sum over the objectives that do not meet the standard yet of
    ``(1 − P_std) · min(n, 4)``, n being the observations that a talk is expected to give in the hands of the typical
    player. An objective that was never observed has the P_std of the prior. Of equals the one he played less comes
    first, then the order of the ids.

    Args:
        profiles: of the scenarios that he may practise.
        wanted: the objectives that he was assigned; None for all that the scenarios show.

    Raises:
        UnknownName: there is no such person.
        Forbidden: he is another, and whoever asks may not see his figures; that is logged.
    """
    known = stands(desk, person, rubric=rubric)
    played = Counter(known.talks.scenario)
    found = []
    for scenario, profile in profiles.items():
        aims = sorted(_aims(profile, known.mastery, wanted), key=lambda aim: (-aim.evidence, aim.objective))
        if aims:
            expected = sum(aim.evidence for aim in aims)
            found.append(Suggestion(scenario, expected, tuple(aims[:AIMS]), played[scenario]))
    found.sort(key=lambda one: (-round(one.expected, 6), one.played, one.scenario))
    return tuple(found[:MOST])


def assigned_objectives(
    desk: Desk, courses: Iterable[Course], person: str, profiles: Mapping[str, Profile]
) -> frozenset[str] | None:
    """The objectives that a person's assignments ask for; None where he has none.

    Those of a course that was assigned, and what the scenarios that were assigned show.

    Args:
        person: his pseudonym.
        profiles: as for ``next_practice``.
    """
    assigned = due_of(desk, person)
    named = {one.assignment.event.course for one in assigned}
    asked = {name for course in courses if course.course in named for name in course.objective_names()}
    for one in assigned:
        if one.scenario in profiles:
            asked |= set(profiles[one.scenario].observations)
    return frozenset(asked) if assigned else None


def _aims(profile: Profile, known: Mapping[str, Mastery], wanted: Collection[str] | None) -> list[Aim]:
    aims = []
    for objective, expected in profile.observations.items():
        mastery = known.get(objective)
        is_open = mastery is None or mastery.band != "meets"
        if is_open and expected >= _LEAST and (wanted is None or objective in wanted):
            weak = 1.0 - (mastery.p_std if mastery else NOTHING_KNOWN)
            aims.append(Aim(objective, mastery, expected, weak * min(expected, FULL)))
    return aims
