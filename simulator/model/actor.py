"""Who asks: the person on whose behalf a workflow runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

Role = Literal["trainee", "instructor", "hr", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who asks for something.

    Attributes:
        person: his pseudonym; None for the owner of the machine, who signs in nowhere.
        name: as the store has it.
        roles: he may do what any of them may.
    """

    person: str | None
    name: str
    roles: frozenset[Role]

    @property
    def is_owner(self) -> bool:
        """Whether it is one's own machine: then everything on it is one's own too."""
        return self.person is None


OWNER = Actor(None, "", frozenset(ROLES))
