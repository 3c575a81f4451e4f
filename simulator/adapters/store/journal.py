"""The journal's chain: how the events of the desk are bound to each other and to words kept elsewhere.

As with attempts, ``hash`` is SHA-256 over the canonical JSON of the row, here ``{seq, at, event, about, commitment,
previous}``, and a commitment is HMAC-SHA256 under the key of the person whom ``about`` names, over the canonical JSON
of ``{journal, text}``, ``journal`` being the event's number.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.adapters.store.chain import FIRST, KEY_BYTES, Owner, canonical, instant, words
from simulator.model.errors import StoreDamaged, UsageError
from simulator.model.language import _
from simulator.workflows.ports import JOURNAL, ChainFault, Entered

if TYPE_CHECKING:
    from simulator.model.journal import Corrected, DeskEvent, Retained, RetainedKind

_SPOKEN = frozenset({"started", "prepared", "played", "voiced", "filed", "unheard"})
"""The kinds of event whose words are part of a talk, and go when the period of typed texts is over."""


@dataclass(frozen=True, slots=True)
class DeskLink:
    """A row of the journal. ``payload`` is the event as canonical JSON."""

    seq: int
    at: str
    payload: str
    about: str | None
    commitment: str | None
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The journal's length and the hash of its last event, as the store keeps them beside the rows."""

    count: int = 0
    hash: str = FIRST

    def __str__(self) -> str:
        return f"{self.count} {self.hash}"

    @classmethod
    def parse(cls, text: object) -> Head:
        """What ``str`` wrote.

        Raises:
            StoreDamaged: it did not.
        """
        count, _space, hash_ = str(text).partition(" ")
        if not (count.isascii() and count.isdigit() and len(count) < 10):
            raise StoreDamaged(_("The head of the journal cannot be read. `huikuan verify` shows what is broken."))
        return cls(int(count), hash_)


def digest(link: DeskLink) -> str:
    """The hash that a row must have.

    Raises:
        ValueError: its payload is not JSON.
    """
    chained = {
        "seq": link.seq,
        "at": link.at,
        "event": json.loads(link.payload),
        "about": link.about,
        "commitment": link.commitment,
        "previous": link.previous,
    }
    return hashlib.sha256(canonical(chained).encode("utf-8", "surrogatepass")).hexdigest()


def commitment(key: bytes, seq: int, text: str | None) -> str | None:
    """What binds an event to its words; None where there are none."""
    if text is None:
        return None
    said = canonical({"journal": seq, "text": text}).encode("utf-8", "surrogatepass")
    return hmac.new(key, said, hashlib.sha256).hexdigest()


def entered(head: Head, event: DeskEvent, at: datetime, text: str | None, about: Owner | None) -> DeskLink:
    """The next row.

    Raises:
        UsageError: there are words, and the data of the person whose they are were erased.
    """
    if text is not None and about is None:
        raise ValueError("words in the journal are somebody's")
    bound = None
    if about is not None and text is not None:
        if about.key is None:
            raise UsageError(_("The data of this person were erased; nothing more can be recorded of him."))
        bound = commitment(about.key, head.count, words(text))
    link = DeskLink(
        seq=head.count,
        at=instant(at),
        payload=canonical(event.model_dump(mode="json")),
        about=None if about is None else about.person,
        commitment=bound,
        previous=head.hash,
        hash="",
    )
    return replace(link, hash=digest(link))


def says(link: DeskLink, event: DeskEvent, text: str | None, about: Owner | None) -> bool:
    """Whether the row is of this event with these words; when it was entered does not matter."""
    if link.payload != canonical(event.model_dump(mode="json")) or link.about != (about and about.person):
        return False
    if text is None:
        return link.commitment is None
    return (
        about is not None and about.key is not None and link.commitment == commitment(about.key, link.seq, words(text))
    )


def read(link: DeskLink) -> Entered:
    """A row as the workflows see it.

    Raises:
        StoreDamaged: it holds no event.
    """
    from simulator.model.journal import DESK_EVENTS  # lists of attempts do without, and the models are heavy

    try:
        event, at = DESK_EVENTS.validate_json(link.payload), datetime.fromisoformat(link.at)
    except (ValueError, TypeError) as error:
        raise StoreDamaged(
            _(
                "Event {seq} of the journal cannot be read. `huikuan verify` shows what else is broken; a backup of "
                "the store has it as it was.",
                seq=link.seq,
            )
        ) from error
    return Entered(link.seq, at, event, link.previous, link.hash, link.about, link.commitment)


def renamed(owner: Owner, name: str, by: str) -> tuple[Corrected, str]:
    """The event of a corrected name, and the words with it.

    Raises:
        UsageError: the name is the same, or the person's data were erased.
    """
    from simulator.model.journal import Corrected

    if owner.name is None:
        raise UsageError(_("The data of this person were erased; nothing more can be recorded of him."))
    if owner.name == name:
        raise UsageError(_("“{name}” is the name already.", name=name))
    return Corrected(person=owner.person, field="name", by=by), canonical({"from": owner.name, "to": name})


def taken(name: str) -> UsageError:
    """The error of a name that somebody else has."""
    return UsageError(
        _("Somebody else is entered as “{name}”. Add something to tell them apart, such as the number.", name=name)
    )


def is_over(payload: str, at: str, before: str) -> bool:
    """Whether the words of an attempt's event, given as its row has it, go when a period ends at ``before``."""
    return at < before and _object(payload).get("kind") in _SPOKEN


