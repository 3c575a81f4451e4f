"""The small language of guards and effects: what stands behind the keys of ``when`` and ``then``.

A guard on a fact is the set of its values that satisfy it; an effect on a fact is a map from each old value to the
new one. Both are total over the fact's small domain, so their meaning is a table and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.model.language import _

METER_TOP = 10  # meters are whole numbers 0..10 and saturate at both ends

STATUSES: dict[str, tuple[str, ...]] = {
    "excuse": ("unsaid", "standing", "settled"),
    "point": ("hidden", "known", "used"),
    "secret": ("hidden", "known"),
    "document": ("missing", "held", "shown"),
    "law": ("uncited", "cited"),
    "offer": ("open", "tabled", "refused"),
}
FIRST_STATUS: dict[str, str] = {kind: statuses[0] for kind, statuses in STATUSES.items()} | {"document": "held"}
# A move may be aimed at a card of a kind while it has one of these statuses.
AIMABLE: dict[str, tuple[str, ...]] = {
    "excuse": ("standing",),
    "point": ("known", "used"),
    "document": ("held", "shown"),
    "law": STATUSES["law"],
    "offer": STATUSES["offer"],
    "secret": (),
}
CONDUCT = ("lawful", "breached")

_COMPARISON = re.compile(r"(>=|<=|>|<|=)\s*(\d{1,2})")
_RANGE = re.compile(r"(\d{1,2})\s*\.\.\s*(\d{1,2})")
_CAPPED = re.compile(r"\+\s*(\d{1,2})\s+up\s+to\s+(\d{1,2})")
_FLOORED = re.compile(r"-\s*(\d{1,2})\s+down\s+to\s+(\d{1,2})")
_SET = re.compile(r"=\s*(\d{1,2})")

_COMPARE: dict[str, Callable[[int, int], bool]] = {
    ">=": int.__ge__,
    "<=": int.__le__,
    ">": int.__gt__,
    "<": int.__lt__,
    "=": int.__eq__,
}


def meter_guard(condition: object) -> frozenset[int]:
    """The meter values that satisfy a condition such as ``">= 4"``, ``"4..7"`` or ``"not < 3"``.

    Raises:
        ValueError: it is not such a condition; the text says how one is written.
    """
    every = range(METER_TOP + 1)
    if isinstance(condition, str):
        text = condition.strip()
        if text.startswith("not "):
            return frozenset(every) - meter_guard(text[4:])
        if match := _COMPARISON.fullmatch(text):
            compare, bound = _COMPARE[match[1]], _meter(match[2])
            return frozenset(value for value in every if compare(value, bound))
        if match := _RANGE.fullmatch(text):
            low, high = _meter(match[1]), _meter(match[2])
            if low > high:
                raise ValueError(_("the range {text} is empty: the smaller number comes first", text=text))
            return frozenset(range(low, high + 1))
    raise ValueError(
        _(
            "“{value}” is not a condition on a meter; write “>= 4”, “<= 3”, “> 5”, “< 5”, “= 5” or “4..7”",
            value=condition,
        )
    )


def meter_effect(effect: object) -> tuple[int, ...]:
    """The new meter value for each old value 0..10, of an effect such as ``1``, ``"+1 up to 7"`` or ``"= 5"``.

    Raises:
        ValueError: it is not such an effect; the text says how one is written.
    """
    every = range(METER_TOP + 1)
    if isinstance(effect, int) and not isinstance(effect, bool) and -METER_TOP <= effect <= METER_TOP:
        return tuple(min(max(value + effect, 0), METER_TOP) for value in every)
    if isinstance(effect, str):
        text = effect.strip()
        if match := _CAPPED.fullmatch(text):
            step, cap = _meter(match[1]), _meter(match[2])
            return tuple(max(value, min(value + step, cap)) for value in every)
        if match := _FLOORED.fullmatch(text):
            step, floor = _meter(match[1]), _meter(match[2])
            return tuple(min(value, max(value - step, floor)) for value in every)
        if match := _SET.fullmatch(text):
            return tuple(_meter(match[1]) for _value in every)
    raise ValueError(
        _(
            "“{value}” is not an effect on a meter; write +1, -2, “+1 up to 7”, “-1 down to 3” or “= 5” (0 to 10)",
            value=effect,
        )
    )


def status_guard(condition: object, statuses: tuple[str, ...]) -> frozenset[str]:
    """The statuses that satisfy one value or a list of values, each perhaps with ``not`` before it.

    Raises:
        ValueError: a value is none of ``statuses``.
    """
    wanted: set[str] = set()
    for value in condition if isinstance(condition, list | tuple) else (condition,):
        if not isinstance(value, str):
            raise ValueError(_("“{value}” must be one of: {known}", value=value, known=", ".join(statuses)))
        negated = value.startswith("not ")
        status = value[4:].strip() if negated else value
        if status not in statuses:
            raise ValueError(_("“{value}” must be one of: {known}", value=status, known=", ".join(statuses)))
        wanted |= set(statuses) - {status} if negated else {status}
    return frozenset(wanted)


def card_guard(condition: object, kind: str) -> frozenset[str]:
    """The statuses of a card of ``kind`` that satisfy a condition on ``card``.

    A value whose status is not one of the kind never holds for it, with or without ``not``.

    Raises:
        ValueError: a value is the status of no kind.
    """
    every = tuple(dict.fromkeys(status for statuses in STATUSES.values() for status in statuses))
    held: set[str] = set()
    for value in condition if isinstance(condition, list | tuple) else (condition,):
        wanted = status_guard(value, every)
        if str(value).removeprefix("not ").strip() in STATUSES[kind]:
            held |= wanted & set(STATUSES[kind])
    return frozenset(held)


def _meter(digits: str) -> int:
    value = int(digits)
    if value > METER_TOP:
        raise ValueError(_("a meter goes from 0 to 10, not to {value}", value=value))
    return value
