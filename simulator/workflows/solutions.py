"""Solutions, remembered on disk under the hash of everything that they depend on."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from weakref import WeakValueDictionary

import numpy as np

import scoring
import simulator.engine
import simulator.model
from scoring.rubric import CURRENT, Rubric
from simulator.engine.program import Program
from simulator.engine.solve import Solution, Solver, Valued
from simulator.model.errors import Cancelled, StoreDamaged
from simulator.model.language import _
from simulator.model.position import Move
from simulator.model.scenario import Scenario
from simulator.workflows.ports import SolutionCache

_ASKING = 0.05  # seconds between two looks whether to go on waiting: nobody feels it (interface: 40 ms for a key)


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
    """Solves scenarios, and remembers. Safe between threads, which never solve the same thing side by side."""

    def __init__(self, store: SolutionCache) -> None:
        self._store = store
        self._solving: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()  # by key, while somebody solves
        self._looking = threading.Lock()

    def solve(
        self,
        program: Program,
        given: Mapping[str, object] | None = None,
        rubric: Rubric = CURRENT,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Solution:
        """The solution from a start with facts that the preparation gave; from the cache where it is there and whole.

        Where another thread is just solving it, its result is waited for.

        Raises:
            TooManyPositions: the scenario is too large to solve.
            Cancelled: somebody asked to stop.
        """
        key = _key(program, program.start(given), rubric)
        solution = self._remembered(key)
        if solution is None:
            with self._alone(key, cancelled):
                solution = self._remembered(key) or self.solve_anew(program, given, rubric, cancelled)
        return solution

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

    def _remembered(self, key: str) -> Solution | None:
        found = self._store.get(key)
        return None if found is None else decode(found)

    @contextmanager
    def _alone(self, key: str, cancelled: Callable[[], bool]) -> Iterator[None]:
        """Lets one thread at a time work on a key; who waits can be stopped like who works."""
        with self._looking:
            lock = self._solving.get(key) or threading.Lock()
            self._solving[key] = lock
        while not lock.acquire(timeout=_ASKING):
            if cancelled():
                raise Cancelled
        try:
            yield
        finally:
            lock.release()

    def recall(self, of: Scenario | bytes, what: str) -> bytes | None:
        """What was kept of that name about a scenario of just this content, by just this engine.

        Args:
            of: the scenario, or the stamp of the files that it is read from.
        """
        return self._store.get(_content_key(of, what))

    def keep(self, of: Scenario | bytes, what: str, data: bytes) -> None:
        """Keeps something else than a solution about a scenario."""
        self._store.put(_content_key(of, what), data)


def _content_key(of: Scenario | bytes, what: str) -> str:
    digest = hashlib.sha256(of if isinstance(of, bytes) else content_of(of))
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
