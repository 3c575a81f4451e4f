"""A talk in one's own words, through the workflow: each outcome, what is on record, and a turn that was lost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pytest
from doubles import FailingStore, desk_over
from workflows.talks import RIGHT, kinds, play, start

from scoring.accuracy import accuracy
from scoring.rubric import RUBRICS
from simulator.engine.program import Program
from simulator.engine.solve import Solver
from simulator.model.errors import IllegalMove, StoreLocked, UsageError
from simulator.model.position import LOST, Move
from simulator.model.record import EVENTS, Mode, Played, Unheard
from simulator.workflows.listening import FILLERS
from simulator.workflows.play_through import play_through
from simulator.workflows.ports import Figures, Said
from simulator.workflows.rehearse import Aside, Desk, Exchange, Rehearsal, resume
from simulator.workflows.solutions import Solutions
from simulator.workflows.talking import LONGEST, Talk, recent_cards
from simulator.workflows.verifying import verify

ASK, CHAT, THREAT, INSULT = (Move(name) for name in ("ask.plain", "rapport.chat", "red.threat", "red.insult"))


@dataclass
class Scripted:
    """Hears by the line what it is told to; the rest of the chance is none."""

    known: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    said: Figures = field(default_factory=Figures)

    def chances(self, text: str) -> Mapping[str, float]:
        found = dict(self.known.get(text, {}))
        return {**found, "none": 1.0 - sum(found.values())}

    def figures(self, text: str, today: date | None) -> Figures:
        return self.said


LINES: dict[str, dict[str, float]] = {
    "When do we get our money?": {"ask.plain": 0.81239},
    "Hm, the money?": {"ask.plain": 0.4, "rapport.chat": 0.3, "probe.cause": 0.1},
    "Pay or my cousins come.": {"red.threat": 0.95},
    "You had better.": {"ask.plain": 0.7, "red.threat": 0.2},
    "Good bye.": {"end.leave": 0.9},
    "So we have a deal?": {"nothing.such": 0.9, "ask.plain": 0.06},
}


def talk(rehearsal: Rehearsal, said: Figures | None = None) -> Talk:
    return Talk(rehearsal, Scripted(LINES, said or Figures()))


def in_talk(desk: Desk, small: Program, mode: Mode = "practice") -> Talk:
    return talk(start(desk, small, RIGHT, mode))


def said(one: Talk, text: str, move: Move | None = None) -> Exchange | Aside:
    return one.say(one.hear(text), move)


def last_event(desk: Desk, one: Talk) -> object:
    return desk.store.events(one.rehearsal.attempt)[-1].event


# What a line comes to


def test_sure_line_is_played_and_its_words_are_what_was_said(desk: Desk, small: Program) -> None:
    """The record has how it was heard; the words are kept apart and stand in the talk, also opened again."""
    one = in_talk(desk, small)
    exchange = said(one, "  When do we get our money?\n")
    assert isinstance(exchange, Exchange)
    assert (exchange.said, exchange.typed, exchange.step.move) == ("When do we get our money?", True, ASK)
    assert last_event(desk, one) == Played(turn=1, move="ask.plain", how="typed", confidence=0.812)
    assert "money" not in repr(last_event(desk, one))
    again = resume(desk, one.rehearsal.attempt)
    assert again.exchanges == one.rehearsal.exchanges
    assert again.first_said() == one.rehearsal.first_said() == {1: "When do we get our money?"}


def test_typed_line_answers_as_the_picked_move_does(desk: Desk, small: Program) -> None:
    """The words choose the move and nothing else."""
    typed, picked = in_talk(desk, small), start(desk, small, RIGHT)
    exchange = said(typed, "When do we get our money?")
    assert isinstance(exchange, Exchange)
    assert picked.play(ASK).step == exchange.step
    assert picked.exchanges[0].answer == exchange.answer


def test_unsure_line_is_asked_about_and_costs_nothing(desk: Desk, small: Program) -> None:
    """The three likeliest readings; what is picked is recorded as picked."""
    one = in_talk(desk, small)
    before = kinds(desk, one.rehearsal.attempt)
    taken = one.hear("Hm, the money?")
    assert taken.question is not None
    assert (taken.question.why, taken.question.choices) == ("which", (ASK, CHAT, Move("probe.cause")))
    for wrong in (None, THREAT):
        with pytest.raises(UsageError):
            one.say(taken, wrong)
    assert kinds(desk, one.rehearsal.attempt) == before
    assert one.rehearsal.turn == 1
    one.say(taken, CHAT)
    assert last_event(desk, one) == Played(turn=1, move="rapport.chat", how="typed", confidence=0.3, picked=True)


@pytest.mark.parametrize(
    ("mode", "why", "choices"),
    [("practice", "acts", (ASK, CHAT)), ("exam", None, (ASK,))],
)
def test_two_acts_are_picked_from_in_practice_and_the_first_counts_in_an_exam(
    mode: Mode, why: str | None, choices: tuple[Move, ...], desk: Desk, small: Program
) -> None:
    line = "When do we get our money? How is the family?"
    known = {
        line: {"ask.plain": 0.5, "rapport.chat": 0.45},
        "When do we get our money?": {"ask.plain": 0.9},
        "How is the family?": {"rapport.chat": 0.9},
    }
    one = Talk(start(desk, small, RIGHT, mode), Scripted(known))
    taken = one.hear(line)
    assert (taken.question.why if taken.question else None) == why
    assert (taken.question.choices if taken.question else (taken.heard.move,)) == choices


def test_forbidden_act_is_confirmed_in_practice(desk: Desk, small: Program) -> None:
    one = in_talk(desk, small)
    taken = one.hear("Pay or my cousins come.")
    assert taken.question is not None
    assert (taken.question.why, taken.question.choices[0]) == ("forbidden", THREAT)
    assert one.rehearsal.turn == 1
    one.say(taken, THREAT)
    assert one.rehearsal.ending == "scandal"


def test_forbidden_act_counts_in_an_exam_where_it_is_sure(desk: Desk, small: Program) -> None:
    one = in_talk(desk, small, "exam")
    said(one, "Pay or my cousins come.")
    assert last_event(desk, one) == Played(turn=1, move="red.threat", how="typed", confidence=0.95)


def test_doubtful_forbidden_act_is_marked_in_an_exam(desk: Desk, small: Program) -> None:
    """The line counts as what it is besides, and a person finds the mark with the line's number."""
    one = in_talk(desk, small, "exam")
    said(one, "You had better.")
    event = last_event(desk, one)
    assert isinstance(event, Played)
    assert (event.move, event.marked) == ("ask.plain", "red.threat")
    assert resume(desk, one.rehearsal.attempt).state.marked == [(1, 2, "red.threat")]


