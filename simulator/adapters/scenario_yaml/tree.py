"""From text to a tree of plain data in which everything knows its place. No tag is ever acted upon."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from simulator.adapters.scenario_yaml.source import Findings, printable
from simulator.model.characters import CONTROL
from simulator.model.errors import HuikuanError
from simulator.model.language import _

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # pragma: no cover  (a PyYAML without libyaml: the same events, ten times slower)
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

DEEPEST = 40  # levels of nesting; the language has 9
MOST_NODES = 50_000  # keys and values of a file; the largest shipped file has 3,000
MOST_ENTRIES = 1_000  # of one list or mapping; bounds everything that works on pairs of them

_CORE = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset(("!", _CORE + "str"))
_SCALAR_TAGS = _TEXT_TAGS | {_CORE + kind for kind in ("int", "float", "bool", "null")}
_LONGEST_PLAIN = 40  # characters; what is longer is never a number, a date or a word that changes type
_PLAIN_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_PLAIN_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+][0-9]+)?")
_TRUE = ("yes", "true", "on")

Value = str | int | float | bool | None


class Place(NamedTuple):
    """Line and column, counted from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Scalar:
    """A single value.

    Attributes:
        text: as it is written, without quotes and escapes.
        value: what YAML 1.1 makes of it; dates stay text.
        end: the place just behind it.
        quoted: it is in quotes or a block, so it is text whatever it looks like.
        broken: a problem has been reported here; what it means is unknown.
    """

    place: Place
    end: Place
    text: str
    value: Value
    quoted: bool
    broken: bool = False


@dataclass(slots=True)
class Items:
    """A list."""

    place: Place
    items: list[Node] = field(default_factory=list)
    broken: bool = False


@dataclass(slots=True)
class Entries:
    """A mapping, by key: the key itself, which has a place too, and the value."""

    place: Place
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    broken: bool = False


Node = Scalar | Items | Entries


def data(node: Node) -> Any:
    """The tree as plain dictionaries, lists and values."""
    match node:
        case Scalar():
            return None if node.broken else node.value
        case Items():
            return [data(item) for item in node.items]
        case Entries():
            return {key: data(value) for key, (_key, value) in node.entries.items()}


def compose(text: str, findings: Findings) -> Node | None:
    """The tree of the one document in ``text``; None if there is none to be had, and ``findings`` says why."""
    builder = _Builder(findings)
    try:
        for event in yaml.parse(text, Loader=_Loader):
            builder.take(event)
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        findings.add(*_syntax_problem(error, text))
        return None
    except (yaml.YAMLError, ValueError) as error:
        findings.add((1, 1), "not-yaml", _("this is not YAML: {why}", why=printable(error)))
        return None
    if builder.root is None:
        findings.add((1, 1), "wrong-type", _("the file is empty; it must hold “key: value” lines"))
    return builder.root


_FULL_WIDTH = re.compile(r"\s*(- )?[a-z][\w-]*：")


