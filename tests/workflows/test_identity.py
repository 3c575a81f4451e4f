"""The identity V(start) + Σ (Q(move) − V(position)) + Σ luck = worth, on every stored attempt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from shelf import WORKED, Solved

from simulator.engine.bots import random_play, trainee
from simulator.engine.machine import Step
from simulator.engine.review import Reviewer
from simulator.workflows.debriefing import Debriefer, Play
from simulator.workflows.solutions import Solutions

ATTEMPTS = 10_000  # over all shipped scenarios, as the issue asks
REVIEWED = 240  # of them also move by move through the reviewer, which values each position anew
EXACT = 1e-9


def random_attempts(known: Solved, count: int) -> Iterator[tuple[Step, ...]]:
    """Random talks of three kinds in turn: any move at all, any lawful move, and a middling trainee who gets far."""
    middling = trainee(known.solver, 0.4)
    for seed in range(count):
        kind = seed % 3
        yield known.rehearsals.play(middling if kind == 2 else random_play, seed, lawful=kind != 0)


def worth_by_hand(known: Solved, steps: Sequence[Step]) -> float:
    """The worth of a finished talk, worked out from its last position as the language has it."""
    weights, position = known.scenario.worth, known.program.position(steps[-1].after)
    ending = known.scenario.endings[str(steps[-1].ending)]
    return (
        weights.recovers * (ending.recovers or 0.0)
        + weights.trust * int(position["trust"]) / 10
        + weights.calm * (1 - int(position["hostility"]) / 10)
        + (weights.breach if position["conduct"] == "breached" else 0.0)
        + weights.turn * len(steps)
    )


def drew(step: Step) -> bool:
    """Whether chance had a say in a turn."""
    return any(fired is not None and fired.rule.chance for fired in (step.reaction, step.initiative))


@pytest.mark.parametrize("name", WORKED)
def test_identity_holds_on_10000_random_attempts(name: str, solved: Callable[[str], Solved]) -> None:
    """Start, gains and luck make up the worth to the last digit, each turn goes on where the one before ended, and
    where nothing was drawn there is no luck."""
    known = solved(name)
    turns, cost = known.scenario.turns, known.scenario.worth.turn
    count = -(-ATTEMPTS // len(WORKED))
    lengths = set[int]()
    for steps in random_attempts(known, count):
        worth_of_talk = worth_by_hand(known, steps)
        total = known.solver.value(known.solution.valued, known.program.start(), turns)
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            left = turns - step.turn
            value = known.solver.value(known.solution.valued, step.before, left + 1)
            worth = known.rehearsals.value(step)
            if following is None:
                after = worth_of_talk - cost * len(steps)
            else:
                assert following.before == step.after
                after = known.solver.value(known.solution.valued, step.after, left)
            luck = after + cost - worth
            assert drew(step) or abs(luck) < EXACT, (step.turn, str(step.move), luck)
            total += (worth - value) + luck
        lengths.add(len(steps))
        assert total == pytest.approx(worth_of_talk, abs=EXACT)
    assert max(lengths) == turns, "no attempt ran to the last turn"
    assert min(lengths) == 1


@pytest.mark.parametrize("name", WORKED)
def test_reviewer_says_what_the_graph_says(name: str, solved: Callable[[str], Solved]) -> None:
    """The reviewer, which sees one turn at a time, finds the same values, losses and luck, and keeps the identity."""
    known = solved(name)
    reviewer = Reviewer(known.solver, known.solution.valued)
    cost = known.scenario.worth.turn
    for steps in random_attempts(known, REVIEWED // len(WORKED)):
        turns = [reviewer.review(step) for step in steps]
        for turn in turns:
            values = known.rehearsals.values(turn.step.before, turn.turns_left)
            best = float(values[: known.program.lawful].max())
            assert turn.worth == pytest.approx(known.rehearsals.value(turn.step), abs=EXACT)
            assert turn.loss == pytest.approx(best - turn.worth, abs=0.0005 + EXACT)
            assert turn.loss == round(turn.loss, 3)
            assert drew(turn.step) or abs(turn.luck) < EXACT
        total = turns[0].value + sum(turn.worth - turn.value + turn.luck for turn in turns)
        assert total == pytest.approx(worth_by_hand(known, steps), abs=EXACT)
        assert turns[-1].value_after + cost * len(turns) == pytest.approx(worth_by_hand(known, steps), abs=EXACT)


@pytest.mark.parametrize("name", WORKED)
def test_identity_holds_in_the_debrief(name: str, solved: Callable[[str], Solved], solutions: Solutions) -> None:
    """What the debrief shows adds up: the curve begins at V(start), ends at the worth, and moves by gain and luck."""
    known = solved(name)
    debriefer = Debriefer(known.program, solutions)
    for seed, steps in enumerate(random_attempts(known, 12)):
        debrief = debriefer.debrief(Play("a", tuple(step.move for step in steps), seed, {}))
        assert debrief.worth == pytest.approx(worth_by_hand(known, steps), abs=EXACT)
        assert debrief.values[0] == pytest.approx(known.solution.typical, abs=EXACT)
        assert debrief.values[-1] == pytest.approx(debrief.worth, abs=EXACT)
        for turn, before, after in zip(debrief.turns, debrief.values[:-1], debrief.values[1:], strict=True):
            assert after - before == pytest.approx(turn.worth - turn.value + turn.luck, abs=EXACT)
