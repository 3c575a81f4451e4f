"""The circuit breaker: when it opens, when it lets one through, and that it never stays shut for good."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.adapters.calling.breaker import IN_A_ROW, LONGEST_REST, REST, Breaker, Pass


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def entered(breaker: Breaker) -> Pass:
    given = breaker.enter()
    assert given is not None
    return given


def opened(clock: Clock) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker(clock)
    for _ in range(IN_A_ROW):
        breaker.settle(entered(breaker), well=False)
    return breaker


def test_breaker_opens_after_failures_in_a_row_and_not_before() -> None:
    """A success in between begins the count anew."""
    breaker = Breaker(Clock())
    for well in (False, False, True, False, False):
        breaker.settle(entered(breaker), well=well)
        assert breaker.state == "closed"
    breaker.settle(entered(breaker), well=False)
    assert breaker.state == "open"
    assert breaker.enter() is None
    assert breaker.rests_for == REST


def test_breaker_half_open_lets_one_call_through() -> None:
    """The others go on offline until that one is settled; if it succeeds, all pass."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += REST
    assert breaker.state == "half-open"
    trial = entered(breaker)
    assert breaker.enter() is None
    breaker.settle(trial, well=True)
    assert breaker.state == "closed"
    assert breaker.enter() is not None
    assert breaker.enter() is not None


def test_breaker_rests_twice_as_long_after_each_failed_trial_up_to_a_limit() -> None:
    """And after a success it is as patient as at first."""
    clock = Clock()
    breaker, rests = opened(clock), []
    for _ in range(6):
        rests.append(breaker.rests_for)
        clock.now += breaker.rests_for
        breaker.settle(entered(breaker), well=False)
    assert rests == [30, 60, 120, 240, LONGEST_REST, LONGEST_REST]
    clock.now += LONGEST_REST
    breaker.settle(entered(breaker), well=True)
    for _ in range(IN_A_ROW):
        breaker.settle(entered(breaker), well=False)
    assert breaker.rests_for == REST


def test_breaker_trial_that_was_given_up_leaves_the_place_to_another() -> None:
    """Who closes the talk while the trial is under way does not keep the breaker open for ever."""
    clock = Clock()
    breaker = opened(clock)
    clock.now += REST
    breaker.settle(entered(breaker), well=None)
    assert breaker.state == "half-open"
    assert breaker.enter() is not None


def test_breaker_opens_at_once_for_what_waiting_cannot_mend() -> None:
    """A wrong key is a wrong key three times."""
    breaker = Breaker(Clock())
    breaker.settle(entered(breaker), well=False, at_once=True)
    assert (breaker.state, breaker.rests_for) == ("open", LONGEST_REST)


def test_breaker_rests_as_long_as_it_was_asked_to() -> None:
    """But never longer than a talk can wait to find out."""
    for asked, rests in ((5.0, REST), (90.0, 90.0), (86_400.0, LONGEST_REST)):
        breaker = Breaker(Clock())
        for _ in range(IN_A_ROW):
            breaker.settle(entered(breaker), well=False, rest=asked)
        assert breaker.rests_for == rests


def test_breaker_hears_nothing_from_calls_of_an_earlier_time() -> None:
    """A slow call that fails after the endpoint came back does not count against it, nor does a late success."""
    clock = Clock()
    breaker = Breaker(clock)
    late, later = entered(breaker), entered(breaker)
    for _ in range(IN_A_ROW):
        breaker.settle(entered(breaker), well=False)
    breaker.settle(late, well=True)
    assert breaker.state == "open"
    clock.now += REST
    breaker.settle(entered(breaker), well=True)
    breaker.settle(later, well=False)
    breaker.settle(entered(breaker), well=False)
    assert breaker.state == "closed"


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), st.floats(0, 400)), max_size=60))
def test_breaker_is_never_shut_for_longer_than_its_limit(story: list[tuple[bool | None, float]]) -> None:
    """Whatever happens, after the longest rest a call passes."""
    clock = Clock()
    breaker = Breaker(clock)
    for well, pause in story:
        clock.now += pause
        passed = breaker.enter()
        if passed is not None:
            breaker.settle(passed, well)
        assert breaker.rests_for <= LONGEST_REST
    clock.now += LONGEST_REST
    assert breaker.enter() is not None
