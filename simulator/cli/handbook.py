"""``huikuan handbook``: tactics, excuses, pressure points, law and knowledge cards, found by their words."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.errors import UnknownName
from simulator.model.language import _, current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.workflows.handbook import Entry


def describe() -> str:
    return _("look up tactics, excuses, pressure points, law and terms")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("words", nargs="*", metavar=_("WORD"), help=_("an id, or words that must all occur"))
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows.handbook import entries, find

    library = parts.house(arguments).library
    known = entries(library.handbook(), library.catalogue(), current())
    words = " ".join(arguments.words)
    found = [entry for entry in known if entry.id.casefold() == words.casefold()] or find(known, words)
    if not found:
        raise UnknownName(_("entry"), output.plain(words), [entry.id for entry in known])
    if arguments.json:
        output.document([_as_document(entry) for entry in found])
    elif len(found) == 1:
        _show(found[0])
    else:
        _list(found)
    return diagnostics.FINE


def _list(found: Sequence[Entry]) -> None:
    from simulator.workflows.handbook import KIND_NAMES

    for kind, name in KIND_NAMES.items():
        of_kind = [entry for entry in found if entry.kind == kind]
        if of_kind:
            output.line(_(name))
        for entry in of_kind:
            output.line(output.plain(f"  {entry.id}  {entry.title}"))


def _show(entry: Entry) -> None:
    output.line(output.plain(f"{entry.title} ({entry.id})"))
    for part in entry.parts:
        output.line()
        if part.heading:
            output.line(part.heading)
        for line in part.lines:
            output.line(output.plain("  " + line.strip().replace("\n", "\n  ")))
    for asked in entry.quiz:
        output.line()
        output.line(output.plain(_("Question: {ask}", ask=asked.ask.to(current()) if asked.ask else asked.id)))
        for option in asked.options.values():
            output.line(output.plain(f"  - {option.to(current())}"))
    if entry.see:
        output.line()
        output.line(_("See also: {ids}", ids=", ".join(entry.see)))


def _as_document(entry: Entry) -> dict[str, object]:
    quiz = [asked.model_dump(mode="json") for asked in entry.quiz]
    return {**asdict(entry), "quiz": quiz}
