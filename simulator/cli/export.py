"""``huikuan export xapi``: statements for the company's learning system, into a file or to where it is."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import secrets
import signal
import stat
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.errors import UsageError
from simulator.model.language import _

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.workflows.delivering import Delivered, Sink, Status, Trouble
    from simulator.workflows.ports import ChainFault

_NICE = 10  # of 19: those who train go first
_LINES = (".jsonl", ".ndjson")  # endings of files with a statement a line


def describe() -> str:
    return _("statements for the company's learning system (xAPI): into a file, or sent")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", metavar=_("KIND"), required=True)
    xapi = kinds.add_parser("xapi", help=_("xAPI statements, version 1.0.3"), allow_abbrev=False)
    doing = xapi.add_mutually_exclusive_group(required=True)
    doing.add_argument(
        "--to", metavar=_("FILE"), help=_("writes all statements; a line each for .jsonl and for -, the screen")
    )
    doing.add_argument("--send", action="store_true", help=_("sends what waits, now"))
    doing.add_argument("--forever", action="store_true", help=_("sends what waits, until it is stopped"))
    doing.add_argument("--status", action="store_true", help=_("how many wait, and what is in the way"))
    doing.add_argument("--retry-parked", action="store_true", help=_("has what was refused made anew and sent again"))
    doing.add_argument("--structure", action="store_true", help=_("courses, objectives and scenarios, as for cmi5"))
    xapi.add_argument("--since", metavar=_("DAY"), type=parts.day, help=_("with --to: what ended on this day or later"))
    xapi.add_argument("--force", action="store_true", help=_("replace the file if there is one"))
    parts.add_json(xapi, _("one JSON document"))
    parts.add_by(xapi)


def run(arguments: argparse.Namespace) -> int:
    house = parts.house(arguments)
    if arguments.since is not None and arguments.to is None:
        raise UsageError(_("--since goes with --to."))
    if arguments.forever:
        return _forever(house)
    if arguments.to is not None:
        return _write(house, arguments)
    if arguments.send:
        return _send(house, arguments)
    if arguments.structure:
        return _structure(house)
    if arguments.retry_parked:
        return _retry(house, arguments)
    return _status(house, arguments)


# Into a file


class _Screen:
    """Text as it comes, a line at a time on the screen."""

    def write(self, text: str) -> None:
        for line in text.removesuffix("\n").split("\n"):
            output.line(output.escaped(line))


def _write(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.delivering import export

    by = parts.reviewer_name(house, arguments)
    progress = diagnostics.Progress()
    progress.doing(_("statements"))
    if arguments.to == "-":
        whole = bool(arguments.json)
        held = io.StringIO()
        made = export(house.dispatch, held, by, arguments.since, not whole, progress.cancelled)
        if made.rows or whole:
            _Screen().write(held.getvalue())
        _tell_faults(made.faults)
        return diagnostics.PROBLEMS if made.faults else diagnostics.FINE
    path = Path(arguments.to).expanduser()
    with _file(path, arguments.force) as sink:
        made = export(house.dispatch, sink, by, arguments.since, path.suffix in _LINES, progress.cancelled)
    if arguments.json:
        output.document({"file": str(path), "statements": made.rows, "people": made.people, **_listed(made.faults)})
    else:
        output.line(
            output.plain(
                _(
                    "{count} statements about {people} people written: {path}",
                    count=made.rows,
                    people=made.people,
                    path=path,
                )
            )
        )
        _tell_faults(made.faults)
    return diagnostics.PROBLEMS if made.faults else diagnostics.FINE


@contextlib.contextmanager
def _file(path: Path, force: bool) -> Iterator[Sink]:
    """A file that is there when it is whole, and not before."""
    if path.is_dir():
        raise UsageError(_("“{path}” is a folder; name a file.", path=path))
    if path.exists() and not force:
        raise UsageError(_("There is a file “{path}” already; --force replaces it.", path=path))
    part = path.parent / f".huikuan-{secrets.token_hex(8)}.part"
    try:
        with part.open("x", encoding="utf-8", newline="\n") as sink:
            yield sink
        part.replace(path)
    except OSError as why:
        raise UsageError(_("Nothing can be written to “{path}”: {why}.", path=path, why=why.strerror)) from why
    finally:
        part.unlink(missing_ok=True)


# To the learning system


def _send(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.delivering import deliver, status

    progress = diagnostics.Progress()
    progress.doing(_("delivering statements"))
    done = deliver(house.dispatch, progress.cancelled, at_once=True)
    now = status(house.dispatch)
    if arguments.json:
        output.document({"delivered": done.delivered, **_counted(now), **_listed(done.faults)})
    else:
        _tell_delivered(done)
        _tell_status(now)
        _tell_faults(done.faults)
    return diagnostics.PROBLEMS if done.trouble or done.faults or now.parked else diagnostics.FINE


def _forever(house: House) -> int:
    """Delivers until it is interrupted, or until whoever began it is gone."""
    from simulator.workflows.delivering import deliver_forever

    stop = threading.Event()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    for wanted in (signal.SIGINT, signal.SIGTERM):
        signal.signal(wanted, lambda *_told: stop.set())
    if not sys.stdin.isatty():
        threading.Thread(target=_until_its_end, args=(stop,), daemon=True).start()
    deliver_forever(house.dispatch, stop, diagnostics.say)
    return diagnostics.FINE


def _until_its_end(stop: threading.Event) -> None:
    """A pipe ends with the process at its other end, however that ends. What is no pipe says nothing."""
    if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
        while os.read(sys.stdin.fileno(), 1024):
            pass
        stop.set()


def _status(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.delivering import status

    now = status(house.dispatch)
    if arguments.json:
        output.document({"configured": house.settings.has_xapi, **_counted(now)})
    else:
        if not house.settings.has_xapi:
            output.line(_("No learning system is set; statements are not collected."))
        _tell_status(now)
    return diagnostics.FINE


def _retry(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.delivering import retry_parked

    count = retry_parked(house.dispatch)
    if arguments.json:
        output.document({"retried": count})
    else:
        output.line(_("{count} statements are made anew and sent with the next delivery.", count=count))
    return diagnostics.FINE


def _structure(house: House) -> int:
    from simulator.workflows.delivering import course_structure

    output.document(course_structure(house.dispatch))
    return diagnostics.FINE


# What is said


def _tell_delivered(done: Delivered) -> None:
    output.line(_("{count} statements delivered.", count=done.delivered))


def _tell_status(now: Status) -> None:
    count = now.count
    output.line(
        _(
            "{waiting} wait, {delivered} delivered in all, {parked} refused",
            waiting=count.waiting,
            delivered=count.delivered,
            parked=count.parked,
        )
    )
    if now.trouble is not None:
        _tell_trouble(now.trouble)
    for one in now.parked:
        output.line(output.plain(f"  {one.id}: {one.told}"))
    if now.parked:
        output.line(_("`huikuan export xapi --retry-parked` has them made anew and sent again."))
    for person, gone in now.erased.items():
        output.line(
            _(
                "{count} statements about somebody who was erased are with the learning system, under the account "
                "{person}; ask for their deletion there.",
                count=gone,
                person=person,
            )
        )


def _tell_trouble(trouble: Trouble) -> None:
    output.line(trouble.words)
    output.line(output.plain(f"  {trouble.at.astimezone():%Y-%m-%d %H:%M} {trouble.told}"))
    output.line("  " + _("next try: {time}", time=f"{trouble.until.astimezone():%Y-%m-%d %H:%M:%S}"))


def _counted(now: Status) -> dict[str, object]:
    return {
        "waiting": now.count.waiting,
        "delivered_in_all": now.count.delivered,
        "due": now.count.due.isoformat() if now.count.due else None,
        "trouble": asdict(now.trouble) if now.trouble else None,
        "parked": [{"statement": one.id, "attempt": one.attempt, "told": one.told} for one in now.parked],
        "erased": dict(now.erased),
    }


def _tell_faults(faults: tuple[ChainFault, ...] | list[ChainFault]) -> None:
    from simulator.workflows.verifying import place

    for fault in faults:
        diagnostics.say(f"{place(fault)}: {fault.why}")


def _listed(faults: tuple[ChainFault, ...] | list[ChainFault]) -> dict[str, object]:
    return {"faults": [{"attempt": one.attempt, "why": one.why} for one in faults]}
