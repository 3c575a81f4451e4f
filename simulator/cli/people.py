"""``huikuan people``: who belongs to the house and to which group."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.errors import UsageError
from simulator.model.language import N_, _

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.workflows.enrolling import Plan
    from simulator.workflows.people import Person, Roster

# What `_` is given in a variable: what an import does about a person.
_WHAT = {
    "add": N_("new"),
    "name": N_("name corrected"),
    "number": N_("number corrected"),
    "transfer": N_("other group"),
    "leave": N_("left"),
    "rejoin": N_("came back"),
}


def describe() -> str:
    return _("people and groups: list, import a roster, add, leave, transfer")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    listing = actions.add_parser("list", help=_("everybody, with group and staff number"), allow_abbrev=False)
    listing.add_argument("--group", metavar=_("GROUP"), help=_("of one group only"))
    listing.add_argument("--all", action="store_true", help=_("those who left or were erased too"))
    groups = actions.add_parser("groups", help=_("the groups, with how many people"), allow_abbrev=False)
    roster = actions.add_parser("import", help=_("takes a roster in, CSV or XLSX"), allow_abbrev=False)
    roster.add_argument("file", metavar=_("FILE"), type=Path, help=_("columns name, number, group, joined, left"))
    roster.add_argument("--dry-run", action="store_true", help=_("only says what would change"))
    roster.add_argument("--skip-bad", action="store_true", help=_("takes the good rows though others are bad"))
    adding = actions.add_parser("add", help=_("puts a person on the roster"), allow_abbrev=False)
    adding.add_argument("name", metavar=_("NAME"), help=_("as rosters have it"))
    adding.add_argument("--number", metavar="N", help=_("staff number"))
    adding.add_argument("--group", metavar=_("GROUP"), help=_("made if there is none of that name"))
    adding.add_argument("--joined", metavar=_("DAY"), type=parts.day, help=_("first day, as 2026-03-05"))
    leaving = actions.add_parser("leave", help=_("a person left the house"), allow_abbrev=False)
    leaving.add_argument("person", metavar=_("PERSON"), help=_("name, staff number or pseudonym"))
    leaving.add_argument("--on", metavar=_("DAY"), type=parts.day, help=_("last day, as 2026-03-05; today by default"))
    moving = actions.add_parser("transfer", help=_("a person goes to another group"), allow_abbrev=False)
    moving.add_argument("person", metavar=_("PERSON"), help=_("name, staff number or pseudonym"))
    moving.add_argument("group", metavar=_("GROUP"), nargs="?", help=_("made if there is none of that name; none: out"))
    for action in (listing, groups, roster, adding, leaving, moving):
        parts.add_json(action, _("one JSON document"))
    for action in (roster, adding, leaving, moving):
        parts.add_by(action)


def run(arguments: argparse.Namespace) -> int:
    house = parts.house(arguments)
    parts.tell_simulated(house, arguments)
    return {
        "list": _list,
        "groups": _groups,
        "import": _import,
        "add": _add,
        "leave": _leave,
        "transfer": _transfer,
    }[arguments.action](house, arguments)


def _list(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.people import roster

    known = roster(house.store)
    people = [one for one in known.people.values() if arguments.all or not (one.left or one.is_erased)]
    if arguments.group is not None:
        group = known.group(arguments.group)
        people = [one for one in people if one.group == group]
    if arguments.json:
        output.document([_as_document(one, known) for one in people])
    elif people:
        for row in parts.table([_row(one, known) for one in people]):
            output.line(row)
    else:
        output.line(_("There is nobody. `huikuan people import FILE` takes a roster in."))
    return diagnostics.FINE


def _row(one: Person, known: Roster) -> tuple[str, ...]:
    state = _("erased") if one.is_erased else _("left {day}", day=one.left.isoformat()) if one.left else ""
    return (one.shown, one.number or "", known.groups.get(one.group or "", one.group or ""), state)


def _as_document(one: Person, known: Roster) -> dict[str, object]:
    return {
        "person": one.person,
        "name": one.name,
        "called": one.called,
        "number": one.number,
        "group": one.group,
        "group_name": known.groups.get(one.group or ""),
        "joined": one.joined,
        "left": one.left,
        "listed": one.is_listed,
        "erased": one.is_erased,
    }


def _groups(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.people import roster

    known = roster(house.store)
    counted = [(group, name, len(known.members(group))) for group, name in known.groups.items()]
    if arguments.json:
        output.document([{"group": group, "name": name, "people": count} for group, name, count in counted])
    elif counted:
        for row in parts.table([(name, group, str(count)) for group, name, count in counted]):
            output.line(row)
    else:
        output.line(_("There are no groups. A roster makes them, and `huikuan people transfer`."))
    return diagnostics.FINE


def _import(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.enrolling import carry_out, plan_import

    plan = plan_import(house.store, house.sheets.rows(arguments.file))
    refused = bool(plan.problems) and not arguments.skip_bad
    done = not (arguments.dry_run or refused)
    if done and plan.changes:
        progress = diagnostics.Progress()
        total = len(plan.changes)
        by = parts.reviewer(house, arguments)
        carry_out(house.desk, plan, by, arguments.skip_bad, lambda at: progress.doing(_share(at, total)))
    if arguments.json:
        output.document(_plan_document(plan, done))
    else:
        _tell(plan, arguments.dry_run, refused)
    return diagnostics.PROBLEMS if plan.problems else diagnostics.FINE


def _share(at: int, total: int) -> str:
    return _("importing: {share:.0%}", share=at // max(total // 10, 1) * max(total // 10, 1) / total)


def _plan_document(plan: Plan, done: bool) -> dict[str, object]:
    return {
        "imported": done,
        "same": plan.same,
        "groups": plan.groups,
        "ignored_columns": plan.ignored,
        "changes": [
            {
                "row": one.row,
                "name": one.label,
                "what": one.what,
                "number": one.entry.number,
                "group": one.entry.group,
                "joined": one.entry.joined,
                "left": one.entry.left,
            }
            for one in plan.changes
        ],
        "problems": [{"row": one.row, "why": one.why} for one in plan.problems],
    }


def _tell(plan: Plan, dry: bool, refused: bool) -> None:
    for problem in plan.problems:
        diagnostics.say(_("row {row}: {why}", row=problem.row, why=problem.why))
    if plan.ignored:
        diagnostics.say(_("columns left aside: {names}", names=", ".join(plan.ignored)))
    for group in plan.groups:
        output.line(output.plain(_("new group: {name}", name=group)))
    rows = [
        (one.label, one.entry.number or "", one.entry.group or "", ", ".join(_(_WHAT[what]) for what in one.what))
        for one in plan.changes
    ]
    for row in parts.table(rows) if rows else ():
        output.line(row)
    counts = _(
        "{changes} to change, {same} as they are, {bad} bad rows",
        changes=len(plan.changes),
        same=plan.same,
        bad=len(plan.problems),
    )
    output.line(counts)
    if refused:
        output.line(_("Nothing was imported. Mend the bad rows, or leave them out with --skip-bad."))
    elif dry:
        output.line(_("Nothing was imported: it was a dry run."))


def _add(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.enrolling import Entry, add

    entry = Entry(arguments.name.strip(), arguments.number, arguments.group, arguments.joined)
    return _show(house, arguments, add(house.desk, entry, parts.reviewer(house, arguments)))


def _leave(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.people import leave

    on = arguments.on or date.today()  # noqa: DTZ011 - the day where this machine is
    return _show(house, arguments, leave(house.desk, arguments.person, on, parts.reviewer(house, arguments)))


def _transfer(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.people import transfer

    if arguments.group is not None and not arguments.group.strip():
        raise UsageError(_("A group needs a name."))
    moved = transfer(house.desk, arguments.person, arguments.group, parts.reviewer(house, arguments))
    return _show(house, arguments, moved)


def _show(house: House, arguments: argparse.Namespace, one: Person) -> int:
    from simulator.workflows.people import roster

    known = roster(house.store)
    if arguments.json:
        output.document(_as_document(one, known))
    else:
        for row in parts.table([_row(one, known)]):
            output.line(row)
    return diagnostics.FINE
