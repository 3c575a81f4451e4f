"""Keys that come together."""

from __future__ import annotations

import pytest
from textual import events
from textual.app import App, ComposeResult
from textual.widget import Widget

from simulator.tui.widgets.line import Line
from simulator.tui.widgets.writing import Writing
from simulator.tui.widgets.yaml_editor import YamlEditor


class _Typing(App[None]):
    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget

    def compose(self) -> ComposeResult:
        yield self.widget


@pytest.mark.parametrize("kind", [Line, Writing, YamlEditor])
async def test_keys_that_come_together_count_in_their_order(kind: type[Line | Writing | YamlEditor]) -> None:
    """Letters, a deletion and a step of the caret in one batch do what they do one by one."""
    app = _Typing(kind())
    async with app.run_test() as pilot:
        app.widget.focus()
        await pilot.pause()
        for key, sign in (("q", "q"), ("backspace", "\x7f"), ("z", "z"), ("left", None), ("a", "a")):
            app.post_message(events.Key(key, sign))
        await pilot.pause(0.3)
        text = app.widget.value if isinstance(app.widget, Line) else app.widget.text
        assert text == "az"
