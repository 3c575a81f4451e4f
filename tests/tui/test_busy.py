"""The sign that something is being worked out."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.types import AnimationLevel

from simulator.tui.widgets.busy import Busy


class _Working(App[None]):
    def compose(self) -> ComposeResult:
        yield Busy()


@pytest.mark.parametrize("level", ["none", "full"])
async def test_busy_sign_has_no_words_of_its_own(level: AnimationLevel) -> None:
    """Textual's are English in any language."""
    app = _Working()
    app.animation_level = level
    async with app.run_test():
        shown = "".join(segment.text for strip in app.screen._compositor.render_strips() for segment in strip)
        assert not any(sign.isalpha() for sign in shown)
        assert ("●" in shown) == (level == "full")
