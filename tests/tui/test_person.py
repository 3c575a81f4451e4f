"""HR's view of one person: the same as his Progress, without what is his own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from textual.pilot import Pilot
from tui.conftest import MakeHouse
from tui.figures_by_hand import ByHand, progress
from tui.opening import at, said, small, told
from tui.playing import finished, press, settled, shown

from simulator.bootstrap import House
from simulator.tui.app import HuikuanApp
from simulator.tui.screens.decide import DecideScreen
from simulator.tui.screens.person import PersonScreen
from simulator.tui.source import Wish
from simulator.tui.sources.house import HouseSource
from simulator.tui.views.progress import DecisionView
from simulator.workflows.deciding import appeal


@asynccontextmanager
async def person(
    house: House, source: ByHand | HouseSource, who: str = "p1", name: str = "Wang Min"
) -> AsyncIterator[tuple[HuikuanApp, Pilot[Any]]]:
    """HR's view of a person."""
    async with at(house) as (app, pilot):
        app.push_screen(PersonScreen(source, who, name))
        await settled(pilot)
        yield app, pilot


async def test_his_own_practice_is_not_there_but_its_number_is(make_house: MakeHouse) -> None:
    """An exam and a shared talk are seen, practice of his own is not: it is counted and nothing else is said of it."""
    house = make_house(name="Li Na")
    exam = finished(house.desk, small(house), mode="exam").attempt
    mine = finished(house.desk, small(house)).attempt
    who = house.store.known("Wang Min")
    assert who is not None
    async with person(house, HouseSource(house, "Li Na"), who) as (app, pilot):
        assert isinstance(app.screen, PersonScreen)
        view = app.screen.view
        assert view is not None
        assert [one.attempt for one in view.talks] == [exam]
        assert mine not in repr(view)
        await press(pilot, "f3")
        assert "One practice attempt is the trainee's own and not shown." in " ".join(shown(app).split())


async def test_a_reviewer_shares_nothing_and_starts_nothing(small_house: House) -> None:
    """F6 decides here; Enter on advice says whose it is to start it."""
    async with person(small_house, ByHand(progress_view=progress(own=False))) as (app, pilot):
        await press(pilot, "f4", "enter")
        assert isinstance(app.screen, PersonScreen)
        assert any("Only the trainee can start it" in one for one in told(app))


async def test_decisions_are_made_on_the_highlighted_attempt(make_house: MakeHouse) -> None:
    """F6 opens the turns of the highlighted attempt; what waits there is an appeal of his."""
    house = make_house(name="Li Na")
    attempt = finished(house.desk, small(house), mode="exam").attempt
    appeal(house.desk, attempt, "Wang Min", 2, "He had said so.")
    who = house.store.known("Wang Min")
    assert who is not None
    async with person(house, HouseSource(house, "Li Na"), who) as (app, pilot):
        await press(pilot, "f6")
        assert isinstance(app.screen, PersonScreen)  # on the tab of objectives there is no attempt to decide on
        await press(pilot, "f5")
        assert "He had said so." in shown(app)
        await press(pilot, "f3", "f6")
        assert isinstance(app.screen, DecideScreen)


async def test_a_certificate_needs_a_course(small_house: House) -> None:
    """F7 chooses it first."""
    async with person(small_house, ByHand(progress_view=progress(own=False))) as (app, pilot):
        await press(pilot, "f8")
        assert any("F7 chooses the course" in one for one in told(app))


async def test_a_certificate_on_record_is_exported_as_such(small_house: House) -> None:
    """As a page with his name, in the format that certificates have."""
    held = DecisionView("Certificate", "A course by hand", "18 Nov", ("It holds.",), certificate="c1")
    source = ByHand(progress_view=replace(progress(own=False), decisions=(held,)))
    async with person(small_house, source) as (app, pilot):
        await press(pilot, "f5")
        assert "It holds." in shown(app)
        await press(pilot, "enter")
        assert any("no single line" in one for one in told(app))
        await press(pilot, "f9", "f9")
        wish = source.asked[-1]
        assert isinstance(wish, Wish)
        assert (wish.scope, wish.subject, wish.form, wish.identified) == ("certificate", "c1", "pdf", True)


async def test_a_person_without_an_attempt_says_so(small_house: House) -> None:
    """And one who has nothing but practice of his own is told from him."""
    none = replace(progress(own=False), talks=(), courses=(), advice=(), decisions=(), compliance="", withheld=0)
    for withheld, words in ((0, "This person has not finished an attempt yet."), (3, "practice of his own")):
        source = ByHand(progress_view=replace(none, withheld=withheld))
        async with person(small_house, source) as (app, pilot):
            assert "There is no evidence yet." in shown(app)
            await press(pilot, "f7", "f3")
            assert words in " ".join(shown(app).split())
            assert "nan" not in shown(app).lower()
            assert said(app, "#about") == ("" if not withheld else said(app, "#about"))
