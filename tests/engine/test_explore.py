from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engine.batch import End, place, reference_key, reference_ways, ways
from engine.reference import Act, Reference
from engine.small import tiny
from engine.strategies import scenarios
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from simulator.engine import explore, solve
from simulator.engine.explore import Explorer, KeySpace, ending_code, ending_values
from simulator.engine.program import Program
from simulator.engine.solve import Solver
from simulator.model.errors import Cancelled, TooManyPositions
from simulator.model.scenario import Scenario

UP = {"trust": 1}


def count(scenario: Scenario) -> int:
    """The engine's number of positions; the reference's must be the same."""
    program = Program(scenario)
    explored = Explorer(program).explore(program.start()).positions
    assert explored == len(Reference(scenario).positions())
    return explored


# What a position holds ("Facts"), each case counted by hand. A talk has three turns unless it says otherwise.


def test_position_always_holds_trust_and_hostility() -> None:
    """No guard reads trust or hostility. Chat adds 1 to trust: 0, 1, 2, 3 after three turns, so 4 positions; with
    asking, which adds 1 to hostility: all (t, h) with t + h ≤ 3, so 4 + 3 + 2 + 1 = 10."""
    chat = {"tactic": "talk.chat", "then": {"trust": 1}}
    ask = {"tactic": "ask.plain", "then": {"hostility": 1}}
    assert count(tiny("talk.chat", rules=[chat])) == 4
    assert count(tiny("talk.chat", "ask.plain", rules=[chat, ask])) == 10


@pytest.mark.parametrize("reader", ["rules", "habits", "initiative"])
@pytest.mark.parametrize("layer", ["scenario", "persona", "standard"])
def test_position_holds_another_meter_if_any_guard_reads_it(layer: str, reader: str) -> None:
    """Chat adds 1 to pressure. Unread: 1 position. With a guard on pressure in a rule, a habit or an initiative rule of
    any layer: pressure 0, 1, 2, 3, so 4."""
    rules = [{"tactic": "talk.chat", "then": {"pressure": 1}}]
    assert count(tiny("talk.chat", rules=rules)) == 1
    aim = {} if reader == "initiative" else {"tactic": "talk.chat"}
    guarded = {**aim, "when": {"pressure": "= 10"}, "then": {"trust": 1}}
    layers: dict[str, dict[str, Any]] = {"scenario": {}, "persona": {}, "standard": {}}
    layers[layer][reader] = [guarded]
    own = layers["scenario"]
    scenario = tiny(
        "talk.chat",
        persona=layers["persona"] or None,
        standard={**layers["standard"], "rules": [*layers["standard"].get("rules", ()), *rules]},
        **own,
    )
    assert count(scenario) == 4


def test_position_holds_nothing_for_a_rule_that_was_dropped() -> None:
    """A persona's rule reads pressure but names a card that is not there: it is dropped, its guard does not count, and
    chat, which adds 1 to pressure, leaves 1 position."""
    persona = {"rules": [{"tactic": "talk.chat", "when": {"pressure": "= 10", "ghost": "standing"}}]}
    assert count(tiny("talk.chat", persona=persona, rules=[{"tactic": "talk.chat", "then": {"pressure": 1}}])) == 1


def test_position_always_holds_conduct() -> None:
    """Nothing reads conduct and nothing changes. A forbidden act sets it for good, whatever rule fires: lawful and
    breached, so 2 positions."""
    assert count(tiny("talk.chat", "red.threat")) == 2


def test_positions_of_forbidden_acts_are_counted() -> None:
    """Only the threat raises the excuse: lawful/unsaid and breached/standing, so 2 positions."""
    threat = {"tactic": "red.threat", "then": {"cash": "standing"}}
    assert count(tiny("talk.chat", "red.threat", excuses={"cash": {}}, rules=[threat])) == 2


LAST = ("talk.chat", "ask.plain", "press.hard", "firm.show")
READERS: list[tuple[str, dict[str, Any], int]] = [
    ("nobody reads it: 1", {}, 1),
    ("press after press: {press}, and all others as one: 2", {"tactic": "press.*", "when": {"last": "same"}}, 2),
    (
        "any family twice: {none}, {talk}, {ask}, {press}, {firm}: 5",
        {"tactic": "*", "when": {"last": "same"}},
        5,
    ),
    ("not the same: the same partition: 5", {"tactic": "*", "when": {"last": "not same"}}, 5),
    ("a list: {talk, ask}, {none, press, firm}: 2", {"tactic": "press.hard", "when": {"last": ["talk", "ask"]}}, 2),
    ("same or ask, of press: {press, ask}, rest: 2", {"tactic": "press.hard", "when": {"last": ["same", "ask"]}}, 2),
    ("not none: {none}, {talk, ask, press, firm}: 2", {"tactic": "talk.chat", "when": {"last": "not none"}}, 2),
    (
        "a rule that only a show of the bill can fire: {firm}, rest: 2",
        {"tactic": "*", "card": "bill", "when": {"last": "same"}},
        2,
    ),
]


