from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from engine.batch import End, column, drawn, facts, to_draw
from engine.reference import Act, Reference, number_drawn, worded
from engine.small import ASK, CHAT, NOD, THREAT, shipped, tiny
from engine.strategies import scenarios
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import WORKED

from simulator.engine.explore import Explored, Explorer
from simulator.engine.machine import Debtor, Step, spoken
from simulator.engine.program import Program
from simulator.model.errors import IllegalMove
from simulator.model.position import Move
from simulator.model.scenario import Scenario

CHOICES = st.lists(st.integers(0, 10**6), min_size=5, max_size=5)
SEEDS = st.integers(-(2**63), 2**63)


def play(debtor: Debtor, choices: list[int]) -> Iterator[tuple[Step, Debtor]]:
    """Plays until the talk ends or the choices do; a choice is taken modulo the moves that are open."""
    for choice in choices:
        legal = debtor.legal()
        if not legal:
            return
        yield debtor.step(legal[choice % len(legal)].move), debtor


def assert_batch_agrees(program: Program, explorer: Explorer, graph: Explored | None, step: Step, seed: int) -> None:
    """The same turn by ``Explorer.step`` and, if it is given, by the explored graph."""
    row = next(index for index, one in enumerate(program.moves) if one.move == step.move)
    one, targets = explorer.step(step.before)
    found = [(one, drawn(one, int(targets[row]), seed, step.turn, to_draw(step)), None)]
    if graph:
        number = graph.keys.tolist().index(explorer.space.key(step.before))
        target = int(column(graph, number)[row])
        found.append((graph, drawn(graph, target, seed, step.turn, to_draw(step)), graph.keys.tolist()))
    for where, place, keys in found:
        trust, hostility, conduct = (program.position(step.after)[name] for name in ("trust", "hostility", "conduct"))
        breached = conduct == "breached"
        if isinstance(place, End):
            code = where.endings[
                ((program.endings.index(place.ending) * 11 + place.trust) * 11 + place.hostility) * 2
                + (place.conduct == "breached")
            ]
            assert (step.ending, step.timed_out) == (place.ending, False)
            assert code == pytest.approx(program.final_value(place.ending, trust, hostility, breached))
            continue
        key = place if keys is None else keys[place]
        assert step.ending is None or step.timed_out
        before_ending = explorer.space.codes(key)
        if step.timed_out:
            for fact, value in program.finish("timeout", before_ending).items():
                before_ending[fact] = int(value)
        assert [before_ending[fact] for fact in program.tracked] == [step.after[fact] for fact in program.tracked]


def assert_reference_agrees(reference: Reference, program: Program, step: Step, seed: int, before: Any) -> Any:
    """The same turn by the reference; gives every fact after it."""
    act = Act(step.move.tactic, step.move.card)
    way = reference.play(seed, before, act, step.turn)
    assert step.ending == way.ending
    mine, its = facts(program, step.after), dict(way.facts)
    for last in (mine, its):
        last["last"] = reference.last_of[last["last"]]
    assert mine == its
    assert [(one.purpose, one.lines) for one in step.utterances] == reference.pieces(before, act, way)
    return way.facts


@given(scenario=scenarios(), choices=CHOICES, seed=SEEDS)
@settings(max_examples=100, deadline=None)
def test_play_is_the_same_alive_in_batch_and_by_the_reference(
    scenario: Scenario, choices: list[int], seed: int
) -> None:
    """Random plays of generated scenarios, forbidden acts too, pass through the same positions to the same endings by
    the ``transitions`` machine, by stepping one position in the batch, in the explored graph and by the reference; all
    facts (those outside the position too), the pieces said and the words of them are the reference's."""
    program, reference = Program(scenario), Reference(scenario)
    explorer = Explorer(program)
    graph = explorer.explore(program.start())
    before, said = reference.start(), set[str]()
    for step, _debtor in play(Debtor(program, seed), choices):
        assert_batch_agrees(program, explorer, graph, step, seed)
        pieces = reference.pieces(before, Act(*step.move), reference.play(seed, before, Act(*step.move), step.turn))
        before = assert_reference_agrees(reference, program, step, seed, before)
        words = spoken(program, step, seed, "en", frozenset(said))
        assert list(words) == worded(pieces, seed, step.turn, "en", said)
        said = set(words)


