"""What all screens share: size, help, palette, settings, language, keys, errors."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from textual.binding import Binding
from textual.color import Color
from textual.dom import DOMNode
from textual.geometry import Offset
from textual.pilot import Pilot
from textual.screen import Screen
from tui.conftest import MakeHouse
from tui.opening import at, fresh, said, small, told
from tui.playing import begun, press, settled, shown

import simulator.tui
from simulator.adapters.settings import load
from simulator.bootstrap import House
from simulator.model import language
from simulator.tui.app import GoOn, HuikuanApp, Reopen, run_app
from simulator.tui.keys import key_name
from simulator.tui.screens.briefing import BriefingScreen
from simulator.tui.screens.help import HelpScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.palette import PaletteScreen
from simulator.tui.screens.settings import SettingsScreen
from simulator.tui.screens.talk import TalkScreen
from simulator.tui.themes import THEMES
from simulator.tui.widgets.bars import KeyBar, TooSmall
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.rows import RowList

# Size


@pytest.mark.parametrize("size", [(79, 24), (20, 5)])
async def test_a_window_that_is_too_small_says_so_and_nothing_happens_blindly(
    size: tuple[int, int], small_house: House
) -> None:
    """The notice covers the screen, keys do nothing, and on enlarging everything is where it was."""
    async with at(small_house) as (app, pilot):
        await press(pilot, *"deb")
        await pilot.resize_terminal(*size)
        await settled(pilot)
        assert app.screen.query_one(TooSmall).region.size == size
        await press(pilot, "x", "f2", "enter", "f10", "ctrl+p", "f1")
        assert isinstance(app.screen, HomeScreen)
        assert not small_house.store.attempts()
        await pilot.resize_terminal(80, 24)
        await settled(pilot)
        assert not app.screen.query_one(TooSmall).display
        assert app.screen.query_one(Line).value == "deb"
        assert app.screen.focused is app.screen.query_one(Line)
        await press(pilot, "t", "enter")
        assert isinstance(app.screen, BriefingScreen)


async def test_a_window_that_is_too_small_from_the_start_takes_no_keys(small_house: House) -> None:
    """What is typed before anything can be seen goes nowhere; enlarged, the line has the focus."""
    async with at(small_house, size=(60, 20)) as (app, pilot):
        await press(pilot, "x", "enter")
        assert not small_house.store.attempts()
        await pilot.resize_terminal(80, 24)
        await press(pilot, *"debt")
        assert app.screen.query_one(Line).value == "debt"


async def test_a_long_message_scrolls_and_keeps_its_button(small_house: House) -> None:
    """However much there is to say, at 80×24 the button is seen and the end can be read."""
    async with at(small_house) as (app, pilot):
        app.announce("Many problems", "\n".join(f"line {number}" for number in range(60)))
        await settled(pilot)
        assert "Close" in shown(app)
        assert "line 1" in shown(app)
        await press(pilot, *["pagedown"] * 12)
        assert "line 59" in shown(app)
        assert "Many problems" in shown(app)
        await press(pilot, "enter")
        assert app.screen is app.home


@pytest.mark.parametrize("size", [(80, 24), (200, 60)])
async def test_the_keys_that_matter_fit_into_the_footer(size: tuple[int, int], small_house: House) -> None:
    """Help, the palette and the way back stand on every screen, at every size."""
    async with at(small_house, fresh(small_house), size) as (app, _pilot):
        bar = shown(app).splitlines()[-1]
        assert all(words in bar for words in ("F9 Hand in", "F1 Help", "Ctrl+P More", "Esc Home"))


# Help and palette


async def test_help_explains_the_focused_part_the_screen_and_every_key(small_house: House) -> None:
    """F1 tells first of what has the focus, then of the screen, then every key of ours with its words."""
    async with at(small_house, fresh(small_house)) as (app, pilot):
        await press(pilot, "f2", "pagedown", "f1")
        assert isinstance(app.screen, HelpScreen)
        assert "Up and Down move, Space or Enter chooses" in app.screen.texts[0]
        assert "Read the case file before you talk" in app.screen.texts[-1]
        assert ("F9", "Hand in") in app.screen.keys
        await press(pilot, "f1")
        assert isinstance(app.screen, BriefingScreen)


async def test_the_palette_does_what_keys_do_and_starts_scenarios(small_house: House) -> None:
    """Every shown key of the screen is in it; typing finds, Enter does it."""
    async with at(small_house, fresh(small_house)) as (app, pilot):
        await press(pilot, "ctrl+p")
        assert isinstance(app.screen, PaletteScreen)
        names = {command.name for command in app.screen.commands}
        assert {"Questions", "Hand in", "Settings", "Help", "Quit", "Start: A small debt"} <= names
        await press(pilot, *"quest", "enter")
        assert isinstance(app.screen, BriefingScreen)
        assert app.screen.has_class("-form")
        await press(pilot, "ctrl+p", *"nothing like this", "enter")
        assert "There is no such command. Esc closes." in shown(app)
        await press(pilot, "escape", "ctrl+p", *"start", "enter")
        assert isinstance(app.screen, BriefingScreen)
        assert len(small_house.store.attempts()) == 2


async def test_a_click_on_the_footer_presses_the_key(small_house: House) -> None:
    """The mouse reaches every key of the footer."""
    async with at(small_house, size=(160, 24)) as (app, pilot):
        bar = shown(app).splitlines()[-1]
        await pilot.click(KeyBar, offset=(bar.index("Settings"), 0))
        await settled(pilot)
        assert isinstance(app.screen, SettingsScreen)


# Settings and language


async def test_settings_are_saved_and_take_hold(small_house: House) -> None:
    """Theme and name change at once and are in the file; nothing else is written."""
    async with at(small_house) as (app, pilot):
        await press(pilot, "f10", "tab", "right", "tab", "end", *" Li", "f9")
        assert isinstance(app.screen, HomeScreen)
        assert app.theme == "huikuan-light"
        assert app.trainee == "Wang Min Li"
        assert any("Saved" in one for one in told(app))
    assert small_house.settings.file.read_text() == 'theme = "light"\nname = "Wang Min Li"\n'


async def test_wrong_settings_are_told_and_not_saved(small_house: House, tmp_path: Path) -> None:
    """A folder that is not there and an empty record are refused with the reason; Esc drops the changes."""
    async with at(small_house) as (app, pilot):
        await press(pilot, "f10")
        app.screen.query_one("#scenarios", Line).value = str(tmp_path / "missing")
        await press(pilot, "f9")
        assert "There is no folder" in said(app, "#fault")
        app.screen.query_one("#scenarios", Line).value = ""
        app.screen.query_one("#store", Line).value = " "
        await press(pilot, "f9")
        assert "The record needs a place" in said(app, "#fault")
        await press(pilot, "escape")
        assert isinstance(app.screen, HomeScreen)
    assert not small_house.settings.file.exists()


async def test_another_language_opens_the_application_again_where_it_was(small_house: House) -> None:
    """Saving a language ends the application with what to open again: the attempt that was on the screen."""
    rehearsal = begun(small_house.desk, small(small_house), ["ask.plain"])
    async with at(small_house, rehearsal) as (app, pilot):
        await press(pilot, "f10")
        app.screen.query_one("#language", Pick).chosen = "zh"
        await press(pilot, "f9")
    ended = app.return_value
    assert isinstance(ended, Reopen)
    assert ended.start == GoOn(rehearsal.attempt)
    assert ended.settings.language == "zh"
    assert load(environ={"HUIKUAN_CONFIG": str(small_house.settings.file)}).language == "zh"


def test_the_application_speaks_the_new_language_when_it_opens_again(
    small_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop around it changes the language, keeps drafts and record, and opens the attempt again; keys follow."""
    monkeypatch.setattr(language, "_translations", {"en": Shouting(), "zh": Whispering()})
    rehearsal = fresh(small_house)
    seen: list[str] = []

    async def first(pilot: Pilot[object]) -> None:
        await settled(pilot)
        await press(pilot, "f2", "1", "0")
        seen.append(shown(pilot.app))  # type: ignore[arg-type]
        await press(pilot, "f10")
        pilot.app.screen.query_one("#language", Pick).chosen = "zh"
        await press(pilot, "f9")

    async def second(pilot: Pilot[object]) -> None:
        await settled(pilot)
        await press(pilot, "f2")
        seen.append(shown(pilot.app))  # type: ignore[arg-type]
        pilot.app.exit()

    pilots = iter((first, second))
    code = run_app(
        small_house, GoOn(rehearsal.attempt), lambda app: app.run(headless=True, size=(80, 24), auto_pilot=next(pilots))
    )
    assert code == 0
    assert "HAND IN" in seen[0]
    assert "hand in" in seen[1]
    assert "1 of 5 answered" in seen[1]


