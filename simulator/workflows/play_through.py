"""A list of moves played through without a record: for authors, tests and the command line."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoring.rubric import CURRENT, Rubric
from simulator.engine.chance import draw
from simulator.engine.machine import spoken
from simulator.engine.program import Program
from simulator.engine.replay import replay
from simulator.engine.review import ReviewedTurn, Reviewer
from simulator.engine.solve import Solver
from simulator.model.errors import IllegalMove, ReplayMismatch, UsageError
from simulator.model.language import Language, _
from simulator.model.position import LOST, Move, Position
from simulator.workflows.debriefing import Debrief, Debriefer, Play
from simulator.workflows.forms import check_answers, given_by, last_family, note_credit, preparation_credit
from simulator.workflows.ports import TestPlan
from simulator.workflows.solutions import Solutions


@dataclass(frozen=True, slots=True)
class Played:
    """A list of moves as it was played.

    Attributes:
        rows: each turn with what the trainee and the debtor said and every fact after it.
        debrief: None while the talk is not over.
    """

    scenario: str
    seed: int
    rubric: str
    rows: tuple[tuple[ReviewedTurn, str, tuple[str, ...], Position], ...]
    ending: str | None
    best: float
    typical: float
    floor: float
    debrief: Debrief | None


def play_through(
    program: Program,
    solutions: Solutions,
    moves: Sequence[str],
    seed: int,
    language: Language,
    answers: Mapping[str, Any] | None = None,
    rubric: Rubric = CURRENT,
) -> Played:
    """Plays the moves from the start.

    Args:
        answers: of ``preparation`` and ``note``, by field; None where nobody fills forms, and then they are not
            observed.

    Raises:
        UsageError: a move is not open, or comes after the end; or an answer does not fit its field.
    """
    answered = {} if answers is None else answers
    prepared, noted = dict(answered.get("preparation", {})), dict(answered.get("note", {}))
    check_answers(prepared, program.scenario.preparation)
    check_answers(noted, program.scenario.note)
    given = given_by(program.scenario, prepared)
    parsed = tuple(Move.parse(move) for move in moves)
    steps = _replayed(program, parsed, seed, given)
    plain = solutions.solve(program, None, rubric)
    own = solutions.solve(program, given, rubric) if given else plain
    reviewer = Reviewer(Solver(program, rubric), own.valued)
    ending = steps[-1].ending if steps else None
    debrief = None
    if ending:
        forms = () if answers is None else preparation_credit(program.scenario, prepared)
        if answers is not None:
            forms += note_credit(program, noted, ending, steps[-1].after, last_family(parsed))
        play = Play("run", parsed, seed, given, forms)
        debrief = Debriefer(program, solutions, rubric).debrief(play)
    rows, last = [], frozenset[str]()
    for step in steps:
        answer = spoken(program, step, seed, language, last)
        last = frozenset(answer)
        turn = debrief.turns[step.turn - 1] if debrief else reviewer.review(step)
        said = utterance(program, step.move, step.turn, seed, language)
        rows.append((turn, said, answer, program.position(step.after)))
    return Played(
        scenario=program.scenario.id,
        seed=seed,
        rubric=rubric.version,
        rows=tuple(rows),
        ending=ending,
        best=plain.best,
        typical=plain.typical,
        floor=plain.floor,
        debrief=debrief,
    )


def plan_of(program: Program, played: Played, path: Path) -> TestPlan:
    """The play as a test plan, which passes until the scenario plays otherwise.

    Raises:
        UsageError: it was played under a seed that no plan can have.
    """
    if played.seed < 0:
        raise UsageError(_("A test plan has a seed of 0 or more; this play has {seed}.", seed=played.seed))
    before, expect = program.position(program.start()), list[dict[str, object]]()
    for turn, _said, _answer, after in played.rows:
        meters = {name: f"= {after[name]}" for name in program.scenario.meters}
        changed = {name: after[name] for name in ("conduct", *program.kinds) if after[name] != before[name]}
        expect.append({"after": turn.step.turn, "stage": after["stage"], **meters, **changed})
        before = after
    card = played.debrief.scorecard if played.debrief else None
    return TestPlan(
        path=path,
        name=path.stem,
        seed=played.seed,
        moves=tuple(str(turn.step.move) for turn, *_rest in played.rows),
        expect=tuple(expect),
        ending=played.ending or "none",
        score=f"{math.floor(card.total)}..{math.ceil(card.total)}" if card else None,
    )


def utterance(program: Program, move: Move, turn: int, seed: int, language: Language) -> str:
    """What the trainee says with a move: one of the tactic's examples, drawn like the debtor's lines.

    Of a turn that was lost nothing is known but what he typed, which is not part of a play: it is empty here.
    """
    if move == LOST:
        return ""
    tactic = program.by_move[move].tactic
    examples = tactic.examples.to(language) if tactic.examples else ()
    return examples[draw(seed, turn, f"utterance:{move}", len(examples))] if examples else str(move)


def _replayed(program: Program, moves: Sequence[Move], seed: int, given: Mapping[str, object]) -> Any:
    try:
        return replay(program, moves, seed, given)
    except ReplayMismatch as mismatch:
        if isinstance(mismatch.__cause__, IllegalMove) and not mismatch.__cause__.legal:
            over = _("The talk is over after turn {turn}; there are more moves.", turn=mismatch.turn - 1)
            raise UsageError(over) from None
        raise UsageError(str(mismatch.__cause__ or mismatch)) from mismatch
