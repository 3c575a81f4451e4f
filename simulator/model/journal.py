"""The events of the desk: who belongs to which group, what was assigned, certified, taken out and erased.

They stand in one chained list beside the attempts; folding it gives everything that an HR department decided. No
person's name and no free text about a person is part of an event: the store keeps those apart under his key. Names of
groups and titles of assignments are no personal data and stand in the event.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from simulator.model.actor import Role
from simulator.model.record import Mode
from simulator.model.text import Frozen

LONGEST_TITLE = 200  # characters of a group's name or an assignment's title, as many as a person's name may have

Title = Annotated[str, Field(min_length=1, max_length=LONGEST_TITLE)]
Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]

Corrigible = Literal["name", "called", "number"]
"""What can be corrected of a person: his name in the store, his name as rosters have it, his staff number."""

RetainedKind = Literal["typed", "practice", "leavers", "exports"]
"""What a retention period is for: typed texts of any attempt, those of practice, who left, and export files."""

ErasedWhy = Literal["request", "retention"]
"""Why a person was erased: he asked for it, or the period of those who left was over."""


class GroupMade(Frozen):
    """A group exists under this name from now on; said again, it has a new name."""

    kind: Literal["group-made"] = "group-made"
    group: Title
    """The group's id, a slug."""
    name: Title
    by: str | None = None


class Joined(Frozen):
    """A person belongs to the house. His name in the roster and his staff number are kept apart, as JSON."""

    kind: Literal["joined"] = "joined"
    person: str
    group: str | None = None
    on: date | None = None
    """His first day, where the roster says so."""
    by: str | None = None


class Left(Frozen):
    """A person left the house."""

    kind: Literal["left"] = "left"
    person: str
    on: date
    """His last day."""
    by: str | None = None


class Transferred(Frozen):
    """A person went from one group to another; None is no group."""

    kind: Literal["transferred"] = "transferred"
    person: str
    from_: str | None
    to: str | None
    by: str | None = None


class Assigned(Frozen):
    """Scenarios, or all published ones of a course, are to be played by groups and people."""

    kind: Literal["assigned"] = "assigned"
    assignment: str
    title: Title
    scenarios: tuple[str, ...] = ()
    """In the order in which they are to be played; those of a course as it was when it was assigned."""
    course: str | None = None
    groups: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Pseudonyms."""
    mode: Mode
    due: datetime | None = None
    """In UTC."""
    attempts: Annotated[int, Field(ge=1)] | None = None
    """How many of each scenario; None for as many as one likes."""
    pass_mark: Percent | None = None
    """0–100; None for the rubric's own."""
    model: bool = False
    """Whether a model may listen and speak."""
    shared: bool = False
    """Whether practice under it is seen by instructors and HR."""
    by: str


class Withdrawn(Frozen):
    """An assignment is no longer to be done. What was done under it stays."""

    kind: Literal["withdrawn"] = "withdrawn"
    assignment: str
    by: str


class Extended(Frozen):
    """An assignment is due on another day from now on; None is none. Exams that were begun keep theirs."""

    kind: Literal["extended"] = "extended"
    assignment: str
    due: datetime | None = None
    """In UTC."""
    by: str


class Certified(Frozen):
    """A reviewer confirmed that a person meets a course's standard."""

    kind: Literal["certified"] = "certified"
    certificate: str
    person: str
    course: str
    issued: date
    valid_until: date | None = None
    stands_on: tuple[tuple[str, str], ...]
    """The attempts it stands on, each with the head of its chain."""
    rubric: str
    renews: str | None = None
    """The certificate that this one takes the place of."""
    by: str


class Revoked(Frozen):
    """A certificate does not hold any more."""

    kind: Literal["revoked"] = "revoked"
    certificate: str
    reason: str
    """A code; what was written with it is kept apart."""
    by: str


class Exported(Frozen):
    """Figures or data left the program."""

    kind: Literal["exported"] = "exported"
    by: str | None
    """None where the program did it by itself, as it was set up to."""
    format: str
    """html, pdf, xlsx, csv, json, xapi …"""
    scope: Literal["group", "person", "attempt", "certificate", "data", "all"]
    of: str | None = None
    """The group, the pseudonym, the attempt or the certificate."""
    identified: bool
    """Whether names stand in it."""
    rows: Annotated[int, Field(ge=0)]
    sha256: str
    """Of the file."""
    file: str | None = None
    """Its name in the program's own folder of exports; None where it went elsewhere."""
    people: tuple[str, ...] = ()
    """Whom it is about, by pseudonym."""


class Erased(Frozen):
    """A person's names and texts were erased."""

    kind: Literal["erased"] = "erased"
    person: str
    by: str | None = None
    """None where a retention period was applied."""
    why: ErasedWhy = "request"


class Corrected(Frozen):
    """Something about a person was corrected; what it was and what it is, is kept apart, as JSON."""

    kind: Literal["corrected"] = "corrected"
    person: str
    field: Corrigible
    by: str


class Retained(Frozen):
    """A retention period was applied: what was recorded before that moment is gone."""

    kind: Literal["retained"] = "retained"
    what: RetainedKind
    before: datetime
    """In UTC."""
    count: Annotated[int, Field(ge=0)]
    """How many texts, people or files."""


class Shared(Frozen):
    """A person shows one of his practice attempts to instructors and HR."""

    kind: Literal["shared"] = "shared"
    person: str
    attempt: str


class Unshared(Frozen):
    """A person shows an attempt no more."""

    kind: Literal["unshared"] = "unshared"
    person: str
    attempt: str


class Shelved(Frozen):
    """A scenario of the team was published, retired, or made a draft again."""

    kind: Literal["shelved"] = "shelved"
    scenario: str
    status: Literal["draft", "published", "retired"]
    content: str | None = None
    """Hex SHA-256 of the text as it was published last, which the store keeps; None where it never was."""
    by: str


class Denied(Frozen):
    """Somebody who is signed in asked for what is not his to see or do, and was refused."""

    kind: Literal["denied"] = "denied"
    by: str
    """Who asked, by pseudonym."""
    deed: str
    """What he may not do: a name of ``workflows.permission``."""
    about: str | None = None
    """The attempt, the person or the group that it was about, where it was about one."""


AccountChange = Literal[
    "made", "roles", "language", "disabled", "enabled", "password", "reset", "changed", "removed", "sessions"
]
"""What was done to an account; its password was set or reset by somebody else, or changed by himself."""


class AccountChanged(Frozen):
    """Somebody may sign in from now on, or no more, or otherwise than before. No password is part of it."""

    kind: Literal["account-changed"] = "account-changed"
    person: str
    what: AccountChange
    roles: tuple[Role, ...] = ()
    """All that he has from then on, where it was made or given other roles."""
    by: str | None = None


class Guessed(Frozen):
    """Passwords were guessed so often that whoever guesses has to wait. Not every guess has its event."""

    kind: Literal["guessed"] = "guessed"
    person: str | None = None
    """Whose password; None where nobody has that name, or where it is about an address."""
    of: Literal["login", "address"]
    """Under one name, or from one address under any."""
    count: Annotated[int, Field(ge=1)]


DeskEvent = Annotated[
    GroupMade
    | Joined
    | Left
    | Transferred
    | Assigned
    | Withdrawn
    | Extended
    | Certified
    | Revoked
    | Exported
    | Erased
    | Corrected
    | Retained
    | Shared
    | Unshared
    | Shelved
    | Denied
    | AccountChanged
    | Guessed,
    Field(discriminator="kind"),
]
DESK_EVENTS: TypeAdapter[DeskEvent] = TypeAdapter(DeskEvent)
