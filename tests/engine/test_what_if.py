"""What each move would do here: what is told is what the live machine does, and why not another is told in full."""

from __future__ import annotations

import random
from typing import Any

import pytest
from engine.batch import facts
from engine.reference import Act, Reference, listed, means
from engine.small import ASK, CHAT, THREAT, shipped, tiny
from engine.strategies import scenarios
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import WORKED

from simulator.engine.machine import Debtor, Step
from simulator.engine.program import Program
from simulator.engine.what_if import Answered, Branching, Passed, Reason, RuleAt, rule_at, what_if
from simulator.model.position import Move
from simulator.model.scenario import Scenario


def answered(program: Program, move: Move, **position: object) -> Answered:
    """One move in the position with these facts."""
    return next(one for one in what_if(program, program.codes(position)) if one.move == move)


def chosen(answer: Answered, step: Step) -> tuple[Branching, Branching]:
    """The branch of the rule that a step took, and the one that its turn ended with."""
    branch = answer.branches[step.reaction.chosen if step.reaction else 0]
    return branch, branch.follows[step.initiative.chosen] if step.initiative else branch


def assert_says_what_happens(answer: Answered, step: Step) -> None:
    """Rule, habits, initiative, facts, ending and lines are those of the turn, its patience aside."""
    branch, leaf = chosen(answer, step)
    assert answer.fired == (rule_at(step.reaction.rule) if step.reaction else None)
    assert answer.habits == tuple(rule_at(habit) for habit in step.habits)
    assert branch.initiative == (rule_at(step.initiative.rule) if step.initiative else None)
    said = branch.utterances + (leaf.utterances if step.initiative else ())
    assert said == tuple(one.lines for one in step.utterances)
    if step.timed_out:
        assert leaf.ending is None
    else:
        assert (leaf.after, leaf.ending) == (step.after, step.ending)
    assert leaf in branch.leaves()


def failing(reference: Reference, rule: Any, position: Any, act: Act) -> set[tuple[str, str]]:
    """The parts of a rule that do not hold, by the second reading of the language, as (within, key)."""
    found = set()
    if rule.card is not None and act.card not in listed(rule.card):
        found.add(("", "card"))
    if rule.stage is not None and position["stage"] not in listed(rule.stage):
        found.add(("", "stage"))
    for name, condition in rule.when.items():
        if not reference._entry_holds(name, condition, rule.when, position, act):
            found.add(("when", name))
    return found


def assert_passed_rules_are_explained(program: Program, reference: Reference, answer: Answered, codes: Any) -> None:
    """Every rule above the one that fires whose tactic is meant is there, in order, with just what does not hold."""
    position, act = facts(program, codes), Act(*answer.move)
    rule = reference.fired(position, act)
    assert answer.fired == (rule_at(rule) if rule else None)
    rules = list(program.scenario.rules)
    above = rules if rule is None else rules[: rules.index(rule)]
    about = [one for one in above if means(one.tactic, act.tactic)]
    assert [one.rule for one in answer.passed] == [rule_at(one) for one in about]
    for passed, one in zip(answer.passed, about, strict=True):
        told = [(reason.within, reason.key) for reason in passed.reasons]
        assert told
        assert len(set(told)) == len(told)
        assert set(told) == failing(reference, one, position, act)


def assert_all_is_so(program: Program, reference: Reference, codes: Any, seed: int, turn: int) -> None:
    """All of one position."""
    answers = what_if(program, codes)
    assert [answer.move for answer in answers] == [compiled.move for compiled in program.legal(codes)]
    for answer in answers:
        assert_passed_rules_are_explained(program, reference, answer, codes)
        debtor = Debtor(program, seed)
        debtor.place(codes, turn)
        assert_says_what_happens(answer, debtor.step(answer.move))


