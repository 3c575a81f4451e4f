"""A report on paper: pages of A4 with the program's own font embedded, so that every machine shows the same.

Lines are broken here, by the rules of Chinese typesetting where a text is Chinese. What the font does not have is shown
as a box and its code point.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from simulator.adapters.export.colours import BARS, COLOURS, TONES
from simulator.adapters.export.fonts.make import FONT
from simulator.model.reports import (
    Award,
    Cell,
    Column,
    Document,
    Dot,
    Drawing,
    Exchange,
    Facts,
    Grid,
    Heading,
    Label,
    Notice,
    Paragraph,
    Rect,
    Shape,
    Stroke,
    Tiles,
)

if TYPE_CHECKING:
    from fpdf import FPDF

# In points.
_SHORT, _LONG = 595.28, 841.89
_MARGIN, _FOOT = 45.0, 52.0
_LEADING = 1.42  # of the size
_PADDING = 3.0
_CELL_SIZE = 8.0
_BAR_WIDTH, _BAR_HEIGHT = 0.92, 5.0
_SKIPPED = frozenset(map(chr, (*range(0xFE00, 0xFE10), 0x200C, 0x200D)))  # they have no form of their own
_NO_START = frozenset("，。、；：？！）】》”’」』〉〕…—·%‰℃,.;:?!)]}")
_NO_END = frozenset("（【《“‘「『〈〔([{")


def write(document: Document, path: Path, tick: Callable[[], None] = lambda: None) -> None:
    """Writes the pages.

    Args:
        tick: is called now and then and may raise, to stop.
    """
    paper = _Paper(document, tick)
    for block in document.blocks:
        tick()
        paper.block(block)
    paper.save(path)


class _Type:
    """The font's measures."""

    def __init__(self) -> None:
        from fontTools.ttLib import TTFont

        with TTFont(FONT, lazy=True) as font:
            names, advances = font.getBestCmap(), font["hmtx"]
            unit = font["head"].unitsPerEm
            self.widths: dict[str, float] = {chr(code): advances[name][0] / unit for code, name in names.items()}

    def shown(self, text: str) -> str:
        """A text in signs that the font has; a line end becomes a space."""
        return "".join(map(self._sign, unicodedata.normalize("NFC", text)))

    def _sign(self, char: str) -> str:
        if char in self.widths:
            return char
        if char in "\n\t":
            return " "
        return "" if char in _SKIPPED else f"□U+{ord(char):04X}"

    def width(self, text: str, size: float) -> float:
        return size * sum([self.widths[char] for char in text])

    def lines(self, text: str, width: float, size: float) -> list[str]:
        """A text in lines of at most ``width``; at least one."""
        lines, line, used = [], "", 0.0
        for word in _words(self.shown(text)):
            wide = self.width(word, size)
            if line and used + wide > width:
                lines.append(line.rstrip())
                line, used = "", 0.0
                word = word.lstrip()
                wide = self.width(word, size)
            for part in word if wide > width else (word,):
                if line and used + self.width(part, size) > width:
                    lines.append(line.rstrip())
                    line, used = "", 0.0
                line += part
                used += self.width(part, size)
        return [*lines, line.rstrip()]


@cache
def _type() -> _Type:
    return _Type()


def _words(text: str) -> Iterator[str]:
    """What is not to be torn apart: a word with the space after it, a Chinese sign with the marks that belong to it."""
    word = ""
    for char in text:
        joins = char in _NO_START or (word and word[-1] in _NO_END) or (word and _joins(word[-1], char))
        if word and not joins:
            yield word
            word = ""
        word += char
    if word:
        yield word


def _joins(before: str, char: str) -> bool:
    return not _is_wide(before) and not _is_wide(char) and not before.isspace()


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


