"""Own words in the talk line by line: every outcome, asked back with numbers."""

from __future__ import annotations

import pytest
from tui.playing import begun
from workflows.test_hearing import Reader
from workflows.test_speaking import ScriptedVoice
from workflows.test_talking import LINES, Scripted

from simulator.engine.program import Program
from simulator.model import language
from simulator.model.errors import ModelCut
from simulator.model.record import Mode
from simulator.tui.plain import play_plain
from simulator.workflows.ports import ModelListener, Voice
from simulator.workflows.rehearse import Desk, Rehearsal, resume
from simulator.workflows.talking import LONGEST, Talk

SURE, UNSURE, NOTHING, THREAT = (
    "When do we get our money?",
    "Hm, the money?",
    "The cat is fat.",
    "Pay or my cousins come.",
)

pytestmark = pytest.mark.usefixtures("english")


def played(rehearsal: Rehearsal, *lines: str, through: ModelListener | None = None, voice: Voice | None = None) -> str:
    """Everything that was written."""
    written: list[str] = []
    talk = Talk(rehearsal, Scripted(LINES), through, voice)
    assert play_plain(rehearsal, iter([f"{line}\n" for line in lines]), written.append, talk=talk) == 0
    return "\n".join(written)


def moves(rehearsal: Rehearsal) -> list[str]:
    return [str(move) for move in rehearsal.state.moves]


def test_numbers_and_ids_pick_and_other_words_are_said(small: Program, desk: Desk) -> None:
    """What looks like an id is never said; what is quoted always is; `:find` looks for moves."""
    rehearsal = begun(desk, small.scenario)
    text = played(rehearsal, "1", ":find plain", "ask.plian", "999", SURE, '"1"', "probe.cause")
    assert "A number or an id picks that move; anything else is said as you type it." in text
    assert moves(rehearsal) == ["rapport.chat", "ask.plain", "probe.cause"]
    assert "2. Plain request (ask.plain)" in text
    assert "No move has “ask.plian”." in text
    assert "The menu has no number 999" in text
    assert f"You: {SURE}" in text
    assert [aside.said for aside in rehearsal.asides] == ["1"]


def test_question_of_yes_or_no_is_answered_so(small: Program, desk: Desk) -> None:
    """Neither word is taken for the next line; to a question of which they are words as any."""
    rehearsal = begun(desk, small.scenario)
    played(rehearsal, THREAT, "no", UNSURE, "yes")
    assert (moves(rehearsal), [aside.said for aside in rehearsal.asides]) == ([], ["yes"])
    played(rehearsal, THREAT, "Yes")
    assert moves(rehearsal) == ["red.threat"]


def test_question_is_answered_by_number_or_in_other_words(small: Program, desk: Desk) -> None:
    rehearsal = begun(desk, small.scenario)
    text = played(rehearsal, UNSURE, "", UNSURE, "9", UNSURE, SURE, UNSURE, "2")
    assert "2. Small talk (rapport.chat)" in text
    assert "There is no number 9 here; nothing was said." in text
    assert moves(rehearsal) == ["ask.plain", "rapport.chat"]
    assert [exchange.said for exchange in rehearsal.exchanges] == [SURE, UNSURE]


def test_forbidden_act_is_confirmed(small: Program, desk: Desk) -> None:
    rehearsal = begun(desk, small.scenario)
    text = played(rehearsal, THREAT, "", THREAT, "1")
    assert text.count("No collector may do this, and it fails the talk") == 2
    assert moves(rehearsal) == ["red.threat"]


@pytest.mark.parametrize("mode", ["practice", "exam"])
def test_nothing_is_told_to_be_no_turn_and_the_third_costs_one_in_an_exam(
    mode: Mode, small: Program, desk: Desk
) -> None:
    rehearsal = begun(desk, small.scenario, mode=mode)
    text = played(rehearsal, NOTHING, NOTHING, NOTHING)
    assert text.count("Not understood; no turn:") == (2 if mode == "exam" else 3)
    assert ("Turn 1: Turn lost" in text) == (mode == "exam")
    assert len(rehearsal.exchanges) == (1 if mode == "exam" else 0)
    assert text.count(f"You: {NOTHING}") == 3
    again = played(resume(desk, rehearsal.attempt))
    assert again.count(f"You: {NOTHING}") == 3


def test_endless_line_is_refused(small: Program, desk: Desk) -> None:
    rehearsal = begun(desk, small.scenario)
    assert "2,000 are the most" in played(rehearsal, "x y" * LONGEST)
    assert not rehearsal.asides


def test_voice_is_told_when_it_is_ready_and_its_failure_too(small: Program, desk: Desk) -> None:
    rehearsal = begun(desk, small.scenario)
    assert "Mr Zhou: Money, money…" in played(rehearsal, SURE, voice=ScriptedVoice(["Money, ", "money…"]))
    rehearsal = begun(desk, small.scenario)
    text = played(rehearsal, "ask.plain", voice=ScriptedVoice(["Mo"], ModelCut()), through=Reader())
    assert "The model's answer broke off." in text
    assert "Mr Zhou: What money?" in text


def test_help_says_what_words_do(small: Program, desk: Desk) -> None:
    """In Chinese too, a talk goes on."""
    text = played(begun(desk, small.scenario), ":help")
    assert ":find and words list the moves" in text
    assert "Words list the moves" not in text
    language.use("zh")
    rehearsal = begun(desk, small.scenario, language="zh")
    played(rehearsal, UNSURE, "1", NOTHING, SURE)
    assert moves(rehearsal) == ["ask.plain", "ask.plain"]
