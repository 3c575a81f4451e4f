"""The case file, the preparation and its way into the talk; the note and its way to the debrief."""

from __future__ import annotations

import pytest
from doubles import LOCKED, FailingStore
from tui.conftest import MakeHouse
from tui.opening import at, fresh, said, small, told
from tui.playing import begun, press, settled, shown

from simulator.bootstrap import House
from simulator.model.case import Case
from simulator.tui.screens.ask import Announce, Ask
from simulator.tui.screens.briefing import BriefingScreen, PreparedScreen
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.note import NoteScreen
from simulator.tui.screens.talk import TalkScreen
from simulator.tui.views import Words
from simulator.tui.widgets.form import Form
from simulator.tui.widgets.papers import Folder, Page, ledger
from simulator.workflows.rehearse import resume

ANSWERS = ("f2", "1", "0", "enter", "enter", "space", "down", "space", "enter", "enter", "1", "2")


async def keyed(pilot: object, *keys: str) -> None:
    """Presses keys one by one, each shown before the next, as hands do."""
    for key in keys:
        await pilot.press(key)  # type: ignore[attr-defined]
        await pilot.pause()  # type: ignore[attr-defined]


# The case file


def test_the_ledger_leaves_the_ageing_to_the_trainee(small_house: House) -> None:
    """It tells due dates, sums and totals, and neither days nor lateness."""
    scenario = small(small_house)
    text = ledger(scenario.case, Words(scenario, "en"), 78).plain
    assert "2025-05-31" in text
    assert "10,000" in text
    assert "overdue" not in text.lower()
    assert " 10 " not in text


def test_the_ledger_adds_up_and_shows_the_columns_that_it_needs(small_house: House) -> None:
    """Paid, open, disputed and retained sums are totalled; what no invoice has stands in no column."""
    invoices = [
        {"number": "A", "amount": 100.5, "due": "2025-01-01", "paid": 50, "about": "长" * 60},
        {"number": "B", "amount": 1000, "due": "2025-02-01", "retention": 30},
    ]
    case = Case.model_validate_json(__import__("json").dumps({"invoices": invoices}))
    for width in (40, 78, 160):
        lines = ledger(case, Words(small(small_house), "en"), width).plain.splitlines()
        assert lines[-1].split() == ["Total", "1,100.50", "50", "1,050.50", "30"]
        assert "Retention" in lines[2]
        assert "Disputed" not in lines[2]


async def test_the_papers_turn_by_keys_and_by_mouse(small_house: House) -> None:
    """Left and Right turn around the folder; a click on a name opens that paper."""
    async with at(small_house, fresh(small_house)) as (app, pilot):
        folder = app.screen.query_one(Folder)
        assert app.screen.focused is app.screen.query_one(Page)
        await keyed(pilot, "left")
        assert folder.now == len(folder.sheets) - 1
        await pilot.click("PaperNames", offset=(3, 0))
        await settled(pilot)
        assert folder.now == 0


# The preparation


async def test_right_answers_reach_the_record_by_keys_alone(small_house: House) -> None:
    """The form's answers are handed in as they were given, and what they give is in the trainee's hands."""
    rehearsal = fresh(small_house)
    async with at(small_house, rehearsal) as (app, pilot):
        await keyed(pilot, *ANSWERS, "f9")
        await settled(pilot)
        assert isinstance(app.screen, PreparedScreen)
    assert resume(small_house.desk, rehearsal.attempt).state.answers == {
        "days": 10.0,
        "who": "boss",
        "papers": ("slip-a", "order-a"),
        "steps": ("first", "second", "third"),
        "sums": {"goods": "due", "deposit": "later"},
    }


async def test_practice_shows_what_was_right_and_why_before_the_talk(small_house: House) -> None:
    """Each question with its verdict in words, the right answer where it was missed, then the talk."""
    async with at(small_house, fresh(small_house)) as (app, pilot):
        await keyed(pilot, "f2", "1", "0", "enter", "down", "enter", "f9", "left", "enter")
        await settled(pilot)
        assert isinstance(app.screen, PreparedScreen)
        text = shown(app)
        assert "1 of 5 answers are correct." in text
        assert "Correct  1. How many days late?" in text
        assert "For the talk you have: Delivery slip" in text
        assert "Wrong  2. Who approves?" in text
        assert "Correct is: The boss" in text
        await press(pilot, "enter")
        assert isinstance(app.screen, TalkScreen)


async def test_an_exam_goes_from_the_preparation_straight_to_the_talk(small_house: House) -> None:
    """In an exam nothing is told about the answers."""
    async with at(small_house, fresh(small_house, "exam")) as (app, pilot):
        await press(pilot, "f9", "left", "enter")
        assert isinstance(app.screen, TalkScreen)


