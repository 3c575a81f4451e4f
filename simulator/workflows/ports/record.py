"""The record: attempts with their events, the desk's journal, and what is computed from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

from simulator.workflows.ports.accounts import Accounts
from simulator.workflows.ports.holding import Holders
from simulator.workflows.ports.outbox import Outbox
from simulator.workflows.ports.shelf import TeamShelf

if TYPE_CHECKING:  # the models are heavy, and lists on the first screen need none of them
    from array import array

    from scoring.objectives import Observation
    from scoring.rubric import PartName
    from simulator.model.journal import DeskEvent
    from simulator.model.language import Language
    from simulator.model.record import Event, Mode


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
        last: of the latest event but for remarks, by which an attempt does not move.
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
    assignment: str | None = None


JOURNAL = "journal"
"""Stands in a ``ChainFault`` where an attempt's id would: the fault is in the journal. No attempt has this id."""


@dataclass(frozen=True, slots=True)
class ChainFault:
    """Where a chain of the record is broken.

    ``seq`` is the event; -1 where the chain as a whole is meant. ``attempt`` is empty for kept content, and ``JOURNAL``
    for the journal.
    """

    attempt: str
    seq: int
    why: str


DecisionKind = Literal["remarked", "appealed", "overruled", "answered", "rated", "marked"]
"""A kind of decision; ``marked`` is a typed line that may be a forbidden act, on which there is to be one."""


