"""Case file, table and debrief as plain text, line by line: for pipes, for screen readers and for ``huikuan run``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from simulator.model.case import Invoice
from simulator.model.characters import CONTROL
from simulator.model.figures import money
from simulator.model.language import _
from simulator.model.scenario import Scenario
from simulator.tui.views import (
    AsideView,
    BetterView,
    CardView,
    DebriefView,
    EvidenceView,
    ExchangeView,
    FormView,
    GroupView,
    MeterView,
    ObjectiveView,
    PartView,
    RemarkView,
    ScorecardView,
    TurnView,
    Words,
    channel_word,
)


def clean(text: str) -> str:
    """``text`` without what a terminal would obey or what turns the direction of writing."""
    return CONTROL.sub("", text)


def signed(value: float, digits: int = 1) -> str:
    """A difference with its sign; what rounds to nothing has none."""
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}" if rounded else f"{0:.{digits}f}"


def meter_text(meter: MeterView) -> str:
    """``Trust 5 (+1)``."""
    return f"{meter.name} {meter.value}" + (f" ({meter.change:+d})" if meter.change else "")


def meter_changes(meters: Iterable[MeterView]) -> str:
    """``Trust 5 (+1), Hostility 2``."""
    return _(", ").join(map(meter_text, meters))


# The case file


def case_text(scenario: Scenario, words: Words) -> str:
    """The case file: who, the ledger with its ageing, and every paper."""
    case = scenario.case
    parts = [heading(words.text(scenario.title)), words.text(scenario.summary)]
    company = words.text(case.debtor_company.name) if case.debtor_company else ""
    person = " ".join(part for part in (words.text(scenario.debtor.name), words.text(scenario.debtor.role)) if part)
    parts.append(_("You talk to: {person}", person=" ".join(part for part in (person, company) if part)))
    parts.append(_("Channel: {channel}. Turns: {turns}.", channel=channel_word(scenario.channel), turns=scenario.turns))
    parts.append(words.text(case.briefing).strip())
    if case.invoices:
        parts.append(heading(_("Invoices")))
        parts.extend(_invoice(scenario, words, invoice) for invoice in case.invoices)
    for name, paper in case.papers.items():
        parts.append(heading(words.text(paper.title) or name))
        parts.append(words.text(paper.text).strip())
    return clean("\n".join(part for part in parts if part))


def _invoice(scenario: Scenario, words: Words, invoice: Invoice) -> str:
    """One invoice as the ledger has it; how long it is overdue is the trainee's to work out."""
    currency, language = scenario.case.currency, words.language
    sum_due = money(invoice.amount, currency, language)
    parts = [_("{name}: {text}", name=invoice.number, text=sum_due), _("due {day}", day=invoice.due)]
    for amount, label in (
        (invoice.paid, _("paid {sum}")),
        (invoice.disputed, _("disputed {sum}")),
        (invoice.retention, _("retention {sum}")),
    ):
        if amount:
            parts.append(label.format(sum=money(amount, currency, language)))
    if invoice.about:
        parts.append(words.text(invoice.about))
    return _("; ").join(parts)


# The talk


def exchange_text(exchange: ExchangeView, debtor: str) -> str:
    """One turn as it is told."""
    marks = [_("hint used")] if exchange.hinted else []
    head = _("Turn {turn}: {move}", turn=exchange.number, move=exchange.label)
    if marks:
        head = _("{text} ({note})", text=head, note=_(", ").join(marks))
    lines = [aside_text(aside, debtor) for aside in exchange.asides]
    lines += [head, _("You: {line}", line=exchange.said)]
    answer = exchange.answer or (_("(says nothing)"),)
    lines.extend(_("{name}: {text}", name=debtor, text=line) for line in answer)
    lines.extend(f"- {notice}" for notice in exchange.notices)
    if exchange.changes:
        lines.append("- " + meter_changes(exchange.changes))
    return clean("\n".join(lines))


def aside_text(aside: AsideView, debtor: str) -> str:
    """A line that was no tactic, and what the debtor said to it."""
    lines = [_("Not understood; no turn:"), _("You: {line}", line=aside.said)]
    return clean("\n".join([*lines, _("{name}: {text}", name=debtor, text=aside.answer)]))


def table_text(groups: Iterable[GroupView], meters: Iterable[MeterView]) -> str:
    """What is on the table, and in practice the meters."""
    lines: list[str] = []
    for group in groups:
        lines.append(_("{name}:", name=group.title))
        for entry in group.entries:
            named = _("{text} ({note})", text=entry.name, note=entry.state)
            lines.append("- " + (_("{name}: {text}", name=named, text=entry.text.strip()) if entry.text else named))
        if not group.entries:
            lines.append(f"- {group.empty}")
    shown = tuple(meters)
    if shown:
        lines.append(_("Meters, 0 to 10: {meters}", meters=meter_changes(shown)))
    return clean("\n".join(lines))


