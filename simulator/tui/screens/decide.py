"""Deciding on an attempt that is over: what stands, what the program made of it, and what a reviewer says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input

from simulator.model.decisions import REASONS, Reason
from simulator.model.errors import HuikuanError
from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.appeal import fault_text
from simulator.tui.screens.base import HuikuanDialog, HuikuanScreen
from simulator.tui.texts import Line as Told
from simulator.tui.texts import outcome_lines, scorecard_lines, turn_lines
from simulator.tui.views.decide import (
    WHOLE,
    MatterView,
    PleaView,
    choices,
    foreseen_lines,
    marks_text,
    matter_view,
    ruling,
)
from simulator.tui.views.words import name_word
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.lines import Lines
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain, plain
from simulator.tui.widgets.rows import Row, RowList
from simulator.tui.widgets.writing import Writing
from simulator.workflows.deciding import LONGEST, answer, overrule
from simulator.workflows.settling import settle

if TYPE_CHECKING:
    from simulator.workflows.permission import Deed

_UPHELD, _DISMISSED = "upheld", "dismissed"


class MatterRead(Message):
    """The attempt was read, anew where something was decided on it."""

    def __init__(self, view: MatterView, told: str = "") -> None:
        super().__init__()
        self.view, self.told = view, told


class DecideScreen(HuikuanScreen[bool]):
    """The turns of an attempt, with what a reviewer can decide on each; left with whether anything was decided."""

    HEADING = N_("Decide")
    HELP = N_(
        "Each turn with the name that stands. Behind it: * something was decided, A an appeal waits, ? a line that a "
        "person is to look at. F7 overrules the chosen turn, or on the first row the total; F8 answers the appeal on "
        "it. What was there before stays on record beside it."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f7", "overrule", N_("Overrule")),
        Binding("f8", "answer", N_("Answer the appeal")),
        Binding("pageup", "page(-1)", N_("Scroll up"), show=False),
        Binding("pagedown", "page(1)", N_("Scroll down"), show=False),
    ]
    DEEDS: ClassVar[Mapping[str, Deed]] = {"overrule": "decide", "answer": "decide"}
    DEFAULT_CSS = """
    DecideScreen #outcome { height: auto; max-height: 2; padding: 0 1; background: $surface; }
    DecideScreen #rows { width: 9fr; max-width: 60; }
    DecideScreen #about { width: 11fr; border-left: solid $panel; }
    """

    def __init__(self, attempt: str, turn: int | None = None) -> None:
        super().__init__()
        self.attempt, self.first = attempt, turn
        self.view: MatterView | None = None
        self.is_decided = False

    def body(self) -> ComposeResult:
        yield Plain(_("Reading the attempt …"), id="outcome")
        with Horizontal():
            yield RowList(id="rows")
            about = Lines(id="about")
            about.can_focus = False
            yield about

    def heading(self) -> str:
        return " · ".join((self.view.debrief.title, _(self.HEADING))) if self.view else _(self.HEADING)

    def on_mount(self) -> None:
        self.errand(lambda: MatterRead(matter_view(self.host.house.desk, self.attempt)))

    def on_matter_read(self, event: MatterRead) -> None:
        view = self.view = event.view
        self.refresh_bar()
        self.query_one("#outcome", Plain).update(stands_text(view))
        wanted = str(self.first) if self.first is not None else ""
        self.first = None
        rows = self.query_one(RowList)
        rows.show(matter_rows(view), wanted)
        rows.focus()
        self._show_chosen()
        self.refresh_bindings()
        if event.told:
            self.host.tell(event.told)

    def on_errand_failed(self, _event: ErrandFailed) -> None:
        """The base shows the error; without an attempt there is nothing to wait for."""
        if self.view is None:
            self.query_one("#outcome", Plain).update(_("There is nothing to decide. Esc goes back."))

    @property
    def chosen(self) -> int | None:
        """The chosen turn, ``WHOLE`` for the attempt as a whole."""
        highlighted = self.query_one(RowList).highlighted
        return int(highlighted) if self.view and highlighted else None

    def on_row_list_highlighted(self, _event: RowList.Highlighted) -> None:
        self._show_chosen()
        self.refresh_bindings()

    def _show_chosen(self) -> None:
        if self.view and self.chosen is not None:
            self.query_one("#about", Lines).show(about_lines(self.view, self.chosen))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """One answers only what was asked, and decides only on what is there."""
        if action == "overrule" and self.view is None:
            return False
        if action == "answer" and (self.view is None or self.chosen not in self.view.waiting):
            return False
        return super().check_action(action, parameters)

    def action_page(self, pages: int) -> None:
        """Scrolls what is said of the chosen row."""
        self.query_one("#about", Lines).page(pages)

    def leave(self) -> None:
        self.dismiss(self.is_decided)

    # Deciding

    def on_row_list_chosen(self, _event: RowList.Chosen) -> None:
        self.action_overrule()

    def action_overrule(self) -> None:
        """Opens the dialog on the chosen row."""
        if self.view and self.chosen is not None:
            self.app.push_screen(OverruleDialog(self.view, self.chosen), self._overrule)

    def _overrule(self, ruled: Ruled | None) -> None:
        if ruled is None:
            return
        what, turn, after = ruling(ruled.turn, ruled.choice)
        desk, by = self.host.house.desk, self.host.trainee

        def work() -> None:
            overrule(desk, self.attempt, by, what, turn, after, ruled.reason, ruled.text, ruled.plea, ruled.seen)
            settle(desk, self.attempt)  # what the attempt came to is another thing now

        self._decide(work, _("It is on record. What was there before stays beside it."))

    def action_answer(self) -> None:
        """Opens the dialog with the appeal on the chosen row."""
        plea = self.view.waiting.get(self.chosen) if self.view and self.chosen is not None else None
        if plea is not None:
            self.app.push_screen(AnswerDialog(plea), self._answer)

    def _answer(self, given: Given | None) -> None:
        if given is None:
            return
        desk, by = self.host.house.desk, self.host.trainee

        def work() -> None:
            answer(desk, self.attempt, by, given.plea, given.upheld, given.text)

        self._decide(work, _("The answer is on record."))

    def _decide(self, work: Callable[[], None], told: str) -> None:
        """Puts something on record in a thread, and reads the attempt anew."""
        desk = self.host.house.desk

        def run() -> Message:
            work()
            self.is_decided = True
            return MatterRead(matter_view(desk, self.attempt), told)

        self.errand(run, group="record")


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a reviewer decided on a row.

    Attributes:
        choice: as ``choices`` names it, or a total as it was typed.
        seen: what stood when he decided.
    """

    turn: int
    choice: str
    reason: Reason
    text: str
    plea: int | None
    seen: str | bool | float


