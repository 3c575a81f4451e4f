"""Reading the explored graph: where a target leads, by chance or by the draws of one seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from engine.reference import Act, Facts, Key, Reference

from simulator.engine.chance import draw, pick
from simulator.engine.explore import ChanceNodes, Explored
from simulator.engine.machine import Step
from simulator.engine.program import Program


class End(NamedTuple):
    """A way to end: the ending, and what it is valued by as it stood before the ending's own effect."""

    ending: str
    trust: int
    hostility: int
    conduct: str


Place = int | End  # a target that is no chance node: a position, as its number or its key stands there, or an end


def place(graph: Explored, target: int) -> Place | None:
    """What a target stands for; None for a chance node."""
    if target >= 0:
        return target
    code = -2 - target
    if code >= len(graph.endings):
        return None
    code, breached = divmod(code, 2)
    code, hostility = divmod(code, 11)
    ending, trust = divmod(code, 11)
    return End(graph.program.endings[ending], trust, hostility, ("lawful", "breached")[breached])


def node(graph: Explored, target: int) -> tuple[ChanceNodes, int]:
    """The chance node that a target stands for: its group, and its place in it."""
    number = -2 - target - len(graph.endings)
    nodes = next(one for one in graph.nodes if one.first <= number < one.first + one.children.shape[1])
    return nodes, number - nodes.first


def ways(graph: Explored, target: int) -> Iterator[tuple[float, Place]]:
    """Everything that can come of a target, each with its odds."""
    found = place(graph, target)
    if found is not None:
        yield 1.0, found
        return
    nodes, column = node(graph, target)
    for weight, child in zip(nodes.weights, nodes.children[:, column], strict=True):
        for odds, end in ways(graph, int(child)):
            yield odds * weight / sum(nodes.weights), end


def drawn(graph: Explored, target: int, seed: int, turn: int, purposes: Iterable[str]) -> Place:
    """What comes of a target by the draws of one seed, for these purposes in their order."""
    for purpose in purposes:
        nodes, column = node(graph, target)
        target = int(nodes.children[pick(nodes.weights, draw(seed, turn, purpose, sum(nodes.weights))), column])
    found = place(graph, target)
    assert found is not None, "a chance that nothing was drawn for"
    return found


def likeliest(graph: Explored, target: int) -> Place:
    """What comes of a target by the likeliest outcomes, the first of equals."""
    while (found := place(graph, target)) is None:
        nodes, here = node(graph, target)
        target = int(nodes.children[nodes.weights.index(max(nodes.weights)), here])
    return found


def column(graph: Explored, number: int) -> Any:
    """The targets of all moves from one position."""
    level = next(level for level in reversed(graph.levels) if level.first <= number)
    assert level.targets is not None
    return level.targets[:, number - level.first]


def to_draw(step: Step) -> list[str]:
    """What there was to draw in a turn."""
    fired = (("reaction", step.reaction), ("initiative", step.initiative))
    return [purpose for purpose, one in fired if one and len(one.rule.chance) > 1]


def facts(program: Program, codes: Any) -> Facts:
    """A row of codes as the reference has it; of values of ``last`` that are taken as one, the first."""
    return {
        name: str(value).split("|")[0] if name == "last" else value for name, value in program.position(codes).items()
    }


def reference_key(reference: Reference, program: Program, codes: Any) -> Key:
    return reference.key(facts(program, codes))


def reference_ways(reference: Reference, before: Facts, act: Act) -> dict[Any, float]:
    """The reference's turn as odds of positions and ends."""
    odds: dict[Any, float] = {}
    for way in reference.turns(before)[act]:
        new = way.facts
        place: Any = reference.key(new)
        if way.ending:
            place = End(way.ending, new["trust"], new["hostility"], new["conduct"])
        odds[place] = odds.get(place, 0.0) + way.weight
    return odds
