"""What somebody who is signed in has chosen for himself. On one's own machine that stands in the settings file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from simulator.workflows.permission import refuse

if TYPE_CHECKING:
    from simulator.workflows.permission import Asking
    from simulator.workflows.ports import Store

# By their names in the settings. All else there is the server's, keys and paths among it.
OWN = ("language", "theme", "notice_read")
_KEY = "preferences:"


def preferences(store: Store, person: str) -> Mapping[str, object]:
    """What a person has chosen, by names of ``OWN``; nothing of what he left as it is.

    Args:
        person: his pseudonym.
    """
    return json.loads(store.noted(_KEY + person) or "{}")  # type: ignore[no-any-return]


def prefer(asking: Asking, store: Store, changes: Mapping[str, object]) -> None:
    """Keeps what whoever is signed in chooses for himself.

    Raises:
        Forbidden: a choice is not his to make, or nobody is signed in; that is logged.
    """
    person = asking.actor.person
    if person is None or not set(changes) <= set(OWN):
        refuse(asking, "own", person)
    store.note(_KEY + person, json.dumps({**preferences(store, person), **changes}))


def forget_preferences(store: Store, person: str) -> None:
    """Forgets what a person has chosen, as when his data are erased."""
    if store.noted(_KEY + person):
        store.note(_KEY + person, "")
