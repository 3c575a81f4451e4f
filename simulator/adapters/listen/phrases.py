"""Reads the examples: the few forms of block YAML that their files use, so that training needs no YAML library."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from simulator.adapters.listen.features import CUES
from simulator.model.language import LANGUAGES, Language

_KEY = re.compile(r"^( *)([a-z0-9.-]+):$")
_ITEM = re.compile(r"^ *- (.+)$")
_REGISTERS = 3  # each list holds business speech, everyday speech and chat, a third each and in this order


@dataclass(frozen=True, slots=True)
class Phrase:
    """One example.

    Attributes:
        tactic: what it is an example of; ``none`` for no tactic.
        register: 0 business speech, 1 everyday speech, 2 chat; by its place in the list.
    """

    tactic: str
    language: Language
    text: str
    register: int


def read(folder: Path) -> list[Phrase]:
    """All examples of a folder's ``*.yaml``, in the order of files and lines.

    Raises:
        ValueError: a line has a form that these files do not use; the file and the line are named.
    """
    return [phrase for path in sorted(folder.glob("*.yaml")) for phrase in _of_file(path)]


def digest(folder: Path) -> str:
    """Hex SHA-256 of everything that the weights depend on besides the code."""
    found = hashlib.sha256()
    for path in (*sorted(folder.glob("*.yaml")), CUES):
        found.update(path.name.encode() + b"\0" + path.read_bytes().replace(b"\r\n", b"\n") + b"\0")
    return found.hexdigest()


def _of_file(path: Path) -> Iterator[Phrase]:
    listed: dict[tuple[str, Language], list[str]] = {}
    keys: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if key := _KEY.match(line):
            keys = [*keys[: len(key[1]) // 2], key[2]]
        elif (item := _ITEM.match(line)) and len(keys) > 1 and keys[-1] in LANGUAGES:
            language: Language = "zh" if keys[-1] == "zh" else "en"
            listed.setdefault((keys[-2], language), []).append(_scalar(item[1], path, number))
        else:
            raise ValueError(f"{path}:{number}: neither a key nor an example: {line}")
    for (tactic, language), texts in listed.items():
        yield from _phrases(tactic, language, texts)


def _phrases(tactic: str, language: Language, texts: Sequence[str]) -> Iterator[Phrase]:
    for place, text in enumerate(texts):
        yield Phrase(tactic, language, text, _REGISTERS * place // len(texts))


def _scalar(written: str, path: Path, number: int) -> str:
    written = written.strip()
    if written.startswith('"'):
        return str(json.loads(written))
    if written.startswith("'") and written.endswith("'"):
        return written[1:-1].replace("''", "'")
    if ": " in written or " #" in written or (written[0] in "[]{}&*!|>%@`,?:" and not written[1:2].strip()):
        raise ValueError(f"{path}:{number}: put it in quotes: {written}")
    return written
