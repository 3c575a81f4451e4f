"""What every store promises, run over all of them."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simulator.adapters.store.chain import Link, digest
from simulator.adapters.store.memory import MemoryStore
from simulator.model.errors import CAUSES, AttemptMoved, StoreDamaged, UnknownName, UsageError
from simulator.model.record import Event, Filed, Hinted, Played, Prepared, Remarked, Started, TookBack, Voiced
from simulator.workflows.ports import Recorded, Store

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
Begin = Callable[..., str]

# Events


def test_append_gives_back_equal_events(store: Store, talk: Begin) -> None:
    """Events come back equal to what was recorded, in order, with their times."""
    talk(store)
    events = [recorded.event for recorded in store.events("a1")]
    assert [event.kind for event in events] == [
        "started", "prepared", "played", "hinted", "played", "took-back", "filed",
    ]  # fmt: skip
    assert events[1] == Prepared(
        answers={"limit": 3.5, "who": "cfo", "docs": ("pod", "po"), "none": None, "s": {"a": "b"}}
    )
    assert events[4] == Played(turn=2, move="resend")
    assert [recorded.seq for recorded in store.events("a1")] == list(range(7))
    assert [recorded.at for recorded in store.events("a1")] == [NOON + timedelta(seconds=n) for n in range(7)]
    assert store.faults() == []


_words = st.text(st.characters(exclude_categories=["Cs"]))
_answers = st.dictionaries(
    _words,
    st.none()
    | _words
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.lists(_words).map(tuple)
    | st.dictionaries(_words, _words),
)
_turns = st.integers(1, 10**6)
_events = st.one_of(
    st.builds(Prepared, answers=_answers),
    st.builds(Played, turn=_turns, move=_words),
    st.builds(Hinted, turn=_turns),
    st.builds(TookBack, turn=_turns),
    st.builds(Filed, answers=_answers),
    st.builds(Remarked, turn=_turns, by=_words, replaces=st.none() | _turns),
    st.builds(
        Voiced, turn=_turns, shown=st.sampled_from(["authored", "model"]), why=st.none() | st.sampled_from(list(CAUSES))
    ),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(_events, st.none() | st.text(), st.datetimes(timezones=st.just(UTC)))
def test_append_then_events_is_the_identity(
    store: Store, begin: Begin, event: Event, text: str | None, at: datetime
) -> None:
    """Whatever event, words and time: what is read is what was written, and the chain is whole."""
    with contextlib.suppress(AttemptMoved):  # the store is one for all examples
        begin(store)
    seq = len(store.events("a1"))
    written = store.append("a1", seq, event, at, text=text)
    read = store.events("a1")[seq]
    assert read == written
    assert (read.event, read.at) == (event, at)
    assert store.faults("a1") == []


def test_append_returns_what_events_return(store: Store, begin: Begin) -> None:
    """Who recorded an event holds the same as who reads it later."""
    begin(store)
    written = store.append("a1", 1, Filed(answers={"whole": 3, "many": ("x",)}), NOON, text="说")
    assert written == store.events("a1")[1]


def test_append_keeps_times_in_utc(store: Store, begin: Begin) -> None:
    """A time of another zone is recorded as the same moment in UTC; one without a zone is refused."""
    begin(store)
    store.append("a1", 1, Hinted(turn=1), NOON.astimezone(timezone(timedelta(hours=8))))
    assert store.events("a1")[1].at == NOON
    assert store.events("a1")[1].at.utcoffset() == timedelta(0)
    with pytest.raises(ValueError, match="time zone"):
        store.append("a1", 2, Hinted(turn=1), NOON.replace(tzinfo=None))
    assert len(store.events("a1")) == 2


@pytest.mark.parametrize("expected", [0, 1, 3, -1])
def test_append_is_compare_and_set(store: Store, begin: Begin, expected: int) -> None:
    """Only the very next number is taken; anything else is AttemptMoved and leaves nothing."""
    begin(store)
    store.append("a1", 1, Played(turn=1, move="probe"), NOON)
    with pytest.raises(AttemptMoved, match="a1"):
        store.append("a1", expected, Played(turn=2, move="praise"), NOON, text="留下什么?")
    assert [recorded.seq for recorded in store.events("a1")] == [0, 1]
    assert store.texts("a1") == {}
    assert store.faults() == []


def test_begin_takes_an_id_once(store: Store, begin: Begin) -> None:
    """A second beginning of the same attempt is AttemptMoved, and the first stays."""
    begin(store, seed=1)
    with pytest.raises(AttemptMoved):
        begin(store, seed=2)
    (only,) = store.events("a1")
    assert isinstance(only.event, Started)
    assert only.event.seed == 1


def test_begin_and_append_want_the_right_kind_of_event(store: Store, begin: Begin) -> None:
    """An attempt begins with its start, once."""
    begin(store)
    start = store.events("a1")[0].event
    with pytest.raises(ValueError, match="start"):
        store.begin("a2", Hinted(turn=1), NOON)
    with pytest.raises(ValueError, match="once"):
        store.append("a1", 1, start, NOON)
    assert [one.attempt for one in store.attempts()] == ["a1"]
    assert len(store.events("a1")) == 1


def test_unknown_names_are_told_with_the_known(store: Store, begin: Begin) -> None:
    """An attempt or person that is not there is UnknownName, with what is there."""
    begin(store, "a1")
    for ask in (
        lambda: store.events("a9"),
        lambda: store.texts("a9"),
        lambda: store.faults("a9"),
        lambda: store.append("a9", 1, Hinted(turn=1), NOON),
    ):
        with pytest.raises(UnknownName, match="a1"):
            ask()
    person = store.person("王芳")
    for ask in (
        lambda: store.name("p9"),
        lambda: store.erase("p9"),
        lambda: begin(store, "a2", person="p9"),
    ):
        with pytest.raises(UnknownName, match=person):
            ask()
    assert [one.attempt for one in store.attempts()] == ["a1"]


# The chain


def test_chain_is_what_the_design_says(store: Store, talk: Begin) -> None:
    """Each hash is SHA-256 over canonical JSON of {attempt, seq, at, event, commitment, previous}, from 64 zeros on."""
    talk(store)
    previous = "0" * 64
    for recorded in store.events("a1"):
        chained = {
            "attempt": "a1",
            "seq": recorded.seq,
            "at": recorded.at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00"),
            "event": recorded.event.model_dump(mode="json"),
            "commitment": recorded.commitment,
            "previous": previous,
        }
        text = json.dumps(chained, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert recorded.previous == previous
        assert recorded.hash == hashlib.sha256(text.encode()).hexdigest()
        previous = recorded.hash


def test_commitments_are_keyed_and_only_where_words_are(rows: Any, talk: Begin) -> None:
    """The first event commits to the name, an event with typed text to that, each under the person's key alone."""
    talk(rows.store)
    (person,) = rows.read("people")
    kept = {recorded.seq: recorded.commitment for recorded in rows.store.events("a1")}
    assert [seq for seq, commitment in kept.items() if commitment] == [0, 2, 4]
    for seq, said in (
        (0, '{"attempt":"a1","name":"王芳","seq":0}'),
        (2, '{"attempt":"a1","seq":2,"text":"您好,请问发票收到了吗?"}'),
    ):
        assert kept[seq] == hmac.new(person["key"], said.encode(), hashlib.sha256).hexdigest()


