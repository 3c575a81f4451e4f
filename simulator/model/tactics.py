"""The catalogue of tactics: what a trainee can do in a turn."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, Field, StringConstraints

from simulator.model.language import _
from simulator.model.text import Frozen, Lines, Text

CardKind = Literal["excuse", "point", "secret", "document", "law", "offer"]
CARD_KINDS: tuple[CardKind, ...] = get_args(CardKind)
AimableKind = Literal["excuse", "point", "document", "law", "offer"]

# Words that YAML 1.1 takes for something else than text unless they are quoted each time.
_CHANGING = ("on", "off", "yes", "no", "true", "false", "null")


def _keeps_its_type(name: str) -> str:
    if name in _CHANGING:
        raise ValueError(_("“{name}” changes its type in YAML and cannot be an id; choose another name", name=name))
    return name


Id = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60),
    AfterValidator(_keeps_its_type),
]
TacticId = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)
]
ObjectiveName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+\.[a-z0-9-]+$", max_length=80)]


class Family(Frozen):
    """A group of tactics; the part of their ids before the dot."""

    id: Id
    """The first part of the ids of its tactics."""
    name: Text
    """What it is called in the menu."""


class Tactic(Frozen):
    """One thing a trainee can do in a turn."""

    id: TacticId
    """family.name"""
    name: Text | None = None
    """What it is called in the menu."""
    examples: Lines | None = None
    """What it sounds like: sample utterances."""
    works: Text | None = None
    """When it works."""
    backfires: Text | None = None
    """When it backfires."""
    risk: Literal["none", "low", "medium", "high"] = "none"
    """Compliance risk."""
    objectives: tuple[ObjectiveName, ...] = ()
    """The objectives that using it gives evidence of."""
    takes: tuple[AimableKind, ...] = ()
    """The kinds of card it is aimed at."""
    alone: bool = False
    """It takes a card, and may also be used without one."""
    forbidden: bool = False
    """An act no collector may commit."""

    @property
    def family(self) -> str:
        return self.id.split(".", 1)[0]


class Catalogue(Frozen):
    """`tactics.yaml`: families and tactics in the order of the menu."""

    families: tuple[Family, ...] = ()
    """The families, in the order of the menu."""
    tactics: Annotated[tuple[Tactic, ...], Field(min_length=1)]
    """The tactics."""
