"""An employee's rights: everything shown, corrected by event, erased for good; and what is kept no longer."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from desk import result
from doubles import Clock, desk_over
from workflows.talks import LEFT, play, start

from simulator.adapters.exports import ExportFolder
from simulator.adapters.store.memory import MemoryStore
from simulator.adapters.store.sql import SqlStore
from simulator.engine.program import Program
from simulator.model.errors import StoreLocked, UnknownName, UsageError
from simulator.model.journal import Assigned, Erased, Exported, Retained
from simulator.workflows.enrolling import Entry, add
from simulator.workflows.people import leave, roster
from simulator.workflows.ports import Standing
from simulator.workflows.privacy import Over, Periods, apply, apply_daily, correct, erase, over, show
from simulator.workflows.rehearse import Desk
from simulator.workflows.remarking import remark
from simulator.workflows.solutions import Solutions
from simulator.workflows.verifying import verify

NAME = "Wang Min"


@pytest.fixture(params=["memory", "sqlite"])
def desk(request: pytest.FixtureRequest, solutions: Solutions, tmp_path: Path) -> Iterator[Desk]:
    """A desk over either store; what an erasing leaves behind is a matter of both."""
    store = MemoryStore() if request.param == "memory" else SqlStore(tmp_path / "record.db")
    yield desk_over(store, solutions)
    store.close()


@pytest.fixture
def exports(tmp_path: Path) -> ExportFolder:
    """The program's folder of exports."""
    folder = tmp_path / "exports"
    folder.mkdir()
    return ExportFolder(folder)


def known(desk: Desk, small: Program) -> str:
    """A person about whom there is something of every kind; the pseudonym."""
    one = add(desk, Entry(NAME, "E-1", "East"), desk.store.person("Boss")).person
    rehearsal = start(desk, small)
    play(rehearsal, LEFT)
    rehearsal.file_note({})
    remark(desk, rehearsal.attempt, 1, "About the small talk", "Boss")
    other = start_of(desk, small, "Li Lei")
    remark(desk, other, 1, "Written by him", NAME)
    desk.store.put_results([result(rehearsal.attempt, person=one)])
    desk.store.put_standings([Standing(one, "1", "s", '{"mastery":1}')])
    return one


def start_of(desk: Desk, small: Program, name: str) -> str:
    """A finished talk of somebody; its id."""
    from simulator.workflows.rehearse import begin

    rehearsal = begin(desk, small.scenario, name, "practice", "en", 1)
    rehearsal.prepare({})
    play(rehearsal, LEFT)
    rehearsal.file_note({})
    return rehearsal.attempt


def exported(desk: Desk, exports: ExportFolder, path: Path, people: list[str], identified: bool = True) -> None:
    """An export that was written to a path, and logged."""
    path.write_text(f"name,total\n{NAME},81\n", encoding="utf-8")
    event = Exported(
        by="boss",
        format="csv",
        scope="group",
        of="east",
        identified=identified,
        rows=1,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        file=exports.name_of(path),
        people=tuple(people),
    )
    desk.store.enter(event, desk.now())


def everything(desk: Desk, tmp_path: Path) -> str:
    """All that the store holds, as one text."""
    if isinstance(desk.store, MemoryStore):
        kept = desk.store
        rows = (kept.owners, kept.links, kept.kept_texts, kept.desk, kept.desk_texts, kept.kept_standings, kept.entries)
        return repr(rows)
    desk.store.close()
    return "".join(one.read_bytes().decode("utf-8", "replace") for one in tmp_path.glob("record.db*"))


# Showing


def test_show_has_everything_about_a_person(desk: Desk, small: Program, exports: ExportFolder, tmp_path: Path) -> None:
    """Names, number, group, each event with its words, results, remarks by and about him, exports that held him."""
    one = known(desk, small)
    exported(desk, exports, exports.folder / "east.csv", [one])
    exported(desk, exports, tmp_path / "others.csv", [desk.store.person("Li Lei")])
    for who in (NAME, "E-1", one):
        dossier = show(desk.store, who)
        assert (dossier.person.person, dossier.person.number, dossier.person.group) == (one, "E-1", "east")
        (attempt,) = dossier.attempts
        assert [line.kind for line in attempt.lines][:2] == ["started", "prepared"]
        assert ("remarked", "About the small talk") in {(line.kind, line.text) for line in attempt.lines}
        assert attempt.results[0]["total"] == 81.25
        assert [(line.kind, line.text) for line in dossier.beside] == [("remarked", "Written by him")]
        assert [line.says["file"] for line in dossier.exports] == ["east.csv"]
        assert [line.kind for line in dossier.desk] == ["joined", "exported"]
        assert dossier.standings == ('{"mastery":1}',)
    written = json.dumps(asdict(dossier), default=str)
    assert NAME in written
    assert "Li Lei" not in written


def test_show_of_an_unknown_person_names_the_nearest(desk: Desk, small: Program) -> None:
    """A name that nobody has is told with those that are near, and enters nobody."""
    known(desk, small)
    before = desk.store.people()
    with pytest.raises(UnknownName, match=NAME):
        show(desk.store, "Wang Mim")
    assert desk.store.people() == before


