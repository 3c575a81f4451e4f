"""What Home and the lists of attempts show, as rows; imports no Textual."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from simulator.model.language import _
from simulator.tui.lines import fit
from simulator.tui.words import channel_name, day_name, in_language, language_mark, level_name, mode_name, moment, score

if TYPE_CHECKING:
    from simulator.workflows.assigning import Due
    from simulator.workflows.ports import AttemptSummary, Title

_FACTS = 15  # cells of a row for channel and turns
_SCORES = 20  # and for the last and best score
_DUE, _LEFT = 18, 16  # and for due date and attempts left
_NEAR = 7  # days: what is due within a week is told in days


@dataclass(frozen=True, slots=True)
class Row:
    """One row; ``id`` is empty for what only heads a group."""

    text: str
    id: str = ""


@dataclass
class Listing:
    """The scenarios and a trainee's attempts.

    Attributes:
        titles: None until they have been read.
        attempts: the latest first.
        totals: of finished attempts, as far as they are known.
        outdated: the attempts whose scenario was changed since they began, as far as that is known.
        due: what the trainee was assigned, what is to be done first at the head.
    """

    titles: tuple[Title, ...] | None = None
    attempts: tuple[AttemptSummary, ...] = ()
    totals: Mapping[str, float | None] = field(default_factory=dict)
    outdated: frozenset[str] = frozenset()
    due: tuple[Due, ...] = ()

    @property
    def offered(self) -> tuple[Title, ...]:
        """The scenarios that one can begin: neither drafts nor retired ones, of which there may be attempts."""
        return tuple(title for title in self.titles or () if title.status == "published")

    def title(self, scenario: str | None) -> Title | None:
        """The title of a scenario that is at hand."""
        return next((title for title in self.titles or () if title.id == scenario), None)

    def name(self, scenario: str) -> str:
        """A scenario's name in the current language; its id where it is not at hand."""
        title = self.title(scenario)
        return in_language(title.title)[0] or scenario if title else scenario

    def scenario_of(self, row: str) -> str | None:
        """The scenario that a row stands for."""
        kind, _colon, name = row.partition(":")
        if kind == "scenario":
            return name
        if kind == "due":
            return name.partition("/")[2]
        return next((one.scenario for one in self.attempts if kind == "attempt" and one.attempt == name), None)

    def unfinished(self) -> list[AttemptSummary]:
        """Attempts to go on with, the latest first."""
        return sorted((one for one in self.attempts if not one.finished), key=lambda one: one.last, reverse=True)

    def finished(self, scenario: str) -> list[AttemptSummary]:
        """Finished attempts at a scenario, the latest first."""
        own = (one for one in self.attempts if one.finished and one.scenario == scenario)
        return sorted(own, key=lambda one: one.last, reverse=True)

    def scores(self, scenario: str) -> list[float]:
        """The totals of the finished attempts at a scenario that are known, the latest first."""
        known = (self.totals.get(one.attempt) for one in self.finished(scenario))
        return [total for total in known if total is not None]

    # Rows

    def rows(self, filtered: str, width: int) -> list[Row]:
        """All rows whose text has the words of the filter."""
        rows = self._assigned(filtered, width) + self._going_on(filtered, width) + self._scenarios(filtered, width)
        return [row for at, one in enumerate(rows) for row in ((Row(""), one) if at and not one.id else (one,))]

    def _assigned(self, filtered: str, width: int) -> list[Row]:
        room = max(width - 8 - _DUE - _LEFT - 3, 12)
        rows = [
            Row(
                f"{fit(self.name(one.scenario), room)} {fit(mode_name(one.assignment.event.mode), 8)} "
                f"{fit(due_text(one), _DUE)} {fit(left_text(one), _LEFT)}",
                f"due:{one.assignment.id}/{one.scenario}",
            )
            for one in self.to_do()
            if matches(filtered, self.name(one.scenario), one.scenario, one.assignment.title)
        ]
        return [Row(_("Assigned to you")), *rows] if rows else []

    def to_do(self) -> list[Due]:
        """What is assigned and not done yet, what is due first at the head."""
        return [one for one in self.due if one.state in ("open", "overdue")]

    def assigned(self, row: str) -> Due | None:
        """What a row stands for, where it was assigned."""
        kind, _colon, name = row.partition(":")
        found = (one for one in self.due if f"{one.assignment.id}/{one.scenario}" == name)
        return next(found, None) if kind == "due" else None

    def _going_on(self, filtered: str, width: int) -> list[Row]:
        rows = [
            Row(self._attempt_row(one, width), f"attempt:{one.attempt}")
            for one in self.unfinished()
            if matches(filtered, self.name(one.scenario), one.scenario)
        ]
        return [Row(_("Go on where you left off")), *rows] if rows else []

    def _scenarios(self, filtered: str, width: int) -> list[Row]:
        rows: list[Row] = []
        level = None
        for title in sorted(self.offered, key=lambda one: (one.level, one.id)):
            if not matches(filtered, *title.title.values(), title.id, *title.summary.values()):
                continue
            if title.level != level:
                level = title.level
                rows.append(Row(level_name(level)))
            rows.append(Row(self._scenario_row(title, width), f"scenario:{title.id}"))
        return rows

    def _attempt_row(self, one: AttemptSummary, width: int) -> str:
        place = self.place(one)
        room = max(width - _FACTS - _SCORES - 10, 12)
        return f"{fit(self.name(one.scenario), room)} {fit(mode_name(one.mode), 8)} {fit(place, _FACTS)} " + fit(
            moment(one.last), _SCORES - 1
        )

    def _scenario_row(self, title: Title, width: int) -> str:
        name, own_language = in_language(title.title)
        shown = name if own_language else f"{name} {_other_language(title)}"
        facts = _("{channel}, {turns} turns", channel=channel_name(title.channel), turns=title.turns)
        known = any(one.finished for one in self.attempts)  # before the first result its column gives way to the titles
        results = f" {fit(self.results(title.id), _SCORES)}" if known else ""
        room = max(width - _FACTS - 5 - 1 - (_SCORES + 1 if known else 0), 12)
        return f"{fit(shown, room)} {fit(facts, _FACTS + 5)}{results}"

    def place(self, one: AttemptSummary) -> str:
        """Where an unfinished attempt stands."""
        title = self.title(one.scenario)
        if not one.turns:
            return _("before the talk")
        return _("{n} of {all} turns", n=one.turns, all=title.turns) if title else _("{n} turns", n=one.turns)

    def results(self, scenario: str) -> str:
        """The last and the best score."""
        totals = self.scores(scenario)
        if not totals:
            return _("finished") if self.finished(scenario) else ""
        return _("last {last}, best {best}", last=score(totals[0]), best=score(max(totals)))

    # What is said of the highlighted row

    def describe(self, row: str, filtered: str) -> str:
        """A few lines on a row, or on why there is none."""
        if self.titles is None:
            return _("Reading the scenarios …")
        if not row:
            return self._empty(filtered)
        kind, _colon, name = row.partition(":")
        assigned = self.assigned(row)
        if assigned:
            return self._about_assigned(assigned)
        if kind == "attempt":
            return self._about_attempt(next(one for one in self.attempts if one.attempt == name))
        title = self.title(name)
        return self._about_scenario(title) if title else ""

    def _empty(self, filtered: str) -> str:
        if filtered:
            return _("Nothing here has “{words}” in it. Esc clears the line.", words=filtered)
        return _("There are no scenarios. F10 shows where they are looked for.")

    def _about_assigned(self, one: Due) -> str:
        event = one.assignment.event
        facts = [mode_name(event.mode), due_text(one), left_text(one)]
        facts += [_("pass mark {mark}", mark=score(event.pass_mark))] if event.pass_mark is not None else []
        facts += [_("shared: its score and lines are seen")] if event.shared and event.mode == "practice" else []
        then = _("Enter starts it.")
        if one.attempt is not None:
            then = _("Enter goes on exactly where you stopped.")
        elif not one.can_start:
            then = _("It cannot be started any more.")
        head = _("{a} · {b}", a=self.name(one.scenario), b=one.assignment.title)
        return "\n".join((head, " · ".join(fact for fact in facts if fact), then))

    def _about_attempt(self, one: AttemptSummary) -> str:
        lines = [
            self.name(one.scenario),
            " · ".join((mode_name(one.mode), self.place(one), _("begun {when}", when=moment(one.started)))),
            _("Enter goes on exactly where you stopped."),
        ]
        if one.attempt in self.outdated:
            lines.append(_("The scenario was changed since; you go on with the version that you began."))
        return "\n".join(lines)

    def _about_scenario(self, title: Title) -> str:
        summary = in_language(title.summary)[0]
        facts = [level_name(title.level), channel_name(title.channel), _("{n} turns", n=title.turns)]
        done = len(self.finished(title.id))
        if done:
            facts.append(_("finished {n} times", n=done) if done > 1 else _("finished once"))
            facts.extend([self.results(title.id)] if self.scores(title.id) else [])
        then = [_("Enter starts it as practice, F2 as an exam.")]
        then.extend([_("F3 shows the debriefs.")] if done else [])
        return "\n".join((summary, " · ".join(facts), " ".join(then)))