def test_chain_holds_no_name_and_no_text(rows: Any, talk: Begin) -> None:
    """Neither the name nor a typed word stands in an event's row or in the list."""
    talk(rows.store, text="开始吧")
    chain = json.dumps([rows.read("events"), rows.read("attempts")], ensure_ascii=False)
    for words in ("王芳", "发票收到", "再发一次", "开始吧"):
        assert words not in chain
    assert rows.store.texts("a1") == {0: "开始吧", 2: "您好,请问发票收到了吗?", 4: "我再发一次 🙂"}
    assert rows.store.faults() == []


def test_equal_words_have_unequal_commitments(store: Store, begin: Begin) -> None:
    """Who sees the chain alone cannot tell that the same thing was said twice."""
    begin(store)
    store.append("a1", 1, Played(turn=1, move="probe"), NOON, text="同一句")
    store.append("a1", 2, Played(turn=2, move="probe"), NOON, text="同一句")
    assert store.events("a1")[1].commitment != store.events("a1")[2].commitment


# People, words, content


def test_person_is_one_for_one_name(store: Store) -> None:
    """The same name, however composed and padded, is the same person; another name is another."""
    person = store.person("José 王")
    assert store.person("  Jose\u0301 王 ") == person
    assert store.person("José 李") != person
    assert store.name(person) == "José 王"
    assert len(person) == 32
    assert int(person, 16)


