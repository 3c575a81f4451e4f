"""A line to type in."""

from __future__ import annotations

from textual import events
from textual.geometry import Offset
from textual.widgets import Input

from simulator.tui.lines import clean
from simulator.tui.widgets.keys_in_order import edit_at_once


class Line(Input):
    """An ``Input`` whose real cursor stands where its caret is drawn, so that an input method opens there.

    Textual puts the real cursor one cell too far to the right when the caret is at the end (issues #6082, #5457).
    """

    def __init__(
        self,
        value: str = "",
        *,
        placeholder: str = "",
        max_length: int = 0,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        # What is there is not selected on coming back, or the next letter would replace it all.
        super().__init__(
            value, placeholder=clean(placeholder), max_length=max_length, select_on_focus=False, id=id, classes=classes
        )
        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """What is pasted or was there before holds no sign that steers the terminal."""
        return clean(value).replace("\n", " ")

    async def on_key(self, event: events.Key) -> None:
        """What edits counts where it was typed among the letters."""
        await edit_at_once(self, event)

    @property
    def cursor_screen_offset(self) -> Offset:
        offset = super().cursor_screen_offset
        return offset - (1, 0) if self.cursor_at_end else offset
