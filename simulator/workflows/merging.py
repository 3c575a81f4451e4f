"""Two versions of one text that were made from a third, put together line by line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from simulator.model.language import _

# Comparing costs time with every pair of equal lines, one of each side. The largest shipped scenario against itself has
# 40,000, most of them “zh:” and “en:”; what has more between its first and its last change is another file.
_MOST_PAIRS = 1_000_000


@dataclass(frozen=True, slots=True)
class Merge:
    """What came of it.

    Attributes:
        text: with both versions of what cannot be joined, between lines that no YAML reader accepts.
        is_clean: everything could be joined.
    """

    text: str
    is_clean: bool


@dataclass(frozen=True, slots=True)
class _Same:
    """A run of lines that one version has from the base: where it begins in both, and its length."""

    base: int
    other: int
    length: int


def merge3(base: str, mine: str, theirs: str) -> Merge:
    """The changes of both sides to ``base``. Changes that touch, with no line between them, are not joined.

    Conservative, as ``git merge`` is: a person is asked rather than a rule torn.
    """
    if mine == theirs or theirs == base:
        return Merge(mine, True)
    if mine == base:
        return Merge(theirs, True)
    before, ours, others = (text.splitlines(keepends=True) for text in (base, mine, theirs))
    text, is_clean = "", True
    for old, left, right in _pieces(before, ours, others):
        if left == right or right == old:
            text += "".join(left)
        elif left == old:
            text += "".join(right)
        else:
            is_clean = False
            text += _both(left, right)
    return Merge(text, is_clean)


def _both(mine: Sequence[str], theirs: Sequence[str]) -> str:
    first, second = (_ended("".join(lines)) for lines in (mine, theirs))
    ours, others = _("mine"), _("theirs")
    return f"<<<<<<< {ours}\n{first}=======\n{second}>>>>>>> {others}\n"


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _pieces(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """The text in pieces, each as the three have it; every other one is the same in all."""
    at, left, right = 0, 0, 0
    for low, high, in_mine, in_theirs in _common(_same(base, mine), _same(base, theirs)):
        yield base[at:low], mine[left:in_mine], theirs[right:in_theirs]
        kept = base[low:high]
        yield kept, kept, kept
        at, left, right = high, in_mine + high - low, in_theirs + high - low
    yield base[at:], mine[left:], theirs[right:]


def _common(mine: list[_Same], theirs: list[_Same]) -> Iterator[tuple[int, int, int, int]]:
    """The lines of the base that both have: from, to, and where they begin in each."""
    i = j = 0
    while i < len(mine) and j < len(theirs):
        a, b = mine[i], theirs[j]
        low, high = max(a.base, b.base), min(a.base + a.length, b.base + b.length)
        if low < high:
            yield low, high, a.other + low - a.base, b.other + low - b.base
        if a.base + a.length < b.base + b.length:
            i += 1
        else:
            j += 1


def _same(base: list[str], other: list[str]) -> list[_Same]:
    head = 0
    while head < min(len(base), len(other)) and base[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(base), len(other)) - head and base[-1 - tail] == other[-1 - tail]:
        tail += 1
    blocks = [_Same(0, 0, head)]
    inner, changed = base[head : len(base) - tail], other[head : len(other) - tail]
    if _pairs(inner, changed) <= _MOST_PAIRS:
        matched = SequenceMatcher(None, inner, changed, autojunk=False).get_matching_blocks()
        blocks += [_Same(head + block.a, head + block.b, block.size) for block in matched]
    blocks.append(_Same(len(base) - tail, len(other) - tail, tail))
    return [block for block in blocks if block.length]


def _pairs(one: list[str], other: list[str]) -> int:
    counts = Counter(other)
    return sum(counts[line] for line in one)
