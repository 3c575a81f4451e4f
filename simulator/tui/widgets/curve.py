"""The curve of a talk's value over its turns, drawn with block characters: a bar a turn, its foot the number of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from simulator.model.language import _
from simulator.tui.widgets.lines import QUIET
from simulator.tui.widgets.plain import cells, fit, plain

if TYPE_CHECKING:
    from textual.app import RenderResult

_BLOCKS = " \u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588"  # from none to eight eighths of a cell
_EIGHTHS = 8
_WIDEST = 8  # cells of a bar and its gap: a talk of three turns is not drawn as three walls
_ROWS_BELOW = 2  # glyphs, and the numbers of the turns


class Plot:
    """Values as bars on a grid of cells, the smallest one still to be seen.

    Args:
        values: at the start and after each turn; where there are more than cells, some are passed over.
        width, height: in cells.
        bounds: values that the scale is to reach to, whatever the others do.
    """

    def __init__(self, values: Sequence[float], width: int, height: int, bounds: Sequence[float] = ()) -> None:
        self.values, self.width, self.height = tuple(values), max(width, 1), max(height, 1)
        every = (*self.values, *bounds) or (0.0,)
        self.low, self.high = min(every), max(every)
        self.columns = min(len(self.values), self.width)
        self._slot = min(self.width // self.columns, _WIDEST) if self.columns else 1
        self._bar = self._slot - 1 if self._slot > 1 else 1

    def lines(self) -> list[str]:
        """The bars, each line ``width`` cells wide."""
        gap = " " * (self._slot - self._bar)
        shown = [self._level(self.values[self._index(column)]) for column in range(self.columns)]
        lines = []
        for row in range(self.height):
            below = _EIGHTHS * (self.height - 1 - row)
            line = "".join(_BLOCKS[min(max(level - below, 0), _EIGHTHS)] * self._bar + gap for level in shown)
            lines.append(line.ljust(self.width)[: self.width])
        return lines

    def span(self, index: int) -> tuple[int, int]:
        """The first cell of a value's bar, and the one after its last."""
        start = self._column(index) * self._slot
        return start, start + self._bar

    def middle(self, index: int) -> int:
        """The cell below which a value's number stands."""
        start, end = self.span(index)
        return (start + end - 1) // 2

    def nearest(self, cell: int) -> int:
        """The value whose bar stands nearest to a cell."""
        return self._index(min(max(cell // self._slot, 0), max(self.columns - 1, 0)))

    def _level(self, value: float) -> int:
        """The height of a bar in eighths of a cell."""
        share = (value - self.low) / (self.high - self.low) if self.high > self.low else 1.0
        return 1 + round(share * (self.height * _EIGHTHS - 1))

    def _index(self, column: int) -> int:
        last = len(self.values) - 1
        return round(column * last / (self.columns - 1)) if self.columns > 1 else last

    def _column(self, index: int) -> int:
        last = len(self.values) - 1
        return round(index * (self.columns - 1) / last) if last else 0


class Curve(Widget):
    """The value of a talk over its turns. The current turn is marked by its colour and by brackets at its number."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Curve { height: 7; width: 1fr; padding: 0 1; color: $foreground; }
    """

    class TurnPicked(Message):
        """A turn was clicked."""

        def __init__(self, curve: Curve, turn: int) -> None:
            super().__init__()
            self.curve, self.turn = curve, turn

        @property
        def control(self) -> Curve:
            return self.curve

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self.values: tuple[float, ...] = ()
        self.glyphs: tuple[str, ...] = ()
        self.bounds: tuple[float, ...] = ()
        self.current = 0

    def show(self, values: Sequence[float], glyphs: Sequence[str], bounds: Sequence[float] = ()) -> None:
        """Shows another curve.

        Args:
            values: at the start and after each turn.
            glyphs: one a turn, written below it; empty for none.
        """
        self.values, self.glyphs, self.bounds = tuple(values), tuple(glyphs), tuple(bounds)
        self.refresh()

    def mark(self, turn: int) -> None:
        """Marks a turn; 0 for none."""
        self.current = turn
        self.refresh()

    def render(self) -> RenderResult:
        if len(self.values) < 2:
            return plain(_("No turn was played."))
        width, height = self.content_size.width, self.content_size.height
        plot, margin = self._plot(width, height)
        rows = [Content("\n").join(self._plot_rows(plot, margin))]
        rows.append(plain(_marks(plot, margin, dict(enumerate(self.glyphs, 1)))))
        rows.append(plain(_marks(plot, margin, self._numbers(plot))))
        return Content("\n").join(rows)

    def on_click(self, event: events.Click) -> None:
        if len(self.values) > 1:
            plot, margin = self._plot(self.content_size.width, self.content_size.height)
            at = event.get_content_offset(self)
            if at is not None:
                self.post_message(self.TurnPicked(self, max(plot.nearest(at.x - margin), 1)))

    def _plot(self, width: int, height: int) -> tuple[Plot, int]:
        """The plot and the cells of the scale at its left."""
        every = (*self.values, *self.bounds)
        margin = max(cells(f"{value:.0f}") for value in (min(every), max(every))) + 1
        # The last number is centred below the last bar and needs a cell more.
        return Plot(self.values, width - margin - 1, height - _ROWS_BELOW, self.bounds), margin

    def _plot_rows(self, plot: Plot, margin: int) -> list[Content]:
        rows = []
        for number, line in enumerate(plot.lines()):
            value = {0: plot.high, plot.height - 1: plot.low}.get(number)
            scale = fit("" if value is None else f"{value:.0f}", margin - 1, "right")
            rows.append(Content.assemble(plain(f"{scale} ", QUIET), *self._marked(plot, line)))
        return rows

    def _marked(self, plot: Plot, line: str) -> list[Content]:
        """A line of the plot, the current turn's bar in another colour."""
        if not self.current:
            return [plain(line, "$primary")]
        start, end = plot.span(self.current)
        before, bar, after = line[:start], line[start:end], line[end:]
        return [plain(before, "$primary"), plain(bar, "$accent"), plain(after, "$primary")]

    def _numbers(self, plot: Plot) -> dict[int, str]:
        """The numbers of the turns that there is room for; the current one always, in brackets."""
        shown: dict[int, str] = {}
        last = len(plot.values) - 1
        for turn in dict.fromkeys([*([self.current] if self.current else []), 1, last, *range(2, last)]):
            text = f"[{turn}]" if turn == self.current else str(turn)
            near = (
                abs(plot.middle(turn) - plot.middle(other)) <= (len(text) + len(there)) / 2
                for other, there in shown.items()
            )
            if not any(near):
                shown[turn] = text
        return shown


def _marks(plot: Plot, margin: int, texts: dict[int, str]) -> str:
    """Short texts below their turns, one line; of two that would touch, the one with the lower turn stays."""
    line = [" "] * (margin + plot.width + 1)
    free = 0
    for turn, text in sorted(texts.items()):
        start = max(margin + plot.middle(turn) - (len(text) - 1) // 2, 0)
        start = min(start, len(line) - len(text))
        if text and start >= free:
            line[start : start + len(text)] = text
            free = start + len(text) + 1
    return "".join(line).rstrip()
