"""``huikuan demo``: a store of its own, or none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from doubles import MemoryCache
from simulated_by_small import filled

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.store.memory import MemoryStore
from simulator.adapters.store.pouring import pour
from simulator.adapters.store.sql import SqlStore

MARK = "Simulated data"


@pytest.fixture(scope="module")
def memory(content: YamlLibrary) -> MemoryStore:
    return filled(content, MemoryCache())


@pytest.fixture
def demo(home: Path, memory: MemoryStore) -> Path:
    """A simulated store beside the user's own."""
    pour(memory, home / "demo.db")
    return home / "demo.db"


def test_demo_never_takes_the_users_own_record(huikuan: Any, home: Path) -> None:
    """Whether it is there already or not, with --anew or without."""
    for wanted in (("--store", str(home / "huikuan.db")), ("--store", str(home / "huikuan.db"), "--anew")):
        assert huikuan("demo", *wanted).code == 2
        assert not (home / "huikuan.db").exists()
    own = SqlStore(home / "huikuan.db")
    own.person("Li Hua")
    own.close()
    before = (home / "huikuan.db").read_bytes()
    assert huikuan("demo", "--store", str(home / "huikuan.db"), "--anew").code == 2
    assert (home / "huikuan.db").read_bytes() == before


def test_demo_takes_no_record_that_is_not_simulated(huikuan: Any, home: Path) -> None:
    """Another's record stays as it is, and so does a file that is none."""
    other = SqlStore(home / "other.db")
    other.person("Li Hua")
    other.close()
    assert huikuan("demo", "--store", str(home / "other.db"), "--anew").code == 2
    (home / "letter.txt").write_text("Dear Sir")
    assert huikuan("demo", "--store", str(home / "letter.txt"), "--anew").code == 3
    assert (home / "letter.txt").read_text() == "Dear Sir"


def test_demo_is_not_made_again_unasked(huikuan: Any, demo: Path) -> None:
    """It takes --anew; without a terminal nobody is asked."""
    before = demo.read_bytes()
    ran = huikuan("demo")
    assert ran.code == 2
    assert "--anew" in ran.err
    assert demo.read_bytes() == before


def test_demo_refuses_what_makes_no_sense(huikuan: Any, home: Path) -> None:
    """Too few people, too many, a folder, a server, a window where there is no terminal: with nothing written."""
    for wanted in (
        ("--people", "3"),
        ("--people", "100000"),
        ("--store", str(home)),
        ("--store", "postgresql://localhost/x"),
        ("--open",),
    ):
        ran = huikuan("demo", *wanted)
        assert (ran.code, ran.out) == (2, ""), wanted
    assert not list(home.glob("*.db"))


@pytest.mark.parametrize(
    "command",
    [("people", "list"), ("assign", "list"), ("decide", "list"), ("data", "show", "Trainee 01 (simulated)")],
)
def test_every_command_says_that_its_people_are_simulated(huikuan: Any, demo: Path, command: tuple[str, ...]) -> None:
    """Above the text, and beside the JSON, which stays one document."""
    ran = huikuan("--store", str(demo), *command)
    assert ran.out.startswith(MARK), command
    ran = huikuan("--store", str(demo), *command, "--json")
    assert MARK in ran.err, command
    assert ran.json is not None


def test_a_record_of_real_people_says_nothing_of_the_kind(huikuan: Any, home: Path) -> None:
    """The mark is of simulated records alone."""
    ran = huikuan("people", "add", "Li Hua")
    assert ran.code == 0
    assert MARK not in ran.out + ran.err


def test_verify_says_it_beside_what_it_found(huikuan: Any, demo: Path) -> None:
    """A simulated record verifies as any."""
    ran = huikuan("--store", str(demo), "verify")
    assert ran.code == 0
    assert MARK in ran.out


@pytest.mark.slow
def test_demo_is_made_and_made_again(huikuan: Any, home: Path) -> None:
    """One document, one file beside the user's record, and what it takes to open it."""
    ran = huikuan("demo", "--people", "12", "--json", "--end", "2026-11-20")
    assert ran.code == 0
    assert ran.json["simulated"] is True
    assert ran.json["people"] == 12
    assert ran.json["store"] == str(home / "demo.db")
    assert not (home / "huikuan.db").exists()
    again = huikuan("demo", "--people", "12", "--end", "2026-11-20", "--anew")
    assert again.code == 0
    assert f"huikuan --store {home / 'demo.db'}" in again.out