# The debrief


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a debrief: a label, and what it labels.

    Attributes:
        tone: a ``head`` begins something; what is ``quiet`` is said in passing. Neither carries a meaning of its own.
    """

    label: str
    text: str = ""
    tone: Literal["", "head", "quiet"] = ""

    def __str__(self) -> str:
        return self.label + self.text


_GAP = Line("")


def debrief_text(view: DebriefView) -> str:
    """The whole debrief."""
    curve = " ".join(f"{value:.1f}" for value in view.curve)
    sections: list[tuple[str, Sequence[Line]]] = [
        (_("Debrief: {title}", title=view.title), [*outcome_lines(view), Line(_("Value from the start: "), curve)]),
        (_("Turns"), [line for turn in view.turns for line in (*turn_lines(turn), _GAP)]),
        (_("Scorecard"), scorecard_lines(view.scorecard) if view.scorecard else ()),
        (_("Objectives"), objective_lines(view.objectives)),
        (_("Found and missed"), hidden_lines(view)),
        (_("Preparation and note"), forms_lines(view.forms)),
    ]
    parts = []
    for title, lines in sections:
        if lines:
            parts += [heading(title), *map(str, lines)]
    parts.extend((rubric_text(view), version_text(view)))
    return clean("\n".join(parts))


def heading(text: str) -> str:
    """A heading that a screen reader and a pipe can both find."""
    return f"\n== {text} ==" if text else ""


def rubric_text(view: DebriefView) -> str:
    """By what the marks were made: a number is never shown without it."""
    return _("Accuracies and marks under rubric {version}.", version=view.rubric)


def version_text(view: DebriefView) -> str:
    """What the talk was held on, and whether that is still what the library has."""
    if not view.newer:
        return _("Held on version {version} of the scenario.", version=view.version)
    return _(
        "Held on version {version} of the scenario, and judged by it. The scenario was changed since; it is now at "
        "version {newer}.",
        version=view.version,
        newer=view.newer,
    )


def outcome_lines(view: DebriefView) -> list[Line]:
    """How the talk ended and what it was worth."""
    lines = [Line(_("Ending: "), view.ending.name, "head"), Line("", view.ending.text.strip())]
    lines.append(Line(_("Worth: "), worth_text(view)))
    if view.unscored:
        lines.append(Line("", view.unscored))
    turning = view.turning
    if turning:
        what = _("turn {turn}, {move} ({name})", turn=turning.number, move=turning.label, name=turning.verdict)
        lines.append(Line(_("Where it turned: "), what))
    return [line for line in lines if str(line)]


def worth_text(view: DebriefView) -> str:
    return _(
        "{worth} points (best play {best}, random play {floor})",
        worth=f"{view.worth:.1f}",
        floor=f"{view.floor:.1f}",
        best=f"{view.best:.1f}",
    )


def total_text(card: ScorecardView) -> str:
    return _(
        "{total} of 100, {verdict} (pass mark {mark})",
        total=f"{card.total:.1f}",
        verdict=_("passed") if card.passed else _("not passed"),
        mark=f"{card.pass_mark:.0f}",
    )


def turn_lines(turn: TurnView) -> list[Line]:
    """One reviewed turn, whole."""
    head = _("Turn {turn}: {verdict}", turn=turn.number, verdict=turn.verdict)
    lines = [Line(head, "", "head"), Line(_("Move: "), turn.label), Line(_("You: "), turn.said)]
    lines.extend(Line(_("Answer: "), line) for line in turn.answer or (_("(says nothing)"),))
    lines.append(_figures(turn))
    return [*lines, *_provenance(turn), *_causes(turn), *_alternatives(turn), *remark_lines(turn.remarks)]


def _figures(turn: TurnView) -> Line:
    figures = _(
        "accuracy {accuracy}, loss {loss}; the talk was worth {before}, then {after}",
        accuracy=f"{turn.accuracy:.0f}",
        loss=f"{turn.loss:.1f}",
        before=f"{turn.value:.1f}",
        after=f"{turn.after:.1f}",
    )
    return Line(_("Figures: "), figures, "quiet")


def _provenance(turn: TurnView) -> list[Line]:
    """How far the turn is the trainee's own."""
    lines = []
    if turn.first:
        lines.append(
            Line(_("Your first try counts: "), _("{name}: {text}", name=turn.first.verdict, text=turn.first.label))
        )
    if turn.hinted:
        lines.append(Line(_("Played on a hint: not counted as your own.")))
    if turn.carried:
        lines.append(Line(_("Played in the attempt that this one tries again from."), "", "quiet"))
    return lines


def _causes(turn: TurnView) -> list[Line]:
    """What the turn did, and why."""
    lines = []
    if turn.changes:
        lines.append(Line(_("Meters: "), meter_changes(turn.changes)))
    if turn.luck is not None:
        luck = _("{luck} points; the move is not judged by it", luck=signed(turn.luck))
        lines.append(Line(_("Chance added: "), luck))
    if turn.why:
        lines.append(Line(_("Why: "), turn.why))
    return lines


