"""What people decided on an attempt that was over: events on its own chain, beside what the program made of it.

None of them changes what stands there. What a person wrote with one is kept apart, as typed text is.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import Field, model_validator

from scoring.rubric import Name
from simulator.model.grounds import LINES as LINES
from simulator.model.grounds import REASONS as REASONS
from simulator.model.grounds import Line as Line
from simulator.model.grounds import Reason as Reason
from simulator.model.grounds import What as What
from simulator.model.language import _
from simulator.model.text import Frozen

Points = Annotated[float, Field(ge=0, le=100)]
Turn = Annotated[int, Field(ge=1)]
Seq = Annotated[int, Field(ge=1)]


class Appealed(Frozen):
    """The trainee asked for a decision to be looked at again; why is kept apart."""

    kind: Literal["appealed"] = "appealed"
    turn: Turn | None = None
    """The turn it is about; none where it is about the attempt as a whole."""
    by: str
    """The trainee's pseudonym."""


class Overruled(Frozen):
    """A reviewer decided otherwise than the program; the reason in words is kept apart."""

    kind: Literal["overruled"] = "overruled"
    what: What
    """The name of a turn's move, whether it was a breach, or the attempt's total."""
    turn: Turn | None = None
    before: str | bool | Points
    """What stood when it was decided."""
    after: str | bool | Points
    """What stands from then on."""
    reason: Reason
    by: str
    """The reviewer's pseudonym."""
    appeal: Seq | None = None
    """The number of the event whose appeal led to it."""

    @model_validator(mode="after")
    def _check(self) -> Overruled:
        if (self.turn is None) != (self.what == "total"):
            raise ValueError(_("a name and a breach belong to a turn, a total to none"))
        wanted = {"name": str, "breach": bool, "total": float}[self.what]
        if not all(isinstance(value, wanted) for value in (self.before, self.after)):
            raise ValueError(_("what stood before and after does not fit what is overruled"))
        if self.what == "name" and self.after not in set(get_args(Name)) - {"breach"}:
            raise ValueError(_("there is no such name for a move"))
        return self


class Answered(Frozen):
    """A reviewer answered an appeal; the answer in words is kept apart."""

    kind: Literal["answered"] = "answered"
    appeal: Seq
    """The number of the event with the appeal."""
    upheld: bool
    """Whether the trainee was right."""
    by: str
    """The reviewer's pseudonym."""


class Rated(Frozen):
    """A person marked the talk himself, by the lines of the rubric."""

    kind: Literal["rated"] = "rated"
    by: str
    """The rater's pseudonym."""
    blind: bool
    """Whether he had seen neither the program's marks nor another's."""
    lines: Annotated[dict[Line, Points], Field(min_length=1)]
    """0-100 by line; a line that he could not judge is not there."""


Decision: TypeAlias = Appealed | Overruled | Answered | Rated
DECISIONS = (Appealed, Overruled, Answered, Rated)
