"""Assignments made and followed on the screen, where there is no shell: the list, the form, reminders, the roster."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from doubles import desk_over
from shelf import CONTENT
from textual.pilot import Pilot
from tui.conftest import MakeHouse
from tui.opening import MARKUP, at, said, told
from tui.playing import DEAL, PREPARED, press, settled, shown

from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.model import language
from simulator.model.actor import ROLES, Actor
from simulator.model.language import translator
from simulator.model.position import Move
from simulator.model.record import Mode
from simulator.tui.assignment_listing import Choices, Form, order_of
from simulator.tui.screens.ask import Ask
from simulator.tui.screens.assign import AssignScreen, ExtendDialog
from simulator.tui.screens.assignments import AssignmentsScreen, FollowScreen, RemindScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.palette import PaletteScreen
from simulator.tui.screens.roster import PersonDialog, RosterScreen
from simulator.tui.widgets.line import Line
from simulator.workflows.assigning import Order, assign, assignments, start
from simulator.workflows.enrolling import Entry, add
from simulator.workflows.people import roster
from simulator.workflows.solutions import Solutions

Signed = Callable[..., House]
SIZES = [(80, 24), (120, 40)]


@pytest.fixture
def signed(settings: Settings, solutions: Solutions) -> Signed:
    """Makes the house of somebody who is signed in, over one store for all."""
    store = MemoryStore()

    def signing(name: str, *roles: str) -> House:
        actor = Actor(store.person(name), name, frozenset(role for role in ROLES if role in roles))
        house = House(settings, shipped=CONTENT, actor=actor)
        house.__dict__["store"] = store
        house.__dict__["solutions"] = solutions
        house.__dict__["desk"] = replace(desk_over(store, solutions), actor=actor)
        return house

    return signing


@pytest.fixture
def teacher(signed: Signed) -> House:
    """An instructor's house, with two groups of people."""
    hr = signed("HR", "hr")
    for name, group in (("Ann", "East"), ("Ben", "East"), ("Cid", "West")):
        add(hr.desk, Entry(name, group=group), hr.by)
    return signed("Ms Bai", "instructor")


def assigned(house: House, **more: object) -> str:
    """An assignment of the small debt to the group East."""
    order = replace(Order(title="Spring round", scenarios=("small-debt",), groups=("East",)), **more)  # type: ignore[arg-type]
    return assign(house.desk, house.library, order, house.by).id


async def type_in(pilot: Pilot[Any], words: str) -> None:
    """Puts words into the line that has the focus, all at once."""
    line = pilot.app.focused
    assert isinstance(line, Line)
    line.value = words
    await settled(pilot)


# Who is offered it


@pytest.mark.parametrize(("roles", "offered"), [(("trainee", "administrator"), False), (("instructor",), True)])
async def test_assignments_are_offered_to_who_may_assign(signed: Signed, roles: tuple[str, ...], offered: bool) -> None:
    """The key on Home and the palette's entry are there for those alone."""
    async with at(signed("Somebody", *roles)) as (app, pilot):
        await press(pilot, "ctrl+p")
        assert isinstance(app.screen, PaletteScreen)
        assert any(one.name == "Assignments" for one in app.screen.commands) is offered
        await press(pilot, "escape", "f8")
        assert isinstance(app.screen, AssignmentsScreen if offered else HomeScreen)
        await press(pilot, *(["escape"] if offered else []), "f6")
        assert isinstance(app.screen, RosterScreen)  # an administrator keeps it too


async def test_assignments_are_there_on_ones_own_machine(small_house: House) -> None:
    """Nobody signs in there, and everything is his; there is nothing yet, and the key to begin with is named."""
    async with at(small_house) as (app, pilot):
        await press(pilot, "f8")
        assert "F2 makes an assignment" in shown(app)
        for key in ("f4", "f6", "f8"):
            await press(pilot, key)
            assert isinstance(app.screen, AssignmentsScreen)


