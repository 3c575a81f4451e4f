"""Simulated data say so: on every screen, and in every format of every report."""

from __future__ import annotations

import importlib
import pkgutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from doubles import MemoryCache
from simulated_by_small import filled
from textual.screen import Screen
from tui.conftest import MakeHouse
from tui.opening import at
from tui.playing import settled
from tui.test_hostile import painted

import simulator.tui.screens
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.model.language import LANGUAGES, Language
from simulator.model.reports import FORMATS, Format, Kind
from simulator.tui.screens.ask import Ask
from simulator.tui.screens.base import HuikuanDialog, HuikuanScreen
from simulator.tui.screens.debrief import DebriefScreen
from simulator.tui.screens.decide import DecideScreen
from simulator.tui.screens.group import GroupScreen
from simulator.tui.screens.handbook import HandbookScreen
from simulator.tui.screens.home import HomeScreen
from simulator.tui.screens.progress import ProgressScreen
from simulator.tui.screens.rate import RateScreen
from simulator.tui.screens.settings import SettingsScreen
from simulator.workflows.rehearse import resume
from simulator.workflows.reporting import Request, export

MARK = {"en": "simulated data", "zh": "模拟数据"}


@pytest.fixture(scope="module")
def memory(content: YamlLibrary) -> MemoryStore:
    return filled(content, MemoryCache())


@pytest.fixture
def house(make_house: MakeHouse, memory: MemoryStore) -> House:
    """A house whose people are simulated."""
    return make_house(memory)


def every_screen() -> Iterator[type[HuikuanScreen[object]]]:
    """Every class of a screen that the program has."""
    for module in pkgutil.iter_modules(simulator.tui.screens.__path__):
        found = vars(importlib.import_module(f"simulator.tui.screens.{module.name}"))
        for one in found.values():
            if isinstance(one, type) and issubclass(one, Screen) and one.__module__.startswith("simulator"):
                yield one


def test_every_screen_has_the_bar_that_says_so() -> None:
    """No screen makes its own frame, and so all have the bar, or the keys, that the next test looks at."""
    screens = set(every_screen())
    assert len(screens) > 30
    for one in screens:
        assert issubclass(one, HuikuanScreen), one
        wanted = HuikuanDialog if issubclass(one, HuikuanDialog) else HuikuanScreen
        assert one.compose is wanted.compose, one


def opened(house: House) -> dict[str, Callable[[], HuikuanScreen[object]]]:
    """How screens are opened that show something of people."""
    from simulator.tui.sources.house import HouseSource

    source = HouseSource(house, "Trainee 01 (simulated)")
    scored = next(one for one in house.store.results() if one.mode == "exam")
    attempt = scored.attempt
    return {
        "group": lambda: GroupScreen(source),
        "progress": lambda: ProgressScreen(source),
        "debrief": lambda: DebriefScreen(resume(house.desk, attempt)),
        "decide": lambda: DecideScreen(attempt),
        "rate": lambda: RateScreen(attempt),
        "handbook": HandbookScreen,
        "settings": SettingsScreen,
        "a dialog": lambda: Ask("Sure?", "Yes", "No"),
    }


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_screen_of_a_simulated_record_says_so(house: House, size: tuple[int, int]) -> None:
    """In its first line, whatever else stands there; a dialog, which has none, beside its keys."""
    async with at(house, size=size) as (app, pilot):
        assert isinstance(app.screen, HomeScreen)
        assert MARK["en"] in painted(app)[0]
        for name, opening in opened(house).items():
            app.push_screen(opening())
            await settled(pilot)
            bar = painted(app)[-1] if isinstance(app.screen, HuikuanDialog) else painted(app)[0]
            assert MARK["en"] in bar, name
            app.pop_screen()
            await settled(pilot)


async def test_a_record_of_real_people_says_nothing_of_the_kind(small_house: House) -> None:
    """The mark is of simulated records alone."""
    async with at(small_house) as (app, _pilot):
        assert MARK["en"] not in painted(app)[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("kind", ["group", "person", "attempt"])
def test_every_report_of_a_simulated_record_says_so(
    house: House, tmp_path: Path, kind: Kind, format: Format, language: Language
) -> None:
    """Each table, sheet and page of it, in its own language."""
    result = next(one for one in house.store.results() if one.mode == "exam")
    of = {"group": "", "person": result.person, "attempt": result.attempt}[kind]
    made = export(house, Request(kind, of, format, language, by="Li Hua"), tmp_path / f"report.{format}")
    for part in parts(made, format):
        assert said(part, format, language), (kind, format)


def parts(made: Path, format: Format) -> list[str]:
    """The texts of what a report is made of: the tables of a CSV, the sheets of a workbook; else the whole."""
    if format == "csv":
        with zipfile.ZipFile(made) as files:
            return [files.read(name).decode("utf-8-sig") for name in files.namelist() if name.endswith(".csv")]
    if format == "xlsx":
        with zipfile.ZipFile(made) as files:
            shared = _strings(files)
            sheets = [name for name in files.namelist() if name.startswith("xl/worksheets/sheet")]
            return [_sheet(files.read(name), shared) for name in sheets]
    return [made.read_bytes().decode("latin-1" if format == "pdf" else "utf-8")]


def _strings(files: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in files.namelist():
        return []
    return ["".join(one.itertext()) for one in ElementTree.fromstring(files.read("xl/sharedStrings.xml"))]


def _sheet(content: bytes, shared: list[str]) -> str:
    root = ElementTree.fromstring(content)
    words: list[str] = []
    for cell in root.iter("{http://schemas.openxmlformats.org/spreadsheetml/2006/main}c"):
        text = "".join(cell.itertext())
        words.append(shared[int(text)] if cell.get("t") == "s" else text)
    return "\n".join(words)


def said(part: str, format: Format, language: Language) -> bool:
    """Whether a part says that it is of simulated data."""
    if format == "json":
        return '"simulated": true' in part or '"simulated":true' in part
    if format == "pdf":  # what is drawn is looked at in the tests of the format; here, that it is a file
        return part.startswith("%PDF")
    return MARK[language] in part.casefold()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_of_a_printed_report_is_made_with_the_banner(house: House, language: Language) -> None:
    """HTML and PDF are written from the same pages, whose banner stands on each."""
    from simulator.workflows.report_pages import document
    from simulator.workflows.reporting import build

    result = next(one for one in house.store.results() if one.mode == "exam")
    request = Request("person", result.person, "pdf", language, by="Li Hua")
    for one in (request, replace(request, kind="group", of=""), replace(request, kind="attempt", of=result.attempt)):
        assert MARK[language] in document(build(house, one)).banner.casefold()
