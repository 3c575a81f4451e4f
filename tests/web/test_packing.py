"""Memory that sessions share: what is done to it changes nothing of what the program does."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator.web import packing

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sessions are forked on Linux alone")


def outer(number: int) -> Callable[[], int]:
    """A function that makes others, with a default, a closure and a comprehension in it."""

    def inner(more: int = 2) -> int:
        return sum(number * one for one in range(more + 1))

    return inner


class Shape:
    @property
    def size(self) -> int:
        return outer(3)()

    @staticmethod
    def never() -> str:
        return "run"


def test_moved_code_does_what_it_did() -> None:
    """Functions that ran, in this thread or in another, have other code that is equal; others keep theirs."""
    before, never, expected = outer.__code__, Shape.never.__code__, Shape().size

    def play() -> None:
        other = threading.Thread(target=lambda: Shape().size)
        other.start()
        other.join()

    assert packing.move_together(play) >= 2
    assert outer.__code__ is not before
    assert outer.__code__ == before
    assert Shape.never.__code__ is never
    assert Shape().size == expected == outer(3)()
    assert sys.getprofile() is None
    assert "in inner" in _traceback_of(lambda: outer("x")("y"))  # type: ignore[arg-type]


def _traceback_of(failing: Callable[[], object]) -> str:
    import traceback

    with pytest.raises(TypeError) as caught:
        failing()
    return "".join(traceback.format_tb(caught.value.__traceback__))


def test_gaps_between_objects_are_filled() -> None:
    """What is made next lies in pages of its own; each object of the filling is as large as its gap."""
    for size in (16, 32, 48, 64, 512):
        assert -(-sys.getsizeof(packing._object_of(size)) // 16) * 16 == size
    holes = [bytes(100) for _one in range(20_000)]
    del holes[::2]
    free = sum(size * count for size, count in packing._gaps())
    assert free > 500_000
    assert packing.fill_gaps() >= free * 0.9
    assert sum(size * count for size, count in packing._gaps()) < free / 4
    packing._filling.clear()


def test_other_interpreters_tell_of_no_gaps(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    """Where what an interpreter tells has another form, nothing is filled; the second stream is as it was."""
    monkeypatch.setattr(packing, "_SIZE", packing.re.compile("nothing like it (x)(x)"))
    assert packing.fill_gaps() == 0
    sys.stderr.write("still here\n")
    sys.stderr.flush()
    assert capfd.readouterr().err == "still here\n"
    assert Path("/proc/self/fd/2").exists()
