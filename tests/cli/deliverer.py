"""Run as a process: delivers what waits, over and over, until it is killed."""

from __future__ import annotations

from dataclasses import replace

from simulator.adapters.settings import load
from simulator.adapters.xapi import HttpReceiver
from simulator.bootstrap import House
from simulator.model.errors import StoreLocked
from simulator.workflows.delivering import deliver

if __name__ == "__main__":
    settings = load()
    receiver = HttpReceiver(settings.xapi_url, settings.xapi_key, settings.xapi_secret, 1.0)
    dispatch = replace(House(settings).dispatch, receiver=receiver)
    while True:
        try:
            deliver(dispatch, at_once=True)
        except StoreLocked:
            continue
