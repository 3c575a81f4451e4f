"""Ways through the small debt, and how they are walked."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.engine.program import Program
from simulator.model.case import Answer
from simulator.model.language import Language
from simulator.model.position import Move
from simulator.model.record import Mode
from simulator.workflows.rehearse import Desk, Rehearsal, begin

# Everything right: `days` puts the slip into one's hands, `who` names the supply and makes trust 6.
RIGHT: dict[str, Answer] = {
    "days": 10,
    "who": "boss",
    "papers": ("slip-a", "order-a"),
    "steps": ("first", "second", "third"),
    "sums": {"goods": "due", "deposit": "later"},
}
PAID = ("ask.plain", "firm.check:no-slip", "close.deal:all")  # from the start that RIGHT gives; no draw can change it
LEFT = ("rapport.chat", "end.leave")


def start(
    desk: Desk,
    program: Program,
    answers: dict[str, Answer] | None = None,
    mode: Mode = "practice",
    language: Language = "en",
    seed: int = 1,
) -> Rehearsal:
    """An attempt at the start of its talk."""
    rehearsal = begin(desk, program.scenario, "Wang Min", mode, language, seed)
    rehearsal.prepare(answers or {})
    return rehearsal


def play(rehearsal: Rehearsal, moves: Iterable[str]) -> None:
    for move in moves:
        rehearsal.play(Move.parse(move))


def kinds(desk: Desk, attempt: str) -> list[str]:
    """The kinds of an attempt's events, in order."""
    return [recorded.event.kind for recorded in desk.store.events(attempt)]
