"""The curve and the tables: everything that is drawn is as wide as it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.app import App, ComposeResult

from simulator.tui.widgets.curve import Curve, Plot
from simulator.tui.widgets.plain import cells
from simulator.tui.widgets.rows import Row, RowList
from simulator.tui.widgets.table import Column, table

VALUES = st.lists(st.floats(-200, 200, allow_nan=False), min_size=1, max_size=61)


@given(values=VALUES, width=st.integers(1, 200), height=st.integers(1, 20))
def test_plot_is_exactly_as_wide_as_its_grid(values: list[float], width: int, height: int) -> None:
    """Every line of a plot has the cells asked for, whatever the values and however many."""
    plot = Plot(values, width, height)
    lines = plot.lines()
    assert len(lines) == height
    assert {cells(line) for line in lines} == {width}


@given(values=VALUES, width=st.integers(1, 120))
def test_plot_gives_every_turn_a_place_inside(values: list[float], width: int) -> None:
    """A turn's bar and number lie on the grid, and a click on a turn's own bar finds it where each has one."""
    plot = Plot(values, width, 4)
    for index in range(len(values)):
        start, end = plot.span(index)
        assert 0 <= start < end <= width
        assert start <= plot.middle(index) < end
    if width >= len(values):
        assert [plot.nearest(plot.middle(index)) for index in range(len(values))] == list(range(len(values)))


def test_plot_draws_more_for_more() -> None:
    """The bar of a higher value is higher; the lowest is still to be seen."""
    assert Plot([0, 25, 100], 6, 2).lines() == ["    \u2588 ", "\u2581 \u2585 \u2588 "]


class _Curves(App[None]):
    def __init__(self, turns: int) -> None:
        super().__init__()
        self.turns = turns

    def compose(self) -> ComposeResult:
        yield Curve()


@pytest.mark.parametrize("turns", [1, 5, 13, 60])
@pytest.mark.parametrize("width", [30, 80, 200])
async def test_curve_marks_the_current_turn_and_stays_within_its_width(turns: int, width: int) -> None:
    """The current turn's number stands in brackets below the bars, and no line is too wide."""
    app = _Curves(turns)
    async with app.run_test(size=(width, 10)) as pilot:
        curve = app.query_one(Curve)
        curve.show([60.0 - 2 * turn for turn in range(turns + 1)], ["??"] * turns, (80, 10))
        curve.mark(turns)
        await pilot.pause()
        lines = str(curve.render()).split("\n")
        assert len(lines) == curve.content_size.height
        assert max(cells(line) for line in lines) <= curve.content_size.width
        assert f"[{turns}]" in lines[-1]
        assert "??" in lines[-2]
        assert lines[0].lstrip().startswith("80 ")


@given(
    rows=st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=5),
    width=st.integers(12, 60),
)
def test_table_columns_stand_at_the_same_cells(rows: list[tuple[str, str]], width: int) -> None:
    """Chinese, hidden signs and line ends in entries leave the columns aligned and the table within its width."""
    text = table([Column("A", gives=True), Column("B", "right", gives=True)], rows, width).plain
    lines = text.split("\n")
    assert len(lines) == 1 + len(rows)
    assert all(cells(line) <= width for line in lines)


class _Lists(App[None]):
    def compose(self) -> ComposeResult:
        yield RowList([Row("heading"), *(Row(f"第{number}行[/]" * 9, str(number), "好") for number in range(100))])


async def test_rows_fill_their_width_and_keep_the_highlighted_one_in_sight() -> None:
    """Every painted line has the list's width; going to the end and back scrolls along."""
    app = _Lists()
    async with app.run_test(size=(33, 8)) as pilot:
        rows = app.query_one(RowList)
        rows.focus()
        await pilot.press("end")
        await pilot.pause()
        assert rows.highlighted == "99"
        strips = [rows.render_line(line) for line in range(8)]
        assert {strip.cell_length for strip in strips} == {rows.scrollable_content_region.width}
        assert strips[-1].text.startswith("> 第99行[/]")
        await pilot.press("home")
        await pilot.pause()
        assert rows.render_line(0).text.startswith("heading")
