"""Draws that depend on the attempt's seed, the turn's number and the purpose, and on nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def draw(seed: int, turn: int, purpose: str, total: int) -> int:
    """A whole number from 0 to ``total`` − 1.

    Args:
        turn: counted from 1.
        purpose: ``reaction``, ``initiative``, ``say-reaction``, ``say-initiative`` or ``excuse:<id>``.
    """
    digest = hashlib.sha256(f"{seed}/{turn}/{purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % total


def pick(weights: Sequence[int], drawn: int) -> int:
    """The index of the weight into which a draw below their sum falls."""
    for index, weight in enumerate(weights):
        if drawn < weight:
            return index
        drawn -= weight
    raise ValueError("the draw is not below the sum of the weights")


def variant(variants: Sequence[str], drawn: int, said_last: frozenset[str]) -> str:
    """The drawn variant of a line, skipping cyclically those that the debtor said last."""
    for step in range(len(variants)):
        line = variants[(drawn + step) % len(variants)]
        if line not in said_last:
            return line
    return variants[drawn % len(variants)]
