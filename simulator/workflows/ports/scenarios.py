"""Scenario files: as they are read, and as they are edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the models are heavy, and lists on the first screen need none of them
    from simulator.model.handbook import Handbook
    from simulator.model.language import Language
    from simulator.model.problem import Fault, Problem
    from simulator.model.rules import Dropped
    from simulator.model.scenario import Course, LayerName, Scenario, Status
    from simulator.model.tactics import Catalogue
    from simulator.model.text import Text


@dataclass(frozen=True, slots=True)
class Title:
    """A scenario as lists show it, read from the head of its file."""

    id: str
    path: Path
    title: dict[str, str]
    summary: dict[str, str]
    level: int
    channel: str
    courses: tuple[str, ...]
    turns: int
    status: str


@dataclass(frozen=True, slots=True)
class TestPlan:
    """A test plan beside a scenario, as it is written."""

    path: Path
    name: str
    seed: int
    moves: tuple[str, ...]
    expect: tuple[dict[str, object], ...]
    ending: str | None
    score: str | None


@dataclass(frozen=True, slots=True)
class Read:
    """What reading a scenario file gave."""

    scenario: Scenario | None
    problems: tuple[Problem, ...]
    dropped: tuple[Dropped, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class Located:
    """Where a scenario's file is.

    Attributes:
        shipped: it came with the program and is not to be written.
    """

    path: Path
    shipped: bool


@dataclass(frozen=True, slots=True)
class LayerWords:
    """The ids that a lower layer brings, or that a whole scenario has.

    Attributes:
        cards: the kind of each card.
        meters: with their start.
    """

    cards: Mapping[str, str] = field(default_factory=dict)
    stages: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    meters: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """What can be written into a scenario file, as far as it does not stand in the file itself.

    Attributes:
        schema: the JSON Schema of the file.
        tactics: names by id, in the order of the catalogue.
        takes: by tactic, the kinds of card that it is aimed at.
        personas, courses, objectives: names or statements by id.
        standard: what everybody's default reactions bring.
        below: by persona, what he brings.
    """

    schema: Mapping[str, object]
    tactics: Mapping[str, Text | None]
    takes: Mapping[str, tuple[str, ...]]
    personas: Mapping[str, Text | None]
    courses: Mapping[str, Text | None]
    objectives: Mapping[str, Text | None]
    standard: LayerWords
    below: Mapping[str, LayerWords]


@dataclass(frozen=True, slots=True)
class Written:
    """A place in a scenario's files: the file, and the line counted from 1."""

    file: str
    line: int


