"""Texts and lines: what people read, in one language or both. Text is data and never markup."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from simulator.model.characters import CONTROL
from simulator.model.language import LANGUAGES, Language, _

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
LONGEST_TEXT = 20_000  # characters; a long contract extract has about 3,000


class Frozen(BaseModel):
    """A value of the scenario language: immutable, with no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


def _text_problem(text: str) -> None:
    if CONTROL.search(text):
        raise ValueError(_("control characters are not allowed in a text"))
    if len(text) > LONGEST_TEXT:
        raise ValueError(_("a text has at most {most} characters", most=LONGEST_TEXT))


def _as_text_schema(schema: dict[str, Any]) -> None:
    words = dict(schema)
    schema.clear()
    schema["anyOf"] = [{"type": "string"}, words]
    schema["description"] = "A text: a string, or {zh: …, en: …}."


class Text(Frozen):
    """A text in Chinese, in English, or in both; a bare string serves both."""

    model_config = ConfigDict(json_schema_extra=_as_text_schema)

    zh: str | None = None
    """The Chinese text."""
    en: str | None = None
    """The English text."""

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: object) -> object:
        return {"zh": value, "en": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check(self) -> Text:
        for text in (self.zh, self.en):
            if text is not None:
                _text_problem(text)
        if self.zh is None and self.en is None:
            raise ValueError(_("a text needs zh or en"))
        return self

    def to(self, language: Language) -> str:
        """The text in ``language``, or in the other one where it lacks it."""
        return (self.zh or self.en if language == "zh" else self.en or self.zh) or ""

    @property
    def missing(self) -> tuple[Language, ...]:
        """The languages this text lacks."""
        return tuple(one for one in LANGUAGES if not getattr(self, one))


def _as_lines_schema(schema: dict[str, Any]) -> None:
    words = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    both = {"type": "object", "properties": {"zh": words, "en": words}, "additionalProperties": False}
    schema.clear()
    schema["anyOf"] = [{"type": "string"}, both, {"type": "array", "items": {"anyOf": [{"type": "string"}, both]}}]
    schema["description"] = "What is said: {zh: [variants], en: [variants]}, a string, or a list of texts."


class Lines(Frozen):
    """What is said, as variants in each language."""

    model_config = ConfigDict(json_schema_extra=_as_lines_schema)

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _from_shorter_forms(cls, value: object) -> object:
        if isinstance(value, str):
            return {"zh": (value,), "en": (value,)}
        if isinstance(value, list):
            return _from_variants(value)
        if isinstance(value, Mapping):
            return {key: _variants(words) for key, words in value.items()}
        return value

    @model_validator(mode="after")
    def _check(self) -> Lines:
        for variant in (*self.zh, *self.en):
            _text_problem(variant)
            if not variant.strip():
                raise ValueError(_("a line must not be empty"))
        if not self.zh and not self.en:
            raise ValueError(_("a line needs at least one variant"))
        return self

    def to(self, language: Language) -> tuple[str, ...]:
        """The variants in ``language``, or in the other one where there are none."""
        return (self.zh or self.en) if language == "zh" else (self.en or self.zh)


def _variants(words: object) -> object:
    """One variant or a list of them as a tuple: what strict validation takes from Python."""
    if isinstance(words, str):
        return (words,)
    return tuple(words) if isinstance(words, list) else words


def _from_variants(variants: list[object]) -> dict[str, object]:
    lines: dict[str, list[object]] = {"zh": [], "en": []}
    for variant in variants:
        if isinstance(variant, Mapping):
            for key, words in variant.items():
                lines.setdefault(str(key), []).append(words)
        else:
            lines["zh"].append(variant)
            lines["en"].append(variant)
    return {key: tuple(words) for key, words in lines.items()}
