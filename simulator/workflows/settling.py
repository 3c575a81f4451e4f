"""Settling: what an ended attempt came to, worked out and kept beside the record, from which it can be made again."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from scoring.rubric import CURRENT, RUBRICS, Rubric
from simulator.engine.program import Program
from simulator.model.errors import Cancelled, HuikuanError, StoreLocked, StoreReadOnly
from simulator.model.journal import Shared, Unshared
from simulator.model.record import Closed, Filed, Played, Prepared, Started
from simulator.workflows.deciding import applied
from simulator.workflows.permission import demand, demand_own
from simulator.workflows.ports import ChainFault, Recorded, Result, Store
from simulator.workflows.rehearse import Desk, Rehearsal, replayed
from simulator.workflows.shown import demand_seen
from simulator.workflows.shown import shared_attempts as shared_attempts
from simulator.workflows.standing import bodies

PAUSE = timedelta(minutes=5)  # longer between two events is no time spent: nobody thinks that long about a line
_TOGETHER = 50  # results written at once: few enough to lose little when somebody stops, many enough to write quickly
_LATEST = 20  # sharings looked at again, in case the program was stopped in between: one was enough
_MOVING = (Started, Prepared, Played, Filed, Closed)  # the events by which an attempt moves

Programs = MutableMapping[str, Program]
"""Programs of pinned contents by their hash, made once for many attempts."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling everything came to.

    Attributes:
        made: how many results.
        faults: the attempts that could not be settled, and why.
    """

    made: int
    faults: tuple[ChainFault, ...]


def settle(desk: Desk, attempt: str) -> Result | None:
    """Works an ended attempt's result out and keeps it; None where it is not over yet, or never scored.

    May take a second: it solves the scenario where that was not done.

    Raises:
        UnknownName: there is no such attempt.
        Forbidden: it is another's, and not shown or not for who asks; that is logged.
    """
    demand_seen(desk, attempt)
    made = result_of(desk, attempt, shared_attempts(desk.store))
    if made is not None:
        desk.store.put_results([made])
        bodies(desk.store, [made.person], made.rubric)  # so that a group's figures need not wait for it
    return made


def settled(desk: Desk, attempt: str) -> Result | None:
    """An ended attempt's result: the one that is kept, if nothing happened to the attempt since, or settled now.

    Raises:
        UnknownName: there is no such attempt.
        Forbidden: as ``settle``.
    """
    demand_seen(desk, attempt)
    _seq, head = desk.store.head(attempt)
    for rubric in RUBRICS:
        kept = desk.store.result(attempt, rubric)
        if kept is not None and kept.head == head:
            return kept
    return settle(desk, attempt)


def settle_all(
    desk: Desk,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
    cancelled: Callable[[], bool] = lambda: False,
    rubric: str = CURRENT.version,
    person: str | None = None,
) -> Settled:
    """Settles the ended attempts that have no result of their present state. What is settled stays when it is stopped.

    Args:
        progress: is told how many of how many are done.
        person: whose, by pseudonym; None for everybody's, which is for those who may see these.

    Raises:
        Cancelled: somebody asked to stop.
        Forbidden: they are another's; that is logged.
    """
    if person is None:
        demand(desk, "figures.see")
    else:
        demand_own(desk, person, "figures.see")
    shared = shared_attempts(desk.store)
    otherwise = _shared_otherwise(desk.store, rubric, shared) if person is None else ()
    waiting = list(dict.fromkeys((*desk.store.unsettled(rubric, person), *otherwise)))
    faults: list[ChainFault] = []
    made: list[Result] = []
    programs: Programs = {}
    kept = 0
    try:
        for done, attempt in enumerate(waiting):
            if cancelled():
                raise Cancelled
            progress(done, len(waiting))
            made.extend(result_or_fault(desk, attempt, shared, faults, programs))
            if len(made) == _TOGETHER:
                kept += _keep(desk.store, made)
    finally:
        kept += _keep(desk.store, made)
    progress(len(waiting), len(waiting))
    return Settled(kept, tuple(faults))


def result_of(
    desk: Desk,
    attempt: str,
    shared: frozenset[str] = frozenset(),
    rubric: Rubric | None = None,
    programs: Programs | None = None,
) -> Result | None:
    """What an attempt came to, with what reviewers overruled; None where it is not over yet, or never scored.

    The inside of workflows that have asked who may see it.

    Args:
        shared: the practice attempts that are shown to others.
        rubric: None for the one that it was started under.
        programs: as in ``Rehearsal``.

    Raises:
        UnknownName: there is no such attempt.
        ReplayMismatch: its moves do not fit its scenario.
    """
    rehearsal = replayed(desk, attempt, programs)
    if rehearsal.phase != "debrief" or not rehearsal.scored:
        return None
    started = rehearsal.state.started
    by = rubric or RUBRICS.get(started.rubric, CURRENT)
    debrief = rehearsal.debrief(by)
    overrules = [one for _seq, one in rehearsal.state.docket.overrules]
    stands = applied(debrief, overrules, by, started.pass_mark)
    card = stands.scorecard
    if card is None:
        return None
    events = desk.store.events(attempt)
    ended, seconds = time_spent(events)
    return Result(
        attempt=attempt,
        rubric=by.version,
        person=started.person,
        scenario=started.scenario,
        content=started.content,
        mode=started.mode,
        language=started.language,
        assignment=started.assignment,
        started=events[0].at,
        ended=ended,
        seconds=seconds,
        turns=len(rehearsal.state.moves),
        total=card.total,
        before_gate=card.before_gate,
        passed=card.passed,
        pass_mark=by.pass_mark if started.pass_mark is None else started.pass_mark,
        parts={mark.part: mark.points for mark in card.marks},
        breaches=card.breaches,
        worth=debrief.worth,
        best=debrief.transcript.best,
        floor=debrief.transcript.floor,
        ending=debrief.ending,
        evidence=_is_evidence(rehearsal, shared),
        head=events[-1].hash,
        observations=stands.observations,
        overruled=stands.overruled,
    )


def time_spent(events: Sequence[Recorded]) -> tuple[datetime, float]:
    """When an attempt ended, and how many seconds were spent in it until then, pauses aside.

    One that was closed at its deadline ended then, whenever somebody looked and closed it.
    """
    moving = [one for one in events if isinstance(one.event, _MOVING)]
    ended = moving[-1].at
    started = events[0].event
    if isinstance(moving[-1].event, Closed) and isinstance(started, Started) and started.closes is not None:
        ended = max(min(ended, started.closes), moving[-2].at)
    gaps = (later.at - earlier.at for earlier, later in pairwise(one for one in events if one.at <= ended))
    return ended, sum(gap.total_seconds() for gap in gaps if timedelta() < gap <= PAUSE)


def _is_evidence(rehearsal: Rehearsal, shared: frozenset[str]) -> bool:
    started = rehearsal.state.started
    return started.mode == "exam" or started.shared or rehearsal.attempt in shared


def _shared_otherwise(store: Store, rubric: str, shared: frozenset[str]) -> list[str]:
    """The attempts whose result does not know yet that they are shared, or are no longer.

    Sharing settles at once, so that only a program that was stopped between the two leaves one behind.
    """
    told = [one.event.attempt for one in store.journal() if isinstance(one.event, Shared | Unshared)]
    found = []
    for attempt in dict.fromkeys(told[-_LATEST:]):
        result = store.result(attempt, rubric)
        if result is not None and result.mode == "practice" and result.evidence != (attempt in shared):
            found.append(attempt)
    return found


def result_or_fault(
    desk: Desk,
    attempt: str,
    shared: frozenset[str],
    faults: list[ChainFault],
    programs: Programs,
    rubric: Rubric | None = None,
) -> tuple[Result, ...]:
    """The result of one of many attempts, if any; what keeps it from being made is put with the faults."""
    try:
        found = result_of(desk, attempt, shared, rubric, programs)
    except (StoreLocked, StoreReadOnly, Cancelled):
        raise
    except HuikuanError as why:
        faults.append(ChainFault(attempt, -1, str(why)))
        return ()
    return (found,) if found else ()


def _keep(store: Store, made: list[Result]) -> int:
    """Keeps results and empties the list; how many there were."""
    count = len(made)
    if made:
        store.put_results(made)
        made.clear()
    return count
