"""The debrief: what a finished play was worth, against what, and where each number comes from."""

from __future__ import annotations

import pytest
from workflows.talks import LEFT, PAID, RIGHT, play, start

from scoring.rubric import RUBRIC_1
from simulator.engine.machine import Debtor
from simulator.engine.program import Program
from simulator.engine.solve import Solver
from simulator.model.errors import ReplayMismatch
from simulator.model.position import Move
from simulator.workflows.attempt import FirstTry
from simulator.workflows.debriefing import Debrief, Debriefer, Play
from simulator.workflows.forms import given_by
from simulator.workflows.rehearse import Desk
from simulator.workflows.solutions import Solutions


def moves(*names: str) -> tuple[Move, ...]:
    return tuple(Move.parse(name) for name in names)


def debriefed(small: Program, solutions: Solutions, *names: str, prepared: bool = False, **more: object) -> Debrief:
    given = given_by(small.scenario, RIGHT) if prepared else {}
    return Debriefer(small, solutions).debrief(Play("a", moves(*names), 1, given, **more))  # type: ignore[arg-type]


def test_result_of_a_prepared_start_is_measured_against_the_plain_start(small: Program, solutions: Solutions) -> None:
    """Preparation pays: best and floor are the plain start's, so that whoever prepared can reach 100 where nobody else
    can, and the losses are those of the start that he had."""
    plain, prepared = Solver(small).solve()[0], Solver(small).solve(small.start(given_by(small.scenario, RIGHT)))[0]
    assert prepared.best > plain.best + 5
    debrief = debriefed(small, solutions, *PAID, prepared=True)
    assert (debrief.transcript.best, debrief.transcript.floor) == (plain.best, plain.floor)
    assert debrief.solution.best == plain.best
    assert debrief.scorecard is not None
    result = debrief.scorecard.mark("result")
    assert result.points == pytest.approx(min(100, 100 * (debrief.worth - plain.floor) / (plain.best - plain.floor)))
    assert debrief.values[0] == pytest.approx(prepared.typical)
    assert debrief.turns[0].loss == pytest.approx(prepared_loss(small, "ask.plain"), abs=0.0005)


def prepared_loss(small: Program, move: str) -> float:
    """The loss of a first move from the prepared start."""
    start_codes = small.start(given_by(small.scenario, RIGHT))
    solver = Solver(small)
    values = {str(c.move): c.value for c in solver.choices(solver.solve(start_codes)[0].valued, start_codes, 6)}
    lawful = [value for name, value in values.items() if not name.startswith("red.")]
    return max(lawful) - values[move]


def test_worth_is_worked_out_by_hand(small: Program, solutions: Solutions) -> None:
    """Paid in three turns at trust 6 and hostility 2: 70 × 0.95 + 20 × 0.6 + 10 × 0.8 − 0.5 × 3 = 85."""
    debrief = debriefed(small, solutions, *PAID, prepared=True)
    assert debrief.ending == "paid"
    assert debrief.worth == pytest.approx(85.0)
    assert debrief.values[-1] == pytest.approx(85.0)


def test_worth_counts_the_effect_of_the_ending_and_the_breach(small: Program, solutions: Solutions) -> None:
    """A threat: nothing recovered, trust 0 by the ending, 10 × 0.8 for calm, − 60 for the breach, − 0.5 a turn."""
    debrief = debriefed(small, solutions, "red.threat")
    assert debrief.worth == pytest.approx(-52.5)
    assert debrief.scorecard is not None
    assert (debrief.scorecard.breaches, debrief.scorecard.passed) == ((1,), False)
    assert debrief.turns[0].name == "breach"
    assert debrief.turns[0].accuracy == 0.0


def test_curve_has_a_point_for_the_start_and_one_for_each_turn(small: Program, solutions: Solutions) -> None:
    """Each is what the talk is worth from there on, less the half point of every turn already played."""
    debrief = debriefed(small, solutions, *["rapport.chat"] * 6)
    solver = Solver(small)
    valued = solver.solve()[0].valued
    for played, (point, turn) in enumerate(zip(debrief.values, debrief.turns, strict=False)):
        assert point == pytest.approx(solver.value(valued, turn.step.before, 6 - played) - 0.5 * played)
    assert (debrief.ending, len(debrief.values)) == ("timeout", 7)
    assert debrief.values[-1] == pytest.approx(70 * 0.1 + 20 * 0.7 + 10 * 0.8 - 0.5 * 6)


