"""Remarks in the debrief, on the screen and in any text; and what Home and the debrief say of older versions."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from doubles import LOCKED, FailingStore, desk_over
from shelf import CONTENT
from tui.conftest import MakeHouse
from tui.opening import ESCAPES, MARKUP, at, said, told
from tui.playing import DEAL, begun, finished, house_of, opened, press, shown

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.settings import Settings
from simulator.bootstrap import House
from simulator.engine.program import Program
from simulator.model import language
from simulator.tui.plain import debrief_text, play_plain
from simulator.tui.screens.ask import Announce
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.remark import RemarkDialog
from simulator.tui.views import rehearsal_debrief_view
from simulator.tui.widgets.lines import Lines
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import RowList
from simulator.tui.widgets.writing import Writing
from simulator.workflows.rehearse import Desk, begin, resume
from simulator.workflows.remarking import LONGEST, remark, remarks
from simulator.workflows.solutions import Solutions

pytestmark = pytest.mark.usefixtures("english")
HOSTILE = "".join((*MARKUP, *ESCAPES))


@pytest.fixture
def house(settings: Settings, solutions: Solutions, content: YamlLibrary) -> House:
    """The settings name Wang Min; who reviews is Li Lei."""
    return house_of(replace(settings, name="Li Lei"), solutions, content)


def of_turn(app: object) -> str:
    """What is said of the chosen turn."""
    assert hasattr(app, "screen")
    return app.screen.query_one("#turn", Lines).query_one(Plain).text  # type: ignore[no-any-return]


# On the screen


async def test_remark_is_written_on_the_chosen_turn(house: House, small: Program) -> None:
    """F9 opens the dialog with the line it is about, F9 puts the remark on record; it stands with its turn, signed, and
    the list marks the turn."""
    rehearsal = finished(house.desk, small.scenario, mode="exam")
    async with opened(house, rehearsal) as (app, pilot):
        await press(pilot, "home", "down", "f9")
        assert isinstance(app.screen, RemarkDialog)
        assert "Remark on turn 2, signed Li Lei" in shown(app)
        assert "When will you pay?" in said(app, "#said")
        await press(pilot, *"Too soon", "enter", *"Chat first")
        await press(pilot, "f9")
        assert isinstance(app.screen, DebriefScreen)
        (kept,) = remarks(house.store, rehearsal.attempt)
        assert (kept.turn, kept.name, kept.text) == (2, "Li Lei", "Too soon\nChat first")
        assert f"Remark by Li Lei, {kept.at.astimezone():%Y-%m-%d %H:%M}: Too soon\nChat first" in of_turn(app)
        rows = app.screen.query_one(RowList)
        assert [row.text.endswith(" *") for row in rows.rows] == [False, True, False, False, False]
        assert rows.highlighted == "2"
        assert "The remark is on record." in told(app)
        await press(pilot, "up")
        assert "Remark by" not in of_turn(app)


async def test_remarks_of_others_are_there_when_the_debrief_opens(house: House, small: Program) -> None:
    """Several on a turn, each with its own name; one that was corrected says so."""
    rehearsal = finished(house.desk, small.scenario)
    remark(house.desk, rehearsal.attempt, 1, "warm", "韩梅梅")
    old = remark(house.desk, rehearsal.attempt, 1, "colder", "Meng")
    remark(house.desk, rehearsal.attempt, 1, "cold", "Meng", old.seq)
    async with opened(house, rehearsal) as (app, pilot):
        await press(pilot, "home")
        text = of_turn(app)
        assert text.index("Remark by 韩梅梅") < text.index("Remark by Meng")
        assert ", corrected: cold" in text
        assert "colder" not in text


async def test_own_remark_is_corrected_and_others_are_not(house: House, small: Program) -> None:
    """Who has remarks on a turn chooses between a new one and correcting; those of others are not offered."""
    rehearsal = finished(house.desk, small.scenario)
    remark(house.desk, rehearsal.attempt, 1, "theirs", "Meng")
    mine = remark(house.desk, rehearsal.attempt, 1, "mine", "Li Lei")
    async with opened(house, rehearsal, (120, 40)) as (app, pilot):
        await press(pilot, "home", "f9")
        pick = app.screen.query_one(Pick)
        assert pick.choices == {"new": "a new one", str(mine.seq): "correct “mine”"}
        writing = app.screen.query_one(Writing)
        await press(pilot, *"begun", "shift+tab", "right")
        assert writing.text == "mine"
        await press(pilot, "left")
        assert writing.text == "begun"
        await press(pilot, "right", "tab", *" own", "f9")
        assert [(one.name, one.text) for one in remarks(house.store, rehearsal.attempt)] == [
            ("Meng", "theirs"),
            ("Li Lei", "mine own"),
        ]
        assert ", corrected: mine own" in of_turn(app)


async def test_without_own_remarks_there_is_nothing_to_choose(house: House, small: Program) -> None:
    """One field, which has the focus."""
    async with opened(house, finished(house.desk, small.scenario)) as (app, pilot):
        await press(pilot, "home", "f9")
        assert not app.screen.query(Pick)
        assert isinstance(app.focused, Writing)


async def test_remark_that_was_begun_is_there_again(house: House, small: Program) -> None:
    """Esc leaves it unwritten; who comes back to that turn finds it, and on another turn not."""
    rehearsal = finished(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        await press(pilot, "home", "f9", *"half", "escape")
        assert isinstance(app.screen, DebriefScreen)
        assert remarks(house.store, rehearsal.attempt) == ()
        await press(pilot, "down", "f9")
        assert app.screen.query_one(Writing).text == ""
        await press(pilot, "escape", "up", "f9")
        assert app.screen.query_one(Writing).text == "half"
        await press(pilot, "f9", "f9")
        assert app.screen.query_one(Writing).text == ""


async def test_remark_that_cannot_be_recorded_is_not_lost(
    settings: Settings, solutions: Solutions, content: YamlLibrary, small: Program
) -> None:
    """The reason is shown; the text is there when one tries again."""
    store = FailingStore()
    house = house_of(settings, solutions, content, store)
    house.__dict__["desk"] = desk_over(store, solutions)
    rehearsal = finished(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        store.failing = LOCKED
        await press(pilot, "home", "f9", *"kept", "f9")
        assert "locked" in shown(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, Announce)
        await press(pilot, "escape")
        store.failing = None
        await press(pilot, "f9", "f9")
        assert [one.text for one in remarks(store, rehearsal.attempt)] == ["kept"]


@pytest.mark.parametrize("text", ["", "  \n", "x" * (LONGEST + 1)])
async def test_remark_of_no_words_or_too_many_is_not_taken(house: House, small: Program, text: str) -> None:
    """The dialog stays and says what is wrong."""
    async with opened(house, finished(house.desk, small.scenario)) as (app, pilot):
        await press(pilot, "home", "f9")
        app.screen.query_one(Writing).text = text
        await press(pilot, "f9")
        assert isinstance(app.screen, RemarkDialog)
        assert f"this one has {len(text.strip())}" in said(app, "#fault")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("spoken", language.LANGUAGES)
async def test_dialog_fits_the_smallest_window(
    house: House, small: Program, size: tuple[int, int], spoken: language.Language
) -> None:
    """Heading, line, field, fault and both buttons, in both languages, with some own remarks to choose from."""
    rehearsal = finished(house.desk, small.scenario)
    for words in ("one", "two", "three"):
        remark(house.desk, rehearsal.attempt, 1, words, "Li Lei")
    language.use(spoken)
    async with opened(house, rehearsal, size) as (app, pilot):
        await press(pilot, "home", "f9", "f9")
        app.screen.query_one(Writing).text = ""
        await press(pilot, "f9")
        assert shown(app).count("( )") == 3
        for selector in ("#said", "#which", "#text", "#fault", "#keep", "#back"):
            found = app.screen.query_one(selector)
            assert found.region.height
            assert app.screen.region.contains_region(found.region), selector
        assert "f9" in app.screen.active_bindings


async def test_buttons_do_what_the_keys_do(house: House, small: Program) -> None:
    """With the mouse: put on record, and back."""
    rehearsal = finished(house.desk, small.scenario)
    async with opened(house, rehearsal) as (app, pilot):
        await press(pilot, "home", "f9", *"one")
        await pilot.click("#keep")
        await press(pilot, "f9", *"two")
        await pilot.click("#back")
        assert isinstance(app.screen, DebriefScreen)
        assert [one.text for one in remarks(house.store, rehearsal.attempt)] == ["one"]


async def test_help_tells_the_keys_of_the_dialog_in_our_words(house: House, small: Program) -> None:
    """F1 explains field and dialog; Textual's own English words for moving the caret are not among the keys."""
    async with opened(house, finished(house.desk, small.scenario), (120, 60)) as (app, pilot):
        await press(pilot, "home", "f9", "f1")
        assert "Enter begins a new line" in shown(app)
        assert "It changes no mark" in " ".join(shown(app).split())
        assert "Put on record" in shown(app)
        assert "Cursor" not in shown(app)


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_hostile_remarks_are_shown_as_they_are(house: House, small: Program, size: tuple[int, int]) -> None:
    """Markup and escapes in a remark and in a reviewer's name act nowhere: not in the debrief, nor when correcting."""
    house.settings = replace(house.settings, name="[/]" + HOSTILE.replace("\x00", "")[:60])
    rehearsal = finished(house.desk, small.scenario)
    reviewer = house.store.name(house.store.person(house.settings.name.strip()))
    assert reviewer is not None
    house.settings = replace(house.settings, name=reviewer)
    remark(house.desk, rehearsal.attempt, 1, HOSTILE, reviewer)
    async with opened(house, rehearsal, size) as (app, pilot):
        await press(pilot, "home")
        assert "[@click=app.quit]click[/]" in of_turn(app)
        assert "\x1b" not in of_turn(app)
        await press(pilot, "f9", "shift+tab", "right")
        assert "[@click=app.quit]click[/]" in app.screen.query_one(Writing).text
        assert "\x1b" not in app.screen.query_one(Writing).text
        await press(pilot, "f9")
        assert len(remarks(house.store, rehearsal.attempt)) == 1


