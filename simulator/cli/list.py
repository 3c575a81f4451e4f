"""``huikuan list``: scenarios, courses and tactics."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.language import N_, _, current

if TYPE_CHECKING:
    from simulator.workflows.ports import Library

# What `_` is given in a variable: how a talk is held.
_SPOKEN = (N_("phone"), N_("visit"), N_("message"), N_("letter"))


def describe() -> str:
    return _("list scenarios, courses and tactics")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--coverage", action="store_true", help=_("the table of objectives and what evidences them"))
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    library = parts.house(arguments).library
    if arguments.coverage:
        return _coverage(library, arguments.json)
    if arguments.json:
        output.document(_as_document(library))
        return diagnostics.FINE
    language = current()
    output.line(_("Scenarios"))
    for title in library.titles():
        name = title.title.get(language) or next(iter(title.title.values()), title.id)
        level = _("level {level}", level=title.level)
        output.line(output.plain(f"  {title.id}  {level}  {_(title.channel)}  {name}"))
    output.line(_("Courses"))
    for course in library.courses():
        count = _("{count} objectives", count=len(course.objective_names()))
        output.line(output.plain(f"  {course.course}  {course.title.to(language)}  {count}"))
    output.line(_("Tactics"))
    for tactic in library.catalogue().tactics:
        name = tactic.name.to(language) if tactic.name else tactic.id
        forbidden = "  " + _("forbidden") if tactic.forbidden else ""
        output.line(output.plain(f"  {tactic.id}  {name}{forbidden}"))
    return diagnostics.FINE


def _coverage(library: Library, as_document: bool) -> int:
    from simulator.workflows.coverage import coverage

    scenarios = [read.scenario for title in library.titles() if (read := library.read(title.id)).scenario]
    found = coverage(library.courses(), [one for one in scenarios if one], library.catalogue(), library.handbook())
    ids = [scenario.id for scenario in scenarios if scenario]
    if as_document:
        output.document([asdict(one) | {"met": one.is_met} for one in found])
        return diagnostics.FINE
    for number, identity in enumerate(ids, start=1):
        output.line(output.plain(f"  {number:>2}  {identity}"))
    output.line(_("T claimed for the talk, P in the preparation, N in the note; then the tactics and knowledge cards"))
    header = ("", *(str(number) for number in range(1, len(ids) + 1)), _("tactics"), _("cards"))
    rows = [
        (one.objective, *(one.marks(identity) or "·" for identity in ids), str(len(one.tactics)), str(len(one.cards)))
        for one in found
    ]
    for row in parts.table([header, *rows]):
        output.line(row)
    met = sum(one.is_met for one in found)
    output.line(_("{met} of {count} objectives are evidenced", met=met, count=len(found)))
    return diagnostics.FINE if met == len(found) else diagnostics.PROBLEMS


def _as_document(library: Library) -> dict[str, object]:
    return {
        "scenarios": [
            {
                "id": title.id,
                "title": title.title,
                "summary": title.summary,
                "level": title.level,
                "channel": title.channel,
                "courses": title.courses,
                "turns": title.turns,
                "status": title.status,
                "path": str(title.path),
            }
            for title in library.titles()
        ],
        "courses": [
            {
                "id": course.course,
                "title": course.title.model_dump(),
                "objectives": {
                    name: objective.statement.model_dump() for name, objective in course.objective_names().items()
                },
            }
            for course in library.courses()
        ],
        "tactics": [
            {
                "id": tactic.id,
                "name": tactic.name.model_dump() if tactic.name else None,
                "takes": tactic.takes,
                "alone": tactic.alone,
                "forbidden": tactic.forbidden,
                "risk": tactic.risk,
                "objectives": tactic.objectives,
            }
            for tactic in library.catalogue().tactics
        ],
    }
