"""The settings: what goes before what, and what is said of settings that are wrong."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from simulator.adapters.settings import Settings, language_of, load, save, settings_file
from simulator.model import language
from simulator.model.errors import SettingsError

ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@contextmanager
def _without_rights() -> Iterator[None]:
    """Runs as nobody where the tests run as root, to whom no file is read-only."""
    if ROOT:
        os.seteuid(65534)
    try:
        yield
    finally:
        if ROOT:
            os.seteuid(0)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the settings of a test are; it does not exist yet."""
    return tmp_path / "conf" / "settings.toml"


def _load(file: Path, text: str | None = None, **more: Any) -> Settings:
    if text is not None:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    environ = {"HUIKUAN_CONFIG": str(file), "LANG": "en_GB.UTF-8", **more.pop("environ", {})}
    return load(environ=environ, **more)


# What goes before what


def test_settings_have_a_default_each(file: Path) -> None:
    """With no file and nothing set, everything has a value, and no file or folder is made."""
    settings = _load(file)
    assert settings == Settings(
        language="en",
        theme="dark",
        store=str(Path(platformdirs.user_data_dir("huikuan")) / "huikuan.db"),
        cache=Path(platformdirs.user_cache_dir("huikuan")) / "solutions",
        name="",
        notice_read=False,
        scenarios=(),
        file=file,
    )
    assert not file.parent.exists()


def test_settings_come_from_the_file(file: Path) -> None:
    """Every key of the file is heeded; paths are meant from the file's folder, and ~ is the home folder."""
    settings = _load(
        file,
        'language = "zh"\ntheme = "light"\nstore = "../talks.db"\ncache = "/var/tmp/c"\nname = "王芳"\n'
        'notice_read = true\nscenarios = ["mine", "~/team", "/shared"]\n',
    )
    folder = file.parent
    assert settings == Settings(
        language="zh",
        theme="light",
        store=str(folder / ".." / "talks.db"),
        cache=Path("/var/tmp/c"),
        name="王芳",
        notice_read=True,
        scenarios=(folder / "mine", Path.home() / "team", Path("/shared")),
        file=file,
    )


@pytest.mark.parametrize(
    ("option", "variable", "in_file", "system", "spoken"),
    [
        ("en", "zh", "zh", "zh_CN.UTF-8", "en"),
        (None, "en", "zh", "zh_CN.UTF-8", "en"),
        (None, "", "en", "zh_CN.UTF-8", "en"),
        (None, None, None, "en_US.UTF-8", "en"),
        (None, None, None, "de_DE@euro", "en"),
        (None, None, None, "zh_CN.UTF-8", "zh"),
        (None, None, None, "zh-Hant", "zh"),
        (None, None, None, "zh", "zh"),
        (None, None, None, "zhuang", "en"),
        (None, None, None, "C.UTF-8", "zh"),
        (None, None, None, "POSIX", "zh"),
        (None, None, None, "", "zh"),
    ],
)
def test_language_is_the_first_that_is_told(
    file: Path, option: str | None, variable: str | None, in_file: str | None, system: str, spoken: str
) -> None:
    """--lang goes before HUIKUAN_LANG, that before the file, that before the system; unsaid is Chinese."""
    environ = {"LANG": system} | ({} if variable is None else {"HUIKUAN_LANG": variable})
    text = f'language = "{in_file}"' if in_file else ""
    assert _load(file, text, language=option, environ=environ).language == spoken
    if option is None:
        assert language_of({"HUIKUAN_CONFIG": str(file), **environ}) == spoken


def test_system_language_is_asked_in_the_order_of_posix(file: Path) -> None:
    """LC_ALL goes before LC_MESSAGES before LANG; an empty one says nothing."""
    assert _load(file, environ={"LC_ALL": "zh_CN", "LC_MESSAGES": "en_US", "LANG": "en_US"}).language == "zh"
    assert _load(file, environ={"LC_ALL": "", "LC_MESSAGES": "zh_TW", "LANG": "en_US"}).language == "zh"