class Shouting:
    """A language of capitals."""

    def gettext(self, message: str) -> str:
        return re.sub(r"(?<![{\w])[A-Za-z]+(?![\w}])", lambda word: word[0].upper(), message)


class Whispering:
    """A language without capitals."""

    def gettext(self, message: str) -> str:
        return message.lower()


async def test_another_record_is_opened_anew(small_house: House, tmp_path: Path) -> None:
    """Parts that were made under settings that changed are made anew; the attempt of the old record is not opened."""
    async with at(small_house, fresh(small_house)) as (app, pilot):
        await press(pilot, "f10")
        app.screen.query_one("#store", Line).value = str(tmp_path / "other.db")
        await press(pilot, "f9")
    ended = app.return_value
    assert isinstance(ended, Reopen)
    assert ended.start is None
    from simulator.tui.app import _resettle

    before = small_house.store
    _resettle(small_house, ended.settings)
    assert small_house.store is not before
    small_house.store.close()


async def test_an_attempt_in_another_language_says_so(make_house: MakeHouse) -> None:
    """An attempt stays in the language that it was begun in, and the title bar tells."""
    house = make_house()
    rehearsal = fresh(house)
    language.use("zh")
    async with at(house, rehearsal) as (app, _pilot):
        assert language.translator("zh")("[in English]") in shown(app).splitlines()[0]


