"""Scenario files as text that somebody edits: read, written all or nothing, claimed, and kept when a Studio dies."""

from __future__ import annotations

import codecs
import contextlib
import getpass
import hashlib
import json
import os
import socket
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from simulator.adapters.scenario_yaml.source import Findings, decoded, given_text, printable, read_bytes
from simulator.model.errors import BadFile, ChangedElsewhere, UsageError
from simulator.model.language import _
from simulator.workflows.ports import Claim, Kept, Loaded

# File systems state times in steps of up to 2 s (FAT). Within that, a second change may leave time and size as they
# are, so that only the bytes tell.
_STEP = 2_000_000_000  # nanoseconds
# A process on another machine cannot be asked whether it lives. A working day (decided 2026-11): a Studio that is open
# renews its claim, and one forgotten overnight is no news.
_FOREIGN_CLAIM = timedelta(hours=12)
_SAVING = 5.0  # seconds to wait for another Studio that is saving just now; a save takes milliseconds
_ABANDONED = 10.0  # seconds after which whoever was saving was killed over it
_CLAIM, _TEXT = ".claim", ".text"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a file looked like when its bytes were hashed."""

    look: tuple[int, int, int]
    stamp: str


class YamlFiles:
    """The ``ScenarioFiles`` over a file system.

    Args:
        data: the data folder; claims and unsaved texts are kept in ``studio/`` there, which is made when it is needed.
        shipped: the folder of the shipped content, where installers may make links.
    """

    def __init__(self, data: Path, shipped: Path) -> None:
        self._folder = data / "studio"
        self._shipped = _absolute(shipped)
        self._token = f"{_host_key()}-{os.getpid()}-{_begun(os.getpid())}-{uuid.uuid4().hex}"
        self._seen: dict[Path, _Seen] = {}

    # Reading and writing

    def load(self, path: Path) -> Loaded:
        """The text of a file.

        Raises:
            BadFile: it cannot be read, is too large, is not UTF-8, or holds control characters.
        """
        look, data = _look(path), self._bytes(path)
        self._remember(path, look, data)
        return Loaded(_text(path, data), _hash(data))

    def stamp(self, path: Path) -> str | None:
        """Hex SHA-256 of the file's bytes; None where it is gone. Cheap while the file's time and size stay the same.

        Raises:
            BadFile: it is there and cannot be read.
        """
        look, seen = _look(path), self._seen.get(path)
        if look is None:
            return None
        if seen and seen.look == look:
            return seen.stamp
        try:
            data = self._bytes(path)
        except BadFile:
            if _look(path) is None:  # it went just now
                return None
            raise
        self._remember(path, look, data)
        return _hash(data)

    def save(self, path: Path, text: str, expected: str | None) -> str:
        """Writes a text, all or nothing, with the line ends, the byte order mark and the rights that the file had.

        Args:
            expected: the stamp that the file must have; None where there must be none.

        Returns:
            The new stamp.

        Raises:
            ChangedElsewhere: the file has another stamp, is gone, or is there already.
            BadFile: the text is none that ``load`` would read back.
            UsageError: nothing can be written there.
        """
        plain = _checked(path, text)
        with _writing(path), self._alone(path):
            before = self._expected(path, expected)
            data = _as_before(plain, before)
            _write(path, data)
        self._remember(path, _look(path), data)
        return _hash(data)

    def beside(self, path: Path, mark: str, text: str) -> Path:
        """Writes a text beside a file, as ``scenario.<mark>.yaml``; the path of it. What is there already stays.

        Raises:
            UsageError: nothing can be written there.
        """
        data = text.encode("utf-8", "replace")
        for number in range(1, 1_000):
            end = "" if number == 1 else f"-{number}"
            target = path.with_name(f"{path.stem}.{mark}{end}{path.suffix}")
            with _writing(target):
                if _create(target, data):
                    return target
                if target.is_file() and target.read_bytes() == data:
                    return target
        raise UsageError(_("“{path}” is already there; nothing was written.", path=target))

    def _bytes(self, path: Path) -> bytes:
        findings = Findings(printable(path, most=1000))
        inside = None if _absolute(path).is_relative_to(self._shipped) else path.parent
        data = read_bytes(path, findings, inside)
        if data is None:
            raise BadFile(findings.problems)
        return data

    def _remember(self, path: Path, look: tuple[int, int, int] | None, data: bytes) -> None:
        if look and look == _look(path) and time.time_ns() - look[0] > _STEP:
            self._seen[path] = _Seen(look, _hash(data))
        else:
            self._seen.pop(path, None)

    def _expected(self, path: Path, expected: str | None) -> bytes | None:
        """The bytes that are there now, if they have the expected stamp."""
        if _look(path) is None:
            if expected is not None:
                raise ChangedElsewhere(path, None)
            return None
        try:
            data = self._bytes(path)
            text = None if expected == _hash(data) else _text(path, data)
        except BadFile as error:
            raise ChangedElsewhere(path, None) from error
        if text is not None:
            raise ChangedElsewhere(path, text)
        return data

    @contextlib.contextmanager
    def _alone(self, path: Path) -> Iterator[None]:
        """Holds off other Studios from looking at the file until it is replaced, if the data folder can be written."""
        lock = self._place(path) / "saving"
        is_held = False
        with contextlib.suppress(OSError):
            is_held = self._waited_for(lock)
            if not is_held:
                raise UsageError(_("“{path}” is being saved by another Studio; try again.", path=path))
        try:
            yield
        finally:
            if is_held:
                lock.unlink(missing_ok=True)

    def _waited_for(self, lock: Path) -> bool:
        """Whether the lock could be had in time; one that was left by somebody who was killed is broken."""
        deadline = time.monotonic() + _SAVING
        while not self._locked(lock):
            with contextlib.suppress(OSError):
                if time.time() - lock.stat().st_mtime > _ABANDONED:
                    lock.unlink()
            if time.monotonic() > deadline:
                return False
            time.sleep(0.01)
        return True

    def _locked(self, lock: Path) -> bool:
        lock.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            return _create(lock, self._token.encode())
        except FileNotFoundError:  # somebody let go of the file just now, and took the empty folder along
            return False

    # Claims

    def claim(self, path: Path) -> Claim | None:
        """Says that this Studio has the file open, and tells who else has; the one who has had it longest.

        It forbids nothing. Claims of processes that are dead do not count; claiming again renews. Where nothing can be
        written, nobody is told, and nobody tells.
        """
        others = sorted(self._others(path), key=lambda claim: claim.since)
        own = self._place(path) / (self._token + _CLAIM)
        with contextlib.suppress(OSError):
            kept = _read_json(own)
            since = str(kept["since"]) if kept and "since" in kept else _now().isoformat()
            _keep(own, {"user": _user(), "host": socket.gethostname(), "pid": os.getpid(), "since": since})
        return others[0] if others else None

    def release(self, path: Path) -> None:
        """Takes this Studio's claim back; harmless where there is none."""
        with contextlib.suppress(OSError):
            (self._place(path) / (self._token + _CLAIM)).unlink()
            self._place(path).rmdir()  # fails where something is kept

    def _others(self, path: Path) -> Iterator[Claim]:
        for file in _files(self._place(path), _CLAIM):
            if file.stem == self._token:
                continue
            if _is_alive(file):
                if claim := _claim(_read_json(file)):
                    yield claim
            else:
                with contextlib.suppress(OSError):
                    file.unlink()

    # Unsaved texts

    def keep(self, path: Path, text: str, base: str, stamp: str | None) -> None:
        """Keeps unsaved text in the data folder, in place of what this Studio kept of that file before.

        Raises:
            UsageError: nothing can be written there.
        """
        own = self._place(path) / (self._token + _TEXT)
        with _writing(own):
            at = _now().isoformat()
            _keep(own, {"path": str(_absolute(path)), "text": text, "base": base, "stamp": stamp, "at": at})

    def forget(self, path: Path, token: str | None = None) -> None:
        """Drops what was kept of a file: of this Studio, or what ``token`` names. Harmless where there is nothing."""
        name = (token or self._token) + _TEXT
        with contextlib.suppress(OSError):
            (self._place(path) / Path(name).name).unlink()
            self._place(path).rmdir()

    def kept(self, path: Path | None = None) -> Sequence[Kept]:
        """What was kept by Studios that are no longer alive, of one file or of all, the latest first."""
        places = [self._place(path)] if path else sorted(_folders(self._folder))
        found = (
            _kept(_read_json(file), file.stem)
            for place in places
            for file in _files(place, _TEXT)
            if file.stem != self._token and not _is_alive(file)
        )
        return sorted((one for one in found if one), key=lambda one: one.at, reverse=True)

    def _place(self, path: Path) -> Path:
        """The folder of what is known about a file; two names of one file through links are one file."""
        real = os.path.normcase(os.path.realpath(path))
        return self._folder / hashlib.sha256(real.encode("utf-8", "surrogateescape")).hexdigest()[:32]


