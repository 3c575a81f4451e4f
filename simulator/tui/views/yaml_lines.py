"""The colours of YAML, line by line: which piece of a line is a key, an id, a text, a number. Imports no Textual.

It need not be a parser: each line is read once from its left to its right, with what the line before left open (a
block text, a quotation, a bracket) as its only memory. So a line costs the same in the middle of a broken file, and
what was read once is remembered by its text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Kind = Literal["key", "id", "text", "number", "comment", "placeholder", "sign"]

_KEY = re.compile(
    r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s\-?:,\[\]{}\#&*!|>'"%@`][^:]*(?::(?=\S)[^:]*)*|-(?=[^\s])[^:]*):(?=\s|$)""",
)
_FLOW_KEY = re.compile(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s,\[\]{}:"'\#][^,\[\]{}:\#]*):(?=[\s,\[\]{}]|$)""")
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}(?=\s*(?:\s#.*)?$)")
_PLAIN = re.compile(r".+?(?=\s+#|\s*$)")
_FLOW_PLAIN = re.compile(r"[^,\[\]{}]+?(?=\s+#|\s*[,\[\]{}]|\s*$)")
_QUOTED = {'"': re.compile(r'(?:[^"\\]|\\.)*'), "'": re.compile(r"(?:[^']|'')*")}
_NUMBER = re.compile(r"[-+]?[0-9][0-9_,.:\-]*%?|null|true|false|~")
_ID = re.compile(r"[a-z][a-z0-9]*(?:[-._/:][a-z0-9*]+)*")
_PLACEHOLDER = re.compile(r"\{[a-z][a-z0-9_]*\}")
_DASH = re.compile(r"-(?=\s|$)")
_MARK = re.compile(r"[&*!][^\s,\[\]{}]*")
_TOP = re.compile(r"[a-z][a-z0-9_-]*:(?:\s|$)")
_REMEMBERED = 8192  # lines; twice the longest file that the Studio is meant for, and some for the edited ones
_LONGEST = 4_000  # characters of a line that are coloured; a longer one is no scenario, and a key would wait for it


@dataclass(frozen=True, slots=True)
class Open:
    """What a line leaves open for the next one.

    Attributes:
        text: ``|`` within a block text, a quotation mark within a quotation, else empty.
        indent: of the entry that the block text belongs to; its lines stand further in.
        depth: how many brackets are open.
    """

    text: str = ""
    indent: int = 0
    depth: int = 0


NOTHING = Open()


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line, from ``start`` up to ``end`` in code points."""

    start: int
    end: int
    kind: Kind


@lru_cache(maxsize=_REMEMBERED)
def colour(line: str, before: Open = NOTHING) -> tuple[tuple[Span, ...], Open]:
    """The pieces of a line, and what it leaves open."""
    if before.text == "|":
        stripped = line.lstrip(" ")
        if not stripped or len(line) - len(stripped) > before.indent:
            return tuple(_text(line, 0, min(len(line), _LONGEST))), before
        before = NOTHING
    elif before is not NOTHING and _TOP.match(line):
        before = NOTHING  # somebody forgot to close something above: the rest of the file keeps its colours
    return _Line(line[:_LONGEST], before).read()


class Colours:
    """What each line of a text that changes starts with, worked out no further than it is looked at."""

    def __init__(self) -> None:
        self._opens: list[Open] = [NOTHING]

    def changed(self, row: int) -> None:
        """Forgets what follows from a line that has changed; counted from 0."""
        del self._opens[max(row, 0) + 1 :]

    def before(self, row: int, lines: Sequence[str]) -> Open:
        """What is open where the line begins."""
        opens = self._opens
        while len(opens) <= row:
            opens.append(colour(lines[len(opens) - 1], opens[-1])[1])
        return opens[row]


class _Line:
    def __init__(self, line: str, before: Open) -> None:
        self.line, self.open, self.at = line, before, 0
        self.spans: list[Span] = []
        self.entry = 0  # the column of the innermost key or dash

    def read(self) -> tuple[tuple[Span, ...], Open]:
        if self.open.text:
            self._quotation(self.open.text)
        elif not self.open.depth:
            self._entry()
        while self.at < len(self.line) and self.open.text != "|":
            self._next()
        return tuple(self.spans), self.open

    def _entry(self) -> None:
        """Dashes and a key at the beginning of a line."""
        self._spaces()
        while dash := _DASH.match(self.line, self.at):
            self.entry = self.at
            self._add(dash.end(), "sign")
            self._spaces()
        key = _KEY.match(self.line, self.at)
        if key and " #" not in key[0]:
            self.entry = self.at
            self._add(key.end(), "key")

    def _next(self) -> None:
        self._spaces()
        if self.at >= len(self.line):
            return
        sign = self.line[self.at]
        if sign == "#" and (not self.at or self.line[self.at - 1] in " \t"):
            self._add(len(self.line), "comment")
        elif sign in _QUOTED:
            self._quoted_or_key()
        elif sign in "{[" or (self.open.depth and sign in "}],"):
            self.open = replace(self.open, depth=max(self.open.depth + {"{": 1, "[": 1, ",": 0}.get(sign, -1), 0))
            self._add(self.at + 1, "sign")
        elif (block := _BLOCK.match(self.line, self.at)) and not self.open.depth:
            self._add(block.end(), "sign")
            self.open = Open("|", self.entry)
        elif mark := _MARK.match(self.line, self.at):
            self._add(mark.end(), "sign")
        else:
            self._plain()

    def _quoted_or_key(self) -> None:
        key = _FLOW_KEY.match(self.line, self.at) if self.open.depth else None
        if key:
            self._add(key.end(), "key")
        else:
            sign = self.line[self.at]
            self._add(self.at + 1, "text")
            self._quotation(sign)

    def _quotation(self, sign: str) -> None:
        """The rest of a quotation, to its end or the line's."""
        match = _QUOTED[sign].match(self.line, self.at)
        end = match.end() if match else len(self.line)
        closed = end < len(self.line) and self.line[end] == sign
        self.spans.extend(_text(self.line, self.at, end))
        self.at = end
        if closed:
            self._add(end + 1, "text")
        elif end < len(self.line):  # a backslash at the line's end
            self._add(len(self.line), "text")
        self.open = replace(self.open, text="" if closed else sign)

    def _plain(self) -> None:
        if self.open.depth and (key := _FLOW_KEY.match(self.line, self.at)):
            self._add(key.end(), "key")
            return
        found = (_FLOW_PLAIN if self.open.depth else _PLAIN).match(self.line, self.at)
        end = found.end() if found else self.at + 1
        piece = self.line[self.at : end]
        if _NUMBER.fullmatch(piece):
            self._add(end, "number")
        elif _ID.fullmatch(piece):
            self._add(end, "id")
        else:
            self.spans.extend(_text(self.line, self.at, end))
            self.at = end

    def _spaces(self) -> None:
        while self.at < len(self.line) and self.line[self.at] in " \t":
            self.at += 1

    def _add(self, end: int, kind: Kind) -> None:
        self.spans.append(Span(self.at, end, kind))
        self.at = end


def _text(line: str, start: int, end: int) -> list[Span]:
    """A text with its placeholders."""
    spans: list[Span] = []
    for found in _PLACEHOLDER.finditer(line, start, end):
        spans.append(Span(start, found.start(), "text"))
        spans.append(Span(found.start(), found.end(), "placeholder"))
        start = found.end()
    spans.append(Span(start, end, "text"))
    return [span for span in spans if span.end > span.start]
