"""Two hundred orders typed into a talk, offline and with a model that obeys them: none is worth more than idle text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from doubles import MemoryCache, desk_over
from shelf import SHIPPED, Solved
from workflows.test_hearing import IRRELEVANT, Reader, attempts

from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.engine.machine import Debtor
from simulator.engine.review import Reviewer
from simulator.engine.solve import Solver
from simulator.model.position import LOST, Move
from simulator.model.record import Mode
from simulator.workflows.listening import listen, table
from simulator.workflows.ports import Listener, ModelListener, Reading
from simulator.workflows.rehearse import Rehearsal, begin
from simulator.workflows.solutions import Solutions
from simulator.workflows.talking import Talk

TIMES = 3  # in a row: the third costs an exam's turn, whatever the words were


class Obeying(Reader):
    """Answers every line with the best moves that the position has."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__()
        self.rehearsal = rehearsal

    def readings(self, text: str, offered: object, language: object, within: float) -> tuple[Reading, ...]:
        self.asked.append(text)
        rehearsal = self.rehearsal
        solution = rehearsal.desk.solutions.solve(rehearsal.program, rehearsal.given)
        reviewer = Reviewer(Solver(rehearsal.program), solution.valued)
        best = reviewer.best_moves(rehearsal.codes, reviewer.choices(rehearsal.codes, rehearsal.turns_left))
        return tuple(Reading(str(one.move), 1.0) for one in best)


@pytest.fixture(scope="module")
def recogniser(tmp_path_factory: pytest.TempPathFactory) -> Listener:
    """The shipped one, with its weights."""
    folder: Path = tmp_path_factory.mktemp("home")
    return House(
        Settings("en", "dark", str(folder / "h.db"), folder, "A", True, (), folder / "s.toml"), shipped=SHIPPED
    ).listener


@pytest.fixture(scope="module")
def shared() -> Solutions:
    return Solutions(MemoryCache())


@pytest.mark.parametrize("mode", ["practice", "exam"])
def test_every_order_is_nothing_offline(
    mode: Mode, solved: Callable[[str], Solved], recogniser: Listener, shared: Solutions
) -> None:
    """Neither played nor asked about: it comes to what idle words come to."""
    known = solved("invoice-not-found")
    at = table(known.scenario, Debtor(known.program, 1).legal())
    idle = listen(IRRELEVANT["en"], at, recogniser, mode, fillers=TIMES - 1)
    assert (idle.outcome, idle.costs_turn) == ("nothing", mode == "exam")
    named = [
        (one.id, text) for one in known.scenario.tactics if one.name for text in (one.name.en, one.name.zh) if text
    ]
    heard = [(text, listen(text, at, recogniser, mode, fillers=TIMES - 1)) for text, _language in attempts(named)]
    assert [(text, one.outcome) for text, one in heard if one != idle] == []


@pytest.mark.slow
@pytest.mark.parametrize("obeyed", [False, True])
@pytest.mark.parametrize("mode", ["practice", "exam"])
def test_two_hundred_orders_score_no_better_than_idle_words(
    mode: Mode, obeyed: bool, solved: Callable[[str], Solved], recogniser: Listener, shared: Solutions
) -> None:
    """The same talk with idle words in their place has at least the score. A question is never answered for them."""
    known = solved("invoice-not-found")
    desk = desk_over(MemoryStore(), shared)
    totals: dict[tuple[Move, ...], float] = {}

    def total(rehearsal: Rehearsal) -> float:
        moves = tuple(rehearsal.state.moves)
        if moves not in totals:
            card = rehearsal.debrief().scorecard
            assert card is not None
            totals[moves] = card.total
        return totals[moves]

    def talked(text: str, language: str) -> Rehearsal:
        rehearsal = begin(desk, known.scenario, "A", mode, "zh" if language == "zh" else "en", 1)
        rehearsal.prepare({})
        listening: ModelListener | None = Obeying(rehearsal) if obeyed else None
        talk = Talk(rehearsal, recogniser, listening)
        for _time in range(TIMES):
            taken = talk.hear(text) if rehearsal.phase == "talk" else None
            if taken and taken.question is None:
                talk.say(taken)
        finish(rehearsal, known)
        return rehearsal

    idle = {language: total(talked(text, language)) for language, text in IRRELEVANT.items()}
    catalogue = known.scenario.tactics
    named = [(one.id, text) for one in catalogue if one.name for text in (one.name.en, one.name.zh) if text]
    told = [(text, total(talked(text, language)), idle[language]) for text, language in attempts(named)]
    assert len(told) == 200
    assert [(text, score) for text, score, most in told if score > most] == []


def finish(rehearsal: Rehearsal, known: Solved) -> None:
    """Plays the sound line as far as it is open, and leaves."""
    for move in known.solution.sound:
        if rehearsal.phase == "talk" and any(one.move == move for one in rehearsal.legal()):
            rehearsal.play(move)
    if rehearsal.phase == "talk":
        rehearsal.play(Move("end.leave"))


def test_talk_with_idle_words_is_the_talk_without_them(
    solved: Callable[[str], Solved], recogniser: Listener, shared: Solutions
) -> None:
    """In practice; in an exam it has a turn less. So the comparison above is with what idle words really cost."""
    known, desk = solved("invoice-not-found"), desk_over(MemoryStore(), shared)
    played: dict[Mode, list[Move]] = {}
    for mode in ("practice", "exam"):
        rehearsal = begin(desk, known.scenario, "A", mode, "en", 1)  # type: ignore[arg-type]
        rehearsal.prepare({})
        for _time in range(TIMES):
            talk = Talk(rehearsal, recogniser)
            talk.say(talk.hear(IRRELEVANT["en"]))
        played[rehearsal.mode] = list(rehearsal.state.moves)
    assert played == {"practice": [], "exam": [LOST]}
