"""Appeals from the debrief, and a reviewer's decisions: before and after on the screen, both on record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from doubles import LOCKED, FailingStore
from tui.opening import ESCAPES, MARKUP, said, told
from tui.playing import finished, house_of, opened, press, settled, shown

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.settings import Settings
from simulator.bootstrap import House
from simulator.engine.program import Program
from simulator.model import language
from simulator.model.decisions import Answered, Appealed, Overruled
from simulator.model.position import Move
from simulator.model.record import Played
from simulator.tui.app import HuikuanApp
from simulator.tui.screens.appeal import AppealDialog
from simulator.tui.screens.ask import Announce
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.decide import AnswerDialog, DecideScreen, OverruleDialog
from simulator.tui.views.decide import matter_view
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.lines import Lines
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import RowList
from simulator.tui.widgets.writing import Writing
from simulator.workflows.deciding import appeal, decisions, matter, overrule
from simulator.workflows.rating import rate
from simulator.workflows.rehearse import Rehearsal
from simulator.workflows.remarking import LONGEST
from simulator.workflows.solutions import Solutions

pytestmark = pytest.mark.usefixtures("english")
HOSTILE = "".join((*MARKUP, *ESCAPES))
APPEAL = "f21"  # what terminals send for Shift+F9


@pytest.fixture
def house(settings: Settings, solutions: Solutions, content: YamlLibrary) -> House:
    """Who reviews is Li Lei; the attempts are Wang Min's."""
    return house_of(replace(settings, name="Li Lei"), solutions, content)


@pytest.fixture
def own(settings: Settings, solutions: Solutions, content: YamlLibrary) -> House:
    """Wang Min's own."""
    return house_of(settings, solutions, content)


@pytest.fixture
def over(house: House, small: Program) -> Rehearsal:
    """An exam that is over."""
    return finished(house.desk, small.scenario, mode="exam")


def lines(app: HuikuanApp, where: str) -> str:
    return app.screen.query_one(where, Lines).query_one(Plain).text


def pick(app: HuikuanApp, where: str, chosen: str) -> None:
    app.screen.query_one(where, Pick).chosen = chosen


# Appeals


async def test_trainee_appeals_on_the_chosen_turn(own: House, small: Program) -> None:
    """The dialog shows how it was judged and what was said; the appeal stands with its turn, and the list marks it."""
    rehearsal = finished(own.desk, small.scenario, mode="exam")
    async with opened(own, rehearsal) as (app, pilot):
        await press(pilot, "home", "down", APPEAL)
        assert isinstance(app.screen, AppealDialog)
        assert "Appeal on turn 2" in shown(app)
        assert "When will you pay?" in said(app, "#said")
        await press(pilot, *"He said so", "f9")
        assert isinstance(app.screen, DebriefScreen)
        (one,) = decisions(own.store, rehearsal.attempt)
        assert (one.event, one.text) == (Appealed(turn=2, by=own.store.person("Wang Min")), "He said so")
        assert "Appeal by Wang Min" in lines(app, "#turn")
        assert [row.text.endswith(" *") for row in app.screen.query_one(RowList).rows] == [False, True] + [False] * 3
        assert "The appeal is on record. A reviewer will answer it." in told(app)


async def test_appeal_on_the_whole_attempt_stands_with_the_scorecard(own: House, small: Program) -> None:
    rehearsal = finished(own.desk, small.scenario)
    async with opened(own, rehearsal) as (app, pilot):
        await press(pilot, APPEAL)
        pick(app, "#which", "all")
        await press(pilot, *"All of it", "f9", "f3")
        (one,) = decisions(own.store, rehearsal.attempt)
        assert isinstance(one.event, Appealed)
        assert one.event.turn is None
        assert "All of it" in lines(app, "#scorecard")


async def test_appeal_that_is_begun_is_there_again_and_an_empty_one_is_not_taken(own: House, small: Program) -> None:
    """Esc keeps what was begun; F9 on nothing says what is missing."""
    rehearsal = finished(own.desk, small.scenario)
    async with opened(own, rehearsal) as (app, pilot):
        await press(pilot, "home", APPEAL, "f9")
        assert "1 to 2000 characters; these are 0" in said(app, "#fault")
        await press(pilot, *"begun", "escape")
        assert decisions(own.store, rehearsal.attempt) == ()
        await press(pilot, APPEAL)
        assert app.screen.query_one(Writing).text == "begun"


async def test_appeal_that_cannot_be_kept_is_not_lost(
    settings: Settings, solutions: Solutions, content: YamlLibrary, small: Program
) -> None:
    """That the record is away is shown; once one waits no longer, the words wait in the dialog."""
    store = FailingStore()
    house = house_of(settings, solutions, content, store)
    rehearsal = finished(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        await press(pilot, "home", APPEAL, *"words")
        store.failing = LOCKED
        await press(pilot, "f9")
        assert "locked" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, Announce)
        store.failing = None
        await press(pilot, "escape", APPEAL)
        assert app.screen.query_one(Writing).text == "words"


