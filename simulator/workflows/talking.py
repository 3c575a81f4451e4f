"""A talk in one's own words: what a typed line is taken for, what is asked back, and the turn that comes of it.

The words choose a move that is open, or none. Nothing is on record before ``say``, and nothing that ``say`` records but
the move itself has a part in the score.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from simulator.model.errors import UsageError
from simulator.model.language import _
from simulator.model.position import LOST, Move
from simulator.workflows.hearing import Hearing, hear, offers_of
from simulator.workflows.listening import Heard, Table, table
from simulator.workflows.rehearse import Aside, Exchange, Rehearsal, Typed
from simulator.workflows.speaking import Piece, Spoken, cue_for, speak

if TYPE_CHECKING:
    from simulator.workflows.ports import Listener, ModelListener, Voice

LONGEST = 2_000  # characters of one line; nobody says more in one turn (decided with the issue)
PATIENCE = 8.0  # seconds that a turn waits for a model where the settings say nothing else (decided with the issue)

# What is asked before a line counts: which of the likeliest moves it means; the same, since what it clearly means is
# not open now; which of its two acts; whether a forbidden act is meant; whether that is the offer; whether to leave.
Doubt = Literal["which", "closed", "acts", "forbidden", "offer", "leave"]


@dataclass(frozen=True, slots=True)
class Question:
    """What the trainee is asked before a line counts. He may also rephrase; neither costs a turn.

    Attributes:
        choices: open moves, the likeliest first; of a doubt about a forbidden act that act, then what else it may be.
        closed: the tactic that the line clearly is and that is not open now.
    """

    why: Doubt
    choices: tuple[Move, ...]
    closed: str | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What a typed line was taken for. Nothing of it is on record yet.

    Attributes:
        question: to be asked before it is said; None where there is nothing to ask.
    """

    text: str
    hearing: Hearing
    question: Question | None = None

    @property
    def heard(self) -> Heard:
        return self.hearing.heard


@dataclass(slots=True)
class Talk:
    """One rehearsal's talk with those who listen and speak in it.

    Hearing may run in a thread of its own; ``say`` and ``keep`` change the rehearsal, and no two may run at once.

    Attributes:
        through, voice: None where no model may listen, or speak.
        patience: seconds that a turn waits for a model at most, hearing and answering together.
    """

    rehearsal: Rehearsal
    listener: Listener
    through: ModelListener | None = None
    voice: Voice | None = None
    patience: float = field(default=PATIENCE)

    def ready(self) -> None:
        """Returns when listening no longer has anything to load; for a thread in the background."""
        self.listener.chances("")

    def hear(self, text: str, offline: bool = False) -> Taken:
        """What a line means now.

        Args:
            offline: asks no model, whatever is allowed.

        Raises:
            UsageError: it is empty or too long.
        """
        said = demand_sayable(text)
        rehearsal = self.rehearsal
        hearing = hear(
            said,
            self.table(),
            self.listener,
            None if offline else self.through,
            offers_of(rehearsal.scenario, rehearsal.legal(), rehearsal.language),
            rehearsal.language,
            rehearsal.mode,
            self.patience,
            rehearsal.state.fillers(rehearsal.turn),
        )
        return Taken(said, hearing, _question(hearing.heard, self.table()))

    def say(self, taken: Taken, move: Move | None = None) -> Exchange | Aside:
        """Says a line that was heard: a turn, or the debtor does not follow.

        Args:
            move: what the trainee picked of the question's choices; None where nothing was asked.

        Raises:
            UsageError: the question is not answered, or with what was no choice.
            AttemptMoved: the attempt went on elsewhere; nothing was said.
        """
        heard, asked = taken.heard, taken.question
        if (asked is None) != (move is None) or (asked and move not in asked.choices):
            raise UsageError(_("Choose one of the readings, or say it in other words."))
        meant = move or heard.move
        confidence = next((one.confidence for one in heard.ranked if one.move == meant), None)
        marked = heard.marked if heard.marked != meant else None
        typed = Typed(taken.text, confidence, asked is not None, marked)
        if meant is not None:
            return self.rehearsal.play(meant, typed)
        return self.rehearsal.lose(typed) if heard.costs_turn else self.rehearsal.not_follow(typed)

    def answer(self, exchange: Exchange, spent: float = 0.0) -> Generator[Piece | Spoken, None, None]:
        """The debtor's answer to a turn, by the voice where there is one; the last is the ``Spoken``.

        Args:
            spent: seconds of the turn's patience that hearing took.
        """
        voice = None if exchange.step.move == LOST else self.voice
        yield from speak(voice, cue_for(self.rehearsal, exchange), self.patience - spent)

    def keep(self, exchange: Exchange, spoken: Spoken) -> bool:
        """Records whose wording was shown, where a voice was asked; whether it was recorded."""
        if spoken.shown == "authored" and spoken.why is None:
            return False
        return self.rehearsal.voice(exchange, spoken.text if spoken.shown == "model" else None, spoken.why)

    def table(self) -> Table:
        """What is on the table now."""
        return table(self.rehearsal.scenario, self.rehearsal.legal(), recent_cards(self.rehearsal))


def demand_sayable(text: str) -> str:
    """The line without the space around it.

    Raises:
        UsageError: it is empty or too long.
    """
    said = text.strip()
    if not said:
        raise UsageError(_("There is nothing to say yet."))
    if len(said) > LONGEST:
        raise UsageError(
            _(
                "Nobody listens that long: {length} characters, and {most} are the most. Shorten it.",
                length=f"{len(said):,}",
                most=f"{LONGEST:,}",
            )
        )
    return said


def recent_cards(rehearsal: Rehearsal) -> tuple[str, ...]:
    """The excuses that the debtor raised and the facts that he let out, the latest first; each once."""
    facts, found = rehearsal.program.facts, dict[str, None]()
    for exchange in reversed(rehearsal.exchanges):
        before, after = exchange.step.before, exchange.step.after
        for fact, old, new in zip(facts, before, after, strict=True):
            told = {"excuse": "standing", "point": "known", "secret": "known"}.get(fact.kind)
            if old != new and fact.values[new] == told:
                found.setdefault(fact.name)
    return tuple(found)


def _question(heard: Heard, at: Table) -> Question | None:
    """What is to be asked before a line of this meaning counts."""
    if heard.outcome == "forbidden":
        return Question("forbidden", heard.choices)
    if heard.outcome == "acts":
        return Question("acts", heard.choices)
    if heard.closed and heard.ranked and heard.outcome in ("move", "ask"):
        return _closed(heard, at)
    if heard.outcome == "ask":
        return Question("which", heard.choices)
    if heard.move is None or heard.move.tactic in at.forbidden:
        return None
    if heard.move.tactic == "end.leave":
        return Question("leave", (heard.move,))
    return _offer(heard, heard.move, at)


def _closed(heard: Heard, at: Table) -> Question | None:
    """The next best readings of a line that means what is not open now."""
    if heard.move and heard.move.tactic in at.forbidden:
        return None
    choices = heard.choices or tuple(one.move for one in heard.ranked if one.move.tactic not in at.forbidden)[:3]
    return Question("closed", choices, heard.closed)


def _offer(heard: Heard, move: Move, at: Table) -> Question | None:
    """The offers that a line with figures may mean, the nearest first."""
    if heard.offer is None or move.card not in at.offers:
        return None
    nearest = Move(move.tactic, heard.offer)
    others = [one for one in at.legal if one.tactic == move.tactic and one.card in at.offers and one != nearest]
    return Question("offer", (nearest, *others) if nearest in at.legal else (move, *others))
