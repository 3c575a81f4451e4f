"""Sharing practice: a trainee's attempt is his own unless he, or the assignment that it was played under, shares it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.model.errors import UsageError
from simulator.model.journal import Shared, Unshared
from simulator.model.language import _
from simulator.workflows.permission import demand_own
from simulator.workflows.rehearse import replayed
from simulator.workflows.settling import settle
from simulator.workflows.shown import shared_attempts

if TYPE_CHECKING:
    from simulator.workflows.rehearse import Desk


def share(desk: Desk, attempt: str, by: str, shared: bool = True) -> None:
    """Shares a practice attempt, which makes it evidence, or takes that back. Doing it again changes nothing.

    Args:
        by: the name of who asks for it.

    Raises:
        UsageError: it is not his own; it is an exam, or shared by its assignment; or it is not over, or never scored.
        UnknownName: there is no such attempt.
        Forbidden: it is another's; that is logged.
    """
    rehearsal = replayed(desk, attempt)
    started = rehearsal.state.started
    demand_own(desk, started.person, None, attempt)
    if desk.store.known(by) != started.person:
        raise UsageError(_("Only whose attempt it is can share it, or take that back."))
    if started.mode == "exam" or started.shared:
        raise UsageError(_("An exam, and practice that its assignment shares, is seen by others anyhow."))
    if rehearsal.phase != "debrief" or not rehearsal.scored:
        raise UsageError(_("Only an attempt that is over and scored can be shared."))
    if shared != (attempt in shared_attempts(desk.store)):
        event = Shared if shared else Unshared
        desk.store.enter(event(person=started.person, attempt=attempt), desk.now())
    settle(desk, attempt)
