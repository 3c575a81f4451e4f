"""Findings: each has an example that gives it and nothing else, what ships gives none, and mutants do not pass."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from doubles import MemoryCache
from engine.examples import BROKEN, marked
from engine.mutations import Mutation, mutate
from engine.small import tiny
from shelf import SHIPPED, WORKED, Solved

import simulator.engine
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.check import Finding, Findings
from simulator.engine.explore import Explorer
from simulator.engine.program import Program
from simulator.engine.reached import Reached, closure
from simulator.engine.replay import replay
from simulator.model.errors import Cancelled, TooManyPositions
from simulator.model.position import Move
from simulator.model.problem import Problem
from simulator.model.scenario import Scenario
from simulator.workflows.author import run_plan
from simulator.workflows.checking import TOO_MANY, check, is_partial
from simulator.workflows.comparing import compare
from simulator.workflows.solutions import Solutions

SLOW = {"many-positions"}  # a million positions take a minute


def _codes() -> list[str]:
    """The codes in the source: the first argument of every call that makes a finding."""
    found: set[str] = {TOO_MANY}
    for source in Path(simulator.engine.__path__[0]).glob("check*.py"):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="finding"), args=[ast.Constant(value=str(code)), *_rest]):
                    found.add(code)
    return sorted(found)


CODES = _codes()
PLAYED = {"dead-end", "early-ending", "profitable-breach", "single-tactic", "stall-pays"}


def problems(library: YamlLibrary, *names: str | Path) -> tuple[Problem, ...]:
    """Everything that checking these gives, with nothing remembered."""
    return check(library, map(str, names), Solutions(MemoryCache()))


def codes(scenario: Scenario) -> list[str]:
    return [one.fault.code for one in Findings(Program(scenario)).all()]


def one_of(scenario: Scenario, code: str) -> Finding:
    (found,) = [one for one in Findings(Program(scenario)).all() if one.fault.code == code]
    return found


# Examples


def test_codes_are_found_in_the_source() -> None:
    """The list of codes is really taken from the source: the page's own list has that many."""
    assert {"rule-never-fires", "dead-end", "single-tactic", "law-scope", "missing-language"} <= set(CODES)
    assert len(CODES) == 21


@pytest.mark.parametrize(
    "code", [pytest.param(code, marks=pytest.mark.slow) if code in SLOW else code for code in CODES]
)
def test_broken_example_gives_just_its_code_at_its_line(code: str, library: YamlLibrary) -> None:
    """The file named after a code has that problem on each marked line, and no other problem at all."""
    path = BROKEN / f"{code}.yaml"
    found = problems(library, path)
    assert [(one.code, one.line) for one in found] == [(code, line) for line in marked(code)]
    assert marked(code)
    for one in found:
        assert one.severity == ("error" if code == TOO_MANY else "finding")
        assert (one.file, one.column > 0, bool(one.message)) == (str(path), True, True)
        assert bool(one.witness) == (code in PLAYED)


@pytest.mark.parametrize("code", sorted(PLAYED))
def test_witness_is_a_play_of_its_scenario(code: str, library: YamlLibrary) -> None:
    """The moves can be played from the start, one after the other."""
    scenario = library.read(str(BROKEN / f"{code}.yaml")).scenario
    assert scenario is not None
    (problem,) = problems(library, BROKEN / f"{code}.yaml")
    assert replay(Program(scenario), [Move.parse(move) for move in problem.witness], seed=0)


def test_witness_of_a_dead_end_is_the_shortest_way_in(library: YamlLibrary) -> None:
    """One move leads there."""
    assert problems(library, BROKEN / "dead-end.yaml")[0].witness == ("press.exec",)


def test_witness_of_a_stall_leaves_the_turns_that_the_message_says(english: None, library: YamlLibrary) -> None:
    """After these moves there are just so many left, and waiting is best."""
    (problem,) = problems(library, BROKEN / "stall-pays.yaml")
    assert len(problem.witness) == 9 - 2
    assert "with 2 turns left" in problem.message


