"""``huikuan assign``: who is to play what until when."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.language import _, current

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.workflows.assigning import Assignment, Due


def describe() -> str:
    return _("assignments: make, list, extend, withdraw, remind, who has still what to do")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    new = actions.add_parser("new", help=_("assigns scenarios or a course"), allow_abbrev=False)
    new.add_argument("scenarios", metavar=_("SCENARIO"), nargs="*", help=_("id of a published scenario"))
    new.add_argument("--course", metavar=_("COURSE"), help=_("all published scenarios of a course"))
    new.add_argument("--title", metavar=_("TITLE"), default="", help=_("what the trainee reads; without names"))
    new.add_argument("--group", metavar=_("GROUP"), action="append", default=[], help=_("to a group; may be repeated"))
    new.add_argument("--to", metavar=_("PERSON"), action="append", default=[], help=_("to a person; may be repeated"))
    new.add_argument("--mode", choices=("practice", "exam"), default="practice", help=_("practice or exam"))
    new.add_argument("--due", metavar=_("DAY"), type=parts.day, help=_("last day, as 2026-03-05"))
    new.add_argument("--attempts", metavar="N", type=int, help=_("of each scenario; 0 for any number"))
    new.add_argument("--pass-mark", metavar="N", type=float, help=_("0 to 100; the rubric's by default"))
    new.add_argument("--model", action="store_true", help=_("a model may listen and speak"))
    new.add_argument("--shared", action="store_true", help=_("practice is seen by instructors and HR"))
    listing = actions.add_parser("list", help=_("all assignments"), allow_abbrev=False)
    listing.add_argument("--all", action="store_true", help=_("withdrawn ones too"))
    extending = actions.add_parser("extend", help=_("gives an assignment another last day"), allow_abbrev=False)
    extending.add_argument("assignment", metavar=_("ASSIGNMENT"), help=_("id, its beginning, or title"))
    until = extending.add_mutually_exclusive_group(required=True)
    until.add_argument("--due", metavar=_("DAY"), type=parts.day, help=_("last day, as 2026-03-05"))
    until.add_argument("--no-due", action="store_true", help=_("no last day any more"))
    withdrawing = actions.add_parser("withdraw", help=_("takes an assignment back"), allow_abbrev=False)
    withdrawing.add_argument("assignment", metavar=_("ASSIGNMENT"), help=_("id, its beginning, or title"))
    due = actions.add_parser("due", help=_("who has still what to do"), allow_abbrev=False)
    due.add_argument("person", metavar=_("PERSON"), nargs="?", help=_("one person (everybody by default)"))
    due.add_argument("--all", action="store_true", help=_("what is done too"))
    reminding = actions.add_parser("remind", help=_("texts to send to who has not done it"), allow_abbrev=False)
    reminding.add_argument("assignment", metavar=_("ASSIGNMENT"), help=_("id, its beginning, or title"))
    for action in (new, listing, extending, withdrawing, due, reminding):
        parts.add_json(action, _("one JSON document"))
    for action in (new, extending, withdrawing):
        parts.add_by(action)


def run(arguments: argparse.Namespace) -> int:
    house = parts.house(arguments)
    parts.tell_simulated(house, arguments)
    actions = {"new": _new, "list": _list, "extend": _extend, "withdraw": _withdraw, "due": _due, "remind": _remind}
    return actions[arguments.action](house, arguments)


def _new(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.assigning import Order, assign

    order = Order(
        title=arguments.title,
        scenarios=tuple(arguments.scenarios),
        course=arguments.course,
        groups=tuple(arguments.group),
        people=tuple(arguments.to),
        mode=arguments.mode,
        due=arguments.due,
        attempts=arguments.attempts,
        pass_mark=arguments.pass_mark,
        model=arguments.model,
        shared=arguments.shared,
    )
    made = assign(house.desk, house.library, order, parts.reviewer(house, arguments))
    return _show(house, arguments, [made], whole=False)


def _list(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.assigning import assignments

    every = [one for one in assignments(house.store) if arguments.all or not one.is_withdrawn]
    return _show(house, arguments, every, whole=True)


def _extend(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.assigning import extend

    moved = extend(house.desk, arguments.assignment, arguments.due, parts.reviewer(house, arguments))
    return _show(house, arguments, [moved], whole=False)


def _withdraw(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.assigning import withdraw

    gone = withdraw(house.desk, arguments.assignment, parts.reviewer(house, arguments))
    return _show(house, arguments, [gone], whole=False)


def _show(house: House, arguments: argparse.Namespace, every: list[Assignment], whole: bool) -> int:
    from simulator.workflows.assigning import concerned
    from simulator.workflows.people import roster

    known = roster(house.store)
    if arguments.json:
        documents = [
            {"id": one.id, "at": one.at, "withdrawn": one.is_withdrawn, "concerned": len(concerned(known, one))}
            | one.event.model_dump(mode="json", exclude={"kind", "assignment"})
            for one in every
        ]
        output.document(documents if whole else documents[0])
        return diagnostics.FINE
    rows = [
        (
            one.title,
            one.id[:8],
            _("exam") if one.event.mode == "exam" else _("practice"),
            _("{count} scenarios", count=len(one.event.scenarios)),
            _("{count} people", count=len(concerned(known, one))),
            _("until {day}", day=f"{one.event.due.astimezone():%Y-%m-%d}") if one.event.due else "",
            _("withdrawn") if one.is_withdrawn else "",
        )
        for one in every
    ]
    for row in parts.table(rows) if rows else [_("There are none.")]:
        output.line(row)
    return diagnostics.FINE


def _due(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.assigning import STATES, close_over, due
    from simulator.workflows.people import roster

    known = roster(house.store)
    people = [known.find(arguments.person)] if arguments.person else list(known.people.values())
    close_over(house.desk, people[0].person if arguments.person else None)
    now = house.desk.now()
    found = [(one, each) for one in people for each in due(house.store, one.person, now)]
    if not arguments.all:
        found = [(one, each) for one, each in found if each.state in ("open", "overdue")]
    if arguments.json:
        output.document([{"person": one.person, "name": one.name} | _due_document(each) for one, each in found])
        return diagnostics.FINE
    rows = [
        (
            one.shown,
            each.scenario,
            each.assignment.title,
            _(STATES[each.state]),
            _("any number left") if each.left is None else _("{count} left", count=each.left),
            f"{each.assignment.event.due.astimezone():%Y-%m-%d}" if each.assignment.event.due else "",
        )
        for one, each in found
    ]
    for row in parts.table(rows) if rows else [_("Nobody has anything to do.")]:
        output.line(row)
    return diagnostics.FINE


def _due_document(each: Due) -> dict[str, object]:
    return {
        "assignment": each.assignment.id,
        "title": each.assignment.title,
        "scenario": each.scenario,
        "state": each.state,
        "used": each.used,
        "left": each.left,
        "attempt": each.attempt,
        "can_start": each.can_start,
        "due": each.assignment.event.due,
    }


def _remind(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.reminding import reminders

    found = reminders(house.desk, house.library, arguments.assignment, current())
    if arguments.json:
        output.document(
            [
                {
                    "person": one.person.person,
                    "name": one.person.name,
                    "scenarios": [due.scenario for due in one.left],
                    "text": one.text,
                }
                for one in found
            ]
        )
        return diagnostics.FINE
    for number, one in enumerate(found):
        for row in ([""] if number else []) + one.text.split("\n"):
            output.line(output.plain(row))
    if not found:
        output.line(_("Nobody has anything to do."))
    return diagnostics.FINE
