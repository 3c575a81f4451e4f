"""A team at work in a real browser, served by the command itself over a real record. Needs Chromium."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from web.browsing import descendants, end
from web.chromium import PROGRAM, Page, opened
from web.team import house_of

from simulator.adapters.store.sql import SqlStore
from simulator.model.journal import Denied
from simulator.workflows.rehearse import begin

pytestmark = [pytest.mark.outside, pytest.mark.skipif(PROGRAM is None, reason="no Chromium here")]

_HUIKUAN = (sys.executable, "-c", "import sys; from simulator.cli import main; sys.exit(main())")
_PEOPLE = {"王芳": ("trainee", "zh"), "Li Lei": ("trainee", "en"), "Han Meimei": ("instructor", "en")}


class Company:
    """The command, a record, and a server that can be stopped and begun again at the same address."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "huikuan.db"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HUIKUAN_")}
        self._environ = {**clean, "HUIKUAN_CONFIG": str(folder / "settings.toml")}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{free.getsockname()[1]}"
        self._server: subprocess.Popen[str] | None = None

    def run(self, *words: str, given: str = "") -> None:
        command = [*_HUIKUAN, "--store", str(self.store), *words]
        subprocess.run(command, input=given, text=True, env=self._environ, check=True, stdout=subprocess.DEVNULL)

    def serve(self) -> None:
        command = [*_HUIKUAN, "--store", str(self.store), "serve", "--port", self.url.rpartition(":")[2]]
        self._server = subprocess.Popen(command, env=self._environ, stderr=subprocess.PIPE, text=True)
        assert self._server.stderr is not None
        assert self.url in self._server.stderr.readline()

    def stop(self) -> None:
        """Stops it as a restart of the service does."""
        assert self._server is not None
        self._server.send_signal(signal.SIGTERM)
        assert self._server.wait(30) == 0

    def left_behind(self, name: str) -> str:
        """An attempt that somebody has begun; its id."""
        house = house_of(self.store)
        scenario = house.library.read("invoice-not-found").scenario
        assert scenario is not None
        attempt = begin(house.desk, scenario, name, "practice", "zh").attempt
        house.store.close()
        return attempt

    def end(self) -> None:
        if self._server is not None and self._server.poll() is None:
            below = descendants(self._server.pid)
            self._server.kill()
            self._server.wait()
            for left in below:
                end(left)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Company]:
    made = Company(tmp_path)
    for name, (role, language) in _PEOPLE.items():
        words = ("user", "add", name, "--role", role, "--language", language, "--password-stdin")
        made.run(*words, given=f"the words of {name}\n")
    made.serve()
    yield made
    made.end()


async def sign_in(page: Page, url: str, name: str, password: str) -> None:
    """Fills in the form and sends it, as a hand would."""
    await page.do("Page.navigate", url=url + "/")
    await page.until("document.forms.length === 1 && document.getElementById('password') !== null")
    typed = (("name", name), ("password", password))
    fill = "; ".join(f"document.getElementById('{field}').value = {json.dumps(text)}" for field, text in typed)
    await page.value(f"{fill}; document.forms[0].requestSubmit()")


async def sign_in_anew(page: Page, url: str, name: str) -> None:
    """Signs out by the page for it, and in as somebody else."""
    await page.do("Page.navigate", url=url + "/sign-out")
    await page.until("document.forms.length === 1")
    await page.value("document.forms[0].requestSubmit()")
    await page.until("location.search === '?out'")
    await sign_in(page, url, name, f"the words of {name}")


async def offered(page: Page) -> set[str]:
    """What the list of everything that can be done offers, above the scenarios."""
    await page.press("p", "KeyP", 80, control=True)
    text = await page.shows("What do you want to do?")
    await hit(page, "Escape", 27)
    await page.shows("F2 Exam")
    found = re.findall(r"│[> ]\s?(\w[\w ]+?)\s+(?:Ctrl\+)?[A-Z]\w*\s*│", text)
    return {words.strip() for words in found}


async def picture(page: Page, folder: Path, name: str) -> None:
    """Takes one when nothing moves any more."""
    before, now = "", await page.text()
    while before != now:
        await asyncio.sleep(0.5)
        before, now = now, await page.text()
    assert len(await page.picture(Path(os.environ.get("HUIKUAN_PICTURES", folder)) / f"{name}.png")) > 5_000


