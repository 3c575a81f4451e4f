"""The Studio: a scenario's text, what it means, and what becomes of the file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from time import sleep
from typing import Any

import pytest
from shelf import CONTENT
from textual.pilot import Pilot
from tui.conftest import MakeHouse
from tui.opening import MARKUP, at, said, told
from tui.playing import press, settled, shown

from simulator.adapters.scenario_yaml.files import YamlFiles
from simulator.bootstrap import House
from simulator.model import language
from simulator.model.errors import Cancelled
from simulator.tui.app import HuikuanApp, Reopen
from simulator.tui.screens import studio_file, studio_reading
from simulator.tui.screens.ask import Announce, Ask
from simulator.tui.screens.help import HelpScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.palette import PaletteScreen
from simulator.tui.screens.studio import StudioScreen
from simulator.tui.screens.studio_dialogs import Choose, NewScenario, PositionScreen
from simulator.tui.screens.studio_list import StudioListScreen
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import RowList
from simulator.tui.widgets.studio_parts import MoveTried
from simulator.workflows import author

SMALL = (CONTENT / "library" / "small-debt" / "scenario.yaml").read_text(encoding="utf-8")
TEXT = SMALL.replace("scenario: small-debt", "scenario: own-debt")
BROKEN = TEXT.replace("tactic: ask.plain", "tactic: ask.plane")
LINE = TEXT[: TEXT.index("tactic: ask.plain")].count("\n")  # of that rule, from 0


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are short, and the file is looked at when a test says so."""
    monkeypatch.setattr(studio_reading, "READ_AFTER", 0.01)
    monkeypatch.setattr(studio_reading, "PROVE_AFTER", 0.01)
    monkeypatch.setattr(studio_file, "LOOK_EVERY", 1_000.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A scenario of one's own in the workshop."""
    file = tmp_path / "scenarios" / "own-debt" / "scenario.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(TEXT, encoding="utf-8")
    return file


@asynccontextmanager
async def studio(
    house: House, name: str = "own-debt", size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[StudioScreen, Pilot[Any]]]:
    """The Studio opened on a scenario, its text read and proved."""

    def start(app: HuikuanApp) -> None:
        app.push_screen(StudioScreen(studio_file.opened(house, name)))

    async with at(house, start, size) as (app, pilot):
        await read(pilot)
        screen = next(one for one in app.screen_stack if isinstance(one, StudioScreen))
        yield screen, pilot


async def read(pilot: Pilot[Any]) -> None:
    """Waits until the text was read and proved."""
    for _time in range(4):
        await pilot.pause(0.03)
        await settled(pilot)


async def write(screen: StudioScreen, pilot: Pilot[Any], text: str) -> None:
    """Puts another text into the editor, as by typing."""
    screen.editor.take_text(text)
    await read(pilot)


async def change(screen: StudioScreen, pilot: Pilot[Any], text: str) -> None:
    """Changes the file from outside, and lets the Studio look at it."""
    screen.draft.path.write_text(text, encoding="utf-8")
    screen._watch()
    await settled(pilot)
    await read(pilot)


def note(screen: StudioScreen) -> str:
    """What stands above the open part."""
    return screen.part(screen.open_part).query_one(".note", Plain).text


# Opening


async def test_home_opens_the_studio_with_ones_own_first(small_house: House, path: Path) -> None:
    """F9, and so the palette, leads there; Enter opens, and Esc leads back to the list and Home."""
    async with at(small_house) as (app, pilot):
        await press(pilot, "ctrl+p")
        assert isinstance(app.screen, PaletteScreen)
        assert any(one.name == "Studio" for one in app.screen.commands)
        await press(pilot, "escape", "f9")
        assert isinstance(app.screen, StudioListScreen)
        assert shown(app).index("Your own") < shown(app).index("Shipped, to look at")
        await press(pilot, "enter")
        assert isinstance(app.screen, StudioScreen)
        assert app.screen.draft.path == path
        assert not app.screen.draft.read_only
        await press(pilot, "escape")
        assert isinstance(app.screen, StudioListScreen)
        await press(pilot, *"zz")
        assert "has “zz” in it" in said(app, "#about")
        await press(pilot, "escape", "escape")
        assert isinstance(app.screen, HomeScreen)


async def test_a_new_scenario_begins_from_the_starter(make_house: MakeHouse) -> None:
    """F2 asks for an id; it is written into the workshop and opened. A bad id is told, and nothing is written."""
    house = make_house()
    house.shipped = Path(__file__).parents[2] / "scenarios"  # which has the starter and personas
    async with at(house, lambda app: app.show_studio()) as (app, pilot):
        await press(pilot, "f2")
        assert isinstance(app.screen, NewScenario)
        assert "aggrieved-buyer" in shown(app)
        await press(pilot, *"Bad", "enter")
        assert isinstance(app.screen, Announce)
        await press(pilot, "escape", "f2", *"late-pallets", "down", "enter")
        assert isinstance(app.screen, StudioScreen)
        assert app.screen.draft.path == house.workshop / "late-pallets" / "scenario.yaml"
        assert "persona:" in app.screen.editor.text


async def test_a_shipped_scenario_is_shown_and_copied(small_house: House) -> None:
    """It cannot be changed; Ctrl+S asks for the id of a copy, and opens that."""
    async with studio(small_house, "small-debt") as (screen, pilot):
        assert "shipped: to look at" in shown(screen.host)
        await press(pilot, "x", "f9")
        assert screen.editor.text == SMALL
        await press(pilot, "ctrl+s")
        assert isinstance(screen.app.screen, NewScenario)
        await press(pilot, "enter")
        await read(pilot)
        copy = screen.app.screen
        assert isinstance(copy, StudioScreen)
        assert copy.draft.path == small_house.workshop / "my-small-debt" / "scenario.yaml"
        assert not copy.draft.read_only


async def test_the_list_copies_too(small_house: House) -> None:
    """F3 on a shipped one makes a copy under the id that is asked for."""
    async with at(small_house, lambda app: app.show_studio()) as (app, pilot):
        await press(pilot, "f3", *["backspace"] * 13, *"debt-two", "enter")
        assert isinstance(app.screen, StudioScreen)
        assert app.screen.draft.path.parent.name == "debt-two"


# Problems while typing


async def test_an_error_is_marked_listed_and_gone_when_it_is_mended(small_house: House, path: Path) -> None:
    """The line has a mark, the foot says what is wrong there, F2 lists it, Enter goes to it, and undoing mends it."""
    async with studio(small_house) as (screen, pilot):
        clean = len(screen.views)
        await write(screen, pilot, BROKEN)
        screen.editor.go_to(0)
        await press(pilot, "f8")
        assert screen.editor.cursor_location[0] == LINE
        assert "ask.plain" in said(screen.host, "#state")
        assert f"{LINE + 1}!" in shown(screen.host)
        await press(pilot, "f2")
        assert f"! {LINE + 1:>4}" in shown(screen.host)
        screen.editor.go_to(0)
        await press(pilot, "enter")
        assert screen.editor.has_focus
        assert screen.editor.cursor_location[0] == LINE
        await write(screen, pilot, TEXT)
        assert len(screen.views) == clean
        assert "!" not in "".join(line[:8] for line in shown(screen.host).splitlines())


async def test_findings_come_after_the_text_was_explored(small_house: House, path: Path) -> None:
    """What only exploring tells comes in by itself, without anything being asked for."""
    async with studio(small_house) as (screen, pilot):
        assert screen.examined is not None
        assert screen.examined.proved
        unreached = TEXT.replace("stages: [guarded, open, bargaining]", "stages: [guarded, open, bargaining, never]")
        await write(screen, pilot, unreached)
        assert any(view.mark == "finding" and "never" in view.message for view in screen.views)
        await press(pilot, "f20")
        assert screen.editor.cursor_location[0] > 0


async def test_an_older_reading_is_not_shown(small_house: House, path: Path) -> None:
    """A reading of a text that has gone on since marks nothing."""
    async with studio(small_house) as (screen, pilot):
        before, examined = screen.views, screen.examined
        assert examined is not None
        screen.on_text_examined(studio_reading.TextExamined(replace(examined, problems=()), screen.version - 1))
        assert screen.views is before
        assert pilot.app.is_running


async def test_completions_come_from_the_scenario(small_house: House, path: Path) -> None:
    """F7 at a value offers what can stand there, and Enter writes it."""
    async with studio(small_house) as (screen, pilot):
        screen.editor.go_to(LINE + 1, len("    stage: gu"))
        await press(pilot, "ctrl+k", "f7")
        await settled(pilot)
        assert "guarded" in shown(screen.host)
        await press(pilot, "enter")
        await read(pilot)
        assert screen.editor.text == TEXT


# What the text means


async def test_with_errors_nothing_is_run_and_the_last_sound_picture_stays(small_house: House, path: Path) -> None:
    """Graph, what-if and play are marked as old; balance is refused; mending them brings them up to date."""
    async with studio(small_house, size=(120, 40)) as (screen, pilot):
        await press(pilot, "f3")
        assert "guarded" in said(screen.host, "#drawing")
        await write(screen, pilot, BROKEN)
        for key in ("f3", "f5", "f6"):
            await press(pilot, key)
            assert "This is how it was when it last had none." in note(screen), key
        await press(pilot, "f4", "enter")
        assert screen._balance is None
        assert any("The text has errors" in one for one in told(screen.host))
        await write(screen, pilot, TEXT)
        assert not note(screen)


async def test_a_text_that_never_was_sound_has_nothing_to_show(small_house: House, path: Path) -> None:
    """Every part says so and names the key that lists the errors; nothing can be chosen."""
    path.write_text(BROKEN, encoding="utf-8")
    async with studio(small_house) as (screen, pilot):
        for key in ("f3", "f4", "f5", "f6"):
            await press(pilot, key)
            assert "F2 lists them" in shown(screen.host), key
        await press(pilot, "f6", "enter")
        assert isinstance(screen.app.screen, StudioScreen)


async def test_balance_says_its_verdict_first_and_is_marked_as_old(small_house: House, path: Path) -> None:
    """Enter works it out; a text that has changed since is told of."""
    async with studio(small_house) as (screen, pilot):
        await press(pilot, "f4")
        assert "Enter lets simulated trainees play" in shown(screen.host)
        await press(pilot, "enter")
        assert shown(screen.host).splitlines()[2].split()[-1].lower() == "sound"
        assert "Simulated trainees" in shown(screen.host)
        await write(screen, pilot, TEXT + "# more\n")
        assert "Enter works it out anew" in note(screen)


async def test_balance_can_be_stopped(small_house: House, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While trainees play, the note says so; Esc stops them and stays in the Studio."""

    def without_end(_read: object, doing: Callable[[str], None], cancelled: Callable[[], bool]) -> None:
        doing("for ever")
        while not cancelled():
            sleep(0.01)
        raise Cancelled

    monkeypatch.setattr(author, "balance", without_end)
    async with studio(small_house) as (screen, pilot):
        await press(pilot, "f4")
        await pilot.press("enter")
        while "for ever" not in note(screen):
            await pilot.pause(0.01)
        await press(pilot, "escape")
        assert "Stopped." in note(screen)
        assert isinstance(screen.app.screen, StudioScreen)


async def test_what_if_shows_each_moves_rule_and_jumps_to_it(small_house: House, path: Path) -> None:
    """The start's moves with their rules; another position has others; Enter on a rule goes to its line."""
    async with studio(small_house) as (screen, pilot):
        await press(pilot, "f5")
        answers = screen.query_one("#answers", RowList)
        assert any(row.text.startswith("ask.plain  -> open") for row in answers.rows)
        answers.highlighted = next(row.id for row in answers.rows if row.text.startswith("ask.plain"))
        await press(pilot, "enter", "enter")
        assert screen.editor.cursor_location[0] == LINE
        await press(pilot, "f5", "f5")
        assert isinstance(screen.app.screen, PositionScreen)
        await press(pilot, "right", "right", "enter")
        assert "Position: stage bargaining" in shown(screen.host)
        assert any("ends: promised" in row.text for row in answers.rows)
        await press(pilot, "f5", "backspace", "enter")
        assert "Position: the start of the talk" in shown(screen.host)


async def test_play_tries_a_talk_out_without_any_record(small_house: House, path: Path) -> None:
    """Enter makes a move, Backspace takes it back, the first row begins elsewhere; nothing is on record."""
    async with studio(small_house) as (screen, pilot):
        await press(pilot, "f6")
        moves = screen.query_one("#moves", RowList)
        moves.highlighted = "ask.plain"
        await press(pilot, "enter")
        assert "What money?" in shown(screen.host)
        await write(screen, pilot, TEXT + "# more\n")
        assert "The text has changed since this talk began" in shown(screen.host)
        await press(pilot, "backspace")
        assert "What money?" not in shown(screen.host)
        await press(pilot, "f6", "right", "right", "enter")
        moves.highlighted = "close.deal:half"
        screen.post_message(MoveTried("close.deal:gone"))  # as a second Enter does before the list is shown anew
        while screen.trial and not screen.trial.ended:
            await press(pilot, "enter")
        assert "The talk is over" in shown(screen.host)
        assert not small_house.store.attempts()


# The file


async def test_a_change_on_disk_comes_in_at_once(small_house: House, path: Path) -> None:
    """With nothing unsaved the new text is there, and nothing is asked."""
    async with studio(small_house) as (screen, pilot):
        await change(screen, pilot, TEXT + "# theirs\n")
        assert screen.editor.text == TEXT + "# theirs\n"
        assert any("changed elsewhere" in one for one in told(screen.host))
        assert not screen.draft.is_changed


async def test_changes_of_different_lines_are_put_together(small_house: House, path: Path) -> None:
    """Both are in the text, which is not saved yet; saving writes both."""
    async with studio(small_house) as (screen, pilot):
        await write(screen, pilot, "# mine\n" + TEXT)
        await change(screen, pilot, TEXT + "# theirs\n")
        assert screen.editor.text == "# mine\n" + TEXT + "# theirs\n"
        await press(pilot, "ctrl+s")
        assert path.read_text(encoding="utf-8") == screen.editor.text


@pytest.mark.parametrize(("keys", "goes_on"), [((), "both"), (("down",), "mine"), (("down", "down"), "theirs")])
async def test_a_conflict_is_asked_and_nothing_is_lost(
    small_house: House, path: Path, keys: tuple[str, ...], goes_on: str
) -> None:
    """Whatever is chosen, each side's words are in the text or in a file beside it."""
    mine, theirs = (TEXT.replace("level: 2", f"level: 2  # {who}") for who in ("mine", "theirs"))
    async with studio(small_house) as (screen, pilot):
        await write(screen, pilot, mine)
        await change(screen, pilot, theirs)
        assert isinstance(screen.app.screen, Choose)
        await press(pilot, *keys, "enter")
        await read(pilot)
        text = screen.editor.text
        assert {"both": "<<<<<<<" in text, "mine": text == mine, "theirs": text == theirs}[goes_on]
        everything = "".join(one.read_text(encoding="utf-8") for one in path.parent.glob("*.yaml")) + text
        assert "# mine" in everything
        assert "# theirs" in everything


async def test_a_conflict_put_off_cannot_be_saved_over(small_house: House, path: Path) -> None:
    """Esc decides later; Ctrl+S asks again, and the file is as it was."""
    mine, theirs = (TEXT.replace("level: 2", f"level: 2  # {who}") for who in ("mine", "theirs"))
    async with studio(small_house) as (screen, pilot):
        await write(screen, pilot, mine)
        await change(screen, pilot, theirs)
        await press(pilot, "escape", "ctrl+s")
        assert isinstance(screen.app.screen, Choose)
        await press(pilot, "escape")
        assert path.read_text(encoding="utf-8") == theirs


async def test_saving_over_a_change_that_was_not_seen_yet_asks(small_house: House, path: Path) -> None:
    """A change between two looks is not written over."""
    async with studio(small_house) as (screen, pilot):
        await write(screen, pilot, TEXT.replace("level: 2", "level: 3"))
        path.write_text(TEXT.replace("level: 2", "level: 4"), encoding="utf-8")
        await press(pilot, "ctrl+s")
        assert isinstance(screen.app.screen, Choose)
        assert "level: 4" in path.read_text(encoding="utf-8")


async def test_a_file_that_is_gone_is_told_and_written_anew(small_house: House, path: Path) -> None:
    """The text stays, counts as unsaved, and Ctrl+S makes the file again."""
    async with studio(small_house) as (screen, pilot):
        path.unlink()
        screen._watch()
        await settled(pilot)
        assert any("The file is gone" in one for one in told(screen.host))
        assert "not saved" in shown(screen.host)
        await write(screen, pilot, "# more\n" + TEXT)
        assert screen.sound is not None
        assert isinstance(screen.app.screen, StudioScreen)
        await press(pilot, "ctrl+s")
        assert path.read_text(encoding="utf-8") == "# more\n" + TEXT


async def test_a_data_folder_that_cannot_be_written_is_told_once(small_house: House, path: Path) -> None:
    """Unsaved text cannot be kept then; one can write and save all the same."""
    (small_house.data / "studio").write_text("in the way", encoding="utf-8")
    async with studio(small_house) as (screen, pilot):
        for text in (TEXT + "# a\n", TEXT + "# b\n"):
            await write(screen, pilot, text)
        assert len(told(screen.host)) == 1
        await press(pilot, "ctrl+s")
        assert path.read_text(encoding="utf-8").endswith("# b\n")


async def test_a_file_that_cannot_be_read_any_more_is_told_once(small_house: House, path: Path) -> None:
    """Bytes that are no text leave the editor as it is, and are told of once, not every second."""
    async with studio(small_house) as (screen, pilot):
        for _time in range(3):
            path.write_bytes(b"\xff\xfe not text")
            screen._watch()
            await settled(pilot)
        assert sum("UTF-8" in one for one in told(screen.host)) == 1
        assert screen.editor.text == TEXT
        assert isinstance(screen.app.screen, StudioScreen)


@pytest.mark.parametrize(
    ("keys", "saved", "left"), [((), True, True), (("down",), False, False), (("end",), False, True)]
)
async def test_leaving_with_unsaved_text_asks(
    small_house: House, path: Path, keys: tuple[str, ...], saved: bool, left: bool
) -> None:
    """It can be saved, stayed with, or left; nothing of it is offered afterwards."""
    async with studio(small_house) as (screen, pilot):
        await write(screen, pilot, TEXT + "# mine\n")
        await press(pilot, "escape")
        assert isinstance(screen.app.screen, Choose)
        await press(pilot, *keys, "enter")
        assert path.read_text(encoding="utf-8").endswith("# mine\n") == saved
        assert isinstance(screen.app.screen, HomeScreen) == left


async def test_quitting_with_unsaved_text_asks(small_house: House, path: Path) -> None:
    """Ctrl+Q asks first; who stays has his text."""
    async with studio(small_house) as (screen, pilot):
        await write(screen, pilot, TEXT + "# mine\n")
        await press(pilot, "ctrl+q")
        assert isinstance(screen.app.screen, Ask)
        assert "not saved" in shown(screen.host)
        await press(pilot, "enter")
        assert screen.editor.text.endswith("# mine\n")


async def test_other_settings_open_the_studio_again_with_its_text(small_house: House, path: Path) -> None:
    """Another language keeps what was typed and not saved."""
    async with studio(small_house) as (screen, pilot):
        await write(screen, pilot, TEXT + "# mine\n")
        first = screen.host
        first.reopen(replace(small_house.settings, language="zh"))
        await pilot.pause()
    again = first.return_value
    assert isinstance(again, Reopen)
    assert callable(again.start)
    async with at(small_house, again.start) as (app, pilot):
        await read(pilot)
        assert isinstance(app.screen, StudioScreen)
        assert app.screen.editor.text.endswith("# mine\n")
        assert app.screen.draft.is_changed


KEEP = """
import sys
from pathlib import Path
from simulator.adapters.scenario_yaml.files import YamlFiles
data, shipped, path, text = sys.argv[1:]
files = YamlFiles(Path(data), Path(shipped))
loaded = files.load(Path(path))
files.keep(Path(path), text, loaded.text, loaded.stamp)
"""


@pytest.mark.parametrize(("keys", "text"), [((), TEXT + "# kept\n"), (("down",), TEXT), (None, TEXT)])
async def test_text_of_a_studio_that_died_is_offered(
    small_house: House, path: Path, keys: tuple[str, ...] | None, text: str
) -> None:
    """It can be taken up, dropped, or left for later; the file is as it was."""
    arguments = [str(small_house.data), str(CONTENT), str(path), TEXT + "# kept\n"]
    subprocess.run([sys.executable, "-c", KEEP, *arguments], check=True)
    async with studio(small_house) as (screen, pilot):
        assert isinstance(screen.app.screen, Choose)
        await press(pilot, *(("escape",) if keys is None else (*keys, "enter")))
        await read(pilot)
        assert screen.editor.text == text
        assert path.read_text(encoding="utf-8") == TEXT
    assert len(small_house.files.kept(path)) == (1 if keys is None else 0)


async def test_kept_text_is_listed_and_can_be_dropped(small_house: House, path: Path) -> None:
    """The list has it at its top; F8 drops it after asking."""
    arguments = [str(small_house.data), str(CONTENT), str(path), TEXT + "# kept\n"]
    subprocess.run([sys.executable, "-c", KEEP, *arguments], check=True)
    async with at(small_house, lambda app: app.show_studio()) as (app, pilot):
        assert "Unsaved text from before" in shown(app)
        await press(pilot, "f8", "right", "enter")
        assert "Unsaved text from before" not in shown(app)
    assert not small_house.files.kept(path)


async def test_a_second_studio_is_told_who_has_the_file(small_house: House, path: Path) -> None:
    """It warns and forbids nothing; leaving lets go of the file."""
    other = YamlFiles(small_house.data, CONTENT)
    other.claim(path)
    async with studio(small_house) as (screen, pilot):
        assert isinstance(screen.app.screen, Announce)
        assert "has had it open in a Studio since" in shown(screen.host)
        await press(pilot, "escape", "x")
        assert screen.draft.is_changed
        other.release(path)
        await press(pilot, "escape", "end", "enter")
        assert isinstance(screen.app.screen, HomeScreen)
        assert other.claim(path) is None


# Status


async def test_the_status_is_changed_with_a_key(small_house: House, path: Path) -> None:
    """F9 asks; the line in the file changes, and with it the text and the title bar. Unsaved text is saved first."""
    async with studio(small_house) as (screen, pilot):
        assert "published" in shown(screen.host).splitlines()[0]
        await press(pilot, "f9")
        assert isinstance(screen.app.screen, Choose)
        await press(pilot, "enter")
        await read(pilot)
        assert "status: draft" in path.read_text(encoding="utf-8")
        assert "status: draft" in screen.editor.text
        assert "draft" in shown(screen.host).splitlines()[0]
        await press(pilot, "x", "f9")
        assert any("Save the text first" in one for one in told(screen.host))


async def test_what_has_findings_is_not_published(small_house: House, path: Path) -> None:
    """Publishing lists them and leaves the file as it is."""
    stages = "stages: [guarded, open, bargaining"
    unreached = TEXT.replace(stages, f"status: draft\n{stages}, never")
    path.write_text(unreached, encoding="utf-8")
    async with studio(small_house) as (screen, pilot):
        await press(pilot, "f9", "enter")
        assert isinstance(screen.app.screen, Announce)
        assert "never" in shown(screen.host)
        assert path.read_text(encoding="utf-8") == unreached


# Looks


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_text_and_parts_share_the_screen_by_its_width(
    small_house: House, path: Path, size: tuple[int, int]
) -> None:
    """A wide screen shows both; a narrow one the part alone, and Esc brings the text back."""
    async with studio(small_house, size=size) as (screen, pilot):
        wide = size[0] >= 120
        assert ("[F2 Problems]" in shown(screen.host)) == wide
        await press(pilot, "f5")
        assert bool(screen.editor.region) == wide
        assert "[F5 What if]" in shown(screen.host)
        await press(pilot, "escape")
        assert screen.editor.has_focus
        assert screen.editor.region
        await press(pilot, "f1")
        assert isinstance(screen.app.screen, HelpScreen)
        assert "Ctrl+/" in "".join(key for key, _what in screen.app.screen.keys)


async def test_a_hostile_text_is_shown_as_text(small_house: House, path: Path) -> None:
    """Markup in titles, stages' names, lines and comments is shown as it stands, in the editor and in every part."""
    hostile = TEXT
    for at_, text in enumerate(MARKUP[:6]):
        quoted = text.replace("\\", "\\\\")
        hostile = f"# {text}\n" + hostile.replace('en: ["What money?"', f'en: ["{quoted}", "What money?"', 1)
        hostile = hostile.replace("en: A small debt", f'en: "{quoted}"') if not at_ else hostile
    hostile += 'names: {open: {zh: "[/foo]", en: "[@click=app.quit]x[/]"}}\n'
    path.write_text(hostile, encoding="utf-8")
    async with studio(small_house, size=(120, 40)) as (screen, pilot):
        for text in MARKUP[:6]:
            assert f"# {text}" in shown(screen.host)
        await press(pilot, "f2", "f3", "f4", "enter", "f5", "f6", "enter", "enter", "enter")
        await write(screen, pilot, hostile.replace("tactic: ask.plain", 'tactic: "[red]x[/foo]"'))
        await press(pilot, "f2")
        assert "[red]x[/foo]" in shown(screen.host)
        assert screen.app.is_running


async def test_every_part_speaks_chinese(small_house: House, path: Path) -> None:
    """In Chinese no English word of the program's own is left in the bars."""
    language.use("zh")
    async with studio(small_house, size=(120, 40)) as (screen, pilot):
        for key in ("f2", "f3", "f4", "f5", "f6"):
            await press(pilot, key)
        for word in ("Problems", "Graph", "Balance", "What if", "Position", "Save", "Line "):
            assert word not in shown(screen.host), word
        assert screen.query_one("#state", Plain)
