"""The record in memory: the real one's double, with the same chain and the same errors, for tests and trial runs."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from simulator.adapters.store import chain, journal, results
from simulator.adapters.store.accounts import MemoryAccounts
from simulator.adapters.store.chain import Entry, Link, Owner, Written
from simulator.adapters.store.evidence import Evidence, content_fault, intact, suspect
from simulator.adapters.store.holders import MemoryHolders
from simulator.adapters.store.journal import DeskLink, Head, JournalEvidence
from simulator.adapters.store.outbox import MemoryOutbox, Queued
from simulator.adapters.store.shelf import MemoryShelf
from simulator.model.errors import UnknownName
from simulator.model.language import _
from simulator.workflows.ports import (
    JOURNAL,
    AttemptSummary,
    ChainFault,
    DecisionKind,
    Entered,
    EvidenceColumns,
    Hold,
    Recorded,
    Result,
    Standing,
)

if TYPE_CHECKING:
    from simulator.model.journal import DeskEvent
    from simulator.model.record import Event


class MemoryStore(MemoryAccounts, MemoryShelf, MemoryOutbox, MemoryHolders):
    """A ``Store`` that lasts as long as the object. The rows are open, so that tests can tamper with them."""

    def __init__(self) -> None:
        super().__init__()
        self.out: dict[str, Queued] = {}
        self.out_marks: dict[str, str] = {}
        self.owners: dict[str, Owner] = {}
        self.entries: dict[str, Entry] = {}
        self.links: dict[str, list[Link]] = {}
        self.kept_texts: dict[str, dict[int, str | None]] = {}
        self.contents: dict[str, bytes] = {}
        self.desk: list[DeskLink] = []
        self.desk_texts: dict[int, str | None] = {}
        self.desk_head = str(Head())
        self.kept_results: dict[tuple[str, str], Result] = {}
        self.kept_standings: dict[tuple[str, str], Standing] = {}
        self.holds: dict[str, Hold] = {}
        self._notes: dict[str, str] = {}
        self._version = 0
        self._simulated = False
        self._lock = threading.RLock()

    def person(self, name: str) -> str:
        name = chain.proper_name(name)
        with self._lock:
            for owner in self.owners.values():
                if owner.name == name:
                    return owner.person
            owner = chain.newcomer(name)
            self.owners[owner.person] = owner
            return owner.person

    def name(self, person: str) -> str | None:
        return self._owner(person).name

    def erase(self, person: str) -> None:
        with self._lock:
            self.owners[person] = replace(self._owner(person), name=None, key=None, erased=1)
            for entry in self.entries.values():
                if entry.person == person:
                    self.kept_texts[entry.attempt] = dict.fromkeys(self.kept_texts[entry.attempt])
            for link in self.desk:
                if link.about == person and link.seq in self.desk_texts:
                    self.desk_texts[link.seq] = None
            self.kept_standings = {key: one for key, one in self.kept_standings.items() if one.person != person}
            self.open_texts = {key: one for key, one in self.open_texts.items() if one.person != person}
            self._erase_statements(person)
            self._forget_account(person)
            self.holds = {key: one for key, one in self.holds.items() if self.entries[key].person != person}

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
        *,
        holder: str | None = None,
    ) -> Recorded:
        with self._lock:
            entry = self._entry(attempt)
            if holder is not None:
                self._demand_held(attempt, holder, at)
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

    def head(self, attempt: str) -> tuple[int, str]:
        entry = self._entry(attempt)
        return entry.count - 1, entry.head

    def decided(self, kind: DecisionKind) -> Sequence[str]:
        sought = chain.kind_of(kind)
        with self._lock:
            return sorted(one for one, links in self.links.items() if any(sought in link.payload for link in links))

    def known(self, name: str) -> str | None:
        name = chain.proper_name(name)
        with self._lock:
            return next((owner.person for owner in self.owners.values() if owner.name == name), None)

    def people(self) -> Sequence[tuple[str, str | None]]:
        return chain.by_name((owner.person, owner.name) for owner in list(self.owners.values()))

    def rename(self, person: str, name: str, by: str, at: datetime) -> Entered:
        name = chain.proper_name(name)
        with self._lock:
            owner = self._owner(person)
            event, text = journal.renamed(owner, name, by)
            if self.known(name) is not None:
                raise journal.taken(name)
            self._rename_account(person, name)
            self.owners[person] = replace(owner, name=name)
            return self.enter(event, at, text, person)

    def enter(self, event: DeskEvent, at: datetime, text: str | None = None, about: str | None = None) -> Entered:
        with self._lock:
            owner = None if about is None else self._owner(about)
            link = journal.entered(Head.parse(self.desk_head), event, at, text, owner)
            self.desk.append(link)
            self.desk_head = str(Head(link.seq + 1, link.hash))
            if text is not None:
                self.desk_texts[link.seq] = chain.words(text)
            return journal.read(link)

    def journal(self, after: int = -1) -> Sequence[Entered]:
        with self._lock:
            return [journal.read(link) for link in self.desk if link.seq > after]

    def journal_texts(self) -> Mapping[int, str | None]:
        with self._lock:
            return dict(self.desk_texts)

    def journal_head(self) -> tuple[int, str]:
        head = Head.parse(self.desk_head)
        return head.count - 1, head.hash

    def retain(self, what: Literal["typed", "practice"], before: datetime, at: datetime) -> int:
        with self._lock:
            chosen = self._over(what, before)
            for link in chosen:
                self.kept_texts[link.attempt][link.seq] = None
            if chosen:
                self.enter(journal.retained(what, before, len(chosen)), at)
            return len(chosen)

    def retainable(self, what: Literal["typed", "practice"], before: datetime) -> int:
        with self._lock:
            return len(self._over(what, before))

    def _over(self, what: str, before: datetime) -> list[Link]:
        return [
            link
            for entry in self.entries.values()
            if what == "typed" or entry.mode == "practice"
            for link in self.links[entry.attempt]
            if self.kept_texts[entry.attempt].get(link.seq) is not None
            and journal.is_over(link.payload, link.at, chain.instant(before))
        ]

    def noted(self, key: str) -> str | None:
        return self._notes.get(key)

    def note(self, key: str, value: str) -> None:
        self._notes[key] = value

    def put_results(self, results: Iterable[Result]) -> None:
        with self._lock:
            made = list(results)
            self.kept_results |= {(one.attempt, one.rubric): one for one in made}
            self._forget_standings({one.person for one in made})
            self._version += 1

    def results(
        self, person: str | None = None, rubric: str | None = None, with_observations: bool = True
    ) -> Sequence[Result]:
        with self._lock:
            chosen = [
                one
                for one in self.kept_results.values()
                if person in (None, one.person) and rubric in (None, one.rubric)
            ]
        chosen.sort(key=results.order)
        return chosen if with_observations else [replace(one, observations=()) for one in chosen]

    def result(self, attempt: str, rubric: str) -> Result | None:
        return self.kept_results.get((attempt, rubric))

    def drop_results(self, attempts: Iterable[str]) -> None:
        gone = frozenset(attempts)
        with self._lock:
            self._forget_standings({one.person for one in self.kept_results.values() if one.attempt in gone})
            self.kept_results = {key: one for key, one in self.kept_results.items() if one.attempt not in gone}
            self._version += 1

    def _forget_standings(self, people: set[str]) -> None:
        self.kept_standings = {key: one for key, one in self.kept_standings.items() if one.person not in people}

    def unsettled(self, rubric: str, person: str | None = None) -> Sequence[str]:
        with self._lock:
            chosen = [
                entry
                for entry in self.entries.values()
                if entry.finished
                and entry.origin is None
                and person in (None, entry.person)
                and ((made := self.result(entry.attempt, rubric)) is None or made.head != entry.head)
            ]
        return [entry.attempt for entry in sorted(chosen, key=lambda entry: (entry.started, entry.attempt))]

    def evidence_columns(self, rubric: str, person: str | None = None) -> EvidenceColumns:
        chosen = [one for one in self.results(person, rubric) if one.evidence]
        codes = results.codes_of(chosen, {})
        rows = [results.row_of(one, codes) for one in chosen]
        names = (*results.HEADS, *results.BODIES)
        return results.columns_of([[row[name] for name in names] for row in rows], list(codes))

    def results_version(self) -> int:
        return self._version

    def put_standings(self, standings: Iterable[Standing]) -> None:
        with self._lock:
            self.kept_standings |= {(one.person, one.rubric): one for one in standings}

    def standings(self, rubric: str, person: str | None = None) -> Sequence[Standing]:
        with self._lock:
            chosen = [
                one for one in self.kept_standings.values() if one.rubric == rubric and person in (None, one.person)
            ]
        return sorted(chosen, key=lambda one: one.person)

    @property
    def simulated(self) -> bool:
        return self._simulated

    def mark_simulated(self) -> None:
        self._simulated = True

    def faults(self, attempt: str | None = None) -> Sequence[ChainFault]:
        with self._lock:
            if attempt == JOURNAL:
                return self._journal_evidence().faults()
            if attempt is None:
                known = sorted({*self.entries, *self.links, *self.kept_texts})
                found = [fault for one in known for fault in self._evidence(one).faults()]
                return [*self._content_faults(), *self._journal_evidence().faults(), *found]
            evidence = self._evidence(attempt)
            if not evidence.any:
                raise UnknownName(_("attempt"), attempt, self.entries)
            return evidence.faults()

    def _journal_evidence(self) -> JournalEvidence:
        return JournalEvidence(self.desk_head, self.desk, self.owners, self.desk_texts)

    def _evidence(self, attempt: str) -> Evidence:
        entry, links = self.entries.get(attempt), self.links.get(attempt, [])
        person = entry.person if entry else suspect(links)
        return Evidence(
            attempt=attempt,
            entry=entry,
            links=links,
            owner=self.owners.get(person or ""),
            texts=self.kept_texts.get(attempt, {}),
            content_fault=lambda digest: content_fault(digest, self.contents.get(digest)),
            told=journal.told(self.desk, self.desk_texts),
        )

    def _content_faults(self) -> list[ChainFault]:
        checked = (content_fault(digest, content) for digest, content in sorted(self.contents.items()))
        return [ChainFault("", -1, why) for why in checked if why]

    def close(self) -> None:
        """Nothing to let go of."""

    def _owner(self, person: str) -> Owner:
        if person not in self.owners:
            raise UnknownName(_("person"), person, self.owners)
        return self.owners[person]

    def _entry(self, attempt: str) -> Entry:
        if attempt not in self.entries:
            raise UnknownName(_("attempt"), attempt, self.entries)
        return self.entries[attempt]
