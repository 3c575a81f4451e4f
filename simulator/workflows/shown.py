"""What of a trainee's others may see: his exams, and the practice that he or an assignment shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.model.errors import UnknownName
from simulator.model.language import _
from simulator.workflows.permission import OWN, demand, is_own, refuse

if TYPE_CHECKING:  # the first screen lists one's own attempts, and needs no more for that than the store
    from simulator.workflows.attempt import AttemptState
    from simulator.workflows.ports import AttemptSummary, Store
    from simulator.workflows.rehearse import Desk


def shared_attempts(store: Store) -> frozenset[str]:
    """The attempts that their trainees show to others, as the journal has it now."""
    from simulator.model.journal import Shared, Unshared

    shared: dict[str, bool] = {}
    for one in store.journal():
        if isinstance(one.event, Shared | Unshared):
            shared[one.event.attempt] = isinstance(one.event, Shared)
    return frozenset(attempt for attempt, is_shared in shared.items() if is_shared)


def is_shown(store: Store, attempt: str, state: AttemptState) -> bool:
    """Whether others than the trainee see an attempt: practice is his own unless it is shown, or he appeals."""
    started = state.started
    return started.mode == "exam" or started.shared or bool(state.docket.pleas) or attempt in shared_attempts(store)


def state_of(desk: Desk, attempt: str) -> AttemptState:
    """An attempt of one's own, or one that is shown to others by whoever may see these, as its record has it.

    Raises:
        Forbidden: neither; that is logged.
        UnknownName: there is no such attempt.
    """
    state = known_state(desk, attempt)
    demand_shown(desk, attempt, state)
    return state


def demand_seen(desk: Desk, attempt: str) -> None:
    """Does nothing if whoever asks may see an attempt; of the owner of a machine nothing is looked up for that.

    Raises:
        Forbidden, UnknownName: as ``state_of``.
    """
    if not desk.actor.is_owner:
        state_of(desk, attempt)


def known_state(desk: Desk, attempt: str) -> AttemptState:
    """As ``state_of``, whoever asks: the inside of workflows that have asked already.

    Raises:
        UnknownName: there is no such attempt. Who is signed in is told no ids of those that there are.
    """
    from simulator.workflows.attempt import fold

    try:
        return fold(recorded.event for recorded in desk.store.events(attempt))
    except UnknownName:
        if desk.actor.is_owner:
            raise
        raise UnknownName(_("attempt"), attempt, ()) from None


def demand_shown(desk: Desk, attempt: str, state: AttemptState) -> None:
    """Does nothing if an attempt is one's own, or shown to others by whoever may see these.

    Raises:
        Forbidden: neither; that is logged.
    """
    if is_own(desk.actor, state.started.person):
        return
    demand(desk, "figures.see", attempt)
    if not is_shown(desk.store, attempt, state):
        refuse(desk, OWN, attempt)


def attempts_of(desk: Desk, person: str, scenario: str | None = None) -> tuple[AttemptSummary, ...]:
    """A person's attempts, the latest first; of another's those that are shown.

    Args:
        person: his pseudonym.

    Raises:
        Forbidden: they are another's, and whoever asks may not see these; that is logged.
    """
    found = tuple(desk.store.attempts(person, scenario))
    if is_own(desk.actor, person):
        return found
    demand(desk, "figures.see", person)
    return tuple(one for one in found if is_shown(desk.store, one.attempt, known_state(desk, one.attempt)))
