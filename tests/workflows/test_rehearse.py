"""An attempt from the case file to the debrief: what is on record, when, and what each mode allows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from doubles import LOCKED, FailingStore, desk_over
from workflows.talks import LEFT, PAID, RIGHT, kinds, play, start

from simulator.adapters.store.memory import MemoryStore
from simulator.engine.program import Program
from simulator.model.errors import AttemptMoved, IllegalMove, StoreLocked, UnknownName, UsageError
from simulator.model.language import Language
from simulator.model.position import Move
from simulator.model.record import Started
from simulator.workflows.rehearse import Desk, Rehearsal, begin, resume
from simulator.workflows.solutions import Solutions, content_of

CHAT, ASK, LEAVE, THREAT = Move("rapport.chat"), Move("ask.plain"), Move("end.leave"), Move("red.threat")


def shown(rehearsal: Rehearsal) -> dict[str, Any]:
    """Everything of an attempt that a screen could show."""
    return {
        "phase": rehearsal.phase,
        "turn": rehearsal.turn,
        "turns left": rehearsal.turns_left,
        "codes": rehearsal.codes,
        "ending": rehearsal.ending,
        "legal": [str(compiled.move) for compiled in rehearsal.legal()],
        "exchanges": list(rehearsal.exchanges),
        "moves": list(rehearsal.state.moves),
        "tries": dict(rehearsal.state.first_tries),
        "hints": set(rehearsal.state.hints),
        "given": rehearsal.given,
        "answers": rehearsal.state.answers,
        "filed": rehearsal.state.filed,
        "next": rehearsal.state.next_seq,
    }


# The beginning


def test_begin_puts_the_attempt_on_record_before_anything_is_shown(desk: Desk, small: Program) -> None:
    """The first event pins scenario, rubric, seed, mode and language, and the person only by pseudonym."""
    rehearsal = begin(desk, small.scenario, "Wang Min", "exam", "zh", seed=77)
    (recorded,) = desk.store.events(rehearsal.attempt)
    started = recorded.event
    assert isinstance(started, Started)
    assert started.content == hashlib.sha256(content_of(small.scenario)).hexdigest()
    assert (started.scenario, started.rubric, started.mode, started.language, started.seed) == (
        "small-debt",
        "1",
        "exam",
        "zh",
        77,
    )
    assert (started.origin, started.prefix) == (None, ())
    assert "Wang" not in recorded.event.model_dump_json()
    assert desk.store.name(started.person) == "Wang Min"


def test_begin_draws_a_seed_where_none_is_given(small: Program, solutions: Solutions) -> None:
    """A seed comes from outside; a seed of 0 is one like any other."""
    desk = desk_over(MemoryStore(), solutions, seed=4711)
    assert begin(desk, small.scenario, "A", "practice", "en").state.started.seed == 4711
    assert begin(desk, small.scenario, "A", "practice", "en", seed=0).state.started.seed == 0


# Phases


def test_attempt_goes_from_briefing_over_talk_and_note_to_debrief(desk: Desk, small: Program) -> None:
    """Each phase ends by its own errand, and the attempt is finished with the last one only."""
    rehearsal = begin(desk, small.scenario, "Wang Min", "practice", "en", seed=1)

    def finished() -> bool:
        return desk.store.attempts()[0].finished

    assert (rehearsal.phase, finished()) == ("briefing", False)
    rehearsal.prepare(RIGHT)
    assert (rehearsal.phase, finished()) == ("talk", False)
    play(rehearsal, PAID)
    assert (rehearsal.phase, rehearsal.ending, finished()) == ("note", "paid", False)
    rehearsal.file_note({"sum": 10000})
    assert (rehearsal.phase, finished()) == ("debrief", True)
    assert kinds(desk, rehearsal.attempt) == ["started", "prepared", "played", "played", "played", "filed"]


def test_attempt_at_a_scenario_without_a_note_ends_with_its_talk(desk: Desk, small: Program) -> None:
    """Where no note is asked for, the last move finishes the attempt."""
    bare = Program(small.scenario.model_copy(update={"note": ()}))
    rehearsal = start(desk, bare)
    play(rehearsal, LEFT)
    assert rehearsal.phase == "debrief"
    assert desk.store.attempts()[0].finished


ERRANDS: dict[str, Callable[[Rehearsal], object]] = {
    "prepare": lambda rehearsal: rehearsal.prepare({}),
    "play": lambda rehearsal: rehearsal.play(CHAT),
    "hint": lambda rehearsal: rehearsal.hint(),
    "file_note": lambda rehearsal: rehearsal.file_note({}),
    "debrief": lambda rehearsal: rehearsal.debrief(),
}


@pytest.mark.parametrize(
    ("phase", "allowed"),
    [
        ("briefing", {"prepare"}),
        ("talk", {"play", "hint"}),
        ("note", {"file_note", "debrief"}),
        ("debrief", {"debrief"}),
    ],
)
def test_phase_refuses_the_errands_of_others(desk: Desk, small: Program, phase: str, allowed: set[str]) -> None:
    """An errand out of its phase is refused, leaves nothing on record and changes nothing."""

    def reach() -> Rehearsal:
        rehearsal = begin(desk, small.scenario, "Wang Min", "practice", "en", seed=1)
        if phase != "briefing":
            rehearsal.prepare({})
        if phase in ("note", "debrief"):
            play(rehearsal, LEFT)
        if phase == "debrief":
            rehearsal.file_note({})
        assert rehearsal.phase == phase
        return rehearsal

    for name, errand in ERRANDS.items():
        rehearsal = reach()
        if name in allowed:
            errand(rehearsal)
            continue
        before, events = shown(rehearsal), kinds(desk, rehearsal.attempt)
        with pytest.raises(UsageError):
            errand(rehearsal)
        assert (shown(rehearsal), kinds(desk, rehearsal.attempt)) == (before, events), name


@pytest.mark.parametrize(
    ("answers", "wrong"),
    [
        ({"dayz": 10}, UnknownName),
        ({"days": "ten"}, UsageError),
        ({"who": "nobody"}, UsageError),
        ({"papers": ("slip-a", "slip-a")}, UsageError),
        ({"steps": ("first", "second")}, UsageError),
        ({"sums": {"goods": "never"}}, UsageError),
    ],
)
def test_answers_that_fit_no_field_are_refused(
    desk: Desk, small: Program, answers: dict[str, Any], wrong: type[Exception]
) -> None:
    """Nothing that is not an answer to the question gets on record."""
    rehearsal = begin(desk, small.scenario, "Wang Min", "practice", "en", seed=1)
    with pytest.raises(wrong):
        rehearsal.prepare(answers)
    assert (rehearsal.phase, kinds(desk, rehearsal.attempt)) == ("briefing", ["started"])


def test_preparation_done_right_changes_the_start(desk: Desk, small: Program) -> None:
    """Studying the file pays inside the talk: only what fully right answers give holds at the start."""
    prepared, half = start(desk, small, RIGHT), start(desk, small, {"days": 10, "who": "clerk"})
    assert prepared.given == {"slip": "held", "supply": "known", "trust": 6}
    assert half.given == {"slip": "held"}
    position = prepared.program.position(prepared.codes)
    assert (position["slip"], position["supply"], position["trust"]) == ("held", "known", 6)
    assert half.program.position(half.codes)["trust"] == 4
    assert Move("press.hold", "supply") in [compiled.move for compiled in prepared.legal()]
    assert Move("press.hold", "supply") not in [compiled.move for compiled in half.legal()]


# Committed before it is answered


def test_every_move_is_on_record_when_its_answer_is_there(desk: Desk, small: Program) -> None:
    """Whoever reads the store after an answer was shown finds the move, with its turn, as the last event."""
    rehearsal = start(desk, small, RIGHT)
    for number, move in enumerate(PAID, start=1):
        rehearsal.play(Move.parse(move))
        event = desk.store.events(rehearsal.attempt)[-1].event
        assert (event.kind, getattr(event, "turn", None), getattr(event, "move", None)) == ("played", number, move)


def test_answer_is_never_part_of_the_record(desk: Desk, small: Program) -> None:
    """What the debtor says follows from the move, and no line of it stands in the chain."""
    rehearsal = start(desk, small)
    exchange = rehearsal.play(ASK)
    assert exchange.answer
    text = "".join(recorded.event.model_dump_json() for recorded in desk.store.events(rehearsal.attempt))
    assert not any(line in text for line in (*exchange.answer, exchange.said))


@pytest.mark.parametrize(
    "moves", [["rapport.chat"], list(LEFT), ["ask.plain", "red.threat"], ["ask.plain", "probe.cause"]]
)
def test_move_that_cannot_be_recorded_did_not_happen(small: Program, solutions: Solutions, moves: list[str]) -> None:
    """A store that fails on append leaves the attempt as it was, whether the move goes on, draws or ends the talk;
    once the store works again, the move gets the answer that it would have got at once."""
    store = FailingStore()
    rehearsal, control = start(desk_over(store, solutions), small), start(desk_over(MemoryStore(), solutions), small)
    for move in moves:
        before = shown(rehearsal)
        store.failing = LOCKED
        with pytest.raises(StoreLocked):
            rehearsal.play(Move.parse(move))
        assert shown(rehearsal) == before
        store.failing = None
        assert rehearsal.play(Move.parse(move)) == control.play(Move.parse(move))
    assert shown(rehearsal) == shown(control)


def test_interrupt_while_recording_leaves_the_attempt_as_it_was(small: Program, solutions: Solutions) -> None:
    """Ctrl-C in the middle of a commit is no exception to the rule."""
    store = FailingStore()
    rehearsal = start(desk_over(store, solutions), small)
    before = shown(rehearsal)
    store.failing = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        rehearsal.play(ASK)
    assert shown(rehearsal) == before


@pytest.mark.parametrize("errand", ["prepare", "hint", "take back", "file"])
def test_errand_that_cannot_be_recorded_did_not_happen(small: Program, solutions: Solutions, errand: str) -> None:
    """The same for everything else that moves an attempt."""
    store = FailingStore()
    desk = desk_over(store, solutions)
    rehearsal = begin(desk, small.scenario, "Wang Min", "practice", "en", seed=1)
    if errand != "prepare":
        rehearsal.prepare({})
        play(rehearsal, LEFT if errand == "file" else ["rapport.chat", "ask.plain"])
    errands: dict[str, Callable[[], object]] = {
        "prepare": lambda: rehearsal.prepare(RIGHT),
        "hint": rehearsal.hint,
        "take back": rehearsal.take_back,
        "file": lambda: rehearsal.file_note({"sum": 1}),
    }
    before = shown(rehearsal)
    store.failing = LOCKED
    with pytest.raises(StoreLocked):
        errands[errand]()
    assert shown(rehearsal) == before


def test_illegal_move_is_named_with_what_is_near_and_not_recorded(desk: Desk, small: Program) -> None:
    """A move that the position does not offer is refused before anything is written."""
    rehearsal = start(desk, small)
    for wrong in (
        Move("rapport.chatt"),
        Move("firm.check", "no-slip"),
        Move("close.deal"),
        Move("rapport.chat", "half"),
    ):
        with pytest.raises(IllegalMove, match="is not a move that is open here"):
            rehearsal.play(wrong)
    with pytest.raises(IllegalMove, match=r"Did you mean “rapport\.chat”"):
        rehearsal.play(Move("rapport.chatt"))
    assert kinds(desk, rehearsal.attempt) == ["started", "prepared"]
    assert rehearsal.exchanges == []


# Two hands at one attempt


def test_attempt_that_went_on_elsewhere_is_not_overwritten(desk: Desk, small: Program) -> None:
    """Of two that have the same attempt open, the one who comes second is told, his move is not played, and reading
    the attempt again shows him where it is."""
    here = start(desk, small)
    there = resume(desk, here.attempt)
    there.play(ASK)
    before = shown(here)
    with pytest.raises(AttemptMoved):
        here.play(CHAT)
    assert shown(here) == before
    again = resume(desk, here.attempt)
    assert [str(exchange.step.move) for exchange in again.exchanges] == ["ask.plain"]
    again.play(CHAT)
    assert kinds(desk, here.attempt) == ["started", "prepared", "played", "played"]


@pytest.mark.parametrize("errand", ["hint", "take_back"])
def test_hint_and_take_back_are_refused_too_where_the_attempt_went_on(desk: Desk, small: Program, errand: str) -> None:
    """Nothing that writes gets past a newer record."""
    here = start(desk, small)
    here.play(CHAT)
    resume(desk, here.attempt).play(CHAT)
    before = shown(here)
    with pytest.raises(AttemptMoved):
        getattr(here, errand)()
    assert shown(here) == before


# Resuming


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("seed", range(6))
def test_resume_gives_the_same_exchanges_line_for_line(
    desk: Desk, small: Program, language: Language, seed: int
) -> None:
    """After every single event the record makes the same attempt again: turns, draws, and both sides' lines."""
    rehearsal = begin(desk, small.scenario, "Wang Min", "practice", language, seed)
    assert shown(resume(desk, rehearsal.attempt)) == shown(rehearsal)
    rehearsal.prepare(RIGHT)
    for move in ("rapport.chat", "ask.plain", "rapport.chat", "probe.cause", "rapport.chat"):
        rehearsal.play(Move.parse(move))
        assert shown(resume(desk, rehearsal.attempt)) == shown(rehearsal)
    rehearsal.take_back(2)
    assert shown(resume(desk, rehearsal.attempt)) == shown(rehearsal)
    rehearsal.hint()
    play(rehearsal, ["rapport.chat", "end.leave"])
    assert shown(resume(desk, rehearsal.attempt)) == shown(rehearsal)
    rehearsal.file_note({"sum": None})
    again = resume(desk, rehearsal.attempt)
    assert shown(again) == shown(rehearsal)
    one, other = rehearsal.debrief(), again.debrief()
    assert (one.scorecard, one.observations, one.values) == (other.scorecard, other.observations, other.values)


