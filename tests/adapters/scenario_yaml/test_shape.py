from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator.workflows.ports import Read

HEAD = "scenario: two-invoices\nturns: 6\n"  # what every scenario needs; the text under test starts in line 3
Reader = Callable[[str], Read]


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("level: two", (3, 8), "expected a whole number, found the text “two”"),
        ("level: 2.5", (3, 8), "expected a whole number, found “2.5”, which YAML reads as a number"),
        ("level:", (3, 7), "expected a whole number, found nothing"),
        ("level: [2]", (3, 8), "expected a whole number, found a list"),
        ("title: 5", (3, 8), "found “5”, which YAML reads as a number; write it in quotes"),
        ("title: NO", (3, 8), "found “NO”, which YAML reads as false; write it in quotes"),
        ("title:\n  zh: on", (4, 7), "expected a text, found “on”, which YAML reads as true; write it in quotes"),
        ("title: [a]", (3, 8), "expected a text, or zh: and en: with one each, found a list"),
        ("channel: 5", (3, 10), "expected one of phone, visit, message, letter, found “5”"),
        ("courses: roles", (3, 10), "expected a list, found the text “roles”"),
        ("case:\n  - a", (4, 3), "expected a mapping (key: value), found a list"),
        ("case: {today: 10.6.2025}", (3, 15), "expected a date such as 2025-06-10, found the text “10.6.2025”"),
        ("case: {today: 2025-02-30}", (3, 15), "expected a date such as 2025-06-10"),
        ("case: {penalty_per_day: 3/10000}", (3, 25), "expected a number, found the text “3/10000”"),
        ("laws: {ordinance: {applies: nope}}", (3, 29), "expected true or false, found the text “nope”"),
        ("points: {supply: hidden}", (3, 18), "expected a mapping (key: value), found the text “hidden”"),
        ("rules: [{tactic: 5}]", (3, 18), "expected a text or a list, found “5”"),
        ("rules: [{tactic: [ask.gentle, 5]}]", (3, 31), "expected a text, found “5”"),
        ("rules: [{tactic: '*', say: {zh: ['a', 5]}}]", (3, 39), "expected a text, found “5”"),
        ("rules: [{tactic: '*', say: [a., 5]}]", (3, 33), "expected a text, or zh: and en: with one each"),
        ("rules: [{tactic: '*', then: {trust: yes}}]", (3, 37), "expected a whole number or a text, found “yes”"),
        ("rules: [{tactic: '*', when: {trust: {a: b}}}]", (3, 37), "found a mapping"),
        ("note: [{id: a, kind: one, answers: 5}]", (3, 36), "expected a mapping (key: value) or a list"),
        ("preparation: [{id: a, kind: one, answer: [b, 5]}]", (3, 46), "expected a text, found “5”"),
    ],
)
def test_wrong_type_says_what_is_expected_and_what_is_there(
    text: str, place: tuple[int, int], message: str, read: Reader
) -> None:
    """One problem, at the value, whatever a union's branches each have to say; words that change type are explained."""
    (problem,) = read(HEAD + text + "\n").problems
    assert (problem.code, problem.line, problem.column) == ("wrong-type", *place)
    assert message in problem.message


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("level: 0", (3, 8), "0 is too small; the least is 1"),
        ("level: 6", (3, 8), "6 is too large; the most is 5"),
        ("channel: phne", (3, 10), "“phne” is not possible here; write one of: phone, visit, message, letter"),
        ("points: {a: {start: unsaid}}", (3, 21), "“unsaid” is not possible here; write one of: hidden, known, used"),
        ("persona: The_Hider", (3, 10), "“The_Hider” is no id"),
        ("points: {Supply: {start: known}}", (3, 10), "“Supply” is no id"),
        ("points: {'no': {start: known}}", (3, 10), "“no” changes its type in YAML"),
        ("stages: [guarded, 'on']", (3, 19), "“on” changes its type in YAML"),
        ("case: {currency: yuan}", (3, 18), "which is as in “CNY”"),
        ("objectives: [empathy]", (3, 14), "which is as in “course/module.objective”"),
        ("title: {zh: null}", (3, 8), "a text needs zh or en"),
        ("rules: [{tactic: '*', say: ['']}]", (3, 29), "a line must not be empty"),
        ("rules: [{tactic: '*', say: {en: []}}]", (3, 28), "a line needs at least one variant"),
        ("rules: [{tactic: '*', chance: [{weight: 0}]}]", (3, 41), "0 is too small"),
    ],
)
def test_wrong_value_says_what_is_possible(text: str, place: tuple[int, int], message: str, read: Reader) -> None:
    """A value of the right type that is not possible is one problem at the value, or at the key for an id as a key."""
    (problem,) = read(HEAD + text + "\n").problems
    assert (problem.code, problem.line) == ("wrong-value", place[0])
    assert message in problem.message


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("titel: a", (3, 1), "Did you mean “title”"),
        ("debtor: {name: a, rol: b}", (3, 19), "Did you mean “role”?"),
        ("case:\n  invoices:\n    - {number: a, amount: 1, due: 2025-01-01, piad: 1}", (5, 47), "“paid”"),
        ("rules:\n  - tactic: '*'\n    wen: {trust: '>= 4'}", (5, 5), "Did you mean “when”"),
        ("rules: [{tactic: '*', say: {zh: a, ne: b}}]", (3, 36), "There are: en"),
        ("rules: [{tactic: '*', say: [{zh: a, ne: b}]}]", (3, 37), "“ne”"),
        ("points: {a: {strat: known}}", (3, 14), "Did you mean “start”?"),
        ("title: {zh: a, de: b}", (3, 16), "“de”"),
        ("true-title: b", (3, 1), "“true-title”"),
    ],
)
def test_unknown_key_is_placed_and_the_nearest_known_one_named(
    text: str, place: tuple[int, int], message: str, read: Reader
) -> None:
    """A misspelt key is a problem at the key, and what is suggested are keys of that very place."""
    (problem,) = read(HEAD + text + "\n").problems
    assert (problem.code, problem.line, problem.column) == ("unknown-key", *place)
    assert message in problem.message