def retained(what: RetainedKind, before: datetime, count: int) -> Retained:
    """The event that says that a period was applied."""
    from simulator.model.journal import Retained

    return Retained(what=what, before=before, count=count)


@dataclass(frozen=True, slots=True)
class Told:
    """What the journal tells about the words of attempts: former names, and what was emptied by a period.

    Attributes:
        former: by person, the names he bore before.
        latest: by person whose name was corrected, the number of the last such event and the name it gave.
        typed_before, practice_before: words of talks that were recorded before these moments were emptied, as
            ``instant`` writes them; an empty text is before every moment.
    """

    former: Mapping[str, frozenset[str]] = field(default_factory=dict)
    latest: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    typed_before: str = ""
    practice_before: str = ""

    def emptied(self, kind: str, mode: str, at: str) -> bool:
        """Whether the words of an event of that kind, recorded then, may be gone by a period."""
        until = max(self.typed_before, self.practice_before if mode == "practice" else "")
        return kind in _SPOKEN and isinstance(at, str) and at < until


def told(links: Sequence[DeskLink], texts: Mapping[int, str | None]) -> Told:
    """What the journal tells. Rows that cannot be read tell nothing."""
    former: dict[str, set[str]] = {}
    latest: dict[str, tuple[int, str]] = {}
    before = {"typed": "", "practice": ""}
    for link in links:
        event = _of_kind(link, "retained", "corrected")
        if event.get("kind") == "retained" and event.get("what") in before:
            before[event["what"]] = max(before[event["what"]], _instant(event.get("before")))
        elif event.get("kind") == "corrected" and event.get("field") == "name":
            names, person = _object(texts.get(link.seq)), str(event.get("person"))
            if isinstance(names.get("from"), str) and isinstance(names.get("to"), str):
                former.setdefault(person, set()).add(names["from"])
                latest[person] = (link.seq, names["to"])
    frozen = {person: frozenset(names) for person, names in former.items()}
    return Told(frozen, latest, before["typed"], before["practice"])


def _of_kind(link: DeskLink, *kinds: str) -> dict[str, str]:
    if isinstance(link.payload, str) and any(f'"kind":"{kind}"' in link.payload for kind in kinds):
        return _object(link.payload)
    return {}


def _object(text: object) -> dict[str, str]:
    try:
        value = json.loads(text) if isinstance(text, str) else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _instant(text: object) -> str:
    try:
        return instant(datetime.fromisoformat(str(text)))
    except ValueError:
        return ""


@dataclass(frozen=True, slots=True)
class JournalEvidence:
    """Everything that the store holds of the journal, as it stands there: nothing is believed.

    Attributes:
        head: as the store keeps it beside the rows, unread.
        links: in the order of ``seq``.
        owners: by pseudonym, those whom the rows name.
        texts: by ``seq``; None where erased.
    """

    head: object
    links: Sequence[DeskLink]
    owners: Mapping[str, Owner]
    texts: Mapping[int, str | None]

    def faults(self) -> list[ChainFault]:
        """Every break, in the order of the events."""
        found = [*self._chain(), *self._tail(), *self._words(), *self._strays(), *self._names()]
        return sorted(dict.fromkeys(found), key=lambda fault: fault.seq)

    def _chain(self) -> Iterator[ChainFault]:
        previous, following = FIRST, 0
        for link in self.links:
            if link.seq != following:
                yield _fault(following, _("the event is missing"))
            if not _intact(link):
                yield _fault(link.seq, _("the event was changed after it was written"))
            if link.previous != previous:
                yield _fault(link.seq, _("the event does not follow the one before it"))
            previous, following = link.hash, (link.seq if isinstance(link.seq, int) else following) + 1

    def _tail(self) -> Iterator[ChainFault]:
        there = Head(len(self.links), self.links[-1].hash if self.links else FIRST)
        if str(self.head) != str(there):
            yield _fault(-1, _("the events do not end as the store says that they end"))

    def _words(self) -> Iterator[ChainFault]:
        for link in self.links:
            owner = self.owners.get(link.about) if isinstance(link.about, str) else None
            text = self.texts.get(link.seq)
            if link.commitment is None and text is None and link.seq not in self.texts:
                continue
            if owner is None:
                yield _fault(link.seq, _("the person is missing"))
            elif owner.erased != 0:
                if text is not None:
                    yield _fault(link.seq, _("the person was erased, but a text of his is there"))
            elif not isinstance(owner.key, bytes) or len(owner.key) != KEY_BYTES:
                yield _fault(link.seq, _("the person's name or key is missing, but he was never erased"))
            elif text is None or link.commitment != commitment(owner.key, link.seq, text):
                yield _fault(link.seq, _("the name or the text is not the one that the event commits to"))

    def _strays(self) -> Iterator[ChainFault]:
        known = {link.seq for link in self.links}
        for seq in self.texts:
            if seq not in known:
                yield _fault(seq, _("a text lost its event, or an event its text"))

    def _names(self) -> Iterator[ChainFault]:
        for person, (seq, name) in told(self.links, self.texts).latest.items():
            owner = self.owners.get(person)
            if owner is not None and owner.erased == 0 and owner.name != name:
                yield _fault(seq, _("the person's name is not the one to which it was corrected"))


def _fault(seq: object, why: str) -> ChainFault:
    return ChainFault(JOURNAL, seq if isinstance(seq, int) else -1, why)


def _intact(link: DeskLink) -> bool:
    """Whether the row has its hash. The payload's very text counts, not only what it says."""
    try:
        return link.hash == digest(link) and link.payload == canonical(json.loads(link.payload))
    except (ValueError, TypeError, RecursionError):
        return False
