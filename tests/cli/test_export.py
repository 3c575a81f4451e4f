"""``huikuan export xapi``: into a file, to the screen, to a learning system; killed in the middle."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from learning_system import AUTHORIZATION, FAULTS, KEY, SECRET, LearningSystem, learning_system
from shelf import CONTENT

from simulator.adapters.settings import load
from simulator.adapters.store.sql import SqlStore
from simulator.bootstrap import House
from simulator.model.journal import Exported
from simulator.model.position import Move
from simulator.workflows.rehearse import begin

SMALL = str(CONTENT / "library" / "small-debt" / "scenario.yaml")
TALK = "\n".join(["", "", "", "", "", "rapport.chat", "ask.plain", "end.leave", "yes", "", "", "", ""])
HOME = "https://training.example.com"
Huikuan = Callable[..., Any]
PROGRAM = (sys.executable, "-c", "import sys; from simulator.cli import main; sys.exit(main())")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a record in which there is an exam, and with what was solved for it."""
    folder = tmp_path_factory.mktemp("record")
    config = folder / "settings.toml"
    config.write_text(f'cache = "{folder.as_posix()}/solutions"\n', encoding="utf-8")
    told = {"HUIKUAN_CONFIG": str(config), "HUIKUAN_STORE": str(folder / "huikuan.db"), "HUIKUAN_LANG": "en"}
    words = ("play", SMALL, "--plain", "--as", "Wang Min", "--seed", "1", "--mode", "exam")
    done = subprocess.run([*PROGRAM, *words], input=TALK, env={**os.environ, **told}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def played(home: Path, record: Path, huikuan: Huikuan, monkeypatch: pytest.MonkeyPatch) -> int:
    """An exam on record; how many statements there are of it."""
    monkeypatch.setenv("HUIKUAN_XAPI_HOME", HOME)
    shutil.copytree(record, home, dirs_exist_ok=True, ignore=lambda *_of: ["settings.toml"])
    return len(huikuan("export", "xapi", "--to", "-", "--json").json)


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> Iterator[LearningSystem]:
    with learning_system() as system:
        monkeypatch.setenv("HUIKUAN_XAPI_URL", system.url)
        monkeypatch.setenv("HUIKUAN_XAPI_KEY", KEY)
        monkeypatch.setenv("HUIKUAN_XAPI_SECRET", SECRET)
        yield system


def test_statements_are_written_to_a_file(home: Path, huikuan: Huikuan, played: int) -> None:
    """As one JSON array, compact and in UTF-8; as lines where the name says so; again only if it may be replaced."""
    path = home / "statements.json"
    ran = huikuan("export", "xapi", "--to", str(path))
    assert (ran.code, ran.out) == (0, f"{played} statements about 1 people written: {path}\n")
    made = json.loads(path.read_text(encoding="utf-8"))
    assert len(made) == played > 3
    assert "一笔小账" in path.read_text(encoding="utf-8")
    assert '": ' not in path.read_text(encoding="utf-8")
    lines = home / "statements.jsonl"
    assert huikuan("export", "xapi", "--to", str(lines), "--json").json == {
        "file": str(lines),
        "statements": played,
        "people": 1,
        "faults": [],
    }
    assert [json.loads(line) for line in lines.read_text(encoding="utf-8").splitlines()] == made
    assert huikuan("export", "xapi", "--to", str(path)).code == 2
    assert huikuan("export", "xapi", "--to", str(path), "--force").code == 0
    assert huikuan("export", "xapi", "--to", str(home)).code == 2
    assert huikuan("export", "xapi", "--to", str(home / "no" / "x.json")).code == 2
    assert {one.name for one in home.iterdir() if "part" in one.name} == set()


def test_statements_are_written_to_the_screen(huikuan: Huikuan, played: int) -> None:
    """A line each, or one document; of a day on which nothing ended none."""
    ran = huikuan("export", "xapi", "--to", "-")
    made = [json.loads(line) for line in ran.out.splitlines()]
    assert made == huikuan("export", "xapi", "--to", "-", "--json").json
    ran = huikuan("export", "xapi", "--to", "-", "--since", "2999-01-01")
    assert (ran.code, ran.out) == (0, "")
    assert huikuan("export", "xapi", "--to", "-", "--since", "2999-01-01", "--json").json == []


def test_export_stands_in_the_log(home: Path, huikuan: Huikuan, played: int) -> None:
    """By whom, how many, of whom, and that no name was in it."""
    huikuan("export", "xapi", "--to", str(home / "x.json"), "--by", "Li Na")
    store = SqlStore(home / "huikuan.db")
    event = store.journal()[-1].event
    assert isinstance(event, Exported)
    assert (event.by, event.rows, event.identified) == (store.known("Li Na"), played, False)
    assert event.people == (store.known("Wang Min"),)
    store.close()


def test_statements_are_sent(huikuan: Huikuan, played: int, system: LearningSystem) -> None:
    """And not again; the state says so."""
    assert huikuan("export", "xapi", "--status", "--json").json["waiting"] == 0
    ran = huikuan("export", "xapi", "--send")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0] == f"{played} statements delivered."
    assert len(system.stored) == played
    document = huikuan("export", "xapi", "--send", "--json").json
    assert (document["delivered"], document["delivered_in_all"], document["waiting"]) == (0, played, 0)
    assert len(system.stored) == played


