"""Screens by role: what one may not do is not offered, and where it is reached anyway it is refused in words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from tui.opening import small
from tui.playing import finished, press, settled, shown

from simulator.bootstrap import House
from simulator.model.actor import Actor, Role
from simulator.model.errors import Forbidden
from simulator.model.journal import Denied
from simulator.tui.app import GoOn, HuikuanApp, Start
from simulator.tui.screens.ask import Announce
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.evidence import DebriefLookedUp
from simulator.tui.screens.group import GroupScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.notice import NoticeScreen
from simulator.tui.screens.palette import PaletteScreen
from simulator.tui.screens.progress import ProgressScreen
from simulator.tui.screens.settings import SettingsScreen
from simulator.tui.sources.house import HouseSource
from simulator.tui.widgets.line import Line
from simulator.workflows.rehearse import resume

MakeHouse = Callable[..., House]


class Served(HuikuanApp):
    """The application with a browser that takes what it is given."""

    def __init__(self, house: House, start: Start | None = None) -> None:
        super().__init__(house, start)
        self.given: list[tuple[str, bytes]] = []
        self.opened: list[str] = []

    def deliver_binary(self, path_or_file: Any, *, save_filename: str | None = None, **_more: Any) -> str:
        self.given.append((save_filename or "", path_or_file.read()))
        return "key"

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        self.opened.append(url if new_tab else f"{url}!")


@asynccontextmanager
async def at(house: House, start: Start | None = None) -> AsyncIterator[tuple[Served, Pilot[Any]]]:
    app = Served(house, start)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await settled(pilot)
        yield app, pilot


@pytest.fixture
def signed_in(make_house: MakeHouse) -> Callable[..., House]:
    """Somebody who has signed in, at a house where Wang Min has an exam and practice of his own."""

    def signing(name: str, *roles: Role, **changes: Any) -> House:
        house = make_house(name=name, **changes)
        for mode in ("practice", "exam"):
            finished(house.desk, small(house), mode=mode)  # type: ignore[arg-type]
        house.actor = Actor(house.store.person(name), name, frozenset(roles))
        house.__dict__["desk"] = replace(house.desk, actor=house.actor)
        house.__dict__.pop("library", None)
        house.__dict__.pop("files", None)
        return house

    return signing


def refusals(house: House) -> list[str]:
    return [one.event.deed for one in house.store.journal() if isinstance(one.event, Denied)]


OFFERED: list[tuple[tuple[Role, ...], set[str]]] = [
    (("trainee",), set()),
    (("administrator",), set()),
    (("instructor",), {"group", "studio", "assignments"}),
    (("hr",), {"group", "assignments"}),
    (("trainee", "hr"), {"group", "assignments"}),
]


@pytest.mark.parametrize(("roles", "offered"), OFFERED)
async def test_home_offers_what_a_role_may(
    signed_in: Callable[..., House], roles: tuple[Role, ...], offered: set[str]
) -> None:
    """In the keys and in the palette, and a key that is not offered does nothing; the rest is everybody's."""
    house = signed_in("Li Na", *roles)
    async with at(house) as (app, pilot):
        names = {"group", "studio", "assignments"}
        found = {one.binding.action for one in app.screen.active_bindings.values() if one.enabled}
        assert found & names == offered
        assert {"exam", "progress", "attempts", "handbook"} <= found
        await press(pilot, *(key for action, key in (("group", "f5"), ("studio", "f9")) if action not in offered))
        assert isinstance(app.screen, HomeScreen)
        await press(pilot, "ctrl+p")
        assert isinstance(app.screen, PaletteScreen)
        listed = {one.name for one in app.screen.commands}
        assert ("Group" in listed, "Studio" in listed) == ("group" in offered, "studio" in offered)
    assert refusals(house) == []


async def test_what_is_reached_anyway_is_refused_in_words(signed_in: Callable[..., House]) -> None:
    """A screen that was opened by no key of his says what is wrong, shows nothing, and lets him go back."""
    house = signed_in("Li Na", "trainee")
    ways: tuple[Callable[[HuikuanApp], object], ...] = (
        lambda app: app.push_screen(GroupScreen(HouseSource(house, "Li Na"))),
        lambda app: app.show_studio(),
        lambda app: app.home.go_on(house.store.attempts(house.store.known("Wang Min"))[0].attempt),
    )
    for opening in ways:
        async with at(house) as (app, pilot):
            opening(app)
            await settled(pilot)
            assert isinstance(app.screen, Announce)
            assert str(Forbidden("x"))[:20] in shown(app)
            assert "Wang Min" not in shown(app)
            await press(pilot, "escape", "escape")
            assert isinstance(app.screen, HomeScreen)
    assert sorted(refusals(house)) == ["figures.see", "figures.see", "scenarios.write"]


