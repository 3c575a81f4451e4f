"""``huikuan serve``: what is wrong with its options is told before anything is served."""

from __future__ import annotations

import argparse
import socket
from pathlib import Path

import pytest

from simulator.cli import serve
from simulator.model.errors import UsageError


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lang")
    parser.add_argument("--store")
    serve.add_arguments(parser)
    return serve.run(parser.parse_args(words))


@pytest.fixture(autouse=True)
def own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, english: None) -> None:
    monkeypatch.setenv("HUIKUAN_CONFIG", str(tmp_path / "settings.toml"))


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--port", "70000"), "--port must be a number"),
        (("--port", "-1"), "--port must be a number"),
        (("--limit", "0"), "--limit must be at least 1"),
        (("--host", "0.0.0.0"), "on this machine alone"),
        (("--public-url", "https://example.com"), "on this machine alone"),
        (("--public-url", "nonsense"), "--public-url must be an address"),
        (("--proxy", "nonsense"), "no address and no network"),
        (("--metrics-for", "10.0.0.0/99"), "no address and no network"),
    ],
)
def test_wrong_options_are_told(words: tuple[str, ...], why: str) -> None:
    """Each with what it must be."""
    with pytest.raises(UsageError, match=why):
        run(*words)


def test_port_that_is_taken_is_told() -> None:
    """And no process is left behind."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UsageError, match="cannot be served at"):
            run("--port", str(taken.getsockname()[1]))
