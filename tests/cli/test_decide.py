"""``huikuan decide``: what a screen does, a command does, and puts on the same record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from doubles import desk_over
from workflows.talks import PAID, RIGHT, play, start
from workflows.test_certifying import kept, seen

from simulator.adapters.store.sql import SqlStore
from simulator.engine.program import Program
from simulator.model.decisions import LINES, Answered, Appealed, Overruled, Rated
from simulator.workflows.certifying import asked_of, certificates
from simulator.workflows.deciding import decisions, matter
from simulator.workflows.rehearse import Desk
from simulator.workflows.solutions import Solutions

LI = ("--by", "Li Lei")
MIN = ("--by", "Wang Min")


@pytest.fixture
def desk(home: Path, solutions: Solutions) -> Desk:
    """The record that the command reads."""
    return desk_over(SqlStore(home / "huikuan.db"), solutions)


@pytest.fixture
def attempt(desk: Desk, small: Program) -> str:
    """An exam of Wang Min's that is over."""
    rehearsal = start(desk, small, RIGHT, "exam")
    play(rehearsal, PAID)
    rehearsal.file_note({})
    return rehearsal.attempt


def test_overruling_says_before_and_after_and_first_on_trial(huikuan: Any, desk: Desk, attempt: str) -> None:
    """A dry run writes nothing; then it is on record with code and words."""
    named = ("decide", "overrule", attempt, "--turn", "1", "--breach", "yes", *LI)
    tried = huikuan(*named, "--dry-run")
    assert tried.code == 0
    assert tried.out.splitlines()[0].startswith("Now: ")
    assert "Then: Breach; 40.0 of 100, not passed" in tried.out
    assert "Nothing was written." in tried.out
    assert decisions(desk.store, attempt) == ()
    ran = huikuan(*named, "--reason", "law-misapplied", "--text", "He threatened.", "--json")
    assert ran.code == 0
    assert ran.json["before"]["passed"]
    assert ran.json["after"] == {"name": "breach", "total": 40.0, "passed": False, "breaches": [1], "overruled": True}
    (one,) = decisions(desk.store, attempt)
    assert isinstance(one.event, Overruled)
    assert (one.seq, one.name, one.event.reason, one.text) == (
        ran.json["event"],
        "Li Lei",
        "law-misapplied",
        "He threatened.",
    )
    result = desk.store.result(attempt, "1")
    assert result is not None
    assert (result.total, result.overruled) == (40.0, True)


def test_trial_shows_nobody_else_s_own_practice(huikuan: Any, desk: Desk, small: Program) -> None:
    """What would come of a decision tells what the talk came to; who may not decide is not told either."""
    rehearsal = start(desk, small, RIGHT)
    play(rehearsal, PAID)
    rehearsal.file_note({})
    ran = huikuan("decide", "overrule", rehearsal.attempt, "--total", "1", "--dry-run", *LI)
    assert (ran.code, ran.out) == (2, "")
    assert "trainee's own" in ran.err


def test_appeal_waits_in_the_list_until_it_is_answered(huikuan: Any, desk: Desk, attempt: str) -> None:
    ran = huikuan("decide", "appeal", attempt, "--turn", "2", "--text", "[b]=unfair", *MIN, "--json")
    number = ran.json["appeal"]
    listed = huikuan("decide", "list", *LI, "--json").json
    assert listed["appeals"] == [{"attempt": attempt, "appeal": number, "turn": 2, "text": "[b]=unfair"}]
    assert f"appeal {number} on {attempt}, turn 2: [b]=unfair" in huikuan("decide", "list", *LI).out
    answered = huikuan("decide", "answer", attempt, str(number), "--dismissed", "--text", "No.", *LI)
    assert answered.code == 0
    asked, given = (one.event for one in decisions(desk.store, attempt))
    assert isinstance(asked, Appealed)
    assert isinstance(given, Answered)
    assert (given.appeal, given.upheld) == (number, False)
    assert huikuan("decide", "list", *LI, "--json").json["appeals"] == []


def test_rating_shows_what_to_read_and_only_then_takes_marks(huikuan: Any, desk: Desk, attempt: str) -> None:
    """Without a line it tells talk, case and descriptors, and no mark; with one it files and sets beside."""
    card = matter(desk, attempt).original().scorecard
    assert card is not None
    read = huikuan("decide", "rate", attempt, *LI)
    assert "--compliance  Compliance" in read.out
    assert "Trainee: " in read.out
    assert f"{card.total:.1f}" not in read.out
    document = huikuan("decide", "rate", attempt, *LI, "--json").json
    assert set(document["lines"]) == set(LINES)
    assert list(document["lines"]["tactics"]["levels"]) == ["0", "25", "50", "75", "100"]
    assert decisions(desk.store, attempt) == ()
    filed = huikuan("decide", "rate", attempt, "--tactics", "60", "--compliance", "100", *LI, "--json").json
    assert (filed["blind"], filed["lines"]) == (True, {"tactics": 60.0, "compliance": 100.0})
    assert filed["program"]["compliance"] == 100.0
    (one,) = decisions(desk.store, attempt)
    assert isinstance(one.event, Rated)
    assert huikuan("decide", "rate", attempt, "--tactics", "60", *LI).code == 2
    other = huikuan("decide", "rate", attempt, "--tactics", "50", "--by", "韩梅梅")
    assert "Li Lei 60" in other.out


