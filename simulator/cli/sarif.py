"""Problems as SARIF 2.1.0 (OASIS standard, 27 March 2020), which editors and code hosts read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from simulator import __version__
from simulator.model.problem import Problem

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "finding": "warning"}


def document(problems: Sequence[Problem], root: Path) -> dict[str, Any]:
    """One run with all problems.

    Args:
        root: the folder that paths are stated from where they lie in it; the others are absolute.
    """
    codes = sorted({problem.code for problem in problems})
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "huikuan",
                        "version": __version__,
                        "rules": [{"id": code, "name": _pascal(code)} for code in codes],
                    }
                },
                "originalUriBaseIds": {"ROOT": {"uri": root.resolve().as_uri() + "/"}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(problem, codes.index(problem.code), root) for problem in problems],
            }
        ],
    }


def _pascal(code: str) -> str:
    return "".join(part.capitalize() for part in code.split("-"))


def _result(problem: Problem, rule: int, root: Path) -> dict[str, Any]:
    place = _place(problem, root)
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": rule,
        "level": _LEVELS[problem.severity],
        "message": {"text": problem.message},
        "locations": [{"physicalLocation": place}],
    }
    if problem.witness:  # the play that shows it, as a path through the scenario
        steps = [{"location": {"physicalLocation": place, "message": {"text": move}}} for move in problem.witness]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return result


def _place(problem: Problem, root: Path) -> dict[str, Any]:
    path, base = Path(problem.file).absolute(), root.resolve()
    inside = path.is_relative_to(base)
    uri = _relative_uri(path.relative_to(base)) if inside else path.as_uri()
    place: dict[str, Any] = {"artifactLocation": {"uri": uri, **({"uriBaseId": "ROOT"} if inside else {})}}
    if problem.line:
        place["region"] = {"startLine": problem.line, "startColumn": max(problem.column, 1)}
    return place


def _relative_uri(path: Path) -> str:
    """The path as a URI reference: escaped as in an absolute one."""
    return Path("/", path).as_uri().removeprefix("file:///")
