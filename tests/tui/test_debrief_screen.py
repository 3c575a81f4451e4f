"""The debrief and the comparison on the screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import sleep

import pytest
from doubles import MemoryCache
from tui.playing import DEAL, HOSTILE, begun, finished, house_of, opened, press, rewritten, settled, shown

from scoring.rubric import CURRENT, Rubric
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.settings import Settings
from simulator.bootstrap import House
from simulator.engine.program import Program
from simulator.engine.solve import Solution
from simulator.model.errors import Cancelled
from simulator.tui.screens.ask import Ask
from simulator.tui.screens.compare import ChooseAttempt, CompareScreen
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.talk import TalkScreen
from simulator.tui.widgets.curve import Curve
from simulator.tui.widgets.lines import Lines
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import RowList
from simulator.workflows.solutions import Solutions

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def house(settings: Settings, solutions: Solutions, content: YamlLibrary) -> House:
    return house_of(settings, solutions, content)


def _never() -> bool:
    return False


class _SlowSolutions(Solutions):
    """Solutions that who can wait for them never gets, until he stops waiting."""

    def __init__(self) -> None:
        super().__init__(MemoryCache())
        self.stopped = False

    def solve(
        self,
        program: Program,
        given: Mapping[str, object] | None = None,
        rubric: Rubric = CURRENT,
        cancelled: Callable[[], bool] = _never,
    ) -> Solution:
        if cancelled is _never:
            return super().solve(program, given, rubric)
        while not cancelled():
            sleep(0.01)
        self.stopped = True
        raise Cancelled


def _text(lines: Lines) -> str:
    return lines.query_one(Plain).text


async def test_every_turn_has_its_glyph_and_its_name_in_words(house: House, small: Program) -> None:
    """The list names each turn; the chosen one is told whole and marked on the curve."""
    moves = ("rapport.chat", "ask.plain", "close.deal:all", "end.leave")
    async with opened(house, finished(house.desk, small.scenario, moves)) as (app, pilot):
        assert isinstance(app.screen, DebriefScreen)
        view = app.screen.view
        assert view is not None
        rows = app.screen.query_one(RowList).rows
        assert [(row.text.split()[1], row.aside) for row in rows] == [(turn.glyph, turn.name) for turn in view.turns]
        await press(pilot, "home", "down")
        assert app.screen.query_one(Curve).current == 2
        told = _text(app.screen.query_one("#turn", Lines))
        assert "Turn 2" in told
        assert "When will you pay?" in told
        assert "Asking brings the excuse." in told


async def test_the_tabs_hold_scorecard_objectives_hidden_and_forms(house: House, small: Program) -> None:
    """Each part of the debrief has its key and shows its figures."""
    async with opened(house, finished(house.desk, small.scenario)) as (app, pilot):
        for key, name, words in (
            ("f3", "scorecard", ("Tactics", "weight", "mean accuracy", "rubric 1", "no forbidden act")),
            ("f4", "objectives", ("chances taken", "turn 2", "preparation")),
            ("f5", "hidden", ("Missed", "Found out", "Behind the excuses")),
            ("f6", "forms", ("How many days late?", "Your answer: 10", "Right:")),
        ):
            await press(pilot, key)
            told = _text(app.screen.query_one(f"#{name}", Lines))
            assert app.focused is app.screen.query_one(f"#{name}")
            assert not [word for word in words if word not in told]
        await press(pilot, "f2")
        assert isinstance(app.focused, RowList)


async def test_better_moves_say_what_could_not_be_known(house: House, small: Program) -> None:
    """Where a better move works by what was hidden, the debrief says that it could not be known."""
    moves = ("ask.plain", "close.deal:all", "end.leave")
    rehearsal = begun(house.desk, small.scenario, moves, answers={})
    rehearsal.file_note({})
    async with opened(house, rehearsal, (120, 60)) as (app, pilot):
        await press(pilot, "home", "down")
        told = _text(app.screen.query_one("#turn", Lines))
        assert "Better: Ask why" in told
        assert "It brings out the owner." in told
        assert "With the file closed you could not know this." in told
        assert "Still hidden then: Supply, The owner" in told


async def test_try_again_opens_a_practice_talk_before_the_chosen_turn(house: House, small: Program) -> None:
    """F7 asks, and opens a new talk with the turns before the chosen one."""
    async with opened(house, finished(house.desk, small.scenario, mode="exam")) as (app, pilot):
        await press(pilot, "home", "down", "down", "f7")
        assert isinstance(app.screen, Ask)
        await press(pilot, "right", "enter")
        assert isinstance(app.screen, TalkScreen)
        assert [exchange.number for exchange in app.screen.view.exchanges] == [1, 2]
        assert app.screen.view.practice
        assert not app.screen.view.can_take_back


async def test_two_attempts_stand_side_by_side(house: House, small: Program) -> None:
    """F8 lists the other finished attempts and shows both, beginning where they part."""
    left = finished(house.desk, small.scenario)
    finished(house.desk, small.scenario, ("rapport.chat", "red.threat"))
    begun(house.desk, small.scenario)
    async with opened(house, left) as (app, pilot):
        await press(pilot, "f8")
        assert isinstance(app.screen, ChooseAttempt)
        assert len(app.screen.attempts) == 1
        await press(pilot, "enter")
        assert isinstance(app.screen, CompareScreen)
        assert app.screen.query_one(RowList).highlighted == "2"
        screen = shown(app)
        assert "X Breach: Threat" in screen
        assert "Plain request" in screen
        await press(pilot, "end")
        assert "The talk was over by then." in _text(app.screen.query_one("#right-turn", Lines))
        await press(pilot, "f2")
        assert "Difference" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, DebriefScreen)


async def test_without_another_attempt_comparing_names_the_next_step(house: House, small: Program) -> None:
    """Where there is nothing to compare with, the screen says how to come by something."""
    async with opened(house, finished(house.desk, small.scenario)) as (app, pilot):
        await press(pilot, "f8")
        assert isinstance(app.screen, DebriefScreen)
        assert any("no other finished attempt" in str(one.message) for one in app._notifications)


async def test_a_retry_shows_no_scorecard_and_says_why(house: House, small: Program) -> None:
    """A talk that was tried again is reviewed, and not scored."""
    again = finished(house.desk, small.scenario).try_again_from(3)
    again.play(next(one.move for one in again.legal() if str(one.move) == "end.leave"))
    async with opened(house, again) as (app, pilot):
        assert "not scored" in shown(app)
        await press(pilot, "f3")
        told = _text(app.screen.query_one("#scorecard", Lines))
        assert "for practice, not scored" in told
        assert "weight" not in told


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_hostile_texts_are_shown_as_they_are(
    size: tuple[int, int], settings: Settings, solutions: Solutions, content: YamlLibrary, small: Program
) -> None:
    """Markup, links and braces go through debrief, choice and comparison as text."""
    hostile = rewritten(small.scenario, lambda text: f"{''.join(HOSTILE)} {text}")
    house = house_of(settings, solutions, content)
    left = finished(house.desk, hostile)
    finished(house.desk, hostile, (*DEAL[:3], "end.leave"))
    async with opened(house, left, size) as (app, pilot):
        assert "[@click=app.quit]x[/]" in _text(app.screen.query_one("#turn", Lines))
        for key in ("f3", "f4", "f5", "f6", "f2"):
            await press(pilot, key)
        await press(pilot, "f8")
        await press(pilot, "enter")
        assert "[red]" in shown(app)
        await press(pilot, "f2", "escape")
        assert isinstance(app.screen, DebriefScreen)


async def test_escape_stops_the_review_and_goes_home(settings: Settings, content: YamlLibrary, small: Program) -> None:
    """A review that takes long can be stopped; the attempt stays as it is."""
    slow = _SlowSolutions()
    house = house_of(settings, slow, content)
    quick = house_of(settings, Solutions(MemoryCache()), content)
    quick.store = house.store
    rehearsal = finished(quick.desk, small.scenario)
    async with opened(house, rehearsal, wait=False) as (app, pilot):
        await pilot.pause(0.3)
        assert isinstance(app.screen, DebriefScreen)
        assert "Reviewing every move" in shown(app)
        await pilot.press("f7", "f8", "f3", "pageup")
        await pilot.press("escape")
        await pilot.pause(0.2)
        assert app.screen is app.home
        await settled(pilot)
    assert slow.stopped


async def test_a_click_on_the_curve_chooses_its_turn(house: House, small: Program) -> None:
    """The turn whose bar is clicked is chosen."""
    async with opened(house, finished(house.desk, small.scenario)) as (app, pilot):
        await press(pilot, "home", "f3")
        curve = app.screen.query_one(Curve)
        await pilot.click(Curve, offset=(curve.size.width - 4, 1))
        await settled(pilot)
        assert app.screen.query_one(RowList).highlighted == "5"
        assert isinstance(app.focused, RowList)
