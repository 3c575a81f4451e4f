"""How fast a browser may talk. Nobody types or moves a mouse faster; a program could, and would keep others waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from time import monotonic

# A mouse reports up to 125 times a second, and a hand at rest saves up for the moments when all comes at once.
MESSAGES, MESSAGES_AT_ONCE = 200.0, 400.0
# Typing is a few bytes a second. A pasted scenario of the usual 40 KB, or a long one of 400, comes at once.
BYTES, BYTES_AT_ONCE = 65_536.0, 524_288.0


class Pace:
    """Two purses that fill with time. Who has spent one waits, and what he sends waits with him, on his side."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now, self._then = now, now()
        self._messages, self._bytes = MESSAGES_AT_ONCE, BYTES_AT_ONCE

    def owed(self, messages: float, size: float) -> float:
        """Spends; the seconds to wait until it is earned."""
        passed, self._then = self._now() - self._then, self._now()
        self._messages = min(self._messages + passed * MESSAGES, MESSAGES_AT_ONCE) - messages
        self._bytes = min(self._bytes + passed * BYTES, BYTES_AT_ONCE) - size
        return max(0.0, -self._messages / MESSAGES, -self._bytes / BYTES)

    async def spend(self, messages: float, size: float) -> None:
        """Spends, and waits until it is earned; others have their turn in any case."""
        await asyncio.sleep(self.owed(messages, size))
