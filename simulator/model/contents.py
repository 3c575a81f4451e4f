"""The contents beside the rules: ids, endings, forms, objectives and texts, each name in them one that exists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.model import conditions
from simulator.model.case import FormQuestion, NoteField
from simulator.model.errors import did_you_mean
from simulator.model.figures import FIGURES, figures
from simulator.model.language import _
from simulator.model.names import Gone, Names, Path, listed
from simulator.model.rules import Dropped, Resolver
from simulator.model.scenario import CARD_SECTIONS, Card, Ending, Layer, LayerName, ScenarioFile
from simulator.model.text import PLACEHOLDER, Frozen, Lines, Text


@dataclass(slots=True)
class ContentCheck:
    """Notes the faults of everything that is not a rule."""

    file: ScenarioFile
    layers: Mapping[LayerName, Layer]
    names: Names
    resolver: Resolver
    objectives: frozenset[str] | None

    def check_names(self, sections: Mapping[str, Mapping[str, Card]], endings: dict[str, Ending]) -> None:
        """Every id is used once; every ending says what it recovers and names what exists."""
        if not self.names.stages:
            self.names.fault("scenario", (), "missing-key", _("no layer has “stages”; list at least one"))
        self._check_tactics()
        self._check_cards(sections)
        self._check_stages()
        for key in ("preparation", "note"):
            ids = [form.id for form in getattr(self.file, key)]
            for i, form in enumerate(ids):
                if form in ids[:i]:
                    self._twice("scenario", (key, i, "id"), form)
        self._check_endings(endings)

    def check_forms(self) -> None:
        """Every answer is of its field's kind, and every objective exists."""
        for i, question in enumerate(self.file.preparation):
            path: Path = ("preparation", i)
            self._check_answer((*path, "answer"), question, question.answer)
            for name, value in question.give.items():
                self._check_give((*path, "give", name), name, value)
        for i, note in enumerate(self.file.note):
            self._check_note(("note", i), note)
        self._check_objectives()

    def _check_tactics(self) -> None:
        """Whatever happens there is something lawful to say: else a position without a move would have no value."""
        if any(not one.forbidden and (one.alone or not one.takes) for one in self.names.tactics.values()):
            return
        message = _("no lawful tactic can be used without a card; let one take none, or give it “alone: true”")
        self.names.fault("catalogue", ("tactics",), "no-bare-tactic", message)

    def _check_cards(self, sections: Mapping[str, Mapping[str, Card]]) -> None:
        reserved = {"stage", "last", "conduct", "card", "same", "none", *self.names.stages, *self.names.meters}
        counts = Counter(card for cards in sections.values() for card in cards)
        for layer_name, layer in self.layers.items():
            for section in CARD_SECTIONS:
                for card in getattr(layer, section):
                    if counts[card] > 1 or card in reserved:
                        self._twice(layer_name, (section, card), card)

    def _check_stages(self) -> None:
        for layer_name, layer in self.layers.items():
            stages = layer.stages or ()
            for i, stage in enumerate(stages):
                if stage in stages[:i] or stage in self.names.meters:
                    self._twice(layer_name, ("stages", i), stage)

    def _twice(self, layer: LayerName, path: Path, name: str) -> None:
        message = _("the id “{id}” is used twice; every id is used once across all kinds", id=name)
        self.names.fault(layer, path, "duplicate-id", message)

    def _check_endings(self, endings: dict[str, Ending]) -> None:
        if "timeout" not in endings:
            self.names.fault(
                "scenario", ("endings",), "missing-key", _("the ending “timeout” is missing from all layers")
            )
        uppers: list[Layer] = []
        for layer_name, layer in self.layers.items():
            for key, ending in layer.endings.items():
                if ending is None or key not in endings:
                    continue
                if endings[key].recovers is None and not any(key in upper.endings for upper in uppers):
                    message = _("the ending “{id}” says nowhere what it “recovers” (0–1)", id=key)
                    self.names.fault(layer_name, ("endings", key), "missing-key", message)
                endings[key] = self._checked_ending(layer_name, key, ending, endings[key])
            uppers.append(layer)

    def _checked_ending(self, layer: LayerName, key: str, ending: Ending, merged: Ending) -> Ending:
        """The merged ending without the effects of a lower layer on what this scenario does not have."""
        for name, effect in ending.then.items():
            path: Path = ("endings", key, "then", name)
            try:
                self.resolver.check_effect(layer, path, name, effect, ())
            except Gone as gone:
                self.resolver.dropped.append(Dropped(layer, path, str(gone)))
                then = {one: value for one, value in merged.then.items() if one != name}
                merged = merged.model_copy(update={"then": then})
        return merged

    def _check_note(self, path: Path, note: NoteField) -> None:
        if note.otherwise != "none":
            self._check_answer((*path, "otherwise"), note, note.otherwise)
        if isinstance(note.answers, dict):
            for ending, answer in note.answers.items():
                self._check_ending((*path, "answers", ending), ending)
                if answer != "none":
                    self._check_answer((*path, "answers", ending), note, answer)
            return
        for j, right in enumerate(note.answers):
            if right.answer != "none":
                self._check_answer((*path, "answers", j, "answer"), note, right.answer)
            for name, condition in right.when.items():
                place = (*path, "answers", j, "when", name)
                if name == "ending":
                    for ending in listed(condition):
                        self._check_ending(place, ending)
                else:
                    self.resolver.check_guard("scenario", place, name, condition, (), True)

    def _check_ending(self, path: Path, ending: str) -> None:
        self.names.known("scenario", path, _("ending"), ending, self.names.endings)

    def _check_answer(self, path: Path, form: FormQuestion, answer: Any) -> None:
        if fault := form.answer_fault(answer):
            self.names.fault("scenario", path, "wrong-value", fault)

    def _check_give(self, path: Path, name: str, value: object) -> None:
        if name in self.names.meters:
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= conditions.METER_TOP:
                self.names.fault("scenario", path, "wrong-value", _("a meter starts at a whole number from 0 to 10"))
        elif self.names.known("scenario", path, _("fact"), name, (*self.names.meters, *self.names.kinds)):
            statuses = self.names.statuses(name) or ()
            if value not in statuses:
                message = _("“{value}” must be one of: {known}", value=value, known=", ".join(statuses))
                self.names.fault("scenario", path, "wrong-value", message)

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
                self.names.known("scenario", path, _("objective"), name, self.objectives)

    def check_texts(self) -> None:
        """Every placeholder of every layer's texts is a figure of this case."""
        known = figures(self.file, "en")
        for layer_name, layer in self.layers.items():
            for path, text in _texts(layer, ()):
                for placeholder in PLACEHOLDER.findall(text):
                    if placeholder not in FIGURES:
                        message = _("there is no figure “{name}”.", name=placeholder) + " "
                        self.names.fault(
                            layer_name, path, "unknown-placeholder", message + did_you_mean(placeholder, FIGURES)
                        )
                    elif placeholder not in known:
                        message = _("the case lacks what “{name}” is worked out from", name=placeholder)
                        if layer_name == "scenario":
                            self.names.fault(layer_name, path, "unknown-placeholder", message)


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


def _variants(value: Text | Lines, path: Path) -> Iterator[tuple[Path, str]]:
    for language in ("zh", "en"):
        words = getattr(value, language)
        if isinstance(words, tuple):
            yield from (((*path, language, i), text) for i, text in enumerate(words))
        elif words:
            yield (*path, language), words
