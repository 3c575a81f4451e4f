"""Against a real OpenAI-compatible server: llama.cpp, with a tiny model of random weights.

It needs the extra ``model`` (xllamacpp, 102 MB installed, and gguf); nothing is fetched while it runs.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from adapters.calling import tiny_model

from simulator.adapters.calling.chat import EndpointChat
from simulator.adapters.listen.through_model import FORMS, Form, ThroughModel, demand, probe, schema
from simulator.adapters.voice.through_model import ModelVoice
from simulator.model.errors import ModelCut, ModelError, ModelRefused, ModelTooSlow, ModelUnfit
from simulator.model.secret import Secret
from simulator.workflows.ports import Cue, Message, Offered
from simulator.workflows.speaking import Spoken, speak

pytestmark = [
    pytest.mark.outside,
    pytest.mark.skipif(importlib.util.find_spec("xllamacpp") is None, reason="needs the extra “model”"),
]
KEY = "sk-local"
MOVES = tuple(Offered(f"ask.{name}", name) for name in ("plain", "date", "part"))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server's base address."""
    import xllamacpp

    file = tmp_path_factory.mktemp("model") / "tiny.gguf"
    tiny_model.write(file)
    assert file.stat().st_size < 500_000
    parameters: Any = xllamacpp.CommonParams()
    parameters.model.path = str(file)
    parameters.hostnames, parameters.port = ["127.0.0.1"], 0
    parameters.n_ctx, parameters.n_parallel = 4_096, 1
    parameters.warmup = False
    parameters.api_keys = [KEY]
    begun = time.monotonic()
    running = xllamacpp.Server(parameters)
    assert time.monotonic() - begun < 10
    yield running.listening_address + "/v1"
    del running


@pytest.fixture
def chat(server: str) -> Iterator[EndpointChat]:
    one = EndpointChat(server, Secret(KEY), "tiny")
    yield one
    one.close()


def test_server_streams_to_its_end_or_to_its_limit(chat: EndpointChat) -> None:
    """Nonsense comes piece by piece; where it runs into the limit it is cut, and we are told so."""
    pieces: list[str] = []
    try:
        pieces.extend(chat.stream((Message("user", "{}"),), 60))
    except ModelError as error:
        assert error.cause in ("cut", "unfit")  # noqa: PT017 - random weights end where they end
    assert chat.breaker.state == "closed"


def test_server_is_found_to_enforce_a_schema(chat: EndpointChat) -> None:
    """Random weights could not keep to it by themselves."""
    assert probe(chat, 60).holds
    reply = chat.ask((Message("user", "hello"),), 60, demand("schema", schema({"m01": None})), optional=True)
    assert json.loads(reply.text)["first"] in ("m01", "none")


def test_readings_of_a_real_server_are_offered_moves(chat: EndpointChat) -> None:
    """Whatever random weights choose, a schema holds them to a code."""
    for number in range(2):
        found = ThroughModel(chat, "schema").readings(f"when, {number}?", MOVES, "en", 60)
        assert {one.move for one in found} <= {one.move for one in MOVES}


@pytest.mark.parametrize("form", FORMS[1:])
def test_weaker_forms_of_a_real_server_give_offered_moves_or_an_error(form: Form, chat: EndpointChat) -> None:
    """In these, random weights may fill an answer with blanks up to its limit."""
    with contextlib.suppress(ModelCut, ModelUnfit):
        found = ThroughModel(chat, form).readings("when?", MOVES, "en", 60)
        assert {one.move for one in found} <= {one.move for one in MOVES}


def test_nonsense_is_never_shown(chat: EndpointChat) -> None:
    """The authored line is."""
    cue = Cue("Lei", "VP", "phone", "en", "Business is poor. You'll have to wait.")
    spoken = list(speak(ModelVoice(chat), cue, 30))[-1]
    assert isinstance(spoken, Spoken)
    assert (spoken.text, spoken.shown) == (cue.line, "authored")


def test_wrong_key_is_refused(server: str) -> None:
    chat = EndpointChat(server, Secret("sk-wrong"), "tiny")
    with pytest.raises(ModelRefused):
        chat.ask((Message("user", "{}"),), 30)
    chat.close()


def test_slow_answer_is_given_up(chat: EndpointChat) -> None:
    """And the server goes on to serve."""
    with pytest.raises(ModelTooSlow):
        chat.ask((Message("user", "word " * 500),), 0.05)
    assert ThroughModel(chat).readings("when?", MOVES, "en", 60) is not None
