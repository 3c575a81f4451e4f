"""Sums, shares, days and dates as values, however they are written."""

from __future__ import annotations

import pytest

from simulator.adapters.voice.quantities import quantities


@pytest.mark.parametrize(
    "same",
    [
        ("30万", "三十万", "300,000", "30 万元", "30万块"),
        ("192万", "1.92 million", "1,920,000", "一百九十二万"),
        ("三成", "30%", "百分之三十", "30 per cent"),
        ("一半", "50%", "half", "五成", "百分之五十"),
        ("五个点", "5%", "5 points", "百分之五"),
        ("三天", "3天", "three days", "3 days"),
        ("two hundred and fifty thousand", "250,000", "25万", "二十五万"),
        ("周五", "星期五", "礼拜五", "Friday", "Fri"),
        ("下周五", "下个星期五", "next Friday"),
        ("明天", "明早", "tomorrow"),
        ("月底", "month-end", "the end of the month", "the end of this month"),
        ("三万五", "35,000", "3.5万"),
        ("一百零八万", "108万"),
        ("两周", "2个星期", "two weeks"),
    ],
    ids=lambda same: same[0],
)
def test_quantity_is_the_same_however_it_is_written(same: tuple[str, ...]) -> None:
    found = {quantities(text) for text in same}
    assert len(found) == 1
    assert found != {frozenset()}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30万", "三百万"),
        ("三天", "三周"),
        ("周五", "下周五"),
        ("三成", "三天"),
        ("30万", "30万和20万"),
        ("5%", "5"),
        ("two weeks", "two months"),
        ("12月9日", "12月19日"),
        ("tomorrow", "the day after tomorrow"),
        ("几十万", "十万"),
    ],
)
def test_quantities_that_differ_are_told_apart(one: str, other: str) -> None:
    assert quantities(one) != quantities(other)


@pytest.mark.parametrize(
    "text",
    [
        "我一直在等你的电话",
        "等一下，这个十分重要",
        "千万别这样说",
        "万一他不在呢",
        "一点都没有",
        "你一个人来的？",
        "成本、成交、成功",
        "one of us will call",
        "You may come in",
        "first things first",
        "at second sight",
        "I have one question",
    ],
)
def test_idiom_is_no_quantity(text: str) -> None:
    """Or nearly every wording would be refused."""
    assert quantities(text) == frozenset()


@pytest.mark.parametrize(
    "absurd",
    ["亿" * 45, "百分之" + "亿" * 45, "亿" * 45 + "分之一", " ".join(["hundred"] * 200)],
    ids=["number", "share", "fraction", "english"],
)
def test_absurd_numbers_are_quantities_too(absurd: str) -> None:
    """A model may write anything, and the talk goes on: what no machine can count is no figure of the line either."""
    assert quantities(absurd)
