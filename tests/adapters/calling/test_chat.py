"""Calling a model: what comes of every fault, that nothing takes longer than its patience, and that no key gets out."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from faulty_endpoint import FAULTS, FaultyEndpoint, endpoint

from simulator.adapters.calling.breaker import IN_A_ROW, Breaker
from simulator.adapters.calling.chat import EndpointChat
from simulator.adapters.calling.faults import retry_after
from simulator.model.errors import (
    ModelBroken,
    ModelBusy,
    ModelCut,
    ModelDeclined,
    ModelError,
    ModelRefused,
    ModelResting,
    ModelTooSlow,
    ModelUnfit,
    ModelUnreachable,
)
from simulator.model.secret import Secret
from simulator.workflows.ports import Message

KEY = "sk-very-secret-0123456789"
HELLO = (Message("user", '{"line": "hello"}'),)
MARGIN = 10.0  # seconds for waking up, on a machine that does other things besides; a slow server takes a minute


@pytest.fixture(scope="module", autouse=True)
def _client_loaded() -> None:
    """Loading the client takes a second or more here, once; it counts within a patience, so it is done before."""
    with endpoint() as server:
        chat = EndpointChat(server.url, Secret(), "m")
        chat.ask(HELLO, 60)
        chat.close()


@pytest.fixture
def server() -> Iterator[FaultyEndpoint]:
    with endpoint() as one:
        yield one


@pytest.fixture
def chat(server: FaultyEndpoint) -> Iterator[EndpointChat]:
    one = EndpointChat(server.url, Secret(KEY), "tiny")
    yield one
    one.close()


def asked(chat: EndpointChat, within: float = 10.0) -> str:
    return chat.ask(HELLO, within).text


def streamed(chat: EndpointChat, within: float = 10.0) -> str:
    return "".join(chat.stream(HELLO, within))


BOTH = pytest.mark.parametrize("call", [asked, streamed])
Call = Callable[..., str]


@BOTH
def test_answer_arrives_whole(call: Call, chat: EndpointChat, server: FaultyEndpoint) -> None:
    """Chinese too, which pieces of three characters do not break."""
    server.answers = lambda _body: "行，这件事我记下了。Well then."
    assert call(chat) == "行，这件事我记下了。Well then."


def test_answer_streams_in_pieces(chat: EndpointChat, server: FaultyEndpoint) -> None:
    server.answers = lambda _body: "one two three"
    assert list(chat.stream(HELLO, 10)) == ["one", " tw", "o t", "hre", "e"]


@BOTH
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("slow", ModelTooSlow),
        ("trickle", ModelTooSlow),
        ("401", ModelRefused),
        ("403", ModelRefused),
        ("404", ModelRefused),
        ("redirect", ModelRefused),
        ("429", ModelBusy),
        ("500", ModelBroken),
        ("502", ModelBroken),
        ("503", ModelBroken),
        ("408", ModelBroken),
        ("400", ModelDeclined),
        ("reset", ModelUnreachable),
        ("cut", ModelCut),
        ("limited", ModelCut),
        ("filtered", ModelUnfit),
        ("silent", ModelUnfit),
        ("endless", ModelUnfit),
    ],
)
def test_fault_is_told_as_what_it_is(
    call: Call, fault: str, error: type[ModelError], chat: EndpointChat, server: FaultyEndpoint
) -> None:
    """In one of our errors, within the patience."""
    server.does = fault
    begun = time.monotonic()
    with pytest.raises(error) as raised:
        call(chat, 0.4)
    assert time.monotonic() - begun < 0.4 + MARGIN
    assert raised.value.cause == error.cause


@pytest.mark.parametrize("fault", ["empty-body", "html", "malformed", "nested", "null", "no-choices", "odd-choices"])
def test_odd_body_is_unfit(fault: str, chat: EndpointChat, server: FaultyEndpoint) -> None:
    """Whatever the client makes of it: an answer that is none is none."""
    server.does = fault
    with pytest.raises(ModelUnfit):
        asked(chat)
    with pytest.raises(ModelCut):  # nothing in it is a stream, and there is no end mark
        streamed(chat, 0.4)


def test_stream_without_an_end_mark_is_cut(chat: EndpointChat, server: FaultyEndpoint) -> None:
    """The client itself says nothing: the pieces come, and then there are no more."""
    server.does, server.answers = "unfinished", lambda _body: "We will pay nothing until"
    told: list[str] = []
    with pytest.raises(ModelCut):
        told.extend(chat.stream(HELLO, 10))
    assert "".join(told) == "We will pay nothing until"
    assert len(server.asked) == 1, "what was partly told is not told again"


def test_stream_may_end_with_done_alone(chat: EndpointChat, server: FaultyEndpoint) -> None:
    """Some servers give no reason to finish."""
    server.does = "done-only"
    assert streamed(chat) == "Well."


@BOTH
def test_nobody_there_is_unreachable(call: Call) -> None:
    """A port that nobody listens on, and a name that nobody has."""
    with endpoint() as gone:
        url = gone.url
    for address in (url, "http://no-such-host.invalid/v1"):
        chat = EndpointChat(address, Secret(KEY), "tiny")
        with pytest.raises((ModelUnreachable, ModelTooSlow)):  # a resolver may be slow to say so
            call(chat, 2.0)
        chat.close()


def test_passing_fault_is_tried_again(chat: EndpointChat, server: FaultyEndpoint) -> None:
    """Twice at most, and only while it can still end in time."""
    for fault in ("500", "reset", "cut"):
        server.asked.clear()
        server.does, server.then = fault, (2, "well")
        assert asked(chat) == "Well."
        assert len(server.asked) == 3
        server.then = None
    server.asked.clear()
    server.does = "500"
    with pytest.raises(ModelBroken):
        asked(chat)
    assert len(server.asked) == 3


def test_key_that_is_refused_is_not_tried_again(chat: EndpointChat, server: FaultyEndpoint) -> None:
    """And the breaker opens at once."""
    server.does = "401"
    with pytest.raises(ModelRefused):
        asked(chat)
    assert len(server.asked) == 1
    with pytest.raises(ModelResting):
        asked(chat)


def test_retry_after_is_waited_for_within_the_patience(chat: EndpointChat, server: FaultyEndpoint) -> None:
    """A second is waited; a minute is not, and then the talk goes on at once."""
    server.does, server.retry_after, server.then = "429", "1", (1, "well")
    begun = time.monotonic()
    assert asked(chat, 8) == "Well."
    assert 1.0 <= time.monotonic() - begun < 1.0 + MARGIN
    server.asked.clear()
    server.does, server.retry_after, server.then = "429", "60", None
    begun = time.monotonic()
    with pytest.raises(ModelBusy) as raised:
        asked(chat, 8)
    assert time.monotonic() - begun < MARGIN
    assert raised.value.after == 60
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "1e999"}, None),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Sun, 22 Nov 2026 10:00:30 GMT"}, 30),
        ({"retry-after": "Sun, 22 Nov 2026 09:00:00 GMT"}, 0),
        ({"retry-after": "Sun, 99 Nov 2026 09:00:00 GMT"}, None),
    ],
)
def test_retry_after_is_read_in_each_of_its_forms(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, datetime(2026, 11, 22, 10, tzinfo=UTC)) == seconds


def test_breaker_spares_the_talk_after_three_failures(chat: EndpointChat, server: FaultyEndpoint) -> None:
    """The fourth call does not go out at all."""
    server.does = "slow"
    for _ in range(IN_A_ROW):
        with pytest.raises(ModelTooSlow):
            asked(chat, 0.2)
    begun = time.monotonic()
    with pytest.raises(ModelResting):
        asked(chat, 8)
    with pytest.raises(ModelResting):
        streamed(chat, 8)
    assert time.monotonic() - begun < MARGIN
    assert len(server.asked) == IN_A_ROW


def test_demand_that_a_server_does_not_know_is_no_failure(chat: EndpointChat, server: FaultyEndpoint) -> None:
    """It is not tried again and does not open the breaker; without ``optional`` it does count."""
    server.declines = frozenset(("schema",))
    for status in (400, 422, 500):
        server.declines_with = status
        with pytest.raises(ModelDeclined):
            chat.ask(HELLO, 5, {"response_format": {"type": "json_schema"}}, optional=True)
    assert len(server.asked) == 3
    assert chat.breaker.state == "closed"
    assert asked(chat) == "Well."


def test_stream_that_nobody_reads_on_is_given_up(chat: EndpointChat, server: FaultyEndpoint) -> None:
    """Closing it frees the connection and says nothing of the endpoint's health."""
    server.does, server.answers = "well", lambda _body: "one two three"
    for _ in range(IN_A_ROW + 1):
        pieces = chat.stream(HELLO, 10)
        assert next(pieces) == "one"
        pieces.close()
    assert chat.breaker.state == "closed"


