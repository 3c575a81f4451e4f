"""What good practice is worth where it is trained: the loss of a right move, and of its opposite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from simulator.engine.program import Program
from simulator.engine.replay import replay
from simulator.engine.review import Reviewer
from simulator.engine.solve import Solver
from simulator.model.errors import UnknownName, UsageError
from simulator.model.handbook import Practice, Trained
from simulator.model.language import _
from simulator.model.position import Move
from simulator.model.scenario import Scenario
from simulator.workflows.solutions import Solutions


@dataclass(frozen=True, slots=True)
class Costs:
    """A place where a practice is trained.

    Attributes:
        right, wrong: the loss of the right move and of its opposite, in points; None for a question or a field, whose
            credit is lost altogether.
    """

    place: Trained
    right: float | None
    wrong: float | None


def costs_of(place: Trained, scenario: Scenario, solutions: Solutions) -> Costs:
    """What the opposite of a practice costs at one place.

    Raises:
        UnknownName: the scenario has no such question or field.
        UsageError: one of the moves is not open there.
    """
    for asked, fields in ((place.question, scenario.preparation), (place.field, scenario.note)):
        if asked is not None:
            if asked not in (known := [one.id for one in fields]):
                raise UnknownName(_("field"), asked, known)
            return Costs(place, None, None)
    program = Program(scenario)
    solution, steps = solutions.solve(program), replay(program, map(Move.parse, place.after), seed=0)
    codes = steps[-1].after if steps else program.start()
    choices = Reviewer(Solver(program), solution.valued).choices(codes, scenario.turns - len(steps))
    values = {str(choice.move): choice.value for choice in choices}
    lawful = [choice.value for choice in choices if not program.by_move[choice.move].tactic.forbidden]
    for move in (place.right, place.wrong):
        if move not in values:
            raise UsageError(_("The position does not offer “{move}”.", move=move))
    right, wrong = (round(max(lawful) - values[str(move)], 3) for move in (place.right, place.wrong))
    return Costs(place, right, wrong)


def markdown(practices: Iterable[Practice], scenarios: Mapping[str, Scenario], solutions: Solutions) -> Iterator[str]:
    """The table of practices, in English as all files of the repository: a line for each place in these scenarios."""
    yield "| practice | trained in | right | loss | opposite | loss |"
    yield "|---|---|---|---|---|---|"
    for practice in practices:
        for place in practice.trained:
            if place.scenario in scenarios:
                costs = costs_of(place, scenarios[place.scenario], solutions)
                yield f"| {practice.name.to('en')} | {place.scenario} | {_cells(costs)} |"


def _cells(costs: Costs) -> str:
    place = costs.place
    if costs.right is None or costs.wrong is None:
        asked = f"question `{place.question}`" if place.question else f"field `{place.field}`"
        return f"{asked} | | any other answer | its credit"
    turn = len(place.after) + 1
    return f"turn {turn}: `{place.right}` | {costs.right:.1f} | `{place.wrong}` | {costs.wrong:.1f}"
