"""An employee's rights over his own data, how long data are kept, and the log of what was taken out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from simulator.model.errors import UsageError
from simulator.model.journal import Assigned, Corrected, Erased, ErasedWhy, Exported, GroupMade, Retained
from simulator.model.language import N_, _
from simulator.workflows.people import Person, as_text, roster, words
from simulator.workflows.permission import demand_own, demand_self, needs
from simulator.workflows.preferences import forget_preferences

if TYPE_CHECKING:
    from simulator.workflows.ports import AttemptSummary, Entered, Exports, Recorded, Store
    from simulator.workflows.rehearse import Desk

# What is kept of others' doing on an attempt: it is the trainee's, and theirs.
_BESIDE: tuple[Literal["remarked", "appealed", "overruled", "answered", "rated"], ...] = (
    "remarked",
    "appealed",
    "overruled",
    "answered",
    "rated",
)


# What there is about somebody


@dataclass(frozen=True, slots=True)
class Line:
    """One event, as it is shown to whom it concerns.

    Attributes:
        attempt: None for an event of the desk.
        says: what stands in the event.
        text: the words that are kept apart with it; None where there are none.
        is_erased: there were words, and they are gone.
    """

    attempt: str | None
    seq: int
    at: datetime
    kind: str
    says: Mapping[str, Any]
    text: str | None
    is_erased: bool


@dataclass(frozen=True, slots=True)
class AttemptFile:
    """Everything that the record has of an attempt.

    Attributes:
        results: what was computed of it, one for each rubric.
    """

    attempt: str
    scenario: str
    mode: str
    is_finished: bool
    lines: tuple[Line, ...]
    results: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class AccountFile:
    """What lets a person sign in, but for his password, of which there is only a hash.

    Attributes:
        made, signed_in: when he got it and when he signed in last, in UTC.
        sessions: when each that is kept began and was used last, in UTC.
    """

    login: str
    roles: tuple[str, ...]
    language: str | None
    made: datetime
    signed_in: datetime | None
    sessions: tuple[tuple[datetime, datetime], ...]


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that the program has about a person.

    Attributes:
        desk: the events of the desk that are about him, exports that held him among them.
        beside: what he wrote and decided on attempts of others.
        standings: what was computed of him.
        account: None where he cannot sign in.
    """

    person: Person
    attempts: tuple[AttemptFile, ...]
    desk: tuple[Line, ...]
    beside: tuple[Line, ...]
    standings: tuple[str, ...]
    account: AccountFile | None = None

    @property
    def exports(self) -> tuple[Line, ...]:
        """The exports that held him."""
        return tuple(line for line in self.desk if line.kind == "exported")


def dossier_of(desk: Desk, who: str) -> Dossier:
    """Everything about a person.

    Args:
        who: his name, staff number or pseudonym.

    Raises:
        UnknownName: there is none; the nearest names are named.
        Forbidden: he is another, and whoever asks has no business with others' data; that is logged.
    """
    try:
        person = roster(desk.store).find(who).person
    except UsageError:  # who may not see others' data is not told either that there are none of that name
        person = None
    demand_own(desk, person, "privacy")
    return show(desk.store, who)


def show(store: Store, who: str) -> Dossier:
    """As ``dossier_of``, whoever asks."""
    one = roster(store).find(who)
    attempts = tuple(_attempt_file(store, summary) for summary in reversed(store.attempts(one.person)))
    texts = store.journal_texts()
    desk = tuple(_desk_line(entered, texts) for entered in store.journal() if _concerns(entered, one.person))
    own = {summary.attempt for summary in attempts}
    standings = tuple(kept.body for rubric in _rubrics() for kept in store.standings(rubric, one.person))
    beside = tuple(_beside(store, one.person, own))
    return Dossier(one, attempts, desk, beside, standings, _account_file(store, one.person))


