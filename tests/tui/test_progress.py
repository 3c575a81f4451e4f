"""Progress: what a trainee can do, on what evidence, and what to practise next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from tui.conftest import MakeHouse
from tui.figures_by_hand import ByHand, progress
from tui.opening import MARKUP, at, small, told
from tui.playing import finished, press, settled, shown

from scoring.cohort import compliance
from scoring.mastery import Mastery
from simulator.bootstrap import House
from simulator.model import language
from simulator.tui.app import HuikuanApp
from simulator.tui.lines import cells
from simulator.tui.progress_texts import judgement_lines, minutes_text
from simulator.tui.screens.ask import Ask
from simulator.tui.screens.briefing import BriefingScreen
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.evidence import EvidenceScreen
from simulator.tui.screens.export import ExportDialog
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.progress import ProgressScreen
from simulator.tui.source import Wish
from simulator.tui.views.progress import chances_text, compliance_text, standing_view
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.totals import Total, Totals


@asynccontextmanager
async def own(
    house: House, source: ByHand, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[HuikuanApp, Pilot[Any]]]:
    """The trainee's own progress over hand-made figures."""
    async with at(house, size=size) as (app, pilot):
        app.push_screen(ProgressScreen(source))
        await settled(pilot)
        yield app, pilot


# In words


def test_chances_are_counted_in_words_with_their_talks_and_scenarios() -> None:
    """One is one, and what was not observed is no zero."""
    many = standing_view("c/m.o", 1, "Do", Mastery(0.9, "meets", 15, 12.0, 3, 2))
    one = standing_view("c/m.o", 1, "Do", Mastery(0.4, "more", 1, 0.5, 1, 1, None, 1))
    assert chances_text(many) == "12 of 15 chances taken in 3 talks on 2 scenarios"
    assert chances_text(one) == "0.5 of one chance taken in one talk on one scenario"
    assert chances_text(standing_view("c/m.o", 1, "Do", None)) == "no talk gave a chance to show it"
    assert str(judgement_lines(one)[0]) == "~ more evidence needed, about one more attempt would tell"


def test_compliance_is_bounded_and_never_averaged() -> None:
    """The bound that no breach in 22 talks gives is 12.7 %; without a talk there is nothing to say."""
    assert "13 %" in compliance_text(compliance([0] * 22))
    assert compliance_text(compliance([0, 1, 0])) == "Talks with a forbidden act: 1 of 3."
    assert compliance_text(compliance([])) == ""


def test_time_spent_is_told_in_minutes_and_hours() -> None:
    """Whole minutes, never sixty of them."""
    assert [minutes_text(one) for one in (0.2, 59.4, 59.7, 125.0)] == ["0 min", "59 min", "1 h 00", "2 h 05"]


# The screen


async def test_objectives_show_sign_number_and_chances(small_house: House) -> None:
    """What was observed stands first; F7 shows a course whole, with what was not observed."""
    async with own(small_house, ByHand()) as (app, pilot):
        assert "> +  1 Do what objective 1 says." in shown(app)
        assert "12/15 rising" in shown(app)
        assert "objective 4" not in shown(app)
        assert "12 of 15 chances taken in 3 talks on 2 scenarios" in shown(app)
        await press(pilot, "f7")
        assert "  .  4 Do what objective 4 says." in shown(app)
        await press(pilot, "end", "enter")
        assert any("no talk gave a chance" in one for one in told(app))
        await press(pilot, "home", "enter")
        assert isinstance(app.screen, EvidenceScreen)


async def test_attempts_are_drawn_and_what_is_his_own_says_so(small_house: House) -> None:
    """The latest first; the bar of the highlighted one is marked by brackets at its number."""
    async with own(small_house, ByHand()) as (app, pilot):
        await press(pilot, "f3")
        assert "[3]" in shown(app)
        assert "own" in shown(app)
        assert "it is no evidence" in shown(app)
        await press(pilot, "down", "down")
        assert "[1]" in shown(app)
        assert "Exam, 48 of 100, not passed (pass mark 70)" in shown(app)


async def test_practice_is_shared_after_a_question_and_taken_back_without(small_house: House) -> None:
    """An exam cannot be shared; it is seen anyhow."""
    source = ByHand()
    async with own(small_house, source) as (app, pilot):
        await press(pilot, "f6")
        assert isinstance(app.screen, ProgressScreen)  # on the tab of objectives there is nothing to share
        await press(pilot, "f3", "f6")
        assert isinstance(app.screen, Ask)
        await press(pilot, "tab", "enter")
        assert ("a3", True) in source.asked
        await press(pilot, "down", "f6")
        assert ("a2", False) in source.asked
        await press(pilot, "down", "f6")
        assert not any(isinstance(one, tuple) and one[0] == "a1" for one in source.asked)


async def test_what_to_practise_next_says_why_and_enter_starts_it(small_house: House) -> None:
    """It opens as practice, with nothing of Progress left above Home."""
    async with own(small_house, ByHand()) as (app, pilot):
        await press(pilot, "f4")
        assert "Objective 3: not yet, 7 chances so far" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, BriefingScreen)
        assert app.screen.rehearsal.mode == "practice"
        assert len(app.screen_stack) == 3  # Textual's own, Home, and the briefing


async def test_he_can_take_his_own_report_out(small_house: House) -> None:
    """His own, with his name on it; on the tab of attempts it is the highlighted attempt."""
    source = ByHand()
    async with own(small_house, source) as (_app, pilot):
        await press(pilot, "f9", "f9")
        wish = source.asked[-1]
        assert isinstance(wish, Wish)
        assert (wish.scope, wish.subject, wish.identified) == ("person", "p1", True)
        await press(pilot, "escape", "f3", "f9", "f9")
        wish = source.asked[-1]
        assert isinstance(wish, Wish)
        assert (wish.scope, wish.subject) == ("attempt", "a3")


