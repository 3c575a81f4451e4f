"""One file to one model, and one scenario with its layers to a merged ``Scenario``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from simulator.adapters.scenario_yaml.shape import follow, key_place, shaped
from simulator.adapters.scenario_yaml.source import Findings, given_text, printable, read_text
from simulator.adapters.scenario_yaml.tree import Entries, Items, Node, Place, Scalar, compose
from simulator.model.errors import BadFile
from simulator.model.language import _
from simulator.model.problem import Fault, Problem

M = TypeVar("M", bound=BaseModel)

_SPOKEN = ("say", "line", "examples")  # the keys under which variants of a line stand
_WHOLE = tuple("。！？…”』」.!?\"'")  # a variant that ends so is no piece of another
_NAMED_BY_KEY = ("when", "then", "give", "answers")  # their keys are names of facts or endings


@dataclass(frozen=True, slots=True)
class Checked(Generic[M]):
    """A file that was read.

    Attributes:
        model: what it means; None where problems stand in the way.
        tree: None where it is no YAML.
        problems: all of them, by place.
    """

    file: str
    tree: Node | None
    model: M | None
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """The file's name without its ending, which is the id of a persona or a course."""
        return Path(self.file).stem

    @property
    def is_sound(self) -> bool:
        """Nothing leaves it without a meaning."""
        return self.model is not None and all(problem.severity == "finding" for problem in self.problems)

    def sound(self) -> M:
        """What the file means.

        Raises:
            BadFile: it has problems that leave it without a meaning.
        """
        if self.model is None or not self.is_sound:
            raise BadFile(problem for problem in self.problems if problem.severity == "error")
        return self.model


def read_file(path: Path, model: type[M], inside: Path | None = None, text: str | None = None) -> Checked[M]:
    """Reads one file, whatever it holds; the problems say what is wrong with it.

    Args:
        inside: a folder that the file must really lie in, links followed.
        text: read as if the file held it.
    """
    findings = Findings(printable(path, most=1000))
    known = read_text(path, findings, inside) if text is None else given_text(text, findings)
    return check_text(known, model, findings)


def check_text(text: str | None, model: type[M], findings: Findings) -> Checked[M]:
    """Makes what ``read_text`` gave into a model; ``findings`` are those of reading, and grow."""
    tree = None if text is None else compose(text, findings)
    value = None if tree is None else shaped(tree, model, findings)
    if tree is not None:
        for place, message in _split_lines(tree):
            findings.add(place, "split-line", message, "finding")
    return Checked(findings.file, tree, value, tuple(sorted(set(findings.problems))))


def identified(checked: Checked[M], key: str, name: str) -> Checked[M]:
    """``checked`` with a problem if its id, which stands at ``key``, is not the name by which the file is found."""
    if checked.model is None or checked.tree is None or getattr(checked.model, key) == name:
        return checked
    found = Findings(checked.file, list(checked.problems))
    _path, node = follow(checked.tree, (key,))
    message = _("this must be “{name}”, as the file or its folder is named", name=printable(name))
    found.add(node.place, "wrong-value", message)
    return replace(checked, problems=tuple(sorted(found.problems)))


def place_faults(faults: Iterable[Fault], layers: Mapping[str, Checked[Any]]) -> tuple[Problem, ...]:
    """The faults of merging, or findings about what was merged, as problems of the files that the layers come from."""
    found = {name: Findings(checked.file) for name, checked in layers.items()}
    for fault in faults:
        tree = layers[fault.layer].tree
        place = Place(0, 0) if tree is None else _fault_place(tree, fault)
        message = fault.message + _surprise(tree, fault)
        found[fault.layer].add(place, fault.code, message, fault.severity, fault.witness)
    return tuple(sorted({problem for one in found.values() for problem in one.problems}))


def _fault_place(tree: Node, fault: Fault) -> Place:
    path, node = follow(tree, fault.path)
    if not path:
        return Place(1, 1)
    if fault.severity == "finding":  # about the whole card, rule or text: where it begins
        return key_place(tree, path)
    above = path[-2] if len(path) > 1 else None
    match fault.code:
        case "missing-key" | "wrong-effect" | "chance-and-outcome":
            return key_place(tree, path)
        case "duplicate-id" if path[-1] != "id":
            return key_place(tree, path)
        case "unknown-name" if above in _NAMED_BY_KEY and path[-1] not in ("ending", "stage", "last"):
            return key_place(tree, path)
    return node.items[0].place if isinstance(node, Items) and len(node.items) == 1 else node.place


def _surprise(tree: Node | None, fault: Fault) -> str:
    """The advice to quote a word that YAML took for something else than text."""
    node = None if tree is None else follow(tree, fault.path)[1]
    if fault.code == "wrong-value" and isinstance(node, Scalar) and isinstance(node.value, bool):
        return _("; YAML reads “{text}” as true or false, so write it in quotes if it is a name", text=node.text)
    return ""


def _split_lines(node: Node, spoken: bool = False) -> Iterator[tuple[Place, str]]:
    """Variants of a line that look like pieces of one, which an ASCII comma between brackets split."""
    if isinstance(node, Entries):
        for key, (_key, value) in node.entries.items():
            yield from _split_lines(value, spoken=key in _SPOKEN or (spoken and key in ("zh", "en")))
    elif isinstance(node, Items):
        for before, after in zip(node.items, node.items[1:], strict=False) if spoken else ():
            if isinstance(before, Scalar) and isinstance(after, Scalar) and _is_split(before, after):
                yield after.place, _split_message(after)
        for item in node.items:
            yield from _split_lines(item)


def _split_message(piece: Scalar) -> str:
    return _(
        "“{piece}” looks like a piece of the line before it: between brackets an ASCII comma starts a new line; "
        "write the lines below each other with “- ”, or in quotes",
        piece=printable(piece.text, most=30),
    )


def _is_split(before: Scalar, after: Scalar) -> bool:
    is_plain = not before.quoted and not after.quoted
    return is_plain and before.end.line == after.place.line and not before.text.endswith(_WHOLE)