def due_text(one: Due, now: datetime | None = None) -> str:
    """Until when something is to be done, in days of this machine's clock: ``due tomorrow``, ``overdue by 3 days``."""
    due = one.assignment.event.due
    if due is None:
        return _("no due date")
    days = (due.astimezone().date() - (now or datetime.now().astimezone()).date()).days
    if one.state == "overdue" or days < 0:
        return (
            _("overdue by {n} days", n=-days)
            if days < -1
            else _("overdue since today")
            if not days
            else _("overdue by a day")
        )
    if days > _NEAR:
        return _("due {day}", day=day_name(due.astimezone().date()))
    return _("due today") if not days else _("due tomorrow") if days == 1 else _("due in {n} days", n=days)


def left_text(one: Due) -> str:
    """How many attempts may still be begun."""
    if one.attempt is not None:
        return _("begun")
    if one.left is None:
        return _("{n} so far", n=one.used) if one.used else _("not begun")
    return _("one attempt left") if one.left == 1 else _("{n} attempts left", n=one.left)


def matches(filtered: str, *texts: str) -> bool:
    """Whether every word of the filter stands in one of the texts, whatever its case."""
    hay = " ".join(texts).casefold()
    return all(word in hay for word in filtered.casefold().split())


def _other_language(title: Title) -> str:
    return language_mark("zh" if title.title.get("zh") else "en")
