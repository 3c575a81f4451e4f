"""Reports: what is handed out of the house about a group, a person, an attempt or a certificate, as plain facts.

Every name and statement is in the report's own language; every figure leads back to attempts and their lines. Times
are in UTC. What was not observed is None and never a number that stands in for one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from scoring.objectives import Observation
from simulator.model.language import Language

Kind = Literal["group", "person", "attempt", "certificate"]
KINDS: tuple[Kind, ...] = ("group", "person", "attempt", "certificate")
Format = Literal["text", "json", "csv", "xlsx", "html", "pdf"]
FORMATS: tuple[Format, ...] = ("text", "json", "csv", "xlsx", "html", "pdf")

Band = Literal["meets", "more", "not-yet"]
"""Meets the standard, more evidence needed, not yet. Where nothing was observed there is no standing at all."""
BANDS: tuple[Band, ...] = ("meets", "more", "not-yet")
MoveName = Literal["best", "good", "inaccuracy", "mistake", "blunder", "breach"]
Part = Literal["result", "tactics", "discovery", "paperwork"]

VERSION = "huikuan-report/1"
"""The form of the JSON. A new key may come under the same version; one that changes its meaning makes a new version."""


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person in a report.

    Attributes:
        id: the pseudonym.
        name: None in a pseudonymous report, and once he was erased.
        number: the staff number, as text; None likewise, or where there is none.
    """

    id: str
    name: str | None = None
    number: str | None = None

    @property
    def label(self) -> str:
        """The name, or the first eight signs of the pseudonym."""
        return self.name or self.id[:8]


@dataclass(frozen=True, slots=True)
class ScenarioRef:
    """A scenario with the versions of its content that the attempts were held with."""

    id: str
    title: str
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChainHead:
    """The heads of the record's chains when the report was made; what was cut off later shows against them.

    Attributes:
        journal_seq: the number of the journal's last entry; -1 where it is empty.
        journal: hex hash of that entry.
        attempts: how many attempts the report stands on.
        digest: hex SHA-256 over a line ``<attempt> <hash of its last event>`` for each of them, in the order of their
            ids; of a report on a single attempt ``attempt`` and ``attempt_seq`` are its head itself.
    """

    journal_seq: int
    journal: str
    attempts: int
    digest: str
    attempt: str = ""
    attempt_seq: int = -1


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on every report, whatever it is about.

    Attributes:
        by: who took it out; a pseudonym where the report is pseudonymous.
        simulated: the people are made up and played by a program; every page says so.
        rubrics: the versions under which the attempts were marked.
        filters: what was left out, as pairs of what is filtered and by what, in words.
        missing: what the report cannot say and why, in words.
    """

    kind: Kind
    made: datetime
    by: str
    language: Language
    identified: bool
    simulated: bool
    program: str
    rubrics: tuple[str, ...]
    scenarios: tuple[ScenarioRef, ...]
    chain: ChainHead
    filters: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    version: str = VERSION


@dataclass(frozen=True, slots=True)
class ObjectiveRef:
    """A learning objective: its statement, and the course and module it belongs to."""

    id: str
    statement: str
    course: str = ""
    module: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of one person on one objective.

    Attributes:
        mastery: the probability that he meets the standard, 0–1.
        taken: the chances taken, of ``chances`` given; parts of one count.
        needed: about how many more attempts until there is a decision; None where there is one, or nobody can tell.
        trend: what his credit rose by from the earlier to the later half of his observations, 0–1; None with too few.
    """

    person: str
    objective: str
    band: Band
    mastery: float
    taken: float
    chances: int
    attempts: int
    scenarios: int
    needed: int | None = None
    trend: float | None = None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """An attempt in a list.

    Attributes:
        total, parts: 0–100; a part that was not observed is None.
        before: the total before a reviewer's decision changed it; None where none did.
        seconds: time spent.
        worth: of the talk in points; ``best`` and ``floor`` are the scenario's.
        head: hex hash of the attempt's last event.
    """

    attempt: str
    person: PersonRef
    scenario: str
    title: str
    mode: Literal["practice", "exam"]
    language: Language
    started: datetime
    ended: datetime
    seconds: float
    turns: int
    total: float
    pass_mark: float
    passed: bool
    result: float | None
    tactics: float | None
    discovery: float | None
    paperwork: float | None
    breaches: tuple[int, ...]
    worth: float
    best: float
    floor: float
    ending: str
    rubric: str
    content: str
    head: str
    assignment: str | None = None
    before: float | None = None


