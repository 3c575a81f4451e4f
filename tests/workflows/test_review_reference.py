"""What a review says, against the language worked out a second time from the design pages alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest
from engine.batch import facts
from engine.reference import Act, Reference
from engine.strategies import scenarios
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.rubric import RUBRIC_1
from simulator.engine.machine import Debtor, Step
from simulator.engine.program import Program
from simulator.engine.review import ReviewedTurn, Reviewer
from simulator.engine.solve import Solver
from simulator.model.position import LOST
from simulator.model.scenario import Scenario

EXACT = 1e-9


def any_talk(program: Program, seed: int, given_facts: dict[str, object] | None = None) -> tuple[Step, ...]:
    """A talk of moves chosen at random, forbidden ones and turns that are lost too, to its end."""
    chance, debtor, steps = random.Random(seed), Debtor(program, seed, given_facts), []
    while debtor.ending is None:
        steps.append(debtor.step(LOST if chance.random() < 0.15 else chance.choice(debtor.legal()).move))
    return tuple(steps)


def agree(reference: Reference, program: Program, reviewer: Reviewer, steps: Sequence[Step]) -> None:
    """The reviewed turns have the reference's values, losses and names."""
    for step in steps:
        turn = reviewer.review(step)
        before = facts(program, step.before)
        left = program.scenario.turns - step.turn + 1
        worths = {act: reference.q(before, act, left, "typical") for act in reference.legal(before)}
        assert {str(choice.move): choice.value for choice in turn.choices} == {
            str(act): pytest.approx(worth, abs=EXACT) for act, worth in worths.items()
        }
        best = max(worths[act] for act in reference.lawful(before))
        if step.move == LOST:
            played = float(reference.scenario.worth.turn) + reference.value(before, left - 1, "typical")
        else:
            played = worths[Act(step.move.tactic, step.move.card)]
        assert turn.value == pytest.approx(reference.value(before, left, "typical"), abs=EXACT)
        assert turn.loss == pytest.approx(best - played, abs=0.0005 + EXACT)
        assert turn.luck == pytest.approx(reference_after(reference, program, step, left) - played, abs=EXACT)
        assert turn.name == named(step, best - played, reference)
        agree_on_better(reference, turn, {act: best - worth for act, worth in worths.items()})


def reference_after(reference: Reference, program: Program, step: Step, left: int) -> float:
    """What the turn led to in the reference, its own cost counted."""
    cost = float(reference.scenario.worth.turn)
    after = facts(program, step.after)
    if step.ending is None:
        return cost + reference.value(after, left - 1, "typical")
    weights, ending = reference.scenario.worth, reference.scenario.endings[step.ending]
    breached = weights.breach if after["conduct"] == "breached" else 0.0
    return float(
        cost
        + weights.recovers * ending.recovers
        + weights.trust * after["trust"] / 10
        + weights.calm * (1 - after["hostility"] / 10)
        + breached
    )


def named(step: Step, loss: float, reference: Reference) -> Any:
    """The name of a move of this loss, read off the page; any name of the two beside a threshold it lies on."""
    if step.move.tactic in reference.forbidden:
        return "breach"
    rounded = round(loss, 3)
    for name, below in (("best", 0.5005), ("good", 2.5), ("inaccuracy", 6.0), ("mistake", 14.0)):
        if rounded < below or (name == "inaccuracy" and step.move.family == "probe"):
            return name
    return "blunder"


def agree_on_better(reference: Reference, turn: ReviewedTurn, losses: dict[Act, float]) -> None:
    """The better moves are the three lawful moves of least loss, in order."""
    lawful = sorted(round(loss, 3) for act, loss in losses.items() if act.tactic not in reference.forbidden)
    assert [better.loss for better in turn.better] == pytest.approx(lawful[:3], abs=0.001)
    for better in turn.better:
        assert better.move.tactic not in reference.forbidden
        assert losses[Act(better.move.tactic, better.move.card)] == pytest.approx(better.loss, abs=0.0005 + EXACT)


