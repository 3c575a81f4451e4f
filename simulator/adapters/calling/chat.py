"""A ``Chat`` over HTTP, with a deadline, retries and a circuit breaker of its own.

The client's timeout is for each read and its retries multiply it, so it has neither here. Each call runs on a loop in a
thread of its own and is given up from outside when its time is over, whatever it is at: resolving a name, loading the
client (most of a second, when it is first used), or a byte every now and then.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Generator, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Future
from queue import Empty, SimpleQueue
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from simulator import __version__
from simulator.adapters.calling.breaker import Breaker
from simulator.adapters.calling.faults import translated
from simulator.adapters.calling.replies import pieces, whole
from simulator.model.errors import (
    ModelBroken,
    ModelBusy,
    ModelCut,
    ModelDeclined,
    ModelError,
    ModelRefused,
    ModelResting,
    ModelTooSlow,
    ModelUnreachable,
)
from simulator.model.secret import Secret
from simulator.workflows.ports import Message, Reply

if TYPE_CHECKING:
    import openai

# Seconds before the second and the third try, where the server does not say: enough for a dropped connection or a
# server that is just starting, and together an eighth of the patience.
WAITS = (0.25, 0.75)
# Seconds that a try must at least have left: what is begun later hardly ends in time and only burdens the server.
USEFUL = 0.5
_LINGER = 0.1  # seconds; what has ended and is still not closed by then is not going to be
# Tokens. A line has some 200 and a reading 60; the rest is for models that think before they speak.
_MOST_TOKENS = 1_000
# What a request says besides its body. The client would add the system, its version and what the environment has for
# another service (organisation, project, headers of one's own). By the last one it tells its own requests apart.
_HEADERS = frozenset(
    (
        "host", "accept", "accept-encoding", "connection", "content-type", "content-length",
        "x-stainless-raw-response",
    )
)  # fmt: skip

_Passing = (ModelBusy, ModelBroken, ModelUnreachable, ModelCut)  # faults that may be gone a moment later
_T = TypeVar("_T")


class EndpointChat:
    """A model behind an OpenAI-compatible endpoint. Making one opens nothing. Safe between threads.

    Args:
        url: base address, such as ``http://localhost:8080/v1``.
        name: the model's.
        breaker: tests bring their own.
    """

    def __init__(self, url: str, key: Secret, name: str, breaker: Breaker | None = None) -> None:
        self._url, self._key, self._name = url, key, name
        self.breaker = breaker or Breaker()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: openai.AsyncOpenAI | None = None

    def ask(
        self,
        messages: Sequence[Message],
        within: float,
        demand: Mapping[str, object] | None = None,
        optional: bool = False,
    ) -> Reply:
        until = monotonic() + within
        request = self._request(messages, {**(demand or {}), "stream": False})

        async def once() -> Reply:
            async with self._sent(request, optional) as chunks:
                return await whole(chunks)

        def may_retry(_error: ModelError) -> bool:
            return not optional

        with self._passing(optional):
            call = self._submit(_bounded(lambda: _tries(once, until, may_retry), until))
            try:
                return call.result(timeout=_left(until))
            except TimeoutError:
                raise ModelTooSlow from None
            except CancelledError:  # the chat was closed meanwhile
                raise ModelUnreachable from None
            finally:
                call.cancel()

    def stream(self, messages: Sequence[Message], within: float) -> Generator[str, None, None]:
        until = monotonic() + within
        request = self._request(messages, {"stream": True})
        told: SimpleQueue[str | Exception | None] = SimpleQueue()
        begun = False

        async def once() -> None:
            nonlocal begun
            async with self._sent(request) as chunks:
                async for piece in pieces(chunks):
                    begun = True
                    told.put(piece)

        async def tell() -> None:
            try:
                await _bounded(lambda: _tries(once, until, lambda _error: not begun), until)
                told.put(None)
            except asyncio.CancelledError:  # the chat was closed meanwhile, or nobody listens any more
                told.put(ModelUnreachable())
                raise
            except Exception as error:
                told.put(error)

        with self._passing():
            call = self._submit(tell())
            try:
                while (piece := _next(told, until)) is not None:
                    yield piece
            finally:
                call.cancel()

    def warm(self) -> None:
        """Loads the client in the background, so that the first call does not wait for it."""

        async def load() -> None:
            self._opened()

        self._submit(load())

    def close(self) -> None:
        """Gives up what is going on, and ends the thread. The chat can be used again."""
        with self._lock:
            loop, self._loop, self._client = self._loop, None, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)

    # Inside

    def _request(self, messages: Sequence[Message], more: Mapping[str, object]) -> dict[str, Any]:
        told = [{"role": message.role, "content": message.text} for message in messages]
        return {"model": self._name, "messages": told, "max_completion_tokens": _MOST_TOKENS, **more}

    @contextlib.contextmanager
    def _passing(self, optional: bool = False) -> Iterator[None]:
        """Asks the breaker, and tells it how the call went."""
        given = self.breaker.enter()
        if given is None:
            raise ModelResting
        well: bool | None = None
        error: ModelError | None = None
        try:
            yield
            well = True
        except ModelError as failed:
            error = failed
            well = None if optional and isinstance(failed, ModelDeclined) else False
            raise
        finally:
            rest = error.after if isinstance(error, ModelBusy) else None
            self.breaker.settle(given, well, at_once=isinstance(error, ModelRefused), rest=rest)

    @contextlib.asynccontextmanager
    async def _sent(self, request: dict[str, Any], optional: bool = False) -> AsyncIterator[AsyncIterator[bytes]]:
        """A request's answer as bytes. Errors come without what caused them: that may hold the key or the words."""
        opening: Any = None
        try:
            create: Any = self._opened().chat.completions.with_streaming_response.create
            opening = create(**request)
            chunks = (await opening.__aenter__()).iter_bytes()
        except Exception as error:
            raise translated(error, optional) from None
        try:
            yield chunks
        except ModelError:
            raise
        except Exception:  # whatever it is, the answer had begun and does not go on
            raise ModelCut from None
        finally:
            with contextlib.suppress(Exception):
                await _drain(chunks)
            with contextlib.suppress(Exception):
                await opening.__aexit__(None, None, None)

    def _opened(self) -> openai.AsyncOpenAI:
        """The client; only ever made and used in the loop's thread."""
        if self._client is None:
            import openai

            async def dress(request: Any) -> None:
                for name in [name for name in request.headers if name.lower() not in _HEADERS]:
                    del request.headers[name]
                request.headers["user-agent"] = f"huikuan/{__version__}"
                if self._key:
                    request.headers["authorization"] = f"Bearer {self._key.reveal()}"

            # No redirects: the words go where the settings say, and nowhere else.
            http = openai.DefaultAsyncHttpxClient(
                follow_redirects=False, timeout=None, event_hooks={"request": [dress]}
            )
            self._client = openai.AsyncOpenAI(
                api_key="added-on-sending", base_url=self._url, max_retries=0, timeout=None, http_client=http
            )
        return self._client

    def _submit(self, work: Coroutine[Any, Any, _T]) -> Future[_T]:
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=_run, args=(self._loop,), name="model", daemon=True).start()
            return asyncio.run_coroutine_threadsafe(work, self._loop)


