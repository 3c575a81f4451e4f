"""Laws of reading, over files that nobody thought of."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.scenario_yaml.reader import read_file
from simulator.model.characters import CONTROL
from simulator.model.errors import BadFile
from simulator.model.problem import Problem
from simulator.model.scenario import ScenarioFile

SHIPPED = Path(__file__).parents[3] / "scenarios"
LAYERS = ("standard.yaml", "tactics.yaml", "personas/*.yaml", "courses/*.yaml", "library/*/scenario.yaml")

slowly = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[YamlLibrary, Path]:
    """A copy of all that is shipped, whose files can be spoilt."""
    root = tmp_path_factory.mktemp("copied") / "scenarios"
    shutil.copytree(SHIPPED, root)
    return YamlLibrary(root), root


def look_at(problems: tuple[Problem, ...], path: Path) -> None:
    """What holds for every problem of every file: it has a place in the file, a code and clean words."""
    lines = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in problems:
        assert problem.code
        assert problem.message
        assert not CONTROL.search(str(problem))
        if problem.file == str(path):
            assert 0 <= problem.line <= len(lines) + 1
            assert (problem.line == 0) == (problem.column == 0)
            assert problem.line > len(lines) or problem.column <= len(lines[problem.line - 1]) + 1


@slowly
@given(st.binary(max_size=400))
@example(b"\xef\xbb\xbf")
@example(b"a: \xff")
@example(b"\xef\xbb\xbf\r\xff")
def test_reading_any_bytes_gives_problems_and_no_exception(tmp_path: Path, library: YamlLibrary, data: bytes) -> None:
    """No sequence of bytes makes reading raise, and what is not a scenario has a problem."""
    path = tmp_path / "any.yaml"
    path.write_bytes(data)
    read = library.read(str(path))
    assert (read.scenario is None) == any(problem.severity == "error" for problem in read.problems)
    look_at(read.problems, path)


SIGNS = (
    "a scenario turns 6 - [ ] { } ' : # & * ! | > ? , ~ % &a *a !!str !!python/name:os << null no 0123 12:30 .nan 1e400"
)
WORDS_OF_IT = "rules: tactic: say: zh: when: then: points: stages: title: chance: 2025-01-01 {trust:5} \\x1b 减"
SPACES = ["\n", "\n  ", "\n    ", "\n- ", " ", ": ", ", ", "- ", "\t", "---\n", "...\n", "|-\n", '"', "\x1b", "\ufeff"]
YAMLISH = st.lists(st.sampled_from([*SIGNS.split(), *WORDS_OF_IT.split(), *SPACES, *SPACES]), max_size=60).map("".join)


@slowly
@given(YAMLISH)
def test_reading_anything_like_yaml_gives_problems_and_no_exception(
    tmp_path: Path, library: YamlLibrary, text: str
) -> None:
    """No heap of YAML's own signs and the language's words makes reading raise."""
    path = tmp_path / "any.yaml"
    path.write_text(text, encoding="utf-8")
    look_at(library.read(str(path)).problems, path)


Spoil = Callable[[str], str]


@st.composite
def spoils(draw: st.DrawFn) -> Spoil:
    """A way to spoil a text in one place, which is given as a share of its length or of its lines."""
    place, length = draw(st.floats(0, 1)), draw(st.integers(1, 30))
    other, words = draw(st.floats(0, 1)), draw(YAMLISH)
    kind = draw(st.sampled_from(["cut", "insert", "swap", "double", "indent", "value"]))

    def spoil(text: str) -> str:
        at = int(place * len(text))
        if kind == "cut":
            return text[:at] + text[at + length :]
        if kind == "insert":
            return text[:at] + words + text[at:]
        lines = text.split("\n")
        here, there = int(place * (len(lines) - 1)), int(other * (len(lines) - 1))
        if kind == "swap":
            lines[here], lines[there] = lines[there], lines[here]
        elif kind == "double":
            lines.insert(there, lines[here])
        elif kind == "indent":
            lines[here] = " " * (length % 5) + lines[here]
        else:
            lines[here] = lines[here].partition(":")[0] + ": " + words
        return "\n".join(lines)

    return spoil


def spoil_and_read(library: YamlLibrary, root: Path, data: st.DataObject) -> None:
    pattern = data.draw(st.sampled_from(LAYERS))
    path = data.draw(st.sampled_from(sorted(root.glob(pattern))))
    whole = path.read_text(encoding="utf-8")
    text = whole
    for spoil in data.draw(st.lists(spoils(), min_size=1, max_size=4)):
        text = spoil(text)
    scenario = path.parent.name if path.name == "scenario.yaml" else "invoice-not-found"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        read = library.read(scenario)
        look_at(read.problems, path)
        assert (read.scenario is None) == any(problem.severity == "error" for problem in read.problems)
        library.titles()
        with contextlib.suppress(BadFile):
            library.courses()
            library.catalogue()
    finally:
        path.write_text(whole, encoding="utf-8")


@settings(slowly, max_examples=40)
@given(st.data())
def test_reading_a_spoilt_shipped_file_raises_nothing_but_huikuan_errors(
    copied: tuple[YamlLibrary, Path], data: st.DataObject
) -> None:
    """A shipped file of any kind, spoilt in a few places, still gives problems with places inside the file."""
    spoil_and_read(*copied, data)


@pytest.mark.slow
@settings(slowly, max_examples=3000)
@given(st.data())
def test_reading_many_spoilt_shipped_files_raises_nothing_else(
    copied: tuple[YamlLibrary, Path], data: st.DataObject
) -> None:
    """The same, for minutes."""
    spoil_and_read(*copied, data)


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).filter(
    lambda text: text.strip() and not CONTROL.search(text) and not set("{}\u2028\u2029\ufffe\uffff") & set(text)
)
IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4})?", fullmatch=True).filter(
    lambda name: name not in ("on", "off", "yes", "no", "true", "false", "null")
)
TEXTS = st.one_of(WORDS, st.fixed_dictionaries({"zh": WORDS}, optional={"en": WORDS}))
LINES = st.one_of(
    WORDS, st.lists(TEXTS, min_size=1, max_size=3), st.fixed_dictionaries({"zh": st.lists(WORDS, min_size=1)})
)
FACTS = st.dictionaries(
    IDS, st.one_of(st.sampled_from([">= 4", "4..7", "not < 3", "standing"]), st.lists(IDS)), max_size=3
)
EFFECTS = st.dictionaries(
    IDS, st.one_of(st.integers(-10, 10), st.sampled_from(["+1 up to 7", "= 5", "used"])), max_size=3
)
RULES = st.fixed_dictionaries(
    {"tactic": st.one_of(st.just("*"), st.lists(IDS, max_size=2))},
    optional={
        "when": FACTS,
        "then": EFFECTS,
        "say": LINES,
        "why": TEXTS,
        "to": IDS,
        "card": IDS,
        "stage": st.lists(IDS),
    },
)
INVOICES = st.fixed_dictionaries(
    {"number": WORDS, "amount": st.floats(0, 1e9), "due": st.dates().map(str)}, optional={"paid": st.integers(0, 9)}
)
SCENARIOS = st.fixed_dictionaries(
    {"scenario": IDS, "turns": st.integers(1, 60)},
    optional={
        "title": TEXTS,
        "level": st.integers(1, 5),
        "stages": st.lists(IDS, max_size=3),
        "points": st.dictionaries(
            IDS, st.one_of(st.none(), st.fixed_dictionaries({}, optional={"name": TEXTS})), max_size=3
        ),
        "case": st.fixed_dictionaries({}, optional={"invoices": st.lists(INVOICES, max_size=2), "briefing": TEXTS}),
        "rules": st.lists(RULES, max_size=3),
    },
)


@slowly
@given(SCENARIOS, st.booleans(), st.booleans())
def test_writing_then_reading_is_the_identity(
    tmp_path: Path, content: dict[str, Any], flow: bool, ascii_: bool
) -> None:
    """What any YAML writer writes of a scenario, in block or flow style, is read as the same scenario."""
    path = tmp_path / "written.yaml"
    text = yaml.safe_dump(content, default_flow_style=flow, allow_unicode=not ascii_, sort_keys=False)
    path.write_text(text.replace("\\uFEFF", ""), encoding="utf-8")
    checked = read_file(path, ScenarioFile)
    assert [str(problem) for problem in checked.problems if problem.severity == "error"] == []
    assert checked.model == ScenarioFile.model_validate_json(json.dumps(content))