@dataclass(frozen=True, slots=True)
class ObservationRow:
    """One chance to show an objective, and how far it was taken.

    Attributes:
        turn: 0 for preparation and note.
        credit: 0–1.
        what: the move made, the move that would have shown it, or the field; ``label`` is it in words, where told.
        chance: that a typical player makes a good or better move there, 0–1; None for fields.
    """

    attempt: str
    person: str
    objective: str
    turn: int
    credit: float
    reason: Literal["shown", "missed", "preparation", "note"]
    what: str
    chance: float | None
    label: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in a group's list.

    Attributes:
        best, latest: totals, 0–100; None where he has no scored attempt.
        lift: best less first total, in points; None with fewer than two attempts.
        meets, more, not_yet: on how many objectives.
        certificate: until when his valid certificate holds; None where there is none.
        waiting: what of his waits for a reviewer's decision, in words.
    """

    person: PersonRef
    attempts: int
    passed: int
    breaches: int
    seconds: float
    last: datetime | None
    first: float | None
    best: float | None
    latest: float | None
    lift: float | None
    meets: int
    more: int
    not_yet: int
    certificate: date | None = None
    waiting: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScenarioScores:
    """How a group did on a scenario.

    Attributes:
        par: the total to be expected of a decent but human collector, 0–100; None where it was not computed.
        totals: of every scored attempt, ascending, 0–100.
        seconds: median time spent.
    """

    scenario: str
    title: str
    level: int | None
    par: float | None
    pass_mark: float
    people: int
    passed: int
    totals: tuple[float, ...]
    seconds: float | None = None

    @property
    def median(self) -> float | None:
        return self.quantile(0.5)

    def quantile(self, share: float) -> float | None:
        """The total below which a share of the attempts lies, between neighbours in proportion; None without any."""
        if not self.totals:
            return None
        place = share * (len(self.totals) - 1)
        low = int(place)
        high = min(low + 1, len(self.totals) - 1)
        return self.totals[low] + (self.totals[high] - self.totals[low]) * (place - low)


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """What a reviewer decided, or what waits for him.

    Attributes:
        what: in words, with before and after where something changed.
        turn: None where the attempt or the person as a whole is meant.
        state: an appeal is open, upheld or refused; a correction stands.
    """

    at: datetime
    person: PersonRef
    attempt: str
    turn: int | None
    what: str
    before: str
    after: str
    reason: str
    text: str
    by: str
    state: str


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate in a list; ``revoked`` says why it no longer holds; None for ``valid_until`` is for good."""

    code: str
    person: PersonRef
    course: str
    issued: date
    valid_until: date | None
    by: str
    revoked: str | None = None


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """How far blind raters agree on one line of the rubric, by Krippendorff's alpha.

    Attributes:
        people: reviewers among themselves; None where it is undefined.
        program: reviewers and the program; likewise.
        people_talks, program_talks: how many talks with at least two ratings each stands on.
    """

    line: str
    people: float | None
    people_talks: int
    program: float | None
    program_talks: int


