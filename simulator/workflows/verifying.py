"""Verifying the record: chains recomputed, attempts played again, and what was worked out of them worked out again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from math import isclose

from scoring.rubric import RUBRICS
from simulator.model.errors import Cancelled, HuikuanError, UnknownName
from simulator.model.language import _
from simulator.workflows.cells import Asked, Progress, never, unheeded
from simulator.workflows.permission import needs
from simulator.workflows.ports import JOURNAL, ChainFault, Result, Store
from simulator.workflows.rehearse import Desk, replayed
from simulator.workflows.settling import Programs, result_of, shared_attempts

_SAME = 1e-6  # points by which a figure may differ that another machine worked out: sums in another order


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was verified, and where the record is broken.

    Attributes:
        results: kept results that were made again and compared.
        stale: those that were made before the attempt's last event, and are made again when figures are next shown.
        unknown: those under a version of the rubric that this program does not have.
    """

    attempts: int
    faults: tuple[ChainFault, ...]
    results: int = 0
    stale: int = 0
    unknown: int = 0


@needs("verify")
def verify(desk: Desk, attempt: str | None = None, progress: Progress = unheeded, cancelled: Asked = never) -> Verified:
    """Recomputes every chain and the journal's, plays every attempt again, and compares the results kept of it.

    Raises:
        UnknownName: there is no such attempt.
        Cancelled: somebody asked to stop.
    """
    every = [summary.attempt for summary in desk.store.attempts()]
    if attempt is not None and attempt not in every:
        raise UnknownName(_("attempt"), attempt, every)
    chosen = every if attempt is None else [attempt]
    faults = list(desk.store.faults(attempt))
    broken = {fault.attempt for fault in faults}
    comparing = _Comparing(desk, attempt)
    for done, one in enumerate(chosen):
        if cancelled():
            raise Cancelled
        progress(done, len(chosen))
        if one not in broken:
            faults.extend(_replayed(desk, one, comparing.programs) or comparing.of(one))
    progress(len(chosen), len(chosen))
    if attempt is None:
        faults.extend(comparing.of_nothing(every))
    return Verified(len(chosen), tuple(faults), comparing.compared, comparing.stale, comparing.unknown)


def _replayed(desk: Desk, attempt: str, programs: Programs) -> tuple[ChainFault, ...]:
    """What keeps an attempt from being played again."""
    try:
        replayed(desk, attempt, programs)
    except HuikuanError as why:
        return (ChainFault(attempt, -1, str(why)),)
    return ()


class _Comparing:
    """Compares what is kept of attempts with what they come to when they are worked out again."""

    def __init__(self, desk: Desk, attempt: str | None) -> None:
        self.desk = desk
        self.compared = self.stale = self.unknown = 0
        self.programs: Programs = {}
        self._shared = shared_attempts(desk.store)
        self._kept = _kept(desk.store, attempt)

    def of(self, attempt: str) -> Iterator[ChainFault]:
        """What differs in the results of an attempt."""
        for rubric in self._kept.get(attempt, ()):
            kept = self.desk.store.result(attempt, rubric) if rubric in RUBRICS else None
            if kept is None:
                self.unknown += 1
                continue
            hashes = [one.hash for one in self.desk.store.events(attempt)]
            if kept.head in hashes[:-1]:
                self.stale += 1
                continue
            self.compared += 1
            differing = ", ".join(self._differing(kept))
            if differing:
                why = _(
                    "The result kept under rubric {rubric} is not what the attempt comes to: {fields}.",
                    rubric=kept.rubric,
                    fields=differing,
                )
                yield ChainFault(attempt, -1, why)

    def of_nothing(self, attempts: Sequence[str]) -> Iterator[ChainFault]:
        """Results of attempts that are not in the record."""
        for attempt in sorted(self._kept.keys() - set(attempts)):
            yield ChainFault(attempt, -1, _("A result is kept of an attempt that is not in the record."))

    def _differing(self, kept: Result) -> Iterator[str]:
        """The fields of a result that are others when it is made again."""
        try:
            again = result_of(self.desk, kept.attempt, self._shared, RUBRICS[kept.rubric], self.programs)
        except HuikuanError as why:
            yield str(why)
            return
        for field in fields(Result):
            if again is None or not _same(getattr(kept, field.name), getattr(again, field.name)):
                yield field.name


def _kept(store: Store, attempt: str | None) -> dict[str, list[str]]:
    """The versions of the rubric under which there is a result, by attempt."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in store.results(with_observations=False):
        if attempt in (None, one.attempt):
            found[one.attempt].append(one.rubric)
    return found


def _same(kept: object, again: object) -> bool:
    """Whether two values are the same but for what machines differ by."""
    if isinstance(kept, float) and isinstance(again, float):
        return isclose(kept, again, abs_tol=_SAME)
    if isinstance(kept, Mapping) and isinstance(again, Mapping):
        return kept.keys() == again.keys() and all(_same(kept[key], again[key]) for key in kept)
    if isinstance(kept, tuple) and isinstance(again, tuple):
        return len(kept) == len(again) and all(map(_same, kept, again))
    if hasattr(kept, "__dataclass_fields__") and type(kept) is type(again):
        return all(_same(getattr(kept, name), getattr(again, name)) for name in kept.__dataclass_fields__)
    return kept == again


def place(fault: ChainFault) -> str:
    """Where a fault is, in words."""
    if fault.attempt == JOURNAL:
        return _("journal, event {event}", event=fault.seq)
    if not fault.attempt:
        return _("kept content")
    return _("attempt {attempt}, event {event}", attempt=fault.attempt, event=fault.seq)
