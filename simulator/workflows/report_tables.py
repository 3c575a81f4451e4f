"""Reports as tidy tables, to be pivoted: one table a kind of fact, ids as text, and dates as dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scoring.objectives import Observation
from simulator.model.reports import (
    AttemptReport,
    AttemptRow,
    CertificateReport,
    CertificateRow,
    DecisionRow,
    Head,
    ObjectiveRef,
    ObservationRow,
    PersonRef,
    PersonReport,
    PersonRow,
    Report,
    ScenarioScores,
    Standing,
    Table,
    TableColumn,
    TurnRow,
    Value,
)
from simulator.workflows.report_words import (
    Say,
    band_word,
    kind_word,
    mode_word,
    move_word,
    part_word,
    reason_word,
    zone,
)

TABLES = (
    "people",
    "objectives",
    "attempts",
    "observations",
    "turns",
    "scorecard",
    "fields",
    "scenarios",
    "decisions",
    "certificates",
    "about",
)


def tables(report: Report) -> tuple[Table, ...]:
    """The tables of a report. Rows are made as they are read; those of observations may be a million."""
    _, head = Say(report.head.language), report.head
    made = (*_of(report, _), _about(head, _))
    return tuple(_marked(one, _) for one in made) if head.simulated else made


def _marked(table: Table, _: Say) -> Table:
    """A table with one more column that says of each row that it is simulated: a row is soon copied elsewhere."""
    column = TableColumn("simulated", _("simulated data"))
    yes = _("simulated data")
    rows = ((*row, yes) for row in table.rows)
    return Table(table.id, table.title, (*table.columns, column), rows)


def _of(report: Report, _: Say) -> Iterator[Table]:
    named = report.head.identified
    if isinstance(report, AttemptReport):
        if report.summary:
            yield _attempts([report.summary], named, _)
        yield _turns(report.attempt, report.turns, _)
        yield _scorecard(report, _)
        yield _fields(report, _)
        yield _observations(_rows_of(report.observations), {report.attempt: report.person}, report.objectives, named, _)
        yield _decisions(report.decisions, named, _)
        return
    if isinstance(report, CertificateReport):
        yield _certificates([_as_row(report)], named, _)
        yield _objectives(report.standings, report.objectives, [report.person], named, _)
        yield _attempts(report.attempts, named, _)
        return
    rows = [report.summary] if isinstance(report, PersonReport) else report.people
    people = [row.person for row in rows]
    yield _people(rows, named, _)
    yield _objectives(report.standings, report.objectives, people, named, _)
    yield _attempts(report.attempts, named, _)
    whose = {row.attempt: row.person for row in report.attempts}
    if isinstance(report, PersonReport):
        yield _observations(_rows_of(report.observations), whose, report.objectives, named, _)
    else:
        yield _observations(_rows_in(report.observations), whose, report.objectives, named, _)
        yield _scenarios(report.scenarios, _)
    yield _decisions(report.decisions, named, _)
    yield _certificates(report.certificates, named, _)


def _who(named: bool, _: Say) -> tuple[TableColumn, ...]:
    pseudonym = TableColumn("person", _("person id"))
    if not named:
        return (pseudonym,)
    return (pseudonym, TableColumn("name", _("name")), TableColumn("number", _("staff number")))


def _person(person: PersonRef, named: bool) -> tuple[Value, ...]:
    return (person.id, person.name, person.number) if named else (person.id,)


def _people(rows: Iterable[PersonRow], named: bool, _: Say) -> Table:
    return Table(
        "people",
        _("People"),
        (
            *_who(named, _),
            TableColumn("attempts", _("attempts"), "whole"),
            TableColumn("passed", _("passed"), "whole"),
            TableColumn("breaches", _("breaches"), "whole"),
            TableColumn("minutes", _("minutes"), "number"),
            TableColumn("last", _("last attempt"), "time"),
            TableColumn("first_total", _("first total"), "number"),
            TableColumn("latest_total", _("latest total"), "number"),
            TableColumn("best_total", _("best total"), "number"),
            TableColumn("lift", _("first to best"), "number"),
            TableColumn("meets", _("meets the standard"), "whole"),
            TableColumn("more", _("more evidence needed"), "whole"),
            TableColumn("not_yet", _("not yet"), "whole"),
            TableColumn("certificate", _("certificate until"), "date"),
            TableColumn("waiting", _("waits for a decision")),
        ),
        (
            (
                *_person(row.person, named),
                row.attempts,
                row.passed,
                row.breaches,
                round(row.seconds / 60, 1),
                row.last,
                row.first,
                row.latest,
                row.best,
                row.lift,
                row.meets,
                row.more,
                row.not_yet,
                row.certificate,
                _("; ").join(row.waiting),
            )
            for row in rows
        ),
    )


def _objectives(
    standings: Iterable[Standing], known: Iterable[ObjectiveRef], people: Iterable[PersonRef], named: bool, _: Say
) -> Table:
    objectives = {one.id: one for one in known}
    who = {one.id: _person(one, named) for one in people}
    words = {band: band_word(_, band) for band in ("meets", "more", "not-yet")}

    def rows() -> Iterator[tuple[Value, ...]]:
        for one in standings:
            objective = objectives.get(one.objective)
            told = (objective.course, objective.module, objective.statement) if objective else ("", "", "")
            yield (
                *who.get(one.person, (one.person,)),
                one.objective,
                *told,
                words[one.band],
                one.mastery,
                one.taken,
                one.chances,
                one.attempts,
                one.scenarios,
                one.needed,
                one.trend,
            )

    return Table(
        "objectives",
        _("Objectives"),
        (
            *_who(named, _),
            TableColumn("objective", _("objective id")),
            TableColumn("course", _("course")),
            TableColumn("module", _("module")),
            TableColumn("statement", _("objective")),
            TableColumn("band", _("band")),
            TableColumn("mastery", _("probability of the standard"), "share"),
            TableColumn("taken", _("chances taken"), "number"),
            TableColumn("chances", _("chances"), "whole"),
            TableColumn("attempts", _("attempts"), "whole"),
            TableColumn("scenarios", _("scenarios"), "whole"),
            TableColumn("needed", _("attempts needed"), "whole"),
            TableColumn("trend", _("trend"), "number"),
        ),
        rows(),
    )


def _attempts(attempts: Iterable[AttemptRow], named: bool, _: Say) -> Table:
    return Table(
        "attempts",
        _("Attempts"),
        (
            TableColumn("attempt", _("attempt id")),
            *_who(named, _),
            TableColumn("scenario", _("scenario id")),
            TableColumn("title", _("scenario")),
            TableColumn("mode", _("mode")),
            TableColumn("language", _("language")),
            TableColumn("assignment", _("assignment")),
            TableColumn("started", _("started"), "time"),
            TableColumn("ended", _("ended"), "time"),
            TableColumn("minutes", _("minutes"), "number"),
            TableColumn("turns", _("turns"), "whole"),
            TableColumn("total", _("total"), "number"),
            TableColumn("before", _("total before a decision"), "number"),
            TableColumn("pass_mark", _("pass mark"), "number"),
            TableColumn("passed", _("passed"), "truth"),
            *(
                TableColumn(part, part_word(_, part), "number")
                for part in ("result", "tactics", "discovery", "paperwork")
            ),
            TableColumn("breaches", _("breaches"), "whole"),
            TableColumn("worth", _("worth"), "number"),
            TableColumn("best", _("best play"), "number"),
            TableColumn("floor", _("random play"), "number"),
            TableColumn("ending", _("ending")),
            TableColumn("rubric", _("rubric")),
            TableColumn("content", _("scenario version")),
            TableColumn("head", _("head of the chain")),
        ),
        (_attempt(row, named, _) for row in attempts),
    )


def _attempt(row: AttemptRow, named: bool, _: Say) -> tuple[Value, ...]:
    return (
        row.attempt,
        *_person(row.person, named),
        row.scenario,
        row.title,
        mode_word(_, row.mode),
        row.language,
        row.assignment,
        row.started,
        row.ended,
        round(row.seconds / 60, 1),
        row.turns,
        row.total,
        row.before,
        row.pass_mark,
        row.passed,
        row.result,
        row.tactics,
        row.discovery,
        row.paperwork,
        len(row.breaches),
        row.worth,
        row.best,
        row.floor,
        row.ending,
        row.rubric,
        row.content,
        row.head,
    )


_Observed = tuple[str, str, int, str, float, str, float | None]
"""Attempt, objective, turn, reason, credit, what and chance."""


def _rows_of(found: Iterable[ObservationRow]) -> Iterator[_Observed]:
    return ((o.attempt, o.objective, o.turn, o.reason, o.credit, o.what, o.chance) for o in found)


def _rows_in(found: Iterable[Observation]) -> Iterator[_Observed]:
    return ((o.attempt, o.objective, o.turn, o.reason, o.credit, o.what, o.chance_of_good) for o in found)


def _observations(
    found: Iterable[_Observed],
    whose: Mapping[str, PersonRef],
    known: Iterable[ObjectiveRef],
    named: bool,
    _: Say,
) -> Table:
    statements = {one.id: one.statement for one in known}
    who: dict[str, tuple[Value, ...]] = {
        attempt: (attempt, one.id, one.name) if named else (attempt, one.id) for attempt, one in whose.items()
    }
    words = {reason: reason_word(_, reason) for reason in ("shown", "missed", "preparation", "note")}
    name = (TableColumn("name", _("name")),) if named else ()
    rows = (
        (*who[attempt], objective, statements.get(objective, objective), turn, words[reason], credit, what, chance)
        for attempt, objective, turn, reason, credit, what, chance in found
    )
    return Table(
        "observations",
        _("Observations"),
        (
            TableColumn("attempt", _("attempt id")),
            TableColumn("person", _("person id")),
            *name,
            TableColumn("objective", _("objective id")),
            TableColumn("statement", _("objective")),
            TableColumn("turn", _("turn (0: a field)"), "whole"),
            TableColumn("reason", _("how")),
            TableColumn("credit", _("credit"), "number"),
            TableColumn("what", _("move or field")),
            TableColumn("chance", _("chance of a typical player"), "number"),
        ),
        rows,
    )


def _turns(attempt: str, turns: Iterable[TurnRow], _: Say) -> Table:
    return Table(
        "turns",
        _("Turns"),
        (
            TableColumn("attempt", _("attempt id")),
            TableColumn("turn", _("turn"), "whole"),
            TableColumn("move", _("move id")),
            TableColumn("label", _("move")),
            TableColumn("name", _("name of the move")),
            TableColumn("decided", _("named by a reviewer")),
            TableColumn("said", _("said")),
            TableColumn("answer", _("answered")),
            TableColumn("accuracy", _("accuracy"), "number"),
            TableColumn("loss", _("loss"), "number"),
            TableColumn("luck", _("luck"), "number"),
            TableColumn("value", _("value before"), "number"),
            TableColumn("after", _("value after"), "number"),
            TableColumn("hinted", _("hint"), "truth"),
            TableColumn("better", _("better move")),
        ),
        (
            (
                attempt,
                turn.number,
                turn.move,
                turn.label,
                move_word(_, turn.name),
                move_word(_, turn.decided) if turn.decided else None,
                turn.said,
                " ".join(turn.answer),
                turn.accuracy,
                turn.loss,
                turn.luck,
                turn.value,
                turn.after,
                turn.hinted,
                turn.better[0].label if turn.better else None,
            )
            for turn in turns
        ),
    )


def _scorecard(report: AttemptReport, _: Say) -> Table:
    return Table(
        "scorecard",
        _("Scorecard"),
        (
            TableColumn("part", _("part")),
            TableColumn("points", _("points"), "number"),
            TableColumn("weight", _("weight"), "number"),
            TableColumn("figures", _("from")),
        ),
        ((part_word(_, mark.part), mark.points, mark.weight, mark.figures) for mark in report.marks),
    )


def _fields(report: AttemptReport, _: Say) -> Table:
    return Table(
        "fields",
        _("Preparation and note"),
        (
            TableColumn("part", _("part")),
            TableColumn("ask", _("question")),
            TableColumn("given", _("answered")),
            TableColumn("right", _("right answer")),
            TableColumn("credit", _("credit"), "number"),
        ),
        ((reason_word(_, one.part), one.ask, one.given, one.right, one.credit) for one in report.fields),
    )


def _scenarios(scores: Iterable[ScenarioScores], _: Say) -> Table:
    return Table(
        "scenarios",
        _("Scenarios"),
        (
            TableColumn("scenario", _("scenario id")),
            TableColumn("title", _("scenario")),
            TableColumn("level", _("level"), "whole"),
            TableColumn("people", _("people"), "whole"),
            TableColumn("attempts", _("attempts"), "whole"),
            TableColumn("passed", _("passed"), "whole"),
            TableColumn("lowest", _("lowest"), "number"),
            TableColumn("quarter", _("lower quarter"), "number"),
            TableColumn("median", _("median"), "number"),
            TableColumn("three_quarters", _("upper quarter"), "number"),
            TableColumn("highest", _("highest"), "number"),
            TableColumn("par", _("par"), "number"),
            TableColumn("minutes", _("usual minutes"), "number"),
        ),
        (
            (
                one.scenario,
                one.title,
                one.level,
                one.people,
                len(one.totals),
                one.passed,
                *(one.quantile(share) for share in (0, 0.25, 0.5, 0.75, 1)),
                one.par,
                None if one.seconds is None else round(one.seconds / 60, 1),
            )
            for one in scores
        ),
    )


def _decisions(rows: Iterable[DecisionRow], named: bool, _: Say) -> Table:
    return Table(
        "decisions",
        _("Decisions"),
        (
            TableColumn("at", _("when"), "time"),
            *_who(named, _),
            TableColumn("attempt", _("attempt id")),
            TableColumn("turn", _("turn"), "whole"),
            TableColumn("what", _("what")),
            TableColumn("before", _("before")),
            TableColumn("after", _("after")),
            TableColumn("reason", _("reason")),
            TableColumn("text", _("text")),
            TableColumn("by", _("by")),
            TableColumn("state", _("state")),
        ),
        (
            (
                row.at,
                *_person(row.person, named),
                row.attempt,
                row.turn,
                row.what,
                row.before,
                row.after,
                row.reason,
                row.text,
                row.by,
                row.state,
            )
            for row in rows
        ),
    )


def _certificates(rows: Iterable[CertificateRow], named: bool, _: Say) -> Table:
    return Table(
        "certificates",
        _("Certificates"),
        (
            TableColumn("code", _("verification code")),
            *_who(named, _),
            TableColumn("course", _("course")),
            TableColumn("issued", _("issued"), "date"),
            TableColumn("valid_until", _("valid until"), "date"),
            TableColumn("by", _("by")),
            TableColumn("revoked", _("revoked")),
        ),
        (
            (row.code, *_person(row.person, named), row.course, row.issued, row.valid_until, row.by, row.revoked)
            for row in rows
        ),
    )


def _as_row(report: CertificateReport) -> CertificateRow:
    return CertificateRow(
        report.code,
        report.person,
        report.course_title,
        report.issued,
        report.valid_until,
        report.by,
        report.revoked,
    )


def _about(head: Head, _: Say) -> Table:
    chain = head.chain
    rows: list[tuple[Value, ...]] = []
    if head.simulated:
        rows.append((_("simulated data"), _("these people do not exist; a program played them")))
    rows += [
        (_("report"), kind_word(_, head.kind)),
        (_("made"), f"{head.made.astimezone():%Y-%m-%d %H:%M}"),
        (_("time zone of all times"), zone(head.made)),
        (_("taken out by"), head.by),
        (_("names"), _("with names") if head.identified else _("pseudonyms only")),
        (_("program"), head.program),
        *((label, value) for label, value in head.filters),
        *((_("missing"), one) for one in head.missing),
        *((_("rubric"), one) for one in head.rubrics),
        *((_("scenario"), f"{one.id} {version}") for one in head.scenarios for version in one.versions),
        (_("journal, number of the last entry"), str(chain.journal_seq)),
        (_("journal, hash of the last entry"), chain.journal),
        (_("attempts"), str(chain.attempts)),
        (_("attempts, digest of their heads"), chain.digest),
    ]
    if chain.attempt:
        rows.append((_("head of the attempt"), f"{chain.attempt_seq} {chain.attempt}"))
    return Table("about", _("About"), (TableColumn("what", _("what")), TableColumn("value", _("value"))), rows)
