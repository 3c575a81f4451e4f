"""Who will see what: read before the first talk, once."""

from __future__ import annotations

from tui.conftest import MakeHouse
from tui.opening import at, fresh, told
from tui.playing import press, shown

from simulator.adapters.settings import load
from simulator.tui.screens.ask import Announce
from simulator.tui.screens.briefing import BriefingScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.notice import NoticeScreen
from simulator.tui.widgets.line import Line


async def test_the_notice_comes_before_the_first_talk_and_only_once(make_house: MakeHouse) -> None:
    """It is shown when the first talk is opened, its confirmation is kept, and the talk follows."""
    house = make_house(notice_read=False)
    async with at(house) as (app, pilot):
        await press(pilot, "enter")
        assert isinstance(app.screen, NoticeScreen)
        assert all(head in shown(app) for head in ("Practice is yours", "An exam is evidence", "learning system"))
        await press(pilot, "f9")
        assert isinstance(app.screen, BriefingScreen)
        assert load(environ={"HUIKUAN_CONFIG": str(house.settings.file)}).notice_read
        await press(pilot, "escape", "down", "enter")
        assert not isinstance(app.screen, NoticeScreen)


async def test_nobody_is_entered_into_the_record_before_the_notice(make_house: MakeHouse) -> None:
    """Home reads no record and Esc leaves it untouched, until the notice is confirmed."""
    house = make_house(notice_read=False)
    async with at(house) as (app, pilot):
        await press(pilot, "enter", "escape")
        assert isinstance(app.screen, HomeScreen)
        assert not house.store.people()


async def test_the_notice_asks_for_the_name(make_house: MakeHouse) -> None:
    """The name that is typed is kept; without one the notice is not confirmed."""
    house = make_house(notice_read=False, name="")
    async with at(house) as (app, pilot):
        await press(pilot, "enter")
        app.screen.query_one(Line).value = " "
        await press(pilot, "f9")
        assert isinstance(app.screen, NoticeScreen)
        assert any("A name is needed" in one for one in told(app))
        app.screen.query_one(Line).value = "王敏"
        await press(pilot, "f9")
        assert house.settings.name == "王敏"
        assert house.store.name(app.screen.rehearsal.state.started.person) == "王敏"  # type: ignore[attr-defined]


async def test_settings_that_cannot_be_written_do_not_keep_anybody_from_the_talk(make_house: MakeHouse) -> None:
    """The reason is told, and the confirmation holds for this run."""
    house = make_house(notice_read=False)
    house.settings.file.mkdir()
    async with at(house) as (app, pilot):
        await press(pilot, "enter", "f9")
        assert isinstance(app.screen, Announce)
        await press(pilot, "escape", "f9")
        assert isinstance(app.screen, BriefingScreen)


async def test_an_attempt_that_was_begun_outside_waits_for_the_notice(make_house: MakeHouse) -> None:
    """``huikuan play`` hands an attempt over; the notice comes first all the same."""
    house = make_house(notice_read=False)
    async with at(house, fresh(house)) as (app, pilot):
        assert isinstance(app.screen, NoticeScreen)
        await press(pilot, "f9")
        assert isinstance(app.screen, BriefingScreen)
