"""What every store promises of the journal and of what is computed, run over all of them."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from array import array
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from desk import observation, result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.adapters.store.chain import FIRST
from simulator.model.errors import StoreError, UnknownName, UsageError
from simulator.model.journal import (
    Assigned,
    Certified,
    Corrected,
    DeskEvent,
    Erased,
    Exported,
    GroupMade,
    Joined,
    Left,
    Retained,
    Shared,
    Transferred,
    Withdrawn,
)
from simulator.model.record import Hinted, Played, Remarked, TookBack
from simulator.workflows.ports import JOURNAL, Standing, Store

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
Begin = Callable[..., str]

_words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)
_moments = st.datetimes(timezones=st.just(UTC))
_events = st.one_of(
    st.builds(GroupMade, group=_words, name=_words, by=st.none() | _words),
    st.builds(Joined, person=_words, group=st.none() | _words, on=st.none() | st.dates(), by=st.none() | _words),
    st.builds(Left, person=_words, on=st.dates()),
    st.builds(Transferred, person=_words, from_=st.none() | _words, to=st.none() | _words),
    st.builds(
        Assigned,
        assignment=_words,
        title=_words,
        scenarios=st.lists(_words).map(tuple),
        mode=st.sampled_from(["practice", "exam"]),
        due=st.none() | _moments,
        attempts=st.none() | st.integers(1, 99),
        pass_mark=st.none() | st.floats(0, 100),
        by=_words,
    ),
    st.builds(Withdrawn, assignment=_words, by=_words),
    st.builds(
        Certified,
        certificate=_words,
        person=_words,
        course=_words,
        issued=st.dates(),
        valid_until=st.none() | st.dates(),
        stands_on=st.lists(st.tuples(_words, _words)).map(tuple),
        rubric=_words,
        by=_words,
    ),
    st.builds(Retained, what=st.sampled_from(["leavers", "exports"]), before=_moments, count=st.integers(0, 10**6)),
    st.builds(Shared, person=_words, attempt=_words),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_events, st.none() | st.text(), _moments)
def test_enter_then_journal_is_the_identity(store: Store, event: DeskEvent, text: str | None, at: datetime) -> None:
    """Whatever event, words and time: what is read is what was entered, and the chain is whole."""
    about = store.person("王芳") if text is not None else None
    written = store.enter(event, at, text, about)
    read = store.journal()[-1]
    assert read == written
    assert (read.event, read.at, read.about) == (event, at, about)
    assert store.journal_head() == (read.seq, read.hash)
    assert store.faults(JOURNAL) == []


def _three(store: Store) -> str:
    person = store.person("王芳")
    store.enter(GroupMade(group="east", name="华东"), NOON)
    store.enter(Joined(person=person, group="east"), NOON, '{"name": "王芳", "number": "E1"}', person)
    store.enter(Left(person=person, on=date(2026, 3, 1)), NOON + timedelta(seconds=1))
    return person


def test_journal_is_empty_before_the_first_event(store: Store) -> None:
    """Nothing was entered: no event, no text, and a head of zeros."""
    assert (store.journal(), store.journal_texts(), store.journal_head()) == ([], {}, (-1, FIRST))
    assert store.faults() == []


def test_journal_gives_what_came_after(store: Store) -> None:
    """Who knows the journal up to a number asks for the rest."""
    _three(store)
    assert [one.seq for one in store.journal()] == [0, 1, 2]
    assert [one.seq for one in store.journal(after=0)] == [1, 2]
    assert store.journal(after=2) == []


def test_journal_chain_is_what_the_docstring_says(rows: Any) -> None:
    """Hashes and commitments can be recomputed from what is documented, by anybody."""
    person = _three(rows.store)
    previous = FIRST
    for one in rows.store.journal():
        chained = {
            "seq": one.seq,
            "at": one.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
            "event": one.event.model_dump(mode="json"),
            "about": one.about,
            "commitment": one.commitment,
            "previous": previous,
        }
        text = json.dumps(chained, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert (one.previous, one.hash) == (previous, hashlib.sha256(text.encode()).hexdigest())
        previous = one.hash
    (key,) = [row["key"] for row in rows.read("people") if row["person"] == person]
    said = json.dumps({"journal": 1, "text": rows.store.journal_texts()[1]}, ensure_ascii=False, separators=(",", ":"))
    assert rows.store.journal()[1].commitment == hmac.new(key, said.encode(), hashlib.sha256).hexdigest()


def test_journal_holds_no_name(rows: Any) -> None:
    """Names and numbers stand apart; the rows of the journal have a pseudonym alone."""
    _three(rows.store)
    assert not any("王芳" in str(value) or "E1" in str(value) for row in rows.read("journal") for value in row.values())


def test_enter_wants_to_know_whose_words_they_are(store: Store) -> None:
    """Words without a person, a person who is not there, and one who was erased are refused, and nothing is left."""
    with pytest.raises(ValueError, match="somebody"):
        store.enter(GroupMade(group="g", name="g"), NOON, "words")
    with pytest.raises(UnknownName):
        store.enter(GroupMade(group="g", name="g"), NOON, "words", "nobody")
    person = store.person("王芳")
    store.erase(person)
    with pytest.raises(UsageError, match="erased"):
        store.enter(GroupMade(group="g", name="g"), NOON, "words", person)
    assert store.journal() == []
    assert store.faults() == []


def test_erase_empties_the_words_of_the_journal_too(rows: Any) -> None:
    """After erasing, no word about the person is in the journal, and its chain is whole."""
    person = _three(rows.store)
    other = rows.store.person("李雷")
    rows.store.enter(Joined(person=other), NOON, '{"name": "李雷"}', other)
    rows.store.put_standings([Standing(person, "1", "s", "{}"), Standing(other, "1", "s", "{}")])
    before = rows.store.journal()
    rows.store.erase(person)
    assert rows.store.journal() == before
    assert rows.store.journal_texts() == {1: None, 3: '{"name": "李雷"}'}
    assert [one.person for one in rows.store.standings("1")] == [other]
    assert rows.store.faults() == []


_COLUMNS = ["seq", "at", "payload", "about", "commitment", "previous", "hash"]


@pytest.mark.parametrize("column", _COLUMNS)
def test_faults_name_every_changed_byte_of_the_journal(rows: Any, column: str) -> None:
    """One byte changed in any column of any row of the journal is found, with its number."""
    _three(rows.store)
    whole = rows.read("journal")
    for index, row in enumerate(whole):
        for value in _changed(row[column]):
            rows.write("journal", [*whole[:index], {**row, column: value}, *whole[index + 1 :]])
            named = {fault.seq for fault in rows.store.faults(JOURNAL)}
            assert row["seq"] in named, (row, value)
        rows.write("journal", whole)
    assert rows.store.faults() == []


def _changed(value: Any) -> list[Any]:
    if value is None:
        return ["x"]
    if isinstance(value, int):
        return [value + 100]
    places = {0, len(value) // 2, len(value) - 1}
    return [value[:at] + ("0" if value[at] != "0" else "1") + value[at + 1 :] for at in places]


def test_faults_find_a_journal_cut_off_reordered_or_put_together(rows: Any) -> None:
    """Events missing at either end or between, changed places, changed words and words from elsewhere are found."""
    _three(rows.store)
    whole, texts = rows.read("journal"), rows.read("journal_texts")
    for missing in range(3):
        rows.write("journal_texts", [] if missing == 1 else texts)
        rows.write("journal", [row for row in whole if row["seq"] != missing])
        assert rows.store.faults(JOURNAL), missing
    swap = {0: 2, 2: 0}
    rows.write("journal", [{**row, "seq": swap.get(row["seq"], row["seq"])} for row in whole])
    assert {0, 2} <= {fault.seq for fault in rows.store.faults(JOURNAL)}
    rows.write("journal", whole)
    for changed in ([{"seq": 1, "text": "x"}], [*texts, {"seq": 9, "text": "x"}], [], [{"seq": 1, "text": None}]):
        rows.write("journal_texts", changed)
        assert rows.store.faults(JOURNAL), changed
    rows.write("journal_texts", texts)
    assert rows.store.faults() == []


def test_faults_find_words_put_back_after_erasing_in_the_journal(rows: Any) -> None:
    """A text that reappears for an erased person is found."""
    person = _three(rows.store)
    rows.store.erase(person)
    rows.write("journal_texts", [{"seq": 1, "text": "王芳"}])
    assert [(fault.attempt, fault.seq) for fault in rows.store.faults()] == [(JOURNAL, 1)]


def test_threads_never_lose_or_double_an_event_of_the_desk(store: Store) -> None:
    """Six threads that enter at once leave each event once, in one chain."""
    failed: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for number in range(first, first + 6):
                store.enter(GroupMade(group=str(number), name="g"), NOON)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(100 * number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    groups = [int(one.event.group) for one in store.journal() if isinstance(one.event, GroupMade)]
    assert sorted(groups) == [100 * number + step for number in range(6) for step in range(6)]
    assert store.faults() == []


# People


def test_known_and_people_enter_nobody(store: Store) -> None:
    """Asking who is there makes nobody; names come composed, in order, the erased last."""
    assert store.known("王芳") is None
    assert store.people() == []
    first, second, third = store.person("b"), store.person("a"), store.person("\u00e9")
    store.erase(first)
    assert store.people() == [(second, "a"), (third, "é"), (first, None)]
    assert store.known(" e\u0301 ") == third


def test_rename_keeps_chains_whole_and_the_former_name_apart(rows: Any, talk: Begin) -> None:
    """After a correction, attempts from before and after verify, lists show the new name, and erasing takes both."""
    talk(rows.store)
    person, by = rows.store.person("王芳"), rows.store.person("韩梅梅")
    written = rows.store.rename(person, "王方", by, NOON)
    assert written.event == Corrected(person=person, field="name", by=by)
    assert (rows.store.name(person), rows.store.known("王方"), rows.store.known("王芳")) == ("王方", person, None)
    talk(rows.store, "a2", "王方")
    rows.store.rename(person, "王芳", by, NOON)
    rows.store.rename(person, "王房", by, NOON)
    assert rows.store.faults() == []
    assert not any("王" in str(value) for row in rows.read("journal") for value in row.values())
    rows.store.erase(person)
    assert rows.store.faults() == []
    assert set(rows.store.journal_texts().values()) == {None}


def test_rename_is_found_when_it_is_feigned(rows: Any, talk: Begin) -> None:
    """A name changed without an event, or changed back behind one, is found."""
    talk(rows.store)
    people = rows.read("people")
    rows.write("people", [{**row, "name": "王方"} for row in people])
    assert [(fault.attempt, fault.seq) for fault in rows.store.faults()] == [("a1", 0)]
    rows.write("people", people)
    rows.store.rename(rows.store.person("王芳"), "王方", "by", NOON)
    rows.write("people", people)
    assert [(fault.attempt, fault.seq) for fault in rows.store.faults()] == [(JOURNAL, 0)]


def test_rename_refuses_what_is_no_correction(store: Store) -> None:
    """The same name, somebody else's, an empty one and that of an erased person are refused, and nothing is entered."""
    person, other = store.person("王芳"), store.person("李雷")
    for name in ("王芳", "李雷", " ", "x" * 201):
        with pytest.raises(UsageError):
            store.rename(person, name, other, NOON)
    store.erase(person)
    with pytest.raises(UsageError, match="erased"):
        store.rename(person, "王方", other, NOON)
    assert store.journal() == []


