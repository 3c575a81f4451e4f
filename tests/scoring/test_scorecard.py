"""The scorecard: its parts, how they share the whole, and the gate."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import replace

import pytest
from evidence_by_hand import field, transcript, turn
from hypothesis import given
from hypothesis import strategies as st

from scoring.evidence import Transcript
from scoring.rubric import RUBRIC_1, PartName
from scoring.scorecard import Scorecard, scorecard


def mark(made: Transcript, pass_mark: float | None = None) -> Scorecard:
    return scorecard(made, RUBRIC_1, pass_mark)


# Result


@pytest.mark.parametrize(
    ("worth", "points"),
    [(90.0, 100.0), (10.0, 0.0), (50.0, 50.0), (30.0, 25.0), (120.0, 100.0), (-40.0, 0.0)],
)
def test_result_runs_from_floor_to_best(worth: float, points: float) -> None:
    """The result is how far the talk got from random play (10 here) to best play (90), clipped to 0–100."""
    result = mark(transcript(turn(), worth=worth)).mark("result")
    assert result.points == pytest.approx(points)
    assert result.got == pytest.approx(worth - 10.0)
    assert result.of == 80.0


def test_result_is_full_where_every_play_is_worth_the_same() -> None:
    """Where best play is no better than random play there is nothing to do better, and nothing is divided by 0."""
    assert mark(transcript(turn(), worth=10.0, best=10.0, floor=10.0)).mark("result").points == 100.0


def test_result_leads_back_to_the_turn_that_ended_the_talk() -> None:
    """The result comes from the last turn."""
    assert mark(transcript(turn(1), turn(2), turn(3))).mark("result").turns == (3,)


# Tactics


def test_tactics_is_the_mean_accuracy_of_the_moves() -> None:
    """One move without loss and one that loses a point make (100 + 95.604) / 2."""
    tactics = mark(transcript(turn(1, 0.0), turn(2, 1.0))).mark("tactics")
    assert tactics.points == pytest.approx((100.0 + 95.6039765109) / 2)
    assert tactics.got == pytest.approx(1.956039765109)
    assert (tactics.of, tactics.turns) == (2.0, (1, 2))


def test_tactics_leaves_hinted_turns_out() -> None:
    """A turn played on a hint counts neither for nor against."""
    own, hinted = turn(1, 1.0), turn(2, 0.0, hinted=True)
    tactics = mark(transcript(own, hinted)).mark("tactics")
    assert tactics.points == pytest.approx(95.6039765109)
    assert (tactics.of, tactics.turns) == (1.0, (1,))


def test_tactics_counts_a_breach_as_0() -> None:
    """A forbidden act drags the mean down however little it loses."""
    assert mark(transcript(turn(1), turn(2, breach=True))).mark("tactics").points == 50.0


def test_tactics_is_not_observed_where_every_turn_was_hinted() -> None:
    """Not observed is not zero: the other parts share its weight."""
    card = mark(transcript(turn(1, 20.0, hinted=True)))
    assert (card.mark("tactics").points, card.mark("tactics").weight) == (None, 0.0)
    assert card.mark("result").weight == 100.0
    assert card.total == pytest.approx(50.0)


# Discovery


def test_discovery_is_learned_out_of_learnable() -> None:
    """Two of four secrets and points found out are 50."""
    discovery = mark(transcript(turn(), learnable="abcd", learned="ac")).mark("discovery")
    assert (discovery.points, discovery.got, discovery.of) == (50.0, 2.0, 4.0)


def test_discovery_counts_only_what_was_learnable() -> None:
    """What lawful play cannot learn earns nothing, even if it came out."""
    assert mark(transcript(turn(), learnable="ab", learned="axyz")).mark("discovery").points == 50.0


def test_discovery_is_not_observed_where_nothing_is_learnable() -> None:
    """A scenario without secrets is not marked on them."""
    assert mark(transcript(turn(), learned="x")).mark("discovery").points is None


# Paperwork


def test_paperwork_is_the_sum_of_credits_over_the_fields_asked() -> None:
    """Preparation and note count alike, field by field: (1 + 0.5 + 0 + 1) / 4."""
    forms = [field(1.0), field(0.5), field(0.0, part="note"), field(1.0, part="note")]
    paperwork = mark(transcript(turn(), forms=forms)).mark("paperwork")
    assert (paperwork.points, paperwork.got, paperwork.of) == (62.5, 2.5, 4.0)


def test_paperwork_is_not_observed_where_nobody_was_asked() -> None:
    """Simulated trainees and `run` without answers fill no forms, and have no bad mark for it."""
    assert mark(transcript(turn())).mark("paperwork").points is None


# The whole


def test_weights_are_35_35_10_20_where_all_is_observed() -> None:
    """With every part observed the total is the weighted mean of the page's table."""
    card = mark(transcript(turn(1, 1.0), forms=[field(0.5)], learnable="ab", learned="a", worth=70.0))
    assert [(one.part, one.weight) for one in card.marks] == [
        ("result", 35.0),
        ("tactics", 35.0),
        ("discovery", 10.0),
        ("paperwork", 20.0),
    ]
    assert card.total == pytest.approx(0.35 * 75.0 + 0.35 * 95.6039765109 + 0.10 * 50.0 + 0.20 * 50.0)