@pytest.mark.parametrize("name", WORKED)
def test_play_of_a_shipped_scenario_is_the_same_alive_in_batch_and_by_the_reference(name: str) -> None:
    """Twenty random plays of every shipped scenario, half of them lawful, pass through the same positions to the same
    endings by the machine, the batch and the reference."""
    program = shipped(name)
    reference, explorer = Reference(program.scenario), Explorer(program)
    for seed in range(20):
        chance, debtor, before = random.Random(seed), Debtor(program, seed), reference.start()
        while legal := debtor.legal():
            lawful = [one for one in legal if not one.tactic.forbidden and one.move.tactic != "end.leave"]
            step = debtor.step(chance.choice(lawful if seed % 2 else legal).move)
            assert_batch_agrees(program, explorer, None, step, seed)
            before = assert_reference_agrees(reference, program, step, seed, before)


@pytest.mark.parametrize("name", WORKED)
def test_play_of_a_shipped_scenario_stays_in_its_graph(name: str) -> None:
    """Every position that a random play of a shipped scenario meets was explored, no later than the play meets it."""
    program = shipped(name)
    explorer = Explorer(program)
    graph = explorer.explore(program.start())
    number = {key: index for index, key in enumerate(graph.keys.tolist())}
    for seed in range(60):
        chance, debtor = random.Random(seed), Debtor(program, seed)
        while legal := debtor.legal():
            assert number[explorer.space.key(debtor.codes)] < graph.first_after(debtor.turn)
            debtor.step(chance.choice(legal).move)


@given(scenario=scenarios(), choices=CHOICES, seed=SEEDS)
@settings(max_examples=40, deadline=None)
def test_stepping_is_deterministic(scenario: Scenario, choices: list[int], seed: int) -> None:
    """The same scenario, seed and moves give the same steps, from a program compiled anew and from the same one."""
    program = Program(scenario)
    once, again, anew = (
        [(step, spoken(source, step, seed, "zh")) for step, _debtor in play(Debtor(source, seed), choices)]
        for source in (program, program, Program(scenario))
    )
    assert once == again == anew