def test_leaving_is_asked_about_in_either_mode(desk: Desk, small: Program) -> None:
    for mode in ("practice", "exam"):
        taken = in_talk(desk, small, mode).hear("Good bye.")  # type: ignore[arg-type]
        assert taken.question is not None
        assert taken.question.why == "leave"


def test_tactic_that_is_not_open_is_told(desk: Desk, small: Program) -> None:
    """It is not turned into something else without asking."""
    question = in_talk(desk, small).hear("So we have a deal?").question
    assert question is not None
    assert (question.why, question.closed) == ("closed", "nothing.such")
    assert question.choices[0] == ASK


def test_offer_that_is_nearest_to_the_figures_is_shown_first(desk: Desk, small: Program) -> None:
    """And every other open offer of the tactic with it."""
    scenario = small.scenario
    rehearsal = start(desk, small, RIGHT)
    offers = [m for m in (one.move for one in rehearsal.legal()) if m.card in scenario.offers]
    assert len(offers) >= 2
    line = "Then make it that."
    for wanted in offers[:2]:
        part = scenario.offers[str(wanted.card)].parts[0]
        figures = Figures((Said("share", part.percent / 100), Said("days", part.days)))
        one = Talk(rehearsal, Scripted({line: {wanted.tactic: 0.99}}, figures))
        question = one.hear(line).question
        assert question is not None
        assert question.why == "offer"
        assert question.choices[0] == wanted
        assert set(question.choices) == {m for m in offers if m.tactic == wanted.tactic}


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST + 1)])
def test_empty_and_endless_lines_are_refused(text: str, desk: Desk, small: Program) -> None:
    with pytest.raises(UsageError):
        in_talk(desk, small).hear(text)


