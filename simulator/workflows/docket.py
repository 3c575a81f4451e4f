"""The docket of an attempt: what people decided on it, folded from its events. What they wrote is kept apart."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from simulator.model.decisions import Answered, Appealed, Decision, Overruled, Rated
from simulator.model.errors import StoreDamaged
from simulator.model.language import _


@dataclass(frozen=True, slots=True)
class Plea:
    """An appeal.

    Attributes:
        seq: the number of its event; names it, to answer it.
        turn: None where it is about the attempt as a whole.
        by: the trainee's pseudonym.
        answered: the number of the event that answered it; None while it waits.
        upheld: whether the trainee was right; None while it waits.
    """

    seq: int
    turn: int | None
    by: str
    answered: int | None = None
    upheld: bool | None = None


@dataclass(slots=True)
class Docket:
    """What was decided on an attempt, in the order of its events.

    Attributes:
        overrules, ratings: each with the number of its event.
        answerers: the pseudonyms of who answered appeals.
    """

    pleas: list[Plea] = field(default_factory=list)
    overrules: list[tuple[int, Overruled]] = field(default_factory=list)
    ratings: list[tuple[int, Rated]] = field(default_factory=list)
    answerers: list[str] = field(default_factory=list)

    def take(self, seq: int, event: Decision, played: int) -> None:
        """Takes the next decision in.

        Args:
            played: how many turns the attempt has.

        Raises:
            StoreDamaged: it does not follow from what stands.
        """
        match event:
            case Appealed(turn=turn):
                _demand_played(turn, played)
                self.pleas.append(Plea(seq, turn, event.by))
            case Overruled(turn=turn):
                _demand_played(turn, played)
                self.overrules.append((seq, event))
            case Answered():
                self._answer(seq, event)
            case Rated():
                self.ratings.append((seq, event))

    def plea(self, seq: int) -> Plea | None:
        """The appeal of that number; None where there is none."""
        return next((plea for plea in self.pleas if plea.seq == seq), None)

    @property
    def waiting(self) -> tuple[Plea, ...]:
        """The appeals that nobody has answered yet."""
        return tuple(plea for plea in self.pleas if plea.answered is None)

    def take_back(self) -> None:
        """The talk goes on another way: what was decided on it as a whole was decided on another talk."""
        self.overrules = [(seq, one) for seq, one in self.overrules if one.what != "total"]
        self.ratings = []

    def _answer(self, seq: int, event: Answered) -> None:
        for place, plea in enumerate(self.pleas):
            if plea.seq == event.appeal and plea.answered is None:
                self.pleas[place] = replace(plea, answered=seq, upheld=event.upheld)
                self.answerers.append(event.by)
                return
        raise StoreDamaged(_("The record answers appeal {appeal}, which is not there.", appeal=event.appeal))


def _demand_played(turn: int | None, played: int) -> None:
    if turn is not None and turn > played:
        raise StoreDamaged(_("The record has a decision on turn {turn}, which was never played.", turn=turn))