# Bytes


def _look(path: Path) -> tuple[int, int, int] | None:
    """Time, size and number of the file, which change when it does; None where there is none."""
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:  # there, but out of reach: reading says why
        return (0, -1, 0)
    return (status.st_mtime_ns, status.st_size, status.st_ino)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _text(path: Path, data: bytes) -> str:
    findings = Findings(printable(path, most=1000))
    text = decoded(data, findings)
    if text is None or findings.problems:
        raise BadFile(findings.problems)
    return text


def _checked(path: Path, text: str) -> str:
    findings = Findings(printable(path, most=1000))
    plain = given_text(text, findings)
    if plain is None or findings.problems:
        raise BadFile(findings.problems)
    return plain


def _as_before(text: str, before: bytes | None) -> bytes:
    """The bytes of a text, with the byte order mark and the line ends of what was there before."""
    mark = before is not None and before.startswith(codecs.BOM_UTF8)
    ends = before is not None and before.count(b"\r\n") > before.count(b"\n") / 2
    data = (text.replace("\n", "\r\n") if ends else text).encode()
    return codecs.BOM_UTF8 + data if mark else data


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    """A fault of the file system, in words."""
    try:
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(_("“{path}” cannot be written: {why}", path=path, why=why)) from error


def _write(path: Path, data: bytes) -> None:
    """Puts the bytes in the file's place, so that a reader finds the old ones or the new ones, whatever happens."""
    target = Path(os.path.realpath(path))  # a link stays a link
    with _draft(target, data) as draft:
        draft.chmod(target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask())
        draft.replace(target)
    _settle(target.parent)


