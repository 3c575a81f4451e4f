"""``huikuan verify``: are the chains of the record whole, and do the attempts replay?"""

from __future__ import annotations

import argparse

from simulator.cli import diagnostics, output, parts
from simulator.model.language import _


def describe() -> str:
    return _("verify the record: every chain whole, every attempt replayed")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("attempt", metavar=_("ATTEMPT"), nargs="?", help=_("one attempt (all by default)"))
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows import verifying

    house = parts.house(arguments)
    verified = verifying.verify(house.desk, arguments.attempt)
    if arguments.json:
        output.document(
            {
                "attempts": verified.attempts,
                "whole": not verified.faults,
                "faults": [{"attempt": one.attempt, "event": one.seq, "why": one.why} for one in verified.faults],
            }
        )
    else:
        for fault in verified.faults:
            where = _("attempt {attempt}, event {event}", attempt=fault.attempt, event=fault.seq)
            output.line(output.plain(f"{where}: {fault.why}"))
        output.line(_("{count} attempts, {faults} faults", count=verified.attempts, faults=len(verified.faults)))
    return diagnostics.PROBLEMS if verified.faults else diagnostics.FINE
