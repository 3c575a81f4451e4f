"""The debtor's answer, said in his own manner where a voice can do that in time, and as it is written where not.

The engine has chosen rule, facts and line before this begins, and nothing here changes them.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from simulator.model.errors import Cause, ModelError
from simulator.model.figures import figures, fill
from simulator.model.language import Language
from simulator.model.scenario import Scenario
from simulator.workflows.ports import Cue, Voice
from simulator.workflows.rehearse import Exchange, Rehearsal

# Seconds. No model says a sentence in less: where the patience of a turn is nearly used up, the line is shown at once.
LEAST = 0.3

Shown = Literal["authored", "model"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some more of a wording, to be put behind what is there."""

    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """What was said, whole. It takes the place of all pieces before it.

    Attributes:
        shown: whose wording it is.
        why: what kept the voice from being used; None where it was, or where there is none.
    """

    text: str
    shown: Shown
    why: Cause | None = None


def speak(voice: Voice | None, cue: Cue, within: float) -> Iterator[Piece | Spoken]:
    """Says the line of a cue; the last of what it gives is the ``Spoken``, and there always is one.

    Args:
        voice: None where the talk is held as it is written.
        within: seconds that are left of the turn's patience.
    """
    if voice is None or not cue.line.strip():
        yield Spoken(cue.line, "authored")
        return
    if within < LEAST:
        yield Spoken(cue.line, "authored", "slow")
        return
    said = ""
    with contextlib.closing(voice.phrase(cue, within)) as pieces:
        try:
            for piece in pieces:
                said += piece
                yield Piece(piece)
        except ModelError as error:
            yield Spoken(cue.line, "authored", error.cause)
            return
    if said.strip():
        yield Spoken(said, "model")
    else:
        yield Spoken(cue.line, "authored", "unfit")


def cue_for(rehearsal: Rehearsal, exchange: Exchange) -> Cue:
    """What a voice is told of a turn: what everybody in the room knows, and the line."""
    language, scenario = rehearsal.language, rehearsal.scenario
    turn = exchange.step.turn
    before = rehearsal.exchanges[turn - 2].answer if turn > 1 else ()
    return Cue(
        name=scenario.debtor.name.to(language),
        about=_about(scenario, language),
        channel=scenario.channel,
        language=language,
        line=joined(exchange.answer, language),
        before=joined(before, language),
        said=exchange.said,
        guarded=_concessions(scenario, language),
    )


def joined(lines: tuple[str, ...], language: Language) -> str:
    """The lines of an answer as one."""
    return ("" if language == "zh" else " ").join(line.strip() for line in lines)


def _about(scenario: Scenario, language: Language) -> str:
    """Who he is to everybody. What the persona says of his fears is for instructors, and a model might tell it."""
    company = scenario.case.debtor_company
    known = (scenario.debtor.role, company.name if company else None, scenario.persona_name)
    return (" · ").join(text.to(language) for text in known if text)


def _concessions(scenario: Scenario, language: Language) -> tuple[str, ...]:
    known = figures(scenario, language)
    return tuple(fill(offer.name.to(language), known) for offer in scenario.offers.values() if offer.name)
