"""Tables as text: columns aligned by cells, every entry data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from textual.content import Content

from simulator.tui.widgets.plain import cells, clean, fit, plain

_GAP = "  "
_NARROWEST = 4  # cells that are left of a column that has to give way


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, the side its entries stand at, and whether it gives way where there is no room."""

    title: str
    align: Literal["left", "right"] = "left"
    gives: bool = False


def table(columns: Sequence[Column | str], rows: Sequence[Sequence[str]], width: int | None = None) -> Content:
    """A table with a line of titles.

    Args:
        width: the cells there are; where they do not suffice, the columns that give way are cut with an ellipsis.
    """
    made = [column if isinstance(column, Column) else Column(column) for column in columns]
    wide = [
        max([cells(column.title), *(cells(clean(row[index])) for row in rows)]) for index, column in enumerate(made)
    ]
    _make_room(made, wide, width)
    lines = [plain(_line([column.title for column in made], made, wide), "bold")]
    lines.extend(plain(_line(row, made, wide)) for row in rows)
    return Content("\n").join(lines)


def _make_room(columns: Sequence[Column], wide: list[int], width: int | None) -> None:
    if width is None:
        return
    giving = [index for index, column in enumerate(columns) if column.gives]
    while giving and (over := sum(wide) + len(_GAP) * (len(wide) - 1) - width) > 0:
        widest = max(giving, key=lambda index: wide[index])
        if wide[widest] <= _NARROWEST:
            return
        wide[widest] = max(wide[widest] - over, _NARROWEST)


def _line(entries: Sequence[str], columns: Sequence[Column], wide: Sequence[int]) -> str:
    fitted = (fit(entry, room, column.align) for entry, column, room in zip(entries, columns, wide, strict=True))
    return _GAP.join(fitted).rstrip()