def test_resumed_attempt_goes_on_with_the_same_draws(desk: Desk, small: Program) -> None:
    """Killing and resuming between any two turns changes neither the draws nor the lines that are not repeated."""
    moves = ["ask.plain", "probe.cause", "rapport.chat", "rapport.chat", "rapport.chat", "end.leave"]
    for seed in range(8):
        whole, broken = start(desk, small, seed=seed), start(desk, small, seed=seed)
        for move in moves:
            broken = resume(desk, broken.attempt)
            play(whole, [move])
            play(broken, [move])
        assert broken.exchanges == whole.exchanges


def test_attempt_replays_as_it_was_after_its_scenario_has_changed(desk: Desk, small: Program) -> None:
    """The version that was played is kept: another one under the same id changes nothing that was said or marked."""
    rehearsal = start(desk, small, RIGHT)
    play(rehearsal, PAID[:2])
    said = list(rehearsal.exchanges)
    changed = small.scenario.model_copy(update={"turns": 2, "rules": small.scenario.rules[-1:], "note": ()})
    desk.store.keep(content_of(changed))
    other = begin(desk, changed, "Wang Min", "practice", "en", seed=1)
    assert other.state.started.scenario == rehearsal.state.started.scenario
    assert other.state.started.content != rehearsal.state.started.content
    again = resume(desk, rehearsal.attempt)
    assert again.exchanges == said
    assert again.scenario == small.scenario
    play(again, PAID[2:])
    assert again.ending == "paid"


