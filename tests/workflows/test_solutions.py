"""Solutions on disk: the same from the cache as anew, and never believed where anything of them has changed."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from doubles import MemoryCache
from hypothesis import given
from hypothesis import strategies as st

from scoring.rubric import RUBRIC_1
from simulator.adapters.cache import FileCache
from simulator.engine.program import Program
from simulator.engine.solve import Solution, Solver
from simulator.model.errors import Cancelled
from simulator.model.position import Move
from simulator.workflows import solutions as solutions_file
from simulator.workflows.solutions import Solutions, content_of, decode, encode, scenario_from

GIVEN: dict[str, object] = {"slip": "held", "supply": "known", "trust": 6}


def same(one: Solution, other: Solution) -> bool:
    """Equal to the last bit."""
    plain = [replace(solution, valued=None) for solution in (one, other)]  # type: ignore[arg-type]
    a, b = one.valued, other.valued
    return (
        plain[0] == plain[1]
        and np.array_equal(a.keys, b.keys)
        and np.array_equal(a.numbers, b.numbers)
        and len(a.values) == len(b.values)
        and all(np.array_equal(x, y) for x, y in zip(a.values, b.values, strict=True))
    )


def anew(program: Program, given_facts: dict[str, object] | None = None) -> Solution:
    return Solver(program).solve(program.start(given_facts))[0]


class Refusing(MemoryCache):
    """A cache that nothing may be put into."""

    def put(self, key: str, data: bytes) -> None:
        raise AssertionError("solved although it was remembered")


@pytest.mark.parametrize("given_facts", [None, GIVEN])
def test_solution_from_the_cache_is_the_one_that_was_solved(
    small: Program, given_facts: dict[str, object] | None
) -> None:
    """The first call solves, the second remembers, and both give what solving gives, to the last bit."""
    cache = MemoryCache()
    first = Solutions(cache).solve(small, given_facts)
    remembering = Refusing()
    remembering.kept = cache.kept
    second = Solutions(remembering).solve(small, given_facts)
    assert cache.puts == 1
    assert same(first, second)
    assert same(first, anew(small, given_facts))


def test_solution_is_remembered_across_processes_by_what_it_depends_on(small: Program, tmp_path: Path) -> None:
    """A scenario read anew, by another program object, finds the file that the first one left."""
    first = Solutions(FileCache(tmp_path)).solve(small)
    files = sorted(tmp_path.iterdir())
    again = Solutions(FileCache(tmp_path)).solve(Program(scenario_from(content_of(small.scenario))))
    assert same(first, again)
    assert sorted(tmp_path.iterdir()) == files


def test_solution_depends_on_everything_that_goes_into_it(small: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another start, rubric, rule, order of rules or engine is another key; another title too, since the whole
    content is hashed."""
    cache = MemoryCache()
    remembering = Solutions(cache)
    remembering.solve(small)
    scenario = small.scenario
    turned = scenario.model_copy(update={"rules": (scenario.rules[1], scenario.rules[0], *scenario.rules[2:])})
    shorter = scenario.model_copy(update={"turns": 5})
    remembering.solve(small, GIVEN)
    remembering.solve(small, {"slip": "held"})
    remembering.solve(small, None, replace(RUBRIC_1, lapses=0.2))
    remembering.solve(small, None, replace(RUBRIC_1, temperature=2.0))
    remembering.solve(Program(turned))
    remembering.solve(Program(shorter))
    assert cache.puts == len(cache.kept) == 7
    monkeypatch.setattr(solutions_file, "_engine_digest", lambda: b"another engine")
    remembering.solve(small)
    assert cache.puts == len(cache.kept) == 8


def test_rubric_that_only_names_differently_shares_the_solution(small: Program) -> None:
    """Names and weights are no part of the values."""
    cache = MemoryCache()
    Solutions(cache).solve(small)
    Solutions(cache).solve(small, None, replace(RUBRIC_1, version="2", blunder_from=20.0))
    assert cache.puts == 1


