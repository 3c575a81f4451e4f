"""Confirming and revoking certificates on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot
from tui.opening import at, said, told
from tui.playing import house_of, press, settled, shown
from workflows.test_certifying import Kept, kept, seen

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.settings import Settings
from simulator.bootstrap import House
from simulator.tui.app import HuikuanApp
from simulator.tui.screens.ask import Announce
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.screens.certify import CertifyDialog, RevokeDialog
from simulator.tui.views.certify import course_of
from simulator.tui.widgets.lines import Lines
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.writing import Writing
from simulator.workflows.certifying import asked_of, certificates, certify, propose
from simulator.workflows.solutions import Solutions

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def house(settings: Settings, solutions: Solutions, content: YamlLibrary) -> House:
    """Li Lei's desk, whose store has results without events."""
    return house_of(replace(settings, name="Li Lei"), solutions, content, Kept())


@pytest.fixture
def course(content: YamlLibrary) -> str:
    """A course of which scenarios show something."""
    return next(one.course for one in content.courses() if asked_of(content, one))


def able(house: House, course: str, credit: float = 1.0) -> str:
    """Wang Min, with four talks in which he takes so much of every chance."""
    person = house.store.person("[b]Wang Min")
    asked = asked_of(house.library, course_of(house.library, course))
    now = house.desk.now()
    for number in range(4):
        one = kept(person, number, ended=now)
        house.store.put_results([replace(one, observations=seen(one.attempt, credit, asked))])
    return person


@asynccontextmanager
async def open_over(house: House, dialog: HuikuanDialog[Any]) -> AsyncIterator[tuple[HuikuanApp, Pilot[Any]]]:
    async with at(house, lambda app: app.push_screen(dialog)) as (app, pilot):  # type: ignore[arg-type, return-value]
        await settled(pilot)
        yield app, pilot


def evidence(app: HuikuanApp) -> str:
    return app.screen.query_one("#evidence", Lines).query_one(Plain).text


async def test_evidence_is_shown_before_the_certificate_is_confirmed(house: House, course: str) -> None:
    """The rule, how far it is met, compliance with its bound, and each objective with what it rests on."""
    person = able(house, course)
    async with open_over(house, CertifyDialog(person, course)) as (app, pilot):
        assert "[b]Wang Min" in said(app, "#title")
        text = " ".join(evidence(app).split())
        assert "Attempts counted: 4" in text
        assert "no forbidden act in 4 attempts; that bounds the rate at 52.7% of talks" in text
        assert "meets the standard (16 of 16 chances in 4 talks on 2 scenarios)" in text
        assert certificates(house.desk) == ()
        await press(pilot, "f9")
        (held,) = certificates(house.desk, person)
        assert (held.event.course, held.event.by) == (course, house.store.person("Li Lei"))
        assert any(held.code in one for one in told(app))
        assert app.screen is app.home


async def test_what_does_not_meet_the_standard_is_not_confirmed(house: House, course: str) -> None:
    """What is in the way is said; the key does nothing."""
    person = able(house, course, credit=0.0)
    async with open_over(house, CertifyDialog(person, course)) as (app, pilot):
        assert "In the way: Objectives in the band “not yet”" in evidence(app)
        await press(pilot, "f9")
        assert isinstance(app.screen, CertifyDialog)
        assert certificates(house.desk) == ()


async def test_unknown_course_and_certificate_are_told(house: House) -> None:
    for dialog in (CertifyDialog(house.store.person("x"), "nothing"), RevokeDialog("HK-0000-0000-0000")):
        async with open_over(house, dialog) as (app, pilot):
            assert isinstance(app.screen, Announce)
            await press(pilot, "escape", "f9")
            assert isinstance(app.screen, CertifyDialog | RevokeDialog)
            await press(pilot, "escape")
            assert app.screen is app.home


async def test_certificate_is_revoked_with_a_reason_and_words(house: House, course: str) -> None:
    """What it is stands above; without words it is not revoked."""
    person = able(house, course)
    asked = asked_of(house.library, course_of(house.library, course))
    held = certify(house.desk, "韩梅梅", propose(house.desk, person, course, asked))
    async with open_over(house, RevokeDialog(held.code)) as (app, pilot):
        assert f"Certificate: {held.code}" in said(app, "#about")
        assert "For: [b]Wang Min" in shown(app)
        await press(pilot, "f9")
        assert "Say why" in said(app, "#fault")
        app.screen.query_one(Pick).chosen = "mistake"
        app.screen.query_one(Writing).focus()
        await press(pilot, *"wrong man", "f9")
        (gone,) = certificates(house.desk)
        assert gone.state == "revoked"
        assert gone.revoked is not None
        assert house.store.journal_texts()[gone.revoked.seq] == "wrong man"
        assert app.screen is app.home


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_dialogs_fit(house: House, course: str, size: tuple[int, int]) -> None:
    person = able(house, course)
    asked = asked_of(house.library, course_of(house.library, course))
    held = certify(house.desk, "韩梅梅", propose(house.desk, person, course, asked))
    for dialog in (CertifyDialog(person, course, held.event.certificate), RevokeDialog(held.code)):
        async with at(house, size=size) as (app, pilot):
            app.push_screen(dialog)
            await settled(pilot)
            assert app.screen.query_one("#back").region.bottom <= size[1] - 1
