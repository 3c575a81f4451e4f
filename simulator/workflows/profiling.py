"""What a scenario comes to in the hands of the typical player: its par, and what a talk shows of objectives.

He is the player whom losses are measured by. His expected observations are exact; his total is no function of the
position, so it is sampled: ``PLAYS`` talks with seeds of their own, as everybody's marks are made, no form being asked.
Both depend on the scenario's content alone and are remembered with its solution.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from scoring.rubric import CURRENT, Rubric
from simulator.engine.balance import PLAYS
from simulator.engine.bots import Rehearsals, trainee
from simulator.engine.program import Program
from simulator.engine.proof import Proof
from simulator.engine.spread import follow
from simulator.engine.watching import Watch
from simulator.model.errors import Cancelled, TooManyPositions
from simulator.model.scenario import Scenario
from simulator.workflows.cells import Asked, Progress, never, unheeded
from simulator.workflows.ports import Library, Store
from simulator.workflows.solutions import Solutions, scenario_from


@dataclass(frozen=True, slots=True)
class Profile:
    """A scenario in the hands of the typical player.

    Attributes:
        par: the mean of his totals, 0–100; None where the scenario is too large to be explored.
        observations: by objective, how many a talk is expected to give: shown, missed, or asked by a form.
    """

    par: float | None
    observations: Mapping[str, float]


def profile(solutions: Solutions, scenario: Scenario, cancelled: Asked = never) -> Profile:
    """A scenario's profile, remembered or worked out, which takes up to ten seconds.

    Raises:
        Cancelled: somebody asked to stop.
    """
    known = remembered(solutions, scenario)
    if known is None:
        known = _worked_out(scenario, cancelled)
        solutions.keep(scenario, _name(CURRENT), _written(known))
    return known


def remembered(solutions: Solutions, of: Scenario | bytes) -> Profile | None:
    """The profile that was worked out of a scenario, or of its pinned content; None where none was."""
    found = solutions.recall(of, _name(CURRENT))
    if found is None:
        return None
    try:
        read = json.loads(found)
        return Profile(read["par"], read["observations"])
    except (ValueError, KeyError, TypeError):  # what a cache holds is never believed
        return None


def profile_all(
    store: Store,
    solutions: Solutions,
    contents: Iterable[str],
    progress: Progress = unheeded,
    cancelled: Asked = never,
) -> int:
    """Works the profiles of pinned scenarios out that are not known yet; how many.

    Args:
        contents: hashes, as ``GroupFigures.contents`` gives them.

    Raises:
        Cancelled: somebody asked to stop.
        StoreDamaged: the content is missing or none that this version can read.
    """
    waiting = [one for one in map(store.content, contents) if remembered(solutions, one) is None]
    for done, content in enumerate(waiting):
        progress(done, len(waiting))
        profile(solutions, scenario_from(content), cancelled)
    progress(len(waiting), len(waiting))
    return len(waiting)


def library_profiles(
    library: Library,
    solutions: Solutions,
    names: Iterable[str],
    work: bool = True,
    progress: Progress = unheeded,
    cancelled: Asked = never,
) -> dict[str, Profile]:
    """The profiles of scenarios at hand, by id; those that are broken are left out.

    Args:
        work: work out what is not known, up to ten seconds each. Else a scenario that was not worked out is taken to
            show once each objective that it claims, and once each that a form asks for.

    Raises:
        Cancelled: somebody asked to stop.
        UnknownName: there is no such scenario.
    """
    wanted = list(names)
    found: dict[str, Profile] = {}
    for done, name in enumerate(wanted):
        progress(done, len(wanted))
        if cancelled():
            raise Cancelled
        stamp = library.stamp(name)
        known = remembered(solutions, stamp)
        if known is None and (scenario := library.read(name).scenario):
            known = profile(solutions, scenario, cancelled) if work else remembered(solutions, scenario)
            if known:
                solutions.keep(stamp, _name(CURRENT), _written(known))
            else:
                known = _claimed(scenario)
        if known:
            found[name] = known
    progress(len(wanted), len(wanted))
    return found


def _worked_out(scenario: Scenario, cancelled: Callable[[], bool]) -> Profile:
    forms = _forms(scenario)
    proof = Proof(Program(scenario), cancelled)
    try:
        board = proof.board
    except TooManyPositions:
        return Profile(
            None, {**dict.fromkeys(scenario.objectives, 1.0), **{name: float(n) for name, n in forms.items()}}
        )
    watch = Watch(board)
    follow(board, (proof.solver.rubric.lapses,), watch)
    observations = {use.name: use.shown + use.called + forms[use.name] for use in watch.objective_uses()}
    return Profile(_par(proof, cancelled), {name: round(n, 6) for name, n in observations.items() if n > 0})


def _claimed(scenario: Scenario) -> Profile:
    """What a scenario says of itself: what it claims to train, it will show at least once."""
    forms = _forms(scenario)
    names = dict.fromkeys((*scenario.objectives, *forms))
    return Profile(None, {name: float((name in scenario.objectives) + forms[name]) for name in names})


def _forms(scenario: Scenario) -> Counter[str]:
    """How many questions and fields ask for each objective."""
    return Counter(form.objective for form in (*scenario.preparation, *scenario.note) if form.objective)


def _par(proof: Proof, cancelled: Callable[[], bool]) -> float:
    rehearsals = Rehearsals(proof.solver, proof.plain, proof.solution.valued)
    habit = trainee(proof.solver, proof.solver.rubric.lapses)
    totals = []
    for seed in range(PLAYS):
        if cancelled():
            raise Cancelled
        totals.append(rehearsals.scorecard(proof.solution, rehearsals.play(habit, seed)).total)
    return fmean(totals)


def _name(rubric: Rubric) -> str:
    return f"profile {rubric.version}"


def _written(made: Profile) -> bytes:
    return json.dumps({"par": made.par, "observations": dict(made.observations)}).encode()
