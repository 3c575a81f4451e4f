"""Scenario over persona over standard: one resolved ``Scenario``, or the faults that stand in the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.model import conditions
from simulator.model.case import FormQuestion, Person
from simulator.model.errors import did_you_mean
from simulator.model.figures import FIGURES, figures
from simulator.model.language import _
from simulator.model.position import Move
from simulator.model.problem import Fault
from simulator.model.scenario import (
    BASE_METERS,
    CARD_SECTIONS,
    Card,
    Ending,
    Habit,
    InitiativeRule,
    Layer,
    LayerName,
    Outcome,
    Persona,
    PlacedHabit,
    PlacedInitiative,
    PlacedRule,
    Rule,
    Scenario,
    ScenarioFile,
    Standard,
    Worth,
)
from simulator.model.tactics import Catalogue, Tactic
from simulator.model.text import PLACEHOLDER, Frozen, Lines, Text

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Dropped:
    """A rule of a lower layer that names what this scenario does not have."""

    layer: LayerName
    path: Path
    missing: str


@dataclass(slots=True)
class Merged:
    """What merging gave: the scenario, unless there are faults."""

    scenario: Scenario | None = None
    faults: list[Fault] = field(default_factory=list)
    dropped: list[Dropped] = field(default_factory=list)


def merge(
    scenario: ScenarioFile,
    persona: Persona | None,
    standard: Standard,
    catalogue: Catalogue,
    objectives: Iterable[str] | None = None,
) -> Merged:
    """Merges the layers and resolves every name.

    Args:
        objectives: the full names that exist; None where no course is at hand, and then none is refused.
    """
    return _Merger(scenario, persona, standard, catalogue, objectives).merge()


class _Gone(Exception):
    """A name of a lower layer's rule that this scenario does not have."""


