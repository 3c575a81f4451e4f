"""Findings that come from reaching: what no play brings about, and where no play leads out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from simulator.engine.program import STAGE
from simulator.engine.proof import AnyRule, Finding, Path, Proof, finding, layer_of, rule_place
from simulator.engine.reached import Reached, closure
from simulator.engine.review import first_reaction
from simulator.model.conditions import AIMABLE
from simulator.model.language import _
from simulator.model.names import listed
from simulator.model.scenario import Outcome, PlacedInitiative, PlacedRule

GOOD_ENDING = 0.5  # recovers (decided 2026-11)
MANY_POSITIONS = 1_000_000  # from here exploring takes longer than an author waits (decided 2026-11)


def size(proof: Proof) -> Iterator[Finding]:
    """So many positions that trainees wait for them."""
    if proof.plain.positions > MANY_POSITIONS:
        message = _(
            "{count} positions can be reached; more than {most} are slow. The facts that cost most: {facts}",
            count=f"{proof.plain.positions:,}",
            most=f"{MANY_POSITIONS:,}",
            facts=", ".join(f"{name} ({values})" for name, values in proof.plain.space.dearest(proof.plain.keys)),
        )
        yield finding("many-positions", ("turns",), message)


def rules_fire(proof: Proof) -> Iterator[Finding]:
    """The scenario's own rules that fire in no play, but for those that a rule told of by ``initiative`` starves."""
    starved = frozenset[int]().union(*proof.starved.values())
    for section in ("rules", "initiative", "habits"):
        for place, rule in enumerate(getattr(proof.scenario, section)):
            told = section == "initiative" and place in starved
            if rule.layer == "scenario" and not told and not proof.fires(section, rule):
                yield finding("rule-never-fires", rule_place(section, rule), _silence_of(proof, rule))


def _silence_of(proof: Proof, rule: AnyRule) -> str:
    """Why a rule never fires, and what to do."""
    never = _("no play makes this rule fire: what it asks never comes together; loosen it, or lead play there")
    if isinstance(rule, PlacedInitiative):
        return _("no play makes this rule fire: an earlier one takes its place, or what it asks never comes together")
    columns = proof.reached_by_any.columns
    moved = proof.every.first_after(proof.scenario.turns - 1)  # from the others no move is made
    for compiled, guard in proof.program.guards(rule):
        held = np.broadcast_to(compiled.legal(columns) & guard(columns), len(columns))[:moved]
        if held.any() and isinstance(rule, PlacedRule):
            codes = proof.reached_by_any.codes(int(held.argmax()))
            first = first_reaction(compiled, codes)
            return _(
                "no play makes this rule fire: “{move}” always meets an earlier one, such as {rule}; move this one "
                "above it, or narrow that one",
                move=compiled.move,
                rule=_described(first.rule if first else rule),
            )
    return never


def _described(rule: AnyRule) -> str:
    if rule.layer != "scenario":
        return _("rule {number} of the {layer}", number=rule.index + 1, layer=_(rule.layer))
    return _("rule {number}", number=rule.index + 1)


def initiative(proof: Proof) -> Iterator[Finding]:
    """Initiative rules that keep firing since they do not change what they ask, so that those below never do."""
    for place, below in proof.starved.items():
        rule = proof.scenario.initiative[place]
        message = _(
            "this keeps firing turn after turn, for it does not change what it asks, and {count} below never do: let "
            "it change that, or move it down",
            count=len(below),
        )
        yield finding("initiative-repeats", rule_place("initiative", rule), message)


def stages(proof: Proof) -> Iterator[Finding]:
    """The scenario's own stages that no play reaches."""
    for stage in proof.scenario.stages:
        if not proof.sees(STAGE, [stage]) and layer_of(proof.scenario, "stages", stage) == "scenario":
            message = _("no play reaches the stage “{id}”: lead to it with “to”, or drop it", id=stage)
            yield finding("stage-unreachable", proof.place("stages", stage), message)


def excuses(proof: Proof) -> Iterator[Finding]:
    """Excuses that the debtor never raises."""
    for name, excuse in proof.scenario.excuses.items():
        if excuse.start != "standing" and not proof.sees(name, ["standing"]):
            message = _("no play raises the excuse “{id}”: let a rule set it to “standing”, or drop it", id=name)
            yield finding("excuse-never-raised", proof.place("excuses", name), message)


