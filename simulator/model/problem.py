"""A problem: a fault in somebody's file, as a value. Problems are collected and reported all at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "finding"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in one place.

    Attributes:
        file: the path as the reader was given it.
        line, column: counted from 1; 0 where the whole file is meant.
        code: the kind of fault, kebab-case, stable over versions.
        message: what is wrong and what to do, in the language that was current.
        severity: an ``error`` leaves the file without a meaning; a ``finding`` does not.
        witness: the shortest list of moves that shows it, where there is one.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    severity: Severity = "error"
    witness: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem before its place in the file is known: the layer and the path of keys that lead to it.

    Attributes:
        path: as far as the file has these keys, it is followed; empty where the whole file is meant.
        severity, witness: as in ``Problem``.
    """

    layer: str
    path: tuple[str | int, ...]
    code: str
    message: str
    severity: Severity = "error"
    witness: tuple[str, ...] = ()
