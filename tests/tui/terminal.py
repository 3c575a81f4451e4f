"""A program in a pseudo-terminal: what it writes, and where it leaves the cursor."""

from __future__ import annotations

import os
import re
import select
import signal
import struct
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

_MOVED = re.compile(rb"\x1b\[(\d+);(\d+)H")
_MOST = 20.0  # seconds to wait for anything


class Terminal:
    """One running program; ``written`` is everything that it wrote so far."""

    def __init__(self, child: int, handle: int) -> None:
        self.child, self.handle = child, handle
        self.written = b""

    def wait_for(self, words: bytes) -> None:
        """Reads until ``words`` were written."""
        end = time.perf_counter() + _MOST
        while words not in self.written:
            if not self._read(end - time.perf_counter()):
                raise AssertionError(f"{words!r} was never written, but {self.written[-500:]!r}")

    def settle(self, quiet: float = 0.4) -> None:
        """Reads until nothing was written for a while."""
        while self._read(quiet):
            pass

    def type(self, text: str) -> None:
        """Types, as a keyboard or an input method does, and reads until all is painted."""
        os.write(self.handle, text.encode())
        self.settle()

    @property
    def cursor(self) -> tuple[int, int]:
        """The column and row that the real cursor was last put to, counted from 1."""
        row, column = _MOVED.findall(self.written)[-1]
        return int(column), int(row)

    def _read(self, seconds: float) -> bool:
        ready, _write, _error = select.select([self.handle], [], [], max(seconds, 0))
        if not ready:
            return False
        try:
            got = os.read(self.handle, 1 << 16)
        except OSError:  # the program has ended
            return False
        self.written += got
        return bool(got)


@contextmanager
def running(code: str, environ: Mapping[str, str] | None = None) -> Iterator[Terminal]:
    """Runs Python code in a terminal of 80×24."""
    import fcntl
    import pty
    import termios

    child, handle = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        own = {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24", **(environ or {})}
        os.execve(sys.executable, [sys.executable, "-c", code], {**os.environ, **own})
    try:
        yield Terminal(child, handle)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(handle)
