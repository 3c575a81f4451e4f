"""Delivering: each statement is with the learning system once, whatever happens on the way there."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from doubles import Clock, desk_over
from learning_system import AUTHORIZATION, FAULTS, KEY, SECRET, LearningSystem, learning_system
from workflows.dispatch import dispatch_over, verb
from workflows.talks import PAID, RIGHT, play, start

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.store.memory import MemoryStore
from simulator.adapters.xapi import HttpReceiver
from simulator.engine.program import Program
from simulator.model.errors import Cancelled, Forbidden, StoreLost, UsageError
from simulator.model.journal import Exported
from simulator.model.secret import Secret
from simulator.workflows.deciding import overrule
from simulator.workflows.delivering import (
    ASKED_AT_MOST,
    LONGEST,
    course_structure,
    deliver,
    deliver_forever,
    pause,
    retry_parked,
    status,
)
from simulator.workflows.ports import Receipt, Statement
from simulator.workflows.queueing import Dispatch
from simulator.workflows.rehearse import Desk
from simulator.workflows.solutions import Solutions

PATIENT, IMPATIENT = 30.0, 0.4  # seconds that the receiver has; with the second one a busy machine may be too slow


@pytest.fixture
def system() -> Iterator[LearningSystem]:
    with learning_system() as system:
        yield system


@pytest.fixture
def dispatch(desk: Desk, content: YamlLibrary, system: LearningSystem) -> Iterator[Dispatch]:
    receiver = HttpReceiver(system.url, Secret(KEY), Secret(SECRET), PATIENT)
    yield dispatch_over(desk, content, receiver)
    receiver.close()


@pytest.fixture
def impatient(dispatch: Dispatch, system: LearningSystem) -> Iterator[Dispatch]:
    receiver = HttpReceiver(system.url, Secret(KEY), Secret(SECRET), IMPATIENT)
    yield replace(dispatch, receiver=receiver)
    receiver.close()


@pytest.fixture
def talks(desk: Desk, small: Program) -> list[str]:
    """Two exams, of eight statements each."""
    made = []
    for _exam in range(2):
        rehearsal = start(desk, small, RIGHT, mode="exam")
        play(rehearsal, PAID)
        rehearsal.file_note({})
        made.append(rehearsal.attempt)
    return made


def wait(dispatch: Dispatch, seconds: float = LONGEST.total_seconds()) -> None:
    """So much time goes by."""
    clock: Any = dispatch.desk.now
    clock.now += timedelta(seconds=seconds)


def until_all_is_there(dispatch: Dispatch, tries: int = 9) -> None:
    """Delivers, with an hour between two tries, until nothing waits."""
    for _try in range(tries):
        deliver(dispatch)
        if not status(dispatch).count.waiting:
            return
        wait(dispatch)
    raise AssertionError(status(dispatch))


def test_statements_arrive_in_their_order_and_once(
    dispatch: Dispatch, talks: list[str], system: LearningSystem
) -> None:
    """All in one request, with the version and the key that xAPI asks for; again there is nothing to do."""
    done = deliver(dispatch)
    assert (done.queued, done.delivered, done.parked, done.trouble) == (16, 16, 0, None)
    assert system.verbs() == ["initialized", *["scored"] * 5, "passed", "completed"] * 2
    (asked,) = system.asked
    assert (asked.method, asked.path) == ("POST", "/xapi/statements")
    assert asked.headers["x-experience-api-version"] == "1.0.3"
    assert asked.headers["content-type"] == "application/json"
    assert json.loads(asked.body) == list(system.kept.values())
    assert deliver(dispatch).queued == 0
    assert len(system.asked) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_statements_arrive_once_whatever_the_system_does_first(
    fault: str, impatient: Dispatch, talks: list[str], system: LearningSystem
) -> None:
    """Down, slow, busy, broken, cut off, whether or not it had kept them by then, or nobody at all: in the end it has
    each of them, once, and nobody else's word was taken for it."""
    system.does = [fault, "well", fault]
    until_all_is_there(impatient)
    assert len(system.stored) == len(set(system.stored)) == 16
    assert sorted(system.verbs()).count("completed") == 2
    now = status(impatient)
    assert (now.count.delivered, now.count.parked, now.trouble) == (16, 0, None)