class _Stop(HuikuanError):
    """Reading on makes no sense or costs too much; the problem has been reported."""


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read, with the key that waits for its value."""

    node: Items | Entries
    key: Scalar | None = None
    waiting: bool = False
    count: int = 0


class _Builder:
    """Takes YAML events one by one and builds the tree, with its own stack and within the limits."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.root: Node | None = None
        self.open: list[_Open] = []
        self.nodes = 0

    def take(self, event: yaml.Event) -> None:
        """Takes the next event.

        Raises:
            _Stop: a limit is met.
        """
        match event:
            case yaml.ScalarEvent():
                self._refuse_anchor(event)
                self._place(self._scalar(event))
            case yaml.SequenceStartEvent():
                self._start(event, Items(_place(event.start_mark)), "seq")
            case yaml.MappingStartEvent():
                self._start(event, Entries(_place(event.start_mark)), "map")
            case yaml.CollectionEndEvent():
                self.open.pop()
            case yaml.AliasEvent():
                place = _place(event.start_mark)
                self._alias(place)
                self._place(Scalar(place, _place(event.end_mark), "", None, False, broken=True))
            case yaml.DocumentStartEvent() if self.root is not None:
                message = _("a second document starts here; put each scenario into a file of its own and drop “---”")
                self.findings.add(_place(event.start_mark), "multiple-documents", message)
                raise _Stop

    def _start(self, event: yaml.NodeEvent, node: Items | Entries, kind: str) -> None:
        self._refuse_anchor(event)
        tag = getattr(event, "tag", None)
        if tag not in (None, "!", _CORE + kind):
            self._unknown_tag(node.place, tag)
            node.broken = True
        self._place(node)
        self.open.append(_Open(node))
        if len(self.open) > DEEPEST:
            message = _("this is nested more than {most} levels deep; the language needs 9", most=DEEPEST)
            self.findings.add(node.place, "too-deep", message)
            raise _Stop

    def _place(self, node: Node) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            message = _("the file has more than {most} keys and values; split it", most=f"{MOST_NODES:,}")
            self.findings.add(node.place, "too-many-nodes", message)
            raise _Stop
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        if isinstance(top.node, Items):
            self._count(top, node.place)
            top.node.items.append(node)
        elif top.waiting:
            self._enter(top.node, top.key, node)
            top.key, top.waiting = None, False
        else:
            self._count(top, node.place)
            top.key, top.waiting = self._key(top.node, node), True

    def _count(self, top: _Open, place: Place) -> None:
        top.count += 1
        if top.count > MOST_ENTRIES:
            message = _("a list or mapping has at most {most} entries; this one has more", most=f"{MOST_ENTRIES:,}")
            self.findings.add(place, "too-many-nodes", message)
            raise _Stop

    def _enter(self, mapping: Entries, key: Scalar | None, value: Node) -> None:
        if key is None:
            return
        if key.text == "<<" and not key.quoted:
            if not value.broken:
                self._alias(key.place)
            return
        mapping.entries[key.text] = (key, value)

    def _key(self, mapping: Entries, key: Node) -> Scalar | None:
        if not isinstance(key, Scalar):
            message = _("a key must be a single word; in a text, braces and brackets need quotes around it")
            self.findings.add(key.place, "wrong-type", message)
            return None
        if key.broken:
            return None
        if not isinstance(key.value, str):
            message = _("the key {value}; write it in quotes", value=described(key))
            self.findings.add(key.place, "wrong-type", message)
            return None
        if key.text in mapping.entries:
            first = mapping.entries[key.text][0].place.line
            message = _(
                "“{key}” stands here twice, first in line {line}; delete one of the two or join them",
                key=printable(key.text),
                line=first,
            )
            self.findings.add(key.place, "duplicate-key", message)
            return None
        return key

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        place, text, tag = _place(event.start_mark), event.value, event.tag
        quoted = bool(event.style) or tag in _TEXT_TAGS
        node = Scalar(place, _place(event.end_mark), text, text, quoted)
        if tag is not None and tag not in _SCALAR_TAGS:
            self._unknown_tag(place, tag)
            node.broken = True
        elif found := CONTROL.search(text):
            name = f"U+{ord(found[0]):04X}"
            message = _("the control character {name} is not allowed; delete it", name=name)
            self.findings.add(place, "control-character", message)
            node.broken = True
        elif not quoted or (tag is not None and tag not in _TEXT_TAGS):
            self._resolve(node)
        return node

    def _resolve(self, node: Scalar) -> None:
        value = resolved(node.text)
        if isinstance(value, float) and not math.isfinite(value):
            message = _("“{text}” is no number that can be used; write it in quotes if it is a text", text=node.text)
        elif isinstance(value, int | float) and not isinstance(value, bool) and not _looks_like(node.text):
            message = _(
                "YAML reads “{text}” as the number {value}; write it in quotes if it is a text, or as {value} if it is "
                "that number",
                text=node.text,
                value=value,
            )
        else:
            node.value = value
            return
        self.findings.add(node.place, "wrong-type", message)
        node.broken = True

    def _refuse_anchor(self, event: yaml.NodeEvent) -> None:
        if event.anchor is not None:
            self._alias(_place(event.start_mark))

    def _alias(self, place: Place) -> None:
        message = _("anchors and aliases (&name, *name, <<) are not used here; write the value out, or quote the text")
        self.findings.add(place, "alias", message)

    def _unknown_tag(self, place: Place, tag: object) -> None:
        written = printable(str(tag).replace(_CORE, "!!"))
        message = _(
            "the tag “{tag}” is not used here and nothing is run; delete it, or quote a text that starts with “!”",
            tag=written,
        )
        self.findings.add(place, "unknown-tag", message)


