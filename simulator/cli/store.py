"""``huikuan store``: the record as a whole: made, brought forward, checked, copied."""

from __future__ import annotations

import argparse
from time import monotonic
from typing import TYPE_CHECKING

from simulator.adapters import settings as settings_file
from simulator.cli import diagnostics, output, parts
from simulator.model.language import N_, _

if TYPE_CHECKING:
    from simulator.adapters.store.moving import MovingStore
    from simulator.workflows.ports import ChainFault
    from simulator.workflows.storekeeping import Copied, Kept

# What `_` is given in a variable: what copying is at.
_STEPS = {
    "reading": N_("copying"),
    "comparing": N_("comparing the copy with the original"),
}
_OF = ("open", "most")  # what is said of the connections


def describe() -> str:
    return _("the store itself: make it, bring it forward, check it, copy it to another place")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", metavar=_("ACTION"), required=True)
    making = actions.add_parser("init", help=_("makes a store where there is none"), allow_abbrev=False)
    migrating = actions.add_parser("migrate", help=_("brings an old store forward"), allow_abbrev=False)
    checking = actions.add_parser("check", help=_("recomputes every chain in it"), allow_abbrev=False)
    for action in (making, migrating, checking):
        help_text = _("file, or address of a database (by default that of the settings)")
        action.add_argument("place", nargs="?", metavar=_("PLACE"), help=help_text)
    help_text = _("copies everything to a place that holds nothing; the original may be in use")
    copying = actions.add_parser("copy", help=help_text, allow_abbrev=False)
    copying.add_argument("source", metavar=_("FROM"), help=_("file, or address of a database"))
    copying.add_argument("target", metavar=_("TO"), help=_("file, or address of a database"))
    for action in (making, migrating, checking, copying):
        parts.add_json(action, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    chosen = {"init": _prepare, "migrate": _prepare, "check": _check, "copy": _copy}
    return chosen[arguments.action](arguments)


def _store(arguments: argparse.Namespace, place: str | None, must_exist: bool) -> MovingStore:
    from simulator.adapters.store.moving import MovingStore

    settings = settings_file.load(language=arguments.lang, store=place or arguments.store)
    return MovingStore(settings.store, must_exist=must_exist)


def _prepare(arguments: argparse.Namespace) -> int:
    from simulator.workflows import storekeeping

    store = _store(arguments, arguments.place, must_exist=arguments.action == "migrate")
    try:
        kept = storekeeping.prepare(store)
    finally:
        store.close()
    if arguments.json:
        output.document({"store": kept.place, "before": kept.before, "version": kept.version})
    else:
        output.line(output.plain(_told(kept)))
    return diagnostics.FINE


def _told(kept: Kept) -> str:
    if kept.before is None:
        return _("“{place}” is made (store version {version}).", place=kept.place, version=kept.version)
    if kept.before == kept.version:
        return _("“{place}” is there already (store version {version}).", place=kept.place, version=kept.version)
    return _(
        "“{place}” is brought forward from store version {before} to {version}.",
        place=kept.place,
        before=kept.before,
        version=kept.version,
    )


def _check(arguments: argparse.Namespace) -> int:
    from simulator.workflows import storekeeping

    store = _store(arguments, arguments.place, must_exist=True)
    try:
        telling = _Telling()
        kept = storekeeping.check(store, telling, telling.progress.cancelled)
    finally:
        store.close()
    if arguments.json:
        output.document(
            {
                "store": kept.place,
                "before": kept.before,
                "version": kept.version,
                "rows": kept.rows,
                "whole": not kept.faults,
                "faults": _listed(kept.faults),
                "connections": None if kept.connections is None else dict(zip(_OF, kept.connections, strict=True)),
            }
        )
    else:
        _tell_faults(kept.faults)
        if kept.connections is not None:
            output.line(_connections(*kept.connections))
        output.line(_counted(kept.rows["attempts"], kept.rows["events"], kept.rows["journal"]))
        output.line(_("{faults} faults", faults=len(kept.faults)))
    return diagnostics.PROBLEMS if kept.faults else diagnostics.FINE


def _connections(opened: int, most: int) -> str:
    return _(
        "{opened} connections to the server are open, and it takes {most}. Each session of the application keeps one.",
        opened=opened,
        most=most,
    )


def _copy(arguments: argparse.Namespace) -> int:
    from simulator.workflows import storekeeping

    telling = _Telling()
    source = _store(arguments, arguments.source, must_exist=True)
    target = _store(arguments, arguments.target, must_exist=False)
    try:
        copied = storekeeping.copy(source, target, telling, telling.progress.cancelled)
    finally:
        source.close()
        target.close()
    if arguments.json:
        output.document(
            {
                "from": copied.source,
                "to": copied.target,
                "rows": copied.rows,
                "same": not copied.differing,
                "differing": copied.differing,
                "whole": copied.is_whole,
                "faults": _listed(copied.faults),
                "faults_of_original": _listed(copied.inherited),
            }
        )
    else:
        _tell_copied(copied)
    return diagnostics.FINE if copied.is_whole else diagnostics.PROBLEMS


def _tell_copied(copied: Copied) -> None:
    _tell_faults(copied.faults)
    rows = copied.rows
    output.line(_counted(rows.get("attempts", 0), rows.get("events", 0), rows.get("journal", 0)))
    if copied.differing:
        text = _(
            "The copy is not the same as the original: {tables}. Do not use it.", tables=", ".join(copied.differing)
        )
        output.line(text)
    elif copied.is_whole:
        output.line(
            output.plain(_("“{place}” is the same, row for row, and every chain is whole.", place=copied.target))
        )
    else:
        output.line(
            _("The copy is the same as the original, row for row, with the faults that the original had before.")
        )


def _counted(attempts: int, events: int, journal: int) -> str:
    return _(
        "{attempts} attempts with {events} events, {journal} events of the desk",
        attempts=attempts,
        events=events,
        journal=journal,
    )


def _tell_faults(faults: tuple[ChainFault, ...]) -> None:
    from simulator.workflows.verifying import place

    for fault in faults:
        output.line(output.plain(f"{place(fault)}: {fault.why}"))


def _listed(faults: tuple[ChainFault, ...]) -> list[dict[str, object]]:
    return [{"attempt": one.attempt, "event": one.seq, "why": one.why} for one in faults]


class _Telling:
    """Says what long work is at, and now and then how far it is."""

    _EVERY = 5.0  # seconds

    def __init__(self) -> None:
        self.progress = diagnostics.Progress()
        self._what = ""
        self._said = 0.0

    def __call__(self, what: str, rows: int) -> None:
        if what != self._what or monotonic() - self._said > self._EVERY:
            self._what, self._said = what, monotonic()
            if what == "verifying":
                self.progress.doing(_("verifying the chains, {attempts} attempts so far", attempts=f"{rows:,}"))
            else:
                self.progress.doing(_("{step}, {rows} rows so far", step=_(_STEPS[what]), rows=f"{rows:,}"))
        self.progress.cancelled()
