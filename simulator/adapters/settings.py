"""The settings: command line before environment before file before what the system suggests.

The file is TOML, ``settings.toml`` in the user's configuration folder or where ``HUIKUAN_CONFIG`` says. Paths in it are
meant from its own folder. Only what is changed is written, so that an override never ends up in the file.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from simulator.model.errors import SettingsError, did_you_mean
from simulator.model.language import LANGUAGES, Language, _

Theme = Literal["dark", "light"]
THEMES: tuple[Theme, ...] = get_args(Theme)

_APP = "huikuan"
_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")  # what neither TOML nor a path can hold
_PLACE = re.compile(r" ?\(at line (\d+), column \d+\)$")  # how tomllib ends its messages


@dataclass(frozen=True, slots=True)
class Settings:
    """What this run of the program was told.

    Attributes:
        store: path or URL of the record.
        cache: folder of the solutions.
        name: the trainee's; empty until he gave one.
        notice_read: he has read who will see what.
        scenarios: folders of the team's and one's own scenarios, absolute.
        file: where settings are read from and written to; it need not exist.
    """

    language: Language
    theme: Theme
    store: str
    cache: Path
    name: str
    notice_read: bool
    scenarios: tuple[Path, ...]
    file: Path


def load(language: str | None = None, store: str | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """The settings of this run.

    Args:
        language, store: from the command line; they go before everything else.
        environ: the environment; by default the real one. An empty variable is one that is not set.

    Raises:
        SettingsError: the file or a variable is wrong; all faults of the file are named, each with its line.
    """
    environ = os.environ if environ is None else environ
    file = settings_file(environ)
    table = _as_fields(_read(file), file.parent)
    spoken = _language("--lang", language) or _language("HUIKUAN_LANG", environ.get("HUIKUAN_LANG"))
    record = store or environ.get("HUIKUAN_STORE")
    return Settings(
        language=spoken or table.get("language") or _system_language(environ),
        theme=table.get("theme", "dark"),
        store=_place(record, Path.cwd()) if record else table.get("store") or _default_store(),
        cache=table.get("cache") or _default_cache(),
        name=table.get("name", ""),
        notice_read=table.get("notice_read", False),
        scenarios=table.get("scenarios", ()),
        file=file,
    )


def save(settings: Settings, **changes: object) -> Settings:
    """Writes ``changes`` into the file, all or nothing, and gives the settings with them.

    The rest of the file keeps its values, but not its comments.

    Args:
        changes: by the names of ``Settings``, but for ``file``; paths as ``Path`` or text.

    Raises:
        SettingsError: a change is none, the file has become wrong since it was read, or it cannot be written.
    """
    import tomli_w

    plain = {key: _as_toml(value) for key, value in changes.items()}
    faults = [why for _key, why in _faults(plain)]
    if faults:
        raise SettingsError("\n".join(faults))
    _write(settings.file, tomli_w.dumps({**_read(settings.file), **plain}))
    return replace(settings, **_as_fields(plain, settings.file.parent))


def settings_file(environ: Mapping[str, str] | None = None) -> Path:
    """Where the settings are, absolute."""
    environ = os.environ if environ is None else environ
    if told := environ.get("HUIKUAN_CONFIG"):
        return _under(Path.cwd(), told)
    import platformdirs

    return Path(platformdirs.user_config_dir(_APP, appauthor=False)) / "settings.toml"


def language_of(environ: Mapping[str, str] | None = None) -> Language:
    """The language to speak before anything is known to be right, such as in an error about the settings themselves."""
    environ = os.environ if environ is None else environ
    with contextlib.suppress(SettingsError):
        if from_environment := _language("HUIKUAN_LANG", environ.get("HUIKUAN_LANG")):
            return from_environment
    with contextlib.suppress(SettingsError):
        from_file: Language | None = _read(settings_file(environ)).get("language")
        if from_file:
            return from_file
    return _system_language(environ)


# Defaults


def _default_store() -> str:
    import platformdirs

    return str(Path(platformdirs.user_data_dir(_APP, appauthor=False)) / "huikuan.db")


def _default_cache() -> Path:
    import platformdirs

    return Path(platformdirs.user_cache_dir(_APP, appauthor=False)) / "solutions"


def _system_language(environ: Mapping[str, str]) -> Language:
    """Chinese where the system does not say; the C locale says nothing."""
    said = next((environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environ.get(name)), "")
    if not said and sys.platform == "win32":
        import locale

        said = locale.getlocale()[0] or ""
    named = re.split(r"[._@\-]", said, maxsplit=1)[0].casefold()
    # Windows names the language ("Chinese (Simplified)_China").
    return "zh" if named in ("", "c", "posix", "zh") or named.startswith("chinese") else "en"


def _language(source: str, told: str | None) -> Language | None:
    if not told:
        return None
    for language in LANGUAGES:
        if told == language:
            return language
    raise SettingsError(
        _("{source} is “{value}”; it must be {known}.", source=source, value=told, known=_alternatives(LANGUAGES))
    )


# Places


def _under(folder: Path, told: str) -> Path:
    """A path as it is meant from ``folder``."""
    path = Path(told)
    with contextlib.suppress(RuntimeError):  # “~somebody” who is not there is a name like another
        path = path.expanduser()
    return (folder / path).absolute()


def _place(told: str, folder: Path) -> str:
    """A URL as it is, or a path as it is meant from ``folder``."""
    return told if "://" in told else str(_under(folder, told))


# The file


def _read(file: Path) -> dict[str, Any]:
    """The file's table, every key known and every value of its type. A file that is missing says nothing."""
    source = _source(file)
    table = _parse(file, source)
    faults = [f"{file}:{_line(source, key)}: {why}" for key, why in _faults(table)]
    if faults:
        raise SettingsError("\n".join(faults))
    return table


