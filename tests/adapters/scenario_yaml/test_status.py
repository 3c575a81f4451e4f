"""The status of a file, changed with everything else as it was."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from shelf import SHIPPED

from simulator.adapters.scenario_yaml.status import with_status
from simulator.model.scenario import Status

STATUSES: tuple[Status, ...] = get_args(Status)


@pytest.mark.parametrize(
    "line",
    [
        "status: draft",
        "status: draft   # not yet",
        "status:   draft",
        'status: "draft"',
        "status: 'draft'  # not yet",
        '"status": draft',
        "status:\n  draft",
        "? status\n: draft",
        "status: !!str draft",
    ],
)
def test_status_is_changed_where_it_stands(line: str) -> None:
    """However it is written; quotes and comments stay."""
    text = f"# a scenario\nscenario: x  # its id\n{line}\n\nturns: 6\nrules: []  # none\n"
    changed = with_status(text, "published")
    assert changed == text.replace("!!str draft", "draft").replace("draft", "published")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("status:", "status: published"),
        ("status: |\n  draft", "status: published"),
        ("status: |\n  draft\n# not yet", "status: published\n# not yet"),
        ("status: 3", "status: published"),
    ],
)
def test_status_that_is_no_plain_word_is_one_afterwards(line: str, expected: str) -> None:
    """Nothing at all, a block of text, a number."""
    assert with_status(f"scenario: x\n{line}\nturns: 6\n", "published") == f"scenario: x\n{expected}\nturns: 6\n"


@pytest.mark.parametrize(
    "title",
    [
        "title: One line",
        "title: One line  # a comment",
        "title: {zh: 一, en: One}",
        "title:\n  zh: 一\n  en: One",
        "title: {zh: 一,\n  en: One\n  }",
        "title: words that\n  go on",
        'title: "words that\n\n  go on"',
        "title: |\n  status: published\n  # no comment\n",
        "title: >-\n  folded\n  words\n\n",
        "title:\n  # what it is called\n  zh: 一",
    ],
)
@pytest.mark.parametrize("below", ["\nturns: 6\n", "\n\n# how long\nturns: 6\n", "\n", ""])
def test_status_that_is_missing_stands_after_the_title(title: str, below: str) -> None:
    """A line of its own, below whatever the title has; all other lines stay as they are."""
    text = f"# head\nscenario: x\n{title}{below}"
    changed = with_status(text, "retired")
    assert changed is not None
    lines = changed.splitlines()
    lines.remove("status: retired")
    assert lines == text.splitlines()
    meant = yaml.safe_load(changed)
    assert meant.pop("status") == "retired"
    assert meant == yaml.safe_load(text)
    assert list(yaml.safe_load(changed))[:3] == ["scenario", "title", "status"]


def test_status_without_a_title_stands_after_the_id() -> None:
    """A title may be left out."""
    assert with_status("scenario: x\nturns: 6\n", "draft") == "scenario: x\nstatus: draft\nturns: 6\n"


def test_status_in_a_file_written_in_braces_is_found_and_added() -> None:
    """JSON is YAML too."""
    json_text = '{"scenario": "x", "title": "X", "turns": 6, "status":"draft"}'
    assert with_status(json_text, "published") == json_text.replace("draft", "published")
    braces = "{scenario: x, title: X, turns: 6}\n"
    assert with_status(braces, "draft") == '{scenario: x, "status": "draft", title: X, turns: 6}\n'


def test_status_that_only_looks_like_one_is_left_alone() -> None:
    """Within a text, in quotes at the line's start or in a deeper mapping."""
    text = 'title: "about\nstatus: draft\nand more"\nscenario: x\nnames: {status: draft}\ncase:\n  status: draft\n'
    changed = with_status(text, "retired")
    assert changed is not None
    assert yaml.safe_load(changed) == yaml.safe_load(text) | {"status": "retired"}
    assert changed.replace("status: retired\n", "", 1) == text


@pytest.mark.parametrize("text", ["", "[", "- a\n- b\n", "just words", "status: [draft]\n", "turns: 6\n", "a: b: c\n"])
def test_status_of_what_is_no_scenario_cannot_be_set(text: str) -> None:
    """No mapping, no title and no id to put it after, or a status that is a list."""
    assert with_status(text, "draft") is None


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("path", sorted(SHIPPED.glob("library/*/scenario.yaml")), ids=lambda path: path.parent.name)
def test_status_of_every_shipped_scenario_is_one_line(path: Path, status: Status) -> None:
    """One line differs, whatever the file is like; setting it again changes nothing."""
    text = path.read_text(encoding="utf-8")
    changed = with_status(text, status)
    assert changed is not None
    assert set(changed.splitlines()) - set(text.splitlines()) <= {f"status: {status}"}
    assert yaml.safe_load(changed) == yaml.safe_load(text) | {"status": status}
    assert with_status(changed, status) == changed


_piece = st.sampled_from(
    [
        "status: draft\n",
        "title: a\n",
        "title: {zh: a,\n",
        "  en: b}\n",
        "# c\n",
        "\n",
        "scenario: x\n",
        "  ",
        "|\n",
        '"',
        "b",
        "}",
    ]
)


@given(st.lists(_piece, max_size=9).map("".join), st.sampled_from(STATUSES))
def test_status_is_all_that_ever_changes(text: str, status: Status) -> None:
    """Of any text there is a result that means the same but for the status, or none."""
    changed = with_status(text, status)
    if changed is not None:
        assert yaml.safe_load(changed) == yaml.safe_load(text) | {"status": status}