# Taking back


def test_take_back_goes_back_to_before_the_turn(desk: Desk, small: Program) -> None:
    """The position, the lines and the menu are those of before; the record keeps every move that was made."""
    rehearsal = start(desk, small)
    fresh = shown(rehearsal)
    play(rehearsal, ["ask.plain", "probe.cause"])
    rehearsal.take_back()
    assert (rehearsal.turn, [str(move) for move in rehearsal.state.moves]) == (2, ["ask.plain"])
    rehearsal.take_back()
    for part in ("phase", "turn", "codes", "legal", "exchanges", "moves"):
        assert shown(rehearsal)[part] == fresh[part]
    assert kinds(desk, rehearsal.attempt) == ["started", "prepared", "played", "played", "took-back", "took-back"]


def test_take_back_reaches_any_turn_and_out_of_an_ending(desk: Desk, small: Program) -> None:
    """A talk that is over can be taken back into, until its note is filed."""
    rehearsal = start(desk, small)
    play(rehearsal, ["rapport.chat", "ask.plain", "end.leave"])
    assert rehearsal.phase == "note"
    rehearsal.take_back(2)
    assert (rehearsal.phase, rehearsal.turn, rehearsal.ending) == ("talk", 2, None)
    play(rehearsal, ["end.leave"])
    rehearsal.file_note({})
    with pytest.raises(UsageError, match="no turn to take back"):
        rehearsal.take_back()


