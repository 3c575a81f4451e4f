"""A typed line heard twice: by the offline recogniser and, where one may be asked, through a model.

A model follows whoever talks to it last, so it decides nothing alone. What the recogniser takes for no tactic stays
none, without a model being asked; a move is played only where the recogniser finds it likely too; and where the two are
far apart, the trainee is asked. So no wording can buy a move that the same talk would not have had without a model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

from simulator.model.errors import Cause, ModelError
from simulator.model.figures import figures, fill
from simulator.model.language import Language
from simulator.model.position import Move
from simulator.model.record import Mode
from simulator.workflows.listening import THRESHOLDS, Heard, Ranked, Table, Thresholds, listen
from simulator.workflows.ports import Listener, ModelListener, Offered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.engine.program import CompiledMove
    from simulator.model.scenario import Scenario

# The confidence, 0–1, that the recogniser must itself have in a move that a model reads, for the two to agree. A third
# is far above chance among some fifty tactics, and below the level at which the recogniser would play it alone: that
# is what the second reader is for (decided 2026-11).
AGREE = 1 / 3


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a line was taken for, and what the model had to do with it.

    Attributes:
        heard: as ``listen`` gives it.
        asked: a model was asked; its patience counts within the turn.
        why: what kept its answer from being used; None where it was, or where none was asked.
        seconds: what of the turn's patience was used up.
    """

    heard: Heard
    asked: bool = False
    why: Cause | None = None
    seconds: float = 0.0


def hear(
    text: str,
    at: Table,
    listener: Listener,
    through: ModelListener | None,
    offered: Mapping[Move, Offered],
    language: Language,
    mode: Mode,
    within: float,
    fillers: int = 0,
    thresholds: Thresholds = THRESHOLDS,
) -> Hearing:
    """What a line means at this table, by both readers.

    Args:
        through: None for offline: where no endpoint is set, listening is off, or ``model_allowed`` says no.
        offered: what the model is told of each open move.
        within: seconds of the turn's patience.
        fillers, thresholds: as in ``listen``.
    """
    heard = listen(text, at, listener, mode, fillers, thresholds)
    if through is None or heard.outcome not in ("move", "ask") or heard.move in _forbidden(at):
        return Hearing(heard)
    begun = monotonic()
    try:
        readings = through.readings(text, [offered[move] for move in at.legal if move in offered], language, within)
    except ModelError as error:
        return Hearing(heard, asked=True, why=error.cause, seconds=monotonic() - begun)
    open_now = {str(move): move for move in at.legal}
    read = [open_now[one.move] for one in readings if one.move in open_now]
    return Hearing(_both(heard, read, at, mode, thresholds), asked=True, seconds=monotonic() - begun)


def model_allowed(mode: Mode, forbidden: bool = False) -> bool:
    """Whether a model may listen or speak in an attempt: not in an exam, nor where an assignment forbids it."""
    return mode == "practice" and not forbidden


def offers_of(scenario: Scenario, legal: Iterable[CompiledMove], language: Language) -> dict[Move, Offered]:
    """What a model is told of the open moves: their names, their cards' names, and an example. No secret is a card
    that a move can be aimed at, and no worth is told."""
    known = figures(scenario, language)
    found: dict[Move, Offered] = {}
    for one in legal:
        tactic = one.tactic
        words = [tactic.name.to(language) if tactic.name else tactic.id]
        if one.move.card:
            card = scenario.card(one.move.card)
            words.append(fill(card.name.to(language), known) if card.name else one.move.card)
        examples = tactic.examples.to(language) if tactic.examples else ()
        example = "" if one.move.card else next(iter(examples), "")
        found[one.move] = Offered(str(one.move), ": ".join(words), fill(example, known))
    return found


# Two readers


def _both(heard: Heard, read: list[Move], at: Table, mode: Mode, thresholds: Thresholds) -> Heard:
    """What the two say together.

    Args:
        read: what the model read, the likeliest first.
    """
    if not read:
        return heard
    first = read[0]
    if first in _forbidden(at):
        return _warned(heard, first, mode, thresholds)
    own = {one.move: one.confidence for one in heard.ranked}
    if heard.move == first:
        return heard
    if heard.outcome == "ask" and own.get(first, 0.0) >= AGREE:
        return replace(heard, outcome="move", move=first, choices=())
    if heard.outcome == "move" and own.get(first, 0.0) >= AGREE:
        return heard  # the model's reading is the recogniser's second one: they are not far apart
    return replace(heard, outcome="ask", move=None, choices=_choices(heard.ranked, first, thresholds))


def _choices(ranked: tuple[Ranked, ...], first: Move, thresholds: Thresholds) -> tuple[Move, ...]:
    """The recogniser's likeliest readings, and the model's beside them."""
    own = [one.move for one in ranked if one.move != first]
    return (*own[: thresholds.choices - 1], first)


def _warned(heard: Heard, act: Move, mode: Mode, thresholds: Thresholds) -> Heard:
    """A forbidden act that the model alone sees: confirmed in practice, in an exam marked for a person's eye."""
    if mode == "exam":
        return replace(heard, marked=heard.marked or act)
    lawful = tuple(one.move for one in heard.ranked[: thresholds.choices - 1])
    return replace(heard, outcome="forbidden", move=None, choices=(act, *lawful))


def _forbidden(at: Table) -> frozenset[Move]:
    return frozenset(move for move in at.legal if move.tactic in at.forbidden)
