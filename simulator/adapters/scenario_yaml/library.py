"""Where scenarios are found: the shipped folder, the team's and one's own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.adapters.scenario_yaml.head import read_title
from simulator.adapters.scenario_yaml.source import printable
from simulator.model.errors import UnknownName, UsageError
from simulator.model.language import _

if TYPE_CHECKING:
    from simulator.adapters.scenario_yaml.shelf import Shelf
    from simulator.model.handbook import Handbook
    from simulator.model.language import Language
    from simulator.model.problem import Fault, Problem
    from simulator.model.scenario import Course, LayerName, Status
    from simulator.model.tactics import Catalogue
    from simulator.workflows.ports import Located, Read, TestPlan, Title, Words, Written

_FILE = "scenario.yaml"
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MOST_SCENARIOS = 2_000  # of one folder


class YamlLibrary:
    """The ``Library`` over folders of YAML files.

    Args:
        shipped: the folder with ``standard.yaml``, ``tactics.yaml``, ``personas/``, ``courses/`` and ``library/``.
        own: further folders, with ``library/<id>/`` or ``<id>/`` in them; an id is looked up in the shipped one first.
    """

    def __init__(self, shipped: Path, own: Sequence[Path] = ()) -> None:
        self._folders = (shipped, *own)
        self._shelves: dict[Path, Shelf] = {}

    @cached_property
    def _shipped(self) -> Shelf:
        from simulator.adapters.scenario_yaml.shelf import Shelf  # loads the models, which a list does without

        return Shelf(self._folders[0])

    def titles(self) -> Sequence[Title]:
        """Every scenario at hand, in the order of level and id. A file too broken to list is left out."""
        titles = (read_title(path, identity, self._bounds(path)) for identity, path in self._scenarios().items())
        return sorted((title for title in titles if title), key=lambda title: (title.level, title.id))

    def locate(self, name: str) -> Located:
        """Where a scenario is, by id or by the path of its file or folder.

        Raises:
            UnknownName: no scenario has that id.
            UsageError: there is nothing at that path.
        """
        from simulator.workflows.ports import Located

        path = self._find(name)
        return Located(path, self._is_shipped(path))

    def read(self, name: str, text: str | None = None) -> Read:
        """A scenario by id, or by the path of its file or folder, with all its problems.

        Args:
            text: read as if the file held it; the file need not be there then, if a path was given.

        Raises:
            UnknownName: no scenario has that id.
            UsageError: there is nothing at that path.
        """
        from simulator.adapters.scenario_yaml.scenario import read_scenario

        path = self._find(name, needed=text is None)
        return read_scenario(path, self._shelf(path), self._bounds(path), text)

    def place(self, name: str, faults: Iterable[Fault], text: str | None = None) -> tuple[Problem, ...]:
        """Faults of a scenario's own file as problems at their lines.

        Args:
            text: as in ``read``.

        Raises:
            UnknownName: no scenario has that id.
            UsageError: there is nothing at that path.
        """
        from simulator.adapters.scenario_yaml.scenario import place_in_scenario

        path = self._find(name, needed=text is None)
        return place_in_scenario(path, self._bounds(path), faults, text)

    def written(
        self, name: str, places: Iterable[tuple[LayerName, Sequence[str | int]]], text: str | None = None
    ) -> tuple[Written | None, ...]:
        """Where things stand in the files of a scenario's layers, each given as its layer and the path of its keys.

        None where a layer's file is too broken to tell, or does not lead there.

        Args:
            text: as in ``read``.

        Raises:
            UnknownName: no scenario has that id.
            UsageError: there is nothing at that path.
        """
        from simulator.adapters.scenario_yaml.scenario import written_at

        path = self._find(name, needed=text is None)
        return tuple(written_at(path, self._shelf(path), self._bounds(path), places, text))

    def words(self, name: str | None = None) -> Words:
        """What can be written into a scenario file. Reads every persona and course: ask once, not at every key.

        Args:
            name: the scenario whose lower layers count; None for the shipped ones.

        Raises:
            UnknownName: no scenario has that id.
            UsageError: there is nothing at that path.
        """
        from simulator.adapters.scenario_yaml.words import words_of

        return words_of(self._shipped if name is None else self._shelf(self._find(name)))

    def with_status(self, text: str, status: Status) -> str | None:
        """The text of a scenario file with another ``status:``, and all else as it was; None where that cannot be."""
        from simulator.adapters.scenario_yaml.status import with_status

        return with_status(text, status)

    def stamp(self, name: str) -> bytes:
        """A hash that changes with anything that the scenario's problems, or those of its plans, depend on.

        Raises:
            UnknownName: no scenario has that id.
            UsageError: there is nothing at that path.
        """
        from simulator.adapters.scenario_yaml.stamp import stamp_of

        path = self._find(name)
        plans = sorted((path.parent / "paths").glob("*.yaml"))
        return stamp_of((path, *plans, *self._shelf(path).files()))

    def plans(self, name: str) -> tuple[Sequence[TestPlan], Sequence[Problem]]:
        """The test plans beside a scenario, by name, and the problems of those that are broken.

        Raises:
            UnknownName: no scenario has that id.
            UsageError: there is nothing at that path.
        """
        from simulator.adapters.scenario_yaml.plan import read_plans

        path = self._find(name)
        return read_plans(path.parent / "paths", self._bounds(path))

    def save(self, plan: TestPlan) -> None:
        """Writes a test plan to its path.

        Raises:
            UsageError: there is something at the path already, or nothing can be written there.
        """
        from simulator.adapters.scenario_yaml.plan import write_plan

        write_plan(plan)

    def courses(self) -> Sequence[Course]:
        """The shipped courses.

        Raises:
            BadFile: one of them is broken.
        """
        return tuple(checked.sound() for checked in self._shipped.courses())

    def catalogue(self) -> Catalogue:
        """The shipped tactics.

        Raises:
            BadFile: the file is broken.
        """
        return self._shipped.catalogue().sound()

    def handbook(self) -> Handbook:
        """The shipped handbook.

        Raises:
            BadFile: one of its files is broken.
        """
        from simulator.model.handbook import bound

        return bound(checked.sound() for checked in self._shipped.handbook())

    def start(self, identity: str, persona: str | None, language: Language, folder: Path) -> Path:
        """Writes a small complete scenario to start from into ``folder/identity``; the path of its file.

        Args:
            language: of its comments; its texts are in both.

        Raises:
            UnknownName: there is no such persona.
            UsageError: the id is none or is taken, or nothing can be written there.
        """
        from simulator.adapters.scenario_yaml.starter import is_id, write_starter

        self._refuse_taken(identity)
        shelf = self._shelf(folder / identity / _FILE)
        kind = shelf.persona(persona) if persona and is_id(persona) else None
        if persona and kind is None:
            raise UnknownName(_("persona"), printable(persona), shelf.personas())
        excuses = tuple(name for name, excuse in kind.sound().excuses.items() if excuse) if kind else ()
        return write_starter(self._folders[0] / "starter", folder, identity, persona, excuses, language)

    def copy(self, name: str, identity: str, folder: Path) -> Path:
        """Writes a scenario's text under a new id into ``folder/identity``, with its test plans; the path of its file.

        Raises:
            UnknownName: there is no such scenario.
            BadFile: its file cannot be read as text.
            UsageError: the id is none or is taken, or nothing can be written there.
        """
        from simulator.adapters.scenario_yaml.starter import write_copy

        path = self._find(name)
        self._refuse_taken(identity)
        return write_copy(self._folders[0] / "schema", path, self._bounds(path), folder, identity)

    def _refuse_taken(self, identity: str) -> None:
        from simulator.adapters.scenario_yaml.starter import is_id

        if not is_id(identity):
            example = _("write lower-case letters, digits and hyphens, a letter first, as in “late-pallets”")
            raise UsageError(_("“{value}” is no id: {example}.", value=printable(identity), example=example))
        if taken := self._by_id(identity):
            raise UsageError(_("There is a scenario “{id}” already: {path}", id=identity, path=taken))

    # Finding

    def _find(self, name: str, needed: bool = True) -> Path:
        """The file of that name; with ``needed`` false, a path will do where there is nothing."""
        if _ID.fullmatch(name) and (found := self._by_id(name)):
            return found
        path = Path(name).expanduser() if "\0" not in name else None
        try:
            if path and path.is_dir() and (os.path.lexists(path / _FILE) or _is_path(name)):
                path = path / _FILE
            if path and os.path.lexists(path) and not path.is_dir():
                return path
        except (OSError, RuntimeError, ValueError):  # too long, or a circle of links: nothing is there
            pass
        if path and not needed and _is_path(name):
            return path if path.name.endswith((".yaml", ".yml")) else path / _FILE
        if _is_path(name):
            raise UsageError(_("There is no scenario file at “{path}”; check the path.", path=printable(name)))
        raise UnknownName(_("scenario"), printable(name), self._scenarios())

    def _by_id(self, identity: str) -> Path | None:
        for folder in self._folders:
            for place in (folder / "library", folder):
                if os.path.lexists(path := place / identity / _FILE):
                    return path
        return None

    def _scenarios(self) -> dict[str, Path]:
        """Every scenario file by id."""
        found: dict[str, Path] = {}
        for folder in self._folders:
            for place in (folder / "library", folder):
                for identity in _subfolders(place):
                    if os.path.lexists(path := place / identity / _FILE):
                        found.setdefault(identity, path)
        return found

    def _bounds(self, path: Path) -> Path | None:
        """The folder that the file must really lie in; None in the shipped one, where installers may make links."""
        return None if self._is_shipped(path) else path.parent

    def _is_shipped(self, path: Path) -> bool:
        return _absolute(path).is_relative_to(_absolute(self._folders[0]))

    def _shelf(self, path: Path) -> Shelf:
        """The shelf of the nearest folder above the file that holds a ``standard.yaml``, else the shipped one."""
        from simulator.adapters.scenario_yaml.shelf import Shelf

        for folder in _absolute(path).parents:
            if folder == _absolute(self._folders[0]):
                return self._shipped
            if (folder / "standard.yaml").is_file():
                return self._shelves.setdefault(folder, Shelf(folder, self._shipped))
        return self._shipped


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 (resolve would follow links, away from the folder meant)


def _is_path(name: str) -> bool:
    return not name or any(sign in name for sign in ("/", os.sep, "\0", "~")) or name.endswith((".yaml", ".yml", "."))


def _subfolders(folder: Path) -> Iterator[str]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for _count, entry in zip(range(_MOST_SCENARIOS), entries, strict=False))
    except OSError:  # no such folder: nothing in it
        return
    yield from (name for name in names if _ID.fullmatch(name))
