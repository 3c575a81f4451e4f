"""From the loss of a move to its accuracy and its name."""

from __future__ import annotations

import math

from scoring.rubric import Name, Rubric

# lila, AccuracyPercent.scala: the chess servers' curve, with points of worth in the place of winning chances. Its +1
# for imperfect analysis is dropped, since these values are exact.
_SCALE = 103.1668100711649
_RATE = -0.04354415386753951
_SHIFT = -3.166924740191411


def accuracy(loss: float, breach: bool = False) -> float:
    """The accuracy of a move, 0–100. A loss of 0 or less is 100; a forbidden act is 0."""
    if breach:
        return 0.0
    if loss <= 0:
        return 100.0
    return min(max(_SCALE * math.exp(_RATE * loss) + _SHIFT, 0.0), 100.0)


def name(loss: float, rubric: Rubric, breach: bool = False, probe: bool = False) -> Name:
    """What a move is called.

    Args:
        probe: the move asks for what the trainee could not know; it is never called worse than an inaccuracy.
    """
    if breach:
        return "breach"
    if loss <= rubric.best_up_to:
        return "best"
    if loss < rubric.inaccuracy_from:
        return "good"
    if loss < rubric.mistake_from or probe:
        return "inaccuracy"
    return "mistake" if loss < rubric.blunder_from else "blunder"
