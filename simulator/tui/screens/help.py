"""F1: what the focused widget and the screen are for, and every key that works there."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import Screen

from simulator.model.language import _
from simulator.tui.keys import N_, key_name
from simulator.tui.lines import cells, fit
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.widgets.plain import Plain, plain, prose

_WIDEST_KEY = 18  # cells


class HelpScreen(HuikuanDialog[None]):
    """Help for where one is. Any of F1, Esc and Enter closes it."""

    DEFAULT_CSS = """
    HelpScreen > .box { max-height: 94%; }
    HelpScreen #page { height: auto; max-height: 100%; }
    HelpScreen #page > Plain { margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter", "back", N_("Close")),
    ]

    def __init__(self, texts: tuple[str, ...], keys: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.texts, self.keys = texts, keys

    @classmethod
    def of(cls, screen: Screen[object]) -> HelpScreen:
        """The help for a screen and what has the focus on it."""
        return cls(tuple(_explanations(screen)), tuple(_keys(screen)))

    def body(self) -> ComposeResult:
        with Vertical(classes="box"), VerticalScroll(id="page"):
            yield Plain(_("Help"), classes="heading")
            for text in self.texts:
                yield Plain(text)
            yield Plain(_("Keys"), classes="heading")
            yield Plain(prose(self._key_table(), hang=self._key_width()))
            yield Plain(
                _("Tab and Shift+Tab go from one part of the screen to the next. The mouse works everywhere."),
                classes="hint",
            )

    def on_mount(self) -> None:
        self.query_one("#page").focus()

    def action_help(self) -> None:
        self.dismiss(None)

    def _key_width(self) -> int:
        return min(max((cells(key) for key, _what in self.keys), default=0), _WIDEST_KEY) + 2

    def _key_table(self) -> Content:
        width = self._key_width()
        rows = [Content.assemble(plain(fit(key, width), "bold"), plain(what)) for key, what in self.keys]
        return Content("\n").join(rows)


def _explanations(screen: Screen[object]) -> list[str]:
    """The help texts from the focused widget outwards to the screen; none twice."""
    found: list[str] = []
    for node in [*(screen.focused.ancestors_with_self if screen.focused else ()), screen]:
        words = _(node.HELP) if node.HELP else ""
        if words and words not in found:
            found.append(words)
    return found


def _keys(screen: Screen[object]) -> list[tuple[str, str]]:
    """Every key of ours with what it does, the keys of one action together; those of the footer first."""
    by_action: dict[tuple[object, str], tuple[list[str], str]] = {}
    active = screen.active_bindings
    for key, one in sorted(active.items(), key=lambda item: not item[1].binding.show):
        if one.binding.description and one.enabled and _is_ours(one):
            keys, _what = by_action.setdefault((one.node, one.binding.action), ([], one.binding.description))
            keys.append(key_name(key))
    return [(", ".join(dict.fromkeys(keys)), what) for keys, what in by_action.values()]


def _is_ours(active: ActiveBinding) -> bool:
    """Whether one of our classes says so; how the caret moves in a line and how pages scroll everybody knows."""
    return any(
        active.binding.action == binding.action
        for kind in type(active.node).__mro__
        if kind.__module__.startswith("simulator.tui")
        for binding in Binding.make_bindings(kind.__dict__.get("BINDINGS", ()))
    )