@given(scenario=scenarios(), choices=CHOICES, seed=SEEDS, cut=st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_resumed_debtor_goes_on_the_same(scenario: Scenario, choices: list[int], seed: int, cut: int) -> None:
    """A debtor placed into any position of a play, whether new or fresh from another play with another seed, goes on as
    the first one did: the draws depend on the seed and the turn's number, not on what was drawn before."""
    program = Program(scenario)
    steps = [step for step, _debtor in play(Debtor(program, seed), choices)]
    cut = min(cut, len(steps) - 1)
    used = Debtor(program, seed + 1)
    list(play(used, choices[::-1]))
    used.seed = seed
    for resumed in (Debtor(program, seed), used):
        resumed.place(steps[cut].before, cut)
        assert (resumed.turn, resumed.ending, resumed.codes) == (cut, None, steps[cut].before)
        assert [resumed.step(step.move) for step in steps[cut:]] == steps[cut:]


@given(scenario=scenarios(), choices=CHOICES, seed=SEEDS)
@settings(max_examples=40, deadline=None)
def test_move_that_is_not_open_is_refused_and_changes_nothing(
    scenario: Scenario, choices: list[int], seed: int
) -> None:
    """In every position of a play each move that the reference does not offer raises IllegalMove and leaves the debtor
    as he was; after the end every move does."""
    program, reference = Program(scenario), Reference(scenario)
    debtor = Debtor(program, seed)
    for choice in choices:
        legal = set() if debtor.ending else set(reference.legal(facts(program, debtor.codes)))
        before = (debtor.codes, debtor.turn, debtor.ending)
        for compiled in program.moves:
            if Act(*compiled.move) not in legal:
                with pytest.raises(IllegalMove):
                    debtor.step(compiled.move)
        assert (debtor.codes, debtor.turn, debtor.ending) == before
        if debtor.ending:
            break
        moves = [compiled.move for compiled in debtor.legal()]
        debtor.step(moves[choice % len(moves)])


def test_move_that_nobody_knows_is_refused() -> None:
    """A tactic or card that the scenario does not have is an illegal move like any other."""
    debtor = Debtor(Program(tiny("talk.chat")), 0)
    for move in (Move("talk.sing"), Move("talk.chat", "moon"), Move("end")):
        with pytest.raises(IllegalMove) as raised:
            debtor.step(move)
        assert raised.value.turn == 1
        assert raised.value.legal == ("talk.chat",)


# The letter of "A turn", by small scenarios


def after(scenario: Scenario, *moves: Move) -> dict[str, Any]:
    """The position after some moves; ``ending`` beside the facts."""
    debtor = Debtor(Program(scenario), 0)
    for move in moves:
        debtor.step(move)
    return {**debtor.position, "ending": debtor.ending}


def test_first_matching_rule_fires_alone() -> None:
    """Rules are read scenario, persona, standard, in file order; the first that matches fires and no other."""
    one, two, three, four = ({"tactic": "talk.*", "then": {"trust": value}} for value in (1, 2, 4, 8))
    shut = {"tactic": "talk.*", "when": {"trust": ">= 5"}, "then": {"trust": 3}}
    names = ("talk.chat",)
    assert after(tiny(*names, persona={"rules": [three]}, standard={"rules": [four]}), CHAT)["trust"] == 4
    own = tiny(*names, rules=[shut, one, two], persona={"rules": [three]}, standard={"rules": [four]})
    assert after(own, CHAT)["trust"] == 1
    assert after(tiny(*names, rules=[shut], standard={"rules": [four]}), CHAT)["trust"] == 8


@pytest.mark.parametrize(
    ("pattern", "chat", "nod", "ask"),
    [
        ("talk.chat", 1, 0, 0),
        ("talk.*", 1, 1, 0),
        ("*", 1, 1, 1),
        (["talk.nod", "ask.*"], 0, 1, 1),
    ],
)
def test_rule_matches_tactics_by_id_family_all_or_list(pattern: Any, chat: int, nod: int, ask: int) -> None:
    """An id, ``family.*``, ``*`` and a list of these match what they say and nothing else."""
    scenario = tiny("talk.chat", "talk.nod", "ask.plain", rules=[{"tactic": pattern, "then": {"trust": 1}}])
    assert [after(scenario, move)["trust"] for move in (CHAT, NOD, ASK)] == [chat, nod, ask]


def test_rule_with_a_card_needs_a_move_aimed_at_it() -> None:
    """A rule that states ``card`` passes over other cards and the bare tactic; a list of cards means each of them."""
    names = {"excuses": {name: {"start": "standing"} for name in ("cash", "boss", "stock")}}
    rules = [
        {"tactic": "value.repair", "card": "cash", "then": {"trust": 1}},
        {"tactic": "value.repair", "card": ["boss", "cash"], "then": {"trust": 2}},
    ]
    scenario = tiny("value.repair", rules=rules, **names)
    aimed = {card: after(scenario, Move("value.repair", card))["trust"] for card in ("cash", "boss", "stock", None)}
    assert aimed == {"cash": 1, "boss": 2, "stock": 0, None: 0}


def test_card_in_when_and_then_is_the_card_aimed_at() -> None:
    """``card`` holds and acts for the card of the move; without a card, or where the status is of another kind (with
    ``not`` as well), the guard does not hold and the effect does nothing."""
    names: dict[str, Any] = {
        "excuses": {"cash": {"start": "standing"}},
        "documents": {"bill": {}},
        "rules": [{"tactic": "value.repair", "when": {"card": "standing"}, "then": {"card": "settled"}}],
    }
    cash, bill, bare = Move("value.repair", "cash"), Move("value.repair", "bill"), Move("value.repair")
    done = after(tiny("value.repair", **names), cash)
    assert (done["cash"], done["bill"]) == ("settled", "held")
    untouched = after(tiny("value.repair", **names), bare, bill)
    assert (untouched["cash"], untouched["bill"]) == ("standing", "held")
    for condition, expected in (
        ("not standing", [0, 0, 0]),
        ("not unsaid", [1, 0, 0]),
        (["not unsaid", "held"], [1, 1, 0]),
        (["not unsaid", "shown"], [1, 0, 0]),
    ):
        names["rules"] = [{"tactic": "value.repair", "when": {"card": condition}, "then": {"trust": 1}}]
        scenario = tiny("value.repair", **names)
        assert [after(scenario, move)["trust"] for move in (cash, bill, bare)] == expected, condition


def test_id_named_outright_wins_over_card() -> None:
    """Aimed at the bill, ``bill: shown`` beside ``card: missing`` shows it, whichever stands first, and ``bill: [held,
    shown]`` beside ``card: shown`` holds for it while held; aimed at the note, ``card`` acts."""
    documents: dict[str, Any] = {"bill": {}, "note": {}}
    guard = {"tactic": "firm.show", "when": {"card": "shown", "bill": ["held", "shown"]}, "then": {"trust": 1}}
    guarded = tiny("talk.chat", "firm.show", documents=documents, rules=[guard])
    assert after(guarded, Move("firm.show", "bill"))["trust"] == 1
    for then in ({"card": "missing", "bill": "shown"}, {"bill": "shown", "card": "missing"}):
        rules = [{"tactic": "firm.show", "then": then}]
        scenario = tiny("talk.chat", "firm.show", documents=documents, rules=rules)
        assert after(scenario, Move("firm.show", "bill"))["bill"] == "shown"
        lost = after(scenario, Move("firm.show", "note"))
        assert (lost["note"], lost["bill"]) == ("missing", "shown")


def test_lists_hold_where_one_value_does() -> None:
    """Of a list one value must hold; ``not x`` in a list is such a value, and all entries of a guard must hold."""
    for condition, statuses in (
        (["unsaid", "settled"], {"unsaid", "settled"}),
        ("not standing", {"unsaid", "settled"}),
        (["not standing", "standing"], {"unsaid", "standing", "settled"}),
        (["not unsaid", "not standing"], {"unsaid", "standing", "settled"}),
    ):
        for status in ("unsaid", "standing", "settled"):
            rules = [{"tactic": "*", "when": {"cash": condition}, "then": {"trust": 1}}]
            scenario = tiny("talk.chat", excuses={"cash": {"start": status}}, rules=rules)
            assert after(scenario, CHAT)["trust"] == (status in statuses), (condition, status)
    both = [{"tactic": "*", "when": {"cash": "unsaid", "trust": "= 1"}, "then": {"pressure": 1}}]
    assert after(tiny("talk.chat", excuses={"cash": {}}, rules=both), CHAT)["pressure"] == 0


def test_last_same_is_the_family_now_played() -> None:
    """``last: same`` holds from the second move of a family in a row on, and not at the start; the debtor's initiative
    does not touch ``last``."""
    rules = [{"tactic": "*", "when": {"last": "same"}, "then": {"trust": 1}}]
    scenario = tiny("talk.chat", "talk.nod", "ask.plain", turns=9, rules=rules, initiative=[{"then": {"pressure": 1}}])
    debtor = Debtor(Program(scenario), 0)
    trust = [debtor.position["trust"] for move in (CHAT, NOD, ASK, CHAT, CHAT, ASK, ASK) if debtor.step(move)]
    assert trust == [0, 1, 1, 1, 2, 2, 3]


def test_habit_adds_to_the_rule_and_reads_the_position_before_the_turn() -> None:
    """Each habit that matches the position before the turn adds its effect on top, one after the other, each reading
    what the one before left; a rule of the scenario does not replace it."""
    scenario = tiny(
        "talk.chat",
        rules=[{"tactic": "talk.chat", "then": {"trust": 4}}],
        habits=[
            {"tactic": "*", "when": {"trust": "= 0"}, "then": {"trust": "+3 up to 6", "hostility": 1}},
            {"tactic": "*", "when": {"trust": "= 4"}, "then": {"hostility": 5}},
            {"tactic": "talk.*", "then": {"trust": -1}},
            {"tactic": "ask.*", "then": {"trust": -5}},
        ][:3],
    )
    done = after(scenario, CHAT)
    assert (done["trust"], done["hostility"]) == (4 + 2 - 1, 1)


def test_effect_reads_the_old_values_and_sets_the_stage() -> None:
    """``to`` sets the stage at once with ``then``; habits for the old stage match, those for the new do not."""
    scenario = tiny(
        "talk.chat",
        stages=["guarded", "probing"],
        rules=[{"tactic": "talk.chat", "then": {"trust": 1}, "to": "probing"}],
        habits=[
            {"tactic": "*", "stage": "guarded", "then": {"hostility": 1}},
            {"tactic": "*", "stage": "probing", "then": {"hostility": 2}},
        ],
    )
    done = after(scenario, CHAT)
    assert (done["stage"], done["trust"], done["hostility"]) == ("probing", 1, 1)


def test_forbidden_act_breaches_whatever_fires_and_for_good() -> None:
    """A forbidden tactic sets conduct through the catch-all as well, before initiative reads it; nothing clears it."""
    own = {"when": {"conduct": "breached"}, "then": {"hostility": 1}}
    done = after(tiny("talk.chat", "red.threat", initiative=[own]), THREAT, CHAT)
    assert (done["conduct"], done["hostility"]) == ("breached", 2)


def test_habit_adds_even_where_the_rule_ends_the_talk() -> None:
    """Rule, then habit, then the ending's own effect; and no initiative after an end."""
    scenario = tiny(
        "talk.chat",
        endings={"deal": {"recovers": 1, "then": {"trust": "-2 down to 1"}}},
        rules=[{"tactic": "talk.chat", "then": {"trust": 3}, "end": "deal"}],
        habits=[{"tactic": "*", "then": {"trust": 1}}],
        initiative=[{"then": {"hostility": 5}}],
    )
    done = after(scenario, CHAT)
    assert (done["trust"], done["hostility"], done["ending"]) == (2, 0, "deal")


def test_initiative_is_the_first_that_matches_the_new_position() -> None:
    """Initiative is read against the position after rule and habits, one rule a turn, and may end the talk."""
    scenario = tiny(
        "talk.chat",
        "talk.nod",
        endings={"gone": {"recovers": 0}},
        stages=["guarded", "probing"],
        rules=[{"tactic": "talk.chat", "then": {"trust": 1}}],
        initiative=[
            {"when": {"trust": "= 2"}, "end": "gone"},
            {"when": {"trust": "= 1", "last": "talk"}, "then": {"hostility": 2}, "to": "probing"},
            {"then": {"hostility": 1}},
        ],
    )
    first = after(scenario, CHAT)
    assert (first["hostility"], first["stage"], first["ending"]) == (2, "probing", None)
    assert after(scenario, NOD)["hostility"] == 1
    assert after(scenario, CHAT, CHAT)["ending"] == "gone"


def test_talk_times_out_after_the_last_turn_unless_it_has_ended() -> None:
    """Patience comes after initiative: the last turn's initiative still acts, an ending of it counts, and else the
    ending is ``timeout`` with its own effect."""
    keys: dict[str, Any] = {
        "turns": 2,
        "endings": {"timeout": {"recovers": 0.1, "then": {"trust": -1}}, "gone": {"recovers": 0}},
        "initiative": [{"when": {"pressure": ">= 1"}, "end": "gone"}, {"then": {"trust": 3}}],
    }
    debtor = Debtor(Program(tiny("talk.chat", **keys)), 0)
    assert debtor.step(CHAT).ending is None
    last = debtor.step(CHAT)
    assert (last.ending, last.timed_out, debtor.position["trust"]) == ("timeout", True, 5)
    rules = [{"tactic": "*", "when": {"trust": "= 3"}, "then": {"pressure": 1}}]
    debtor = Debtor(Program(tiny("talk.chat", rules=rules, **keys)), 0)
    debtor.step(CHAT)
    last = debtor.step(CHAT)
    assert (last.ending, last.timed_out) == ("gone", False)


def test_outcomes_of_a_play_are_drawn_by_seed_turn_and_purpose() -> None:
    """In every turn of plays with several seeds the rule's outcome is that of the turn's draw for ``reaction``, the
    initiative's that for ``initiative``, whatever was drawn before."""
    reaction = [{"weight": 1, "then": {"trust": "= 1"}}, {"weight": 2, "then": {"trust": "= 2"}}, {"weight": 4}]
    own = [{"weight": 3, "then": {"hostility": "= 1"}}, {"weight": 2, "then": {"hostility": "= 2"}}]
    scenario = tiny("talk.chat", turns=30, rules=[{"tactic": "*", "chance": reaction}], initiative=[{"chance": own}])
    program = Program(scenario)
    for seed in (0, 1, 77, -3):
        debtor = Debtor(program, seed)
        for turn in range(1, 31):
            step = debtor.step(CHAT)
            assert step.reaction is not None
            assert step.initiative is not None
            drawn_reaction = number_drawn(seed, turn, "reaction", 7)
            assert step.reaction.chosen == (0 if drawn_reaction < 1 else 1 if drawn_reaction < 3 else 2)
            assert step.initiative.chosen == (0 if number_drawn(seed, turn, "initiative", 5) < 3 else 1)
            assert debtor.position["hostility"] == step.initiative.chosen + 1


def test_line_is_the_rules_then_that_of_each_excuse_it_raised() -> None:
    """The rule's words, then those of each excuse that it newly raised unless it is quiet, then the same for the
    initiative. An excuse that stood before, or that a habit raised, is not the rule's to speak."""
    scenario = tiny(
        "talk.chat",
        excuses={
            "cash": {"line": "no cash"},
            "boss": {"line": "no boss", "quiet": True},
            "stock": {"line": "no stock", "start": "standing"},
            "price": {"line": "too dear"},
            "rain": {"line": "it rains"},
        },
        rules=[
            {
                "tactic": "talk.chat",
                "when": {"rain": "unsaid"},
                "then": {"cash": "standing", "boss": "standing", "stock": "standing"},
                "say": "well",
            }
        ],
        habits=[{"tactic": "*", "then": {"rain": "standing"}}],
        initiative=[{"when": {"cash": "standing", "price": "unsaid"}, "then": {"price": "standing"}, "say": "also"}],
    )
    program = Program(scenario)
    debtor = Debtor(program, 0)
    first, second = debtor.step(CHAT), debtor.step(CHAT)
    assert [one.purpose for one in first.utterances] == [
        "say-reaction",
        "excuse:cash",
        "say-initiative",
        "excuse:price",
    ]
    assert spoken(program, first, 0, "en") == ("well", "no cash", "also", "too dear")
    assert second.utterances == ()
    assert debtor.position["rain"] == "standing"


def test_line_is_not_the_one_just_said() -> None:
    """Over sixty turns of a line with two variants the debtor never says the same one twice in a row."""
    rules = [{"tactic": "*", "say": ["yes", "no"]}]
    program = Program(tiny("talk.chat", turns=60, rules=rules))
    debtor, said = Debtor(program, 3), list[str]()
    for _turn in range(60):
        said += spoken(program, debtor.step(CHAT), 3, "en", frozenset(said[-1:]))
    assert all(one != other for one, other in pairwise(said))


def test_debtor_starts_with_what_the_preparation_gave() -> None:
    """Facts that were given hold at the start, the stage too; all others are the scenario's own."""
    program = Program(tiny("talk.chat", points={"supply": {}}, meters={"trust": 4}, stages=["guarded", "probing"]))
    debtor = Debtor(program, 0, {"supply": "known", "trust": 6})
    assert (debtor.position["supply"], debtor.position["trust"], debtor.position["stage"]) == ("known", 6, "guarded")
