"""``huikuan solve``: what a scenario is worth."""

from __future__ import annotations

import argparse

from simulator.cli import diagnostics, output, parts
from simulator.model.language import _


def describe() -> str:
    return _("solve a scenario: positions, best, typical and floor values, best line")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar=_("SCENARIO"), help=_("id of a scenario, or path of its file or folder"))
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows import author

    house = parts.house(arguments)
    read = parts.scenario(house.library.read(arguments.scenario))
    solved = author.solve(read, house.solutions)
    solution = solved.solution
    line, sound = [str(move) for move in solution.line], [str(move) for move in solution.sound]
    if arguments.json:
        output.document(
            {
                "scenario": read.scenario.id if read.scenario else None,
                "positions": solution.positions,
                "best": solution.best,
                "typical": solution.typical,
                "floor": solution.floor,
                "line": line,
                "sound": sound,
                "seconds": round(solved.seconds, 3),
            }
        )
        return diagnostics.FINE
    seconds = f"{solved.seconds:.2f}"
    output.line(_("{positions} positions in {seconds} s", positions=solution.positions, seconds=seconds))
    output.line(
        _(
            "best {best}  typical {typical}  floor {floor}",
            best=f"{solution.best:.3f}",
            typical=f"{solution.typical:.3f}",
            floor=f"{solution.floor:.3f}",
        )
    )
    output.line(_("best line:  {moves}", moves=" ".join(line)))
    output.line(_("sound line: {moves}", moves=" ".join(sound)))
    return diagnostics.FINE
