from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest
from engine.batch import End, column, facts, likeliest, reference_key
from engine.reference import Act, Facts, Reference
from engine.small import CHAT, NOD, shipped, tiny
from engine.strategies import scenarios
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shelf import WORKED

from simulator.engine.machine import Debtor
from simulator.engine.program import Program
from simulator.engine.solve import SAME, Solution, Solver, best_play, first_of_best
from simulator.model.position import Move
from simulator.model.scenario import Scenario

CLOSE = 1e-9
MOST = 400  # positions; the reference takes about half a millisecond for each


def small_enough(scenario: Scenario) -> Reference:
    """The reference of a scenario; gives up on one that it would take long for."""
    reference = Reference(scenario)
    try:
        reference.positions(MOST)
    except OverflowError:
        assume(False)
    return reference


def assert_line_agrees(found: tuple[Move, ...], reference: Reference, play: str) -> None:
    """The line equals the reference's as far as that one is beyond doubt."""
    expected, acts = list(reference.line(play)), [Act(*move) for move in found]
    if expected[-1] is None:
        sure = expected[:-1]
        assert acts[: len(sure)] == sure
    else:
        assert acts == expected


@given(scenario=scenarios())
@settings(max_examples=200, deadline=None)
def test_solution_agrees_with_the_reference(scenario: Scenario) -> None:
    """Positions, best, typical and floor of generated scenarios are the reference's to 1e-9, and both lines are its
    lines wherever one move and one outcome is beyond doubt."""
    reference = small_enough(scenario)
    solution, _graph = Solver(Program(scenario)).solve()
    assert solution.positions == len(reference.positions())
    assert solution.best == pytest.approx(reference.solve("best"), abs=CLOSE)
    assert solution.typical == pytest.approx(reference.solve("typical"), abs=CLOSE)
    assert solution.floor == pytest.approx(reference.solve("floor"), abs=CLOSE)
    assert_line_agrees(solution.line, reference, "best")
    assert_line_agrees(solution.sound, reference, "typical")


@given(scenario=scenarios())
@settings(max_examples=40, deadline=None)
def test_position_loses_nothing_that_matters(scenario: Scenario) -> None:
    """The engine, which keeps only what can matter later, finds the values of a reference that keeps all facts."""
    reference = Reference(scenario, reduced=False)
    try:
        reference.positions(MOST)
    except OverflowError:
        assume(False)
    solution, _graph = Solver(Program(scenario)).solve()
    for found, play in ((solution.best, "best"), (solution.typical, "typical"), (solution.floor, "floor")):
        assert found == pytest.approx(reference.solve(play), abs=CLOSE)


@given(scenario=scenarios())
@settings(max_examples=40, deadline=None)
def test_best_play_with_forbidden_acts_agrees_with_the_reference(scenario: Scenario) -> None:
    """With forbidden acts allowed best play is the reference's, and never worth less than without."""
    reference = small_enough(scenario)
    solver = Solver(Program(scenario))
    solution, graph = solver.solve()
    free = float(solver.sweep(graph, best_play, lawful_only=False)[-1][0])
    assert free == pytest.approx(reference.solve("free"), abs=CLOSE)
    assert free >= solution.best - CLOSE


@given(scenario=scenarios())
@settings(max_examples=40, deadline=None)
def test_value_of_every_position_agrees_with_the_reference(scenario: Scenario) -> None:
    """The typical value of every position with every number of turns left that it can be met with, not of the start
    alone; the floor is nowhere above best play, nor typical play."""
    reference, program = small_enough(scenario), Program(scenario)
    solution, graph = Solver(program).solve()
    best = Solver(program).sweep(graph, best_play)
    known = reference.positions()
    names = [reference_key(reference, program, graph.space.codes(int(key))) for key in graph.keys]
    for left, values in enumerate(solution.valued.values):
        assert len(values) == graph.first_after(scenario.turns - left)
        for number, value in enumerate(values):
            there = known[names[number]]
            assert value == pytest.approx(reference.value(there, left, "typical"), abs=CLOSE)
            assert best[left][number] == pytest.approx(reference.value(there, left, "best"), abs=CLOSE)
            assert value <= best[left][number] + CLOSE


