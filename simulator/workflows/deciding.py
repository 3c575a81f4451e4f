"""Decisions of people on attempts that are over: appeals, answers, and what a reviewer overrules.

The program proposes; a named person decides. Whatever he decides is an event beside the original on the attempt's own
chain: nothing is edited, and what stood before can always be shown beside what stands now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from scoring.accuracy import name as name_of
from scoring.evidence import Transcript, Turn
from scoring.objectives import Observation, observations
from scoring.rubric import CURRENT, RUBRICS, Name, Rubric
from scoring.scorecard import Scorecard, scorecard
from simulator.model.decisions import DECISIONS, REASONS, Answered, Appealed, Decision, Overruled, Reason, What
from simulator.model.errors import AttemptMoved, UnknownName, UsageError
from simulator.model.language import _
from simulator.workflows.attempt import AttemptState, fold
from simulator.workflows.debriefing import Debrief
from simulator.workflows.docket import Docket, Plea
from simulator.workflows.permission import demand_own, known_person, needs, own_person
from simulator.workflows.rehearse import Desk, Rehearsal, resume
from simulator.workflows.shown import demand_seen, is_shown, state_of
from simulator.workflows.shown import shared_attempts as shared_attempts

if TYPE_CHECKING:
    from simulator.workflows.ports import Recorded, Store

LONGEST = 2_000  # characters of a reason or an answer: a page
_TRIES = 5  # times to write where others write at the same moment; two reviewers of one attempt are many
_NAMES: tuple[Name, ...] = ("best", "good", "inaccuracy", "mistake", "blunder")
_STEP = 0.001  # what losses are rounded to: the smallest loss above the one up to which a move is best


# What comes of overrules


@dataclass(frozen=True, slots=True)
class Applied:
    """What an attempt comes to with what was overruled.

    Attributes:
        scorecard, observations: None and empty where the attempt is not scored.
        names: of the moves that count, by turn.
        overruled: whether anything in it is a person's and not the program's.
    """

    transcript: Transcript
    scorecard: Scorecard | None
    observations: tuple[Observation, ...]
    names: Mapping[int, Name]
    overruled: bool

    def value(self, what: What, turn: int | None) -> str | bool | float:
        """What stands: a turn's name, whether it is a breach, or the total."""
        if what == "total" or turn is None:
            return self.scorecard.total if self.scorecard else 0.0
        if what == "name":
            return self.names[turn]
        return next(one.breach for one in self.transcript.turns if one.number == turn)


def applied(
    debrief: Debrief, overrules: Iterable[Overruled], rubric: Rubric, pass_mark: float | None = None
) -> Applied:
    """What a debrief comes to under these overrules, in their order: marks and evidence are made anew.

    A turn that is named otherwise gets the mildest loss of its new name, and its own where that has this name. A total
    that is replaced stays so whatever is overruled after it, but for the cap that a breach puts on any total.

    Args:
        rubric, pass_mark: those that the debrief was made under.
    """
    transcript, total, any_of_it = debrief.transcript, None, False
    played = {turn.number for turn in transcript.turns}
    for one in overrules:
        if one.what == "total":
            total, any_of_it = float(one.after), True
        elif one.turn in played:
            transcript, any_of_it = _with(transcript, debrief.transcript, one, rubric), True
    if not any_of_it or debrief.scorecard is None:
        names = _names(transcript, rubric)
        return Applied(debrief.transcript, debrief.scorecard, debrief.observations, names, overruled=False)
    card = scorecard(transcript, rubric, pass_mark)
    if total is not None:
        card = _totalled(card, total, rubric, pass_mark)
    return Applied(transcript, card, observations(transcript, rubric), _names(transcript, rubric), overruled=True)


def mildest(name: Name, rubric: Rubric) -> float:
    """The least loss, in points, that has a name."""
    return {
        "best": 0.0,
        "good": rubric.best_up_to + _STEP,
        "inaccuracy": rubric.inaccuracy_from,
        "mistake": rubric.mistake_from,
        "blunder": rubric.blunder_from,
        "breach": 0.0,
    }[name]