# What is sent, and what is not


def test_request_says_nothing_of_the_machine(
    chat: EndpointChat, server: FaultyEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No system, no version, no organisation of another service, no headers that the environment has for it."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another")
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin")
    monkeypatch.setenv("OPENAI_ORG_ID", "org-other")
    monkeypatch.setenv("OPENAI_PROJECT_ID", "proj-other")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://other.invalid/v1")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Who: me\nAuthorization: Bearer sk-third")
    asked(chat)
    headers = server.asked[-1].headers
    assert headers["authorization"] == f"Bearer {KEY}"
    assert headers.keys() <= {
        "host", "accept", "accept-encoding", "connection", "content-type", "content-length", "user-agent",
        "authorization", "x-stainless-raw-response",
    }  # fmt: skip
    assert server.asked[-1].path == "/v1/chat/completions"


def test_endpoint_without_a_key_gets_none(server: FaultyEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Least of all one from the environment."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-another")
    chat = EndpointChat(server.url, Secret(), "tiny")
    asked(chat)
    assert "authorization" not in server.asked[-1].headers
    chat.close()


def test_redirect_is_not_followed(chat: EndpointChat, server: FaultyEndpoint) -> None:
    """The words go where the settings say."""
    server.does = "redirect"
    with pytest.raises(ModelRefused):
        asked(chat)
    assert [one.path for one in server.asked] == ["/v1/chat/completions"]