def test_statements_arrive_though_nobody_answered(
    dispatch: Dispatch, talks: list[str], system: LearningSystem, desk: Desk
) -> None:
    """A system that is switched off is no trouble to anybody; when it is there again it gets everything."""
    off = dispatch_over(desk, dispatch.library, HttpReceiver("http://127.0.0.1:9/xapi", Secret(), Secret(), PATIENT))
    done = deliver(off)
    assert done.trouble is not None
    assert done.trouble.what == "down"
    assert (done.delivered, status(off).count.waiting) == (0, 16)
    wait(dispatch)
    until_all_is_there(dispatch)
    assert len(system.stored) == 16


def test_what_is_there_already_is_not_sent_over_and_over(
    dispatch: Dispatch, talks: list[str], system: LearningSystem
) -> None:
    """A batch with one that the system has, but otherwise, is handed in one by one; that one counts as there."""
    deliver(dispatch)
    others = dict(system.kept)
    system.kept = {one: {**others[one], "timestamp": "2020-01-01T00:00:00Z"} for one in list(others)[:3]}
    system.stored = []
    dispatch.desk.store.out.clear()  # type: ignore[attr-defined]
    dispatch.desk.store.out_marks.clear()  # type: ignore[attr-defined]
    deliver(dispatch)
    assert [one.method for one in system.asked] == ["POST", "POST", *["PUT", "GET"] * 3, *["PUT"] * 13]
    assert len(system.stored) == 13
    assert status(dispatch).count.delivered == 16


def test_conflict_with_nothing_is_tried_again_and_parked(
    dispatch: Dispatch, talks: list[str], system: LearningSystem
) -> None:
    """A system that says 409 and has none of that id: the others arrive, and nothing counts as there that is not."""
    system.does = ["409", "409", "well", "well", "409"]
    done = deliver(dispatch)
    assert (done.delivered, done.parked) == (15, 1)
    assert len(system.stored) == 15
    assert [one.id for one in status(dispatch).parked] == [json.loads(system.asked[0].body)[0]["id"]]


def test_what_was_taken_back_counts_as_there(dispatch: Dispatch, talks: list[str], system: LearningSystem) -> None:
    """A store put back from a backup says again what was taken back since: the system keeps it as it is."""
    deliver(dispatch)
    overrule(dispatch.desk, talks[0], "Li Na", "total", None, 10.0, "other", "Not that well.")
    deliver(dispatch)
    gone = next(one["object"]["id"] for one in system.kept.values() if verb(one) == "voided")
    assert dispatch.receiver is not None
    assert dispatch.receiver.find(Statement(gone, "")).what == "there"
    assert dispatch.receiver.find(Statement("0" * 8, "")).what == "unfit"


def test_busy_system_is_asked_again_when_it_said(
    dispatch: Dispatch, talks: list[str], system: LearningSystem, desk: Desk, small: Program
) -> None:
    """Neither before, by anybody, nor for another statement that is new."""
    system.does, system.after = ["429"], "120"
    begun = dispatch.desk.now()
    done = deliver(dispatch)
    assert done.trouble is not None
    assert done.trouble.what == "busy"
    due = status(dispatch).count.due
    assert due is not None
    assert timedelta(seconds=120) <= due - begun < timedelta(seconds=180)
    wait(dispatch, 90)
    start(desk, small, mode="exam")
    done = deliver(dispatch)
    assert (done.queued, done.delivered, len(system.asked)) == (1, 0, 1)
    wait(dispatch, 60)
    assert deliver(dispatch).delivered == 17


def test_operator_can_ask_at_once(dispatch: Dispatch, talks: list[str], system: LearningSystem) -> None:
    """Whatever the system had said."""
    system.does, system.after = ["503"], "86400"
    deliver(dispatch)
    assert deliver(dispatch, at_once=True).delivered == 16