def namings(turn: Turn) -> tuple[Name, ...]:
    """What a move can be named; one that asks for what nobody could know is never named worse than an inaccuracy."""
    return _NAMES[:3] if turn.family == "probe" else _NAMES


def _with(transcript: Transcript, original: Transcript, one: Overruled, rubric: Rubric) -> Transcript:
    def changed(turn: Turn, own: Turn) -> Turn:
        if turn.number != one.turn:
            return turn
        if one.what == "breach":
            return replace(turn, breach=bool(one.after))
        kept = name_of(own.loss, rubric, probe=own.family == "probe") == one.after
        loss = own.loss if kept else mildest(_named(one.after), rubric)
        # What the move was worth says also whether another one was called for in its place.
        options = tuple(replace(o, loss=loss) if o.move == turn.move else o for o in turn.options)
        return replace(turn, loss=loss, options=options)

    turns = tuple(changed(turn, own) for turn, own in zip(transcript.turns, original.turns, strict=True))
    return replace(transcript, turns=turns)


def _named(value: object) -> Name:
    return next(name for name in _NAMES if name == value)


def _names(transcript: Transcript, rubric: Rubric) -> dict[int, Name]:
    return {
        turn.number: name_of(turn.loss, rubric, turn.breach, probe=turn.family == "probe") for turn in transcript.turns
    }


def _totalled(card: Scorecard, total: float, rubric: Rubric, pass_mark: float | None) -> Scorecard:
    wanted = rubric.pass_mark if pass_mark is None else pass_mark
    if card.breaches:
        return replace(card, total=min(total, rubric.cap_on_breach), passed=False)
    return replace(card, total=total, passed=total >= wanted)


# An attempt as those see it who decide on it


@dataclass(frozen=True, slots=True)
class Matter:
    """An attempt that is over, with what was decided on it."""

    rehearsal: Rehearsal
    debrief: Debrief
    rubric: Rubric
    pass_mark: float | None

    @property
    def attempt(self) -> str:
        return self.rehearsal.attempt

    @property
    def docket(self) -> Docket:
        return self.rehearsal.state.docket

    @property
    def person(self) -> str:
        """The trainee's pseudonym."""
        return self.rehearsal.state.started.person

    def original(self) -> Applied:
        """What the program made of it."""
        return applied(self.debrief, (), self.rubric, self.pass_mark)

    def standing(self, *further: Overruled) -> Applied:
        """What stands, or would stand with ``further`` overrules."""
        overrules = [one for _seq, one in self.docket.overrules]
        return applied(self.debrief, (*overrules, *further), self.rubric, self.pass_mark)

    def foresee(self, what: What, turn: int | None, after: str | bool | float) -> tuple[Applied, Applied]:
        """What stands, and what would stand if this were overruled so.

        Raises:
            UsageError: it cannot be overruled so.
        """
        before = self.standing()
        proposed = _overruled(self, before, what, turn, after, "other", "", None)
        return before, self.standing(proposed)


def matter(desk: Desk, attempt: str) -> Matter:
    """An attempt to be decided on. May take a second: it solves the scenario where that was not done.

    Raises:
        UnknownName: there is no such attempt.
        UsageError: it is not over, or is never scored.
        Forbidden: as ``resume``.
    """
    return matter_of(resume(desk, attempt))


def matter_of(rehearsal: Rehearsal) -> Matter:
    """As ``matter``, of an attempt that is at hand; as it was when it was read."""
    demand_decidable(rehearsal)
    started = rehearsal.state.started
    return Matter(rehearsal, rehearsal.debrief(), RUBRICS.get(started.rubric, CURRENT), started.pass_mark)


def demand_decidable(rehearsal: Rehearsal) -> None:
    """Whether people can decide on an attempt.

    Raises:
        UsageError: it is not over, or is never scored.
    """
    if rehearsal.phase != "debrief":
        raise UsageError(_("The attempt is not over yet; it can be decided on when it is."))
    if not rehearsal.scored:
        raise UsageError(_("This attempt tried a turn again: it is for practice, has no marks, and nothing to decide."))


