"""The forms before and after the talk: what right answers give, and what the fields are credited with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.evidence import FormField
from simulator.engine.program import LAST, Program
from simulator.model import conditions
from simulator.model.case import Answer, FormQuestion, NoteField, credit
from simulator.model.errors import UnknownName, UsageError
from simulator.model.language import _
from simulator.model.position import LOST, Move
from simulator.model.scenario import Scenario


def check_answers(answers: Mapping[str, Answer], fields: Sequence[FormQuestion]) -> None:
    """Refuses answers that do not fit their fields.

    Raises:
        UsageError: there is no such field, or the answer is not of its kind.
    """
    by_id = {field.id: field for field in fields}
    for name, answer in answers.items():
        if name not in by_id:
            raise UnknownName(_("field"), name, by_id)
        if answer not in (None, "none") and (fault := by_id[name].answer_fault(answer)):
            raise UsageError(f"{name}: {fault}")


def given_by(scenario: Scenario, answers: Mapping[str, Answer]) -> dict[str, object]:
    """The facts at the start that fully right answers give."""
    facts: dict[str, object] = {}
    for question in scenario.preparation:
        if credit(question, question.answer, answers.get(question.id)) == 1.0:
            facts |= question.give
    return facts


def preparation_credit(scenario: Scenario, answers: Mapping[str, Answer]) -> tuple[FormField, ...]:
    """The questions with their credit; a question without an answer has none."""
    return tuple(
        FormField("preparation", asked.id, asked.objective, credit(asked, asked.answer, answers.get(asked.id)))
        for asked in scenario.preparation
    )


def last_family(moves: Sequence[Move]) -> str:
    """The family of the last move made; a turn that was lost leaves it as it was."""
    return next((move.family for move in reversed(moves) if move != LOST), "none")


def right_answer(program: Program, field: NoteField, ending: str, codes: Sequence[int], last: str = "none") -> Answer:
    """The right answer of a note field after a talk that ended so, with these facts.

    Args:
        last: the family of the last move; the codes tell families apart only as far as guards do.
    """
    if isinstance(field.answers, dict):
        return field.answers.get(ending, field.otherwise)
    position = program.position(codes) | {"last": last}
    for right in field.answers:
        if all(_holds(program, position, ending, name, condition) for name, condition in right.when.items()):
            return right.answer
    return field.otherwise


def _holds(program: Program, position: Mapping[str, object], ending: str, name: str, condition: object) -> bool:
    if name == "ending":
        return ending in (condition if isinstance(condition, list | tuple) else (condition,))
    return position[name] in wanted_values(program, name, condition)


def wanted_values(program: Program, name: str, condition: object) -> frozenset[object]:
    """The values of a fact that satisfy a condition of a note or a test plan.

    Raises:
        UnknownName: there is no such fact.
        ValueError: it is no condition on that fact; the text says how one is written.
    """
    if name not in program.index:
        raise UnknownName(_("fact"), name, program.index)
    fact = program.facts[program.index[name]]
    if fact.kind == "meter":
        return frozenset(conditions.meter_guard(condition))
    values = tuple(map(str, fact.values))
    if name == LAST:
        values = ("none", *dict.fromkeys(tactic.family for tactic in program.scenario.tactics))
    return frozenset(conditions.status_guard(condition, values))


def note_credit(
    program: Program, answers: Mapping[str, Answer], ending: str, codes: Sequence[int], last: str = "none"
) -> tuple[FormField, ...]:
    """The note's fields with their credit; the arguments are those of ``right_answer``."""
    fields = []
    for field in program.scenario.note:
        right = right_answer(program, field, ending, codes, last)
        fields.append(FormField("note", field.id, field.objective, credit(field, right, answers.get(field.id))))
    return tuple(fields)
