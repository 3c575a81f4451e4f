"""What the Studio asks: one of a few ways to go on, a new scenario's id and persona, and a position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.widgets import Input

from simulator.model.language import _
from simulator.tui.keys import N_
from simulator.tui.screens.base import HuikuanDialog
from simulator.tui.views.studio import FactView
from simulator.tui.widgets.line import Line
from simulator.tui.widgets.pick import Pick
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.rows import Row, RowList

_OWN, _SHELF = "own", "shelf"


@dataclass(frozen=True, slots=True)
class Way:
    """One way to go on: what it is named within the program, what it is called, and what comes of it."""

    id: str
    name: str
    about: str = ""


class Choose(HuikuanDialog[str]):
    """A question with a few answers; Esc gives none. The first answer is the safe one."""

    DEFAULT_CSS = """
    Choose #ways { height: auto; max-height: 8; margin-top: 1; background: $surface; }
    Choose #about { margin-top: 1; height: auto; min-height: 2; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("Cancel")),
    ]

    def __init__(self, question: str, ways: Sequence[Way]) -> None:
        super().__init__()
        self.question, self.ways = question, tuple(ways)

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            with VerticalScroll(classes="long", can_focus=False):
                yield Plain(self.question)
            yield RowList([Row(way.name, way.id) for way in self.ways], id="ways")
            yield Plain(self.ways[0].about, id="about")

    def on_mount(self) -> None:
        ways = self.query_one(RowList)
        ways.styles.height = len(self.ways)
        ways.focus()

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        about = next((way.about for way in self.ways if way.id == event.id), "")
        self.query_one("#about", Plain).update(about)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        self.dismiss(event.id)


@dataclass(frozen=True, slots=True)
class Named:
    """What a new scenario is to be called, the persona under it (empty where there is none), and where it is to be."""

    id: str
    persona: str = ""
    on_shelf: bool = False


class NewLine(Line):
    """The id of a new scenario."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", N_("Make it"))]


class NewScenario(HuikuanDialog[Named]):
    """Asks for an id and, where there are any to choose from, a persona."""

    HELP = N_(
        "An id is made of lower-case letters, digits and hyphens, as in late-pallets; the folder is called so too. Up "
        "and Down choose the kind of debtor under the scenario. Enter makes it."
    )
    DEFAULT_CSS = """
    NewScenario .label { margin-top: 1; text-style: bold; }
    NewScenario #personas { height: auto; max-height: 9; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", N_("Cancel")),
        Binding("up", "step(-1)", N_("Up"), show=False),
        Binding("down", "step(1)", N_("Down"), show=False),
    ]

    def __init__(
        self, heading: str, personas: Mapping[str, str] | None = None, proposed: str = "", shelf: bool | None = False
    ) -> None:
        """Asks for a new scenario.

        Args:
            shelf: whether it comes on the team's shelf; None where that is asked too.
        """
        super().__init__()
        self.words, self.personas, self.proposed, self.shelf = heading, personas, proposed, shelf

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(self.words, classes="heading")
            yield Plain(_("Id, as in late-pallets"), classes="label")
            yield NewLine(self.proposed, max_length=60, id="id")
            if self.shelf is None:
                yield Plain(_("Where"), classes="label")
                yield Pick({_OWN: _("my folder"), _SHELF: _("the team's shelf")}, _OWN, id="where")
            if self.personas is not None:
                yield Plain(_("Kind of debtor"), classes="label")
                rows = [Row(f"{name}  {words}", name) for name, words in self.personas.items()]
                yield RowList(
                    [Row(_("none: start from the standard reactions"), "-"), *rows], id="personas", classes="-led"
                )

    def on_mount(self) -> None:
        self.query_one("#id", Line).focus()
        for personas in self.query(RowList):
            personas.styles.height = min(len(personas.rows), 9)

    def action_step(self, by: int) -> None:
        """Moves in the list while the focus stays in the line."""
        for personas in self.query(RowList):
            personas.action_step(by)

    def on_input_submitted(self, _event: Input.Submitted) -> None:
        self._make()

    def on_row_list_chosen(self, _event: RowList.Chosen) -> None:
        self._make()

    def _make(self) -> None:
        typed = self.query_one("#id", Line).value.strip()
        chosen = next((rows.highlighted for rows in self.query(RowList)), "-")
        where = [pick.chosen for pick in self.query(Pick)]
        if typed:
            self.dismiss(Named(typed, "" if chosen == "-" else chosen, bool(self.shelf) or _SHELF in where))


class Facts(RowList):
    """The facts of a position. Its keys are named here, since a list takes them before the screen does."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", N_("Take it")),
        Binding("right", "screen.change(1)", N_("Next value")),
        Binding("left", "screen.change(-1)", N_("Value before"), show=False),
    ]


class PositionScreen(HuikuanDialog[Mapping[str, str | int]]):
    """Every fact of a position with its value. A stage or any other fact is changed with Left and Right."""

    HELP = N_(
        "A position of the talk: the stage, the meters, and every card. Left and Right change the highlighted fact, "
        "Enter takes the position, Backspace goes back to the start of the talk."
    )
    DEFAULT_CSS = """
    PositionScreen > .box { padding: 0 1; }
    PositionScreen #facts { height: 16; background: $surface; }
    PositionScreen.-tall #facts { height: 26; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("backspace", "reset", N_("Start of the talk")),
        Binding("escape", "back", N_("Cancel")),
    ]

    def __init__(self, facts: Sequence[FactView], at: Mapping[str, str | int]) -> None:
        super().__init__()
        self.facts = tuple(facts)
        self.now = {fact.name: at.get(fact.name, fact.start) for fact in self.facts}

    def body(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield Plain(_("Position"), classes="heading")
            yield Facts(id="facts")

    def on_mount(self) -> None:
        self._show()
        self.query_one(RowList).focus()

    def _show(self) -> None:
        rows: list[Row] = []
        kind = ""
        for fact in self.facts:
            if fact.kind != kind:
                kind = fact.kind
                rows.append(Row(kind))
            changed = "*" if self.now[fact.name] != fact.start else " "
            rows.append(Row(f"{changed} {fact.label}", fact.name, f"< {self.now[fact.name]} >"))
        self.query_one(RowList).show(rows)

    def on_row_list_chosen(self, _event: RowList.Chosen) -> None:
        self.dismiss(self.now)

    def action_change(self, by: int) -> None:
        """Gives the highlighted fact its next value."""
        name = self.query_one(RowList).highlighted
        fact = next((one for one in self.facts if one.name == name), None)
        if fact:
            at = fact.values.index(self.now[name]) if self.now[name] in fact.values else 0
            self.now[name] = fact.values[(at + by) % len(fact.values)]
            self._show()

    def action_reset(self) -> None:
        """Goes back to the start of the talk."""
        self.now = {fact.name: fact.start for fact in self.facts}
        self._show()