def test_pause_grows_is_spread_and_has_an_end() -> None:
    """Twice as long each time, up to an hour; up to half less by chance; never less than was asked for."""
    down = Receipt("down")
    assert [pause(down, tries, 0).total_seconds() for tries in (1, 2, 3, 4, 10, 99)] == [2, 4, 8, 16, 1024, 3600]
    assert pause(down, 3, 1) == timedelta(seconds=4)
    assert pause(Receipt("busy", after=60.0), 1, 0) == timedelta(seconds=60)
    assert pause(Receipt("busy", after=60.0), 9, 1) == timedelta(seconds=62)
    assert pause(Receipt("busy", after=1e12), 1, 0) == ASKED_AT_MOST


def test_pause_outlives_the_program(
    dispatch: Dispatch, talks: list[str], system: LearningSystem, content: YamlLibrary
) -> None:
    """Another process, begun a moment later, leaves the system alone as well; each try makes it longer."""
    system.always = "500"
    waits = []
    for _try in range(4):
        other = dispatch_over(dispatch.desk, content, HttpReceiver(system.url, Secret(KEY), Secret(SECRET), PATIENT))
        done = deliver(other)
        assert done.trouble is not None
        waits.append((done.trouble.until - done.trouble.at).total_seconds())
        assert deliver(dispatch).trouble is None
        wait(dispatch)
    assert waits == [2, 4, 8, 16]
    assert len(system.asked) == 4


def test_bad_statement_is_found_and_parked_with_what_was_said(
    dispatch: Dispatch, talks: list[str], system: LearningSystem
) -> None:
    """All others arrive, in few requests; it is shown without signs that a terminal obeys, and without the key."""
    deliver(replace(dispatch, receiver=HttpReceiver(system.url, Secret(), Secret(), PATIENT)))
    known = list(system.stored)
    forget(dispatch, system)
    system.refuses = {known[5], known[12]}
    done = deliver(dispatch)
    assert (done.delivered, done.parked) == (14, 2)
    assert len(system.asked) <= 20
    parked = status(dispatch).parked
    assert {one.id for one in parked} == system.refuses
    for one in parked:
        assert one.told.startswith("400 unfit")
        assert SECRET not in one.told
        assert AUTHORIZATION.split()[1] not in one.told
        assert one.told.isprintable()
    assert deliver(dispatch).parked == 0
    system.refuses = set()
    assert retry_parked(dispatch) == 2
    assert deliver(dispatch).delivered == 2
    assert len(system.stored) == len(set(system.stored)) == 16


def forget(dispatch: Dispatch, system: LearningSystem) -> None:
    """Nothing was ever sent."""
    store: Any = dispatch.desk.store
    store.out.clear()
    store.out_marks.clear()
    system.kept.clear()
    system.stored.clear()
    system.asked.clear()


def test_system_that_takes_few_at_once_gets_few(dispatch: Dispatch, talks: list[str], system: LearningSystem) -> None:
    """413 means smaller parts, not that a statement is bad."""
    system.most = 3
    assert deliver(dispatch).delivered == 16
    assert status(dispatch).count.parked == 0


@pytest.mark.parametrize(("fault", "what"), [("401", "refused"), ("403", "refused"), ("404", "elsewhere")])
def test_wrong_key_or_address_keeps_everything_waiting(
    fault: str, what: str, dispatch: Dispatch, talks: list[str], system: LearningSystem, english: None
) -> None:
    """Nothing is parked for it, one request is made and not one for each, and the operator is told in words."""
    system.always = fault
    done = deliver(dispatch)
    assert done.trouble is not None
    assert (done.trouble.what, done.parked, len(system.asked)) == (what, 0, 1)
    assert "See the settings." in done.trouble.words
    assert SECRET not in done.trouble.told
    assert status(dispatch).trouble == done.trouble
    system.always = "well"
    until_all_is_there(dispatch)
    assert status(dispatch).trouble is None


def test_overruled_statements_are_taken_back_where_they_are(
    dispatch: Dispatch, talks: list[str], system: LearningSystem
) -> None:
    """By a request of its own, after the words that it takes back and before those that take their place."""
    deliver(dispatch)
    overrule(dispatch.desk, talks[0], "Li Na", "total", None, 10.0, "other", "Not that well.")
    deliver(dispatch)
    gone = [one["object"]["id"] for one in system.kept.values() if verb(one) == "voided"]
    assert gone == system.stored[1:7]
    assert system.verbs().count("failed") == 1
    assert len(system.asked) == 3