@given(scenario=scenarios(), choices=st.lists(st.integers(0, 10**6), max_size=4), seed=st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_what_if_of_generated_scenarios_is_what_the_live_machine_does(
    scenario: Scenario, choices: list[int], seed: int
) -> None:
    """In positions that random plays meet, every move does what is told, and every rule that is passed over has told
    just those of its parts that do not hold by a second reading of the language."""
    program, reference = Program(scenario), Reference(scenario)
    debtor = Debtor(program, seed)
    for choice in choices:
        legal = debtor.legal()
        if not legal:
            return
        assert_all_is_so(program, reference, debtor.codes, seed, debtor.turn)
        debtor.step(legal[choice % len(legal)].move)


@pytest.mark.parametrize("name", WORKED)
def test_what_if_of_a_shipped_scenario_is_what_the_live_machine_does(name: str) -> None:
    """The same, of every move in the positions of two random plays of each shipped scenario."""
    program = shipped(name)
    reference = Reference(program.scenario)
    for seed in range(2):
        chance, debtor = random.Random(seed), Debtor(program, seed)
        while legal := [one for one in debtor.legal() if one.move.tactic != "end.leave"]:
            assert_all_is_so(program, reference, debtor.codes, seed, debtor.turn)
            debtor.step(chance.choice(legal).move)


def test_what_if_gives_lawful_moves_first() -> None:
    """In the order of the menu, the forbidden ones behind."""
    program = Program(tiny("red.threat", "talk.chat", "ask.plain"))
    answers = what_if(program, program.start())
    assert [(one.move, one.forbidden) for one in answers] == [(CHAT, False), (ASK, False), (THREAT, True)]


def test_branches_carry_weights_changes_stage_ending_and_words() -> None:
    """Both outcomes of a chance, each with what differs from now, the ending's own effect too."""
    rule = {
        "tactic": "talk.chat",
        "chance": [
            {"weight": 3, "then": {"trust": 2}, "to": "open", "say": "Well."},
            {"weight": 1, "end": "left"},
        ],
    }
    endings = {"left": {"recovers": 0, "then": {"trust": "= 9"}}}
    program = Program(tiny("talk.chat", stages=["shut", "open"], endings=endings, rules=[rule]))
    first, second = answered(program, CHAT).branches
    assert (first.weight, first.total, first.stage, first.ending) == (3, 4, "open", None)
    assert first.changes == {"trust": (0, 2), "stage": ("shut", "open")}
    assert [one.en for one in first.utterances] == [("Well.",)]
    assert (second.weight, second.ending, second.changes) == (1, "left", {"trust": (0, 9)})
    assert program.position(second.after)["trust"] == 9


def test_habits_add_and_initiative_follows_each_branch_by_itself() -> None:
    """The initiative is read against each branch's own position, and its changes stand apart."""
    program = Program(
        tiny(
            "talk.chat",
            rules=[{"tactic": "*", "chance": [{"weight": 1, "then": {"pressure": 5}}, {"weight": 1}]}],
            habits=[{"tactic": "talk.*", "then": {"hostility": 1}}],
            initiative=[{"when": {"pressure": ">= 5"}, "then": {"pressure": "= 0", "hostility": 1}}],
        )
    )
    answer = answered(program, CHAT)
    pressed, left = answer.branches
    assert answer.habits == (RuleAt("scenario", ("habits", 0)),)
    assert pressed.changes == {"pressure": (0, 5), "hostility": (0, 1)}
    assert pressed.initiative == RuleAt("scenario", ("initiative", 0))
    assert [one.changes for one in pressed.follows] == [{"pressure": (5, 0), "hostility": (1, 2)}]
    assert (left.initiative, left.follows, left.leaves()) == (None, (), (left,))


def test_reasons_say_what_was_wanted_as_written_and_what_is_there() -> None:
    """Card, stage, meters, statuses, the card aimed at, and the family before, each in the file's own terms."""
    program = Program(
        tiny(
            "probe.verify",
            "talk.chat",
            stages=["shut", "open"],
            excuses={"cash": {"start": "standing"}, "boss": {"start": "standing"}},
            rules=[
                {"tactic": "probe.verify", "card": "boss"},
                {"tactic": "probe.*", "stage": ["open"], "when": {"trust": ">= 4", "boss": ["unsaid", "not standing"]}},
                {"tactic": "probe.verify", "when": {"card": "settled"}},
                {"tactic": "probe.verify", "when": {"last": "same"}},
                {"tactic": "talk.chat"},
                {"tactic": "*", "then": {"trust": 1}},
            ],
        )
    )
    answer = answered(program, Move("probe.verify", "cash"))
    assert answer.fired == RuleAt("scenario", ("rules", 5))
    assert answer.passed == (
        Passed(RuleAt("scenario", ("rules", 0)), (Reason("card", "", "card", ("boss",), "cash"),)),
        Passed(
            RuleAt("scenario", ("rules", 1)),
            (
                Reason("stage", "", "stage", ("open",), "shut"),
                Reason("trust", "when", "trust", (">= 4",), 0),
                Reason("boss", "when", "boss", ("unsaid", "not standing"), "standing"),
            ),
        ),
        Passed(RuleAt("scenario", ("rules", 2)), (Reason("card", "when", "cash", ("settled",), "standing"),)),
        Passed(RuleAt("scenario", ("rules", 3)), (Reason("last", "when", "last", ("same",), "none|talk"),)),
    )


def test_rule_about_a_card_is_passed_by_a_move_without_one() -> None:
    """There is no card to read: nothing is there instead."""
    rules = [{"tactic": "value.repair", "when": {"card": "standing"}}]
    program = Program(tiny("value.repair", excuses={"cash": {"start": "standing"}}, rules=rules))
    answer = answered(program, Move("value.repair"))
    assert answer.fired == RuleAt("standard", ("rules", 0))
    assert answer.passed[0].reasons == (Reason("card", "when", "card", ("standing",), None),)


def test_rule_is_named_by_layer_section_and_number() -> None:
    """As an author finds it in the file."""
    assert str(RuleAt("persona", ("rules", 3))) == "persona: rules[3]"
