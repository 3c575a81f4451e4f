"""What telling a learning system takes, for tests."""

from __future__ import annotations

from typing import Any

from simulator.workflows.ports import Library, Receiver
from simulator.workflows.queueing import Dispatch
from simulator.workflows.rehearse import Desk

HOME = "https://training.example.com"


def dispatch_over(desk: Desk, library: Library, receiver: Receiver | None = None) -> Dispatch:
    """A dispatch with an organisation's address, without words, and without chance."""
    return Dispatch(desk, library, HOME, False, receiver, lambda: 0.0)


def verb(made: dict[str, Any]) -> str:
    """A statement's verb, by its last word."""
    return str(made["verb"]["id"]).rpartition("/")[2]
