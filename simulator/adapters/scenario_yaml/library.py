"""Where scenarios are found: the shipped folder, one's own, and the team's shelf in the store."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from simulator.adapters.scenario_yaml.head import given_title, read_title
from simulator.adapters.scenario_yaml.shelved import Shelved
from simulator.adapters.scenario_yaml.source import printable
from simulator.model.errors import UnknownName, UsageError
from simulator.model.language import _
from simulator.workflows.ports import on_shelf, shelf_path

if TYPE_CHECKING:
    from simulator.adapters.scenario_yaml.shelf import Shelf
    from simulator.model.handbook import Handbook
    from simulator.model.language import Language
    from simulator.model.problem import Fault, Problem
    from simulator.model.scenario import Course, LayerName, Status
    from simulator.model.tactics import Catalogue
    from simulator.workflows.ports import Located, Read, TeamShelf, TestPlan, Title, Words, Written

_FILE = "scenario.yaml"
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MOST_SCENARIOS = 2_000  # of one folder


class YamlLibrary:
    """The ``Library`` over folders of YAML files, and over the team's shelf.

    An id is looked up in the shipped folder first, then in one's own, then on the shelf. A scenario of the shelf stands
    on the shipped layers alone; its name ``team:<id>`` means the text that was published last, or one that is given.

    Args:
        shipped: the folder with ``standard.yaml``, ``tactics.yaml``, ``personas/``, ``courses/`` and ``library/``.
        own: further folders, with ``library/<id>/`` or ``<id>/`` in them.
        team: gives the shelf; None while there is no store.
        by_path: whether a name may be a path. For whoever is signed in it may not: the files are not his.
    """

    def __init__(
        self,
        shipped: Path,
        own: Sequence[Path] = (),
        team: Callable[[], TeamShelf | None] = lambda: None,
        by_path: bool = True,
    ) -> None:
        self._folders = (shipped, *own)
        self._shelves: dict[Path, Shelf] = {}
        self._team = Shelved(team)
        self._by_path = by_path

    @cached_property
    def _shipped(self) -> Shelf:
        from simulator.adapters.scenario_yaml.shelf import Shelf  # loads the models, which a list does without

        return Shelf(self._folders[0])

    def titles(self, with_team: bool = True) -> Sequence[Title]:
        """Every scenario at hand, in the order of level and id. A file too broken to list is left out.

        Args:
            with_team: those of the team's shelf too, for which the store is asked.
        """
        files = self._scenarios()
        titles = [read_title(path, identity, self._bounds(path)) for identity, path in files.items()]
        if with_team:
            titles += [self._team.title(one) for name, one in self._team.scenarios().items() if name not in files]
        return sorted((title for title in titles if title), key=lambda title: (title.level, title.id))

    def title(self, name: str, text: str) -> Title | None:
        """The entry of a scenario in a list as if its file held that text; None where that is too broken for one.

        Args:
            name: as in ``read``.
        """
        path = self._find(name, needed=False)
        return given_title(text, path, on_shelf(path) or path.parent.name)

    def locate(self, name: str) -> Located:
        """Where a scenario is, by id or by the path of its file or folder.

        Raises:
            UnknownName: no scenario has that id.
            UsageError: there is nothing at that path.
        """
        from simulator.workflows.ports import Located

        path = self._find(name, needed=not on_shelf(name))
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
        identity = on_shelf(path)
        if identity is None:
            return read_scenario(path, self._shelf(path), self._bounds(path), text)
        if text is not None:
            return read_scenario(path, self._shipped, None, text, identity)
        one = self._team.scenarios()[identity]
        read = read_scenario(path, self._shipped, None, self._team.text(one), identity)
        known = read.scenario.model_copy(update={"status": one.status}) if read.scenario else None
        return replace(read, scenario=known)

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
        return place_in_scenario(path, self._bounds(path), faults, self._standing(path, text))

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
        return tuple(written_at(path, self._shelf(path), self._bounds(path), places, self._standing(path, text)))

    def words(self, name: str | None = None) -> Words:
        """What can be written into a scenario file. Reads every persona and course: ask once, not at every key.

        Args:
            name: the scenario whose lower layers count; None for the shipped ones.

        Raises:
            UnknownName: no scenario has that id.
            UsageError: there is nothing at that path.
        """
        from simulator.adapters.scenario_yaml.words import words_of

        return words_of(self._shipped if name is None else self._shelf(self._find(name, needed=not on_shelf(name))))

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
        if on_shelf(path):
            return stamp_of(self._shipped.files(), f"{path}\n{self._standing(path, None)}")
        plans = sorted((path.parent / "paths").glob("*.yaml"))
        return stamp_of((path, *plans, *self._shelf(path).files()))

    def plans(self, name: str) -> tuple[Sequence[TestPlan], Sequence[Problem]]:
        """The test plans beside a scenario, by name, and the problems of those that are broken. The shelf has none.

        Raises:
            UnknownName: no scenario has that id.
            UsageError: there is nothing at that path.
        """
        from simulator.adapters.scenario_yaml.plan import read_plans

        path = self._find(name, needed=not on_shelf(name))
        return ((), ()) if on_shelf(path) else read_plans(path.parent / "paths", self._bounds(path))

    def save(self, plan: TestPlan) -> None:
        """Writes a test plan to its path.

        Raises:
            UsageError: there is something at the path already, or nothing can be written there.
        """
        from simulator.adapters.scenario_yaml.plan import write_plan

        self._refuse_folders()
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
        from simulator.adapters.scenario_yaml.starter import write_starter

        self._refuse_folders()
        self.demand_free(identity)
        excuses = _excuses(self._shelf(folder / identity / _FILE), persona)
        return write_starter(self._folders[0] / "starter", folder, identity, persona, excuses, language)

    def started(self, identity: str, persona: str | None, language: Language) -> str:
        """The text that ``start`` writes, for the team's shelf: a draft.

        Raises:
            UnknownName: there is no such persona.
            UsageError: the id is none or is taken.
        """
        from simulator.adapters.scenario_yaml.starter import starter_text

        self.demand_free(identity)
        excuses = _excuses(self._shipped, persona)
        text = starter_text(self._folders[0] / "starter", identity, persona, excuses, language)
        return self.with_status(text, "draft") or text

    def copy(self, name: str, identity: str, folder: Path) -> Path:
        """Writes a scenario's text under a new id into ``folder/identity``, with its test plans; the path of its file.

        Raises:
            UnknownName: there is no such scenario.
            BadFile: its file cannot be read as text.
            UsageError: the id is none or is taken, or nothing can be written there.
        """
        from simulator.adapters.scenario_yaml.starter import write_copy

        self._refuse_folders()
        path = self._find(name)
        self.demand_free(identity)
        if on_shelf(path):
            raise UsageError(_("“{name}” is the team's; a copy of it stays on the team's shelf.", name=name))
        return write_copy(self._folders[0] / "schema", path, self._bounds(path), folder, identity)

    def copied(self, name: str, identity: str, text: str | None = None) -> str:
        """A scenario's text under a new id, for the team's shelf: a draft.

        Args:
            text: taken as if the file held it.

        Raises:
            UnknownName: there is no such scenario.
            BadFile: its file cannot be read as text.
            UsageError: the id is none or is taken.
        """
        from simulator.adapters.scenario_yaml.starter import copied_text, sound_text

        path = self._find(name, needed=text is None)
        self.demand_free(identity)
        known = self._standing(path, text)
        made = copied_text(sound_text(path, self._bounds(path)) if known is None else known, identity)
        return self.with_status(made, "draft") or made

    def _refuse_folders(self) -> None:
        if not self._by_path:
            raise UsageError(_("Whoever is signed in writes scenarios on the team's shelf, and in no folder."))

    def demand_free(self, identity: str) -> None:
        """Does nothing if a new scenario can have that id.

        Raises:
            UsageError: it is none, or is taken.
        """
        from simulator.adapters.scenario_yaml.starter import is_id

        if not is_id(identity):
            example = _("write lower-case letters, digits and hyphens, a letter first, as in “late-pallets”")
            raise UsageError(_("“{value}” is no id: {example}.", value=printable(identity), example=example))
        taken = self._by_id(identity) or (shelf_path(identity) if identity in self._team.taken() else None)
        if taken:
            raise UsageError(_("There is a scenario “{id}” already: {path}", id=identity, path=taken))

    # Finding

    def _find(self, name: str, needed: bool = True) -> Path:
        """The file of that name; with ``needed`` false, a path will do where there is nothing."""
        if _ID.fullmatch(name) and (found := self._by_id(name)):
            return found
        if identity := on_shelf(name):
            if needed and identity not in self._team.scenarios():
                raise self._unknown(name)
            return shelf_path(identity)
        if self._by_path and (path := self._find_file(name, needed)):
            return path
        if _ID.fullmatch(name) and name in self._team.scenarios():
            return shelf_path(name)
        if self._by_path and _is_path(name):
            raise UsageError(_("There is no scenario file at “{path}”; check the path.", path=printable(name)))
        raise self._unknown(name)

    def _find_file(self, name: str, needed: bool) -> Path | None:
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
        return None

    def _unknown(self, name: str) -> UnknownName:
        return UnknownName(_("scenario"), printable(name), (*self._scenarios(), *self._team.scenarios()))

    def _standing(self, path: Path, text: str | None) -> str | None:
        """The text that counts: the given one, else that on the shelf; None where it stands in a file."""
        identity = on_shelf(path)
        return self._team.text(self._team.scenarios()[identity]) if text is None and identity else text

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
        return None if on_shelf(path) or self._is_shipped(path) else path.parent

    def _is_shipped(self, path: Path) -> bool:
        return not on_shelf(path) and _absolute(path).is_relative_to(_absolute(self._folders[0]))

    def _shelf(self, path: Path) -> Shelf:
        """The shelf of the nearest folder above the file that holds a ``standard.yaml``, else the shipped one."""
        from simulator.adapters.scenario_yaml.shelf import Shelf

        if on_shelf(path):
            return self._shipped
        for folder in _absolute(path).parents:
            if folder == _absolute(self._folders[0]):
                return self._shipped
            if (folder / "standard.yaml").is_file():
                return self._shelves.setdefault(folder, Shelf(folder, self._shipped))
        return self._shipped


def _excuses(shelf: Shelf, persona: str | None) -> tuple[str, ...]:
    """The excuses that a persona brings.

    Raises:
        UnknownName: there is no such persona.
    """
    from simulator.adapters.scenario_yaml.starter import is_id

    kind = shelf.persona(persona) if persona and is_id(persona) else None
    if persona and kind is None:
        raise UnknownName(_("persona"), printable(persona), shelf.personas())
    return tuple(name for name, excuse in kind.sound().excuses.items() if excuse) if kind else ()


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
