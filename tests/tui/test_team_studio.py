"""The Studio for a team: what stands on the shelf is listed, written by several, published and retired."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from doubles import desk_over
from shelf import CONTENT, SHIPPED
from textual.pilot import Pilot
from tui.opening import MARKUP, at, told
from tui.playing import press, settled, shown

from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.model.actor import ROLES, Actor
from simulator.model.errors import StoreLost
from simulator.tui.app import HuikuanApp
from simulator.tui.screens import studio_file, studio_reading
from simulator.tui.screens.ask import Announce
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.studio import StudioScreen
from simulator.tui.screens.studio_dialogs import Choose, NewScenario
from simulator.tui.screens.studio_list import StudioListScreen
from simulator.tui.widgets.rows import RowList
from simulator.workflows import team_scenarios as team
from simulator.workflows.ports import TeamScenario
from simulator.workflows.solutions import Solutions

TEXT = (CONTENT / "library" / "small-debt" / "scenario.yaml").read_text(encoding="utf-8")
TEXT = TEXT.replace("scenario: small-debt", "scenario: team-debt")
NAME = "team:team-debt"
Signed = Callable[..., House]


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are short, and the shelf is looked at when a test says so."""
    monkeypatch.setattr(studio_reading, "READ_AFTER", 0.01)
    monkeypatch.setattr(studio_reading, "PROVE_AFTER", 0.01)
    monkeypatch.setattr(studio_file, "LOOK_EVERY", 1_000.0)


class Lossy(MemoryStore):
    """A store whose shelf cannot be reached while ``lost``."""

    lost = False

    def shelved(self) -> list[TeamScenario]:
        if self.lost:
            raise StoreLost("the connection to the store broke")
        return list(super().shelved())


@pytest.fixture
def store() -> Lossy:
    return Lossy()


@pytest.fixture
def signed(settings: Settings, solutions: Solutions, store: Lossy) -> Signed:
    """Makes the house of somebody who is signed in, over one store for all."""

    def signing(name: str, *roles: str, shipped: Path = CONTENT) -> House:
        actor = Actor(store.person(name), name, frozenset(role for role in ROLES if role in (roles or ("instructor",))))
        house = House(settings, shipped=shipped, actor=actor)
        house.__dict__["store"] = store
        house.__dict__["solutions"] = solutions
        house.__dict__["desk"] = replace(desk_over(store, solutions), actor=actor)
        return house

    return signing


@pytest.fixture
def teacher(signed: Signed) -> House:
    """An instructor's house, with a draft on the shelf."""
    house = signed("Ms Bai")
    team.put(house.desk, house.library, "team-debt", TEXT, house.by)
    return house


@asynccontextmanager
async def studio(house: House) -> AsyncIterator[tuple[StudioScreen, Pilot[Any]]]:
    """The Studio opened on the team's scenario, its text read and proved."""

    def start(app: HuikuanApp) -> None:
        app.push_screen(StudioScreen(studio_file.opened(house, NAME)))

    async with at(house, start) as (app, pilot):
        await read(pilot)
        yield next(one for one in app.screen_stack if isinstance(one, StudioScreen)), pilot


async def read(pilot: Pilot[Any]) -> None:
    """Waits until the text was read and proved."""
    for _time in range(4):
        await pilot.pause(0.03)
        await settled(pilot)


def saves(house: House, change: Callable[[str], str]) -> None:
    """Somebody else saves another text."""
    one, text = team.text_of(house.desk, "team-debt")
    team.save(house.desk, "team-debt", change(text), one.stamp, house.by)


async def test_team_studio_lists_the_shelf_and_no_folder_of_the_server(teacher: House, settings: Settings) -> None:
    """The team's scenarios with their status, then the shipped ones; what lies in the server's folders is not there."""
    own = Path(settings.store).parent / "scenarios" / "secret-one" / "scenario.yaml"
    own.parent.mkdir(parents=True)
    own.write_text(TEXT.replace("team-debt", "secret-one"), encoding="utf-8")
    async with at(teacher) as (app, pilot):
        await press(pilot, "f9")
        assert isinstance(app.screen, StudioListScreen)
        text = shown(app)
        assert text.index("The team's") < text.index("Shipped")
        assert "secret-one" not in text
        assert "draft" in text
        assert "changed last by Ms Bai" in text
        await press(pilot, "enter")
        assert isinstance(app.screen, StudioScreen)
        assert "Studio · Team" in shown(app)


