"""The application over the tests' own small content and a record in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from doubles import desk_over
from shelf import CONTENT

from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.model import language
from simulator.workflows.ports import Store
from simulator.workflows.solutions import Solutions

MakeHouse = Callable[..., House]


@pytest.fixture(autouse=True)
def in_english() -> None:
    """Screens speak English, so that their words can be compared."""
    language.use("en")


@pytest.fixture
def make_house(settings: Settings, solutions: Solutions) -> MakeHouse:
    """Makes a house over the small content, a given store and the solutions that all tests share."""

    def making(store: Store | None = None, **changes: object) -> House:
        house = House(replace(settings, **changes), shipped=CONTENT)  # type: ignore[arg-type]
        house.__dict__["store"] = store or MemoryStore()
        house.__dict__["solutions"] = solutions
        house.__dict__["desk"] = desk_over(house.store, solutions)
        return house

    return making


@pytest.fixture
def small_house(make_house: MakeHouse) -> House:
    """The small content and an empty record."""
    return make_house()
