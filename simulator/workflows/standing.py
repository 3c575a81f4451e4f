"""Where a person stands: mastery from the results that are evidence, and from each figure the way back to the lines.

What was worked out over all of a person's evidence is kept, and made again when a result of his is put or dropped. What
filters leave of his attempts is worked out anew.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring import mastery
from scoring.mastery import BANDS, Masteries, Mastery
from scoring.objectives import Observation
from scoring.rubric import CURRENT
from simulator.model.errors import Cancelled
from simulator.workflows.cells import Asked, Cells, Filters, Progress, joined, moment, never, unheeded, work_out
from simulator.workflows.permission import demand_own
from simulator.workflows.ports import Result, Standing, Store

if TYPE_CHECKING:
    from simulator.workflows.rehearse import Desk

STAMP = f"mastery {mastery.VERSION}, form 2"  # of what is kept: another model or form, and it is made again
_DECIMALS = 6  # of sums and differences of credits, as they are kept


@dataclass(frozen=True, slots=True)
class Talks:
    """Attempts that are evidence, in columns, as far as a group's figures need them.

    A person's stand together, the one that ended first at the head.

    Attributes:
        ended: as ``moment`` writes it.
        passed: 0 or 1. breaches: how many turns.
    """

    attempt: Sequence[str]
    scenario: Sequence[str]
    mode: Sequence[str]
    language: Sequence[str]
    assignment: Sequence[str | None]
    ended: Sequence[str]
    total: Sequence[float]
    pass_mark: Sequence[float]
    passed: Sequence[int]
    breaches: Sequence[int]
    seconds: Sequence[float]

    def __len__(self) -> int:
        return len(self.attempt)

    def admitted(self, filters: Filters) -> Talks:
        """Those that filters leave."""
        if not filters.narrows_attempts:
            return self
        left = filters.admit(self.scenario, self.mode, self.language, self.assignment, self.ended).tolist()
        return Talks(*(list(compress(getattr(self, one.name), left)) for one in fields(Talks)))


@dataclass(frozen=True, slots=True)
class Stands:
    """Where a person stands, over all his attempts that are evidence.

    Attributes:
        mastery: by objective; one that was not observed is not there.
        contents: by scenario, the hash of the content that he played last.
        own: practice attempts that are his own and no evidence.
    """

    person: str
    mastery: Mapping[str, Mastery]
    talks: Talks
    contents: Mapping[str, str]
    own: int


@dataclass(frozen=True, slots=True)
class Line:
    """An observation with the result of the attempt that it is from, and so with the way back to what was said."""

    observation: Observation
    result: Result


def stands(desk: Desk, person: str, filters: Filters | None = None, rubric: str = CURRENT.version) -> Stands:
    """Where a person stands, by all his evidence or by what filters leave of it.

    Raises:
        UnknownName: there is no such person.
        Forbidden: he is another, and whoever asks may not see his figures; that is logged.
    """
    demand_own(desk, person, "figures.see")
    desk.store.name(person)
    (kept,) = bodies(desk.store, [person], rubric)
    found = cells_of([kept]).by_person()[person]
    if filters is not None and filters.narrows_attempts:
        found = work_out(desk.store.evidence_columns(rubric, person), filters).by_person().get(person, {})
    return Stands(person, found, kept.talks.admitted(filters or Filters()), kept.contents, kept.own)


def lines(
    desk: Desk,
    person: str,
    objective: str,
    filters: Filters | None = None,
    own: bool = False,
    rubric: str = CURRENT.version,
) -> tuple[Line, ...]:
    """The observations that a person's figure on an objective stands on: the counter-evidence first, then the latest.

    Args:
        own: those of the practice that is his own, and no evidence, instead.

    Raises:
        UnknownName: there is no such person.
        Forbidden: he is another, and whoever asks may not see his figures; or his own practice. That is logged.
    """
    demand_own(desk, person, None if own else "figures.see")
    desk.store.name(person)
    found = [
        Line(observation, one)
        for one in admitted(desk.store.results(person, rubric), filters or Filters())
        if one.evidence != own
        for observation in one.observations
        if observation.objective == objective
    ]
    found.reverse()
    return tuple(sorted(found, key=lambda line: line.observation.credit))


def admitted(results: Sequence[Result], filters: Filters) -> Sequence[Result]:
    """The results that filters leave."""
    if not filters.narrows_attempts:
        return results
    left = filters.admit(
        [one.scenario for one in results],
        [one.mode for one in results],
        [one.language for one in results],
        [one.assignment for one in results],
        [moment(one.ended) for one in results],
    )
    return list(compress(results, left.tolist()))


# What is kept


@dataclass(frozen=True, slots=True)
class Body:
    """What is kept of a person, in columns: a place in each for an objective, and the talks."""

    person: str
    objectives: Sequence[str]
    columns: Mapping[str, Sequence[float]]
    talks: Talks
    contents: Mapping[str, str]
    own: int


def bodies(
    store: Store,
    people: Collection[str] | None = None,
    rubric: str = CURRENT.version,
    progress: Progress = unheeded,
    cancelled: Asked = never,
) -> list[Body]:
    """Where people stand, or everybody, as it is kept; what is not kept is worked out, and kept.

    Raises:
        Cancelled: somebody asked to stop.
    """
    version = store.results_version()
    wanted = [person for person, _name in store.people()] if people is None else list(people)
    alone = wanted[0] if len(wanted) == 1 else None
    kept = {one.person: one for one in store.standings(rubric, alone) if one.stamp == STAMP}
    missing = [person for person in wanted if person not in kept]
    for done, person in enumerate(missing):
        if cancelled():
            raise Cancelled
        progress(done, len(missing))
        kept[person] = _made(store, person, rubric)
    if missing and store.results_version() == version:  # else somebody settled something meanwhile, perhaps of them
        store.put_standings(kept[person] for person in missing)
    return [_read(kept[person]) for person in wanted]


def cells_of(kept: Sequence[Body]) -> Cells:
    """The cells of some people as they are kept."""
    names: dict[str, int] = {}
    objective = [names.setdefault(name, len(names)) for body in kept for name in body.objectives]
    return Cells(
        people=tuple(body.person for body in kept),
        objectives=tuple(names),
        person=np.repeat(np.arange(len(kept)), [len(body.objectives) for body in kept]),
        objective=np.array(objective, dtype=np.int64),
        found=joined(()) if not objective else _masteries(kept),
    )


def _masteries(kept: Sequence[Body]) -> Masteries:
    def column(name: str, kind: type[Any]) -> Any:
        return np.array([value for body in kept for value in body.columns[name]], dtype=kind)

    return Masteries(
        p_std=column("p_std", np.float64),
        bands=column("bands", np.int8),
        n=column("n", np.int64),
        taken=column("taken", np.float64),
        attempts=column("attempts", np.int64),
        scenarios=column("scenarios", np.int64),
        trend=column("trend", np.float64),  # None becomes NaN
        further=column("further", np.int64),
    )


def _made(store: Store, person: str, rubric: str) -> Standing:
    found = work_out(store.evidence_columns(rubric, person)).by_person().get(person, {})
    return Standing(person, rubric, STAMP, _written(found, store.results(person, rubric, with_observations=False)))


def _written(found: Mapping[str, Mastery], results: Sequence[Result]) -> str:
    every = found.values()
    evidence = [one for one in results if one.evidence]
    body = {
        "objectives": list(found),
        "columns": {
            "p_std": [one.p_std for one in every],
            "bands": [BANDS.index(one.band) for one in every],
            "n": [one.n for one in every],
            "taken": [round(one.taken, _DECIMALS) for one in every],
            "attempts": [one.attempts for one in every],
            "scenarios": [one.scenarios for one in every],
            "trend": [None if one.trend is None else round(one.trend, _DECIMALS) for one in every],
            "further": [one.further or 0 for one in every],
        },
        "talks": _talks(evidence),
        "contents": {one.scenario: one.content for one in evidence},
        "own": len(results) - len(evidence),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _talks(results: Sequence[Result]) -> dict[str, list[Any]]:
    named = ("attempt", "scenario", "mode", "language", "assignment", "total", "pass_mark", "seconds")
    columns = {name: [getattr(one, name) for one in results] for name in named}
    columns["ended"] = [moment(one.ended) for one in results]
    columns["passed"] = [int(one.passed) for one in results]
    columns["breaches"] = [len(one.breaches) for one in results]
    return columns


def _read(kept: Standing) -> Body:
    body = json.loads(kept.body)
    talks = Talks(**body["talks"])
    return Body(kept.person, body["objectives"], body["columns"], talks, body["contents"], body["own"])
