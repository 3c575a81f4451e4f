"""An attempt as its events make it. Nothing else is kept: everything shown can be made again from this."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from simulator.model.case import Answer
from simulator.model.decisions import Answered, Appealed, Overruled, Rated
from simulator.model.errors import StoreDamaged
from simulator.model.language import _
from simulator.model.position import Move
from simulator.model.record import (
    Closed,
    Event,
    Filed,
    Hinted,
    Played,
    Prepared,
    Remarked,
    Started,
    TookBack,
    Unheard,
    Voiced,
)
from simulator.workflows.docket import Docket


@dataclass(frozen=True, slots=True)
class FirstTry:
    """The first move ever made on a turn: the one that counts, with the moves that led to it.

    Attributes:
        typed: the number of the event that the typed line is kept by; None where the move was picked from the menu.
    """

    turn: int
    before: tuple[Move, ...]
    move: Move
    hinted: bool
    typed: int | None = None


@dataclass(frozen=True, slots=True)
class Noted:
    """A remark as its event has it; the text is kept apart.

    Attributes:
        seq: the number of its event.
        by: the reviewer's pseudonym.
        corrects: the number of the event that it took the place of.
    """

    seq: int
    turn: int
    by: str
    corrects: int | None = None


@dataclass(slots=True)
class AttemptState:
    """An attempt, folded from its events.

    Attributes:
        moves: of the play as it stands, after any take-back; an attempt that tries again begins with its prefix.
        first_tries: by turn.
        answers: of the preparation; None until it is handed in.
        filed: of the note; None until it is filed.
        hints: the turns on which a hint was asked for.
        remarks: those that stand, on turns that stand, in the order in which they were first written.
        voiced: by turn that stands, the number of the event with the model's wording; None where a voice was asked
            and the line was shown as it is written.
        typed: by turn that stands, the number of the event that the typed line is kept by.
        unheard: the lines that were no tactic, each as its turn and the number of its event.
        marked: the forbidden acts that typed lines may have been and that a person is to look at, each with its turn
            and the number of the line's event; what was taken back stays.
        closed: it was ended as it stood, before its talk or its note was done.
        docket: what people decided on it once it was over.
        next_seq: the number of the next event.
    """

    started: Started
    moves: list[Move] = field(default_factory=list)
    first_tries: dict[int, FirstTry] = field(default_factory=dict)
    answers: dict[str, Answer] | None = None
    filed: dict[str, Answer] | None = None
    hints: set[int] = field(default_factory=set)
    remarks: list[Noted] = field(default_factory=list)
    voiced: dict[int, int | None] = field(default_factory=dict)
    typed: dict[int, int] = field(default_factory=dict)
    unheard: list[tuple[int, int]] = field(default_factory=list)
    marked: list[tuple[int, int, str]] = field(default_factory=list)
    closed: bool = False
    docket: Docket = field(default_factory=Docket)
    next_seq: int = 1

    @property
    def has_texts(self) -> bool:
        """Whether words are kept apart that the telling of the talk needs."""
        typed = any(tried.typed is not None for tried in self.first_tries.values())
        return bool(typed or self.typed or self.unheard or any(self.voiced.values()))

    def fillers(self, turn: int) -> int:
        """How many lines were no tactic in a row when a turn was, or is, to be played."""
        return sum(unheard == turn for unheard, _seq in self.unheard)

    def apply(self, event: Event) -> None:
        """Takes the next event in."""
        match event:
            case Prepared(answers=answers):
                self.answers = dict(answers)
            case Played() | Unheard():
                self._say(event)
            case Hinted(turn=turn):
                self.hints.add(turn)
            case TookBack(turn=turn):
                self._take_back(turn)
            case Filed(answers=answers):
                self.filed = dict(answers)
            case Closed():
                self.closed = True
            case Remarked() | Voiced() | Appealed() | Overruled() | Answered() | Rated():
                self._add(event)
            case Started():
                raise StoreDamaged(_("The record starts an attempt twice."))
        self.next_seq += 1

    def _say(self, event: Played | Unheard) -> None:
        turn, due = event.turn, len(self.moves) + 1
        if turn != due:
            raise StoreDamaged(_("The record has turn {turn} where turn {due} is due.", turn=turn, due=due))
        if event.marked:
            self.marked.append((turn, self.next_seq, event.marked))
        if isinstance(event, Played):
            self._play(event)
        else:
            self.unheard.append((turn, self.next_seq))

    def _add(self, event: Remarked | Voiced | Appealed | Overruled | Answered | Rated) -> None:
        """Takes in what leaves the moves as they are."""
        match event:
            case Remarked():
                self._note(event)
            case Voiced():
                self._voice(event)
            case _:
                self.docket.take(self.next_seq, event, len(self.moves))

    def _play(self, event: Played) -> None:
        turn, played = event.turn, Move.parse(event.move)
        typed = self.next_seq if event.how == "typed" else None
        if turn not in self.first_tries:
            self.first_tries[turn] = FirstTry(turn, tuple(self.moves), played, turn in self.hints, typed)
        if typed is not None:
            self.typed[turn] = typed
        self.moves.append(played)

    def _take_back(self, turn: int) -> None:
        del self.moves[turn - 1 :]
        self.remarks = [one for one in self.remarks if one.turn < turn]
        self.voiced = {voiced: seq for voiced, seq in self.voiced.items() if voiced < turn}
        self.typed = {typed: seq for typed, seq in self.typed.items() if typed < turn}
        self.unheard = [(unheard, seq) for unheard, seq in self.unheard if unheard <= turn]
        self.docket.take_back()

    def _voice(self, event: Voiced) -> None:
        if event.turn > len(self.moves):
            raise StoreDamaged(_("The record has a wording of turn {turn}, which was never played.", turn=event.turn))
        self.voiced[event.turn] = self.next_seq if event.shown == "model" else None

    def _note(self, event: Remarked) -> None:
        if event.turn > len(self.moves):
            raise StoreDamaged(_("The record has a remark on turn {turn}, which was never played.", turn=event.turn))
        noted = Noted(self.next_seq, event.turn, event.by, event.replaces)
        if event.replaces is None:
            self.remarks.append(noted)
            return
        for place, one in enumerate(self.remarks):
            if (one.seq, one.turn, one.by) == (event.replaces, event.turn, event.by):
                self.remarks[place] = noted
                return
        raise StoreDamaged(_("The record corrects a remark on turn {turn} that is not there.", turn=event.turn))


def fold(events: Iterable[Event]) -> AttemptState:
    """The attempt that a record's events make.

    Raises:
        StoreDamaged: they do not begin with a start, or do not follow from one another.
    """
    every: Sequence[Event] = tuple(events)
    if not every or not isinstance(every[0], Started):
        raise StoreDamaged(_("The record of the attempt does not begin with its start."))
    state = AttemptState(every[0], moves=[Move.parse(move) for move in every[0].prefix])
    for event in every[1:]:
        state.apply(event)
    return state