@pytest.mark.parametrize(
    ("learnable", "forms", "weights"),
    [
        ("", (), {"result": 50.0, "tactics": 50.0, "discovery": 0.0, "paperwork": 0.0}),
        ("a", (), {"result": 43.75, "tactics": 43.75, "discovery": 12.5, "paperwork": 0.0}),
        ("", (field(1.0),), {"result": 350 / 9, "tactics": 350 / 9, "discovery": 0.0, "paperwork": 200 / 9}),
    ],
)
def test_weights_of_parts_not_observed_are_shared_in_proportion(
    learnable: str, forms: tuple[object, ...], weights: dict[str, float]
) -> None:
    """The observed parts keep their proportions to one another and fill the whole."""
    card = mark(transcript(turn(), learnable=learnable, forms=forms))  # type: ignore[arg-type]
    assert {one.part: one.weight for one in card.marks} == {part: pytest.approx(w) for part, w in weights.items()}


@pytest.mark.parametrize(("worth", "total", "passed"), [(42.0, 70.0, True), (41.99, 69.99375, False)])
def test_pass_mark_is_70_and_reaching_it_is_enough(worth: float, total: float, passed: bool) -> None:
    """An attempt passes at 70.0 and fails just below."""
    card = mark(transcript(turn(1), worth=worth))  # tactics 100, so the total is 50 + half the result
    assert card.total == pytest.approx(total)
    assert card.passed is passed


@pytest.mark.parametrize(("wanted", "passed"), [(None, True), (75.0, True), (75.1, False), (0.0, True)])
def test_pass_mark_of_the_assignment_takes_the_place_of_the_rubrics(wanted: float | None, passed: bool) -> None:
    """An assignment may ask for more or less."""
    assert mark(transcript(turn(1)), wanted).passed is passed  # total 75


def test_gate_caps_the_total_at_40_and_fails_the_attempt() -> None:
    """One breach in an otherwise perfect talk: 40, failed, and the card says what it would have been."""
    turns = [turn(number) for number in range(1, 10)]
    card = mark(transcript(*turns, turn(10, breach=True), worth=90.0))
    assert card.before_gate == pytest.approx(95.0)
    assert (card.total, card.passed, card.breaches) == (40.0, False, (10,))


def test_gate_does_not_lift_a_lower_total() -> None:
    """40 is a cap, not a mark."""
    card = mark(transcript(turn(1, 30.0, breach=True), worth=10.0))
    assert card.total == card.before_gate == 0.0


def test_gate_fails_an_attempt_whatever_the_pass_mark() -> None:
    """Compliance is never bought by an easy pass mark."""
    card = mark(transcript(turn(1), turn(2, breach=True), worth=90.0), 0.0)
    assert card.total == 40.0
    assert not card.passed


def test_gate_counts_a_breach_on_a_hinted_turn() -> None:
    """A hint excuses nobody from the law, and no hint ever names a forbidden act."""
    card = mark(transcript(turn(1), turn(2, breach=True, hinted=True), worth=90.0))
    assert (card.total, card.breaches) == (40.0, (2,))