async def test_chinese_is_typed_where_the_caret_is(house: House, small: Program) -> None:
    """The real cursor stands at the caret, so that the input method opens there."""
    async with opened(house, finished(house.desk, small.scenario)) as (app, pilot):
        await press(pilot, "home", "f9", "先", "寒", "暄")
        writing = app.screen.query_one(Writing)
        assert writing.text == "先寒暄"
        assert app.cursor_position == writing.cursor_screen_offset


# In any text


def test_remarks_stand_in_every_text_of_the_debrief(desk: Desk, small: Program) -> None:
    """Line by line and as one text: with the turn, whoever reads."""
    rehearsal = finished(desk, small.scenario, mode="exam")
    remark(desk, rehearsal.attempt, 2, "Too soon.\nChat first.", "Li Lei")
    remark(desk, rehearsal.attempt, 3, "Well done.", "韩梅梅")
    written: list[str] = []
    play_plain(resume(desk, rehearsal.attempt), iter(()), written.append)
    for text in (debrief_text(rehearsal_debrief_view(rehearsal)), "\n".join(written)):
        second = text[text.index("Turn 2:") : text.index("Turn 3:")]
        assert "Remark by Li Lei, 2026-03-02 " in second
        assert "Too soon.\nChat first." in second
        assert "Remark by 韩梅梅" in text[text.index("Turn 3:") : text.index("Turn 4:")]


