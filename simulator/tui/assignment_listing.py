"""Assignments as lists and forms show them; imports no Textual."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from simulator.model.journal import LONGEST_TITLE
from simulator.model.language import _
from simulator.tui.lines import fit
from simulator.tui.listing import Row, due_text, left_text, matches
from simulator.tui.texts import Line
from simulator.tui.words import in_language, mode_name, moment, score
from simulator.workflows.assigning import STATES, Assignment, Due, Order
from simulator.workflows.following import Follow, Followed

if TYPE_CHECKING:
    from simulator.model.record import Mode
    from simulator.model.scenario import Course
    from simulator.workflows.people import Roster
    from simulator.workflows.ports import Title

_MODE, _DUE, _DONE, _LATE = 8, 20, 14, 12  # cells of the columns of an assignment's row
_STATE, _LEFT = 10, 16  # and of a person's
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?")


@dataclass(frozen=True, slots=True)
class Names:
    """What ids are called.

    Attributes:
        scenarios, courses, groups, people: names by id; people by pseudonym.
    """

    scenarios: Mapping[str, str]
    courses: Mapping[str, str]
    groups: Mapping[str, str]
    people: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be assigned, and to whom.

    Attributes:
        what: ``course:<id>`` or ``scenario:<id>`` to a name, what is not published left out.
        whom: ``group:<id>`` or ``person:<pseudonym>`` to a name, whoever left or was erased left out.
    """

    what: Mapping[str, str]
    whom: Mapping[str, str]


def names_of(titles: Sequence[Title], courses: Sequence[Course], known: Roster) -> Names:
    """The names by which assignments are told."""
    return Names(
        {one.id: in_language(one.title)[0] or one.id for one in titles},
        {one.course: in_language(one.title.model_dump())[0] or one.course for one in courses},
        known.groups,
        {one.person: one.shown for one in known.people.values()},
    )


def choices_of(titles: Sequence[Title], names: Names, known: Roster) -> Choices:
    """What the form offers."""
    offered = [one for one in titles if one.status == "published"]
    in_courses = {course for one in offered for course in one.courses}
    what = {f"course:{name}": title for name, title in names.courses.items() if name in in_courses}
    what |= {f"scenario:{one.id}": names.scenarios[one.id] for one in offered}
    groups = known.groups.items()
    whom = {f"group:{group}": _("{group} ({n})", group=name, n=len(known.members(group))) for group, name in groups}
    here = [one for one in known.people.values() if one.left is None and not one.is_erased]
    whom |= {f"person:{one.person}": " ".join(filter(None, (one.shown, one.number))) for one in here}
    return Choices(what, whom)


# The list


def assignment_rows(every: Sequence[Followed], width: int) -> list[Row]:
    """A row each: title, mode, until when, how many have done it, how many are late; withdrawn ones under a heading."""
    rows: list[Row] = []
    for one in every:
        if one.assignment.is_withdrawn and not any(row.text == _("Withdrawn") and not row.id for row in rows):
            rows += [*([Row("")] if rows else []), Row(_("Withdrawn"))]
        rows.append(Row(_assignment_row(one, width), one.assignment.id))
    return rows


def _assignment_row(one: Followed, width: int) -> str:
    event = one.assignment.event
    room = max(width - _MODE - _DUE - _DONE - _LATE - 4, 12)
    late = one.count("overdue")
    return " ".join(
        (
            fit(event.title, room),
            fit(mode_name(event.mode), _MODE),
            fit(until(one.assignment), _DUE),
            fit(_("{n} of {all} done", n=one.count("done", "passed"), all=len(one.people)), _DONE),
            fit(_("{n} late", n=late) if late and not one.assignment.is_withdrawn else "", _LATE),
        )
    )


def until(assignment: Assignment, now: datetime | None = None) -> str:
    """Until when it is to be done, as ``due_text`` says it."""
    due = assignment.event.due
    is_over = due is not None and due < (now or datetime.now().astimezone())
    return due_text(Due(assignment, "", "overdue" if is_over else "open", 0, None, None, False), now)


def about_lines(one: Followed, names: Names) -> list[Line]:
    """What is asked, of whom, on which terms, and how far they are."""
    event = one.assignment.event
    course = names.courses.get(event.course, event.course) if event.course else ""
    played = _(", ").join(names.scenarios.get(scenario, scenario) for scenario in event.scenarios)
    whom = [names.groups.get(group, group) for group in event.groups]
    whom += [names.people.get(person, person[:8]) for person in event.people]
    counts = [f"{_(STATES[state])} {n}" for state in STATES if (n := one.count(state))]
    made = _("{name}, {when}", name=one.by or _("(erased)"), when=moment(one.assignment.at))
    lines = [
        Line("", event.title, "head"),
        Line(_("What: "), _("{course}: {scenarios}", course=course, scenarios=played) if course else played),
        Line(_("Asked of: "), _(", ").join(whom)),
        Line(_("Terms: "), " · ".join(_terms(one.assignment))),
        Line(_("How far: "), " · ".join(counts) or _("nobody has it")),
        Line(_("Made by: "), made, "quiet"),
    ]
    return [Line("", _("Withdrawn. What was played under it stays."), "quiet"), *lines] if _gone(one) else lines