@dataclass(frozen=True, slots=True)
class GroupReport:
    """A group at a glance.

    Attributes:
        objectives: those that somebody was observed on, in the order of the courses.
        unmet: those of the courses in question on which nobody was observed.
        standings: by person and objective; nothing where nothing was observed.
        observations: every one of them, in the order of ``attempts``; may be a million, read as they are asked for.
        breach_bound: what the rate of breaches is below, at 95 %, where there was none in ``talks``; None otherwise.
    """

    head: Head
    group: str
    title: str
    people: tuple[PersonRow, ...]
    objectives: tuple[ObjectiveRef, ...]
    unmet: tuple[ObjectiveRef, ...]
    standings: tuple[Standing, ...]
    scenarios: tuple[ScenarioScores, ...]
    attempts: tuple[AttemptRow, ...]
    decisions: tuple[DecisionRow, ...] = ()
    certificates: tuple[CertificateRow, ...] = ()
    agreement: tuple[AgreementRow, ...] = ()
    talks: int = 0
    breach_bound: float | None = None
    observations: Iterable[Observation] = ()
    kind: Literal["group"] = "group"


@dataclass(frozen=True, slots=True)
class Advice:
    """A scenario to practise next, and why."""

    scenario: str
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class PersonReport:
    """What one person can do; ``observations`` are what the standings stand on."""

    head: Head
    person: PersonRef
    groups: tuple[str, ...]
    summary: PersonRow
    objectives: tuple[ObjectiveRef, ...]
    unmet: tuple[ObjectiveRef, ...]
    standings: tuple[Standing, ...]
    attempts: tuple[AttemptRow, ...]
    decisions: tuple[DecisionRow, ...] = ()
    certificates: tuple[CertificateRow, ...] = ()
    advice: tuple[Advice, ...] = ()
    talks: int = 0
    breach_bound: float | None = None
    observations: tuple[ObservationRow, ...] = ()
    kind: Literal["person"] = "person"


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A part of the scorecard: ``points`` 0–100, None where it was not observed; ``weight`` of 100 as it counted."""

    part: Part
    points: float | None
    weight: float
    figures: str
    turns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class BetterMove:
    """A better move. ``unknowable``: it works by what was hidden from the trainee."""

    label: str
    sample: str
    loss: float
    why: str
    unknowable: bool


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """What a reviewer wrote on a turn; the text is None once the person was erased."""

    turn: int
    by: str
    at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A turn of a talk.

    Attributes:
        said: the trainee's words: those he typed, else what his move sounds like; ``typed`` tells which.
        decided: the name that a reviewer gave the move; None where none did.
        accuracy: 0–100.
        loss: in points of the talk's worth.
        value, after: the talk's expected worth before and after the move.
    """

    number: int
    move: str
    label: str
    said: str
    typed: bool
    answer: tuple[str, ...]
    name: MoveName
    accuracy: float
    loss: float
    value: float
    after: float
    luck: float
    why: str
    hinted: bool
    better: tuple[BetterMove, ...]
    hidden: tuple[str, ...]
    objectives: tuple[str, ...]
    decided: MoveName | None = None


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of preparation or note; ``credit`` 0–1."""

    part: Literal["preparation", "note"]
    ask: str
    given: str
    right: str
    credit: float
    why: str


@dataclass(frozen=True, slots=True)
class AttemptReport:
    """One attempt, move by move.

    Attributes:
        summary: None where the attempt is not scored; ``unscored`` then says why.
        curve: the talk's expected worth at its start and after each turn, in points.
        found, missed: secrets and points, by name.
    """

    head: Head
    attempt: str
    person: PersonRef
    scenario: ScenarioRef
    debtor: str
    mode: Literal["practice", "exam"]
    started: datetime
    ended: datetime
    ending: str
    ending_text: str
    worth: float
    best: float
    floor: float
    curve: tuple[float, ...]
    marks: tuple[MarkRow, ...]
    summary: AttemptRow | None
    unscored: str
    turns: tuple[TurnRow, ...]
    fields: tuple[FieldRow, ...]
    found: tuple[str, ...]
    missed: tuple[str, ...]
    objectives: tuple[ObjectiveRef, ...]
    observations: tuple[ObservationRow, ...]
    remarks: tuple[RemarkRow, ...] = ()
    decisions: tuple[DecisionRow, ...] = ()
    kind: Literal["attempt"] = "attempt"


@dataclass(frozen=True, slots=True)
class CertificateReport:
    """A certificate.

    Attributes:
        code: what ``huikuan verify`` checks.
        valid_until: None where it holds for good.
        renew_from: from when on it can be renewed.
        meets: the objectives on which the standard was met.
        attempts: the attempts it stands on.
        state: it holds, holds and can be renewed, has run out, was revoked (``revoked`` says why), or another one took
            its place.
        renews: the code of the certificate that this one renews.
    """

    head: Head
    code: str
    person: PersonRef
    course: str
    course_title: str
    issued: date
    valid_until: date | None
    renew_from: date | None
    by: str
    state: Literal["valid", "due", "expired", "revoked", "renewed"]
    objectives: tuple[ObjectiveRef, ...]
    standings: tuple[Standing, ...]
    attempts: tuple[AttemptRow, ...]
    revoked: str | None = None
    renews: str | None = None
    talks: int = 0
    breach_bound: float | None = None
    kind: Literal["certificate"] = "certificate"


Report = GroupReport | PersonReport | AttemptReport | CertificateReport


# How a report is laid out for people


Tone = Literal["plain", "quiet", "meets", "more", "not-yet", "none", "good", "bad"]
Colour = Literal["ink", "quiet", "line", "fill", "accent", "meets", "more", "not-yet", "paper"]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: Literal[2, 3] = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that must not be overlooked."""

    text: str
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Tiles:
    """A few large figures, each with what it counts."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column; ``share`` of the table's width, relative to the others; ``full`` is said where ``title`` is short."""

    title: str
    align: Literal["left", "right", "center"] = "left"
    share: float = 1.0
    full: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; ``bar`` are shares of its width, 0–1 together at most, each in a tone."""

    text: str
    tone: Tone = "plain"
    bar: tuple[tuple[Tone, float], ...] = ()
    full: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; the first cell of each row names it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    heat: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A turn of a talk as it is read: what was said, what was answered, and what is to be said of it."""

    number: int
    verdict: str
    tone: Tone
    head: str
    said: tuple[str, str]
    answers: tuple[str, tuple[str, ...]]
    notes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    fill: Colour


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    colour: Colour
    width: float = 1.0
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark, filled or hollow, round or square."""

    x: float
    y: float
    radius: float
    colour: Colour
    hollow: bool = False
    square: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A text at a point of its base line."""

    x: float
    y: float
    text: str
    size: float = 11.0
    anchor: Literal["start", "middle", "end"] = "start"
    colour: Colour = "ink"
    bold: bool = False