@pytest.mark.parametrize("name", ["", "  ", "王" * 201])
def test_person_refuses_a_name_that_is_none(store: Store, name: str) -> None:
    """An empty name, and one that no database could index, are the asker's mistake."""
    with pytest.raises(UsageError, match="200"):
        store.person(name)


def test_texts_survive_what_terminals_send(store: Store, begin: Begin) -> None:
    """Lone surrogates and NUL, which no database holds, become a sign of their own; the empty text stays a text."""
    begin(store, name="王\x00\udcff")
    store.append("a1", 1, Hinted(turn=1), NOON, text="坏\udce4字\x00")
    store.append("a1", 2, Hinted(turn=1), NOON, text="")
    assert store.texts("a1") == {1: "坏?字\ufffd", 2: ""}
    assert store.faults() == []


def test_content_is_kept_by_its_hash(store: Store) -> None:
    """Content comes back as it was, may be kept twice, and what was never kept is StoreDamaged."""
    digest = store.keep(b"a\x00b")
    assert digest == hashlib.sha256(b"a\x00b").hexdigest()
    assert store.keep(b"a\x00b") == digest
    assert store.content(digest) == b"a\x00b"
    with pytest.raises(StoreDamaged, match="000000000000"):
        store.content("0" * 64)


def test_content_that_changed_is_not_given(rows: Any) -> None:
    """Content whose hash is another is StoreDamaged, never handed out."""
    digest = rows.store.keep(b"worth: 100")
    rows.write("contents", [{"sha256": digest, "bytes": b"worth: 900"}])
    with pytest.raises(StoreDamaged):
        rows.store.content(digest)


# The list


def test_attempts_tell_where_each_stands(store: Store, talk: Begin, begin: Begin) -> None:
    """The list has the latest first, counts the turns that stand, and knows origin and end."""
    talk(store, "a1", "王芳")
    begin(store, "a2", "李雷", mode="exam", scenario="other")
    begin(store, "a3", origin=("a1", 2), prefix=("open-question:not-found",))
    store.append("a2", 1, Hinted(turn=1), NOON + timedelta(hours=1))
    a2, a1, a3 = store.attempts()
    assert [a2.attempt, a1.attempt, a3.attempt] == ["a2", "a1", "a3"]
    assert (a1.turns, a1.finished, a1.started, a1.last) == (1, True, NOON, NOON + timedelta(seconds=6))
    assert (a2.mode, a2.scenario, a2.finished, a2.turns, a2.origin) == ("exam", "other", False, 0, None)
    assert (a3.turns, a3.origin, a3.person) == (1, ("a1", 2), store.person("王芳"))
    assert [one.attempt for one in store.attempts(person=store.person("王芳"))] == ["a1", "a3"]
    assert [one.attempt for one in store.attempts(scenario="other")] == ["a2"]
    assert store.attempts(person=store.person("李雷"), scenario="invoice-not-found") == []


def test_attempt_taken_back_after_its_end_goes_on(store: Store, begin: Begin) -> None:
    """Whether an attempt is complete is what its latest event said."""
    begin(store)
    store.append("a1", 1, Played(turn=1, move="leave"), NOON, finished=True)
    assert store.attempts()[0].finished
    store.append("a1", 2, TookBack(turn=1), NOON)
    assert (store.attempts()[0].finished, store.attempts()[0].turns) == (False, 0)


def test_remark_leaves_the_attempt_where_it_was_in_the_list(store: Store, talk: Begin) -> None:
    """Turns, end and the time of the last event are the trainee's; the chain has the remark, and its text is kept."""
    talk(store, "a1")
    talk(store, "a2", "李雷")
    before = store.attempts()
    reviewer = store.person("韩梅梅")
    late = NOON + timedelta(days=365)
    store.append("a1", 7, Remarked(turn=1, by=reviewer), late, finished=True, text="先寒暄")
    assert store.attempts() == before
    assert (store.events("a1")[7].event, store.events("a1")[7].at) == (Remarked(turn=1, by=reviewer), late)
    assert store.texts("a1")[7] == "先寒暄"
    assert store.faults() == []


