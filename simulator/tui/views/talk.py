"""A talk as the trainee may see it: nothing of what he has not found out, by name, count or place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulator.model.language import _
from simulator.model.position import LOST, Move
from simulator.tui.views.words import Words, channel_word
from simulator.workflows.listening import THRESHOLDS
from simulator.workflows.rehearse import Aside, Exchange, Rehearsal

if TYPE_CHECKING:
    from simulator.engine.machine import Step
    from simulator.engine.program import CompiledMove, Program
    from simulator.engine.review import Better
    from simulator.workflows.talking import Doubt, Question

_LEAVE = "end.leave"  # the one tactic that every catalogue has


@dataclass(frozen=True, slots=True)
class MeterView:
    """A meter 0–10; ``change`` is what the last turn did to it."""

    name: str
    value: int
    change: int


@dataclass(frozen=True, slots=True)
class AsideView:
    """A line that was no tactic, and what the debtor said to it; no turn."""

    said: str
    answer: str


@dataclass(frozen=True, slots=True)
class ExchangeView:
    """One turn as it is told.

    Attributes:
        asides: the lines before it that were no tactic.
        notices: what it visibly changed: excuses, documents, offers, things found out.
        changes: of the meters, in practice only.
        carried: it was played in the attempt that this one tries again from.
    """

    number: int
    label: str
    said: str
    answer: tuple[str, ...]
    notices: tuple[str, ...] = ()
    changes: tuple[MeterView, ...] = ()
    hinted: bool = False
    carried: bool = False
    asides: tuple[AsideView, ...] = ()


@dataclass(frozen=True, slots=True)
class DebtorView:
    """Whom the trainee talks to; ``persona`` is empty where telling it would be help."""

    name: str
    role: str
    company: str
    persona: str

    @property
    def line(self) -> str:
        return " ".join(part for part in (self.name, self.role, self.company) if part)


@dataclass(frozen=True, slots=True)
class EntryView:
    """One thing on the table, with its state in words."""

    name: str
    state: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class GroupView:
    """The things of one kind that are on the table; ``empty`` is said where there are none."""

    title: str
    empty: str
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class MoveView:
    """A move of the menu.

    Attributes:
        card: the name of what it is aimed at; empty where it is aimed at nothing.
        sample: what would be said.
        forbidden: an act no collector may commit.
    """

    move: Move
    family: str
    name: str
    card: str
    kind: str
    sample: str
    works: str
    backfires: str
    forbidden: bool
    searched: str = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.move)

    @property
    def label(self) -> str:
        return _("{tactic}: {card}", tactic=self.name, card=self.card) if self.card else self.name


@dataclass(frozen=True, slots=True)
class FamilyView:
    name: str
    moves: tuple[MoveView, ...]


@dataclass(frozen=True, slots=True)
class MenuView:
    """The moves that are open, by family in the order of the catalogue."""

    families: tuple[FamilyView, ...] = ()

    @property
    def moves(self) -> tuple[MoveView, ...]:
        return tuple(move for family in self.families for move in family.moves)

    def filtered(self, typed: str) -> MenuView:
        """The moves in which every word typed occurs: in name, family, card, sample or id."""
        wanted = typed.casefold().split()
        if not wanted:
            return self
        families = []
        for family in self.families:
            kept = tuple(move for move in family.moves if all(word in move.searched for word in wanted))
            if kept:
                families.append(FamilyView(family.name, kept))
        return MenuView(tuple(families))

    def find(self, move: Move | str) -> MoveView | None:
        """The move with that id, where it is open."""
        return next((one for one in self.moves if one.id == str(move)), None)


@dataclass(frozen=True, slots=True)
class EndingView:
    name: str
    text: str


def ending_view(words: Words, ending: str) -> EndingView:
    """How a talk ended."""
    found = words.scenario.endings[ending]
    return EndingView(words.text(found.name) or ending, words.text(found.text))


@dataclass(frozen=True, slots=True)
class TalkView:
    """A talk as the trainee may see it.

    Attributes:
        turn: the number of the turn to be played next, or of the last one once the talk is over.
        meters: empty in an exam.
        note_next: a note is to be filed before the debrief.
        asides: the lines since the last turn that were no tactic.
    """

    title: str
    channel: str
    practice: bool
    scored: bool
    debtor: DebtorView
    stage: str
    turn: int
    turns: int
    exchanges: tuple[ExchangeView, ...]
    table: tuple[GroupView, ...]
    meters: tuple[MeterView, ...]
    menu: MenuView
    ending: EndingView | None
    note_next: bool
    can_take_back: bool
    asides: tuple[AsideView, ...] = ()


@dataclass(frozen=True, slots=True)
class QuestionView:
    """What is asked before a typed line counts.

    Attributes:
        choices: what the line may mean, the likeliest first.
        safe: what has the highlight at first is to say it in other words.
    """

    text: str
    choices: tuple[MoveView, ...]
    safe: bool = False


@dataclass(frozen=True, slots=True)
class HintView:
    """One of the best moves, as a hint; ``text`` is what would be said."""

    label: str
    id: str
    text: str


def talk_view(rehearsal: Rehearsal) -> TalkView:
    """The talk as it stands."""
    scenario, program = rehearsal.scenario, rehearsal.program
    words = Words(scenario, rehearsal.language)
    position = program.position(rehearsal.codes)
    practice = rehearsal.mode == "practice"
    prefix = len(rehearsal.state.started.prefix)
    last = rehearsal.exchanges[-1].step if rehearsal.exchanges else None
    return TalkView(
        title=words.text(scenario.title),
        channel=channel_word(scenario.channel),
        practice=practice,
        scored=rehearsal.scored,
        debtor=debtor_view(words, practice),
        stage=words.named(str(position["stage"])),
        turn=min(rehearsal.turn, scenario.turns) if rehearsal.ending is None else rehearsal.turn - 1,
        turns=scenario.turns,
        exchanges=tuple(exchange_view(rehearsal, words, one) for one in rehearsal.exchanges),
        table=table_view(rehearsal, words),
        meters=meter_views(words, program, rehearsal.codes, last) if practice else (),
        menu=menu_view(rehearsal, words),
        ending=ending_view(words, rehearsal.ending) if rehearsal.ending else None,
        note_next=rehearsal.phase == "note",
        can_take_back=practice and rehearsal.phase in ("talk", "note") and len(rehearsal.exchanges) > prefix,
        asides=_asides(rehearsal, rehearsal.turn),
    )


def exchange_view(rehearsal: Rehearsal, words: Words, exchange: Exchange) -> ExchangeView:
    """One turn of the transcript."""
    step, program = exchange.step, rehearsal.program
    changes = meter_views(words, program, step.after, step) if rehearsal.mode == "practice" else ()
    return ExchangeView(
        number=step.turn,
        label=words.move(step.move),
        said=said_text(words, exchange),
        answer=rehearsal.shown(exchange),
        notices=tuple(_notices(words, program, step)),
        changes=tuple(meter for meter in changes if meter.change),
        hinted=step.turn in rehearsal.state.hints,
        carried=step.turn <= len(rehearsal.state.started.prefix),
        asides=_asides(rehearsal, step.turn),
    )


def said_text(words: Words, exchange: Exchange) -> str:
    """What the trainee said: as he typed it, or the example with its figures."""
    if exchange.typed:
        return exchange.said or _("(erased)")
    return _("(words that he did not follow)") if exchange.step.move == LOST else words.fill(exchange.said)


def _asides(rehearsal: Rehearsal, turn: int) -> tuple[AsideView, ...]:
    return tuple(aside_view(one) for one in rehearsal.asides if one.turn == turn)


def aside_view(aside: Aside) -> AsideView:
    """A line that was no tactic."""
    return AsideView(aside.said or _("(erased)"), aside.answer)


def not_followed(rehearsal: Rehearsal) -> str:
    """What is said of a line that was no tactic, once it is on record; in an exam with what the next one costs."""
    fillers = rehearsal.state.fillers(rehearsal.turn)
    if not fillers and rehearsal.exchanges and rehearsal.exchanges[-1].step.move == LOST:
        return _("He did not follow once too often: the turn is lost.")
    if rehearsal.mode == "exam" and fillers + 1 >= THRESHOLDS.fillers:
        return _("He did not follow; that was no turn. The next line that he does not follow costs one.")
    return _("He did not follow; that was no turn.")


def question_view(rehearsal: Rehearsal, menu: MenuView, asked: Question) -> QuestionView:
    """What is asked before a typed line counts."""
    words = Words(rehearsal.scenario, rehearsal.language)
    choices = tuple(found for move in asked.choices if (found := menu.find(move)))
    known = any(tactic.id == asked.closed for tactic in rehearsal.scenario.tactics)
    closed = words.tactic(asked.closed) if asked.closed and known else ""
    first = choices[0].label if choices else ""
    return QuestionView(_doubt(asked.why, first, closed), choices, asked.why in ("forbidden", "leave"))


def _doubt(why: Doubt, first: str, closed: str) -> str:
    """A question in words.

    Args:
        first: the likeliest move.
        closed: the tactic that is not open now; empty where the scenario has none of that name.
    """
    if why == "closed" and not closed:
        return _("This is nothing that can be done here now. Do you mean one of these?")
    return {
        "which": _("This can be taken in several ways. Which do you mean?"),
        "closed": _("This sounds like “{move}”, which is not open now. Do you mean one of these?", move=closed),
        "acts": _("This does more than one thing, and one turn is one move. Which is to count?"),
        "forbidden": _("No collector may do this, and it fails the talk: {move}. Do you mean it?", move=first),
        "offer": _("Is this the offer that you mean?"),
        "leave": _("Leave? The talk ends with it."),
    }[why]


def confirmation(view: TalkView, chosen: MoveView) -> str:
    """What is to be asked before a move is made; empty where nothing is."""
    if str(chosen.move) == _LEAVE:
        return _("Leave? The talk ends with it.")
    if chosen.forbidden and view.practice:
        return _("No collector may do this, and it fails the talk: {move}. Do it all the same?", move=chosen.label)
    return ""


def hint_views(rehearsal: Rehearsal, best: Iterable[Better]) -> tuple[HintView, ...]:
    """Hints without their reasons: those may name what is hidden."""
    words = Words(rehearsal.scenario, rehearsal.language)
    return tuple(
        HintView(words.move(one.move), str(one.move), words.fill(rehearsal.utterance(one.move))) for one in best
    )


def menu_view(rehearsal: Rehearsal, words: Words) -> MenuView:
    """The moves that are open now."""
    by_family: dict[str, list[MoveView]] = {family: [] for family in words.scenario.families}
    for compiled in rehearsal.legal():
        by_family.setdefault(compiled.tactic.family, []).append(_move(rehearsal, words, compiled))
    return MenuView(
        tuple(FamilyView(_family(words, family), tuple(moves)) for family, moves in by_family.items() if moves)
    )


def _family(words: Words, family: str) -> str:
    return words.text(words.scenario.families.get(family)) or family


def _move(rehearsal: Rehearsal, words: Words, compiled: CompiledMove) -> MoveView:
    move, tactic = compiled.move, compiled.tactic
    name, card, family = words.tactic(tactic.id), words.card(move.card), _family(words, tactic.family)
    sample = words.fill(rehearsal.utterance(move)) if tactic.examples else words.move(move)
    return MoveView(
        move=move,
        family=family,
        name=name,
        card=card,
        kind=words.kind(move.card) if move.card else "",
        sample=sample,
        works=words.text(tactic.works),
        backfires=words.text(tactic.backfires),
        forbidden=tactic.forbidden,
        searched=" ".join((name, family, card, sample, str(move))).casefold(),
    )


def debtor_view(words: Words, practice: bool) -> DebtorView:
    """Whom one talks to; his persona where knowing it is no help too many."""
    scenario = words.scenario
    company = scenario.case.debtor_company
    return DebtorView(
        name=words.text(scenario.debtor.name),
        role=words.text(scenario.debtor.role),
        company=words.text(company.name) if company else "",
        persona=words.text(scenario.persona_name) if practice else "",
    )


def meter_views(words: Words, program: Program, codes: Sequence[int], step: Step | None) -> tuple[MeterView, ...]:
    """The meters with what the step did to them."""
    found = []
    for meter in words.scenario.meters:
        fact = program.index[meter]
        change = step.after[fact] - step.before[fact] if step else 0
        found.append(MeterView(words.named(meter), int(codes[fact]), int(change)))
    return tuple(found)


def _changes(program: Program, step: Step) -> Iterable[tuple[str, str, str, str]]:
    """The cards and the stage that a step changed: name, kind, old and new status."""
    for index, fact in enumerate(program.facts):
        before, after = fact.values[step.before[index]], fact.values[step.after[index]]
        if before != after and fact.kind not in ("meter", "last", "conduct"):
            yield fact.name, fact.kind, str(before), str(after)


def _notices(words: Words, program: Program, step: Step) -> Iterable[str]:
    """What a turn changed before everybody's eyes."""
    for name, kind, before, after in _changes(program, step):
        if kind == "stage":
            yield _("The talk moves on: {stage}", stage=words.named(after))
            continue
        said = _notice(kind, before, after)
        if said:
            # A full-width colon brings its own space.
            yield f"{said}{'' if said.endswith('：') else ' '}{words.card(name)}"


