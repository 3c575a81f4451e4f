"""Keeping data no longer than needed while the server runs, as the owner that it is: no session of others does it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from simulator.model.errors import HuikuanError
from simulator.model.language import _

if TYPE_CHECKING:
    from simulator.bootstrap import House

EVERY = 3600.0  # seconds between two looks; what is done once a day is then done in the first hour of one


@contextlib.asynccontextmanager
async def keeping(house: House, say: Callable[[str], None], every: float = EVERY) -> AsyncIterator[None]:
    """Applies the periods while the block runs: at once, and on each day after.

    Args:
        house: the owner's.
        say: takes a line for the operator.
        every: seconds between two looks at whether it was done today.
    """
    going_on = asyncio.create_task(_keep(house, say, every))
    try:
        yield
    finally:
        going_on.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await going_on


async def _keep(house: House, say: Callable[[str], None], every: float) -> None:
    while True:
        try:
            await asyncio.to_thread(_apply, house)
        except (HuikuanError, OSError) as error:
            say(_("What is kept for longer than it should be was not erased: {why}", why=error))
        await asyncio.sleep(every)


def _apply(house: House) -> None:
    from simulator.workflows.privacy import apply_daily

    apply_daily(house.desk, house.exports, house.periods)
