"""From a path to text, whatever lies there: bounded in time and memory, and never outside the folder."""

from __future__ import annotations

import codecs
import errno
import os
import re
import stat
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from simulator.model.characters import CONTROL
from simulator.model.language import _
from simulator.model.problem import Problem, Severity

LARGEST_FILE = 1_000_000  # bytes; decided for this program: the largest shipped file has 50,000
MOST_PROBLEMS = 100  # of one file; nobody reads on, and a hostile file has as many as it has bytes
_MOST_CONTROLS = 20  # control characters reported one by one; a file with more is no text
_LONGEST_MESSAGE = 600  # characters; names quoted in a message can be as long as the file
# What YAML itself refuses, takes for a line break that no editor shows, or what no text may hold. A tab is in order.
_REFUSED = re.compile(CONTROL.pattern[:-1] + "\u2028\u2029\ufffe\uffff]")


def printable(text: object, most: int = 80) -> str:
    """``text`` for a message: without control characters, and shortened in the middle of nowhere if it is long."""
    plain = _REFUSED.sub("\N{REPLACEMENT CHARACTER}", str(text)).replace("\n", " ")
    return plain if len(plain) <= most else plain[:most] + "…"


@dataclass(slots=True)
class Findings:
    """The problems of one file, as they are found.

    Attributes:
        file: the path as problems state it.
    """

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(
        self,
        place: tuple[int, int],
        code: str,
        message: str,
        severity: Severity = "error",
        witness: tuple[str, ...] = (),
    ) -> None:
        """Adds a problem; once there are ``MOST_PROBLEMS``, further ones are dropped."""
        if len(self.problems) < MOST_PROBLEMS:
            message = message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + "…"
            self.problems.append(Problem(self.file, *place, code, message, severity, witness))


def read_text(path: Path, findings: Findings, inside: Path | None = None) -> str | None:
    """The file's text with line ends as ``\\n``; None if it cannot be read, and ``findings`` says why.

    Control characters are reported and replaced, so that the rest of the file can be checked too.

    Args:
        inside: a folder that the file must really lie in, links followed; None where it may lie anywhere.
    """
    data = read_bytes(path, findings, inside)
    return None if data is None else decoded(data, findings)


def decoded(data: bytes, findings: Findings) -> str | None:
    """The text of a file's bytes, as ``read_text`` gives it."""
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = _lines(data.decode())
    except UnicodeDecodeError as error:
        good = _lines(data[: error.start].decode())
        place = (good.count("\n") + 1, len(good) - good.rfind("\n"))
        findings.add(place, "not-utf8", _("this is not UTF-8 text; save the file in the encoding UTF-8"))
        return None
    return _without_controls(text, findings)


def given_text(text: str, findings: Findings) -> str | None:
    """A text as ``read_text`` would give it if a file held it."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_FILE:
        _too_large(findings)
        return None
    return _without_controls(_lines(text), findings)


def _too_large(findings: Findings) -> None:
    message = _("the file is larger than {most} bytes; a scenario has about 50,000", most=f"{LARGEST_FILE:,}")
    findings.add((0, 0), "too-large", message)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def read_bytes(path: Path, findings: Findings, inside: Path | None) -> bytes | None:
    """The file's bytes; None if they cannot be read or are too many, and ``findings`` says why."""
    try:
        if inside is not None and not path.resolve().is_relative_to(inside.resolve()):
            message = _("this is a link that leads out of its folder, and is not followed; put the file itself here")
            findings.add((0, 0), "not-a-file", message)
            return None
        # Opening a pipe without O_NONBLOCK waits until somebody writes into it.
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                findings.add((0, 0), "not-a-file", _("this is not an ordinary file; put the YAML file itself here"))
                return None
            data: bytes | None = file.read(LARGEST_FILE + 1)
            if data is None:  # some files under /proc would make a reader wait
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        message = _("the file cannot be read ({why}); check that it exists and that you may read it", why=why)
        findings.add((0, 0), "not-a-file" if isinstance(error, IsADirectoryError) else "unreadable", message)
        return None
    if len(data) > LARGEST_FILE:
        _too_large(findings)
        return None
    return data


def _without_controls(text: str, findings: Findings) -> str | None:
    starts: list[int] | None = None
    for count, match in enumerate(_REFUSED.finditer(text)):
        if count == _MOST_CONTROLS:
            return None
        starts = starts or [0, *_line_starts(text)]
        line = bisect_right(starts, match.start())
        message = _("the control character {name} is not allowed; delete it", name=f"U+{ord(match[0]):04X}")
        findings.add((line, match.start() - starts[line - 1] + 1), "control-character", message)
    return _REFUSED.sub("\N{REPLACEMENT CHARACTER}", text) if starts else text


def _line_starts(text: str) -> Iterator[int]:
    return (match.end() for match in re.finditer("\n", text))
