"""The whole program killed at random moments of scripted talks: nothing that was acknowledged is lost."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.adapters.settings import load
from simulator.bootstrap import House
from simulator.model.record import Played
from simulator.workflows.rehearse import resume
from simulator.workflows.verifying import verify

KILLS = 200  # wanted (decided 2026-11)
SCENARIOS = ("invoice-not-found", "gearboxes-missing-signature", "line-stop-bully")
PROGRAM = "import sys; from simulator.cli import main; sys.exit(main())"
MOST_PREPARATION = 12  # empty answers that skip any shipped preparation; empty lines in the talk do nothing
TALK = re.compile(r"^Turn (\d+): ")


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "HUIKUAN_CONFIG": str(folder / "settings.toml"),
        "HUIKUAN_STORE": str(folder / "record.db"),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }


def _talk_until_killed(folder: Path, seed: int) -> int:
    """Starts a talk, lets it run up to a random moment, kills it; the number of turns that it acknowledged."""
    chance = random.Random(seed)
    command = [sys.executable, "-c", PROGRAM, "play", chance.choice(SCENARIOS), "--plain", "--lang", "en"]
    process = subprocess.Popen(
        [*command, "--as", "Killed", "--seed", str(seed)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=_environment(folder),
    )
    assert process.stdin is not None
    assert process.stdout is not None
    # The first 40 entries of any shipped menu are lawful moves that keep the talk going.
    script = [""] * MOST_PREPARATION + [str(chance.randint(1, 40)) for _turn in range(40)]
    process.stdin.write("\n".join(script) + "\n")
    process.stdin.close()
    wanted, acknowledged = chance.randint(1, 9), 0
    for line in process.stdout:
        if match := TALK.match(line):
            acknowledged = int(match[1])
            if acknowledged >= wanted:
                break
    time.sleep(chance.random() * 0.02)
    process.send_signal(signal.SIGKILL)
    for line in process.stdout:
        if match := TALK.match(line):
            acknowledged = int(match[1])
    process.wait()
    return acknowledged


@pytest.mark.slow
def test_killing_the_program_loses_no_acknowledged_turn(tmp_path: Path) -> None:
    """After 200 kills every acknowledged turn is on record, every attempt resumes and every chain is whole."""
    acknowledged: dict[int, int] = {}
    for seed in range(KILLS):
        acknowledged[seed] = _talk_until_killed(tmp_path, seed)
    assert sum(turns > 0 for turns in acknowledged.values()) > KILLS * 0.9
    house = House(load(language="en", store=str(tmp_path / "record.db")))
    recorded: dict[int, int] = {}
    for summary in house.store.attempts():
        rehearsal = resume(house.desk, summary.attempt)
        events = [one.event for one in house.store.events(summary.attempt)]
        recorded[rehearsal.state.started.seed] = sum(isinstance(event, Played) for event in events)
        assert len(rehearsal.exchanges) == recorded[rehearsal.state.started.seed]
    lost = {seed: turns for seed, turns in acknowledged.items() if recorded.get(seed, 0) < turns}
    assert not lost
    verified = verify(house.desk)
    assert verified.attempts == len(recorded)
    assert not verified.faults
