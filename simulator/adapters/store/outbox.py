"""The outbox: what all stores share, and the one in memory."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.adapters.store.chain import instant
from simulator.model.errors import UnknownName
from simulator.model.language import _
from simulator.workflows.ports import OutboxCount, Parked, Statement, Unqueued, Voiding, Waiting

if TYPE_CHECKING:
    from simulator.adapters.store.chain import Entry, Owner
    from simulator.workflows.ports import Result

WAITS, PARKED, SENT, DELIVERED = "waiting", "parked", "sent", "delivered"
"""What becomes of a statement. ``sent`` has been delivered and is not in the log of exports yet."""
UNSURE = ""
"""In the place of a stamp: an attempt that is to be looked at again."""


@dataclass(frozen=True, slots=True)
class Queued:
    """A statement's row: ``place`` in the queue, ``tries`` as in ``Waiting``, ``due`` as ``instant`` gives it."""

    statement: str
    place: int
    person: str
    attempt: str
    voids: str | None
    body: str
    state: str
    tries: int
    due: str
    told: str | None = None

    @property
    def is_certainly_here(self) -> bool:
        """Whether the receiver cannot have it."""
        return self.state == PARKED or (self.state == WAITS and self.tries == 0)


@dataclass(frozen=True, slots=True)
class Changes:
    """What makes an attempt's rows those that are wanted.

    Attributes:
        new: in their order.
        gone: ids.
        is_unsure: one that is not wanted is on its way; once it has arrived it is to be taken back.
    """

    new: tuple[Statement, ...] = ()
    gone: tuple[str, ...] = ()
    is_unsure: bool = False


def changes(there: Collection[Queued], wanted: Sequence[Statement] | None, voiding: Voiding) -> Changes:
    """What is to be done to an attempt's rows."""
    if wanted is None:
        return Changes()
    kept, known = {one.id for one in wanted}, {row.statement for row in there}
    taken_back = {row.voids for row in there if row.voids is not None}
    stale = [row for row in there if row.voids is None and row.statement not in kept]
    gone = [row.statement for row in stale if row.is_certainly_here]
    back = [
        voiding(row.statement) for row in stale if row.state in (SENT, DELIVERED) and row.statement not in taken_back
    ]
    new = (*back, *(one for one in wanted if one.id not in known))
    return Changes(new, tuple(gone), any(row.state == WAITS and row.tries for row in stale))


def stamp_of(head: str, is_finished: bool, results: int, evidence: int, fresh: int) -> str:
    """What an attempt is now, as far as statements about it depend on it.

    Args:
        results, evidence, fresh: how many results it has, how many of them are evidence, and of its present head.
    """
    return f"{head}:{results}:{evidence}:{fresh}" if is_finished else "begun"


def waiting(row: Queued) -> Waiting:
    """A row as those see it who deliver it."""
    return Waiting(Statement(row.statement, row.body, row.voids), row.attempt, row.person, row.tries)


def erased(row: Queued) -> Queued | None:
    """What is left of a row when the person whom it is about is erased; None for nothing."""
    if row.is_certainly_here:
        return None
    return replace(row, body="", state=SENT if row.state == SENT else DELIVERED)


