"""``huikuan check``: every problem of scenario files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from simulator.cli import diagnostics, output, parts, sarif
from simulator.model.language import _
from simulator.model.problem import Problem


def describe() -> str:
    return _("find every problem of scenarios (all shipped ones by default)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar=_("SCENARIO"), nargs="*", help=_("ids of scenarios, or paths"))
    parser.add_argument("--verbose", action="store_true", help=_("list rules of lower layers that were dropped"))
    form = parser.add_mutually_exclusive_group()
    parts.add_json(form, _("one JSON document"))
    form.add_argument("--sarif", action="store_true", help=_("one SARIF 2.1.0 document, for editors and code hosts"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows import checking

    house, progress = parts.house(arguments), diagnostics.Progress()
    names = arguments.paths or [title.id for title in house.library.titles()]
    if len(names) > 1:
        from simulator.cli.ahead import check_ahead

        progress.doing(_("checking {count} scenarios", count=len(names)))
        check_ahead(arguments, names, progress.cancelled)
    found = checking.check(house.library, names, house.solutions, progress.doing, progress.cancelled)
    dropped = [
        {"scenario": name, "layer": one.layer, "path": ".".join(map(str, one.path)), "missing": one.missing}
        for name in (names if arguments.verbose else ())
        for one in house.library.read(name).dropped
    ]
    if arguments.sarif:
        output.document(sarif.document(found, Path.cwd()))
    elif arguments.json:
        problems = [problem_document(problem) for problem in found]
        partial = checking.is_partial(found)
        output.document({"problems": problems, "partial": partial, "checked": names, "dropped": dropped})
    else:
        print_problems(found)
        for drop in dropped:
            output.line(output.plain(_("{scenario}: dropped {layer} {path}: no {missing} here", **drop)))
        diagnostics.say(_("{count} problems in {all} scenarios", count=len(found), all=len(names)))
    return diagnostics.PROBLEMS if found else diagnostics.FINE


def problem_document(problem: Problem) -> dict[str, object]:
    """A problem as JSON has it."""
    return {
        "code": problem.code,
        "severity": problem.severity,
        "message": problem.message,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "witness": problem.witness,
    }


def print_problems(found: Sequence[Problem]) -> None:
    """Problems on standard output, each with the play that shows it."""
    for problem in found:
        output.line(output.plain(str(problem)))
        if problem.witness:
            output.line(output.plain("    " + _("shown by: {moves}", moves=" ".join(problem.witness))))