@pytest.mark.parametrize("turn", [None, 0, -1, 3, 99])
def test_take_back_refuses_a_turn_that_was_not_played(desk: Desk, small: Program, turn: int | None) -> None:
    """There is nothing before the first turn and nothing after the last."""
    rehearsal = start(desk, small)
    if turn is not None:
        play(rehearsal, ["rapport.chat", "rapport.chat"])
    with pytest.raises(UsageError, match="no turn to take back"):
        rehearsal.take_back(turn)


def test_first_try_is_the_one_that_counts(desk: Desk, small: Program) -> None:
    """After a take-back tactics and observations are those of the first moves; the result is that of the talk as it
    stands."""
    plain, corrected = start(desk, small, RIGHT), start(desk, small, RIGHT)
    play(plain, ["rapport.chat", "end.leave"])
    play(corrected, ["rapport.chat", "end.leave"])
    corrected.take_back(1)
    play(corrected, PAID)
    first, second = plain.debrief(), corrected.debrief()
    assert first.scorecard is not None
    assert second.scorecard is not None
    tactics = second.scorecard.mark("tactics")
    assert [turn.move for turn in second.transcript.turns] == ["rapport.chat", "end.leave", "close.deal:all"]
    assert tactics.points == pytest.approx((sum(turn.accuracy for turn in first.turns) + second.turns[2].accuracy) / 3)
    assert second.ending == "paid"
    assert second.scorecard.mark("result").points > first.scorecard.mark("result").points  # type: ignore[operator]
    shown_first = {(one.turn, one.objective) for one in first.observations if one.reason == "shown"}
    shown_second = {(one.turn, one.objective) for one in second.observations if one.reason == "shown"}
    assert shown_first <= shown_second
    assert (1, "small/talk.ask") not in shown_second, "the corrected first move is not evidence"
    assert set(second.first_tries) == {1, 2}
    assert [str(turn.step.move) for turn in second.turns] == list(PAID)


