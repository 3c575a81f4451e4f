"""How well a listener recognises lines whose tactics are known."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from simulator.model.errors import UsageError
from simulator.model.language import _
from simulator.workflows.listening import NONE, THRESHOLDS, Thresholds
from simulator.workflows.ports import Listener

PRECISION = 0.9  # at which coverage is stated
_BINS = 10  # of the calibration error
_FIELDS = ("text", "tactic", "tactic2", "language", "kind")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A line and what it is.

    Attributes:
        tactic: its id; ``none`` for no tactic.
        second: of a line that does two things, the other one; else empty.
        language, kind: as the file says, or empty.
    """

    text: str
    tactic: str
    second: str = ""
    language: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """How well lines of one language, or all, were recognised; shares are 0–1, and None where no line asks for them.

    Attributes:
        lines: how many there were.
        single: how many of them do one thing. Of these are top-1, top-3, macro-F1 (over the tactics that occur),
            coverage at a precision of ``PRECISION``, and the expected calibration error.
        asked: of single lines, how many are asked back.
        missed: of single lines, how many are taken for nothing.
        nothing: of lines that are no tactic, how many are taken for nothing.
        double_one, double_both: of lines that do two things, how many have one of them first, and both in the first
            three.
        forbidden: of forbidden acts, how many are held against the line.
        false_flags: of all other lines, how many are held to be one.
        confusion: what was taken for what, single lines only, the most frequent first.
    """

    lines: int
    single: int
    top1: float | None
    top3: float | None
    macro_f1: float | None
    coverage: float | None
    calibration: float | None
    asked: float | None
    missed: float | None
    nothing: float | None
    double_one: float | None
    double_both: float | None
    forbidden: float | None
    false_flags: float | None
    confusion: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    line: Labelled
    ranked: tuple[tuple[str, float], ...]  # empty for nothing
    danger: float

    @property
    def first(self) -> str:
        return self.ranked[0][0] if self.ranked else NONE

    @property
    def confidence(self) -> float:
        return self.ranked[0][1] if self.ranked else 0.0

    @property
    def first_three(self) -> tuple[str, ...]:
        return tuple(name for name, _chance in self.ranked[:3])


def labelled(text: str, known: Collection[str]) -> tuple[Labelled, ...]:
    """The lines of a CSV file of ``text,tactic[,tactic2,language,kind]``, with or without a line of names.

    With a line of names the columns may stand in any order, and others are passed over. Empty lines are too.

    Args:
        known: ids of the tactics.

    Raises:
        UsageError: there is no line to measure, the names have no ``text`` and ``tactic``, a row has no tactic or one
            that does not exist, or the file is no CSV. The line of the file is named.
    """
    rows = _rows(text)
    names = tuple(name.strip().casefold() for name in rows[0][1]) if rows else ()
    if {"text", "tactic"} <= set(names):
        rows = rows[1:]
    elif {"text", "tactic"} & set(names):
        raise UsageError(_("Line {line}: the names of the columns must hold text and tactic.", line=rows[0][0]))
    else:
        names = _FIELDS
    if not rows:
        raise UsageError(_("There is no line to measure: the file needs lines of text,tactic."))
    return tuple(_labelled(number, dict(zip(names, row, strict=False)), known) for number, row in rows)


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, with the number of the file's line that each ends in."""
    reader = csv.reader(io.StringIO(text))
    try:
        return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as why:
        raise UsageError(_("Line {line}: this is no CSV: {why}", line=reader.line_num, why=why)) from why


def _labelled(number: int, cells: Mapping[str, str], known: Collection[str]) -> Labelled:
    rest = {name: cell.strip() for name, cell in cells.items()}
    second = rest.get("tactic2", "") or rest.get("second", "")
    if not rest.get("tactic"):
        raise UsageError(_("Line {line}: there is no tactic; each line is text,tactic.", line=number))
    for tactic in (rest["tactic"], second or NONE):
        if tactic not in known and tactic != NONE:
            raise UsageError(_("Line {line}: there is no tactic “{name}”.", line=number, name=tactic))
    return Labelled(cells["text"], rest["tactic"], second, rest.get("language", ""), rest.get("kind", ""))


