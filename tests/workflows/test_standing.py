"""Where people stand, and the way back from a figure to the lines that it stands on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from doubles import MemoryCache, desk_over
from workflows.figures import ASK, BEGUN, CLOSE, result

from scoring.mastery import Chance, mastery
from scoring.rubric import CURRENT
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.store.memory import MemoryStore
from simulator.adapters.store.sql import SqlStore
from simulator.model.errors import Cancelled, UnknownName
from simulator.model.journal import Erased, GroupMade, Joined, Left
from simulator.workflows.cells import Filters
from simulator.workflows.group import group_figures
from simulator.workflows.ports import Result
from simulator.workflows.progress import person_figures
from simulator.workflows.rehearse import Desk
from simulator.workflows.solutions import Solutions
from simulator.workflows.standing import STAMP, lines, stands

GOOD, BAD = (1.0, 1.0, 1.0, 1.0, 0.0), (0.0, 0.0)


@pytest.fixture(params=["memory", "sqlite"])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A desk over an empty store, in memory and in SQLite: both hold the same figures."""
    store = MemoryStore() if request.param == "memory" else SqlStore(tmp_path / "huikuan.db")
    yield desk_over(store, Solutions(MemoryCache()))
    store.close()


def three_talks(desk: Desk, name: str = "Wang Min") -> list[Result]:
    """The first worked case: three talks of 4/5 on two scenarios, and a bad one on another objective."""
    return [
        result(desk, name, f"{name}-{day}", {ASK: GOOD, **({CLOSE: BAD} if day else {})}, day=day, scenario=scenario)
        for day, scenario in enumerate(("small-debt", "other-debt", "small-debt"))
    ]


def test_standing_is_the_mastery_of_the_evidence(desk: Desk) -> None:
    """The worked case through the store: meets the standard on one, not yet on the other."""
    person = three_talks(desk)[0].person
    found = stands(desk, person).mastery
    alone = mastery([Chance(f"{day}", "ab"[day % 2], credit, 0.5) for day in range(3) for credit in GOOD])
    assert alone is not None
    assert found[ASK].p_std == pytest.approx(0.711, abs=0.002)
    assert found[ASK].p_std == alone.p_std
    assert (found[ASK].band, found[ASK].n, found[ASK].taken, found[ASK].attempts) == ("meets", 15, 12.0, 3)
    assert found[ASK].scenarios == 2
    assert found[CLOSE].band == "not-yet"


def test_standing_that_is_kept_is_made_again_when_a_result_comes(desk: Desk) -> None:
    """What was worked out is read the next time, and forgotten as soon as there is something new."""
    person = three_talks(desk)[0].person
    assert stands(desk, person) == stands(desk, person)
    assert [one.stamp for one in desk.store.standings(CURRENT.version)] == [STAMP]
    result(desk, "Wang Min", "one-more", {ASK: BAD}, day=9)
    assert desk.store.standings(CURRENT.version) == []
    assert stands(desk, person).mastery[ASK].n == 17
    desk.store.drop_results(["one-more"])
    assert stands(desk, person).mastery[ASK].n == 15


def test_practice_of_ones_own_is_listed_and_never_counted(desk: Desk, content: YamlLibrary) -> None:
    """He sees it as his own; others learn how much there is; nobody's mastery stands on it."""
    person = three_talks(desk)[0].person
    before = stands(desk, person).mastery
    own = result(desk, "Wang Min", "own", {ASK: BAD, "small/talk.probe": GOOD}, day=5, mode="practice", evidence=False)
    assert stands(desk, person).mastery == before
    courses = content.courses()
    his, theirs = (person_figures(desk, courses, person, own=whose) for whose in (True, False))
    assert [one.attempt for one in his.own_practice] == [own.attempt]
    assert (theirs.own_practice, theirs.withheld) == ((), 1)
    assert his.courses == theirs.courses
    assert [one.observation.credit for one in lines(desk, person, ASK, own=True)] == [0.0, 0.0]


