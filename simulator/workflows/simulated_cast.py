"""The people of a simulated house: plainly invented, of several levels, most of whom learn.

How often somebody does just anything falls with every talk from ``start`` towards ``best``, by the share ``pace`` of
what is left, as practice commonly goes: much at first, then less. The levels are those that scenarios are judged by.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from simulator.model.errors import UsageError
from simulator.model.language import Language, _
from simulator.workflows.report_words import Say

FEWEST, MOST = 12, 200  # each of the special people needs a place; more than the most only takes longer

Part = Literal["plain", "absent", "alone", "late", "leaver", "mover", "breaker", "walker"]
"""``absent``: no attempt; ``alone``: a group of one; ``walker``: leaves an exam unfinished."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How somebody plays and learns.

    Attributes:
        start, best: how often he does just anything, 0–1: in his first talk, and what that tends to.
        pace: how much of the way is made in a talk, 0–1.
        share: of 40 people, how many are so.
    """

    start: float
    best: float
    pace: float
    share: int

    def lapses(self, talks: int) -> float:
        """How often he does just anything after so many talks."""
        return float(self.best + (self.start - self.best) * (1 - self.pace) ** talks)


KINDS = (
    Kind(0.20, 0.03, 0.30, 7),  # able from the start
    Kind(0.60, 0.05, 0.30, 10),  # learns quickly
    Kind(0.60, 0.20, 0.15, 12),  # learns steadily
    Kind(0.80, 0.40, 0.10, 7),  # learns slowly
    Kind(0.55, 0.55, 0.00, 4),  # does not learn
)
# The families of moves that somebody shuns, of which each person has one; nobody is weak at everything alike.
_SHUNNED = ("probe", "firm", "value", "press", "close", "")
# The special people, in this order; the rest are plain.
_PARTS: tuple[Part, ...] = ("alone", "absent", "late", "leaver", "mover", "breaker", "breaker", "walker")
_DILIGENCE = (1.0, 0.95, 0.9, 0.75)  # the chance to do what is assigned while it is due


@dataclass(frozen=True, slots=True)
class Trainee:
    """One of the simulated people.

    Attributes:
        group: the place of his group among the house's.
        shuns: a family of moves that he plays a quarter as often as others of his level; empty for none.
        diligence: the chance that he does what is assigned while it is due, 0–1.
    """

    name: str
    number: str
    language: Language
    group: int
    kind: Kind
    part: Part
    shuns: str
    diligence: float


def cast_of(people: int, groups: int, language: Language, chance: random.Random) -> tuple[Trainee, ...]:
    """The people of a house of so many groups, the last of which is a group of one.

    Args:
        language: of three in four of them; the others talk the other one.

    Raises:
        UsageError: too few or too many are asked for.
    """
    if not FEWEST <= people <= MOST:
        raise UsageError(_("A simulated group has {least} to {most} people.", least=FEWEST, most=MOST))
    kinds = _shared_out(people)
    chance.shuffle(kinds)
    made = [_trainee(at, kind, groups, language, chance) for at, kind in enumerate(kinds)]
    places = chance.sample(range(people), len(_PARTS))
    for place, part in zip(places, _PARTS, strict=True):
        made[place] = _as(made[place], part, groups)
    return tuple(made)


def _shared_out(people: int) -> list[Kind]:
    """The kinds of so many people, in the shares of ``KINDS``."""
    of = sum(kind.share for kind in KINDS)
    ends = [round(people * sum(kind.share for kind in KINDS[: at + 1]) / of) for at in range(len(KINDS))]
    starts = [0, *ends]
    return [kind for kind, start, end in zip(KINDS, starts, ends, strict=False) for _place in range(start, end)]


def _trainee(at: int, kind: Kind, groups: int, language: Language, chance: random.Random) -> Trainee:
    other: Language = "en" if language == "zh" else "zh"
    own = other if at % 4 == 3 else language
    return Trainee(
        name=name_of(own, at + 1),
        number=f"SIM-{at + 1:03}",
        language=own,
        group=at % (groups - 1),
        kind=kind,
        part="plain",
        shuns=chance.choice(_SHUNNED),
        diligence=chance.choice(_DILIGENCE),
    )


def name_of(language: Language, number: int) -> str:
    """The name of the trainee of that number."""
    _ = Say(language)
    return _("Trainee {number} (simulated)", number=f"{number:02}")


def _as(one: Trainee, part: Part, groups: int) -> Trainee:
    if part == "alone":
        return replace(one, part=part, group=groups - 1, diligence=1.0)
    if part == "breaker":
        return replace(one, part=part, kind=KINDS[2], diligence=1.0)
    return replace(one, part=part, diligence=1.0 if part in ("mover", "walker") else one.diligence)


def of_part(cast: Sequence[Trainee], part: Part) -> tuple[Trainee, ...]:
    """Those who have a part."""
    return tuple(one for one in cast if one.part == part)
