"""Lines, cells and control characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.content import Content
from tui.opening import ESCAPES

from simulator.tui.lines import CLOSING, OPENING, breaks, cells, clean, fit, wrap
from simulator.tui.widgets.plain import Prose

TEXTS = st.text(alphabet="中文，。？！：；「」（）《》…—ab 12.,()%\u00a0\n", max_size=60)

WORDS = st.text(alphabet="中文款项发票", min_size=1, max_size=9)
CLAUSES = st.builds(
    lambda word, quoted, mark: f"{word}「{quoted}」{mark}",
    WORDS,
    WORDS,
    st.sampled_from(["。", "，", "？", "……", "：", ""]),
)
SENTENCES = st.lists(CLAUSES, min_size=1, max_size=6).map("".join)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("我们没收到发票。", 14, ["我们没收到发", "票。"]),
        ("他说：「下周付」", 6, ["他说：", "「下周", "付」"]),
        ("一共（含税）三万", 6, ["一共", "（含", "税）三", "万"]),
        ("我们再说……再说", 9, ["我们再", "说……再说"]),
        ("CL-0903 早就到期了", 9, ["CL-0903", "早就到期", "了"]),
        ("pay by Friday, please", 10, ["pay by", "Friday,", "please"]),
        ("", 10, [""]),
        ("一\n\n二", 10, ["一", "", "二"]),
    ],
)
def test_a_line_breaks_by_the_rules_of_chinese(text: str, width: int, lines: list[str]) -> None:
    """No closing mark begins a line, no opening mark ends one, words and paired marks stay whole."""
    assert wrap(text, width) == lines


@given(TEXTS, st.integers(1, 30))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    """The lines hold every character in order; only spaces at a line's end are left out."""
    ends = 0
    for start, end in breaks(text, width):
        assert text[ends:start].strip(" \n") == ""
        ends = end
    assert text[ends:].strip(" \n") == ""


@given(SENTENCES, st.integers(10, 40))
def test_no_mark_stands_at_the_wrong_end_of_a_line(text: str, width: int) -> None:
    """Where a line has room for a word and its marks, no closing mark begins one and no opening mark ends one."""
    for line in wrap(text, width):
        assert cells(line) <= width
        assert line[:1] not in CLOSING
        assert line[-1:] not in OPENING


@given(st.text(max_size=40), st.integers(0, 30), st.sampled_from(["left", "right"]))
def test_a_fitted_text_is_exactly_as_wide_as_wanted(text: str, width: int, align: str) -> None:
    """``fit`` cuts and fills by cells, whatever the text is made of."""
    assert cells(fit(text, width, align)) == width  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ESCAPES)
def test_cleaning_leaves_nothing_that_steers_a_terminal(text: str) -> None:
    """No control character, no sign that turns the direction of writing, no half of a pair remains."""
    cleaned = clean(text)
    assert all(one.isprintable() or one == "\n" for one in cleaned)
    assert cleaned.encode() is not None


def test_a_windows_line_end_is_one_line_end() -> None:
    """Files from Windows show no sign for their carriage returns."""
    assert clean("a\r\nb") == "a\nb"


def test_a_hanging_text_moves_its_further_lines_in() -> None:
    """The first line of each paragraph has the whole width, the others stand below its text."""
    text = "[x] 我们没有收到发票\n短"
    broken = Prose(Content(text), hang=4).broken(12).plain
    assert broken == "[x] 我们没有\n    收到发票\n短"
    assert Prose(Content(text), hang=4).lines(12) == 3