def test_playing_the_same_move_again_is_still_the_first_try(desk: Desk, small: Program) -> None:
    """Taking back and doing the same changes nothing."""
    plain, wavering = start(desk, small, RIGHT), start(desk, small, RIGHT)
    play(plain, PAID)
    play(wavering, PAID[:2])
    wavering.take_back(1)
    play(wavering, PAID)
    one, other = plain.debrief(), wavering.debrief()
    assert other.first_tries == {}
    assert other.scorecard == one.scorecard


# Hints


def test_hint_names_the_three_best_lawful_moves_and_marks_the_turn(desk: Desk, small: Program) -> None:
    """Best first, never a forbidden act, on record once however often it is asked for."""
    rehearsal = start(desk, small, RIGHT)
    hints = rehearsal.hint()
    assert rehearsal.hint() == hints
    assert len(hints) == 3
    assert hints[0].loss == 0.0
    assert [hint.loss for hint in hints] == sorted(hint.loss for hint in hints)
    assert not any(small.by_move[hint.move].tactic.forbidden for hint in hints)
    assert kinds(desk, rehearsal.attempt) == ["started", "prepared", "hinted"]
    play(rehearsal, [str(hints[0].move)])
    (first,) = [turn for turn in _finished(rehearsal).turns if turn.step.turn == 1]
    assert first.loss == 0.0


