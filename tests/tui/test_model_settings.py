"""Setting a model up: what leaves is said, the key is never shown, and the endpoint is asked once what it can do."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from faulty_endpoint import endpoint
from textual.pilot import Pilot
from tui.opening import at, said, told
from tui.playing import settled, shown

from simulator.adapters.settings import Settings
from simulator.bootstrap import House
from simulator.model.secret import Secret
from simulator.tui.app import HuikuanApp
from simulator.tui.screens.ask import Announce
from simulator.tui.views.leaving import leaving
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.pick import Pick

KEY = "sk-very-secret-0123456789"
URL = "https://models.example.com/v1"


def held(body: dict[str, Any]) -> str:
    """A model that a grammar holds to the form."""
    return json.dumps({"first": "m01", "second": "none", "third": "none", "sure": "sure"})


async def filled(app: HuikuanApp, pilot: Pilot[Any], **values: str) -> None:
    """Opens the settings and fills them in."""
    app.show_settings()
    await settled(pilot)
    for name, value in values.items():
        app.screen.query_one(f"#{name}", Line).value = value
    await settled(pilot)


async def until_closed(app: HuikuanApp, pilot: Pilot[Any]) -> None:
    """Waits until the settings screen is gone: asking an endpoint takes its time."""
    for _ in range(200):
        await pilot.pause(0.05)
        if app.screen is app.home:
            await settled(pilot)
            return
    raise AssertionError("the settings stay open")


@pytest.mark.usefixtures("english")
def test_what_leaves_depends_on_what_the_model_is_used_for(settings: Settings) -> None:
    assert leaving(settings) == "Nothing leaves this machine."
    model = replace(settings, model_url=URL, model_name="big", model_key=Secret(KEY))
    both, listens = leaving(model), leaving(replace(model, model_speak=False))
    assert "models.example.com" in both
    assert "when a model speaks" in both
    assert "when a model speaks" not in listens
    assert "name, role, company and manner" in both
    assert "the figures in them" in listens
    assert "when a model listens" in listens
    assert KEY not in both
    assert leaving(replace(model, model_speak=False, model_listen=False)) == "Nothing leaves this machine."


async def test_settings_say_what_would_leave_as_it_is_typed(small_house: House) -> None:
    async with at(small_house, size=(100, 60)) as (app, pilot):
        await filled(app, pilot)
        assert said(app, "#leaving") == "Nothing leaves this machine."
        await filled(app, pilot, model_url=URL, model_name="big")
        assert "models.example.com" in said(app, "#leaving")
        app.screen.query_one("#model_use", Pick).chosen = "neither"
        await settled(pilot)
        assert said(app, "#leaving") == "Nothing leaves this machine."


async def test_endpoint_is_asked_once_when_it_is_set(small_house: House) -> None:
    """What was found out is kept, and the house uses it."""
    with endpoint(answers=held) as server:
        async with at(small_house, size=(100, 60)) as (app, pilot):
            await filled(app, pilot, model_url=server.url, model_name="tiny", model_key=KEY)
            await pilot.press("f9")
            await until_closed(app, pilot)
            assert told(app)[-1] == "Saved. The model answers."
        settings = small_house.settings
        assert (settings.model_form, settings.model_key, settings.has_model) == ("schema", Secret(KEY), True)
        assert {one.headers["authorization"] for one in server.asked} == {f"Bearer {KEY}"}
        asked = len(server.asked)
        assert small_house.voice is not None
        assert small_house.through_model is not None
        async with at(small_house, size=(100, 60)) as (app, pilot):
            await filled(app, pilot, model_patience="5")
            await pilot.press("f9")
            await until_closed(app, pilot)
        assert (small_house.settings.model_patience, len(server.asked)) == (5.0, asked)


async def test_endpoint_that_does_not_answer_is_saved_and_told(small_house: House) -> None:
    """Without a word of the key that it repeats."""
    with endpoint(does="401") as server:
        async with at(small_house, size=(100, 60)) as (app, pilot):
            await filled(app, pilot, model_url=server.url, model_name="tiny", model_key=KEY)
            await pilot.press("f9")
            await until_closed(app, pilot)
            assert "does not accept the key" in told(app)[-1]
            assert not any(KEY in one for one in told(app))
    assert small_house.settings.model_form == ""


async def test_settings_that_cannot_be_kept_once_the_model_answered_are_told(small_house: House) -> None:
    """The program goes on, and neither the file nor its key stands in what it says."""

    def spoils(body: dict[str, Any]) -> str:
        small_house.settings.file.write_text(f'model_key = "{KEY}', encoding="utf-8")
        return held(body)

    with endpoint(answers=spoils) as server:
        async with at(small_house, size=(100, 60)) as (app, pilot):
            await filled(app, pilot, model_url=server.url, model_name="tiny", model_key=KEY)
            await pilot.press("f9")
            await settled(pilot)
            assert isinstance(app.screen, Announce)
            assert "this is not TOML" in shown(app)
            assert KEY not in shown(app)


async def test_key_that_is_kept_is_not_shown_and_goes_with_its_address(small_house: House) -> None:
    small_house.settings = replace(
        small_house.settings, model_url=URL, model_name="big", model_key=Secret(KEY), model_form="schema"
    )
    async with at(small_house, size=(100, 60)) as (app, pilot):
        await filled(app, pilot)
        line = app.screen.query_one("#model_key", Line)
        assert (line.value, line.password) == ("", True)
        assert KEY not in app.export_screenshot()
        await filled(app, pilot, model_url="")
        await pilot.press("f9")
        await until_closed(app, pilot)
    assert small_house.settings.model_key == Secret()
    assert small_house.voice is None


async def test_wrong_model_settings_are_told_and_not_saved(small_house: House, tmp_path: Path) -> None:
    async with at(small_house, size=(100, 60)) as (app, pilot):
        await filled(app, pilot, model_url=f"https://me:{KEY}@host/v1", model_patience="soon", model_key="with space")
        await pilot.press("f9")
        await settled(pilot)
        fault = said(app, "#fault")
        assert fault.count("\n") == 2
        assert KEY not in fault
    assert not small_house.settings.file.exists()
