"""A talk in the browser under an assignment that allows a model, and under one that forbids it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from faulty_endpoint import endpoint
from web.browsing import PATIENCE, tab
from web.team import team, visiting

from simulator.bootstrap import House
from simulator.workflows.assigning import Order, assign, start
from simulator.workflows.holding import release

LINE = "When will you pay?"


def talking(house: House, model: bool) -> str:
    """An attempt of 王芳 under an assignment, at the start of its talk; its id."""
    person = house.store.person("王芳")
    order = Order(scenarios=("invoice-not-found",), people=("王芳",), title=f"Model {model}", model=model)
    made = assign(house.desk, house.library, order, house.by)
    rehearsal = start(house.desk, house.library, made.id, "invoice-not-found", person, "en", seed=1)
    rehearsal.prepare({})
    release(house.desk, rehearsal.attempt)
    return rehearsal.attempt


@pytest.mark.slow
@pytest.mark.parametrize("model", [True, False])
async def test_model_is_asked_in_the_browser_only_where_the_assignment_allows_it(tmp_path: Path, model: bool) -> None:
    """A typed line is heard either way; where it is forbidden, not one request leaves the server for it."""
    with endpoint() as asked:
        environment = {"HUIKUAN_MODEL_URL": asked.url, "HUIKUAN_MODEL_NAME": "tiny"}
        with team(tmp_path, environment=environment) as (served, house):
            attempt = talking(house, model)
            before = len(house.store.events(attempt))
            async with visiting(served.url) as visitor:
                await visitor.sign_in("王芳")
                async with tab(served, Cookie=visitor.cookie, attempt=attempt) as browser:
                    async with asyncio.timeout(PATIENCE):
                        while ["at", attempt] not in browser.told:
                            await asyncio.sleep(0.05)
                    await browser.opened()
                    await browser.say("stdin", "\t")
                    await browser.sees("in your own words:")
                    await browser.say("stdin", LINE)
                    await browser.say("stdin", "\r")
                    async with asyncio.timeout(PATIENCE):
                        while len(house.store.events(attempt)) == before:
                            await asyncio.sleep(0.05)
                        while model and not asked.asked:
                            await asyncio.sleep(0.05)
            assert bool(asked.asked) is model