@pytest.mark.parametrize(("why", "reader", "expected"), READERS, ids=[why for why, _reader, _expected in READERS])
@pytest.mark.parametrize("section", ["rules", "habits"])
def test_position_holds_last_as_far_as_guards_tell_it_apart(
    section: str, why: str, reader: dict[str, Any], expected: int
) -> None:
    """The start has ``none``, every turn sets the family played, and nothing else changes: the positions are the
    classes of values of ``last``, as worked out in the name of each case."""
    keys: dict[str, Any] = {section: [{**reader, "then": {"pressure": 1}}]} if reader else {}
    assert count(tiny(*LAST, documents={"bill": {}}, **keys)) == expected


def test_position_needs_no_memory_for_an_initiative_that_reads_last() -> None:
    """An initiative rule sees the family just played. It lowers nothing that is held but trust, once, after a press:
    trust 0 or 1, so 2 positions, and ``last`` is not among the facts."""
    own = {"when": {"last": "press"}, "then": {"trust": "+1 up to 1"}}
    assert count(tiny(*LAST, documents={"bill": {}}, initiative=[own])) == 2


@pytest.mark.parametrize(("section", "second"), [("excuses", "standing"), ("points", "known")])
def test_position_always_holds_excuses_and_points(section: str, second: str) -> None:
    """No guard reads the card; chat changes its status once: 2 positions."""
    assert (
        count(tiny("talk.chat", rules=[{"tactic": "talk.chat", "then": {"it": second}}], **{section: {"it": {}}})) == 2
    )


@pytest.mark.parametrize(
    ("section", "second"), [("secrets", "known"), ("laws", "cited"), ("offers", "tabled"), ("documents", "shown")]
)
def test_position_holds_other_cards_only_if_a_guard_reads_them(section: str, second: str) -> None:
    """Chat changes the card's status. Read by no guard: 1 position; read by a habit's guard: 2."""
    keys: dict[str, Any] = {section: {"it": {}}, "rules": [{"tactic": "talk.chat", "then": {"it": second}}]}
    assert count(tiny("talk.chat", **keys)) == 1
    habit = {"tactic": "talk.chat", "when": {"it": second}, "then": {"pressure": 1}}
    assert count(tiny("talk.chat", habits=[habit], **keys)) == 2


def test_position_holds_every_card_that_a_guard_on_card_can_mean() -> None:
    """Two laws, each cited by aiming at it. The guard reads ``card`` in a rule that can be aimed at both: 2 × 2 = 4
    positions. In a rule for the first alone: only that one is held, 2 positions. In no rule: 1."""
    cite = {"tactic": "press.law", "then": {"card": "cited"}}

    def laws(*rules: dict[str, Any]) -> int:
        return count(tiny("talk.chat", "press.law", laws={"code": {}, "ordinance": {}}, rules=[*rules, cite]))

    assert laws() == 1
    assert laws({"tactic": "press.law", "when": {"card": "cited"}}) == 4
    assert laws({"tactic": "press.law", "card": "code", "when": {"card": "cited"}}) == 2


def test_position_holds_a_card_that_a_guard_on_card_can_mean_but_never_hold_for() -> None:
    """``card: shown`` in a rule that can be aimed at a document and a law reads both, by the page's letter. Citing the
    law changes only the law: 2 positions."""
    rules = [
        {"tactic": "firm.cite", "when": {"card": "shown"}},
        {"tactic": "firm.cite", "card": "code", "then": {"card": "cited"}},
    ]
    assert count(tiny("talk.chat", "firm.cite", documents={"bill": {}}, laws={"code": {}}, rules=rules)) == 2


def test_position_holds_a_document_that_starts_missing() -> None:
    """Chat finds the missing bill: missing and held, so 2 positions though no guard reads it."""
    rules = [{"tactic": "talk.chat", "then": {"bill": "held"}}]
    assert count(tiny("talk.chat", documents={"bill": {"start": "missing"}}, rules=rules)) == 2


