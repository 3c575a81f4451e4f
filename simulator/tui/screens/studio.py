"""The Studio: a scenario's text, and beside it what the text means while it is being written.

What is heavy runs in threads and comes back as messages: reading the text after every pause of the keys, proving what
exploring tells, balance, what-if. The text is never run while it has errors; what is shown then is what was last sound.
The screen is made in three steps: ``studio_file`` has the file, ``studio_reading`` reads it, and here are the parts
that show what it means.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import ContentSwitcher

from simulator.model.errors import TooManyPositions
from simulator.model.language import _, current
from simulator.model.position import Move
from simulator.tui.keys import N_
from simulator.tui.messages import ErrandFailed
from simulator.tui.screens.base import cancelled
from simulator.tui.screens.studio_dialogs import PositionScreen
from simulator.tui.screens.studio_reading import ReadingScreen, Sound
from simulator.tui.texts import Line
from simulator.tui.views.studio import (
    MoveRow,
    Place,
    Rules,
    balance_lines,
    kept_position,
    move_rows,
    play_view,
    position_text,
    rules_of,
)
from simulator.tui.widgets.editing import EditorPane
from simulator.tui.widgets.papers import PaperNames
from simulator.tui.widgets.plain import Plain
from simulator.tui.widgets.studio_parts import (
    BalancePart,
    BalanceWanted,
    GraphPart,
    Jumped,
    MoveTakenBack,
    MoveTried,
    Part,
    PlayPart,
    PositionWanted,
    ProblemsPart,
    WhatIfPart,
)

if TYPE_CHECKING:
    from simulator.engine.balance import Balance, Partial
    from simulator.engine.program import Program
    from simulator.workflows.drafts import Draft
    from simulator.workflows.solutions import Solutions
    from simulator.workflows.trial import Trial

_PARTS = {
    "problems": ("F2", N_("Problems")),
    "graph": ("F3", N_("Graph")),
    "balance": ("F4", N_("Balance")),
    "what-if": ("F5", N_("What if")),
    "play": ("F6", N_("Play")),
}


class BalanceWent(Message):
    """Balancing has begun with something else."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self.what = what


class BalanceMade(Message):
    """Simulated trainees have played the text."""

    def __init__(self, made: Balance | Partial, text: str) -> None:
        super().__init__()
        self.made, self.text = made, text


class MovesAnswered(Message):
    """What each move of a position would bring is known."""

    def __init__(self, position: str, rows: tuple[MoveRow, ...]) -> None:
        super().__init__()
        self.position, self.rows = position, rows


class PartNames(PaperNames):
    """The names of the parts with their keys, the open one in brackets."""

    shown_part = ""

    def open(self, name: str) -> None:
        """Shows which one is open; none of them while the text alone is."""
        self.shown_part = name
        self.on_resize()

    def on_resize(self) -> None:
        """Their line is known only once they stand on the screen."""
        names = [_("Text"), *(f"{key} {_(title)}" for key, title in _PARTS.values())]
        self.show(names, list(_PARTS).index(self.shown_part) + 1 if self.shown_part else 0)


