"""What the screens do while the record cannot be reached, and where an attempt is open elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from doubles import MemoryCache
from postgres import Cable, Postgres, is_wanted, running
from textual.pilot import Pilot
from tui.playing import DEAL, begun, house_of, opened, press, say, settled, shown

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.adapters.store.sql import SqlStore
from simulator.bootstrap import House
from simulator.engine.program import Program
from simulator.model.errors import StoreLost, StoreUnreached
from simulator.model.position import Move
from simulator.model.record import Event
from simulator.tui.app import GoOn, HuikuanApp
from simulator.tui.screens import base
from simulator.tui.screens.ask import Announce
from simulator.tui.screens.briefing import BriefingScreen, PreparedScreen
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.elsewhere import Elsewhere
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.note import NoteScreen
from simulator.tui.screens.talk import TalkScreen
from simulator.tui.widgets.form import Form
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.transcript import Turn
from simulator.workflows.ports import AttemptSummary, Recorded
from simulator.workflows.rehearse import begin, resume
from simulator.workflows.remarking import remarks
from simulator.workflows.solutions import Solutions

pytestmark = pytest.mark.usefixtures("english")
needs_server = pytest.mark.skipif(not is_wanted(), reason="the extra for tests asks for no PostgreSQL")
AWAY = "The record cannot be reached."


class AwayStore(MemoryStore):
    """A memory store that can go away; ``keeps`` says whether what is sent then arrives all the same, once."""

    def __init__(self) -> None:
        super().__init__()
        self.away, self.keeps, self.asked = False, False, 0
        self._sent: Recorded | None = None

    def _reach(self) -> None:
        self.asked += 1
        if self.away:
            raise StoreLost("the connection was lost")

    def append(
        self,
        attempt: str,
        expected: int,
        event: Event,
        at: datetime,
        finished: bool = False,
        text: str | None = None,
        *,
        holder: str | None = None,
    ) -> Recorded:
        if self.away and self.keeps:
            self.keeps = False
            self._sent = super().append(attempt, expected, event, at, finished, text, holder=holder)
        self._reach()
        sent, self._sent = self._sent, None
        if sent is not None and (sent.seq, sent.event) == (expected, event):
            return sent
        return super().append(attempt, expected, event, at, finished, text, holder=holder)

    def begin(self, attempt: str, event: Event, at: datetime, text: str | None = None) -> Recorded:
        if self.away and self.keeps:
            self.keeps = False
            super().begin(attempt, event, at, text)
        self._reach()
        return super().begin(attempt, event, at, text)

    def attempts(self, person: str | None = None, scenario: str | None = None) -> Sequence[AttemptSummary]:
        self._reach()
        return super().attempts(person, scenario)

    def events(self, attempt: str) -> Sequence[Recorded]:
        self._reach()
        return super().events(attempt)


@pytest.fixture
def store() -> AwayStore:
    return AwayStore()


@pytest.fixture
def house(settings: Settings, solutions: Solutions, content: YamlLibrary, store: AwayStore) -> House:
    return house_of(replace(settings, notice_read=True), solutions, content, store)


def _screen(app: HuikuanApp) -> Any:
    return app.screen


async def _comes_back(pilot: Pilot[Any], store: AwayStore) -> None:
    """The record can be reached again, and what waited for it is done: a try that was under way may have failed yet."""
    store.away = False
    while pilot.app.screen.waits_for_record:  # type: ignore[attr-defined]
        await press(pilot, "ctrl+r")


# The record is away


@pytest.mark.parametrize("keeps", [False, True])
async def test_turn_waits_for_the_record_and_is_played_once(
    house: House, store: AwayStore, small: Program, keeps: bool
) -> None:
    """The talk says that the record is away; the line stays; with the key it goes on, and the turn is there once."""
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        store.away, store.keeps = True, keeps
        await say(pilot, "plain")
        assert AWAY in shown(app)
        assert "Ctrl+R" in shown(app)
        assert not app.screen.query(Turn)
        assert _screen(app).query_one(Line).value == "plain"
        await press(pilot, "ctrl+r")
        assert AWAY in shown(app)
        await _comes_back(pilot, store)
        assert len(app.screen.query(Turn)) == 1
        assert AWAY not in shown(app)
        await say(pilot, "cause")
        assert len(app.screen.query(Turn)) == 2
    assert [str(move) for move in resume(house.desk, _attempt(store)).state.moves] == ["ask.plain", "probe.cause"]
    assert store.faults() == []


async def test_record_is_tried_again_without_a_key(
    house: House, store: AwayStore, small: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to press anything: it goes on by itself, after pauses that grow."""
    assert sorted(base._PAUSES) == list(base._PAUSES)
    monkeypatch.setattr(base, "_PAUSES", (0.05, 0.1))
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        store.away = True
        await say(pilot, "plain")
        asked = store.asked
        while store.asked < asked + 2:
            await pilot.pause(0.05)
        assert _screen(app)._tries >= 2
        store.away = False
        while not app.screen.query(Turn):
            await pilot.pause(0.05)
        await settled(pilot)
        assert AWAY not in shown(app)
        assert _screen(app)._tries == 0


