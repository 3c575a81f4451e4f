"""``huikuan graph``: the stage machine, drawn."""

from __future__ import annotations

import argparse
import shutil

from simulator.cli import diagnostics, output, parts
from simulator.model.language import _, current


def describe() -> str:
    return _("draw the stage machine of a scenario")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar=_("SCENARIO"), help=_("id of a scenario, or path of its file or folder"))
    parser.add_argument(
        "--format", choices=("mermaid", "dot", "svg", "text"), default="mermaid", help=_("what to write")
    )


def run(arguments: argparse.Namespace) -> int:
    from simulator.engine import draw
    from simulator.workflows import author

    program = author.program_of(parts.scenario(parts.house(arguments).library.read(arguments.scenario)))
    if arguments.format == "text":
        output.line(draw.graph_text(program, current(), shutil.get_terminal_size().columns))
        return diagnostics.FINE
    drawn = {"mermaid": draw.mermaid, "dot": draw.dot, "svg": draw.svg}[arguments.format]
    output.line(drawn(program, current()))
    return diagnostics.FINE