async def _tries(
    once: Callable[[], Coroutine[Any, Any, _T]], until: float, may_retry: Callable[[ModelError], bool]
) -> _T:
    """Makes a call, and again after faults that may pass, as long as another try can still end in time."""
    for wait in WAITS:
        try:
            return await once()
        except _Passing as error:
            asked = error.after if isinstance(error, ModelBusy) else None
            pause = wait if asked is None else asked
            if not may_retry(error) or monotonic() + pause + USEFUL > until:
                raise
        await asyncio.sleep(pause)
    return await once()


async def _drain(chunks: AsyncIterator[bytes]) -> None:
    """Reads what little may follow an end mark: a connection that was read to its end can be used again."""
    async with asyncio.timeout(_LINGER):
        async for _ in chunks:
            pass


async def _bounded(work: Callable[[], Coroutine[Any, Any, _T]], until: float) -> _T:
    """Work that gives itself up when its time is over, should nobody wait for it any more."""
    try:
        async with asyncio.timeout(_left(until)):
            return await work()
    except TimeoutError:
        raise ModelTooSlow from None


def _next(told: SimpleQueue[str | Exception | None], until: float) -> str | None:
    try:
        piece = told.get(timeout=_left(until))
    except Empty:
        raise ModelTooSlow from None
    if isinstance(piece, Exception):
        raise piece
    return piece


def _left(until: float) -> float:
    return max(until - monotonic(), 0.0)


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