def test_remark_is_found_when_it_is_tampered_with(rows: Any, talk: Begin) -> None:
    """Its text, its turn and who wrote it are bound to the chain like anything else."""
    talk(rows.store)
    reviewer = rows.store.person("韩梅梅")
    rows.store.append("a1", 7, Remarked(turn=1, by=reviewer), NOON, finished=True, text="先寒暄")
    for table, column, before, after in (
        ("texts", "text", "先寒暄", "很好"),
        ("events", "payload", '"turn":1', '"turn":2'),
        ("events", "payload", reviewer, "f" * 32),
    ):
        whole = rows.read(table)
        changed = [{**row, column: row[column].replace(before, after)} if row["seq"] == 7 else row for row in whole]
        assert changed != whole
        rows.write(table, changed)
        assert ("a1", 7) in {(fault.attempt, fault.seq) for fault in rows.store.faults()}
        rows.write(table, whole)
    assert rows.store.faults() == []


def test_remark_is_erased_with_the_person_whose_attempt_it_is(store: Store, talk: Begin) -> None:
    """And not with who wrote it."""
    talk(store)
    reviewer = store.person("韩梅梅")
    store.append("a1", 7, Remarked(turn=1, by=reviewer), NOON, finished=True, text="先寒暄")
    store.erase(reviewer)
    assert store.texts("a1")[7] == "先寒暄"
    assert store.faults() == []
    store.erase(store.person("王芳"))
    assert store.texts("a1")[7] is None
    assert store.faults() == []
    with pytest.raises(UsageError, match="erased"):
        store.append("a1", 8, Remarked(turn=1, by=reviewer), NOON, finished=True, text="再说")


# Tampering

# The event that a change in a table must name: that of the row, or the one that leans on it.
_NAMED: dict[str, Callable[[dict[str, Any]], int]] = {
    "events": lambda row: row["seq"],
    "texts": lambda row: row["seq"],
    "attempts": lambda row: -1,
    "people": lambda row: 0,
    "contents": lambda row: 0,
}
_COLUMNS = {
    "events": ["attempt", "seq", "at", "payload", "commitment", "previous", "hash"],
    "texts": ["attempt", "seq", "text"],
    "people": ["person", "name", "key", "erased"],
    "contents": ["sha256", "bytes"],
    # `finished` is what the caller said and stands in no event; replaying the attempt tells it.
    "attempts": ["person", "scenario", "mode", "started", "last", "turns", "origin", "origin_turn", "head"],
}


