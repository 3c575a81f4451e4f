"""What it is worth, before a word is said, to know a secret, to hold a document, to have studied the file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from simulator.engine.program import Program
from simulator.engine.proof import Proof
from simulator.engine.solve import Policy, Solver, best_play, typical_play

GainKind = Literal["secret", "document", "preparation"]
Pair = tuple[float, float]  # values under typical and under best play


@dataclass(frozen=True, slots=True)
class Gain:
    """The value of the start with something, less its value without.

    Attributes:
        name: of the secret, the document or the question.
        typical, best: points under typical and under best play.
    """

    kind: GainKind
    name: str
    typical: float
    best: float


def gains(proof: Proof) -> Iterator[Gain]:
    """Of every secret known, every document held and every question answered right, each by itself."""
    scenario, program = proof.scenario, proof.program
    starts = _Starts(proof)
    for name, secret in scenario.secrets.items():
        has = secret.start == "known"
        yield _gain(proof, "secret", name, starts.value(program.start({name: "hidden" if has else "known"})), has)
    for name, document in scenario.documents.items():
        has = document.start != "missing"
        yield _gain(proof, "document", name, _other_document(proof, name, has), has)
    for question in scenario.preparation:
        yield _gain(proof, "preparation", question.id, starts.value(program.start(question.give)), False)


def _gain(proof: Proof, kind: GainKind, name: str, other: Pair, has: bool) -> Gain:
    """The gain, from the values of a start that differs in that one thing; ``has``: the plain start is the richer."""
    sign = 1.0 if has else -1.0
    typical, best = proof.solution.typical - other[0], proof.solution.best - other[1]
    return Gain(kind, name, sign * typical + 0.0, sign * best + 0.0)


class _Starts:
    """The values of starts of one program, each worked out once."""

    def __init__(self, proof: Proof) -> None:
        self._proof = proof
        plain = proof.plain.space.key(proof.program.start())
        self._known: dict[int, Pair] = {plain: (proof.solution.typical, proof.solution.best)}

    def value(self, start: Sequence[int]) -> Pair:
        """Under typical and under best play."""
        key = self._proof.plain.space.key(start)
        if key not in self._known:
            self._known[key] = _solved(self._proof.solver, start)
        return self._known[key]


def _solved(solver: Solver, start: Sequence[int]) -> Pair:
    graph = solver.explorer.explore(start)
    typical, best = (float(solver.sweep(graph, one)[-1][0]) for one in (typical_play(solver.rubric), best_play))
    return typical, best


def _other_document(proof: Proof, name: str, has: bool) -> Pair:
    """The value of the start without a document that is there, or with one that is missing."""
    scenario, rubric = proof.scenario, proof.solver.rubric
    if has and not proof.program.facts[proof.program.index[name]].tracked and not _is_brought(proof.program, name):
        # Nothing reads it and nothing brings it back: without it, all is the same but for the moves aimed at it.
        aimed = [row for row, compiled in enumerate(proof.program.moves) if compiled.move.card == name]
        policies = (_barred(typical_play(rubric), aimed), _barred(best_play, aimed))
        typical, best = (float(proof.solver.sweep(proof.plain, policy)[-1][0]) for policy in policies)
        return typical, best
    other = scenario.documents[name].model_copy(update={"start": "missing" if has else "held"})
    variant = Program(scenario.model_copy(update={"documents": {**scenario.documents, name: other}}))
    solver = Solver(variant, rubric, proof.solver.cancelled, proof.solver.explorer.limit)
    return _solved(solver, variant.start())


def _is_brought(program: Program, name: str) -> bool:
    """Whether some effect can put a document into the trainee's hands."""
    fact = program.index[name]
    return any(
        fact == changed
        for compiled in program.moves
        for effect in (
            *(branch.effect for one in (*compiled.reactions, *compiled.initiative) for branch in one.branches),
            *(addition.effect for addition in compiled.habits),
        )
        for changed, _table in effect.changes
    )


def _barred(policy: Policy, rows: list[int]) -> Policy:
    """A policy for one who cannot make some moves."""

    def value(worth: NDArray[np.float64]) -> NDArray[np.float64]:
        left = worth.copy()
        left[[row for row in rows if row < len(left)]] = -np.inf
        return policy(left)

    return value
