"""Saying it in one's own words in the Talk screen: each outcome, in both languages, with and without a model."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import Any

import pytest
from doubles import LOCKED, FailingStore
from faulty_endpoint import endpoint
from textual.pilot import Pilot
from tui.playing import begun, house_of, opened, press, settled, shown
from workflows.test_hearing import Reader
from workflows.test_speaking import ScriptedVoice
from workflows.test_talking import LINES, Scripted

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.engine.program import Program
from simulator.model import language
from simulator.model.errors import ModelCut, ModelTooSlow
from simulator.model.language import Language, _
from simulator.model.record import Played, Unheard, Voiced
from simulator.tui.app import HuikuanApp
from simulator.tui.screens.ask import Announce, Ask
from simulator.tui.screens.casefile import CaseFile
from simulator.tui.screens.hearing_question import HearingQuestion
from simulator.tui.screens.talk import TalkScreen
from simulator.tui.widgets.moves import Moves, OwnWords
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.transcript import Asides, Transcript, Turn
from simulator.workflows.listening import FILLERS
from simulator.workflows.ports import Cue, Figures, Offered, Reading, Said
from simulator.workflows.rehearse import resume
from simulator.workflows.solutions import Solutions
from simulator.workflows.talking import LONGEST

SURE, UNSURE, NOTHING = "When do we get our money?", "Hm, the money?", "The cat is fat."
THREAT, DOUBTFUL, BYE, SHUT = "Pay or my cousins come.", "You had better.", "Good bye.", "So we have a deal?"
TWICE = "When do we get our money? How is the family?"
OFFER = "Then make it that."
HEARS = {
    **LINES,
    TWICE: {"ask.plain": 0.5, "rapport.chat": 0.45},
    "How is the family?": {"rapport.chat": 0.9},
}

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def house(settings: Settings, solutions: Solutions, content: YamlLibrary) -> House:
    made = house_of(settings, solutions, content)
    made.listener = Scripted(HEARS)
    return made


def moves(app: HuikuanApp) -> Moves:
    return app.screen_stack[-1].query_one(Moves) if isinstance(app.screen, TalkScreen) else _talk(app).query_one(Moves)


def _talk(app: HuikuanApp) -> TalkScreen:
    return next(screen for screen in app.screen_stack if isinstance(screen, TalkScreen))


async def write(pilot: Pilot[Any], text: str, *, send: bool = True) -> None:
    """Turns to one's own words where that is not so yet, puts the text there, and sends it."""
    found = moves(pilot.app)  # type: ignore[arg-type]
    if not found.writes:
        await press(pilot, "tab")
    found.own.show(text)
    await press(pilot, *(["enter"] if send else []))


def events(house: House, attempt: str) -> list[object]:
    return [recorded.event for recorded in house.store.events(attempt)]


# Which of the two


async def test_line_says_before_sending_whether_enter_picks_or_says(house: House, small: Program) -> None:
    """Tab changes it, what was typed comes along, and what was written stays."""
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        assert "Enter picks:" in shown(app)
        assert "Enter says" not in shown(app)
        await press(pilot, *"zzz")
        assert "No move has “zzz”." in shown(app)
        await press(pilot, "tab")
        assert "Enter says what you write" in shown(app)
        assert "Enter picks:" not in shown(app)
        assert moves(app).own.text == "zzz"
        assert isinstance(app.focused, OwnWords)
        await press(pilot, "tab")
        assert "Enter picks:" in shown(app)
        assert moves(app).line.value == ""
        await press(pilot, "f8")
        assert moves(app).own.text == "zzz"
        assert not app.screen.query(Turn)


async def test_enter_says_what_is_written_and_ctrl_j_begins_a_line(house: House, small: Program) -> None:
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        await press(pilot, "tab", *"Hm", "ctrl+j", *"x")
        assert moves(app).own.text == "Hm\nx"
        assert not app.screen.query(Turn)
        await write(pilot, SURE)
        assert "You: When do we get our money?" in app.screen.query_one(Turn).text
        assert moves(app).own.text == ""
        assert moves(app).writes