def test_scorecard_names_its_rubric() -> None:
    """Whoever reads a mark can tell under which rubric it was made."""
    assert mark(transcript(turn())).rubric == "1"


def test_scorecard_follows_the_rubric_it_is_given() -> None:
    """Weights, cap and pass mark are the rubric's, not the code's: a regrade under another one differs."""
    weights: tuple[tuple[PartName, float], ...] = (
        ("result", 10.0),
        ("tactics", 30.0),
        ("discovery", 30.0),
        ("paperwork", 30.0),
    )
    strict = dataclasses.replace(RUBRIC_1, version="strict", weights=weights, cap_on_breach=5.0, pass_mark=99.0)
    card = scorecard(transcript(turn(1)), strict)
    assert card.total == pytest.approx(0.25 * 50.0 + 0.75 * 100.0)
    assert (card.passed, card.rubric) == (False, "strict")
    assert scorecard(transcript(turn(1, breach=True)), strict).total == 5.0


# Laws

CREDITS = st.floats(0, 1)
WORTHS = st.floats(-100, 130)


@st.composite
def transcripts(draw: st.DrawFn) -> Transcript:
    """Any transcript that the simulator could write."""
    floor = draw(st.floats(-60, 60))
    turns = draw(
        st.lists(st.builds(turn, st.integers(1, 60), st.floats(-5, 120), breach=st.booleans(), hinted=st.booleans()))
    )
    return transcript(
        *turns,
        forms=[field(credit) for credit in draw(st.lists(CREDITS, max_size=6))],
        learnable=draw(st.sets(st.sampled_from("abcdef"))),
        learned=draw(st.sets(st.sampled_from("abcdefgh"))),
        worth=draw(WORTHS),
        best=floor + draw(st.floats(0, 160)),
        floor=floor,
    )


@given(transcripts())
def test_law_every_mark_is_a_number_within_0_and_100(made: Transcript) -> None:
    """No attempt gets less than 0, more than 100, or no number at all; the weights always make one whole."""
    card = mark(made)
    for number in [card.total, card.before_gate, *(one.points for one in card.marks if one.points is not None)]:
        assert not math.isnan(number)
        assert -1e-9 <= number <= 100.0 + 1e-9
    assert sum(one.weight for one in card.marks) == pytest.approx(100.0)
    assert card.total <= card.before_gate
    assert not (card.passed and card.breaches)


@given(transcripts(), st.floats(0, 50))
def test_law_a_better_result_never_lowers_the_total(made: Transcript, more: float) -> None:
    """Monotone in the result."""
    assert mark(replace(made, worth=made.worth + more)).total >= mark(made).total - 1e-9


@given(transcripts(), st.data())
def test_law_a_smaller_loss_never_lowers_the_total(made: Transcript, data: st.DataObject) -> None:
    """Monotone in tactics: one move played better, all else alike."""
    if not made.turns:
        return
    which = data.draw(st.integers(0, len(made.turns) - 1))
    better = replace(made.turns[which], loss=made.turns[which].loss - data.draw(st.floats(0, 60)))
    turns = (*made.turns[:which], better, *made.turns[which + 1 :])
    assert mark(replace(made, turns=turns)).total >= mark(made).total - 1e-9


@given(transcripts(), st.sampled_from("abcdefgh"))
def test_law_learning_more_never_lowers_the_total(made: Transcript, found: str) -> None:
    """Monotone in discovery."""
    assert mark(replace(made, learned=made.learned | {found})).total >= mark(made).total - 1e-9


@given(transcripts(), st.data())
def test_law_a_better_form_never_lowers_the_total(made: Transcript, data: st.DataObject) -> None:
    """Monotone in paperwork: one field with more credit, all else alike."""
    if not made.forms:
        return
    which = data.draw(st.integers(0, len(made.forms) - 1))
    better = replace(made.forms[which], credit=data.draw(st.floats(made.forms[which].credit, 1)))
    forms = (*made.forms[:which], better, *made.forms[which + 1 :])
    assert mark(replace(made, forms=forms)).total >= mark(made).total - 1e-9


@given(transcripts())
def test_law_the_same_transcript_always_gets_the_same_score(made: Transcript) -> None:
    """Marking reads nothing but the transcript and the rubric."""
    assert mark(made) == mark(replace(made))
