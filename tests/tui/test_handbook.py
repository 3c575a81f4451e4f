"""The handbook on the screen: from Home, from a talk, and with its questions."""

from __future__ import annotations

import pytest
from tui.conftest import MakeHouse
from tui.opening import at, fresh
from tui.playing import press, settled, shown

from simulator.bootstrap import House
from simulator.tui.app import HuikuanApp
from simulator.tui.screens.handbook import HandbookScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.quiz import QuizScreen
from simulator.tui.screens.talk import TalkScreen
from simulator.tui.widgets.aside import Aside
from simulator.tui.widgets.moves import Moves


def told(app: HuikuanApp) -> str:
    """What the open entry says."""
    return app.screen.query_one(Aside).content.plain


async def test_home_opens_the_handbook_and_it_is_searched_by_typing(small_house: House) -> None:
    """F7, words, and what has them stands there; Esc goes back."""
    async with at(small_house) as (app, pilot):
        await press(pilot, "f7")
        assert isinstance(app.screen, HandbookScreen)
        assert "Tactics" in shown(app)
        await press(pilot, *"slip")
        assert "E14 No slip [/]" in shown(app)
        assert "Where it is a pretext\nHe never did." in told(app)
        await press(pilot, *"zebra")
        assert "Nothing in the handbook has “slipzebra” in it." in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, HomeScreen)


async def test_law_says_whom_it_binds_where_it_stands_and_that_it_is_no_advice(small_house: House) -> None:
    """With the date of the text that was read."""
    async with at(small_house) as (app, pilot):
        await press(pilot, "f7", *"pay on time")
        assert "The buyer." in told(app)
        assert "Civil Code, articles 626 (text of 2020-05-28)" in told(app)
        assert "not legal advice" in told(app)


@pytest.mark.parametrize("key", ["f7", "question_mark", "committed"])
async def test_a_talk_opens_it_at_what_the_highlighted_move_is_about(key: str, small_house: House) -> None:
    """At the tactic, by its key or by a question mark alone in the line."""
    rehearsal = fresh(small_house)
    rehearsal.prepare({})
    async with at(small_house, rehearsal) as (app, pilot):
        assert isinstance(app.screen, TalkScreen)
        move = app.screen.query_one(Moves).highlighted
        assert move is not None
        if key == "committed":
            app.screen.query_one(Moves).line.value = "？"  # as a Chinese input method commits it
            await settled(pilot)
        else:
            await press(pilot, key)
        assert isinstance(app.screen, HandbookScreen)
        assert f"({move.move.tactic})" in told(app)
        await press(pilot, "escape")
        assert app.screen.query_one(Moves).line.value == ""


async def test_an_exam_has_no_handbook(small_house: House) -> None:
    """Neither by key nor by question mark."""
    rehearsal = fresh(small_house, "exam")
    rehearsal.prepare({})
    async with at(small_house, rehearsal) as (app, pilot):
        await press(pilot, "f7", "question_mark")
        assert isinstance(app.screen, TalkScreen)


async def test_questions_of_a_card_are_asked_and_marked(small_house: House) -> None:
    """F4 asks, F2 says what is right and why, and what was left open is not called wrong."""
    async with at(small_house) as (app, pilot):
        await press(pilot, "f7", *"what a debt", "f4")
        assert isinstance(app.screen, QuizScreen)
        await press(pilot, "enter", "f2")
        assert "1 of 2 right." in shown(app)
        assert "1. right. It was due in May." in shown(app)
        assert "2. left open." in shown(app)
        await press(pilot, "f2")
        await settled(pilot)
        assert not app.screen.has_class("-marked")
        await press(pilot, "escape")
        assert isinstance(app.screen, HandbookScreen)


async def test_what_is_no_card_has_no_questions(small_house: House) -> None:
    """F4 does nothing on a tactic."""
    async with at(small_house) as (app, pilot):
        await press(pilot, "f7", "f4")
        assert isinstance(app.screen, HandbookScreen)


async def test_handbook_in_chinese(make_house: MakeHouse) -> None:
    """The program's own words are Chinese there; the screen fits 80 by 24."""
    from simulator.model import language

    language.use("zh")
    async with at(make_house(language="zh")) as (app, pilot):
        await press(pilot, "f7")
        assert "话术" in shown(app)