async def test_empty_and_endless_lines_are_refused_and_kept(house: House, small: Program) -> None:
    rehearsal = begun(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, " ")
        assert "There is nothing to say yet." in shown(app)
        await write(pilot, "x" * (LONGEST + 1))
        assert "2,001 characters, and 2,000 are the most" in shown(app)
        assert len(moves(app).own.text) == LONGEST + 1
        assert not app.screen.query(Turn)
        await write(pilot, "y " * (LONGEST // 2))
        assert len(rehearsal.asides) == 1


# Outcomes


@pytest.fixture(params=["en", "zh"])
def spoken_in(request: pytest.FixtureRequest) -> Language:
    """Both languages, for the program and the talk."""
    language.use(request.param)
    return request.param  # type: ignore[no-any-return]


async def test_sure_line_is_played_with_its_words(house: House, small: Program, spoken_in: Language) -> None:
    rehearsal = begun(house.desk, small.scenario, language=spoken_in)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, SURE)
        assert SURE in app.screen.query_one(Turn).text
        assert moves(app).own.text == ""
    assert events(house, rehearsal.attempt)[-1] == Played(turn=1, move="ask.plain", how="typed", confidence=0.812)
    async with opened(house, resume(house.desk, rehearsal.attempt)) as (app, pilot):
        assert SURE in app.screen.query_one(Turn).text


async def test_unsure_line_is_asked_about(house: House, small: Program, spoken_in: Language) -> None:
    """Esc rephrases with the line kept; a number picks."""
    rehearsal = begun(house.desk, small.scenario, language=spoken_in)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, UNSURE)
        assert isinstance(app.screen, HearingQuestion)
        assert UNSURE in shown(app)
        assert len(app.screen.asked.choices) == 3
        await press(pilot, "escape")
        assert isinstance(app.screen, TalkScreen)
        assert moves(app).own.text == UNSURE
        assert isinstance(app.focused, OwnWords)
        assert not app.screen.query(Turn)
        await press(pilot, "enter")
        await press(pilot, "4")
        assert not app.screen.query(Turn)
        await press(pilot, "enter")
        await press(pilot, "2")
        assert [str(move) for move in rehearsal.state.moves] == ["rapport.chat"]
    assert events(house, rehearsal.attempt)[-1] == Played(
        turn=1, move="rapport.chat", how="typed", confidence=0.3, picked=True
    )


async def test_arrows_pick_a_reading_too(house: House, small: Program) -> None:
    rehearsal = begun(house.desk, small.scenario)
    async with opened(house, rehearsal) as (_app, pilot):
        await write(pilot, UNSURE)
        await press(pilot, "down", "down", "enter")
        assert [str(move) for move in rehearsal.state.moves] == ["probe.cause"]


async def test_two_acts_are_picked_from_in_practice(house: House, small: Program, spoken_in: Language) -> None:
    rehearsal = begun(house.desk, small.scenario, language=spoken_in)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, TWICE)
        assert isinstance(app.screen, HearingQuestion)
        assert app.screen.asked.text == _("This does more than one thing, and one turn is one move. Which is to count?")
        await press(pilot, "2")
        assert [str(move) for move in rehearsal.state.moves] == ["rapport.chat"]
    rehearsal = begun(house.desk, small.scenario, mode="exam", language=spoken_in)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, TWICE)
        assert [str(move) for move in rehearsal.state.moves] == ["ask.plain"]


async def test_forbidden_act_is_confirmed_in_practice(house: House, small: Program, spoken_in: Language) -> None:
    """What has the highlight is to say it otherwise, so that a second Enter breaks nothing."""
    rehearsal = begun(house.desk, small.scenario, language=spoken_in)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, THREAT)
        assert isinstance(app.screen, HearingQuestion)
        await press(pilot, "enter")
        assert isinstance(app.screen, TalkScreen)
        assert not rehearsal.state.moves
        await press(pilot, "enter")
        await press(pilot, "1")
        assert [str(move) for move in rehearsal.state.moves] == ["red.threat"]
        assert app.screen.has_class("-over")


async def test_forbidden_acts_of_an_exam_count_or_are_marked(house: House, small: Program, spoken_in: Language) -> None:
    rehearsal = begun(house.desk, small.scenario, mode="exam", language=spoken_in)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, DOUBTFUL)
        assert isinstance(app.screen, TalkScreen)
        await write(pilot, THREAT)
    assert [str(move) for move in rehearsal.state.moves] == ["ask.plain", "red.threat"]
    assert [act for _turn, _seq, act in rehearsal.state.marked] == ["red.threat"]


