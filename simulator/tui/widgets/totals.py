"""What a person's attempts came to, one bar each in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from simulator.model.language import _
from simulator.tui.widgets.curve import Plot
from simulator.tui.widgets.lines import QUIET
from simulator.tui.widgets.plain import fit, plain

if TYPE_CHECKING:
    from textual.app import RenderResult

_SCALE = (0.0, 100.0)
_MARGIN = 4  # cells of the scale
_BELOW = 2  # lines: which passed, and their numbers


@dataclass(frozen=True, slots=True)
class Total:
    """One bar: its number among the attempts, its total 0–100, and whether that passed."""

    number: int
    points: float
    passed: bool


class Totals(Widget):
    """The bars. Below each stands ``+`` where the attempt passed and ``-`` where not, and its number."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Totals { height: 7; width: 1fr; padding: 0 1; color: $foreground; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.totals: tuple[Total, ...] = ()
        self.current = 0

    def show(self, totals: Sequence[Total]) -> None:
        """Shows other attempts."""
        self.totals = tuple(totals)
        self.refresh()

    def mark(self, number: int) -> None:
        """Marks an attempt by its number; 0 for none."""
        self.current = number
        self.refresh()

    def render(self) -> RenderResult:
        if not self.totals:
            return plain(_("No scored attempt is there to be drawn."), QUIET)
        width, height = self.content_size.width - _MARGIN, max(self.content_size.height - _BELOW, 1)
        plot = Plot([one.points for one in self._latest(width)], width, height, _SCALE)
        rows = []
        for number, line in enumerate(plot.lines()):
            scale = {0: "100", height - 1: "0"}.get(number, "")
            rows.append(Content.assemble(plain(fit(scale, _MARGIN - 1, "right") + " ", QUIET), *self._bars(plot, line)))
        return Content("\n").join([*rows, *self._below(plot)])

    def _latest(self, width: int) -> tuple[Total, ...]:
        """As many of the latest attempts as there are cells for a bar of two and a gap."""
        return self.totals[-max(width // 4, 1) :]

    def _bars(self, plot: Plot, line: str) -> list[Content]:
        shown = self._latest(plot.width)
        at = next((at for at, one in enumerate(shown) if one.number == self.current), None)
        if at is None:
            return [plain(line, "$primary")]
        start, end = plot.span(at)
        return [plain(line[:start], "$primary"), plain(line[start:end], "$accent"), plain(line[end:], "$primary")]

    def _below(self, plot: Plot) -> list[Content]:
        signs, numbers = [" "] * (plot.width + 2), [" "] * (plot.width + 2)
        free = 0
        for at, one in enumerate(self._latest(plot.width)):
            signs[plot.middle(at)] = "+" if one.passed else "-"
            text = f"[{one.number}]" if one.number == self.current else str(one.number)
            start = max(plot.middle(at) - (len(text) - 1) // 2, free)
            if start + len(text) <= len(numbers):
                numbers[start : start + len(text)] = text
                free = start + len(text) + 1
        gap = " " * _MARGIN
        return [plain(gap + "".join(one).rstrip(), QUIET) for one in (signs, numbers)]