def _account_file(store: Store, person: str) -> AccountFile | None:
    one = store.account(person)
    if one is None:
        return None
    sessions = tuple((kept.begun, kept.seen) for kept in store.sessions(person))
    return AccountFile(one.login, tuple(sorted(one.roles)), one.language, one.made, one.signed_in, sessions)


def _rubrics() -> tuple[str, ...]:
    from scoring.rubric import RUBRICS

    return tuple(RUBRICS)


def _attempt_file(store: Store, summary: AttemptSummary) -> AttemptFile:
    texts = store.texts(summary.attempt)
    results = (store.result(summary.attempt, rubric) for rubric in _rubrics())
    return AttemptFile(
        attempt=summary.attempt,
        scenario=summary.scenario,
        mode=summary.mode,
        is_finished=summary.finished,
        lines=tuple(_line(recorded, texts) for recorded in store.events(summary.attempt)),
        results=tuple(asdict(result) for result in results if result is not None),
    )


def _line(recorded: Recorded, texts: Mapping[int, str | None]) -> Line:
    says = recorded.event.model_dump(mode="json", exclude={"kind"})
    there = recorded.seq in texts
    text = texts.get(recorded.seq)
    return Line(recorded.attempt, recorded.seq, recorded.at, recorded.event.kind, says, text, there and text is None)


def _desk_line(entered: Entered, texts: Mapping[int, str | None]) -> Line:
    says = entered.event.model_dump(mode="json", exclude={"kind", "people"})
    there = entered.seq in texts
    text = texts.get(entered.seq)
    return Line(None, entered.seq, entered.at, entered.event.kind, says, text, there and text is None)


def _concerns(entered: Entered, person: str) -> bool:
    event = entered.event
    people = getattr(event, "people", ())
    return person in (entered.about, getattr(event, "person", None), getattr(event, "by", None), *people)


def _beside(store: Store, person: str, own: set[str]) -> Iterator[Line]:
    attempts = {attempt for kind in _BESIDE for attempt in store.decided(kind)} - own
    for attempt in sorted(attempts):
        texts = store.texts(attempt)
        for recorded in store.events(attempt):
            if getattr(recorded.event, "by", None) == person:
                yield _line(recorded, texts)


# Correcting


@needs("privacy")
def correct(desk: Desk, who: str, by: str, name: str | None = None, number: str | None = None) -> Person:
    """Corrects a person's name or staff number by events; what it was stays on record under his key.

    Args:
        by: the reviewer's pseudonym.

    Raises:
        UsageError: there is no such person, nothing is said to be corrected, it is so already, or it is somebody
            else's.
    """
    known = roster(desk.store)
    one = _still_here(known.find(who))
    if name is None and number is None:
        raise UsageError(_("Say what is to be corrected: the name or the number."))
    number = None if number is None else number.strip()
    if number is not None:
        _check_number(known.people.values(), one, number)
    if name is not None:
        desk.store.rename(one.person, name, by, desk.now())
    if number is not None:
        text = as_text(**{"from": one.number, "to": number})
        desk.store.enter(Corrected(person=one.person, field="number", by=by), desk.now(), text, one.person)
    return roster(desk.store).people[one.person]


def _check_number(people: Iterable[Person], one: Person, number: str) -> None:
    from simulator.workflows.enrolling import LONGEST_NUMBER

    if not 1 <= len(number) <= LONGEST_NUMBER:
        raise UsageError(_("A staff number has 1 to {most} characters.", most=LONGEST_NUMBER))
    if number == one.number:
        raise UsageError(_("{number} is the number already.", number=number))
    if any(other.number == number for other in people):
        raise UsageError(_("{number} is the number of somebody else.", number=number))


def _still_here(one: Person) -> Person:
    if one.is_erased:
        raise UsageError(_("The data of this person were erased; nothing more can be recorded of him."))
    return one


