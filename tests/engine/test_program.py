from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from engine.batch import facts
from engine.reference import Act, Reference
from engine.small import TACTICS, shipped, tiny
from engine.strategies import resolved, scenarios
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import WORKED

from simulator.engine.explore import Explorer
from simulator.engine.machine import Debtor
from simulator.engine.program import Program
from simulator.model.position import Move
from simulator.model.scenario import Scenario

Answers = dict[int | str, Any]  # what is written, with a function that says what it means

# Every effect on a meter that the language can write, with what it makes of a value.
PLAIN: Answers = {step: (lambda value, step=step: min(max(value + step, 0), 10)) for step in range(-10, 11)}
CAPPED: Answers = {
    f"+{step} up to {cap}": (lambda value, step=step, cap=cap: value if value >= cap else min(value + step, cap))
    for step in range(11)
    for cap in range(11)
}
FLOORED: Answers = {
    f"-{step} down to {low}": (lambda value, step=step, low=low: value if value <= low else max(value - step, low))
    for step in range(11)
    for low in range(11)
}
SET: Answers = {f"= {to}": (lambda value, to=to: to) for to in range(11)}
EFFECTS: Answers = {**PLAIN, **CAPPED, **FLOORED, **SET}
GUARDS: Answers = {
    **{f">= {bound}": (lambda value, bound=bound: value >= bound) for bound in range(11)},
    **{f"<= {bound}": (lambda value, bound=bound: value <= bound) for bound in range(11)},
    **{f"> {bound}": (lambda value, bound=bound: value > bound) for bound in range(11)},
    **{f"< {bound}": (lambda value, bound=bound: value < bound) for bound in range(11)},
    **{f"= {bound}": (lambda value, bound=bound: value == bound) for bound in range(11)},
    **{f"{a}..{b}": (lambda value, a=a, b=b: a <= value <= b) for a in range(11) for b in range(a, 11)},
}


def many(rules: list[dict[str, Any]]) -> Program:
    """A program in which the move ``try.n0`` is answered by the first rule, ``try.n1`` by the second…"""
    named = [{"tactic": f"try.n{index}", **rule} for index, rule in enumerate(rules)]
    files = {
        "scenario": {"scenario": "many", "turns": 1, "rules": named},
        "persona": None,
        "standard": {
            "stages": ["guarded"],
            "endings": {"timeout": {"recovers": 0}, "done": {"recovers": 1}},
            "rules": [{"tactic": "*"}],
        },
        "catalogue": {"tactics": [{"id": rule["tactic"]} for rule in named]},
    }
    return Program(resolved(files))


@cache
def effects_on(meter: str) -> Program:
    """Every effect, one a move, and a guard that reads the meter."""
    return many([{"then": {meter: effect}} for effect in EFFECTS] + [{"when": {meter: ">= 0"}}])


@cache
def guards_on_trust() -> Program:
    """Every guard, one a move, then the negation of each."""
    texts = [*GUARDS, *(f"not {guard}" for guard in GUARDS)]
    return many([{"when": {"trust": text}, "end": "done"} for text in texts])


@pytest.mark.parametrize("meter", ["trust", "hostility", "pressure"])
@pytest.mark.parametrize("value", range(11))
def test_effect_on_a_meter_saturates_and_keeps_its_cap(meter: str, value: int) -> None:
    """Every effect that can be written, from every value, alive and in the batch: +n and −n stop at 0 and 10, “up to”
    never passes its cap and never lowers, “down to” never passes its floor and never raises, “=” sets."""
    program = effects_on(meter)
    start = program.start({meter: value})
    graph, targets = Explorer(program).step(start)
    fact, debtor = program.index[meter], Debtor(program, 0)
    for index, (effect, expected) in enumerate(EFFECTS.items()):
        debtor.place(start, 0)
        debtor.step(Move(f"try.n{index}"))
        assert debtor.codes[fact] == expected(value), effect
        assert graph.space.codes(int(targets[index]))[fact] == expected(value), effect


