"""Takes the pictures that the documentation shows: ``python -m simulator.tui.pictures [FOLDER]``.

A real talk with some slips in it is played into a record of its own and its debrief opened in the real application,
without a terminal; Textual draws what would be on it as SVG.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from simulator.adapters.settings import load
from simulator.bootstrap import House
from simulator.model import language
from simulator.model.language import Language
from simulator.model.position import Move
from simulator.tui.app import HuikuanApp
from simulator.tui.screens.debrief import DebriefScreen
from simulator.workflows.rehearse import Rehearsal, begin

_SCENARIO, _SEED = "invoice-not-found", 7
_SIZE = (120, 36)
# A decent talk with a wasted turn, a clumsy threat and a recovery, so that the curve has something to show.
_MOVES = (
    "ask.gentle",
    "probe.verify:no-invoice",
    "rapport.praise",
    "probe.verify:already-paid",
    "press.legal-path",
    "close.reconcile",
    "firm.split:mismatch",
    "probe.chain",
    "gatekeeper.help",
    "firm.anchor:both-thursday",
    "close.written",
)
_TURN_SHOWN = 4  # rows below the first: the turn of the threat
_WEB_FONTS = re.compile(r"@font-face\s*\{.*?\}", re.DOTALL)  # a picture asks nobody for anything
_SECONDS = 60.0  # a debrief is solved first; longer than this is a fault


def _played(house: House, spoken: Language) -> Rehearsal:
    scenario = house.library.read(_SCENARIO).scenario
    if scenario is None:
        raise SystemExit(f"{_SCENARIO} cannot be read")
    rehearsal = begin(house.desk, scenario, "Huikuan", "practice", spoken, _SEED)
    rehearsal.prepare({question.id: question.answer for question in scenario.preparation[:4]})
    for move in _MOVES:
        if rehearsal.phase == "talk":
            rehearsal.play(Move.parse(move))
    if rehearsal.phase == "note":
        rehearsal.file_note({})
    return rehearsal


async def _take(house: House, spoken: Language, path: Path) -> None:
    app = HuikuanApp(house, _played(house, spoken))
    async with app.run_test(size=_SIZE) as pilot:
        for _tenth in range(int(_SECONDS * 10)):
            await pilot.pause(0.1)
            if isinstance(app.screen, DebriefScreen) and app.screen.view is not None:
                break
        else:
            raise SystemExit("the debrief was not ready in time")
        await pilot.press(*["down"] * _TURN_SHOWN)
        await pilot.pause(0.5)
        picture = app.export_screenshot(title="Huikuan 回款")
        path.write_text(_WEB_FONTS.sub("", picture), encoding="utf-8")


def main(folder: Path) -> None:
    """Writes ``debrief.svg`` (English) and ``debrief-zh.svg`` into the folder."""
    for spoken, name in (("en", "debrief.svg"), ("zh", "debrief-zh.svg")):
        chosen: Language = "en" if spoken == "en" else "zh"
        language.use(chosen)
        with tempfile.TemporaryDirectory() as place:
            settings = load(language=chosen, store=str(Path(place) / "record.db"), environ={})
            settings = replace(settings, name="Huikuan", notice_read=True, cache=Path(place), theme="dark")
            asyncio.run(_take(House(settings), chosen, folder / name))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
