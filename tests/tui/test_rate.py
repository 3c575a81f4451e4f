"""A second rating on the screen: nothing of the program's marks is seen before one's own are filed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tui.opening import said, told
from tui.playing import finished, house_of, opened, press, settled, shown

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.settings import Settings
from simulator.bootstrap import House
from simulator.engine.program import Program
from simulator.model import language
from simulator.model.decisions import LINES, Rated
from simulator.model.language import _
from simulator.tui.app import HuikuanApp
from simulator.tui.screens.ask import Announce, Ask
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.rate import RateScreen
from simulator.tui.views.debrief import debrief_view
from simulator.tui.views.debrief import told as told_of
from simulator.tui.views.rate import rater_view
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.lines import Lines
from simulator.tui.widgets.plain import Plain
from simulator.workflows.deciding import decisions, overrule
from simulator.workflows.descriptors import DESCRIPTORS
from simulator.workflows.rating import rate
from simulator.workflows.rehearse import Rehearsal
from simulator.workflows.solutions import Solutions

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def house(settings: Settings, solutions: Solutions, content: YamlLibrary) -> House:
    """Who rates is Li Lei; the attempts are Wang Min's."""
    return house_of(replace(settings, name="Li Lei"), solutions, content)


@pytest.fixture
def over(house: House, small: Program) -> Rehearsal:
    """An exam that is over."""
    return finished(house.desk, small.scenario, mode="exam")


def read(app: HuikuanApp, part: str) -> str:
    return app.screen.query_one(f"#{part}", Lines).query_one(Plain).text


async def test_rater_reads_talk_case_and_forms_and_no_mark(house: House, over: Rehearsal) -> None:
    """No name of a move, no total, no part, no meter; nor what another rated or decided."""
    rate(house.desk, over.attempt, "韩梅梅", {"tactics": 37.0}, "too hard")
    overrule(house.desk, over.attempt, "Meng", "total", None, 66.6, "other", "for a reason")
    debrief = over.debrief()
    assert debrief.scorecard is not None
    async with opened(house, over, (120, 40)) as (app, pilot):
        app.push_screen(RateScreen(over.attempt))
        await settled(pilot)
        seen = ""
        for key, part in (("f2", "talk"), ("f3", "case"), ("f4", "forms")):
            await press(pilot, key)
            seen += read(app, part) + shown(app)
        assert "When will you pay?" in seen
        assert "Invoices" in seen
        for name in ("Best", "Blunder", "Mistake", "Inaccuracy", "accuracy", "Hostility", "passed", "37", "66.6"):
            assert name not in seen, name
        assert f"{debrief.scorecard.total:.1f}" not in seen
        for turn in debrief_view(told_of(over), debrief).turns:
            assert turn.said in " ".join(seen.split())
            assert turn.label not in read(app, "talk")  # not even what a line was taken for
        assert "too hard" not in seen
        assert "for a reason" not in seen


async def test_rating_is_filed_and_only_then_set_beside_the_others(house: House, over: Rehearsal) -> None:
    """Line by line with Enter; each shows what is seen at its levels; then the program's points and the others'."""
    rate(house.desk, over.attempt, "韩梅梅", {"tactics": 37.0})
    async with opened(house, over, (120, 40)) as (app, pilot):
        app.push_screen(RateScreen(over.attempt))
        await settled(pilot)
        for name, points in zip(LINES, ("90", "60", "", "75.5", "100"), strict=True):
            assert app.focused is app.screen.query_one(f"#{name}", Line)
            assert " 75  " in said(app, "#levels")
            await press(pilot, *(key if key != "." else "full_stop" for key in points), "enter")
        await press(pilot, *"fair", "f9")
        last = decisions(house.store, over.attempt)[-1]
        assert last.event == Rated(
            by=house.store.person("Li Lei"),
            blind=True,
            lines={"result": 90.0, "tactics": 60.0, "paperwork": 75.5, "compliance": 100.0},
        )
        assert last.text == "fair"
        beside = said(app, "#levels")
        assert "Compliance: you 100, the program 100, 韩梅梅 –" in beside
        assert "Tactics: you 60, the program" in beside
        assert "韩梅梅 37" in beside
        assert "The rating is on record." in told(app)
        await press(pilot, "f9", "escape")
        assert isinstance(app.screen, DebriefScreen)
        assert len(decisions(house.store, over.attempt)) == 2


@pytest.mark.parametrize("spoken", language.LANGUAGES)
async def test_every_level_is_seen_on_a_small_screen(house: House, over: Rehearsal, spoken: language.Language) -> None:
    """The best level of the longest line too, at 80 columns and 24 lines, in either language."""
    language.use(spoken)
    async with opened(house, over) as (app, pilot):
        app.push_screen(RateScreen(over.attempt))
        await settled(pilot)
        for name in LINES:
            last = _(DESCRIPTORS[name].levels[-1])[-4:]
            assert last in shown(app), name
            assert app.screen.query_one("#levels").region.bottom <= 23, name
            await press(pilot, "enter")


@pytest.mark.parametrize("typed", ["abc", "101", "-1", "nan"])
async def test_points_beyond_the_scale_are_not_filed(house: House, over: Rehearsal, typed: str) -> None:
    """The line says so and has the focus."""
    async with opened(house, over) as (app, pilot):
        app.push_screen(RateScreen(over.attempt))
        await settled(pilot)
        app.screen.query_one("#tactics", Line).value = typed
        await press(pilot, "f9")
        assert "Tactics: type points from 0 to 100" in said(app, "#fault")
        assert app.focused is app.screen.query_one("#tactics", Line)
        assert decisions(house.store, over.attempt) == ()


async def test_rating_that_is_begun_is_not_left_by_mistake(house: House, over: Rehearsal) -> None:
    """Esc asks; to stay is the default."""
    async with opened(house, over) as (app, pilot):
        app.push_screen(RateScreen(over.attempt))
        await settled(pilot)
        await press(pilot, *"50", "escape")
        assert isinstance(app.screen, Ask)
        await press(pilot, "escape")
        assert isinstance(app.screen, RateScreen)
        assert app.screen.unsaved


async def test_own_talk_and_one_rated_before_are_not_opened(
    settings: Settings, solutions: Solutions, content: YamlLibrary, small: Program, house: House, over: Rehearsal
) -> None:
    """Before anything is read."""
    own = house_of(settings, solutions, content)
    mine = finished(own.desk, small.scenario)
    rate(house.desk, over.attempt, "Li Lei", {"tactics": 37.0})
    for where, rehearsal, why in ((own, mine, "his own attempt"), (house, over, "already")):
        async with opened(where, rehearsal) as (app, pilot):
            app.push_screen(RateScreen(rehearsal.attempt))
            await settled(pilot)
            assert isinstance(app.screen, Announce)
            assert why in shown(app)
            await press(pilot, "escape")
            assert "There is nothing to rate" in said(app, "#part")


def test_rater_s_view_has_what_was_typed_into_the_forms(house: House, over: Rehearsal) -> None:
    """As it was answered, and not whether that was right."""
    forms = "\n".join(map(str, rater_view(house.desk, over.attempt, "Li Lei").forms))
    assert "Preparation" in forms
    assert "10" in forms
    assert "right" not in forms.lower()
