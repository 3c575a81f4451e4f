"""Statements on their way to the learning system, and the learning system itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement as it goes out.

    Attributes:
        id: a UUID, the same whenever the same is said.
        body: compact JSON.
        voids: the id of the statement that this one takes back.
    """

    id: str
    body: str
    voids: str | None = None


@dataclass(frozen=True, slots=True)
class Unqueued:
    """A scored attempt of which something is not queued yet.

    Attributes:
        stamp: of what the attempt is now.
    """

    attempt: str
    finished: bool
    stamp: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A statement that somebody has taken to deliver it.

    Attributes:
        person: whom it is about, by pseudonym.
        tries: how often it was taken, this time included.
    """

    statement: Statement
    attempt: str
    person: str
    tries: int


@dataclass(frozen=True, slots=True)
class Parked:
    """A statement that the receiver refuses, whatever else it takes.

    Attributes:
        told: what the receiver said.
    """

    id: str
    attempt: str
    person: str
    told: str


@dataclass(frozen=True, slots=True)
class OutboxCount:
    """How many statements there are of each kind.

    Attributes:
        waiting: those that somebody is delivering right now among them.
        due: when the next one is to be tried, in UTC; None where none waits.
    """

    waiting: int
    parked: int
    delivered: int
    due: datetime | None


Voiding = Callable[[str], Statement]
"""The statement that takes back the one of an id."""


class Outbox(Protocol):
    """What is to go out, once and for all: it outlives the program, and several processes may deliver side by side.

    A statement is taken for a while (``until``), after which it is another's to take: a process that is killed leaves
    nothing behind. What was taken once may have reached the receiver, whatever was heard of it.
    """

    def unqueued(self, most: int) -> Sequence[Unqueued]:
        """Scored attempts, going on or over, of which something is not queued yet, in the order of their begin."""

    def queue_statements(
        self, attempt: str, stamp: str, wanted: Sequence[Statement] | None, voiding: Voiding, at: datetime
    ) -> int:
        """Makes the statements of an attempt those that are wanted, in their order; how many wait now that did not.

        One of its id that is there stays as it is. One that is there and not wanted any more is dropped, or, once it
        has gone out, taken back. Of a person who was erased nothing is queued.

        Args:
            stamp: as ``unqueued`` gave it.
            wanted: None where nothing is to change.
            at: when the new ones may be delivered.
        """

    def take_statements(self, most: int, now: datetime, until: datetime) -> Sequence[Waiting]:
        """Takes statements that are due, the longest queued first."""

    def delivered_statements(self, ids: Collection[str]) -> None:
        """The receiver has these."""

    def put_off_statements(self, ids: Collection[str], until: datetime, due: datetime) -> None:
        """Gives back what was taken until then, to be tried again when it is due."""

    def hurry_statements(self, due: datetime) -> None:
        """Everything is due then, even what somebody has taken; the receiver keeps one of each."""

    def park_statements(self, told: Mapping[str, str]) -> None:
        """The receiver refuses these; by id, what it said."""

    def unpark_statements(self) -> int:
        """Drops what is parked, so that it is made anew and queued; how many there were."""

    def parked_statements(self) -> Sequence[Parked]:
        """What is parked, the longest queued first."""

    def unlogged_statements(self, most: int) -> Sequence[Waiting]:
        """What was delivered and is not in the log of exports yet."""

    def logged_statements(self, ids: Collection[str]) -> None:
        """These are in the log of exports; their bodies are forgotten."""

    def count_statements(self, person: str | None = None) -> OutboxCount:
        """How many there are, of all or about a person. What was taken when he was erased counts as delivered."""

    def erased_statements(self) -> Mapping[str, int]:
        """By pseudonym of those who were erased, how many statements the receiver has, or may have."""


Outcome = Literal["taken", "there", "unfit", "busy", "down", "refused", "elsewhere"]
"""What a receiver did with statements.

``taken``: it has them now. ``there``: it has one of that id already. ``unfit``: it refuses what they say, or so many
at once. ``busy``: later. ``down``: nobody answered to the end, or the server has a fault of its own. ``refused``: it
does not accept the key, or what the key may do. ``elsewhere``: what answers at that address is no learning system.
"""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receiver answered.

    Attributes:
        ids: of those that it says to have taken; None where it does not say which.
        after: in how many seconds it wants to be asked again; None where it does not say.
        told: what it said, in a line that may be shown; it holds no key.
        status: of HTTP; None where there was no answer.
    """

    what: Outcome
    ids: frozenset[str] | None = None
    after: float | None = None
    told: str = ""
    status: int | None = None


class Receiver(Protocol):
    """A learning system. It never raises for what the other side does, and answers within its own deadline."""

    @property
    def longest(self) -> float:
        """Seconds that an answer takes at most."""

    def post(self, statements: Sequence[Statement]) -> Receipt:
        """Hands in statements, all of them or none."""

    def put(self, statement: Statement) -> Receipt:
        """Hands in one statement under its id."""

    def find(self, statement: Statement) -> Receipt:
        """Asks for the statement of that id, taken back or not: ``there``, or ``unfit`` where there is none."""
