"""A report as plain text for a terminal: the same blocks, tables with their columns aligned, no chart but its words."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from simulator.model.reports import (
    Award,
    Block,
    Cell,
    Document,
    Drawing,
    Exchange,
    Facts,
    Grid,
    Heading,
    Notice,
    Paragraph,
    Tiles,
)

_WIDEST = 46  # cells of a column; what is longer is cut, and whole in every other format


def page(document: Document) -> str:
    """The whole report."""
    lines = [document.banner, ""] if document.banner else []
    lines += [document.title, document.subtitle]
    for block in document.blocks:
        lines.extend(_block(block))
    return "\n".join([*map(_plain, lines), "", _plain(document.footer)]) + "\n"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield from ("", block.text, "=" * min(_cells(block.text), 60))
        case Paragraph():
            yield block.text
        case Notice():
            yield f"! {block.text}"
        case Facts():
            yield from _aligned(block.rows)
        case Tiles():
            yield from _aligned(tuple((said, value) for value, said in block.rows))
        case Grid():
            yield from _grid(block)
        case Drawing():
            yield f"{block.title}: {block.description}"
        case Exchange():
            yield from _exchange(block)
        case Award():
            yield from ("", block.title, *block.lines, block.stamp)
            yield from _aligned(block.facts)


def _aligned(rows: Sequence[tuple[str, str]]) -> Iterator[str]:
    widest = max((_cells(key) for key, _value in rows), default=0)
    for key, value in rows:
        yield f"  {key}{' ' * (widest - _cells(key))}  {value}"


def _grid(grid: Grid) -> Iterator[str]:
    yield grid.caption
    rows = [[column.title for column in grid.columns], *([_said(cell) for cell in row] for row in grid.rows)]
    cut = [[_cut(cell) for cell in row] for row in rows]
    widths = [max(map(_cells, column)) for column in zip(*cut, strict=True)]
    for row in cut:
        cells = []
        for cell, width, column in zip(row, widths, grid.columns, strict=True):
            gap = " " * (width - _cells(cell))
            cells.append(gap + cell if column.align == "right" else cell + gap)
        yield ("  " + "  ".join(cells)).rstrip()


def _said(cell: Cell) -> str:
    """A cell's text; a bar without one says its shares, which stand in the columns beside it."""
    return cell.text


def _exchange(one: Exchange) -> Iterator[str]:
    yield from ("", f"{one.number}. {one.verdict} · {one.head}", f"  {one.said[0]}: {one.said[1]}")
    for answer in one.answers[1]:
        yield f"  {one.answers[0]}: {answer}"
    for label, text in one.notes:
        yield f"    {label}: {text}"


def _cut(text: str) -> str:
    used, kept = 0, ""
    for char in _plain(text):
        used += _cells(char)
        if used > _WIDEST:
            return kept + "…"
        kept += char
    return kept


def _plain(text: str) -> str:
    """Control characters shown and not obeyed, as everywhere on a terminal."""
    return "".join(
        char if char.isprintable() or unicodedata.category(char) == "Zs" else f"\\x{ord(char):02x}" for char in text
    )


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
