"""Charts of reports, as shapes; each says in words what it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from simulator.model.reports import AttemptRow, Dot, Drawing, Label, Rect, ScenarioScores, Shape, Stroke, TurnRow
from simulator.workflows.report_words import Say, day, fit, number
from simulator.workflows.report_words import attempts as attempts_word
from simulator.workflows.report_words import people as people_word

# In points of a page; all charts are as wide.
_WIDTH = 720.0
_HIGHEST = 100.0  # of a total
_MOST_DOTS = 60  # attempts of a scenario that are drawn one by one beside the box
_MOST_NUMBERS = 24  # labels below an axis
_LABEL = 10.0


def distribution(scores: Sequence[ScenarioScores], _: Say) -> Drawing | None:
    """The totals of each scenario with its par, a row each; None where nothing was scored."""
    shown = [one for one in scores if one.totals]
    if not shown:
        return None
    left, right, top, row = 262.0, _WIDTH - 24.0, 30.0, 48.0
    bottom = top + row * len(shown)

    def at(total: float) -> float:
        return left + (right - left) * total / _HIGHEST

    shapes: list[Shape] = []
    for total in range(0, 101, 20):
        shapes.append(Stroke(((at(total), top - 6), (at(total), bottom)), "line", 0.7))
        shapes.append(Label(at(total), top - 12, str(total), _LABEL, "middle", "quiet"))
    for index, one in enumerate(shown):
        shapes.extend(_scores(one, _, top + row * index, at))
    shapes.extend(_legend(_, bottom + 20))
    return Drawing(
        title=_("Totals by scenario"),
        description=" ".join(_said(one, _) for one in shown),
        width=_WIDTH,
        height=bottom + 30,
        shapes=tuple(shapes),
    )


def _scores(one: ScenarioScores, _: Say, top: float, at: Callable[[float], float]) -> Iterator[Shape]:
    middle = top + 24.0
    quartiles = [one.quantile(share) or 0.0 for share in (0.25, 0.5, 0.75)]
    yield Label(0, middle - 4, fit(one.title, 40), 11.5, bold=True)
    counted = f"{attempts_word(_, len(one.totals))} · {people_word(_, one.people)}"
    yield Label(0, middle + 11, counted, _LABEL, colour="quiet")
    yield Stroke(((at(one.totals[0]), middle), (at(one.totals[-1]), middle)), "quiet", 1.0)
    yield Rect(at(quartiles[0]), middle - 9, max(at(quartiles[2]) - at(quartiles[0]), 1.0), 18, "fill")
    if len(one.totals) <= _MOST_DOTS:
        for place, total in enumerate(one.totals):
            yield Dot(at(total), middle - 5 + 5 * (place % 3), 2.1, "accent", hollow=total < one.pass_mark)
    yield Stroke(((at(quartiles[1]), middle - 12), (at(quartiles[1]), middle + 12)), "ink", 2.4)
    yield Stroke(((at(one.pass_mark), middle - 15), (at(one.pass_mark), middle + 15)), "not-yet", 1.2, dashed=True)
    if one.par is not None:
        yield Dot(at(one.par), middle + 17, 3.6, "meets", square=True)


def _legend(_: Say, y: float) -> Iterator[Shape]:
    x = 262.0
    yield Rect(x, y - 8, 14, 9, "fill")
    yield Label(x + 19, y, _("middle half"), _LABEL, colour="quiet")
    yield Stroke(((x + 96, y - 9), (x + 96, y + 2)), "ink", 2.4)
    yield Label(x + 102, y, _("median"), _LABEL, colour="quiet")
    yield Stroke(((x + 168, y - 9), (x + 168, y + 2)), "not-yet", 1.2, dashed=True)
    yield Label(x + 174, y, _("pass mark"), _LABEL, colour="quiet")
    yield Dot(x + 254, y - 4, 3.6, "meets", square=True)
    yield Label(x + 262, y, _("par: a decent but human collector"), _LABEL, colour="quiet")


def _said(one: ScenarioScores, _: Say) -> str:
    par = "" if one.par is None else " " + _("Par {par}.", par=number(one.par, 0))
    return (
        _(
            "{title}: {attempts}, {passed} passed; median {median}, the middle half from {low} to {high}.",
            title=one.title,
            attempts=attempts_word(_, len(one.totals)),
            passed=one.passed,
            median=number(one.median, 0),
            low=number(one.quantile(0.25), 0),
            high=number(one.quantile(0.75), 0),
        )
        + par
    )


def progress(attempts: Sequence[AttemptRow], _: Say) -> Drawing | None:
    """A person's totals in the order of his attempts; None where he has none."""
    if not attempts:
        return None
    plot = _Plot(len(attempts), 0.0, _HIGHEST, 200.0)
    mark = attempts[-1].pass_mark
    shapes: list[Shape] = list(plot.grid(range(0, 101, 20)))
    shapes.append(Stroke(((plot.left, plot.y(mark)), (plot.right, plot.y(mark))), "not-yet", 1.2, dashed=True))
    shapes.append(
        Label(plot.right, plot.y(mark) - 4, _("pass mark {mark}", mark=number(mark, 0)), _LABEL, "end", "quiet")
    )
    points = tuple((plot.x(index), plot.y(one.total)) for index, one in enumerate(attempts))
    if len(points) > 1:
        shapes.append(Stroke(points, "accent", 1.6))
    shapes.extend(
        Dot(x, y, 4.0, "accent", hollow=not one.passed, square=one.mode == "exam")
        for (x, y), one in zip(points, attempts, strict=True)
    )
    step = -(-len(attempts) // 8)
    shapes.extend(
        Label(plot.x(index), plot.bottom + 16, day(attempts[index].ended)[2:], 9.5, "middle", "quiet")
        for index in range(0, len(attempts), step)
    )
    shapes.append(
        Label(
            plot.left,
            plot.bottom + 36,
            _("filled: passed; hollow: not passed; square: exam; round: practice"),
            _LABEL,
            colour="quiet",
        )
    )
    figures = ", ".join(f"{day(one.ended)} {number(one.total, 0)}" for one in attempts[-20:])
    return Drawing(
        title=_("Totals over time"),
        description=_("{attempts}; the latest: {figures}.", attempts=attempts_word(_, len(attempts)), figures=figures),
        width=_WIDTH,
        height=plot.bottom + 44,
        shapes=tuple(shapes),
    )


def value_curve(values: Sequence[float], best: float, floor: float, turns: Sequence[TurnRow], _: Say) -> Drawing | None:
    """What a talk was worth at its start and after each turn; None where nothing was played."""
    if not turns or not values:
        return None
    low, high = min(*values, floor), max(*values, best)
    plot = _Plot(len(values), low, high, 200.0)
    shapes: list[Shape] = []
    for value, said in (
        (best, _("best play {value}", value=number(best))),
        (floor, _("random play {value}", value=number(floor))),
    ):
        shapes.append(Stroke(((plot.left, plot.y(value)), (plot.right, plot.y(value))), "quiet", 0.9, dashed=True))
        shapes.append(Label(plot.right, plot.y(value) - 4, said, _LABEL, "end", "quiet"))
    shapes.append(Stroke(((plot.left, plot.bottom), (plot.right, plot.bottom)), "line", 0.8))
    points = tuple((plot.x(index), plot.y(value)) for index, value in enumerate(values))
    shapes.append(Stroke(points, "accent", 2.0))
    for (x, y), turn in zip(points[1:], turns, strict=False):
        costly = (turn.decided or turn.name) in ("mistake", "blunder", "breach")
        shapes.append(Dot(x, y, 4.4 if costly else 3.0, "not-yet" if costly else "accent", square=costly))
    step = -(-len(values) // _MOST_NUMBERS)
    for index in range(0, len(values), step):
        said = str(index) if index else _("start")
        shapes.append(Label(plot.x(index), plot.bottom + 16, said, _LABEL, "middle", "quiet"))
    shapes.append(
        Label(plot.left, plot.bottom + 36, _("turns; squares: the moves that cost most"), _LABEL, colour="quiet")
    )
    figures = ", ".join(number(value) for value in values)
    return Drawing(
        title=_("What the talk was worth, turn by turn"),
        description=_("At the start and after each turn, in points: {figures}.", figures=figures),
        width=_WIDTH,
        height=plot.bottom + 44,
        shapes=tuple(shapes),
    )


class _Plot:
    """A plane with an axis: places by number from left to right, values from below to above."""

    def __init__(self, places: int, low: float, high: float, height: float) -> None:
        self.left, self.right, self.top = 30.0, _WIDTH - 14.0, 18.0
        self.bottom = self.top + height
        self._places, self._low, self._span = places, low, (high - low) or 1.0

    def x(self, place: int) -> float:
        if self._places == 1:
            return (self.left + self.right) / 2
        inner = 22.0
        return self.left + inner + (self.right - self.left - 2 * inner) * place / (self._places - 1)

    def y(self, value: float) -> float:
        return self.bottom - (self.bottom - self.top) * (value - self._low) / self._span

    def grid(self, values: Sequence[int]) -> Iterator[Shape]:
        for value in values:
            yield Stroke(((self.left, self.y(value)), (self.right, self.y(value))), "line", 0.7)
            yield Label(self.left - 6, self.y(value) + 3.5, str(value), _LABEL, "end", "quiet")
