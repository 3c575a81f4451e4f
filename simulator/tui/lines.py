"""Text laid out in cells: cleaned, cut, broken into lines by the rules of Chinese typesetting. Imports no Textual."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len

CLOSING = frozenset("。，、；：？！」』）》〉】〕〗”’…—～·％‰℃°.,;:?!)]}>%")
OPENING = frozenset("「『（《〈【〔〖“‘([{<￥¥€£$")
_PAIRED = frozenset("…—")

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe00-\ufe0f\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DELETE = 0x7F
_TAB = "    "
_NO_BREAK = "\u00a0"


def clean(text: str) -> str:
    """``text`` without signs that steer a terminal: control characters are shown as signs, hidden ones are gone."""
    return _CONTROL.sub(_picture, _INVISIBLE.sub("", text.replace("\r\n", "\n"))).replace("\t", _TAB)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == _DELETE else "\u2426"


def cells(text: str) -> int:
    """The width of ``text`` in cells."""
    return cell_len(text)


def fit(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """One line of exactly ``width`` cells: cut with an ellipsis, or filled up with spaces."""
    line = clean(text).replace("\n", " ")
    if cell_len(line) > width:
        kept = ""
        for character in line:
            if cell_len(kept) + cell_len(character) > width - 1:
                break
            kept += character
        line = kept + "…" if width > 0 else ""
    fill = " " * (width - cell_len(line))
    return fill + line if align == "right" else line + fill


def wrap(text: str, width: int) -> list[str]:
    """The lines of ``text`` at ``width`` cells, by the rules of Chinese typesetting."""
    return [text[start:end] for start, end in breaks(text, width)]


@lru_cache(maxsize=4096)
def breaks(text: str, width: int, hang: int = 0) -> tuple[tuple[int, int], ...]:
    """Where the lines of ``text`` begin and end at ``width`` cells; spaces at a line's end belong to no line.

    Args:
        hang: the cells that every line but a paragraph's first has less.
    """
    found: list[tuple[int, int]] = []
    start = 0
    for paragraph in text.split("\n"):
        end = start + len(paragraph)
        found.extend(_paragraph(text, start, end, max(width, 1), max(width - hang, 1)))
        start = end + 1
    return tuple(found)


def _paragraph(text: str, start: int, end: int, first: int, others: int) -> list[tuple[int, int]]:
    lines: list[tuple[int, int]] = []
    while True:
        stop = _line_end(text, start, end, others if lines else first)
        shown = stop
        while stop < end and shown > start + 1 and _is_space(text[shown - 1]):
            shown -= 1
        lines.append((start, shown))
        start = stop
        if start >= end:
            return lines


def _line_end(text: str, start: int, end: int, width: int) -> int:
    """Where the line that begins at ``start`` ends, the spaces after it included."""
    used, last = 0, start
    for at in range(start, end):
        character = text[at]
        if at > start and may_break(text[at - 1], character):
            last = at
        used += cell_len(character)
        if used > width and at > start and not _is_space(character):
            return last if last > start else at
    return end


def _is_space(character: str) -> bool:
    return character.isspace() and character != _NO_BREAK


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between these two characters."""
    if _is_space(after) or after in CLOSING or cell_len(after) == 0:
        return False
    if _is_space(before):
        return True
    if before in OPENING or (before == after and before in _PAIRED):
        return False
    return cell_len(before) > 1 or cell_len(after) > 1 or before in _PAIRED
