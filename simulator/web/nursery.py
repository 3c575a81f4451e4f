"""The parent of the sessions, on Linux: it has imported everything and opened nothing, and forks a session at a word.

A session that is forked shares its parent's memory and need import nothing. That is safe because the parent has one
thread, no store, no file and no connection but the line to the server, its standard input: datagrams of JSON, a new
session's with the end of its line.

A session ends with this process by the kernel's word (``PR_SET_PDEATHSIG``), and this process with the server, since
then its line ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import pkgutil
import resource
import select
import signal
import socket
import sys
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

from simulator.web.order import Order
from simulator.web.packing import fill_gaps, move_together

_LONGEST = 1 << 18  # bytes of a datagram; an order has at most a few thousand
_PR_SET_PDEATHSIG = 1
# Private memory that a session may have, in bytes. The dearest shipped scenario is solved in a quarter of it (measured
# 2026-11); a session that goes beyond ends alone.
MOST_MEMORY = 1 << 30
# Where memory ends all the same, the kernel takes a session before the server or the database (0 to 1000).
_READINESS_TO_GO = 500
# Tools for developers, which no session opens.
_LEFT_OUT = ("simulator.cli", "simulator.web", "simulator.tui.pictures", "simulator.adapters.listen.train")
# What is imported only where it is used.
_THIRD_PARTIES = ("sqlalchemy.dialects.sqlite.pysqlite", "platformdirs.unix", "tomllib", "tomli_w")


def warm(wanted: Sequence[str] = ()) -> None:
    """Imports everything that a session may need, and does once what every one of them does first.

    Args:
        wanted: further modules, dear ones that not every server needs.
    """
    import simulator

    for module in pkgutil.walk_packages(simulator.__path__, "simulator."):
        if not module.name.startswith(_LEFT_OUT) and not module.name.endswith("__main__"):
            import_module(module.name)
    for name in ("simulator.web.child", *_THIRD_PARTIES, *wanted):
        import_module(name)
    try:
        _rehearse()
    except OSError as error:  # no folder for what is only there for a moment: sessions start all the same
        sys.stderr.write(f"huikuan: sessions share less than they could: {error.strerror}\n")
    gc.collect()
    fill_gaps()
    gc.freeze()  # a collection in a session leaves alone what it shares


def _rehearse() -> None:
    """Does what every session does first, so that it is done; then once more, where the code for it now lies."""
    from simulator.web.rehearsing import rehearse

    gc.collect()
    fill_gaps()
    move_together(partial(rehearse, "en"))
    rehearse("zh")
    rehearse("en", "light")


class Nursery:
    """Forks sessions, ends them at a word, and tells how they ended."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)
        self._born: dict[int, tuple[int, int]] = {}  # by handle: the session's number and its process
        self._handles: dict[int, int] = {}  # by number

    def run(self) -> None:
        """Serves until the server is gone."""
        self._tell(ready=os.getpid(), threads=threads())
        while True:
            for handle, _event in self._poll.poll():
                if handle in self._born:
                    self._bury(handle)
                elif not self._obey():
                    return

    def _obey(self) -> bool:
        """Does what the server says; False where it says nothing more."""
        datagram, handles, _flags, _address = socket.recv_fds(self._control, _LONGEST, 1)
        if not datagram:
            return False
        word = json.loads(datagram)
        if "open" in word:
            self._fork(Order.read(json.dumps(word["open"]).encode()), handles[0])
            os.close(handles[0])
        elif word["kill"] in self._handles:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handles[word["kill"]], signal.SIGKILL)
        return True

    def _fork(self, order: Order, line: int) -> None:
        nursery = os.getpid()
        try:
            process = os.fork()
        except OSError as error:  # no memory or no more processes: the next one may find room
            self._tell(ended=order.number, code=1, why=str(error.strerror))
            return
        if process == 0:
            _grow_up(order, line, nursery)
        handle = os.pidfd_open(process)
        self._born[handle] = order.number, process
        self._handles[order.number] = handle
        self._poll.register(handle, select.POLLIN)
        self._tell(born=order.number, process=process)

    def _bury(self, handle: int) -> None:
        number, process = self._born.pop(handle)
        del self._handles[number]
        self._poll.unregister(handle)
        os.close(handle)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
        self._tell(ended=number, code=code)

    def _tell(self, **word: object) -> None:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its end is heard in the next turn
            self._control.sendall(json.dumps(word).encode())


def _grow_up(order: Order, line: int, nursery: int) -> None:
    """Makes the process that was just forked a session's own, and never returns."""
    code = 1
    try:
        die_with_parent(nursery)
        os.dup2(line, 0)
        os.dup2(line, 1)
        os.closerange(3, 1 << 20)  # the server's line, and the handles on sessions of others
        for wanted in (signal.SIGINT, signal.SIGTERM):
            signal.signal(wanted, signal.SIG_DFL)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as mine:  # noqa: PTH123 - no import
            mine.write(str(_READINESS_TO_GO))
        gc.enable()
        from simulator.web.child import run

        code = run(order)
    finally:
        os._exit(code)


def threads() -> int:
    """How many threads this process has, those of C libraries too. What another one holds is never let go in a fork."""
    return sum(1 for _thread in Path("/proc/self/task").iterdir())


def die_with_parent(parent: int) -> None:
    """The kernel ends this process when ``parent`` ends, however that comes."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended in between
        os._exit(1)


_libc = ctypes.CDLL(None)


def main() -> None:
    for wanted in (signal.SIGINT, signal.SIGTERM):  # it ends with the server, and not with a terminal's Ctrl+C
        signal.signal(wanted, signal.SIG_IGN)
    gc.disable()
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    warm(sys.argv[1:])
    if threads() > 1:
        raise SystemExit("huikuan: something imported has started a thread; sessions cannot be forked")
    Nursery(control).run()


if __name__ == "__main__":
    main()
