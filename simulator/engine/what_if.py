"""What each move would do in one position: the rule that fires, everything that can come of it, and why not another.

The same tables decide as in the live machine; here nothing is drawn, every chance is followed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulator.engine.program import STAGE, Branch, CompiledMove, Program, Reaction
from simulator.model.names import listed, matches
from simulator.model.position import Move
from simulator.model.scenario import LayerName, PlacedHabit, PlacedInitiative, PlacedRule
from simulator.model.text import Lines


@dataclass(frozen=True, slots=True, order=True)
class RuleAt:
    """Which rule it is.

    Attributes:
        path: the section and the number in it, counted from 0, as in ``("rules", 3)``.
    """

    layer: LayerName
    path: tuple[str | int, ...]

    def __str__(self) -> str:
        section, number = self.path
        return f"{self.layer}: {section}[{number}]"


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of a rule that does not hold here.

    Attributes:
        key: ``card`` or ``stage`` where the rule's own field is meant, else the key in ``when``.
        within: ``when``, or empty where the rule's own field is meant.
        fact: what is looked at: the key, or the card that the move is aimed at.
        wanted: the values or the condition, as written.
        got: what is there instead; None where the move is aimed at no card.
    """

    key: str
    within: str
    fact: str
    wanted: tuple[str, ...]
    got: str | int | None


@dataclass(frozen=True, slots=True)
class Passed:
    """A rule that comes before the one that fires and is about the same tactic, with all that keeps it from firing."""

    rule: RuleAt
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Branching:
    """One thing that can come of a rule.

    Attributes:
        weight, total: it is drawn ``weight`` times in ``total``.
        changes: old and new value of each fact that it changes, by name. With a reaction, the habits and the move's own
            marks (``last``, ``conduct``) are in it; where it ends the talk, the ending's effect too.
        stage: after it.
        ending: None while the talk goes on.
        utterances: what is said, each before one of its variants is chosen.
        after: the codes after it, before the initiative.
        initiative: the rule of the debtor's own that follows.
        follows: what can come of that one, each with its changes against ``after``.
    """

    weight: int
    total: int
    changes: Mapping[str, tuple[str | int, str | int]]
    stage: str
    ending: str | None
    utterances: tuple[Lines, ...]
    after: tuple[int, ...]
    initiative: RuleAt | None = None
    follows: tuple[Branching, ...] = ()

    def leaves(self) -> tuple[Branching, ...]:
        """The ends of the turn that this branch can lead to."""
        return self.follows or (self,)


@dataclass(frozen=True, slots=True)
class Answered:
    """A legal move with everything that can come of it, patience aside.

    Attributes:
        fired: None where no rule is about the move in this position; then only ``habits`` and initiative act.
        habits: those that add to it, in order.
        branches: one where there is no chance.
        passed: in the order in which they are tried.
    """

    move: Move
    forbidden: bool
    fired: RuleAt | None
    habits: tuple[RuleAt, ...]
    branches: tuple[Branching, ...]
    passed: tuple[Passed, ...]


def rule_at(rule: PlacedRule | PlacedInitiative | PlacedHabit) -> RuleAt:
    """Where a rule stands."""
    section = "habits" if isinstance(rule, PlacedHabit) else "rules" if isinstance(rule, PlacedRule) else "initiative"
    return RuleAt(rule.layer, (section, rule.index))


def what_if(program: Program, codes: Sequence[int]) -> tuple[Answered, ...]:
    """Every legal move of a position, the lawful ones first, with what would come of it.

    Args:
        codes: of every fact, in the order of ``Program.facts``.
    """
    before = tuple(int(code) for code in codes)
    return tuple(_answered(program, compiled, before) for compiled in program.legal(before))


def _answered(program: Program, compiled: CompiledMove, before: tuple[int, ...]) -> Answered:
    fired = _first(compiled.reactions, before)
    return Answered(
        move=compiled.move,
        forbidden=compiled.tactic.forbidden,
        fired=rule_at(fired.rule) if fired else None,
        habits=tuple(rule_at(addition.habit) for addition in compiled.habits if addition.guard(before)),
        branches=tuple(_branches(program, compiled, fired, before)),
        passed=tuple(_passed(program, compiled.move, fired, before)),
    )