# Periods


def test_retain_empties_the_words_of_talks_and_says_so(store: Store, begin: Begin) -> None:
    """Words older than the moment go, of practice alone if asked so; remarks stay; every chain is whole."""
    begin(store, "a1", text="开始")
    begin(store, "a2", mode="exam", text="考试")
    for attempt in ("a1", "a2"):
        store.append(attempt, 1, Played(turn=1, move="probe"), NOON + timedelta(days=1), text="一")
        store.append(attempt, 2, Played(turn=2, move="probe"), NOON + timedelta(days=9), text="二")
        store.append(attempt, 3, Remarked(turn=1, by="r"), NOON + timedelta(days=1), finished=True, text="评")
    late = NOON + timedelta(days=10)
    assert store.retainable("practice", NOON + timedelta(days=2)) == 2
    assert store.retain("practice", NOON + timedelta(days=2), late) == 2
    assert store.texts("a1") == {0: None, 1: None, 2: "二", 3: "评"}
    assert store.texts("a2") == {0: "考试", 1: "一", 2: "二", 3: "评"}
    assert store.faults() == []
    assert store.retain("typed", NOON + timedelta(days=2), late) == 2
    assert store.retain("typed", NOON + timedelta(days=2), late) == 0
    assert store.texts("a2") == {0: None, 1: None, 2: "二", 3: "评"}
    assert [(one.event.what, one.event.count) for one in store.journal() if isinstance(one.event, Retained)] == [
        ("practice", 2),
        ("typed", 2),
    ]
    assert store.faults() == []


