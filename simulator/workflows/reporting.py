"""Reports taken out of the house: made from the record, written all or nothing, and logged in the journal."""

from __future__ import annotations

import hashlib
import re
import secrets
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from simulator.model.errors import Cancelled, UnknownName, UsageError
from simulator.model.journal import Exported
from simulator.model.language import _
from simulator.model.reports import AttemptReport, GroupReport, PersonReport, Report
from simulator.workflows.cells import Asked, Progress, never, unheeded
from simulator.workflows.certifying import certificate
from simulator.workflows.permission import demand, demand_own, demand_self, may, own_person
from simulator.workflows.report_attempt import attempt_report, certificate_report
from simulator.workflows.report_figures import group_report, person_report
from simulator.workflows.report_material import House, Material, Request, Writer
from simulator.workflows.report_pages import document
from simulator.workflows.report_tables import TABLES, tables
from simulator.workflows.settling import settle, settle_all
from simulator.workflows.shown import state_of

__all__ = ["House", "Request", "Writer", "build", "export", "proposed_name", "render"]

_ENDINGS = {"text": "txt", "json": "json", "csv": "csv", "xlsx": "xlsx", "html": "html", "pdf": "pdf"}
_PRIVATE, _USUAL = 0o600, 0o666  # rights of a file in the program's own folder, and elsewhere before the umask
_LONGEST = 40  # signs of a name within a file's name


def build(house: House, request: Request, progress: Progress = unheeded, cancelled: Asked = never) -> Report:
    """A report as facts. What is not settled is settled first.

    Raises:
        UsageError: there is nothing to report, or it is not for who asks.
        UnknownName: there is no such group, person, attempt or certificate.
        Cancelled: somebody asked to stop.
        Forbidden: it is of others and not for who asks, or ``by`` is somebody else; that is logged.
    """
    whose = _demand(house, request)
    material = Material(house, request, progress, cancelled)
    if request.kind == "attempt":
        settle(house.desk, request.of)
        return attempt_report(material)
    only = None if may(house.desk.actor, "figures.see") else whose
    material.faults = len(settle_all(house.desk, progress, cancelled, person=only).faults)
    if request.kind == "group":
        return group_report(material)
    return person_report(material) if request.kind == "person" else certificate_report(material)


def _demand(house: House, request: Request) -> str | None:
    """Asks whether a report may be made; whose it is, by pseudonym, None where it is a group's.

    Raises:
        UnknownName: there is no such attempt or certificate.
        Forbidden: it may not; that is logged.
    """
    desk = house.desk
    demand_self(desk, request.by, "report")
    if request.kind == "group":
        demand(desk, "report")
        return None
    whose = request.of
    if request.kind == "attempt":
        whose = state_of(desk, request.of).started.person
    elif request.kind == "certificate":
        whose = certificate(desk, request.of).event.person
    demand_own(desk, whose, "report")
    return whose


def export(
    house: House,
    request: Request,
    path: Path | None = None,
    progress: Progress = unheeded,
    cancelled: Asked = never,
) -> Path:
    """Writes a report into a file and logs that; the file. Nothing is there until it is whole.

    Who is signed in has no folders here: his file is alone in a new folder that only this program reads, from where it
    is handed to him, and then it and the folder go.

    Args:
        path: the file, which is replaced; or a folder that it is put in. None for the program's own folder of exports.
            Of who is signed in the file's name alone; None for the one that is proposed.

    Raises:
        UsageError: as ``build``; or nothing can be written there; or it is more than a file's name.
        UnknownName: as ``build``; or there is no such table.
        Cancelled: somebody asked to stop; nothing was written.
        Forbidden: as ``build``.
    """
    _demand(house, request)
    _check(request)
    if house.desk.actor.is_owner:
        return _export(house, request, _target(house, request, path), progress, cancelled)
    name = _file_name(path or Path(_proposed(house, request)))
    folder = Path(tempfile.mkdtemp(prefix="huikuan-"))  # for its owner alone
    try:
        return _export(house, request, folder / name, progress, cancelled)
    except BaseException:
        folder.rmdir()
        raise


def _file_name(path: Path) -> str:
    """What a file is to be called.

    Raises:
        UsageError: it is a path, or none that every machine takes.
    """
    name = str(path)
    if not re.fullmatch(r"[^/\\:*?\"<>|\x00-\x1f\x7f]{1,120}", name) or name.strip(". ") != name:
        raise UsageError(_("“{name}” is no name for a file. Write a name without a folder.", name=name[:_LONGEST]))
    return name


