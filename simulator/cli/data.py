"""``huikuan data``: an employee's own data, and how long data are kept."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.errors import UsageError
from simulator.model.language import N_, _

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.workflows.privacy import Dossier, Erasure, Line

# What `_` is given in a variable: the kinds of data that have a period.
_KINDS = {
    "typed": N_("texts typed in talks"),
    "practice": N_("texts typed in practice"),
    "leavers": N_("names of those who left"),
    "exports": N_("kept exports"),
}


def describe() -> str:
    return _("an employee's own data: show, correct, erase; how long data are kept")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    showing = actions.add_parser("show", help=_("everything that there is about a person"), allow_abbrev=False)
    correcting = actions.add_parser("correct", help=_("corrects a name or a number"), allow_abbrev=False)
    correcting.add_argument("--name", metavar=_("NAME"), help=_("the right name"))
    correcting.add_argument("--number", metavar="N", help=_("the right staff number"))
    erasing = actions.add_parser("erase", help=_("erases a person's names and texts for good"), allow_abbrev=False)
    erasing.add_argument("--yes", action="store_true", help=_("without asking; for scripts"))
    for action in (showing, correcting, erasing):
        action.add_argument("person", metavar=_("PERSON"), help=_("name, staff number or pseudonym"))
    keeping = actions.add_parser("retention", help=_("how long data are kept, and what is over"), allow_abbrev=False)
    keeping.add_argument("--apply", action="store_true", help=_("erases what is over"))
    for action in (showing, correcting, erasing, keeping):
        parts.add_json(action, _("one JSON document"))
    for action in (showing, correcting, erasing):
        parts.add_by(action)


def run(arguments: argparse.Namespace) -> int:
    house = parts.house(arguments)
    parts.tell_simulated(house, arguments)
    chosen = {"show": _show, "correct": _correct, "erase": _erase, "retention": _retention}
    return chosen[arguments.action](house, arguments)


def _show(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.privacy import log_shown, show

    dossier = show(house.store, arguments.person)
    if not arguments.json:
        _tell(dossier)
        return diagnostics.FINE
    written = output.as_document(asdict(dossier))
    log_shown(house.desk, dossier, parts.reviewer(house, arguments), f"{written}\n")
    output.line(written)
    return diagnostics.FINE


def _tell(dossier: Dossier) -> None:
    one = dossier.person
    facts = (
        (_("pseudonym"), one.person),
        (_("name"), one.name or _("erased")),
        (_("name in the roster"), one.called or ""),
        (_("staff number"), one.number or ""),
        (_("group"), one.group or ""),
        (_("joined"), one.joined.isoformat() if one.joined else ""),
        (_("left"), one.left.isoformat() if one.left else ""),
        (_("signs in as"), dossier.account.login if dossier.account else ""),
    )
    for label, value in facts:
        output.line(output.plain(f"{label}: {value or '—'}"))
    _tell_lines(_("At the desk"), dossier.desk)
    for attempt in dossier.attempts:
        mode = _("exam") if attempt.mode == "exam" else _("practice")
        title = _(
            "Attempt {attempt}: {scenario}, {mode}", attempt=attempt.attempt, scenario=attempt.scenario, mode=mode
        )
        _tell_lines(title, attempt.lines)
        for result in attempt.results:
            total = _("{total:.1f} points under rubric {rubric}", total=result["total"], rubric=result["rubric"])
            output.line(f"  {total}")
    _tell_lines(_("On attempts of others"), dossier.beside)
    for body in dossier.standings:
        output.line(output.plain(_("computed: {what}", what=body)))


def _tell_lines(title: str, lines: tuple[Line, ...]) -> None:
    if not lines:
        return
    output.line()
    output.line(output.plain(title))
    for line in lines:
        said = {key: value for key, value in line.says.items() if value not in (None, (), [], {})}
        text = _("(erased)") if line.is_erased else f"“{line.text}”" if line.text is not None else ""
        told = f"{line.at:%Y-%m-%d %H:%M} {line.kind} {json.dumps(said, ensure_ascii=False)} {text}"
        output.line(output.plain("  " + told.rstrip()))


def _correct(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.privacy import correct

    by = parts.reviewer(house, arguments)
    one = correct(house.desk, arguments.person, by, arguments.name, arguments.number)
    if arguments.json:
        output.document(asdict(one))
    else:
        output.line(output.plain(_("Corrected: {name}, number {number}.", name=one.shown, number=one.number or "—")))
    return diagnostics.FINE


def _erase(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.people import roster
    from simulator.workflows.privacy import erase

    one = roster(house.store).find(arguments.person)
    if not arguments.yes and not one.is_erased:
        _confirm(one.shown)
    # Entering the reviewer before the erasing would bring a person back who erases himself and has another name.
    by = one.person if parts.reviewer_name(house, arguments) == one.name else parts.reviewer(house, arguments)
    erased = erase(house.desk, house.exports, one.person, by)
    if arguments.json:
        output.document(asdict(erased))
    else:
        _tell_erased(erased)
    return diagnostics.FINE


def _confirm(name: str) -> None:
    diagnostics.say(
        _("This cannot be undone. To erase this person's names and texts, type the name: {name}", name=name)
    )
    if sys.stdin.readline().strip() != name:
        raise UsageError(_("That is not the name. Nothing was erased."))


def _tell_erased(erased: Erasure) -> None:
    output.line(_("Erased. What is left stands under the pseudonym {person}.", person=erased.person))
    for name in erased.exports:
        output.line(output.plain(_("deleted export: {name}", name=name)))
    for told in erased.elsewhere:
        output.line(output.plain(_("export that went elsewhere and is to be deleted there: {what}", what=told)))
    for title in erased.titles:
        output.line(output.plain(_("title in the record that holds the name: {title}", title=title)))
    if erased.statements:
        output.line(
            _(
                "{count} statements are with the learning system, under the account {person}; ask for their deletion "
                "there.",
                count=erased.statements,
                person=erased.person,
            )
        )
    if erased.is_silent:
        output.line(_("The group has fewer than five people; the attempts count in no figure any more."))


def _retention(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.privacy import WHY, apply, over

    found = (apply if arguments.apply else over)(house.desk, house.exports, house.periods)
    days = asdict(house.periods)
    counts = {
        "typed": found.typed,
        "practice": found.practice,
        "leavers": len(found.leavers),
        "exports": len(found.exports),
    }
    if arguments.json:
        kinds = {kind: {"days": days[kind], "over": counts[kind], "why": _(WHY[kind])} for kind in counts}
        output.document({"applied": arguments.apply, "kinds": kinds})
        return diagnostics.FINE
    for kind, count in counts.items():
        kept = _("{days} days", days=days[kind])
        over_now = _("{count} erased", count=count) if arguments.apply else _("{count} over", count=count)
        output.line(f"{_(_KINDS[kind])}: {kept}, {over_now}")
        output.line("  " + _(WHY[kind]))
    if not arguments.apply and found.any:
        output.line(_("`huikuan data retention --apply` erases what is over; the application does so once a day."))
    return diagnostics.FINE