def measure(
    lines: Sequence[Labelled], listener: Listener, forbidden: Collection[str], thresholds: Thresholds = THRESHOLDS
) -> dict[str, Measured]:
    """What comes of the lines, under ``all`` and under each language that they name."""
    answers = [_answer(line, listener, forbidden, thresholds) for line in lines]
    groups = {"all": answers}
    for language in sorted({line.language for line in lines if line.language}):
        groups[language] = [one for one in answers if one.line.language == language]
    return {name: _measured(group, forbidden, thresholds) for name, group in groups.items()}


def ranking(chances: Mapping[str, float], thresholds: Thresholds = THRESHOLDS) -> tuple[tuple[str, float], ...]:
    """The tactics, the likeliest first; empty where the line is taken for none."""
    if chances.get(NONE, 0.0) >= thresholds.nothing:
        return ()
    tactics = [(name, chance) for name, chance in chances.items() if name != NONE]
    return tuple(sorted(tactics, key=lambda one: (-one[1], one[0])))


def _answer(line: Labelled, listener: Listener, forbidden: Collection[str], thresholds: Thresholds) -> _Answer:
    chances = listener.chances(line.text)
    return _Answer(line, ranking(chances, thresholds), sum(chances.get(name, 0.0) for name in forbidden))


def _measured(answers: Sequence[_Answer], forbidden: Collection[str], thresholds: Thresholds) -> Measured:
    single = [one for one in answers if one.line.tactic != NONE and not one.line.second]
    double = [one for one in answers if one.line.second]
    none = [one for one in answers if one.line.tactic == NONE]
    red = [one for one in answers if _is_red(one, forbidden)]
    rest = [one for one in answers if not _is_red(one, forbidden)]
    confused = Counter((one.line.tactic, one.first) for one in single if one.first != one.line.tactic)
    return Measured(
        lines=len(answers),
        single=len(single),
        top1=_share(one.first == one.line.tactic for one in single),
        top3=_share(one.line.tactic in one.first_three for one in single),
        macro_f1=_macro_f1(single),
        coverage=_coverage(single),
        calibration=_calibration_error(single),
        asked=_share(bool(one.ranked) and one.confidence < thresholds.play for one in single),
        missed=_share(not one.ranked for one in single),
        nothing=_share(not one.ranked for one in none),
        double_one=_share(one.first in (one.line.tactic, one.line.second) for one in double),
        double_both=_share({one.line.tactic, one.line.second} <= set(one.first_three) for one in double),
        forbidden=_share(one.danger >= thresholds.forbidden for one in red),
        false_flags=_share(one.danger >= thresholds.forbidden for one in rest),
        confusion=tuple((truth, taken, count) for (truth, taken), count in confused.most_common()),
    )


def _is_red(answer: _Answer, forbidden: Collection[str]) -> bool:
    return answer.line.tactic in forbidden or answer.line.second in forbidden


def _share(held: Iterable[bool]) -> float | None:
    found = list(held)
    return sum(found) / len(found) if found else None


def _macro_f1(answers: Sequence[_Answer]) -> float | None:
    truths = Counter(one.line.tactic for one in answers)
    taken = Counter(one.first for one in answers)
    right = Counter(one.first for one in answers if one.first == one.line.tactic)
    scores = [2 * right[name] / (count + taken[name]) for name, count in truths.items()]
    return sum(scores) / len(scores) if scores else None


def _coverage(answers: Sequence[_Answer]) -> float | None:
    """The greatest share of lines, the surest ones, among which at least ``PRECISION`` are right."""
    right, best = 0, 0
    for count, one in enumerate(sorted(answers, key=lambda one: -one.confidence), 1):
        right += one.first == one.line.tactic
        if right >= PRECISION * count:
            best = count
    return best / len(answers) if answers else None


def _calibration_error(answers: Sequence[_Answer]) -> float | None:
    """Expected calibration error: the gap between confidence and share of right answers, over bins of equal width."""
    bins: dict[int, list[_Answer]] = {}
    for one in answers:
        bins.setdefault(min(int(one.confidence * _BINS), _BINS - 1), []).append(one)
    gaps = [
        abs(sum(one.confidence for one in group) - sum(one.first == one.line.tactic for one in group))
        for group in bins.values()
    ]
    return sum(gaps) / len(answers) if answers else None
