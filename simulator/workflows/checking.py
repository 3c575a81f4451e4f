"""Every problem of scenarios: those of reading, and what exploring proves. What was proved once is remembered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace

from scoring.rubric import CURRENT
from simulator.model.errors import TooManyPositions
from simulator.model.language import _, current
from simulator.model.problem import Fault, Problem
from simulator.model.scenario import Scenario
from simulator.workflows.ports import Library, Read
from simulator.workflows.solutions import Solutions

TOO_MANY = "too-many-positions"


def check(
    library: Library,
    names: Iterable[str],
    solutions: Solutions,
    doing: Callable[[str], None] = lambda _what: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> tuple[Problem, ...]:
    """Every problem of the named scenarios and of their test plans.

    A scenario with errors is not explored. One that is too large to explore has that error, and of the findings those
    that need no exploring.

    Args:
        doing: is told what is begun.

    Raises:
        Cancelled: somebody asked to stop.
    """
    found: list[Problem] = []
    for name in names:
        doing(_("checking {scenario}", scenario=name))
        read = library.read(name)
        silent = read.scenario.silence if read.scenario else {}
        found.extend(one for one in read.problems if one.severity == "error" or one.code not in silent)
        found.extend(library.plans(name)[1])
        if read.scenario and (faults := findings(read.scenario, solutions, cancelled)):
            found.extend(library.place(name, faults))
    return tuple(dict.fromkeys(found))


def is_partial(problems: Iterable[Problem]) -> bool:
    """Whether some scenario was too large to be looked at as a whole."""
    return any(problem.code == TOO_MANY for problem in problems)


def findings(
    scenario: Scenario, solutions: Solutions, cancelled: Callable[[], bool] = lambda: False
) -> tuple[Fault, ...]:
    """What reading and exploring a scenario finds, its silence respected; from memory where nothing has changed.

    Raises:
        Cancelled: somebody asked to stop.
    """
    what = f"findings/{current()}/{CURRENT.version}"
    kept = solutions.recall(scenario, what)
    faults = None if kept is None else _decoded(kept)
    if faults is None:
        faults = _found(scenario, cancelled)
        solutions.keep(scenario, what, _encoded(faults))
    return faults


def _found(scenario: Scenario, cancelled: Callable[[], bool]) -> tuple[Fault, ...]:
    from simulator.engine.check import Findings  # heavy, and not needed where the answer is remembered
    from simulator.engine.program import Program

    looking, faults = Findings(Program(scenario), cancelled), list[Fault]()
    try:
        found = looking.all()
    except TooManyPositions as error:
        faults.append(Fault("scenario", (), TOO_MANY, str(error)))
        found = looking.from_reading()
    for one in found:
        faults.append(replace(one.fault, severity="finding", witness=tuple(map(str, one.witness))))
    return tuple(faults)


def _encoded(faults: Iterable[Fault]) -> bytes:
    rows = [[one.layer, one.path, one.code, one.message, one.severity, one.witness] for one in faults]
    return json.dumps(rows, ensure_ascii=False).encode()


def _decoded(data: bytes) -> tuple[Fault, ...] | None:
    """What ``_encoded`` wrote; None where the bytes are anything else."""
    try:
        return tuple(
            Fault(layer, tuple(path), code, message, severity, tuple(witness))
            for layer, path, code, message, severity, witness in json.loads(data)
        )
    except (ValueError, TypeError):
        return None


def error_of(read: Read, error: TooManyPositions) -> Problem:
    """The problem that a scenario is too large."""
    return Problem(str(read.path), 1, 1, TOO_MANY, str(error))
