"""Beside the transcript: the debtor, in practice his meters, and what is on the table."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from simulator.model.language import _
from simulator.tui.views import DebtorView, EntryView, GroupView, MeterView, TalkView
from simulator.tui.widgets.lines import QUIET
from simulator.tui.widgets.plain import Plain, cells, plain

_FULL, _BLANK = "\u2588", "\u2591"


class Panel(VerticalScroll, can_focus=False):
    """The debtor, his meters and the table, one below the other."""

    DEFAULT_CSS = """
    Panel { padding: 0 1; height: 1fr; }
    """

    def compose(self) -> ComposeResult:
        yield Plain(id="panel")

    def show(self, view: TalkView) -> None:
        """Shows them as they are now."""
        self.query_one("#panel", Plain).update(panel_content(view))


def panel_content(view: TalkView) -> Content:
    """Everything beside the transcript."""
    parts = [debtor_content(view.debtor, view.channel)]
    if view.meters:
        parts.append(meters_content(view.meters))
    parts.extend(group_content(group) for group in view.table)
    return Content("\n\n").join(parts)


def debtor_content(debtor: DebtorView, channel: str) -> Content:
    """Who the debtor is."""
    head = Content.assemble(plain(debtor.name, "bold $accent"), plain(f"  {debtor.role}".rstrip()))
    about = " · ".join(text for text in (debtor.company, debtor.persona, channel) if text)
    return Content.assemble(head, "\n", plain(about, QUIET))


def meters_content(meters: Sequence[MeterView]) -> Content:
    """The meters as bars with their numbers and last changes."""
    widest = max(cells(meter.name) for meter in meters)
    return Content("\n").join([plain(_("Meters"), "bold $primary"), *(_meter(meter, widest) for meter in meters)])


def _meter(meter: MeterView, widest: int) -> Content:
    name = meter.name + " " * (widest - cells(meter.name))
    bar = _FULL * meter.value + _BLANK * (10 - meter.value)
    change = f" ({meter.change:+d})" if meter.change else ""
    return Content.assemble(
        plain(f"{name}  "), plain(bar, "$primary"), plain(f" {meter.value:>2}"), plain(change, "bold $accent")
    )


def group_content(group: GroupView) -> Content:
    """The things of one kind that are on the table."""
    lines = [plain(group.title, "bold $primary")]
    lines.extend(_entry(entry) for entry in group.entries)
    if not group.entries:
        lines.append(plain(group.empty, QUIET))
    return Content("\n").join(lines)


def _entry(entry: EntryView) -> Content:
    head = Content.assemble(plain(f"- {entry.name} "), plain(f"({entry.state})", QUIET))
    return Content.assemble(head, "\n", plain(f"  {entry.text.strip()}", QUIET)) if entry.text else head
