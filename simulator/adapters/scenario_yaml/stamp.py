"""A hash over files and over the code that reads them: what was found out about them holds as long as it stays."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path


def stamp_of(files: Iterable[Path], text: str = "") -> bytes:
    """The hash of the files' paths and bytes; a file that cannot be read counts as such.

    Args:
        text: what stands in no file.
    """
    digest = hashlib.sha256(_code() + text.encode(errors="surrogateescape"))
    for file in files:
        digest.update(f"{file}\n".encode(errors="surrogateescape"))
        try:
            content = file.read_bytes()
        except OSError as why:
            content = type(why).__name__.encode()
        digest.update(hashlib.sha256(content).digest())
    return digest.digest()


@cache
def _code() -> bytes:
    """The hash of the reader: its own source, and the versions of what it stands on."""
    digest = hashlib.sha256(f"{version('pydantic')} {version('pyyaml')}".encode())
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    return digest.digest()
