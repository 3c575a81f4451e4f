"""The chain: how an attempt's events are bound to each other and to words kept elsewhere.

Pure functions over the record's rows as values. Every store keeps these rows, each in its own way, and leaves their
meaning to this file and to ``evidence``.

``hash`` is SHA-256 over the canonical JSON of ``{attempt, seq, at, event, commitment, previous}``. A commitment is
HMAC-SHA256 under the person's key over the canonical JSON of ``{attempt, seq, name, text}`` without those of the last
two that are absent: the first event commits to the name, and an event that comes with typed text to that text.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import unicodedata
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from simulator.model.errors import AttemptMoved, StoreDamaged, UsageError
from simulator.model.language import _
from simulator.workflows.ports import AttemptSummary, Recorded

if TYPE_CHECKING:
    from simulator.model.record import Event, Started

FIRST = "0" * 64
KEY_BYTES = 32  # as long as the hash's output, which RFC 2104 section 3 asks of an HMAC key
BESIDE = frozenset({"remarked", "appealed", "overruled", "answered", "rated"})  # kinds by which no attempt moves
LONGEST_NAME = 200  # characters; far below what PostgreSQL can index (2,704 bytes)


@dataclass(frozen=True, slots=True)
class Owner:
    """A person's row. Once erased, name and key are None."""

    person: str
    name: str | None
    key: bytes | None
    erased: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """An attempt's row in the list: its chain's length and head, and what lists show. Times as ``instant`` gives.

    ``beside`` is how many of its events are of a kind by which it has not moved.
    """

    attempt: str
    person: str
    scenario: str
    mode: str
    started: str
    last: str
    turns: int
    origin: str | None
    origin_turn: int | None
    finished: int
    count: int
    head: str
    assignment: str | None = None
    beside: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """An event's row. ``payload`` is the event as canonical JSON."""

    attempt: str
    seq: int
    at: str
    payload: str
    commitment: str | None
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Written:
    """What recording an event leaves: the attempt's row, the event's row, and the typed text to be kept beside it."""

    entry: Entry
    link: Link
    text: str | None


def canonical(value: object) -> str:
    """JSON with sorted keys, no spaces and nothing escaped that need not be; what is not JSON becomes its repr.

    The last is for rows that somebody tampered with: whatever stands in them gets another hash, and never a crash.
    """
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=repr)


def _bytes(value: object) -> bytes:
    return canonical(value).encode("utf-8", "surrogatepass")


def content_digest(content: bytes) -> str:
    """Hex SHA-256, under which a piece of content is kept."""
    return hashlib.sha256(content).hexdigest()


def kind_of(kind: str) -> str:
    """What stands in the payload of every event of a kind, or that is ``marked``, and next to no other's."""
    return '"marked":"' if kind == "marked" else f'"kind":"{kind}"'


