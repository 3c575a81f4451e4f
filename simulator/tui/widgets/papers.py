"""The case file as a folder of papers, one on the screen at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style

from simulator.model.case import Case, Invoice
from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.lines import cells, wrap
from simulator.tui.views import Words
from simulator.tui.widgets.plain import Plain, plain

_GAP = "  "
_LEAST_ABOUT = 16  # cells that the last column of the ledger needs to stand beside the others


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper: its tab's name and its text, or the invoices of the ledger."""

    name: str
    text: str = ""
    case: Case | None = None


class PaperNames(Plain):
    """The names of the papers in one line, the one on the screen in brackets; a click opens one."""

    DEFAULT_CSS = """
    PaperNames { height: auto; max-height: 2; padding: 0 1; background: $surface; }
    """

    def show(self, names: Sequence[str], now: int) -> None:
        """Shows the names, none of them broken over two lines."""
        lines, used = [Content("")], 0
        for at, name in enumerate(names):
            sign = f"[{name}]" if at == now else f" {name} "
            if used and used + cells(sign) > self.content_size.width:
                lines.append(Content(""))
                used = 0
            used += cells(sign) + 1
            lines[-1] += plain(sign, Style.from_meta({"tab": at}) + Style(bold=at == now)) + " "
        self.update(Content("\n").join(line.rstrip() for line in lines))


class Page(VerticalScroll):
    """The paper on the screen; it scrolls."""


class Folder(Vertical):
    """The case file: briefing, invoices and papers, each under a tab."""

    HELP = N_("The case file. Left and Right turn to another paper, Up, Down, Page Up and Page Down scroll it.")
    DEFAULT_CSS = """
    Folder { height: 1fr; }
    Folder Page { height: 1fr; padding: 1 2 1 1; }
    Folder:focus-within PaperNames { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", N_("Paper before"), show=False),
        Binding("right", "turn(1)", N_("Next paper")),
    ]

    now: reactive[int] = reactive(0, init=False)

    def __init__(self, case: Case, words: Words, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.words = words
        self.sheets = tuple(_sheets(case, words))

    def compose(self) -> ComposeResult:
        yield PaperNames(id="tabs")
        with Page(id="page", classes="page"):
            yield Plain(id="paper")

    def on_mount(self) -> None:
        self._show()

    def on_resize(self, _event: events.Resize) -> None:
        self.call_after_refresh(self._show)

    def focus_page(self) -> None:
        """Gives the paper the focus."""
        self.query_one(Page).focus()

    def action_turn(self, by: int) -> None:
        """Turns to another paper."""
        if self.sheets:
            self.now = (self.now + by) % len(self.sheets)

    def watch_now(self) -> None:
        self._show()
        self.query_one(Page).scroll_home(animate=False)

    def on_click(self, event: events.Click) -> None:
        at = event.style.meta.get("tab")
        if isinstance(at, int):
            self.now = at

    def _show(self) -> None:
        self.query_one(PaperNames).show([sheet.name for sheet in self.sheets], self.now)
        page = self.query_one(Page)
        if not self.sheets:
            self.query_one("#paper", Plain).update(_("This scenario has no case file."))
            return
        sheet = self.sheets[self.now]
        shown = ledger(sheet.case, self.words, page.content_size.width) if sheet.case else plain(sheet.text)
        self.query_one("#paper", Plain).update(shown)


def _sheets(case: Case, words: Words) -> list[Sheet]:
    sheets = []
    if case.briefing:
        sheets.append(Sheet(_("Briefing"), words.text(case.briefing).strip()))
    if case.invoices:
        sheets.append(Sheet(_("Invoices"), case=case))
    for name, paper in case.papers.items():
        sheets.append(Sheet(words.text(paper.title) or name, words.text(paper.text).strip()))
    return sheets


# The ledger. It tells due dates and sums and never works the ageing out: that is the trainee's to do.


def ledger(case: Case, words: Words, width: int) -> Content:
    """The invoices as a table with their totals; what each is about stands below it where there is no room beside."""
    columns = _columns(case)
    rows = [_row(invoice, columns) for invoice in case.invoices]
    totals = [_total(case.invoices, column) for column in columns]
    wide = [
        max(cells(text) for text in (title, *(row[at] for row in rows), totals[at]))
        for at, title in enumerate(columns.values())
    ]
    used = sum(wide) + len(_GAP) * len(wide)
    lines = [plain(_line(list(columns.values()), wide), "bold")]
    for invoice, row in zip(case.invoices, rows, strict=True):
        lines.extend(_with_about(_line(row, wide), words.text(invoice.about), used, width))
    lines.append(plain(_line(totals, wide), "bold"))
    return Content("\n").join([*_head(case), *lines])


def _head(case: Case) -> list[Content]:
    parts = []
    if case.today:
        parts.append(plain(_("Today is {day}.", day=case.today.isoformat())))
    parts.append(plain(_("Sums in {currency}.", currency=case.currency)))
    return [Content(" ").join(parts), Content("")]


def _columns(case: Case) -> dict[str, str]:
    """The columns that this ledger needs, by the invoice's field."""
    titles = {"number": _("Invoice"), "due": _("Due on"), "amount": _("Amount"), "paid": _("Paid")}
    titles["open"] = _("Still open")
    if any(invoice.disputed for invoice in case.invoices):
        titles["disputed"] = _("Disputed")
    if any(invoice.retention for invoice in case.invoices):
        titles["retention"] = _("Retention")
    return titles


def _row(invoice: Invoice, columns: dict[str, str]) -> list[str]:
    values = {"number": invoice.number, "due": invoice.due.isoformat()}
    return [values.get(column) or _sum(getattr(invoice, column)) for column in columns]


def _total(invoices: Sequence[Invoice], column: str) -> str:
    if column == "number":
        return _("Total")
    return "" if column == "due" else _sum(sum(getattr(invoice, column) for invoice in invoices))


def _sum(amount: float) -> str:
    return f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"


def _line(texts: Sequence[str], wide: Sequence[int]) -> str:
    """One row: the number and the date at the left of their columns, sums at the right."""
    parts = []
    for at, (text, width) in enumerate(zip(texts, wide, strict=True)):
        fill = " " * (width - cells(text))
        parts.append(text + fill if at < 2 else fill + text)  # number and date stand left
    return _GAP.join(parts)


def _with_about(line: str, about: str, used: int, width: int) -> list[Content]:
    if not about:
        return [plain(line)]
    room = width - used
    if room < _LEAST_ABOUT:
        return [plain(line), *(plain(_GAP + text, "$text-muted") for text in wrap(about, max(width - len(_GAP), 10)))]
    first, *others = wrap(about, room)
    return [
        Content.assemble(plain(line + _GAP), plain(first, "$text-muted")),
        *(plain(" " * used + text, "$text-muted") for text in others),
    ]
