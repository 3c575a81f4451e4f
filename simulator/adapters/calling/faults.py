"""What went wrong with a call, in the errors of this program. Nothing of a server's own words goes into them."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from simulator.model.errors import (
    ModelBroken,
    ModelBusy,
    ModelDeclined,
    ModelError,
    ModelRefused,
    ModelTooSlow,
    ModelUnfit,
    ModelUnreachable,
)

_KEY_OR_ADDRESS = frozenset((401, 402, 403, 404, 407, 410))  # trying again mends none of them
# A demand that a server does not know is answered so by real ones; 500 and 501 too, from a grammar that fails there.
_UNKNOWN_DEMAND = frozenset((400, 405, 415, 422, 500, 501))


def translated(error: BaseException, optional: bool) -> ModelError:
    """The error of a call that has not begun to answer.

    Args:
        optional: as in ``Chat.ask``.
    """
    import openai

    if isinstance(error, ModelError):
        return error
    if isinstance(error, openai.APIStatusError):
        return _of_status(error.status_code, error.response.headers, optional)
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return ModelTooSlow()
    if isinstance(error, openai.APIConnectionError | OSError):
        return ModelUnreachable()
    return ModelUnfit("reply")


def _of_status(status: int, headers: Mapping[str, str], optional: bool) -> ModelError:
    if status in _KEY_OR_ADDRESS or 300 <= status < 400:
        return ModelRefused()
    if status == 429:
        return ModelBusy(retry_after(headers, datetime.now(UTC)))
    if optional and status in _UNKNOWN_DEMAND:
        return ModelDeclined()
    if status == 503 and (after := retry_after(headers, datetime.now(UTC))) is not None:
        return ModelBusy(after)
    if status >= 500 or status == 408:
        return ModelBroken()
    return ModelDeclined()


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds after which a server wants to be asked again, never negative; None where it does not say.

    As RFC 9110, section 10.2.3, has it: whole seconds or a date. Some servers add milliseconds of their own.
    """
    for name, scale in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        with contextlib.suppress(KeyError, ValueError):
            seconds = float(headers[name]) * scale
            if math.isfinite(seconds):
                return max(seconds, 0.0)
    with contextlib.suppress(KeyError, ValueError, TypeError, OverflowError):
        when = parsedate_to_datetime(headers["retry-after"])
        return max((when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds(), 0.0)
    return None
