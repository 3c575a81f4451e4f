"""What each move was worth: losses, names, better moves with their reasons, and what was still hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.accuracy import accuracy, name
from scoring.evidence import Option, Turn
from scoring.rubric import Name
from simulator.engine.machine import Step
from simulator.engine.program import CompiledMove, Program, Reaction
from simulator.engine.solve import Choice, Solver, Valued, shares
from simulator.model.position import LOST, Move
from simulator.model.scenario import Outcome
from simulator.model.text import Text


@dataclass(frozen=True, slots=True)
class Better:
    """A move that was worth more, or one of the best.

    Attributes:
        why: the author's reason; None where he gave none.
        hidden: what it works by was hidden from the trainee, who could not know it with the file closed.
    """

    move: Move
    loss: float
    why: Text | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class ReviewedTurn:
    """A turn with everything that its review says. Values are points of the finished talk's worth.

    Attributes:
        value: of the position before the move, under typical play.
        worth: of the move (Q), before any draw.
        loss: rounded half-even to 0.001.
        luck: what the draws of this turn added.
        value_after: of what the turn led to, this turn's cost not counted.
        choices: every move that was open, the lawful ones first.
        better: the best lawful moves, best first; the move itself is among them where it is one.
        hidden: the points and secrets that the trainee had not found out when he moved.
    """

    step: Step
    turns_left: int
    value: float
    worth: float
    loss: float
    accuracy: float
    name: Name
    luck: float
    value_after: float
    choices: tuple[Choice, ...]
    better: tuple[Better, ...]
    hidden: tuple[str, ...]
    why: Text | None


class Reviewer:
    """Reviews the turns of plays that begin at the start which ``valued`` belongs to.

    A turn that was lost is worth the value of the same position with a turn less, and the turn's cost. Its loss, its
    accuracy and its name follow as those of any move; it shows no objective, and may have missed some.
    """

    def __init__(self, solver: Solver, valued: Valued) -> None:
        self.solver = solver
        self.program: Program = solver.program
        self.valued = valued

    def review(self, step: Step) -> ReviewedTurn:
        """One turn, reviewed."""
        rubric, turn_cost = self.solver.rubric, self.program.scenario.worth.turn
        turns_left = self.program.scenario.turns - step.turn + 1
        choices = self.choices(step.before, turns_left)
        after = self._value_after(step, turns_left - 1)
        worths = {choice.move: choice.value for choice in choices}
        worth = after + turn_cost if step.move == LOST else worths[step.move]
        best = self._best(choices)
        loss = round(best - worth, 3)
        breach = self._is_breach(step.move)
        return ReviewedTurn(
            step=step,
            turns_left=turns_left,
            value=self.solver.value(self.valued, step.before, turns_left),
            worth=worth,
            loss=loss,
            accuracy=accuracy(loss, breach),
            name=name(loss, rubric, breach, probe=step.move.family == "probe"),
            luck=after + turn_cost - worth,
            value_after=after,
            choices=choices,
            better=self.best_moves(step.before, choices),
            hidden=self.hidden(step.before),
            why=step.reaction.outcome.why or step.reaction.rule.why if step.reaction else None,
        )

    def choices(self, codes: Sequence[int], turns_left: int) -> tuple[Choice, ...]:
        """Every move that is open in a position, with its worth."""
        return self.solver.choices(self.valued, codes, turns_left)

    def best_moves(self, codes: Sequence[int], choices: Sequence[Choice], most: int = 3) -> tuple[Better, ...]:
        """The best lawful moves, best first, with their reasons: hints, and the debrief's better moves."""
        lawful = [choice for choice in choices if not self.program.by_move[choice.move].tactic.forbidden]
        best = self._best(choices)
        ranked = sorted(lawful, key=lambda choice: -choice.value)[:most]
        return tuple(self._better(codes, choice.move, round(best - choice.value, 3)) for choice in ranked)

    def evidence(self, reviewed: ReviewedTurn, hinted: bool) -> Turn:
        """The turn as scoring reads it."""
        lawful = [c for c in reviewed.choices if not self.program.by_move[c.move].tactic.forbidden]
        best = self._best(reviewed.choices)
        losses = [round(best - choice.value, 3) for choice in lawful]
        rubric = self.solver.rubric
        share = shares(np.array([[choice.value] for choice in lawful]), rubric.temperature, rubric.lapses)[:, 0]
        return Turn(
            number=reviewed.step.turn,
            move=str(reviewed.step.move),
            loss=reviewed.loss,
            breach=self._is_breach(reviewed.step.move),
            hinted=hinted,
            objectives=self.objectives(reviewed.step.move),
            options=tuple(
                Option(str(choice.move), loss, self.objectives(choice.move))
                for choice, loss in zip(lawful, losses, strict=True)
            ),
            chance_of_good=float(share[[loss < rubric.inaccuracy_from for loss in losses]].sum()),
        )

    def objectives(self, move: Move) -> frozenset[str]:
        """The objectives that a move gives evidence of: its tactic's, and those of the excuse it is aimed at."""
        if move == LOST:
            return frozenset()
        named = set(self.program.by_move[move].tactic.objectives)
        if move.card and self.program.kinds[move.card] == "excuse":
            named |= set(self.program.scenario.excuses[move.card].objectives)
        return frozenset(named)

    def hidden(self, codes: Sequence[int]) -> tuple[str, ...]:
        """The points and secrets that are still hidden in a position."""
        return hidden(self.program, codes)

    def _is_breach(self, move: Move) -> bool:
        return move != LOST and self.program.by_move[move].tactic.forbidden

    def _best(self, choices: Sequence[Choice]) -> float:
        return max(choice.value for choice in choices if not self.program.by_move[choice.move].tactic.forbidden)

    def _better(self, codes: Sequence[int], move: Move, loss: float) -> Better:
        reaction = first_reaction(self.program.by_move[move], codes)
        if reaction is None:
            return Better(move, loss, None, False)
        hidden = set(self.hidden(codes))
        outcomes: tuple[Outcome, ...] = (reaction.rule, *reaction.rule.chance)
        concerned = set(reaction.rule.when).union(*(outcome.then for outcome in outcomes))
        why = next((outcome.why for outcome in outcomes if outcome.why), None)
        return Better(move, loss, why, bool(concerned & hidden))

    def _value_after(self, step: Step, turns_left: int) -> float:
        """The value of what a turn led to: the finished talk, turn costs aside, or the next position."""
        if step.ending is None:
            return self.solver.value(self.valued, step.after, turns_left)
        return end_worth(self.program, step.ending, step.after)


def hidden(program: Program, codes: Sequence[int]) -> tuple[str, ...]:
    """The points and secrets that are still hidden in a position."""
    return tuple(
        fact.name
        for fact, code in zip(program.facts, codes, strict=True)
        if fact.kind in ("point", "secret") and fact.values[code] == "hidden"
    )


def end_worth(program: Program, ending: str, codes: Sequence[int]) -> float:
    """The worth of a talk that ended so, with these facts, but for the turns it took."""
    trust, hostility, breached = (codes[program.index[name]] for name in ("trust", "hostility", "conduct"))
    return float(program.final_value(ending, trust, hostility, breached))


def first_reaction(compiled: CompiledMove, codes: Sequence[int]) -> Reaction | None:
    """The reaction that a move would meet in a position."""
    return next((reaction for reaction in compiled.reactions if reaction.guard(codes)), None)
