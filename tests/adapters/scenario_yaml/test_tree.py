from __future__ import annotations

import datetime
import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from simulator.adapters.scenario_yaml import tree
from simulator.adapters.scenario_yaml.source import Findings
from simulator.adapters.scenario_yaml.tree import Entries, Items, Scalar, compose, data


def composed(text: str) -> tuple[object, list[tuple[str, int, int]]]:
    findings = Findings("a.yaml")
    root = compose(text, findings)
    found = [(problem.code, problem.line, problem.column) for problem in findings.problems]
    return (None if root is None else data(root)), found


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("5", 5),
        ("+1", 1),
        ("-2", -2),
        ("0.15", 0.15),
        ("1.0e+3", 1000.0),
        ("1e5", "1e5"),
        ("true", True),
        ("No", False),
        ("~", None),
        ("", None),
        ("none", "none"),
        ("2025-06-10", "2025-06-10"),
        ("2025-06-10 12:30:00", "2025-06-10 12:30:00"),
        ('"5"', "5"),
        ("'no'", "no"),
        ("!!str 5", "5"),
        ('!!int "5"', 5),
        ("probe.verify:in-process", "probe.verify:in-process"),
        ("+1 up to 7", "+1 up to 7"),
        ("9" * 41, "9" * 41),
    ],
)
def test_scalar_resolves_as_yaml_does_but_dates_stay_text(written: str, value: object) -> None:
    """Plain scalars are what YAML 1.1 makes of them, dates are text, quotes and !!str keep text."""
    assert composed(f"a: {written}") == ({"a": value}, [])


@given(st.text(st.sampled_from("+-0123456789._:eExXbBoOaAfFyYnNtTrRuUsSlL~ \t"), max_size=12))
def test_scalar_resolves_to_what_safe_load_gives(text: str) -> None:
    """For any short text, the value is that of PyYAML's safe loader, dates excepted."""
    loader = yaml.SafeLoader("")
    tag = loader.resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    try:
        theirs = loader.construct_object(yaml.ScalarNode(tag, text))
    except (ValueError, IndexError, yaml.YAMLError):  # PyYAML fails on 2025-99-99, 0b_ and =
        return
    ours = tree.resolved(text)
    if isinstance(theirs, datetime.date):
        assert ours == text
    else:
        both_nan = isinstance(theirs, float) and math.isnan(theirs) and isinstance(ours, float) and math.isnan(ours)
        assert (ours == theirs and type(ours) is type(theirs)) or both_nan


@pytest.mark.parametrize(
    "written", ["0123", "0x1F", "0b11", "1_000", "12:30", "190:20:30.15", "1.0e+999", ".inf", "-.INF", ".nan"]
)
def test_number_that_yaml_reads_otherwise_than_people_do_is_refused(written: str) -> None:
    """Octal, base 60 and underscores change a number silently, and infinity is none: each is an error at its place."""
    assert composed(f"a:\n  b: {written}") == ({"a": {"b": None}}, [("wrong-type", 2, 6)])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("1: a", (1, 1)),
        ("a:\n  on: b", (2, 3)),
        ("a:\n  - no: b", (2, 5)),
        ("? [a]\n: b", (1, 3)),
        ("a: {amount}\nb: {{c}: d}", (2, 5)),
        ("~: a", (1, 1)),
    ],
)
def test_key_that_is_no_text_is_refused(text: str, place: tuple[int, int]) -> None:
    """A key must be text: numbers, words that change type, lists and mappings are errors at the key."""
    assert composed(text)[1] == [("wrong-type", *place)]


def test_tag_is_named_and_never_acted_upon() -> None:
    """Any tag but those of the core is a problem at its place, on scalars, lists and mappings alike."""
    text = (
        'a: !!python/object/apply:os.system ["exit 3"]\nb: !Mine {c: d}\ne: !!binary aGk=\nf: !!timestamp 2025-06-10\n'
    )
    _value, found = composed(text)
    assert found == [("unknown-tag", line, 4) for line in (1, 2, 3, 4)]


def test_tag_made_by_a_directive_is_refused_too() -> None:
    """A %TAG directive cannot smuggle a Python tag in under another name."""
    _value, found = composed("%TAG !p! tag:yaml.org,2002:python/\n---\na: !p!name:os.system x\n")
    assert found == [("unknown-tag", 3, 4)]