def _changed(value: Any) -> list[Any]:
    """The value with one byte changed: the first, the middle or the last."""
    if value is None:
        return ["x"]
    if isinstance(value, int):
        return [value + 100]
    if isinstance(value, bytes):
        return [value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :] for at in (0, len(value) // 2, len(value) - 1)]
    places = {0, len(value) // 2, len(value) - 1}
    return [value[:at] + ("0" if value[at] != "0" else "1") + value[at + 1 :] for at in places]


@pytest.mark.parametrize(("table", "column"), [(table, column) for table, all_ in _COLUMNS.items() for column in all_])
def test_faults_name_every_changed_byte(rows: Any, talk: Begin, table: str, column: str) -> None:
    """One byte changed in any column of any row is found, with the attempt and the event."""
    talk(rows.store, text="开始吧")
    whole = rows.read(table)
    for index, row in enumerate(whole):
        for value in _changed(row[column]):
            if column == "origin_turn" and value == "x":
                value = 3
            rows.write(table, [*whole[:index], {**row, column: value}, *whole[index + 1 :]])
            named = {(fault.attempt, fault.seq) for fault in rows.store.faults()}
            assert ("a1", _NAMED[table](row)) in named, (row, value)
            assert all(fault.why for fault in rows.store.faults("a1"))
    rows.write(table, whole)
    assert rows.store.faults() == []


def test_faults_find_a_change_at_every_byte_of_every_payload(talk: Begin) -> None:
    """No place in a payload is idle: any character changed, inserted or dropped is found."""
    store = MemoryStore()
    talk(store)
    for seq, link in enumerate(list(store.links["a1"])):
        for at in range(len(link.payload)):
            before, after = link.payload[:at], link.payload[at + 1 :]
            for payload in (before + "~" + after, before + " " + link.payload[at:], before + after):
                store.links["a1"][seq] = replace(link, payload=payload)
                assert ("a1", seq) in {(fault.attempt, fault.seq) for fault in store.faults("a1")}
        store.links["a1"][seq] = link
    assert store.faults() == []


@pytest.mark.parametrize("seq", range(7))
def test_faults_name_a_deleted_event(rows: Any, talk: Begin, seq: int) -> None:
    """A missing event is found where it was, also at either end."""
    talk(rows.store)
    rows.write("events", [row for row in rows.read("events") if row["seq"] != seq])
    assert ("a1", seq) in {(fault.attempt, fault.seq) for fault in rows.store.faults()}


def test_faults_name_reordered_events(rows: Any, talk: Begin) -> None:
    """Two events that changed places are found, both."""
    talk(rows.store)
    swap = {3: 5, 5: 3}
    rows.write("events", [{**row, "seq": swap.get(row["seq"], row["seq"])} for row in rows.read("events")])
    assert {("a1", 3), ("a1", 5)} <= {(fault.attempt, fault.seq) for fault in rows.store.faults()}


def test_faults_name_a_tail_cut_from_the_list_too(rows: Any, talk: Begin) -> None:
    """Who drops the last events and corrects the count still leaves the head behind."""
    talk(rows.store)
    rows.write("texts", [row for row in rows.read("texts") if row["seq"] < 4])
    rows.write("events", [row for row in rows.read("events") if row["seq"] < 4])
    assert ("a1", 4) in {(fault.attempt, fault.seq) for fault in rows.store.faults()}
    rows.write("attempts", [{**row, "count": 4} for row in rows.read("attempts")])
    assert ("a1", -1) in {(fault.attempt, fault.seq) for fault in rows.store.faults()}


def test_faults_name_the_event_after_a_forged_one(rows: Any, talk: Begin) -> None:
    """Who forges an event with a right hash of its own is found by the next event, or at the end by the list."""
    talk(rows.store)
    whole = rows.read("events")
    for seq, found_at in ((3, 4), (6, -1)):
        link = Link(**whole[seq])
        forged = replace(link, payload=link.payload.replace('"turn":2', '"turn":1').replace("2026", "2025"))
        assert forged.payload != link.payload
        forged = replace(forged, hash=digest(forged))
        rows.write("events", [*whole[:seq], asdict(forged), *whole[seq + 1 :]])
        assert [(fault.attempt, fault.seq) for fault in rows.store.faults()] == [("a1", found_at)]


def test_faults_name_rows_that_belong_to_nothing(rows: Any, talk: Begin) -> None:
    """A text or an event put in from elsewhere, and an attempt struck from the list, are found."""
    talk(rows.store)
    whole = rows.read("texts")
    rows.write("texts", [*whole, {"attempt": "a1", "seq": 99, "text": "没说过"}])
    assert [(fault.attempt, fault.seq) for fault in rows.store.faults()] == [("a1", 99)]
    rows.write("texts", [*whole, {"attempt": "a1", "seq": 3, "text": None}])
    assert [(fault.attempt, fault.seq) for fault in rows.store.faults()] == [("a1", 3)]
    rows.write("texts", [*whole, {"attempt": "a1", "seq": 3, "text": "没说过"}])
    assert ("a1", 3) in {(fault.attempt, fault.seq) for fault in rows.store.faults()}
    rows.write("texts", [row for row in rows.read("texts") if row["seq"] not in (2, 3)])
    assert ("a1", 2) in {(fault.attempt, fault.seq) for fault in rows.store.faults()}
    rows.write("attempts", [])
    assert ("a1", -1) in {(fault.attempt, fault.seq) for fault in rows.store.faults()}


def test_faults_keep_to_the_broken_attempt(rows: Any, talk: Begin) -> None:
    """Of two attempts, only the tampered one has faults."""
    talk(rows.store, "a1")
    talk(rows.store, "a2", "李雷")
    changed = [{**row, "at": row["at"].replace("12:", "13:")} for row in rows.read("events") if row["attempt"] == "a2"]
    rows.write("events", [row for row in rows.read("events") if row["attempt"] == "a1"] + changed)
    assert {fault.attempt for fault in rows.store.faults()} == {"a2"}
    assert rows.store.faults("a1") == []
    assert rows.store.faults("a2")


def test_events_that_cannot_be_read_are_damage(rows: Any, talk: Begin) -> None:
    """An event that is none any more is StoreDamaged with attempt and number; faults still go through."""
    talk(rows.store)
    whole = rows.read("events")
    for payload in ("", "{", "[" * 100_000, '{"kind":"bribed"}', '{"seed":NaN}', '"\\ud800"'):
        rows.write("events", [{**row, "payload": payload if row["seq"] == 3 else row["payload"]} for row in whole])
        with pytest.raises(StoreDamaged, match=r"3.*a1"):
            rows.store.events("a1")
        assert ("a1", 3) in {(fault.attempt, fault.seq) for fault in rows.store.faults()}


# Erasing


def test_erase_empties_words_and_keeps_the_chain(rows: Any, talk: Begin) -> None:
    """After erasing, name, texts and key are gone from every row, and every chain verifies as before."""
    talk(rows.store, "a1", "王芳", "开始吧")
    talk(rows.store, "a2", "李雷")
    person, before = rows.store.person("王芳"), rows.store.events("a1")
    rows.store.erase(person)
    assert rows.store.events("a1") == before
    assert rows.store.faults() == []
    assert rows.store.name(person) is None
    assert rows.store.texts("a1") == {0: None, 2: None, 4: None}
    (row,) = [row for row in rows.read("people") if row["person"] == person]
    assert (row["name"], row["key"], bool(row["erased"])) == (None, None, True)
    assert rows.store.texts("a2")[4] == "我再发一次 🙂"
    assert rows.store.name(rows.store.person("李雷")) == "李雷"


def test_erase_again_is_harmless_and_the_name_is_free(store: Store, talk: Begin, begin: Begin) -> None:
    """Erasing twice changes nothing, and somebody of that name is a new person."""
    talk(store)
    person = store.person("王芳")
    store.erase(person)
    store.erase(person)
    assert store.person("王芳") != person
    begin(store, "a2")
    assert store.faults() == []


def test_erased_person_gets_no_new_events(store: Store, begin: Begin) -> None:
    """Nothing more is recorded of somebody who was erased."""
    begin(store)
    person = store.person("王芳")
    store.erase(person)
    with pytest.raises(UsageError):
        store.append("a1", 1, Hinted(turn=1), NOON)
    with pytest.raises(UsageError):
        begin(store, "a2", person=person)
    assert len(store.events("a1")) == 1
    assert [one.attempt for one in store.attempts()] == ["a1"]


def test_faults_find_words_put_back_after_erasing(rows: Any, talk: Begin) -> None:
    """A name or text that reappears for an erased person is found, and so is an erasing that is feigned undone."""
    talk(rows.store)
    rows.store.erase(rows.store.person("王芳"))
    texts, people = rows.read("texts"), rows.read("people")
    rows.write("texts", [{**row, "text": "又来了" if row["seq"] == 4 else None} for row in texts])
    assert [(fault.attempt, fault.seq) for fault in rows.store.faults()] == [("a1", 4)]
    rows.write("texts", texts)
    for change in ({"name": "王芳"}, {"key": b"k" * 32}, {"erased": 0}):
        rows.write("people", [{**row, **change} for row in people])
        assert [(fault.attempt, fault.seq) for fault in rows.store.faults()] == [("a1", 0)]


# Many at once


def test_threads_never_lose_or_double_an_event(store: Store, begin: Begin) -> None:
    """Six threads that append to one attempt, each trying again when it came too late, leave each event once."""
    begin(store)
    failed: list[BaseException] = []

    def work(first: int) -> None:
        try:
            for turn in range(first, first + 8):
                _append_whatever_comes(store, turn)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(100 * number + 1,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    turns = [recorded.event.turn for recorded in store.events("a1") if isinstance(recorded.event, Hinted)]
    assert sorted(turns) == [100 * number + 1 + step for number in range(6) for step in range(8)]
    assert store.faults() == []


def _append_whatever_comes(store: Store, turn: int) -> Recorded:
    while True:
        try:
            return store.append("a1", len(store.events("a1")), Hinted(turn=turn), NOON)
        except AttemptMoved:
            continue


def test_threads_enter_a_person_and_a_content_once(rows: Any) -> None:
    """Eight threads that enter the same new name and the same content get the same pseudonym and hash."""
    got: list[tuple[str, str]] = []
    threads = [
        threading.Thread(target=lambda: got.append((rows.store.person("王芳"), rows.store.keep(b"same"))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    assert len(set(got)) == 1
    assert len(rows.read("people")) == len(rows.read("contents")) == 1
