"""The only writer to standard output."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence


def line(text: str = "", end: str = "\n") -> None:
    """Writes a line, whatever the terminal's encoding can show of it.

    Args:
        end: empty where somebody is asked, and answers on the same line.
    """
    stream = sys.stdout
    encoding = stream.encoding or "utf-8"
    stream.write(text.encode(encoding, "backslashreplace").decode(encoding) + end)
    stream.flush()  # a reader at the other end of a pipe, a person's tool or a test, waits for every line


def document(value: Mapping[str, object] | Sequence[object]) -> None:
    """Writes one JSON document."""
    line(as_document(value))


def as_document(value: Mapping[str, object] | Sequence[object]) -> str:
    """One JSON document as it is written; what is no sign to be seen stands in it as an escape."""
    return escaped(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def escaped(written: str) -> str:
    """JSON in which what is no sign to be seen stands as an escape."""
    return "".join(char if _shows(char) else json.dumps(char)[1:-1] for char in written)


def plain(text: str) -> str:
    """Text from a file or a person with control characters shown and not obeyed."""
    return "".join(char if _shows(char) else f"\\x{ord(char):02x}" for char in text)


def _shows(char: str) -> bool:
    """Whether a terminal shows the character, or a space for it (Chinese has its own), and does nothing else."""
    return char.isprintable() or char in "\n\t" or unicodedata.category(char) == "Zs"


def forget_pipe() -> None:
    """Nobody reads any more: keeps the interpreter from complaining at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
