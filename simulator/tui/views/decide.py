"""What people decided on an attempt, as it is read: what stood, what stands, why, and who said so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulator.model.decisions import REASONS, Answered, Appealed, Overruled, Rated, What
from simulator.model.language import _
from simulator.model.position import Move
from simulator.tui.texts import Line
from simulator.tui.views.debrief import DebriefView, debrief_view, told
from simulator.tui.views.words import Words, name_word
from simulator.workflows.deciding import (
    Applied,
    Decided,
    Matter,
    decided_on,
    doubtful,
    doubts_on,
    matter,
    matter_of,
    namings,
)
from simulator.workflows.rehearse import resume

if TYPE_CHECKING:
    from simulator.workflows.rehearse import Desk

WHOLE = 0
"""Stands for the attempt as a whole where turns are counted from 1."""


@dataclass(frozen=True, slots=True)
class PleaView:
    """An appeal that waits: the number by which it is answered, and what it says."""

    number: int
    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class DoubtView:
    """A typed line that may be a forbidden act, which a person is to look at."""

    act: str
    said: str


@dataclass(frozen=True, slots=True)
class MatterView:
    """An attempt that is over, as those see it who decide on it.

    Attributes:
        said: what was decided, by turn; ``WHOLE`` is the attempt as a whole.
        waiting: the appeal that waits on a turn.
        doubts: by turn, the lines that a person has yet to look at.
        own, stands: what the program made of it, and what stands.
    """

    matter: Matter
    debrief: DebriefView
    said: Mapping[int, tuple[Line, ...]]
    waiting: Mapping[int, PleaView]
    doubts: Mapping[int, tuple[DoubtView, ...]]
    own: Applied
    stands: Applied


def matter_view(desk: Desk, attempt: str) -> MatterView:
    """An attempt to be decided on. May take a second.

    Raises:
        UsageError: it is not over, or is never scored.
        UnknownName: there is no such attempt.
    """
    about = matter(desk, attempt)
    decided = decided_on(desk, attempt)
    texts = {one.seq: one.text or "" for one in decided}
    waiting = {plea.turn or WHOLE: plea for plea in about.docket.waiting}
    return MatterView(
        matter=about,
        debrief=debrief_view(told(about.rehearsal), about.debrief),
        said=decided_lines(decided),
        waiting={turn: PleaView(one.seq, turn, texts[one.seq]) for turn, one in waiting.items()},
        doubts=_doubts(desk, about),
        own=about.original(),
        stands=about.standing(),
    )


def stands_of(desk: Desk, attempt: str) -> str:
    """What an attempt comes to where a person decided that; else empty. May take a second."""
    rehearsal = resume(desk, attempt)
    if not rehearsal.state.docket.overrules:
        return ""
    return _("decided by a person: {stands}", stands=marks_text(matter_of(rehearsal).standing()))


def _doubts(desk: Desk, about: Matter) -> dict[int, tuple[DoubtView, ...]]:
    open_ = doubtful(about)
    if not open_:
        return {}
    texts, words = doubts_on(desk, about.attempt), Words(about.rehearsal.scenario, about.rehearsal.language)
    found: dict[int, tuple[DoubtView, ...]] = {}
    for turn, seq, act in about.rehearsal.state.marked:
        if turn in open_:
            one = DoubtView(_act(words, act), texts.get(seq) or _("(erased)"))
            found[turn] = (*found.get(turn, ()), one)
    return found


def _act(words: Words, act: str) -> str:
    """A forbidden act in words; its id where the scenario, as it was played, has no such tactic."""
    move = Move.parse(act)
    known = any(one.id == move.tactic for one in words.scenario.tactics)
    return words.move(move) if known else act


def decided_lines(decided: Iterable[Decided]) -> dict[int, tuple[Line, ...]]:
    """Decisions as lines by turn, in order; ratings, which raters are not to see, are not among them."""
    found: dict[int, tuple[Line, ...]] = {}
    turns: dict[int, int] = {}
    for one in decided:
        event = one.event
        if isinstance(event, Rated):
            continue
        turn = turns.get(event.appeal, WHOLE) if isinstance(event, Answered) else event.turn or WHOLE
        turns[one.seq] = turn
        found[turn] = (*found.get(turn, ()), _line(one))
    return found


def _line(one: Decided) -> Line:
    signed = {
        "name": one.name or _("(erased)"),
        "when": one.at.astimezone().strftime("%Y-%m-%d %H:%M"),
    }
    match one.event:
        case Appealed():
            head = _("Appeal by {name}, {when}: ", **signed)
        case Answered(upheld=True):
            head = _("Appeal upheld by {name}, {when}: ", **signed)
        case Answered():
            head = _("Appeal dismissed by {name}, {when}: ", **signed)
        case Overruled() as event:
            change = change_text(event.what, event.before, event.after)
            head = _(
                "{change} by {name}, {when} ({reason}): ", change=change, reason=_(REASONS[event.reason]), **signed
            )
        case _:
            head = ""
    return Line(head, one.text if one.text is not None else _("(erased)"))


def change_text(what: What, before: str | bool | float, after: str | bool | float) -> str:
    """What was overruled, in a few words: ``Mistake → Best``."""
    return _("{before} → {after}", before=value_text(what, before), after=value_text(what, after))


def value_text(what: What, value: str | bool | float) -> str:
    """A name, a breach or none, or a total, in words."""
    if what == "name":
        return name_word(value)  # type: ignore[arg-type]
    if what == "breach":
        return _("Breach") if value else _("no breach")
    return _("total {total}", total=f"{value:.1f}")


def marks_text(applied: Applied) -> str:
    """What an attempt comes to, in one line."""
    card = applied.scorecard
    if card is None:
        return _("not scored")
    verdict = _("passed") if card.passed else _("not passed")
    return _("{total} of 100, {verdict}", total=f"{card.total:.1f}", verdict=verdict)


def foreseen_lines(before: Applied, after: Applied, turn: int | None) -> list[str]:
    """What stands and what would stand: the turn's name, the total and whether it is a pass."""
    lines = []
    for head, one in ((_("Now: "), before), (_("Then: "), after)):
        named = [name_word(one.names[turn])] if turn is not None else []
        lines.append(head + _("; ").join((*named, marks_text(one))))
    return lines


def choices(view: MatterView, turn: int) -> dict[str, str]:
    """What a turn can become, by id: a name, ``breach``, or ``lift``."""
    stands = next(one for one in view.stands.transcript.turns if one.number == turn)
    if stands.breach:
        return {"lift": _("no breach")}
    named: dict[str, str] = {name: name_word(name) for name in namings(stands) if name != view.stands.names[turn]}
    seen = {"lift": _("no breach, I looked")} if turn in view.doubts else {}
    return {**seen, **named, "breach": name_word("breach")}


def ruling(turn: int, choice: str) -> tuple[What, int | None, str | bool | float]:
    """What is overruled, the turn, and what it becomes, from a choice; of the attempt as a whole it is a total."""
    if turn == WHOLE:
        return "total", None, float(choice)
    if choice in ("breach", "lift"):
        return "breach", turn, choice == "breach"
    return "name", turn, choice
