"""An editor for YAML: colours, problem marks, indentation, comments, finding.

Textual's own colours come from tree-sitter, which brought the program down with several editors open; these come from
``simulator.tui.views.yaml_lines``. Textual also paints every line anew at every key, and a 2,000-line file would then
keep a key waiting: here a painted line is kept for as long as what it shows is the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.document._document import EditResult, Location, Selection
from textual.document._edit import Edit
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from simulator.tui.keys import N_
from simulator.tui.views.editing import (
    STEP,
    commented,
    difference,
    editable,
    find,
    next_indent,
    shifted,
)
from simulator.tui.views.yaml_lines import Colours, colour
from simulator.tui.widgets.keys_in_order import edit_at_once

Mark = Literal["error", "finding"]
_SIGNS: dict[Mark, str] = {"error": "!", "finding": "?"}
_KEPT = 2_000  # painted lines: some windows full, with the places where the caret was
# What an open list of completions takes of the keys.
_LIST_KEYS = frozenset({"up", "down", "pageup", "pagedown", "enter", "tab", "escape"})


# Wanted for something else here (F6, F7), named in our words below, or kept by browsers (Ctrl+W).
_NOT_INHERITED = frozenset({"f6", "f7", "ctrl+a", "ctrl+z", "ctrl+y", "ctrl+x", "ctrl+v", "ctrl+c", "ctrl+w"})


def _inherited() -> list[BindingType]:
    """Textual's keys for moving and deleting, without its English words."""
    inherited = Binding.make_bindings(TextArea.BINDINGS)
    return [Binding(one.key, one.action, "", show=False) for one in inherited if one.key not in _NOT_INHERITED]