def test_alias_anchor_and_merge_key_are_each_refused() -> None:
    """Anchors, aliases and merge keys are problems where they stand; an unknown alias is no crash."""
    _value, found = composed("a: &x {b: c}\nd: *x\ne:\n  <<: {f: g}\nh: *gone\n")
    assert found == [("alias", 1, 4), ("alias", 2, 4), ("alias", 4, 3), ("alias", 5, 4)]


def test_key_written_twice_keeps_the_first_and_names_its_line() -> None:
    """The second of two like keys is the problem; its message says where the first one is."""
    findings = Findings("a.yaml")
    root = compose("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n", findings)
    assert isinstance(root, Entries)
    assert data(root) == {"a": 1, "b": {"c": 1}}
    assert [(one.code, one.line) for one in findings.problems] == [("duplicate-key", 4), ("duplicate-key", 5)]
    assert "line 3" in findings.problems[0].message


def test_place_counts_characters_and_not_bytes() -> None:
    """Behind Chinese text the column is that of the character."""
    root = compose("{标题: 减速机, b: c}", Findings("a.yaml"))
    assert isinstance(root, Entries)
    key, value = root.entries["b"]
    assert (key.place.column, value.place.column) == (11, 14)


def test_scalar_knows_whether_it_is_quoted_and_where_it_ends() -> None:
    """Quotes and blocks make text of anything, and the end is behind the closing quote."""
    root = compose("[b, 'c']", Findings("a.yaml"))
    assert isinstance(root, Items)
    found = [(item.quoted, item.end) for item in root.items if isinstance(item, Scalar)]
    assert found == [(False, (1, 3)), (True, (1, 8))]


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ("a:\n\t- b", (2, 1), "a tab"),
        ("a: @b", (1, 4), "cannot start with “@”"),
        ("a: b: c", (1, 5), "a “: ” stands where none can be"),
        ("a: b\nc: 'd\n", (2, 4), "close the quotes"),
        ("a: [b, c\nd: e\n", (2, 2), "bracket"),
        ("a: 1\nb\nc: 2\n", (3, 1), "“:” is missing"),
        ("a:\n  - b\n c: d", (3, 2), "indentation"),
        ("a:\n  trust: >= 5\n", (2, 11), "begins with “>”"),
        ("tactic: *\n", (1, 10), "write it in quotes"),
        ("a: 1\nturns：14\nc: 2\n", (2, 1), "full-width"),
        ("%YAML 3.0\n---\na: b", (1, 1), "this is not YAML"),
        ('a: "\\q"', (1, 5), "this is not YAML"),
    ],
)
def test_syntax_error_is_placed_and_says_what_to_do(text: str, place: tuple[int, int], advice: str) -> None:
    """The commonest ways to break YAML have advice of their own, at the line YAML names."""
    findings = Findings("a.yaml")
    assert compose(text, findings) is None
    (problem,) = findings.problems
    assert (problem.code, problem.line, problem.column) == ("not-yaml", *place)
    assert advice in problem.message


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_empty_file_is_said_to_be_empty(text: str) -> None:
    """A file without a document is one problem in line 1."""
    assert composed(text) == (None, [("wrong-type", 1, 1)])


def test_limits_stop_at_the_entry_that_is_too_much() -> None:
    """The thousandth entry passes and the next does not; the same for the depth of 40."""
    assert composed("\n".join(f"- {number}" for number in range(1000)))[1] == []
    assert composed("\n".join(f"- {number}" for number in range(1001)))[1] == [("too-many-nodes", 1001, 3)]
    assert composed("[" * 40 + "]" * 40)[1] == []
    assert composed("[" * 41 + "]" * 41)[1] == [("too-deep", 1, 41)]


def test_nodes_are_counted_over_the_whole_file() -> None:
    """Many small lists meet the limit of the file as one large one does."""
    row = "- [" + ", ".join("a" for _ in range(99)) + "]\n"
    assert composed(row * 499)[1] == []
    assert [code for code, _line, _column in composed(row * 501)[1]] == ["too-many-nodes"]