def test_faults_find_words_that_went_without_a_period(rows: Any, begin: Begin) -> None:
    """A text emptied by hand is found, be it younger than any period that was applied, or no word of a talk."""
    begin(rows.store, "a1", text="开始")
    rows.store.append("a1", 1, Played(turn=1, move="probe"), NOON + timedelta(days=9), text="一")
    rows.store.append("a1", 2, Remarked(turn=1, by="r"), NOON, finished=True, text="评")
    rows.store.retain("typed", NOON + timedelta(days=2), NOON)
    whole = rows.read("texts")
    assert rows.store.faults() == []
    for seq in (1, 2):
        rows.write("texts", [{**row, "text": None} if row["seq"] == seq else row for row in whole])
        assert {(fault.attempt, fault.seq) for fault in rows.store.faults()} == {("a1", seq)}
    rows.write("texts", [{**row, "text": "别的"} if row["seq"] == 0 else row for row in whole])
    assert ("a1", 0) in {(fault.attempt, fault.seq) for fault in rows.store.faults()}


# Lists


def test_attempts_tell_their_assignment_and_head(store: Store, begin: Begin) -> None:
    """The list has the assignment of each attempt, and ``head`` the last event of its chain."""
    begin(store, "a1", assignment="w1")
    begin(store, "a2")
    assert {one.attempt: one.assignment for one in store.attempts()} == {"a1": "w1", "a2": None}
    written = store.append("a1", 1, Hinted(turn=1), NOON)
    assert store.head("a1") == (1, written.hash)
    with pytest.raises(UnknownName):
        store.head("a9")
    assert store.faults() == []


