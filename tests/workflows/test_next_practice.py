"""What to practise next, and what a scenario comes to in the hands of the typical player."""

from __future__ import annotations

from dataclasses import replace

import pytest
from doubles import MemoryCache
from workflows.figures import ASK, CLOSE, result

from scoring.mastery import NOTHING_KNOWN
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.program import Program
from simulator.model.errors import Cancelled
from simulator.model.journal import Assigned
from simulator.workflows.group import group_figures
from simulator.workflows.next_practice import assigned_objectives, next_practice
from simulator.workflows.profiling import Profile, library_profiles, profile, profile_all, remembered
from simulator.workflows.rehearse import Desk
from simulator.workflows.solutions import Solutions, content_of

PROBE = "small/talk.probe"


def weak_at_close(desk: Desk) -> str:
    """Meets the standard on asking, does not on closing."""
    for day, scenario in enumerate(("one", "two", "one")):
        made = result(desk, "Wang Min", f"talk-{day}", {ASK: (1.0,) * 5, CLOSE: (0.0,) * 3}, day=day, scenario=scenario)
    return made.person


def test_next_practice_is_where_most_is_learnt_about_the_weakest(desk: Desk) -> None:
    """What meets the standard counts nothing; what is weak counts by how much of it a talk is expected to show."""
    person = weak_at_close(desk)
    profiles = {
        "only-asks": Profile(None, {ASK: 9.0}),
        "closes": Profile(None, {ASK: 1.0, CLOSE: 2.0}),
        "closes-and-probes": Profile(None, {CLOSE: 2.0, PROBE: 1.0}),
    }
    found = next_practice(desk, person, profiles)
    assert [one.scenario for one in found] == ["closes-and-probes", "closes"]
    first = found[0]
    assert [aim.objective for aim in first.aims] == [CLOSE, PROBE]
    assert first.aims[0].mastery is not None
    assert first.aims[0].mastery.band == "not-yet"
    assert first.aims[1].mastery is None
    assert first.aims[1].evidence == pytest.approx(1 - NOTHING_KNOWN)
    assert first.expected == pytest.approx(sum(aim.evidence for aim in first.aims))


def test_next_practice_keeps_to_what_was_assigned(desk: Desk) -> None:
    """An objective that nobody asked of him moves no scenario forward."""
    person = weak_at_close(desk)
    profiles = {"closes": Profile(None, {CLOSE: 1.0}), "probes": Profile(None, {PROBE: 4.0})}
    assert [one.scenario for one in next_practice(desk, person, profiles, {CLOSE})] == ["closes"]
    assert next_practice(desk, person, profiles, {ASK}) == ()


def test_what_was_assigned_asks_for_its_course_and_for_what_its_scenarios_show(
    desk: Desk, library: YamlLibrary
) -> None:
    """Nobody is kept to what was never asked of him: without an assignment there is no limit."""
    person = weak_at_close(desk)
    profiles = {"closes": Profile(None, {CLOSE: 1.0}), "probes": Profile(None, {PROBE: 4.0})}
    courses = library.courses()
    assert assigned_objectives(desk, courses, person, profiles) is None
    event = Assigned(assignment="a", title="A", scenarios=("closes",), people=(person,), mode="practice", by="b")
    desk.store.enter(event, desk.now())
    assert assigned_objectives(desk, courses, person, profiles) == {CLOSE}
    desk.store.enter(event.model_copy(update={"assignment": "b", "course": courses[0].course}), desk.now())
    assert assigned_objectives(desk, courses, person, profiles) == {CLOSE, *courses[0].objective_names()}


def test_next_practice_counts_four_observations_a_talk_at_most(desk: Desk) -> None:
    """More than four of a talk share their weight, so that twenty are no better."""
    person = weak_at_close(desk)
    profiles = {
        "twenty": Profile(None, {CLOSE: 20.0}),
        "four": Profile(None, {CLOSE: 4.0}),
        "one": Profile(None, {CLOSE: 4.0}),
    }
    found = next_practice(desk, person, profiles)
    assert found[0].expected == found[1].expected == found[2].expected
    assert [one.scenario for one in found] == ["four", "twenty", "one"], "of equals those he played less come first"
    assert found[2].played == 2


def test_next_practice_of_a_newcomer_is_what_shows_most(desk: Desk) -> None:
    """Without any evidence everything is open; without any scenario there is nothing to say."""
    person = desk.store.person("Zhao Lei")
    profiles = {"little": Profile(None, {ASK: 1.0}), "much": Profile(None, {ASK: 2.0, CLOSE: 2.0})}
    assert [one.scenario for one in next_practice(desk, person, profiles)] == ["much", "little"]
    assert next_practice(desk, person, {}) == ()


def test_profile_is_worked_out_once(small: Program) -> None:
    """Par on the total's scale, and what a talk shows; the second time it is remembered, by content too."""
    solutions = Solutions(MemoryCache())
    made = profile(solutions, small.scenario)
    assert made.par is not None
    assert 0 < made.par < 100
    assert made.observations[ASK] > 0.5
    assert all(n > 0 for n in made.observations.values())
    assert remembered(solutions, content_of(small.scenario)) == made
    assert profile(solutions, small.scenario, cancelled=lambda: True) == made
    with pytest.raises(Cancelled):
        profile(Solutions(MemoryCache()), small.scenario, cancelled=lambda: True)


def test_profile_that_a_cache_spoilt_is_worked_out_again(small: Program) -> None:
    """What a cache holds is never believed."""
    cache = MemoryCache()
    made = profile(Solutions(cache), small.scenario)
    for key in cache.kept:
        cache.kept[key] = b"[]"
    assert remembered(Solutions(cache), small.scenario) is None
    assert profile(Solutions(cache), small.scenario) == made


def test_profile_of_the_library_stands_in_for_what_was_not_worked_out(content: YamlLibrary) -> None:
    """Without work a scenario is taken to show what it claims, and nothing is remembered of that."""
    solutions = Solutions(MemoryCache())
    names = [title.id for title in content.titles()]
    claimed = library_profiles(content, solutions, names, work=False)
    assert [one.par for one in claimed.values()] == [None]
    worked_out = library_profiles(content, solutions, names)
    assert worked_out["small-debt"].par is not None
    assert library_profiles(content, solutions, names, work=False) == worked_out


def test_group_shows_the_par_once_it_is_worked_out(desk: Desk, small: Program, content: YamlLibrary) -> None:
    """None before, and the typical player's mean total after."""
    kept = desk.store.keep(content_of(small.scenario))
    made = result(desk, "Wang Min", "talk", {ASK: (1.0,)})
    desk.store.put_results([replace(made, content=kept)])
    figures = group_figures(desk, content.courses())
    assert figures.contents == (kept,)
    solutions = desk.solutions
    expected = profile(Solutions(MemoryCache()), small.scenario).par
    profile_all(desk.store, solutions, figures.contents)
    (scenario,) = group_figures(desk, content.courses()).scenarios
    assert scenario.par == expected
    assert profile_all(desk.store, solutions, figures.contents) == 0
