"""Run as a process: appends to one attempt until it is done or killed, and says each number once it is recorded.

Arguments: path of the store, a number that marks this process's events, how many to append.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import AttemptMoved
from simulator.model.record import Hinted


def main(path: str, mark: int, count: int) -> None:
    """Appends ``count`` events whose turns are ``mark``, ``mark`` + 1, …"""
    store = SqlStore(path, wait=30)
    print("ready", flush=True)
    for turn in range(mark, mark + count):
        while True:
            try:
                store.append("a1", len(store.events("a1")), Hinted(turn=turn), datetime.now(UTC), text=f"第{turn}句")
                break
            except AttemptMoved:
                continue
        print(turn, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