async def test_team_studio_is_closed_to_others(signed: Signed, teacher: House) -> None:
    """A trainee has neither the key nor the screen."""
    async with at(signed("Ann", "trainee")) as (app, pilot):
        await press(pilot, "f9")
        assert isinstance(app.screen, HomeScreen)
        app.push_screen(StudioListScreen())
        await settled(pilot)
        assert isinstance(app.screen, Announce)
        assert "small debt" not in shown(app)


async def test_team_studio_makes_new_ones_on_the_shelf(signed: Signed, settings: Settings) -> None:
    """New and copied scenarios of whoever is signed in stand on the shelf, and in no folder."""
    house = signed("Ms Bai", shipped=SHIPPED)
    async with at(house) as (app, pilot):
        await press(pilot, "f9", "f2")
        assert isinstance(app.screen, NewScenario)
        assert "my folder" not in shown(app)
        await press(pilot, *"third", "enter")
        await read(pilot)
        assert isinstance(app.screen, StudioScreen)
        await press(pilot, "escape")
        app.screen.query_one(RowList).highlighted = "scenario:invoice-not-found"
        await press(pilot, "f3", "enter")
        await read(pilot)
        assert isinstance(app.screen, StudioScreen)
    assert [one.scenario for one in house.store.shelved()] == ["my-invoice-not-found", "third"]
    assert not (Path(settings.store).parent / "scenarios").exists()


async def test_team_studio_saves_publishes_and_writes_on(signed: Signed) -> None:
    """Ctrl+S saves, F9 publishes; what is written after that is said to be another text until it is published too."""
    teacher = signed("Ms Bai", shipped=SHIPPED)
    team.start(teacher.desk, teacher.library, "team-debt", None, "en", teacher.by)
    async with studio(teacher) as (screen, pilot):
        assert screen.aside() == "draft"
        await press(pilot, "f9")
        assert isinstance(pilot.app.screen, Choose)
        await press(pilot, "enter")
        await read(pilot)
        assert screen.aside() == "published"
        assert teacher.store.shelved()[0].is_offered
        assert not any("changed elsewhere" in one for one in told(screen.host))  # he did it himself
        assert "status: published" in screen.editor.text
        screen.editor.take_text(screen.editor.text + "# more\n")
        await read(pilot)
        assert screen.aside() == "not saved"
        await press(pilot, "ctrl+s")
        assert screen.aside() == "published, and written on since"
        await press(pilot, "f9", "down", "enter")
        await read(pilot)
        assert screen.aside() == "published"
        await press(pilot, "escape", "escape")
        assert teacher.store.openings() == []


async def test_team_studio_publishes_and_retires_from_the_list(teacher: House) -> None:
    """F9 in the list asks the same; what is wrong is shown, and everything stays as it was."""
    saves(teacher, lambda text: text.replace("turns: 6", "turns: 1"))
    async with at(teacher) as (app, pilot):
        await press(pilot, "f9", "f9", "enter")
        assert isinstance(app.screen, Announce)
        assert teacher.store.shelved()[0].status == "draft"
        await press(pilot, "escape", "f9", "down", "enter")
        assert teacher.store.shelved()[0].status == "retired"
        assert "retired" in shown(app)
        app.screen.query_one(RowList).highlighted = "scenario:small-debt"  # type: ignore[attr-defined]
        await press(pilot, "f9")
        assert isinstance(app.screen, StudioListScreen)


