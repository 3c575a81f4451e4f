"""The debtor's answer: a voice's wording where there is one in time, and always the authored line otherwise."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

import pytest
from doubles import FailingStore, desk_over
from pydantic import ValidationError
from workflows.talks import PAID, RIGHT, kinds, play, start

from simulator.adapters.store.memory import MemoryStore
from simulator.engine.program import Program
from simulator.model.errors import CAUSES, ModelCut, ModelError, ModelTooSlow, ModelUnfit, StoreDamaged, StoreLocked
from simulator.model.position import Move
from simulator.model.record import EVENTS, Played, Started, Voiced
from simulator.workflows.attempt import fold
from simulator.workflows.ports import Cue
from simulator.workflows.rehearse import Desk, Exchange, Rehearsal, Typed, resume
from simulator.workflows.solutions import Solutions
from simulator.workflows.speaking import LEAST, Piece, Spoken, cue_for, speak

CUE = Cue("Lei", "VP", "phone", "en", "You'll have to wait.")


@dataclass
class ScriptedVoice:
    """Says what it is told to, and may fail after that."""

    pieces: Sequence[str] = ()
    fails: ModelError | None = None
    cues: list[Cue] = field(default_factory=list)
    within: list[float] = field(default_factory=list)
    closed: int = 0

    def phrase(self, cue: Cue, within: float) -> Generator[str, None, None]:
        self.cues.append(cue)
        self.within.append(within)
        try:
            yield from self.pieces
            if self.fails:
                raise self.fails
        finally:
            self.closed += 1


def test_line_is_shown_at_once_where_there_is_no_voice() -> None:
    assert list(speak(None, CUE, 8)) == [Spoken("You'll have to wait.", "authored")]


def test_wording_streams_and_is_told_whole_at_the_end() -> None:
    voice = ScriptedVoice(["Look,", " you'll wait."])
    assert list(speak(voice, CUE, 5)) == [
        Piece("Look,"), Piece(" you'll wait."), Spoken("Look, you'll wait.", "model"),
    ]  # fmt: skip
    assert voice.within == [5]


@pytest.mark.parametrize("error", [ModelTooSlow(), ModelCut(), ModelUnfit("figure")])
@pytest.mark.parametrize("before", [[], ["You get", " half."]])
def test_line_takes_the_place_of_a_wording_that_fails(error: ModelError, before: list[str]) -> None:
    """Also of what was shown of it; the reason is told."""
    told = list(speak(ScriptedVoice(before, error), CUE, 5))
    assert told[-1] == Spoken("You'll have to wait.", "authored", error.cause)
    assert len(told) == len(before) + 1


def test_line_is_shown_where_a_voice_says_nothing() -> None:
    assert list(speak(ScriptedVoice(), CUE, 5))[-1] == Spoken("You'll have to wait.", "authored", "unfit")


def test_voice_is_not_asked_when_the_patience_is_used_up() -> None:
    """Nor for a line that is empty."""
    voice = ScriptedVoice(["Hm."])
    assert list(speak(voice, CUE, LEAST / 2)) == [Spoken("You'll have to wait.", "authored", "slow")]
    assert list(speak(voice, Cue("Lei", "VP", "phone", "en", " "), 8)) == [Spoken(" ", "authored")]
    assert voice.cues == []


def test_voice_is_closed_when_nobody_listens_any_more() -> None:
    """The trainee leaves in the middle of a sentence."""
    voice = ScriptedVoice(["a", "b"])
    telling = speak(voice, CUE, 5)
    next(iter(telling))
    telling.close()  # type: ignore[attr-defined]
    assert voice.closed == 1


def test_fault_of_the_program_is_not_taken_for_one_of_the_model() -> None:
    """Nothing swallows an exception that is none of the model's."""

    class Broken(ScriptedVoice):
        def phrase(self, cue: Cue, within: float) -> Generator[str, None, None]:
            raise ZeroDivisionError
            yield ""

    with pytest.raises(ZeroDivisionError):
        list(speak(Broken(), CUE, 5))


# The cue


def test_cue_holds_what_everybody_knows(desk: Desk, small: Program) -> None:
    """Who he is, the line, and the last exchange; no meter, no stage, no secret, no worth."""
    rehearsal = start(desk, small, RIGHT)
    first = rehearsal.play(Move("rapport.chat"))
    second = rehearsal.play(Move("ask.plain"), Typed("When, please?"))
    cue = cue_for(rehearsal, second)
    assert cue.line == " ".join(second.answer)
    assert cue.before == " ".join(first.answer)
    assert cue.said == "When, please?"
    assert cue_for(rehearsal, first).before == ""
    assert cue_for(rehearsal, first).said == first.said
    told = " ".join((cue.name, cue.about, cue.channel, cue.before, cue.line))
    scenario = small.scenario
    hidden = [card.name.en for card in (*scenario.secrets.values(), *scenario.points.values()) if card.name]
    assert hidden
    assert not [name for name in hidden if name and name in told]
    assert set(cue.guarded) == {offer.name.en for offer in scenario.offers.values() if offer.name}