async def test_home_shows_what_was_assigned_before_the_notice_is_read(teacher: House, signed: Signed) -> None:
    """At somebody's first sign-in: he is on the record by his account, and a reminder sends him to look there."""
    assigned(teacher)
    house = signed("Ann", "trainee")
    house.settings = replace(house.settings, notice_read=False)
    async with at(house) as (app, _pilot):
        assert "Spring round" in shown(app)


# The list


@pytest.mark.parametrize("size", SIZES)
async def test_assignments_tell_how_far_everybody_is(teacher: House, signed: Signed, size: tuple[int, int]) -> None:
    """Title, mode, last day, how many have done it; below it the terms; Enter shows everybody, the late ones first."""
    id = assigned(teacher, mode="exam", attempts=2, pass_mark=60.0)
    ann = signed("Ann", "trainee")
    rehearsal = start(ann.desk, ann.library, id, "small-debt", ann.by, "en", 1)
    rehearsal.prepare(PREPARED)
    for move in DEAL:
        rehearsal.play(Move.parse(move))
    rehearsal.file_note({"sum": 10000.0, "next-step": "wait"})
    async with at(teacher, size=size) as (app, pilot):
        await press(pilot, "f8")
        text = shown(app)
        terms = ("2 attempts each", "pass mark 60", "without a model")
        for words in ("Spring round", "1 of 2 done", *terms, "East", "Ms Bai"):
            assert words in text, words
        await press(pilot, "enter")
        assert isinstance(app.screen, FollowScreen)
        text = shown(app)
        assert text.index("Ben") < text.index("Ann")
        assert "to do" in text
        await type_in(pilot, "ann")
        assert "Ben" not in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, AssignmentsScreen)


async def test_assignment_is_extended_and_taken_back(teacher: House) -> None:
    """A day that is none or over is said in the dialog; what is taken back stands at the end, to be read alone."""
    assigned(teacher, due=date(2026, 3, 9))
    async with at(teacher) as (app, pilot):
        await press(pilot, "f8", "f4")
        assert isinstance(app.screen, ExtendDialog)
        for typed, fault in (("soon", "is no day"), ("2020-01-01", "is over"), ("2026-03-09", "due then already")):
            app.screen.query_one("#due", Line).value = typed
            await press(pilot, "f9")
            assert fault in said(app, "#fault")
        app.screen.query_one("#due", Line).value = "2026-03-20"
        await press(pilot, "enter")
        assert isinstance(app.screen, AssignmentsScreen)
        assert assignments(teacher.store)[0].event.due.date() == date(2026, 3, 20)  # type: ignore[union-attr]
        await press(pilot, "f8")
        assert isinstance(app.screen, Ask)
        await press(pilot, "escape")
        assert not assignments(teacher.store)[0].is_withdrawn
        await press(pilot, "f8", "left", "enter")
        assert assignments(teacher.store)[0].is_withdrawn
        assert "Withdrawn" in shown(app)
        await press(pilot, "f4")
        assert isinstance(app.screen, AssignmentsScreen)


# A model


@pytest.mark.parametrize(
    ("mode", "model", "asked"), [("practice", True, True), ("practice", False, False), ("exam", True, False)]
)
def test_assignment_decides_whether_a_model_is_asked(
    teacher: House, signed: Signed, mode: Mode, model: bool, asked: bool
) -> None:
    """Where it forbids one, neither listener nor voice is made for the talk of who is signed in; nor in an exam."""
    id = assigned(teacher, mode=mode, model=model)
    ann = signed("Ann", "trainee")
    ann.settings = replace(ann.settings, model_url="http://127.0.0.1:9/v1", model_name="tiny", model_form="schema")
    talk = ann.talk(start(ann.desk, ann.library, id, "small-debt", ann.by, "en", 1))
    assert [talk.through is not None, talk.voice is not None, "chat" in ann.__dict__] == [asked, asked, asked]


# The form