def test_line_that_cannot_be_recorded_is_not_played(solutions: Solutions, small: Program) -> None:
    """It can be said again."""
    store = FailingStore()
    one = talk(start(desk_over(store, solutions), small, RIGHT))
    taken = one.hear("When do we get our money?")
    store.failing = StoreLocked("the store is locked")
    with pytest.raises(StoreLocked):
        one.say(taken)
    assert (one.rehearsal.turn, one.rehearsal.exchanges) == (1, [])
    store.failing = None
    assert isinstance(one.say(taken), Exchange)


def test_card_that_the_debtor_raised_last_is_the_recent_one(desk: Desk, small: Program) -> None:
    rehearsal = start(desk, small, RIGHT)
    assert recent_cards(rehearsal) == ()
    rehearsal.play(ASK)
    assert recent_cards(rehearsal)[0] == "no-slip"


# Nothing


def test_line_that_is_nothing_gets_a_human_answer_and_is_no_turn(desk: Desk, small: Program) -> None:
    """However often in practice; he does not say the same twice running, and it is there again after opening."""
    one = in_talk(desk, small)
    told = [said(one, f"The cat is fat {number}.") for number in range(4)]
    assert all(isinstance(aside, Aside) for aside in told)
    assert len({aside.answer for aside in told if isinstance(aside, Aside)}) == 4
    assert set(FILLERS) >= {aside.answer for aside in told if isinstance(aside, Aside)}
    assert (one.rehearsal.turn, one.rehearsal.exchanges) == (1, [])
    assert last_event(desk, one) == Unheard(turn=1)
    again = resume(desk, one.rehearsal.attempt)
    assert again.asides == one.rehearsal.asides == tuple(told)
    assert again.codes == one.rehearsal.codes


def test_third_line_in_a_row_costs_an_exams_turn_also_after_quitting(desk: Desk, small: Program) -> None:
    """The count is on record. A turn between begins it anew."""
    one = in_talk(desk, small, "exam")
    assert isinstance(said(one, "The cat."), Aside)
    one = talk(resume(desk, one.rehearsal.attempt))
    assert isinstance(said(one, "The dog."), Aside)
    before = one.rehearsal.codes
    one = talk(resume(desk, one.rehearsal.attempt))
    lost = said(one, "The cow.")
    assert isinstance(lost, Exchange)
    assert (lost.step.move, lost.step.before, lost.step.after, lost.said) == (LOST, before, before, "The cow.")
    assert lost.answer[0] in FILLERS
    assert last_event(desk, one) == Played(turn=1, move="none", how="typed")
    assert one.rehearsal.turn == 2
    assert isinstance(said(one, "The cat."), Aside)
    assert isinstance(said(one, "The dog."), Aside)
    one.rehearsal.play(CHAT)
    assert isinstance(said(one, "The cow."), Aside)
    again = resume(desk, one.rehearsal.attempt)
    assert again.exchanges == one.rehearsal.exchanges
    assert again.asides == one.rehearsal.asides


def test_turn_is_lost_only_in_an_exam_and_only_to_a_line(desk: Desk, small: Program) -> None:
    practice = start(desk, small, RIGHT)
    with pytest.raises(IllegalMove):
        practice.play(LOST)
    one = in_talk(desk, small)
    for _number in range(5):
        assert isinstance(said(one, "The cat."), Aside)


# A turn that was lost


def lost_exam(desk: Desk, small: Program, moves: tuple[str, ...]) -> Rehearsal:
    """An exam with these moves, ``none`` for a turn lost."""
    one = in_talk(desk, small, "exam")
    for move in moves:
        if move == "none":
            for _number in range(3):
                said(one, "The cat.")
        else:
            play(one.rehearsal, (move,))
    return one.rehearsal


WITH_LOST = ("none", "ask.plain", "none", "firm.check:no-slip", "close.deal:all")