def test_position_holds_a_document_that_an_effect_sets_missing() -> None:
    """Showing the bill loses it (``card: missing``), showing the note only shows it. The bill is held in the position:
    with and without, 2 positions. The note can never be missing and no guard reads it, so it is not held."""
    rules = [
        {"tactic": "firm.show", "card": "bill", "then": {"card": "missing"}},
        {"tactic": "firm.show", "card": "note", "then": {"card": "shown"}},
    ]
    assert count(tiny("talk.chat", "firm.show", documents={"bill": {}, "note": {}}, rules=rules)) == 2


@pytest.mark.parametrize("section", ["rules", "habits", "initiative"])
def test_position_holds_a_document_that_an_effect_names_missing(section: str) -> None:
    """The bill, held at the start, is set missing by name in a rule, a habit or by initiative: held and missing, so 2
    positions though no guard reads it."""
    aim = {} if section == "initiative" else {"tactic": "talk.chat"}
    keys: dict[str, Any] = {section: [{**aim, "then": {"bill": "missing"}}]}
    assert count(tiny("talk.chat", documents={"bill": {}}, **keys)) == 2


def test_positions_after_the_last_turn_are_counted() -> None:
    """One turn of chat, which adds 1 to trust: the start and the position after the last turn, so 2."""
    assert count(tiny("talk.chat", turns=1, rules=[{"tactic": "talk.chat", "then": UP}])) == 2


def test_positions_do_not_count_the_ends_of_talks() -> None:
    """Chat adds 1 to trust and ends the talk; nodding leaves all as it is: only the start, 1 position."""
    chat = {"tactic": "talk.chat", "then": UP, "end": "timeout"}
    assert count(tiny("talk.chat", "talk.nod", rules=[chat])) == 1


def test_positions_do_not_hold_the_number_of_the_turn() -> None:
    """Five turns in which nothing changes are one and the same position; with chat adding 1 to trust up to 2 and a nod
    that does nothing, trust 0, 1, 2 can each be met in many turns: 3."""
    assert count(tiny("talk.chat", turns=5)) == 1
    chat = {"tactic": "talk.chat", "then": {"trust": "+1 up to 2"}}
    assert count(tiny("talk.chat", "talk.nod", turns=5, rules=[chat])) == 3


def test_position_always_holds_the_stage() -> None:
    """Chat leads to probing, asking adds 1 to trust up to 1, and with that trust the initiative leads on from there to
    bargaining in the same turn. So there are (guarded, 0), (guarded, 1), (probing, 0) and (bargaining, 1): 4 positions;
    chat in bargaining leads to probing and at once back."""
    scenario = tiny(
        "talk.chat",
        "ask.plain",
        turns=5,
        stages=["guarded", "probing", "bargaining"],
        rules=[
            {"tactic": "talk.chat", "to": "probing"},
            {"tactic": "ask.plain", "then": {"trust": "+1 up to 1"}},
        ],
        initiative=[{"stage": "probing", "when": {"trust": ">= 1"}, "to": "bargaining"}],
    )
    assert count(scenario) == 4


# Generated scenarios


@given(scenario=scenarios())
@settings(max_examples=60, deadline=None)
def test_explored_graph_agrees_with_the_reference(scenario: Scenario) -> None:
    """The explored positions are the reference's, and every move leads from each of them to the same positions and ends
    with the same odds."""
    reference, program = Reference(scenario), Program(scenario)
    graph = Explorer(program).explore(program.start())
    assume(graph.positions <= 80)
    keys = graph.keys
    names = [reference_key(reference, program, graph.space.codes(int(key))) for key in keys]
    known = reference.positions()
    assert set(names) == set(known)
    assert len(names) == len(known)
    for level in graph.levels[: scenario.turns]:
        for column in range(len(level.keys)):
            legal = reference.turns(known[names[level.first + column]])
            for row, compiled in enumerate(program.moves):
                assert level.targets is not None
                target = int(level.targets[row, column])
                act = Act(*compiled.move)
                if target == -1:
                    assert act not in legal
                    continue
                found: dict[Any, float] = {}
                for odds, end in ways(graph, target):
                    name = end if isinstance(end, End) else names[end]
                    found[name] = found.get(name, 0.0) + odds
                assert found == pytest.approx(reference_ways(reference, known[names[level.first + column]], act))


