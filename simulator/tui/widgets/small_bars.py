"""Bars of one line, for where people would rather look than read.

Every cell of a bar is a sign in its own colour on that colour's ground: solid where there are colours, and still a bar
where there are none, in a pipe or to somebody who does not tell them apart.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from simulator.tui.views.progress import SIGNS, Band
from simulator.tui.widgets.plain import plain

TINTS: dict[Band, str] = {
    "meets": "$foreground on $success 30%",
    "more": "$foreground on $warning 30%",
    "not-yet": "$foreground on $error 35%",
    "unseen": "$foreground 70%",
}


def bar(share: float, width: int, color: str = "$primary") -> Content:
    """A bar of a share of ``width`` cells; anything above 0 is seen."""
    cells = min(max(round(share * width), 1 if share > 0 else 0), width)
    return Content.assemble(plain("=" * cells, f"{color} on {color}"), " " * (width - cells))


def shares(counts: Sequence[int], width: int) -> tuple[int, ...]:
    """``width`` cells shared out by counts, none of them 0 for a count that is not while there are cells enough."""
    total = sum(counts)
    if not total:
        return tuple(0 for _count in counts)
    exact = [count * width / total for count in counts]
    given = [max(int(one), 1) if count else 0 for one, count in zip(exact, counts, strict=True)]
    while sum(given) > width and max(given) > 1:
        given[given.index(max(given))] -= 1
    order = sorted(range(len(counts)), key=lambda at: given[at] - exact[at])
    for at in order[: max(width - sum(given), 0)]:
        given[at] += 1
    return tuple(given)


def band_bar(counts: Sequence[tuple[Band, int]], width: int) -> Content:
    """A group's people by band, each cell with the band's sign."""
    cells = shares([n for _band, n in counts], width)
    parts = [
        plain(SIGNS[band] * length, TINTS[band]) for (band, _n), length in zip(counts, cells, strict=True) if length
    ]
    return Content.assemble(*parts, " " * (width - sum(cells)))