def _export(house: House, request: Request, target: Path, progress: Progress, cancelled: Asked) -> Path:
    file = house.exports.name_of(target)
    report = build(house, request, progress, cancelled)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.parent / f".huikuan-{secrets.token_hex(8)}.part"
        part.touch(_USUAL if house.desk.actor.is_owner and not file else _PRIVATE, exist_ok=False)
    except OSError as why:
        raise UsageError(_("Nothing can be written to “{path}”: {why}.", path=target, why=why.strerror)) from why
    try:
        rows = render(house.exporter, report, request, part, cancelled)
        if cancelled():
            raise Cancelled
        _log(house, request, report, rows, part, file)
        part.replace(target)
    except OSError as why:
        raise UsageError(_("Nothing can be written to “{path}”: {why}.", path=target, why=why.strerror)) from why
    finally:
        part.unlink(missing_ok=True)
    return target


def render(writer: Writer, report: Report, request: Request, path: Path, cancelled: Asked = never) -> int:
    """Writes a report that was made; how many rows of data are in it."""
    made = tables(report)
    if request.table is not None:
        chosen = [one for one in made if one.id == request.table]
        if not chosen:
            raise UnknownName(_("table"), request.table, [one.id for one in made])
        made = tuple(chosen)
    return writer.write(report, document(report), made, request.format, path, cancelled)


def proposed_name(request: Request, day: date) -> str:
    """A name for the file: of the kind, an id and the day, never of a person's name."""
    of = _slug(request.of) or ("all" if request.kind == "group" else "")
    parts = ["huikuan", request.kind, of, request.table or "", f"{day:%Y-%m-%d}"]
    ending = "zip" if request.format == "csv" and request.table is None else _ENDINGS[request.format]
    return "-".join(filter(None, parts)) + f".{ending}"


def _proposed(house: House, request: Request) -> str:
    """As ``proposed_name``, of a request that may name its group or certificate as people do.

    Raises:
        UnknownName: there is no such group or certificate.
    """
    return proposed_name(_named(house, request), house.desk.now().astimezone().date())


def _slug(identity: str) -> str:
    """An id as far as it can stand in a file's name on any machine; a long one, such as a hash, by its beginning."""
    kept = re.sub(r"[^0-9A-Za-z\u4e00-\u9fff]+", "-", identity).strip("-")
    return kept[:8] if re.fullmatch("[0-9a-f]{16,}", kept) else kept[:_LONGEST]


def _check(request: Request) -> None:
    if request.table is not None and request.format != "csv":
        raise UsageError(_("A single table can be chosen of CSV alone."))
    if request.table is not None and request.table not in TABLES:
        raise UnknownName(_("table"), request.table, TABLES)


def _target(house: House, request: Request, path: Path | None) -> Path:
    name = _proposed(house, request)
    if path is None:
        return _free(house.exports.folder / name)
    return path / name if path.is_dir() else path


def _named(house: House, request: Request) -> Request:
    """The request by an id, where it was made by a name."""
    if request.kind == "group" and request.of:
        return replace(request, of=Material(house, request).roster.group(request.of))
    if request.kind == "certificate":
        return replace(request, of=certificate(house.desk, request.of).code)
    return request


def _free(path: Path) -> Path:
    """The path, or one with a number where there is a file already: what was handed out is not written over."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_stem(f"{path.stem}-{number}")
    return free


def _log(house: House, request: Request, report: Report, rows: int, part: Path, file: str | None) -> None:
    """Enters the export before the file is there: a file without a trace would be worse than a trace without a file."""
    store = house.desk.store
    digest = hashlib.sha256()
    with part.open("rb") as written:
        while block := written.read(1 << 20):
            digest.update(block)
    event = Exported(
        by=own_person(house.desk, request.by),
        format=request.format,
        scope=request.kind,
        of=_of(report) or None,
        identified=report.head.identified,
        rows=rows,
        sha256=digest.hexdigest(),
        file=file,
        people=tuple(_people(report)),
    )
    store.enter(event, house.desk.now())


def _of(report: Report) -> str:
    if isinstance(report, GroupReport):
        return report.group
    if isinstance(report, PersonReport):
        return report.person.id
    return report.attempt if isinstance(report, AttemptReport) else report.code


def _people(report: Report) -> Iterable[str]:
    if isinstance(report, GroupReport):
        return (one.person.id for one in report.people)
    return (report.person.id,)