Shape = Rect | Stroke | Dot | Label


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as shapes on a plane that begins at the upper left; ``description`` says in words what it shows."""

    title: str
    description: str
    width: float
    height: float
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Award:
    """The face of a certificate.

    Attributes:
        lines: what is certified, from top to bottom; the second is the name.
        stamp: what stands across it where it no longer holds; empty where it does.
    """

    title: str
    lines: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    stamp: str = ""


Block = Heading | Paragraph | Notice | Facts | Tiles | Grid | Exchange | Drawing | Award


@dataclass(frozen=True, slots=True)
class Document:
    """A report as people read it.

    Attributes:
        banner: stands on every page; empty where there is nothing to warn of.
        footer: stands on every page.
        page: how a page is counted, with ``{page}`` and ``{pages}``.
        wide: its tables have many columns, so that paper lies on its side.
    """

    language: Language
    title: str
    subtitle: str
    blocks: tuple[Block, ...]
    banner: str = ""
    footer: str = ""
    page: str = "{page} / {pages}"
    wide: bool = False


# A report as tables that can be pivoted


Kept = Literal["text", "whole", "number", "share", "date", "time", "truth"]
"""How a column is kept: text never as a number; a share is 0–1; a time is date and time of day, local."""
Value = str | int | float | date | datetime | bool | None


@dataclass(frozen=True, slots=True)
class TableColumn:
    id: str
    title: str
    kept: Kept = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A tidy table: one row a fact, one column a kind of value. Rows may be many and are read once."""

    id: str
    title: str
    columns: tuple[TableColumn, ...]
    rows: Iterable[tuple[Value, ...]] = field(default=())
