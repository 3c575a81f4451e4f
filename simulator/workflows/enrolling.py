"""People from a roster: what a file would change, row by row, and carrying it out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from simulator.model.errors import UsageError
from simulator.model.journal import Corrected, Joined, Left, Transferred
from simulator.model.language import _
from simulator.workflows.people import Person, Roster, as_text, enter_group, known_group, roster
from simulator.workflows.permission import needs

if TYPE_CHECKING:
    from simulator.workflows.ports import Store
    from simulator.workflows.rehearse import Desk

LONGEST_NAME = 200  # characters, as the store has it
LONGEST_NUMBER = 40  # characters of a staff number; houses use about ten

Row = tuple[int, Sequence[str]]
"""A row's number, counted from 1, and its cells as text."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a roster says of a person. What it does not say is None.

    Attributes:
        name: as rosters have it; others may have the same.
        group: its name.
    """

    name: str
    number: str | None = None
    group: str | None = None
    joined: date | None = None
    left: date | None = None


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a row, and what to do. ``row`` is counted from 1, the head included."""

    row: int
    why: str


@dataclass(frozen=True, slots=True)
class Change:
    """What an import would do about one person.

    Attributes:
        label: the name under which he stands in the store, or will; unique.
        was: as he is known; None where he is new.
        what: some of ``add``, ``number``, ``name``, ``transfer``, ``leave`` and ``rejoin``.
    """

    row: int
    label: str
    was: Person | None
    what: tuple[str, ...]
    entry: Entry


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do.

    Attributes:
        same: how many rows say what is known already.
        groups: names of groups that will be made.
        ignored: heads of columns that mean nothing here.
    """

    changes: tuple[Change, ...]
    problems: tuple[RowProblem, ...]
    same: int
    groups: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


# Reading rows

_HEADS: dict[str, tuple[str, ...]] = {
    "name": ("name", "fullname", "employee", "employeename", "姓名", "名字", "员工", "员工姓名", "人员"),
    "number": (
        "number", "no", "id", "staffnumber", "staffno", "staffid", "employeenumber", "employeeno", "employeeid",
        "工号", "员工号", "员工编号", "编号", "人员编号",
    ),
    "group": ("group", "team", "department", "dept", "unit", "组", "小组", "组别", "团队", "部门", "班组"),
    "joined": (
        "joined", "joiningdate", "datejoined", "hired", "hiredate", "start", "startdate", "entry",
        "入职", "入职日期", "入职时间", "到岗日期",
    ),
    "left": (
        "left", "leavingdate", "dateleft", "leavedate", "end", "enddate", "lastday", "exit",
        "离职", "离职日期", "离职时间",
    ),
}  # fmt: skip
_COLUMN_OF = {head: column for column, heads in _HEADS.items() for head in heads}
_HEADLINE = "name / 姓名, number / 工号, group / 组, joined / 入职, left / 离职"
_DATE = re.compile(r"(\d{4})\s*([-/.年])\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d\d?:\d\d(?::\d\d)?)?")
_DIGITS = re.compile(r"(\d{4})(\d\d)(\d\d)")


class _Unfit(Exception):
    """Why a row cannot be taken."""


def columns_of(
    heads: Sequence[str], known: Mapping[str, str], wanted: str
) -> tuple[Mapping[str, int], tuple[str, ...]]:
    """Where each column of a table of people stands, by name, and the heads that are none of them.

    Args:
        known: columns by what their heads say, in small letters and without spaces and signs.
        wanted: the columns, for whoever has no name among them.

    Raises:
        UsageError: there is no column of names, or a column is there twice.
    """
    columns: dict[str, int] = {}
    ignored: list[str] = []
    for place, head in enumerate(heads):
        column = known.get(re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", head).casefold()))
        if column is None:
            ignored += [head.strip()] if head.strip() else []
        elif column in columns:
            raise UsageError(
                _("Two columns say the same: “{one}” and “{other}”.", one=heads[columns[column]], other=head)
            )
        else:
            columns[column] = place
    if "name" not in columns:
        raise UsageError(_("There is no column of names. The first row names the columns: {wanted}.", wanted=wanted))
    return columns, tuple(ignored)


def cell_of(cells: Sequence[str], columns: Mapping[str, int], column: str) -> str:
    """What a row has in a column; empty where it has none."""
    place = columns.get(column, len(cells))
    return unicodedata.normalize("NFC", cells[place]).strip() if place < len(cells) else ""


def _entry(cells: Sequence[str], columns: Mapping[str, int]) -> Entry:
    def cell(column: str) -> str:
        return cell_of(cells, columns, column)

    return Entry(
        name=cell("name"),
        number=cell("number") or None,
        group=cell("group") or None,
        joined=_date(cell("joined")),
        left=_date(cell("left")),
    )


def _date(text: str) -> date | None:
    if not text:
        return None
    if found := _DATE.fullmatch(text):
        parts = [found[1], found[3], found[4]]
    else:
        digits = _DIGITS.fullmatch(text)
        parts = list(digits.groups()) if digits else []
    try:
        year, month, day = map(int, parts)
        return date(year, month, day)
    except ValueError:
        raise _Unfit(_("“{text}” is no date. Write it as 2026-03-05.", text=text[:40])) from None


def _check(entry: Entry) -> None:
    if not entry.name:
        raise _Unfit(_("The name is missing."))
    if len(entry.name) > LONGEST_NAME:
        raise _Unfit(
            _("The name has {count} characters; at most {most} fit.", count=len(entry.name), most=LONGEST_NAME)
        )
    if entry.number and len(entry.number) > LONGEST_NUMBER:
        raise _Unfit(
            _("The number has {count} characters; at most {most} fit.", count=len(entry.number), most=LONGEST_NUMBER)
        )
    if entry.joined and entry.left and entry.left < entry.joined:
        raise _Unfit(_("He would have left before he joined. Correct one of the dates."))


# Planning


def plan_import(store: Store, rows: Iterable[Row]) -> Plan:
    """What importing a roster would change; nothing is changed. Whoever asks: it tells who is known by that name.

    The first row that is not empty names the columns. Who is not in the file is left alone; an empty cell says nothing.

    Raises:
        UsageError: there is no column of names, or a column is there twice.
    """
    filled = [(number, cells) for number, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        raise UsageError(_("The file has no rows. The first row names the columns, each other one is a person."))
    columns, ignored = columns_of(filled[0][1], _COLUMN_OF, _HEADLINE)
    entries: list[tuple[int, Entry]] = []
    problems: list[RowProblem] = []
    for number, cells in filled[1:]:
        try:
            entries.append((number, _entry(cells, columns)))
        except _Unfit as why:
            problems.append(RowProblem(number, str(why)))
    return replace(plan(roster(store), entries, problems), ignored=ignored)


def plan(known: Roster, entries: Sequence[tuple[int, Entry]], problems: Iterable[RowProblem] = ()) -> Plan:
    """What taking in entries, each with its row, would change."""
    return _Planning(known, entries).plan(problems)


class _Planning:
    def __init__(self, known: Roster, entries: Sequence[tuple[int, Entry]]) -> None:
        self.known, self.entries = known, entries
        self.by_number = {one.number: one for one in known.people.values() if one.number}
        self.called: dict[str, list[Person]] = {}
        for one in known.people.values():
            if one.called:
                self.called.setdefault(one.called, []).append(one)
        self.labels = {one.name for one in known.people.values() if one.name}
        self.numbers_here = Counter(entry.number for _row, entry in entries if entry.number)
        self.names_here = Counter(entry.name for _row, entry in entries)
        self.claimed: dict[str, int] = {}
        self.groups: dict[str, str] = {}

    def plan(self, problems: Iterable[RowProblem]) -> Plan:
        found, changes, same = list(problems), [], 0
        for row, entry in self.entries:
            try:
                change = self._change(row, entry)
            except (_Unfit, UsageError) as why:
                found.append(RowProblem(row, str(why)))
                continue
            if change is None:
                same += 1
            else:
                changes.append(change)
        used = {known_group(self.known, one.entry.group) for one in changes if one.entry.group}
        groups = tuple(name for identity, name in self.groups.items() if identity in used)
        found.sort(key=lambda problem: problem.row)
        return Plan(tuple(changes), tuple(found), same, groups)

    def _change(self, row: int, entry: Entry) -> Change | None:
        _check(entry)
        if entry.number and self.numbers_here[entry.number] > 1:
            raise _Unfit(_("The number {number} stands in several rows.", number=entry.number))
        if not entry.number and self.names_here[entry.name] > 1:
            raise _Unfit(
                _("Several rows are called “{name}”. Give each of them a number, or drop the copies.", name=entry.name)
            )
        group = known_group(self.known, entry.group) if entry.group else None
        was = self._match(entry)
        if was is not None:
            self._claim(row, was)
        what = tuple(_differences(was, entry, group))
        if not what:
            return None
        label = was.name if was is not None and was.name and "name" not in what else self._label(entry)
        self.labels.add(label)
        if group is not None and group not in self.known.groups and entry.group:
            self.groups.setdefault(group, entry.group)
        return Change(row, label, was, what, entry)

    def _match(self, entry: Entry) -> Person | None:
        if entry.number and entry.number in self.by_number:
            return self.by_number[entry.number]
        # Somebody of that name with another number is somebody else.
        found = [one for one in self.called.get(entry.name, []) if not (entry.number and one.number)]
        if len(found) > 1:
            names = ", ".join(one.shown for one in found)
            raise _Unfit(
                _("Several people are called “{name}”: {names}. Give the number.", name=entry.name, names=names)
            )
        return found[0] if found else None

    def _claim(self, row: int, was: Person) -> None:
        if was.person in self.claimed:
            raise _Unfit(
                _("That is the person of row {row} already. Give each of them a number.", row=self.claimed[was.person])
            )
        self.claimed[was.person] = row

    def _label(self, entry: Entry) -> str:
        """A name that nobody has: the plain one, or with the number where two have the same."""
        if entry.name not in self.labels and entry.name not in self.called and self.names_here[entry.name] == 1:
            return entry.name
        label = f"{entry.name} ({entry.number})"
        if entry.number is None or label in self.labels:
            raise _Unfit(_("Somebody is called “{name}” already. Give a number to tell them apart.", name=entry.name))
        if len(label) > LONGEST_NAME:
            raise _Unfit(_("The name has {count} characters; at most {most} fit.", count=len(label), most=LONGEST_NAME))
        return label


def _differences(was: Person | None, entry: Entry, group: str | None) -> Iterable[str]:
    if was is None or not was.is_listed:
        yield "add"
        return
    if was.called != entry.name:
        yield "name"
    if entry.number and was.number != entry.number:
        yield "number"
    # Who left comes back by a row that says of a later day that he joined.
    if was.left and entry.left is None and entry.joined and entry.joined > was.left:
        yield "rejoin"
    elif group is not None and was.group != group:
        yield "transfer"
    if entry.left and was.left != entry.left:
        yield "leave"


# Carrying out


@needs("people.enrol")
def carry_out(
    desk: Desk, made: Plan, by: str, skip_bad: bool = False, doing: Callable[[int], None] | None = None
) -> int:
    """Carries a plan out, row by row; how many people it concerned. What broke off goes on when it is done again.

    Args:
        by: the reviewer's pseudonym.
        skip_bad: take the good rows though others are bad.
        doing: told, before each, how many are done.

    Raises:
        UsageError: rows are bad; nothing was changed.
    """
    if made.problems and not skip_bad:
        raise UsageError(
            _("Nothing was imported: {count} rows are bad. Mend them, or leave them out.", count=len(made.problems))
        )
    for name in made.groups:
        enter_group(desk, name, by)
    groups = roster(desk.store)
    for done, change in enumerate(made.changes):
        if doing is not None:
            doing(done)
        _carry_out(desk, groups, change, by)
    return len(made.changes)


def _carry_out(desk: Desk, known: Roster, change: Change, by: str) -> None:
    entry, was = change.entry, change.was
    group = known_group(known, entry.group) if entry.group else None
    person = desk.store.person(change.label) if was is None else was.person
    if "name" in change.what:
        _rename(desk, person, change.label, entry.name, by)
    if "add" in change.what or "rejoin" in change.what:
        number = entry.number or (was.number if was else None)
        stays = group if group is not None or was is None else was.group
        event = Joined(person=person, group=stays, on=entry.joined, by=by)
        desk.store.enter(event, desk.now(), as_text(name=entry.name, number=number), person)
    elif "number" in change.what:
        text = as_text(**{"from": was.number if was else None, "to": entry.number})
        desk.store.enter(Corrected(person=person, field="number", by=by), desk.now(), text, person)
    if "transfer" in change.what and was is not None:
        desk.store.enter(Transferred(person=person, from_=was.group, to=group, by=by), desk.now())
    if entry.left and ("leave" in change.what or "add" in change.what):
        desk.store.enter(Left(person=person, on=entry.left, by=by), desk.now())


def _rename(desk: Desk, person: str, label: str, called: str, by: str) -> None:
    if desk.store.name(person) != label:
        desk.store.rename(person, label, by, desk.now())
    one = roster(desk.store).people[person]
    if one.called != called:  # the store's name tells namesakes apart; the roster's is the plain one
        desk.store.enter(Corrected(person=person, field="called", by=by), desk.now(), as_text(to=called), person)


@needs("people.enrol")
def add(desk: Desk, entry: Entry, by: str) -> Person:
    """Puts a person on the roster; one of that name who only entered himself is the same.

    Args:
        by: the reviewer's pseudonym.

    Raises:
        UsageError: something is wrong with what is said of him, he is on the roster already, or he has a namesake and
            no number to tell them apart.
    """
    known = roster(desk.store)
    made = plan(known, [(1, entry)])
    if made.problems:
        raise UsageError(made.problems[0].why)
    if not made.changes or "add" not in made.changes[0].what:
        raise UsageError(_("“{name}” is on the roster already.", name=entry.name))
    carry_out(desk, made, by)
    return roster(desk.store).find(made.changes[0].label)