def test_solve_anew_never_reads_the_cache_and_leaves_its_result(small: Program) -> None:
    """`solve` on the command line measures solving, and what it found is remembered."""
    cache = MemoryCache()
    Solutions(cache).solve_anew(small)
    Solutions(cache).solve_anew(small)
    assert cache.puts == 2
    Solutions(cache).solve(small)
    assert cache.puts == 2


def test_what_is_kept_beside_a_solution_is_found_by_the_same_content_name_and_engine(
    small: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another scenario, another name or a changed engine finds nothing."""
    remembering = Solutions(MemoryCache())
    remembering.keep(small.scenario, "findings", b"none")
    assert remembering.recall(small.scenario, "findings") == b"none"
    assert remembering.recall(small.scenario, "finding") is None
    assert remembering.recall(small.scenario.model_copy(update={"turns": 5}), "findings") is None
    monkeypatch.setattr(solutions_file, "_engine_digest", lambda: b"another engine")
    assert remembering.recall(small.scenario, "findings") is None


@pytest.mark.parametrize("damage", ["empty", "half", "text", "one byte less", "one byte more", "zeros"])
def test_damaged_file_is_rebuilt(small: Program, tmp_path: Path, damage: str) -> None:
    """Whatever stands in the file, the solution is right, and the file is whole again afterwards."""
    remembering = Solutions(FileCache(tmp_path))
    right = remembering.solve(small)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    file.write_bytes(
        {
            "empty": b"",
            "half": whole[: len(whole) // 2],
            "text": "回款".encode() * 100,
            "one byte less": whole[:-1],
            "one byte more": whole + b"\0",
            "zeros": bytes(len(whole)),
        }[damage]
    )
    assert same(remembering.solve(small), right)
    (again,) = tmp_path.iterdir()
    assert again.read_bytes() == whole


def test_flipped_bit_anywhere_in_the_file_is_never_believed(small: Program, tmp_path: Path) -> None:
    """One bit of a remembered value changed would be a wrong mark for somebody: the file is rebuilt each time."""
    remembering = Solutions(FileCache(tmp_path))
    right = remembering.solve(small)
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    places = random.Random(7).sample(range(len(whole)), 60)
    for place in [0, len(whole) - 1, *places]:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << (place % 8)
        file.write_bytes(flipped)
        assert same(remembering.solve(small), right), place
        assert file.read_bytes() == whole, place


def test_file_under_the_name_of_another_is_never_believed(small: Program, tmp_path: Path) -> None:
    """Two whole files that have changed places are both rebuilt."""
    remembering = Solutions(FileCache(tmp_path))
    right = {"plain": remembering.solve(small), "prepared": remembering.solve(small, GIVEN)}
    one, other = sorted(tmp_path.iterdir())
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)
    assert right["plain"].best != right["prepared"].best
    assert same(remembering.solve(small), right["plain"])
    assert same(remembering.solve(small, GIVEN), right["prepared"])
    assert (one.read_bytes(), other.read_bytes()) == (first, second)


def test_cache_that_cannot_be_written_costs_only_time(small: Program, tmp_path: Path) -> None:
    """A folder that cannot be made is no reason not to solve."""
    (tmp_path / "file").write_text("in the way")
    remembering = Solutions(FileCache(tmp_path / "file" / "solutions"))
    assert same(remembering.solve(small), anew(small))
    assert same(remembering.solve(small), anew(small))


def test_cancelled_solution_is_not_remembered(small: Program) -> None:
    """Half a solution is none."""
    cache = MemoryCache()
    with pytest.raises(Cancelled):
        Solutions(cache).solve(small, cancelled=lambda: True)
    assert cache.kept == {}


def in_threads(*work: Callable[[], object]) -> list[Future[object]]:
    """Does all at once, each in a thread of its own, and waits."""
    with ThreadPoolExecutor(len(work)) as pool:
        return [pool.submit(one) for one in work]


class SlowCache(MemoryCache):
    """A cache in which nothing is found before everybody has looked."""

    def __init__(self, all_: int) -> None:
        super().__init__()
        self.looked = threading.Barrier(all_)
        self.first = threading.local()

    def get(self, key: str) -> bytes | None:
        found = super().get(key)
        if not getattr(self.first, "over", False):
            self.first.over = True
            self.looked.wait(timeout=30)
        return found


def test_the_same_thing_wanted_by_several_threads_is_solved_once(small: Program) -> None:
    """Nobody found it when he looked; one solves it, and the others get what he found, to the last bit."""
    cache = SlowCache(4)
    remembering = Solutions(cache)
    found = in_threads(*[lambda: remembering.solve(small)] * 4)
    assert cache.puts == 1
    right = anew(small)
    assert all(isinstance(one.result(), Solution) and same(one.result(), right) for one in found)  # type: ignore[arg-type]


def test_two_things_are_solved_side_by_side(small: Program) -> None:
    """Each of two starts is given up only when both are being solved: one lock for all would never let that happen."""
    both = threading.Barrier(2)

    def give_up() -> bool:
        both.wait(timeout=30)
        return True

    remembering = Solutions(MemoryCache())
    found = in_threads(
        lambda: remembering.solve(small, cancelled=give_up), lambda: remembering.solve(small, GIVEN, cancelled=give_up)
    )
    assert [type(one.exception()) for one in found] == [Cancelled, Cancelled]


def test_who_waits_for_another_thread_can_be_stopped_and_who_goes_on_waiting_solves_it_himself(small: Program) -> None:
    """The one who waits is cancelled while the first still solves; when the first gives up, the third does the work."""
    cache = MemoryCache()
    remembering = Solutions(cache)
    begun, stopped, waiting = threading.Event(), threading.Event(), threading.Event()

    def first() -> bool:
        begun.set()
        assert stopped.wait(timeout=30)
        assert waiting.wait(timeout=30)
        return True

    def second() -> Solution:
        assert begun.wait(timeout=30)
        try:
            return remembering.solve(small, cancelled=lambda: True)
        finally:
            stopped.set()

    def third() -> Solution:
        assert begun.wait(timeout=30)

        def look() -> bool:
            waiting.set()
            return False

        return remembering.solve(small, cancelled=look)

    one, two, three = in_threads(lambda: remembering.solve(small, cancelled=first), second, third)
    assert [type(given_up.exception()) for given_up in (one, two)] == [Cancelled, Cancelled]
    assert isinstance(three.result(), Solution)
    assert cache.puts == 1


def test_encoded_solution_is_the_solution(small: Program) -> None:
    """Writing and reading is the identity."""
    right = anew(small)
    decoded = decode(encode(right))
    assert decoded is not None
    assert same(decoded, right)
    assert isinstance(decoded.line[0], Move)


@given(st.binary(max_size=400))
def test_decode_of_any_bytes_is_none_and_never_an_error(data: bytes) -> None:
    """What is no solution is None."""
    assert decode(data) is None


def test_decode_of_a_changed_solution_is_never_an_error(small: Program) -> None:
    """A byte changed anywhere gives None or, where it means nothing, a solution; an exception never. The archive's own
    structure, where a bit turns encryption or an unknown compression on, is gone through byte by byte."""
    whole = encode(anew(small))
    structure = {found + i for found in _all_places(whole, b"PK") for i in range(-20, 60)}
    others = random.Random(3).sample(range(len(whole)), 200)
    for place in sorted(structure.union(others) & set(range(len(whole)))):
        for value in (whole[place] ^ 1, whole[place] ^ 0x80, 0xFF):
            changed = bytearray(whole)
            changed[place] = value
            found = decode(bytes(changed))
            assert found is None or isinstance(found, Solution), place


def _all_places(data: bytes, piece: bytes) -> list[int]:
    return [place for place in range(len(data)) if data.startswith(piece, place)]


def test_content_is_the_whole_scenario(small: Program) -> None:
    """What is pinned reads back as the scenario it was, rules in their order."""
    again = scenario_from(content_of(small.scenario))
    assert again == small.scenario
    assert list(again.excuses) == list(small.scenario.excuses)
    assert content_of(again) == content_of(small.scenario)
