"""The words for what lists show: modes, channels, levels, times, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from simulator.model.language import N_, Language, _, current

_MODES = {"practice": N_("Practice"), "exam": N_("Exam")}
_CHANNELS = {"phone": N_("Phone"), "visit": N_("Visit"), "message": N_("Message"), "letter": N_("Letter")}
_LEVELS = {1: N_("easy"), 2: N_("fairly easy"), 3: N_("medium"), 4: N_("demanding"), 5: N_("hard")}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def mode_name(mode: str) -> str:
    """Practice or exam."""
    return _(_MODES[mode]) if mode in _MODES else mode


def channel_name(channel: str) -> str:
    """How the talk is held."""
    return _(_CHANNELS[channel]) if channel in _CHANNELS else channel


def level_name(level: int) -> str:
    """``Level 1 · easy``."""
    return _("Level {level} · {name}", level=level, name=_(_LEVELS.get(level, "")) if level in _LEVELS else "")


def day_name(day: date) -> str:
    """``11月18日``, ``18 Nov``; with the year, since case files run over two of them: ``2025-11-18`` in tables."""
    return f"{day.month}月{day.day}日" if current() == "zh" else f"{day.day} {_MONTHS[day.month - 1]}"


def moment(at: datetime, now: datetime | None = None) -> str:
    """A point in time as lists show it, in the local time zone: ``today 10:32``, ``18 Nov 10:32``, ``18 Nov 2024``."""
    local = at.astimezone()
    today = (now or datetime.now().astimezone()).date()
    clock = f"{local.hour:02}:{local.minute:02}"
    if local.date() == today:
        return _("today {time}", time=clock)
    if local.year == today.year:
        return f"{day_name(local.date())} {clock}"
    return f"{local.year}年{day_name(local.date())}" if current() == "zh" else f"{day_name(local.date())} {local.year}"


def score(total: float | None) -> str:
    """A total as whole points; a dash where there is none."""
    return "-" if total is None else f"{total:.0f}"


def in_language(words: Mapping[str, str]) -> tuple[str, bool]:
    """The text in the current language, or the other where it lacks it; whether it is in the current one."""
    wanted = current()
    if words.get(wanted):
        return words[wanted], True
    return next((text for text in words.values() if text), ""), False


def language_mark(language: Language) -> str:
    """A mark for what is there in one language only."""
    return _("[in Chinese]") if language == "zh" else _("[in English]")