def test_lost_turn_has_the_loss_of_the_same_position_with_a_turn_less(
    desk: Desk, solutions: Solutions, small: Program
) -> None:
    """Q is the turn's cost and that value; the accuracy is the curve's, luck is none, nothing is shown by it."""
    rehearsal = lost_exam(desk, small, WITH_LOST)
    assert rehearsal.ending == "paid"
    debrief, turns = rehearsal.debrief(), small.scenario.turns
    solver = Solver(small, RUBRICS[rehearsal.state.started.rubric])
    valued = solutions.solve(small, rehearsal.given, solver.rubric).valued
    for number in (1, 3):
        turn = debrief.turns[number - 1]
        left = turns - number + 1
        worth = small.scenario.worth.turn + solver.value(valued, turn.step.before, left - 1)
        best = max(choice.value for choice in turn.choices if not small.by_move[choice.move].tactic.forbidden)
        assert turn.worth == pytest.approx(worth)
        assert turn.loss == pytest.approx(best - worth, abs=0.0005)
        assert turn.loss > 0
        assert turn.accuracy == accuracy(turn.loss)
        assert turn.luck == pytest.approx(0)
        assert not [one for one in debrief.observations if one.turn == number and one.reason == "shown"]
    without = lost_exam(desk, small, ("ask.plain", "firm.check:no-slip", "close.deal:all")).debrief()
    assert debrief.worth == pytest.approx(without.worth + 2 * small.scenario.worth.turn)
    assert debrief.scorecard is not None
    assert without.scorecard is not None
    assert debrief.scorecard.total < without.scorecard.total


def test_record_with_a_lost_turn_verifies_and_runs_the_same(desk: Desk, solutions: Solutions, small: Program) -> None:
    """``run`` of the recorded moves comes to the same debrief."""
    rehearsal = lost_exam(desk, small, WITH_LOST)
    assert verify(desk).faults == ()
    forms = {"preparation": RIGHT}
    moves = [str(move) for move in rehearsal.state.moves]
    assert moves == list(WITH_LOST)
    played = play_through(small, solutions, moves, rehearsal.state.started.seed, "en", forms)
    assert played.debrief is not None
    assert [turn.loss for turn in played.debrief.turns] == [turn.loss for turn in rehearsal.debrief().turns]
    assert played.debrief.worth == rehearsal.debrief().worth


def test_talk_whose_last_turn_is_lost_ends_with_the_debtors_patience(desk: Desk, small: Program) -> None:
    """As by any other last turn, with the ending's own effect; the note's last family is that of the last move."""
    turns = small.scenario.turns
    rehearsal = lost_exam(desk, small, ("rapport.chat", *["none"] * (turns - 1)))
    assert (rehearsal.ending, rehearsal.turn) == ("timeout", turns + 1)
    assert rehearsal.phase == "note"
    debrief = rehearsal.debrief()
    assert debrief.ending == "timeout"
    assert debrief.turns[-1].luck == pytest.approx(0)
    assert resume(desk, rehearsal.attempt).ending == "timeout"
    rehearsal.file_note({})
    assert verify(desk).faults == ()


def test_exam_with_a_lost_turn_can_be_tried_again(desk: Desk, small: Program) -> None:
    """The lost turn stands in the new attempt's prefix."""
    rehearsal = lost_exam(desk, small, ("none", "rapport.chat", "end.leave"))
    rehearsal.file_note({})
    again = rehearsal.try_again_from(2)
    assert again.exchanges[0].step.move == LOST
    assert again.turn == 2
    assert resume(desk, again.attempt).codes == again.codes


# The record


def test_taking_back_keeps_the_first_line_that_was_typed(desk: Desk, small: Program) -> None:
    one = in_talk(desk, small)
    said(one, "When do we get our money?")
    one.rehearsal.take_back()
    play(one.rehearsal, ("rapport.chat",))
    again = resume(desk, one.rehearsal.attempt)
    assert [exchange.typed for exchange in again.exchanges] == [False]
    assert again.first_said() == {1: "When do we get our money?"}


def test_erased_words_are_gone_and_the_talk_stands(desk: Desk, small: Program) -> None:
    one = in_talk(desk, small)
    said(one, "The cat.")
    said(one, "When do we get our money?")
    desk.store.erase(one.rehearsal.state.started.person)
    again = resume(desk, one.rehearsal.attempt)
    assert [(exchange.said, exchange.typed) for exchange in again.exchanges] == [("", True)]
    assert [aside.said for aside in again.asides] == [""]
    assert verify(desk).faults == ()


def test_records_of_before_the_typing_read_on() -> None:
    """A payload without the new fields is what it was."""
    assert EVENTS.validate_json('{"kind":"played","turn":2,"move":"ask.plain"}') == Played(turn=2, move="ask.plain")
    written = json.loads(Played(turn=2, move="ask.plain").model_dump_json())
    assert {"how": "menu", "confidence": None, "picked": False, "marked": None}.items() <= written.items()
