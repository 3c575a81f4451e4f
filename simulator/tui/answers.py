"""Asking a field of preparation or note line by line, and reading what was typed."""

from __future__ import annotations

import re
import unicodedata

from simulator.model.case import Answer, FormQuestion
from simulator.model.language import _
from simulator.tui.views import Words

_BETWEEN = re.compile(r"[\s,;，、；]+")
_NUMBER = re.compile(r"[-+]?\d+(\.\d+)?")
_MYRIAD = "万"


def ask_lines(words: Words, asked: FormQuestion) -> list[str]:
    """A field as it is asked: the question, its numbered options, and how to answer."""
    lines = [words.text(asked.ask) or asked.id]
    lines.extend(f"{number}. {words.text(text)}" for number, text in enumerate(asked.options.values(), 1))
    if asked.kind == "sort":
        lines.append(_("Classes:"))
        lines.extend(f"{_letter(index)}. {words.text(text)}" for index, text in enumerate(asked.classes.values()))
    lines.append(_how(words, asked))
    return lines


def _how(words: Words, asked: FormQuestion) -> str:
    match asked.kind:
        case "one":
            return _("Answer with one number.")
        case "many":
            return _("Answer with all the numbers that are right, with spaces between them.")
        case "order":
            return _("Answer with all the numbers in order, with spaces between them.")
        case "sort":
            return _("Answer with a class for each option, as 1a 2b 3a.")
        case _:
            unit = words.text(asked.unit)
            return _("Answer with a number ({unit}).", unit=unit) if unit else _("Answer with a number.")


def read_answer(asked: FormQuestion, typed: str) -> Answer:
    """The answer that was typed; None for an empty line.

    Raises:
        ValueError: it is none for this field; the text says what is wanted.
    """
    # Full-width digits and letters come from Chinese input methods.
    text = unicodedata.normalize("NFKC", typed).strip()
    if not text:
        return None
    if asked.kind == "number":
        return _number(text)
    parts = [part for part in _BETWEEN.split(text) if part]
    answer: Answer
    match asked.kind:
        case "one":
            if len(parts) != 1:
                raise ValueError(_("One number is wanted."))
            answer = _option(asked, parts[0])
        case "sort":
            answer = dict(_sorted(asked, part) for part in parts)
        case _:
            answer = tuple(_option(asked, part) for part in parts)
    if asked.answer_fault(answer):
        raise ValueError(
            _("Every number is wanted once.") if asked.kind == "order" else _("A number stands there twice.")
        )
    return answer


def _number(text: str) -> float:
    bare = text.replace(",", "").replace(" ", "")
    times = 10_000 if bare.endswith(_MYRIAD) else 1
    bare = bare.removesuffix(_MYRIAD)
    if not _NUMBER.fullmatch(bare):
        raise ValueError(_("“{text}” is not a number.", text=text))
    return float(bare) * times


def _option(asked: FormQuestion, part: str) -> str:
    """The option of a number, or of its id."""
    options = list(asked.options)
    if part in asked.options:
        return part
    if part.isdecimal() and 1 <= int(part) <= len(options):
        return options[int(part) - 1]
    raise ValueError(_("“{text}” is none of the numbers 1 to {last}.", text=part, last=len(options)))


def _sorted(asked: FormQuestion, part: str) -> tuple[str, str]:
    classes = list(asked.classes)
    option, letter = part[:-1].rstrip("=:"), part[-1].lower()
    index = ord(letter) - ord("a")
    if not 0 <= index < len(classes):
        raise ValueError(
            _(
                "“{text}”: a number and one of the letters a to {last} are wanted.",
                text=part,
                last=_letter(len(classes) - 1),
            )
        )
    return _option(asked, option), classes[index]


def _letter(index: int) -> str:
    return chr(ord("a") + index)
