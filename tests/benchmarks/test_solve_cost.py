"""What solving a shipped scenario cold costs: seconds and memory of a fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.bootstrap import shipped_scenarios

pytestmark = pytest.mark.benchmark

MOST_SECONDS, MOST_MEBIBYTES = 2.0, 500  # wanted (decided 2026-11)
SCENARIOS = [title.id for title in YamlLibrary(shipped_scenarios()).titles()]

MEASURED = """
import json, resource, sys, time
begun = time.perf_counter()
from simulator.cli import main
code = main(["solve", sys.argv[1], "--json", "--lang", "en"])
seconds = time.perf_counter() - begun
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"code": code, "seconds": seconds, "peak": peak}), file=sys.stderr)
"""


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_solving_cold_stays_within_its_budget(scenario: str, tmp_path: object) -> None:
    """A fresh process solves a shipped scenario in under 2 s and 500 MB, reading it and importing included."""
    environment = {**os.environ, "HUIKUAN_CONFIG": f"{tmp_path}/settings.toml", "XDG_CACHE_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", MEASURED, scenario], capture_output=True, text=True, env=environment, check=True
    )
    measured = json.loads(done.stderr.strip().splitlines()[-1])
    assert measured["code"] == 0
    assert measured["seconds"] < MOST_SECONDS
    assert measured["peak"] < MOST_MEBIBYTES
