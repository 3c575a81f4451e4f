"""Who may do what. Asked by the workflows themselves, so that no screen, command or address is a way around it.

A workflow that is not everybody's says so above itself::

    @needs("decide")
    def overrule(desk: Desk, attempt: str, ..., by: str) -> ...

What is a person's own — his attempts, his figures, his data — is asked for with ``demand_own``, since it depends on
whom it is about. On one's own machine, where nobody signs in, everything is allowed (``model.actor.OWNER``). So it is
on the command line of a server: whoever has the shell there and the password of the database has everything anyhow.

Who may not see a thing is asked where the thing is, by whom it is asked for with a ``Desk`` or a ``House``. What takes
a bare store is the inside of such a workflow: no screen and no page calls it (``tests/workflows/test_roles.py``).
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import threading
from collections.abc import Callable, Mapping, MutableMapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, NoReturn, ParamSpec, Protocol, TypeVar, get_args
from weakref import WeakKeyDictionary

from simulator.model.errors import Forbidden, HuikuanError

if TYPE_CHECKING:  # the first screen asks what it may offer, and the journal's models are heavy
    from simulator.model.actor import Actor, Role
    from simulator.model.journal import Denied
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

OWN = "own"
"""The deed that is logged where nobody may with what is another's."""
QUIET = timedelta(minutes=1)
"""For how long after a refusal the same one is not logged again: a key that is held down is no hundred events."""

P = ParamSpec("P")
T = TypeVar("T")


class Asking(Protocol):
    """Whatever somebody asks through: a ``Desk``, or a ``House``, whose desk is made only to log a refusal."""

    @property
    def actor(self) -> Actor: ...


def may(actor: Actor, deed: Deed) -> bool:
    """Whether somebody may do something."""
    return actor.is_owner or bool(actor.roles & ALLOWED[deed])


def demand(asking: Asking, deed: Deed, about: str | None = None) -> None:
    """Does nothing if whoever asks may do it.

    Args:
        about: what it is about, for the log: an id or a pseudonym, never a name.

    Raises:
        Forbidden: he may not; that is logged.
    """
    if not may(asking.actor, deed):
        refuse(asking, deed, about)


def demand_own(asking: Asking, person: str | None, deed: Deed | None, about: str | None = None) -> None:
    """Does nothing if it is one's own, or if ``deed`` may be done with others'.

    Args:
        person: whose it is, by pseudonym; None where the record does not know him.
        deed: None where nobody may with another's.
        about: as ``demand``; None for the person.

    Raises:
        Forbidden: neither; that is logged.
    """
    if not is_own(asking.actor, person) and not (deed is not None and may(asking.actor, deed)):
        refuse(asking, deed or OWN, about or person)


def is_own(actor: Actor, person: str | None) -> bool:
    """Whether what is a person's, by pseudonym, is one's own."""
    return actor.is_owner or (person is not None and actor.person == person)


def demand_self(desk: Desk, by: str | None, deed: Deed | None = None) -> None:
    """Does nothing if ``by``, a name or a pseudonym, is whoever asks: nobody signs with another's name, nor with none.

    Args:
        deed: that he wants to do, for the log.

    Raises:
        Forbidden: he is somebody else; that is logged.
    """
    actor = desk.actor
    if actor.is_owner or (by is not None and by == actor.person):
        return
    known = None if by is None else desk.store.known(by)
    if known is None or known != actor.person:
        refuse(desk, deed or OWN, known)


def own_person(desk: Desk, name: str) -> str:
    """The pseudonym of whoever asks: of who is signed in, or else of that name, who is entered if he is new."""
    return desk.actor.person or desk.store.person(name)


def known_person(desk: Desk, name: str) -> str | None:
    """As ``own_person``, but nobody is entered; None where the record does not know him yet."""
    return desk.actor.person or desk.store.known(name)


def refuse(asking: Asking, deed: str, about: str | None = None) -> NoReturn:
    """Logs that something is refused, and refuses it.

    The same person asking for the same of the same is logged once in ``QUIET``, by each process.

    Raises:
        Forbidden: always.
    """
    from simulator.model.journal import Denied

    by = asking.actor.person
    if by is not None:
        with contextlib.suppress(HuikuanError):  # refused all the same: a log that cannot be written opens nothing
            _log(_desk(asking), Denied(by=by, deed=deed, about=about))
    raise Forbidden(deed)


def _desk(asking: Any) -> Desk:
    desk: Desk = asking.desk if hasattr(asking, "desk") else asking
    return desk


_logged: MutableMapping[object, dict[Denied, datetime]] = WeakKeyDictionary()
_logging = threading.Lock()


def _log(desk: Desk, denied: Denied) -> None:
    now = desk.now()
    with _logging:
        known = _logged.setdefault(desk.store, {})
        for one in [one for one, at in known.items() if not timedelta() <= now - at < QUIET]:
            del known[one]
        if denied not in known:
            desk.store.enter(denied, now)
            known[denied] = now


def needs(deed: Deed) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Marks a workflow as one that only some may ask for.

    Its first argument is a ``Desk`` or a ``House``. What it does in somebody's name (``by``, a pseudonym or a name) is
    done in the name of whoever is signed in, and in no other's.
    """

    def mark(workflow: Callable[P, T]) -> Callable[P, T]:
        signature = inspect.signature(workflow)

        @functools.wraps(workflow)
        def checked(*args: P.args, **kwargs: P.kwargs) -> T:
            given = signature.bind(*args, **kwargs).arguments
            asking: Any = next(iter(given.values()))
            demand(asking, deed)
            if "by" in given:
                demand_self(_desk(asking), given["by"], deed)
            return workflow(*args, **kwargs)

        checked.deed = deed  # type: ignore[attr-defined]
        return checked

    return mark
