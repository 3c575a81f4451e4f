"""Delivering to the learning system while the server runs, in a process of its own.

Before anything is delivered it is settled, which may solve a scenario: seconds of work that the server, which answers
every key that is typed, must not feel.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING

from simulator.model.language import _, current

if TYPE_CHECKING:
    from simulator.adapters.settings import Settings

AGAIN = 60.0  # seconds before another one is begun in the place of one that died
_COMMAND = (sys.executable, "-P", "-c", "import sys; from simulator.cli import main; sys.exit(main())")
_WRONG = 2  # its exit code where the settings are wrong, or the people in the record are simulated
# Seconds that it has to end by itself. What it was handing in then is handed in again later, and kept once.
_ENDING = 0.5


@contextlib.asynccontextmanager
async def delivering(settings: Settings, say: Callable[[str], None], again: float = AGAIN) -> AsyncIterator[None]:
    """Delivers while the block runs; nothing where no learning system is set.

    Args:
        say: takes a line for the operator.
        again: seconds before another process is begun in the place of one that died.
    """
    if not settings.has_xapi:
        yield
        return
    stop = asyncio.Event()
    keeping = asyncio.create_task(_keep(_environment(settings), say, again, stop))
    try:
        yield
    finally:
        stop.set()
        await keeping


async def _keep(environment: Mapping[str, str], say: Callable[[str], None], again: float, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            process = await asyncio.create_subprocess_exec(
                *_COMMAND, "export", "xapi", "--forever", stdin=PIPE, stdout=DEVNULL, env=environment,
                start_new_session=True,  # Ctrl+C is the server's to hear
            )  # fmt: skip
        except OSError as error:
            say(_("Statements are not delivered: no process can be made: {why}", why=error.strerror))
        else:
            await _until(process, stop)
            if process.returncode == _WRONG:  # it has said why, and would say so again
                return
            if not stop.is_set():
                say(_("Delivering statements has ended ({code}); it is begun again.", code=process.returncode))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), again)


async def _until(process: Process, stop: asyncio.Event) -> None:
    """Waits until it ends, and ends it when it is time: its line breaks off, as it does when this process dies."""
    ended, told = asyncio.ensure_future(process.wait()), asyncio.ensure_future(stop.wait())
    await asyncio.wait({ended, told}, return_when=asyncio.FIRST_COMPLETED)
    told.cancel()
    if process.stdin is not None:
        process.stdin.close()
    try:
        await asyncio.wait_for(ended, _ENDING)
    except TimeoutError:
        process.kill()
        await process.wait()


def _environment(settings: Settings) -> dict[str, str]:
    """That of the server, with its record and its language; the record's address may hold a password."""
    said = {"HUIKUAN_STORE": settings.store, "HUIKUAN_LANG": current()}
    return {**os.environ, **said, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
