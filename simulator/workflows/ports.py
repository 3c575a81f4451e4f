"""What the workflows need from outside, as protocols; the adapters implement them."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:  # the models are heavy, and lists on the first screen need none of them
    from array import array

    from scoring.objectives import Observation
    from scoring.rubric import PartName
    from simulator.model.handbook import Handbook
    from simulator.model.journal import DeskEvent
    from simulator.model.language import Language
    from simulator.model.problem import Fault, Problem
    from simulator.model.record import Event, Mode
    from simulator.model.rules import Dropped
    from simulator.model.scenario import Course, LayerName, Scenario, Status
    from simulator.model.tactics import Catalogue
    from simulator.model.text import Text


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
    """Scenario files: the shipped ones, the team's and one's own."""

    def titles(self) -> Sequence[Title]:
        """Every scenario at hand, in the order of level and id. A file too broken to list is left out."""

    def locate(self, name: str) -> Located:
        """Where a scenario is, by id or by the path of its file or folder.

        Raises:
            UnknownName: there is none; the nearest ids are named.
        """

    def read(self, name: str, text: str | None = None) -> Read:
        """A scenario by id, or by the path of its file or folder, with all its problems.

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


@dataclass(frozen=True, slots=True)
class Said:
    """One figure that a line holds.

    Attributes:
        kind: a sum in the case's currency, a share of the balance (0–1), or days from today (before it: negative).
    """

    kind: Literal["sum", "share", "days"]
    value: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a line, in the order in which it says them."""

    said: tuple[Said, ...] = ()

    @property
    def sums(self) -> tuple[float, ...]:
        return tuple(one.value for one in self.said if one.kind == "sum")

    @property
    def shares(self) -> tuple[float, ...]:
        return tuple(one.value for one in self.said if one.kind == "share")

    @property
    def days(self) -> tuple[int, ...]:
        return tuple(round(one.value) for one in self.said if one.kind == "days")


class Listener(Protocol):
    """Tells what a typed line is. It chooses among names and says nothing itself."""

    def chances(self, text: str) -> Mapping[str, float]:
        """The chance of every tactic that it knows and of ``none``, 0–1, all together 1."""

    def figures(self, text: str, today: date | None) -> Figures:
        """The figures that a line holds.

        Args:
            today: the day of the talk, from which days count.
        """


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model: what the program says of the task, or what it is about."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered, whole.

    Attributes:
        text: empty where there is none.
        arguments: of the first call of a tool, as JSON; None where it called none.
    """

    text: str
    arguments: str | None = None


class Chat(Protocol):
    """A model behind an endpoint, held to a patience. Safe between threads.

    Every fault of server or network is a ``ModelError`` that holds nothing of what the server wrote.
    """

    def ask(
        self,
        messages: Sequence[Message],
        within: float,
        demand: Mapping[str, object] | None = None,
        optional: bool = False,
    ) -> Reply:
        """The whole answer.

        Args:
            within: seconds for everything, retries and waits between them included.
            demand: further fields of the request, such as ``response_format`` or ``tools``.
            optional: the server may know nothing of the demand: its refusal is a ``ModelDeclined``, is not repeated,
                and says nothing about its health.

        Raises:
            ModelError: there is none within that time.
        """

    def stream(self, messages: Sequence[Message], within: float) -> Generator[str, None, None]:
        """The answer in pieces as they come. It ends only where the server said that this is the end.

        Time counts from the first piece that is asked for. Closing it gives the call up.

        Raises:
            ModelError: as for ``ask``, also after some pieces; what was said until then is not the answer.
        """


@dataclass(frozen=True, slots=True)
class Offered:
    """A move that the position offers, as a model is told of it.

    Attributes:
        move: as ``str(Move)`` writes it.
        words: the tactic's name and the card's, in the language of the talk.
        example: what it may sound like; empty where the catalogue has none.
    """

    move: str
    words: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A move that a line may be, and how sure the model says it is, 0–1; it is seldom as sure as it says."""

    move: str
    confidence: float


class ModelListener(Protocol):
    """Tells through a model which of the offered moves a typed line is."""

    def readings(self, text: str, offered: Sequence[Offered], language: Language, within: float) -> tuple[Reading, ...]:
        """The likeliest moves, at most three, the likeliest first; none where the line is no move.

        Every one of them is among ``offered``: what else a model names is not there.

        Args:
            within: seconds.

        Raises:
            ModelError: the model gave nothing that can be used within that time.
        """


@dataclass(frozen=True, slots=True)
class Cue:
    """What a voice is given: what this debtor would say now, and to whom. No secret and no score is in it.

    Attributes:
        name, about: who speaks, and what everybody knows of him.
        line: what the engine chose, as it is written.
        before: what he said last; empty in the first turn.
        said: what the trainee has just said.
        guarded: names of concessions. They are not sent: a wording that holds one which ``line`` lacks is refused.
    """

    name: str
    about: str
    channel: str
    language: Language
    line: str
    before: str = ""
    said: str = ""
    guarded: tuple[str, ...] = ()


class Voice(Protocol):
    """Says a chosen line in the debtor's own manner."""

    def phrase(self, cue: Cue, within: float) -> Generator[str, None, None]:
        """The wording in pieces, each of them checked: with what came before, it says no more than the line does.

        Args:
            within: seconds for the whole.

        Raises:
            ModelError: there is no wording, or it may not be used; also after some pieces, which then do not count.
        """