@pytest.mark.parametrize("given_facts", [{}, {"slip": "held"}, {"slip": "held", "supply": "known", "trust": 6}])
def test_review_agrees_with_the_reference_on_the_small_debt(small: Program, given_facts: dict[str, object]) -> None:
    """Values, losses, luck, names and better moves of random talks, from plain and prepared starts."""
    reference = Reference(small.scenario)
    solver = Solver(small)
    solution, _graph = solver.solve(small.start(given_facts))
    reviewer = Reviewer(solver, solution.valued)
    for seed in range(40):
        agree(reference, small, reviewer, any_talk(small, seed, given_facts))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(scenarios(), st.integers(0, 1_000))
def test_review_agrees_with_the_reference_on_generated_scenarios(scenario: Scenario, seed: int) -> None:
    """The same on scenarios that nobody wrote."""
    program, reference = Program(scenario), Reference(scenario)
    solver = Solver(program)
    solution, _graph = solver.solve()
    agree(reference, program, Reviewer(solver, solution.valued), any_talk(program, seed))


def test_review_names_hidden_only_where_the_better_move_works_by_it(small: Program) -> None:
    """“With the file closed you could not know this” stands where the answer to the better move reads or changes what
    was still hidden, and nowhere else."""
    solver = Solver(small)
    solution, _graph = solver.solve()
    reviewer = Reviewer(solver, solution.valued)
    debtor = Debtor(small, 1)
    step = debtor.step(next(one.move for one in debtor.legal() if one.move.tactic == "ask.plain"))
    choices = reviewer.choices(step.after, 5)
    by_tactic = {better.move.tactic: better for better in reviewer.best_moves(step.after, choices, most=len(choices))}
    assert by_tactic["probe.cause"].hidden, "asking why brings out the owner, who was hidden"
    assert not by_tactic["rapport.chat"].hidden
    why = by_tactic["probe.cause"].why
    assert why is not None
    assert why.en == "It brings out the owner."


def test_evidence_of_a_turn_is_what_the_typical_player_would_do(small: Program) -> None:
    """The chance of a good or better move is the share of typical play on moves that lose less than 2.5, and every
    lawful move is an option with its own objectives: those of the tactic and of the excuse it is aimed at."""
    reference = Reference(small.scenario)
    solver = Solver(small)
    solution, _graph = solver.solve()
    reviewer = Reviewer(solver, solution.valued)
    steps = any_talk(small, 4)
    for step in steps:
        turn = reviewer.evidence(reviewer.review(step), hinted=False)
        before, left = facts(small, step.before), small.scenario.turns - step.turn + 1
        worths = {str(act): reference.q(before, act, left, "typical") for act in reference.lawful(before)}
        assert [option.move for option in turn.options] == list(worths)
        assert turn.chance_of_good == pytest.approx(good_share(list(worths.values())), abs=1e-9)
        for option in turn.options:
            shows = {"close.deal": {"small/talk.close"}, "firm.check:no-slip": {"small/talk.check"}}
            wanted = shows.get(option.move) or shows.get(option.move.split(":")[0])
            if wanted:
                assert option.objectives == wanted
        assert (turn.number, turn.move, turn.hinted) == (step.turn, str(step.move), False)


def good_share(worths: list[float]) -> float:
    """The share of (1 − ε)·softmax(Q/τ) + ε·uniform on moves within 2.5 of the best."""
    import math

    top, tau, epsilon = max(worths), RUBRIC_1.temperature, RUBRIC_1.lapses
    odds = [math.exp((worth - top) / tau) for worth in worths]
    shares = [(1 - epsilon) * odd / sum(odds) + epsilon / len(odds) for odd in odds]
    return sum(share for share, worth in zip(shares, worths, strict=True) if round(top - worth, 3) < 2.5)