async def test_line_that_is_nothing_stands_in_the_transcript_as_no_turn(
    house: House, small: Program, spoken_in: Language
) -> None:
    rehearsal = begun(house.desk, small.scenario, language=spoken_in)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, NOTHING)
        text = app.screen.query_one(Asides).text
        assert NOTHING in text
        assert _("Not understood; no turn:") in text
        assert any(language.translator(spoken_in)(one) in text for one in FILLERS)
        assert not app.screen.query(Turn)
        assert moves(app).own.text == ""
        await write(pilot, SURE)
        assert app.screen.query_one(Turn).text.index(NOTHING) < app.screen.query_one(Turn).text.index(SURE)
        assert not app.screen.query_one(Asides).display
    assert [type(event) for event in events(house, rehearsal.attempt)[-2:]] == [Unheard, Played]


async def test_third_line_that_is_nothing_costs_an_exams_turn(
    house: House, small: Program, spoken_in: Language
) -> None:
    rehearsal = begun(house.desk, small.scenario, mode="exam", language=spoken_in)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, NOTHING)
        await write(pilot, NOTHING)
        warned = _("He did not follow; that was no turn. The next line that he does not follow costs one.")
        assert app.screen.query_one("#notice", Plain).text == warned
        await write(pilot, NOTHING)
        lost = _("He did not follow once too often: the turn is lost.")
        assert app.screen.query_one("#notice", Plain).text == lost
        assert app.screen.query_one(Turn).text.count(NOTHING) == 3
        assert rehearsal.turn == 2
        assert _("Turn {turn} of {turns}", turn=2, turns=6) in shown(app)
        await press(pilot, "f5")
        await press(pilot, "right", "enter")
        rehearsal.file_note({})
        app.show_phase(rehearsal)
        await settled(pilot)
        assert _("Turn lost") in shown(app)


async def test_leaving_by_words_is_asked_about(house: House, small: Program, spoken_in: Language) -> None:
    async with opened(house, begun(house.desk, small.scenario, language=spoken_in)) as (app, pilot):
        await write(pilot, BYE)
        assert _("Leave? The talk ends with it.") in shown(app)
        await press(pilot, "escape")
        await press(pilot, "enter")
        await press(pilot, "1")
        assert app.screen.has_class("-over")


async def test_what_is_not_open_is_told(house: House, small: Program, spoken_in: Language) -> None:
    async with opened(house, begun(house.desk, small.scenario, language=spoken_in)) as (app, pilot):
        await write(pilot, SHUT)
        assert isinstance(app.screen, HearingQuestion)
        assert app.screen.asked.text == _("This is nothing that can be done here now. Do you mean one of these?")


async def test_offer_is_shown_before_it_is_sent_and_can_be_changed(
    house: House, small: Program, spoken_in: Language
) -> None:
    rehearsal = begun(house.desk, small.scenario, language=spoken_in)
    offers = [one.move for one in rehearsal.legal() if one.move.card in small.scenario.offers]
    nearest = small.scenario.offers[str(offers[0].card)].parts[0]
    figures = Figures((Said("share", nearest.percent / 100), Said("days", nearest.days)))
    house.listener = Scripted({OFFER: {offers[0].tactic: 0.99}}, figures)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, OFFER)
        assert isinstance(app.screen, HearingQuestion)
        assert app.screen.asked.choices[0].move == offers[0]
        assert not rehearsal.state.moves
        await press(pilot, "2")
        assert rehearsal.state.moves == [offers[1]]


# Nothing is lost


async def test_line_is_still_there_when_it_could_not_be_recorded(
    settings: Settings, solutions: Solutions, content: YamlLibrary, small: Program
) -> None:
    store = FailingStore()
    house = house_of(settings, solutions, content, store)
    house.listener = Scripted(HEARS)
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        store.failing = LOCKED
        await write(pilot, SURE)
        assert moves(app).own.text == SURE
        await press(pilot, "escape")
        assert isinstance(app.screen, Announce)
        await press(pilot, "escape")
        assert moves(app).own.text == SURE
        assert not app.screen.query(Turn)
        store.failing = None
        await press(pilot, "enter")
        assert len(app.screen.query(Turn)) == 1


