"""The figures that a line holds: sums, shares of the balance, and days from today."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from simulator.workflows.ports import Figures, Said

# The numerals of both languages

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_ZH = "零〇一二两三四五六七八九十百千"
_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_EN_NUMBERS = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * value for value, word in enumerate(_TENS, 2)
}
_ANY = "|".join(sorted(_EN_NUMBERS, key=len, reverse=True))
_EN = rf"(?:{_ANY})(?:[- ](?:{'|'.join(_SMALL[1:10])}))?"
_NUM = r"\d[\d,]*(?:\.\d+)?"

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "(?:" + "|".join(f"{name}|{name[:3]}" for name in _MONTHS) + ")"
_WEEKDAYS_ZH = {sign: value for value, sign in enumerate("一二三四五六日")} | {"天": 6, "末": 4}
_WEEKDAYS_EN = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_WEEKDAY = r"(?:mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"

_FEWEST = 100.0  # a bare number below is no sum of money: it counts parts, days or pieces
_MID_MONTH = 15  # 月中


def figures(text: str, today: date | None) -> Figures:
    """What a line says of money and days, in the order in which it says it.

    Args:
        today: the day of the talk; without it only spans such as “within ten days” are understood.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    found: list[tuple[int, Said]] = []
    for pattern, meaning in _FORMS:
        heard = ((match.start(), meaning(match, today)) for match in pattern.finditer(plain))
        found.extend((start, said) for start, said in heard if said is not None)
        plain = pattern.sub(_taken, plain)  # even if it made no sense of them
    return Figures(tuple(said for _start, said in sorted(found, key=lambda one: one[0])))


def _taken(match: re.Match[str]) -> str:
    """The characters of a longer form are no longer there for a shorter one."""
    return "\0" * len(match[0])


def number(written: str) -> float | None:
    """The value of a numeral: ``300,000``, ``三十``, ``两万五``, ``thirty-five``; None where it is none."""
    written = written.strip()
    if re.fullmatch(_NUM, written):
        return float(written.replace(",", ""))
    if written and set(written) <= set(_ZH):
        return _chinese(written)
    parts = re.split(r"[- ]", written)
    if written and all(part in _EN_NUMBERS for part in parts):
        return float(sum(_EN_NUMBERS[part] for part in parts))
    return None


def _chinese(written: str) -> float:
    total, digit = 0, 0
    for sign in written:
        if sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return float(total + digit)


# Money


def _sum_in_wan(match: re.Match[str], _today: date | None) -> Said | None:
    whole = number(match[1])
    if whole is None:
        return None
    rest = match[2] or ""
    tail = number(rest) if rest else 0.0
    if tail is None:
        return None
    if tail and tail < 10:  # 两万五 is 25,000
        tail *= 1000
    return Said("sum", whole * 10_000 + tail)


def _sum_times(factor: float) -> Callable[[re.Match[str], date | None], Said | None]:
    def meaning(match: re.Match[str], _today: date | None) -> Said | None:
        value = number(match[1])
        return None if value is None else Said("sum", value * factor)

    return meaning


def _sum_bare(match: re.Match[str], _today: date | None) -> Said | None:
    value = float(match[1].replace(",", ""))
    return Said("sum", value) if value >= _FEWEST else None


def _share_of(divisor: float) -> Callable[[re.Match[str], date | None], Said | None]:
    def meaning(match: re.Match[str], _today: date | None) -> Said | None:
        value = number(match[1])
        if value is None or not 0 < value <= divisor:
            return None
        return Said("share", value / divisor)

    return meaning


def _share(value: float) -> Callable[[re.Match[str], date | None], Said | None]:
    return lambda _match, _today: Said("share", value)


# Days


def _days_from(today: date | None, when: date | None) -> Said | None:
    return None if today is None or when is None else Said("days", float((when - today).days))


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _next(today: date, month: int, day: int) -> date | None:
    """The next such day of the year, today or later; a day up to four months back is meant as it was."""
    this = _day(today.year, month, day)
    if this and this < today - timedelta(days=120):
        return _day(today.year + 1, month, day)
    return this


def _span(factor: int) -> Callable[[re.Match[str], date | None], Said | None]:
    def meaning(match: re.Match[str], _today: date | None) -> Said | None:
        value = 1.0 if match[1] in ("a", "one") else number(match[1])
        return None if value is None else Said("days", value * factor)

    return meaning


def _in_days(days: int) -> Callable[[re.Match[str], date | None], Said | None]:
    return lambda _match, _today: Said("days", float(days))


def _weekday(match: re.Match[str], today: date | None) -> Said | None:
    """本周五, 周五, 下周五; “Friday”, “next Friday”. Without a week it is the next one to come."""
    if today is None:
        return None
    which, written = match[1] or "", match[2]
    day = _WEEKDAYS_ZH[written] if written in _WEEKDAYS_ZH else _WEEKDAYS_EN.index(written[:3])
    monday = today - timedelta(days=today.weekday())
    when = monday + timedelta(days=day)
    if which.startswith(("下", "next")) or when < today:
        when += timedelta(days=7)
    return _days_from(today, when)


def _month_day(match: re.Match[str], today: date | None) -> Said | None:
    month, day = number(match[1]), number(match[2])
    if today is None or not month or not day:
        return None
    return _days_from(today, _next(today, int(month), int(day)))


def _named_month(day: str, month: str, today: date | None) -> Said | None:
    if today is None:
        return None
    place = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(month[:3]))
    return _days_from(today, _next(today, place, int(day)))


