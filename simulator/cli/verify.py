"""``huikuan verify``: are the chains of the record whole, and do the attempts replay? Does a certificate hold?"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.language import _

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.workflows.certifying import Checked


def describe() -> str:
    return _("verify the record: every chain whole, every attempt replayed; or the code on a certificate")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    metavar = _("ATTEMPT|CODE")
    help_text = _("one attempt (all by default), or the code on a certificate")
    parser.add_argument("attempt", metavar=metavar, nargs="?", help=help_text)
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows.certifying import PREFIX, is_code

    house = parts.house(arguments)
    parts.tell_simulated(house, arguments)
    named = arguments.attempt or ""
    if named.upper().startswith(PREFIX) or is_code(named):
        return _certificate(house, named, arguments.json)
    return _record(house, arguments.attempt, arguments.json)


def _record(house: House, attempt: str | None, as_json: bool) -> int:
    from simulator.workflows import verifying

    telling = diagnostics.Progress()
    telling.doing(_("verifying the record"))
    verified = verifying.verify(house.desk, attempt, cancelled=telling.cancelled)
    if as_json:
        output.document(
            {
                "attempts": verified.attempts,
                "results": verified.results,
                "stale": verified.stale,
                "unknown_rubric": verified.unknown,
                "whole": not verified.faults,
                "faults": [{"attempt": one.attempt, "event": one.seq, "why": one.why} for one in verified.faults],
            }
        )
    else:
        for fault in verified.faults:
            output.line(output.plain(f"{verifying.place(fault)}: {fault.why}"))
        output.line(_("{count} attempts, {faults} faults", count=verified.attempts, faults=len(verified.faults)))
        if verified.results:
            output.line(_("{count} results made again and compared", count=verified.results))
        if verified.stale:
            output.line(_("{count} results are older than their attempt's last event.", count=verified.stale))
        if verified.unknown:
            text = _("{count} results are under a rubric that this program does not have.", count=verified.unknown)
            output.line(text)
    return diagnostics.PROBLEMS if verified.faults else diagnostics.FINE


def _certificate(house: House, code: str, as_json: bool) -> int:
    from simulator.workflows.certifying import check

    checked = check(house.desk, code)
    if as_json:
        output.document(_document(checked))
    else:
        for line in _told(checked):
            output.line(output.plain(line))
    return diagnostics.FINE if checked.is_good else diagnostics.PROBLEMS


def _document(checked: Checked) -> dict[str, object]:
    event = checked.held.event if checked.held else None
    return {
        "code": checked.code,
        "state": checked.state,
        "good": checked.is_good,
        "certificate": event.certificate if event else None,
        "name": checked.name,
        "person": event.person if event else None,
        "course": event.course if event else None,
        "issued": event.issued if event else None,
        "valid_until": event.valid_until if event else None,
        "rubric": event.rubric if event else None,
        "attempts": [
            {"attempt": one.attempt, "stands": one.stands, "decided_since": one.decided_since} for one in checked.heads
        ],
        "journal_faults": list(checked.journal_faults),
    }


def _told(checked: Checked) -> list[str]:
    """What a code is worth, in words."""
    states = {
        "valid": _("valid"),
        "due": _("valid, and due to be renewed"),
        "expired": _("expired"),
        "revoked": _("revoked"),
        "renewed": _("renewed: another certificate took its place"),
        "unknown": _("this record issued no such certificate"),
        "mistyped": _("no certificate can have this code; it is mistyped"),
    }
    lines = [f"{checked.code}: {states[checked.state]}"]
    if checked.held:
        event = checked.held.event
        until = event.valid_until or _("without end")
        name = checked.name or _("a person whose data were erased")
        lines.append(
            _(
                "{name}, course {course}, {issued} to {until}",
                name=name,
                course=event.course,
                issued=event.issued,
                until=until,
            )
        )
        stand = sum(one.stands for one in checked.heads)
        lines.append(_("{stand} of {all} attempts stand as they were", stand=stand, all=len(checked.heads)))
        decided = sum(one.decided_since for one in checked.heads)
        if decided:
            lines.append(_("{count} of them were decided on since", count=decided))
    lines.extend(_("journal: {why}", why=why) for why in checked.journal_faults)
    return lines
