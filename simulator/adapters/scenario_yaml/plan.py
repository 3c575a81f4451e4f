"""Test plans: the moves of a talk and what is expected of it, beside a scenario in ``paths/``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from simulator.adapters.scenario_yaml.reader import Checked, read_file
from simulator.adapters.scenario_yaml.shelf import yaml_names
from simulator.model.problem import Problem
from simulator.model.scenario import Condition
from simulator.model.text import Frozen
from simulator.workflows.ports import TestPlan

_WORD = "[a-z][a-z0-9]*(-[a-z0-9]+)*"


class Expectation(Frozen):
    """What holds after a turn; besides these keys, any fact: a stage, a meter as "5..6", a card's status."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Condition]

    after: Annotated[int, Field(ge=0)]
    """The turn; 0 is the start."""
    says: str | None = None
    """A piece of the debtor's answer, in either language."""


class Plan(Frozen):
    """`paths/<name>.yaml`: a talk that a scenario's author wants to stay as it is."""

    seed: Annotated[int, Field(ge=0)] = 1
    """What chances and the choice of lines are drawn from."""
    moves: tuple[Annotated[str, StringConstraints(pattern=rf"^{_WORD}\.{_WORD}(:{_WORD})?$")], ...]
    """The moves, each a tactic or "tactic:card"."""
    expect: tuple[Expectation, ...] = ()
    """What holds on the way."""
    ending: str | None = None
    """The id of the ending, or "none" where the talk is not over."""
    score: Annotated[str, StringConstraints(pattern=r"^\d{1,3}\.\.\d{1,3}$")] | None = None
    """Between which totals the score lies, as in "40..60"."""


def read_plans(folder: Path, inside: Path | None) -> tuple[Sequence[TestPlan], Sequence[Problem]]:
    """The sound plans in ``folder``, by name, and the problems of all of them.

    Args:
        inside: a folder that the files must really lie in, links followed.
    """
    plans: list[TestPlan] = []
    problems: list[Problem] = []
    for name in yaml_names(folder):
        path = folder / f"{name}.yaml"
        checked = read_file(path, Plan, inside)
        problems += checked.problems
        if checked.is_sound:
            plans.append(_as_written(path, name, checked))
    return plans, problems


def _as_written(path: Path, name: str, checked: Checked[Plan]) -> TestPlan:
    plan = checked.sound()
    expected = tuple(one.model_dump(exclude_unset=True) for one in plan.expect)
    return TestPlan(path, name, plan.seed, plan.moves, expected, plan.ending, plan.score)
