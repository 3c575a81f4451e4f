"""Every problem code that reading can give has an example file, and the example gives just that."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import simulator.adapters.scenario_yaml
import simulator.model
from simulator.adapters.scenario_yaml.library import YamlLibrary

BROKEN = Path(__file__).parents[2] / "scenarios" / "broken"
# These are a matter of the file system; their examples are made in test_hostile_files.py.
MADE_ELSEWHERE = {"too-large", "not-a-file", "unreadable"}


def _sources() -> Iterator[Path]:
    yield from Path(simulator.adapters.scenario_yaml.__path__[0]).glob("*.py")
    yield from Path(simulator.model.__path__[0]).glob("*.py")


def _codes() -> set[str]:
    """The codes in the source: the string constants at the place of the code in calls that make a problem."""
    found: set[str] = set()
    for source in _sources():
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="add"), args=[_, code, _, *_rest]):
                    pass
                case ast.Call(func=ast.Attribute(attr="fault") | ast.Name(id="Fault"), args=[_, _, code, _]):
                    pass
                case _:
                    continue
            found |= {
                one.value for one in ast.walk(code) if isinstance(one, ast.Constant) and isinstance(one.value, str)
            }
    return found | {"not-yaml"}  # which goes through a function of its own


CODES = sorted(_codes() - MADE_ELSEWHERE)


def test_codes_are_found_in_the_source() -> None:
    """The list of codes is really taken from the source: these well-known ones of both origins are in it."""
    assert {"unknown-key", "unknown-name", "alias", "split-line", "too-deep", "wrong-card"} <= set(CODES)


def _example(code: str) -> Path:
    """The scenario of the example; where the fault is in a layer below, it stands in a folder with its layers."""
    return folder / "scenario.yaml" if (folder := BROKEN / code).is_dir() else BROKEN / f"{code}.yaml"


def _marked(code: str) -> Iterator[tuple[str, str, int]]:
    """The code, the file and the line of each mark."""
    example = _example(code)
    for path in sorted(example.parent.glob("*.yaml")) if example.name == "scenario.yaml" else [example]:
        for number, line in enumerate(path.read_bytes().decode("latin-1").splitlines(), start=1):
            if f"# expect: {code}" in line:
                yield code, str(path), number


@pytest.mark.parametrize("code", CODES)
def test_broken_example_gives_its_code_at_the_marked_lines(code: str, library: YamlLibrary) -> None:
    """The file named after a code has that problem, on each line marked ``# expect: <code>``, and no other."""
    problems = library.read(str(_example(code))).problems
    assert [(problem.code, problem.file, problem.line) for problem in problems] == list(_marked(code))
    assert all(problem.column > 0 and problem.message for problem in problems)


@pytest.mark.parametrize("code", CODES)
def test_broken_example_has_a_meaning_only_if_it_is_a_finding(code: str, library: YamlLibrary) -> None:
    """An error leaves no scenario; a finding leaves it whole."""
    read = library.read(str(_example(code)))
    assert (read.scenario is None) == any(problem.severity == "error" for problem in read.problems)
    assert (code == "split-line") == (read.scenario is not None)
