"""Keys: how they are written, and what is said of them in the language of now.

Textual makes bindings together with their class, before anyone has chosen a language. So ``BINDINGS`` hold English
words marked with ``N_``, and they are translated where they are shown: the key bar, the help and the palette all read
``HuikuanScreen.active_bindings``. A language can therefore change without importing anything anew.
"""

from __future__ import annotations

from dataclasses import replace

from textual.binding import ActiveBinding

from simulator.model.language import N_ as N_
from simulator.model.language import _

# What Textual itself says of keys, so that it is translated too.
TEXTUAL_SAYS = (
    N_("Quit"),
    N_("palette"),
    N_("Focus Next"),
    N_("Focus Previous"),
    N_("Copy selected text"),
    N_("Down"),
    N_("Up"),
    N_("First"),
    N_("Last"),
    N_("Page Down"),
    N_("Page Up"),
    N_("Select"),
    N_("Submit"),
)

_MODIFIERS = {"ctrl": "Ctrl", "shift": "Shift", "alt": "Alt"}
_NAMES = {
    "escape": "Esc",
    "enter": "Enter",
    "space": N_("Space"),
    "tab": "Tab",
    "up": N_("Up"),
    "down": N_("Down"),
    "left": N_("Left"),
    "right": N_("Right"),
    "home": "Home",
    "end": "End",
    "pageup": "Page Up",
    "pagedown": "Page Down",
    "backspace": "Backspace",
    "delete": "Delete",
    "plus": "+",
    "minus": "-",
    "slash": "/",
}
# What terminals send for keys that they have no code for.
_SENT_AS = {"ctrl+@": "ctrl+space", "ctrl+underscore": "ctrl+slash", "f20": "shift+f8", "f21": "shift+f9"}


def key_name(key: str) -> str:
    """A key as people write it: ``F1``, ``Esc``, ``Ctrl+P``."""
    key = _SENT_AS.get(key, key)
    *modifiers, last = key.split("+") if key != "+" else [key]
    name = _NAMES.get(last)
    written = _(name) if name else last.upper() if len(last) == 1 or last[1:].isdigit() else last.capitalize()
    return "+".join([*(_MODIFIERS.get(modifier, modifier) for modifier in modifiers), written])


def spoken(active: ActiveBinding) -> ActiveBinding:
    """A binding with its words in the current language."""
    binding = active.binding
    words = replace(
        binding,
        description=_(binding.description) if binding.description else "",
        tooltip=_(binding.tooltip) if binding.tooltip else "",
    )
    return ActiveBinding(active.node, words, active.enabled, words.tooltip)