def test_lines_are_the_observations_with_the_counter_evidence_first(desk: Desk) -> None:
    """As many as n says, each with attempt, turn, reason and move; of equal credits the latest first."""
    person = three_talks(desk)[0].person
    found = lines(desk, person, ASK)
    assert len(found) == stands(desk, person).mastery[ASK].n
    credits_ = [line.observation.credit for line in found]
    assert credits_ == sorted(credits_)
    assert [line.result.attempt for line in found[:3]] == ["Wang Min-2", "Wang Min-1", "Wang Min-0"]
    first = found[0].observation
    assert (first.attempt, first.turn, first.reason, first.what) == ("Wang Min-2", 5, "shown", "ask.plain:5")
    assert lines(desk, person, "small/talk.note") == ()


@pytest.mark.parametrize(
    ("filters", "attempts"),
    [
        (Filters(), 3),
        (Filters(course="small"), 3),
        (Filters(scenario="other-debt"), 1),
        (Filters(mode="exam"), 3),
        (Filters(mode="practice"), 0),
        (Filters(language="en"), 0),
        (Filters(assignment="spring"), 0),
        (Filters(since=date(2026, 3, 3)), 2),
        (Filters(until=date(2026, 3, 3)), 2),
        (Filters(since=date(2026, 3, 3), until=date(2026, 3, 3)), 1),
        (Filters(since=date(2030, 1, 1)), 0),
    ],
)
def test_filters_leave_the_same_attempts_everywhere(
    desk: Desk, content: YamlLibrary, filters: Filters, attempts: int
) -> None:
    """Person, group and lines agree on what a filter leaves; with nothing left all of it is not observed."""
    person = three_talks(desk)[0].person
    of_person = person_figures(desk, content.courses(), person, filters)
    of_group = group_figures(desk, content.courses(), filters)
    assert len(of_person.attempts) == of_group.talks == attempts
    assert len(lines(desk, person, ASK, filters)) == 5 * attempts
    column = of_group.objectives.index(ASK)
    known = of_person.courses[0].objectives[column].mastery
    if not attempts:
        assert known is None
        assert of_group.people == ()
        assert of_group.totals is of_group.lift is of_group.compliance.at_most is None
        return
    assert known is not None
    cell = of_group.heat.at(0, column)
    assert cell is not None
    assert (cell.n, cell.attempts, cell.p_std, cell.band) == (5 * attempts, attempts, known.p_std, known.band)


def test_filtered_mastery_counts_age_among_what_is_left(desk: Desk) -> None:
    """A talk that the filter leaves out makes no other one older."""
    person = three_talks(desk)[0].person
    only = stands(desk, person, Filters(scenario="other-debt")).mastery[ASK]
    alone = mastery([Chance("1", "other", credit, 0.5) for credit in GOOD])
    assert alone is not None
    assert only.p_std == alone.p_std


def test_person_without_an_attempt_has_nothing_made_up(desk: Desk, content: YamlLibrary) -> None:
    """Every objective is not observed, every figure empty or None; who is unknown is an error."""
    person = desk.store.person("Zhao Lei")
    found = person_figures(desk, content.courses(), person, own=True)
    assert found.name == "Zhao Lei"
    assert (found.attempts, found.own_practice, found.withheld, found.passed, found.seconds) == ((), (), 0, 0, 0)
    assert found.compliance.at_most is None
    (course,) = found.courses
    assert (course.observed, course.of, course.bands) == (0, 7, {"more": 0, "meets": 0, "not-yet": 0})
    with pytest.raises(UnknownName):
        person_figures(desk, content.courses(), "nobody")


def test_group_of_nobody_and_of_one(desk: Desk, content: YamlLibrary) -> None:
    """An empty group has empty figures; a group of one has that one's."""
    courses = content.courses()
    empty = group_figures(desk, courses, Filters(group="none"))
    assert (empty.people, empty.scenarios, empty.lacks, empty.talks) == ((), (), (), 0)
    assert len(empty.unmet) == len(empty.objectives) == 7
    assert empty.shares[0].lacking is empty.totals is empty.lift is None
    desk.store.enter(GroupMade(group="one", name="One"), BEGUN)
    person = desk.store.person("Zhao Lei")
    desk.store.enter(Joined(person=person, group="one"), BEGUN)
    alone = group_figures(desk, courses, Filters(group="one"))
    (member,) = alone.people
    assert (member.name, member.talks, member.last, member.group) == ("Zhao Lei", 0, None, "one")
    assert alone.shares[0].not_observed == 1