class OverruleDialog(HuikuanDialog[Ruled]):
    """What stands, what it is to become, why, and what would come of it before anything is on record."""

    HELP = N_(
        "Choose what it becomes and why; below stands what the attempt comes to now and what it would come to. F9 puts "
        "it on record, signed with your name. Nothing is edited: what the program made of it stays beside it."
    )
    DEFAULT_CSS = """
    OverruleDialog > .box { padding: 0 2; }
    OverruleDialog #said { height: auto; max-height: 2; color: $text-muted; }
    OverruleDialog Pick { height: auto; max-height: 3; }
    OverruleDialog #total { margin: 0; }
    OverruleDialog Writing { height: 3; margin-top: 1; }
    OverruleDialog.-tall Writing { height: 10; }
    OverruleDialog #foreseen { height: auto; margin-top: 1; }
    OverruleDialog #fault { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "keep", N_("Put on record")),
        Binding("escape", "back", N_("Back")),
    ]

    def __init__(self, view: MatterView, turn: int) -> None:
        super().__init__()
        self.view, self.turn = view, turn
        self.choices = {} if turn == WHOLE else choices(view, turn)

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self._title(), classes="heading")
            yield Plain(self._said(), id="said")
            if self.turn == WHOLE:
                yield Line("", placeholder=_("a total from 0 to 100"), max_length=6, id="total")
            else:
                yield Pick(self.choices, next(iter(self.choices)), id="becomes")
            yield Pick({name: _(words) for name, words in REASONS.items()}, next(iter(REASONS)), id="reason")
            yield Writing(id="text")
            yield Plain("", id="foreseen")
            yield Plain("", id="fault", classes="wrong")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Put on record")), id="keep", variant="primary")
                yield Button(plain(_("Back")), id="back")

    def _title(self) -> str:
        if self.turn == WHOLE:
            return _("Overrule the total")
        stands = name_word(self.view.stands.names[self.turn])
        return _("Overrule turn {turn}: {verdict}", turn=self.turn, verdict=stands)

    def _said(self) -> str:
        if self.turn == WHOLE:
            return self.view.debrief.title
        turn = self.view.debrief.turns[self.turn - 1]
        counts = turn.first or turn  # after a take-back the first try is the one that is judged
        return _("{name}: {text}", name=counts.label, text=counts.said)

    def on_mount(self) -> None:
        self.query_one("#total" if self.turn == WHOLE else "#becomes").focus()
        if self.turn != WHOLE:
            self.watch(self.query_one("#becomes", Pick), "chosen", self._foresee, init=False)
        self._foresee()

    def on_input_changed(self, _event: Input.Changed) -> None:
        self._foresee()

    @property
    def choice(self) -> str:
        """What it is to become."""
        return self.query_one("#total", Line).value if self.turn == WHOLE else self.query_one("#becomes", Pick).chosen

    def _foresee(self, _chosen: str = "") -> None:
        """Shows what would come of the choice."""
        lines, fault = [_("Now: ") + marks_text(self.view.stands)], ""
        try:
            what, turn, after = ruling(self.turn, self.choice)
            before, then = self.view.matter.foresee(what, turn, after)
        except ValueError:
            fault = _("Type a total from 0 to 100.") if self.choice else ""
        except HuikuanError as error:
            fault = str(error)
        else:
            lines = foreseen_lines(before, then, turn)
        self.query_one("#foreseen", Plain).update("\n".join(lines))
        self.query_one("#fault", Plain).update(fault)

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "keep":
            self.action_keep()
        else:
            self.dismiss(None)

    def action_keep(self) -> None:
        """Gives what is to be put on record, or says what is wrong with it."""
        text = self.query_one(Writing).text.strip()
        try:
            what, turn, after = ruling(self.turn, self.choice)
            before, _then = self.view.matter.foresee(what, turn, after)
        except ValueError:
            fault = _("Type a total from 0 to 100.")
        except HuikuanError as error:
            fault = str(error)
        else:
            if 1 <= len(text) <= LONGEST:
                reason = cast("Reason", self.query_one("#reason", Pick).chosen)
                plea = self.view.waiting.get(self.turn)
                seen = before.value(what, turn)
                self.dismiss(Ruled(self.turn, self.choice, reason, text, plea.number if plea else None, seen))
                return
            fault = fault_text(text)
        self.query_one("#fault", Plain).update(fault)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer to an appeal."""

    plea: int
    upheld: bool
    text: str