def learnable(proof: Proof) -> Iterator[Finding]:
    """Points and secrets that neither lawful play nor the preparation makes known."""
    given = {name for question in proof.scenario.preparation for name in question.give}
    for section in ("points", "secrets"):
        cards = getattr(proof.scenario, section)
        hidden = [name for name, card in cards.items() if card.start == "hidden" and name not in given]
        learned = proof.learned(hidden)
        for name in hidden:
            if name not in learned:
                message = _("no lawful play makes “{id}” known: let a rule do it, or drop it", id=name)
                yield finding("never-learnable", proof.place(section, name), message)


def endings(proof: Proof) -> Iterator[Finding]:
    """The scenario's own endings that no play reaches."""
    own = [name for name in proof.scenario.endings if layer_of(proof.scenario, "endings", name) == "scenario"]
    reached = proof.ends(own, lawful=False)
    for name in own:
        if name not in reached:
            message = _("no play ends with “{id}”: lead to it with “end”, or drop it", id=name)
            yield finding("ending-unreachable", proof.place("endings", name), message)


def good_ending(proof: Proof) -> Iterator[Finding]:
    """No lawful play ends well."""
    good = [name for name, ending in proof.scenario.endings.items() if (ending.recovers or 0) >= GOOD_ENDING]
    if not any(proof.ends([name], lawful=True) for name in good):
        message = _("no lawful play reaches an ending that recovers {share} or more: add one", share=GOOD_ENDING)
        yield finding("no-good-ending", ("endings",), message)


def offers(proof: Proof) -> Iterator[Finding]:
    """Offers that no rule which ends the talk or moves its stage is aimed at or reads."""
    left = set(proof.scenario.offers)
    for section in ("rules", "initiative"):
        for rule in getattr(proof.scenario, section):
            outcomes: tuple[Outcome, ...] = rule.chance or (rule,)
            taken = left & {*rule.when, *listed(getattr(rule, "card", None) or ())}
            if taken and any(outcome.end or outcome.to for outcome in outcomes) and proof.fires(section, rule):
                left -= taken
    for name in proof.scenario.offers:
        if name in left:
            message = _("no ending takes up the offer “{id}”: let a rule that closes ask for it, or drop it", id=name)
            yield finding("offer-unused", proof.place("offers", name), message)


def objectives(proof: Proof) -> Iterator[Finding]:
    """Claimed objectives that nothing in the scenario can give evidence of."""
    scenario = proof.scenario
    shown = {form.objective for form in (*scenario.preparation, *scenario.note)}
    for compiled in proof.program.moves[: proof.program.lawful]:
        card = compiled.move.card
        if card and not proof.sees(card, AIMABLE[proof.program.kinds[card]], lawful=True):
            continue
        shown |= set(compiled.tactic.objectives)
        if card in scenario.excuses:
            shown |= set(scenario.excuses[card].objectives)
    for i, objective in enumerate(scenario.objectives):
        if objective not in shown:
            message = _(
                "no play can show the objective “{id}”: no tactic, excuse or form field names it; claim another",
                id=objective,
            )
            yield finding("objective-never-shown", ("objectives", i), message)


def dead_ends(proof: Proof) -> Iterator[Finding]:
    """Positions from which no lawful play, however long, leads to more than running out of turns or a walk-out."""
    recovers = {name: ending.recovers or 0.0 for name, ending in proof.scenario.endings.items()}
    better = {name: share > recovers["timeout"] for name, share in recovers.items()}
    last = proof.plain.first_after(proof.scenario.turns - 1)  # from the others no move is made
    dead = ~proof.reached.alive(better, unknown=False)[:last] & proof.reached.lawful[:last]
    if dead.any():  # within its turns; but a slow talk is no dead end
        beyond = closure(proof.solver.explorer, proof.plain, proof.program.start())
        dead &= ~Reached(beyond).alive(better, unknown=True)[:last]
    numbers = np.flatnonzero(dead)
    if len(numbers):
        first = int(numbers[0])
        message = _(
            "this leads to where only running out of turns or a walk-out is left ({count} positions): give a way out",
            count=len(numbers),
        )
        yield finding("dead-end", _way_in(proof, first), message, proof.reached.witness(first))


def _way_in(proof: Proof, number: int) -> Path:
    """The rule by which a position is first reached; where it is the start, the stages."""
    before = proof.reached.before(number)
    if before is None:
        return ("stages",)
    row, earlier = before
    reaction = first_reaction(proof.program.moves[row], proof.reached.codes(earlier))
    return ("rules",) if reaction is None else rule_place("rules", reaction.rule)


LOOKS: tuple[Callable[[Proof], Iterator[Finding]], ...] = (
    size,
    rules_fire,
    initiative,
    stages,
    excuses,
    learnable,
    endings,
    good_ending,
    offers,
    objectives,
    dead_ends,
)
