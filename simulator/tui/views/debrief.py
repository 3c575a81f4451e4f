"""A finished talk as its debrief tells it; every figure with the turns, lines and fields that it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scoring.evidence import FormField
from scoring.objectives import Observation
from scoring.rubric import CURRENT, RUBRICS, Name, Rubric
from scoring.scorecard import Mark, Scorecard
from simulator.model.case import Answer, FormQuestion, NoteField, Question
from simulator.model.language import Language, _
from simulator.model.position import LOST, Move
from simulator.model.scenario import Course
from simulator.tui.views.talk import EndingView, MeterView, debtor_view, ending_view, meter_views
from simulator.tui.views.words import Words, answer_words, name_word, part_word
from simulator.workflows.debriefing import Debrief
from simulator.workflows.forms import last_family, right_answer
from simulator.workflows.play_through import Played, utterance
from simulator.workflows.rehearse import Rehearsal
from simulator.workflows.remarking import Remark, remarks_on
from simulator.workflows.versions import version, version_of

if TYPE_CHECKING:
    from simulator.engine.machine import Step
    from simulator.engine.program import Program
    from simulator.engine.review import Better, ReviewedTurn
    from simulator.workflows.ports import Library

# Draws move a talk by whole points; what is smaller is rounding.
_LUCK_WORTH_TELLING = 0.05
_GLYPHS: dict[Name, str] = {
    "best": "!!",
    "good": "!",
    "inaccuracy": "?!",
    "mistake": "?",
    "blunder": "??",
    "breach": "X",
}


@dataclass(frozen=True, slots=True)
class BetterView:
    """A better move; ``unknowable`` where it works by what was hidden from the trainee."""

    label: str
    id: str
    sample: str
    loss: float
    why: str
    unknowable: bool


@dataclass(frozen=True, slots=True)
class CardView:
    name: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class RemarkView:
    """What somebody wrote on a turn.

    Attributes:
        number: names it, to correct it.
        name: whose it is; empty once he was erased.
        when: ``2026-03-02 17:05``, in the local time zone.
        text: empty once the person whose talk it is was erased.
        corrected: it took the place of an earlier one.
    """

    number: int
    name: str
    when: str
    text: str
    corrected: bool


@dataclass(frozen=True, slots=True)
class TurnView:
    """A reviewed turn.

    Attributes:
        value: of the talk before the move, turn costs so far counted, in points: the curve.
        after: of the talk after it.
        luck: what chance added, in points; None where none mattered.
        why: why the debtor reacted so.
        hidden: what the trainee had not found out when he moved.
        first: the first try, where it was taken back: it is the one that counts.
        remarks: what others wrote on it.
    """

    number: int
    id: str
    label: str
    said: str
    answer: tuple[str, ...]
    glyph: str
    name: str
    accuracy: float
    loss: float
    value: float
    after: float
    changes: tuple[MeterView, ...]
    better: tuple[BetterView, ...]
    luck: float | None
    why: str
    hidden: tuple[str, ...]
    hinted: bool
    carried: bool
    first: TurnView | None = None
    remarks: tuple[RemarkView, ...] = ()

    @property
    def cost(self) -> str:
        """The glyph of a turn that cost something; empty for a good one."""
        return "" if self.glyph in (_GLYPHS["best"], _GLYPHS["good"]) else self.glyph

    @property
    def verdict(self) -> str:
        """Glyph and name: never one without the other."""
        return f"{self.glyph} {self.name}"


@dataclass(frozen=True, slots=True)
class PartView:
    """A part of the scorecard: ``points`` is None where it was not observed."""

    name: str
    points: float | None
    weight: float
    figures: str
    turns: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ScorecardView:
    """The marks; ``gate`` says what a breach did, empty where there was none."""

    total: float
    before_gate: float
    passed: bool
    pass_mark: float
    parts: tuple[PartView, ...]
    gate: str
    rubric: str


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One observation with the line it came from.

    Attributes:
        turn: 0 for preparation and note.
        said: the very line, or the field's question.
        what: the move made, or the move that would have shown it; empty for fields.
        missed: the objective was called for and not shown.
    """

    turn: int
    credit: float
    said: str
    what: str
    missed: bool
    source: str


@dataclass(frozen=True, slots=True)
class ObjectiveView:
    id: str
    statement: str
    evidence: tuple[EvidenceView, ...]

    @property
    def taken(self) -> float:
        """The chances taken, of as many as there is evidence."""
        return sum(one.credit for one in self.evidence)


@dataclass(frozen=True, slots=True)
class FormView:
    """One field of preparation or note."""

    part: str
    ask: str
    given: str
    right: str
    credit: float
    why: str


