"""Layers, scenarios and courses, as they are written; they are the file format and the JSON Schema too."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from simulator.model.case import Case, NoteField, Person, Question
from simulator.model.language import N_
from simulator.model.tactics import CardKind, Id, ObjectiveName, Tactic
from simulator.model.text import Frozen, Lines, Text

Meter = Annotated[int, Field(ge=0, le=10)]
BASE_METERS = ("trust", "pressure", "hostility")
Status = Literal["draft", "published", "retired"]
STATUSES: tuple[Status, ...] = get_args(Status)
LayerName = Literal["scenario", "persona", "standard"]
LAYERS: tuple[LayerName, ...] = (N_("scenario"), N_("persona"), N_("standard"))

Condition = str | tuple[str, ...] | int | float | bool
When = dict[str, Condition]
Then = dict[str, int | str]


class Card(Frozen):
    """What all cards have in common. Fields that an upper layer leaves out come from the lower one."""

    name: Text | None = None
    """What the card is called on the screen."""
    text: Text | None = None
    """What stands on it; for what is hidden, what the debrief reveals."""


class Excuse(Card):
    kind: str | None = None
    """E01–E28 of the taxonomy."""
    start: Literal["unsaid", "standing", "settled"] = "unsaid"
    """The status it starts with: unsaid, standing or settled."""
    line: Lines | None = None
    """What the debtor says when he raises it."""
    quiet: bool = False
    """Raised without its line."""
    objectives: tuple[ObjectiveName, ...] = ()
    """Objectives that dealing with it gives evidence of."""


class Point(Card):
    kind: str | None = None
    """PP01–PP19."""
    start: Literal["hidden", "known", "used"] = "hidden"
    """The status it starts with: hidden, known or used."""


class Secret(Card):
    start: Literal["hidden", "known"] = "hidden"
    """The status it starts with: hidden or known."""


class Document(Card):
    start: Literal["missing", "held", "shown"] = "held"
    """The status it starts with: missing, held or shown."""


class Law(Card):
    kind: str | None = None
    """What sort of rule it is, such as contract-penalty or sme-ordinance."""
    start: Literal["uncited", "cited"] = "uncited"
    """The status it starts with: uncited or cited."""
    applies: bool = True
    """False marks a trap: it does not bind this debtor."""


class Part(Frozen):
    days: Annotated[float, Field(ge=0)]
    """Days from today."""
    percent: Annotated[float, Field(ge=0, le=100)]
    """Percent of the open balance."""


class Offer(Card):
    start: Literal["open", "tabled", "refused"] = "open"
    """The status it starts with: open, tabled or refused."""
    parts: tuple[Part, ...] = ()
    """What is paid when: days from today, percent of the open balance."""
    written: bool = False
    """It is put in writing."""


class Ending(Frozen):
    name: Text | None = None
    """What the ending is called on the screen."""
    text: Text | None = None
    """What came of it."""
    recovers: Annotated[float, Field(ge=0, le=1)] | None = None
    """The expected share of the open balance, 0–1."""
    then: Then = Field(default_factory=dict)
    """Applied before the talk is valued."""


class Worth(Frozen):
    """The weights of a finished talk, in points; a layer may state any of them."""

    recovers: float = 70
    """Points for recovering the whole open balance."""
    trust: float = 20
    """Points for trust 10."""
    calm: float = 10
    """Points for hostility 0."""
    breach: float = -60
    """Points for a forbidden act, once."""
    turn: float = -0.5
    """Points for each turn."""


class Outcome(Frozen):
    """What a rule does: all of it, or one of its chances."""

    then: Then = Field(default_factory=dict)
    """Effects on facts."""
    to: Id | None = None
    """The next stage."""
    end: Id | None = None
    """The ending: the talk is over."""
    say: Lines | None = None
    """What the debtor says."""
    why: Text | None = None
    """Why he reacts so, and what to learn from it; shown in the debrief."""


class Chance(Outcome):
    weight: Annotated[int, Field(ge=1, le=1_000_000)]
    """How often it is drawn, against the other weights of the rule."""


class InitiativeRule(Outcome):
    """What the debtor does by himself at the end of a turn."""

    stage: str | tuple[str, ...] | None = None
    """The stage, or the stages, that it holds in."""
    when: When = Field(default_factory=dict)
    """What must hold before: conditions on meters, cards, stage, last and conduct."""
    chance: tuple[Chance, ...] = ()
    """Outcomes of which one is drawn, instead of then, to, end and say."""


class Rule(InitiativeRule):
    """How the debtor reacts to a move."""

    tactic: str | tuple[str, ...]
    """A tactic, a family as "press.*", "*" for any, or a list of these."""
    card: str | tuple[str, ...] | None = None
    """The card, or one of the cards, that the move must be aimed at."""


class Habit(Frozen):
    """What always comes on top of the rule that fired."""

    tactic: str | tuple[str, ...]
    """A tactic, a family as "press.*", "*" for any, or a list of these."""
    card: str | tuple[str, ...] | None = None
    """The card, or one of the cards, that the move must be aimed at."""
    stage: str | tuple[str, ...] | None = None
    """The stage, or the stages, that it holds in."""
    when: When = Field(default_factory=dict)
    """What must hold before the turn."""
    then: Then = Field(default_factory=dict)
    """Effects on facts, on top of those of the rule."""
    why: Text | None = None
    """Why he takes it so."""


class Layer(Frozen):
    """The keys that scenario, persona and standard share."""

    names: dict[Id, Text] = Field(default_factory=dict)
    """Names of stages and meters on the screen."""
    meters: dict[Id, Meter] = Field(default_factory=dict)
    """Meters 0–10 with their start."""
    worth: Worth | None = None
    """The weights of a finished talk."""
    stages: tuple[Id, ...] | None = None
    """The stages; the talk starts in the first one."""
    excuses: dict[Id, Excuse | None] = Field(default_factory=dict)
    """What the debtor says instead of paying."""
    points: dict[Id, Point | None] = Field(default_factory=dict)
    """What can press the debtor lawfully."""
    secrets: dict[Id, Secret | None] = Field(default_factory=dict)
    """What the debtor hides, and probing can find out."""
    documents: dict[Id, Document | None] = Field(default_factory=dict)
    """Papers that can be shown."""
    laws: dict[Id, Law | None] = Field(default_factory=dict)
    """Rules that can be cited; a trap does not apply."""
    offers: dict[Id, Offer | None] = Field(default_factory=dict)
    """What the trainee can put on the table."""
    endings: dict[Id, Ending | None] = Field(default_factory=dict)
    """How the talk can end, and what each brings in."""
    rules: tuple[Rule, ...] = ()
    """How the debtor reacts to a move; the first one that fits fires."""
    initiative: tuple[InitiativeRule, ...] = ()
    """What the debtor does by himself at the end of a turn; the first one that fits."""
    habits: tuple[Habit, ...] = ()
    """What always comes on top of the rule that fired; all that fit."""
    silence: dict[str, str] = Field(default_factory=dict)
    """Findings not to report, by code, each with the reason."""


class Standard(Layer):
    """`standard.yaml`: everybody's default reactions."""


