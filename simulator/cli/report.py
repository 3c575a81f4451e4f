"""``huikuan report``: a group, a person, an attempt or a certificate as text, JSON, CSV, XLSX, HTML or PDF."""

from __future__ import annotations

import argparse
import getpass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

from simulator.cli import diagnostics, output, parts
from simulator.model.errors import UnknownName, UsageError
from simulator.model.language import LANGUAGES, _, current

if TYPE_CHECKING:
    from simulator.model.reports import Format, Kind
    from simulator.workflows.cells import Filters
    from simulator.workflows.ports import Store
    from simulator.workflows.reporting import Request

# As ``simulator.model.reports`` has them, which is too heavy for a help text.
_KINDS = ("group", "person", "attempt", "certificate")
_FORMATS = ("text", "json", "csv", "xlsx", "html", "pdf")
_ON_SCREEN = ("text", "json", "csv")


def describe() -> str:
    return _("take out a report: a group, a person, an attempt or a certificate")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=_KINDS, help=_("what it is about"))
    parser.add_argument(
        "of", metavar="NAME", nargs="?", default="", help=_("the group (default: everybody), name, attempt or code")
    )
    parser.add_argument("--format", choices=_FORMATS, default="text", help=_("the format (default: text)"))
    parser.add_argument(
        "--out",
        metavar="FILE",
        help=_("the file or folder; without it the program's own folder, or text to the screen"),
    )
    parser.add_argument("--force", action="store_true", help=_("replace the file if there is one"))
    parser.add_argument("--language", choices=LANGUAGES, help=_("language of the report (default: that of this run)"))
    names = parser.add_mutually_exclusive_group()
    names.add_argument("--identified", action="store_true", help=_("with names (the default but for groups)"))
    names.add_argument("--pseudonymous", action="store_true", help=_("without names (the default for groups)"))
    parser.add_argument("--table", metavar="TABLE", help=_("of CSV, this table alone"))
    parser.add_argument("--by", metavar="NAME", help=_("who takes it out (default: the name in the settings)"))
    parser.add_argument("--course", metavar="ID", help=_("objectives of this course alone"))
    parser.add_argument("--scenario", metavar="ID", help=_("attempts on this scenario alone"))
    parser.add_argument("--since", metavar="DATE", help=_("attempts that ended on this day or later"))
    parser.add_argument("--until", metavar="DATE", help=_("attempts that ended on this day or earlier"))
    parser.add_argument("--mode", choices=("practice", "exam"), help=_("attempts in this mode alone"))
    parser.add_argument("--talk-language", choices=LANGUAGES, help=_("talks in this language alone"))
    parser.add_argument("--assignment", metavar="ID", help=_("attempts under this assignment alone"))
    parts.add_json(parser, _("the same as --format json"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows import reporting

    house, progress = parts.house(arguments), diagnostics.Progress()
    form = cast("Format", "json" if arguments.json else arguments.format)
    by = arguments.by or house.settings.name.strip() or getpass.getuser()
    request = _request(arguments, form, by, _subject(house.store, arguments))

    def doing(done: int, of: int) -> None:
        if of:  # there is something to count
            progress.doing(_("{done} of {of}", done=done, of=of))

    progress.doing(_("report"))
    if arguments.out is None and form in _ON_SCREEN and (form != "csv" or arguments.table):
        with TemporaryDirectory(prefix="huikuan-") as folder:
            written = reporting.export(house, request, Path(folder) / "report", doing, progress.cancelled)
            _show(written)
        return diagnostics.FINE
    path = Path(arguments.out).expanduser() if arguments.out else None
    if path is not None and path.is_file() and not arguments.force:
        raise UsageError(_("There is a file “{path}” already; --force replaces it.", path=path))
    written = reporting.export(house, request, path, doing, progress.cancelled)
    diagnostics.say(_("Written: {path}", path=written))
    return diagnostics.FINE


def _request(arguments: argparse.Namespace, form: Format, by: str, of: str) -> Request:
    from simulator.workflows.reporting import Request

    return Request(
        kind=cast("Kind", arguments.kind),
        of=of,
        format=form,
        language=arguments.language or current(),
        by=by,
        identified=True if arguments.identified else False if arguments.pseudonymous else None,
        filters=_filters(arguments),
        table=arguments.table,
    )


def _subject(store: Store, arguments: argparse.Namespace) -> str:
    """The id of what the report is about; a person is named by name, staff number or pseudonym."""
    from simulator.workflows.people import roster

    if arguments.kind == "group":
        return str(arguments.of)
    if not arguments.of:
        raise UsageError(_("Say whom or what the report is about."))
    if arguments.kind == "person":
        return roster(store).find(arguments.of).person
    if arguments.kind == "attempt":
        return _attempt(store, arguments.of)
    return str(arguments.of)


def _attempt(store: Store, given: str) -> str:
    """An attempt's id, of which the beginning that reports show is enough."""
    known = sorted(one.attempt for one in store.attempts())
    found = [one for one in known if one == given] or [one for one in known if one.startswith(given)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(_("Several attempts begin with “{given}”: {ids}.", given=given, ids=", ".join(found[:5])))
    raise UnknownName(_("attempt"), given, known)


def _filters(arguments: argparse.Namespace) -> Filters:
    from simulator.workflows.cells import Filters

    return Filters(
        course=arguments.course,
        scenario=arguments.scenario,
        since=_day(arguments.since, "--since"),
        until=_day(arguments.until, "--until"),
        mode=arguments.mode,
        language=arguments.talk_language,
        assignment=arguments.assignment,
    )


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as why:
        raise UsageError(_("{option}: “{text}” is no day; write it as 2026-03-31.", option=option, text=text)) from why


def _show(path: Path) -> None:
    """The file on the screen, whatever the terminal's encoding can show of it."""
    text = path.read_text(encoding="utf-8-sig")
    for line in text.splitlines():
        output.line(output.plain(line))
