"""The rubric: weights, names and thresholds under one version. An attempt is pinned to the one it started under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Name = Literal["best", "good", "inaccuracy", "mistake", "blunder", "breach"]
PartName = Literal["result", "tactics", "discovery", "paperwork"]


@dataclass(frozen=True, slots=True)
class Rubric:
    """Everything by which an attempt is marked. Points are those of a talk's worth, marks run from 0 to 100.

    Attributes:
        weights: of the parts of the scorecard; a part that is not observed shares its weight among the others.
        best_up_to, inaccuracy_from, mistake_from, blunder_from: the losses at which the name of a move changes;
            lichess's practice mode draws its lines there, in winning chances.
        cap_on_breach: the most that an attempt with a breach can total.
        retry_within: "try this turn again" takes any move that stays within so many points of the best.
        called_for_loss, otherwise_loss: an objective was called for where some move that shows it loses at most the
            first and every move that does not loses at least the second.
        temperature, lapses: τ and ε of typical play, which the losses are measured by.
    """

    version: str
    weights: tuple[tuple[PartName, float], ...]
    best_up_to: float
    inaccuracy_from: float
    mistake_from: float
    blunder_from: float
    pass_mark: float
    cap_on_breach: float
    retry_within: float
    called_for_loss: float
    otherwise_loss: float
    temperature: float
    lapses: float


# Conventions until there are enough real attempts to fit them (decided 2026-11).
RUBRIC_1 = Rubric(
    version="1",
    weights=(("result", 35.0), ("tactics", 35.0), ("discovery", 10.0), ("paperwork", 20.0)),
    best_up_to=0.5,
    inaccuracy_from=2.5,
    mistake_from=6.0,
    blunder_from=14.0,
    pass_mark=70.0,
    cap_on_breach=40.0,
    retry_within=4.0,
    called_for_loss=1.0,
    otherwise_loss=3.0,
    temperature=1.0,
    lapses=0.3,
)
RUBRICS: dict[str, Rubric] = {RUBRIC_1.version: RUBRIC_1}
CURRENT = RUBRIC_1
