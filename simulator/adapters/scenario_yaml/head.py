"""The head of a scenario file, read fast and for listing alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from simulator.adapters.scenario_yaml.source import Findings, read_text
from simulator.adapters.scenario_yaml.tree import compose, data
from simulator.workflows.ports import Title

_HEAD = ("scenario", "title", "summary", "courses", "level", "channel", "turns", "status")
_TOP_LEVEL = re.compile(r"^(?=[^\s#-])", re.MULTILINE)  # a list may stand in the column of its key


def read_title(path: Path, identity: str, inside: Path | None) -> Title | None:
    """The scenario's entry in a list; None where the file is too broken for one.

    Args:
        inside: a folder that the file must really lie in, links followed.
    """
    text = read_text(path, Findings(str(path)), inside)
    return None if text is None else given_title(text, path, identity)


def given_title(text: str, path: Path, identity: str) -> Title | None:
    """As ``read_title``, of a text as if the file held it."""
    tree = compose(_head(text), Findings(str(path)))
    return None if tree is None else _entry(data(tree), identity, path)


def _entry(head: Any, identity: str, path: Path) -> Title | None:
    """The entry, checked by hand: the models of the language are too heavy to load for a list."""
    if not isinstance(head, dict) or not isinstance(head.get("scenario"), str):
        return None
    numbers = {key: head.get(key, 1) for key in ("level", "turns")}
    words = {key: head.get(key, other) for key, other in (("channel", "phone"), ("status", "published"))}
    courses = head.get("courses", [])
    sound = (
        "turns" in head
        and all(isinstance(number, int) and not isinstance(number, bool) for number in numbers.values())
        and all(isinstance(word, str) for word in words.values())
        and isinstance(courses, list)
        and all(isinstance(course, str) for course in courses)
    )
    title, summary = _words(head.get("title")), _words(head.get("summary"))
    if not sound or title is None or summary is None:
        return None
    return Title(
        id=identity,
        path=path,
        title=title or {"zh": identity, "en": identity},
        summary=summary,
        level=numbers["level"],
        channel=words["channel"],
        courses=tuple(courses),
        turns=numbers["turns"],
        status=words["status"],
    )


def _head(text: str) -> str:
    """The top-level keys that a list needs, cut out of the file without reading the rest as YAML."""
    blocks = _TOP_LEVEL.split(text)
    return "".join(block for block in blocks if block.partition(":")[0].strip("\"'") in _HEAD)


def _words(text: object) -> dict[str, str] | None:
    """A text by language; None where it is no text."""
    if text is None:
        return {}
    if isinstance(text, str):
        return {"zh": text, "en": text}
    if isinstance(text, dict) and all(isinstance(words, str) for words in text.values()):
        return {key: words for key, words in text.items() if key in ("zh", "en") and words}
    return None