@pytest.mark.slow  # the workflow's own test is quick; this one is of the dialogs between
async def test_team_studio_joins_what_two_write(teacher: House, signed: Signed) -> None:
    """Who saves second gets the other's lines too; where both changed one line, he decides and loses nothing."""
    other = signed("Mr Qi")
    async with studio(teacher) as (screen, pilot):
        saves(other, lambda text: text.replace("A small debt", "Their debt"))
        screen.editor.take_text(screen.editor.text + "# mine\n")
        await read(pilot)
        await press(pilot, "ctrl+s")
        await read(pilot)
        assert "Their debt" in screen.editor.text
        assert "# mine" in screen.editor.text
        await press(pilot, "ctrl+s")
        saves(other, lambda text: text.replace("Their debt", "Theirs again"))
        screen.editor.take_text(screen.editor.text.replace("Their debt", "Mine now"))
        await read(pilot)
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, Choose)
        await press(pilot, "down", "enter")
        await press(pilot, "ctrl+s")
        assert "Mine now" in teacher.store.shelved_text("team-debt")[1]
        await press(pilot, "escape")
        assert not isinstance(pilot.app.screen, StudioScreen)
    async with at(teacher) as (app, pilot):
        await press(pilot, "f9")
        assert "Unsaved text from before" in shown(app)
        await press(pilot, "enter")
        await read(pilot)
        assert isinstance(app.screen, Choose)
        await press(pilot, "enter")
        await read(pilot)
        assert isinstance(app.screen, StudioScreen)
        assert "Theirs again" in app.screen.editor.text


async def test_team_studio_says_who_has_it_open(teacher: House, signed: Signed) -> None:
    """A colleague's name, and no machine's."""
    other = signed("Mr Qi")
    other.files.claim(Path(NAME))
    async with studio(teacher) as (_screen, pilot):
        assert isinstance(pilot.app.screen, Announce)
        assert "Mr Qi has had it open" in shown(pilot.app)  # type: ignore[arg-type]


async def test_team_studio_lives_through_a_lost_store(teacher: House, store: Lossy) -> None:
    """While the store is away the text stays in the editor, and it is told once."""
    async with studio(teacher) as (screen, pilot):
        screen.editor.take_text(screen.editor.text + "# typed\n")
        await read(pilot)
        store.lost = True
        for _time in range(3):
            screen._watch()
            await settled(pilot)
        assert len([one for one in told(screen.host) if "connection" in one]) == 1
        assert screen.editor.text.endswith("# typed\n")
        store.lost = False
        await press(pilot, "ctrl+s")
        assert teacher.store.shelved_text("team-debt")[1].endswith("# typed\n")


async def test_team_studio_shows_any_text_as_text(teacher: House) -> None:
    """Titles and texts are data; a text that is no YAML is listed by its id and opened as it is."""
    for number, words in enumerate((*MARKUP, "=HYPERLINK(1)", "<script>", "../../x")):
        text = f'scenario: odd-{number}\ntitle: "{words}"\nturns: 3\n'.replace("\\[", "[")
        team.put(teacher.desk, teacher.library, f"odd-{number}", text, teacher.by)
    team.put(teacher.desk, teacher.library, "odd-one", "{[", teacher.by)
    async with at(teacher, size=(120, 40)) as (app, pilot):
        await press(pilot, "f9")
        for words in ("[red]x", "<script>", "../../x", "odd-one"):
            assert words in shown(app)
        app.screen.query_one(RowList).highlighted = "team:odd-one"
        await settled(pilot)
        assert "too broken" in shown(app)
        await press(pilot, "enter")
        await read(pilot)
        assert isinstance(app.screen, StudioScreen)


async def test_team_studio_is_beside_ones_own_on_ones_own_machine(settings: Settings, solutions: Solutions) -> None:
    """There a new scenario goes into the folder, or onto the shelf where that has anything."""
    house = House(settings, shipped=SHIPPED)
    house.__dict__["solutions"] = solutions
    house.__dict__["store"] = MemoryStore()
    house.__dict__["desk"] = desk_over(house.store, solutions)
    team.put(house.desk, house.library, "team-debt", TEXT, house.by)
    async with at(house) as (app, pilot):
        await press(pilot, "f9", "f2")
        assert "my folder" in shown(app)
        await press(pilot, *"fourth", "tab", "right", "shift+tab", "enter")
        await read(pilot)
        assert isinstance(app.screen, StudioScreen)
    assert [one.scenario for one in house.store.shelved()] == ["fourth", "team-debt"]
