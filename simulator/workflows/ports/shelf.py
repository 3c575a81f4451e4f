"""The team's shelf: scenarios that a team writes together, kept in the store."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from simulator.model.journal import DeskEvent
    from simulator.model.scenario import Status

TEAM = "team:"
"""Begins the name of a text on the shelf, as ``team:late-pallets``. It stands where a path would, and is none."""

_ON_SHELF = re.compile(re.escape(TEAM) + "([a-z][a-z0-9]*(?:-[a-z0-9]+)*)")


def on_shelf(name: str | Path) -> str | None:
    """The id of the scenario of the shelf that a name or a path means; None for any other."""
    found = _ON_SHELF.fullmatch(str(name))
    return found[1] if found else None


def shelf_path(scenario: str) -> Path:
    """What stands for a text on the shelf where files have a path."""
    return Path(TEAM + scenario)


@dataclass(frozen=True, slots=True)
class TeamScenario:
    """A scenario on the shelf, without its text.

    Attributes:
        status: only what is published is offered.
        stamp: changes with the text, the status and the published version; hex.
        published: hex SHA-256 of the text as it was published last, a kept content; None where it never was.
        by: who changed it last, by pseudonym.
        at: when that was, in UTC.
    """

    scenario: str
    status: Status
    stamp: str
    published: str | None
    by: str
    at: datetime

    @property
    def is_offered(self) -> bool:
        """Whether a new attempt may be begun."""
        return self.status == "published" and self.published is not None


@dataclass(frozen=True, slots=True)
class Opening:
    """A text of the shelf that is open in a Studio, or that was when that Studio ended.

    Attributes:
        token: names the Studio.
        person: who sits there, by pseudonym.
        since, seen: when it was opened and when the Studio was last heard of, in UTC.
        text: what is not saved; None where everything is.
        base, stamp: what that was made from, and its stamp.
    """

    scenario: str
    token: str
    person: str
    since: datetime
    seen: datetime
    text: str | None = None
    base: str = ""
    stamp: str | None = None


class TeamShelf(Protocol):
    """The shelf. Whatever it says is what the store has now, whichever process wrote it."""

    def shelved(self) -> Sequence[TeamScenario]:
        """Every scenario of the shelf, in the order of ids."""

    def shelved_text(self, scenario: str) -> tuple[TeamScenario, str]:
        """A scenario of the shelf with the text that is being written.

        Raises:
            UnknownName: there is none of that id.
        """

    def shelved_texts(self) -> Mapping[str, str]:
        """The texts that are being written, by the scenario's id."""

    def shelve(
        self,
        scenario: str,
        text: str,
        expected: str | None,
        by: str,
        at: datetime,
        *,
        status: Status = "draft",
        published: str | None = None,
        event: DeskEvent | None = None,
    ) -> TeamScenario:
        """Puts a text on the shelf, in place of the one that has the expected stamp; all or nothing.

        Where everything stands so already, nothing is written.

        Args:
            expected: the stamp that it must have; None where there must be none of that id.
            published: hash of a kept content.
            event: entered into the journal with it.

        Raises:
            ChangedElsewhere: it has another stamp, or is there already; ``text`` is what is there.
            UnknownName: it is not there any more.
        """

    def openings(self, scenario: str | None = None) -> Sequence[Opening]:
        """What is open, or was when a Studio ended, the earliest first."""

    def put_opening(self, opening: Opening) -> None:
        """Notes what is open, in place of what there was of that scenario and Studio."""

    def drop_opening(self, scenario: str, token: str) -> None:
        """Forgets what was open; harmless where there is nothing."""

    def content(self, digest: str) -> bytes:
        """A kept piece of content, as ``Store.content``."""