def test_decided_finds_attempts_by_the_kind_of_event(store: Store, begin: Begin) -> None:
    """Attempts with a remark are found, and a move that looks like one is none."""
    begin(store, "a1")
    begin(store, "a2")
    store.append("a1", 1, Played(turn=1, move='"kind":"remarked"'), NOON, finished=True)
    store.append("a2", 1, Played(turn=1, move="probe"), NOON)
    store.append("a2", 2, Remarked(turn=1, by="r"), NOON, finished=True, text="评")
    assert store.decided("remarked") == ["a2"]
    assert store.decided("appealed") == []


# What is computed


def _played(store: Store, begin: Begin, *attempts: str) -> None:
    for attempt in attempts:
        begin(store, attempt)
        store.append(attempt, 1, Played(turn=1, move="leave"), NOON, finished=True)


def test_put_then_results_is_the_identity(store: Store, begin: Begin) -> None:
    """Results come back equal, in their order, by person and rubric, with their observations or without."""
    _played(store, begin, "a1", "a2", "a3")
    first = result("a1", person="p2", overruled=True, breaches=(3, 7), assignment="w")
    second = result("a2", ended=NOON + timedelta(days=1), passed=False, evidence=False, observations=())
    third = result("a3", ended=NOON)
    newer = result("a3", ended=NOON, rubric="2")
    store.put_results([first, second])
    store.put_results([newer, third])
    assert list(store.results()) == [third, newer, second, first]
    assert list(store.results(rubric="1")) == [third, second, first]
    assert list(store.results(person="p2")) == [first]
    assert list(store.results(rubric="2", with_observations=False)) == [replace(newer, observations=())]
    assert store.result("a1", "1") == first
    assert store.result("a1", "2") is None


def test_put_takes_the_place_of_what_was_there(store: Store, begin: Begin) -> None:
    """One result an attempt and rubric; dropping takes those of every rubric; each change shows in the version."""
    _played(store, begin, "a1", "a2")
    versions = [store.results_version()]
    for change in (
        lambda: store.put_results([result("a1"), result("a1", rubric="2"), result("a2")]),
        lambda: store.put_results([result("a1", total=1.0), result("a1", total=2.0)]),
        lambda: store.drop_results(["a1", "nobody"]),
    ):
        change()
        versions.append(store.results_version())
    assert [one.attempt for one in store.results()] == ["a2"]
    assert versions == sorted(set(versions))