def demand_open(desk: Desk, rehearsal: Rehearsal) -> None:
    """Whether others than the trainee may decide on an attempt: practice is his own unless it is shown to others.

    Raises:
        UsageError: it is practice that neither he nor an assignment shares, and he does not appeal against it either.
    """
    if not is_shown(desk.store, rehearsal.attempt, rehearsal.state):
        raise UsageError(_("This practice is the trainee's own; he or an assignment has to share it first."))


def demand_reviewer(desk: Desk, rehearsal: Rehearsal, by: str) -> None:
    """Whether somebody, by his name, may decide on an attempt, or be told what would come of it.

    Raises:
        UsageError: it is his own attempt, or one that is not shown to others.
    """
    if known_person(desk, by) == rehearsal.state.started.person:
        raise UsageError(_("Nobody decides on his own attempt. Another reviewer has to."))
    demand_open(desk, rehearsal)


# Appeals


def appeal(desk: Desk, attempt: str, by: str, turn: int | None, text: str) -> int:
    """Puts the trainee's appeal against a turn, or the attempt as a whole, on record.

    Args:
        by: the name of who appeals: the one whose attempt it is.

    Returns:
        The number of its event, by which it is answered.

    Raises:
        UsageError: it is not his attempt or not over, there is no such turn, an appeal on that waits already, or the
            text is empty or too long.
        UnknownName: there is no such attempt.
        Forbidden: it is another's; that is logged.
    """
    person = state_of(desk, attempt).started.person
    demand_own(desk, person, None, attempt)
    written = proper(text)

    def making(about: Matter) -> Appealed:
        person = about.person
        if desk.store.known(by) != person:
            raise UsageError(_("Only the trainee himself can appeal; as a reviewer you can overrule."))
        _demand_turn(about, turn)
        if any(plea.turn == turn for plea in about.docket.waiting):
            raise UsageError(_("There is an appeal on this already; it waits for its answer."))
        return Appealed(turn=turn, by=person)

    return record(desk, attempt, making, written).seq


@needs("decide")
def answer(desk: Desk, attempt: str, by: str, plea: int, upheld: bool, text: str) -> int:
    """Puts a reviewer's answer to an appeal on record. What follows from it he overrules by itself.

    Args:
        plea: the number of the appeal's event.

    Raises:
        UsageError: it is his own attempt, the appeal was answered already, or the text is empty or too long.
        UnknownName: there is no such attempt or appeal.
    """
    written = proper(text)

    def making(about: Matter) -> Answered:
        reviewer = reviewer_of(desk, about, by)
        asked = _plea(about, plea)
        if asked.answered is not None:
            raise UsageError(_("This appeal was answered already."))
        if asked.by == reviewer:
            raise UsageError(_("Who appealed cannot answer."))
        return Answered(appeal=plea, upheld=upheld, by=reviewer)

    return record(desk, attempt, making, written).seq