async def test_line_in_own_words_stays_while_the_record_is_away(house: House, store: AwayStore, small: Program) -> None:
    """What was typed stands in the line until it is said; a second Enter says nothing twice."""
    words = "When will you pay?"
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        store.away = True
        await pilot.press("tab", *("space" if one == " " else one for one in words), "enter")
        await settled(pilot)
        if AWAY not in shown(app):  # it asked what is meant first
            await press(pilot, "enter")
        assert AWAY in shown(app)
        assert app.desktop.lines[_attempt(store)] == words
        await press(pilot, "enter")
        await _comes_back(pilot, store)
        assert len(app.screen.query(Turn)) == 1
    assert list(store.texts(_attempt(store)).values()) == [words]


async def test_escape_waits_no_longer(house: House, store: AwayStore, small: Program) -> None:
    """Who stops is told why; nothing is tried any more, and the move is played when he chooses it again."""
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        store.away = True
        await say(pilot, "plain")
        await press(pilot, "escape")
        assert isinstance(app.screen, Announce)
        await press(pilot, "escape")
        assert isinstance(app.screen, TalkScreen)
        assert AWAY not in shown(app)
        assert not app.screen.busy
        store.away = False
        await press(pilot, "enter")
        assert len(app.screen.query(Turn)) == 1


async def test_answers_and_note_wait_for_the_record(house: House, store: AwayStore, small: Program) -> None:
    """What was answered stands while the record is away, and is handed in once when it is back."""
    rehearsal = begin(house.desk, small.scenario, "Wang Min", "practice", "en", 1)
    async with opened(house, rehearsal) as (app, pilot):
        store.away = True
        await press(pilot, "f2", "7", "f9", "left", "enter")
        assert isinstance(app.screen, BriefingScreen)
        assert AWAY in shown(app)
        assert app.screen.query_one(Form).answers["days"] == 7.0
        await _comes_back(pilot, store)
        assert isinstance(app.screen, PreparedScreen)
        for move in DEAL:
            rehearsal.play(Move.parse(move))
        app.show_phase(rehearsal)
        await settled(pilot)
        store.away = True
        assert isinstance(app.screen, NoteScreen)
        await press(pilot, "f9", "left", "enter")
        assert AWAY in shown(app)
        await _comes_back(pilot, store)
        assert isinstance(app.screen, DebriefScreen)
    assert [one.event.kind for one in store.events(rehearsal.attempt)].count("filed") == 1


async def test_remark_waits_for_the_record(house: House, store: AwayStore, small: Program) -> None:
    """A remark is put on record when the record is back, once."""
    rehearsal = begun(house.desk, small.scenario, DEAL)
    rehearsal.file_note({})
    async with opened(house, rehearsal) as (app, pilot):
        store.away = True
        await press(pilot, "home", "f9", *"kept", "f9")
        assert AWAY in shown(app)
        await _comes_back(pilot, store)
        assert AWAY not in shown(app)
    assert [one.text for one in remarks(store, rehearsal.attempt)] == ["kept"]


async def test_home_waits_for_the_record(house: House, store: AwayStore) -> None:
    """Home says that the record is away, and shows the attempts when it is back."""
    begin(house.desk, house.library.read("small-debt").scenario, house.settings.name, "practice", "en")  # type: ignore[arg-type]
    store.away = True
    app = HuikuanApp(house)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert AWAY in shown(app)
        await _comes_back(pilot, store)
        assert AWAY not in shown(app)
        assert app.home.listing.attempts


async def test_first_contact_that_fails_says_why_and_is_tried_again(house: House, store: AwayStore) -> None:
    """A server that does not answer from the start is told with its own reason; the screen stays and tries again."""

    class Unreached(AwayStore):
        def _reach(self) -> None:
            if self.away:
                raise StoreUnreached("“postgresql://x” cannot be used: connection refused")

    away = Unreached()
    house.__dict__.pop("desk", None)
    house.store = away
    away.away = True
    app = HuikuanApp(house)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        assert "connection refused" in shown(app)
        assert isinstance(app.screen, HomeScreen)
        await _comes_back(pilot, away)
        assert "connection refused" not in shown(app)


