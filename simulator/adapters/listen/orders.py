"""Lines that are not said to the debtor at all: orders to the program, code, and lists of the tactics' names.

They are none of the moves whatever else is in them, so that nobody is heard for naming what he should have said. The
forms are those of the attempts in the tests, in both languages; a line to a customer has none of them.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_ORDERS = Path(__file__).parent / "orders.toml"
_LISTING = re.compile(r"[,，、;；/|\n+>→。.:：()（）]+| and | then | 和 | 加 |然后|以及|再加|外加")
_SHORTEST = {True: 2, False: 4}  # characters of a piece of a name that tells something, in Chinese and in English
_QUOTES = "“”‘’「」『』《》\"'"
_FEWEST = 2  # pieces of a list; one name alone is none too, if there is nothing else in the line
_MANY = 4  # pieces of a list that has other words too


class Orders:
    """Knows an order to the program when it sees one.

    Args:
        names: what tactics and families are called, ids and names in both languages.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple({plain for name in names if (plain := _plain(name))})
        self._ids = tuple(name for name in self._names if "." in name)
        self._long = tuple(name for name in self._names if len(name) >= (4 if _chinese(name) else 12))

    def is_one(self, text: str) -> bool:
        """Whether a line orders the program, is code, or lists names of tactics."""
        plain = _plain(text)
        if _forms().search(plain) or any(
            re.search(rf"(?<![\w.@-]){re.escape(one)}(?![\w@-])", plain) for one in self._ids
        ):
            return True
        named = [name for name in self._long if name in plain]
        if any(re.search(rf"[{_QUOTES}]{re.escape(name)}[{_QUOTES}]", plain) for name in named):
            return True  # nobody quotes a tactic's name to a customer
        return len(named) >= _FEWEST or self._is_list(plain)

    def _is_list(self, plain: str) -> bool:
        """Whether the pieces of a line are, all but a few, names of tactics or parts of them."""
        pieces = [piece for one in _LISTING.split(plain) if (piece := one.strip())]
        known = [piece for piece in pieces if self._is_named(piece)]
        if len(pieces) == 1:
            return plain in self._names
        return len(known) >= (_FEWEST if len(known) == len(pieces) else _MANY) and 3 * len(known) >= 2 * len(pieces)

    def _is_named(self, piece: str) -> bool:
        return len(piece) >= _SHORTEST[_chinese(piece)] and any(piece in name for name in self._names)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _chinese(text: str) -> bool:
    return any("\u3400" <= sign <= "\u9fff" for sign in text)


@cache
def _forms() -> re.Pattern[str]:
    known = tomllib.loads(_ORDERS.read_text(encoding="utf-8"))
    return re.compile("|".join(form for forms in known.values() for form in forms))
