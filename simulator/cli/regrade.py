"""``huikuan regrade``: new marks under another version of the rubric, beside those that stand."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import TYPE_CHECKING

from simulator.cli import diagnostics, output, parts
from simulator.model.language import _

if TYPE_CHECKING:
    from simulator.workflows.ports import Store
    from simulator.workflows.regrading import Regraded


def describe() -> str:
    return _("mark the attempts under a newer rubric, beside the marks that stand, and show what changes")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rubric", metavar=_("VERSION"), help=_("version of the rubric (the newest by default)"))
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    from scoring.rubric import CURRENT
    from simulator.workflows.regrading import regrade, rubric_of

    rubric = rubric_of(arguments.rubric or CURRENT.version)
    house = parts.house(arguments)
    parts.tell_simulated(house, arguments)
    telling = diagnostics.Progress()
    telling.doing(_("marking attempts"))
    regraded = regrade(house.desk, rubric, cancelled=telling.cancelled)
    if arguments.json:
        output.document(_document(regraded))
    else:
        for line in _told(regraded, house.store):
            output.line(output.plain(line))
    return diagnostics.PROBLEMS if regraded.faults else diagnostics.FINE


def _document(regraded: Regraded) -> dict[str, object]:
    return {
        "rubric": regraded.rubric,
        "before": regraded.before,
        "made": regraded.made,
        "compared": regraded.compared,
        "bands": [
            {"person": one.person, "objective": one.objective, "before": one.before, "after": one.after}
            for one in regraded.bands
        ],
        "passes": [
            {
                "attempt": one.attempt,
                "person": one.person,
                "before": one.before,
                "after": one.after,
                "passes": one.passes,
            }
            for one in regraded.passes
        ],
        "faults": [{"attempt": one.attempt, "why": one.why} for one in regraded.faults],
    }


def _told(regraded: Regraded, store: Store) -> Iterator[str]:
    yield _("{count} attempts marked under rubric {rubric}", count=regraded.made, rubric=regraded.rubric)
    for fault in regraded.faults:
        yield f"{fault.attempt}: {fault.why}"
    if regraded.before is None:
        yield _(
            "This program has one version of the rubric, {rubric}: there is none to compare with.",
            rubric=regraded.rubric,
        )
        return
    versions = {"before": regraded.before, "after": regraded.rubric}
    yield _("{count} attempts have marks under rubric {before} and {after}", count=regraded.compared, **versions)
    bands = {
        None: _("not observed"),
        "meets": _("meets the standard"),
        "not-yet": _("not yet"),
        "more": _("more evidence needed"),
    }
    names = dict(store.people())
    for band in regraded.bands:
        name = names.get(band.person) or band.person[:8]
        yield f"{name}  {band.objective}: {bands[band.before]} → {bands[band.after]}"
    for one in regraded.passes:
        name = names.get(one.person) or one.person[:8]
        verdict = _("passes now") if one.passes else _("passes no more")
        yield f"{name}  {one.attempt}: {one.before:.1f} → {one.after:.1f}, {verdict}"
    if not regraded.bands and not regraded.passes:
        yield _("Nobody changes band, and every attempt passes or fails as before.")
