"""The words of reports, in a language of their own: that of the report, whatever the screens speak."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

from simulator.model.language import Language, translator
from simulator.model.reports import Band, Kind, MoveName, Part

NOTHING = "—"
SIGNS: dict[Band, str] = {"meets": "✓", "more": "?", "not-yet": "×"}
_MINUTE, _HOUR = 60, 3600


class Say:
    """Says the program's words in one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._translate = translator(language)

    def __call__(self, message: str, /, **values: object) -> str:
        """``message`` in the report's language, its ``{names}`` filled; values are inserted as they are."""
        text = self._translate(message)
        return text.format(**values) if values else text


def band_word(_: Say, band: Band) -> str:
    """What a band is called."""
    return {
        "meets": _("meets the standard"),
        "more": _("more evidence needed"),
        "not-yet": _("not yet"),
    }[band]


def kind_word(_: Say, kind: Kind) -> str:
    """What a kind of report is called."""
    return {
        "group": _("Group report"),
        "person": _("Personal report"),
        "attempt": _("Attempt report"),
        "certificate": _("Certificate"),
    }[kind]


def move_word(_: Say, name: MoveName) -> str:
    """What the name of a move is called."""
    return {
        "best": _("Best"),
        "good": _("Good"),
        "inaccuracy": _("Inaccuracy"),
        "mistake": _("Mistake"),
        "blunder": _("Blunder"),
        "breach": _("Breach"),
    }[name]


def part_word(_: Say, part: Part) -> str:
    """What a part of the scorecard is called."""
    return {
        "result": _("Result"),
        "tactics": _("Tactics"),
        "discovery": _("Discovery"),
        "paperwork": _("Paperwork"),
    }[part]


def mode_word(_: Say, mode: str) -> str:
    return _("exam") if mode == "exam" else _("practice")


def reason_word(_: Say, reason: str) -> str:
    """Why something was observed."""
    return {
        "shown": _("shown"),
        "missed": _("called for and missed"),
        "preparation": _("preparation"),
        "note": _("note"),
    }[reason]


def number(value: float | None, digits: int = 1) -> str:
    """A figure; a dash where there is none."""
    if value is None:
        return NOTHING
    text = f"{value:.{digits}f}"
    return text.replace("-", "−") if float(text) else f"{0:.{digits}f}"


def signed(value: float | None) -> str:
    """A change, with its sign."""
    if value is None:
        return NOTHING
    return f"{value:+.1f}".replace("-", "−") if round(value, 1) else "0.0"


def percent(share: float | None) -> str:
    return NOTHING if share is None else f"{100 * share:.0f}%"


def when(at: datetime) -> str:
    """Date and time of day where the program runs."""
    return at.astimezone().strftime("%Y-%m-%d %H:%M")


def day(at: datetime | date | None) -> str:
    if at is None:
        return NOTHING
    return (at.astimezone() if isinstance(at, datetime) else at).strftime("%Y-%m-%d")


def duration(_: Say, seconds: float | None) -> str:
    """Time spent, in hours and minutes."""
    if seconds is None:
        return NOTHING
    if seconds < _MINUTE:
        return _("under 1 min") if seconds > 0 else _("{minutes} min", minutes=0)
    hours, minutes = divmod(round(seconds / _MINUTE), _HOUR // _MINUTE)
    return _("{hours} h {minutes} min", hours=hours, minutes=minutes) if hours else _("{minutes} min", minutes=minutes)


def talks(_: Say, count: int) -> str:
    return _("1 talk") if count == 1 else _("{count} talks", count=count)


def scenarios(_: Say, count: int) -> str:
    return _("1 scenario") if count == 1 else _("{count} scenarios", count=count)


def attempts(_: Say, count: int) -> str:
    return _("1 attempt") if count == 1 else _("{count} attempts", count=count)


def people(_: Say, count: int) -> str:
    return _("1 person") if count == 1 else _("{count} people", count=count)


def zone(at: datetime) -> str:
    """The offset of local time from universal time, as ``UTC+08:00``."""
    offset = at.astimezone().strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:5]}"


def fit(text: str, cells: float) -> str:
    """A text cut to a width, counted in half-width characters, with an ellipsis where it was cut."""
    used = 0.0
    for index, char in enumerate(text):
        used += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used > cells:
            return text[: max(index - 1, 0)] + "…"
    return text
