"""An OpenAI-compatible server of our own with every fault that one can have. It speaks HTTP by hand, to do it wrong."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Answering = Callable[[dict[str, Any]], str]
HTML = "<html><body>Please log in to the guest network.</body></html>"


@dataclass
class Asked:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def told(self) -> dict[str, Any]:
        """The user's message, which is a JSON object."""
        told: dict[str, Any] = json.loads(self.body["messages"][-1]["content"])
        return told


@dataclass
class FaultyEndpoint:
    """A server that behaves as it is told.

    Attributes:
        does: what it does with the next requests: one of ``FAULTS``, or ``well``.
        then: what it does after so many requests of ``does``; None to go on as before.
        answers: the words of the model, from the request's body.
        retry_after: the header of its 429 and 503.
        grace: seconds before a slow one's first byte, and between a trickle's bytes.
    """

    does: str = "well"
    then: tuple[int, str] | None = None
    answers: Answering = lambda _body: "Well."
    retry_after: str | None = None
    declines: frozenset[str] = frozenset()
    declines_with: int = 400
    asked: list[Asked] = field(default_factory=list, repr=False)
    _over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    def close(self) -> None:
        self._over.set()
        with socket.socket() as knock:  # wakes the one that accepts
            knock.connect_ex(("127.0.0.1", self.port))
        self._socket.close()

    def _serve(self) -> None:
        while not self._over.is_set():
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._hold, args=(connection,), daemon=True).start()

    def _hold(self, connection: socket.socket) -> None:
        with connection:
            try:
                asked = _read(connection)
                if asked is None:
                    return
                self.asked.append(asked)
                if self.then and len(self.asked) > self.then[0]:
                    self.does = self.then[1]
                self._answer(connection, asked)
            except OSError:
                pass  # the caller has gone, as he may

    def _answer(self, connection: socket.socket, asked: Asked) -> None:
        body, does = asked.body, self.does
        named = _demand_of(body)
        if named in self.declines:
            return _send(connection, self.declines_with, json.dumps({"error": {"message": f"no {named}"}}))
        words = self.answers(body)
        streams = bool(body.get("stream"))
        if does.isdigit():
            after = f"Retry-After: {self.retry_after}\r\n" if self.retry_after is not None else ""
            secret = asked.headers.get("authorization", "")
            return _send(connection, int(does), json.dumps({"error": {"message": f"wrong key {secret}"}}), after)
        if does in _PLAIN:
            return _send(connection, 200, _PLAIN[does])
        if does == "slow":
            self._over.wait(60)
            return None
        if does == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            return None
        if does == "trickle":
            return self._trickle(connection, streams)
        if does == "endless":
            return self._endless(connection, streams)
        if does == "redirect":
            return _send(connection, 307, "", f"Location: {self.url}/elsewhere\r\n")
        whole = _stream(words, does) if streams else json.dumps(_document(words, body, does))
        kind = "text/event-stream" if streams else "application/json"
        if does == "cut":
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(whole.encode()) + 500}\r\n\r\n"
            connection.sendall(head.encode() + whole.encode()[: len(whole.encode()) // 2])
            return None
        return _send(connection, 200, whole, f"Content-Type: {kind}\r\n")

    def _trickle(self, connection: socket.socket, streams: bool) -> None:
        kind = "text/event-stream" if streams else "application/json"
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode())
        while not self._over.wait(0.05):
            connection.sendall(b": waiting\n\n" if streams else b" ")

    def _endless(self, connection: socket.socket, streams: bool) -> None:
        kind = "text/event-stream" if streams else "application/json"
        connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode())
        lump = (_chunk("well ") * 200).encode() if streams else b'{"a": "' + b"x" * 20_000
        while not self._over.is_set():
            connection.sendall(lump)


_PLAIN = {
    "empty-body": "",
    "html": HTML,
    "malformed": '{"choices": [{"message": {"content": "We',
    "nested": "[" * 100_000,
    "null": "null",
    "no-choices": '{"choices": []}',
    "odd-choices": '{"choices": "many"}',
    "error-200": '{"error": {"message": "out of memory"}}',
}
# Those that fail whatever is asked; every one ends in an error of ours or, where the words are all there, in none.
FAULTS = (
    "slow", "trickle", "endless", "reset", "redirect", "cut", "unfinished", "limited", "filtered", "silent",
    "bad-bytes", "401", "403", "404", "408", "429", "500", "502", "503", *_PLAIN,
)  # fmt: skip


def _read(connection: socket.socket) -> Asked | None:
    got = b""
    while b"\r\n\r\n" not in got:
        more = connection.recv(65_536)
        if not more:
            return None
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(65_536)
    return Asked(first.split()[1], headers, json.loads(body))


def _send(connection: socket.socket, status: int, text: str, more: str = "") -> None:
    body = text.encode("utf-8", "surrogateescape")
    kind = "" if "Content-Type" in more else "Content-Type: application/json\r\n"
    head = f"HTTP/1.1 {status} X\r\n{kind}{more}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    connection.sendall(head.encode() + body)


def _demand_of(body: dict[str, Any]) -> str:
    if "tools" in body:
        return "tools"
    wanted = body.get("response_format", {}).get("type", "")
    return {"json_schema": "schema", "json_object": "object"}.get(wanted, "text")


def _document(words: str, body: dict[str, Any], does: str) -> dict[str, Any]:
    reason = {"limited": "length", "filtered": "content_filter"}.get(does, "stop")
    message: dict[str, Any] = {"role": "assistant", "content": "" if does == "silent" else words}
    if does == "bad-bytes":
        message["content"] = "\udcff\udcfe"
    if _demand_of(body) == "tools" and does == "well":
        call = {"id": "1", "type": "function", "function": {"name": "reading", "arguments": words}}
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return {"choices": [{"index": 0, "message": message, "finish_reason": reason}]}


def _chunk(text: str, reason: str | None = None) -> str:
    choice = {"index": 0, "delta": {"content": text} if text else {}, "finish_reason": reason}
    return "data: " + json.dumps({"choices": [choice]}, ensure_ascii=False) + "\n\n"


def _stream(words: str, does: str) -> str:
    pieces = "" if does == "silent" else "".join(_chunk(words[i : i + 3]) for i in range(0, len(words), 3))
    if does == "unfinished":
        return pieces
    if does == "bad-bytes":
        return "data: \udcff\udcfe\n\n"
    reason = {"limited": "length", "filtered": "content_filter"}.get(does, "stop")
    used = 'data: {"choices": [], "usage": {"total_tokens": 3}}\n\n'
    return ": hello\n\n" + pieces + (_chunk("", reason) if does != "done-only" else "") + used + "data: [DONE]\n\n"


@contextmanager
def endpoint(**how: Any) -> Iterator[FaultyEndpoint]:
    """A server for the time of a test."""
    server = FaultyEndpoint(**how)
    try:
        yield server
    finally:
        server.close()
