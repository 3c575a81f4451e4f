"""``huikuan diff``: what changed in meaning between two versions of a scenario."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from simulator.cli import diagnostics, output, parts
from simulator.model.errors import BadFile
from simulator.model.language import N_, _

if TYPE_CHECKING:
    from simulator.model.scenario import Scenario
    from simulator.workflows.comparing import Change, Difference, Figures
    from simulator.workflows.ports import Library

_LONGEST = 70  # signs of a text or value that are shown
_MARKS = {N_("added"): "+", N_("removed"): "-", N_("changed"): "~", N_("moved"): ">"}


def describe() -> str:
    return _("say what changed in meaning between two versions of a scenario")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", metavar="A", help=_("the one version: id of a scenario, or path"))
    parser.add_argument("after", metavar="B", help=_("the other"))
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows import comparing

    house, progress = parts.house(arguments), diagnostics.Progress()
    before, after = (_read(house.library, name) for name in (arguments.before, arguments.after))
    progress.doing(_("solving both"))
    found = comparing.compare(before, after, house.solutions, progress.cancelled)
    if arguments.json:
        output.document(_document(found))
    else:
        for line in _text(found):
            output.line(output.plain(line))
    return diagnostics.FINE if found.is_none else diagnostics.PROBLEMS


def _read(library: Library, name: str) -> Scenario:
    read = library.read(name)
    if read.scenario is None:
        raise BadFile(read.problems)
    return read.scenario


def _text(found: Difference) -> Iterator[str]:
    if found.is_none:
        yield _("They mean and say the same.")
        return
    yield from _figures(found.before, found.after)
    for change in found.changes:
        yield from _change(change)
    if found.texts:
        yield _("texts that differ: {count}", count=len(found.texts))
    for text in found.texts:
        yield f"  {text.place} ({text.language}): {_short(text.before)} → {_short(text.after)}"


def _figures(before: Figures | None, after: Figures | None) -> Iterator[str]:
    if before is None or after is None:
        yield _("values: not compared, for a version is too large to solve")
    elif before == after:
        yield _("values: the same")
    else:
        words = {"positions": _("positions"), "best": _("best"), "typical": _("typical"), "floor": _("floor")}
        for name, word in words.items():
            old, new = (round(getattr(one, name), 3) for one in (before, after))
            yield f"{word}: {old} → {new}" if old != new else f"{word}: {old}"
        for word, old_line, new_line in (
            (_("best line"), before.line, after.line),
            (_("sound line"), before.sound, after.sound),
        ):
            if old_line != new_line:
                yield f"{word}:"
                yield "  - " + " ".join(old_line)
                yield "  + " + " ".join(new_line)


def _change(change: Change) -> Iterator[str]:
    places = " → ".join(str(place) for place in (change.before, change.after) if place is not None)
    name = "" if change.name == change.section else change.name
    yield " ".join(filter(None, (_MARKS[change.how], _(change.how), change.section, places, name)))
    for detail in change.details:
        where = f"{detail.path}: " if detail.path else ""
        yield f"    {where}{_short(detail.before)} → {_short(detail.after)}"


def _short(value: Any) -> str:
    if value is None:
        return "—"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " / ".join(text.splitlines())
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _document(found: Difference) -> dict[str, Any]:
    return {
        "same": found.is_none,
        "before": _figures_document(found.before),
        "after": _figures_document(found.after),
        "changes": [
            {
                "how": change.how,
                "section": change.section,
                "name": change.name,
                "before": change.before,
                "after": change.after,
                "details": [
                    {"path": detail.path, "before": detail.before, "after": detail.after} for detail in change.details
                ],
            }
            for change in found.changes
        ],
        "texts": [
            {"place": text.place, "language": text.language, "before": text.before, "after": text.after}
            for text in found.texts
        ],
    }


def _figures_document(figures: Figures | None) -> dict[str, Any] | None:
    if figures is None:
        return None
    return {
        "positions": figures.positions,
        "best": figures.best,
        "typical": figures.typical,
        "floor": figures.floor,
        "line": figures.line,
        "sound": figures.sound,
    }