def test_suggestion_leaves_out_keys_that_are_there_already(read: Reader) -> None:
    """“Did you mean” never names a key that stands in the same mapping."""
    (problem,) = read(HEAD + "title: a\ntitles: b\n").problems
    assert "“title”" not in problem.message


@pytest.mark.parametrize(
    ("text", "place", "key"),
    [
        ("scenario: two-invoices\n", (1, 1), "turns"),
        (HEAD + "case:\n  invoices:\n    - number: a\n      amount: 5\n", (5, 7), "due"),
        (HEAD + "rules:\n  - then: {trust: +1}\n", (4, 5), "tactic"),
        (HEAD + "debtor:\n  role: a\n", (3, 1), "name"),
    ],
)
def test_missing_key_is_placed_where_it_belongs(text: str, place: tuple[int, int], key: str, read: Reader) -> None:
    """A missing key is a problem of the mapping that lacks it."""
    (problem,) = read(text).problems
    assert (problem.code, problem.line, problem.column) == ("missing-key", *place)
    assert f"“{key}”" in problem.message


def test_problems_are_reported_all_at_once_and_in_order(read: Reader) -> None:
    """Faults of the text, of the form and of names come together, sorted by place."""
    problems = read(
        "scenario: two-invoices\n"
        "turns: 6\n"
        "title: !Mine a\n"
        "level: 9\n"
        "channel: phone\n"
        "channel: visit\n"
        "colour: red\n"
        "points: {a: {start: 5}}\n"
    ).problems
    found = [(problem.line, problem.code) for problem in problems]
    expected = ["unknown-tag", "wrong-value", "duplicate-key", "unknown-key", "wrong-type"]
    assert found == list(zip((3, 4, 6, 7, 8), expected, strict=True))


def test_value_with_a_problem_of_its_own_gets_no_second_one(read: Reader) -> None:
    """What stands at a tag, an alias or a control character is not called a wrong type as well."""
    text = 'debtor: !Mine {role: a}\ntitle: !Mine a\nsummary: *gone\nlevel: "\\x07"\nturns: 0123\nscenario: {a: &b c}\n'
    assert [(problem.line, problem.code) for problem in read(text).problems] == [
        (1, "unknown-tag"),
        (2, "unknown-tag"),
        (3, "alias"),
        (4, "control-character"),
        (5, "wrong-type"),
        (6, "wrong-type"),
        (6, "alias"),
    ]


@pytest.mark.parametrize(("text", "found"), [("- a\n", "a list"), ("just words\n", "the text “just words”")])
def test_file_that_is_no_mapping_is_one_problem(text: str, found: str, read: Reader) -> None:
    """A list or a text instead of keys is a wrong type in line 1."""
    (problem,) = read(text).problems
    assert (problem.code, problem.line) == ("wrong-type", 1)
    assert found in problem.message


