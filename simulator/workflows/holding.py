"""One attempt is open in one program at a time: whoever opens it second is told, and may take it over.

The record keeps who has it open, and asks in the transaction in which an event is recorded: whoever lost it is refused,
so that the moves of two never mix.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING

from simulator.model.errors import StoreError, TakenOver
from simulator.workflows.ports import BEAT
from simulator.workflows.rehearse import Desk, Rehearsal, resume

if TYPE_CHECKING:
    from simulator.workflows.ports import Hold

_LOOK = 0.1  # seconds between two looks at whether somebody lets go


@dataclass(frozen=True, slots=True)
class Opened:
    """An attempt that was opened.

    Attributes:
        elsewhere: who has it open; None where it can be gone on with here.
    """

    rehearsal: Rehearsal
    elsewhere: Hold | None = None


def open_attempt(desk: Desk, attempt: str, force: bool = False) -> Opened:
    """Opens an attempt to go on with it, as its record has it then.

    Args:
        force: takes it over from whoever has it open.

    Raises:
        UnknownName: there is no such attempt.
        Forbidden: it is another's, and not shown or not for who asks; that is logged.
    """
    return hold(resume(desk, attempt), force=force)


def hold(
    rehearsal: Rehearsal, patience: float = 0.0, cancelled: Callable[[], bool] = lambda: False, force: bool = False
) -> Opened:
    """Has an attempt open from now on that was read before; read anew where it went on until then.

    Args:
        patience: seconds to wait for whoever has it open; a browser that comes back meets the session that it left.
        force: takes it over from him.
    """
    desk, attempt, until = rehearsal.desk, rehearsal.attempt, monotonic() + patience
    while (elsewhere := take(rehearsal, force)) is not None and monotonic() < until and not cancelled():
        sleep(_LOOK)
    if elsewhere is None and desk.store.head(attempt)[0] + 1 != rehearsal.state.next_seq:
        return Opened(resume(desk, attempt))
    return Opened(rehearsal, elsewhere)


def take(rehearsal: Rehearsal, force: bool = False) -> Hold | None:
    """Takes hold of an attempt; another's hold, if he keeps it.

    What is over, or another person's, is only looked at: nobody holds it.
    """
    desk, holder = rehearsal.desk, rehearsal.desk.holder
    is_own = desk.actor.is_owner or desk.actor.person == rehearsal.state.started.person
    if holder is None or not is_own or rehearsal.phase == "debrief":
        return None
    hold = desk.store.hold(rehearsal.attempt, holder, desk.now(), force)
    return None if hold.holder == holder else hold


def beat(desk: Desk) -> Sequence[str]:
    """A sign of life of this program; the attempts that it still has."""
    return () if desk.holder is None else desk.store.beat(desk.holder, desk.now())


@contextmanager
def held(rehearsal: Rehearsal) -> Iterator[None]:
    """Has an attempt open for as long as the block lasts, with signs of life from a thread of its own.

    Raises:
        TakenOver: it is open elsewhere.
    """
    elsewhere, over = take(rehearsal), Event()
    if elsewhere is not None:
        raise TakenOver(elsewhere.since)

    def live() -> None:
        while not over.wait(BEAT):
            with suppress(StoreError):  # whoever records something next is told
                beat(rehearsal.desk)

    living = Thread(target=live, name="signs of life", daemon=True)
    living.start()
    try:
        yield
    finally:
        over.set()
        with suppress(StoreError):  # whoever cannot let go is found to be gone
            release(rehearsal.desk)


def release(desk: Desk, attempt: str | None = None) -> None:
    """Lets go of an attempt, or of all that this program has open."""
    if desk.holder is not None:
        desk.store.release(desk.holder, attempt)