def test_unsettled_are_the_ended_attempts_without_a_result_of_their_head(store: Store, begin: Begin) -> None:
    """Neither what goes on, nor what tries again, nor what has its result; but what moved since."""
    _played(store, begin, "a1", "a2", "a3")
    begin(store, "going-on")
    begin(store, "again", origin=("a1", 1))
    store.append("again", 1, Played(turn=1, move="leave"), NOON, finished=True)
    store.put_results([result(one, head=store.head(one)[1]) for one in ("a1", "a2")])
    assert store.unsettled("1") == ["a3"]
    store.append("a2", 2, Remarked(turn=1, by="r"), NOON, finished=True)
    assert store.unsettled("1") == ["a2", "a3"]
    assert store.unsettled("2") == ["a1", "a2", "a3"]
    store.append("a3", 2, TookBack(turn=1), NOON)
    assert store.unsettled("1") == ["a2"]


def test_evidence_columns_hold_what_the_results_hold(store: Store, begin: Begin) -> None:
    """The columns are those of the results that are evidence, in the order of person and end, observation by
    observation."""
    _played(store, begin, "a1", "a2", "a3")
    observed = (observation("a2", objective="new/one", turn=9, reason="missed", credit=1.0, chance_of_good=0.0),)
    store.put_results([result("a1", person="p2"), result("a2", observations=observed)])
    store.put_results([result("a3", evidence=False), result("a1", person="p2", rubric="2", observations=())])
    columns = store.evidence_columns("1")
    assert (columns.attempt, columns.person, columns.observed) == (("a2", "a1"), ("p1", "p2"), (1, 2))
    assert (columns.total, columns.passed, columns.mode) == ((81.25, 81.25), (1, 1), ("exam", "exam"))
    assert columns.ended[0] == "2026-03-02T13:00:00.123456+00:00"
    names = [columns.objectives[code] for code in columns.objective]
    assert names == ["new/one", "collection/a.b", "credit/c.d"]
    assert (columns.turn, columns.credit, columns.reason) == (
        array("H", [9, 1, 0]),
        array("d", [1.0, 0.75, 0.0]),
        array("B", [1, 0, 3]),
    )
    assert columns.chance[:2] == array("d", [0.0, 0.5])
    assert columns.chance[2] != columns.chance[2]
    assert store.evidence_columns("1", "p2").attempt == ("a1",)
    assert store.evidence_columns("9").objective == array("H")


def test_standings_come_back_by_rubric_and_person(store: Store) -> None:
    """One standing a person and rubric, the last one put, in the order of persons."""
    one, other = sorted((store.person("王芳"), store.person("李雷")))
    store.put_standings([Standing(other, "1", "s1", "{}"), Standing(one, "1", "s1", '{"a":1}')])
    store.put_standings([Standing(one, "1", "s2", '{"a":2}'), Standing(one, "2", "s1", "{}")])
    assert list(store.standings("1")) == [Standing(one, "1", "s2", '{"a":2}'), Standing(other, "1", "s1", "{}")]
    assert list(store.standings("2", other)) == []


def test_store_is_simulated_once_it_was_marked(store: Store) -> None:
    """A store says that its people are simulated, for good, and doing it again is harmless."""
    assert not store.simulated
    store.mark_simulated()
    store.mark_simulated()
    assert store.simulated
    assert store.faults() == []


def test_notes_of_the_program_are_kept_by_key(store: Store) -> None:
    """What is noted under a key takes the place of what was, and none of it is in the way of what the store keeps."""
    assert store.noted("journal") is None
    store.note("journal", "x")
    store.note("journal", "y")
    assert (store.noted("journal"), store.noted("other")) == ("y", None)
    _three(store)
    assert store.faults() == []


def test_events_of_the_desk_that_cannot_be_read_are_damage(rows: Any) -> None:
    """An event that is none any more is StoreDamaged with its number; faults still go through."""
    _three(rows.store)
    whole = rows.read("journal")
    for payload in ("", "{", "[" * 100_000, '{"kind":"bribed"}', '"x"'):
        rows.write("journal", [{**row, "payload": payload if row["seq"] == 2 else row["payload"]} for row in whole])
        with pytest.raises(StoreError, match="2"):
            rows.store.journal()
        assert 2 in {fault.seq for fault in rows.store.faults(JOURNAL)}


def test_exports_and_erasures_are_events_like_others(store: Store) -> None:
    """What left the program and who was erased stand in the journal, by pseudonym."""
    event = Exported(by="r", format="csv", scope="group", of="east", identified=True, rows=3, sha256="0" * 64)
    store.enter(event, NOON)
    store.enter(Erased(person="p"), NOON)
    assert [one.event.kind for one in store.journal()] == ["exported", "erased"]
