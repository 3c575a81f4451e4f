"""``huikuan team``: the scenarios that a team writes together, on the shelf in the store."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.cli.check import print_problems, problem_document
from simulator.model.errors import NotPublishable, UsageError
from simulator.model.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.bootstrap import House
    from simulator.model.problem import Problem
    from simulator.workflows.ports import TeamScenario

# The first line of what `get` gives: `put` knows by it what the text was made from, and leaves it out.
_STAMP = re.compile(r"# huikuan team ([a-z0-9-]+) ([0-9a-f]{64})\n")


def describe() -> str:
    return _("the team's scenarios: list, get, put, publish, retire, history")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    listing = actions.add_parser("list", help=_("everything on the team's shelf"), allow_abbrev=False)
    getting = actions.add_parser("get", help=_("prints a scenario's text, to be edited"), allow_abbrev=False)
    getting.add_argument("id", metavar="ID", help=_("id of a scenario of the team"))
    getting.add_argument("--content", metavar="HASH", help=_("a version that was published"))
    putting = actions.add_parser("put", help=_("puts a file's text on the shelf, as a draft"), allow_abbrev=False)
    putting.add_argument("id", metavar="ID", help=_("id of a scenario of the team, or a new one"))
    putting.add_argument("file", metavar=_("FILE"), type=Path, help=_("the scenario's file"))
    putting.add_argument("--over", action="store_true", help=_("in place of whatever is there"))
    publishing = actions.add_parser("publish", help=_("offers it to everybody, if it checks clean"), allow_abbrev=False)
    retiring = actions.add_parser("retire", help=_("offers it no more; what was played stays"), allow_abbrev=False)
    bringing = actions.add_parser("draft", help=_("makes it a draft again"), allow_abbrev=False)
    history = actions.add_parser("history", help=_("who published what, and when"), allow_abbrev=False)
    for action in (publishing, retiring, bringing, history):
        action.add_argument("id", metavar="ID", help=_("id of a scenario of the team"))
    for action in (listing, getting, putting, publishing, retiring, bringing, history):
        parts.add_json(action, _("one JSON document"))
    for action in (putting, publishing, retiring, bringing):
        parts.add_by(action)


def run(arguments: argparse.Namespace) -> int:
    house = parts.house(arguments)
    return {
        "list": _list,
        "get": _get,
        "put": _put,
        "publish": _publish,
        "retire": _retire,
        "draft": _draft,
        "history": _history,
    }[arguments.action](house, arguments)


def _list(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.publishing import status_word
    from simulator.workflows.team_scenarios import shelf

    every = shelf(house.desk, house.library)
    if arguments.json:
        output.document([_document(one.one) | {"goes_on": one.goes_on, "by": one.by} for one in every])
        return diagnostics.FINE
    rows = [
        (
            one.one.scenario,
            status_word(one.one.status),
            _("written on since") if one.goes_on else "",
            one.by or _("(erased)"),
            f"{one.one.at.astimezone():%Y-%m-%d %H:%M}",
        )
        for one in every
    ]
    empty = _("Nothing is on the team's shelf. `huikuan team put` puts a file on it.")
    for row in parts.table(rows) if rows else [empty]:
        output.line(row)
    return diagnostics.FINE


def _get(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.team_scenarios import published_text, text_of

    one, text = text_of(house.desk, arguments.id)
    if arguments.content is not None:
        text = published_text(house.desk, arguments.id, arguments.content)
    if arguments.json:
        output.document(_document(one) | {"text": text})
    else:
        output.line(f"# huikuan team {one.scenario} {one.stamp}\n{text}".removesuffix("\n"))
    return diagnostics.FINE


def _put(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.team_scenarios import put

    text = house.files.load(arguments.file).text
    made_from = _STAMP.match(text)
    stamp = made_from[2] if made_from and made_from[1] == arguments.id else None
    there = any(one.scenario == arguments.id for one in house.store.shelved())
    if there and stamp is None and not arguments.over:
        raise UsageError(
            _(
                "“{id}” is on the shelf already, and this file was not made from it. Begin with `huikuan team get "
                "{id}`, or say --over to put it in place of what is there.",
                id=arguments.id,
            )
        )
    plain = text[made_from.end() :] if made_from else text
    expected = None if arguments.over else stamp
    one = put(house.desk, house.library, arguments.id, plain, parts.reviewer(house, arguments), expected)
    return _show(one, arguments)


def _publish(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.team_scenarios import publish

    progress, by = diagnostics.Progress(), parts.reviewer(house, arguments)
    try:
        one = publish(house.desk, house.library, house.solutions, arguments.id, by, progress.doing, progress.cancelled)
    except NotPublishable as error:
        return _refused(error.problems, arguments.json)
    return _show(one, arguments)


def _refused(problems: Sequence[Problem], as_document: bool) -> int:
    if as_document:
        output.document({"scenario": None, "problems": [problem_document(one) for one in problems]})
    else:
        print_problems(problems)
    diagnostics.say(_("Not published: {count} problems. Nothing was written.", count=len(problems)))
    return diagnostics.PROBLEMS


def _retire(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.team_scenarios import retire

    return _show(retire(house.desk, house.library, arguments.id, parts.reviewer(house, arguments)), arguments)


def _draft(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.team_scenarios import bring_back

    return _show(bring_back(house.desk, house.library, arguments.id, parts.reviewer(house, arguments)), arguments)


def _show(one: TeamScenario, arguments: argparse.Namespace) -> int:
    from simulator.workflows.publishing import status_word

    if arguments.json:
        output.document(_document(one) | {"problems": []})
    diagnostics.say(_("“{id}” stands on the team's shelf, {status}.", id=one.scenario, status=status_word(one.status)))
    return diagnostics.FINE


def _document(one: TeamScenario) -> dict[str, object]:
    return {
        "scenario": one.scenario,
        "status": one.status,
        "stamp": one.stamp,
        "published": one.published,
        "at": one.at,
    }


def _history(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.publishing import status_word
    from simulator.workflows.team_scenarios import history

    every = history(house.desk, arguments.id)
    if arguments.json:
        output.document([{"at": one.at, "status": one.status, "content": one.content, "by": one.by} for one in every])
        return diagnostics.FINE
    rows = [
        (
            f"{one.at.astimezone():%Y-%m-%d %H:%M}",
            status_word(one.status),
            (one.content or "")[:12],
            one.by or _("(erased)"),
        )
        for one in every
    ]
    for row in parts.table(rows) if rows else [_("It was never published.")]:
        output.line(row)
    return diagnostics.FINE
