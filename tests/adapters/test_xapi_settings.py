"""Where statements go: by the file and the environment, with a key that is not shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.adapters.settings import Settings, load, save
from simulator.bootstrap import House
from simulator.model.errors import SettingsError
from simulator.model.secret import Secret

FILE = """
xapi_url = "https://lrs.example.com/xapi"
xapi_key = "the-key"
xapi_secret = "hunter2"
xapi_home = "https://example.com"
"""


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "settings.toml").write_text(FILE)
    return {"HUIKUAN_CONFIG": str(tmp_path / "settings.toml")}


def told(settings: Settings) -> tuple[str, str, str, str, bool]:
    key, secret = settings.xapi_key.reveal(), settings.xapi_secret.reveal()
    return settings.xapi_url, key, secret, settings.xapi_home, settings.xapi_texts


def test_learning_system_is_set_in_the_file(environ: dict[str, str], english: None) -> None:
    """Words of talks stay home unless it says otherwise; neither key nor secret shows itself."""
    settings = load(environ=environ)
    assert told(settings) == ("https://lrs.example.com/xapi", "the-key", "hunter2", "https://example.com", False)
    assert settings.has_xapi
    assert "hunter2" not in repr(settings)
    assert "the-key" not in repr(settings)


def test_environment_goes_before_the_file(environ: dict[str, str]) -> None:
    """Each by itself; words are switched on with it, too."""
    settings = load(environ=environ | {"HUIKUAN_XAPI_SECRET": "other", "HUIKUAN_XAPI_TEXTS": "yes"})
    assert told(settings) == ("https://lrs.example.com/xapi", "the-key", "other", "https://example.com", True)
    alone = {"HUIKUAN_CONFIG": "/nothing.toml", "HUIKUAN_XAPI_URL": "http://a/b", "HUIKUAN_XAPI_HOME": "http://c"}
    assert load(environ=alone).has_xapi
    assert not load(environ={"HUIKUAN_CONFIG": "/nothing.toml"}).has_xapi


def test_key_of_the_file_goes_to_no_other_address(environ: dict[str, str]) -> None:
    """Whoever names another one names its key."""
    settings = load(environ=environ | {"HUIKUAN_XAPI_URL": "https://other.example.com"})
    assert told(settings)[:3] == ("https://other.example.com", "", "")
    settings = load(environ=environ | {"HUIKUAN_XAPI_URL": "https://other.example.com", "HUIKUAN_XAPI_KEY": "mine"})
    assert told(settings)[1:3] == ("mine", "")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("HUIKUAN_XAPI_URL", "lrs.example.com"),
        ("HUIKUAN_XAPI_URL", "https://key:hunter2@lrs.example.com"),
        ("HUIKUAN_XAPI_HOME", "mailto:a@b.c"),
        ("HUIKUAN_XAPI_HOME", "https://example.com/?a=b"),
        ("HUIKUAN_XAPI_SECRET", "hunter2 hunter2"),
        ("HUIKUAN_XAPI_TEXTS", "perhaps"),
    ],
)
def test_wrong_variable_is_told_without_its_value(
    variable: str, value: str, environ: dict[str, str], english: None
) -> None:
    """By its name, and what it must be."""
    with pytest.raises(SettingsError, match=variable) as raised:
        load(environ=environ | {variable: value})
    assert "hunter2" not in str(raised.value)


def test_settings_of_the_learning_system_are_saved(environ: dict[str, str]) -> None:
    """And read back, the secret too; it can be taken away."""
    settings = save(load(environ=environ), xapi_secret=Secret("new"), xapi_texts=True)
    assert told(load(environ=environ))[2:] == ("new", "https://example.com", True)
    assert told(settings)[2] == "new"
    save(settings, xapi_url="")
    assert not load(environ=environ).has_xapi


def test_house_tells_the_learning_system_that_is_set(settings: Settings) -> None:
    """Under the organisation's address; nothing where none is set."""
    from dataclasses import replace

    assert House(settings).dispatch.receiver is None
    house = House(replace(settings, xapi_url="http://a/b", xapi_home="http://c", xapi_texts=True))
    dispatch = house.dispatch
    assert dispatch.receiver is not None
    assert (dispatch.home, dispatch.texts, dispatch.desk) == ("http://c", True, house.desk)
    assert 0 <= dispatch.chance() < 1
