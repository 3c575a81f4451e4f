"""The line at the top of every screen, the keys at its foot, and what a terminal that is too small shows instead."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from textual import events
from textual.binding import ActiveBinding
from textual.content import Content
from textual.screen import Screen
from textual.style import Style
from textual.widget import Widget

from simulator.model.language import _
from simulator.tui.keys import key_name
from simulator.tui.widgets.plain import Plain, cells, fit, plain

if TYPE_CHECKING:
    from textual.app import RenderResult

SMALLEST = (80, 24)
# These stand on every screen and therefore at the right, in this order; the last ones only where there is room.
_COMMON = ("f1", "ctrl+p", "escape")
_IF_ROOM = ("f10",)
_GAP = "  "


def simulated_mark(widget: Widget) -> str:
    """What says that the people in the record are simulated; empty where they are not."""
    return f" {_('simulated data')} " if getattr(widget.app, "simulated", False) else ""


class TitleBar(Widget):
    """Where one is, and at the right how: one line."""

    DEFAULT_CSS = """
    TitleBar {
        dock: top; height: 1; width: 100%; padding: 0 1;
        background: $panel; color: $text; text-style: bold;
    }
    """

    def __init__(self, heading: str = "", aside: str = "") -> None:
        super().__init__()
        self.heading, self.aside = heading, aside

    def show(self, heading: str, aside: str) -> None:
        """Shows other words."""
        if (heading, aside) != (self.heading, self.aside):
            self.heading, self.aside = heading, aside
            self.refresh()

    def render(self) -> RenderResult:
        mark = simulated_mark(self)
        width = self.content_size.width - cells(mark) - (1 if mark else 0)
        aside = fit(self.aside, min(cells(self.aside), max(width - 12, 0)))
        room = max(width - cells(aside) - (2 if aside else 0), 0)
        said = Content.assemble(plain(fit(self.heading, room)), "  " if aside else "", plain(aside, "not bold"))
        return Content.assemble((mark, "reverse"), " ", said) if mark else said


class Alarm(Plain):
    """What stands in the way, above the keys, until it does no more."""

    DEFAULT_CSS = """
    Alarm { height: auto; max-height: 4; padding: 0 1; background: $surface; color: $warning; text-style: bold; }
    """


class KeyBar(Widget):
    """The keys that work now. What does not fit is in the palette, which the last entry names."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    KeyBar {
        dock: bottom; height: 1; width: 100%; padding: 0 1;
        background: $panel; color: $text;
    }
    """

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._updated)

    def on_unmount(self) -> None:
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _updated(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> RenderResult:
        active = self.screen.active_bindings
        common = [self._entry(key, active[key]) for key in _COMMON if key in active and active[key].binding.show]
        own = [self._entry(key, one) for key, one in shown_once(active) if key not in (*_COMMON, *_IF_ROOM)]
        own += [self._entry(key, active[key]) for key in _IF_ROOM if key in active and active[key].binding.show]
        mark = "" if self.screen.query(TitleBar) else simulated_mark(self)  # over a dialog there is no other bar
        shown = [Content.assemble((mark, "reverse"))] if mark else []
        taken = sum(cells(entry.plain) + len(_GAP) for entry in (*common, *shown))
        room = self.content_size.width + len(_GAP) - taken
        for entry in own:
            needed = cells(entry.plain) + len(_GAP)
            if needed <= room:
                room -= needed
                shown.append(entry)
        return Content(_GAP).join([*shown, *common])

    def on_click(self, event: events.Click) -> None:
        key = event.style.meta.get("key")
        if isinstance(key, str):
            self.app.simulate_key(key)

    @staticmethod
    def _entry(key: str, active: ActiveBinding) -> Content:
        name = active.binding.key_display or key_name(key)
        entry = Content.assemble((name, "bold $primary"), f" {active.binding.description}")
        return entry.stylize(Style.from_meta({"key": key}) + Style(dim=None if active.enabled else True))


def shown_once(active: dict[str, ActiveBinding]) -> Iterator[tuple[str, ActiveBinding]]:
    """The bindings that are shown, an action with several keys under its first one."""
    seen: set[tuple[object, str]] = set()
    for key, one in active.items():
        what = (one.node, one.binding.action)
        if one.binding.show and one.binding.description and what not in seen:
            seen.add(what)
            yield key, one


class TooSmall(Plain):
    """Covers a screen for which the terminal has too few cells, and says so."""

    DEFAULT_CSS = """
    TooSmall {
        layer: cover; width: 100%; height: 100%; display: none;
        background: $background; color: $text; padding: 1 2; content-align: center middle; text-align: center;
    }
    """

    def measure(self, width: int, height: int) -> bool:
        """Covers the screen or uncovers it; whether it is covered now."""
        small = width < SMALLEST[0] or height < SMALLEST[1]
        if small:
            self.update(
                _(
                    "This window has {width}×{height} cells; at least {least} are needed. Enlarge it, and you are back "
                    "where you were. Nothing is lost.",
                    width=width,
                    height=height,
                    least=f"{SMALLEST[0]}×{SMALLEST[1]}",
                )
            )
        self.display = small
        return small