def _notice(kind: str, before: str, after: str) -> str:
    """What is said of a card that changed; empty where the trainee cannot see it."""
    if kind in ("point", "secret"):
        return _("Found out:") if before == "hidden" else ""
    seen = {
        ("excuse", "standing"): _("Excuse:"),
        ("excuse", "settled"): _("Dealt with:") if before == "standing" else "",
        ("document", "held"): _("You now hold:") if before == "missing" else "",
        ("document", "missing"): _("You no longer hold:"),
        ("offer", "tabled"): _("On the table:"),
        ("offer", "refused"): _("Refused:"),
    }
    return seen.get((kind, after), "")


def table_view(rehearsal: Rehearsal, words: Words) -> tuple[GroupView, ...]:
    """What is on the table. An excuse's text and a law's are kept for the debrief: they say what is behind it."""
    position = rehearsal.program.position(rehearsal.codes)
    scenario, text = words.scenario, words.text
    known = {"known": _("known"), "used": _("used")}
    documents = {"held": _("in hand"), "shown": _("shown")}
    cited = {"uncited": _("not cited"), "cited": _("cited")}
    offers = {"open": _("not made"), "tabled": _("made"), "refused": _("refused")}

    def entries(cards: Mapping[str, object], states: Mapping[str, str], told: bool = True) -> tuple[EntryView, ...]:
        return tuple(
            EntryView(words.card(card), states[str(position[card])], text(scenario.card(card).text) if told else "")
            for card in cards
            if position[card] in states
        )

    return (
        GroupView(_("Excuses"), _("None has been raised."), _excuses(rehearsal, words)),
        GroupView(
            _("What you have found out"),
            _("Nothing yet."),
            entries(scenario.points, known) + entries(scenario.secrets, known),
        ),
        GroupView(_("Documents"), _("None in hand."), entries(scenario.documents, documents)),
        GroupView(_("Law and contract"), _("None."), entries(scenario.laws, cited, told=False)),
        GroupView(_("Offers"), _("None."), entries(scenario.offers, offers)),
    )


def _excuses(rehearsal: Rehearsal, words: Words) -> tuple[EntryView, ...]:
    """The excuses that were raised. One that was settled before he said it was never heard."""
    program = rehearsal.program
    raised: dict[str, int] = {
        name: 0
        for name in words.scenario.excuses
        if program.facts[program.index[name]].values[_first(rehearsal)[program.index[name]]] == "standing"
    }
    for exchange in rehearsal.exchanges:
        for name, kind, _before, after in _changes(program, exchange.step):
            if kind == "excuse" and after == "standing":
                raised.setdefault(name, exchange.step.turn)
    position = program.position(rehearsal.codes)
    found = []
    for name, turn in sorted(raised.items(), key=lambda one: one[1]):
        if position[name] == "standing":
            state = _("standing since turn {turn}", turn=turn) if turn else _("standing from the start")
        else:
            state = _("dealt with")
        found.append(EntryView(words.card(name), state))
    return tuple(sorted(found, key=lambda entry: entry.state == _("dealt with")))


def _first(rehearsal: Rehearsal) -> Sequence[int]:
    return rehearsal.exchanges[0].step.before if rehearsal.exchanges else rehearsal.codes