class Persona(Layer):
    """`personas/<id>.yaml`: a kind of debtor."""

    persona: Id
    """The id, which is the name of the file."""
    name: Text | None = None
    """What this kind of debtor is called."""
    kind: str | None = None
    """P01–P15."""
    about: Text | None = None
    """What he is like, for instructors."""


class ScenarioFile(Layer):
    """`scenario.yaml`, as it is written."""

    scenario: Id
    """The id, which is the name of the folder."""
    title: Text | None = None
    """The title on the screen."""
    summary: Text | None = None
    """One sentence for the list."""
    status: Status = "published"
    """A draft is not listed to trainees, a retired scenario no longer."""
    courses: tuple[Id, ...] = ()
    """The courses it belongs to."""
    objectives: tuple[ObjectiveName, ...] = ()
    """What it claims to train."""
    level: Annotated[int, Field(ge=1, le=5)] = 1
    """1 easy .. 5 hard"""
    channel: Literal["phone", "visit", "message", "letter"] = "phone"
    """How the talk is held."""
    turns: Annotated[int, Field(ge=1, le=200)]
    """The debtor's patience: the talk ends by itself after that many turns."""
    persona: Id | None = None
    """The kind of debtor: the layer under this file."""
    debtor: Person | None = None
    """The contact person."""
    case: Case = Field(default_factory=Case)
    """The file the trainee studies before the talk."""
    preparation: tuple[Question, ...] = ()
    """Questions on the case file, asked before the talk."""
    note: tuple[NoteField, ...] = ()
    """The form filled in after the talk."""


