"""Assignments: who has what, how far he is, and what happens when the time is over."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from desk import result
from doubles import Clock
from workflows.talks import LEFT, PAID, RIGHT, kinds, play

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.model.errors import UnknownName, UsageError
from simulator.model.record import Started
from simulator.workflows.assigning import (
    Due,
    Order,
    assign,
    assignments,
    close_over,
    concerned,
    due,
    end_of,
    find,
    start,
    withdraw,
)
from simulator.workflows.enrolling import Entry, add
from simulator.workflows.people import leave, roster, transfer
from simulator.workflows.rehearse import Desk, Rehearsal, resume

DAY = date(2026, 3, 9)


@pytest.fixture(autouse=True)
def _people(desk: Desk) -> None:
    for name, number, group in (("Wang Min", "1", "East"), ("Li Lei", "2", "East"), ("Han Mei", "3", "West")):
        add(desk, Entry(name, number, group), "boss")


@pytest.fixture
def shanghai() -> Iterator[None]:
    """This machine is in China."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    yield
    os.environ.pop("TZ")
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def person(desk: Desk, who: str) -> str:
    """The pseudonym of one of the people."""
    return roster(desk.store).find(who).person


def whats_due(desk: Desk, who: str = "1", after: timedelta = timedelta(0)) -> list[Due]:
    """What one of the people has to do, so much later."""
    return list(due(desk.store, person(desk, who), desk.now() + after))


def given(desk: Desk, content: YamlLibrary, **more: object) -> str:
    """An assignment of the small debt to the East; its id."""
    order = replace(Order(scenarios=("small-debt",), groups=("East",)), **more)  # type: ignore[arg-type]
    return assign(desk, content, order, "boss").id


def begun(desk: Desk, content: YamlLibrary, name: str, who: str = "1") -> Rehearsal:
    """An attempt under an assignment."""
    return start(desk, content, name, "small-debt", person(desk, who), "en", seed=1)


def finish(rehearsal: Rehearsal) -> None:
    """Plays it to its end."""
    rehearsal.prepare({})
    play(rehearsal, LEFT)
    rehearsal.file_note({})


# Assigning


def test_assign_reaches_members_and_those_who_are_named(desk: Desk, content: YamlLibrary) -> None:
    """The group's members and the people named have it, each once, and who comes to the group later too."""
    name = given(desk, content, people=("3", "Wang Min"), title="Before the summer")
    one = find(desk.store, name)
    assert [each.name for each in concerned(roster(desk.store), one)] == ["Han Mei", "Li Lei", "Wang Min"]
    assert [each.scenario for each in whats_due(desk, "3")] == ["small-debt"]
    transfer(desk, "2", "West", "boss")
    assert whats_due(desk, "2") == []
    leave(desk, "1", DAY, "boss")
    assert whats_due(desk, "1") == []
    add(desk, Entry("New", "4", "East"), "boss")
    assert len(whats_due(desk, "4")) == 1


def test_assign_takes_all_published_scenarios_of_a_course(desk: Desk, library: YamlLibrary) -> None:
    """A course is assigned as its published scenarios of that day, in the order of the list."""
    order = Order(course="collection", groups=("East",), title="t")
    one = assign(desk, library, order, "boss")
    listed = [title.id for title in library.titles() if "collection" in title.courses and title.status == "published"]
    assert one.event.scenarios == tuple(listed)
    assert listed


def test_assign_sets_what_is_usual(desk: Desk, content: YamlLibrary) -> None:
    """One go in an exam, any number in practice, the rubric's pass mark, no model, not shared, no due date."""
    practice, exam = given(desk, content), given(desk, content, mode="exam", title="exam")
    event = find(desk.store, practice).event
    assert (event.attempts, event.pass_mark, event.model, event.shared, event.due) == (None, None, False, False, None)
    assert find(desk.store, exam).event.attempts == 1
    assert find(desk.store, given(desk, content, attempts=0, mode="exam", title="x")).event.attempts is None


