"""``huikuan schema``: the JSON Schema of the files."""

from __future__ import annotations

import argparse

from simulator.cli import diagnostics, output
from simulator.model.language import _


def describe() -> str:
    return _("print the JSON Schema of a kind of file")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = ("scenario", "persona", "standard", "tactics", "course", "plan")
    parser.add_argument("kind", nargs="?", choices=kinds, default="scenario", help=_("the kind of file"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.adapters.scenario_yaml.schema import schemas

    output.document(schemas()[arguments.kind])
    return diagnostics.FINE