async def test_open_questions_are_asked_about_before_they_are_handed_in(small_house: House) -> None:
    """Handing in with open questions says what it costs; no goes back, yes begins the talk without them."""
    rehearsal = fresh(small_house)
    async with at(small_house, rehearsal) as (app, pilot):
        await press(pilot, "f9")
        assert isinstance(app.screen, Ask)
        assert "5 of 5 questions are open" in shown(app)
        assert "count as wrong" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, BriefingScreen)
        assert rehearsal.phase == "briefing"
        await press(pilot, "f9", "left", "enter")
        assert rehearsal.phase == "talk"
        assert rehearsal.state.answers == {}


async def test_answers_are_there_again_after_a_look_at_home(small_house: House) -> None:
    """Leaving the briefing says that the answers wait, and they do; quitting asks before they are lost."""
    async with at(small_house, fresh(small_house)) as (app, pilot):
        await keyed(pilot, "f2", "1", "0", "enter", "escape")
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)
        assert any("not handed in" in one for one in told(app))
        await press(pilot, "enter")
        assert app.screen.query_one(Form).answers["days"] == 10.0
        await press(pilot, "ctrl+q")
        assert isinstance(app.screen, Ask)
        await press(pilot, "enter")
        assert app.is_running


async def test_a_locked_record_keeps_the_answers(make_house: MakeHouse) -> None:
    """Where the record cannot be written the reason is told, nothing is lost, and it can be tried again."""
    store = FailingStore()
    house = make_house(store)
    rehearsal = fresh(house)
    async with at(house, rehearsal) as (app, pilot):
        store.failing = LOCKED
        await press(pilot, "f2", "7", "f9", "left", "enter")
        assert "the store is locked" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, Announce)
        store.failing = None
        await press(pilot, "escape")
        assert app.screen.query_one(Form).answers["days"] == 7.0
        await press(pilot, "f9", "left", "enter")
        assert isinstance(app.screen, PreparedScreen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_case_file_and_questions_stand_side_by_side_where_there_is_room(
    size: tuple[int, int], small_house: House
) -> None:
    """From 120 columns both are shown; below, F2 changes between them."""
    async with at(small_house, fresh(small_house), size) as (app, pilot):
        wide = size[0] >= 120
        assert app.screen.query_one(Form).region.area > 0 or not wide
        assert ("How many days late?" in shown(app)) == wide
        await press(pilot, "f2")
        assert "How many days late?" in shown(app)
        assert app.screen.query_one(Form).has_focus_within
        await press(pilot, "f2")
        assert app.screen.query_one(Folder).has_focus_within


# The note


async def test_the_note_is_filed_and_leads_to_the_debrief(small_house: House) -> None:
    """The fields are filled by keys, empty ones asked about, and the attempt is complete."""
    rehearsal = begun(small_house.desk, small(small_house), ["ask.plain", "end.leave"])
    async with at(small_house, rehearsal) as (app, pilot):
        assert isinstance(app.screen, NoteScreen)
        await keyed(pilot, "5", "enter", "down", "enter", "f9")
        await settled(pilot)
        assert "1 of 3 fields are empty" in shown(app)
        await press(pilot, "left", "enter")
        assert isinstance(app.screen, DebriefScreen)
    assert resume(small_house.desk, rehearsal.attempt).state.filed == {
        "sum": 5.0,
        "next-step": "call",
        "learned": None,
    }


async def test_the_transcript_can_be_read_while_the_note_is_written(small_house: House) -> None:
    """F2 shows it in place of the note and back; with room both are there, with how the talk ended."""
    rehearsal = begun(small_house.desk, small(small_house), ["ask.plain", "end.leave"])
    async with at(small_house, rehearsal) as (app, pilot):
        assert "When will you pay?" not in shown(app)
        await press(pilot, "f2")
        assert "When will you pay?" in shown(app)
        assert said(app, "#ending")
        await press(pilot, "f2", "7")
        assert app.screen.query_one(Form).answers["sum"] == 7.0
    async with at(small_house, resume(small_house.desk, rehearsal.attempt), (120, 40)) as (app, _pilot):
        assert "When will you pay?" in shown(app)
        assert "How much was promised?" in shown(app)


async def test_escape_on_the_note_says_that_the_attempt_is_saved(small_house: House) -> None:
    """Home offers the attempt again, and opening it leads back to the note."""
    rehearsal = begun(small_house.desk, small(small_house), ["end.leave"])
    async with at(small_house, rehearsal) as (app, pilot):
        await press(pilot, "escape")
        assert any("The attempt is saved" in one for one in told(app))
        await press(pilot, "enter")
        assert isinstance(app.screen, NoteScreen)
