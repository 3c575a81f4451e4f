"""The page of the library: current with the scenarios, and true of where good practice is trained."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from shelf import SHIPPED, SHIPPED_IDS, Solved

from scoring.rubric import CURRENT
from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.engine.balance import PLAYS
from simulator.engine.bots import LEVELS, trainee
from simulator.model.errors import UnknownName, UsageError
from simulator.model.handbook import Practice, Trained
from simulator.workflows.practice import costs_of, markdown
from simulator.workflows.solutions import Solutions
from simulator.workflows.summary import solved_cells
from simulator.workflows.versions import version_of

PAGE = (SHIPPED / "library" / "README.md").read_text(encoding="utf-8")
ROWS = {
    cells[0].split("]")[0].lstrip("["): cells[1:]
    for line in re.findall(r"^\| (\[.*) \|$", PAGE, re.MULTILINE)
    if (cells := line.split(" | "))
}
ANEW = "run: huikuan balance --all --summary scenarios/library/README.md"
PASSES = slice(7, 12)


def test_page_has_a_row_for_every_scenario() -> None:
    """And none for what is gone."""
    assert sorted(ROWS) == SHIPPED_IDS, ANEW


@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_row_is_what_solving_gives(name: str, solved: Callable[[str], Solved]) -> None:
    """Level, persona, channel, positions and values; the version is that of the content."""
    known = solved(name)
    solution = known.solution
    cells = solved_cells(known.scenario, solution.positions, solution.best, solution.typical, solution.floor)
    assert tuple(ROWS[name][:7]) == cells, ANEW
    assert ROWS[name][12] == f"`{version_of(known.scenario)}`", ANEW


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED_IDS)
def test_shares_of_a_row_are_those_of_simulated_trainees(name: str, solved: Callable[[str], Solved]) -> None:
    """Within sampling error of other plays than those that made the page."""
    known = solved(name)
    for lapses, said in zip(LEVELS, ROWS[name][PASSES], strict=True):
        habit = trainee(known.solver, lapses)
        talks = [known.rehearsals.play(habit, 10_000 + seed) for seed in range(PLAYS)]
        share = sum(known.rehearsals.scorecard(known.solution, talk).passed for talk in talks) / PLAYS
        error = (max(share * (1 - share), 0.01) * 2 / PLAYS) ** 0.5
        assert abs(share - float(said.rstrip("%")) / 100) < 5 * error + 0.005, f"{lapses}: {share} {said}"


# Good practice


def places(library: YamlLibrary) -> list[tuple[Practice, Trained]]:
    return [(practice, place) for practice in library.handbook().practices for place in practice.trained]


def test_the_twelve_practices_are_there(library: YamlLibrary) -> None:
    """Those of common receivables practice, each trained somewhere."""
    assert len(library.handbook().practices) == 12


def test_opposite_of_a_practice_costs_where_it_is_trained(library: YamlLibrary, solutions: Solutions) -> None:
    """The right move is a good one and its opposite is none; a question or a field is there to be answered."""
    pairs = 0
    for practice, place in places(library):
        scenario = library.read(place.scenario).scenario
        assert scenario is not None
        costs = costs_of(place, scenario, solutions)
        if costs.right is not None and costs.wrong is not None:
            pairs += 1
            assert costs.right < CURRENT.inaccuracy_from, f"{practice.id}: {costs}"
            assert costs.wrong >= CURRENT.inaccuracy_from, f"{practice.id}: {costs}"
    assert pairs >= 10


def test_table_of_practices_is_current(library: YamlLibrary, solutions: Solutions) -> None:
    """As the program makes it."""
    scenarios = {name: scenario for name in SHIPPED_IDS if (scenario := library.read(name).scenario)}
    made = "\n".join(markdown(library.handbook().practices, scenarios, solutions))
    assert made in PAGE, ANEW
    assert len(made.splitlines()) == len(places(library)) + 2


def test_place_that_is_not_there_is_refused(library: YamlLibrary, solutions: Solutions) -> None:
    """A question that nobody asks, and a move that is not open."""
    scenario = library.read("invoice-not-found").scenario
    assert scenario is not None
    with pytest.raises(UnknownName):
        costs_of(Trained(scenario=scenario.id, question="nothing"), scenario, solutions)
    closed = Trained(scenario=scenario.id, right="ask.gentle", wrong="probe.verify:nothing")
    with pytest.raises(UsageError):
        costs_of(closed, scenario, solutions)
