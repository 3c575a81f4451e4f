"""``huikuan report``: what it prints, what it writes, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from doubles import desk_over
from workflows.talks import LEFT, PAID, RIGHT, play

from simulator.adapters.export.json import schema
from simulator.adapters.store.sql import SqlStore
from simulator.engine.program import Program
from simulator.model.journal import Exported, GroupMade, Joined
from simulator.workflows.rehearse import Desk, begin
from simulator.workflows.solutions import Solutions


@pytest.fixture
def desk(home: Path, small: Program, solutions: Solutions) -> Desk:
    """The record of this run: two people with two exams each, one of them in a group."""
    made = desk_over(SqlStore(home / "huikuan.db"), solutions)
    for name in ("Wang Min", "=HYPERLINK(1)"):
        for moves in (PAID, LEFT):
            rehearsal = begin(made, small.scenario, name, "exam", "en", 1)
            rehearsal.prepare(RIGHT)
            play(rehearsal, moves)
            if rehearsal.phase == "note":
                rehearsal.file_note({})
    made.store.enter(GroupMade(group="east", name="Sales east"), made.now())
    made.store.enter(Joined(person=made.store.person("Wang Min"), group="east"), made.now())
    return made


def exports(desk: Desk) -> list[Exported]:
    return [one.event for one in desk.store.journal() if isinstance(one.event, Exported)]


def test_group_is_printed_as_text(huikuan: Any, desk: Desk) -> None:
    """Without further words everybody is reported, by pseudonyms, on standard output, and the log has it."""
    ran = huikuan("report", "group", "--by", "Li Hua")
    assert ran.code == 0
    assert "Group report" in ran.out
    assert "Wang Min" not in ran.out
    assert [(one.format, one.identified, one.file) for one in exports(desk)] == [("text", False, None)]


def test_group_as_json_fits_the_published_schema(huikuan: Any, desk: Desk) -> None:
    """One document on standard output, with names where they are asked for."""
    ran = huikuan("report", "group", "Sales east", "--json", "--identified", "--by", "Li Hua")
    assert ran.code == 0
    jsonschema.validate(ran.json, json.loads(schema()))
    assert [row["person"]["name"] for row in ran.json["people"]] == ["Wang Min"]


SLOWLY = [pytest.param(format, marks=pytest.mark.slow) for format in ("json", "csv", "text")]  # 5 s each


@pytest.mark.parametrize("format", ["xlsx", "html", "pdf", *SLOWLY])
def test_report_is_written_where_it_is_wanted(huikuan: Any, desk: Desk, tmp_path: Path, format: str) -> None:
    """A file, or a folder that it gets a name in; the name of the file is told on standard error."""
    target = tmp_path / f"mine.{format}"
    ran = huikuan("report", "person", "Wang Min", "--format", format, "--out", str(target), "--by", "Li Hua")
    assert (ran.code, ran.out) == (0, "")
    assert str(target) in ran.err
    assert target.stat().st_size > 0
    folder = tmp_path / "folder"
    folder.mkdir()
    assert huikuan("report", "person", "Wang Min", "--format", format, "--out", str(folder), "--by", "Li Hua").code == 0
    assert len(list(folder.iterdir())) == 1


def test_file_is_not_replaced_unasked(huikuan: Any, desk: Desk, tmp_path: Path) -> None:
    """What stands there stays, unless --force is given."""
    target = tmp_path / "mine.html"
    target.write_text("mine")
    wanted = ("report", "group", "--format", "html", "--out", str(target), "--by", "Li Hua")
    assert huikuan(*wanted).code == 2
    assert target.read_text() == "mine"
    assert huikuan(*wanted, "--force").code == 0
    assert "<html" in target.read_text(encoding="utf-8")


def test_report_without_a_path_lies_in_the_programs_folder(huikuan: Any, desk: Desk, home: Path) -> None:
    """Beside the record, where erasing a person finds it."""
    assert huikuan("report", "person", "=HYPERLINK(1)", "--format", "pdf", "--by", "Li Hua").code == 0
    (kept,) = (home / "exports").iterdir()
    assert exports(desk)[0].file == kept.name
    assert "HYPERLINK" not in kept.name


def test_one_table_as_csv_is_printed(huikuan: Any, desk: Desk) -> None:
    """A name that would be a formula is none in the output."""
    ran = huikuan("report", "group", "--format", "csv", "--table", "people", "--identified", "--by", "Li Hua")
    assert ran.code == 0
    assert "'=HYPERLINK(1)" in ran.out
    assert ",=HYPERLINK" not in ran.out


def test_attempt_is_found_by_the_beginning_of_its_id(huikuan: Any, desk: Desk) -> None:
    """As long as it is the only one; else they are named."""
    assert "Scorecard" in huikuan("report", "attempt", "attempt-1", "--by", "Li Hua").out
    ran = huikuan("report", "attempt", "attempt-", "--by", "Li Hua")
    assert ran.code == 2
    assert "attempt-1, attempt-2" in ran.err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_language_of_the_report_is_asked_for(huikuan: Any, desk: Desk, language: str) -> None:
    """Whatever the language of the run."""
    for run in ("zh", "en"):
        ran = huikuan("--lang", run, "report", "group", "--format", "html", "--out", "-x.html", "--language", language)
        assert ran.code == 2, "an option is no value"
        ran = huikuan("--lang", run, "report", "group", "--json", "--language", language, "--by", "Li Hua")
        assert ran.json["head"]["language"] == language


@pytest.mark.parametrize(
    "arguments",
    [
        ("person",),
        ("person", "Nobody"),
        ("group", "nowhere"),
        ("certificate", "HK-0000-0000-0000"),
        ("group", "--since", "yesterday"),
        ("group", "--identified", "--pseudonymous"),
        ("group", "--format", "csv", "--table", "nothing"),
        ("group", "--format", "xlsx", "--table", "people"),
        ("group", "--format", "docx"),
        ("nothing",),
    ],
)
def test_what_makes_no_sense_is_refused(huikuan: Any, desk: Desk, arguments: tuple[str, ...]) -> None:
    """With exit code 2, in words, and without an entry of the log."""
    ran = huikuan("report", *arguments, "--by", "Li Hua")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("huikuan: ")
    assert exports(desk) == []


def test_filters_leave_out_what_they_say(huikuan: Any, desk: Desk) -> None:
    """The report holds no attempt that a filter excludes, and says what was left out."""
    ran = huikuan("report", "group", "--json", "--mode", "practice", "--until", "2031-01-01", "--by", "Li Hua")
    assert ran.json["attempts"] == []
    assert ran.json["head"]["filters"] == [["period", "the beginning to 2031-01-01"], ["mode", "practice"]]


def test_empty_record_makes_a_report(huikuan: Any) -> None:
    """It says that there is nobody."""
    ran = huikuan("report", "group", "--by", "Li Hua")
    assert ran.code == 0
    assert "There is nobody in this group." in ran.out