# Overruling


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was overruled: the number of its event, and what the attempt came to before and comes to now."""

    seq: int
    before: Applied
    after: Applied


@needs("decide")
def overrule(
    desk: Desk,
    attempt: str,
    by: str,
    what: What,
    turn: int | None,
    after: str | bool | float,
    reason: Reason,
    text: str,
    plea: int | None = None,
    seen: str | bool | float | None = None,
) -> Ruling:
    """Puts what a reviewer decided otherwise than the program on record, beside what the program made.

    Args:
        by: the reviewer's name.
        turn: None for the total.
        after: the new name, whether it is a breach, or the new total, 0–100.
        plea: the number of the appeal that it follows from.
        seen: what stood when the reviewer looked; None where nobody asks.

    Raises:
        UsageError: it is his own attempt, it cannot be overruled so, it stands otherwise than he saw it, or the text
            is empty or too long.
        UnknownName: there is no such attempt, appeal or reason.
    """
    written = proper(text)
    if reason not in REASONS:
        raise UnknownName(_("reason"), reason, REASONS)
    made: list[tuple[Applied, Applied]] = []

    def making(about: Matter) -> Overruled:
        reviewer = reviewer_of(desk, about, by)
        if plea is not None:
            _plea(about, plea)
        before = about.standing()
        ruled = _overruled(about, before, what, turn, after, reason, reviewer, plea)
        if seen is not None and seen != ruled.before:
            raise UsageError(_("It was decided otherwise meanwhile. Look at it again; nothing was written."))
        made.append((before, about.standing(ruled)))
        return ruled

    recorded = record(desk, attempt, making, written)
    return Ruling(recorded.seq, *made[-1])


def _overruled(
    about: Matter,
    before: Applied,
    what: What,
    turn: int | None,
    after: str | bool | float,
    reason: Reason,
    by: str,
    plea: int | None,
) -> Overruled:
    """The event, if the attempt can be decided so.

    Raises:
        UsageError: it cannot.
    """
    if (turn is None) != (what == "total"):
        raise UsageError(_("A name and a breach belong to a turn, a total to the whole attempt."))
    if what == "total":
        after = _total(about, before, after)
    elif turn is not None:
        _demand_turn(about, turn)
        after = _of_turn(before, what, turn, after)
    stood = before.value(what, turn)
    if stood == after and not (what == "breach" and turn in doubtful(about)):
        raise UsageError(_("That is what stands already."))
    return Overruled(what=what, turn=turn, before=stood, after=after, reason=reason, by=by, appeal=plea)


def _total(about: Matter, before: Applied, after: str | bool | float) -> float:
    if isinstance(after, bool | str) or not 0 <= after <= 100:
        raise UsageError(_("A total is from 0 to 100."))
    cap = about.rubric.cap_on_breach
    if before.scorecard and before.scorecard.breaches and after > cap:
        raise UsageError(_("While a breach stands no total is above {cap}. Lift the breach first.", cap=f"{cap:.0f}"))
    return float(after)


def _of_turn(before: Applied, what: What, turn: int, after: str | bool | float) -> str | bool:
    one = next(one for one in before.transcript.turns if one.number == turn)
    if what == "breach":
        if not isinstance(after, bool):
            raise UsageError(_("A move is a breach or is none."))
        return after
    if one.breach:
        raise UsageError(_("This turn counts as a breach. Lift the breach first; then it can be named."))
    if after not in namings(one):
        raise UnknownName(_("name of a move"), str(after), namings(one))
    return str(after)


def doubtful(about: Matter) -> frozenset[int]:
    """As ``doubtful_turns``."""
    return doubtful_turns(about.rehearsal.state)


def doubtful_turns(state: AttemptState) -> frozenset[int]:
    """The turns whose typed line may be a forbidden act, which a person has to look at and none has decided."""
    settled = {one.turn for _seq, one in state.docket.overrules if one.what == "breach"}
    return frozenset(turn for turn, _seq, _act in state.marked if turn <= len(state.moves)) - settled


# Reading


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as it is read.

    Attributes:
        by, name: who decided: his pseudonym, and his name, None once he was erased.
        at: in UTC.
        text: what he wrote; None where he wrote nothing, or once the person whose attempt it is was erased.
    """

    seq: int
    at: datetime
    by: str
    name: str | None
    event: Decision
    text: str | None


def decided_on(desk: Desk, attempt: str) -> tuple[Decided, ...]:
    """Everything that was ever decided on an attempt, in order.

    Raises:
        UnknownName: there is no such attempt.
        Forbidden: as ``resume``.
    """
    demand_seen(desk, attempt)
    return decisions(desk.store, attempt)


def doubts_on(desk: Desk, attempt: str) -> Mapping[int, str | None]:
    """By event, the lines of an attempt that may be a forbidden act; None where the words were erased.

    Raises:
        UnknownName: there is no such attempt.
        Forbidden: as ``resume``.
    """
    marked = {seq for _turn, seq, _act in state_of(desk, attempt).marked}
    return {seq: text for seq, text in desk.store.texts(attempt).items() if seq in marked}


