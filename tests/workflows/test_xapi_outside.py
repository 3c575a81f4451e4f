"""What is said to a learning system, before an independent validator and a real receiver.

The validator is `@learninglocker/xapi-validation`, which npm brings; the receiver is the server of `ralph-malph`, which
runs here with the interpreter beside a ``ralph`` on the path, or in an environment that is made for it.

Known gaps of ralph-malph 5.1.0, worked around below: its extra ``lrs`` lacks ``requests``, and its own command lacks
``click-option-group``, so that its application is served by uvicorn; its file system takes one write and then no more,
since it is told to create the file each time, so that it is told to append; where it has every statement of a batch
already it answers 204 and no ids; its answers name no version of xAPI; a query by id gives a list, and an empty one
where there is nothing; ``voidedStatementId`` is not implemented, and what was taken back is found as before.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from learning_system import AUTHORIZATION, KEY, SECRET
from workflows.dispatch import HOME, dispatch_over, verb
from workflows.talks import LEFT, PAID, RIGHT, play, start

from simulator.adapters.scenario_yaml.library import YamlLibrary
from simulator.adapters.xapi import HttpReceiver
from simulator.engine.program import Program
from simulator.model.secret import Secret
from simulator.workflows.deciding import overrule
from simulator.workflows.delivering import deliver, status
from simulator.workflows.ports import Statement
from simulator.workflows.queueing import Dispatch, Said
from simulator.workflows.rehearse import Desk
from simulator.workflows.xapi import voiding

pytestmark = pytest.mark.outside
PATIENCE = 60.0  # seconds for what takes two on a quiet machine
Json = dict[str, Any]


def exam(desk: Desk, small: Program, moves: tuple[str, ...] = PAID) -> str:
    rehearsal = start(desk, small, RIGHT, mode="exam")
    play(rehearsal, moves)
    if rehearsal.phase == "note":
        rehearsal.file_note({})
    return rehearsal.attempt


# The validator


@pytest.fixture(scope="module")
def validator() -> Path:
    """A folder with the validator."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("npm is not here")
    folder = Path(tempfile.gettempdir()) / f"huikuan-xapi-validation-{os.getuid() if hasattr(os, 'getuid') else 0}"
    if not (folder / "node_modules/@learninglocker/xapi-validation/package.json").is_file():
        folder.mkdir(exist_ok=True)
        install = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder)]
        done = subprocess.run(
            [*install, "@learninglocker/xapi-validation@3.0.0"], cwd=folder, capture_output=True, text=True
        )
        if done.returncode:
            pytest.skip(f"the validator cannot be had: {done.stderr[-300:]}")
    return folder


_VALIDATING = """
const validate = require('@learninglocker/xapi-validation').default;
const found = JSON.parse(require('fs').readFileSync(0)).map(one => validate(one).map(w => w.path.join('.')));
console.log(JSON.stringify(found));
"""


def warnings(validator: Path, made: list[Json]) -> list[list[str]]:
    done = subprocess.run(
        ["node", "-e", _VALIDATING], cwd=validator, input=json.dumps(made), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: list[list[str]] = json.loads(done.stdout)
    return found


def test_every_kind_of_statement_is_valid_for_an_independent_validator(
    validator: Path, desk: Desk, small: Program, content: YamlLibrary
) -> None:
    """With words and without, overruled and taken back; it does find what is wrong."""
    attempt = exam(desk, small)
    exam(desk, small, LEFT)
    overrule(desk, attempt, "Li Na", "total", None, 90.0, "other", "Well done.")
    dispatch = dispatch_over(desk, content)
    made = [json.loads(one.body) for texts in (False, True) for one in Said().of(replace(dispatch, texts=texts))]
    made.append(json.loads(voiding(HOME, made[0]["id"], desk.now()).body))
    assert {verb(one) for one in made} == {"initialized", "scored", "passed", "failed", "completed", "voided"}
    assert warnings(validator, made) == [[]] * len(made)
    wrong = [{**made[0], "actor": {"name": "Wang"}}, {**made[0], "timestamp": "today"}, {**made[0], "id": "1"}]
    assert all(warnings(validator, wrong))


# The receiver


@pytest.fixture(scope="module")
def interpreter() -> str:
    """One that has ralph-malph."""
    found = shutil.which("ralph")
    if found is not None:
        return str(Path(found).resolve().parent / "python")
    folder = Path(tempfile.gettempdir()) / f"huikuan-ralph-{os.getuid() if hasattr(os, 'getuid') else 0}"
    made = folder / "bin/python"
    if not made.exists() or subprocess.run([str(made), "-c", "import ralph.api, uvicorn"], check=False).returncode:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        install = [str(made), "-m", "pip", "install", "--quiet", "ralph-malph[lrs]==5.1.0", "requests"]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"ralph-malph cannot be had: {done.stderr[-300:]}")
    return str(made)


_SERVING = """
import sys
import uvicorn
from ralph.backends.data.base import BaseOperationType
from ralph.backends.lrs.fs import FSLRSBackend
FSLRSBackend.default_operation_type = BaseOperationType.APPEND
uvicorn.run("ralph.api:app", port=int(sys.argv[1]), log_level="warning")
"""


