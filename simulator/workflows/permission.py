"""Who may do what. Asked by the workflows themselves, so that no screen, command or address is a way around it.

A workflow that is not everybody's says so above itself::

    @needs("decide")
    def overrule(desk: Desk, attempt: str, ..., by: str) -> ...

What is a person's own — his attempts, his figures, his data — is asked for with ``demand_own``, since it depends on
whom it is about. On one's own machine, where nobody signs in, everything is allowed (``model.actor.OWNER``).
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, TypeVar, get_args

from simulator.model.errors import Forbidden, HuikuanError
from simulator.model.journal import Denied

if TYPE_CHECKING:
    from simulator.model.actor import Actor, Role
    from simulator.workflows.rehearse import Desk

Deed = Literal[
    "people.see",  # whom there is, and in which group
    "people.enrol",  # rosters, joiners, leavers, transfers, groups
    "assign",
    "figures.see",  # of others: groups, persons, exams and practice that is shared
    "decide",  # overrule, answer appeals, rate
    "certify",  # confirm and revoke certificates
    "report",  # of others
    "regrade",
    "verify",
    "privacy",  # see, correct and erase another's data; periods; the log of exports
    "scenarios.write",  # the Studio with everything in it: it shows every answer
    "accounts",
    "store",
]
DEEDS: tuple[Deed, ...] = get_args(Deed)

ALLOWED: Mapping[Deed, frozenset[Role]] = {
    "people.see": frozenset({"instructor", "hr", "administrator"}),
    "people.enrol": frozenset({"hr", "administrator"}),
    "assign": frozenset({"instructor", "hr"}),
    "figures.see": frozenset({"instructor", "hr"}),
    "decide": frozenset({"instructor", "hr"}),
    "certify": frozenset({"hr"}),
    "report": frozenset({"instructor", "hr"}),
    "regrade": frozenset({"hr"}),
    "verify": frozenset({"hr", "administrator"}),
    "privacy": frozenset({"hr"}),
    "scenarios.write": frozenset({"instructor"}),
    "accounts": frozenset({"administrator"}),
    "store": frozenset({"administrator"}),
}
"""The roles of each deed. An administrator keeps the machine; anybody's results are none of his business."""

P = ParamSpec("P")
T = TypeVar("T")


def may(actor: Actor, deed: Deed) -> bool:
    """Whether somebody may do something."""
    return actor.is_owner or bool(actor.roles & ALLOWED[deed])


def demand(desk: Desk, deed: Deed, about: str | None = None) -> None:
    """Does nothing if whoever asks may do it.

    Args:
        about: what it is about, for the log.

    Raises:
        Forbidden: he may not; that is logged.
    """
    if not may(desk.actor, deed):
        refuse(desk, deed, about)


def demand_own(desk: Desk, person: str, deed: Deed | None, about: str | None = None) -> None:
    """Does nothing if it is one's own, or if ``deed`` may be done with others'.

    Args:
        person: whose it is, by pseudonym.
        deed: None where nobody may with another's.

    Raises:
        Forbidden: neither; that is logged.
    """
    actor = desk.actor
    if actor.is_owner or actor.person == person or (deed is not None and may(actor, deed)):
        return
    refuse(desk, deed or "own", about or person)


def refuse(desk: Desk, deed: str, about: str | None = None) -> None:
    """Logs that something is refused, and refuses it.

    Raises:
        Forbidden: always.
    """
    by = desk.actor.person
    if by is not None:
        with contextlib.suppress(HuikuanError):  # refused all the same: a log that cannot be written opens nothing
            desk.store.enter(Denied(by=by, deed=deed, about=about), desk.now())
    raise Forbidden(deed)


def needs(deed: Deed) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Marks a workflow as one that only some may ask for.

    Its first argument is a ``Desk``, or has one as ``desk``. What it does in somebody's name (``by``, a pseudonym) is
    done in the name of whoever is signed in, and in no other's.
    """

    def mark(workflow: Callable[P, T]) -> Callable[P, T]:
        signature = inspect.signature(workflow)

        @functools.wraps(workflow)
        def checked(*args: P.args, **kwargs: P.kwargs) -> T:
            given = signature.bind(*args, **kwargs).arguments
            desk = _desk(next(iter(given.values())))
            demand(desk, deed)
            if "by" in given and not desk.actor.is_owner and given["by"] != desk.actor.person:
                refuse(desk, deed, given["by"])
            return workflow(*args, **kwargs)

        checked.deed = deed  # type: ignore[attr-defined]
        return checked

    return mark


def _desk(first: Any) -> Desk:
    return first if hasattr(first, "actor") else _desk(first.desk)
