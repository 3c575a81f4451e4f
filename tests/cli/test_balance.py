"""`huikuan balance`: the verdict first, then the figures, in words and as a document."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from shelf import SHIPPED_IDS, Solved

BROKEN = Path(__file__).parents[1] / "scenarios" / "broken"
TOP = Path(__file__).parents[2]
EASY = "invoice-not-found"


def test_balance_says_the_verdict_first(huikuan: Any) -> None:
    """One line: sound, or what is wrong; then the figures."""
    ran = huikuan("balance", EASY, "--plays", "20")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == f"{EASY}: sound"
    for piece in (
        "89.0",
        "80 %",
        "random",
        "value.*",
        "concessions",
        "secret known: her-order",
        "Dull positions: 0"[:14],
    ):
        assert piece in ran.out
    gamed = huikuan("balance", str(BROKEN / "single-tactic.yaml"), "--plays", "20")
    assert gamed.out.splitlines()[0].startswith("single-tactic: not sound: “ask.gentle” alone passes")


def test_balance_json_holds_the_figures(huikuan: Any, solved: Callable[[str], Solved]) -> None:
    """Exact ones as the engine has them, sampled ones with their standard error and the number of plays."""
    found = huikuan("balance", EASY, "--plays", "30", "--json").json
    known = solved(EASY).solution
    assert (found["scenario"], found["partial"], found["sound"], found["verdict"]) == (EASY, False, True, "sound")
    assert found["positions"] == known.positions
    assert found["random"]["worth"]["mean"] == pytest.approx(known.floor, abs=1e-9)
    assert found["typical_trainee"]["worth"]["mean"] == pytest.approx(known.typical, abs=1e-9)
    assert [level["lapses"] for level in found["levels"]] == [0.8, 0.6, 0.4, 0.2, 0.05]
    assert found["plays"] == 30
    for level in (*found["levels"], found["random"]):
        assert sum(chance for _worth, chance in level["worth"]["distribution"]) == pytest.approx(1.0)
        assert set(level["total"]) == {"mean", "mean_error", "passes", "passes_error", "quantiles"}
        assert level["total"]["quantiles"]["0.1"] <= level["total"]["quantiles"]["0.9"]
    assert len(found["apart"]) == 4
    assert {abuse["name"] for abuse in found["families"]} >= {"rapport.*", "press.*", "red.*"}
    assert all(abuse["best_total"] < 70 for abuse in found["tactics"])
    assert {gain["kind"] for gain in found["gains"]} == {"secret", "document", "preparation"}
    assert set(found["best_nowhere"]) < {use["move"] for use in found["moves"]}
    assert {"collection/debtor.excuse-id"} <= {use["objective"] for use in found["objectives"] if use["claimed"]}


def test_balance_twice_is_the_same_to_the_byte(huikuan: Any) -> None:
    """The plays are seeded."""
    assert (
        huikuan("balance", EASY, "--plays", "10", "--json").out
        == huikuan("balance", EASY, "--plays", "10", "--json").out
    )


def test_balance_of_several_is_a_list(huikuan: Any) -> None:
    """In the order in which they are named."""
    names = [str(BROKEN / "single-tactic.yaml"), str(BROKEN / "stall-pays.yaml")]
    found = huikuan("balance", *names, "--plays", "5", "--json").json
    assert [one["scenario"] for one in found["scenarios"]] == ["single-tactic", "stall-pays"]


@pytest.mark.slow
def test_balance_of_all_is_of_every_shipped_one(huikuan: Any) -> None:
    """And every one of them is sound."""
    found = huikuan("balance", "--all", "--plays", "50", "--json").json["scenarios"]
    assert sorted(one["scenario"] for one in found) == list(SHIPPED_IDS)
    assert all(one["sound"] for one in found)


def test_balance_of_a_scenario_too_large_is_partial_and_exits_1(huikuan: Any) -> None:
    """The facts to blame, and the figures marked as partial."""
    path = str(BROKEN / "too-many-positions.yaml")
    ran = huikuan("balance", path, "--json")
    assert ran.code == 1
    assert ran.json["partial"] is True
    assert ran.json["facts"]["mood-r"] == 11
    assert "too large; these figures are partial" in huikuan("balance", path).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Name a scenario"),
        (["no-such"], "There is no scenario “no-such”"),
        ([EASY, "--plays", "1"], "--plays must be from 2"),
        ([EASY, "--plays", "many"], "many"),
    ],
)
def test_balance_refuses_what_makes_no_sense(words: list[str], said: str, huikuan: Any) -> None:
    """Exit code 2, and what would be right."""
    ran = huikuan("balance", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_balance_of_a_broken_file_exits_1_with_its_problems(huikuan: Any) -> None:
    """It is never run while it has errors."""
    ran = huikuan("balance", str(BROKEN / "unknown-name.yaml"))
    assert (ran.code, ran.out) == (1, "")
    assert "unknown-name" in ran.err


@pytest.mark.benchmark
@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_balance_takes_less_than_15_seconds(name: str, home: Path) -> None:
    """Quick enough to be asked often, in seconds of the processor, which others cannot steal."""
    command = [sys.executable, "-c", "import sys; from simulator.cli import main; sys.exit(main())", "balance", name]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=TOP, env=dict(os.environ), capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert home.exists()
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 15.0


def test_help_states_the_number_of_plays_that_the_engine_takes(huikuan: Any) -> None:
    """The command does not load the engine to say so."""
    from simulator.cli import balance as command
    from simulator.engine.balance import PLAYS

    assert command._PLAYS == PLAYS
