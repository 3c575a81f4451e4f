"""The events of an attempt, as they stand in the record. Together with the pinned content they are the attempt.

No name and no typed text is part of an event; where there is one, the store keeps it apart and puts a keyed
commitment to it beside the event.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from simulator.model.case import Answer
from simulator.model.decisions import Answered, Appealed, Overruled, Rated
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
    assignment: str | None = None
    """The assignment that it is played under."""
    pass_mark: Annotated[float, Field(ge=0, le=100)] | None = None
    """0–100, where the assignment asks for another one than the rubric."""
    shared: bool = False
    """Whether instructors and HR see it though it is practice."""
    model: bool = True
    """Whether a model may listen and speak."""
    closes: datetime | None = None
    """When an exam under an assignment ends as it stands, in UTC."""


class Prepared(Frozen):
    """The preparation was handed in."""

    kind: Literal["prepared"] = "prepared"
    answers: dict[str, Answer]


class Played(Frozen):
    """The trainee made a move. The debtor's answer follows from it and is not part of the record.

    A turn that was lost has ``none`` in the place of a move: in an exam the third line in a row that was no tactic
    costs one. The position stays as it is, ``last`` too, no rule and no initiative fires, the turn and its cost count;
    where it was the last turn the talk ends with ``timeout``. Its worth is the turn's cost and the value of the same
    position with a turn less; from there it has a loss and an accuracy as any move has.

    What was typed is kept apart. Records of before the typing have none of the fields below ``move``.
    """

    kind: Literal["played"] = "played"
    turn: Annotated[int, Field(ge=1)]
    move: str
    how: Literal["menu", "typed"] = "menu"
    """Whether the move was picked from the menu, or a typed line was taken for it."""
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    """How sure it was that the typed line meant this move, rounded to 0.001."""
    picked: bool = False
    """The trainee was asked what the line meant, and picked this."""
    marked: str | None = None
    """A forbidden act that the line may have been, which a person is to look at."""


class Unheard(Frozen):
    """A typed line was no tactic: the debtor did not follow, and nothing changed. What was typed is kept apart."""

    kind: Literal["unheard"] = "unheard"
    turn: Annotated[int, Field(ge=1)]
    """The turn that was to be played."""
    marked: str | None = None
    """As in ``Played``."""


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


class Closed(Frozen):
    """The attempt was ended as it stood: no more moves, and no note. The talk ends by ``timeout``."""

    kind: Literal["closed"] = "closed"
    why: Literal["deadline"] = "deadline"


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
    Started
    | Prepared
    | Played
    | Unheard
    | Hinted
    | TookBack
    | Filed
    | Closed
    | Remarked
    | Voiced
    | Appealed
    | Overruled
    | Answered
    | Rated,
    Field(discriminator="kind"),
]
EVENTS: TypeAdapter[Event] = TypeAdapter(Event)