@dataclass(frozen=True, slots=True)
class Entered:
    """An event of the desk as the journal holds it.

    Attributes:
        seq: counted from 0.
        at: when it was committed, in UTC.
        about: the person, by pseudonym, under whose key the words with it are committed to, and with whom they are
            erased; None where it came with none.
        previous, hash, commitment: as with ``Recorded``.
    """

    seq: int
    at: datetime
    event: DeskEvent
    previous: str
    hash: str
    about: str | None = None
    commitment: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What an ended attempt came to under one version of the rubric. It can be made again from events at any time.

    Attributes:
        content: hash of the pinned scenario content.
        started, ended: in UTC.
        seconds: time spent; pauses of more than five minutes between two events are not counted, since nobody thinks
            that long about a line.
        total, before_gate: 0–100.
        pass_mark: 0–100, the one that ``passed`` goes by.
        parts: points 0–100 of each part of the scorecard; None where it was not observed.
        breaches: the turns in which a forbidden act was committed.
        worth, best, floor: points of the talk.
        evidence: whether it counts: an exam, or practice that is shared; scored attempts only.
        head: hash of the last event of the attempt when this was made.
        observations: empty where they were not asked for.
        overruled: a reviewer's decision is in it.
    """

    attempt: str
    rubric: str
    person: str
    scenario: str
    content: str
    mode: Mode
    language: Language
    assignment: str | None
    started: datetime
    ended: datetime
    seconds: float
    turns: int
    total: float
    before_gate: float
    passed: bool
    pass_mark: float
    parts: Mapping[PartName, float | None]
    breaches: tuple[int, ...]
    worth: float
    best: float
    floor: float
    ending: str
    evidence: bool
    head: str
    observations: tuple[Observation, ...] = ()
    overruled: bool = False


REASONS = ("shown", "missed", "preparation", "note")
"""Why there is an observation; ``EvidenceColumns.reason`` counts in it."""


@dataclass(frozen=True, slots=True)
class EvidenceColumns:
    """Every observation of the results that are evidence, as columns: a million of them are read at once.

    The first group has a value a result, in the order of person, ended, attempt; the second a value an observation, in
    the order of its result's ``observed``, from result to result.

    Attributes:
        started, ended: ISO 8601 in UTC, always six decimals: text order is time order.
        passed: 0 or 1.
        observed: how many observations the result has.
        objectives: the names that ``objective`` counts in; their order is that in which the store met them.
        objective: type H. turn: type H, 0 for preparation and note. credit: type d, 0–1.
        chance: type d, the typical player's chance of a good move; NaN for fields.
        reason: type B, counts in ``REASONS``.
    """

    attempt: tuple[str, ...]
    person: tuple[str, ...]
    scenario: tuple[str, ...]
    mode: tuple[str, ...]
    language: tuple[str, ...]
    assignment: tuple[str | None, ...]
    started: tuple[str, ...]
    ended: tuple[str, ...]
    total: tuple[float, ...]
    passed: tuple[int, ...]
    head: tuple[str, ...]
    observed: tuple[int, ...]
    objectives: tuple[str, ...]
    objective: array[int]
    turn: array[int]
    credit: array[float]
    chance: array[float]
    reason: array[int]


@dataclass(frozen=True, slots=True)
class Standing:
    """What was computed of a person, kept to be shown at once.

    Attributes:
        stamp: of everything that it was made from; with another one it is made again.
        body: compact JSON.
    """

    person: str
    rubric: str
    stamp: str
    body: str


class Store(TeamShelf, Accounts, Outbox, Holders, Protocol):
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
        *,
        holder: str | None = None,
    ) -> Recorded:
        """Records the next event, committed when this returns.

        Args:
            expected: the sequence number that the event is to have.
            finished: the attempt is complete with it.
            text: what was typed with it, as in ``begin``.
            holder: who goes on with the attempt; whether another one has it open is asked in the same transaction. None
                for what is recorded beside, by whomever.

        Raises:
            AttemptMoved: the attempt has another next number.
            TakenOver: another holder has it open.
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
        """Attempts, the one that moved last first."""

    def head(self, attempt: str) -> tuple[int, str]:
        """The number and the hash of an attempt's last event.

        Raises:
            UnknownName: there is no such attempt.
        """

    def decided(self, kind: DecisionKind) -> Sequence[str]:
        """The attempts on which there is a decision of that kind, in the order of their ids.

        One that has none may be among them, once in a great while: who has to be sure reads the events.
        """

    def known(self, name: str) -> str | None:
        """The pseudonym of the person of that name, as ``person`` reads it, without entering him; None if unknown."""

    def people(self) -> Sequence[tuple[str, str | None]]:
        """Everybody as pseudonym and name, None once erased, in the order of the names, the erased last."""

    def rename(self, person: str, name: str, by: str, at: datetime) -> Entered:
        """Corrects a person's name, by an event of the journal that keeps the former one under his key.

        Raises:
            UnknownName: there is no such person.
            UsageError: the name is empty, too long, the same, or somebody else's; or his data were erased.
        """

    # The journal

    def enter(self, event: DeskEvent, at: datetime, text: str | None = None, about: str | None = None) -> Entered:
        """Enters the next event of the desk, committed when this returns.

        Args:
            text: words that are kept outside the chain, which holds a commitment to them.
            about: the person, by pseudonym, whose words they are: his key commits to them, and they are erased with
                him. Needed where there is a text.

        Raises:
            UnknownName: there is no such person.
            UsageError: the person's data were erased.
        """

    def journal(self, after: int = -1) -> Sequence[Entered]:
        """The events of the desk whose number is higher, in order."""

    def journal_texts(self) -> Mapping[int, str | None]:
        """The texts of the journal by the number of their event; None where erased."""

    def journal_head(self) -> tuple[int, str]:
        """The number and the hash of the last event of the desk; -1 and 64 zeros before the first."""

    def retain(self, what: Literal["typed", "practice"], before: datetime, at: datetime) -> int:
        """Empties the words of talks, of all or of practice alone, that were recorded before a moment.

        What others wrote about an attempt stays. If there were any, one event of the journal says so.

        Returns:
            How many texts were emptied.
        """

    def retainable(self, what: Literal["typed", "practice"], before: datetime) -> int:
        """How many texts ``retain`` would empty."""

    def noted(self, key: str) -> str | None:
        """What the program noted for itself under a key; nothing that is shown depends on it."""

    def note(self, key: str, value: str) -> None:
        """Notes something for the program itself, in place of what was noted under that key."""

    # What was computed; all of it can be made again

    def put_results(self, results: Iterable[Result]) -> None:
        """Keeps results, each in place of what there was of its attempt under its rubric.

        The standings of the people whose they are, are forgotten.
        """

    def results(
        self, person: str | None = None, rubric: str | None = None, with_observations: bool = True
    ) -> Sequence[Result]:
        """Kept results, in the order of person, ended, attempt and rubric."""

    def result(self, attempt: str, rubric: str) -> Result | None:
        """The kept result of an attempt under a rubric."""

    def drop_results(self, attempts: Iterable[str]) -> None:
        """Forgets the results of attempts, under every rubric, and the standings of the people whose they are."""

    def unsettled(self, rubric: str, person: str | None = None) -> Sequence[str]:
        """Ended attempts, or a person's, that are scored and have no result under that rubric of their present head.

        In the order in which they were begun.
        """

    def evidence_columns(self, rubric: str, person: str | None = None) -> EvidenceColumns:
        """The results that are evidence under a rubric, with their observations."""

    def results_version(self) -> int:
        """A number that grows whenever results are put or dropped, by whomever."""

    def put_standings(self, standings: Iterable[Standing]) -> None:
        """Keeps standings, each in place of what there was of its person under its rubric."""

    def standings(self, rubric: str, person: str | None = None) -> Sequence[Standing]:
        """Kept standings, in the order of persons."""

    # The whole

    @property
    def simulated(self) -> bool:
        """Whether the people in it are simulated, which everything shown of it says."""

    def mark_simulated(self) -> None:
        """Says for good that the people in it are simulated."""

    def faults(self, attempt: str | None = None) -> Sequence[ChainFault]:
        """Where chains are broken, over one attempt, over the journal, or over everything.

        Args:
            attempt: its id, or ``JOURNAL``.

        Raises:
            UnknownName: there is no such attempt.
        """

    def close(self) -> None:
        """Lets go of the file or connection."""
