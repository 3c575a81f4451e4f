"""Finds the command, hands it its arguments, and turns errors into messages and exit codes."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import pairwise
from typing import NoReturn, Protocol, cast

from simulator import __version__
from simulator.cli import diagnostics, output
from simulator.model import language
from simulator.model.errors import HuikuanError, UsageError, did_you_mean
from simulator.model.language import N_, _

# Each command is the module of the same name; `huikuan` alone opens the application.
COMMANDS = (
    "play",
    "run",
    "listen",
    "list",
    "handbook",
    "check",
    "test",
    "solve",
    "balance",
    "graph",
    "new",
    "studio",
    "publish",
    "team",
    "diff",
    "schema",
    "report",
    "export",
    "verify",
    "regrade",
    "people",
    "assign",
    "data",
    "demo",
    "decide",
    "store",
    "user",
    "serve",
)

# What argparse itself says. It asks gettext, which knows nothing of `--lang`, and is made to ask us.
argparse._ = _  # type: ignore[attr-defined]
ARGPARSE_SAYS = (
    N_("usage: "),
    N_("options"),
    N_("positional arguments"),
    N_("%(heading)s:"),
    N_("show this help message and exit"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("expected one argument"),
    N_("ignored explicit argument %r"),
    N_("invalid %(type)s value: %(value)r"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("the following arguments are required: %s"),
    N_("one of the arguments %s is required"),
    N_("not allowed with argument %s"),
    N_("unrecognized arguments: %s"),
)


class Command(Protocol):
    """What a command's module has."""

    def describe(self) -> str:
        """One line for the list of commands."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, arguments: argparse.Namespace) -> int:
        """Does it; the exit code."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}\n{self.format_usage().rstrip()}")


def main(arguments: Sequence[str] | None = None) -> int:
    """The program. Returns the exit code: 0 fine, 1 problems found, 2 usage or settings, 3 store, 130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given in (["--version"], ["-V"]):
            output.line(f"huikuan {__version__}")
            return diagnostics.FINE
        language.use(_early_language(given))
        return _dispatch(given)
    except HuikuanError as error:
        return diagnostics.report(error)
    except KeyboardInterrupt:
        return diagnostics.interrupted()
    except BrokenPipeError:
        output.forget_pipe()
        return diagnostics.FINE


def _dispatch(given: list[str]) -> int:
    named = _command_of(given)
    if named is not None and named not in COMMANDS:
        raise UsageError(_("There is no command “{name}”.", name=named) + " " + did_you_mean(named, COMMANDS))
    about = _("Practise asking a customer you want to keep to pay what he owes.")
    parser = _Parser(prog="huikuan", description=about, allow_abbrev=False)
    _common(parser, top=True)
    if named is None and not {"-h", "--help"} & set(given):  # the application: no command's module is loaded for it
        from simulator.cli.play import open_application

        return open_application(parser.parse_args(given))
    commands = parser.add_subparsers(dest="command", metavar=_("COMMAND"), parser_class=_Parser)
    for name in COMMANDS if named is None else (named,):
        module = cast(Command, import_module(f"simulator.cli.{name}"))
        said = module.describe()
        command = commands.add_parser(name, help=said, description=said, allow_abbrev=False)
        _common(command, top=False)
        module.add_arguments(command)
        for inner in _inner(command):
            _common(inner, top=False)
        command.set_defaults(run=module.run)
    parsed = parser.parse_args(given)
    code: int = parsed.run(parsed)
    return code


def _inner(command: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers of a command's own commands."""
    for action in command._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.values()


def _command_of(given: Sequence[str]) -> str | None:
    """The first word that is neither an option nor the value of one that stands before every command."""
    words = iter(given)
    for word in words:
        if word in ("--lang", "--store"):
            next(words, None)
        elif not word.startswith("-"):
            return word
    return None


def _common(parser: argparse.ArgumentParser, top: bool) -> None:
    unset = None if top else argparse.SUPPRESS
    parser.add_argument("--lang", choices=language.LANGUAGES, default=unset, help=_("language of this run"))
    parser.add_argument("--store", metavar="PATH", default=unset, help=_("file of the record"))
    if top:
        parser.add_argument("--version", "-V", action="version", version=__version__, help=_("print the version"))


def _early_language(given: Sequence[str]) -> language.Language:
    """The language of messages before the arguments are read."""
    from simulator.adapters.settings import language_of

    for word, value in pairwise((*given, "")):
        told = value if word == "--lang" else word.removeprefix("--lang=")
        for known in language.LANGUAGES:
            if told == known and word != told:
                return known
    return language_of()
