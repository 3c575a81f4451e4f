"""The settings of a model: where they come from, what is wrong with them, and that the key is never said."""

from __future__ import annotations

import stat
import tomllib
import traceback
from pathlib import Path
from typing import Any

import pytest

from simulator.adapters.settings import PATIENCE, Settings, faults, load, save
from simulator.model.errors import SettingsError
from simulator.model.secret import Secret

KEY = "sk-very-secret-0123456789"
URL = "https://models.example.com/v1"

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.toml"


def loaded(file: Path, text: str = "", **environ: str) -> Settings:
    file.write_text(text, encoding="utf-8")
    return load(environ={"HUIKUAN_CONFIG": str(file), "LANG": "en_GB.UTF-8", **environ})


def test_no_model_is_set_by_default(file: Path) -> None:
    """Also not by what the environment has for another program."""
    settings = loaded(file, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=URL)
    assert not settings.has_model
    assert (settings.model_url, settings.model_key, settings.model_patience) == ("", Secret(), PATIENCE)


def test_model_comes_from_the_file(file: Path) -> None:
    settings = loaded(
        file,
        f'model_url = "{URL}"\nmodel_key = "{KEY}"\nmodel_name = "big"\nmodel_patience = 5\nmodel_speak = false\n'
        'model_form = "tools"\n',
    )
    assert settings.has_model
    assert (settings.model_url, settings.model_key.reveal(), settings.model_name) == (URL, KEY, "big")
    assert (settings.model_patience, settings.model_listen, settings.model_speak) == (5.0, True, False)
    assert settings.model_form == "tools"


def test_environment_goes_before_the_file(file: Path) -> None:
    settings = loaded(
        file,
        f'model_url = "{URL}"\nmodel_key = "other"\nmodel_name = "big"\nmodel_form = "tools"\n',
        HUIKUAN_MODEL_KEY=KEY,
        HUIKUAN_MODEL_PATIENCE="2.5",
        HUIKUAN_MODEL_LISTEN="off",
        HUIKUAN_MODEL_NAME="",
    )
    assert (settings.model_key.reveal(), settings.model_name, settings.model_patience) == (KEY, "big", 2.5)
    assert (settings.model_listen, settings.model_form) == (False, "tools")


def test_key_of_the_file_is_sent_to_no_other_address(file: Path) -> None:
    """Nor does what was found out about one endpoint hold for another."""
    text = f'model_url = "{URL}"\nmodel_key = "{KEY}"\nmodel_name = "big"\nmodel_form = "schema"\n'
    settings = loaded(file, text, HUIKUAN_MODEL_URL="http://localhost:1/v1")
    assert (settings.model_key, settings.model_form) == (Secret(), "")
    assert loaded(file, text, HUIKUAN_MODEL_URL=URL).model_key == Secret(KEY)
    assert loaded(file, text, HUIKUAN_MODEL_NAME="other").model_form == ""


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("model_url", "example.com/v1"), ("model_url", "ftp://example.com"), ("model_url", "http://"),
        ("model_url", f"https://me:{KEY}@example.com/v1"), ("model_url", f"https://example.com/v1?key={KEY}"),
        ("model_url", "http://exa mple.com"), ("model_url", "http://[::1"), ("model_url", "http://h:99999/"),
        ("model_url", 5), ("model_key", f"{KEY}\n"), ("model_key", "钥匙"), ("model_key", 5), ("model_name", 5),
        ("model_patience", 0), ("model_patience", 61), ("model_patience", "8"), ("model_patience", True),
        ("model_patience", float("nan")), ("model_listen", "yes"), ("model_form", "grammar"),
    ],
)  # fmt: skip
def test_wrong_value_is_told_without_saying_it(key: str, value: Any) -> None:
    """A key may be in it."""
    (told,) = faults({key: value})
    assert key in told
    assert KEY not in told


def test_wrong_variable_is_told_without_saying_it(file: Path) -> None:
    for name, value in (
        ("HUIKUAN_MODEL_KEY", f"{KEY} {KEY}"),
        ("HUIKUAN_MODEL_URL", f"https://{KEY}@host/v1"),
        ("HUIKUAN_MODEL_PATIENCE", "soon"),
        ("HUIKUAN_MODEL_SPEAK", "perhaps"),
    ):
        with pytest.raises(SettingsError, match=name) as raised:
            loaded(file, **{name: value})
        assert KEY not in "".join(traceback.format_exception(raised.value))


def test_key_stands_in_the_file_alone(file: Path) -> None:
    """Which nobody else can read; not in the settings as they are shown."""
    settings = save(loaded(file), model_url=URL, model_name="big", model_key=Secret(KEY))
    assert tomllib.loads(file.read_text())["model_key"] == KEY
    assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0
    assert KEY not in repr(settings) + str(settings)
    assert load(environ={"HUIKUAN_CONFIG": str(file)}).model_key == Secret(KEY)


def test_key_of_the_environment_is_not_written_to_the_file(file: Path) -> None:
    """Only what is changed is written."""
    save(loaded(file, HUIKUAN_MODEL_KEY=KEY), theme="light")
    assert KEY not in file.read_text()
