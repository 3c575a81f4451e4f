"""How fast the explorer is, as a ratio to stepping the same positions through the live machine in one run."""

from __future__ import annotations

import random
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import pytest

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.bootstrap import shipped_scenarios
from simulator.engine.explore import Explored, Explorer
from simulator.engine.machine import Debtor
from simulator.engine.program import Program

if TYPE_CHECKING:  # the suites without the mark are collected where the benchmarks' plugin is not installed
    from pytest_benchmark.fixture import BenchmarkFixture

pytestmark = pytest.mark.benchmark

# Wanted (decided 2026-11): at least 60 times as many positions × moves a second.
WANTED_RATIO = 60
SAMPLED_POSITIONS = 200


def _largest_program() -> Program:
    library = YamlLibrary(Path(shipped_scenarios()))
    read = [library.read(title.id).scenario for title in library.titles()]
    return max((Program(scenario) for scenario in read if scenario), key=lambda program: len(program.moves))


def _moves_stepped(graph: Explored) -> int:
    return sum(int((level.targets != -1).sum()) for level in graph.levels if level.targets is not None)


def _machine_seconds_a_move(program: Program, graph: Explored) -> float:
    """Steps every legal move of a sample of the explored positions, live."""
    debtor, played = Debtor(program, seed=1), 0
    inner = graph.keys[: graph.first_after(program.scenario.turns - 1)]
    sample = random.Random(1).sample(list(inner), min(SAMPLED_POSITIONS, len(inner)))
    positions = [graph.space.codes(int(key)) for key in sample]
    moves = [[compiled.move for compiled in program.legal(codes)] for codes in positions]
    for codes, open_moves in zip(positions, moves, strict=True):  # the machine learns its transitions once
        debtor.place(codes, 0)
        debtor.step(open_moves[0])
    begun = perf_counter()
    for codes, open_moves in zip(positions, moves, strict=True):
        for move in open_moves:
            debtor.place(codes, 0)
            debtor.step(move)
            played += 1
    return (perf_counter() - begun) / played


def test_explorer_is_sixty_times_the_machine(benchmark: BenchmarkFixture) -> None:
    """Exploring steps at least 60 times as many moves a second as the live machine does."""
    program = _largest_program()
    graph = benchmark.pedantic(lambda: Explorer(program).explore(program.start()), rounds=5, warmup_rounds=1)
    a_move = benchmark.stats.stats.min / _moves_stepped(graph)
    ratio = _machine_seconds_a_move(program, graph) / a_move
    benchmark.extra_info["moves_a_second"] = round(1 / a_move)
    benchmark.extra_info["ratio_to_machine"] = round(ratio)
    assert ratio >= WANTED_RATIO
