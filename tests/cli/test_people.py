"""``people``, ``assign`` and ``data`` as an HR department uses them."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import pytest
from cli.conftest import Huikuan

ROSTER = (
    "姓名,工号,组,入职,离职,备注\n王芳,001,华东一部,2024-03-05,,\n王芳,002,华东一部,,,x\n李雷,003,华南,,2025-01-01,\n"
)
SCENARIO = "invoice-not-found"


@pytest.fixture
def roster(home: Path) -> Path:
    """A roster of three, two of one name."""
    path = home / "people.csv"
    path.write_bytes(ROSTER.encode("gb18030"))
    return path


def test_import_tells_what_would_change_and_then_does_it(huikuan: Huikuan, roster: Path) -> None:
    """A dry run changes nothing; the import takes in; again there is nothing to do."""
    dry = huikuan("people", "import", str(roster), "--dry-run")
    assert (dry.code, "3 to change" in dry.out, "dry run" in dry.out, "备注" in dry.err) == (0, True, True, True)
    assert huikuan("people", "list", "--json").json == []
    done = huikuan("people", "import", str(roster), "--by", "Boss", "--json").json
    assert [one["name"] for one in done["changes"]] == ["王芳 (001)", "王芳 (002)", "李雷"]
    assert (done["imported"], done["groups"], done["ignored_columns"]) == (True, ["华东一部", "华南"], ["备注"])
    again = huikuan("people", "import", str(roster), "--json").json
    assert (again["changes"], again["same"]) == ([], 3)
    assert huikuan("verify").code == 0


def test_import_names_bad_rows_and_takes_nothing_unless_asked(huikuan: Huikuan, home: Path) -> None:
    """A bad row is named with its number and what to do; the exit code says that there were some."""
    path = home / "people.csv"
    path.write_text("name;number;joined\nAnn;1;2024-03-05\n;2;\nBo;3;5.3.24\n", encoding="utf-8-sig")
    refused = huikuan("people", "import", str(path))
    assert refused.code == 1
    assert "row 3: The name is missing." in refused.err
    assert "row 4: “5.3.24” is no date" in refused.err
    assert "--skip-bad" in refused.out
    assert huikuan("people", "list", "--json").json == []
    taken = huikuan("people", "import", str(path), "--skip-bad", "--by", "Boss")
    assert taken.code == 1
    assert [one["name"] for one in huikuan("people", "list", "--json").json] == ["Ann", "Boss"]


def test_people_are_added_moved_and_leave(huikuan: Huikuan) -> None:
    """One at a time, with the day of today as the last one."""
    added = huikuan("people", "add", "[b]=1+1", "--number", "7", "--group", "East", "--joined", "2024-03-05", "--json")
    assert (added.json["group"], added.json["joined"]) == ("east", "2024-03-05")
    assert huikuan("people", "transfer", "7", "West").code == 0
    assert huikuan("people", "list", "--group", "west", "--json").json[0]["name"] == "[b]=1+1"
    assert "[b]=1+1" in huikuan("people", "list").out
    assert huikuan("people", "leave", "7", "--on", "2026-01-31", "--json").json["left"] == "2026-01-31"
    assert [one["people"] for one in huikuan("people", "groups", "--json").json] == [0, 0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("people", "leave", "nobody"), "no person"),
        (("people", "add", " "), "missing"),
        (("people", "add", "Ann", "--joined", "5.3.24"), "2026-03-05"),
        (("people", "import", "no-such-file.csv"), "no-such-file.csv"),
        (("people", "list", "--group", "x"), "no group"),
        (("people",), "required"),
        (("people", "dance"), "dance"),
        (("assign", "new", SCENARIO), "to whom"),
        (("assign", "new", "no-such", "--to", "Ann"), "no-such"),
        (("assign", "withdraw", "x"), "no assignment"),
        (("assign", "due", "nobody"), "no person"),
        (("data", "show", "nobody"), "no person"),
        (("data", "erase", "nobody", "--yes"), "no person"),
        (("data", "correct", "nobody", "--name", "x"), "no person"),
    ],
)
def test_what_makes_no_sense_is_usage(huikuan: Huikuan, words: tuple[str, ...], said: str) -> None:
    """Unknown people, groups and files are exit code 2 with what there is, and leave nothing on standard output."""
    ran = huikuan(*words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_assignments_are_made_listed_due_and_withdrawn(huikuan: Huikuan, roster: Path) -> None:
    """From a roster to who has still what to do, with the commands alone."""
    huikuan("people", "import", str(roster), "--by", "Boss")
    made = huikuan(
        "assign", "new", SCENARIO, "--group", "华东一部", "--mode", "exam", "--due", "2099-12-31", "--pass-mark", "80",
        "--title", "年终", "--by", "Boss", "--json",
    ).json  # fmt: skip
    assert (made["concerned"], made["attempts"], made["pass_mark"]) == (2, 1, 80.0)
    due = huikuan("assign", "due", "--json").json
    assert [(one["name"], one["state"], one["left"]) for one in due] == [
        ("王芳 (001)", "open", 1),
        ("王芳 (002)", "open", 1),
    ]
    assert "年终" in huikuan("assign", "due", "001").out
    assert "2 people" in huikuan("assign", "list").out
    assert huikuan("assign", "withdraw", made["id"][:8], "--json").json["withdrawn"]
    assert huikuan("assign", "due", "--json").json == []
    assert huikuan("assign", "list", "--json").json == []
    assert len(huikuan("assign", "list", "--all", "--json").json) == 1


def test_data_are_shown_corrected_and_erased(huikuan: Huikuan, roster: Path, home: Path) -> None:
    """An employee sees what there is, has it corrected, and has it erased after his name was typed."""
    huikuan("people", "import", str(roster), "--by", "Boss")
    shown = huikuan("data", "show", "003", "--json").json
    assert (shown["person"]["name"], [line["kind"] for line in shown["desk"]]) == ("李雷", ["joined", "left"])
    assert "staff number: 003" in huikuan("data", "show", "李雷").out
    corrected = huikuan("data", "correct", "003", "--name", "李蕾", "--number", "30", "--json")
    assert (corrected.json["name"], corrected.json["number"]) == ("李蕾", "30")
    assert huikuan("data", "erase", "30", stdin="李雷\n").code == 2
    erased = huikuan("data", "erase", "30", stdin="李蕾\n")
    assert erased.code == 0
    assert "cannot be undone" in erased.err
    assert "李" not in "".join(one.read_bytes().decode("utf-8", "replace") for one in home.glob("huikuan.db*"))
    assert huikuan("data", "show", shown["person"]["person"], "--json").json["person"]["name"] is None
    assert huikuan("data", "erase", "001", "--yes", "--json").json["is_silent"]
    assert huikuan("verify").code == 0


def test_nobody_leaves_before_he_joined(huikuan: Huikuan) -> None:
    """A slip of the pen in the year would have his data erased with those who left long ago."""
    huikuan("people", "add", "Ann", "--joined", "2024-03-05")
    refused = huikuan("people", "leave", "Ann", "--on", "2004-03-05")
    assert (refused.code, "joined on 2024-03-05" in refused.err) == (2, True)
    assert huikuan("people", "leave", "Ann", "--on", "2024-03-05").code == 0


def test_data_taken_out_as_a_document_are_in_the_log_of_exports(huikuan: Huikuan, roster: Path) -> None:
    """As a report is: by whom, of whom, whether by name, and the hash of what was written. To read alone is none."""
    huikuan("people", "import", str(roster), "--by", "Boss")
    huikuan("data", "show", "003")
    first = huikuan("data", "show", "003", "--json", "--by", "Boss")
    (line,) = [line for line in huikuan("data", "show", "003", "--json").json["desk"] if line["kind"] == "exported"]
    boss = next(one for one in huikuan("people", "list", "--json").json if one["name"] == "Boss")
    told = line["says"]
    assert (told["scope"], told["format"], told["identified"], told["by"]) == ("data", "json", True, boss["person"])
    assert (told["rows"], told["file"]) == (2, None)
    assert told["sha256"] == hashlib.sha256(first.out.encode()).hexdigest()
    erased = huikuan("data", "erase", "003", "--yes", "--json").json
    assert len(erased["elsewhere"]) == 2


def test_a_day_that_no_calendar_has_room_for_is_told(huikuan: Huikuan, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first and the last day that there are, on either side of Greenwich, trace back nowhere."""
    huikuan("people", "add", "Ann")
    for zone in ("America/New_York", "Asia/Shanghai"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        for period in (("--since", "0001-01-01"), ("--until", "9999-12-31"), ("--until", "0001-01-01")):
            assert huikuan("report", "group", *period, "--json").code == 0
        late = huikuan("assign", "new", SCENARIO, "--to", "Ann", "--due", "9999-12-31")
        assert (late.code, "too far off" in late.err) == (2, True)
    monkeypatch.undo()
    time.tzset()


def test_an_assignment_is_given_more_time(huikuan: Huikuan) -> None:
    """The day changes for everybody who has it; what is over, withdrawn or the same is refused."""
    huikuan("people", "add", "Ann")
    made = huikuan("assign", "new", SCENARIO, "--to", "Ann", "--due", "2098-12-31", "--json").json
    later = huikuan("assign", "extend", made["id"][:8], "--due", "2099-03-31", "--by", "Boss")
    assert (later.code, "until 2099-03-31" in later.out) == (0, True)
    assert huikuan("assign", "due", "--json").json[0]["due"].startswith("2099-03-31")
    for day, said in (("2099-03-31", "already"), ("2020-01-01", "is over")):
        refused = huikuan("assign", "extend", made["id"], "--due", day)
        assert (refused.code, said in refused.err) == (2, True)
    open_ended = huikuan("assign", "extend", made["id"], "--no-due", "--json").json
    assert open_ended["due"] is None
    huikuan("assign", "withdraw", made["id"])
    assert "withdrawn" in huikuan("assign", "extend", made["id"], "--due", "2099-06-30").err
    assert huikuan("verify").code == 0


def test_periods_are_told_with_their_reasons_and_applied(huikuan: Huikuan, home: Path) -> None:
    """Each kind has its days and its reason, from the settings where they say so; applying erases."""
    (home / "settings.toml").write_text("keep_exports = 1\nkeep_leavers = 10\n", encoding="utf-8")
    huikuan("people", "add", "Ann", "--by", "Boss")
    huikuan("people", "leave", "Ann", "--on", "2020-01-31")
    told = huikuan("data", "retention", "--json").json
    assert not told["applied"]
    assert {kind: (one["days"], one["over"]) for kind, one in told["kinds"].items()} == {
        "typed": (365, 0),
        "practice": (180, 0),
        "leavers": (10, 1),
        "exports": (1, 0),
    }
    assert all(one["why"] for one in told["kinds"].values())
    assert "1 over" in huikuan("data", "retention").out
    assert "1 erased" in huikuan("data", "retention", "--apply").out
    assert "Ann" not in huikuan("people", "list", "--all").out


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "true", '"x"', "36501"])
def test_period_that_is_none_is_refused_with_its_line(huikuan: Huikuan, home: Path, days: str) -> None:
    """A period in the settings is a whole number of days."""
    (home / "settings.toml").write_text(f'language = "en"\nkeep_typed = {days}\n', encoding="utf-8")
    ran = huikuan("data", "retention")
    assert ran.code == 2
    assert "settings.toml:2" in ran.err
    assert "keep_typed" in ran.err


def test_commands_of_commands_take_language_and_store(huikuan: Huikuan, home: Path) -> None:
    """``--lang`` and ``--store`` stand anywhere, after the inner command too."""
    other = home / "other.db"
    assert huikuan("people", "add", "Ann", "--by", "Boss", "--store", str(other)).code == 0
    assert [one["name"] for one in huikuan("people", "--store", str(other), "list", "--json").json] == ["Ann", "Boss"]
    assert json.loads(huikuan("people", "list", "--json").out) == []
