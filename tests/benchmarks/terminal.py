"""A program in a pseudo-terminal of its own, timed from outside as a person would see it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
from pathlib import Path
from time import perf_counter
from types import TracebackType

_PATIENCE = 30.0  # seconds; a program that paints nothing in that time is broken


class Terminal:
    """Runs Python code in a pty of 80×24 (or as given), killed at the end."""

    def __init__(self, code: str, environment: dict[str, str], columns: int = 80, rows: int = 24) -> None:
        self.begun = perf_counter()
        self.process, self._end = pty.fork()
        if self.process == 0:
            os.environ.update(environment, TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(sys.executable, [sys.executable, "-c", code])
        fcntl.ioctl(self._end, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self._end)

    def wait_for(self, words: str) -> float:
        """Seconds from the start of the program until it has painted ``words``."""
        wanted, seen = words.encode(), b""
        while wanted not in seen:
            assert self._readable(_PATIENCE), f"“{words}” was never painted"
            seen += os.read(self._end, 1 << 16)
        return perf_counter() - self.begun

    def settle(self, seconds: float = 0.3) -> None:
        """Reads until nothing has been painted for a while."""
        while self._readable(seconds):
            os.read(self._end, 1 << 16)

    def press(self, keys: bytes) -> float:
        """Seconds from a key press until something is painted."""
        begun = perf_counter()
        os.write(self._end, keys)
        assert self._readable(_PATIENCE), "the key painted nothing"
        took = perf_counter() - begun
        self.settle(0.05)
        return took

    def mebibytes(self) -> float:
        """The resident memory of the program now."""
        with Path(f"/proc/{self.process}/status").open(encoding="ascii") as status:
            line = next(line for line in status if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def _readable(self, seconds: float) -> bool:
        return bool(select.select([self._end], [], [], seconds)[0])
