"""What a session's process is told, and what it inherits. It is read before all else, and imports next to nothing."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field

from simulator.model.actor import OWNER, Actor, Role

# Cells. 500 × 200 is a screen of 3840 × 2160 at a letter of 8 × 11; below 20 × 5 nothing can be read.
LEAST_SIZE, MOST_SIZE = (20, 5), (500, 200)
DEFAULT_SIZE = (80, 24)

# What a program needs to find its home, its folders, its language and the roots of trust. All else stays with the
# server, keys above all: what a session needs of the settings is told it in its order, which no other program can read.
_INHERITED = (
    *("PATH", "HOME", "USER", "LOGNAME", "TZ", "LANG", "LC_ALL", "LC_CTYPE", "LC_MESSAGES", "TMPDIR"),
    *("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "SSL_CERT_FILE", "SSL_CERT_DIR"),
    *("SYSTEMROOT", "USERPROFILE", "APPDATA", "LOCALAPPDATA", "TEMP", "TMP", "USERNAME"),
)
# A proxy's address is inherited if it holds no password.
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
_SET = {
    "PYTHONIOENCODING": "utf-8",
    "PYTHONDONTWRITEBYTECODE": "1",  # thirty processes at once need not write the same files
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    "TEXTUAL_FPS": "60",
    # One session is one of many: its arithmetic keeps to one thread, and a parent without threads can be forked.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
_TOLD = "HUIKUAN_"
_UNTOLD = "HUIKUAN_XAPI_"  # the server's own business: no session says anything to the learning system


@dataclass(frozen=True, slots=True)
class Order:
    """What one session's process is told.

    Attributes:
        number: the session's, in what is said of it.
        size: columns and rows, within ``LEAST_SIZE`` and ``MOST_SIZE``.
        name: the name that attempts are recorded under; empty for the one in the settings.
        person, roles: of who is signed in; None and none for the machine's owner.
        own: settings that he has chosen for himself, by their names.
        attempt: the one that was open when the line was lost; empty for none.
        page: tells the page in the browser from all others, and is the same when it comes again; empty where unsaid.
        language, store: from the command line, as for every command.
        told: the settings that came by the environment; they may hold a key.
    """

    number: int
    size: tuple[int, int] = DEFAULT_SIZE
    name: str = ""
    person: str | None = None
    roles: tuple[Role, ...] = ()
    own: Mapping[str, object] = field(default_factory=dict)
    attempt: str = ""
    page: str = ""
    language: str | None = None
    store: str | None = None
    told: Mapping[str, str] = field(default_factory=dict, repr=False)

    def written(self) -> bytes:
        """As one line, without its end."""
        return json.dumps(asdict(self)).encode("ascii")

    @classmethod
    def read(cls, line: bytes) -> Order:
        """What ``written`` wrote."""
        table = json.loads(line)
        columns, rows = table.pop("size")
        return cls(size=(columns, rows), roles=tuple(table.pop("roles")), **table)

    @property
    def actor(self) -> Actor:
        """On whose behalf the session does what it does."""
        return OWNER if self.person is None else Actor(self.person, self.name, frozenset(self.roles))


def fitting(width: object, height: object) -> tuple[int, int]:
    """A size that a session may have, nearest to what a browser asks for. What is no number asks for nothing."""
    asked = (width, height)
    return tuple(  # type: ignore[return-value]
        min(max(one, least), most) if isinstance(one, int) and not isinstance(one, bool) else usual
        for one, least, most, usual in zip(asked, LEAST_SIZE, MOST_SIZE, DEFAULT_SIZE, strict=True)
    )


def environment(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a session's process inherits of the server's environment: nothing but what is listed here."""
    environ = os.environ if environ is None else environ
    names = {*_INHERITED, *_open_proxies(environ)}
    kept = {name: value for name, value in environ.items() if name.upper() in names or name in names}
    return kept | _SET | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def told(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The settings that the server's environment holds, for an order."""
    environ = os.environ if environ is None else environ
    languages = ("LC_ALL", "LC_MESSAGES", "LANG")
    named = (name for name in environ if name.startswith(_TOLD) and not name.startswith(_UNTOLD))
    return {name: environ[name] for name in environ.keys() & {*named, *languages}}


def _open_proxies(environ: Mapping[str, str]) -> Iterator[str]:
    return (name for name, value in environ.items() if name.upper() in _PROXIES and "@" not in value)