class MemoryOutbox:
    """An ``Outbox`` as part of a store in memory."""

    owners: dict[str, Owner]
    entries: dict[str, Entry]
    kept_results: dict[tuple[str, str], Result]
    out: dict[str, Queued]
    out_marks: dict[str, str]
    _lock: threading.RLock

    def unqueued(self, most: int) -> Sequence[Unqueued]:
        with self._lock:
            scored = (one for one in self.entries.values() if one.origin is None)
            ordered = sorted(scored, key=lambda one: (one.started, one.attempt))
            now = (Unqueued(one.attempt, bool(one.finished), self._stamp(one)) for one in ordered)
            return [one for one in now if self.out_marks.get(one.attempt) != one.stamp][:most]

    def _stamp(self, entry: Entry) -> str:
        made = [one for one in self.kept_results.values() if one.attempt == entry.attempt]
        fresh = sum(one.head == entry.head for one in made)
        return stamp_of(entry.head, bool(entry.finished), len(made), sum(one.evidence for one in made), fresh)

    def queue_statements(
        self, attempt: str, stamp: str, wanted: Sequence[Statement] | None, voiding: Voiding, at: datetime
    ) -> int:
        with self._lock:
            if attempt not in self.entries:
                raise UnknownName(_("attempt"), attempt, self.entries)
            person = self.entries[attempt].person
            there = [row for row in self.out.values() if row.attempt == attempt]
            todo = Changes() if self.owners[person].erased else changes(there, wanted, voiding)
            for statement in todo.gone:
                del self.out[statement]
            place = 1 + max((row.place for row in self.out.values()), default=0)
            for count, one in enumerate(todo.new):
                row = Queued(one.id, place + count, person, attempt, one.voids, one.body, WAITS, 0, instant(at))
                self.out[one.id] = row
            self.out_marks[attempt] = UNSURE if todo.is_unsure else stamp
            return len(todo.new)

    def take_statements(self, most: int, now: datetime, until: datetime) -> Sequence[Waiting]:
        with self._lock:
            due = [row for row in self._in(WAITS) if row.due <= instant(now)][:most]
            return [waiting(self._set(row, due=instant(until), tries=row.tries + 1)) for row in due]

    def delivered_statements(self, ids: Collection[str]) -> None:
        with self._lock:
            for row in self._named(ids):
                if row.state in (WAITS, PARKED):
                    self._set(row, state=SENT, told=None)

    def put_off_statements(self, ids: Collection[str], until: datetime, due: datetime) -> None:
        with self._lock:
            for row in self._named(ids):
                if row.state == WAITS and row.due == instant(until):
                    self._set(row, due=instant(due))

    def hurry_statements(self, due: datetime) -> None:
        with self._lock:
            for row in self._in(WAITS):
                self._set(row, due=instant(due))

    def park_statements(self, told: Mapping[str, str]) -> None:
        with self._lock:
            for row in self._named(told):
                if row.state == WAITS:
                    self._set(row, state=PARKED, told=told[row.statement])

    def unpark_statements(self) -> int:
        with self._lock:
            parked = self._in(PARKED)
            for row in parked:
                del self.out[row.statement]
                self.out_marks.pop(row.attempt, None)
            return len(parked)

    def parked_statements(self) -> Sequence[Parked]:
        with self._lock:
            return [Parked(row.statement, row.attempt, row.person, row.told or "") for row in self._in(PARKED)]

    def unlogged_statements(self, most: int) -> Sequence[Waiting]:
        with self._lock:
            return [waiting(row) for row in self._in(SENT)[:most]]

    def logged_statements(self, ids: Collection[str]) -> None:
        with self._lock:
            for row in self._named(ids):
                if row.state == SENT:
                    self._set(row, state=DELIVERED, body="")

    def count_statements(self, person: str | None = None) -> OutboxCount:
        with self._lock:
            rows = [row for row in self.out.values() if person in (None, row.person)]
            states = [row.state for row in rows]
            due = min((row.due for row in rows if row.state == WAITS), default=None)
            return OutboxCount(
                waiting=states.count(WAITS),
                parked=states.count(PARKED),
                delivered=states.count(SENT) + states.count(DELIVERED),
                due=None if due is None else datetime.fromisoformat(due),
            )

    def erased_statements(self) -> Mapping[str, int]:
        with self._lock:
            gone = [row.person for row in self.out.values() if self.owners[row.person].erased]
            return {person: gone.count(person) for person in sorted(set(gone))}

    def _erase_statements(self, person: str) -> None:
        left = (erased(row) if row.person == person else row for row in self.out.values())
        self.out = {row.statement: row for row in left if row is not None}

    def _in(self, state: str) -> list[Queued]:
        found = [row for row in self.out.values() if row.state == state]
        return sorted(found, key=lambda row: (row.place, row.statement))

    def _named(self, ids: Iterable[str]) -> list[Queued]:
        return [self.out[one] for one in ids if one in self.out]

    def _set(self, row: Queued, **values: object) -> Queued:
        self.out[row.statement] = changed = replace(row, **values)  # type: ignore[arg-type]
        return changed