def test_erased_words_show_as_erased(desk: Desk, small: Program) -> None:
    """The trainee's data take the texts along, the reviewer's his name."""
    rehearsal = finished(desk, small.scenario)
    remark(desk, rehearsal.attempt, 2, "Too soon.", "Li Lei")
    desk.store.erase(desk.store.person("Li Lei"))
    assert "Remark by (erased), " in debrief_text(rehearsal_debrief_view(rehearsal))
    desk.store.erase(desk.store.person("Wang Min"))
    text = debrief_text(rehearsal_debrief_view(rehearsal))
    assert "Too soon." not in text
    assert text.count("(erased)") == 2


def test_remarks_change_nothing_else_of_the_view(desk: Desk, small: Program) -> None:
    """But for the remarks, the debrief is the one that it was."""
    rehearsal = finished(desk, small.scenario)
    before = rehearsal_debrief_view(rehearsal)
    remark(desk, rehearsal.attempt, 2, "0 of 100!", "Li Lei")
    after = rehearsal_debrief_view(rehearsal)
    assert after != before
    assert replace(after, turns=tuple(replace(turn, remarks=()) for turn in after.turns)) == before


# Versions


@pytest.fixture
def copied(make_house: MakeHouse, tmp_path: Path) -> tuple[House, Path]:
    """A house over a copy of the small content, and the file of the small debt in it."""
    shutil.copytree(CONTENT, tmp_path / "content")
    house = make_house()
    house.__dict__["library"] = YamlLibrary(tmp_path / "content")
    return house, tmp_path / "content" / "library" / "small-debt" / "scenario.yaml"


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


