"""What the handbook shows: rows to choose from, and an entry as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulator.model.case import Answer, Question
from simulator.model.language import Language, _
from simulator.model.position import Move
from simulator.model.scenario import Scenario
from simulator.workflows.handbook import KIND_NAMES, Entry, marked


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One row of the list; without an id it heads a group."""

    text: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class EntryLine:
    """A line of an entry; a heading stands out."""

    text: str
    heading: bool = False


def entry_rows(found: Sequence[Entry]) -> tuple[EntryRow, ...]:
    """The entries below the names of their kinds; in the order in which they were found within each."""
    rows: list[EntryRow] = []
    for kind, name in KIND_NAMES.items():
        of_kind = [entry for entry in found if entry.kind == kind]
        rows += [EntryRow(_(name))] if of_kind else []
        rows += [EntryRow(_row(entry), entry.id) for entry in of_kind]
    return tuple(rows)


def _row(entry: Entry) -> str:
    return f"{entry.id} {entry.title}" if entry.kind in ("excuse", "point") else entry.title


def entry_lines(entry: Entry, known: Mapping[str, Entry]) -> tuple[EntryLine, ...]:
    """An entry from its title to what belongs with it."""
    lines = [EntryLine(f"{entry.title} ({entry.id})", heading=True)]
    for part in entry.parts:
        lines.append(EntryLine(""))
        lines += [EntryLine(part.heading, heading=True)] if part.heading else []
        lines += [EntryLine(line) for text in part.lines for line in text.splitlines()]
    if entry.see:
        lines += [EntryLine(""), EntryLine(_("See also"), heading=True)]
        lines += [EntryLine(_row(known[one])) for one in entry.see if one in known]
    if entry.quiz:
        lines += [EntryLine(""), EntryLine(_("{n} questions: F4 asks them.", n=len(entry.quiz)))]
    return tuple(lines)


def quiz_result(quiz: Sequence[Question], answers: Mapping[str, Answer], language: Language) -> str:
    """What came of a quiz: how many are right, and why the right answers are right."""
    credits = marked(quiz, answers)
    right = sum(credit == 1.0 for credit in credits.values())
    lines = [_("{right} of {all} right.", right=right, all=len(credits))]
    for number, asked in enumerate(quiz, start=1):
        sign = _("right") if credits[asked.id] == 1.0 else _("not right")
        sign = _("left open") if answers.get(asked.id) is None else sign
        why = asked.why.to(language) if asked.why else ""
        lines.append(f"{number}. {sign}. {why}")
    return "\n\n".join(lines)


def relevant(scenario: Scenario, move: Move | None) -> str:
    """The entry to open in a talk: of the excuse or law that the highlighted move is aimed at, else of its tactic."""
    if move is None:
        return ""
    card = (
        scenario.excuses.get(move.card or "")
        or scenario.points.get(move.card or "")
        or scenario.laws.get(move.card or "")
    )
    return (card.kind if card is not None else None) or move.tactic