# Erasing


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasing did.

    Attributes:
        exports: the files that held him by name and were deleted; they can be made again, without him.
        elsewhere: exports that held him by name and went where the program cannot reach, as time and format.
        titles: titles of assignments and names of groups that hold his name; they stand in the record for good.
        is_silent: his group was so small that its figures would tell of him: his attempts count in none any more.
        statements: how many about him the learning system has, or may have: it is to be asked to delete them.
    """

    person: str
    exports: tuple[str, ...]
    elsewhere: tuple[str, ...]
    titles: tuple[str, ...]
    is_silent: bool
    statements: int = 0


@needs("privacy")
def erase(desk: Desk, exports: Exports, who: str, by: str | None, why: ErasedWhy = "request") -> Erasure:
    """Erases a person: his names and texts from the store, and kept exports that hold him by name.

    His attempts stay under his pseudonym, with chains that verify. Doing it again after a failure finishes it.

    Args:
        by: the reviewer's pseudonym; None where a period was applied.

    Raises:
        UsageError: there is no such person, he was erased already, or a file cannot be deleted.
        StoreLocked: his data are erased, but their remains may still be in the file; it is to be done again.
    """
    return _erase(desk, exports, who, by, why)


def _erase(desk: Desk, exports: Exports, who: str, by: str | None, why: ErasedWhy) -> Erasure:
    one = roster(desk.store).find(who)
    journal = desk.store.journal()
    names = {name for name in (one.name, one.called, *_former(desk.store, one.person)) if name}
    if not any(isinstance(entered.event, Erased) and entered.event.person == one.person for entered in journal):
        desk.store.enter(Erased(person=one.person, by=by, why=why), desk.now())
    gone, elsewhere = _erase_exports(exports, journal, one.person)
    desk.store.erase(one.person)
    forget_preferences(desk.store, one.person)
    is_silent = one.person in roster(desk.store).silent
    if is_silent:
        desk.store.drop_results(summary.attempt for summary in desk.store.attempts(one.person))
    statements = desk.store.count_statements(one.person).delivered
    return Erasure(one.person, gone, elsewhere, tuple(_titles(journal, names)), is_silent, statements)


def _former(store: Store, person: str) -> Iterator[str]:
    texts = store.journal_texts()
    for entered in store.journal():
        if isinstance(entered.event, Corrected) and entered.event.person == person and entered.event.field != "number":
            yield words(texts.get(entered.seq)).get("from", "")


def _erase_exports(
    exports: Exports, journal: Sequence[Entered], person: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    gone, elsewhere = [], []
    for entered in journal:
        event = entered.event
        if not isinstance(event, Exported) or not event.identified or person not in event.people:
            continue
        if event.file is None:
            elsewhere.append(f"{entered.at:%Y-%m-%d} {event.format}")
        elif exports.remove(event.file):
            gone.append(event.file)
    return tuple(gone), tuple(elsewhere)


def _titles(journal: Sequence[Entered], names: set[str]) -> Iterator[str]:
    for entered in journal:
        event = entered.event
        title = event.title if isinstance(event, Assigned) else event.name if isinstance(event, GroupMade) else ""
        if any(name in title for name in names):
            yield title


# Taking out


def log_shown(desk: Desk, dossier: Dossier, by: str, written: str) -> Exported:
    """Logs that everything about a person is taken out as a document, before it is.

    Args:
        by: the pseudonym of who takes it out.
        written: the document.

    Raises:
        Forbidden: as ``dossier_of``, or ``by`` is somebody else; that is logged.
    """
    demand_own(desk, dossier.person.person, "privacy")
    demand_self(desk, by, "privacy")
    one = dossier.person
    event = Exported(
        by=by,
        format="json",
        scope="data",
        of=one.person,
        identified=one.name is not None,
        rows=len(dossier.desk) + len(dossier.beside) + sum(len(attempt.lines) for attempt in dossier.attempts),
        sha256=hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest(),
        people=(one.person,),
    )
    desk.store.enter(event, desk.now())
    return event


# Keeping no longer than needed


@dataclass(frozen=True, slots=True)
class Periods:
    """For how many days each kind of data is kept.

    Attributes:
        typed: what was typed and said in talks.
        practice: the same, of practice.
        leavers: who they were that left.
        exports: files that were taken out and that the program still holds.
    """

    typed: int = 365
    practice: int = 180
    leavers: int = 730
    exports: int = 90


WHY: dict[str, str] = {
    "typed": N_("An appeal and the yearly talk about training need the words; after a year the marks are enough."),
    "practice": N_("Practice is for the trainee alone; half a year covers a course and its repetition."),
    "leavers": N_("Certificates are asked for up to two years after somebody left; after that nobody needs the name."),
    "exports": N_("An export is a copy, and can be made again; a quarter is long enough to have sent it."),
}
"""The reason of each period. They are conventions (decided 2026-11), to be set otherwise where a house has its own."""


@dataclass(frozen=True, slots=True)
class Over:
    """What is over, or was until it was applied.

    Attributes:
        typed, practice: texts; those of practice that ``typed`` covers are counted with ``practice``.
        leavers: pseudonyms.
        exports: names of files.
    """

    typed: int
    practice: int
    leavers: tuple[str, ...]
    exports: tuple[str, ...]

    @property
    def any(self) -> bool:
        return bool(self.typed or self.practice or self.leavers or self.exports)


@needs("privacy")
def over(desk: Desk, exports: Exports, periods: Periods) -> Over:
    """What is kept for longer than the periods say. Nothing is changed."""
    now = desk.now()
    practice = desk.store.retainable("practice", _before(now, min(periods.practice, periods.typed)))
    typed = desk.store.retainable("typed", _before(now, periods.typed))
    covered = desk.store.retainable("practice", _before(now, periods.typed))
    return Over(
        typed=typed - covered,
        practice=practice,
        leavers=tuple(_leavers(desk.store, _before(now, periods.leavers).astimezone().date())),
        exports=tuple(one.name for one in exports.kept() if one.at < _before(now, periods.exports)),
    )


@needs("privacy")
def apply(desk: Desk, exports: Exports, periods: Periods) -> Over:
    """Empties and deletes what is kept for longer than the periods say, each kind with an event of the journal."""
    now = desk.now()
    practice = desk.store.retain("practice", _before(now, min(periods.practice, periods.typed)), now)
    typed = desk.store.retain("typed", _before(now, periods.typed), now)
    leavers = tuple(_leavers(desk.store, _before(now, periods.leavers).astimezone().date()))
    for person in leavers:
        _erase(desk, exports, person, None, "retention")
    old = tuple(one.name for one in exports.kept() if one.at < _before(now, periods.exports))
    gone = tuple(name for name in old if exports.remove(name))
    for what, days, found in (("leavers", periods.leavers, leavers), ("exports", periods.exports, gone)):
        if found:
            desk.store.enter(Retained(what=what, before=_before(now, days), count=len(found)), now)  # type: ignore[arg-type]
    return Over(typed, practice, leavers, gone)


_APPLIED = "retention"  # the note of the day on which the periods were applied last


@needs("privacy")
def apply_daily(desk: Desk, exports: Exports, periods: Periods) -> Over | None:
    """Applies the periods, at most once a day; None where that was done today.

    For the start of the application on one's own machine, and for a server, which does it as the owner that it is: the
    sessions of those who sign in do not.
    """
    today = desk.now().astimezone(UTC).date().isoformat()
    if desk.store.noted(_APPLIED) == today:
        return None
    desk.store.note(_APPLIED, today)
    return apply(desk, exports, periods)


def _before(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def _leavers(store: Store, before: date) -> Iterator[str]:
    for one in roster(store).people.values():
        if one.left is not None and one.left < before and not one.is_erased:
            yield one.person
