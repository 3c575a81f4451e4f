"""A learning system behind HTTP, as xAPI 1.0.3 has it.

https://github.com/adlnet/xAPI-Spec/blob/1.0.3/xAPI-Communication.md

The client's timeout is for each read, so it has none here: each call runs on a loop in a thread of its own and is given
up from outside when its time is over, whatever it is at. Nothing is retried here; whoever delivers knows when.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import re
import threading
from base64 import b64encode
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote

from simulator import __version__
from simulator.model.secret import Secret
from simulator.workflows.ports import Outcome, Receipt, Statement

if TYPE_CHECKING:
    import httpx2

WITHIN = 30.0  # seconds for an answer; servers that index what they take may need ten for a batch
_MOST_READ = 1 << 16  # bytes of an answer: the ids of a batch are 2 kB, the rest is what a person may read
_MOST_SHOWN = 300  # characters of what it said
# What a request says besides its body; the client would add more, and tell what it is.
_HEADERS = frozenset(("host", "connection", "content-length"))
_LATER = frozenset((408, 425, 429))
_UNFIT = frozenset((400, 413, 422))
_NO_RIGHT = frozenset((401, 402, 403, 407))
_T = TypeVar("_T")


class HttpReceiver:
    """A ``Receiver``. Making one opens nothing. Safe between threads.

    Args:
        url: the endpoint, such as ``https://lrs.example.com/xapi``; ``/statements`` is added.
        key, secret: of basic authentication.
        within: seconds that an answer may take.
    """

    def __init__(self, url: str, key: Secret, secret: Secret, within: float = WITHIN) -> None:
        self._url, self._key, self._secret = url.rstrip("/") + "/statements", key, secret
        self.longest = within
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: httpx2.AsyncClient | None = None

    def post(self, statements: Sequence[Statement]) -> Receipt:
        """Hands in statements, all of them or none."""
        body = "[" + ",".join(one.body for one in statements) + "]"
        return self._call("POST", self._url, body)

    def put(self, statement: Statement) -> Receipt:
        """Hands in one statement under its id."""
        return self._call("PUT", f"{self._url}?statementId={quote(statement.id, safe='')}", statement.body)

    def find(self, statement: Statement) -> Receipt:
        """Asks for the statement of that id, taken back or not."""
        receipt = Receipt("unfit")
        for name in ("statementId", "voidedStatementId"):
            receipt = self._call("GET", f"{self._url}?{name}={quote(statement.id, safe='')}", "", statement.id)
            if receipt.what != "unfit":
                break
        return receipt

    def close(self) -> None:
        """Gives up what is going on, and ends the thread. It can be used again."""
        with self._lock:
            loop, self._loop, self._client = self._loop, None, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)

    def _call(self, method: str, url: str, body: str, sought: str = "") -> Receipt:
        call = self._submit(self._ask(method, url, body.encode(), sought))
        try:
            return call.result(timeout=self.longest)
        except TimeoutError:
            return Receipt("down", told="timeout")
        except CancelledError:  # it was closed meanwhile
            return Receipt("down", told="closed")
        finally:
            call.cancel()

    async def _ask(self, method: str, url: str, body: bytes, sought: str) -> Receipt:
        try:
            client = self._opened()
            async with asyncio.timeout(self.longest), client.stream(method, url, content=body or None) as response:
                read = bytearray()
                async for chunk in response.aiter_raw():
                    read += chunk
                    if len(read) > _MOST_READ:
                        break
                return self._receipt(method, response.status_code, response.headers, bytes(read), sought)
        except TimeoutError:
            return Receipt("down", told="timeout")
        except Exception as error:  # the client and what it stands on have trees of their own; all of it is told
            return Receipt("down", told=self._shown(f"{type(error).__name__}: {error}"))

    def _receipt(self, method: str, status: int, headers: Mapping[str, str], body: bytes, sought: str) -> Receipt:
        said = self._shown(f"{status} {body.decode('utf-8', 'replace')}")
        if method == "GET" and status in (200, 404):
            return Receipt("there" if status == 200 and _holds(body, sought) else "unfit", told=said, status=status)
        if status in (200, 204):
            return self._taken(method, status, body, said)
        what: Outcome = "elsewhere"
        if status == 409:
            what = "there"
        elif status in _UNFIT:
            what = "unfit"
        elif status in _NO_RIGHT:
            what = "refused"
        elif status in _LATER or status >= 500:
            what = "busy" if status in _LATER or status == 503 else "down"
        return Receipt(what, after=retry_after(headers, datetime.now(UTC)), told=said, status=status)

    def _taken(self, method: str, status: int, body: bytes, said: str) -> Receipt:
        """What 200 and 204 mean: the page of a guest network answers 200 to everything."""
        if status == 204:
            return Receipt("taken", told=said, status=status)
        if method == "PUT":  # which is answered by 204 alone
            return Receipt("elsewhere", told=said, status=status)
        ids = _parsed(body)
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            return Receipt("elsewhere", told=said, status=status)
        return Receipt("taken", ids=frozenset(one.lower() for one in ids), told=said, status=status)

    def _shown(self, said: str) -> str:
        """What somebody said, in a short line that holds no key, not even one that it sent back."""
        for hidden in (self._authorization().split()[-1], self._secret.reveal(), self._key.reveal()):
            said = said.replace(hidden, "•••") if hidden else said
        return re.sub(r"[\s\x00-\x1f\x7f]+", " ", said).strip()[:_MOST_SHOWN]

    def _authorization(self) -> str:
        return "Basic " + b64encode(f"{self._key.reveal()}:{self._secret.reveal()}".encode()).decode("ascii")

    def _opened(self) -> httpx2.AsyncClient:
        """The client; only ever made and used in the loop's thread."""
        if self._client is None:
            import httpx2

            async def dress(request: Any) -> None:
                for name in [name for name in request.headers if name.lower() not in _HEADERS]:
                    del request.headers[name]
                request.headers["user-agent"] = f"huikuan/{__version__}"
                request.headers["accept"] = "application/json"
                request.headers["accept-encoding"] = "identity"
                request.headers["content-type"] = "application/json"
                request.headers["x-experience-api-version"] = "1.0.3"
                request.headers["authorization"] = self._authorization()

            # No redirects: the key and the statements go where the settings say, and nowhere else.
            self._client = httpx2.AsyncClient(
                follow_redirects=False, timeout=None, event_hooks={"request": [dress]}, trust_env=True
            )
        return self._client

    def _submit(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(self._loop,), name="xapi", daemon=True).start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _holds(body: bytes, sought: str) -> bool:
    """Whether an answer is the statement of that id, or, as some have it, a list of statements with it."""
    told = _parsed(body)
    several = told.get("statements", [told]) if isinstance(told, dict) else []
    found = several if isinstance(several, list) else []
    return any(isinstance(one, dict) and str(one.get("id")).lower() == sought for one in found)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds after which a server wants to be asked again, never negative; None where it does not say.

    As RFC 9110, section 10.2.3, has it: whole seconds or a date.
    """
    said = headers.get("retry-after", "")
    with contextlib.suppress(ValueError):
        seconds = float(said)
        return max(seconds, 0.0) if math.isfinite(seconds) else None
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        when = parsedate_to_datetime(said)
        return max((when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds(), 0.0)
    return None


def _run(loop: asyncio.AbstractEventLoop) -> None:
    """Runs a loop until it is stopped, and gives up what is still going on in it."""
    asyncio.set_event_loop(loop)
    try:
        loop.run_forever()
        waiting = asyncio.all_tasks(loop)
        for task in waiting:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
    finally:
        loop.close()
