"""A secret shows itself to nobody who does not ask for it by name."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from simulator.adapters.settings import load
from simulator.bootstrap import House
from simulator.model.secret import Secret
from simulator.tui.app import HuikuanApp

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


def test_program_that_breaks_shows_no_values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it broke is told; what stood in the variables there may be a key, or words that somebody typed."""
    monkeypatch.setenv("HUIKUAN_CONFIG", str(tmp_path / "settings.toml"))
    app = HuikuanApp(House(load()))

    def breaks() -> None:
        held = "sk-" + "held"
        raise RuntimeError(f"{len(held)} signs")

    try:
        breaks()
    except RuntimeError:
        app._fatal_error()
    with app.console.capture() as shown:
        for part in app._exit_renderables:
            app.console.print(part)
    assert "RuntimeError" in shown.get()
    assert "sk-held" not in shown.get()