class StudioScreen(ReadingScreen):
    """One scenario being written."""

    HEADING = N_("Studio")
    HELP = N_(
        "Here a scenario is written. The text is checked after every pause; F8 goes from problem to problem. F2 to F6 "
        "open what the text means: its problems, the graph of its stages, what simulated trainees say of it, what each "
        "move would bring, and a talk to try out. Esc leads back to the text, and from there out. Ctrl+S saves."
    )
    DEFAULT_CSS = """
    StudioScreen #columns { height: 1fr; }
    StudioScreen #pane { width: 1fr; }
    StudioScreen #parts { display: none; width: 1fr; height: 1fr; }
    StudioScreen.-part #parts { display: block; }
    StudioScreen.-part #pane { display: none; }
    StudioScreen.-wide #pane { display: block; width: 3fr; }
    StudioScreen.-wide #parts { display: block; width: 2fr; border-left: solid $panel; }
    StudioScreen #state { height: 1; padding: 0 1; background: $surface; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(key.lower(), f"part('{name}')", title, show=False) for name, (key, title) in _PARTS.items()
    ]

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft)
        self.trial: Trial | None = None
        self._trial_of = ""
        self._balance: tuple[Balance | Partial, str] | None = None

    def body(self) -> ComposeResult:
        yield PartNames(id="names")
        with Horizontal(id="columns"):
            yield EditorPane(id="pane")
            with Vertical(id="parts"), ContentSwitcher(initial="problems"):
                yield ProblemsPart(id="problems")
                yield GraphPart(id="graph")
                yield BalancePart(id="balance")
                yield WhatIfPart(id="what-if")
                yield PlayPart(id="play")
        yield Plain(id="state")

    def part(self, name: str) -> Part:
        """One of the parts."""
        return self.query_one(f"#{name}", Part)

    @property
    def open_part(self) -> str:
        """The part that is on the screen; empty where only the text is."""
        shown = self.query_one(ContentSwitcher).current or "problems"
        return shown if self.has_class("-wide") or self.has_class("-part") else ""

    # Which part is open

    def on_resize(self, _event: events.Resize) -> None:
        self.call_after_refresh(self._show_open)

    def _show_open(self) -> None:
        self.query_one(PartNames).open(self.open_part)
        self._show_part()

    def action_part(self, name: str) -> None:
        """Opens a part and puts the focus into it."""
        self.query_one(ContentSwitcher).current = name
        self.add_class("-part")
        self._show_open()
        self.part(name).take_focus()

    def to_text(self) -> None:
        """Goes back to the text."""
        self.remove_class("-part")
        self.query_one(PartNames).open(self.open_part)
        self.set_focus(self.editor)

    def on_click(self, event: events.Click) -> None:
        """A click on a part's name opens it."""
        tab = event.style.meta.get("tab")
        if isinstance(tab, int):
            if tab:
                self.action_part(list(_PARTS)[tab - 1])
            else:
                self.to_text()

    def jump(self, place: Place) -> None:
        self.to_text()
        super().jump(place)

    def on_jumped(self, event: Jumped) -> None:
        if event.place.file:
            self.host.tell(_("That stands in {file}, line {line}.", file=event.place.file, line=event.place.line))
        else:
            self.jump(event.place)

    def action_back(self) -> None:
        """Stops balancing, closes what is open, goes back to the text, and from there leaves."""
        if self.stop_errands():
            self.part("balance").tell(_("Stopped."))
        elif self.pane.close_seek():
            pass
        elif self.focused is not self.editor:
            self.to_text()
        else:
            self.leave()

    # What the parts show

    def show_reading(self) -> None:
        proved = self.examined is not None and self.examined.proved
        self.query_one(ProblemsPart).show(self.views, _("No problems.") if proved else _("No problems so far."))
        self._show_part()

    def _show_part(self) -> None:
        """Brings the part that is on the screen up to the text as it is now."""
        show: Mapping[str, Callable[[Sound], None]] = {
            "graph": self._draw,
            "balance": self._show_balance,
            "what-if": self._answer,
            "play": self._show_trial,
        }
        name = self.open_part
        if name in show:
            self.part(name).tell(self._note())
            if self.sound:
                show[name](self.sound)

    def _note(self) -> str:
        """Why what a part shows is old, or missing."""
        if self.examined is None:
            return _("checking …")
        if self.sound is None:
            return _("The text has errors, so nothing can be run. F2 lists them.")
        return _("The text has errors. This is how it was when it last had none.") if self.stale else ""

    # Graph

    def _draw(self, sound: Sound) -> None:
        from simulator.engine.draw import graph_text

        part = self.query_one(GraphPart)
        part.show(graph_text(_program(sound), current(), part.width))

    def on_graph_part_resized(self, event: GraphPart.Resized) -> None:
        event.stop()
        if self.open_part == "graph" and self.sound:
            self._draw(self.sound)

    # Balance

    def _show_balance(self, sound: Sound) -> None:
        part = self.query_one(BalancePart)
        if self._balance is None:
            part.show([Line("", _("Enter lets simulated trainees play the text as it stands. It takes some seconds."))])
            return
        made, text = self._balance
        if not self.stale and text != sound.examined.text:
            part.tell(_("The text has changed since. Enter works it out anew."))
        part.show(balance_lines(made))

    def on_balance_wanted(self, _event: BalanceWanted) -> None:
        sound = self.sound
        if sound is None or self.stale or not self.is_read:
            self.host.tell(self._note() or _("checking …"))
            return
        examined = sound.examined

        def doing(what: str) -> None:
            self.post_message(BalanceWent(what))

        def work() -> Message:
            from simulator.workflows.author import balance

            return BalanceMade(balance(examined.read, doing=doing, cancelled=cancelled), examined.text)

        self.on_balance_went(BalanceWent(""))
        self.errand(work)

    def on_balance_went(self, event: BalanceWent) -> None:
        what = f" ({event.what})" if event.what else ""
        self.part("balance").tell(_("Simulated trainees are playing …{what} Esc stops.", what=what))

    def on_balance_made(self, event: BalanceMade) -> None:
        self._balance = (event.made, event.text)
        part = self.part("balance")
        part.tell(self._note())
        if self.sound:
            self._show_balance(self.sound)

    def on_errand_failed(self, event: ErrandFailed) -> None:
        """The base shows the error; nobody plays any more."""
        if event.group == "errand":
            self.part("balance").tell("")

    # What if

    def _answer(self, sound: Sound) -> None:
        house, draft, examined = self.host.house, self.draft, sound.examined
        program, at, shown = _program(sound), dict(sound.position), position_text(sound.facts, sound.position)
        proved = examined.proved

        def work() -> Message:
            from simulator.engine.what_if import what_if
            from simulator.workflows.drafts import lines_of
            from simulator.workflows.trial import placed

            codes = placed(program, at).codes
            answered = what_if(program, codes)
            found = rules_of(answered)
            written = lines_of(house.library, examined, found)
            places = {rule: place for rule, place in zip(found, written, strict=True) if place}
            left, values = _values(program, house.solutions, codes) if proved else (0, {})
            when = _("{position}; worth with {n} turns left", position=shown, n=left) if values else shown
            return MovesAnswered(when, move_rows(answered, Rules(str(draft.path), places), values))

        self.errand(work, "what-if")

    def on_moves_answered(self, event: MovesAnswered) -> None:
        self.query_one(WhatIfPart).show(event.position, event.rows)

    def on_position_wanted(self, _event: PositionWanted) -> None:
        sound = self.sound
        if sound is None:
            self.host.tell(self._note())
            return

        def take(at: Mapping[str, str | int] | None) -> None:
            if at is not None and self.sound:
                self.sound.position = kept_position(self.sound.facts, at)
                self.trial = None
                self._show_part()

        self.app.push_screen(PositionScreen(sound.facts, sound.position), take)

    # Play

    def _show_trial(self, sound: Sound) -> None:
        from simulator.workflows.trial import Trial, placed

        program, part = _program(sound), self.query_one(PlayPart)
        if self.trial is None or (self._trial_of != sound.examined.text and not self.trial.played):
            self.trial, self._trial_of = Trial(program, placed(program, sound.position).codes), sound.examined.text
        elif self._trial_of != sound.examined.text and not self.stale:
            part.tell(_("The text has changed since this talk began; the first row begins it anew."))
        part.show(play_view(self.trial, position_text(sound.facts, sound.position)))

    def on_move_tried(self, event: MoveTried) -> None:
        move = Move.parse(event.move)
        # Enter may come twice before the list shows what is open now.
        if self.trial and self.sound and any(one.move == move for one in self.trial.moves()):
            self.trial.play(move)
            self._show_trial(self.sound)

    def on_move_taken_back(self, _event: MoveTakenBack) -> None:
        if self.trial and self.sound and self.trial.undo():
            self._show_trial(self.sound)


def _values(program: Program, solutions: Solutions, codes: Sequence[int]) -> tuple[int, Mapping[Move, float]]:
    """What each move is worth, with as many turns left as there can be in that position; nothing if it has none."""
    from simulator.workflows.trial import valued

    try:
        solution = solutions.solve(program, cancelled=cancelled)
    except TooManyPositions:  # it is among the problems
        return 0, {}
    for left in range(program.scenario.turns, 0, -1):
        if values := valued(program, solution, codes, left):
            return left, values
    return 0, {}


def _program(sound: Sound) -> Program:
    program = sound.examined.program
    if program is None:
        raise ValueError("a sound text has a program")
    return program