@given(scenario=scenarios())
@settings(max_examples=60, deadline=None)
def test_levels_hold_positions_by_the_turn_that_first_reaches_them(scenario: Scenario) -> None:
    """Level t holds exactly the positions that the reference reaches first after t turns, each once, in ascending keys;
    so with t turns left only the first so many positions can matter."""
    reference, program = Reference(scenario), Program(scenario)
    graph = Explorer(program).explore(program.start())
    assume(graph.positions <= 200)
    seen: set[Any] = set()
    for turns, level in enumerate(graph.levels):
        reached = set(Reference(scenario.model_copy(update={"turns": turns})).positions()) if turns else None
        here = {reference_key(reference, program, graph.space.codes(int(key))) for key in level.keys}
        assert here == ((reached or {reference.key(reference.start())}) - seen)
        assert (np.diff(level.keys) > 0).all()
        assert level.first == len(seen)
        seen |= here
        assert graph.first_after(turns) == len(seen)


@given(scenario=scenarios(), data=st.data())
@settings(max_examples=25, deadline=None)
def test_positions_of_several_starts_are_those_of_each(scenario: Scenario, data: st.DataObject) -> None:
    """Explored together, starts reach what each of them reaches, every position once."""
    program = Program(scenario)
    explorer = Explorer(program)
    meters = st.sampled_from(["trust", "hostility"])
    given_facts = data.draw(st.lists(st.dictionaries(meters, st.integers(0, 10), max_size=2), min_size=2, max_size=3))
    starts = [program.start(facts) for facts in given_facts]
    each = [set(explorer.explore(start).keys.tolist()) for start in starts]
    together = explorer.explore(*starts).keys.tolist()
    assert set(together) == set().union(*each)
    assert len(together) == len(set(together))


@given(scenario=scenarios())
@settings(max_examples=25, deadline=None)
def test_batches_of_any_size_give_the_same(scenario: Scenario) -> None:
    """Stepping and valuing a few positions at a time gives what all at once gives: keys, targets and values."""
    program = Program(scenario)
    whole, graph = Solver(program).solve()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(explore, "_CHUNK", 2)
        patch.setattr(solve, "_CHUNK", 3)
        parts, pieces = Solver(program).solve()
    found, expected = ((one.best, one.typical, one.floor) for one in (parts, whole))
    assert found == pytest.approx(expected, abs=1e-12)
    for one, other in zip(graph.levels, pieces.levels, strict=True):
        assert one.keys.tolist() == other.keys.tolist()
    for mine, its in zip(whole.valued.values, parts.valued.values, strict=True):
        assert mine.tolist() == pytest.approx(its.tolist(), abs=1e-12)


# Limits


def wide(excuses: int, turns: int = 6) -> Program:
    """A program in which chat's initiative raises the excuses one after the other and a nod adds trust."""
    names = [f"e{index}" for index in range(excuses)]
    return Program(
        tiny(
            "talk.chat",
            "talk.nod",
            "probe.verify",
            turns=turns,
            excuses={name: {} for name in names},
            rules=[
                *({"tactic": "talk.chat", "when": {name: "unsaid"}, "then": {name: "standing"}} for name in names),
                {"tactic": "talk.nod", "then": {"trust": 1}},
                {"tactic": "probe.verify", "then": {"card": "settled"}},
            ],
        )
    )


def test_limit_raises_and_names_the_dearest_facts() -> None:
    """More positions than the limit raise TooManyPositions with the limit, how many there were, and the facts that take
    the most values, most first; exactly as many as the limit do not."""
    program = wide(3)
    every = Explorer(program).explore(program.start()).positions
    assert Explorer(program, limit=every).explore(program.start()).positions == every
    with pytest.raises(TooManyPositions) as raised:
        Explorer(program, limit=every - 1).explore(program.start())
    error = raised.value
    assert (error.limit, error.positions) == (every - 1, every)
    assert error.facts[0] == ("trust", 7)
    assert set(error.facts[1:4]) == {("e0", 3), ("e1", 3), ("e2", 3)}
    assert "trust (7)" in str(error)
    assert f"{every - 1:,}" in str(error)


def test_limit_stops_before_all_is_explored() -> None:
    """Exploring goes no further than the turn that breaks the limit."""
    program = wide(8, turns=60)
    with pytest.raises(TooManyPositions) as raised:
        Explorer(program, limit=50).explore(program.start())
    assert 50 < raised.value.positions < 400


