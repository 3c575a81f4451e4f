"""What a second rater sees: the case, what was said and how the forms were filled in. No mark, and nobody's rating."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.model.case import Answer, FormQuestion
from simulator.model.decisions import LINES, Line, Rated
from simulator.model.language import _
from simulator.tui.texts import Line as Told
from simulator.tui.texts import case_text
from simulator.tui.views.talk import talk_view
from simulator.tui.views.words import Words, answer_words
from simulator.workflows.descriptors import DESCRIPTORS, LEVELS
from simulator.workflows.rating import Rating, demand_may_rate
from simulator.workflows.rehearse import Rehearsal, resume

if TYPE_CHECKING:
    from simulator.workflows.rehearse import Desk


@dataclass(frozen=True, slots=True)
class RaterView:
    """A talk to be rated.

    Attributes:
        title: of the scenario.
        talk, case, forms: what there is to read.
    """

    attempt: str
    title: str
    talk: tuple[Told, ...]
    case: tuple[Told, ...]
    forms: tuple[Told, ...]


def rater_view(desk: Desk, attempt: str, by: str) -> RaterView:
    """A talk as who rates it reads it.

    Raises:
        UsageError: it is his own, he has rated it already, it is not over, or it is never scored.
        UnknownName: there is no such attempt.
    """
    rehearsal = resume(desk, attempt)
    demand_may_rate(desk, rehearsal, by)
    words = Words(rehearsal.scenario, rehearsal.language)
    return RaterView(
        attempt=attempt,
        title=words.text(rehearsal.scenario.title),
        talk=tuple(_talk(rehearsal)),
        case=tuple(Told("", line) for line in case_text(rehearsal.scenario, words).splitlines()),
        forms=tuple(_forms(rehearsal, words)),
    )


def _talk(rehearsal: Rehearsal) -> Iterable[Told]:
    """What was said and nothing of what it did: not even what a line was taken for."""
    view = talk_view(rehearsal)
    for exchange in view.exchanges:
        yield Told(_("Turn {turn}", turn=exchange.number), "", "head")
        yield Told(_("Trainee: "), exchange.said)
        for line in exchange.answer or (_("(says nothing)"),):
            yield Told(_("{name}: ", name=view.debtor.name), line)
    if view.ending:
        yield Told("")
        yield Told(_("Ending: "), view.ending.name)


def _forms(rehearsal: Rehearsal, words: Words) -> Iterable[Told]:
    state, scenario = rehearsal.state, rehearsal.scenario
    filled: tuple[tuple[str, tuple[FormQuestion, ...], Mapping[str, Answer]], ...] = (
        (_("Preparation"), scenario.preparation, state.answers or {}),
        (_("Note"), scenario.note, state.filed or {}),
    )
    for title, fields, answers in filled:
        if fields:
            yield Told(title, "", "head")
        for asked in fields:
            yield Told(
                _("{name}: ", name=words.text(asked.ask) or asked.id), answer_words(words, asked, answers.get(asked.id))
            )


def descriptor_lines(line: Line) -> list[Told]:
    """What a line of the rubric asks, and what is seen at each level."""
    found = DESCRIPTORS[line]
    levels = zip(LEVELS, found.levels, strict=True)
    return [Told("", _(found.asks)), *(Told(f"{points:>3}  ", _(words)) for points, words in levels)]


def beside_lines(rating: Rating) -> list[Told]:
    """A rating beside what the program and others marked, by line."""
    head = (
        ""
        if rating.own.blind
        else _("Not blind: you have dealt with this talk before. It does not count for agreement.")
    )
    lines = [Told("", head, "quiet")] if head else []
    for line in LINES:
        marked = [_("you {points}", points=_points(rating.own.lines.get(line)))]
        marked.append(_("the program {points}", points=_points(rating.program[line])))
        for other in rating.others:
            if isinstance(other.event, Rated):
                name, points = other.name or _("(erased)"), _points(other.event.lines.get(line))
                marked.append(_("{name} {points}", name=name, points=points))
        lines.append(Told(_("{name}: ", name=_(DESCRIPTORS[line].title)), _(", ").join(marked)))
    return lines


def _points(points: float | None) -> str:
    return "–" if points is None else f"{points:.0f}"
