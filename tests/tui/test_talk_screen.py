"""The talk on the screen, by keys and by mouse."""

from __future__ import annotations

import pytest
from doubles import LOCKED, FailingStore
from tui.playing import DEAL, HOSTILE, begun, house_of, opened, press, rewritten, say, settled, shown

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.engine.program import Program
from simulator.tui.screens.ask import Announce, Ask
from simulator.tui.screens.casefile import CaseFile
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.note import NoteScreen
from simulator.tui.screens.talk import TalkScreen
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.moves import Moves
from simulator.tui.widgets.transcript import Transcript, Turn
from simulator.workflows.rehearse import resume
from simulator.workflows.solutions import Solutions

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def house(settings: Settings, solutions: Solutions, content: YamlLibrary) -> House:
    return house_of(settings, solutions, content)


async def test_a_whole_talk_goes_by_keys_to_the_debrief(house: House, small: Program) -> None:
    """Typing, arrows and Enter hold the talk, file the note and reach the debrief."""
    rehearsal = begun(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        for words in ("chat", "plain", "cause", "check", "close all"):
            await say(pilot, words)
        assert "The talk is over: Paid" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, NoteScreen)
        app.screen.rehearsal.file_note({})
        app.show_phase(app.screen.rehearsal)
        await settled(pilot)
        assert isinstance(app.screen, DebriefScreen)
        assert app.screen.view is not None
    assert [str(move) for move in resume(house.desk, rehearsal.attempt).state.moves] == list(DEAL)


async def test_the_chosen_line_appears_as_what_the_trainee_says(house: House, small: Program) -> None:
    """The transcript holds the utterance, the answer, and what the turn visibly changed."""
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        await say(pilot, "plain")
        text = app.screen.query_one(Turn).text
        assert "You: When will you pay?" in text
        assert "Mr Zhou: What money?" in text
        assert "Excuse: no-slip" in text


async def test_arrows_choose_and_escape_clears_before_it_leaves(house: House, small: Program) -> None:
    """Up and Down move through the menu while the line keeps the focus; Esc clears the line first."""
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        moves = app.screen.query_one(Moves)
        assert moves.highlighted is not None
        assert moves.highlighted.id == "rapport.chat"
        await press(pilot, "down", "down")
        assert moves.highlighted is not None
        assert moves.highlighted.id == "probe.cause"
        assert "Where does it hang?" in shown(app)
        await press(pilot, *"zzz")
        assert moves.highlighted is None
        assert "No move has “zzz”" in shown(app)
        await press(pilot, "enter")
        assert not app.screen.query(Turn)
        await press(pilot, "escape")
        assert moves.line.value == ""
        assert isinstance(app.focused, Line)
        await press(pilot, "escape")
        assert app.screen is app.home


async def test_a_click_on_the_transcript_leaves_the_focus_on_the_line(house: House, small: Program) -> None:
    """Clicking what was said, or a move, keeps the typing line focused; a second click on a move says it."""
    async with opened(house, begun(house.desk, small.scenario, DEAL[:1])) as (app, pilot):
        await pilot.click(Transcript)
        assert isinstance(app.focused, Line)
        await pilot.click("#menu", offset=(6, 3))
        await settled(pilot)
        assert isinstance(app.focused, Line)
        assert app.screen.query_one(Moves).list.highlighted == "ask.plain"
        assert len(app.screen.query(Turn)) == 1
        await pilot.click("#menu", offset=(6, 3))
        await settled(pilot)
        assert len(app.screen.query(Turn)) == 2


