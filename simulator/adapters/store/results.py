"""What was computed of attempts, as rows: a result's observations packed into columns of bytes, and back.

The bytes are little-endian, so that a file can go from machine to machine.
"""

from __future__ import annotations

import json
import math
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain as chained
from typing import TYPE_CHECKING, Any

from simulator.adapters.store.chain import canonical, instant
from simulator.model.errors import StoreDamaged
from simulator.model.language import _
from simulator.workflows.ports import REASONS, EvidenceColumns, Result

if TYPE_CHECKING:
    from scoring.objectives import Observation

# The columns of a result that say of themselves what they are, in the order of the table.
PLAIN = (
    "attempt", "rubric", "person", "scenario", "content", "mode", "language", "assignment", "seconds", "turns", "total",
    "before_gate", "pass_mark", "worth", "best", "floor", "ending", "head",
)  # fmt: skip
FLAGS = ("passed", "evidence", "overruled")


@dataclass(frozen=True, slots=True)
class Packed:
    """The observations of one result as columns of bytes: types H, H, d, d and B, and the words as a JSON list."""

    observed: int
    objective: bytes
    turn: bytes
    credit: bytes
    chance: bytes
    reason: bytes
    what: str


def _bytes(values: array[Any]) -> bytes:
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def unpacked(kind: str, pieces: Iterable[bytes]) -> array[Any]:
    """Columns of bytes, one after the other, as one array.

    Raises:
        StoreDamaged: they are none.
    """
    values: array[Any] = array(kind)
    try:
        values.frombytes(b"".join(pieces))
    except (TypeError, ValueError) as error:
        raise damaged() from error
    if sys.byteorder == "big":
        values.byteswap()
    return values


def damaged() -> StoreDamaged:
    """The error of results that make no sense."""
    return StoreDamaged(_("The kept results cannot be read. `huikuan verify` shows what is broken."))


def packed(observations: Sequence[Observation], codes: Mapping[str, int]) -> Packed:
    """Observations as columns; ``codes`` has every objective among them."""
    chances = (math.nan if one.chance_of_good is None else one.chance_of_good for one in observations)
    return Packed(
        observed=len(observations),
        objective=_bytes(array("H", (codes[one.objective] for one in observations))),
        turn=_bytes(array("H", (one.turn for one in observations))),
        credit=_bytes(array("d", (one.credit for one in observations))),
        chance=_bytes(array("d", chances)),
        reason=_bytes(array("B", (REASONS.index(one.reason) for one in observations))),
        what=canonical([one.what for one in observations]),
    )


def row_of(result: Result, codes: Mapping[str, int]) -> dict[str, object]:
    """A result as a row of the table."""
    columns = packed(result.observations, codes)
    return {
        **{name: getattr(result, name) for name in PLAIN},
        **{name: int(getattr(result, name)) for name in FLAGS},
        "started": instant(result.started),
        "ended": instant(result.ended),
        "parts": canonical(dict(result.parts)),
        "breaches": canonical(list(result.breaches)),
        **{name: getattr(columns, name) for name in Packed.__slots__},
    }


# The columns that a result is made from, in the order of its fields, and the places of those to be read first.
FIELDS = (
    "attempt", "rubric", "person", "scenario", "content", "mode", "language", "assignment", "started", "ended",
    "seconds", "turns", "total", "before_gate", "passed", "pass_mark", "parts", "breaches", "worth", "best", "floor",
    "ending", "evidence", "head", "overruled",
)  # fmt: skip
_STARTED, _ENDED, _PASSED, _PARTS, _BREACHES, _EVIDENCE = map(
    FIELDS.index, ("started", "ended", "passed", "parts", "breaches", "evidence")
)


def result_of(row: Sequence[Any], observations: tuple[Observation, ...] = ()) -> Result:
    """The values of ``FIELDS`` as a result.

    Raises:
        StoreDamaged: they make no sense.
    """
    try:
        values = list(row)
        values[_STARTED] = datetime.fromisoformat(values[_STARTED])
        values[_ENDED] = datetime.fromisoformat(values[_ENDED])
        values[_PASSED], values[_EVIDENCE] = bool(values[_PASSED]), bool(values[_EVIDENCE])
        values[_PARTS], values[_BREACHES] = json.loads(values[_PARTS]), tuple(json.loads(values[_BREACHES]))
        return Result(*[*values[:-1], observations, bool(values[-1])])
    except (ValueError, TypeError) as error:
        raise damaged() from error


def observations_of(row: Mapping[str, Any], objectives: Sequence[str]) -> tuple[Observation, ...]:
    """A row's observations.

    Raises:
        StoreDamaged: they make no sense.
    """
    from scoring.objectives import Observation

    try:
        columns = zip(
            *(unpacked(kind, (row[name],)) for name, kind in BODIES.items()), json.loads(row["what"]), strict=True
        )
        return tuple(
            Observation(
                objectives[objective],
                row["attempt"],
                turn,
                credit,
                REASONS[reason],  # type: ignore[arg-type]
                what,
                None if math.isnan(chance) else chance,
            )
            for objective, turn, credit, chance, reason, what in columns
        )
    except (ValueError, TypeError, IndexError) as error:
        raise damaged() from error


# The first group of ``EvidenceColumns``, in its order, then the packed ones.
HEADS = (
    "attempt", "person", "scenario", "mode", "language", "assignment", "started", "ended", "total", "passed", "head",
    "observed",
)  # fmt: skip
BODIES = {"objective": "H", "turn": "H", "credit": "d", "chance": "d", "reason": "B"}


def columns_of(rows: Sequence[Sequence[Any]], objectives: Sequence[str]) -> EvidenceColumns:
    """Rows of ``HEADS`` and then ``BODIES``, as columns.

    Raises:
        StoreDamaged: they make no sense.
    """
    columns = list(zip(*rows, strict=True)) if rows else [()] * (len(HEADS) + len(BODIES))
    heads: dict[str, Any] = dict(zip(HEADS, columns[: len(HEADS)], strict=True))
    bodies: dict[str, Any] = {
        name: unpacked(kind, column) for (name, kind), column in zip(BODIES.items(), columns[len(HEADS) :], strict=True)
    }
    counts = heads["observed"]
    if not all(isinstance(count, int) and count >= 0 for count in counts):
        raise damaged()
    if any(len(column) != sum(counts) for column in bodies.values()):
        raise damaged()
    return EvidenceColumns(**heads, objectives=tuple(objectives), **bodies)


def codes_of(results: Iterable[Result], known: Mapping[str, int]) -> dict[str, int]:
    """The codes of all objectives that stand in results, the new ones after the known."""
    codes = dict(known)
    for objective in chained.from_iterable((one.objective for one in result.observations) for result in results):
        codes.setdefault(objective, len(codes))
    return codes


def order(result: Result) -> tuple[str, str, str, str]:
    """By what results are ordered."""
    return result.person, instant(result.ended), result.attempt, result.rubric
