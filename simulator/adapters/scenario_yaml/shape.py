"""From the tree to a model, every error of the model put back to its line, in words for an author."""

from __future__ import annotations

import json
import types
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from simulator.adapters.scenario_yaml.source import Findings, printable
from simulator.adapters.scenario_yaml.tree import Entries, Items, Node, Place, Scalar, data, described
from simulator.model.errors import did_you_mean
from simulator.model.language import _
from simulator.model.text import Lines, Text

Path = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)

_TYPE_ERRORS = ("_type", "_parsing", "int_from_float", "date_from_datetime_inexact", "finite_number")


def shaped(tree: Node, model: type[M], findings: Findings) -> M | None:
    """The tree as ``model``; None where it does not fit, and ``findings`` says all that is wrong."""
    if not isinstance(tree, Entries):
        if not tree.broken:
            message = _("the file must hold a mapping (key: value), not {found}", found=described(tree))
            findings.add(tree.place, "wrong-type", message)
        return None
    try:
        return model.model_validate_json(json.dumps(data(tree)))
    except ValidationError as error:
        _Report(tree, model, findings).add(error)
        return None


def follow(tree: Node, path: Iterable[object]) -> tuple[Path, Node]:
    """As far along ``path`` as the tree goes: the steps really taken, and the node there.

    Steps that the tree does not have are passed over: pydantic names the branch of a union, and shorter forms of a
    text have fewer levels than the model they become.
    """
    taken: list[str | int] = []
    node = tree
    for step in path:
        if isinstance(node, Entries) and isinstance(step, str) and step in node.entries:
            node = node.entries[step][1]
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            continue
        taken.append(step)
    return tuple(taken), node


def key_place(tree: Node, path: Path) -> Place:
    """Where the key of the last step of ``path`` stands; for an item of a list, the item."""
    taken, node = follow(tree, path)
    if not taken:
        return tree.place
    _above, parent = follow(tree, taken[:-1])
    if isinstance(parent, Entries):
        return parent.entries[str(taken[-1])][0].place
    return node.place


class _Report:
    """Turns a validation error of pydantic into problems with places."""

    def __init__(self, tree: Entries, model: type[BaseModel], findings: Findings) -> None:
        self.tree = tree
        self.model = model
        self.findings = findings

    def add(self, error: ValidationError) -> None:
        values: dict[Path, list[Mapping[str, Any]]] = defaultdict(list)
        for one in error.errors(include_url=False, include_input=False):
            match one["type"]:
                case "missing":
                    self._missing(one["loc"])
                case "extra_forbidden":
                    self._unknown(one["loc"])
                case _ if one["loc"][-1:] == ("[key]",):
                    self._wrong_key(one["loc"][:-1], one)
                case _:
                    values[follow(self.tree, one["loc"])[0]].append(one)
        inner = {path[:end] for path in values for end in range(len(path))}
        for path, errors in values.items():
            self._wrong(path, errors, hidden=path in inner)

    def _missing(self, loc: Path) -> None:
        path, node = follow(self.tree, loc[:-1])
        if node.broken or (isinstance(node, Entries) and loc[-1] in node.entries):
            return
        message = _("“{key}” is missing here; add it", key=loc[-1])
        place = Place(1, 1) if not path else key_place(self.tree, path)
        self.findings.add(place, "missing-key", message)

    def _unknown(self, loc: Path) -> None:
        key = str(loc[-1])
        path, node = follow(self.tree, loc[:-1])
        found = _holding(node, key)
        if found is None:
            return
        known = set(_fields(_at(self.model, path))) - set(found.entries)
        advice = did_you_mean(key[:60], known) if known else _("a comma in braces starts a new key: quote the text")
        message = _("the key “{key}” is not known here.", key=printable(key)) + " " + advice
        self.findings.add(found.entries[key][0].place, "unknown-key", message)

    def _wrong_key(self, loc: Path, error: Mapping[str, Any]) -> None:
        path, _node = follow(self.tree, loc)
        message = _value_message(error, printable(path[-1] if path else ""))
        self.findings.add(key_place(self.tree, path), "wrong-value", message)

    def _wrong(self, path: Path, errors: list[Mapping[str, Any]], hidden: bool) -> None:
        """One problem for all that the branches of a union have to say about one value."""
        _path, node = follow(self.tree, path)
        if any(follow(self.tree, path[:end])[1].broken for end in range(len(path) + 1)):
            return
        wanted = _at(self.model, path)
        exact = [one for one in errors if not _is_type_error(one) and not _is_choice_of_other_type(one, node)]
        if exact:
            value = printable(node.text) if isinstance(node, Scalar) else described(node)
            for message in dict.fromkeys(_value_message(one, value) for one in exact):
                self.findings.add(node.place, "wrong-value", message)
        elif not hidden:
            message = _("expected {wanted}, found {found}", wanted=_wanted(wanted), found=described(node))
            self.findings.add(node.place, "wrong-type", message + _quoting(node, wanted))