class _Merger:
    def __init__(
        self,
        scenario: ScenarioFile,
        persona: Persona | None,
        standard: Standard,
        catalogue: Catalogue,
        objectives: Iterable[str] | None,
    ) -> None:
        self.file = scenario
        self.layers: dict[LayerName, Layer] = {"scenario": scenario}
        if persona:
            self.layers["persona"] = persona
        self.layers["standard"] = standard
        self.catalogue = catalogue
        self.tactics = {tactic.id: tactic for tactic in catalogue.tactics}
        self.families = tuple(dict.fromkeys(tactic.family for tactic in catalogue.tactics))
        self.patterns = frozenset((*self.tactics, *(f"{family}.*" for family in self.families), "*"))
        self.objectives = None if objectives is None else frozenset(objectives)
        self.persona = persona
        self.out = Merged()

    def merge(self) -> Merged:
        sections = {section: self._merge_section(section) for section in CARD_SECTIONS}
        self.kinds = {card: CARD_SECTIONS[section] for section, cards in sections.items() for card in cards}
        endings = self._merge_section("endings")
        self.endings = tuple(endings)
        self.stages = next((layer.stages for layer in self.layers.values() if layer.stages), ())
        self.meters = dict.fromkeys(BASE_METERS, 0) | self._merge_flat("meters")
        self.facts = dict.fromkeys(("stage", "last", "conduct", *self.meters, *self.kinds))
        self._check_ids(sections)
        self._check_endings(endings)
        rules = tuple(self._placed("rules"))
        initiative = tuple(self._placed("initiative"))
        habits = tuple(self._placed("habits"))
        self._check_forms()
        self._check_objectives()
        self._check_texts()
        if not self.out.faults:
            self.out.scenario = Scenario(
                id=self.file.scenario,
                title=self.file.title or Text(zh=self.file.scenario, en=self.file.scenario),
                summary=self.file.summary,
                status=self.file.status,
                courses=self.file.courses,
                objectives=self.file.objectives,
                level=self.file.level,
                channel=self.file.channel,
                turns=self.file.turns,
                persona=self.file.persona,
                persona_name=self.persona.name if self.persona else None,
                debtor=self.file.debtor or Person(name=Text(zh="对方", en="The debtor")),
                case=self.file.case,
                preparation=self.file.preparation,
                note=self.file.note,
                names=self._merge_flat("names"),
                meters=self.meters,
                worth=self._merge_worth(),
                stages=self.stages,
                endings=endings,
                rules=rules,
                initiative=initiative,
                habits=habits,
                tactics=self.catalogue.tactics,
                families={family.id: family.name for family in self.catalogue.families},
                silence=self._merge_flat("silence"),
                **sections,
            )
        return self.out

    # Merging

    def _merge_section(self, section: str) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for name in reversed(self.layers):
            for key, value in getattr(self.layers[name], section).items():
                if value is None:
                    merged.pop(key, None)
                elif key in merged:
                    merged[key] = _over(value, merged[key])
                else:
                    merged[key] = value
        own = getattr(self.file, section)
        return {key: merged[key] for key in (*own, *merged) if key in merged}

    def _merge_flat(self, key: str) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for name in reversed(self.layers):
            merged |= getattr(self.layers[name], key)
        return merged

    def _merge_worth(self) -> Worth:
        worth = Worth()
        for name in reversed(self.layers):
            if upper := self.layers[name].worth:
                worth = _over(upper, worth)
        return worth

    # Names

    def _fault(self, layer: str, path: Path, code: str, message: str) -> None:
        self.out.faults.append(Fault(layer, path, code, message))

    def _check_ids(self, sections: Mapping[str, Mapping[str, Card]]) -> None:
        reserved = {"stage", "last", "conduct", "card", "same", "none", *self.stages, *self.meters}
        counts = Counter(card for cards in sections.values() for card in cards)
        for layer_name, layer in self.layers.items():
            for section in CARD_SECTIONS:
                for card in getattr(layer, section):
                    if counts[card] > 1 or card in reserved:
                        message = _("the id “{id}” is used twice; every id is used once across all kinds", id=card)
                        self._fault(layer_name, (section, card), "duplicate-id", message)
        if not self.stages:
            self._fault("scenario", (), "missing-key", _("no layer has “stages”; list at least one"))
        for layer_name, layer in self.layers.items():
            for i, stage in enumerate(layer.stages or ()):
                if stage in (layer.stages or ())[:i] or stage in self.meters:
                    message = _("the id “{id}” is used twice; every id is used once across all kinds", id=stage)
                    self._fault(layer_name, ("stages", i), "duplicate-id", message)
        for key in ("preparation", "note"):
            seen: set[str] = set()
            for i, form in enumerate(getattr(self.file, key)):
                if form.id in seen:
                    message = _("the id “{id}” is used twice; every id is used once across all kinds", id=form.id)
                    self._fault("scenario", (key, i, "id"), "duplicate-id", message)
                seen.add(form.id)

    def _check_endings(self, endings: dict[str, Ending]) -> None:
        if "timeout" not in endings:
            self._fault("scenario", ("endings",), "missing-key", _("the ending “timeout” is missing from all layers"))
        uppers: list[Layer] = []
        for layer_name, layer in self.layers.items():
            for key, ending in layer.endings.items():
                if ending is None or key not in endings:
                    continue
                if endings[key].recovers is None and not any(key in upper.endings for upper in uppers):
                    message = _("the ending “{id}” says nowhere what it “recovers” (0–1)", id=key)
                    self._fault(layer_name, ("endings", key), "missing-key", message)
                endings[key] = self._checked_ending(layer_name, key, ending, endings[key])
            uppers.append(layer)

    def _checked_ending(self, layer: LayerName, key: str, ending: Ending, merged: Ending) -> Ending:
        """The merged ending without the effects of a lower layer on what this scenario does not have."""
        for name, effect in ending.then.items():
            path: Path = ("endings", key, "then", name)
            try:
                self._check_effect(layer, path, name, effect, ())
            except _Gone as gone:
                self.out.dropped.append(Dropped(layer, path, str(gone)))
                then = {one: value for one, value in merged.then.items() if one != name}
                merged = merged.model_copy(update={"then": then})
        return merged

    def _placed(self, section: str) -> Iterator[Any]:
        place = {"rules": PlacedRule, "initiative": PlacedInitiative, "habits": PlacedHabit}[section]
        for layer_name, layer in self.layers.items():
            for index, rule in enumerate(getattr(layer, section)):
                path: Path = (section, index)
                try:
                    resolved = self._resolve(layer_name, path, rule)
                except _Gone as gone:
                    self.out.dropped.append(Dropped(layer_name, path, str(gone)))
                    continue
                fields = {name: getattr(resolved, name) for name in type(resolved).model_fields}
                yield place(**fields, layer=layer_name, index=index)

    def _resolve(self, layer: LayerName, path: Path, rule: Any) -> Any:
        """The rule with its lists trimmed to what exists; raises _Gone where nothing of it is left."""
        update: dict[str, Any] = {}
        cards: tuple[str, ...] = ()
        if isinstance(rule, Rule | Habit):
            tactics = self._resolve_tactics(layer, (*path, "tactic"), rule.tactic)
            update["tactic"] = _listed(rule.tactic) if layer == "scenario" else tactics[0]
            cards = self._aimable(tactics[1])
            if rule.card is not None:
                named = self._trim(layer, (*path, "card"), _("card"), _listed(rule.card), self.kinds)
                update["card"] = named
                cards = tuple(card for card in named if card in cards)
                if not cards and named:
                    message = _("no tactic of this rule is aimed at {cards}", cards=", ".join(named))
                    self._fault(layer, (*path, "card"), "wrong-card", message)
        if rule.stage is not None:
            update["stage"] = self._trim(layer, (*path, "stage"), _("stage"), _listed(rule.stage), self.stages)
        initiative = isinstance(rule, InitiativeRule) and not isinstance(rule, Rule)
        for name, condition in rule.when.items():
            self._check_guard(layer, (*path, "when", name), name, condition, cards, initiative)
        if isinstance(rule, InitiativeRule):
            self._check_outcomes(layer, path, rule, cards)
        else:
            self._check_then(layer, path, rule.then, cards)
        return rule.model_copy(update=update)

    def _check_outcomes(self, layer: LayerName, path: Path, rule: InitiativeRule, cards: tuple[str, ...]) -> None:
        outcomes: list[tuple[Path, Outcome]] = [(path, rule)]
        if rule.chance:
            own = {"then", "to", "end", "say"} & rule.model_fields_set
            if own:
                keys = "”, “".join(sorted(own))
                message = _("a rule with “chance” states “{keys}” within its chances only", keys=keys)
                self._fault(layer, (*path, "chance"), "chance-and-outcome", message)
            outcomes = [((*path, "chance", i), chance) for i, chance in enumerate(rule.chance)]
        for place, outcome in outcomes:
            self._check_then(layer, place, outcome.then, cards)
            if outcome.to is not None:
                self._known(layer, (*place, "to"), _("stage"), outcome.to, self.stages)
            if outcome.end is not None:
                self._known(layer, (*place, "end"), _("ending"), outcome.end, self.endings)

    def _check_then(self, layer: LayerName, path: Path, then: Mapping[str, object], cards: tuple[str, ...]) -> None:
        for name, effect in then.items():
            self._check_effect(layer, (*path, "then", name), name, effect, cards)

    def _resolve_tactics(self, layer: LayerName, path: Path, tactic: str | tuple[str, ...]) -> tuple[Any, Any]:
        patterns = _listed(tactic)
        kept = self._trim(layer, path, _("tactic"), patterns, self.patterns)
        meant = set(kept)
        return kept, [one for one in self.catalogue.tactics if meant & {"*", one.id, f"{one.family}.*"}]

    def _aimable(self, tactics: Iterable[Tactic]) -> tuple[str, ...]:
        kinds = {kind for tactic in tactics for kind in tactic.takes}
        return tuple(card for card, kind in self.kinds.items() if kind in kinds)

    def _trim(self, layer: LayerName, path: Path, kind: str, names: tuple[str, ...], known: Collection[str]) -> Any:
        for i, name in enumerate(names):
            if layer == "scenario":
                place = path if len(names) == 1 else (*path, i)
                self._known(layer, place, kind, name, known)
        kept = tuple(name for name in names if name in known)
        if not kept and layer != "scenario":
            raise _Gone(", ".join(names))
        return kept

    def _known(self, layer: LayerName, path: Path, kind: str, name: str, known: Collection[str]) -> bool:
        if name in known:
            return True
        if layer != "scenario":
            raise _Gone(name)
        message = _("there is no {kind} “{name}”.", kind=kind, name=name) + " " + did_you_mean(name, known)
        self._fault(layer, path, "unknown-name", message)
        return False

    # Guards and effects

    def _statuses(self, name: str) -> tuple[str, ...] | None:
        kind = self.kinds.get(name)
        return conditions.STATUSES[kind] if kind else None

    def _check_guard(
        self, layer: LayerName, path: Path, name: str, condition: object, cards: tuple[str, ...], initiative: bool
    ) -> None:
        if isinstance(condition, int | float) and not isinstance(condition, bool):
            number = _("a bare number is no condition; write “= {value}” or “>= {value}”", value=condition)
            self._fault(layer, path, "bare-number", number)
            return
        same = () if initiative else ("same",)
        fixed = {
            "stage": self.stages,
            "last": ("none", *self.families, *same),
            "conduct": conditions.CONDUCT,
        }
        try:
            if name in fixed:
                self._check_status(layer, path, condition, fixed[name])
            elif name in self.meters:
                conditions.meter_guard(condition)
            elif name == "card" and not initiative:
                self._check_card_status(layer, path, condition, cards)
            elif self._known(layer, path, _("fact"), name, self.facts):
                self._check_status(layer, path, condition, self._statuses(name) or ())
        except ValueError as fault:
            self._fault(layer, path, "wrong-value", str(fault))

    def _check_status(self, layer: LayerName, path: Path, condition: object, statuses: tuple[str, ...]) -> None:
        if layer != "scenario" and path[-1] in ("stage", "last"):
            names = {str(value).removeprefix("not ").strip() for value in _listed(condition)}
            if gone := names - set(statuses):
                raise _Gone(", ".join(sorted(gone)))
        conditions.status_guard(condition, statuses)

    def _check_card_status(self, layer: LayerName, path: Path, condition: object, cards: tuple[str, ...]) -> None:
        kinds = {self.kinds[card] for card in cards}
        every = tuple(dict.fromkeys(status for kind in conditions.STATUSES for status in conditions.STATUSES[kind]))
        conditions.status_guard(condition, every)
        if not any(conditions.card_guard(condition, kind) for kind in kinds):
            if not cards and layer != "scenario":
                raise _Gone("card")
            message = _("no card that this rule can be aimed at ever has the status {value}", value=condition)
            self._fault(layer, path, "wrong-value", message)

    def _check_effect(self, layer: str, path: Path, name: str, effect: object, cards: tuple[str, ...]) -> None:
        place: LayerName = layer  # type: ignore[assignment]
        if name in ("stage", "last", "conduct"):
            message = _("“then” cannot name “{name}”; use “to” for the stage", name=name)
            self._fault(layer, path, "wrong-effect", message)
            return
        try:
            if name in self.meters:
                conditions.meter_effect(effect)
            elif name == "card" and path[0] != "endings" and path[0] != "initiative":
                kinds = {self.kinds[card] for card in cards}
                if not any(effect in conditions.STATUSES[kind] for kind in kinds):
                    if not cards and place != "scenario":
                        raise _Gone("card")
                    message = _("no card that this rule can be aimed at ever has the status {value}", value=effect)
                    self._fault(layer, path, "wrong-value", message)
            elif self._known(place, path, _("fact"), name, self.facts):
                statuses = self._statuses(name) or ()
                if effect not in statuses:
                    message = _("“{value}” must be one of: {known}", value=effect, known=", ".join(statuses))
                    self._fault(layer, path, "wrong-value", message)
        except ValueError as fault:
            self._fault(layer, path, "wrong-value", str(fault))

    # Forms, objectives, texts

    def _check_forms(self) -> None:
        for i, question in enumerate(self.file.preparation):
            path: Path = ("preparation", i)
            self._check_answer((*path, "answer"), question, question.answer)
            for name, value in question.give.items():
                self._check_give((*path, "give", name), name, value)
        for i, note in enumerate(self.file.note):
            path = ("note", i)
            if note.otherwise != "none":
                self._check_answer((*path, "otherwise"), note, note.otherwise)
            if isinstance(note.answers, dict):
                for ending, answer in note.answers.items():
                    self._known("scenario", (*path, "answers", ending), _("ending"), ending, self.endings)
                    if answer != "none":
                        self._check_answer((*path, "answers", ending), note, answer)
            else:
                for j, right in enumerate(note.answers):
                    self._check_answer((*path, "answers", j, "answer"), note, right.answer)
                    for name, condition in right.when.items():
                        place = (*path, "answers", j, "when", name)
                        if name == "ending":
                            for ending in _listed(condition):
                                self._known("scenario", place, _("ending"), ending, self.endings)
                        else:
                            self._check_guard("scenario", place, name, condition, (), True)

    def _check_answer(self, path: Path, form: FormQuestion, answer: Any) -> None:
        if fault := form.answer_fault(answer):
            self._fault("scenario", path, "wrong-value", fault)

    def _check_give(self, path: Path, name: str, value: object) -> None:
        if name in self.meters:
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= conditions.METER_TOP:
                self._fault("scenario", path, "wrong-value", _("a meter starts at a whole number from 0 to 10"))
        elif self._known("scenario", path, _("fact"), name, (*self.meters, *self.kinds)):
            statuses = self._statuses(name) or ()
            if value not in statuses:
                message = _("“{value}” must be one of: {known}", value=value, known=", ".join(statuses))
                self._fault("scenario", path, "wrong-value", message)

    def _check_objectives(self) -> None:
        if self.objectives is None:
            return
        named: list[tuple[Path, str]] = [(("objectives", i), name) for i, name in enumerate(self.file.objectives)]
        for key in ("preparation", "note"):
            named += [((key, i, "objective"), form.objective) for i, form in enumerate(getattr(self.file, key))]
        for card, excuse in self.file.excuses.items():
            if excuse:
                named += [(("excuses", card, "objectives", i), name) for i, name in enumerate(excuse.objectives)]
        for path, name in named:
            if name is not None:
                self._known("scenario", path, _("objective"), name, self.objectives)

    def _check_texts(self) -> None:
        """Every placeholder of every layer's texts is a figure of this case."""
        known = figures(self.file, "en")
        for layer_name, layer in self.layers.items():
            for path, text in _texts(layer, ()):
                for placeholder in PLACEHOLDER.findall(text):
                    if placeholder not in FIGURES:
                        message = _("there is no figure “{name}”.", name=placeholder) + " "
                        self._fault(
                            layer_name, path, "unknown-placeholder", message + did_you_mean(placeholder, FIGURES)
                        )
                    elif placeholder not in known:
                        message = _("the case lacks what “{name}” is worked out from", name=placeholder)
                        if layer_name == "scenario":
                            self._fault(layer_name, path, "unknown-placeholder", message)


def matches(patterns: str | tuple[str, ...], tactic: Tactic | Move) -> bool:
    """Whether one of the patterns (an id, ``family.*`` or ``*``) means this tactic."""
    name = tactic.id if isinstance(tactic, Tactic) else tactic.tactic
    return any(one in ("*", name, f"{tactic.family}.*") for one in _listed(patterns))


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, tuple | list) else (value,)


def _over(upper: Any, lower: Any) -> Any:
    """``upper`` with the fields it leaves out taken from ``lower``; of different kinds, ``upper`` alone."""
    if type(upper) is not type(lower):
        return upper
    return lower.model_copy(update={name: getattr(upper, name) for name in upper.model_fields_set})


def _variants(value: Text | Lines, path: Path) -> Iterator[tuple[Path, str]]:
    for language in ("zh", "en"):
        words = getattr(value, language)
        if isinstance(words, tuple):
            yield from (((*path, language, i), text) for i, text in enumerate(words))
        elif words:
            yield (*path, language), words


def _texts(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Text | Lines):
        yield from _variants(value, path)
    elif isinstance(value, Frozen):
        for name in value.model_fields_set:
            yield from _texts(getattr(value, name), (*path, name))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*path, key))
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _texts(item, (*path, i))
