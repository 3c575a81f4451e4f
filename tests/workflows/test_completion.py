"""What can be written at the caret: what the schema allows there, and the ids that exist."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any

import pytest
from shelf import SHIPPED, WORKED

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.model.language import use
from simulator.model.scenario import Excuse, Rule, ScenarioFile
from simulator.workflows.completion import Completion, complete
from simulator.workflows.key_texts import KEY_TEXTS
from simulator.workflows.outline import outline
from simulator.workflows.ports import Words

HEAD = """\
scenario: x
persona: process-hider
stages: [one, two]
meters: {face: 3}
excuses:
  cash: {kind: E01}
  in-process: null
endings:
  signed: {recovers: 1}
"""


@pytest.fixture(scope="session")
def words(library: YamlLibrary) -> Words:
    return library.words()


def at(text: str, words: Words) -> tuple[Completion, ...]:
    """The completions where ``|`` stands."""
    before, after = text.split("|")
    return complete(before + after, before.count("\n"), len(before) - before.rfind("\n") - 1, words)


def offered(text: str, words: Words) -> list[str]:
    return [one.text for one in at(text, words)]


def accepted(text: str, words: Words) -> str:
    """The caret's line when the first completion is accepted."""
    first = at(text, words)[0]
    line = text.replace("|", "").split("\n")[text.split("|")[0].count("\n")]
    return line[: first.replaces[0]] + first.text + line[first.replaces[1] :]


# Keys


def test_top_keys_are_those_of_a_scenario_that_are_not_there_yet(words: Words) -> None:
    """Before and after the caret; each says what it is."""
    found = {one.text.rstrip(": "): one.detail for one in at("scenario: x\n|\nturns: 3\n", words)}
    assert set(found) == set(ScenarioFile.model_fields) - {"scenario", "turns"}
    assert found["level"] == "1 easy .. 5 hard"


def test_what_keys_mean_is_said_in_the_programs_language(words: Words) -> None:
    """The list for the translators is that of the schema, so that no key is left in English."""
    said = set(_descriptions(words.schema, words.schema))
    assert said == set(KEY_TEXTS)
    use("zh")
    details = {one.text: one.detail for one in at("|", words)}
    assert details["level: "] == "1 易……5 难"
    assert details["case:"] == "学员谈话前研究的案卷。"


def _descriptions(node: object, schema: Any) -> Iterator[str]:
    """The descriptions of all keys; of one without its own, that of the model that it holds."""
    if isinstance(node, dict):
        properties = node.get("properties")
        for value in properties.values() if isinstance(properties, dict) else ():
            if "description" not in value and "$ref" in value:
                value = schema["$defs"][value["$ref"].rpartition("/")[2]]
            if "description" in value:
                yield value["description"]
        for value in node.values():
            yield from _descriptions(value, schema)
    elif isinstance(node, list):
        for value in node:
            yield from _descriptions(value, schema)


def test_key_that_is_being_written_comes_first(words: Words) -> None:
    """With its colon, and a space where a value follows beside it."""
    assert offered("le|", words)[0] == "level: "
    assert offered("ru|", words)[0] == "rules:"
    assert offered("le|: 3", words)[0] == "level"
    assert accepted("scenario: x\nlev|el: 3\n", words) == "level: 3"


@pytest.mark.parametrize(
    "text",
    [
        "rules:\n  - tactic: ask.gentle\n    |",
        "rules:\n- tactic: ask.gentle\n  |",
        "rules:\n  - say: x\n    |\n    tactic: ask.gentle",
        "rules:\n  - {tactic: ask.gentle, |}",
        "rules:\n  - {tactic: ask.gentle, |",
        "rules:\n  - {tactic: ask.gentle,\n     |}",
        "rules: [{tactic: a.b}, {tactic: ask.gentle, |}]",
        "rules:\n  - tactic:\n      - ask.gentle\n      - probe.*\n    |",
        "rules:\n  - tactic: ask.gentle\n    why: |-\n      long\n    |".replace("|-", "\x00-"),
    ],
)
def test_keys_of_a_rule_are_offered_however_it_is_written(words: Words, text: str) -> None:
    """In blocks, in brackets, over several lines, and where a bracket is not closed yet."""
    before, after = text.split("|")
    text = before.replace("\x00", "|"), after
    column = len(text[0]) - text[0].rfind("\n") - 1
    keys = {one.text.rstrip(": ") for one in complete(text[0] + text[1], text[0].count("\n"), column, words)}
    there = {"tactic"} | ({"say"} if "say:" in text[0] else set()) | ({"why"} if "why:" in text[0] else set())
    assert keys == set(Rule.model_fields) - there


