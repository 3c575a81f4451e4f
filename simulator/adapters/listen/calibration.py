"""Confidences that mean what they say: the temperature of a model, from lines that it was not trained on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.adapters.listen.model import Floats, softmax

_TEMPERATURES = np.exp(np.linspace(np.log(0.2), np.log(5.0), 161))  # steps of 2 %, finer than what the data can tell


def temperature(scores: Floats, truth: NDArray[np.intp]) -> float:
    """The temperature at which held-out scores give the truth the greatest likelihood.

    Args:
        scores: one row a line, one column a class, from models that had not seen the line.
        truth: the column of each line's class.
    """
    rows = np.arange(len(truth))
    losses = [-np.log(softmax(scores / np.float32(t))[rows, truth] + 1e-9).mean() for t in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def expected_error(confidences: NDArray[np.float64], right: NDArray[np.bool_], bins: int = 10) -> float:
    """Expected calibration error: the mean gap between confidence and share of right answers, over equal bins."""
    if not len(confidences):
        return 0.0
    places = np.minimum((confidences * bins).astype(int), bins - 1)
    gaps = [
        abs(confidences[places == one].mean() - right[places == one].mean()) * (places == one).mean()
        for one in np.unique(places)
    ]
    return float(sum(gaps))
