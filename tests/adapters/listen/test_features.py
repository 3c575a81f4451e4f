"""What a line is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.adapters.listen.features import LONGEST, cues, features, language_of, normalise


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("这笔款在谁手上？", "zh"),
        ("Whose desk is it on?", "en"),
        ("INV-0103那张票", "zh"),
        ("Please ask Mr 贺 about the open invoices from March", "en"),
        ("", "en"),
    ],
)
def test_language_of_a_line_is_that_of_its_characters(text: str, language: str) -> None:
    """Names and codes in the other script do not change it."""
    assert language_of(text) == language


def test_normalising_takes_width_case_figures_and_chat_away() -> None:
    """What is written differently and means the same is the same."""
    assert normalise("ＡＢＣ １２，３００") == "abc 0"
    assert normalise("pls send 86,000.50 tmrw") == "please send 0 tomorrow"
    assert normalise("I don’t") == normalise("I dont")


def test_features_are_the_same_whatever_the_figures_are() -> None:
    """A model must not learn somebody's invoice numbers."""
    assert features("周五付30万", "zh") == features("周五付50万", "zh")
    assert features("send 300,000 on Friday", "en") == features("send 52 on Friday", "en")


def test_cue_stands_between_word_borders_in_english() -> None:
    """“sue” is in “issue” and is not meant."""
    assert "legal" in cues(normalise("we will sue"), "en")
    assert "legal" not in cues(normalise("a small issue"), "en")


def test_today_is_not_every_day() -> None:
    """今天天气 holds 天天, which is a word of harassers."""
    assert "harass" not in cues(normalise("今天天气真好"), "zh")
    assert "harass" in cues(normalise("我天天来堵门"), "zh")


def test_negation_is_no_wall() -> None:
    """“I'm not threatening you, but” keeps what follows."""
    assert {"negated-intent", "legal"} <= set(cues(normalise("I'm not threatening you, but we will sue"), "en"))


@given(st.text(max_size=2 * LONGEST))
def test_any_text_has_features(text: str) -> None:
    """Nothing that can be typed is an error, and what is read of it is bounded."""
    assert len(normalise(text)) <= 18 * LONGEST  # one sign may be written out as up to eighteen
    assert len(features(text, language_of(text))) == 3