def test_keys_of_a_card_are_those_of_its_kind(words: Words) -> None:
    """An excuse has other fields than a law."""
    found = {one.rstrip(": ") for one in offered("excuses:\n  cash:\n    |", words)}
    assert found == set(Excuse.model_fields)
    assert "applies: " in offered("laws:\n  act:\n    |", words)


def test_key_of_a_list_item_is_offered_behind_its_dash(words: Words) -> None:
    assert "tactic: " in offered("rules:\n  - |", words)
    assert accepted("rules:\n  - tac|", words) == "  - tactic: "


def test_facts_are_the_keys_of_guards_and_effects(words: Words) -> None:
    """Meters and cards of all layers but for what is taken away; what only a guard may read stands in no effect."""
    guard = offered(HEAD + "rules:\n  - tactic: probe.*\n    when: {|}", words)
    effect = offered(HEAD + "rules:\n  - tactic: probe.*\n    then:\n      |", words)
    assert {"trust: ", "face: ", "cash: ", "card: ", "stage: ", "last: ", "conduct: "} <= set(guard)
    assert {"trust: ", "face: ", "cash: ", "card: "} <= set(effect)
    assert not {"stage: ", "last: ", "conduct: "} & set(effect)
    assert "in-process: " not in guard
    below = words.below["process-hider"].cards
    assert below
    assert {f"{card}: " for card in below if card != "in-process"} <= set(guard)


def test_ending_that_is_taken_away_is_offered_no_more(words: Words) -> None:
    """One of the lower layers, set to nothing here."""
    rule = "rules:\n  - tactic: a\n    end: |"
    assert "left" in offered(HEAD + rule, words)
    assert "left" not in offered(HEAD + "  left: null\n" + rule, words)
    assert "left" not in offered(HEAD + "  left: ~\n" + rule, words)


def test_initiative_has_no_card(words: Words) -> None:
    """It is aimed at none."""
    assert "card: " not in offered(HEAD + "initiative:\n  - when: {|}", words)


def test_cards_of_lower_layers_are_offered_in_their_section(words: Words) -> None:
    """To be changed or taken away."""
    found = offered("persona: process-hider\nexcuses:\n  |", words)
    assert {f"{card}:" for card, kind in words.below["process-hider"].cards.items() if kind == "excuse"} <= set(found)


# Values