def test_split_line_example_has_no_other_finding_either(library: YamlLibrary) -> None:
    """The reader's finding goes through the same door."""
    found = problems(library, BROKEN / "split-line.yaml")
    assert [(one.code, one.line) for one in found] == [("split-line", line) for line in marked("split-line")]


@pytest.mark.parametrize("name", WORKED)
def test_shipped_scenario_has_neither_errors_nor_findings(name: str, library: YamlLibrary) -> None:
    """Everything that ships is clean, with nothing silenced that is not a trap."""
    assert problems(library, name) == ()


# What is and what is not a finding


TALK = ("talk.chat", "ask.plain", "press.hold", "probe.verify", "close.deal", "end.leave")


def test_silence_is_respected_and_of_its_code_alone(library: YamlLibrary, tmp_path: Path) -> None:
    """A file that says why it is meant is believed, for that code."""
    text = (BROKEN / "card-unused.yaml").read_text(encoding="utf-8")
    path = tmp_path / "scenario.yaml"
    path.write_text(text + "silence: {card-unused: it is a trap}\n", encoding="utf-8")
    assert problems(library, path) == ()
    path.write_text(text + "silence: {offer-unused: it is a trap}\n", encoding="utf-8")
    assert [one.code for one in problems(library, path)] == ["card-unused"]


def test_silence_holds_for_a_finding_of_the_reader(library: YamlLibrary, tmp_path: Path) -> None:
    """It makes no difference who finds it."""
    path = tmp_path / "scenario.yaml"
    text = (BROKEN / "split-line.yaml").read_text(encoding="utf-8")
    path.write_text(text + "silence: {split-line: it is meant}\n", encoding="utf-8")
    assert problems(library, path) == ()