def test_hinted_turn_gives_neither_observation_nor_tactics(desk: Desk, small: Program) -> None:
    """The hinted turn is not the trainee's own; the others still are."""
    plain, hinted = start(desk, small, RIGHT), start(desk, small, RIGHT)
    play(plain, PAID)
    play(hinted, PAID[:2])
    hinted.hint()
    play(hinted, PAID[2:])
    one, other = plain.debrief(), hinted.debrief()
    assert {seen.turn for seen in one.observations if seen.turn} == {1, 2, 3}
    assert {seen.turn for seen in other.observations if seen.turn} == {1, 2}
    assert other.scorecard is not None
    assert (other.scorecard.mark("tactics").of, other.scorecard.mark("tactics").turns) == (2, (1, 2))
    assert other.scorecard.mark("result") == one.scorecard.mark("result")  # type: ignore[union-attr]


def test_hint_asked_after_the_first_try_does_not_change_it(desk: Desk, small: Program) -> None:
    """Whoever plays, takes back and then asks has still shown what he can do by himself."""
    rehearsal = start(desk, small, RIGHT)
    play(rehearsal, ["rapport.chat"])
    rehearsal.take_back()
    rehearsal.hint()
    play(rehearsal, PAID)
    debrief = rehearsal.debrief()
    first = debrief.transcript.turns[0]
    assert (first.move, first.hinted) == ("rapport.chat", False)


# Exams


def test_exam_refuses_hint_and_take_back(desk: Desk, small: Program) -> None:
    """One go: nothing is recorded of the attempt to get help."""
    rehearsal = start(desk, small, mode="exam")
    play(rehearsal, ["rapport.chat"])
    for errand in (rehearsal.hint, rehearsal.take_back):
        with pytest.raises(UsageError, match="An exam has no hints and no take-back"):
            errand()
    assert kinds(desk, rehearsal.attempt) == ["started", "prepared", "played"]


def test_exam_cannot_be_tried_out_before_it_is_over(desk: Desk, small: Program) -> None:
    """A practice copy with the exam's seed would show how its draws fall; after the debrief that does no harm."""
    rehearsal = start(desk, small, mode="exam")
    play(rehearsal, ["rapport.chat"])
    with pytest.raises(UsageError):
        rehearsal.try_again_from(1)
    play(rehearsal, ["end.leave"])
    rehearsal.file_note({})
    assert rehearsal.try_again_from(1).mode == "practice"


# Trying again


