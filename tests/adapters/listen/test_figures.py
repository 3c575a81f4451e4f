"""Sums, shares and days in a line, from Tuesday, 10 June 2025."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.adapters.listen.figures import figures, number
from simulator.workflows.ports import Said

TODAY = date(2025, 6, 10)


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("先付30万", (300_000,)),
        ("300,000 by Friday", (300_000,)),
        ("两万五", (25_000,)),
        ("三十万和3.5万", (300_000, 35_000)),
        ("五千块", (5_000,)),
        ("30 grand", (30_000,)),
        ("30k now", (30_000,)),
        ("thirty-five thousand", (35_000,)),
        ("one hundred thousand yuan", (100_000,)),
        ("1.2 million", (1_200_000,)),
        ("INV-0103", ()),
        ("第八条", ()),
        ("in 3 parts", ()),
    ],
)
def test_sums_are_read_in_both_languages(text: str, sums: tuple[float, ...]) -> None:
    """Amounts are amounts; numbers of invoices, clauses and parts are not."""
    assert figures(text, TODAY).sums == pytest.approx(sums)


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("先付三成", (0.3,)),
        ("30%", (0.3,)),
        ("百分之四十", (0.4,)),
        ("half now", (0.5,)),
        ("一半", (0.5,)),
        ("forty per cent", (0.4,)),
        ("a third", (1 / 3,)),
        ("all in full", (1.0,)),
        ("五成五万", (0.5,)),
    ],
)
def test_shares_are_parts_of_the_balance(text: str, shares: tuple[float, ...]) -> None:
    """Tenths, percentages and fractions."""
    assert figures(text, TODAY).shares == pytest.approx(shares)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("本周五", (3,)),
        ("周一", (6,)),
        ("下周三", (8,)),
        ("by the 15th", (5,)),
        ("on the 5th", (25,)),
        ("月底", (20,)),
        ("month-end", (20,)),
        ("end of next month", (51,)),
        ("下月底", (51,)),
        ("月中", (5,)),
        ("七月十号", (30,)),
        ("10 July", (30,)),
        ("July 10th", (30,)),
        ("15号", (5,)),
        ("5号", (25,)),
        ("下月5号", (25,)),
        ("十天内", (10,)),
        ("within ten days", (10,)),
        ("in two weeks", (14,)),
        ("两周内", (14,)),
        ("tomorrow", (1,)),
        ("今天", (0,)),
        ("年底", (204,)),
        ("2月30号", ()),
    ],
)
def test_days_count_from_today(text: str, days: tuple[int, ...]) -> None:
    """A weekday or day of the month is the next one to come."""
    assert figures(text, TODAY).days == days


def test_figures_keep_the_order_in_which_they_are_said() -> None:
    """A plan is its parts in order."""
    found = figures("周五三十万，月底五成", TODAY).said
    assert found == (Said("days", 3.0), Said("sum", 300_000.0), Said("days", 20.0), Said("share", 0.5))


def test_dates_need_a_today() -> None:
    """Without the day of the talk only spans can be understood."""
    assert figures("周五或者十天内", None).days == (10,)


@pytest.mark.parametrize(("written", "value"), [("三百二十", 320), ("十五", 15), ("1,250.5", 1250.5), ("twelve", 12)])
def test_numerals_have_their_value(written: str, value: float) -> None:
    """Of both languages."""
    assert number(written) == value


def test_what_is_no_numeral_has_no_value() -> None:
    """A word is not 0."""
    assert number("发票") is None


@given(st.text(alphabet="0123456789.,一二十百千万成号月周天底%kg bythend-", max_size=40))
def test_any_text_has_figures_that_are_finite(text: str) -> None:
    """Whatever is typed: no error, and no share outside 0–1."""
    found = figures(text, TODAY)
    assert all(0 < share <= 1 for share in found.shares)
    assert all(one.value == one.value for one in found.said)