async def test_assignment_is_made_with_the_keyboard(teacher: House) -> None:
    """What, whom and the terms, from key to key; it then stands on record and in the list."""
    async with at(teacher) as (app, pilot):
        await press(pilot, "f8", "f2")
        assert isinstance(app.screen, AssignScreen)
        await type_in(pilot, "small")
        await press(pilot, "enter", "tab", "tab")
        await type_in(pilot, "east")
        await press(pilot, "enter", "tab", "tab", "right", "tab")
        app.screen.query_one("#due", Line).value = "2026-03-30"
        app.screen.query_one("#pass_mark", Line).value = "75"
        app.screen.query_one("#title", Line).value = "Round two"
        await press(pilot, "f9")
        assert isinstance(app.screen, AssignmentsScreen), said(app, "#fault")
        assert "Round two" in shown(app)
    event = assignments(teacher.store)[0].event
    assert (event.scenarios, event.groups, event.mode) == (("small-debt",), ("east",), "exam")
    assert (event.attempts, event.pass_mark, event.model, event.shared) == (1, 75.0, False, False)
    assert event.by == teacher.by


async def test_form_says_what_is_wrong_and_keeps_what_was_typed(teacher: House) -> None:
    """Each wrong line is named in words, nothing is recorded, and nothing that was typed is lost."""
    async with at(teacher) as (app, pilot):
        await press(pilot, "f8", "f2")
        screen = app.screen
        for faults, typed in (
            ("Say what is to be played", {}),
            ("is no day", {"due": "30.3.2026"}),
            ("is over", {"due": "2020-01-01"}),
            ("no number of attempts", {"due": "", "attempts": "two"}),
            ("pass mark", {"attempts": "", "pass_mark": "1e9"}),
            ("pass mark", {"pass_mark": "101"}),
        ):
            if faults == "is over":
                await press(pilot, "enter")
                screen.query_one("#whom").query_one(Line).focus()
                await settled(pilot)
                await press(pilot, "enter")
            for name, words in typed.items():
                screen.query_one(f"#{name}", Line).value = words
            await press(pilot, "f9")
            assert app.screen is screen
            assert faults in said(app, "#fault"), faults
        screen.query_one("#title", Line).value = "About debt"
        screen.query_one("#pass_mark", Line).value = ""
        await press(pilot, "f9")
        assert isinstance(app.screen, AssignmentsScreen)
    event = assignments(teacher.store)[0].event
    assert (event.title, event.scenarios, event.groups) == ("About debt", ("small-debt",), ("east",))


async def test_form_with_a_name_in_the_title_is_refused(teacher: House) -> None:
    """A title stands in the record for good, so that no person's name may."""
    async with at(teacher) as (app, pilot):
        await press(pilot, "f8", "f2", "enter")
        app.screen.query_one("#whom").query_one(Line).focus()
        await settled(pilot)
        await type_in(pilot, "ann")
        await press(pilot, "enter")
        app.screen.query_one("#title", Line).value = "For Ann"
        await press(pilot, "f9")
        assert "out of the title" in said(app, "#fault")
        await press(pilot, "escape")
        assert isinstance(app.screen, Ask)
        await press(pilot, "left", "enter")
        assert isinstance(app.screen, AssignmentsScreen)
    assert assignments(teacher.store) == ()


@pytest.mark.parametrize(
    "typed", ["=HYPERLINK(1)", "²", "１２", "-1", "1.5", "99999", "nan", "\u202e3", "3; DROP TABLE"]
)
def test_form_reads_numbers_strictly(typed: str) -> None:
    """What is no plain number is refused, and never guessed at."""
    assert isinstance(order_of(Form(attempts=typed), Choices({}, {})), str)


async def test_assignment_shows_whatever_it_is_called(teacher: House) -> None:
    """A title is data wherever it stands: in the list, in what is below it, in a heading, a question, a dialog."""
    titles = (*MARKUP, "=HYPERLINK(1)", "<script>", "../../x", "x" * 200, "\u202eעברית", "🙂")
    for title in titles:
        assigned(teacher, title=title)
    async with at(teacher, size=(120, 40)) as (app, pilot):
        await press(pilot, "f8")
        for title in titles:
            assert title[:8].strip("\u202e") in shown(app)
        await press(pilot, "end")
        for key, kind in (("f6", RemindScreen), ("enter", FollowScreen), ("f4", ExtendDialog), ("f8", Ask)):
            await press(pilot, "up", key)
            assert isinstance(app.screen, kind)
            await press(pilot, "escape")
        assert isinstance(app.screen, AssignmentsScreen)


