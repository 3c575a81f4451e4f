"""Attempts at the tests' own scenario, and the application opened on one."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from doubles import MemoryCache
from textual.app import App
from textual.pilot import Pilot

from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.model.case import Answer
from simulator.model.language import Language
from simulator.model.position import Move
from simulator.model.record import Mode
from simulator.model.scenario import Scenario
from simulator.tui.app import HuikuanApp
from simulator.workflows.ports import Library
from simulator.workflows.rehearse import Desk, Rehearsal, begin
from simulator.workflows.solutions import Solutions, scenario_from

PREPARED: dict[str, Answer] = {"days": 10.0, "who": "boss"}
DEAL = ("rapport.chat", "ask.plain", "probe.cause", "firm.check:no-slip", "close.deal:all")
HOSTILE = ("[/]", "[/foo]", "[@click=app.quit]x[/]", "[red]r", "{nothing}", "\\[b]", "]]><script>")


def begun(
    desk: Desk,
    scenario: Scenario,
    moves: Iterable[str] = (),
    mode: Mode = "practice",
    language: Language = "en",
    seed: int = 1,
    answers: Mapping[str, Answer] | None = None,
) -> Rehearsal:
    """An attempt with its preparation handed in and these moves played."""
    rehearsal = begin(desk, scenario, "Wang Min", mode, language, seed)
    asked = {question.id for question in scenario.preparation}
    rehearsal.prepare({name: one for name, one in (PREPARED if answers is None else answers).items() if name in asked})
    for move in moves:
        rehearsal.play(Move.parse(move))
    return rehearsal


def finished(desk: Desk, scenario: Scenario, moves: Iterable[str] = DEAL, mode: Mode = "practice") -> Rehearsal:
    """A complete attempt, its note filed."""
    rehearsal = begun(desk, scenario, moves, mode)
    rehearsal.file_note({"sum": 10000.0, "next-step": "wait"})
    return rehearsal


def rewritten(scenario: Scenario, change: Callable[[str], str]) -> Scenario:
    """The scenario with every text that people read changed."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: texts(one) if key in ("zh", "en") else walk(one) for key, one in value.items()}
        return [walk(one) for one in value] if isinstance(value, list) else value

    def texts(value: Any) -> Any:
        return [change(one) for one in value] if isinstance(value, list) else change(value) if value else value

    return scenario_from(json.dumps(walk(scenario.model_dump(mode="json"))).encode())


def house_of(settings: Settings, solutions: Solutions, library: Library, store: MemoryStore | None = None) -> House:
    """A house with its record in memory."""
    house = House(settings)
    house.store = store or MemoryStore()
    house.cache = MemoryCache()
    house.solutions = solutions
    house.library = library
    return house


@asynccontextmanager
async def opened(
    house: House, rehearsal: Rehearsal, size: tuple[int, int] = (80, 24), wait: bool = True
) -> AsyncIterator[tuple[HuikuanApp, Pilot[Any]]]:
    """The application where an attempt stands, with notifications and tooltips as in life."""
    app = HuikuanApp(house, lambda here: here.show_phase(rehearsal))
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        if wait:
            await settled(pilot)
        yield app, pilot


async def settled(pilot: Pilot[Any]) -> None:
    """Waits until what is to be opened is open, and the work in the background is done and shown."""
    await pilot.pause()
    while _opens(pilot.app) or _works(pilot.app) or _has_mail(pilot.app):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


def _opens(app: App[Any]) -> bool:
    return isinstance(app, HuikuanApp) and app.start is not None


def _works(app: App[Any]) -> bool:
    return not all(worker.is_finished for worker in app.workers)


def _has_mail(app: App[Any]) -> bool:
    """Whether messages wait anywhere: on a busy machine Textual's own pause ends before they are all dealt with."""
    nodes = (node for screen in app.screen_stack for node in screen.walk_children(with_self=True))
    return any(pump.message_queue_size or pump._next_callbacks for pump in (app, *nodes))


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Presses keys and waits for what comes of them."""
    await pilot.press(*keys)
    await settled(pilot)


async def say(pilot: Pilot[Any], words: str) -> None:
    """Types words that one move has, and says it."""
    await pilot.press(*("space" if letter == " " else letter for letter in words), "enter")
    await settled(pilot)


def shown(app: HuikuanApp) -> str:
    """Everything that stands on the screen."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())