@pytest.mark.parametrize(
    ("text", "there", "not_there"),
    [
        ("rules:\n  - tactic: |", ["ask.gentle", "press.*", '"*"'], []),
        ("rules:\n  - tactic: [press.*, |]", ["ask.gentle"], ["press.*"]),
        ("rules:\n  - tactic:\n      - press.*\n      - |", ["ask.gentle"], ["press.*"]),
        ("rules:\n  - tactic: probe.verify\n    card: |", ["cash"], ["in-process"]),
        ("rules:\n  - card: |\n    tactic: ask.gentle", [], ["cash"]),
        ("rules:\n  - stage: |", ["one", "two"], ["guarded"]),
        ("rules:\n  - {stage: [one, |], tactic: a}", ["two"], ["one"]),
        ("rules:\n  - to: |", ["one", "two"], []),
        ("rules:\n  - chance:\n      - {weight: 1, to: |}", ["one", "two"], []),
        ("rules:\n  - end: |", ["signed", "timeout"], []),
        ("rules:\n  - when: {trust: |}", ['">= 5"', '"4..6"'], []),
        ("rules:\n  - when: {cash: |}", ["unsaid", "standing", "settled", "not settled"], ["known"]),
        ("rules:\n  - when: {cash: [settled, |]}", ["unsaid"], ["settled"]),
        ("rules:\n  - tactic: probe.verify\n    when: {card: |}", ["standing"], ["tabled"]),
        ("rules:\n  - when: {last: |}", ["none", "same", "press"], []),
        ("initiative:\n  - when: {last: |}", ["none", "press"], ["same"]),
        ("rules:\n  - when: {conduct: |}", ["lawful", "breached"], []),
        ("rules:\n  - when: {stage: |}", ["one", "not one"], []),
        ("rules:\n  - then: {face: |}", ["+1", "-1", "+1 up to 7", '"= 5"'], []),
        ("rules:\n  - then: {cash: |}", ["settled"], ["not settled", "used"]),
        ("habits:\n  - tactic: press.*\n    then:\n      cash: |", ["settled"], []),
        ("persona: |", ["process-hider"], []),
        ("courses: [|]", ["collection"], []),
        ("objectives:\n  - |", ["collection/why.responsibility"], []),
        ("preparation:\n  - objective: |", ["collection/why.responsibility"], []),
        ("preparation:\n  - options: {a: A, b: B}\n    answer: |", ["a", "b"], []),
        ("preparation:\n  - options: {a: A, b: B}\n    answer: [a, |]", ["b"], ["a"]),
        ("preparation:\n  - classes: {c: C}\n    options: {a: A}\n    answer: {a: |}", ["c"], []),
        ("preparation:\n  - give: {face: |}", ["0", "10"], []),
        ("preparation:\n  - give: {cash: |}", ["standing"], []),
        ("preparation:\n  - kind: |", ["one", "many", "sort"], []),
        ("note:\n  - options: {a: A}\n    answers: {signed: |}", ["a", "none"], []),
        ("note:\n  - answers:\n      - when: {ending: |}", ["signed", "timeout"], []),
        ("note:\n  - options: {a: A}\n    answers:\n      - answer: |", ["a"], []),
        ("points:\n  p:\n    start: |", ["hidden", "known", "used"], []),
        ("laws:\n  l:\n    applies: |", ["true", "false"], []),
        ("status: |", ["draft", "published", "retired"], []),
        ("channel: |", ["phone", "visit"], []),
        ("endings:\n  late:\n    then: {trust: |}", ["+1"], []),
    ],
)
def test_values_are_ids_of_the_right_kind(words: Words, text: str, there: list[str], not_there: list[str]) -> None:
    """Each place has its own, and what its list has already is not offered again."""
    skipped = text.split(":")[0]
    head = "".join(line for line in HEAD.splitlines(True) if not line.startswith(skipped + ":"))
    if skipped == "endings":
        head = head.replace("  signed: {recovers: 1}\n", "")
    found = offered(head + text, words)
    assert [one for one in there if one not in found] == []
    assert [one for one in not_there if one in found] == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('rules:\n  - when: {trust: ">= |"}', '  - when: {trust: ">= 0"}'),
        ("rules:\n  - when: {trust: |}", '  - when: {trust: ">= 5"}'),
        ("rules:\n  - tactic: pro|be.cau", "  - tactic: probe.cause"),
        ('rules:\n  - tactic: "prob|', '  - tactic: "probe.cause'),
        ("rules:\n  - tactic: '|'", "  - tactic: 'open.appointment'"),
        ("rules:\n  - when: {cash: not |}", "  - when: {cash: not unsaid}"),
        ("rules:\n  - when: {cash: not |, trust: x}", "  - when: {cash: not unsaid, trust: x}"),
        ("rules:\n  - say: {zh: [欠款。], en: [a]}\n    st|", "    stage: "),
        ("rules: [{say: 欠款没有付, sta|}]", "rules: [{say: 欠款没有付, stage: }]"),
    ],
)
def test_accepting_puts_the_word_in_its_place(words: Words, text: str, line: str) -> None:
    """With quotes where YAML needs them and there are none; columns are characters, Chinese ones too."""
    assert accepted(HEAD + text, words) == line


def test_words_are_found_by_their_parts_and_by_their_names(words: Words) -> None:
    """``cause`` finds ``probe.cause`` behind what begins so; an author may also type what the tactic is called."""
    assert "probe.cause" in offered("rules:\n  - tactic: cause|", words)
    use("zh")
    name = words.tactics["probe.cause"]
    assert name is not None
    found = at(f"rules:\n  - tactic: {name.zh[:2]}|", words)
    assert ("probe.cause", name.zh) in [(one.text, one.detail) for one in found]


def test_figures_are_offered_in_texts_behind_a_brace(words: Words) -> None:
    """Those of the case, closed by their own brace; nowhere else."""
    assert accepted('rules:\n  - say: {zh: ["还欠{am|"]}', words) == '  - say: {zh: ["还欠{amount}"]}'
    assert accepted("title: 欠{am|", words) == "title: 欠{amount}"
    assert offered('rules:\n  - tactic: "{am|"', words) == []