async def test_a_reviewer_remarks_and_decides_and_does_not_try_again(signed_in: Callable[..., House]) -> None:
    """On another's debrief, for an instructor; it is the trainee's own to try again."""
    house = signed_in("Li Na", "instructor")
    exam = next(one.attempt for one in house.store.attempts(house.store.known("Wang Min")) if one.mode == "exam")
    async with at(house) as (app, pilot):
        screen = ProgressScreen(HouseSource(house, "Li Na"))
        app.push_screen(screen)
        await settled(pilot)
        screen.open_debrief(exam)
        await settled(pilot)
        assert isinstance(app.screen, DebriefLookedUp)
        found = {one.binding.action for one in app.screen.active_bindings.values() if one.enabled}
        assert {"remark", "appeal"} <= found
        assert "again" not in found
        app.show_phase(resume(house.desk, exam))  # as a browser that comes back to it
        await settled(pilot)
        assert isinstance(app.screen, DebriefScreen)
        assert not isinstance(app.screen, DebriefLookedUp)
        assert "again" not in {one.binding.action for one in app.screen.active_bindings.values() if one.enabled}


async def test_who_is_signed_in_sets_what_is_his(signed_in: Callable[..., House]) -> None:
    """Language and colours, kept with the record; neither name nor record nor folders nor model, nor any path."""
    house = signed_in("Li Na", "trainee")
    before = house.settings
    async with at(house) as (app, pilot):
        await press(pilot, "f10")
        assert isinstance(app.screen, SettingsScreen)
        assert list(app.screen.query(Line)) == []
        assert str(before.file) not in shown(app)
        assert "Nothing leaves" not in shown(app)  # of the server's machine he is not the one to be told
        assert "Li Na" in shown(app)
        await press(pilot, "tab", "right", "f9")
        assert isinstance(app.screen, HomeScreen)
        assert house.settings.theme != before.theme
        await press(pilot, "f10", "tab", "tab", "enter", "tab", "enter")
        assert app.opened == ["password", "sign-out"]
    assert not before.file.exists()
    assert replace(house.settings, theme=before.theme) == before


async def test_the_notice_keeps_the_name_of_the_account(signed_in: Callable[..., House]) -> None:
    """Whom attempts are of was said when he signed in."""
    house = signed_in("Li Na", "trainee", notice_read=False)
    async with at(house) as (app, pilot):
        app.push_screen(NoticeScreen())
        await settled(pilot)
        assert app.screen.query_one("#name", Line).disabled
        await press(pilot, "f9")
        assert house.settings.notice_read
        assert house.settings.name == "Li Na"
    assert not house.settings.file.exists()


async def test_a_report_goes_to_the_browser(signed_in: Callable[..., House], tmp_path: Path) -> None:
    """Under the name that he types, and nothing of it stays; a path is refused, whether it is there or not."""
    house = signed_in("Wang Min", "trainee")
    async with at(house) as (app, pilot):
        await press(pilot, "f4", "f9")
        line = app.screen.query_one("#path", Line)
        assert "/" not in line.value
        line.value = str(tmp_path / "out.html")
        await press(pilot, "f9")
        assert isinstance(app.screen, Announce)
        assert app.given == []
        await press(pilot, "escape")
        line.value = "mine.html"
        await press(pilot, "f9")
        ((name, data),) = app.given
        assert name == "mine.html"
        assert b"<html" in data[:200].lower()
        assert "mine.html" in shown(app)
    assert list(tmp_path.glob("**/*.html")) == []
    assert house.exports.kept() == ()
    assert refusals(house) == []


async def test_a_trainee_has_all_that_is_his(signed_in: Callable[..., House]) -> None:
    """His debrief, his progress, its lines and the handbook need nothing that is closed to him."""
    house = signed_in("Wang Min", "trainee")
    over = house.store.attempts(house.store.known("Wang Min"))[0].attempt
    async with at(house, GoOn(over)) as (app, pilot):
        assert isinstance(app.screen, DebriefScreen)
        found = {one.binding.action for one in app.screen.active_bindings.values() if one.enabled}
        assert {"again", "remark", "appeal", "compare"} <= found
        await press(pilot, "escape", "f7", "escape", "f4")
        screen = app.screen
        assert isinstance(screen, ProgressScreen)
        screen.open_debrief(over)
        await settled(pilot)
        assert isinstance(app.screen, DebriefLookedUp)
    assert refusals(house) == []


async def test_the_owner_of_a_machine_is_offered_everything(small_house: House) -> None:
    """Where nobody signs in, nothing is hidden."""
    async with at(small_house) as (app, _pilot):
        found = {one.binding.action for one in app.screen.active_bindings.values() if one.enabled}
        assert {"group", "studio", "assignments"} <= found