def resolved(text: str) -> Value:
    """What YAML 1.1 makes of a plain scalar; a date stays text, and so does what is too long to be anything else."""
    if len(text) > _LONGEST_PLAIN:
        return text
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers.get(text[:1], ())
    kind = next((tag for tag, pattern in resolvers if pattern.match(text)), "").removeprefix(_CORE)
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() in _TRUE
        case "int" | "float":
            return _number(text, kind)
        case _:
            return text


def _number(text: str, kind: str) -> Value:
    """As PyYAML reads it, base 60, base 8 and underscores included."""
    constructor = yaml.constructor.SafeConstructor()
    node = yaml.ScalarNode(_CORE + kind, text)
    try:
        value = constructor.construct_yaml_int(node) if kind == "int" else constructor.construct_yaml_float(node)
    except (ValueError, OverflowError):  # "0b_" is a number by the pattern and none by the constructor
        return text
    return value if isinstance(value, int | float) else text


def _looks_like(text: str) -> bool:
    return bool(_PLAIN_INTEGER.fullmatch(text) or _PLAIN_FLOAT.fullmatch(text))


def described(node: Node) -> str:
    """What stands there, for “expected …, found …”, with what YAML makes of it where that is a surprise."""
    if isinstance(node, Entries):
        return _("a mapping (key: value)")
    if isinstance(node, Items):
        return _("a list")
    text = printable(node.text)
    match node.value:
        case None:
            return _("nothing")
        case bool():
            answer = _("true") if node.value else _("false")
            return _("“{text}”, which YAML reads as {value}", text=text, value=answer)
        case int() | float():
            return _("“{text}”, which YAML reads as a number", text=text)
        case _:
            return _("the text “{text}”", text=text)


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1)


def _line(text: str, number: int) -> str:
    lines = text.split("\n", number)
    return lines[number - 1] if 0 < number <= len(lines) else ""


def _syntax_problem(error: yaml.MarkedYAMLError, text: str) -> tuple[Place, str, str]:
    problem = str(error.problem or "")
    mark = error.problem_mark or error.context_mark
    if "end of stream" in problem and error.context_mark:  # a quote is open: where it opens is what helps
        mark = error.context_mark
    place = _place(mark) if mark else Place(1, 1)
    for number in (place.line, place.line - 1):  # a key without its colon is noticed on the line below
        if _FULL_WIDTH.match(_line(text, number)):
            return Place(number, 1), "not-yaml", _("the colon after the key is a full-width one; write “:” and a space")
    return place, "not-yaml", _advice(problem, _line(text, place.line)[place.column - 1 : place.column])


def _advice(problem: str, character: str) -> str:
    """What is wrong and what to do, for the ways in which YAML most often breaks."""
    if "comment or line break" in problem or "alphabetic or numeric character" in problem:
        return _("a text that begins with “>”, “|”, “*” or “&” means something else here; write it in quotes")
    if "cannot start any token" in problem and character == "\t":
        return _("a tab stands where spaces are needed; indent with spaces")
    if "cannot start any token" in problem:
        return _("a text cannot start with “{character}”; write it in quotes", character=character)
    if "mapping values are not allowed" in problem:
        return _("a “: ” stands where none can be; write the text in quotes, or check the indentation")
    if "end of stream" in problem and "scalar" not in problem:
        return _("the file ends in the middle of a quoted text; close the quotes")
    if "expected ',' or" in problem:
        return _("a bracket or brace is not closed, or a comma is missing; write texts in block style or in quotes")
    if "expected ':'" in problem:
        return _("this line is no “key: value”; a “:” is missing, or the text needs quotes")
    if "expected key" in problem or "block end" in problem or "block collection" in problem:
        return _("the indentation does not fit, or a text needs quotes; entries of one list start in one column")
    return _("this is not YAML: {why}", why=printable(problem))