def test_group_figures_add_its_people_up(desk: Desk, content: YamlLibrary) -> None:
    """Heat, shares, what the group lacks, scenarios with their spread, first to best, time and compliance."""
    desk.store.enter(GroupMade(group="sales", name="Sales"), BEGUN)
    for name in ("Wang Min", "Li Na", "Zhao Lei"):
        desk.store.enter(Joined(person=desk.store.person(name), group="sales"), BEGUN)
    three_talks(desk)
    result(desk, "Li Na", "bad", {ASK: BAD}, total=30.0, breaches=(2,))
    result(desk, "Stranger", "elsewhere", {ASK: GOOD})
    found = group_figures(desk, content.courses(), Filters(group="sales"))
    assert [one.name for one in found.people] == ["Li Na", "Wang Min", "Zhao Lei"]
    ask, close = found.objectives.index(ASK), found.objectives.index(CLOSE)
    assert [found.heat.band(row, ask) for row in range(3)] == ["more", "meets", None]
    assert [found.heat.n(row, ask) for row in range(3)] == [2, 15, 0]
    assert (found.shares[ask].meets, found.shares[ask].more, found.shares[ask].not_observed) == (1, 1, 1)
    assert found.lacks[0] == close
    assert set(found.lacks) == {ask, close}
    assert len(found.unmet) == 5
    assert [(one.scenario, one.talks, one.people) for one in found.scenarios] == [
        ("other-debt", 1, 1),
        ("small-debt", 3, 2),
    ]
    assert found.scenarios[1].totals.least == 30.0
    assert found.scenarios[1].par is None
    assert found.lift is not None
    assert found.lift.pairs == 1
    assert (found.talks, found.passed, found.seconds) == (4, 3, 2400.0)
    assert (found.compliance.talks, found.compliance.breached, found.compliance.at_most) == (4, 1, None)
    wang = found.people[1]
    assert (wang.talks, wang.passed, wang.bands["meets"], wang.bands["not-yet"]) == (3, 3, 1, 1)
    everybody = group_figures(desk, content.courses())
    assert [one.name for one in everybody.people] == ["Li Na", "Stranger", "Wang Min", "Zhao Lei"]


def test_who_left_counts_no_more(desk: Desk, content: YamlLibrary) -> None:
    """A group's figures are those of who is in it."""
    person = three_talks(desk)[0].person
    desk.store.enter(Joined(person=person), BEGUN)
    assert len(group_figures(desk, content.courses()).people) == 1
    desk.store.enter(Left(person=person, on=date(2026, 4, 1)), BEGUN)
    assert group_figures(desk, content.courses()).people == ()


def test_group_s_figures_leave_the_erased_of_a_small_group_out(desk: Desk, content: YamlLibrary) -> None:
    """However he is looked for, and though his results are made again; of a group of five he stays, without a name."""
    for group, size in (("five", 5), ("four", 4)):
        for number in range(size):
            name = f"{group}{number}"
            made = result(desk, name, f"talk-{name}", {ASK: (1.0,)})
            desk.store.enter(Joined(person=made.person, group=group), desk.now())
    for name in ("five0", "four0"):
        person = desk.store.known(name) or ""
        desk.store.enter(Erased(person=person), desk.now())
        desk.store.erase(person)
    for filters, people in ((Filters(), 8), (Filters(group="five"), 5), (Filters(group="four"), 3)):
        found = group_figures(desk, content.courses(), filters)
        assert (len(found.people), found.talks) == (people, people)
        assert sum(one.talks for one in found.scenarios) == people
        assert [one.name for one in found.people].count(None) == (0 if filters.group == "four" else 1)


def test_group_can_be_stopped(desk: Desk, content: YamlLibrary) -> None:
    """Where standings are to be worked out, who asks to stop is heard."""
    three_talks(desk)
    with pytest.raises(Cancelled):
        group_figures(desk, content.courses(), cancelled=lambda: True)
    assert group_figures(desk, content.courses()).talks == 3
