"""The transcript: one plain widget a turn."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content

from simulator.model.language import _
from simulator.tui.texts import meter_changes
from simulator.tui.views import AsideView, ExchangeView
from simulator.tui.widgets.lines import QUIET
from simulator.tui.widgets.plain import Plain, plain, prose

# 200 plain widgets paint a key in 15 ms at p95, 1,000 in 143 ms (measured 2026-11).
MOST_TURNS = 200
_EARLIER = 100


class Turn(Plain):
    """One turn as it is told."""

    DEFAULT_CSS = """
    Turn { height: auto; margin-bottom: 1; }
    """

    def __init__(self, exchange: ExchangeView, debtor: str) -> None:
        super().__init__(prose(exchange_content(exchange, debtor)))
        self.exchange, self.debtor = exchange, debtor

    def retell(self, exchange: ExchangeView) -> None:
        """Tells the turn as it is now."""
        self.exchange = exchange
        self.update(prose(exchange_content(exchange, self.debtor)))


class Asides(Plain):
    """The lines since the last turn that were no tactic."""

    DEFAULT_CSS = """
    Asides { height: auto; margin-bottom: 1; display: none; }
    """


class Earlier(Plain):
    """Stands for the turns before those that are shown."""

    DEFAULT_CSS = """
    Earlier { height: auto; margin-bottom: 1; color: $foreground 70%; text-style: underline; }
    """


class Transcript(VerticalScroll, can_focus=False):
    """The turns of a talk, the latest at the foot. It never takes the focus from the typing line."""

    DEFAULT_CSS = """
    Transcript { padding: 0 1; height: 1fr; }
    """

    def __init__(self, debtor: str, empty: str, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.debtor, self.empty = debtor, empty
        self._exchanges: tuple[ExchangeView, ...] = ()
        self._turns: list[Turn] = []
        self._from = 0

    def compose(self) -> ComposeResult:
        yield Plain(self.empty, id="empty")
        yield Asides()

    def show(self, exchanges: Sequence[ExchangeView], asides: Sequence[AsideView] = ()) -> None:
        """Shows a talk's turns: mounts new ones, retells changed ones, removes those no more, and goes to the foot.

        Args:
            asides: the lines since the last turn that were no tactic.
        """
        wanted = tuple(exchanges)
        kept = max(_same(self._exchanges, wanted) - self._from, 0)
        stay = max(len(wanted) - self._from, 0)
        for turn, exchange in zip(self._turns[kept:stay], wanted[self._from + kept :], strict=False):
            turn.retell(exchange)
        for turn in self._turns[stay:]:
            turn.remove()
        del self._turns[stay:]
        if not self._turns:
            self._from = max(len(wanted) - MOST_TURNS, 0)
        new = [Turn(exchange, self.debtor) for exchange in wanted[self._from + len(self._turns) :]]
        self._turns += new
        self._exchanges = wanted
        self.query_one("#empty").display = not wanted and not asides
        after = self.query_one(Asides)
        after.display = bool(asides)
        after.update(prose(Content("\n").join(aside_content(one, self.debtor) for one in asides)))
        self.mount_all(new, before=after)
        self._prune()
        self.scroll_to_foot()

    def scroll_to_foot(self) -> None:
        self.call_after_refresh(self.scroll_end, animate=False)

    def retell_last(self, exchange: ExchangeView) -> None:
        """Tells the last turn as it is now, in its one widget: a wording that is still being said."""
        if self._turns:
            self._turns[-1].retell(exchange)
            self._exchanges = (*self._exchanges[:-1], exchange)
            self.scroll_to_foot()

    def load_earlier(self) -> bool:
        """Shows some more of the turns before; whether there were any."""
        if not self._from:
            return False
        start = max(self._from - _EARLIER, 0)
        more = [Turn(exchange, self.debtor) for exchange in self._exchanges[start : self._from]]
        self.mount_all(more, before=self._turns[0])
        self._turns = more + self._turns
        self._from = start
        self._tell_earlier()
        return True

    def page(self, pages: int) -> None:
        """Scrolls by pages; from the head upwards it loads earlier turns."""
        if pages < 0 and self.scroll_offset.y == 0 and self.load_earlier():
            return
        self.scroll_relative(y=pages * max(self.size.height - 2, 1), animate=False)

    def on_click(self, event: events.Click) -> None:
        if isinstance(event.widget, Earlier):
            self.load_earlier()

    def _prune(self) -> None:
        """Takes the oldest turns away where there are too many."""
        over = max(len(self._turns) - MOST_TURNS, 0)
        for turn in self._turns[:over]:
            turn.remove()
        del self._turns[:over]
        self._from += over
        self._tell_earlier()

    def _tell_earlier(self) -> None:
        self.query(Earlier).remove()
        if self._from:
            self.mount(
                Earlier(_("{turns} earlier turns: Page Up at the top, or a click here, shows them.", turns=self._from)),
                before=0,
            )


def _same(old: Sequence[ExchangeView], new: Sequence[ExchangeView]) -> int:
    """How many exchanges both begin with."""
    for index, (one, other) in enumerate(zip(old, new, strict=False)):
        if one != other:
            return index
    return min(len(old), len(new))


def exchange_content(exchange: ExchangeView, debtor: str) -> Content:
    """One turn: what was said, what was answered, and what it visibly changed."""
    marks = [exchange.label]
    if exchange.hinted:
        marks.append(_("hint used"))
    if exchange.carried:
        marks.append(_("from the earlier attempt"))
    head = _("Turn {turn} · {move}", turn=exchange.number, move=" · ".join(marks))
    lines = [line for aside in exchange.asides for line in (aside_content(aside, debtor), plain(""))]
    lines += [plain(head, QUIET), _spoken(_("You"), exchange.said, "bold $primary")]
    first, *others = exchange.answer or (_("(says nothing)"),)
    lines.append(_spoken(debtor, first, "bold $accent"))
    lines.extend(plain(f"  {line}") for line in others)
    notices = list(exchange.notices)
    if exchange.changes:
        notices.append(meter_changes(exchange.changes))
    lines.extend(plain(f"  - {notice}", QUIET) for notice in notices)
    return Content("\n").join(lines)


def aside_content(aside: AsideView, debtor: str) -> Content:
    """A line that was no tactic: quiet, and said in words to be no turn."""
    said, answered = _spoken(_("You"), aside.said, ""), _spoken(debtor, aside.answer, "")
    told = Content("\n").join([plain(_("Not understood; no turn:")), said, answered])
    return told.stylize(QUIET)


def _spoken(who: str, line: str, style: str) -> Content:
    return Content.assemble(plain(who, style), plain(_(": ")), plain(line))