@BOTH
@pytest.mark.parametrize("fault", ["401", "500", "cut", "html", "slow"])
def test_key_is_in_no_error_and_no_log(
    call: Call, fault: str, chat: EndpointChat, server: FaultyEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """Though the server repeats it: not in the message, the traceback with what caused it, its values, or a log."""
    caplog.set_level(logging.DEBUG)
    server.does = fault
    with pytest.raises(ModelError) as raised:
        call(chat, 0.4)
    shown = traceback.TracebackException.from_exception(raised.value, capture_locals=True)
    assert KEY not in "".join(shown.format())
    assert KEY not in caplog.text
    assert KEY not in repr(vars(chat))
    assert raised.value.__cause__ is None


# What it costs, and how it ends


def test_client_is_loaded_by_the_first_call_alone(tmp_path: Path) -> None:
    """It takes a second and 30 MiB: not at start, and not by a house in which a model is set."""
    code = f"""
import sys
from pathlib import Path
from simulator.adapters.settings import Settings
from simulator.bootstrap import House
folder = Path({str(tmp_path)!r})
settings = Settings("en", "dark", str(folder / "h.db"), folder, "A", True, (), folder / "s.toml",
                    model_url="http://127.0.0.1:9/v1", model_name="tiny")
house = House(settings)
assert house.chat and house.voice and house.through_model
assert not {{"openai", "httpx2"}} & set(sys.modules), "too early"
house.chat.warm()
try:
    house.chat.ask((), 60)
except Exception as error:
    assert error.cause == "unreachable", error
assert "openai" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[3], timeout=120)


@BOTH
def test_chat_that_is_closed_gives_up_what_is_going_on(call: Call, chat: EndpointChat, server: FaultyEndpoint) -> None:
    """Another endpoint was set while the old one was being waited for. It can be used again."""
    server.does = "slow"
    begun = time.monotonic()
    threading.Timer(0.3, chat.close).start()
    with pytest.raises(ModelUnreachable):
        call(chat, 20)
    assert time.monotonic() - begun < 0.3 + MARGIN
    server.does = "well"
    assert call(chat) == "Well."


# All of it at once


def test_five_hundred_calls_over_all_faults_keep_their_patience(server: FaultyEndpoint) -> None:
    """Each ends in the model's words or in one of our errors; none takes longer; no call and no thread is left over."""
    patience, threads = 0.5, 8
    faults = ("well", *FAULTS)
    servers = [FaultyEndpoint(does=fault) for fault in faults]
    chats = [EndpointChat(one.url, Secret(KEY), "tiny") for one in servers]
    before = threading.active_count()

    def turn(number: int) -> tuple[str, str, float]:
        at = number % len(faults)
        chats[at].breaker = Breaker()  # or most calls would only meet the breaker
        begun = time.monotonic()
        try:
            said = (asked, streamed)[number // len(faults) % 2](chats[at], patience)
        except ModelError as error:
            said = f"({error.cause})"
        return faults[at], said, time.monotonic() - begun

    with ThreadPoolExecutor(threads) as pool:
        told = list(pool.map(turn, range(500)))
    for one in (*chats, *servers):
        one.close()
    assert len(told) == 500
    well = [said for fault, said, _ in told if fault == "well"]
    assert set(well) <= {"Well.", "(slow)"}  # half a second is little where eight share a core
    assert well.count("Well.") > len(well) / 2
    unlikely = {(fault, said) for fault, said, _ in told if fault not in ("well", "bad-bytes") and said[:1] != "("}
    assert unlikely <= {("unfinished", "Well.")}  # which only a stream can be
    assert [(fault, seconds) for fault, _, seconds in told if seconds > patience + MARGIN] == []
    gc.collect()
    for _ in range(50):
        if threading.active_count() <= before + 1:
            break
        time.sleep(0.1)
    assert threading.active_count() <= before + 1
