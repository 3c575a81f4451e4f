from __future__ import annotations

from pathlib import Path

import pytest

from simulator.adapters.scenario_yaml.library import YamlLibrary

PLAN = """seed: 3
moves: [rapport.chat, ask.gentle, "probe.verify:in-process", probe.verify:quality]
expect:
  - {after: 0, stage: talking}
  - {after: 2, stage: [talking, done], trust: "5..6", in-process: standing}
  - {after: 3, says: 质量}
ending: none
score: "40..60"
"""


@pytest.fixture
def paths(content: Path) -> Path:
    return content / "library" / "two-invoices" / "paths"


def test_plan_is_read_as_it_is_written(content: Path, paths: Path) -> None:
    """Every key of a plan arrives, expectations with the facts they name and nothing else."""
    (paths / "good.yaml").write_text(PLAN, encoding="utf-8")
    (plan,), problems = YamlLibrary(content).plans("two-invoices")
    assert problems == []
    assert (plan.name, plan.path, plan.seed) == ("good", paths / "good.yaml", 3)
    assert plan.moves == ("rapport.chat", "ask.gentle", "probe.verify:in-process", "probe.verify:quality")
    assert plan.expect == (
        {"after": 0, "stage": "talking"},
        {"after": 2, "stage": ("talking", "done"), "trust": "5..6", "in-process": "standing"},
        {"after": 3, "says": "质量"},
    )
    assert (plan.ending, plan.score) == ("none", "40..60")


def test_plans_come_by_name_and_a_broken_one_does_not_hide_the_others(content: Path, paths: Path) -> None:
    """Sound plans are given in order; the problems of the others state their files."""
    (paths / "b.yaml").write_text("moves: [ask.gentle]\n", encoding="utf-8")
    (paths / "a.yaml").write_text("moves: []\n", encoding="utf-8")
    (paths / "broken.yaml").write_text("moves: [ask.gentle\n", encoding="utf-8")
    (paths / "notes.txt").write_text("not a plan", encoding="utf-8")
    plans, problems = YamlLibrary(content).plans("two-invoices")
    assert [plan.name for plan in plans] == ["a", "b"]
    assert [(one.file, one.code) for one in problems] == [(str(paths / "broken.yaml"), "not-yaml")]


def test_scenario_without_plans_has_none(content: Path, paths: Path) -> None:
    """A missing folder is no problem."""
    paths.rmdir()
    assert YamlLibrary(content).plans("two-invoices") == ([], [])


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ("seed: 1\n", 1, "missing-key"),
        ("moves: [ask gentle]\n", 1, "wrong-value"),
        ("moves: [{probe.verify: in-process}]\n", 1, "wrong-type"),
        ("moves: []\nexpect:\n  - stage: probing\n", 3, "missing-key"),
        ("moves: []\nexpect:\n  - after: two\n", 3, "wrong-type"),
        ("moves: []\nscore: 40\n", 2, "wrong-type"),
        ("moves: []\nscore: 40-60\n", 2, "wrong-value"),
        ("moves: []\nmoves: []\n", 2, "duplicate-key"),
        ("moves: []\nendings: none\n", 2, "unknown-key"),
        ("moves: []\nexpect:\n  - {after: 1, trust: {a: b}}\n", 3, "wrong-type"),
    ],
)
def test_broken_plan_has_its_problem_at_its_line(text: str, line: int, code: str, content: Path, paths: Path) -> None:
    """Plans are checked as strictly as scenarios, with the same codes."""
    (paths / "broken.yaml").write_text(text, encoding="utf-8")
    plans, problems = YamlLibrary(content).plans("two-invoices")
    assert list(plans) == []
    assert [(one.line, one.code) for one in problems] == [(line, code)]


def test_shipped_plans_are_sound(library: YamlLibrary) -> None:
    """Every plan beside a shipped scenario can be read."""
    for title in library.titles():
        assert list(library.plans(title.id)[1]) == []
