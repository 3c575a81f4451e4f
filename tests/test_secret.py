"""A secret shows itself to nobody who does not ask for it by name."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import asdict, dataclass

import pytest

from simulator.model.secret import Secret

KEY = "sk-0123456789"


@dataclass(frozen=True)
class Holder:
    key: Secret


def test_secret_stands_in_no_representation() -> None:
    shown = (repr(Secret(KEY)), str(Secret(KEY)), f"{Secret(KEY)}", f"{Holder(Secret(KEY))!r}", "%s" % Secret(KEY))  # noqa: UP031
    assert not any(KEY in text for text in shown)
    assert Secret(KEY).reveal() == KEY


def test_secret_is_not_written() -> None:
    """Neither pickled nor copied into a dictionary, nor as JSON."""
    with pytest.raises(TypeError):
        pickle.dumps(Secret(KEY))
    with pytest.raises(TypeError):
        copy.deepcopy(Secret(KEY))
    with pytest.raises(TypeError):
        json.dumps(Secret(KEY))
    with pytest.raises(TypeError):
        asdict(Holder(Secret(KEY)))


def test_secrets_compare_by_what_they_hold() -> None:
    assert Secret(KEY) == Secret(KEY)
    assert Secret(KEY) != Secret()
    assert Secret(KEY) != KEY
    assert hash(Secret(KEY)) == hash(Secret(KEY))
    assert (bool(Secret()), bool(Secret(KEY))) == (False, True)
