"""Reports as people read them: what stands where, in the report's own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from simulator.model.reports import (
    BANDS,
    AgreementRow,
    AttemptReport,
    AttemptRow,
    Award,
    Band,
    Block,
    Cell,
    CertificateReport,
    CertificateRow,
    Column,
    DecisionRow,
    Document,
    Exchange,
    Facts,
    Grid,
    GroupReport,
    Head,
    Heading,
    Notice,
    ObjectiveRef,
    ObservationRow,
    Paragraph,
    PersonReport,
    PersonRow,
    Report,
    Standing,
    Tiles,
    Tone,
    TurnRow,
)
from simulator.workflows.report_charts import distribution, progress, value_curve
from simulator.workflows.report_words import (
    NOTHING,
    SIGNS,
    Say,
    band_word,
    day,
    duration,
    fit,
    kind_word,
    mode_word,
    move_word,
    number,
    part_word,
    percent,
    reason_word,
    signed,
    when,
    zone,
)
from simulator.workflows.report_words import attempts as attempts_word
from simulator.workflows.report_words import scenarios as scenarios_word
from simulator.workflows.report_words import talks as talks_word

HEAT_COLUMNS = 20  # objectives side by side, so that a cell still holds a sign and two digits on paper
MOST_HEAT_PEOPLE = 120  # people in a heat table; of more, it is the tables of a spreadsheet that can be read
MOST_UNSEEN = 12  # objectives told one by one that were not observed: a paragraph
MOST_EVIDENCE = 8  # lines of evidence shown for an objective, those that speak against him first


def document(report: Report) -> Document:
    """A report as pages, in its own language."""
    _ = Say(report.head.language)
    head = report.head
    if isinstance(report, GroupReport):
        title, about, blocks = report.title, kind_word(_, "group"), _group(report, _)
    elif isinstance(report, PersonReport):
        title, about, blocks = report.person.label, kind_word(_, "person"), _person(report, _)
    elif isinstance(report, AttemptReport):
        title, about, blocks = report.scenario.title, kind_word(_, "attempt"), _attempt(report, _)
    else:
        title, about, blocks = report.course_title, kind_word(_, "certificate"), _certificate(report, _)
    made = _("made {when} ({zone})", when=when(head.made), zone=zone(head.made))
    return Document(
        language=head.language,
        title=title,
        subtitle=f"{about} · {made}",
        blocks=tuple(blocks),
        banner=_("Simulated data: these people do not exist; a program played them.") if head.simulated else "",
        footer=_(
            "Huikuan {program} · journal {seq}: {journal} · attempts {digest}",
            program=head.program,
            seq=head.chain.journal_seq,
            journal=head.chain.journal[:16] or NOTHING,
            digest=head.chain.digest[:16],
        ),
        page=_("page {page} of {pages}"),
        wide=report.kind == "group",
    )


# The group


def _group(report: GroupReport, _: Say) -> Iterator[Block]:
    yield from _before(report.head, _)
    passed = sum(row.passed for row in report.people)
    attempts = sum(row.attempts for row in report.people)
    yield Tiles(
        (
            (str(len(report.people)), _("people")),
            (str(attempts), _("scored attempts")),
            (percent(passed / attempts) if attempts else NOTHING, _("of the attempts passed")),
            (str(sum(bool(row.waiting) for row in report.people)), _("people for whom a decision is due")),
            (str(sum(row.breaches for row in report.people)), _("attempts with a forbidden act")),
        )
    )
    if report.people:
        yield Heading(_("People"))
        yield _people(report.people, _)
    else:
        yield Notice(_("There is nobody in this group."))
    yield from _objectives_of_group(report, _)
    yield Heading(_("Scores"))
    drawing = distribution(report.scenarios, _)
    if drawing:
        yield drawing
        yield _scores(report, _)
    else:
        yield Notice(_("No attempt has been scored in this period, so there are no scores to show."))
    if report.agreement:
        yield Heading(_("Agreement between program and reviewers"))
        yield _agreement(report.agreement, _)
    yield from _decisions(report.decisions, _)
    yield from _certificates(report.certificates, _)
    yield from _reading(_, report.talks, report.breach_bound)
    yield from _record(report.head, _)


def _people(rows: Sequence[PersonRow], _: Say) -> Grid:
    numbered = any(row.person.number for row in rows)
    columns = [
        Column(_("person"), share=2.2),
        *([Column(_("staff number"), share=1.4)] if numbered else []),
        Column(_("attempts"), "right"),
        Column(_("passed"), "right"),
        Column(_("first"), "right"),
        Column(_("latest"), "right"),
        Column(_("best"), "right"),
        Column(_("first to best"), "right"),
        Column(SIGNS["meets"], "right", 0.7, band_word(_, "meets")),
        Column(SIGNS["more"], "right", 0.7, band_word(_, "more")),
        Column(SIGNS["not-yet"], "right", 0.7, band_word(_, "not-yet")),
        Column(_("breaches"), "right"),
        Column(_("time"), "right", 1.3),
        Column(_("last attempt"), "left", 1.5),
        Column(_("certificate until"), "left", 1.5),
        Column(_("waits for a decision"), share=3.2),
    ]
    return Grid(
        _("Figures are totals from 0 to 100; the signs count objectives in each band."),
        tuple(columns),
        tuple(_person_row(row, _, numbered) for row in rows),
    )


def _person_row(row: PersonRow, _: Say, numbered: bool) -> tuple[Cell, ...]:
    return (
        Cell(row.person.label),
        *([Cell(row.person.number or "")] if numbered else []),
        Cell(str(row.attempts)),
        Cell(str(row.passed)),
        Cell(number(row.first, 0)),
        Cell(number(row.latest, 0)),
        Cell(number(row.best, 0)),
        Cell(signed(row.lift)),
        Cell(str(row.meets), "meets" if row.meets else "quiet"),
        Cell(str(row.more), "more" if row.more else "quiet"),
        Cell(str(row.not_yet), "not-yet" if row.not_yet else "quiet"),
        Cell(str(row.breaches), "bad" if row.breaches else "quiet"),
        Cell(duration(_, row.seconds)),
        Cell(day(row.last), "plain" if row.last else "quiet"),
        Cell(day(row.certificate), "plain" if row.certificate else "quiet"),
        Cell(_("; ").join(row.waiting)),
    )


def _objectives_of_group(report: GroupReport, _: Say) -> Iterator[Block]:
    yield Heading(_("Objectives"))
    if not report.objectives:
        yield Notice(_("Nobody was observed on any objective in this period."))
        yield from _unmet(report.unmet, _)
        return
    yield _gaps(report, _)
    yield from _unmet(report.unmet, _)
    yield Heading(_("Person by objective"))
    if len(report.people) > MOST_HEAT_PEOPLE:
        yield Notice(
            _(
                "{count} people are too many for a table on a page: see the sheet of objectives in the spreadsheet.",
                count=len(report.people),
            )
        )
        return
    yield Paragraph(
        _("The number beside the sign counts the chances observed; the columns are numbered as in the table above. ")
        + _key(_)
    )
    yield from _heat(report, _)


def _key(_: Say) -> str:
    return _("; ").join(f"{SIGNS[band]} {band_word(_, band)}" for band in BANDS) + _("; empty: not observed")


def _gaps(report: GroupReport, _: Say) -> Grid:
    people = len(report.people)
    counts: dict[str, dict[Band, int]] = {one.id: dict.fromkeys(BANDS, 0) for one in report.objectives}
    for standing in report.standings:
        if standing.objective in counts:
            counts[standing.objective][standing.band] += 1
    rows = []
    for place, one in enumerate(report.objectives, 1):
        found = counts[one.id]
        unseen = max(people - sum(found.values()), 0)
        whole = max(people, sum(found.values()), 1)
        rows.append(
            (
                Cell(f"{place}"),
                Cell(one.statement),
                Cell(one.module or one.course, "quiet"),
                *(Cell(str(found[band]), band if found[band] else "quiet") for band in BANDS),
                Cell(str(unseen), "quiet"),
                Cell("", bar=tuple((band, found[band] / whole) for band in BANDS)),
            )
        )
    return Grid(
        _("How many people stand where on each objective."),
        (
            Column(_("no."), "right", 0.5),
            Column(_("objective"), share=5),
            Column(_("module"), share=2.2),
            *(Column(SIGNS[band], "right", 0.6, band_word(_, band)) for band in BANDS),
            Column("–", "right", 0.6, _("not observed")),
            Column(_("share of the people"), share=2.4),
        ),
        tuple(rows),
    )


def _unmet(objectives: Sequence[ObjectiveRef], _: Say) -> Iterator[Block]:
    if objectives:
        yield Heading(_("Not observed in anybody"), 3)
        yield Paragraph(
            _(
                "Objectives of the courses that were not observed, which is no fault of anybody: {count}.",
                count=len(objectives),
            )
        )
        yield _unseen(objectives, _)


def _unseen(objectives: Sequence[ObjectiveRef], _: Say) -> Block:
    """What was not observed: each by its statement, or of many the number in each course."""
    if len(objectives) <= MOST_UNSEEN:
        return Paragraph(_("; ").join(one.statement.rstrip("。.") for one in objectives), quiet=True)
    counts = Counter(one.course for one in objectives)
    return Facts(tuple((course, str(count)) for course, count in counts.items()))


def _heat(report: GroupReport, _: Say) -> Iterator[Grid]:
    places = {(one.person, one.objective): one for one in report.standings}
    numbered = list(enumerate(report.objectives, 1))
    tables = -(-len(numbered) // HEAT_COLUMNS)
    wide = -(-len(numbered) // tables)
    for start in range(0, len(numbered), wide):
        chosen = numbered[start : start + wide]
        columns = (
            Column(_("person"), share=2.6),
            *(Column(str(place), "center", full=one.statement) for place, one in chosen),
        )
        rows = tuple(
            (
                Cell(fit(row.person.label, 24), full=row.person.label),
                *(_heat_cell(places.get((row.person.id, one.id)), _) for _place, one in chosen),
            )
            for row in report.people
        )
        caption = _("Objectives {first} to {last}", first=chosen[0][0], last=chosen[-1][0])
        yield Grid(caption, columns, rows, heat=True)


def _heat_cell(standing: Standing | None, _: Say) -> Cell:
    if standing is None:
        return Cell("", "none", full=_("not observed"))
    return Cell(f"{SIGNS[standing.band]} {standing.chances}", standing.band, full=_chances(standing, _))


def _scores(report: GroupReport, _: Say) -> Grid:
    return Grid(
        _("Scores by scenario; par is what a decent but human collector would get."),
        (
            Column(_("scenario"), share=4),
            Column(_("level"), "right"),
            Column(_("people"), "right"),
            Column(_("attempts"), "right"),
            Column(_("passed"), "right"),
            Column(_("lowest"), "right"),
            Column(_("median"), "right"),
            Column(_("highest"), "right"),
            Column(_("par"), "right"),
            Column(_("usual time"), "right", 1.4),
        ),
        tuple(
            (
                Cell(one.title),
                Cell(NOTHING if one.level is None else str(one.level)),
                Cell(str(one.people)),
                Cell(str(len(one.totals))),
                Cell(str(one.passed)),
                Cell(number(one.quantile(0), 0)),
                Cell(number(one.median, 0)),
                Cell(number(one.quantile(1), 0)),
                Cell(number(one.par, 0)),
                Cell(duration(_, one.seconds)),
            )
            for one in report.scenarios
        ),
    )


def _agreement(rows: Sequence[AgreementRow], _: Say) -> Grid:
    return Grid(
        _("Krippendorff's alpha of blind ratings: 1 is full agreement, 0 is what chance gives."),
        (
            Column(_("line of the rubric"), share=3),
            Column(_("reviewers among themselves"), "right", 2),
            Column(_("talks"), "right"),
            Column(_("reviewers and program"), "right", 2),
            Column(_("talks"), "right"),
        ),
        tuple(
            (
                Cell(row.line),
                Cell(number(row.people, 2)),
                Cell(str(row.people_talks)),
                Cell(number(row.program, 2)),
                Cell(str(row.program_talks)),
            )
            for row in rows
        ),
    )


# The person


def _person(report: PersonReport, _: Say) -> Iterator[Block]:
    yield from _before(report.head, _)
    who = [(_("person"), report.person.label)]
    if report.person.number:
        who.append((_("staff number"), report.person.number))
    if report.groups:
        who.append((_("group"), _(", ").join(report.groups)))
    yield Facts(tuple(who))
    row = report.summary
    yield Tiles(
        (
            (str(row.attempts), _("scored attempts")),
            (str(row.passed), _("passed")),
            (str(row.meets), band_word(_, "meets")),
            (str(row.more), band_word(_, "more")),
            (str(row.not_yet), band_word(_, "not-yet")),
        )
    )
    if row.waiting:
        yield Notice(_("Waits for a decision: {what}", what=_("; ").join(row.waiting)), "more")
    yield Heading(_("Attempts"))
    drawing = progress(report.attempts, _)
    if drawing:
        yield drawing
        yield _attempts(report.attempts, _)
    else:
        yield Notice(_("There is no scored attempt in this period."))
    yield Heading(_("Objectives"))
    if report.standings:
        yield _standings(report.objectives, report.standings, _)
        yield from _evidence(report, _)
    else:
        yield Notice(_("No objective was observed in this period."))
    yield from _unmet_person(report.unmet, _)
    if report.advice:
        yield Heading(_("To practise next"))
        yield Grid(
            _("The scenarios that would give most evidence where most is lacking."),
            (Column(_("scenario"), share=2), Column(_("why"), share=4)),
            tuple((Cell(one.title), Cell(one.why)) for one in report.advice),
        )
    yield from _decisions(report.decisions, _)
    yield from _certificates(report.certificates, _)
    yield from _reading(_, report.talks, report.breach_bound)
    yield from _record(report.head, _)


def _attempts(attempts: Sequence[AttemptRow], _: Say) -> Grid:
    return Grid(
        _("Scored attempts, the latest first."),
        (
            Column(_("ended"), share=2.1),
            Column(_("scenario"), share=3),
            Column(_("mode"), share=1),
            Column(_("total"), "right"),
            Column(_("passed"), "center"),
            Column(_("turns"), "right", 0.8),
            Column(_("time"), "right", 1.2),
            Column(_("ending"), share=1.8),
            Column(_("attempt"), share=1.3),
        ),
        tuple(_attempt_row(one, _) for one in reversed(attempts)),
    )


def _attempt_row(one: AttemptRow, _: Say) -> tuple[Cell, ...]:
    total = number(one.total)
    if one.before is not None:
        total = _("{after} (was {before})", after=total, before=number(one.before))
    return (
        Cell(when(one.ended)),
        Cell(one.title),
        Cell(mode_word(_, one.mode)),
        Cell(total),
        Cell(_("yes") if one.passed else _("no"), "good" if one.passed else "bad"),
        Cell(str(one.turns)),
        Cell(duration(_, one.seconds)),
        Cell(_("forbidden act on turn {turns}", turns=_(", ").join(map(str, one.breaches))), "bad")
        if one.breaches
        else Cell(one.ending),
        Cell(one.attempt[:8], "quiet"),
    )


def _standings(objectives: Sequence[ObjectiveRef], standings: Sequence[Standing], _: Say) -> Grid:
    places = {one.id: one for one in objectives}
    rows = []
    for one in sorted(standings, key=lambda found: (-BANDS.index(found.band), found.mastery)):
        objective = places.get(one.objective)
        rows.append(
            (
                Cell(objective.statement if objective else one.objective),
                Cell((objective.module or objective.course) if objective else "", "quiet"),
                Cell(f"{SIGNS[one.band]} {band_word(_, one.band)}", one.band),
                Cell(percent(one.mastery), bar=((one.band, one.mastery),)),
                Cell(_chances(one, _)),
                Cell(_("about {count} more", count=one.needed) if one.needed else ""),
            )
        )
    return Grid(
        _("The bar is the probability that he meets the standard, given what was observed."),
        (
            Column(_("objective"), share=4.4),
            Column(_("module"), share=1.8),
            Column(_("band"), share=1.9),
            Column(_("probability"), share=1.5),
            Column(_("stands on"), share=2.7),
            Column(_("attempts needed"), share=1.3),
        ),
        tuple(rows),
    )


def _chances(one: Standing, _: Say) -> str:
    return _(
        "{taken} of {chances} chances taken in {talks} on {scenarios}",
        taken=number(one.taken).removesuffix(".0"),
        chances=one.chances,
        talks=talks_word(_, one.attempts),
        scenarios=scenarios_word(_, one.scenarios),
    )


def _evidence(report: PersonReport, _: Say) -> Iterator[Block]:
    """The lines behind what is not met: what speaks against him first, then what speaks for him."""
    doubted = [one.objective for one in report.standings if one.band == "not-yet"]
    held = {row.attempt: row for row in report.attempts}
    names = {one.id: one.statement for one in report.objectives}
    by_objective: dict[str, list[ObservationRow]] = {}
    for seen in report.observations:
        by_objective.setdefault(seen.objective, []).append(seen)
    if not any(by_objective.get(name) for name in doubted):
        return
    yield Heading(_("The lines behind “not yet”"))
    for name in doubted:
        found = sorted(by_objective.get(name, ()), key=lambda one: one.credit)
        if not found:
            continue
        yield Grid(
            names.get(name, name),
            (
                Column(_("when"), share=1.4),
                Column(_("scenario"), share=2.6),
                Column(_("turn"), "right", 0.7),
                Column(_("what"), share=3.4),
                Column(_("how"), share=1.5),
                Column(_("credit"), "right", 0.8),
                Column(_("attempt"), share=1.1),
            ),
            tuple(_evidence_row(one, held.get(one.attempt), _) for one in found[:MOST_EVIDENCE]),
        )
        if len(found) > MOST_EVIDENCE:
            yield Paragraph(
                _("More observations, in the spreadsheet: {count}.", count=len(found) - MOST_EVIDENCE), True
            )


def _evidence_row(one: ObservationRow, held: AttemptRow | None, _: Say) -> tuple[Cell, ...]:
    return (
        Cell(day(held.ended) if held else NOTHING),
        Cell(held.title if held else ""),
        Cell(str(one.turn) if one.turn else NOTHING),
        Cell(one.label or one.what),
        Cell(reason_word(_, one.reason)),
        Cell(percent(one.credit), "bad" if one.credit < 0.5 else "plain"),
        Cell(one.attempt[:8], "quiet"),
    )


def _unmet_person(objectives: Sequence[ObjectiveRef], _: Say) -> Iterator[Block]:
    if objectives:
        yield Heading(_("Not observed yet"), 3)
        yield _unseen(objectives, _)


# The attempt


def _attempt(report: AttemptReport, _: Say) -> Iterator[Block]:
    yield from _before(report.head, _)
    row = report.summary
    yield Facts(
        (
            (_("person"), report.person.label),
            (_("debtor"), report.debtor),
            (_("mode"), mode_word(_, report.mode)),
            (_("held"), _("{started} to {ended}", started=when(report.started), ended=when(report.ended))),
            (_("attempt"), report.attempt),
        )
    )
    if row:
        total = number(row.total)
        yield Tiles(
            (
                (total, _("total; pass mark {mark}", mark=number(row.pass_mark, 0))),
                (_("passed") if row.passed else _("not passed"), _("result of the attempt")),
                (number(report.worth), _("what the talk was worth, in points")),
                (str(len(report.turns)), _("turns")),
                (duration(_, row.seconds), _("time spent")),
            )
        )
        if row.before is not None:
            changed = _(
                "A reviewer's decision changed the total from {before} to {after}.",
                before=number(row.before),
                after=total,
            )
            yield Notice(changed, "more")
        if row.breaches:
            turns = _(", ").join(map(str, row.breaches))
            yield Notice(_("A forbidden act on turn {turns}: the attempt fails.", turns=turns), "bad")
    elif report.unscored:
        yield Notice(report.unscored)
    yield Paragraph(f"{report.ending}{_(': ')}{report.ending_text}" if report.ending_text else report.ending)
    drawing = value_curve(report.curve, report.best, report.floor, report.turns, _)
    if drawing:
        yield Heading(_("The course of the talk"))
        yield drawing
    if report.marks:
        yield Heading(_("Scorecard"))
        yield _marks(report, _)
    yield from _talk(report, _)
    yield from _fields(report, _)
    yield from _hidden(report, _)
    yield from _observed(report, _)
    yield from _decisions(report.decisions, _)
    yield from _record(report.head, _)


def _marks(report: AttemptReport, _: Say) -> Grid:
    return Grid(
        _("Parts from 0 to 100; a part that was not observed shares its weight among the others."),
        (
            Column(_("part"), share=1.4),
            Column(_("points"), share=1.4),
            Column(_("weight"), "right"),
            Column(_("from"), share=4),
        ),
        tuple(
            (
                Cell(part_word(_, mark.part)),
                Cell(number(mark.points), bar=(("meets", mark.points / 100),))
                if mark.points is not None
                else Cell(_("not observed"), "quiet"),
                Cell(percent(mark.weight / 100)),
                Cell(mark.figures),
            )
            for mark in report.marks
        ),
    )


_MOVE_TONES: dict[str, Tone] = {
    "best": "good",
    "good": "good",
    "inaccuracy": "more",
    "mistake": "bad",
    "blunder": "bad",
    "breach": "bad",
}


def _talk(report: AttemptReport, _: Say) -> Iterator[Block]:
    if not report.turns:
        return
    yield Heading(_("The talk"))
    said = {turn: [one for one in report.remarks if one.turn == turn] for turn in {one.turn for one in report.remarks}}
    for turn in report.turns:
        notes = list(_notes(turn, _))
        notes.extend(
            (_("Remark by {name}", name=remark.by), remark.text or _("(erased)"))
            for remark in said.get(turn.number, ())
        )
        name = turn.decided or turn.name
        verdict = move_word(_, name)
        if turn.decided and turn.decided != turn.name:
            verdict = _("{name} (reviewer; was {before})", name=verdict, before=move_word(_, turn.name))
        figures = _("accuracy {accuracy}, loss {loss}", accuracy=number(turn.accuracy, 0), loss=number(turn.loss))
        yield Exchange(
            number=turn.number,
            verdict=verdict,
            tone=_MOVE_TONES[name],
            head=f"{turn.label} · {figures}",
            said=(_("Trainee"), turn.said),
            answers=(report.debtor, turn.answer),
            notes=tuple(notes),
        )


def _notes(turn: TurnRow, _: Say) -> Iterator[tuple[str, str]]:
    if turn.hinted:
        yield _("Hint"), _("A hint was asked for on this turn, so it does not count.")
    for better in turn.better[:2]:
        text = better.label + (f" “{better.sample}”" if better.sample else "")
        text += f" {better.why}" if better.why else ""
        if better.unknowable:
            text += " " + _("(With the file closed you could not know this.)")
        yield _("Better"), text
    if turn.why:
        yield _("Why the debtor reacted so"), turn.why
    if turn.hidden:
        yield _("Not found out yet"), _(", ").join(turn.hidden)


def _fields(report: AttemptReport, _: Say) -> Iterator[Block]:
    words = {"preparation": _("Preparation"), "note": _("Note")}
    for part, rows in groupby(report.fields, key=lambda one: one.part):
        yield Heading(words[part])
        yield Grid(
            _("What was answered and what is right."),
            (
                Column(_("question"), share=3),
                Column(_("answered"), share=2),
                Column(_("right answer"), share=2),
                Column(_("credit"), "right", 0.8),
                Column(_("why"), share=3),
            ),
            tuple(
                (
                    Cell(one.ask),
                    Cell(one.given),
                    Cell(one.right),
                    Cell(percent(one.credit), "good" if one.credit >= 1 else "bad"),
                    Cell(one.why),
                )
                for one in rows
            ),
        )


def _hidden(report: AttemptReport, _: Say) -> Iterator[Block]:
    rows = []
    if report.found:
        rows.append((_("found out"), _("; ").join(report.found)))
    if report.missed:
        rows.append((_("not found out"), _("; ").join(report.missed)))
    if rows:
        yield Heading(_("Secrets and pressure points"))
        yield Facts(tuple(rows))


def _observed(report: AttemptReport, _: Say) -> Iterator[Block]:
    if not report.observations:
        return
    names = {one.id: one.statement for one in report.objectives}
    yield Heading(_("Objectives observed"))
    yield Grid(
        _("What each turn and each field is evidence of."),
        (
            Column(_("objective"), share=4),
            Column(_("turn"), "right", 0.7),
            Column(_("what"), share=3),
            Column(_("how"), share=1.6),
            Column(_("credit"), "right", 0.8),
        ),
        tuple(
            (
                Cell(names.get(one.objective, one.objective)),
                Cell(str(one.turn) if one.turn else NOTHING),
                Cell(one.label or one.what),
                Cell(reason_word(_, one.reason)),
                Cell(percent(one.credit), "bad" if one.credit < 0.5 else "plain"),
            )
            for one in report.observations
        ),
    )


# The certificate


def _certificate(report: CertificateReport, _: Say) -> Iterator[Block]:
    stamp = ""
    if report.state == "revoked":
        stamp = _("REVOKED")
    elif report.state == "expired":
        stamp = _("EXPIRED")
    elif report.state == "renewed":
        stamp = _("RENEWED")
    yield Award(
        title=_("Certificate"),
        lines=(
            _("This certifies that"),
            report.person.label,
            _("meets the standard of the course"),
            report.course_title,
        ),
        facts=(
            (_("issued"), day(report.issued)),
            (_("valid until"), day(report.valid_until)),
            (_("renewal from"), day(report.renew_from)),
            (_("decided by"), report.by),
            (_("verification code"), report.code),
        ),
        stamp=stamp,
    )
    if report.revoked:
        yield Notice(_("Revoked: {why}", why=report.revoked), "bad")
    yield Paragraph(_("Checked with: huikuan verify {code}", code=report.code), quiet=True)
    yield from _before(report.head, _)
    if report.renews:
        yield Paragraph(_("Renews certificate {code}.", code=report.renews))
    yield Heading(_("What it stands on"))
    if report.standings:
        yield _standings(report.objectives, report.standings, _)
    if report.attempts:
        yield _attempts(report.attempts, _)
    yield from _reading(_, report.talks, report.breach_bound)
    yield from _record(report.head, _)


# What all have


def _before(head: Head, _: Say) -> Iterator[Block]:
    if head.filters:
        yield Facts(tuple(head.filters))
    for one in head.missing:
        yield Notice(one)


def _decisions(rows: Sequence[DecisionRow], _: Say) -> Iterator[Block]:
    if not rows:
        return
    yield Heading(_("Decisions and appeals"))
    yield Grid(
        _("Each stands beside what it changes; nothing is edited."),
        (
            Column(_("when"), share=1.5),
            Column(_("person"), share=1.4),
            Column(_("turn"), "right", 0.6),
            Column(_("what"), share=2.4),
            Column(_("before"), share=1),
            Column(_("after"), share=1),
            Column(_("reason"), share=3.2),
            Column(_("by"), share=1.3),
            Column(_("state"), share=1.1),
        ),
        tuple(
            (
                Cell(when(row.at)),
                Cell(row.person.label),
                Cell(NOTHING if row.turn is None else str(row.turn)),
                Cell(row.what),
                Cell(row.before),
                Cell(row.after),
                Cell(_(": ").join(one for one in (row.reason, row.text) if one)),
                Cell(row.by),
                Cell(row.state),
            )
            for row in rows
        ),
    )


def _certificates(rows: Sequence[CertificateRow], _: Say) -> Iterator[Block]:
    if not rows:
        return
    yield Heading(_("Certificates"))
    yield Grid(
        _("Certificates, with the code that huikuan verify checks."),
        (
            Column(_("person"), share=1.6),
            Column(_("course"), share=2.4),
            Column(_("issued"), share=1.2),
            Column(_("valid until"), share=1.2),
            Column(_("by"), share=1.4),
            Column(_("verification code"), share=2),
            Column(_("state"), share=1.8),
        ),
        tuple(
            (
                Cell(row.person.label),
                Cell(row.course),
                Cell(day(row.issued)),
                Cell(day(row.valid_until)),
                Cell(row.by),
                Cell(row.code),
                _state(row.revoked, row.valid_until, _),
            )
            for row in rows
        ),
    )


def _state(revoked: str | None, until: date | None, _: Say) -> Cell:
    if revoked is not None:
        return Cell(_("revoked: {why}", why=revoked), "bad")
    return Cell(_("holds until {day}", day=day(until)) if until else _("holds"))


def _reading(_: Say, talks: int, bound: float | None) -> Iterator[Block]:
    yield Heading(_("How to read this"))
    yield Paragraph(
        _(
            "The standard is to take seven in ten ordinary chances. “Meets the standard” is said where the "
            "chance of that is at least 70%, after at least 3 attempts on at least 2 scenarios; “not yet” where it is "
            "at most 20%, after at least 2 attempts; anything between needs more evidence. Not observed is not zero. "
            "People are not ranked."
        )
    )
    if bound is not None:
        yield Paragraph(
            _(
                "No forbidden act in {talks}: the rate may still be up to {bound} (at 95%).",
                talks=talks_word(_, talks),
                bound=f"{100 * bound:.1f}%",
            )
        )
    yield Paragraph(
        _("The program proposes; a named person decides. Every figure leads back to the lines it came from.")
    )


def _record(head: Head, _: Say) -> Iterator[Block]:
    chain = head.chain
    yield Heading(_("Record"))
    rows = [
        (_("taken out by"), head.by),
        (_("names"), _("with names") if head.identified else _("pseudonyms only")),
        (_("rubric"), _(", ").join(head.rubrics) or NOTHING),
        (_("scenarios and versions"), _versions(head) or NOTHING),
        (_("journal"), f"{chain.journal_seq}: {chain.journal}" if chain.journal else NOTHING),
    ]
    if chain.attempt:
        rows.append((_("head of the attempt"), f"{chain.attempt_seq}: {chain.attempt}"))
    rows.append((_("{attempts}, digest", attempts=attempts_word(_, chain.attempts)), chain.digest))
    yield Facts(tuple(rows))


def _versions(head: Head) -> str:
    def said(ids: Iterable[str]) -> str:
        return ", ".join(one[:8] for one in ids)

    return "; ".join(f"{one.id} {said(one.versions)}".strip() for one in head.scenarios)
