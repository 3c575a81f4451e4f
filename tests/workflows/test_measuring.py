"""How recognition is measured: by hand, on lines whose answers are known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from simulator.model.errors import UsageError
from simulator.workflows.measuring import Labelled, labelled, measure, ranking
from simulator.workflows.ports import Figures

KNOWN = ("a.one", "b.two", "red.bad")


class Echo:
    """Hears what stands in the line itself: ``a.one=0.7 none=0.3``."""

    def chances(self, text: str) -> Mapping[str, float]:
        found = dict.fromkeys((*KNOWN, "none"), 0.0)
        return {**found, **{name: float(value) for name, value in (part.split("=") for part in text.split())}}

    def figures(self, text: str, today: date | None) -> Figures:
        return Figures()


LINES = (
    Labelled("a.one=0.9 b.two=0.1", "a.one", language="en"),
    Labelled("a.one=0.8 b.two=0.2", "b.two", language="en"),
    Labelled("b.two=0.7 a.one=0.3", "b.two", language="zh"),
    Labelled("none=0.6 a.one=0.4", "a.one", language="zh"),
    Labelled("red.bad=0.9 none=0.1", "red.bad", language="zh"),
    Labelled("none=1", "none", language="zh"),
    Labelled("a.one=0.6 b.two=0.4", "none", language="en"),
    Labelled("a.one=0.5 b.two=0.5", "b.two", "a.one", language="en"),
    Labelled("a.one=0.6 red.bad=0.4", "a.one", "red.bad", language="en"),
    Labelled("b.two=0.6 red.bad=0.4", "none", language="en"),
)


def test_measures_are_those_by_hand() -> None:
    """Five single lines, of which three are right; and each other measure over the lines that it is of."""
    found = measure(LINES, Echo(), ["red.bad"])["all"]
    assert (found.lines, found.single) == (10, 5)
    assert found.top1 == pytest.approx(3 / 5)
    assert found.top3 == pytest.approx(4 / 5)
    # a.one: one right, two taken, two true; b.two: one right, one taken, two true; red.bad: right.
    assert found.macro_f1 == pytest.approx((2 / 4 + 2 / 3 + 1) / 3)
    assert found.missed == pytest.approx(1 / 5)
    assert found.asked == 0
    assert found.nothing == pytest.approx(1 / 3)
    assert (found.double_one, found.double_both) == (1.0, 1.0)
    assert (found.forbidden, found.false_flags) == (1.0, pytest.approx(1 / 8))
    assert set(found.confusion) == {("b.two", "a.one", 1), ("a.one", "none", 1)}


def test_languages_are_measured_apart() -> None:
    """Beside the whole."""
    found = measure(LINES, Echo(), ["red.bad"])
    assert set(found) == {"all", "en", "zh"}
    assert (found["en"].top1, found["zh"].top1) == (0.5, pytest.approx(2 / 3))


def test_coverage_is_the_most_that_stays_precise() -> None:
    """One error in ten is allowed, one in nine is not, and then the eight surer ones are covered."""
    right = [Labelled(f"a.one=0.9 b.two=0.0{n}", "a.one") for n in range(9)]
    wrong = Labelled("a.one=0.5 b.two=0.4", "b.two")
    assert measure([*right, wrong], Echo(), [])["all"].coverage == 1.0
    assert measure([*right[:8], wrong], Echo(), [])["all"].coverage == pytest.approx(8 / 9)
    assert measure([wrong], Echo(), [])["all"].coverage == 0


def test_calibration_error_is_the_gap() -> None:
    """Sure at .8 and right half of the time."""
    lines = [Labelled("a.one=0.8 b.two=0.2", "a.one"), Labelled("a.one=0.8 b.two=0.2", "b.two")]
    assert measure(lines, Echo(), [])["all"].calibration == pytest.approx(0.3)


def test_no_lines_measure_nothing() -> None:
    """None, and no division by it."""
    found = measure((), Echo(), [])["all"]
    assert (found.lines, found.top1, found.coverage, found.confusion) == (0, None, None, ())


def test_ranking_leaves_none_out() -> None:
    """It is an empty list where the line is nothing."""
    assert ranking({"none": 0.3, "b.two": 0.3, "a.one": 0.4}) == (("a.one", 0.4), ("b.two", 0.3))
    assert ranking({"none": 0.5, "a.one": 0.5}) == ()


def test_files_are_read_with_and_without_names() -> None:
    """text,tactic lines are enough."""
    plain = labelled('"Well, why?",a.one\nGo,none\n', KNOWN)
    assert plain == (Labelled("Well, why?", "a.one"), Labelled("Go", "none"))
    named = labelled("text,tactic,tactic2,language,kind\nhm,a.one,b.two,en,double\n", KNOWN)
    assert named == (Labelled("hm", "a.one", "b.two", "en", "double"),)
    assert labelled("text,tactic,second,language\nhm,a.one,b.two,en\n", KNOWN)[0].second == "b.two"
    turned = labelled(" Tactic , note, text\na.one,x,hm\n", KNOWN)
    assert turned == (Labelled("hm", "a.one"),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hm,a.three\n", "Line 1.*a.three"),
        ("hm\n", "Line 1"),
        ("hm,\n", "Line 1"),
        ("text,tactic,tactic2\nhm,a.one,c\n", "Line 2.*“c”"),
        ('text,tactic\n"two\nlines",a.one\n\nhm,a.three\n', "Line 5.*a.three"),
        ("text,label\nhm,a.one\n", "Line 1.*text and tactic"),
        ("", "no line to measure"),
        ("\n , \n", "no line to measure"),
        ("text,tactic\n", "no line to measure"),
        ("text,tactic\n" + "x" * 200_000 + ",a.one\n", "no CSV"),
    ],
)
def test_bad_file_is_refused_with_its_line(text: str, says: str, english: None) -> None:
    """A slip in a test file must not lower a figure silently, nor a file without lines look like a measurement."""
    with pytest.raises(UsageError, match=says):
        labelled(text, KNOWN)