class _Paper:
    """Pages that are filled from above to below."""

    def __init__(self, document: Document, tick: Callable[[], None]) -> None:
        self.document, self.tick, self.type = document, tick, _type()
        self.pdf = self._begin(document)
        self.width = self.pdf.w - 2 * _MARGIN
        self.left = _MARGIN
        self.y = 0.0
        self.bottom = self.pdf.h - _FOOT
        self._page()
        self._title()

    def _begin(self, document: Document) -> FPDF:
        from fpdf import FPDF

        pdf = FPDF(orientation="landscape" if document.wide else "portrait", unit="pt", format="A4")
        pdf.set_auto_page_break(False)
        pdf.add_font("huikuan", fname=FONT)
        pdf.set_title(self.type.shown(document.title))
        pdf.set_subject(self.type.shown(document.subtitle))
        pdf.set_creator("huikuan")
        pdf.set_lang({"zh": "zh-Hans", "en": "en"}[document.language])
        return pdf

    def save(self, path: Path) -> None:
        """Numbers the pages and writes the file."""
        pages = self.pdf.pages_count
        for page in range(1, pages + 1):
            self.pdf.page = page
            said = self.document.page.replace("{page}", str(page)).replace("{pages}", str(pages))
            self._text(self.left, self.bottom + 30, self.document.footer, 7.0, COLOURS["quiet"])
            self._text(self.left + self.width, self.bottom + 30, said, 7.0, COLOURS["quiet"], "end")
        self.pdf.output(str(path))

    # Places

    def _page(self) -> None:
        self.pdf.add_page()
        self.y = _MARGIN
        if self.document.banner:
            self._fill(self.left, self.y - 14, self.width, 18, "#fdf3d0")
            self._text(self.left + 7, self.y - 1.5, self.document.banner, 8.5, "#5c4600", bold=True)
            self.y += 16

    def _room(self, height: float) -> None:
        if self.y + height > self.bottom:
            self._page()

    def _title(self) -> None:
        for line in self.type.lines(self.document.title, self.width, 20):
            self.y += 22
            self._text(self.left, self.y, line, 20, COLOURS["ink"], bold=True)
        self.y += 16
        self._text(self.left, self.y, self.document.subtitle, 9, COLOURS["quiet"])
        self.y += 8
        self._line(((self.left, self.y), (self.left + self.width, self.y)), COLOURS["accent"], 2.0)
        self.y += 12

    # Blocks

    def block(self, block: object) -> None:
        match block:
            case Heading():
                self._heading(block)
            case Paragraph():
                self._flow(block.text, 9.0, COLOURS["quiet" if block.quiet else "ink"])
                self.y += 4
            case Notice():
                self._notice(block)
            case Facts():
                self._facts(block)
            case Tiles():
                self._tiles(block)
            case Grid():
                _GridOnPaper(self, block).draw()
            case Exchange():
                self._exchange(block)
            case Drawing():
                self._drawing(block)
            case Award():
                self._award(block)

    def _heading(self, heading: Heading) -> None:
        size = 13.0 if heading.level == 2 else 10.5
        self._room(size + 118)  # a heading takes something of what follows with it
        self.y += size + 8
        colour = COLOURS["accent" if heading.level == 2 else "ink"]
        self._text(self.left, self.y, heading.text, size, colour, bold=True)
        self.y += 7

    def _flow(self, text: str, size: float, colour: str, indent: float = 0.0, bold: bool = False) -> None:
        """A paragraph, over as many pages as it takes."""
        leading = size * _LEADING
        for line in self.type.lines(text, self.width - indent, size):
            self._room(leading)
            self.y += leading
            self._text(self.left + indent, self.y - leading * 0.25, line, size, colour, bold=bold)

    def _notice(self, notice: Notice) -> None:
        ink, paper = TONES[notice.tone]
        lines = self.type.lines(notice.text, self.width - 20, 9)
        height = len(lines) * 9 * _LEADING + 8
        self._room(height + 4)
        fill = paper or ("#fdeee7" if notice.tone == "bad" else "#f2f6fa")
        self._fill(self.left, self.y + 2, self.width, height, fill)
        self._fill(self.left, self.y + 2, 3, height, BARS[notice.tone])
        for index, line in enumerate(lines):
            self._text(self.left + 11, self.y + 14 + index * 9 * _LEADING, line, 9, ink)
        self.y += height + 8

    def _facts(self, facts: Facts) -> None:
        widest = max((self.type.width(self.type.shown(key), 8.5) for key, _value in facts.rows), default=0.0)
        indent = min(widest + 14, self.width / 2)
        for key, value in facts.rows:
            lines = self.type.lines(value, self.width - indent, 8.5)
            self._room(12.5)
            for index, line in enumerate(lines):
                self._room(12.5)
                self.y += 12.5
                if not index:
                    self._text(self.left, self.y - 3, key, 8.5, COLOURS["quiet"])
                self._text(self.left + indent, self.y - 3, line, 8.5, COLOURS["ink"])
        self.y += 6

    def _tiles(self, tiles: Tiles) -> None:
        gap = 9.0
        width = (self.width - gap * (len(tiles.rows) - 1)) / max(len(tiles.rows), 1)
        counts = [self.type.lines(said, width - 16, 8) for _value, said in tiles.rows]
        height = 38 + 11 * max(map(len, counts), default=1)
        self._room(height + 8)
        for index, (value, _said) in enumerate(tiles.rows):
            x = self.left + index * (width + gap)
            self._fill(x, self.y + 4, width, height, "#f3f6f9")
            self._fill(x, self.y + 4, width, 2, COLOURS["accent"])
            shown = self.type.shown(value)
            size = min(19.0, 19.0 * (width - 16) / max(self.type.width(shown, 19.0), 1.0))
            self._text(x + 8, self.y + 29, shown, size, COLOURS["accent"], bold=True)
            for place, line in enumerate(counts[index]):
                self._text(x + 8, self.y + 43 + 11 * place, line, 8, COLOURS["quiet"])
        self.y += height + 12

    def _exchange(self, one: Exchange) -> None:
        self._room(70)
        self.y += 4
        self._line(((self.left, self.y), (self.left + self.width, self.y)), COLOURS["line"], 0.6)
        self.y += 14
        number = f"{one.number}."
        self._text(self.left, self.y, number, 9.5, COLOURS["ink"], bold=True)
        verdict = self.type.shown(one.verdict)
        ink, paper = TONES[one.tone]
        wide = self.type.width(verdict, 8.5) + 10
        self._fill(self.left + 20, self.y - 9.5, wide, 13, paper or "#eef2f6")
        self._text(self.left + 25, self.y, verdict, 8.5, ink, bold=True)
        head = self.type.lines(one.head, self.width - wide - 30, 8.5)
        for index, line in enumerate(head):
            self.y += 12 if index else 0
            self._text(self.left + 28 + wide, self.y, line, 8.5, COLOURS["quiet"])
        self.y += 4
        self._speech(*one.said, indent=0.0, paper="#e9f1f9")
        for answer in one.answers[1]:
            self._speech(one.answers[0], answer, indent=34.0, paper="#f3f4f5")
        for label, text in one.notes:
            self._flow(f"{label}  {text}", 8.0, COLOURS["quiet"], indent=8.0)
        self.y += 4

    def _speech(self, who: str, text: str, indent: float, paper: str) -> None:
        size, leading = 9.0, 9.0 * _LEADING
        lines = self.type.lines(f"{who}  {text}", self.width - indent - 16, size)
        self._room(min(len(lines), 3) * leading + 6)
        for index, line in enumerate(lines):
            self._room(leading)
            self._fill(
                self.left + indent, self.y, self.width - indent, leading + (3 if index == len(lines) - 1 else 0), paper
            )
            self.y += leading
            self._text(self.left + indent + 8, self.y - leading * 0.24, line, size, COLOURS["ink"])
        self.y += 6

    def _award(self, award: Award) -> None:
        top, height = self.y + 8, 74 + 34 * len(award.lines) + 17 * len(award.facts) + 40
        long_name = self.type.lines(award.lines[1], self.width - 60, 24)
        height += 30 * (len(long_name) - 1)
        for inset, thick in ((0.0, 2.2), (5.0, 0.7)):
            self._frame(
                self.left + inset, top + inset, self.width - 2 * inset, height - 2 * inset, COLOURS["accent"], thick
            )
        middle = self.left + self.width / 2
        y = top + 56
        self._text(middle, y, award.title, 25, COLOURS["accent"], "middle", bold=True)
        y += 12
        for index, line in enumerate(award.lines):
            is_name, is_last = index == 1, index == len(award.lines) - 1
            size = 24.0 if is_name else 17.0 if is_last else 11.0
            y += 12 if index == 2 else 0
            for part in long_name if is_name else self.type.lines(line, self.width - 60, size):
                y += size * 1.55
                self._text(middle, y, part, size, COLOURS["accent" if is_last else "ink"], "middle", is_name or is_last)
        y += 26
        for key, value in award.facts:
            y += 17
            self._text(middle - 8, y, key, 9.5, COLOURS["quiet"], "end")
            self._text(middle + 8, y, value, 9.5, COLOURS["ink"])
        if award.stamp:
            with self.pdf.rotation(14, middle, top + height * 0.42):
                self._text(middle, top + height * 0.42, award.stamp, 52, COLOURS["not-yet"], "middle", bold=True)
        self.y = max(top + height, y + 20) + 14

    # Charts

    def _drawing(self, drawing: Drawing) -> None:
        scale = self.width / drawing.width
        full = self.bottom - _MARGIN - 40
        if drawing.height * scale > full:
            self._in_slices(drawing, scale, full)
            return
        self._room(drawing.height * scale + 6)
        for shape in drawing.shapes:
            self._shape(shape, scale, self.y)
        self.y += drawing.height * scale + 6

    def _in_slices(self, drawing: Drawing, scale: float, full: float) -> None:
        """A chart higher than a page, made smaller until it fits on one of its own."""
        self._page()
        smaller = scale * full / (drawing.height * scale)
        for shape in drawing.shapes:
            self._shape(shape, smaller, self.y)
        self.y += drawing.height * smaller + 6

    def _shape(self, shape: Shape, scale: float, top: float) -> None:
        def at(x: float, y: float) -> tuple[float, float]:
            return self.left + x * scale, top + y * scale

        match shape:
            case Rect():
                x, y = at(shape.x, shape.y)
                self._fill(x, y, shape.width * scale, shape.height * scale, COLOURS[shape.fill])
            case Stroke():
                points = tuple(at(*point) for point in shape.points)
                self._line(points, COLOURS[shape.colour], shape.width * scale, shape.dashed)
            case Dot():
                self._dot(*at(shape.x, shape.y), shape, scale)
            case Label():
                x, y = at(shape.x, shape.y)
                self._text(x, y, shape.text, shape.size * scale, COLOURS[shape.colour], shape.anchor, shape.bold)

    def _dot(self, x: float, y: float, dot: Dot, scale: float) -> None:
        radius = dot.radius * scale
        self.pdf.set_draw_color(COLOURS[dot.colour])
        self.pdf.set_fill_color(COLOURS["paper" if dot.hollow else dot.colour])
        self.pdf.set_line_width(1.1 * scale)
        if dot.square:
            self.pdf.rect(x - radius, y - radius, 2 * radius, 2 * radius, style="DF")
        else:
            self.pdf.circle(x, y, radius, style="DF")

    # Ink

    def _text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        colour: str,
        anchor: Literal["start", "middle", "end"] = "start",
        bold: bool = False,
    ) -> None:
        shown = self.type.shown(text)
        if not shown:
            return
        if anchor != "start":
            x -= self.type.width(shown, size) * (0.5 if anchor == "middle" else 1.0)
        pdf: Any = self.pdf
        pdf.set_font("huikuan", size=size)
        pdf.set_text_color(colour)
        if bold:
            pdf.set_draw_color(colour)
            with pdf.local_context(text_mode="FILL_STROKE", line_width=size * 0.028):
                pdf.text(x, y, shown)
        else:
            pdf.text(x, y, shown)

    def _fill(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        self.pdf.set_fill_color(colour)
        self.pdf.rect(x, y, width, height, style="F")

    def _frame(self, x: float, y: float, width: float, height: float, colour: str, thick: float) -> None:
        self.pdf.set_draw_color(colour)
        self.pdf.set_line_width(thick)
        self.pdf.rect(x, y, width, height, style="D")

    def _line(self, points: Sequence[tuple[float, float]], colour: str, thick: float, dashed: bool = False) -> None:
        self.pdf.set_draw_color(colour)
        self.pdf.set_line_width(thick)
        self.pdf.set_dash_pattern(*((3, 2) if dashed else (0, 0)))
        self.pdf.polyline(list(points))
        self.pdf.set_dash_pattern()


class _GridOnPaper:
    """A table, its head repeated on every page."""

    def __init__(self, paper: _Paper, grid: Grid) -> None:
        self.paper, self.grid = paper, grid
        whole = sum(column.share for column in grid.columns)
        self.widths = [paper.width * column.share / whole for column in grid.columns]
        self.size = _CELL_SIZE if len(grid.columns) < 12 or grid.heat else _CELL_SIZE - 0.7
        self.leading = self.size * 1.32
        self.head = [self._lines(column.title, width) for column, width in zip(grid.columns, self.widths, strict=True)]

    def draw(self) -> None:
        caption = self.paper.type.lines(self.grid.caption, self.paper.width, 8.5)
        self.paper._room(len(caption) * 12 + self._height(self.head) + 4 * self.leading)
        for line in caption:
            self.paper.y += 12
            self.paper._text(self.paper.left, self.paper.y - 2, line, 8.5, COLOURS["quiet"])
        self._head()
        for number, row in enumerate(self.grid.rows):
            if not number % 50:
                self.paper.tick()
            self._row(row)
        self.paper.y += 10

    def _head(self) -> None:
        paper, top = self.paper, self.paper.y
        for column, lines, x, width in zip(self.grid.columns, self.head, self._lefts(), self.widths, strict=True):
            self._cell_lines(
                lines, column, x, width, top + self._height(self.head) - self._height([lines]), COLOURS["ink"], True
            )
        paper.y += self._height(self.head)
        paper._line(((paper.left, paper.y), (paper.left + paper.width, paper.y)), COLOURS["accent"], 1.2)

    def _row(self, row: tuple[Cell, ...]) -> None:
        lines = [self._lines(cell.text, width) for cell, width in zip(row, self.widths, strict=True)]
        while any(lines):
            space = int((self.paper.bottom - self.paper.y - 2 * _PADDING) / self.leading)
            longest = max(map(len, lines))
            if space < min(longest, 6):
                self.paper._page()
                self._head()
                continue
            self._slice(row, [part[:space] for part in lines])
            lines = [part[space:] for part in lines]

    def _slice(self, row: tuple[Cell, ...], lines: list[list[str]]) -> None:
        paper, top, height = self.paper, self.paper.y, self._height(lines)
        for cell, part, column, x, width in zip(row, lines, self.grid.columns, self._lefts(), self.widths, strict=True):
            ink, fill = TONES[cell.tone]
            if fill:
                inset = 0.8 if self.grid.heat else 1.5
                paper._fill(x + inset, top + inset, width - 2 * inset, height - 2 * inset, fill)
            shift = self._bar(cell, x, top, width) if cell.bar else 0.0
            self._cell_lines(part, column, x + shift, width - shift, top, ink, False)
        paper.y += height
        paper._line(((paper.left, paper.y), (paper.left + paper.width, paper.y)), COLOURS["line"], 0.4)

    def _bar(self, cell: Cell, x: float, top: float, width: float) -> float:
        """Draws a cell's bar; how much room it took from its text."""
        whole = (width - 2 * _PADDING) * (0.6 if cell.text else _BAR_WIDTH)
        y, left = top + _PADDING + 1.5, x + _PADDING
        self.paper._fill(left, y, whole, _BAR_HEIGHT, BARS["quiet"])
        for tone, share in cell.bar:
            part = whole * min(max(share, 0.0), 1.0)
            if part:
                self.paper._fill(left, y, part, _BAR_HEIGHT, BARS[tone])
            left += part
        return whole + _PADDING if cell.text else 0.0

    def _cell_lines(
        self, lines: Sequence[str], column: Column, x: float, width: float, top: float, ink: str, bold: bool
    ) -> None:
        anchors: dict[str, tuple[Literal["start", "middle", "end"], float]] = {
            "left": ("start", x + _PADDING),
            "center": ("middle", x + width / 2),
            "right": ("end", x + width - _PADDING),
        }
        anchor, place = anchors[column.align]
        for index, line in enumerate(lines):
            y = top + _PADDING + (index + 1) * self.leading - self.leading * 0.27
            self.paper._text(place, y, line, self.size, ink, anchor, bold)

    def _lines(self, text: str, width: float) -> list[str]:
        return self.paper.type.lines(text, width - 2 * _PADDING, self.size)

    def _height(self, lines: Sequence[Sequence[str]]) -> float:
        return max(map(len, lines)) * self.leading + 2 * _PADDING

    def _lefts(self) -> Iterator[float]:
        x = self.paper.left
        for width in self.widths:
            yield x
            x += width
