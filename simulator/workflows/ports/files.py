"""Files besides the record: exports, tables of people, solved scenarios."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeptExport:
    """A file that was taken out and that the program still holds.

    Attributes:
        at: when it was written, in UTC.
    """

    name: str
    path: Path
    at: datetime


class Exports(Protocol):
    """The folder in which exports are kept that went nowhere else."""

    @property
    def folder(self) -> Path:
        """Where it is; it need not exist."""

    def name_of(self, path: Path) -> str | None:
        """The name of a file in the folder; None for one elsewhere."""

    def kept(self) -> Sequence[KeptExport]:
        """The files in it, in the order of their names."""

    def remove(self, name: str) -> bool:
        """Deletes a file; whether it was there.

        Raises:
            UsageError: it is there and cannot be deleted.
        """


class Sheets(Protocol):
    """Files with a table in them, as people keep lists of people."""

    def rows(self, path: Path) -> Sequence[tuple[int, tuple[str, ...]]]:
        """The rows of the first sheet, each with its number counted from 1, cells as text, dates as ISO 8601.

        Raises:
            UsageError: the file cannot be read as a table.
        """


class SolutionCache(Protocol):
    """Bytes by key. What is damaged or missing is None, never an error."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> None: ...
