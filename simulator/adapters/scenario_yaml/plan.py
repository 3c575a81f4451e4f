"""Test plans: the moves of a talk and what is expected of it, beside a scenario in ``paths/``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from simulator.adapters.scenario_yaml.reader import Checked, read_file
from simulator.adapters.scenario_yaml.shelf import yaml_names
from simulator.model.errors import UsageError
from simulator.model.language import _
from simulator.model.problem import Problem
from simulator.model.scenario import Condition
from simulator.model.text import Frozen
from simulator.workflows.ports import TestPlan

_PLAIN = re.compile(r"[a-z][a-z0-9]*([-.:][a-z0-9]+)*")
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


def write_plan(plan: TestPlan) -> None:
    """Writes a plan to its path, all or nothing.

    Raises:
        UsageError: there is something at the path already, or nothing can be written there.
    """
    text = "\n".join(_written(plan)) + "\n"
    try:
        with plan.path.open("x", encoding="utf-8") as file:
            try:
                file.write(text)
                file.flush()
            except BaseException:  # Ctrl-C too: half a plan is none
                plan.path.unlink()
                raise
    except FileExistsError as error:
        raise UsageError(_("“{path}” is already there; nothing was written.", path=plan.path)) from error
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(_("“{path}” cannot be written: {why}", path=plan.path, why=why)) from error


def _written(plan: TestPlan) -> Iterator[str]:
    """The plan as an author would write it, line by line."""
    yield f"seed: {plan.seed}"
    yield "moves:" if plan.moves else "moves: []"
    yield from (f"  - {_scalar(move)}" for move in plan.moves)
    if plan.expect:
        yield "expect:"
    for expected in plan.expect:
        for i, (name, value) in enumerate(expected.items()):
            yield f"  {'-' if i == 0 else ' '} {name}: {_scalar(value)}"
    if plan.ending is not None:
        yield f"ending: {plan.ending}"
    if plan.score is not None:
        yield f"score: {_scalar(plan.score)}"


def _scalar(value: object) -> str:
    """A whole number or a text, in quotes unless it is a plain word that no YAML takes for anything else."""
    text = str(value)
    return text if isinstance(value, int) or _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