async def test_take_back_and_hint_work_in_practice(house: House, small: Program) -> None:
    """F3 names three moves and marks the turn; F4 goes back by one turn."""
    rehearsal = begun(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        await press(pilot, "f3")
        assert "will not count as your own" in shown(app)
        await say(pilot, "plain")
        assert "hint used" in app.screen.query_one(Turn).text
        await press(pilot, "f4")
        assert not app.screen.query(Turn)
        assert "Turn 1 of 6" in shown(app)
        assert app.screen.query_one("#empty").display
        await press(pilot, "f5")
        await press(pilot, "right", "enter")
        assert "The talk is over" in shown(app)
        await press(pilot, "f4")
        assert not app.screen.query(Turn)
        assert isinstance(app.focused, Line)


async def test_an_exam_refuses_hints_and_take_back(house: House, small: Program) -> None:
    """In an exam neither key does anything, neither is offered, and no meter is shown."""
    rehearsal = begun(house.desk, small.scenario, mode="exam")
    async with opened(house, rehearsal, (140, 40)) as (app, pilot):
        await say(pilot, "plain")
        await press(pilot, "f3", "f4")
        screen = shown(app)
        assert "Hint" not in screen
        assert "Take back" not in screen
        assert "Trust" not in screen
        assert len(app.screen.query(Turn)) == 1
        assert not rehearsal.state.hints


async def test_leaving_and_forbidden_acts_ask_first(house: House, small: Program) -> None:
    """F5 and a forbidden act in practice ask; No changes nothing, Yes does it."""
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        await say(pilot, "threat")
        assert isinstance(app.screen, Ask)
        await press(pilot, "escape")
        assert not app.screen.query(Turn)
        await press(pilot, "f5")
        assert isinstance(app.screen, Ask)
        await press(pilot, "right", "enter")
        assert "The talk is over: You left" in shown(app)


async def test_an_exam_does_not_warn_of_forbidden_acts(house: House, small: Program) -> None:
    """In an exam a forbidden act is said like any other move."""
    async with opened(house, begun(house.desk, small.scenario, mode="exam")) as (app, pilot):
        await say(pilot, "threat")
        assert "The talk is over: A breach" in shown(app)


async def test_a_store_error_is_told_and_nothing_is_lost(
    settings: Settings, solutions: Solutions, content: YamlLibrary, small: Program
) -> None:
    """A locked store shows its message; who waits no longer has played no turn, and can once the store is free."""
    store = FailingStore()
    house = house_of(settings, solutions, content, store)
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        store.failing = LOCKED
        await say(pilot, "plain")
        assert "the store is locked" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, Announce)
        await press(pilot, "escape")
        assert not app.screen.query(Turn)
        store.failing = None
        await press(pilot, "enter")
        assert len(app.screen.query(Turn)) == 1


async def test_table_and_case_file_open_over_a_small_screen(house: House, small: Program) -> None:
    """F2 shows the table in place of the transcript and back; F6 opens the case file and Esc closes it."""
    async with opened(house, begun(house.desk, small.scenario, DEAL[:3])) as (app, pilot):
        await press(pilot, "f2")
        assert "Excuses" in shown(app)
        await press(pilot, "pagedown")
        await press(pilot, "f2")
        assert "Excuses" not in shown(app)
        await press(pilot, "f6")
        assert isinstance(app.screen, CaseFile)
        assert "A-1" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, TalkScreen)


async def test_a_wide_screen_shows_transcript_and_table_together(house: House, small: Program) -> None:
    """From 120 columns on, the debtor, his meters and the table stand beside the transcript."""
    async with opened(house, begun(house.desk, small.scenario, DEAL[:2]), (120, 40)) as (app, _pilot):
        screen = shown(app)
        for text in ("What money?", "Mr Zhou", "Meters", "Excuses", "standing since turn 2"):
            assert text in screen


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_hostile_texts_are_shown_as_they_are(
    size: tuple[int, int], settings: Settings, solutions: Solutions, content: YamlLibrary, small: Program
) -> None:
    """Markup, links and braces in every text of a scenario reach the screen as text and do nothing."""
    hostile = rewritten(small.scenario, lambda text: f"{''.join(HOSTILE)} {text}")
    house = house_of(settings, solutions, content)
    async with opened(house, begun(house.desk, hostile, DEAL[:3]), size) as (app, pilot):
        await press(pilot, "f2", "f6")
        await press(pilot, "escape", "f2", "f3", "up", "down")
        assert "[@click=app.quit]x[/]" in app.screen.query(Turn).last().text
        assert "[red]" in shown(app)
        await press(pilot, "f5")
        await press(pilot, "right", "enter")
        assert "[/foo]" in shown(app)


async def test_a_long_transcript_keeps_its_latest_turns_and_loads_earlier_ones(house: House, small: Program) -> None:
    """Beyond 200 turns the oldest give way; Page Up at the top brings them back."""
    rehearsal = begun(house.desk, small.scenario, DEAL[:1])
    async with opened(house, rehearsal) as (app, pilot):
        assert isinstance(app.screen, TalkScreen)
        one = app.screen.view.exchanges[0]
        transcript = app.screen.query_one(Transcript)
        transcript.show([one.__class__(number, one.label, one.said, one.answer) for number in range(1, 251)])
        await settled(pilot)
        assert len(transcript.query(Turn)) == 200
        assert transcript.query(Turn).first().exchange.number == 51
        transcript.scroll_to(0, 0, animate=False)
        await settled(pilot)
        await press(pilot, "pageup")
        assert transcript.query(Turn).first().exchange.number == 1
        assert [turn.exchange.number for turn in transcript.query(Turn)] == list(range(1, 251))


async def test_a_talk_is_gone_on_with_where_it_was(house: House, small: Program) -> None:
    """Opened again, the transcript has every turn and the next one can be played."""
    rehearsal = begun(house.desk, small.scenario, DEAL[:3])
    async with opened(house, resume(house.desk, rehearsal.attempt)) as (app, pilot):
        assert [turn.exchange.number for turn in app.screen.query(Turn)] == [1, 2, 3]
        await say(pilot, "check")
        assert len(app.screen.query(Turn)) == 4
    assert isinstance(house.store, MemoryStore)
