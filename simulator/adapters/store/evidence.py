"""Whether the record of an attempt is whole: every break of its chain, and of what the chain commits to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from simulator.adapters.store.chain import (
    FIRST,
    KEY_BYTES,
    Entry,
    Link,
    Owner,
    canonical,
    commitment,
    content_digest,
    digest,
    moved_on,
    opened,
)
from simulator.adapters.store.journal import Told
from simulator.model.errors import StoreDamaged
from simulator.model.language import _
from simulator.workflows.ports import ChainFault

if TYPE_CHECKING:
    from simulator.model.record import Event, Started


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that the record holds about one attempt, as it stands there: nothing is believed.

    Attributes:
        entry: None where the list lacks the attempt.
        links: its events in the order of ``seq``.
        owner: the person whom ``entry`` names, or else the first event; None where there is none.
        texts: typed texts by ``seq``; None where erased.
        content_fault: why the content of a hash is not what it was, or None if it is.
        told: what the journal tells about names that were corrected and texts that were emptied by a period.
    """

    attempt: str
    entry: Entry | None
    links: Sequence[Link]
    owner: Owner | None
    texts: Mapping[int, str | None]
    content_fault: Callable[[str], str | None]
    told: Told = field(default_factory=Told)

    @property
    def any(self) -> bool:
        """Whether the record knows of the attempt at all."""
        return bool(self.entry or self.links or self.texts)

    def faults(self) -> list[ChainFault]:
        """Every break, in the order of the events. The chain is walked first, then what it commits to."""
        found = [*self._chain(), *self._tail(), *self._list(), *self._words(), *self._content()]
        return sorted(dict.fromkeys(found), key=lambda fault: fault.seq)

    def _fault(self, seq: object, why: str) -> ChainFault:
        return ChainFault(self.attempt, seq if isinstance(seq, int) else -1, why)

    def _chain(self) -> Iterator[ChainFault]:
        previous, following = FIRST, 0
        for link in self.links:
            if link.seq != following:
                yield self._fault(following, _("the event is missing"))
            if not _intact(link):
                yield self._fault(link.seq, _("the event was changed after it was written"))
            if link.previous != previous:
                yield self._fault(link.seq, _("the event does not follow the one before it"))
            previous, following = link.hash, (link.seq if isinstance(link.seq, int) else following) + 1

    def _tail(self) -> Iterator[ChainFault]:
        if self.entry is None:
            yield self._fault(-1, _("the list of attempts lacks it"))
        elif self.entry.count != len(self.links):
            yield self._fault(
                len(self.links),
                _(
                    "the list counts {listed} events, but there are {there}",
                    listed=self.entry.count,
                    there=len(self.links),
                ),
            )
        elif self.links and self.entry.head != self.links[-1].hash:
            yield self._fault(-1, _("the list has another hash as the last one"))

    def _list(self) -> Iterator[ChainFault]:
        told = _told(self.links)
        if self.entry is None or told is None:
            return
        # `finished` is the caller's verdict; count and head have faults of their own.
        told = replace(told, finished=self.entry.finished, count=self.entry.count, head=self.entry.head)
        if told != self.entry:
            wrong = [name for name in Entry.__slots__ if getattr(told, name) != getattr(self.entry, name)]
            yield self._fault(-1, _("the list does not say what the events say: {what}", what=", ".join(wrong)))

    def _words(self) -> Iterator[ChainFault]:
        if self.owner is None:
            yield self._fault(0, _("the person is missing"))
        elif self.owner.erased != 0:
            yield from self._leftovers(self.owner)
        elif not isinstance(self.owner.key, bytes) or len(self.owner.key) != KEY_BYTES or self.owner.name is None:
            yield self._fault(0, _("the person's name or key is missing, but he was never erased"))
        else:
            yield from self._uncommitted(self.owner.key, self.owner.name)

    def _leftovers(self, owner: Owner) -> Iterator[ChainFault]:
        if owner.key is not None or owner.name is not None:
            yield self._fault(0, _("the person was erased, but his name or key is there"))
        for seq, text in self.texts.items():
            if text is not None:
                yield self._fault(seq, _("the person was erased, but a text of his is there"))

    def _uncommitted(self, key: bytes, name: str) -> Iterator[ChainFault]:
        borne = (name, *self.told.former.get(self.owner.person if self.owner else "", ()))
        committed = {link.seq: link.commitment for link in self.links}
        emptied = self._emptied()
        for seq, kept in committed.items():
            if seq in emptied:
                continue
            text, names = self.texts.get(seq), borne if seq == 0 else (None,)
            if kept not in {commitment(key, self.attempt, seq, one, text) for one in names}:
                yield self._fault(seq, _("the name or the text is not the one that the event commits to"))
        for seq, text in self.texts.items():
            if seq not in committed or (text is None and seq not in emptied):
                yield self._fault(seq, _("a text lost its event, or an event its text"))

    def _emptied(self) -> frozenset[object]:
        """The numbers of the events whose words are gone since their period is over."""
        mode = self.entry.mode if self.entry else ""
        gone = {link.seq: link for link in self.links if link.seq in self.texts and self.texts[link.seq] is None}
        kinds = {seq: event.kind for seq, link in gone.items() if (event := _event(link))}
        return frozenset(seq for seq, kind in kinds.items() if self.told.emptied(kind, mode, gone[seq].at))

    def _content(self) -> Iterator[ChainFault]:
        start = _started(self.links)
        why = start and self.content_fault(start.content)
        if why:
            yield self._fault(0, why)


def _intact(link: Link) -> bool:
    """Whether the row has its hash. The payload's very text counts, not only what it says."""
    try:
        return link.hash == digest(link) and link.payload == canonical(json.loads(link.payload))
    except (ValueError, TypeError, RecursionError):
        return False


def _event(link: Link) -> Event | None:
    from simulator.model.record import EVENTS  # loads the models, which a list of attempts does without

    try:
        return EVENTS.validate_json(link.payload)
    except (ValueError, TypeError):
        return None


def _started(links: Sequence[Link]) -> Started | None:
    event = _event(links[0]) if links else None
    return event if event is not None and event.kind == "started" else None


def _told(links: Sequence[Link]) -> Entry | None:
    """The entry that the events themselves tell of; None where the start cannot be read."""
    start = _started(links)
    if start is None:
        return None
    entry = opened(links[0], start)
    for link in links[1:]:
        event = _event(link)
        entry = replace(entry, last=link.at) if event is None else moved_on(entry, link, event)
    return entry


def suspect(links: Sequence[Link]) -> str | None:
    """The person whom the first event names, for an attempt that the list lacks."""
    start = _started(links)
    return start.person if start else None


def content_fault(digest_: str, content: object) -> str | None:
    """Why a kept piece of content is not the one of that hash, or None if it is."""
    if content is None:
        return _("the content {digest} is missing", digest=digest_[:12])
    if not isinstance(content, bytes) or content_digest(content) != digest_:
        return _("the content {digest} was changed", digest=digest_[:12])
    return None


def intact(digest_: str, content: bytes | None) -> bytes:
    """A kept piece of content, its hash checked.

    Raises:
        StoreDamaged: it is missing or was changed.
    """
    why = content_fault(digest_, content)
    if why or content is None:
        raise StoreDamaged(_("In the store, {why}. A backup of the store has it as it was.", why=why))
    return content