@pytest.mark.parametrize("keeps", [False, True])
async def test_beginning_whose_answer_was_lost_leaves_one_attempt(house: House, store: AwayStore, keeps: bool) -> None:
    """Begun again, by itself or by hand, it is the attempt that was begun; no other one is left beside it."""
    app = HuikuanApp(house)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(pilot)
        store.away, store.keeps = True, keeps
        app.home.begin("small-debt", "practice")
        await settled(pilot)
        assert AWAY in shown(app)
        await press(pilot, "escape", "escape")
        store.away = False
        app.home.begin("small-debt", "practice")
        await settled(pilot)
        assert isinstance(app.screen, BriefingScreen)
        assert len(store.attempts()) == 1
        assert app.screen.rehearsal.attempt == _attempt(store)


def test_beginnings_that_were_acknowledged_are_two(house: House, small: Program) -> None:
    """Only what was not acknowledged is gone on with."""
    for _time in range(2):
        begin(house.desk, small.scenario, "Wang Min", "practice", "en", 1)
    assert len(house.store.attempts()) == 2
    assert not house.desk.begun


def _attempt(store: MemoryStore) -> str:
    return next(iter(store.entries))


# On a server


@needs_server
async def test_server_that_stops_in_the_middle_of_a_turn(
    settings: Settings, solutions: Solutions, content: YamlLibrary, small: Program
) -> None:
    """The server is stopped before a turn and started again: the trainee sees it, and goes on where he was."""
    with running() as server:
        house = _on(SqlStore(server.url(server.database())), settings, solutions, content)
        async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
            await say(pilot, "chat")
            server.stop()
            await say(pilot, "plain")
            assert AWAY in shown(app)
            assert len(app.screen.query(Turn)) == 1
            assert _screen(app).query_one(Line).value == "plain"
            server.start()
            while len(app.screen.query(Turn)) < 2:
                await press(pilot, "ctrl+r")
            assert AWAY not in shown(app)
            moves = [str(move) for move in app.screen.rehearsal.state.moves]  # type: ignore[attr-defined]
            assert moves == ["rapport.chat", "ask.plain"]
        assert house.store.faults() == []
        house.store.close()


@needs_server
@pytest.mark.parametrize("when", ["before", "after"])
async def test_turn_whose_answer_was_lost_on_a_server_is_played_once(
    postgres: Postgres, settings: Settings, solutions: Solutions, content: YamlLibrary, small: Program, when: Any
) -> None:
    """The line is cut at the commit: whether it arrived or not, the move is there once and its answer is shown."""
    cable = Cable(postgres)
    house = _on(SqlStore(cable.url(postgres.database())), settings, solutions, content)
    async with opened(house, begun(house.desk, small.scenario)) as (app, pilot):
        cable.cut_at_commit(when)
        await say(pilot, "plain")
        while not app.screen.query(Turn):
            await press(pilot, "ctrl+r")
        await say(pilot, "cause")
        assert len(app.screen.query(Turn)) == 2
        attempt = _screen(app).rehearsal.attempt
    assert cable.cuts == 1
    kinds = [one.event.kind for one in house.store.events(attempt)]
    assert kinds == ["started", "prepared", "played", "played"]
    assert house.store.faults() == []
    cable.close()
    house.store.close()


def _on(store: SqlStore, settings: Settings, solutions: Solutions, content: YamlLibrary) -> House:
    house = House(replace(settings, notice_read=True))
    house.store, house.cache, house.solutions, house.library = store, MemoryCache(), solutions, content
    return house


# Open elsewhere


@pytest.fixture
def other(settings: Settings, solutions: Solutions, content: YamlLibrary, store: AwayStore) -> House:
    """Another program on the same record."""
    return house_of(replace(settings, notice_read=True), solutions, content, store)


async def test_second_tab_is_told_and_only_looks(house: House, other: House, small: Program) -> None:
    """It says since when; the talk can be read there, and no move is made."""
    rehearsal = begun(house.desk, small.scenario, DEAL[:1])
    async with opened(house, rehearsal), opened(other, resume(other.desk, rehearsal.attempt)) as (app, pilot):
        assert isinstance(app.screen, Elsewhere)
        assert "open elsewhere, since" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, TalkScreen)
        assert "You only look here" in shown(app)
        assert len(app.screen.query(Turn)) == 1
        await say(pilot, "plain")
        assert isinstance(app.screen, Elsewhere)
        await press(pilot, "escape")
        assert len(resume(house.desk, rehearsal.attempt).exchanges) == 1
        await press(pilot, "ctrl+r")
        assert "You only look here" not in shown(app)
        await say(pilot, "plain")
    assert len(resume(house.desk, rehearsal.attempt).exchanges) == 2