def _source(file: Path) -> str:
    try:
        content = file.read_bytes()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise SettingsError(_("{file}: the settings cannot be read: {why}.", file=file, why=error.strerror)) from error
    try:
        return content.decode("utf-8-sig")  # some editors put a mark before it
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SettingsError(_("{file}:{line}: save the settings as UTF-8.", file=file, line=line)) from error


def _parse(file: Path, source: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(source)
    except (ValueError, RecursionError) as error:
        place = _PLACE.search(str(error))
        # Where tomllib names no line, it missed something up to the end.
        line = int(place[1]) if place else source.count("\n") + 1
        why = _PLACE.sub("", str(error))
        raise SettingsError(
            _(
                '{file}:{line}: this is not TOML: {why}. Write for example: theme = "dark"',
                file=file,
                line=line,
                why=why,
            )
        ) from error


def _line(source: str, key: str) -> int:
    """The line of a key or a table of that name; 1 if it is written in a way that we do not look for."""
    written = re.compile(rf"""\s*\[*\s*["']?{re.escape(key)}["']?\s*[=.\]]""")
    return next((number for number, line in enumerate(source.splitlines(), 1) if written.match(line)), 1)


def _write(file: Path, text: str) -> None:
    import tempfile

    target = Path(os.path.realpath(file))  # a link stays a link
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".settings-", dir=target.parent)
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as out:
                out.write(text.encode("utf-8"))
                out.flush()
                os.fsync(out.fileno())
            draft.replace(target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise SettingsError(
            _("{file}: the settings cannot be written: {why}.", file=file, why=error.strerror)
        ) from error


# What a key may hold


def _text(value: object) -> str | None:
    if not isinstance(value, str) or _UNWRITABLE.search(value):
        return _("must be a text")
    return None


def _place_text(value: object) -> str | None:
    return _text(value) or (None if value else _("must not be empty"))


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else _("must be true or false")


def _places(value: object) -> str | None:
    if not isinstance(value, list | tuple) or any(_place_text(one) for one in value):
        return _("must be a list of folders, each a text")
    return None


def _one_of(known: tuple[str, ...]) -> Callable[[object], str | None]:
    return lambda value: None if value in known else _("must be {known}", known=_alternatives(known))


def _alternatives(known: tuple[str, ...]) -> str:
    return _(" or ").join(f"“{one}”" for one in known)


_CHECKS: dict[str, Callable[[object], str | None]] = {
    "language": _one_of(LANGUAGES),
    "theme": _one_of(THEMES),
    "store": _place_text,
    "cache": _place_text,
    "name": _text,
    "notice_read": _flag,
    "scenarios": _places,
}


def _faults(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Each key that is wrong, and why."""
    for key, value in table.items():
        check = _CHECKS.get(key)
        if check is None:
            yield key, _("there is no setting “{key}”.", key=key) + " " + did_you_mean(key, _CHECKS)
        elif why := check(value):
            yield key, f"“{key}” {why}."


def _as_toml(value: object) -> object:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple):
        return [_as_toml(one) for one in value]
    return value


def _as_fields(table: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """A table's values as ``Settings`` holds them."""
    fields = dict(table)
    if "store" in fields:
        fields["store"] = _place(fields["store"], folder)
    if "cache" in fields:
        fields["cache"] = _under(folder, fields["cache"])
    if "scenarios" in fields:
        fields["scenarios"] = tuple(_under(folder, one) for one in fields["scenarios"])
    return fields