def test_show_of_somebody_without_attempts_is_short(desk: Desk) -> None:
    """A person who never played has a name and nothing else."""
    desk.store.person(NAME)
    dossier = show(desk.store, NAME)
    assert (dossier.attempts, dossier.desk, dossier.beside, dossier.standings) == ((), (), (), ())


# Correcting


def test_correct_changes_name_and_number_by_events(desk: Desk, small: Program) -> None:
    """Afterwards lists have the new ones, the record has both events, and every chain is whole."""
    one = known(desk, small)
    corrected = correct(desk, "E-1", "boss", name="Wang Ming", number="E-2")
    assert (corrected.name, corrected.called, corrected.number) == ("Wang Ming", "Wang Ming", "E-2")
    assert roster(desk.store).find("E-2").person == one
    assert [line.kind for line in show(desk.store, one).desk] == ["joined", "corrected", "corrected"]
    desk.store.drop_results(summary.attempt for summary in desk.store.attempts())  # it was a made-up one
    assert verify(desk).faults == ()


@pytest.mark.parametrize(
    "wrong", [{}, {"name": ""}, {"name": "Li Lei"}, {"number": "E-1"}, {"number": " "}, {"number": "9"}, {"name": NAME}]
)
def test_correct_refuses_what_is_none(desk: Desk, small: Program, wrong: dict[str, str]) -> None:
    """Nothing to correct, what is so already, and what is somebody else's are refused; nothing is on record."""
    known(desk, small)
    add(desk, Entry("Han Mei", "9"), "boss")
    before = desk.store.journal()
    with pytest.raises(UsageError):
        correct(desk, NAME, "boss", **wrong)
    assert desk.store.journal() == before


# Erasing


def test_erase_leaves_neither_name_nor_text(desk: Desk, small: Program, exports: ExportFolder, tmp_path: Path) -> None:
    """Gone are name, number, former name, words and computed standing, in every byte that the store holds; the chains
    of attempts and journal verify."""
    one = known(desk, small)
    correct(desk, one, "boss", name="Wang Minhong", number="E-77")
    erased = erase(desk, exports, "E-77", "boss")
    assert (erased.person, erased.is_silent) == (one, True)
    assert desk.store.faults() == []
    assert verify(desk).faults == ()
    assert show(desk.store, one).person.name is None
    assert desk.store.results() == []
    left = everything(desk, tmp_path)
    for word in (NAME, "Wang Minhong", "E-1", "E-77", "About the small talk", "mastery"):
        assert word not in left, word
    assert "Li Lei" in left


def test_erase_deletes_the_exports_that_hold_him_by_name(
    desk: Desk, small: Program, exports: ExportFolder, tmp_path: Path
) -> None:
    """Kept files with his name go; those of others and those without names stay; those elsewhere are told."""
    one, other = known(desk, small), desk.store.person("Li Lei")
    exported(desk, exports, exports.folder / "his.csv", [one, other])
    exported(desk, exports, exports.folder / "others.csv", [other])
    exported(desk, exports, exports.folder / "nameless.csv", [one], identified=False)
    exported(desk, exports, tmp_path / "sent.csv", [one])
    erased = erase(desk, exports, NAME, "boss")
    assert erased.exports == ("his.csv",)
    assert erased.elsewhere == (f"{desk.now():%Y-%m-%d} csv",)
    assert [kept.name for kept in exports.kept()] == ["nameless.csv", "others.csv"]
    assert (tmp_path / "sent.csv").exists()


def test_erase_tells_of_titles_that_hold_the_name(desk: Desk, small: Program, exports: ExportFolder) -> None:
    """What stands in the chain for good cannot be emptied, and is told."""
    one = known(desk, small)
    desk.store.enter(Assigned(assignment="w", title=f"For {NAME}", people=(one,), mode="practice", by="b"), desk.now())
    assert erase(desk, exports, one, "boss").titles == (f"For {NAME}",)


def test_erase_is_on_record_once_and_can_be_done_again(desk: Desk, small: Program, exports: ExportFolder) -> None:
    """Again, by pseudonym, is harmless; the journal says once who was erased, by whom and why."""
    one = known(desk, small)
    erase(desk, exports, NAME, "boss")
    erase(desk, exports, one, "boss")
    assert [entered.event for entered in desk.store.journal() if isinstance(entered.event, Erased)] == [
        Erased(person=one, by="boss", why="request")
    ]


def test_erase_that_broke_off_is_finished_by_the_next(
    small: Program, solutions: Solutions, exports: ExportFolder
) -> None:
    """The file was held by another program in the middle: done again, nothing is left, and it is told once."""

    class Held(MemoryStore):
        held = True

        def erase(self, person: str) -> None:
            if self.held:
                raise StoreLocked("held")
            super().erase(person)

    desk = desk_over(Held(), solutions)
    one = known(desk, small)
    with pytest.raises(StoreLocked):
        erase(desk, exports, NAME, "boss")
    assert not roster(desk.store).people[one].is_erased
    desk.store.held = False  # type: ignore[attr-defined]
    erase(desk, exports, NAME, "boss")
    assert desk.store.name(one) is None
    assert sum(isinstance(entered.event, Erased) for entered in desk.store.journal()) == 1