def _create(path: Path, data: bytes) -> bool:
    """Makes a file that is not there yet, whole; False where there is something of that name."""
    with _draft(path, data) as draft:
        draft.chmod(0o666 & ~_umask())
        try:
            os.link(draft, path)
        except FileExistsError:
            return False
        except OSError:  # a file system without links: what it can do is to refuse to open an old file as a new one
            return _open_new(path, data)
    return True


def _open_new(path: Path, data: bytes) -> bool:
    try:
        with path.open("xb") as file:
            file.write(data)
    except FileExistsError:
        return False
    return True


@contextlib.contextmanager
def _draft(target: Path, data: bytes) -> Iterator[Path]:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".draft", dir=target.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Has the new name on disk too, where the system knows how."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _umask() -> int:
    """What new files are not allowed; there is no way to ask but to set it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


# What is kept in the data folder


def _keep(path: Path, value: Mapping[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    data = json.dumps(value, ensure_ascii=True).encode()  # ascii: a text may hold what UTF-8 has no bytes for
    with _draft(path, data) as draft:
        draft.replace(path)


def _read_json(file: Path) -> Mapping[str, object] | None:
    """What was kept; None where it is damaged or gone."""
    try:
        value = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _claim(value: Mapping[str, object] | None) -> Claim | None:
    match value:
        case {"user": str(user), "host": str(host), "pid": int(pid), "since": str(since)}:
            at = _time(since)
            return Claim(user, host, pid, at) if at else None
    return None


def _kept(value: Mapping[str, object] | None, token: str) -> Kept | None:
    match value:
        case {"path": str(path), "text": str(text), "base": str(base), "stamp": str() | None as stamp, "at": str(at)}:
            when = _time(at)
            return Kept(Path(path), text, base, stamp, when, token) if when else None
    return None


def _time(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def _files(folder: Path, suffix: str) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == suffix)
    except OSError:
        return []


def _folders(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if path.is_dir()]
    except OSError:
        return []


# Processes


def _is_alive(file: Path) -> bool:
    """Whether the Studio whose claim or text this is may still be there: the name states host, process and begin."""
    host, number, begun, *_rest = (*file.stem.split("-"), "", "")
    if host != _host_key():
        try:
            age = time.time() - file.stat().st_mtime
        except OSError:
            return False
        return age < _FOREIGN_CLAIM.total_seconds()
    return number.isdecimal() and _runs(int(number)) and begun == _begun(int(number))


def _runs(pid: int) -> bool:
    if sys.platform == "win32":  # there, signal 0 would be Ctrl+C
        import ctypes

        handle = ctypes.windll.kernel32.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
        if handle:
            ctypes.windll.kernel32.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:  # somebody else's
        return True
    return True


def _begun(pid: int) -> str:
    """When a process began, as far as Linux tells: the next process of that number is another. Elsewhere nothing."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]  # field 22, starttime, of proc(5)
    except (OSError, IndexError, UnicodeDecodeError):
        return ""
    return hashlib.sha256(f"{boot} {ticks}".encode()).hexdigest()[:12]


def _host_key() -> str:
    """The machine, as part of a file's name."""
    return hashlib.sha256(socket.gethostname().encode()).hexdigest()[:12]


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a process without a name, as in some containers
        return "?"


def _now() -> datetime:
    return datetime.now(UTC)


def _absolute(path: Path) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 (resolve would follow links, away from the folder meant)