def instant(at: datetime) -> str:
    """A time as the record holds it: ISO 8601, UTC, always six decimals, so that text order is time order."""
    if at.tzinfo is None:
        raise ValueError("a time in the record needs its time zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(text: str) -> str:
    """A text as every database can hold it: no lone surrogates (broken terminal input), no NUL (PostgreSQL)."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\ufffd")


def words(text: str | None) -> str | None:
    """A typed text as it is kept."""
    return None if text is None else _plain(text)


def proper_name(name: str) -> str:
    """A person's name as it is kept: composed, so that one name has one spelling, and trimmed.

    Raises:
        UsageError: it is empty or too long.
    """
    name = unicodedata.normalize("NFC", _plain(name)).strip()
    if not name or len(name) > LONGEST_NAME:
        raise UsageError(_("A person's name has 1 to {most} characters.", most=LONGEST_NAME))
    return name


def by_name(owners: Iterable[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """People as pseudonym and name in the order of the names, the erased last; databases sort by rules of their own."""
    return sorted(owners, key=lambda owner: (owner[1] is None, owner[1] or "", owner[0]))


def newcomer(name: str) -> Owner:
    """A person who is entered: a new pseudonym and a new key."""
    return Owner(uuid.uuid4().hex, name, secrets.token_bytes(KEY_BYTES))


def digest(link: Link) -> str:
    """The hash that a row must have.

    Raises:
        ValueError: its payload is not JSON.
    """
    chained = {
        "attempt": link.attempt,
        "seq": link.seq,
        "at": link.at,
        "event": json.loads(link.payload),
        "commitment": link.commitment,
        "previous": link.previous,
    }
    return hashlib.sha256(_bytes(chained)).hexdigest()


def commitment(key: bytes, attempt: str, seq: int, name: str | None, text: str | None) -> str | None:
    """What binds an event to words kept outside the chain; None where there are none."""
    said = {label: value for label, value in (("name", name), ("text", text)) if value is not None}
    if not said:
        return None
    return hmac.new(key, _bytes({"attempt": attempt, "seq": seq, **said}), hashlib.sha256).hexdigest()


def start(event: Event) -> Started:
    """An event that may be an attempt's first one."""
    if event.kind != "started":
        raise ValueError("the first event of an attempt is its start")
    return event


def begun(attempt: str, owner: Owner, event: Started, at: datetime, text: str | None) -> Written:
    """A new attempt with its first event.

    Raises:
        UsageError: the person's data were erased.
    """
    text = words(text)
    link = _link(attempt, 0, FIRST, owner, event, at, text)
    return Written(opened(link, event), link, text)


def opened(link: Link, event: Started) -> Entry:
    """The entry of an attempt that has only its first event."""
    origin, origin_turn = event.origin or (None, None)
    return Entry(
        attempt=link.attempt,
        person=event.person,
        scenario=event.scenario,
        mode=event.mode,
        started=link.at,
        last=link.at,
        turns=len(event.prefix),
        origin=origin,
        origin_turn=origin_turn,
        finished=0,
        count=1,
        head=link.hash,
        assignment=event.assignment,
    )


def continued(
    entry: Entry, expected: int, owner: Owner, event: Event, at: datetime, text: str | None, finished: bool
) -> Written:
    """An attempt with one more event.

    Raises:
        AttemptMoved: ``expected`` is not the attempt's next number.
        UsageError: the person's data were erased.
    """
    if expected != entry.count:
        raise moved(entry.attempt, expected, entry.count)
    if event.kind == "started":
        raise ValueError("an attempt starts once")
    text = words(text)
    link = _link(entry.attempt, expected, entry.head, owner, event, at, text)
    return Written(replace(moved_on(entry, link, event), finished=int(finished)), link, text)


def moved_on(entry: Entry, link: Link, event: Event) -> Entry:
    """The entry after one more event. ``turns`` counts those that stand: taking back lowers it.

    A remark or a decision is somebody else's, and later: the attempt has not moved by it.
    """
    turns, last, beside = entry.turns, link.at, entry.beside
    if event.kind == "played":
        turns = event.turn
    elif event.kind == "took-back":
        turns = event.turn - 1
    elif event.kind in BESIDE:
        last, beside = entry.last, entry.beside + 1
    return replace(entry, last=last, turns=turns, count=link.seq + 1, head=link.hash, beside=beside)


def moved(attempt: str, expected: int, count: int) -> AttemptMoved:
    """The error of who comes too late (or too early)."""
    return AttemptMoved(
        _(
            "Attempt {attempt} went on elsewhere: event {expected} was to come next, but event {count} is next. "
            "Open it again.",
            attempt=attempt,
            expected=expected,
            count=count,
        )
    )


def _link(attempt: str, seq: int, previous: str, owner: Owner, event: Event, at: datetime, text: str | None) -> Link:
    if owner.key is None:
        raise UsageError(_("The data of this person were erased; nothing more can be recorded of him."))
    name = owner.name if seq == 0 else None
    link = Link(
        attempt=attempt,
        seq=seq,
        at=instant(at),
        payload=canonical(event.model_dump(mode="json")),
        commitment=commitment(owner.key, attempt, seq, name, text),
        previous=previous,
        hash="",
    )
    return replace(link, hash=digest(link))


def says(link: Link, owner: Owner, event: Event, text: str | None) -> bool:
    """Whether the row is of this event with these words; when it was recorded does not matter."""
    if owner.key is None or link.payload != canonical(event.model_dump(mode="json")):
        return False
    name = owner.name if link.seq == 0 else None
    return link.commitment == commitment(owner.key, link.attempt, link.seq, name, words(text))


def recorded(link: Link) -> Recorded:
    """A row as the workflows see it.

    Raises:
        StoreDamaged: it holds no event.
    """
    from simulator.model.record import EVENTS  # a list of attempts reads no event, and the models are heavy

    try:
        event, at = EVENTS.validate_json(link.payload), datetime.fromisoformat(link.at)
    except (ValueError, TypeError) as error:
        raise StoreDamaged(
            _(
                "Event {seq} of attempt {attempt} cannot be read. `huikuan verify` shows what else is broken; "
                "a backup of the store has it as it was.",
                seq=link.seq,
                attempt=link.attempt,
            )
        ) from error
    return Recorded(link.attempt, link.seq, at, event, link.previous, link.hash, link.commitment)


def summary(entry: Entry) -> AttemptSummary:
    """A row of the list as the workflows see it.

    Raises:
        StoreDamaged: it makes no sense.
    """
    if entry.mode not in ("practice", "exam"):
        raise _bad_entry(entry)
    try:
        started, last = datetime.fromisoformat(entry.started), datetime.fromisoformat(entry.last)
    except (ValueError, TypeError) as error:
        raise _bad_entry(entry) from error
    origin = None if entry.origin is None or entry.origin_turn is None else (entry.origin, entry.origin_turn)
    return AttemptSummary(
        attempt=entry.attempt,
        person=entry.person,
        scenario=entry.scenario,
        mode="exam" if entry.mode == "exam" else "practice",
        started=started,
        last=last,
        turns=entry.turns,
        origin=origin,
        finished=bool(entry.finished),
        assignment=entry.assignment,
    )


def _bad_entry(entry: Entry) -> StoreDamaged:
    return StoreDamaged(
        _(
            "The list's entry of attempt {attempt} cannot be read. `huikuan verify` shows what else is broken.",
            attempt=entry.attempt,
        )
    )
