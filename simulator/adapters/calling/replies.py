"""What a server sends, read with distrust: bytes into an answer, whole or in pieces."""

from __future__ import annotations

import codecs
import json
from collections.abc import AsyncIterator, Iterator

from simulator.model.errors import ModelBroken, ModelCut, ModelUnfit
from simulator.workflows.ports import Reply

# A streamed line of 500 signs, each in a chunk of its own with 300 bytes around it, and as much again to spare.
MOST_BYTES = 300_000
_DATA = "data:"
_END = "[DONE]"


async def whole(chunks: AsyncIterator[bytes]) -> Reply:
    """The answer that a body holds.

    Raises:
        ModelUnfit: it is none; or it holds neither text nor a call of a tool.
        ModelBroken: it is an error's.
        ModelCut: the model was stopped at a limit.
    """
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            raise ModelUnfit("size")
    choice = _choice(_json(body.decode("utf-8", errors="replace")))
    _check_finish(choice.get("finish_reason"))
    message = choice.get("message")
    if not isinstance(message, dict):
        raise ModelUnfit("shape")
    text, arguments = message.get("content"), _arguments(message)
    reply = Reply(text if isinstance(text, str) else "", arguments)
    if not reply.text.strip() and not arguments:
        raise ModelUnfit("empty")
    return reply


async def pieces(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The pieces of a streamed answer, none of them empty.

    It returns only at an end mark: a reason to finish, or ``[DONE]``, with which some servers make do.

    Raises:
        ModelCut: the stream ended without one, or the model was stopped at a limit.
        ModelUnfit: a chunk is none, or there was no text at all.
        ModelBroken: a chunk is an error's.
    """
    told = False
    async for line in _lines(chunks):
        if not line.startswith(_DATA):
            continue  # comments and the other fields of server-sent events
        data = line.removeprefix(_DATA).strip()
        if data == _END:
            break
        chunk = _json(data)
        if isinstance(chunk, dict) and not chunk.get("error") and chunk.get("choices") == []:
            continue  # what was used, without words
        choice = _choice(chunk)
        delta = choice.get("delta")
        text = delta.get("content") if isinstance(delta, dict) else None
        if isinstance(text, str) and text:
            told = True
            yield text
        if choice.get("finish_reason") is not None:
            _check_finish(choice["finish_reason"])
            break
    else:
        raise ModelCut
    if not told:
        raise ModelUnfit("empty")


async def _lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The lines of a stream, with the last one even if nothing ends it."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    rest, size = "", 0
    async for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise ModelUnfit("size")
        *lines, rest = (rest + decoder.decode(chunk)).split("\n")
        for line in lines:
            yield line.removesuffix("\r")
    if rest:
        yield rest


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise ModelUnfit("json") from None


def _choice(body: object) -> dict[str, object]:
    if isinstance(body, dict) and body.get("error"):
        raise ModelBroken
    choices = body.get("choices") if isinstance(body, dict) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise ModelUnfit("shape")
    return choices[0]


def _check_finish(reason: object) -> None:
    if reason == "length":
        raise ModelCut
    if reason == "content_filter":
        raise ModelUnfit("filtered")


def _arguments(message: dict[str, object]) -> str | None:
    """The arguments of the first call of a tool; some servers send them as an object instead of text."""
    for call in _listed(message.get("tool_calls")):
        function = call.get("function") if isinstance(call, dict) else None
        told = function.get("arguments") if isinstance(function, dict) else None
        if isinstance(told, str):
            return told
        if isinstance(told, dict):
            return json.dumps(told)
    return None


def _listed(value: object) -> Iterator[object]:
    yield from value if isinstance(value, list) else ()
