"""Checking several scenarios on all cores: each process remembers what it found, for the command to tell in order."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait

from simulator.bootstrap import House
from simulator.cli import parts
from simulator.model import language

_LOOKING = 0.2  # seconds between two looks at progress and Ctrl-C

_houses: list[House] = []  # a worker's own, made when it begins


def check_ahead(arguments: argparse.Namespace, names: Sequence[str], cancelled: Callable[[], bool]) -> None:
    """Checks those of the scenarios that are not remembered, as many at once as there are cores.

    Afterwards they are remembered. A single scenario, or a single core, is left to the caller.

    Args:
        arguments: of the command; each process makes its house from them, so that no secret is handed on.
    """
    from simulator.workflows.checking import is_remembered

    house = parts.house(arguments)
    new = [name for name in names if not is_remembered(house.library, name, house.solutions)]
    workers = min(len(new), _cores())
    if workers <= 1:
        return
    context = multiprocessing.get_context("spawn")  # nothing of this process is inherited by chance
    pool = ProcessPoolExecutor(workers, context, _begin, (arguments.lang, arguments.store, language.current()))
    try:
        pending: set[Future[None]] = {pool.submit(_check, name) for name in new}
        while pending:
            done, pending = wait(pending, _LOOKING)
            for one in done:
                one.result()
            cancelled()
    except BaseException:
        for process in multiprocessing.active_children():
            process.terminate()  # what they remember is written whole or not at all
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _begin(lang: str | None, store: str | None, spoken: language.Language) -> None:
    """Sets a worker up. Ctrl-C is the command's to take."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _houses.append(parts.house(argparse.Namespace(lang=lang, store=store)))
    language.use(spoken)


def _check(name: str) -> None:
    from simulator.workflows.checking import check

    for house in _houses:
        check(house.library, [name], house.solutions)
