"""Objectives, attempts and evidence as lines of text, for the screens and for whoever reads line by line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce

from simulator.model.language import _
from simulator.tui.texts import Line, clean
from simulator.tui.views.group import (
    AgreementView,
    DeskView,
    DueView,
    LackView,
    MemberView,
    ScenarioFigures,
    decision_word,
)
from simulator.tui.views.person import LineView
from simulator.tui.views.progress import (
    BANDS,
    SIGNS,
    AdviceView,
    Band,
    CourseView,
    DecisionView,
    StandingView,
    TalkView,
    band_word,
    chances_text,
    more_text,
    number_text,
    trend_word,
)
from simulator.tui.words import mode_name, score

_TENTHS = 10
_TOO_FEW = 2  # cases: below that there is no agreement to speak of


def name_text(name: str) -> str:
    """A person's name; what stands for it once he was erased."""
    return clean(name) or _("(erased)")


def clauses(parts: Iterable[str]) -> str:
    """What there is of the parts, with commas between them; not those of a list, which Chinese tells from these."""
    there = [part for part in parts if part]
    return reduce(lambda said, part: _("{a}, {b}", a=said, b=part), there) if there else ""


# An objective


def band_text(band: Band) -> str:
    """``+ meets the standard``."""
    return f"{SIGNS[band]} {band_word(band)}"


def standing_lines(one: StandingView) -> list[Line]:
    """An objective with its band and everything behind it."""
    lines = [Line("", _("{n}. {statement}", n=one.number, statement=one.statement), "head")]
    return [*lines, *judgement_lines(one)]


def judgement_lines(one: StandingView) -> list[Line]:
    """The band, and the chances that it stands on."""
    said = [band_word(one.band), trend_word(one.trend), more_text(one)]
    lines = [Line(f"{SIGNS[one.band]} ", clauses(said))]
    lines.append(Line("", chances_text(one), "" if one.chances else "quiet"))
    return lines


def counted_bands(standings: Iterable[StandingView]) -> tuple[tuple[Band, int], ...]:
    """How many objectives are in each band."""
    found = [one.band for one in standings]
    return tuple((band, found.count(band)) for band in BANDS)


def bands_text(counts: Iterable[tuple[Band, int]]) -> str:
    """``+ 3 meets the standard, ~ 2 more evidence needed``."""
    return clauses(f"{SIGNS[band]} {n} {band_word(band)}" for band, n in counts if n)


def course_text(course: CourseView) -> str:
    """How the objectives of a course stand."""
    return _("{name}: {text}", name=course.title, text=bands_text(counted_bands(course.standings)))


# An attempt


def talk_line(one: TalkView) -> str:
    """What an attempt came to, and whose it is."""
    parts = [mode_name(one.mode)]
    if one.total is None:
        parts.append(_("not scored"))
    else:
        verdict = _("passed") if one.passed else _("not passed")
        total, mark = score(one.total), score(one.pass_mark)
        parts.append(_("{total} of 100, {verdict} (pass mark {mark})", total=total, verdict=verdict, mark=mark))
    parts.append(_("your own: it is no evidence, and others do not see it") if one.own else _("evidence"))
    parts += [one.note] if one.note else []
    return clauses(parts)


def advice_lines(one: AdviceView) -> list[Line]:
    """A scenario to practise next, and why."""
    return [Line("", one.title, "head"), *(Line("- ", why) for why in one.why)]


def decision_lines(one: DecisionView) -> list[Line]:
    """A decision with its reason."""
    head = Line(_("{name}: ", name=one.kind), one.title, "head")
    return [head, Line("", one.when, "quiet"), *(Line("", text) for text in one.lines)]


# The very lines


def evidence_lines(one: LineView) -> list[Line]:
    """One observation, whole."""
    head = clauses((one.when, one.scenario, mode_name(one.mode), one.source))
    lines = [Line("", head, "head"), *_judged(one)]
    if one.said is None:
        return [*lines, Line("", _("Reading the talk …"), "quiet")]
    if one.turn:
        lines.append(Line(_("Said: "), one.said))
        lines.extend(Line(_("Answer: "), line) for line in one.came or (_("(says nothing)"),))
    elif one.said:
        lines.append(Line(_("Asked: "), one.said))
    if one.why:
        lines.append(Line(_("Why: "), one.why))
    if one.better:
        lines.append(Line(_("Better: "), one.better))
    return lines


def _judged(one: LineView) -> list[Line]:
    credit = _("Chance taken: {credit} %", credit=f"{100 * one.credit:.0f}")
    if one.missed:
        what = _("missed: “{move}” would have shown it", move=one.what)
        lines = [Line(_("Credit: "), _("0, {text}", text=what))]
    else:
        text = credit if not one.turn else _("{credit}, with {move}", credit=credit, move=one.what)
        lines = [Line(_("Credit: "), text)]
    if one.name:
        lines.append(Line(_("The move was: "), one.name))
    if one.note:
        lines.append(Line(_("Decided: "), one.note))
    return lines


# A group


