"""What the Studio shows beside the text: problems, balance, moves, positions. Imports no Textual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from simulator.model.language import N_, _
from simulator.tui.texts import Line

if TYPE_CHECKING:
    from simulator.engine.balance import Abuse, Balance, Level, Partial
    from simulator.engine.program import Program
    from simulator.engine.what_if import Answered, Branching, Passed, Reason, RuleAt
    from simulator.model.position import Move
    from simulator.model.problem import Problem
    from simulator.workflows.ports import Written
    from simulator.workflows.trial import Played, Trial

Mark = Literal["error", "finding"]
_SIGNS: dict[str, str] = {"error": "!", "finding": "?"}
_SHOWN = 3  # rows of a list that is longer in ``huikuan balance``, where there is room for it
_GAINS = {"secret": N_("secret known"), "document": N_("document held"), "preparation": N_("answered right")}
_KINDS = {
    "stage": N_("Stage"),
    "meter": N_("Meters"),
    "excuse": N_("Excuses"),
    "point": N_("Pressure points"),
    "secret": N_("Secrets"),
    "document": N_("Documents"),
    "law": N_("Law cards"),
    "offer": N_("Offers"),
    "last": N_("Family of the move before"),
    "conduct": N_("Conduct"),
}
_LAYERS = {"scenario": N_("the scenario"), "persona": N_("the persona"), "standard": N_("the standard reactions")}
_SECTIONS = {"rules": N_("rule"), "habits": N_("habit"), "initiative": N_("initiative")}
_ARROW = " -> "  # → is of ambiguous width


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; ``line`` and ``column`` are counted from 1. ``file`` is empty for the text in the editor."""

    line: int
    column: int = 1
    file: str = ""


# Problems


@dataclass(frozen=True, slots=True)
class ProblemView:
    """A problem as a row of a list, and all of what is said of it."""

    row: str
    message: str
    mark: Mark
    place: Place
    lines: tuple[Line, ...]


def problem_views(problems: Iterable[Problem], path: Path) -> tuple[ProblemView, ...]:
    """The problems, errors before findings, and in each those of the text before those of other files."""
    own = str(path)
    ordered = sorted(problems, key=lambda one: (one.severity != "error", one.file != own, one.file, one.line))
    return tuple(_problem_view(one, own) for one in ordered)


def _problem_view(problem: Problem, own: str) -> ProblemView:
    mark: Mark = "error" if problem.severity == "error" else "finding"
    elsewhere = "" if problem.file == own else problem.file
    where = f"{Path(elsewhere).name}:{problem.line}" if elsewhere else str(problem.line)
    lines = [Line(f"{_SIGNS[mark]} {problem.code}  ", "", "head"), Line("", problem.message)]
    if problem.witness:
        lines.append(Line(_("Shown by: "), " → ".join(problem.witness)))
    if elsewhere:
        lines.append(Line(_("In: "), elsewhere, "quiet"))
    return ProblemView(
        row=f"{_SIGNS[mark]} {where:>4}  {problem.message}",
        message=problem.message,
        mark=mark,
        place=Place(max(problem.line, 1), max(problem.column, 1), elsewhere),
        lines=tuple(lines),
    )


def marks(views: Iterable[ProblemView]) -> dict[int, Mark]:
    """The marks of the text's own lines, counted from 0; an error hides a finding."""
    found: dict[int, Mark] = {}
    for view in views:
        if not view.place.file and found.get(view.place.line - 1) != "error":
            found[view.place.line - 1] = view.mark
    return found


def problem_on(views: Iterable[ProblemView], row: int) -> ProblemView | None:
    """The first problem of a line of the text, counted from 0."""
    return next((view for view in views if not view.place.file and view.place.line == row + 1), None)


def next_problem(views: Iterable[ProblemView], at: tuple[int, int], backwards: bool = False) -> Place | None:
    """The next problem of the text after a place, counted from 0, going round at the end; or the one before."""
    places = sorted({(view.place.line - 1, view.place.column - 1) for view in views if not view.place.file})
    if not places:
        return None
    if backwards:
        row, column = next((place for place in reversed(places) if place < at), places[-1])
    else:
        row, column = next((place for place in places if place > at), places[0])
    return Place(row + 1, column + 1)


