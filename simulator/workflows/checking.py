"""Every problem of scenarios: those of reading, and what exploring proves. What was proved once is remembered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, replace

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
        found.extend(_checked(library, name, solutions, cancelled))
    return tuple(dict.fromkeys(found))


def is_remembered(library: Library, name: str, solutions: Solutions) -> bool:
    """Whether the problems of a scenario are known, and none of its files has changed since."""
    return _recalled(library.stamp(name), solutions) is not None


def _checked(library: Library, name: str, solutions: Solutions, cancelled: Callable[[], bool]) -> tuple[Problem, ...]:
    """The problems of one scenario, from memory where none of its files has changed: then nothing is even read."""
    stamp = library.stamp(name)
    problems = _recalled(stamp, solutions)
    if problems is None:
        problems = tuple(problems_of(library, name, solutions, cancelled))
        solutions.keep(stamp, _known_as(), json.dumps([list(astuple(one)) for one in problems]).encode())
    return problems


def _recalled(stamp: bytes, solutions: Solutions) -> tuple[Problem, ...] | None:
    kept = solutions.recall(stamp, _known_as())
    return None if kept is None else _problems(kept)


def _known_as() -> str:
    return f"problems/{current()}/{CURRENT.version}"


def _problems(data: bytes) -> tuple[Problem, ...] | None:
    """The problems that were kept; None where the bytes are anything else."""
    try:
        return tuple(
            Problem(file, line, column, code, message, severity, tuple(witness))
            for file, line, column, code, message, severity, witness in json.loads(data)
        )
    except (ValueError, TypeError):
        return None


def problems_of(
    library: Library,
    name: str,
    solutions: Solutions,
    cancelled: Callable[[], bool] = lambda: False,
    text: str | None = None,
) -> Iterator[Problem]:
    """Every problem of one scenario and of its test plans.

    Args:
        text: checked as if the file held it.

    Raises:
        Cancelled: somebody asked to stop.
    """
    read = library.read(name, text)
    silent = read.scenario.silence if read.scenario else {}
    yield from (one for one in read.problems if one.severity == "error" or one.code not in silent)
    yield from library.plans(name)[1]
    if read.scenario and (faults := findings(read.scenario, solutions, cancelled)):
        yield from library.place(name, faults, text)


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
    faults = remembered(scenario, solutions)
    if faults is None:
        faults = _found(scenario, cancelled)
        solutions.keep(scenario, _kept_as(), _encoded(faults))
    return faults


def remembered(scenario: Scenario, solutions: Solutions) -> tuple[Fault, ...] | None:
    """What ``findings`` found of a scenario of just this content; None where it never looked."""
    kept = solutions.recall(scenario, _kept_as())
    return None if kept is None else _decoded(kept)


def _kept_as() -> str:
    return f"findings/{current()}/{CURRENT.version}"


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
