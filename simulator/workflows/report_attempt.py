"""One attempt, move by move, and a certificate, as reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from scoring.evidence import FormField
from scoring.objectives import Observation
from scoring.rubric import CURRENT, RUBRICS
from scoring.scorecard import Mark
from simulator.engine.review import Better, ReviewedTurn
from simulator.model.case import Answer, FormQuestion, Question
from simulator.model.errors import UsageError
from simulator.model.figures import figures, fill
from simulator.model.language import Language
from simulator.model.position import LOST, Move
from simulator.model.reports import (
    AttemptReport,
    BetterMove,
    CertificateReport,
    FieldRow,
    MarkRow,
    MoveName,
    RemarkRow,
    ScenarioRef,
    TurnRow,
)
from simulator.model.scenario import Scenario
from simulator.model.text import Text
from simulator.workflows.certifying import RENEWABLE, breach_bound, certificate
from simulator.workflows.debriefing import Debrief
from simulator.workflows.deciding import Applied, applied
from simulator.workflows.forms import last_family, right_answer
from simulator.workflows.progress import person_figures
from simulator.workflows.rehearse import Exchange, Rehearsal, resume
from simulator.workflows.remarking import remarks
from simulator.workflows.report_figures import observation_row
from simulator.workflows.report_material import Material
from simulator.workflows.report_words import number
from simulator.workflows.settling import result_of, shared_attempts, time_spent

_MOST_SHOWN = 1e6  # figures beyond are written out, not in powers of ten


def attempt_report(material: Material) -> AttemptReport:
    """An attempt that is over.

    Raises:
        UnknownName: there is no such attempt.
        UsageError: it is not over, or is its trainee's own practice and somebody else asks.
    """
    _, attempt = material.say, material.request.of
    rehearsal = resume(material.desk, attempt)
    started = rehearsal.state.started
    if rehearsal.phase != "debrief":
        raise UsageError(_("The attempt is not over yet; it can be reported when it is."))
    shared = shared_attempts(material.store)
    if not (started.mode == "exam" or started.shared or attempt in shared or material.reader == started.person):
        raise UsageError(_("This is the trainee's own practice. Only he can take it out, or share it."))
    rubric = RUBRICS.get(started.rubric, CURRENT)
    debrief = rehearsal.debrief(rubric)
    stands = applied(debrief, [one for _seq, one in rehearsal.state.docket.overrules], rubric, started.pass_mark)
    result = result_of(material.desk, attempt, shared)
    events = material.store.events(attempt)
    told = _Telling(material, rehearsal, debrief, stands)
    ending = rehearsal.scenario.endings[debrief.ending]
    return AttemptReport(
        head=material.head([result] if result else [], attempt),
        attempt=attempt,
        person=material.person(started.person),
        scenario=ScenarioRef(started.scenario, told.text(rehearsal.scenario.title), (started.content,)),
        debtor=told.debtor(),
        mode=started.mode,
        started=events[0].at,
        ended=time_spent(events)[0],
        ending=told.text(ending.name) or debrief.ending,
        ending_text=told.text(ending.text),
        worth=debrief.worth,
        best=debrief.solution.best,
        floor=debrief.solution.floor,
        curve=debrief.values,
        marks=tuple(told.mark(one) for one in stands.scorecard.marks) if stands.scorecard else (),
        summary=replace(material.attempt(result, material.total_before(result)), title=told.title) if result else None,
        unscored="" if result else _("Tried again from an earlier turn: for practice, not scored."),
        turns=tuple(told.turns()),
        fields=tuple(told.field(one) for one in debrief.forms),
        found=tuple(told.card(one) for one in debrief.learned),
        missed=tuple(told.card(one) for one in debrief.missed),
        objectives=tuple(
            material.objective(name) for name in dict.fromkeys(one.objective for one in stands.observations)
        ),
        observations=tuple(observation_row(one, started.person, told.label(one)) for one in stands.observations),
        remarks=tuple(
            RemarkRow(one.turn, material.label(one.by), one.at, material.words(one.text) or None)
            for one in remarks(material.store, attempt)
        ),
        decisions=material.decisions([attempt]),
    )


class _Telling:
    """An attempt's texts in the report's language; what was said stays in the language that it was said in."""

    def __init__(self, material: Material, rehearsal: Rehearsal, debrief: Debrief, stands: Applied) -> None:
        self._material, self._say, self._language = material, material.say, material.request.language
        self._rehearsal, self._debrief, self._stands = rehearsal, debrief, stands
        self._scenario: Scenario = rehearsal.scenario
        self._figures = {one: figures(self._scenario, one) for one in {self._language, rehearsal.language}}
        self._tactics = {tactic.id: tactic for tactic in self._scenario.tactics}

    def text(self, text: Text | None, language: Language | None = None) -> str:
        """A text of the scenario with its figures; empty where there is none."""
        language = language or self._language
        return fill(text.to(language), self._figures[language]) if text else ""

    @property
    def title(self) -> str:
        return self.text(self._scenario.title)

    def debtor(self) -> str:
        company = self._scenario.case.debtor_company
        parts = (self._scenario.debtor.name, self._scenario.debtor.role, company.name if company else None)
        _ = self._say
        return _(", ").join(filter(None, map(self.text, parts)))

    def card(self, card: str) -> str:
        return self.text(self._scenario.card(card).name) or card

    def move(self, move: Move) -> str:
        _ = self._say
        if move == LOST:
            return _("Turn lost")
        tactic = self.text(self._tactics[move.tactic].name) or move.tactic
        return _("{tactic}: {card}", tactic=tactic, card=self.card(move.card)) if move.card else tactic

    def label(self, one: Observation) -> str:
        """What an observation is of: the move, or the question of the field."""
        if one.reason not in ("preparation", "note"):
            return self.move(Move.parse(one.what))
        asked = self._asked(one.what)
        return (self.text(asked.ask) if asked else "") or one.what

    # Turns

    def turns(self) -> Iterator[TurnRow]:
        objectives: dict[int, dict[str, None]] = {}
        for one in self._stands.observations:
            objectives.setdefault(one.turn, {})[one.objective] = None
        for index, reviewed in enumerate(self._debrief.turns):
            turn = reviewed.step.turn
            values = self._debrief.values[index], self._debrief.values[index + 1]
            exchange = self._rehearsal.exchanges[index]
            yield self._turn(reviewed, exchange, values, tuple(objectives.get(turn, ())))

    def _turn(
        self, reviewed: ReviewedTurn, exchange: Exchange, values: tuple[float, float], objectives: tuple[str, ...]
    ) -> TurnRow:
        _, step = self._say, reviewed.step
        counts: ReviewedTurn = self._debrief.first_tries.get(step.turn, reviewed)
        decided: MoveName | None = self._stands.names.get(step.turn)
        said = (
            self._material.words(exchange.said)
            if exchange.typed
            else fill(exchange.said, self._figures[self._rehearsal.language])
        )
        return TurnRow(
            number=step.turn,
            move=str(step.move),
            label=self.move(step.move),
            said=said or _("(erased)"),
            typed=exchange.typed,
            answer=self._answered(exchange),
            name=counts.name,
            accuracy=counts.accuracy,
            loss=counts.loss,
            value=values[0],
            after=values[1],
            luck=reviewed.luck,
            why=self.text(reviewed.why),
            hinted=step.turn in self._rehearsal.state.hints,
            better=tuple(self._better(one) for one in reviewed.better if _is_better(reviewed, one)),
            hidden=tuple(self.card(card) for card in reviewed.hidden),
            objectives=objectives,
            decided=decided if decided != counts.name else None,
        )

    def _answered(self, exchange: Exchange) -> tuple[str, ...]:
        """What the debtor answered. A model's wording may name the trainee, so it is left out where names are."""
        shown = self._rehearsal.shown(exchange)
        return shown if shown == exchange.answer else tuple(map(self._material.words, shown))

    def _better(self, one: Better) -> BetterMove:
        examples = self._tactics[one.move.tactic].examples
        sample = fill(examples.to(self._language)[0], self._figures[self._language]) if examples else ""
        return BetterMove(self.move(one.move), sample, one.loss, self.text(one.why), one.hidden)

    # Marks and fields

    def mark(self, mark: Mark) -> MarkRow:
        return MarkRow(mark.part, mark.points, mark.weight, self._from(mark), mark.turns)

    def _from(self, mark: Mark) -> str:
        """The figures behind a part, in words."""
        _ = self._say
        if mark.points is None:
            return ""
        match mark.part:
            case "result":
                return _(
                    "the talk was worth {worth} points; best play {best}, random play {floor}",
                    worth=number(self._debrief.worth),
                    floor=number(self._debrief.solution.floor),
                    best=number(self._debrief.solution.best),
                )
            case "tactics":
                return _("mean accuracy; moves counted: {moves}", moves=f"{mark.of:.0f}")
            case "discovery":
                return _("{got} of {of} secrets and points found", got=f"{mark.got:.0f}", of=f"{mark.of:.0f}")
            case _:
                return _("{got} of {of} fields right", got=f"{mark.got:.1f}".removesuffix(".0"), of=f"{mark.of:.0f}")

    def field(self, one: FormField) -> FieldRow:
        asked = self._asked(one.field)
        state = self._rehearsal.state
        if asked is None:
            return FieldRow(one.part, one.field, "", "", one.credit, "")
        if isinstance(asked, Question):
            given, right = (state.answers or {}).get(asked.id), asked.answer
        else:
            given, right = (state.filed or {}).get(asked.id), self._right(asked.id)
        ask, why = self.text(asked.ask) or asked.id, self.text(asked.why)
        return FieldRow(one.part, ask, self._answer(asked, given), self._answer(asked, right), one.credit, why)

    def _asked(self, name: str) -> FormQuestion | None:
        fields: tuple[FormQuestion, ...] = (*self._scenario.preparation, *self._scenario.note)
        return next((one for one in fields if one.id == name), None)

    def _right(self, name: str) -> Answer:
        turns = self._debrief.turns
        asked = next(one for one in self._scenario.note if one.id == name)
        codes = turns[-1].step.after if turns else self._rehearsal.codes
        family = last_family([turn.step.move for turn in turns])
        return right_answer(self._rehearsal.program, asked, self._debrief.ending, codes, family)

    def _answer(self, asked: FormQuestion, answer: Answer) -> str:
        """An answer as people read it."""
        options: Mapping[str, str] = {name: self.text(text) for name, text in asked.options.items()}
        classes: Mapping[str, str] = {name: self.text(text) for name, text in asked.classes.items()}
        _ = self._say
        joined = _("; ").join
        match answer:
            case None | "" | "none" | ():
                return _("(left empty)")
            case dict():
                return joined(f"{options.get(key, key)} = {classes.get(value, value)}" for key, value in answer.items())
            case tuple() | list():
                chosen = [options.get(key, key) for key in answer]
                return (
                    joined(f"{place}. {one}" for place, one in enumerate(chosen, 1))
                    if asked.kind == "order"
                    else joined(chosen)
                )
            case str():
                return options.get(answer, answer)
            case float() | int():
                figure = f"{answer:,g}" if abs(answer) < _MOST_SHOWN else f"{answer:,.2f}".removesuffix(".00")
                return f"{figure} {self.text(asked.unit)}".strip()


