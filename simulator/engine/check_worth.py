"""Findings that come from values: what pays and should not, and what is worth nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.engine.alone import LEAVE, passing
from simulator.engine.explore import ILLEGAL, Level
from simulator.engine.program import STAGE, CompiledMove
from simulator.engine.proof import Finding, Path, Proof, finding, rule_place
from simulator.engine.reached import Columns, Mask
from simulator.engine.review import first_reaction
from simulator.engine.solve import SAME, first_of_best, likeliest, targets_of
from simulator.model.language import _
from simulator.model.position import Move
from simulator.model.scenario import CARD_SECTIONS

DULL = 1.0  # points between the best move and the worst (decided 2026-11)


def breach(proof: Proof) -> Iterator[Finding]:
    """The best play with forbidden acts allowed is worth more than without them."""
    allowed = proof.solver.sweep(proof.plain, lambda worth: worth.max(axis=0), lawful_only=False)
    gain = float(allowed[-1][0] - proof.best[-1][0])
    if gain > SAME:
        line = proof.solver.line(proof.plain, allowed, lawful_only=False)
        forbidden = next(i for i, move in enumerate(line) if proof.program.by_move[move].tactic.forbidden)
        message = _(
            "with forbidden acts the best play is worth {gain} points more: let “{move}” cost more",
            gain=f"{gain:.2f}",
            move=line[forbidden],
        )
        yield finding("profitable-breach", _rule_met(proof, line[: forbidden + 1]), message, line)


def early_ending(proof: Proof) -> Iterator[Finding]:
    """A first move that can end the talk for more than typical play."""
    typical = proof.solution.typical
    every = proof.board.tail(0) + proof.board.turn_cost
    targets = targets_of(proof.plain, 0)[: proof.program.lawful]
    for row, target in enumerate(targets):
        best = max((float(every[end]) for end in _ends_of(proof, int(target))), default=-np.inf)
        if best > typical + SAME:
            move = proof.program.moves[row].move
            message = _(
                "the first move “{move}” can end the talk for {worth} points, and typical play is worth {typical}: ask "
                "for more before this ending",
                move=move,
                worth=f"{best:.1f}",
                typical=f"{typical:.1f}",
            )
            yield finding("early-ending", _rule_met(proof, (move,)), message, (move,))


def _ends_of(proof: Proof, target: int) -> Iterator[int]:
    """The ways to end among what a target stands for."""
    ends = len(proof.plain.endings)
    if target >= ILLEGAL:
        return
    if target > -2 - ends:
        yield target
        return
    node = -2 - ends - target
    nodes = next(one for one in proof.plain.nodes if one.first <= node < one.first + one.children.shape[1])
    for child in nodes.children[:, node - nodes.first]:
        yield from _ends_of(proof, int(child))


def stalls(proof: Proof) -> Iterator[Finding]:
    """A reachable position with more than one turn left where every best lawful move leaves all but ``last``."""
    graph, turns = proof.plain, proof.scenario.turns
    for depth, there in zip(range(turns - 1), proof.reached.by_turn(), strict=False):
        tail = graph.tail(turns - depth, proof.best[turns - depth - 1][: graph.first_after(depth + 1)])
        for level in graph.levels[: depth + 1]:
            if level.targets is None or not len(level.keys):
                continue
            targets = level.targets[: proof.program.lawful]
            worth = tail[targets]
            best = worth >= worth.max(axis=0) - SAME
            stalled = (~best | _unchanged(proof, level.keys, targets)).all(axis=0)
            stalled &= there[level.first : level.first + len(level.keys)]
            if stalled.any():
                number = level.first + int(stalled.argmax())
                message = _(
                    "with {left} turns left it can be best to let time pass: give fewer turns, or something to do then",
                    left=turns - depth,
                )
                yield finding("stall-pays", ("turns",), message, proof.reached.way(number, depth))
                return


def _unchanged(proof: Proof, keys: NDArray[np.int64], targets: NDArray[np.int32]) -> Mask:
    """Which targets are the position itself, but for ``last``."""
    known = proof.plain.keys
    fact = proof.program.index["last"]
    stride = proof.plain.space.strides.get(fact)
    reached = np.where(targets >= 0, known[np.maximum(targets, 0)], -1)
    if stride is None:
        return np.asarray(reached == keys)
    span = len(proof.program.facts[fact].values)

    def without_last(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        return numbers - numbers // stride % span * stride

    return np.asarray((reached >= 0) & (without_last(reached) == without_last(keys)))


def cards_used(proof: Proof) -> Iterator[Finding]:
    """Cards that no best move in lawful play is aimed at, asks about or changes; a law that is a trap is left alone."""
    cards = {
        name: section
        for section in CARD_SECTIONS
        for name, card in getattr(proof.scenario, section).items()
        if getattr(card, "applies", True)
    }
    unused = set(cards)
    for depth, there in zip(range(proof.scenario.turns), proof.reached.by_turn(), strict=False):
        if not unused:
            return
        for level in proof.plain.levels[: depth + 1]:
            if level.targets is not None and len(level.keys):
                unused -= _used(proof, depth, level, there, unused)
    for name, section in cards.items():
        if name in unused:
            message = _("best play never uses “{id}”: let it bring something, or drop it", id=name)
            yield finding("card-unused", proof.place(section, name), message)


def _used(proof: Proof, depth: int, level: Level, there: Mask, unused: set[str]) -> set[str]:
    """Those of the unused cards that some best move after ``depth`` turns uses in positions of one level."""
    rows = [row for row in range(proof.program.lawful) if _may_use(proof, proof.program.moves[row]) & unused]
    here = np.flatnonzero(there[level.first : level.first + len(level.keys)])
    if level.targets is None or not len(here) or not rows:
        return set()
    left, used = proof.scenario.turns - depth, set[str]()
    tail = proof.plain.tail(left, proof.best[left - 1][: proof.plain.first_after(depth + 1)])
    worth = tail[level.targets[: proof.program.lawful, here]]
    best = worth >= worth.max(axis=0) - SAME
    columns = Columns(proof.plain.space, level.keys[here])
    for row in rows:
        if best[row].any():
            used.update(_concerned(proof, proof.program.moves[row], best[row], columns))
    return used


def _may_use(proof: Proof, compiled: CompiledMove) -> set[str]:
    """The cards that a move can be about, whatever rule it meets."""
    names = {compiled.move.card} if compiled.move.card else set()
    for reaction in compiled.reactions:
        facts = [fact for fact, _table in reaction.guard.tests]
        facts += [fact for branch in reaction.branches for fact, _table in branch.effect.changes]
        names |= {proof.program.facts[fact].name for fact in facts}
    return names


def _concerned(proof: Proof, compiled: CompiledMove, rows: Mask, columns: Columns) -> Iterator[str]:
    """The cards that a move is about in some positions: its own, and those that the rules it meets ask or change."""
    if compiled.move.card:
        yield compiled.move.card
    left = rows.copy()
    for reaction in compiled.reactions:
        hit = left & reaction.guard(columns)
        if hit.any():
            for fact, _table in reaction.guard.tests:
                yield proof.program.facts[fact].name
            for branch in reaction.branches:
                for fact, _changed in branch.effect.changes:
                    yield proof.program.facts[fact].name
            left &= ~hit


def dull_turns(proof: Proof) -> Iterator[Finding]:
    """Turns of the sound line where all lawful moves but leaving are within a point of each other."""
    goes_on = ~np.array([one.move.tactic == LEAVE for one in proof.program.moves[: proof.program.lawful]])
    number, moves = 0, list[Move]()
    for depth in range(proof.scenario.turns):
        targets = targets_of(proof.plain, number)[: proof.program.lawful]
        worth = proof.board.tail(depth)[targets]
        open_moves = worth[(targets != ILLEGAL) & goes_on]
        if len(open_moves) and float(np.ptp(open_moves)) <= DULL:
            message = _(
                "turn {turn} of the sound line: all moves but leaving are within a point of each other; let one matter",
                turn=depth + 1,
            )
            yield finding("dull-turn", _stage_of(proof, number), message, tuple(moves))
        row = int(first_of_best(worth))
        moves.append(proof.program.moves[row].move)
        number = likeliest(proof.plain, int(targets[row]))
        if number < 0:
            return


def _stage_of(proof: Proof, number: int) -> Path:
    codes = proof.reached.codes(number)
    stage = proof.scenario.stages[codes[proof.program.index[STAGE]]]
    return proof.place("stages", stage) or ("turns",)


def single_tactics(proof: Proof) -> Iterator[Finding]:
    """Tactics that pass by being repeated, over the best choice of cards."""
    mark = proof.solver.rubric.pass_mark
    for tactic, alone, total in passing(proof.board, mark):
        message = _(
            "“{tactic}” and nothing else scores {total}, and {mark} passes: ask for something before it works",
            tactic=tactic,
            total=f"{total:.1f}",
            mark=f"{mark:.0f}",
        )
        moves = alone.best_moves()
        yield finding("single-tactic", _rule_met(proof, moves), message, moves)


def _rule_met(proof: Proof, line: Sequence[Move]) -> Path:
    """The rule that the last move of a line meets along the likeliest outcomes."""
    number = 0
    rows = {compiled.move: row for row, compiled in enumerate(proof.program.moves)}
    for move in line[:-1]:
        number = likeliest(proof.plain, int(targets_of(proof.plain, number)[rows[move]]))
    reaction = first_reaction(proof.program.by_move[line[-1]], proof.reached.codes(number))
    return ("rules",) if reaction is None else rule_place("rules", reaction.rule)


LOOKS: tuple[Callable[[Proof], Iterator[Finding]], ...] = (
    breach,
    early_ending,
    stalls,
    cards_used,
    dull_turns,
    single_tactics,
)
