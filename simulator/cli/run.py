"""``huikuan run``: plays a list of moves without a screen."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.cli import diagnostics, output, parts
from simulator.model.errors import UsageError
from simulator.model.language import N_, _, current

if TYPE_CHECKING:
    from simulator.workflows.play_through import Played

# A list of moves or answers is short text; a larger file is a mistake, not a talk.
_LARGEST = 100_000

# What `_` is given in a variable: the names of moves, and the parts of the scorecard.
_SPOKEN = (
    *(N_("best"), N_("good"), N_("inaccuracy"), N_("mistake"), N_("blunder"), N_("breach")),
    *(N_("result"), N_("tactics"), N_("discovery"), N_("paperwork")),
)


def describe() -> str:
    return _("play a list of moves and print transcript, losses and scorecard")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("scenario", metavar=_("SCENARIO"), help=_("id of a scenario, or path of its file or folder"))
    parser.add_argument(
        "--moves", metavar="FILE", required=True, help=_("moves, tactic or tactic:card, one a line; - reads them here")
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help=_("seed of the draws (default 0)"))
    parser.add_argument(
        "--answers", metavar="FILE", help=_("JSON: {preparation: {id: answer}, note: {id: answer}}; else not observed")
    )
    parser.add_argument("--save-path", metavar="FILE", help=_("write the play as a test plan, such as paths/good.yaml"))
    parts.add_json(parser, _("one JSON document"))


def run(arguments: argparse.Namespace) -> int:
    from simulator.workflows import author, play_through

    if arguments.save_path is not None and arguments.answers:
        raise UsageError(_("A test plan fills no forms: give --save-path without --answers."))
    house = parts.house(arguments)
    program = author.program_of(parts.scenario(house.library.read(arguments.scenario)))
    answers = _answers(arguments.answers) if arguments.answers else None
    played = play_through.play_through(
        program, house.solutions, _moves(arguments.moves), arguments.seed, current(), answers
    )
    if arguments.save_path is not None:
        house.library.save(play_through.plan_of(program, played, Path(arguments.save_path)))
        diagnostics.say(_("Test plan written: {path}", path=arguments.save_path))
    if arguments.json:
        output.document(_as_document(played))
    else:
        _print(played)
    return diagnostics.FINE


def _read(path: str) -> str:
    try:
        if path == "-":
            text = sys.stdin.read(_LARGEST + 1)
        else:
            with Path(path).open(encoding="utf-8-sig") as file:
                text = file.read(_LARGEST + 1)
    except (OSError, ValueError) as why:
        raise UsageError(_("Cannot read {path}: {why}", path=path, why=why)) from why
    if len(text) > _LARGEST:
        raise UsageError(_("{path}: this is too long; at most {most} characters are read.", path=path, most=_LARGEST))
    return text


def _moves(path: str) -> list[str]:
    lines = (line.split("#", 1)[0].strip() for line in _read(path).splitlines())
    return [line for line in lines if line]


def _answers(path: str) -> dict[str, Any]:
    try:
        answers = json.loads(_read(path))
    except json.JSONDecodeError as why:
        message = _("{path}, line {line}: not JSON: {why}", path=path, line=why.lineno, why=why.msg)
        raise UsageError(message) from why
    except (ValueError, RecursionError) as why:
        raise UsageError(_("{path}: not JSON of answers: {why}", path=path, why=why)) from why
    known = {"preparation", "note"}
    if (
        not isinstance(answers, dict)
        or not set(answers) <= known
        or not all(isinstance(part, dict) for part in answers.values())
    ):
        raise UsageError(_("{path}: wanted {{preparation: {{…}}, note: {{…}}}}", path=path))
    return answers


def _as_document(played: Played) -> dict[str, object]:
    card = played.debrief.scorecard if played.debrief else None
    return {
        "scenario": played.scenario,
        "seed": played.seed,
        "rubric": played.rubric,
        "turns": [
            {
                "turn": turn.step.turn,
                "move": str(turn.step.move),
                "said": said,
                "answer": list(answer),
                "position": position,
                "value": turn.value,
                "worth": turn.worth,
                "loss": turn.loss,
                "accuracy": turn.accuracy,
                "name": turn.name,
                "luck": turn.luck,
                "better": [{"move": str(better.move), "loss": better.loss} for better in turn.better],
            }
            for turn, said, answer, position in played.rows
        ],
        "ending": played.ending,
        "worth": played.debrief.worth if played.debrief else None,
        "best": played.best,
        "typical": played.typical,
        "floor": played.floor,
        "scorecard": None
        if card is None
        else {
            "total": card.total,
            "passed": card.passed,
            "before_gate": card.before_gate,
            "breaches": card.breaches,
            "parts": {
                mark.part: {"points": mark.points, "weight": mark.weight, "got": mark.got, "of": mark.of}
                for mark in card.marks
            },
        },
        "observations": [
            {
                "objective": one.objective,
                "turn": one.turn,
                "credit": one.credit,
                "reason": one.reason,
                "what": one.what,
            }
            for one in (played.debrief.observations if played.debrief else ())
        ],
    }


def _print(played: Played) -> None:
    for turn, said, answer, _position in played.rows:
        output.line(output.plain(f"{turn.step.turn:>3}  {said}  [{turn.step.move}]"))
        for line in answer:
            output.line(output.plain(f"     — {line}"))
        better = "" if turn.name == "best" else "  " + _("better: {move}", move=turn.better[0].move)
        loss = _("loss {loss}", loss=f"{turn.loss:.3f}")
        output.line(f"     {_(turn.name)}  {loss}{better}")
    if played.debrief is None:
        output.line(_("The talk is not over: no scorecard yet."))
        return
    output.line(_("Ending: {ending}", ending=played.ending))
    output.line(_("Worth {worth}", worth=f"{played.debrief.worth:.3f}"))
    card = played.debrief.scorecard
    if card:
        for mark in card.marks:
            points = _("not observed") if mark.points is None else f"{mark.points:.1f}"
            output.line(f"  {_(mark.part)}: {points}  ({mark.weight:.1f} %)")
        verdict = _("passed") if card.passed else _("not passed")
        output.line(_("Total {total}: {verdict}", total=f"{card.total:.1f}", verdict=verdict))
