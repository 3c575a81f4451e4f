"""What each turn and each field is evidence of."""

from __future__ import annotations

import pytest
from evidence_by_hand import field, option, transcript, turn
from hypothesis import given
from hypothesis import strategies as st

from scoring.evidence import Turn
from scoring.objectives import Observation, observations
from scoring.rubric import RUBRIC_1

PROBE, PRESS = "collection/debtor.probe", "collection/lever.press"


def observed(*turns: Turn) -> tuple[Observation, ...]:
    return observations(transcript(*turns), RUBRIC_1)


def test_move_shows_its_objectives_with_its_accuracy_as_credit() -> None:
    """Each objective of the move is observed once, with accuracy / 100, and leads back to turn and move."""
    played = turn(4, 1.0, PROBE, PRESS, move="probe.verify:quality", chance_of_good=0.25)
    found = observed(played)
    assert [one.objective for one in found] == [PROBE, PRESS]
    for one in found:
        assert one.credit == pytest.approx(0.956039765109)
        assert (one.attempt, one.turn, one.reason, one.what) == ("attempt-1", 4, "shown", "probe.verify:quality")
        assert one.chance_of_good == 0.25


def test_breach_shows_its_objectives_with_no_credit() -> None:
    """A forbidden act earns nothing for what it pretends to show."""
    assert [one.credit for one in observed(turn(1, 0.0, PRESS, breach=True))] == [0.0]


@pytest.mark.parametrize(
    ("showing", "other", "called_for"),
    [
        (0.0, 3.0, True),
        (1.0, 3.0, True),
        (1.0, 2.999, False),
        (1.001, 3.0, False),
        (1.001, 20.0, False),
        (0.0, 0.0, False),
    ],
)
def test_objective_is_called_for_exactly_from_the_two_thresholds(
    showing: float, other: float, called_for: bool
) -> None:
    """Called for: some move that shows it loses at most 1, and every move that does not loses at least 3."""
    played = turn(2, other, options=[option("probe.cause", showing, PROBE), option("rapport.chat", other)])
    found = observed(played)
    assert [(one.objective, one.credit, one.reason, one.what) for one in found] == (
        [(PROBE, 0.0, "missed", "probe.cause")] if called_for else []
    )


def test_one_good_move_without_the_objective_is_enough_not_to_call_for_it() -> None:
    """If anything else would have done, nobody was obliged to show it."""
    options = [option("probe.cause", 0.0, PROBE), option("rapport.chat", 9.0), option("firm.facts", 2.0)]
    assert observed(turn(1, 9.0, options=options)) == ()


def test_moves_that_show_it_badly_do_not_count_against_the_call() -> None:
    """Only moves that do not show the objective must be bad; a bad way to show it changes nothing."""
    options = [
        option("probe.cause", 0.5, PROBE),
        option("probe.if", 2.0, PROBE),
        option("probe.mirror", 0.2, PROBE),
        option("rapport.chat", 5.0),
    ]
    (missed,) = observed(turn(1, 5.0, move="rapport.chat", options=options))
    assert (missed.reason, missed.what) == ("missed", "probe.mirror")


def test_objective_that_was_shown_is_not_missed() -> None:
    """A poor move that shows what was called for is one observation of it, with its own credit."""
    options = [option("probe.cause", 0.0, PROBE), option("probe.if", 8.0, PROBE), option("rapport.chat", 5.0)]
    (shown,) = observed(turn(1, 8.0, PROBE, move="probe.if", options=options))
    assert (shown.reason, shown.what) == ("shown", "probe.if")
    assert 0.0 < shown.credit < 1.0


def test_objective_of_every_open_move_is_called_for() -> None:
    """Where nothing else was open, there is no move that does not show it; a breach then misses it."""
    played = turn(1, 30.0, move="red.threat", breach=True, options=[option("probe.cause", 0.0, PROBE)])
    assert [(one.reason, one.credit) for one in observed(played)] == [("missed", 0.0)]


def test_turn_that_neither_shows_nor_misses_is_not_observed() -> None:
    """Not observed is not zero."""
    assert observed(turn(1, 0.0, options=[option("rapport.chat", 0.0), option("probe.cause", 0.4, PROBE)])) == ()


def test_hinted_turn_gives_no_observation() -> None:
    """Neither what a hint made the trainee do nor what he missed in spite of it says anything of him."""
    options = [option("probe.cause", 0.0, PROBE), option("rapport.chat", 5.0, PRESS)]
    assert observed(turn(1, 5.0, PRESS, hinted=True, options=options)) == ()
    assert len(observed(turn(1, 5.0, PRESS, options=options))) == 2


def test_fields_give_their_credit_to_their_objective() -> None:
    """A field's credit is the observation; it stands in no turn and has no chance of good. One without an objective
    is evidence of nothing."""
    forms = [field(0.5, PROBE), field(1.0, PRESS, part="note"), field(1.0)]
    assert observations(transcript(forms=forms), RUBRIC_1) == (
        Observation(PROBE, "attempt-1", 0, 0.5, "preparation", "preparation-field", None),
        Observation(PRESS, "attempt-1", 0, 1.0, "note", "note-field", None),
    )


def test_field_without_any_credit_is_still_observed() -> None:
    """A wrong answer is a chance not taken, which is evidence too."""
    (one,) = observations(transcript(forms=[field(0.0, PROBE)]), RUBRIC_1)
    assert one.credit == 0.0


OPTIONS = st.lists(
    st.builds(
        lambda move, loss, objectives: option(move, loss, *objectives),
        st.sampled_from(["probe.cause", "press.hold", "ask.gentle", "firm.no"]),
        st.floats(0, 20),
        st.sets(st.sampled_from("abc")),
    ),
    max_size=6,
)
TURNS = st.builds(
    lambda loss, objectives, options, hinted: turn(1, loss, *objectives, options=options, hinted=hinted),
    st.floats(0, 100),
    st.sets(st.sampled_from("abc")),
    OPTIONS,
    st.booleans(),
)


@given(TURNS)
def test_law_a_turn_observes_an_objective_at_most_once(played: Turn) -> None:
    """Shown and missed exclude one another, credits lie within 0 and 1, and what is missed has none."""
    found = observed(played)
    assert len({one.objective for one in found}) == len(found)
    assert all(0.0 <= one.credit <= 1.0 for one in found)
    assert all(one.credit == 0.0 for one in found if one.reason == "missed")
    assert {one.objective for one in found if one.reason == "shown"} == (set() if played.hinted else played.objectives)


@given(TURNS)
def test_law_only_what_was_open_can_be_missed(played: Turn) -> None:
    """What is named as missed could have been shown by the move that is named, without losing more than a point."""
    for one in observed(played):
        if one.reason == "missed":
            assert any(
                choice.move == one.what and one.objective in choice.objectives and choice.loss <= 1.0
                for choice in played.options
            )