class YamlEditor(TextArea, inherit_bindings=False):
    """The text of a file. Whoever wants completions listens to ``Asked`` and answers with an open list."""

    HELP = N_(
        "This is the text of the scenario. Lines with a problem have a mark beside their number: ! for an error, ? for "
        "a finding. F7 or Ctrl+Space offers what can stand at the caret. Tab and Shift+Tab move lines in and out; Esc "
        "and the keys in the bar lead out of the text."
    )
    DEFAULT_CSS = """
    YamlEditor {
        border: none; padding: 0; background: $background; color: $foreground;
        scrollbar-gutter: stable; overflow-x: hidden;
    }
    YamlEditor:focus { border: none; }
    YamlEditor > .text-area--gutter { color: $text-muted; }
    YamlEditor > .text-area--cursor-gutter { color: $primary; background: $panel; text-style: bold; }
    YamlEditor > .text-area--cursor-line { background: $surface; }
    YamlEditor > .text-area--selection { background: $primary 40%; }
    YamlEditor > .yaml--key { color: $primary; }
    YamlEditor > .yaml--id { color: $foreground; }
    YamlEditor > .yaml--text { color: $secondary; }
    YamlEditor > .yaml--number { color: $success; }
    YamlEditor > .yaml--comment { color: $text-muted; text-style: italic; }
    YamlEditor > .yaml--placeholder { color: $accent; text-style: bold; }
    YamlEditor > .yaml--sign { color: $text-muted; }
    YamlEditor > .yaml--error { color: $background; background: $error; text-style: bold; }
    YamlEditor > .yaml--finding { color: $background; background: $warning; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"yaml--{kind}" for kind in ("key", "id", "text", "number", "comment", "placeholder", "sign")),
        *(f"yaml--{mark}" for mark in _SIGNS),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        *_inherited(),
        Binding("f7,ctrl+@,ctrl+space", "ask", N_("Complete")),
        Binding("ctrl+underscore,ctrl+slash", "comment", N_("Comment"), show=False),
        Binding("ctrl+z", "undo", N_("Undo"), show=False),
        Binding("ctrl+y", "redo", N_("Redo"), show=False),
        Binding("ctrl+x", "cut", N_("Cut"), show=False),
        Binding("ctrl+c", "copy", N_("Copy"), show=False),
        Binding("ctrl+v", "paste", N_("Paste"), show=False),
        Binding("ctrl+a", "select_all", N_("Select all"), show=False),
    ]

    class Asked(Message):
        """Somebody wants to know what can stand at the caret; counted from 0, in code points."""

        def __init__(self, row: int, column: int) -> None:
            super().__init__()
            self.row, self.column = row, column

    class ListKey(Message):
        """A key for the open list of completions."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, *, id: str | None = None) -> None:
        self._colours = Colours()
        self._marks: dict[int, Mark] = {}
        self._painted: LRUCache[tuple[object, ...], Strip] = LRUCache(_KEPT)
        self._kind_styles: dict[str, Style] = {}
        self.list_open = False
        super().__init__("", id=id, show_line_numbers=True, tab_behavior="indent", max_checkpoints=500)
        self.indent_width = STEP
        self.cursor_blink = False

    # The text as a whole

    @property
    def lines(self) -> list[str]:
        """The lines as they stand now."""
        return self.document.lines

    def open_text(self, text: str) -> None:
        """Shows another file's text; nothing of it can be undone."""
        self._marks = {}
        self.load_text(editable(text))
        self._colours.changed(0)

    def take_text(self, text: str) -> None:
        """Shows the text as it was changed elsewhere; the caret stays at its line, and it can be undone."""
        wanted = editable(text)
        if wanted != self.text:
            start, end, come = difference(self.text, wanted)
            self.history.checkpoint()
            self.replace(come, start, end)
            self.history.checkpoint()

    def go_to(self, row: int, column: int = 0) -> None:
        """Puts the caret somewhere and shows the place in the middle; counted from 0."""
        self.move_cursor((row, column), center=True)

    def show_marks(self, marks: Mapping[int, Mark]) -> None:
        """Marks lines that have a problem, by their number from 0."""
        if dict(marks) != self._marks:
            self._marks = dict(marks)
            self.refresh()

    def find(self, words: str, backwards: bool = False, stay: bool = False) -> bool:
        """Selects the next place where ``words`` occur; whether there is one.

        Args:
            stay: the place where the selection begins now may be found again, as while the words are being typed.
        """
        start, end = sorted(self.selection)
        found = find(self.lines, words, start if stay or backwards else end, backwards)
        if found:
            row, column = found
            self.selection = Selection((row, column), (row, column + len(words)))
            self.scroll_cursor_visible(center=True)
        return found is not None

    # Changes

    def edit(self, edit: Edit) -> EditResult:
        before = self.document.line_count
        result = super().edit(edit)
        self._colours.changed(edit.top[0])
        self._moved(edit.top[0], self.document.line_count - before)
        return result

    def _moved(self, row: int, by: int) -> None:
        """Keeps the marks at their lines when lines come or go above them."""
        if by:
            self._marks = {at + by if at > row else at: mark for at, mark in self._marks.items()}

    def undo(self) -> None:
        super().undo()
        self._colours.changed(0)

    def redo(self) -> None:
        super().redo()
        self._colours.changed(0)

    def find_matching_bracket(self, bracket: str, search_from: Location) -> Location | None:  # noqa: ARG002
        """None: an unclosed bracket would be looked for through the whole file at every step of the caret."""
        return None

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted holds no sign that steers the terminal, and no tabs, which YAML does not have."""
        event.text = editable(event.text.expandtabs(STEP))

    async def on_key(self, event: events.Key) -> None:
        """Keys that do something else in YAML than in any text."""
        if self.list_open and event.key in _LIST_KEYS:
            self.post_message(self.ListKey(event.key))
        elif event.key == "escape":
            event.prevent_default()  # Textual would leave the text; what Esc does, the screen says
            return
        elif self.read_only or event.key not in ("enter", "tab", "shift+tab"):
            await edit_at_once(self, event)
            return
        elif event.key == "enter":
            self._new_line()
        else:
            self._shift(STEP if event.key == "tab" else -STEP)
        event.stop()
        event.prevent_default()

    def _new_line(self) -> None:
        start, end = sorted(self.selection)
        before = self.lines[start[0]][: start[1]]
        self._replace_via_keyboard("\n" + next_indent(before)[: max(len(before), STEP) + STEP], start, end)

    def _shift(self, by: int) -> None:
        """Moves the selected lines in or out; with nothing selected, Tab inserts spaces."""
        row, column = self.cursor_location
        if by > 0 and self.selection.is_empty and self.lines[row][:column].strip():
            self._replace_via_keyboard(" " * (STEP - column % STEP), *self.selection)
        else:
            first, last = self._selected_rows()
            self._rewrite(first, last, shifted(self.lines[first : last + 1], by))

    def _selected_rows(self) -> tuple[int, int]:
        """The first and the last line with something selected in it, or the caret's."""
        (first, _start), (last, column) = sorted(self.selection)
        return first, last - 1 if last > first and not column else last

    def _rewrite(self, first: int, last: int, lines: list[str]) -> None:
        """Puts other lines in the place of some, and keeps what is selected."""
        old = self.lines[first : last + 1]
        if old == lines:
            return
        start, end = self.selection
        moved = {first + at: len(new) - len(old[at]) for at, new in enumerate(lines)}
        self.history.checkpoint()
        self.replace("\n".join(lines), (first, 0), (last, len(old[-1])))
        self.selection = Selection(*((row, max(column + moved.get(row, 0), 0)) for row, column in (start, end)))
        self.history.checkpoint()

    def action_delete_left(self) -> None:
        """Deletes one sign, or within a line's indentation one step of it."""
        row, column = self.cursor_location
        before = self.lines[row][:column]
        if self.selection.is_empty and before and not before.strip(" ") and not self.read_only:
            self._delete_via_keyboard((row, (column - 1) // STEP * STEP), (row, column))
        else:
            super().action_delete_left()

    def action_comment(self) -> None:
        """Makes comments of the selected lines, or takes that back."""
        if not self.read_only:
            first, last = self._selected_rows()
            self._rewrite(first, last, commented(self.lines[first : last + 1]))

    def action_ask(self) -> None:
        """Asks what can stand at the caret."""
        if not self.read_only:
            self.post_message(self.Asked(*self.cursor_location))

    # Painting

    def notify_style_update(self) -> None:
        self._painted.clear()
        self._kind_styles.clear()
        super().notify_style_update()

    def get_component_rich_style(self, *names: str, partial: bool = False, default: Style | None = None) -> Style:
        """A component's style; of the caret's line its ground alone, so that the pieces on it keep their colours."""
        partial = partial or names == ("text-area--cursor-line",)
        return super().get_component_rich_style(*names, partial=partial, default=default)

    def get_line(self, line_index: int) -> Text:
        """The line with its colours."""
        line = self.document.get_line(line_index)
        text = Text(line, end="", no_wrap=True)
        for span in colour(line, self._colours.before(line_index, self.lines))[0]:
            text.stylize(self._style(f"yaml--{span.kind}"), span.start, span.end)
        return text

    def _style(self, name: str) -> Style:
        if name not in self._kind_styles:
            self._kind_styles[name] = self.get_component_rich_style(
                name, partial=name.removeprefix("yaml--") not in _SIGNS
            )
        return self._kind_styles[name]

    def render_line(self, y: int) -> Strip:
        """One line of the window: what was painted of the text as long as nothing in it has changed, and its number."""
        at = y + self.scroll_offset.y
        places = self.wrapped_document._offset_to_line_info
        if at >= len(places):
            return super()._render_line(y)
        row, section = places[at]
        # The breaks themselves: while the window changes they lag behind its width.
        breaks = tuple(self.wrapped_document.get_offsets(row))
        line, before = self.lines[row], self._colours.before(row, self.lines)
        key = (section, breaks, line, before, self._look(row))
        strip = self._painted.get(key)
        if strip is None:
            strip = self._painted[key] = super()._render_line(y).crop(self.gutter_width)
        return Strip.join([self._gutter(row, section), strip])

    def _look(self, row: int) -> tuple[object, ...]:
        """What else the look of a line depends on: the window, and the caret and the selection if they are on it."""
        window = (self.size, self.gutter_width, self.scroll_offset.x, self.theme)
        first, last = sorted(self.selection)
        on_it = first[0] <= row <= last[0]
        return (*window, self.selection if on_it else None, on_it and (self._draw_cursor, self.read_only))

    def _gutter(self, row: int, section: int) -> Strip:
        """The line's number and mark; lines that are broken have them once."""
        here = row == self.cursor_location[0]
        style = self._theme.cursor_line_gutter_style if here else self._theme.gutter_style
        number = str(row + 1) if not section else ""
        mark = None if section else self._marks.get(row)
        sign = Segment(" ", style) if mark is None else Segment(_SIGNS[mark], self._style(f"yaml--{mark}"))
        return Strip(
            [Segment(number.rjust(self.gutter_width - 2), style), sign, Segment(" ", style)], self.gutter_width
        )
