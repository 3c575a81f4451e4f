"""The page in a real browser. Needs Chromium."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from web.chromium import PROGRAM, opened
from web.conftest import Open

pytestmark = [pytest.mark.outside, pytest.mark.skipif(PROGRAM is None, reason="no Chromium here")]


async def test_talk_is_chosen_in_chinese_in_a_browser(fresh: Open, tmp_path: Path) -> None:
    """The terminal has the focus, typed and pasted Chinese arrives, nobody else is asked, nothing is complained of."""
    with fresh("ours", environment={"HUIKUAN_LANG": "zh"}) as served:
        async with opened(tmp_path) as page:
            await page.do(
                "Browser.grantPermissions",
                origin=served.url,
                permissions=["clipboardReadWrite", "clipboardSanitizedWrite"],
            )
            await page.do("Page.navigate", url=served.url + "/")
            await page.shows("没收到的发票")
            assert await page.value("document.activeElement === terminal.textarea")
            await page.do("Input.insertText", text="发票")
            await page.until("terminal.buffer.active.getLine(1).translateToString(true).includes('发票')")
            await page.value("navigator.clipboard.writeText('没收到')")
            for _letter in "发票":
                await page.press("Backspace", "Backspace", 8)
            await page.until("!/[发票]/.test(terminal.buffer.active.getLine(1).translateToString(true))")
            await page.press("v", "KeyV", 86, control=True, command="paste")
            await page.until("terminal.buffer.active.getLine(1).translateToString(true).includes('没收到')")
            picture = await page.picture(Path(os.environ.get("HUIKUAN_PICTURES", tmp_path)) / "serve-home.png")
            assert len(picture) > 10_000
            await page.do(
                "Emulation.setDeviceMetricsOverride", width=1400, height=900, deviceScaleFactor=1, mobile=False
            )
            await page.until("terminal.cols > 120")
            await page.shows("帮助")
            assert {url.split("/")[2] for url in page.asked if "//" in url} == {f"127.0.0.1:{served.port}"}
            assert page.complaints == []


async def test_end_of_a_session_is_said_in_both_languages(fresh: Open, tmp_path: Path) -> None:
    """Quitting shows a way back in that the keyboard reaches; a server that stops says so."""
    with fresh("ours") as served:
        async with opened(tmp_path) as page:
            await page.do("Page.navigate", url=served.url + "/")
            await page.shows("F1")
            await page.press("q", "KeyQ", 81, control=True)
            await page.until("!document.getElementById('ended').hidden")
            assert "You have quit" in await page.value("document.getElementById('why').textContent")
            assert await page.value("document.activeElement.id") == "again"
            await page.value("document.getElementById('again').click()")
            await page.shows("F1")
            os.kill(served.process.pid, signal.SIGTERM)
            await page.until("!document.getElementById('ended').hidden")
            said = await page.value("document.getElementById('why').textContent")
            assert "being restarted" in said
            assert said.count("\n") == 1


async def test_page_without_webgl_paints_all_the_same(fresh: Open, tmp_path: Path) -> None:
    """A machine whose browser offers no WebGL, as on many remote desktops, sees the application."""
    with fresh("ours") as served:
        async with opened(tmp_path) as page:
            gone = "HTMLCanvasElement.prototype.getContext = ((old) => function (kind, ...rest) { "
            gone += "return /webgl/.test(kind) ? null : old.call(this, kind, ...rest); })"
            gone += "(HTMLCanvasElement.prototype.getContext)"
            await page.do("Page.addScriptToEvaluateOnNewDocument", source=gone)
            await page.do("Page.navigate", url=served.url + "/")
            await page.shows("F1")
            picture = await page.picture(Path(os.environ.get("HUIKUAN_PICTURES", tmp_path)) / "serve-canvas.png")
            assert len(picture) > 10_000


async def test_full_server_shows_its_notice_in_the_browser(fresh: Open, tmp_path: Path) -> None:
    """Who finds every seat taken reads so, and gets in by himself when one is free."""
    from web.browsing import tab

    with fresh("ours", "--limit", "1") as served:
        async with opened(tmp_path) as page:
            async with tab(served) as first:
                await first.opened()
                await page.do("Page.navigate", url=served.url + "/")
                await page.until("document.body && document.body.innerText.includes('Every seat is taken')")
                await page.picture(Path(os.environ.get("HUIKUAN_PICTURES", tmp_path)) / "serve-full.png")
            await page.shows("F1")
