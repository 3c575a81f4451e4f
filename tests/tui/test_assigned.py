"""Home: what was assigned, until when, and starting it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from tui.conftest import MakeHouse
from tui.opening import at, said, small, told
from tui.playing import finished, press, shown

from simulator.bootstrap import House
from simulator.model.journal import Assigned
from simulator.model.record import Mode
from simulator.tui.listing import Listing, due_text, left_text
from simulator.tui.screens.ask import Ask
from simulator.tui.screens.briefing import BriefingScreen
from simulator.tui.screens.home import HomeScreen
from simulator.workflows.assigning import Assignment, Due, State

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def assigned(due: datetime | None = None, mode: Mode = "exam", attempts: int | None = 1) -> Assigned:
    """The small debt, for one person."""
    return Assigned(
        assignment="a-1",
        title="Spring round",
        scenarios=("small-debt",),
        people=("p",),
        mode=mode,
        due=due,
        attempts=attempts,
        by="boss",
    )


def given(
    days: float | None, state: State = "open", left: int | None = 1, attempt: str | None = None, used: int = 0
) -> Due:
    """Something to be done within so many days from ``NOW``."""
    event = assigned(None if days is None else NOW + timedelta(days=days), attempts=left)
    return Due(Assignment("a-1", NOW, event), "small-debt", state, used, left, attempt, can_start=attempt is None)


@pytest.mark.parametrize(
    ("days", "state", "words"),
    [
        (None, "open", "no due date"),
        (0, "open", "due today"),
        (1, "open", "due tomorrow"),
        (3, "open", "due in 3 days"),
        (30, "open", "due 1 Apr"),
        (-0.01, "overdue", "overdue since today"),
        (-1, "overdue", "overdue by a day"),
        (-12, "overdue", "overdue by 12 days"),
    ],
)
def test_a_due_date_is_told_in_words(days: float | None, state: State, words: str) -> None:
    """Near days are counted, far ones named; what is late says by how much."""
    assert due_text(given(days, state), NOW.astimezone()) == words


def test_attempts_left_are_told_in_words() -> None:
    """One is one; of any number it is told how many there were."""
    assert left_text(given(1)) == "one attempt left"
    assert left_text(given(1, left=3)) == "3 attempts left"
    assert left_text(given(1, left=None)) == "not begun"
    assert left_text(given(1, left=None, used=2)) == "2 so far"
    assert left_text(given(1, attempt="a")) == "begun"


def test_what_is_due_first_stands_first_and_what_is_done_is_gone() -> None:
    """The order is that of the workflow, due dates first; passed and done ones are not to be done any more."""
    done = given(1, "passed")
    listing = Listing((), due=(given(-1, "overdue"), given(4), done))
    rows = [row.text for row in listing.rows("", 78)]
    assert rows[0] == "Assigned to you"
    assert len(rows) == 3
    assert not Listing((), due=(done,)).rows("", 78)


def house_with(make_house: MakeHouse, event: Assigned) -> House:
    """A house whose trainee was assigned something."""
    house = make_house(name="Wang Min")
    person = house.store.person("Wang Min")
    house.store.enter(event.model_copy(update={"people": (person,)}), house.desk.now())
    return house


async def test_an_assigned_exam_stands_at_the_top_and_is_asked_about(make_house: MakeHouse) -> None:
    """With due date, mode and attempts left; yes begins it under its assignment, and then it goes on."""
    house = house_with(make_house, assigned(datetime.now(UTC) + timedelta(days=1), mode="exam"))
    async with at(house) as (app, pilot):
        assert "Assigned to you" in shown(app)
        assert "Exam     due tomorrow       one attempt left" in shown(app)
        assert "A small debt · Spring round" in said(app, "#about")
        await press(pilot, "f2")
        assert isinstance(app.screen, Ask)
        await press(pilot, "tab", "enter")
        assert isinstance(app.screen, BriefingScreen)
        started = app.screen.rehearsal.state.started
        assert (started.mode, started.assignment) == ("exam", "a-1")
        await press(pilot, "escape")
        assert isinstance(app.screen, HomeScreen)
        assert "begun" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, BriefingScreen)


async def test_assigned_practice_starts_at_once(make_house: MakeHouse) -> None:
    """Late practice can still be played, and says how late it is."""
    house = house_with(make_house, assigned(house_time() - timedelta(days=2), "practice", None))
    async with at(house) as (app, pilot):
        assert "overdue by" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, BriefingScreen)
        assert app.screen.rehearsal.state.started.assignment == "a-1"


async def test_an_exam_whose_time_is_over_cannot_be_started(make_house: MakeHouse) -> None:
    """It says so, and no question is asked."""
    house = house_with(make_house, assigned(house_time() - timedelta(days=2)))
    async with at(house) as (app, pilot):
        assert "It cannot be started any more." in said(app, "#about")
        await press(pilot, "enter")
        assert isinstance(app.screen, HomeScreen)
        assert any("cannot be started" in one for one in told(app))


async def test_without_assignments_home_is_as_it_was(make_house: MakeHouse) -> None:
    """No heading stands over nothing."""
    house = make_house(name="Wang Min")
    finished(house.desk, small(house))
    async with at(house) as (app, _pilot):
        assert "Assigned to you" not in shown(app)


def house_time() -> datetime:
    """The moment at which the tests' desks begin."""
    return NOW