async def test_line_that_is_not_said_waits_for_who_comes_back(house: House, small: Program) -> None:
    """Quitting says so; going Home and back finds it."""
    rehearsal = begun(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, "Not yet sa", send=False)
        await press(pilot, "ctrl+q")
        assert isinstance(app.screen, Ask)
        assert "What you wrote in a talk is not said yet" in app.screen.question
        await press(pilot, "escape")
        assert isinstance(app.screen, TalkScreen)
        await press(pilot, "escape")
        assert app.screen is app.home
        app.show_phase(rehearsal)
        await settled(pilot)
        assert (moves(app).own.text, moves(app).writes) == ("Not yet sa", True)


async def test_line_that_was_said_is_not_there_again_for_who_left_meanwhile(house: House, small: Program) -> None:
    """He went Home before the record was written, as a slow one lets him; the line is said once."""
    rehearsal = begun(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, SURE, send=False)
        with _talk(app)._record:
            await pilot.press("enter")
            await waited_for(pilot, "record")
            await pilot.press("escape")
            await pilot.pause()
            assert app.screen is app.home
        for _try in range(200):
            await pilot.pause(0.01)
            if rehearsal.state.moves:
                break
        await settled(pilot)
        app.show_phase(rehearsal)
        await settled(pilot)
        assert moves(app).own.text == ""
        assert len(app.screen.query(Turn)) == 1


async def test_page_keys_scroll_what_was_said_while_one_writes(house: House, small: Program) -> None:
    """As the help says; the line is short, and the talk is long."""
    rehearsal = begun(house.desk, small.scenario, ["ask.plain", "rapport.chat", "probe.cause"])
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, "one\ntwo\nthree", send=False)
        foot = app.screen.query_one(Transcript).scroll_offset.y
        await press(pilot, "pageup")
        assert foot > app.screen.query_one(Transcript).scroll_offset.y
        await press(pilot, *["pagedown"] * 3)
        assert app.screen.query_one(Transcript).scroll_offset.y == foot


async def test_what_was_said_of_a_line_goes_with_the_next_move(house: House, small: Program) -> None:
    """A move of the menu, a line, and taking back: the notice is never of something earlier."""
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        for act in (["tab", *"plain", "enter"], ["f4"]):
            await write(pilot, NOTHING)
            assert "that was no turn" in shown(app)
            await press(pilot, *act)
            assert "that was no turn" not in shown(app)


async def test_hostile_words_are_shown_as_they_are(house: House, small: Program) -> None:
    typed = "[/] [@click=app.quit]x[/] {debt} \\[b] " + "长" * 300
    house.listener = Scripted({typed.strip(): {"ask.plain": 0.9}})
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        await write(pilot, typed)
        assert "[@click=app.quit]x[/] {debt} \\[b]" in app.screen.query_one(Turn).text


# A model


def modelled(house: House, voice: object = None, reader: object = None) -> House:
    house.voice = voice  # type: ignore[assignment]
    house.through_model = reader  # type: ignore[assignment]
    return house


async def test_voice_says_the_answer_of_typed_and_picked_moves(house: House, small: Program) -> None:
    voice = ScriptedVoice(["Money, ", "money…"])
    rehearsal = begun(house.desk, small.scenario)
    async with opened(modelled(house, voice), rehearsal) as (app, pilot):
        await write(pilot, SURE)
        assert "Mr Zhou: Money, money…" in app.screen.query_one(Turn).text
        await press(pilot, "tab", *"cause", "enter")
        assert len(voice.cues) == 2
        assert voice.cues[0].said == SURE
        assert [turn.text.count("Money, money…") for turn in app.screen.query(Turn)] == [1, 1]
    assert events(house, rehearsal.attempt)[-1] == Voiced(turn=2, shown="model")
    async with opened(house, resume(house.desk, rehearsal.attempt)) as (app, pilot):
        assert "Money, money…" in app.screen.query(Turn).first().text


