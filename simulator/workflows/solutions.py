"""Solutions, remembered on disk under the hash of everything that they depend on."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np

import scoring
import simulator.engine
import simulator.model
from scoring.rubric import CURRENT, Rubric
from simulator.engine.program import Program
from simulator.engine.solve import Solution, Solver, Valued
from simulator.model.errors import StoreDamaged
from simulator.model.language import _
from simulator.model.position import Move
from simulator.model.scenario import Scenario
from simulator.workflows.ports import SolutionCache


def content_of(scenario: Scenario) -> bytes:
    """The scenario as it is pinned. The order of cards and rules is part of its meaning and kept."""
    return scenario.model_dump_json().encode()


def scenario_from(content: bytes) -> Scenario:
    """The scenario that ``content_of`` wrote.

    Raises:
        StoreDamaged: the content is no scenario of this version.
    """
    try:
        return Scenario.model_validate_json(content)
    except ValueError as why:
        raise StoreDamaged(_("The kept scenario is none that this version of the program can read.")) from why


class Solutions:
    """Solves scenarios, and remembers."""

    def __init__(self, store: SolutionCache) -> None:
        self._store = store

    def solve(
        self,
        program: Program,
        given: Mapping[str, object] | None = None,
        rubric: Rubric = CURRENT,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Solution:
        """The solution from a start with facts that the preparation gave; from the cache where it is there and whole.

        Raises:
            TooManyPositions: the scenario is too large to solve.
            Cancelled: somebody asked to stop.
        """
        found = self._store.get(_key(program, program.start(given), rubric))
        solution = decode(found) if found is not None else None
        return self.solve_anew(program, given, rubric, cancelled) if solution is None else solution

    def solve_anew(
        self,
        program: Program,
        given: Mapping[str, object] | None = None,
        rubric: Rubric = CURRENT,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Solution:
        """As ``solve``, but never from the cache; the cache remembers the result."""
        start = program.start(given)
        solution, _graph = Solver(program, rubric, cancelled).solve(start)
        self._store.put(_key(program, start, rubric), encode(solution))
        return solution

    def recall(self, scenario: Scenario, what: str) -> bytes | None:
        """What was kept of that name about a scenario of just this content, by just this engine."""
        return self._store.get(_content_key(scenario, what))

    def keep(self, scenario: Scenario, what: str, data: bytes) -> None:
        """Keeps something else than a solution about a scenario."""
        self._store.put(_content_key(scenario, what), data)


def _content_key(scenario: Scenario, what: str) -> str:
    digest = hashlib.sha256(content_of(scenario))
    digest.update(json.dumps([what, np.__version__]).encode())
    digest.update(_engine_digest())
    return digest.hexdigest()


def _key(program: Program, start: list[int], rubric: Rubric) -> str:
    digest = hashlib.sha256(content_of(program.scenario))
    digest.update(json.dumps([start, rubric.temperature, rubric.lapses, np.__version__]).encode())
    digest.update(_engine_digest())
    return digest.hexdigest()


@cache
def _engine_digest() -> bytes:
    """The hash of the code that a solution depends on: a changed engine never believes an old solution."""
    digest = hashlib.sha256()
    for package in (scoring, simulator.engine, simulator.model):
        for source in sorted(Path(package.__path__[0]).glob("*.py")):
            digest.update(source.read_bytes())
    return digest.digest()


def encode(solution: Solution) -> bytes:
    """The solution as bytes."""
    head = {
        "positions": solution.positions,
        "best": solution.best,
        "typical": solution.typical,
        "floor": solution.floor,
        "line": [str(move) for move in solution.line],
        "sound": [str(move) for move in solution.sound],
        "learnable": solution.learnable,
        "lengths": [len(values) for values in solution.valued.values],
    }
    out = io.BytesIO()
    np.savez(
        out,
        head=np.frombuffer(json.dumps(head).encode(), dtype=np.uint8),
        keys=solution.valued.keys,
        numbers=solution.valued.numbers,
        values=np.concatenate(solution.valued.values),
    )
    return out.getvalue()


def decode(data: bytes) -> Solution | None:
    """The solution that ``encode`` wrote; None where the bytes are anything else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            head = json.loads(arrays["head"].tobytes())
            values = np.split(arrays["values"], np.cumsum(head["lengths"])[:-1])
            valued = Valued(arrays["keys"], arrays["numbers"], tuple(values))
        return Solution(
            positions=head["positions"],
            best=head["best"],
            typical=head["typical"],
            floor=head["floor"],
            line=tuple(Move.parse(move) for move in head["line"]),
            sound=tuple(Move.parse(move) for move in head["sound"]),
            learnable=tuple(head["learnable"]),
            valued=valued,
        )
    except (ValueError, KeyError, TypeError, OSError, RuntimeError, zipfile.BadZipFile, EOFError):
        return None