def test_shorter_forms_of_texts_are_accepted(read: Reader) -> None:
    """A text may be bare, a line a list of texts in both forms, and a paper its text alone."""
    result = read(
        HEAD + "title: Two invoices\n"
        "case: {papers: {contract: Sixty days., log: {zh: 无, en: None.}, credit: {title: Credit, text: Good.}}}\n"
        "rules:\n"
        "  - tactic: '*'\n"
        "    say: [Well., {zh: 好。, en: Fine.}]\n"
    )
    assert result.problems == ()
    assert result.scenario is not None
    assert result.scenario.rules[0].say is not None
    assert result.scenario.rules[0].say.zh == ("Well.", "好。")
    assert result.scenario.case.papers["log"].text.to("en") == "None."


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("points: {a: {}}\nrules:\n  - tactic: '*'\n    when: {ab: known}\n", 6, 12),
        ("rules:\n  - tactic: '*'\n    then: {mood: +1}\n", 5, 12),
        ("rules:\n  - tactic: '*'\n    to: ended\n", 5, 9),
        ("rules:\n  - tactic: [ask.gentle, ask.gently]\n", 4, 26),
        ("rules:\n  - tactic: [ask.gently]\n", 4, 14),
        ("rules:\n  - tactic: '*'\n    stage:\n      - guarded\n      - endgame\n", 7, 9),
        ("note: [{id: a, kind: number, answers: {gone: 5}}]\n", 3, 40),
        ("courses: [roles, rolls]\n", 3, 18),
        ("persona: nobody\n", 3, 10),
        ("objectives: [roles/case.credit-terms]\n", 3, 14),
    ],
)
def test_unknown_name_is_placed_at_the_name(text: str, line: int, column: int, read: Reader) -> None:
    """A name that nothing has is a problem where the name stands, as a key or as a value."""
    (problem,) = read(HEAD + text).problems
    assert (problem.code, problem.line, problem.column) == ("unknown-name", line, column)


def test_id_used_twice_is_placed_at_each_key(read: Reader) -> None:
    """An id that two kinds of card have is a problem of both keys, and of the item for a stage."""
    problems = read(HEAD + "points: {supply: {}}\nsecrets: {supply: {}}\nstages: [guarded, guarded]\n").problems
    assert [(one.code, one.line, one.column) for one in problems] == [
        ("duplicate-id", 3, 10),
        ("duplicate-id", 4, 11),
        ("duplicate-id", 5, 19),
    ]


def test_placeholder_is_found_in_the_variant_that_has_it(read: Reader) -> None:
    """Of several variants of a line, the one with the unknown figure is the place."""
    (problem,) = read(
        HEAD + "rules:\n  - tactic: '*'\n    say:\n      - {zh: 好。, en: Fine.}\n      - {zh: 好。, en: '{amuont}'}\n"
    ).problems
    assert (problem.code, problem.line) == ("unknown-placeholder", 7)


def test_word_that_became_true_is_explained_where_a_status_is_expected(read: Reader) -> None:
    """“on” in a guard is not only a wrong value: the message says that YAML took it for true."""
    (problem,) = read(HEAD + "points: {a: {}}\nrules: [{tactic: '*', when: {a: on}}]\n").problems
    assert problem.code == "wrong-value"
    assert "YAML reads “on” as true or false" in problem.message


@pytest.mark.parametrize(
    ("say", "pieces"),
    [
        ("[In process, he is away.]", ["he is away."]),
        ("[In process, he is away, sorry.]", ["he is away,", "sorry."]),
        ("{zh: [在走, 陆总不在。], en: ['Yes, but', 'no']}", ["陆总不在。"]),
        ("['In process', he is away.]", []),
        ("[In process., He is away.]", []),
        ("[在走。, 陆总不在。]", []),
        ("[In process,\n      he is away.]", []),
    ],
)
def test_split_line_is_found_where_a_comma_between_brackets_made_two(say: str, pieces: list[str], read: Reader) -> None:
    """Two bare pieces on one line are a finding, unless the first ends as a sentence does; quotes are in order."""
    text = HEAD + f"rules:\n  - tactic: '*'\n    say: {say}\n"
    problems = read(text).problems
    assert [(one.code, one.severity, one.line) for one in problems] == [("split-line", "finding", 5)] * len(pieces)
    line = text.splitlines()[4]
    assert all(line[one.column - 1 :].startswith(piece) for one, piece in zip(problems, pieces, strict=True))


def test_split_line_is_no_matter_outside_of_lines(read: Reader) -> None:
    """Lists of ids, tactics and stages in brackets are as they should be."""
    assert read(HEAD + "stages: [guarded, probing]\nrules: [{tactic: [ask.gentle, firm.no]}]\n").problems == ()
