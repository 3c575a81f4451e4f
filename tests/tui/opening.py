"""The application opened at Home or on a fresh attempt, and small looks at what stands on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot
from tui.playing import settled

from simulator.bootstrap import House
from simulator.model.language import current
from simulator.model.record import Mode
from simulator.model.scenario import Scenario
from simulator.tui.app import HuikuanApp, Start
from simulator.tui.widgets.plain import Plain
from simulator.workflows.rehearse import Rehearsal, begin

# Markup that crashes or acts where it is read, and signs that steer a terminal where they are written.
MARKUP = ("[red]x", "[/", "[/foo]", "[@click=app.quit]click[/]", "\\[b]x", "{name}", "[$primary]x")
ESCAPES = ("\x1b[2J\x1b]0;title\x07", "a\x9b31mb", "\u202etxet", "\ud800", "x\x00y", "tab\there")


def small(house: House) -> Scenario:
    """The small debt."""
    scenario = house.library.read("small-debt").scenario
    assert scenario is not None
    return scenario


def fresh(house: House, mode: Mode = "practice", scenario: Scenario | None = None) -> Rehearsal:
    """A new attempt, before its preparation."""
    return begin(house.desk, scenario or small(house), house.settings.name, mode, current())


@asynccontextmanager
async def at(
    house: House, start: Start | None = None, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[HuikuanApp, Pilot[Any]]]:
    """The application, at Home where nothing else is to be opened."""
    app = HuikuanApp(house, start)
    async with app.run_test(size=size, notifications=True, tooltips=True) as pilot:
        await settled(pilot)
        yield app, pilot


def said(app: HuikuanApp, selector: str) -> str:
    """What a plain text shows."""
    return app.screen.query_one(selector, Plain).text


def told(app: HuikuanApp) -> list[str]:
    """The notifications that were given."""
    return [notification.message for notification in app._notifications]