class AnswerDialog(HuikuanDialog[Given]):
    """An appeal, and the answer to it."""

    HELP = N_(
        "Say whether the trainee is right, and why. The answer itself moves no mark: where he is right, overrule the "
        "turn or the total too (F7). F9 puts it on record; an appeal is answered once."
    )
    DEFAULT_CSS = """
    AnswerDialog #asked { height: auto; max-height: 6; color: $text-muted; }
    AnswerDialog Pick { margin-top: 1; }
    AnswerDialog Writing { height: 5; margin-top: 1; }
    AnswerDialog.-tall Writing { height: 14; }
    AnswerDialog #fault { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "keep", N_("Put on record")),
        Binding("escape", "back", N_("Back")),
    ]

    def __init__(self, plea: PleaView) -> None:
        super().__init__()
        self.plea = plea

    def body(self) -> ComposeResult:
        title = _("Appeal on turn {turn}", turn=self.plea.turn) if self.plea.turn else _("Appeal on the whole attempt")
        with Vertical(classes="box"):
            yield Plain(title, classes="heading")
            yield Plain(self.plea.text or _("(erased)"), id="asked")
            yield Pick({_UPHELD: _("the trainee is right"), _DISMISSED: _("it stays as it is")}, _DISMISSED)
            yield Writing(id="text")
            yield Plain("", id="fault", classes="wrong")
            with Horizontal(classes="buttons"):
                yield Button(plain(_("Put on record")), id="keep", variant="primary")
                yield Button(plain(_("Back")), id="back")

    def on_mount(self) -> None:
        self.query_one(Pick).focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        if event.button.id == "keep":
            self.action_keep()
        else:
            self.dismiss(None)

    def action_keep(self) -> None:
        """Gives the answer to be put on record, or says what is wrong with it."""
        text = self.query_one(Writing).text.strip()
        if 1 <= len(text) <= LONGEST:
            self.dismiss(Given(self.plea.number, self.query_one(Pick).chosen == _UPHELD, text))
        else:
            self.query_one("#fault", Plain).update(fault_text(text))


def matter_rows(view: MatterView) -> list[Row]:
    """The attempt as a whole and each turn, with the name that stands and the marks of what is to be seen to."""
    card = view.stands.scorecard
    total = f"{card.total:.1f}" if card else ""
    rows = [Row(_("The whole attempt") + _marks(view, WHOLE), str(WHOLE), total)]
    for turn in view.debrief.turns:
        name = name_word(view.stands.names[turn.number])
        rows.append(Row(f"{turn.number:>2} {turn.label}{_marks(view, turn.number)}", str(turn.number), name))
    return rows


def _marks(view: MatterView, turn: int) -> str:
    marks = {"*": turn in view.said, "A": turn in view.waiting, "?": turn in view.doubts}
    shown = "".join(mark for mark, is_so in marks.items() if is_so)
    return f" {shown}" if shown else ""


def stands_text(view: MatterView) -> str:
    """What the attempt comes to, and what the program made of it where that is something else."""
    stands = marks_text(view.stands)
    if not view.stands.overruled:
        return stands
    return _("{stands} – decided by a person; the program: {own}", stands=stands, own=marks_text(view.own))


def about_lines(view: MatterView, turn: int) -> list[Told]:
    """What is said of a turn, or of the attempt as a whole: what was decided first, then what the program says."""
    said = view.said.get(turn, ())
    lines = [*doubt_lines(view, turn), *said, *([Told("")] if said else [])]
    if turn == WHOLE:
        card = view.debrief.scorecard
        return [*lines, *outcome_lines(view.debrief), Told(""), *(scorecard_lines(card) if card else [])]
    stands, own = view.stands.names[turn], view.own.names[turn]
    if stands != own:
        lines.append(Told(_("Stands: "), _("{name} (the program: {own})", name=name_word(stands), own=name_word(own))))
    return [*lines, *turn_lines(view.debrief.turns[turn - 1])]


def doubt_lines(view: MatterView, turn: int) -> list[Told]:
    """The lines of a turn that a person is to look at."""
    return [
        Told(_("May be a forbidden act ({act}): ", act=one.act), one.said, "head") for one in view.doubts.get(turn, ())
    ]
