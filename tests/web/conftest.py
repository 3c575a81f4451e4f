"""Servers that several tests share; each file has its own, and a test that harms one takes another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from web.browsing import Served

# Without the packages of huikuan[serve] there is nothing to test here.
collect_ignore_glob = [] if find_spec("textual_serve") else ["test_*.py"]

Open = Callable[..., "AbstractContextManager[Served]"]

# Ours must hold what a test claims, and textual-serve's own server must not: else the test shows nothing.
_FAULT = pytest.mark.xfail(strict=True, raises=AssertionError, reason="the fault that is mended")
BOTH = [pytest.param("stock", marks=_FAULT), "ours"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Our server, with seats for four."""
    from web.browsing import serving

    with serving(tmp_path_factory.mktemp("served"), "ours") as served:
        yield served


@pytest.fixture
def fresh(tmp_path: Path) -> Open:
    """Opens a server for one test."""
    from web.browsing import serving

    return lambda *arguments, **named: serving(tmp_path, *arguments, **named)