def test_erase_keeps_the_figures_of_a_group_of_five(desk: Desk, small: Program, exports: ExportFolder) -> None:
    """In a group of five his results stay, under the pseudonym."""
    known(desk, small)
    for name in "abcd":
        add(desk, Entry(name, None, "East"), "boss")
    assert not erase(desk, exports, NAME, "boss").is_silent
    assert [one.total for one in desk.store.results()] == [81.25]


# Taking out


def test_export_folder_deletes_nothing_elsewhere(exports: ExportFolder, tmp_path: Path) -> None:
    """A name that leads out of the folder, a link and what is not there are left alone."""
    outside = tmp_path / "precious.txt"
    outside.write_text("x")
    (exports.folder / "link.csv").symlink_to(outside)
    for name in ("../precious.txt", str(outside), "link.csv", "nothing.csv", "", ".."):
        assert not exports.remove(name)
    assert outside.exists()
    assert ExportFolder(tmp_path / "no-such").kept() == ()


# Periods


def _aged(desk: Desk, small: Program, exports: ExportFolder) -> dict[str, Any]:
    """People, texts and files of half a year, a year and three years ago."""
    assert isinstance(desk.now, Clock)
    today = desk.now.now
    made: dict[str, Any] = {}
    for name, days in (("old", 400), ("middle", 200), ("new", 10)):
        desk.now.now = today - timedelta(days=days)
        add(desk, Entry(name), "boss")
        made[name] = start_of(desk, small, name)
        event = desk.store.events(made[name])[0].event.model_copy(update={"mode": "exam"})
        desk.store.begin(f"exam-{name}", event, desk.now(), text=f"typed by {name}")
        desk.store.begin(f"practice-{name}", event.model_copy(update={"mode": "practice"}), desk.now(), text="typed")
        path = exports.folder / f"{name}.csv"
        path.write_text("x")
        os.utime(path, (desk.now.now.timestamp(),) * 2)
    desk.now.now = today
    leave(desk, "old", date(2023, 1, 1), "boss")
    leave(desk, "middle", date(2025, 12, 1), "boss")
    return made


def test_periods_empty_what_is_over_and_nothing_else(desk: Desk, small: Program, exports: ExportFolder) -> None:
    """Each kind goes when its own period is over, what would go is told before, and each is on record."""
    _aged(desk, small, exports)
    periods = Periods(typed=365, practice=180, leavers=730, exports=90)
    (gone,) = [one.person for one in roster(desk.store).people.values() if one.name == "old"]
    before = over(desk, exports, periods)
    assert before == Over(typed=1, practice=2, leavers=(gone,), exports=("middle.csv", "old.csv"))
    assert over(desk, exports, periods) == before
    assert apply(desk, exports, periods) == before
    assert not over(desk, exports, periods).any
    assert desk.store.texts("exam-middle") == {0: "typed by middle"}
    assert (desk.store.texts("practice-middle"), desk.store.texts("practice-new")) == ({0: None}, {0: "typed"})
    assert desk.store.texts("exam-old") == {0: None}
    assert desk.store.name(gone) is None
    assert [kept.name for kept in exports.kept()] == ["new.csv"]
    logged = [entered.event for entered in desk.store.journal() if isinstance(entered.event, Retained | Erased)]
    assert [(one.what, one.count) for one in logged if isinstance(one, Retained)] == [
        ("practice", 2),
        ("typed", 1),
        ("leavers", 1),
        ("exports", 2),
    ]
    assert [one for one in logged if isinstance(one, Erased)] == [Erased(person=gone, by=None, why="retention")]
    assert desk.store.faults() == []
    assert verify(desk).faults == ()


def test_periods_are_applied_once_a_day(desk: Desk, small: Program, exports: ExportFolder) -> None:
    """The first start of a day applies them, the next does nothing, and the next day again; an idle day logs
    nothing."""
    assert apply_daily(desk, exports, Periods()) is not None
    assert desk.store.journal() == []
    _aged(desk, small, exports)
    assert apply_daily(desk, exports, Periods()) is None
    assert desk.store.texts("exam-old") == {0: "typed by old"}
    assert isinstance(desk.now, Clock)
    desk.now.now += timedelta(days=1)
    assert apply_daily(desk, exports, Periods()) is not None
    assert desk.store.texts("exam-old") == {0: None}


def test_practice_is_never_kept_longer_than_anything_typed(desk: Desk, small: Program, exports: ExportFolder) -> None:
    """A short period for all that was typed goes before a longer one for practice."""
    _aged(desk, small, exports)
    assert apply(desk, exports, Periods(typed=5, practice=1_000)).practice == 3
    assert datetime.now(UTC) > desk.store.journal()[-1].at