def test_due_date_is_the_end_of_the_day_where_the_machine_is(desk: Desk, content: YamlLibrary, shanghai: None) -> None:
    """A day in China ends at 15:59:59 UTC, and so is it stored."""
    assert end_of(DAY) == datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)
    stored = find(desk.store, given(desk, content, due=DAY)).event.due
    assert stored == datetime(2026, 3, 9, 15, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("more", "word"),
    [
        ({"scenarios": ("nope",)}, "small-debt"),
        ({"scenarios": ()}, "what is to be played"),
        ({"course": "small"}, "not both"),
        ({"scenarios": (), "course": "nope"}, "course"),
        ({"groups": ()}, "to whom"),
        ({"groups": ("North",)}, "east"),
        ({"people": ("Wang Mim",)}, "Wang Min"),
        ({"due": date(2026, 3, 1)}, "over"),
        ({"attempts": -1}, "at least 1"),
        ({"pass_mark": 101.0}, "0 to 100"),
        ({"title": "t" * 201}, "200"),
        ({"title": "Again, Wang Min", "people": ("1",)}, "out of the title"),
    ],
)
def test_assign_refuses_what_makes_no_sense(
    desk: Desk, content: YamlLibrary, more: dict[str, object], word: str
) -> None:
    """Each fault of an order is told, and nothing is on record."""
    before = desk.store.journal()
    with pytest.raises(UsageError, match=word):
        given(desk, content, **more)
    assert desk.store.journal() == before


def test_assign_refuses_people_who_left(desk: Desk, content: YamlLibrary) -> None:
    """Nobody is asked to play who is not there any more."""
    leave(desk, "1", DAY, "boss")
    with pytest.raises(UsageError, match="left"):
        given(desk, content, people=("1",))


def test_withdrawn_assignments_are_no_longer_due(desk: Desk, content: YamlLibrary) -> None:
    """Taken back, it is nobody's; once more is refused; attempts under it stay."""
    name = given(desk, content)
    rehearsal = begun(desk, content, name)
    withdraw(desk, name[:8] if len(name) > 8 else name, "boss")
    assert whats_due(desk) == []
    assert assignments(desk.store)[0].is_withdrawn
    assert desk.store.attempts()[0].attempt == rehearsal.attempt
    with pytest.raises(UsageError, match="withdrawn"):
        withdraw(desk, name, "boss")
    with pytest.raises(UsageError, match="withdrawn"):
        begun(desk, content, name, "2")


def test_find_reads_ids_and_titles(desk: Desk, content: YamlLibrary) -> None:
    """An assignment is found by id and title; two of one title are told by id, an unknown one with those there are."""
    first = given(desk, content, title="same")
    given(desk, content, title="same")
    assert find(desk.store, first).id == first
    with pytest.raises(UsageError, match="Several"):
        find(desk.store, "same")
    with pytest.raises(UnknownName, match="same"):
        find(desk.store, "sane")


# How far somebody is


def test_practice_is_open_until_one_attempt_is_over(desk: Desk, content: YamlLibrary) -> None:
    """Nothing played is open, one going on is offered to go on with, one over is done."""
    name = given(desk, content)
    (one,) = whats_due(desk)
    assert (one.state, one.used, one.left, one.attempt, one.can_start) == ("open", 0, None, None, True)
    rehearsal = begun(desk, content, name)
    (one,) = whats_due(desk)
    assert (one.state, one.used, one.attempt, one.can_start) == ("open", 1, rehearsal.attempt, False)
    assert begun(desk, content, name).attempt == rehearsal.attempt
    finish(rehearsal)
    (one,) = whats_due(desk)
    assert (one.state, one.attempt, one.can_start) == ("done", None, True)


def test_attempts_are_counted_and_a_pass_is_told(desk: Desk, content: YamlLibrary) -> None:
    """With a pass mark it stays open while attempts are left and none passed; then it is done, or passed."""
    name = given(desk, content, attempts=2, pass_mark=90.0)
    finish(begun(desk, content, name))
    (one,) = whats_due(desk)
    assert (one.state, one.left, one.can_start) == ("open", 1, True)
    second = begun(desk, content, name)
    finish(second)
    assert [(each.state, each.left, each.can_start) for each in whats_due(desk)] == [("done", 0, False)]
    with pytest.raises(UsageError, match="No attempt"):
        begun(desk, content, name)
    desk.store.put_results([result(second.attempt, person=person(desk, "1"), passed=True)])
    assert [each.state for each in whats_due(desk)] == ["passed"]