def member_lines(one: MemberView) -> list[Line]:
    """Who has done what."""
    name = name_text(one.name)
    lines = [Line("", name, "head")]
    if not one.attempts:
        lines.append(Line("", _("There is no attempt that others may see.")))
    else:
        done = _("attempts: {n}, passed: {passed}", n=one.attempts, passed=one.passed)
        lines.append(Line("", clauses((done, minutes_text(one.minutes), _("last {when}", when=one.last)))))
    if one.withheld:
        lines.append(Line("", withheld_text(one.withheld), "quiet"))
    if one.undone:
        late = _("{n} overdue", n=one.late) if one.late else ""
        lines.append(Line(_("Assigned and not finished: "), clauses((str(one.undone), late))))
    if one.bands:
        lines.append(Line(_("Objectives: "), bands_text(one.bands)))
    return lines


def withheld_text(n: int) -> str:
    """How much practice is somebody's own."""
    if n == 1:
        return _("One practice attempt is the trainee's own and not shown.")
    return _("{n} practice attempts are the trainee's own and not shown.", n=n)


def minutes_text(minutes: float) -> str:
    """Time spent: ``45 min``, ``3 h 05``."""
    whole = round(minutes)
    return _("{n} min", n=whole) if whole < 60 else _("{h} h {min}", h=whole // 60, min=f"{whole % 60:02}")


def due_lines(one: DueView) -> list[Line]:
    """What waits for a decision."""
    head = Line(_("{name}: ", name=decision_word(one.kind)), _("{a} · {b}", a=name_text(one.name), b=one.title), "head")
    return [line for line in (head, Line("", one.when, "quiet"), Line("", one.why)) if str(line)]


def lack_lines(one: LackView) -> list[Line]:
    """An objective as the group has it."""
    statement = _("{n}. {statement}", n=one.number, statement=one.statement)
    counts = bands_text(one.counts)
    lines = [Line("", statement, "head"), Line("", one.course, "quiet"), Line("", counts)]
    if one.people and one.count("unseen") == one.people:
        lines.append(Line("", _("Nobody was observed on it: no talk gave a chance to show it. That is no zero.")))
    return lines


def scenario_lines(one: ScenarioFigures) -> list[Line]:
    """The scores of a scenario but for their distribution."""
    lines = [Line("", one.title, "head")]
    if not one.attempts:
        return [*lines, Line("", _("Nobody has a scored attempt at it that others may see."))]
    counted = _("attempts: {n}, passed: {p}, people: {of}", n=one.attempts, p=one.passed, of=one.people)
    lines.append(Line("", counted))
    middle = [_("{median}, par {par}", median=_number(one.median), par=_number(one.par))]
    middle += [_("{time} an attempt", time=minutes_text(one.minutes))] if one.minutes is not None else []
    lines.append(Line(_("Median: "), _("; ").join(middle)))
    if one.again and one.first is not None and one.best is not None and one.latest is not None:
        lift = _(
            "first {first}, best {best}, latest {latest} (people who tried it again: {n})",
            first=score(one.first),
            best=score(one.best),
            latest=score(one.latest),
            n=one.again,
        )
        lines.append(Line(_("First to best: "), lift))
    else:
        lines.append(Line(_("First to best: "), _("nobody has tried it twice")))
    return lines


def lift_lines(view: DeskView) -> list[Line]:
    """What holds of all scenarios together: from first to best, time spent, forbidden acts."""
    lines = [Line("", _("All scenarios together"), "head")]
    if view.first is not None and view.best is not None and view.latest is not None:
        text = _(
            "first {first}, best {best}, latest {latest} (times that somebody tried a scenario again: {n})",
            first=score(view.first),
            best=score(view.best),
            latest=score(view.latest),
            n=view.again,
        )
        lines.append(Line(_("From first to best: "), text))
        lines.append(Line("", _("The best of several rises by luck too; the latest says more."), "quiet"))
    else:
        lines.append(Line(_("From first to best: "), _("nobody has tried a scenario twice")))
    lines.append(Line(_("Time spent: "), _("{time} (attempts: {n})", time=minutes_text(view.minutes), n=view.attempts)))
    if view.compliance:
        lines.append(Line(_("Compliance: "), view.compliance))
    return lines


def tenth_names(n: int) -> list[str]:
    """``0-9`` to ``90-100``."""
    last = n - 1
    return [f"{_TENTHS * at}-{_TENTHS * at + (_TENTHS if at == last else _TENTHS - 1)}" for at in range(n)]


def agreement_lines(lines: Sequence[AgreementView]) -> list[Line]:
    """How the program and human raters agree, a line for each of the rubric's."""
    head = [Line("", _("Agreement between the program and human raters"), "head")]
    if not any(one.talks for one in lines):
        return [*head, Line("", _("Nobody has rated an attempt yet. What is due for a rating stands below F4."))]
    head.append(
        Line("", _("Krippendorff's alpha: 1 is full agreement, 0 is chance, .67 is the least to rely on."), "quiet")
    )
    return [*head, *map(_agreement, lines)]


def _agreement(one: AgreementView) -> Line:
    said = f"{one.alpha:.2f}" if one.alpha is not None and one.talks >= _TOO_FEW else _("too few to tell")
    text = _("{alpha} (talks: {n})", alpha=said, n=one.talks)
    among = _("people among themselves {alpha}", alpha=f"{one.among:.2f}") if one.among is not None else ""
    return Line(_("{name}: ", name=one.line), clauses((text, among)))


def _number(value: float | None) -> str:
    return number_text(round(value, 1)) if value is not None else _("not known")
