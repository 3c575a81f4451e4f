"""What is typed counts in the order in which it was typed."""

from __future__ import annotations

from textual import events
from textual.actions import parse
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import Input, TextArea

# Moving the caret and deleting; what submits is the screen's.
_EDITS = frozenset(
    parse(binding.action)[1]
    for binding in (*Binding.make_bindings(Input.BINDINGS), *Binding.make_bindings(TextArea.BINDINGS))
) - {"submit"}


async def edit_at_once(widget: Widget, event: events.Key) -> None:
    """Does at once what a key does to the text of a widget; for its handler of keys.

    Textual gives a letter to the text at once, and a key that edits, such as backspace, only after a way up through the
    screen. Of keys that come together, as they do on a slow line or from quick hands, the letters then came first.
    """
    for _key, binding in widget._bindings:
        edits = binding.key == event.key and parse(binding.action)[1] in _EDITS
        if edits and await widget.app.run_action(binding.action, widget):
            event.stop()
            event.prevent_default()
            return