@dataclass(frozen=True, slots=True)
class DebriefView:
    """A finished talk, reviewed.

    Attributes:
        curve: the value of the talk at its start and after each turn, in points; the last is what it was worth.
        best, floor: the scenario's values in best and in random lawful play.
        unscored: why there is no scorecard; empty where there is one.
        behind: what was behind the excuses he raised.
        version: of the scenario, as it was held.
        newer: the version that the library has now; empty where it is the same, or there is none to compare with.
    """

    title: str
    debtor: str
    practice: bool
    ending: EndingView
    worth: float
    best: float
    floor: float
    curve: tuple[float, ...]
    turns: tuple[TurnView, ...]
    scorecard: ScorecardView | None
    unscored: str
    found: tuple[CardView, ...]
    missed: tuple[CardView, ...]
    behind: tuple[CardView, ...]
    objectives: tuple[ObjectiveView, ...]
    forms: tuple[FormView, ...]
    rubric: str
    version: str
    newer: str = ""

    @property
    def turning(self) -> TurnView | None:
        """The turn on which most was lost; None where none was worse than good."""
        worst = max(self.turns, key=lambda turn: turn.loss, default=None)
        breach = next((turn for turn in self.turns if turn.glyph == _GLYPHS["breach"]), None)
        return breach or (worst if worst and worst.glyph in (_GLYPHS["mistake"], _GLYPHS["blunder"]) else None)


@dataclass(frozen=True, slots=True)
class Told:
    """What a debrief does not hold and its view needs: how the talk was told, and the forms as they were answered.

    Attributes:
        heard: what the debtor answered, by turn.
        typed: by turn, what was typed where no example was said; empty where it was erased.
        first_typed: the same of first tries.
        answers, filed: of preparation and note.
        hints: the turns on which a hint was asked for.
        carried: how many turns were played in the attempt that this one tries again from.
        remarks: those that stand, in order.
        newer: as in ``DebriefView``.
    """

    program: Program
    language: Language
    seed: int
    rubric: str
    heard: Sequence[tuple[str, ...]]
    practice: bool = True
    answers: Mapping[str, Answer] = field(default_factory=dict)
    filed: Mapping[str, Answer] = field(default_factory=dict)
    hints: frozenset[int] = frozenset()
    carried: int = 0
    remarks: Sequence[Remark] = ()
    newer: str = ""
    typed: Mapping[int, str] = field(default_factory=dict)
    first_typed: Mapping[int, str] = field(default_factory=dict)


def rubric_of(rehearsal: Rehearsal) -> Rubric:
    """The rubric that an attempt is pinned to."""
    return RUBRICS.get(rehearsal.state.started.rubric, CURRENT)


def told(rehearsal: Rehearsal, library: Library | None = None) -> Told:
    """How a rehearsal's talk was told, and what was written on it since.

    Args:
        library: says whether the scenario has gone on since; None where nobody asks.
    """
    state = rehearsal.state
    held = version(rehearsal.scenario, library) if library else None
    return Told(
        program=rehearsal.program,
        language=rehearsal.language,
        seed=state.started.seed,
        rubric=state.started.rubric,
        heard=tuple(rehearsal.shown(exchange) for exchange in rehearsal.exchanges),
        practice=rehearsal.mode == "practice",
        answers=dict(state.answers or {}),
        filed=dict(state.filed or {}),
        hints=frozenset(state.hints),
        carried=len(state.started.prefix),
        remarks=remarks_on(rehearsal.desk, rehearsal.attempt),
        newer=(held.now or "") if held and held.is_older else "",
        typed={one.step.turn: one.said for one in rehearsal.exchanges if one.typed},
        first_typed=rehearsal.first_said(),
    )


def played_debrief_view(
    program: Program,
    played: Played,
    language: Language,
    answers: Mapping[str, Mapping[str, Answer]] | None = None,
    courses: Iterable[Course] = (),
) -> DebriefView | None:
    """The debrief of a list of moves that was played through; None where the talk did not come to its end.

    Args:
        answers: of ``preparation`` and ``note``, where somebody filled the forms.
    """
    if played.debrief is None:
        return None
    filled = answers or {}
    of = Told(
        program=program,
        language=language,
        seed=played.seed,
        rubric=played.rubric,
        heard=tuple(answer for _turn, _said, answer, _position in played.rows),
        answers=filled.get("preparation", {}),
        filed=filled.get("note", {}),
    )
    return debrief_view(of, played.debrief, courses)


