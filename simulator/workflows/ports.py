"""What the workflows need from outside, as protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the models are heavy, and lists on the first screen need none of them
    from simulator.model.language import Language
    from simulator.model.problem import Fault, Problem
    from simulator.model.record import Event, Mode
    from simulator.model.rules import Dropped
    from simulator.model.scenario import Course, Scenario
    from simulator.model.tactics import Catalogue


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event as the record holds it.

    Attributes:
        seq: counted from 0 within the attempt.
        at: when it was committed, in UTC.
        previous, hash: hex SHA-256; the first event's ``previous`` is 64 zeros.
        commitment: hex HMAC-SHA256 under the person's key of the words that are kept outside the chain (his name with
            the first event, a typed text with any); None where the event came with none.
    """

    attempt: str
    seq: int
    at: datetime
    event: Event
    previous: str
    hash: str
    commitment: str | None = None


@dataclass(frozen=True, slots=True)
class AttemptSummary:
    """One attempt, as lists show it.

    Attributes:
        turns: how many stand: the moves of a prefix count, those taken back do not.
        finished: what the caller said with the last event.
    """

    attempt: str
    person: str
    scenario: str
    mode: Mode
    started: datetime
    last: datetime
    turns: int
    origin: tuple[str, int] | None
    finished: bool


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where a chain of the record is broken.

    ``seq`` is the event; -1 where the attempt as a whole is meant. ``attempt`` is empty for kept content.
    """

    attempt: str
    seq: int
    why: str


class Store(Protocol):
    """The record. Every method raises a ``StoreError`` where the record cannot be read or written."""

    def person(self, name: str) -> str:
        """The pseudonym of the person of that name, who is entered if new.

        Raises:
            UsageError: the name is empty or too long.
        """

    def name(self, person: str) -> str | None:
        """The person's name; None once erased.

        Raises:
            UnknownName: there is no such pseudonym.
        """

    def erase(self, person: str) -> None:
        """Empties the person's name and typed texts and destroys his key. His chains still verify.

        Doing it again is harmless, and needed after a ``StoreLocked``: the words may then still be in the file.

        Raises:
            UnknownName: there is no such pseudonym.
        """

    def keep(self, content: bytes) -> str:
        """Keeps a piece of content for good; its hex SHA-256."""

    def content(self, digest: str) -> bytes:
        """A kept piece of content, its hash checked.

        Raises:
            StoreDamaged: it is missing or its hash is another.
        """

    def begin(self, attempt: str, event: Event, at: datetime, text: str | None = None) -> Recorded:
        """Records the first event of a new attempt, a ``Started``, committed when this returns.

        Args:
            text: what was typed with it; kept outside the chain, which holds a commitment to it.

        Raises:
            AttemptMoved: there is an attempt of that id.
            UnknownName: there is no such person.
            UsageError: the person's data were erased.
        """

    def append(
        self,
        attempt: str,
        expected: int,
        event: Event,
        at: datetime,
        finished: bool = False,
        text: str | None = None,
    ) -> Recorded:
        """Records the next event, committed when this returns.

        Args:
            expected: the sequence number that the event is to have.
            finished: the attempt is complete with it.
            text: what was typed with it, as in ``begin``.

        Raises:
            AttemptMoved: the attempt has another next number.
            UnknownName: there is no such attempt.
            UsageError: the person's data were erased.
        """

    def events(self, attempt: str) -> Sequence[Recorded]:
        """All events of an attempt, in order.

        Raises:
            UnknownName: there is no such attempt.
        """

    def texts(self, attempt: str) -> Mapping[int, str | None]:
        """The typed texts of an attempt by the number of their event; None where erased.

        Raises:
            UnknownName: there is no such attempt.
        """

    def attempts(self, person: str | None = None, scenario: str | None = None) -> Sequence[AttemptSummary]:
        """Attempts, the one with the latest event first."""

    def faults(self, attempt: str | None = None) -> Sequence[ChainFault]:
        """Where chains are broken, over one attempt or all.

        Raises:
            UnknownName: there is no such attempt.
        """

    def close(self) -> None:
        """Lets go of the file or connection."""


class SolutionCache(Protocol):
    """Bytes by key. What is damaged or missing is None, never an error."""

    def get(self, key: str) -> bytes | None: ...

    def put(self, key: str, data: bytes) -> None: ...


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


class Library(Protocol):
    """Scenario files: the shipped ones, the team's and one's own."""

    def titles(self) -> Sequence[Title]:
        """Every scenario at hand, in the order of level and id. A file too broken to list is left out."""

    def read(self, name: str) -> Read:
        """A scenario by id, or by the path of its file or folder, with all its problems.

        Raises:
            UnknownName: there is none; the nearest ids are named.
        """

    def place(self, name: str, faults: Iterable[Fault]) -> tuple[Problem, ...]:
        """Faults of a scenario's own file as problems at their lines, in the order of these.

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

    def courses(self) -> Sequence[Course]:
        """The courses."""

    def catalogue(self) -> Catalogue:
        """The shipped tactics."""