# Where nothing is


@pytest.mark.parametrize(
    "text",
    [
        "# a com|ment",
        "scenario: x # a com|ment",
        "case:\n  briefing: \x00\n    a long te|xt\n",
        'title: "over two\n  li|nes"',
        "|  scenario: x",
        "rules: [{tactic: a}]|",
        'title: "closed"|',
        "level: |",
    ],
)
def test_nothing_is_offered_where_nothing_can_be_known(words: Words, text: str) -> None:
    """Comments, texts over several lines, indentation, behind what is closed, free values."""
    before, _caret, after = text.partition("|")
    before, after = before.replace("\x00", "|"), after.replace("\x00", "|")
    found = complete(before + after, before.count("\n"), len(before) - before.rfind("\n") - 1, words)
    assert found == ()


@pytest.mark.parametrize(
    "broken",
    ["excuses: {cash: {kind: [", "title: 'open", "a: b: c\n\td", "- - -", "stages: [one, two", "}{][", ': "', "&a *b"],
)
def test_text_that_is_broken_elsewhere_is_completed_all_the_same(words: Words, broken: str) -> None:
    """Above and below: what is never closed ends where something else begins."""
    rule = "rules:\n  - tactic: probe.cause\n    st|\n"
    assert offered(f"{broken}\n{rule}", words)[0] == "stage: "
    assert offered(f"{rule}{broken}", words)[0] == "stage: "


@pytest.mark.parametrize("name", WORKED)
def test_every_caret_in_a_shipped_scenario_has_an_answer_that_fits(words: Words, name: str) -> None:
    """At any place completing gives something to put there and no traceback, also where the text was cut off."""
    text = (SHIPPED / "library" / name / "scenario.yaml").read_text(encoding="utf-8")
    lines, chance = text.split("\n"), random.Random(1)
    for _ in range(40):
        number = chance.randrange(len(lines))
        column = chance.randint(0, len(lines[number]))
        cut = "\n".join([*lines[:number], lines[number][:column]]) if chance.random() < 0.5 else text
        for one in complete(cut, number, column, words):
            assert 0 <= one.replaces[0] <= column
            assert one.replaces[1] <= len(cut.split("\n")[number])
            assert "\n" not in one.text


@pytest.mark.parametrize("name", WORKED)
def test_outline_finds_every_key_that_the_reader_finds(library: YamlLibrary, name: str) -> None:
    """All rules, cards and endings of the shipped scenarios, each at its path."""
    path = SHIPPED / "library" / name / "scenario.yaml"
    found = outline(path.read_text(encoding="utf-8"), 0, 0)
    scenario = library.read(name).scenario
    assert scenario is not None
    for section in ("excuses", "points", "secrets", "documents", "laws", "offers", "endings"):
        own = [key for key, layer in scenario.origins[section].items() if layer == "scenario"]
        assert [key for key in own if key not in found.keys.get((section,), {})] == []
    for rule in scenario.rules:
        if rule.layer == "scenario":
            tactics = rule.tactic if isinstance(rule.tactic, tuple) else (rule.tactic,)
            assert found.items(("rules", rule.index, "tactic")) == tactics
            assert set(found.keys.get(("rules", rule.index, "when"), {})) == set(rule.when)


@pytest.mark.parametrize(
    "piece",
    [
        "a ",
        "a" + " " * 500,
        "- ",
        "[",
        "{a: ",
        "a: ",
        '"',
        "'",
        "#",
        ": ",
        ":",
        ",",
        "{",
        "a-",
        '\\"',
        "\t",
        "|",
        "a: |\n",
        pytest.param("a" + " " * 100_000, id="one-run-of-spaces"),
    ],
)
def test_hostile_text_is_outlined_in_bounded_time(piece: str) -> None:
    """As much as a file may hold of anything, in one line or in many, with the caret at its end."""
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    for hostile in (text, f"rules:\n  - {text}", text.replace(" ", "\n")):
        lines = hostile.split("\n")
        begun = time.perf_counter()
        outline(hostile, len(lines) - 1, len(lines[-1]))
        assert time.perf_counter() - begun < 10  # it takes 0.1 s; what grows with the square of the length, minutes