def debrief_view(of: Told, debrief: Debrief, courses: Iterable[Course] = ()) -> DebriefView:
    """A debrief as people read it.

    Args:
        courses: those whose objectives are shown by their statements; others by their names.
    """
    scenario = of.program.scenario
    words = Words(scenario, of.language)
    turns = tuple(_turns(of, words, debrief))
    card = debrief.scorecard
    return DebriefView(
        title=words.text(scenario.title),
        debtor=debtor_view(words, practice=True).line,
        practice=of.practice,
        ending=ending_view(words, debrief.ending),
        worth=debrief.worth,
        best=debrief.solution.best,
        floor=debrief.solution.floor,
        curve=debrief.values,
        turns=turns,
        scorecard=_scorecard(debrief, card) if card else None,
        unscored="" if card else _("You tried again from an earlier turn: for practice, not scored."),
        found=tuple(_card(words, card_id) for card_id in debrief.learned),
        missed=tuple(_card(words, card_id) for card_id in debrief.missed),
        behind=tuple(
            _card(words, card_id) for card_id in _heard(of, debrief) if words.text(scenario.card(card_id).text)
        ),
        objectives=_objectives(words, debrief, _counted(turns), courses),
        forms=tuple(_form(of, words, debrief, one) for one in debrief.forms),
        rubric=card.rubric if card else of.rubric,
        version=version_of(scenario),
        newer=of.newer,
    )


def rehearsal_debrief_view(
    rehearsal: Rehearsal, courses: Iterable[Course] = (), library: Library | None = None
) -> DebriefView:
    """Reviews a rehearsal whose talk is over. May take a second: it solves the scenario where that was not done.

    Args:
        library: as in ``told``.
    """
    return debrief_view(told(rehearsal, library), rehearsal.debrief(), courses)


def _turns(of: Told, words: Words, debrief: Debrief) -> Iterable[TurnView]:
    for index, reviewed in enumerate(debrief.turns):
        number = reviewed.step.turn
        answer = of.heard[index] if index < len(of.heard) else ()
        first = debrief.first_tries.get(number)
        yield _turn(
            of,
            words,
            reviewed,
            answer,
            (debrief.values[index], debrief.values[index + 1]),
            _turn(of, words, first, (), (0.0, 0.0), None, of.first_typed) if first else None,
            of.typed,
        )


def _turn(
    of: Told,
    words: Words,
    reviewed: ReviewedTurn,
    answer: tuple[str, ...],
    values: tuple[float, float],
    first: TurnView | None,
    typed: Mapping[int, str],
) -> TurnView:
    step = reviewed.step
    changes = meter_views(words, of.program, step.after, step)
    return TurnView(
        number=step.turn,
        id=str(step.move),
        label=words.move(step.move),
        said=_said(of, words, step, typed),
        answer=answer,
        glyph=_GLYPHS[reviewed.name],
        name=name_word(reviewed.name),
        accuracy=reviewed.accuracy,
        loss=reviewed.loss,
        value=values[0],
        after=values[1],
        changes=tuple(meter for meter in changes if meter.change),
        better=tuple(_better(words, one) for one in reviewed.better if _is_better(reviewed, one)),
        luck=reviewed.luck if abs(reviewed.luck) >= _LUCK_WORTH_TELLING else None,
        why=words.text(reviewed.why),
        hidden=tuple(words.card(card) for card in reviewed.hidden),
        hinted=step.turn in of.hints,
        carried=step.turn <= of.carried,
        first=first,
        remarks=remark_views(of.remarks).get(step.turn, ()),
    )


def _said(of: Told, words: Words, step: Step, typed: Mapping[int, str]) -> str:
    if step.turn in typed:
        return typed[step.turn] or _("(erased)")
    if step.move == LOST:
        return _("(words that he did not follow)")
    return words.fill(utterance(of.program, step.move, step.turn, of.seed, of.language))


def remark_views(written: Iterable[Remark]) -> dict[int, tuple[RemarkView, ...]]:
    """Remarks as people read them, by turn."""
    found: dict[int, tuple[RemarkView, ...]] = {}
    for one in written:
        found[one.turn] = (*found.get(one.turn, ()), _remark(one))
    return found


def _remark(one: Remark) -> RemarkView:
    when = one.at.astimezone().strftime("%Y-%m-%d %H:%M")
    return RemarkView(one.seq, one.name or "", when, one.text or "", one.corrected)


def _is_better(reviewed: ReviewedTurn, one: Better) -> bool:
    """Whether a move is to be told of: it was worth more, or the move made was no move to make at all."""
    return one.move != reviewed.step.move and (one.loss < reviewed.loss or reviewed.name == "breach")


def _better(words: Words, one: Better) -> BetterView:
    return BetterView(
        label=words.move(one.move),
        id=str(one.move),
        sample=words.example(one.move),
        loss=one.loss,
        why=words.text(one.why),
        unknowable=one.hidden,
    )


