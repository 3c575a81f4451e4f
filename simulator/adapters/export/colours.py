"""The colours of reports: told apart by those who see no red or green too, and never without a sign beside them."""

from __future__ import annotations

from simulator.model.reports import Colour, Tone

COLOURS: dict[Colour, str] = {
    "ink": "#1d2733",
    "quiet": "#5b6775",
    "line": "#d5dbe2",
    "fill": "#cfdcea",
    "accent": "#1f5c99",
    "meets": "#1c7c6e",
    "more": "#d1a93f",
    "not-yet": "#b9471b",
    "paper": "#ffffff",
}
# Ink and paper of a cell; all pairs have a contrast of 4.5 or more (measured with the formula of WCAG 2.1).
TONES: dict[Tone, tuple[str, str | None]] = {
    "plain": ("#1d2733", None),
    "quiet": ("#5b6775", None),
    "meets": ("#0e4c43", "#d3ebe6"),
    "more": ("#5f4708", "#f7ecca"),
    "not-yet": ("#852d0c", "#f8dacb"),
    "none": ("#5b6775", "#f5f6f8"),
    "good": ("#0e5a4f", None),
    "bad": ("#96340f", None),
}
BARS: dict[Tone, str] = {
    "plain": "#1f5c99",
    "quiet": "#d5dbe2",
    "meets": "#1c7c6e",
    "more": "#d1a93f",
    "not-yet": "#b9471b",
    "none": "#d5dbe2",
    "good": "#1c7c6e",
    "bad": "#b9471b",
}