def test_trying_again_uses_up_no_attempt(desk: Desk, content: YamlLibrary) -> None:
    """Going back to a turn after the end is the trainee's own, under no assignment."""
    name = given(desk, content, attempts=1, mode="exam")
    rehearsal = begun(desk, content, name)
    finish(rehearsal)
    again = rehearsal.try_again_from(1)
    started = again.state.started
    assert (started.assignment, started.closes, started.shared, started.model) == (None, None, False, True)
    assert whats_due(desk)[0].used == 1


def test_overdue_practice_can_still_be_done(desk: Desk, content: YamlLibrary) -> None:
    """After the due date practice is overdue, and late is better than never; an exam cannot be begun any more."""
    name, exam = given(desk, content, due=DAY), given(desk, content, due=DAY, mode="exam", title="exam")
    late = timedelta(days=30)
    assert [(each.state, each.can_start) for each in whats_due(desk, after=late)] == [
        ("overdue", True),
        ("overdue", False),
    ]
    assert isinstance(desk.now, Clock)
    desk.now.now += late
    assert begun(desk, content, name).mode == "practice"
    with pytest.raises(UsageError, match="time for this exam"):
        begun(desk, content, exam)


def test_due_lists_what_is_to_be_done_first(desk: Desk, content: YamlLibrary) -> None:
    """What has the nearest date comes first, what has none after it, and what is done at the end."""
    done = given(desk, content, due=date(2026, 3, 3), title="done")
    for title, day in (("none", None), ("late", date(2026, 4, 1)), ("soon", date(2026, 3, 5))):
        given(desk, content, due=day, title=title)
    finish(begun(desk, content, done))
    assert [each.assignment.title for each in whats_due(desk)] == ["soon", "late", "none", "done"]


def test_due_of_nobody_is_nothing(desk: Desk) -> None:
    """A person without assignments, and one whom nobody knows, have nothing to do."""
    assert whats_due(desk) == []
    assert due(desk.store, "ghost", desk.now()) == ()


# Under an assignment


def test_attempt_carries_what_the_assignment_asks(desk: Desk, content: YamlLibrary) -> None:
    """Mode, pass mark, sharing, the model and the closing time stand in the first event of the attempt."""
    name = given(desk, content, mode="exam", due=DAY, pass_mark=85.0, model=True, shared=True)
    started = desk.store.events(begun(desk, content, name).attempt)[0].event
    assert isinstance(started, Started)
    assert (started.mode, started.assignment, started.pass_mark, started.model) == ("exam", name, 85.0, True)
    assert (started.closes, started.shared) == (end_of(DAY), False)
    practice = given(desk, content, shared=True, title="p", due=DAY)
    started = begun(desk, content, practice).state.started
    assert (started.mode, started.shared, started.model, started.closes) == ("practice", True, False, None)
    assert desk.store.faults() == []


def test_pass_mark_of_the_assignment_decides(desk: Desk, content: YamlLibrary) -> None:
    """The same talk passes under a low mark and fails under a high one."""
    passed = []
    for mark in (0.0, 100.0):
        rehearsal = begun(desk, content, given(desk, content, pass_mark=mark, title=str(mark)))
        rehearsal.prepare(RIGHT)
        play(rehearsal, PAID)
        rehearsal.file_note({})
        card = rehearsal.debrief().scorecard
        assert card is not None
        passed.append(card.passed)
    assert passed == [True, False]


def test_start_refuses_what_was_not_assigned(desk: Desk, content: YamlLibrary) -> None:
    """Somebody else's assignment and a scenario that is none of it are refused."""
    name = given(desk, content)
    with pytest.raises(UsageError, match="not assigned"):
        begun(desk, content, name, "3")
    with pytest.raises(UnknownName, match="small-debt"):
        start(desk, content, name, "other", person(desk, "1"), "en")
    assert desk.store.attempts() == []


# When the time is over


def _late(desk: Desk) -> None:
    assert isinstance(desk.now, Clock)
    desk.now.now = datetime(2026, 3, 20, tzinfo=UTC)


def _exam(desk: Desk, content: YamlLibrary) -> Rehearsal:
    return begun(desk, content, given(desk, content, mode="exam", due=DAY))


