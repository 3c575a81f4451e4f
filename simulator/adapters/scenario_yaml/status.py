"""The status of a scenario file, changed with everything else left as it is: comments, order, quotes, empty lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.adapters.scenario_yaml.source import Findings
from simulator.adapters.scenario_yaml.tree import Entries, Items, Node, Place, Scalar, compose, data

if TYPE_CHECKING:
    from simulator.model.scenario import Status

_KEY = "status"
_BEFORE = ("title", "scenario")  # after which of these the line is added: the first that is there
_MOST_TRIED = 10  # lines below a title before the next key: what a bracket that closes late, and a comment, take


def with_status(text: str, status: Status) -> str | None:
    """The text with another ``status:``; None where it is no sound mapping, or there is no safe place for the line.

    However it is written, a changed text is given only if it means what the old one means, but for the status.

    Args:
        text: with line ends as ``\\n``.
    """
    tree = _sound(text)
    if not isinstance(tree, Entries):
        return None
    wanted = {**data(tree), _KEY: status}
    tries = _replaced(text, tree, status) if _KEY in tree.entries else _added(text, tree, status)
    for changed in tries:
        again = _sound(changed)
        if again is not None and data(again) == wanted:
            return changed
    return None


def _sound(text: str) -> Node | None:
    """The tree of a text that has no problem as YAML, such as a key that stands there twice."""
    found = Findings("")
    tree = compose(text, found)
    return None if found.problems else tree


def _replaced(text: str, tree: Entries, status: str) -> Iterator[str]:
    """The text with another value; in the quotes that it had, and where it had none at all, behind a space."""
    _key, value = tree.entries[_KEY]
    if isinstance(value, Scalar):
        begin, end = _offset(text, value.place), _offset(text, value.end)
        quote = text[begin] if text[begin:end].startswith(('"', "'")) else ""
        yield text[:begin] + quote + status + quote + text[end:]
        yield f"{text[:begin]} {status}{text[end:]}"
        yield f"{text[:begin]}{status}\n{text[end:]}"  # a block, which ends with its line


def _added(text: str, tree: Entries, status: str) -> Iterator[str]:
    """The text with a line after the title; its value may go on below it, so each line down to the next key is tried.

    A file written in braces has no lines to add one to: there it is added before the title.
    """
    before = next((tree.entries[name] for name in _BEFORE if name in tree.entries), None)
    if before is None:
        return
    key, value = before
    lines = text.splitlines(keepends=True)
    last = _last_line(value)
    for number in range(last, min(last + _MOST_TRIED, len(lines)) + 1):
        above, below = "".join(lines[:number]), "".join(lines[number:])
        new = " " * (key.place.column - 1) + f"{_KEY}: {status}"
        yield f"{above}{new}\n{below}" if above.endswith("\n") else f"{above}\n{new}"
    begin = _offset(text, key.place)
    yield f'{text[:begin]}"{_KEY}": "{status}", {text[begin:]}'


def _last_line(node: Node) -> int:
    """The last line on which a value has something."""
    match node:
        case Scalar(place, end):
            return max(end.line - 1, place.line) if end.column == 1 else end.line
        case Items(place, items):
            return max([place.line, *map(_last_line, items)])
        case Entries(place, entries):
            return max([place.line, *(_last_line(value) for _key, value in entries.values())])


def _offset(text: str, place: Place) -> int:
    start = 0
    for _line in range(place.line - 1):
        start = text.find("\n", start) + 1
    return start + place.column - 1
