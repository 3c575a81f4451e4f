"""What each turn and each field is evidence of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scoring.accuracy import accuracy
from scoring.evidence import Transcript, Turn
from scoring.rubric import Rubric


@dataclass(frozen=True, slots=True)
class Observation:
    """One chance to show an objective, and how far it was taken.

    Attributes:
        turn: the turn's number; 0 for preparation and note.
        credit: 0–1.
        reason: the move showed it; it was called for and missed; or a field asked for it.
        what: the move made, the move that would have shown it, or the field's id.
        chance_of_good: the typical player's chance of a good or better move there, 0–1; None for fields.
    """

    objective: str
    attempt: str
    turn: int
    credit: float
    reason: Literal["shown", "missed", "preparation", "note"]
    what: str
    chance_of_good: float | None


def observations(transcript: Transcript, rubric: Rubric) -> tuple[Observation, ...]:
    """Everything that an attempt is evidence of. What was neither shown nor called for is not observed."""
    found: list[Observation] = []
    for turn in transcript.turns:
        if not turn.hinted:
            found.extend(_of_turn(transcript.attempt, turn, rubric))
    found.extend(
        Observation(form.objective, transcript.attempt, 0, form.credit, form.part, form.field, None)
        for form in transcript.forms
        if form.objective
    )
    return tuple(found)


def _of_turn(attempt: str, turn: Turn, rubric: Rubric) -> Iterator[Observation]:
    credit = accuracy(turn.loss, turn.breach) / 100.0
    for objective in sorted(turn.objectives):
        yield Observation(objective, attempt, turn.number, credit, "shown", turn.move, turn.chance_of_good)
    for objective in sorted({o for option in turn.options for o in option.objectives} - turn.objectives):
        showing = [option for option in turn.options if objective in option.objectives]
        best = min(showing, key=lambda option: option.loss)
        others = (option.loss for option in turn.options if objective not in option.objectives)
        called_for = best.loss <= rubric.called_for_loss and all(loss >= rubric.otherwise_loss for loss in others)
        if called_for:
            yield Observation(objective, attempt, turn.number, 0.0, "missed", best.move, turn.chance_of_good)