@pytest.mark.parametrize("played", [0, 1, 3])
def test_exam_is_closed_as_it_stands_when_anybody_looks(desk: Desk, content: YamlLibrary, played: int) -> None:
    """After the deadline an exam ends by ``timeout``, is marked and counts; looking again changes nothing."""
    rehearsal = _exam(desk, content)
    rehearsal.prepare(RIGHT)
    play(rehearsal, PAID[:played])
    assert close_over(desk) == ()
    _late(desk)
    if played == 3:  # the talk is over and the note was not filed
        assert rehearsal.phase == "note"
    assert close_over(desk) == (rehearsal.attempt,)
    assert close_over(desk) == ()
    assert kinds(desk, rehearsal.attempt)[-1] == "closed"
    closed = resume(desk, rehearsal.attempt)
    assert (closed.phase, closed.legal()) == ("debrief", ())
    assert closed.ending == ("paid" if played == 3 else "timeout")
    debrief = closed.debrief()
    assert debrief.scorecard is not None
    assert (debrief.ending, len(debrief.turns)) == (closed.ending, played)
    assert debrief.values[-1] == debrief.worth
    assert desk.store.attempts()[0].finished
    assert [each.state for each in whats_due(desk)] == ["done"]
    assert desk.store.faults() == []


def test_closed_exam_is_worth_less_than_it_might_have_been(desk: Desk, content: YamlLibrary) -> None:
    """Broken off where payment is near, the talk is worth its ``timeout``; turns not played cost nothing and say
    nothing."""
    rehearsal = _exam(desk, content)
    rehearsal.prepare(RIGHT)
    play(rehearsal, PAID[:2])
    _late(desk)
    close_over(desk)
    debrief = resume(desk, rehearsal.attempt).debrief()
    expected = debrief.values[-2]
    assert debrief.worth < expected
    assert {seen.turn for seen in debrief.observations if seen.turn} <= {1, 2}
    # The note was never asked for: the talk was not over.
    assert {field.part for field in debrief.forms} == {"preparation"}
    assert all(field.credit == 1.0 for field in debrief.forms)


def test_exam_without_preparation_has_it_wrong(desk: Desk, content: YamlLibrary) -> None:
    """What was asked and never handed in has no credit, and the attempt counts."""
    rehearsal = _exam(desk, content)
    _late(desk)
    close_over(desk)
    debrief = resume(desk, rehearsal.attempt).debrief()
    assert {field.credit for field in debrief.forms} == {0.0}
    assert debrief.scorecard is not None
    assert not debrief.scorecard.passed
    assert 0 <= debrief.scorecard.total < 70


def test_exam_that_is_open_closes_at_the_next_step(desk: Desk, content: YamlLibrary) -> None:
    """Who still sits at it when the time is over can do nothing more, and is told; nothing is played."""
    rehearsal = _exam(desk, content)
    rehearsal.prepare({})
    play(rehearsal, LEFT[:1])
    _late(desk)
    with pytest.raises(UsageError, match="time for this exam"):
        play(rehearsal, LEFT[1:])
    assert kinds(desk, rehearsal.attempt) == ["started", "prepared", "played", "closed"]
    assert rehearsal.phase == "debrief"
    assert len(rehearsal.exchanges) == 1
    assert close_over(desk) == ()


def test_practice_and_finished_exams_are_never_closed(desk: Desk, content: YamlLibrary) -> None:
    """Practice has no deadline that ends it, what is over stays as it is, and so do exams under no assignment."""
    finish(_exam(desk, content))
    begun(desk, content, given(desk, content, due=DAY, title="p"))
    _late(desk)
    before = [desk.store.events(one.attempt) for one in desk.store.attempts()]
    assert close_over(desk) == ()
    assert [desk.store.events(one.attempt) for one in desk.store.attempts()] == before


def test_close_over_keeps_to_one_person_if_asked(desk: Desk, content: YamlLibrary) -> None:
    """A trainee's Home closes his own exams alone."""
    name = given(desk, content, mode="exam", due=DAY)
    first, second = begun(desk, content, name, "1"), begun(desk, content, name, "2")
    _late(desk)
    assert close_over(desk, person(desk, "1")) == (first.attempt,)
    assert close_over(desk) == (second.attempt,)
