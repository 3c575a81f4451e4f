"""The Group screen: a group at a glance, and the way down to the very lines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from time import sleep
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import ContentSwitcher
from tui.conftest import MakeHouse
from tui.figures_by_hand import MEETS, MORE, NOT_YET, ByHand, desk, heat, line
from tui.opening import ESCAPES, MARKUP, at, said, small, told
from tui.playing import finished, press, settled, shown

from scoring.mastery import Mastery
from scoring.objectives import Observation
from simulator.bootstrap import House
from simulator.model import language
from simulator.model.errors import Cancelled
from simulator.model.record import Played
from simulator.tui.app import HuikuanApp
from simulator.tui.lines import cells, clean
from simulator.tui.screens.ask import Announce
from simulator.tui.screens.certify import CertifyDialog
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.decide import DecideScreen
from simulator.tui.screens.evidence import EvidenceScreen
from simulator.tui.screens.export import ExportDialog
from simulator.tui.screens.filter import FilterDialog
from simulator.tui.screens.group import GroupScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.person import PersonScreen
from simulator.tui.screens.rate import RateScreen
from simulator.tui.source import Going, Wish
from simulator.tui.views.group import DeskView, DueView
from simulator.tui.widgets.heat import NAME, Heat
from simulator.tui.widgets.rows import RowList
from simulator.tui.widgets.small_bars import bar, shares
from simulator.workflows.cells import Filters
from simulator.workflows.certifying import standard_of
from simulator.workflows.settling import settle

ESTRANGED = ("=HYPERLINK(…)", "<script>", "../../x", "名" * 300, "שלום", "🙂 emoji", *MARKUP, *ESCAPES)


@asynccontextmanager
async def group(
    house: House, source: ByHand, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[HuikuanApp, Pilot[Any]]]:
    """The Group screen over hand-made figures."""
    async with at(house, size=size) as (app, pilot):
        app.push_screen(GroupScreen(source))
        await settled(pilot)
        yield app, pilot


def table(app: HuikuanApp) -> Heat:
    return app.screen.query_one(Heat)


# The table


async def test_the_table_shows_a_sign_and_a_number_for_every_cell(small_house: House) -> None:
    """At 80 by 24, a dozen objectives beside a name; those that nobody was observed on stay out until Ctrl+O."""
    async with group(small_house, ByHand()) as (app, pilot):
        assert "not observed: 18 of 20 objectives" in said(app, "#about")
        assert " 1-2 of 2 " in shown(app)
        await press(pilot, "ctrl+o")
        rows = [row for row in shown(app).splitlines() if "Li Na" in row]
        assert "[+15]   .   -7 " in rows[0]
        assert "Module 1" in shown(app)
        assert " 1-13 of 20" in shown(app)
        assert " 0" not in rows[0]


async def test_arrows_move_the_cell_and_names_and_numbers_stay(small_house: House) -> None:
    """The statement of the current objective stands below; its band is told in words with all its numbers."""
    async with group(small_house, ByHand()) as (app, pilot):
        await press(pilot, "ctrl+o", "right", "right")
        assert "3. Do what objective 3 says." in said(app, "#cell")
        assert "Li Na: - not yet, falling" in said(app, "#cell")
        assert "1 of 7 chances taken in 3 talks on 2 scenarios" in said(app, "#cell")
        await press(pilot, "end")
        assert "Li Na" in shown(app)
        assert "[ 20]" in shown(app)
        assert "no talk gave a chance to show it" in said(app, "#cell")
        await press(pilot, "home")
        assert table(app).column == NAME
        assert "Enter opens the person." in said(app, "#cell")


async def test_many_people_scroll_and_the_head_stays(small_house: House) -> None:
    """A thousand rows cost no more than those that are seen."""
    names = tuple(f"Person {number:04}" for number in range(1000))
    source = ByHand(desk(names, {(999, 0): MEETS}))
    async with group(small_house, source) as (app, pilot):
        await press(pilot, *["pagedown"] * 3)
        assert table(app).row == 3 * (table(app).size.height - 2)
        assert "Module 1" in shown(app)
        for _page in range(100):
            table(app).action_page(1)
        await settled(pilot)
        assert "Person 0999" in shown(app)
        assert "[+15]" in shown(app)


async def test_a_column_is_as_wide_as_its_widest_number(small_house: House) -> None:
    """Whoever took hundreds of chances breaks no column."""
    many = Mastery(0.9, "meets", 1234, 1000.0, 300, 20)
    async with group(small_house, ByHand(desk(cells={(0, 0): many, (1, 1): MORE}))) as (app, _pilot):
        assert "[+1234]" in shown(app)
        assert {cells(row) for row in shown(app).splitlines()} == {80}


async def test_two_keystrokes_lead_from_a_cell_to_the_line_in_the_debrief(make_house: MakeHouse) -> None:
    """Enter shows the lines, what speaks against the person first; Enter opens that turn, and Esc leads back."""
    house = make_house(name="Li Na")
    attempt = finished(house.desk, small(house), mode="exam").attempt  # of Wang Min
    source = ByHand(evidence=(line(0.0, 4, attempt, missed=True), line(0.4, 0, attempt)))
    async with group(house, source) as (app, pilot):
        await press(pilot, "enter")
        assert isinstance(app.screen, EvidenceScreen)
        assert f"Said in {attempt} on 4" in shown(app)
        assert "would have shown it" in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, DebriefScreen)
        assert app.screen.query_one("#list", RowList).highlighted == "4"
        assert app.screen.check_action("again", ()) is False  # only whose talk it was tries it again
        await press(pilot, "escape")
        assert isinstance(app.screen, EvidenceScreen)
        await press(pilot, "down", "enter")
        assert app.screen.query_one(ContentSwitcher).current == "forms"  # a field's line stands there
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, GroupScreen)


async def test_a_cell_without_an_observation_says_so(small_house: House) -> None:
    """There is no line to be shown, and that is said rather than an empty list."""
    async with group(small_house, ByHand()) as (app, pilot):
        await press(pilot, "down", "right", "enter")
        assert isinstance(app.screen, GroupScreen)
        assert any("no talk gave a chance" in one for one in told(app))


async def test_enter_on_a_name_and_space_open_the_person(small_house: House) -> None:
    """From the table and from the list of people."""
    async with group(small_house, ByHand()) as (app, pilot):
        for keys in (("home", "enter"), ("right", "space"), ("f3", "enter")):
            await press(pilot, *keys)
            assert isinstance(app.screen, PersonScreen)
            await press(pilot, "escape")


async def test_f7_goes_through_the_courses(small_house: House) -> None:
    """The person stays the same."""
    async with group(small_house, ByHand()) as (app, pilot):
        await press(pilot, "down", "f7")
        assert "Another course" in shown(app)
        assert table(app).row == 1
        assert "not observed: 3 of 3 objectives" in said(app, "#about")
        await press(pilot, "f7")
        assert "A course by hand" in shown(app)


# The other tabs


async def test_what_the_group_lacks_is_drawn_and_leads_into_the_table(small_house: House) -> None:
    """The bar is made of the bands' signs; Enter shows the objective's column."""
    async with group(small_house, ByHand()) as (app, pilot):
        await press(pilot, "f5")
        assert "-------------~~~~~~~" in shown(app)
        assert "- 2 not yet, ~ 1 more evidence needed" in shown(app)
        await press(pilot, "down")
        assert "That is no zero." in shown(app)
        await press(pilot, "enter")
        assert table(app).column == 1  # of all: what nobody was observed on is in the table now
        assert "[  2]" in shown(app)


async def test_scores_have_their_distribution_their_par_and_their_lift(small_house: House) -> None:
    """A scenario that nobody tried says so; a par that comes late takes its place."""
    async with group(small_house, ByHand(replace(desk(), parless=("hash",)))) as (app, pilot):
        await press(pilot, "f6")
        assert "50-59   ==============================   3  par, median" in shown(app)
        assert "first 48, best 66, latest 61 (people who tried it again: 2)" in shown(app)
        await press(pilot, "down")
        assert "par 51" in shown(app)
        assert "Nobody has a scored attempt at it" in shown(app)
        await press(pilot, "down")
        assert "Time spent: 4 h 12 (attempts: 9)" in shown(app)
        await press(pilot, "down")
        assert "Tactics: 0.81 (talks: 12), people among themselves 0.90" in shown(app)
        assert "Result: too few to tell (talks: 1)" in shown(app)


async def test_people_are_told_with_bands_time_and_what_is_late(small_house: House) -> None:
    """Who has done what in a line each, and all of it of the highlighted one."""
    async with group(small_house, ByHand()) as (app, pilot):
        await press(pilot, "f3")
        assert "1 of 3 passed  +1 -1             1 h 24 1 overdue" in shown(app)
        assert "Assigned and not finished: 2, 1 overdue" in shown(app)
        assert "2 practice attempts are the trainee's own" in shown(app)
        await press(pilot, "down")
        assert "1 to do" in shown(app)


async def test_what_waits_says_nothing_of_a_total_to_who_is_to_rate(small_house: House) -> None:
    """Appeals say what was written; a second rating is told by its scenario alone."""
    async with group(small_house, ByHand()) as (app, pilot):
        await press(pilot, "f4")
        assert "He appeals on turn 3." in shown(app)
        await press(pilot, "down")
        assert said_below(app) == "Second rating: Wang Min · A small debt"


def said_below(app: HuikuanApp) -> str:
    """What is said of the highlighted row that waits."""
    from simulator.tui.widgets.plain import Plain

    return app.screen.query_one("#due-detail Plain", Plain).text.strip()


async def test_enter_opens_what_each_waiting_thing_is_decided_on(make_house: MakeHouse) -> None:
    """An appeal its turn, a second rating the talk without its marks, a certificate its evidence, a person himself."""
    house = make_house(name="Li Na")
    attempt = finished(house.desk, small(house), mode="exam").attempt
    person = house.store.known("Wang Min") or ""
    course = house.library.courses()[0].course
    due = (
        DueView("appeal", person, "Wang Min", "A small debt", attempt=attempt, turn=2),
        DueView("rating", person, "Wang Min", "A small debt", attempt=attempt),
        DueView("certificate", person, "Wang Min", "A small course", course=course),
        DueView("not-yet", person, "Wang Min", "one objective not yet"),
    )
    async with group(house, ByHand(replace(desk(), due=due))) as (app, pilot):
        await press(pilot, "f4")
        for kind in (DecideScreen, RateScreen, CertifyDialog, PersonScreen):
            await press(pilot, "enter")
            assert isinstance(app.screen, kind)
            await press(pilot, "escape", "down")
            assert isinstance(app.screen, GroupScreen)


# Filter and export


async def test_the_filter_is_asked_for_and_the_figures_are_made_anew(small_house: House) -> None:
    """Course, group, scenario, period, mode and language; what is no day is said."""
    source = ByHand()
    async with group(small_house, source) as (app, pilot):
        await press(pilot, "f8")
        assert isinstance(app.screen, FilterDialog)
        await press(pilot, "right", "down", "right", "down", "right", "down", "down", "left", "down", "right")
        await press(pilot, "tab", *"2026-13-01", "enter")
        assert "is no day" in said(app, "#fault")
        await press(pilot, *["backspace"] * 5, *"03-01", "enter")
        await settled(pilot)
        assert source.asked[-1] == Filters("hand", "north", "small-debt", date(2026, 3, 1), None, "exam", "zh")
        assert "North" in shown(app)
        assert "A small debt · from 2026-03-01 · Exam · in Chinese" in said(app, "#about")


async def test_a_period_can_be_chosen_and_everything_cleared(small_house: House) -> None:
    """A chosen period stands as days that can be changed; Backspace lets everything through."""
    source = ByHand()
    async with group(small_house, source) as (_app, pilot):
        await press(pilot, "f8", "down", "down", "down", "right", "enter")
        asked = source.asked[-1]
        assert isinstance(asked, Filters)
        assert asked.since is not None
        await press(pilot, "f8", "backspace", "enter")
        assert source.asked[-1] == Filters()


async def test_a_report_is_written_in_its_own_language_and_format(small_house: House) -> None:
    """A group goes without names unless somebody asks for them; the file that was written is told."""
    source = ByHand()
    async with group(small_house, source) as (app, pilot):
        await press(pilot, "f9")
        assert isinstance(app.screen, ExportDialog)
        await press(pilot, "right", "tab", "right", "f9")
        wish = source.asked[-1]
        assert isinstance(wish, Wish)
        assert (wish.scope, wish.form, wish.language, wish.identified, wish.path) == ("group", "pdf", "zh", False, None)
        assert "Written: /exports/huikuan-group.pdf" in said(app, "#said")


# Bad input


async def test_nobody_and_nothing_is_said_with_the_next_key(small_house: House) -> None:
    """An empty group, a period without data, and a group that only practises for itself each say what is missing."""
    nothing = replace(desk((), {}), members=(), lacks=(), scenarios=(), due=(), attempts=0, withheld=0)
    async with group(small_house, ByHand(nothing)) as (app, pilot):
        for key in ("f2", "f3", "f4", "f5", "f6", "f7"):
            await press(pilot, key)
            assert "nan" not in shown(app).lower()
        await press(pilot, "f2")
        assert "Nobody is in this group." in shown(app)
    alone = replace(desk(("Li Na",), {}), lacks=(), scenarios=(), attempts=0, withheld=2)
    async with group(small_house, ByHand(alone)) as (app, pilot):
        await press(pilot, "f5")
        assert "is practice of" in shown(app)


async def test_hostile_names_are_shown_as_they_are(small_house: House) -> None:
    """In the table, in the lists and in the headings of what opens; none is acted on."""
    names = (*ESTRANGED, "")
    source = ByHand(desk(names, dict.fromkeys(((row, 0) for row in range(len(names))), NOT_YET)))
    async with group(small_house, source, (120, 60)) as (app, pilot):
        for name in names:
            assert clean(name)[:10] in shown(app)
        assert "(erased)" in shown(app)
        await press(pilot, "f3", *["down"] * len(names), "f2")
        for name in ("[/", "[@click=app.quit]click[/]", "\ud800"):  # what crashes or acts where it is read as markup
            table(app).action_step(names.index(name) - table(app).row, 0)
            await press(pilot, "enter", "escape", "space")
            assert clean(name) in shown(app)
            await press(pilot, "escape")


async def test_attempts_that_could_not_be_worked_out_are_told(small_house: House) -> None:
    """They are in no figure, and that is not kept quiet."""
    async with group(small_house, ByHand(replace(desk(), faults=2))) as (app, _pilot):
        assert any("could not be worked out: 2" in one for one in told(app))


async def test_a_locked_record_is_said_and_esc_leads_home(small_house: House) -> None:
    """Without figures there is nothing to stay for."""
    async with group(small_house, ByHand(locked=True)) as (app, pilot):
        assert isinstance(app.screen, Announce)
        await press(pilot, "escape", "f3", "f7", "f9", "escape")
        assert isinstance(app.screen, HomeScreen)


async def test_a_decision_made_meanwhile_shows_when_one_comes_back(small_house: House) -> None:
    """The figures are read anew where they are others."""
    source = ByHand()
    async with group(small_house, source) as (_app, pilot):
        await press(pilot, "f8", "escape")
        assert len(source.asked) == 1
        source.decided += 1
        await press(pilot, "f8", "escape")
        assert len(source.asked) == 2


@pytest.mark.parametrize("spoken", ["zh", "en"])
async def test_nothing_overflows_at_80_by_24(spoken: str, make_house: MakeHouse) -> None:
    """Every line of every tab is as wide as the screen, and the keys to leave and to learn more stand in the last."""
    language.use("zh" if spoken == "zh" else "en")
    house = make_house(language=spoken)
    async with group(house, ByHand()) as (app, pilot):
        for tab in GroupScreen.TABS:
            await press(pilot, tab.key)
            lines = shown(app).splitlines()
            assert {cells(one) for one in lines} == {80}
            assert "Esc" in lines[-1]
            assert "Ctrl+P" in lines[-1]


async def test_esc_stops_the_figures_and_says_how_far_they_were(small_house: House) -> None:
    """What works them out is told so, in its thread; without figures Esc leads Home."""
    source = Slow()
    async with at(small_house) as (app, pilot):
        app.push_screen(GroupScreen(source))
        while not source.begun:
            await pilot.pause(0.02)
        await pilot.pause(0.1)
        assert "Working out the figures: 1 of 2 … Esc stops." in shown(app)
        await press(pilot, "escape")
        assert source.was_stopped
        assert isinstance(app.screen, HomeScreen)


@dataclass
class Slow(ByHand):
    """Figures that are never done."""

    begun: bool = False
    was_stopped: bool = False

    def group(self, filters: Filters, going: Going) -> DeskView:
        try:
            while True:
                going(1, 2)
                self.begun = True
                sleep(0.01)
        except Cancelled:
            self.was_stopped = True
            raise


# Over a real record


async def test_home_leads_to_the_real_figures_of_a_real_talk(make_house: MakeHouse) -> None:
    """From Home to the very line of an exam: F5, Enter, Enter; shared practice counts, other practice does not."""
    house = make_house(name="Li Na")
    finished(house.desk, small(house), mode="exam")
    finished(house.desk, small(house))
    async with at(house) as (app, pilot):
        await press(pilot, "f5")
        assert "Wang Min" in shown(app)
        assert "attempts: 1" in said(app, "#about")
        await press(pilot, "right", "enter")
        assert isinstance(app.screen, EvidenceScreen)
        assert "Said: " in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, DebriefScreen)
        await press(pilot, "escape", "escape")
        assert "Group · " in shown(app).splitlines()[0]
        await press(pilot, "f6")
        assert "par" in shown(app)
        assert "Group · " not in shown(app).splitlines()[0]  # the scores are those of every course
        await press(pilot, "escape")
        assert isinstance(app.screen, HomeScreen)


async def test_a_line_that_may_be_a_forbidden_act_waits_and_opens_at_its_turn(make_house: MakeHouse) -> None:
    """What the command line lists to be decided stands here too, and Enter leads to the very turn."""
    house = make_house(name="Li Na")
    events = house.store.events(finished(house.desk, small(house), mode="exam").attempt)
    house.store.begin("marked", events[0].event, events[0].at)
    for one in events[1:]:
        event = one.event
        if isinstance(event, Played) and event.turn == 2:
            event = event.model_copy(update={"how": "typed", "confidence": 0.5, "marked": "red.threat"})
        house.store.append("marked", one.seq, event, one.at, finished=True)
    async with at(house) as (app, pilot):
        await press(pilot, "f5", "f4")
        screen = app.screen
        assert isinstance(screen, GroupScreen)
        assert screen.view is not None
        kinds = [(one.kind, one.attempt, one.turn) for one in screen.view.due]
        assert kinds.count(("doubt", "marked", 2)) == 1
        assert "Possible forbidden act" in shown(app)
        rows = screen.query_one("#due-list", RowList)
        rows.highlighted = str(kinds.index(("doubt", "marked", 2)))
        await press(pilot, "enter")
        assert isinstance(app.screen, DecideScreen)
        assert app.screen.chosen == 2


async def test_who_committed_a_forbidden_act_stands_before_who_is_not_ready(make_house: MakeHouse) -> None:
    """Whoever asks whom not to send to customers asks this first; Enter opens the turn."""
    house = make_house(name="Li Na")
    breached = finished(house.desk, small(house), ["ask.plain", "red.threat"], mode="exam")
    finished(house.desk, small(house), mode="exam")
    async with at(house) as (app, pilot):
        await press(pilot, "f5", "f4")
        screen = app.screen
        assert isinstance(screen, GroupScreen)
        assert screen.view is not None
        kinds = [one.kind for one in screen.view.due]
        assert kinds.count("breach") == 1
        assert "not-yet" not in kinds[: kinds.index("breach")]
        found = screen.view.due[kinds.index("breach")]
        assert (found.name, found.title, found.attempt, found.turn) == ("Wang Min", "in one talk", breached.attempt, 2)
        screen.query_one("#due-list", RowList).highlighted = str(kinds.index("breach"))
        await press(pilot, "enter")
        assert isinstance(app.screen, DecideScreen)
        assert app.screen.chosen == 2


async def test_who_meets_a_standard_waits_for_a_person_to_confirm_it(make_house: MakeHouse) -> None:
    """The program proposes the certificate; Enter shows what it stands on. Who is not ready is told on the same tab."""
    house = make_house(name="Li Na")
    course = house.library.courses()[0]
    asked = standard_of(house.library, course).asked()
    for number in range(4):
        attempt = finished(house.desk, small(house), mode="exam").attempt
        result = settle(house.desk, attempt)
        assert result is not None
        taken = tuple(
            Observation(name, attempt, turn, 1.0, "shown", "ask.plain", 0.5) for name in asked for turn in (1, 2, 3, 4)
        )
        scenario = ("small-debt", "other")[number % 2]
        house.store.put_results([replace(result, scenario=scenario, observations=taken)])
    async with at(house) as (app, pilot):
        await press(pilot, "f5", "f4")
        assert "Certificate" in shown(app)
        assert "Nothing is certified before somebody confirms it." in " ".join(shown(app).split())
        assert "Not yet ready" not in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, CertifyDialog)


# Bars


def test_a_bar_shows_whatever_is_more_than_nothing() -> None:
    """The least share has a cell, nothing has none, and everything has all."""
    assert bar(0.0, 10).plain == " " * 10
    assert bar(0.001, 10).plain.count("=") == 1
    assert bar(1.0, 10).plain == "=" * 10


def test_shares_of_a_bar_fill_it_and_forget_nobody() -> None:
    """One of a thousand has a cell of its own."""
    for counts in ((1, 999), (1, 1, 1), (0, 5), (3, 0, 4), (1,) * 20):
        given = shares(counts, 20)
        assert sum(given) == 20
        assert all((one > 0) == (count > 0) for one, count in zip(given, counts, strict=True))
    assert shares((0, 0), 20) == (0, 0)


def test_a_course_that_nobody_met_has_no_number() -> None:
    """Not observed is a band of its own."""
    view = heat(("Li Na",), {})
    assert view.band(0, 0) == "unseen"
    assert view.chances(0, 0) == 0
    assert view.standing(0, 0).more is None