@pytest.mark.parametrize("calls", range(8))
def test_cancelling_raises_at_the_next_question(calls: int) -> None:
    """Exploring and solving ask again and again whether to stop, and raise Cancelled when told so."""
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > calls

    program = wide(2, turns=3)
    with pytest.raises(Cancelled):
        Solver(program, cancelled=cancelled).solve()
    assert asked == calls + 1


def test_cancelling_is_asked_in_every_turn_explored() -> None:
    """An exploration that is told to stop after its first level does not go on to the second."""
    asked: list[int] = []
    program = wide(2, turns=5)

    def after_one() -> bool:
        asked.append(1)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        Explorer(program, cancelled=after_one).explore(program.start())
    assert len(asked) == 2


# Small integers


def test_ways_to_end_do_not_overflow() -> None:
    """With 300 endings a way to end goes up to 300 × 242 = 72,600, more than 16 bits hold: the last ending at trust 10,
    hostility 10, breached, is still itself, and worth what it says, from narrow columns of any width."""
    endings = {f"e{index}": {"recovers": index / 1000} for index in range(300)}
    program = Program(tiny("talk.chat", endings=endings))
    graph = Explorer(program).explore(program.start())
    for dtype in (np.int8, np.int16):
        columns: dict[int, Any] = {
            program.index[name]: np.array([value], dtype=dtype)
            for name, value in (("trust", 10), ("hostility", 10), ("conduct", 1))
        }
        code = int(ending_code(program, "e299", columns)[0])
        assert place(graph, -2 - code) == End("e299", 10, 10, "breached")
        assert graph.endings[code] == pytest.approx(70 * 0.299 + 20 + 0 - 60)
    assert len(ending_values(program)) == len(program.endings) * 242


@pytest.mark.parametrize("dtype", [np.int8, np.int16, np.int64])
def test_worth_of_narrow_columns_does_not_overflow(dtype: Any) -> None:
    """Weights of any size times meters in narrow columns: 25 × 10 in 8 bits is 250 points, not −6."""
    worth = {"trust": 250, "calm": 300, "breach": -1000, "recovers": 500}
    program = Program(tiny("talk.chat", worth=worth))
    every = np.arange(11, dtype=dtype)
    found = program.final_value("timeout", every, every, np.ones(11, dtype=dtype))
    assert found == pytest.approx([50 + 25 * v + 300 - 30 * v - 1000 for v in range(11)])


def test_keys_of_a_large_space_do_not_overflow() -> None:
    """With 20 excuses a key goes past 2³²: the position in which every excuse is settled and every meter full keeps its
    codes, and changing the fact of the largest stride leads to the right position."""
    names = [f"e{index}" for index in range(20)]
    program = Program(
        tiny(
            "talk.chat",
            excuses={name: {"start": "settled"} for name in names},
            meters={"trust": 10, "hostility": 0},
            rules=[{"tactic": "talk.chat", "then": {**dict.fromkeys(names, "unsaid"), "hostility": 10, "trust": -10}}],
        )
    )
    space = KeySpace(program)
    assert space.size > 1 << 32
    start = program.start()
    key = space.key(start)
    assert space.codes(key) == start
    assert {fact: int(codes[0]) for fact, codes in space.columns(np.array([key])).items()} == {
        fact: start[fact] for fact in program.tracked
    }
    graph = Explorer(program).explore(start)
    assert [program.position(space.codes(int(k)))["e0"] for k in graph.keys] == ["settled", "unsaid"]
    assert [program.position(space.codes(int(k)))["hostility"] for k in graph.keys] == [0, 10]


def test_weights_of_millions_keep_their_proportion() -> None:
    """Three outcomes of weight 1,000,000, 500,000 and 500,000 come with odds ½, ¼, ¼."""
    chance = [
        {"weight": 1_000_000, "then": {"trust": 1}},
        {"weight": 500_000, "then": {"trust": 2}},
        {"weight": 500_000, "then": {"trust": 3}},
    ]
    program = Program(tiny("talk.chat", turns=1, rules=[{"tactic": "talk.chat", "chance": chance}]))
    graph, targets = Explorer(program).step(program.start())
    odds = {
        graph.space.codes(end)[program.index["trust"]]: odds
        for odds, end in ways(graph, int(targets[0]))
        if isinstance(end, int)
    }
    assert odds == {1: 0.5, 2: 0.25, 3: 0.25}