def test_scenario_with_errors_is_not_explored(library: YamlLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    """What has no meaning has no positions."""
    monkeypatch.setattr(Explorer, "explore", lambda *_arguments: pytest.fail("it was explored"))
    assert [one.code for one in problems(library, BROKEN / "unknown-name.yaml")] == ["unknown-name"]


def test_rule_that_never_fires_says_which_earlier_one_takes_its_place(english: None) -> None:
    """Or that what it asks never comes together: two faults, two cures."""
    shadowed = tiny("talk.chat", rules=[{"tactic": "talk.chat"}, {"tactic": "*", "then": {"trust": +1}}])
    message = one_of(shadowed, "rule-never-fires").fault.message
    assert "“talk.chat” always meets an earlier one, such as rule 1" in message
    beyond = tiny("talk.chat", rules=[{"tactic": "talk.chat", "when": {"trust": "> 10"}}])
    assert "never comes together" in one_of(beyond, "rule-never-fires").fault.message


def test_rule_of_a_lower_layer_may_never_fire() -> None:
    """A persona serves many scenarios."""
    persona = {"rules": [{"tactic": "talk.chat", "when": {"trust": "> 10"}}]}
    assert "rule-never-fires" not in codes(tiny("talk.chat", persona=persona))


def test_what_lower_layers_bring_is_no_fault_but_a_personas_cards_are() -> None:
    """Unused endings and stages of lower layers are nobody's fault; an excuse that the persona brings is to be raised,
    and the finding stands where the scenario names the persona."""
    lower = {"endings": {"timeout": {"recovers": 0.1}, "never": {"recovers": 0.2}}, "stages": ["guarded", "unused"]}
    scenario = tiny(*TALK, standard=lower, persona={"excuses": {"cash": {}}})
    found = codes(scenario)
    assert "ending-unreachable" not in found
    assert "stage-unreachable" not in found
    assert one_of(scenario, "excuse-never-raised").fault.path == ("persona",)


def test_point_that_the_preparation_gives_is_learnable() -> None:
    """Studying the file is a way to know."""
    card: dict[str, Any] = {"points": {"supply": {}}}
    question = {"id": "what", "kind": "number", "answer": 1, "give": {"supply": "known"}}
    assert "never-learnable" in codes(tiny(*TALK, **card))
    assert "never-learnable" not in codes(tiny(*TALK, **card, preparation=[question]))


def test_point_that_only_a_breach_makes_known_is_not_learnable() -> None:
    """Lawful play counts."""
    scenario = tiny(
        *TALK, "red.threat", points={"supply": {}}, rules=[{"tactic": "red.threat", "then": {"supply": "known"}}]
    )
    assert "never-learnable" in codes(scenario)


def test_slow_talk_is_no_dead_end() -> None:
    """Where the good ending only takes longer than the turns, something is wrong, but the way is open."""
    rules = [
        {"tactic": "talk.chat", "then": {"trust": +1}},
        {"tactic": "ask.plain", "when": {"trust": ">= 6"}, "end": "paid"},
    ]
    slow = tiny("talk.chat", "ask.plain", endings={"paid": {"recovers": 0.9}}, rules=rules)
    assert slow.turns == 3
    assert "dead-end" not in codes(slow)
    never = tiny("talk.chat", "ask.plain", endings={"paid": {"recovers": 0.9}}, rules=rules[1:])
    assert "dead-end" in codes(never)


def test_closure_keeps_the_numbers_of_the_positions_within(solved: Callable[[str], Solved]) -> None:
    """What is reached within the turns comes first, in the same order."""
    known = solved("invoice-not-found")
    beyond = closure(known.solver.explorer, known.graph, known.program.start())
    assert beyond.positions > known.graph.positions
    assert (beyond.keys[: known.graph.positions] == known.graph.keys).all()
    assert len(beyond.levels[-1].keys) == 0, "nothing new is left"


def test_positions_by_turn_are_those_that_a_talk_can_stand_in(solved: Callable[[str], Solved]) -> None:
    """After each number of turns: the start alone at first, and in the end some of all."""
    known = solved("invoice-not-found")
    masks = list(Reached(known.graph).by_turn(lawful=False))
    assert len(masks) == known.scenario.turns + 1
    assert masks[0].sum() == 1
    for turn, mask in enumerate(masks):
        assert not mask[known.graph.first_after(turn) :].any()
    assert all(mask[len(known.graph.levels[0].keys) :].any() for mask in masks[1:])


def test_breach_that_does_not_pay_is_none() -> None:
    """Only a gain counts."""
    rules = [{"tactic": "red.threat", "end": "paid"}, {"tactic": "ask.plain", "end": "paid"}]
    scenario = tiny("ask.plain", "red.threat", endings={"paid": {"recovers": 0.9}}, rules=rules)
    assert "profitable-breach" not in codes(scenario)
    paying = tiny("talk.chat", "red.threat", worth={"breach": -1}, endings={"paid": {"recovers": 0.9}}, rules=rules[:1])
    assert one_of(paying, "profitable-breach").witness == (Move("red.threat"),)


def test_initiative_that_changes_what_it_asks_does_not_repeat() -> None:
    """It fires once, and those below have their turn; one that is shadowed for another reason is told as such."""
    below = {"when": {"trust": ">= 1"}, "then": {"pressure": +1}}
    keeps = tiny(
        "talk.chat",
        rules=[{"tactic": "talk.chat", "then": {"trust": +1}}],
        initiative=[{"when": {"hostility": "<= 9"}, "then": {"trust": +1}}, below],
    )
    assert {"initiative-repeats"} <= set(codes(keeps))
    assert "rule-never-fires" not in codes(keeps)
    moves_on = tiny(
        "talk.chat", initiative=[{"when": {"pressure": "= 0"}, "then": {"trust": +1, "pressure": +1}}, below]
    )
    assert "initiative-repeats" not in codes(moves_on)
    hopeless = tiny(
        "talk.chat",
        initiative=[
            {"when": {"hostility": "<= 9"}, "then": {"trust": +1}},
            {"when": {"pressure": "> 10"}, "then": {"trust": -1}},
        ],
    )
    assert "initiative-repeats" not in codes(hopeless)
    assert "rule-never-fires" in codes(hopeless)


@pytest.mark.parametrize(
    ("creditor", "debtor", "applies", "found"),
    [
        ("small", "large", True, False),
        ("small", "large", False, True),
        ("medium", "public", False, True),
        ("small", "small", True, True),
        ("large", "large", True, True),
        ("small", "medium", False, False),
        (None, "large", False, False),
    ],
)
def test_law_scope_is_that_of_the_ordinance(creditor: str | None, debtor: str, applies: bool, found: bool) -> None:
    """A small creditor against a large or public debtor, and nobody else; of unknown sizes nothing is said."""
    case = {
        "creditor": {"name": "A", **({"size": creditor} if creditor else {})},
        "debtor_company": {"name": "B", "size": debtor},
    }
    law = {
        "sme": {"kind": "sme-ordinance", "applies": applies},
        "other": {"kind": "contract-penalty", "applies": False},
    }
    assert ("law-scope" in codes(tiny("talk.chat", "press.law", laws=law, case=case))) == found


def test_missing_language_stands_at_its_text(library: YamlLibrary, tmp_path: Path) -> None:
    """In block and bracket style, in lists and deep down: at the line of the key whose text lacks it."""
    path = tmp_path / "scenario.yaml"
    path.write_text(
        "scenario: words\n"
        "turns: 4\n"
        "title: {zh: 词}\n"
        "case:\n"
        "  papers:\n"
        "    contract:\n"
        "      title: {zh: 合同, en: Contract}\n"
        "      text:\n"
        "        en: Clause 8\n"
        "note:\n"
        "  - {id: next, kind: number, ask: {en: What next?}}\n"
        "rules:\n"
        "  - tactic: ask.gentle\n"
        "    chance:\n"
        "      - {weight: 1, say: {zh: [好, 行]}}\n"
        "      - weight: 1\n"
        "        say:\n"
        "          - {en: Yes.}\n"
        "          - {en: No.}\n",
        encoding="utf-8",
    )
    found = [one.line for one in problems(library, path) if one.code == "missing-language"]
    assert found == [3, 8, 11, 15, 17]


# Too many positions


def test_scenario_too_large_keeps_what_reading_finds(library: YamlLibrary, tmp_path: Path) -> None:
    """The error names the facts to blame; the findings that need no exploring stand beside it, marked as partial."""
    path = tmp_path / "scenario.yaml"
    path.write_text((BROKEN / f"{TOO_MANY}.yaml").read_text(encoding="utf-8") + "title: {zh: 大}\n", encoding="utf-8")
    found = problems(library, path)
    assert {one.code for one in found} == {TOO_MANY, "missing-language"}
    assert "mood-r (11)" in next(one.message for one in found if one.code == TOO_MANY)
    assert is_partial(found)
    assert not is_partial(problems(library, BROKEN / "missing-language.yaml"))


def test_limit_is_met_with_the_turns_that_were_explored(solved: Callable[[str], Solved]) -> None:
    """The error says how far exploring came."""
    with pytest.raises(TooManyPositions) as caught:
        Findings(solved("invoice-not-found").program, limit=1_000).all()
    assert caught.value.positions > 1_000
    assert 0 < caught.value.turns < solved("invoice-not-found").scenario.turns


def test_check_can_be_cancelled(solved: Callable[[str], Solved]) -> None:
    """Whoever asks it to stop is heard."""
    with pytest.raises(Cancelled):
        Findings(solved("invoice-not-found").program, cancelled=lambda: True).all()


# What is remembered


def test_check_remembers_what_it_proved(library: YamlLibrary, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time nothing is explored, and the same is said at the same lines."""
    kept = MemoryCache()
    names = [*WORKED, str(BROKEN / "dead-end.yaml"), str(BROKEN / f"{TOO_MANY}.yaml")]
    first = check(library, names, Solutions(kept))
    monkeypatch.setattr(Explorer, "explore", lambda *_arguments: pytest.fail("it was explored"))
    assert check(library, names, Solutions(kept)) == first
    assert len(first) == 2


@pytest.mark.parametrize("junk", [b"", b"junk", b"[1]", b'[["scenario"]]', b"null"])
def test_damaged_memory_is_proved_anew(junk: bytes, library: YamlLibrary) -> None:
    """What is remembered is never believed when it does not read."""
    kept = MemoryCache()
    first = check(library, [str(BROKEN / "dead-end.yaml")], Solutions(kept))
    kept.kept = dict.fromkeys(kept.kept, junk)
    assert check(library, [str(BROKEN / "dead-end.yaml")], Solutions(kept)) == first


def test_memory_of_one_language_is_not_told_in_another(library: YamlLibrary) -> None:
    """Messages come in the language of the run."""
    from simulator.model import language

    kept, said = MemoryCache(), set()
    for one in language.LANGUAGES:
        language.use(one)
        said |= {problem.message for problem in check(library, [str(BROKEN / "dead-end.yaml")], Solutions(kept))}
    assert len(said) == 2


# Mutants


@cache
def content(name: str) -> Any:
    return yaml.load((SHIPPED / "library" / name / "scenario.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)


class Mutants:
    """Judges mutants of shipped scenarios."""

    def __init__(self, library: YamlLibrary, solutions: Solutions, folder: Path) -> None:
        self.library, self.solutions, self.folder = library, solutions, folder

    def judge(self, name: str, mutation: Mutation) -> str:
        """``check``: it is reported. ``harmless``: same solution and same texts. ``plan``: a test plan of the scenario
        fails. ``diff``: only the comparison with the original tells. Empty: nothing tells."""
        path = self.folder / name / "scenario.yaml"
        path.parent.mkdir(exist_ok=True)
        text = yaml.dump(mutation.data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=10_000)
        path.write_text(text, encoding="utf-8")
        if problems(self.library, path):
            return "check"
        before, after = self.library.read(name).scenario, self.library.read(str(path)).scenario
        assert before is not None
        assert after is not None
        found = compare(before, after, self.solutions)
        if found.before == found.after and not found.texts and all(one.how == "moved" for one in found.changes):
            return "harmless"
        plans, _problems = self.library.plans(name)
        program = Program(after)
        if any(run_plan(program, plan, self.solutions).failures for plan in plans):
            return "plan"
        return "" if found.is_none else "diff"

    def judge_all(self, names: list[str], count: int) -> None:
        """Every mutant is told of. A rule that is taken away or moved leaves another sound scenario, which no check
        can hold against it: there the plans tell, or the comparison, which names that rule."""
        for seed in range(count):
            name = names[seed % len(names)]
            mutation = mutate(content(name), seed)
            verdict = self.judge(name, mutation)
            allowed = {"check", "harmless"}
            if mutation.kind in ("rule removed", "rule moved up"):
                allowed |= {"plan", "diff"}
            assert verdict in allowed, f"seed {seed}, {name}: {mutation.kind}, {mutation.what}: {verdict or 'unseen'}"


@pytest.fixture
def mutants(library: YamlLibrary, solutions: Solutions, tmp_path: Path) -> Mutants:
    return Mutants(library, solutions, tmp_path)


def test_mutant_is_reported_or_harmless(mutants: Mutants) -> None:
    """30 faults as authors make them, in the smallest shipped scenario."""
    mutants.judge_all(["invoice-not-found"], 30)


@pytest.mark.slow
def test_mutant_of_an_easy_middling_or_hard_scenario_is_reported_or_harmless(mutants: Mutants) -> None:
    """1,000 of them."""
    mutants.judge_all(list(WORKED), 1_000)


def test_mutation_changes_something_each_time() -> None:
    """The mutants are mutants."""
    data = content("invoice-not-found")
    before = copy.deepcopy(data)
    for seed in range(80):
        assert mutate(data, seed).data != before
    assert data == before


def test_unchanged_scenario_is_judged_harmless(mutants: Mutants) -> None:
    """Written out again, a scenario is the same."""
    data = content("invoice-not-found")
    assert mutants.judge("invoice-not-found", replace(mutate(data, 0), data=data)) == "harmless"