def test_key_that_may_take_nothing_back_delivers_all_else(
    dispatch: Dispatch, talks: list[str], system: LearningSystem
) -> None:
    """What it may not do is parked with what was said; the new marks arrive."""
    deliver(dispatch)
    system.may_void = False
    overrule(dispatch.desk, talks[0], "Li Na", "total", None, 10.0, "other", "Not that well.")
    done = deliver(dispatch)
    assert (done.delivered, done.parked, done.trouble) == (6, 6, None)
    assert {one.told for one in status(dispatch).parked} == {"403 no voiding"}


def test_statement_that_may_have_gone_out_is_taken_back_too(
    impatient: Dispatch, talks: list[str], system: LearningSystem
) -> None:
    """Its answer was lost, and then it was overruled: it is sent again, so that it is certain, and then taken back."""
    system.does = ["silent-kept"]
    deliver(impatient)
    overrule(impatient.desk, talks[0], "Li Na", "total", None, 10.0, "other", "Not that well.")
    wait(impatient)
    until_all_is_there(impatient)
    deliver(impatient)
    voided = {one["object"]["id"] for one in system.kept.values() if verb(one) == "voided"}
    assert voided == set(system.stored[1:7])
    assert len(system.stored) == len(set(system.stored)) == 16 + 6 + 6


