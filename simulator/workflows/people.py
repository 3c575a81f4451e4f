"""Who belongs to the house and to which group: the roster, folded from the journal, and what changes it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from simulator.model.errors import UnknownName, UsageError
from simulator.model.journal import (
    LONGEST_TITLE,
    Corrected,
    DeskEvent,
    Erased,
    GroupMade,
    Joined,
    Left,
    Transferred,
)
from simulator.model.language import _
from simulator.workflows.permission import needs

if TYPE_CHECKING:
    from simulator.workflows.ports import Store
    from simulator.workflows.rehearse import Desk

ENOUGH = 5  # people of a group whose figures may stay when one of them is erased: fewer, and they would still be his


@dataclass(frozen=True, slots=True)
class Person:
    """A person as the desk knows him.

    Attributes:
        person: the pseudonym.
        name: under which the store has him, unique; None once erased.
        called: his name as rosters have it, which somebody else may have too; None once erased.
        number: the staff number; None where there is none, and once erased.
        group: the id of his group; None where he is in none.
        is_listed: a roster or somebody entered him; else he only entered himself by practising.
    """

    person: str
    name: str | None
    called: str | None = None
    number: str | None = None
    group: str | None = None
    joined: date | None = None
    left: date | None = None
    is_listed: bool = False
    is_erased: bool = False

    @property
    def shown(self) -> str:
        """The name, or the short form of the pseudonym once he was erased."""
        return self.name or self.person[:8]


@dataclass(frozen=True, slots=True)
class Roster:
    """Everybody and every group.

    Attributes:
        people: by pseudonym, in the order of their names, the erased last.
        groups: names by id, in the order in which they were made.
        silent: erased people of groups so small that figures would still tell of them: they count nowhere.
    """

    people: Mapping[str, Person]
    groups: Mapping[str, str]
    silent: frozenset[str] = frozenset()

    def members(self, group: str | None, with_left: bool = False) -> tuple[Person, ...]:
        """Who is in a group, erased people aside.

        Args:
            with_left: those who left the house too.
        """
        return tuple(
            one
            for one in self.people.values()
            if one.group == group and not one.is_erased and (with_left or one.left is None)
        )

    def find(self, who: str) -> Person:
        """A person by name, staff number or pseudonym.

        Raises:
            UnknownName: there is none; the nearest names are named.
            UsageError: several people have that name.
        """
        who = unicodedata.normalize("NFC", who).strip()
        for wanted in ("person", "name", "number", "called"):
            found = [one for one in self.people.values() if getattr(one, wanted) == who]
            if len(found) == 1:
                return found[0]
            if found:
                names = ", ".join(one.shown for one in found)
                raise UsageError(_("Several people are called “{name}”: {names}.", name=who, names=names))
        known = {name for one in self.people.values() for name in (one.name, one.called) if name}
        raise UnknownName(_("person"), who, known)

    def group(self, name: str) -> str:
        """The id of a group, by id or by name.

        Raises:
            UnknownName: there is none.
        """
        if name in self.groups:
            return name
        for identity, called in self.groups.items():
            if called == name.strip() or identity == group_id(name):
                return identity
        raise UnknownName(_("group"), name, (*self.groups, *self.groups.values()))


@needs("people.see")
def directory(desk: Desk) -> Roster:
    """Everybody and every group, as the journal has it.

    Raises:
        StoreDamaged: the journal cannot be read.
    """
    return roster(desk.store)


def roster(store: Store) -> Roster:
    """As ``directory``, whoever asks."""
    folding = _Folding({person: Person(person, name, called=name) for person, name in store.people()})
    texts = store.journal_texts()
    for entered in store.journal():
        folding.take(entered.event, texts.get(entered.seq))
    people = {
        one.person: replace(one, called=None, number=None, is_erased=True) if one.name is None else one
        for one in folding.people.values()
    }
    return Roster(people, folding.groups, frozenset(folding.silent))


@dataclass(slots=True)
class _Folding:
    people: dict[str, Person]
    groups: dict[str, str] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def take(self, event: DeskEvent, text: str | None) -> None:
        match event:
            case GroupMade():
                self.groups[event.group] = event.name
            case Joined() | Left() | Transferred() | Erased() | Corrected():
                if event.person in self.people:
                    self._of_person(event, text)

    def _of_person(self, event: Joined | Left | Transferred | Erased | Corrected, text: str | None) -> None:
        one, said = self.people[event.person], words(text)
        match event:
            case Joined():
                called, number = said.get("name", one.called), said.get("number", one.number)
                one = replace(one, group=event.group, joined=event.on, left=None, called=called, number=number)
                one = replace(one, is_listed=True)
            case Left():
                one = replace(one, left=event.on)
            case Transferred():
                one = replace(one, group=event.to)
            case Corrected(field="number"):
                one = replace(one, number=said.get("to", one.number))
            case Corrected():
                one = replace(one, called=said.get("to", one.called))
            case Erased() if one.group is None or self._size(one.group) < ENOUGH:
                self.silent.add(one.person)
        self.people[one.person] = one

    def _size(self, group: str) -> int:
        """How many were ever put into the group and not out of it, whether they left or were erased since or not."""
        return sum(one.group == group for one in self.people.values())


def words(text: str | None) -> dict[str, str]:
    """What is kept apart with an event; empty once it was erased."""
    if text is None:
        return {}
    said = json.loads(text)
    return {key: value for key, value in said.items() if isinstance(value, str)} if isinstance(said, dict) else {}


def as_text(**said: str | None) -> str:
    """Words to be kept apart with an event, as ``words`` reads them."""
    return json.dumps({key: value for key, value in said.items() if value is not None}, ensure_ascii=False)


def group_id(name: str) -> str:
    """The id of a group of that name: letters of any script, digits, hyphens.

    Raises:
        UsageError: the name is empty, too long, or has neither letter nor digit.
    """
    if len(name) > LONGEST_TITLE:
        raise UsageError(_("A group's name has at most {most} characters.", most=LONGEST_TITLE))
    identity = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", name).casefold()).strip("-")
    if not identity:
        raise UsageError(_("“{name}” is no name for a group: it needs a letter or a digit.", name=name))
    return identity[:LONGEST_TITLE]


# One at a time


@needs("people.enrol")
def make_group(desk: Desk, name: str, by: str) -> str:
    """Makes a group, unless there is one of that name; its id.

    Args:
        by: the reviewer's pseudonym, here and below.

    Raises:
        UsageError: that is no name for a group.
    """
    identity = known_group(roster(desk.store), name)
    if identity not in roster(desk.store).groups:
        enter_group(desk, name, by)
    return identity


@needs("people.enrol")
def enter_group(desk: Desk, name: str, by: str) -> str:
    """Makes a group of which it is known that there is none; its id."""
    identity = group_id(name)
    desk.store.enter(GroupMade(group=identity, name=name.strip(), by=by), desk.now())
    return identity


@needs("people.enrol")
def leave(desk: Desk, who: str, on: date, by: str) -> Person:
    """A person left the house.

    Raises:
        UsageError: there is no such person, he left already, or had not joined by then.
    """
    one = roster(desk.store).find(who)
    if one.left is not None:
        raise UsageError(_("{name} left on {day} already.", name=one.shown, day=one.left.isoformat()))
    if one.joined is not None and on < one.joined:
        day = one.joined.isoformat()
        raise UsageError(_("{name} joined on {day}; the last day cannot be before that.", name=one.shown, day=day))
    desk.store.enter(Left(person=one.person, on=on, by=by), desk.now())
    return replace(one, left=on)


@needs("people.enrol")
def transfer(desk: Desk, who: str, group: str | None, by: str) -> Person:
    """A person goes to another group, which is made if there is none of that name; None takes him out of his.

    Raises:
        UsageError: there is no such person, or he is in that group.
    """
    known = roster(desk.store)
    one, to = known.find(who), None if group is None else known_group(known, group)
    if to == one.group:
        raise UsageError(_("{name} is in that group already.", name=one.shown))
    if to is not None and to not in known.groups and group is not None:
        enter_group(desk, group, by)
    desk.store.enter(Transferred(person=one.person, from_=one.group, to=to, by=by), desk.now())
    return replace(one, group=to)


def known_group(known: Roster, name: str) -> str:
    """The id of the group of that name, or the one that it will have.

    Raises:
        UsageError: that is no name for a group.
    """
    try:
        return known.group(name)
    except UnknownName:
        return group_id(name)