@given(scenario=scenarios(), data=st.data())
@settings(max_examples=40, deadline=None)
def test_solution_from_a_prepared_start_agrees_with_the_reference(scenario: Scenario, data: st.DataObject) -> None:
    """From a start at which the preparation gave facts, positions and values are the reference's from there."""
    program = Program(scenario)
    fact = data.draw(st.sampled_from([fact for fact in program.facts if fact.kind not in ("stage", "last", "conduct")]))
    given_facts = {fact.name: data.draw(st.sampled_from(fact.values))}
    reference = _Prepared(scenario, given_facts)
    if fact.kind == "document" and not fact.tracked:
        assume(given_facts[fact.name] != "missing")  # preparation finds documents, it never loses one
    try:
        positions = len(reference.positions(MOST))
    except OverflowError:
        assume(False)
    solution, _graph = Solver(program).solve(program.start(given_facts))
    assert solution.positions == positions
    assert solution.typical == pytest.approx(reference.solve("typical"), abs=CLOSE)


class _Prepared(Reference):
    """The reference from another start."""

    def __init__(self, scenario: Scenario, facts: Facts) -> None:
        self._facts = facts
        super().__init__(scenario)

    def start(self, **given: Any) -> Facts:
        return super().start(**self._facts, **given)


@given(scenario=scenarios())
@settings(max_examples=40, deadline=None)
def test_learnable_is_what_lawful_play_can_learn(scenario: Scenario) -> None:
    """The secrets and points hidden at the start that some lawful turn, reached by lawful turns, makes known."""
    reference = small_enough(scenario)
    solution, _graph = Solver(Program(scenario)).solve()
    hidden = {card: reference.start()[card] for card, kind in reference.kind.items() if kind in ("secret", "point")}
    hidden = {card: status for card, status in hidden.items() if status == "hidden"}
    assert set(solution.learnable) == {card for card in hidden if _learned(reference, card)}


def _learned(reference: Reference, card: str) -> bool:
    """Whether some lawful reaction, habit or initiative sets the card to anything but hidden, within the turns."""
    level, seen = [reference.start()], set[Any]()
    for _turn in range(reference.scenario.turns):
        following = []
        for before in level:
            for act in reference.lawful(before):
                for way in reference.turns(before)[act]:
                    if _names(reference, before, act, way, card):
                        return True
                    if way.ending is None and reference.key(way.facts) not in seen:
                        seen.add(reference.key(way.facts))
                        following.append(way.facts)
        level = following
    return False


def _names(reference: Reference, before: Facts, act: Act, way: Any, card: str) -> bool:
    """Whether something that happened in the turn says that the card is no longer hidden."""
    blank = {**before, card: "hidden"}
    outcome = way.reaction[1]
    thens: list[tuple[Any, Act | None]] = [(outcome.then, act)]
    thens += [(one.then, act) for one in reference.scenario.habits if reference._matches(one, before, act)]
    thens += [(way.initiative[1].then, None)] if way.initiative else []
    return any(reference._after(then, blank, by)[card] != "hidden" for then, by in thens)


# One position


def typical_value(lawful: Any) -> float:
    """What typical play makes of the values of the lawful moves: ε = 0.3, τ = 1."""
    odds = np.exp(lawful - lawful.max())
    return float(((0.7 * odds / odds.sum() + 0.3 / len(odds)) * lawful).sum())