def _day_of_month(match: re.Match[str], today: date | None) -> Said | None:
    """15号, “the 15th”: of this month if it is still to come, else of the next; 下月 says the next."""
    day = number(match[2])
    if today is None or not day:
        return None
    year, month = today.year, today.month
    if (match[1] or "").startswith("下") or (not match[1] and day < today.day):
        year, month = _month_after(year, month)
    return _days_from(today, _day(year, month, int(day)))


def _month_after(year: int, month: int) -> tuple[int, int]:
    return (year + 1, 1) if month == 12 else (year, month + 1)


def _month_part(match: re.Match[str], today: date | None) -> Said | None:
    """月底, 下月初, 月中; “end of the month”, “end of next month”."""
    if today is None:
        return None
    words = match[0]
    year, month = today.year, today.month
    if "下" in words or "next" in words:
        year, month = _month_after(year, month)
    if named := re.match(rf"(\d+|[{_ZH}]+)月", words):
        month = int(number(named[1]) or month)
    if not 1 <= month <= 12:
        return None
    last = monthrange(year, month)[1]
    day = 1 if "初" in words or "start" in words else _MID_MONTH if "中" in words or "mid" in words else last
    when = date(year, month, day)
    if when < today:
        year, month = _month_after(year, month)
        when = date(year, month, min(day, monthrange(year, month)[1]))
    return _days_from(today, when)


def _year_end(_match: re.Match[str], today: date | None) -> Said | None:
    return _days_from(today, today and date(today.year, 12, 31))


def _forms() -> Iterator[tuple[str, Callable[[re.Match[str], date | None], Said | None]]]:
    zh, en = rf"({_NUM}|[{_ZH}]+)", rf"({_NUM}|{_EN})"
    # days before sums, and what is longer before what is shorter: 15号 is no sum, and 6月30日 no day of this month
    yield rf"{zh}月{zh}[号日]?(?![\d%成万千])", _month_day
    yield (
        r"(?:这个?月|本月|当月)?月[底末中初]|下个?月[底末中初]|(?:这个?|本)月[底末中初]|[\d一二三四五六七八九十]+月[底末初中]",
        _month_part,
    )
    yield (
        r"\b(?:the )?(?:end|start|middle) of (?:the|this|next) month\b|\b(?:month[- ]end|mid[- ]month|eom)\b",
        _month_part,
    )
    yield r"年底|\b(?:year[- ]end|end of the year)\b", _year_end
    yield rf"(下个?月|这个?月|本月)?{zh}[号日]", _day_of_month
    yield rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<m>{_MONTH})\b", _day_and_month
    yield rf"\b(?P<m>{_MONTH}) (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b", _day_and_month
    yield r"\b(?:(the) )?(\d{1,2})(?:st|nd|rd|th)\b", _ordinal
    yield r"(下下?|本|这|这个)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天末])", _weekday
    yield rf"\b(?:(next|this|coming) )?({_WEEKDAY})\b", _weekday
    yield rf"{zh}(?:个)?(?:工作日|天)(?:之?内|以内|后|之后)?", _span(1)
    yield rf"{zh}(?:个)?(?:周|星期|礼拜)(?:之?内|以内|后|之后)?(?![一二三四五六日天])", _span(7)
    yield rf"\b({_NUM}|{_EN}|a) (?:working |business )?days?\b", _span(1)
    yield rf"\b({_NUM}|{_EN}|a) weeks?\b", _span(7)
    yield r"后天", _in_days(2)
    yield r"明天|明早|明日|\b(?:tomorrow|tmrw)\b", _in_days(1)
    yield r"今天|今日|今晚|当天|\b(?:today|tonight)\b", _in_days(0)
    # shares
    yield rf"百分之{zh}", _share_of(100)
    yield r"(\d+(?:\.\d+)?) ?%", _share_of(100)
    yield rf"{zh}成", _share_of(10)
    yield rf"\b{en} ?per ?cent\b", _share_of(100)
    yield r"一半|半数|\bhalf\b", _share(1 / 2)
    yield r"三分之一|\b(?:a|one)[ -]third\b", _share(1 / 3)
    yield r"三分之二|\btwo[ -]thirds\b", _share(2 / 3)
    yield r"四分之一|\b(?:a|one)[ -]quarter\b", _share(1 / 4)
    yield (
        r"全款|全额|全部(?:付|结)?清|一次(?:性)?(?:付|结)?清|\b(?:in full|the (?:full|whole) (?:amount|lot))\b",
        _share(1),
    )
    # sums
    yield rf"{zh}万([{_ZH}\d]*)", _sum_in_wan
    yield rf"([{_ZH}]*[百千])(?:块|元)?", _sum_times(1)
    yield rf"(?<![\w-]){en} ?(?:k|grand|thousand)\b", _sum_times(1000)
    yield rf"(?<![\w-]){en} ?(?:m|million)\b", _sum_times(1_000_000)
    yield rf"\b{en} hundred(?: thousand)?\b", _hundreds
    yield (
        r"(?<![\w.-])([1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|[1-9]\d*(?:\.\d+)?)(?![\w,.-]*[-\d])(?! ?(?:号|日|月|天|年))",
        _sum_bare,
    )


def _day_and_month(match: re.Match[str], today: date | None) -> Said | None:
    return _named_month(match["d"], match["m"], today)


def _ordinal(match: re.Match[str], today: date | None) -> Said | None:
    day = int(match[2])
    if today is None:
        return None
    year, month = (today.year, today.month) if day >= today.day else _month_after(today.year, today.month)
    return _days_from(today, _day(year, month, day))


def _hundreds(match: re.Match[str], _today: date | None) -> Said | None:
    value = number(match[1])
    if value is None:
        return None
    return Said("sum", value * (100_000 if "thousand" in match[0] else 100))


_FORMS = tuple((re.compile(pattern), meaning) for pattern, meaning in _forms())
