"""What reviewers do in a simulated house: they rate, remark, answer appeals, overrule, certify and revoke."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from simulator.model.decisions import Line, What
from simulator.workflows.certifying import (
    Proposal,
    Standard,
    assigned_to,
    certificates,
    certify,
    propose,
    revoke,
)
from simulator.workflows.deciding import Matter, answer, appeal, matter, overrule
from simulator.workflows.rating import due_for_rating, rate
from simulator.workflows.remarking import remark
from simulator.workflows.report_words import Say
from simulator.workflows.settling import settle, settled

if TYPE_CHECKING:
    from simulator.workflows.rehearse import Desk

_NOISE = 16.0  # points by which a reviewer's mark of a line strays (standard deviation)
_LEAN = (-3.0, 4.0)  # points by which each reviewer is stricter or milder than the program
_WORST = ("breach", "blunder", "mistake")
_RAISED = 70.0  # what a total is raised to that a fault of the machine spoilt: the rubric's pass mark

Saying = Callable[[Say], str]


def rate_waiting(desk: Desk, reviewers: tuple[str, str], most: int, chance: random.Random) -> None:
    """Both reviewers rate talks that wait for it, each for himself."""
    for attempt in sorted(one.attempt for one in due_for_rating(desk))[:most]:
        result = settled(desk, attempt)
        if result is None:
            continue
        compliance = 0.0 if result.breaches else 100.0  # a forbidden act is seen or it is not
        for reviewer, lean in zip(reviewers, _LEAN, strict=True):
            lines: dict[Line, float] = {"compliance": compliance}
            lines |= {
                part: float(min(max(round(chance.gauss(points + lean, _NOISE)), 0), 100))
                for part, points in result.parts.items()
                if points is not None
            }
            rate(desk, attempt, reviewer, lines)


def remark_on(desk: Desk, attempt: str, by: str, say: Say) -> None:
    """A remark on the worst turn of a talk, if one was bad."""
    turn = worst_turn(matter(desk, attempt))
    if turn is not None:
        _ = say
        remark(desk, attempt, turn, _("Look at this turn again: what did he still owe you an answer to?"), by)


def worst_turn(about: Matter) -> int | None:
    """The first of the worst turns; None where none was bad."""
    names = about.standing().names
    return next((turn for bad in _WORST for turn, name in names.items() if name == bad), None)


def plead(desk: Desk, attempt: str, trainee: str, say: Say) -> int:
    """The trainee appeals against the worst turn of a talk, or all of it; the number of his appeal."""
    _ = say
    turn = worst_turn(matter(desk, attempt))
    if turn is None:
        text = _("I did what the file asks for. Please look at the whole talk again.")
    else:
        text = _("At this point I knew nothing that would have called for more. Please look at it again.")
    return appeal(desk, attempt, trainee, turn, text)


def judge(desk: Desk, attempt: str, by: str, seq: int, upheld: bool, say: Say) -> None:
    """A reviewer answers an appeal, and overrules where the trainee was right about a turn."""
    _ = say
    about = matter(desk, attempt)
    plea = about.docket.plea(seq)
    turn = None if plea is None else plea.turn
    if not upheld or turn is None:
        answer(desk, attempt, by, seq, False, _("The file says so on its first page. The name of the move stands."))
        return
    is_breach = about.standing().names[turn] == "breach"
    what: What = "breach" if is_breach else "name"
    text = _("Right: nothing that was said so far pointed to it.")
    overrule(desk, attempt, by, what, turn, False if is_breach else "good", "scenario-fault", text, seq)
    answer(desk, attempt, by, seq, True, text)
    settle(desk, attempt)


def raise_total(desk: Desk, attempt: str, by: str, say: Say) -> None:
    """A reviewer sets the total of a talk that a fault of the machine broke off."""
    _ = say
    text = _("The power failed in the middle of the talk. Nobody is to fail for that.")
    overrule(desk, attempt, by, "total", None, _RAISED, "technical-fault", text)
    settle(desk, attempt)


def certify_proposed(desk: Desk, people: Iterable[str], standard: Standard, by: str, left_over: int) -> None:
    """Issues the certificates that the program proposes for some people, by pseudonym, but for the last few.

    Args:
        left_over: how many are left to be confirmed.
    """
    held = {one.event.person for one in certificates(desk) if one.event.course == standard.course}
    met = [
        proposal
        for proposal in (_proposal(desk, one, standard) for one in people if one not in held)
        if proposal.is_met
    ]
    for proposal in met[: max(len(met) - left_over, 0)]:
        certify(desk, by, proposal)


def _proposal(desk: Desk, person: str, standard: Standard) -> Proposal:
    return propose(desk, person, standard.course, standard.asked(assigned_to(desk.store, person)))


def revoke_last(desk: Desk, by: str, say: Say) -> None:
    """Takes the certificate back that was issued last, if there is one."""
    _ = say
    issued = certificates(desk)
    if issued:
        text = _("Two of the talks it stands on were held by somebody else under this name.")
        revoke(desk, by, issued[-1].event.certificate, "evidence", text)
