"""The record in memory: the real one's double, with the same chain and the same errors, for tests and trial runs."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.adapters.store import chain
from simulator.adapters.store.chain import Entry, Link, Owner, Written
from simulator.adapters.store.evidence import Evidence, content_fault, intact, suspect
from simulator.model.errors import UnknownName
from simulator.model.language import _
from simulator.workflows.ports import AttemptSummary, ChainFault, Recorded

if TYPE_CHECKING:
    from simulator.model.record import Event


class MemoryStore:
    """A ``Store`` that lasts as long as the object. The rows are open, so that tests can tamper with them."""

    def __init__(self) -> None:
        self.people: dict[str, Owner] = {}
        self.entries: dict[str, Entry] = {}
        self.links: dict[str, list[Link]] = {}
        self.kept_texts: dict[str, dict[int, str | None]] = {}
        self.contents: dict[str, bytes] = {}
        self._lock = threading.RLock()

    def person(self, name: str) -> str:
        name = chain.proper_name(name)
        with self._lock:
            for owner in self.people.values():
                if owner.name == name:
                    return owner.person
            owner = chain.newcomer(name)
            self.people[owner.person] = owner
            return owner.person

    def name(self, person: str) -> str | None:
        return self._owner(person).name

    def erase(self, person: str) -> None:
        with self._lock:
            self.people[person] = replace(self._owner(person), name=None, key=None, erased=1)
            for entry in self.entries.values():
                if entry.person == person:
                    self.kept_texts[entry.attempt] = dict.fromkeys(self.kept_texts[entry.attempt])

    def keep(self, content: bytes) -> str:
        digest = chain.content_digest(content)
        self.contents.setdefault(digest, content)
        return digest

    def content(self, digest: str) -> bytes:
        return intact(digest, self.contents.get(digest))

    def begin(self, attempt: str, event: Event, at: datetime, text: str | None = None) -> Recorded:
        with self._lock:
            if attempt in self.entries:
                raise chain.moved(attempt, 0, self.entries[attempt].count)
            start = chain.start(event)
            written = chain.begun(attempt, self._owner(start.person), start, at, text)
            self.links[attempt], self.kept_texts[attempt] = [], {}
            return self._record(written)

    def append(
        self,
        attempt: str,
        expected: int,
        event: Event,
        at: datetime,
        finished: bool = False,
        text: str | None = None,
    ) -> Recorded:
        with self._lock:
            entry = self._entry(attempt)
            owner = self._owner(entry.person)
            return self._record(chain.continued(entry, expected, owner, event, at, text, finished))

    def _record(self, written: Written) -> Recorded:
        attempt, seq = written.link.attempt, written.link.seq
        self.links[attempt].append(written.link)
        self.entries[attempt] = written.entry
        if written.text is not None:
            self.kept_texts[attempt][seq] = written.text
        return chain.recorded(written.link)

    def events(self, attempt: str) -> Sequence[Recorded]:
        with self._lock:
            self._entry(attempt)
            return [chain.recorded(link) for link in self.links[attempt]]

    def texts(self, attempt: str) -> Mapping[int, str | None]:
        with self._lock:
            self._entry(attempt)
            return dict(self.kept_texts[attempt])

    def attempts(self, person: str | None = None, scenario: str | None = None) -> Sequence[AttemptSummary]:
        with self._lock:
            chosen = [
                entry
                for entry in self.entries.values()
                if person in (None, entry.person) and scenario in (None, entry.scenario)
            ]
        chosen.sort(key=lambda entry: (entry.last, entry.attempt), reverse=True)
        return [chain.summary(entry) for entry in chosen]

    def faults(self, attempt: str | None = None) -> Sequence[ChainFault]:
        with self._lock:
            if attempt is None:
                known = sorted({*self.entries, *self.links, *self.kept_texts})
                found = [fault for one in known for fault in self._evidence(one).faults()]
                return [*self._content_faults(), *found]
            evidence = self._evidence(attempt)
            if not evidence.any:
                raise UnknownName(_("attempt"), attempt, self.entries)
            return evidence.faults()

    def _evidence(self, attempt: str) -> Evidence:
        entry, links = self.entries.get(attempt), self.links.get(attempt, [])
        person = entry.person if entry else suspect(links)
        return Evidence(
            attempt=attempt,
            entry=entry,
            links=links,
            owner=self.people.get(person or ""),
            texts=self.kept_texts.get(attempt, {}),
            content_fault=lambda digest: content_fault(digest, self.contents.get(digest)),
        )

    def _content_faults(self) -> list[ChainFault]:
        checked = (content_fault(digest, content) for digest, content in sorted(self.contents.items()))
        return [ChainFault("", -1, why) for why in checked if why]

    def close(self) -> None:
        """Nothing to let go of."""

    def _owner(self, person: str) -> Owner:
        if person not in self.people:
            raise UnknownName(_("person"), person, self.people)
        return self.people[person]

    def _entry(self, attempt: str) -> Entry:
        if attempt not in self.entries:
            raise UnknownName(_("attempt"), attempt, self.entries)
        return self.entries[attempt]
