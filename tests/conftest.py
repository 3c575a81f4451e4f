"""What all tests share. Everything dear is made once a session."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from time import perf_counter

import pytest
from doubles import desk_over
from postgres import Postgres, running
from shelf import CONTENT, SHIPPED, Solved

from simulator.adapters.cache import FileCache
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.engine.bots import Rehearsals
from simulator.engine.program import Program
from simulator.engine.solve import Solver
from simulator.model import language
from simulator.workflows.rehearse import Desk
from simulator.workflows.solutions import Solutions


@pytest.fixture(autouse=True)
def language_left_alone() -> Iterator[None]:
    """A test that changes the program's language changes it for itself."""
    before = language.current()
    yield
    language.use(before)


@pytest.fixture
def english() -> None:
    """The program speaks English, so that messages can be compared."""
    language.use("en")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server of PostgreSQL, where a test asks for one."""
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def library() -> YamlLibrary:
    """The shipped content; one for all tests, since it reads the lower layers once."""
    return YamlLibrary(SHIPPED)


@pytest.fixture(scope="session")
def content() -> YamlLibrary:
    """The tests' own small content."""
    return YamlLibrary(CONTENT)


@pytest.fixture(scope="session")
def small(content: YamlLibrary) -> Program:
    """The small debt: one of everything that the language has."""
    read = content.read("small-debt")
    assert read.scenario is not None, [str(problem) for problem in read.problems]
    return Program(read.scenario)


@pytest.fixture(scope="session")
def solved(library: YamlLibrary) -> Callable[[str], Solved]:
    """A shipped scenario by id, solved when it is first asked for."""

    @cache
    def solving(name: str) -> Solved:
        scenario = library.read(name).scenario
        assert scenario is not None, [str(problem) for problem in library.read(name).problems]
        program = Program(scenario)
        solver = Solver(program)
        begun = perf_counter()
        solution, graph = solver.solve()
        seconds = perf_counter() - begun
        rehearsals = Rehearsals(solver, graph, solution.valued)
        return Solved(scenario, program, solver, solution, graph, rehearsals, seconds)

    return solving


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of solutions that all tests of a run share, whichever process they run in."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "solutions"


@pytest.fixture(scope="session")
def solutions(shared_cache: Path) -> Solutions:
    """Solutions that all tests share: every start is solved once."""
    return Solutions(FileCache(shared_cache))


@pytest.fixture
def desk(solutions: Solutions) -> Desk:
    """A desk over an empty memory store."""
    return desk_over(MemoryStore(), solutions)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that keep everything in a temporary folder."""
    return Settings(
        language="en",
        theme="dark",
        store=str(tmp_path / "huikuan.db"),
        cache=tmp_path / "solutions",
        name="Wang Min",
        notice_read=True,
        scenarios=(),
        file=tmp_path / "settings.toml",
    )


@pytest.fixture
def house(settings: Settings) -> House:
    """The whole program over a temporary folder and the shipped content."""
    return House(settings)