class Library(Protocol):
    """Scenarios: the shipped ones, one's own, and those on the team's shelf (``ports.shelf``)."""

    def titles(self, with_team: bool = True) -> Sequence[Title]:
        """Every scenario at hand, in the order of level and id. A file too broken to list is left out.

        Args:
            with_team: those of the team's shelf that were ever published, for which the store is asked.
        """

    def title(self, name: str, text: str) -> Title | None:
        """The entry of a scenario in a list as if its file held that text; None where that is too broken for one.

        Args:
            name: as in ``read``.
        """

    def locate(self, name: str) -> Located:
        """Where a scenario is, by id or by the path of its file or folder.

        Raises:
            UnknownName: there is none; the nearest ids are named.
        """

    def read(self, name: str, text: str | None = None) -> Read:
        """A scenario by id, or by the path of its file or folder, with all its problems.

        One of the team's shelf is what was published last, with the status that it has now.

        Args:
            text: read as if the file held it; the file need not be there then, if a path was given.

        Raises:
            UnknownName: there is none; the nearest ids are named.
        """

    def place(self, name: str, faults: Iterable[Fault], text: str | None = None) -> tuple[Problem, ...]:
        """Faults of a scenario's own file as problems at their lines, in the order of these.

        Args:
            text: as in ``read``.

        Raises:
            UnknownName: there is no such scenario.
        """

    def written(
        self, name: str, places: Iterable[tuple[LayerName, Sequence[str | int]]], text: str | None = None
    ) -> tuple[Written | None, ...]:
        """Where things stand in the files of a scenario's layers, each given as its layer and the path of its keys.

        None where a layer's file is too broken to tell, or does not lead there.

        Args:
            text: as in ``read``.

        Raises:
            UnknownName: there is no such scenario.
        """

    def words(self, name: str | None = None) -> Words:
        """What can be written into a scenario file. Reads every persona and course: ask once, not at every key.

        Args:
            name: the scenario whose lower layers count; None for the shipped ones.

        Raises:
            UnknownName: there is no such scenario.
        """

    def with_status(self, text: str, status: Status) -> str | None:
        """The text of a scenario file with another ``status:``, and all else as it was, comments too.

        None where it is too broken to tell where the status stands, or written so that there is no safe place for it.
        """

    def stamp(self, name: str) -> bytes:
        """A hash that changes with anything that the scenario's problems, or those of its plans, depend on.

        Raises:
            UnknownName: there is no such scenario.
        """

    def plans(self, name: str) -> tuple[Sequence[TestPlan], Sequence[Problem]]:
        """The test plans beside a scenario, and the problems of those that are broken."""

    def save(self, plan: TestPlan) -> None:
        """Writes a test plan to its path.

        Raises:
            UsageError: there is something at the path already, or nothing can be written there.
        """

    def start(self, identity: str, persona: str | None, language: Language, folder: Path) -> Path:
        """Writes a small complete scenario to start from into ``folder/identity``; the path of its file.

        Args:
            language: of its comments; its texts are in both.

        Raises:
            UnknownName: there is no such persona.
            UsageError: the id is none or is taken, or nothing can be written there.
        """

    def copy(self, name: str, identity: str, folder: Path) -> Path:
        """Writes a scenario's text under a new id into ``folder/identity``, with its test plans; the path of its file.

        Raises:
            UnknownName: there is no such scenario.
            BadFile: its file cannot be read as text.
            UsageError: the id is none or is taken, or nothing can be written there.
        """

    def demand_free(self, identity: str) -> None:
        """Does nothing if a new scenario can have that id.

        Raises:
            UsageError: it is none, or is taken.
        """

    def started(self, identity: str, persona: str | None, language: Language) -> str:
        """The text that ``start`` writes, for the team's shelf: a draft.

        Raises:
            UnknownName: there is no such persona.
            UsageError: the id is none or is taken.
        """

    def copied(self, name: str, identity: str, text: str | None = None) -> str:
        """A scenario's text under a new id, for the team's shelf: a draft.

        Args:
            text: taken as if the file held it.

        Raises:
            UnknownName: there is no such scenario.
            BadFile: its file cannot be read as text.
            UsageError: the id is none or is taken.
        """

    def courses(self) -> Sequence[Course]:
        """The courses."""

    def catalogue(self) -> Catalogue:
        """The shipped tactics."""

    def handbook(self) -> Handbook:
        """The shipped handbook."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A file's text, with line ends as ``\\n`` and without a byte order mark.

    Attributes:
        stamp: hex SHA-256 of the bytes on disk.
    """

    text: str
    stamp: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Somebody has a file open in a Studio.

    Attributes:
        user, host, pid: who, where, and in which process.
        since: in UTC.
    """

    user: str
    host: str
    pid: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """Text that somebody had not saved when his Studio died.

    Attributes:
        base, stamp: what the text was made from, and its stamp; None where there was no file.
        at: when it was kept, in UTC.
        token: names what was kept, for ``forget``.
    """

    path: Path
    text: str
    base: str
    stamp: str | None
    at: datetime
    token: str


class ScenarioFiles(Protocol):
    """Scenario files as text that somebody edits. One object is one Studio: its claims and kept texts are its own."""

    def load(self, path: Path) -> Loaded:
        """The text of a file.

        Raises:
            BadFile: it cannot be read, is too large, is not UTF-8, or holds control characters.
        """

    def stamp(self, path: Path) -> str | None:
        """Hex SHA-256 of the file's bytes; None where it is gone. Cheap while the file's time and size stay the same.

        Raises:
            BadFile: it is there and cannot be read.
        """

    def save(self, path: Path, text: str, expected: str | None) -> str:
        """Writes a text, all or nothing, with the line ends, the byte order mark and the rights that the file had.

        Args:
            expected: the stamp that the file must have; None where there must be none.

        Returns:
            The new stamp.

        Raises:
            ChangedElsewhere: the file has another stamp, is gone, or is there already.
            BadFile: the text is none that ``load`` would read back.
            UsageError: nothing can be written there.
        """

    def beside(self, path: Path, mark: str, text: str) -> Path:
        """Writes a text beside a file, as ``scenario.<mark>.yaml``; the path of it. What is there already stays.

        Raises:
            UsageError: nothing can be written there.
        """

    def claim(self, path: Path) -> Claim | None:
        """Says that this Studio has the file open, and tells who else has; the one who has had it longest.

        It forbids nothing. Claims of processes that are dead do not count; claiming again renews.
        """

    def release(self, path: Path) -> None:
        """Takes this Studio's claim back; harmless where there is none."""

    def keep(self, path: Path, text: str, base: str, stamp: str | None) -> None:
        """Keeps unsaved text in the data folder, in place of what this Studio kept of that file before."""

    def forget(self, path: Path, token: str | None = None) -> None:
        """Drops what was kept of a file: of this Studio, or what ``token`` names. Harmless where there is nothing."""

    def kept(self, path: Path | None = None) -> Sequence[Kept]:
        """What was kept by Studios that are no longer alive, of one file or of all, the latest first."""
