"""``huikuan balance``: what simulated trainees say about a scenario."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.cli import diagnostics, output, parts
from simulator.model.errors import UsageError
from simulator.model.language import _

if TYPE_CHECKING:
    from simulator.bootstrap import House
    from simulator.engine.balance import Abuse, Balance, Level, Partial
    from simulator.engine.spread import Spread
    from simulator.model.scenario import Scenario

_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)
_SHOWN = 5  # rows of a long list, in text; JSON has them all
_PLAYS = 400  # as ``simulator.engine.balance.PLAYS``, which is too heavy to load for a help text
_MOST_PLAYS = 100_000


def describe() -> str:
    return _("say how simulated trainees fare, what can be gamed, and what is never used")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenarios", metavar=_("SCENARIO"), nargs="*", help=_("ids of scenarios, or paths"))
    parser.add_argument("--all", action="store_true", help=_("all shipped ones, and one's own"))
    parser.add_argument(
        "--plays",
        type=int,
        default=_PLAYS,
        metavar="N",
        help=_("sampled plays of each trainee (default {n})", n=_PLAYS),
    )
    parser.add_argument("--summary", metavar=_("FILE"), help=_("write the table of the scenarios as Markdown"))
    parts.add_json(parser, _("one JSON document: the scenario, or of several a list of them"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.engine.balance import Balance
    from simulator.workflows import author

    if not 2 <= arguments.plays <= _MOST_PLAYS:
        raise UsageError(_("--plays must be from 2 to {most}.", most=_MOST_PLAYS))
    house, progress = parts.house(arguments), diagnostics.Progress()
    names = [title.id for title in house.library.titles()] if arguments.all else arguments.scenarios
    if not names:
        raise UsageError(_("Name a scenario, or give --all."))
    made: list[Balance | Partial] = []
    reads: list[Scenario] = []
    for name in names:
        read = parts.scenario(house.library.read(name))
        reads.extend([read.scenario] if read.scenario else [])

        def doing(what: str, name: str = name) -> None:
            progress.doing(f"{name}: {what}")

        made.append(author.balance(read, arguments.plays, doing, progress.cancelled))
        if not arguments.json:
            for line in _text(made[-1]):
                output.line(line)
    if arguments.json:
        documents = [_document(one) for one in made]
        output.document(documents[0] if len(documents) == 1 else {"scenarios": documents})
    if arguments.summary:
        _write_summary(Path(arguments.summary), house, reads, made)
    sound = all(isinstance(one, Balance) and not one.faults for one in made)
    return diagnostics.FINE if sound else diagnostics.PROBLEMS


def _write_summary(path: Path, house: House, reads: Sequence[Scenario], made: Sequence[Balance | Partial]) -> None:
    """The table of those that could be explored as a whole, and where good practice is trained, as one page."""
    from simulator.engine.balance import Balance
    from simulator.workflows import practice, summary

    known = {scenario.id: scenario for scenario in reads}
    rows = [summary.row(known[one.scenario], one) for one in made if isinstance(one, Balance)]
    practices = practice.markdown(house.library.handbook().practices, known, house.solutions)
    page = summary.page(rows, practices)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as why:
        raise UsageError(_("Nothing can be written to “{path}”: {why}.", path=path, why=why.strerror)) from why


# Text


def _text(made: Balance | Partial) -> Iterator[str]:
    from simulator.engine.balance import Balance

    if isinstance(made, Balance):
        yield _("{scenario}: {verdict}", scenario=made.scenario, verdict=made.verdict)
        for part in (_head, _levels, _apart, _gamed, _gains, _dull, _nowhere, _objectives):
            yield ""
            yield from part(made)
    else:
        yield _("{scenario}: too large; these figures are partial. {why}", scenario=made.scenario, why=made.why)
        for turn, count in enumerate(made.by_turn):
            yield "  " + _("positions first reached after {turn} turns: {count}", turn=turn, count=f"{count:,}")
        yield "  " + _("stages reached so far: {names}", names=", ".join(made.stages))
        yield "  " + _("endings reached so far: {names}", names=", ".join(made.endings))


def _head(made: Balance) -> Iterator[str]:
    yield _(
        "{positions} positions; best {best}, typical {typical}, floor {floor}; a total from {mark} passes",
        positions=f"{made.positions:,}",
        best=f"{made.best:.1f}",
        typical=f"{made.typical_value:.1f}",
        floor=f"{made.floor:.1f}",
        mark=f"{made.pass_mark:.0f}",
    )


def _levels(made: Balance) -> Iterator[str]:
    yield _("Simulated trainees: worth, turns, result and tactics exactly; totals from {n} plays each", n=made.plays)
    head = [_("lapses"), _("worth"), _("10–90 %"), _("turns"), _("result"), _("tactics"), _("total"), _("pass")]
    rows = [[_percent(level.lapses), *_level(level)] for level in made.levels]
    yield from parts.table([head, *rows, [_("random"), *_level(made.random)]])


def _level(level: Level) -> list[str]:
    spread, sample = level.spread, level.sample
    return [
        f"{spread.mean:.1f}",
        f"{spread.quantile(0.1):.1f}…{spread.quantile(0.9):.1f}",
        f"{spread.turns:.1f}",
        f"{spread.result:.1f}",
        f"{spread.tactics:.1f}",
        f"{sample.mean:.1f} ± {sample.mean_error:.1f}",
        f"{100 * sample.passes:.1f} ± {100 * sample.passes_error:.1f} %",
    ]


def _apart(made: Balance) -> Iterator[str]:
    yield _("The better of two neighbouring trainees scores higher (ties half)")
    rows = [
        [f"{_percent(one.worse)} / {_percent(one.better)}", f"{100 * one.chance:.1f} ± {100 * one.error:.1f} %"]
        for one in made.apart
    ]
    yield from parts.table(rows)


def _gamed(made: Balance) -> Iterator[str]:
    yield _("Playing only some of the moves, as well as that can be done (exactly; total with no form asked)")
    head = [_("only"), _("worth"), _("turns"), _("result"), _("tactics"), _("best total")]
    tactics = sorted(made.tactics, key=lambda abuse: -abuse.total)[:_SHOWN]
    families = sorted(made.families, key=lambda abuse: -abuse.total)[:_SHOWN]
    rows = [_abuse(abuse.name, abuse) for abuse in tactics]
    rows += [_abuse(abuse.name, abuse) for abuse in families]
    rows += [_abuse(_("concessions"), made.conceding), _abuse(_("threats"), made.threatening)]
    yield from parts.table([head, *rows])


def _abuse(name: str, abuse: Abuse) -> list[str]:
    spread = abuse.spread
    figures = (spread.mean, spread.turns, spread.result, spread.tactics, abuse.total)
    return [name, *(f"{figure:.1f}" for figure in figures)]


def _gains(made: Balance) -> Iterator[str]:
    yield _("Worth at the start, in points of typical and of best play")
    words = {"secret": _("secret known"), "document": _("document held"), "preparation": _("answered right")}
    rows = [[f"{words[gain.kind]}: {gain.name}", f"{gain.typical:+.2f}", f"{gain.best:+.2f}"] for gain in made.gains]
    yield from parts.table(rows) if rows else ("  —",)


def _dull(made: Balance) -> Iterator[str]:
    dull = made.dull
    yield _(
        "Dull positions (all moves but leaving within a point): {count}, {share} of a typical play's turns",
        count=f"{dull.positions:,}",
        share=_percent(dull.share),
    )
    if dull.likeliest is not None:
        moves = " ".join(map(str, dull.likeliest)) or _("at the start")
        yield "  " + output.plain(_("the likeliest: {moves} ({chance})", moves=moves, chance=_percent(dull.chance)))


def _nowhere(made: Balance) -> Iterator[str]:
    yield _("Moves that are best nowhere: {count} of {all}", count=len(made.best_nowhere), all=len(made.moves))
    yield from _wrapped(map(str, made.best_nowhere))


def _objectives(made: Balance) -> Iterator[str]:
    claimed = [use for use in made.objectives if use.claimed]
    yield _("Objectives claimed: how often a typical play calls for each, and shows it")
    rows = [[use.name, f"{use.called:.2f}", f"{use.shown:.2f}", _("form") if use.asked else ""] for use in claimed]
    yield from parts.table(rows) if rows else ("  —",)
    others = [use.name for use in made.objectives if not use.claimed and use.called >= 0.1]
    yield _("Not claimed, but called for in every tenth play or more: {names}", names=", ".join(others) or "—")


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _wrapped(words: Iterable[str], width: int = 100) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + len(word) > width:
            yield "  " + line
            line = ""
        line += ("  " if line else "") + word
    if line:
        yield "  " + line


# JSON


def _document(made: Balance | Partial) -> dict[str, Any]:
    from simulator.engine.balance import Balance

    if not isinstance(made, Balance):
        return {
            "scenario": made.scenario,
            "partial": True,
            "why": made.why,
            "facts": dict(made.facts),
            "positions_by_turn": made.by_turn,
            "stages": made.stages,
            "endings": made.endings,
        }
    return {
        "scenario": made.scenario,
        "partial": False,
        "verdict": made.verdict,
        "sound": not made.faults,
        "faults": made.faults,
        "positions": made.positions,
        "best": made.best,
        "typical": made.typical_value,
        "floor": made.floor,
        "pass_mark": made.pass_mark,
        "plays": made.plays,
        "levels": [_level_document(level) for level in made.levels],
        "random": _level_document(made.random),
        "typical_trainee": _spread_document(made.typical),
        "apart": [
            {"worse": one.worse, "better": one.better, "chance": one.chance, "error": one.error} for one in made.apart
        ],
        "tactics": [_abuse_document(abuse) for abuse in made.tactics],
        "families": [_abuse_document(abuse) for abuse in made.families],
        "concede": _abuse_document(made.conceding),
        "threaten": _abuse_document(made.threatening),
        "gains": [
            {"kind": gain.kind, "name": gain.name, "typical": gain.typical, "best": gain.best} for gain in made.gains
        ],
        "moves": [
            {"move": str(use.move), "open": use.open, "played": use.played, "best": use.best} for use in made.moves
        ],
        "best_nowhere": [str(move) for move in made.best_nowhere],
        "dull": {
            "positions": made.dull.positions,
            "share": made.dull.share,
            "likeliest": None if made.dull.likeliest is None else [str(move) for move in made.dull.likeliest],
            "chance": made.dull.chance,
        },
        "objectives": [
            {
                "objective": use.name,
                "claimed": use.claimed,
                "asked": use.asked,
                "called": use.called,
                "shown": use.shown,
            }
            for use in made.objectives
        ],
    }


def _level_document(level: Level) -> dict[str, Any]:
    sample = level.sample
    return {
        "lapses": level.lapses,
        **_spread_document(level.spread),
        "total": {
            "mean": sample.mean,
            "mean_error": sample.mean_error,
            "passes": sample.passes,
            "passes_error": sample.passes_error,
            "quantiles": _quantiles(sample.quantile(share) for share in _QUANTILES),
        },
    }


def _abuse_document(abuse: Abuse) -> dict[str, Any]:
    return {"name": abuse.name, "best_total": abuse.total, **_spread_document(abuse.spread)}


def _spread_document(spread: Spread) -> dict[str, Any]:
    return {
        "worth": {
            "mean": spread.mean,
            "quantiles": _quantiles(spread.quantile(share) for share in _QUANTILES),
            "distribution": spread.worths,
        },
        "turns": spread.turns,
        "result": spread.result,
        "tactics": spread.tactics,
        "endings": dict(spread.endings),
    }


def _quantiles(values: Iterable[float]) -> dict[str, float]:
    found: Sequence[float] = tuple(values)
    return {f"{share:g}": value for share, value in zip(_QUANTILES, found, strict=True)}
