"""A text that is replaced at every key: painted line by line, so that no new layout is needed for it."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual
from textual.widget import Widget

from simulator.tui.widgets.plain import prose


def without_layout(view: ScrollView, size: Size) -> None:
    """Gives a view whose scrollbar always stands another virtual size.

    Setting it outright would lay the whole screen out anew, which with 200 turns on it costs a key most of its time.
    """
    view.set_reactive(Widget.virtual_size, size)
    view.vertical_scrollbar.window_virtual_size = size.height


class Aside(ScrollView, can_focus=False):
    """A text that scrolls. Replacing it costs a paint of its own few lines, whatever else is on the screen."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Aside { overflow-x: hidden; overflow-y: scroll; height: 1fr; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.content = Content("")
        self._strips: list[Strip] = []

    def show(self, content: Content) -> None:
        """Shows another text from its head."""
        self.content = content
        self._break()
        self.scroll_to(0, 0, animate=False)

    def on_resize(self) -> None:
        self._break()

    def notify_style_update(self) -> None:
        """The theme changed, and with it the colours that were painted."""
        super().notify_style_update()
        self._break()

    def _break(self) -> None:
        width = self.scrollable_content_region.width
        if width and self.is_mounted:
            self._strips = Visual.to_strips(self, prose(self.content), width, None, self.visual_style)
            without_layout(self, Size(width, len(self._strips)))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        line, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if line < len(self._strips):
            return self._strips[line].adjust_cell_length(width, self.rich_style)
        return Strip.blank(width, self.rich_style)