def test_store_is_the_first_that_is_told(file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """--store goes before HUIKUAN_STORE before the file; the first two are meant from where one stands; URLs stay."""
    monkeypatch.chdir(tmp_path)
    text = 'store = "postgresql://db/huikuan"'
    assert _load(file, text).store == "postgresql://db/huikuan"
    assert _load(file, text, environ={"HUIKUAN_STORE": ""}).store == "postgresql://db/huikuan"
    assert _load(file, text, environ={"HUIKUAN_STORE": "here.db"}).store == str(tmp_path / "here.db")
    assert _load(file, text, store="~/x.db", environ={"HUIKUAN_STORE": "here.db"}).store == str(Path.home() / "x.db")
    assert _load(file, text, store="~no-such-user/x.db").store == str(tmp_path / "~no-such-user" / "x.db")


def test_settings_file_is_where_the_system_keeps_such(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without HUIKUAN_CONFIG the file is in the user's configuration folder; with it, from where one stands."""
    monkeypatch.chdir(tmp_path)
    assert settings_file({}) == Path(platformdirs.user_config_dir("huikuan")) / "settings.toml"
    assert settings_file({"HUIKUAN_CONFIG": ""}) == settings_file({})
    assert settings_file({"HUIKUAN_CONFIG": "my.toml"}) == tmp_path / "my.toml"


# What is wrong


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('theme = "dark"\nlanguge = "zh"\n', 2, ["languge", "language"]),
        ('\n\n[store]\npath = "x"\n', 3, ["store", "text"]),
        ("[[themes]]\nx = 1\n", 1, ["themes", "theme"]),
        ('name = "x"\n"not_red" = 1\n', 2, ["not_red", "notice_read"]),
        ("xyz = 1\n", 1, ["xyz", "scenarios"]),
        ("# language = 1\nlanguage = 1\n", 2, ["language", "“zh” or “en”"]),
        ('language = "fr"\n', 1, ["language", "“zh” or “en”"]),
        ("language = []\n", 1, ["language", "“zh” or “en”"]),
        ('theme = "blue"\n', 1, ["theme", "“dark” or “light”"]),
        ("store = 3\n", 1, ["store", "text"]),
        ('store = ""\n', 1, ["store", "empty"]),
        ('store = "a\\u0000b"\n', 1, ["store", "text"]),
        ("cache = false\n", 1, ["cache", "text"]),
        ("name = 1.5\n", 1, ["name", "text"]),
        ('notice_read = "yes"\n', 1, ["notice_read", "true or false"]),
        ("notice_read = 1\n", 1, ["notice_read", "true or false"]),
        ('scenarios = "mine"\n', 1, ["scenarios", "list"]),
        ('scenarios = ["mine", 2]\n', 1, ["scenarios", "list"]),
        ('name = "x"\nname = "y"\n', 2, ["TOML"]),
        ('name = "x"\n\ntheme dark\n', 3, ["TOML", "theme ="]),
        ('name = "x"\ntheme = "dark', 2, ["TOML"]),
        ("name = " + "[" * 5000, 1, ["TOML"]),
        ("name = " + "1" * 5000, 1, ["TOML"]),
    ],
)
def test_settings_that_are_wrong_are_told_with_their_line(file: Path, text: str, line: int, words: list[str]) -> None:
    """An unknown key, a wrong type, a wrong word and what is no TOML are SettingsErrors with file, line and remedy."""
    with pytest.raises(SettingsError) as raised:
        _load(file, text)
    assert str(raised.value).startswith(f"{file}:{line}: ")
    for word in words:
        assert word in str(raised.value).removeprefix(str(file))
    assert file.read_text(encoding="utf-8") == text


def test_settings_faults_are_told_all_at_once(file: Path) -> None:
    """Three faults are three lines."""
    with pytest.raises(SettingsError) as raised:
        _load(file, 'them = "dark"\nname = 1\nlanguage = "fr"\n')
    lines = str(raised.value).splitlines()
    assert [line.removeprefix(str(file))[:3] for line in lines] == [":1:", ":2:", ":3:"]


def test_settings_in_another_encoding_are_told(file: Path) -> None:
    """A file that is not UTF-8 is a SettingsError with the line; one with a byte order mark is fine."""
    file.parent.mkdir()
    file.write_bytes('theme = "light"\nname = "王芳"\n'.encode("gb18030"))
    with pytest.raises(SettingsError, match=r"settings\.toml:2: .*UTF-8"):
        _load(file)
    file.write_bytes(b'\xef\xbb\xbftheme = "light"\n')
    assert _load(file).theme == "light"


def test_settings_that_cannot_be_read_are_told(file: Path) -> None:
    """A folder in the file's place, and a file without the right to read, are SettingsErrors with the path."""
    file.mkdir(parents=True)
    with pytest.raises(SettingsError, match=str(file)):
        _load(file)
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        closed = Path(name) / "settings.toml"
        closed.write_text('theme = "light"')
        closed.chmod(0o000)
        with _without_rights(), pytest.raises(SettingsError, match="ermission denied"):
            _load(closed)


@pytest.mark.parametrize("told", ["fr", "ZH", "zh_CN"])
def test_language_variable_that_is_wrong_is_told(file: Path, told: str) -> None:
    """A wrong HUIKUAN_LANG or --lang is a SettingsError that names it and what it may be."""
    with pytest.raises(SettingsError, match=f"HUIKUAN_LANG.*{told}.*“zh” or “en”"):
        _load(file, environ={"HUIKUAN_LANG": told})
    with pytest.raises(SettingsError, match="--lang"):
        _load(file, language=told)


