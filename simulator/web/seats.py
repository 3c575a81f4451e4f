"""How many sessions fit."""

from __future__ import annotations

import os
import sys
from pathlib import Path

# MiB that one session takes of the machine's memory. Measured on forked ones 2026-11, each alone: 24 at Home, 46 in a
# talk of level 1, 188 while the dearest scenario of level 5 is solved and 134 after. A group is never all at the
# dearest; started anew, each has 10 to 25 more to itself.
A_SESSION = 100
A_SPAWNED_SESSION = 125
# MiB that are left to the server, its warm parent, a database and the system.
LEFT_FREE = 512
WHERE_UNKNOWN = 20  # sessions, where the system does not say what memory it has
MOST = 500  # sessions of one server; each has three handles here and a process


def fitting(memory: int | None = None, forked: bool | None = None) -> int:
    """How many sessions fit into so much memory, at least one.

    Args:
        memory: MiB; by default what is free now, to the machine or to the group that this process is in.
        forked: whether they share their parent's memory; by default whether they do here.
    """
    free = available() if memory is None else memory
    if free is None:
        return WHERE_UNKNOWN
    each = A_SESSION if (sys.platform == "linux" if forked is None else forked) else A_SPAWNED_SESSION
    return min(max((free - LEFT_FREE) // each, 1), MOST)


def available(system: Path = Path("/")) -> int | None:
    """MiB that are free: of the machine's, or of a control group's where that is less. None where nobody says."""
    found = [one for one in (_of_machine(system), _of_group(system)) if one is not None]
    return min(found) if found else None


def _of_machine(system: Path) -> int | None:
    try:
        lines = (system / "proc/meminfo").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) // 1024 for line in lines if line.startswith("MemAvailable:")), None)


def _of_group(system: Path) -> int | None:
    """What a control group (a container, a systemd unit) leaves of its limit; of the tightest one above it too."""
    try:
        named = (system / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return None
    inner = next((line.partition("::")[2].strip("/") for line in named if line.startswith("0::")), None)
    if inner is None:
        return None
    root = system / "sys/fs/cgroup"
    groups = [root, *(root.joinpath(*inner.split("/")[: depth + 1]) for depth in range(inner.count("/") + bool(inner)))]
    return min((left for left in map(_left, groups) if left is not None), default=None)


def _left(group: Path) -> int | None:
    try:
        most, used = (group / "memory.max").read_text().strip(), (group / "memory.current").read_text()
        return None if most == "max" else max(int(most) - int(used), 0) >> 20
    except (OSError, ValueError):
        return None


def raise_handles() -> None:
    """Lets this process open as many connections as the system allows it at all."""
    if os.name == "posix":
        import resource

        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
