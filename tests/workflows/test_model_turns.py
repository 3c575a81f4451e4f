"""Whole turns with a model that listens and speaks, over HTTP, through every fault: heard, played, said, kept."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from doubles import desk_over
from faulty_endpoint import FAULTS, FaultyEndpoint
from workflows.talks import RIGHT, start

from simulator.adapters.calling.breaker import Breaker
from simulator.adapters.calling.chat import EndpointChat
from simulator.adapters.listen.through_model import ThroughModel
from simulator.adapters.store.memory import MemoryStore
from simulator.adapters.voice.through_model import ModelVoice
from simulator.engine.program import Program
from simulator.model.position import Move
from simulator.model.record import Played, Voiced
from simulator.model.secret import Secret
from simulator.workflows.ports import Figures, Message
from simulator.workflows.rehearse import Exchange, Rehearsal, resume
from simulator.workflows.solutions import Solutions
from simulator.workflows.speaking import Spoken, cue_for
from simulator.workflows.talking import Talk

TURNS, THREADS = 500, 8
# Seconds. What waits for a server that is slow waits for a minute; a busy machine may be late by some.
PATIENCE, MARGIN = 0.6, 10.0
ASK = Move("ask.plain")


class KeyWords:
    """A recogniser that is certain of small talk and half sure of asking."""

    def chances(self, text: str) -> Mapping[str, float]:
        return {"none": 0.1, "ask.plain": 0.5, "rapport.chat": 0.4}

    def figures(self, text: str, today: date | None) -> Figures:
        return Figures()


@dataclass
class Turn:
    """How a turn went."""

    fault: str
    typed: str
    move: str
    spoken: Spoken
    why_heard: str | None
    seconds: float


def model(body: dict[str, Any]) -> str:
    """It hears that money is asked for, and says the line as it is written."""
    told = json.loads(body["messages"][-1]["content"])
    if "line" in told and "they_said" in told:
        return str(told["line"])
    code = re.findall(r"(m\d+): Plain request", body["messages"][0]["content"])
    return json.dumps({"first": code[0] if code else "none", "second": "none", "third": "none", "sure": "sure"})


def turn(rehearsal: Rehearsal, chat: EndpointChat, fault: str) -> Turn:
    """One turn as a screen does it; what is asked back is answered with the first reading."""
    talk = Talk(rehearsal, KeyWords(), ThroughModel(chat), ModelVoice(chat), PATIENCE)
    typed = f"When will you pay? ({fault}, {rehearsal.turn})"
    begun = time.monotonic()
    taken = talk.hear(typed)
    exchange = talk.say(taken, taken.question.choices[0] if taken.question else None)
    assert isinstance(exchange, Exchange)
    spoken = list(talk.answer(exchange, taken.hearing.seconds))[-1]
    seconds = time.monotonic() - begun
    assert isinstance(spoken, Spoken)
    assert spoken.text == cue_for(rehearsal, exchange).line
    assert talk.keep(exchange, spoken) == (spoken.shown == "model" or spoken.why is not None)
    return Turn(fault, typed, str(exchange.step.move), spoken, taken.hearing.why, seconds)


def test_five_hundred_turns_through_every_fault_lose_nothing(solutions: Solutions, small: Program) -> None:
    """Every turn is on record with whose wording was shown, the debtor always answers, none is over its patience."""
    faults = ("well", *FAULTS)
    servers = {fault: FaultyEndpoint(does=fault, answers=model, retry_after="60") for fault in faults}
    chats = {fault: EndpointChat(servers[fault].url, Secret("sk-secret"), "tiny") for fault in faults}
    chats["well"].ask((Message("user", '{"line": "hello"}'),), 60)  # loads the client, which is done in the background

    def talk(first: int) -> list[Turn]:
        told: list[Turn] = []
        while len(told) < TURNS // THREADS + 1:
            store = MemoryStore()
            rehearsal = start(desk_over(store, solutions), small, RIGHT)
            begun_at = len(told)
            while rehearsal.phase == "talk" and len(told) < TURNS // THREADS + 1:
                fault = faults[(first + len(told)) % len(faults)]
                chats[fault].breaker = Breaker()  # so that each turn meets its fault
                told.append(turn(rehearsal, chats[fault], fault))
            held(rehearsal, store, told[begun_at:])
        return told

    with ThreadPoolExecutor(THREADS) as pool:
        turns = [one for told in pool.map(talk, range(0, THREADS * 3, 3)) for one in told]
    for one in (*chats.values(), *servers.values()):
        one.close()
    assert len(turns) >= TURNS
    assert {one.fault for one in turns} == set(faults)
    assert [(one.fault, one.seconds) for one in turns if one.seconds > PATIENCE + MARGIN] == []
    answered = [one for one in turns if one.spoken.text]
    well = [one for one in answered if one.fault == "well" and "slow" not in (one.why_heard, one.spoken.why)]
    assert {(one.move, one.spoken.shown, one.why_heard) for one in well} == {("ask.plain", "model", None)}
    spoiled = [one for one in answered if one.fault in ("slow", "401", "429", "500", "cut", "malformed")]
    assert spoiled
    assert all(one.why_heard and one.spoken.why and one.spoken.shown == "authored" for one in spoiled)


def held(rehearsal: Rehearsal, store: MemoryStore, turns: list[Turn]) -> None:
    """What is on record is what happened, and no key or server's word is in it."""
    events = [recorded.event for recorded in store.events(rehearsal.attempt)]
    assert [event.move for event in events if isinstance(event, Played)] == [one.move for one in turns]
    asked = [one for one in turns if one.spoken.shown == "model" or one.spoken.why]
    assert [event.shown for event in events if isinstance(event, Voiced)] == [one.spoken.shown for one in asked]
    again = resume(rehearsal.desk, rehearsal.attempt)
    assert [exchange.said for exchange in again.exchanges] == [one.typed for one in turns]
    assert again.codes == rehearsal.codes
    assert list(again.worded().values()) == [one.spoken.text for one in turns if one.spoken.shown == "model"]
    assert store.faults() == []
    assert "sk-secret" not in repr((events, dict(store.texts(rehearsal.attempt))))