def test_try_again_from_a_turn_is_a_new_unscored_practice(desk: Desk, small: Program) -> None:
    """It begins with the moves before the turn, names where it comes from, asks for no forms and gives no marks; the
    attempt it comes from stays as it is."""
    rehearsal = start(desk, small, RIGHT, seed=9)
    play(rehearsal, PAID)
    rehearsal.file_note({"sum": 10000})
    before, events = shown(rehearsal), kinds(desk, rehearsal.attempt)
    again = rehearsal.try_again_from(3)
    assert again.attempt != rehearsal.attempt
    assert (again.mode, again.scored, again.phase, again.turn) == ("practice", False, "talk", 3)
    assert again.state.started.origin == (rehearsal.attempt, 3)
    assert again.state.started.prefix == PAID[:2]
    assert again.state.started.seed == 9
    assert again.exchanges == rehearsal.exchanges[:2]
    assert again.given == rehearsal.given
    play(again, ["end.leave"])
    assert again.phase == "debrief"
    debrief = again.debrief()
    assert (debrief.scorecard, debrief.observations, debrief.forms) == (None, (), ())
    assert len(debrief.turns) == 3
    assert (shown(rehearsal), kinds(desk, rehearsal.attempt)) == (before, events)


def test_try_again_resumes_like_any_attempt(desk: Desk, small: Program) -> None:
    """Its record alone, prefix and preparation included, makes it again."""
    rehearsal = start(desk, small, RIGHT)
    play(rehearsal, PAID)
    again = rehearsal.try_again_from(2)
    play(again, ["rapport.chat"])
    assert shown(resume(desk, again.attempt)) == shown(again)
    assert next(one for one in desk.store.attempts() if one.attempt == again.attempt).turns == 2


def test_try_again_does_not_take_back_into_its_prefix(desk: Desk, small: Program) -> None:
    """The moves that led there were played elsewhere."""
    rehearsal = start(desk, small, RIGHT)
    play(rehearsal, PAID)
    again = rehearsal.try_again_from(3)
    with pytest.raises(UsageError, match="no turn to take back"):
        again.take_back()
    play(again, ["rapport.chat"])
    again.take_back()
    assert again.turn == 3


@pytest.mark.parametrize("turn", [-1, 0, 4, 99])
def test_try_again_refuses_a_turn_that_was_not_played(desk: Desk, small: Program, turn: int) -> None:
    """One can only try another way where a move was made."""
    rehearsal = start(desk, small, RIGHT)
    play(rehearsal, PAID)
    with pytest.raises(UsageError):
        rehearsal.try_again_from(turn)
    assert len(desk.store.attempts()) == 1


# What is said


def test_trainee_says_one_of_the_tactics_examples(desk: Desk, small: Program) -> None:
    """The chosen line appears as what he says, drawn by the seed, in the language of the attempt."""
    said = set()
    for seed in range(12):
        rehearsal = start(desk, small, language="zh", seed=seed)
        sample = rehearsal.utterance(CHAT)
        exchange = rehearsal.play(CHAT)
        assert exchange.said == sample
        said.add(exchange.said)
    assert said == {"您好。", "最近忙吗？"}


def test_debtor_does_not_repeat_his_last_line(desk: Desk, small: Program) -> None:
    """Where he has another way to say it, he never says the same thing in two answers running."""
    for seed in range(20):
        rehearsal = start(desk, small, RIGHT, seed=seed)
        play(rehearsal, ["rapport.chat"] * 5)  # the first one warms him, and then he has three ways to say nothing
        answers = [exchange.answer for exchange in rehearsal.exchanges[1:]]
        assert {line for answer in answers for line in answer} <= {"Mm.", "I see.", "And then?"}
        assert all(len(answer) == 1 for answer in answers)
        assert all(one != other for one, other in pairwise(answers))


def test_lines_come_in_the_language_the_attempt_was_begun_in(desk: Desk, small: Program) -> None:
    """Language is the attempt's, not the program's."""
    zh, en = start(desk, small, language="zh"), start(desk, small, language="en")
    assert zh.play(ASK).answer == ("什么钱？", "没收到货。") or zh.exchanges[0].answer == ("什么钱？", "货呢？")
    assert en.play(ASK).answer in {("What money?", "The goods never came."), ("What money?", "Which goods?")}


def _finished(rehearsal: Rehearsal) -> Any:
    """The debrief of an attempt that is left at once."""
    play(rehearsal, ["end.leave"])
    return rehearsal.debrief()
