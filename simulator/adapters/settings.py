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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, get_args

from simulator.model.errors import SettingsError, did_you_mean
from simulator.model.language import LANGUAGES, Language, _
from simulator.model.secret import Secret

Theme = Literal["dark", "light"]
THEMES: tuple[Theme, ...] = get_args(Theme)

Form = Literal["schema", "tools", "object", "text"]
FORMS: tuple[Form, ...] = get_args(Form)
PATIENCE = 8.0  # seconds; the longest pause in which a talk still feels like one (decided 2026-11)
LONGEST_PATIENCE = 60.0  # seconds; beyond that nobody is still waiting for an answer to what he said

LONGEST_KEPT = 36_500  # days; a hundred years, which is for ever

_APP = "huikuan"
_SPACE = re.compile(r"[\s\x00-\x20\x7f]")
_PLAIN = re.compile(r"[\x21-\x7e]{1,4096}")
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
        model_url: base address of an OpenAI-compatible endpoint; empty for none, and then nothing leaves the machine.
        model_key: its key; empty where it wants none.
        model_name: the model's name there.
        model_patience: seconds that a talk waits for it at most.
        model_listen, model_speak: what it is used for.
        model_form: how it can be held to a form, as found out at set-up; empty where nobody has asked.
        xapi_url: endpoint of the company's learning system; empty for none, and then nothing is said to it.
        xapi_key, xapi_secret: its key and what goes with it.
        xapi_home: the organisation's own address, under which people's accounts and the activities are named there.
        xapi_texts: the words of talks go out, too.
        keep_typed, keep_practice, keep_leavers, keep_exports: for how many days what was typed in talks, the same of
            practice, the names of those who left, and kept exports stay; None for as long as the program suggests.
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
    model_url: str = ""
    model_key: Secret = field(default_factory=Secret)
    model_name: str = ""
    model_patience: float = PATIENCE
    model_listen: bool = True
    model_speak: bool = True
    model_form: Form | Literal[""] = ""
    xapi_url: str = ""
    xapi_key: Secret = field(default_factory=Secret)
    xapi_secret: Secret = field(default_factory=Secret)
    xapi_home: str = ""
    xapi_texts: bool = False
    keep_typed: int | None = None
    keep_practice: int | None = None
    keep_leavers: int | None = None
    keep_exports: int | None = None

    @property
    def has_model(self) -> bool:
        """Whether an endpoint is set."""
        return bool(self.model_url and self.model_name)

    @property
    def has_xapi(self) -> bool:
        """Whether a learning system is set."""
        return bool(self.xapi_url and self.xapi_home)


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
    table |= _model_of(environ, table)
    table |= _xapi_of(environ, table)
    return Settings(
        language=spoken or table.get("language") or _system_language(environ),
        theme=table.get("theme", "dark"),
        store=_place(record, Path.cwd()) if record else table.get("store") or _default_store(),
        cache=table.get("cache") or _default_cache(),
        name=table.get("name", ""),
        notice_read=table.get("notice_read", False),
        scenarios=table.get("scenarios", ()),
        file=file,
        **{name: value for name, value in table.items() if name.startswith(("model_", "xapi_", "keep_"))},
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

    if wrong := faults(changes):
        raise SettingsError("\n".join(wrong))
    plain = {key: _as_toml(value) for key, value in changes.items()}
    _write(settings.file, tomli_w.dumps({**_read(settings.file), **plain}))
    return replace(settings, **_as_fields(plain, settings.file.parent))


def faults(changes: Mapping[str, object]) -> list[str]:
    """What is wrong with changes before they are saved, a sentence each."""
    return [why for _key, why in _faults({key: _as_toml(value) for key, value in changes.items()})]


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


# The model and the learning system


_SWITCH = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
# What each variable says, and how its text is read.
_VARIABLES: dict[str, tuple[str, Callable[[str], object]]] = {
    "model_url": ("HUIKUAN_MODEL_URL", str),
    "model_key": ("HUIKUAN_MODEL_KEY", str),
    "model_name": ("HUIKUAN_MODEL_NAME", str),
    "model_patience": ("HUIKUAN_MODEL_PATIENCE", float),
    "model_listen": ("HUIKUAN_MODEL_LISTEN", lambda text: _SWITCH[text.casefold()]),
    "model_speak": ("HUIKUAN_MODEL_SPEAK", lambda text: _SWITCH[text.casefold()]),
    "xapi_url": ("HUIKUAN_XAPI_URL", str),
    "xapi_key": ("HUIKUAN_XAPI_KEY", str),
    "xapi_secret": ("HUIKUAN_XAPI_SECRET", str),
    "xapi_home": ("HUIKUAN_XAPI_HOME", str),
    "xapi_texts": ("HUIKUAN_XAPI_TEXTS", lambda text: _SWITCH[text.casefold()]),
}
_SECRETS = frozenset({"model_key", "xapi_key", "xapi_secret"})


def _model_of(environ: Mapping[str, str], table: Mapping[str, Any]) -> dict[str, Any]:
    """What the environment says of the model. What was found out of one endpoint does not hold for another."""
    told = _told_by(environ, "model_")
    moved = any(told.get(name, table.get(name)) != table.get(name) for name in ("model_url", "model_name"))
    if moved:
        told["model_form"] = ""
        # A key in the file belongs to the address in the file, and is sent to no other.
        if "model_url" in told and told["model_url"] != table.get("model_url") and "model_key" not in told:
            told["model_key"] = Secret()
    return told


def _xapi_of(environ: Mapping[str, str], table: Mapping[str, Any]) -> dict[str, Any]:
    """What the environment says of the learning system. Keys in the file belong to the address there, as above."""
    told = _told_by(environ, "xapi_")
    if told.get("xapi_url", table.get("xapi_url")) != table.get("xapi_url"):
        told = {"xapi_key": Secret(), "xapi_secret": Secret()} | told
    return told


def _told_by(environ: Mapping[str, str], prefix: str) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, (variable, read) in _VARIABLES.items():
        if not name.startswith(prefix) or not (text := environ.get(variable, "").strip()):
            continue
        value: object = None
        with contextlib.suppress(KeyError, ValueError):
            value = read(text)
        if why := _CHECKS[name](value):
            raise SettingsError(f"{variable}: {why}.")
        told[name] = Secret(text) if name in _SECRETS else value
    return told


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
    wrong = [f"{file}:{_line(source, key)}: {why}" for key, why in _faults(table)]
    if wrong:
        raise SettingsError("\n".join(wrong))
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


def _address(value: object) -> str | None:
    """An address that can be shown: whoever writes a key into it is told where keys belong."""
    if why := _text(value):
        return why
    if not value:
        return None
    import urllib.parse

    try:
        parts = urllib.parse.urlsplit(str(value))
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits or _SPACE.search(str(value)):
        return _("must be an address such as https://example.com/v1")
    if parts.username is not None or parts.query or parts.fragment:
        return _("must hold no name, password or question mark; the key is a setting of its own")
    return None


def _key(value: object) -> str | None:
    """A key is one line of plain signs, as a header needs it. What it is, is never said."""
    if isinstance(value, str) and (not value or _PLAIN.fullmatch(value)):
        return None
    return _("must be a text of letters, digits and signs without spaces")


def _seconds(value: object) -> str | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and 1 <= value <= LONGEST_PATIENCE:  # type: ignore[operator]
        return None
    return _("must be a number of seconds from 1 to {most}", most=f"{LONGEST_PATIENCE:.0f}")


def _days(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LONGEST_KEPT:
        return None
    return _("must be a whole number of days from 1 to {most}", most=f"{LONGEST_KEPT:,}")


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
    "model_url": _address,
    "model_key": _key,
    "model_name": _text,
    "model_patience": _seconds,
    "model_listen": _flag,
    "model_speak": _flag,
    "model_form": _one_of((*FORMS, "")),
    "xapi_url": _address,
    "xapi_key": _key,
    "xapi_secret": _key,
    "xapi_home": _address,
    "xapi_texts": _flag,
    "keep_typed": _days,
    "keep_practice": _days,
    "keep_leavers": _days,
    "keep_exports": _days,
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
    if isinstance(value, Secret):
        return value.reveal()
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
    for name in _SECRETS & fields.keys():
        fields[name] = Secret(fields[name])
    if "model_patience" in fields:
        fields["model_patience"] = float(fields["model_patience"])
    return fields