def _gone(one: Followed) -> bool:
    return one.assignment.is_withdrawn


def _terms(assignment: Assignment) -> list[str]:
    event = assignment.event
    terms = [mode_name(event.mode), until(assignment)]
    if event.attempts is None:
        terms.append(_("any number of attempts"))
    else:
        terms.append(_("one attempt each") if event.attempts == 1 else _("{n} attempts each", n=event.attempts))
    terms += [_("pass mark {mark}", mark=score(event.pass_mark))] if event.pass_mark is not None else []
    terms.append(_("a model may listen and speak") if event.model else _("without a model"))
    terms += [_("shared: its score and lines are seen")] if event.shared and event.mode == "practice" else []
    return terms


# Who is how far


def people_rows(one: Followed, names: Names, width: int, filtered: str = "") -> list[Row]:
    """A row each, those who are late first, then those who have still to do it, then the others."""
    order = list(STATES)
    order = ["overdue", "open", *(state for state in order if state not in ("overdue", "open"))]
    people = sorted(one.people, key=lambda each: order.index(each.state))
    found = [each for each in people if matches(filtered, each.person.shown, each.person.number or "")]
    return [Row(_person_row(each, names, width), each.person.person) for each in found]


def _person_row(each: Follow, names: Names, width: int) -> str:
    group = names.groups.get(each.person.group or "", "")
    done = sum(due.state in ("done", "passed") for due in each.dues)
    room = max(width - _STATE - _DONE - _LEFT - 3, 12)
    return " ".join(
        (
            fit(each.person.shown, room),
            fit(group, _LEFT),
            fit(_(STATES[each.state]), _STATE),
            fit(_("{n} of {all} done", n=done, all=len(each.dues)), _DONE),
        )
    )


def person_lines(each: Follow, names: Names) -> list[Line]:
    """How far one person is with each scenario."""
    return [
        Line(
            names.scenarios.get(due.scenario, due.scenario) + "  ",
            " · ".join((_(STATES[due.state]), left_text(due) if due.state in ("open", "overdue") else "")).strip(" ·"),
        )
        for due in each.dues
    ]


# The form


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed and marked to make an assignment.

    Attributes:
        what, whom: names of ``Choices`` that are marked.
    """

    title: str = ""
    what: tuple[str, ...] = ()
    whom: tuple[str, ...] = ()
    mode: Mode = "practice"
    due: str = ""
    attempts: str = ""
    pass_mark: str = ""
    model: bool = False
    shared: bool = False

    @property
    def is_begun(self) -> bool:
        """Whether leaving would lose something."""
        return self != replace(Form(), mode=self.mode, model=self.model, shared=self.shared)


def order_of(form: Form, choices: Choices) -> Order | str:
    """The order that a form makes, or what is wrong with it. What there is, the workflow checks.

    Without a title it is called what its scenarios or its course are called, where that is short enough.
    """
    due = day_of(form.due)
    if isinstance(due, str):
        return due
    attempts = form.attempts.strip()
    if attempts and not (attempts.isascii() and attempts.isdigit() and len(attempts) <= 4):
        return _("“{typed}” is no number of attempts. Write 3, 0 for any number, or nothing.", typed=attempts)
    mark = form.pass_mark.strip()
    if mark and not _NUMBER.fullmatch(mark):
        return _("A pass mark is a number from 0 to 100.")
    courses = _marked(form.what, "course")
    if len(courses) > 1:
        return _("Mark one course at a time; each makes an assignment of its own.")
    called = _(", ").join(choices.what[name] for name in form.what if name in choices.what)
    return Order(
        title=form.title.strip() or (called if len(called) <= LONGEST_TITLE else ""),
        scenarios=_marked(form.what, "scenario"),
        course=courses[0] if courses else None,
        groups=_marked(form.whom, "group"),
        people=_marked(form.whom, "person"),
        mode=form.mode,
        due=due,
        attempts=int(attempts) if attempts else None,
        pass_mark=float(mark) if mark else None,
        model=form.model,
        shared=form.shared,
    )


def day_of(typed: str) -> date | str | None:
    """The day that was typed, None where nothing was, or what is wrong with it."""
    words = typed.strip()
    try:
        return date.fromisoformat(words) if words else None
    except ValueError:
        return _("“{typed}” is no day. Write it as 2026-03-01.", typed=words)


def _marked(names: Sequence[str], kind: str) -> tuple[str, ...]:
    return tuple(name.partition(":")[2] for name in names if name.startswith(f"{kind}:"))