def _is_better(reviewed: ReviewedTurn, one: Better) -> bool:
    """Whether a move is to be told of: it was worth more, or the move made was no move to make at all."""
    return one.move != reviewed.step.move and (one.loss < reviewed.loss or reviewed.name == "breach")


# The certificate


def certificate_report(material: Material) -> CertificateReport:
    """A certificate, with what it stands on as that is now.

    Raises:
        UnknownName: there is none of that id or code.
    """
    held = certificate(material.desk, material.request.of)
    event = held.event
    stood = {attempt for attempt, _head in event.stands_on}
    results = [one for one in material.store.results(event.person, event.rubric, False) if one.attempt in stood]
    known = person_figures(material.desk, material.courses, event.person, rubric=event.rubric)
    of_course = [one for course in known.courses if course.course == event.course for one in course.objectives]
    met = [one for one in of_course if one.mastery is not None and one.mastery.band == "meets"]
    breaches = any(one.breaches for one in results)
    return CertificateReport(
        head=material.head(results),
        code=held.code,
        person=material.person(event.person),
        course=event.course,
        course_title=material.course_title(event.course),
        issued=event.issued,
        valid_until=event.valid_until,
        renew_from=event.valid_until - RENEWABLE if event.valid_until else None,
        by=material.label(event.by),
        state=held.state,
        objectives=tuple(material.objective(one.objective) for one in met),
        standings=tuple(
            material.standing(event.person, one.objective, one.mastery) for one in met if one.mastery is not None
        ),
        attempts=tuple(material.attempt(one) for one in results),
        revoked=material.revoked(held),
        renews=_code(material, event.renews),
        talks=len(results),
        breach_bound=breach_bound(len(results)) if results and not breaches else None,
    )


def _code(material: Material, identity: str | None) -> str | None:
    return certificate(material.desk, identity).code if identity else None