def test_trouble_is_told_and_stays_in_the_state(huikuan: Huikuan, played: int, system: LearningSystem) -> None:
    """With what the system said, and never with the key; sending by hand tries at once. Exit code 1."""
    system.always = "401"
    ran = huikuan("export", "xapi", "--send")
    assert ran.code == 1
    assert "does not accept the key" in ran.out
    document = huikuan("export", "xapi", "--status", "--json").json
    assert (document["trouble"]["what"], document["waiting"]) == ("refused", played)
    shown = ran.out + ran.err + json.dumps(document) + huikuan("export", "xapi", "--status").out
    assert not any(secret in shown for secret in (SECRET, AUTHORIZATION.split()[1]))
    system.always = "well"
    assert huikuan("export", "xapi", "--send").code == 0
    assert huikuan("export", "xapi", "--status", "--json").json["trouble"] is None


def test_parked_statements_are_shown_and_tried_again(huikuan: Huikuan, played: int, system: LearningSystem) -> None:
    """By their ids, with what the system said of each."""
    ids = [one["id"] for one in huikuan("export", "xapi", "--to", "-", "--json").json]
    system.refuses = {ids[2]}
    ran = huikuan("export", "xapi", "--send")
    assert ran.code == 1
    assert f"{ids[2]}: 400 unfit" in ran.out
    assert [one["statement"] for one in huikuan("export", "xapi", "--status", "--json").json["parked"]] == [ids[2]]
    system.refuses = set()
    assert huikuan("export", "xapi", "--retry-parked", "--json").json == {"retried": 1}
    assert huikuan("export", "xapi", "--send").code == 0
    assert len(system.stored) == played


def test_erasing_tells_that_the_learning_system_is_to_be_asked(
    huikuan: Huikuan, played: int, system: LearningSystem
) -> None:
    """How many it has, under which account; the state goes on telling it."""
    huikuan("export", "xapi", "--send")
    ran = huikuan("data", "erase", "Wang Min", "--yes")
    assert f"{played} statements are with the learning system, under the account " in ran.out
    account = next(iter(system.kept.values()))["actor"]["account"]["name"]
    assert account in ran.out
    assert huikuan("export", "xapi", "--status", "--json").json["erased"] == {account: played}
    assert account in huikuan("export", "xapi", "--status").out
    assert huikuan("export", "xapi", "--to", "-", "--json").json == []


@pytest.mark.slow
def test_structure_is_there_for_a_course_package(home: Path, huikuan: Huikuan, monkeypatch: pytest.MonkeyPatch) -> None:
    """All courses with their objectives, and the scenarios, under the organisation's address."""
    monkeypatch.setenv("HUIKUAN_XAPI_HOME", HOME)
    made = huikuan("export", "xapi", "--structure").json
    objectives = [one for course in made["courses"] for module in course["modules"] for one in module["objectives"]]
    assert len(objectives) == 173
    assert all(one["id"].startswith(f"{HOME}/huikuan/objectives/") for one in objectives)
    assert {name for one in made["scenarios"] for name in one["objectives"]} <= {one["id"] for one in objectives}


