"""``huikuan decide``: appeals, what reviewers overrule and answer, second ratings, certificates."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.grounds import LINES, REASONS, REVOKED_FOR
from simulator.model.language import _

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.model.grounds import What
    from simulator.workflows.certifying import Held, Proposal
    from simulator.workflows.deciding import Applied


def describe() -> str:
    return _("decide as a person: appeals, overruling, second ratings, certificates")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True)

    def action(name: str, help_text: str) -> argparse.ArgumentParser:
        return actions.add_parser(name, help=help_text, description=help_text, allow_abbrev=False)

    made = [
        action("list", _("what waits for a person")),
        _appeal_arguments(action("appeal", _("appeal against how a turn of your own was judged"))),
        _overrule_arguments(action("overrule", _("decide a turn or a total otherwise than the program"))),
        _answer_arguments(action("answer", _("answer an appeal"))),
        _rate_arguments(action("rate", _("rate a talk yourself, without its marks; alone: what to read"))),
        _certify_arguments(action("certify", _("the evidence for a certificate; with --confirm, issue it"))),
        _revoke_arguments(action("revoke", _("take a certificate back"))),
    ]
    for one in made:
        parts.add_json(one, _("one JSON document"))
        parts.add_by(one)


def _attempt(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("attempt", metavar=_("ATTEMPT"), help=_("id of the attempt"))


def _text(parser: argparse.ArgumentParser, required: bool = True) -> None:
    parser.add_argument("--text", metavar=_("TEXT"), required=required, default="", help=_("why, in words"))


def _appeal_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    _attempt(parser)
    parser.add_argument("--turn", type=int, metavar="N", help=_("the turn it is about (else the whole attempt)"))
    _text(parser)
    return parser


def _overrule_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    _attempt(parser)
    parser.add_argument("--turn", type=int, metavar="N", help=_("the turn that is named or is a breach"))
    after = parser.add_mutually_exclusive_group(required=True)
    after.add_argument("--name", metavar=_("NAME"), help=_("best, good, inaccuracy, mistake or blunder"))
    after.add_argument("--breach", choices=("yes", "no"), help=_("whether the turn is a breach"))
    after.add_argument("--total", type=float, metavar="N", help=_("the total, 0 to 100"))
    parser.add_argument("--reason", choices=tuple(REASONS), default="other", help=_("why, as a code (default other)"))
    parser.add_argument("--appeal", type=int, metavar="N", help=_("the appeal that it follows from"))
    parser.add_argument("--dry-run", action="store_true", help=_("only says what would come of it"))
    _text(parser, required=False)
    return parser


def _answer_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    _attempt(parser)
    parser.add_argument("appeal", type=int, metavar="N", help=_("the number of the appeal"))
    upheld = parser.add_mutually_exclusive_group(required=True)
    upheld.add_argument("--upheld", action="store_true", help=_("the trainee is right"))
    upheld.add_argument("--dismissed", action="store_true", help=_("it stays as it is"))
    _text(parser)
    return parser


def _rate_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    _attempt(parser)
    for line in LINES:
        parser.add_argument(f"--{line}", type=float, metavar="N", help=_("0 to 100; leave out what you cannot judge"))
    _text(parser, required=False)
    return parser


def _certify_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("person", metavar=_("PERSON"), help=_("name, staff number or pseudonym"))
    parser.add_argument("course", metavar=_("COURSE"), help=_("id of the course"))
    parser.add_argument("--renew", metavar=_("CODE"), help=_("the certificate whose place it takes"))
    parser.add_argument("--confirm", action="store_true", help=_("issues it"))
    return parser


def _revoke_arguments(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("code", metavar=_("CODE"), help=_("what stands on the certificate, or its id"))
    parser.add_argument(
        "--reason",
        choices=tuple(REVOKED_FOR),
        default="other",
        help=_("why, as a code"),
    )
    _text(parser)
    return parser


def run(arguments: argparse.Namespace) -> int:
    house = parts.house(arguments)
    parts.tell_simulated(house, arguments)
    return {
        "list": _list,
        "appeal": _appeal,
        "overrule": _overrule,
        "answer": _answer,
        "rate": _rate,
        "certify": _certify,
        "revoke": _revoke,
    }[arguments.action](house, arguments)


# What waits


def _list(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.certifying import certificates
    from simulator.workflows.deciding import decisions, in_doubt, waiting
    from simulator.workflows.rating import due_for_rating
    from simulator.workflows.settling import settle_all

    telling = diagnostics.Progress()
    telling.doing(_("settling what is new"))
    settle_all(house.desk, cancelled=telling.cancelled)
    desk = house.desk
    appeals = [
        {"attempt": attempt, "appeal": plea.seq, "turn": plea.turn, "text": one.text}
        for attempt, plea in waiting(desk)
        for one in decisions(desk.store, attempt)
        if one.seq == plea.seq
    ]
    doubts = [{"attempt": attempt, "turn": turn} for attempt, turn in in_doubt(desk)]
    # Why it is due is not told: that a case is borderline tells its total to who is to rate it without knowing.
    ratings = [
        {"attempt": one.attempt, "scenario": one.scenario}
        for one in due_for_rating(desk, parts.reviewer_name(house, arguments))
    ]
    held = [_certificate(house, one) for one in certificates(desk)]
    if arguments.json:
        output.document({"appeals": appeals, "doubts": doubts, "ratings": ratings, "certificates": held})
        return diagnostics.FINE
    for one in appeals:
        about = _("turn {turn}", turn=one["turn"]) if one["turn"] else _("the whole attempt")
        told = _("appeal {number} on {attempt}, {about}", number=one["appeal"], attempt=one["attempt"], about=about)
        _say(_("{name}: {text}", name=told, text=one["text"] or _("(erased)")))
    for doubt in doubts:
        _say(_("may be a forbidden act: {attempt}, turn {turn}", **doubt))
    for rating in ratings:
        _say(_("second rating: {attempt}, {scenario}", **rating))
    for certificate in held:
        if certificate["state"] in ("due", "expired"):
            _say(_("certificate {code}, {course}: valid until {valid_until}", **certificate))
    if not any((appeals, doubts, ratings)):
        _say(_("Nothing waits for a decision on an attempt."))
    return diagnostics.FINE


# Attempts


def _appeal(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.deciding import appeal

    by = parts.reviewer_name(house, arguments)
    seq = appeal(house.desk, arguments.attempt, by, arguments.turn, arguments.text)
    return _done(arguments, {"appeal": seq}, _("The appeal is on record as number {number}.", number=seq))


def _overrule(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.deciding import demand_reviewer, matter, overrule
    from simulator.workflows.settling import settle

    what, after = _ruled(arguments)
    attempt, turn = arguments.attempt, arguments.turn
    by = parts.reviewer_name(house, arguments)
    if arguments.dry_run:
        about = matter(house.desk, attempt)
        demand_reviewer(house.desk, about.rehearsal, by)
        before, then = about.foresee(what, turn, after)
        return _changed(arguments, turn, before, then, None)
    reason, text = arguments.reason, arguments.text
    made = overrule(house.desk, attempt, by, what, turn, after, reason, text, arguments.appeal)
    settle(house.desk, attempt)
    return _changed(arguments, turn, made.before, made.after, made.seq)


def _ruled(arguments: argparse.Namespace) -> tuple[What, str | bool | float]:
    if arguments.name is not None:
        return "name", str(arguments.name)
    if arguments.breach is not None:
        return "breach", arguments.breach == "yes"
    return "total", float(arguments.total)


def _changed(arguments: argparse.Namespace, turn: int | None, before: Applied, after: Applied, seq: int | None) -> int:
    from simulator.tui.views.decide import foreseen_lines

    if arguments.json:
        output.document({"event": seq, "before": _marks(before, turn), "after": _marks(after, turn)})
    else:
        for line in foreseen_lines(before, after, turn):
            _say(line)
        _say(_("On record as number {number}.", number=seq) if seq else _("Nothing was written."))
    return diagnostics.FINE


def _marks(applied: Applied, turn: int | None) -> dict[str, object]:
    card = applied.scorecard
    return {
        "name": applied.names.get(turn) if turn else None,
        "total": card.total if card else None,
        "passed": card.passed if card else None,
        "breaches": list(card.breaches) if card else [],
        "overruled": applied.overruled,
    }


def _answer(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.deciding import answer

    by, upheld = parts.reviewer_name(house, arguments), bool(arguments.upheld)
    seq = answer(house.desk, arguments.attempt, by, arguments.appeal, upheld, arguments.text)
    return _done(arguments, {"answer": seq, "upheld": upheld}, _("The answer is on record."))


def _rate(house: House, arguments: argparse.Namespace) -> int:
    from simulator.tui.views.rate import beside_lines
    from simulator.workflows.rating import rate

    lines = {line: points for line in LINES if (points := getattr(arguments, line)) is not None}
    by = parts.reviewer_name(house, arguments)
    if not lines:
        return _to_be_rated(house, arguments, by)
    made = rate(house.desk, arguments.attempt, by, lines, arguments.text)
    if arguments.json:
        output.document(
            {
                "rating": made.seq,
                "blind": made.own.blind,
                "lines": made.own.lines,
                "program": dict(made.program),
                "others": [{"name": one.name, **one.event.model_dump(include={"lines"})} for one in made.others],
            }
        )
    else:
        for line in beside_lines(made):
            _say(str(line))
    return diagnostics.FINE


def _to_be_rated(house: House, arguments: argparse.Namespace, by: str) -> int:
    """What there is to read before rating, and by what it is rated."""
    from simulator.tui.views.rate import descriptor_lines, rater_view
    from simulator.workflows.descriptors import DESCRIPTORS, LEVELS

    view = rater_view(house.desk, arguments.attempt, by)
    if arguments.json:
        described = {
            line: {"asks": _(one.asks), "levels": dict(zip(map(str, LEVELS), map(_, one.levels), strict=True))}
            for line, one in DESCRIPTORS.items()
        }
        read = {part: [str(line) for line in getattr(view, part)] for part in ("talk", "case", "forms")}
        output.document({"attempt": view.attempt, "title": view.title, **read, "lines": described})
        return diagnostics.FINE
    for line in (*view.talk, *view.case, *view.forms):
        _say(str(line))
    for name in LINES:
        _say("")
        _say(f"--{name}  {_(DESCRIPTORS[name].title)}")
        for line in descriptor_lines(name):
            _say(f"  {line}")
    return diagnostics.FINE


# Certificates


def _certify(house: House, arguments: argparse.Namespace) -> int:
    from simulator.tui.views.certify import proposal_view
    from simulator.workflows.certifying import certificate, certify
    from simulator.workflows.people import roster
    from simulator.workflows.settling import settle_all

    telling = diagnostics.Progress()
    telling.doing(_("looking at the evidence"))
    settle_all(house.desk, cancelled=telling.cancelled)
    person = roster(house.store).find(arguments.person).person
    view = proposal_view(house.desk, house.library, person, arguments.course)
    if not arguments.confirm:
        if arguments.json:
            output.document(_proposal(view.proposal))
        else:
            for line in view.lines:
                _say(str(line))
        return diagnostics.FINE
    renews = certificate(house.desk, arguments.renew).event.certificate if arguments.renew else None
    held = certify(house.desk, parts.reviewer_name(house, arguments), view.proposal, renews)
    told = _("Certificate {code} is issued, valid until {until}.", code=held.code, until=held.event.valid_until)
    return _done(arguments, _certificate(house, held), told)


def _revoke(house: House, arguments: argparse.Namespace) -> int:
    from simulator.workflows.certifying import revoke

    by, reason = parts.reviewer_name(house, arguments), arguments.reason
    held = revoke(house.desk, by, arguments.code, reason, arguments.text)
    return _done(arguments, _certificate(house, held), _("Certificate {code} is revoked.", code=held.code))


def _proposal(proposal: Proposal) -> dict[str, object]:
    known = proposal.standings
    return {
        "person": proposal.person,
        "course": proposal.course,
        "rubric": proposal.rubric,
        "met": proposal.is_met,
        "lacks": list(proposal.lacks()),
        "wanted": proposal.wanted,
        "attempts": [attempt for attempt, _head in proposal.stands_on],
        "breaches": [{"attempt": attempt, "turn": turn} for attempt, turn in proposal.breaches],
        "breach_rate_below": proposal.bound,
        "objectives": {
            name: {"band": one.band, "p": one.p_std, "n": one.n, "attempts": one.attempts, "scenarios": one.scenarios}
            if (one := known[name])
            else None
            for name in proposal.asked
        },
    }


def _certificate(house: House, held: Held) -> dict[str, object]:
    from simulator.workflows.deciding import person_name

    event = held.event
    return {
        "code": held.code,
        "certificate": event.certificate,
        "name": person_name(house.store, event.person),
        "person": event.person,
        "course": event.course,
        "issued": event.issued,
        "valid_until": event.valid_until,
        "state": held.state,
    }


# Telling


def _done(arguments: argparse.Namespace, document: dict[str, object], told: str) -> int:
    if arguments.json:
        output.document(document)
    else:
        _say(told)
    return diagnostics.FINE


def _say(text: str) -> None:
    output.line(output.plain(text))