@given(scenario=scenarios(), choices=st.lists(st.integers(0, 10**6), max_size=4), seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_choices_of_a_position_agree_with_the_reference(scenario: Scenario, choices: list[int], seed: int) -> None:
    """Along a random play the moves offered and what each is worth under typical play are the reference's; the lawful
    ones first; and the position's value is what typical play makes of them."""
    reference, program = small_enough(scenario), Program(scenario)
    solver = Solver(program)
    solution, _graph = solver.solve()
    debtor = Debtor(program, seed)
    for choice in [*choices, 0]:
        if debtor.ending:
            break
        left, there = scenario.turns - debtor.turn, facts(program, debtor.codes)
        offered = solver.choices(solution.valued, debtor.codes, left)
        assert {one.move: one.value for one in offered} == pytest.approx(
            {act: reference.q(there, act, left, "typical") for act in reference.legal(there)}, abs=CLOSE
        )
        lawful = [one.value for one in offered if one.move.tactic not in reference.forbidden]
        assert [one.value for one in offered[: len(lawful)]] == lawful
        typical = typical_value(np.array(lawful))
        value = solver.value(solution.valued, debtor.codes, left)
        assert value == pytest.approx(typical, abs=CLOSE)
        debtor.step(offered[choice % len(offered)].move)


@pytest.mark.parametrize("name", WORKED)
def test_choices_of_a_shipped_scenario_make_up_its_values(name: str) -> None:
    """In random plays of every shipped scenario each move's value, worked out from that position alone, is the graph's;
    the position's is what typical play makes of those of the lawful moves; the start's is the solution's."""
    program = shipped(name)
    solver = Solver(program)
    solution, graph = solver.solve()
    turns = program.scenario.turns
    assert solver.value(solution.valued, program.start(), turns) == solution.typical
    assert solution.floor < solution.typical < solution.best
    for seed in range(5):
        chance, debtor = random.Random(seed), Debtor(program, seed)
        while not debtor.ending:
            left = turns - debtor.turn
            offered = solver.choices(solution.valued, debtor.codes, left)
            assert [one.move for one in offered] == [one.move for one in debtor.legal()]
            number = solution.valued.number(solver.explorer.space.key(debtor.codes))
            every = graph.tail(left, solution.valued.values[left - 1][: graph.first_after(debtor.turn + 1)])
            found = every[column(graph, number)] + program.scenario.worth.turn
            assert [one.value for one in offered] == pytest.approx(found[found > -np.inf].tolist(), abs=CLOSE)
            lawful = np.array([one.value for one in offered if not program.by_move[one.move].tactic.forbidden])
            value = solver.value(solution.valued, debtor.codes, left)
            assert value == pytest.approx(typical_value(lawful), abs=CLOSE)
            debtor.step(chance.choice(offered).move)


@pytest.mark.parametrize("name", WORKED)
def test_line_of_a_shipped_scenario_is_nowhere_beaten(name: str) -> None:
    """Along the likeliest outcomes no lawful move is worth more than that of the line under best play, nor than that of
    the sound line under typical play, and the line's moves are worth what their positions are."""
    program = shipped(name)
    solver = Solver(program)
    solution, graph = solver.solve()
    rows = {compiled.move: row for row, compiled in enumerate(program.moves)}
    for line, values in ((solution.line, solver.sweep(graph, best_play)), (solution.sound, solution.valued.values)):
        number, left = 0, program.scenario.turns
        for move in line:
            every = graph.tail(left, values[left - 1][: graph.first_after(program.scenario.turns - left + 1)])
            targets = column(graph, number)
            worth = every[targets[: program.lawful]] + program.scenario.worth.turn
            assert worth[rows[move]] == worth.max()
            if line is solution.line:
                assert worth.max() == pytest.approx(values[left][number], abs=CLOSE)
            there = likeliest(graph, int(targets[rows[move]]))
            left -= 1
            if isinstance(there, End):
                break
            number = there
        assert program.scenario.turns - left == len(line)


def test_value_of_a_position_never_met_is_an_error() -> None:
    """Looking up a position that the start does not reach raises KeyError, never another's value."""
    program = Program(tiny("talk.chat", rules=[{"tactic": "talk.chat", "then": {"trust": 2}}]))  # 0, 2, 4, 6
    solver = Solver(program)
    solution, _graph = solver.solve()
    for trust in (1, 5, 10):
        with pytest.raises(KeyError):
            solver.value(solution.valued, program.start({"trust": trust}), 3)


# Worth and values by hand


def solved(scenario: Scenario) -> Solution:
    return Solver(Program(scenario)).solve()[0]


def test_worth_of_a_talk_by_hand() -> None:
    """One turn of chat ends in a deal that recovers 0.9 and costs 2 of trust, at trust 5 + 1 and hostility 3:
    70 × 0.9 + 20 × 4/10 + 10 × (1 − 3/10) − 0.5 = 77.5. It is the only move, so best, typical and floor are alike."""
    scenario = tiny(
        "talk.chat",
        meters={"trust": 5, "hostility": 3},
        endings={"deal": {"recovers": 0.9, "then": {"trust": -2}}},
        rules=[{"tactic": "talk.chat", "then": {"trust": 1}, "end": "deal"}],
    )
    solution = solved(scenario)
    assert (solution.best, solution.typical, solution.floor) == pytest.approx((77.5, 77.5, 77.5))
    assert (solution.line, solution.sound, solution.positions) == ((CHAT,), (CHAT,), 1)


def test_worth_counts_every_turn_and_the_last_ones_timeout() -> None:
    """Three turns of nothing end in timeout: 70 × 0.1 + 0 + 10 − 3 × 0.5 = 15.5."""
    assert solved(tiny("talk.chat")).best == pytest.approx(15.5)


def test_worth_weights_are_the_scenarios_over_the_standards() -> None:
    """A scenario may override any weight alone: here the turn's, so 70 × 0.1 + 10 − 3 × 2 = 11."""
    scenario = tiny("talk.chat", standard={"worth": {"turn": -1, "calm": 10}}, worth={"turn": -2})
    assert solved(scenario).best == pytest.approx(11)


def test_typical_play_by_hand() -> None:
    """One turn; chat is worth 10 + 7 − 0.5 = 16.5 by timeout, a nod 20 × 1/10 = 2 points more. With ε = 0.3 and τ = 1:
    π(nod) = 0.7·e²/(e² + 1) + 0.15, the value is 16.5 + 2·π(nod); the floor is 17.5 and best 18.5. The threat, which
    would be worth most, is in none of them."""
    scenario = tiny(
        "talk.chat",
        "talk.nod",
        "red.threat",
        turns=1,
        worth={"breach": 60},
        rules=[{"tactic": "talk.nod", "then": {"trust": 1}}],
    )
    solution = solved(scenario)
    share = 0.7 * math.exp(2) / (math.exp(2) + 1) + 0.15
    assert solution.typical == pytest.approx(16.5 + 2 * share, abs=CLOSE)
    assert (solution.floor, solution.best) == pytest.approx((17.5, 18.5))
    assert solution.line == (NOD,)
    solver = Solver(Program(scenario))
    valued, graph = solver.solve()
    assert solver.sweep(graph, best_play, lawful_only=False)[-1][0] == pytest.approx(76.5)
    threat = solver.choices(valued.valued, Program(scenario).start(), 1)[-1]
    assert str(threat.move) == "red.threat"
    assert threat.value == pytest.approx(76.5)


def test_expected_worth_by_hand() -> None:
    """A chance of 3 to 1 for a deal (recovers 1: 70 + 10 = 80) over timeout (7 + 10 = 17): ¾ × 80 + ¼ × 17 − 0.5 =
    63.75 in the one turn that there is."""
    chance = [{"weight": 3, "end": "deal"}, {"weight": 1}]
    rules = [{"tactic": "talk.chat", "chance": chance}]
    solution = solved(tiny("talk.chat", turns=1, endings={"deal": {"recovers": 1}}, rules=rules))
    assert solution.best == pytest.approx(63.75)


def test_line_follows_the_likeliest_outcome() -> None:
    """Chat brings trust 9 with weight 2, and pressure with weight 3 from which only a nod makes a deal: the line is
    chat, then, with the likelier outcome, nod."""
    scenario = tiny(
        "talk.chat",
        "talk.nod",
        turns=2,
        endings={"deal": {"recovers": 1}},
        rules=[
            {"tactic": "talk.nod", "when": {"pressure": "= 5"}, "end": "deal"},
            {
                "tactic": "talk.chat",
                "when": {"pressure": "= 0"},
                "chance": [{"weight": 2, "then": {"trust": 9}}, {"weight": 3, "then": {"pressure": 5}}],
            },
        ],
    )
    assert solved(scenario).line == (CHAT, NOD)


def test_line_takes_the_first_of_moves_that_differ_in_the_last_bit_alone() -> None:
    """Chat and a nod draw the same endings, listed in reverse: both are worth 62.1, and the sums differ by rounding,
    to the nod's favour. Both lines begin with chat, which the catalogue has first."""
    endings = {"one": {"recovers": 0.76}, "two": {"recovers": 0.94}, "three": {"recovers": 0.55}}
    draws = [{"weight": weight, "end": end} for weight, end in zip((6, 4, 4), endings, strict=True)]
    rules = [{"tactic": "talk.chat", "chance": draws}, {"tactic": "talk.nod", "chance": draws[::-1]}]
    program = Program(tiny("talk.chat", "talk.nod", turns=1, endings=endings, rules=rules))
    solver = Solver(program)
    solution, _graph = solver.solve()
    chat, nod = (choice.value for choice in solver.choices(solution.valued, program.start(), 1))
    assert chat < nod < chat + SAME
    assert (solution.line, solution.sound) == ((CHAT,), (CHAT,))


def test_first_of_best_is_no_worse_move() -> None:
    """What is worse by more than rounding is never taken, wherever it stands; moves that are not open neither."""
    values = np.array([[-np.inf, 1.0], [2.0 - 2e-9, 1.0 + 1e-10], [2.0, 0.5]])
    assert first_of_best(values).tolist() == [2, 0]