def decisions(store: Store, attempt: str) -> tuple[Decided, ...]:
    """As ``decided_on``, whoever asks.

    Raises:
        UnknownName: there is no such attempt.
    """
    found = [(one, one.event) for one in store.events(attempt) if isinstance(one.event, DECISIONS)]
    if not found:
        return ()
    texts = store.texts(attempt)
    return tuple(
        Decided(one.seq, one.at, event.by, person_name(store, event.by), event, texts.get(one.seq))
        for one, event in found
    )


def person_name(store: Store, person: str) -> str | None:
    """A person's name; None once erased, or where the record does not know him."""
    try:
        return store.name(person)
    except UnknownName:  # a record put together from parts; the decision is there all the same
        return None


# What all of them share


def proper(text: str) -> str:
    """What a person wrote, trimmed.

    Raises:
        UsageError: it is empty or too long.
    """
    text = text.strip()
    if not 1 <= len(text) <= LONGEST:
        raise UsageError(_("Say why, in 1 to {most} characters.", most=f"{LONGEST:,}"))
    return text


def reviewer_of(desk: Desk, about: Matter, by: str) -> str:
    """The pseudonym of who decides.

    Raises:
        UsageError: it is his own attempt, or one that is not shown to others.
    """
    demand_reviewer(desk, about.rehearsal, by)
    return own_person(desk, by)


def record(desk: Desk, attempt: str, making: Callable[[Matter], Decision], text: str | None) -> Recorded:
    """Puts a decision on record; where others write at the same moment, on what they wrote.

    The inside of workflows that have asked whether it may be made.

    Args:
        making: makes the event from the attempt as it stands, or refuses.

    Raises:
        AttemptMoved: the attempt moves all the time; nothing was written.
    """
    for last in reversed(range(_TRIES)):
        about = matter(desk, attempt)
        event = making(about)
        try:
            seq = about.rehearsal.state.next_seq
            return desk.store.append(attempt, seq, event, desk.now(), finished=True, text=text)
        except AttemptMoved:  # somebody else decided on it just now, which is no reason to lose this one
            if not last:
                raise
    raise AssertionError("the last try returns or raises")


def _demand_turn(about: Matter, turn: int | None) -> None:
    played = len(about.debrief.transcript.turns)
    if turn is not None and not 1 <= turn <= played:
        raise UsageError(_("There is no turn {turn}; {played} were played.", turn=turn, played=played))


def _plea(about: Matter, seq: int) -> Plea:
    found = about.docket.plea(seq)
    if found is None:
        raise UnknownName(_("appeal"), str(seq), (str(one.seq) for one in about.docket.pleas))
    return found


@needs("decide")
def waiting(desk: Desk) -> tuple[tuple[str, Plea], ...]:
    """The appeals that nobody has answered yet, with their attempts.

    Of who was erased nothing more can be recorded, so his are not among them.
    """
    return unanswered(desk.store)


def unanswered(store: Store) -> tuple[tuple[str, Plea], ...]:
    """As ``waiting``, whoever asks."""
    erased = _erased(store)
    states = ((one, fold(event.event for event in store.events(one))) for one in store.decided("appealed"))
    return tuple(
        (one, plea) for one, state in states if state.started.person not in erased for plea in state.docket.waiting
    )


@needs("decide")
def in_doubt(desk: Desk) -> tuple[tuple[str, int], ...]:
    """The turns of exams and shared practice whose line may be a forbidden act and waits for a person, by attempt.

    Of who was erased nothing more can be recorded, so his are not among them.
    """
    shared, erased = shared_attempts(desk.store), _erased(desk.store)
    found: list[tuple[str, int]] = []
    for attempt in desk.store.decided("marked"):
        state = fold(one.event for one in desk.store.events(attempt))
        is_open = state.started.mode == "exam" or state.started.shared or attempt in shared
        if is_open and state.started.person not in erased:
            found.extend((attempt, turn) for turn in sorted(doubtful_turns(state)))
    return tuple(found)


def _erased(store: Store) -> frozenset[str]:
    return frozenset(person for person, name in store.people() if name is None)
