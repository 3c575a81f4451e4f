"""The case file a trainee studies, and the forms he fills in before and after the talk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any, Literal, TypeGuard

from pydantic import ConfigDict, Field, model_validator

from simulator.model.language import _
from simulator.model.tactics import Id, ObjectiveName
from simulator.model.text import Frozen, Text

_LARGEST = 1e15  # an answer; more cannot be told apart in a float, and money ends at 1e12

Size = Literal["micro", "small", "medium", "large", "public"]
Money = Annotated[float, Field(ge=0, le=1e12)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Party(Frozen):
    """A company in the case."""

    name: Text
    """The company's name."""
    size: Size | None = None
    """micro, small, medium, large, or public for a public body or institution (the SME ordinance turns on it)."""


class Person(Frozen):
    """The debtor's contact."""

    name: Text
    """His or her name."""
    role: Text | None = None
    """What he or she does there."""


class Invoice(Frozen):
    """One invoice of the ledger; amounts in the case's currency."""

    number: str
    """The number on the invoice; in quotes if it has digits only."""
    amount: Money
    """The invoiced amount."""
    due: date
    """The day it falls due, as 2025-06-10."""
    paid: Money = 0
    """What has been paid of it."""
    disputed: Money = 0
    """What the debtor disputes of it."""
    retention: Money = 0
    """Retention money that is not due yet."""
    about: Text | None = None
    """What was delivered."""

    @property
    def open(self) -> float:
        return self.amount - self.paid


def _or_text(schema: dict[str, Any]) -> None:
    words = dict(schema)
    schema.clear()
    schema["anyOf"] = [words["properties"]["text"], words]
    schema["description"] = "One tab of the case file: a text, or {title: …, text: …}."


class Paper(Frozen):
    """One tab of the case file."""

    model_config = ConfigDict(json_schema_extra=_or_text)

    title: Text | None = None
    """What the tab is called."""
    text: Text
    """What stands on it."""

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: object) -> object:
        if isinstance(value, str) or (isinstance(value, dict) and value.keys() <= {"zh", "en"}):
            return {"text": value}
        return value


class Case(Frozen):
    """The file the trainee studies before the talk."""

    creditor: Party | None = None
    """The company that is owed the money."""
    debtor_company: Party | None = None
    """The company that owes it."""
    currency: Currency = "CNY"
    """Three letters, such as CNY."""
    today: date | None = None
    """The day of the talk, as 2025-06-10."""
    penalty_per_day: Annotated[float, Field(ge=0, le=1)] | None = None
    """Simple penalty for a day, as a fraction of the open balance."""
    briefing: Text | None = None
    """Who the trainee is, what he is to reach, and his limits."""
    invoices: tuple[Invoice, ...] = ()
    """The ledger."""
    papers: dict[Id, Paper] = Field(default_factory=dict)
    """The tabs of the case file, in order."""


QuestionKind = Literal["one", "many", "number", "order", "sort"]
# What a field is answered with: an option, several, a number, a ranking, a class for each option, or nothing.
Answer = str | float | tuple[str, ...] | dict[str, str] | None


def _are_ids(answer: object) -> TypeGuard[Sequence[str]]:
    """Whether it is a list of texts: what comes from a JSON file may be anything."""
    return isinstance(answer, tuple | list) and all(isinstance(one, str) for one in answer)


def _among(answers: Iterable[object], known: Iterable[str]) -> bool:
    names = tuple(known)  # not a set: what is looked up need not be hashable
    return all(answer in names for answer in answers)


class FormQuestion(Frozen):
    """What a preparation question and a note field have in common."""

    id: Id
    """Its name among the questions or fields."""
    kind: QuestionKind
    """one choice, many, a number, order (a ranking), or sort (each option into a class)."""
    ask: Text | None = None
    """The question."""
    objective: ObjectiveName | None = None
    """The objective that the answer is evidence of."""
    options: dict[Id, Text] = Field(default_factory=dict)
    """What can be chosen, ranked or sorted, by id."""
    classes: dict[Id, Text] = Field(default_factory=dict)
    """The classes for sorting, by id."""
    tolerance: Annotated[float, Field(ge=0)] = 0
    """How far a number may be off."""
    unit: Text | None = None
    """The unit of a number."""
    why: Text | None = None
    """Why the right answer is right; shown in the debrief."""

    def answer_fault(self, answer: Answer) -> str | None:
        """Why ``answer`` does not fit the kind of this field, or None if it does."""
        if answer is None:
            return None
        options = set(self.options)
        match self.kind:
            case "number":
                is_number = isinstance(answer, int | float) and not isinstance(answer, bool) and abs(answer) <= _LARGEST
                return None if is_number else _("a number is wanted here")
            case "one":
                fits = isinstance(answer, str) and answer in options
            case "many":
                fits = _are_ids(answer) and set(answer) <= options and len(set(answer)) == len(answer)
            case "order":
                fits = _are_ids(answer) and sorted(answer) == sorted(options)
            case "sort":
                fits = isinstance(answer, dict) and set(answer) <= options and _among(answer.values(), self.classes)
        return None if fits else _("the answer must be made of the options: {options}", options=", ".join(self.options))


class Question(FormQuestion):
    """A question on the case file, asked before the talk."""

    answer: Answer
    """The right answer: an id, a list of ids, a number, or the class of each option."""
    give: dict[Id, Any] = Field(default_factory=dict)
    """Facts that hold at the start when it is answered right."""


class NoteAnswer(Frozen):
    """The right answer of a note field where certain facts hold at the end."""

    when: dict[str, Any]
    """Facts that must hold at the end; “ending” is one of them."""
    answer: Answer
    """The right answer then."""


class NoteField(FormQuestion):
    """A field of the note that is filed after the talk."""

    answers: dict[Id, Answer] | tuple[NoteAnswer, ...] = Field(default_factory=dict)
    """The right answer by ending, or by facts."""
    otherwise: Answer = None
    """The right answer otherwise; ``none`` means that the field stays empty."""


def credit(field: FormQuestion, right: Answer, given: Answer) -> float:
    """How right an answer is, 0–1.

    One choice and numbers are right or wrong. Of several choices, each right one counts and each wrong one takes it
    away again. A ranking counts the pairs that stand in the right order, a sorting the options in their right class.
    """
    if right in (None, "none"):
        return float(given in (None, "", (), "none"))
    if given is None:
        return 0.0
    if field.kind == "number" and isinstance(right, int | float) and isinstance(given, int | float):
        return float(abs(given - right) <= field.tolerance)
    if field.kind == "many" and isinstance(right, tuple | list) and isinstance(given, tuple | list):
        hits = len(set(given) & set(right)) - len(set(given) - set(right))
        return max(hits, 0) / len(right) if right else float(not given)
    if field.kind == "order" and isinstance(right, tuple | list) and isinstance(given, tuple | list):
        pairs = [(a, b) for i, a in enumerate(right) for b in right[i + 1 :] if a in given and b in given]
        ordered = sum(list(given).index(a) < list(given).index(b) for a, b in pairs)
        return ordered / len(pairs) if pairs else float(list(given) == list(right))
    if field.kind == "sort" and isinstance(right, dict) and isinstance(given, dict):
        return sum(given.get(option) == group for option, group in right.items()) / len(right) if right else 1.0
    return float(given == right)