def counts(views: Sequence[ProblemView]) -> str:
    """How many errors and findings there are."""
    errors = sum(view.mark == "error" for view in views)
    findings = len(views) - errors
    parts = []
    if errors:
        parts.append(_("1 error") if errors == 1 else _("{n} errors", n=errors))
    if findings:
        parts.append(_("1 finding") if findings == 1 else _("{n} findings", n=findings))
    return _(", ").join(parts) or _("no problems")


# Positions


@dataclass(frozen=True, slots=True)
class FactView:
    """One fact of a position, with every value that it can have and the one at the start."""

    name: str
    label: str
    kind: str
    values: tuple[str | int, ...]
    start: str | int


def fact_views(program: Program) -> tuple[FactView, ...]:
    """The facts of a scenario, grouped by kind: the stage, the meters, then the cards."""
    kinds = list(_KINDS)
    facts = sorted(program.facts, key=lambda fact: kinds.index(fact.kind) if fact.kind in kinds else len(kinds))
    return tuple(
        FactView(
            name=fact.name,
            label=fact.name,
            kind=_(_KINDS[fact.kind]) if fact.kind in _KINDS else fact.kind,
            values=fact.values,
            start=fact.values[fact.start],
        )
        for fact in facts
    )


def position_text(facts: Iterable[FactView], at: Mapping[str, str | int]) -> str:
    """A position in few words: what is other than at the start."""
    changed = [f"{fact.name} {at[fact.name]}" for fact in facts if at.get(fact.name, fact.start) != fact.start]
    return _(", ").join(changed) or _("the start of the talk")


def kept_position(facts: Iterable[FactView], at: Mapping[str, str | int]) -> dict[str, str | int]:
    """What of a position still holds when the scenario has changed: facts that are gone, and values, are left out."""
    return {fact.name: at[fact.name] for fact in facts if fact.name in at and at[fact.name] in fact.values}


# What-if and play


