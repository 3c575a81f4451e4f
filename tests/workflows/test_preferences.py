"""What somebody who is signed in has chosen for himself."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from simulator.adapters.settings import Settings
from simulator.adapters.store.memory import MemoryStore
from simulator.bootstrap import House
from simulator.model.actor import OWNER, Actor
from simulator.model.errors import Forbidden, SettingsError
from simulator.model.journal import Denied
from simulator.workflows.preferences import forget_preferences, preferences
from simulator.workflows.privacy import erase


@pytest.fixture
def theirs(settings: Settings) -> House:
    """The program as somebody has it who is signed in."""
    store = MemoryStore()
    house = House(settings, actor=Actor(store.person("王芳"), "王芳", frozenset({"trainee"})))
    house.store = store
    return house


def test_choices_are_kept_with_the_person(theirs: House) -> None:
    """They come one by one, the later in place of the earlier, and go when he is forgotten; the file stays away."""
    person = theirs.actor.person or ""
    assert theirs.keep({"theme": "light"}).theme == "light"
    assert theirs.keep({"language": "zh", "notice_read": True}).language == "zh"
    theirs.keep({"theme": "dark"})
    assert preferences(theirs.store, person) == {"theme": "dark", "language": "zh", "notice_read": True}
    assert preferences(theirs.store, theirs.store.person("Li Lei")) == {}
    forget_preferences(theirs.store, person)
    assert preferences(theirs.store, person) == {}
    assert not theirs.settings.file.exists()


@pytest.mark.parametrize(
    "changes", [{"store": "elsewhere.db"}, {"name": "Root"}, {"model_url": "http://x"}, {"scenarios": (Path("/"),)}]
)
def test_what_is_the_servers_is_not_changed_by_one_who_signed_in(theirs: House, changes: dict[str, object]) -> None:
    """Neither alone nor beside what is his own; it is refused and logged."""
    with pytest.raises(Forbidden):
        theirs.keep({"theme": "light", **changes})
    assert preferences(theirs.store, theirs.actor.person or "") == {}
    assert [type(entered.event) for entered in theirs.store.journal()][-1] is Denied


def test_choices_of_an_erased_person_are_gone(theirs: House) -> None:
    """With his name and his texts goes what he had set for himself."""
    person = theirs.actor.person or ""
    theirs.keep({"theme": "light"})
    erase(replace(theirs.desk, actor=OWNER), theirs.exports, person, None)
    assert preferences(theirs.store, person) == {}


def test_choice_that_is_none_is_refused(theirs: House) -> None:
    """As the settings file would refuse it."""
    with pytest.raises(SettingsError):
        theirs.keep({"theme": "pink"})


def test_owner_keeps_his_choices_in_his_file(settings: Settings, tmp_path: Path) -> None:
    """On one's own machine nothing stands in the record."""
    house = House(replace(settings, file=tmp_path / "settings.toml"))
    assert house.keep({"theme": "light", "name": "Wang"}).name == "Wang"
    assert 'theme = "light"' in (tmp_path / "settings.toml").read_text()
    assert not Path(settings.store).exists()