CARD_SECTIONS: dict[str, CardKind] = {
    "excuses": "excuse",
    "points": "point",
    "secrets": "secret",
    "documents": "document",
    "laws": "law",
    "offers": "offer",
}


class PlacedRule(Rule):
    """A rule with the layer and the place in it that it comes from."""

    layer: LayerName
    index: int


class PlacedInitiative(InitiativeRule):
    layer: LayerName
    index: int


class PlacedHabit(Habit):
    layer: LayerName
    index: int


class Scenario(Frozen):
    """A scenario with its layers merged and every name in it resolved: all that a talk needs, pinned by its hash."""

    id: Id
    title: Text
    summary: Text | None = None
    status: Status = "published"
    courses: tuple[Id, ...] = ()
    objectives: tuple[ObjectiveName, ...] = ()
    level: int
    channel: Literal["phone", "visit", "message", "letter"]
    turns: int
    persona: Id | None = None
    persona_name: Text | None = None
    debtor: Person
    case: Case
    preparation: tuple[Question, ...] = ()
    note: tuple[NoteField, ...] = ()
    names: dict[str, Text]
    meters: dict[Id, Meter]
    worth: Worth
    stages: tuple[Id, ...]
    excuses: dict[Id, Excuse]
    points: dict[Id, Point]
    secrets: dict[Id, Secret]
    documents: dict[Id, Document]
    laws: dict[Id, Law]
    offers: dict[Id, Offer]
    endings: dict[Id, Ending]
    rules: tuple[PlacedRule, ...]
    initiative: tuple[PlacedInitiative, ...]
    habits: tuple[PlacedHabit, ...]
    tactics: tuple[Tactic, ...]
    families: dict[Id, Text]
    silence: dict[str, str] = Field(default_factory=dict)
    origins: dict[str, dict[str, LayerName]] = Field(default_factory=dict)
    """By section (the cards', endings, stages, names) and id, the uppermost layer that states it."""

    def card_kinds(self) -> dict[str, CardKind]:
        """Every card's kind, in the order of the sections and, within one, of the file."""
        return {card: kind for section, kind in CARD_SECTIONS.items() for card in getattr(self, section)}

    def card(self, card: str) -> Card:
        """The card with that id.

        Raises:
            KeyError: there is none.
        """
        for section in CARD_SECTIONS:
            if card in getattr(self, section):
                found: Card = getattr(self, section)[card]
                return found
        raise KeyError(card)


class Objective(Frozen):
    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    """The last part of its full name, course/module.objective."""
    statement: Text
    """What somebody who masters it can do."""
    concept: Text | None = None
    """What it is about, in a few words."""
    phase: str | tuple[str, ...] | None = None
    """P preparation, C conversation, L closing, F follow-up, O portfolio, K knowledge."""
    verb: str | None = None
    """The verb of its level."""
    evidence: str | tuple[str, ...] | None = None
    """What shows it."""


class Module(Frozen):
    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    """The middle part of the full names of its objectives."""
    title: Text
    """The title on the screen."""
    objectives: tuple[Objective, ...]
    """What it teaches."""


class Course(Frozen):
    """`courses/<id>.yaml`."""

    course: Id
    """The id, which is the name of the file."""
    title: Text
    """The title on the screen."""
    about: Text | None = None
    """What it is about."""
    modules: tuple[Module, ...]
    """Its parts, in order."""

    def objective_names(self) -> dict[str, Objective]:
        """The objectives by full name, ``<course>/<module>.<objective>``."""
        return {
            f"{self.course}/{module.id}.{objective.id}": objective
            for module in self.modules
            for objective in module.objectives
        }
