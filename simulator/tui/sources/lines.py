"""The very lines behind a figure: found by their observations, told by the review of their talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from scoring.rubric import CURRENT, RUBRICS, Name
from simulator.model.language import _
from simulator.model.position import Move
from simulator.tui.sources.names import Names
from simulator.tui.views import debrief_view, told
from simulator.tui.views.person import CellView, LineView
from simulator.tui.views.progress import standing_view
from simulator.tui.views.words import Words, name_word
from simulator.tui.words import moment
from simulator.workflows.deciding import applied
from simulator.workflows.rehearse import resume
from simulator.workflows.standing import lines as observed
from simulator.workflows.standing import stands

if TYPE_CHECKING:
    from scoring.objectives import Observation
    from simulator.tui.views import TurnView
    from simulator.workflows.cells import Filters
    from simulator.workflows.rehearse import Rehearsal
    from simulator.workflows.standing import Line


class Lines(Names):
    """The very lines behind a figure."""

    def cell(self, person: str | None, objective: str, filters: Filters | None) -> CellView:
        """As ``Source`` says."""
        who = self.me if person is None else person
        known = self.objectives[objective]
        if who is None:
            return CellView(standing_view(objective, known.number, known.statement, None), ())
        mastery = stands(self.desk, who, filters).mastery.get(objective)
        standing = standing_view(objective, known.number, known.statement, mastery)
        return CellView(standing, tuple(map(self._line, observed(self.desk, who, objective, filters))))

    def _line(self, one: Line) -> LineView:
        seen = one.observation
        return LineView(
            attempt=seen.attempt,
            turn=seen.turn,
            when=moment(one.result.ended),
            scenario=self.title(one.result.scenario),
            mode=one.result.mode,
            credit=seen.credit,
            move=seen.what,
            what=seen.what,
            missed=seen.reason == "missed",
            source=_source(seen),
        )

    def told(self, lines: Sequence[LineView]) -> tuple[LineView, ...]:
        """As ``Source`` says."""
        rehearsal = resume(self.desk, lines[0].attempt)
        debrief = rehearsal.debrief()
        of = told(rehearsal)
        view = debrief_view(of, debrief)
        started = rehearsal.state.started
        overrules = [one for _seq, one in rehearsal.state.docket.overrules]
        names = applied(debrief, overrules, RUBRICS.get(started.rubric, CURRENT), started.pass_mark).names
        turns = {turn.number: turn.first or turn for turn in view.turns}
        words = Words(rehearsal.scenario, rehearsal.language)
        return tuple(
            _of_turn(one, words, turns[one.turn], names.get(one.turn))
            if one.turn in turns
            else _of_field(one, words, rehearsal)
            for one in lines
        )


def _of_turn(line: LineView, words: Words, turn: TurnView, name: Name | None) -> LineView:
    """An observation of a turn with its words.

    Args:
        name: what the move is called as it stands, which a reviewer may have decided otherwise than the program.
    """
    stands = name_word(name) if name is not None else turn.name
    overruled = _("a reviewer; the program called it: {name}", name=turn.name) if stands != turn.name else ""
    better = next(iter(turn.better), None)
    return replace(
        line,
        what=words.move(Move.parse(line.move)),
        said=turn.said,
        came=turn.answer,
        name="" if line.missed else stands,
        why=turn.why,
        better=better.label if better else "",
        note=overruled,
    )


def _of_field(line: LineView, words: Words, rehearsal: Rehearsal) -> LineView:
    """An observation of a form's field with its question."""
    fields = (*rehearsal.scenario.preparation, *rehearsal.scenario.note)
    asked = next((one for one in fields if one.id == line.move), None)
    question = (words.text(asked.ask) if asked else "") or line.move
    return replace(line, what=question, said=question)


def _source(one: Observation) -> str:
    if one.turn:
        return _("turn {turn}", turn=one.turn)
    return _("preparation") if one.reason == "preparation" else _("note")