# The caret, where input methods open


async def test_the_real_cursor_stands_where_the_caret_is_drawn(small_house: House) -> None:
    """After opening, typing, moving, resizing and coming back: at the end of the text too, and by cells."""
    async with at(small_house) as (app, pilot):
        line = app.screen.query_one(Line)
        start = line.content_region.offset
        assert app.cursor_position == start
        await press(pilot, "a", "发", "票")
        assert app.cursor_position == start + Offset(5, 0)
        await press(pilot, "left")
        assert app.cursor_position == start + Offset(3, 0)
        await press(pilot, "f10", "tab", "tab")
        name = app.screen.query_one("#name", Line)
        assert app.cursor_position == name.content_region.offset + Offset(len(name.value), 0)
        await pilot.resize_terminal(120, 40)
        await settled(pilot)
        assert app.cursor_position == name.content_region.offset + Offset(len(name.value), 0)
        await press(pilot, "escape")
        assert app.cursor_position == line.content_region.offset + Offset(3, 0)


async def test_coming_back_to_a_line_does_not_select_it(small_house: House) -> None:
    """The next letter is added to what is there and does not replace it."""
    async with at(small_house) as (app, pilot):
        await press(pilot, *"de", "f10", "escape", "b")
        assert app.screen.query_one(Line).value == "deb"


# Leaving


async def test_ctrl_c_says_how_to_quit_and_ctrl_q_quits(small_house: House) -> None:
    """Nobody is left in a program that he cannot leave."""
    async with at(small_house) as (app, pilot):
        await press(pilot, "ctrl+c")
        assert any("Ctrl+Q quits" in one for one in told(app))
        await pilot.press("ctrl+q")
    assert app.return_value is None


async def test_escape_stops_what_takes_long_before_it_goes_back(small_house: House) -> None:
    """An attempt that is being opened can be stopped; Home stays."""
    import threading

    gate = threading.Event()
    read = small_house.library.read

    def slow(name: str) -> object:
        gate.wait(10)
        return read(name)

    small_house.library.read = slow  # type: ignore[method-assign, assignment]
    async with at(small_house) as (app, pilot):
        await pilot.press("enter")
        await pilot.pause()
        assert "Opening “A small debt”" in said(app, "#about")
        await pilot.press("escape")
        await pilot.pause()
        assert any("Stopped" in one for one in told(app))
        gate.set()
        await settled(pilot)
        assert isinstance(app.screen, HomeScreen)
        assert not small_house.store.attempts()


async def test_show_phase_replaces_whatever_is_open_above_home(small_house: House) -> None:
    """Over dialogs and other attempts, the screen that fits stands alone above Home."""
    rehearsal = begun(small_house.desk, small(small_house))
    async with at(small_house, fresh(small_house)) as (app, pilot):
        app.announce("one", "two")
        app.show_settings()
        await settled(pilot)
        app.show_phase(rehearsal)
        await settled(pilot)
        assert [type(screen) for screen in app.screen_stack[1:]] == [HomeScreen, TalkScreen]
        app.go_home()
        await settled(pilot)
        assert app.screen is app.home


# Keys


def ours() -> Iterator[type[DOMNode]]:
    """Every screen and widget of ours."""
    for module in pkgutil.walk_packages(simulator.tui.__path__, "simulator.tui."):
        for _name, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(one, DOMNode) and one.__module__ == module.name:
                yield one


def bindings() -> Iterator[tuple[type[DOMNode], Binding]]:
    for one in ours():
        for binding in Binding.make_bindings(one.__dict__.get("BINDINGS", ())):
            yield one, binding


