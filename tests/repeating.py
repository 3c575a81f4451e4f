"""The most that playing nothing but one tactic can total: a bound that is worked out turn by turn from the graph."""

from __future__ import annotations

from functools import cache

from shelf import Solved

from scoring.accuracy import accuracy
from scoring.rubric import CURRENT
from simulator.engine.solve import targets_of

WEIGHTS = dict(CURRENT.weights)
COUNTED = WEIGHTS["result"] + WEIGHTS["tactics"] + WEIGHTS["discovery"]  # nobody fills forms
NEVER = float("-inf")


class Repeating:
    """One tactic played over and over, over every choice of cards and however the draws fall.

    Where it is not offered the trainee leaves. Whatever can be discovered counts as discovered, so that the true best
    is no higher.
    """

    def __init__(self, known: Solved, tactic: str) -> None:
        self.known, self.graph, self.turns = known, known.graph, known.scenario.turns
        moves = known.program.moves
        self.own = [row for row, one in enumerate(moves[: known.program.lawful]) if one.move.tactic == tactic]
        self.leave = [row for row, one in enumerate(moves) if one.move.tactic == "end.leave"]
        valued = known.solution.valued.values
        self.timeout = valued[0]
        self.values = {
            left: self.graph.tail(left, valued[left - 1][: self.graph.first_after(self.turns - left + 1)])
            for left in range(1, self.turns + 1)
        }
        self.choices = cache(self._choices)
        self.most = cache(self._most)

    def total(self) -> float:
        """The bound, 0–100."""
        best = max(self.most(0, 1, length) for length in range(1, self.turns + 1))
        return (best + WEIGHTS["discovery"] * 100) / COUNTED

    def _most(self, number: int, turn: int, length: int) -> float:
        """Weighted points from this turn on of a talk that ends with turn ``length``."""
        return max(
            WEIGHTS["tactics"] * points / length + self._rest(end, turn, length)
            for points, ends in self.choices(number, turn)
            for end in ends
        )

    def _rest(self, end: int, turn: int, length: int) -> float:
        if turn < length:
            return self.most(end, turn + 1, length) if end >= 0 else NEVER
        if end < 0:
            return self._result(float(self.graph.endings[-2 - end]), length)
        return self._result(float(self.timeout[end]), length) if length == self.turns else NEVER

    def _result(self, worth: float, length: int) -> float:
        solution = self.known.solution
        gained = worth + self.known.scenario.worth.turn * length - solution.floor
        return WEIGHTS["result"] * min(max(100 * gained / (solution.best - solution.floor), 0.0), 100.0)

    def _choices(self, number: int, turn: int) -> list[tuple[float, list[int]]]:
        """Accuracy and outcomes of each way to play the tactic in a position."""
        targets = targets_of(self.graph, number)
        values = self.values[self.turns - turn + 1][targets]
        best = float(values[: self.known.program.lawful].max())
        rows = [row for row in self.own if values[row] > NEVER] or self.leave
        return [(accuracy(round(best - float(values[row]), 3)), self._outcomes(int(targets[row]))) for row in rows]

    def _outcomes(self, target: int) -> list[int]:
        first = -2 - len(self.graph.endings)
        if target > first:
            return [target]
        node = first - target
        nodes = next(one for one in self.graph.nodes if one.first <= node < one.first + one.children.shape[1])
        return [end for child in nodes.children[:, node - nodes.first] for end in self._outcomes(int(child))]