def test_two_who_deliver_at_once_share_the_work(
    talks: list[str], desk: Desk, content: YamlLibrary, system: LearningSystem
) -> None:
    """Nothing is sent twice, and nothing stays."""
    dispatches = [
        dispatch_over(desk, content, HttpReceiver(system.url, Secret(KEY), Secret(SECRET), PATIENT))
        for _who in range(3)
    ]
    threads = [threading.Thread(target=deliver, args=(one,)) for one in dispatches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = [one["id"] for asked in system.asked for one in json.loads(asked.body)]
    assert sorted(sent) == sorted(system.stored)
    assert len(sent) == 16


def test_delivery_stands_in_the_log_of_exports(dispatch: Dispatch, talks: list[str], system: LearningSystem) -> None:
    """How many, of whom, and a hash of what; once, with nobody's name as the program did it by itself."""
    deliver(dispatch)
    deliver(dispatch)
    (event,) = [one.event for one in dispatch.desk.store.journal() if isinstance(one.event, Exported)]
    (person,) = {one.person for one in dispatch.desk.store.attempts()}
    assert (event.format, event.rows, event.people, event.identified, event.by) == ("xapi", 16, (person,), False, None)
    assert len(event.sha256) == 64


def test_what_was_delivered_before_a_kill_is_logged_after_it(
    dispatch: Dispatch, talks: list[str], system: LearningSystem
) -> None:
    """The log is behind by what was under way, and catches up with the next delivery."""
    store = dispatch.desk.store
    deliver(dispatch)
    forget(dispatch, system)
    dispatch.desk.store.desk.clear()  # type: ignore[attr-defined]
    system.always = "500"
    deliver(dispatch)
    wait(dispatch)
    now = dispatch.desk.now()
    store.delivered_statements([one.statement.id for one in store.take_statements(9, now, now)])
    deliver(dispatch)
    (event,) = [one.event for one in store.journal() if isinstance(one.event, Exported)]
    assert event.rows == 9


def test_stopping_gives_back_what_was_taken(dispatch: Dispatch, talks: list[str], system: LearningSystem) -> None:
    """What had not gone out is due at once, and not when the one who stopped would have been given up."""
    system.most = 1
    told = iter([False] * 20)
    with pytest.raises(Cancelled):
        deliver(dispatch, lambda: next(told, True))
    kept = len(system.stored)
    assert 0 < kept < 16
    assert deliver(dispatch).delivered == 16 - kept


def test_what_takes_too_long_is_given_back_in_time(
    dispatch: Dispatch, talks: list[str], system: LearningSystem
) -> None:
    """Where there is no time left for another answer, the rest is taken anew; it never is two people's at once."""
    system.most = 1
    store: Any = dispatch.desk.store

    class Slow(Clock):
        def __call__(self) -> datetime:
            self.now += timedelta(seconds=40)
            return self.now

    clock = Slow(Clock.now)
    late: list[str] = []

    class Watching(HttpReceiver):
        def put(self, statement: Statement) -> Receipt:
            if clock.now + timedelta(seconds=self.longest) > datetime.fromisoformat(store.out[statement.id].due):
                late.append(statement.id)
            return super().put(statement)

    receiver = Watching(system.url, Secret(KEY), Secret(SECRET), PATIENT)
    assert deliver(replace(dispatch, desk=replace(dispatch.desk, now=clock), receiver=receiver)).delivered == 16
    assert len(system.stored) == 16
    assert late == []
    receiver.close()


def test_simulated_people_are_told_to_no_learning_system(
    dispatch: Dispatch, talks: list[str], system: LearningSystem
) -> None:
    """Nor is anything queued; and where none is set it is said which settings are missing."""
    dispatch.desk.store.mark_simulated()
    with pytest.raises(UsageError):
        deliver(dispatch)
    assert system.asked == []
    assert status(dispatch).count.waiting == 0
    with pytest.raises(UsageError, match="HUIKUAN_XAPI_URL"):
        deliver(replace(dispatch, receiver=None))


def test_delivering_is_not_everybodys(dispatch: Dispatch, talks: list[str], system: LearningSystem) -> None:
    """A trainee's session sends, sees and retries nothing."""
    from simulator.model.actor import Actor

    person = dispatch.desk.store.person("Wang Min")
    trainee = replace(dispatch, desk=replace(dispatch.desk, actor=Actor(person, "Wang Min", frozenset({"trainee"}))))
    for asked in (deliver, status, retry_parked):
        with pytest.raises(Forbidden):
            asked(trainee)
    assert system.asked == []


def test_structure_is_of_what_is_published(dispatch: Dispatch) -> None:
    """Courses and scenarios at hand, under the organisation's address; without one there is none."""
    made = course_structure(dispatch)
    assert [one["id"].rpartition("/")[2] for one in made["courses"]] == ["small"]
    assert "small-debt" in {one["id"].rpartition("/")[2] for one in made["scenarios"]}
    with pytest.raises(UsageError, match="HUIKUAN_XAPI_HOME"):
        course_structure(replace(dispatch, home=""))


def test_delivering_forever_says_each_trouble_once_and_goes_on(
    content: YamlLibrary, solutions: Solutions, small: Program, system: LearningSystem, english: None
) -> None:
    """The receiver's, the store's; what is new is delivered when it comes; it ends when it is told to."""

    class Failing(MemoryStore):
        lost = False
        looks = 0

        def unqueued(self, most: int) -> Any:
            self.looks += 1
            if self.lost:
                raise StoreLost("the store is lost")
            return super().unqueued(most)

    store, said, stop = Failing(), list[str](), threading.Event()
    desk = desk_over(store, solutions)
    dispatch = dispatch_over(desk, content, HttpReceiver(system.url, Secret(KEY), Secret(SECRET), PATIENT))
    start(desk, small, mode="exam")
    system.always = "401"
    thread = threading.Thread(target=deliver_forever, args=(dispatch, stop, said.append, 0.01))
    thread.start()
    try:
        _wait_for(lambda: said)
        seen = store.looks
        _wait_for(lambda: store.looks > seen + 5)
        assert len(said) == 1
        store.lost = True
        _wait_for(lambda: len(said) > 1)
        store.lost, system.always = False, "well"
        wait(dispatch)
        _wait_for(lambda: system.stored)
    finally:
        stop.set()
        thread.join()
    assert "does not accept the key" in said[0]
    assert said[1] == "the store is lost"
    assert len(said) <= 3


def _wait_for(what: Any) -> None:
    stop = threading.Event()
    for _look in range(3_000):
        if what():
            return
        stop.wait(0.01)
    raise AssertionError("it did not come")