def _alternatives(turn: TurnView) -> list[Line]:
    """What would have been better, and what was not known."""
    lines: list[Line] = []
    for better in turn.better:
        lines.extend((_GAP, *better_lines(turn, better)))
    if not turn.better:
        lines.append(Line(_("No lawful move was worth more here.")))
    if turn.hidden:
        lines.extend((_GAP, Line(_("Still hidden then: "), _(", ").join(turn.hidden))))
    return lines


def remark_lines(remarks: Iterable[RemarkView]) -> list[Line]:
    """What others wrote on the turn."""
    lines: list[Line] = []
    for one in remarks:
        lines.extend((_GAP, Line(_("Remark by {who}: ", who=remark_head(one)), one.text.strip() or _("(erased)"))))
    return lines


def remark_head(one: RemarkView) -> str:
    """Whose a remark is, and of when."""
    parts = [one.name or _("(erased)"), one.when, *([_("corrected")] if one.corrected else [])]
    return _(", ").join(parts)


def better_lines(turn: TurnView, better: BetterView) -> list[Line]:
    """A better move with its reason."""
    gain = turn.loss - better.loss
    if gain > 0:
        lines = [Line(_("Better: "), _("{move} (by {gain} points)", move=better.label, gain=f"{gain:.1f}"))]
    else:
        lines = [Line(_("Lawful instead: "), better.label)]
    lines.append(Line("", _("“{line}”", line=better.sample)))
    if better.why:
        lines.append(Line(_("Why: "), better.why))
    if better.unknowable:
        lines.append(Line(_("With the file closed you could not know this."), "", "quiet"))
    return lines


def scorecard_lines(card: ScorecardView) -> list[Line]:
    """The scorecard part by part, each with its figures and the turns that it came from."""
    lines = [Line(_("Total: "), total_text(card), "head")]
    if card.gate:
        lines.append(Line(_("Compliance: "), card.gate))
    else:
        lines.append(Line(_("Compliance: "), _("no forbidden act")))
    for part in card.parts:
        lines.extend((_GAP, *_part_lines(part)))
    return lines


def _part_lines(part: PartView) -> list[Line]:
    if part.points is None:
        return [Line(part.name + _(": "), _("not observed; the other parts share its weight"))]
    points = _("{points} of 100, weight {weight} %", points=f"{part.points:.1f}", weight=f"{part.weight:.1f}")
    lines = [Line(part.name + _(": "), points), Line("", part.figures)]
    if part.turns:
        lines.append(Line("", _("turns: {turns}", turns=_(", ").join(map(str, part.turns))), "quiet"))
    return lines


def objective_lines(objectives: Iterable[ObjectiveView]) -> list[Line]:
    """The objectives observed, each with the lines that are its evidence."""
    lines: list[Line] = []
    for one in objectives:
        taken = f"{one.taken:.1f}".removesuffix(".0")
        lines.append(Line(one.statement, "", "head"))
        lines.append(Line("", _("{taken} of {chances} chances taken", taken=taken, chances=len(one.evidence)), "quiet"))
        lines.extend(_evidence_line(evidence) for evidence in one.evidence)
        lines.append(_GAP)
    return lines[:-1]


def _evidence_line(one: EvidenceView) -> Line:
    """One observation with its line."""
    if one.missed:
        text = _("missed; “{move}” would have shown it, you said “{line}”", move=one.what, line=one.said)
    elif one.turn:
        text = _("{credit} %, {move}: “{line}”", credit=f"{100 * one.credit:.0f}", move=one.what, line=one.said)
    else:
        text = _("{credit} %, {question}", credit=f"{100 * one.credit:.0f}", question=one.said)
    return Line(f"- {one.source}" + _(": "), text)


def hidden_lines(view: DebriefView) -> list[Line]:
    """What was found, what was missed, and what was behind the excuses."""
    lines: list[Line] = []
    for title, cards, empty in (
        (_("Missed"), view.missed, _("Nothing: all that could be found was found.")),
        (_("Found out"), view.found, _("Nothing.")),
        (_("Behind the excuses"), view.behind, _("Nothing is told of the excuses.")),
    ):
        lines.append(Line(title, "", "head"))
        lines.extend(_card_line(card) for card in cards)
        if not cards:
            lines.append(Line("", empty, "quiet"))
        lines.append(_GAP)
    return lines[:-1]


def _card_line(card: CardView) -> Line:
    text = card.text.strip()
    named = _("{text} ({note})", text=card.name, note=card.kind)
    return Line(f"- {named}" + (_(": ") if text else ""), text)


def forms_lines(forms: Iterable[FormView]) -> list[Line]:
    """The fields of preparation and note: what was answered, what is right, and why."""
    lines: list[Line] = []
    for one in forms:
        lines.append(Line(one.part + _(": "), one.ask, "head"))
        credit = _("right to {credit} %", credit=f"{100 * one.credit:.0f}")
        lines.append(Line(_("Your answer: "), _("{text} ({note})", text=one.given, note=credit)))
        if one.credit < 1:
            lines.append(Line(_("Right: "), one.right))
        if one.why:
            lines.append(Line(_("Why: "), one.why))
        lines.append(_GAP)
    return lines[:-1]