@pytest.mark.parametrize("value", range(11))
def test_guard_on_a_meter_holds_where_it_says(value: int) -> None:
    """Every condition on a meter that can be written, at every value, alive and in the batch, and its negation."""
    program = guards_on_trust()
    start = program.start({"trust": value})
    _graph, targets = Explorer(program).step(start)
    debtor = Debtor(program, 0)
    for index, (guard, holds) in enumerate(GUARDS.items()):
        for number, wanted in ((index, holds(value)), (index + len(GUARDS), not holds(value))):
            debtor.place(start, 0)
            assert (debtor.step(Move(f"try.n{number}")).ending == "done") == wanted, guard
            assert (targets[number] < 0) == wanted, guard


@given(scenario=scenarios(), moves=st.lists(st.integers(0, 10**6), max_size=3), seed=st.integers(0, 999))
@settings(max_examples=40, deadline=None)
def test_legal_moves_agree_with_the_reference(scenario: Scenario, moves: list[int], seed: int) -> None:
    """In every position of a random play the program offers what the page offers: lawful moves first, each part in the
    order of the catalogue."""
    reference, program = Reference(scenario), Program(scenario)
    debtor = Debtor(program, seed)
    for choice in [*moves, 0]:
        if debtor.ending:
            break
        before = facts(program, debtor.codes)
        lawful = reference.lawful(before)
        forbidden = [act for act in reference.legal(before) if act not in lawful]
        legal = [compiled.move for compiled in debtor.legal()]
        assert [Act(*move) for move in legal] == [*lawful, *forbidden]
        debtor.step(legal[choice % len(legal)])


@pytest.mark.parametrize(
    ("section", "status", "tactic", "offered"),
    [
        ("excuses", "unsaid", "probe.verify", False),
        ("excuses", "standing", "probe.verify", True),
        ("excuses", "settled", "probe.verify", False),
        ("points", "hidden", "press.hold", False),
        ("points", "known", "press.hold", True),
        ("points", "used", "press.hold", True),
        ("documents", "missing", "firm.show", False),
        ("documents", "held", "firm.show", True),
        ("documents", "shown", "firm.show", True),
        ("laws", "uncited", "press.law", True),
        ("laws", "cited", "press.law", True),
        ("offers", "open", "close.deal", True),
        ("offers", "tabled", "close.deal", True),
        ("offers", "refused", "close.deal", True),
    ],
)
def test_card_can_be_aimed_at_by_its_status(section: str, status: str, tactic: str, offered: bool) -> None:
    """Excuses while standing, points and documents while at hand, laws and offers always; a card that is out of reach
    is no move, alive or in the batch."""
    program = Program(tiny("talk.chat", tactic, **{section: {"it": {"start": status}}}))
    assert [str(one.move) for one in Debtor(program, 0).legal()] == [
        "talk.chat",
        *([f"{tactic}:it"] if offered else []),
    ]
    _graph, targets = Explorer(program).step(program.start())
    assert (targets[1] != -1) == offered


def test_secret_is_never_aimed_at() -> None:
    """No tactic takes a secret: a scenario's secrets are in no move."""
    program = Program(tiny(*TACTICS, secrets={"owner": {"start": "known"}}))
    assert not any(compiled.move.card for compiled in program.moves)


def test_tactic_that_takes_a_card_is_used_bare_only_if_alone() -> None:
    """``alone: true`` adds the bare tactic to its cards; without it a tactic with no card in reach is not offered."""
    program = Program(tiny("probe.verify", "value.repair", excuses={"cash": {}}, documents={"bill": {}}))
    assert [str(one.move) for one in Debtor(program, 0).legal()] == ["value.repair", "value.repair:bill"]


@pytest.mark.parametrize("name", WORKED)
def test_facts_of_a_shipped_position_are_those_that_can_matter(name: str) -> None:
    """The engine's position of every shipped scenario holds exactly the facts that the page's rule names."""
    program = shipped(name)
    reference = Reference(program.scenario)
    assert {program.facts[fact].name for fact in program.tracked} == set(reference.tracked)
    classes = {fact.name: fact for fact in program.facts}["last"].values
    assert len(classes) == len(set(reference.last_of.values()))