async def test_second_tab_takes_over_and_the_first_is_told_and_takes_back(
    house: House, other: House, small: Program
) -> None:
    """No turn of two tabs mixes; what was typed in the first stays, and is said there once it was taken back."""
    rehearsal = begun(house.desk, small.scenario)
    async with (
        opened(house, rehearsal) as (first, here),
        opened(other, resume(other.desk, rehearsal.attempt)) as (second, there),
    ):
        await press(there, "right", "enter")
        assert isinstance(second.screen, TalkScreen)
        assert "You only look here" not in shown(second)
        await say(there, "chat")
        assert len(second.screen.query(Turn)) == 1
        await say(here, "plain")
        assert isinstance(first.screen, Elsewhere)
        assert "opened elsewhere at" in shown(first)
        await press(here, "right", "enter")
        assert isinstance(first.screen, TalkScreen)
        assert len(first.screen.query(Turn)) == 1
        await say(here, "plain")
        assert len(first.screen.query(Turn)) == 2
        await say(there, "cause")
        assert isinstance(second.screen, Elsewhere)
    moves = [str(move) for move in resume(house.desk, rehearsal.attempt).state.moves]
    assert moves == ["rapport.chat", "ask.plain"]
    assert house.store.faults() == []


async def test_tab_that_was_closed_keeps_nobody_out(
    house: House, other: House, store: AwayStore, small: Program
) -> None:
    """Who quits, goes Home or reaches the debrief has it open no longer."""
    rehearsal = begun(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        assert list(store.holds) == [rehearsal.attempt]
        app.go_home()
        await settled(pilot)
        assert store.holds == {}
        app.home.go_on(rehearsal.attempt)
        await settled(pilot)
        assert list(store.holds) == [rehearsal.attempt]
    assert store.holds == {}
    async with opened(other, resume(other.desk, rehearsal.attempt)) as (app, pilot):
        assert isinstance(app.screen, TalkScreen)
        for words in ("chat", "plain", "cause", "check", "close all"):
            await say(pilot, words)
        await press(pilot, "enter", "f9", "left", "enter")
        assert isinstance(app.screen, DebriefScreen)
        assert store.holds == {}


async def test_sign_of_life_finds_out_who_took_over(house: House, store: AwayStore, small: Program) -> None:
    """Who types nothing learns of it all the same; whose hold was lost without anybody having it, has it again."""
    rehearsal = begun(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        store.holds = {}
        _screen(app)._beat()
        await settled(pilot)
        assert isinstance(app.screen, TalkScreen)
        assert list(store.holds) == [rehearsal.attempt]
        store.hold(rehearsal.attempt, "somebody", house.desk.now(), force=True)
        _screen(app)._beat()
        await settled(pilot)
        assert isinstance(app.screen, Elsewhere)


async def test_attempt_that_went_on_elsewhere_is_read_anew(house: House, other: House, small: Program) -> None:
    """Between the reading and the opening another program may have gone on, and left: what is shown is what is."""
    rehearsal = begun(house.desk, small.scenario)
    house.store.release(house.desk.holder or "")
    resume(other.desk, rehearsal.attempt).play(Move.parse("rapport.chat"))
    other.store.release(other.desk.holder or "")
    async with opened(house, rehearsal) as (app, _pilot):
        assert len(app.screen.query(Turn)) == 1


async def test_browser_that_comes_back_waits_for_what_it_left(house: House, store: AwayStore, small: Program) -> None:
    """Opened where it was, the attempt is waited for a moment: the session that was cut off ends and lets go of it."""
    rehearsal = begun(house.desk, small.scenario)
    store.hold(rehearsal.attempt, "left behind", house.desk.now())
    app = HuikuanApp(house, GoOn(rehearsal.attempt))
    assert app.patience > 0.0
    app.patience = 60.0  # seconds; what it really has is too short for a machine that has other work
    async with app.run_test(size=(80, 24)) as pilot:
        while not isinstance(app.screen, TalkScreen):
            await pilot.pause(0.02)
        await pilot.pause(0.2)
        store.release("left behind")
        await settled(pilot)
        assert isinstance(app.screen, TalkScreen)
        assert "You only look here" not in shown(app)
        assert app.patience == 0.0
