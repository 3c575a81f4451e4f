"""Which objective is evidenced where: by tactics, in scenarios, by knowledge cards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from simulator.model.handbook import Handbook
from simulator.model.scenario import Course, Scenario
from simulator.model.tactics import Catalogue


@dataclass(slots=True)
class Evidenced:
    """Where an objective is evidenced.

    Attributes:
        tactics: the lawful tactics that show it.
        talks: the scenarios that claim to train it in the talk.
        preparation, note: the scenarios with a question, or a field, for it.
        cards: the knowledge cards whose quiz asks for it.
    """

    objective: str
    tactics: list[str] = field(default_factory=list)
    talks: list[str] = field(default_factory=list)
    preparation: list[str] = field(default_factory=list)
    note: list[str] = field(default_factory=list)
    cards: list[str] = field(default_factory=list)

    @property
    def is_met(self) -> bool:
        """Whether there is anything by which a trainee can show it."""
        return bool(self.tactics or self.talks or self.preparation or self.note or self.cards)

    def marks(self, scenario: str) -> str:
        """How a scenario has it: T in the talk, P in the preparation, N in the note."""
        having = (("T", self.talks), ("P", self.preparation), ("N", self.note))
        return "".join(mark for mark, scenarios in having if scenario in scenarios)


def coverage(
    courses: Iterable[Course], scenarios: Iterable[Scenario], catalogue: Catalogue, handbook: Handbook
) -> tuple[Evidenced, ...]:
    """Every objective, in the order of the courses, with where it is evidenced.

    A scenario has an objective in its talk if it claims it and a lawful tactic, or an excuse of its own, names it.
    """
    found = {name: Evidenced(name) for course in courses for name in course.objective_names()}
    shown = {name for tactic in catalogue.tactics if not tactic.forbidden for name in tactic.objectives}
    of_scenarios = (one for scenario in scenarios for one in _of_scenario(scenario, shown))
    for name, where, identity in chain(_of_all(catalogue, handbook), of_scenarios):
        if name in found:  # one's own scenarios may name objectives of a course that is not at hand
            getattr(found[name], where).append(identity)
    return tuple(found.values())


def _of_all(catalogue: Catalogue, handbook: Handbook) -> Iterator[tuple[str, str, str]]:
    """What every scenario shares: an objective, the list that it belongs to, and the id there."""
    for tactic in catalogue.tactics:
        if not tactic.forbidden:
            yield from ((name, "tactics", tactic.id) for name in tactic.objectives)
    for card in handbook.cards:
        yield from ((name, "cards", card.id) for name in card.objectives)


def _of_scenario(scenario: Scenario, shown: set[str]) -> Iterator[tuple[str, str, str]]:
    """What a scenario has, in the same form; a claim counts where a tactic or one of its excuses shows it."""
    by_excuse = {name for excuse in scenario.excuses.values() for name in excuse.objectives}
    yield from ((name, "talks", scenario.id) for name in scenario.objectives if name in shown | by_excuse)
    for where, fields in (("preparation", scenario.preparation), ("note", scenario.note)):
        names = dict.fromkeys(asked.objective for asked in fields if asked.objective)
        yield from ((name, where, scenario.id) for name in names)
