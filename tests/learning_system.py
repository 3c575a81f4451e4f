"""A learning system of our own over real HTTP on loopback, with every fault that one can have.

What it keeps it keeps as xAPI 1.0.3 asks: one statement an id, a batch as a whole or not at all.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, SECRET = "the-key", "hunter2-the-secret"
AUTHORIZATION = "Basic dGhlLWtleTpodW50ZXIyLXRoZS1zZWNyZXQ="


@dataclass
class Asked:
    """A request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class LearningSystem:
    """A server that behaves as it is told.

    Attributes:
        does: what it does with the next requests, one each: a name of a fault, or ``well``, which it does after them.
        always: what it does with every request that ``does`` says nothing of.
        kept: statements by id. stored: ids in the order in which they were kept, each time they were.
        refuses: ids of statements that it answers 400 for.
        most: statements that it takes at once; more are answered with 413.
        after: the header Retry-After of its faults.
    """

    does: list[str] = field(default_factory=list)
    always: str = "well"
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)
    may_void: bool = True
    most: int = 1_000
    after: str | None = None
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        system = self

        class Handler(_Handler):
            of = system

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/xapi"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def verbs(self) -> list[str]:
        """The verbs that it keeps, in the order in which it was told."""
        return [self.kept[one]["verb"]["id"].rpartition("/")[2] for one in self.stored]

    def keep(self, method: str, query: str, body: bytes) -> tuple[int, str]:
        """Takes statements; the status and the body of the answer."""
        if method == "GET":
            return self._found(parse_qs(query))
        told = json.loads(body)
        several = told if isinstance(told, list) else [told]
        if method == "PUT" and parse_qs(query).get("statementId") != [told["id"]]:
            return 400, "ids differ"
        with self.lock:
            if len(several) > self.most:
                return 413, "too many"
            if any(one["id"] in self.refuses for one in several):
                return 400, f"unfit\x1b[31m\nbecause {AUTHORIZATION} {SECRET}"
            if not self.may_void and any(one["verb"]["id"].endswith("/voided") for one in several):
                return 403, "no voiding"
            if any(self.kept.get(one["id"], one) != one for one in several):
                return 409, "another statement has that id"
            for one in several:
                if one["id"] not in self.kept:
                    self.kept[one["id"]] = one
                    self.stored.append(one["id"])
        return (204, "") if method == "PUT" else (200, json.dumps([one["id"] for one in several]))

    def _found(self, query: dict[str, list[str]]) -> tuple[int, str]:
        voided = {one["object"]["id"] for one in self.kept.values() if one["verb"]["id"].endswith("/voided")}
        ((name, (sought,)),) = query.items()
        if sought not in self.kept or (sought in voided) != (name == "voidedStatementId"):
            return 404, "no statement of that id"
        return 200, json.dumps(self.kept[sought])


FAULTS = (
    "slow", "slow-kept", "trickle", "endless", "reset", "cut", "cut-kept", "silent-kept", "html", "half-list",
    "redirect", "401", "403", "404", "408", "409", "429", "500", "502", "503", "202",
)  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    of: LearningSystem
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self._take()

    def do_PUT(self) -> None:
        self._take()

    def do_GET(self) -> None:
        self._take()

    def log_message(self, *_args: object) -> None:
        """Nothing is said."""

    def _take(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, self.path, headers, body)
        with self.of.lock:
            self.of.asked.append(asked)
            does = self.of.does.pop(0) if self.of.does else self.of.always
        try:
            self._do(does, asked)
        except OSError:
            self.close_connection = True  # the caller has gone, as he may

    def _do(self, does: str, asked: Asked) -> None:
        if does.endswith("-kept"):
            self.of.keep(asked.method, urlsplit(asked.path).query, asked.body)
        kind = does.removesuffix("-kept")
        if kind == "well":
            self._answer(*self.of.keep(asked.method, urlsplit(asked.path).query, asked.body))
        elif kind.isdigit():
            self._answer(int(kind), f"no, {asked.headers.get('authorization', '')}")
        elif kind == "html":
            self._answer(200, "<html>Please log in to the guest network.</html>")
        elif kind == "list":
            self._answer(200, "[]")
        elif kind == "half-list":  # it takes one of them, and says so
            told = json.loads(asked.body or "null")
            first = asked.body if isinstance(told, dict) else json.dumps(told[:1]).encode()
            self._answer(*self.of.keep(asked.method, urlsplit(asked.path).query, first))
        elif kind == "redirect":
            self._answer(307, "", f"Location: {self.of.url}/elsewhere\r\n")
        elif kind in ("slow", "silent"):
            self.of.over.wait(30)
            self.close_connection = True
        else:
            self._break(kind)

    def _break(self, kind: str) -> None:
        """Breaks off in the middle of an answer, or never comes to its end."""
        self.close_connection = True
        if kind == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n[")
        self.wfile.flush()
        while kind != "cut" and not self.of.over.wait(0.05 if kind == "trickle" else 0):
            self.wfile.write(b" " if kind == "trickle" else b" " * 65_536)
            self.wfile.flush()

    def _answer(self, status: int, said: str, more: str = "") -> None:
        body = said.encode()
        after = f"Retry-After: {self.of.after}\r\n" if self.of.after is not None and status >= 400 else ""
        head = f"HTTP/1.1 {status} X\r\nX-Experience-API-Version: 1.0.3\r\n{more}{after}"
        length = "" if status == 204 else f"Content-Length: {len(body)}\r\n"
        self.wfile.write(f"{head}{length}\r\n".encode() + (b"" if status == 204 else body))
        self.wfile.flush()


@contextmanager
def learning_system(**how: Any) -> Iterator[LearningSystem]:
    """A server for the time of a test."""
    system = LearningSystem(**how)
    try:
        yield system
    finally:
        system.close()
