"""The editor with what belongs to it: the list of completions at the caret, and the line for finding and going."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input, TextArea

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.plain import Plain, cells, clean
from simulator.tui.widgets.rows import Row, RowList
from simulator.tui.widgets.yaml_editor import YamlEditor

_MOST_ROWS = 8  # of the list at once, so that a third of the smallest window stays free
_WIDEST = 76  # cells
_STEPS = {"up": -1, "down": 1, "pageup": -_MOST_ROWS, "pagedown": _MOST_ROWS}


@dataclass(frozen=True, slots=True)
class Offer:
    """One thing that can stand at the caret; ``start`` and ``end`` are the columns of what it takes the place of."""

    text: str
    detail: str
    start: int
    end: int


class Offers(RowList, can_focus=False):
    """What can stand at the caret, beside it; the editor keeps the focus and hands over the keys."""

    DEFAULT_CSS = """
    Offers {
        overlay: screen; constrain: inside inflect; position: absolute; display: none;
        background: $panel; height: auto; width: auto; scrollbar-gutter: auto;
    }
    Offers > .rowlist--cursor { background: $primary; color: $background; text-style: bold; }
    """

    def offer(self, rows: Sequence[Row], x: int, y: int) -> None:
        """Opens the list at a place on the screen."""
        widest = max(cells(row.text) + cells(row.aside) for row in rows) + 6
        self.styles.width, self.styles.height = min(widest, _WIDEST), min(len(rows), _MOST_ROWS)
        self.styles.offset = (x, y)
        self.display = True
        self.show(rows, rows[0].id)


class Wanted(Line):
    """What to look for, or the number of a line."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", N_("Next place"))]


class EditorPane(Vertical):
    """The editor, its list of completions, and the line for finding and going to a line."""

    DEFAULT_CSS = """
    EditorPane { layers: below above; }
    EditorPane > #seek { height: 1; display: none; layout: horizontal; background: $panel; }
    EditorPane > #seek > Plain { width: auto; padding: 0 1; }
    EditorPane > #seek > Line { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+f", "seek('words')", N_("Find")),
        Binding("ctrl+g", "seek('line')", N_("Go to line"), show=False),
        Binding("up", "find(True)", N_("Place before"), show=False),
        Binding("down", "find(False)", N_("Next place"), show=False),
    ]

    class Edited(Message):
        """The text has changed."""

    class Moved(Message):
        """The caret has moved to another place; counted from 0."""

        def __init__(self, row: int, column: int) -> None:
            super().__init__()
            self.row, self.column = row, column

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._seeking: Literal["words", "line"] = "words"
        self._offered: tuple[Offer, ...] = ()

    def compose(self) -> ComposeResult:
        yield YamlEditor(id="editor")
        with Vertical(id="seek"):
            yield Plain(id="sought")
            yield Wanted(id="wanted")
        yield Offers(id="offers")

    @property
    def editor(self) -> YamlEditor:
        return self.query_one(YamlEditor)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        if self.editor.list_open:
            # Posted from here: Textual lets no message of a child pass its parent if the parent made it.
            self.post_message(YamlEditor.Asked(*self.editor.cursor_location))
        self.post_message(self.Edited())

    def on_text_area_selection_changed(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        row, column = event.selection.end
        if self._offered and (row != self._asked[0] or not self._asked[1] <= column):
            self.close_offers()
        self.post_message(self.Moved(row, column))

    # Completions

    _asked = (0, 0)

    def offer(self, row: int, column: int, offers: Sequence[Offer]) -> None:
        """Opens the list of what can stand at the place that was asked for, if the caret is still there."""
        editor = self.editor
        if editor.cursor_location != (row, column) or not editor.has_focus:
            return
        self._offered = tuple(offers)
        if not offers:
            self.close_offers()
            return
        start = min(one.start for one in offers)
        self._asked = (row, start)
        caret = editor.cursor_screen_offset - self.region.offset
        editor.list_open = True
        rows = [Row(clean(one.text), str(at), _brief(one.detail)) for at, one in enumerate(offers)]
        self.query_one(Offers).offer(rows, max(caret.x - (column - start) - 2, 0), caret.y + 1)

    def close_offers(self) -> None:
        """Closes the list."""
        self.editor.list_open, self._offered = False, ()
        self.query_one(Offers).display = False

    def on_yaml_editor_list_key(self, event: YamlEditor.ListKey) -> None:
        event.stop()
        if event.key in _STEPS:
            self.query_one(Offers).action_step(_STEPS[event.key])
        elif event.key == "escape":
            self.close_offers()
        else:
            self._accept()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self._accept()

    def _accept(self) -> None:
        chosen = self.query_one(Offers).highlighted
        if chosen and chosen.isdecimal() and int(chosen) < len(self._offered):
            offer, row = self._offered[int(chosen)], self.editor.cursor_location[0]
            self.close_offers()
            self.editor.replace(offer.text, (row, offer.start), (row, offer.end), maintain_selection_offset=False)
            self.editor.move_cursor((row, offer.start + len(offer.text)))

    def on_descendant_blur(self, _event: events.DescendantBlur) -> None:
        self.close_offers()

    # Finding, and going to a line

    def action_seek(self, what: Literal["words", "line"]) -> None:
        """Opens the line below the text."""
        self._seeking = what
        lines = self.editor.document.line_count
        self.query_one("#sought", Plain).update(_("Find") if what == "words" else _("Line (1 to {n})", n=lines))
        line = self.query_one(Wanted)
        self.query_one("#seek").display = True
        selected = self.editor.selected_text
        line.value = selected if what == "words" and "\n" not in selected else ""
        line.action_end()
        self.screen.set_focus(line)  # at once: the next key is meant for it already

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self._seeking == "words" and event.value:
            self.editor.find(event.value, stay=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._seeking == "line":
            self._go(event.value)
        elif event.value and not self.editor.find(event.value):
            self.app.notify(_("“{words}” does not stand in the text.", words=event.value))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There are other places only while words are looked for."""
        if action == "find" and not (self._seeking == "words" and self.query_one(Wanted).has_focus):
            return False
        return super().check_action(action, parameters)

    def action_find(self, backwards: bool) -> None:
        """Goes to the next place, or the one before."""
        self.editor.find(self.query_one(Wanted).value, backwards)

    def _go(self, typed: str) -> None:
        wanted = typed.strip()
        if wanted.isdecimal():
            self.editor.go_to(min(max(int(wanted[:9]), 1), self.editor.document.line_count) - 1)
            self.close_seek()

    def close_seek(self) -> bool:
        """Closes the line for finding; whether it was open."""
        seek = self.query_one("#seek")
        was_open, seek.display = bool(seek.display), False
        if was_open:
            self.screen.set_focus(self.editor)
        return was_open


def _brief(detail: str, most: int = 44) -> str:
    """The first line of a detail, as far as there is room for it beside what it is about."""
    text = clean(detail).split("\n", 1)[0]
    while cells(text) > most:
        text = text[:-1]
    return text
