"""The parent of sessions, and what they have of it."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from web.browsing import Served, descendants, tab

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="sessions are forked on Linux alone")


def handles(process: int) -> list[str]:
    """What a process has open, besides its three streams."""
    found = []
    for one in Path(f"/proc/{process}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # it was closed just now
            found.append(str(one.readlink()) if int(one.name) > 2 else "")
    return sorted(filter(None, found))


def threads(process: int) -> int:
    return sum(1 for _thread in Path(f"/proc/{process}/task").iterdir())


async def test_parent_has_one_thread_and_nothing_open_but_its_line(served: Served) -> None:
    """Whatever it has imported, the parent of sessions holds nothing that a fork would share or lock."""
    nursery = descendants(served.process.pid)[0]
    assert threads(nursery) == 1
    open_now = handles(nursery)
    assert [one.partition(":")[0] for one in open_now] == ["socket"]


async def test_sessions_hold_nothing_of_each_other(served: Served) -> None:
    """A session has its own line and its own record, and no handle on another session or on the server."""
    async with tab(served) as first, tab(served) as second:
        await first.opened()
        await second.opened()
        lines = []
        for session in served.sessions():
            held = handles(session)
            assert not [one for one in held if "pidfd" in one]
            lines.append({Path(f"/proc/{session}/fd/{number}").readlink() for number in (0, 1)})
            assert len(lines[-1]) == 1
        assert len(set.union(*lines)) == len(lines) == 2


async def test_session_is_the_first_to_go_where_memory_ends(served: Served) -> None:
    """The kernel is told to take a session before the server."""
    async with tab(served) as browser:
        await browser.opened()
        (session,) = served.sessions()
        own = int(Path(f"/proc/{served.process.pid}/oom_score_adj").read_text())
        assert int(Path(f"/proc/{session}/oom_score_adj").read_text()) > own
