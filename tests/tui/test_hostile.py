"""Text is data: nothing that a person, a file or a model wrote is read as markup or steers the terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Button, OptionList
from tui.conftest import MakeHouse
from tui.opening import ESCAPES, MARKUP, at, fresh, small, told
from tui.playing import press, rewritten, settled, shown

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.bootstrap import House
from simulator.model.case import FormQuestion
from simulator.model.position import Move
from simulator.model.text import Text
from simulator.tui.keys import N_
from simulator.tui.listing import Listing
from simulator.tui.screens.attempts import AttemptsScreen
from simulator.tui.screens.base import HuikuanScreen
from simulator.tui.screens.briefing import BriefingScreen, PreparedScreen
from simulator.tui.screens.help import HelpScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.note import NoteScreen
from simulator.tui.views import Words
from simulator.tui.widgets.bars import KeyBar, TitleBar
from simulator.tui.widgets.choices import answer_widget
from simulator.tui.widgets.form import Form
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain, option, plain
from simulator.workflows.ports import Title

WORST = (*MARKUP[:4], *ESCAPES[:2], ESCAPES[3])  # each of these crashes, acts or steers in its own way
_STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]")
KINDS = ("one", "many", "number", "order", "sort")


def question(kind: str, text: str) -> FormQuestion:
    """A question in which every text is ``text``, hostile or not: built past the reader, which would refuse some."""
    words = Text.model_construct(zh=text, en=text)
    options = {"one": words, "two": words}
    return FormQuestion.model_construct(
        id="asked", kind=kind, ask=words, options=options, classes=options, unit=words, why=words, tolerance=0
    )


class Every(Vertical):
    """Every widget of ours that shows content, with one text in all of them."""

    def __init__(self, text: str, words: Words) -> None:
        super().__init__()
        self.text, self.words = text, words

    def compose(self) -> ComposeResult:
        text = self.text
        bordered = Plain(plain(text, "bold"), classes="first")
        bordered.border_title = plain(text)  # type: ignore[assignment]
        bordered.styles.border = ("round", "red")
        bordered.tooltip = plain(text)
        yield bordered
        yield TitleBar(text, text)
        yield OptionList(option(text, "one"))
        yield Button(plain(text))
        yield Pick({"one": text, "two": text}, "one")
        yield Line(text, placeholder=text)
        yield Line("", placeholder=text)
        for kind in KINDS:
            yield answer_widget(question(kind, text), self.words, None)
        yield Form([question(kind, text) for kind in KINDS], self.words, {})


async def test_a_hostile_text_is_shown_as_text_by_every_widget(small_house: House) -> None:
    """No widget crashes on it, runs an action of it, or writes a sign of it that steers the terminal."""
    app: App[None] = App()
    words = Words(small(small_house), "en")
    async with app.run_test(size=(120, 60), notifications=True, tooltips=True) as pilot:
        for text in WORST:
            every = Every(text, words)
            await app.mount(every)
            every.query_one(".first", Plain).update(text)
            await pilot.click(".first")
            await pilot.hover(".first")
            lines = painted(app)
            assert not any(_STEERS.search(line) for line in lines), ascii(text)
            assert text not in MARKUP or any(text in line for line in lines), text
            await every.remove()
        assert app.is_running


def painted(app: App[None]) -> list[str]:
    """The lines that stand on the screen."""
    return ["".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips()]


async def test_a_hostile_text_is_told_asked_and_announced_as_text(small_house: House) -> None:
    """Notifications, questions, messages, tooltips and the help show it as it is."""
    async with at(small_house) as (app, pilot):
        for text in WORST:
            app.tell(text)
            app.screen.notify(text, title=text, markup=True)
            app.announce(text, text)
            app.ask(text, lambda: None, yes=text, no=text)
            await pilot.pause()
            assert not any(_STEERS.search(line) for line in painted(app)), ascii(text)
            for _dialog in range(2):
                app.pop_screen()
        app.push_screen(HelpScreen(WORST, tuple((text, text) for text in WORST)))
        await pilot.pause()
        assert not any(_STEERS.search(line) for line in painted(app))
        app.pop_screen()
        app.screen.query_one("#about").tooltip = plain(" ".join(WORST))
        await pilot.hover("#about")
        await pilot.pause(0.6)
        assert isinstance(app.screen, HomeScreen)
        assert told(app)


async def test_a_hostile_scenario_is_briefed_and_noted_as_text(small_house: House) -> None:
    """The case file, the questions, what was right and the note show a scenario's texts as they are."""
    each = cycle(MARKUP)
    scenario = rewritten(small(small_house), lambda one: f"{next(each)} {one}")
    rehearsal = fresh(small_house, scenario=scenario)
    async with at(small_house, rehearsal, size=(120, 40)) as (app, pilot):
        assert isinstance(app.screen, BriefingScreen)
        await press(pilot, "right", "right", "f2", "pagedown", "pagedown", "pagedown", "pagedown", "f9")
        await press(pilot, "left", "enter")
        assert isinstance(app.screen, PreparedScreen)
        assert words_of(scenario.preparation[0].ask) in shown(app)
        rehearsal.play(Move("end.leave"))
        app.show_phase(rehearsal)
        await settled(pilot)
        assert isinstance(app.screen, NoteScreen)
        assert words_of(scenario.note[0].ask) in shown(app)
        await press(pilot, "f1")
        assert app.is_running


def words_of(text: Text | None) -> str:
    assert text is not None
    return text.to("en")


async def test_a_hostile_title_and_name_are_listed_as_text(make_house: MakeHouse) -> None:
    """Home, the palette, the attempts and the settings show titles, names and places as they are."""
    house = make_house(name=MARKUP[1])
    titles = [
        Title(f"t{at}", Path("x"), {"en": text}, {"zh": text}, 1, text, (), 6, "published")
        for at, text in enumerate(MARKUP)
    ]
    house.__dict__["library"] = Titled(titles)
    async with at(house) as (app, pilot):
        assert all(text in shown(app) for text in MARKUP)
        await press(pilot, "ctrl+p", *"start")
        assert all(text in shown(app) for text in MARKUP)
        await press(pilot, "escape", "f10")
        assert MARKUP[1] in shown(app)
        await press(pilot, "escape")
        for title in titles:
            app.push_screen(AttemptsScreen(title.id, Listing(titles=tuple(titles))))
            await pilot.pause()
            assert title.title["en"] in shown(app)


class Titled(YamlLibrary):
    """A library that lists these titles."""

    def __init__(self, titles: Sequence[Title]) -> None:
        self._titles = tuple(titles)

    def titles(self, with_team: bool = True) -> Sequence[Title]:
        return self._titles


async def test_the_key_bar_survives_any_description(small_house: House) -> None:
    """Descriptions are the program's own words; even so none is read as markup."""

    class Odd(HuikuanScreen[None]):
        BINDINGS = [("f7", "nothing", N_("[/] [red]x"))]  # noqa: RUF012

    async with at(small_house) as (app, pilot):
        app.push_screen(Odd())
        await settled(pilot)
        screen: Screen[object] = app.screen
        assert screen.query_one(KeyBar)
        assert "[/] [red]x" in shown(app)