# The record


def voiced(rehearsal: Rehearsal, move: str, wording: str | None = "In other words.") -> Exchange:
    exchange = rehearsal.play(Move.parse(move))
    assert rehearsal.voice(exchange, wording, None if wording else "slow")
    return exchange


def test_turn_records_whose_wording_was_shown(desk: Desk, small: Program) -> None:
    """The wording itself is kept apart, like typed text, and an attempt that is opened again has it."""
    rehearsal = start(desk, small, RIGHT)
    voiced(rehearsal, "rapport.chat", "Busy, busy. And you?")
    voiced(rehearsal, "ask.plain", None)
    events = [recorded.event for recorded in desk.store.events(rehearsal.attempt)]
    assert events[-3:] == [
        Voiced(turn=1, shown="model"), Played(turn=2, move="ask.plain"), Voiced(turn=2, shown="authored", why="slow"),
    ]  # fmt: skip
    assert "Busy" not in str(events)
    again = resume(desk, rehearsal.attempt)
    assert again.worded() == {1: "Busy, busy. And you?"}
    assert again.exchanges == rehearsal.exchanges
    assert again.state.voiced == rehearsal.state.voiced == {1: 3, 2: None}


def test_wording_changes_nothing_of_the_talk(desk: Desk, solutions: Solutions, small: Program) -> None:
    """The same moves come to the same position and the same marks, whatever was shown."""
    plain, other = start(desk, small, RIGHT), start(desk_over(MemoryStore(), solutions), small, RIGHT)
    play(plain, PAID)
    for move in PAID:
        voiced(other, move, "We have paid 900,000 already, and your score is 100.")
    assert other.codes == plain.codes
    assert other.ending == plain.ending
    assert other.legal() == plain.legal()


def test_wording_after_the_last_turn_leaves_the_attempt_as_finished_as_it_was(desk: Desk, small: Program) -> None:
    """The list says so, before and after the note."""
    rehearsal = start(desk, small, RIGHT)
    exchange = [rehearsal.play(Move.parse(move)) for move in PAID][-1]
    assert rehearsal.voice(exchange, "Done, then.")
    assert [one.finished for one in desk.store.attempts()] == [False]
    rehearsal.file_note({})
    assert rehearsal.voice(exchange, "Done, then.")
    assert [one.finished for one in desk.store.attempts()] == [True]
    assert desk.store.faults() == []


def test_wording_of_a_turn_that_was_taken_back_is_dropped(desk: Desk, small: Program) -> None:
    """It comes too late, or stands for a turn that no longer does."""
    rehearsal = start(desk, small, RIGHT)
    exchange = rehearsal.play(Move("rapport.chat"))
    rehearsal.take_back()
    assert not rehearsal.voice(exchange, "Too late.")
    voiced(rehearsal, "rapport.chat")
    rehearsal.take_back()
    assert rehearsal.worded() == {}
    rehearsal.play(Move("ask.plain"))
    assert resume(desk, rehearsal.attempt).worded() == {}
    assert kinds(desk, rehearsal.attempt).count("voiced") == 1


def test_erased_wording_shows_as_erased(desk: Desk, small: Program) -> None:
    rehearsal = start(desk, small, RIGHT)
    voiced(rehearsal, "rapport.chat")
    desk.store.erase(rehearsal.state.started.person)
    assert resume(desk, rehearsal.attempt).worded() == {1: None}
    assert desk.store.faults() == []


def test_wording_that_cannot_be_recorded_says_so(solutions: Solutions, small: Program) -> None:
    """The talk stands as it was."""
    store = FailingStore()
    rehearsal = start(desk_over(store, solutions), small, RIGHT)
    exchange = rehearsal.play(Move("rapport.chat"))
    store.failing = StoreLocked("the store is locked")
    with pytest.raises(StoreLocked):
        rehearsal.voice(exchange, "Well.")
    store.failing = None
    assert rehearsal.turn == 2
    rehearsal.play(Move("ask.plain"))


def test_records_of_before_read_on(desk: Desk, small: Program) -> None:
    """An event without the new one's fields is what it was; one of the new kind needs only its turn."""
    rehearsal = start(desk, small, RIGHT)
    play(rehearsal, ("rapport.chat",))
    assert resume(desk, rehearsal.attempt).worded() == {}
    assert EVENTS.validate_json('{"kind": "voiced", "turn": 2}') == Voiced(turn=2, shown="authored")
    with pytest.raises(ValidationError):
        EVENTS.validate_json('{"kind": "voiced", "turn": 2, "why": "because"}')
    assert {Voiced(turn=1, why=cause).why for cause in CAUSES} == set(CAUSES)


def test_wording_of_a_turn_that_was_never_played_is_damage() -> None:
    started = Started(scenario="s", content="c", rubric="1", person="p", mode="practice", language="en", seed=1)
    with pytest.raises(StoreDamaged):
        fold([started, Voiced(turn=1)])
