"""Turns and transcripts made by hand, with everything that a test does not speak of left ordinary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from scoring.evidence import FormField, Option, Transcript, Turn


def option(move: str, loss: float, *objectives: str) -> Option:
    """A lawful move that was open."""
    return Option(move, loss, frozenset(objectives))


def turn(
    number: int = 1,
    loss: float = 0.0,
    *objectives: str,
    move: str = "ask.gentle",
    breach: bool = False,
    hinted: bool = False,
    options: Iterable[Option] = (),
    chance_of_good: float = 0.5,
) -> Turn:
    """A turn; the move made is among the options only where it is named there."""
    return Turn(number, move, loss, breach, hinted, frozenset(objectives), tuple(options), chance_of_good)


def field(
    credit: float, objective: str | None = None, part: Literal["preparation", "note"] = "preparation"
) -> FormField:
    """A field that was asked for."""
    return FormField(part, f"{part}-field", objective, credit)


def transcript(
    *turns: Turn,
    forms: Iterable[FormField] = (),
    learnable: Iterable[str] = (),
    learned: Iterable[str] = (),
    worth: float = 50.0,
    best: float = 90.0,
    floor: float = 10.0,
) -> Transcript:
    """A transcript; by itself only its result is observed, and its result is 50."""
    return Transcript(
        attempt="attempt-1",
        scenario="made-by-hand",
        turns=turns,
        forms=tuple(forms),
        learnable=frozenset(learnable),
        learned=frozenset(learned),
        worth=worth,
        best=best,
        floor=floor,
    )
