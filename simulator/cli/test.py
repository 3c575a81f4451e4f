"""``huikuan test``: plays the test plans beside scenarios."""

from __future__ import annotations

import argparse

from simulator.cli import diagnostics, output, parts
from simulator.model.language import _


def describe() -> str:
    return _("play the test plans beside scenarios (all shipped ones by default)")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", metavar=_("SCENARIO"), nargs="*", help=_("ids of scenarios, or paths"))
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows import author

    house = parts.house(arguments)
    names = arguments.paths or [title.id for title in house.library.titles()]
    rows, broken = [], False
    for name in names:
        program = author.program_of(parts.scenario(house.library.read(name)))
        plans, problems = house.library.plans(name)
        diagnostics.problems(problems)
        broken = broken or bool(problems)
        for plan in plans:
            result = author.run_plan(program, plan, house.solutions)
            broken = broken or bool(result.failures)
            rows.append({"scenario": name, "plan": plan.name, "path": str(plan.path), "failures": result.failures})
    if arguments.json:
        output.document({"plans": rows, "passed": not broken})
    else:
        for row in rows:
            mark = _("FAILED") if row["failures"] else _("passed")
            output.line(output.plain(f"{mark}  {row['scenario']}  {row['plan']}"))
            for failure in row["failures"]:
                output.line(output.plain(f"    {failure}"))
        failed = sum(bool(row["failures"]) for row in rows)
        diagnostics.say(_("{count} plans, {failed} failed", count=len(rows), failed=failed))
    return diagnostics.PROBLEMS if broken else diagnostics.FINE
