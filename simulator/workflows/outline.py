"""The outline of a YAML text that somebody is writing: its keys by path, and where in it the caret is.

It goes by indentation and brackets line by line, so a text that is broken elsewhere still has an outline; a bracket or
quote that is never closed ends where the indentation says that something else begins. For editing alone: what a text
means is the reader's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Path = tuple[str | int, ...]
Role = Literal["key", "value", "item"]

# Each sign of a line is tried a bounded number of times: a line may be as long as the file.
_KEY = re.compile(
    r"""("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s"'\[\]{},:#&*!|>%@`-]|-[^\s:#])[^:#\s]*(?:[ \t]+[^:#\s]+)*)"""
    r"""[ \t]*:(?=[ \t]|$)"""
)
_DASH = re.compile(r"-(?:[ \t]+|$)")
_BLOCK = re.compile(r"[|>][-+0-9]*[ \t]*(?:#.*)?$")
_QUOTED = r""""(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?"""  # closed or not
_PLAIN = r"""(?:[^,\[\]{}:#]|:(?![ \t,\[\]{}]|$)|(?<=\S)\#)+"""
_TOKEN = re.compile(
    r"""(?P<space>[ \t]+)|(?P<comment>(?<![^\s])\#.*)|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)"""
    rf"""|(?P<colon>:(?=[ \t,\[\]{{}}]|$))|(?P<word>{_QUOTED}|{_PLAIN})"""
)
_DEEPEST = 60  # levels; the reader takes 40, and the language has 9: what is deeper is looked at no further
_WORD = re.compile(rf"{_QUOTED}|(?:[^#]|(?<=\S)#)+")


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the caret is.

    Attributes:
        role: whether a key, the value of a key, or an item of a list is being written there.
        path: of the mapping for a key, else of the value itself.
        start, end: the columns of the word that the caret is in or behind; equal where there is none.
        before: the part of the word before the caret.
        quote: the quotation mark that the word is in, or empty.
        flow: within brackets.
        colon: a colon follows the word.
    """

    role: Role
    path: Path
    start: int
    end: int
    before: str = ""
    quote: str = ""
    flow: bool = False
    colon: bool = False


@dataclass(slots=True)
class Outline:
    """What stands where.

    Attributes:
        keys: by the path of the mapping, its keys in order, each with its line counted from 0.
        values: single values by path, without quotes.
        spot: None where nothing can be completed: in a comment, in text over several lines, or within indentation.
    """

    keys: dict[Path, dict[str, int]] = field(default_factory=dict)
    values: dict[Path, str] = field(default_factory=dict)
    spot: Spot | None = None

    def items(self, path: Path) -> tuple[str, ...]:
        """A single value, or the single values of a list."""
        if path in self.values:
            return (self.values[path],)
        found: list[str] = []
        while (*path, len(found)) in self.values:
            found.append(self.values[(*path, len(found))])
        return tuple(found)


class _Frame(NamedTuple):
    """A step on the way in, with the column that it stands in."""

    column: int
    step: str | int


@dataclass(slots=True)
class _Bracket:
    """A list or mapping in brackets that is open, with the key or the number of the item that is being read."""

    path: Path
    is_list: bool
    number: int = 0
    key: str | None = None
    word: str | None = None

    @property
    def here(self) -> Path:
        return (*self.path, self.number) if self.is_list else (*self.path, self.key or "")


def outline(text: str, line: int, column: int) -> Outline:
    """The outline of a text with the caret at a line and column, both counted from 0, columns in code points."""
    scanner = _Scanner(line, column)
    for number, row in enumerate(text.split("\n")):
        scanner.read(number, row.rstrip("\r"))
    return scanner.found


class _Scanner:
    def __init__(self, line: int, column: int) -> None:
        self.found = Outline()
        self.caret_line, self.caret = line, column
        self.frames: list[_Frame] = []
        self.brackets: list[_Bracket] = []
        self.owner = -1  # the column of the key or dash that a text over several lines, or brackets, belong to
        self.in_text = False
        self.is_over = False
        self.number = 0

    @property
    def path(self) -> Path:
        return tuple(frame.step for frame in self.frames)

    @property
    def is_caret_line(self) -> bool:
        return self.number == self.caret_line

    def read(self, number: int, row: str) -> None:
        if self.is_over:
            return
        self.number = number
        indent = len(row) - len(row.lstrip(" \t"))
        is_blank = not row.strip()
        if (self.in_text or self.brackets) and not is_blank and indent <= self.owner:
            closing = row.strip()[0] in "]}"
            self.in_text = False
            if not closing:  # brackets that nobody closed
                self.brackets.clear()
        if self.in_text and not (is_blank and self.is_caret_line and self.caret <= self.owner):
            return
        if self.brackets:
            self._flow(row, 0)
        elif is_blank or row.lstrip().startswith("#"):
            if self.is_caret_line and (is_blank or self.caret <= indent) and self.caret <= len(row):
                self._blank(self.caret)
        else:
            self._line(row, indent)

    def _blank(self, column: int) -> None:
        frames = self._above(column)
        self.found.spot = Spot("key", tuple(frame.step for frame in frames), column, column)

    def _above(self, column: int) -> list[_Frame]:
        """The frames that a key in this column stands in."""
        frames = list(self.frames)
        while frames and frames[-1].column >= column:
            frames.pop()
        return frames

    def _line(self, row: str, at: int) -> None:
        while dash := _DASH.match(row, at):
            self._item(at)
            self.owner = at
            if len(self.frames) > _DEEPEST:
                self.is_over = True
                return
            at = dash.end()
            if self.is_caret_line and row[at:].strip() == "" and self.caret > dash.start():
                self._spot("item", self.path, self.caret, self.caret, row)
        if key := _KEY.match(row, at):
            self._key(row, key)
        elif at < len(row):
            self._bare(row, at)

    def _item(self, column: int) -> None:
        while self.frames and self.frames[-1].column > column:
            self.frames.pop()
        top = self.frames[-1] if self.frames else None
        if top and top.column == column and isinstance(top.step, int):
            self.frames[-1] = _Frame(column, top.step + 1)
        else:
            self.frames.append(_Frame(column, 0))

    def _key(self, row: str, key: re.Match[str]) -> None:
        column, name = key.start(), _unquoted(key[1])
        self.frames = self._above(column)
        path = self.path
        self.found.keys.setdefault(path, {}).setdefault(name, self.number)
        if self.is_caret_line and column <= self.caret <= key.end(1):
            self._spot("key", path, column, key.end(1), row)
        self.frames.append(_Frame(column, name))
        self.owner = column
        start = len(row) - len(row[key.end() :].lstrip(" \t"))
        if start == len(row) or row[start] == "#":
            if self.is_caret_line and key.end() <= self.caret <= start:
                self._spot("value", self.path, self.caret, self.caret, row)
        else:
            self._value(row, start, "value")

    def _bare(self, row: str, at: int) -> None:
        """A line, or what stands behind a dash, without a key: an item, or something that is not finished."""
        top = self.frames[-1] if self.frames else None
        if top and isinstance(top.step, int) and top.column == self.owner < at:
            self._value(row, at, "item")
            return
        word = _WORD.match(row, at)
        end = len(row) if word is None else max(at + len(word[0].rstrip()), at)
        if self.is_caret_line and at <= self.caret <= end:
            path = tuple(frame.step for frame in self._above(at))
            self._spot("key", path, at, end, row)

    def _value(self, row: str, at: int, role: Role) -> None:
        if row[at] in "[{":
            self._flow(row, at)
            return
        if _BLOCK.match(row, at):
            self.in_text = True
        word = _WORD.match(row, at)
        if word is None:
            return
        end = at + len(word[0].rstrip())
        if not self.in_text:
            self.found.values[self.path] = _unquoted(row[at:end])
            self.in_text = row[at] in "\"'" and not _is_closed(row[at:end])
        if self.is_caret_line and self.found.spot is None:
            behind = self._word_end(row, end)
            if at <= self.caret <= behind:
                self._spot(role, self.path, at, behind, row)
            elif self.caret < at and row[self.caret : at].strip() == "" and row[: self.caret].endswith((" ", "\t")):
                self._spot(role, self.path, at, end, row)

    def _word_end(self, row: str, end: int) -> int:
        """The end of a word, with the spaces up to the caret: behind “not ” the word goes on."""
        return self.caret if self.caret > end and row[end : self.caret].strip() == "" else end

    # Brackets

    def _flow(self, row: str, at: int) -> None:
        while at < len(row):
            token = _TOKEN.match(row, at)
            if token is None:  # a sign that can begin nothing
                at += 1
                continue
            if token.lastgroup in ("space", "comment"):
                at = token.end()
                if token.lastgroup == "comment" and self._is_at(token.start() + 1, token.end()):
                    return
                continue
            if self.brackets or token.lastgroup == "open":
                self._before(row, token)
                self._take(token)
            at = token.end()
            if not self.brackets:
                return
        if self.is_caret_line and self.found.spot is None and self.brackets and self.caret >= len(row.rstrip()):
            self._flow_spot(row, self.caret, self.caret)

    def _is_at(self, start: int, end: int) -> bool:
        return self.is_caret_line and start <= self.caret <= end

    def _before(self, row: str, token: re.Match[str]) -> None:
        """The caret in the gap before a token, or in a word."""
        if not self.is_caret_line or self.found.spot is not None or not self.brackets:
            return
        start, end = token.span()
        if token.lastgroup == "word":
            end = self._word_end(row, start + len(token[0].rstrip()))
            if self.caret <= end:
                is_in = self.caret >= start
                self._flow_spot(row, start if is_in else self.caret, end if is_in else self.caret)
        elif self.caret <= start:
            self._flow_spot(row, self.caret, self.caret)

    def _flow_spot(self, row: str, start: int, end: int) -> None:
        top = self.brackets[-1]
        if top.is_list:
            self._spot("item", top.here, start, end, row, flow=True)
        elif top.key is not None:
            self._spot("value", top.here, start, end, row, flow=True)
        else:
            self._spot("key", top.path, start, end, row, flow=True)

    def _take(self, token: re.Match[str]) -> None:
        top = self.brackets[-1] if self.brackets else None
        match token.lastgroup:
            case "open":
                path = self.path if top is None else top.here
                self.brackets.append(_Bracket(path, token[0] == "["))
                if len(self.brackets) > _DEEPEST:
                    self.is_over = True
                    self.brackets.clear()
            case "close":
                self._leave(self.brackets.pop())
            case "comma" if top:
                self._leave(top)
                top.number, top.key, top.word = top.number + 1, None, None
            case "colon" if top and not top.is_list and top.key is None:
                top.key, top.word = top.word or "", None
                self.found.keys.setdefault(top.path, {}).setdefault(top.key, self.number)
            case "word" if top:
                top.word = _unquoted(token[0].rstrip())

    def _leave(self, bracket: _Bracket) -> None:
        """An entry is over: what it held is known."""
        if bracket.word is None:
            return
        if bracket.is_list or bracket.key is not None:
            self.found.values[bracket.here] = bracket.word
        else:
            self.found.keys.setdefault(bracket.path, {}).setdefault(bracket.word, self.number)

    def _spot(self, role: Role, path: Path, start: int, end: int, row: str, flow: bool = False) -> None:
        if self.found.spot is not None:
            return
        quote = row[start : start + 1] if start < self.caret and row[start : start + 1] in ("'", '"') else ""
        first = start + len(quote)
        if quote and end > first and row[end - 1] == quote:
            end -= 1
        if self.caret > end:  # behind the closing quotation mark
            return
        colon = row[end + len(quote) :].lstrip(" \t").startswith(":") if role == "key" else False
        self.found.spot = Spot(role, path, first, end, row[first : self.caret], quote, flow, colon)


def _unquoted(text: str) -> str:
    if text[:1] in ("'", '"'):
        return text[1:-1] if len(text) > 1 and text[-1] == text[0] else text[1:]
    return text


def _is_closed(text: str) -> bool:
    return len(text) > 1 and text[-1] == text[0] and not (text[0] == '"' and text.endswith('\\"'))
