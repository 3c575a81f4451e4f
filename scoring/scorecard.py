"""The scorecard of an attempt: its parts, each leading back to the turns it came from, and the gate."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.accuracy import accuracy
from scoring.evidence import Transcript
from scoring.rubric import PartName, Rubric


@dataclass(frozen=True, slots=True)
class Mark:
    """One part of the scorecard.

    Attributes:
        points: 0–100; None where it was not observed.
        weight: its share of the total as it was counted, all parts summing to 100; 0 where not observed.
        got, of: the figures behind the points (points of worth, moves, cards or fields).
        turns: the numbers of the turns it came from.
    """

    part: PartName
    points: float | None
    weight: float
    got: float
    of: float
    turns: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The marks of an attempt.

    Attributes:
        total: 0–100, after the gate.
        before_gate: 0–100, what the total would be without the gate.
        breaches: the turns in which a forbidden act was committed; any of them caps the total and fails the attempt.
    """

    rubric: str
    marks: tuple[Mark, ...]
    total: float
    before_gate: float
    breaches: tuple[int, ...]
    passed: bool

    def mark(self, part: PartName) -> Mark:
        return next(mark for mark in self.marks if mark.part == part)


def scorecard(transcript: Transcript, rubric: Rubric, pass_mark: float | None = None) -> Scorecard:
    """Marks a transcript. The same transcript under the same rubric always gets the same marks."""
    marks = (_result(transcript), _tactics(transcript), _discovery(transcript), _paperwork(transcript))
    weights = dict(rubric.weights)
    observed = sum(weights[mark.part] for mark in marks if mark.points is not None)
    shared = tuple(
        Mark(
            mark.part,
            mark.points,
            0.0 if mark.points is None else 100.0 * weights[mark.part] / observed,
            mark.got,
            mark.of,
            mark.turns,
        )
        for mark in marks
    )
    before_gate = sum(mark.points * mark.weight / 100.0 for mark in shared if mark.points is not None)
    breaches = tuple(turn.number for turn in transcript.turns if turn.breach)
    total = min(before_gate, rubric.cap_on_breach) if breaches else before_gate
    wanted = rubric.pass_mark if pass_mark is None else pass_mark
    return Scorecard(rubric.version, shared, total, before_gate, breaches, not breaches and total >= wanted)


def _result(transcript: Transcript) -> Mark:
    span = transcript.best - transcript.floor
    gained = transcript.worth - transcript.floor
    # Where every play is worth the same, there is nothing to do better.
    points = min(max(100.0 * gained / span, 0.0), 100.0) if span > 0 else 100.0
    return Mark("result", points, 0.0, gained, span, tuple(turn.number for turn in transcript.turns[-1:]))


def _tactics(transcript: Transcript) -> Mark:
    own = [turn for turn in transcript.turns if not turn.hinted]
    if not own:
        return Mark("tactics", None, 0.0, 0.0, 0.0)
    total = sum(accuracy(turn.loss, turn.breach) for turn in own)
    return Mark("tactics", total / len(own), 0.0, total / 100.0, len(own), tuple(turn.number for turn in own))


def _discovery(transcript: Transcript) -> Mark:
    learnable = transcript.learnable
    if not learnable:
        return Mark("discovery", None, 0.0, 0.0, 0.0)
    learned = len(transcript.learned & learnable)
    return Mark("discovery", 100.0 * learned / len(learnable), 0.0, learned, len(learnable))


def _paperwork(transcript: Transcript) -> Mark:
    forms = transcript.forms
    if not forms:
        return Mark("paperwork", None, 0.0, 0.0, 0.0)
    right = sum(form.credit for form in forms)
    return Mark("paperwork", 100.0 * right / len(forms), 0.0, right, len(forms))
