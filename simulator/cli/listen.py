"""``huikuan listen``: what typed lines are taken for, and how well, for tests and tuning."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.errors import UsageError
from simulator.model.language import _

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.workflows.listening import Ranked, Table
    from simulator.workflows.measuring import Measured

_LARGEST = 2_000_000  # characters of a file of labelled lines: some twenty thousand lines
_SHOWN = 5  # readings of a line, and confusions of a measurement
_LEAST = 0.01  # confidence; what is less likely is noise


def describe() -> str:
    return _("tell what typed lines are taken for; lines come from standard input")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--eval", metavar="FILE", help=_("CSV of text,tactic lines: print how well they are recognised")
    )
    parser.add_argument("--scenario", metavar="ID", help=_("aim at the cards of a scenario, by id or path"))
    parts.add_json(parser, _("one JSON object a line"))


def run(arguments: argparse.Namespace) -> int:
    house = parts.house(arguments)
    if arguments.eval:
        return _evaluate(house, arguments.eval, arguments.json)
    table = _table(house, arguments.scenario)
    for text in _lines():
        moves = [one for one in _readings(house, text, table) if one.confidence >= _LEAST][:_SHOWN]
        if arguments.json:
            found = [
                {"tactic": one.move.tactic, "card": one.move.card, "confidence": round(one.confidence, 4)}
                for one in moves
            ]
            output.line(output.plain(json.dumps({"text": text, "moves": found}, ensure_ascii=False)))
        else:
            said = "  ".join(f"{one.move} {one.confidence:.2f}" for one in moves) or _("no tactic")
            output.line(output.plain(f"{text}  [{said}]"))
    return diagnostics.FINE


def _lines() -> Iterator[str]:
    try:
        for line in sys.stdin:
            yield line.rstrip("\r\n")
    except ValueError as why:
        raise UsageError(_("Cannot read {path}: {why}", path="-", why=why)) from why


def _table(house: House, scenario: str | None) -> Table:
    """Every move of a scenario, whatever the position; without one, every tactic with no card."""
    from simulator.model.position import Move
    from simulator.workflows import author, listening

    if scenario:
        program = author.program_of(parts.scenario(house.library.read(scenario)))
        return listening.table(program.scenario, program.moves)
    tactics = house.library.catalogue().tactics
    return listening.Table(
        legal=tuple(Move(tactic.id) for tactic in tactics),
        forbidden=frozenset(tactic.id for tactic in tactics if tactic.forbidden),
    )


def _readings(house: House, text: str, table: Table) -> tuple[Ranked, ...]:
    """The readings of a line, each for itself: a forbidden act stands among them with its own confidence."""
    from simulator.workflows import listening

    return listening.readings(text, table, house.listener)


def _evaluate(house: House, path: str, as_document: bool) -> int:
    from simulator.workflows import measuring

    tactics = house.library.catalogue().tactics
    lines = measuring.labelled(_read(path), [tactic.id for tactic in tactics])
    found = measuring.measure(lines, house.listener, [tactic.id for tactic in tactics if tactic.forbidden])
    if as_document:
        output.document({name: asdict(one) for name, one in found.items()})
        return diagnostics.FINE
    names = [name for name, _value in _figures(next(iter(found.values())))]
    rows = [("", *found)]
    rows += [(name, *(values[i] for values in map(_cells, found.values()))) for i, name in enumerate(names)]
    for row in parts.table(rows):
        output.line(row)
    output.line(_("Taken for another, most often"))
    for truth, taken, count in found["all"].confusion[: 4 * _SHOWN]:
        output.line(output.plain(f"  {count:>3}  {truth} → {taken}"))
    return diagnostics.FINE


def _figures(one: Measured) -> list[tuple[str, float | None]]:
    return [
        (_("lines"), one.lines),
        (_("lines that do one thing"), one.single),
        (_("top-1"), one.top1),
        (_("top-3"), one.top3),
        (_("macro-F1"), one.macro_f1),
        (_("coverage at 90 % precision"), one.coverage),
        (_("calibration error"), one.calibration),
        (_("asked back"), one.asked),
        (_("taken for nothing"), one.missed),
        (_("no tactic: taken for nothing"), one.nothing),
        (_("two things: one of them first"), one.double_one),
        (_("two things: both in the first three"), one.double_both),
        (_("forbidden acts found"), one.forbidden),
        (_("other lines held to be forbidden"), one.false_flags),
    ]


def _cells(one: Measured) -> list[str]:
    return [
        "—" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
        for _n, value in _figures(one)
    ]


def _read(path: str) -> str:
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            text = file.read(_LARGEST + 1)
    except UnicodeDecodeError as why:
        raise UsageError(_("{path}: this is not UTF-8 text; save the file as UTF-8.", path=path)) from why
    except (OSError, ValueError) as why:
        raise UsageError(_("Cannot read {path}: {why}", path=path, why=why)) from why
    if len(text) > _LARGEST:
        raise UsageError(_("{path}: this is too long; at most {most} characters are read.", path=path, most=_LARGEST))
    return text
