"""How a session's process comes to be: forked from a warm parent on Linux, started anew elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol, cast

from simulator.model.errors import HuikuanError
from simulator.model.language import _
from simulator.web.order import Order, environment

# Seconds for the parent to import everything: 1.3 on a quiet core (measured 2026-11), and a busy machine is slow.
WARMING = 60.0
_HELD = 1 << 16  # bytes of a session's output that are held here before it has to wait
_LONGEST = 1 << 16
_PYTHON = (sys.executable, "-P", "-m")


class CannotStart(HuikuanError):
    """No process can be made for a session; what it says is for the operator."""


@dataclass(frozen=True, slots=True)
class Running:
    """One session's process.

    Attributes:
        kill: ends it at once. Nothing is done where it has ended.
        ended: its exit code once it has ended; below zero the signal that ended it.
    """

    process: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    kill: Callable[[], None]
    ended: asyncio.Future[int]


class Starter(Protocol):
    """Makes sessions' processes, all of which end when the server does, however that comes."""

    async def open(self) -> None:
        """Makes ready.

        Raises:
            CannotStart: it cannot.
        """

    async def start(self, order: Order) -> Running:
        """A new process at work on an order.

        Raises:
            CannotStart: there is none to be had.
        """

    async def close(self) -> None:
        """Ends every process that is left."""


def starter(say: Callable[[str], None], with_model: bool = False) -> Starter:
    """What this system can do best.

    Args:
        with_model: sessions call a model, whose client is dear to load and shared where it can be.
    """
    return ForkStarter(say, ("openai",) if with_model else ()) if sys.platform == "linux" else SpawnStarter()


class ForkStarter:
    """Sessions forked from the nursery. Where that ends, all its sessions end, and the next one begins another.

    Args:
        wanted: modules that the nursery imports besides the program's own.
    """

    def __init__(self, say: Callable[[str], None], wanted: Sequence[str] = ()) -> None:
        self._say, self._wanted = say, wanted
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready: asyncio.Future[int] | None = None
        self._awaited: dict[int, asyncio.Future[int]] = {}  # sessions that are not born yet
        self._living: dict[int, asyncio.Future[int]] = {}
        self._word = asyncio.Lock()

    @property
    def process(self) -> int | None:
        """The nursery's."""
        return self._nursery.pid if self._nursery else None

    async def open(self) -> None:
        if self._ready is None:
            loop = asyncio.get_running_loop()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.setblocking(False)
            self._control, self._ready = ours, loop.create_future()
            command = (*_PYTHON, "simulator.web.nursery", *self._wanted)
            with theirs:
                self._nursery = subprocess.Popen(  # noqa: S603 - our own module
                    command, stdin=theirs.fileno(), env=environment(), start_new_session=True
                )
            loop.add_reader(ours, self._hear)
        try:
            await asyncio.wait_for(asyncio.shield(self._ready), WARMING)
        except TimeoutError as error:
            raise CannotStart(_("The sessions' parent does not get ready.")) from error

    async def start(self, order: Order) -> Running:
        await self.open()
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        born, ended = loop.create_future(), loop.create_future()
        self._awaited[order.number], self._living[order.number] = born, ended
        try:
            with theirs:
                await self._tell({"open": asdict(order)}, theirs)
            process = await born
            reader, writer = await asyncio.open_connection(sock=ours, limit=_HELD)
        except BaseException:
            ours.close()  # the end of its line ends it, should it come to be
            raise
        finally:
            self._awaited.pop(order.number, None)
        writer.transport.set_write_buffer_limits(high=_HELD)
        return Running(process, reader, writer, lambda: self._kill(order.number), ended)

    async def close(self) -> None:
        nursery, control = self._nursery, self._control
        if control is not None:
            self._lose(control)
        if nursery is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.to_thread(nursery.wait), 2)
            nursery.kill()
            await asyncio.to_thread(nursery.wait)

    def _kill(self, number: int) -> None:
        if number in self._living and self._control is not None:
            # Never more than a few words wait here: the nursery hears each within milliseconds.
            asyncio.get_running_loop().create_task(self._tell({"kill": number}))

    async def _tell(self, word: dict[str, Any], handle: socket.socket | None = None) -> None:
        async with self._word:
            while (control := self._control) is not None:
                try:
                    socket.send_fds(control, [json.dumps(word).encode()], [handle.fileno()] if handle else [])
                    return
                except BlockingIOError:
                    await asyncio.sleep(0.005)
                except OSError:  # it is gone, as is heard at once
                    break
        if handle is not None:
            raise CannotStart(_("The sessions' parent has ended."))

    def _hear(self) -> None:
        while (control := self._control) is not None:
            try:
                datagram = control.recv(_LONGEST)
            except BlockingIOError:
                return
            except OSError:
                datagram = b""
            if not datagram:
                self._say(_("The sessions' parent has ended; the next session begins another."))
                self._lose(control)
                return
            self._note(json.loads(datagram))

    def _note(self, word: dict[str, Any]) -> None:
        if "ready" in word and self._ready is not None and not self._ready.done():
            self._ready.set_result(word["ready"])
        elif "born" in word:
            if (born := self._awaited.get(word["born"])) is not None and not born.done():
                born.set_result(word["process"])
        elif "ended" in word:
            born, ended = self._awaited.get(word["ended"]), self._living.pop(word["ended"], None)
            if born is not None and not born.done():
                born.set_exception(CannotStart(_("No process can be made: {why}", why=word.get("why", word["code"]))))
            if ended is not None and not ended.done():
                ended.set_result(word["code"])

    def _lose(self, control: socket.socket) -> None:
        """The nursery is gone, and with it every session."""
        asyncio.get_running_loop().remove_reader(control)
        control.close()
        lost = CannotStart(_("The sessions' parent has ended."))
        if self._ready is not None and not self._ready.done():
            self._ready.set_exception(lost)
        for born in self._awaited.values():
            if not born.done():
                born.set_exception(lost)
        for ended in self._living.values():
            if not ended.done():
                ended.set_result(-9)
        self._living.clear()
        self._control = self._ready = None


class SpawnStarter:
    """Sessions as processes of their own, each importing everything anew. They end when their line does."""

    def __init__(self) -> None:
        self._living: dict[int, Process] = {}

    async def open(self) -> None:
        """There is nothing to make ready."""

    async def start(self, order: Order) -> Running:
        command = (*_PYTHON, "simulator.web.child")
        try:
            process = await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, env=environment(), limit=_HELD
            )
        except OSError as error:
            raise CannotStart(_("No process can be made: {why}", why=error.strerror)) from error
        self._living[order.number] = process
        reader, writer = cast(asyncio.StreamReader, process.stdout), cast(asyncio.StreamWriter, process.stdin)
        writer.write(order.written() + b"\n")
        ended = asyncio.get_running_loop().create_task(self._wait(order.number, process))
        return Running(process.pid, reader, writer, lambda: _kill(process), ended)

    async def close(self) -> None:
        for process in tuple(self._living.values()):
            _kill(process)
            await process.wait()

    async def _wait(self, number: int, process: Process) -> int:
        code = await process.wait()
        del self._living[number]
        return code


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