async def test_home_tells_of_an_attempt_on_an_older_version(copied: tuple[House, Path], small: Program) -> None:
    """Of that one and no other, as soon as the file has changed."""
    house, path = copied
    begun(house.desk, small.scenario, DEAL[:1])
    async with at(house) as (app, pilot):
        assert "exactly where you stopped" in said(app, "#about")
        assert "changed since" not in said(app, "#about")
        edit(path, "turns: 6", "turns: 7")
        app.home.reload()  # type: ignore[attr-defined]
        await press(pilot)
        assert "The scenario was changed since" in said(app, "#about")
        await press(pilot, "down")
        assert "changed since" not in said(app, "#about")


async def test_debrief_says_which_version_the_talk_was_held_on(copied: tuple[House, Path], small: Program) -> None:
    """Always which; and where the scenario has gone on, that and to which one, in the head line too."""
    house, path = copied
    rehearsal = finished(house.desk, small.scenario)
    for turns, newer in (("turns: 6", False), ("turns: 7", True)):
        edit(path, "turns: 6", turns)
        async with opened(house, rehearsal, (120, 40)) as (app, pilot):
            assert ("on an older version" in said(app, "#outcome")) == newer
            await press(pilot, "f3", "end")
            card = app.screen.query_one("#scorecard", Lines).query_one(Plain).text
            assert "Held on version " in card
            assert ("it is now at version" in " ".join(card.split())) == newer
            assert "Accuracies and marks under rubric" in card


def test_plain_debrief_says_that_the_scenario_has_gone_on(copied: tuple[House, Path], small: Program) -> None:
    """Line by line as on the screen; without a library to ask, only which version it was."""
    house, path = copied
    rehearsal = finished(house.desk, small.scenario)
    edit(path, "turns: 6", "turns: 7")
    for library, gone_on in ((house.library, True), (None, False)):
        written: list[str] = []
        play_plain(rehearsal, iter(()), written.append, (), library)
        text = "\n".join(written)
        assert "Held on version " in text
        assert ("it is now at version" in text) == gone_on


async def test_home_offers_what_is_published_and_goes_on_with_what_was(copied: tuple[House, Path]) -> None:
    """A retired scenario is not in the list nor in the palette; an attempt at it keeps its name, and no exam begins."""
    house, path = copied
    scenario = house.library.read("small-debt").scenario
    assert scenario is not None
    async with at(house) as (app, pilot):
        assert any(row.id == "scenario:small-debt" for row in app.screen.query_one(RowList).rows)
        rehearsal = begin(house.desk, scenario, house.settings.name, "practice", "en")
        edit(path, "level: 2\n", "status: retired\nlevel: 2\n")
        app.home.reload()  # type: ignore[attr-defined]
        await press(pilot)
        rows = app.screen.query_one(RowList).rows
        assert [row.id for row in rows if row.id] == [f"attempt:{rehearsal.attempt}"]
        assert any("A small debt" in row.text for row in rows)
        assert "changed since" not in said(app, "#about")
        await press(pilot, "f2")
        assert app.screen is app.home  # type: ignore[attr-defined]
        assert any("no exam" in one for one in told(app))
        await press(pilot, "ctrl+p")
        assert "Start: " not in shown(app)
