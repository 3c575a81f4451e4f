"""Remarks: what an instructor writes on the turns of a talk that is over. They never change a mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from simulator.model.errors import AttemptMoved, UnknownName, UsageError
from simulator.model.language import _
from simulator.model.record import Remarked
from simulator.workflows.attempt import Noted, fold
from simulator.workflows.permission import demand, demand_self, is_own, own_person
from simulator.workflows.ports import Recorded, Store
from simulator.workflows.rehearse import Desk, resume
from simulator.workflows.shown import demand_seen, state_of

LONGEST = 2_000  # characters: a page. What takes more is said, not written beside a line of a talk
_TRIES = 5  # times to write where others write at the same moment; two reviewers of one attempt are many


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark that stands.

    Attributes:
        seq: the number of its event; names it, to correct it.
        by: the reviewer's pseudonym.
        name: the reviewer's name; None once he was erased.
        at: when it was written, in UTC.
        text: None once the person whose attempt it is was erased.
        corrected: it took the place of an earlier one, which stays on record.
    """

    seq: int
    turn: int
    by: str
    name: str | None
    at: datetime
    text: str | None
    corrected: bool


def remark(desk: Desk, attempt: str, turn: int, text: str, by: str, replaces: int | None = None) -> Remark:
    """Puts a remark on a turn of an attempt that is over, practice or exam, on record.

    Args:
        by: the reviewer's name.
        replaces: the number of an own remark on that turn that this one corrects; it stays on record.

    Raises:
        UsageError: the attempt is not over, no such turn was played, the text is empty or too long, there is no own
            remark of that number to correct, or the data of the person whose attempt it is were erased.
        UnknownName: there is no such attempt.
        AttemptMoved: the attempt moves all the time; nothing was written.
        Forbidden: it is another's, and not shown or not for who asks; or ``by`` is somebody else. That is logged.
    """
    if not is_own(desk.actor, state_of(desk, attempt).started.person):
        demand(desk, "decide", attempt)
    demand_self(desk, by, "decide")
    written = _proper(text)
    reviewer = own_person(desk, by)
    for last in reversed(range(_TRIES)):
        state = resume(desk, attempt)
        if state.phase != "debrief":
            raise UsageError(_("The attempt is not over yet; remarks are written on what was said, not while it is."))
        _check(state.state.remarks, len(state.state.moves), turn, reviewer, replaces)
        event = Remarked(turn=turn, by=reviewer, replaces=replaces)
        try:
            # What comes after the last event of an attempt says of the attempt what that one did.
            recorded = desk.store.append(attempt, state.state.next_seq, event, desk.now(), finished=True, text=written)
        except AttemptMoved:  # somebody else remarked on it just now, which is no reason to lose this one
            if not last:
                raise
        else:
            return _remark(desk.store, Noted(recorded.seq, turn, reviewer, replaces), recorded, {recorded.seq: written})
    raise AssertionError("the last try returns or raises")


def remarks_on(desk: Desk, attempt: str) -> tuple[Remark, ...]:
    """The remarks that stand on an attempt, in the order in which they were first written.

    Raises:
        UnknownName: there is no such attempt.
        StoreDamaged: the record makes no attempt.
        Forbidden: as ``resume``.
    """
    demand_seen(desk, attempt)
    return remarks(desk.store, attempt)


def remarks(store: Store, attempt: str) -> tuple[Remark, ...]:
    """As ``remarks_on``, whoever asks.

    Raises:
        UnknownName: there is no such attempt.
        StoreDamaged: the record makes no attempt.
    """
    events = store.events(attempt)
    noted = fold(recorded.event for recorded in events).remarks
    if not noted:
        return ()
    texts = store.texts(attempt)
    return tuple(_remark(store, one, events[one.seq], texts) for one in noted)


def _proper(text: str) -> str:
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise UsageError(_("A remark has 1 to {most} characters.", most=f"{LONGEST:,}"))
    return text


def _check(standing: list[Noted], played: int, turn: int, reviewer: str, replaces: int | None) -> None:
    if not 1 <= turn <= played:
        message = _("There is no turn {turn} to write a remark on; {played} were played.", turn=turn, played=played)
        raise UsageError(message)
    if replaces is None:
        return
    of_turn = {one.seq: one for one in standing if one.turn == turn}
    if replaces not in of_turn:
        raise UnknownName(_("remark"), str(replaces), map(str, of_turn))
    if of_turn[replaces].by != reviewer:
        raise UsageError(_("Only who wrote a remark can correct it. Write one of your own beside it."))


def _remark(store: Store, noted: Noted, recorded: Recorded, texts: Mapping[int, str | None]) -> Remark:
    return Remark(
        seq=noted.seq,
        turn=noted.turn,
        by=noted.by,
        name=_name(store, noted.by),
        at=recorded.at,
        text=texts.get(noted.seq),
        corrected=noted.corrects is not None,
    )


def _name(store: Store, person: str) -> str | None:
    try:
        return store.name(person)
    except UnknownName:  # a record put together from parts; the remark is there all the same
        return None