def test_language_of_a_broken_file_is_the_systems(file: Path) -> None:
    """The language of the error about the settings needs no right settings."""
    file.parent.mkdir()
    file.write_text("language = ")
    assert language_of({"HUIKUAN_CONFIG": str(file), "LANG": "en_US"}) == "en"
    assert language_of({"HUIKUAN_CONFIG": str(file), "HUIKUAN_LANG": "fr", "LANG": "zh_CN"}) == "zh"


# Writing


def test_save_writes_the_changes_and_nothing_else(file: Path) -> None:
    """What is changed is written beside what the file said; overrides and defaults stay out of it."""
    settings = _load(file, 'theme = "light"\n', language="en", environ={"HUIKUAN_STORE": "/tmp/other.db"})
    saved = save(settings, notice_read=True, name="王芳", scenarios=(Path("/shared"),))
    assert tomllib.loads(file.read_text(encoding="utf-8")) == {
        "theme": "light",
        "notice_read": True,
        "name": "王芳",
        "scenarios": ["/shared"],
    }
    assert (saved.notice_read, saved.name, saved.scenarios) == (True, "王芳", (Path("/shared"),))
    assert (saved.language, saved.store, saved.theme) == ("en", "/tmp/other.db", "light")
    assert [one.name for one in file.parent.iterdir()] == ["settings.toml"]


_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
_path = st.text("abc王/.- ~", min_size=1)


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "language": st.sampled_from(["zh", "en"]),
            "theme": st.sampled_from(["dark", "light"]),
            "store": _path,
            "cache": _path,
            "name": _text,
            "notice_read": st.booleans(),
            "scenarios": st.lists(_path).map(tuple),
        },
    )
)
def test_save_then_load_is_the_identity(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Whatever is saved is what is read, and what saving returns."""
    file = tmp_path / "settings.toml"
    file.unlink(missing_ok=True)
    saved = save(_load(file), **changes)
    assert _load(file) == saved


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"them": "dark"}, "theme"),
        ({"file": "x"}, "file"),
        ({"theme": "blue"}, "light"),
        ({"name": "a\udcff"}, "name"),
        ({"store": ""}, "empty"),
        ({"notice_read": None}, "true or false"),
    ],
)
def test_save_refuses_what_load_would_refuse(file: Path, changes: dict[str, Any], word: str) -> None:
    """A change that is none is a SettingsError, and the file stays as it is."""
    settings = _load(file, 'theme = "light"\n')
    with pytest.raises(SettingsError, match=word):
        save(settings, **({"name": "王芳"} | changes))
    assert file.read_text() == 'theme = "light"\n'


def test_save_over_a_file_that_became_wrong_is_refused(file: Path) -> None:
    """What somebody broke since is not written over."""
    settings = _load(file, "")
    file.write_text("theme = ")
    with pytest.raises(SettingsError, match=":1:"):
        save(settings, name="王芳")
    assert file.read_text() == "theme = "


def test_save_through_a_link_keeps_the_link(file: Path, tmp_path: Path) -> None:
    """A settings file that is a link into somebody's own folder stays one."""
    real = tmp_path / "dotfiles.toml"
    real.write_text("")
    file.parent.mkdir()
    file.symlink_to(real)
    save(_load(file), theme="light")
    assert file.is_symlink()
    assert real.read_text() == 'theme = "light"\n'


def test_save_that_fails_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full, saving is a SettingsError with the path, the old file is whole, and no draft is left."""
    settings = _load(file, 'theme = "light"\n')

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SettingsError, match=f"{file}.*No space left"):
        save(settings, theme="dark")
    assert file.read_text() == 'theme = "light"\n'
    assert [one.name for one in file.parent.iterdir()] == ["settings.toml"]


def test_save_without_the_right_to_is_told() -> None:
    """In a folder without the right to write, saving is a SettingsError with the path."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o555)
        with _without_rights(), pytest.raises(SettingsError, match=f"{folder}.*cannot be written"):
            save(_load(folder / "settings.toml"), theme="dark")
        folder.chmod(0o755)


def test_importing_the_settings_is_cheap() -> None:
    """Importing loads none of the heavy packages; nor does asking for the language with HUIKUAN_CONFIG set."""
    code = (
        "import sys; from simulator.adapters.settings import language_of; language_of();"
        "print({'pydantic', 'platformdirs', 'tomli_w', 'sqlalchemy', 'numpy', 'yaml', 'tempfile'} & set(sys.modules))"
    )
    environ = os.environ | {"HUIKUAN_CONFIG": "/nonexistent/settings.toml"}
    printed = subprocess.check_output(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[2], env=environ, text=True
    )
    assert printed == "set()\n"