async def hit(page: Page, key: str, number: int, text: str = "") -> None:
    named = {"key": key, "code": key, "windowsVirtualKeyCode": number}
    await page.do("Input.dispatchKeyEvent", type="keyDown", **named, **({"text": text} if text else {}))
    await page.do("Input.dispatchKeyEvent", type="keyUp", **named)


async def enter(page: Page) -> None:
    await hit(page, "Enter", 13, "\r")


async def test_talk_is_played_to_its_debrief_in_chinese(company: Company, tmp_path: Path) -> None:
    """A wrong password is refused; the right one opens a talk, which goes on where it was when the server restarts."""
    async with opened(tmp_path) as page:
        await sign_in(page, company.url, "王芳", "not hers at all")
        await page.until("document.querySelector('[role=alert]') !== null")
        assert await page.value("document.getElementById('name').value") == "王芳"
        await picture(page, tmp_path, "team-refused")
        page.complaints.clear()  # a browser says itself that it was answered with 403
        await sign_in(page, company.url, "王芳", "the words of 王芳")
        assert "王芳" in await page.shows("没收到的发票")
        await enter(page)
        await page.shows("我已阅读")
        await hit(page, "F9", 120)
        await page.shows("F9 提交")
        await hit(page, "F9", 120)
        await page.shows("仍要开始谈话")
        await hit(page, "ArrowRight", 39)
        await enter(page)
        await page.shows("题答对")
        await enter(page)
        await page.shows("第 1/13 回合")
        await page.do("Input.insertText", text="温和直言")
        await page.shows("> 温和直言")
        await enter(page)
        await page.shows("第 2/13 回合")
        await picture(page, tmp_path, "team-talk")
        company.stop()
        await page.until("!document.getElementById('ended').hidden")
        company.serve()
        await page.until("document.getElementById('ended').hidden")
        await page.shows("第 2/13 回合")
        page.complaints.clear()  # and that the server was away
        await page.do("Input.insertText", text="行贿")
        await page.shows("> 行贿")
        await enter(page)
        await page.shows("仍要这样说")
        await hit(page, "ArrowRight", 39)
        await enter(page)
        await page.shows("谈话结束")
        await enter(page)
        await page.shows("F9 提交记录")
        await hit(page, "F9", 120)
        await page.shows("就这样提交")
        await hit(page, "ArrowRight", 39)
        await enter(page)
        assert "复盘" in await page.shows("成绩单")
        await picture(page, tmp_path, "team-debrief")
        assert page.complaints == []


async def test_other_peoples_attempts_and_other_roles_screens_are_refused(company: Company, tmp_path: Path) -> None:
    """Whoever names another's attempt, as that one's tab would, finds himself at Home; it stands in the log.

    A trainee is offered no screen of an instructor's, and no key opens one; the instructor after him has them all.
    """
    attempt = company.left_behind("王芳")
    async with opened(tmp_path) as page:
        await sign_in(page, company.url, "Li Lei", "the words of Li Lei")
        await page.shows("Li Lei")
        whose = "document.getElementById('ended').dataset.whose"
        await page.value(f"sessionStorage.setItem('huikuan-at-' + {whose}, '{attempt}'); location.reload()")
        await page.shows("That did not work")
        await picture(page, tmp_path, "team-not-his")
        await hit(page, "Escape", 27)
        await page.shows("F2 Exam")
        assert not (await offered(page) & {"Group", "Studio", "Assignments"})
        await hit(page, "F9", 120)
        await hit(page, "F8", 119)
        await picture(page, tmp_path, "team-trainee")
        assert "F2 Exam" in await page.text()  # still at Home: these keys open nothing for him
        await sign_in_anew(page, company.url, "Han Meimei")
        await page.shows("F2 Exam")
        assert await offered(page) >= {"Group", "Studio", "Assignments"}
    store = SqlStore(company.store)
    denied = [one.event for one in store.journal() if isinstance(one.event, Denied)]
    assert [(one.by, one.about) for one in denied] == [(store.known("Li Lei"), attempt)]
    store.close()