def _card(words: Words, card: str) -> CardView:
    return CardView(words.card(card), words.kind(card), words.text(words.scenario.card(card).text))


def _heard(of: Told, debrief: Debrief) -> tuple[str, ...]:
    """The excuses that stood at some time, in the order in which they were raised."""
    heard: dict[str, None] = {}
    for turn in debrief.turns:
        for codes in (turn.step.before, turn.step.after):
            position = of.program.position(codes)
            heard |= {name: None for name in of.program.scenario.excuses if position[name] == "standing"}
    return tuple(heard)


def _counted(turns: Sequence[TurnView]) -> dict[int, TurnView]:
    """The turns that count, by number: the first try where there was one."""
    return {turn.number: turn.first or turn for turn in turns}


# The scorecard and the objectives


def _scorecard(debrief: Debrief, card: Scorecard) -> ScorecardView:
    rubric = RUBRICS.get(card.rubric, CURRENT)
    gate = ""
    if card.breaches:
        gate = _(
            "A forbidden act on turn {turns}: the attempt fails, with {cap} at most (it would have been {before}).",
            turns=", ".join(map(str, card.breaches)),
            cap=f"{rubric.cap_on_breach:.0f}",
            before=f"{card.before_gate:.1f}",
        )
    return ScorecardView(
        total=card.total,
        before_gate=card.before_gate,
        passed=card.passed,
        pass_mark=rubric.pass_mark,
        parts=tuple(
            PartView(part_word(mark.part), mark.points, mark.weight, _figures(debrief, mark), mark.turns)
            for mark in card.marks
        ),
        gate=gate,
        rubric=card.rubric,
    )


def _figures(debrief: Debrief, mark: Mark) -> str:
    """The figures behind a part, in words."""
    if mark.points is None:
        return _("not observed")
    match mark.part:
        case "result":
            return _(
                "the talk was worth {worth} points; best play {best}, random play {floor}",
                worth=f"{debrief.worth:.1f}",
                floor=f"{debrief.solution.floor:.1f}",
                best=f"{debrief.solution.best:.1f}",
            )
        case "tactics":
            return _("mean accuracy; moves counted: {moves}", moves=f"{mark.of:.0f}")
        case "discovery":
            return _("{got} of {of} secrets and points found", got=f"{mark.got:.0f}", of=f"{mark.of:.0f}")
        case _:
            return _("{got} of {of} fields right", got=f"{mark.got:.1f}".removesuffix(".0"), of=f"{mark.of:.0f}")


def _objectives(
    words: Words, debrief: Debrief, counted: Mapping[int, TurnView], courses: Iterable[Course]
) -> tuple[ObjectiveView, ...]:
    known = {name: words.text(one.statement) for course in courses for name, one in course.objective_names().items()}
    grouped: dict[str, list[EvidenceView]] = {}
    for one in debrief.observations:
        grouped.setdefault(one.objective, []).append(_evidence(words, counted, one))
    return tuple(ObjectiveView(name, known.get(name, name), tuple(grouped[name])) for name in sorted(grouped))


def _evidence(words: Words, counted: Mapping[int, TurnView], one: Observation) -> EvidenceView:
    if one.reason in ("preparation", "note"):
        fields: tuple[FormQuestion, ...] = (*words.scenario.preparation, *words.scenario.note)
        asked = next((asked for asked in fields if asked.id == one.what), None)
        source = _("preparation") if one.reason == "preparation" else _("note")
        return EvidenceView(0, one.credit, (words.text(asked.ask) if asked else "") or one.what, "", False, source)
    return EvidenceView(
        turn=one.turn,
        credit=one.credit,
        said=counted[one.turn].said if one.turn in counted else "",
        what=words.move(Move.parse(one.what)),
        missed=one.reason == "missed",
        source=_("turn {turn}", turn=one.turn),
    )


def _form(of: Told, words: Words, debrief: Debrief, one: FormField) -> FormView:
    scenario = words.scenario
    fields: tuple[Question | NoteField, ...] = scenario.preparation if one.part == "preparation" else scenario.note
    asked = next(asked for asked in fields if asked.id == one.field)
    if isinstance(asked, Question):
        given, right = of.answers.get(asked.id), asked.answer
    else:
        last = debrief.turns[-1].step
        family = last_family([turn.step.move for turn in debrief.turns])
        right = right_answer(of.program, asked, debrief.ending, last.after, family)
        given = of.filed.get(asked.id)
    return FormView(
        part=_("Preparation") if one.part == "preparation" else _("Note"),
        ask=words.text(asked.ask) or asked.id,
        given=answer_words(words, asked, given),
        right=answer_words(words, asked, right),
        credit=one.credit,
        why=words.text(asked.why),
    )