async def test_turn_that_was_tried_again_has_nothing_to_appeal_against(own: House, small: Program) -> None:
    """It has no marks; the key does nothing."""
    again = finished(own.desk, small.scenario).try_again_from(5)
    again.play(Move.parse("close.deal:all"))
    async with opened(own, again) as (app, pilot):
        await press(pilot, "home", APPEAL)
        assert isinstance(app.screen, DebriefScreen)


# Deciding


async def at_turn(app: HuikuanApp, pilot: object, *keys: str) -> None:
    await press(pilot, *keys)  # type: ignore[arg-type]
    assert isinstance(app.screen, DecideScreen)


async def test_reviewer_overrules_a_name_and_sees_what_would_come_of_it_first(house: House, over: Rehearsal) -> None:
    """From the debrief to the turn; now and then stand there before F9, and nothing is on record until then."""
    before = matter(house.desk, over.attempt).standing()
    worst = max(over.debrief().turns, key=lambda turn: turn.loss).step.turn
    async with opened(house, over) as (app, pilot):
        app.screen.query_one(RowList).highlighted = str(worst)
        await at_turn(app, pilot, APPEAL)
        assert app.screen.query_one(RowList).highlighted == str(worst)
        assert "The whole attempt" in shown(app)
        await press(pilot, "f7")
        assert isinstance(app.screen, OverruleDialog)
        pick(app, "#becomes", "best")
        await settled(pilot)
        now, then = said(app, "#foreseen").splitlines()
        _before, after = matter(house.desk, over.attempt).foresee("name", worst, "best")
        assert before.scorecard is not None
        assert after.scorecard is not None
        assert f"{before.scorecard.total:.1f} of 100" in now
        assert f"Best; {after.scorecard.total:.1f} of 100" in then
        assert decisions(house.store, over.attempt) == ()
        app.screen.query_one(Writing).focus()
        await press(pilot, *"heard wrong", "f9")
        assert isinstance(app.screen, DecideScreen)
        (one,) = decisions(house.store, over.attempt)
        assert isinstance(one.event, Overruled)
        assert (one.event.what, one.event.turn, one.event.before, one.event.after, one.text) == (
            "name",
            worst,
            before.names[worst],
            "best",
            "heard wrong",
        )
        assert "decided by a person; the program: " in said(app, "#outcome")
        assert "→ Best by Li Lei" in lines(app, "#about")
        assert "Stands: Best (the program: " in lines(app, "#about")
        await press(pilot, "escape")
        assert isinstance(app.screen, DebriefScreen)
        assert "decided by a person" in said(app, "#outcome")
        assert "→ Best by Li Lei" in lines(app, "#turn")


async def test_total_is_replaced_on_the_first_row(house: House, over: Rehearsal) -> None:
    """What is no total is not taken and says so; what is one shows what would come of it."""
    async with opened(house, over) as (app, pilot):
        await press(pilot, APPEAL, "home", "f7")
        assert isinstance(app.screen, OverruleDialog)
        await press(pilot, *"12x")
        assert "Type a total" in said(app, "#fault")
        app.screen.query_one("#total", Line).value = "120"
        await settled(pilot)
        assert "from 0 to 100" in said(app, "#fault")
        await press(pilot, "f9")
        assert isinstance(app.screen, OverruleDialog)
        app.screen.query_one("#total", Line).value = "12.5"
        await settled(pilot)
        assert "Then: 12.5 of 100, not passed" in said(app, "#foreseen")
        await press(pilot, "f9")
        assert "Say why" in said(app, "#fault")
        app.screen.query_one(Writing).focus()
        await press(pilot, *"copied", "f9")
        (one,) = decisions(house.store, over.attempt)
        assert isinstance(one.event, Overruled)
        assert (one.event.what, one.event.after) == ("total", 12.5)
        assert "12.5 of 100, not passed – decided by a person" in said(app, "#outcome")


async def test_breach_is_set_and_then_only_lifting_it_is_offered(house: House, over: Rehearsal) -> None:
    overrule(house.desk, over.attempt, "韩梅梅", "breach", 1, True, "other", "x")
    async with opened(house, over) as (app, pilot):
        await press(pilot, "home", APPEAL, "f7")
        assert app.screen.query_one("#becomes", Pick).choices == {"lift": "no breach"}
        app.screen.query_one(Writing).focus()
        await press(pilot, *"no threat", "f9")
        last = decisions(house.store, over.attempt)[-1].event
        assert isinstance(last, Overruled)
        assert (last.what, last.before, last.after) == ("breach", True, False)


