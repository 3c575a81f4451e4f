"""Home: what there is to do, and the way to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from doubles import LOCKED
from tui.conftest import MakeHouse
from tui.opening import at, fresh, said, small, told
from tui.playing import begun, finished, press, settled, shown

from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.model import language
from simulator.tui.app import GoOn, StartScenario
from simulator.tui.lines import cells
from simulator.tui.listing import Listing, matches
from simulator.tui.screens.ask import Announce, Ask
from simulator.tui.screens.attempts import AttemptsScreen
from simulator.tui.screens.briefing import BriefingScreen
from simulator.tui.screens.compare import CompareScreen
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.talk import TalkScreen
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.rows import RowList
from simulator.workflows.deciding import overrule
from simulator.workflows.ports import AttemptSummary, Title


def title(name: str, level: int = 1, **texts: str) -> Title:
    words = texts or {"zh": name, "en": name}
    return Title(name, Path(name), words, {"en": "about"}, level, "phone", (), 9, "published")


def summary(attempt: str, day: int, finished: bool = True, turns: int = 3) -> AttemptSummary:
    at = datetime(2026, 3, day, tzinfo=UTC)
    return AttemptSummary(attempt, "p", "one", "practice", at, at + timedelta(hours=1), turns, None, finished)


class LockedStore(MemoryStore):
    """A store that another process holds."""

    def attempts(self, person: str | None = None, scenario: str | None = None) -> list[AttemptSummary]:
        raise LOCKED


# The listing, without a screen


def test_a_listing_groups_by_level_and_puts_what_is_unfinished_first() -> None:
    """Unfinished attempts come first, the latest before the others; scenarios stand under their levels."""
    listing = Listing((title("two", 2), title("one")), (summary("old", 1, False), summary("new", 2, False)))
    assert [row.id for row in listing.rows("", 78)] == [
        "", "attempt:new", "attempt:old", "", "", "scenario:one", "", "", "scenario:two",
    ]  # fmt: skip


def test_a_listing_shows_the_last_and_the_best_score() -> None:
    """Of all finished attempts the latest and the best total stand behind the scenario."""
    attempts = (summary("a", 1), summary("b", 2), summary("c", 3, finished=False))
    listing = Listing((title("one"),), attempts, {"a": 81.4, "b": 72.0, "c": 99.0})
    row = next(row for row in listing.rows("", 78) if row.id == "scenario:one")
    assert "last 72, best 81" in row.text
    assert "finished 2 times" in listing.describe("scenario:one", "")


def test_a_row_is_as_wide_as_the_list_in_both_languages() -> None:
    """Columns align by cells, whatever the language of a title."""
    listing = Listing((title("one", zh="没收到的发票"), title("two", en="The invoice that nobody ever received")))
    for spoken in ("zh", "en"):
        language.use(spoken)
        assert {cells(row.text) for row in listing.rows("", 78) if row.id} == {78}


def test_a_title_in_the_other_language_is_tagged() -> None:
    """What is there in one language only says which."""
    listing = Listing((title("one", zh="没收到的发票"),))
    assert any("没收到的发票 [in Chinese]" in row.text for row in listing.rows("", 120))


def test_a_filter_wants_every_word() -> None:
    """All words must occur, in whatever order and case."""
    assert matches("INVOICE the", "The invoice")
    assert not matches("invoice visit", "The invoice")
    assert matches("", "anything")


# The screen


async def test_home_lists_scenarios_and_starts_practice_with_enter(small_house: House) -> None:
    """The first scenario is highlighted; Enter opens its briefing as practice."""
    async with at(small_house) as (app, pilot):
        assert "A small debt" in shown(app)
        assert "Enter starts it as practice" in said(app, "#about")
        await press(pilot, "enter")
        assert isinstance(app.screen, BriefingScreen)
        assert app.screen.rehearsal.mode == "practice"


async def test_home_asks_before_an_exam(small_house: House) -> None:
    """F2 asks first; no keeps Home and records nothing, yes begins an exam."""
    async with at(small_house) as (app, pilot):
        await press(pilot, "f2")
        assert isinstance(app.screen, Ask)
        await press(pilot, "enter")
        assert isinstance(app.screen, HomeScreen)
        assert not small_house.store.attempts()
        await press(pilot, "f2", "right", "enter")
        assert isinstance(app.screen, BriefingScreen)
        assert app.screen.rehearsal.mode == "exam"


async def test_home_offers_to_go_on_where_one_left_off(small_house: House) -> None:
    """An unfinished attempt is the first row, highlighted; Enter opens it at the turn where it was."""
    attempt = begun(small_house.desk, small(small_house), ["ask.plain"])
    fresh(small_house)
    async with at(small_house) as (app, pilot):
        assert "Go on where you left off" in shown(app)
        assert "1 of 6 turns" in shown(app)
        await press(pilot, *(["down"] if "before the talk" in said(app, "#about") else []), "enter")
        assert isinstance(app.screen, TalkScreen)
        assert app.screen.rehearsal.attempt == attempt.attempt
        assert app.screen.rehearsal.turn == 2
        await press(pilot, "escape")
        assert isinstance(app.screen, HomeScreen)
        assert any("The attempt is saved" in one for one in told(app))


async def test_home_filters_while_typing(small_house: House) -> None:
    """Letters go into the line, Esc clears it, and an empty list names the key that helps."""
    async with at(small_house) as (app, pilot):
        await press(pilot, *"debt")
        assert app.screen.query_one(RowList).highlighted == "scenario:small-debt"
        await press(pilot, *"zz")
        assert app.screen.query_one(RowList).highlighted == ""
        assert "Nothing here has “debtzz” in it. Esc clears the line." in said(app, "#about")
        await press(pilot, "f2", "f3", "enter")
        assert isinstance(app.screen, HomeScreen)
        await press(pilot, "escape")
        assert app.screen.query_one(Line).value == ""
        assert app.screen.query_one(RowList).highlighted == "scenario:small-debt"
        await press(pilot, "escape")
        assert any("Ctrl+Q quits" in one for one in told(app))


async def test_home_without_scenarios_says_where_to_look(make_house: MakeHouse, tmp_path: Path) -> None:
    """An empty library is no empty screen."""
    house = make_house()
    house.shipped = tmp_path
    async with at(house) as (app, _pilot):
        assert "There are no scenarios. F10" in said(app, "#about")


async def test_home_scores_what_is_finished_and_opens_its_debrief(small_house: House) -> None:
    """Totals come in from the background; F3 lists the attempts, Enter opens a debrief."""
    finished(small_house.desk, small(small_house))
    async with at(small_house) as (app, pilot):
        assert "last " in shown(app)
        await press(pilot, "f3")
        assert isinstance(app.screen, AttemptsScreen)
        assert " points" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, DebriefScreen)


async def test_home_tells_what_a_person_decided_and_no_longer_what_the_program_made(small_house: House) -> None:
    """At the start, and where it was decided while the application was open."""
    attempt = finished(small_house.desk, small(small_house), mode="exam").attempt
    overrule(small_house.desk, attempt, "Li Na", "total", None, 12.5, "other", "x")
    async with at(small_house) as (app, pilot):
        assert app.desktop.totals[attempt] == 12.5
        overrule(small_house.desk, attempt, "Li Na", "total", None, 27.5, "other", "x")
        app.home.reload()
        await settled(pilot)
        assert app.desktop.totals[attempt] == 27.5


async def test_two_finished_attempts_are_compared(small_house: House) -> None:
    """Space marks; F4 wants two marks and puts the attempts side by side."""
    for moves in (["end.leave"], ["ask.plain", "end.leave"]):
        finished(small_house.desk, small(small_house), moves)
    async with at(small_house) as (app, pilot):
        await press(pilot, "f3", "space", "f4")
        assert any("Mark two attempts" in one for one in told(app))
        await press(pilot, "down", "space")
        assert shown(app).count("[x]") == 2
        await press(pilot, "f4")
        assert isinstance(app.screen, CompareScreen)
        await press(pilot, "escape")
        assert isinstance(app.screen, AttemptsScreen)


async def test_nothing_finished_is_said_with_the_next_key(small_house: House) -> None:
    """F3 without finished attempts says what to do instead of an empty screen."""
    async with at(small_house) as (app, pilot):
        await press(pilot, "f3")
        assert isinstance(app.screen, HomeScreen)
        assert any("Enter starts it" in one for one in told(app))


async def test_a_locked_record_is_told_and_home_still_lists(make_house: MakeHouse) -> None:
    """An error of the store stands above the keys while it is tried again; scenarios can be read all the same."""
    async with at(make_house(LockedStore())) as (app, pilot):
        assert isinstance(app.screen, HomeScreen)
        assert "the store is locked" in shown(app)
        assert "A small debt" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, Announce)
        await press(pilot, "escape")
        assert "the store is locked" not in shown(app)


async def test_a_broken_scenario_is_told_with_its_problems(make_house: MakeHouse, tmp_path: Path) -> None:
    """A file with errors opens nothing and names every problem with its line."""
    broken = tmp_path / "own" / "broken-one"
    broken.mkdir(parents=True)
    head = "scenario: broken-one\ntitle: Broken\nturns: 3\ndebtor: {name: X}\n"
    (broken / "scenario.yaml").write_text(head + "stages: 3\nnonsense: 1\n", encoding="utf-8")
    async with at(make_house(scenarios=(tmp_path / "own",)), StartScenario("broken-one")) as (app, _pilot):
        assert isinstance(app.screen, Announce)
        assert "nonsense" in shown(app)
        assert "scenario.yaml" in shown(app)


async def test_an_unknown_start_is_told(small_house: House) -> None:
    """An attempt or scenario that does not exist says what exists."""
    async with at(small_house, StartScenario("small-bebt")) as (app, pilot):
        assert "Did you mean “small-debt”?" in shown(app)
        await press(pilot, "escape")
        app.home.go_on("nobody")
        await settled(pilot)
        assert isinstance(app.screen, Announce)


async def test_the_application_opens_where_it_is_told(small_house: House) -> None:
    """A scenario in a mode with a seed, or an attempt by its id, is opened at once."""
    async with at(small_house, StartScenario("small-debt", "exam", 7)) as (app, _pilot):
        assert isinstance(app.screen, BriefingScreen)
        assert app.screen.rehearsal.state.started.seed == 7
        attempt = app.screen.rehearsal.attempt
    async with at(small_house, GoOn(attempt)) as (app, _pilot):
        assert isinstance(app.screen, BriefingScreen)
        assert app.screen.rehearsal.attempt == attempt


async def test_a_draft_scenario_is_not_offered(make_house: MakeHouse) -> None:
    """Home lists what is published."""
    house = make_house()
    titles = [replace(one, status="draft") for one in house.library.titles()]
    house.library.titles = lambda with_team=True: titles  # type: ignore[method-assign]
    async with at(house) as (app, _pilot):
        assert "A small debt" not in shown(app)