def _is_type_error(error: Mapping[str, Any]) -> bool:
    return str(error["type"]).endswith(_TYPE_ERRORS)


def _is_choice_of_other_type(error: Mapping[str, Any], node: Node) -> bool:
    return error["type"] == "literal_error" and not (isinstance(node, Scalar) and isinstance(node.value, str))


def _holding(node: Node, key: str) -> Entries | None:
    """The mapping that holds ``key``: the node, or one in its list (variants of a line are read across)."""
    if isinstance(node, Entries):
        return node if key in node.entries else None
    items = node.items if isinstance(node, Items) else []
    return next((item for item in items if isinstance(item, Entries) and key in item.entries), None)


def _value_message(error: Mapping[str, Any], value: str) -> str:
    context = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            return str(context.get("error", error["msg"]))
        case "literal_error":
            choices = str(context["expected"]).replace("'", "").replace(" or ", ", ")
            return _("“{value}” is not possible here; write one of: {choices}", value=value, choices=choices)
        case "greater_than_equal":
            return _("{value} is too small; the least is {bound}", value=value, bound=context["ge"])
        case "less_than_equal":
            return _("{value} is too large; the most is {bound}", value=value, bound=context["le"])
        case "string_pattern_mismatch":
            return _pattern_message(str(context["pattern"]), value)
        case "string_too_long":
            return _("this is too long; it has at most {most} characters", most=context["max_length"])
        case "too_short":
            return _("this needs at least {least} entries", least=context["min_length"])
        case _:
            return _("this value is not possible here: {why}", why=error["msg"])


def _pattern_message(pattern: str, value: str) -> str:
    if r"\." not in pattern and "A-Z" not in pattern:
        return _not_an_id(value)
    form = {True: "course/module.objective", False: "family.tactic"}["/" in pattern]
    form = "CNY" if "A-Z" in pattern else form
    return _("“{value}” does not have the form it needs here, which is as in “{form}”", value=value, form=form)


def _not_an_id(value: str) -> str:
    return _("“{value}” is no id; write lower-case letters, digits and hyphens, a letter first", value=value)


def _quoting(node: Node, wanted: list[Any]) -> str:
    is_surprise = isinstance(node, Scalar) and not isinstance(node.value, str | None)
    return _("; write it in quotes") if is_surprise and {str, Text, Lines} & set(map(_plain, wanted)) else ""


# What the models have at a place


def _at(model: type[BaseModel], path: Path) -> list[Any]:
    """The types that may stand at ``path``, unions taken apart."""
    wanted: list[Any] = [model]
    for step in path:
        wanted = [inner for one in wanted for inner in _inside(one, step)]
    return wanted


def _inside(kind: Any, step: str | int) -> Iterator[Any]:
    origin, arguments = get_origin(kind), get_args(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind is Lines and isinstance(step, int):
            yield Text
        elif isinstance(step, str) and step in kind.model_fields:
            yield from _branches(kind.model_fields[step].annotation)
        elif step in ("zh", "en"):
            yield str
    elif origin is dict and isinstance(step, str):
        yield from _branches(arguments[1])
    elif origin is tuple and isinstance(step, int):
        yield from _branches(arguments[0])


def _branches(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _branches(get_args(annotation)[0])
    elif origin in (Union, types.UnionType):
        for branch in get_args(annotation):
            yield from _branches(branch)
    else:
        yield annotation


def _plain(kind: Any) -> Any:
    return get_origin(kind) or kind


def _fields(wanted: Iterable[Any]) -> Iterator[str]:
    for kind in wanted:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from kind.model_fields


def _wanted(wanted: Iterable[Any]) -> str:
    """The types in words, as in “a text or a list”."""
    words = [_in_words(kind) for kind in wanted if kind is not type(None)]
    return _(" or ").join(dict.fromkeys(words)) or _("something else")


def _in_words(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return _("one of {choices}", choices=", ".join(map(str, get_args(kind))))
    names = {
        str: _("a text"),
        Text: _("a text, or zh: and en: with one each"),
        Lines: _("a line, a list of lines, or zh: and en: with such lists"),
        bool: _("true or false"),
        int: _("a whole number"),
        float: _("a number"),
        date: _("a date such as 2025-06-10"),
        tuple: _("a list"),
        dict: _("a mapping (key: value)"),
    }
    return names.get(_plain(kind), _("a mapping (key: value)"))