async def test_appeal_is_answered_where_it_waits(house: House, over: Rehearsal) -> None:
    """The row is marked, F8 opens it with what the trainee wrote, and an answered one is not answered again."""
    appeal(house.desk, over.attempt, "Wang Min", 2, f"unfair {HOSTILE}")
    async with opened(house, over) as (app, pilot):
        await press(pilot, "home", APPEAL, "f8")
        assert isinstance(app.screen, DecideScreen)
        await press(pilot, "down")
        rows = app.screen.query_one(RowList)
        assert next(row for row in rows.rows if row.id == "2").text.endswith(" *A")
        await press(pilot, "f8")
        assert isinstance(app.screen, AnswerDialog)
        assert "unfair" in said(app, "#asked")
        await press(pilot, "f9")
        assert "Say why" in said(app, "#fault")
        pick(app, "Pick", "upheld")
        app.screen.query_one(Writing).focus()
        await press(pilot, *"right", "f9")
        last = decisions(house.store, over.attempt)[-1]
        assert isinstance(last.event, Answered)
        assert (last.event.upheld, last.text) == (True, "right")
        assert "Appeal upheld by Li Lei" in lines(app, "#about")
        await press(pilot, "f8")
        assert isinstance(app.screen, DecideScreen)


async def test_overrule_on_an_appealed_turn_names_the_appeal(house: House, over: Rehearsal) -> None:
    plea = appeal(house.desk, over.attempt, "Wang Min", 2, "unfair")
    async with opened(house, over) as (app, pilot):
        await press(pilot, "home", "down", APPEAL, "f7")
        app.screen.query_one(Writing).focus()
        await press(pilot, *"yes", "f9")
        last = decisions(house.store, over.attempt)[-1].event
        assert isinstance(last, Overruled)
        assert last.appeal == plea


async def test_own_attempt_is_not_decided_on(own: House, small: Program) -> None:
    """Whoever opens it: the record refuses, and says why."""
    rehearsal = finished(own.desk, small.scenario)
    async with opened(own, rehearsal) as (app, pilot):
        app.push_screen(DecideScreen(rehearsal.attempt, 1))
        await settled(pilot)
        await press(pilot, "f7")
        app.screen.query_one(Writing).focus()
        await press(pilot, *"mine", "f9")
        assert isinstance(app.screen, Announce)
        assert "his own attempt" in shown(app)
        assert decisions(own.store, rehearsal.attempt) == ()


async def test_ratings_are_not_shown_to_who_may_yet_rate(house: House, over: Rehearsal) -> None:
    """Neither on the turns nor on the whole: a second rater reads there too."""
    rate(house.desk, over.attempt, "韩梅梅", {"tactics": 37.0}, "too hard")
    assert matter_view(house.desk, over.attempt).said == {}


async def test_attempt_that_is_not_there_is_told(house: House, over: Rehearsal) -> None:
    async with opened(house, over) as (app, pilot):
        app.push_screen(DecideScreen("nothing"))
        await settled(pilot)
        assert isinstance(app.screen, Announce)
        await press(pilot, "escape")
        assert "There is nothing to decide" in said(app, "#outcome")
        await press(pilot, "f7", "f8", "escape")
        assert isinstance(app.screen, DebriefScreen)


@pytest.mark.parametrize(("act", "words"), [("red.threat", "Threat"), ("x.unknown", "x.unknown")])
async def test_line_that_may_be_a_forbidden_act_is_shown_and_looked_at(
    house: House, over: Rehearsal, act: str, words: str
) -> None:
    """With its words; that it was none can be put on record too, and then it no longer waits."""
    store = house.store
    links = list(store.events(over.attempt))
    again = "marked"
    store.begin(again, links[0].event, links[0].at)
    for one in links[1:]:
        event, text = one.event, None
        if isinstance(event, Played) and event.turn == 2:
            event, text = event.model_copy(update={"how": "typed", "confidence": 0.5, "marked": act}), HOSTILE
        store.append(again, one.seq, event, one.at, finished=True, text=text)
    async with opened(house, over) as (app, pilot):
        app.push_screen(DecideScreen(again, 2))
        await settled(pilot)
        assert f"May be a forbidden act ({words}" in lines(app, "#about")
        await press(pilot, "f7")
        assert next(iter(app.screen.query_one("#becomes", Pick).choices)) == "lift"
        app.screen.query_one(Writing).focus()
        await press(pilot, *"harmless", "f9")
        last = decisions(store, again)[-1].event
        assert isinstance(last, Overruled)
        assert (last.what, last.before, last.after) == ("breach", False, False)
        assert "May be a forbidden act" not in lines(app, "#about")


@pytest.mark.parametrize("spoken", language.LANGUAGES)
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_dialogs_fit_with_long_and_hostile_words(
    house: House, over: Rehearsal, size: tuple[int, int], spoken: language.Language
) -> None:
    """Buttons and what would come of it stay on the screen, whatever people wrote and in either language."""
    language.use(spoken)
    appeal(house.desk, over.attempt, "Wang Min", 2, ("字" * LONGEST)[:1900] + HOSTILE)
    async with opened(house, over, size) as (app, pilot):
        await press(pilot, "home", "down", APPEAL, "f7")
        for where in ("#foreseen", "#keep", "#back", "#reason"):
            region = app.screen.query_one(where).region
            assert region.height >= 1
            assert region.bottom <= size[1] - 1, where
        await press(pilot, "escape", "f8")
        for where in ("#asked", "#keep", "#back"):
            assert app.screen.query_one(where).region.bottom <= size[1] - 1, where
