"""The same talk line by line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from doubles import LOCKED, FailingStore, desk_over
from tui.playing import DEAL, HOSTILE, PREPARED, begun, finished, rewritten

from simulator.adapters.store.memory import MemoryStore
from simulator.engine.program import Program
from simulator.model.case import FormQuestion
from simulator.model.errors import StoreError, StoreLocked, StoreLost, TakenOver
from simulator.model.position import Move
from simulator.model.record import Mode, Played
from simulator.tui.answers import read_answer
from simulator.tui.plain import debrief_text, play_plain
from simulator.tui.views import played_debrief_view, rehearsal_debrief_view
from simulator.workflows.holding import open_attempt
from simulator.workflows.play_through import play_through
from simulator.workflows.ports import Recorded
from simulator.workflows.rehearse import Desk, Rehearsal, begin, resume
from simulator.workflows.solutions import Solutions

pytestmark = pytest.mark.usefixtures("english")

PREPARATION = ("10", "1", "1 2", "1 2 3", "1a 2b")
NOTE = ("10000", "1", "")


def _played(rehearsal: Rehearsal, *lines: str) -> tuple[int, str]:
    """The exit code, and everything that was written."""
    written: list[str] = []
    code = play_plain(rehearsal, iter([f"{line}\n" for line in lines]), written.append)
    return code, "\n".join(written)


def _begun(desk: Desk, small: Program, mode: Mode = "practice") -> Rehearsal:
    return begin(desk, small.scenario, "Wang Min", mode, "en", 1)


def test_plain_play_goes_from_the_case_file_to_the_debrief(small: Program, desk: Desk) -> None:
    """Case file, preparation, talk, note and debrief, one line after another."""
    rehearsal = _begun(desk, small)
    code, text = _played(rehearsal, *PREPARATION, *DEAL, *NOTE)
    assert code == 0
    assert rehearsal.phase == "debrief"
    for expected in (
        "A-1: 10,000 yuan; due 2025-05-31",
        "Question 1 of 5",
        "You: When will you pay?",
        "Mr Zhou: What money?",
        "The talk is over: Paid",
        "Question 3 of 3",
        "== Scorecard ==",
        "== Objectives ==",
        "Accuracies and marks under rubric 1.",
    ):
        assert expected in text
    assert rehearsal.state.answers == {
        "days": 10.0,
        "who": "boss",
        "papers": ("slip-a", "order-a"),
        "steps": ("first", "second", "third"),
        "sums": {"goods": "due", "deposit": "later"},
    }


def test_plain_play_takes_numbers_ids_and_words_to_look_for(small: Program, desk: Desk) -> None:
    """A number and an id say a move; words list the moves that have them, and what matches nothing says so."""
    rehearsal = begun(desk, small.scenario)
    _code, text = _played(rehearsal, "1", "plain", "2", "0", "999", "no such thing", "probe.cause")
    assert [str(move) for move in rehearsal.state.moves] == ["rapport.chat", "ask.plain", "probe.cause"]
    assert "2. Plain request (ask.plain): “When will you pay?”" in text
    assert "The menu has no number 999" in text
    assert "No move has “no such thing”." in text


def test_plain_play_saves_where_the_lines_end(small: Program, desk: Desk) -> None:
    """An end of the lines, or :quit, leaves the attempt as it is and says how to go on."""
    for stop in ((), (":quit", "ask.plain")):
        rehearsal = begun(desk, small.scenario)
        code, text = _played(rehearsal, "rapport.chat", *stop)
        assert code == 0
        assert "saved" in text
        assert [str(move) for move in resume(desk, rehearsal.attempt).state.moves] == ["rapport.chat"]


def test_plain_play_goes_on_where_it_was(small: Program, desk: Desk) -> None:
    """Taken up again, the turns so far are told before the next one is asked for."""
    begun_before = begun(desk, small.scenario, DEAL[:2])
    _code, text = _played(resume(desk, begun_before.attempt))
    assert text.index("Turn 2: Plain request") < text.index("Turn 3 of 6")


def test_plain_commands_answer_and_change_nothing_but_take_back(small: Program, desk: Desk) -> None:
    """The commands tell; only :back moves the talk."""
    rehearsal = begun(desk, small.scenario, DEAL[:2])
    _code, text = _played(
        rehearsal, ":help", ":menu", ":table", ":case", ":about 1", ":about x", ":nonsense", ":hint", ":back"
    )
    assert [str(move) for move in rehearsal.state.moves] == ["rapport.chat"]
    for expected in (
        "Excuses:",
        "no-slip (standing since turn 2)",
        "Meters, 0 to 10:",
        "There is no command “:nonsense”",
    ):
        assert expected in text
    assert "Hint. This turn will not count as your own." in text
    assert "Turn 2 is taken back." in text


def test_plain_exam_refuses_hint_and_take_back(small: Program, desk: Desk) -> None:
    """An exam names neither in its help, and refuses both."""
    rehearsal = begun(desk, small.scenario, DEAL[:2], "exam")
    _code, text = _played(rehearsal, ":help", ":hint", ":back", ":table")
    assert text.count("An exam has no hints and no take-back.") == 2
    assert ":hint names" not in text
    assert "Meters" not in text
    assert len(rehearsal.exchanges) == 2


def test_plain_play_asks_before_leaving(small: Program, desk: Desk) -> None:
    """Leaving is asked about; anything but yes stays."""
    rehearsal = begun(desk, small.scenario)
    _code, text = _played(rehearsal, "end.leave", "no", "end.leave", "yes")
    assert text.count("Leave? The talk ends with it.") == 2
    assert "The talk is over: You left" in text


def test_plain_play_asks_again_after_a_wrong_answer(small: Program, desk: Desk) -> None:
    """An answer that fits no option is asked for again, and the one that fits is taken."""
    rehearsal = _begun(desk, small)
    _code, text = _played(rehearsal, "ten", "10", "3", "1", ":hint", ":case", "1 1", "2", "", "1z", "1a")
    assert text.count("Please answer again.") == 4
    assert rehearsal.state.answers == {
        "days": 10.0,
        "who": "boss",
        "papers": ("order-a",),
        "steps": None,
        "sums": {"goods": "due"},
    }


def test_a_store_error_leaves_what_was_acknowledged(small: Program, solutions: Solutions) -> None:
    """Where the record cannot be written the play ends with the error; every turn told is on record."""
    store = FailingStore()
    desk = desk_over(store, solutions)
    rehearsal = begun(desk, small.scenario, DEAL[:1])
    store.failing = LOCKED
    with pytest.raises(StoreLocked):
        _played(rehearsal, "ask.plain")
    store.failing = None
    assert len(resume(desk, rehearsal.attempt).exchanges) == 1


def test_plain_text_obeys_no_escape_and_reads_no_markup(small: Program, desk: Desk) -> None:
    """Whatever stands in a scenario or is typed, no control character is written, and markup stays as it is."""
    hostile = rewritten(small.scenario, lambda text: f"{''.join(HOSTILE)} {text}")
    invoice = hostile.case.invoices[0].model_copy(update={"number": "A\x1b[2J\u202e1"})
    hostile = hostile.model_copy(update={"case": hostile.case.model_copy(update={"invoices": (invoice,)})})
    rehearsal = begin(desk, hostile, "Wang Min", "practice", "en", 1)
    _code, text = _played(rehearsal, *PREPARATION, "\x1b[31mzz", *DEAL, *NOTE)
    assert "== Scorecard ==" in text
    assert "[@click=app.quit]x[/]" in text
    assert not {"\x1b", "\u202e"} & set(text)


def test_debrief_text_names_the_evidence_of_an_objective(small: Program, desk: Desk) -> None:
    """Under each objective stand the turn and the line that were counted for it."""
    text = debrief_text(rehearsal_debrief_view(finished(desk, small.scenario)))
    objectives = text[text.index("== Objectives ==") : text.index("== Found and missed ==")]
    assert "- turn 2: " in objectives
    assert "Plain request: “When will you pay?”" in objectives


def test_a_list_of_moves_gives_the_same_debrief_as_a_talk(small: Program, desk: Desk) -> None:
    """What ``huikuan run`` prints of a list of moves is what a trainee who played it reads."""
    answers = {"preparation": PREPARED, "note": {"sum": 10000.0, "next-step": "wait"}}
    played = play_through(small, desk.solutions, DEAL, 1, "en", answers)
    view = played_debrief_view(small, played, "en", answers)
    assert view == rehearsal_debrief_view(finished(desk, small.scenario))
    assert played_debrief_view(small, play_through(small, desk.solutions, DEAL[:2], 1, "en"), "en") is None


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        ("number", "１２，５００", 12500.0),
        ("number", "1.5万", 15000.0),
        ("number", "-3", -3.0),
        ("one", "２", "b"),
        ("one", "a", "a"),
        ("many", "1、3", ("a", "c")),
        ("order", "3,1,2", ("c", "a", "b")),
        ("sort", "1A 2b", {"a": "x", "b": "y"}),
        ("many", "  ", None),
    ],
)
def test_answers_are_read_as_people_write_them(kind: str, typed: str, answer: object) -> None:
    """Full-width digits, Chinese commas, thousands and 万, letters of either case."""
    assert read_answer(_field(kind), typed) == answer


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("number", "ten"), ("one", "1 2"), ("one", "9"), ("many", "1 1"), ("order", "1 2"), ("sort", "1q"), ("sort", "z")],
)
def test_wrong_answers_say_what_is_wanted(kind: str, typed: str) -> None:
    """What fits no field is refused with a reason, never guessed at."""
    with pytest.raises(ValueError, match=r".+\."):
        read_answer(_field(kind), typed)


def _field(kind: str) -> FormQuestion:
    options = {name: {"zh": name} for name in ("a", "b", "c")}
    classes = {name: {"zh": name} for name in ("x", "y")}
    return FormQuestion.model_validate({"id": "f", "kind": kind, "options": options, "classes": classes})


class Passing(FailingStore):
    """A store that fails a few times, and is there again."""

    def __init__(self, *failures: StoreError) -> None:
        super().__init__()
        self.failures = list(failures)

    def append(self, *arguments: Any, **named: Any) -> Recorded:
        if self.failures and isinstance(arguments[2], Played):
            raise self.failures.pop(0)
        return super().append(*arguments, **named)


def test_plain_play_waits_for_the_record(small: Program, solutions: Solutions) -> None:
    """A record that is away is told, and Enter tries again: the move is played once, and need not be typed anew."""
    store = Passing(StoreLost("the line was lost"), StoreLocked("somebody writes"))
    rehearsal = begun(desk_over(store, solutions), small.scenario)
    code, text = _played(rehearsal, "rapport.chat", "", "", "ask.plain", ":quit")
    assert code == 0
    assert "the line was lost" in text
    assert "somebody writes" in text
    assert [str(move) for move in rehearsal.state.moves] == ["rapport.chat", "ask.plain"]
    assert store.faults() == []


def test_plain_play_tells_who_took_over_and_takes_it_back(small: Program, solutions: Solutions) -> None:
    """What another program did meanwhile is read anew, and the talk goes on from there; or it is left to it."""
    store = MemoryStore()
    here, there = (replace(desk_over(store, solutions), holder=name) for name in ("here", "there"))
    rehearsal = begun(here, small.scenario)
    held = open_attempt(there, rehearsal.attempt, force=True)
    assert held.elsewhere is None
    held.rehearsal.play(Move.parse("rapport.chat"))
    code, text = _played(rehearsal, "ask.plain", ":take", "probe.cause", ":quit")
    assert code == 0
    assert "opened elsewhere" in text
    moves = resume(here, rehearsal.attempt).state.moves
    assert [str(move) for move in moves] == ["rapport.chat", "probe.cause"]
    with pytest.raises(TakenOver):
        held.rehearsal.play(Move.parse("ask.plain"))
    open_attempt(there, rehearsal.attempt, force=True)
    with pytest.raises(TakenOver):
        _played(resume(here, rehearsal.attempt), "ask.plain", "leave it")
