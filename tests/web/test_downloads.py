"""Files that an application hands over: to the one before it, under their names, and to be saved alone."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestClient, TestServer
from web.serving import NamesGate

from simulator.web.front import Front
from simulator.web.gate import Identity
from simulator.web.server import Plan, Seat, TeamServer
from simulator.web.starting import SpawnStarter

_NAME = '成绩 "A"\r\nX-Evil: yes.csv'


class _Application:
    """A session whose application delivers one file in pieces, as it is asked for them."""

    app_service_id, number = "one", 1

    def __init__(self, server: TeamServer) -> None:
        self._server, self._pieces = server, [b"a,b\n", b"1,2\n", b""]

    async def send_meta(self, data: dict[str, object]) -> bool:
        await self._server.download_manager.chunk_received(str(data["key"]), self._pieces.pop(0))
        return True


@pytest.fixture
async def client() -> AsyncIterator[TestClient]:  # type: ignore[type-arg]
    """A server with one session, Wang's, that offers a file as “key”."""
    server = TeamServer(Plan(Front.of("127.0.0.1", 0), NamesGate(), 2), SpawnStarter(), lambda _text: None)
    server._seats[1] = Seat(1, Identity("Wang", "Wang"), "")
    await server.download_manager.create_download(
        app_service=_Application(server),  # type: ignore[arg-type]
        delivery_key="key",
        file_name=_NAME,
        open_method="browser",
        mime_type="text/html",
    )
    async with TestClient(TestServer(await server._make_app())) as client:
        yield client


async def test_file_is_saved_under_its_name(client: TestClient) -> None:  # type: ignore[type-arg]
    """Whatever its name and kind, it is bytes to be saved; the name breaks no header."""
    answer = await client.get("/download/key", headers={"X-Person": "Wang"})
    assert await answer.read() == b"a,b\n1,2\n"
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E6%88%90%E7%BB%A9")
    assert "X-Evil" not in answer.headers


@pytest.mark.parametrize(("person", "key"), [("Eve", "key"), ("", "key"), ("Wang", "other")])
async def test_file_is_nobody_elses(client: TestClient, person: str, key: str) -> None:  # type: ignore[type-arg]
    """Who knows the address of another one's file gets nothing, as for one that is none."""
    answer = await client.get(f"/download/{key}", headers={"X-Person": person} if person else {})
    assert answer.status == 404
