"""``huikuan publish``: the status of a scenario, published if nothing is wrong with it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from simulator.cli import diagnostics, output, parts
from simulator.cli.check import print_problems, problem_document
from simulator.model.errors import NotPublishable
from simulator.model.language import _
from simulator.model.problem import Problem

_STATUSES = ("draft", "published", "retired")


def describe() -> str:
    return _("publish a scenario that checks clean, or make it a draft or retired")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar=_("SCENARIO"), help=_("id of a scenario, or path of its file or folder"))
    parser.add_argument("--status", choices=_STATUSES, default="published", help=_("its status (default published)"))
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows import publishing

    house, progress = parts.house(arguments), diagnostics.Progress()
    try:
        done = publishing.set_status(
            house.files,
            house.library,
            house.solutions,
            arguments.scenario,
            arguments.status,
            progress.doing,
            progress.cancelled,
        )
    except NotPublishable as error:
        return _refused(error.problems, arguments.json)
    if arguments.json:
        output.document({"path": str(done.path), "status": done.status, "changed": done.is_changed, "problems": []})
    word = publishing.status_word(done.status)
    if done.is_changed:
        diagnostics.say(_("“{path}” is {status} now.", path=done.path, status=word))
    else:
        diagnostics.say(_("“{path}” was {status} already.", path=done.path, status=word))
    if done.status == "published" and not publishing.is_offered(house.library, done.path):
        folder = done.path.resolve().parent.parent
        hint = _("Home does not look into “{folder}”: name it in the settings (F10, own scenarios).", folder=folder)
        diagnostics.say(hint)
    return diagnostics.FINE


def _refused(problems: Sequence[Problem], as_document: bool) -> int:
    if as_document:
        output.document(
            {"path": None, "status": None, "changed": False, "problems": [problem_document(one) for one in problems]}
        )
    else:
        print_problems(problems)
    diagnostics.say(_("Not published: {count} problems. Nothing was written.", count=len(problems)))
    return diagnostics.PROBLEMS