def test_what_cannot_be_done_is_told(home: Path, huikuan: Huikuan) -> None:
    """No address, no learning system, simulated people, options that do not go together. Exit code 2."""
    assert "HUIKUAN_XAPI_HOME" in huikuan("export", "xapi", "--to", "-").err
    assert huikuan("export", "xapi", "--to", str(home / "x.json")).code == 2
    assert [one.name for one in home.iterdir() if one.name.endswith((".json", ".part"))] == []
    assert "HUIKUAN_XAPI_HOME" in huikuan("export", "xapi", "--structure").err
    assert "HUIKUAN_XAPI_URL" in huikuan("export", "xapi", "--send").err
    for words in (("--to", "-", "--send"), (), ("--send", "--since", "2026-01-01"), ("--to", "-", "--since", "today")):
        ran = huikuan("export", "xapi", *words)
        assert (ran.code, ran.out) == (2, ""), words


def test_status_without_a_learning_system_says_so(home: Path, huikuan: Huikuan) -> None:
    """Nothing is collected then."""
    ran = huikuan("export", "xapi", "--status")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "No learning system is set; statements are not collected.")


def _until(what: Callable[[], object]) -> None:
    for _look in range(6_000):
        if what():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come")


def test_statements_arrive_once_though_the_deliverer_is_killed_in_the_middle(
    huikuan: Huikuan, played: int, system: LearningSystem
) -> None:
    """With -9, while the system has them and has not answered yet; the next one sends what nobody heard of, and the
    system keeps one of each."""
    system.always = "silent-kept"
    deliverer = subprocess.Popen([*PROGRAM, "export", "xapi", "--forever"], stdin=subprocess.PIPE)
    try:
        _until(lambda: system.stored)
    finally:
        deliverer.send_signal(signal.SIGKILL)
        deliverer.wait()
    assert huikuan("export", "xapi", "--status", "--json").json["waiting"] == played
    system.always = "well"
    assert huikuan("export", "xapi", "--send", "--json").json["delivered"] == played
    assert len(system.stored) == len(set(system.stored)) == played
    assert len(system.asked) == 2


@pytest.mark.skipif(os.name == "nt", reason="there are no such signals")
def test_deliverer_ends_with_whoever_began_it(huikuan: Huikuan, played: int, system: LearningSystem) -> None:
    """When its line breaks off, as it does when that one is killed; what was there to deliver has arrived by then."""
    deliverer = subprocess.Popen([*PROGRAM, "export", "xapi", "--forever"], stdin=subprocess.PIPE)
    assert deliverer.stdin is not None
    try:
        _until(lambda: len(system.stored) == played)
        deliverer.stdin.close()
        assert deliverer.wait(60) == 0
    finally:
        deliverer.kill()
        deliverer.wait()


@pytest.mark.slow
def test_statements_arrive_once_though_everything_fails_all_the_time(
    home: Path, huikuan: Huikuan, system: LearningSystem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three who deliver, killed with -9 at random, a system with every fault, and new talks, for half a minute: in the
    end it has every statement once."""
    monkeypatch.setenv("HUIKUAN_XAPI_HOME", HOME)
    chance = random.Random(7)
    faults = [one for one in FAULTS if one not in ("html", "half-list", "409")]
    house = House(load(), shipped=CONTENT)
    scenario = house.library.read("small-debt").scenario
    assert scenario is not None
    command = [sys.executable, str(Path(__file__).with_name("deliverer.py"))]
    deliverers = [subprocess.Popen(command) for _who in range(3)]
    until = time.monotonic() + 30
    kills = 0
    try:
        while time.monotonic() < until:
            with system.lock:
                system.does = chance.choices([*faults, "well", "well"], k=3)
            rehearsal = begin(house.desk, scenario, f"Person {chance.randrange(9)}", "exam", "en")
            rehearsal.prepare({})
            rehearsal.play(Move("end.leave"))
            rehearsal.file_note({})
            time.sleep(chance.random())
            if chance.random() < 0.3:
                number = chance.randrange(len(deliverers))
                deliverers[number].kill()
                deliverers[number].wait()
                kills += 1
                deliverers[number] = subprocess.Popen(command)
    finally:
        for deliverer in deliverers:
            deliverer.kill()
            deliverer.wait()
    system.does = []
    _until(lambda: huikuan("export", "xapi", "--send", "--json").json["waiting"] == 0)
    wanted = [one["id"] for one in huikuan("export", "xapi", "--to", "-", "--json").json]
    assert kills > 3
    assert len(wanted) > 60
    assert sorted(system.stored) == sorted(wanted)
    assert len(system.asked) > 40
    state = huikuan("export", "xapi", "--status", "--json").json
    assert (state["parked"], state["delivered_in_all"]) == ([], len(wanted))
    house.store.close()
