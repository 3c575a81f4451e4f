"""Certificates as they are read: what one would stand on, and what became of those that were issued."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.model.errors import UnknownName
from simulator.model.language import N_, _, current
from simulator.tui.texts import Line
from simulator.workflows.certifying import Held, Proposal, State, asked_by_assignment, asked_of, propose
from simulator.workflows.deciding import person_name

if TYPE_CHECKING:
    from scoring.mastery import Mastery
    from simulator.model.scenario import Course
    from simulator.workflows.ports import Library
    from simulator.workflows.rehearse import Desk

STATES: dict[State, str] = {
    "valid": N_("valid"),
    "due": N_("valid, to be renewed"),
    "expired": N_("expired"),
    "revoked": N_("revoked"),
    "renewed": N_("renewed"),
}
_BANDS = {"meets": N_("meets the standard"), "more": N_("more evidence needed"), "not-yet": N_("not yet")}


@dataclass(frozen=True, slots=True)
class ProposalView:
    """What a person has shown of a course's standard, to be confirmed or not."""

    proposal: Proposal
    name: str
    title: str
    lines: tuple[Line, ...]


def course_of(library: Library, course: str) -> Course:
    """A course by its id.

    Raises:
        UnknownName: there is none.
    """
    every = {one.course: one for one in library.courses()}
    if course not in every:
        raise UnknownName(_("course"), course, every)
    return every[course]


def proposal_view(
    desk: Desk, library: Library, person: str, course: str, scenarios: Sequence[str] = ()
) -> ProposalView:
    """What a person, by his pseudonym, has shown of a course's standard. May take some seconds: it reads the library.

    Args:
        scenarios: those by which he is judged; none for those that were assigned to him, or all where none was.

    Raises:
        UnknownName: there is no such course.
    """
    found = course_of(library, course)
    asked = asked_of(library, found, scenarios or asked_by_assignment(desk, person))
    proposal = propose(desk, person, course, asked)
    name = person_name(desk.store, person) or _("(erased)")
    return ProposalView(proposal, name, found.title.to(current()), tuple(proposal_lines(proposal, found)))


def proposal_lines(proposal: Proposal, course: Course) -> list[Line]:
    """The rule, how far it is met, and each objective with what it stands on, the weakest first."""
    wanted = _(
        "{meets} of {all} objectives; {wanted} have to",
        meets=len(proposal.in_band("meets")),
        all=len(proposal.asked),
        wanted=proposal.wanted,
    )
    lines = [Line(_("Meet the standard: "), wanted), Line(_("Attempts counted: "), str(len(proposal.stands_on)))]
    lines.append(Line(_("Compliance: "), compliance_text(proposal)))
    lines.extend(Line(_("In the way: "), why, "head") for why in proposal.lacks())
    statements = {name: one.statement.to(current()) for name, one in course.objective_names().items()}
    order = {"not-yet": 0, "more": 1, "meets": 3}
    known = proposal.standings
    by_need = sorted(proposal.asked, key=lambda name: order[one.band] if (one := known[name]) else 2)
    lines.append(Line(""))
    lines.extend(Line(_("{name}: ", name=standing_text(known[name])), statements.get(name, name)) for name in by_need)
    return lines


def compliance_text(proposal: Proposal) -> str:
    """The gate, and how little it can say."""
    if proposal.breaches:
        return _("{count} forbidden acts", count=len(proposal.breaches))
    if proposal.bound is None:
        return _("no attempt, so nothing can be said")
    return _(
        "no forbidden act in {count} attempts; that bounds the rate at {bound} of talks",
        count=len(proposal.stands_on),
        bound=f"{proposal.bound:.1%}",
    )


def standing_text(standing: Mastery | None) -> str:
    """Where a person stands on one objective, with what that rests on."""
    if standing is None:
        return _("never observed")
    return _(
        "{band} ({taken} of {n} chances in {attempts} talks on {scenarios} scenarios)",
        band=_(_BANDS[standing.band]),
        taken=f"{standing.taken:.1f}".removesuffix(".0"),
        n=standing.n,
        attempts=standing.attempts,
        scenarios=standing.scenarios,
    )


def held_lines(held: Held, name: str | None) -> list[Line]:
    """A certificate: for whom, which course, from when to when, on what."""
    event = held.event
    until = str(event.valid_until) if event.valid_until else _("no end")
    return [
        Line(_("Certificate: "), held.code, "head"),
        Line(_("For: "), name or _("{person} (erased)", person=event.person[:8])),
        Line(_("Course: "), event.course),
        Line(_("Valid: "), _("{since} to {until}", since=event.issued, until=until)),
        Line(_("State: "), _(STATES[held.state])),
        Line(_("Stands on: "), _("{count} attempts, rubric {rubric}", count=len(event.stands_on), rubric=event.rubric)),
    ]
