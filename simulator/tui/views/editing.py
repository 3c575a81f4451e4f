"""What an editor for YAML does to lines of text; pure functions, no Textual. Rows and columns are counted from 0."""

from __future__ import annotations

import re
from collections.abc import Sequence

from simulator.model.characters import CONTROL
from simulator.tui.views.yaml_lines import NOTHING, colour

STEP = 2  # spaces of an indentation, as in the shipped files
_DASHES = re.compile(r"\s*(?:-\s+)*")
_BREAKS = re.compile("\r\n|[\r\u2028\u2029]")
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"


def editable(text: str) -> str:
    """``text`` as an editor can hold it: no sign that steers a terminal, and only line breaks that all agree on."""
    return CONTROL.sub(_UNKNOWN, _BREAKS.sub("\n", text))


def next_indent(line: str) -> str:
    """The spaces that a new line after this one begins with."""
    spans, left_open = colour(line, NOTHING)
    dashes = _DASHES.match(line)
    entry = dashes.end() if dashes else 0
    if not line.strip():
        return " " * len(line)
    opens = left_open.text == "|" or left_open.depth > 0
    without_comment = [span for span in spans if span.kind != "comment"]
    opens = opens or (bool(without_comment) and without_comment[-1].kind == "key")
    return " " * (entry + STEP if opens else entry)


def shifted(lines: Sequence[str], by: int) -> list[str]:
    """The lines moved in or, where ``by`` is negative, out, as far as they have spaces; empty lines stay empty."""
    if by >= 0:
        return [" " * by + line if line.strip() else line for line in lines]
    return [line[min(-by, len(line) - len(line.lstrip(" "))) :] for line in lines]


def commented(lines: Sequence[str]) -> list[str]:
    """The lines as comments, at the indentation of the one furthest out; if all are comments, as they were before."""
    written = [line for line in lines if line.strip()]
    if written and all(line.lstrip().startswith("#") for line in written):
        return [re.sub(r"^(\s*)# ?", r"\1", line) for line in lines]
    least = min((len(line) - len(line.lstrip()) for line in written), default=0)
    return [f"{line[:least]}# {line[least:]}" if line.strip() else line for line in lines]


def find(lines: Sequence[str], words: str, at: tuple[int, int], backwards: bool = False) -> tuple[int, int] | None:
    """Where ``words`` next occur, whatever their case, beginning at a place and going round at the end.

    Args:
        at: the first place that may be found, or going backwards the first that may not.
    """
    wanted, (row, column) = words.casefold(), at
    if not wanted:
        return None
    count = len(lines)
    for step in range(count + 1):
        here = (row - step if backwards else row + step) % count
        line = _folded(lines[here])
        if backwards:
            end = column + len(wanted) - 1 if not step else len(line)
            found = line.rfind(wanted, column if step == count else 0, max(end, 0))
        else:
            found = line.find(wanted, column if not step else 0, column + len(wanted) - 1 if step == count else None)
        if found >= 0:
            return here, found
    return None


def _folded(line: str) -> str:
    """The line without case, each character still in its column."""
    folded = line.casefold()
    return folded if len(folded) == len(line) else line.lower() if len(line.lower()) == len(line) else line


def difference(before: str, after: str) -> tuple[tuple[int, int], tuple[int, int], str]:
    """The least run of whole lines that turns one text into the other: from where to where in ``before``, and what."""
    old, new = before.split("\n"), after.split("\n")
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    gone, come = old[same : len(old) - tail], new[same : len(new) - tail]
    if gone and come:
        return (same, 0), (same + len(gone) - 1, len(gone[-1])), "\n".join(come)
    if tail:  # whole lines come or go before others
        return (same, 0), (same + len(gone), 0), "".join(f"{line}\n" for line in come)
    start = (same - 1, len(old[same - 1])) if same else (0, 0)
    end = (same + len(gone) - 1, len(gone[-1])) if gone else start
    return start, end, "".join(f"\n{line}" for line in come)
