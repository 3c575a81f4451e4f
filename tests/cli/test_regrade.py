"""``huikuan regrade``, and what ``huikuan verify`` says of results and certificates."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from shelf import CONTENT

from simulator.workflows.certifying import code_of

SMALL = str(CONTENT / "library" / "small-debt" / "scenario.yaml")
TALK = "\n".join(["", "", "", "", "", "rapport.chat", "ask.plain", "end.leave", "yes", "", "", "", ""])


@pytest.fixture
def played(home: Path, huikuan: Any) -> Path:
    """A record with one attempt in it, debriefed and therefore settled."""
    ran = huikuan("play", SMALL, "--plain", "--as", "[b]=1+1", "--seed", "1", stdin=TALK)
    assert ran.code == 0, ran.err
    return home / "huikuan.db"


def test_regrade_says_honestly_that_there_is_one_rubric(played: Path, huikuan: Any) -> None:
    """Nothing is made and nothing is compared, and both are said."""
    told = huikuan("regrade")
    assert told.code == 0
    assert "0 attempts marked under rubric 1" in told.out
    assert "one version of the rubric" in told.out
    document = huikuan("regrade", "--json").json
    assert document == {
        "rubric": "1", "before": None, "made": 0, "compared": 0, "bands": [], "passes": [], "faults": []
    }  # fmt: skip


def test_regrade_makes_results_that_are_missing(played: Path, huikuan: Any) -> None:
    """Results are no record: thrown away, they are made again from the events."""
    with closing(sqlite3.connect(played)) as connection, connection:
        connection.execute("delete from results")
    assert huikuan("regrade", "--json").json["made"] == 1
    assert huikuan("verify", "--json").json["results"] == 1


def test_regrade_under_an_unknown_rubric_names_those_there_are(huikuan: Any) -> None:
    """A usage error, before anything is opened."""
    ran = huikuan("regrade", "--rubric", "2")
    assert ran.code == 2
    assert "There is no rubric “2”" in ran.err


def test_regrade_of_an_empty_record_is_fine(huikuan: Any) -> None:
    """Nothing to mark is nothing wrong."""
    assert huikuan("regrade").code == 0


def test_verify_tells_a_changed_result(played: Path, huikuan: Any) -> None:
    """A figure that somebody raised in the file is found by working it out again."""
    assert "1 results made again and compared" in huikuan("verify").out
    with closing(sqlite3.connect(played)) as connection, connection:
        connection.execute("update results set total = 99")
    ran = huikuan("verify")
    assert ran.code == 1
    assert "is not what the attempt comes to: total" in ran.out


def test_verify_of_a_code_tells_what_a_certificate_is_worth(huikuan: Any) -> None:
    """One that was never issued here, and one that nobody can have; both exit with 1."""
    code = code_of("ab" * 32)
    unknown, mistyped = huikuan("verify", code), huikuan("verify", code[:-1] + ("0" if code[-1] != "0" else "1"))
    assert (unknown.code, mistyped.code) == (1, 1)
    assert "issued no such certificate" in unknown.out
    assert "mistyped" in mistyped.out
    document = huikuan("verify", code.lower(), "--json").json
    assert (document["state"], document["good"], document["certificate"]) == ("unknown", False, None)
