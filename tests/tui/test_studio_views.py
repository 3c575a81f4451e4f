"""What the Studio shows beside the text, without a screen."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from simulator.engine.balance import Partial
from simulator.engine.program import Program
from simulator.engine.what_if import what_if
from simulator.model import language
from simulator.model.position import Move
from simulator.model.problem import Problem
from simulator.tui.lines import cells
from simulator.tui.studio_listing import StudioListing
from simulator.tui.views.studio import (
    Place,
    Rules,
    balance_lines,
    counts,
    fact_views,
    kept_position,
    marks,
    move_rows,
    next_problem,
    play_view,
    position_text,
    problem_on,
    problem_views,
    rules_of,
)
from simulator.workflows.ports import Kept, Title, Written
from simulator.workflows.trial import Trial, placed

OWN = Path("/own/scenario.yaml")
PROBLEMS = (
    Problem(str(OWN), 9, 3, "dull-turn", "nothing to choose", "finding", ("ask.plain", "probe.cause")),
    Problem(str(OWN), 4, 1, "wrong-value", "no such stage"),
    Problem("/low/persona.yaml", 2, 1, "wrong-value", "not here"),
    Problem(str(OWN), 9, 1, "unknown-key", "no such key"),
)


@pytest.fixture(autouse=True)
def in_english() -> None:
    language.use("en")


def test_problems_stand_errors_first_and_the_texts_own_before_others() -> None:
    """What blocks comes first; what stands in another file is named with it."""
    views = problem_views(PROBLEMS, OWN)
    assert [view.place.line for view in views] == [4, 9, 2, 9]
    assert [view.mark for view in views] == ["error", "error", "error", "finding"]
    assert views[2].place.file == "/low/persona.yaml"
    assert "persona.yaml:2" in views[2].row
    assert any("ask.plain → probe.cause" in line.text for line in views[3].lines)
    assert counts(views) == "3 errors, 1 finding"
    assert counts(()) == "no problems"


def test_marks_are_of_the_text_alone_and_an_error_hides_a_finding() -> None:
    """Lines from 0; what stands in another file marks nothing."""
    views = problem_views(PROBLEMS, OWN)
    assert marks(views) == {3: "error", 8: "error"}
    assert marks(reversed(views)) == {3: "error", 8: "error"}
    assert problem_on(views, 3) is views[0]
    assert problem_on(views, 1) is None


def test_the_next_problem_goes_round_both_ways() -> None:
    """After the last comes the first; before the first comes the last; each place once."""
    views = problem_views(PROBLEMS, OWN)
    assert next_problem(views, (0, 0)) == Place(4, 1)
    assert next_problem(views, (3, 0)) == Place(9, 1)
    assert next_problem(views, (8, 0)) == Place(9, 3)
    assert next_problem(views, (8, 2)) == Place(4, 1)
    assert next_problem(views, (3, 0), backwards=True) == Place(9, 3)
    assert next_problem((), (0, 0)) is None


def test_a_position_is_told_by_what_differs_from_the_start(small: Program) -> None:
    """Every fact has its values and its kind; what a changed scenario no longer has is left out."""
    facts = fact_views(small)
    assert facts[0].name == "stage"
    assert facts[0].values == ("guarded", "open", "bargaining")
    assert position_text(facts, {}) == "the start of the talk"
    assert position_text(facts, {"stage": "open", "trust": 7}) == "stage open, trust 7"
    assert kept_position(facts, {"stage": "gone", "trust": 7, "nobody": 1}) == {"trust": 7}


def test_moves_tell_their_rule_and_why_those_before_do_not_fire(small: Program) -> None:
    """Each move has what it leads to; below stand the effect and the rules that were passed over, with places."""
    answered = what_if(small, placed(small, {"stage": "bargaining"}).codes)
    found = rules_of(answered)
    places = {rule: Written(str(OWN) if rule.layer == "scenario" else "/low/standard.yaml", 100) for rule in found}
    rows = {row.move: row for row in move_rows(answered, Rules(str(OWN), places), {Move("close.deal", "half"): 41.5})}
    row = rows["close.deal:half"]
    assert "ends: promised" in row.text
    assert (row.worth, row.rule) == ("41.5", "100")
    texts = [why.text for why in row.why]
    assert any(text == "fires: line 100 (rule 8)" for text in texts)
    assert any("2 in 3: " in text and "ends: promised" in text for text in texts)
    passed = texts.index("line 100 (rule 7)")
    assert texts[passed + 1 :][:2] == ["    card is half, wanted all", "    pressure is 0, wanted >= 3"]
    assert row.why[passed].place == Place(100)
    standard = next(row for row in rows.values() if row.rule == "standard 100")
    assert next(why.place for why in standard.why if why.place) == Place(100, 1, "/low/standard.yaml")


def test_a_trial_shows_what_was_said_and_what_changed(small: Program) -> None:
    """Each turn has its move, the debtor's line, and the facts that changed; the end is told."""
    trial = Trial(small)
    assert play_view(trial, "start").lines[0].text == "Turn 1 of 6. Choose a move below."
    trial.play(Move("ask.plain"))
    view = play_view(trial, "start")
    text = "\n".join(line.label + line.text for line in view.lines)
    assert "1. ask.plain" in text
    assert "What money?" in text
    assert "stage guarded -> open" in text
    assert "probe.cause" in [move.move for move in view.moves]
    trial.play(Move("end.leave"))
    assert play_view(trial, "start").lines[-1].text == "The talk is over: left"
    assert not play_view(trial, "start").moves


def test_a_partial_balance_says_why_it_is_one() -> None:
    """A scenario that is too large shows what is known, the reason first."""
    made = Partial("s", "too many [red]facts[/]", (("trust", 9),), (1, 12), ("open",), ("left",))
    texts = [line.text for line in balance_lines(made)]
    assert texts[1] == "too many [red]facts[/]"
    assert any("after 1 turns: 12" in text for text in texts)


def title(name: str, status: str = "published") -> Title:
    return Title(name, Path(f"/{name}/scenario.yaml"), {"en": name.upper()}, {"en": "about"}, 1, "phone", (), 9, status)


def test_the_studio_lists_unsaved_text_first_then_ones_own() -> None:
    """Each group has its heading; rows are as wide as the list; the filter takes the status too."""
    kept = Kept(Path("/mine/scenario.yaml"), "text", "base", None, datetime(2026, 3, 1, tzinfo=UTC), "token")
    listing = StudioListing((title("mine", "draft"), title("theirs")), frozenset({"mine"}), (kept,))
    assert [row.id for row in listing.rows("", 76)] == [
        "", "kept:0", "", "", "scenario:mine", "", "", "scenario:theirs",
    ]  # fmt: skip
    assert {cells(row.text) for row in listing.rows("", 76) if row.id} == {76}
    assert [row.id for row in listing.rows("draft", 76) if row.id] == ["scenario:mine"]
    assert listing.kept_of("kept:0") is kept
    assert "F3 makes a copy" in listing.describe("scenario:theirs", "")
    assert "Enter opens it." in listing.describe("scenario:mine", "")
    assert "unsaved" in listing.describe("kept:0", "")
    assert "zz" in listing.describe("", "zz")
    assert "F2" in StudioListing(()).describe("", "")
    assert "Reading" in StudioListing().describe("", "")
