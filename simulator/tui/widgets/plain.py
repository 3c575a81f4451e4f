"""Text as data.

Nothing that comes from a person, a file or a model is ever read as markup, and no control character of it reaches the
terminal. Textual reads markup in nearly every string that it is given, so this is how such text is shown:

==================  =================================================================================
a text on screen    ``Plain(text)``; ``Plain.update(text)``
part of a content   ``plain(text)`` or ``plain(text, "bold")``; ``Content.assemble`` of these
an option's prompt  ``Option(prose(plain(text)))``, or ``option(text, id)``
a table             ``table(columns, rows)`` of ``simulator.tui.widgets.table``, inside a ``Plain``; no DataTable
a tooltip           ``widget.tooltip = plain(text)``
a border's title    ``widget.border_title = plain(text)``
a notification      ``app.tell(text)``, or ``notify``, which the application never reads as markup
==================  =================================================================================

Longer texts are broken into lines by the rules of Chinese typesetting: no closing mark begins a line and no opening
mark ends one. ``Plain`` and ``prose`` do so by themselves; ``simulator.tui.lines`` has the rules, ``wrap``, ``fit`` and
the widths in cells, without Textual.
"""

from __future__ import annotations

from textual.content import Content
from textual.css.styles import RulesMap
from textual.selection import Selection
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual, VisualType
from textual.widgets import Static
from textual.widgets.option_list import Option

from simulator.tui.lines import breaks as breaks
from simulator.tui.lines import cells as cells
from simulator.tui.lines import clean as clean
from simulator.tui.lines import fit as fit
from simulator.tui.lines import wrap as wrap


def plain(text: str, style: str | Style = "") -> Content:
    """``text`` as content in one style; never read as markup."""
    return Content.styled(clean(text), style) if style else Content(clean(text))


class Prose(Visual):
    """A content whose lines are broken by the rules of Chinese typesetting.

    Args:
        hang: the cells by which every line but a paragraph's first is moved in.
    """

    def __init__(self, content: Content, hang: int = 0) -> None:
        self.content = content
        self.hang = hang

    def broken(self, width: int) -> Content:
        """The content with its lines broken for ``width`` cells."""
        text = self.content.plain
        pieces = []
        for start, end in breaks(text, width, self.hang):
            piece = self.content[start:end] if end > start else Content("")
            begins = start == 0 or text[start - 1] == "\n"
            pieces.append(piece if begins or not self.hang else Content(" " * self.hang) + piece)
        return Content("\n").join(pieces)

    def is_same(self, other: Prose) -> bool:
        """Whether the other one looks the same."""
        return self.hang == other.hang and self.content.is_same(other.content)

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        return self.broken(width).render_strips(width, height, style, options)

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return self.content.get_optimal_width(rules, container_width)

    def get_height(self, rules: RulesMap, width: int) -> int:  # noqa: ARG002 - Textual's signature
        return self.lines(width)

    def lines(self, width: int) -> int:
        """The number of lines at ``width`` cells."""
        return len(breaks(self.content.plain, width, self.hang))


def prose(text: str | Content, hang: int = 0) -> Prose:
    """A text or a content as a visual with Chinese line breaking."""
    return Prose(plain(text) if isinstance(text, str) else text, hang)


def option(text: str | Content, id: str | None = None, disabled: bool = False) -> Option:
    """An option of a list with ``text`` as its prompt."""
    return Option(prose(text), id=id, disabled=disabled)


class Plain(Static):
    """A text on the screen: data, never markup, its lines broken by the rules of Chinese typesetting."""

    def __init__(
        self,
        text: VisualType = "",
        *,
        name: str | None = None,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(_visual(text), markup=False, name=name, id=id, classes=classes)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Shows another text; the screen is laid out anew only where it takes another number of lines."""
        before, after = self.visual, _visual(content)
        if isinstance(before, Prose) and isinstance(after, Prose):
            if before.is_same(after):
                return
            layout = layout and not self._has_room_for(before, after)
        super().update(after, layout=layout)

    def _has_room_for(self, before: Prose, after: Prose) -> bool:
        width, styled = self.content_size.width, self.styles.width
        if not width or (styled is not None and styled.is_auto):
            return False
        return before.lines(width) == after.lines(width)

    @property
    def text(self) -> str:
        """What it shows, as plain text."""
        visual = self.visual
        return visual.content.plain if isinstance(visual, Prose) else str(visual)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        visual = self.visual
        if not isinstance(visual, Prose):
            return super().get_selection(selection)
        return selection.extract(visual.broken(self.content_size.width).plain), "\n"


def _visual(text: VisualType) -> VisualType:
    return prose(text) if isinstance(text, str | Content) else text