async def test_authored_line_takes_the_place_of_a_wording_that_fails(house: House, small: Program) -> None:
    """What happened stands in the line above the keys, and on record."""
    rehearsal = begun(house.desk, small.scenario)
    async with opened(modelled(house, ScriptedVoice(["You get"], ModelCut())), rehearsal) as (app, pilot):
        await write(pilot, SURE)
        text = app.screen.query_one(Turn).text
        assert "You get" not in text
        assert "Mr Zhou: What money?" in text
        assert "The model's answer broke off. The talk goes on offline." in shown(app)
    assert events(house, rehearsal.attempt)[-1] == Voiced(turn=1, shown="authored", why="cut")


async def test_model_that_does_not_listen_in_time_is_told_of(house: House, small: Program) -> None:
    rehearsal = begun(house.desk, small.scenario)
    async with opened(modelled(house, None, Reader(fails=ModelTooSlow())), rehearsal) as (app, pilot):
        await write(pilot, SURE)
        assert len(app.screen.query(Turn)) == 1
        assert "The model took too long." in shown(app)


async def test_fault_of_listening_is_told_until_after_the_answer(house: House, small: Program) -> None:
    """A voice that does well takes nothing back of it."""
    reader = Reader(fails=ModelTooSlow())
    both = modelled(house, ScriptedVoice(["Money…"]), reader)
    async with opened(both, begun(house.desk, small.scenario)) as (app, pilot):
        await write(pilot, SURE)
        assert "Mr Zhou: Money…" in app.screen.query_one(Turn).text
        assert "The model took too long." in shown(app)
        reader.fails = None
        await write(pilot, SURE)
        assert "The model took too long." not in shown(app)


async def test_quitting_waits_for_no_model(house: House, small: Program) -> None:
    """Whoever quits while a model is asked has his terminal back at once, not after its patience."""
    with endpoint(does="slow") as slow:
        house.settings = replace(house.settings, model_url=slow.url, model_name="tiny", model_patience=20.0)
        async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
            await press(pilot, "tab")
            moves(app).own.show(SURE)
            await pilot.press("enter")
            await waited_for(pilot, "listening")
            while not slow.asked:
                assert _talk(app).waiting == "listening"
                await pilot.pause(0.05)
            quits = monotonic()
        await asyncio.get_running_loop().shutdown_default_executor()
        assert monotonic() - quits < 10.0


async def test_exam_asks_no_model(house: House, small: Program) -> None:
    voice, reader = ScriptedVoice(["Hm."]), Reader(["rapport.chat"])
    async with opened(modelled(house, voice, reader), begun(house.desk, small.scenario, mode="exam")) as (app, pilot):
        await write(pilot, SURE)
        assert len(app.screen.query(Turn)) == 1
    assert (voice.cues, reader.asked) == ([], [])


async def test_model_that_is_turned_off_is_asked_no_more(house: House, small: Program) -> None:
    """Settings count at once, also for a talk that is open."""
    voice, rehearsal = ScriptedVoice(["Hm."]), begun(house.desk, small.scenario)
    async with opened(modelled(house, voice), rehearsal) as (app, pilot):
        house.settings = replace(house.settings, model_patience=3.0)
        house.voice = None
        await press(pilot, *"plain", "enter")
        await write(pilot, SURE)
        assert len(app.screen.query(Turn)) == 2
    assert voice.cues == []


async def test_assignment_may_forbid_a_model(house: House, small: Program) -> None:
    voice, rehearsal = ScriptedVoice(["Hm."]), begun(house.desk, small.scenario)
    rehearsal.state.started = rehearsal.state.started.model_copy(update={"model": False})
    async with opened(modelled(house, voice), rehearsal) as (_app, pilot):
        await write(pilot, SURE)
    assert voice.cues == []


@dataclass
class Hanging:
    """A model that says one piece, and nothing more until it is let go."""

    free: threading.Event = field(default_factory=threading.Event)

    def phrase(self, cue: Cue, within: float) -> Generator[str, None, None]:
        yield "Well, "
        self.free.wait(20)
        yield "late."

    def readings(self, text: str, offered: Sequence[Offered], language: Language, within: float) -> tuple[Reading, ...]:
        self.free.wait(20)
        return ()


async def waited_for(pilot: Pilot[Any], waiting: str) -> None:
    """Until the talk waits for this."""
    for _try in range(200):
        await pilot.pause(0.01)
        if _talk(pilot.app).waiting == waiting:  # type: ignore[arg-type]
            return
    raise AssertionError(_talk(pilot.app).waiting)  # type: ignore[arg-type]


