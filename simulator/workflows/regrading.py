"""Regrading: marks and evidence under another version of the rubric, beside those that stand, and never over them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scoring.mastery import Band, Mastery
from scoring.rubric import RUBRICS, Rubric
from simulator.model.errors import Cancelled, UnknownName
from simulator.model.language import _
from simulator.workflows.cells import Asked, Progress, never, unheeded
from simulator.workflows.permission import needs
from simulator.workflows.ports import ChainFault, Result, Store
from simulator.workflows.rehearse import Desk
from simulator.workflows.settling import Programs, result_or_fault, shared_attempts
from simulator.workflows.standing import bodies, cells_of

_TOGETHER = 50  # results written at once, as in settling


@dataclass(frozen=True, slots=True)
class BandChange:
    """An objective on which a person is in another band. None is not observed."""

    person: str
    objective: str
    before: Band | None
    after: Band | None


@dataclass(frozen=True, slots=True)
class PassChange:
    """An attempt that passed under one version and not under the other. Totals 0–100."""

    attempt: str
    person: str
    before: float
    after: float
    passes: bool


@dataclass(frozen=True, slots=True)
class Regraded:
    """What regrading came to.

    Attributes:
        before: the version compared with; None where there is none.
        made: results made now; compared: attempts that have one under both versions.
        faults: the attempts that could not be regraded, and why.
    """

    rubric: str
    before: str | None
    made: int
    compared: int
    bands: tuple[BandChange, ...]
    passes: tuple[PassChange, ...]
    faults: tuple[ChainFault, ...]


def rubric_of(version: str) -> Rubric:
    """The rubric of a version.

    Raises:
        UnknownName: this program has none.
    """
    if version not in RUBRICS:
        raise UnknownName(_("rubric"), version, RUBRICS)
    return RUBRICS[version]


@needs("regrade")
def regrade(
    desk: Desk,
    rubric: Rubric,
    before: str | None = None,
    progress: Progress = unheeded,
    cancelled: Asked = never,
) -> Regraded:
    """Marks every ended attempt under a rubric that has no result under it yet, and tells what changes by it.

    What is marked stays when it is stopped.

    Args:
        before: the version to compare with; None for the latest other one.

    Raises:
        Cancelled: somebody asked to stop.
    """
    compared_with = before or next((one for one in reversed(RUBRICS) if one != rubric.version), None)
    shared, faults = shared_attempts(desk.store), list[ChainFault]()
    waiting = list(desk.store.unsettled(rubric.version))
    made: list[Result] = []
    programs: Programs = {}
    kept = 0
    try:
        for done, attempt in enumerate(waiting):
            if cancelled():
                raise Cancelled
            progress(done, len(waiting))
            made.extend(result_or_fault(desk, attempt, shared, faults, programs, rubric))
            if len(made) == _TOGETHER:
                kept += _keep(desk.store, made)
    finally:
        kept += _keep(desk.store, made)
    progress(len(waiting), len(waiting))
    if compared_with is None:
        return Regraded(rubric.version, None, kept, 0, (), (), tuple(faults))
    compared, passes = _passes(desk.store, compared_with, rubric.version)
    return Regraded(
        rubric=rubric.version,
        before=compared_with,
        made=kept,
        compared=compared,
        bands=_bands(desk.store, compared_with, rubric.version, cancelled),
        passes=passes,
        faults=tuple(faults),
    )


def _keep(store: Store, made: list[Result]) -> int:
    count = len(made)
    if made:
        store.put_results(made)
        made.clear()
    return count


def _passes(store: Store, before: str, after: str) -> tuple[int, tuple[PassChange, ...]]:
    """How many attempts have both results, and those that pass under one alone."""
    stood = {one.attempt: one for one in store.results(rubric=before, with_observations=False)}
    both = [
        (stood[one.attempt], one)
        for one in store.results(rubric=after, with_observations=False)
        if one.attempt in stood
    ]
    changed = (
        PassChange(was.attempt, was.person, was.total, now.total, now.passed)
        for was, now in both
        if was.passed != now.passed
    )
    return len(both), tuple(changed)


def _bands(store: Store, before: str, after: str, cancelled: Asked) -> tuple[BandChange, ...]:
    stood, stands = (_masteries(store, rubric, cancelled) for rubric in (before, after))
    found = []
    for person, was in stood.items():
        now = stands[person]
        for objective in sorted({*was, *now}):
            change = BandChange(person, objective, _band(was, objective), _band(now, objective))
            if change.before != change.after:
                found.append(change)
    return tuple(found)


def _masteries(store: Store, rubric: str, cancelled: Asked) -> dict[str, dict[str, Mastery]]:
    return cells_of(bodies(store, None, rubric, unheeded, cancelled)).by_person()


def _band(known: Mapping[str, Mastery], objective: str) -> Band | None:
    return known[objective].band if objective in known else None