def test_discovery_is_what_the_talk_brought_out(small: Program, solutions: Solutions) -> None:
    """Learned is what was hidden at the start and is not at the end; missed is what lawful play could have learned."""
    seed = next(s for s in range(20) if _learns(small, s))
    debriefer = Debriefer(small, solutions)
    found = debriefer.debrief(Play("a", moves("ask.plain", "probe.cause", "end.leave"), seed, {}))
    assert (found.learned, found.missed) == (("owner",), ())
    missed = debriefer.debrief(Play("a", moves(*LEFT), seed, {}))
    assert (missed.learned, missed.missed) == ((), ("owner",))
    assert found.scorecard is not None
    assert missed.scorecard is not None
    assert (found.scorecard.mark("discovery").points, missed.scorecard.mark("discovery").points) == (100.0, 0.0)


def _learns(small: Program, seed: int) -> bool:
    debtor = Debtor(small, seed)
    debtor.step(Move("ask.plain"))
    debtor.step(Move("probe.cause"))
    return debtor.position["owner"] == "known"


def test_what_the_preparation_gave_is_not_learned(small: Program, solutions: Solutions) -> None:
    """A point known from the file was not hidden at the attempt's start: neither learned nor learnable."""
    debrief = debriefed(small, solutions, *PAID, prepared=True)
    assert "supply" not in debrief.learned
    assert "supply" not in debrief.transcript.learnable
    plain = debriefed(small, solutions, *LEFT)
    assert plain.transcript.learnable == {"owner"}
    told = Debriefer(small, solutions).debrief(Play("a", moves(*LEFT), 1, {"owner": "known"}))
    assert (told.transcript.learnable, told.missed) == (frozenset(), ())
    assert told.scorecard is not None
    assert told.scorecard.mark("discovery").points is None


def test_turn_says_what_was_still_hidden_then(small: Program, solutions: Solutions) -> None:
    """Hidden is as of before the move."""
    seed = next(s for s in range(20) if _learns(small, s))
    play_ = Play("a", moves("ask.plain", "probe.cause", "end.leave"), seed, {})
    hidden = [turn.hidden for turn in Debriefer(small, solutions).debrief(play_).turns]
    assert hidden == [("supply", "owner"), ("supply", "owner"), ("supply",)]


def test_unscored_play_has_review_but_no_marks(small: Program, solutions: Solutions) -> None:
    """Trying again is for learning: the losses are there, the scorecard and the evidence are not."""
    debrief = debriefed(small, solutions, *LEFT, scored=False)
    assert (debrief.scorecard, debrief.observations) == (None, ())
    assert len(debrief.turns) == 2


def test_first_try_on_another_way_is_reviewed_where_it_was_made(small: Program, solutions: Solutions) -> None:
    """A first try counts with the loss that it had after the moves that led to it then."""
    tries = {
        1: FirstTry(1, (), Move("rapport.chat"), False),
        2: FirstTry(2, moves("rapport.chat"), Move("red.threat"), False),
        3: FirstTry(3, moves("ask.plain", "rapport.chat"), Move("end.leave"), True),
    }
    debrief = debriefed(small, solutions, "ask.plain", "rapport.chat", "end.leave", first_tries=tries)
    assert {turn: str(one.step.move) for turn, one in debrief.first_tries.items()} == {
        1: "rapport.chat",
        2: "red.threat",
    }
    assert debrief.first_tries[2].step.before == debriefed(small, solutions, *LEFT).turns[1].step.before
    assert [(turn.move, turn.hinted) for turn in debrief.transcript.turns] == [
        ("rapport.chat", False),
        ("red.threat", False),
        ("end.leave", True),
    ]
    assert debrief.scorecard is not None
    assert debrief.scorecard.breaches == (2,), "a forbidden act is not undone by taking it back"


def test_pass_mark_of_an_assignment_decides(small: Program, solutions: Solutions) -> None:
    """The total is the same; whether it passes is the assignment's."""
    debriefer = Debriefer(small, solutions)
    play_ = Play("a", moves(*PAID), 1, given_by(small.scenario, RIGHT))
    cards = [debriefer.debrief(play_, mark).scorecard for mark in (None, 0.0, 101.0)]
    assert all(card is not None for card in cards)
    assert [card.passed for card in cards if card] == [True, True, False]
    assert len({card.total for card in cards if card}) == 1


def test_moves_that_do_not_fit_name_their_turn(small: Program, solutions: Solutions) -> None:
    """A record and a scenario that disagree are not reviewed as if they agreed."""
    with pytest.raises(ReplayMismatch, match="turn 2"):
        debriefed(small, solutions, "rapport.chat", "press.hold:supply", "end.leave")


def test_debrief_of_an_attempt_uses_the_rubric_it_is_pinned_to(desk: Desk, small: Program) -> None:
    """The scorecard names it."""
    rehearsal = start(desk, small)
    play(rehearsal, LEFT)
    card = rehearsal.debrief().scorecard
    assert card is not None
    assert card.rubric == rehearsal.state.started.rubric == RUBRIC_1.version
