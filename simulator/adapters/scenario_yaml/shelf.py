"""What scenarios share: standard, tactics, personas and courses, each from its own folder or the shipped one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar, cast

from pydantic import BaseModel

from simulator.adapters.scenario_yaml.reader import Checked, check_text, identified
from simulator.adapters.scenario_yaml.source import Findings, printable, read_text
from simulator.model.handbook import Handbook
from simulator.model.scenario import Course, Persona, Standard
from simulator.model.tactics import Catalogue

M = TypeVar("M", bound=BaseModel)

_MOST_FILES = 1_000  # of a folder; more are no courses or personas


class Shelf:
    """A folder with ``standard.yaml``, ``tactics.yaml``, ``personas/`` and ``courses/``, and what to fall back to.

    A file is checked again only when its text has changed.
    """

    def __init__(self, folder: Path, fallback: Shelf | None = None) -> None:
        self.folder = folder
        self.fallback = fallback
        self._kept: dict[Path, tuple[object, Checked[BaseModel]]] = {}

    def standard(self) -> Checked[Standard]:
        """Everybody's default reactions."""
        return self._holder("standard.yaml")._read("standard.yaml", Standard)

    def catalogue(self) -> Checked[Catalogue]:
        """The tactics."""
        return self._holder("tactics.yaml")._read("tactics.yaml", Catalogue)

    def courses(self) -> tuple[Checked[Course], ...]:
        """Every course file, by name."""
        holder = self._holder("courses")
        names = yaml_names(holder.folder / "courses")
        return tuple(identified(holder._read(f"courses/{name}.yaml", Course), "course", name) for name in names)

    def handbook(self) -> tuple[Checked[Handbook], ...]:
        """Every file of the handbook, by name."""
        holder = self._holder("handbook")
        names = yaml_names(holder.folder / "handbook")
        return tuple(holder._read(f"handbook/{name}.yaml", Handbook) for name in names)

    def persona(self, identity: str) -> Checked[Persona] | None:
        """A persona; None if no folder has it. The id is an ``Id``, so it leads nowhere else."""
        file = f"personas/{identity}.yaml"
        holder = self._holder(file)
        if not os.path.lexists(holder.folder / file):
            return None
        return identified(holder._read(file, Persona), "persona", identity)

    def personas(self) -> frozenset[str]:
        """The ids of all personas at hand."""
        below = self.fallback.personas() if self.fallback else frozenset()
        return below | frozenset(yaml_names(self.folder / "personas"))

    def files(self) -> Iterator[Path]:
        """Every file that a scenario on this shelf may stand on, there or not."""
        if self.fallback:
            yield from self.fallback.files()
        yield from (self.folder / "standard.yaml", self.folder / "tactics.yaml")
        for folder in (self.folder / "personas", self.folder / "courses"):
            yield from (folder / f"{name}.yaml" for name in yaml_names(folder))

    def _holder(self, name: str) -> Shelf:
        here = os.path.lexists(self.folder / name)
        return self if here or self.fallback is None else self.fallback._holder(name)

    def _read(self, name: str, model: type[M]) -> Checked[M]:
        path = self.folder / name
        findings = Findings(printable(path, most=1000))
        text = read_text(path, findings, self._inside())
        stamp = (text, tuple(findings.problems))
        kept = self._kept.get(path)
        if kept is None or kept[0] != stamp:
            kept = self._kept[path] = (stamp, check_text(text, model, findings))
        return cast("Checked[M]", kept[1])

    def _inside(self) -> Path | None:
        """The shipped folder is trusted: some installers make its files links."""
        return self.folder if self.fallback else None


def yaml_names(folder: Path) -> list[str]:
    """The names of the YAML files in ``folder``, without their endings, in order; none if there is no such folder."""
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for _count, entry in zip(range(_MOST_FILES), entries, strict=False)]
    except OSError:
        return []
    return sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml") and not name.startswith("."))