def test_every_binding_is_described_in_english_and_translated_where_it_is_shown() -> None:
    """A binding is made with its class, before a language is chosen: its words must be a msgid, and not be missing."""
    for one, binding in bindings():
        assert binding.description or not binding.show, (one, binding)
        assert binding.description.isascii(), (one, binding)


def test_no_key_is_bound_that_a_browser_or_terminal_keeps() -> None:
    """Ctrl+W, N, T, Tab and digits never arrive in a browser; Ctrl+H, I, M are other keys; Shift+Enter is Enter."""
    lost = {f"ctrl+{key}" for key in "wnthim0123456789"} | {"ctrl+tab", "shift+enter", "ctrl+enter", "alt+enter"}
    assert not [(one, binding) for one, binding in bindings() if binding.key in lost]


def test_no_letter_is_a_shortcut_on_a_screen() -> None:
    """Letters belong to the lines to type in; lists may take digits and signs."""
    assert not [(one, binding) for one, binding in bindings() if len(binding.key) == 1 and binding.key.isalpha()]
    assert not [(one, binding) for one, binding in bindings() if issubclass(one, Screen) and len(binding.key) == 1]


def test_no_method_of_ours_takes_the_name_of_one_of_textuals() -> None:
    """A private method that Textual has too would silently take its place."""
    known = {"_render", "_get_dom_base", "_default_layout", "_fatal_error"}  # the last is ours on purpose
    for one in ours():
        bases = [base for base in one.__mro__ if base.__module__.startswith("textual")]
        own = {name for name, value in vars(one).items() if inspect.isfunction(value) and re.match("_[a-z]", name)}
        taken = {name for base in bases for name in vars(base) if name in own} - known
        assert not taken, (one, taken)


@pytest.mark.parametrize(
    ("key", "name"),
    [("f1", "F1"), ("escape", "Esc"), ("ctrl+p", "Ctrl+P"), ("pagedown", "Page Down"), ("1", "1"), ("plus", "+")],
)
def test_a_key_is_written_as_on_the_keyboard(key: str, name: str) -> None:
    """Names as key caps have them."""
    assert key_name(key) == name


# Start and colours


def test_opening_the_application_loads_nothing_heavy() -> None:
    """Home's first frame waits for no model, solver, store or YAML."""
    code = (
        "import sys, simulator.tui.app, simulator.bootstrap;"
        "heavy = {'pydantic', 'numpy', 'sqlalchemy', 'yaml', 'transitions', 'openai'};"
        "print(sorted({m.split('.')[0] for m in sys.modules} & heavy),"
        "[m for m in sys.modules if m.startswith('simulator.workflows')])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["[]", "[]"]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_colour_of_a_text_can_be_read_on_every_ground(theme: object) -> None:
    """7:1 for text, 4.5:1 for coloured and quiet text (WCAG 2.2, 1.4.6 and 1.4.3)."""
    colours = {name: Color.parse(value) for name, value in vars(theme).items() if str(value).startswith("#")}
    quiet = Color.parse(theme.variables["text-muted"])  # type: ignore[attr-defined]
    for ground in ("background", "surface", "panel"):
        assert contrast(colours["foreground"], colours[ground]) >= 7, ground
        for name in ("primary", "secondary", "accent", "success", "warning", "error"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
        assert contrast(quiet, colours[ground]) >= 4.5, ground
    assert contrast(colours["background"], colours["primary"]) >= 4.5


def contrast(one: Color, other: Color) -> float:
    """The ratio of relative luminances, as WCAG defines it."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Color) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour.normalized]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


async def test_both_themes_open(make_house: MakeHouse) -> None:
    """The settings' themes are known to the application, and an unknown one falls back to the dark one."""
    for wanted, opened in (("dark", "huikuan-dark"), ("light", "huikuan-light"), ("odd", "huikuan-dark")):
        app = HuikuanApp(replace_settings(make_house(), wanted))
        assert app.theme == opened


def replace_settings(house: House, theme: str) -> House:
    house.settings = replace(house.settings, theme=theme)  # type: ignore[arg-type]
    return house


async def test_the_list_on_home_moves_by_keys_while_the_line_keeps_the_focus(small_house: House) -> None:
    """Arrows and pages move in the list; letters still go into the line."""
    begun(small_house.desk, small(small_house), ["ask.plain"])
    async with at(small_house) as (app, pilot):
        rows = app.screen.query_one(RowList)
        assert rows.highlighted.startswith("attempt:")
        await press(pilot, "pagedown")
        assert rows.highlighted == "scenario:small-debt"
        await press(pilot, "up")
        assert rows.highlighted.startswith("attempt:")
        assert app.screen.focused is app.screen.query_one(Line)