async def test_esc_shows_the_answer_at_once(house: House, small: Program) -> None:
    """Meanwhile the next line can be written, and is kept; the late wording counts for nothing."""
    hanging, rehearsal = Hanging(), begun(house.desk, small.scenario)
    async with opened(modelled(house, hanging), rehearsal) as (app, pilot):
        await press(pilot, "tab")
        moves(app).own.show(SURE)
        await pilot.press("enter")
        await waited_for(pilot, "answer")
        await pilot.pause(0.05)
        assert "Well," in app.screen.query_one(Turn).text
        assert "Esc shows his answer at once" in shown(app)
        await pilot.press(*"Next")
        await pilot.press("enter")
        assert moves(app).own.text == "Next"
        assert len(rehearsal.state.moves) == 1
        await pilot.press("escape")
        await pilot.pause()
        assert "Mr Zhou: What money?" in app.screen.query_one(Turn).text
        assert _talk(app).waiting == ""
        hanging.free.set()
        await settled(pilot)
        assert "late" not in app.screen.query_one(Turn).text
        assert moves(app).own.text == "Next"
    assert not [event for event in events(house, rehearsal.attempt) if isinstance(event, Voiced)]


async def test_esc_goes_on_without_the_listening_model(house: House, small: Program) -> None:
    hanging, rehearsal = Hanging(), begun(house.desk, small.scenario)
    async with opened(modelled(house, None, hanging), rehearsal) as (app, pilot):
        await press(pilot, "tab")
        moves(app).own.show(SURE)
        await pilot.press("enter")
        await waited_for(pilot, "listening")
        assert "Esc goes on without the model" in shown(app)
        moves(app).own.show("And then this.")
        await pilot.press("escape")
        for _try in range(200):
            await pilot.pause(0.01)
            if app.screen.query(Turn):
                break
        assert len(rehearsal.state.moves) == 1
        hanging.free.set()
        await settled(pilot)
        assert len(rehearsal.state.moves) == 1
        assert rehearsal.exchanges[0].said == SURE
        assert moves(app).own.text == "And then this."


async def test_question_waits_for_who_is_reading_something_else(house: House, small: Program) -> None:
    """What he presses there is not taken for its answer."""
    hanging, rehearsal = Hanging(), begun(house.desk, small.scenario)
    async with opened(modelled(house, None, hanging), rehearsal) as (app, pilot):
        await press(pilot, "tab")
        moves(app).own.show(UNSURE)
        await pilot.press("enter")
        await waited_for(pilot, "listening")
        await pilot.press("f6")
        hanging.free.set()
        await settled(pilot)
        assert isinstance(app.screen, CaseFile)
        await press(pilot, "escape")
        assert isinstance(app.screen, HearingQuestion)
        await pilot.pause(0.6)
        await press(pilot, "2")
        assert [str(move) for move in rehearsal.state.moves] == ["rapport.chat"]


async def test_late_question_is_not_answered_by_who_writes_on(house: House, small: Program) -> None:
    """A model took its time; the next line's first keys are no answer, and what comes after them is."""
    hanging, rehearsal = Hanging(), begun(house.desk, small.scenario)
    async with opened(modelled(house, None, hanging), rehearsal) as (app, pilot):
        await press(pilot, "tab")
        moves(app).own.show(UNSURE)
        await pilot.press("enter")
        await waited_for(pilot, "listening")
        hanging.free.set()
        while not isinstance(app.screen, HearingQuestion):
            await pilot.pause(0.01)
        await pilot.press("2", "enter")
        assert isinstance(app.screen, HearingQuestion)
        assert not rehearsal.state.moves
        await pilot.pause(0.6)
        await press(pilot, "2")
        assert [str(move) for move in rehearsal.state.moves] == ["rapport.chat"]


async def test_take_back_after_a_typed_turn_keeps_the_transcript_straight(house: House, small: Program) -> None:
    rehearsal = begun(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        await write(pilot, NOTHING)
        await write(pilot, SURE)
        await press(pilot, "f4")
        assert not app.screen.query(Turn)
        assert NOTHING in app.screen.query_one(Asides).text
        await write(pilot, SURE)
        assert len(app.screen.query_one(Transcript).query(Turn)) == 1
    assert isinstance(house.store, MemoryStore)
