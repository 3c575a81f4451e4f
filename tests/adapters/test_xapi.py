"""The learning system behind HTTP: what goes there, what its answers mean, and what stays here."""

from __future__ import annotations

import json
import shutil
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import monotonic

import pytest
from learning_system import AUTHORIZATION, KEY, SECRET, LearningSystem, learning_system

from simulator.adapters.xapi import HttpReceiver, retry_after
from simulator.model.secret import Secret
from simulator.workflows.ports import Statement

VERB = {"id": "http://adlnet.gov/expapi/verbs/passed"}


def statement(name: str = "one", **more: object) -> Statement:
    return Statement(name, json.dumps({"id": name, "verb": VERB, **more}, ensure_ascii=False))


@pytest.fixture
def system() -> Iterator[LearningSystem]:
    with learning_system() as system:
        yield system


@pytest.fixture
def receiver(system: LearningSystem) -> Iterator[HttpReceiver]:
    receiver = HttpReceiver(system.url + "/", Secret(KEY), Secret(SECRET))
    yield receiver
    receiver.close()


def test_request_says_what_xapi_asks_for_and_nothing_else(receiver: HttpReceiver, system: LearningSystem) -> None:
    """The version, the key and JSON in UTF-8; neither the system nor the library that is used here."""
    assert receiver.post([statement("one", said="欠款"), statement("two")]).ids == {"one", "two"}
    assert receiver.put(statement("a/../b?c=d&e")).what == "taken"
    first, second = system.asked
    assert (first.method, first.path) == ("POST", "/xapi/statements")
    assert first.body == f"[{statement('one', said='欠款').body},{statement('two').body}]".encode()
    assert (second.method, second.path) == ("PUT", "/xapi/statements?statementId=a%2F..%2Fb%3Fc%3Dd%26e")
    assert first.headers["authorization"] == AUTHORIZATION
    assert first.headers.keys() <= {
        "host", "connection", "content-length", "content-type", "accept", "accept-encoding", "authorization",
        "user-agent", "x-experience-api-version",
    }  # fmt: skip
    assert first.headers["user-agent"].startswith("huikuan/")


@pytest.mark.parametrize(
    ("does", "what", "to_one"),
    [
        ("well", "taken", "taken"), ("409", "there", "there"), ("400", "unfit", "unfit"), ("413", "unfit", "unfit"),
        ("422", "unfit", "unfit"), ("401", "refused", "refused"), ("403", "refused", "refused"),
        ("408", "busy", "busy"), ("429", "busy", "busy"), ("503", "busy", "busy"), ("500", "down", "down"),
        ("502", "down", "down"), ("404", "elsewhere", "elsewhere"), ("405", "elsewhere", "elsewhere"),
        ("redirect", "elsewhere", "elsewhere"), ("html", "elsewhere", "elsewhere"), ("list", "taken", "elsewhere"),
        ("202", "elsewhere", "elsewhere"),
        ("reset", "down", "down"), ("cut", "down", "down"),
    ],
)  # fmt: skip
def test_answer_means(does: str, what: str, to_one: str, receiver: HttpReceiver, system: LearningSystem) -> None:
    """Whether it has them, refuses them, wants to be asked later, or is none at all."""
    system.always = does
    assert receiver.post([statement("one"), statement("two")]).what == what
    assert receiver.put(statement("one")).what == to_one


@pytest.mark.parametrize("does", ["slow", "trickle"])
def test_answer_is_waited_for_no_longer_than_is_said(does: str, system: LearningSystem) -> None:
    """Though a byte comes now and then."""
    system.always = does
    receiver = HttpReceiver(system.url, Secret(KEY), Secret(SECRET), 0.3)
    begun = monotonic()
    assert receiver.post([statement()]).what == "down"
    assert 0.2 < monotonic() - begun < 10
    receiver.close()


def test_endless_answer_is_not_read_to_its_end(receiver: HttpReceiver, system: LearningSystem) -> None:
    """What is read is enough to know that it is no list of ids."""
    system.always = "endless"
    assert receiver.post([statement("one"), statement("two")]).what == "elsewhere"


def test_nobody_is_told_the_key(receiver: HttpReceiver, system: LearningSystem) -> None:
    """Neither by what the system sends back, nor by what shows the receiver, nor by where it redirects to."""
    for does in ("401", "500", "redirect"):
        system.always = does
        told = receiver.post([statement()]).told
        assert not any(secret in told for secret in (KEY, SECRET, AUTHORIZATION.split()[1])), does
    shown = repr(receiver) + repr(vars(receiver))
    assert SECRET not in shown
    assert [asked.path for asked in system.asked] == ["/xapi/statements"] * 3


def test_what_the_system_says_is_one_line_that_can_be_shown(receiver: HttpReceiver, system: LearningSystem) -> None:
    """Short, without line ends and signs that a terminal obeys."""
    system.refuses = {"one"}
    receipt = receiver.put(statement("one"))
    assert receipt.told.startswith("400 unfit")
    assert receipt.told.isprintable()
    assert len(receipt.told) <= 300


def test_server_that_is_not_there_is_down() -> None:
    """Or whose name means nothing, or whose address is none."""
    for url in ("http://127.0.0.1:9/xapi", "http://nobody.invalid/xapi", "http://127.0.0.1:99999/xapi"):
        receiver = HttpReceiver(url, Secret(KEY), Secret(SECRET))
        assert receiver.post([statement()]).what == "down", url
        receiver.close()


def test_closed_receiver_can_be_used_again(receiver: HttpReceiver, system: LearningSystem) -> None:
    """It opens its line anew."""
    assert receiver.put(statement("one")).what == "taken"
    receiver.close()
    assert receiver.put(statement("two")).what == "taken"
    assert len(system.stored) == 2


@pytest.mark.skipif(shutil.which("openssl") is None, reason="nothing here makes a certificate")
def test_system_with_an_untrusted_certificate_gets_nothing(tmp_path: Path) -> None:
    """Whoever stands in between reads neither the key nor a statement."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    made += ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.path)

        def log_message(self, *_args: object) -> None:
            """Nothing is said."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_args: None  # type: ignore[assignment, method-assign]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    receiver = HttpReceiver(f"https://127.0.0.1:{server.server_address[1]}/xapi", Secret(KEY), Secret(SECRET))
    try:
        receipt = receiver.post([statement()])
    finally:
        receiver.close()
        server.shutdown()
        server.server_close()
    assert receipt.what == "down"
    assert "certificate" in receipt.told.lower()
    assert asked == []


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("120", 120.0), ("0", 0.0), ("-5", 0.0), ("1.5", 1.5), ("inf", None), ("nan", None), ("soon", None), ("", None),
        ("Mon, 02 Mar 2026 12:01:00 GMT", 60.0), ("Mon, 02 Mar 2026 11:00:00 GMT", 0.0), ("9" * 400, None),
    ],
)  # fmt: skip
def test_retry_after_is_read_as_seconds_or_a_date(said: str, seconds: float | None) -> None:
    """Never below zero; what is neither says nothing."""
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    assert retry_after({"retry-after": said}, now) == seconds
    assert retry_after({}, now) is None


def test_client_is_loaded_when_it_is_first_used() -> None:
    """Making a receiver costs nothing; who sends nothing never loads it."""
    code = (
        "import sys\n"
        "from simulator.adapters.xapi import HttpReceiver\n"
        "from simulator.model.secret import Secret\n"
        "HttpReceiver('http://localhost/xapi', Secret('a'), Secret('b')).close()\n"
        "assert 'httpx2' not in sys.modules, 'too early'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