async def test_a_path_is_typed_over_and_what_is_there_is_asked_about(small_house: House, tmp_path: Any) -> None:
    """No is the default; a path that was typed stays when the format changes."""
    source = ByHand()
    there = tmp_path / "there.html"
    there.write_text("x")
    async with own(small_house, source) as (app, pilot):
        await press(pilot, "f9")
        assert isinstance(app.screen, ExportDialog)
        app.screen.query_one("#path").value = str(there)  # type: ignore[attr-defined]
        await press(pilot, "right", "f9")
        assert isinstance(app.screen, Ask)
        await press(pilot, "enter")
        assert not any(isinstance(one, Wish) for one in source.asked)
        await press(pilot, "f9", "tab", "enter")
        wish = source.asked[-1]
        assert isinstance(wish, Wish)
        assert wish.path == there


async def test_who_has_nothing_yet_is_told_what_is_missing_and_the_next_key(small_house: House) -> None:
    """No attempt at all, and nothing but practice of his own, are two things."""
    none = replace(progress(), person="", courses=progress().courses, talks=(), advice=(), decisions=(), compliance="")
    bare = tuple(
        replace(course, modules=tuple(replace(module, standings=()) for module in course.modules))
        for course in progress().courses
    )
    async with own(small_house, ByHand(progress_view=replace(none, courses=bare))) as (app, pilot):
        assert "There is no evidence yet. Esc goes Home" in shown(app)
        await press(pilot, "f3")
        assert "You have not finished an attempt yet." in shown(app)
        await press(pilot, "f4", "f5", "f9")
        assert any("nothing on record yet" in one for one in told(app))
        assert "nan" not in shown(app).lower()
    mine = replace(none, courses=bare, talks=progress().talks[2:])
    async with own(small_house, ByHand(progress_view=mine)) as (app, _pilot):
        assert "practice that you share: F3 lists" in " ".join(shown(app).split())


async def test_hostile_texts_are_shown_as_they_are(small_house: House) -> None:
    """Titles, reasons, decisions and statements."""
    view = progress()
    courses = tuple(
        replace(
            course,
            modules=tuple(
                replace(
                    module,
                    standings=tuple(replace(one, statement=MARKUP[at]) for at, one in enumerate(module.standings)),
                )
                for module in course.modules
            ),
        )
        for course in view.courses
    )
    hostile = replace(
        view,
        courses=courses,
        talks=tuple(replace(one, title=MARKUP[1], note=MARKUP[2]) for one in view.talks),
        advice=tuple(replace(one, title=MARKUP[1], why=MARKUP) for one in view.advice),
        decisions=tuple(replace(one, title=MARKUP[1], lines=MARKUP[:3]) for one in view.decisions),
        compliance=MARKUP[1],
    )
    async with own(small_house, ByHand(progress_view=hostile), (120, 40)) as (app, pilot):
        assert all(text in shown(app) for text in MARKUP[:3])
        for key in ("f3", "f4", "f5"):
            await press(pilot, key)
            assert MARKUP[1] in shown(app)
        assert MARKUP[2] in shown(app)


@pytest.mark.parametrize("spoken", ["zh", "en"])
async def test_nothing_overflows_at_80_by_24(spoken: str, make_house: MakeHouse) -> None:
    """Every line of every tab is as wide as the screen, and the keys to leave and to learn more stand in the last."""
    language.use("zh" if spoken == "zh" else "en")
    async with own(make_house(language=spoken), ByHand()) as (app, pilot):
        for tab in ProgressScreen.TABS:
            await press(pilot, tab.key)
            lines = shown(app).splitlines()
            assert {cells(one) for one in lines} == {80}
            assert "Esc" in lines[-1]


async def test_totals_are_drawn_for_one_and_for_many(small_house: House) -> None:
    """One attempt is a bar as well; of more than there is room for the latest are seen."""
    async with own(small_house, ByHand()) as (app, pilot):
        await press(pilot, "f3")
        totals = app.screen.query_one(Totals)
        for count in (1, 2, 30, 500):
            totals.show([Total(number, number % 101, number % 2 == 0) for number in range(1, count + 1)])
            totals.mark(count)
            await settled(pilot)
            assert f"[{count}]" in shown(app)
            assert {cells(one) for one in shown(app).splitlines()} == {80}
        totals.show([])
        await settled(pilot)
        assert "No scored attempt" in shown(app)


# Over a real record


async def test_home_leads_to_his_own_progress_and_sharing_counts(make_house: MakeHouse) -> None:
    """Practice is his own and no evidence until he shares it; Enter leads to its debrief and Esc back."""
    house = make_house(name="Wang Min")
    finished(house.desk, small(house))
    async with at(house) as (app, pilot):
        await press(pilot, "f4")
        assert "There is no evidence yet." in shown(app)
        await press(pilot, "f3", "f6", "tab", "enter")
        assert "shared" in shown(app)
        await press(pilot, "f2")
        assert "Can chat" in shown(app)
        await press(pilot, "f4")
        assert "chances a talk" in shown(app)
        await press(pilot, "f3", "enter")
        assert isinstance(app.screen, DebriefScreen)
        assert app.screen.check_action("again", ())
        await press(pilot, "escape")
        assert isinstance(app.screen, ProgressScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, HomeScreen)


async def test_looking_enters_nobody_into_the_record(make_house: MakeHouse) -> None:
    """Who has never played and looks at his progress is not in the record for it."""
    house = make_house(name="New One", notice_read=False)
    async with at(house) as (app, pilot):
        await press(pilot, "f4", "f3", "f4", "f5", "escape", "f5", "escape")
        assert not house.store.people()
        assert app.screen.query_one("#about", Plain)