def _first(reactions: Sequence[Reaction], codes: Sequence[int]) -> Reaction | None:
    return next((reaction for reaction in reactions if reaction.guard(codes)), None)


# What comes of it


def _branches(
    program: Program, compiled: CompiledMove, fired: Reaction | None, before: tuple[int, ...]
) -> Iterator[Branching]:
    for branch in fired.branches if fired else (None,):
        after = _changed(before, branch.effect(before)) if branch else before
        said = _said(program, branch, before, after)
        after = _changed(after, compiled.mark(after))
        for addition in compiled.habits:
            if addition.guard(before):
                after = _changed(after, addition.effect(after))
        total = fired.total if fired else 1
        found = _branching(program, branch, total, before, after, said)
        own = None if found.ending else _first(compiled.initiative, found.after)
        yield (
            replace(found, initiative=rule_at(own.rule), follows=_follows(program, own, found.after)) if own else found
        )


def _follows(program: Program, own: Reaction, before: tuple[int, ...]) -> tuple[Branching, ...]:
    """What can come of an initiative rule."""
    found = []
    for branch in own.branches:
        after = _changed(before, branch.effect(before))
        said = _said(program, branch, before, after)
        found.append(_branching(program, branch, own.total, before, after, said))
    return tuple(found)


def _branching(
    program: Program,
    branch: Branch | None,
    total: int,
    before: tuple[int, ...],
    after: tuple[int, ...],
    said: tuple[Lines, ...],
) -> Branching:
    ending = branch.end if branch else None
    if ending:
        after = _changed(after, program.finish(ending, after))
    differing = [i for i in range(len(after)) if before[i] != after[i]]
    facts = program.facts
    return Branching(
        weight=branch.weight if branch else 1,
        total=total,
        changes={facts[i].name: (facts[i].values[before[i]], facts[i].values[after[i]]) for i in differing},
        stage=str(facts[program.index[STAGE]].values[after[program.index[STAGE]]]),
        ending=ending,
        utterances=said,
        after=after,
    )


def _changed(codes: tuple[int, ...], changes: Mapping[int, Any]) -> tuple[int, ...]:
    new = list(codes)
    for fact, code in changes.items():
        new[fact] = int(code)
    return tuple(new)


def _said(
    program: Program, branch: Branch | None, before: tuple[int, ...], after: tuple[int, ...]
) -> tuple[Lines, ...]:
    """The rule's line, then that of each excuse that was raised with it."""
    if branch is None:
        return ()
    said = [branch.outcome.say] if branch.outcome.say else []
    for name, excuse in program.scenario.excuses.items():
        fact = program.index[name]
        values = program.facts[fact].values
        raised = values[before[fact]] == "unsaid" and values[after[fact]] == "standing"
        if raised and excuse.line and not excuse.quiet:
            said.append(excuse.line)
    return tuple(said)


# Why not another


def _passed(program: Program, move: Move, fired: Reaction | None, before: tuple[int, ...]) -> Iterator[Passed]:
    for rule in program.scenario.rules:
        if fired and rule is fired.rule:
            return
        if matches(rule.tactic, move):
            yield Passed(rule_at(rule), tuple(_reasons(program, rule, move, before)))


def _reasons(program: Program, rule: PlacedRule, move: Move, before: tuple[int, ...]) -> Iterator[Reason]:
    if rule.card is not None and move.card not in rule.card:
        yield Reason("card", "", "card", listed(rule.card), move.card)
    for key, fact, table in program.tests(rule, move):
        if table[before[fact]]:
            continue
        name, got = program.facts[fact].name, program.facts[fact].values[before[fact]]
        if not key:
            yield Reason(STAGE, "", STAGE, listed(rule.stage), got)
        elif key == "card" and move.card is None:
            yield Reason(key, "when", key, _written(rule.when[key]), None)
        else:
            yield Reason(key, "when", name, _written(rule.when[key]), got)


def _written(condition: object) -> tuple[str, ...]:
    return tuple(map(str, listed(condition)))