# Reminders


async def test_reminders_are_shown_copied_and_saved(teacher: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """One text a person, in either language; the program sends nothing."""
    assigned(teacher, due=date(2026, 3, 9))
    saved: list[str] = []
    async with at(teacher) as (app, pilot):
        monkeypatch.setattr(app, "deliver_text", lambda file, **_more: saved.append(file.read()))
        await press(pilot, "f8", "f6")
        assert isinstance(app.screen, RemindScreen)
        assert "Hello Ann" in shown(app)
        await press(pilot, "down", "f2")
        assert app.clipboard.startswith("Hello Ben,")
        assert "2026-03-09" in app.clipboard
        await press(pilot, "f3", "f9")
        assert app.clipboard.count("Hello") == 2
        assert saved == [app.clipboard + "\n"]
        await press(pilot, "shift+tab", "right")
        (text,) = [one.text for one in app.screen.reminders or () if one.person.name == "Ann"]
        assert text.startswith(translator("zh")("Hello {name},").format(name="Ann"))


# The roster


async def test_roster_is_changed_by_hr_and_read_by_instructors(teacher: House, signed: Signed) -> None:
    """HR adds, transfers and lets people leave; an instructor sees who there is."""
    async with at(teacher) as (app, pilot):
        await press(pilot, "f8", "f7")
        assert isinstance(app.screen, RosterScreen)
        assert "East (2)" in shown(app)
        for key in ("f2", "f3", "f8"):
            await press(pilot, key)
            assert isinstance(app.screen, RosterScreen)
    hr = signed("HR", "hr")
    async with at(hr) as (app, pilot):
        await press(pilot, "f8", "f7", "f2")
        assert isinstance(app.screen, PersonDialog)
        await press(pilot, "f9")
        assert "needs a name" in said(app, "#fault")
        await type_in(pilot, "dora")
        await press(pilot, "enter", "enter")
        await type_in(pilot, "north")
        await press(pilot, "enter")
        assert isinstance(app.screen, RosterScreen)
        assert "north (1)" in shown(app)
        await type_in(pilot, "dora")
        await press(pilot, "f3")
        app.screen.query_one("#group", Line).value = "West"
        await press(pilot, "f9")
        assert "West (2)" in shown(app)
        await press(pilot, "f8")
        app.screen.query_one("#on", Line).value = "never"
        await press(pilot, "f9")
        assert "is no day" in said(app, "#fault")
        app.screen.query_one("#on", Line).value = "2026-03-01"
        await press(pilot, "f9")
        assert "until 2026-03-01" in shown(app)
    dora = roster(hr.store).find("dora")
    assert (dora.group, dora.left) == ("west", date(2026, 3, 1))


async def test_assigning_speaks_chinese(make_house: MakeHouse) -> None:
    """Every screen of it, from Home to the reminders."""
    house = make_house(language="zh")
    language.use("zh")
    add(house.desk, Entry("王芳", group="华东"), house.by)
    assigned(house, title="春季", groups=("华东",))
    async with at(house) as (app, pilot):
        for keys, kind in (
            (("f8",), AssignmentsScreen),
            (("f2",), AssignScreen),
            (("escape", "f4"), ExtendDialog),
            (("escape", "f6"), RemindScreen),
            (("escape", "enter"), FollowScreen),
            (("escape", "f7"), RosterScreen),
        ):
            await press(pilot, *keys)
            assert isinstance(app.screen, kind)
            assert translator("zh")(kind.HEADING) in shown(app) or kind in (ExtendDialog, FollowScreen)
            assert kind is not AssignScreen or "华东（1）" in shown(app)
            assert not told(app)
