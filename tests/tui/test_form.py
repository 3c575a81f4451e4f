"""The questions before and after the talk, answered by keyboard alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from tui.opening import small

from simulator.bootstrap import House
from simulator.model.case import Answer
from simulator.tui.app import HuikuanApp
from simulator.tui.views import Words
from simulator.tui.widgets.form import Form, Steps
from simulator.tui.widgets.plain import Plain

NEXT = "pagedown"


class Asking(App[None]):
    """A form alone."""

    CSS_PATH = HuikuanApp.CSS_PATH

    def __init__(self, house: House, answers: dict[str, Answer]) -> None:
        super().__init__()
        scenario = small(house)
        self.make = lambda: Form(scenario.preparation, Words(scenario, "en"), answers)
        self.form = self.make()
        self.ends = 0

    def compose(self) -> ComposeResult:
        yield self.form

    def on_mount(self) -> None:
        self.form.focus_answer()

    async def anew(self) -> Form:
        """The form again, as it was at first."""
        await self.form.remove()
        self.form = self.make()
        await self.mount(self.form)
        self.form.focus_answer()
        return self.form

    def on_form_at_end(self) -> None:
        self.ends += 1


@asynccontextmanager
async def asking(house: House, answers: dict[str, Answer] | None = None) -> AsyncIterator[tuple[Form, Pilot[Any]]]:
    """The small debt's preparation, the first open question in focus."""
    app = Asking(house, answers or {})
    async with app.run_test(size=(80, 24)) as pilot:
        yield app.form, pilot


CASES: dict[str, list[tuple[str, Answer]]] = {
    "days": [
        ("1 0", 10.0),
        ("1 , 0 0 0", 1000.0),
        ("１ ２", 12.0),
        ("2 . 5 万", 25000.0),
        ("x", None),
    ],
    "who": [
        ("space", "boss"),
        ("down space", "clerk"),
        ("down enter", "clerk"),
        ("space space", None),
    ],
    "papers": [
        ("space down space", ("slip-a", "order-a")),
        ("space down space up space", ("order-a",)),
        ("space space", None),
    ],
    "steps": [
        ("enter", ("first", "second", "third")),
        ("right", ("second", "first", "third")),
        ("down down left left", ("third", "first", "second")),
        ("3", ("second", "third", "first")),
        ("9", None),
    ],
    "sums": [
        ("1 2", {"goods": "due", "deposit": "later"}),
        ("right down left", {"goods": "due", "deposit": "later"}),
        ("space space", {"goods": "later"}),
        ("1 up backspace", None),
        ("7", None),
    ],
}


@pytest.mark.parametrize("question", CASES)
async def test_a_question_is_answered_by_keys(question: str, small_house: House) -> None:
    """Each kind of question gives the answer that its keys say; what is wrong leaves it open."""
    fields = {one.id: one for one in small(small_house).preparation}
    async with asking(small_house) as (form, pilot):
        for keys, answer in CASES[question]:
            form = await form.app.anew()  # type: ignore[attr-defined]
            await pilot.press(*[NEXT] * list(fields).index(question), *keys.split())
            await pilot.pause()
            assert form.answers == {one: answer if one == question else None for one in fields}, keys
            assert fields[question].answer_fault(form.answers[question]) is None


async def test_what_is_no_number_is_said_below_the_line(small_house: House) -> None:
    """Letters in a number are refused with the reason, and Enter stays on the question."""
    async with asking(small_house) as (form, pilot):
        await pilot.press("1", "x", "enter")
        await pilot.pause()
        assert "“1x” is not a number" in form.query_one("#fault", Plain).text
        assert form.now == 0
        await pilot.press("backspace", "enter")
        await pilot.pause()
        assert form.now == 1
        assert form.answers["days"] == 1.0


async def test_enter_goes_through_the_form_and_says_when_it_is_at_the_end(small_house: House) -> None:
    """A trainee who only confirms reaches the end once, with every confirmed answer kept."""
    async with asking(small_house) as (form, pilot):
        for key in ("9", "enter", "enter", "space", "enter", "enter", "1", "2", "enter"):
            await pilot.press(key)
            await pilot.pause()
        assert form.app.ends == 1  # type: ignore[attr-defined]
        assert form.answers == {
            "days": 9.0,
            "who": "boss",
            "papers": ("slip-a",),
            "steps": ("first", "second", "third"),
            "sums": {"goods": "due", "deposit": "later"},
        }


async def test_a_draft_comes_back_as_it_was(small_house: House) -> None:
    """Answers given before are shown again, and the first open question is on the screen."""
    draft: dict[str, Answer] = {"days": 3.0, "who": "clerk", "steps": ("third", "first", "second")}
    async with asking(small_house, draft) as (form, pilot):
        await pilot.pause()
        assert form.now == 2
        assert form.open == 2
        assert "3 of 5 answered" in form.query_one(Steps).text
        await pilot.press(NEXT, "enter")
        await pilot.pause()
        assert form.answers["steps"] == ("third", "first", "second")


async def test_an_answer_is_seen_without_colour(small_house: House) -> None:
    """Signs before the options say what is chosen and which one is highlighted."""
    async with asking(small_house) as (form, pilot):
        await pilot.press(NEXT, "down", "space")
        await pilot.pause()
        lines = ["".join(part.text for part in strip) for strip in form.app.screen._compositor.render_strips()]
        assert any("> (x) The clerk" in line for line in lines)
        assert any("  ( ) The boss" in line for line in lines)


async def test_a_click_answers_and_goes_to_a_question(small_house: House) -> None:
    """The mouse works: on the number of a question, and on an option."""
    async with asking(small_house) as (form, pilot):
        steps = form.query_one(Steps)
        at = steps.text.index(" 2 ") + 1
        await pilot.click(steps, offset=(at, 0))
        await pilot.pause()
        assert form.now == 1
        await pilot.click("OneChoice", offset=(8, 1))
        await pilot.pause()
        assert form.answers["who"] == "clerk"
