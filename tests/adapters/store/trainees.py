"""Run as a process: people who talk, until it is killed. It says what was acknowledged, a line each.

Arguments: address of the store, a number that marks this process, how many people, how often a journal entry is made,
how often an attempt of another process is taken over for a turn, how many processes there are.
Lines: ``ready``; ``turn ATTEMPT SEQ WORDS``; ``desk SEQ GROUP``; ``taken ATTEMPT``, from another process; ``back
ATTEMPT``, once that was noticed there; ``end`` after a line came in on standard input.

Started again under the same number it goes on with the attempts that are there. What fails for the sake of the
connection is asked for again, as often as it takes; what another process took over is taken back; anything else ends
the process.
"""

from __future__ import annotations

import random
import sys
import threading
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import AttemptMoved, StoreDamaged, StoreError, UnknownName
from simulator.model.journal import Joined
from simulator.model.record import Played, Started

Answer = TypeVar("Answer")


def main(url: str, mark: int, people: int, entry_every: int, taking_every: int, processes: int) -> None:
    """Talks until it is killed or told to end."""
    store, chance, holder = SqlStore(url, wait=30), random.Random(), f"{mark}-{uuid.uuid4().hex}"
    following = {attempt: _again(lambda a=attempt: _begun(store, a)) for attempt in _attempts(mark, people)}
    person = _again(lambda: store.person(f"trainee {mark}"))
    done = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.readline(), done.set()), daemon=True).start()
    print("ready", flush=True)
    step = 0
    while not done.is_set():
        step += 1
        attempt = chance.choice(list(following))
        following[attempt] = _say(store, attempt, following[attempt], holder) + 1
        if step % taking_every == 0:
            other = f"p{(mark + chance.randrange(1, processes)) % processes}-{chance.randrange(people)}"
            _take_over(store, other, holder)
        if step % entry_every == 0:
            joined = Joined(person=person, group=f"g{uuid.uuid4().hex}")
            entered = _again(lambda j=joined: store.enter(j, datetime.now(UTC)))
            print(f"desk {entered.seq} {joined.group}", flush=True)
        time.sleep(chance.random() * 0.01)
    store.close()
    print("end", flush=True)


def _say(store: SqlStore, attempt: str, seq: int, holder: str) -> int:
    """Records a turn, and takes the attempt back where another process took it over; the turn's number."""
    words = uuid.uuid4().hex
    while True:
        event = Played(turn=min(seq, 1_000), move="probe")
        try:
            _again(lambda s=seq, e=event: store.append(attempt, s, e, datetime.now(UTC), text=words, holder=holder))
        except AttemptMoved:
            print(f"back {attempt}", flush=True)
            _again(lambda: store.hold(attempt, holder, datetime.now(UTC), force=True))
            seq = _again(lambda: store.head(attempt))[0] + 1
        else:
            print(f"turn {attempt} {seq} {words}", flush=True)
            return seq


def _take_over(store: SqlStore, attempt: str, holder: str) -> None:
    """Takes an attempt of another process for one turn, and lets go of it."""
    try:
        _again(lambda: store.hold(attempt, holder, datetime.now(UTC), force=True))
    except UnknownName:  # its process has not begun it yet
        return
    print(f"taken {attempt}", flush=True)
    _say(store, attempt, _again(lambda: store.head(attempt))[0] + 1, holder)
    _again(lambda: store.release(holder, attempt))


def _attempts(mark: int, people: int) -> list[str]:
    return [f"p{mark}-{number}" for number in range(people)]


def _begun(store: SqlStore, attempt: str) -> int:
    """The number of the attempt's next event; it is begun if it is new."""
    try:
        return store.head(attempt)[0] + 1
    except UnknownName:
        person, content = store.person(f"trainee {attempt}"), store.keep(b"id: x")
        start = Started(
            scenario="x", content=content, rubric="1", person=person, mode="practice", language="zh", seed=1
        )
        try:
            store.begin(attempt, start, datetime.now(UTC))
        except AttemptMoved:  # its answer was lost, and this is another try
            return _begun(store, attempt)
        return 1


def _again(work: Callable[[], Answer]) -> Answer:
    while True:
        try:
            return work()
        except (AttemptMoved, StoreDamaged):
            raise
        except StoreError:
            time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
