"""``huikuan check``: every problem of scenario files."""

from __future__ import annotations

import argparse

from simulator.cli import diagnostics, output, parts
from simulator.model.language import _


def describe() -> str:
    return _("find every problem of scenarios (all shipped ones by default)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar=_("SCENARIO"), nargs="*", help=_("ids of scenarios, or paths"))
    parser.add_argument("--verbose", action="store_true", help=_("list rules of lower layers that were dropped"))
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows import author

    house = parts.house(arguments)
    names = arguments.paths or [title.id for title in house.library.titles()]
    found = author.check(house.library, names, house.solutions)
    dropped = [
        {"scenario": name, "layer": one.layer, "path": ".".join(map(str, one.path)), "missing": one.missing}
        for name in (names if arguments.verbose else ())
        for one in house.library.read(name).dropped
    ]
    if arguments.json:
        output.document(
            {
                "problems": [
                    {
                        "code": problem.code,
                        "severity": problem.severity,
                        "message": problem.message,
                        "file": problem.file,
                        "line": problem.line,
                        "column": problem.column,
                        "witness": problem.witness,
                    }
                    for problem in found
                ],
                "checked": names,
                "dropped": dropped,
            }
        )
    else:
        for problem in found:
            output.line(output.plain(str(problem)))
        for drop in dropped:
            output.line(_("{scenario}: dropped {layer} {path}: no {missing} here", **drop))
        count = _("{count} problems in {all} scenarios", count=len(found), all=len(names))
        diagnostics.say(count)
    return diagnostics.PROBLEMS if found else diagnostics.FINE