class Ralph:
    """The receiver, with what it keeps in a folder."""

    def __init__(self, interpreter: str, folder: Path) -> None:
        self._interpreter, self._folder = interpreter, folder
        (folder / "data").mkdir()
        hashing = "import bcrypt, sys; print(bcrypt.hashpw(sys.argv[1].encode(), bcrypt.gensalt(4)).decode())"
        hashed = subprocess.run([interpreter, "-c", hashing, SECRET], check=True, capture_output=True, text=True)
        agent = {"objectType": "Agent", "account": {"homePage": HOME, "name": "lrs"}}
        known = [{"username": KEY, "hash": hashed.stdout.strip(), "scopes": ["all"], "agent": agent}]
        (folder / "auth.json").write_text(json.dumps(known))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/xAPI"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        told = {
            "RALPH_RUNSERVER_BACKEND": "fs",
            "RALPH_AUTH_FILE": str(self._folder / "auth.json"),
            "RALPH_BACKENDS__LRS__FS__DEFAULT_DIRECTORY_PATH": str(self._folder / "data"),
        }
        self._process = subprocess.Popen(
            [self._interpreter, "-c", _SERVING, str(self.port)], cwd=self._folder, env={**os.environ, **told}
        )
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            assert self._process.poll() is None, "it has ended"
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.1)
        raise AssertionError("it does not begin")

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def kept(self) -> list[Json]:
        """Everything that it keeps, as often as it keeps it."""
        file = self._folder / "data/fs_lrs.jsonl"
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def asked(self, query: str) -> Json:
        """What it answers to a query."""
        request = urllib.request.Request(f"{self.url}/statements?{query}", headers={"Authorization": AUTHORIZATION})
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            found: Json = json.loads(response.read())
            return found


@pytest.fixture
def ralph(interpreter: str, tmp_path: Path) -> Iterator[Ralph]:
    ralph = Ralph(interpreter, tmp_path)
    ralph.start()
    yield ralph
    ralph.kill()


@contextmanager
def line(port: int, cuts: list[bool]) -> Iterator[str]:
    """A line to a server that is cut for as many requests as ``cuts`` says: what is asked arrives, nothing returns."""
    listening = socket.create_server(("127.0.0.1", 0))

    def carry(near: socket.socket, cut: bool) -> None:
        with near, socket.create_connection(("127.0.0.1", port)) as far:

            def ask() -> None:
                with suppress(OSError):
                    while block := near.recv(65_536):
                        far.sendall(block)

            threading.Thread(target=ask, daemon=True).start()
            with suppress(OSError):
                while block := far.recv(65_536):
                    if cut:
                        break
                    near.sendall(block)
                near.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        with suppress(OSError):
            while True:
                near, _address = listening.accept()
                threading.Thread(target=carry, args=(near, cuts.pop(0) if cuts else False), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/xAPI"
    finally:
        listening.close()


def over(desk: Desk, library: YamlLibrary, url: str, secret: str = SECRET) -> Dispatch:
    return dispatch_over(desk, library, HttpReceiver(url, Secret(KEY), Secret(secret), PATIENCE))


def test_real_receiver_has_every_statement_once(ralph: Ralph, desk: Desk, small: Program, content: YamlLibrary) -> None:
    """Cut off after it had stored them, switched off in between, with a wrong key, a conflict, and marks taken back."""
    clock: Any = desk.now
    first = exam(desk, small)
    with line(ralph.port, [True, True]) as url:
        for _cut in range(2):
            done = deliver(over(desk, content, url))
            assert done.trouble is not None
            assert done.trouble.what == "down"
            clock.now += timedelta(hours=1)
        assert len(ralph.kept()) == 8
        assert deliver(over(desk, content, url)).delivered == 8
    direct = over(desk, content, ralph.url)

    ralph.kill()
    exam(desk, small, LEFT)
    assert deliver(direct).trouble is not None
    clock.now += timedelta(hours=1)
    ralph.start()
    done = deliver(over(desk, content, ralph.url, "wrong"))
    assert done.trouble is not None
    assert done.trouble.what == "refused"
    assert deliver(direct, at_once=True).trouble is None

    overrule(desk, first, "Li Na", "total", None, 10.0, "other", "Not that well.")
    done = deliver(direct)
    assert (done.trouble, done.parked, status(direct).count.waiting) == (None, 0, 0)

    third = exam(desk, small)
    ours = [json.loads(one.body) for one in Said().of(direct)]
    begun = next(one for one in ours if one["id"] not in {kept["id"] for kept in ralph.kept()})
    other = HttpReceiver(ralph.url, Secret(KEY), Secret(SECRET))
    differing = {**begun, "timestamp": "2020-01-01T00:00:00.000Z"}
    assert other.put(Statement(begun["id"], json.dumps(differing))).what == "taken"
    done = deliver(direct)
    assert (done.trouble, done.parked, done.delivered) == (None, 0, 8)

    kept = ralph.kept()
    assert len(kept) == len({one["id"] for one in kept})
    assert status(direct).count.delivered == len(kept)
    by_id = {one["id"]: one for one in kept}
    for one in ours:
        if one["id"] != begun["id"]:
            assert {name: by_id[one["id"]][name] for name in one} == one
    voided = [one["object"]["id"] for one in kept if verb(one) == "voided"]
    assert len(voided) == 6
    assert set(voided) <= by_id.keys()
    assert third in {row.attempt for row in desk.store.out.values()}  # type: ignore[attr-defined]
    found = ralph.asked(f"statementId={begun['id']}")["statements"]
    assert [one["id"] for one in found] == [begun["id"]]
