"""Solutions kept as files, so that a scenario is solved once. Whatever goes wrong here costs time and nothing else."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from pathlib import Path

MOST_BYTES = 500_000_000
"""How much is kept (decided 2026-11): little on a disk of today, and what is lost is only solved again."""

_MAGIC = b"huikuan-solution-1\n"
_HEAD = len(_MAGIC) + hashlib.sha256().digest_size
_KEY = re.compile(r"[0-9a-f]{1,128}")
_SUFFIX, _DRAFT = ".solution", ".draft"
_FORGOTTEN = 3600  # seconds after which a draft is one that somebody was killed over


class FileCache:
    """A ``SolutionCache`` in a folder, which is made when something is first kept. Safe between threads and processes.

    Args:
        folder: its own; other files in it are left alone.
        most: bytes that are kept at most; what was unused for longest goes first.
    """

    def __init__(self, folder: Path, most: int = MOST_BYTES) -> None:
        self._folder, self._most = folder, most

    def get(self, key: str) -> bytes | None:
        """What was kept under a key, if every byte of it is as it was put there."""
        path = self._path(key)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        data = content[_HEAD:]
        if content[:_HEAD] != _head(key, data):
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # it was of use now
        return data

    def put(self, key: str, data: bytes) -> None:
        """Keeps ``data``, whole or not at all. What is larger than the whole cache may be is not kept."""
        path = self._path(key)
        content = _head(key, data) + data
        if len(content) > self._most:
            return
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._write(path, content)
            self._trim()

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"a key is a hash in lower-case hex, not {key!r}")
        return self._folder / f"{key}{_SUFFIX}"

    def _write(self, path: Path, content: bytes) -> None:
        descriptor, name = tempfile.mkstemp(suffix=_DRAFT, dir=self._folder)
        draft = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)

    def _trim(self) -> None:
        kept: list[tuple[float, int, Path]] = []
        for path in self._folder.iterdir():
            with contextlib.suppress(OSError):  # another process may have been first
                status = path.stat()
                if path.suffix == _SUFFIX:
                    kept.append((status.st_mtime, status.st_size, path))
                elif path.suffix == _DRAFT and status.st_mtime < time.time() - _FORGOTTEN:
                    path.unlink()
        size = sum(one for _, one, _ in kept)
        for _, one, path in sorted(kept):
            if size <= self._most:
                break
            with contextlib.suppress(OSError):
                path.unlink()
            size -= one


def _head(key: str, data: bytes) -> bytes:
    """What stands before the data. The key is hashed too, so that a file under another's name is not believed."""
    return _MAGIC + hashlib.sha256(key.encode() + b"\n" + data).digest()
