"""What hears a typed line, and what speaks a chosen one."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:  # the models are heavy, and lists on the first screen need none of them
    from simulator.model.language import Language


@dataclass(frozen=True, slots=True)
class Said:
    """One figure that a line holds.

    Attributes:
        kind: a sum in the case's currency, a share of the balance (0–1), or days from today (before it: negative).
    """

    kind: Literal["sum", "share", "days"]
    value: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a line, in the order in which it says them."""

    said: tuple[Said, ...] = ()

    @property
    def sums(self) -> tuple[float, ...]:
        return tuple(one.value for one in self.said if one.kind == "sum")

    @property
    def shares(self) -> tuple[float, ...]:
        return tuple(one.value for one in self.said if one.kind == "share")

    @property
    def days(self) -> tuple[int, ...]:
        return tuple(round(one.value) for one in self.said if one.kind == "days")


class Listener(Protocol):
    """Tells what a typed line is. It chooses among names and says nothing itself."""

    def chances(self, text: str) -> Mapping[str, float]:
        """The chance of every tactic that it knows and of ``none``, 0–1, all together 1."""

    def figures(self, text: str, today: date | None) -> Figures:
        """The figures that a line holds.

        Args:
            today: the day of the talk, from which days count.
        """


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a model: what the program says of the task, or what it is about."""

    role: Literal["system", "user", "assistant"]
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered, whole.

    Attributes:
        text: empty where there is none.
        arguments: of the first call of a tool, as JSON; None where it called none.
    """

    text: str
    arguments: str | None = None


class Chat(Protocol):
    """A model behind an endpoint, held to a patience. Safe between threads.

    Every fault of server or network is a ``ModelError`` that holds nothing of what the server wrote.
    """

    def ask(
        self,
        messages: Sequence[Message],
        within: float,
        demand: Mapping[str, object] | None = None,
        optional: bool = False,
    ) -> Reply:
        """The whole answer.

        Args:
            within: seconds for everything, retries and waits between them included.
            demand: further fields of the request, such as ``response_format`` or ``tools``.
            optional: the server may know nothing of the demand: its refusal is a ``ModelDeclined``, is not repeated,
                and says nothing about its health.

        Raises:
            ModelError: there is none within that time.
        """

    def stream(self, messages: Sequence[Message], within: float) -> Generator[str, None, None]:
        """The answer in pieces as they come. It ends only where the server said that this is the end.

        Time counts from the first piece that is asked for. Closing it gives the call up.

        Raises:
            ModelError: as for ``ask``, also after some pieces; what was said until then is not the answer.
        """


@dataclass(frozen=True, slots=True)
class Offered:
    """A move that the position offers, as a model is told of it.

    Attributes:
        move: as ``str(Move)`` writes it.
        words: the tactic's name and the card's, in the language of the talk.
        example: what it may sound like; empty where the catalogue has none.
    """

    move: str
    words: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A move that a line may be, and how sure the model says it is, 0–1; it is seldom as sure as it says."""

    move: str
    confidence: float


class ModelListener(Protocol):
    """Tells through a model which of the offered moves a typed line is."""

    def readings(self, text: str, offered: Sequence[Offered], language: Language, within: float) -> tuple[Reading, ...]:
        """The likeliest moves, at most three, the likeliest first; none where the line is no move.

        Every one of them is among ``offered``: what else a model names is not there.

        Args:
            within: seconds.

        Raises:
            ModelError: the model gave nothing that can be used within that time.
        """


@dataclass(frozen=True, slots=True)
class Cue:
    """What a voice is given: what this debtor would say now, and to whom. No secret and no score is in it.

    Attributes:
        name, about: who speaks, and what everybody knows of him.
        line: what the engine chose, as it is written.
        before: what he said last; empty in the first turn.
        said: what the trainee has just said.
        guarded: names of concessions. They are not sent: a wording that holds one which ``line`` lacks is refused.
    """

    name: str
    about: str
    channel: str
    language: Language
    line: str
    before: str = ""
    said: str = ""
    guarded: tuple[str, ...] = ()


class Voice(Protocol):
    """Says a chosen line in the debtor's own manner."""

    def phrase(self, cue: Cue, within: float) -> Generator[str, None, None]:
        """The wording in pieces, each of them checked: with what came before, it says no more than the line does.

        Args:
            within: seconds for the whole.

        Raises:
            ModelError: there is no wording, or it may not be used; also after some pieces, which then do not count.
        """
