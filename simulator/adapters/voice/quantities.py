"""What a text says of sums, shares, counts, days and dates, each as a value that does not depend on how it is written.

30万, 300,000 and 三十万 are one quantity, and so are 一半, 50% and half. It is made for comparing two texts: what it
takes for a quantity and is none costs a wording, while what it overlooks could put a false figure into a debtor's
mouth; so it takes rather too much than too little.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

Quantity = tuple[str, str]  # a kind (number and its unit, share, day, month, when) and a value

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2, "仨": 3, "壹": 1}
_STEPS = {"十": 10, "百": 100, "千": 1_000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_HAN = "零〇一二两三四五六七八九十百千万亿"
_UNITS = {  # a number of days is not the same as that number of weeks, but 30万 is 30万元
    "day": "天|日|号|days?",
    "week": "个?(?:周|星期|礼拜)|weeks?",
    "month": "个?月|months?",
    "year": "年|years?",
    "hour": "个?(?:小时|钟头)|点钟?|hours?|o'clock",
    "minute": "分钟|minutes?",
    "piece": "张|份|笔|批|次|期|台|套|件|家|个|invoices?|instal?lments?|batch(?:es)?|times",
}
_UNIT = "|".join(f"(?P<{name}>{words})" for name, words in _UNITS.items())
_TAIL = re.compile(rf"\s*(?:-\s*)?(?:{_UNIT})", re.IGNORECASE)
_SCALE = re.compile(r"\s*(亿|万|千|百|thousand|million|billion|hundred|k\b|m\b)", re.IGNORECASE)
_SCALES = {
    "亿": 1e8, "万": 1e4, "千": 1e3, "百": 1e2, "k": 1e3, "m": 1e6,
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9,
}  # fmt: skip
_SHARE = re.compile(r"\s*(%|‰|per ?cent|个?百分点|个点|points?\b|成|折)(?![功本立员交为果绩熟长])", re.IGNORECASE)
_SHARES = {"%": 0.01, "‰": 0.001, "成": 0.1, "折": 0.1}
_ARABIC = re.compile(r"\d+(?:\.\d+)?")
_NUMERAL = re.compile(rf"(?:百分之|千分之|万分之)?[{_HAN}]+(?:点[{_HAN}]+)?(?:分之[{_HAN}]+)?")
# A bare numeral of one sign counts only before one of these: 一下, 一直 and 十分 are no figures, 三天 and 两成 are.
_COUNTED = re.compile(
    r"\s*(?:[万亿千百元块毛角天日号月年周期笔批张份台套成折倍次]|个(?:月|星期|礼拜|点|工作)|星期|礼拜)"
)
_MANY_COUNTED = re.compile(r"\s*[个家件点]")
_IDIOMS = re.compile("万一|千万(?=[别不要记得])|一一|一五一十|三番五次|三言两语|七上八下|乱七八糟|一来二去|再三")

_TO_TWELVE = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TEENS = ("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_EN_ONES = {word: i for i, word in enumerate((*_TO_TWELVE, *_TEENS))}
_EN_TENS = {word: 10 * i for i, word in enumerate(_TENS, 2)}
_EN_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_EN_WORDS = "|".join(sorted((*_EN_ONES, *_EN_TENS, *_EN_SCALES), key=len, reverse=True))
_ENGLISH = re.compile(rf"\b(?:an? (?=hundred|thousand|million))?(?:{_EN_WORDS})(?:(?:[\s-]|\sand\s)(?:{_EN_WORDS}))*\b")
_ONE_COUNTED = re.compile(
    r"[\s-](?:hundred|thousand|million|per ?cent|days?|weeks?|months?|years?|hours?|instal?lments?|points?)\b"
)

_WORDS: tuple[tuple[str, str, str], ...] = (  # kind, value, how it is written
    # What holds others of these within it goes first.
    ("when", "in-two-days", r"后天|\bday after tomorrow\b"),
    ("when", "month-end", r"月底|月末|\bmonth[- ]end\b|\bend of (?:the|this) month\b|\bend of (?=next month)"),
    ("when", "month-start", r"月初|\b(?:start|beginning) of (?:(?:the|this) month\b|(?=next month))"),
    ("when", "mid-month", r"月中|\bmid-?month\b|\bmiddle of (?:the|this) month\b|\bmiddle of (?=next month)"),
    ("when", "week-after", r"下下个?(?:周|星期|礼拜)|\bweek after next\b"),
    ("when", "next", r"下个?(?=(?:周|星期|礼拜)[一二三四五六日天末])|\bnext (?=mon|tue|wed|thu|fri|sat|sun)"),
    ("number", "some", r"[几数好上][十百千万亿]+|\b(?:tens|hundreds|thousands|millions) of\b"),
    ("share", "0.5", r"一半|半数|对半|\bhalf\b|\bhalves\b"),
    ("share", "0.333", r"\b(?:a|one|two)[ -]thirds?\b"),
    ("share", "0.25", r"\b(?:a|one|three)[ -]quarters?\b"),
    ("share", "1", r"全款|全额|百分之百|\bin full\b|\bthe whole (?:amount|sum|balance)\b"),
    ("number", "dozen", r"\bdozens?\b|成打"),
    ("number", "double", r"翻倍|加倍|\bdouble\b|\btwice\b"),
    *(
        ("day", str(i), rf"(?:周|星期|礼拜){han}|\b{en}(?:s|days?)?\b")
        for i, (han, en) in enumerate(
            zip("一二三四五六", ("mon", "tue", "wed(?:nes)?", "thu(?:r|rs)?", "fri", "sat(?:ur)?"), strict=True), 1
        )
    ),
    ("day", "7", r"(?:周|星期|礼拜)[日天]|\bsun(?:days?)?\b"),
    ("day", "weekend", r"周末|\bweekends?\b"),
    *(
        ("month", str(i), rf"\b{en}\b")
        for i, en in enumerate(
            (
                "jan(?:uary)?", "feb(?:ruary)?", "march", "april", r"may(?= \d)|(?<=\d )may|(?<=\dth )may",
                "june", "july", "aug(?:ust)?", "sept?(?:ember)?", "oct(?:ober)?", "nov(?:ember)?", "dec(?:ember)?",
            ),
            1,
        )
    ),
    ("when", "today", r"今[天日晚早夜]|当[天日]|\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b"),
    ("when", "tomorrow", r"明天|明日|明早|明晚|\btomorrow\b"),
    ("when", "this-week", r"[这本]个?(?:周|星期|礼拜)(?![一二三四五六日天末])|\bthis week\b|\bend of the week\b"),
    ("when", "next-week", r"下个?(?:周|星期|礼拜)(?![一二三四五六日天末])|\bnext week\b"),
    ("when", "this-month", r"[这本]个?月|当月|\bthis month\b"),
    ("when", "next-month", r"下个?月|\bnext month\b"),
    ("when", "year-end", r"年底|年末|年前|\byear[- ]end\b|\bend of the year\b"),
    ("when", "next-year", r"明年|年后|\bnext year\b|\bnew year\b"),
    ("when", "spring-festival", r"春节|过年|\bspring festival\b"),
    ("when", "quarter", r"季度|季末|\b(?:this|next) quarter\b|\bquarter[- ]end\b"),
)  # fmt: skip
_KNOWN = tuple((kind, value, re.compile(written, re.IGNORECASE)) for kind, value, written in _WORDS)


def quantities(text: str) -> frozenset[Quantity]:
    """Every quantity that a text holds."""
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", plain)
    found: set[Quantity] = set()
    for kind, value, written in _KNOWN:
        plain, times = written.subn(" \x00 ", plain)
        if times:
            found.add((kind, value))
    plain = _IDIOMS.sub(" \x00 ", plain)
    found.update(_arabic(plain))
    found.update(_chinese(plain))
    found.update(_english(plain))
    return frozenset(found)


def _arabic(text: str) -> Iterator[Quantity]:
    for match in _ARABIC.finditer(text):
        yield _quantity(float(match[0]), text, match.end())


def _chinese(text: str) -> Iterator[Quantity]:
    for match in _NUMERAL.finditer(text):
        written, end = match[0], match.end()
        if re.search(r"\d\s*$", text[: match.start()]):
            continue  # the scale of a number in digits: 30万
        if written.startswith(("百分之", "千分之", "万分之")):
            per = {"百": 100, "千": 1_000, "万": 10_000}[written[0]]
            yield "share", _plain(_value(written[3:]) / per)
        elif "分之" in written:
            below, above = written.split("分之", 1)
            yield "share", _plain(_value(above) / (_value(below) or 1))
        elif len(written) > 1 or _COUNTED.match(text, end) or (written != "一" and _MANY_COUNTED.match(text, end)):
            yield _quantity(_value(written), text, end)


def _english(text: str) -> Iterator[Quantity]:
    for match in _ENGLISH.finditer(text):
        if match[0] in _EN_SCALES and re.search(r"\d\s*$", text[: match.start()]):
            continue  # the scale of a number in digits: 1.92 million
        if match[0] == "one" and not _ONE_COUNTED.match(text, match.end()):
            continue
        total, part = 0.0, 0.0  # not whole numbers: those of an absurd length cannot be turned into others
        for word in re.findall(r"[a-z]+", match[0]):
            if word in _EN_SCALES:
                part = (part or 1.0) * _EN_SCALES[word]
                if _EN_SCALES[word] > 100:
                    total, part = total + part, 0.0
            else:
                part += _EN_ONES.get(word, 0) + _EN_TENS.get(word, 0)
        yield _quantity(total + part, text, match.end())


def _quantity(value: float, text: str, end: int) -> Quantity:
    """A number with what stands behind it: a scale, then the sign of a share or a unit."""
    if scale := _SCALE.match(text, end):
        value, end = value * _SCALES[scale[1]], scale.end()
    if share := _SHARE.match(text, end):
        return "share", _plain(value * _SHARES.get(share[1], 0.01))
    unit = _TAIL.match(text, end)
    return "number" + (f" of {unit.lastgroup}s" if unit and unit.lastgroup != "piece" else ""), _plain(value)


def _value(written: str) -> float:
    """The value of a numeral; a string of digits such as 二〇二六 is read digit by digit."""
    whole, _, part = written.partition("点")
    if not set(whole) & {*_STEPS, *_GROUPS}:
        number = float("".join(str(_DIGITS.get(sign, 0)) for sign in whole) or 0)
    else:
        number = _counted(whole)
    return number + (float("0." + "".join(str(_DIGITS.get(sign, 0)) for sign in part)) if part else 0.0)


def _counted(whole: str) -> float:
    total, section, digit, last = 0.0, 0.0, 0, 1
    for sign in whole:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
            last = 1 if sign in "零〇" else last
        elif sign in _STEPS:
            last = _STEPS[sign]
            section, digit = section + (digit or 1) * last, 0
        else:
            last = _GROUPS[sign]
            total, section, digit = (total + section + digit or 1.0) * last, 0.0, 0
    # 三万五 is 35,000 and 一百八 is 180; 一百零八 is 108.
    return total + section + digit * (last // 10 if last > 10 else 1)


def _plain(value: float) -> str:
    return f"{round(value, 4):.12g}"
