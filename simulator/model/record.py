"""The events of an attempt, as they stand in the record. Together with the pinned content they are the attempt.

No name and no typed text is part of an event; where there is one, the store keeps it apart and puts a keyed
commitment to it beside the event.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from simulator.model.case import Answer
from simulator.model.errors import Cause
from simulator.model.text import Frozen

Mode = Literal["practice", "exam"]


class Started(Frozen):
    """The attempt began: what it is played with."""

    kind: Literal["started"] = "started"
    scenario: str
    content: str
    """Hash of the pinned scenario content."""
    rubric: str
    """Version of the rubric."""
    person: str
    """The person's pseudonym."""
    mode: Mode
    language: Literal["zh", "en"]
    seed: int
    origin: tuple[str, int] | None = None
    """The attempt and the turn that this one tries again from; such an attempt is never scored."""
    prefix: tuple[str, ...] = ()
    """The moves that lead to that turn."""


class Prepared(Frozen):
    """The preparation was handed in."""

    kind: Literal["prepared"] = "prepared"
    answers: dict[str, Answer]


class Played(Frozen):
    """The trainee made a move. The debtor's answer follows from it and is not part of the record."""

    kind: Literal["played"] = "played"
    turn: Annotated[int, Field(ge=1)]
    move: str


class Hinted(Frozen):
    """The trainee asked for a hint on a turn."""

    kind: Literal["hinted"] = "hinted"
    turn: Annotated[int, Field(ge=1)]


class TookBack(Frozen):
    """The trainee went back: ``turn`` is the next one to be played again."""

    kind: Literal["took-back"] = "took-back"
    turn: Annotated[int, Field(ge=1)]


class Filed(Frozen):
    """The note was filed."""

    kind: Literal["filed"] = "filed"
    answers: dict[str, Answer]


class Remarked(Frozen):
    """Somebody else wrote a remark on a turn of an attempt that was over; what he wrote is kept apart."""

    kind: Literal["remarked"] = "remarked"
    turn: Annotated[int, Field(ge=1)]
    by: str
    """The reviewer's pseudonym."""
    replaces: Annotated[int, Field(ge=1)] | None = None
    """The number of the event whose remark this one corrects; that one stays on record."""


class Voiced(Frozen):
    """A voice was asked for the debtor's answer of a turn. A turn without this event was shown as it is written.

    A model's wording is kept apart, as typed text is; what the answer means follows from the move alone.
    """

    kind: Literal["voiced"] = "voiced"
    turn: Annotated[int, Field(ge=1)]
    shown: Literal["authored", "model"] = "authored"
    """Whose wording was shown."""
    why: Cause | None = None
    """What kept the model's wording from being shown."""


Event = Annotated[
    Started | Prepared | Played | Hinted | TookBack | Filed | Remarked | Voiced, Field(discriminator="kind")
]
EVENTS: TypeAdapter[Event] = TypeAdapter(Event)