@dataclass(frozen=True, slots=True)
class WhyRow:
    """A row of what is said of a move; with a place, it leads there."""

    text: str
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A move with what it leads to, its worth where that is known, the line of its rule, and all of what is said."""

    move: str
    text: str
    worth: str
    rule: str
    why: tuple[WhyRow, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """Where the rules of a text stand.

    Attributes:
        path: of the text's own file.
        places: by rule, as far as they are known.
    """

    path: str
    places: Mapping[RuleAt, Written]

    def name(self, rule: RuleAt) -> str:
        """``line 340 (rule 4)``; of a lower layer ``line 43 of the persona (habit 2)``."""
        section, number = rule.path
        kind = _(_SECTIONS[str(section)]) if section in _SECTIONS else str(section)
        which = f"{kind} {int(number) + 1}"
        written = self.places.get(rule)
        line = written.line if written else "?"
        if rule.layer == "scenario":
            return _("line {line} ({rule})", line=line, rule=which)
        return _("line {line} of {layer} ({rule})", line=line, layer=_(_LAYERS[rule.layer]), rule=which)

    def place(self, rule: RuleAt) -> Place | None:
        """Where it stands."""
        written = self.places.get(rule)
        return Place(written.line, 1, "" if written.file == self.path else written.file) if written else None

    def short(self, rule: RuleAt | None) -> str:
        """The line, with the layer's name where it is not the scenario's own."""
        if rule is None:
            return _("no rule")
        written = self.places.get(rule)
        line = str(written.line) if written else "?"
        return line if rule.layer == "scenario" else f"{rule.layer} {line}"


def rules_of(answered: Iterable[Answered]) -> tuple[RuleAt, ...]:
    """Every rule that is named, each once."""
    found: dict[RuleAt, None] = {}
    for one in answered:
        fired = [one.fired] if one.fired else []
        own = [branch.initiative for branch in one.branches if branch.initiative]
        found.update(dict.fromkeys([*fired, *one.habits, *own, *(passed.rule for passed in one.passed)]))
    return tuple(found)


def move_rows(answered: Sequence[Answered], rules: Rules, values: Mapping[Move, float]) -> tuple[MoveRow, ...]:
    """What each move would bring; with what it is worth under typical play, where that is known."""
    return tuple(_move_row(one, rules, values.get(one.move)) for one in answered)


def _move_row(one: Answered, rules: Rules, value: float | None) -> MoveRow:
    results = dict.fromkeys(filter(None, (_result(leaf) for branch in one.branches for leaf in branch.leaves())))
    text = "  ".join([str(one.move), *([_("forbidden")] if one.forbidden else []), " | ".join(results)]).rstrip()
    worth = "" if value is None else f"{value:.1f}"
    return MoveRow(str(one.move), text, worth, rules.short(one.fired), tuple(_why(one, rules)))


def _result(leaf: Branching) -> str:
    """The ending, or the stage where it is another."""
    if leaf.ending:
        return _("ends: {ending}", ending=leaf.ending)
    return f"-> {leaf.stage}" if "stage" in leaf.changes else ""


def _why(one: Answered, rules: Rules) -> list[WhyRow]:
    rows = [WhyRow(_("{move}:", move=str(one.move)))]
    if one.fired:
        rows.append(WhyRow(_("fires: {rule}", rule=rules.name(one.fired)), rules.place(one.fired)))
    else:
        rows.append(WhyRow(_("no rule fires")))
    rows += [WhyRow(_("adds: {rule}", rule=rules.name(habit)), rules.place(habit)) for habit in one.habits]
    for branch in one.branches:
        rows += _branch_rows(branch, rules)
    if one.passed:
        rows += [WhyRow(""), WhyRow(_("Passed over, though about this tactic:"))]
        rows += [row for passed in one.passed for row in _passed_rows(passed, rules)]
    return rows


def _branch_rows(branch: Branching, rules: Rules) -> list[WhyRow]:
    rows = [WhyRow(f"    {_branch_text(branch)}")]
    if branch.initiative:
        own = _("then by himself: {rule}", rule=rules.name(branch.initiative))
        rows.append(WhyRow(f"  {own}", rules.place(branch.initiative)))
        rows += [WhyRow(f"      {_branch_text(follows)}") for follows in branch.follows]
    return rows


def _branch_text(branch: Branching) -> str:
    chance = _("{n} in {all}: ", n=branch.weight, all=branch.total) if branch.total > branch.weight else ""
    changes = [f"{name} {old}{_ARROW}{new}" for name, (old, new) in branch.changes.items()]
    ends = [_("ends: {ending}", ending=branch.ending)] if branch.ending else []
    return chance + (_(", ").join([*changes, *ends]) or _("nothing changes"))


def _passed_rows(passed: Passed, rules: Rules) -> list[WhyRow]:
    why = [WhyRow(f"    {_reason(reason)}") for reason in passed.reasons]
    return [WhyRow(rules.name(passed.rule), rules.place(passed.rule)), *why]


def _reason(reason: Reason) -> str:
    got = _("none") if reason.got is None else str(reason.got)
    return _("{fact} is {got}, wanted {wanted}", fact=reason.fact, got=got, wanted=_(" or ").join(reason.wanted))


@dataclass(frozen=True, slots=True)
class PlayMove:
    """A move that is open in a trial."""

    move: str
    text: str


@dataclass(frozen=True, slots=True)
class PlayView:
    """A trial as it stands."""

    position: str
    lines: tuple[Line, ...]
    moves: tuple[PlayMove, ...]


def play_view(trial: Trial, position: str) -> PlayView:
    """What was said in a trial, and what is open now."""
    lines = [line for played in trial.played for line in _turn_lines(trial, played)]
    if trial.ended:
        lines.append(Line("", _("The talk is over: {ending}", ending=trial.ended), "head"))
    elif not lines:
        lines = [Line("", _("Turn {turn} of {turns}. Choose a move below.", turn=trial.turn + 1, turns=_turns(trial)))]
    return PlayView(position, tuple(lines), tuple(_play_move(str(one.move)) for one in trial.moves()))


def _turns(trial: Trial) -> int:
    return trial.program.scenario.turns


def _play_move(move: str) -> PlayMove:
    return PlayMove(move, move)


def _turn_lines(trial: Trial, played: Played) -> list[Line]:
    step, facts = played.step, trial.program.facts
    changes = [
        f"{fact.name} {fact.values[old]}{_ARROW}{fact.values[new]}"
        for fact, old, new in zip(facts, step.before, step.after, strict=True)
        if old != new
    ]
    said = [Line("", line) for line in played.lines] or [Line("", "—")]
    return [Line(f"{step.turn}. ", str(step.move), "head"), *said, Line("", _(", ").join(changes), "quiet")]


# Balance


def balance_lines(made: Balance | Partial) -> list[Line]:
    """What simulated trainees say, the verdict first."""
    from simulator.engine.balance import Balance

    if not isinstance(made, Balance):
        lines = [Line("", _("Too large; these figures are partial."), "head"), Line("", made.why), Line("")]
        for turn, count in enumerate(made.by_turn):
            text = _("positions first reached after {turn} turns: {count}", turn=turn, count=f"{count:,}")
            lines.append(Line("", text))
        lines.append(Line("", _("stages reached so far: {names}", names=", ".join(made.stages))))
        return [*lines, Line("", _("endings reached so far: {names}", names=", ".join(made.endings)))]
    lines = [Line("", _("Sound") if not made.faults else _("Not sound"), "head")]
    lines += [Line("! ", fault) for fault in made.faults]
    return [*lines, *_worth_lines(made), *_trainee_lines(made), *_gaming_lines(made), *_use_lines(made)]


def _worth_lines(made: Balance) -> list[Line]:
    figures = _(
        "{positions} positions; best {best}, typical {typical}, floor {floor}; a total from {mark} passes",
        positions=f"{made.positions:,}",
        best=f"{made.best:.1f}",
        typical=f"{made.typical_value:.1f}",
        floor=f"{made.floor:.1f}",
        mark=f"{made.pass_mark:.0f}",
    )
    return [Line(""), Line("", figures)]


def _trainee_lines(made: Balance) -> list[Line]:
    rows = [(_("lapses {share}", share=f"{100 * level.lapses:.0f} %"), level) for level in made.levels]
    lines = [Line(""), Line("", _("Simulated trainees"), "head")]
    for name, level in [*rows, (_("random"), made.random)]:
        lines.append(Line(f"{name}  ", _level_text(level)))
    apart = ", ".join(f"{100 * one.chance:.0f} %" for one in made.apart)
    return [*lines, Line(_("The better of two neighbours scores higher: "), apart or "—")]


def _level_text(level: Level) -> str:
    return _(
        "total {total} ± {error}, {passes} pass; worth {worth} in {turns} turns",
        total=f"{level.sample.mean:.1f}",
        error=f"{level.sample.mean_error:.1f}",
        passes=f"{100 * level.sample.passes:.0f} %",
        worth=f"{level.spread.mean:.1f}",
        turns=f"{level.spread.turns:.1f}",
    )


def _gaming_lines(made: Balance) -> list[Line]:
    best = [*sorted(made.tactics, key=_by_total)[:_SHOWN], *sorted(made.families, key=_by_total)[:_SHOWN]]
    named = [*((one.name, one) for one in best), (_("concessions"), made.conceding), (_("threats"), made.threatening)]
    lines = [Line(""), Line("", _("Playing only some of the moves, as well as that can be done"), "head")]
    for name, abuse in named:
        text = _("best total {total}, worth {worth}", total=f"{abuse.total:.1f}", worth=f"{abuse.spread.mean:.1f}")
        lines.append(Line(f"{name}  ", text))
    return lines


def _by_total(abuse: Abuse) -> float:
    return -abuse.total


def _use_lines(made: Balance) -> list[Line]:
    lines = [Line(""), Line("", _("Worth at the start, in points of typical and of best play"), "head")]
    gains = [(f"{_(_GAINS[one.kind])}: {one.name}  ", f"{one.typical:+.2f}  {one.best:+.2f}") for one in made.gains]
    lines += [Line(name, text) for name, text in gains] or [Line("", "—")]
    lines += [Line(""), Line("", _("Use"), "head")]
    dull = _(
        "{count}, {share} of a typical play's turns",
        count=f"{made.dull.positions:,}",
        share=f"{100 * made.dull.share:.0f} %",
    )
    lines.append(Line(_("Dull positions: "), dull))
    nowhere = _("{count} of {all}", count=len(made.best_nowhere), all=len(made.moves))
    lines.append(Line(_("Moves that are best nowhere: "), nowhere))
    for use in made.objectives:
        if use.claimed:
            shown = _(
                "called for {called}, shown {shown} times a play", called=f"{use.called:.2f}", shown=f"{use.shown:.2f}"
            )
            lines.append(Line(f"{use.name}  ", shown))
    return lines
