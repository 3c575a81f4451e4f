"""A simulated house: real in everything but its people."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from doubles import MemoryCache, desk_over
from simulated_by_small import PLAN, filled

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.store.memory import MemoryStore
from simulator.engine.program import Program
from simulator.model import language
from simulator.model.case import FormQuestion, credit
from simulator.model.errors import Cancelled, UsageError
from simulator.model.journal import Left, Shared, Transferred, Withdrawn
from simulator.workflows.people import roster
from simulator.workflows.rehearse import Desk
from simulator.workflows.settling import settle_all
from simulator.workflows.simulated_cast import FEWEST, KINDS, MOST, cast_of, of_part
from simulator.workflows.simulated_talk import wrong
from simulator.workflows.simulating import DAYS, SHIPPED, Plan, simulate
from simulator.workflows.solutions import Solutions
from simulator.workflows.verifying import verify


@pytest.fixture(scope="module")
def cache() -> MemoryCache:
    return MemoryCache()


@pytest.fixture(scope="module")
def house(content: YamlLibrary, cache: MemoryCache) -> MemoryStore:
    """A house of 16 people."""
    return filled(content, cache)


@pytest.fixture
def desk(house: MemoryStore, cache: MemoryCache) -> Desk:
    return desk_over(house, Solutions(cache))


def figures(store: MemoryStore) -> list[tuple[object, ...]]:
    """What each talk came to, without what is drawn anew each time."""
    found = store.results()
    rows = [
        (store.name(one.person), one.attempt, one.scenario, one.mode, one.ended, one.total, one.breaches, one.evidence)
        for one in found
    ]
    return sorted(rows, key=str)


def test_simulated_record_verifies(house: MemoryStore, desk: Desk) -> None:
    """Every chain is whole, every move fits its scenario, and every result is what its events make."""
    verified = verify(desk)
    assert verified.faults == ()
    assert house.simulated
    assert len(house.attempts()) > 60


def test_simulated_figures_are_made_again_from_the_events(house: MemoryStore, desk: Desk) -> None:
    """Without what was kept of them they come out the same."""
    before = figures(house)
    house.drop_results([one.attempt for one in house.results()])
    settle_all(desk)
    assert figures(house) == before


def test_simulation_is_the_same_under_the_same_plan(
    house: MemoryStore, content: YamlLibrary, cache: MemoryCache
) -> None:
    """The same seed and last day give the same talks and totals; another seed gives others."""
    assert figures(filled(content, cache)) == figures(house)
    assert figures(filled(content, cache, replace(PLAN, seed=2, people=FEWEST))) != figures(house)


def test_simulation_ends_on_its_last_day(house: MemoryStore) -> None:
    """Nothing is on record after it, or before the three months."""
    moments = [one.at for one in house.journal()]
    moments += [event.at for one in house.attempts() for event in house.events(one.attempt)]
    first, last = min(moments).date(), max(moments).date()
    assert first == PLAN.end - timedelta(days=DAYS - 1)
    assert last <= PLAN.end
    assert sorted(one.at for one in house.journal()) == [one.at for one in house.journal()]


def test_simulated_house_has_one_of_every_case(house: MemoryStore) -> None:
    """One leaves, one joins late, one transfers, one has no attempt, a group of one, a breach, an exam left open."""
    events = [one.event for one in house.journal()]
    assert sum(isinstance(one, Left) for one in events) == 1
    assert sum(isinstance(one, Transferred) for one in events) == 1
    assert sum(isinstance(one, Withdrawn) for one in events) == 1
    assert any(isinstance(one, Shared) for one in events)
    known = roster(house)
    sizes = sorted(len(known.members(group, with_left=True)) for group in known.groups)
    assert sizes[0] == 1
    played = {one.person for one in house.attempts()}
    assert len([one for one in known.people.values() if one.is_listed and one.person not in played]) == 1
    joined = sorted(one.joined for one in known.people.values() if one.joined)
    assert joined[0] < joined[-1]
    results = house.results()
    assert any(one.breaches for one in results)
    assert any(one.overruled for one in results)
    assert {one.mode for one in results} == {"practice", "exam"}
    assert {one.language for one in results} == {"zh", "en"}
    assert {True, False} == {one.evidence for one in results}
    assert any(not one.finished for one in house.attempts())
    assert house.decided("appealed")
    assert house.decided("answered")
    assert house.decided("rated")


def test_simulated_people_are_plainly_invented(house: MemoryStore) -> None:
    """Every name in the record, also of reviewers, says that nobody has it."""
    assert all("simulated" in name or "模拟" in name for _person, name in house.people() if name)


def test_simulated_people_learn(house: MemoryStore) -> None:
    """Who learns lapses less with every talk; some do not."""
    learning = [kind for kind in KINDS if kind.pace]
    assert all(kind.lapses(0) == kind.start for kind in KINDS)
    assert all(kind.lapses(9) < kind.lapses(3) < kind.lapses(0) for kind in learning)
    assert len(learning) < len(KINDS)


def test_cast_is_of_the_size_that_is_asked_for() -> None:
    """All special people are there, in any size that is allowed; another is refused."""
    for people in (FEWEST, 40, 41, MOST):
        cast = cast_of(people, 4, "en", random.Random(1))
        assert len(cast) == len({one.name for one in cast}) == people
        assert [len(of_part(cast, part)) for part in ("alone", "absent", "breaker")] == [1, 1, 2]
        assert len([one for one in cast if one.group == 3]) == 1
    for people in (0, FEWEST - 1, MOST + 1):
        with pytest.raises(UsageError):
            cast_of(people, 4, "en", random.Random(1))


def test_only_an_empty_store_is_filled(house: MemoryStore, content: YamlLibrary, cache: MemoryCache) -> None:
    """A store that holds anything stays as it is."""
    store = MemoryStore()
    store.person("Li Hua")
    with pytest.raises(UsageError):
        simulate(store, content, cache, PLAN)
    assert not store.simulated


def test_simulation_can_be_stopped(content: YamlLibrary, cache: MemoryCache) -> None:
    """At any moment, and it tells how far it is."""
    told: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        simulate(MemoryStore(), content, cache, PLAN, lambda *far: told.append(far), lambda: len(told) > 10)
    assert [done for done, _of in told] == list(range(11))


def test_wrong_answer_fits_its_field_and_is_wrong(small: Program) -> None:
    """Whatever kind of field it is, the form takes it, and it seldom earns what the right one does."""
    chance = random.Random(1)
    for field in small.scenario.preparation:
        answers = [wrong(field, field.answer, chance) for _try in range(20)]
        assert all(field.answer_fault(one) is None for one in answers)
        assert sum(credit(field, field.answer, one) == 1.0 for one in answers) < 10
    for kind in ("one", "many", "number", "order", "sort"):
        bare = FormQuestion.model_construct(id="x", kind=kind, options={}, classes={}, tolerance=0)
        assert wrong(bare, None, chance) in (None, (), {}, 1.0)


def test_simulated_names_are_in_the_language_of_the_house() -> None:
    """Three in four speak it, whatever the screen speaks."""
    language.use("en")
    cast = cast_of(40, 4, "zh", random.Random(1))
    assert sum("（模拟）" in one.name for one in cast) == 30


@pytest.mark.slow
def test_shipped_programme_has_what_hr_looks_for(library: YamlLibrary) -> None:
    """Forty people: all five courses observed, bands of each kind, certificates, one of them revoked."""
    from simulator.workflows.certifying import certificates

    store, cache = MemoryStore(), MemoryCache()
    made = simulate(store, library, cache, Plan(PLAN.end))
    results = store.results()
    seen = {one.objective.split("/")[0] for result in results for one in result.observations}
    assert seen == {one.course for one in library.courses()}
    assert {one.scenario for one in results} >= set(SHIPPED.played)
    held = certificates(desk_over(store, Solutions(cache)))
    assert made.people == 40
    assert len(held) >= 2
    assert any(one.state == "revoked" for one in held)