def test_list_tells_of_second_ratings_but_not_why(huikuan: Any, desk: Desk, attempt: str) -> None:
    """It settles by itself; that a total is near the pass mark would be told by the reason."""
    total = matter(desk, attempt).standing().scorecard
    assert total is not None
    huikuan("decide", "overrule", attempt, "--total", "70", "--text", "x", "--by", "Meng")
    document = huikuan("decide", "list", *LI, "--json").json
    assert document["ratings"] == [{"attempt": attempt, "scenario": "small-debt"}]
    listed = huikuan("decide", "list", *LI).out
    assert f"second rating: {attempt}" in listed
    assert "borderline" not in listed
    assert huikuan("decide", "list", *MIN, "--json").json["ratings"] == []


def test_certificate_is_looked_at_confirmed_checked_and_revoked(
    huikuan: Any, desk: Desk, library: Any, small: Program
) -> None:
    """On a person's name; the code that comes of it is what `verify` knows."""
    person = desk.store.person("Wang Min")
    course = next(one for one in library.courses() if one.course == "collection")
    asked = asked_of(library, course)
    weak = huikuan("decide", "certify", "Wang Min", "collection", *LI)
    assert weak.code == 0
    assert "In the way: " in weak.out
    assert huikuan("decide", "certify", "Wang Min", "collection", "--confirm", *LI).code == 2
    for number in range(4):  # talks that the record holds, with results better than they were
        rehearsal = start(desk, small, RIGHT, "exam")
        play(rehearsal, PAID)
        rehearsal.file_note({})
        name, head = rehearsal.attempt, desk.store.head(rehearsal.attempt)[1]
        shown = {"attempt": name, "head": head, "ended": desk.now(), "observations": seen(name, 1.0, asked)}
        desk.store.put_results([kept(person, number, **shown)])
    found = huikuan("decide", "certify", "Wang Min", "collection", *LI, "--json").json
    assert (found["met"], len(found["attempts"]), found["breaches"]) == (True, 4, [])
    assert certificates(desk) == ()
    issued = huikuan("decide", "certify", "Wang Min", "collection", "--confirm", *LI, "--json").json
    (held,) = certificates(desk)
    assert (issued["code"], issued["name"], issued["state"]) == (held.code, "Wang Min", "valid")
    checked = huikuan("verify", held.code.lower(), "--json")
    assert (checked.code, checked.json["good"], checked.json["name"]) == (0, True, "Wang Min")
    assert huikuan("decide", "certify", "Wang Min", "collection", "--confirm", *LI).code == 2
    assert huikuan("decide", "list", *LI, "--json").json["certificates"][0]["code"] == held.code
    gone = huikuan("decide", "revoke", held.code, "--reason", "evidence", "--text", "overruled", *LI)
    assert (gone.code, certificates(desk)[0].state) == (0, "revoked")
    assert huikuan("verify", held.code).code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("overrule", "nothing", "--total", "50", "--text", "x"),
        ("overrule", "ATTEMPT", "--total", "101", "--text", "x"),
        ("overrule", "ATTEMPT", "--total", "50"),
        ("overrule", "ATTEMPT", "--turn", "1", "--name", "perfect", "--text", "x"),
        ("overrule", "ATTEMPT", "--total", "50", "--reason", "whim", "--text", "x"),
        ("overrule", "ATTEMPT", "--text", "x"),
        ("answer", "ATTEMPT", "99", "--upheld", "--text", "x"),
        ("appeal", "ATTEMPT", "--text", "not mine"),
        ("rate", "ATTEMPT", "--tactics", "200"),
        ("certify", "nobody", "collection"),
        ("revoke", "HK-0000-0000-0000", "--text", "x"),
        (),
        ("dance",),
    ],
)
def test_what_makes_no_sense_is_told(huikuan: Any, desk: Desk, attempt: str, arguments: tuple[str, ...]) -> None:
    """With exit code 2, on the other stream, and nothing written."""
    ran = huikuan("decide", *(attempt if one == "ATTEMPT" else one for one in arguments), *(LI if arguments else ()))
    assert ran.code == 2
    assert ran.err.strip()
    assert ran.out == ""
    assert decisions(desk.store, attempt) == ()
